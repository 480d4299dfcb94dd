"""Accounts, sessions and tokens of one party's people, in a small SQLite file beside the log.

Layer: interfaces. Credentials are no evidence: they can be changed and taken away, so they are not in the
log. No secret is stored: of passwords an argon2id hash, of sessions and tokens the SHA-256 of 32 random
bytes.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from renkei.errors import InputError
from renkei.interfaces.http.passwords import plain

FORMAT = 1
PLACES_EACH = 16
"""Addresses remembered of one account."""
EVERY_POST = "*"

Kind = Literal["session", "token"]

_TABLES = """
CREATE TABLE accounts (
    key TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT, issuer TEXT, subject TEXT,
    administrator INTEGER NOT NULL, disabled INTEGER NOT NULL, demo INTEGER NOT NULL, posts TEXT NOT NULL,
    created INTEGER NOT NULL, UNIQUE (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE TABLE passes (
    digest BLOB PRIMARY KEY, key TEXT NOT NULL REFERENCES accounts (key), kind TEXT NOT NULL,
    begun INTEGER NOT NULL, seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passes_of_account ON passes (key, begun);
CREATE TABLE places (
    key TEXT NOT NULL REFERENCES accounts (key), place TEXT NOT NULL, seen INTEGER NOT NULL,
    PRIMARY KEY (key, place)
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account."""

    name: str
    administrator: bool
    disabled: bool
    demo: bool
    posts: tuple[str, ...]
    """Posts whose free seats the person may take; ``*`` for all."""
    created: int
    hash: str | None = None
    issuer: str | None = None
    subject: str | None = None
    """Who the person is at the OpenID provider."""

    @property
    def key(self) -> str:
        """Return the name in the form in which no two accounts share it."""
        return key_of(self.name)

    def may_hold(self, post: str) -> bool:
        """Tell whether the person may take a seat of a post."""
        return EVERY_POST in self.posts or post in self.posts

    def to_dict(self) -> dict[str, object]:
        """Return what an administrator sees of it; never a hash."""
        return {
            "name": self.name,
            "administrator": self.administrator,
            "disabled": self.disabled,
            "demo": self.demo,
            "posts": list(self.posts),
            "created": self.created,
            "openid": self.subject is not None,
        }


@dataclass(frozen=True, slots=True)
class Pass:
    """A session or a token, as stored."""

    account: Account
    kind: Kind
    digest: bytes
    begun: int
    seen: int


def key_of(name: str) -> str:
    """Return a name in the form in which no two accounts share it.

    >>> key_of("Sato") == key_of("ＳＡＴＯ")
    True
    """
    return plain(plain(name).casefold())


class AccountStore:
    """The file of accounts. Any thread may use it; one writes at a time, reading does not wait."""

    def __init__(self, path: Path | str) -> None:
        """Open the file, or make it, readable by its owner alone.

        Raises:
            InputError: It is no such file, or of a later version.
        """
        self._path = str(path)
        self.changes = 0
        """Counts what was written here; what was read before may be outdated."""
        self._writing, self._reading = threading.Lock(), threading.Lock()
        if isinstance(path, Path) and not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        try:
            self._writer = self._connect()
            self._prepare()
            self._reader = self._connect()
        except sqlite3.Error as error:
            raise _unusable(self._path, str(error)) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=10.0)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        return connection

    def _prepare(self) -> None:
        with self._transaction() as run:
            (version,) = run.execute("PRAGMA user_version").fetchone()
            if version > FORMAT:
                raise _unusable(self._path, f"its format {version} is later than {FORMAT}")
            if version == 0:
                for statement in _TABLES.split(";\n"):
                    run.execute(statement)
                run.execute(f"PRAGMA user_version = {FORMAT}")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")
            self.changes += 1

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._reading, closing(self._reader.execute(query, values)) as cursor:
            return cursor.fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    # Accounts

    def find(self, name: str) -> Account | None:
        """Return the account of a name, None where there is none."""
        return _one(self._rows("SELECT * FROM accounts WHERE key = ?", key_of(name)))

    def find_subject(self, issuer: str, subject: str) -> Account | None:
        """Return the account of a person of an OpenID provider, None where there is none."""
        query = "SELECT * FROM accounts WHERE issuer = ? AND subject = ?"
        return _one(self._rows(query, issuer, subject))

    def accounts(self, after: str = "", limit: int = 1_000_000) -> list[Account]:
        """Return accounts in the order of their names, after one."""
        query = "SELECT * FROM accounts WHERE key > ? ORDER BY key LIMIT ?"
        return [_account(row) for row in self._rows(query, key_of(after), limit)]

    def add(self, account: Account) -> bool:
        """Add an account; return False where its name, or its person at the provider, has one already."""
        values = (account.key, account.name, account.hash, account.issuer, account.subject)
        flags = (account.administrator, account.disabled, account.demo)
        posts = msgspec.json.encode(account.posts).decode()
        try:
            with self._transaction() as run:
                run.execute(
                    "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (*values, *flags, posts, account.created),
                )
        except sqlite3.IntegrityError:
            return False
        return True

    def set_password(self, name: str, hashed: str) -> None:
        """Set a password's hash, and end all sessions and tokens of the account."""
        with self._transaction() as run:
            run.execute("UPDATE accounts SET hash = ? WHERE key = ?", (hashed, key_of(name)))
            run.execute("DELETE FROM passes WHERE key = ?", (key_of(name),))

    def rehash(self, name: str, old: str, new: str) -> None:
        """Replace the hash of an unchanged password."""
        with self._transaction() as run:
            run.execute("UPDATE accounts SET hash = ? WHERE key = ? AND hash = ?", (new, key_of(name), old))

    def set_posts(self, name: str, posts: Sequence[str]) -> None:
        """Say which posts the person may hold."""
        held = msgspec.json.encode(list(posts)).decode()
        with self._transaction() as run:
            run.execute("UPDATE accounts SET posts = ? WHERE key = ?", (held, key_of(name)))

    def is_last_administrator(self, name: str) -> bool:
        """Tell whether nobody else could administer; demonstration accounts only stand in for each other."""
        return self._is_last(self._reader, self._reading, name)

    def _is_last(
        self, connection: sqlite3.Connection, lock: AbstractContextManager[object], name: str
    ) -> bool:
        query = """
            SELECT 1 FROM accounts AS one WHERE key = ? AND administrator AND NOT EXISTS (
                SELECT 1 FROM accounts AS other WHERE other.key <> one.key
                AND other.administrator AND NOT other.disabled AND other.demo <= one.demo
            )
        """
        with lock:
            return connection.execute(query, (key_of(name),)).fetchone() is not None

    def set_disabled(self, name: str, *, disabled: bool) -> bool:
        """Disable an account and end its sessions, or enable it; return False for the last administrator."""
        with self._transaction() as run:
            if disabled and self._is_last(run, nullcontext(), name):
                return False
            run.execute("UPDATE accounts SET disabled = ? WHERE key = ?", (disabled, key_of(name)))
            if disabled:
                run.execute("DELETE FROM passes WHERE key = ?", (key_of(name),))
            return True

    # Sessions and tokens

    def find_pass(self, digest: bytes) -> Pass | None:
        """Return a session or token, None where there is none."""
        query = "SELECT accounts.*, kind, begun, seen FROM passes JOIN accounts USING (key) WHERE digest = ?"
        rows = self._rows(query, digest)
        if not rows:
            return None
        *account, kind, begun, seen = rows[0]
        return Pass(_account(account), kind, digest, begun, seen)

    def add_pass(self, name: str, kind: Kind, digest: bytes, now: int, most: int) -> None:
        """Begin a session or token; the oldest of the account ends where it has more than ``most``."""
        with self._transaction() as run:
            run.execute("INSERT INTO passes VALUES (?, ?, ?, ?, ?)", (digest, key_of(name), kind, now, now))
            run.execute(
                "DELETE FROM passes WHERE digest IN (SELECT digest FROM passes"
                " WHERE key = ? AND digest <> ? ORDER BY begun DESC, digest LIMIT -1 OFFSET ?)",
                (key_of(name), digest, most - 1),
            )

    def touch(self, digest: bytes, now: int) -> None:
        """Note that a session was used."""
        with self._transaction() as run:
            run.execute("UPDATE passes SET seen = max(seen, ?) WHERE digest = ?", (now, digest))

    def end_pass(self, digest: bytes) -> None:
        """End a session or token."""
        with self._transaction() as run:
            run.execute("DELETE FROM passes WHERE digest = ?", (digest,))

    def end_older(self, kind: Kind, begun: int, seen: int) -> None:
        """Forget what began before one moment, or was last used before another."""
        with self._transaction() as run:
            run.execute("DELETE FROM passes WHERE kind = ? AND (begun < ? OR seen < ?)", (kind, begun, seen))

    # Addresses from which somebody signed in

    def is_known(self, name: str, place: str) -> bool:
        """Tell whether the person has signed in from a place before."""
        return bool(self._rows("SELECT 1 FROM places WHERE key = ? AND place = ?", key_of(name), place))

    def know(self, name: str, place: str, now: int) -> None:
        """Remember a place."""
        with self._transaction() as run:
            run.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", (key_of(name), place, now))
            run.execute(
                "DELETE FROM places WHERE key = ?1 AND place IN"
                " (SELECT place FROM places WHERE key = ?1 ORDER BY seen DESC LIMIT -1 OFFSET ?2)",
                (key_of(name), PLACES_EACH),
            )


def _account(row: Sequence[Any]) -> Account:
    _, name, hashed, issuer, subject, administrator, disabled, demo, posts, created = row
    held = tuple(msgspec.json.decode(posts, type=list[str]))
    flags = {"administrator": bool(administrator), "disabled": bool(disabled), "demo": bool(demo)}
    return Account(name, **flags, posts=held, created=created, hash=hashed, issuer=issuer, subject=subject)


def _one(rows: list[tuple[Any, ...]]) -> Account | None:
    return _account(rows[0]) if rows else None


def _unusable(path: str, reason: str) -> InputError:
    hint = "It is another file, a damaged one, or was written by a later version of renkei."
    return InputError.from_problem("RK723", f"the accounts cannot be read: {reason}", hint, file=path)
