"""The versions that people save: beside the log, in the order in which they were saved, never replaced.

Layer: interfaces. A version may be unfinished, so what it is kept by is the digest of all its files, not that
of the model, which it need not be yet. The store only adds, and is backed up and copied with the log.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from renkei.errors import InputError
from renkei.facts import Fact, problem_of
from renkei.interfaces.studio.files import Files, content_digest
from renkei.log.port import KEPT_ALREADY, Log, StoreError

NAME = "studio/versions"
MOST_VERSIONS = 2_000
"""Of one node: about half a gigabyte of the library's model."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version that somebody saved."""

    number: int
    name: dict[str, str]
    note: str
    base: str
    by: str
    saved: int
    content: str
    """Digest of all its files."""
    digest: str
    """By which the model is adopted; '' where the files are none."""
    bytes: int

    @property
    def id(self) -> str:
        """Return by what it is opened."""
        return f"v{self.number}"


class Versions:
    """The versions of one node."""

    def __init__(self, log: Log) -> None:
        """Keep them in the store of a log."""
        self._log = log
        self._one = threading.Lock()
        self._known: list[Version] = []

    def all(self) -> list[Version]:
        """Return all versions, those that other processes of this party have saved included."""
        with self._one:
            return list(self._read())

    def find(self, identity: str) -> Version | None:
        """Return a version by its id."""
        return next((version for version in self.all() if version.id == identity), None)

    def files(self, version: Version) -> dict[str, str]:
        """Return the files of a version."""
        found = self._log.kept(f"studio/files/{version.content}")
        if found is None:
            raise InputError([problem_of(Fact("RK776.files", name=version.id))])
        return msgspec.msgpack.decode(found[1], type=dict[str, str])

    def save(self, files: Files, **terms: Any) -> Version:
        """Save a version; the same files, name and note by the same person right after are not saved twice.

        Raises:
            InputError: There are too many versions.
        """
        content, size = content_digest(files), sum(len(text.encode()) for text in files.values())
        with self._one:
            known = self._read()
            if known and _is_repeated(known[-1], content, terms):
                return known[-1]
            self._log.keep(f"studio/files/{content}", 0, _packed(dict(sorted(files.items()))))
            while True:
                number = len(self._read()) + 1
                if number > MOST_VERSIONS:
                    hint = "Save to files instead, or ask an administrator."
                    raise InputError([problem_of(Fact("RK777.versions", most=f"{MOST_VERSIONS:,}"), hint)])
                made = Version(number, content=content, bytes=size, **terms)
                try:
                    self._log.keep(NAME, number, _packed(asdict(made)))
                except StoreError as error:
                    # Another process of this party has saved at the same time.
                    if error.code != KEPT_ALREADY:
                        raise
                    continue
                self._known.append(made)
                return made

    def _read(self) -> list[Version]:
        self._known += self._new()
        return self._known

    def _new(self) -> Iterator[Version]:
        latest = self._log.kept(NAME)
        if latest is None or latest[0] <= len(self._known):
            return
        for position, body in self._log.all_kept(NAME):
            if position > len(self._known):
                yield msgspec.msgpack.decode(body, type=Version)


def _is_repeated(last: Version, content: str, terms: dict[str, Any]) -> bool:
    same = all(getattr(last, key) == terms[key] for key in ("name", "note", "by"))
    return same and last.content == content


def _packed(data: Any) -> bytes:
    return msgspec.msgpack.encode(data)
