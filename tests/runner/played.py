"""Worlds in which a lot has happened, for tests of what is shown of them."""

from __future__ import annotations

from random import Random

from renkei.model.schema import Label
from renkei.process.arrangement import load_arrangement
from renkei.runner import commands
from tests.runner.chatter import Chatter
from tests.runner.test_views import stroll
from tests.runner.triad import PARTIES, gathered
from tests.runner.world import MINUTE, World, first_case


def exchanges(seed: int) -> World:
    """Return a world of three parties who have exchanged everything there is, and hold something back."""
    chatter = Chatter(gathered("bob", "cyd"), Random(seed))
    chatter.walk(220)
    world = chatter.world
    closed = Label(classification="closed", releasable_to=PARTIES)
    opened = Label(classification="open", releasable_to=PARTIES)
    case = first_case("ann")
    for party in ("ann", "bob"):
        given: list[commands.Command] = [
            commands.Attach(case=case, digest="a" * 64, name="map.png", size=5, label=opened),
            commands.Send(to=PARTIES, text="held", label=closed, case=case, attachments=("a" * 64,)),
            commands.Ask(to=(f"{party}_desk",), text="question", need_by=world.now + MINUTE),
            commands.Report(case=case, situation="it rains", actions="none", needs="umbrellas"),
            commands.Correct(entry=len(world.sides[party].log), text="it is otherwise"),
        ]
        for command in given:
            outcome = world.by(party, f"{party}_chief", command)
            assert outcome.refusal is None or not world.sides[party].state.cases[case].is_open
    return world


def strolled(seed: int) -> World:
    """Return a world of the library's model in which cases of every contingency are worked on."""
    library = load_arrangement("us-japan")
    world = World(library)
    world.man()
    for contingency in library.model.contingencies if library.model else ():
        opening = commands.OpenCase(contingency=contingency, title="it has happened", exercise=True)
        assert world.by("jpn", "jpn_operations_watch", opening).refusal is None
    stroll(world, Random(seed), 200)
    label = Label(classification="unclassified", releasable_to=("jpn", "usa"))
    secret = Label(
        classification=library.model.classifications[-1] if library.model else "",
        releasable_to=("jpn", "usa"),
    )
    case = first_case("jpn")
    for each in (label, secret):
        send = commands.Send(to=("usa",), text="words", label=each, case=case)
        world.by("jpn", "jpn_operations_watch", send)
    hidden = commands.OpenCase(contingency="earthquake", title="quiet", label=secret)
    world.by("jpn", "jpn_operations_watch", hidden)
    return world
