"""The server itself: TLS, addresses, and what is told at the start."""

from __future__ import annotations

import io
import json
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import httpx
import pytest

from renkei.clock import SystemClock
from renkei.errors import InputError
from renkei.interfaces.http.boundary import SECURE
from renkei.interfaces.http.serve import Serving, announce, listen
from renkei.interfaces.http.settings import Limits, Settings, Tls
from renkei.log.keys import create_link_key, make_certificate
from tests.http.world import CHEAP, PASSWORD, Desk, make_desk


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = make_certificate("jpn", create_link_key(folder / "key.pem"))
    (folder / "certificate.pem").write_bytes(certificate)
    (folder / "plain.pem").write_bytes(key)
    return Tls(folder / "certificate.pem", folder / "plain.pem")


def serve(folder: Path, settings: Settings) -> Iterator[tuple[Desk, Serving]]:
    with make_desk(folder, clock=SystemClock(), settings=settings, closes=False) as desk:
        serving = Serving(desk.interface)
        try:
            yield desk, serving
        finally:
            serving.close()


@pytest.fixture
def secure(tmp_path: Path, tls: Tls) -> Iterator[tuple[Desk, Serving]]:
    yield from serve(tmp_path, Settings(port=0, tls=tls, hashing=CHEAP))


def trusting(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(tls.certificate))
    context.check_hostname = False
    return context


def test_people_are_served_over_tls(secure: tuple[Desk, Serving], tls: Tls) -> None:
    _, serving = secure
    assert serving.address.startswith("https://")
    with httpx.Client(base_url=serving.address, verify=trusting(tls), trust_env=False) as page:
        answer = page.post("/api/v1/session", json={"name": "admin", "password": PASSWORD})
        assert answer.status_code == 201
        assert answer.headers["Strict-Transport-Security"]
        assert "Secure" in answer.headers["set-cookie"]
        assert page.get("/api/v1/me").json()["data"]["name"] == "admin"
        assert "server" not in answer.headers


def test_nothing_is_served_in_clear_beside_it(secure: tuple[Desk, Serving]) -> None:
    where = f"http://127.0.0.1:{secure[1].port}/health/live"
    with httpx.Client(trust_env=False) as page, pytest.raises(httpx.HTTPError):
        page.get(where)


def test_old_tls_is_not_spoken(secure: tuple[Desk, Serving]) -> None:
    context = secure[1]._server.config.ssl
    assert context is not None
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_files_that_are_no_certificate_are_refused(tmp_path: Path, tls: Tls) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    for given in (Tls(wrong, tls.key), Tls(tls.certificate, wrong), Tls(tmp_path / "missing", tls.key)):
        settings = Settings(port=0, tls=given, hashing=CHEAP)
        made = make_desk(tmp_path / "node", clock=SystemClock(), settings=settings, is_new=False)
        with made as desk, pytest.raises(InputError, match="RK725"):
            Serving(desk.interface)


def test_address_in_use_is_told() -> None:
    first = listen(Settings(port=0))
    try:
        first.listen()
        with pytest.raises(InputError, match="RK756"):
            listen(Settings(port=first.getsockname()[1]))
    finally:
        first.close()


def answer_to(port: int, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes, and return status, headers and body of what is answered."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(sent)
        response = HTTPResponse(connection)
        response.begin()
        return response.status, {key.lower(): value for key, value in response.getheaders()}, response.read()


def assert_ours(headers: dict[str, str], body: bytes, code: str) -> None:
    error = json.loads(body)["error"]
    assert error["code"] == code
    assert error.keys() >= {"message", "rule", "could", "possible", "hint", "problems"}
    assert headers["content-type"] == "application/json"
    for key, value in SECURE.items():
        assert headers[key.lower()] == value
    assert "server" not in headers


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 40,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHo st: localhost\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
    ],
)
def test_what_is_no_http_is_answered_as_everything_else_is(tmp_path: Path, sent: bytes) -> None:
    for _, serving in serve(tmp_path, Settings(port=0, hashing=CHEAP)):
        status, headers, body = answer_to(serving.port, sent)
        assert status == 400
        assert_ours(headers, body, "RK700")
        assert sent[:12] not in body
        assert headers["connection"] == "close"


def test_more_connections_than_are_served_are_told_so(tmp_path: Path) -> None:
    ask = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    settings = Settings(port=0, hashing=CHEAP, limits=Limits(connections=2))
    for _, serving in serve(tmp_path, settings):
        assert answer_to(serving.port, ask)[0] == 200
        with socket.create_connection(("127.0.0.1", serving.port), 30) as first:
            # What is answered there shows that it is counted.
            first.sendall(ask)
            response = HTTPResponse(first)
            response.begin()
            assert response.status == 200
            status, headers, body = answer_to(serving.port, ask)
        assert status == 503
        assert_ours(headers, body, "RK712")
        assert headers["retry-after"]


def test_demonstration_is_said_at_the_start(tmp_path: Path) -> None:
    settings = Settings(port=0, demo=True, hashing=CHEAP)
    with make_desk(tmp_path, clock=SystemClock(), settings=settings) as desk:
        out = io.StringIO()
        announce(desk.interface, "http://127.0.0.1:1", out)
        assert "demonstration accounts" in out.getvalue()
        assert "only this machine" in out.getvalue()
