"""The pins: complete, hashed, from nowhere in particular, equal to pyproject.toml and free of copyleft."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKED = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ;.*?)? \\$", re.MULTILINE)
NOT_FOR_RUNNING = re.compile(r"\bA?GPL|Affero|GNU General Public", re.IGNORECASE)


def pins(path: Path) -> dict[str, str]:
    """Return the pins of a lock file, name -> version."""
    return {match["name"]: match["version"] for match in PIN.finditer(path.read_text(encoding="utf-8"))}


def named(path: Path) -> set[str]:
    """Return the requirements that a ``.in`` file names itself."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.lower() for line in lines if line and not line.startswith(("#", "-"))}


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_lock_file_names_no_host_and_no_path_of_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:/|--(extra-)?index-url|--find-links|--trusted-host|pypi", text)
    assert not re.search(r"(^|[\s=])/\w|~/", text)


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_every_pin_has_hashes_of_wheel_and_source(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    starts = [line for line in text.splitlines() if re.match(r"[A-Za-z]", line)]
    assert len(pins(path)) == len(starts) > 0
    blocks = re.split(r"(?m)^(?=[a-z])", text)[1:]
    assert all(len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)) >= 1 for block in blocks)


COMPILED = ["contourpy", "kiwisolver", "llvmlite", "lxml", "matplotlib", "numba", "numpy", "pydantic-core"]


@pytest.mark.parametrize("name", COMPILED)
def test_compiled_packages_are_hashed_for_every_python_and_machine(name: str) -> None:
    text = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    block = next(block for block in re.split(r"(?m)^(?=[a-z])", text) if block.startswith(f"{name}=="))
    # Four versions of Python on two machines, at least; a lock made from one machine's wheel has one or two.
    assert block.count("--hash=sha256:") >= 8


def test_run_requirements_are_what_the_package_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=!~ ]", line)[0].lower() for line in project["dependencies"]}
    assert declared == named(ROOT / "requirements" / "run.in")
    assert declared <= pins(ROOT / "requirements" / "run.txt").keys()


def imported(folder: Path) -> set[str]:
    """Return the top-level modules that the Python files in ``folder`` import."""
    nodes = [node for path in folder.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names


def test_what_the_package_imports_is_what_it_declares() -> None:
    modules = {
        "argon2": "argon2-cffi",
        "markupsafe": "jinja2",
        "prometheus_client": "prometheus-client",
        "pydantic_core": "pydantic",
        "rpds": "rpds-py",
        "yaml": "pyyaml",
    }
    needed = {modules.get(name, name) for name in imported(ROOT / "src")} - {"renkei"}
    unseen = {"tzdata"}  # read through zoneinfo, where the machine has no time zones of its own
    unseen |= {"httptools", "uvloop"}  # found by uvicorn, which is faster with them
    unseen |= {"python-multipart"}  # found by starlette, which reads uploads with it
    assert needed | unseen == named(ROOT / "requirements" / "run.in")


def test_dev_lock_agrees_with_run_lock() -> None:
    run, dev = (pins(ROOT / "requirements" / f"{name}.txt") for name in ("run", "dev"))
    assert run.items() <= dev.items()
    assert named(ROOT / "requirements" / "dev.in") <= dev.keys()


def licence(name: str) -> str:
    """Return what the installed package says about its licence."""
    metadata = distribution(name).metadata
    classifiers = [line for line in metadata.get_all("Classifier", []) if line.startswith("License")]
    # Some packages put the whole text into License; its head names it.
    named = [line[:200] for key in ("License-Expression", "License") for line in metadata.get_all(key, [])]
    return "\n".join([*named, *classifiers])


@pytest.mark.parametrize("name", sorted(pins(ROOT / "requirements" / "run.txt")))
def test_what_renkei_runs_on_is_free_of_copyleft(name: str) -> None:
    try:
        text = licence(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is pinned for other machines and not installed here")
    assert text.strip()
    assert not NOT_FOR_RUNNING.search(text.replace("LGPL", ""))
