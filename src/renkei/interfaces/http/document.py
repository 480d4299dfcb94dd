"""The OpenAPI document of the interface: as the routes say, and how people are let in.

Layer: interfaces.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from renkei.interfaces.http.door import OPEN, SAFE, cookie_name
from renkei.interfaces.http.settings import Settings

CSRF = {
    "name": "X-CSRF-Token",
    "in": "header",
    "required": False,
    "description": "Needed with the cookie: the value that signing in, or /me, gave.",
    "schema": {"type": "string"},
}


def documented(routes: FastAPI, settings: Settings) -> dict[str, Any]:
    """Return the document; it is made once."""
    if routes.openapi_schema is None:
        document = get_openapi(
            title=routes.title, version=routes.version, summary=routes.summary, routes=routes.routes
        )
        document["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": cookie_name(settings)},
        }
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _let_in(operation, method.upper(), path)
        routes.openapi_schema = document
    return routes.openapi_schema


def _let_in(operation: dict[str, Any], method: str, path: str) -> None:
    if (method, path) in OPEN:
        operation["security"] = []
        return
    operation["security"] = [{"token": []}, {"session": []}]
    if method not in SAFE:
        operation.setdefault("parameters", []).append(CSRF)
