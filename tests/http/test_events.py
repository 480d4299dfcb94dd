"""The stream of events, over a real socket: every entry once, in order, from wherever one left off."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from renkei.clock import SystemClock
from renkei.interfaces.http import stream
from renkei.interfaces.http.serve import Serving
from renkei.interfaces.http.settings import Limits, Settings
from renkei.runner.commands import ChangeAccount
from renkei.runner.state import NODE
from tests.http.world import CHEAP, PASSWORD, Desk, make_desk

LIMITS = Limits(heartbeat_seconds=0.2, write_seconds=1.0, header_seconds=1.0, streams=40, streams_each=30)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Desk, Serving]]:
    settings = Settings(port=0, limits=LIMITS, hashing=CHEAP)
    with make_desk(tmp_path, clock=SystemClock(), settings=settings, closes=False) as desk:
        serving = Serving(desk.interface)
        try:
            yield desk, serving
        finally:
            serving.close()


@pytest.fixture
def client(served: tuple[Desk, Serving]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{served[1].address}/api/v1", timeout=10.0, trust_env=False) as made:
        answer = made.post("/tokens", json={"name": "admin", "password": PASSWORD})
        made.headers["Authorization"] = f"Bearer {answer.json()['data']['token']}"
        yield made


def record(desk: Desk, count: int) -> None:
    """Let the node record so many entries."""
    asked = [desk.node.submit(NODE, ChangeAccount(name=f"n{n}", change="tested")) for n in range(count)]
    for each in asked:
        each.result()


def heard(response: httpx.Response) -> Iterator[dict[str, Any]]:
    """Yield the events of a stream; None for each heartbeat."""
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        if line.startswith(":"):
            yield {}
        elif line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield {"id": int(fields["id"]), "event": fields["event"], "data": json.loads(fields["data"])}
            fields = {}


def rest_of(events: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what else a stream brings, which has to end soon."""
    found = list(islice(events, 200))
    assert len(found) < 200, "the stream goes on"
    return [event for event in found if event]


def listen(client: httpx.Client, count: int, **terms: Any) -> list[dict[str, Any]]:
    """Return the next so many events."""
    found: list[dict[str, Any]] = []
    with client.stream("GET", "/events", **terms) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        for event in heard(response):
            found += [event] if event else []
            if len(found) >= count:
                return found
    return found


def test_every_entry_comes_once_in_order_and_is_that_of_the_log(
    served: tuple[Desk, Serving], client: httpx.Client
) -> None:
    desk, _ = served
    record(desk, 50)
    known = desk.node.state.seq
    found: list[dict[str, Any]] = []
    listener = threading.Thread(target=lambda: found.extend(listen(client, known + 700, params={"after": 0})))
    listener.start()
    for _ in range(7):
        record(desk, 100)
    listener.join(20)
    assert [event["id"] for event in found] == list(range(1, known + 701))
    for event, row in zip(found, desk.node.log.read(0, 5_000), strict=True):
        assert event["event"] == event["data"]["kind"] == row.kind
        assert event["data"]["body"] == json.loads(row.body)


def test_whoever_was_cut_off_goes_on_where_it_was(served: tuple[Desk, Serving], client: httpx.Client) -> None:
    desk, _ = served
    record(desk, stream.TAIL + 300)
    last, found = 0, []
    while last < desk.node.state.seq:
        # As a browser does it: the address is the first one still, the header is the later word.
        some = listen(client, 997, params={"after": 0}, headers={"Last-Event-ID": str(last)} if last else {})
        some = some[: desk.node.state.seq - last]
        found += [event["id"] for event in some]
        last = found[-1]
        if desk.node.state.seq - last < 997:
            found += [e["id"] for e in listen(client, desk.node.state.seq - last, params={"after": last})]
            break
    assert found == list(range(1, desk.node.state.seq + 1))


def test_without_a_place_it_begins_with_what_comes_next(
    served: tuple[Desk, Serving], client: httpx.Client
) -> None:
    desk, _ = served
    record(desk, 5)
    with client.stream("GET", "/events") as response:
        events = heard(response)
        assert next(events) == {}, "a heartbeat, since nothing happens"
        record(desk, 1)
        event = next(event for event in events if event)
    assert event["id"] == desk.node.state.seq


def test_only_what_names_a_post(served: tuple[Desk, Serving], client: httpx.Client) -> None:
    desk, _ = served
    record(desk, 3)
    answer = client.post("/commands", json={"command": {"type": "assume", "post": "jpn_cabinet"}})
    assert answer.status_code == 200
    record(desk, 3)
    client.post("/commands", json={"post": "jpn_cabinet", "command": {"type": "leave"}})
    found = listen(client, 2, params={"after": 0, "post": "jpn_cabinet"})
    assert [event["event"] for event in found] == ["post.assumed/1", "post.left/1"]


def test_stream_ends_with_the_session(served: tuple[Desk, Serving], client: httpx.Client) -> None:
    address = served[1].address
    with httpx.Client(base_url=f"{address}/api/v1", trust_env=False, timeout=10.0) as page:
        page.headers["X-CSRF-Token"] = page.post(
            "/session", json={"name": "admin", "password": PASSWORD}
        ).json()["data"]["csrf"]
        with page.stream("GET", "/events") as response:
            events = heard(response)
            assert next(events) == {}
            assert page.delete("/session").status_code == 200
            assert rest_of(events) == []
    assert client.get("/me").status_code == 200


def test_stream_ends_when_the_account_is_disabled(served: tuple[Desk, Serving], client: httpx.Client) -> None:
    desk, serving = served
    desk.account("sato")
    with httpx.Client(base_url=f"{serving.address}/api/v1", trust_env=False, timeout=10.0) as other:
        answer = other.post("/tokens", json={"name": "sato", "password": PASSWORD})
        other.headers["Authorization"] = f"Bearer {answer.json()['data']['token']}"
        with other.stream("GET", "/events") as response:
            events = heard(response)
            assert next(events) == {}
            assert client.post("/accounts/sato/disable").status_code == 200
            before = desk.node.state.seq
            record(desk, 20)
            assert all(event["id"] <= before for event in rest_of(events)), "nothing that came later"


def test_streams_are_counted_and_leave_nothing(served: tuple[Desk, Serving], client: httpx.Client) -> None:
    desk, _ = served
    streams = desk.interface.desk.streams
    opened = []
    try:
        for _ in range(LIMITS.streams_each):
            response = client.send(client.build_request("GET", "/events"), stream=True)
            parts = response.iter_raw()
            next(parts)
            opened.append((response, parts))
        assert len(streams._wakes) == LIMITS.streams_each
        answer = client.get("/events")
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "RK710")
    finally:
        for response, _ in opened:
            response.close()
    deadline = threading.Event()
    for _ in range(500):
        if not streams._wakes:
            break
        deadline.wait(0.01)
    assert not streams._wakes


def test_reader_that_takes_nothing_is_dropped_and_costs_no_memory(
    served: tuple[Desk, Serving], client: httpx.Client
) -> None:
    desk, serving = served
    token = client.headers["Authorization"]
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        slow.connect(("127.0.0.1", serving.port))
        head = f"GET /api/v1/events?after=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n\r\n"
        slow.sendall(head.encode())
        slow.recv(100)
        gone = threading.Event()
        for _ in range(200):
            record(desk, 200)
            if not desk.interface.desk.streams._wakes:
                gone.set()
                break
        for _ in range(400):
            if gone.is_set() or not desk.interface.desk.streams._wakes:
                gone.set()
                break
            gone.wait(0.01)
        assert gone.is_set()
    assert len(desk.interface.desk.streams._tail) <= stream.TAIL
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize("sent", [b"", b"GET /api/v1/me HT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "])
def test_connection_that_says_nothing_whole_is_closed(served: tuple[Desk, Serving], sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served[1].port), timeout=10.0) as slow:
        slow.sendall(sent)
        assert slow.recv(1_000) == b""


def test_what_is_no_http_is_answered_and_closed(served: tuple[Desk, Serving]) -> None:
    with socket.create_connection(("127.0.0.1", served[1].port), timeout=10.0) as stranger:
        stranger.sendall(b"\x16\x03\x01\x02\x00 no http\r\n\r\n")
        answer = b""
        while part := stranger.recv(1_000):
            answer += part
    assert answer.startswith(b"HTTP/1.1 400")


def test_node_that_stops_ends_the_streams_at_once(tmp_path: Path) -> None:
    settings = Settings(port=0, limits=replace(LIMITS, heartbeat_seconds=60.0), hashing=CHEAP)
    with make_desk(tmp_path, clock=SystemClock(), settings=settings, closes=False) as desk:
        serving = Serving(desk.interface)
        with httpx.Client(base_url=f"{serving.address}/api/v1", timeout=10.0, trust_env=False) as client:
            answer = client.post("/tokens", json={"name": "admin", "password": PASSWORD})
            client.headers["Authorization"] = f"Bearer {answer.json()['data']['token']}"
            with client.stream("GET", "/events") as response:
                parts = response.iter_raw()
                next(parts)
                closing = threading.Thread(target=serving.close)
                closing.start()
                assert b"".join(parts) == b""
                closing.join(5)
                assert not closing.is_alive()
