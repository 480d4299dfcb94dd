"""The groups ``log`` and ``link``: what can be done with the files of a node, whether it runs or not.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from renkei.interfaces.cli.built import BuiltGroup, command


class LogGroup(BuiltGroup):
    """The group ``log``."""

    key = "log"

    def made(self) -> Mapping[str, Any]:
        """Return the commands by name."""
        return _made("log")


class LinkGroup(BuiltGroup):
    """The group ``link``."""

    key = "link"

    def made(self) -> Mapping[str, Any]:
        """Return the commands by name."""
        return _made("link")


@cache
def _made(group: str) -> Mapping[str, Any]:
    from renkei.interfaces.cli.carrying import LINK
    from renkei.interfaces.cli.proving import LOG

    deeds = {"log": LOG, "link": LINK}[group]
    return {name: command(group, name, deed.parts, deed.run) for name, deed in deeds.items()}
