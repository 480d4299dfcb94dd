"""The keys of a node: one signs its log, another one proves who speaks on the link.

Layer: log. Private keys are PKCS#8 PEM files that only their owner can read; a file that others can read is
refused. What partners exchange by hand is short: the line of the public key
(`renkei.log.note.Verifier.to_text`) and the pin of the certificate (`spki_pin`). Certificates are signed by
themselves and do not end: what is trusted is the pinned key, and a node that was cut off for years must still
be able to speak.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID

from renkei.errors import InputError, UsageError
from renkei.log.checkpoint import origin_of
from renkei.log.note import Signer

LinkKey = ec.EllipticCurvePrivateKey | Ed25519PrivateKey
"""Private key of a certificate."""
MAX_KEY_BYTES = 64_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
# RFC 5280, 4.1.2.5: the date of a certificate that has no end.
_NO_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def create_signer(path: Path, party: str, passphrase: bytes | None = None) -> Signer:
    """Make the key that signs the log of ``party`` and store it in a new file that only its owner can read.

    Raises:
        InputError: The file is there already, or cannot be written.
    """
    name = origin_of(party)
    key = Ed25519PrivateKey.generate()
    _write_new(path, _to_pem(key, passphrase))
    return Signer(name, key)


def load_signer(path: Path, party: str, passphrase: bytes | None = None) -> Signer:
    """Return the key in a file as that of ``party``.

    Raises:
        InputError: The file is not there, others can read it, it holds no Ed25519 key, or the passphrase is
        wrong.
    """
    key = _load(path, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(f"{path} holds no Ed25519 key", "Name the file that was made with the log.")
    return Signer(origin_of(party), key)


def create_link_key(path: Path, passphrase: bytes | None = None) -> LinkKey:
    """Make the key that the node shows on the link (P-256) and store it in a new file.

    Raises:
        InputError: The file is there already, or cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    _write_new(path, _to_pem(key, passphrase))
    return key


def load_link_key(path: Path, passphrase: bytes | None = None) -> LinkKey:
    """Return the key of the link in a file.

    Raises:
        InputError: The file is not there, others can read it, its key is of another kind, or the passphrase
        is wrong.
    """
    key = _load(path, passphrase)
    if not isinstance(key, ec.EllipticCurvePrivateKey | Ed25519PrivateKey):
        raise _unusable(f"{path} holds a key that the link cannot use", "Use a P-256 or an Ed25519 key.")
    return key


def read_passphrase(
    file: Path | None = None, variable: str = "", environment: Mapping[str, str] = os.environ
) -> bytes | None:
    """Return the first line of ``file``, or the value of an environment variable; None if neither is named.

    Raises:
        InputError: It was named, and is not there or empty; or others can read the file.
    """
    if file is not None:
        found, where = _read_private(file).partition(b"\n")[0].rstrip(b"\r"), str(file)
    elif variable:
        found, where = environment.get(variable, "").encode(), f"${variable}"
    else:
        return None
    if not found:
        raise _unusable(f"there is no secret in {where}", "Put it there, or do not name the place.")
    return found


def make_certificate(party: str, key: LinkKey) -> tuple[bytes, bytes]:
    """Return a certificate of ``party`` that ``key`` signs itself, and the key, both as PEM.

    The key is not encrypted, as ``ssl`` wants it from a file: write it with `write_private`.
    """
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, origin_of(party))])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGIN)
        .not_valid_after(_NO_END)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, None if isinstance(key, Ed25519PrivateKey) else hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), _to_pem(key, None)


def spki_pin(certificate: bytes) -> str:
    """Return the pin of a certificate (DER): SHA-256 over its public key, 64 hexadecimal digits.

    Raises:
        InputError: It is no certificate.
    """
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
        found = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(
            "not a certificate with a key that is known", "Ask the partner for it again."
        ) from error
    return sha256(found).hexdigest()


def pem_pin(certificate: bytes) -> str:
    """Return the pin of a certificate (PEM).

    Raises:
        InputError: It is no certificate.
    """
    try:
        found = x509.load_pem_x509_certificate(certificate)
    except ValueError as error:
        raise _unusable("not a certificate in PEM", "Ask the partner for it again.") from error
    return spki_pin(found.public_bytes(serialization.Encoding.DER))


def write_private(path: Path, data: bytes) -> None:
    """Write ``data`` to a file that only its owner can read, instead of one that is there.

    Raises:
        InputError: It cannot be written.
    """
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        _write_new(new, data)
        new.replace(path)
    except OSError as error:
        raise _unusable(f"{path} cannot be written: {error.strerror}", "See who owns the folder.") from error
    finally:
        new.unlink(missing_ok=True)


def _unusable(what: str, hint: str) -> InputError:
    return InputError.from_problem("RK623", what, hint)


def _to_pem(key: LinkKey, passphrase: bytes | None) -> bytes:
    if passphrase is not None and not passphrase:
        raise UsageError("an empty passphrase protects nothing")
    encryption = (
        serialization.NoEncryption()
        if passphrase is None
        else serialization.BestAvailableEncryption(passphrase)
    )
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that was not there, and that nobody else can read at any moment."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        hint = "A key is never overwritten: move the file away first, or use the key in it."
        raise _unusable(f"{path} is there already", hint) from error
    except OSError as error:
        raise _unusable(f"{path} cannot be written: {error.strerror}", "See who owns the folder.") from error
    with contextlib.ExitStack() as undo:
        undo.callback(path.unlink)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        undo.pop_all()


def _read_private(path: Path) -> bytes:
    """Return what is in a file that only its owner can read."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(MAX_KEY_BYTES + 1)
    except OSError as error:
        raise _unusable(f"{path} cannot be read: {error.strerror}", "See that the file is there.") from error
    if mode & _OTHERS:
        hint = f"Take their rights away: chmod 600 {path}. If somebody may have read it, make a new key."
        raise _unusable(f"others than its owner can read or change {path}", hint)
    if len(data) > MAX_KEY_BYTES:
        raise _unusable(f"{path} is too big for a key", "Name the file with the key.")
    return data


def _load(path: Path, passphrase: bytes | None) -> PrivateKeyTypes:
    data = _read_private(path)
    try:
        return serialization.load_pem_private_key(data, passphrase)
    except TypeError as error:
        hint = "Name where the passphrase is, or leave it out, as the key was made."
        wrong = "needs a passphrase" if passphrase is None else "has no passphrase"
        raise _unusable(f"the key in {path} {wrong}", hint) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        hint = "It is no private key in PEM, or the passphrase is another one."
        raise _unusable(f"the key in {path} cannot be read", hint) from error
