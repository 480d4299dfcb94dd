"""What the group ``log`` does: verify a log, prove an entry, check a proof, back up, restore, copy.

Layer: interfaces. A store is a file, the folder of a node, or the address of a database; it is only read,
unless it is the one that is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renkei.errors import InputError
from renkei.interfaces.cli.outcome import FAILS, HOLDS
from renkei.interfaces.cli.output import console, print_json, say, write_bytes
from renkei.interfaces.hq.verbs import Part
from renkei.interfaces.text import spoken

if TYPE_CHECKING:
    from renkei.log.note import Verifier
    from renkei.log.port import Log

Given = Mapping[str, Any]
MAX_PROOF_BYTES = 20_000_000
STORE = Part("store", "path", required=True, bare=True)


@dataclass(frozen=True)
class Deed:
    """What one command takes and does."""

    parts: tuple[Part, ...]
    run: Callable[[Given], int]


def store_address(text: str) -> str | Path:
    """Return the address of a log: a database, a file, or the file in the folder of a node."""
    path = Path(text)
    if path.is_dir():
        return path / "log.db"
    return path if path.exists() or ":" not in text else text


@contextmanager
def reading(text: str) -> Iterator[Log]:
    """Open a log to read it.

    Raises:
        LogError: It cannot be opened.
    """
    from renkei.log.opening import open_log

    log = open_log(store_address(text), writing=False)
    try:
        yield log
    finally:
        log.close()


def keys_of(given: Given) -> list[Verifier]:
    """Return the public keys that were named: files as ``renkei link identity`` prints them, or lines.

    Raises:
        InputError: One of them is none.
    """
    return [key for text in given["key"] or () for key in read_keys(text)]


def read_keys(text: str) -> list[Verifier]:
    """Return the public keys in a file, or the one that a line tells.

    Raises:
        InputError: There is none in it.
    """
    from renkei.interfaces.service.settings import read_identity
    from renkei.log.note import Verifier

    path = Path(text)
    if not path.exists() and "+" in text:
        return [Verifier.from_text(text)]
    lines = [line.strip() for line in read_bytes(path).decode("utf-8", "replace").splitlines()]
    if any(line.startswith("key") for line in lines):
        return [Verifier.from_text(read_identity(path).key)]
    return [Verifier.from_text(line) for line in lines if line and not line.startswith("#")]


def read_bytes(path: Path, most: int = MAX_PROOF_BYTES) -> bytes:
    """Return what is in a file.

    Raises:
        InputError: It cannot be read, or is too large.
    """
    words = spoken()
    try:
        with path.open("rb") as file:
            body = file.read(most + 1)
    except OSError as error:
        said = words("problem.read", path=path, said=error.strerror or error)
        raise InputError.from_problem("RK743", said, words("problem.read.hint"), str(path)) from error
    if len(body) > most:
        raise InputError.from_problem("RK743", words("problem.large", most=most), file=str(path))
    return body


def verify(given: Given) -> int:
    """Verify a log, and tell everything that is wrong with it."""
    from renkei.log.verify import verify_log

    trusted = [read_bytes(Path(name)) for name in given["checkpoint"] or ()]
    with reading(given["store"]) as log:
        report = verify_log(log, keys_of(given), trusted=trusted, party=given["party"] or "")
    if given["json"]:
        print_json(report.to_dict())
    else:
        from renkei.interfaces.render.evidence import print_verification

        print_verification(console(), report, spoken())
    return HOLDS if report.holds else FAILS


def prove(given: Given) -> int:
    """Write the proof of one entry."""
    from renkei.interfaces.cli.asking import whole_number
    from renkei.log.proof import prove_entry

    number = whole_number("entry", given["entry"]) or 0
    with reading(given["store"]) as log:
        proof = prove_entry(log, given["party"] or party_of(log), number, partner=given["partner"] or "")
    write_bytes(Path(given["output"]), proof)
    if given["json"]:
        print_json({"path": given["output"], "entry": number})
    else:
        say(spoken()("said.report", path=given["output"]))
    return HOLDS


def party_of(log: Log) -> str:
    """Return whose log it is, as its own first checkpoint says.

    Raises:
        InputError: It has none yet.
    """
    from renkei.log.checkpoint import CHECKPOINT, parties_of

    kept = log.kept(CHECKPOINT)
    found = parties_of(kept[1].partition(b"\n")[0].decode(errors="replace")) if kept else None
    if found is None:
        raise InputError.from_problem("RK003", spoken()("problem.missing", name="--party"))
    return found[0]


def check_proof(given: Given) -> int:
    """Check a proof, and tell what it shows."""
    from renkei.log.proof import verify_proof

    report = verify_proof(read_bytes(Path(given["proof"])), keys_of(given))
    if given["json"]:
        print_json(report.to_dict())
    else:
        from renkei.interfaces.render.evidence import print_proof

        print_proof(console(), report, spoken())
    return HOLDS if report.holds else FAILS


def back_up(given: Given) -> int:
    """Copy a log to a file."""
    from renkei.log.backup import back_up as copy_to

    with reading(given["store"]) as log:
        return copied(copy_to(log, Path(given["file"])), given["file"], given)


def restore(given: Given) -> int:
    """Make a store again from a backup."""
    from renkei.log.backup import restore as copy_back

    return copied(copy_back(Path(given["file"]), target(given["store"])), given["store"], given)


def copy(given: Given) -> int:
    """Copy a log into another store."""
    from renkei.log.backup import copy_log
    from renkei.log.opening import open_log

    with reading(given["store"]) as source:
        into = open_log(target(given["to"]))
        try:
            return copied(copy_log(source, into), given["to"], given)
        finally:
            into.close()


def target(text: str) -> str | Path:
    """Return the address of a store that is written; the folder of a new file is made."""
    where = store_address(text)
    if isinstance(where, Path):
        from renkei.interfaces.service.folder import open_folder

        open_folder(where.parent)
    return where


def copied(last: int, where: str, given: Given) -> int:
    """Tell how much was copied."""
    if given["json"]:
        print_json({"path": where, "entries": last})
    else:
        console().print(spoken()("evidence.copied", count=last, path=where), soft_wrap=True)
    return HOLDS


OTHER_KEYS = Part("key", "path", required=True, many=True)
PARTY = Part("party", "name", required=False)
FILE = Part("file", "path", required=True, bare=True)
LOG: Mapping[str, Deed] = {
    "verify": Deed((STORE, OTHER_KEYS, Part("checkpoint", "path", required=False, many=True), PARTY), verify),
    "prove": Deed(
        (
            STORE,
            Part("entry", "number", required=True),
            Part("output", "path", required=True),
            Part("partner", "name", required=False),
            PARTY,
        ),
        prove,
    ),
    "check-proof": Deed((Part("proof", "path", required=True, bare=True), OTHER_KEYS), check_proof),
    "backup": Deed((STORE, FILE), back_up),
    "restore": Deed((FILE, STORE), restore),
    "copy": Deed((STORE, Part("to", "path", required=True, bare=True)), copy),
}
"""Command -> what it takes and does."""
