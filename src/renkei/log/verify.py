"""Verification of a whole log: is every entry there that was signed, as it was signed, and nothing between?

Layer: log. All rows are read and hashed again and held against every checkpoint that the log keeps, of its
own tree and of each released one, and against checkpoints that are known from elsewhere, such as those that a
partner cosigned.

What can be told, and what not: whoever changes the store without the key is found out, and so is the place.
Whoever has the key can write another history and sign it; and whoever cuts off the end together with its
checkpoints leaves a log that is right in itself. Only a checkpoint from elsewhere tells both. Entries after
the last checkpoint are not covered by any; the report says how many they are. A log without any good
checkpoint cannot be verified at all.

Limits: in memory, 32 bytes an entry, and as much again while tiles are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from renkei.errors import UsageError
from renkei.log.checkpoint import (
    CHECKPOINT,
    COSIGNED,
    SignedCheckpoint,
    is_party,
    kept_name,
    open_checkpoint,
    origin_of,
    parties_of,
)
from renkei.log.finding import MAX_FINDINGS, Finding, TreeSummary, VerificationReport
from renkei.log.history import Fence, History
from renkei.log.note import TEXT, Note, NoteError, Verifier
from renkei.log.port import Log
from renkei.log.recount import Recount
from renkei.log.tile import TILE

_RELEASED = (f"{CHECKPOINT}:", f"{COSIGNED}:", f"{TILE}:")


class Keys:
    """The public keys that somebody trusts, and what logs they are of."""

    def __init__(self, keys: Iterable[Verifier]) -> None:
        """Take the keys of parties as they are handed out."""
        self._keys = tuple(keys)
        if not self._keys:
            raise UsageError("without a public key that is trusted, no log can be verified")

    def parties(self) -> set[str]:
        """Return the parties whose logs the keys vouch for."""
        named = (parties_of(key.name) for key in self._keys if key.kind == TEXT)
        return {found[0] for found in named if found and not found[1]}

    def open(self, data: bytes, party: str) -> SignedCheckpoint:
        """Return the checkpoint in ``data``, signed by ``party``; all other keys may be witnesses.

        Raises:
            NoteError: It is no checkpoint, not signed so, or of another party.
        """
        note = Note.from_bytes(data)
        own = [key for key in self._keys if key.name == origin_of(party) and key.kind == TEXT]
        if not own:
            raise UsageError(f"none of the keys is that of {origin_of(party)}")
        signed = {(line.name, line.id) for line in note.signatures}
        key = next((key for key in own if (key.name, key.id) in signed), own[0])
        witnesses = [each for each in self._keys if each not in own]
        return open_checkpoint(data, key, witnesses)


def verify_log(
    log: Log, keys: Iterable[Verifier], *, trusted: Sequence[bytes] = (), party: str = ""
) -> VerificationReport:
    """Verify ``log`` and tell everything that is wrong with it.

    Args:
        log: The log; others may append to it meanwhile.
        keys: Public keys: of the party whose log it is, and of partners, whose cosignatures are then checked.
        trusted: Checkpoints of the log, or of what it released, that are known from elsewhere.
        party: Whose log it is; not needed with one key, or with a trusted checkpoint.

    Raises:
        NoteError: A trusted checkpoint cannot be used.
        UsageError: There is no key of the party, or no telling whose log it is.
    """
    known = Keys(keys)
    whose = party or _party(log, known, trusted)
    if whose not in known.parties():
        raise UsageError(f"none of the keys is that of {origin_of(whose)}")
    return _Verification(log, known, whose).report(trusted)


def _party(log: Log, keys: Keys, trusted: Sequence[bytes]) -> str:
    """Return whose log it is: as a trusted note says, or the only key, or the log itself."""
    kept = log.kept(CHECKPOINT)
    for data in (*trusted, *((kept[1],) if kept and len(keys.parties()) > 1 else ())):
        found = parties_of(data[:1000].partition(b"\n")[0].decode(errors="replace"))
        if found is not None:
            return found[0]
    if len(keys.parties()) == 1:
        return next(iter(keys.parties()))
    raise UsageError("say whose log it is: there is no telling from the keys")


class _Verification:
    """One run over a log."""

    def __init__(self, log: Log, keys: Keys, party: str) -> None:
        self._log = log
        self._keys = keys
        self._party = party
        self._findings: list[Finding] = []

    def report(self, trusted: Sequence[bytes]) -> VerificationReport:
        elsewhere = [self._keys.open(data, self._party) for data in trusted]
        told = {(parties_of(each.checkpoint.origin) or ("", ""))[1] for each in elsewhere}
        kept = {name.partition(":")[2] for name in self._log.kept_names() if name.startswith(_RELEASED)}
        # Checkpoints first: whatever they cover is in the log already, even if it grows meanwhile.
        own = {partner: self._checkpoints(partner) for partner in sorted({""} | kept) if _is_tree(partner)}
        recount = Recount(self._log)
        recount.read(self._log.last())
        recount.compare((kept | told) - {""})
        trees = {"": recount.own, **recount.released}
        summaries = {
            partner: self._judge(tree, own.get(partner, []), elsewhere)
            for partner, tree in sorted(trees.items())
        }
        if not summaries[""].sealed:
            message = "no good checkpoint covers anything: such a log cannot be verified"
            self._findings.append(Finding("RK624", message, 0, 0))
        findings = sorted((*recount.findings, *self._findings), key=lambda each: each.partner)
        return VerificationReport(
            self._party,
            summaries.pop(""),
            summaries,
            tuple(findings[:MAX_FINDINGS]),
            max(0, len(findings) - MAX_FINDINGS),
        )

    def _checkpoints(self, partner: str) -> list[SignedCheckpoint]:
        """Return the good checkpoints that the log keeps of a tree, in order; note the others."""
        origin, good = origin_of(self._party, partner), []
        for name in (CHECKPOINT, COSIGNED):
            for position, data in self._log.all_kept(kept_name(name, partner)):
                try:
                    signed = self._keys.open(data, self._party)
                except NoteError as error:
                    said = error.problems[0].message
                else:
                    if (signed.checkpoint.origin, signed.size) == (origin, position):
                        good.append(signed)
                        continue
                    said = f"it is of {signed.checkpoint.origin} with {signed.size} entries"
                message = f"the checkpoint that was kept at {position} cannot be used: {said}"
                self._findings.append(Finding("RK634", message, position, position, partner))
        return sorted(good, key=lambda signed: signed.size)

    def _judge(
        self, tree: History, kept: list[SignedCheckpoint], elsewhere: Iterable[SignedCheckpoint]
    ) -> TreeSummary:
        origin = origin_of(self._party, tree.partner)
        told = sorted(
            (each for each in elsewhere if each.checkpoint.origin == origin), key=lambda each: each.size
        )
        fences = [Fence(each.size, each.root, origin) for each in kept]
        self._findings += tree.judge(fences, _Tiles(self._log, tree.partner))
        roots = {fence.size: fence.root for fence in fences}
        others = [Fence(each.size, each.root, _witnesses(each)) for each in told]
        self._findings += tree.judge_trusted(others, roots)
        sealed = max((each.size for each in (*kept, *told) if each.size <= tree.size), default=0)
        return TreeSummary(
            origin, tree.size, sealed, tree.proven(sealed), len(roots), _witnessed((*kept, *told))
        )


class _Tiles(dict[int, bytes]):
    """The kept tiles of a tree, each read when it is asked for."""

    def __init__(self, log: Log, partner: str) -> None:
        super().__init__()
        self._log = log
        self._name = kept_name(TILE, partner)

    def get(self, size: int, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
        kept = self._log.kept(self._name, size)
        return kept[1] if kept and kept[0] == size else default


def _is_tree(partner: str) -> bool:
    return not partner or is_party(partner)


def _witnesses(signed: SignedCheckpoint) -> str:
    return ", ".join(sorted(signed.witnessed())) or "the checkpoint that you trust"


def _witnessed(checkpoints: Iterable[SignedCheckpoint]) -> dict[str, tuple[int, int]]:
    """Return witness -> the largest size that it cosigned, and when."""
    found: dict[str, tuple[int, int]] = {}
    for signed in checkpoints:
        for name, moment in signed.witnessed().items():
            found[name] = max(found.get(name, (0, 0)), (signed.size, moment))
    return found
