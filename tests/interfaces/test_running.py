"""Headquarters that run: real processes and stores, and what people do in them until both have decided."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import pytest

from renkei.interfaces.hq.answer import NodeError
from renkei.interfaces.service.family import free_ports
from renkei.interfaces.service.process import ADMINISTRATOR, DEMO_PASSWORD
from tests.interfaces.headquarters import Play, Running, entries, renkei, wait_until

DESK, MINISTER = "jpn_mod_disclosure", "jpn_defense_minister"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run both parties' nodes on this machine."""
    folder = tmp_path_factory.mktemp("headquarters")
    begin = perf_counter()
    found = Running.start(
        "us-japan", "--store", str(folder / "store"), "--port", "0", settings=folder / "settings"
    )
    # Five seconds is what people are promised, and what bench/ready.py measures; tests share their machine.
    assert perf_counter() - begin < 60
    yield found
    found.stop()


@pytest.fixture(scope="module")
def case(running: Running) -> str:
    """Open a case, as a person who types."""
    node = running.address("jpn")
    signed_in = running.hq("sign-in", "jpn_prime_minister", "--node", node, typed=f"{DEMO_PASSWORD}\n")
    assert (signed_in.code, signed_in.err) == (0, "")
    assert running.hq("assume", "jpn_prime_minister", "--node", node).code == 0
    opened = running.hq(
        "open", "Earthquake off Noto", "--contingency", "earthquake", "--node", node, "--json"
    )
    assert (opened.code, opened.err) == (0, "")
    (made,) = json.loads(opened.out)["data"]["made"]
    return str(made)


def attribute(play: Play, party: str, name: str) -> str | None:
    """Return what a party knows of an attribute."""
    found = play.case_at(party, ADMINISTRATOR) or {"attributes": []}
    return next((entry["value"] for entry in found["attributes"] if entry["attribute"] == name), None)


def test_both_sides_come_to_a_joint_decision(running: Running, case: str) -> None:
    node = running.address("jpn")
    # Whoever has not the authority is told the rule, who could, and what is possible.
    refused = running.hq("approve", case, "Task_jpn_approve_dispatch", "--node", node)
    assert refused.code == 1
    assert refused.out == ""
    assert re.match(r"RK5\d\d .*Task_jpn_approve_dispatch", refused.err)
    play = Play(running, case)
    play.step(lambda: ("jpn_governor", "Task_jpn_governor_request") in play.done)
    as_json = running.hq("approve", case, "Task_jpn_approve_dispatch", "--node", node, "--json")
    (error,) = json.loads(as_json.out)["errors"]
    assert as_json.code == 1
    assert MINISTER in error["could"]
    assert error["rule"]
    # A node that is killed comes back, and goes on from its log.
    before = running.person("usa", ADMINISTRATOR).get("/me").seq
    killed = running.pid("usa")
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: running.pid("usa") not in {0, killed})
    ready = running.hq("ready", "--seconds", "60", "--node", running.address("usa"))
    assert (ready.code, ready.err) == (0, "")
    assert running.person("usa", ADMINISTRATOR).get("/me").seq >= before
    play.step(lambda: attribute(play, "jpn", "us_support") == "granted")
    assert ("usa_indopacom_commander", "Task_usa_approve_support") in play.done
    assert attribute(play, "usa", "us_support") == "granted"


def test_what_is_above_the_lowest_label_waits_for_a_decision_to_release(running: Running, case: str) -> None:
    node = running.address("jpn")
    label = "confidential:jpn,usa"
    sent = running.hq("send", "--to", "usa", "--label", label, "Airfield closed", "--node", node, "--json")
    assert (sent.code, sent.err) == (0, "")
    (item, held) = json.loads(sent.out)["data"]["made"]
    play = Play(running, case)
    play.cross()
    there = running.person("usa", ADMINISTRATOR)
    assert item not in [entry["item"] for entry in there.get("/items", kind="message").data]
    (waiting,) = [
        entry for entry in running.person("jpn", ADMINISTRATOR).get("/items", kind="release").data
        if entry["item"] == held
    ]  # fmt: skip
    with pytest.raises(NodeError) as refused:
        running.person("jpn", "jpn_prime_minister").command(
            {"type": "release", "item": held}, "jpn_prime_minister"
        )
    assert set(refused.value.details["could"]) == set(waiting["posts"])
    post = waiting["posts"][0]
    running.person("jpn", post).command({"type": "release", "item": held}, post)
    play.cross()
    (arrived,) = [entry for entry in there.get("/items", kind="message").data if entry["item"] == item]
    assert (arrived["text"], arrived["label"]) == ("Airfield closed", "CONFIDENTIAL//REL TO JPN, USA")
    # The log of the other side has nothing of it before it was released.
    assert sum(item in json.dumps(entry) for entry in entries(there)) >= 1


def test_one_of_two_who_take_on_a_task_is_told_of_the_other(running: Running) -> None:
    opener = running.person("jpn", "jpn_prime_minister")
    (made,) = opener.command(
        {"type": "open", "title": "Second", "contingency": "earthquake"}, "jpn_prime_minister"
    ).data["made"]
    play = Play(running, made, parties=("jpn",))
    play.step(lambda: any(task == "Task_jpn_order_dispatch" for _, task in play.done))
    work = (play.case_at("jpn", ADMINISTRATOR) or {})["work"]
    task = next(entry["task"] for entry in work if entry["post"] == "jpn_forces")
    address = running.address("jpn")
    running.person("jpn", ADMINISTRATOR).post(
        "/accounts", {"name": "suzuki", "password": "a quite long secret", "posts": ["jpn_forces"]}
    )
    from renkei.interfaces.hq.client import Client

    with Client(address) as signing:
        token = signing.sign_in("suzuki", "a quite long secret")
    with Client(address, token) as other:
        other.command({"type": "assume", "post": "jpn_forces"})
        people = {"jpn_forces": running.person("jpn", "jpn_forces"), "suzuki": other}
        claim = {"type": "claim", "case": made, "task": task}

        def claimed(name: str) -> NodeError | None:
            try:
                people[name].command(claim, "jpn_forces")
            except NodeError as error:
                return error
            return None

        with ThreadPoolExecutor(2) as threads:
            found = dict(zip(people, threads.map(claimed, people), strict=True))
        (winner,) = [name for name, error in found.items() if error is None]
        (told,) = [error for error in found.values() if error is not None]
        assert told.refused
        assert winner in str(told)
        assert re.search(r"20\d\d-\d\d-\d\d", str(told)), told
        entry = next(e for e in other.get("/inbox", post="jpn_forces").data if e.get("task") == task)
        assert entry["claimed"]["person"] == winner


def test_file_is_attached_and_comes_back_as_it_was(running: Running, case: str, tmp_path: Path) -> None:
    node, path = running.address("jpn"), tmp_path / "note.txt"
    path.write_text("道路は通行止め\n", encoding="utf-8")
    attached = running.hq("attach", case, str(path), "--node", node)
    assert (attached.code, attached.err) == (0, "")
    (item,) = running.person("jpn", ADMINISTRATOR).get("/items", kind="file", case=case).data
    digest = item["terms"]["digest"]
    back = tmp_path / "back.txt"
    fetched = running.hq("fetch", digest, "--output", str(back), "--node", node)
    assert fetched.code == 0
    assert back.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_question_has_an_answer_for_people_and_as_data(
    running: Running, case: str, language: str
) -> None:
    """In this process: a process of its own for each would take most of a minute."""
    from contextlib import redirect_stdout
    from io import StringIO

    from renkei.interfaces.cli import run
    from renkei.interfaces.hq.access import Access

    client = running.person("jpn", "jpn_prime_minister")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RENKEI_SETTINGS", str(running.settings / f"in-process-{language}"))
        patch.setenv("COLUMNS", "160")
        administrator = running.person("jpn", ADMINISTRATOR)
        for asked in (
            "me",
            "posts",
            "inbox",
            f"show {case}",
            "cases",
            f"timeline {case}",
            "items",
            "deadlines",
            "links",
            "model",
            "log --after 20",
            "checkpoint",
            "watch --after 0 --count 3",
            "accounts",
        ):
            person = administrator if asked == "accounts" else client
            Access.load().keep(running.address("jpn"), token_of(person), "x")
            for form in ("", "--json"):
                out = StringIO()
                with redirect_stdout(out):
                    code = run(["hq", *asked.split(), *form.split(), "--lang", language])
                assert code == 0, asked
                assert out.getvalue().strip(), asked
                if form and not asked.startswith("watch"):
                    assert json.loads(out.getvalue()).keys() >= {"data", "seq"}
            if language == "ja" and asked in {"posts", f"show {case}", "deadlines"}:
                with redirect_stdout(shown := StringIO()):
                    run(["hq", *asked.split(), "--lang", "ja"])
                assert re.search(r"[ぁ-ん一-龥]", shown.getvalue())


def token_of(client: object) -> str:
    """Return the token that a client sends."""
    headers = client._http.headers  # type: ignore[attr-defined]
    return str(headers["Authorization"]).removeprefix("Bearer ")


def test_refusal_is_told_in_japanese(running: Running, case: str) -> None:
    node = running.address("jpn")
    refused = running.hq("approve", case, "Task_jpn_publish", "--node", node, "--lang", "ja")
    assert refused.code == 1
    assert re.search(r"[ぁ-ん一-龥]", refused.err)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "no-such-case"], 2, "RK7"),
        (["assume", "jpn_cabinet"], 2, "RK704"),
        (["accounts"], 2, "RK704"),
        (["claim", "no-such-case", "x"], 1, "RK5"),
        (["export", "usa", "--output", "/dev/null"], 2, "RK704"),
    ],
)
def test_exit_code_tells_what_kind_of_no_it_was(
    running: Running, case: str, arguments: list[str], code: int, said: str
) -> None:
    assert case
    shown = running.hq(*arguments, "--node", running.address("jpn"))
    assert (shown.code, shown.out) == (code, "")
    assert shown.err.startswith(said)


def test_wrong_password_signs_nobody_in(running: Running) -> None:
    shown = running.hq("sign-in", "jpn_cabinet", "--node", running.address("jpn"), typed="wrong password\n")
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("RK70")


def test_own_password_is_set_with_the_current_one(running: Running) -> None:
    node, first, second = running.address("usa"), "a quite long secret", "another quite long secret"
    running.person("usa", ADMINISTRATOR).post("/accounts", {"name": "tanaka", "password": first, "posts": []})
    assert running.hq("sign-in", "tanaka", "--node", node, typed=f"{first}\n").code == 0
    wrong = running.hq("set-password", "tanaka", "--node", node, typed=f"guessed secret\n{second}\n")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith("RK702")
    assert running.hq("set-password", "tanaka", "--node", node, typed=f"{first}\n{second}\n").code == 0
    assert running.hq("sign-in", "tanaka", "--node", node, typed=f"{second}\n").code == 0


def test_same_command_is_carried_out_once(running: Running, case: str) -> None:
    client = running.person("jpn", "jpn_prime_minister")
    given = {"type": "report", "id": "my-own-id", "case": case, "situation": "Quiet"}
    first = client.command(given, "jpn_prime_minister")
    second = client.command(given, "jpn_prime_minister")
    assert (first.data["repeated"], second.data["repeated"]) == (False, True)
    assert first.data["made"] == second.data["made"]
    assert first.data["entries"] == second.data["entries"]


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts nodes; those that still run at the end are stopped."""
    begun: list[Running] = []

    def begin(*arguments: str) -> Running:
        begun.append(Running.start(*arguments, settings=tmp_path / "settings"))
        return begun[-1]

    yield begin
    for each in begun:
        if each.process.poll() is None:
            each.stop()


def test_nodes_that_stop_go_on_where_they_were(tmp_path: Path, start: Start) -> None:
    store, settings = tmp_path / "store", tmp_path / "settings"
    begun = start("us-japan", "--store", str(store), "--port", "0", "--exercise")
    addresses = [begun.address(party) for party in ("jpn", "usa")]
    person = begun.person("jpn", "jpn_prime_minister")
    assert person.get("/me").data["exercise"] is True
    given = {"type": "open", "title": "Drill", "contingency": "earthquake"}
    (made,) = person.command(given, "jpn_prime_minister").data["made"]
    before = person.get("/cases").data
    assert [(entry["case"], entry["exercise"]) for entry in before] == [(made, True)]
    assert begun.stop(signal.SIGTERM) == 0
    again = start("us-japan", "--store", str(store))
    assert [again.address(party) for party in ("jpn", "usa")] == addresses
    client = again.person("jpn", ADMINISTRATOR)
    assert client.get("/cases").data == before
    taken = next(each for each in client.get("/posts").data if each["post"] == "jpn_prime_minister")
    assert taken["holders"] == ["jpn_prime_minister"]
    # A second one on the same folder is refused: a log has one writer.
    second = renkei("run", "--config", str(store / "jpn" / "node.toml"), settings=settings)
    assert second.code == 2
    assert second.err.startswith("RK6")
    assert again.stop() == 130
    for party in ("jpn", "usa"):
        key = store / party / "identity.toml"
        verified = renkei("log", "verify", str(store / party), "--key", str(key), settings=settings)
        assert (verified.code, verified.err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run"], "RK003"),
        (["run", "no-such-model"], "RK109"),
        (["run", "us-japan", "--option", "O99"], "RK005"),
        (["run", "us-japan", "--listen", "127.0.0.1:1"], "RK753"),
        (["run", "us-japan", "--port", "x"], "RK004"),
        (["run", "us-japan", "--party", "bel"], "RK754"),
        (["run", "us-japan", "--party", "jpn", "--option", "O99"], "RK005"),
        (["run", "us-japan", "--party", "jpn", "--listen", "nowhere"], "RK004"),
        (["run", "us-japan", "--party", "jpn", "--listen", "0.0.0.0:1"], "RK717"),
        (["run", "us-japan", "--party", "jpn", "--peer", "usa=https://there:1"], "RK750"),
        (["run", "--config", "no-such-file.toml"], "RK743"),
    ],
)
def test_run_that_cannot_be_is_refused(tmp_path: Path, arguments: list[str], code: str) -> None:
    shown = renkei(*arguments, "--store", str(tmp_path / "store"), settings=tmp_path / "settings")
    assert (shown.code, shown.out) == (2, "")
    assert code in shown.err
    assert "Traceback" not in shown.err


def test_first_administrator_is_made_on_the_spot_and_signs_in(tmp_path: Path, start: Start) -> None:
    settings, port = tmp_path / "settings", free_ports(1)[0]
    one = ["us-japan", "--party", "jpn", "--store", str(tmp_path / "jpn"), "--listen", f"127.0.0.1:{port}"]
    weak = renkei("run", *one, "--make-administrator", "sato", settings=settings, typed="sato\n")
    assert (weak.code, weak.out) == (2, "")
    made = renkei(
        "run", *one, "--make-administrator", "sato", settings=settings, typed="a quite long secret\n"
    )
    assert made.code == 0, made.err
    twice = renkei(
        "run", *one, "--make-administrator", "sato", settings=settings, typed="a quite long secret\n"
    )
    assert twice.code == 2
    found = start(*one)
    node = f"http://127.0.0.1:{port}"
    assert found.told["address"] == node
    assert found.hq("sign-in", "sato", "--node", node, typed="a quite long secret\n").code == 0
    assert found.hq("accounts", "--json").code == 0
    demo = found.hq("sign-in", "jpn_governor", "--node", node, typed=f"{DEMO_PASSWORD}\n")
    assert demo.code == 2
    assert found.stop() == 130
