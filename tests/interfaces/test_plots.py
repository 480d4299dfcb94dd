"""Plots: fit to stand in a page, the same bytes every time, and true to the samples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

from renkei.interfaces.render.comparison import Comparison, facts_of
from renkei.interfaces.render.names import Names
from renkei.interfaces.render.plots import comparison_png, curve, distribution_svg, forest_svg
from renkei.interfaces.render.vector import inline_svg
from renkei.interfaces.text import words_in
from renkei.process.arrangement import Arrangement
from tests.interfaces.conftest import SOURCE, FakeSimulation

REPORT = FakeSimulation({"far": 28.8, "near": 14.5, "watch": 28.0})


@pytest.fixture
def comparison(arrangement: Arrangement) -> Comparison:
    return Comparison(facts_of(REPORT), Names.from_arrangement(arrangement))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_plot_can_stand_in_a_page(comparison: Comparison, language: str) -> None:
    words = words_in(language)
    for svg in (distribution_svg(REPORT, comparison, "sent", words), forest_svg(comparison, "sent", words)):
        root = etree.fromstring(svg)
        assert (root.tag, root.get("role")) == ("svg", "img")
        assert root.get("aria-label")
        assert root.get("viewBox")
        assert root.get("width") is None
        assert "http" not in svg
        assert not [element.tag for element in root.iter() if element.tag in {"style", "metadata", "script"}]
        texts = {"".join(element.itertext()) for element in root.iter("text")}
        assert "near" in texts


def test_ids_of_two_plots_do_not_meet(comparison: Comparison) -> None:
    words = words_in("en")
    plots = [distribution_svg(REPORT, comparison, "sent", words), forest_svg(comparison, "sent", words)]
    ids = [
        {element.get("id") for element in etree.fromstring(plot).iter() if element.get("id")}
        for plot in plots
    ]
    assert all(ids)
    assert not ids[0] & ids[1]


def test_every_reference_leads_to_an_id_of_the_plot(comparison: Comparison) -> None:
    root = etree.fromstring(distribution_svg(REPORT, comparison, "sent", words_in("en")))
    ids = {f"#{element.get('id')}" for element in root.iter()}
    references = {element.get("href") for element in root.iter() if element.get("href")}
    assert references
    assert references <= ids


def test_plot_is_the_same_every_time(comparison: Comparison) -> None:
    words = words_in("ja")
    assert distribution_svg(REPORT, comparison, "sent", words) == distribution_svg(
        REPORT, comparison, "sent", words
    )


def test_curve_keeps_the_quantiles_and_ends_at_the_share_that_finished() -> None:
    samples = np.arange(1.0, 1002.0)
    times, shares = curve(samples, 0.9)
    assert shares[-1] == pytest.approx(0.9)
    assert np.interp(0.45, shares, times) == pytest.approx(501, abs=1)
    assert (times[0], times[-1]) == (1.0, 1001.0)


def test_option_without_cases_leaves_no_line(comparison: Comparison) -> None:
    class Nothing(FakeSimulation):
        def samples(self, option: str, measure: str) -> np.ndarray:  # type: ignore[type-arg]
            return np.empty(0) if option == "near" else super().samples(option, measure)

    root = etree.fromstring(distribution_svg(Nothing(REPORT.means), comparison, "sent", words_in("en")))
    texts = {"".join(element.itertext()) for element in root.iter("text")}
    assert "far" in texts
    assert "near" not in texts


def test_picture_for_the_front_page_is_a_picture(arrangement: Arrangement, tmp_path: Path) -> None:
    comparison_png(REPORT, tmp_path / "picture.png", arrangement=arrangement)  # type: ignore[arg-type]
    content = (tmp_path / "picture.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 10_000


def test_inline_svg_takes_out_what_leads_outside() -> None:
    document = (
        '<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" width="5" height="5" viewBox="0 0 5 5">'
        '<metadata>x</metadata><style>*{fill:red}</style><defs><path id="a" d=""/></defs>'
        '<g id="unused"><use xlink:href="#a" style="fill:#aaaaaa"/></g></svg>'
    )
    assert inline_svg(document, prefix="p 1", label="<b>") == (
        '<svg viewBox="0 0 5 5" role="img" aria-label="&lt;b&gt;" '
        'style="stroke-linejoin:round;stroke-linecap:butt">'
        '<defs><path id="p-1-a" d=""/></defs><g><use style="fill:#aaaaaa" href="#p-1-a"/></g></svg>'
    )


def test_importing_the_plots_does_not_import_matplotlib() -> None:
    program = "import sys; import renkei.interfaces.render.plots; print('matplotlib' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(SOURCE)},
    )
    assert result.stdout.strip() == "False"
