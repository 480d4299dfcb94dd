"""What a person gets of the log is enough to check it: entries, proofs and checkpoints."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from renkei.log.checkpoint import CHECKPOINT
from renkei.log.commitment import row_leaf
from renkei.log.memory import MemoryLog
from renkei.log.merkle import Tree, verify_consistency, verify_inclusion
from renkei.log.port import Release, Row
from renkei.log.proof import verify_proof
from renkei.log.seal import Sealer
from renkei.log.verify import verify_log
from tests.http.test_documented import Document, headquarters, log_of
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import Client, Desk
from tests.link.world import signer_of
from tests.runner.played import exchanges


@pytest.fixture
def grown(desk: Desk, program: Client) -> Client:
    for number in range(9):
        desk.account(f"person{number}")
    return program


def test_every_entry_is_proven_by_what_the_interface_gives(desk: Desk, grown: Client) -> None:
    size = desk.node.state.seq
    root = Tree(row_leaf(row) for row in desk.node.log.read(0, size)).root()
    for seq in range(1, size + 1):
        told = assert_success(grown.get(f"/log/entries/{seq}"))["data"]
        releases = tuple(
            Release(r["partner"], r["number"], r["body"].encode(), bytes.fromhex(r["salt"]))
            for r in told["releases"]
        )
        row = Row(
            told["seq"],
            told["kind"],
            told["subject"],
            told["recorded"],
            told["stored"].encode(),
            bytes.fromhex(told["salt"]),
            releases,
        )
        proof = assert_success(grown.get(f"/log/proof/inclusion?seq={seq}&size={size}"))["data"]["hashes"]
        hashes = [bytes.fromhex(each) for each in proof]
        assert verify_inclusion(row_leaf(row), seq - 1, size, hashes, root)
        assert not verify_inclusion(sha256(b"another").digest(), seq - 1, size, hashes, root)


def test_growth_is_proven(desk: Desk, grown: Client) -> None:
    size = desk.node.state.seq
    leaves = [row_leaf(row) for row in desk.node.log.read(0, size)]
    for first in range(size + 1):
        path = f"/log/proof/consistency?first={first}&second={size}"
        hashes = [bytes.fromhex(each) for each in assert_success(grown.get(path))["data"]["hashes"]]
        assert verify_consistency(first, size, Tree(leaves[:first]).root(), Tree(leaves).root(), hashes)


@pytest.mark.parametrize(
    "path",
    [
        "/log/proof/inclusion?seq=5&size=4",
        "/log/proof/inclusion?seq=1&size=9999",
        "/log/proof/consistency?first=5&second=4",
        "/log/proof/consistency?first=1&second=9999",
        "/log/entries/9999",
        "/log/checkpoint",
    ],
)
def test_what_is_not_there_cannot_be_proven(grown: Client, path: str) -> None:
    assert_error(grown.get(path), 404)


def test_latest_checkpoint_is_given_as_it_was_signed(desk: Desk, program: Client) -> None:
    desk.node.log.keep(CHECKPOINT, 1, b"first\n")
    desk.node.log.keep(CHECKPOINT, 3, "third — signed\n".encode())
    assert assert_success(program.get("/log/checkpoint"))["data"]["note"] == "third — signed\n"


def test_entries_are_found_by_kind_and_place(desk: Desk, grown: Client) -> None:
    accounts = assert_success(grown.get("/log?kind=account."))["data"]
    assert [entry["seq"] for entry in accounts] == list(range(3, 13))
    later = assert_success(grown.get("/log?after=10&limit=1"))
    assert [entry["seq"] for entry in later["data"]] == [11]
    assert later["next"] == "11"
    assert assert_success(grown.get("/log?subject=nothing"))["data"] == []
    assert desk.node.state.seq == 12


def test_log_is_verified_and_what_was_changed_is_found(tmp_path: Path) -> None:
    world, signer = exchanges(0), signer_of("ann")
    good = log_of(world.sides["ann"])
    rows = good.read(0, good.last())
    bad = MemoryLog()
    changed = rows[4].body.replace(b"ann", b"bob")
    bad.append([*rows[:4], msgspec.structs.replace(rows[4], body=changed), *rows[5:]])
    assert changed != rows[4].body
    Sealer(good, "ann", signer).seal()
    for name in good.kept_names():
        for position, kept in good.all_kept(name):
            bad.keep(name, position, kept)
    for folder, log, holds in (("good", good, True), ("bad", bad, False)):
        report = verify_log(log, [signer.verifier], party="ann")
        with headquarters(
            tmp_path / folder, world, "ann", verify=partial(verify_log, log, [signer.verifier])
        ) as client:
            answer = client.post("/log/verify")
            told = assert_success(answer)["data"]
            Document(client.get("/openapi.json").json()).hold("/api/v1/log/verify", answer.json(), "post")
        assert told["holds"] is report.holds is holds
        assert told["log"]["sealed"] == len(rows)
        assert bool(told["findings"]) is not holds
        log.close()
    with headquarters(tmp_path / "unsigned", world, "ann") as client:
        assert_error(client.post("/log/verify"), 503)


def test_proof_is_a_file_that_somebody_else_can_check(tmp_path: Path) -> None:
    world, signer = exchanges(0), signer_of("ann")
    log = log_of(world.sides["ann"])
    Sealer(log, "ann", signer).seal()
    size = log.last()
    with headquarters(tmp_path, world, "ann", log=log) as client:
        for seq in (1, 7, size):
            answer = client.get(f"/log/entries/{seq}/proof")
            assert f'filename="ann-{seq}.proof"' in answer.headers["content-disposition"]
            report = verify_proof(answer.content, [signer.verifier])
            assert report.body == client.get(f"/log/entries/{seq}").json()["data"]["stored"]
        released = client.get("/log/entries/1/proof?partner=bob").content
        assert verify_proof(released, [signer.verifier]).origin == "renkei/ann/to/bob"
        # What has come since is covered by no checkpoint yet; what is not there has no proof.
        for path in (f"{size + 1}/proof", "1/proof?partner=nobody", "1/proof?partner=a%22b", "999999/proof"):
            assert_error(client.get(f"/log/entries/{path}"), 404)
