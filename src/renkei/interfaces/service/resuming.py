"""Take a link up again that stopped over two histories: shown first, then confirmed at the node itself.

Layer: interfaces. Nothing here is served to anybody: whoever resumes a link has the folder of the node, which
must not run, and an administrator's password. What is confirmed is named by a code over all of it, so nothing
else can happen than what was shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from renkei.errors import InputError
from renkei.interfaces.text import spoken
from renkei.link.agreement import Agreement, agree, latest_within
from renkei.link.bundle import open_bundle
from renkei.link.carried import digest_of
from renkei.link.fork import Fork
from renkei.link.limits import link_error
from renkei.link.seal import Seal
from renkei.log.merkle import Tree
from renkei.log.note import Note
from renkei.runner import commands
from renkei.runner.events import DISOWNED, LinkForked, LinkResumed, LinkSealed, Record, decode
from renkei.runner.resumption import names_in

if TYPE_CHECKING:
    from renkei.interfaces.service.linking import Link
    from renkei.log.port import Log

PAGE = 1000
MOST_SHOWN = 100
"""Names of given-up cases and items that are shown; all are recorded."""


def records(log: Log, kind: str, partner: str) -> Iterator[Record]:
    """Yield the entries of a kind about a partner, in order."""
    after = 0
    while rows := log.find(kind=kind, subject=partner, after=after, limit=PAGE):
        yield from (decode(row.body) for row in rows)
        after = rows[-1].seq


def resumptions(log: Log, partner: str) -> list[tuple[int, int]]:
    """Return where a partner's history was taken up again: number in the own log, entries that stayed."""
    found = (record for record in records(log, "link.resumed", partner))
    return [
        (record.seq, record.event.size)
        for record in found
        if isinstance(record.event, LinkResumed) and record.event.forked != DISOWNED
    ]


def stays(number: int, seq: int, resumed: list[tuple[int, int]], until: int | None = None) -> bool:
    """Tell whether an entry of a partner belongs to its history as it is, or as it was before ``until``."""
    later = [size for at, size in resumed if at > seq and (until is None or at < until)]
    return number <= min(later, default=number)


@dataclass(frozen=True)
class Proposal:
    """What would be done, and what people are shown of it."""

    command: commands.Resume
    facts: Mapping[str, Any]

    @property
    def code(self) -> str:
        """Name all of it: facts, person and reason."""
        said = msgspec.json.encode([self.facts, self.command.model_dump(mode="json", exclude={"id"})])
        return sha256(said).hexdigest()[:16]


def propose(link: Link, source: BinaryIO | None, *, by: str, reason: str, now: int) -> Proposal:
    """Return how a link would go on: from the partner's whole history, or, without one, with the own log.

    Raises:
        LinkError: It has not stopped in this way, or the bundle does not show one whole history.
    """
    known = link.known
    ours = DISOWNED if link.is_silent else ""
    theirs = " ".join(reason for reason in known.forked.split() if reason != DISOWNED)
    forked = ours if source is None else theirs
    if not forked:
        said = spoken()("trust.not-stopped", partner=link.partner)
        raise link_error("RK561", said, spoken()("trust.not-stopped.hint"))
    if source is None:
        return _own(link, by, reason)
    return _partners(link, source, forked, by=by, reason=reason, now=now)


def _own(link: Link, by: str, reason: str) -> Proposal:
    """Propose to release again although this party disowned what it had signed."""
    evidence = [each for each in _evidence(link) if each.reason == DISOWNED]
    shown, size = evidence[-1].first, link.known.released
    command = commands.Resume(
        partner=link.partner,
        forked=DISOWNED,
        size=size,
        sealed="",
        checkpoint=shown,
        key=link.publisher.peer.key.to_text(),
        by=by,
        reason=reason,
    )
    facts = {
        "partner": link.partner,
        "forked": DISOWNED,
        "released": size,
        "disowned": Seal.from_text(Note.from_bytes(shown.encode()).text).size - size,
        "checkpoint": shown,
        "key": command.key,
    }
    return Proposal(command, facts)


def _partners(link: Link, source: BinaryIO, forked: str, *, by: str, reason: str, now: int) -> Proposal:
    """Propose to go on with the history in a bundle."""
    source.seek(0)
    bundle = open_bundle(source)
    entries = list(link.received())
    found = agree(link.subscriber, (entry.leaf for entry in entries), bundle, now)
    sealed = latest_within(_seals(link), found.size)
    lost = {name for entry in entries[found.size :] for name in _names(entry.body)}
    command = commands.Resume(
        partner=link.partner,
        forked=forked,
        size=found.size,
        sealed=sealed,
        checkpoint=found.checkpoint,
        key=link.subscriber.peer.key.to_text(),
        given_up=tuple(sorted(lost)),
        by=by,
        reason=reason,
    )
    return Proposal(command, _facts(command, found, len(entries), source))


def _facts(command: commands.Resume, found: Agreement, received: int, source: BinaryIO) -> dict[str, Any]:
    return {
        "partner": command.partner,
        "forked": command.forked,
        "received": received,
        "agreed": found.size,
        "given_up": received - found.size,
        "about": list(command.given_up[:MOST_SHOWN]),
        "history": found.last,
        "checkpoint": found.checkpoint,
        "key": command.key,
        "bundle": digest_of(source),
    }


def _names(body: bytes) -> frozenset[str]:
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return frozenset()
    return names_in(content) if isinstance(content, dict) else frozenset()


def _seals(link: Link) -> list[str]:
    """Return the seals of the partner's history as it is, in order."""
    resumed = resumptions(link.log, link.partner)
    return [
        record.event.note
        for record in records(link.log, "link.sealed", link.partner)
        if isinstance(record.event, LinkSealed) and stays(record.event.size, record.seq, resumed)
    ]


def _evidence(link: Link) -> list[LinkForked]:
    found = (record.event for record in records(link.log, "link.forked", link.partner))
    return [event for event in found if isinstance(event, LinkForked)]


def carry_out(link: Link, proposal: Proposal, source: BinaryIO | None, now: int) -> None:
    """Do what was confirmed, and take in the history that was confirmed, so that no other can follow.

    Raises:
        LinkError: It cannot be done any more.
    """
    link.resume(proposal.command)
    if source is not None:
        link.bring_in(source, now)


def barred(link: Link) -> frozenset[tuple[int, bytes]]:
    """Return number and leaf of the first entry of each history that was given up.

    Such an entry would still continue what is agreed, so an old disk could bring the given-up history back.
    """
    found = set[tuple[int, bytes]]()
    for at, size in resumptions(link.log, link.partner):
        lost = next((entry for entry in link.received(until=at) if entry.number == size + 1), None)
        if lost is not None:
            found.add((lost.number, lost.leaf))
    return frozenset(found)


def is_of_the_past(link: Link, fork: Fork) -> bool:
    """Tell whether what contradicts the history that goes on is one that people have set aside already.

    An old disk shows that; nobody can make a link stop with what is known and was decided about.
    """
    resumed = resumptions(link.log, link.partner)
    if not resumed:
        return False
    before = (
        record for record in records(link.log, "link.forked", link.partner) if record.seq < resumed[-1][0]
    )
    if any(getattr(record.event, "second", "").encode() == fork.second for record in before):
        return True
    try:
        second = Seal.from_text(Note.from_bytes(fork.second).text)
    except InputError:
        return False
    for at, _ in resumed:
        tree = Tree(entry.leaf for entry in link.received(until=at))
        if second.size <= tree.size and tree.root(second.size) == second.root:
            return True
    return False
