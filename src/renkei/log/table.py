"""The tables of a stored log, the same in SQLite and PostgreSQL, and the laws that a group of rows must keep.

Layer: log. ``entries`` holds the rows, ``releases`` what they give to partners, ``kept`` what is derived from
them. Triggers refuse whatever would change or remove a row, also to those who come in past renkei.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count

from renkei.log.port import KEPT_ALREADY, SALT_BYTES, OvertakenError, Row, StoreError

FORMAT = 1
"""Version of the tables; a store of a later version is refused, not guessed at."""
APPLICATION = 0x524E_4B49
"""What marks an SQLite file as a log of renkei (its ``application_id``): "RNKI"."""
LARGEST = 2**63 - 1
"""The largest number that both stores hold."""
TABLES = ("entries", "releases", "kept")

_COLUMNS = """
CREATE TABLE {at}entries (
  seq {integer} PRIMARY KEY CHECK (seq > 0),
  kind TEXT{order} NOT NULL CHECK (kind <> ''),
  subject TEXT{order} NOT NULL,
  recorded {integer} NOT NULL,
  body {binary} NOT NULL,
  salt {binary} NOT NULL CHECK (length(salt) = {salt})
){entries_options};
CREATE INDEX entries_by_kind ON {at}entries (kind, seq);
CREATE INDEX entries_by_subject ON {at}entries (subject, seq) WHERE subject <> '';
CREATE TABLE {at}releases (
  seq {integer} NOT NULL REFERENCES {at}entries (seq),
  place {integer} NOT NULL,
  partner TEXT{order} NOT NULL CHECK (partner <> ''),
  number {integer} NOT NULL CHECK (number > 0),
  body {binary} NOT NULL,
  salt {binary} NOT NULL CHECK (length(salt) = {salt}),
  PRIMARY KEY (seq, place),
  UNIQUE (partner, number)
){releases_options};
CREATE TABLE {at}kept (
  name TEXT{order} NOT NULL CHECK (name <> ''),
  position {integer} NOT NULL CHECK (position >= 0),
  body {binary} NOT NULL,
  PRIMARY KEY (name, position)
){entries_options}
"""
_REFUSALS = {
    "entries": "NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries)",
    "releases": (
        "NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM releases WHERE partner = NEW.partner)"
    ),
    "kept": "EXISTS (SELECT 1 FROM kept WHERE name = NEW.name AND position = NEW.position)",
}


def sqlite_statements() -> list[str]:
    """Return the statements that make the tables of an empty SQLite store.

    The third trigger of each table is there because an insertion may also ask SQLite to put a row in the
    place of another, and the other two are not told of that.
    """
    tables = _COLUMNS.format(
        at="",
        integer="INTEGER",
        binary="BLOB",
        order="",
        salt=SALT_BYTES,
        entries_options=" STRICT",
        releases_options=" STRICT, WITHOUT ROWID",
    )
    triggers = []
    for table, refused in _REFUSALS.items():
        raised = f"BEGIN SELECT RAISE(ABORT, '{table} only grows, one after the other'); END"
        triggers += [
            f"CREATE TRIGGER {table}_{word} BEFORE {word} ON {table} {when}{raised}"
            for word, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", f"WHEN {refused} "))
        ]
    return [statement.strip() for statement in tables.split(";")] + triggers


def postgres_statements(schema: str) -> list[str]:
    """Return the statements that make the tables of a PostgreSQL store in ``schema``."""
    tables = _COLUMNS.format(
        at=f"{schema}.",
        integer="BIGINT",
        binary="BYTEA",
        order=' COLLATE "C"',
        salt=SALT_BYTES,
        entries_options="",
        releases_options="",
    )
    refuse = (
        f"CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% only grows, one after the other', TG_TABLE_NAME; END $$"
    )
    triggers = [
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.{table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse()"
        for table in (*TABLES, "store")
    ]
    return [
        f"CREATE SCHEMA IF NOT EXISTS {schema}",
        f"CREATE TABLE {schema}.store (format BIGINT PRIMARY KEY)",
        *(statement.strip() for statement in tables.split(";")),
        refuse,
        *triggers,
        f"INSERT INTO {schema}.store VALUES ({FORMAT})",  # noqa: S608 - no text of a stranger
    ]


def check_group(rows: Sequence[Row], last: int, released_last: Callable[[str], int]) -> None:
    """Check that ``rows`` go on where the log and each released log end.

    Raises:
        OvertakenError: The log already ends at or after the first row.
        StoreError: There is a gap, or a row that a store cannot hold.
    """
    if rows[0].seq <= last:
        raise OvertakenError(
            "RK609", f"the log already ends at {last}, so nothing can be appended as {rows[0].seq}"
        )
    ends: dict[str, int] = {}
    for expected, row in zip(count(last + 1), rows, strict=False):
        if row.seq != expected:
            raise StoreError("RK610", f"row {row.seq} stands where row {expected} has to follow")
        _check_row(row)
        for release in row.releases:
            if release.partner not in ends:
                ends[release.partner] = released_last(release.partner)
            ends[release.partner] += 1
            if release.number != ends[release.partner]:
                raise StoreError(
                    "RK610",
                    f"row {row.seq} releases number {release.number} to {release.partner!r}, "
                    f"where number {ends[release.partner]} has to follow",
                )


def _check_row(row: Row) -> None:
    """Check what a store can hold: names that are text everywhere, whole salts, numbers of 64 bits."""
    _check_salt(row, row.salt)
    check_name(row.kind, "the kind of a row")
    if row.subject:
        check_name(row.subject, "the subject of a row")
    for release in row.releases:
        _check_salt(row, release.salt)
        check_name(release.partner, "the partner of a release")
    if not -LARGEST <= row.recorded <= LARGEST:
        raise StoreError("RK611", f"the moment of row {row.seq} is out of range: {row.recorded}")


def _check_salt(row: Row, salt: bytes) -> None:
    if len(salt) != SALT_BYTES:
        raise StoreError("RK611", f"row {row.seq} has a salt of {len(salt)} bytes, not {SALT_BYTES}")


@lru_cache(4096)
def check_name(name: str, what: str) -> None:
    """Check that ``name`` is text that both SQLite and PostgreSQL hold, and is not empty.

    Raises:
        StoreError: It is not.
    """
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        encoded = b""
    if not encoded or b"\0" in encoded:
        raise StoreError("RK611", f"{what} cannot be stored: {name!r}")


def check_kept(name: str, position: int, body: bytes, already: bytes | None) -> None:
    """Check that ``body`` can be kept, where ``already`` is what stands there.

    Raises:
        StoreError: The name or the position cannot be stored, or other bytes stand there.
    """
    check_name(name, "the name of what is kept")
    if not 0 <= position <= LARGEST:
        raise StoreError("RK611", f"what is kept as {name!r} has no position: {position}")
    if already is not None and already != body:
        raise StoreError(KEPT_ALREADY, f"other bytes are kept already as {name!r} at {position}")


def after_prefix(prefix: str) -> str:
    """Return the least text after every text that begins with ``prefix``, '' if there is none.

    Texts are compared by code points, as SQLite's BINARY and PostgreSQL's "C" order compare UTF-8.
    """
    for end in range(len(prefix), 0, -1):
        following = ord(prefix[end - 1]) + 1
        if following <= 0x10FFFF:
            # Surrogates are no characters of a stored text.
            return prefix[: end - 1] + chr(0xE000 if 0xD800 <= following <= 0xDFFF else following)
    return ""


def within(number: int) -> int:
    """Return ``number``, which may come from a stranger, within what a store can compare."""
    return max(-LARGEST, min(number, LARGEST))
