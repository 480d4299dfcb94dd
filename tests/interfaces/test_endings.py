"""How a command ends when it is stopped, and that files appear whole or not at all."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
from pathlib import Path

import pytest

from renkei.errors import InputError
from renkei.interfaces.cli.output import write_whole
from tests.interfaces.conftest import Run, start, write_model

SLOW = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="slow" targetNamespace="slow">
<process id="p">{parts}</process></definitions>
"""


def slow_model(folder: Path, branches: int = 24) -> Path:
    """Write a process with so many parallel branches that no check of it ends soon."""
    parts = ['<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>']
    parts += [
        '<sequenceFlow id="a" sourceRef="s" targetRef="f"/><sequenceFlow id="b" sourceRef="j" targetRef="e"/>'
    ]
    for place in range(branches):
        parts.append(f'<task id="t{place}"/>')
        parts.append(f'<sequenceFlow id="x{place}" sourceRef="f" targetRef="t{place}"/>')
        parts.append(f'<sequenceFlow id="y{place}" sourceRef="t{place}" targetRef="j"/>')
    path = folder / "slow.bpmn"
    path.write_text(SLOW.format(parts="".join(parts)), encoding="utf-8")
    return path


def on_terminal(*arguments: str, until: str) -> tuple[subprocess.Popen[str], int, str]:
    """Start a command with standard error on a terminal, and wait until it has said something there."""
    leader, follower = pty.openpty()
    process = start(*arguments, stderr=follower)
    os.close(follower)
    said = ""
    while until not in said and select.select([leader], [], [], 60)[0]:
        said += os.read(leader, 4096).decode(errors="replace")
    return process, leader, said


def drained(leader: int) -> str:
    """Return what is still to be read from a terminal."""
    said = b""
    try:
        while select.select([leader], [], [], 1)[0]:
            said += os.read(leader, 4096)
    except OSError:
        pass
    os.close(leader)
    return said.decode(errors="replace")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_interrupted_command_ends_without_a_traceback(tmp_path: Path, language: str) -> None:
    bar = {"en": "checking", "ja": "検証中"}[language]
    words = {"en": "interrupted", "ja": "中断した"}[language]
    process, leader, _ = on_terminal(
        "check", str(slow_model(tmp_path)), "--json", "--lang", language, until=bar
    )
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    said = drained(leader)
    assert process.returncode == 130
    assert out == ""
    assert words in said
    assert "Traceback" not in said


def test_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    model = str(write_model(tmp_path / "river"))
    process, leader, said = on_terminal("check", model, "--json", until="checking")
    out, _ = process.communicate(timeout=60)
    drained(leader)
    assert process.returncode == 0
    assert "checking" in said
    assert out.startswith("{")
    piped = start("check", model)
    out, err = piped.communicate(timeout=60)
    assert err == ""
    assert "checking" not in out


def test_reader_that_has_gone_is_no_error() -> None:
    with start("explain", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


def test_terminal_without_our_signs_gets_question_marks(tmp_path: Path) -> None:
    environment = {"PYTHONIOENCODING": "ascii", "LANG": "C"}
    process = start("check", str(write_model(tmp_path / "river")), extra=environment)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "? holds" in out


def test_json_is_whole_where_the_terminal_knows_ascii_only(tmp_path: Path) -> None:
    model = str(write_model(tmp_path / "river", approves=False))
    process = start("check", model, "--json", extra={"PYTHONIOENCODING": "ascii", "LANG": "C"})
    out, _ = process.communicate(timeout=60)
    failed = next(entry for entry in json.loads(out)["properties"] if entry["verdict"] == "fails")
    assert "南町" in "".join(failed["counterexample"]["told"]["ja"])


def test_name_that_is_no_text_is_no_reason_to_fail(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.bpmn")
    path.write_bytes(b"no xml")
    process = start("check", str(path), "--json")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert json.loads(out)["errors"]
    assert "Traceback" not in err


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("disk full")])
def test_stopped_writing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException] | BaseException
) -> None:
    path = tmp_path / "report.html"
    path.write_text("before", encoding="utf-8")

    def stopped(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises((KeyboardInterrupt, InputError)):
        write_whole(path, "after")
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text(encoding="utf-8") == "before"


def test_whole_file_replaces_the_one_before_and_is_readable(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.html"
    write_whole(path, "one")
    write_whole(path, "日本語")
    assert path.read_text(encoding="utf-8") == "日本語"
    assert [entry.name for entry in path.parent.iterdir()] == ["report.html"]
    assert path.stat().st_mode & 0o444 == 0o444


def test_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "folder", Path("/proc/none/report.html")):
        with pytest.raises(InputError) as caught:
            write_whole(place, "x")
        assert caught.value.problems[0].code == "RK009"
    assert list((tmp_path / "folder").iterdir()) == []


def test_interruption_inside_the_process_is_130(renkei_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("renkei.interfaces.cli.reference.run_schema", interrupted)
    shown = renkei_run("schema")
    assert (shown.code, shown.out) == (130, "")
    assert "nothing was left half-written" in shown.err
