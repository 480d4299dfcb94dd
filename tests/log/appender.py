"""A process that appends until it is killed, and tells what is safe: started by the crash tests.

    python tests/log/appender.py ADDRESS SEED

Writes a line for each promise once it is made: ``opened LAST``, ``appended LAST``, ``kept POSITION``.
"""

from __future__ import annotations

import os
import sys

from renkei.log.opening import open_log
from renkei.log.port import Log
from tests.log.chance import seeded
from tests.log.rows import make_rows

LARGEST_GROUP = 12


def group_at(first: int, seed: int) -> int:
    """Return how many rows the group has that begins with row ``first``: the same for every process."""
    return seeded(first * 1_000_003 + seed).randint(1, LARGEST_GROUP)


def group_ends(last: int, seed: int) -> list[int]:
    """Return where groups end, up to the first end that is not before ``last``."""
    ends = [0]
    while ends[-1] < last:
        ends.append(ends[-1] + group_at(ends[-1] + 1, seed))
    return ends


def snapshot(position: int) -> bytes:
    """Return what is kept for a position: large enough for many pages."""
    return f"state at {position} ".encode() * 700


def append_forever(log: Log, seed: int) -> None:
    """Append groups and keep a snapshot now and then; promise each once it is safe."""
    last = log.last()
    promise("opened", last)
    while True:
        log.append(make_rows(last + 1, group_at(last + 1, seed), size=last * 37 % 3000))
        last = log.last()
        promise("appended", last)
        if last % 5 == 0:
            log.keep("snapshot", last, snapshot(last))
            promise("kept", last)


def promise(verb: str, number: int) -> None:
    """Tell the parent, in one write that a kill cannot cut in two."""
    os.write(1, f"{verb} {number}\n".encode())


if __name__ == "__main__":
    append_forever(open_log(sys.argv[1]), int(sys.argv[2]))
