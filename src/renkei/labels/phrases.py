"""How a policy wants its things printed, read from a policy file: phrases, prefixes, separators, by language.

Layer: labels. Part of reading a policy (``spif``). Where a language gives no phrase, prefix, suffix or
separator of its own, that of no language stands in.
"""

from __future__ import annotations

from dataclasses import replace

from renkei.labels.form import ANY, LANGUAGE, Form
from renkei.labels.policy import Marking, Markings, Phrase
from renkei.process.xml import Element

LOOK = {"markingData": (0, ANY), "markingQualifier": (0, ANY)}
"""What a part of a policy may say about how it looks."""
_QUALIFIERS = ("prefix", "suffix", "separator")
_BOTTOM = "pageBottom"
_PLACES = {
    "pageTopBottom": ("pageTop", _BOTTOM),
    **{
        place: (place,)
        for place in (
            *("pageTop", _BOTTOM, "documentStart", "documentEnd", "firstLineOfText", "lastLineOfText"),
            *("subject", "xHeader", "portionMarking", "inputTitle", "waterMark"),
        )
    },
    "noMarkingDisplay": (),
}
"""Code of a phrase -> where it is printed; a phrase without any of these is for the bottom of the page."""
_FLAGS = ("noNameDisplay", "noMarkingDisplay", "suppressClassName", "replacePolicy")
_CODES = tuple(dict.fromkeys((*_PLACES, *_FLAGS)))


def read_markings(form: Form, parts: dict[str, list[Element]]) -> Markings:
    """Return how something is printed, from its ``markingData`` and ``markingQualifier`` elements."""
    found: dict[str, Marking] = {}
    for element in parts["markingQualifier"]:
        form.attributes(element, (), ("markingCode", "code"))
        for qualifier in form.parts(element, {"qualifier": (0, ANY)})["qualifier"]:
            form.attributes(qualifier, (), ("qualifierCode", "markingQualifier"))
            form.parts(qualifier, {})
            name = form.one_of(qualifier, "qualifierCode", _QUALIFIERS)
            language = qualifier.get(LANGUAGE).casefold()
            if name in _QUALIFIERS:
                text = {name: qualifier.get("markingQualifier")}
                found[language] = replace(found.get(language, Marking()), **text)  # type: ignore[arg-type]
    for element in parts["markingData"]:
        language = element.get(LANGUAGE).casefold()
        marking = found.get(language, Marking())
        found[language] = replace(marking, phrases=(*marking.phrases, _phrase(form, element)))
    default = found.get("", Marking())
    return {language: _completed(marking, default) for language, marking in found.items()}


def _phrase(form: Form, element: Element) -> Phrase:
    form.attributes(element, (), ("phrase",))
    codes = []
    for code in form.parts(element, {"code": (0, ANY)})["code"]:
        codes.append(form.text(code))
        if codes[-1] not in _CODES:
            form.add(code, f"{codes[-1][:40]!r} is no marking code", f"It is one of: {', '.join(_CODES)}.")
    placed = [place for code in codes for place in _PLACES.get(code, ())]
    places = placed if any(code in _PLACES for code in codes) else [_BOTTOM]
    return Phrase(frozenset(places), frozenset(codes).intersection(_FLAGS), element.attributes.get("phrase"))


def _completed(marking: Marking, default: Marking) -> Marking:
    return Marking(
        prefix=marking.prefix or default.prefix,
        suffix=marking.suffix or default.suffix,
        separator=marking.separator or default.separator,
        phrases=marking.phrases or default.phrases,
    )
