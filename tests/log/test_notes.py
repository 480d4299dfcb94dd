"""Signed notes, checkpoints and keys: against published vectors, and against what strangers may send."""

from __future__ import annotations

import ssl
import stat
from pathlib import Path
from socket import socketpair
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from renkei.errors import InputError, UsageError
from renkei.log.checkpoint import (
    Checkpoint,
    cosign_checkpoint,
    kept_name,
    open_checkpoint,
    origin_of,
    parties_of,
    sign_checkpoint,
)
from renkei.log.keys import (
    create_link_key,
    create_signer,
    load_link_key,
    load_signer,
    make_certificate,
    pem_pin,
    read_passphrase,
    spki_pin,
    write_private,
)
from renkei.log.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    WITNESS,
    Note,
    NoteError,
    Signer,
    Verifier,
    cosign_note,
    open_note,
    sign_note,
    witness_message,
)

# https://cs.opensource.google/go/x/mod/+/master:sumdb/note/note_test.go (golang.org/x/mod/sumdb/note)
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # noqa: S105 -- published
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
# https://c2sp.org/tlog-cosignature, the example of a cosigned checkpoint.
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZ"
    "niMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn"
    "/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
# https://github.com/transparency-dev/formats/blob/main/note/note_cosigv1_test.go
TEXT_KEY = "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"
WITNESS_KEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

SIGNER = Signer("renkei/jpn", Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
PARTNER = Signer("renkei/usa", Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
STRANGER = Signer("renkei/jpn", Ed25519PrivateKey.from_private_bytes(b"\x03" * 32))
SECOND = 1_000_000
MOMENT = 1_700_000_000 * SECOND


def mangled(text: str) -> list[str]:
    """Return every part of ``text`` but the whole, and ``text`` with each byte raised by one."""
    parts = [text[start:end] for start in range(len(text)) for end in range(start, len(text) + 1)]
    raised = [f"{text[:at]}{chr(ord(text[at]) + 1)}{text[at + 1 :]}" for at in range(len(text))]
    return [part for part in parts if part != text] + raised


def test_published_keys_are_read_and_written() -> None:
    for text in (PETER, ENOCH, TEXT_KEY, WITNESS_KEY):
        assert Verifier.from_text(text).to_text() == text
    assert Verifier.from_text(WITNESS_KEY).kind == WITNESS
    signer = Signer.from_text(PETER_SECRET)
    assert (signer.to_text(), signer.verifier.to_text()) == (PETER_SECRET, PETER)


def test_published_note_is_signed_to_the_byte_and_opened() -> None:
    signer = Signer.from_text(PETER_SECRET)
    data = sign_note(TEXT, signer).to_bytes()
    assert data.decode() == f"{TEXT}\n{PETER_LINE}"
    peter, enoch = Verifier.from_text(PETER), Verifier.from_text(ENOCH)
    both = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}".encode()
    assert list(open_note(both, [peter]).signatures) == [peter]
    assert list(open_note(both, [enoch, peter]).signatures) == [peter, enoch]
    assert open_note(both, [peter]).text == TEXT
    assert Note.from_bytes(both).to_bytes() == both


def test_published_cosigned_checkpoint_is_read() -> None:
    note = Note.from_bytes(COSIGNED.encode())
    assert note.to_bytes().decode() == COSIGNED
    checkpoint = Checkpoint.from_text(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.to_text() == note.text
    value = note.signatures[1].value
    assert int.from_bytes(value[:8], "big") == 1679315147
    assert witness_message(note.text, 1679315147).decode() == (
        "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


@pytest.mark.parametrize("text", [PETER, WITNESS_KEY], ids=["text", "witness"])
def test_mangled_public_keys_are_refused(text: str) -> None:
    for changed in mangled(text):
        with pytest.raises(NoteError, match="RK622"):
            Verifier.from_text(changed)


def test_mangled_private_keys_are_refused_and_not_repeated() -> None:
    for changed in mangled(PETER_SECRET):
        with pytest.raises(NoteError, match="RK622") as refused:
            Signer.from_text(changed)
        assert "AYEKFALVFGyNh" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        # Published: a key of the wrong length, one of an unknown type, with the ids that would be theirs.
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "",
        "+" * 2000,
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError, match="RK622"):
        Verifier.from_text(text)


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETER_LINE[:-1]}",
        f"\x01{TEXT}\n{PETER_LINE}",
        f"{TEXT[:-1]}\r\n\n{PETER_LINE}",
        f"{TEXT}\n— Bad Name {PETER_LINE.rpartition(' ')[2].strip()}\n",
        f"{TEXT}\n{PETER_LINE}Unexpected line.\n",
        f"{TEXT}\n{PETER_LINE.replace('— ', '- ')}",
        f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Peter+Neumann')}",
        f"{TEXT}\n" + PETER_LINE.replace("PeterNeumann", "Peter\u00a0Neumann"),
        f"{TEXT}\n{PETER_LINE.replace('=', '')}",
        f"{TEXT}\n{PETER_LINE.replace('JnAM=', 'JnAN=')}",
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        f"{TEXT}\n" + PETER_LINE * (MAX_SIGNATURES + 1),
        "x" * (MAX_NOTE_BYTES + 1),
    ],
)
def test_what_is_no_note_is_refused(data: str) -> None:
    with pytest.raises(NoteError, match="RK620"):
        open_note(data.encode(), [Verifier.from_text(PETER)])


def test_a_note_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(NoteError, match="RK620"):
        open_note(f"\n{TEXT}\n{PETER_LINE}".encode().replace(b"I", b"\xff", 1), [Verifier.from_text(PETER)])


def test_a_note_that_nobody_trusted_has_signed_is_not_given_out() -> None:
    data = sign_note("text\n", SIGNER).to_bytes()
    for trusted in ([], [PARTNER.verifier], [STRANGER.verifier], [SIGNER.verifier.witness()]):
        with pytest.raises(NoteError, match="no trusted key has signed"):
            open_note(data, trusted)


def test_one_wrong_signature_of_a_trusted_key_makes_the_note_void() -> None:
    note = cosign_note(sign_note("text\n", SIGNER), PARTNER)
    wrong = sign_note("another text\n", PARTNER).signatures[0]
    data = Note(note.text, (note.signatures[0], wrong)).to_bytes()
    assert list(open_note(data, [SIGNER.verifier]).signatures) == [SIGNER.verifier]
    with pytest.raises(NoteError, match="signature of renkei/usa is wrong"):
        open_note(data, [SIGNER.verifier, PARTNER.verifier])


def test_a_signature_as_a_witness_is_none_of_the_text_nor_the_reverse() -> None:
    data = sign_note("text\n", SIGNER.witness(MOMENT)).to_bytes()
    assert open_note(data, [SIGNER.verifier.witness()]).witnessed() == {"renkei/jpn": MOMENT}
    with pytest.raises(NoteError, match="no trusted key"):
        open_note(data, [SIGNER.verifier])
    with pytest.raises(UsageError, match="cosignature"):
        sign_note("cosignature/v1\ntime 5\ntext\n", SIGNER)


def test_a_witness_that_signs_again_replaces_its_signature() -> None:
    data = sign_checkpoint(Checkpoint("renkei/jpn/to/usa", 3, b"r" * 32), SIGNER)
    for moment in (MOMENT, MOMENT + 5 * SECOND):
        data = cosign_checkpoint(data, PARTNER.witness(moment))
    opened = open_checkpoint(data, SIGNER.verifier, [PARTNER.verifier])
    assert opened.witnessed() == {"renkei/usa": MOMENT + 5 * SECOND}
    assert len(opened.checked.note.signatures) == 2


def test_a_moment_that_no_witness_can_sign_is_refused() -> None:
    for seconds in (-1, 2**63):
        with pytest.raises(UsageError, match="cannot be signed"):
            SIGNER.witness(seconds * SECOND)
    for seconds, good in ((2**63 - 1, True), (2**63, False)):
        signature = seconds.to_bytes(8, "big") + SIGNER._key.sign(witness_message("text\n", seconds))
        assert SIGNER.verifier.witness().check("text\n", signature) == good


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_every_changed_byte_of_a_note_is_noticed(data: st.DataObject) -> None:
    whole = cosign_note(sign_note("renkei/jpn\nline\n", SIGNER), PARTNER.witness(MOMENT)).to_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    trusted = [SIGNER.verifier, PARTNER.verifier.witness()]
    try:
        opened = open_note(bytes(changed), trusted)
    except NoteError:
        return
    # A line whose name or id is now a stranger's is ignored; what is left is still what was signed.
    assert opened.text == "renkei/jpn\nline\n"
    assert len(opened.signatures) == 1


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example("\n\n— a AAAAAAA=\n".encode())
@settings(max_examples=300, deadline=None)
def test_whatever_strangers_send_is_a_note_or_refused(data: bytes) -> None:
    try:
        note = Note.from_bytes(data)
    except NoteError:
        return
    assert note.to_bytes() == data


@given(
    origin=st.sampled_from(["renkei/jpn", "renkei/jpn/to/usa"]),
    size=st.integers(0, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
)
@settings(max_examples=50, deadline=None)
def test_checkpoints_come_back_as_they_were_signed(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    opened = open_checkpoint(sign_checkpoint(checkpoint, SIGNER), SIGNER.verifier, origin=origin)
    assert opened.checkpoint == checkpoint
    assert opened.witnessed() == {}
    assert opened.to_bytes() == sign_checkpoint(checkpoint, SIGNER)


ROOT = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize(
    "text",
    [
        "o\n7\n",
        f"\n7\n{ROOT}\n",
        f"o\n07\n{ROOT}\n",
        f"o\n-7\n{ROOT}\n",
        f"o\n+7\n{ROOT}\n",
        f"o\n٧\n{ROOT}\n",
        f"o\nbananas\n{ROOT}\n",
        f"o\n9223372036854775808\n{ROOT}\n",
        f"o\n3438945738945739845734895735\n{ROOT}\n",
        "o\n7\nAAAA\n",
        f"o\n7\n{ROOT[:-2]}B=\n",
        "o\n7\nThisIsn'tBase64\n",
        f"o\n7\n{ROOT}\n\n",
        f"o\n7\n{ROOT}",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError, match="RK620"):
        Checkpoint.from_text(text)


def test_lines_of_others_in_a_checkpoint_are_kept() -> None:
    text = f"o\n7\n{ROOT}\nline\nanother\n"
    assert Checkpoint.from_text(text).extensions == ("line", "another")
    assert Checkpoint.from_text(text).to_text() == text


def test_a_key_vouches_only_for_logs_of_its_own_name() -> None:
    for origin in ("renkei/usa", "renkei/jpn2", "renkei/jpn/elsewhere", "renkei/usa/to/jpn"):
        data = sign_checkpoint(Checkpoint(origin, 1, bytes(32)), SIGNER)
        with pytest.raises(NoteError, match="not of"):
            open_checkpoint(data, SIGNER.verifier)
    data = sign_checkpoint(Checkpoint("renkei/jpn", 1, bytes(32)), SIGNER)
    with pytest.raises(NoteError, match="not of 'renkei/jpn/to/usa'"):
        open_checkpoint(data, SIGNER.verifier, origin="renkei/jpn/to/usa")


def test_a_checkpoint_that_only_witnesses_have_signed_is_refused() -> None:
    data = sign_checkpoint(Checkpoint("renkei/jpn", 1, bytes(32)), PARTNER.witness(MOMENT))
    with pytest.raises(NoteError, match="renkei/jpn has not signed"):
        open_checkpoint(data, SIGNER.verifier, [PARTNER.verifier])


def test_origins_name_both_parties() -> None:
    assert parties_of(origin_of("jpn")) == ("jpn", "")
    assert parties_of(origin_of("jpn", "usa")) == ("jpn", "usa")
    assert kept_name("checkpoint") == "checkpoint"
    assert kept_name("checkpoint", "usa") == "checkpoint:usa"
    for origin in ("renkei", "renkei/", "renkei/a/b", "renkei/a/to/", "other/a", "renkei/a/to/b/c"):
        assert parties_of(origin) is None
    for party in ("", "a/to/b", "a b", "a+b", "a\n"):
        with pytest.raises(UsageError):
            origin_of(party)


def test_a_key_is_stored_so_that_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "jpn.key"
    signer = create_signer(path, "jpn")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_signer(path, "jpn").verifier == signer.verifier
    assert signer.verifier.name == "renkei/jpn"
    assert b"BEGIN PRIVATE KEY" in path.read_bytes()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610, 0o644, 0o666])
def test_a_key_that_others_can_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "jpn.key"
    create_signer(path, "jpn")
    path.chmod(mode)
    with pytest.raises(InputError, match=r"RK623 others than its owner.*\n.*chmod 600"):
        load_signer(path, "jpn")


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "jpn.key"
    first = create_signer(path, "jpn")
    with pytest.raises(InputError, match="is there already"):
        create_signer(path, "jpn")
    assert load_signer(path, "jpn").verifier == first.verifier


def test_a_passphrase_protects_a_key(tmp_path: Path) -> None:
    path, words = tmp_path / "jpn.key", tmp_path / "words"
    write_private(words, "合言葉 open sesame\nsecond line\n".encode())
    passphrase = read_passphrase(words)
    assert passphrase == "合言葉 open sesame".encode()
    assert read_passphrase(variable="PASS", environment={"PASS": "open"}) == b"open"
    assert read_passphrase() is None
    signer = create_signer(path, "jpn", passphrase)
    assert b"ENCRYPTED" in path.read_bytes()
    assert load_signer(path, "jpn", passphrase).verifier == signer.verifier
    with pytest.raises(InputError, match="needs a passphrase"):
        load_signer(path, "jpn")
    with pytest.raises(InputError, match="cannot be read"):
        load_signer(path, "jpn", b"wrong")
    with pytest.raises(UsageError, match="empty"):
        create_signer(tmp_path / "other.key", "jpn", b"")
    create_signer(tmp_path / "plain.key", "jpn")
    with pytest.raises(InputError, match="has no passphrase"):
        load_signer(tmp_path / "plain.key", "jpn", b"words")


def test_a_passphrase_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    words = tmp_path / "words"
    write_private(words, b"\n")
    with pytest.raises(InputError, match="no secret in"):
        read_passphrase(words)
    with pytest.raises(InputError, match=r"no secret in \$PASS"):
        read_passphrase(variable="PASS", environment={})
    words.chmod(0o644)
    with pytest.raises(InputError, match="others than its owner"):
        read_passphrase(words)


def test_files_that_hold_no_key_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "jpn.key"
    other = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 -- small: it is refused
    pem = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for data, said in ((b"no key", "cannot be read"), (pem, "holds"), (b"x" * 70_000, "too big")):
        write_private(path, data)
        for load in (load_signer, load_link_key):
            with pytest.raises(InputError, match=said):
                load(path) if load is load_link_key else load_signer(path, "jpn")
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_signer(tmp_path / "none", "jpn")
    with pytest.raises(InputError, match="cannot be written"):
        create_signer(tmp_path / "none" / "jpn.key", "jpn")
    with pytest.raises(InputError, match="cannot be written"):
        write_private(tmp_path / "none" / "jpn.key", b"")


def test_private_files_are_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o644)
    write_private(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_certificates_bind_the_party_and_never_end(tmp_path: Path) -> None:
    key = create_link_key(tmp_path / "link.key")
    certificate, _ = make_certificate("jpn", key)
    found = x509.load_pem_x509_certificate(certificate)
    assert found.subject.rfc4514_string() == "CN=renkei/jpn"
    assert found.not_valid_after_utc.year == 9999
    pin = pem_pin(certificate)
    assert pin == spki_pin(found.public_bytes(serialization.Encoding.DER))
    assert pin == pem_pin(make_certificate("jpn", load_link_key(tmp_path / "link.key"))[0])
    assert pin != pem_pin(make_certificate("jpn", create_link_key(tmp_path / "another.key"))[0])


@pytest.mark.parametrize("data", [b"", b"no certificate", b"\x30\x82\x01\x00" + b"\0" * 256])
def test_what_is_no_certificate_has_no_pin(data: bytes) -> None:
    for pin in (spki_pin, pem_pin):
        with pytest.raises(InputError, match="RK623"):
            pin(data)


def test_two_nodes_meet_over_mutual_tls_and_see_the_pinned_keys(tmp_path: Path) -> None:
    keys = {"jpn": create_link_key(tmp_path / "jpn.link"), "usa": Ed25519PrivateKey.generate()}
    pins = {}
    for party, key in keys.items():
        certificate, private = make_certificate(party, key)
        (tmp_path / f"{party}.crt").write_bytes(certificate)
        write_private(tmp_path / f"{party}.pem", private)
        pins[party] = pem_pin(certificate)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.verify_mode = ssl.CERT_REQUIRED
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    for context, own, other in ((server, "jpn", "usa"), (client, "usa", "jpn")):
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(tmp_path / f"{own}.crt", tmp_path / f"{own}.pem")
        context.load_verify_locations(tmp_path / f"{other}.crt")
    seen = {}
    here, there = socketpair()

    def serve() -> None:
        with server.wrap_socket(here, server_side=True) as side:
            seen["usa"] = spki_pin(side.getpeercert(binary_form=True) or b"")
            side.sendall(b"met")

    thread = Thread(target=serve)
    thread.start()
    with client.wrap_socket(there) as side:
        seen["jpn"] = spki_pin(side.getpeercert(binary_form=True) or b"")
        assert side.recv(3) == b"met"
    thread.join(10)
    assert seen == pins
