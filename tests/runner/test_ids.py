"""Ids: each given once, the same from the same log, and no dearer because many were taken."""

from __future__ import annotations

import pytest

from renkei.runner import commands, decision
from tests.runner.test_laws import library
from tests.runner.world import World


def made(count: int) -> list[str]:
    """Return the ids of as many messages, in the order in which they were written."""
    world = World(library(""))
    world.man()
    for _ in range(count):
        world.by("jpn", "jpn_prime_minister", commands.Send(to=("jpn_mod_policy",), text="again"))
    return [item.id for item in sorted(world.sides["jpn"].state.items.values(), key=lambda item: item.at)]


def test_an_id_is_given_once_and_costs_only_what_it_meets_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[int] = []
    drawn = decision.drawn

    def few(secret: str, kind: str, number: int, attempt: int = 0) -> str:
        attempts.append(attempt)
        # Every tenth meets the one before it at its first attempt.
        return drawn(secret, kind, number - (not number % 10 and not attempt), attempt)

    monkeypatch.setattr(decision, "drawn", few)
    first = made(60)
    assert len(set(first)) == 60
    assert len(attempts) == 60 + attempts.count(1)
    assert attempts.count(1) == 6, "one for each that was taken, none for what came after"
    assert set(made(60)) == set(first), "the same from the same log"
