"""Simulate: how long does it take under this structure, and under that one? And how long from here?

Layer: one of the verbs; imports the net and what is below it, and no other verb.
"""

from renkei.simulator.forecast import Forecaster, forecast
from renkei.simulator.prospect import CaseForecast, Forecast, Miss, Prospect, Waiting
from renkei.simulator.report import Difference, MeasureReport, OptionReport, PostReport, SimulationReport
from renkei.simulator.simulate import simulate
from renkei.simulator.situation import RunningCase, Since, Situation

__all__ = [
    "CaseForecast",
    "Difference",
    "Forecast",
    "Forecaster",
    "MeasureReport",
    "Miss",
    "OptionReport",
    "PostReport",
    "Prospect",
    "RunningCase",
    "SimulationReport",
    "Since",
    "Situation",
    "Waiting",
    "forecast",
    "simulate",
]
