"""Files that a partner's entries name: fetched once they are known, kept by digest, checked before that.

Layer: interfaces. Which files are wanted follows from what the node has taken over, so nothing is lost when
it stops; what has come of a file stays on disk, and the next piece goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, BinaryIO

from renkei.interfaces.http.diagnostics import tell
from renkei.interfaces.http.link_client import LinkClient, Piece
from renkei.interfaces.http.uploads import Attachments
from renkei.link.carried import CarriedFile, chunks_of
from renkei.link.files import may_name_files
from renkei.runner.node import Node
from renkei.runner.state import State

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 600.0
"""Seconds until a file is asked for again that the partner did not give, or gave wrong."""
MOST_WAITING = 10_000
"""Files that are waited for at once; more are found when these are here."""


def files_from(state: State, partner: str) -> Iterator[Mapping[str, Any]]:
    """Yield the files that a partner has named in what was taken over from it."""
    for item in state.items.values():
        if item.origin == partner:
            yield from item.terms.get("attachments", ())
        for change in item.changes:
            if change.party == partner:
                yield from change.terms.get("attachments", ())


@dataclass
class Wanted:
    """A file that is not here yet."""

    digest: str
    size: int
    name: str
    failures: int = 0
    not_before: float = 0.0


class Fetching:
    """The files of one partner. Used by the one thread that pulls; ``note`` and ``missing`` by any."""

    def __init__(self, node: Node, partner: str, attachments: Attachments) -> None:
        """Look for what was named and is not here."""
        self._node, self._partner, self._attachments = node, partner, attachments
        self._waiting: dict[str, Wanted] = {}
        self._refused: set[str] = set()
        self._stale = True

    def note(self, bodies: Iterable[bytes]) -> None:
        """Look again before the next pull, if entries that were taken over may name files."""
        if any(may_name_files(body) for body in bodies):
            self._stale = True

    def missing(self) -> list[Wanted]:
        """Return the files that were named and are not here, each once."""
        found: dict[str, Wanted] = {}
        for named in files_from(self._node.state, self._partner):
            wanted = Wanted(str(named["digest"]), int(named["size"]), str(named["name"]))
            if self._attachments.path(wanted.digest) is None:
                found.setdefault(wanted.digest, wanted)
        return list(found.values())

    def take(self, source: BinaryIO, carried: Iterable[CarriedFile]) -> tuple[int, list[str]]:
        """Keep what a bundle carries of the files that are missing, and nothing else of it.

        Returns:
            How many were kept; and name, digest and reason of each that was not.
        """
        missing = {wanted.digest: wanted for wanted in self.missing()}
        kept, refused = 0, list[str]()
        for each in carried:
            wanted = missing.pop(each.digest, None)
            if wanted is None:
                continue
            same = each.size == wanted.size
            reason = (
                self._attachments.take(chunks_of(source, each), each.digest, each.size) if same else "size"
            )
            kept += not reason
            if reason:
                refused.append(f"{wanted.name} {each.digest} {reason}")
        return kept, refused

    def due_in(self) -> float | None:
        """Return the seconds until a file is to be asked for, None while none is wanted."""
        if self._stale:
            self._stale = False
            for wanted in self.missing():
                if len(self._waiting) < MOST_WAITING and wanted.digest not in self._refused:
                    self._waiting.setdefault(wanted.digest, wanted)
        if not self._waiting:
            return None
        first = min(wanted.not_before for wanted in self._waiting.values())
        return max(0.0, first - perf_counter())

    def fetch(self, client: LinkClient, budget: int) -> int:
        """Fetch at most ``budget`` bytes of the file whose turn it is; return how many came.

        Raises:
            LinkError: The line failed; the file is asked for again.
        """
        wanted = min(self._waiting.values(), key=lambda each: each.not_before)
        digest, files = wanted.digest, self._attachments
        if files.path(digest) is not None:
            self._drop(wanted)
            return 0
        if wanted.size > files.most_bytes:
            self._refuse(wanted, "size")
            return 0
        if not files.has_room(wanted.size):
            self._later(wanted, "room")
            return 0
        offset = files.arrived(self._partner, digest)
        room = min(budget, wanted.size - offset)
        piece = client.piece(digest, offset, room) if room > 0 else Piece(wanted.size, b"")
        if piece is None or piece.total != wanted.size:
            self._later(wanted, "not given")
            return 0
        files.arrive(self._partner, digest, piece.data)
        if offset + len(piece.data) >= wanted.size:
            self._finish(wanted)
        return len(piece.data)

    def _finish(self, wanted: Wanted) -> None:
        reason = self._attachments.complete(self._partner, wanted.digest)
        if reason == "kind":
            self._refuse(wanted, reason)
        elif reason:
            self._later(wanted, reason)
        else:
            self._drop(wanted)

    def _drop(self, wanted: Wanted) -> None:
        del self._waiting[wanted.digest]
        # Those that there was no room to wait for.
        self._stale = self._stale or not self._waiting

    def _later(self, wanted: Wanted, reason: str) -> None:
        if not wanted.failures:
            tell("file-missing", partner=self._partner, digest=wanted.digest, reason=reason)
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(wanted.failures, 16))
        wanted.failures += 1
        wanted.not_before = perf_counter() + pause

    def _refuse(self, wanted: Wanted, reason: str) -> None:
        tell("file-refused", partner=self._partner, digest=wanted.digest, reason=reason)
        self._refused.add(wanted.digest)
        self._drop(wanted)
