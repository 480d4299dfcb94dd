"""Browsers on both parties' running nodes; skipped where there is no Chromium, but never in CI."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from renkei.interfaces.web import has_client
from tests.browser.browsing import MILLISECONDS, Browsing, Visits, check_accessible, chromium
from tests.interfaces.lines import Pair

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "build" / "browser"
BROWSING = pytest.StashKey[Browsing]()
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Stop the browser after the last of these tests in a row."""
    if BROWSING in item.config.stash and (nextitem is None or HERE not in nextitem.path.parents):
        item.config.stash[BROWSING].stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember whether a test failed, for the pictures."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def browsing(pytestconfig: pytest.Config) -> Iterator[Browsing]:
    """The browser of all tests here."""
    if chromium() is None:
        missing = "no Chromium is on this machine, so nobody looked at the pages (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    assert has_client(), "the client is not built: run make setup"
    expect.set_options(timeout=MILLISECONDS)
    found = pytestconfig.stash[BROWSING] = Browsing()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def headquarters(browsing: Browsing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:  # noqa: ARG001  # without a browser no node is started
    """Both parties' nodes with demonstration accounts, and a line between them that can be cut."""
    found = Pair(tmp_path_factory.mktemp("headquarters"))
    yield found
    found.close()


@pytest.fixture
def page_of(request: pytest.FixtureRequest, browsing: Browsing, headquarters: Pair) -> Iterator[Visits]:
    """Opens pages of people who are signed in; at the end all of them must have behaved."""
    found = Visits(browsing, headquarters)
    yield found
    headquarters.heal()
    problems = found.problems()
    if problems or request.node.stash.get(FAILED, False):
        found.pictures(PICTURES, request.node.name)
    found.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def axe() -> Callable[..., None]:
    """Fails with every accessibility rule that a page breaks."""
    return check_accessible


@pytest.fixture
def page(page_of: Visits) -> Page:
    """The page of Japan's administrator."""
    return page_of("jpn")
