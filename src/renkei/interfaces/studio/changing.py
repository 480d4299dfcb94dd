"""What an option changes in the model, in words: posts, relationships, channels, durations, and the rest.

Layer: interfaces. Two variants are compared as they stand, so it does not matter which patches made them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from renkei.interfaces.studio.outline import both
from renkei.model.load import Loaded
from renkei.model.names import names_of
from renkei.model.values import Text

Thing = dict[str, Any]
Data = Mapping[str, Any]
KINDS = {
    "headquarters": "headquarters",
    "posts": "post",
    "relationships": "relationship",
    "counterparts": "counterpart",
    "authorities": "authority",
    "channels": "channel",
    "processes": "process",
}
SILENT = frozenset({"source", "sources", "note", "assume", "name", "options", "latitude", "longitude"})
"""Keys that say where something is from, or what it is called; not what it does."""
SECTIONS = {
    "headquarters": ("headquarters", "司令部"),
    "posts": ("post", "職"),
    "relationships": ("relationship", "指揮・調整関係"),
    "counterparts": ("counterpart", "カウンターパート"),
    "authorities": ("authority", "権限"),
    "channels": ("channel", "通信手段"),
    "processes": ("process", "業務"),
    "tasks": ("task", "タスク"),
    "messages": ("message", "メッセージ"),
    "conferences": ("conference", "会議"),
    "events": ("event", "イベント"),
    "flows": ("flow", "フロー"),
}
FIELDS = {
    "post": ("is done by", "担当"),
    "duration": ("takes", "所要時間"),
    "delay": ("takes", "所要時間"),
    "seats": ("has seats", "席数"),
    "calendar": ("works by the hours", "勤務時間"),
    "headquarters": ("belongs to", "所属"),
    "deputies": ("is stood in for by", "代行"),
    "languages": ("speaks", "言語"),
    "superior": ("is held by", "上位"),
    "subordinate": ("is over", "下位"),
    "kind": ("is of the kind", "種類"),
    "channel": ("goes by", "経路"),
    "translation": ("is translated in", "翻訳時間"),
    "ceiling": ("carries at most", "取扱上限"),
    "matter": ("is about", "事項"),
    "off_duty": ("does off duty", "勤務時間外"),
}
"""Field -> how a sentence goes on, and what the field is called in Japanese."""
LANGUAGES = ("en", "ja")
MOST_VALUE = 120


def changes(before: Loaded, after: Loaded) -> list[Thing]:
    """Return what differs between two variants of a model, in the order of the file."""
    names = _Names(before, after)
    found = []
    for where, old, new in _differences(before.raw, after.raw, ()):
        if SILENT.intersection(where):
            continue
        sentence = names.sentence(where, old, new)
        found.append({"kind": _kind(where), "where": ".".join(where), "sentence": sentence})
    return found


def _differences(
    before: Data, after: Data, where: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    for key in dict.fromkeys((*before, *after)):
        old, new, here = before.get(key), after.get(key), (*where, str(key))
        if old == new:
            continue
        inside = [value if isinstance(value, dict) else {} for value in (old, new)]
        is_map = all(value is None or isinstance(value, dict) for value in (old, new))
        both_there = old is not None and new is not None
        if is_map and (len(here) == 1 or (both_there and not _is_value(here))):
            yield from _differences(inside[0], inside[1], here)
        else:
            yield here, old, new


def _is_value(where: tuple[str, ...]) -> bool:
    """Return whether what stands here is told as a whole, such as a distribution."""
    return where[-1] in {"duration", "delay", "translation", "outage", "transfer", "label", "arrivals"}


def _kind(where: tuple[str, ...]) -> str:
    if where[0] == "processes" and len(where) > 3:
        if where[-1] in {"duration", "delay"}:
            return "duration"
        return {"tasks": "task", "conferences": "task"}.get(where[2], "process")
    if where[0] == "channels" and where[-1] in {"delay", "translation"}:
        return "duration"
    return KINDS.get(where[0], "other")


class _Names:
    """The names of the things that two variants speak of."""

    def __init__(self, *variants: Loaded) -> None:
        self._named: dict[str, dict[str, str]] = {}
        for variant in variants:
            model = variant.model
            named: dict[str, Text] = {key: entry.name for key, entry in model.parties.items()}
            named |= {key: entry.name for key, entry in model.headquarters.items()}
            named |= {key: entry.name for key, entry in model.posts.items()}
            named |= {key: entry.name for key, entry in model.matters.items()}
            named |= {key: entry.name for key, entry in model.channels.items()}
            self._named |= {key: both(text) for key, text in named.items()}
            for key, link in model.relationships.items():
                ends = (named[link.superior], named[link.subordinate])
                self._named.setdefault(
                    key, {lang: "–".join(both(e)[lang] for e in ends) for lang in LANGUAGES}
                )
            matters = {key: entry.matter for key, entry in model.counterparts.items()}
            matters |= {key: entry.matter for key, entry in model.authorities.items()}
            self._named |= {key: both(named[matter]) for key, matter in matters.items()}
            for process in model.processes:
                drawn = names_of(model, process)
                self._named |= {key: dict(text) for key, text in drawn.items() if key not in named}

    def __call__(self, key: str, language: str) -> str:
        return self._named.get(key, {}).get(language, key)

    def sentence(self, where: tuple[str, ...], old: Any, new: Any) -> dict[str, str]:
        """Return one difference in both languages."""
        section = where[2] if where[0] == "processes" and len(where) > 3 else where[0]
        english, japanese = SECTIONS.get(section, (section, section))
        thing = where[3] if section != where[0] else where[1] if len(where) > 1 else where[0]
        depth = 4 if section != where[0] else 2
        quoted = {"en": f"“{self(thing, 'en')}”", "ja": f"「{self(thing, 'ja')}」"}
        if len(where) <= depth and (old is None or new is None):
            value = new if new is not None else old
            came, gone = ("New", "新設") if old is None else ("Removed", "廃止")
            return {
                "en": f"{came} {english} {quoted['en']}{self._facts(value, 'en')}.",
                "ja": f"{gone}: {japanese}{quoted['ja']}{self._facts(value, 'ja')}。",
            }
        told = self._values(where, old, new)
        if where[0] == "counterparts" and where[-2] == "posts":
            who = {language: self(where[-1], language) for language in LANGUAGES}
            return {
                "en": f"The counterpart for {quoted['en']} of {who['en']} is {told['en']}.",
                "ja": f"{quoted['ja']}の{who['ja']}側カウンターパート: {told['ja']}。",
            }
        rest = ".".join(where[depth:]) or "value"
        goes_on, called = FIELDS.get(where[-1], (f"has {rest}", rest))
        if section == "authorities" and where[-1] == "post":
            goes_on, called = "is held by", "権限を持つ職"
        return {
            "en": f"The {english} {quoted['en']} {goes_on} {told['en']}.",
            "ja": f"{japanese}{quoted['ja']}の{called}: {told['ja']}。",
        }

    def _values(self, where: tuple[str, ...], old: Any, new: Any) -> dict[str, str]:
        before, after = (
            {language: self._value(value, language, where[-1]) for language in LANGUAGES}
            for value in (old, new)
        )
        return {"en": f"{after['en']} instead of {before['en']}", "ja": f"{before['ja']} → {after['ja']}"}

    def _facts(self, value: Any, language: str) -> str:
        """Return what matters most of something that comes or goes."""
        if not isinstance(value, dict):
            return ""
        separator, shown = ("、" if language == "ja" else ", "), []
        for key in ("kind", "superior", "subordinate", "headquarters", "seats", "calendar", "post"):
            if key in value:
                called = FIELDS[key][1] if language == "ja" else key
                shown.append(f"{called} {self._value(value[key], language, key)}")
        told = separator.join(shown)
        return (f"({told})" if language == "ja" else f" ({told})") if told else ""

    def _value(self, value: Any, language: str, field: str = "") -> str:
        nothing = {"en": "nothing", "ja": "なし"}[language]
        if value is None:
            return {"en": "round the clock", "ja": "24時間"}[language] if field == "calendar" else nothing
        if isinstance(value, list):
            return ", ".join(self._value(entry, language) for entry in value) or nothing
        if isinstance(value, dict):
            plain = {key: entry for key, entry in value.items() if key not in SILENT}
            return _cut(json.dumps(plain, ensure_ascii=False, default=str))
        return _cut(self(str(value), language))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_VALUE else text[: MOST_VALUE - 1] + "…"
