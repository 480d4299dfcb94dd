"""Timers: what a drawing says of their length, and how often they go off."""

from __future__ import annotations

from pathlib import Path

import pytest

from renkei.errors import InputError
from renkei.process.bpmn import read_bpmn
from renkei.process.graph import Node

FILE = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x" id="d">
  <process id="p">
    <startEvent id="s"/>
    <task id="t"/>
    <endEvent id="e"/>
    <endEvent id="late"/>
    <boundaryEvent id="b" attachedToRef="t" cancelActivity="{cancel}">
      <timerEventDefinition id="timer">{timer}</timerEventDefinition>
    </boundaryEvent>
    <sequenceFlow id="f1" sourceRef="s" targetRef="t"/>
    <sequenceFlow id="f2" sourceRef="t" targetRef="e"/>
    <sequenceFlow id="f3" sourceRef="b" targetRef="late"/>
  </process>
</definitions>
"""


def _timer(folder: Path, timer: str, *, cancel: bool) -> Node:
    file = folder / "timer.bpmn"
    file.write_text(FILE.format(timer=timer, cancel=str(cancel).lower()), encoding="utf-8")
    return read_bpmn(file).nodes["b"]


@pytest.mark.parametrize("cancel", [True, False])
def test_a_duration_is_kept(tmp_path: Path, cancel: bool) -> None:
    node = _timer(tmp_path, "<timeDuration>PT30M</timeDuration>", cancel=cancel)
    assert (node.delay, node.repeats, node.interrupting) == ("PT30M", 1, cancel)


def test_a_cycle_that_does_not_interrupt_repeats(tmp_path: Path) -> None:
    node = _timer(tmp_path, "<timeCycle>R6/P1D</timeCycle>", cancel=False)
    assert (node.delay, node.repeats) == ("P1D", 6)


def test_a_cycle_that_interrupts_goes_off_once(tmp_path: Path) -> None:
    node = _timer(tmp_path, "<timeCycle>R6/P1D</timeCycle>", cancel=True)
    assert (node.delay, node.repeats) == ("P1D", 1)


@pytest.mark.parametrize("cycle", ["R/P1D", "R99/P1D", "R0/P1D", "0 0 9 * * ?", "", "R3"])
def test_a_cycle_without_a_small_number_is_refused(tmp_path: Path, cycle: str) -> None:
    with pytest.raises(InputError) as caught:
        _timer(tmp_path, f"<timeCycle>{cycle}</timeCycle>", cancel=False)
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("RK212", 9)
