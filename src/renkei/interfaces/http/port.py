"""What the HTTP interface needs of a headquarters, and nothing else.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from renkei.facts import Fact
from renkei.log.finding import VerificationReport
from renkei.log.port import Log
from renkei.model.schema import Label
from renkei.process.arrangement import Arrangement
from renkei.runner.commands import Command
from renkei.runner.decide import Outcome
from renkei.runner.refusal import Refusal
from renkei.runner.state import Actor


class UnknownError(LookupError):
    """A case, an item, a post, a partner or an entry of this name is not known here."""


class UnavailableError(RuntimeError):
    """This node is not set up for what was asked (it has no links, no model to forecast with)."""

    def __init__(self, fact: Fact | None = None) -> None:
        """Keep what it is not set up for."""
        self.fact = fact or Fact("RK719.node")
        super().__init__(self.fact.message)


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

    def drawing(self, process: str, digest: str, option: str) -> Seen:
        """Return the drawing of a process of a model, of that in use where no digest is given.

        Raises:
            UnknownError: There is no such model, option or process.
        """

    def model_digests(self) -> frozenset[str]:
        """Return the digests of the models that are kept, which can be adopted."""

    def model_files(self, digest: str) -> Mapping[str, bytes]:
        """Return the files of a model by their paths in its folder.

        Raises:
            UnknownError: There is no such model.
        """

    def open_cases(self) -> Sequence[tuple[str, str, str]]:
        """Return the cases that are under way: id, and digest and option of the model that each runs on."""

    def keep_model(self, arrangement: Arrangement) -> None:
        """Keep the files of a model, so that it can be adopted by its digest; nothing is changed by that.

        Raises:
            InputError: A file of it cannot be kept.
        """

    def preview(self, actor: Actor, command: Command) -> tuple[Mapping[str, Any] | Refusal, int]:
        """Return what partners would be given if a command were given now, or why it would be refused."""

    def preview_release(
        self, held: str, label: Label | None, post: str
    ) -> tuple[Mapping[str, Any] | Refusal, int]:
        """Return what a partner would be given if something held were released under a label now.

        Raises:
            UnknownError: Nothing of this name is held.
        """

    def overtaken(self, command: Command, person: str) -> Mapping[str, Any] | None:
        """Return who did already what was refused to a person; None where nobody else did."""

    def released(self, partner: str, before: int | None, limit: int) -> Seen:
        """Return what was released to a partner before a number, the newest first.

        Raises:
            UnknownError: There is no link to this partner.
        """

    def verify(self) -> VerificationReport:
        """Read the whole log again and hold it against every checkpoint; takes a while.

        Raises:
            UnavailableError: This node does not sign its log.
        """

    def proof(self, number: int, partner: str) -> bytes:
        """Return the proof that an entry is in the log, or in what was released to a partner, as a file.

        Raises:
            UnknownError: There is no such entry, or no checkpoint covers it yet.
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

    def export_bundle(self, partner: str, after: int | None, out: BinaryIO, room: int = 0) -> None:
        """Write what was released to a partner into a file: after what it has acknowledged, or ``after``.

        Args:
            partner: For whom.
            after: The entry after which it begins.
            out: The file.
            room: Bytes to which the files that it names may bring it; 0 leaves them out.

        Raises:
            UnknownError: There is no link to this partner.
        """

    def label_bundle(self, bundle: BinaryIO) -> bytes:
        """Return the label of a bundle that was made here, as the file that goes beside it.

        Raises:
            InputError: It is no bundle, or its labels cannot be written.
        """

    def import_bundle(self, partner: str, bundle: BinaryIO, label: bytes | None = None) -> Mapping[str, Any]:
        """Take in what a partner released, and tell what came of it.

        Args:
            partner: Whose bundle it is.
            bundle: The bundle; it is read from its start, more than once.
            label: The file that came beside it, where one did.

        Raises:
            UnknownError: There is no link to this partner.
            InputError: It is no bundle, or not this partner's, or its label does not permit it.
        """

    def backup(self) -> Mapping[str, Any]:
        """Copy the log as it is, and tell where.

        Raises:
            UnavailableError: The store cannot be copied from here.
        """

    def backups(self) -> Sequence[Path]:
        """Return the copies of the log that are in the node's own folder."""

    def identity(self) -> Mapping[str, Any]:
        """Return the public keys of this node, and those that it takes for its partners'; no secret.

        Raises:
            UnavailableError: This node has none to show.
        """

    def numbers(self) -> Mapping[str, float]:
        """Return the figures of the node for its metrics: name -> value."""

    def link_numbers(self) -> Mapping[str, Mapping[str, float]]:
        """Return the figures of the links for the metrics: name -> partner -> value."""
