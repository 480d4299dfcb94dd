"""Options: merge patches as RFC 7396 has them, and errors that point into the option."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.errors import InputError, UsageError
from renkei.model.load import examine, load_model, patched
from renkei.model.options import apply, merge_patch
from renkei.model.validation import validate
from tests.languages import is_told_in_both
from tests.model.broken import GOOD

# RFC 7396, appendix A: original, patch, result.
APPENDIX: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]

plain = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
data = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=10,
)
maps = st.dictionaries(st.sampled_from("abcd"), data, max_size=4)


@pytest.mark.parametrize(("original", "patch", "result"), APPENDIX)
def test_example_of_the_standard(original: object, patch: object, result: object) -> None:
    assert merge_patch(original, patch) == result


def without_null(value: object) -> object:
    """Return ``value`` without members that are null, which a merge patch cannot write."""
    if isinstance(value, dict):
        return {key: without_null(below) for key, below in value.items() if below is not None}
    return value


def difference(old: object, new: object) -> object:
    """Return the patch that makes ``new`` of ``old``; both without null members."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    removed = dict.fromkeys(old.keys() - new.keys())
    changed = {
        key: difference(old.get(key), new[key]) for key in new if old.get(key) != new[key] or key not in old
    }
    return removed | changed


@given(maps, maps)
@settings(max_examples=200)
def test_patch_made_of_a_difference_makes_the_new_of_the_old(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    before, after = without_null(old), without_null(new)
    assert merge_patch(before, difference(before, after)) == after


@given(data, data)
@settings(max_examples=200)
def test_patching_twice_is_patching_once_and_changes_nothing_in_place(target: object, patch: object) -> None:
    kept = copy.deepcopy((target, patch))
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once
    assert (target, patch) == kept


def test_empty_patch_is_the_model_itself() -> None:
    loaded = load_model(GOOD / "model.yaml")
    assert patched(loaded, "as_is").model == loaded.model
    assert apply(loaded.raw, {}) == loaded.raw


def test_patched_model_is_the_model_with_the_change() -> None:
    loaded = load_model(GOOD / "model.yaml")
    changed = patched(loaded, "watch_only")
    assert changed.option == "watch_only"
    assert changed.model.posts["chief"].calendar is None
    assert changed.model.posts["chief"].seats == loaded.model.posts["chief"].seats
    assert changed.model.processes == loaded.model.processes
    assert loaded.model.posts["chief"].calendar == "office"
    # What was tried when the file was read is what is had afterwards.
    assert examine(GOOD / "model.yaml").variants["watch_only"].model == changed.model
    assert validate(changed.raw)[0] == changed.model


def test_unknown_option_is_refused_with_those_that_exist() -> None:
    loaded = load_model(GOOD / "model.yaml")
    with pytest.raises(UsageError, match="Did you mean as_is"):
        patched(loaded, "as_iz")


PATCH = "        chief: {calendar: null, deputies: []}\n        governor: {calendar: null}\n"


@pytest.mark.parametrize(
    ("patch", "code", "word"),
    [
        ("        chief: {calender: null, seets: 3}\n", "RK111", "seets"),
        ("        chief: {seats: many}\n", "RK112", "many"),
        ("        chief: {deputies: [nobody]}\n", "RK120", "nobody"),
        ("        chief: {headquarters: null}\n", "RK110", "headquarters"),
        ("        new: {name: New}\n", "RK110", "new"),
    ],
)
def test_problem_inside_a_patch_is_told_there(tmp_path: Path, patch: str, code: str, word: str) -> None:
    text = (GOOD / "model.yaml").read_text(encoding="utf-8").replace(PATCH, patch)
    (tmp_path / "model.yaml").write_text(text, encoding="utf-8")
    problems = [problem for problem in examine(tmp_path / "model.yaml").problems if problem.code == code]
    assert len(problems) == 1
    assert problems[0].message.startswith("under option watch_only: ")
    assert word in problems[0].message
    assert is_told_in_both(problems[0])
    assert text.split("\n")[problems[0].line - 1] == patch.rstrip("\n")


def test_problem_that_a_patch_causes_elsewhere_is_told_at_the_option(tmp_path: Path) -> None:
    text = (GOOD / "model.yaml").read_text(encoding="utf-8").replace(PATCH, "        watch: null\n")
    (tmp_path / "model.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_model(tmp_path / "model.yaml")
    (problem,) = raised.value.problems
    assert problem.code == "RK120"
    assert text.split("\n")[problem.line - 1] == "  watch_only:"
    cause = 1 + [("deputies: [watch]" in line) for line in text.split("\n")].index(True)
    assert problem.message.endswith(f"(line {cause})")
    assert is_told_in_both(problem)


def test_problem_of_the_model_is_told_once_and_not_for_each_option(tmp_path: Path) -> None:
    text = (
        (GOOD / "model.yaml").read_text(encoding="utf-8").replace("deputies: [watch]", "deputies: [nobody]")
    )
    text = text.replace(PATCH, "        governor: {calendar: null}\n")
    (tmp_path / "model.yaml").write_text(text, encoding="utf-8")
    assert [problem.code for problem in examine(tmp_path / "model.yaml").problems] == ["RK120"]


def test_problems_of_all_options_are_told_at_once(tmp_path: Path) -> None:
    text = (GOOD / "model.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "  as_is: {name: As it is}\n", "  as_is: {name: As it is, patch: {posts: {chief: {seats: -1}}}}\n"
    )
    text = text.replace(PATCH, "        chief: {seats: -2}\n")
    (tmp_path / "model.yaml").write_text(text, encoding="utf-8")
    told = [problem.message for problem in examine(tmp_path / "model.yaml").problems]
    assert [message.partition(":")[0] for message in told] == [
        "under option as_is",
        "under option watch_only",
    ]


def test_too_many_options_for_a_large_model_are_refused(tmp_path: Path) -> None:
    options = "".join(f"  o{number}: {{name: O}}\n" for number in range(3000))
    text = (GOOD / "model.yaml").read_text(encoding="utf-8").replace("options:\n", "options:\n" + options)
    (tmp_path / "model.yaml").write_text(text, encoding="utf-8")
    (problem,) = examine(tmp_path / "model.yaml").problems
    assert problem.code == "RK102"
    assert is_told_in_both(problem)
