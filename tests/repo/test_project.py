"""The project's own rules: targets, layers, change notes, and words that do not belong here."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import renkei

ROOT = Path(__file__).resolve().parents[2]
TEXT_KINDS = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".bpmn",
    ".pnml",
    ".sh",
    ".in",
    ".txt",
    ".jinja",
    ".html",
    ".json",
    ".css",
    ".js",
    ".ts",
    ".tsx",
    "",
}
FOLDERS = (".ci", "bench", "changelog.d", "docs", "requirements", "src", "tests", "web/src")
TOP = {
    "Makefile",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "pyproject.toml",
    "hatch_build.py",
    ".gitignore",
}
BUILT = ROOT / "src" / "renkei" / "interfaces" / "web" / "static"
FRAGMENT = re.compile(r"^[a-z0-9-]+\.(added|changed|fixed|removed)\.md$")


def files() -> list[Path]:
    """Return the project's own text files."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    texts = [path for path in inside if path.suffix in TEXT_KINDS and BUILT not in path.parents]
    texts = [path for path in (*texts, *(ROOT / "web").iterdir()) if path.is_file()]
    return texts + [path for path in ROOT.iterdir() if path.is_file() and path.name in TOP]


def targets() -> set[str]:
    """Return the targets that the Makefile declares as commands."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert declared
    return set(declared[1].split())


def test_bare_make_lists_every_target() -> None:
    listing = subprocess.run(
        ["make", "-C", str(ROOT), "--silent"], capture_output=True, text=True, check=True
    )
    assert {line.split()[1] for line in listing.stdout.splitlines()} == targets()


def test_contributors_are_told_of_every_target() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert {target for target in targets() if f"`make {target}`" not in told} == {"help"}


def test_ci_calls_the_targets_that_people_call() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^make lint ", script, re.MULTILINE)
    assert re.search(r"^make test ", script, re.MULTILINE)


def test_layer_contract_names_every_package() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contract = tools["importlinter"]["contracts"]
    layers = {name.strip() for entry in contract for layer in entry["layers"] for name in layer.split("|")}
    source = ROOT / "src" / "renkei"
    packages = {path.parent.name for path in source.glob("*/__init__.py")}
    modules = packages | {path.stem for path in source.glob("*.py")}
    assert modules - {"__init__", "__main__"} == layers
    assert all(entry["exhaustive"] for entry in contract)


def test_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == renkei.__version__


@pytest.mark.parametrize("path", sorted((ROOT / "changelog.d").iterdir()), ids=lambda path: path.name)
def test_change_note_has_a_kind_and_one_sentence_a_line(path: Path) -> None:
    if path.name == "README.md":
        return
    assert FRAGMENT.match(path.name)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines
    assert all(line.strip() and line.endswith((".", ":", ",", ";")) for line in lines)


def test_changelog_names_the_version() -> None:
    assert f"## {renkei.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_path_of_a_machine_stands_in_the_project() -> None:
    machine = re.compile(r"(?<![\w.])/(?:work|home|Users|root|opt|tmp)/\w")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files()
        if (match := machine.search(path.read_text(encoding="utf-8")))
    ]
    assert not found


def test_nothing_is_left_for_later() -> None:
    # Written apart, so that this test does not find itself.
    later = re.compile("TO" + "DO|FIX" + "ME|NotImplemented" + "Error|XX" + "X")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files()
        if path.suffix in {".py", ".ts", ".tsx"} and (match := later.search(path.read_text(encoding="utf-8")))
    ]
    assert not found
