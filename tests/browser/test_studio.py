"""The design studio: broken models are played, options compared, versions saved, nothing written is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from playwright.sync_api import Locator, Page, expect

from renkei.interfaces.service.process import ADMINISTRATOR
from tests.browser.browsing import Visits
from tests.interfaces.lines import Pair

TRIES = 60
"""How often one looks again, a second apart, before a text is held to be lost."""
APPROVAL = "approves: {matter: site-use, granted: {access: [granted]}}"


def studio(page_of: Visits, account: str, path: str = "/studio", **terms: Any) -> Page:
    """A page of the studio on which the first check is over."""
    page = page_of("jpn", account, path, **terms)
    expect(verdict(page)).to_have_text("Everything holds")
    return page


def verdict(page: Page) -> Locator:
    return page.locator("main [role=status] .mantine-Badge-root")


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text of model.yaml")


def find(page: Page, text: str) -> None:
    """Go to a text in the editor, by keys alone."""
    editor(page).focus()
    page.keyboard.press("Control+f")
    page.get_by_role("textbox", name="Find").fill(text)
    # The editor takes what is in its field when a key comes up.
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def at_end(page: Page, text: str) -> None:
    """Expect a text at the end of the editor, which draws only what is in view and may still be filled."""
    for _ in range(TRIES):
        editor(page).press("Control+End")
        with suppress(AssertionError):
            expect(editor(page)).to_contain_text(text, timeout=1_000)
            return
    expect(editor(page)).to_contain_text(text)


def test_broken_model_shows_how_it_fails(
    page_of: Visits, headquarters: Pair, axe: Callable[..., None]
) -> None:
    page = studio(page_of, "jpn_mod_policy")
    axe(page)
    find(page, APPROVAL)
    page.keyboard.press("Delete")
    expect(verdict(page)).to_have_text("5 properties fail")
    expect(page.get_by_role("button", name=re.compile("^Fails: Acting without consent O"))).to_have_count(5)

    client = headquarters.nodes["jpn"].person("jpn", "jpn_mod_access")
    files = client.get("/studio/models/in-use").data["files"]
    files["model.yaml"] = files["model.yaml"].replace(APPROVAL, "", 1)
    checked = client.post("/studio/check", {"files": files, "options": ["O3"]}).data
    failing = next(row for row in checked["table"] if row["verdict"] == "fails")
    expected = next(one for one in checked["counterexamples"] if one["id"] == failing["counterexample"])

    page.get_by_role("button", name="Fails: Acting without consent O3").click()
    played = page.get_by_role("region", name="Acting without consent")
    expect(played.get_by_role("heading")).to_be_focused()
    steps = expected["steps"]
    assert len(steps) > 5
    for number, step in enumerate(steps):
        expect(played.get_by_text(f"Step {number} of {len(steps)}")).to_be_visible()
        played.get_by_role("button", name="One step on").click()
        expect(played.locator("[aria-current=step]")).to_contain_text(step["sentence"]["en"])
    expect(played.get_by_text(expected["conclusion"][0]["en"])).to_be_visible()
    expect(played.locator(".djs-element.renkei-failed")).to_have_count(1)
    axe(page)

    page.get_by_role("button", name="Undo all changes in model.yaml").click()
    expect(verdict(page)).to_have_text("Everything holds")
    expect(played.get_by_text("This holds now.")).to_be_visible()


def test_text_that_is_no_model_is_marked_where_it_is_wrong(page_of: Visits) -> None:
    page = studio(page_of, "jpn_mod_policy")
    find(page, "seats: 1")
    page.keyboard.type("seats: many")
    expect(verdict(page)).to_have_text("1 problem in the text")
    expect(page.locator(".cm-lintRange-error")).to_have_text("many")
    expect(page.get_by_text("Below is what held of the last text that could be read.")).to_be_visible()


def test_editor_offers_what_may_stand_here_and_lets_one_go_on(page_of: Visits) -> None:
    page = studio(page_of, "jpn_mod_policy")
    find(page, "post: jpn_joint_committee")
    page.keyboard.press("End")
    page.keyboard.type("\nappr")
    offered = page.get_by_role("listbox")
    expect(offered.get_by_role("option", name=re.compile("^approves"))).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(editor(page)).not_to_be_focused()


def test_options_are_compared_and_a_comparison_is_given_up(page_of: Visits, axe: Callable[..., None]) -> None:
    page = studio(page_of, "jpn_mod_policy", "/studio?view=experiment")
    for option in ("O1", "O2", "O11"):
        page.get_by_role("checkbox", name=re.compile(f"^{option} ")).uncheck()
    page.get_by_label("Replications").fill("3")
    page.get_by_label("Days simulated").fill("90")
    page.get_by_role("button", name="Compare 2 options").click()
    results = page.get_by_role("region", name="Results")
    expect(results.get_by_text("O0, O3 · 3 replications of 90 days")).to_be_visible()
    expect(results.get_by_role("table").get_by_role("row")).to_have_count(12)
    expect(results.get_by_role("img", name=re.compile("^Differences in percent"))).to_be_visible()
    axe(page)
    for view in ("Why", "Durations", "Workload of posts", "Where the time goes"):
        results.get_by_role("tab", name=view).click()
        expect(results.get_by_role("tabpanel", name=view)).to_be_visible()
        axe(page)
    expect(results.locator(".djs-element.renkei-heat").first).to_be_visible()

    # So much that it is not done before the page is there again, however slowly that goes.
    for option in ("O1", "O2", "O11"):
        page.get_by_role("checkbox", name=re.compile(f"^{option} ")).check()
    page.get_by_label("Replications").fill("2000")
    page.get_by_label("Days simulated").fill("3660")
    page.get_by_role("button", name="Compare 5 options").click()
    expect(page.get_by_role("progressbar", name="Progress of the simulation")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled.")).to_be_visible()
    expect(results.get_by_text("3 replications of 90 days")).to_be_visible()


def test_version_is_saved_and_opened_again(page_of: Visits, headquarters: Pair) -> None:
    page = studio(page_of, "jpn_mod_policy")
    editor(page).press("Control+End")
    page.keyboard.type("# mine")
    expect(page.get_by_text("1 file changed, kept on this machine")).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("textbox", name="Name of the version").fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Saved as v\d+"))).to_be_visible()
    client = headquarters.nodes["jpn"].person("jpn", "jpn_mod_policy")
    saved = client.get("/studio/models").data
    version = next(entry for entry in saved if entry["name"]["en"] == "Mine")
    assert client.get(f"/studio/models/{version['id']}").data["files"]["model.yaml"].endswith("# mine")

    page.get_by_role("tab", name="Edit and check").click()
    editor(page).press("Control+End")
    page.keyboard.type(" and more")
    expect(page.get_by_text("1 file changed, kept on this machine")).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("button", name="Open", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Go on editing").click()
    expect(page.get_by_text("1 file changed, kept on this machine")).to_be_visible()
    page.get_by_role("button", name="Open", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Give up and open").click()
    expect(page.get_by_text("Nothing changed")).to_be_visible()


def test_what_is_written_outlives_line_and_page(page_of: Visits) -> None:
    page = studio(page_of, "jpn_mod_policy")
    with page_of.offline(page):
        editor(page).press("Control+End")
        page.keyboard.type("# kept")
        expect(page.get_by_role("alert").filter(has_text="What you write is kept")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="What you write is kept")).to_be_hidden()
    expect(verdict(page)).to_have_text("Everything holds")
    page.reload()
    expect(page.get_by_text("1 file changed, kept on this machine")).to_be_visible()
    at_end(page, "# kept")


def test_drawing_is_edited_by_keys_and_keeps_its_ids(page_of: Visits, axe: Callable[..., None]) -> None:
    page = studio(page_of, "jpn_mod_policy")
    page.get_by_role("tab", name="site-access").click()
    page.get_by_label("Element", exact=True).select_option("Gateway_jpn_proceed")
    page.get_by_role("button", name="Append …").click()
    page.get_by_role("menuitem", name="Gateway: all ways at once").click()
    expect(verdict(page)).to_have_text(re.compile("fail|problem"))
    axe(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(verdict(page)).to_have_text("Everything holds")
    expect(page.get_by_role("link", name=re.compile("bpmn", re.IGNORECASE)).first).to_be_visible()


def test_two_windows_of_one_person_lose_nothing_of_each_other(
    page_of: Visits, axe: Callable[..., None]
) -> None:
    first = studio(page_of, "jpn_joint_staff_operations")
    second = first.context.new_page()
    second.goto("/studio")
    expect(verdict(second)).to_have_text("Everything holds")
    typed(first, "# of the first")
    # A window in which nothing was written follows the other.
    expect(editor(second)).to_contain_text("# of the first")
    typed(second, "# of the second")
    told = first.get_by_role("alert").filter(has_text="Another window of yours has changed this meanwhile")
    expect(told).to_contain_text("Changed there: model.yaml")
    axe(first)
    typed(first, "# once more")
    first.close()
    again = second.context.new_page()
    again.goto("/studio")
    expect(editor(again)).to_contain_text("# of the second")
    again.get_by_role("button", name="Go on with the other's").click()
    expect(editor(again)).to_contain_text("# once more")
    expect(second.get_by_role("alert").filter(has_text="Changed there: model.yaml")).to_be_visible()
    second.get_by_role("button", name="Go on with the other's").click()
    expect(editor(second)).to_contain_text("# once more")
    expect(second.get_by_role("alert")).to_have_count(0)


def typed(page: Page, words: str) -> None:
    """Write a line at the begin of the text."""
    editor(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type(f"{words}\n")


def test_administrator_without_a_post_is_told_how_to_change_over(
    page_of: Visits, headquarters: Pair, axe: Callable[..., None]
) -> None:
    client = headquarters.nodes["jpn"].person("jpn", ADMINISTRATOR)
    files = client.get("/studio/models/in-use").data["files"]
    files["model.yaml"] += "# another version\n"
    saved = client.post(
        "/studio/models", {"files": files, "name": "Other", "note": "", "base": "in-use"}
    ).data
    page = page_of("jpn", ADMINISTRATOR, "/studio?view=versions")
    version = page.locator(".mantine-Paper-root").filter(has_text=f"{saved['id']} · Other")
    version.get_by_role("button", name="Change over …").click()
    form = page.get_by_role("dialog", name="Change the headquarters over")
    adopt = form.get_by_role("button", name="Adopt this version for new cases")
    expect(form.get_by_text("You hold no post")).to_be_visible()
    expect(adopt).to_be_disabled()
    axe(page)
    form.get_by_role("combobox", name="In the name of which post").select_option("jpn_mod_policy")
    form.get_by_role("button", name="Allow myself this post and take its seat").click()
    expect(form.get_by_text("It is recorded in the name of: Policy and press staff")).to_be_visible()
    adopt.click()
    expect(form).to_have_count(0)
    in_use = [entry for entry in client.get("/studio/models").data if entry["in_use"]]
    assert saved["id"] in {entry["id"] for entry in in_use}


def test_tools_of_the_drawing_are_in_the_language_of_the_page_and_beside_it(page_of: Visits) -> None:
    page = page_of("jpn", "jpn_mod_policy", "/studio", language="ja", width=390)
    page.get_by_role("tab", name="disaster-relief").click()
    tools = page.locator(".djs-palette")
    expect(tools.get_by_role("button", name="分岐を追加")).to_be_attached()
    drawing = page.locator(".djs-container").bounding_box()
    shown = tools.bounding_box()
    assert drawing
    assert shown
    assert shown["height"] < 70
    assert shown["width"] <= drawing["width"]
    task = page.locator(".djs-shape[data-element-id]").first.bounding_box()
    assert task
    assert task["y"] >= shown["y"] + shown["height"]
