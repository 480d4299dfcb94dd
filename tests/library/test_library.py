"""What every model of the library owes its reader, found by walking the files and not the loaded model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from renkei.process.arrangement import load_arrangement

LIBRARY = Path(__file__).resolve().parents[2] / "src" / "renkei" / "library"
NAMES = sorted(path.name for path in LIBRARY.iterdir() if path.is_dir() and not path.name.startswith("_"))

DISTRIBUTIONS = {"fixed", "exponential", "lognormal", "pert", "triangular", "uniform"}
NUMBERS = DISTRIBUTIONS | {
    "poisson",
    "every",
    "at",
    "seats",
    "within",
    "value",
    "shifts",
    "dates",
    "latitude",
}
"""Keys under which an entry holds a number that has to come from somewhere."""
QUESTIONS = {"deadline", "horizon", "warmup"}
"""Durations that ask something and claim nothing."""
DURATION = re.compile(r"^P(?=[\dT])[\dDWTHMS.]+$")
REPOSTED = re.compile(
    r"gunrangeday|nikkansports|tanxheaven|tellerreport|meiwasuisan|menafn|daily8|bestdogfood|studylib|docslib|scribd",
    re.IGNORECASE,
)

Keys = tuple[str, ...]


def entries(value: object, keys: Keys = ()) -> Iterator[tuple[Keys, dict[str, Any]]]:
    """Yield each map of a document, with the keys that lead to it."""
    if isinstance(value, dict):
        yield keys, value
        for key, below in value.items():
            yield from entries(below, (*keys, str(key)))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from entries(below, (*keys, str(index)))


def document(name: str) -> dict[str, Any]:
    """Return the model file of a library model as plain data."""
    loaded = yaml.safe_load((LIBRARY / name / "model.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_there_is_a_library() -> None:
    """An empty library would let every other test here pass."""
    assert "us-japan" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_loads_without_problems(name: str) -> None:
    """A model of the library has no errors (loading would raise) and nothing doubtful."""
    assert [str(problem) for problem in load_arrangement(name).findings] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_a_whole_model(name: str) -> None:
    """Each option can be applied and leaves every drawing in use."""
    arrangement = load_arrangement(name)
    for option in arrangement.options:
        under = arrangement.with_option(option)
        assert under.option == option
        assert set(under.collaborations) == set(arrangement.collaborations)


@pytest.mark.parametrize("name", NAMES)
def test_has_a_readme_in_both_languages(name: str) -> None:
    """The README stands beside the model and has a Japanese part."""
    text = (LIBRARY / name / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert re.search(r"[぀-ヿ]", text), "no Japanese summary"


@pytest.mark.parametrize("name", NAMES)
def test_every_number_says_where_it_comes_from(name: str) -> None:
    """Each entry with a number names a source that exists, or an assumption with a range and a reason."""
    model = document(name)
    silent = []
    for keys, entry in entries(model):
        holds = NUMBERS & set(entry)
        if not holds or keys[-1] in {"assume", "shifts"} or entry.get("value") in {0, 1}:
            continue
        source, assume = entry.get("source"), entry.get("assume")
        if source is None and assume is None:
            silent.append(".".join(keys))
        if source is not None:
            assert source in model["sources"], keys
        if assume is not None:
            assert len(assume["range"]) == 2, keys
            assert assume["why"], keys
    # Two-step maps of one distribution ({"pert": {"low": ...}}) belong to the entry around them.
    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_no_number_stands_outside_such_an_entry(name: str) -> None:
    """A bare number is certain or impossible (0 or 1); a bare duration only asks a question."""
    loose = []
    for keys, entry in entries(document(name)):
        around = NUMBERS | {"lasts", "mean", "low", "mode", "high", "cv", "range", "longitude"}
        for key, value in entry.items():
            path = ".".join((*keys, str(key)))
            if key in around | QUESTIONS or keys[-1:] == ("dates",):
                continue
            if isinstance(value, int | float) and not isinstance(value, bool) and value not in {0, 1}:
                loose.append(path)
            if isinstance(value, str) and DURATION.match(value):
                loose.append(path)
    assert [path for path in loose if path != "run.replications"] == []


@pytest.mark.parametrize("name", NAMES)
def test_sources_are_the_original_outlets(name: str) -> None:
    """No source points to a site that copies what others have published."""
    for key, source in document(name)["sources"].items():
        assert not REPOSTED.search(" ".join(str(part) for part in source.values())), key


@pytest.mark.parametrize("name", NAMES)
def test_every_source_is_used(name: str) -> None:
    """What stands in the list of sources is named by an entry, in a reason, or in the README."""
    model = document(name)
    text = (LIBRARY / name / "README.md").read_text(encoding="utf-8")
    named = {entry["source"] for _, entry in entries(model) if isinstance(entry.get("source"), str)}
    reasons = " ".join(str(entry["why"]) for _, entry in entries(model) if "why" in entry)
    unused = [key for key in model["sources"] if key not in named and key not in reasons and key not in text]
    assert unused == []


@pytest.mark.parametrize("name", NAMES)
def test_tasks_and_events_have_names_in_both_languages(name: str) -> None:
    """The English name is the one in the drawing; the Japanese one is Japanese."""
    arrangement = load_arrangement(name)
    model = document(name)
    for process, collaboration in arrangement.collaborations.items():
        bound = model["processes"][process]
        drawn = {*collaboration.nodes, *collaboration.pools, *collaboration.lanes}
        assert set(bound["names"]) <= drawn, process
        for node in collaboration.nodes.values():
            entry = bound["tasks"].get(node.id) or bound["events"].get(node.id)
            text = entry["name"] if entry else bound["names"].get(node.id)
            assert text is not None, f"{process}: {node.id} has no name in the model"
            assert not node.name or text["en"] == node.name, node.id
            assert re.search(r"[぀-ヿ一-鿿]", text["ja"]) or text["ja"] == "20日", node.id


@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_drawn(name: str) -> None:
    """Each node and flow has its place in the drawing, and shapes of nodes do not overlap."""
    for process, collaboration in load_arrangement(name).collaborations.items():
        assert set(collaboration.nodes) <= set(collaboration.shapes), process
        assert {*collaboration.flows, *collaboration.messages} <= set(collaboration.edges), process
        shapes = [
            collaboration.shapes[node.id] for node in collaboration.nodes.values() if node.type != "boundary"
        ]
        for index, one in enumerate(shapes):
            for other in shapes[index + 1 :]:
                apart = (
                    one.x + one.width <= other.x
                    or other.x + other.width <= one.x
                    or one.y + one.height <= other.y
                    or other.y + other.height <= one.y
                )
                assert apart, f"{process}: {one.element} lies on {other.element}"
