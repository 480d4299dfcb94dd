"""A node with its real thread on real stores: many askers, stores that fail, logs that are opened again.

What is waited for is a condition with a bound; nothing here sleeps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from threading import Barrier, Condition, Event, Thread
from typing import Any

import pytest
from msgspec.structs import replace

from renkei.clock import ManualClock
from renkei.errors import InputError
from renkei.log.memory import MemoryLog
from renkei.log.opening import open_log
from renkei.log.port import Log, Row, StoreError
from renkei.log.sqlite import SqliteLog
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.runner import batch, commands, writer
from renkei.runner import node as node_module
from renkei.runner.decide import Outcome, decide
from renkei.runner.events import CaseOpened, NodeCreated, Record, decode, encode
from renkei.runner.node import Node
from renkei.runner.snapshot import NAME, freeze
from renkei.runner.state import Actor, State
from renkei.runner.writer import HaltedError, Writer
from tests.log.server import NoServerError, Server, running
from tests.runner.world import BEGIN

BOUND = 20.0
"""Seconds in which everything here must have happened."""
WATCH = Actor("Mori", "watch")
DRAWING = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="test">
<collaboration id="c"><participant id="pool" name="pool" processRef="work"/></collaboration>
<process id="work" isExecutable="false">
<startEvent id="begin"><outgoing>f1</outgoing></startEvent>
<userTask id="look"><incoming>f1</incoming><outgoing>f2</outgoing></userTask>
<intermediateCatchEvent id="pause"><incoming>f2</incoming><outgoing>f3</outgoing>
<timerEventDefinition id="t"><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
<userTask id="tell"><incoming>f3</incoming><outgoing>f4</outgoing></userTask>
<endEvent id="done"><incoming>f4</incoming></endEvent>
<sequenceFlow id="f1" sourceRef="begin" targetRef="look"/>
<sequenceFlow id="f2" sourceRef="look" targetRef="pause"/>
<sequenceFlow id="f3" sourceRef="pause" targetRef="tell"/>
<sequenceFlow id="f4" sourceRef="tell" targetRef="done"/>
</process></definitions>"""


def model(seats: int = 1) -> dict[str, Any]:
    """Return a model of two parties; only the first has a process: look, wait an hour, tell."""
    task = {"post": "watch", "duration": "PT10M"}
    return {
        "renkei": 1,
        "name": "watch",
        "parties": {"jpn": {"name": "jpn"}, "usa": {"name": "usa"}},
        "headquarters": {"hq": {"party": "jpn", "name": "hq", "place": "hq", "timezone": "UTC"}},
        "posts": {"watch": {"headquarters": "hq", "name": "watch", "seats": seats}},
        "processes": {
            "work": {
                "file": "work.bpmn",
                "name": "work",
                "pools": {"pool": "jpn"},
                "tasks": {"look": task, "tell": task},
            }
        },
    }


@cache
def arrangement(seats: int = 1) -> Arrangement:
    """Return the model, from a folder that stays as long as the tests run."""
    folder = Path(mkdtemp(prefix="renkei-test-"))
    (folder / "work.bpmn").write_text(DRAWING, encoding="utf-8")
    # JSON is YAML.
    (folder / "model.yaml").write_text(json.dumps(model(seats)), encoding="utf-8")
    return load_arrangement(folder)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running PostgreSQL server; where there can be none, the tests that need it are skipped."""
    try:
        with running() as started:
            yield started
    except NoServerError as error:
        pytest.skip(f"no PostgreSQL server: {error}")


class Held(MemoryLog):
    """A log whose next append waits until it is let go; it remembers the groups.

    Something can be done once before, and once after the append that follows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.may_go = Event(), Event()
        self.may_go.set()
        self.groups: list[int] = []
        self.before: Callable[[], object] | None = None
        self.after: Callable[[], object] | None = None

    def append(self, rows: Sequence[Row]) -> None:
        self.entered.set()
        assert self.may_go.wait(BOUND)
        self._once("before")
        super().append(rows)
        self.groups.append(len(rows))
        self._once("after")

    def _once(self, name: str) -> None:
        work = getattr(self, name)
        if work is not None:
            setattr(self, name, None)
            work()

    def hold(self) -> None:
        self.entered.clear()
        self.may_go.clear()


class Failing(MemoryLog):
    """A log that fails as long as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.fails: dict[str, Exception] = {}

    def append(self, rows: Sequence[Row]) -> None:
        if "append" in self.fails:
            raise self.fails["append"]
        super().append(rows)

    def read(self, after: int = 0, limit: int = 1000) -> list[Row]:
        if "read" in self.fails:
            raise self.fails["read"]
        return super().read(after, limit)

    def keep(self, name: str, position: int, body: bytes) -> None:
        if f"keep {name}" in self.fails:
            raise self.fails[f"keep {name}"]
        super().keep(name, position, body)


def opened(log: Log, clock: ManualClock | None = None, **options: Any) -> Node:
    """Return the node of Japan."""
    return Node(log, arrangement(), "jpn", clock or ManualClock(BEGIN), **options)


@pytest.fixture
def nodes() -> Iterator[Callable[..., Node]]:
    """Open nodes that are closed in the end, whatever happened to them."""
    every: list[Node] = []

    def make(log: Log, clock: ManualClock | None = None, **options: Any) -> Node:
        every.append(opened(log, clock, **options))
        return every[-1]

    yield make
    for each in every:
        each.close()
    for each in every:
        each.log.close()


def manned(made: Node) -> Node:
    """Let the watch be assumed."""
    assert made.ask(WATCH, commands.Assume(post="watch")).refusal is None
    return made


def case(title: str, name: str = "") -> commands.OpenCase:
    return commands.OpenCase(process="work", title=title, id=name)


def opened_case(made: Node, title: str, name: str = "") -> str:
    """Open a case; return its id."""
    outcome = made.ask(WATCH, case(title, name))
    return next(e.record.event.case for e in outcome.recorded if isinstance(e.record.event, CaseOpened))


def titles(state: State) -> list[str]:
    return sorted(entry.title for entry in state.cases.values())


def at_once(*works: Callable[[], object]) -> None:
    """Do everything at the same time, each in a thread, and pass on what goes wrong."""
    start, failed = Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait(BOUND)
            work()
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(BOUND)
        assert not thread.is_alive()
    if failed:
        raise failed[0]


def copied(log: Log) -> MemoryLog:
    """Return the entries of a log in another one, with the models, without snapshots."""
    other = MemoryLog()
    other.append(log.read(0, 10**6))
    for name in log.kept_names():
        if name != NAME:
            for position, body in log.all_kept(name):
                other.keep(name, position, body)
    return other


def worked(made: Node, prefix: str = "case") -> None:
    """Do something of each kind that changes what is known of cases."""
    for number in range(6):
        name = opened_case(made, f"{prefix} {number}", f"{prefix}-{number}")
        made.ask(WATCH, commands.Claim(case=name, task="look"))
        if number % 2:
            assert made.ask(WATCH, commands.Complete(case=name, task="look")).refusal is None
    made.ask(WATCH, commands.HandOver(to="Sato"))
    made.ask(Actor("Sato", "watch"), commands.HandOver(to="Mori"))


# Many askers


def test_what_is_answered_is_on_the_disk(tmp_path: Path, nodes: Callable[..., Node]) -> None:
    path = tmp_path / "log.db"
    log = SqliteLog(path)
    made = manned(nodes(log))
    reader = SqliteLog(path, writing=False)

    def ask(thread: int) -> None:
        for number in range(12):
            outcome = made.ask(WATCH, case(f"{thread} {number}"))
            rows = reader.read(outcome.first - 1, outcome.last - outcome.first + 1)
            assert [decode(row.body) for row in rows] == [entry.record for entry in outcome.recorded]
            assert made.state.seq >= outcome.last

    at_once(*(lambda thread=thread: ask(thread) for thread in range(6)))
    assert titles(made.state) == sorted(f"{a} {b}" for a in range(6) for b in range(12))
    reader.close()


def test_what_waits_is_committed_as_one_group(nodes: Callable[..., Node]) -> None:
    log = Held()
    made = manned(nodes(log))
    log.hold()
    first = made.submit(WATCH, case("first"))
    assert log.entered.wait(BOUND)
    waiting = [made.submit(WATCH, case(str(number))) for number in range(writer.MOST_TOGETHER + 10)]
    assert not first.done()
    assert titles(made.state) == [], "something is seen before it is durable"
    before = len(log.groups)
    log.may_go.set()
    for asked in [first, *waiting]:
        assert asked.result(BOUND).refusal is None
    assert len(log.groups) - before == 3, "one alone, a full group, the rest"
    assert [row.seq for row in log.read(0, 10**6)] == list(range(1, log.last() + 1))


def test_an_id_is_carried_out_once(nodes: Callable[..., Node], tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    made = manned(nodes(log))
    outcomes: list[Outcome] = []
    at_once(*(lambda: outcomes.append(made.ask(WATCH, case("once", "same"))) for _ in range(8)))
    assert [outcome.repeated for outcome in outcomes].count(False) == 1
    assert len({(outcome.first, outcome.last) for outcome in outcomes}) == 1
    made.close()
    log.close()

    log = SqliteLog(tmp_path / "log.db")
    again = nodes(log)
    outcome = again.ask(WATCH, case("once", "same"))
    assert outcome.repeated
    assert (outcome.first, outcome.last) == (outcomes[0].first, outcomes[0].last)
    assert titles(again.state) == ["once"]


def test_an_id_of_a_refused_command_may_come_again(nodes: Callable[..., Node]) -> None:
    made = nodes(MemoryLog())
    assert made.ask(WATCH, case("refused", "same")).refusal.code == "RK504"
    manned(made)
    outcome = made.ask(WATCH, case("refused", "same"))
    assert outcome.refusal is None
    assert not outcome.repeated


def test_who_gives_up_in_time_is_not_heard(nodes: Callable[..., Node]) -> None:
    log = Held()
    made = manned(nodes(log))
    log.hold()
    first = made.submit(WATCH, case("first"))
    assert log.entered.wait(BOUND)
    given_up, kept = made.submit(WATCH, case("given up")), made.submit(WATCH, case("kept"))
    assert given_up.cancel()
    assert not first.cancel(), "it is being written"
    log.may_go.set()
    assert kept.result(BOUND).refusal is None
    assert titles(made.state) == ["first", "kept"]
    with pytest.raises(CancelledError):
        given_up.result()


# Opening again


@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgres"])
def test_a_log_opened_again_gives_the_equal_state(
    kind: str, tmp_path: Path, nodes: Callable[..., Node], request: pytest.FixtureRequest
) -> None:
    served = request.getfixturevalue("server").address() if kind == "postgres" else ""
    address = served or str(tmp_path / "log.db")
    log: Log = MemoryLog() if kind == "memory" else open_log(address)
    made = manned(nodes(log))
    worked(made)
    made.close()
    state = made.state
    found = log.kept(NAME)
    assert found is not None
    assert found[0] == state.seq
    if kind != "memory":
        log.close()
        log = open_log(address)
    again = nodes(log)
    assert again.state == state
    worked(again, "later")
    again.close()
    without = nodes(copied(log))
    assert without.state == again.state


def test_what_a_snapshot_holds_is_not_read_again(nodes: Callable[..., Node]) -> None:
    class Watched(MemoryLog):
        def __init__(self) -> None:
            super().__init__()
            self.reads: list[int] = []

        def read(self, after: int = 0, limit: int = 1000) -> list[Row]:
            self.reads.append(after)
            return super().read(after, limit)

    log = Watched()
    made = manned(nodes(log))
    worked(made)
    made.close()
    log.reads.clear()
    assert nodes(log).state == made.state
    # The first entry alone, which tells whose log it is.
    assert set(log.reads) == {0, made.state.seq}
    assert log.reads.count(0) == 1


def test_snapshots_are_kept_on_the_way(nodes: Callable[..., Node], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_module, "SNAPSHOT_EVERY", 10)
    log = MemoryLog()
    made = manned(nodes(log))
    worked(made)
    places = [position for position, _ in log.all_kept(NAME)]
    assert len(places) > 1
    for place in places:
        # Whatever the process came to after that snapshot: the rest of the log follows from it.
        other = copied(log)
        other.keep(NAME, place, dict(log.all_kept(NAME))[place])
        assert nodes(other).state == made.state


def test_a_stop_between_append_and_snapshot_loses_nothing(
    nodes: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_module, "SNAPSHOT_EVERY", 10)
    log = Failing()
    made = manned(nodes(log))
    log.fails[f"keep {NAME}"] = StoreError("RK605", "the disk is full")
    answers = list[Outcome]()
    for number in range(20):
        try:
            answers.append(made.ask(WATCH, case(str(number))))
        except HaltedError:
            break
    assert 0 < len(answers) < 20
    assert not made.is_running
    log.fails.clear()
    again = nodes(log)
    # Also the last one was answered, since it is in the log.
    assert titles(again.state) == sorted(str(number) for number in range(len(answers)))
    assert again.state == made.state


@pytest.mark.parametrize("body", [b"", b"rubbish", b"\xc1", b"\x80", freeze(State())])
def test_a_damaged_snapshot_is_passed_over(body: bytes, nodes: Callable[..., Node]) -> None:
    log = MemoryLog()
    made = manned(nodes(log))
    worked(made)
    damaged = copied(log)
    damaged.keep(NAME, log.last(), body)
    again = nodes(damaged)
    assert again.state == made.state
    # The damaged one stands where the next would be kept.
    again.close()
    assert again.is_running is False


def test_the_snapshot_of_another_log_is_passed_over(nodes: Callable[..., Node]) -> None:
    first, second = MemoryLog(), MemoryLog()
    made, other = manned(nodes(first)), manned(nodes(second))
    worked(made)
    other.ask(WATCH, case("only one"))
    second.keep(NAME, 3, freeze(made.state))
    longer = replace_seq(made.state, 3)
    third = copied(second)
    third.keep(NAME, 3, freeze(longer))
    assert nodes(third).state == other.state
    ahead = copied(second)
    ahead.keep(NAME, 10**6, freeze(replace_seq(other.state, 10**6)))
    assert nodes(ahead).state == other.state


def replace_seq(state: State, seq: int) -> State:
    fields = {name: getattr(state, name) for name in State.__struct_fields__}
    return State(**{**fields, "seq": seq})


def test_the_log_of_another_party_is_refused_and_left_alone(nodes: Callable[..., Node]) -> None:
    log = MemoryLog()
    worked(manned(nodes(log)))
    before = (log.last(), log.kept_names())
    with pytest.raises(InputError) as refused:
        Node(log, arrangement(2), "usa", ManualClock(BEGIN))
    assert refused.value.problems[0].code == "RK501"
    assert "jpn" in str(refused.value)
    assert "usa" in str(refused.value)
    assert (log.last(), log.kept_names()) == before


def tampered(log: Log, change: Callable[[Row], Row], seq: int) -> MemoryLog:
    other = MemoryLog()
    other.append([change(row) if row.seq == seq else row for row in log.read(0, 10**6)])
    for name in log.kept_names():
        for position, body in log.all_kept(name):
            if name != NAME:
                other.keep(name, position, body)
    return other


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":4', b'"seq":1'),
        (b"CASE", b"jpn-case-another"),
        (b"step.fired/1", b"step.fired/9"),
        (b'"transition"', b'"transport"'),
        (b"{", b"("),
    ],
)
def test_a_log_that_was_changed_is_refused_with_the_reason(
    old: bytes, new: bytes, nodes: Callable[..., Node]
) -> None:
    log = MemoryLog()
    made = manned(nodes(log))
    name = opened_case(made, "first")
    made.ask(WATCH, commands.Complete(case=name, task="look"))
    rows, old = log.read(0, 100), old.replace(b"CASE", name.encode())
    seq = next(row.seq for row in reversed(rows) if old in row.body)
    other = tampered(log, lambda row: replace(row, body=row.body.replace(old, new)), seq)
    with pytest.raises(InputError) as refused:
        opened(other)
    assert refused.value.problems[0].code == "RK501"


def test_a_log_that_does_not_begin_with_whose_it_is_is_refused() -> None:
    log = MemoryLog()
    body = encode(Record(1, BEGIN, CaseOpened("jpn-case-1", "work", "a case", "0" * 64)))
    log.append([Row(1, "case.opened/1", "", BEGIN, body, bytes(16))])
    with pytest.raises(InputError, match="whose log"):
        opened(log)


# Two processes of one party


def both(log: Log, other: Log, nodes: Callable[..., Node]) -> None:
    """Let two nodes write one log, and hold that nothing is lost and both know the same."""
    one, two = manned(nodes(log)), nodes(other)
    answers: list[Outcome] = []

    def ask(made: Node, name: str) -> None:
        for number in range(10):
            answers.append(made.ask(WATCH, case(f"{name} {number}", f"{name}-{number}")))
            # The same id comes to the other one.
            answers.append(
                (two if made is one else one).ask(WATCH, case(f"{name} {number}", f"{name}-{number}"))
            )

    at_once(lambda: ask(one, "a"), lambda: ask(two, "b"), lambda: ask(one, "c"), lambda: ask(two, "d"))
    assert all(answer.refusal is None for answer in answers)
    assert [answer.repeated for answer in answers].count(True) == 40
    for made in (one, two):
        # What is refused has been decided on all that is in the log.
        assert made.ask(WATCH, commands.CloseCase(case="none")).refusal.code == "RK505"
        assert titles(made.state) == sorted(f"{a} {n}" for a in "abcd" for n in range(10))
    assert one.state == two.state
    assert len({entry.id for entry in one.state.cases.values()}) == 40
    assert nodes(copied(log)).state == one.state


def test_two_nodes_over_one_log_in_memory(nodes: Callable[..., Node]) -> None:
    log = MemoryLog()
    both(log, log, nodes)


def test_two_nodes_over_one_database(server: Server, nodes: Callable[..., Node]) -> None:
    address = server.address()
    log, other = open_log(address), open_log(address)
    both(log, other, nodes)


def test_a_node_follows_another_also_when_nobody_asks_it(nodes: Callable[..., Node]) -> None:
    log = MemoryLog()
    quiet, made = nodes(log), manned(nodes(log))
    made.ask(WATCH, case("heard of"))
    wait_until(lambda: titles(quiet.state) == ["heard of"])


def test_a_node_catches_up_when_it_is_told_to(
    nodes: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Writer, "_tick", lambda *_: None)
    log = MemoryLog()
    quiet, made = nodes(log), manned(nodes(log))
    for number in range(3):
        made.ask(WATCH, case(f"heard of {number}"))
        outcome = quiet.catch_up().result(BOUND)
        assert outcome.refusal is None
        assert outcome.recorded == ()
        assert quiet.state == made.state
    assert log.last() == made.state.seq


def test_two_nodes_that_keep_a_snapshot_at_once(nodes: Callable[..., Node]) -> None:
    class Crossing(MemoryLog):
        """Keeps something else of the same name first, once it is told to."""

        first = b""

        def keep(self, name: str, position: int, body: bytes) -> None:
            if self.first and name == NAME:
                super().keep(name, position, self.first)
            super().keep(name, position, body)

    log = Crossing()
    made = manned(nodes(log))
    made.ask(WATCH, case("kept"))
    before, log.first = made.state, b"as another process wrote it"
    made.close()
    assert log.kept(NAME) == (before.seq, b"as another process wrote it")
    log.first = b""
    assert nodes(log).state == before


def test_two_nodes_that_begin_one_log(nodes: Callable[..., Node]) -> None:
    log = Held()
    log.hold()
    made: list[Node] = []
    threads = [Thread(target=lambda: made.append(nodes(log)), daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert log.entered.wait(BOUND)
    log.may_go.set()
    for thread in threads:
        thread.join(BOUND)
    assert len(made) == 2
    assert log.last() == 2
    assert made[0].state == made[1].state


def test_a_decision_is_made_again_on_what_another_node_did(nodes: Callable[..., Node]) -> None:
    class Racing(MemoryLog):
        """Lets another node be quicker, once it is told to."""

        def __init__(self) -> None:
            super().__init__()
            self.first: Callable[[], object] | None = None

        def append(self, rows: Sequence[Row]) -> None:
            if self.first is not None:
                first, self.first = self.first, None
                first()
            super().append(rows)

    log = Racing()
    one, two = manned(nodes(log)), nodes(log)
    log.first = lambda: two.ask(WATCH, commands.HandOver(to="Sato"))
    refusal = one.ask(WATCH, case("too late")).refusal
    assert refusal is not None
    assert refusal.code == "RK504"
    assert one.state.seats["watch"] == ("Sato",)
    assert titles(one.state) == []


# What fails


def test_a_store_that_fails_halts_the_node(nodes: Callable[..., Node]) -> None:
    log = Failing()
    made = manned(nodes(log))
    log.fails["append"] = StoreError("RK605", "the disk is full")
    asked = [made.submit(WATCH, case(str(number))) for number in range(30)]
    for each in asked:
        with pytest.raises(HaltedError):
            each.result(BOUND)
    assert any("the disk is full" in str(each.exception()) for each in asked)
    wait_until(lambda: not made.is_running)
    assert titles(made.state) == []
    with pytest.raises(HaltedError):
        made.submit(WATCH, case("later")).result(BOUND)
    made.close()
    log.fails.clear()
    again = nodes(log)
    assert again.ask(WATCH, case("again")).refusal is None


def test_those_who_gave_up_do_not_hinder_telling_the_others(nodes: Callable[..., Node]) -> None:
    class Breaking(Held):
        def append(self, rows: Sequence[Row]) -> None:
            self.entered.set()
            assert self.may_go.wait(BOUND)
            if broken.is_set():
                raise StoreError("RK606", "it failed while a group was written")
            super().append(rows)

    broken = Event()
    log = Breaking()
    made = manned(nodes(log))
    log.hold()
    first = made.submit(WATCH, case("first"))
    assert log.entered.wait(BOUND)
    broken.set()
    later = [made.submit(WATCH, case(str(number))) for number in range(9)]
    assert all(each.cancel() for each in later[::2])
    log.may_go.set()
    for each in [first, *later[1::2]]:
        with pytest.raises(HaltedError):
            each.result(BOUND)


def test_a_log_that_cannot_be_read_on_halts_the_node(nodes: Callable[..., Node]) -> None:
    log = Failing()
    made, other = manned(nodes(log)), nodes(log)
    other.ask(WATCH, case("by another"))
    log.fails["read"] = StoreError("RK608", "it is damaged")
    with pytest.raises(HaltedError, match="damaged"):
        made.submit(WATCH, case("later")).result(BOUND)
    wait_until(lambda: not made.is_running)


def test_what_is_durable_is_answered_even_if_what_follows_fails(nodes: Callable[..., Node]) -> None:
    fails = Event()

    def seal(_: Log, __: State) -> None:
        if fails.is_set():
            raise OSError("no key")

    log = MemoryLog()
    made = manned(nodes(log, on_commit=seal))
    fails.set()
    assert made.submit(WATCH, case("answered")).result(BOUND).refusal is None
    wait_until(lambda: not made.is_running)
    assert titles(nodes(log).state) == ["answered"]


def test_a_bug_stops_only_its_own_command(
    nodes: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    def sick(state: State, command: commands.Command, *rest: Any) -> Outcome:
        if getattr(command, "title", "") == "sick":
            raise ZeroDivisionError("a bug")
        return decide(state, command, *rest)

    log = Held()
    made = manned(nodes(log))
    monkeypatch.setattr(batch, "decide", sick)
    log.hold()
    first = made.submit(WATCH, case("first"))
    assert log.entered.wait(BOUND)
    group = [made.submit(WATCH, case(title)) for title in ("well", "sick", "well too")]
    log.may_go.set()
    assert first.result(BOUND).refusal is None
    assert [each.result(BOUND).refusal for each in (group[0], group[2])] == [None, None]
    with pytest.raises(ZeroDivisionError):
        group[1].result(BOUND)
    assert made.is_running
    assert titles(made.state) == ["first", "well", "well too"]
    assert titles(nodes(copied(log)).state) == titles(made.state)


# Timers


def paused(made: Node) -> str:
    name = opened_case(made, "a case")
    assert made.ask(WATCH, commands.Complete(case=name, task="look")).refusal is None
    return name


def waits_for(made: Node, name: str, task: str) -> bool:
    entry = made.state.cases[name]
    sheet = made.books.book(entry.digest, entry.option).sheet(entry.process)
    return any(sheet.net.transitions[index].element == task for index in entry.enabled)


def test_a_timer_goes_off_when_its_moment_has_come(nodes: Callable[..., Node]) -> None:
    grown = Condition()

    def told(_: Log, __: State) -> None:
        with grown:
            grown.notify_all()

    clock, log = ManualClock(BEGIN), MemoryLog()
    made = manned(nodes(log, clock, on_commit=told))
    name = paused(made)
    clock.advance(3599)
    assert made.ask(WATCH, commands.Claim(case=name, task="tell")).refusal.code == "RK512"
    with grown:
        clock.advance(1)
        assert grown.wait_for(lambda: waits_for(made, name, "tell"), BOUND)
    fired = decode(log.read(0, 10**6)[-1].body)
    assert (fired.at, fired.person, fired.post) == (BEGIN + 3_600_000_000, "", "")
    assert made.ask(WATCH, commands.Complete(case=name, task="tell")).refusal is None
    assert not made.state.cases[name].is_open


def test_a_timer_goes_off_while_people_never_stop_asking(nodes: Callable[..., Node]) -> None:
    clock = ManualClock(BEGIN)
    made = manned(nodes(MemoryLog(), clock))
    name = paused(made)
    clock.advance(3600)
    for number in range(10):
        made.ask(WATCH, case(str(number)))
    assert waits_for(made, name, "tell")


def test_a_timer_that_ran_out_while_the_node_was_down_goes_off_when_it_is_up(
    nodes: Callable[..., Node],
) -> None:
    clock, log = ManualClock(BEGIN), MemoryLog()
    made = manned(nodes(log, clock))
    name = paused(made)
    made.close()
    clock.advance(86_400)
    again = nodes(log, clock)
    wait_until(lambda: waits_for(again, name, "tell"))


# Closing


def test_closing_answers_everything(nodes: Callable[..., Node]) -> None:
    log = Held()
    made = manned(nodes(log))
    log.hold()
    asked = [made.submit(WATCH, case(str(number))) for number in range(40)]
    assert log.entered.wait(BOUND)
    closing = Thread(target=made.close, daemon=True)
    closing.start()
    log.may_go.set()
    closing.join(BOUND)
    assert not closing.is_alive()
    assert all(each.done() and each.result().refusal is None for each in asked)
    assert len(made.state.cases) == 40
    made.close()
    with pytest.raises(HaltedError):
        made.submit(WATCH, case("late")).result(BOUND)


@pytest.mark.parametrize("_", range(5))
def test_whoever_asks_while_it_closes_is_answered(_: int, nodes: Callable[..., Node]) -> None:
    log = MemoryLog()
    made = manned(nodes(log))
    asked: list[Future[Outcome]] = []

    def ask() -> None:
        for number in count():
            asked.append(made.submit(WATCH, case(str(number))))
            if not made.is_running:
                return

    at_once(ask, ask, made.close)
    done = 0
    for each in asked:
        try:
            done += each.result(BOUND).refusal is None
        except HaltedError:
            continue
    assert done == len(made.state.cases) == len(nodes(log).state.cases)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds that a node's thread brings about."""
    turn = Condition()
    with turn:
        # Nobody notifies: the condition is looked at anew in short intervals.
        for _ in range(int(BOUND / 0.02)):
            if holds():
                return
            turn.wait(0.02)
    raise AssertionError("it did not come about in time")


def test_a_new_log_begins_with_whose_it_is(nodes: Callable[..., Node]) -> None:
    log = MemoryLog()
    salts = count(1)
    made = nodes(log, salt=lambda size: b"".join(next(salts).to_bytes(16, "big") for _ in range(size // 16)))
    first = decode(log.read(0, 1)[0].body)
    assert first.event == NodeCreated("jpn", (1).to_bytes(16, "big").hex())
    assert len({row.salt for row in log.read(0, 100)}) == 2
    assert made.state.digest == arrangement().digest
