"""The links of a node: what was released goes out of its log, what a partner released goes into it.

Layer: interfaces. The link says whether something is genuine and where it belongs; the node records it. A
batch that was recorded in part, since the node died in between, is taken again: what is there is compared.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from renkei.errors import Problem
from renkei.interfaces.http.diagnostics import tell
from renkei.interfaces.http.port import UnknownError
from renkei.interfaces.http.uploads import Attachments
from renkei.interfaces.service.fetching import Fetching
from renkei.interfaces.service.resuming import barred, is_of_the_past, records, resumptions, stays
from renkei.interfaces.service.settings import Peer
from renkei.interfaces.text import spoken
from renkei.labels.sidecar import Names, names_of
from renkei.link.batch import Entry
from renkei.link.bundle import Bundle, import_bundle, missing, open_bundle, write_bundle
from renkei.link.files import ReleasedFiles
from renkei.link.fork import Fork, early_end
from renkei.link.labelled import check_label, label_bundle
from renkei.link.limits import LinkError, link_error
from renkei.link.message import Acknowledgement, Claim
from renkei.link.publisher import Acknowledged, Publisher
from renkei.link.seal import Peer as Direction
from renkei.link.subscriber import Accepted, Ahead, Held, Noise, Subscriber, Verdict, rebuild
from renkei.log.checkpoint import COSIGNED, kept_name
from renkei.log.merkle import Tree
from renkei.log.note import Note, Signer, Verifier
from renkei.log.port import Log
from renkei.runner import commands
from renkei.runner.events import DISOWNED, PartnerReceived
from renkei.runner.node import Node
from renkei.runner.state import NODE, Partner


class Link:
    """The link to one partner, in both directions."""

    def __init__(self, node: Node, signer: Signer, peer: Peer, attachments: Attachments) -> None:
        """Take up the link where the node's log left it.

        Raises:
            InputError: The partner's key is none, or what was received does not fit its seal.
        """
        self.partner = peer.party
        self._node = node
        key = Verifier.from_text(peer.key)
        self.publisher = Publisher(node.log, signer, party=node.party, partner=peer.party, witness=key)
        self.fetching = Fetching(node, peer.party, attachments)
        self._attachments, self._named = attachments, ReleasedFiles(node.log, peer.party)
        self.subscriber = Subscriber(Direction(peer.party, node.party, key), signer)
        self._taking, self._told = threading.RLock(), threading.Lock()
        self._held, self._barred = self._rebuilt(), barred(self)
        self._keep_cosigned(self.known.acknowledged, self.known.cosigned.encode())
        self.imported: Callable[[], None] = lambda: None
        """Called when a bundle has brought the link forward."""
        self.ended: Callable[[], None] = lambda: None
        """Called when nothing more is taken from the partner."""
        self.why_down: Callable[[], Problem | None] = lambda: None
        """Asked why the line is down."""
        self.sent = 0
        """Bytes that went over the line since the node started."""
        self.came: Callable[[], int] = lambda: 0
        """Asked how many bytes came over the line since the node started."""

    @property
    def held(self) -> Held:
        """What was received, as far as it is sealed."""
        return self._held

    @property
    def log(self) -> Log:
        """The log of the node."""
        return self._node.log

    @property
    def known(self) -> Partner:
        """What the node knows of the partner."""
        return self._node.state.partners.get(self.partner) or Partner()

    @property
    def trouble(self) -> Problem | None:
        """What the last attempt to pull failed of; None where it did not, or where there is no line."""
        return self.why_down()

    @property
    def is_forked(self) -> bool:
        """Return whether the partner has signed two histories: nothing more is taken from it."""
        return bool(set(self.known.forked.split()) - {DISOWNED})

    @property
    def is_silent(self) -> bool:
        """Return whether nothing goes out to the partner: the own log is shorter than what it has of it."""
        return DISOWNED in self.known.forked.split()

    def note_sent(self, count: int) -> None:
        """Count bytes that went over the line."""
        self.sent += count

    def file(self, digest: str) -> Path | None:
        """Return where a file is that an entry released to the partner names; None for all others."""
        return self._attachments.path(digest) if self._named.has(digest) else None

    def export(self, out: BinaryIO, after: int | None, now: int, room: int = 0) -> None:
        """Write what was released into a file, from where it was acknowledged unless ``after`` is given.

        Args:
            out: The file.
            after: The entry after which it begins.
            now: The moment.
            room: Bytes to which the files that it names may bring it; 0 leaves them out.

        Raises:
            LinkError: There is nothing to carry, or nothing goes out to the partner any more.
        """
        if self.is_silent:
            words = spoken()
            said = words("trust.disowned", partner=self.partner)
            raise link_error("RK757", said, words("trust.disowned.hint"))
        begin = self.known.acknowledged if after is None else after
        told = self._held.acknowledgement
        find = self._attachments.path if room else None
        write_bundle(out, self.publisher, begin, created=now, acknowledgement=told, find=find, room=room)

    def bring_in(self, source: BinaryIO, now: int) -> Mapping[str, Any]:
        """Take in a file that the partner's node made, and tell what came of it.

        All of it is read and judged before anything of it is taken.

        Raises:
            LinkError: It is no bundle of this partner for this node, comes too early, or proves nothing; or
                nothing more is taken from the partner.
        """
        if self.is_forked:
            raise self._forked_error(self.known.forked)
        source.seek(0)
        bundle = open_bundle(source)
        with self._taking:
            before = self._held.size
            self._foresee(bundle, now)
            for verdict in import_bundle(self.subscriber, self._held, bundle, now, self.past):
                self.take(verdict)
            if bundle.acknowledgement is not None:
                self.take_acknowledgement(bundle.acknowledgement)
            self.imported()
            kept, refused = self.fetching.take(source, bundle.files)
            return {
                "partner": self.partner,
                "new": self._held.size - before,
                "received": self._held.size,
                "acknowledged": self.known.acknowledged,
                "files_new": kept,
                "files_refused": refused,
                "files_missing": [f"{each.name} {each.digest}" for each in self.fetching.missing()],
            }

    def _foresee(self, bundle: Bundle, now: int) -> None:
        """Judge a whole bundle without taking anything.

        Raises:
            LinkError: It comes too early, or something in it is not the partner's; what came before that in
                it is not taken either.
        """
        gap = missing(self._held, bundle)
        if gap is not None:
            raise LinkError([Ahead(*gap).problem])
        for verdict in import_bundle(self.subscriber, self._held, bundle, now, self.past):
            if isinstance(verdict, Noise | Ahead):
                raise LinkError([verdict.problem])
            self._refuse_past(verdict)

    def _refuse_past(self, verdict: Verdict) -> None:
        """Refuse an old disk: what it shows is known, and people have decided about it.

        Raises:
            LinkError: It has what the partner gave up.
        """
        # Nothing is barred on nearly every link, and each leaf costs two hashes.
        entries = verdict.entries if self._barred and isinstance(verdict, Accepted) else ()
        back = any((entry.number, entry.leaf) in self._barred for entry in entries)
        if back or (isinstance(verdict, Fork) and is_of_the_past(self, verdict)):
            words = spoken()
            said = words("trust.past", partner=self.partner)
            raise link_error("RK758", said, words("trust.past.hint"))

    def take(self, verdict: Verdict) -> None:
        """Record what a verdict says.

        Raises:
            LinkError: It says that nothing can be taken; evidence of a fork is recorded first.
        """
        match verdict:
            case Accepted():
                with self._taking:
                    self._refuse_past(verdict)
                    # A line and a bundle may bring the same; whoever comes second changes nothing.
                    if verdict.held.size > self._held.size:
                        self._record(verdict)
                        self._held = verdict.held
                        self.fetching.note(entry.body for entry in verdict.entries)
            case Fork():
                self.record_fork(verdict)
                raise self._forked_error(verdict.kind)
            case Noise() | Ahead():
                raise LinkError([verdict.problem])

    def _forked_error(self, kind: str) -> LinkError:
        words = spoken()
        said = words("trust.fork", partner=self.partner, kind=kind)
        return link_error("RK755", said, words("trust.fork.hint"))

    def record_fork(self, fork: Fork) -> None:
        """Record the evidence that the partner signed two histories, so that anybody can be shown it."""
        if not self.is_forked:
            self._record_evidence(fork, fork.kind)
        self.ended()

    def note_disowned(self, shown: bytes) -> None:
        """Record that the partner has a note of this party that is longer than the log: it was restored.

        Args:
            shown: The note, which the publisher has found to be genuine.
        """
        with self._told:
            if self.is_silent:
                return
            admitted = self.publisher.admit(Claim(shown)).note
            own = early_end(self.publisher.peer, Note.from_bytes(shown), Note.from_bytes(admitted))
            self._record_evidence(own, DISOWNED)
        tell("disowned", logging.ERROR, partner=self.partner)

    def _record_evidence(self, fork: Fork, reason: str) -> None:
        first, second = fork.first.decode(errors="replace"), fork.second.decode(errors="replace")
        self._ask(
            commands.Fork(
                partner=self.partner, first=first, second=second, reason=reason, proof=fork.to_text()
            )
        )

    def take_acknowledgement(self, told: Acknowledgement) -> None:
        """Record how far the partner says that it has come.

        Raises:
            LinkError: It is not the partner's.
        """
        if told.size > self.known.acknowledged:
            self.note_acknowledged(self.publisher.acknowledged(told))

    def note_acknowledged(self, found: Acknowledged) -> None:
        """Record how far the partner has proven that it has come, where that is new."""
        # Several may tell of the same at once; only what is new is recorded.
        with self._told:
            if found.size > self.known.acknowledged:
                note = found.note.decode()
                self._ask(commands.Acknowledged(partner=self.partner, size=found.size, signed=note))
                self._keep_cosigned(found.size, found.note)

    def _keep_cosigned(self, size: int, note: bytes) -> None:
        """Keep a checkpoint that the partner has co-signed where the log is verified from, once."""
        name = kept_name(COSIGNED, self.partner)
        kept = self._node.log.kept(name, size)
        if note and (kept is None or kept[0] < size):
            self._node.log.keep(name, size, note)

    def past(self) -> Tree:
        """Return the tree of everything that is held; reads it all."""
        return Tree(entry.leaf for entry in self._received(self._held.size))

    def _record(self, accepted: Accepted) -> None:
        asked = [
            commands.Receive(partner=self.partner, number=each.number, body=each.body, salt=each.salt)
            for each in self._new(accepted.entries)
        ]
        note, size = accepted.note.decode(), accepted.held.size
        # Together in the queue, so that they are most likely appended in one transaction.
        futures = [self._node.submit(NODE, each) for each in asked]
        sealed = self._node.submit(NODE, commands.Seal(partner=self.partner, size=size, signed=note))
        for future in (*futures, sealed):
            refusal = future.result().refusal
            if refusal is not None:
                raise link_error(refusal.code, refusal.message)

    def _new(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return the entries that are not recorded yet; the others have to be what is."""
        there = self.known.received
        if entries and entries[0].number <= there:
            recorded = {entry.number: entry for entry in self._received(there)}
            if any(recorded[each.number] != each for each in entries if each.number <= there):
                words = spoken()
                said = words("trust.changed", partner=self.partner)
                raise link_error("RK654", said, words("trust.changed.hint"))
        return [each for each in entries if each.number > there]

    def _rebuilt(self) -> Held:
        """Return what is held; entries that a crash left unsealed are pulled again, compared and sealed."""
        return rebuild(self._received(self.known.received), self.known.sealed.encode() or None)

    def received(self, until: int | None = None) -> Iterator[Entry]:
        """Yield what belongs to the partner's history, as it is, or as it was before entry ``until``.

        What the partner gave up stays in the log and is passed over.
        """
        resumed = resumptions(self.log, self.partner)
        for record in records(self.log, "partner.received", self.partner):
            event = record.event
            if until is not None and record.seq >= until:
                return
            if isinstance(event, PartnerReceived) and stays(event.number, record.seq, resumed, until):
                yield Entry(event.number, event.body.encode(), bytes.fromhex(event.salt))

    def _received(self, size: int) -> Iterator[Entry]:
        return (entry for entry in self.received() if entry.number <= size)

    def resume(self, command: commands.Resume) -> None:
        """Go on from what people have confirmed.

        Raises:
            LinkError: It has not stopped in this way.
        """
        with self._taking:
            self._ask(command)
            self._held, self._barred = self._rebuilt(), barred(self)

    def _ask(self, command: commands.Command) -> None:
        refusal = self._node.ask(NODE, command).refusal
        if refusal is not None:
            raise link_error(refusal.code, refusal.message)


class Links:
    """All links of a node, by partner."""

    def __init__(
        self, node: Node, signer: Signer, peers: Mapping[str, Peer], attachments: Attachments
    ) -> None:
        """Take them up.

        Raises:
            InputError: As ``Link``.
        """
        self._node = node
        self.by_partner = {name: Link(node, signer, peer, attachments) for name, peer in peers.items()}

    def export_bundle(self, partner: str, after: int | None, out: BinaryIO, room: int = 0) -> None:
        """Write what was released to a partner into a file, with what it names up to ``room`` bytes.

        Raises:
            UnknownError: There is no link to this partner.
            LinkError: There is nothing to carry.
        """
        self.link(partner).export(out, after, self._node.now(), room)

    def label_bundle(self, bundle: BinaryIO) -> bytes:
        """Return the label of a bundle that was made here, as the file that goes beside it.

        Raises:
            InputError: It is no bundle, or its labels cannot be written.
        """
        return label_bundle(bundle, self._names(), exercise=self._node.state.exercise)

    def import_bundle(self, partner: str, bundle: BinaryIO, label: bytes | None = None) -> Mapping[str, Any]:
        """Take in what a partner released, where the ``label`` beside it permits that.

        Raises:
            UnknownError: There is no link to this partner.
            LinkError: It cannot be taken.
            InputError: The label cannot be understood, is not of this bundle, or speaks against taking it.
        """
        link = self.link(partner)
        if label is not None:
            check_label(bundle, label, self._names(), publisher=partner, party=self._node.party)
        return link.bring_in(bundle, self._node.now())

    def _names(self) -> Names:
        """Return what labels may name in the model in use."""
        state = self._node.state
        return names_of(self._node.books.book(state.digest, state.option).model)

    def link(self, partner: str) -> Link:
        """Return the link to a partner.

        Raises:
            UnknownError: There is none.
        """
        if partner not in self.by_partner:
            raise UnknownError(partner)
        return self.by_partner[partner]
