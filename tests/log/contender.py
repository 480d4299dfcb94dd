"""One of several processes over one database: started by the tests of the PostgreSQL store.

    python tests/log/contender.py append ADDRESS MARK COUNT
    python tests/log/contender.py read ADDRESS LAST

An appender appends COUNT groups of two rows, each with its mark; a reader looks at the log until it ends at
LAST, and fails if it ever sees something else than a beginning without a gap. Both end with a line of output.
"""

from __future__ import annotations

import sys

from renkei.log.opening import open_log
from renkei.log.port import Log, OvertakenError
from tests.log.rows import make_row


def append(log: Log, mark: str, groups: int) -> int:
    """Append groups; return how often another process was faster."""
    overtaken = 0
    for _ in range(groups):
        while True:
            first = log.last() + 1
            given = {"jp": log.released_last("jp") + 1}
            try:
                log.append([make_row(first, given, mark=mark), make_row(first + 1, mark=mark)])
                break
            except OvertakenError:
                overtaken += 1
    return overtaken


def read(log: Log, last: int) -> int:
    """Read until the log ends at ``last``; return how often it was looked at."""
    looks = seen = 0
    while seen < last:
        rows = log.read(0, last)
        numbers = [row.seq for row in rows]
        assert numbers == list(range(1, len(rows) + 1)), "a gap"
        assert len(rows) % 2 == 0, "half a group"
        assert len(rows) >= seen, "what was there is gone"
        given = log.released("jp", 0, last)
        assert [release.number for release in given] == list(range(1, len(given) + 1)), (
            "a gap in what is released"
        )
        assert len(given) >= len(rows) // 2, "released later than appended"
        assert log.wait(seen, 0.0) >= seen
        seen, looks = len(rows), looks + 1
    return looks


if __name__ == "__main__":
    _, verb, address, what, *rest = sys.argv
    opened = open_log(address)
    told = append(opened, what, int(rest[0])) if verb == "append" else read(opened, int(what))
    sys.stdout.write(f"{told}\n")
    opened.close()
