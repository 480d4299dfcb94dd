"""The studio: what it says is what the command line says, and the headquarters beside it is not touched."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest

from renkei.checker import check
from renkei.clock import ManualClock
from renkei.errors import InputError
from renkei.interfaces.render.comparison import facts_of, kinds_of
from renkei.interfaces.studio.jobs import JOB_SECONDS
from renkei.interfaces.studio.keeper import Asked, Keeper, RefusedError, StoppedError
from renkei.interfaces.studio.versions import Versions
from renkei.log.memory import MemoryLog
from renkei.log.sqlite import SqliteLog
from renkei.net.compile import compile_net
from renkei.net.game import fire, is_enabled
from renkei.process.arrangement import load_arrangement
from renkei.simulator import simulate
from tests.http.world import LIBRARY, Client, Desk, make_desk
from tests.languages import KANA_OR_KANJI

SECONDS = 60.0
Files = dict[str, str]
DRAWING = "processes/site-access.bpmn"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Open one headquarters for all tests of this file: its workers stay warm."""
    clock = ManualClock(1_767_225_600_000_000)
    with make_desk(tmp_path_factory.mktemp("studio"), clock=clock) as desk:
        desk.account("sato")
        yield desk


@pytest.fixture
def planner(studio: Desk) -> Iterator[Client]:
    with studio.client() as client:
        yield client.token()


@pytest.fixture
def files() -> Files:
    return {
        path.relative_to(LIBRARY).as_posix(): path.read_text(encoding="utf-8")
        for path in (LIBRARY / "model.yaml", *sorted(LIBRARY.glob("processes/*.bpmn")))
    }


def laid_out(files: Files, folder: Path) -> Path:
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder


def stuck(files: Files) -> Files:
    """Return the model with a join that waits for what never comes."""
    pattern = r'<bpmn:exclusiveGateway (id="Gateway_jpn_draft".*?)</bpmn:exclusiveGateway>'
    text, count = re.subn(
        pattern, r"<bpmn:parallelGateway \1</bpmn:parallelGateway>", files[DRAWING], flags=re.DOTALL
    )
    assert count == 1
    return {**files, DRAWING: text}


def data(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()["data"]


def error(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()["error"]


def wait_until(true: Callable[[], bool]) -> None:
    until = monotonic() + SECONDS
    while not true():
        assert monotonic() < until, "it did not come true in time"
        Event().wait(0.01)


def finished(client: Client, job: str) -> Any:
    found: list[Any] = []

    def over() -> bool:
        found[:] = [data(client.get(f"/studio/jobs/{job}"))]
        return found[0]["state"] not in {"queued", "running"}

    wait_until(over)
    return found[0]


# What is opened and saved


def test_a_drawing_is_given_as_it_was_drawn(planner: Client, files: Files) -> None:
    model = data(planner.get("/model"))
    for process in model["processes"]:
        found = data(planner.get(f"/model/processes/{process['id']}"))
        assert found["xml"] == files[found["file"]]
        assert found["digest"] == model["digest"]
        again = data(planner.get(f"/model/processes/{process['id']}?digest={model['digest']}&option=O3"))
        assert (again["xml"], again["option"]) == (found["xml"], "O3")
    error(planner.get("/model/processes/nothing"), 404)
    error(planner.get(f"/model/processes/site-access?digest={'0' * 64}"), 404)
    error(planner.get(f"/model/processes/site-access?digest={model['digest']}&option=O99"), 404)
    error(planner.get("/model/processes/site-access?digest=../x"), 422)


def test_the_schema_is_that_of_the_command_line(planner: Client) -> None:
    from renkei.model.schema_json import json_schema

    assert data(planner.get("/studio/schema")) == json_schema()


def test_versions_are_added_and_none_is_changed(planner: Client, files: Files) -> None:
    changed = {
        **files,
        "model.yaml": files["model.yaml"].replace("US–Japan", "Japan–US"),
        "README.md": "# 版\n",
    }
    first = data(
        planner.post("/studio/models", json={"files": changed, "note": "draft", "base": "in-use"}), 201
    )
    assert first["name"]["en"] == "Japan–US command arrangement"
    assert (first["by"], first["note"], first["base"], first["in_use"]) == ("admin", "draft", "in-use", False)
    again = data(
        planner.post("/studio/models", json={"files": changed, "note": "draft", "base": "in-use"}), 201
    )
    assert again["id"] == first["id"], "what is sent twice is saved once"
    broken = {**changed, "model.yaml": "name: {en: Half\n"}
    second = data(
        planner.post("/studio/models", json={"files": broken, "name": "Half", "base": first["id"]}), 201
    )
    assert (second["digest"], second["available"], second["name"]["ja"]) == ("", False, "Half")
    assert second["id"] != first["id"]
    assert data(planner.get(f"/studio/models/{first['id']}"))["files"] == changed
    assert data(planner.get(f"/studio/models/{second['id']}"))["files"] == broken
    listed = data(planner.get("/studio/models"))
    assert [entry["id"] for entry in listed][:4] == ["in-use", "library.us-japan", second["id"], first["id"]]
    in_use = data(planner.get("/studio/models/in-use"))
    assert in_use["files"] == files
    assert data(planner.get(f"/studio/models/{in_use['entry']['digest']}"))["files"] == files
    assert "README.md" in data(planner.get("/studio/models/library.us-japan"))["files"]
    for nothing in ("v99", "library.nothing", "library...", "0" * 64, "nothing"):
        error(planner.get(f"/studio/models/{nothing}"), 404)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("../model.yaml", "x"),
        ("/etc/passwd", "x"),
        ("processes/../../x.bpmn", "x"),
        ("processes/.bpmn", "x"),
        ("processes/a/b.bpmn", "x"),
        ("processes\\x.bpmn", "x"),
        ("model.yaml\0", "x"),
        ("x.py", "x"),
        ("processes/x.bpmn ", "x"),
        ("processes/ｘ.bpmn", "x"),
    ],
)
def test_files_that_no_model_has_are_refused(planner: Client, files: Files, name: str, text: str) -> None:
    sent = {**files, name: text}
    for path, body in (
        ("/studio/check", {"files": sent}),
        ("/studio/models", {"files": sent}),
        ("/studio/jobs", {"files": sent, "kind": "simulate"}),
    ):
        assert error(planner.post(path, json=body), 409)["code"] == "RK770"


def test_too_many_and_too_large_files_are_refused(planner: Client, files: Files) -> None:
    many = {**files, **{f"processes/p{number}.bpmn": "x" for number in range(45)}}
    assert error(planner.post("/studio/check", json={"files": many}), 409)["code"] == "RK771"
    large = {**files, "README.md": "x" * 650_000}
    assert error(planner.post("/studio/check", json={"files": large}), 409)["code"] == "RK771"
    assert error(planner.post("/studio/check", json={"files": {DRAWING: "x"}}), 409)["code"] == "RK770"
    error(planner.post("/studio/check", json={"files": {f"f{n}": "" for n in range(100)}}), 422)
    error(
        planner.post("/studio/jobs", json={"files": files, "kind": "simulate", "replications": 1 << 40}), 422
    )
    error(planner.post("/studio/jobs", json={"files": files, "kind": "simulate", "days": 1e9}), 422)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
    '<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&b;&x;</definitions>'
)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({DRAWING: BOMB}, "RK203"),
        ({DRAWING: ""}, "RK202"),
        ({DRAWING: "<a>" * 100_000}, "RK204"),
        ({"model.yaml": ""}, "RK112"),
        ({"model.yaml": "a: &x [1]\nb: *x\n"}, "RK106"),
        ({"model.yaml": "[" * 200_000}, "RK105"),
        ({"model.yaml": "a: \x01\n"}, "RK103"),
        ({"model.yaml": "- x\n" * 110_000}, "RK102"),
    ],
)
def test_what_harms_readers_is_told_as_a_problem(
    planner: Client, files: Files, change: Files, code: str
) -> None:
    found = data(planner.post("/studio/check", json={"files": {**files, **change}}))
    assert not found["usable"]
    assert found["table"] == []
    codes = {problem["code"] for problem in found["problems"]}
    assert codes == {code}
    assert "root:" not in str(found)


# What a check says


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("seats: 1\n", "seats: x\n"),
        ("post: jpn_governor", "post: jpn_governer"),
        ("processes:\n", "processes: {\n"),
        ("file: processes/site-access.bpmn", "file: processes/nothing.bpmn"),
        ("Task_jpn_order_dispatch: {post: jpn_jjoc_commander}", "Task_jpn_ordr: {post: jpn_jjoc_commander}"),
    ],
)
def test_problems_stand_where_the_command_line_says(
    planner: Client, files: Files, tmp_path: Path, old: str, new: str
) -> None:
    assert old in files["model.yaml"]
    broken = {**files, "model.yaml": files["model.yaml"].replace(old, new, 1)}
    with pytest.raises(InputError) as caught:
        load_arrangement(laid_out(broken, tmp_path))
    found = data(planner.post("/studio/check", json={"files": broken}))
    assert not found["usable"]
    told = [
        (p["code"], p["message"], p["hint"], p["file"], p["line"], p["column"]) for p in found["problems"]
    ]
    assert told == [
        (p.code, p.message, p.hint, p.file.replace(f"{tmp_path}/", ""), p.line, p.column)
        for p in caught.value.problems
    ]
    for problem in found["problems"]:
        assert problem["severity"] == "error"
        assert problem["facts"]["en"] == problem["message"]
        assert KANA_OR_KANJI.search(problem["facts"]["ja"])
        assert problem["title"]["en"]
        assert problem["remedy"]["ja"]
        line = broken[problem["file"]].splitlines()[problem["line"] - 1]
        assert problem["end_column"] == 0 or problem["column"] < problem["end_column"] <= len(line) + 1


def test_the_end_of_a_problem_is_the_end_of_the_word(planner: Client, files: Files) -> None:
    broken = {
        **files,
        "model.yaml": files["model.yaml"].replace("post: jpn_governor", "post: jpn_governer", 1),
    }
    (problem,) = data(planner.post("/studio/check", json={"files": broken}))["problems"]
    line = broken["model.yaml"].splitlines()[problem["line"] - 1]
    assert line[problem["column"] - 1 : problem["end_column"] - 1] == "jpn_governer"


@pytest.mark.parametrize("options", [None, ["O0", "O11"]])
def test_the_table_is_that_of_the_command_line(
    planner: Client, files: Files, tmp_path: Path, options: list[str] | None
) -> None:
    broken = stuck(files)
    report = check(load_arrangement(laid_out(broken, tmp_path)), options=options).to_dict()
    found = data(planner.post("/studio/check", json={"files": broken, "options": options}))
    assert found["usable"]
    assert (found["complete"], found["holds"]) == (True, False)
    assert found["digest"] == report["digest"]
    shown = {entry["id"]: entry for entry in found["counterexamples"]}
    rows = report["properties"]
    assert isinstance(rows, list)
    assert len(found["table"]) == len(rows)
    for row, expected in zip(found["table"], rows, strict=True):
        for key in ("property", "scope", "process", "option", "verdict", "code", "states", "dead"):
            assert row[key] == expected[key]
        assert bool(row["counterexample"]) == (expected["counterexample"] is not None)
        if expected["counterexample"]:
            steps = shown[row["counterexample"]]["steps"]
            told = expected["counterexample"]["told"]
            ends = shown[row["counterexample"]]["conclusion"]
            for language in ("en", "ja"):
                assert [step["sentence"][language] for step in steps] + [e[language] for e in ends] == told[
                    language
                ]
            names = [step["transition"] for step in expected["counterexample"]["steps"]]
            assert [step["transition"] for step in steps] == names
    assert {row["counterexample"] for row in found["table"]} - {""} == shown.keys()


def test_a_counter_example_is_a_path_of_the_net(planner: Client, files: Files, tmp_path: Path) -> None:
    broken = stuck(files)
    arrangement = load_arrangement(laid_out(broken, tmp_path)).with_option("O0")
    net = compile_net(arrangement, "site-access")
    by_name = {transition.name: transition for transition in net.transitions}
    found = data(planner.post("/studio/check", json={"files": broken, "options": ["O0"]}))
    (shown,) = found["counterexamples"]
    marking = net.initial
    known = {element["id"] for p in found["outline"]["processes"] for element in p["elements"]}
    for step in shown["steps"]:
        transition = by_name[step["transition"]]
        assert is_enabled(marking, transition)
        marking = fire(marking, transition)
        expected: Counter[tuple[str, str]] = Counter()
        for place, tokens in zip(net.places, marking, strict=True):
            if place.kind not in {"attribute", "approval", "obligation"}:
                expected[place.element, place.kind] += tokens
        after = {(token["element"], token["kind"]): token["count"] for token in step["after"]["tokens"]}
        assert after == {key: count for key, count in expected.items() if count}
        for token in step["after"]["tokens"]:
            assert set(token["drawn"]) <= known, "every token can be drawn"
        assert set(step["elements"]) <= known
        assert len(step["after"]["facts"]) == sum(
            tokens for place, tokens in zip(net.places, marking, strict=True) if place.kind == "attribute"
        )
    assert not any(is_enabled(marking, transition) for transition in net.transitions), "here it is stuck"
    assert shown["steps"][-1]["after"]["tokens"]


def test_the_outline_names_what_the_model_holds(planner: Client, files: Files) -> None:
    found = data(planner.post("/studio/check", json={"files": files}))
    assert found["holds"]
    assert found["problems"] == []
    outline = found["outline"]
    assert [option["id"] for option in outline["options"]] == ["O0", "O1", "O2", "O3", "O11"]
    assert {phase["option"] for phase in outline["phases"]} <= {"O0", "O1", "O2", "O3", "O11"}
    assert outline["run"]["baseline"] == "O0"
    lines = files["model.yaml"].splitlines()
    for option in outline["options"]:
        assert lines[option["line"] - 1].strip() == f"{option['id']}:"
    for process in outline["processes"]:
        for element in process["elements"]:
            assert f'id="{element["id"]}"' in files[process["file"]]


def waited(event: Event) -> None:
    assert event.wait(SECONDS)


@contextmanager
def busy(keeper: Keeper) -> Iterator[Event]:
    """Let a worker begin nothing until the event is set, however slow all is."""
    go = Event()
    held = keeper.ask(Asked({"kind": "read", "files": {}}, SECONDS, begun=lambda: waited(go)))
    try:
        yield go
    finally:
        go.set()
        held.exception(SECONDS)


def test_a_newer_check_takes_the_place_of_the_older(studio: Desk, files: Files) -> None:
    workshop = studio.interface.desk.studio
    with busy(workshop.checker):
        first, second, other, last = (
            workshop.check(person, files, None) for person in ("abe", "abe", "mori", "abe")
        )
    assert last.result(SECONDS)["usable"]
    assert other.result(SECONDS)["usable"], "what others asked for is not given up"
    for given_up in (first, second):
        with pytest.raises(StoppedError):
            given_up.result(SECONDS)


def test_what_is_given_up_under_way_is_not_answered_even_if_it_gets_done(studio: Desk, files: Files) -> None:
    asked = Asked({"kind": "read", "files": files}, SECONDS)
    # It begins with a word of progress, and is then done before anybody looks whether it was given up.
    asked.progress = lambda *_: asked.cancel()
    with pytest.raises(StoppedError):
        studio.interface.desk.studio.checker.ask(asked).result(SECONDS)


def test_what_was_given_up_is_told_in_the_shape(
    studio: Desk, planner: Client, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop, asked, together = studio.interface.desk.studio, count(1), 4
    check = workshop.check
    with busy(workshop.checker) as go:

        def counted(*given: Any) -> Any:
            answer = check(*given)
            if next(asked) == together:
                go.set()
            return answer

        monkeypatch.setattr(workshop, "check", counted)
        answers = planner.together(*[("POST", "/studio/check", {"files": files}, {})] * together)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {error(a, 409)["code"] for a in answers if a.status_code == 409} == {"RK772"}


# Jobs


def test_the_same_seed_gives_the_numbers_of_the_command_line(
    planner: Client, files: Files, tmp_path: Path
) -> None:
    terms = {"options": ["O0", "O3"], "replications": 6, "seed": 11, "days": 120}
    job = data(planner.post("/studio/jobs", json={"kind": "compare", "files": files, **terms}), 201)
    assert (job["state"], job["by"], job["asked"]["seed"]) == ("queued", "admin", 11)
    over = finished(planner, job["id"])
    assert over["state"] == "finished"
    assert over["progress"]["done"] == over["progress"]["total"] > 0
    report = simulate(
        load_arrangement(laid_out(files, tmp_path)),
        options=["O0", "O3"], replications=6, seed=11, horizon=120 * 86_400.0,
    )  # fmt: skip
    found, expected = over["result"]["report"], report.to_dict()
    assert {key: found[key] for key in found if key != "model"} == {
        key: _plain(expected[key]) for key in expected if key != "model"
    }
    assert over["result"]["kinds"] == kinds_of(facts_of(report)), "the page says what the command line says"
    for entry in over["result"]["distributions"]:
        times = report.samples(entry["option"], entry["measure"])
        measure = report.options[entry["option"]].measures[entry["measure"]]
        assert (
            sum(each["cases"] for each in entry["bins"]) + entry["beyond"] == len(times) + measure.unfinished
        )
        known = [point["seconds"] for point in entry["points"] if point["seconds"] is not None]
        assert known == sorted(known)
    _check_explanations(over["result"], report)


def _check_explanations(result: Any, report: Any) -> None:
    """All replications were followed, so what explains a difference adds up to it."""
    (explained,) = result["explanations"]
    assert (explained["option"], explained["baseline"]) == ("O3", "O0")
    assert {change["kind"] for change in explained["changes"]} >= {
        "headquarters",
        "post",
        "relationship",
        "task",
    }
    assert all(change["sentence"]["en"] and change["sentence"]["ja"] for change in explained["changes"])
    by_measure = {entry.measure: entry for entry in report.differences}
    assert {entry["measure"] for entry in explained["measures"]} == by_measure.keys()
    for entry in explained["measures"]:
        difference = by_measure[entry["measure"]]
        if difference.mean is None:
            assert entry["followed"] is None
            continue
        assert entry["cases"] == difference.cases
        assert entry["followed"] == pytest.approx(difference.mean, abs=1e-3)
        total = sum(part["total"] for part in entry["contributions"])
        # What adds less than a second is left out.
        assert total == pytest.approx(difference.mean, abs=len(result["outline"]["processes"]) * 100)
        assert all(p["total"] == pytest.approx(p["wait"] + p["work"]) for p in entry["contributions"])
        assert entry["sentences"]
    drawn = {
        process["id"]: {element["id"] for element in process["elements"]}
        for process in result["outline"]["processes"]
    }
    assert {(heat["option"], heat["process"]) for heat in result["heat"]} == {
        (option, process) for option in ("O0", "O3") for process in drawn
    }
    for heat in result["heat"]:
        assert {element["element"] for element in heat["elements"]} <= drawn[heat["process"]]
        assert max(element["total"] for element in heat["elements"]) > 0


def _plain(value: Any) -> Any:
    import json

    return json.loads(json.dumps(value, default=lambda number: number.item()))


def test_processes_narrow_what_is_told(planner: Client, files: Files) -> None:
    terms = {"kind": "compare", "files": files, "options": ["O0", "O1"], "replications": 2, "days": 60}
    job = data(planner.post("/studio/jobs", json={**terms, "processes": ["site-access"]}), 201)
    result = finished(planner, job["id"])["result"]
    assert {entry["process"] for entry in result["heat"]} == {"site-access"}
    assert {entry["process"] for entry in result["distributions"]} == {"site-access"}
    assert {m["process"] for e in result["explanations"] for m in e["measures"]} == {"site-access"}


def processor_seconds(pid: int) -> int:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(stat[11]) + int(stat[12])


def test_cancelling_stops_the_work(studio: Desk, planner: Client, files: Files) -> None:
    jobs, runner = studio.interface.desk.studio.jobs, studio.interface.desk.studio.runner
    long = {"kind": "simulate", "files": files, "replications": 2_000}
    job = data(planner.post("/studio/jobs", json=long), 201)
    refused = error(planner.post("/studio/jobs", json=long), 409)
    assert refused["code"] == "RK778"
    assert job["id"] in refused["message"]
    wait_until(lambda: data(planner.get(f"/studio/jobs/{job['id']}"))["progress"]["done"] > 0)
    running = data(planner.get(f"/studio/jobs/{job['id']}"))
    assert (running["state"], running["progress"]["total"], running["result"]) == ("running", 10_000, None)
    with studio.client() as other:
        other.token("sato")
        error(other.get(f"/studio/jobs/{job['id']}"), 404)
        error(other.delete(f"/studio/jobs/{job['id']}"), 404)
        assert data(other.get("/studio/jobs")) == []
    assert data(planner.delete(f"/studio/jobs/{job['id']}"))["state"] == "cancelled"
    found = jobs.find("admin", job["id"])
    assert found is not None
    with pytest.raises(StoppedError):
        found.work.answer.result(10.0)
    over = data(planner.get(f"/studio/jobs/{job['id']}"))
    assert (over["state"], over["result"]) == ("cancelled", None)
    # Whoever is idle, or dead, uses no processor.
    before = processor_seconds(runner.pid) if runner.pid else 0
    Event().wait(0.3)
    assert not runner.pid or processor_seconds(runner.pid) - before <= 2
    again = data(planner.post("/studio/jobs", json={**long, "replications": 1, "days": 30}), 201)
    assert finished(planner, again["id"])["state"] == "finished"


def test_what_cannot_be_simulated_fails_with_its_problem(planner: Client, files: Files) -> None:
    model = files["model.yaml"]
    without = {**files, "model.yaml": model[: model.index("\nrun:\n")]}
    job = data(planner.post("/studio/jobs", json={"kind": "simulate", "files": without}), 201)
    over = finished(planner, job["id"])
    assert over["state"] == "failed"
    assert over["problems"][0]["code"] == "RK403"
    assert over["problems"][0]["title"]["ja"]
    broken = {**files, "model.yaml": "x"}
    job = data(planner.post("/studio/jobs", json={"kind": "simulate", "files": broken}), 201)
    assert finished(planner, job["id"])["state"] == "failed"
    wrong = {"kind": "simulate", "files": files, "options": ["O99"]}
    job = data(planner.post("/studio/jobs", json=wrong), 201)
    assert finished(planner, job["id"])["problems"]


# Workers


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    made = Keeper("of-a-test")
    yield made
    made.close()


def checking(files: Files, seconds: float = SECONDS) -> Asked:
    return Asked({"kind": "check", "files": files, "options": ["O0"]}, seconds)


def answer_of(asked: Asked, keeper: Keeper) -> Any:
    found: Future[Any] = keeper.ask(asked)
    return found.result(SECONDS)


def test_a_worker_that_is_killed_is_followed_by_another(keeper: Keeper, files: Files) -> None:
    assert keeper.pid == 0, "no worker before there is work"
    assert answer_of(checking(files), keeper)["usable"]
    first = keeper.pid
    begun = Event()
    job = Asked(
        {"kind": "simulate", "files": files, "options": [], "processes": [], "replications": 2_000, "seed": 1,
         "days": None},
        JOB_SECONDS, progress=lambda *_: begun.set(),
    )  # fmt: skip
    answer = keeper.ask(job)
    assert begun.wait(SECONDS)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(RefusedError) as caught:
        answer.result(SECONDS)
    assert caught.value.problems[0].code == "RK774"
    assert answer_of(checking(files), keeper)["usable"]
    assert keeper.pid not in {0, first}


def test_what_takes_too_long_is_stopped(keeper: Keeper, files: Files) -> None:
    with pytest.raises(RefusedError) as caught:
        answer_of(checking(files, 0.0), keeper)
    assert caught.value.problems[0].code == "RK773"
    assert answer_of(checking(files), keeper)["usable"]


def test_closing_ends_the_worker_and_what_waits(files: Files) -> None:
    keeper = Keeper("of-a-test")
    answers = [keeper.ask(checking(files)) for _ in range(3)]
    wait_until(lambda: keeper.pid > 0)
    pid = keeper.pid
    keeper.close()
    assert not Path(f"/proc/{pid}").exists()
    for answer in (*answers[1:], keeper.ask(checking(files))):
        with pytest.raises(StoppedError):
            answer.result(SECONDS)


def test_the_node_itself_stays_free_of_the_compiler(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from renkei.interfaces.studio.keeper import Asked, Keeper\n"
        "from renkei.interfaces.studio.workshop import Studio\n"
        "import renkei.interfaces.http.studio\n"
        "keeper = Keeper('x')\n"
        "found = keeper.ask(Asked({'kind': 'check', 'files': {'model.yaml': 'x'}, 'options': None}, 60.0))\n"
        "assert not found.result(60.0)['usable']\n"
        "keeper.close()\n"
        "assert not {'numba', 'llvmlite', 'renkei.checker', 'renkei.simulator'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path, timeout=SECONDS)


# Adopting


def test_a_version_is_adopted_and_new_cases_run_on_it(tmp_path: Path, files: Files) -> None:
    clock = ManualClock(1_767_225_600_000_000)
    renamed = files["model.yaml"].replace("US–Japan command arrangement", "The second version")
    with (
        make_desk(tmp_path, clock=clock, log=SqliteLog(tmp_path / "log.db")) as desk,
        desk.client() as client,
    ):
        client.token()
        before = data(client.get("/model"))["digest"]
        _assume(client)
        old = _open(client)
        saved = data(client.post("/studio/models", json={"files": {**files, "model.yaml": renamed}}), 201)
        assert not saved["available"]
        adopt = {"type": "adopt", "digest": saved["digest"], "option": "O1"}
        assert error(_give(client, adopt), 409)["code"] == "RK502"
        told = data(client.post(f"/studio/models/{saved['id']}/adopt-check?option=O1"))
        assert told["adoptable"]
        assert told["holds"]
        assert told["partners"] == ["usa"]
        assert told["running"] == [{"digest": before, "option": "", "cases": [old]}]
        assert "jpn_jjoc_commander" in told["new_posts"]
        assert data(client.get("/model"))["digest"] == before, "nothing is adopted by looking"
        data(_give(client, told["command"]))
        new = _open(client)
        digests = {entry: data(client.get(f"/cases/{entry}"))["digest"] for entry in (old, new)}
        assert digests == {old: before, new: saved["digest"]}
        older = data(client.get(f"/model/processes/disaster-relief?digest={before}"))
        assert older["digest"] == before
        again = data(client.post(f"/studio/models/{saved['id']}/adopt-check?option=O1"))
        assert again["in_use"]
        assert not again["adoptable"]
        error(client.post(f"/studio/models/{saved['id']}/adopt-check?option=O99"), 409)
        error(client.post("/studio/models/v99/adopt-check"), 404)
    with (
        make_desk(tmp_path, clock=clock, log=SqliteLog(tmp_path / "log.db"), is_new=False) as desk,
        desk.client() as client,
    ):
        client.token()
        model = data(client.get("/model"))
        assert (model["digest"], model["option"]) == (saved["digest"], "O1")
        assert model["name"]["en"] == "The second version"
        assert data(client.get(f"/cases/{_open(client)}"))["digest"] == saved["digest"]
        assert data(client.get("/studio/models/v1"))["entry"]["in_use"]


def test_what_is_broken_cannot_be_adopted(planner: Client, files: Files) -> None:
    broken = {**files, "model.yaml": files["model.yaml"].replace("seats: 1\n", "seats: x\n", 1)}
    saved = data(planner.post("/studio/models", json={"files": broken}), 201)
    told = data(planner.post(f"/studio/models/{saved['id']}/adopt-check"))
    assert not told["adoptable"]
    assert not told["available"]
    assert told["problems"]
    failing = data(planner.post("/studio/models", json={"files": stuck(files)}), 201)
    told = data(planner.post(f"/studio/models/{failing['id']}/adopt-check?option=O0"))
    assert told["usable"]
    assert not told["holds"]
    assert {row["code"] for row in told["failures"]} == {"RK301"}
    assert {row["option"] for row in told["failures"]} == {"O0"}


def test_only_who_may_adopt_makes_the_node_keep_a_version(
    studio: Desk, planner: Client, files: Files
) -> None:
    other = {**files, "model.yaml": f"{files['model.yaml']}# kept by an administrator\n"}
    saved = data(planner.post("/studio/models", json={"files": other}), 201)
    with studio.client() as client:
        client.token("sato")
        told = data(client.post(f"/studio/models/{saved['id']}/adopt-check?option=O3"))
    assert told["holds"]
    assert not told["available"]
    assert not told["adoptable"]
    assert told["partners"] == ["usa"]
    error(planner.get(f"/studio/models/{saved['digest']}"), 404)
    told = data(planner.post(f"/studio/models/{saved['id']}/adopt-check?option=O3"))
    assert told["adoptable"]
    assert data(planner.get(f"/studio/models/{saved['digest']}"))["files"] == other


def test_two_processes_of_a_party_save_into_one_store(files: Files) -> None:
    log = MemoryLog()
    stores = [Versions(log), Versions(log)]
    terms = {"name": {"en": "x", "ja": "x"}, "base": "", "by": "sato", "saved": 1, "digest": ""}
    made = [stores[n % 2].save({**files, "README.md": str(n)}, note=str(n), **terms) for n in range(6)]
    assert [version.id for version in made] == [f"v{n}" for n in range(1, 7)]
    for store in (*stores, Versions(log)):
        assert store.all() == made
        assert [store.files(version)["README.md"] for version in made] == list("012345")


def _assume(client: Client) -> None:
    data(client.post("/commands", json={"command": {"type": "assume", "post": "jpn_prime_minister"}}))


def _open(client: Client) -> str:
    command = {
        "type": "open",
        "process": "disaster-relief",
        "title": "Earthquake",
        "contingency": "earthquake",
    }
    return str(data(_give(client, command))["made"][0])


def _give(client: Client, command: Any) -> Any:
    return client.post("/commands", json={"post": "jpn_prime_minister", "command": command})
