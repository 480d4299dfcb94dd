"""Backups are tested by restoring them: whole, byte for byte, also of a log that grows meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace

from renkei.log.backup import back_up, copy_log, restore
from renkei.log.memory import MemoryLog
from renkei.log.opening import open_log
from renkei.log.port import Log, Row, StoreError
from tests.log.rows import check_whole, everything, make_rows, salt
from tests.log.server import Server

BOUND = 60.0


def all_kept(log: Log) -> dict[str, list[tuple[int, bytes]]]:
    return {name: list(log.all_kept(name)) for name in log.kept_names()}


def fill(log: Log, last: int) -> None:
    """Append rows up to ``last`` and keep a few things."""
    log.append(make_rows(log.last() + 1, last - log.last()))
    for position in range(0, last + 1, 50):
        log.keep("snapshot", position, b"state %d" % position)
        log.keep("checkpoint/jp", position, b"note %d" % position)


@pytest.fixture
def second(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Log]]:
    """Opens empty stores of a kind."""
    opened: list[Log] = []

    def open_second(kind: str) -> Log:
        if kind == "postgres":
            server: Server = request.getfixturevalue("server")
            address = server.address()
        else:
            address = "memory:" if kind == "memory" else str(tmp_path / f"second{len(opened)}.db")
        opened.append(open_log(address))
        return opened[-1]

    yield open_second
    for log in opened:
        log.close()


def test_a_restored_backup_is_the_log(log: Log, tmp_path: Path) -> None:
    fill(log, 230)
    backup = tmp_path / "backup.db"
    assert back_up(log, backup) == 230
    found = open_log(backup, writing=False)
    assert check_whole(found) == everything(log)
    assert all_kept(found) == all_kept(log)
    found.close()
    target = tmp_path / "restored.db"
    assert restore(backup, target) == 230
    restored = open_log(target)
    assert check_whole(restored) == everything(log)
    assert all_kept(restored) == all_kept(log)
    fill(restored, 260)
    assert restored.last() == 260
    restored.close()


def test_a_backup_leaves_nothing_else_behind(log: Log, tmp_path: Path) -> None:
    fill(log, 30)
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(log, folder / "one.db")
    assert sorted(os.listdir(folder)) == ["one.db"]  # noqa: PTH208 - hidden names too
    before = (folder / "one.db").read_bytes()
    with pytest.raises(StoreError, match="RK616"):
        back_up(log, folder / "one.db")
    assert (folder / "one.db").read_bytes() == before
    with pytest.raises(StoreError, match="RK616"):
        back_up(log, folder / "none" / "two.db")
    log.close()
    with pytest.raises(StoreError, match="RK613"):
        back_up(log, folder / "three.db")
    assert sorted(os.listdir(folder)) == ["one.db"]  # noqa: PTH208 - the same


def test_backups_of_a_growing_log_are_its_beginnings(log: Log, tmp_path: Path) -> None:
    rounds = [Event() for _ in range(4)]

    def grow() -> None:
        for begun in rounds:
            assert begun.wait(BOUND)
            for _ in range(100):
                first = log.last() + 1
                log.append(make_rows(first, 4))
                if first % 5 == 0:
                    log.keep("snapshot", first, b"x" * 5000)

    ends = [0]
    with ThreadPoolExecutor(1) as pool:
        growing = pool.submit(grow)
        for number, begun in enumerate(rounds):
            begun.set()
            log.wait(ends[-1], BOUND)
            ends.append(back_up(log, tmp_path / f"{number}.db"))
        growing.result(BOUND)
    ends = ends[1:]
    rows = check_whole(log)
    assert sorted(ends) == ends
    for number, end in enumerate(ends):
        assert end % 4 == 0
        copy = open_log(tmp_path / f"{number}.db", writing=False)
        assert check_whole(copy) == rows[:end]
        kept = list(copy.all_kept("snapshot"))
        assert kept == list(log.all_kept("snapshot"))[: len(kept)]
        assert all(position <= end for position, _ in kept)
        copy.close()


@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgres"])
def test_a_log_moves_from_any_store_to_any(log: Log, second: Callable[[str], Log], kind: str) -> None:
    fill(log, 120)
    target = second(kind)
    assert copy_log(log, target) == 120
    assert check_whole(target) == everything(log)
    assert all_kept(target) == all_kept(log)
    fill(log, 180)
    assert copy_log(log, target) == 180
    assert copy_log(log, target) == 180
    assert check_whole(target) == everything(log)
    assert all_kept(target) == all_kept(log)


SPOILED: dict[str, Callable[[Row], Row]] = {
    "body": lambda row: replace(row, body=row.body + b" "),
    "salt": lambda row: replace(row, salt=salt("other")),
    "kind": lambda row: replace(row, kind="other/1"),
    "moment": lambda row: replace(row, recorded=row.recorded + 1),
    "release": lambda row: replace(row, releases=tuple(replace(r, body=b"") for r in row.releases)),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_target_that_holds_something_else_is_refused(spoil: Callable[[Row], Row]) -> None:
    log, target = MemoryLog(), MemoryLog()
    fill(log, 20)
    rows = everything(log)
    target.append([*rows[:11], spoil(rows[11])])
    with pytest.raises(StoreError, match=r"RK614.*row 12 "):
        copy_log(log, target)
    assert target.last() == 12


def test_a_target_that_is_longer_is_refused() -> None:
    log, target = MemoryLog(), MemoryLog()
    log.append(make_rows(1, 5))
    target.append(make_rows(1, 6))
    with pytest.raises(StoreError, match=r"RK614.*row 6 "):
        copy_log(log, target)


class Forgetful(MemoryLog):
    """A store on a bad disk: it returns something else than it was given."""

    def read(self, after: int = 0, limit: int = 1000) -> list[Row]:
        return [replace(row, body=b"?") if row.seq == 7 else row for row in super().read(after, limit)]


class Careless(MemoryLog):
    """A store on a bad disk: one of the things it keeps has changed."""

    def all_kept(self, name: str) -> Iterator[tuple[int, bytes]]:
        return ((position, b"?" if position == 50 else body) for position, body in super().all_kept(name))


def test_a_copy_that_does_not_return_what_it_was_given_is_found_out() -> None:
    log = MemoryLog()
    fill(log, 120)
    with pytest.raises(StoreError, match=r"RK615.*row 7 "):
        copy_log(log, Forgetful())
    with pytest.raises(StoreError, match=r"RK615.*at 50 "):
        copy_log(log, Careless())
