"""Real nodes in processes of their own, and people who work in them through the client."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from renkei.interfaces.hq.answer import NodeError
from renkei.interfaces.hq.client import Client
from renkei.interfaces.service.process import ADMINISTRATOR, DEMO_PASSWORD
from tests.interfaces.conftest import SOURCE, Outcome

SECONDS = 60.0
"""Longest that is waited for anything."""
WISHES = ("needed", "granted", "agreed")
"""Outcomes that lead to a joint decision, where there is a choice."""


def environment(settings: Path) -> dict[str, str]:
    """Return the surroundings of a process: warnings are errors, and nothing of this user is touched."""
    own = {"PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "error", "LANG": "C.UTF-8", "COLUMNS": "160"}
    return os.environ | own | {"RENKEI_SETTINGS": str(settings), "RENKEI_DATA": str(settings / "data")}


def wait_until(true: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Look until something is true."""
    from threading import Event

    until = monotonic() + seconds
    while not true():
        assert monotonic() < until, "it did not come true in time"
        Event().wait(0.02)


@dataclass
class Running:
    """What ``renkei run`` has started."""

    process: subprocess.Popen[str]
    told: dict[str, Any]
    settings: Path
    _clients: dict[tuple[str, str], Client] = field(default_factory=dict)

    @classmethod
    def start(cls, *arguments: str, settings: Path) -> Running:
        """Start nodes and wait until they are ready."""
        with (settings.parent / "diagnostics.txt").open("a", encoding="utf-8") as diagnostics:
            process = subprocess.Popen(
                [sys.executable, "-m", "renkei.interfaces.cli", "run", *arguments, "--json"],
                stdout=subprocess.PIPE,
                stderr=diagnostics,
                text=True,
                env=environment(settings),
            )
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        assert lines, (settings.parent / "diagnostics.txt").read_text(encoding="utf-8")
        return cls(process, json.loads("".join(lines)), settings)

    def address(self, party: str) -> str:
        """Return where people find the node of a party."""
        return next(str(node["address"]) for node in self.told["nodes"] if node["party"] == party)

    def pid(self, party: str) -> int:
        """Return the process of the node of a party, as it is now; 0 while there is none."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(
            encoding="ascii"
        )
        for child in children.split():
            arguments = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            if any(argument.endswith(f"/{party}/node.toml".encode()) for argument in arguments):
                return int(child)
        return 0

    def person(self, party: str, name: str) -> Client:
        """Return somebody who is signed in, in the seat of the post that the account is named after."""
        key = (party, name)
        if key not in self._clients:
            with Client(self.address(party)) as signing:
                token = signing.sign_in(name, DEMO_PASSWORD)
            client = Client(self.address(party), token)
            if name != ADMINISTRATOR and name not in client.get("/me").data["posts"]:
                client.command({"type": "assume", "post": name})
            self._clients[key] = client
        return self._clients[key]

    def hq(self, *arguments: str, typed: str = "") -> Outcome:
        """Run a command of ``hq`` in a process of its own."""
        return renkei("hq", *arguments, settings=self.settings, typed=typed)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop all nodes, and return the exit code."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        self.process.send_signal(number)
        code = self.process.wait(SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def renkei(*arguments: str, settings: Path, typed: str = "") -> Outcome:
    """Run a command in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-m", "renkei.interfaces.cli", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        env=environment(settings),
    )
    return Outcome(result.returncode, result.stdout, result.stderr)


@dataclass
class Play:
    """A case that both sides work on until they have decided."""

    running: Running
    case: str
    parties: tuple[str, ...] = ("jpn", "usa")
    done: list[tuple[str, str]] = field(default_factory=list)
    """Who completed what: post, task."""

    def case_at(self, party: str, name: str) -> dict[str, Any] | None:
        """Return the case as a party knows it, None where it has not heard of it."""
        try:
            found: dict[str, Any] = self.running.person(party, name).get(f"/cases/{self.case}").data
        except NodeError as error:
            if error.status == 404:
                return None
            raise
        return found

    def step(self, until: Callable[[], bool]) -> None:
        """Do what waits on both sides, and let it cross, until something is true."""
        end = monotonic() + SECONDS
        while not until():
            assert monotonic() < end, self.done
            moved = [party for party in self.parties if self.work(party)]
            if not moved:
                self.cross()

    def work(self, party: str) -> bool:
        """Do the first thing that a party's own posts can do; return whether there was any."""
        case = self.case_at(party, ADMINISTRATOR)
        if case is None:
            return False
        return any(self.complete(party, entry) for entry in case["work"] if entry["kind"] == "task") or any(
            self.meet(party, entry) for entry in case["conferences"]
        )

    def complete(self, party: str, entry: dict[str, Any]) -> bool:
        """Complete a piece of work, as somebody who would like to come to a decision."""
        post, chosen = entry["post"], choice(entry["alternatives"])
        if chosen is None or entry["held_by_conference"]:
            return False
        given = {"type": "complete", "case": self.case, "task": entry["task"], **chosen}
        self.running.person(party, post).command(given, post)
        self.done.append((post, entry["task"]))
        return True

    def meet(self, party: str, entry: dict[str, Any]) -> bool:
        """Bring a conference forward on one side: call it, accept, start, end."""
        sides = {side["party"]: side for side in (entry["state"] or {}).get("sides", ())}
        own = sides.get(party)
        if own is None:
            if not entry["own_side_ready"] or party != self.parties[0]:
                return False
            label = {"classification": "unclassified", "releasable_to": list(self.parties)}
            given: dict[str, Any] = {
                "type": "invite",
                "case": self.case,
                "conference": entry["id"],
                "subject": "Tasks",
            }
            given["label"] = label
        elif not own["accepted"]:
            given = {"type": "accept", "item": entry["item"]}
        elif (
            not own["started"]
            and all(side["accepted"] for side in sides.values())
            and entry["own_side_ready"]
        ):
            given = {"type": "start", "item": entry["item"]}
        elif own["started"] and not own["ended"] and all(side["started"] for side in sides.values()):
            given = {"type": "end", "item": entry["item"], "minutes": "Tasks agreed"}
        else:
            return False
        post = entry["posts"][0]
        self.running.person(party, post).command(given, post)
        self.done.append((post, str(given["type"])))
        return True

    def cross(self) -> None:
        """Wait until both sides have what was released to them, and have said so."""
        wait_until(lambda: not any(self.waiting(party) for party in self.parties))

    def waiting(self, party: str) -> int:
        """Return how many entries a party has released that are not acknowledged yet."""
        link = self.running.person(party, ADMINISTRATOR).get("/links").data
        return sum(entry["unacknowledged"] for entry in link)


def choice(alternatives: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the outcome to choose, None where nothing can be done now."""
    open_ones = [each for each in alternatives if not each["refusal"]]
    wished = [each for each in open_ones if set(each["outcome"].values()) & set(WISHES)]
    last = [each for each in open_ones if not each["again"]]
    for each in (*wished, *last, *open_ones):
        found = {"outcome": each["outcome"], "flows": [flow["id"] for flow in each["flows"]]}
        return found | ({} if each["again"] is None else {"again": each["again"]})
    return None


def entries(client: Client, **about: str) -> Iterator[dict[str, Any]]:
    """Yield entries of a node's log."""
    for page in client.pages("/log", **about):
        yield from page.data
