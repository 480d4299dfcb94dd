"""A small model on disk, the reports of a check and a comparison of it, and the command line in a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from renkei.process.arrangement import Arrangement, load_arrangement

SOURCE = Path(__file__).resolve().parents[2] / "src"

FLOOD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="flood" targetNamespace="river">
  <collaboration id="river" name="Flood">
    <participant id="North" name="North" processRef="north_process"/>
    <participant id="South" name="South" processRef="south_process"/>
    <messageFlow id="request" name="Request" sourceRef="ask" targetRef="requested"/>
  </collaboration>
  <process id="north_process">
    <startEvent id="flooded" name="Flood"/><task id="ask" name="Ask"/><endEvent id="asked"/>
    <sequenceFlow id="n1" sourceRef="flooded" targetRef="ask"/>
    <sequenceFlow id="n2" sourceRef="ask" targetRef="asked"/>
  </process>
  <process id="south_process">
    <startEvent id="requested" name="Requested"><messageEventDefinition/></startEvent>
    <task id="decide" name="Decide"/><task id="send" name="Send the boats"/><endEvent id="sent"/>
    <sequenceFlow id="s1" sourceRef="requested" targetRef="decide"/>
    <sequenceFlow id="s2" sourceRef="decide" targetRef="send"/>
    <sequenceFlow id="s3" sourceRef="send" targetRef="sent"/>
  </process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="river">
    {shapes}
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>
"""
SHAPES = {
    "North": (0, 0, 600, 120), "South": (0, 160, 600, 120), "flooded": (80, 42, 36, 36),
    "ask": (180, 20, 100, 80),    "asked": (340, 42, 36, 36),
    "requested": (80, 202, 36, 36), "decide": (180, 180, 100, 80),
    "send": (340, 180, 100, 80), "sent": (500, 202, 36, 36),
}  # fmt: skip
EDGES = {
    "n1": ((116, 60), (180, 60)), "n2": ((280, 60), (340, 60)), "s1": ((116, 220), (180, 220)),
    "s2": ((280, 220), (340, 220)), "s3": ((440, 220), (500, 220)), "request": ((230, 100), (98, 202)),
}  # fmt: skip

MODEL = """
renkei: 1
name: {{en: "{name}", ja: "{name}(日本語)"}}
sources:
  law:
    title: {{en: The law of the river, ja: 河川法}}
    publisher: "{name}"
    date: "2025"
    where: section 1
parties: {{north: {{name: North}}, south: {{name: {{en: South, ja: 南町}}}}}}
headquarters:
  hall: {{party: north, name: Town hall, place: North, timezone: Asia/Tokyo}}
  station: {{party: south, name: River station, place: South, timezone: Asia/Tokyo}}
posts:
  duty: {{name: {{en: Duty officer, ja: 当直}}, headquarters: hall, seats: 1, source: law}}
  crew: {{name: Boat crew, headquarters: station, seats: 2, assume: {{range: [1, 4], why: by season}}}}
matters: {{boats: {{name: Boats}}}}
authorities: {{law: {{post: crew, matter: boats, source: law}}}}
processes:
  flood:
    file: flood.bpmn
    name: {{en: "Help in a flood", ja: 水害時の支援}}
    pools: {{North: north, South: south}}
    tasks:
      ask: {{post: duty, duration: {{fixed: PT15M, assume: {{range: [PT5M, PT1H], why: by season}}}}}}
      decide: {{post: crew, duration: {{fixed: PT1H, source: law}}{approves}}}
      send: {{post: crew, duration: {{fixed: PT30M, source: law}}, acts: {{matter: boats}}}}
contingencies:
  flood: {{name: A flood, process: flood, arrivals: {{poisson: P2D, source: law}}}}
measures:
  sent:
    name: {{en: From flood to boats, ja: 水害から出動まで}}
    process: flood
    begins: {{opened: true}}
    ends: {{all: [send]}}
options:
  far: {{name: {{en: "Far", ja: 遠方}}}}
  near: {{name: Near, patch: {{processes: {{flood: {{tasks: {{decide: {{duration: {{fixed: PT20M}}}}}}}}}}}}}}
run: {{begins: 2025-01-06T00:00:00+09:00, horizon: P60D, replications: 4, baseline: far}}
"""


def write_model(folder: Path, *, name: str = "Two towns", approves: bool = True) -> Path:
    """Write the model of two towns on a river; without approval its boats act without consent."""
    folder.mkdir(parents=True, exist_ok=True)
    granted = ", approves: {matter: boats}" if approves else ""
    (folder / "model.yaml").write_text(MODEL.format(name=name, approves=granted), encoding="utf-8")
    shapes = [
        f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}" isHorizontal="true"><dc:Bounds x="{x}" y="{y}" '
        f'width="{w}" height="{h}"/></bpmndi:BPMNShape>'
        for key, (x, y, w, h) in SHAPES.items()
    ]
    edges = [
        f'<bpmndi:BPMNEdge id="{key}_di" bpmnElement="{key}">'
        + "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
        + "</bpmndi:BPMNEdge>"
        for key, points in EDGES.items()
    ]
    (folder / "flood.bpmn").write_text(FLOOD.replace("{shapes}", "\n".join(shapes + edges)), encoding="utf-8")
    return folder


@dataclass(frozen=True)
class FakeSimulation:
    """A simulation that says what a test wants: option -> mean hours; the first option is the baseline."""

    means: Mapping[str, float]
    half_width: float = 0.2
    censored: int = 0
    measure: str = "sent"
    share_faster: float = 0.7
    posts: Mapping[str, float] = field(default_factory=lambda: {"crew": 0.42, "duty": 0.07})

    def samples(self, option: str, measure: str) -> NDArray[np.float64]:
        assert measure == self.measure
        return -np.log1p(-(np.arange(400) + 0.5) / 400) * self.means[option] * 3600

    def to_dict(self) -> dict[str, object]:
        return {
            "options": {option: self._option(option) for option in self.means},
            "differences": [self._difference(option) for option in list(self.means)[1:]],
            "seed": 7,
            "replications": 12,
            "digest": "d" * 64,
        }

    def _option(self, option: str) -> dict[str, object]:
        hours = self.means[option]
        times = {f"p{share}": hours * 3600 * factor for share, factor in ((50, 0.7), (90, 2.3), (95, 3.0))}
        ends = [(hours - self.half_width) * 3600, (hours + self.half_width) * 3600]
        measured = {
            "unit": "s",
            "mean": hours * 3600,
            "ci95": ends,
            **times,
            "cases": 400,
            "censored": self.censored,
        }
        posts = {key: {"utilisation": busy, "mean_wait": 600.0} for key, busy in self.posts.items()}
        measured["unfinished"] = self.censored
        return {"measures": {self.measure: measured}, "posts": posts}

    def _difference(self, option: str) -> dict[str, object]:
        base = next(iter(self.means))
        mean = (self.means[option] - self.means[base]) * 3600
        ends = [mean - self.half_width * 3600, mean + self.half_width * 3600]
        return {
            "option": option, "baseline": base, "measure": self.measure, "mean": mean, "ci95": ends,
            "share_faster": self.share_faster, "clear": not ends[0] <= 0 <= ends[1],
        }  # fmt: skip


@pytest.fixture
def river(tmp_path: Path) -> Path:
    """Return the folder of a model that holds."""
    return write_model(tmp_path / "river")


@pytest.fixture
def arrangement(river: Path) -> Arrangement:
    """Return the model that holds."""
    return load_arrangement(river)


@dataclass(frozen=True)
class Outcome:
    """What a command left."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def renkei_run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command in this process."""
    for name in ("RENKEI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def run_here(*arguments: str) -> Outcome:
        from renkei.interfaces.cli import run

        code = run(list(arguments))
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    return run_here


COMMAND = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # where the tests were started with it ignored
from renkei.interfaces.cli import main
main()
"""


def start(
    *arguments: str, stderr: int = subprocess.PIPE, extra: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start a command in a process of its own; warnings are errors there too."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "error", "LANG": "C.UTF-8"}
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        env=environment | (extra or {}),
    )
