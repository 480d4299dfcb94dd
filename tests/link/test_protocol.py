"""renkei checks its own link protocol: sound and safe as it is, caught where one of its rules is left out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import renkei
from renkei.checker.report import CheckReport
from tests.link.protocol import ENTRIES, Drawn, protocol, to_pnml

DRAWN = Path(renkei.__file__).parent / "link" / "protocol.pnml"


def checked(folder: Path, net: Drawn) -> CheckReport:
    file = folder / "link.pnml"
    file.write_text(to_pnml(net), encoding="utf-8")
    return renkei.check(renkei.load(file))


def reachable(net: Drawn) -> set[frozenset[tuple[str, int]]]:
    """Return every marking, by the plain token game."""
    first = frozenset({("source", 1)})
    found, ahead = {first}, [first]
    while ahead:
        marking = Counter(dict(ahead.pop()))
        for take, give in net.transitions.values():
            if any(marking[place] < count for place, count in Counter(take).items()):
                continue
            after = Counter(marking)
            after.subtract(take)
            after.update(give)
            state = frozenset((place, count) for place, count in after.items() if count)
            if state not in found:
                found.add(state)
                ahead.append(state)
    return found


def test_the_protocol_is_sound_and_safe() -> None:
    report = renkei.check(renkei.load(DRAWN))
    report.assert_holds()
    assert {result.property for result in report.properties} == {"safe", "sound", "sound-relaxed"}


def test_the_file_is_the_net_that_is_described_here() -> None:
    assert DRAWN.read_text(encoding="utf-8") == to_pnml(protocol()), "python -m tests.link.protocol writes it"


def test_nothing_is_acknowledged_before_it_is_recorded() -> None:
    markings = reachable(protocol())
    report = renkei.check(renkei.load(DRAWN))
    assert {result.states for result in report.properties} == {len(markings)}
    for marking in markings:
        standing = {place.rpartition("-")[0]: int(place[-1]) for place, _ in marking if place[-1].isdigit()}
        if "acknowledged" in standing:
            assert standing["acknowledged"] <= standing["recorded"] <= standing["released"] <= ENTRIES


@pytest.mark.parametrize(
    ("variant", "property_", "last"),
    [
        ("cursor_first", "sound", "crash-before-recording-1"),
        ("acknowledge_first", "sound", "crash-before-recording-1"),
        ("forget", "sound", "lose-batch-1"),
        ("twice", "safe", "record-1-again"),
    ],
)
def test_a_broken_variant_is_caught_and_the_story_tells_why(
    tmp_path: Path, variant: str, property_: str, last: str
) -> None:
    report = checked(tmp_path, protocol(**{variant: True}))
    result = next(each for each in report.properties if each.property == property_)
    assert result.verdict == "fails"
    assert result.counterexample is not None
    assert result.counterexample.steps[-1].name == last
