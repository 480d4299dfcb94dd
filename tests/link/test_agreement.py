"""From where a link goes on after a fork: what both sides hold alike, under the partner's signature."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.link.agreement import agree, latest_within
from renkei.link.batch import Entry
from renkei.link.bundle import Bundle
from renkei.link.limits import LinkError
from renkei.link.publisher import Publisher
from renkei.link.seal import Peer
from renkei.link.subscriber import Accepted, Held, Subscriber
from renkei.log.note import Note
from tests.link.bundles import export_bundle, read_bundle
from tests.link.scenes import JPN, NOW, STRANGER, SUBSCRIBER, USA, bodies_of, publisher, released

OTHER = [b'{"kind":"message","number":%d,"text":"told anew"}' % number for number in range(1, 41)]


def leaves(bodies: list[bytes]) -> list[bytes]:
    log = released(bodies)
    return [Entry(each.number, each.body, each.salt).leaf for each in log.released("usa", 0, 1000)]


def whole(bodies: list[bytes], after: int = 0) -> Bundle:
    return read_bundle(export_bundle(publisher(bodies), after, created=NOW))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_agreed_is_what_both_begin_with_and_no_more(common: int, lost: int, new: int) -> None:
    own = bodies_of(common + lost)
    theirs = bodies_of(common) + OTHER[common : common + new]
    if not theirs:
        return
    found = agree(SUBSCRIBER, leaves(own), whole(theirs), NOW)
    assert (found.size, found.last) == (common, common + new)
    Note.from_bytes(found.checkpoint.encode()).checked([JPN.verifier])
    assert found.checkpoint.count("\n— ") == 1, "nobody here has signed it yet"


def test_what_is_no_whole_history_of_the_partner_is_refused() -> None:
    with pytest.raises(LinkError, match="RK759"):
        agree(SUBSCRIBER, [], whole(bodies_of(9), 3), NOW)
    with pytest.raises(LinkError, match="RK759"):
        agree(SUBSCRIBER, [], Bundle("jpn", "usa", 0, 0, NOW, ()), NOW)
    mixed = (
        publisher(bodies_of(5)).batch(0, 5, chained=False),
        publisher(OTHER[:9]).batch(5, 9, chained=False),
    )
    with pytest.raises(LinkError, match="RK759"):
        agree(SUBSCRIBER, [], Bundle("jpn", "usa", 0, 9, NOW, mixed), NOW)
    forged = Publisher(released(bodies_of(5)), STRANGER, party="jpn", partner="usa", witness=USA.verifier)
    with pytest.raises(LinkError, match="RK641"):
        agree(SUBSCRIBER, [], read_bundle(export_bundle(forged, 0, created=NOW)), NOW)
    other = Subscriber(Peer("aus", "usa", JPN.verifier), USA)
    with pytest.raises(LinkError, match="RK646"):
        agree(other, [], whole(bodies_of(5)), NOW)


def test_latest_seal_is_one_that_covers_nothing_beyond() -> None:
    held, notes = Held(), list[str]()
    for last in (3, 7, 9):
        verdict = SUBSCRIBER.accept(held, publisher(bodies_of(9)).batch(held.size, last), NOW)
        assert isinstance(verdict, Accepted)
        held, notes = verdict.held, [*notes, verdict.note.decode()]
    assert [latest_within(notes, size) for size in (2, 3, 6, 7, 8, 20)] == [
        "",
        *notes[:1] * 2,
        *notes[1:2] * 2,
        notes[2],
    ]
