"""The history of a case: what is played is what the log says, and it ends where the case stands."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei.process.arrangement import Arrangement
from renkei.runner import commands, views
from renkei.runner.events import StepFired, decode
from tests.runner.random_models import arrangements
from tests.runner.test_views import log_of, stroll, us_japan
from tests.runner.world import Side, World

KEYS = ("element", "kind", "party", "count")


def hold(side: Side, now: int) -> None:
    """Hold what a history promises, for every case that a side knows."""
    desk = views.Desk(side.state, side.books, log_of(side), now)
    fired = [event for body in side.log if isinstance(event := decode(body).event, StepFired)]
    for name, case in side.state.cases.items():
        steps = views.look(desk, "history", {"case": name})
        shown = views.look(desk, "case", {"case": name})
        assert steps[-1]["tokens"] == [{key: token[key] for key in KEYS} for token in shown["tokens"]]
        assert [step["seq"] for step in steps] == sorted({step["seq"] for step in steps})
        assert sum(event.case == name for event in fired) == len(case.firings)
        assert len(steps) > len(case.firings)
        assert all(step["text"]["en"] and step["text"]["ja"] for step in steps)
        assert steps[0]["fired"] == []


@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_the_library_model(seed: int) -> None:
    world = World(us_japan())
    world.man()
    for contingency in us_japan().model.contingencies:
        opening = commands.OpenCase(contingency=contingency, title="it has happened")
        assert world.by("jpn", "jpn_operations_watch", opening).refusal is None
    stroll(world, Random(seed), 60)
    for side in world.sides.values():
        hold(side, world.now)


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(arrangements(), st.integers(0, 2**32))
def test_random_models(arrangement: Arrangement, seed: int) -> None:
    world = World(arrangement)
    world.man()
    post = world.sides["ann"].books.book(arrangement.digest, "").posts[0]
    world.by("ann", post, commands.OpenCase(contingency="quake", title="a case"))
    stroll(world, Random(seed), 25)
    for side in world.sides.values():
        hold(side, world.now)


def test_who_did_it_is_told_and_when_it_happened() -> None:
    world = World(us_japan())
    world.man()
    opening = commands.OpenCase(contingency="earthquake", title="it has happened")
    world.by("jpn", "jpn_operations_watch", opening)
    case = next(iter(world.sides["jpn"].state.cases))
    earlier = world.now - 3_600_000_000
    done = commands.Complete(case=case, task="Task_jpn_instruct", event_at=earlier)
    assert world.by("jpn", "jpn_prime_minister", done).refusal is None
    side = world.sides["jpn"]
    desk = views.Desk(side.state, side.books, log_of(side), world.now)
    steps = views.look(desk, "history", {"case": case})
    step = next(step for step in steps if "Task_jpn_instruct" in step["fired"])
    assert (step["at"], step["late"], step["post"]) == (earlier, True, "jpn_prime_minister")
    assert "Prime Minister" in step["text"]["en"]
    assert "内閣総理大臣" in step["text"]["ja"]
    begun = next(step for step in steps if step["fired"] == ["Task_jpn_governor_request"])
    assert "Prefectural governor" in begun["text"]["en"]
