"""The SQLite store: who may write it, what it refuses to open, and what a failing disk does to it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from renkei.log.opening import open_log
from renkei.log.port import StoreError
from renkei.log.sqlite import SqliteLog
from tests.log.appender import group_ends
from tests.log.powercut import recording
from tests.log.rows import check_whole, everything, make_rows
from tests.log.test_crash import expected_rows

ROOT = Path(__file__).resolve().parents[2]
BOUND = 30.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with ten rows, closed."""
    found = tmp_path / "log.db"
    log = SqliteLog(found)
    log.append(make_rows(1, 10))
    log.close()
    return found


def test_every_commit_is_flushed(path: Path) -> None:
    log = SqliteLog(path)
    assert log._writer is not None
    assert log._writer.execute("PRAGMA synchronous").fetchone() == (2,)
    assert log._writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with recording(path.parent.resolve()) as recorder:
        second = SqliteLog(path.parent / "second.db")
        second.append(make_rows(1, 2))
        begun = len(recorder.operations)
        second.append(make_rows(3, 2))
        verbs = [operation.verb for operation in recorder.operations[begun:]]
        assert verbs == ["write"] * (len(verbs) - 1) + ["flush"]
        second.close()
    log.close()


def test_a_second_writer_is_refused(path: Path) -> None:
    log = SqliteLog(path)
    with pytest.raises(StoreError, match=rf"RK600 .*another process \({os.getpid()}\)"):
        SqliteLog(path)
    link = path.with_name("link.db")
    link.symlink_to(path)
    with pytest.raises(StoreError, match="RK600"):
        SqliteLog(link)
    tried = subprocess.run(
        [sys.executable, "-c", f"from renkei.log.sqlite import SqliteLog; SqliteLog({str(path)!r})"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        check=False,
        timeout=BOUND,
    )
    assert b"RK600" in tried.stderr
    log.close()
    SqliteLog(path).close()


def test_another_process_reads_while_one_writes(tmp_path: Path) -> None:
    written = tmp_path / "written.db"
    process = subprocess.Popen(
        [sys.executable, ROOT / "tests/log/appender.py", str(written), "9"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )
    assert process.stdout is not None
    with process.stdout as told:
        try:
            assert told.readline() == b"opened 0\n"
            log = SqliteLog(written, writing=False)
            with pytest.raises(StoreError, match="RK607"):
                log.append(make_rows(log.last() + 1, 1))
            seen = 0
            for _ in range(12):
                promised = int(told.readline().split()[1])
                last = log.wait(max(seen, promised - 1), BOUND)
                assert last >= promised
                rows = everything(log)
                assert len(rows) >= last
                assert rows == expected_rows(len(rows), 9)
                assert len(rows) in group_ends(len(rows), 9)
                seen = last
            log.close()
        finally:
            process.kill()
            process.wait(BOUND)


def test_a_resting_store_is_read_without_a_trace(path: Path) -> None:
    before = sorted(found.name for found in path.parent.iterdir())
    log = SqliteLog(path, writing=False, resting=True)
    assert check_whole(log) == make_rows(1, 10)
    assert sorted(found.name for found in path.parent.iterdir()) == before
    log.close()


def run_sql(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(script)
    finally:
        connection.close()


DAMAGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "text": ("RK601", lambda path: path.write_bytes(b"this is no database, but long enough " * 99)),
    "another program's": ("RK601", lambda path: (path.unlink(), run_sql(path, "CREATE TABLE t (x)"))),
    "another program's, marked": ("RK601", lambda path: run_sql(path, "PRAGMA application_id = 7")),
    "a later format": ("RK602", lambda path: run_sql(path, "PRAGMA user_version = 99")),
    "no trigger": ("RK608", lambda path: run_sql(path, "DROP TRIGGER entries_DELETE")),
    "one more trigger": (
        "RK608",
        lambda path: run_sql(path, "CREATE TRIGGER t AFTER INSERT ON kept BEGIN SELECT 1; END"),
    ),
    "no index": ("RK608", lambda path: run_sql(path, "DROP INDEX entries_by_kind")),
    "cut off": ("RK608", lambda path: os.truncate(path, 5000)),
    "zeros at its head": ("RK601", lambda path: path.write_bytes(bytes(100) + path.read_bytes()[100:])),
    "no file": ("RK603", lambda path: (path.unlink(), path.mkdir())),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("writing", [True, False])
def test_what_is_no_sound_store_is_refused(path: Path, damage: str, *, writing: bool) -> None:
    code, spoil = DAMAGES[damage]
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreError) as refused:
        everything(open_log(path, writing=writing))
    assert refused.value.code == code
    assert refused.value.problem.hint or refused.value.problem.message
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_damaged_pages_are_reported_when_they_are_read(path: Path) -> None:
    log = SqliteLog(path)
    log.append(make_rows(11, 400))
    log.close()
    content = bytearray(path.read_bytes())
    for page in range(4096 * 8, len(content), 4096):
        content[page : page + 100] = b"\xa5" * 100
    path.write_bytes(content)
    with pytest.raises(StoreError, match="RK608"):
        everything(SqliteLog(path, writing=False, resting=True))


def test_places_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    for where in (tmp_path / "none" / "log.db", tmp_path / "log.db" / "log.db"):
        with pytest.raises(StoreError, match=r"RK603.*log\.db"):
            open_log(where)
    with pytest.raises(StoreError, match="RK603"):
        open_log(tmp_path / "absent.db", writing=False)
    assert not (tmp_path / "absent.db").exists()
    with pytest.raises(StoreError, match="RK604"):
        open_log("mysql://localhost/renkei")
    made = open_log(f"sqlite:{tmp_path / 'made.db'}")
    assert made.last() == 0
    made.close()


def test_a_store_whose_making_was_cut_short_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "log.db").touch()
    log = SqliteLog(tmp_path / "log.db")
    log.append(make_rows(1, 3))
    assert check_whole(log) == make_rows(1, 3)
    log.close()


def test_a_full_disk_loses_nothing(path: Path) -> None:
    log = SqliteLog(path)
    assert log._writer is not None
    log._writer.execute("PRAGMA max_page_count = 20")
    with pytest.raises(StoreError, match="RK605"):
        log.append(make_rows(11, 2000))
    assert check_whole(log) == make_rows(1, 10)
    log._writer.execute("PRAGMA max_page_count = 1000000")
    log.append(make_rows(11, 2000))
    assert check_whole(log) == make_rows(1, 2010)
    log.close()


@pytest.mark.parametrize("failing", range(24))
def test_a_write_that_fails_at_any_point_appends_nothing(tmp_path: Path, failing: int) -> None:
    """The disk is full (13), or a write fails (778): all of the group or none, and the log stays usable."""
    with recording(tmp_path.resolve()) as recorder:
        log = SqliteLog(tmp_path / "log.db")
        log.append(make_rows(1, 5))
        numbers = count()
        error = 13 if failing % 2 else 778
        recorder.fault = lambda verb: error if verb == "write" and next(numbers) == failing // 2 else 0
        code = ""
        try:
            log.append(make_rows(6, 5))
        except StoreError as refused:
            code = refused.code
        assert code in {"RK605", "RK606", "RK618"} if code else next(numbers) <= failing // 2
        assert check_whole(log) == make_rows(1, 5 if code else 10)
        recorder.fault = lambda _: 0
        log.close()
        log = SqliteLog(tmp_path / "log.db")
        rows = check_whole(log)
        assert rows in (make_rows(1, 5), make_rows(1, 10))
        log.append(make_rows(len(rows) + 1, 5))
        assert check_whole(log) == make_rows(1, len(rows) + 5)
        log.close()


def test_after_a_failed_flush_nothing_is_written_until_the_store_is_opened_again(tmp_path: Path) -> None:
    """The system reports a failed flush once, and may have thrown the pages away: no later flush makes up."""
    with recording(tmp_path.resolve()) as recorder:
        log = SqliteLog(tmp_path / "log.db")
        log.append(make_rows(1, 5))
        recorder.fault = lambda verb: 1034 if verb == "flush" else 0
        with pytest.raises(StoreError, match="RK606"):
            log.append(make_rows(6, 5))
        recorder.fault = lambda _: 0
        with pytest.raises(StoreError, match="RK606"):
            log.append(make_rows(6, 5))
        assert check_whole(log) == make_rows(1, 5)
        log.close()
    log = SqliteLog(tmp_path / "log.db")
    rows = check_whole(log)
    assert rows in (make_rows(1, 5), make_rows(1, 10))
    log.append(make_rows(len(rows) + 1, 1))
    log.close()
