"""Labels as files over HTTP: what leaves has one that others read; what comes is held to its own."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from renkei.interfaces.http.headquarters import NodeHeadquarters
from renkei.interfaces.http.labels import HEADER
from renkei.interfaces.http.uploads import MOST_LABELS, Attachments
from renkei.interfaces.service.linking import Links
from renkei.interfaces.service.settings import Peer
from renkei.labels.binding import read_binding, reference_to
from renkei.labels.sidecar import Names, names_of, read_sidecar, write_sidecar
from renkei.model.schema import Label
from renkei.runner import commands
from renkei.runner.commands import Command
from renkei.runner.state import Actor
from tests.http.test_files import send as upload
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import PASSWORD, Client, Desk, arrangement
from tests.link.world import signer_of

POST = "jpn_prime_minister"
BOTH = Label(classification="unclassified", releasable_to=("jpn", "usa"))
SECRET = Label(classification="secret", releasable_to=("usa",), category="medical+plans")
TEXT = "地図\n".encode()
NOW = 1_767_225_600_000_000


def names() -> Names:
    model = arrangement().model
    assert model is not None
    return names_of(model)


def sidecar(label: Label, content: bytes = TEXT, owner: str = "jpn") -> bytes:
    return write_sidecar(label, names(), owner, [reference_to(content)], created=NOW)


@pytest.fixture
def minister(desk: Desk) -> Iterator[Client]:
    """Return somebody who holds a post."""
    desk.account("sato", posts=(POST,))
    with desk.client() as client:
        client.token("sato", PASSWORD)
        assert_success(give(client, type="assume", post=POST))
        yield client


def give(client: Client, **command: Any) -> Any:
    body = {"post": None if command["type"] == "assume" else POST, "command": command}
    return client.post("/commands", json=body)


def made(client: Client, **command: Any) -> str:
    return str(assert_success(give(client, **command))["data"]["made"][0])


def a_case(client: Client) -> str:
    return made(client, type="open", title="Quake", contingency="earthquake", label=BOTH.model_dump())


def attach(client: Client, case: str, content: bytes, **more: Any) -> Any:
    digest = sha256(content).hexdigest()
    given = {"type": "attach", "case": case, "digest": digest, "name": "map.txt", "size": len(content)}
    return give(client, **given, media="text/plain", **more)


def upload_with(client: Client, label: bytes, content: bytes = TEXT) -> Any:
    files = {"file": ("map.txt", content, "text/plain"), "label": ("l.xml", label, "application/xml")}
    return client.post("/attachments", files=files)


def read(client: Client, xml: bytes, **more: Any) -> Any:
    return client.post("/labels/read", json={"xml": xml.decode(), **more})


# --- written


def test_label_of_a_message_is_bound_to_the_entry_that_made_it(desk: Desk, minister: Client) -> None:
    label = Label(classification="unclassified", releasable_to=("usa",), category="medical")
    item = made(minister, type="send", to=["usa"], text="Beds", label=label.model_dump())
    answer, content = minister.get(f"/items/{item}/label"), minister.get(f"/items/{item}/content")
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["content-disposition"] == f'attachment; filename="{item}.label.xml"'
    binding = read_binding(answer.content)
    assert binding.references == (reference_to(content.content),)
    assert b"Beds" in content.content
    assert content.content in [row.body for row in desk.node.log.read(0, 100)]
    assert read_sidecar(answer.content, names(), "usa").label == label
    # What stands in the file, read without renkei's own reader.
    root = etree.fromstring(answer.content)
    texts = [each.text for each in root.iter("{*}PolicyIdentifier", "{*}Classification", "{*}GenericValue")]
    assert texts == ["JPN", "UNCLASSIFIED", "USA", "medical"]


def test_label_of_what_is_held_is_that_with_which_it_would_leave(desk: Desk, minister: Client) -> None:
    give(minister, type="send", to=["usa"], text="Plans", label=SECRET.model_dump())
    (held,) = desk.node.state.held
    xml = minister.get(f"/items/{held}/label").content
    assert read_sidecar(xml, names(), "jpn").label == SECRET
    assert read_binding(xml).references == (reference_to(minister.get(f"/items/{held}/content").content),)


def test_label_of_a_file_is_bound_to_its_bytes(minister: Client) -> None:
    digest = assert_success(upload(minister, TEXT, "text/plain"))["data"]["digest"]
    assert_success(attach(minister, a_case(minister), TEXT, label=SECRET.model_dump()))
    answer = minister.get(f"/attachments/{digest}/label")
    assert read_binding(answer.content).references == (reference_to(TEXT),)
    assert read_sidecar(answer.content, names(), "usa").label == SECRET


def test_in_an_exercise_the_label_says_so(minister: Client) -> None:
    case = made(minister, type="open", title="Drill", contingency="earthquake", label=BOTH.model_dump())
    del case
    drill = made(
        minister,
        type="open",
        title="Drill",
        contingency="earthquake",
        label=BOTH.model_dump(),
        exercise=True,
    )
    item = made(minister, type="send", to=["usa"], text="Go", case=drill, label=BOTH.model_dump())
    assert read_sidecar(minister.get(f"/items/{item}/label").content, names(), "usa").exercise


def test_what_has_no_label_or_is_not_there_is_said_so(minister: Client) -> None:
    case = a_case(minister)
    digest = assert_success(upload(minister, TEXT, "text/plain"))["data"]["digest"]
    assert assert_error(minister.get(f"/attachments/{digest}/label"), 404)["code"] == "RK705"
    item = made(minister, type="report", case=case, situation="Own record")
    assert assert_error(minister.get(f"/items/{item}/label"), 409)["code"] == "RK726"
    assert assert_error(minister.get("/items/jpn-message-none/label"), 404)["code"] == "RK705"


# --- read


def test_label_comes_in_as_commands_take_it(minister: Client) -> None:
    told = assert_success(read(minister, sidecar(SECRET, owner="jpn")))["data"]
    assert told["label"] == SECRET.model_dump(mode="json")
    assert told["marking"] == "SECRET//MEDICAL//PLANS//REL TO USA"
    assert (told["party"], told["policy"], told["created"]) == ("jpn", "JPN", NOW)
    assert made(minister, type="send", to=["usa"], text="As given", label=told["label"])


def test_written_label_is_read_again_with_its_content_alone(minister: Client) -> None:
    item = made(minister, type="send", to=["usa"], text="Beds", label=BOTH.model_dump())
    xml = minister.get(f"/items/{item}/label").content
    digest = sha256(minister.get(f"/items/{item}/content").content).hexdigest()
    assert assert_success(read(minister, xml, digest=digest))["data"]["label"] == BOTH.model_dump(mode="json")
    assert assert_error(read(minister, xml, digest="0" * 64), 409)["code"] == "RK688"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"SECRET", b"COSMIC", "RK686"),
        (b">USA<", b">FRA<", "RK686"),
        (b"medical", b"a+b", "RK686"),
        (b">JPN</PolicyIdentifier>", b">NATO</PolicyIdentifier>", "RK680"),
        (b">JPN</PolicyIdentifier>", b">USA</PolicyIdentifier>", "RK672"),
        (b"2026-01-01T", b"2026-13-01T", "RK676"),
        (b"RESTRICTIVE", b"SECRET", "RK675"),
        (b"<Classification>", b"<!DOCTYPE a><Classification>", "RK202"),
    ],
)
def test_what_a_label_must_not_say_is_refused_with_its_rule(
    minister: Client, old: bytes, new: bytes, code: str
) -> None:
    xml = sidecar(SECRET)
    assert old in xml
    assert assert_error(read(minister, xml.replace(old, new, 1)), 409)["code"] == code


@pytest.mark.parametrize(
    "xml", ["", "no xml", "<a/>", "<a>" * 9_000, '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>']
)
def test_what_is_no_label_is_refused_in_the_shape(minister: Client, xml: str) -> None:
    assert_error(minister.post("/labels/read", json={"xml": xml}), 409)
    assert_error(minister.post("/labels/read", json={"xml": "x" * (1 << 19)}), 422)


# --- with a file


def test_file_with_a_label_is_attached_under_it(desk: Desk, minister: Client) -> None:
    kept = assert_success(upload_with(minister, sidecar(SECRET)))["data"]
    assert kept["label"] == SECRET.model_dump(mode="json")
    item = made_by(attach(minister, a_case(minister), TEXT))
    assert desk.node.state.items[item].terms["label"]["classification"] == "secret"
    found = minister.get(f"/attachments/{kept['digest']}/label").content
    assert read_sidecar(found, names(), "usa").label == SECRET


def made_by(answer: Any) -> str:
    return str(assert_success(answer)["data"]["made"][0])


def test_file_is_never_attached_under_less_than_it_came_with(minister: Client) -> None:
    case = a_case(minister)
    assert_success(upload_with(minister, sidecar(SECRET)))
    for weaker in (
        Label(classification="confidential", releasable_to=("usa",), category="medical+plans"),
        Label(classification="secret", releasable_to=("jpn", "usa"), category="medical+plans"),
        Label(classification="secret", releasable_to=("usa",), category="medical"),
    ):
        error = assert_error(attach(minister, case, TEXT, label=weaker.model_dump()), 409)
        assert error["code"] == "RK689"
        assert "SECRET//MEDICAL//PLANS//REL TO USA" in error["hint"]
    stronger = Label(classification="secret", category="medical+plans")
    assert made_by(attach(minister, case, TEXT, label=stronger.model_dump()))
    assert read_sidecar(
        minister.get(f"/attachments/{sha256(TEXT).hexdigest()}/label").content, names(), "jpn"
    ).label == Label(classification="secret", category="medical+plans")


def test_all_labels_of_a_file_hold_together(minister: Client) -> None:
    upload_with(minister, sidecar(Label(classification="secret", releasable_to=("jpn", "usa"))))
    kept = assert_success(
        upload_with(minister, sidecar(Label(classification="confidential", releasable_to=("usa",))))
    )["data"]
    assert kept["label"] == Label(classification="secret", releasable_to=("usa",)).model_dump(mode="json")
    # Without any it is as it was: what was given once stays.
    assert_success(upload(minister, TEXT, "text/plain"))
    xml = minister.get(f"/attachments/{kept['digest']}/label").content
    assert read_sidecar(xml, names(), "usa").label.classification == "secret"


def test_label_of_another_file_is_refused(minister: Client) -> None:
    assert assert_error(upload_with(minister, sidecar(SECRET, b"other")), 409)["code"] == "RK688"
    assert assert_error(upload_with(minister, b"<a/>"), 409)["code"] == "RK675"
    assert made_by(attach(minister, a_case(minister), TEXT, label=BOTH.model_dump()))


def test_labels_of_a_file_are_few(tmp_path: Path, minister: Client) -> None:
    for number in range(MOST_LABELS):
        label = Label(classification="secret", releasable_to=("usa",), category=f"c{number}")
        assert_success(upload_with(minister, sidecar(label)))
    more = sidecar(Label(classification="secret", category="more"))
    assert assert_error(upload_with(minister, more), 409)["code"] == "RK727"
    folder = tmp_path / "attachments"
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1 + MOST_LABELS
    assert Attachments(folder, 1000).find(sha256(TEXT).hexdigest()) is not None


# --- with a bundle


@pytest.fixture
def linked(desk: Desk, tmp_path: Path) -> Desk:
    """Link the desk to the other party."""
    peers = {"usa": Peer("usa", key=signer_of("usa").verifier.to_text())}
    headquarters = desk.interface.desk.headquarters
    assert isinstance(headquarters, NodeHeadquarters)
    headquarters._bundles = Links(desk.node, signer_of("jpn"), peers, Attachments(tmp_path / "files", 1000))
    return desk


def do(desk: Desk, command: Command) -> None:
    assert desk.node.ask(Actor("sato", POST), command).refusal is None


def test_bundle_leaves_with_a_label_that_protects_all_of_it(linked: Desk, program: Client) -> None:
    do(linked, commands.Assume(post=POST))
    for label in (BOTH, Label(classification="unclassified", releasable_to=("usa",), category="medical")):
        do(linked, commands.Send(to=("usa",), text="Beds", label=label))
    answer = program.post("/links/usa/export")
    xml = base64.b64decode(answer.headers[HEADER], validate=True)
    found = read_sidecar(xml, names(), "usa")
    assert found.references == (reference_to(answer.content),)
    assert found.label == Label(classification="unclassified", releasable_to=("usa",), category="medical")


@pytest.mark.parametrize("header", ["!", "A", "é"])
def test_header_that_holds_no_label_is_refused(linked: Desk, program: Client, header: str) -> None:
    assert linked.node.is_running
    headers = {HEADER: header.encode("latin-1"), "Content-Type": "application/octet-stream"}
    error = assert_error(program.post("/links/usa/import", content=b"x", headers=headers), 422)
    assert error["code"] == "RK707"


@pytest.mark.parametrize("xml", [b"", b"<a/>"])
def test_label_that_is_none_does_not_count_as_no_label(linked: Desk, program: Client, xml: bytes) -> None:
    do(linked, commands.Assume(post=POST))
    do(linked, commands.Send(to=("usa",), text="Beds", label=BOTH))
    bundle = program.post("/links/usa/export").content
    mirrored = bundle.replace(b'"from":"jpn","to":"usa"', b'"from":"usa","to":"jpn"')
    headers = {HEADER: base64.b64encode(xml).decode(), "Content-Type": "application/octet-stream"}
    error = assert_error(program.post("/links/usa/import", content=mirrored, headers=headers), 409)
    assert error["code"] in {"RK202", "RK675"}
    assert assert_error(upload_with(program, xml), 409)["code"] in {"RK202", "RK675"}
