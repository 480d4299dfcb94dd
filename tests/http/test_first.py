"""Two people act on one thing: one wins, the other is told who, in which post, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from renkei.clock import to_text
from renkei.runner import commands
from tests.http.test_documented import headquarters
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import Client
from tests.runner.played import exchanges
from tests.runner.triad import PARTIES, gathered
from tests.runner.world import MINUTE


def refused(client: Client, post: str, **command: Any) -> dict[str, Any]:
    return assert_error(client.post("/commands", json={"post": post, "command": command}), 403, 409, 404)


def test_who_comes_second_is_told_who_was_first_and_when(tmp_path: Path) -> None:
    world = gathered("bob")
    opening = commands.OpenCase(process="desks", title="look", share=("bob",))
    case = world.by("ann", "ann_chief", opening).recorded[0].record.event.case
    world.now += MINUTE
    done = commands.Complete(case=case, task="look_ann", event_at=world.now - MINUTE // 2)
    assert world.by("ann", "ann_desk", done).refusal is None
    at = world.now
    world.ask("ann", world.sides["ann"].person("ann_staff"), commands.HandOver(to="admin"))
    world.now += 5 * MINUTE
    with headquarters(tmp_path, world, "ann") as client:
        error = refused(client, "ann_staff", type="complete", case=case, task="look_ann")
        assert error["code"] in {"RK512", "RK506"}
        first = error["first"]
        assert (first["did"], first["person"], first["post"]) == ("done", "person of ann_desk", "ann_desk")
        assert (first["at"], first["happened"]) == (at, at - MINUTE // 2)
        assert first["post_name"] == {"en": "ann desk", "ja": "annのdesk"}
        assert to_text(at)[:10] in first["text"]["ja"]
        assert "annのdesk" in first["text"]["ja"]
        entry = assert_success(client.get(f"/log/entries/{first['seq']}"))["data"]
        assert entry["body"]["person"] == first["person"]
        other = refused(client, "ann_staff", type="complete", case=case, task="look_bob")
        assert other["first"] is None
        assert other["title"]["ja"] != other["title"]["en"]


def test_who_has_taken_work_on_is_told_with_the_moment(tmp_path: Path) -> None:
    world = gathered("bob")
    opening = commands.OpenCase(process="desks", title="look", share=("bob",))
    case = world.by("ann", "ann_chief", opening).recorded[0].record.event.case
    assert world.by("ann", "ann_desk", commands.Claim(case=case, task="look_ann")).refusal is None
    at = world.now
    world.ask("ann", world.sides["ann"].person("ann_desk"), commands.HandOver(to="admin"))
    world.now += MINUTE
    with headquarters(tmp_path, world, "ann") as client:
        error = refused(client, "ann_desk", type="complete", case=case, task="look_ann")
        assert error["code"] == "RK514"
        first = error["first"]
        assert (first["did"], first["person"], first["at"]) == ("claimed", "person of ann_desk", at)


def test_who_decided_a_release_first_is_told(tmp_path: Path) -> None:
    world = exchanges(1)
    side = world.sides["ann"]
    held = next(h for h in side.state.held.values() if h.classification != "open")
    assert world.by("ann", "ann_desk", commands.Withhold(item=held.id)).refusal is None
    at = world.now
    world.ask("ann", side.person("ann_desk"), commands.HandOver(to="admin"))
    with headquarters(tmp_path, world, "ann") as client:
        error = refused(client, "ann_desk", type="release", item=held.id)
        assert error["code"] == "RK527"
        assert (error["first"]["did"], error["first"]["person"]) == ("withheld", "person of ann_desk")
        assert error["first"]["at"] == at


def test_who_answered_or_withdrew_an_item_first_is_told(tmp_path: Path) -> None:
    world = gathered("bob", "cyd")
    label = {"classification": "open", "releasable_to": PARTIES}
    asked = world.by("bob", "bob_desk", commands.Ask(to=("ann_desk",), text="where?", label=label))
    item = asked.recorded[0].record.event.item
    world.settle()
    answer = commands.Answer(item=item, text="here", label=label)
    assert world.by("ann", "ann_desk", answer).refusal is None
    world.ask("ann", world.sides["ann"].person("ann_desk"), commands.HandOver(to="admin"))
    with headquarters(tmp_path, world, "ann") as client:
        error = refused(client, "ann_desk", type="answer", item=item, text="there", label=label)
        assert error["code"] == "RK544"
        assert (error["first"]["did"], error["first"]["person"]) == ("answered", "person of ann_desk")
