"""Whatever is done to a drawing, checking it ends in verdicts or in a clear refusal."""

from __future__ import annotations

from pathlib import Path
from random import Random  # noqa: TID251 -- spoils files, takes no part in a result

import pytest
from lxml import etree

from renkei.checker import check
from renkei.errors import InputError
from renkei.process.arrangement import load_arrangement

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = sorted((ROOT / "src" / "renkei" / "library").glob("*/processes/*.bpmn"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
NODES = [
    "task",
    "userTask",
    "receiveTask",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "endEvent",
    "startEvent",
    "subProcess",
    "boundaryEvent",
]
TRIGGERS = ["timer", "message", "signal", "error", "escalation", "terminate", "link"]


def _spoil(tree: etree._ElementTree, chance: Random) -> None:
    """Remove, rewire, rename or retrigger one element."""
    elements = [e for e in tree.getroot().iter() if isinstance(e.tag, str) and e.tag.startswith(BPMN)]
    element = chance.choice(elements)
    kind = element.tag.removeprefix(BPMN)
    what = chance.randrange(4)
    if what == 0 and element.getparent() is not None:
        element.getparent().remove(element)
    elif what == 1 and element.attrib:
        ids = [other.get("id") for other in elements if other.get("id")]
        element.attrib[chance.choice(list(element.attrib))] = chance.choice(ids)
    elif what == 2 and kind in NODES:
        element.tag = BPMN + chance.choice(NODES)
    elif kind in NODES:
        element.append(etree.Element(f"{BPMN}{chance.choice(TRIGGERS)}EventDefinition"))


def _outcome(file: Path) -> str:
    try:
        report = check(load_arrangement(file), max_states=20_000)
    except InputError:
        return "refused"
    assert report.to_dict()["properties"]
    return "checked"


@pytest.mark.parametrize("seed", range(6))
def test_spoiled_drawings_are_checked_or_refused(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)  # noqa: S311 -- as above
    outcomes = {"checked": 0, "refused": 0}
    for _ in range(30):
        tree = etree.parse(str(chance.choice(LIBRARY)))
        for _ in range(chance.randint(1, 4)):
            _spoil(tree, chance)
        file = tmp_path / "spoiled.bpmn"
        tree.write(str(file))
        outcomes[_outcome(file)] += 1
    assert min(outcomes.values()) > 0
