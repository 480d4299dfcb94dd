"""Hostile and broken files: each ends in an error that says where and why, at once and without a trace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei.errors import InputError
from renkei.process import xml
from renkei.process.bpmn import read_bpmn
from renkei.process.pnml import read_pnml
from renkei.process.xml import read_xml

BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(12))
HOSTILE = {
    "empty": (b"", "RK202", 1),
    "blank": (b" \n\n ", "RK202", 1),
    "no XML": (b"hello", "RK202", 1),
    "NUL": (b"<a>\n\0</a>", "RK202", 2),
    "only NUL": (b"\0" * 100, "RK202", 1),
    "cut off": (b"<a>\n<b>\n", "RK202", 3),
    "two roots": (b"<a/>\n<a/>", "RK202", 2),
    "undefined entity": (b"<a>\n&x;</a>", "RK202", 2),
    "wrong encoding": ("<?xml version='1.0' encoding='UTF-8'?>\n<a>日本</a>".encode("euc_jp"), "RK202", 2),
    "unknown encoding": (b"<?xml version='1.0' encoding='klingon'?><a/>", "RK202", 1),
    "half of UTF-16": ("<a>日</a>".encode("utf-16")[:-1], "RK202", 1),
    "internal entities": (f"<!DOCTYPE a [{BOMB}]>\n<a>&l11;</a>".encode(), "RK203", 1),
    "entities in an attribute": (f"\n<!DOCTYPE a [{BOMB}]>\n<a b='&l11;'/>".encode(), "RK203", 2),
    "parameter entity": (b'<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/hostname">%x;]><a/>', "RK203", 1),
    "external entity": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "RK203", 1),
    "external declaration": (b'<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>', "RK203", 1),
    "hidden declaration": (
        b"<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE a+AD4APA-a/+AD4-",
        "RK203",
        1,
    ),
    "deep": (b"<a>\n" * 201 + b"</a>\n" * 201, "RK204", 201),
    "very deep": (b"<a>" * 500_000, "RK204", 1),
    "many elements": (b"<a>" + b"<b/>\n" * 100_000 + b"</a>", "RK204", 100_000),
    "many open comments": (b"<a>" + b"<b/>" * 100_000 + b"<!--" * 1_000_000, "RK204", 1),
    "large": (b"<a>" + b" " * xml.MAX_BYTES + b"</a>", "RK201", 0),
}


@pytest.mark.parametrize("reader", [read_xml, read_bpmn, read_pnml])
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_is_refused_with_its_place(case: str, reader: object, tmp_path: Path) -> None:
    content, code, line = HOSTILE[case]
    path = tmp_path / "hostile.bpmn"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        reader(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.file) == (code, line, str(path))
    assert "http://www.omg" in problem.hint or len(problem.message) < 300
    assert problem.hint


@pytest.mark.parametrize("name", ["missing.bpmn", "", "x" * 300, "a\0b"])
def test_what_is_no_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_xml(tmp_path / name)
    assert [problem.code for problem in caught.value.problems] == ["RK200"]


def test_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="RK200 'pipe' is no regular file"):
        read_xml(tmp_path / "pipe")


def test_device_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zeros").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="RK200"):
        read_xml(tmp_path / "zeros")


def test_no_more_than_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(InputError, match="RK201"):
        read_xml(path)


@pytest.mark.parametrize(
    "content",
    [
        b"<a " + b" ".join(b'a%d=""' % n for n in range(300_000)) + b"/>",
        b"<a " + b" ".join(b'xmlns:a%d="u%d"' % (n, n) for n in range(150_000)) + b"/>",
        b"<a>" + b"x" * 5_000_000 + b"</a>",
        b"<a>" + b"&#65;" * 900_000 + b"</a>",
        b"<a>" + b"<!---->" * 700_000 + b"</a>",
    ],
    ids=["attributes", "namespaces", "text", "references", "comments"],
)
def test_large_but_harmless_files_are_read(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    path.write_bytes(content)
    assert read_xml(path).name == "a"


def test_entities_of_xml_itself_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b'<a b="&amp;&lt;&gt;&quot;&apos;&#38;&#x3042;">&amp;&lt;<![CDATA[&<]]></a>')
    root = read_xml(path)
    assert root.get("b") == "&<>\"'&あ"
    assert root.text == "&<&<"


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gaps=st.lists(
        st.sampled_from(["", "\n", "\r\n", "<!-- <b> \n-->", "<![CDATA[<b>\n]]>", "<?p <b>\n?>"]), max_size=12
    ),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "utf-16-le", "utf-16-be"]),
)
def test_elements_know_the_line_on_which_they_begin(gaps: list[str], encoding: str, tmp_path: Path) -> None:
    text, lines = "<?xml version='1.0'?><a>", [1]
    for gap in gaps:
        text += gap
        lines.append(1 + text.replace("\r\n", "\n").count("\n"))
        text += "<b\n  c='>'\n/>"
    text += "</a>"
    path = tmp_path / "lines.xml"
    path.write_bytes(text.encode(encoding))
    assert [element.line for element in read_xml(path).walk()] == lines
