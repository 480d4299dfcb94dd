"""The HTML report: one file that needs nothing else, in two languages, safe against hostile names."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html
from lxml.html import HtmlElement

from renkei.checker import check
from renkei.interfaces.render.report import html_report
from renkei.process.arrangement import Arrangement, load_arrangement
from tests.interfaces.conftest import FakeSimulation, write_model

HOSTILE = "Two <script>alert(1)</script> & towns' <img src=x onerror=alert(2)>"
REPORT = FakeSimulation({"far": 28.8, "near": 14.5}, censored=60)
LOADING = {"src", "srcset", "data", "action", "formaction", "poster", "background", "ping", "manifest"}
KANA_OR_KANJI = re.compile(r"[぀-ヿ一-鿿]")


def page_of(arrangement: Arrangement, language: str = "en") -> str:
    return html_report(arrangement, check=check(arrangement), comparison=REPORT, language=language)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the report of a model that fails and whose names attack the page."""
    folder = write_model(tmp_path_factory.mktemp("hostile") / "river", name=HOSTILE, approves=False)
    return page_of(load_arrangement(folder))


@pytest.fixture(scope="module")
def root(hostile: str) -> HtmlElement:
    return html.document_fromstring(hostile)


def shown(root: HtmlElement, language: str) -> str:
    """Return the text that a reader of one language sees."""
    other = "ja" if language == "en" else "en"
    copy = html.fromstring(html.tostring(root))
    for element in copy.xpath(f'//*[contains(concat(" ", @class, " "), " {other} ")] | //style'):
        tail = element.tail or ""
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            element.getparent().text = (element.getparent().text or "") + tail
        element.getparent().remove(element)
    return " ".join(copy.text_content().split())


def test_page_loads_nothing(hostile: str, root: HtmlElement) -> None:
    loading = [
        (e.tag, name) for e in root.iter() if isinstance(e.tag, str) for name in e.attrib if name in LOADING
    ]
    assert loading == []
    assert not root.xpath("//script | //link | //iframe | //object | //embed | //img | //base | //form")
    assert all(reference.startswith("#") for reference in root.xpath("//@href"))
    assert not re.search(r"https?://|@import|url\((?!#)", hostile)
    policy = root.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_names_of_the_model_are_text_and_nothing_else(hostile: str, root: HtmlElement) -> None:
    assert root.xpath("//h1")[0].text_content().count(HOSTILE) == 2
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert "<script" not in hostile


def test_well_formed(hostile: str) -> None:
    # Every tag but the void ones is closed where it was opened.
    void = {"meta", "input", "br"}
    open_tags: list[str] = []
    for closing, name, ending in re.findall(
        r"<(/?)([a-zA-Z][\w:]*)(?:\"[^\"]*\"|'[^']*'|[^>\"'])*?(/?)>", hostile
    ):
        if closing:
            assert open_tags.pop() == name
        elif name not in void and not ending:
            open_tags.append(name)
    assert open_tags == []


def test_ids_are_unique_and_references_lead_to_them(root: HtmlElement) -> None:
    ids = Counter(root.xpath("//@id"))
    assert [name for name, count in ids.items() if count > 1] == []
    wanted = {reference[1:] for reference in root.xpath("//@href")}
    wanted |= set(root.xpath("//@aria-labelledby")) | set(root.xpath("//label/@for"))
    assert wanted <= ids.keys()


def test_both_languages_stand_everywhere(root: HtmlElement) -> None:
    count = Counter(name for element in root.iter() for name in (element.get("class") or "").split())
    assert count["en"] == count["ja"] > 50
    english, japanese = shown(root, "en"), shown(root, "ja")
    assert not KANA_OR_KANJI.search(
        english.replace("連携", "").replace("日本語", "").replace("Language · 言語", "")
    )
    for told in (
        "At a glance",
        "Verdicts",
        "FAILS RK320",
        "What this can and cannot tell",
        "Help in a flood",
    ):
        assert told in english
        assert told not in japanese
    for told in ("要点", "検証の判定", "不成立 RK320", "言えること、言えないこと", "水害時の支援", "河川法"):
        assert told in japanese


@pytest.mark.parametrize("language", ["en", "ja"])
def test_switch_begins_with_the_language_asked_for(arrangement: Arrangement, language: str) -> None:
    root = html.document_fromstring(page_of(arrangement, language))
    assert root.get("lang") == language
    assert root.xpath("//input[@checked]/@id") == [f"choose-{language}"]
    assert set(root.xpath("//fieldset//input/@id")) == {"choose-en", "choose-ja"}


def test_counter_example_is_told_beside_its_diagram(root: HtmlElement) -> None:
    (failure,) = root.xpath('//article[@class="failure"]')
    for language in ("en", "ja"):
        (story,) = failure.xpath(f'./div[contains(@class, "{language}")]')
        assert len(story.xpath(".//ol/li")) == 5
        (diagram,) = story.xpath(".//svg")
        failed = diagram.xpath('.//g[contains(@class, "rk-mark-fail")]/@data-element')
        assert failed == ["send"]
        assert set(diagram.xpath('.//g[contains(@class, "rk-mark-step")]/@data-element')) >= {"ask", "decide"}


def test_diagram_names_elements_in_the_language_of_the_reader(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "river")
    text = (folder / "model.yaml").read_text(encoding="utf-8")
    named = text.replace("      ask: {post", "      ask: {name: {en: Call for help, ja: 支援を求める}, post")
    (folder / "model.yaml").write_text(named, encoding="utf-8")
    root = html.document_fromstring(page_of(load_arrangement(folder)))
    texts = {
        language: root.xpath(f'string(//section[@id="processes"]//div[contains(@class, "{language}")]//svg)')
        for language in ("en", "ja")
    }
    assert "Call for help" in " ".join(texts["en"].split())
    assert "支援を求め" in texts["ja"]


def test_page_can_be_used_without_sight(root: HtmlElement) -> None:
    levels = [int(heading.tag[1]) for heading in root.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(root.xpath(f"//{name}") for name in ("header", "main", "footer", "nav[@aria-label]"))
    assert all(head.get("scope") for head in root.xpath("//th"))
    assert all(svg.get("role") == "img" for svg in root.xpath("//svg"))
    assert all(svg.get("aria-label") or svg.find("title") is not None for svg in root.xpath("//svg"))
    # Each plot has its numbers in a table of the same section.
    assert len(root.xpath('//section[@id="comparison"]//table')) >= len(root.xpath('//div[@class="plots"]'))


def test_what_it_rests_on_is_told(root: HtmlElement) -> None:
    told = shown(root, "en")
    assert re.search(r"\(SHA-256\) ?[0-9a-f]{64} Seed ?7 Replications ?12", told)
    assert "crew" in root.xpath('string(//section[@id="assumptions"]//table)')
    assert "Read with care" in told


def test_report_of_a_comparison_alone_has_no_verdicts(arrangement: Arrangement) -> None:
    root = html.document_fromstring(html_report(arrangement, comparison=REPORT))  # type: ignore[arg-type]
    assert not root.xpath('//section[@id="verdicts"]')
    assert root.xpath('//section[@id="comparison"]')


def test_report_is_the_same_every_time(arrangement: Arrangement) -> None:
    checked = check(arrangement)
    pages = {html_report(arrangement, check=checked, comparison=REPORT) for _ in range(2)}  # type: ignore[arg-type]
    assert len(pages) == 1
