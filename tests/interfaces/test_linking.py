"""What a node does with what its links say: crashes in between, forks, a restored log, witnesses, files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from renkei.clock import ManualClock
from renkei.interfaces.http.headquarters import NodeHeadquarters
from renkei.interfaces.http.link_client import Piece
from renkei.interfaces.http.link_tls import Identity
from renkei.interfaces.http.port import UnknownError
from renkei.interfaces.http.uploads import Attachments
from renkei.interfaces.service import fetching, knowledge
from renkei.interfaces.service.fetching import Fetching
from renkei.interfaces.service.folder import keys_of
from renkei.interfaces.service.knowledge import view
from renkei.interfaces.service.line import open_lines
from renkei.interfaces.service.linking import Link, Links
from renkei.interfaces.service.settings import Peer
from renkei.link.bundle import open_bundle
from renkei.link.fork import Fork, is_proven
from renkei.link.limits import LinkError
from renkei.link.seal import Peer as Direction
from renkei.link.subscriber import Accepted
from renkei.log.memory import MemoryLog
from renkei.log.port import Row
from renkei.log.proof import prove_entry, verify_proof
from renkei.log.seal import Sealer
from renkei.log.verify import verify_log
from renkei.model.schema import Label
from renkei.runner.commands import Assume, Attach, Command, OpenCase, Receive, Send
from renkei.runner.decide import Outcome
from renkei.runner.events import LinkForked, LinkSealed, decode
from renkei.runner.node import Node
from renkei.runner.state import NODE, Actor
from tests.http.world import arrangement
from tests.link.scenes import NOW
from tests.link.world import signer_of

BOTH = Label(classification="unclassified", releasable_to=("jpn", "usa"))
POSTS = {"jpn": "jpn_prime_minister", "usa": "usa_indopacom_commander"}
TEXT = "道路は通行止め\n".encode() * 40


@dataclass
class Side:
    """One party's node and its link to the other one."""

    party: str
    folder: Path
    log: MemoryLog = field(default_factory=MemoryLog)

    def __post_init__(self) -> None:
        self.signer = signer_of(self.party)
        self.other = "usa" if self.party == "jpn" else "jpn"
        self.start()
        self.do(Assume(post=POSTS[self.party]))

    def start(self) -> None:
        """Bring the node up on its log."""
        self.node = Node(self.log, arrangement(), self.party, ManualClock(NOW))
        self.attachments = Attachments(self.folder / self.party, 100_000)
        peer = Peer(self.other, key=signer_of(self.other).verifier.to_text())
        self.link = Link(self.node, self.signer, peer, self.attachments)

    def restart(self) -> None:
        self.node.close()
        self.start()

    def do(self, command: Command) -> Outcome:
        post = POSTS[self.party]
        found = self.node.ask(Actor("sato", post), command)
        assert found.refusal is None, found.refusal
        return found

    def send(self, text: str, *digests: str) -> None:
        self.do(Send(to=(self.other,), text=text, label=BOTH, attachments=digests))

    def attach(self, content: bytes) -> str:
        """Attach a file to a new case, as people do; return its digest."""
        kept = self.attachments.keep(BytesIO(content), "text/plain")
        first = self.do(OpenCase(title="Road", contingency="earthquake", label=BOTH)).recorded[0].record
        self.do(
            Attach(case=first.subject, digest=kept.digest, name="road.txt", size=len(content), label=BOTH)
        )
        return kept.digest

    def pull(self, after: int | None = None, last: int | None = None) -> Accepted:
        """Judge a batch of what the other side released, without recording anything."""
        source = OTHERS[id(self)].link.publisher
        begin = self.link.held.size if after is None else after
        data = source.batch(begin, source._log.released_last(self.party) if last is None else last)
        verdict = self.link.subscriber.accept(self.link.held, data, NOW)
        assert isinstance(verdict, Accepted), verdict
        return verdict

    def take(self) -> None:
        """Pull everything, record it, and acknowledge it."""
        self.link.take(self.pull())
        told = self.link.held.acknowledgement
        assert told is not None
        OTHERS[id(self)].link.take_acknowledgement(told)

    def disk(self, after: int | None = None, room: int = 0) -> BytesIO:
        """Return what was released to the other side as a file."""
        out = BytesIO()
        self.link.export(out, after, NOW, room)
        return out

    @property
    def received(self) -> list[Row]:
        return self.log.find(kind="partner.received", limit=10_000)


OTHERS: dict[int, Side] = {}


@contextmanager
def two(folder: Path) -> Iterator[tuple[Side, Side]]:
    pair = Side("jpn", folder), Side("usa", folder)
    OTHERS.update({id(pair[0]): pair[1], id(pair[1]): pair[0]})
    try:
        yield pair
    finally:
        for side in pair:
            side.node.close()
            OTHERS.pop(id(side), None)


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    with two(tmp_path) as pair:
        yield pair


def test_entries_that_a_crash_left_unsealed_are_compared_and_sealed(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    for text in ("one", "two", "three"):
        jpn.send(text)
    whole = usa.pull()
    for entry in whole.entries[:2]:
        usa.node.ask(NODE, Receive(partner="jpn", number=entry.number, body=entry.body, salt=entry.salt))
    usa.restart()
    assert (usa.link.held.size, usa.link.held.recorded) == (0, 2)
    # A batch of nothing but what is recorded brings its seal all the same.
    sealing = usa.pull(0, 2)
    assert sealing.entries == ()
    usa.link.take(sealing)
    assert usa.node.state.partners["jpn"].received == 2
    recorded = decode(usa.log.find(kind="link.sealed", limit=10)[-1].body).event
    assert isinstance(recorded, LinkSealed)
    assert recorded.size == 2
    usa.restart()
    assert usa.link.held.size == 2
    usa.take()
    assert len(usa.received) == 3
    usa.restart()
    assert (usa.link.held.size, usa.link.held.unsealed) == (3, ())


def test_evidence_of_a_fork_convinces_an_outsider_and_stops_the_link_for_good(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    jpn, usa = sides
    jpn.send("one")
    usa.take()
    twin = Side("jpn", tmp_path / "twin")
    for text in ("another one", "two"):
        twin.send(text)
    verdict = usa.link.subscriber.accept(usa.link.held, twin.link.publisher.batch(1, 2, chained=False), NOW)
    assert isinstance(verdict, Fork)
    with pytest.raises(LinkError, match="RK755"):
        usa.link.take(verdict)
    usa.link.record_fork(verdict)
    rows = usa.log.find(kind="link.forked", limit=10)
    assert len(rows) == 1, "the evidence is recorded once"
    recorded = decode(rows[0].body).event
    assert isinstance(recorded, LinkForked)
    assert is_proven(Fork.from_text(recorded.proof), Direction("jpn", "usa", jpn.signer.verifier))
    assert not is_proven(Fork.from_text(recorded.proof), Direction("jpn", "usa", usa.signer.verifier))
    usa.restart()
    assert usa.link.is_forked
    assert not usa.link.is_silent
    (shown,) = view(usa.node, "links", {}).data
    assert shown["forked"] == "growth"
    with pytest.raises(LinkError, match="RK755"):
        usa.link.bring_in(jpn.disk(0), NOW)
    assert len(usa.received) == 1
    twin.node.close()


def test_line_to_a_partner_that_has_forked_is_not_opened_again(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    jpn, usa = sides
    keys = keys_of(tmp_path / "keys", "usa")
    shown = Identity(keys.certificate, keys.link_key)
    key, pem = jpn.signer.verifier.to_text(), keys.certificate.read_text(encoding="ascii")
    peers = {"jpn": Peer("jpn", "https://127.0.0.1:9", key, pem)}

    def pulling() -> list[str]:
        links = Links(usa.node, usa.signer, peers, usa.attachments)
        with ExitStack() as closing:
            open_lines(closing, links, None, peers, shown, ManualClock(NOW))
            return [each.name for each in threading.enumerate() if each.name.startswith("pull-")]

    assert pulling() == ["pull-jpn"]
    usa.link.record_fork(Fork("jpn", "size", b"", b"", "{}"))
    assert pulling() == []


def test_log_that_was_restored_from_an_old_copy_releases_nothing_more(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    jpn.send("one")
    old = MemoryLog()
    old.append(jpn.log.read(0, 10_000))
    for text in ("two", "three"):
        jpn.send(text)
    usa.take()
    jpn.node.close()
    jpn.log = old
    jpn.start()
    claim = usa.link.held.claim
    assert claim is not None
    jpn.link.note_disowned(claim.note)
    jpn.link.note_disowned(claim.note)
    jpn.restart()
    assert jpn.link.is_silent
    assert not jpn.link.is_forked, "the partner did nothing wrong"
    assert len(jpn.log.find(kind="link.forked", limit=10)) == 1
    with pytest.raises(LinkError, match="RK757"):
        jpn.disk(0)
    (shown,) = view(jpn.node, "links", {}).data
    assert shown["forked"] == "disowned"
    numbers = NodeHeadquarters(jpn.node, view).numbers()
    assert (numbers["links_disowned"], numbers["links_forked"]) == (1, 0)
    event = decode(jpn.log.find(kind="link.forked", limit=1)[0].body).event
    assert isinstance(event, LinkForked)
    assert is_proven(Fork.from_text(event.proof), jpn.link.publisher.peer)
    # What the partner releases still comes in.
    usa.send("still here")
    jpn.link.take(jpn.pull())
    assert len(jpn.received) == 1
    # Should the partner fork as well, one does not make the other forgotten.
    jpn.link.record_fork(Fork("usa", "size", b"", b"", "{}"))
    assert (jpn.link.is_silent, jpn.link.is_forked) == (True, True)


def test_partner_is_a_witness_of_the_log_that_was_released_to_it(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    for turn in range(2):
        jpn.send(f"from jpn {turn}")
        usa.send(f"from usa {turn}")
        usa.take()
        jpn.take()
    jpn.link.take_acknowledgement(usa.link.held.acknowledgement)  # type: ignore[arg-type]
    jpn.restart()
    keys = [jpn.signer.verifier, usa.signer.verifier]
    for side in sides:
        Sealer(side.log, side.party, side.signer).seal()
        report = verify_log(side.log, keys, party=side.party)
        assert report.holds, report.findings
        witnessed = report.released[side.other].witnessed
        assert witnessed == {f"renkei/{side.other}": (2, NOW // 1_000_000 * 1_000_000)}
        proven = verify_proof(prove_entry(side.log, side.party, 1, partner=side.other), keys)
        assert proven.holds
        assert set(proven.witnessed or {}) == {f"renkei/{side.other}"}


# --- files


class Wire:
    """Gives a partner's files as the link port does, through its own entitlement; may cut or damage them."""

    def __init__(self, giver: Side) -> None:
        self.giver, self.asked = giver, list[tuple[int, int]]()
        self.cut, self.damage = 1 << 30, False

    def piece(self, digest: str, offset: int, count: int) -> Piece | None:
        self.asked.append((offset, count))
        path = self.giver.link.file(digest)
        if path is None:
            return None
        whole = path.read_bytes()
        data = whole[offset : offset + min(count, self.cut)]
        return Piece(len(whole), bytes(len(data)) if self.damage else data)


def fetched(files: Fetching, wire: Wire, turns: int = 100, budget: int = 200) -> None:
    for _ in range(turns):
        if files.due_in() != 0:
            return
        files.fetch(wire, budget)  # type: ignore[arg-type]


def test_partner_may_have_the_files_that_were_named_to_it_and_no_others(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    digest = jpn.attach(TEXT)
    assert jpn.link.file(digest) is None
    peer = Peer("aus", key=signer_of("aus").verifier.to_text())
    stranger = Link(jpn.node, jpn.signer, peer, jpn.attachments)
    jpn.send("See the map", digest)
    assert jpn.link.file(digest) is not None
    assert stranger.file(digest) is None
    assert jpn.link.file(sha256(b"other").hexdigest()) is None
    assert jpn.link.file("../../jpn.db") is None
    # That it was named by the partner does not make it the partner's to have.
    usa.take()
    assert usa.link.file(digest) is None


def test_file_comes_in_pieces_and_goes_on_after_a_restart(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    digest = jpn.attach(TEXT)
    jpn.send("See the map", digest)
    assert usa.link.fetching.due_in() is None
    usa.take()
    wire = Wire(jpn)
    wire.cut = 150
    fetched(usa.link.fetching, wire, turns=3)
    assert usa.attachments.path(digest) is None
    usa.restart()
    wire.cut = 1 << 30
    fetched(usa.link.fetching, wire)
    kept = usa.attachments.find(digest)
    assert kept is not None
    assert kept.size == len(TEXT)
    assert b"".join(usa.attachments.read(digest)) == TEXT
    offsets = [offset for offset, _ in wire.asked]
    assert offsets == sorted(offsets), "nothing was fetched twice"
    assert offsets[3] == 450
    assert usa.link.fetching.due_in() is None


def test_file_that_is_not_what_was_named_is_not_kept(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "FIRST_PAUSE", 0.0)
    jpn, usa = sides
    digest = jpn.attach(TEXT)
    jpn.send("See the map", digest)
    usa.take()
    wire, files = Wire(jpn), usa.link.fetching
    wire.damage = True
    fetched(files, wire, turns=12)
    assert usa.attachments.path(digest) is None
    # It is asked for again, from its start.
    wire.damage = False
    fetched(files, wire)
    assert usa.attachments.path(digest) is not None


def test_bundle_tells_which_files_are_missing(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    digest = jpn.attach(TEXT)
    jpn.send("See the map", digest)
    bundle = jpn.disk()
    assert usa.link.bring_in(bundle, NOW)["files_missing"] == [f"road.txt {digest}"]
    # Whoever carries the bundle can carry the file as well.
    usa.attachments.keep(BytesIO(TEXT), "text/plain")
    assert usa.link.bring_in(bundle, NOW)["files_missing"] == []


# --- files in bundles

ROOM = 1 << 20
OTHER = b"Another map\n" * 500
UNRELEASED = b"NEVER-RELEASED " * 40


def stored(side: Side) -> list[str]:
    """Return the names of all files that a side keeps, whole or not."""
    return sorted(path.name for path in side.attachments._folder.rglob("*") if path.is_file())


def test_bundle_carries_the_files_that_its_entries_name_and_nothing_else(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    digest, secret = jpn.attach(TEXT), jpn.attach(UNRELEASED)
    jpn.send("See the map", digest)
    disk = jpn.disk(None, ROOM)
    data = disk.getvalue()
    assert TEXT in data
    assert UNRELEASED[:15] not in data
    assert bytes.fromhex(secret) not in data
    assert secret.encode() not in data
    told = usa.link.bring_in(disk, NOW)
    assert (told["files_new"], told["files_refused"], told["files_missing"]) == (1, [], [])
    assert stored(usa) == [digest]
    assert b"".join(usa.attachments.read(digest)) == TEXT
    again = usa.link.bring_in(disk, NOW)
    assert (again["new"], again["files_new"], again["files_missing"]) == (0, 0, [])
    assert stored(usa) == [digest]


def test_file_that_was_released_to_somebody_else_does_not_go_along(sides: tuple[Side, Side]) -> None:
    jpn, _ = sides
    digest = jpn.attach(TEXT)
    jpn.send("See the map", digest)
    peer = Peer("aus", key=signer_of("aus").verifier.to_text())
    out = BytesIO()
    with pytest.raises(LinkError, match="RK648"):
        Link(jpn.node, jpn.signer, peer, jpn.attachments).export(out, 0, NOW, ROOM)
    assert out.getvalue() == b""
    # What was carried before is not carried again, with its file.
    jpn.send("Nothing new")
    last = jpn.log.released_last("usa")
    assert TEXT not in jpn.disk(last - 1, ROOM).getvalue()


def test_files_without_room_are_left_out_and_carried_by_the_next_bundle(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    first, second = jpn.attach(TEXT), jpn.attach(OTHER)
    jpn.send("One", first)
    jpn.send("Two", second)
    disk = jpn.disk(None, 4096 + len(TEXT) + 2000)
    found = open_bundle(BytesIO(disk.getvalue()))
    assert ([each.digest for each in found.files], found.left_out) == ([first], 1)
    assert len(usa.link.bring_in(disk, NOW)["files_missing"]) == 1
    rest = jpn.disk(found.left_after, ROOM)
    assert TEXT not in rest.getvalue()
    assert usa.link.bring_in(rest, NOW)["files_missing"] == []
    assert stored(usa) == sorted([first, second])


def test_bundle_whose_file_is_not_here_says_so(sides: tuple[Side, Side]) -> None:
    jpn, _ = sides
    digest = jpn.attach(TEXT)
    jpn.send("See the map", digest)
    path = jpn.attachments.path(digest)
    assert path is not None
    path.unlink()
    found = open_bundle(BytesIO(jpn.disk(None, ROOM).getvalue()))
    assert (found.files, found.left_out, found.left_after) == ((), 1, None)
    path.write_bytes(TEXT[::-1])
    assert open_bundle(BytesIO(jpn.disk(None, ROOM).getvalue())).left_out == 1


def test_files_that_no_entry_names_are_not_kept(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    jpn.send("See the map", jpn.attach(TEXT))
    data = bytearray(jpn.disk(None, ROOM).getvalue())
    strange = sha256(OTHER).digest() + len(OTHER).to_bytes(8, "big") + OTHER
    told = usa.link.bring_in(BytesIO(data.replace(b'"files":1,', b'"files":2,') + strange), NOW)
    assert (told["files_new"], told["files_refused"]) == (1, [])
    assert stored(usa) == [sha256(TEXT).hexdigest()]


@pytest.mark.parametrize(("content", "reason"), [(b"\x7fELF" + bytes(99), "kind"), (b"a" * 100_001, "size")])
def test_files_that_people_could_not_attach_are_refused_with_the_reason(
    sides: tuple[Side, Side], content: bytes, reason: str
) -> None:
    jpn, usa = sides
    attachments = Attachments(jpn.folder / "jpn", 1 << 20)
    if reason == "size":
        digest = attachments.keep(BytesIO(content), "text/plain").digest
    else:
        # The hostile side keeps what it likes.
        digest = sha256(content).hexdigest()
        (jpn.folder / "jpn" / digest[:2]).mkdir(exist_ok=True)
        (jpn.folder / "jpn" / digest[:2] / digest).write_bytes(content)
    opened = jpn.do(OpenCase(title="Road", contingency="earthquake", label=BOTH)).recorded[0].record
    jpn.do(Attach(case=opened.subject, digest=digest, name="road.txt", size=len(content), label=BOTH))
    jpn.send("See the map", digest)
    told = usa.link.bring_in(jpn.disk(None, ROOM), NOW)
    assert told["files_refused"] == [f"road.txt {digest} {reason}"]
    assert told["files_missing"] == [f"road.txt {digest}"]
    assert stored(usa) == []


def test_bundle_that_was_cut_or_changed_leaves_everything_as_it_was(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    for turn in range(3):
        jpn.send(f"See map {turn}", jpn.attach(TEXT + b"%d" % turn))
    whole, before = jpn.disk(None, ROOM).getvalue(), usa.log.last()
    head = whole.index(b"\n", len(b"renkei bundle 2\n")) + 1
    refused = 0
    for place in {*range(head, len(whole), 97), len(whole) - 1}:
        for damaged in (whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]):
            with pytest.raises(LinkError, match="RK64"):
                usa.link.bring_in(BytesIO(damaged), NOW)
            refused += 1
    with pytest.raises(LinkError, match="RK645"):
        usa.link.bring_in(BytesIO(whole + b"x"), NOW)
    assert refused > 40
    assert (usa.log.last(), stored(usa)) == (before, [])
    assert usa.link.bring_in(BytesIO(whole), NOW)["files_new"] == 3


def test_batch_that_is_wrong_keeps_those_before_it_out(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    for text in ("one", "two"):
        jpn.send(text)
    batches = [jpn.link.publisher.batch(after, after + 1, chained=False) for after in (0, 1)]
    framed = b"".join(len(batch).to_bytes(4, "big") + batch for batch in batches)
    data = bytearray(
        jpn.disk().getvalue().split(b"\n", 2)[0] + b"\n" + jpn.disk().getvalue().split(b"\n", 2)[1]
    )
    data += b"\n" + framed
    data[-1] ^= 1
    with pytest.raises(LinkError, match="RK64"):
        usa.link.bring_in(BytesIO(data), NOW)
    assert usa.received == []
    data[-1] ^= 1
    assert usa.link.bring_in(BytesIO(data), NOW)["new"] == 2


# --- what is asked for


def test_only_what_is_asked_for_can_be_unknown(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    jpn, _ = sides
    for name, given in (
        ("no-view", {}),
        ("case", {"case": "x"}),
        ("timeline", {"case": "x"}),
        ("item", {"item": "x"}),
        ("inbox", {"post": "x"}),
    ):
        with pytest.raises(UnknownError):
            view(jpn.node, name, given)
    assert view(jpn.node, "inbox", {"post": POSTS["jpn"]}).data == []

    def broken(*_: object) -> object:
        raise KeyError("a bug")

    monkeypatch.setattr(knowledge, "look", broken)
    with pytest.raises(KeyError, match="a bug"):
        view(jpn.node, "cases", {})
