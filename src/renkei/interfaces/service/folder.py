"""The folder of a node: its log, its keys, and who it is.

Layer: interfaces. Keys are made when a node is started for the first time, and never again.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renkei.errors import InputError
from renkei.interfaces.service.settings import Peer, Settings
from renkei.interfaces.text import spoken

if TYPE_CHECKING:
    from renkei.log.note import Signer

LOG_KEY, LINK_KEY, CERTIFICATE, IDENTITY, SETTINGS = (
    "log.key", "link.key", "link.pem", "identity.toml", "node.toml"
)  # fmt: skip


@dataclass(frozen=True)
class Keys:
    """The keys of a node."""

    signer: Signer
    link_key: Path
    certificate: Path
    passphrase: str = field(default="", repr=False)
    """Of the key of the link; '' where it has none."""


def open_folder(folder: Path) -> None:
    """Make the folder of a node, where only this user has anything to do.

    Raises:
        InputError: It cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        words = spoken()
        said = words("problem.write", path=folder, said=error.strerror or error)
        raise InputError.from_problem("RK009", said, words("problem.store.hint")) from error


def keys_of(folder: Path, party: str, passphrase: str = "") -> Keys:
    """Return the keys of a node; makes them, and the file that tells who it is, where there are none yet.

    Args:
        folder: The folder of the node.
        party: Whose keys they are.
        passphrase: Of the keys, old and new; '' for none.

    Raises:
        InputError: They cannot be read or made, or they are those of another party.
    """
    from renkei.log.keys import (
        create_link_key,
        create_signer,
        load_link_key,
        load_signer,
        make_certificate,
        write_private,
    )

    open_folder(folder)
    log_key, link_key, certificate = folder / LOG_KEY, folder / LINK_KEY, folder / CERTIFICATE
    secret = passphrase.encode() or None
    signer = (load_signer if log_key.exists() else create_signer)(log_key, party, secret)
    there = link_key.exists() or certificate.exists()
    linking = (load_link_key if there else create_link_key)(link_key, secret)
    if not certificate.exists():
        write_private(certificate, make_certificate(party, linking)[0])
    keys = Keys(signer, link_key, certificate, passphrase)
    write_identity(folder, party, keys)
    return keys


def write_identity(folder: Path, party: str, keys: Keys) -> None:
    """Write what partners have to know of a node, where it is not written yet."""
    if not (folder / IDENTITY).exists():
        (folder / IDENTITY).write_text(identity(party, keys), encoding="utf-8")


def identity(party: str, keys: Keys) -> str:
    """Return what partners have to know of a node, as a file to hand over; nothing in it is secret."""
    pem = keys.certificate.read_text(encoding="ascii").strip()
    return (
        f'party = "{party}"\nkey = "{keys.signer.verifier.to_text()}"\npin = "{pin(pem)}"\n'
        f'certificate = """\n{pem}\n"""\n'
    )


def identities(settings: Settings, keys: Keys) -> dict[str, Any]:
    """Return the public keys of a node, and those that it takes for its partners'; no secret."""
    pem = keys.certificate.read_text(encoding="ascii").strip()
    own = _shown(settings.party, keys.signer.verifier.to_text(), pem)
    peers = [
        {**_shown(peer.party, peer.key, peer.certificate.strip()), "address": peer.address}
        for peer in settings.peers.values()
    ]
    return {"own": {**own, "file": identity(settings.party, keys)}, "peers": peers}


def _shown(party: str, key: str, pem: str) -> dict[str, str]:
    return {"party": party, "key": key, "certificate": pem, "pin": pin(pem) if pem else ""}


def pin(pem: str) -> str:
    """Return the pin of a certificate: short enough to read it out on the telephone."""
    from renkei.log.keys import spki_pin

    return spki_pin(ssl.PEM_cert_to_DER_cert(pem))


def settings_text(settings: Settings) -> str:
    """Return settings as the file that ``--config`` reads, but for what is secret."""
    lines = [
        f'party = "{settings.party}"',
        f"model = {quoted(settings.model)}",
        f"store = {quoted(str(settings.store))}",
        f'listen = "{settings.listen}"',
    ]
    lines += [f'link_listen = "{settings.link_listen}"'] if settings.link_listen else []
    lines += [f'option = "{settings.option}"'] if settings.option else []
    lines += ["exercise = true"] if settings.exercise else []
    lines += [f"hosts = [{', '.join(map(quoted, settings.hosts))}]"] if settings.hosts else []
    lines += [f"database = {quoted(settings.database)}"] if settings.database else []
    lines += ["demo = true"] if settings.demo else []
    for peer in settings.peers.values():
        lines += ["", f"[peers.{peer.party}]", *_peer_lines(peer)]
    return "\n".join(lines) + "\n"


def _peer_lines(peer: Peer) -> list[str]:
    lines = [f"address = {quoted(peer.address)}"] if peer.address else []
    return [*lines, f"identity = {quoted(f'../{peer.party}/{IDENTITY}')}"]


def quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    import json

    return json.dumps(text, ensure_ascii=False)
