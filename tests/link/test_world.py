"""The line does its worst; afterwards each party holds exactly what was released to it, and nothing else.

Loss, repetition, reordering, delay, partition, half-open exchanges, cut transfers, damaged bytes, clock
skew, and crashes of either side at any step, all drawn from a seed. A seed that fails is named; run it
alone with ``RENKEI_LINK_SEED``; ``RENKEI_LINK_WORLDS`` is how many worlds each test runs (more is better,
and slower).
"""

from __future__ import annotations

import os
from contextlib import suppress

import pytest

from renkei.link.batch import read_batch
from renkei.link.limits import LinkError
from renkei.link.message import Part
from tests.link.world import Chance, Node, World

WORLDS = int(os.environ.get("RENKEI_LINK_WORLDS", "18"))
ONLY = os.environ.get("RENKEI_LINK_SEED")
STEPS = 3000
GROUPS = 8


def live_through(seed: int) -> World:
    world = World(seed)
    try:
        world.run(STEPS)
        world.heal()
        world.verify()
    except Exception as error:
        raise AssertionError(f"RENKEI_LINK_SEED={seed} fails at step {world.steps}: {error!r}") from error
    return world


@pytest.mark.slow
@pytest.mark.parametrize("group", range(GROUPS))
def test_after_healing_each_holds_exactly_what_was_released_to_it(group: int) -> None:
    seeds = [int(ONLY)] if ONLY else range(group * WORLDS, (group + 1) * WORLDS)
    worlds = [live_through(seed) for seed in seeds]
    assert sum(world.steps for world in worlds) >= STEPS * len(seeds)
    crossed = sum(sum(world.received.values()) for world in worlds)
    assert crossed > 100 * len(seeds), "hardly anything crossed: the schedule tests nothing"
    if not ONLY:
        assert sum(world.resumed for world in worlds) > 0, "no transfer went on where it broke"
        assert sum(world.fallen for world in worlds) > 0, "no crash took anything with it"
        assert sum(world.parted for world in worlds) > 0, "no crash came between entries and their seal"


def test_the_same_seed_is_the_same_world() -> None:
    first, second = live_through(3), live_through(3)
    assert first.steps == second.steps
    assert first.released.logs == second.released.logs
    assert [node.log.read(limit=10**6) for node in first.nodes.values()] == [
        node.log.read(limit=10**6) for node in second.nodes.values()
    ]


class ForgetfulNode(Node):
    """Holds a batch before it is durable: acknowledges what a crash can take."""

    def take(self, other: str, answer: object) -> None:
        super().take(other, answer)
        side = self.sides[other]
        if side.recording is not None:
            side.held, side.recording = side.recording.held, None


class TalkativeNode(Node):
    """Releases everything that it writes down."""

    def write(self, chance: Chance) -> None:
        super().write(chance)
        for row in self.waiting[-1]:
            for other in self.partners:
                row["releases"].setdefault(other, []).append((row["body"], bytes(16)))


class HastyNode(Node):
    """Takes what comes for what follows, without looking at numbers or seals."""

    def take(self, other: str, answer: object) -> None:
        if isinstance(answer, Part) and answer.total == len(answer.data):
            with suppress(LinkError):
                batch = read_batch(answer.data, lambda _: self.sides[other].held.recent)
                rows = [
                    {"kind": "received", "subject": other, "body": e.body, "salt": e.salt}
                    for e in batch.entries
                ]
                self.waiting.append(rows)


@pytest.mark.parametrize("broken", [ForgetfulNode, TalkativeNode, HastyNode])
def test_a_node_that_breaks_the_rules_is_caught(broken: type[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.link.world.Node", broken)
    caught = 0
    for seed in range(6):
        try:
            live_through(seed)
        except AssertionError:
            caught += 1
    assert caught >= 3
