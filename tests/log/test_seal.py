"""Sealing: starting again anywhere gives the same trees, and nothing is signed that contradicts a seal."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from renkei.errors import UsageError
from renkei.log.checkpoint import open_checkpoint
from renkei.log.commitment import (
    commitment,
    release_leaf,
    releases_digest,
    row_commitment,
    row_leaf,
)
from renkei.log.memory import MemoryLog
from renkei.log.merkle import Frontier, Tree, leaf_hash
from renkei.log.port import Log, Release, Row, StoreError
from renkei.log.seal import Sealer
from renkei.log.sqlite import SqliteLog
from renkei.log.tile import MAX_TILE, TILE, Tile, proven_tile, read_tile
from renkei.log.verify import verify_log
from tests.log.sealed import (
    JPN,
    SECOND,
    START,
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

ROW = Row(1, "kind/1", "subject", 5, b"{}", salt("row"), (Release("usa", 1, b"{}", salt("release")),))


def tree_of(log: Log, partner: str = "") -> Tree:
    """Return the tree over everything that a log holds, hashed anew."""
    if partner:
        return Tree(release_leaf(each) for each in log.released(partner, 0, log.released_last(partner) + 1))
    return Tree(row_leaf(each) for each in log.read(0, log.last() + 1))


def test_commitments_are_what_is_written_down() -> None:
    given = salt("release")
    assert commitment(given, b"{}") == sha256(given + b"{}").digest()
    digest = sha256(b"\0\0\0\3usa" + (1).to_bytes(8, "big") + sha256(given + b"{}").digest()).digest()
    assert releases_digest(ROW.releases) == digest
    expected = sha256(
        salt("row") + (5).to_bytes(8, "big") + digest + b"\0\0\0\6kind/1" + b"\0\0\0\7subject" + b"{}"
    ).digest()
    assert row_commitment(ROW) == row_commitment(replace(ROW, seq=9), digest) == expected
    assert row_leaf(ROW) == leaf_hash(expected)


def test_the_order_of_releases_does_not_matter_but_all_else_does() -> None:
    first, second = Release("usa", 1, b"a", salt(1)), Release("nato", 7, b"b", salt(2))
    assert releases_digest([first, second]) == releases_digest([second, first])
    others = [
        replace(first, partner="us"),
        replace(first, number=2),
        replace(first, body=b"b"),
        replace(first, salt=salt(3)),
    ]
    digests = {releases_digest([other, second]) for other in (*others, first)}
    assert len(digests) == len(others) + 1


def test_what_cannot_be_committed_to_is_refused() -> None:
    for wrong in (
        replace(ROW, salt=b"short"),
        replace(ROW, recorded=2**63),
        replace(ROW, kind="\ud800"),
        replace(ROW, releases=(replace(ROW.releases[0], salt=b"x" * 17),)),
    ):
        with pytest.raises(UsageError):
            row_commitment(wrong)


@given(
    rows=st.integers(0, 60),
    sizes=st.sets(st.integers(1, 60), max_size=10),
    restarts=st.sets(st.integers(0, 60), max_size=4),
)
@settings(max_examples=50, deadline=None)
def test_starting_again_anywhere_gives_the_same_trees(rows: int, sizes: set[int], restarts: set[int]) -> None:
    log, sealer = grown_in_pieces(rows, sizes, restarts)
    again = Sealer(log, "jpn", JPN)
    for partner in ("", "usa", "nato"):
        expected = tree_of(log, partner)
        for each in (sealer, again):
            assert each.frontier(partner).root() == expected.root()
            assert each.frontier(partner).size == expected.size
    assert again.size == sealer.size == rows
    assert again.sealed_size == max((size for size in sizes if size <= rows), default=0)


def test_every_tree_that_grew_is_signed_and_the_own_one_last() -> None:
    log = MemoryLog()
    sealer = Sealer(log, "jpn", JPN)
    assert sealer.seal() == {}
    rows = make_rows(9)
    log.append(rows)
    sealer.add(rows)
    notes = sealer.seal()
    assert list(notes) == ["usa", "nato", ""]
    for partner, note in notes.items():
        opened = open_checkpoint(note, JPN.verifier)
        tree = tree_of(log, partner)
        assert opened.checkpoint.origin == ("renkei/jpn" + (f"/to/{partner}" if partner else ""))
        assert (opened.size, opened.root) == (tree.size, tree.root())
        name = f"checkpoint:{partner}" if partner else "checkpoint"
        assert log.kept(name) == (tree.size, note)
    assert sealer.seal() == {}
    quiet = make_row(13, {})
    log.append([replace(quiet, seq=10)])
    sealer.add([replace(quiet, seq=10)])
    assert list(sealer.seal()) == [""]


def test_a_seal_is_due_after_enough_rows_or_enough_time() -> None:
    log = MemoryLog()
    sealer = Sealer(log, "jpn", JPN, every_rows=3, every=2 * SECOND)
    rows = make_rows(8)
    assert not sealer.due(START + 100 * SECOND)
    log.append(rows[:2])
    sealer.add(rows[:2])
    recorded = rows[0].recorded
    assert not sealer.due(recorded + 2 * SECOND - 1)
    assert sealer.due(recorded + 2 * SECOND)
    log.append(rows[2:3])
    sealer.add(rows[2:3])
    assert sealer.due(recorded)
    sealer.seal()
    assert not sealer.due(recorded + 100 * SECOND)
    # Rows that an earlier process left without a seal are waiting too.
    log.append(rows[3:])
    assert Sealer(log, "jpn", JPN, every_rows=3).due(recorded)


def test_rows_of_another_process_are_taken_in_too() -> None:
    log = MemoryLog()
    one, other = Sealer(log, "jpn", JPN), Sealer(log, "jpn", JPN)
    rows = make_rows(30)
    for begin, sealer in ((0, one), (5, other), (10, one), (15, one), (20, other), (25, one)):
        group = rows[begin : begin + 5]
        log.append(group)
        sealer.add(group)
        sealer.seal()
    assert one.frontier().root() == tree_of(log).root()
    assert one.frontier("usa").root() == tree_of(log, "usa").root()
    other.add(rows)
    # Both have sealed up to here; the second finds everything kept already.
    assert other.seal()[""] == latest(log)


def test_a_row_whose_forerunners_are_nowhere_is_refused() -> None:
    log = MemoryLog()
    sealer = Sealer(log, "jpn", JPN)
    with pytest.raises(StoreError, match="RK630"):
        sealer.add(make_rows(5)[4:])


@pytest.mark.parametrize("partner", ["", "usa"])
def test_a_log_that_ends_before_its_last_checkpoint_is_not_gone_on_with(partner: str) -> None:
    contents = sealed_contents(20, [10, 20])
    if partner:
        contents.change(20, releases=())
    else:
        del contents.rows[19]
    with pytest.raises(StoreError, match="RK630"):
        Sealer(contents.into_memory(), "jpn", JPN).frontier(partner)


def test_a_log_that_is_not_what_was_signed_is_not_gone_on_with() -> None:
    contents = sealed_contents(20, [10, 20])
    contents.change(3, body=b"{}")
    log = contents.into_memory()
    assert Sealer(log, "jpn", JPN).size == 20
    # With the tiles at hand that is the business of a verification; without them every row is read.
    contents.kept = {key: body for key, body in contents.kept.items() if not key[0].startswith("tile")}
    with pytest.raises(StoreError, match="RK629 the first 20 entries"):
        Sealer(contents.into_memory(), "jpn", JPN)


def test_lost_or_altered_tiles_are_made_up_for_by_reading() -> None:
    whole = sealed_contents(20, [10, 20])
    for body in (None, b"", b"x" * 8, b"\0" * 8 + b"x" * 640):
        contents = Contents(whole.rows, whole.kept)
        for name in ("tile", "tile:usa"):
            position = max(at for kept, at in whole.kept if kept == name)
            if body is None:
                del contents.kept[name, position]
            else:
                contents.kept[name, position] = body
        log = contents.into_memory()
        sealer = Sealer(log, "jpn", JPN)
        assert sealer.frontier().root() == tree_of(log).root()
        assert sealer.frontier("usa").root() == tree_of(log, "usa").root()


def test_another_key_is_refused() -> None:
    log = sealed_contents(5, [5]).into_memory()
    with pytest.raises(StoreError, match="RK634 the last checkpoint of renkei/jpn cannot be used"):
        Sealer(log, "jpn", signer("jpn", 2))
    with pytest.raises(StoreError, match="RK634"):
        Sealer(log, "usa", signer("usa"))


def test_a_node_goes_on_under_a_new_key_if_it_names_the_former_one() -> None:
    log, rows, newer = MemoryLog(), make_rows(20), signer("jpn", 2)
    grow(log, rows[:10], [10])
    with pytest.raises(StoreError, match="RK634"):
        Sealer(log, "jpn", newer)
    sealer = Sealer(log, "jpn", newer, former=[JPN.verifier])
    log.append(rows[10:])
    sealer.add(rows[10:])
    sealer.seal()
    assert Sealer(log, "jpn", newer).frontier("usa").root() == tree_of(log, "usa").root()
    assert verify_log(log, [newer.verifier, JPN.verifier]).holds


def test_many_rows_at_once_are_sealed_in_pieces(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    rows = [make_row(seq, {}) for seq in range(1, MAX_TILE + 51)]
    rows = [replace(row, releases=()) for row in rows]
    log.append(rows)
    sealer = Sealer(log, "jpn", JPN)
    sealer.seal()
    sizes = [position for position, _ in log.all_kept("checkpoint")]
    assert sizes == [MAX_TILE, MAX_TILE + 50]
    assert sealer.frontier().root() == tree_of(log).root()
    log.close()


@given(start=st.integers(0, 70), count=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_a_tile_proves_each_of_its_leaves_alone(start: int, count: int) -> None:
    tree = Tree(leaf_hash(b"%d" % number) for number in range(start + count))
    frontier = Frontier().extend(tree.leaf(index) for index in range(start))
    tile = Tile(frontier, b"".join(tree.leaf(index) for index in range(start, start + count)))
    assert Tile.from_bytes(tile.to_bytes()) == tile
    assert tile.frontier().root() == tree.root()
    for index in range(start, start + count):
        assert tile.leaf(index) == tree.leaf(index)
        assert tile.inclusion_proof(index) == tree.inclusion_proof(index)


@given(st.binary(max_size=200), st.integers(0, 2**40))
@settings(max_examples=100, deadline=None)
def test_bytes_that_are_no_tile_prove_nothing(data: bytes, size: int) -> None:
    assert proven_tile(data, size, bytes(32)) is None


def test_tiles_are_found_at_their_checkpoint_only() -> None:
    log = sealed_contents(20, [10, 20]).into_memory()
    tree = tree_of(log)
    assert read_tile(log, 20, tree.root()) is not None
    assert read_tile(log, 20, tree.root(19)) is None
    assert read_tile(log, 19, tree.root(19)) is None
    assert read_tile(log, 5, tree.root(5)) is None


def test_what_is_kept_can_be_kept_again() -> None:
    contents = contents_of(sealed_contents(20, [10, 20]).into_memory())
    del contents.kept["checkpoint", 20]
    log = contents.into_memory()
    sealer = Sealer(log, "jpn", JPN)
    assert sealer.sealed_size == 10
    sealer.seal()
    assert contents_of(log).kept == sealed_contents(20, [10, 20]).kept


class Crossing(MemoryLog):
    """Does something before the next tile is kept, once it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[str, int], object] | None = None

    def keep(self, name: str, position: int, body: bytes) -> None:
        if self.before is not None and name == TILE:
            before, self.before = self.before, None
            before(name, position)
        super().keep(name, position, body)


def two_sealers(log: Log) -> tuple[Sealer, Sealer]:
    """Let two processes follow one log, of which one has sealed on the way: their tiles begin elsewhere."""
    one, two = Sealer(log, "jpn", JPN), Sealer(log, "jpn", JPN)
    for row in make_rows(9):
        log.append([row])
        one.add([row])
        two.add([row])
        if row.seq == 3:
            one.seal()
    return one, two


def test_two_processes_that_seal_at_once_come_to_the_same() -> None:
    log = Crossing()
    one, two = two_sealers(log)
    log.before = lambda _name, _position: two.seal()
    one.seal()
    assert log.before is None
    root = tree_of(log).root()
    assert [each.frontier().root() for each in (one, two)] == [root, root]
    tile = read_tile(log, 9, root)
    assert tile is not None
    assert tile.start.size == 0, "that of the other one"
    assert verify_log(log, [JPN.verifier]).findings == ()


def test_what_is_no_tile_where_one_has_to_be_is_not_passed_over() -> None:
    log = Crossing()
    one, _ = two_sealers(log)
    log.before = lambda name, position: MemoryLog.keep(log, name, position, b"no tile")
    with pytest.raises(StoreError, match="RK612"):
        one.seal()
