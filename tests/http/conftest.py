"""A headquarters with its HTTP interface: in-process for most tests, on a real socket where that matters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.clock import ManualClock
from tests.http.world import Client, Desk, make_desk


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_767_225_600_000_000)


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    with make_desk(tmp_path, clock=clock) as made:
        yield made


@pytest.fixture
def program(desk: Desk) -> Iterator[Client]:
    """Return a client with an administrator's token."""
    with desk.client() as client:
        yield client.token()
