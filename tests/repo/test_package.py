"""The wheel: all of the package and its data, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the files in the wheel, built anew."""
    pytest.importorskip("hatchling", reason="the build backend is pinned in requirements/build.in")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return set(archive.namelist())


def test_wheel_holds_the_package_with_its_data(wheel: set[str]) -> None:
    inside = {name for name in wheel if ".dist-info/" not in name}
    sources = (path for path in (SOURCE / "renkei").rglob("*") if path.is_file())
    kept = {path.relative_to(SOURCE).as_posix() for path in sources if "__pycache__" not in path.parts}
    assert inside == kept
    assert {"renkei/py.typed", "renkei/codes.toml", "renkei/library/us-japan/model.yaml"} <= inside


def test_wheel_carries_the_licence(wheel: set[str]) -> None:
    assert [name for name in wheel if name.endswith(".dist-info/licenses/LICENSE")]
