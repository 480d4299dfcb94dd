"""Commands made from data: what each takes is a list of parts, and one function carries it out.

Layer: interfaces. The groups ``hq``, ``log`` and ``link`` are made so, when the first of their commands is
asked for. Values are texts here; whoever carries a command out reads them, and refuses all that is wrong.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from renkei.interfaces.cli.help import WordedCommand, WordedGroup
from renkei.interfaces.text import switch

if TYPE_CHECKING:
    from renkei.interfaces.hq.verbs import Part

OPTION_NAMES = {"flows": "flow", "attributes": "attribute", "attachments": "attachment", "posts": "seat"}
"""Fields of several values -> the option that is given once for each."""
SIGNS = {
    "name": "ID", "text": "TEXT", "number": "N", "moment": "TIME", "label": "LABEL", "digest": "FILE",
    "pairs": "NAME=VALUE", "path": "PATH",
}  # fmt: skip
"""Kind of a value -> how the help writes it."""
HELP = {"help_option_names": ["-h", "--help"]}
Extra = tuple[str, Any, Any]
"""Name, annotation and default of a parameter that a whole group shares."""


def speak_now(language: str | None) -> str | None:
    """Speak the language of ``--lang`` from here on."""
    if language:
        switch(language)
    return language


SHARED: tuple[Extra, ...] = (
    ("json", Annotated[bool, typer.Option("--json")], False),
    (
        "lang",
        Annotated[
            Literal["en", "ja"] | None,
            typer.Option("--lang", metavar="en|ja", callback=speak_now, is_eager=True),
        ],
        None,
    ),
)
"""What every command takes."""


class BuiltGroup(WordedGroup):
    """A group whose commands are made when the first of them is asked for."""

    @abstractmethod
    def made(self) -> Mapping[str, Any]:
        """Return the commands by name; a group says here which it has."""

    def named(self) -> Mapping[str, Any]:
        """Return the commands by name."""
        return self.made()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature of the base
        """Return the names of the commands."""
        return list(self.made())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - as above
        """Return a command by name."""
        return self.made().get(cmd_name)


def command(
    group: str,
    name: str,
    parts: Sequence[Part],
    run: Callable[[dict[str, Any]], int],
    extra: Sequence[Extra] = (),
) -> Any:
    """Return a command of a group that takes ``parts``, what the group adds, and what all commands take."""
    parameters = [parameter(part) for part in sorted(parts, key=lambda part: not part.positional)]
    parameters += [_named(*entry) for entry in (*extra, *SHARED)]

    def call(**given: Any) -> int:
        return run(given)

    call.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {}
    kind = type("BuiltCommand", (WordedCommand,), {"group": group})
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(name, cls=kind, context_settings=HELP)(call)
    return typer.main.get_command(app)


def parameter(part: Part) -> Parameter:
    """Return the argument or option of one part."""
    name = OPTION_NAMES.get(part.name, part.name)
    if part.positional:
        argument = typer.Argument(metavar=name.upper())
        if part.required:
            return _named(name, Annotated[str, argument], Parameter.empty)
        return _named(name, Annotated[str | None, argument], None)
    if part.kind == "flag":
        flags = [f"--{name}/--no-{name}"] if name == "again" else [f"--{name.replace('_', '-')}"]
        return _named(name, Annotated[bool | None, typer.Option(*flags)], None)
    kind: Any = list[str] if part.many else str
    option = typer.Option(shown_option(part.name), metavar=SIGNS[part.kind])
    if part.required:
        return _named(name, Annotated[kind, option], Parameter.empty)
    return _named(name, Annotated[kind | None, option], None)


def shown_option(name: str) -> str:
    """Return the option of a field, as it is typed."""
    return f"--{OPTION_NAMES.get(name, name)}".replace("_", "-")


def _named(name: str, annotation: Any, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
