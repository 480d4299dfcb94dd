"""Long lists: only what is seen is drawn, and nothing is out of reach of keys, readers and paper."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.browsing import Visits
from tests.interfaces.lines import Pair

MANY = 2_000
WAITING = 105
DESK = "jpn_mod_disclosure"


@pytest.fixture(scope="module")
def waiting(headquarters: Pair) -> int:
    """Let more messages wait for a post than a page is read with, and return how many."""
    person = headquarters.nodes["jpn"].person("jpn", "jpn_prime_minister")
    for number in range(WAITING):
        text = f"Message {number}"
        given = {"type": "send", "to": [DESK], "text": text, "attachments": []}
        person.command(given, "jpn_prime_minister")
    return WAITING


def rows(page: Page, within: str) -> Locator:
    return page.get_by_role("region", name=re.compile(within)).get_by_role("listitem")


@pytest.mark.parametrize("width", [1280, 390])
def test_keys_reach_entries_that_are_not_drawn(page_of: Visits, waiting: int, width: int) -> None:
    page = page_of("jpn", DESK, "/inbox", width=width)
    mine = rows(page, "^Waits for me")
    expect(page.get_by_role("heading", name=f"Waits for me ({waiting})")).to_be_visible()
    expect(mine.first).to_have_attribute("aria-setsize", str(waiting))
    assert mine.count() < waiting / 3, "only what is seen is drawn"
    page.keyboard.press("j")
    for _ in range(waiting - 1):
        page.keyboard.press("j")
    last = page.locator("[data-entry][aria-current=true]")
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()
    expect(last).to_contain_text(f"Message {waiting - 1}")
    expect(page.get_by_role("listitem").filter(has=last)).to_have_attribute("aria-posinset", str(waiting))
    # Far away from it, a key still moves on from there.
    page.evaluate("scrollTo(0, 0)")
    expect(mine.first).to_have_attribute("aria-posinset", "1")
    page.keyboard.press("k")
    expect(last).to_be_in_viewport()
    expect(last).to_contain_text(f"Message {waiting - 2}")


def test_all_that_waits_is_on_paper(page_of: Visits, waiting: int) -> None:
    page = page_of("jpn", DESK, "/inbox")
    expect(page.get_by_role("heading", name=f"Waits for me ({waiting})")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(rows(page, "^Waits for me")).to_have_count(waiting)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert rows(page, "^Waits for me").count() < waiting / 3


@pytest.fixture
def many(page_of: Visits, headquarters: Pair) -> Page:
    """Return the page of the cases of a node that has very many, which the browser makes of one."""
    opened = {"type": "open", "contingency": "earthquake", "title": "One of many", "attributes": {}}
    case = headquarters.command("jpn", opened)["made"][0]
    lines = headquarters.get("jpn", "/cases", newest=True, limit=1000)
    (line,) = [each for each in lines if each["id"] == case]
    page = page_of("jpn", "jpn_prime_minister", "/posts")
    page.route(re.compile("/api/v1/cases[?]"), lambda route: route.fulfill(json=answer(route, line)))
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Cases").click()
    return page


def answer(route: Route, line: dict[str, Any]) -> dict[str, Any]:
    query = dict(part.split("=", 1) for part in route.request.url.partition("?")[2].split("&"))
    begin, limit = int(query.get("cursor") or 0), int(query["limit"])
    end = min(begin + limit, MANY)
    titles = [{**line, "id": f"{line['id']}-{number}", "title": f"Case {number}"} for number in range(MANY)]
    return {"data": titles[begin:end], "next": str(end) if end < MANY else None, "seq": 1}


def test_very_many_cases_are_scrolled_and_found(many: Page, axe: Any) -> None:
    table = many.get_by_role("table", name="Cases")
    expect(table).to_have_attribute("aria-rowcount", str(MANY + 1))
    links = table.get_by_role("link")
    expect(links.first).to_have_text("Case 0")
    assert links.count() < 60
    axe(many)
    many.keyboard.press("End")
    expect(table.get_by_role("link", name=f"Case {MANY - 1}", exact=True)).to_be_in_viewport()
    assert links.count() < 60
    links.last.focus()
    many.keyboard.press("Home")
    expect(table.get_by_role("link", name="Case 0", exact=True)).to_be_in_viewport()
    expect(table.get_by_role("link", name=f"Case {MANY - 1}", exact=True)).to_be_focused()
    many.get_by_role("textbox", name="Search").fill("Case 1234")
    expect(links).to_have_text(["Case 1234"])


def test_row_tells_its_place(many: Page) -> None:
    place = many.get_by_role("row").filter(has=many.get_by_role("link", name="Case 3", exact=True))
    expect(place).to_have_attribute("aria-rowindex", "5")
    assert json.loads(place.get_attribute("data-index") or "") == 3
