"""Bundles: the link as files, read in any order and more than once, by hand or one way."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.link.bundle import Bundle, import_bundle, missing
from renkei.link.limits import LinkError
from renkei.link.publisher import Publisher
from renkei.link.seal import Peer
from renkei.link.subscriber import Accepted, Ahead, Held, Noise, Stale, Subscriber, Verdict
from tests.link.bundles import export_bundle, read_bundle
from tests.link.scenes import JPN, NOW, SUBSCRIBER, USA, bodies_of, publisher, released

EVERY = bodies_of(60)
HEAD = b'renkei bundle 1\n{"from":"jpn","to":"usa","after":1,"last":2,"created":"2024-01-01T00:00:00Z"}\n'


def read_in(held: Held, bundle: Bundle) -> tuple[Held, list[Verdict]]:
    verdicts = list(import_bundle(SUBSCRIBER, held, bundle, NOW))
    for verdict in verdicts:
        if isinstance(verdict, Accepted):
            held = verdict.held
    return held, verdicts


def bundle(count: int, after: int) -> Bundle:
    return read_bundle(export_bundle(publisher(EVERY[:count]), after, created=NOW))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 59)), max_size=8))
def test_in_whatever_order_disks_arrive_the_past_is_whole(disks: list[tuple[int, int]]) -> None:
    held = Held()
    for count, after in disks:
        if after >= count:
            continue
        disk, reached = bundle(count, after), held.size
        held, verdicts = read_in(held, disk)
        if after > reached:
            assert verdicts == [Ahead(reached + 1, after)]
            assert missing(held, disk) == (reached + 1, after)
        else:
            assert held.size == max(reached, count)
            assert all(isinstance(verdict, Accepted | Stale) for verdict in verdicts)
    whole, _ = read_in(held, bundle(60, 0))
    assert whole.frontier == publisher(EVERY)._frontier(60)


def test_a_bundle_says_who_for_whom_and_what() -> None:
    data = export_bundle(publisher(EVERY), 42, created=NOW)
    assert data.split(b"\n")[:2] == [
        b"renkei bundle 1",
        b'{"from":"jpn","to":"usa","after":42,"last":60,"created":"2024-01-01T07:10:00.000000Z"}',
    ]
    found = read_bundle(data)
    assert (found.publisher, found.subscriber, found.after, found.last, found.created) == (
        "jpn",
        "usa",
        42,
        60,
        NOW,
    )


def test_a_disk_takes_the_acknowledgement_of_the_other_direction_along() -> None:
    held, _ = read_in(Held(), bundle(60, 0))
    back = Publisher(released(EVERY, "jpn"), USA, party="usa", partner="jpn", witness=JPN.verifier)
    disk = read_bundle(export_bundle(back, 0, created=NOW, acknowledgement=held.acknowledgement))
    assert disk.acknowledgement is not None
    assert publisher(EVERY).acknowledged(disk.acknowledgement).size == 60
    alone = read_bundle(export_bundle(back, 60, created=NOW, acknowledgement=held.acknowledgement))
    assert alone.batches == ()
    assert alone.acknowledgement == held.acknowledgement


def test_there_has_to_be_something_to_carry() -> None:
    with pytest.raises(LinkError, match="RK648"):
        export_bundle(publisher(EVERY), 60, created=NOW)


def test_a_bundle_for_somebody_else_is_refused() -> None:
    other = Subscriber(Peer("jpn", "aus", JPN.verifier), USA)
    with pytest.raises(LinkError, match="from 'jpn' for 'usa'"):
        list(import_bundle(other, Held(), bundle(60, 0), NOW))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_disk_gives_nothing_wrong(data: st.DataObject) -> None:
    whole = bytearray(export_bundle(publisher(EVERY), 0, created=NOW))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))]) if data.draw(st.booleans()) else bytes(whole)
    held, verdicts = Held(), []
    with suppress(LinkError):
        held, verdicts = read_in(held, read_bundle(cut))
    for verdict in verdicts:
        assert isinstance(verdict, Accepted | Noise | Ahead)
    assert held.frontier == publisher(EVERY)._frontier(held.size)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\3\4",
        b"renkei bundle 1\n",
        b"renkei bundle 1\n{}\n",
        b'renkei bundle 1\n{"from":"jpn","to":"usa","after":1,"last":2,"created":"yesterday"}\n',
        HEAD + b"\0\0\0\0",
        HEAD + b"\xff\xff\xff\xffx",
        b"renkei bundle 1\n" + b"x" * 10_000,
    ],
)
def test_what_is_no_bundle_is_refused_with_the_name_of_the_file(data: bytes) -> None:
    with pytest.raises(LinkError, match="RK645") as caught:
        read_bundle(data, "disk.bundle")
    assert caught.value.problems[0].file == "disk.bundle"
