"""Batches: what is written is what is read; equal entries are equal bytes; limits hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.link.batch import (
    RECENT_BYTES,
    RECENT_COUNT,
    Batch,
    Entry,
    read_batch,
    read_head,
    recent_of,
    write_batch,
)
from renkei.link.limits import MAX_COUNT, MAX_ENTRY, LinkError
from renkei.link.message import Behind, Nothing, Part, Pull
from renkei.link.packing import pack, unpack
from renkei.link.publisher import Publisher
from renkei.link.subscriber import Held, rebuild
from tests.link.oracle import Released
from tests.link.scenes import JPN, NOW, USA, bodies_of, publisher, released, take

texts = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\n"), min_size=1, max_size=60
)
bodies = st.lists(texts.map(str.encode), min_size=1, max_size=30)


@settings(max_examples=150, deadline=None)
@given(bodies, bodies, st.integers(0, 2**52), st.booleans(), st.binary(min_size=16, max_size=16))
def test_what_is_written_is_what_is_read(
    own: list[bytes], before: list[bytes], after: int, chained: bool, salt: bytes
) -> None:
    entries = tuple(Entry(after + i, body, salt) for i, body in enumerate(own, 1))
    batch = Batch(after, bytes(32), bytes(64), entries)
    recent = recent_of(before) if chained else None
    data = write_batch(batch, recent)
    assert data == write_batch(batch, recent)
    assert read_batch(data, lambda _: recent_of(before)) == batch
    assert read_head(data).last == after + len(own)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=3000), st.binary(max_size=500))
def test_packing_gives_back_what_it_got_and_nothing_else(data: bytes, recent: bytes) -> None:
    packed = pack(data, recent)
    assert unpack(packed, recent, len(data)) == data
    for damaged in (packed + b"\0", packed[:-1], b""):
        with pytest.raises(LinkError, match="RK640"):
            unpack(damaged, recent, len(data))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, RECENT_BYTES // 3).map(bytes), max_size=100))
def test_both_sides_pack_by_the_same_recent_bodies(every: list[bytes]) -> None:
    """What the publisher reads from its log is what the subscriber keeps, however the batches were cut."""
    kept = recent_of(every)
    assert list(kept) == every[len(every) - len(kept) :]
    assert len(kept) <= RECENT_COUNT
    assert sum(len(body) + 1 for body in kept) <= RECENT_BYTES
    for cut in range(0, len(every), 7):
        assert recent_of([*recent_of(every[:cut]), *every[cut:]]) == kept


@pytest.mark.parametrize("body", [b"", b"a\nb", b"\xff", bytes(MAX_ENTRY + 1)])
def test_what_no_batch_can_carry_is_refused_before_it_is_sealed(body: bytes) -> None:
    served = Publisher(released([body]), JPN, party="jpn", partner="usa", witness=USA.verifier)
    with pytest.raises(LinkError, match="RK650"):
        served.batch(0, 1)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\0",
        b"\3\0\1",
        b"\1\0\0",
        b"\1\x80\0\1",
        b"\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1",
        b"\1\0" + b"\x81\x20",
        b"\1\xff\xff\xff\xff\xff\xff\xff\x10\1",
    ],
)
def test_a_head_that_says_too_much_is_refused(head: bytes) -> None:
    with pytest.raises(LinkError, match="RK640"):
        read_head(head + bytes(95))


def test_an_announced_count_has_to_be_there() -> None:
    data = publisher(bodies_of(3)).batch(0, 3, chained=False)
    more = data[:2] + b"\4" + data[3:99] + bytes(16) + data[99:]
    with pytest.raises(LinkError, match="3 entries where 4 were announced"):
        read_batch(more, lambda _: ())


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(0, 9000), st.data())
def test_a_budget_is_kept_and_the_rest_comes_in_turn(count: int, budget: int, data: st.DataObject) -> None:
    served = publisher(bodies_of(count))
    held = Held()
    while held.size < count:
        part = served.answer(Pull(held.size, budget))
        assert isinstance(part, Part)
        assert len(part.data) <= max(budget, 512) or part.last == part.after + 1
        again = publisher(bodies_of(count)).answer(Pull(held.size, 0, None, part.last, 0, part.tag))
        assert again == part
        offset = data.draw(st.integers(0, part.total))
        rest = served.answer(Pull(held.size, budget, None, part.last, offset, part.tag))
        assert rest == replace(part, offset=offset, data=part.data[offset:])
        held = take(held, part.data)
    assert served.answer(Pull(count, budget)) == Nothing(count)
    assert served.answer(Pull(count + 1, budget)) == Behind(count + 1, count)


def test_one_entry_larger_than_the_budget_goes_alone() -> None:
    large = b'{"x":"%s"}' % b"".join(b"%d" % (i * i) for i in range(8000))
    part = publisher([large, b"{}"]).answer(Pull(0, 512))
    assert isinstance(part, Part)
    assert part.last == 1
    assert len(part.data) > 512


def test_no_batch_has_more_entries_than_a_partner_takes() -> None:
    part = publisher([b"{}"] * (MAX_COUNT + 10)).answer(Pull(0, 2**30))
    assert isinstance(part, Part)
    assert part.last == MAX_COUNT


def test_roots_are_those_of_the_definition() -> None:
    every, naive = bodies_of(600), Released()
    for release in released(every).released("usa", 0, 600):
        naive.add("jpn", "usa", release.body, release.salt)
    for last in (1, 2, 3, 255, 512, 513, 600):
        held = take(Held(), publisher(every).batch(0, last))
        assert held.frontier.root() == naive.root("jpn", "usa", last)


def test_what_is_held_follows_from_what_was_recorded() -> None:
    held, early, entries = Held(), Held(), []
    served = publisher(bodies_of(40))
    for after, last in ((0, 7), (7, 8), (8, 40)):
        batch = read_batch(served.batch(after, last), lambda _, held=held: held.recent)
        entries += batch.entries
        held = take(held, served.batch(after, last))
        assert held.note is not None
        assert rebuild(entries, held.note.to_bytes()) == held
        assert Held.from_bytes(held.to_bytes()) == held
        if last == 7:
            early = held
    note = held.note.to_bytes() if held.note else b""
    assert rebuild(entries[7:], note, early) == held
    changed = [replace(entries[0], body=b"{}"), *entries[1:]]
    for wrong in (changed, entries[:-1], [*entries[1:]], [*entries, *entries]):
        with pytest.raises(LinkError, match="RK654"):
            rebuild(wrong, note)
    for data in (
        b"",
        b"{}",
        held.to_bytes()[:-5],
        held.to_bytes().replace(b'"frontier":"00', b'"frontier":"01'),
    ):
        with pytest.raises(LinkError, match="RK654"):
            Held.from_bytes(data)
    stranger = take(Held(), publisher(bodies_of(8, first=90)).batch(0, 7))
    with pytest.raises(LinkError, match="RK654"):
        rebuild(entries[7:], note, stranger)


def test_entries_whose_seal_a_crash_took_are_sealed_and_not_recorded_twice() -> None:
    from renkei.link.subscriber import Accepted, Noise
    from tests.link.scenes import SUBSCRIBER

    served = publisher(bodies_of(12))
    first = take(Held(), served.batch(0, 5))
    entries = read_batch(served.batch(0, 12, chained=False), lambda _: ()).entries
    assert first.note is not None
    left = rebuild(entries[:9], first.note.to_bytes())
    assert (left.size, left.recorded) == (5, 9)
    for last, fresh, recorded in ((7, [], 9), (9, [], 9), (12, [10, 11, 12], 12)):
        verdict = SUBSCRIBER.accept(left, served.batch(5, last), NOW)
        assert isinstance(verdict, Accepted)
        assert [entry.number for entry in verdict.entries] == fresh
        assert (verdict.held.size, verdict.held.recorded) == (last, recorded)
    other = rebuild([*entries[:8], replace(entries[8], body=b'{"other":1}')], first.note.to_bytes())
    verdict = SUBSCRIBER.accept(other, served.batch(5, 12), NOW)
    assert isinstance(verdict, Noise)
    assert verdict.problem.code == "RK653"
