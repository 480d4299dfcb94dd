"""A page is opened where somebody can see it, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from renkei.interfaces.web import has_client

ADDRESS = "http://127.0.0.1:7301"
OPEN = f"from renkei.interfaces.cli.browser import open_page; print(open_page({ADDRESS!r}))"


def opened(folder: Path, **surroundings: str) -> tuple[str, str]:
    """Open a page with a browser of our own; return what was said, and what the browser got."""
    seen, browser = folder / "seen.txt", folder / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {seen}\n', encoding="utf-8")
    browser.chmod(0o755)
    plain = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    done = subprocess.run(
        [sys.executable, "-c", OPEN],
        capture_output=True,
        text=True,
        check=True,
        env=plain | {"BROWSER": f"{browser} %s"} | surroundings,
    )
    return done.stdout.strip(), seen.read_text(encoding="utf-8") if seen.exists() else ""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
@pytest.mark.parametrize("display", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}, {}])
def test_page_is_opened_where_there_is_a_display(tmp_path: Path, display: dict[str, str]) -> None:
    expected = ("True", ADDRESS) if display else ("False", "")
    assert opened(tmp_path, **display) == expected


def test_browser_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert opened(tmp_path, DISPLAY=":0", BROWSER="no-such-browser", PATH=str(tmp_path))[0] == "False"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ja"])
def test_addresses_that_are_told_answer_a_browser(tmp_path: Path, language: str) -> None:
    """What people read when the nodes have started leads them to a page."""
    import httpx

    from tests.interfaces.headquarters import environment

    process = subprocess.Popen(
        [sys.executable, "-m", "renkei.interfaces.cli", "run", "us-japan", "--port", "0",
         "--store", str(tmp_path / "store"), "--lang", language],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment(tmp_path / "settings"),
    )  # fmt: skip
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(9)]
    addresses = [word for line in said[:2] for word in line.split() if word.startswith("http://")]
    assert len(addresses) == 2
    browser = {"en": "browser", "ja": "ブラウザー"}[language]
    assert any(browser in line for line in said)
    for address in addresses:
        answer = httpx.get(address, trust_env=False)
        assert answer.status_code == (200 if has_client() else 503)
        assert ("<div id=" in answer.text) == has_client()
    process.terminate()
    assert process.wait(30) == 0
    process.stdout.close()
