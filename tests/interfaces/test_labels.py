"""Labels at the command line: what is stored has one, what comes is held to its own, files tell theirs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from renkei.interfaces.service.family import prepare
from renkei.interfaces.service.process import ADMINISTRATOR, DEMO_PASSWORD, opened
from renkei.labels.binding import reference_to
from renkei.labels.sidecar import Names, read_sidecar, write_sidecar
from renkei.labels.stanag import CategoryValues, ConfidentialityLabel, read_label, write_label
from renkei.model.schema import Label
from renkei.runner import commands
from renkei.runner.state import Actor
from tests.interfaces.conftest import Outcome, Run
from tests.interfaces.headquarters import Running, wait_until
from tests.labels.test_policy import PLAIN, TEXT

NAMES = Names(("unclassified", "confidential", "secret"), ("jpn", "usa"))
SECRET = Label(classification="secret", releasable_to=("usa",), category="medical")
BOTH = Label(classification="unclassified", releasable_to=("jpn", "usa"))
OPENER = "jpn_prime_minister"
NOW = 1_704_093_000_000_000

# --- with a node that runs


@pytest.fixture
def hq(renkei_run: Run, running: Running, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command of ``hq`` in this process, as whoever signed in."""
    monkeypatch.setenv("RENKEI_SETTINGS", str(running.settings))
    return partial(renkei_run, "hq")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run both parties' nodes on this machine, with somebody of Japan and two administrators signed in."""
    folder = tmp_path_factory.mktemp("headquarters")
    found = Running.start(
        "us-japan", "--store", str(folder / "store"), "--port", "0", settings=folder / "settings"
    )
    node = found.address("jpn")
    assert found.hq("sign-in", OPENER, "--node", node, typed=f"{DEMO_PASSWORD}\n").code == 0
    assert found.hq("assume", OPENER, "--node", node).code == 0
    yield found
    found.stop()


def done(outcome: Outcome) -> str:
    assert outcome.code == 0, outcome.err
    return outcome.out


def made(outcome: Outcome) -> list[str]:
    return list(json.loads(done(outcome))["data"]["made"])


def test_message_leaves_as_a_file_with_its_label_and_the_label_comes_back(
    hq: Run, running: Running, tmp_path: Path
) -> None:
    node, label, content = ("--node", running.address("jpn")), tmp_path / "m.label.xml", tmp_path / "m.json"
    sent = hq("send", "--to", "usa", "--label", "secret:usa:medical", "Beds", *node, "--json")
    item = made(sent)[0]
    done(hq("label", item, "--output", str(label), "--content", str(content), *node))
    assert b"Beds" in content.read_bytes()
    found = read_sidecar(label.read_bytes(), NAMES, "usa")
    assert (found.label, found.references) == (SECRET, (reference_to(content.read_bytes()),))
    shown = hq("read-label", str(label), *node)
    assert "SECRET//MEDICAL//REL TO USA" in done(shown)
    # The label of one message is the label of the next.
    again = made(hq("send", "--to", "usa", "--label", str(label), "More", *node, "--json"))[0]
    told = running.person("jpn", ADMINISTRATOR).get(f"/items/{again}").data
    assert told["label"] == "SECRET//MEDICAL//REL TO USA"
    label.write_bytes(label.read_bytes().replace(b">SECRET<", b">COSMIC<"))
    refused = hq("send", "--to", "usa", "--label", str(label), "More", *node)
    assert (refused.code, refused.err[:5]) == (2, "RK686")
    assert hq("send", "--to", "usa", "--label", str(tmp_path / "no.xml"), "x", *node).code == 2


def test_file_is_attached_under_the_label_beside_it(hq: Run, running: Running, tmp_path: Path) -> None:
    node, path = ("--node", running.address("jpn")), tmp_path / "map.txt"
    path.write_text("道路は通行止め\n", encoding="utf-8")
    label = tmp_path / "map.txt.label.xml"
    label.write_bytes(write_sidecar(SECRET, NAMES, "jpn", [reference_to(path.read_bytes())], created=NOW))
    (case,) = made(hq("open", "Quake", "--contingency", "earthquake", *node, "--json"))
    (item,) = made(hq("attach", case, str(path), "--label", str(label), *node, "--json"))
    told = running.person("jpn", ADMINISTRATOR).get(f"/items/{item}").data
    assert told["label"] == "SECRET//MEDICAL//REL TO USA"
    weaker = hq("attach", case, str(path), "--label", "confidential:usa:medical", *node)
    assert (weaker.code, weaker.err[:5]) == (2, "RK689")
    stored, back = tmp_path / "stored.xml", tmp_path / "back.txt"
    digest = told["terms"]["digest"]
    done(hq("label", digest, "--output", str(stored), "--content", str(back), *node))
    assert back.read_bytes() == path.read_bytes()
    assert done(hq("read-label", str(stored), *node))
    path.write_text("別の内容\n", encoding="utf-8")
    other = hq("attach", case, str(path), "--label", str(label), *node)
    assert (other.code, other.err[:5]) == (2, "RK688")


def test_bundle_of_a_node_that_runs_has_its_label_beside_it(
    hq: Run, running: Running, tmp_path: Path
) -> None:
    there, away = tmp_path / "there.bundle", "usa_indopacom_commander"
    said = {"type": "send", "to": ["jpn"], "text": "Coming", "label": BOTH.model_dump(mode="json")}
    running.person("usa", away).command(said, away)
    jpn = running.person("jpn", ADMINISTRATOR)
    # Even where nothing is new, the acknowledgement of what has arrived is worth carrying.
    wait_until(lambda: jpn.get("/links").data[0]["received"] > 0)
    for party in ("jpn", "usa"):
        node = running.address(party)
        assert running.hq("sign-in", ADMINISTRATOR, "--node", node, typed=f"{DEMO_PASSWORD}\n").code == 0
    out = hq("export", "usa", "--output", str(there), "--node", running.address("jpn"), "--json")
    beside = Path(json.loads(done(out))["label"])
    assert beside == tmp_path / "there.bundle.label.xml"
    taken = hq("import", "jpn", str(there), "--node", running.address("usa"))
    assert taken.code == 0, taken.err
    beside.write_bytes(beside.read_bytes().replace(b">USA<", b">JPN<"))
    refused = hq("import", "jpn", str(there), "--node", running.address("usa"))
    assert (refused.code, refused.err[:5]) == (2, "RK672")


# --- with nodes that do not run


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the nodes of two parties; Japan has released two messages with different labels."""
    folder = tmp_path_factory.mktemp("nodes") / "store"
    node = prepare("us-japan", ("jpn", "usa"), folder, option="", exercise=False, port=0)[0]
    with opened(replace(node, demo=False)) as interface:
        person = Actor("sato", OPENER)
        medical = Label(classification="unclassified", releasable_to=("usa",), category="medical")
        for command in (
            commands.Assume(post=OPENER),
            commands.Send(to=("usa",), text="Road", label=BOTH),
            commands.Send(to=("usa",), text="Beds", label=medical),
        ):
            assert interface.desk.headquarters.submit(person, command).result().refusal is None
        interface.close()
    return folder


@pytest.fixture
def nodes(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return copies of the nodes, to do anything with."""
    monkeypatch.setenv("RENKEI_SETTINGS", str(tmp_path / "settings"))
    shutil.copytree(store, tmp_path / "store")
    return tmp_path / "store"


def test_disk_is_carried_with_its_label(renkei_run: Run, nodes: Path, tmp_path: Path) -> None:
    there, beside = tmp_path / "there.bundle", tmp_path / "there.bundle.label.xml"
    shown = renkei_run("link", "export", str(nodes / "jpn"), "usa", "--output", str(there), "--json")
    assert json.loads(done(shown))["label"] == str(beside)
    found = read_sidecar(beside.read_bytes(), NAMES, "usa")
    assert found.references == (reference_to(there.read_bytes()),)
    assert found.label == Label(classification="unclassified", releasable_to=("usa",), category="medical")
    assert renkei_run("label", "show", str(beside), "--content", str(there)).code == 0
    taken = renkei_run("link", "import", str(nodes / "usa"), "jpn", str(there), "--json")
    assert json.loads(done(taken))["data"]["new"] == 2


def test_bundle_whose_label_does_not_let_it_in_is_left_alone(
    renkei_run: Run, nodes: Path, tmp_path: Path
) -> None:
    there, given, usa = tmp_path / "there.bundle", tmp_path / "given.xml", str(nodes / "usa")
    done(renkei_run("link", "export", str(nodes / "jpn"), "usa", "--output", str(there)))
    weaker = write_sidecar(BOTH, NAMES, "jpn", [reference_to(there.read_bytes())], created=NOW)
    for xml, code in ((weaker, "RK689"), (b"", "RK202")):
        given.write_bytes(xml)
        refused = renkei_run("link", "import", usa, "jpn", str(there), "--label-file", str(given))
        assert refused.code == 2
        assert f" {code} " in f" {refused.err}"
    (status,) = json.loads(done(renkei_run("link", "status", usa, "--json")))["data"]
    assert status["received"] == 0


# --- with nothing but files


@pytest.fixture
def policies(tmp_path: Path) -> list[str]:
    """Return the options that name two policies."""
    found = []
    for name, text in (("example", TEXT), ("plain", PLAIN)):
        path = tmp_path / f"{name}.xml"
        path.write_text(text, encoding="utf-8")
        found += ["--policy", str(path)]
    return found


def label_file(folder: Path, classification: str, *groups: tuple[str, str, str]) -> str:
    """Write a label of the policy EXAMPLE, and return where."""
    categories = tuple(CategoryValues(tag, kind, (value,)) for tag, kind, value in groups)
    path = folder / "label.xml"
    path.write_bytes(write_label(ConfidentialityLabel("EXAMPLE", classification, categories, created=NOW)))
    return str(path)


CLEARANCE = """<c:ConfidentialityClearance
  xmlns:c="urn:nato:stanag:4774:confidentialityclearance:1:0"
  xmlns="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"><PolicyIdentifier>EXAMPLE</PolicyIdentifier>
  <c:ClassificationList><Classification>LOW</Classification></c:ClassificationList>{}
</c:ConfidentialityClearance>"""


@pytest.mark.parametrize(
    ("classification", "groups", "code", "said"),
    [
        ("LOW", (("Release", "PERMISSIVE", "XAA"),), 0, "REL TO XAA"),
        ("LOW", (("Handling", "RESTRICTIVE", "ALPHA"),), 1, "RK682"),
        ("MIDDLE", (), 2, "RK681"),
        ("LOW", (("Release", "RESTRICTIVE", "XAA"),), 2, "RK681"),
    ],
)
def test_policy_tells_whether_a_label_is_valid_and_how_it_is_printed(
    renkei_run: Run,
    tmp_path: Path,
    policies: list[str],
    classification: str,
    groups: tuple[tuple[str, str, str], ...],
    code: int,
    said: str,
) -> None:
    shown = renkei_run("label", "show", label_file(tmp_path, classification, *groups), *policies)
    assert shown.code == code
    assert said in shown.out + shown.err


@pytest.mark.parametrize(("holds", "code"), [("XAA", 0), ("XCC", 1)])
def test_clearance_tells_who_may_read(
    renkei_run: Run, tmp_path: Path, policies: list[str], holds: str, code: int
) -> None:
    label = label_file(tmp_path, "LOW", ("Release", "PERMISSIVE", "XAA"))
    held = f'<Category TagName="Release" Type="PERMISSIVE"><GenericValue>{holds}</GenericValue></Category>'
    clearance = tmp_path / "clearance.xml"
    clearance.write_text(CLEARANCE.format(held), encoding="utf-8")
    shown = renkei_run("label", "show", label, *policies, "--clearance", str(clearance), "--json")
    assert (shown.code, json.loads(shown.out)["data"]["cleared"]) == (code, code == 0)
    assert ("RK683" in shown.err) == bool(code)
    alone = renkei_run("label", "show", label, "--clearance", str(clearance))
    assert (alone.code, alone.err[:5]) == (2, "RK003")


def test_label_is_written_in_another_policy_or_not_at_all(
    renkei_run: Run, tmp_path: Path, policies: list[str]
) -> None:
    into = tmp_path / "plain.label.xml"
    asked = ("PLAIN", *policies, "--output", str(into))
    label = label_file(tmp_path, "LOW", ("Release", "PERMISSIVE", "XAA"), ("Note", "INFORMATIVE", "ONE"))
    done(renkei_run("label", "translate", label, *asked))
    found = read_label(into.read_bytes())
    assert (found.policy, found.classification, found.created) == ("PLAIN", "ANY", NOW)
    assert [group.values for group in found.categories] == [("A",), ("FOREIGN",)]
    assert renkei_run("label", "show", str(into), *policies).code == 0
    into.unlink()
    label = label_file(tmp_path, "LOW", ("Release", "PERMISSIVE", "XCC"))
    refused = renkei_run("label", "translate", label, *asked)
    assert (refused.code, refused.err[:5], into.exists()) == (1, "RK684", False)
    elsewhere = renkei_run("label", "translate", label, "NOWHERE", *asked[1:])
    assert (elsewhere.code, elsewhere.err[:5]) == (2, "RK680")


@pytest.mark.parametrize("xml", [b"", b"<a/>", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', b"<a>" * 9_000])
def test_what_is_no_label_is_told_and_no_traceback(renkei_run: Run, tmp_path: Path, xml: bytes) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(xml)
    for language in ("en", "ja"):
        shown = renkei_run("label", "show", str(path), "--lang", language)
        assert (shown.code, shown.out) == (2, "")
        assert "RK" in shown.err
