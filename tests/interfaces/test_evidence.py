"""The groups ``log`` and ``link``: evidence and bundles from the files of nodes that do not run."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from renkei.interfaces.cli.demo import offered
from renkei.interfaces.service.family import prepare
from renkei.interfaces.service.process import opened
from renkei.interfaces.service.settings import Settings, read_settings
from renkei.model.schema import Label
from renkei.runner import commands
from renkei.runner.state import Actor
from tests.interfaces.conftest import Run

Nodes = Mapping[str, Settings]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the nodes of two parties; Japan has opened a case and asked something, and so released both."""
    folder = tmp_path_factory.mktemp("nodes") / "store"
    made = prepare("us-japan", ("jpn", "usa"), folder, option="", exercise=False, port=0)
    with opened(replace(made[0], demo=False)) as interface:
        person = Actor("sato", "jpn_prime_minister")
        label = Label(classification="unclassified", releasable_to=("jpn", "usa"))
        for command in (
            commands.Assume(post=person.post),
            commands.OpenCase(contingency="earthquake", title="Earthquake"),
            commands.Ask(to=("usa",), text="How many?", label=label),
        ):
            outcome = interface.desk.headquarters.submit(person, command).result()
            assert outcome.refusal is None
        interface.close()
    return folder


@pytest.fixture
def nodes(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nodes:
    """Return copies of the nodes, to do anything with."""
    monkeypatch.setenv("RENKEI_SETTINGS", str(tmp_path / "settings"))
    shutil.copytree(store, tmp_path / "store")
    return {party: read_settings(tmp_path / "store" / party / "node.toml") for party in ("jpn", "usa")}


def key_of(node: Settings) -> str:
    """Return the file with the public key of a node."""
    return str(node.store / "identity.toml")


def test_whole_log_is_what_was_signed(renkei_run: Run, nodes: Nodes) -> None:
    shown = renkei_run("log", "verify", str(nodes["jpn"].store), "--key", key_of(nodes["jpn"]), "--json")
    report = json.loads(shown.out)
    assert (shown.code, shown.err) == (0, "")
    assert report["holds"] is True
    assert report["log"]["entries"] == report["log"]["proven"] > 0
    assert report["released"]["usa"]["entries"] > 0
    for language, said in (("en", "The log is what was signed."), ("ja", "記録は署名された通りである。")):
        told = renkei_run(
            "log", "verify", str(nodes["jpn"].store), "--key", key_of(nodes["jpn"]), "--lang", language
        )
        assert said in told.out


def test_altered_entry_is_found_and_the_exit_code_tells(renkei_run: Run, nodes: Nodes) -> None:
    path = nodes["jpn"].store / "log.db"
    with sqlite3.connect(path, isolation_level=None) as store:
        (guard,) = store.execute("SELECT sql FROM sqlite_master WHERE name = 'entries_UPDATE'").fetchone()
        store.execute("DROP TRIGGER entries_UPDATE")
        altered = "CAST(replace(CAST(body AS TEXT), 'sato', 'kato') AS BLOB)"
        store.execute(f"UPDATE entries SET body = {altered} WHERE seq = 3")  # noqa: S608 - fixed text
        store.execute(guard)
    store.close()
    shown = renkei_run("log", "verify", str(path), "--key", key_of(nodes["jpn"]), "--json")
    assert shown.code == 1
    (finding,) = json.loads(shown.out)["findings"]
    assert (finding["first"], finding["last"]) == (3, 3)


def test_entry_is_proven_to_whoever_has_only_the_key(renkei_run: Run, nodes: Nodes, tmp_path: Path) -> None:
    proof = tmp_path / "entry.proof"
    made = renkei_run("log", "prove", str(nodes["jpn"].store), "3", "--output", str(proof))
    assert made.code == 0
    shown = renkei_run("log", "check-proof", str(proof), "--key", key_of(nodes["jpn"]), "--json")
    report = json.loads(shown.out)
    assert shown.code == 0
    assert (report["holds"], report["number"]) == (True, 3)
    assert json.loads(report["body"])["event"]["post"] == "jpn_prime_minister"
    proof.write_text(proof.read_text(encoding="utf-8").replace("sato", "kato"), encoding="utf-8")
    assert renkei_run("log", "check-proof", str(proof), "--key", key_of(nodes["jpn"])).code == 1
    other = renkei_run("log", "check-proof", str(proof), "--key", key_of(nodes["usa"]))
    assert other.code == 1
    assert renkei_run("log", "prove", str(nodes["jpn"].store), "999", "--output", str(proof)).code == 2


def test_backup_is_restored_and_verifies(renkei_run: Run, nodes: Nodes, tmp_path: Path) -> None:
    backup, again = tmp_path / "backup", tmp_path / "again" / "log.db"
    store, key = str(nodes["jpn"].store), key_of(nodes["jpn"])
    assert renkei_run("log", "backup", store, str(backup)).code == 0
    twice = renkei_run("log", "backup", store, str(backup))
    assert (twice.code, twice.err[:5]) == (2, "RK616")
    assert renkei_run("log", "restore", str(backup), str(again)).code == 0
    copied = renkei_run("log", "copy", str(again), f"sqlite:{tmp_path / 'copy.db'}", "--json")
    assert json.loads(copied.out)["entries"] > 0
    for path in (backup, again, tmp_path / "copy.db"):
        assert renkei_run("log", "verify", str(path), "--key", key).code == 0


def test_disk_is_carried_between_nodes_that_do_not_run(renkei_run: Run, nodes: Nodes, tmp_path: Path) -> None:
    there, back = tmp_path / "there.bundle", tmp_path / "back.bundle"
    jpn, usa = (str(nodes[party].store) for party in ("jpn", "usa"))
    assert renkei_run("link", "export", jpn, "usa", "--output", str(there)).code == 0
    first = json.loads(renkei_run("link", "import", usa, "jpn", str(there), "--json").out)["data"]
    second = json.loads(renkei_run("link", "import", usa, "jpn", str(there), "--json").out)["data"]
    assert first["new"] == first["received"] == second["received"] > 0
    assert second["new"] == 0
    assert renkei_run("link", "export", usa, "jpn", "--output", str(back)).code == 0
    known = json.loads(renkei_run("link", "import", jpn, "usa", str(back), "--json").out)["data"]
    assert known["acknowledged"] == first["received"]
    (status,) = json.loads(renkei_run("link", "status", jpn, "--json").out)["data"]
    assert (status["partner"], status["unacknowledged"]) == ("usa", 0)
    assert "usa" in renkei_run("link", "status", str(nodes["jpn"].store / "node.toml")).out
    # From its beginning again, without files; nothing of it is new.
    args = ("--output", str(there), "--after", "0", "--without-files")
    told = json.loads(renkei_run("link", "export", jpn, "usa", *args, "--json").out)
    assert (told["after"], told["last"], told["files"], told["left_out"]) == (0, first["received"], 0, 0)
    assert f"entries 1 to {first['received']}" in renkei_run("link", "export", jpn, "usa", *args).out
    assert json.loads(renkei_run("link", "import", usa, "jpn", str(there), "--json").out)["data"]["new"] == 0
    wrong = renkei_run("link", "import", jpn, "usa", str(there))
    assert (wrong.code, wrong.err[:5]) == (2, "RK646")
    assert renkei_run("link", "export", jpn, "bel", "--output", str(there)).code == 2


@pytest.mark.parametrize("body", [b"", b"renkei bundle 1\n", b"\x00" * 100])
def test_bundle_that_is_none_is_refused(renkei_run: Run, nodes: Nodes, tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "x.bundle"
    path.write_bytes(body)
    shown = renkei_run("link", "import", str(nodes["usa"].store), "jpn", str(path), "--json")
    assert shown.code == 2
    assert json.loads(shown.out)["errors"][0]["code"] == "RK645"


def test_identity_is_made_once(renkei_run: Run, tmp_path: Path) -> None:
    first = renkei_run("link", "identity", "jpn", str(tmp_path / "node"))
    second = renkei_run("link", "identity", "jpn", str(tmp_path / "node"))
    assert (first.code, first.err) == (0, "")
    assert first.out == second.out
    assert first.out.startswith('party = "jpn"\nkey = "renkei/jpn+')
    as_data = json.loads(renkei_run("link", "identity", "jpn", str(tmp_path / "node"), "--json").out)
    assert as_data["pin"] in first.out
    for secret in ("log.key", "link.key"):
        assert (tmp_path / "node" / secret).stat().st_mode & 0o077 == 0


def test_demo_offers_to_run_and_runs_nothing_unasked(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("renkei.interfaces.cli.running.run_nodes", lambda *_, **__: 42)
    assert offered(1) == 1
    assert "renkei run us-japan" in capfd.readouterr().out

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for answer, code in (("\n", 0), ("n\n", 0), ("y\n", 42), ("", 0)):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        monkeypatch.setattr("sys.stdout", Terminal())
        assert offered(0) == code
