"""Record the logs of a version, once, when it is released: ``python -m tests.recorded.record 0.1``.

Two nodes of the library's model live through scenes, by commands alone; their entries are written as they are
in the log. A folder that is there is not written again: recorded logs are never regenerated, only added.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from renkei.clock import ManualClock
from renkei.log.memory import MemoryLog
from renkei.model.schema import Label
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.runner import commands
from renkei.runner.book import Books
from renkei.runner.commands import Command
from renkei.runner.decide import Outcome, decide
from renkei.runner.events import CaseOpened, ConsentDenied, ConsentWithdrawn, Event, ItemOpened
from renkei.runner.models import pack
from renkei.runner.node import Node
from renkei.runner.state import NODE, Actor, State
from tests.recorded.facts import facts
from tests.runner.moves import sensible
from tests.runner.world import BEGIN

HERE = Path(__file__).parent
MINUTE = 60.0
OPEN = Label(classification="unclassified", releasable_to=("jpn", "usa"))
SECRET = Label(classification="secret", releasable_to=("jpn", "usa"))


@dataclass
class Side:
    """One party's node, as the moves of the tests look at it."""

    party: str
    node: Node
    delivered: int = 0

    @property
    def state(self) -> State:
        return self.node.state

    @property
    def books(self) -> Books:
        return self.node.books

    def person(self, post: str) -> Actor:
        return Actor(f"person of {post}", post)


@dataclass
class Scene:
    """Two nodes, and a clock that goes on a little with every command."""

    arrangement: Arrangement
    clock: ManualClock = field(default_factory=lambda: ManualClock(BEGIN))
    sides: dict[str, Side] = field(default_factory=dict)

    def __post_init__(self) -> None:
        salts = count(1)
        for party in ("jpn", "usa"):
            node = Node(
                MemoryLog(),
                self.arrangement,
                party,
                self.clock,
                salt=lambda size: b"".join(next(salts).to_bytes(16, "big") for _ in range(size // 16)),
            )
            self.sides[party] = Side(party, node)
            for post in node.books.book(self.arrangement.digest, self.arrangement.option).posts:
                self.by(party, post, commands.Assume(post=post))

    def give(self, party: str, actor: Actor, command: Command) -> Outcome:
        self.clock.advance(7)
        return self.sides[party].node.ask(actor, command)

    def by(self, party: str, post: str, command: Command) -> Outcome:
        """Give a command that must be carried out."""
        outcome = self.give(party, self.sides[party].person(post), command)
        assert outcome.refusal is None, (command, outcome.refusal)
        return outcome

    def refused(self, party: str, post: str, command: Command) -> None:
        assert self.give(party, self.sides[party].person(post), command).refusal is not None

    def opened(self, party: str, post: str, command: Command) -> str:
        """Give a command that opens a case or an item; return its id."""
        for entry in self.by(party, post, command).recorded:
            match entry.record.event:
                case CaseOpened(case=name) | ItemOpened(item=name):
                    return name
        raise AssertionError("nothing was opened")

    def deliver(self) -> None:
        """Bring to each party what the other one has released."""
        while True:
            moved = 0
            for receiver, sender in (("jpn", "usa"), ("usa", "jpn")):
                side = self.sides[receiver]
                for release in self.sides[sender].node.log.released(receiver, side.delivered):
                    said = {"partner": sender, "number": release.number, "body": release.body}
                    outcome = self.give(receiver, NODE, commands.Receive(**said, salt=release.salt))
                    assert outcome.refusal is None
                    side.delivered, moved = release.number, moved + 1
            if not moved:
                return

    def run(self, random: Random, also: Callable[[Scene], bool | None] = lambda _: False) -> None:
        """Let all parties do what the model asks, until every case is over, or ``also`` says it is enough."""
        onward = (commands.Complete, commands.Approve, commands.SetAttribute, commands.ReleaseItem)
        onward += (commands.Choose, commands.Invite, commands.Accept, commands.Start, commands.End)
        for _ in range(2_000):
            self.deliver()
            if also(self) or not any(
                case.is_open for side in self.sides.values() for case in side.state.cases.values()
            ):
                return
            party = random.choice(list(self.sides))
            moves = [move for move in sensible(self, party) if isinstance(move[1], onward)]  # type: ignore[arg-type]
            if moves:
                self.give(party, *random.choice(moves))
            else:
                self.clock.advance(60 * MINUTE)
                self.give(party, NODE, commands.Tick())
        raise AssertionError("still running")


def disaster(scene: Scene) -> None:
    """An earthquake, from the first classification to the end, with all that people write to one another."""
    watch, staff = "jpn_operations_watch", "usa_indopacom_staff"
    case = scene.opened(
        "jpn", watch, commands.OpenCase(contingency="earthquake", title="地震 / earthquake", id="open-1")
    )
    assert scene.by(
        "jpn", watch, commands.OpenCase(contingency="earthquake", title="x", id="open-1")
    ).repeated
    scene.deliver()
    scene.refused("jpn", watch, commands.Complete(case=case, task="Task_jpn_approve_dispatch"))
    scene.refused("usa", staff, commands.CloseCase(case="usa-case-9"))
    late = scene.clock.now() - 7_200_000_000
    scene.by(
        "jpn", watch, commands.Send(to=("jpn_mod_policy",), text="seen at ten", case=case, event_at=late)
    )
    asked = scene.opened(
        "jpn", watch, commands.Ask(to=("usa",), text="Which ports are open?", label=OPEN, case=case)
    )
    scene.deliver()
    scene.by("usa", staff, commands.Answer(item=asked, text="Two of them.", label=OPEN))
    scene.deliver()
    scene.by("jpn", watch, commands.CloseItem(item=asked))
    support(scene, case)
    orders(scene, case)
    scene.by("jpn", watch, commands.Correct(entry=3, text="The entry before names the wrong post."))
    policy = scene.sides["jpn"].person("jpn_mod_policy")
    scene.give("jpn", policy, commands.HandOver(to="Sato"))
    scene.give("jpn", Actor("Sato", "jpn_mod_policy"), commands.HandOver(to=policy.person))
    held(scene, case)
    scene.by("jpn", "jpn_governor", commands.Leave())
    scene.by("jpn", "jpn_governor", commands.Assume(post="jpn_governor"))
    rare: set[type[Event] | None] = {ConsentDenied}
    scene.run(Random(1), lambda scene: second_thoughts(scene, rare) and False)
    assert not rare


def support(scene: Scene, case: str) -> None:
    """A need, an offer that is matched and accepted, one that is declined."""
    watch, staff = "jpn_operations_watch", "usa_indopacom_staff"
    terms = {"to": ("usa",), "case": case, "quantity": 3, "unit": "helicopters", "label": OPEN}
    need = scene.opened("jpn", watch, commands.RequestSupport(text="lift", **terms))
    scene.deliver()
    first = scene.opened("usa", staff, commands.Offer(item=need, text="two", quantity=2, label=OPEN))
    second = scene.opened("usa", staff, commands.Offer(item=need, text="one", quantity=1, label=OPEN))
    third = scene.opened("usa", staff, commands.Offer(item=need, text="one more", quantity=1, label=OPEN))
    scene.deliver()
    scene.by("jpn", watch, commands.Match(item=need, offer=first))
    scene.by("jpn", watch, commands.Decline(item=second))
    scene.by("usa", staff, commands.Withdraw(item=third))
    scene.deliver()
    scene.by("usa", staff, commands.Accept(item=first))
    scene.deliver()
    scene.by("jpn", watch, commands.CloseItem(item=need))


def orders(scene: Scene, case: str) -> None:
    """An order, a report with a file, and their acknowledgement."""
    staff, forces = "usa_indopacom_commander", "usa_forces"
    order = scene.opened("usa", staff, commands.Order(to=forces, text="Prepare.", case=case))
    scene.by("usa", forces, commands.Acknowledge(item=order))
    file = {"digest": "ab" * 32, "name": "map.png", "media": "image/png", "size": 1_000, "label": OPEN}
    scene.by("usa", staff, commands.Attach(case=case, **file))
    report = scene.opened(
        "usa",
        staff,
        commands.Report(
            case=case, situation="calm", actions="none", needs="none", to=("jpn",), label=OPEN,
            attachments=("ab" * 32,),
        ),
    )  # fmt: skip
    scene.deliver()
    scene.by("jpn", "jpn_operations_watch", commands.Acknowledge(item=report))
    scene.deliver()


def held(scene: Scene, case: str) -> None:
    """Three messages that need a decision: one is released, one withheld, one taken back."""
    watch = "jpn_operations_watch"
    for text in ("first", "second", "third"):
        scene.by("jpn", "jpn_forces", commands.Send(to=("usa",), text=text, label=SECRET, case=case))
    waiting = sorted(scene.sides["jpn"].state.held.values(), key=lambda held: held.at)
    names = [held.id for held in waiting]
    assert len(names) == 3
    deciders = [move for move in sensible(scene, "jpn") if isinstance(move[1], commands.ReleaseItem)]  # type: ignore[arg-type]
    post = deciders[0][0].post if deciders else watch
    if deciders:
        scene.by("jpn", post, commands.ReleaseItem(item=names[0]))
        scene.by("jpn", post, commands.Withhold(item=names[1]))
    scene.by("jpn", "jpn_forces", commands.Withdraw(item=names[2]))
    scene.deliver()


def crisis(scene: Scene) -> None:
    """A regional crisis to its end, as an exercise; work is delegated on the way."""
    first = next(iter(scene.sides["usa"].books.book(scene.arrangement.digest, "").posts))
    scene.by("usa", first, commands.OpenCase(contingency="crisis", title="a crisis", exercise=True))
    scene.run(Random(9), delegations)


def delegations(scene: Scene) -> None:
    """Let a deputy do the work of a post that has one, where such work waits."""
    for party, side in scene.sides.items():
        for case in side.state.cases.values():
            sheet = side.books.book(case.digest, case.option).sheet(case.process)
            for index in case.enabled if case.is_open else ():
                task = sheet.net.transitions[index].element
                post = sheet.task(task).post if sheet.is_work(sheet.net.transitions[index]) else None
                deputies = sheet.model.posts[post].deputies if post else ()
                if post and deputies and task not in case.delegated:
                    scene.by(party, post, commands.Delegate(case=case.id, task=task, to=deputies[0]))


def second_thoughts(scene: Scene, rare: set[type[Event] | None]) -> bool:
    """Let a consent be denied where the work stays open, or be taken back; return whether all were."""
    for party, side in scene.sides.items():
        for actor, command in sensible(scene, party):  # type: ignore[arg-type]
            if isinstance(command, commands.Deny) or getattr(command, "matter", ""):
                outcome = decide(side.state, command, actor, scene.clock.now(), side.books)
                event = type(outcome.recorded[0].record.event) if outcome.recorded else None
                if event in rare:
                    scene.give(party, actor, command)
                    rare.discard(event)
    return not rare


def access(scene: Scene) -> None:
    """A request for the use of a site; work is taken on, handed back and delegated; one side closes early."""
    staff = "usa_usfj_staff"
    attributes = {"purpose": "combat-or-major-change"}
    wanted = commands.OpenCase(contingency="access-request", title="a site", attributes=attributes)
    scene.opened("usa", staff, wanted)
    case = next(iter(scene.sides["usa"].state.cases))
    scene.deliver()
    scene.by("usa", staff, commands.Claim(case=case, task="Task_usa_prepare"))
    scene.refused("usa", "usa_forces", commands.Claim(case=case, task="Task_usa_prepare"))
    scene.by("usa", staff, commands.Return(case=case, task="Task_usa_prepare"))
    scene.run(Random(2))
    again = scene.opened("usa", staff, commands.OpenCase(contingency="access-request", title="by mistake"))
    # A consent that was taken back may hold everything up for good.
    scene.run(Random(4), lambda scene: second_thoughts(scene, {ConsentWithdrawn}))
    scene.by("usa", staff, commands.CloseCase(case=again, note="opened by mistake"))
    scene.deliver()


def adoption(scene: Scene) -> None:
    """Another option is adopted, and a case goes on under it; accounts; what the link tells."""
    watch = "jpn_operations_watch"
    case = scene.opened(
        "jpn", watch, commands.OpenCase(contingency="earthquake", title="of our own", share=())
    )
    random = Random(3)
    for _ in range(4):
        moves = [
            m for m in sensible(scene, "jpn") if isinstance(m[1], commands.SetAttribute | commands.Complete)
        ]  # type: ignore[arg-type]
        scene.give("jpn", *random.choice(moves))
    scene.by("jpn", watch, commands.AdoptModel(digest=scene.arrangement.digest, option="O3"))
    scene.by("jpn", watch, commands.MoveCase(case=case))
    later = scene.opened("jpn", watch, commands.OpenCase(contingency="earthquake", title="under O3"))
    scene.deliver()
    assert later in scene.sides["usa"].state.cases
    for command in (
        commands.ChangeAccount(name="mori", change="created"),
        commands.DeclareExercise(active=True),
        commands.Receive(
            partner="usa", number=1, body=b'{"kind":"message","case":"usa-case-7"}', salt=b"salt"
        ),
        commands.Receive(partner="usa", number=2, body=b"no JSON \xff", salt=b"salt"),
        commands.Seal(partner="usa", size=2, signed="a note"),
        commands.Acknowledged(partner="usa", size=1, signed="a note, co-signed"),
        commands.Fork(partner="usa", first="a note", second="another", reason="two histories"),
        commands.Resume(
            partner="usa",
            forked="two histories",
            size=1,
            sealed="",
            checkpoint="a third",
            key="a key",
            given_up=("usa-case-7",),
            by="mori",
            reason="restored",
        ),
        commands.Fork(partner="usa", first="a note", second="a fourth", reason="size"),
    ):
        assert scene.give("jpn", NODE, command).refusal is None, command


SCENES = {"disaster": disaster, "crisis": crisis, "access": access, "adoption": adoption}


def main(version: str) -> None:
    """Record all scenes of a version."""
    folder = HERE / version
    folder.mkdir()
    arrangement = load_arrangement("us-japan")
    (folder / "model.zlib").write_bytes(zlib.compress(pack(arrangement), 9))
    for name, play in SCENES.items():
        scene = Scene(arrangement)
        play(scene)
        for party, side in scene.sides.items():
            rows = side.node.log.read(0, 10**6)
            (folder / f"{name}-{party}.jsonl").write_bytes(b"".join(row.body + b"\n" for row in rows))
            known = json.dumps(facts(side.state, side.books), ensure_ascii=False, sort_keys=True)
            (folder / f"{name}-{party}.json").write_text(known + "\n", encoding="utf-8")
            side.node.close()


if __name__ == "__main__":
    main(sys.argv[1])
