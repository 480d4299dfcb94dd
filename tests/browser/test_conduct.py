"""The rules that every page is held to are rules: what breaks them is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import Visits
from tests.interfaces.headquarters import wait_until
from tests.interfaces.lines import Pair

INLINE = (
    "document.body.append(Object.assign(document.createElement('script'), { textContent: 'broken = 1' }))"
)
PICTURE = "document.body.append(Object.assign(new Image(), { src: 'http://other.invalid/x.png' }))"


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        ("console.error('broken')", "console: broken"),
        ("setTimeout(() => { throw new Error('broken') })", "uncaught: broken"),
        (INLINE, "console: .*[Cc]ontent [Ss]ecurity [Pp]olicy"),
        (PICTURE, "other.invalid"),
        ("void fetch('/assets/none.js')", "console: .*404"),
    ],
)
def test_page_that_misbehaves_is_found_out(page: Page, page_of: Visits, deed: str, found: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    watch = page_of.watch(page)
    assert watch.found() == []
    page.evaluate(deed)
    # What Chromium has to say may come after the deed is done; asking it something lets that in.
    wait_until(lambda: page.evaluate("true") and bool(watch.found()))
    page_of.allow(page, found)
    assert watch.found() == []
    assert page.evaluate("typeof broken") == "undefined"


def test_name_that_is_missing_is_found(page: Page, axe: Callable[..., None]) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    with pytest.raises(AssertionError, match="button-name"):
        axe(page)


def test_page_works_again_once_its_line_is_back(page: Page, page_of: Visits) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    with page_of.offline(page):
        assert page.evaluate("fetch('/health/live').then(() => 'up', () => 'down')") == "down"
    assert page.evaluate("fetch('/health/live').then(() => 'up', () => 'down')") == "up"


def test_nothing_crosses_between_the_nodes_while_the_link_is_cut(headquarters: Pair) -> None:
    headquarters.cut()
    item = headquarters.send("jpn", "The link is cut")
    assert item not in headquarters.told("usa")
    assert headquarters.get("jpn", "/links")[0]["unacknowledged"] > 0
    headquarters.heal()
    wait_until(lambda: item in headquarters.told("usa"))
