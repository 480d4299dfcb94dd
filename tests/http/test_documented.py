"""What the interface says of its answers is what it sends: every field, no other, for all that can happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from renkei.clock import ManualClock
from renkei.log.memory import MemoryLog
from renkei.log.port import Release, Row
from renkei.runner.events import Released, decode
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import Client, make_desk
from tests.runner.played import exchanges, strolled
from tests.runner.world import Side, World

Schema = dict[str, Any]


class Document:
    """The document of an interface, and what was found of what it describes."""

    def __init__(self, document: Schema) -> None:
        self.paths: Schema = document["paths"]
        self.schemas: Schema = document["components"]["schemas"]
        self._root = {"components": {"schemas": {k: _strict(v) for k, v in self.schemas.items()}}}
        self.seen: Counter[str] = Counter()
        """Names of schemas, and of the keys that may be left out, that were found."""
        self.missing: Counter[str] = Counter()

    def answers(self) -> Iterator[tuple[str, str, Schema]]:
        """Yield path, method and schema of every answer that succeeds with JSON."""
        for path, operations in self.paths.items():
            for method, operation in operations.items():
                for status in ("200", "201"):
                    content = operation["responses"].get(status, {}).get("content", {})
                    if schema := content.get("application/json", {}).get("schema"):
                        yield path, method, schema

    def hold(self, path: str, data: Any, method: str = "get") -> None:
        """Hold an answer against what is documented of it."""
        schema = next(s for where, how, s in self.answers() if (where, how) == (path, method))
        validator = jsonschema.Draft202012Validator({**schema, **self._root})
        for error in validator.iter_errors(data):
            best = jsonschema.exceptions.best_match([error])
            where = "/".join(map(str, best.absolute_path))
            raise AssertionError(f"{path} at {where}: {best.message[:600]}")
        self.note(schema, data)

    def note(self, schema: Schema, data: Any) -> None:
        """Count which of the documented shapes, and of the keys that may be left out, there were."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in {"AnyEvent", "Record"}:
                self.seen[name] += 1
                self._note_keys(name, data)
                self.note(self.schemas[name], data)
        elif "discriminator" in schema:
            chosen = schema["discriminator"]
            self.note({"$ref": chosen["mapping"][data[chosen["propertyName"]]]}, data)
        elif "anyOf" in schema:
            parts = [part for part in schema["anyOf"] if part != {"type": "null"}]
            if data is not None and len(parts) == 1:
                self.note(parts[0], data)
        elif isinstance(data, list):
            for entry in data:
                self.note(schema.get("items", {}), entry)
        elif isinstance(data, dict):
            for key, value in data.items():
                known = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
                self.note(known if isinstance(known, dict) else {}, value)

    def _note_keys(self, name: str, data: Any) -> None:
        schema = self.schemas[name]
        for key in schema.get("properties", {}).keys() - set(schema.get("required", ())):
            (self.seen if key in data else self.missing)[f"{name}.{key}"] += 1

    def described(self) -> set[str]:
        """Return the names of all shapes that answers of the headquarters are made of."""
        found: set[str] = set()
        waiting: list[Any] = [
            schema for path, method, schema in self.answers() if method == "get" and not _of_studio(path)
        ]
        while waiting:
            part = waiting.pop()
            name = part.get("$ref", "").rpartition("/")[2] if isinstance(part, dict) else ""
            if name and name not in found | {"AnyEvent", "Record"}:
                found.add(name)
                waiting.append(self.schemas[name])
            waiting += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        return found


def _strict(schema: Schema) -> Schema:
    """Return a schema of an object that takes no other keys than those it names."""
    if "properties" in schema and schema.get("type") == "object":
        return {"additionalProperties": False, **schema}
    return schema


def log_of(side: Side) -> MemoryLog:
    """Return what a side recorded and released as a log."""
    log, rows = MemoryLog(), []
    for number, body in enumerate(side.log, 1):
        record = decode(body)
        event, releases = record.event, ()
        if isinstance(event, Released):
            sent = side.released[event.partner][event.number - 1]
            releases = (Release(event.partner, event.number, sent, b"r" * 16),)
        rows.append(Row(number, record.kind, record.subject, record.at, body, b"s" * 16, releases))
    log.append(rows)
    return log


@contextmanager
def headquarters(
    folder: Path, world: World, party: str, *, log: MemoryLog | None = None, verify: Any = None
) -> Iterator[Client]:
    """Open the interface of a party on what it recorded in a world."""
    log, clock = log or log_of(world.sides[party]), ManualClock(world.now)
    model = world.arrangement.model
    if model is not None and not Path(world.arrangement.origin).is_dir():
        files = {binding.file: b"<definitions/>" for binding in model.processes.values()}
        log.keep(f"model/{world.arrangement.digest}", 0, msgspec.msgpack.encode(files))
    with (
        make_desk(folder, clock=clock, log=log, model=world.arrangement, party=party, verify=verify) as desk,
        desk.client() as client,
    ):
        yield client.token()


def addresses(client: Client, path: str, state: Any) -> Iterator[str]:
    """Yield the addresses of a route with everything in them that there is."""
    named = {
        "{case}": sorted(state.cases),
        "{item}": [*(() if "/held/" in path else sorted(state.items)), *sorted(state.held)],
        "{partner}": sorted(state.partners),
        "{process}": [entry["id"] for entry in client.get("/model").json()["data"]["processes"]],
        "{seq}": range(1, min(state.seq, 200), 7),
    }
    wanted = [key for key in named if key in path]
    where = path.removeprefix("/api/v1") if path.startswith("/api/v1") else f"/{path}"
    if not wanted:
        yield where
    for key in wanted:
        yield from (where.replace(key, str(value)) for value in named[key])


QUERIES = {
    "/api/v1/log": ("?limit=1000",),
    "/api/v1/items": ("?limit=1000",),
    "/api/v1/hours": ("?day=2025-06-02&zone=Asia/Tokyo",),
    "/api/v1/labels/choices": ("", *(f"?to={party}" for party in ("ann", "bob", "cyd", "jpn", "usa"))),
    "/api/v1/log/proof/inclusion": ("?seq=1&size=3",),
    "/api/v1/log/proof/consistency": ("?first=1&second=3",),
}
"""What has to be asked for, where an address alone is not enough."""
ELSEWHERE = {"/api/v1/cases/{case}/forecast", "/api/v1/identity", "/api/v1/log/checkpoint"}
"""What a node without signing keys, links and simulator does not have; other tests hold these."""


NOT_HERE = {
    # What the simulator and a node with keys give.
    *("Answer_ForecastView_", "ForecastView", "CaseForecast", "Prospect", "Percentile", "Miss", "Bottleneck"),
    *("Finding", "Answer_SignedNote_", "SignedNote"),
    # test_administration.py holds these.
    *("Answer_NodeIdentity_", "NodeIdentity", "OwnKeys", "PeerKeys", "BackupKept"),
    # What comes about in some models, or of a command that is only asked about: other tests look at these.
    *(
        "Alternative",
        "ChoiceWork",
        "InboxChoice",
        "AttributeWork",
        "InboxAttribute",
        "EventWork",
        "InboxEvent",
    ),
    *("Approves", "Obligation", "Timer", "MessageContent", "ConsentsContent", "ChangeContent", "ChangeTold"),
    *("ReasonShown", "ToHold", "SeatHeld", "HighestRelease"),
}
"""Shapes that the worlds of this module do not bring about."""


def hold_everything(client: Client, document: Document, state: Any) -> None:
    """Read every route that gives JSON, with everything in its address that there is."""
    posts = [post["id"] for post in client.get("/posts").json()["data"]]
    more = {"/api/v1/inbox": tuple(f"?post={post}" for post in posts)}
    paths = {path for path, method, _ in document.answers() if method == "get" and not _of_studio(path)}
    for path in sorted(paths - ELSEWHERE):
        for address in addresses(client, path, state):
            for query in (QUERIES | more).get(path, ("",)):
                answer = client.get(address + query)
                if path == "/api/v1/held/{item}/preview" and answer.status_code == 409:
                    # What could never leave under the label that it was given has no preview.
                    assert_error(answer, 409)
                    continue
                document.hold(path, assert_success(answer))


def _of_studio(path: str) -> bool:
    """Tell whether a route is about drafts, which are no part of a headquarters' state."""
    return path.startswith(("/api/v1/studio", "/api/v1/jobs"))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """Return the document, after answers were held against it: of exchanges, and of the library's cases."""
    document = None
    worlds = [*((exchanges(seed), ("ann", "bob")) for seed in range(2)), (strolled(1), ("jpn", "usa"))]
    for world, parties in worlds:
        for party in parties:
            folder = tmp_path_factory.mktemp(party)
            with headquarters(folder, world, party) as client:
                document = document or Document(client.get("/openapi.json").json())
                hold_everything(client, document, world.sides[party].state)
    assert document is not None
    return document


def test_every_kind_of_everything_was_held_against_the_document(held: Document) -> None:
    for name, schema in held.schemas.items():
        if name in held.described() and "discriminator" in schema:
            for kind, shape in schema["discriminator"]["mapping"].items():
                found = shape.rpartition("/")[2]
                assert held.seen[found] or found in NOT_HERE, f"no {kind} in {name}"


def test_no_shape_was_left_out(held: Document) -> None:
    assert {name for name in held.described() if not held.seen[name]} <= NOT_HERE


def test_shapes_have_plain_names_and_forbid_what_they_do_not_name(held: Document) -> None:
    for name in held.described():
        assert "__" not in name.removesuffix("__") or name.startswith("Answer_"), name
        schema = held.schemas[name]
        if "properties" in schema:
            # What is not forbidden here is forbidden by the check itself.
            assert schema.get("additionalProperties", False) is False, name
            assert name.startswith("Answer_") or schema["description"], name


def test_document_finds_what_is_missing_and_what_is_more(held: Document) -> None:
    """The check itself can fail."""
    answer = {"data": [], "next": None, "seq": 1}
    held.hold("/api/v1/cases", answer)
    for wrong in ({"data": [], "next": None}, {**answer, "more": 1}, {**answer, "data": [{"id": "x"}]}):
        with pytest.raises(AssertionError):
            held.hold("/api/v1/cases", wrong)
