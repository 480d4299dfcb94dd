"""What people do and see: commands once, refusals that help, everybody of the party the same."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from renkei.clock import ManualClock
from renkei.interfaces.http.settings import Limits, Settings
from renkei.log.memory import MemoryLog
from renkei.log.port import Row
from tests.http.test_shape import assert_error, assert_success, reads_as_japanese
from tests.http.world import CHEAP, Client, Desk, make_desk

OPEN = {"type": "open", "contingency": "earthquake", "title": "A large earthquake"}


def give(client: Client, post: str | None, /, **command: Any) -> Any:
    return client.post("/commands", json={"post": post, "command": command})


@pytest.fixture
def watch(program: Client) -> str:
    """Return a post that the administrator holds and that opens cases."""
    post = "jpn_operations_watch"
    assert_success(give(program, None, type="assume", post=post))
    return post


def test_case_is_opened_seen_and_told_of(desk: Desk, program: Client, watch: str) -> None:
    done = assert_success(give(program, watch, **OPEN))
    (case, *_) = done["data"]["made"]
    assert done["seq"] == done["data"]["entries"][-1]["seq"] == desk.node.state.seq
    assert [line["case"] for line in program.get("/cases").json()["data"]] == [case]
    whole = assert_success(program.get(f"/cases/{case}"))
    assert whole["data"]["title"] == OPEN["title"]
    rows = assert_success(program.get(f"/cases/{case}/timeline"))["data"]
    assert {row["seq"] for row in rows} <= {entry["seq"] for entry in done["data"]["entries"]}
    assert rows
    assert (
        assert_success(program.get("/inbox"))["data"]
        == assert_success(program.get(f"/inbox?post={watch}"))["data"]
    )
    desk.account("sato", posts=())
    with desk.client() as other:
        other.token("sato")
        assert other.get(f"/cases/{case}").json()["data"]["title"] == OPEN["title"]


def test_same_command_is_carried_out_once_however_often_it_comes(
    desk: Desk, program: Client, watch: str
) -> None:
    command = {"post": watch, "command": {**OPEN, "id": "once"}}
    answers = program.together(*[("POST", "/commands", command, None)] * 20)
    whole = [assert_success(answer) for answer in answers]
    assert sum(not each["data"]["repeated"] for each in whole) == 1
    assert len({(str(each["data"]["entries"]), str(each["data"]["made"])) for each in whole}) == 1
    assert len(desk.node.state.cases) == 1


def test_seats_are_as_many_as_there_are_whoever_comes_at_once(desk: Desk, program: Client) -> None:
    seats = {entry["post"]: entry["seats"] for entry in program.get("/posts").json()["data"]}
    post = "jpn_defense_minister"
    for number in range(seats[post] + 3):
        desk.account(f"person{number}")
    with desk.client() as crowd:
        bodies = []
        for number in range(seats[post] + 3):
            crowd.token(f"person{number}")
            headers = {"Authorization": crowd.headers["Authorization"]}
            bodies.append(("POST", "/commands", {"command": {"type": "assume", "post": post}}, headers))
        statuses = [answer.status_code for answer in crowd.together(*bodies)]
    assert statuses.count(200) == seats[post]
    assert set(statuses) <= {200, 403, 409}


def test_refusal_names_the_rule_and_what_is_possible(program: Client) -> None:
    error = assert_error(give(program, "jpn_diet", type="leave"), 403)
    assert error["rule"] == "seats"
    assert error["rule_name"]["ja"] == "職の名で命令を出せるのは、その職に就く者に限る"
    named = {"en": "National Diet", "ja": "国会"}
    assert error["possible"] == [
        {"command": "assume", "target": "jpn_diet", "case": "", "post": "", "name": named}
    ]
    assert assert_error(give(program, None, type="assume", post="nobody"), 404)["possible"]


def test_refusals_tell_by_their_status_what_stands_against_it(program: Client, watch: str) -> None:
    case = assert_success(give(program, watch, **OPEN))["data"]["made"][0]
    refused = [
        (404, "RK505", {"type": "complete", "case": "nothing", "task": "x"}),
        (404, "RK543", {"type": "acknowledge", "item": "nothing"}),
        (404, "RK527", {"type": "withhold", "item": "nothing"}),
        (409, "RK512", {"type": "complete", "case": case, "task": "nothing"}),
        (409, "RK510", {"type": "set", "case": case, "attribute": "nothing", "value": "x"}),
        (403, "RK511", {"type": "set", "case": case, "attribute": "situation", "value": "gray-zone"}),
    ]
    for status, code, command in refused:
        assert assert_error(give(program, watch, **command), status)["code"] == code


def test_refusal_tells_its_facts_in_both_languages(program: Client, watch: str) -> None:
    case = assert_success(give(program, watch, **OPEN))["data"]["made"][0]
    task = "Task_jpn_approve_dispatch"
    error = assert_error(give(program, watch, type="approve", case=case, task=task), 409)
    assert error["message"] == f"{task} does not wait in {case}"
    assert error["facts"] == {
        "en": f'"Approve dispatch" does not wait in {case}',
        "ja": f"「派遣を承認」は、事案 {case} で待っている作業ではありません。",
    }
    error = assert_error(
        give(program, watch, type="set", case=case, attribute="situation", value="gray-zone"), 403
    )
    assert error["message"] == f"{watch} does not decide situation"
    assert error["facts"]["ja"].startswith("市ヶ谷運用当直は「")
    assert error["facts"]["ja"].endswith("」を定める立場にありません。")
    assert error["rule"] == "attributes.situation"
    assert error["rule_name"]["ja"].startswith("モデルで「")
    # What is possible instead is named too.
    error = assert_error(give(program, watch, type="open", contingency="nothing", title="?"), 409)
    assert error["facts"]["ja"] == "事態「nothing」はモデルにありません。"
    assert {"open"} == {way["command"] for way in error["possible"]}
    assert all(reads_as_japanese(way["name"]["ja"]) for way in error["possible"])


class GatedLog(MemoryLog):
    """A store that takes as long as one lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()

    def append(self, rows: Sequence[Row]) -> None:
        """Append once the gate is open."""
        assert self.gate.wait(30)
        super().append(rows)


def test_answer_that_takes_too_long_can_be_asked_for_again(tmp_path: Path, clock: ManualClock) -> None:
    log = GatedLog()
    settings = Settings(hashing=CHEAP, limits=Limits(answer_seconds=0.3))
    with make_desk(tmp_path, clock=clock, settings=settings, log=log) as desk, desk.client() as program:
        program.token()
        command = {"type": "assume", "post": "jpn_cabinet", "id": "slow"}
        log.gate.clear()
        error = assert_error(give(program, None, **command), 503)
        assert "same id" in error["hint"]
        log.gate.set()
        done = assert_success(give(program, None, **command))
        assert done["data"]["repeated"] is True
        assert desk.node.state.seats["jpn_cabinet"] == ("admin",)


def test_what_only_the_node_may_say_cannot_be_said_by_people(program: Client, watch: str) -> None:
    for kind in ("tick", "receive", "seal", "acknowledged", "fork", "account"):
        error = assert_error(give(program, watch, type=kind, partner="usa", name="x", change="y"), 422)
        assert [problem["where"] for problem in error["problems"]] == ["body.command"]


def test_nobody_acts_as_somebody_else(desk: Desk, watch: str) -> None:
    desk.account("sato")
    with desk.client() as other:
        other.token("sato")
        assert_error(give(other, watch, **OPEN), 403)
        assert_error(other.post("/commands", json={"post": watch, "person": "admin", "command": OPEN}), 422)


def test_seat_is_for_whom_the_account_allows(desk: Desk) -> None:
    desk.account("sato", posts=("jpn_diet",))
    with desk.client() as tool:
        tool.token("sato")
        assert tool.get("/me").json()["data"]["may_hold"] == ["jpn_diet"]
        assert assert_error(give(tool, None, type="assume", post="jpn_cabinet"), 403)["code"] == "RK704"
        assert_success(give(tool, None, type="assume", post="jpn_diet"))
        assert tool.get("/me").json()["data"]["posts"] == ["jpn_diet"]


def test_seat_goes_only_to_somebody_who_can_sign_in(desk: Desk, program: Client, watch: str) -> None:
    desk.account("Sato")
    desk.account("mori")
    desk.account("abe", posts=("jpn_diet",))
    program.post("/accounts/mori/disable")
    for name, code in (("nobody", "RK722"), ("mori", "RK722"), ("abe", "RK704")):
        assert assert_error(give(program, watch, type="hand-over", to=name), 403, 409)["code"] == code
    assert program.get("/me").json()["data"]["posts"] == [watch]
    assert_success(give(program, watch, type="hand-over", to="SATO"))
    assert program.get("/me").json()["data"]["posts"] == []
    assert desk.node.state.seats[watch] == ("Sato",)


def test_what_was_written_is_read_back_as_it_was(program: Client, watch: str) -> None:
    text = "第二報 <script>alert('x')</script> \" \\ \u2028 ₩ é \U0001f6a8"
    done = assert_success(give(program, watch, type="report", **_report(program, watch, text)))
    item = done["data"]["made"][0]
    answer = program.get(f"/items/{item}")
    assert answer.headers["content-type"] == "application/json"
    assert assert_success(answer)["data"]["text"] == text
    assert [entry["id"] for entry in program.get("/items?kind=report").json()["data"]] == [item]
    assert program.get("/items?kind=order").json()["data"] == []


def _report(program: Client, watch: str, text: str) -> dict[str, Any]:
    case = assert_success(give(program, watch, **OPEN))["data"]["made"][0]
    return {"case": case, "situation": text}


def test_list_that_changes_while_it_is_read_loses_nothing_that_stays(program: Client, watch: str) -> None:
    made = [assert_success(give(program, watch, **OPEN))["data"]["made"][0] for _ in range(6)]
    first = assert_success(program.get("/cases?limit=3"))
    assert_success(give(program, watch, type="close", case=first["data"][0]["case"]))
    give(program, watch, **OPEN)
    second = assert_success(program.get(f"/cases?limit=100&cursor={first['next']}"))
    seen = [line["case"] for line in (*first["data"], *second["data"])]
    # What came meanwhile may stand before or behind the place that was reached; what stays is told once.
    assert set(made) <= set(seen)
    assert len(seen) == len(set(seen))


def test_newest_cases_come_first_where_asked_for(program: Client, watch: str) -> None:
    made = [assert_success(give(program, watch, **OPEN))["data"]["made"][0] for _ in range(3)]
    first = assert_success(program.get("/cases?newest=true&limit=2"))
    rest = assert_success(program.get(f"/cases?newest=true&limit=2&cursor={first['next']}"))
    newest = [line["case"] for line in (*first["data"], *rest["data"])]
    assert newest == [line["case"] for line in assert_success(program.get("/cases"))["data"]][::-1]
    assert set(newest) == set(made)


def test_page_knows_the_clocks_and_how_high_each_post_may_release(
    program: Client, watch: str, clock: ManualClock
) -> None:
    me = assert_success(program.get("/me"))["data"]
    assert me["now"] == clock.now()
    clocks = {entry["id"]: (entry["own"], entry["timezones"]) for entry in me["clocks"]}
    assert clocks["jpn"] == (True, ["Asia/Tokyo"])
    assert clocks["usa"][0] is False
    assert set(clocks["usa"][1]) == {"Asia/Tokyo", "America/New_York", "Pacific/Honolulu"}
    (seat,) = me["seats"]
    assert (seat["id"], seat["timezone"]) == (watch, "Asia/Tokyo")
    classifications = program.get("/model").json()["data"]["classifications"]
    for entry in seat["releases"]:
        label = {"releasable_to": ["jpn", entry["partner"]]}
        about = {"type": "send", "to": [entry["partner"]], "text": "words"}
        highest = classifications.index(entry["classification"])
        for height, name in enumerate(classifications):
            command = {**about, "label": {**label, "classification": name}}
            shown = program.post("/preview", json={"post": watch, "command": command})
            released = shown.json().get("data", {}).get("released", [])
            assert bool(released) == (height <= highest), name
