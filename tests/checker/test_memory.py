"""What earlier checks have found out is found out again, and told of what is there now."""

from __future__ import annotations

import shutil
from pathlib import Path

from renkei.checker import check
from renkei.checker.memory import Memory
from renkei.process.arrangement import load_arrangement

LIBRARY = Path(__file__).resolve().parents[2] / "src" / "renkei" / "library" / "us-japan"


def plain(report: object) -> object:
    """Return a report without the times that it took."""
    found = report.to_dict()  # type: ignore[attr-defined]
    for result in found["properties"]:
        del result["seconds"]
    return found


def test_a_check_with_a_memory_says_the_same_as_one_without(tmp_path: Path) -> None:
    memory = Memory()
    explored: list[int] = []
    arrangement = load_arrangement(LIBRARY)

    def note(_: int, states: int) -> None:
        explored.append(states)

    first = check(arrangement, memory=memory, progress=note)
    assert plain(first) == plain(check(arrangement))
    assert explored
    explored.clear()
    assert plain(check(arrangement, memory=memory, progress=note)) == plain(first)
    assert not explored, "nothing is explored twice"
    # Another name, and every line further down: the game is the same, its words are not.
    folder = tmp_path / "copy"
    shutil.copytree(LIBRARY, folder)
    for file in folder.glob("processes/*.bpmn"):
        text = file.read_text(encoding="utf-8")
        head, _, rest = text.partition("?>")
        file.write_text(f"{head}?>\n\n{rest}", encoding="utf-8")
    copied = load_arrangement(folder)
    assert plain(check(copied, memory=memory, progress=note)) == plain(check(copied))
    assert not explored


def test_a_path_that_is_remembered_is_told_with_the_lines_of_now(tmp_path: Path) -> None:
    memory = Memory()
    folder = tmp_path / "broken"
    shutil.copytree(LIBRARY, folder)
    file = folder / "processes" / "site-access.bpmn"
    text = file.read_text(encoding="utf-8")
    joined = text.replace(
        '<bpmn:exclusiveGateway id="Gateway_jpn_draft"', '<bpmn:parallelGateway id="Gateway_jpn_draft"'
    )
    place = joined.index('id="Gateway_jpn_draft"')
    closing = joined.index("</bpmn:exclusiveGateway>", place)
    joined = (
        joined[:closing] + "</bpmn:parallelGateway>" + joined[closing + len("</bpmn:exclusiveGateway>") :]
    )
    file.write_text(joined, encoding="utf-8")
    first = check(load_arrangement(folder), options=["O0"], memory=memory)
    assert not first.holds
    head, _, rest = joined.partition("?>")
    file.write_text(f"{head}?>\n\n\n{rest}", encoding="utf-8")
    moved = load_arrangement(folder)
    again = check(moved, options=["O0"], memory=memory)
    assert plain(again) == plain(check(moved, options=["O0"]))
    (before,), (after,) = (
        {
            tuple(step.line for step in r.counterexample.steps if step.line)
            for r in found.properties
            if r.counterexample
        }
        for found in (first, again)
    )
    assert after == tuple(line + 3 for line in before)


def test_what_was_not_asked_for_the_longest_is_forgotten() -> None:
    memory = Memory(most=1)
    arrangement = load_arrangement(LIBRARY)
    explored: list[int] = []
    for _ in range(2):
        explored.clear()
        check(arrangement, options=["O0"], memory=memory, progress=lambda _, states: explored.append(states))
        assert len(explored) >= 3
