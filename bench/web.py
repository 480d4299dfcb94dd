"""How much the browser client loads, and how long people wait for it, in Chromium on the running demo.

    python bench/web.py               # needs chromium on the PATH, and the client built (make setup)
    python bench/web.py --repeat 10 --entries 2000

Both nodes are processes of their own; the browser shares the machine's cores with them. Bytes are those
that crossed the line, as Chromium's own log of the network has them, with an empty cache. An interaction
lasts from the click until the picture with its result is drawn. Long lists are scrolled step by step.
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

# Does something, waits until a picture shows that it is done, and returns the milliseconds.
TIMED = """
async ([deed, done]) => {
  const act = new Function(`return (${deed})`), is_done = new Function(`return (${done})`);
  const picture = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then)));
  await picture();
  const begun = performance.now();
  act();
  while (!is_done()) {
    if (performance.now() - begun > 10000) throw new Error(`not done: ${done}`);
    await picture();
  }
  await picture();
  return performance.now() - begun;
}
"""

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


def start(folder: Path):
    """Start both nodes; return the process and where the first party's is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "renkei.interfaces.cli", "run", "us-japan",
         "--store", str(folder / "store"), "--port", "0", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    lines = []
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
    kinds, sizes = {}, Counter()
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


def interactions(page, repeat: int):
    """Return the milliseconds of each repeated interaction, by its name."""
    heading = "document.querySelector('main h1')?.textContent"
    found = {"switch page": [], "open a case": [], "switch language": []}
    for _ in range(repeat):
        for name in PAGES:
            before = page.evaluate(heading)
            deed = f"document.querySelector('nav a[href=\"/{name}\"]').click()"
            done = f"location.pathname === '/{name}' && {heading} && {heading} !== {json.dumps(before)}"
            found["switch page"].append(page.evaluate(TIMED, [deed, done]))
        page.evaluate("document.querySelector('nav a[href=\"/cases\"]').click()")
        page.wait_for_selector("main a[href^='/cases/']")
        before = page.evaluate(heading)
        deed = "document.querySelector('main a[href^=\"/cases/\"]').click()"
        done = f"location.pathname.startsWith('/cases/') && {heading} && {heading} !== {json.dumps(before)}"
        found["open a case"].append(page.evaluate(TIMED, [deed, done]))
        for language in ("ja", "en"):
            deed = f"document.querySelector('input[type=radio][value={language}]').click()"
            done = f"document.documentElement.lang === '{language}'"
            found["switch language"].append(page.evaluate(TIMED, [deed, done]))
    return found


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
    print(f"| from click to picture (budget {BUDGET_MS} ms) | times | first ms | p50 ms | p95 ms |")
    print("| :-- | --: | --: | --: | --: |")
    for name, times in found.items():
        print(f"| {name} | {len(times)} | {times[0]:.0f} | {at(times, 0.5):.0f} | {at(times, 0.95):.0f} |")
    print(flush=True)


def told_scrolling(page, entries: int) -> None:
    page.goto("/log")
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("load")
    result = page.evaluate(SCROLLED, [STEP, PICTURES])
    gaps = result["gaps"]
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
