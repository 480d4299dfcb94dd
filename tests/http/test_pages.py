"""The browser client as the node serves it: what is found, what is kept, and what no address reaches."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from renkei.clock import ManualClock
from renkei.interfaces.http.boundary import SECURE
from renkei.interfaces.http.pages import (
    POLICY,
    SECRETS,
    SMALLEST,
    accepted_encodings,
    is_compressible,
    is_page,
    read_files,
)
from tests.http.test_shape import assert_error, assert_success, filled
from tests.http.world import Client, Desk, make_desk

PAGE = b"<!doctype html><title>renkei</title>"
PROGRAM = b"export const answer = 42;\n" * 100
FILES = {
    "index.html": PAGE,
    "icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "assets/index-abc123.js": PROGRAM,
    "assets/index-abc123.js.gz": gzip.compress(PROGRAM),
    "assets/index-abc123.js.br": b"as brotli has it",
    "assets/style-def456.css": b"body { margin: 0 }",
    "assets/font-0a.woff2": b"wOF2",
}
SCRIPT = "//assets/index-abc123.js"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (tmp_path / "secret.txt").write_bytes(b"hunter2")
    return folder


@pytest.fixture
def built(tmp_path: Path, clock: ManualClock, build: Path) -> Iterator[Desk]:
    with make_desk(tmp_path / "node", clock=clock, client=build) as made:
        yield made


@pytest.fixture
def stranger(built: Desk) -> Iterator[Client]:
    with built.client() as client:
        client.headers["Accept-Encoding"] = ""
        yield client


@dataclass(frozen=True)
class Sent:
    """An answer byte for byte: nothing was unpacked, and the address was not tidied up on the way."""

    status: int
    headers: dict[str, str]
    content: bytes


def exact(desk: Desk, path: str, **headers: str) -> Sent:
    """Ask for exactly this address."""
    given = {"host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "query_string": b"",
        "path": unquote(path), "raw_path": path.encode(),
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(desk.interface.app(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Sent(sent[0]["status"], found, b"".join(part["body"] for part in sent[1:]))


ROUTED = [
    "//",
    "//index.html",
    "//cases",
    "//cases/jpn-1/timeline",
    "//sign-in?next=/inbox",
    "//apiary",
    "//a.b",
]


@pytest.mark.parametrize("path", ROUTED)
def test_every_address_of_the_client_answers_its_page_to_anybody(stranger: Client, path: str) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = stranger.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
    assert stranger.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_pages_run_no_script_but_the_builds_own_and_stand_in_no_frame() -> None:
    rules = {rule.split()[0]: rule.split()[1:] for rule in POLICY.split("; ")}
    assert rules["script-src"] == rules["connect-src"] == rules["worker-src"] == ["'self'"]
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == ["'none'"]
    assert "unsafe-eval" not in POLICY
    allowed = {source for name, sources in rules.items() if name != "style-src" for source in sources}
    assert allowed == {"'self'", "'none'", "data:", "blob:"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (SCRIPT, "text/javascript; charset=utf-8"),
        ("//assets/style-def456.css", "text/css; charset=utf-8"),
        ("//assets/font-0a.woff2", "font/woff2"),
        ("//icon.svg", "image/svg+xml"),
    ],
)
def test_files_have_their_kind_and_are_kept_for_ever_where_their_name_says_what_is_inside(
    stranger: Client, path: str, kind: str
) -> None:
    answer = stranger.get(path)
    assert answer.content == FILES[path.removeprefix("//")]
    assert answer.headers["content-type"] == kind
    is_for_ever = answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert is_for_ever == path.startswith("//assets/")


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.000, gzip; q=0", ""),
        ("GZIP", "gzip"),
    ],
)
def test_form_is_one_that_the_browser_takes(built: Desk, accepted: str, sent: str) -> None:
    answer = exact(built, SCRIPT[1:], accept_encoding=accepted)
    assert answer.headers.get("content-encoding", "") == sent
    assert answer.headers["vary"] == "Accept-Encoding"
    ending = {"": "", "gzip": ".gz", "br": ".br"}[sent]
    assert answer.content == FILES[f"assets/index-abc123.js{ending}"]
    tag = answer.headers["etag"]
    same = exact(built, SCRIPT[1:], accept_encoding=accepted, if_none_match=f'"x", W/{tag}')
    assert (same.status, same.content) == (304, b"")


def test_forms_have_tags_of_their_own(built: Desk) -> None:
    tags = {exact(built, SCRIPT[1:], accept_encoding=name).headers["etag"] for name in ("", "br", "gzip")}
    assert len(tags) == 3


def test_asset_that_is_not_there_is_not_answered_with_a_page(stranger: Client) -> None:
    assert assert_error(stranger.get("//assets/index-old.js"), 404)["code"] == "RK705"
    assert_error(stranger.get("//assets/"), 404)
    # Compressed forms are no files of their own.
    assert_error(stranger.get("//assets/index-abc123.js.gz"), 404)


OUTSIDE = [
    "/../secret.txt", "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/..%2fsecret.txt",
    "/assets/..%5c..%5csecret.txt", "/%00", "//etc/passwd", "/assets//../secret.txt",
    "/icon.svg/../../secret.txt",
    "/node/accounts.sqlite", "/../node/accounts.sqlite", "/attachments", "/../node/attachments",
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_address_reaches_a_file_outside_the_build(built: Desk, path: str) -> None:
    answer = exact(built, path)
    assert answer.content == PAGE or answer.status == 404
    assert b"hunter2" not in answer.content


def test_links_out_of_the_build_are_not_followed(build: Path) -> None:
    (build / "link.txt").symlink_to(build.parent / "secret.txt")
    found = read_files(build)
    assert set(found) == {f"/{name}" for name in FILES if not name.endswith((".gz", ".br"))}


def test_what_is_built_anew_under_a_running_node_changes_nothing(stranger: Client, build: Path) -> None:
    (build / "index.html").write_bytes(b"half of a pa")
    (build / "assets/index-abc123.js").unlink()
    assert stranger.get("//").content == PAGE
    assert stranger.get(SCRIPT).content == PROGRAM


def test_client_that_was_not_built_says_how_to_build_it(tmp_path: Path, clock: ManualClock) -> None:
    with make_desk(tmp_path, clock=clock, client=tmp_path / "none") as desk, desk.client() as stranger:
        for path in ("//", "//cases"):
            error = assert_error(stranger.get(path), 503)
            assert error["code"] == "RK790"
            assert "make setup" in error["hint"]
        assert_error(stranger.get("/me"), 401)
        assert_success(stranger.get("//health/live"))


def test_everything_else_stays_behind_the_door(stranger: Client, built: Desk) -> None:
    document = built.interface.routes.openapi()
    walked = 0
    for path, operations in document["paths"].items():
        assert not is_page(path), "an address of the interface is none of the client"
        for method, operation in operations.items():
            answer = stranger.request(method.upper(), f"/{filled(path)}")
            assert answer.content != PAGE
            if operation["security"]:
                assert_error(answer, 401)
                walked += 1
    assert walked > 25
    for path in ("/nothing", "//api", "//api/", "//api/v2", "//health", "//metrics/x"):
        assert_error(stranger.get(path), 401)
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"):
        assert_error(stranger.request(method, "//"), 401)


def test_other_host_names_get_no_page(stranger: Client) -> None:
    assert assert_error(stranger.get("//", headers={"Host": "evil.example"}), 400)["code"] == "RK713"


def test_nothing_that_is_uploaded_becomes_a_page(built: Desk) -> None:
    text = b"<!doctype html><script>alert(1)</script>"
    with built.client() as page:
        page.session()
        refused = page.post("/attachments", files={"file": ("x.html", text, "text/html")})
        assert_error(refused, 415)
        kept = assert_success(page.post("/attachments", files={"file": ("x.txt", text, "text/plain")}))
        digest = kept["data"]["digest"]
        answer = page.get(f"/attachments/{digest}")
        assert answer.content == text
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert "sandbox" in answer.headers["content-security-policy"]
        for path in (
            f"//attachments/{digest}",
            f"//{digest}",
            f"//assets/{digest}",
            f"//{digest[:2]}/{digest}",
        ):
            assert text not in page.get(path).content


def test_long_answers_are_compressed_and_those_with_secrets_are_not(built: Desk) -> None:
    for number in range(40):
        built.account(f"officer-{number}")
    zipped = {"Accept-Encoding": "gzip"}
    with built.client() as page:
        page.session("officer-1")
        long = page.get("/posts", headers=zipped)
        assert len(assert_success(long)["data"]) > 3
        assert len(long.content) > SMALLEST
        assert long.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in long.headers["vary"]
        assert {key: long.headers[key] for key in SECURE} == SECURE
        assert "content-encoding" not in page.get("/posts", headers={"Accept-Encoding": ""}).headers
        assert "content-encoding" not in page.get("/me", headers=zipped).headers


def test_every_answer_that_holds_a_secret_is_left_uncompressed(built: Desk) -> None:
    """Whatever route answers with a field that lets somebody in is among those that are left out."""
    document = built.interface.routes.openapi()
    telling = {"csrf", "token", "password", "secret"}
    found = []
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
                if status.startswith("2") and telling & fields(shape, document["components"]["schemas"]):
                    found.append(path)
                    assert not is_compressible(path), path
    assert set(found) >= {"/api/v1/me", "/api/v1/session", "/api/v1/tokens"}
    assert all(not is_compressible(path) for path in SECRETS)
    assert not is_compressible("/api/v1/events")


def fields(shape: dict[str, Any], schemas: dict[str, Any], seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the names of all fields that a shape has, at any depth."""
    found: set[str] = set()
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        if name in seen:
            return found
        return fields(schemas[name], schemas, seen | {name})
    for key, inner in shape.get("properties", {}).items():
        found |= {key} | fields(inner, schemas, seen)
    for part in (
        *shape.get("anyOf", ()),
        *shape.get("allOf", ()),
        *([shape["items"]] if "items" in shape else ()),
    ):
        found |= fields(part, schemas, seen)
    return found


NAMES = st.sampled_from(["br", "gzip", "zstd", "identity", "*"])


@given(st.dictionaries(NAMES, st.floats(0, 1).map(lambda share: round(share, 3))))
@budget(deadline=None, max_examples=100)
def test_encodings_with_weight_zero_are_refused(weights: dict[str, float]) -> None:
    header = ", ".join(f"{name};q={weight:.3f}" for name, weight in weights.items())
    assert accepted_encodings(header) - {""} == {name for name, weight in weights.items() if weight > 0}
