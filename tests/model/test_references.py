"""The table of references is complete over the schema, and selection finds what it should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from renkei.model.document import read_document
from renkei.model.references import REFERENCES
from renkei.model.schema import Model
from renkei.model.schema_json import json_schema
from renkei.model.selection import select, walk
from renkei.model.validation import validate
from renkei.model.values import ID_PATTERN, Strict, Text
from tests.model.broken import GOOD

NAMES_OF_ENTRIES = re.compile(r"^[a-z]+\.@$|^processes\.\*\.conferences\.@$|^calendars\.\*\.shifts\.@$")
"""Keys that give an entry its id and refer to nothing."""


def id_patterns(node: dict[str, Any], definitions: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield the pattern of everything in the schema that is an id."""
    if "$ref" in node:
        yield from id_patterns(definitions[node["$ref"].rpartition("/")[2]], definitions, path)
    for part in node.get("anyOf", ()):
        yield from id_patterns(part, definitions, path)
    if node.get("pattern") == ID_PATTERN:
        yield path.lstrip(".")
    for name, below in node.get("properties", {}).items():
        yield from id_patterns(below, definitions, f"{path}.{name}")
    for below in node.get("patternProperties", {}).values():
        yield f"{path}.@".lstrip(".")
        yield from id_patterns(below, definitions, f"{path}.*")
    for key in ("additionalProperties", "items"):
        if isinstance(node.get(key), dict):
            yield from id_patterns(node[key], definitions, f"{path}.*")


def test_table_names_every_reference_of_the_schema() -> None:
    schema = json_schema()
    found = {
        pattern for pattern in id_patterns(schema, schema["$defs"]) if not NAMES_OF_ENTRIES.match(pattern)
    }
    # Classifications are texts in a list, not ids of a map.
    table = {pattern for pattern, section in REFERENCES if section != "classifications"}
    assert found == table


def test_good_model_uses_every_reference() -> None:
    model, _ = validate(read_document(GOOD / "model.yaml").data)
    assert model is not None
    unused = {pattern for pattern, _ in REFERENCES if not list(select(model, pattern))}
    assert unused == set()


def test_walk_yields_every_entry_once() -> None:
    model, _ = validate(read_document(GOOD / "model.yaml").data)
    assert model is not None
    found = list(walk(model))
    places = [keys for keys, _ in found]
    assert len(places) == len(set(places))
    assert {id(entry) for _, entry in found} == {id(entry) for entry in every_entry(model)}


def every_entry(thing: object) -> Iterator[Strict]:
    """Yield entries by a search of all that hangs on a model."""
    if isinstance(thing, Strict) and not isinstance(thing, Text):
        yield thing
        for name in type(thing).model_fields:
            yield from every_entry(getattr(thing, name))
    elif isinstance(thing, dict):
        for below in thing.values():
            yield from every_entry(below)
    elif isinstance(thing, tuple):
        for below in thing:
            yield from every_entry(below)


def test_model_as_class_is_the_root_of_the_schema() -> None:
    assert set(json_schema()["properties"]) == set(Model.model_fields)
