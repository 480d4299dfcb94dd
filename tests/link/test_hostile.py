"""A publisher that rewrites, forks, truncates, swaps or replays is found out; an outsider can verify it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.link.batch import Batch, Entry, read_batch, write_batch
from renkei.link.fork import Fork, is_proven
from renkei.link.limits import MAX_PLAIN, LinkError
from renkei.link.message import Behind, Claim, Pull
from renkei.link.packing import preset
from renkei.link.seal import Peer, Seal, seal_of, sign_seal
from renkei.link.subscriber import Accepted, Ahead, Held, Noise, Stale
from renkei.log.merkle import Tree
from renkei.log.note import Note
from tests.link.scenes import JPN, NOW, PEER, STRANGER, SUBSCRIBER, USA, bodies_of, publisher, take

HONEST = bodies_of(10)
OTHERWISE = [*HONEST[:2], b'{"kind":"message","text":"never said"}', *HONEST[3:]]


def held_after(count: int) -> Held:
    held = Held()
    for after, last in ((0, 4), (4, count)):
        held = take(held, publisher(HONEST).batch(after, last))
    return held


def tree_of(bodies: list[bytes], count: int) -> Tree:
    batch = read_batch(publisher(bodies).batch(0, count, chained=False), lambda _: ())
    return Tree(entry.leaf for entry in batch.entries)


def rewritten_past() -> Fork:
    more = bodies_of(2, first=11)
    data = publisher(OTHERWISE + more).batch(10, 12, chained=False)
    return found(held_after(10), data)


def rewritten_past_overlapping() -> Fork:
    return found(held_after(10), publisher(OTHERWISE + bodies_of(2, first=11)).batch(6, 12, chained=False))


def two_roots_of_one_size() -> Fork:
    return found(held_after(10), publisher(OTHERWISE).batch(4, 10, chained=False))


def another_past() -> Fork:
    note = note_of(publisher(OTHERWISE).batch(0, 7, chained=False))
    verdict = SUBSCRIBER.examine(held_after(10), note, lambda: tree_of(HONEST, 10))
    assert isinstance(verdict, Fork)
    return verdict


def told_another_office_otherwise() -> Fork:
    """Two copies of one subscriber compare what they hold, for example link and disk."""
    office = take(Held(), publisher(OTHERWISE).batch(0, 10)).note
    assert office is not None
    verdict = SUBSCRIBER.examine(held_after(10), office.to_bytes())
    assert isinstance(verdict, Fork)
    return verdict


def swapped_entries() -> Fork:
    return found(held_after(10), misprinted(10))


def swapped_entries_from_the_start() -> Fork:
    return found(Held(), misprinted(0))


def truncated_log() -> Fork:
    held, short = held_after(10), publisher(HONEST[:6])
    answer = short.answer(Pull(10, 4096, held.acknowledgement))
    assert answer == Behind(10, 6)
    assert held.claim is not None
    verdict = SUBSCRIBER.judge_admission(held, short.admit(held.claim))
    assert isinstance(verdict, Fork)
    return verdict


def misprinted(after: int) -> bytes:
    """Return a batch whose entries are swapped under the right root, signed by the publisher all the same."""
    whole = read_batch(
        publisher(HONEST + bodies_of(5, first=11)).batch(after, 15, chained=False), lambda _: ()
    )
    first, second, *rest = whole.entries
    entries = (
        Entry(first.number, second.body, second.salt),
        Entry(second.number, first.body, first.salt),
        *rest,
    )
    seal = seal_of(PEER.origin, after, whole.root, [entry.leaf for entry in entries])
    return write_batch(Batch(after, whole.root, sign_seal(seal, JPN), entries), None)


def note_of(data: bytes) -> bytes:
    batch = read_batch(data, lambda _: ())
    seal = seal_of(PEER.origin, batch.after, batch.root, [entry.leaf for entry in batch.entries])
    return seal.note(PEER.key, batch.signature).to_bytes()


def found(held: Held, data: bytes) -> Fork:
    verdict = SUBSCRIBER.accept(held, data, NOW)
    assert isinstance(verdict, Fork), verdict
    return verdict


ATTACKS = {
    rewritten_past: "growth",
    rewritten_past_overlapping: "growth",
    two_roots_of_one_size: "size",
    another_past: "past",
    told_another_office_otherwise: "size",
    swapped_entries: "growth",
    swapped_entries_from_the_start: "growth",
    truncated_log: "end",
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_attack_is_detected_and_an_outsider_can_verify_it(attack: Callable[[], Fork]) -> None:
    fork = attack()
    assert fork.kind == ATTACKS[attack]
    assert fork.publisher == "jpn"
    assert is_proven(fork, PEER)
    assert is_proven(Fork.from_text(fork.to_text()), PEER)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_evidence_convicts_nobody_else_and_survives_no_change(attack: Callable[[], Fork]) -> None:
    fork = attack()
    assert not is_proven(fork, replace(PEER, key=STRANGER.verifier))
    assert not is_proven(fork, replace(PEER, subscriber="aus"))
    assert not is_proven(replace(fork, second=fork.first), PEER)
    assert not is_proven(replace(fork, first=fork.second), PEER)
    others = [kind for kind in ("size", "growth", "past", "end") if kind != fork.kind]
    assert not any(is_proven(replace(fork, kind=kind), PEER) for kind in others)
    for name, value in msgspec.json.decode(fork.proof).items():
        if name in {"frontier", "leaves", "root"} and value:
            changed = fork.proof.replace(value, ("0" if value[0] != "0" else "1") + value[1:])
            assert not is_proven(replace(fork, proof=changed), PEER)
        if name == "path":
            changed = fork.proof.replace(value[0], value[0][::-1])
            assert not is_proven(replace(fork, proof=changed), PEER)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kind":"other"}', "\ud800"])
def test_a_text_that_is_no_evidence_is_refused(text: str) -> None:
    with pytest.raises(LinkError, match="RK641"):
        Fork.from_text(text)


def test_honest_history_cannot_be_made_into_evidence() -> None:
    """Whoever holds every honest note and leaf finds no pair of them that convicts."""
    notes = [
        note_of(publisher(HONEST).batch(a, b, chained=False)) for a in range(9) for b in range(a + 1, 11)
    ]
    tree = tree_of(HONEST, 10)
    genuine, held = rewritten_past(), held_after(10)
    for first in notes:
        for second in notes:
            for kind in ("size", "growth", "past"):
                assert not is_proven(replace(genuine, kind=kind, first=first, second=second), PEER)
            seal = Seal.from_text(Note.from_bytes(second).text)
            assert SUBSCRIBER.examine(held, second, lambda: tree) is None, seal


def test_a_batch_that_was_held_already_changes_nothing() -> None:
    held = held_after(10)
    for after, last in ((0, 4), (4, 10), (2, 9), (0, 10)):
        for chained in (False, True):
            verdict = SUBSCRIBER.accept(held, publisher(HONEST).batch(after, last, chained=chained), NOW)
            assert isinstance(verdict, Stale)


def test_a_batch_ahead_is_refused_with_the_numbers_that_are_missing() -> None:
    held = take(Held(), publisher(HONEST).batch(0, 4))
    verdict = SUBSCRIBER.accept(held, publisher(HONEST).batch(7, 10), NOW)
    assert verdict == Ahead(5, 7)
    assert verdict.problem.message == "the batch begins after entry 7; entries 5 to 7 are missing here"


def test_an_overlapping_batch_brings_only_what_is_new() -> None:
    held = take(Held(), publisher(HONEST).batch(0, 4))
    verdict = SUBSCRIBER.accept(held, publisher(HONEST).batch(2, 10, chained=False), NOW)
    assert isinstance(verdict, Accepted)
    assert [entry.number for entry in verdict.entries] == [5, 6, 7, 8, 9, 10]


def test_what_another_key_signed_is_noise_and_no_fork() -> None:
    batch = read_batch(publisher(OTHERWISE).batch(0, 10, chained=False), lambda _: ())
    seal = seal_of(PEER.origin, 0, batch.root, [entry.leaf for entry in batch.entries])
    data = write_batch(replace(batch, signature=sign_seal(seal, STRANGER)), None)
    for held in (Held(), held_after(10)):
        verdict = SUBSCRIBER.accept(held, data, NOW)
        assert isinstance(verdict, Noise)
        assert verdict.problem.code == "RK641"


def test_what_was_sealed_for_another_partner_is_noise() -> None:
    other = Peer("jpn", "aus", JPN.verifier)
    batch = read_batch(publisher(HONEST).batch(0, 10, chained=False), lambda _: ())
    seal = seal_of(other.origin, 0, batch.root, [entry.leaf for entry in batch.entries])
    data = write_batch(replace(batch, signature=sign_seal(seal, JPN)), None)
    assert isinstance(SUBSCRIBER.accept(Held(), data, NOW), Noise)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.booleans())
def test_damage_on_the_way_is_never_accepted_and_never_a_fork(data: st.DataObject, chained: bool) -> None:
    held = take(Held(), publisher(HONEST).batch(0, 4))
    whole = bytearray(publisher(HONEST).batch(4, 10, chained=chained))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] ^= data.draw(st.integers(1, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))]) if data.draw(st.booleans()) else bytes(whole)
    verdict = SUBSCRIBER.accept(held, cut, NOW)
    if isinstance(verdict, Accepted):  # the packer has several ways to say one thing
        assert [entry.body for entry in verdict.entries] == HONEST[4:]
    else:
        assert isinstance(verdict, Noise | Stale | Ahead)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_without_an_error(data: bytes) -> None:
    for held in (Held(), held_after(10)):
        assert isinstance(SUBSCRIBER.accept(held, data, NOW), Noise | Ahead | Stale)
    assert isinstance(SUBSCRIBER.examine(held_after(10), data), Noise)


def test_a_batch_that_unfolds_without_end_is_refused_early() -> None:
    light = zstandard.ZstdCompressionDict(preset(), dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        19, format=zstandard.FORMAT_ZSTD1_MAGICLESS, write_content_size=False, window_log=20
    )
    bomb = zstandard.ZstdCompressor(dict_data=light, compression_params=parameters).compress(
        bytes(64 * MAX_PLAIN)
    )
    assert len(bomb) < 100_000
    data = bytes([1, 0, 1]) + bytes(96) + bytes(16) + bomb
    with pytest.raises(LinkError, match="unfolds to more than"):
        read_batch(data, lambda _: ())


def test_an_acknowledgement_of_another_key_or_of_no_batch_is_refused() -> None:
    held = held_after(10)
    told = held.acknowledgement
    assert told is not None
    assert publisher(HONEST).acknowledged(told).size == 10
    wrong = [
        replace(told, size=9),
        replace(told, after=3),
        replace(told, size=11),
        replace(told, after=10, size=10),
        replace(told, size=2**60),
        replace(told, signature=STRANGER.witness(NOW).sign("x")),
        replace(told, signature=JPN.witness(NOW).sign(held.note.text if held.note else "")),
        replace(told, signature=b""),
    ]
    for other in wrong:
        with pytest.raises(LinkError, match="RK647"):
            publisher(HONEST).acknowledged(other)


def test_a_claim_without_a_longer_note_of_the_own_key_admits_nothing() -> None:
    held = held_after(10)
    assert held.claim is not None
    forged = held.claim.note.replace(b"\n10\n", b"\n11\n")
    for log, note in (
        (HONEST, held.claim.note),
        (HONEST[:6], forged),
        (HONEST[:6], b""),
        (HONEST[:6], b"x\n\n- y\n"),
    ):
        with pytest.raises(LinkError, match="RK644"):
            publisher(log).admit(Claim(note))


def test_the_co_signed_note_stands_by_itself() -> None:
    held = held_after(10)
    assert held.note is not None
    checked = held.note.checked([JPN.verifier, USA.verifier.witness()])
    assert checked.witnessed() == {"renkei/usa": NOW}
    assert (
        Seal.from_text(checked.text).leaves
        == sha256(
            b"".join(
                entry.leaf
                for entry in read_batch(publisher(HONEST).batch(4, 10, chained=False), lambda _: ()).entries
            )
        ).digest()
    )
