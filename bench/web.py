"""How much the browser client loads, and how long people wait for it, in Chromium on the running demo.

    python bench/web.py               # needs chromium on the PATH, and the client built (make setup)
    python bench/web.py --repeat 10 --entries 2000

Both nodes are processes of their own; the browser shares the machine's cores with them. Bytes are those
that crossed the line, as Chromium's own log of the network has them, with an empty cache. An interaction
lasts from the click until the picture with its result is drawn: the heading of the page, the form, the sign
that was typed, the page in the other language. What is drawn after that is told as "all of it", and the
longest task of that as well. First visits, before the client has fetched ahead, are told by themselves.
Long lists are scrolled step by step.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from renkei.interfaces.hq.client import Client
from renkei.interfaces.service.process import DEMO_PASSWORD

ACCOUNT = "jpn_prime_minister"
BUDGET_BYTES = 400_000
BUDGET_MS = 100
PAGES = ("cases", "headquarters", "posts", "log", "inbox")
STEP, PICTURES = 1_500, 300
# By then the client has begun to fetch the pages that are worked with.
AHEAD_MS = 4_000

# Does something, waits for the first picture that shows that it is done, and for the last one that changes
# because of it. Returns the milliseconds to both, and the longest task that ended after the first: what keeps
# the next click waiting. The browser tells of tasks from 50 ms on.
TIMED = """
async ([deed, done]) => {
  const act = new Function(`return (${deed})`), is_done = new Function(`return (${done})`);
  const next_picture = () => new Promise(requestAnimationFrame);
  const is_drawn = () => new Promise((then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(null);
  });
  const pause = (ms) => new Promise((then) => setTimeout(then, ms));
  await new Promise((then) => requestIdleCallback(then, { timeout: 2000 }));
  let changed = 0;
  const tasks = [];
  const watch = new MutationObserver(() => (changed = performance.now()));
  const long = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  for (const part of document.querySelectorAll("main, [data-portal]")) watch.observe(part, all);
  long.observe({ type: "longtask" });
  const begun = performance.now();
  act();
  // What is there before a picture is drawn is on it.
  do {
    await next_picture();
    if (performance.now() - begun > 10000) throw new Error(`not done: ${done}`);
  } while (!is_done());
  await is_drawn();
  const shown = performance.now();
  while (performance.now() - Math.max(changed, shown) < 300) await pause(20);
  watch.disconnect();
  long.disconnect();
  const late = tasks.filter((task) => task.startTime + task.duration > shown).map((task) => task.duration);
  return [shown - begun, Math.max(changed, shown) - begun, Math.max(0, ...late)];
}
"""

HEADING = "document.querySelector('main h1')?.textContent"

# Scrolls whatever is longest on the page to its end, step by step; returns the milliseconds between pictures.
SCROLLED = """
async ([step, pictures]) => {
  const all = [document.scrollingElement, ...document.querySelectorAll("*")];
  const can = (e) => e === document.scrollingElement || /auto|scroll/.test(getComputedStyle(e).overflowY);
  const longest = all.filter(can).sort((a, b) => b.scrollHeight - a.scrollHeight)[0];
  const picture = () => new Promise(requestAnimationFrame);
  const gaps = [];
  let before = await picture();
  for (let count = 0; count < pictures; count += 1) {
    longest.scrollTop += step;
    const now = await picture();
    gaps.push(now - before);
    before = now;
  }
  const nodes = document.querySelectorAll("*").length;
  return { gaps, nodes, height: longest.scrollHeight, top: longest.scrollTop };
}
"""


# Whether something on the page is as long as a list of so many entries.
LONG = "(entries) => [...document.querySelectorAll('*')].some((each) => each.scrollHeight > 20 * entries)"


def start(folder: Path):
    """Start both nodes; return the process and where the first party's is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "renkei.interfaces.cli", "run", "us-japan",
         "--store", str(folder / "store"), "--port", "0", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    lines: list[str] = []
    assert process.stdout is not None
    while not lines or lines[-1] not in {"}\n", ""}:
        lines.append(process.stdout.readline())
    return process, json.loads("".join(lines))["nodes"][0]["address"]


def fill(address: str, cases: int, entries: int) -> None:
    """Open cases, and write until the log has as many entries as asked for."""
    with Client(address) as signing:
        token = signing.sign_in(ACCOUNT, DEMO_PASSWORD)
    with Client(address, token) as client:
        if ACCOUNT not in client.get("/me").data["posts"]:
            client.command({"type": "assume", "post": ACCOUNT})
        case = ""
        for number in range(cases):
            given = {"type": "open", "title": f"Earthquake {number}", "contingency": "earthquake"}
            (case,) = client.command(given, ACCOUNT).data["made"]
        missing = max(0, entries - client.get("/me").seq)
    report = {"post": ACCOUNT, "command": {"type": "report", "case": case, "situation": "As before."}}
    headers = {"Authorization": f"Bearer {token}"}

    def write(count: int) -> None:
        with httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=60) as line:
            for _ in range(count):
                line.post("/api/v1/commands", json=report).raise_for_status()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, [missing // 8 + 1] * 8))


def first_load(browser, address: str):
    """Load the inbox with an empty cache; return bytes by kind, how many files, and milliseconds."""
    context = browser.new_context(base_url=address, locale="en-GB", viewport={"width": 1280, "height": 900})
    given = {"name": ACCOUNT, "password": DEMO_PASSWORD}
    assert context.request.post("/api/v1/session", data=given).status == 201
    page = context.new_page()
    log = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    log.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    log.on(
        "Network.loadingFinished",
        lambda e: sizes.update({kinds.get(e["requestId"], "Other"): int(e["encodedDataLength"])}),
    )
    log.send("Network.enable")
    page.goto("/inbox", wait_until="commit")
    page.get_by_role("heading", level=1).wait_for()
    shown = page.evaluate("performance.now()")
    # Whoever clicks now is answered: the page is there, and its program has nothing else to do.
    idle = page.evaluate("new Promise((then) => requestIdleCallback(() => then(performance.now())))")
    page.wait_for_load_state("load")
    page.wait_for_function("performance.getEntriesByType('resource').every((each) => each.duration >= 0)")
    return page, sizes, len(kinds), shown, idle


class Desk:
    """A person at a page, whose every deed is timed."""

    def __init__(self, page) -> None:
        self.page = page
        self.found: dict[str, list[list[float]]] = {}

    def time(self, name: str, deed: str, done: str) -> None:
        """Do something, and keep how long it took under a name."""
        self.found.setdefault(name, []).append(self.page.evaluate(TIMED, [deed, done]))

    def click(self, name: str, selector: str, done: str) -> None:
        """Click on what is there, and keep how long it took."""
        self.page.wait_for_selector(selector, state="attached")
        self.time(name, f"document.querySelector({json.dumps(selector)}).click()", done)

    def turn(self, name: str, selector: str, path: str) -> None:
        """Go to another page, which is there once its own heading is."""
        before = json.dumps(self.page.evaluate(HEADING))
        there = f"location.pathname.startsWith('{path}') && {HEADING} && {HEADING} !== {before}"
        self.click(name, selector, there)

    def type(self, name: str, field: str, text: str) -> None:
        """Type a text sign by sign; each is there once it was drawn."""
        at = f"document.querySelector({json.dumps(field)})"
        setter = "Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set"
        for end in range(1, len(text) + 1):
            value = json.dumps(text[:end])
            event = "new InputEvent('input', { bubbles: true })"
            self.time(
                name,
                f"({setter}.call({at}, {value}), {at}.dispatchEvent({event}))",
                f"{at}.value === {value}",
            )


def visits(desk: Desk, name: str) -> None:
    """Go once through the pages."""
    for page in PAGES:
        desk.turn(f"{name} {page}", f"nav a[href='/{page}']", f"/{page}")


def interactions(page, repeat: int):
    """Return the times of each repeated interaction, by its name."""
    desk = Desk(page)
    visits(desk, "first visit:")
    page.wait_for_timeout(AHEAD_MS)
    for _ in range(repeat):
        visits(desk, "page:")
        write(desk)
        look(desk)
    return desk.found


def write(desk: Desk) -> None:
    """Open the form of what is selected in the inbox, and write a message."""
    page, dialog = desk.page, "[role=dialog] form"
    opaque = f"document.querySelector('{dialog}')?.checkVisibility({{ opacityProperty: true }})"
    desk.click("open a form from the inbox", "section[aria-label] button[aria-keyshortcuts]", opaque)
    close(page)
    page.get_by_role("button", name="New", exact=False).first.click()
    page.get_by_role("menuitem").first.click()
    page.wait_for_selector(f"{dialog} textarea")
    desk.type("type a sign of a message", f"{dialog} textarea", "As before.")
    close(page)


def close(page) -> None:
    page.keyboard.press("Escape")
    page.wait_for_selector("[role=dialog]", state="detached")


def look(desk: Desk) -> None:
    """Open a case, go through its parts, and change the language in it."""
    page = desk.page
    page.evaluate("document.querySelector('nav a[href=\"/cases\"]').click()")
    desk.turn("open a case", "main a[href^='/cases/']", "/cases/")
    page.wait_for_selector("main .djs-container .djs-shape")
    for part in ("timeline", "exchanges", "decisions"):
        tab = f"[role=tab][id$='-tab-{part}']"
        shown = f"document.querySelector(\"[role=tabpanel][id$='-panel-{part}']\")?.childElementCount > 0"
        desk.click(f"part of a case: {part}", f"main {tab}", shown)
    for language in ("ja", "en"):
        before = json.dumps(page.text_content("#picture"))
        words = f"document.querySelector('#picture').textContent !== {before}"
        spoken = f"document.documentElement.lang === '{language}' && {words}"
        desk.click("language, with a diagram", f"input[type=radio][value={language}]", spoken)


def at(times, share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def told_load(sizes, files: int, shown: float, idle: float) -> None:
    kinds = {
        "Script": "programs",
        "Stylesheet": "styles",
        "Font": "fonts",
        "Document": "page",
        "Fetch": "data",
    }
    print("First load until the inbox is shown, empty cache, compressed:\n")
    print("| part | bytes |\n| :-- | --: |")
    for kind, size in sizes.most_common():
        print(f"| {kinds.get(kind, kind.lower())} | {size:,} |")
    print(f"| **all {files} files** (budget {BUDGET_BYTES:,}) | **{sum(sizes.values()):,}** |")
    print(f"\nThe inbox is shown after {shown:,.0f} ms, and answers after {idle:,.0f} ms.\n", flush=True)


def told_interactions(found) -> None:
    print(f"| from click to picture (budget {BUDGET_MS} ms) | times | p50 ms | p95 ms | longest | ", end="")
    print("all of it p50 ms | p95 ms | longest task after ms |")
    print("| :-- | --: | --: | --: | --: | --: | --: | --: |")
    repeated = {name: times for name, times in found.items() if not name.startswith("first")}
    pages = {name: times for name, times in repeated.items() if name.startswith("page")}
    for name, times in {**found, "page: any": list(chain.from_iterable(pages.values()))}.items():
        shown, whole, late = zip(*times, strict=True)
        longest = f"{max(late):.0f}" if max(late) else "under 50"
        print(
            f"| {name} | {len(times)} | {at(shown, 0.5):.0f} | {at(shown, 0.95):.0f} | {max(shown):.0f} ",
            end="",
        )
        print(f"| {at(whole, 0.5):.0f} | {at(whole, 0.95):.0f} | {longest} |")
    told_slow(repeated, pages)


def told_slow(repeated, pages) -> None:
    every = [shown for times in repeated.values() for shown, _, _ in times]
    slow = sum(shown > BUDGET_MS for shown in every)
    slowest = max(pages, key=lambda name: at([shown for shown, _, _ in pages[name]], 0.95))
    print(f"\nOver {BUDGET_MS} ms: {slow} of {len(every)} ({slow / len(every):.1%}), ", end="")
    print(f"first visits not counted. Slowest {slowest}.\n", flush=True)


def told_scrolling(page, entries: int) -> None:
    page.goto("/log")
    # The list comes after the heading.
    page.wait_for_function(LONG, arg=entries)
    result = page.evaluate(SCROLLED, [STEP, PICTURES])
    gaps = result["gaps"]
    assert result["top"] > STEP * PICTURES / 3, f"it was not scrolled: {result}"
    print(f"Scrolling the log of {entries:,} entries, {PICTURES} pictures, {STEP:,} pixels each:\n")
    print("| elements on the page | pixels high | reached | p50 ms | p95 ms | longest picture ms |")
    print("| --: | --: | --: | --: | --: | --: |")
    print(
        f"| {result['nodes']:,} | {result['height']:,} | {result['top']:,.0f} "
        f"| {at(gaps, 0.5):.1f} | {at(gaps, 0.95):.1f} | {max(gaps):.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=10)
    parser.add_argument("--entries", type=int, default=10_000)
    asked = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium on the PATH (apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        process, address = start(Path(folder))
        try:
            fill(address, cases=20, entries=0)
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
            )
            page, *load = first_load(browser, address)
            told_load(*load)
            told_interactions(interactions(page, asked.repeat))
            fill(address, cases=1, entries=asked.entries)
            told_scrolling(page, asked.entries)
            browser.close()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


if __name__ == "__main__":
    main()
