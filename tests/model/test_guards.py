"""Guards: what is printed is read back, and means what Python says it means."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.facts import Fact, problem_of
from renkei.model.guards import MAX_DEPTH, MAX_LENGTH, Guard, GuardError, satisfying
from tests.languages import is_told_in_both

DOMAINS = {
    "situation": ("peace", "disaster", "armed attack"),
    "severity": ("high", "medium", "low"),
    "legal.base-2": ("and", "Art. 95-2", 'said "yes"'),
}

Tree = tuple[object, ...]
attributes = st.sampled_from(sorted(DOMAINS))
tests = attributes.flatmap(
    lambda name: st.tuples(
        st.sampled_from(["==", "!=", "in", "not in"]),
        st.just(name),
        st.lists(st.sampled_from(DOMAINS[name]), min_size=1, max_size=3),
    )
)
trees = st.recursive(
    tests,
    lambda inner: (
        st.tuples(st.just("not"), inner)
        | st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=8,
)


def quoted(value: str) -> str:
    """Return a value in the quotes that it does not hold."""
    return f"'{value}'" if '"' in value else f'"{value}"'


def printed(tree: Tree) -> str:
    """Return a tree as a guard; parentheses only where meaning needs them."""
    match tree:
        case ("not", inner):
            return f"not {in_parentheses(inner, 'and', 'or')}"
        case ("and", parts):
            return " and ".join(in_parentheses(part, "or", "and") for part in parts)
        case ("or", parts):
            return " or ".join(in_parentheses(part, "or") for part in parts)
        case (("==" | "!=") as sign, name, values):
            return f"{name} {sign} {quoted(values[0])}"
        case (word, name, values):
            return f"{name} {word} [{', '.join(map(quoted, values))}]"
    raise AssertionError(tree)


def in_parentheses(tree: object, *where: str) -> str:
    """Return a tree as a guard, in parentheses if its outermost word is one of ``where``."""
    assert isinstance(tree, tuple)
    return f"({printed(tree)})" if tree[0] in where else printed(tree)


def meant(tree: object, values: dict[str, str]) -> bool:  # noqa: PLR0911 -- one for each form
    """Evaluate a tree without the code under test."""
    match tree:
        case ("not", inner):
            return not meant(inner, values)
        case ("and", parts):
            return all(meant(part, values) for part in parts)
        case ("or", parts):
            return any(meant(part, values) for part in parts)
        case ("==", name, wanted):
            return values[name] == wanted[0]
        case ("!=", name, wanted):
            return values[name] != wanted[0]
        case ("in", name, wanted):
            return values[name] in wanted
        case ("not in", name, wanted):
            return values[name] not in wanted
    raise AssertionError(tree)


def assignments() -> list[dict[str, str]]:
    """Return every assignment of the domains."""
    return [dict(zip(DOMAINS, row, strict=True)) for row in product(*DOMAINS.values())]


@given(trees)
@settings(max_examples=200)
def test_printed_guard_is_read_back_and_means_the_same(tree: Tree) -> None:
    guard = Guard(printed(tree))
    assert [guard.holds(values) for values in assignments()] == [
        meant(tree, values) for values in assignments()
    ]


@given(trees)
@settings(max_examples=100)
def test_satisfying_lists_exactly_what_holds(tree: Tree) -> None:
    guard = Guard(printed(tree))
    found = satisfying(guard, DOMAINS)
    projected = {
        tuple(values[name] for name in guard.attributes) for values in assignments() if meant(tree, values)
    }
    assert {tuple(row[name] for name in guard.attributes) for row in found} == projected
    assert len(found) == len(projected)


@given(trees)
@settings(max_examples=100)
def test_mentions_point_to_where_they_stand(tree: Tree) -> None:
    guard = Guard(printed(tree))
    for mention in guard.mentions:
        assert guard.text.startswith(mention.attribute, mention.attribute_column - 1)
        assert guard.text.startswith(mention.value, mention.value_column)
    assert set(guard.attributes) == {mention.attribute for mention in guard.mentions}


@given(trees, st.text(" \n", max_size=3))
@settings(max_examples=50)
def test_spaces_and_line_breaks_mean_nothing(tree: Tree, space: str) -> None:
    text = printed(tree)
    wide = text.replace("(", f"{space}({space}").replace(")", f"{space}){space}") + space
    assert [Guard(wide).holds(values) for values in assignments()] == [
        Guard(text).holds(v) for v in assignments()
    ]


@given(st.text(max_size=40) | st.text("()[]'\"=!,ab andornti", max_size=60))
@settings(max_examples=300)
def test_any_text_is_a_guard_or_is_refused_at_a_column(text: str) -> None:
    try:
        guard = Guard(text)
    except GuardError as error:
        assert 1 <= error.column <= len(text) + 1  # noqa: PT017 -- either outcome is right
        assert str(error)  # noqa: PT017
    else:
        assert guard.attributes


def test_example_of_the_documentation() -> None:
    guard = Guard("situation == 'disaster' and severity in ['high', 'medium'] or not (language != 'ja')")
    assert guard.attributes == ("situation", "severity", "language")
    assert guard.holds({"situation": "peace", "severity": "low", "language": "ja"})
    assert not guard.holds({"situation": "disaster", "severity": "low", "language": "en"})


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "expected an attribute"),
        ("a", 2, "expected `==`"),
        ("a = 'x'", 3, "write `==`"),
        ("a == x", 6, "in quotes"),
        ("a == 'x", 6, "has no end"),
        ("a == 'x' && b == 'y'", 10, "write `and`"),
        ("a == 'x' b == 'y'", 10, "expected `and`, `or` or the end"),
        ("a in 'x'", 6, "a list of values"),
        ("a in []", 7, "in quotes"),
        ("a in ['x'", 10, "expected `,` or `]`"),
        ("a in ['x')", 10, "expected `,` or `]`"),
        ("a not 'x'", 7, "expected `==`"),
        ("(a == 'x'", 10, "expected `)`"),
        ("a == 'x')", 9, "the end"),
        ("and == 'x'", 1, "expected an attribute"),
        ("'x' == a", 1, "expected an attribute"),
        ("a == 'x' or", 12, "expected an attribute"),
        ("a == 'x' == 'y'", 10, "the end"),
        ("__import__('os').system('true')", 11, "expected `==`"),
        ("a.b() == 'x'", 4, "expected `==`"),
        ("1 == '1'", 1, "has no '1'"),
    ],
)
def test_refusal_tells_the_column_and_what_was_expected(text: str, column: int, message: str) -> None:
    with pytest.raises(GuardError) as raised:
        Guard(text)
    assert raised.value.column == column
    assert message in str(raised.value)
    told = Fact("RK140.guard", where="flows.a.when", column=column, reason=raised.value.fact)
    assert is_told_in_both(problem_of(told))


def test_limits_are_kept() -> None:
    test = "a == 'x'"
    assert Guard("(" * MAX_DEPTH + test + ")" * MAX_DEPTH).holds({"a": "x"})
    with pytest.raises(GuardError, match="inside one another"):
        Guard("(" * (MAX_DEPTH + 1) + test + ")" * (MAX_DEPTH + 1))
    with pytest.raises(GuardError, match="inside one another"):
        Guard("not " * (MAX_DEPTH + 1) + test)
    with pytest.raises(GuardError, match="characters"):
        Guard(test + " " * MAX_LENGTH)


def test_guards_of_one_text_are_equal() -> None:
    assert Guard("a == 'x'") == Guard("a == 'x'")
    assert Guard("a == 'x'") != Guard("a == 'y'")
    assert len({Guard("a == 'x'"), Guard("a == 'x'")}) == 1
