"""In an exercise, everything that leaves says so."""

from __future__ import annotations

import msgspec

from renkei.model.schema import Label
from renkei.runner import commands
from renkei.runner.state import NODE
from tests.runner.test_laws import library
from tests.runner.world import World

OPEN = Label(classification="unclassified", releasable_to=("jpn", "usa"))


def test_everything_that_leaves_an_exercise_says_so() -> None:
    world = World(library(""))
    world.man()
    post = "jpn_prime_minister"
    world.by("jpn", post, commands.Send(to=("usa",), text="in earnest", label=OPEN))
    world.ask("jpn", NODE, commands.DeclareExercise(active=True))
    world.by("jpn", post, commands.Send(to=("usa",), text="for practice", label=OPEN))
    world.by("jpn", post, commands.OpenCase(contingency="earthquake", title="Earthquake"))
    world.ask("jpn", NODE, commands.DeclareExercise(active=False))
    world.by("jpn", post, commands.Send(to=("usa",), text="in earnest again", label=OPEN))
    told = [msgspec.json.decode(body) for body in world.sides["jpn"].released["usa"]]
    assert [entry.get("exercise", False) for entry in told] == [False, True, True, False]
    world.settle()
    usa = world.sides["usa"].state
    marked = {item.text: item.label.startswith("EXERCISE//") for item in usa.items.values()}
    assert marked == {"in earnest": False, "for practice": True, "in earnest again": False}
    assert usa.cases[first_case_of(world)].exercise


def first_case_of(world: World) -> str:
    return next(iter(world.sides["jpn"].state.cases))


def test_the_id_of_a_command_is_that_of_one_person() -> None:
    world = World(library(""))
    world.man()
    for post in ("jpn_prime_minister", "jpn_defense_minister"):
        send = commands.Send(id="one", to=("usa",), text=f"from {post}", label=OPEN)
        assert world.by("jpn", post, send).recorded
        assert world.by("jpn", post, send).repeated
    assert len(world.sides["jpn"].released["usa"]) == 2


def test_declaring_twice_records_once() -> None:
    world = World(library(""))
    assert len(world.ask("jpn", NODE, commands.DeclareExercise(active=True)).recorded) == 1
    assert not world.ask("jpn", NODE, commands.DeclareExercise(active=True)).recorded
