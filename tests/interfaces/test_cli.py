"""The command line: what is printed where, in which language, and with which exit code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from renkei.facts import rule_codes
from renkei.interfaces.cli import app
from renkei.interfaces.cli.output import console
from renkei.interfaces.text import words_in
from tests.interfaces.conftest import SOURCE, Run, write_model
from tests.model.broken import GOOD, TABLE

COMMANDS = [
    "check",
    "simulate",
    "compare",
    "run",
    "demo",
    "explain",
    "schema",
    "library",
    "hq",
    "log",
    "link",
]
PNML = """<pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml">
<net id="n" type="http://www.pnml.org/version-2009/grammar/ptnet"><page id="p">
<place id="a"><initialMarking><text>1</text></initialMarking></place><place id="b"/>
<transition id="t"/><arc id="x" source="a" target="t"/><arc id="y" source="t" target="b"/>
</page></net></pnml>"""


# --- help


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("language", "example"), [("en", "\nExample\n"), ("ja", "\n例\n")])
def test_help_has_an_example_in_the_language_asked_for(
    renkei_run: Run, command: str, language: str, example: str
) -> None:
    shown = renkei_run(command, "--help", "--lang", language)
    assert (shown.code, shown.err) == (0, "")
    assert example in shown.out
    assert f"renkei {command}" in shown.out.split(example)[1]
    assert words_in(language)(f"help.{command}").strip().splitlines()[0] in shown.out


def test_help_of_the_tool_lists_every_command(renkei_run: Run) -> None:
    for arguments in ((), ("--help",), ("-h",)):
        shown = renkei_run(*arguments)
        assert (shown.code, shown.err) == (0, "")
        assert re.findall(r"(?m)^  (\w+)  +\w", shown.out)[: len(COMMANDS)] == COMMANDS


@pytest.mark.parametrize("columns", ["40", "80", "200"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_help_fits_the_terminal(
    renkei_run: Run, monkeypatch: pytest.MonkeyPatch, columns: str, language: str
) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", columns)
    options = renkei_run("check", "--help", "--lang", language).out.split("\n\n")[3]
    assert max(map(cell_len, options.splitlines())) <= int(columns)


def test_help_can_be_had_by_the_runner_of_typer() -> None:
    result = CliRunner().invoke(app, ["check", "--help"])
    assert result.exit_code == 0
    assert "--max-states N" in result.output


def test_version(renkei_run: Run) -> None:
    shown = renkei_run("--version")
    assert (shown.code, shown.out) == (0, "renkei 0.1.0\n")


# --- exit codes


def test_all_holds(renkei_run: Run, river: Path) -> None:
    shown = renkei_run("check", str(river))
    assert (shown.code, shown.err) == (0, "")
    assert "All 8 verdicts hold." in shown.out


def test_one_property_fails(renkei_run: Run, tmp_path: Path) -> None:
    shown = renkei_run("check", str(write_model(tmp_path / "broken", approves=False)))
    assert (shown.code, shown.err) == (1, "")
    assert "✗ FAILS RK320  consent · South · Help in a flood · far, near" in shown.out
    assert "  5. South Boat crew completes “Send the boats”." in shown.out
    assert "2 of 8 verdicts fail" in shown.out


def test_cut_short_by_a_limit(renkei_run: Run, river: Path) -> None:
    shown = renkei_run("check", str(river), "--max-states", "2", "--json")
    report = json.loads(shown.out)
    assert shown.code == 3
    assert report["complete"] is False
    assert {entry["verdict"] for entry in report["properties"]} == {"unknown"}


def test_failure_weighs_more_than_what_is_unknown() -> None:
    from types import SimpleNamespace

    from renkei.interfaces.cli.checking import exit_code

    def code(*verdicts: str) -> int:
        properties = [SimpleNamespace(verdict=verdict) for verdict in verdicts]
        return exit_code(SimpleNamespace(properties=properties))  # type: ignore[arg-type]

    assert [code("holds"), code("holds", "fails", "unknown"), code("unknown", "holds"), code()] == [
        0,
        1,
        3,
        0,
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["bogus"], "RK002", "no command bogus"),
        (["chek", "x"], "RK002", "Did you mean check?"),
        (["--bogus"], "RK001", "no option --bogus"),
        (["check", "--porperty", "x", "y"], "RK001", "Did you mean --property?"),
        (["check"], "RK003", "MODEL is missing"),
        (["check", "a", "b"], "RK010", "b is too much"),
        (["check", "x", "--max-states", "zero"], "RK004", "--max-states takes a whole number, at least 1"),
        (["check", "x", "--max-states", "0"], "RK004", "--max-states takes"),
        (["check", "x", "--option"], "RK004", "--option"),
        (["simulate", "x", "--threads", "0"], "RK004", "--threads takes"),
        (["simulate", "x", "--seed", "-1"], "RK004", "--seed takes"),
        (["check", "x", "--lang", "fr"], "RK004", "--lang takes en or ja"),
        (["explain", "RK999"], "RK007", "no rule code RK999"),
        (["explain", "nonsense"], "RK007", "lists them all"),
        (["library", "no-such"], "RK008", "us-japan"),
        (["check", "no-such-model"], "RK109", "no-such-model"),
    ],
)
def test_call_that_cannot_be_used(renkei_run: Run, arguments: list[str], code: str, said: str) -> None:
    shown = renkei_run(*arguments)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith(code)
    assert said in shown.err
    assert "Traceback" not in shown.err


def test_option_and_property_that_the_model_does_not_have(renkei_run: Run, river: Path) -> None:
    option = renkei_run("check", str(river), "--option", "near", "--option", "nowhere")
    assert (option.code, option.out) == (2, "")
    assert option.err == "RK005 no option nowhere in river\n    There are: far, near.\n"
    baseline = renkei_run("compare", str(river), "--baseline", "nowhere")
    assert (baseline.code, baseline.err[:5]) == (2, "RK005")
    unheard = renkei_run("check", str(river), "--property", "beautiful")
    assert unheard.err == "RK006 no property beautiful\n    There are: safe, sound, sound-relaxed, consent.\n"
    horizon = renkei_run("simulate", str(river), "--horizon", "tomorrow")
    assert (horizon.code, horizon.err[:5]) == (2, "RK004")


# --- what cannot be read


def garbage(folder: Path, kind: str) -> Path:
    """Make something that is no model."""
    path = folder / kind
    content = {
        "empty.bpmn": b"",
        "empty.pnml": b"",
        "binary.bpmn": bytes(range(256)) * 64,
        "binary.pnml": b"\x00\xff\xfe" * 99,
        "text.bpmn": b"no xml here",
        "page.pnml": b"<html><body>no net</body></html>",
        "other.txt": b"what",
    }
    if kind in content:
        path.write_bytes(content[kind])
    elif kind in {"folder", "folder.bpmn"}:
        path.mkdir()
    elif kind.startswith("model-"):
        path.mkdir()
        text = {
            "model-empty": b"",
            "model-binary": bytes(range(256)),
            "model-list": b"- a\n- b\n",
            "model-bad": b"renkei: 2\nx: [\n",
        }
        (path / "model.yaml").write_bytes(text[kind])
    return path


@pytest.mark.parametrize(
    "kind",
    ["missing", "missing.bpmn", "empty.bpmn", "empty.pnml", "binary.bpmn", "binary.pnml", "text.bpmn",
     "page.pnml",
     "other.txt", "folder", "folder.bpmn", "model-empty", "model-binary", "model-list", "model-bad"],
)  # fmt: skip
@pytest.mark.parametrize("command", ["check", "compare"])
def test_garbage_ends_in_an_error_and_never_in_a_traceback(
    renkei_run: Run, tmp_path: Path, kind: str, command: str
) -> None:
    shown = renkei_run(command, str(garbage(tmp_path, kind)), "--json")
    assert shown.code == 2
    assert re.match(r"(\S+: )?RK\d{3} ", shown.err)
    assert "Traceback" not in shown.err
    (key, errors), *rest = json.loads(shown.out).items()
    assert (key, rest) == ("errors", [])
    assert errors
    for error in errors:
        assert error.keys() == {"code", "file", "line", "column", "message", "hint"}
        assert error["code"] in rule_codes()
        assert isinstance(error["line"], int)
        assert isinstance(error["column"], int)


def test_error_says_where_it_is(renkei_run: Run, river: Path) -> None:
    file = river / "model.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("calendar", "x") + "bogus: 1\n", encoding="utf-8"
    )
    shown = renkei_run("check", str(river), "--json")
    (error,) = json.loads(shown.out)["errors"]
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert (error["file"], error["line"], error["column"]) == (str(file), lines, 1)
    assert shown.err.startswith(f"{file}:{lines}:1: {error['code']} ")


def test_error_is_said_in_japanese_too(renkei_run: Run) -> None:
    shown = renkei_run("check", "no-such-model", "--lang", "ja")
    assert shown.code == 2
    assert shown.err.startswith(f"RK109 {rule_codes()['RK109']['title']['ja']}\n")
    assert "no-such-model" in shown.err
    assert rule_codes()["RK109"]["remedy"]["ja"] in shown.err
    assert renkei_run("bogus", "--lang", "ja").err.startswith("RK002 コマンド bogus はない")


def test_what_is_wrong_with_a_model_is_said_in_japanese_too(renkei_run: Run, tmp_path: Path) -> None:
    broken = next(broken for broken in TABLE if broken.code == "RK131")
    shutil.copytree(GOOD, tmp_path / "good")
    file = tmp_path / "good" / "model.yaml"
    file.write_text(broken.text(), encoding="utf-8")
    shown = renkei_run("check", str(tmp_path / "good"), "--lang", "ja", "--json")
    (error,) = json.loads(shown.out)["errors"]
    assert error["message"] == "calendars.office: the shifts day and night overlap on mon 16:59"
    assert "facts" not in error
    assert shown.err.splitlines()[:2] == [
        f"{file}:{error['line']}:{error['column']}: RK131 {rule_codes()['RK131']['title']['ja']}",
        "    calendars.office: 勤務時間帯「day」と「night」が、月曜 16:59 に重なっています。",
    ]


def test_what_is_doubtful_is_said_in_japanese_too(renkei_run: Run, tmp_path: Path) -> None:
    broken = next(broken for broken in TABLE if broken.code == "RK182")
    shutil.copytree(GOOD, tmp_path / "good")
    (tmp_path / "good" / "model.yaml").write_text(broken.text(), encoding="utf-8")
    shown = renkei_run("check", str(tmp_path / "good"), "--lang", "ja")
    assert "期限がありません。" in shown.out
    assert "without a deadline" not in shown.out


def test_wrong_call_with_json_is_an_object_too(renkei_run: Run) -> None:
    shown = renkei_run("check", "--bogus", "--json")
    assert shown.code == 2
    assert json.loads(shown.out)["errors"][0]["code"] == "RK001"
    assert shown.err.startswith("RK001")


def test_bug_is_said_to_be_one(renkei_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> int:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("renkei.interfaces.cli.reference.run_schema", broken)
    shown = renkei_run("schema")
    assert (shown.code, shown.out) == (70, "")
    assert shown.err.startswith("RK099 a bug of renkei: ZeroDivisionError at test_cli.py:")
    monkeypatch.setenv("RENKEI_DEBUG", "1")
    assert "Traceback" in renkei_run("schema").err


def test_limit_and_exhausted_memory_are_no_failures(renkei_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.errors import LimitError

    for error in (MemoryError(), LimitError("more than 5 cases")):

        def reached(*_: object, error: Exception = error, **__: object) -> int:
            raise error

        monkeypatch.setattr("renkei.interfaces.cli.reference.run_schema", reached)
        shown = renkei_run("schema", "--json")
        assert shown.code == 3
        assert json.loads(shown.out)["errors"][0]["code"] == "RK011"


# --- what is printed


def test_check_prints_the_documented_object(renkei_run: Run, river: Path) -> None:
    shown = renkei_run("check", str(river), "--option", "near", "--property", "consent", "--json")
    report = json.loads(shown.out)
    assert (shown.code, shown.err) == (0, "")
    assert report.keys() >= {"model", "digest", "complete", "properties"}
    (entry,) = report["properties"]
    assert entry.keys() >= {
        "property", "scope", "option", "verdict", "code", "states", "seconds", "counterexample"
    }  # fmt: skip
    assert (entry["property"], entry["scope"], entry["option"], entry["verdict"]) == (
        "consent",
        "south",
        "near",
        "holds",
    )
    assert entry["counterexample"] is None


def test_exhaustive_check_says_how_many_states_there_are(renkei_run: Run, tmp_path: Path) -> None:
    net = tmp_path / "net.pnml"
    net.write_text(PNML, encoding="utf-8")
    report = json.loads(renkei_run("check", str(net), "--exhaustive", "--json").out)
    assert {entry["states"] for entry in report["properties"]} == {2}
    assert {entry["option"] for entry in report["properties"]} == {""}


def test_table_without_options_lists_verdict_and_states(renkei_run: Run, tmp_path: Path) -> None:
    net = tmp_path / "net.pnml"
    net.write_text(PNML, encoding="utf-8")
    shown = renkei_run("check", str(net))
    assert re.search(r"(?m)^  property +verdict +states$", shown.out)
    assert re.search(r"(?m)^  sound +✓ holds +2$", shown.out)


@pytest.mark.parametrize("columns", ["50", "80", "140"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_tables_fit_narrow_terminals(
    renkei_run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, columns: str, language: str
) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", columns)
    shown = renkei_run("check", str(write_model(tmp_path / "broken", approves=False)), "--lang", language)
    assert max(map(cell_len, shown.out.splitlines())) <= int(columns)
    assert all(line == line.rstrip() for line in shown.out.splitlines())


def test_nothing_is_coloured_where_there_is_no_terminal(renkei_run: Run, river: Path) -> None:
    shown = renkei_run("check", str(river))
    assert "\x1b" not in shown.out + shown.err


def test_check_speaks_japanese(renkei_run: Run, tmp_path: Path) -> None:
    shown = renkei_run("check", str(write_model(tmp_path / "broken", approves=False)), "--lang", "ja")
    assert shown.code == 1
    assert "水害時の支援" in shown.out
    assert "判定 8 件のうち 2 件: 不成立" in shown.out
    assert "南町の同意がない" in shown.out


def test_names_cannot_steer_the_terminal(
    renkei_run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = write_model(tmp_path / "river", approves=False)
    file = folder / "flood.bpmn"
    hostile = file.read_text(encoding="utf-8").replace("Send the boats", "Send&#x9b;2J &#x202e;staob")
    file.write_text(hostile, encoding="utf-8")
    shown = renkei_run("check", str(folder))
    assert shown.code == 1
    refused = renkei_run("check", "no\x1b[2Jmodel\u202e")
    assert not set(shown.out + shown.err + refused.err) & set("\x1b\x9b\u202e")
    console().print("a\x9b2Jb\u202e\tc", style="bold")
    assert capfd.readouterr().out.split() == ["a�2Jb�", "c"]


@pytest.mark.parametrize("code", ["RK002", "rk002", " RK002 "])
def test_code_is_explained(renkei_run: Run, code: str) -> None:
    entry = rule_codes()["RK002"]
    shown = renkei_run("explain", code)
    assert shown.code == 0
    assert all(entry[part]["en"] in " ".join(shown.out.split()) for part in ("title", "cause", "remedy"))
    ours = json.loads(renkei_run("explain", code, "--json", "--lang", "ja").out)
    assert ours == {
        "codes": [{"code": "RK002", **{part: entry[part]["ja"] for part in ("title", "cause", "remedy")}}]
    }


def test_every_code_is_listed(renkei_run: Run) -> None:
    listed = json.loads(renkei_run("explain", "--json").out)["codes"]
    assert [entry["code"] for entry in listed] == list(rule_codes())
    assert [
        line.split()[0] for line in renkei_run("explain").out.splitlines() if line.startswith("RK")
    ] == list(rule_codes())


def test_schema_is_a_json_schema(renkei_run: Run) -> None:
    import jsonschema

    schema = json.loads(renkei_run("schema").out)
    jsonschema.validators.validator_for(schema).check_schema(schema)


def test_library_lists_models_with_their_readme(renkei_run: Run) -> None:
    models = {entry["model"]: entry for entry in json.loads(renkei_run("library", "--json").out)["models"]}
    assert models["us-japan"]["counts"]["parties"] == 2
    assert Path(models["us-japan"]["readme"]).is_file()
    shown = renkei_run("library")
    assert "us-japan" in shown.out
    assert "README.md" in shown.out
    assert renkei_run("library", "us-japan").out.startswith("# ")


# --- cost


@pytest.mark.parametrize(
    "arguments", [["--help"], ["explain"], ["explain", "RK002"], ["schema"], ["library"]]
)
def test_asking_about_renkei_loads_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys; from renkei.interfaces.cli import run; code = run(sys.argv[1:]);"
        "heavy = {'numba', 'numpy', 'matplotlib', 'jinja2', 'lxml'};"
        "print(code, *sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(SOURCE), "LANG": "C.UTF-8"},
    )
    assert result.stderr == "0\n"


def test_checking_loads_no_plots_and_no_templates(river: Path) -> None:
    program = (
        "import sys; from renkei.interfaces.cli import run; code = run(sys.argv[1:]);"
        "print(code, *sorted({'matplotlib', 'jinja2'} & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, "check", str(river)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(SOURCE), "LANG": "C.UTF-8"},
    )
    assert result.stderr == "0\n"


# --- a report of a check


def test_check_writes_its_verdicts_and_drawings_as_a_report(
    renkei_run: Run, river: Path, tmp_path: Path
) -> None:
    path = tmp_path / "out" / "check.html"
    shown = renkei_run("check", str(river), "--report", str(path), "--json")
    assert shown.code == 0
    assert json.loads(shown.out)["complete"] is True
    assert str(path) in shown.err
    page = path.read_text(encoding="utf-8")
    assert "<svg" in page
    assert "✓" in page
