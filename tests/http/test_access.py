"""Sessions, tokens and accounts: who gets in, for how long, and what ends it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from renkei.clock import ManualClock
from renkei.errors import InputError
from renkei.interfaces.http.passwords import Passwords, weakness
from renkei.interfaces.http.settings import Hashing, Settings, Tls
from renkei.interfaces.http.store import AccountStore
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import CHEAP, PASSWORD, Client, Desk, make_desk

WRONG = {"name": "admin", "password": "not the password at all"}


def test_page_signs_in_works_and_signs_out(desk: Desk) -> None:
    with desk.client() as page:
        answer = page.post("/session", json={"name": "ADMIN", "password": PASSWORD})
        assert_success(answer)
        (cookie,) = answer.headers.get_list("set-cookie")
        for term in ("HttpOnly", "SameSite=strict", "Path=/"):
            assert term in cookie
        csrf = answer.json()["data"]["csrf"]
        me = page.get("/me").json()["data"]
        assert (me["name"], me["csrf"]) == ("admin", csrf)
        page.headers["X-CSRF-Token"] = csrf
        kept = dict(page.cookies)
        assert_success(page.delete("/session"))
        assert not page.cookies
        with desk.client() as thief:
            thief.headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in kept.items())
            assert_error(thief.get("/me"), 401)


@pytest.mark.parametrize("demo", [False, True])
def test_whoever_is_at_the_door_is_told_what_kind_of_node_this_is(
    tmp_path: Path, clock: ManualClock, *, demo: bool
) -> None:
    settings = Settings(hashing=CHEAP, demo=demo)
    with make_desk(tmp_path, clock=clock, settings=settings) as desk, desk.client() as stranger:
        told = assert_success(stranger.get("/session"))["data"]
    assert told == {"party": "jpn", "demo": demo, "exercise": False, "openid": False}


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_what_changes_something_needs_the_token_that_only_the_page_knows(desk: Desk, token: str) -> None:
    with desk.client() as page:
        page.session()
        headers = {"X-CSRF-Token": token.encode("latin-1")}
        for method, path in (
            ("POST", "/commands"),
            ("DELETE", "/session"),
            ("POST", "/accounts"),
            ("POST", "/backup"),
        ):
            assert assert_error(page.request(method, path, headers=headers), 403)["code"] == "RK703"
        assert_success(page.get("/me"))


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_can_neither_sign_in_nor_change_anything(desk: Desk, headers: dict[str, str]) -> None:
    with desk.client() as page:
        page.session()
        assert_error(page.post("/accounts", json={}, headers=headers), 403)
        assert_error(
            page.post("/session", json={"name": "admin", "password": PASSWORD}, headers=headers), 403
        )


def test_own_page_may(desk: Desk) -> None:
    with desk.client() as page:
        origin = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
        assert_success(page.post("/session", json={"name": "admin", "password": PASSWORD}, headers=origin))


def test_cookie_is_no_token_and_token_no_cookie(desk: Desk) -> None:
    with desk.client() as page, desk.client() as program:
        page.session()
        (cookie,) = page.cookies.values()
        program.headers["Authorization"] = f"Bearer {cookie}"
        assert_error(program.get("/me"), 401)
        token = page.post("/tokens", json={"name": "admin", "password": PASSWORD}).json()["data"]["token"]
        page.cookies.clear()
        page.headers["Cookie"] = f"renkei-8600={token}"
        assert_error(page.get("/me"), 401)


def test_signing_in_again_ends_the_session_that_the_browser_had(desk: Desk) -> None:
    with desk.client() as page, desk.client() as other:
        page.session()
        (first,) = page.cookies.values()
        page.session()
        (second,) = page.cookies.values()
        assert first != second
        other.headers["Cookie"] = f"renkei-8600={first}"
        assert_error(other.get("/me"), 401)


@pytest.mark.parametrize("kind", ["session", "token"])
def test_sessions_end_by_idleness_and_by_age(desk: Desk, clock: ManualClock, kind: str) -> None:
    limits = desk.interface.settings.limits
    idle, whole = (
        (limits.session_idle_seconds, limits.session_seconds)
        if kind == "session"
        else (limits.token_idle_seconds, limits.token_seconds)
    )
    with desk.client() as client:
        getattr(client, kind)()
        clock.advance(idle + 1)
        assert_error(client.get("/me"), 401)
        getattr(client, kind)()
        spent = 0
        while spent + idle - 1 < whole:
            clock.advance(idle - 1)
            spent += idle - 1
            assert_success(client.get("/me"))
        clock.advance(whole - spent)
        assert_error(client.get("/me"), 401)


def test_password_change_ends_everything_that_the_old_one_began(desk: Desk, program: Client) -> None:
    desk.account("sato")
    with desk.client() as page, desk.client() as tool:
        page.session("sato")
        tool.token("sato")
        path, new = "/accounts/sato/password", "another long enough one"
        assert_error(page.post(path, json={"password": new}), 403)
        assert_error(page.post(path, json={"password": new, "current": "wrong wrong wrong"}), 403)
        assert_success(page.get("/me"))
        assert_success(page.post(path, json={"password": new, "current": PASSWORD}))
        assert_error(page.get("/me"), 401)
        assert_error(tool.get("/me"), 401)
        assert_error(tool.post("/tokens", json={"name": "sato", "password": PASSWORD}), 401)
        tool.token("sato", new)
        assert_success(program.post(path, json={"password": PASSWORD}))
        assert_error(tool.get("/me"), 401)


def test_disabled_account_is_out_at_once_and_answered_like_a_wrong_password(
    desk: Desk, program: Client
) -> None:
    desk.account("sato")
    with desk.client() as tool:
        tool.token("sato")
        assert_success(program.post("/accounts/SATO/disable"))
        assert_error(tool.get("/me"), 401)
        disabled = tool.post("/tokens", json={"name": "sato", "password": PASSWORD})
        wrong = tool.post("/tokens", json=WRONG)
        unknown = tool.post("/tokens", json={"name": "nobody", "password": PASSWORD})
        assert disabled.status_code == 401
        assert disabled.json() == wrong.json() == unknown.json()
        assert_success(program.post("/accounts/sato/enable"))
        tool.token("sato")
        assert_success(tool.get("/me"))


def test_last_administrator_stays(desk: Desk, program: Client) -> None:
    assert_error(program.post("/accounts/admin/disable"), 409)
    desk.account("other", administrator=True)
    assert_success(program.post("/accounts/other/disable"))
    assert_error(program.post("/accounts/admin/disable"), 409)
    desk.account("tourist", administrator=True, demo=True)
    assert_error(program.post("/accounts/admin/disable"), 409)
    assert_success(program.post("/accounts/tourist/disable"))


def test_administration_is_for_administrators_who_else_learns_no_names(desk: Desk) -> None:
    desk.account("sato")
    with desk.client() as tool:
        tool.token("sato")
        asked = [
            ("GET", "/accounts", None),
            ("POST", "/accounts", {"name": "x", "password": PASSWORD}),
            ("POST", "/accounts/admin/disable", None),
            ("POST", "/accounts/admin/enable", None),
            ("POST", "/accounts/admin/password", {"password": PASSWORD}),
            ("POST", "/accounts/nobody/password", {"password": PASSWORD}),
            ("POST", "/backup", None),
            ("POST", "/links/usa/export", None),
        ]
        for method, path, body in asked:
            assert assert_error(tool.request(method, path, json=body), 403)["code"] == "RK704"


def test_what_administrators_do_is_in_the_log_without_secrets(desk: Desk, program: Client) -> None:
    assert_success(
        program.post("/accounts", json={"name": "sato", "password": PASSWORD, "posts": ["jpn_diet"]})
    )
    assert_error(program.post("/accounts", json={"name": "ＳＡＴＯ", "password": PASSWORD}), 409)
    program.post("/accounts/sato/password", json={"password": "another long enough one"})
    program.post("/accounts/sato/disable")
    program.post("/accounts/sato/enable")
    entries = program.get("/log?kind=account.").json()["data"]
    said = [(entry["body"]["event"]["name"], entry["body"]["event"]["change"]) for entry in entries]
    assert said == [
        ("admin", "created-administrator"),
        ("sato", "created"),
        ("sato", "password-set"),
        ("sato", "disabled"),
        ("sato", "enabled"),
    ]
    assert all("by admin" in entry["body"]["note"] for entry in entries[1:])
    everything = b"".join(row.body for row in desk.node.log.read(0, 10_000))
    assert b"horse" not in everything
    assert b"argon2" not in everything


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaa", "satosatosato", "Sato-1234", "x" * 257])
def test_weak_passwords_are_refused(program: Client, password: str) -> None:
    assert_error(program.post("/accounts", json={"name": "satosatosato", "password": password}), 422)


def test_password_that_has_the_name_in_it_is_judged_by_the_rest() -> None:
    assert weakness("sato", "sato12345678")
    assert not weakness("sato", "sato and the five hundred monkeys")


def test_nothing_that_lets_somebody_in_is_in_the_file_of_accounts(desk: Desk, tmp_path: Path) -> None:
    with desk.client() as tool:
        tool.token()
        token = str(tool.headers["Authorization"]).partition(" ")[2]
        with desk.client() as page:
            page.session()
            (cookie,) = page.cookies.values()
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("accounts.sqlite*"))
    assert b"$argon2id$" in raw
    for secret in (token, cookie, PASSWORD):
        assert secret.encode() not in raw
    assert (tmp_path / "accounts.sqlite").stat().st_mode & 0o077 == 0


def test_unknown_name_takes_as_long_as_a_wrong_password(tmp_path: Path, clock: ManualClock) -> None:
    # The real cost: without the stand-in an unknown name would be answered a hundred times sooner.
    settings = Settings(hashing=Hashing(memory_kib=8 * 1024, rounds=2))
    with make_desk(tmp_path, clock=clock, settings=settings) as desk, desk.client() as tool:
        times: dict[str, list[float]] = {"admin": [], "nobody": []}
        for _ in range(7):
            for name, found in times.items():
                begun = perf_counter()
                assert_error(tool.post("/tokens", json={"name": name, "password": "wrong wrong wrong"}), 401)
                found.append(perf_counter() - begun)
            clock.advance(60)
    known, unknown = median(times["admin"]), median(times["nobody"])
    assert known / 3 < unknown < known * 3


def test_hash_is_made_anew_when_its_cost_has_changed(desk: Desk) -> None:
    before = desk.interface.access.store.find("admin")
    desk.interface.access.passwords = Passwords(Hashing(memory_kib=128, rounds=1))
    with desk.client() as tool:
        tool.token()
        tool.token()
    after = desk.interface.access.store.find("admin")
    assert before is not None
    assert after is not None
    assert before.hash is not None
    assert "m=64," in before.hash
    assert after.hash is not None
    assert "m=128," in after.hash


def test_only_so_many_sessions_of_one_account(desk: Desk, clock: ManualClock) -> None:
    most = desk.interface.settings.limits.sessions_each
    with desk.client() as first, desk.client() as tool:
        first.token()
        for _ in range(most):
            clock.advance(1)
            tool.token()
        assert_success(tool.get("/me"))
        assert_error(first.get("/me"), 401)


def test_accounts_survive_the_process_and_a_later_format_is_refused(
    tmp_path: Path, clock: ManualClock
) -> None:
    with make_desk(tmp_path, clock=clock) as desk, desk.client() as tool:
        tool.token()
        token = tool.headers["Authorization"]
    store = AccountStore(tmp_path / "accounts.sqlite")
    assert [account.name for account in store.accounts()] == ["admin"]
    store.close()
    with sqlite3.connect(tmp_path / "accounts.sqlite") as file:
        file.execute("PRAGMA user_version = 99")
    file.close()
    with pytest.raises(InputError, match="RK723"):
        AccountStore(tmp_path / "accounts.sqlite")
    (tmp_path / "no.sqlite").write_bytes(b"not a database, but long enough to look like one" * 100)
    with pytest.raises(InputError, match="RK723"):
        AccountStore(tmp_path / "no.sqlite")
    assert token


def test_demonstration_accounts_only_where_nobody_else_can_reach_them(
    tmp_path: Path, clock: ManualClock
) -> None:
    tls = Tls(tmp_path / "cert", tmp_path / "key")
    for address in ("0.0.0.0", "::", "192.0.2.1", "renkei.example"):  # noqa: S104
        with pytest.raises(InputError, match="RK716"):
            Settings(address=address, demo=True, tls=tls)
        with pytest.raises(InputError, match="RK717"):
            Settings(address=address)
        assert Settings(address=address, tls=tls).allowed_hosts == {address}
    for address in ("127.0.0.1", "::1", "localhost"):
        settings = Settings(address=address, demo=True, hashing=CHEAP)
    with make_desk(tmp_path, clock=clock, settings=settings) as desk, desk.client() as tool:
        desk.account("tourist", demo=True)
        tool.token("tourist")
        answer = tool.get("/me")
        assert answer.json()["data"]["demo"] is True
        assert answer.headers["X-Renkei-Demo"]
        assert tool.get("/nothing").headers["X-Renkei-Demo"]
        token = tool.headers["Authorization"]
    with make_kept(tmp_path, clock) as desk, desk.client() as tool:
        tool.headers["Authorization"] = token
        assert_error(tool.get("/me"), 401)
        assert_error(tool.post("/tokens", json={"name": "tourist", "password": PASSWORD}), 401)
        assert "X-Renkei-Demo" not in tool.get("/me").headers


def make_kept(folder: Path, clock: ManualClock) -> AbstractContextManager[Desk]:
    """Open again what is kept in a folder, without demonstration."""
    return make_desk(folder, clock=clock, is_new=False)


def test_under_tls_the_cookie_is_bound_to_the_host_and_browsers_are_told_to_stay(
    tmp_path: Path, clock: ManualClock
) -> None:
    settings = Settings(tls=Tls(tmp_path / "cert", tmp_path / "key"), hashing=CHEAP)
    with make_desk(tmp_path, clock=clock, settings=settings) as desk, desk.client() as page:
        answer = page.post("/session", json={"name": "admin", "password": PASSWORD})
        assert re.match(
            r"__Host-renkei=.*; HttpOnly; Max-Age=\d+; Path=/; SameSite=strict; Secure",
            answer.headers["set-cookie"],
        )
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
