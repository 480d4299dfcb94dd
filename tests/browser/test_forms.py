"""What can be begun in a case: every form is filled in by hand, and the node has what was written."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.browsing import Visits
from tests.interfaces.lines import Pair

CHIEF = "jpn_chief_of_joint_staff"
UNREACHED = "net::ERR_INTERNET_DISCONNECTED"


@pytest.fixture
def case(headquarters: Pair) -> str:
    """Open a case of this test's own, and return its id."""
    opened = {"type": "open", "contingency": "earthquake", "title": "Forms", "attributes": {}}
    made: list[str] = headquarters.command("jpn", opened)["made"]
    return made[0]


@pytest.fixture
def page(page_of: Visits, case: str) -> Page:
    """Return the page of the case, as the Chief of Staff sees it."""
    return page_of("jpn", CHIEF, f"/cases/{case}")


def begun(page: Page, name: str) -> Locator:
    page.get_by_role("button", name="New", exact=True).click()
    page.get_by_role("menuitem", name=name, exact=True).click()
    return page.get_by_role("dialog")


def given(form: Locator, name: str) -> None:
    form.get_by_role("button", name=name, exact=True).click()
    expect(form).to_have_count(0)


def items(headquarters: Pair, case: str, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = headquarters.get("jpn", "/items", case=case, kind=kind)
    return found


def addressed(page: Page, form: Locator, to: str) -> None:
    form.get_by_role("combobox", name="To").click()
    page.get_by_role("option", name=to, exact=True).click()
    page.keyboard.press("Escape")


def test_situation_is_reported(page: Page, headquarters: Pair, case: str) -> None:
    form = begun(page, "Situation report")
    form.get_by_role("textbox", name="Situation").fill("Two bridges are down")
    form.get_by_role("textbox", name="Needs").fill("Engineers")
    given(form, "Write report")
    (report,) = items(headquarters, case, "report")
    assert "Two bridges are down" in str(report)


def test_file_is_uploaded_and_attached(page: Page, headquarters: Pair, case: str) -> None:
    form = begun(page, "Attach a file")
    form.locator("input[type=file]").set_input_files(
        {"name": "road.txt", "mimeType": "text/plain", "buffer": b"The coast road is open"}
    )
    expect(form.get_by_text("road.txt is on the node")).to_be_visible()
    given(form, "Attach file")
    (file,) = items(headquarters, case, "file")
    assert "road.txt" in str(file)


def test_order_is_given_below(page: Page, headquarters: Pair, case: str) -> None:
    form = begun(page, "Order")
    form.get_by_role("combobox", name="To").click()
    page.get_by_role("option", name="Self-Defense Forces units", exact=True).click()
    form.get_by_role("textbox", name="Order").fill("Clear the coast road")
    given(form, "Give order")
    (order,) = items(headquarters, case, "order")
    assert "Clear the coast road" in str(order)


def test_support_is_requested_from_the_partner(page: Page, headquarters: Pair, case: str) -> None:
    form = begun(page, "Request for support")
    addressed(page, form, "United States as a whole")
    form.get_by_role("textbox", name="What is needed").fill("Helicopters")
    form.get_by_role("textbox", name="Quantity").fill("4")
    form.get_by_role("radio", name="UNCLASSIFIED", exact=True).check()
    given(form, "Request support")
    (need,) = items(headquarters, case, "support")
    assert "Helicopters" in str(need)
    assert "4" in str(need)


def test_conference_is_called(page: Page, headquarters: Pair, case: str) -> None:
    form = begun(page, "Invitation to a conference")
    addressed(page, form, "United States as a whole")
    form.get_by_role("textbox", name="Subject").fill("Routes for tomorrow")
    form.get_by_role("radio", name="UNCLASSIFIED", exact=True).check()
    given(form, "Invite")
    (meeting,) = items(headquarters, case, "conference")
    assert "Routes for tomorrow" in str(meeting)


def test_entry_is_corrected_and_the_case_is_closed(page: Page, headquarters: Pair, case: str) -> None:
    form = begun(page, "Correct an entry")
    entry = headquarters.get("jpn", f"/cases/{case}/timeline")[0]["seq"]
    form.get_by_role("textbox", name="Number of the entry").fill(str(entry))
    form.get_by_role("textbox", name="What is right").fill("It was felt in Kanazawa too")
    given(form, "Correct entry")
    assert "Kanazawa" in str(headquarters.get("jpn", f"/cases/{case}/timeline"))
    given(begun(page, "Close the case"), "Close case")
    assert not headquarters.get("jpn", f"/cases/{case}")["is_open"]


def test_command_that_was_not_sent_is_taken_back(
    page: Page, page_of: Visits, headquarters: Pair, case: str
) -> None:
    expect(page.get_by_role("button", name="New", exact=True)).to_be_enabled()
    # A form that was never opened is fetched when it is.
    begun(page, "Situation report")
    page.keyboard.press("Escape")
    outbox = page.get_by_role("button", name=re.compile("^Outbox"))
    with page_of.offline(page):
        page.wait_for_event("requestfailed", lambda request: request.failure == UNREACHED)
        expect(outbox).to_have_attribute("data-line", "down")
        for words in ("Never mind", "Two bridges are down"):
            form = begun(page, "Situation report")
            form.get_by_role("textbox", name="Situation").fill(words)
            given(form, "Write report")
        outbox.click()
        drawer = page.get_by_role("dialog", name="Outbox")
        expect(drawer.get_by_text("It was not sent yet.")).to_have_count(2)
        drawer.get_by_role("button", name="Take back").first.click()
        expect(drawer.get_by_text("Never mind")).to_have_count(0)
        expect(drawer.get_by_text("Two bridges are down")).to_be_visible()
    expect(drawer.get_by_text("Everything is confirmed by the node.")).to_be_visible()
    (report,) = items(headquarters, case, "report")
    assert "Two bridges are down" in str(report)


def test_order_outside_the_chain_of_command_is_refused_by_its_rule(
    page_of: Visits, headquarters: Pair, case: str
) -> None:
    page = page_of("jpn", CHIEF, "/posts")
    form = offered(page, case)
    expect(page.get_by_role("option", name="Prefectural governor", exact=True)).to_have_count(0)
    # A page that knows another chain of command, as before a reorganisation, offers what the node refuses.
    page.route("**/api/v1/model", lambda route: route.fulfill(json=reorganised(route)))
    page.reload()
    form = offered(page, case)
    page.get_by_role("option", name="Prefectural governor", exact=True).click()
    form.get_by_role("textbox", name="Order").fill("Open the shelters")
    form.get_by_role("button", name="Give order", exact=True).click()
    refusal = form.get_by_role("alert")
    expect(refusal).to_contain_text("Rule: orders go only down the chain of command in force")
    expect(refusal).to_contain_text("RK548")
    expect(form.get_by_role("textbox", name="Order")).to_have_value("Open the shelters")
    assert items(headquarters, case, "order") == []


def offered(page: Page, case: str) -> Locator:
    """Open the form of an order, at those whom it may go to."""
    page.goto(f"/cases/{case}")
    form = begun(page, "Order")
    form.get_by_role("combobox", name="To").click()
    expect(page.get_by_role("option", name="Self-Defense Forces units", exact=True)).to_be_visible()
    return form


def reorganised(route: Route) -> Any:
    """Return the model with the prefecture under the command of the Joint Staff."""
    answer = route.fetch().json()
    wrong = {"kind": "opcon", "superior": "jpn-joint-staff", "subordinate": "jpn-prefecture"}
    relationships = answer["data"]["relationships"]
    relationships.append({**relationships[0], **wrong})
    return answer
