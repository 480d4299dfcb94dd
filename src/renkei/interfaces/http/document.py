"""The OpenAPI document of the interface: as the routes say, and how people are let in.

Layer: interfaces. ``python -m renkei.interfaces.http.document`` prints it, for what is generated from it.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from renkei.interfaces.http.door import OPEN, SAFE, cookie_name
from renkei.interfaces.http.settings import Settings
from renkei.interfaces.http.shown.words import EVENT, RECORD
from renkei.runner.events import AnyEvent, Record

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
        _add_entries(document)
        routes.openapi_schema = document
    return routes.openapi_schema


def _let_in(operation: dict[str, Any], method: str, path: str) -> None:
    if (method, path) in OPEN:
        operation["security"] = []
        return
    operation["security"] = [{"token": []}, {"session": []}]
    if method not in SAFE:
        operation.setdefault("parameters", []).append(CSRF)


def _add_entries(document: dict[str, Any]) -> None:
    """Describe what the log holds by the classes of its events."""
    (event, record), shapes = msgspec.json.schema_components(
        (AnyEvent, Record), ref_template="#/components/schemas/{name}"
    )
    schemas = document["components"]["schemas"]
    assert not schemas.keys() & {*shapes, "AnyEvent"}, "two shapes have one name"
    schemas |= dict(sorted(shapes.items()))
    schemas["AnyEvent"] = event
    named = {EVENT: {"$ref": "#/components/schemas/AnyEvent"}, RECORD: record}
    shapes[Record.__name__]["properties"]["event"] = named[EVENT]
    for schema in schemas.values():
        for key, entry in schema.get("properties", {}).items():
            for mark in named.keys() & entry.keys():
                schema["properties"][key] = named[mark]


def main() -> None:
    """Print the document of a node with the settings that it has without any."""
    from renkei.interfaces.http.app import routes_of

    settings = Settings()
    print(json.dumps(documented(routes_of(settings), settings), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
