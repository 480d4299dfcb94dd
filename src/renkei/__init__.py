"""renkei: a combined headquarters as code.

One model of two or more sovereign parties who must decide together, and verbs on it. The public
surface is what stands in ``__all__``; each name is imported when it is first used, so that
``import renkei`` costs nothing.

>>> import renkei
>>> arrangement = renkei.load("us-japan")
>>> report = renkei.check(arrangement, options=["O0"], properties=["consent"])
>>> report.complete, {finding.verdict for finding in report.properties}
(True, {'holds'})
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renkei.checker import CheckReport, check
    from renkei.errors import InputError, InternalError, LimitError, Problem, RenkeiError, UsageError
    from renkei.process.arrangement import Arrangement
    from renkei.process.arrangement import load_arrangement as load
    from renkei.simulator import SimulationReport, simulate

__version__ = "0.1.0"

__all__ = [
    "Arrangement",
    "CheckReport",
    "InputError",
    "InternalError",
    "LimitError",
    "Problem",
    "RenkeiError",
    "SimulationReport",
    "UsageError",
    "__version__",
    "check",
    "load",
    "simulate",
]

_HOMES = {
    "Arrangement": ("renkei.process.arrangement", "Arrangement"),
    "CheckReport": ("renkei.checker", "CheckReport"),
    "InputError": ("renkei.errors", "InputError"),
    "InternalError": ("renkei.errors", "InternalError"),
    "LimitError": ("renkei.errors", "LimitError"),
    "Problem": ("renkei.errors", "Problem"),
    "RenkeiError": ("renkei.errors", "RenkeiError"),
    "SimulationReport": ("renkei.simulator", "SimulationReport"),
    "UsageError": ("renkei.errors", "UsageError"),
    "check": ("renkei.checker", "check"),
    "load": ("renkei.process.arrangement", "load_arrangement"),
    "simulate": ("renkei.simulator", "simulate"),
}
"""Public name -> the module it lives in, and its name there."""


def __getattr__(name: str) -> object:
    """Import a public name from the module it lives in, once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'renkei' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value: object = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
