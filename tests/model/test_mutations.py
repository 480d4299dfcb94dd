"""Whatever is done to a good model, it is read or refused; nothing else comes out."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.errors import InputError
from renkei.model.document import read_document
from renkei.process.arrangement import load_arrangement
from tests.languages import is_told_in_both
from tests.model.broken import GOOD

DATA = read_document(GOOD / "model.yaml").data
TEXT = (GOOD / "model.yaml").read_text(encoding="utf-8")
ODD: list[Any] = [
    None, True, 0, -1, 1.5, 10**30, float("inf"), float("nan"), "", "x", "PT1H", "P99999999999W",
    "2025-01-01", "2025-01-01T00:00:00Z", "severity == 'high'", "((((", "../..", "north", "nobody",
    [], ["x"], [[]], {}, {"x": {}}, {"en": "x"}, {"value": 0.5}, {"fixed": "PT1H"}, "日本", "a" * 300,
    {"a b": 1}, {"relief": None},
]  # fmt: skip


def places(data: object, keys: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in ``data`` but the root."""
    for key, below in (
        data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    ):
        yield (*keys, key)
        yield from places(below, (*keys, key))


PLACES = list(places(DATA))
mutations = st.tuples(
    st.sampled_from(PLACES),
    st.sampled_from(["remove", "replace", "misspell", "add", "move"]),
    st.sampled_from(ODD),
    st.sampled_from(PLACES),
)


def mutate(
    data: Any,
    mutation: tuple[Any, ...],
) -> None:
    """Change ``data`` in place, where the place still exists."""
    keys, kind, odd, other = mutation
    try:
        holder = data
        for key in keys[:-1]:
            holder = holder[key]
        value = holder[keys[-1]]
        if kind == "remove":
            del holder[keys[-1]]
        elif kind == "replace":
            holder[keys[-1]] = copy.deepcopy(odd)
        elif kind == "misspell" and isinstance(holder, dict):
            holder[f"{keys[-1]}x"[1:]] = holder.pop(keys[-1])
        elif kind == "add" and isinstance(value, dict):
            value["added"] = copy.deepcopy(odd)
        elif kind == "move":
            for key in other:
                data = data[key]
            holder[keys[-1]] = copy.deepcopy(data)
    except (KeyError, IndexError, TypeError):
        pass


def outcome(folder: Path) -> str:
    """Load a model and all its options; return how that ended."""
    try:
        arrangement = load_arrangement(folder)
        models = [arrangement.with_option(option).model for option in arrangement.options]
    except InputError as error:
        told = [problem for problem in error.problems if problem.message and is_told_in_both(problem)]
        return "refused" if told and len(told) == len(error.problems) else "refused without a word"
    return "loaded" if None not in models else "loaded without a model"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("mutated")
    (made / "processes").mkdir()
    (made / "processes" / "relief.bpmn").write_bytes((GOOD / "processes" / "relief.bpmn").read_bytes())
    return made


@given(st.lists(mutations, min_size=1, max_size=3))
@settings(max_examples=400)
def test_mutated_data_are_loaded_or_refused(folder: Path, changes: list[tuple[Any, ...]]) -> None:
    data = copy.deepcopy(DATA)
    for change in changes:
        mutate(data, change)
    text = (
        json.dumps(data, ensure_ascii=False, indent=1)
        .replace("-Infinity", "-.inf")
        .replace("Infinity", ".inf")
    )
    (folder / "model.yaml").write_text(text.replace("NaN", ".nan"), encoding="utf-8")
    assert outcome(folder) in {"loaded", "refused"}


@given(st.integers(0, len(TEXT)), st.integers(0, 40), st.text("ab:{}[]&*!-?,'\"#|> \n\t\\1", max_size=4))
@settings(max_examples=200)
def test_mutated_text_is_loaded_or_refused(folder: Path, start: int, length: int, inserted: str) -> None:
    text = TEXT[:start] + inserted + TEXT[start + length :]
    (folder / "model.yaml").write_text(text, encoding="utf-8")
    assert outcome(folder) in {"loaded", "refused"}


@pytest.mark.parametrize(
    "place", [keys for keys in PLACES if keys[0] not in {"renkei", "name"}][::3], ids=str
)
def test_entry_of_another_kind_is_refused(folder: Path, place: tuple[Any, ...]) -> None:
    data = copy.deepcopy(DATA)
    # No place of the language takes a list of a list.
    mutate(data, (place, "replace", [[None]], ()))
    (folder / "model.yaml").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    free = place[0] == "options" and "patch" in place
    assert outcome(folder) == "refused" or free or "range" in place


@pytest.mark.parametrize("place", [keys for keys in PLACES if isinstance(keys[-1], str)][::3], ids=str)
def test_misspelt_key_is_loaded_only_where_keys_are_free(folder: Path, place: tuple[Any, ...]) -> None:
    data = copy.deepcopy(DATA)
    holder = data
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1] + "_"] = holder.pop(place[-1])
    (folder / "model.yaml").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    # An entry that nothing names may have any id; what a patch removes in vain is a finding.
    free = len(place) == 2 or (len(place) == 4 and place[2] in {"shifts", "conferences"})
    assert outcome(folder) == "refused" or free or load_arrangement(folder).findings
