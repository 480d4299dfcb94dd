"""A node whose log is in PostgreSQL: moved there from a file, killed, and served by two processes at once."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from renkei.interfaces.hq.client import Client
from renkei.interfaces.service.family import free_ports
from renkei.interfaces.service.process import ADMINISTRATOR
from tests.interfaces.headquarters import SECONDS, Running, entries, renkei
from tests.log.server import NoServerError, Server, running

OPENER = "jpn_prime_minister"
EACH = 12
"""Cases that each of those who ask at once opens."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A running PostgreSQL server; where there can be none, what needs it is skipped, but never in CI."""
    try:
        with running() as started:
            yield started
    except NoServerError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"NO POSTGRESQL SERVER, so nothing is known about nodes on that store: {error}")


class Party:
    """The folder of one party's node, with a file of settings for each process that serves it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.settings = folder / "jpn", folder / "settings"
        self.folder.mkdir()
        self.secret = self.folder / "passphrase"
        self.secret.write_text("open sesame\n", encoding="utf-8")
        self.secret.chmod(0o600)
        self.started: list[Running] = []

    def write(self, name: str, database: str = "") -> Path:
        """Write the settings of a process."""
        lines = [
            'party = "jpn"', 'model = "us-japan"', 'store = "."', "demo = true",
            f'listen = "127.0.0.1:{free_ports(1)[0]}"', 'passphrase = { file = "passphrase" }',
        ]  # fmt: skip
        lines += [f'database = "{database}"'] if database else []
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def start(self, path: Path) -> Running:
        """Start a process and wait until it serves."""
        found = Running.start("--config", str(path), settings=self.settings)
        found.told = {"nodes": [found.told]}
        self.started.append(found)
        return found

    def verified(self, database: str) -> dict[str, Any]:
        """Return what is told of the log by somebody who trusts nobody."""
        key = str(self.folder / "identity.toml")
        shown = renkei("log", "verify", database, "--key", key, "--json", settings=self.settings)
        assert (shown.code, shown.err) == (0, "")
        return dict(json.loads(shown.out))


@pytest.fixture
def party(tmp_path: Path) -> Iterator[Party]:
    made = Party(tmp_path)
    yield made
    for each in made.started:
        if each.process.poll() is None:
            each.stop()


def opened(person: Client, name: str) -> str:
    """Open a case and return its id."""
    given = {"type": "open", "id": name.replace(" ", "-"), "title": name, "contingency": "earthquake"}
    return str(person.command(given, OPENER).data["made"][0])


def state_of(node: Running) -> dict[str, Any]:
    """Return all that an administrator sees of a node, and the entry up to which it is true."""
    person = node.person("jpn", ADMINISTRATOR)
    found = {name: person.get(f"/{name}").data for name in ("cases", "posts", "items", "links", "model")}
    return found | {"log": list(entries(person)), "seq": person.get("/cases").seq}


def test_log_moves_to_the_database_and_a_node_that_is_killed_goes_on_there(
    server: Server, party: Party
) -> None:
    address = server.address()
    node = party.start(party.write("node.toml"))
    first = opened(node.person("jpn", OPENER), "in a file")
    before = state_of(node)
    copied = renkei("log", "copy", str(party.folder), address, settings=party.settings)
    assert (copied.code, copied.err) == (0, "")
    second = opened(node.person("jpn", OPENER), "after the copy")
    assert node.stop(signal.SIGTERM) == 0
    copied = renkei("log", "copy", str(party.folder), address, settings=party.settings)
    assert (copied.code, copied.err) == (0, "")

    file = party.write("node.toml", address)
    node = party.start(file)
    assert state_of(node)["log"][: before["seq"]] == before["log"]
    third = opened(node.person("jpn", OPENER), "in the database")
    known = state_of(node)
    assert {case["case"] for case in known["cases"]} == {first, second, third}
    node.process.send_signal(signal.SIGKILL)
    node.process.wait(SECONDS)
    node.stop()

    node = party.start(file)
    assert state_of(node) == known
    assert node.stop(signal.SIGTERM) == 0
    assert party.verified(address)["findings"] == []


def test_two_processes_serve_one_party(server: Server, party: Party) -> None:
    address = server.address()
    # The first one makes keys and accounts.
    nodes = [party.start(party.write(f"{name}.toml", address)) for name in "ab"]
    people = [node.person("jpn", OPENER) for node in nodes]

    def ask(who: int) -> list[str]:
        with Client(nodes[who % 2].address("jpn"), token_of(people[who % 2])) as own:
            return [opened(own, f"{who}-{number}") for number in range(EACH)]

    with ThreadPoolExecutor(5) as threads:
        heard = threads.submit(lambda: told_of(nodes[1], 4 * EACH))
        made = [case for cases in threads.map(ask, range(4)) for case in cases]
        # A listener of the one hears of every case of the other, each once, though nobody asks there.
        assert sorted(heard.result(SECONDS)) == sorted(made)
    assert len(set(made)) == 4 * EACH
    states = [state_of(node) for node in nodes]
    assert states[0] == states[1]
    assert {case["case"] for case in states[0]["cases"]} == set(made)
    by = [entry["subject"] for entry in states[0]["log"] if entry["kind"].startswith("case.opened")]
    assert by != made, "they never met, so this tells nothing"
    # The same id is carried out once, wherever it comes in.
    given = {"type": "open", "id": "0-0", "title": "0-0", "contingency": "earthquake"}
    assert people[1].command(given, OPENER).data["repeated"] is True

    for node in nodes:
        node.process.send_signal(signal.SIGTERM)
    assert [node.process.wait(SECONDS) for node in nodes] == [0, 0]
    for node in nodes:
        node.stop()
    report = party.verified(address)
    assert report["findings"] == []


def test_what_one_process_appends_the_other_shows_at_once(server: Server, party: Party) -> None:
    address = server.address()
    one, two = (party.start(party.write(f"{name}.toml", address)) for name in "ab")
    reader = two.person("jpn", ADMINISTRATOR)
    opener = one.person("jpn", OPENER)
    for number in range(3):
        before = reader.get("/me").seq
        listening = ThreadPoolExecutor(1)
        with listening:
            news = listening.submit(opening_heard, reader, before)
            case = opened(opener, f"case {number}")
            assert news.result(SECONDS) == case
        assert case in {entry["case"] for entry in reader.get("/cases").data}
    one.process.send_signal(signal.SIGKILL)
    one.process.wait(SECONDS)
    one.stop()
    # The one that is left goes on.
    assert opened(two.person("jpn", OPENER), "alone")
    assert two.stop(signal.SIGTERM) == 0


def opening_heard(client: Client, after: int) -> str:
    """Return the first case that a client hears of."""
    heard = (event for event in client.events(after) if event.kind.startswith("case.opened"))
    return str(next(heard).data["subject"])


def told_of(node: Running, count: int) -> list[str]:
    """Return the first cases of which a listener hears."""
    found: list[str] = []
    for heard in node.person("jpn", ADMINISTRATOR).events(0):
        if heard.kind.startswith("case.opened"):
            found.append(str(heard.data["subject"]))
            if len(found) == count:
                break
    return found


def token_of(client: Client) -> str:
    """Return the token that a client sends."""
    return str(client._http.headers["Authorization"]).removeprefix("Bearer ")
