"""The browser client: its packages free to pass on, from nowhere in particular; its build whole in wheels."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
SHORT = 1_000
"""Files of fewer bytes are not compressed."""
STATIC = "renkei/interfaces/web/static"
FREE = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense", "(MIT OR CC0-1.0)"}
OWN_LICENCE = {
    "node_modules/bpmn-js": "The source code responsible for displaying the bpmn.io project watermark"
}
"""Packages with a licence of their own -> what it says that we have to keep."""
COPYLEFT = re.compile(r"GPL|SSPL|BUSL|Commons Clause|CC-BY-NC", re.IGNORECASE)
HEADING = re.compile(r"^## (?P<name>\S+) - (?P<version>\S+) \((?P<licence>.+)\)$", re.MULTILINE)


@pytest.fixture(scope="module")
def locked() -> dict[str, dict[str, Any]]:
    """Return the locked packages by their places."""
    text = (WEB / "package-lock.json").read_text(encoding="utf-8")
    packages: dict[str, dict[str, Any]] = json.loads(text)["packages"]
    return {place: entry for place, entry in packages.items() if place}


def test_lock_file_of_the_client_has_digests_and_no_addresses(locked: dict[str, dict[str, Any]]) -> None:
    assert len(locked) > 100
    assert [place for place, entry in locked.items() if "resolved" in entry] == []
    assert [place for place, entry in locked.items() if not entry["integrity"].startswith("sha512-")] == []
    texts = [path.read_text(encoding="utf-8") for path in (WEB / ".npmrc", WEB / "package.json")]
    assert not any(re.search(r"https?:|registry\s*=|_auth", text) for text in texts)


def test_versions_of_the_client_are_exact(locked: dict[str, dict[str, Any]]) -> None:
    package = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == version


def test_what_the_client_is_made_of_may_be_passed_on(locked: dict[str, dict[str, Any]]) -> None:
    shipped = {place: entry for place, entry in locked.items() if not entry.get("dev")}
    others = {place for place, entry in shipped.items() if entry["license"] not in FREE}
    assert others <= OWN_LICENCE.keys()
    for place in others & OWN_LICENCE.keys():
        licence = (WEB / place / "LICENSE").read_text(encoding="utf-8")
        assert OWN_LICENCE[place] in " ".join(licence.split())
    # What only builds and tests may be under MPL, but nothing asks to publish what is made with it.
    assert [place for place, entry in locked.items() if COPYLEFT.search(entry.get("license", ""))] == []


def test_licences_of_all_that_is_packed_in_go_along() -> None:
    text = (ROOT / "src" / STATIC / "licences.md").read_text(encoding="utf-8")
    found = {match["name"]: match["licence"] for match in HEADING.finditer(text)}
    assert {"react", "react-dom", "@mantine/core"} <= found.keys()
    own = {place.removeprefix("node_modules/") for place in OWN_LICENCE}
    assert {name for name, licence in found.items() if licence not in FREE} <= own
    assert "Permission is hereby granted" in text


def packed(command: list[str], folder: Path, out: Path) -> Path:
    """Build with hatchling in a folder, without the network, and return what it made."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *command, "--directory", str(out)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NPM_CONFIG_OFFLINE": "true"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = out.iterdir()
    return made


@pytest.mark.slow
def test_package_of_the_source_builds_a_wheel_with_the_client(tmp_path: Path) -> None:
    """From what is published as source, by the hook alone: nothing is left over from this folder's build."""
    source = packed(["--target", "sdist"], ROOT, tmp_path / "source")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        assert {"web/package-lock.json", "web/.npmrc", "web/src/main.tsx", "hatch_build.py"} <= names
        assert [name for name in names if "node_modules" in name or STATIC in name] == []
        # Before Python 3.11.4 there are no filters; what was just made here is no stranger's.
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        archive.extractall(tmp_path / "unpacked")  # noqa: S202  # filtered by the line above
    (folder,) = (tmp_path / "unpacked").iterdir()
    # In the place of what `npm ci` would bring: the same packages, by the same lock file.
    (folder / "web" / "node_modules").symlink_to(WEB / "node_modules")
    wheel = packed(["--target", "wheel"], folder, tmp_path / "wheel")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name.removeprefix(f"{STATIC}/") for name in archive.namelist() if name.startswith(STATIC)}
        page = archive.read(f"{STATIC}/index.html").decode()
        assert {"index.html", "licences.md"} <= inside
        linked = re.findall(r'(?:src|href)="/(assets/[^"]+)"', page)
        assert any(name.endswith(".js") for name in linked)
        assert any(name.endswith(".css") for name in linked)
        for name in linked:
            assert name in inside
            plain = archive.read(f"{STATIC}/{name}")
            if len(plain) < SHORT:
                continue
            assert gzip.decompress(archive.read(f"{STATIC}/{name}.gz")) == plain
            assert len(archive.read(f"{STATIC}/{name}.br")) < len(plain) / 2
    # Nothing is older than what it is made of, so nothing is built a second time.
    again = subprocess.run([sys.executable, "hatch_build.py"], cwd=folder, capture_output=True, check=True)
    assert again.stdout == b""


def test_page_has_no_script_or_style_of_its_own() -> None:
    page = (ROOT / "src" / STATIC / "index.html").read_text(encoding="utf-8")
    assert all(not inner.strip() for inner in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL))
    assert "<style" not in page
    assert not re.search(r"\son\w+=|javascript:|https?://", page)


@pytest.mark.slow
def test_registry_that_is_out_of_reach_is_told_plainly(tmp_path: Path) -> None:
    for name in ("hatch_build.py", "web/package.json", "web/package-lock.json", "web/.npmrc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    surroundings = {
        "NPM_CONFIG_REGISTRY": "http://127.0.0.1:9/",
        "NPM_CONFIG_CACHE": str(tmp_path / "cache"),
        "NPM_CONFIG_FETCH_RETRIES": "0",
    }
    done = subprocess.run(
        [sys.executable, "hatch_build.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | surroundings,
    )
    assert done.returncode == 1
    assert "does not reach the npm registry" in done.stderr
    assert "NPM_CONFIG_REGISTRY" in done.stderr
    assert "Traceback" not in done.stderr
