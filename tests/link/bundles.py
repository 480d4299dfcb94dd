"""Bundles without files as bytes, for tests that cut and change them."""

from __future__ import annotations

from io import BytesIO

from renkei.link.bundle import Bundle, open_bundle, write_bundle
from renkei.link.message import Acknowledgement
from renkei.link.publisher import Publisher


def export_bundle(
    publisher: Publisher, after: int, *, created: int, acknowledgement: Acknowledgement | None = None
) -> bytes:
    out = BytesIO()
    write_bundle(out, publisher, after, created=created, acknowledgement=acknowledgement)
    return out.getvalue()


def read_bundle(data: bytes, file: str = "") -> Bundle:
    return open_bundle(BytesIO(data), file)
