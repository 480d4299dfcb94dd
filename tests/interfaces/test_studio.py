"""The studio beside a node that runs: adopting in real processes, and workers that end with their node."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from renkei.interfaces.hq.client import Client
from renkei.interfaces.service.process import ADMINISTRATOR
from tests.interfaces.headquarters import Running, wait_until

MINISTER = "jpn_prime_minister"


def workers(node: int) -> list[int]:
    """Return the processes of the studio that belong to a node."""
    children = Path(f"/proc/{node}/task").glob("*/children")
    found = [int(child) for file in children for child in file.read_text(encoding="ascii").split()]
    return [
        pid
        for pid in found
        if b"renkei.interfaces.studio.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def is_there(pid: int) -> bool:
    """Return whether a process is there, and no more than what is left of one."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def started(folder: Path) -> Running:
    where = str(folder / "store")
    return Running.start("us-japan", "--store", where, "--port", "0", settings=folder / "settings")


def opened_case(client: Client) -> dict[str, Any]:
    """Open a case and return it."""
    command = {"type": "open", "process": "disaster-relief", "title": "Flood", "contingency": "earthquake"}
    made = client.command(command, MINISTER).data["made"][0]
    found: dict[str, Any] = client.get(f"/cases/{made}").data
    return found


def test_a_version_is_adopted_by_a_running_node_and_stays_after_a_restart(tmp_path: Path) -> None:
    running = started(tmp_path)
    try:
        minister, planner = running.person("jpn", MINISTER), running.person("jpn", ADMINISTRATOR)
        before = minister.get("/model").data
        old = opened_case(minister)
        files = planner.get("/studio/models/in-use").data["files"]
        files["model.yaml"] = files["model.yaml"].replace("US–Japan command", "Second US–Japan command")
        checked = planner.post("/studio/check", {"files": files}).data
        assert checked["holds"]
        version = planner.post("/studio/models", {"files": files, "note": "renamed", "base": "in-use"}).data
        told = planner.post(f"/studio/models/{version['id']}/adopt-check?option=O1").data
        assert told["adoptable"]
        assert {case for entry in told["running"] for case in entry["cases"]} >= {old["id"]}
        assert minister.get("/model").data["digest"] == before["digest"]
        minister.command(told["command"], MINISTER)
        new = opened_case(minister)
        assert (new["digest"], old["digest"]) == (version["digest"], before["digest"])
        assert minister.get(f"/cases/{old['id']}").data["digest"] == before["digest"]
        node = running.pid("jpn")
        job = planner.post("/studio/jobs", {"kind": "simulate", "files": files, "replications": 2000}).data
        wait_until(lambda: planner.get(f"/studio/jobs/{job['id']}").data["progress"]["done"] > 0)
        busy = workers(node)
        assert len(busy) == 2, "one answers who types, one carries out jobs"
        # A node that dies cannot tell its workers; they end all the same.
        os.kill(node, signal.SIGKILL)
        wait_until(lambda: not any(map(is_there, busy)))
        wait_until(lambda: running.pid("jpn") not in {0, node})
        ready = running.hq("ready", "--seconds", "60", "--node", running.address("jpn"))
        assert ready.code == 0
        assert minister.get("/model").data["digest"] == version["digest"]
        planner.get("/studio/models/v1")
        wait_until(lambda: len(workers(running.pid("jpn"))) == 1)
        left = workers(running.pid("jpn"))
    finally:
        assert running.stop(signal.SIGTERM) in {0, 128 + signal.SIGTERM, -signal.SIGTERM}
    wait_until(lambda: not any(map(is_there, left)))
    again = started(tmp_path)
    try:
        minister = again.person("jpn", MINISTER)
        model = minister.get("/model").data
        assert (model["digest"], model["option"]) == (version["digest"], "O1")
        assert opened_case(minister)["digest"] == version["digest"]
        assert minister.get(f"/cases/{old['id']}").data["digest"] == before["digest"]
        saved = minister.get("/studio/models").data
        assert [(entry["id"], entry["in_use"]) for entry in saved if entry["kind"] == "version"] == [
            ("v1", True)
        ]
    finally:
        again.stop()
