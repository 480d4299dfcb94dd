"""Verification: an untouched log never alarms; whatever was done to a store is found, and where."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from renkei.errors import UsageError
from renkei.log.checkpoint import Checkpoint, cosign_checkpoint, sign_checkpoint
from renkei.log.finding import Finding, VerificationReport
from renkei.log.memory import MemoryLog
from renkei.log.note import NoteError
from renkei.log.port import Log, Release
from renkei.log.sqlite import SqliteLog
from renkei.log.verify import verify_log
from tests.log.sealed import (
    JPN,
    KEYS,
    SECOND,
    START,
    USA,
    Change,
    Contents,
    contents_of,
    grow,
    grown_in_pieces,
    latest,
    make_row,
    make_rows,
    salt,
    sealed_contents,
    signer,
)

ROWS = 40
SIZES = [3, 4, 11, 12, 25, 33, 40]
WHOLE = sealed_contents(ROWS, SIZES)
NUMBERS = count()
FIELDS = ("body", "salt", "kind", "subject", "recorded")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The kind of store that is changed, with where it may be."""
    return str(tmp_path / "log.db") if request.param == "sqlite" else ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all the stores that Hypothesis makes."""
    return tmp_path_factory.mktemp("changed")


def verified(contents: Contents, store: str | Path, **settings: object) -> VerificationReport:
    """Return the report on a store with ``contents``: in memory, or in a file if there is a path."""
    log: Log = contents.into_sqlite(Path(store)) if store else contents.into_memory()
    try:
        report = verify_log(log, KEYS, party="jpn", **settings)  # type: ignore[arg-type]
    finally:
        log.close()
    json.dumps(report.to_dict())
    return report


def changed(change: Change, store: str | Path, **settings: object) -> set[tuple[str, int, int, str]]:
    """Return code, range and partner of what is found in the whole log after ``change``."""
    contents = Contents(WHOLE.rows, WHOLE.kept)
    change(contents)
    report = verified(contents, store, **settings)
    assert report.holds == (not report.findings)
    return {(each.code, each.first, each.last, each.partner) for each in report.findings}


def fields_changed(contents: Contents, seq: int, name: str) -> None:
    """Change one field of a row a little."""
    row = contents.rows[seq - 1]
    value = getattr(row, name)
    if isinstance(value, int):
        contents.change(seq, recorded=value + 1)
    elif isinstance(value, bytes):
        contents.change(seq, **{name: bytes([value[0] ^ 1]) + value[1:]})
    else:
        contents.change(seq, **{name: value + "x"})


# An untouched log.


def test_an_untouched_log_holds_and_the_report_says_how_far(store: str) -> None:
    report = verified(WHOLE, store)
    assert report.holds
    assert (report.party, report.hidden) == ("jpn", 0)
    log = report.log
    assert (log.origin, log.entries, log.sealed, log.proven) == ("renkei/jpn", 40, 40, 40)
    assert log.checkpoints == len(SIZES)
    usa, nato = report.released["usa"], report.released["nato"]
    assert (usa.origin, usa.entries, usa.proven) == ("renkei/jpn/to/usa", 20, 20)
    assert (nato.entries, nato.proven, nato.witnessed) == (6, 6, {})
    # The fifth seal is the last one that the partner cosigned and that its log had grown for.
    assert usa.witnessed == {"renkei/usa": (20, START + 40 * SECOND)}


@given(
    rows=st.integers(0, 30),
    sizes=st.lists(st.integers(1, 30), max_size=8),
    restarts=st.sets(st.integers(1, 30), max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_a_log_that_nobody_touched_never_alarms(rows: int, sizes: list[int], restarts: set[int]) -> None:
    log, _ = grown_in_pieces(rows, sizes, restarts)
    sealed = max((size for size in sizes if size <= rows), default=0)
    report = verify_log(log, KEYS, party="jpn")
    assert [finding.code for finding in report.findings] == ([] if sealed else ["RK624"])
    assert (report.log.entries, report.log.sealed, report.log.proven) == (rows, sealed, sealed)


def test_a_crash_between_tile_and_checkpoint_is_no_finding(store: str) -> None:
    contents = Contents(WHOLE.rows, WHOLE.kept)
    for name in ("checkpoint", "checkpoint:usa", "checkpoint:nato"):
        position = max(each for kept, each in contents.kept if kept == name)
        del contents.kept[name, position]
    del contents.kept["cosigned:usa", 20]
    report = verified(contents, store)
    assert report.holds
    assert (report.log.sealed, report.log.entries) == (33, 40)


def test_a_log_without_a_checkpoint_cannot_be_verified(store: str) -> None:
    contents = Contents(WHOLE.rows)
    report = verified(contents, store)
    assert [finding.code for finding in report.findings] == ["RK624"]
    assert (report.log.sealed, report.log.proven) == (0, 0)
    assert [finding.code for finding in verified(Contents(), store).findings] == ["RK624"]


# What is done to rows.


@given(seq=st.integers(1, ROWS), name=st.sampled_from(FIELDS), in_file=st.booleans())
@settings(max_examples=40, deadline=None)
def test_an_altered_field_is_found_at_its_entry(seq: int, name: str, in_file: bool, folder: Path) -> None:
    found = changed(lambda whole: fields_changed(whole, seq, name), folder / "a.db" if in_file else "")
    assert found == {("RK625", seq, seq, "")}


def test_bits_of_a_body_count() -> None:
    row = WHOLE.rows[16]
    for bit in range(0, 8 * len(row.body), 3):
        body = bytearray(row.body)
        body[bit // 8] ^= 1 << bit % 8
        found = changed(lambda whole, body=bytes(body): whole.change(17, body=body), "")  # type: ignore[misc]
        assert found == {("RK625", 17, 17, "")}


def test_bytes_moved_from_one_field_to_the_next_are_found(store: str) -> None:
    def shifted(whole: Contents) -> None:
        row = whole.rows[8]
        whole.change(9, kind=row.kind + row.subject[:1], subject=row.subject[1:])
        row = whole.rows[9]
        whole.change(10, subject=row.subject + row.body[:1].decode(), body=row.body[1:])

    assert changed(shifted, store) == {("RK625", 9, 10, "")}


def test_a_salt_of_another_length_is_found(store: str) -> None:
    row = WHOLE.rows[8]

    def lengthened(whole: Contents) -> None:
        whole.change(9, salt=row.salt + row.body[:1], body=row.body[1:])

    assert changed(lengthened, store) == {("RK625", 9, 9, "")}


@given(seq=st.integers(1, ROWS), renumbered=st.booleans(), in_file=st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_dropped_entry_is_found_where_it_was(
    seq: int, renumbered: bool, in_file: bool, folder: Path
) -> None:
    def dropped(whole: Contents) -> None:
        del whole.rows[seq - 1]
        if renumbered:
            whole.renumber()

    # A log in memory cannot have a gap.
    found = changed(dropped, folder / "b.db" if in_file or not renumbered else "")
    own = {each for each in found if not each[3]}
    if seq == ROWS:
        assert own == {("RK630", ROWS, ROWS, "")}
    elif renumbered:
        assert own == {("RK626", seq, seq, ""), ("RK628", seq, ROWS - 1, "")}
    else:
        assert own == {("RK626", seq, seq, ""), ("RK631", seq, seq, "")}


@given(places=st.lists(st.integers(1, ROWS), min_size=2, max_size=2, unique=True), in_file=st.booleans())
@settings(max_examples=30, deadline=None)
def test_two_entries_that_changed_places_are_found(places: list[int], in_file: bool, folder: Path) -> None:
    first, second = sorted(places)

    def swapped(whole: Contents) -> None:
        one, other = whole.rows[first - 1], whole.rows[second - 1]
        whole.rows[first - 1] = replace(other, seq=first, recorded=other.recorded)
        whole.rows[second - 1] = replace(one, seq=second, recorded=one.recorded)

    found = changed(swapped, folder / "c.db" if in_file else "")
    assert {("RK628", first, first, ""), ("RK628", second, second, "")} <= found
    assert {code for code, _, _, partner in found if not partner} == {"RK628", "RK632"}


@given(seq=st.integers(1, ROWS + 1), in_file=st.booleans())
@settings(max_examples=30, deadline=None)
def test_an_inserted_entry_is_found(seq: int, in_file: bool, folder: Path) -> None:
    def inserted(whole: Contents) -> None:
        whole.rows.insert(seq - 1, replace(make_row(1, {}), salt=salt("new"), recorded=START + seq * SECOND))
        whole.renumber()

    found = changed(inserted, folder / "d.db" if in_file else "")
    if seq > ROWS:
        # After the last checkpoint it is an entry like any other.
        assert found == set()
    else:
        moved = {("RK628", seq + 1, ROWS, "")} if seq < ROWS else set()
        assert {each for each in found if each[0] != "RK632"} == {("RK627", seq, seq, "")} | moved


@given(seq=st.integers(1, ROWS), copy=st.integers(1, ROWS))
@settings(max_examples=20, deadline=None)
def test_a_copy_of_another_entry_in_its_place_is_found(seq: int, copy: int) -> None:
    other = WHOLE.rows[copy - 1]

    def copied(whole: Contents) -> None:
        whole.rows[seq - 1] = replace(other, seq=seq, releases=whole.rows[seq - 1].releases)

    found = changed(copied, "")
    assert (found == set()) == (seq == copy)
    assert seq == copy or any(each[1] <= seq <= each[2] for each in found)


@given(left=st.integers(0, ROWS - 1), in_file=st.booleans())
@settings(max_examples=30, deadline=None)
def test_a_log_that_was_cut_off_is_found(left: int, in_file: bool, folder: Path) -> None:
    found = changed(
        lambda whole: whole.rows.__delitem__(slice(left, None)), folder / "e.db" if in_file else ""
    )
    assert ("RK630", left + 1, ROWS, "") in found
    assert {code for code, _, _, _ in found} == {"RK630"} | ({"RK624"} if not left or left < 3 else set())


def cut_with_its_checkpoints(whole: Contents, left: int) -> None:
    del whole.rows[left:]
    whole.forget_after(left, {"usa": left // 2, "nato": left // 6})


def test_only_a_checkpoint_from_elsewhere_tells_that_an_end_was_cut_off_with_its_checkpoints(
    store: str,
) -> None:
    log = WHOLE.into_memory()
    trusted = [latest(log), latest(log, "cosigned:usa")]
    assert changed(lambda whole: cut_with_its_checkpoints(whole, 30), store) == set()
    found = changed(lambda whole: cut_with_its_checkpoints(whole, 30), store, trusted=trusted)
    assert found == {("RK630", 31, 40, ""), ("RK630", 16, 20, "usa")}


def test_times_that_go_back_are_found_even_after_the_last_checkpoint(store: str) -> None:
    contents = Contents([*WHOLE.rows, replace(make_row(41, {}), recorded=START)], WHOLE.kept)
    report = verified(contents, store)
    assert [(each.code, each.first) for each in report.findings] == [("RK632", 41)]


# What is done with the key, or with another one.


def rewritten(key: int, changed_seq: int = 20) -> Contents:
    """Return a log in which everything from one entry on is another, sealed again."""
    rows = [*make_rows(changed_seq - 1), *make_rows(ROWS, "other")[changed_seq - 1 :]]
    log = MemoryLog()
    grow(log, rows, SIZES, signer("jpn", key))
    return contents_of(log)


def test_another_history_under_another_key_is_no_log_of_the_party(store: str) -> None:
    report = verified(rewritten(2), store)
    codes = {each.code for each in report.findings}
    assert codes == {"RK624", "RK634"}
    assert sum(each.code == "RK634" and not each.partner for each in report.findings) == len(SIZES)


def test_another_history_under_the_stolen_key_is_found_with_what_a_partner_cosigned(store: str) -> None:
    log = WHOLE.into_memory()
    trusted = [latest(log, "cosigned:usa")]
    assert verified(rewritten(1), store).holds
    report = verified(rewritten(1), store, trusted=trusted)
    assert [(each.code, each.first, each.last, each.partner) for each in report.findings] == [
        ("RK635", 1, 20, "usa")
    ]
    assert "renkei/usa knows another history" in report.findings[0].message
    assert report.released["usa"].proven == 0
    # A second one, from before the change, narrows it down.
    early = [data for position, data in log.all_kept("cosigned:usa") if position <= 9][-1]
    report = verified(rewritten(1), store, trusted=[early, *trusted])
    first = Checkpoint.from_text(early.decode().partition("\n\n")[0] + "\n").size
    assert [(each.first, each.last) for each in report.findings] == [(first + 1, 20)]
    assert report.released["usa"].proven == first


def test_a_trusted_checkpoint_between_two_seals_is_compared_too(store: str) -> None:
    log = MemoryLog()
    sealer = grow(log, make_rows(20), [20])
    between = sign_checkpoint(Checkpoint("renkei/jpn", 20, sealer.frontier().root()), JPN)
    contents = sealed_contents(ROWS, [13, 40])
    assert verified(contents, store, trusted=[between]).holds
    other = sign_checkpoint(Checkpoint("renkei/jpn", 20, b"x" * 32), JPN)
    findings = verified(contents, store, trusted=[other]).findings
    assert [(each.code, each.first, each.last) for each in findings] == [("RK635", 1, 20)]


def test_what_a_log_signed_itself_is_compared_even_where_its_entries_are_not_known(store: str) -> None:
    contents = Contents(WHOLE.rows, WHOLE.kept)
    contents.change(20, body=b"{}")
    del contents.kept["tile", 25]
    other = sign_checkpoint(Checkpoint("renkei/jpn", 40, b"x" * 32), JPN)
    found = [
        (each.code, each.first, each.last) for each in verified(contents, store, trusted=[other]).findings
    ]
    assert found == [("RK629", 13, 25), ("RK635", 1, 40)]


def test_two_checkpoints_that_contradict_each_other_are_found(store: str) -> None:
    contents = Contents(WHOLE.rows, WHOLE.kept)
    contents.kept["cosigned", 25] = sign_checkpoint(Checkpoint("renkei/jpn", 25, b"x" * 32), JPN)
    report = verified(contents, store)
    assert [(each.code, each.last) for each in report.findings] == [("RK636", 25)]


def test_a_past_that_was_rewritten_and_sealed_on_contradicts_the_old_seals(store: str) -> None:
    contents, other = Contents(WHOLE.rows, WHOLE.kept), rewritten(1, 5)
    contents.rows = other.rows
    for name, position in other.kept:
        if position > 12:
            contents.kept[name, position] = other.kept[name, position]
    codes = {(each.code, each.partner) for each in verified(contents, store).findings}
    assert ("RK636", "") in codes


# What is done to releases.


def release_at(whole: Contents, seq: int) -> Release:
    return whole.rows[seq - 1].releases[0]


@given(number=st.integers(1, ROWS // 2), name=st.sampled_from(["body", "salt"]), in_file=st.booleans())
@settings(max_examples=20, deadline=None)
def test_an_altered_release_is_found_at_its_number_and_its_entry(
    number: int, name: str, in_file: bool, folder: Path
) -> None:
    seq = number * 2

    def altered(whole: Contents) -> None:
        release = release_at(whole, seq)
        value = getattr(release, name)
        other = replace(release, **{name: bytes([value[0] ^ 1]) + value[1:]})
        whole.change(seq, releases=(other, *whole.rows[seq - 1].releases[1:]))

    found = changed(altered, folder / "f.db" if in_file else "")
    assert found == {("RK625", seq, seq, ""), ("RK625", number, number, "usa")}


def test_a_release_that_was_given_to_another_entry_is_found(store: str) -> None:
    def given_away(whole: Contents) -> None:
        release = release_at(whole, 20)
        whole.change(20, releases=())
        whole.change(21, releases=(release,))

    assert changed(given_away, store) == {("RK625", 20, 21, "")}


def test_a_release_that_was_taken_away_is_found(store: str) -> None:
    found = changed(lambda whole: whole.change(20, releases=()), store)
    assert ("RK625", 20, 20, "") in found
    assert any(code in {"RK626", "RK633"} and first <= 10 <= last for code, first, last, to in found if to)


def test_a_release_that_no_entry_lets_go_is_found(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    WHOLE.into_sqlite(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        stray = (99, 0, "usa", 21, b"{}", salt("stray"))
        connection.execute("INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?)", stray)
    with closing(SqliteLog(path, writing=False)) as log:
        findings = verify_log(log, KEYS, party="jpn").findings
    assert [(each.code, each.first, each.partner) for each in findings] == [("RK633", 21, "usa")]


def test_a_partner_of_whom_nothing_is_left_is_not_forgotten(store: str) -> None:
    def emptied(whole: Contents) -> None:
        for seq in range(6, ROWS + 1, 6):
            whole.change(seq, releases=whole.rows[seq - 1].releases[:1])

    found = changed(emptied, store)
    assert ("RK630", 1, 6, "nato") in found
    assert {("RK625", seq, seq, "") for seq in range(6, ROWS + 1, 6)} <= found


# What is done to checkpoints and tiles.


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7), size=st.sampled_from(SIZES))
@settings(max_examples=60, deadline=None)
def test_an_altered_checkpoint_is_found(place: int, bit: int, size: int) -> None:
    def altered(whole: Contents) -> None:
        note = bytearray(whole.kept["checkpoint", size])
        note[place % len(note)] ^= 1 << bit
        whole.kept["checkpoint", size] = bytes(note)

    assert changed(altered, "") == {("RK634", size, size, "")}


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7), size=st.sampled_from(SIZES))
@settings(max_examples=60, deadline=None)
def test_an_altered_tile_is_found_and_accuses_no_entry(place: int, bit: int, size: int) -> None:
    def altered(whole: Contents) -> None:
        tile = bytearray(whole.kept["tile", size])
        tile[place % len(tile)] ^= 1 << bit
        whole.kept["tile", size] = bytes(tile)

    before = max((each for each in SIZES if each < size), default=0)
    found = changed(altered, "")
    if found != {("RK639", before + 1, size, "")}:
        # The border between frontier and leaves was moved, and both are still what was signed.
        assert (found, place % (8 + 32 * size) < 8) == (set(), True)


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "altered"])
def test_without_its_tile_an_altered_entry_is_found_between_two_checkpoints(store: str, gone: bool) -> None:
    def altered(whole: Contents) -> None:
        whole.change(20, body=b"{}")
        whole.change(38, body=b"{}")
        if gone:
            del whole.kept["tile", 25]
        else:
            whole.kept["tile", 25] = whole.kept["tile", 25][:-1] + b"x"

    # The stretch after it has a good tile, so there each entry is told apart again.
    expected = {("RK629", 13, 25, ""), ("RK625", 38, 38, "")}
    assert changed(altered, store) == expected | (set() if gone else {("RK639", 13, 25, "")})


def test_without_any_tile_the_first_stretch_that_is_wrong_is_found(store: str) -> None:
    def altered(whole: Contents) -> None:
        whole.change(20, body=b"{}")
        whole.change(38, body=b"{}")
        whole.kept = {key: body for key, body in whole.kept.items() if not key[0].startswith("tile")}

    assert changed(altered, store) == {("RK629", 13, 25, "")}


def test_checkpoints_that_were_removed_make_the_stretch_wider_only(store: str) -> None:
    def removed(whole: Contents) -> None:
        whole.kept = {
            (name, position): body
            for (name, position), body in whole.kept.items()
            if name != "checkpoint" or position in {3, 33, 40}
        }

    assert changed(removed, store) == set()

    def altered(whole: Contents) -> None:
        removed(whole)
        whole.change(20, body=b"{}")
        whole.change(30, body=b"{}")

    assert changed(altered, store) == {("RK629", 4, 25, ""), ("RK625", 30, 30, "")}


# Several at once.


def some_changes() -> Iterator[Change]:
    yield lambda whole: whole.change(7, body=b"{}")
    yield lambda whole: whole.rows.pop(20)
    yield lambda whole: whole.rows.insert(12, make_row(3, {}, "new"))
    yield lambda whole: whole.rows.reverse()
    yield lambda whole: whole.rows.__delitem__(slice(35, None))
    yield lambda whole: whole.change(9, recorded=0)
    yield lambda whole: whole.kept.pop(("tile", 12)) and None


@given(st.lists(st.sampled_from(list(some_changes())), min_size=1, max_size=5, unique=True))
@settings(max_examples=60, deadline=None)
def test_several_changes_at_once_never_hide_each_other(changes: list[Change]) -> None:
    contents = Contents(WHOLE.rows, WHOLE.kept)
    for change in changes:
        change(contents)
    contents.renumber()
    report = verified(contents, "")
    assert report.holds == (len(changes) == 1 and ("tile", 12) not in contents.kept)
    intact = 0
    while intact < len(contents.rows) and contents.rows[intact] == WHOLE.rows[intact]:
        intact += 1
    assert report.log.proven <= intact


# What cannot be read, and what grows meanwhile.


def test_each_kind_of_store_is_sealed_and_verified(log: Log) -> None:
    grow(log, make_rows(ROWS), SIZES)
    report = verify_log(log, KEYS)
    assert (report.holds, report.log.proven, report.released["usa"].proven) == (True, 40, 20)
    assert report == verified(WHOLE, "")


def by_sql(path: Path, *statements: str) -> list[tuple[str, int, int]]:
    """Return what is found after somebody ran ``statements`` on a store without its guards."""
    WHOLE.into_sqlite(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, guard in guards:
            connection.execute(guard)
    with closing(SqliteLog(path, writing=False)) as log:
        report = verify_log(log, KEYS, party="jpn")
    assert json.dumps(report.to_dict())
    return [(each.code, each.first, each.last) for each in report.findings if not each.partner]


def test_an_entry_that_cannot_be_read_is_found(tmp_path: Path) -> None:
    found = by_sql(tmp_path / "log.db", "UPDATE entries SET kind = CAST(x'ff' AS TEXT) WHERE seq = 7")
    assert len(found) == 2
    assert found[0][1:] == (7, 7)
    assert found[1] == ("RK625", 7, 7)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE entries SET seq = 7000000000000 WHERE seq = 40", ("RK631", 40, 6_999_999_999_999)),
        ("UPDATE entries SET seq = 41 WHERE seq = 40", ("RK631", 40, 40)),
        ("UPDATE entries SET seq = 0 WHERE seq = 1", ("RK626", 1, 1)),
        ("UPDATE entries SET salt = x'' WHERE seq = 9", ("RK625", 9, 9)),
        ("UPDATE releases SET partner = 'usa/to/nato' WHERE seq = 6", ("RK633", 6, 6)),
        ("UPDATE releases SET partner = '' WHERE seq = 6", ("RK633", 6, 6)),
        ("UPDATE releases SET number = 9000000000 WHERE seq = 6 AND partner = 'usa'", ("RK625", 6, 6)),
        ("UPDATE releases SET number = -3 WHERE seq = 6 AND partner = 'usa'", ("RK625", 6, 6)),
        ("UPDATE releases SET seq = 5 WHERE seq = 6", ("RK625", 5, 6)),
        ("DELETE FROM releases", ("RK625", 2, 2)),
        ("DELETE FROM kept", ("RK624", 0, 0)),
        ("UPDATE kept SET body = x'' WHERE name = 'checkpoint'", ("RK624", 0, 0)),
        ("UPDATE kept SET position = position + 100 WHERE name = 'checkpoint'", ("RK634", 140, 140)),
        ("UPDATE kept SET name = 'tile:a b' WHERE name = 'tile'", None),
    ],
)
def test_whatever_is_done_to_a_file_is_found(
    tmp_path: Path, statement: str, expected: tuple[str, int, int] | None
) -> None:
    found = by_sql(tmp_path / "log.db", statement)
    assert (expected in found) if expected else (found == [])


def test_a_log_that_grows_meanwhile_never_alarms(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    grow(log, make_rows(10), [10])
    rows, failed = make_rows(120)[10:], []

    def work() -> None:
        try:
            grow(log, rows, list(range(11, 121, 3)))
        except BaseException as error:  # noqa: BLE001 -- told by the test
            failed.append(error)

    thread = Thread(target=work)
    thread.start()
    rounds = 0
    while thread.is_alive() or not rounds:
        report = verify_log(log, KEYS, party="jpn")
        assert report.holds, report.findings
        rounds += 1
    thread.join()
    assert not failed
    assert verify_log(log, KEYS, party="jpn").log.entries == 120
    log.close()


# What is asked.


def test_keys_and_party_have_to_fit() -> None:
    log = WHOLE.into_memory()
    with pytest.raises(UsageError, match="without a public key"):
        verify_log(log, [])
    with pytest.raises(UsageError, match="none of the keys"):
        verify_log(log, [USA.verifier], party="jpn")
    with pytest.raises(UsageError, match="say whose log"):
        verify_log(MemoryLog(), KEYS)
    assert verify_log(log, KEYS).party == "jpn"
    assert verify_log(log, [JPN.verifier]).holds
    # Under the key of another party it is not its log.
    assert {each.code for each in verify_log(log, [USA.verifier]).findings} == {"RK624", "RK634"}


def test_a_former_key_of_the_party_may_be_given_too() -> None:
    log = MemoryLog()
    rows = make_rows(20)
    grow(log, rows[:10], [10], signer("jpn", 2))
    contents = contents_of(log)
    contents.rows = rows
    newer = sealed_contents(20, [20])
    contents.kept |= newer.kept
    keys = [JPN.verifier, signer("jpn", 2).verifier]
    assert verify_log(contents.into_memory(), keys).holds
    assert {each.code for each in verify_log(contents.into_memory(), keys[:1]).findings} == {"RK634"}


def test_a_trusted_checkpoint_that_is_none_is_an_error() -> None:
    log = WHOLE.into_memory()
    foreign = sign_checkpoint(Checkpoint("renkei/usa", 1, bytes(32)), USA)
    for data, code in ((b"", "RK620"), (foreign, "RK621")):
        with pytest.raises(NoteError, match=code):
            verify_log(log, KEYS, trusted=[data], party="jpn")
    forged = cosign_checkpoint(latest(log, "checkpoint:usa"), signer("usa", 2).witness(START))
    assert verify_log(log, KEYS, trusted=[forged]).released["usa"].witnessed["renkei/usa"][0] == 20


def test_findings_are_told_in_words_and_not_without_end() -> None:
    assert str(Finding("RK625", "words", 3, 4, "usa")) == "released to usa: RK625 words"
    assert str(Finding("RK624", "words", 0, 0)) == "RK624 words"
    log = MemoryLog()
    grow(log, make_rows(2100), [2100])
    contents = contents_of(log)
    for seq in range(1, 2101, 2):
        contents.change(seq, body=b"{}")
    report = verified(contents, "")
    assert (len(report.findings), report.hidden) == (1000, 50)
