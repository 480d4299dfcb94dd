"""How the links stand, as people and collectors are told; and files for links without a line."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest

from renkei.clock import SECOND, ManualClock
from renkei.errors import Problem
from renkei.interfaces.http.headquarters import NodeHeadquarters, Troubles
from renkei.interfaces.http.uploads import Attachments
from renkei.interfaces.service.linking import Links
from renkei.interfaces.service.settings import Peer
from renkei.model.schema import Label
from renkei.runner import commands
from renkei.runner.state import NODE, Actor
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import Client, Desk
from tests.link.bundles import read_bundle
from tests.link.world import signer_of

BOTH = Label(classification="unclassified", releasable_to=("jpn", "usa"))
OPENER = Actor("sato", "jpn_prime_minister")
DOWN = Problem("RK651", "the partner's link port does not answer: no route to host", "The line is down.")


class Line:
    """What a line says of itself."""

    def __init__(self) -> None:
        self.trouble: Problem | None = None

    def told(self) -> Troubles:
        return {"usa": self.trouble}


@pytest.fixture
def line(desk: Desk, tmp_path: Path) -> Line:
    """Link the desk to the other party."""
    made, node = Line(), desk.node
    peers = {"usa": Peer("usa", key=signer_of("usa").verifier.to_text())}
    links = Links(node, signer_of("jpn"), peers, Attachments(tmp_path / "files", 1000))
    headquarters = desk.interface.desk.headquarters
    assert isinstance(headquarters, NodeHeadquarters)
    headquarters._bundles, headquarters._troubles = links, made.told
    return made


def send(desk: Desk, text: str) -> None:
    """Release something to the partner."""
    desk.node.ask(OPENER, commands.Assume(post=OPENER.post))
    assert desk.node.ask(OPENER, commands.Send(to=("usa",), text=text, label=BOTH)).refusal is None


def figures(program: Client) -> dict[str, float]:
    """Return the figures of the links."""
    text = program.get("//metrics", headers={"Authorization": ""}).text
    found = re.findall(r'^renkei_link_(\w+)\{partner="usa"\} (\S+)$', text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def test_partner_that_was_never_reached_is_told_of_with_the_reason(
    desk: Desk, line: Line, program: Client
) -> None:
    assert not desk.node.state.partners
    (quiet,) = assert_success(program.get("/links"))["data"]
    assert (quiet["partner"], quiet["trouble"], quiet["last_contact"]) == ("usa", None, None)
    line.trouble = DOWN
    (down,) = assert_success(program.get("/links"))["data"]
    assert down["trouble"] == f"{DOWN.code} {DOWN.message}"
    assert down == quiet | {"trouble": down["trouble"]}


def test_figures_of_a_link_follow_what_happens_on_it(
    desk: Desk, line: Line, program: Client, clock: ManualClock
) -> None:
    zero = dict.fromkeys(("backlog", "last_contact_seconds", "forked", "disowned", "down"), 0.0)
    assert figures(program) == zero
    for text in ("one", "two", "three"):
        send(desk, text)
    line.trouble = DOWN
    assert figures(program) == zero | {"backlog": 3.0, "down": 1.0}
    line.trouble = None
    clock.advance(60)
    desk.node.ask(NODE, commands.Acknowledged(partner="usa", size=2, signed="a note"))
    (link,) = program.get("/links").json()["data"]
    assert (link["released"], link["acknowledged"], link["unacknowledged"]) == (3, 2, 1)
    assert figures(program) == zero | {"backlog": 1.0, "last_contact_seconds": link["last_contact"] / SECOND}
    for reason, name in (("disowned", "disowned"), ("size", "forked")):
        desk.node.ask(NODE, commands.Fork(partner="usa", first="a", second="b", reason=reason, proof="{}"))
        assert figures(program)[name] == 1.0


@pytest.mark.parametrize("after", ["", "?after=0", "?after=1000000"])
def test_where_nothing_is_to_be_carried_that_is_said(line: Line, program: Client, after: str) -> None:
    assert line.trouble is None
    error = assert_error(program.post(f"/links/usa/export{after}"), 409)
    assert error["code"] == "RK648"
    assert "usa" in error["message"]
    assert error["hint"] == "There is nothing to carry."


def test_what_was_released_is_carried_once_and_then_there_is_nothing(
    desk: Desk, line: Line, program: Client
) -> None:
    assert line.trouble is None
    send(desk, "one")
    answer = program.post("/links/usa/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert assert_error(program.post("/links/usa/export?after=1"), 409)["code"] == "RK648"


@pytest.mark.parametrize(("query", "count"), [("", 1), ("?files=false", 0)])
def test_files_go_along_unless_they_are_left_out(
    desk: Desk, line: Line, program: Client, tmp_path: Path, query: str, count: int
) -> None:
    assert line.trouble is None
    kept = Attachments(tmp_path / "files", 1000).keep(BytesIO(b"A map"), "text/plain")
    desk.node.ask(OPENER, commands.Assume(post=OPENER.post))
    case = desk.node.ask(OPENER, commands.OpenCase(title="Road", contingency="earthquake", label=BOTH))
    for command in (
        commands.Attach(
            case=case.recorded[0].record.subject, digest=kept.digest, name="map.txt", size=5, label=BOTH
        ),
        commands.Send(to=("usa",), text="See the map", label=BOTH, attachments=(kept.digest,)),
    ):
        assert desk.node.ask(OPENER, command).refusal is None
    answer = program.post(f"/links/usa/export{query}")
    found = read_bundle(answer.content)
    assert [each.digest for each in found.files] == [kept.digest] * count
    assert int(answer.headers["content-length"]) == len(answer.content)
