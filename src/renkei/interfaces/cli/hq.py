"""The group ``hq``: a person's dealings with a node, made from the command classes and a table of questions.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Annotated, Any

import typer

from renkei.interfaces.cli.built import BuiltGroup, Extra, command

NODE: Extra = ("node", Annotated[str | None, typer.Option("--node", metavar="ADDRESS")], None)
POST: Extra = ("post", Annotated[str | None, typer.Option("--post", metavar="ID")], None)


class HqGroup(BuiltGroup):
    """The group itself."""

    key = "hq"

    def made(self) -> Mapping[str, Any]:
        """Return the commands by name."""
        return commands()


@cache
def commands() -> Mapping[str, Any]:
    """Return the commands of the group by name: the questions first, then what changes something."""
    from renkei.interfaces.cli.asking import QUESTIONS, ask
    from renkei.interfaces.cli.ordering import give
    from renkei.interfaces.hq.verbs import verbs

    made = {
        name: command("hq", name, question.parts, partial(ask, name), [NODE])
        for name, question in QUESTIONS.items()
    }
    for name, verb in verbs().items():
        extra = [NODE] if verb.names_post else [POST, NODE]
        made[name] = command("hq", name, verb.parts, partial(give, name), extra)
    return made
