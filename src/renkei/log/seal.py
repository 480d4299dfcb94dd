"""Sealing: a node signs, every so often, how far its log has come, and so do its released logs.

Layer: log. After a group of rows is durable, the node gives them to `Sealer.add`; when `Sealer.due` says so,
and when it stops, it calls `Sealer.seal`. What was appended since the last seal is durable, but nobody could
prove yet that it was not changed since; so seal often: a seal costs a few writes and a signature, about as
much as one group of rows. Each seal keeps a tile (`renkei.log.tile`) and then a checkpoint, for every tree
that grew.

Starting again takes the last checkpoint and its tile and hashes only what came after it. A node never signs
what contradicts what it signed before: a log that ends before its last checkpoint, or has another root there,
is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from renkei.clock import SECOND
from renkei.log.checkpoint import (
    CHECKPOINT,
    Checkpoint,
    kept_name,
    open_checkpoint,
    origin_of,
    sign_checkpoint,
)
from renkei.log.commitment import release_leaf, row_leaf
from renkei.log.merkle import Frontier
from renkei.log.note import Note, NoteError, Signer, Verifier
from renkei.log.port import KEPT_ALREADY, Log, Release, Row, StoreError
from renkei.log.tile import MAX_TILE, TILE, Tile, read_tile

_PAGE = 1000
_RESTORE = "Restore the store from a backup that verifies, and keep this one as evidence: renkei log verify."


class _Branch:
    """One tree of a log: its own, or that of what it released to a partner."""

    def __init__(
        self, log: Log, party: str, partner: str, signer: Signer, former: Iterable[Verifier]
    ) -> None:
        self._log = log
        self._partner = partner
        self._origin = origin_of(party, partner)
        self._signer = signer
        self._keys = (signer.verifier, *former)
        self.sealed = self._restored()
        self.pending: list[bytes] = []
        """Leaves since the last seal."""

    @property
    def size(self) -> int:
        """Number of leaves, sealed or not."""
        return self.sealed.size + len(self.pending)

    def frontier(self) -> Frontier:
        return self.sealed.extend(self.pending)

    def seal(self) -> bytes | None:
        """Keep tiles and checkpoints up to the last leaf; return the last one, None if nothing grew."""
        note: bytes | None = None
        for begin in range(0, len(self.pending), MAX_TILE):
            leaves = self.pending[begin : begin + MAX_TILE]
            frontier = self.sealed.extend(leaves)
            # The tile goes first: a crash may leave one behind that nothing signs, but never the reverse.
            self._keep_tile(frontier, Tile(self.sealed, b"".join(leaves)))
            note = sign_checkpoint(Checkpoint(self._origin, frontier.size, frontier.root()), self._signer)
            self._log.keep(kept_name(CHECKPOINT, self._partner), frontier.size, note)
            self.sealed = frontier
        self.pending = []
        return note

    def _keep_tile(self, frontier: Frontier, tile: Tile) -> None:
        """Keep a tile; one of another process that seals the same log, which begins elsewhere, will do."""
        there = (self._log, frontier.size, frontier.root(), self._partner)
        if read_tile(*there) is None:
            try:
                self._log.keep(kept_name(TILE, self._partner), frontier.size, tile.to_bytes())
            except StoreError as error:
                # Kept since it was looked for?
                if error.code != KEPT_ALREADY or read_tile(*there) is None:
                    raise

    def _restored(self) -> Frontier:
        """Return the frontier at the last checkpoint.

        Raises:
            StoreError: The log is not what the checkpoint says that it was.
        """
        kept = self._log.kept(kept_name(CHECKPOINT, self._partner))
        if kept is None:
            return Frontier()
        try:
            signed = open_checkpoint(kept[1], self._key_of(kept[1]), origin=self._origin)
        except NoteError as error:
            said = f"the last checkpoint of {self._origin} cannot be used: {error.problems[0].message}"
            hint = "Start the node with the key that it had before, or name that one as a former key."
            raise StoreError("RK634", said, hint) from error
        last = self._log.released_last(self._partner) if self._partner else self._log.last()
        if signed.size > last:
            said = f"{self._origin} ends at {last}, but has signed a checkpoint of {signed.size}"
            raise StoreError("RK630", said, _RESTORE)
        tile = read_tile(self._log, signed.size, signed.root, self._partner)
        frontier = tile.frontier() if tile else Frontier().extend(self._leaves(0, signed.size))
        if frontier.root() != signed.root:
            said = f"the first {signed.size} entries of {self._origin} are not what was signed"
            raise StoreError("RK629", said, _RESTORE)
        return frontier

    def _key_of(self, note: bytes) -> Verifier:
        """Return the one of the node's keys that signed ``note``, the present one if none has."""
        signed = {(line.name, line.id) for line in Note.from_bytes(note).signatures}
        return next((key for key in self._keys if (key.name, key.id) in signed), self._keys[0])

    def catch_up(self, last: int) -> None:
        """Take in what the log has, up to number ``last``."""
        self.pending += self._leaves(self.size, last)

    def _leaves(self, after: int, last: int) -> Iterable[bytes]:
        while after < last:
            limit = min(_PAGE, last - after)
            if self._partner:
                leaves = [release_leaf(each) for each in self._log.released(self._partner, after, limit)]
            else:
                leaves = [row_leaf(each) for each in self._log.read(after, limit)]
            if not leaves:
                raise StoreError("RK630", f"{self._origin} ends at {after}, before number {last}", _RESTORE)
            yield from leaves
            after += len(leaves)


class Sealer:
    """Keeps the trees of a log and of what it released, and signs checkpoints of them.

    Limits: belongs to the one thread that appends.
    """

    def __init__(
        self,
        log: Log,
        party: str,
        signer: Signer,
        *,
        former: Sequence[Verifier] = (),
        every_rows: int = 1000,
        every: int = SECOND,
    ) -> None:
        """Go on where the log was sealed last.

        Args:
            log: Log of ``party``.
            party: Whose log it is.
            signer: Key of the party.
            former: Earlier keys of the party, one of which may have signed the last checkpoint.
            every_rows: A seal is due after so many rows,
            every: or so many microseconds after the first of them was recorded.

        Raises:
            StoreError: The log contradicts a checkpoint that was signed before.
        """
        self._log = log
        self._every_rows = every_rows
        self._every = every
        self._waiting_since: int | None = None
        self._branches: dict[str, _Branch] = {}
        self._make: Callable[[str], _Branch] = lambda partner: _Branch(log, party, partner, signer, former)
        self._own = self._branches[""] = self._make("")
        self._catch_up(log.last())

    @property
    def size(self) -> int:
        """Number of rows in the tree, sealed or not."""
        return self._own.size

    @property
    def sealed_size(self) -> int:
        """Number of rows that the last checkpoint covers."""
        return self._own.sealed.size

    def frontier(self, partner: str = "") -> Frontier:
        """Return the frontier of the log, or of what it released to ``partner``, as of now."""
        return self._branch(partner).frontier()

    def add(self, rows: Sequence[Row]) -> None:
        """Take in rows that are durable; those of another process that came before them too.

        Raises:
            StoreError: There is no telling what came before them.
        """
        new = [row for row in rows if row.seq > self._own.size]
        if new and new[0].seq > self._own.size + 1:
            self._catch_up(new[0].seq - 1)
        self._take(new)

    def due(self, now: int) -> bool:
        """Tell whether it is time to seal."""
        waiting = self._own.pending
        if not waiting or self._waiting_since is None:
            return False
        return len(waiting) >= self._every_rows or now - self._waiting_since >= self._every

    def seal(self) -> dict[str, bytes]:
        """Sign and keep a checkpoint of every tree that grew; return partner ('': own log) -> checkpoint.

        The own log goes last: after a crash in between, what was released is at most sealed ahead of it.
        """
        sealed: dict[str, bytes] = {}
        for partner in sorted(self._branches, reverse=True):
            note = self._branches[partner].seal()
            if note is not None:
                sealed[partner] = note
        self._waiting_since = None
        return sealed

    def _branch(self, partner: str) -> _Branch:
        if partner not in self._branches:
            branch = self._branches[partner] = self._make(partner)
            branch.catch_up(self._log.released_last(partner))
        return self._branches[partner]

    def _catch_up(self, last: int) -> None:
        while self._own.size < last:
            after = self._own.size
            rows = self._log.read(after, min(_PAGE, last - after))
            if not rows:
                raise StoreError("RK630", f"the log ends at {after}, before row {last}", _RESTORE)
            self._take(rows)

    def _take(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._own.pending.append(row_leaf(row))
            for release in row.releases:
                self._release(release)
            if self._waiting_since is None:
                self._waiting_since = row.recorded

    def _release(self, release: Release) -> None:
        branch = self._branch(release.partner)
        # A branch that is new here has read the log, and one that was sealed before a crash knows more.
        if release.number == branch.size + 1:
            branch.pending.append(release_leaf(release))
