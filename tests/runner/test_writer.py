"""What is decided while the store still writes: nobody sees it or is told, and it falls with its ground."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from random import Random
from threading import Event
from typing import Any

import pytest

from renkei.clock import ManualClock
from renkei.log.memory import MemoryLog
from renkei.log.port import Log, Row, StoreError
from renkei.runner import batch, commands, writer
from renkei.runner.decide import Outcome, decide
from renkei.runner.node import Node
from renkei.runner.state import Actor, State
from renkei.runner.writer import HaltedError
from tests.runner.test_node import (
    BEGIN,
    BOUND,
    WATCH,
    Held,
    arrangement,
    case,
    copied,
    manned,
    titles,
    wait_until,
)


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[commands.Command]:
    """What was decided so far, each time it was."""
    found: list[commands.Command] = []

    def noted(state: State, command: commands.Command, *rest: Any) -> Outcome:
        outcome = decide(state, command, *rest)
        found.append(command)
        return outcome

    monkeypatch.setattr(batch, "decide", noted)
    return found


@pytest.fixture
def nodes() -> Iterator[Callable[..., Node]]:
    every: list[Node] = []

    def make(log: Log, seats: int = 1, **options: Any) -> Node:
        every.append(Node(log, arrangement(seats), "jpn", ManualClock(BEGIN), **options))
        return every[-1]

    yield make
    for each in every:
        each.close()


def held(log: Held, made: Node, command: commands.Command) -> Future[Outcome]:
    """Ask for something whose append waits before it is done."""
    log.hold()
    asked = made.submit(WATCH, command)
    assert log.entered.wait(BOUND)
    return asked


def known(decided: list[commands.Command], *wanted: commands.Command) -> None:
    wait_until(lambda: all(command in decided for command in wanted))


def test_what_follows_is_decided_while_the_store_writes(
    nodes: Callable[..., Node], decided: list[commands.Command]
) -> None:
    log = Held()
    made = manned(nodes(log))
    before, groups = made.state, list(log.groups)
    first = held(log, made, case("first", "one"))
    again, second = case("once more", "one"), case("second")
    third = commands.Assume(post="watch")
    later = [made.submit(WATCH, again), made.submit(WATCH, second), made.submit(Actor("Sato"), third)]
    known(decided, again, second, third)
    assert not any(asked.done() for asked in (first, *later)), "told before it is durable"
    assert made.state == before, "seen before it is durable"
    assert log.groups == groups
    assert log.last() == before.seq, "appended on what is not known to be there"
    log.may_go.set()
    assert first.result(BOUND).refusal is None
    repeated, opened, refused = (asked.result(BOUND) for asked in later)
    assert repeated.repeated, "it was carried out in the batch before"
    assert opened.refusal is None
    assert refused.refusal is not None
    assert log.groups[len(groups) :] == [2, 2], "one batch each; opening a case records two entries"
    assert titles(made.state) == ["first", "second"]


def test_what_was_decided_on_a_batch_that_was_overtaken_is_decided_again(
    nodes: Callable[..., Node], decided: list[commands.Command]
) -> None:
    log = Held()
    one, two = manned(nodes(log)), nodes(log)
    first = held(log, one, case("first"))
    second = case("second")
    later = one.submit(WATCH, second)
    known(decided, second)
    log.before = lambda: two.ask(WATCH, commands.HandOver(to="Sato"))
    log.may_go.set()
    for asked in (first, later):
        refusal = asked.result(BOUND).refusal
        assert refusal is not None
        assert refusal.code == "RK504"
    assert decided.count(second) == 2
    assert one.state.seats["watch"] == ("Sato",)
    assert titles(one.state) == []


def test_a_refusal_is_looked_at_again_where_another_process_was_quicker(
    nodes: Callable[..., Node], decided: list[commands.Command]
) -> None:
    log = Held()
    one, two = manned(nodes(log, 2)), nodes(log, 2)
    first = held(log, one, case("first"))
    sato, close = Actor("Sato", "watch"), case("by Sato")
    refused_at_first = one.submit(sato, close)
    known(decided, close)
    log.after = lambda: two.ask(Actor("Sato"), commands.Assume(post="watch"))
    log.may_go.set()
    assert first.result(BOUND).refusal is None
    assert refused_at_first.result(BOUND).refusal is None, "Sato holds a seat by now"
    assert titles(one.state) == ["by Sato", "first"]


def test_catching_up_is_not_done_before_it_has_all(
    nodes: Callable[..., Node], decided: list[commands.Command]
) -> None:
    log = Held()
    one, two = manned(nodes(log)), nodes(log)
    first = held(log, one, case("first"))
    caught_up = one.catch_up()
    wait_until(lambda: any(isinstance(command, commands.Tick) for command in decided))
    log.after = lambda: two.ask(WATCH, case("by another"))
    log.may_go.set()
    assert caught_up.result(BOUND).refusal is None
    assert first.result(BOUND).refusal is None
    assert titles(one.state) == ["by another", "first"]


def test_what_was_decided_on_a_batch_that_failed_fails_with_it(
    nodes: Callable[..., Node], decided: list[commands.Command]
) -> None:
    def fail() -> None:
        raise StoreError("RK605", "the disk is full")

    log = Held()
    made = manned(nodes(log))
    before = log.last()
    first = held(log, made, case("first"))
    second = case("second")
    later = made.submit(WATCH, second)
    known(decided, second)
    log.before = fail
    log.may_go.set()
    for asked in (first, later):
        with pytest.raises(HaltedError, match="the disk is full"):
            asked.result(BOUND)
    wait_until(lambda: not made.is_running)
    with pytest.raises(HaltedError, match="the disk is full"):
        made.submit(WATCH, case("third")).result(BOUND)
    assert log.last() == before
    assert titles(made.state) == []


def test_a_batch_that_was_not_begun_is_dismissed_where_what_follows_the_one_before_fails(
    nodes: Callable[..., Node], decided: list[commands.Command]
) -> None:
    fails = Event()

    def seal(_: Log, __: State) -> None:
        if fails.is_set():
            raise OSError("no key")

    log = Held()
    made = manned(nodes(log, on_commit=seal))
    first = held(log, made, case("first"))
    second = case("second")
    later = made.submit(WATCH, second)
    known(decided, second)
    fails.set()
    log.may_go.set()
    assert first.result(BOUND).refusal is None
    with pytest.raises(HaltedError, match="no key"):
        later.result(BOUND)
    assert titles(made.state) == ["first"]
    assert titles(nodes(copied(log)).state) == ["first"]


def test_what_is_being_appended_while_deciding_fails_is_still_told(
    nodes: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Held()
    made = manned(nodes(log))
    first = held(log, made, case("first"))

    def broken(*_: object) -> None:
        log.may_go.set()
        raise SystemExit("told to end")

    monkeypatch.setattr(batch, "decide", broken)
    later = made.submit(WATCH, case("second"))
    assert first.result(BOUND).refusal is None, "it is durable"
    with pytest.raises(HaltedError, match="told to end"):
        later.result(BOUND)
    assert titles(made.state) == ["first"]


def test_those_who_gave_up_are_not_heard_and_the_others_are(
    nodes: Callable[..., Node], decided: list[commands.Command]
) -> None:
    log = Held()
    made = manned(nodes(log))
    first = held(log, made, case("first"))
    wanted = [case(str(number)) for number in range(5)]
    later = [made.submit(WATCH, command) for command in wanted]
    known(decided, *wanted)
    assert all(asked.cancel() for asked in later[1::2])
    assert not first.cancel()
    log.may_go.set()
    numbers = [asked.result(BOUND).first for asked in later[::2]]
    assert numbers == sorted(numbers)
    assert titles(made.state) == ["0", "2", "4", "first"]
    assert titles(nodes(copied(log)).state) == titles(made.state)


def test_no_more_than_a_group_is_decided_ahead(
    nodes: Callable[..., Node], decided: list[commands.Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MOST_TOGETHER", 4)
    log = Held()
    made = manned(nodes(log))
    first = held(log, made, case("first"))
    wanted = [case(str(number)) for number in range(11)]
    later = [made.submit(WATCH, command) for command in wanted]
    known(decided, *wanted[:4])
    assert not any(command in decided for command in wanted[4:])
    groups = len(log.groups)
    log.may_go.set()
    assert all(asked.result(BOUND).refusal is None for asked in (first, *later))
    assert log.groups[groups:] == [2, 8, 8, 6], "opening a case records two entries"


@pytest.mark.parametrize("seed", range(6))
def test_two_writers_that_overtake_each_other_lose_and_double_nothing(
    seed: int, nodes: Callable[..., Node]
) -> None:
    random = Random(seed)

    class Jostling(MemoryLog):
        """Lets the other node be quicker, now and then, before or after what it is asked for."""

        others: list[Node]
        inside = False

        def append(self, rows: Sequence[Row]) -> None:
            if self.inside or not getattr(self, "others", None):
                super().append(rows)
                return
            self.inside = True
            quicker, later = random.random() < 0.4, random.random() < 0.4
            if quicker:
                self.jostle()
            try:
                super().append(rows)
            finally:
                if later:
                    self.jostle()
                self.inside = False

        def jostle(self) -> None:
            other = self.others[0]
            assert other.ask(WATCH, case(f"other {self.last()}")).refusal is None

    log = Jostling()
    one, two = manned(nodes(log)), nodes(log)
    log.others = [two]
    asked = [one.submit(WATCH, case(f"one {number}", f"id-{number // 2}")) for number in range(60)]
    given_up = [future for future in random.sample(asked, 10) if future.cancel()]
    outcomes = [future.result(BOUND) for future in asked if future not in given_up]
    assert all(outcome.refusal is None for outcome in outcomes)
    recorded = [outcome for outcome in outcomes if not outcome.repeated]
    own = [title for title in titles(one.state) if title.startswith("one")]
    assert len(own) == len(recorded) == len({outcome.first for outcome in recorded})
    assert [row.seq for row in log.read(0, 10**6)] == list(range(1, log.last() + 1))
    two.catch_up().result(BOUND)
    one.catch_up().result(BOUND)
    assert one.state == two.state == nodes(copied(log)).state
