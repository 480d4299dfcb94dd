"""Simulate: how long does it take under this structure, and under that one?

Layer: one of the verbs; imports the net and what is below it, and no other verb.
"""

from renkei.simulator.report import Difference, MeasureReport, OptionReport, PostReport, SimulationReport
from renkei.simulator.simulate import simulate

__all__ = ["Difference", "MeasureReport", "OptionReport", "PostReport", "SimulationReport", "simulate"]
