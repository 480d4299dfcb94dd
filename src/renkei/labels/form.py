"""XML whose form is fixed: which parts an element may have, how often, and what stands in them.

Layer: labels. A label or a policy decides who may see something, so nothing in it is passed over: what has no
meaning here is a problem with its name and line. Problems are collected, and one error tells them all.
"""

from __future__ import annotations

from collections.abc import Mapping

from renkei.errors import InputError, Problem
from renkei.process.xml import Element

MAX_PROBLEMS = 50
"""Most problems that are told of one file."""
SHOWN = 80
"""Most characters of a foreign name or value that a message repeats."""
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_HARMLESS = ("{http://www.w3.org/XML/1998/namespace}", "{http://www.w3.org/2001/XMLSchema-instance}")
"""Attributes that say how a file is written, not what it means."""

Parts = Mapping[str, tuple[int, int]]
"""Name of a part -> how often it stands at least and at most."""
ANY = 100_000
"""As often as one likes; the reader of XML has a limit of its own."""


class Form:
    """A file being read: checks its elements and collects what is wrong with them."""

    def __init__(self, file: str, code: str) -> None:
        """Begin a file; ``code`` is that of one which has not the form it should have."""
        self.file = file
        self.code = code
        self.problems: list[Problem] = []

    def add(self, element: Element, message: str, hint: str, code: str = "") -> None:
        """Note a problem at ``element``."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code or self.code, message, hint, self.file, element.line))

    def finish(self) -> None:
        """End the reading.

        Raises:
            InputError: There were problems.
        """
        if self.problems:
            raise InputError(self.problems)

    def parts(
        self, element: Element, parts: Parts, *, ordered: bool = False, namespaces: tuple[str, ...] = ()
    ) -> dict[str, list[Element]]:
        """Return the children of ``element`` by name; other children, or too few or many, are problems.

        They have the namespace of ``element``, or one of ``namespaces`` where that is given.
        """
        namespaces = namespaces or (element.namespace,)
        found: dict[str, list[Element]] = {name: [] for name in parts}
        order = list(parts)
        reached = 0
        for child in element.children:
            if child.name not in found or child.namespace not in namespaces:
                self._unknown(child, f"element in {shown(element.name)}", order)
                continue
            if ordered and order.index(child.name) < reached:
                message = f"{child.name} stands after {order[reached]}"
                self.add(child, message, f"The order is: {', '.join(order)}.")
            reached = max(reached, order.index(child.name))
            found[child.name].append(child)
        for name, (least, most) in parts.items():
            if not least <= len(found[name]) <= most:
                message = f"{shown(element.name)} has {len(found[name])} of {name}"
                self.add(element, message, _how_often(least, most))
        if element.text:
            self.add(
                element, f"text stands in {shown(element.name)}: {shown(element.text)}", "Only elements may."
            )
        return found

    def attributes(self, element: Element, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
        """Check the names of the attributes of ``element``; those that are ``needed`` have a text."""
        allowed = (*needed, *optional)
        for name in element.attributes:
            if name not in allowed and not name.startswith(_HARMLESS):
                self._unknown(element, f"attribute {shown(name)} of {shown(element.name)}", list(allowed))
        for name in needed:
            if not element.get(name).strip():
                self.add(element, f"{shown(element.name)} has no {name}", "The attribute is needed.")

    def text(self, element: Element) -> str:
        """Return the text of an element that holds nothing else; none at all is a problem."""
        for child in element.children:
            self._unknown(child, f"element in {shown(element.name)}", [])
        if not element.text:
            self.add(element, f"{shown(element.name)} is empty", "A text is needed.")
        return element.text

    def one_of(self, element: Element, attribute: str, allowed: tuple[str, ...], default: str = "") -> str:
        """Return the value of ``attribute``; one that is not in ``allowed`` is a problem."""
        value = element.get(attribute) or default
        if value not in allowed:
            self.add(element, self._unusable(element, attribute), f"It is one of: {', '.join(allowed)}.")
        return value

    def number(self, element: Element, attribute: str) -> int:
        """Return the value of ``attribute``, a whole number from 0; anything else is a problem."""
        value = element.get(attribute).strip()
        if value.isascii() and value.isdigit() and len(value) <= 18:
            return int(value)
        hint = "It is a whole number of at most 18 digits."
        self.add(element, self._unusable(element, attribute), hint)
        return 0

    def _unusable(self, element: Element, attribute: str) -> str:
        value = element.get(attribute)
        what = f"{attribute} of {shown(element.name)} is {shown(value)}"
        return what if value else f"{shown(element.name)} has no {attribute}"

    def flag(self, element: Element, attribute: str) -> bool:
        """Return the value of ``attribute``, false where it is not given."""
        return self.one_of(element, attribute, ("true", "false", "1", "0"), "false") in {"true", "1"}

    def _unknown(self, element: Element, what: str, possible: list[str]) -> None:
        name = "" if what.startswith("attribute") else f" {shown(element.name)}"
        hint = f"Possible: {', '.join(possible)}." if possible else "Only text may stand there."
        self.add(
            element, f"{what} has no meaning here:{name}" if name else f"{what} has no meaning here", hint
        )


def shown(value: str) -> str:
    """Return a foreign name or value as a message repeats it: on one line, not longer than ``SHOWN``."""
    text = "".join(character if character.isprintable() else "?" for character in value)
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def _how_often(least: int, most: int) -> str:
    if most == ANY:
        return f"There is at least {least}."
    return f"There is {least}." if least == most else f"There are {least} to {most}."
