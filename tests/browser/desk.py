"""What people do at their desks, in the words that stand on the page: whoever reads it can do the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

PASSWORD = "the ground shook twice"  # noqa: S105  # of nodes that live as long as the tests
"""Of the people of the story; each may hold all posts that their party needs in a disaster."""
PEOPLE = {"jpn": "sato", "usa": "miller"}
WATCH = "Operations watch at Ichigaya"
PRIME_MINISTER = "Prime Minister"
GOVERNOR = "Prefectural governor"
MINISTER = "Minister of Defense"
POLICY = "Policy and press staff, Ministry of Defense"
CHIEF = "Chief of Staff, Joint Staff"
OPERATIONS = "Operations staff, Joint Staff Office"
FORCES = "Self-Defense Forces units"
RELEASE_DESK = "Information release desk, Ministry of Defense"
USFJ_WATCH = "Watch, US Forces Japan"
EMBASSY = "Duty and press officers, US Embassy Tokyo"
STAFF = "Operations staff, US Indo-Pacific Command"
COMMANDER = "Commander, US Indo-Pacific Command"
POSTS = {
    "jpn": {
        "jpn_operations_watch": WATCH,
        "jpn_prime_minister": PRIME_MINISTER,
        "jpn_governor": GOVERNOR,
        "jpn_defense_minister": MINISTER,
        "jpn_mod_policy": POLICY,
        "jpn_chief_of_joint_staff": CHIEF,
        "jpn_joint_staff_operations": OPERATIONS,
        "jpn_forces": FORCES,
        "jpn_mod_disclosure": RELEASE_DESK,
    },
    "usa": {
        "usa_indopacom_staff": STAFF,
        "usa_usfj_watch": USFJ_WATCH,
        "usa_embassy": EMBASSY,
    },
}


@dataclass
class Desk:
    """Somebody at a page, which is in English."""

    page: Page

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        """Sign in through the form."""
        self.page.get_by_role("textbox", name="Name").fill(name)
        self.page.get_by_role("textbox", name="Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("navigation", name="Pages")).to_be_visible()

    def go(self, page: str) -> None:
        """Go to a page by the navigation."""
        self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=page).click()
        expect(self.page.get_by_role("heading", level=1, name=page)).to_be_visible()

    def act_as(self, post: str) -> None:
        """Go on in the name of another of one's posts."""
        self.page.get_by_role("combobox", name="Acting as").select_option(label=post)

    def selected(self, task: str, case: str) -> Locator:
        """Select an entry of the inbox, and return what is told of it."""
        self.entry(task, case).click()
        return self.page.get_by_role("region", name="Selected entry")

    def entry(self, task: str, case: str) -> Locator:
        """Return an entry of the inbox."""
        waiting = self.page.get_by_role("region", name=re.compile("^Waits for me"))
        return waiting.locator("[data-entry]").filter(has_text=task).filter(has_text=case)

    def do(
        self, task: str, case: str, command: str = "Complete", *, answer: str = "", note: str = "",
        happened: str = "",
    ) -> None:  # fmt: skip
        """Do what waits in the inbox: its button, then the form that it opens."""
        self.selected(task, case).get_by_role("button", name=command).first.click()
        self.fill(command, answer=answer, note=note, happened=happened)

    def do_by_keys(self, key: str, task: str, case: str) -> None:
        """Do what waits by one key, and say so once more."""
        entry = self.entry(task, case)
        entry.focus()
        self.page.keyboard.press(key)
        expect(self.page.get_by_role("dialog").get_by_role("button", name="Complete")).to_be_focused()
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def fill(self, command: str, *, answer: str = "", note: str = "", happened: str = "") -> None:
        """Fill in the form of a command, and give it."""
        form = self.page.get_by_role("dialog")
        if answer:
            form.get_by_role("radio", name=answer, exact=True).check()
        if note or happened:
            form.get_by_role("button", name="Add a reason").click()
            form.get_by_role("textbox", name="Why").fill(note)
        if happened:
            form.get_by_label("When it happened").fill(happened)
        expect(self.give(command)).to_have_count(0)

    def give(self, command: str) -> Locator:
        """Give the command of the form that is open, and return the form, where the answer stands."""
        form = self.page.get_by_role("dialog")
        form.get_by_role("button", name=command, exact=True).click()
        return form

    def hand_over(self, post: str, account: str) -> None:
        """Give one's seat to another person."""
        self.go("Posts")
        self.page.get_by_text("Mine", exact=True).click()
        card = self.page.locator(".mantine-Card-root").filter(has=self.page.get_by_text(post, exact=True))
        card.get_by_role("button", name="Hand over").click()
        self.page.get_by_role("dialog").get_by_role("combobox", name="To whom").fill(account)
        expect(self.give("Hand over")).to_have_count(0)

    def open_case(self, contingency: str, title: str) -> None:
        """Open a case from what the model expects to happen."""
        self.go("Cases")
        self.page.get_by_role("button", name="Open a case").click()
        form = self.page.get_by_role("dialog")
        form.get_by_role("combobox", name="What has happened").click()
        self.page.get_by_role("option", name=contingency, exact=True).click()
        form.get_by_role("textbox", name="Title").fill(title)
        form.get_by_role("button", name="Open a case").click()
        expect(form).to_have_count(0)

    def show_case(self, title: str, part: str = "") -> None:
        """Open a case from the list, at one of its parts."""
        self.go("Cases")
        self.page.get_by_role("link", name=title).click()
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible()
        if part:
            self.part(part)

    def part(self, name: str) -> Locator:
        """Open a part of a case, and return it."""
        self.page.get_by_role("tab", name=name).click()
        return self.page.get_by_role("tabpanel", name=name)

    def write(self, to: str, text: str, classification: str) -> None:
        """Write a message to a partner, from the page of a case."""
        self.page.get_by_role("button", name="New", exact=True).click()
        self.page.get_by_role("menuitem", name="Message", exact=True).click()
        form = self.page.get_by_role("dialog")
        form.get_by_role("combobox", name="To").click()
        self.page.get_by_role("option", name=to, exact=True).click()
        self.page.keyboard.press("Escape")
        form.get_by_role("textbox", name="Message").fill(text)
        form.get_by_role("radio", name=classification, exact=True).check()
        form.get_by_role("button", name="Send message").click()
        expect(form).to_have_count(0)
