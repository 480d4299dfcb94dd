"""What is wrong with drawings and nets, as a reader of Japanese sees it: a sample of whole texts.

That no problem of any test's input is told in English only is held by ``tests/conftest.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from renkei.errors import InputError
from renkei.process.bpmn import read_bpmn
from renkei.process.pnml import read_pnml
from renkei.process.xml import read_xml
from tests.process.test_pnml import net_of
from tests.process.test_structure import HEAD, process


def told(reader: Callable[[Path], object], path: Path) -> list[str]:
    """Return in Japanese what is wrong with a file; the English is the message itself."""
    with pytest.raises(InputError) as caught:
        reader(path)
    facts = [(problem.message, problem.facts or {}) for problem in caught.value.problems]
    assert all(both["en"] == message for message, both in facts)
    return [both["ja"] for _, both in facts]


DRAWINGS = {
    "elements are called by type, name and id": (
        '<userTask id="T" name="Brief the staff"><standardLoopCharacteristics testBefore="1"/></userTask>',
        ['ユーザータスク「Brief the staff」（T）のループの testBefore="1" には対応していません。'],
    ),
    "an element without a name in Japanese keeps its own": (
        '<task id="T"/><somethingNew id="U"/>',
        ["プロセス（P）のsomethingNew（U）には対応していません。"],
    ),
    "triggers": (
        '<endEvent id="E"><timerEventDefinition/></endEvent><intermediateCatchEvent id="C"/>',
        [
            "この位置の終了イベント（E）に、トリガー「タイマー」は使えません。",
            "この位置の中間キャッチイベント（C）には、トリガーが必要です。",
        ],
    ),
    "several of a kind": (
        '<startEvent id="S"><timerEventDefinition/><signalEventDefinition/></startEvent>',
        ["開始イベント（S）に、定義が二つ以上あります（タイマーの定義、シグナルの定義）。"],
    ),
    "what is not given": (
        """<task id="T"/><sequenceFlow id="F" sourceRef="T"/>
        <intermediateThrowEvent id="M"><linkEventDefinition/></intermediateThrowEvent>""",
        [
            "シーケンスフロー（F）の端がつながっていません（targetRef がありません）。",
            "中間スローイベント（M）に、リンク（無名）の相手がありません。",
        ],
    ),
}
NETS = {
    "numbers": (
        '<arc id="a" source="p" target="t"><inscription><text>0</text></inscription></arc>',
        ["アーク a の重みに、「0」は使えません。"],
    ),
    "references": (
        '<referencePlace id="r"/>',
        ["参照プレース r の参照先（なし）をたどっても、プレースに行き着きません。"],
    ),
}
FILES = {
    "cut off": (b"<a>\n<b>", "XML として正しくありません（要素が閉じる前に、ファイルが終わっている）。"),
    "no name": (b"<1/>", "XML として正しくありません（名前のあるべき所に名前がない）。"),
    "rare": (b"<a><?xml?></a>", "XML として正しくありません（途中で切れているか、壊れている）。"),
}


@pytest.mark.parametrize("case", DRAWINGS)
def test_drawing_is_refused_in_japanese(case: str, tmp_path: Path) -> None:
    content, texts = DRAWINGS[case]
    path = tmp_path / "drawing.bpmn"
    path.write_text(f"{HEAD}{process(content)}</definitions>", encoding="utf-8")
    assert sorted(told(read_bpmn, path)) == sorted(texts)


@pytest.mark.parametrize("case", NETS)
def test_net_is_refused_in_japanese(case: str, tmp_path: Path) -> None:
    content, texts = NETS[case]
    path = tmp_path / "net.pnml"
    path.write_text(net_of(content), encoding="utf-8")
    assert told(read_pnml, path) == texts


@pytest.mark.parametrize("case", FILES)
def test_damaged_file_is_refused_in_japanese(case: str, tmp_path: Path) -> None:
    content, text = FILES[case]
    path = tmp_path / "file.xml"
    path.write_bytes(content)
    assert told(read_xml, path) == [text]


def test_what_cannot_be_read_is_told_in_japanese(tmp_path: Path) -> None:
    assert told(read_xml, tmp_path / ("x" * 300)) == [
        f"「{'x' * 80}」を読み取れません（ファイル名が長すぎる）。"
    ]
    assert told(read_xml, tmp_path / "a\0b") == [r"「a\x00b」を読み取れません（パスに空文字がある）。"]
