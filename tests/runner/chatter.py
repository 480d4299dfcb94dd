"""What people write to one another, at random; every text carries a mark that tells whom it was meant for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from renkei.model.schema import Label
from renkei.runner import commands
from renkei.runner.commands import Command
from renkei.runner.decide import Outcome
from renkei.runner.release import label_of, release_posts
from renkei.runner.views import inbox
from tests.runner.triad import CLASSES, PARTIES, POSTS
from tests.runner.world import MINUTE, World, first_case

MARK = re.compile(r"<(\d+)>")
CASE = first_case("ann")


@dataclass
class Chatter:
    """Random exchanges in a world, and what was meant by each text."""

    world: World
    random: Random
    meant: dict[int, tuple[frozenset[str], str]] = field(default_factory=dict)
    """Mark -> parties that it was written to, and its classification."""
    outcomes: list[tuple[str, Command, Outcome]] = field(default_factory=list)

    def text(self, parties: frozenset[str], classification: str) -> str:
        number = len(self.meant) + 1
        self.meant[number] = (parties, classification)
        return f"words <{number}>"

    def label(self) -> Label | None:
        if self.random.random() < 0.1:
            return None
        releasable = PARTIES if self.random.random() < 0.8 else tuple(self.random.sample(PARTIES, 2))
        kind = self.random.choices(CLASSES, (6, 3, 1))[0]
        return Label(classification=kind, releasable_to=releasable)

    def someone(self, party: str) -> str:
        return f"{party}_{self.random.choice(POSTS)}"

    def whom(self) -> tuple[str, ...]:
        names = [*PARTIES, *(f"{party}_{post}" for party in PARTIES for post in POSTS), "nobody"]
        weights = [6] * 3 + [1] * 12 + [0.3]
        return tuple(dict.fromkeys(self.random.choices(names, weights, k=self.random.randint(1, 3))))

    def item(self, party: str, *kinds: str) -> str:
        items = self.world.sides[party].state.items
        # Maps of a state have no order of their own.
        known = sorted(items.values(), key=lambda item: (item.at, item.id))
        names = [item.id for item in known if item.kind in kinds]
        if not names or self.random.random() < 0.05:
            return self.random.choice([*(item.id for item in known), "ann-message-1", "nothing"])
        return self.random.choice(names[-6:])

    def say(self, party: str) -> None:
        """Let somebody of a party do something."""
        command = self.command(party)
        if command is not None:
            actor = self.someone(party) if self.random.random() < 0.4 else self.fitting(party, command)
            self.outcomes.append((party, command, self.world.by(party, actor, command)))

    def fitting(self, party: str, command: Command) -> str:
        """Return a post that is likely to be allowed to."""
        item = self.world.sides[party].state.items.get(getattr(command, "item", "") or "")
        if item is None:
            return self.someone(party)
        if item.kind == "conference" and item.terms.get("conference"):
            return f"{party}_chief"
        own = [name for name in item.to if name.startswith(f"{party}_")]
        return (
            item.post if item.origin == party and item.kind != "order" else (own or [self.someone(party)])[0]
        )

    def command(self, party: str) -> Command | None:
        again = [self.offer, self.match, self.accept, self.start, self.end, self.decide]
        once = [self.send, self.ask, self.answer, self.need, self.decline, self.close, self.order]
        others = [self.acknowledge, self.report, self.withdraw, self.invite]
        make = self.random.choice([*again, *again, *once, *others])
        return make(party)

    def _words(self, to: tuple[str, ...], party: str, label: Label | None) -> str:
        parties = frozenset(name.split("_")[0] for name in to) - {party}
        return self.text(parties, label.classification if label else "open")

    def _addressed(self, party: str) -> dict[str, object]:
        to, label = self.whom(), self.label()
        case = CASE if self.random.random() < 0.3 and CASE in self.world.sides[party].state.cases else None
        channel = self.random.choice([None, None, "wire", "radio"])
        return {
            "to": to,
            "text": self._words(to, party, label),
            "label": label,
            "case": case,
            "channel": channel,
        }

    def send(self, party: str) -> Command:
        return commands.Send(**self._addressed(party))

    def ask(self, party: str) -> Command:
        return commands.Ask(**self._addressed(party), need_by=self.world.now + MINUTE)

    def need(self, party: str) -> Command:
        return commands.RequestSupport(**self._addressed(party), quantity=self.random.randint(1, 3))

    def _reply(self, party: str, name: str) -> dict[str, object]:
        item, label = self.world.sides[party].state.items.get(name), self.label()
        to = (item.origin,) if item is not None else ()
        return {"item": name, "text": self._words(to, party, label), "label": label}

    def answer(self, party: str) -> Command:
        return commands.Answer(**self._reply(party, self.item(party, "rfi")))

    def offer(self, party: str) -> Command:
        return commands.Offer(
            **self._reply(party, self.item(party, "support")), quantity=self.random.randint(1, 2)
        )

    def match(self, party: str) -> Command:
        name = self.item(party, "offer")
        item = self.world.sides[party].state.items.get(name)
        return commands.Match(item=item.parent if item and item.parent else name, offer=name)

    def accept(self, party: str) -> Command:
        return commands.Accept(item=self.item(party, "offer", "conference"))

    def decline(self, party: str) -> Command:
        return commands.Decline(item=self.item(party, "offer", "conference"))

    def close(self, party: str) -> Command:
        return commands.CloseItem(item=self.item(party, "rfi", "support"))

    def withdraw(self, party: str) -> Command:
        held = sorted(self.world.sides[party].state.held)
        if held and self.random.random() < 0.5:
            return commands.Withdraw(item=self.random.choice(held))
        return commands.Withdraw(item=self.item(party, "rfi", "support", "offer", "order", "conference"))

    def order(self, party: str) -> Command:
        to = self.random.choice([f"{party}_field", f"{party}_staff", f"{party}_hq", "bob_field", "nobody"])
        return commands.Order(to=to, text=self.text(frozenset(), "sealed"))

    def acknowledge(self, party: str) -> Command:
        return commands.Acknowledge(item=self.item(party, "order", "message", "report"))

    def report(self, party: str) -> Command | None:
        if CASE not in self.world.sides[party].state.cases:
            return None
        to, label = self.whom(), self.label()
        return commands.Report(case=CASE, situation=self._words(to, party, label), to=to, label=label)

    def invite(self, party: str) -> Command | None:
        if CASE not in self.world.sides[party].state.cases:
            return None
        if self.random.random() < 0.6:
            label = Label(classification=self.random.choices(CLASSES, (8, 1, 1))[0], releasable_to=PARTIES)
            text = self.text(frozenset(PARTIES), label.classification)
            return commands.Invite(case=CASE, conference="summit", subject=text, label=label)
        to, label = self.whom(), self.label()
        return commands.Invite(case=CASE, to=to, subject=self._words(to, party, label), label=label)

    def start(self, party: str) -> Command:
        return commands.Start(item=self.item(party, "conference"))

    def end(self, party: str) -> Command:
        return self._end(party, self.item(party, "conference"))

    def _end(self, party: str, name: str) -> Command:
        item = self.world.sides[party].state.items.get(name)
        label = item.terms.get("label", {}) if item else {}
        parties = frozenset(item.terms.get("parties", ())) if item else frozenset()
        minutes = (
            "agreed"
            if self.random.random() < 0.5
            else self.text(parties, label.get("classification", "open"))
        )
        plan = {"plan": self.random.choice(["east", "west"])} if party == "ann" else {}
        outcome = plan if item is not None and item.terms.get("conference") else {}
        return commands.End(item=name, minutes=minutes, outcome=outcome)

    def decide(self, party: str) -> Command | None:
        """Decide about something held, as the post that may."""
        side = self.world.sides[party]
        if not side.state.held:
            return None
        held = side.state.held[self.random.choice(sorted(side.state.held))]
        posts = list(release_posts(side.books.book(side.state.digest, ""), label_of(held), held.partner))
        kind = self.random.choice([commands.ReleaseItem, commands.ReleaseItem, commands.Withhold])
        if posts:
            self.outcomes.append(
                (party, kind(item=held.id), self.world.by(party, posts[0], kind(item=held.id)))
            )
        return None

    def follow(self, party: str) -> None:
        """Do something that the inbox of a post says it may do; it must then not be refused."""
        side, post = self.world.sides[party], self.someone(party)
        waiting = inbox(side.state, side.books, post, self.world.now)
        if waiting:
            entry = self.random.choice(waiting)
            command = self.asked(party, entry)
            if command is not None:
                outcome = self.world.by(party, post, command)
                assert outcome.refusal is None, (entry, outcome.refusal)
                self.outcomes.append((party, command, outcome))

    def asked(self, party: str, entry: dict[str, Any]) -> Command | None:
        """Return a command that an entry of an inbox asks for."""
        if entry["kind"] == "task":
            ways = [way for way in entry["alternatives"] if way["refusal"] is None]
            if not ways or (entry["claimed"] and entry["claimed"]["person"]):
                return None
            way = self.random.choice(ways)
            flows = tuple(flow["id"] for flow in way["flows"])
            said = {
                "case": entry["case"],
                "task": entry["task"],
                "outcome": way["outcome"],
                "again": way["again"],
            }
            return commands.Complete(**said, flows=flows)
        if entry["kind"] == "release":
            kinds = [commands.Withhold] if entry["against"] else [commands.ReleaseItem, commands.Withhold]
            return self.random.choice(kinds)(item=entry["item"])
        if entry["kind"] != "item":
            return None
        name, way = entry["item"], entry["asks"]
        label = Label(classification="open", releasable_to=PARTIES)
        words = {"item": name, "label": label, "text": self.text(frozenset({entry["origin"]}), "open")}
        makers: dict[str, Callable[[], Command]] = {
            "answer": lambda: commands.Answer(**words),
            "offer": lambda: commands.Offer(**words),
            "match": lambda: commands.Match(item=entry["parent"], offer=name),
            "accept": lambda: commands.Accept(item=name),
            "start": lambda: commands.Start(item=name),
            "acknowledge": lambda: commands.Acknowledge(item=name),
            "end": lambda: self._end(party, name),
        }
        return makers[way]()

    def release_all(self) -> None:
        """Decide about everything held."""
        for party, side in self.world.sides.items():
            for _, held in sorted(side.state.held.items()):
                posts = list(
                    release_posts(side.books.book(side.state.digest, ""), label_of(held), held.partner)
                )
                if posts and held.id in side.state.held:
                    kind = self.random.choice([commands.ReleaseItem, commands.Withhold])
                    self.world.by(party, posts[0], kind(item=held.id))

    def walk(self, steps: int) -> None:
        """Let everybody talk while entries arrive in between."""
        for _ in range(steps):
            party = self.random.choice(PARTIES)
            dice = self.random.random()
            if dice < 0.35:
                self.say(party)
            elif dice < 0.65:
                self.follow(party)
            else:
                self.world.deliver(self.random.choice([p for p in PARTIES if p != party]), party)
            self.world.now += self.random.choice([0, MINUTE])
