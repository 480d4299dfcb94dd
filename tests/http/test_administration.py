"""What administrators look after: keys, backups, figures, and which posts somebody may hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from renkei.clock import ManualClock
from renkei.interfaces.http.headquarters import NodeHeadquarters
from renkei.interfaces.service.folder import LINK_KEY, LOG_KEY, identities, keys_of
from renkei.interfaces.service.settings import Address, Peer, Settings, read_identity
from tests.http.test_documented import Document
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import Client, Desk, make_desk

ROUTES = ("/identity", "/figures", "/backups", "/backups/jpn.db")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Desk]:
    """Open a desk with keys, a partner and a folder of backups, as a node has them."""
    folder = tmp_path / "node"
    keys_of(tmp_path / "usa", "usa")
    theirs = read_identity(tmp_path / "usa" / "identity.toml")
    keys = keys_of(folder, "jpn")
    peer = Peer("usa", "https://127.0.0.1:7402", theirs.key, theirs.certificate)
    settings = Settings("jpn", "us-japan", folder, listen=Address("127.0.0.1", 0), peers={"usa": peer})
    with make_desk(tmp_path, clock=ManualClock()) as desk:
        headquarters = desk.interface.desk.headquarters
        assert isinstance(headquarters, NodeHeadquarters)
        headquarters._identity = lambda: identities(settings, keys)
        headquarters._backups = lambda: sorted((tmp_path / "copies").glob("*.db"))
        yield desk


@pytest.fixture
def program(kept: Desk) -> Iterator[Client]:
    with kept.client() as client:
        yield client.token()


def data_of(answer: httpx.Response) -> Any:
    return assert_success(answer)["data"]


def test_what_is_told_is_what_is_documented(program: Client, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "jpn-1.db").write_bytes(b"first")
    document = Document(program.get("/openapi.json").json())
    for route in ("/identity", "/figures", "/backups"):
        document.hold(f"/api/v1{route}", program.get(route).json())


def test_only_administrators_look_at_it(kept: Desk) -> None:
    kept.account("sato")
    with kept.client() as client:
        client.token("sato")
        for route in ROUTES:
            assert_error(client.get(route), 403, "RK703")
        assert_error(client.post("/accounts/admin/posts", json={"posts": []}), 403, "RK703")


def test_keys_are_told_and_no_secret_is(program: Client, tmp_path: Path) -> None:
    answer = program.get("/identity")
    data = data_of(answer)
    theirs = read_identity(tmp_path / "usa" / "identity.toml")
    assert data["peers"] == [
        {
            "party": "usa",
            "key": theirs.key,
            "certificate": theirs.certificate.strip(),
            "pin": data["peers"][0]["pin"],
            "address": "https://127.0.0.1:7402",
        }
    ]
    assert data["peers"][0]["pin"] in (tmp_path / "usa" / "identity.toml").read_text()
    assert data["own"]["file"] == (tmp_path / "node" / "identity.toml").read_text()
    for name in (LOG_KEY, LINK_KEY):
        secret = (tmp_path / "node" / name).read_text().splitlines()[1]
        assert secret not in answer.text


def test_a_node_without_links_says_so(program: Client, kept: Desk) -> None:
    headquarters = kept.interface.desk.headquarters
    assert isinstance(headquarters, NodeHeadquarters)
    headquarters._identity = None
    assert_error(program.get("/identity"), 503, "RK719")


def test_backups_are_listed_and_given(program: Client, tmp_path: Path) -> None:
    assert data_of(program.get("/backups")) == []
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "jpn-1.db").write_bytes(b"first")
    (copies / "jpn-1.txt").write_bytes(b"no backup")
    (tmp_path / "accounts.db").write_bytes(b"another file")
    (only,) = data_of(program.get("/backups"))
    assert (only["name"], only["bytes"]) == ("jpn-1.db", 5)
    assert program.get("/backups/jpn-1.db").content == b"first"
    for name in ("jpn-2.db", "accounts.db"):
        assert_error(program.get(f"/backups/{name}"), 404, "RK705")
    for name in ("..%2Faccounts.db", "jpn-1.txt"):
        assert program.get(f"/backups/{name}").status_code in {404, 422}


def test_figures_are_those_of_the_metrics(program: Client, kept: Desk) -> None:
    data = data_of(program.get("/figures"))
    assert data["numbers"]["log_entries"] == kept.node.state.seq
    assert data["running"] is True


def test_posts_that_somebody_may_hold_can_be_changed(program: Client, kept: Desk) -> None:
    kept.account("sato", posts=("jpn_prime_minister",))
    seen = data_of(program.post("/accounts/sato/posts", json={"posts": ["jpn_defense_minister"]}))
    assert seen["posts"] == ["jpn_defense_minister"]
    with kept.client() as client:
        client.token("sato")
        wanted = {"command": {"type": "assume", "post": "jpn_prime_minister"}}
        assert_error(client.post("/commands", json=wanted), 403, "RK704")
        wanted["command"]["post"] = "jpn_defense_minister"
        data_of(client.post("/commands", json=wanted))
    events = data_of(program.get("/log", params={"kind": "account.changed", "newest": True}))
    assert {"name": "sato", "change": "posts-set"}.items() <= events[0]["body"]["event"].items()
    assert_error(program.post("/accounts/nobody/posts", json={"posts": []}), 404, "RK705")
