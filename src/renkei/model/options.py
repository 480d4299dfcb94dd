"""Options: JSON Merge Patches (RFC 7396) on the model's data.

Layer: model. A patch is applied to the data as they stand in the file, not to validated entries, so it
may give only the keys that change. What a patch does not touch is shared with the data it was applied
to; nothing here changes data in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from renkei.errors import Problem
from renkei.facts import Fact
from renkei.model.document import Breach, Document, Keys, look_up

FROZEN_KEYS = ("options", "renkei")
"""What no option may patch."""


def merge_patch(target: Any, patch: Any) -> Any:
    """Return ``target`` changed by ``patch``: null removes, maps merge, all else replaces (RFC 7396).

    >>> merge_patch({"a": "b", "c": {"d": "e", "f": "g"}}, {"a": "z", "c": {"f": None}})
    {'a': 'z', 'c': {'d': 'e'}}
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def patches(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the patch of each option in ``data``, as far as there are maps where maps belong."""
    options = data.get("options")
    entries = options.items() if isinstance(options, dict) else ()
    found = {name: entry.get("patch", {}) for name, entry in entries if isinstance(entry, dict)}
    return {name: patch for name, patch in found.items() if isinstance(patch, dict)}


def apply(data: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Return the model's data under a patch; options stay as they are."""
    allowed = {key: value for key, value in patch.items() if key not in FROZEN_KEYS}
    merged: dict[str, Any] = merge_patch(data, allowed)
    return merged


def frozen_breaches(data: dict[str, Any]) -> Iterator[Breach]:
    """Yield a breach for each option that patches what no option may patch."""
    for name, patch in patches(data).items():
        for key in FROZEN_KEYS:
            if key in patch:
                fact = Fact("RK170.frozen", option=name, key=key)
                hint = "An option changes the arrangement, not the options or the version of the language."
                yield Breach(("options", name, "patch", key), fact, hint, at_key=True)


def idle_removals(data: dict[str, Any]) -> Iterator[Breach]:
    """Yield a finding for each null of a patch that removes nothing; often its key is misspelt."""
    for name, patch in patches(data).items():
        for keys in _idle(data, patch, ()):
            fact = Fact("RK171.idle", option=name, where=".".join(map(str, keys)))
            hint = "Correct the key, or take it out of the patch."
            yield Breach(("options", name, "patch", *keys), fact, hint, at_key=True, finding=True)


def _idle(target: Any, patch: dict[str, Any], keys: Keys) -> Iterator[Keys]:
    held = target if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None and held.get(key) is None:
            yield (*keys, key)
        elif isinstance(value, dict):
            yield from _idle(held.get(key), value, (*keys, key))


def locate(document: Document, option: str, breach: Breach) -> Problem:
    """Return a breach found under ``option`` as a problem that points into the option.

    Where the patch itself holds the place, the problem stands there, else at the option's key: then the
    patch broke something that stands elsewhere, and the message says where.
    """
    root: Keys = ("options", option, "patch")
    patch = look_up(document.data, root)
    starts = (breach.keys[:end] for end in range(len(breach.keys), 0, -1))
    known = next((keys for keys in starts if look_up(patch, keys) is not None), ())
    # A missing key is told at the map around it, so all but the last key are enough.
    inside = known and (len(known) >= len(breach.keys) - 1 or not isinstance(look_up(patch, known), dict))
    keys, at_key = ((*root, *known), breach.at_key) if inside else (("options", option), True)
    said = Fact("part.option", option=option, said=breach.fact)
    if not inside and breach.keys[:1]:
        line, _ = document.place(breach.keys, at_key=breach.at_key)
        said = Fact("part.elsewhere", option=option, said=breach.fact, line=line)
    problem = document.locate(breach._replace(keys=keys, at_key=at_key))
    return replace(problem, message=said.message, facts=said.both())
