"""Copies of a log: a backup while the node goes on, the way back, and the move from one store to another.

Layer: log. A copy counts only after it was read back and compared byte for byte, and a backup gets its name
only then: half a backup has no name.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from renkei.log.opening import open_log
from renkei.log.port import Log, Row, StoreError
from renkei.log.sqlite import SqliteLog, flush_folder

_GROUP = 500
"""Rows that are copied in one transaction."""


def back_up(log: Log, target: Path) -> int:
    """Write a copy of ``log``, which may go on growing, into the new SQLite file ``target``.

    Returns:
        The number of the last row in the backup.

    Raises:
        StoreError: The target exists or cannot be written, or the copy is not equal to the log.
    """
    if target.exists():
        raise StoreError("RK616", f"{target} exists already", "A backup never replaces anything.")
    try:
        # Beside the target, so that it only needs to be renamed; a crash leaves this folder behind.
        scratch = Path(tempfile.mkdtemp(prefix=".renkei-backup-", dir=target.parent))
    except OSError as error:
        raise StoreError("RK616", f"{target} cannot be written: {error.strerror}") from error
    try:
        part = scratch / "log.db"
        _copy_into(log, part)
        copy = SqliteLog(part, writing=False, resting=True)
        try:
            last = copy.last()
            _check_equal(log, copy, last)
        finally:
            copy.close()
        _name(part, target)
    except OSError as error:
        raise StoreError("RK616", f"{target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return last


def restore(backup: Path, where: str | Path) -> int:
    """Copy a backup into the store at ``where``, which is empty or holds a beginning of it.

    Returns:
        The number of the last row.

    Raises:
        StoreError: One of both cannot be opened, or the store holds something else.
    """
    source = SqliteLog(backup, writing=False)
    try:
        target = open_log(where)
        try:
            return copy_log(source, target)
        finally:
            target.close()
    finally:
        source.close()


def copy_log(source: Log, target: Log) -> int:
    """Copy rows and what is kept into ``target``, which is empty or holds a beginning of ``source``.

    The source may go on growing; a copy that was cut short goes on with the next call.

    Returns:
        The number of the last row in both.

    Raises:
        StoreError: The target is no beginning of the source, or does not return what was written into it.
    """
    begun = target.last()
    _check_beginning(source, target, begun)
    last = _copy_rows(source, target, begun)
    _copy_kept(source, target)
    # What is kept may tell of rows that came in the meantime.
    last = _copy_rows(source, target, last)
    _check_equal(source, target, last)
    return last


def _copy_rows(source: Log, target: Log, after: int) -> int:
    """Append the rows after number ``after`` up to where the source ends now."""
    end = source.last()
    while after < end:
        group = source.read(after, min(_GROUP, end - after))
        target.append(group)
        after = group[-1].seq
    return after


def _copy_kept(source: Log, target: Log) -> None:
    for name in source.kept_names():
        for position, body in source.all_kept(name):
            target.keep(name, position, body)


def _rows(log: Log, last: int) -> Iterator[Row]:
    after = 0
    while after < last and (page := log.read(after, min(_GROUP, last - after))):
        yield from page
        after = page[-1].seq


def _first_difference(one: Log, other: Log, last: int) -> int | None:
    """Return the first number up to ``last`` at which both logs differ, None if there is none."""
    pairs = zip_longest(_rows(one, last), _rows(other, last))
    different = (number for number, (left, right) in enumerate(pairs, start=1) if left != right)
    return next(different, None)


def _check_beginning(source: Log, target: Log, last: int) -> None:
    different = _first_difference(source, target, last)
    if different is not None:
        raise StoreError(
            "RK614",
            f"the target holds {last} rows, and row {different} is not that of the log",
            "Name an empty store, or one that holds an earlier copy of this log.",
        )


def _check_equal(source: Log, copy: Log, last: int) -> None:
    different = _first_difference(source, copy, last)
    if different is not None or copy.last() < last:
        raise StoreError("RK615", f"row {different or copy.last() + 1} of the copy is not that of the log")
    for name in copy.kept_names():
        originals = source.all_kept(name)
        for kept in copy.all_kept(name):
            # The source may keep more, but what the copy has, it has too, in the same order.
            if not any(kept == original for original in originals):
                raise StoreError("RK615", f"what is kept as {name!r} at {kept[0]} is not that of the log")


def _copy_into(log: Log, part: Path) -> None:
    if isinstance(log, SqliteLog):
        log.copy_file(part)
    else:
        copy = SqliteLog(part)
        try:
            copy_log(log, copy)
        finally:
            copy.close()
    descriptor = os.open(part, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(part: Path, target: Path) -> None:
    """Give a whole copy its name, which nothing else may have taken meanwhile."""
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise StoreError("RK616", f"{target} exists already", "A backup never replaces anything.") from error
    except OSError:
        # File systems of memory sticks know no second name.
        part.rename(target)
    flush_folder(target.parent)
