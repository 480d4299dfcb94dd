"""A node as the HTTP interface sees it: the port's methods, bound to the runner, its log and its links.

Layer: interfaces.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from renkei.clock import SECOND
from renkei.errors import Problem, UsageError
from renkei.facts import Fact
from renkei.interfaces.http.port import Seen, UnavailableError, UnknownError
from renkei.log.checkpoint import CHECKPOINT
from renkei.log.commitment import row_leaf
from renkei.log.finding import VerificationReport
from renkei.log.merkle import Tree
from renkei.log.port import Log
from renkei.log.proof import prove_entry
from renkei.model.schema import Label
from renkei.process.arrangement import Arrangement
from renkei.runner import views
from renkei.runner.commands import AdoptModel, ChangeAccount, Command
from renkei.runner.decide import Outcome
from renkei.runner.events import DISOWNED
from renkei.runner.models import keep_model, kept_digests, kept_files, kept_models
from renkei.runner.node import Node
from renkei.runner.refusal import Refusal
from renkei.runner.state import NODE, Actor
from renkei.runner.views.choices import preview, preview_release
from renkei.runner.views.overtaken import overtaken
from renkei.runner.views.released import Cosigned, released

PAGE = 5_000
"""Entries read at once for the tree of proofs."""

Traffic = Mapping[str, tuple[int, int]]
"""Partner -> bytes that went to it over the line and came from it, since the node started."""
Troubles = Mapping[str, Problem | None]
"""Partner -> why the line to it is down; None while it is not, or where there is no line."""
LINK_FIGURES: Mapping[str, Callable[[Mapping[str, Any]], float]] = {
    "backlog": lambda link: max(0, link["unacknowledged"]),
    "last_contact_seconds": lambda link: (link["last_contact"] or 0) / SECOND,
    "forked": lambda link: bool({*(link["forked"] or "").split()} - {DISOWNED}),
    "disowned": lambda link: DISOWNED in (link["forked"] or "").split(),
    "down": lambda link: bool(link["trouble"]),
}
"""Name of a figure of a link -> the figure, from what is known of the link."""

View = Callable[[Node, str, Mapping[str, str]], Seen]
"""Reads what is known: node, name of the view, its arguments."""


class Bundles(Protocol):
    """Links as files."""

    def export_bundle(self, partner: str, after: int | None, out: BinaryIO, room: int = 0) -> None:
        """Write what was released to a partner into a file."""

    def label_bundle(self, bundle: BinaryIO) -> bytes:
        """Return the label of a bundle that was made here."""

    def import_bundle(self, partner: str, bundle: BinaryIO, label: bytes | None = None) -> Mapping[str, Any]:
        """Take in what a partner released."""


class NodeHeadquarters:
    """The headquarters of one node; see :class:`renkei.interfaces.http.port.Headquarters`."""

    def __init__(  # noqa: PLR0913  # each is something that a node may have or not
        self,
        node: Node,
        view: View,
        *,
        forecast: Callable[[Node, str], Seen] | None = None,
        bundles: Bundles | None = None,
        backup: Callable[[], Mapping[str, Any]] | None = None,
        troubles: Callable[[], Troubles] = dict,
        traffic: Callable[[], Traffic] = dict,
        identity: Callable[[], Mapping[str, Any]] | None = None,
        backups: Callable[[], Sequence[Path]] = tuple,
        verify: Callable[[], VerificationReport] | None = None,
        exercise: bool = False,
    ) -> None:
        """Bind a node; what is left out is answered as not set up here."""
        self.node, self.party, self.exercise = node, node.party, exercise
        self.log: Log = node.log
        self._view, self._forecast, self._bundles, self._backup = view, forecast, bundles, backup
        self._troubles, self._traffic, self._verify = troubles, traffic, verify
        self._identity, self._backups = identity, backups
        self._cosigned = Cosigned(node.log)
        self._tree, self._growing = Tree(), threading.Lock()

    def seq(self) -> int:
        """Return the number of the last entry that is taken into account."""
        return self.node.state.seq

    def is_running(self) -> bool:
        """Tell whether commands are taken."""
        return self.node.is_running

    def submit(self, actor: Actor, command: Command) -> Future[Outcome]:
        """Ask for a command to be carried out."""
        if isinstance(command, AdoptModel):
            # It may have been kept through another process of this party.
            kept_models(self.log, self.node.books)
        return self.node.submit(actor, command)

    def record_account(self, actor: Actor, name: str, change: str) -> Future[Outcome]:
        """Record that an account was changed, and by whom."""
        note = f"by {actor.person}" if actor.person else ""
        return self.node.submit(NODE, ChangeAccount(name=name, change=change, note=note))

    def view(self, name: str, **arguments: str) -> Seen:
        """Read what is known."""
        if name == "held":
            state = self.node.state
            return Seen(views.posts_held(state, arguments["person"]), state.seq)
        if name == "links":
            return self._links()
        return self._view(self.node, name, arguments)

    def _links(self) -> Seen:
        """Return how the links stand: what the log tells of them, and why a line is down."""
        state, troubles, traffic = self.node.state, self._troubles(), self._traffic()
        links = views.links(state, troubles)
        for link in links:
            trouble = troubles.get(str(link["partner"]))
            link["trouble"] = f"{trouble.code} {trouble.message}" if trouble else None
            link["bytes_sent"], link["bytes_received"] = traffic.get(str(link["partner"]), (0, 0))
        return Seen(links, state.seq)

    def drawing(self, process: str, digest: str, option: str) -> Seen:
        """Return the drawing of a process of a model, of that in use where no digest is given."""
        state = self.node.state
        if not digest:
            digest, option = state.digest, option or state.option
        if not self.node.books.has(digest, option):
            raise UnknownError(digest)
        book = self.node.books.book(digest, option)
        if process not in book.model.processes:
            raise UnknownError(process)
        file = book.model.processes[process].file
        xml = self.model_files(digest)[file].decode("utf-8-sig", "replace")
        return Seen({"id": process, "digest": digest, "option": option, "file": file, "xml": xml}, state.seq)

    def model_digests(self) -> frozenset[str]:
        """Return the digests of the models that are kept, which can be adopted."""
        return kept_digests(self.log)

    def model_files(self, digest: str) -> Mapping[str, bytes]:
        """Return the files of a model by their paths in its folder."""
        found = kept_files(self.log, digest)
        if found is None:
            raise UnknownError(digest)
        return found

    def open_cases(self) -> Sequence[tuple[str, str, str]]:
        """Return the cases that are under way: id, and digest and option of the model that each runs on."""
        cases = self.node.state.cases.values()
        return [(case.id, case.digest, case.option) for case in cases if case.is_open]

    def keep_model(self, arrangement: Arrangement) -> None:
        """Keep the files of a model, so that it can be adopted by its digest; nothing is changed by that."""
        keep_model(self.log, arrangement)
        self.node.books.add(arrangement)

    def preview(self, actor: Actor, command: Command) -> tuple[Mapping[str, Any] | Refusal, int]:
        """Return what partners would be given if a command were given now, or why it would be refused."""
        state, node = self.node.state, self.node
        return preview(state, node.books, command, actor, node.now()), state.seq

    def preview_release(
        self, held: str, label: Label | None, post: str
    ) -> tuple[Mapping[str, Any] | Refusal, int]:
        """Return what a partner would be given if something held were released under a label now."""
        state, node = self.node.state, self.node
        if held not in state.held:
            raise UnknownError(held)
        return preview_release(state, node.books, held, label, post, node.now()), state.seq

    def overtaken(self, command: Command, person: str) -> Mapping[str, Any] | None:
        """Return who did already what was refused; None where nobody else did."""
        return overtaken(self.node.state, self.node.books, self.log, command, person)

    def released(self, partner: str, before: int | None, limit: int) -> Seen:
        """Return what was released to a partner, the newest first."""
        state = self.node.state
        known = state.partners.get(partner)
        if known is None and partner not in self._troubles():
            raise UnknownError(partner)
        last = known.released + 1 if known else 1
        desk = views.Desk(state, self.node.books, self.log, self.node.now())
        begin = last if before is None else min(before, last)
        return Seen(released(desk, self._cosigned, partner, begin, limit), state.seq)

    def verify(self) -> VerificationReport:
        """Read the whole log again and hold it against every checkpoint."""
        if self._verify is None:
            raise UnavailableError(Fact("RK719.log"))
        return self._verify()

    def proof(self, number: int, partner: str) -> bytes:
        """Return the proof that an entry is in the log, or in what was released to a partner, as a file."""
        try:
            return prove_entry(self.log, self.party, number, partner=partner)
        except UsageError as error:
            raise UnknownError(str(error)) from None

    def forecast(self, case: str) -> Seen:
        """Return what the simulator expects of a running case."""
        if self._forecast is None:
            raise UnavailableError(Fact("RK719.forecast"))
        return self._forecast(self.node, case)

    def checkpoint(self) -> bytes:
        """Return the latest signed checkpoint of the log."""
        found = self.log.kept(CHECKPOINT)
        if found is None:
            raise UnknownError("checkpoint")
        return found[1]

    def inclusion(self, seq: int, size: int) -> Sequence[bytes]:
        """Return the proof that entry ``seq`` is among the first ``size``."""
        if not 1 <= seq <= size <= self.seq():
            raise UnknownError(seq)
        with self._growing:
            self._grow(size)
            return self._tree.inclusion_proof(seq - 1, size)

    def consistency(self, first: int, second: int) -> Sequence[bytes]:
        """Return the proof that the first ``first`` of ``second`` entries are as they were."""
        if not 0 <= first <= second <= self.seq():
            raise UnknownError(second)
        with self._growing:
            self._grow(second)
            return self._tree.consistency_proof(first, second)

    def _grow(self, size: int) -> None:
        while self._tree.size < size:
            self._tree.extend(row_leaf(row) for row in self.log.read(self._tree.size, PAGE))

    def export_bundle(self, partner: str, after: int | None, out: BinaryIO, room: int = 0) -> None:
        """Write what was released to a partner into a file."""
        self._linked().export_bundle(partner, after, out, room)

    def label_bundle(self, bundle: BinaryIO) -> bytes:
        """Return the label of a bundle that was made here, as the file that goes beside it."""
        return self._linked().label_bundle(bundle)

    def import_bundle(self, partner: str, bundle: BinaryIO, label: bytes | None = None) -> Mapping[str, Any]:
        """Take in what a partner released, where the label beside it permits that."""
        return self._linked().import_bundle(partner, bundle, label)

    @property
    def bundles(self) -> Bundles | None:
        """Links as files; None for a node without links."""
        return self._bundles

    def _linked(self) -> Bundles:
        if self._bundles is None:
            raise UnavailableError(Fact("RK719.links"))
        return self._bundles

    def backup(self) -> Mapping[str, Any]:
        """Copy the log as it is."""
        if self._backup is None:
            raise UnavailableError(Fact("RK719.backup"))
        return self._backup()

    def backups(self) -> Sequence[Path]:
        """Return the copies of the log that are in the node's own folder."""
        return self._backups()

    def identity(self) -> Mapping[str, Any]:
        """Return the public keys of this node, and those that it takes for its partners'."""
        if self._identity is None:
            raise UnavailableError(Fact("RK719.keys"))
        return self._identity()

    def numbers(self) -> Mapping[str, float]:
        """Return the figures of the node for its metrics."""
        state = self.node.state
        partners = list(state.partners.values())
        return {
            "log_entries": state.seq,
            "cases": len(state.cases),
            "open_cases": sum(case.is_open for case in state.cases.values()),
            "items": len(state.items),
            "held_releases": len(state.held),
            "seats_taken": sum(len(persons) for persons in state.seats.values()),
            "links_waiting": sum(max(0, each.released - each.acknowledged) for each in partners),
            "links_disowned": sum(DISOWNED in each.forked.split() for each in partners),
            "links_forked": sum(bool(set(each.forked.split()) - {DISOWNED}) for each in partners),
            "running": float(self.node.is_running),
        }

    def link_numbers(self) -> Mapping[str, Mapping[str, float]]:
        """Return the figures of the links for the metrics: what ``/links`` says, as numbers."""
        found: dict[str, dict[str, float]] = {name: {} for name in LINK_FIGURES}
        for link in self.view("links").data:
            for name, figure in LINK_FIGURES.items():
                found[name][link["partner"]] = figure(link)
        return found
