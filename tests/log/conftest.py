"""What the tests of the stores share: a PostgreSQL server of their own, and one of each kind of store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from renkei.log.memory import MemoryLog
from renkei.log.opening import open_log
from renkei.log.port import Log
from tests.log.server import NoServerError, Server, running

Opener = Callable[[], Log]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running PostgreSQL server; where there can be none, what needs it is skipped, but never in CI."""
    try:
        with running() as started:
            yield started
    except NoServerError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"NO POSTGRESQL SERVER, so nothing is known about that store: {error}")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each kind."""
    if request.param == "postgres":
        served: Server = request.getfixturevalue("server")
        return served.address()
    return "memory:" if request.param == "memory" else str(tmp_path / "log.db")


@pytest.fixture
def log(where: str) -> Iterator[Log]:
    """An empty log of each kind."""
    opened = open_log(where)
    yield opened
    opened.close()


@pytest.fixture
def memory() -> MemoryLog:
    """An empty log in memory."""
    return MemoryLog()
