"""Two browsers, one for each party, take a disaster from the first report to a decision of both."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk as post
from tests.browser.browsing import Browsing, Visits
from tests.browser.desk import PASSWORD, PEOPLE, POSTS, Desk
from tests.interfaces.headquarters import entries, wait_until
from tests.interfaces.lines import Pair

TITLE = "能登半島沖の地震 / Earthquake off Noto"
PAGES = {
    "/inbox": ("Inbox", "受信箱"),
    "/cases": ("Cases", "事案"),
    "/release": ("Release", "開示"),
    "/headquarters": ("Headquarters", "司令部"),
    "/posts": ("Posts", "配置"),
    "/log": ("Log and link", "記録と回線"),
    "/log?view=links": ("Log and link", "記録と回線"),
}
FORMS_ARE_HERE = "performance.getEntries().some(({ name }) => name.includes('/new-form'))"
"""Whether a page has fetched all that people write with, so that it works without a line."""
AWAY = timedelta(minutes=2)
"""How long the line is away: what is entered more than a minute afterwards is late."""


@pytest.fixture(scope="module")
def headquarters(browsing: Browsing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:  # noqa: ARG001  # without a browser no node is started
    """Nodes of the story's own: on each, one person may hold all posts that are needed."""
    found = Pair(tmp_path_factory.mktemp("story"))
    for party, name in PEOPLE.items():
        given = {"name": name, "password": PASSWORD, "posts": list(POSTS[party])}
        found.nodes[party].person(party, "administrator").post("/accounts", given)
    yield found
    found.close()


@pytest.fixture
def desk_of(page_of: Visits) -> Callable[..., Desk]:
    """Seats somebody at a page of a party: the person of the story, who signs in through the form."""

    def seat(party: str, name: str = "", password: str = PASSWORD) -> Desk:
        found = Desk(page_of(party, None))
        found.sign_in(name or PEOPLE[party], password)
        return found

    return seat


@pytest.fixture
def case(headquarters: Pair) -> str:
    """The id of the story's case."""
    found = headquarters.get("jpn", "/cases")
    return str(next(entry["id"] for entry in found if entry["title"] == TITLE))


def test_people_sign_in_and_take_their_posts(desk_of: Callable[..., Desk]) -> None:
    for party, posts in POSTS.items():
        desk = desk_of(party)
        first, *others = posts.values()
        expect(desk.page.get_by_text("Which post do you assume?")).to_be_visible()
        desk.page.get_by_role("button", name=f"Assume post: {first}").click()
        expect(desk.page.get_by_text("Nothing waits for you now.")).to_be_visible()
        desk.go("Posts")
        desk.page.get_by_text("Free for me", exact=True).click()
        for name in others:
            desk.page.get_by_role("button", name=f"Assume post: {name}").click()
            expect(desk.page.get_by_role("button", name=f"Assume post: {name}")).to_have_count(0)
        expect(desk.page.get_by_text("No post fits.")).to_be_visible()
        choice = desk.page.get_by_role("combobox", name="Acting as")
        expect(choice.get_by_role("option")).to_have_count(len(posts))
        expect(desk.page.get_by_text("the accounts' password is public")).to_be_visible()


def test_report_reaches_both_and_the_forces_are_sent(desk_of: Callable[..., Desk]) -> None:
    japan, america = desk_of("jpn"), desk_of("usa")
    america.go("Cases")
    japan.act_as(post.WATCH)
    japan.open_case("Great earthquake", TITLE)
    expect(america.page.get_by_role("link", name=TITLE)).to_be_visible()

    japan.go("Inbox")
    japan.act_as(post.PRIME_MINISTER)
    japan.do("Instruct the response", TITLE, note="The safety of life comes first")
    expect(japan.entry("Instruct the response", TITLE)).to_have_count(0)

    # What a post may not do: said with the rule, and with who could.
    japan.act_as(post.FORCES)
    japan.show_case(TITLE)
    japan.page.get_by_role("button", name=re.compile("^What this post cannot do")).click()
    others = japan.page.get_by_role("region", name=f"What you can do as {post.FORCES}")
    told = others.locator("div", has_text="Complete: Request dispatch").filter(has_text=post.GOVERNOR)
    expect(told.last).to_contain_text(f"Could be done by: {post.GOVERNOR}")

    # It was asked for by telephone, and entered afterwards.
    japan.go("Inbox")
    japan.act_as(post.GOVERNOR)
    japan.do("Request dispatch", TITLE, note="By telephone", happened="2025-01-01T06:30")
    japan.act_as(post.MINISTER)
    japan.do("Approve dispatch", TITLE, "Approve")
    japan.act_as(post.CHIEF)
    japan.do("Issue dispatch order", TITLE)
    japan.act_as(post.OPERATIONS)
    japan.do("Assess need for US support", TITLE, answer="needed")


def test_refusal_is_read_in_the_language_of_the_page(desk_of: Callable[..., Desk], page_of: Visits) -> None:
    assert desk_of("jpn").page
    page = page_of("jpn", None, language="ja")
    page.get_by_role("textbox", name="名前").fill(PEOPLE["jpn"])
    page.get_by_role("textbox", name="パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン").click()
    page.get_by_role("combobox", name="現在の職").select_option(label="防衛大臣")
    page.locator("[data-entry]").filter(has_text="支援要請を決定").filter(has_text=TITLE).click()
    entry = page.get_by_role("region", name="選択中の項目")
    entry.get_by_role("button", name="承認する").first.click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="承認する", exact=True).click()
    answer = form.get_by_role("alert")
    expect(answer).to_contain_text("提案者は承認できない")
    expect(answer).to_contain_text("は「米軍による災害救援の支援」を提案したため、その承認はできません。")
    expect(answer).to_contain_text("規則: 提案した者は、その事項を承認しない")
    assert not re.search(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", answer.inner_text())


def test_who_proposed_may_not_approve_and_the_minister_refuses(
    desk_of: Callable[..., Desk], page_of: Visits, headquarters: Pair
) -> None:
    japan = desk_of("jpn")
    japan.act_as(post.MINISTER)
    japan.selected("Decide to ask for support", TITLE).get_by_role("button", name="Approve").click()
    answer = japan.give("Approve").get_by_role("alert")
    expect(answer).to_contain_text("Who proposed it may not approve it")
    expect(answer).to_contain_text("Rule: who proposed a matter does not approve it separation")
    japan.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(japan.page.get_by_role("dialog")).to_have_count(0)
    japan.hand_over(post.MINISTER, "jpn_defense_minister")

    minister = Desk(page_of("jpn", "jpn_defense_minister"))
    japan.show_case(TITLE, "Timeline")
    reason = "Ask me again after the reconnaissance"
    minister.do("Decide to ask for support", TITLE, "Deny", note=reason)
    expect(minister.selected("Decide to ask for support", TITLE)).to_contain_text(
        "Consent denied; still open"
    )
    entry = japan.page.get_by_role("listitem").filter(has_text=reason)
    expect(entry).to_contain_text(f"{post.MINISTER} · jpn_defense_minister")
    asked = headquarters.nodes["jpn"].person("jpn", "administrator")
    assert len(list(entries(asked, kind="consent.denied"))) == 1


def test_both_decide(desk_of: Callable[..., Desk], page_of: Visits, headquarters: Pair, case: str) -> None:
    japan, america = desk_of("jpn"), desk_of("usa")
    minister = Desk(page_of("jpn", "jpn_defense_minister"))
    commander = Desk(page_of("usa", "usa_indopacom_commander"))
    minister.do("Decide to ask for support", TITLE, "Approve")
    japan.act_as(post.WATCH)
    japan.do("Send request for support", TITLE)
    japan.show_case(TITLE, "Decisions")

    # New work comes without loading anything again.
    for name, task in (
        (post.USFJ_WATCH, "Alert teams in Japan"),
        (post.EMBASSY, "Pass request on"),
        (post.STAFF, "Assess request"),
    ):
        america.act_as(name)
        america.do_by_keys("c", task, TITLE)
    commander.do("Decide on support", TITLE, "Approve")

    due = japan.part("Deadlines and forecast").get_by_role("row")
    expect(due.filter(has_text="both sides have decided").get_by_text("met")).to_be_visible()
    known = headquarters.get("jpn", f"/cases/{case}")
    assert next(entry["value"] for entry in known["attributes"] if entry["id"] == "us_support") == "granted"
    america.show_case(TITLE, "Decisions")
    consents = america.page.get_by_role("region", name="Consents of both sides")
    support = consents.get_by_role("row").filter(has_text="US support to relief in Japan")
    expect(support.get_by_text("in force").first).to_be_visible()


def test_what_is_released_is_what_the_preview_showed(
    desk_of: Callable[..., Desk], headquarters: Pair
) -> None:
    text = "Picture of the coast road; 海岸道路の写真"
    japan, america = desk_of("jpn"), desk_of("usa")
    america.show_case(TITLE, "Exchanges")
    japan.act_as(post.FORCES)
    japan.show_case(TITLE)
    japan.write("United States as a whole", text, "SECRET")

    japan.act_as(post.RELEASE_DESK)
    japan.go("Release")
    seen = japan.page.get_by_role("region", name="United States will see exactly this")
    expect(seen.get_by_text(text).first).to_be_visible()
    marking = seen.get_by_text(re.compile("^SECRET//REL")).first.inner_text()
    seen.get_by_text("Byte for byte").click()
    promised = json.loads(seen.locator("pre").inner_text())
    assert text not in america.page.content()

    japan.page.get_by_role("textbox", name="Reason").fill("They fly there in the morning")
    japan.page.get_by_role("button", name="Release to United States").click()
    exchanges = america.page.get_by_role("tabpanel", name="Exchanges")
    expect(exchanges.get_by_text(text).first).to_be_visible()
    expect(exchanges.get_by_text(marking).first).to_be_visible()
    gone = next(body for body in map(json.loads, headquarters.received("usa")) if body.get("text") == text)
    set_when_it_leaves = {"number", "at"}
    assert {key for key in promised if promised[key] != gone[key]} <= set_when_it_leaves
    assert promised.keys() == gone.keys()
    assert "They fly there in the morning" not in json.dumps(headquarters.received("usa"))

    japan.page.get_by_role("tab", name="Released").click()
    line = japan.page.get_by_role("listitem").filter(has_text=text)
    expect(line.get_by_text("Received and co-signed")).to_be_visible()


def test_work_goes_on_while_the_link_is_cut(desk_of: Callable[..., Desk], headquarters: Pair) -> None:
    japan, america = desk_of("jpn"), desk_of("usa")
    for desk in (japan, america):
        desk.go("Log and link")
        desk.page.get_by_role("tab", name="Links").click()
        expect(desk.page.get_by_text("Line up")).to_be_visible()
    headquarters.cut()
    for desk in (japan, america):
        expect(desk.page.get_by_text("Line down")).to_be_visible()

    ours, theirs = "Komatsu can refuel eight helicopters an hour", "The first aircraft leaves at noon"
    japan.act_as(post.WATCH)
    japan.show_case(TITLE, "Exchanges")
    japan.write("United States as a whole", ours, "UNCLASSIFIED")
    america.act_as(post.STAFF)
    america.show_case(TITLE, "Exchanges")
    america.write("Japan as a whole", theirs, "UNCLASSIFIED")
    for desk, own, other in ((japan, ours, theirs), (america, theirs, ours)):
        panel = desk.page.get_by_role("tabpanel", name="Exchanges")
        expect(panel.get_by_text(own).first).to_be_visible()
        expect(panel.get_by_text(other)).to_have_count(0)
    assert headquarters.get("jpn", "/links")[0]["unacknowledged"] > 0

    headquarters.heal()
    for desk, other in ((japan, theirs), (america, ours)):
        expect(desk.page.get_by_role("tabpanel", name="Exchanges").get_by_text(other).first).to_be_visible()
        desk.go("Log and link")
        desk.page.get_by_role("tab", name="Links").click()
        expect(desk.page.get_by_text("Line up")).to_be_visible()


def test_command_given_offline_arrives_once(
    desk_of: Callable[..., Desk], page_of: Visits, headquarters: Pair, case: str
) -> None:
    text = "Road 249 is open again for heavy vehicles"
    desk = desk_of("jpn")
    page, context = desk.page, desk.page.context
    desk.act_as(post.WATCH)
    desk.show_case(TITLE, "Timeline")
    wait_until(lambda: bool(page.evaluate(FORMS_ARE_HERE)))
    now = datetime.fromtimestamp(page.evaluate("Date.now()") / 1000, UTC)
    with page_of.offline(page):
        # As if two minutes went by before the line is back.
        context.clock.set_system_time(now - AWAY)
        expect(page.get_by_role("button", name=re.compile("^Outbox: No line to the node"))).to_be_visible()
        desk.write("United States as a whole", text, "UNCLASSIFIED")
        expect(page.get_by_text("Send message: not yet confirmed").first).to_be_visible()
        page.get_by_role("button", name=re.compile("1 command not yet confirmed")).click()
        drawer = page.get_by_role("dialog", name="Outbox")
        expect(drawer.get_by_text("Not yet confirmed by the node")).to_be_visible()
        expect(drawer).to_contain_text("Send message")
        expect(drawer).to_contain_text(text)
        drawer.get_by_role("button", name="Close").click()
        # What was begun and not sent is a draft.
        page.get_by_role("button", name="New", exact=True).click()
        page.get_by_role("menuitem", name="Request for information").click()
        page.get_by_role("textbox", name="What you need to know").fill("Which bridges")
        page.close()
        context.clock.set_system_time(now)
    again = Desk(context.new_page())
    again.page.goto(f"/cases/{case}?part=timeline")
    expect(again.page.get_by_role("button", name=re.compile("Connected, 0 commands"))).to_be_visible()
    expect(again.page.get_by_text(f"Message: {text}")).to_have_count(1)
    entry = again.page.get_by_role("listitem").filter(has_text=f"Message: {text}")
    expect(entry.get_by_text("late", exact=True)).to_be_visible()

    rows = [row for row in timeline(headquarters, case) if text in json.dumps(row, ensure_ascii=False)]
    opened = [row for row in rows if row["event"].startswith("item.opened")]
    assert len(opened) == 1
    assert opened[0]["recorded"] - opened[0]["happened"] > 60_000_000
    wait_until(lambda: list(headquarters.told("usa").values()).count(text) == 1)

    again.act_as(post.WATCH)
    again.page.get_by_role("button", name="New", exact=True).click()
    again.page.get_by_role("menuitem", name="Request for information").click()
    expect(again.page.get_by_role("textbox", name="What you need to know")).to_have_value("Which bridges")


def test_two_people_act_on_one_task_and_one_is_told(
    desk_of: Callable[..., Desk], page_of: Visits, headquarters: Pair
) -> None:
    title = "Aftershock"
    other = Desk(page_of("jpn", "jpn_governor"))
    opened = {"type": "open", "contingency": "earthquake", "title": title}
    headquarters.nodes["jpn"].person("jpn", "jpn_governor").command(opened, "jpn_governor")
    first = desk_of("jpn")
    first.act_as(post.PRIME_MINISTER)
    first.do("Instruct the response", title)
    first.act_as(post.GOVERNOR)
    expect(first.entry("Request dispatch", title)).to_be_visible()
    expect(other.entry("Request dispatch", title)).to_be_visible()
    with page_of.offline(other.page):
        other.do("Request dispatch", title)
        expect(other.page.get_by_text("Complete: not yet confirmed").first).to_be_visible()
        first.do("Request dispatch", title)
        expect(first.entry("Request dispatch", title)).to_have_count(0)
    other.page.get_by_role("button", name=re.compile("^Outbox: Connected, 1 command")).click()
    drawer = other.page.get_by_role("dialog", name="Outbox")
    expect(drawer.get_by_text("The node refused this")).to_be_visible()
    # Who was first, and when.
    expect(drawer.get_by_role("alert")).to_contain_text(re.compile(r"sato\b.*\d\d:\d\d"))
    drawer.get_by_role("button", name="I have read this").click()
    expect(drawer.get_by_text("Everything is confirmed by the node.")).to_be_visible()


def test_language_is_switched_in_the_middle(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("jpn")
    desk.act_as(post.CHIEF)
    desk.show_case(TITLE, "Decisions")
    desk.page.get_by_text("日本語", exact=True).click()
    expect(desk.page.locator("html")).to_have_attribute("lang", "ja")
    expect(desk.page.get_by_role("combobox", name="現在の職")).to_have_value("jpn_chief_of_joint_staff")
    expect(desk.page.get_by_role("option", name="統合幕僚長")).to_have_count(1)
    consents = desk.page.get_by_role("region", name="双方の同意")
    expect(consents.get_by_text("米軍による災害救援の支援")).to_be_visible()
    expect(desk.page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    desk.page.get_by_text("English", exact=True).click()
    expect(desk.page.get_by_role("region", name="Consents of both sides")).to_be_visible()


DRAWN = """
() => JSON.stringify([...document.querySelectorAll(".djs-container .djs-element")].map((element) =>
  [element.dataset.elementId, element.getAttribute("transform"), element.textContent]))
"""


def test_drawing_in_another_language_is_as_if_read_in_it(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("jpn")
    desk.act_as(post.CHIEF)
    desk.show_case(TITLE, "Decisions")
    page = desk.page
    page.locator(".djs-container .djs-shape").first.wait_for()
    english = page.evaluate(DRAWN)
    page.get_by_text("日本語", exact=True).click()
    page.wait_for_function(f"(before) => ({DRAWN})() !== before", arg=english)
    page.reload()
    page.locator(".djs-container .djs-shape").first.wait_for()
    japanese = page.evaluate(DRAWN)
    assert japanese != english
    for name, drawn in (("English", english), ("日本語", japanese)):
        page.get_by_text(name, exact=True).click()
        page.wait_for_function(f"(wanted) => ({DRAWN})() === wanted", arg=drawn)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_pages_are_accessible(page_of: Visits, axe: Callable[..., None], case: str, language: str) -> None:
    page = page_of("jpn", None, language=language)
    given = {"name": PEOPLE["jpn"], "password": PASSWORD}
    assert page.context.request.post("/api/v1/session", data=given).status == 201
    told = {path: names[language == "ja"] for path, names in PAGES.items()}
    told |= {f"/cases/{case}?part={part}": TITLE for part in ("decisions", "exchanges", "time", "timeline")}
    for path, name in told.items():
        page.goto(path)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            settled(page, name)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (
                f"{path} hangs over the side"
            )


@pytest.mark.parametrize("language", ["en", "ja"])
def test_administration_is_accessible(page_of: Visits, axe: Callable[..., None], language: str) -> None:
    for width in (1280, 390):
        page = page_of("jpn", "administrator", "/admin", language=language, width=width)
        settled(page, {"en": "Administration", "ja": "管理"}[language])
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_case_and_organisation_are_printed_without_controls(
    desk_of: Callable[..., Desk], tmp_path: Path
) -> None:
    page = (desk := desk_of("jpn")).page
    desk.show_case(TITLE)
    for name, words in (("case", "能登半島沖の地震"), ("headquarters", "")):
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for role in ("navigation", "tab"):
            expect(page.get_by_role(role).filter(visible=True)).to_have_count(0)
        shown = page.get_by_role("button").filter(visible=True)
        assert [each.inner_text() for each in shown.all() if not each.get_attribute("aria-expanded")] == []
        printed = tmp_path / f"{name}.pdf"
        page.pdf(path=printed)
        assert set(words) <= characters(printed.read_bytes())
        page.emulate_media(media="screen")
        if name == "case":
            desk.go("Headquarters")


def settled(page: Page, title: str) -> None:
    """Wait until a page shows what it has to show."""
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page.locator(".mantine-Loader-root, .mantine-Skeleton-root")).to_have_count(0)


def timeline(headquarters: Pair, case: str) -> list[dict[str, Any]]:
    """Return what the log of Japan holds about a case."""
    found: list[dict[str, Any]] = headquarters.get("jpn", f"/cases/{case}/timeline", limit=1000)
    return found


def characters(pdf: bytes) -> set[str]:
    """Return the characters that can be searched for in a PDF: those that its fonts have names for."""
    found = set()
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(packed)
        except zlib.error:
            continue
        if b"begincmap" not in text:
            continue
        for part in re.findall(rb"beginbfchar(.*?)endbfchar", text, re.DOTALL):
            found |= {decoded(to) for _, to in re.findall(rb"<(\w+)> <(\w+)>", part)}
        for part in re.findall(rb"beginbfrange(.*?)endbfrange", text, re.DOTALL):
            for first, last, to in re.findall(rb"<(\w+)> <(\w+)> <(\w+)>", part):
                start = ord(decoded(to)[-1])
                found |= {chr(start + step) for step in range(int(last, 16) - int(first, 16) + 1)}
    return found


def decoded(hexadecimal: bytes) -> str:
    """Return what a character map means."""
    return bytes.fromhex(hexadecimal.decode("ascii")).decode("utf-16-be")
