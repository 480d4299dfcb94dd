"""A node that is asked nothing follows what another process of its party appends."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from renkei.clock import ManualClock
from renkei.interfaces.service.following import Following
from renkei.log.memory import MemoryLog
from renkei.log.port import StoreError
from renkei.runner import commands, writer
from renkei.runner.node import Node
from renkei.runner.state import Actor
from tests.http.world import arrangement
from tests.interfaces.headquarters import wait_until
from tests.link.scenes import NOW

OPENER = Actor("sato", "jpn_prime_minister")


class Away(MemoryLog):
    """Cannot be reached while it is told so."""

    is_away = False
    looks = 0

    def wait(self, after: int, timeout: float) -> int:
        if self.is_away:
            self.looks += 1
            raise StoreError("RK604", "the server cannot be reached")
        return super().wait(after, timeout)


@pytest.fixture
def log() -> Away:
    return Away()


@pytest.fixture
def nodes(log: Away, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Node, Node]]:
    """Two nodes of one party on one log, neither of which looks at it by itself."""
    monkeypatch.setattr(writer, "LOOK", 3600.0)
    made = tuple(Node(log, arrangement(), "jpn", ManualClock(NOW)) for _ in range(2))
    yield made[0], made[1]
    for each in made:
        each.close()


def assume(made: Node) -> None:
    assert made.ask(OPENER, commands.Assume(post=OPENER.post)).refusal is None


def test_what_another_node_appends_is_known_without_being_asked(nodes: tuple[Node, Node]) -> None:
    quiet, made = nodes
    following = Following(quiet)
    assume(made)
    wait_until(lambda: quiet.state == made.state)
    following.close()
    made.ask(OPENER, commands.OpenCase(title="Not heard of", contingency="earthquake"))
    assert quiet.state != made.state
    assert quiet.catch_up().result(60).refusal is None
    assert quiet.state == made.state


def test_a_store_that_is_away_is_looked_at_again(log: Away, nodes: tuple[Node, Node]) -> None:
    quiet, made = nodes
    log.is_away = True
    following = Following(quiet)
    assume(made)
    wait_until(lambda: log.looks > 1)
    assert quiet.state != made.state
    log.is_away = False
    wait_until(lambda: quiet.state == made.state)
    following.close()


def test_it_ends_with_a_node_that_has_stopped(nodes: tuple[Node, Node]) -> None:
    quiet, made = nodes
    following = Following(quiet)
    quiet.close()
    assume(made)
    wait_until(lambda: not any(each.name == "following-jpn" for each in threading.enumerate()))
    following.close()
