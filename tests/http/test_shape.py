"""One success shape and one error shape, over all routes of the interface's own document."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from renkei.interfaces.http.door import OPEN
from tests.http.world import Client, Desk

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FILES = {
    "/metrics",
    "/api/v1/events",
    "/api/v1/attachments/{digest}",
    "/api/v1/attachments/{digest}/label",
    "/api/v1/items/{item}/content",
    "/api/v1/items/{item}/label",
    "/api/v1/links/{partner}/export",
    "/api/v1/log/entries/{seq}/proof",
}
"""What succeeds with something else than JSON."""
KANA_OR_KANJI = re.compile(r"[぀-ヿ一-鿿]")
ENGLISH = re.compile(r"[A-Za-z]{2,} (?!of )[a-z]{2,} [a-z]{2,}")


def reads_as_japanese(text: str) -> bool:
    """Return whether a text is in Japanese, with no English sentence in it."""
    return bool(KANA_OR_KANJI.search(text)) and not ENGLISH.search(text)


ERROR = {
    *("code", "message", "facts", "rule", "rule_name", "could", "possible", "hint", "problems"),
    *("title", "remedy", "first"),
}


@pytest.fixture
def document(program: Client) -> dict[str, Any]:
    found: dict[str, Any] = program.get("/openapi.json").json()
    return found


def routes(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method.upper(), operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def filled(path: str) -> str:
    """Return an address with something of the right form in it that does not exist."""
    path = path.replace("{digest}", "0" * 64).replace("{seq}", "999999999")
    return re.sub(r"\{\w+\}", "nothing", path)


def assert_error(answer: Any, *statuses: int) -> dict[str, Any]:
    assert answer.status_code in statuses, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.json().keys() == {"error"}
    error: dict[str, Any] = answer.json()["error"]
    assert error.keys() == ERROR
    assert re.fullmatch(r"RK\d{3}", error["code"])
    assert error["message"]
    told = [problem["facts"] for problem in error["problems"]]
    if error["facts"] is None:
        # A file of a model, a label or a bundle is what is wrong; such problems are told in English only.
        assert error["code"][:3] not in {"RK5", "RK7"}
    else:
        told.append(error["facts"])
        # Whoever reads Japanese reads no English sentence; what people are called is no sentence.
        assert not [facts for facts in told if not reads_as_japanese(facts["ja"])]
    return error


def assert_success(answer: Any) -> Any:
    assert answer.status_code in {200, 201}, answer.text
    assert answer.headers["content-type"] == "application/json"
    whole = answer.json()
    assert whole.keys() == {"data", "next", "seq"}
    assert isinstance(whole["seq"], int)
    assert whole["next"] is None or isinstance(whole["next"], str)
    return whole


def test_every_route_but_the_named_ones_needs_somebody_signed_in(
    desk: Desk, document: dict[str, Any]
) -> None:
    walked = 0
    with desk.client() as stranger:
        for path, method, operation in routes(document):
            if (method, path) in OPEN:
                assert operation["security"] == []
                continue
            assert operation["security"]
            error = assert_error(stranger.request(method, f"/{filled(path)}"), 401)
            assert error["code"] == "RK701"
            walked += 1
    assert walked > 25
    opened = {(method, path) for path, method, _ in routes(document)} & OPEN
    assert opened == OPEN - {("GET", "/api/v1/openapi.json")}, (
        "what is open is documented, or is the document"
    )


def test_every_answer_has_one_of_two_shapes(program: Client, document: dict[str, Any]) -> None:
    for path, method, operation in routes(document):
        if path in FILES or (method == "DELETE"):
            continue
        answer = program.request(method, f"/{filled(path)}")
        if answer.is_success:
            assert_success(answer)
        elif answer.status_code != 302:
            assert_error(answer, 400, 404, 409, 415, 422, 503)
        assert str(answer.status_code) in operation["responses"], (method, path, answer.status_code)


def test_what_succeeds_otherwise_fails_in_the_shape(program: Client, document: dict[str, Any]) -> None:
    for path, method, _ in routes(document):
        if path in FILES - {"/metrics", "/api/v1/events"}:
            assert_error(program.request(method, f"/{filled(path)}"), 404, 503)
    assert_error(program.get("/events?after=-1"), 422)
    assert_error(program.get("/events?after=99"), 422)
    assert_error(program.get("/events", headers={"Last-Event-ID": "x"}), 422)
    assert_error(program.get("/events?post=nobody"), 404)


def test_every_other_method_and_address_is_answered_in_the_shape(
    program: Client, document: dict[str, Any]
) -> None:
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method.lower() not in operations:
                assert_error(program.request(method, f"/{filled(path)}"), 404, 405)
    for path in (
        "",
        "/",
        "/nothing",
        "/cases/a/b/c",
        "//health",
        "//health/nothing",
        "//metrics/openapi.json",
    ):
        assert_error(program.get(path), 404)
    assert program.request("HEAD", "/me").status_code == 405


def test_every_list_is_paged(program: Client, document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    lists = 0
    for path, method, operation in routes(document):
        shape = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
        name = shape.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if not name or schemas[name]["properties"]["data"].get("type") != "array":
            continue
        lists += 1
        assert method == "GET"
        assert {"cursor", "limit"} <= {parameter["name"] for parameter in operation["parameters"]}, path
        assert_error(program.get(f"/{path}?limit=0"), 404, 422)
        assert_error(program.get(f"/{path}?limit=1001"), 404, 422)
        assert_error(program.get(f"/{path}?cursor=%00%01"), 404, 422)
    assert lists >= 8


@pytest.mark.parametrize("path", ["/posts", "/log", "/log?kind=account.", "/accounts"])
def test_pages_together_are_the_whole_list(desk: Desk, program: Client, path: str) -> None:
    for name in ("Sato", "abe", "Mori", "ōno"):
        desk.account(name)
    whole = assert_success(program.get(path))
    assert whole["next"] is None
    assert len(whole["data"]) > 3
    for limit in (1, 2, len(whole["data"]), len(whole["data"]) + 1):
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            joint = "&" if "?" in path else "?"
            page = assert_success(program.get(f"{path}{joint}limit={limit}&cursor={quote(cursor)}"))
            assert len(page["data"]) <= limit
            found += page["data"]
            cursor = page["next"]
        assert found == whole["data"]


def test_all_invalid_fields_are_told_at_once_and_nothing_that_was_sent_is_repeated(program: Client) -> None:
    sent = {
        "name": "",
        "password": ["hunter2hunter2"],
        "posts": [""],
        "administrator": "hunter3",
        "hunter4": 1,
    }
    error = assert_error(program.post("/accounts", content=_ascii(sent), headers=JSON), 422)
    places = {problem["where"] for problem in error["problems"]}
    assert {"body.name", "body.password", "body.posts.0", "body.administrator"} <= places
    assert "hunter2" not in str(error)
    assert "hunter3" not in str(error)
    assert_error(program.post("/accounts", content=_ascii({"\ud800": 1}), headers=JSON), 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 33 + b"]" * 33, 400),
        (b'{"name": ' + b"[" * 5000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"x"', 422),
        (b"NaN", 422),
        (b"1e999", 422),
        (b"9" * 5000, 400),
        (b'{"name": "\\ud800", "password": "x"}', 422),
        (b'{"name": "a\\u0000b", "password": "x"}', 422),
    ],
)
def test_bodies_that_are_none_are_refused_in_the_shape(program: Client, body: bytes, status: int) -> None:
    assert_error(program.post("/tokens", content=body, headers=JSON), status)
    assert_error(program.post("/accounts", content=body, headers=JSON), status)
    assert_error(program.post("/commands", content=body, headers=JSON), status)


JSON = {"Content-Type": "application/json"}


def _ascii(data: Any) -> bytes:
    return json.dumps(data).encode("ascii")
