"""A node as the HTTP interface sees it: the port's methods, bound to the runner, its log and its links.

Layer: interfaces.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from renkei.clock import SECOND
from renkei.errors import Problem
from renkei.interfaces.http.port import Seen, UnavailableError, UnknownError
from renkei.log.checkpoint import CHECKPOINT
from renkei.log.commitment import row_leaf
from renkei.log.merkle import Tree
from renkei.log.port import Log
from renkei.runner import views
from renkei.runner.commands import ChangeAccount, Command
from renkei.runner.decide import Outcome
from renkei.runner.node import Node
from renkei.runner.state import NODE, Actor

PAGE = 5_000
"""Entries read at once for the tree of proofs."""

DISOWNED = "disowned"
"""Among the ways in which two histories were signed: this party did, since its log was restored."""
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

    def export_bundle(self, partner: str, after: int | None) -> bytes:
        """Return what was released to a partner."""

    def import_bundle(self, partner: str, bundle: bytes) -> Mapping[str, Any]:
        """Take in what a partner released."""


class NodeHeadquarters:
    """The headquarters of one node; see :class:`renkei.interfaces.http.port.Headquarters`."""

    def __init__(
        self,
        node: Node,
        view: View,
        *,
        forecast: Callable[[Node, str], Seen] | None = None,
        bundles: Bundles | None = None,
        backup: Callable[[], Mapping[str, Any]] | None = None,
        troubles: Callable[[], Troubles] = dict,
        exercise: bool = False,
    ) -> None:
        """Bind a node; what is left out is answered as not set up here."""
        self.node, self.party, self.exercise = node, node.party, exercise
        self.log: Log = node.log
        self._view, self._forecast, self._bundles, self._backup = view, forecast, bundles, backup
        self._troubles = troubles
        self._tree, self._growing = Tree(), threading.Lock()

    def seq(self) -> int:
        """Return the number of the last entry that is taken into account."""
        return self.node.state.seq

    def is_running(self) -> bool:
        """Tell whether commands are taken."""
        return self.node.is_running

    def submit(self, actor: Actor, command: Command) -> Future[Outcome]:
        """Ask for a command to be carried out."""
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
        state, troubles = self.node.state, self._troubles()
        links = views.links(state, troubles)
        for link in links:
            trouble = troubles.get(str(link["partner"]))
            link["trouble"] = f"{trouble.code} {trouble.message}" if trouble else None
        return Seen(links, state.seq)

    def forecast(self, case: str) -> Seen:
        """Return what the simulator expects of a running case."""
        if self._forecast is None:
            raise UnavailableError("this node does not forecast")
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

    def export_bundle(self, partner: str, after: int | None) -> bytes:
        """Return what was released to a partner as a file."""
        return self._linked().export_bundle(partner, after)

    def import_bundle(self, partner: str, bundle: bytes) -> Mapping[str, Any]:
        """Take in what a partner released."""
        return self._linked().import_bundle(partner, bundle)

    def _linked(self) -> Bundles:
        if self._bundles is None:
            raise UnavailableError("this node has no links")
        return self._bundles

    def backup(self) -> Mapping[str, Any]:
        """Copy the log as it is."""
        if self._backup is None:
            raise UnavailableError("the store of this node is backed up with its own tools")
        return self._backup()

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
