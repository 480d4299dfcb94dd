"""The model us-japan: what it promises about consent, law and fairness, and that breaking it is caught."""

from __future__ import annotations

import math
import shutil
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
import yaml
from lxml import etree

from renkei.checker import check
from renkei.process.arrangement import load_arrangement
from renkei.simulator import simulate

FOLDER = Path(__file__).resolve().parents[2] / "src" / "renkei" / "library" / "us-japan"
OPTIONS = ("O0", "O1", "O2", "O3", "O11")
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
MAX_STATES = 50_000
"""States a process may have, so that a check stays a matter of a second."""


@cache
def report() -> dict[str, Any]:
    """Return the check of the model under every option."""
    return cast(dict[str, Any], check(load_arrangement("us-japan")).to_dict())


def failing(folder: Path) -> list[dict[str, Any]]:
    """Return what fails in the consents of a model under the baseline."""
    checked = check(load_arrangement(folder), options=["O0"], properties=["consent"]).to_dict()
    entries = cast(list[dict[str, Any]], checked["properties"])
    return [entry for entry in entries if entry["verdict"] == "fails"]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the model, to be broken."""
    return Path(shutil.copytree(FOLDER, tmp_path / "us-japan"))


def model() -> dict[str, Any]:
    """Return the model file as plain data."""
    loaded = yaml.safe_load((FOLDER / "model.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_has_the_five_options_in_their_order() -> None:
    """The baseline comes first and changes nothing."""
    assert load_arrangement("us-japan").options == OPTIONS
    assert model()["options"]["O0"]["patch"] == {}
    assert model()["run"]["baseline"] == "O0"


def test_everything_holds_under_every_option() -> None:
    """Safe, sound, and no act without consent, whatever the structure of the headquarters."""
    checked = report()
    assert checked["complete"]
    assert {entry["option"] for entry in checked["properties"]} == set(OPTIONS)
    assert {entry["property"] for entry in checked["properties"]} >= {"safe", "sound", "consent"}
    failing = [
        (entry["option"], entry["scope"], entry["property"])
        for entry in checked["properties"]
        if entry["verdict"] != "holds"
    ]
    assert failing == []


def test_processes_stay_small() -> None:
    """Every process has fewer states than its limit, and more than a chain of steps would have."""
    sizes = {entry["states"] for entry in report()["properties"]}
    assert max(sizes) < MAX_STATES
    assert max(sizes) > 1_000


def test_no_headquarters_is_combined() -> None:
    """Officially two chains stand side by side; no authority is transferred under any option."""
    arrangement = load_arrangement("us-japan")
    for option in OPTIONS:
        under = arrangement.with_option(option).model
        assert under is not None
        assert not any(entry.combined for entry in under.headquarters.values())
        assert not any(entry.transfer for entry in under.relationships.values())


def test_options_change_structure_and_never_durations() -> None:
    """An option may say who does a task; how long it takes and how it turns out are the same under all."""
    for option, entry in model()["options"].items():
        for process, patch in entry["patch"].get("processes", {}).items():
            assert set(patch) == {"tasks"}, (option, process)
            for task, change in patch["tasks"].items():
                assert set(change) == {"post"}, (option, process, task)
        assert not {"contingencies", "measures", "attributes", "channels", "matters"} & set(entry["patch"]), (
            option
        )


def test_staff_numbers_of_successors_equal_those_before() -> None:
    """A new headquarters gets no more seats for one matter than the one whose work it takes."""
    base = model()["posts"]
    before = {"jpn_jjoc_operations": "jpn_joint_staff_operations", "usa_jfhq_staff": "usa_indopacom_staff"}
    for entry in model()["options"].values():
        for post, change in entry["patch"].get("posts", {}).items():
            if post in before:
                assert change["seats"] == base[before[post]]["seats"]
                assert change["calendar"] == base[before[post]]["calendar"]


def test_the_control_changes_hours_and_languages_only() -> None:
    """O11 reorganises nothing."""
    patch = model()["options"]["O11"]["patch"]
    assert set(patch) == {"posts"}
    assert {key for change in patch["posts"].values() for key in change} <= {"calendar", "languages"}


def test_japans_legal_gates_are_the_same_under_every_option() -> None:
    """No reorganisation of headquarters changes what Japan's law asks for."""
    arrangement = load_arrangement("us-japan")
    gates = []
    for option in OPTIONS:
        under = arrangement.with_option(option).model
        assert under is not None
        gates.append(
            {name: entry for name, entry in under.authorities.items() if entry.post.startswith("jpn_")}
        )
    assert all(one == other for one, other in pairwise(gates))


def test_every_post_of_a_task_belongs_to_the_party_of_its_pool() -> None:
    """Under no option does a task of one sovereign go to a post of the other."""
    arrangement = load_arrangement("us-japan")
    for option in OPTIONS:
        under = arrangement.with_option(option)
        assert under.model is not None
        for process, binding in under.model.processes.items():
            drawn = under.collaborations[process]
            for task, bound in binding.tasks.items():
                party = binding.pools[drawn.process_of(task).pool]
                assert bound.post is not None, task
                assert under.model.headquarters[under.model.posts[bound.post].headquarters].party == party


def test_orders_go_down_a_chain_of_command() -> None:
    """Whoever orders stands in a headquarters that commands the addressee, inside one party."""
    arrangement = load_arrangement("us-japan")
    for option in OPTIONS:
        under = arrangement.with_option(option).model
        assert under is not None
        commanding = {
            (entry.superior, entry.subordinate)
            for entry in under.relationships.values()
            if entry.kind in {"cocom", "opcon", "tacon"}
        }
        ordering = [
            task for entry in under.processes.values() for task in entry.tasks.values() if task.orders
        ]
        assert ordering
        for task in ordering:
            assert task.orders is not None
            assert task.post is not None
            assert (under.posts[task.post].headquarters, task.orders.to) in commanding, (option, task.post)


def test_nobody_approves_what_he_proposes() -> None:
    """The post that proposes a matter in a process is not the one that approves it there."""
    arrangement = load_arrangement("us-japan")
    for option in OPTIONS:
        under = arrangement.with_option(option).model
        assert under is not None
        for process, entry in under.processes.items():
            proposing = {(task.post, task.proposes) for task in entry.tasks.values() if task.proposes}
            approving = {(task.post, task.approves.matter) for task in entry.tasks.values() if task.approves}
            assert not proposing & approving, (option, process)


def test_channels_carry_what_they_may() -> None:
    """No message has a higher classification than its channel may carry."""
    loaded = load_arrangement("us-japan").model
    assert loaded is not None
    for entry in loaded.processes.values():
        for name, message in entry.messages.items():
            assert message.label is not None
            assert message.channel is not None
            ceiling = loaded.channels[message.channel].ceiling
            assert ceiling is not None
            assert loaded.classifications.index(message.label.classification) <= loaded.classifications.index(
                ceiling
            ), name


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [("jpn-mod", "usa-usfj", 35), ("usa-usfj", "usa-indopacom", 6227), ("jpn-mod", "usa-pentagon", 10904)],
)
def test_positions_give_the_published_distances(one: str, other: str, kilometres: float) -> None:
    """Great-circle distances agree with the table of the domain, within a rounded position."""
    places = model()["headquarters"]
    (a, b), (c, d) = (
        (math.radians(places[name]["latitude"]), math.radians(places[name]["longitude"]))
        for name in (one, other)
    )
    angle = math.acos(math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d))
    assert 6371 * angle == pytest.approx(kilometres, abs=max(3, 0.002 * kilometres))


def redirected(folder: Path, process: str, flow: str, target: str) -> None:
    """Let a sequence flow of a drawing lead to another node."""
    path = folder / "processes" / f"{process}.bpmn"
    tree = etree.parse(str(path))
    (element,) = tree.iterfind(f".//{BPMN}sequenceFlow[@id='{flow}']")
    (arrival,) = [entry for entry in tree.iter(f"{BPMN}incoming") if entry.text == flow]
    arrival.getparent().remove(arrival)
    (node,) = tree.iterfind(f".//*[@id='{target}']")
    node.insert(0, etree.Element(f"{BPMN}incoming"))
    node[0].text = flow
    element.set("targetRef", target)
    tree.write(str(path), encoding="UTF-8", xml_declaration=True)


class Breach(NamedTuple):
    """A sequence flow led to another node, so that forces act too early."""

    process: str
    flow: str
    target: str
    party: str
    """Whose consent is then missing."""
    skipped: str
    """The approval that has not been given."""
    act: str


BREACHES = {
    "US forces use the site without waiting for the host": Breach(
        process="site-access",
        flow="Flow_usa_send_request_to_purpose",
        target="Task_usa_use",
        party="jpn",
        skipped="Task_jpn_decide",
        act="Use the site",
    ),
    "Japan's forces are dispatched before anyone has approved": Breach(
        process="disaster-relief",
        flow="Flow_jpn_begin_to_governor_request",
        target="Task_jpn_order_dispatch",
        party="jpn",
        skipped="Task_jpn_approve_dispatch",
        act="Begin relief",
    ),
    "US forces are ordered to begin before the Secretary of Defense has approved": Breach(
        process="regional-crisis",
        flow="Flow_usa_plan_to_consult",
        target="Task_usa_order",
        party="usa",
        skipped="Task_usa_approve_operation",
        act="Begin US operation",
    ),
}


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES)
def test_breaking_consent_is_caught(copied: Path, breach: Breach) -> None:
    """A drawing in which forces act too early fails, with a path to the act that lacks the approval."""
    redirected(copied, breach.process, breach.flow, breach.target)
    (entry,) = [
        entry for entry in failing(copied) if (entry["scope"], entry["code"]) == (breach.party, "RK320")
    ]
    assert entry["property"] == "consent"
    assert entry["counterexample"] is not None
    steps = entry["counterexample"]["steps"]
    assert steps[-1]["name"] == breach.act
    assert breach.skipped not in {step["element"] for step in steps}
    told = entry["counterexample"]["told"]
    assert any(breach.act in sentence for sentence in told["en"])
    assert len(told["ja"]) == len(told["en"])


def test_the_wrong_post_approving_is_caught(copied: Path) -> None:
    """The Chief of Staff cannot approve the dispatch: completing the task is no consent of Japan."""
    path = copied / "model.yaml"
    text = path.read_text(encoding="utf-8")
    before, task, after = text.partition("      Task_jpn_approve_dispatch:\n")
    after = after.replace("post: jpn_defense_minister", "post: jpn_chief_of_joint_staff", 1)
    path.write_text(before + task + after, encoding="utf-8")
    (entry,) = failing(copied)
    assert (entry["scope"], entry["code"]) == ("jpn", "RK320")
    assert entry["counterexample"]["steps"][-1]["element"] == "Task_jpn_relief"


def test_operating_before_the_diet_without_urgency_is_caught(copied: Path) -> None:
    """Where the law asks for approval beforehand, beginning first is not lawful, not even as a debt."""
    path = copied / "model.yaml"
    text = path.read_text(encoding="utf-8")
    # Every case goes past the Diet as if it were urgent.
    text = text.replace("when: urgency == 'ordinary'}", "when: situation == 'unclassified'}", 1)
    text = text.replace("when: urgency == 'urgent'}", "when: situation != 'unclassified'}", 1)
    path.write_text(text, encoding="utf-8")
    (entry,) = failing(copied)
    assert (entry["scope"], entry["code"]) == ("jpn", "RK320")
    outcomes = {
        key: value for step in entry["counterexample"]["steps"] for key, value in step["outcome"].items()
    }
    assert outcomes["urgency"] == "ordinary"
    assert outcomes["situation"] in {"important-influence", "armed-attack"}


def test_every_measure_is_reached_under_every_option() -> None:
    """A short run reaches the end of each measure, and Japan's own command leaves US access times alone."""
    run = cast(dict[str, Any], simulate(load_arrangement("us-japan"), replications=3).to_dict())
    assert set(run["options"]) == set(OPTIONS)
    assert run["findings"] == []
    for option, entry in run["options"].items():
        assert set(entry["measures"]) == set(model()["measures"]), option
        for name, measure in entry["measures"].items():
            assert measure["cases"] > measure["censored"], (option, name)
            assert 0 < measure["p50"] <= measure["p95"], (option, name)
    command = {entry["measure"]: entry["mean"] for entry in run["differences"] if entry["option"] == "O1"}
    assert abs(command["access-decision"]) < 60
    assert abs(command["access-use"]) < 60
    assert command["relief-order"] < 0
