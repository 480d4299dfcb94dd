"""How fast one node answers its people over HTTP: commands a second, and how long each waits.

    python bench/clients.py             # 1, 10 and 100 clients; then 100 clients beside 500 listeners
    python bench/clients.py --seconds 2

The node is a process of its own on this machine, as `renkei run` makes it: the us-japan model, SQLite with
`synchronous=FULL`, group commit; an answer comes when the entry is on the disk. The clients are another
process and share the machine's cores with it. Each sends a situation report, waits for the answer, and sends
the next. Listeners read the stream of events; each must get every entry.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import httpx

from renkei.clock import SystemClock
from renkei.interfaces.http.app import Interface
from renkei.interfaces.http.headquarters import NodeHeadquarters
from renkei.interfaces.http.serve import Serving
from renkei.interfaces.http.settings import Limits, Settings
from renkei.interfaces.service.knowledge import view
from renkei.interfaces.service.process import TURN
from renkei.log.opening import open_log
from renkei.process.arrangement import load_arrangement
from renkei.runner.node import Node

MODEL = Path(__file__).resolve().parents[1] / "src" / "renkei" / "library" / "us-japan"
POST = "jpn_operations_watch"
PASSWORD = "only for measuring, on loopback"  # noqa: S105 - it opens nothing else
LISTENERS = 500
CLIENTS = (1, 10, 100)


def serve(folder: Path) -> None:
    """Be the node: print the port, and stay until standard input ends."""
    sys.setswitchinterval(TURN)
    settings = Settings(port=0, limits=Limits(streams_each=10_000))
    log = open_log(folder / "log.db")
    node = Node(log, load_arrangement(MODEL), "jpn", SystemClock())
    interface = Interface(NodeHeadquarters(node, view), folder, settings)
    asyncio.run(interface.access.create(None, "measurer", PASSWORD))
    serving = Serving(interface)
    print(serving.port, flush=True)
    sys.stdin.read()
    serving.close()
    node.close()
    log.close()


@dataclass
class Heard:
    """What the listeners got."""

    entries: int = 0
    delays: list[float] = field(default_factory=list)
    wanted: int = 0
    complete: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, count):
        """Count entries, and tell when there are as many as wanted."""
        self.entries += count
        if self.wanted and self.entries >= self.wanted:
            self.complete.set()


class Line:
    """One kept connection that speaks just enough HTTP: the load must cost less than what it measures."""

    def __init__(self, port, token):
        self._port, self._head = port, f"Host: localhost\r\nAuthorization: Bearer {token}\r\n".encode()

    async def open(self):
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        return self

    async def post(self, path, body):
        data = json.dumps(body).encode()
        self._writer.write(
            b"POST %s HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (path.encode(), self._head, len(data), data)
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        answer = json.loads(await self._reader.readexactly(length))
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"the node refused: {answer}")
        return answer

    async def listen(self, heard, sent):
        """Count events by their beginnings; only with ``sent`` look at each of them."""
        self._writer.write(b"GET /api/v1/events HTTP/1.1\r\n%s\r\n" % self._head)
        await self._reader.readuntil(b"retry: 2000\n\n")
        left = b""
        while part := await self._reader.read(1 << 20):
            text = left + part
            whole = text.rfind(b"\n") + 1
            left = text[whole:]
            heard.add(text.count(b"\nid: ", 0, whole) + text.startswith(b"id: "))
            if sent is not None:
                numbers = (int(line[4:]) for line in text[:whole].split(b"\n") if line.startswith(b"id: "))
                heard.delays += [perf_counter() - sent[number] for number in numbers if number in sent]

    def close(self):
        self._writer.close()


async def work(line, case, number, until, waits, sent):
    """Send one report after the other."""
    count = 0
    while (begun := perf_counter()) < until:
        count += 1
        command = {
            "type": "report",
            "id": f"{number}-{until}-{count}",
            "case": case,
            "situation": "As before.",
        }
        answer = await line.post("/api/v1/commands", {"post": POST, "command": command})
        waits.append(perf_counter() - begun)
        if sent is not None and number == 0:
            sent[answer["data"]["entries"][0]["seq"]] = begun


async def measure(port, token, case, clients, seconds, sent=None):
    """Return how long each command took, and the seconds that all took together."""
    lines = [await Line(port, token).open() for _ in range(clients)]
    waits: list[float] = []
    begun = perf_counter()
    await asyncio.gather(*(work(line, case, n, begun + seconds, waits, sent) for n, line in enumerate(lines)))
    spent = perf_counter() - begun
    for line in lines:
        line.close()
    return sorted(waits), spent


def told(name, waits, spent):
    def at(share):
        return waits[min(len(waits) - 1, int(share * len(waits)))] * 1000

    print(f"| {name} | {len(waits) / spent:,.0f} | {at(0.5):.2f} | {at(0.99):.2f} |", flush=True)


async def measured(port, token, case, seconds):
    print("| clients | commands/s | p50 ms | p99 ms |")
    print("| --- | --: | --: | --: |")
    for clients in CLIENTS:
        told(f"{clients} clients", *await measure(port, token, case, clients, seconds))
    heard, sent = Heard(), dict[int, float]()
    listeners = [await Line(port, token).open() for _ in range(LISTENERS)]
    tasks = [asyncio.create_task(line.listen(heard, None if n else sent)) for n, line in enumerate(listeners)]
    await asyncio.sleep(1.0)
    waits, spent = await measure(port, token, case, CLIENTS[-1], seconds, sent)
    told(f"{CLIENTS[-1]} clients, {LISTENERS} listeners", waits, spent)
    heard.wanted = len(waits) * LISTENERS
    heard.add(0)
    with suppress(TimeoutError):
        await asyncio.wait_for(heard.complete.wait(), 30)
    delays = sorted(heard.delays)
    middle, late = (delays[int(share * len(delays))] * 1000 for share in (0.5, 0.99))
    print(f"\nEntries that reached the listeners: {heard.entries / heard.wanted:.1%}; ", end="")
    print(f"from sending to hearing: p50 {middle:.0f} ms, p99 {late:.0f} ms")
    for task, line in zip(tasks, listeners, strict=True):
        task.cancel()
        line.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--serve", type=Path)
    given = options.parse_args()
    if given.serve:
        serve(given.serve)
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--serve", folder]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
            assert node.stdin is not None
            assert node.stdout is not None
            port = int(node.stdout.readline())
            with httpx.Client(
                base_url=f"http://localhost:{port}/api/v1", trust_env=False, timeout=30
            ) as http:
                token = http.post("/tokens", json={"name": "measurer", "password": PASSWORD}).json()["data"][
                    "token"
                ]
                http.headers["Authorization"] = f"Bearer {token}"
                http.post("/commands", json={"command": {"type": "assume", "post": POST}})
                opened = {"type": "open", "contingency": "earthquake", "title": "Measured"}
                case = http.post("/commands", json={"post": POST, "command": opened}).json()["data"]["made"][
                    0
                ]
            asyncio.run(measured(port, token, case, given.seconds))
            node.stdin.close()


if __name__ == "__main__":
    main()
