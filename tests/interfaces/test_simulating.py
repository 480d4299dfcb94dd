"""The commands that simulate: ``simulate``, ``compare`` and ``demo``, on the real simulator."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import html

from tests.interfaces.conftest import Run

QUICK = ("--replications", "3")


def test_simulate_prints_the_documented_object(renkei_run: Run, river: Path) -> None:
    shown = renkei_run("simulate", str(river), *QUICK, "--seed", "5", "--json")
    report = json.loads(shown.out)
    assert (shown.code, shown.err) == (0, "")
    assert report.keys() >= {"options", "differences", "seed", "replications", "digest"}
    assert (report["seed"], report["replications"]) == (5, 3)
    assert report["options"].keys() == {"far", "near"}
    for entry in report["options"].values():
        (measured,) = entry["measures"].values()
        assert measured.keys() >= {"unit", "mean", "ci95", "p50", "p90", "p95", "cases", "censored"}
        assert measured["unit"] == "s"
        assert entry["posts"].keys() == {"duty", "crew"}
        assert all(busy.keys() >= {"utilisation", "mean_wait"} for busy in entry["posts"].values())
    (difference,) = report["differences"]
    assert difference.keys() >= {"option", "baseline", "measure", "mean", "ci95", "share_faster"}
    # A decision that takes 20 minutes and not an hour saves 40 at least: others queue less, too.
    assert difference["mean"] <= -2400


def test_same_seed_gives_the_same_bytes_on_any_number_of_threads(renkei_run: Run, river: Path) -> None:
    printed = {
        renkei_run("compare", str(river), *QUICK, "--threads", threads, "--json").out
        for threads in ("1", "2")
    }
    assert len(printed) == 1
    assert renkei_run("compare", str(river), *QUICK, "--seed", "2", "--json").out not in printed


def test_one_option_alone(renkei_run: Run, river: Path) -> None:
    shown = renkei_run("simulate", str(river), "--option", "near", *QUICK, "--horizon", "P30D", "--json")
    report = json.loads(shown.out)
    assert report["options"].keys() == {"near"}
    assert report["differences"] == []
    told = renkei_run("simulate", str(river), "--option", "near", *QUICK)
    assert re.search(r"(?m)^  near +\d.* h|min \(", told.out)
    assert "Boat crew" in told.out


def test_baseline_can_be_chosen(renkei_run: Run, river: Path) -> None:
    report = json.loads(renkei_run("compare", str(river), "--baseline", "near", *QUICK, "--json").out)
    (difference,) = report["differences"]
    assert (difference["baseline"], difference["option"]) == ("near", "far")
    assert difference["mean"] > 0


@pytest.mark.parametrize(("language", "faster"), [("en", "▼ faster"), ("ja", "▼ 速い")])
@pytest.mark.parametrize("columns", ["80", "120"])
def test_comparison_is_told_in_a_table_and_in_words(
    renkei_run: Run, river: Path, monkeypatch: pytest.MonkeyPatch, language: str, faster: str, columns: str
) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", columns)
    shown = renkei_run("compare", str(river), *QUICK, "--lang", language)
    assert (shown.code, shown.err) == (0, "")
    assert faster in shown.out
    assert max(map(cell_len, shown.out.splitlines())) <= int(columns)
    assert "\x1b" not in shown.out


def test_report_is_written_and_said(renkei_run: Run, river: Path, tmp_path: Path) -> None:
    path = tmp_path / "out" / "report.html"
    shown = renkei_run("compare", str(river), *QUICK, "--report", str(path), "--json", "--lang", "ja")
    assert json.loads(shown.out)["replications"] == 3
    assert str(path) in shown.err
    root = html.document_fromstring(path.read_text(encoding="utf-8"))
    assert root.xpath("//input[@checked]/@id") == ["choose-ja"]
    assert root.xpath('//section[@id="comparison"]//svg')


def test_report_that_cannot_be_written_is_an_error(renkei_run: Run, river: Path) -> None:
    shown = renkei_run("compare", str(river), *QUICK, "--report", str(river))
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith(f"{river}: RK009 ")


def test_drawing_without_a_model_cannot_be_simulated(renkei_run: Run, river: Path) -> None:
    shown = renkei_run("simulate", str(river / "flood.bpmn"), "--json")
    assert shown.code == 2
    assert json.loads(shown.out)["errors"]


@pytest.mark.slow
def test_demo_checks_compares_and_writes_one_file(
    renkei_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = renkei_run("demo", "--replications", "2")
    assert (shown.code, shown.err) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["renkei-us-japan.html"]
    for told in (
        "✓ holds",
        "compared with O0",
        "Assumptions behind these numbers",
        "wrote renkei-us-japan.html",
    ):
        assert told in shown.out
    page = (tmp_path / "renkei-us-japan.html").read_text(encoding="utf-8")
    root = html.document_fromstring(page)
    assert not re.search(r"https?://", page)
    assert {section.get("id") for section in root.xpath("//section")} == {
        "glance", "verdicts", "comparison", "posts", "processes", "assumptions", "sources", "limits"
    }  # fmt: skip
    for option in ("O0", "O1", "O2", "O3", "O11"):
        assert root.xpath(f'//section[@id="verdicts"]//th[text()="{option}"]')
        assert root.xpath(f'//section[@id="comparison"]//th[text()="{option}"]')
