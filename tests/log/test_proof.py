"""Proofs of single entries: they hold for what is in the log, and for nothing else that strangers send."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from renkei.errors import InputError, UsageError
from renkei.log.checkpoint import Checkpoint, cosign_checkpoint, sign_checkpoint
from renkei.log.memory import MemoryLog
from renkei.log.proof import MAX_PROOF_BYTES, ProofReport, prove_entry, verify_proof
from tests.log.sealed import (
    JPN,
    KEYS,
    SECOND,
    START,
    USA,
    Contents,
    grow,
    latest,
    make_rows,
    sealed_contents,
    signer,
)

ROWS = 40
WHOLE = sealed_contents(ROWS, [3, 4, 11, 12, 25, 33, 40])
LOG = WHOLE.into_memory()
PROOF = prove_entry(LOG, "jpn", 20)
RELEASED = prove_entry(LOG, "jpn", 7, partner="usa")


def test_every_entry_has_a_proof_that_holds() -> None:
    for row in WHOLE.rows:
        report = verify_proof(prove_entry(LOG, "jpn", row.seq), KEYS)
        assert report.holds
        assert (report.origin, report.number, report.body) == ("renkei/jpn", row.seq, row.body.decode())
        assert (report.kind, report.subject, report.recorded) == (row.kind, row.subject, row.recorded)
        for release in row.releases:
            data = prove_entry(LOG, "jpn", release.number, partner=release.partner)
            report = verify_proof(data, KEYS)
            assert report.holds
            assert report.origin == f"renkei/jpn/to/{release.partner}"
            assert (report.body, report.recorded) == (release.body.decode(), None)


def test_a_released_entry_is_proven_with_the_partner_as_witness() -> None:
    report = verify_proof(RELEASED, KEYS)
    assert report.witnessed == {"renkei/usa": START + 25 * SECOND}
    assert report.to_dict()["witnessed"] == {"renkei/usa": "2025-03-30T00:00:25.000000Z"}
    # Whoever does not know the witness still has the signature of the party.
    alone = verify_proof(RELEASED, [JPN.verifier])
    assert (alone.holds, alone.witnessed) == (True, {})


def test_the_proof_does_not_depend_on_which_tiles_are_left() -> None:
    for names in (("tile",), ("tile", "tile:usa")):
        kept = {key: body for key, body in WHOLE.kept.items() if key[0] not in names}
        log = Contents(WHOLE.rows, kept).into_memory()
        assert prove_entry(log, "jpn", 20) == PROOF
        assert prove_entry(log, "jpn", 7, partner="usa") == RELEASED
    late = {key: body for key, body in WHOLE.kept.items() if key[0] != "checkpoint" or key[1] == 40}
    log = Contents(WHOLE.rows, late).into_memory()
    for number in range(1, ROWS + 1):
        report = verify_proof(prove_entry(log, "jpn", number), KEYS)
        assert (report.holds, report.size) == (True, 40)


def test_altered_tiles_do_not_matter_to_a_proof() -> None:
    tiles = [position for name, position in WHOLE.kept if name == "tile"]
    for position in tiles:
        whole = WHOLE.kept["tile", position]
        for changed in (b"", whole[:-1], whole[:-32], whole[:7] + b"\x28" + whole[8:], whole[:-1] + b"\0"):
            kept = WHOLE.kept | {("tile", position): changed}
            log = Contents(WHOLE.rows, kept).into_memory()
            for number in (position - 1, position):
                if number:
                    assert verify_proof(prove_entry(log, "jpn", number), KEYS).holds


def test_a_checkpoint_that_the_partner_cosigned_between_two_seals_proves_as_well() -> None:
    log = MemoryLog()
    sealer = grow(log, make_rows(20), [8])
    root = sealer.frontier("usa").root()
    between = sign_checkpoint(Checkpoint("renkei/jpn/to/usa", 10, root, ("batch 4",)), JPN)
    log.keep("cosigned:usa", 10, cosign_checkpoint(between, USA.witness(START)))
    for number in range(5, 11):
        report = verify_proof(prove_entry(log, "jpn", number, partner="usa"), KEYS)
        assert (report.holds, report.size, report.witnessed) == (True, 10, {"renkei/usa": START})


def test_a_proof_shows_nothing_of_other_entries() -> None:
    shown = "\n".join(strings(json.loads(PROOF)))
    for row in WHOLE.rows:
        for text in (row.body.decode(), base64.b64encode(row.salt).decode()):
            assert (text in shown) == (row.seq == 20)
        # That entry 20 lets something go is told by nothing but a hash over a salted commitment.
        for release in row.releases:
            assert release.body.decode() not in shown
            assert base64.b64encode(release.salt).decode() not in shown


def strings(value: Any) -> list[str]:
    """Return all texts in a JSON value."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [str(value)]


def test_only_entries_that_a_checkpoint_covers_can_be_proven() -> None:
    log = sealed_contents(20, [10]).into_memory()
    prove_entry(log, "jpn", 10)
    with pytest.raises(UsageError, match="no checkpoint covers entry 11"):
        prove_entry(log, "jpn", 11)
    for number in (-1, 0, 21):
        with pytest.raises(UsageError, match="has no entry"):
            prove_entry(log, "jpn", number)
    with pytest.raises(UsageError, match="renkei/jpn/to/nobody has no entry"):
        prove_entry(log, "jpn", 1, partner="nobody")


def test_an_entry_that_was_altered_cannot_be_proven() -> None:
    for tiles in (True, False):
        contents = Contents(WHOLE.rows, WHOLE.kept)
        contents.change(20, body=b"{}")
        if not tiles:
            contents.kept = {key: body for key, body in WHOLE.kept.items() if key[0] != "tile"}
        with pytest.raises(InputError, match="RK638"):
            prove_entry(contents.into_memory(), "jpn", 20)


@pytest.mark.parametrize("data", [PROOF, RELEASED], ids=["own", "released"])
@pytest.mark.parametrize("name", json.loads(PROOF))
def test_every_changed_part_is_noticed(data: bytes, name: str) -> None:
    file = json.loads(data)
    if name not in file:
        return
    witnessed = verify_proof(data, KEYS).witnessed
    for changed in different(file[name]):
        report = held(json.dumps({**file, name: changed}).encode())
        # A signature that now is a stranger's is ignored; it counts for nothing then.
        assert report is None or (name == "checkpoint" and report.witnessed != witnessed), changed


def held(data: bytes) -> ProofReport | None:
    """Return the report on a proof that holds; None if it does not, or is none."""
    try:
        report = verify_proof(data, KEYS)
    except InputError:
        return None
    return report if report.holds else None


def different(value: Any) -> list[Any]:
    """Return values a little different from ``value``."""
    if isinstance(value, str):
        letters = [value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :] for at in range(len(value))]
        return [letter for letter in letters if letter.isprintable() or "\n" in value]
    if isinstance(value, int):
        return [value - 1, value + 1, value + 64, -value]
    if isinstance(value, list):
        fewer = [value[:-1], value[1:], [*value, value[0]], value[::-1]]
        return fewer + [
            [*value[:at], other, *value[at + 1 :]]
            for at in range(len(value))
            for other in different(value[at])
        ]
    return [{**value, name: other} for name in value for other in different(value[name])]


def test_a_proof_under_another_key_does_not_hold() -> None:
    for keys, code in (
        ([signer("jpn", 2).verifier], "RK621"),
        ([USA.verifier], "RK621"),
        ([JPN.verifier.witness()], "RK621"),
    ):
        report = verify_proof(PROOF, keys)
        assert not report.holds
        assert report.finding is not None
        assert report.finding.code == code
        assert json.dumps(report.to_dict())
    with pytest.raises(UsageError, match="without a public key"):
        verify_proof(PROOF, [])


def test_a_checkpoint_of_another_log_does_not_prove_it() -> None:
    file = json.loads(PROOF)
    for note in (latest(LOG, "checkpoint:usa"), sign_checkpoint(Checkpoint("renkei/jpn", 3, bytes(32)), JPN)):
        report = verify_proof(json.dumps({**file, "checkpoint": note.decode()}).encode(), KEYS)
        assert not report.holds


def test_a_released_entry_cannot_pass_for_one_of_the_log_itself() -> None:
    file, released = json.loads(PROOF), json.loads(RELEASED)
    for mixed in ({**released, "entry": file["entry"]}, {**released, "log": "renkei/jpn"}):
        with pytest.raises(InputError, match="RK637"):
            verify_proof(json.dumps(mixed).encode(), KEYS)
    del file["entry"]
    with pytest.raises(InputError, match="RK637"):
        verify_proof(json.dumps(file).encode(), KEYS)


FILE = json.loads(PROOF)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"null",
        b"[]",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"NaN",
        b"1" * 5000,
        b"x" * (MAX_PROOF_BYTES + 1),
        PROOF.replace(b'"number": 20', b'"number": 20, "number": 21'),
        PROOF.replace(b'"number": 20', b'"number": true'),
        PROOF.replace(b'"number": 20', b'"number": 20.5'),
        PROOF.replace(b'"number": 20', b'"number": 1e400'),
        json.dumps({**FILE, "format": "renkei-proof/2"}).encode(),
        json.dumps({**FILE, "more": 1}).encode(),
        json.dumps({**FILE, "log": "elsewhere"}).encode(),
        json.dumps({**FILE, "body": "\ud800"}).encode(),
        json.dumps({**FILE, "checkpoint": "\ud800"}).encode(),
        json.dumps({**FILE, "path": FILE["path"] * 40}).encode(),
        json.dumps({**FILE, "salt": "AA=="}).encode(),
        json.dumps({**FILE, "salt": "A"}).encode(),
        json.dumps({**FILE, "entry": {**FILE["entry"], "kind": "\udfff"}}).encode(),
        json.dumps({**FILE, "entry": {**FILE["entry"], "recorded": 2**63}}).encode(),
    ],
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="RK637"):
        verify_proof(data, KEYS)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5), st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_strangers_send_does_not_hold(value: Any, data: st.DataObject) -> None:
    file = json.loads(PROOF)
    part = data.draw(st.sampled_from([file, file["entry"]]))
    name = data.draw(st.sampled_from(sorted(part)))
    same = part[name] == value
    part[name] = value
    try:
        report = verify_proof(json.dumps(file).encode(), KEYS)
    except InputError:
        return
    assert report.holds == same


def test_rows_that_are_no_text_cannot_be_written_as_a_proof() -> None:
    log, rows = MemoryLog(), make_rows(2)
    rows[0] = replace(rows[0], body=b"\xff")
    grow(log, rows, [2])
    with pytest.raises(UsageError, match="no text"):
        prove_entry(log, "jpn", 1)
