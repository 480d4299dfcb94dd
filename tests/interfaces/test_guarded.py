"""Two nodes whose keys have a passphrase, started by themselves, and the line between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from renkei.interfaces.service.family import free_ports
from renkei.interfaces.service.process import ADMINISTRATOR
from tests.interfaces.headquarters import Running, renkei, wait_until

POSTS = {"jpn": "jpn_prime_minister", "usa": "usa_indopacom_commander"}
LABEL = {"classification": "unclassified", "releasable_to": ["jpn", "usa"]}


class Guarded:
    """The folders of both parties."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.settings = folder, folder / "settings"
        self.nodes: dict[str, Running] = {}
        ports = dict(zip(POSTS, zip(*[iter(free_ports(4))] * 2, strict=True), strict=True))
        for party, other in (("jpn", "usa"), ("usa", "jpn")):
            home = folder / party
            home.mkdir()
            (home / "passphrase").write_text(f"open sesame of {party}\n", encoding="utf-8")
            (home / "passphrase").chmod(0o600)
            listen, link = ports[party]
            (home / "node.toml").write_text(
                f'party = "{party}"\nmodel = "us-japan"\nstore = "."\ndemo = true\n'
                f'listen = "127.0.0.1:{listen}"\nlink_listen = "127.0.0.1:{link}"\n'
                f'passphrase = {{ file = "passphrase" }}\n\n[peers.{other}]\n'
                f'address = "https://127.0.0.1:{ports[other][1]}"\nidentity = "../{other}.toml"\n',
                encoding="utf-8",
            )
            shown = renkei("link", "identity", party, str(home), settings=self.settings)
            assert (shown.code, shown.err) == (0, "")
            (folder / f"{party}.toml").write_text(shown.out, encoding="utf-8")

    def start(self, party: str) -> Running:
        path = str(self.folder / party / "node.toml")
        found = self.nodes[party] = Running.start("--config", path, settings=self.settings)
        found.told = {"nodes": [found.told]}
        return found

    def send(self, party: str, text: str) -> str:
        to = "usa" if party == "jpn" else "jpn"
        given = {"type": "send", "to": [to], "text": text, "label": LABEL}
        made = self.nodes[party].person(party, POSTS[party]).command(given, POSTS[party]).data["made"]
        return str(made[0])

    def items(self, party: str) -> list[str]:
        found = self.nodes[party].person(party, ADMINISTRATOR).get("/items", kind="message").data
        return [entry["item"] for entry in found]

    def link(self, party: str) -> dict[str, Any]:
        (found,) = self.nodes[party].person(party, ADMINISTRATOR).get("/links").data
        return dict(found)

    def figures(self, party: str) -> str:
        return httpx.get(f"{self.nodes[party].address(party)}/metrics", trust_env=False).text


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    made = Guarded(tmp_path)
    yield made
    for each in made.nodes.values():
        each.stop()


def test_line_stands_between_nodes_whose_keys_have_a_passphrase(guarded: Guarded) -> None:
    for party in POSTS:
        for name in ("log.key", "link.key"):
            assert b"ENCRYPTED" in (guarded.folder / party / name).read_bytes()
    guarded.start("jpn")
    first = guarded.send("jpn", "Is anybody there?")
    # Why nobody answers is told, also of a partner that was never reached, to people and to collectors.
    wait_until(lambda: str(guarded.link("jpn")["trouble"]).startswith("RK651 "))
    assert (guarded.link("jpn")["unacknowledged"], guarded.link("jpn")["last_contact"]) == (1, None)
    assert 'renkei_link_down{partner="usa"} 1.0' in guarded.figures("jpn")
    guarded.start("usa")
    wait_until(lambda: first in guarded.items("usa"))
    answer = guarded.send("usa", "Yes")
    wait_until(lambda: answer in guarded.items("jpn"))
    wait_until(lambda: guarded.link("jpn")["trouble"] is None)
    wait_until(lambda: guarded.link("jpn")["unacknowledged"] == 0)
    assert guarded.link("jpn")["last_contact"]
    assert 'renkei_link_down{partner="usa"} 0.0' in guarded.figures("jpn")


def test_node_without_its_passphrase_does_not_start_and_asks_nobody(guarded: Guarded) -> None:
    (guarded.folder / "jpn" / "passphrase").write_text("not that word\n", encoding="utf-8")
    shown = renkei(
        "run", "--config", str(guarded.folder / "jpn" / "node.toml"), settings=guarded.settings, typed="x\n"
    )
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("RK623")
    assert "not that word" not in shown.err
