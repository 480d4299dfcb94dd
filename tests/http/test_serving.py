"""The server itself: TLS, addresses, and what is told at the start."""

from __future__ import annotations

import io
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from renkei.clock import SystemClock
from renkei.errors import InputError
from renkei.interfaces.http.serve import Serving, announce, listen
from renkei.interfaces.http.settings import Settings, Tls
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


def test_demonstration_is_said_at_the_start(tmp_path: Path) -> None:
    settings = Settings(port=0, demo=True, hashing=CHEAP)
    with make_desk(tmp_path, clock=SystemClock(), settings=settings) as desk:
        out = io.StringIO()
        announce(desk.interface, "http://127.0.0.1:1", out)
        assert "demonstration accounts" in out.getvalue()
        assert "only this machine" in out.getvalue()
