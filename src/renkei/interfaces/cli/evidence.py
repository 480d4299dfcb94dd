"""The groups ``log``, ``link`` and ``label``: what can be done with files, whether a node runs or not.

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


class LabelGroup(BuiltGroup):
    """The group ``label``."""

    key = "label"

    def made(self) -> Mapping[str, Any]:
        """Return the commands by name."""
        return _made("label")


@cache
def _made(group: str) -> Mapping[str, Any]:
    from renkei.interfaces.cli.carrying import LINK
    from renkei.interfaces.cli.labelling import LABEL
    from renkei.interfaces.cli.proving import LOG

    deeds = {"log": LOG, "link": LINK, "label": LABEL}[group]
    return {name: command(group, name, deed.parts, deed.run) for name, deed in deeds.items()}
