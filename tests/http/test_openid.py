"""Signing in at an OpenID provider, a real one on a socket: right, and wrong in every way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from renkei.clock import SECOND, ManualClock
from renkei.interfaces.http.openid import KEYS_SECONDS, PENDING_SECONDS
from renkei.interfaces.http.settings import OpenId, Settings
from tests.http.provider import Provider, ServedProvider
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import CHEAP, PASSWORD, Client, Desk, make_desk

RETURN = "http://localhost/api/v1/session/openid/return"


@dataclass
class Both:
    desk: Desk
    provider: Provider


@pytest.fixture(scope="module")
def port() -> Iterator[ServedProvider]:
    served = ServedProvider()
    yield served
    served.close()


@pytest.fixture
def both(tmp_path: Path, clock: ManualClock, port: ServedProvider) -> Iterator[Both]:
    port.provider = Provider(issuer=port.issuer, now=clock.now() // SECOND)
    openid = OpenId(port.issuer, "renkei", RETURN)
    with make_desk(tmp_path, clock=clock, settings=Settings(openid=openid, hashing=CHEAP)) as desk:
        with desk.client() as admin:
            admin.token()
            assert_success(admin.post("/accounts", json={"name": "sato", "subject": "subject-1"}))
        yield Both(desk, port.provider)


def begin(client: Client) -> dict[str, str]:
    """Go to the provider; return what the browser is sent there with."""
    answer = client.get("/session/openid")
    assert answer.status_code == 302
    (cookie,) = answer.headers.get_list("set-cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    return {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def come_back(client: Client, query: dict[str, str], code: str, **more: str) -> Any:
    said = {"state": query["state"], "code": code, **more}
    return client.get(
        "/session/openid/return?" + "&".join(f"{key}={quote(value)}" for key, value in said.items())
    )


def sign_in(both: Both, client: Client) -> Any:
    query = begin(client)
    return come_back(client, query, both.provider.authorize(query))


def test_person_of_the_provider_signs_in(both: Both) -> None:
    with both.desk.client() as page:
        query = begin(page)
        assert (query["response_type"], query["scope"], query["code_challenge_method"]) == (
            "code",
            "openid",
            "S256",
        )
        assert query["redirect_uri"] == RETURN
        answer = come_back(page, query, both.provider.authorize(query), iss=both.provider.issuer)
        assert (answer.status_code, answer.headers["location"]) == (302, "/")
        me = assert_success(page.get("/me"))["data"]
        assert me["name"] == "sato"
        assert_error(page.post("/commands", json={}), 403)
        page.headers["X-CSRF-Token"] = me["csrf"]
        assert_error(page.post("/commands", json={}), 422)
    verifier = dict(both.provider.asked)["/token"]["code_verifier"]
    assert 43 <= len(verifier) <= 128


def test_account_of_the_provider_has_no_password(both: Both) -> None:
    with both.desk.client() as stranger:
        for password in (PASSWORD, "None", "x"):
            assert_error(stranger.post("/tokens", json={"name": "sato", "password": password}), 401)


WRONG: dict[str, dict[str, Any]] = {
    "issuer": {"claims": {"iss": "https://evil.example"}},
    "no issuer": {"claims": {"iss": None}},
    "audience": {"claims": {"aud": "another"}},
    "audiences without azp": {"claims": {"aud": ["renkei", "another"]}},
    "another azp": {"claims": {"aud": ["renkei", "another"], "azp": "another"}},
    "no audience": {"claims": {"aud": None}},
    "nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": 1_767_225_600 - 61}},
    "no expiry": {"claims": {"exp": None}},
    "expiry is a text": {"claims": {"exp": "9999999999"}},
    "from the future": {"claims": {"iat": 1_767_225_600 + 3_600}},
    "not yet": {"claims": {"nbf": 1_767_225_600 + 3_600}},
    "nobody": {"claims": {"sub": None}},
    "a number": {"claims": {"sub": 1}},
    "an unknown person": {"subject": "subject-2"},
    "alg none": {"header": {"alg": "none"}},
    "alg HS256 with the public key": {"header": {"alg": "HS256"}},
    "another key under the known name": {"key": "stranger", "header": {"kid": "first"}},
    "another key": {"key": "stranger"},
    "unknown critical header": {"header": {"crit": ["x"], "x": 1}},
    "key in the header": {"key": "stranger", "header": {"jku": "http://evil.example/keys"}},
    "no token": {"raw": ""},
    "garbage": {"raw": "a.b.c"},
    "a number as token": {"raw": "1"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_token_that_does_not_hold_signs_nobody_in(both: Both, wrong: str) -> None:
    for name, value in WRONG[wrong].items():
        setattr(both.provider, name, value)
    with both.desk.client() as page:
        answer = sign_in(both, page)
        assert assert_error(answer, 401)["code"] == "RK720"
        assert_error(page.get("/me"), 401)


def test_several_audiences_are_right_where_the_token_says_for_whom(both: Both) -> None:
    both.provider.claims = {"aud": ["renkei", "another"], "azp": "renkei"}
    with both.desk.client() as page:
        assert sign_in(both, page).status_code == 302


def test_only_the_browser_that_went_there_comes_back_and_only_once(both: Both) -> None:
    with both.desk.client() as page, both.desk.client() as victim:
        query = begin(page)
        code = both.provider.authorize(query)
        assert_error(come_back(victim, query, code), 401)
        assert code in both.provider.codes, "the code was not even used"
        victims = begin(victim)
        assert_error(come_back(victim, query, code), 401)
        assert victims["state"] != query["state"]
        kept = dict(page.cookies)
        assert come_back(page, query, code).status_code == 302
        page.cookies.update(kept)
        assert_error(come_back(page, query, both.provider.authorize(query)), 401)


def test_answer_comes_in_time_and_from_the_right_provider(both: Both, clock: ManualClock) -> None:
    with both.desk.client() as page:
        query = begin(page)
        assert_error(come_back(page, query, both.provider.authorize(query), iss="https://evil.example"), 401)
        query = begin(page)
        clock.advance(PENDING_SECONDS + 1)
        assert_error(come_back(page, query, both.provider.authorize(query)), 401)
        query = begin(page)
        assert_error(come_back(page, query, "a-code-of-nobody"), 401)


def test_new_key_of_the_provider_is_found(both: Both, clock: ManualClock) -> None:
    with both.desk.client() as page:
        assert sign_in(both, page).status_code == 302
        both.provider.key, both.provider.published = "second", ("first", "second")
        assert_error(sign_in(both, page), 401)
        clock.advance(KEYS_SECONDS + 1)
        both.provider.now = clock.now() // SECOND
        assert sign_in(both, page).status_code == 302
        keys = [path for path, _ in both.provider.asked if path == "/keys"]
        assert len(keys) == 2, "somebody who sends tokens with unknown keys cannot make the node ask for ever"


def test_disabled_account_is_out_here_too(both: Both) -> None:
    with both.desk.client() as admin, both.desk.client() as page:
        admin.token()
        assert_success(admin.post("/accounts/sato/disable"))
        assert_error(sign_in(both, page), 401)


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_provider_that_is_not_what_it_should_be_is_not_used(both: Both, document: dict[str, str]) -> None:
    both.provider.document = document
    with both.desk.client() as page:
        assert assert_error(page.get("/session/openid"), 503)["code"] == "RK721"


def test_provider_that_cannot_be_reached_leaves_local_accounts(tmp_path: Path, clock: ManualClock) -> None:
    openid = OpenId("http://127.0.0.1:9", "renkei", RETURN, seconds=1.0)
    settings = Settings(openid=openid, hashing=CHEAP)
    with make_desk(tmp_path, clock=clock, settings=settings) as desk, desk.client() as page:
        assert assert_success(page.get("/session"))["data"]["openid"] is True
        assert assert_error(page.get("/session/openid"), 503)["code"] == "RK721"
        page.session()
        assert_success(page.get("/me"))


def test_node_without_a_provider_says_so(desk: Desk) -> None:
    with desk.client() as page, desk.client() as admin:
        assert_error(page.get("/session/openid"), 404)
        assert_error(page.get("/session/openid/return?state=x&code=y"), 404)
        admin.token()
        assert_error(admin.post("/accounts", json={"name": "sato", "subject": "x"}), 422)
