"""Files that released entries name: who may fetch them is told by the released log alone.

Layer: link. An entry names a file by its SHA-256 and its size under ``terms.attachments``; the content never
crosses inside an entry. A partner is entitled to what the log released to exactly this partner names, and to
nothing else.
"""

from __future__ import annotations

from threading import Lock
from typing import Annotated

import msgspec

from renkei.log.port import Log

_READ = 1000
_SIGN = b'"attachments"'


class NamedFile(msgspec.Struct, frozen=True):
    """A file as an entry names it."""

    digest: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    name: str = ""


class _Terms(msgspec.Struct, frozen=True):
    attachments: tuple[NamedFile, ...] = ()


class _Body(msgspec.Struct, frozen=True):
    terms: _Terms = _Terms()


def may_name_files(body: bytes) -> bool:
    """Return whether it is worth while to look closer at an entry."""
    return _SIGN in body


def files_named(body: bytes) -> tuple[NamedFile, ...]:
    """Return the files that an entry names; none where it cannot be read.

    >>> body = b'{"terms":{"attachments":[{"digest":"%s","size":3}]}}' % (b"0" * 64)
    >>> [file.size for file in files_named(body)]
    [3]
    """
    if not may_name_files(body):
        return ()
    try:
        return msgspec.json.decode(body, type=_Body).terms.attachments
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return ()


class ReleasedFiles:
    """The files that were named to one partner.

    Limits: may be asked from several threads; the first question reads the released log once, and 100 bytes
    a file stay in memory.
    """

    def __init__(self, log: Log, partner: str) -> None:
        """Look into what ``log`` released to ``partner``."""
        self._log, self._partner = log, partner
        self._lock = Lock()
        self._read, self._digests = 0, set[str]()

    def has(self, digest: str) -> bool:
        """Return whether the partner was told of a file, and so may have it."""
        with self._lock:
            while released := self._log.released(self._partner, self._read, _READ):
                for each in released:
                    self._digests.update(file.digest for file in files_named(each.body))
                self._read = released[-1].number
            return digest in self._digests
