"""A node as the HTTP interface asks it: what it knows, and what it is asked to do.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future

from renkei.interfaces.http.headquarters import NodeHeadquarters
from renkei.interfaces.http.port import Seen, UnknownError
from renkei.runner.commands import Command, OpenCase
from renkei.runner.decide import Outcome
from renkei.runner.node import Node
from renkei.runner.state import Actor
from renkei.runner.views import Desk, look
from renkei.runner.views.labels import files_named
from renkei.runner.views.reading import VIEWS


def view(node: Node, name: str, arguments: Mapping[str, str]) -> Seen:
    """Read what a node knows.

    Raises:
        UnknownError: An argument names nothing.
    """
    desk = Desk(node.state, node.books, node.log, node.now())
    unknown = unknown_name(desk, name, arguments)
    if unknown is not None:
        raise UnknownError(unknown)
    # Whatever is not found from here on is a fault of this program, and told as one.
    return Seen(look(desk, name, arguments), desk.state.seq)


def unknown_name(desk: Desk, name: str, arguments: Mapping[str, str]) -> str | None:
    """Return what is asked for and not here: the view, its case, item or post; None where all are."""
    state, there = desk.state, dict[str, Callable[[str], bool]]()
    if name in {"case", "timeline", "history"}:
        there = {"case": lambda wanted: wanted in state.cases}
    elif name in {"item", "label"}:
        there = {"item": lambda wanted: wanted in state.items or wanted in state.held}
    elif name == "file-label":
        there = {"digest": lambda wanted: wanted in files_named(state)}
    elif name == "label-choices":
        model = desk.books.book(state.digest, state.option).model
        there = {
            "case": lambda wanted: wanted in {"", *state.cases},
            "held": lambda wanted: wanted in {"", *state.held},
            "channel": lambda wanted: wanted in {"", *model.channels},
        }
    elif name == "inbox":
        there = {"post": lambda wanted: wanted in desk.books.book(state.digest, state.option).posts}
    if name not in VIEWS:
        return name
    return next((arguments[key] for key, known in there.items() if not known(arguments[key])), None)


class Station(NodeHeadquarters):
    """The headquarters of one node; in an exercise, every case that it opens is marked as one."""

    def submit(self, actor: Actor, command: Command) -> Future[Outcome]:
        """Ask for a command to be carried out."""
        if self.exercise and isinstance(command, OpenCase):
            command = command.model_copy(update={"exercise": True})
        return super().submit(actor, command)
