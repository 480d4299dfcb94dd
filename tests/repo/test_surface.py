"""The public surface: its names are frozen, and importing it costs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import renkei

FROZEN = [
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
HEAVY = {"numba", "numpy", "matplotlib", "pydantic", "lxml", "yaml", "typer", "rich"}


def test_public_names_are_frozen() -> None:
    assert renkei.__all__ == FROZEN
    assert dir(renkei) == FROZEN


@pytest.mark.parametrize("name", FROZEN)
def test_public_name_can_be_had_and_is_documented(name: str) -> None:
    thing = getattr(renkei, name)
    assert isinstance(thing, str) or thing.__doc__


def test_unknown_name_is_refused_as_python_does() -> None:
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        renkei.chekc  # noqa: B018 -- the access is the test


def loaded_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after ``statement``."""
    program = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_importing_renkei_loads_nothing_heavy() -> None:
    loaded = loaded_after("import renkei")
    assert "renkei" in loaded
    assert not loaded & HEAVY


def test_reading_a_model_loads_no_kernel() -> None:
    loaded = loaded_after("import renkei; renkei.load('us-japan')")
    assert "pydantic" in loaded
    assert not loaded & {"numba", "matplotlib"}


def test_help_of_the_command_line_loads_no_kernel() -> None:
    loaded = loaded_after("import renkei.interfaces.cli")
    assert not loaded & {"numba", "matplotlib"}
