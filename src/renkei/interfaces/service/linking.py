"""The links of a node: what was released goes out of its log, what a partner released goes into it.

Layer: interfaces. The link says whether something is genuine and where it belongs; the node records it. A
batch that was recorded in part, since the node died in between, is taken again: what is there is compared.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from renkei.interfaces.http.port import UnknownError
from renkei.interfaces.service.settings import Peer
from renkei.interfaces.text import spoken
from renkei.link.batch import Entry
from renkei.link.bundle import export_bundle, import_bundle, missing, read_bundle
from renkei.link.fork import Fork
from renkei.link.limits import LinkError, link_error
from renkei.link.message import Acknowledgement
from renkei.link.publisher import Acknowledged, Publisher
from renkei.link.seal import Peer as Direction
from renkei.link.seal import Seal
from renkei.link.subscriber import Accepted, Ahead, Held, Noise, Subscriber, Verdict, rebuild
from renkei.log.merkle import Tree
from renkei.log.note import Note, Signer, Verifier
from renkei.runner import commands
from renkei.runner.events import PartnerReceived, decode
from renkei.runner.node import Node
from renkei.runner.state import NODE, Partner

PAGE = 1000


class Link:
    """The link to one partner, in both directions."""

    def __init__(self, node: Node, signer: Signer, peer: Peer) -> None:
        """Take up the link where the node's log left it.

        Raises:
            InputError: The partner's key is none, or what was received does not fit its seal.
        """
        self.partner = peer.party
        self._node = node
        key = Verifier.from_text(peer.key)
        self.publisher = Publisher(node.log, signer, party=node.party, partner=peer.party, witness=key)
        self.subscriber = Subscriber(Direction(peer.party, node.party, key), signer)
        self._taking = threading.RLock()
        self._held = self._rebuilt()
        self.imported: Callable[[], None] = lambda: None
        """Called when a bundle has brought the link forward."""

    @property
    def held(self) -> Held:
        """What was received, as far as it is sealed."""
        return self._held

    @property
    def known(self) -> Partner:
        """What the node knows of the partner."""
        return self._node.state.partners.get(self.partner) or Partner()

    def export(self, after: int | None, now: int) -> bytes:
        """Return what was released as a file, from where it was acknowledged unless ``after`` is given.

        Raises:
            LinkError: There is nothing to carry.
        """
        begin = self.known.acknowledged if after is None else after
        return export_bundle(self.publisher, begin, created=now, acknowledgement=self._held.acknowledgement)

    def bring_in(self, data: bytes, now: int) -> Mapping[str, Any]:
        """Take in a file that the partner's node made, and tell what came of it.

        Raises:
            LinkError: It is no bundle of this partner for this node, comes too early, or proves nothing.
        """
        bundle = read_bundle(data)
        with self._taking:
            before = self._held.size
            gap = missing(self._held, bundle)
            if gap is not None:
                raise LinkError([Ahead(*gap).problem])
            for verdict in import_bundle(self.subscriber, self._held, bundle, now, self.past):
                self.take(verdict)
            if bundle.acknowledgement is not None:
                self.take_acknowledgement(bundle.acknowledgement)
            self.imported()
            return {
                "partner": self.partner,
                "new": self._held.size - before,
                "received": self._held.size,
                "acknowledged": self.known.acknowledged,
            }

    def take(self, verdict: Verdict) -> None:
        """Record what a verdict says.

        Raises:
            LinkError: It says that nothing can be taken; evidence of a fork is recorded first.
        """
        match verdict:
            case Accepted(entries=entries, note=note, held=held):
                with self._taking:
                    # A line and a bundle may bring the same; whoever comes second changes nothing.
                    if held.size > self._held.size:
                        self._record(entries, note)
                        self._held = held
            case Fork():
                self.record_fork(verdict)
                words = spoken()
                said = words("trust.fork", partner=self.partner, kind=verdict.kind)
                raise link_error("RK755", said, words("trust.fork.hint"))
            case Noise() | Ahead():
                raise LinkError([verdict.problem])

    def record_fork(self, fork: Fork) -> None:
        """Record the evidence that the partner signed two histories."""
        self._ask(
            commands.Fork(
                partner=self.partner,
                first=fork.first.decode(errors="replace"),
                second=fork.second.decode(errors="replace"),
                reason=fork.kind,
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
        if found.size > self.known.acknowledged:
            note = found.note.decode()
            self._ask(commands.Acknowledged(partner=self.partner, size=found.size, signed=note))

    def past(self) -> Tree:
        """Return the tree of everything that is held; reads it all."""
        return Tree(entry.leaf for entry in self._received(self._held.size))

    def _record(self, entries: Sequence[Entry], note: bytes) -> None:
        asked = [
            commands.Receive(partner=self.partner, number=each.number, body=each.body, salt=each.salt)
            for each in self._new(entries)
        ]
        size = entries[-1].number
        # Together in the queue, so that they are most likely appended in one transaction.
        futures = [self._node.submit(NODE, each) for each in asked]
        sealed = self._node.submit(NODE, commands.Seal(partner=self.partner, size=size, signed=note.decode()))
        for future in (*futures, sealed):
            refusal = future.result().refusal
            if refusal is not None:
                raise link_error(refusal.code, refusal.message)

    def _new(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return the entries that are not recorded yet; the others have to be what is."""
        there = self.known.received
        if entries[0].number <= there:
            recorded = {entry.number: entry for entry in self._received(there)}
            if any(recorded[each.number] != each for each in entries if each.number <= there):
                words = spoken()
                said = words("trust.changed", partner=self.partner)
                raise link_error("RK654", said, words("trust.changed.hint"))
        return [each for each in entries if each.number > there]

    def _rebuilt(self) -> Held:
        sealed = self.known.sealed
        if not sealed:
            return Held()
        size = Seal.from_text(Note.from_bytes(sealed.encode()).text).size
        return rebuild(self._received(size), sealed.encode())

    def _received(self, size: int) -> Iterator[Entry]:
        after = 0
        while rows := self._node.log.find(
            kind="partner.received", subject=self.partner, after=after, limit=PAGE
        ):
            for row in rows:
                event = decode(row.body).event
                if isinstance(event, PartnerReceived) and event.number <= size:
                    yield Entry(event.number, event.body.encode(), bytes.fromhex(event.salt))
            after = rows[-1].seq

    def _ask(self, command: commands.Command) -> None:
        refusal = self._node.ask(NODE, command).refusal
        if refusal is not None:
            raise link_error(refusal.code, refusal.message)


class Links:
    """All links of a node, by partner."""

    def __init__(self, node: Node, signer: Signer, peers: Mapping[str, Peer]) -> None:
        """Take them up.

        Raises:
            InputError: As ``Link``.
        """
        self._node = node
        self.by_partner = {name: Link(node, signer, peer) for name, peer in peers.items()}

    def export_bundle(self, partner: str, after: int | None) -> bytes:
        """Return what was released to a partner as a file.

        Raises:
            UnknownError: There is no link to this partner.
            LinkError: There is nothing to carry.
        """
        return self._link(partner).export(after, self._node.now())

    def import_bundle(self, partner: str, bundle: bytes) -> Mapping[str, Any]:
        """Take in what a partner released.

        Raises:
            UnknownError: There is no link to this partner.
            LinkError: It cannot be taken.
        """
        return self._link(partner).bring_in(bundle, self._node.now())

    def _link(self, partner: str) -> Link:
        if partner not in self.by_partner:
            raise UnknownError(partner)
        return self.by_partner[partner]
