"""No store updates or deletes: no source says so, and live stores refuse it to who comes past renkei."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pg8000.exceptions import DatabaseError

from renkei.log.address import parse_address
from renkei.log.opening import open_log
from renkei.log.session import Session
from tests.log.rows import check_whole, make_rows
from tests.log.server import Server

SOURCE = Path(__file__).resolve().parents[2] / "src" / "renkei"
CHANGES = re.compile(
    r"\bUPDATE\s+[\w.{}\"]+\s+SET\b|\bDELETE\s+FROM\b|\bTRUNCATE\s+TABLE\b|\bREPLACE\s+INTO\b|\bOR\s+REPLACE\b"
    r"|\bDO\s+UPDATE\b|\bDROP\s+(?:TABLE|TRIGGER|INDEX)\b|\bALTER\s+TABLE\b|\bMERGE\s+INTO\b"
    r"|\bDISABLE\s+TRIGGER\b|\bwritable_schema\b",
    re.IGNORECASE,
)
COMMON = [
    "UPDATE entries SET body = salt",
    "UPDATE entries SET seq = seq + 100",
    "UPDATE releases SET number = number + 1 WHERE number = 1",
    "UPDATE kept SET position = 99",
    "DELETE FROM entries",
    "DELETE FROM entries WHERE seq = 20",
    "DELETE FROM releases",
    "DELETE FROM kept WHERE position = 1",
]
SQLITE = [
    "INSERT OR REPLACE INTO entries VALUES (3, 'k', '', 0, x'00', zeroblob(16))",
    "REPLACE INTO releases VALUES (3, 0, 'jp', 1, x'00', zeroblob(16))",
    "INSERT OR REPLACE INTO kept VALUES ('state', 1, x'00')",
    "INSERT INTO kept VALUES ('state', 1, x'00') ON CONFLICT (name, position) DO UPDATE SET body = x'00'",
    "UPDATE OR REPLACE entries SET seq = 1 WHERE seq = 2",
    "INSERT INTO entries VALUES (22, 'k', '', 0, x'00', zeroblob(16))",
    "INSERT INTO entries VALUES (21, 'k', '', 0, x'00', x'00')",
    "INSERT INTO releases VALUES (20, 0, 'jp', 9, x'00', zeroblob(16))",
]
POSTGRES = [
    "TRUNCATE entries CASCADE",
    "TRUNCATE kept",
    "INSERT INTO entries VALUES (3, 'k', '', 0, '', decode(repeat('00', 16), 'hex'))",
    "INSERT INTO kept VALUES ('state', 1, '') ON CONFLICT (name, position) DO UPDATE SET body = ''",
    "MERGE INTO kept USING entries ON position = seq WHEN MATCHED THEN DELETE",
    "INSERT INTO entries VALUES (21, 'k', '', 0, '', '')",
    "UPDATE store SET format = 99",
    "DELETE FROM store",
]


def test_no_source_changes_or_removes_what_is_stored() -> None:
    found = {
        path.name: hits
        for path in sorted((SOURCE / "log").rglob("*.py"))
        if (hits := CHANGES.findall(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize("statement", [*COMMON, *SQLITE[:5], *POSTGRES[3:5], *POSTGRES[6:]])
def test_the_search_finds_such_statements(statement: str) -> None:
    assert CHANGES.search(statement)


def test_sqlite_refuses_every_change(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    log = open_log(path)
    log.append(make_rows(1, 20))
    log.keep("state", 1, b"one")
    with closing(sqlite3.connect(path, isolation_level=None)) as stranger:
        for statement in [*COMMON, *SQLITE]:
            with pytest.raises(sqlite3.IntegrityError):
                stranger.execute(statement)
    assert check_whole(log) == make_rows(1, 20)
    assert list(log.all_kept("state")) == [(1, b"one")]
    log.append(make_rows(21, 5))
    log.close()


def test_postgres_refuses_every_change(server: Server) -> None:
    address = server.address()
    log = open_log(address)
    log.append(make_rows(1, 20))
    log.keep("state", 1, b"one")
    stranger = Session(parse_address(address))
    for statement in [*COMMON, *POSTGRES]:
        with pytest.raises(DatabaseError):
            stranger.run(statement)
    stranger.close()
    assert check_whole(log) == make_rows(1, 20)
    assert list(log.all_kept("state")) == [(1, b"one")]
    log.append(make_rows(21, 5))
    log.close()
