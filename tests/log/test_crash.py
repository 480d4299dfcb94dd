"""Crashes: processes killed under load, and power cuts between any two operations on the disk.

After each, what was promised is there byte for byte, no group is half there, and the log goes on. The
variable RENKEI_CRASHES asks for more power cuts than usual, RENKEI_KILLS for more killed processes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from renkei.log.opening import open_log
from renkei.log.port import Log, Row, StoreError
from renkei.log.sqlite import SqliteLog
from tests.log.appender import group_at, group_ends, snapshot
from tests.log.chance import Random, seeded
from tests.log.powercut import HABITS, Operation, Recorder, recording, write_files
from tests.log.rows import check_whole, everything, make_rows

ROOT = Path(__file__).resolve().parents[2]
CRASHES = int(os.environ.get("RENKEI_CRASHES", "1000"))
KILLS = int(os.environ.get("RENKEI_KILLS", "30"))
SHARES = 4
"""Parts into which the power cuts are divided, so that several workers share them."""
BOUND = 30.0


@dataclass
class Promises:
    """What a store said is safe."""

    last: int = 0
    kept: set[int] = field(default_factory=set)

    def take(self, verb: str, number: int) -> None:
        if verb == "kept":
            self.kept.add(number)
        else:
            self.last = max(self.last, number)


def expected_rows(last: int, seed: int) -> list[Row]:
    """Return the rows that the appender writes up to a whole group."""
    ends = group_ends(last, seed)
    return [
        row
        for begin, end in pairwise(ends)
        for row in make_rows(begin + 1, end - begin, size=begin * 37 % 3000)
    ]


def check_after_crash(log: Log, promises: Promises, seed: int) -> int:
    """Check what must hold after any crash; return where the log ends now."""
    last = log.last()
    assert last >= promises.last, f"row {promises.last} was acknowledged, and the log ends at {last}"
    assert last in group_ends(last, seed), f"half a group: the log ends at {last}"
    assert check_whole(log) == expected_rows(last, seed)
    kept = dict(log.all_kept("snapshot"))
    assert promises.kept <= kept.keys()
    assert all(body == snapshot(position) for position, body in kept.items())
    return last


def killed(address: str, seed: int, chance: Random, promises: Promises) -> None:
    """Let a process append, kill it at some moment, and note what it was promised."""
    process = subprocess.Popen(
        [sys.executable, ROOT / "tests/log/appender.py", address, str(seed)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )
    assert process.stdout is not None
    with process.stdout as told:
        try:
            for _ in range(chance.randint(1, 60)):
                note(promises, told.readline())
            # Some moment in the middle of what it does next.
            for _ in range(chance.randint(0, 20_000)):
                pass
        finally:
            process.kill()
        for line in told:
            note(promises, line)
    assert process.wait(BOUND) == -9


def note(promises: Promises, line: bytes) -> None:
    verb, number = line.decode().split()
    promises.take(verb, int(number))


def test_killed_processes_lose_nothing_that_was_promised(tmp_path: Path) -> None:
    chance, seed, promises = seeded(20250330), 7, Promises()
    address = str(tmp_path / "log.db")
    for _ in range(KILLS):
        killed(address, seed, chance, promises)
        log = open_log(address)
        promises.take("opened", check_after_crash(log, promises, seed))
        log.close()
    assert promises.last > KILLS * 10


def work(folder: Path, recorder: Recorder, seed: int, groups: int) -> None:
    """Append to the store in ``folder``, with a checkpoint every few groups, and note each promise."""
    log = SqliteLog(folder / "log.db")
    last = log.last()
    recorder.mark(("appended", last))
    assert log._writer is not None
    log._writer.execute("PRAGMA wal_autocheckpoint = 40")
    for _ in range(groups):
        log.append(make_rows(last + 1, group_at(last + 1, seed), size=last * 37 % 3000))
        last = log.last()
        recorder.mark(("appended", last))
        if last % 5 == 0:
            log.keep("snapshot", last, snapshot(last))
            recorder.mark(("kept", last))
    log.close()


def promised(*parts: list[Operation]) -> Promises:
    """Return what had been promised when these operations were done."""
    promises = Promises()
    for operation in (operation for part in parts for operation in part if operation.verb == "mark"):
        promises.take(*operation.promise)
    return promises


def reopened(folder: Path, files: dict[str, bytes], promises: Promises, seed: int) -> None:
    """Put ``files`` where they are found after a power cut, and check the store, and that it goes on."""
    shutil.rmtree(folder, ignore_errors=True)
    write_files(folder, files)
    log = SqliteLog(folder / "log.db")
    try:
        last = check_after_crash(log, promises, seed)
        log.append(make_rows(last + 1, group_at(last + 1, seed), size=last * 37 % 3000))
        assert log.last() == len(everything(log))
    finally:
        log.close()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    """The operations of a store from its making to its second closing."""
    folder = tmp_path_factory.mktemp("recorded").resolve()
    with recording(folder) as recorder:
        work(folder, recorder, 3, 45)
        work(folder, recorder, 3, 15)
    disk = recorder.disk()
    for operation in recorder.operations:
        disk.do(operation)
    assert disk.after_cut("everything", seeded(0)).keys() == {"log.db"}
    return recorder


@pytest.mark.parametrize("share", range(SHARES))
def test_power_cuts_lose_nothing_that_was_promised(recorded: Recorder, tmp_path: Path, share: int) -> None:
    operations = recorded.operations
    cuts = sorted(seeded(11).choices(range(len(operations) + 1), k=CRASHES))[share::SHARES]
    disk, done = recorded.disk(), 0
    for number, cut in enumerate(cuts):
        for operation in operations[done:cut]:
            disk.do(operation)
        done = cut
        habit, chance = HABITS[number % len(HABITS)], seeded(cut * 31 + number)
        try:
            reopened(tmp_path / "after", disk.after_cut(habit, chance), promised(operations[:cut]), 3)
        except (AssertionError, StoreError) as error:
            error.add_note(
                f"cut before operation {cut} of {len(operations)}, {habit} of what was not flushed"
            )
            raise


def test_power_cuts_while_a_crashed_store_is_opened_lose_nothing(recorded: Recorder, tmp_path: Path) -> None:
    """A process is killed, the next one opens what it left and tells it to others: that must stay too."""
    chance = seeded(5)
    operations = recorded.operations
    begun = next(place for place, operation in enumerate(operations) if operation.verb == "mark")
    flushes = [place for place in range(begun, len(operations)) if operations[place].verb == "flush"]
    for number in range(max(4, CRASHES // 50)):
        # Before a flush, all of a group is written, and nothing of it is safe.
        cut = chance.choice(flushes) if number % 2 else chance.randrange(begun, len(operations))
        disk = recorded.disk()
        for operation in operations[:cut]:
            disk.do(operation)
        folder = tmp_path / f"killed{number}"
        write_files(folder, disk.after_cut("everything", chance))
        with recording(folder.resolve(), disk) as recorder:
            work(folder, recorder, 3, 2)
        told = next(place for place, done in enumerate(recorder.operations) if done.verb == "mark") + 1
        for again in (told, *sorted(chance.choices(range(len(recorder.operations) + 1), k=4))):
            second = recorder.disk()
            for operation in recorder.operations[:again]:
                second.do(operation)
            files = second.after_cut("nothing" if again == told else chance.choice(HABITS), chance)
            promises = promised(operations[:cut], recorder.operations[:again])
            reopened(tmp_path / "after", files, promises, 3)


def test_the_cuts_tell_a_store_that_flushes_from_one_that_does_not(tmp_path: Path) -> None:
    """The same cuts find losses where a promise is made before the flush: the test can fail."""
    folder = tmp_path / "lax"
    folder.mkdir()
    with recording(folder.resolve()) as recorder:
        log = SqliteLog(folder / "log.db")
        assert log._writer is not None
        log._writer.execute("PRAGMA synchronous = OFF")
        for first in range(1, 30, 3):
            log.append(make_rows(first, 3))
            recorder.mark(("appended", first + 2))
        end = len(recorder.operations)
        log.close()
    lost = 0
    for number in range(40):
        cut = seeded(number).randint(end // 2, end)
        disk = recorder.disk()
        for operation in recorder.operations[:cut]:
            disk.do(operation)
        files: dict[str, bytes] = disk.after_cut("nothing", seeded(number))
        try:
            shutil.rmtree(tmp_path / "after", ignore_errors=True)
            write_files(tmp_path / "after", files)
            lax = SqliteLog(tmp_path / "after" / "log.db")
            lost += lax.last() < promised(recorder.operations[:cut]).last
            lax.close()
        except StoreError:
            lost += 1
    assert lost == 40
