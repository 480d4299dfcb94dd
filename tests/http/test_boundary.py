"""What is true of every answer; and what is refused before anybody looks at it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from renkei.clock import ManualClock
from renkei.interfaces.http.boundary import SECURE
from renkei.interfaces.http.diagnostics import LOGGER, start_diagnostics
from renkei.interfaces.http.intake import is_deeper
from renkei.interfaces.http.settings import Limits, Settings
from renkei.runner.node import Node
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import CHEAP, PASSWORD, Client, Desk, make_desk


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/me"), ("GET", "//health/live"), ("GET", "/nothing"), ("PUT", "/me"), ("POST", "/session")],
)
def test_every_answer_has_the_secure_headers(desk: Desk, method: str, path: str) -> None:
    with desk.client() as stranger:
        answer = stranger.request(method, path)
    for key, value in SECURE.items():
        assert answer.headers[key] == value
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "server" not in answer.headers
    assert not [key for key in answer.headers if key.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "", "[::2]:80", "@localhost"]
)
def test_other_host_names_are_refused(desk: Desk, host: str) -> None:
    with desk.client() as page:
        page.session()
        assert assert_error(page.get("/me", headers={"Host": host}), 400)["code"] == "RK713"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8600", "127.0.0.1:1", "[::1]:8600", "localhost."])
def test_own_host_names_are_answered(program: Client, host: str) -> None:
    assert_success(program.get("/me", headers={"Host": host}))


def test_no_other_origin_is_let_in(program: Client) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = program.request("OPTIONS", "/commands", headers=headers)
    assert_error(answer, 405)
    assert not [key for key in answer.headers if key.lower().startswith("access-control-")]


def chunks(count: int, size: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * size


@pytest.mark.parametrize("path", ["/commands", "/accounts", "/tokens/current"])
def test_large_bodies_are_refused_by_what_they_say_and_by_what_they_are(
    desk: Desk, program: Client, path: str
) -> None:
    most = desk.interface.settings.limits.json_bytes
    headers = {"Content-Type": "application/json"}
    read = 0

    async def endless() -> Any:
        nonlocal read
        while True:
            read += 65_536
            yield b"[" + b" " * 65_535

    assert_error(program.post(path, content=b" " * (most + 1), headers=headers), 413)
    assert_error(program.post(path, content=endless(), headers=headers), 413)
    assert read <= most + 2 * 65_536, "no more is read than shows that it is too much"


def test_body_that_never_ends_is_not_waited_for(tmp_path: Path, clock: ManualClock) -> None:
    settings = Settings(hashing=CHEAP, limits=Limits(body_seconds=0.2))
    with make_desk(tmp_path, clock=clock, settings=settings) as desk, desk.client() as program:
        program.token()

        async def stuck() -> Any:
            yield b"{"
            await asyncio.Event().wait()

        answer = program.post("/commands", content=stuck(), headers={"Content-Type": "application/json"})
        assert assert_error(answer, 400)["code"] == "RK700"


def test_strangers_may_send_little(desk: Desk) -> None:
    most = desk.interface.settings.limits.open_bytes
    with desk.client() as stranger:
        body = json.dumps({"name": "x", "password": "y" * most}).encode()
        headers = {"Content-Type": "application/json"}
        assert_error(stranger.post("/tokens", content=body, headers=headers), 413)
        read = 0

        async def endless() -> Any:
            nonlocal read
            while True:
                read += 1
                yield b"x"

        assert_error(stranger.post("/commands", content=endless(), headers=headers), 401)
        assert_error(stranger.post("/attachments", content=endless(), headers=headers), 401)
        assert read == 0, "nothing of a stranger's body is read"


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "",
    ],
)
def test_only_json_is_taken_where_json_is_meant(program: Client, kind: str) -> None:
    answer = program.post("/commands", content=b"{}", headers={"Content-Type": kind})
    assert assert_error(answer, 415)["code"] == "RK709"


def test_compressed_bodies_are_not_unpacked(program: Client) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert_error(program.post("/commands", content=b"\x1f\x8b", headers=headers), 415)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=30,
)


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max((depth(each) for each in inner), default=0)


@given(JSON_VALUES, st.integers(0, 8), st.booleans())
@budget(deadline=None, max_examples=200)
def test_depth_is_that_of_the_parsed_value(value: Any, most: int, ascii_only: bool) -> None:
    assert is_deeper(json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"), most) == (
        depth(value) > most
    )


@given(st.binary(max_size=200))
@budget(deadline=None, max_examples=200)
def test_depth_of_anything_is_told_and_never_less_than_what_parses(body: bytes) -> None:
    deeper = is_deeper(body, 3)
    try:
        value = json.loads(body)
    except ValueError:
        return
    assert deeper == (depth(value) > 3)


class Recorded(io.StringIO):
    """Diagnostics of a test."""

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    out = Recorded()
    found = logging.getLogger(LOGGER)
    before = (found.handlers, found.propagate, found.level)
    start_diagnostics(out)
    found.setLevel(logging.DEBUG)
    yield out
    found.handlers, found.propagate = before[0], before[1]
    found.setLevel(before[2])
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


def test_faults_are_answered_without_details_and_told_without_what_was_sent(
    program: Client, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Node) -> Any:
        raise RuntimeError("hunter2 in " + __file__)

    monkeypatch.setattr(Node, "state", property(broken))
    for path in ("/me", "/posts", "//metrics"):
        if path == "//metrics":
            del program.headers["Authorization"]
        answer = program.get(path)
        error = assert_error(answer, 500)
        assert error["code"] == "RK711"
        assert answer.headers["X-Request-Id"] in error["hint"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for word in ("hunter2", "RuntimeError", "Traceback", ".py"):
            assert word not in answer.text
    monkeypatch.undo()
    faults = [line for line in recorded.lines() if line["event"] == "fault"]
    assert len(faults) == 3
    assert {fault["error"]["type"] for fault in faults} == {"RuntimeError"}
    assert any("test_boundary.py" in place for fault in faults for place in fault["error"]["places"])
    assert "hunter2" not in recorded.getvalue()


def test_diagnostics_hold_no_secrets(desk: Desk, recorded: Recorded) -> None:
    secrets = [PASSWORD, "wrong wrong wrong", "other long password"]
    with desk.client() as page, desk.client() as tool:
        page.session()
        tool.token()
        secrets += [
            *page.cookies.values(),
            page.headers["X-CSRF-Token"],
            tool.headers["Authorization"].split()[1],
        ]
        page.post("/tokens", json={"name": "secret-name", "password": "wrong wrong wrong"})
        page.post("/accounts", json={"name": "x", "password": "other long password"})
        page.post("/accounts", json={"name": ["x"], "password": "other long password", "z": 1})
        page.post("/accounts/admin/password", json={"password": "other long password", "current": PASSWORD})
        tool.get("/me?token=other%20long%20password")
        tool.get("/session/openid/return?code=other%20long%20password")
        tool.request("BREW", "/nothing/secret-name")
    text = recorded.getvalue()
    routes = {line["route"] for line in recorded.lines() if line["event"] == "request"}
    assert {"/api/v1/session", "/api/v1/accounts/{name}/password", "unmatched"} <= routes
    for secret in (*secrets, "secret-name", "other%20long"):
        assert secret not in text


def test_metrics_are_read_here_or_with_their_token_and_name_no_one(desk: Desk, program: Client) -> None:
    program.post("/commands", json={"command": {"type": "assume", "post": "jpn_cabinet"}})
    program.get("/cases/secret-case")
    program.request("BREW", "/secret-address")
    with desk.client("127.0.0.1") as here, desk.client("192.0.2.1") as there:
        text = here.get("//metrics").text
        assert_error(there.get("//metrics"), 401)
        there.headers["Authorization"] = "Bearer guess"
        assert_error(there.get("//metrics"), 401)
        assert_success(there.get("//health/live"))
        assert_success(there.get("//health/ready"))
    assert "renkei_log_entries 4.0" in text
    assert 'renkei_sign_ins_total{result="signed-in"} 1.0' in text
    assert 'route="/api/v1/cases/{case}",status="404"' in text
    assert 'renkei_http_requests_total{method="other",route="unmatched",status="404"} 1.0' in text
    for secret in ("secret", "jpn_cabinet", "admin", "BREW"):
        assert secret not in text


def test_node_that_has_stopped_says_so(desk: Desk, program: Client) -> None:
    desk.node.close()
    assert_success(program.get("//health/live"))
    assert_error(program.get("//health/ready"), 503)
    assert_error(program.post("/commands", json={"command": {"type": "assume", "post": "jpn_cabinet"}}), 503)
    new = {"name": "sato", "password": PASSWORD}
    assert_error(program.post("/accounts", json=new), 503)
    assert_error(program.post("/accounts/admin/password", json={**new, "current": PASSWORD}), 422)
    assert_success(program.get("/posts"))
    assert [entry["name"] for entry in program.get("/accounts").json()["data"]] == ["admin"], (
        "nothing unrecorded"
    )
