"""What the HTTP interface needs of a headquarters, and nothing else.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

from renkei.log.port import Log
from renkei.runner.commands import Command
from renkei.runner.decide import Outcome
from renkei.runner.state import Actor


class UnknownError(LookupError):
    """A case, an item, a post, a partner or an entry of this name is not known here."""


class UnavailableError(RuntimeError):
    """This node is not set up for what was asked (it has no links, no model to forecast with)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read, and up to which entry it is true."""

    data: Any
    seq: int


class Headquarters(Protocol):
    """One party's node, as its people use it. All methods may be called from any thread; some take long."""

    party: str
    exercise: bool
    """Everything here is an exercise."""
    log: Log

    def seq(self) -> int:
        """Return the number of the last entry that is taken into account."""

    def is_running(self) -> bool:
        """Tell whether commands are taken."""

    def submit(self, actor: Actor, command: Command) -> Future[Outcome]:
        """Ask for a command to be carried out."""

    def record_account(self, actor: Actor, name: str, change: str) -> Future[Outcome]:
        """Record that an account was changed."""

    def view(self, name: str, **arguments: str) -> Seen:
        """Read what is known; the views are listed in :mod:`renkei.runner.views`.

        Raises:
            UnknownError: An argument names nothing.
        """

    def forecast(self, case: str) -> Seen:
        """Return what the simulator expects of a running case; takes a while.

        Raises:
            UnknownError: There is no such case.
            UnavailableError: It cannot be forecast.
        """

    def checkpoint(self) -> bytes:
        """Return the latest signed checkpoint of the log.

        Raises:
            UnknownError: There is none yet.
        """

    def inclusion(self, seq: int, size: int) -> Sequence[bytes]:
        """Return the proof that entry ``seq`` is among the first ``size``.

        Raises:
            UnknownError: The log has not so many entries.
        """

    def consistency(self, first: int, second: int) -> Sequence[bytes]:
        """Return the proof that the first ``first`` of ``second`` entries are as they were.

        Raises:
            UnknownError: The log has not so many entries.
        """

    def export_bundle(self, partner: str, after: int | None) -> bytes:
        """Return what was released to a partner as a file: after what it has acknowledged, or ``after``.

        Raises:
            UnknownError: There is no link to this partner.
        """

    def import_bundle(self, partner: str, bundle: bytes) -> Mapping[str, Any]:
        """Take in what a partner released, and tell what came of it.

        Raises:
            UnknownError: There is no link to this partner.
            InputError: It is no bundle, or not this partner's.
        """

    def backup(self) -> Mapping[str, Any]:
        """Copy the log as it is, and tell where.

        Raises:
            UnavailableError: The store cannot be copied from here.
        """

    def numbers(self) -> Mapping[str, float]:
        """Return the figures of the node for its metrics: name -> value."""

    def link_numbers(self) -> Mapping[str, Mapping[str, float]]:
        """Return the figures of the links for the metrics: name -> partner -> value."""
