"""Attachments: whole or not at all, by digest, of the kinds that are taken, and never run."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.interfaces.http.shapes import Failure
from renkei.interfaces.http.uploads import CHUNK, Attachments
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import Client, Desk

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = b"%PDF-1.7\n%%EOF\n"


def office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "x")
    return out.getvalue()


def send(client: Client, content: bytes, media: str = "application/octet-stream", name: str = "f") -> Any:
    return client.post("/attachments", files={"file": (name, content, media)})


@pytest.mark.parametrize(
    ("content", "media", "found"),
    [
        (PNG, "image/png", "image/png"),
        (PDF, "application/octet-stream", "application/pdf"),
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp", "image/webp"),
        ("報告\n".encode(), "text/plain; charset=utf-8", "text/plain"),
        (b"a,b\n1,2\n", "text/csv", "text/plain"),
        (b"", "text/plain", "text/plain"),
        (office("word/document.xml"), "application/octet-stream", "wordprocessingml.document"),
    ],
)
def test_files_come_back_as_they_were_to_be_saved_only(
    program: Client, content: bytes, media: str, found: str
) -> None:
    kept = assert_success(send(program, content, media))["data"]
    assert kept["digest"] == sha256(content).hexdigest()
    assert (kept["size"], kept["media"].endswith(found)) == (len(content), True)
    answer = program.get(f"/attachments/{kept['digest']}")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"\x7fELF\x02\x01\x01\0", "application/octet-stream"),
        (b"MZ\x90\0\x03", "application/octet-stream"),
        (b"\x7fELF\x02\x01\x01\0", "image/png"),
        (PNG, "image/jpeg"),
        (PNG, "text/html"),
        (b"<html><script>alert(1)</script>", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (office(), "application/zip"),
        (office("word/document.xml", "word/vbaProject.bin"), "application/octet-stream"),
        (office("word/document.xml", "xl/workbook.xml"), "application/octet-stream"),
        (b"PK\x03\x04 broken", "application/octet-stream"),
        (b"\xff\xfeh\0i\0", "text/plain"),
        (b"text\0text", "text/plain"),
        (b"x" * CHUNK + b"\xe5\xa0", "text/plain"),
    ],
)
def test_other_kinds_and_false_names_are_refused_and_leave_nothing(
    program: Client, tmp_path: Path, content: bytes, media: str
) -> None:
    assert assert_error(send(program, content, media), 415)["code"] == "RK718"
    assert [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()] == []


def test_markup_is_a_text_and_cannot_be_shown_as_a_page(program: Client) -> None:
    kept = assert_success(send(program, b"<html><script>alert(1)</script>", "text/plain", "../../x.html"))[
        "data"
    ]
    answer = program.get(f"/attachments/{kept['digest']}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert ".html" not in answer.headers["content-disposition"]


def test_large_files_are_refused_by_what_they_say_and_by_what_they_are(
    desk: Desk, program: Client, tmp_path: Path
) -> None:
    most = desk.interface.settings.limits.upload_bytes
    assert_error(send(program, b"x" * (most + 20_000), "text/plain"), 413)
    read = 0

    async def endless() -> Any:
        nonlocal read
        yield b'--B\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        while True:
            read += 1 << 20
            yield b"x" * (1 << 20)

    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    assert_error(program.post("/attachments", content=endless(), headers=headers), 413)
    assert read <= most + (2 << 20)
    assert [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--B--\r\n",
        b"--B\r\n\r\n",
        b'--B\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--B--\r\n',
        b'--B\r\nContent-Disposition: form-data; name="other"; filename="f"\r\n\r\nx\r\n--B--\r\n',
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n'
        + b"X: y\r\n" * 2_000
        + b"\r\nx\r\n--B--\r\n",
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 3_000 + b"--B--\r\n",
    ],
)
def test_broken_forms_are_refused_in_the_shape(program: Client, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    assert_error(program.post("/attachments", content=body, headers=headers), 400, 422)


@given(st.binary(max_size=400), st.sampled_from(["", "text/plain", "image/png", "application/json"]))
@settings(deadline=None, max_examples=80)
def test_whatever_comes_is_kept_whole_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, media: str
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    kept = Attachments(folder, 300)
    stored = None
    with suppress(Failure):
        stored = kept.keep(io.BytesIO(content), media)
    if stored is None:
        assert [path for path in folder.rglob("*") if path.is_file()] == []
        return
    assert b"".join(kept.read(stored.digest)) == content
    assert kept.keep(io.BytesIO(content), media) == stored
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in files] == [sha256(content).hexdigest()]
    assert files[0].stat().st_mode & 0o377 == 0, "nobody but the node reads it, nobody runs it"


def test_what_a_crash_left_half_written_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    stored = Attachments(tmp_path, 100).keep(io.BytesIO(PNG), "image/png")
    (tmp_path / ".incoming-left").write_bytes(b"half")
    again = Attachments(tmp_path, 100)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [stored.digest]
    assert again.find(stored.digest) == stored


@pytest.mark.parametrize("digest", ["..", "../../accounts.sqlite", "A" * 64, "0" * 63, "0" * 64])
def test_only_digests_name_files(tmp_path: Path, digest: str) -> None:
    (tmp_path / "accounts.sqlite").write_text("secret")
    assert Attachments(tmp_path / "attachments", 10).find(digest) is None
