"""The models of a node, kept beside its log: what a case was decided under can always be read again.

Layer: runner. A model is kept as its files, by the digest that ``load_arrangement`` gives; reading it back
checks the digest, so what was tampered with is not used.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import msgspec

from renkei.errors import InputError
from renkei.log.port import KEPT_ALREADY, Log, StoreError
from renkei.process.arrangement import MODEL_FILE, Arrangement, load_arrangement
from renkei.runner.book import Books

LONGEST_NAME = 240
"""Bytes of the name of a model's file, its folders included."""
_NAMES = "models"
"""Under which a log keeps the digests of its models, by position."""


def keep_model(log: Log, arrangement: Arrangement) -> None:
    """Keep the files of a model in a log; one that is there already is not kept twice."""
    if log.kept(f"model/{arrangement.digest}") is None:
        log.keep(f"model/{arrangement.digest}", 0, pack(arrangement))
        _list(log, arrangement.digest)


def _list(log: Log, digest: str) -> None:
    """Add a digest to those that are kept; another process may add one at the same time."""
    while True:
        count = sum(1 for _ in log.all_kept(_NAMES))
        try:
            log.keep(_NAMES, count, digest.encode())
        except StoreError as error:
            if error.code != KEPT_ALREADY:
                raise
        else:
            return


def kept_models(log: Log, books: Books) -> None:
    """Make every model that a log keeps known to ``books``.

    Raises:
        InputError: A kept model is not the one its digest says (RK501), or cannot be read.
    """
    for _, digest in log.all_kept(_NAMES):
        name = digest.decode()
        if not books.has(name):
            found = log.kept(f"model/{name}")
            arrangement = unpack(found[1]) if found else None
            if arrangement is None or arrangement.digest != name:
                raise InputError.from_problem(
                    "RK501", f"the model {name[:12]} kept with the log is not that model"
                )
            books.add(arrangement)


def pack(arrangement: Arrangement) -> bytes:
    """Return the files of a model as bytes."""
    folder = Path(arrangement.origin)
    names = [MODEL_FILE, *sorted(arrangement.drawings)]
    return msgspec.msgpack.encode({name: (folder / name).read_bytes() for name in names})


def kept_digests(log: Log) -> frozenset[str]:
    """Return the digests of the models that a log keeps."""
    return frozenset(digest.decode() for _, digest in log.all_kept(_NAMES))


def kept_files(log: Log, digest: str) -> dict[str, bytes] | None:
    """Return the files of a model that a log keeps, None where it keeps no such model.

    Raises:
        InputError: They cannot be read.
    """
    found = log.kept(f"model/{digest}")
    return _files(found[1]) if found else None


def unpack(body: bytes) -> Arrangement:
    """Return the model that packed bytes hold.

    Raises:
        InputError: They hold no model.
    """
    files = _files(body)
    with TemporaryDirectory(prefix="renkei-model-") as folder:
        try:
            for name, content in files.items():
                target = Path(folder, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        except OSError as error:
            raise InputError.from_problem("RK501", f"a kept model cannot be unpacked: {error}") from error
        return load_arrangement(folder)


def _files(body: bytes) -> dict[str, bytes]:
    try:
        files = msgspec.msgpack.decode(body, type=dict[str, bytes])
    except msgspec.DecodeError as error:
        raise InputError.from_problem("RK501", "the bytes of a kept model cannot be read") from error
    for name in files:
        if not _is_inside(name):
            text = f"a kept model names the file {name[:100]!r}, which is no place in its folder"
            raise InputError.from_problem("RK501", text)
    return files


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    is_plain = name.isprintable() and str(path) == name and 0 < len(name.encode()) <= LONGEST_NAME
    return is_plain and bool(path.parts) and not path.is_absolute() and ".." not in path.parts
