"""Nodes on a line that does its worst, by a seed: what happens next is drawn, so every run can be run again.

A node here is the least that keeps the rules of the link: it records before it acknowledges, entries and
their seal together. What is not yet durable is lost in a crash. `Released` is told only what became
durable.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from renkei.link.batch import Entry, read_batch
from renkei.link.fork import Fork
from renkei.link.limits import LinkError
from renkei.link.message import Nothing, Part, Pull
from renkei.link.publisher import Publisher
from renkei.link.seal import Peer, Seal
from renkei.link.subscriber import Accepted, Held, Subscriber, rebuild
from renkei.link.transfer import Transfer
from renkei.log.memory import MemoryLog
from renkei.log.note import Note, Signer
from renkei.log.port import Release, Row
from tests.link.oracle import Released

SECRET = b"NEVER-RELEASED"
MASK = (1 << 64) - 1


class Chance:
    """Numbers from a seed (SplitMix64)."""

    def __init__(self, seed: int) -> None:
        self.state = (seed * 0x9E3779B97F4A7C15 + 0x1234567) & MASK

    def below(self, bound: int) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % bound

    def often(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick(self, options: Any) -> Any:
        return options[self.below(len(options))]

    def bytes(self, count: int) -> bytes:
        return b"".join(self.below(1 << 32).to_bytes(4, "big") for _ in range((count + 3) // 4))[:count]


def signer_of(name: str) -> Signer:
    """Return a key that is the same in every run."""
    seed = name.encode().ljust(32, b".")[:32]
    return Signer(f"renkei/{name}", Ed25519PrivateKey.from_private_bytes(seed))


@dataclass
class Side:
    """One direction at the subscribing node: memory, lost in a crash."""

    held: Held
    transfer: Transfer = field(default_factory=Transfer)
    recording: Accepted | None = None
    budget: int = 4096


@dataclass
class Line:
    """What may happen to a message, in percent."""

    lost: int = 0
    repeated: int = 0
    cut: int = 0
    damaged: int = 0


class Node:
    """A party: a log, of which some is not durable yet, and its side of every link."""

    def __init__(self, name: str, names: list[str], world: World) -> None:
        self.name, self.world = name, world
        self.partners = [other for other in names if other != name]
        self.signer = signer_of(name)
        self.log = MemoryLog()
        self.waiting: list[list[dict[str, Any]]] = []
        self.skew = 0
        self.restart()

    def restart(self) -> None:
        """Come up with nothing but the durable log."""
        self.waiting.clear()
        self.publishers = {
            other: Publisher(
                self.log, self.signer, party=self.name, partner=other, witness=signer_of(other).verifier
            )
            for other in self.partners
        }
        self.subscribers = {
            other: Subscriber(Peer(other, self.name, signer_of(other).verifier), self.signer)
            for other in self.partners
        }
        self.sides = {other: Side(self.rebuilt(other)) for other in self.partners}
        self.acknowledged = {
            other: max(
                (int(row.body) for row in self.log.find(kind="acknowledged", subject=other, limit=10**9)),
                default=0,
            )
            for other in self.partners
        }  # fmt: skip

    def rebuilt(self, other: str) -> Held:
        rows = self.log.find(kind="received", subject=other, limit=10**9)
        seals = self.log.find(kind="sealed", subject=other, limit=10**9)
        entries = [Entry(i + 1, row.body, row.salt) for i, row in enumerate(rows)]
        return rebuild(entries, seals[-1].body if seals else None)

    def now(self) -> int:
        return 1_700_000_000_000_000 + self.world.steps * 1_000_000 + self.skew

    def write(self, chance: Chance) -> None:
        """Record something of the own party; perhaps release some of it to some."""
        token = b"%d-%d" % (self.world.steps, chance.below(1 << 40))
        row: dict[str, Any] = {"kind": "own", "subject": "", "body": SECRET + token, "releases": {}}
        for other in self.partners:
            if chance.often(40):
                for _ in range(1 if chance.often(80) else 1 + chance.below(12)):
                    text = b'{"by":"%s","for":"%s","text":"%s"}' % (self.name.encode(), other.encode(), token)
                    text += b" " * chance.below(30) + chance.bytes(chance.below(40)).hex().encode()
                    row["releases"].setdefault(other, []).append((text, chance.bytes(16)))
        self.waiting.append([row])

    def flush(self, groups: int) -> None:
        """Make the oldest groups durable; each group is one transaction."""
        for _ in range(min(groups, len(self.waiting))):
            group, rows = self.waiting.pop(0), []
            counts = {other: self.log.released_last(other) for other in self.partners}
            for seq, row in enumerate(group, self.log.last() + 1):
                releases = []
                for other, given in row.get("releases", {}).items():
                    for body, salt in given:
                        counts[other] += 1
                        releases.append(Release(other, counts[other], body, salt))
                rows.append(
                    Row(
                        seq, row["kind"], row["subject"], self.now(), row["body"],
                        row.get("salt", bytes(16)), tuple(releases),
                    )
                )  # fmt: skip
            self.log.append(rows)
            for row_ in rows:
                for release in row_.releases:
                    self.world.released.add(self.name, release.partner, release.body, release.salt)
                self.world.on_durable(self, row_)
        for side in self.sides.values():
            if side.recording is not None and not any(
                group[-1].get("accepted") is side.recording for group in self.waiting
            ):
                side.held, side.recording = side.recording.held, None

    # The subscribing side

    def pull(self, other: str, chance: Chance) -> Pull | None:
        side = self.sides[other]
        if side.recording is not None:
            return None
        if chance.often(5):
            side.budget = 512 << chance.below(6)
        return side.transfer.pull(side.held, side.budget)

    def take(self, other: str, answer: Any) -> None:
        side = self.sides[other]
        if side.recording is not None:
            return
        if isinstance(answer, Part) and answer.offset and answer.offset == side.transfer.offset:
            self.world.resumed += 1
        data = side.transfer.take(side.held, answer)
        if data is None:
            return
        verdict = self.subscribers[other].accept(side.held, data, self.now())
        assert not isinstance(verdict, Fork), f"{verdict.reason}: nobody forked"
        if isinstance(verdict, Accepted):
            side.recording = verdict
            rows = [
                {"kind": "received", "subject": other, "body": entry.body, "salt": entry.salt}
                for entry in verdict.entries
            ]
            rows.append({"kind": "sealed", "subject": other, "body": verdict.note, "accepted": verdict})
            # Some nodes record a batch at once, others entry by entry: a crash may come in between.
            self.waiting.extend([rows] if self.world.together else [[row] for row in rows])

    # The publishing side

    def answer(self, other: str, pull: Pull) -> Any:
        publisher = self.publishers[other]
        if pull.acknowledgement is not None:
            try:
                told = publisher.acknowledged(pull.acknowledgement)
            except LinkError as error:
                self.world.refused[error.problems[0].code] = (
                    self.world.refused.get(error.problems[0].code, 0) + 1
                )
            else:
                if told.size > self.acknowledged[other]:
                    self.acknowledged[other] = told.size
                    self.waiting.append(
                        [{"kind": "acknowledged", "subject": other, "body": b"%d" % told.size}]
                    )
        return publisher.answer(pull)


class World:
    """Nodes, the line between each two, and what is on it."""

    def __init__(self, seed: int) -> None:
        self.seed, self.steps, self.resumed, self.fallen = seed, 0, 0, 0
        self.parted = 0
        self.chance = chance = Chance(seed)
        names = ["jpn", "usa", "aus", "phl"][: 2 + chance.below(3)]
        self.released = Released()
        self.refused: dict[str, int] = {}
        self.nodes = {name: Node(name, names, self) for name in names}
        self.flight: list[tuple[str, str, Any]] = []
        self.cut: set[frozenset[str]] = set()
        self.received: dict[tuple[str, str], int] = {}
        self.signed: dict[tuple[str, str], int] = {}
        self.told: dict[tuple[str, str], int] = {}
        self.seen: set[tuple[str, str, int, bytes]] = set()
        self.line = Line(chance.below(40), chance.below(20), chance.below(40), chance.below(15))
        self.crashes = chance.below(4)
        self.together = chance.often(50)

    # What has to hold at every moment

    def on_durable(self, node: Node, row: Row) -> None:
        """Compare what became durable with what was released."""
        key = (row.subject, node.name)
        if row.kind == "received":
            number = self.received[key] = self.received.get(key, 0) + 1
            assert self.released.entry(*key, number) == (row.body, row.salt)
        elif row.kind == "sealed":
            size = Seal.from_text(Note.from_bytes(row.body).text).size
            assert size <= self.received[key]
            assert size > self.signed.get(key, 0), "the size of what is co-signed went back"
            self.signed[key] = size
        elif row.kind == "acknowledged":
            key = (node.name, row.subject)
            assert int(row.body) > self.told.get(key, 0)
            assert int(row.body) <= self.received[key], "acknowledged before it was recorded"
            self.told[key] = int(row.body)

    def on_wire(self, publisher: str, subscriber: str, part: Part) -> None:
        """Look at a whole batch in clear: nothing but what was released to this very partner."""
        key = (publisher, subscriber, part.last, part.tag)
        if part.offset or key in self.seen:
            return
        self.seen.add(key)
        assert SECRET not in part.data
        given = self.released.logs[publisher, subscriber]
        recent = self.nodes[publisher].publishers[subscriber].recent
        batch = read_batch(part.data, recent)
        assert [(e.body, e.salt) for e in batch.entries] == given[part.after : part.last]
        assert all(SECRET not in entry.body for entry in batch.entries)
        budget = self.nodes[subscriber].sides[publisher].budget
        assert len(part.data) == part.total
        assert len(batch.entries) == 1 or len(part.data) <= 512 << 5, budget

    # What happens

    def run(self, steps: int) -> None:
        names = list(self.nodes)
        for _ in range(steps):
            self.steps += 1
            self._step(names)

    def _step(self, names: list[str]) -> None:
        chance = self.chance
        drawn = chance.below(1000)
        node = self.nodes[chance.pick(names)]
        if drawn < 100:
            node.write(chance)
        elif drawn < 260:
            node.flush(1 + chance.below(3))
        elif drawn < 500:
            other = chance.pick(node.partners)
            pull = node.pull(other, chance)
            if pull is not None:
                self._send(node.name, other, pull)
        elif drawn < 500 + self.crashes:
            node.flush(chance.below(3))
            self.fallen += len(node.waiting)
            node.restart()
            self.parted += sum(bool(side.held.unsealed) for side in node.sides.values())
        elif drawn < 510:
            pair = frozenset((node.name, chance.pick(node.partners)))
            self.cut ^= {pair}
        elif drawn < 515:
            node.skew += (chance.below(2001) - 1000) * 3_600_000_000
            node.skew = max(min(node.skew, 10**15), -(10**15))
        elif self.flight:
            self._arrive(self.flight.pop(chance.below(len(self.flight))))

    def _send(self, sender: str, receiver: str, message: Any) -> None:
        if len(self.flight) < 200:
            self.flight.append((sender, receiver, message))

    def _arrive(self, letter: tuple[str, str, Any]) -> None:
        sender, receiver, message = letter
        chance, line = self.chance, self.line
        if frozenset((sender, receiver)) in self.cut or chance.often(line.lost):
            return
        if chance.often(line.repeated):
            self.flight.append(letter)
        if chance.often(line.damaged):
            message = damaged(message, chance)
        if isinstance(message, Part) and chance.often(line.cut):
            message = replace(message, data=message.data[: chance.below(len(message.data) + 1)])
        node = self.nodes[receiver]
        if isinstance(message, Pull):
            answer = node.answer(sender, message)
            if isinstance(answer, Part):
                self.on_wire(receiver, sender, answer)
            self._send(receiver, sender, answer)
        else:
            node.take(sender, message)

    def heal(self) -> None:
        """Let the line be good and everybody be up, until nothing changes any more."""
        self.cut.clear()
        self.line = Line()
        chance = self.chance
        for _ in range(400):
            before = [(node.log.last(), len(node.waiting)) for node in self.nodes.values()]
            for node in self.nodes.values():
                node.flush(10**6)
                for other in node.partners:
                    pull = node.pull(other, chance)
                    if pull is not None:
                        self._send(node.name, other, pull)
            while self.flight:
                self.steps += 1
                self._arrive(self.flight.pop(0))
            if before == [(node.log.last(), len(node.waiting)) for node in self.nodes.values()]:
                return
        raise AssertionError("the line is good and yet they do not come to rest")

    def verify(self) -> None:
        """Everybody holds exactly what was released to it, and everybody knows that."""
        for name, node in self.nodes.items():
            for other in node.partners:
                count = self.released.count(other, name)
                held = node.sides[other].held
                assert held.size == held.recorded == count == self.received.get((other, name), 0)
                assert held == node.rebuilt(other)
                assert held.frontier.root() == self.released.root(other, name, count)
                assert self.told.get((other, name), 0) == count == self.nodes[other].acknowledged[name]


def damaged(message: Any, chance: Chance) -> Any:
    """Return a message with something in it changed."""
    if isinstance(message, Part):
        if message.data and chance.often(70):
            place = chance.below(len(message.data))
            data = bytearray(message.data)
            data[place] ^= 1 << chance.below(8)
            return replace(message, data=bytes(data))
        name = chance.pick(("after", "last", "total", "offset"))
        return replace(message, **{name: max(0, getattr(message, name) + chance.below(5) - 2)})
    if isinstance(message, Pull):
        told = message.acknowledgement
        if told is not None and chance.often(50):
            signature = bytearray(told.signature)
            signature[chance.below(72)] ^= 1 << chance.below(8)
            told = replace(told, signature=bytes(signature))
            if chance.often(30):
                told = replace(told, size=told.size + chance.below(5))
            return replace(message, acknowledgement=told)
        name = chance.pick(("after", "last", "offset", "budget"))
        return replace(message, **{name: max(0, getattr(message, name) + chance.below(5) - 2)})
    if isinstance(message, Nothing):
        return replace(message, after=message.after + 1)
    return message
