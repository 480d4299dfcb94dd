"""Logs that earlier versions wrote, and this one, come to what was known then.

The model stands beside the logs, so nothing here depends on what the library holds today.
"""

from __future__ import annotations

import json
import zlib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from renkei.clock import ManualClock
from renkei.log.memory import MemoryLog
from renkei.log.port import Row
from renkei.process.arrangement import Arrangement
from renkei.runner import commands, events
from renkei.runner.book import Books
from renkei.runner.events import Record, decode, encode
from renkei.runner.evolve import replay
from renkei.runner.models import unpack
from renkei.runner.node import Node
from renkei.runner.state import NODE
from tests.recorded.facts import facts
from tests.runner.test_events import KNOWN

HERE = Path(__file__).parent
LOGS = sorted(HERE.glob("*/*.jsonl"))
VERSIONS = sorted({log.parent.name for log in LOGS})
SINCE = frozenset({"link.resumed/1"})
"""Events that came after the latest version that is recorded; the next one has them, and this is emptied."""


@cache
def model(version: str) -> Arrangement:
    """Return the model of a version's logs."""
    return unpack(packed(version))


def packed(version: str) -> bytes:
    return zlib.decompress((HERE / version / "model.zlib").read_bytes())


@cache
def records(log: Path) -> tuple[Record, ...]:
    return tuple(decode(line) for line in log.read_bytes().splitlines())


def known(log: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(log.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def party_of(log: Path) -> str:
    return log.stem.rpartition("-")[2]


def named(log: Path) -> str:
    return f"{log.parent.name}-{log.stem}"


@pytest.mark.parametrize("log", LOGS, ids=named)
def test_a_recorded_log_comes_to_what_was_known_then(log: Path) -> None:
    books = Books(party_of(log), model(log.parent.name))
    state = replay(records(log), books)
    assert json.loads(json.dumps(facts(state, books))) == known(log)


@pytest.mark.parametrize("log", LOGS, ids=named)
def test_a_node_starts_on_a_recorded_log_and_goes_on(log: Path) -> None:
    rows = [
        Row(record.seq, record.kind, record.subject, record.at, line, bytes(16))
        for record, line in zip(records(log), log.read_bytes().splitlines(), strict=True)
    ]
    store, arrangement = MemoryLog(), model(log.parent.name)
    store.append(rows)
    store.keep(f"model/{arrangement.digest}", 0, packed(log.parent.name))
    store.keep("models", 0, arrangement.digest.encode())
    clock = ManualClock(rows[-1].recorded)
    drill = known(log).get("exercise", False)
    node = Node(store, arrangement, party_of(log), clock, exercise=drill)
    try:
        assert json.loads(json.dumps(facts(node.state, node.books))) == known(log)
        outcome = node.ask(NODE, commands.ChangeAccount(name="mori", change="created"))
        assert (outcome.first, outcome.last) == (len(rows) + 1, len(rows) + 1)
        state = node.state
    finally:
        node.close()
    again = Node(store, arrangement, party_of(log), clock, exercise=drill)
    again.close()
    assert again.state == state


@pytest.mark.parametrize("log", LOGS, ids=named)
def test_what_one_party_received_is_what_the_other_released(log: Path) -> None:
    released = {
        (event.partner, event.number): event.digest
        for record in records(log)
        if isinstance(event := record.event, events.Released)
    }
    for other in LOGS:
        if other != log and other.parent == log.parent and other.stem.startswith(log.stem[:-3]):
            for record in records(other):
                event = record.event
                if isinstance(event, events.PartnerReceived) and bytes.fromhex(event.salt) != b"salt":
                    digest = sha256(event.body.encode()).hexdigest()
                    assert digest == released[party_of(other), event.number]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_event_of_a_version_is_in_its_logs(version: str) -> None:
    recorded = {record.kind for log in LOGS if log.parent.name == version for record in records(log)}
    if version == VERSIONS[-1]:
        assert recorded == set(KNOWN) - SINCE
    else:
        assert recorded <= set(KNOWN)


def test_this_version_writes_what_it_reads() -> None:
    for log in LOGS:
        if log.parent.name == VERSIONS[-1]:
            lines = log.read_bytes().splitlines()
            assert [encode(record) for record in records(log)] == lines
