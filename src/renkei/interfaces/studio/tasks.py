"""What the worker can be asked for. Whatever is heavy is imported here, in its process.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from renkei.checker.memory import Memory
from renkei.interfaces.studio.checking import check_files
from renkei.interfaces.studio.reading import read_files
from renkei.interfaces.studio.simulating import simulate_files

Thing = dict[str, Any]
Advance = Callable[[int, int], None]


def tasks() -> Mapping[str, Callable[[Thing, Advance], Any]]:
    """Return what can be asked for, by name; the memory is that of this worker."""
    memory = Memory()
    return {
        "check": lambda asked, advance: check_files(asked["files"], asked["options"], memory, advance),
        "read": lambda asked, _: read_files(asked["files"]),
        "simulate": simulate_files,
        "compare": simulate_files,
    }
