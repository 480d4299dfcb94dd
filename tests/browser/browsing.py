"""A browser, and people's pages in it: whatever a page does that no page should is found at the end."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    WebError,
    sync_playwright,
)

from renkei.interfaces.service.process import ADMINISTRATOR, DEMO_PASSWORD
from tests.interfaces.lines import Pair

MILLISECONDS = 60_000
"""Longest that is waited for anything on a page; the machine is shared."""
LOCALES = {"en": "en-GB", "ja": "ja-JP"}
ZONES = {"jpn": "Asia/Tokyo", "usa": "Pacific/Honolulu"}
HEIGHT = 900
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
)
AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ANSWERED = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d\b")
"""What Chromium says of an answer that refuses something; the page has to tell people of it."""
LINE_DOWN = re.compile(r"net::ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED|CONNECTION_REFUSED|FAILED)")


def chromium() -> str | None:
    """Return where the machine's own Chromium is, None where it has none."""
    return shutil.which("chromium")


class Browsing:
    """One browser, started with the first page.

    While it runs, its event loop is in the way of tests that run one of their own in this thread; so it is
    stopped as soon as the next test is none of this folder.
    """

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    @property
    def browser(self) -> Browser:
        """Return the browser."""
        if self._browser is None:
            self._playwright = sync_playwright().start()
            # Names come from the machine, files for download from nowhere.
            self._browser = self._playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        return self._browser

    def stop(self) -> None:
        """Stop the browser; the next page starts another one."""
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()
        self._browser = self._playwright = None


@dataclass
class Watch:
    """What a page did that no page should, unless a test says that it may."""

    address: str
    problems: list[str] = field(default_factory=list)
    allowed: list[re.Pattern[str]] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def console(self, message: ConsoleMessage) -> None:
        """Look at what was said on the console; broken content security policies are said there too."""
        where = message.location["url"] if message.location else ""
        is_answer = ANSWERED.match(message.text) and urlsplit(where).path.startswith("/api/")
        if message.type == "error" and not is_answer:
            self.note(f"console: {message.text} ({where})")

    def error(self, error: WebError) -> None:
        """Look at an error that nobody caught."""
        self.note(f"uncaught: {error.error.message}")

    def request(self, request: Request) -> None:
        """Look at where a request goes."""
        where = urlsplit(request.url)
        if where.scheme not in {"data", "blob"}:
            self.hosts.add(where.netloc)
            if where.netloc != urlsplit(self.address).netloc:
                self.note(f"request to another host: {request.url[:200]}")

    def note(self, problem: str) -> None:
        """Keep a problem."""
        self.problems.append(problem)

    def found(self) -> list[str]:
        """Return the problems that nobody has allowed."""
        return [each for each in self.problems if not any(rule.search(each) for rule in self.allowed)]


@dataclass
class Visits:
    """Opens pages of people, each in a browser of its own as far as the page can tell."""

    browsing: Browsing
    headquarters: Pair
    _watches: dict[Page, Watch] = field(default_factory=dict)

    def __call__(
        self,
        party: str,
        account: str | None = ADMINISTRATOR,
        path: str = "/",
        *,
        language: str = "en",
        width: int = 1280,
        height: int = HEIGHT,
        timezone: str | None = None,
        **terms: Any,
    ) -> Page:
        """Return a page of somebody who is signed in, in the seat of the post of the account's name.

        Args:
            party: Whose node.
            account: A demonstration account; with None nobody is signed in.
            path: Which page.
            language: That the browser asks for: "en" or "ja".
            width: Of the window, in pixels.
            height: The same.
            timezone: Of the machine; the party's own without one.
            terms: More about the browser, as Playwright takes it.
        """
        address = self.headquarters.nodes[party].address(party)
        zone = timezone or ZONES[party]
        context = self.browsing.browser.new_context(
            base_url=address, locale=LOCALES[language], timezone_id=zone,
            viewport={"width": width, "height": height}, reduced_motion="reduce", **terms,
        )  # fmt: skip
        context.set_default_timeout(MILLISECONDS)
        watch = Watch(address)
        context.on("console", watch.console)
        context.on("weberror", watch.error)
        context.on("request", watch.request)
        if account is not None:
            self.headquarters.nodes[party].person(party, account)
            given = {"name": account, "password": DEMO_PASSWORD}
            assert context.request.post("/api/v1/session", data=given).status == 201
        page = context.new_page()
        self._watches[page] = watch
        page.goto(path)
        return page

    def watch(self, page: Page) -> Watch:
        """Return what is known of a page's conduct."""
        return self._watches[page]

    def allow(self, page: Page, pattern: str) -> None:
        """Let a page do what is meant in this test: problems that match are none."""
        self._watches[page].allowed.append(re.compile(pattern))

    @contextmanager
    def offline(self, page: Page) -> Iterator[None]:
        """Take the line between a page and its node away for a while."""
        self._watches[page].allowed.append(LINE_DOWN)
        page.context.set_offline(True)
        try:
            yield
        finally:
            page.context.set_offline(False)

    def problems(self) -> list[str]:
        """Return what pages did that no page should."""
        return [problem for watch in self._watches.values() for problem in watch.found()]

    def pictures(self, folder: Path, name: str) -> None:
        """Keep a picture of every page."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(self._watches):
            with suppress(Error):
                page.screenshot(path=folder / f"{name}-{number}.png")

    def close(self) -> None:
        """Close all pages."""
        for page in self._watches:
            page.context.close()


def check_accessible(page: Page, within: str | None = None) -> None:
    """Fail with every rule of WCAG 2 A and AA that a page breaks; ``within``: one part of it (CSS)."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "([within, tags]) => axe.run(within ?? document, { runOnly: tags, resultTypes: ['violations'] })",
        [within, list(TAGS)],
    )
    broken = [
        f"{rule['id']}: {rule['help']} ({rule['helpUrl']})\n"
        + "\n".join(f"    {node['target'][0]}  {node['html'][:160]}" for node in rule["nodes"][:8])
        for rule in found["violations"]
    ]
    assert not broken, f"{page.url} breaks {len(broken)} rules\n" + "\n".join(broken)
