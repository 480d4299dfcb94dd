"""The reference is complete: generated pages are up to date, written ones name every key, code and option."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def load_generator() -> ModuleType:
    """Return docs/reference/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", REFERENCE / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = load_generator()


@pytest.mark.parametrize("name", sorted(GENERATOR.PAGES))
def test_generated_page_is_up_to_date(name: str) -> None:
    page = (REFERENCE / name).read_text(encoding="utf-8")
    assert page == GENERATOR.PAGES[name](), "run `make docs`"


def test_every_command_has_a_section_with_an_example() -> None:
    text = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    sections = {section.split("\n", 1)[0]: section for section in text.split("\n## renkei ")[1:]}
    assert sections.keys() == {
        "check", "simulate", "compare", "run", "demo", "explain", "schema", "library",
        "hq", "log", "link", "label",
    }  # fmt: skip
    assert [name for name, section in sections.items() if f"renkei {name}" not in section] == []


def test_every_option_says_what_it_does() -> None:
    text = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^\| `--[^|]*\|\s*\|$", text) == []


def keys(
    value: object, free: frozenset[str] = frozenset({"options", "measures", "posts", "cases"})
) -> Iterator[str]:
    """Yield every key of a JSON value; what stands under a key of ``free`` is keyed by ids, not by words."""
    if isinstance(value, list):
        for item in value:
            yield from keys(item)
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            if key in free and isinstance(item, dict):
                for entry in item.values():
                    yield from keys(entry)
            else:
                yield from keys(item)


def printed(*arguments: str) -> object:
    """Return what a renkei command prints with ``--json``."""
    result = subprocess.run(
        [sys.executable, "-c", "from renkei.interfaces.cli import main; main()", *arguments, "--json"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    return json.loads(result.stdout or result.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "us-japan", "--option", "O0"),
        ("compare", "us-japan", "--option", "O0", "--option", "O1", "--replications", "2"),
        ("check", "no-such-model"),
    ],
    ids=" ".join,
)
def test_every_key_of_the_output_is_documented(arguments: tuple[str, ...]) -> None:
    text = (REFERENCE / "json.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([^`]+)`", text))
    assert set(keys(printed(*arguments))) - told == set()
