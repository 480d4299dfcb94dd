"""Messages: delay, hours, outages, translation; and buffered receipt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from renkei.process.graph import Collaboration, Flow, MessageFlow, Node
from renkei.simulator.plan import SimulationPlan, Window, build_plan
from renkei.simulator.replication import Simulation
from tests.simulator.nets import BEGINS, NetDraft, model_of, opened_until

HOUR = 3600.0


def node(name: str, kind: str = "task", incoming: str = "", outgoing: str = "") -> Node:
    return Node(
        name,
        kind,
        "user",
        name,
        "p",
        incoming=tuple(incoming.split()),
        outgoing=tuple(outgoing.split()),  # type: ignore[arg-type]
    )


GRAPH = Collaboration(
    id="p",
    name="p",
    file="p.bpmn",
    processes={},
    nodes={
        "write": node("write", outgoing="s1"),
        "throw": node("throw", "event", incoming="s1"),
        "read": node("read"),
    },
    flows={"s1": Flow("s1", "", "write", "throw")},
    messages={"mail": MessageFlow("mail", "", "throw", "read")},
)


def mail(channel: dict[str, Any], arrivals: dict[str, Any], horizon: float, **posts: Any) -> SimulationPlan:
    """Return a plan in which each case sends one message, and a reader takes no time to read it."""
    draft = NetDraft("new", "waiting")
    draft.add("throw", "now", "new", "sent", step="throws")
    draft.add("read", "work", "waiting sent", "done")
    draft.message("sent", "mail")
    model = model_of(
        {"writer": {}, "reader": {}, **posts},
        {"write": {"post": "writer"}, "read": {"post": "reader"}},
        arrivals,
        {"time": opened_until("read")},
        binding={"messages": {"mail": {"channel": "line"}}},
        channels={"line": {"name": "line", **channel}},
        calendars={
            "office": {"shifts": {"s": {"days": ["mon", "tue"], "begins": "08:00", "ends": "16:00"}}},
        },
    )
    return build_plan(model, {"p": draft.net()}, {"p": GRAPH}, Window(BEGINS, 0.0, horizon))


def times(plan: SimulationPlan, seed: int = 1) -> Any:
    return Simulation(plan).run(seed, 0).samples[0]


def test_a_message_takes_the_delay_of_its_channel() -> None:
    found = times(mail({"delay": "PT20M"}, {"poisson": "PT1H"}, 100 * HOUR))
    assert np.allclose(found, 1200.0)
    found = times(mail({"delay": {"exponential": {"mean": "PT20M"}}}, {"poisson": "PT1M"}, 300 * HOUR))
    assert float(found.mean()) == pytest.approx(1200.0, rel=0.03)
    assert float(found.std()) == pytest.approx(1200.0, rel=0.05)


def test_a_message_waits_for_the_hours_of_its_channel() -> None:
    plan = mail({"calendar": "office", "delay": "PT5M"}, {"every": {"interval": "PT1H"}}, 24 * HOUR)
    arrived = np.arange(1, 24)
    leaves = np.where(arrived < 8, 8, np.where(arrived < 16, arrived, 32))
    assert np.allclose(times(plan), (leaves - arrived) * HOUR + 300.0)


def test_after_the_last_hours_a_message_never_arrives() -> None:
    plan = mail({"calendar": "office"}, {"at": ["2025-01-07T15:59:00Z", "2025-01-07T16:00:00Z"]}, 48 * HOUR)
    found = times(plan)
    assert found[0] == 0.0
    assert np.isinf(found[1])


def test_outages_hold_messages_up_as_long_as_renewal_theory_says() -> None:
    """Down for a share d / (u + d) of the time; a message that comes then waits d on average (no memory)."""
    plan = mail({"outage": {"every": "PT10H", "lasts": "PT2H"}}, {"poisson": "PT30M"}, 20_000 * HOUR)
    simulation = Simulation(plan)
    waits, shares = [], []
    for replication in range(8):
        found = simulation.run(3, replication).samples[0]
        waits.append(float(found.mean()) / HOUR)
        shares.append(float((found > 0).mean()))
    share = 2 / 12
    assert abs(np.mean(shares) - share) < 5 * np.std(shares) / np.sqrt(8) + 1e-3
    assert abs(np.mean(waits) - share * 2) < 5 * np.std(waits) / np.sqrt(8) + 2e-3


def test_messages_sent_in_one_outage_leave_together() -> None:
    plan = mail({"outage": {"every": "PT10H", "lasts": "PT5H"}}, {"every": {"interval": "PT1M"}}, 500 * HOUR)
    found = times(plan)
    sent = 60.0 * np.arange(1, len(found) + 1)
    ends = np.unique(np.round((sent + found)[found > 0], 3))
    waiting = np.flatnonzero(np.diff((found > 0).astype(int)) == 1).size + int(found[0] > 0)
    assert ends.size == waiting


@pytest.mark.parametrize(
    ("writer", "reader", "line", "minutes"),
    [
        (["en"], ["ja"], [], 40),
        (["en", "ja"], ["ja"], [], 10),
        (["en", "ja"], ["ja"], ["en"], 40),
        ([], ["ja"], [], 10),
    ],
)
def test_translation_is_added_where_the_ends_share_no_language(
    writer: list[str], reader: list[str], line: list[str], minutes: int
) -> None:
    channel = {"delay": "PT10M", "translation": "PT30M", "languages": line}
    posts = {
        name: {"headquarters": "hq", "name": name, "languages": spoken}
        for name, spoken in (("writer", writer), ("reader", reader))
    }
    found = times(mail(channel, {"every": {"interval": "PT5H"}}, 50 * HOUR, **posts))
    assert np.allclose(found, 60.0 * minutes)
