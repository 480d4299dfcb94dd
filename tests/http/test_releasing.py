"""What a partner would see is what it then gets, and a label that can be chosen is one that works."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from renkei.runner import commands
from renkei.runner.release import label_of, release_posts
from renkei.runner.state import NODE
from tests.http.test_documented import headquarters
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import Client
from tests.runner.played import exchanges
from tests.runner.triad import CLASSES, PARTIES, gathered
from tests.runner.world import World, first_case

CASE = first_case("ann")
Sets = list[tuple[str, ...]]
SETS: Sets = list(chain.from_iterable(combinations(PARTIES, count) for count in range(4)))


@pytest.fixture
def world() -> World:
    return gathered("bob", "cyd")


@pytest.fixture
def ann(tmp_path: Path, world: World) -> Iterator[Client]:
    """Return a client of ann's headquarters, whose person is chief and desk officer."""
    for post in ("chief", "desk"):
        world.ask("ann", world.sides["ann"].person(f"ann_{post}"), commands.HandOver(to="admin"))
    with headquarters(tmp_path, world, "ann") as client:
        yield client


def give(client: Client, where: str, post: str, **command: Any) -> Any:
    return client.post(where, json={"post": post, "command": command})


def released(client: Client, partner: str) -> list[dict[str, Any]]:
    """Return what was released to a partner, the newest first, read in small pages."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = assert_success(client.get(f"/links/{partner}/released?limit=2&cursor={cursor}"))
        found += page["data"]
        if page["next"] is None:
            return found
        cursor = page["next"]


def texts(client: Client) -> list[tuple[str, str]]:
    """Return every text that was released, with the partner it went to, in order."""
    size = client.get("/me").json()["seq"]
    entries = (client.get(f"/log/entries/{seq}").json()["data"]["releases"] for seq in range(1, size + 1))
    return [(each["partner"], each["body"]) for releases in entries for each in releases]


WRITTEN = [
    {"type": "send", "to": ["bob", "cyd_desk", "ann_desk"], "text": "橋は<b>通れない</b>", "case": CASE},
    {"type": "ask", "to": ["bob"], "text": "which bridge?", "need_by": 1_848_736_000_000_000},
    {"type": "report", "case": CASE, "situation": "rain", "needs": "umbrellas", "to": ["cyd"]},
    {"type": "request-support", "to": ["bob", "cyd"], "text": "boats", "quantity": 3, "unit": "boats"},
]


@pytest.mark.parametrize("written", WRITTEN, ids=lambda each: each["type"])
@pytest.mark.parametrize("classification", CLASSES)
def test_what_a_partner_would_see_is_what_it_then_gets(
    ann: Client, written: dict[str, Any], classification: str
) -> None:
    command = {**written, "label": {"classification": classification, "releasable_to": list(PARTIES)}}
    before, size = texts(ann), ann.get("/me").json()["seq"]
    shown = give(ann, "/preview", "ann_desk", **command)
    assert ann.get("/me").json()["seq"] == size, "nothing is recorded by looking"
    done = give(ann, "/commands", "ann_desk", **command)
    assert shown.status_code == done.status_code
    if shown.status_code != 200:
        assert assert_error(shown, 409)["code"] == assert_error(done, 409)["code"]
        return
    data = shown.json()["data"]
    assert [(each["partner"], each["text"]) for each in data["released"]] == texts(ann)[len(before) :]
    held = ann.get("/items?kind=release").json()["data"]
    assert [(e["partner"], e["content"]) for e in data["held"]] == [
        (e["partner"], e["content"]) for e in held
    ]
    assert data["entries"] == len(done.json()["data"]["entries"])


def test_label_that_can_be_chosen_works_and_no_other_does(ann: Client) -> None:
    for to in (["bob"], ["bob", "cyd_desk"]):
        for channel in ("", "wire", "radio"):
            query = urlencode({"to": to, "channel": channel}, doseq=True)
            listed = assert_success(ann.get(f"/labels/choices?{query}"))["data"]
            offered = {_key(each["label"]): each for each in listed}
            for classification in CLASSES:
                for parties in SETS:
                    label = {"classification": classification, "releasable_to": list(parties)}
                    about = {"to": to, "text": "words", "label": label, "channel": channel or None}
                    answer = give(ann, "/preview", "ann_desk", type="send", **about)
                    chosen = offered.get(_key(label))
                    # A label need not name the party that it is of; those that are offered do.
                    if "ann" in parties or chosen:
                        assert answer.is_success == (chosen is not None), (label, to, channel)
                    if chosen is not None:
                        data = answer.json()["data"]
                        by_desk = chosen["at_once"] or "ann_desk" in chosen["posts"]
                        assert bool(data["released"]) == by_desk
                        assert all(set(each["posts"]) >= set(chosen["posts"]) for each in data["held"])


def _key(label: dict[str, Any]) -> tuple[str, frozenset[str]]:
    return label["classification"], frozenset(label["releasable_to"])


def test_held_release_is_shown_as_it_would_leave_under_each_label(tmp_path: Path) -> None:
    world = exchanges(1)
    side = world.sides["ann"]
    book = side.books.book(side.state.digest, "")
    looked = 0
    with headquarters(tmp_path, world, "ann") as client:
        for held in sorted(side.state.held.values(), key=lambda entry: entry.id):
            posts = list(release_posts(book, label_of(held), held.partner))
            offered = assert_success(client.get(f"/labels/choices?held={held.id}"))["data"]
            keys = {_key(each["label"]) for each in offered}
            for classification in CLASSES:
                for parties in SETS[1:]:
                    query = {"classification": classification, "releasable_to": parties}
                    shown = client.get(f"/held/{held.id}/preview?{urlencode(query, doseq=True)}")
                    asked = commands.ReleaseItem(
                        item=held.id, label={"classification": classification, "releasable_to": parties}
                    )
                    from renkei.runner.decide import decide

                    done = decide(
                        side.state, asked, side.person((posts or ["ann_chief"])[0]), world.now, side.books
                    )
                    assert shown.is_success == (done.refusal is None), (held, query, shown.text)
                    if held.releasable_to and "ann" in parties:
                        could = done.refusal is None or done.refusal.code == "RK528"
                        assert could == (_key(query) in keys), (held, query)
                    if shown.is_success:
                        looked += 1
                        (told,) = shown.json()["data"]["released"]
                        assert told["text"].encode() == done.recorded[-1].body
    assert looked
    assert_error(client_error(tmp_path / "other", world), 404)


def client_error(folder: Path, world: World) -> Any:
    with headquarters(folder, world, "ann") as client:
        return client.get("/held/nothing/preview")


def test_what_was_released_is_told_with_the_co_signature_that_covers_it(tmp_path: Path) -> None:
    world = exchanges(2)
    told = len(world.sides["ann"].released["bob"])
    moments: dict[int, int] = {}
    for size in (1, told // 2, told):
        world.now += 1_000_000
        assert (
            world.ask("ann", NODE, commands.Acknowledged(partner="bob", size=size, signed="note")).refusal
            is None
        )
        moments[size] = world.now
    label = {"classification": "open", "releasable_to": PARTIES}
    assert not world.by("ann", "ann_desk", commands.Send(to=("bob",), text="later", label=label)).refusal
    with headquarters(tmp_path, world, "ann") as client:
        found = released(client, "bob")
        assert [each["number"] for each in found] == list(range(told + 1, 0, -1))
        for each in found:
            covering = min((size for size in moments if size >= each["number"]), default=None)
            assert each["checkpoint"] == covering
            assert each["acknowledged"] == moments.get(covering or 0)
        assert (found[0]["content"]["text"], found[0]["what"], found[0]["case"]) == ("later", "message", "")
        assert_error(client.get("/links/nobody/released"), 404)
        assert_error(client.get("/links/bob/released?cursor=x"), 422)
