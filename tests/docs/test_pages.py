"""The documentation is true: every command in it runs, and prints what the page shows.

A page is one session in an empty folder; what it starts in the background writes its number into a file
``*.pid``, and is ended with it. A fenced block ``console`` holds commands, each after ``$ ``,
and below each its output, where the page shows it (``...`` stands for anything). ``exit=1`` after
``console`` is the exit code that its last command has to have; 0 otherwise. A block with ``file=NAME``
is a file of the session; ``add=NAME`` goes to the end of one.
"""

from __future__ import annotations

import doctest
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

import renkei

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in (ROOT / "docs").rglob("*.md") if "decisions" not in path.parts)
PAGES += [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    kind: str
    settings: dict[str, str]
    body: str


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of ``page`` in order."""
    for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
        kind, *settings = match["info"].split() or [""]
        yield Block(
            kind, dict(setting.split("=", 1) for setting in settings if "=" in setting), match["body"]
        )


def steps(body: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a console block, each with the output that is shown below it."""
    for part in re.split(r"(?m)^\$ ", body)[1:]:
        lines = part.splitlines(keepends=True)
        end = next(index for index, line in enumerate(lines) if not line.rstrip("\n").endswith("\\"))
        yield "".join(lines[: end + 1]).strip(), "".join(lines[end + 1 :])


@pytest.fixture
def session(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give an empty folder and an environment in which ``renkei`` is this renkei; end what still runs."""
    tools = tmp_path / "tools"
    tools.mkdir()
    renkei_command = tools / "renkei"
    renkei_command.write_text(
        f"#!/bin/sh\nexec '{sys.executable}' -c 'from renkei.interfaces.cli import main; main()' \"$@\"\n",
        encoding="utf-8",
    )
    renkei_command.chmod(0o755)
    folder = tmp_path / "session"
    folder.mkdir()
    path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    plain = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "110", "RENKEI_LANG": "en"}
    own = {name: str(tmp_path / name.lower()) for name in ("RENKEI_SETTINGS", "RENKEI_DATA")}
    yield folder, os.environ | plain | own | {"PATH": path, "PYTHONPATH": str(ROOT / "src")}
    for file in folder.glob("*.pid"):
        with suppress(OSError, ValueError):
            os.kill(int(file.read_text(encoding="ascii")), signal.SIGTERM)


def run_block(block: Block, folder: Path, environment: dict[str, str]) -> None:
    """Run the commands of a console block; hold their exit codes and what the page shows of their output."""
    commands = list(steps(block.body))
    for number, (command, shown) in enumerate(commands, 1):
        result = subprocess.run(
            ["sh", "-c", command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        expected = int(block.settings.get("exit", "0")) if number == len(commands) else 0
        assert result.returncode == expected, f"$ {command}\n{result.stdout}"
        same = not shown.strip() or doctest.OutputChecker().check_output(shown, result.stdout, FLAGS)
        assert same, f"$ {command}\n--- shown\n{shown}\n--- printed\n{result.stdout}"


RUNNING = [page for page in PAGES if any(block.kind == "console" for block in blocks(page))]


@pytest.mark.parametrize("page", RUNNING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_of_the_page_do_what_it_shows(page: Path, session: tuple[Path, dict[str, str]]) -> None:
    folder, environment = session
    for block in blocks(page):
        for mode, name in (("w", block.settings.get("file")), ("a", block.settings.get("add"))):
            if name:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                with (folder / name).open(mode, encoding="utf-8") as file:
                    file.write(block.body)
        if block.kind == "console":
            run_block(block, folder, environment)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_python_examples_of_the_page_run(page: Path) -> None:
    failed, _ = doctest.testfile(str(page), module_relative=False, optionflags=FLAGS)
    assert failed == 0


def test_example_of_the_package_runs() -> None:
    failed, attempted = doctest.testmod(renkei, optionflags=FLAGS)
    assert (failed, attempted) == (0, 4)


def anchors(page: Path) -> set[str]:
    """Return the anchors that the headings of a page have."""
    headings = re.findall(r"(?m)^#+ (.*)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_of_the_page_lead_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    dead = []
    for match in LINK.finditer(text):
        if "://" in match["target"]:
            continue
        target = (page.parent / match["target"]).resolve() if match["target"] else page
        if not target.exists() or (match["anchor"] and match["anchor"] not in anchors(target)):
            dead.append(match[0])
    assert not dead


def test_every_page_can_be_reached_from_the_front_page() -> None:
    reached, waiting = set(), [ROOT / "docs" / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        links = (match["target"] for match in LINK.finditer(page.read_text(encoding="utf-8")))
        waiting += [(page.parent / link).resolve() for link in links if link and "://" not in link]
    assert {page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").rglob("*.md")} <= {
        page.relative_to(ROOT).as_posix() for page in reached
    }
