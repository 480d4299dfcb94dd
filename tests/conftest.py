"""What every test shares: Hypothesis profiles, who runs with whom, and a loud word about what is absent."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from renkei.errors import InputError, Problem
from renkei.facts import catalogue

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT.parent / "shared" / "cases"
BROWSER = "tests/browser/"
FILES = ("RK100", "RK500")
"""First and last code of what is wrong with files."""
TOLD = re.compile(r"[぀-ヿ一-鿿]")
QUOTED = re.compile(r"""「[^」]*」|"[^"]*"|'[^']*'""")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")

settings.register_profile("dev", deadline=None, print_blob=True)
# The same examples in every run, so that a red run tells something about the change under test.
settings.register_profile(
    "ci", deadline=None, print_blob=True, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep on one worker what shares things that are costly to make; other tests go where there is room."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return Together(config, log) if config.getoption("dist") == "load" else None


def together(nodeid: str) -> str:
    """Return the group of a test; its own id where it runs with no other."""
    file = nodeid.partition("::")[0]
    return BROWSER if file.startswith(BROWSER) else file if makes_once(file) else nodeid


@cache
def makes_once(file: str) -> bool:
    """Tell whether a file has something that is made once for all its tests."""
    return 'scope="module"' in (ROOT / file).read_text(encoding="utf-8")


def is_told_in_japanese(problem: Problem) -> bool:
    """Return whether a problem says in Japanese what was found; names and texts of the file are quoted."""
    text = (problem.facts or {}).get("ja", "")
    return bool(TOLD.search(text)) and not ENGLISH.search(QUOTED.sub("", text))


@pytest.fixture(autouse=True, scope="session")
def problems_of_files_are_told_in_japanese() -> Iterator[None]:
    """Fail whatever raises a problem of a file in English only: every broken input of every test counts."""
    plain = InputError.__init__

    def held(error: InputError, problems: Iterable[Problem]) -> None:
        plain(error, problems)
        for problem in error.problems:
            has_facts = FILES[0] <= problem.code <= FILES[1] and problem.code in catalogue()
            assert not has_facts or is_told_in_japanese(problem), (problem, problem.facts)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(InputError, "__init__", held)
        yield


def pytest_report_header() -> list[str]:
    """Say where the shared cases were looked for."""
    state = "found" if CASES.is_dir() else "NOT FOUND: the tests that read them are skipped"
    return [f"shared cases: ../shared/cases {state}"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what nobody looked at, where what is needed for it is absent."""
    if shutil.which("chromium") is None:
        terminalreporter.section("no Chromium", sep="!", red=True)
        terminalreporter.line("Nobody looked at the pages of the browser client: apt-get install chromium")
    if CASES.is_dir():
        return
    terminalreporter.section("shared cases are absent", sep="!", red=True)
    terminalreporter.line("No folder ../shared/cases beside the repository: what compares renkei with the")
    terminalreporter.line("published verdicts (fbpmn) and reads the interchange models (MIWG) was skipped.")
    skipped = terminalreporter.stats.get("skipped", [])
    terminalreporter.line(f"{len(skipped)} tests were skipped in all; the short summary above names them.")
