"""A link that stopped over two histories is taken up again: by people, from what both hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from renkei.interfaces.cli.carrying import links_of
from renkei.interfaces.service.family import prepare
from renkei.interfaces.service.process import ADMINISTRATOR, DEMO_PASSWORD, opened
from renkei.interfaces.service.resuming import carry_out, propose
from renkei.link.fork import Fork, is_proven
from renkei.link.limits import LinkError
from renkei.link.seal import Peer as Direction
from renkei.log.memory import MemoryLog
from renkei.log.seal import Sealer
from renkei.log.verify import verify_log
from renkei.runner.commands import COMMANDS, Ask, Assume, OpenCase, Receive, Send
from renkei.runner.events import LinkForked, LinkResumed, PartnerRejected, decode
from renkei.runner.state import NODE, Actor
from tests.interfaces.conftest import Run
from tests.interfaces.test_linking import BOTH, NOW, POSTS, Side, two

WHY = {"by": "sato", "reason": "restored from a backup"}


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    with two(tmp_path) as pair:
        yield pair


def restore(side: Side, size: int) -> None:
    """Bring a node up again on a copy of its log as it was."""
    old = MemoryLog()
    old.append(side.log.read(0, size))
    side.node.close()
    side.log = old
    side.start()


def kept(side: Side) -> list[bytes]:
    return [row.body for row in side.log.read(0, 10_000)]


def take_up(side: Side, disk: BytesIO | None = None) -> LinkResumed:
    """Do what the command does once it was confirmed."""
    carry_out(side.link, propose(side.link, disk, now=NOW, **WHY), disk, NOW)
    event = decode(side.log.find(kind="link.resumed", limit=100)[-1].body).event
    assert isinstance(event, LinkResumed)
    return event


def restored(jpn: Side, usa: Side, size: int) -> None:
    """Let Japan's log be what it was at ``size`` entries, and both sides notice that."""
    restore(jpn, size)
    claim = usa.link.held.claim
    assert claim is not None
    fork = usa.link.subscriber.judge_admission(usa.link.held, jpn.link.publisher.admit(claim))
    assert isinstance(fork, Fork)
    usa.link.record_fork(fork)
    assert usa.link.is_forked
    jpn.link.note_disowned(claim.note)


def lose(jpn: Side, usa: Side) -> tuple[bytes, str]:
    """Let Japan lose entries that the other side has, and both notice; return an old disk and a lost case."""
    jpn.send("one")
    jpn.send("two")
    usa.take()
    size = jpn.log.last()
    case = jpn.do(OpenCase(title="Lost", contingency="earthquake", label=BOTH))
    jpn.send("three")
    usa.take()
    old = jpn.disk(0).getvalue()
    restored(jpn, usa, size)
    return old, case.recorded[0].record.subject


def test_link_goes_on_after_a_log_was_restored_and_nothing_of_the_past_is_lost(
    sides: tuple[Side, Side],
) -> None:
    jpn, usa = sides
    _, lost = lose(jpn, usa)
    before, received = kept(usa), usa.link.held.size
    assert received > 2
    ours = take_up(jpn)
    assert (ours.forked, ours.size, jpn.link.is_silent) == ("disowned", 2, False)
    again = jpn.do(OpenCase(title="Anew", contingency="earthquake", label=BOTH))
    assert again.recorded[0].record.subject != lost, "the partner knows that id as something else"
    theirs = take_up(usa, jpn.disk(0))
    assert (theirs.size, theirs.by, theirs.reason) == (2, "sato", "restored from a backup")
    assert lost in theirs.given_up
    assert not usa.link.is_forked
    assert kept(usa)[: len(before)] == before, "what was recorded stays"
    # Both go on: entries follow what is agreed, are sealed, acknowledged, and survive a restart.
    for turn in range(2):
        jpn.send(f"after {turn}")
        usa.take()
        usa.restart()
        jpn.restart()
    assert usa.link.held.size == usa.node.state.partners["jpn"].received == jpn.log.released_last("usa")
    assert jpn.node.state.partners["usa"].acknowledged == usa.link.held.size
    assert again.recorded[0].record.subject in usa.node.state.cases
    # The evidence still convicts, and both logs verify.
    event = decode(usa.log.find(kind="link.forked", limit=1)[0].body).event
    assert isinstance(event, LinkForked)
    assert is_proven(Fork.from_text(event.proof), Direction("jpn", "usa", jpn.signer.verifier))
    for side in sides:
        Sealer(side.log, side.party, side.signer).seal()
        assert verify_log(side.log, [jpn.signer.verifier, usa.signer.verifier], party=side.party).holds


def test_second_fork_stops_the_link_again_and_it_can_be_taken_up_again(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    lose(jpn, usa)
    take_up(jpn)
    size = jpn.log.last()
    jpn.send("anew")
    take_up(usa, jpn.disk(0))
    jpn.send("more")
    usa.take()
    restored(jpn, usa, size)
    take_up(jpn)
    jpn.send("once more")
    assert take_up(usa, jpn.disk(0)).size == 2
    usa.restart()
    assert usa.link.held.size == jpn.log.released_last("usa") == 3


def test_old_disk_neither_comes_in_nor_stops_the_link_again(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    old, _ = lose(jpn, usa)
    take_up(jpn)
    for turn in range(8):
        jpn.send(f"anew {turn}")
    take_up(usa, jpn.disk(0))
    before = usa.log.last()
    with pytest.raises(LinkError, match="RK758"):
        usa.link.bring_in(BytesIO(old), NOW)
    usa.restart()
    with pytest.raises(LinkError, match="RK758"):
        usa.link.bring_in(BytesIO(old), NOW)
    assert (usa.log.last(), usa.link.is_forked) == (before, False)


def test_given_up_history_does_not_come_back_as_what_follows(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    old, _ = lose(jpn, usa)
    take_up(jpn)
    # Nothing new yet: the old disk continues exactly what is agreed.
    assert take_up(usa, jpn.disk(0)).size == usa.link.held.size == 2
    with pytest.raises(LinkError, match="RK758"):
        usa.link.bring_in(BytesIO(old), NOW)
    usa.restart()
    with pytest.raises(LinkError, match="RK758"):
        usa.link.bring_in(BytesIO(old), NOW)
    assert usa.node.state.partners["jpn"].received == 2
    jpn.send("anew")
    usa.take()
    assert usa.link.held.size == 3


def test_partner_may_turn_out_to_be_right_and_its_twin_wrong(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    jpn, usa = sides
    jpn.send("one")
    usa.take()
    twin = Side("jpn", tmp_path / "twin")
    for text in ("another one", "two"):
        twin.send(text)
    rogue = twin.disk(0).getvalue()
    with pytest.raises(LinkError, match="RK755"):
        usa.link.bring_in(BytesIO(rogue), NOW)
    jpn.send("two")
    event = take_up(usa, jpn.disk(0))
    assert (event.size, event.given_up) == (1, ())
    assert usa.link.held.size == 2
    # What is evidence already stops nothing again; what is new does.
    with pytest.raises(LinkError, match="RK758"):
        usa.link.bring_in(BytesIO(rogue), NOW)
    twin.send("three")
    with pytest.raises(LinkError, match="RK755"):
        usa.link.bring_in(twin.disk(0), NOW)
    assert usa.link.is_forked
    twin.node.close()


def test_nothing_about_what_was_given_up_crosses_again(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    _, lost = lose(jpn, usa)
    take_up(jpn)
    jpn.send("anew")
    take_up(usa, jpn.disk(0))
    assert lost in usa.node.state.cases, "it stays, for people to close"
    ask = Ask(to=("jpn",), text="How many?", label=BOTH, case=lost)
    refusal = usa.node.ask(Actor("sato", POSTS["usa"]), ask).refusal
    assert refusal is not None
    assert refusal.code == "RK560"
    # A partner that uses the name again is not believed.
    body = json.dumps({"kind": "consents", "case": lost, "places": []}).encode()
    number = usa.node.state.partners["jpn"].received + 1
    usa.node.ask(NODE, Receive(partner="jpn", number=number, body=body, salt=bytes(16)))
    rejected = decode(usa.log.find(kind="partner.rejected", limit=100)[-1].body).event
    assert isinstance(rejected, PartnerRejected)
    assert rejected.code == "RK560"


def test_nobody_takes_a_link_up_without_a_stop_without_a_history_or_from_afar(
    sides: tuple[Side, Side],
) -> None:
    jpn, usa = sides
    jpn.send("one")
    usa.take()
    for disk in (None, jpn.disk(0)):
        with pytest.raises(LinkError, match="RK561"):
            propose(usa.link, disk, now=NOW, **WHY)
    jpn.send("two")
    usa.take()
    usa.link.record_fork(Fork("jpn", "size", b"", b"", "{}"))
    with pytest.raises(LinkError, match="RK759"):
        propose(usa.link, jpn.disk(1), now=NOW, **WHY)
    with pytest.raises(LinkError, match="RK561"):
        propose(usa.link, None, now=NOW, **WHY)
    found = propose(usa.link, jpn.disk(0), now=NOW, **WHY)
    # People cannot give the command, whatever they are, and the node only where it fits.
    refusal = usa.node.ask(Actor("sato", POSTS["usa"]), found.command).refusal
    assert refusal is not None
    assert refusal.code == "RK503"
    with pytest.raises(ValueError, match="resume"):
        COMMANDS.validate_python(found.command.model_dump())
    for change in ({"size": 99}, {"forked": "growth"}, {"forked": ""}, {"partner": "aus"}):
        refusal = usa.node.ask(NODE, found.command.model_copy(update=change)).refusal
        assert refusal is not None
        assert refusal.code == "RK561"
    assert usa.log.find(kind="link.resumed", limit=10) == []


def test_code_names_everything_that_is_confirmed(sides: tuple[Side, Side]) -> None:
    jpn, usa = sides
    jpn.send("one")
    usa.take()
    usa.link.record_fork(Fork("jpn", "size", b"", b"", "{}"))
    disk = jpn.disk(0)
    code = propose(usa.link, disk, now=NOW, **WHY).code
    assert propose(usa.link, disk, now=NOW + 1_000_000, **WHY).code == code
    assert propose(usa.link, disk, now=NOW, by="suzuki", reason=WHY["reason"]).code != code
    assert propose(usa.link, disk, now=NOW, by="sato", reason="another").code != code
    jpn.send("two")
    assert propose(usa.link, jpn.disk(0), now=NOW, **WHY).code != code


def test_people_see_it_confirm_it_with_a_password_and_find_it_in_the_log(
    renkei_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENKEI_SETTINGS", str(tmp_path / "settings"))
    jpn, usa = prepare("us-japan", ("jpn", "usa"), tmp_path / "store", option="", exercise=False, port=0)
    disk = tmp_path / "all.bundle"
    with opened(jpn) as interface:
        person = Actor("sato", POSTS["jpn"])
        for command in (Assume(post=person.post), Send(to=("usa",), text="one", label=BOTH)):
            assert interface.desk.headquarters.submit(person, command).result().refusal is None
        interface.close()
    assert (
        renkei_run("link", "export", str(jpn.store), "usa", "--output", str(disk), "--after", "0").code == 0
    )
    with opened(usa) as interface:
        links_of(interface).link("jpn").record_fork(Fork("jpn", "size", b"", b"", "{}"))
        interface.close()
    asked = ("link", "resume", str(usa.store), "jpn", "--bundle", str(disk), "--json")
    missing = renkei_run(*asked, "--by", ADMINISTRATOR)
    assert (missing.code, json.loads(missing.out)["errors"][0]["code"]) == (2, "RK003")
    asked = (*asked, "--by", ADMINISTRATOR, "--reason", "a drill")
    seen = renkei_run(*asked)
    told = json.loads(seen.out)["data"]
    assert (seen.code, told["done"], told["agreed"], told["history"]) == (1, False, 0, 1)
    assert told["bundle"] == sha256(disk.read_bytes()).hexdigest()
    for code, typed, wrong in (("0" * 16, DEMO_PASSWORD, "RK760"), (told["code"], "guessed", "RK704")):
        monkeypatch.setattr("sys.stdin", StringIO(typed + "\n"))
        refused = renkei_run(*asked, "--confirm", code)
        assert (refused.code, json.loads(refused.out)["errors"][0]["code"]) == (2, wrong)
    (status,) = json.loads(renkei_run("link", "status", str(usa.store), "--json").out)["data"]
    assert status["forked"] == "size"
    monkeypatch.setattr("sys.stdin", StringIO(DEMO_PASSWORD + "\n"))
    assert renkei_run(*asked, "--confirm", told["code"]).code == 0
    (status,) = json.loads(renkei_run("link", "status", str(usa.store), "--json").out)["data"]
    assert status["forked"] is None
    again = json.loads(renkei_run("link", "import", str(usa.store), "jpn", str(disk), "--json").out)["data"]
    assert (again["new"], again["received"]) == (0, 1)
