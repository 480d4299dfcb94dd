"""Search of the log finds what a slow look at every entry finds, from either end, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.interfaces.http import search
from renkei.interfaces.http.search import Search, find
from renkei.log.memory import MemoryLog
from renkei.runner.events import decode
from tests.http.test_documented import headquarters, log_of
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import Client
from tests.runner.played import exchanges


@pytest.fixture(scope="module")
def log() -> Iterator[MemoryLog]:
    world = exchanges(0)
    world.now += 60_000_000
    log = log_of(world.sides["ann"])
    yield log
    log.close()


def texts(data: Any) -> list[str]:
    if isinstance(data, str):
        return [data]
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [text for value in values for text in texts(value)]


def slowly(log: MemoryLog, wanted: Search, after: int, before: int) -> list[int]:
    """Return the numbers of the entries that are wanted, found without any index."""
    import json

    found = []
    for row in log.read(0, log.last()):
        record, body = decode(row.body), json.loads(row.body)
        posts = {body.get("post"), body["event"].get("post"), body["event"].get("behalf")}
        if (
            after < row.seq < before
            and row.kind.startswith(wanted.kind)
            and wanted.subject in {"", row.subject}
            and wanted.person in {"", record.person}
            and (not wanted.post or wanted.post in posts)
            and any(wanted.words.casefold() in text.casefold() for text in texts(body))
            and (wanted.since is None or row.recorded >= wanted.since)
            and (wanted.until is None or row.recorded < wanted.until)
        ):
            found.append(row.seq)
    return found[::-1] if wanted.newest else found


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_search_finds_what_a_slow_look_finds(log: MemoryLog, data: st.DataObject) -> None:
    rows = log.read(0, log.last())
    pick = st.sampled_from(rows)
    body = decode(data.draw(pick).body)
    moments = st.none() | st.sampled_from([row.recorded for row in rows]) | st.integers(0, 2**52)
    wanted = Search(
        kind=data.draw(st.sampled_from(["", "", "item.", "step.fired/1", "nothing"])),
        subject=data.draw(st.sampled_from(["", "", data.draw(pick).subject])),
        person=data.draw(st.sampled_from(["", "", body.person])),
        post=data.draw(st.sampled_from(["", "", body.post, "ann_chief"])),
        words=data.draw(st.sampled_from(["", "", "WORDS", "held", "<1", "item", "nothing of it", '"', "\\"])),
        since=data.draw(moments),
        until=data.draw(moments),
        newest=data.draw(st.booleans()),
    )
    after, before = data.draw(st.integers(0, len(rows))), data.draw(st.integers(1, len(rows) + 1))
    limit, window = data.draw(st.integers(1, 50)), data.draw(st.integers(1, 40))
    looked_at, windows = data.draw(st.integers(1, 100)), data.draw(st.integers(1, 5))
    expected = slowly(log, wanted, after, before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "WINDOW", window)
        patch.setattr(search, "MOST_LOOKED_AT", looked_at)
        patch.setattr(search, "MOST_WINDOWS", windows)
        found, turns = list[int](), 0
        low, high = after, before
        while True:
            page, following = find(log, wanted, low, high, limit)
            assert len(page) <= limit
            found += [row.seq for row in page]
            turns += 1
            if following is None:
                break
            assert turns < 2 * len(rows), "it does not come to an end"
            low, high = (low, following) if wanted.newest else (following, high)
    assert found == expected


def test_route_pages_through_what_is_wanted(tmp_path: Path) -> None:
    world = exchanges(0)
    with headquarters(tmp_path, world, "ann") as client:
        everything = [entry["seq"] for entry in pages(client, limit="7")]
        assert everything == list(range(1, client.get("/me").json()["seq"] + 1))
        assert [entry["seq"] for entry in pages(client, limit="7", newest="true")] == everything[::-1]
        chief = [e for e in pages(client) if e["body"].get("person") == "person of ann_chief"]
        assert pages(client, person="person of ann_chief", limit="3") == chief
        assert [e["body"]["event"]["text"] for e in pages(client, q="It Rains")] == ["it rains"]
        assert_error(client.get("/log?since=x"), 422)
        assert_error(client.get("/log?newest=true&cursor=-1"), 422)


def pages(client: Client, **about: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = assert_success(client.get(f"/log?{urlencode(about | {'cursor': cursor})}"))
        found += page["data"]
        if page["next"] is None:
            return found
        cursor = page["next"]
