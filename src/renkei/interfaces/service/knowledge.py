"""A node as the HTTP interface asks it: what it knows, and what it is asked to do.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future

from renkei.interfaces.http.headquarters import NodeHeadquarters
from renkei.interfaces.http.port import Seen, UnknownError
from renkei.runner.commands import Command, OpenCase
from renkei.runner.decide import Outcome
from renkei.runner.node import Node
from renkei.runner.state import Actor
from renkei.runner.views import Desk, look


def view(node: Node, name: str, arguments: Mapping[str, str]) -> Seen:
    """Read what a node knows.

    Raises:
        UnknownError: An argument names nothing.
    """
    state = node.state
    try:
        return Seen(look(Desk(state, node.books, node.log, node.now()), name, arguments), state.seq)
    except KeyError as error:
        raise UnknownError(str(error)) from error


class Station(NodeHeadquarters):
    """The headquarters of one node; in an exercise, every case that it opens is marked as one."""

    def submit(self, actor: Actor, command: Command) -> Future[Outcome]:
        """Ask for a command to be carried out."""
        if self.exercise and isinstance(command, OpenCase):
            command = command.model_copy(update={"exercise": True})
        return super().submit(actor, command)
