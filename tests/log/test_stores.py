"""The contract of a log, the same for every store: compared with a list after every step."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from renkei.log.opening import open_log
from renkei.log.port import Log, OvertakenError, Release, Row, StoreError
from renkei.log.table import LARGEST, after_prefix
from tests.log.rows import PARTNERS, NaiveLog, check_whole, everything, make_row, make_rows, salt
from tests.log.server import Server

BOUND = 20.0
"""Seconds after which something that has to happen counts as not happening."""

NAMES = st.sampled_from(
    ["case.", "case.opened/1", "case.opened/10", "case", "Case.", "c'\"{}\\,", "報告.済/1", "\U0010ffff", "ﾊ"]
)
BODIES = (
    st.binary(max_size=300)
    | st.sampled_from([b"", b"\0", b"NULL", b'\\x"{},'])
    | st.integers(4000, 9000).map(bytes)
)
POSITIONS = st.integers(0, 12)
ROWS = st.tuples(
    NAMES,
    NAMES | st.just(""),
    st.integers(-(2**62), 2**62),
    BODIES,
    st.lists(st.tuples(st.sampled_from(PARTNERS), BODIES), max_size=3),
)


class LogMachine(RuleBasedStateMachine):
    """A log and a list, given the same; ``where`` says where each run begins with an empty store."""

    addresses: Callable[[], str]

    @initialize()
    def begin(self) -> None:
        self.where = type(self).addresses()
        self.log: Log = open_log(self.where)
        self.naive = NaiveLog()
        self.counter = itertools.count()

    def made(self, drawn: list[tuple[str, str, int, bytes, list[tuple[str, bytes]]]]) -> list[Row]:
        """Return rows that go on where the list ends."""
        ends = {partner: len(self.naive.given(partner)) for partner in PARTNERS}
        rows = []
        for place, (kind, subject, recorded, body, given) in enumerate(drawn):
            releases = []
            for partner, content in given:
                ends[partner] += 1
                releases.append(Release(partner, ends[partner], content, salt(next(self.counter))))
            seq = len(self.naive.rows) + 1 + place
            rows.append(Row(seq, kind, subject, recorded, body, salt(next(self.counter)), tuple(releases)))
        return rows

    @rule(drawn=st.lists(ROWS, max_size=5))
    def append(self, drawn: list[tuple[str, str, int, bytes, list[tuple[str, bytes]]]]) -> None:
        rows = self.made(drawn)
        self.log.append(rows)
        self.naive.rows += rows

    @rule(drawn=st.lists(ROWS, min_size=1, max_size=3), back=st.integers(1, 3))
    def overtaken(self, drawn: list[tuple[str, str, int, bytes, list[tuple[str, bytes]]]], back: int) -> None:
        rows = [replace(row, seq=row.seq - back) for row in self.made(drawn)]
        with pytest.raises(OvertakenError, match="RK609"):
            self.log.append(rows)

    @rule(drawn=st.lists(ROWS, min_size=1, max_size=3), at=st.integers(0, 2), ahead=st.integers(1, 3))
    def gap(
        self, drawn: list[tuple[str, str, int, bytes, list[tuple[str, bytes]]]], at: int, ahead: int
    ) -> None:
        rows = self.made(drawn)
        rows = [
            replace(row, seq=row.seq + ahead) if place >= at % len(rows) else row
            for place, row in enumerate(rows)
        ]
        with pytest.raises(StoreError, match="RK610"):
            self.log.append(rows)

    @rule(
        drawn=st.lists(ROWS, max_size=3), partner=st.sampled_from(PARTNERS), off=st.sampled_from([-1, 1, 5])
    )
    def wrong_release(
        self, drawn: list[tuple[str, str, int, bytes, list[tuple[str, bytes]]]], partner: str, off: int
    ) -> None:
        *rows, last = self.made([*drawn, ("k", "", 0, b"", [(partner, b"")])])
        (release,) = last.releases
        wrong = replace(last, releases=(replace(release, number=release.number + off),))
        with pytest.raises(StoreError, match="RK610"):
            self.log.append([*rows, wrong])

    @rule(name=NAMES, position=POSITIONS, body=BODIES)
    def keep(self, name: str, position: int, body: bytes) -> None:
        already = dict(self.naive.all_kept(name)).get(position)
        if already is None or already == body:
            self.log.keep(name, position, body)
            if already is None:
                self.naive.kept.append((name, position, body))
        else:
            with pytest.raises(StoreError, match="RK612"):
                self.log.keep(name, position, body)

    @rule(name=NAMES, at_most=POSITIONS | st.just(-1) | st.just(2**70) | st.none())
    def kept(self, name: str, at_most: int | None) -> None:
        every = self.naive.all_kept(name)
        wanted = [found for found in every if at_most is None or found[0] <= at_most]
        assert self.log.kept(name, at_most) == (wanted[-1] if wanted else None)
        assert list(self.log.all_kept(name)) == every
        assert self.log.kept_names() == sorted({known for known, _, _ in self.naive.kept})

    @rule(after=st.integers(-2, 30) | st.just(2**70), limit=st.integers(-1, 30))
    def read(self, after: int, limit: int) -> None:
        wanted = [row for row in self.naive.rows if row.seq > after][: max(limit, 0)]
        assert self.log.read(after, limit) == wanted

    @rule(
        kind=NAMES | st.just("") | st.just("case.o"),
        subject=NAMES | st.just(""),
        after=st.integers(-1, 9),
        before=st.integers(-1, 20) | st.just(2**70),
        limit=st.integers(-1, 9),
    )
    def find(self, kind: str, subject: str, after: int, before: int, limit: int) -> None:
        found = self.log.find(kind=kind, subject=subject, after=after, before=before, limit=limit)
        assert found == self.naive.found(kind, subject, after, before, limit)

    @rule(partner=st.sampled_from([*PARTNERS, "nobody"]), after=st.integers(-1, 9), limit=st.integers(-1, 9))
    def released(self, partner: str, after: int, limit: int) -> None:
        wanted = [release for release in self.naive.given(partner) if release.number > after][: max(limit, 0)]
        assert self.log.released(partner, after, limit) == wanted

    @rule()
    def reopen(self) -> None:
        if self.where != "memory:":
            self.log.close()
            self.log = open_log(self.where)

    @rule(after=st.integers(0, 5))
    def wait_for_what_is_there(self, after: int) -> None:
        if after < len(self.naive.rows):
            assert self.log.wait(after, BOUND) == len(self.naive.rows)
        else:
            assert self.log.wait(len(self.naive.rows), 0.0) == len(self.naive.rows)

    @invariant()
    def ends_are_equal(self) -> None:
        assert self.log.last() == len(self.naive.rows)
        for partner in PARTNERS:
            assert self.log.released_last(partner) == len(self.naive.given(partner))

    def teardown(self) -> None:
        if hasattr(self, "log"):
            assert check_whole(self.log) == self.naive.rows
            self.log.close()


@pytest.fixture
def addresses(where: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Addresses of empty stores of one kind, a new one with each call."""
    if where.startswith("postgresql:"):
        server: Server = request.getfixturevalue("server")
        return server.address
    numbers = itertools.count()
    return lambda: where if where == "memory:" else str(tmp_path / f"{next(numbers)}.db")


def test_every_store_is_a_list_that_only_grows(addresses: Callable[[], str]) -> None:
    machine = type("Machine", (LogMachine,), {"addresses": staticmethod(addresses)})
    run_state_machine_as_test(
        machine, settings=settings(settings.default, max_examples=40, stateful_step_count=25, deadline=None)
    )


SPOILED: dict[str, Callable[[Row], Row]] = {
    "short salt": lambda row: replace(row, salt=b"short"),
    "no kind": lambda row: replace(row, kind=""),
    "zero in kind": lambda row: replace(row, kind="a\0b"),
    "half a character": lambda row: replace(row, kind="\ud800"),
    "zero in subject": lambda row: replace(row, subject="a\0b"),
    "late moment": lambda row: replace(row, recorded=LARGEST + 1),
    "no partner": lambda row: replace(row, releases=(Release("", 1, b"", salt(1)),)),
    "short salt of a release": lambda row: replace(row, releases=(Release("jp", 1, b"", b"short"),)),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_what_one_store_cannot_hold_none_takes(log: Log, spoil: Callable[[Row], Row]) -> None:
    with pytest.raises(StoreError, match="RK611"):
        log.append([make_row(1), spoil(make_row(2))])
    assert check_whole(log) == []
    for name, position in (("", 1), ("a\0", 1), ("a", -1), ("a", LARGEST + 1)):
        with pytest.raises(StoreError, match="RK611"):
            log.keep(name, position, b"")


def test_a_large_group_and_large_bodies_come_back(log: Log) -> None:
    rows = make_rows(1, 3000)
    rows[7] = replace(rows[7], body=bytes(range(256)) * 16384)
    log.append(rows)
    assert check_whole(log) == rows
    log.keep("snapshot", 3000, rows[7].body)
    log.keep("snapshot", 1, rows[7].body[::-1])
    log.keep("snapshot", 0, b"")
    assert [len(body) for _, body in log.all_kept("snapshot")] == [0, 1 << 22, 1 << 22]


def test_who_waits_is_woken_by_an_append(log: Log) -> None:
    with ThreadPoolExecutor(3) as pool:
        begun = [Event() for _ in range(3)]

        def wait(number: int) -> int:
            begun[number].set()
            return log.wait(0, BOUND)

        waits = [pool.submit(wait, number) for number in range(3)]
        assert all(event.wait(BOUND) for event in begun)
        log.append(make_rows(1, 2))
        assert [waited.result(BOUND) for waited in waits] == [2, 2, 2]
    assert log.wait(2, 0.01) == 2


def test_closing_ends_every_wait_and_every_use(log: Log) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(log.wait, 0, BOUND)
        log.close()
        with pytest.raises(StoreError, match="RK613"):
            waiting.result(BOUND)
    log.close()
    uses: list[Callable[[], object]] = [
        log.last,
        log.read,
        log.kept_names,
        lambda: log.append(make_rows(1, 1)),
        lambda: log.keep("a", 1, b""),
        lambda: log.wait(0, 0.0),
        lambda: list(log.all_kept("a")),
    ]
    for use in uses:
        with pytest.raises(StoreError, match="RK613"):
            use()


def test_who_reads_during_writing_sees_a_beginning(log: Log) -> None:
    rows = make_rows(1, 900)
    groups = list(_groups(rows, [1, 7, 2, 30, 5]))
    ends = set(itertools.accumulate(map(len, groups))) | {0}
    done = Event()

    def read() -> int:
        looks = seen = 0
        while looks < 3 or not done.is_set():
            last = log.last()
            found = log.read(0, len(rows))
            assert last in ends
            assert seen <= last <= len(found) in ends
            assert found == rows[: len(found)]
            given = log.released("jp", 0, len(rows))
            assert given == [r for row in rows for r in row.releases if r.partner == "jp"][: len(given)]
            assert len(given) >= len(found) // 3
            seen, looks = last, looks + 1
        return looks

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        try:
            for group in groups:
                log.append(group)
        finally:
            done.set()
        assert all(reader.result(BOUND) >= 3 for reader in readers)
    assert everything(log) == rows


def test_several_threads_append_without_a_gap(log: Log) -> None:
    """Whoever is overtaken tries again: every mark is there once, in whole groups."""

    def append(mark: str) -> None:
        for _ in range(25):
            while True:
                first = log.last() + 1
                try:
                    log.append([make_row(first, mark=mark), make_row(first + 1, mark=mark)])
                    break
                except OvertakenError:
                    continue

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(append, ["a", "b", "c"], timeout=BOUND * 3))
    rows = check_whole(log)
    marks = [row.body.split(b'"')[5] for row in rows]
    assert marks[::2] == marks[1::2]
    assert sorted(marks[::2]) == [b"a"] * 25 + [b"b"] * 25 + [b"c"] * 25


@pytest.mark.parametrize("prefix", ["a", "case.", "é", "\ud7ff", "a\U0010ffff", "報"])
def test_the_end_of_a_prefix_is_the_least_text_above_it(prefix: str) -> None:
    end = after_prefix(prefix)
    assert not end.startswith(prefix)
    assert (prefix + "\U0010ffff" * 3).encode() < end.encode()
    assert end[:-1] == prefix[: len(end) - 1]
    assert after_prefix("\U0010ffff") == ""


def _groups(rows: list[Row], sizes: list[int]) -> Iterator[list[Row]]:
    begin = 0
    for size in itertools.cycle(sizes):
        if begin >= len(rows):
            return
        yield rows[begin : begin + size]
        begin += size
