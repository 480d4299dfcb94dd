"""Files in a bundle: the content of what its entries name, after the batches, known by its digest alone.

Layer: link. Which files go along follows from the entries in the bundle, and so from what was released to
exactly this partner. Each file is 40 bytes and its content; there is no name in it that anybody could follow:

    <SHA-256 (32)> <size (8, big-endian)> <content>

Nothing of a bundle is believed before all of it was read: counts and sizes are bounded before memory or disk
is taken, and each content has to have its digest. Files are passed on in chunks and never held whole.

Limits: 10 000 files and 2 GiB a bundle. What does not fit is left out, and said to be; entries never wait
for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from struct import Struct
from typing import BinaryIO

from renkei.link.files import NamedFile, files_named
from renkei.link.limits import unusable_bundle

MAX_WHOLE = 2 * 1024**3
"""Bytes of a bundle with its files."""
MAX_FILES = 10_000
_CHUNK = 1 << 18
_FRAME = Struct(">32sQ")

Find = Callable[[str], Path | None]
"""Returns where the file with a digest is; None where it is not here."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files that go along."""

    files: tuple[tuple[NamedFile, Path], ...] = ()
    left_out: int = 0
    """Files that are named and do not go along: they are not here whole, or there is no room."""
    left_after: int | None = None
    """A bundle that begins after this entry has room for the first of them; None where room was for all."""

    @property
    def size(self) -> int:
        """Bytes of the contents."""
        return sum(file.size for file, _ in self.files)


NO_FILES = Chosen()


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """A file in a bundle whose content has its digest, and where in the bundle it is."""

    digest: str
    size: int
    offset: int


def choose_files(bodies: Iterable[tuple[int, bytes]], find: Find, room: int) -> Chosen:
    """Return which files of entries go along, in the order in which they are named.

    Args:
        bodies: Number and body of each entry in the bundle.
        find: Tells where a file is.
        room: Bytes that all of them may take.
    """
    seen, files, left_out = set[str](), list[tuple[NamedFile, Path]](), 0
    left_after: int | None = None
    for number, file in ((number, file) for number, body in bodies for file in files_named(body)):
        if file.digest in seen:
            continue
        seen.add(file.digest)
        path, cost = find(file.digest), _FRAME.size + file.size
        is_here = path is not None and _is_whole(path, file)
        if path is not None and is_here and left_after is None and cost <= room and len(files) < MAX_FILES:
            room -= cost
            files.append((file, path))
            continue
        left_out += 1
        if is_here and left_after is None:
            # The first that has no room: what follows begins another bundle.
            left_after = number - 1
    return Chosen(tuple(files), left_out, left_after)


def _is_whole(path: Path, file: NamedFile) -> bool:
    """Tell whether a file is what was named; a disk may have spoilt it."""
    if path.stat().st_size != file.size:
        return False
    with path.open("rb") as source:
        return file_digest(source, sha256).hexdigest() == file.digest


def write_files(out: BinaryIO, chosen: Chosen) -> None:
    """Write the files, as they are read.

    Raises:
        OSError: One cannot be read, or has changed since it was chosen.
    """
    for file, path in chosen.files:
        out.write(_FRAME.pack(bytes.fromhex(file.digest), file.size))
        hashed, written = sha256(), 0
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                hashed.update(chunk)
                written += out.write(chunk)
        if (written, hashed.hexdigest()) != (file.size, file.digest):
            raise OSError(f"{path} is not what its name says")


def read_files(source: BinaryIO, count: int, place: int, file: str = "") -> Iterator[CarriedFile]:
    """Yield the files of a bundle, each once its content has been held against its digest.

    Args:
        source: The bundle, after its last batch.
        count: How many there are, as its head says.
        place: How many bytes of the bundle were read.
        file: Name of the bundle, for what is said about it.

    Raises:
        LinkError: It was cut off or changed, or is larger than allowed (RK645).
    """
    if not 0 <= count <= MAX_FILES:
        raise unusable_bundle(f"it has more than {MAX_FILES} files", file)
    for _ in range(count):
        frame = source.read(_FRAME.size)
        if len(frame) < _FRAME.size:
            raise unusable_bundle("it was cut off before a file", file)
        digest, size = _FRAME.unpack(frame)
        offset, place = place + _FRAME.size, place + _FRAME.size + size
        if place > MAX_WHOLE:
            raise unusable_bundle(f"it is larger than {MAX_WHOLE // 1024**2} MiB", file)
        if _hashed(source, size) != digest:
            raise unusable_bundle("a file in it was cut off or changed", file)
        yield CarriedFile(digest.hex(), size, offset)
    if source.read(1):
        raise unusable_bundle("there is something after its last file", file)


def chunks_of(source: BinaryIO, carried: CarriedFile) -> Iterator[bytes]:
    """Yield the content of a file in a bundle; whoever keeps it looks at the digest again."""
    source.seek(carried.offset)
    remaining = carried.size
    while remaining and (chunk := source.read(min(_CHUNK, remaining))):
        remaining -= len(chunk)
        yield chunk


def digest_of(source: BinaryIO) -> str:
    """Return the digest of a whole bundle, read from its first byte on in chunks."""
    hashed = sha256()
    source.seek(0)
    while chunk := source.read(_CHUNK):
        hashed.update(chunk)
    return hashed.hexdigest()


def _hashed(source: BinaryIO, size: int) -> bytes:
    """Return the digest of the next ``size`` bytes, b'' where there are not so many."""
    hashed = sha256()
    while size:
        chunk = source.read(min(_CHUNK, size))
        if not chunk:
            return b""
        size -= len(chunk)
        hashed.update(chunk)
    return hashed.digest()
