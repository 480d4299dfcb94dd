"""What every test shares: Hypothesis profiles, and a loud word where the shared cases are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT.parent / "shared" / "cases"

settings.register_profile("dev", deadline=None, print_blob=True)
# The same examples in every run, so that a red run tells something about the change under test.
settings.register_profile(
    "ci", deadline=None, print_blob=True, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


def pytest_report_header() -> list[str]:
    """Say where the shared cases were looked for."""
    state = "found" if CASES.is_dir() else "NOT FOUND: the tests that read them are skipped"
    return [f"shared cases: ../shared/cases {state}"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that the verdicts of others were not compared, where their cases are absent."""
    if CASES.is_dir():
        return
    terminalreporter.section("shared cases are absent", sep="!", red=True)
    terminalreporter.line("No folder ../shared/cases beside the repository: what compares renkei with the")
    terminalreporter.line("published verdicts (fbpmn) and reads the interchange models (MIWG) was skipped.")
    skipped = terminalreporter.stats.get("skipped", [])
    terminalreporter.line(f"{len(skipped)} tests were skipped in all; the short summary above names them.")
