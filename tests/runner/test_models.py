"""Models kept beside a log: what was decided under one can be read again, and nothing else passes for it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.errors import InputError
from renkei.log.memory import MemoryLog
from renkei.log.sqlite import SqliteLog
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.runner.book import Books
from renkei.runner.models import keep_model, kept_models, pack, unpack


@cache
def library() -> Arrangement:
    return load_arrangement("us-japan")


@cache
def packed() -> bytes:
    return pack(library())


def test_a_packed_model_is_the_same_model() -> None:
    again = unpack(packed())
    assert again.digest == library().digest
    assert again.model == library().model
    for name, graph in library().collaborations.items():
        # Where it was read from is all that differs.
        assert replace(again.collaborations[name], file="") == replace(graph, file="")
    assert set(again.options) == set(library().options)


def test_an_option_is_no_model_of_its_own() -> None:
    option = library().with_option("O3")
    assert option.digest == library().digest
    assert pack(option) == packed()


def test_a_model_is_kept_once(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    for _ in range(3):
        keep_model(log, library())
    assert [body.decode() for _, body in log.all_kept("models")] == [library().digest]
    log.close()
    log = SqliteLog(tmp_path / "log.db")
    books = Books("jpn")
    assert not books.has(library().digest)
    kept_models(log, books)
    assert books.has(library().digest)
    assert books.has(library().digest, "O3")
    assert not books.has(library().digest, "O99")
    assert books.book(library().digest, "O3").model == library().with_option("O3").model
    log.close()


def changed(folder: Path) -> Arrangement:
    """Return another version of the library's model."""
    shutil.copytree(Path(library().origin), folder)
    text = (folder / "model.yaml").read_text(encoding="utf-8")
    (folder / "model.yaml").write_text(f"# Another one.\n{text}", encoding="utf-8")
    return load_arrangement(folder)


def test_several_models_are_kept_side_by_side(tmp_path: Path) -> None:
    other = changed(tmp_path / "other")
    assert other.digest != library().digest
    log, books = MemoryLog(), Books("jpn")
    for each in (library(), other, library()):
        keep_model(log, each)
    kept_models(log, books)
    assert books.has(other.digest)
    assert books.has(library().digest)


def test_another_model_does_not_pass_for_the_one_that_was_kept(tmp_path: Path) -> None:
    log = MemoryLog()
    log.keep("models", 0, library().digest.encode())
    log.keep(f"model/{library().digest}", 0, pack(changed(tmp_path / "other")))
    with pytest.raises(InputError) as refused:
        kept_models(log, Books("jpn"))
    assert refused.value.problems[0].code == "RK501"


def test_a_model_that_is_named_and_not_there_is_an_input_error() -> None:
    log = MemoryLog()
    log.keep("models", 0, b"0" * 64)
    with pytest.raises(InputError):
        kept_models(log, Books("jpn"))


NAMES = [
    "/etc/renkei-test", "../outside", "a/../../outside", "", ".", "..", "a\0b", "x" * 5_000,
    "a/" * 3_000, "/", "model.yaml/below",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_written_outside_the_folder(name: str) -> None:
    files = {**msgspec.msgpack.decode(packed()), name: b"content"}
    with pytest.raises(InputError) as refused:
        unpack(msgspec.msgpack.encode(files))
    assert refused.value.problems[0].code == "RK501"
    assert not Path("/etc/renkei-test").exists()


@pytest.mark.parametrize(
    "body", [b"", b"\xc1", b"{}", msgspec.msgpack.encode([1]), msgspec.msgpack.encode({"a": 1})]
)
def test_what_holds_no_files_is_an_input_error(body: bytes) -> None:
    with pytest.raises(InputError):
        unpack(body)


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(st.text() | st.sampled_from(NAMES), st.binary(max_size=50), max_size=4))
def test_files_that_are_no_model_are_an_input_error(files: dict[str, bytes]) -> None:
    with pytest.raises(InputError):
        unpack(msgspec.msgpack.encode(files))
