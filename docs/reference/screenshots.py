"""Take the pictures of docs/images/browser from running nodes; `make screenshots` does it.

Both nodes start in a folder for the time being, a case is played on them as its people would play it, and
Debian's Chromium looks at the pages.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, expect

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser.browsing import MILLISECONDS, Browsing, Visits  # noqa: E402  # the nodes of the tests serve here too
from tests.interfaces.headquarters import wait_until  # noqa: E402
from tests.interfaces.lines import Pair  # noqa: E402

PICTURES = ROOT / "docs" / "images" / "browser"
COLOURS = 256
SHARED = {"classification": "unclassified", "releasable_to": ["jpn", "usa"]}
SECRET = SHARED | {"classification": "secret"}
TITLE = "能登半島沖の地震 / Earthquake off the Noto Peninsula"
CONSENT = "approves: {matter: site-use, granted: {access: [granted]}}"
"""A line of the model without which the host's consent is not asked."""


@dataclass
class Story:
    """The people of both parties, at work in one case."""

    pair: Pair
    case: str = ""

    def give(self, party: str, post: str, kind: str, **given: object) -> None:
        """Give a command in the name of a post."""
        self.pair.nodes[party].person(party, post).command({"type": kind} | given, post)

    def step(self, party: str, post: str, task: str, kind: str = "complete", **given: object) -> None:
        """Do what waits in the case, as soon as it waits."""
        wait_until(lambda: self.waits(party, task))
        self.give(party, post, kind, case=self.case, task=task, **given)

    def waits(self, party: str, task: str) -> bool:
        """Return whether a task can be done."""
        cases = [entry["id"] for entry in self.pair.get(party, "/cases")]
        if self.case not in cases:
            return False
        return any(work.get("task") == task for work in self.pair.get(party, f"/cases/{self.case}")["work"])

    def begin(self) -> None:
        """Open the case, and send the forces."""
        watch = "jpn_operations_watch"
        self.give("jpn", watch, "open", contingency="earthquake", title=TITLE)
        self.case = self.pair.get("jpn", "/cases")[0]["id"]
        self.step("jpn", "jpn_prime_minister", "Task_jpn_instruct", note="The safety of life comes first")
        self.step("jpn", "jpn_governor", "Task_jpn_governor_request", note="By telephone")
        self.step("jpn", "jpn_defense_minister", "Task_jpn_approve_dispatch", "approve")
        self.step("jpn", "jpn_chief_of_joint_staff", "Task_jpn_order_dispatch")
        need = {"support_need": "needed"}
        self.step("jpn", "jpn_joint_staff_operations", "Task_jpn_assess_need", outcome=need)

    def ask(self) -> None:
        """Ask the partner, who thinks about it; write to one another."""
        watch, staff = "jpn_operations_watch", "usa_indopacom_staff"
        minister = "jpn_defense_minister"
        reason = "Ask me again after the reconnaissance"
        self.step("jpn", minister, "Task_jpn_decide_request", "deny", note=reason)
        self.step("jpn", minister, "Task_jpn_decide_request", "approve")
        self.step("jpn", watch, "Task_jpn_send_request")
        question = "Which airfields can your aircraft use within 300 km?"
        self.give("jpn", watch, "ask", to=["usa"], text=question, label=SHARED, case=self.case)
        self.step("usa", "usa_usfj_watch", "Task_usa_alert")
        self.step("usa", "usa_embassy", "Task_usa_forward")
        answer = "Yokota, Iwakuni and Misawa. First aircraft will arrive at 14:30 JST."
        self.give("usa", staff, "send", to=["jpn"], text=answer, label=SHARED, case=self.case)
        photograph = "Reconnaissance picture of the coast road between Wajima and Suzu"
        self.give("jpn", "jpn_forces", "send", to=["usa"], text=photograph, label=SECRET, case=self.case)
        wait_until(lambda: answer in self.pair.told("jpn").values())


def take(page: Page, name: str) -> None:
    """Store what is seen of a page, with no more colours than it needs."""
    expect(page.locator(".mantine-Loader-root, .mantine-Skeleton-root")).to_have_count(0)
    page.evaluate("document.fonts.ready")
    PICTURES.mkdir(parents=True, exist_ok=True)
    whole = Image.open(BytesIO(page.screenshot()))
    few = whole.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(PICTURES / f"{name}.png", optimize=True)
    print(f"{name}.png {(PICTURES / f'{name}.png').stat().st_size // 1000} kB")


@contextmanager
def visiting(pair: Pair) -> Iterator[Visits]:
    """Give a browser; whatever a page does that no page should, fails."""
    browsing = Browsing()
    visits = Visits(browsing, pair)
    try:
        yield visits
        assert not visits.problems(), visits.problems()
    except BaseException:
        visits.pictures(ROOT / "build" / "browser", "screenshots")
        raise
    finally:
        visits.close()
        browsing.stop()


def main() -> None:
    """Take all pictures."""
    expect.set_options(timeout=2 * MILLISECONDS)
    with TemporaryDirectory() as folder:
        pair = Pair(Path(folder))
        try:
            story = Story(pair)
            story.begin()
            with visiting(pair) as visits:
                for view in (inbox, work, log, release, headquarters, studio):
                    view(visits, story)
        finally:
            pair.close()


def inbox(visits: Visits, story: Story) -> None:
    """The Minister's inbox, before the Minister has decided; then the story goes on."""
    for language, name in (("en", "Decide to ask for support"), ("ja", "支援要請を決定")):
        page = visits("jpn", "jpn_defense_minister", language=language)
        entry = page.locator("[data-entry]").filter(has_text=name)
        expect(entry).to_be_visible()
        entry.click()
        take(page, f"inbox-{language}")
    story.ask()


def work(visits: Visits, story: Story) -> None:
    """The case, with the tokens on the diagram; and how long it will take from here."""
    for language in ("en", "ja"):
        page = visits("jpn", "jpn_chief_of_joint_staff", f"/cases/{story.case}", language=language)
        expect(page.locator(".djs-element").first).to_be_visible()
        take(page, f"case-{language}")
    page = visits("jpn", "jpn_chief_of_joint_staff", f"/cases/{story.case}?part=time", height=1100)
    expect(page.get_by_role("heading", name="Forecast")).to_be_visible()
    expect(page.get_by_text(re.compile("simulated runs"))).not_to_have_count(0)
    page.get_by_role("tab", name="Deadlines").evaluate("(element) => element.scrollIntoView()")
    take(page, "forecast-en")


def log(visits: Visits, story: Story) -> None:  # noqa: ARG001  # all views are called alike
    """The log, the newest first."""
    page = visits("jpn", path="/log")
    expect(page.get_by_role("status").filter(has_text="entries")).to_be_visible()
    take(page, "log-en")


def release(visits: Visits, story: Story) -> None:  # noqa: ARG001
    """What waits for a release decision, and what the partner would see of it."""
    page = visits("jpn", "jpn_mod_disclosure", "/release")
    seen = page.get_by_role("region", name="United States will see exactly this")
    expect(seen.get_by_text("Reconnaissance picture").first).to_be_visible()
    take(page, "release-en")


def headquarters(visits: Visits, story: Story) -> None:  # noqa: ARG001
    """The organisation as a picture."""
    page = visits("jpn", "jpn_chief_of_joint_staff", "/headquarters")
    expect(page.locator("main svg").first).to_be_visible()
    take(page, "headquarters-en")


def studio(visits: Visits, story: Story) -> None:  # noqa: ARG001
    """A model that was broken on purpose, and how it fails."""
    page = visits("jpn", "jpn_mod_policy", "/studio", height=1100)
    expect(page.locator("main [role=status] .mantine-Badge-root")).to_have_text("Everything holds")
    page.get_by_role("textbox", name="Text of model.yaml").focus()
    page.keyboard.press("Control+f")
    page.get_by_role("textbox", name="Find").fill(CONSENT)
    for key in ("End", "Enter", "Escape", "Delete"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Fails: Acting without consent O3").click()
    played = page.get_by_role("region", name="Acting without consent")
    expect(played.get_by_role("heading")).to_be_focused()
    for _ in range(6):
        played.get_by_role("button", name="One step on").click()
    played.scroll_into_view_if_needed()
    take(page, "studio-en")


if __name__ == "__main__":
    main()
