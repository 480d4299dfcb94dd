"""Files that people attach: by digest, of few kinds, looked at before they are kept, never executed.

Layer: interfaces. A file is written under a temporary name, synced, and then given the name of its SHA-256;
so a file under its name is whole. What kind it is stands in its bytes; what a client says only has to agree.
"""

from __future__ import annotations

import codecs
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

from renkei.facts import Fact
from renkei.interfaces.http.shapes import Failure

CHUNK = 1 << 18
INCOMING = ".incoming-"
ARRIVING = ".arriving-"
"""Files that come from partners piece by piece; they survive a restart."""
LABEL = ".label.xml"
SPARE = 256 << 20
"""Bytes of the disk that files of partners leave to the log."""
DIGEST = re.compile(r"[0-9a-f]{64}")
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
MAGIC = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
TEXT = "text/plain"
SPOKEN_TEXT = frozenset({TEXT, "text/csv", "text/markdown", "application/json", "application/geo+json"})
"""What a client may call a text; all are served as plain text."""
KINDS = (*sorted({*MAGIC.values(), "image/webp"}), *OFFICE.values(), *sorted(SPOKEN_TEXT))
MOST_MEMBERS = 5_000
MOST_LABELS = 16
"""Labels with which one file may be uploaded."""
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is kept."""

    digest: str
    media: str
    size: int


class Attachments:
    """A folder of files by digest."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """Use a folder; it is made where it is missing, and rid of what a crash left half-written."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(f"{INCOMING}*"):
            left.unlink()
        self._folder, self._most = folder, most_bytes

    @property
    def most_bytes(self) -> int:
        """Size of the largest file that is kept."""
        return self._most

    def keep(self, source: BinaryIO, said: str) -> Stored:
        """Keep a file; ``said`` is the kind that the client gave.

        Raises:
            Failure: It is too large, or not of a kind that is taken, or of another kind than said.
        """
        handle, name = tempfile.mkstemp(prefix=INCOMING, dir=self._folder)
        path = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                digest, size = self._copy(source, file)
                file.flush()
                os.fsync(file.fileno())
            media = self._checked_kind(path, said)
            self._settle(path, digest)
        finally:
            with suppress(FileNotFoundError):
                path.unlink()
        return Stored(digest, media, size)

    def _copy(self, source: BinaryIO, file: BinaryIO) -> tuple[str, int]:
        hashed, size = sha256(), 0
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > self._most:
                raise Failure(413, Fact("RK708.file", most=self._most), "Send less.")
            hashed.update(chunk)
            file.write(chunk)
        return hashed.hexdigest(), size

    def _settle(self, path: Path, digest: str) -> None:
        target = self._path(digest)
        if target.exists():
            return
        target.parent.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o400)
        path.replace(target)
        for folder in (target.parent, self._folder):
            _sync(folder)

    def _checked_kind(self, path: Path, said: str) -> str:
        found = kind_of(path)
        claimed = said.partition(";")[0].strip().lower()
        agrees = found == TEXT and claimed in SPOKEN_TEXT
        if not found or not (agrees or claimed in {"", "application/octet-stream", found}):
            hint = f"Files of these kinds are taken: {', '.join(KINDS)}. A file has to be what it says."
            raise Failure(415, Fact("RK718.kind", found=found, media=claimed[:100]), hint)
        return found

    def find(self, digest: str) -> Stored | None:
        """Return a kept file, None where there is none."""
        path = self.path(digest)
        if path is None:
            return None
        return Stored(digest, kind_of(path) or "application/octet-stream", path.stat().st_size)

    def path(self, digest: str) -> Path | None:
        """Return where a kept file is, None where there is none."""
        path = self._path(digest) if DIGEST.fullmatch(digest) else None
        return path if path is not None and path.is_file() else None

    def keep_label(self, digest: str, xml: bytes) -> None:
        """Keep a label beside a kept file; all that were given stay.

        Raises:
            Failure: There are too many.
        """
        there = self.labels(digest)
        if xml in there:
            return
        if len(there) >= MOST_LABELS:
            hint = "Attach it with one of those, or with a label that protects more."
            raise Failure(409, Fact("RK727.labels", most=MOST_LABELS), hint)
        handle, name = tempfile.mkstemp(prefix=INCOMING, dir=self._folder)
        with os.fdopen(handle, "wb") as file:
            file.write(xml)
            file.flush()
            os.fsync(file.fileno())
        target = self._path(digest)
        Path(name).chmod(0o400)
        Path(name).replace(target.with_name(f"{digest}.{sha256(xml).hexdigest()[:16]}{LABEL}"))
        _sync(target.parent)

    def labels(self, digest: str) -> list[bytes]:
        """Return the labels with which a file was uploaded."""
        folder = self._path(digest).parent
        return [path.read_bytes() for path in sorted(folder.glob(f"{digest}.*{LABEL}"))]

    def has_room(self, size: int) -> bool:
        """Return whether a file of a partner leaves enough of the disk to the log."""
        return shutil.disk_usage(self._folder).free >= size + SPARE

    def arrived(self, sender: str, digest: str) -> int:
        """Return how many bytes of a file have come from a partner."""
        path = self._arriving(sender, digest)
        return path.stat().st_size if path.exists() else 0

    def arrive(self, sender: str, digest: str, piece: bytes) -> None:
        """Put down what came next of a partner's file."""
        with self._arriving(sender, digest).open("ab") as file:
            file.write(piece)

    def complete(self, sender: str, digest: str) -> str:
        """Keep a partner's file that has come whole, or drop what came; return why, '' where it is kept."""
        path = self._arriving(sender, digest)
        with suppress(FileNotFoundError):
            with path.open("rb") as file:
                same = file_digest(file, sha256).hexdigest() == digest
                os.fsync(file.fileno())
            reason = "digest" if not same else "" if kind_of(path) else "kind"
            if not reason:
                self._settle(path, digest)
            path.unlink(missing_ok=True)
            return reason
        return "digest"

    def take(self, chunks: Iterable[bytes], digest: str, size: int) -> str:
        """Keep a file that came in a partner's bundle; return why not, '' where it is kept."""
        if size > self._most:
            return "size"
        if not self.has_room(size):
            return "room"
        handle, name = tempfile.mkstemp(prefix=INCOMING, dir=self._folder)
        path, hashed = Path(name), sha256()
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    hashed.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if hashed.hexdigest() != digest:
                return "digest"
            if not kind_of(path):
                return "kind"
            self._settle(path, digest)
        finally:
            path.unlink(missing_ok=True)
        return ""

    def _arriving(self, sender: str, digest: str) -> Path:
        return self._folder / f"{ARRIVING}{sender}-{digest}"

    def read(self, digest: str) -> Iterator[bytes]:
        """Yield the bytes of a kept file."""
        with self._path(digest).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def kind_of(path: Path) -> str:
    """Return the kind of a file by its bytes, '' where it is none that is taken."""
    with path.open("rb") as file:
        head = file.read(16)
        for magic, media in MAGIC.items():
            if head.startswith(magic):
                return media
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return "image/webp"
        if head.startswith(b"PK\x03\x04"):
            return _office_kind(path)
        file.seek(0)
        return TEXT if _is_text(file) else ""


def _office_kind(path: Path) -> str:
    """Return the kind of an office document without macros; only its list of contents is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError):
        return ""
    if len(names) > MOST_MEMBERS or "[Content_Types].xml" not in names:
        return ""
    if any("vbaproject" in name.lower() or "activex" in name.lower() for name in names):
        return ""
    found = {media for prefix, media in OFFICE.items() if any(name.startswith(prefix) for name in names)}
    return found.pop() if len(found) == 1 else ""


def _is_text(file: BinaryIO) -> bool:
    """Tell whether bytes are UTF-8 without control characters, however they are cut into chunks."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(CHUNK):
            if _NOT_TEXT.search(chunk):
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
