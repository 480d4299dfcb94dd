"""The browser client, served by the node itself: files of the build, and one page for every other address.

Layer: interfaces. The files are read once, when the node starts, into a table by address. An address is only
ever looked up in that table, so no address can reach any other file, and building anew under a running node
changes nothing. They hold no secrets: whoever may not sign in sees the page for signing in and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from renkei.facts import Fact
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.shapes import Failure
from renkei.interfaces.web import INDEX, STATIC

PAGE = f"/{INDEX}"
ASSETS = "/assets/"
"""Names of files below it change with their content."""
ELSEWHERE = ("/api", "/health", "/metrics")
"""Addresses that are no pages, with all below them."""
SECRETS = (f"{BASE}/me", f"{BASE}/session", f"{BASE}/tokens")
"""Answers of these hold secrets."""
FILES = (f"{BASE}/attachments", f"{BASE}/links", f"{BASE}/events")
"""Answers of these are files, most of them compressed already, or the stream."""
SMALLEST = 1_000
"""Answers of fewer bytes would hardly become smaller."""
LEVEL = 5
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Encodings that the build makes -> ending of their files; the smaller one first."""
KINDS = {
    ".css": "text/css",
    ".eot": "application/vnd.ms-fontobject",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/plain",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
"""Kinds by ending; what the machine believes of endings is left out."""
RULES = {
    "default-src": "'none'",
    "script-src": "'self'",
    # The component library sets style attributes, and one style element with its variables.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
POLICY = "; ".join(f"{name} {sources}" for name, sources in RULES.items())
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Route:
    """What the figures and the diagnostics call an address."""

    path: str


ANY_PAGE, ASSET = Route("/{page}"), Route(f"{ASSETS}{{file}}")


@dataclass(frozen=True, slots=True)
class File:
    """One file of the build, in every encoding there is of it."""

    kind: str
    forms: Mapping[str, bytes]
    """Encoding -> content; '' is the file itself."""
    tag: str

    def form(self, accepted: str) -> str:
        """Return the encoding to send to somebody who accepts these."""
        wanted = accepted_encodings(accepted)
        return next((name for name in self.forms if name and name in wanted), "")

    def tag_of(self, form: str) -> str:
        """Return the ETag of one form."""
        return f'"{self.tag}{"-" if form else ""}{form}"'


class Pages:
    """Answers with the client, and passes everything else on."""

    def __init__(self, app: ASGIApp, folder: Path = STATIC) -> None:
        """Read the files of the build; ``app`` is what answers everything else."""
        self._app, self._files = app, read_files(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and is_page(scope["path"]):
            await self._answer(scope)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        path: str = scope["path"]
        is_asset = path.startswith(ASSETS)
        scope["route"] = ASSET if is_asset else ANY_PAGE
        if PAGE not in self._files:
            hint = "In a copy of the source, run `make setup`, which builds it, and start the node again."
            raise Failure(503, Fact("RK790.client"), hint)
        found = self._files.get(path)
        if found is None and is_asset:
            # A page in its place would be taken for the program that was asked for.
            hint = "The node has another version of the client than this page: load the page again."
            raise Failure(404, Fact("RK705.address"), hint)
        return respond(found or self._files[PAGE], Headers(scope=scope), is_asset=is_asset)


def respond(file: File, asked: Headers, *, is_asset: bool) -> Response:
    """Return a file, or that the browser has it already."""
    form = file.form(asked.get("accept-encoding", ""))
    tag = file.tag_of(form)
    headers = {
        "Cache-Control": FOR_EVER if is_asset else ASK_AGAIN,
        "Content-Security-Policy": POLICY,
        "ETag": tag,
        "Vary": "Accept-Encoding",
    }
    if tag in {each.strip().removeprefix("W/") for each in asked.get("if-none-match", "").split(",")}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if form:
        headers["Content-Encoding"] = form
    return Response(file.forms[form], headers=headers, media_type=file.kind)


def is_page(path: str) -> bool:
    """Tell whether an address is one of the client's.

    >>> is_page("/cases/1"), is_page("/apiary"), is_page("/api"), is_page("/health/live")
    (True, True, False, False)
    """
    return not any(path == other or path.startswith(f"{other}/") for other in ELSEWHERE)


def read_files(folder: Path) -> dict[str, File]:
    """Return all files of a build by their addresses; nothing where there is no build."""
    endings = tuple(ENCODINGS.values())
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.endswith(endings):
            found[f"/{path.relative_to(folder).as_posix()}"] = read_file(path)
    return found


def read_file(path: Path) -> File:
    """Return a file with its compressed forms, which stand beside it."""
    plain = path.read_bytes()
    forms = {}
    for name, ending in ENCODINGS.items():
        compressed = path.with_name(f"{path.name}{ending}")
        if compressed.is_file():
            forms[name] = compressed.read_bytes()
    kind = KINDS.get(path.suffix, "application/octet-stream")
    return File(kind, {**forms, "": plain}, sha256(plain).hexdigest()[:32])


def accepted_encodings(header: str) -> set[str]:
    """Return the encodings that a header Accept-Encoding lets pass.

    >>> sorted(accepted_encodings("gzip;q=0.5, br, deflate;q=0"))
    ['br', 'gzip']
    """
    found = set()
    for part in header.lower().split(","):
        name, _, terms = part.partition(";")
        if terms.replace(" ", "").rstrip("0.") != "q=":
            found.add(name.strip())
    return found


class Compression:
    """Compresses answers of the interface where that is safe.

    Who can put text of their choice into an answer that also holds a secret, and sees how long it becomes
    when it is compressed, can guess the secret letter by letter. So answers with a secret stay as they are.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Keep what is behind it."""
        self._app = app
        self._compressing = GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and compress what comes back where it may be."""
        is_fit = scope["type"] == "http" and is_compressible(scope["path"])
        await (self._compressing if is_fit else self._app)(scope, receive, send)


def is_compressible(path: str) -> bool:
    """Tell whether the answers at an address may be compressed.

    >>> is_compressible("/api/v1/cases"), is_compressible("/api/v1/me"), is_compressible("/api/v1/mention")
    (True, False, True)
    """
    kept = any(path == other or path.startswith(f"{other}/") for other in (*SECRETS, *FILES))
    return path.startswith(f"{BASE}/") and not kept
