"""Reading YAML: what is read is right and its place is known; what is hostile is refused and costs little."""

from __future__ import annotations

import hashlib
import json
import math
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from renkei.errors import InputError
from renkei.model.document import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_PROBLEMS,
    Document,
    look_up,
    read_document,
    resolve,
)
from tests.languages import is_told_in_both
from tests.model.broken import GOOD, TABLE, Broken

UNREADABLE = [None, *(broken for broken in TABLE if broken.code < "RK109")]
"""The good model, and what is broken as YAML."""


def read(folder: Path, content: str | bytes) -> Document:
    """Write ``content`` to a file and read it."""
    path = folder / "model.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(path, "model.yaml")


def refused(folder: Path, content: str | bytes) -> list[tuple[str, int, int]]:
    """Return code, line and column of everything that is told about ``content``."""
    with pytest.raises(InputError) as raised:
        read(folder, content)
    assert all(problem.file == "model.yaml" for problem in raised.value.problems)
    assert all(map(is_told_in_both, raised.value.problems))
    return [(problem.code, problem.line, problem.column) for problem in raised.value.problems]


# What is read.


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, None) for text in ("", "~", "null", "Null", "NULL")),
        *((text, True) for text in ("true", "True", "TRUE")),
        *((text, False) for text in ("false", "False", "FALSE")),
        *(
            (text, text)
            for text in ("yes", "no", "on", "off", "y", "n", "nUll", "1:30", "190:20:30", "2025-03-24")
        ),
        *(
            (text, text)
            for text in ("1_000", "0b11", "0o8", "0xG", "+0x1", "-", ".", "+", "1.2.3", "1e", "=", "<<")
        ),
        ("0", 0),
        ("007", 7),
        ("-12", -12),
        ("+12", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("1.5E-3", 0.0015),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("9" * 400, math.inf),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_is_read() -> None:
    assert math.isnan(float(str(resolve(".nan"))))


texts = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"
    ),
    max_size=8,
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=4), st.sampled_from([None, 2]))
@settings(max_examples=100)
def test_json_is_read_as_json(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any], indent: int | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.yaml"
    path.write_text(json.dumps(data, ensure_ascii=False, indent=indent), encoding="utf-8")
    assert read_document(path).data == data


@given(st.dictionaries(texts, values, max_size=4))
@example({"": "08"})
@example({"": "0o7"})
@settings(max_examples=100)
def test_every_key_and_value_has_a_place(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "placed.yaml"
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=False, width=1000)
    path.write_text(text, encoding="utf-8")
    try:
        document = read_document(path)
    except InputError:
        return  # what YAML 1.1 writes without quotes may be no text in YAML 1.2; the test above is about that
    lines = text.split("\n")
    for keys, mark in document.positions.items():
        value = look_up(document.data, keys)
        line, column = mark.value
        rest = lines[line - 1][column - 1 :]
        if isinstance(value, bool) and keys:
            assert rest.lower().startswith(str(value).lower())
        elif isinstance(value, int) and keys:
            # A text of YAML 1.1 such as 08 or 0o7, which needs no quotes there, is a number in YAML 1.2.
            base = {"0o": 8, "0x": 16}.get(rest[:2], 10)
            assert int(rest.split()[0].rstrip(":"), base) == value
        if isinstance(value, str) and keys and value.isalpha() and not rest.startswith(("'", '"')):
            assert rest.startswith(value)


def test_positions_are_those_an_editor_shows(tmp_path: Path) -> None:
    document = read(tmp_path, "renkei: 1\nposts:\n  長官:   {seats: 2}\nlist:\n  - a\n  - {b: c}\n")
    assert document.positions["renkei",] == ((1, 1), (1, 9))
    assert document.positions["posts", "長官"] == ((3, 3), (3, 9))
    assert document.positions["posts", "長官", "seats"] == ((3, 10), (3, 17))
    assert document.positions["list", 1, "b"] == ((6, 6), (6, 9))
    assert document.place(("posts", "長官", "seats", "deeper")) == (3, 17)
    assert document.place(("posts", "長官")) == (3, 3)
    assert document.place(("nothing", "of", "it")) == (1, 1)


def test_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    document = read(tmp_path, b"\xef\xbb\xbfrenkei: 1\r\nname: x\r\n")
    assert document.data == {"renkei": 1, "name": "x"}
    assert document.positions["name",] == ((2, 1), (2, 7))


def test_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    assert read(tmp_path, b"a: 1\n").digest == hashlib.sha256(b"a: 1\n").hexdigest()
    assert read(tmp_path, b"a:  1\n").digest != hashlib.sha256(b"a: 1\n").hexdigest()


# What is refused.


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", [("RK112", 1, 1)]),
        ("# nothing\n", [("RK112", 1, 1)]),
        ("- a\n- b\n", [("RK112", 1, 1)]),
        ("just a text", [("RK112", 1, 1)]),
        ("a: [1, 2\nb: 3\n", [("RK104", 2, 2)]),
        ("a: b: c\n", [("RK104", 1, 5)]),
        ("a:\n\t- b\n", [("RK104", 2, 1)]),
        ("a: 'b\n", [("RK104", 2, 1)]),
        ('a: "\\q"\n', [("RK104", 1, 5)]),
        ('a: "\\ud800"\n', [("RK104", 1, 7)]),
        ("a: 1\n---\nb: 2\n---\nc: 3\n", [("RK106", 2, 1)]),
        ("a: 1\na: 2\n", [("RK107", 2, 1)]),
        ("a: {b: 1, c: 2, b: 3}\n", [("RK107", 1, 17)]),
        ("a: &x 1\nb: *x\n", [("RK106", 1, 4), ("RK106", 2, 4)]),
        ("a: &x {b: 1}\n", [("RK106", 1, 4)]),
        ("a: !!python/object/apply:os.system ['true']\n", [("RK106", 1, 4)]),
        ("a: !local 1\n", [("RK106", 1, 4)]),
        ("<<: {a: 1}\n", [("RK106", 1, 1)]),
        ("null: 1\n2: 3\n", [("RK108", 1, 1), ("RK108", 2, 1)]),
        ("? {a: 1}\n: 2\n", [("RK108", 1, 3)]),
        (b"a: caf\xe9\n", [("RK103", 1, 7)]),
        (b"a: 1\nb: \xff\xfe\n", [("RK103", 2, 4)]),
        ("a: 日本\n".encode("shift_jis"), [("RK103", 1, 4)]),
        ("a: 1\n".encode("utf-16"), [("RK103", 1, 1)]),
        ("a: 1\n".encode("utf-16-be"), [("RK103", 1, 1)]),
        ("a: 1\n".encode("utf-32-be"), [("RK103", 1, 1)]),
        (b"a: 1\nb: \x00\n", [("RK103", 2, 4)]),
        ("a: x\x1by\n", [("RK103", 1, 5)]),
        ("a: xy\u009b\n", [("RK103", 1, 6)]),
        ('a: "x\\0y"\n', [("RK103", 1, 4)]),
        ('a: "\\e[31m"\n', [("RK103", 1, 4)]),
        ("a: x\ufeffy\n", [("RK103", 1, 5)]),
        ("a: x\u2028b: y\n", [("RK103", 1, 5)]),
        ("a: x\x85b: y\n", [("RK103", 1, 5)]),
    ],
)  # fmt: skip
def test_what_no_model_holds_is_refused(
    tmp_path: Path, content: str | bytes, told: list[tuple[str, int, int]]
) -> None:
    assert refused(tmp_path, content) == told


def test_deep_nesting_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    deep = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert read(tmp_path, deep).data
    assert [code for code, *_ in refused(tmp_path, "a: [" + deep.removeprefix("a: ") + "]")] == ["RK105"]
    for bracket in ("[", "{a: ", "- ", "? "):
        assert refused(tmp_path, "a:\n  " + bracket * 500_000)[0][0] in {"RK104", "RK105", "RK108"}


def test_block_nesting_is_refused(tmp_path: Path) -> None:
    stairs = "".join(f"{' ' * depth}a:\n" for depth in range(2000))
    assert refused(tmp_path, stairs) == [("RK105", MAX_DEPTH + 1, MAX_DEPTH + 1)]


def test_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    assert {code for code, *_ in refused(tmp_path, bomb)} == {"RK106"}


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "a:\n" + "- \n" * MAX_ENTRIES)[0][0] == "RK102"


def test_large_file_is_refused_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)  # a hole on the disk; 100 MB to whoever reads it
    with pytest.raises(InputError, match="RK102"):
        read_document(path)


def test_largest_file_is_read(tmp_path: Path) -> None:
    comment = "a: 1\n#"
    assert read(tmp_path, comment + "x" * (MAX_BYTES - len(comment))).data == {"a": 1}
    assert refused(tmp_path, comment + "x" * (MAX_BYTES - len(comment) + 1)) == [("RK102", 0, 0)]


@pytest.mark.parametrize("name", ["missing.yaml", "x" * 5000, "nul\0.yaml", "missing/model.yaml", "", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="RK101") as raised:
        read_document(tmp_path / name)
    assert all(map(is_told_in_both, raised.value.problems))


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty", "/dev/stdin"])
def test_devices_are_refused(device: str) -> None:
    if device == "/dev/stdin" and Path(device).is_file():
        pytest.skip("standard input is a file here")
    with pytest.raises(InputError, match="RK101"):
        read_document(Path(device))


def test_named_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="RK101"):
        read_document(tmp_path / "pipe")


def test_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match="RK101"):
        read_document(tmp_path / "loop")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a: 1")
    (tmp_path / "secret").chmod(0)
    with pytest.raises(InputError, match="RK101"):
        read_document(tmp_path / "secret")


@given(st.binary(max_size=60) | st.text("ab:-[]{}&*!|>'\"%@`#?,\n \t\\0", max_size=60).map(str.encode))
@settings(max_examples=300)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    try:
        assert isinstance(read_document(path).data, dict)
    except InputError as error:
        told = [is_told_in_both(problem) for problem in error.problems]
        assert told == [True] * max(1, len(told))


def test_problems_are_told_up_to_a_limit(tmp_path: Path) -> None:
    assert len(refused(tmp_path, "a: [" + "&x 1, " * 50_000 + "]")) == MAX_PROBLEMS


@pytest.mark.parametrize("broken", UNREADABLE, ids=range(len(UNREADABLE)))
def test_parser_in_python_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Broken | None
) -> None:
    content = broken.text() if broken else (GOOD / "model.yaml").read_text(encoding="utf-8")

    def outcome() -> tuple[object, ...]:
        try:
            document = read(tmp_path, content)
        except InputError as error:
            return tuple((problem.code, problem.line) for problem in error.problems)
        return document.data, document.positions

    fast = outcome()
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert outcome() == fast
