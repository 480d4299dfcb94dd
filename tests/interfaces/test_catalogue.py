"""The catalogues: the same keys in both languages, the same placeholders, none missing and none unused."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import renkei.interfaces
from renkei.facts import LANGUAGES
from renkei.interfaces.text import choose_language, speak, spoken, switch, words_in

SOURCE = Path(renkei.interfaces.__file__).parent
OURS = [
    path
    for folder in ("cli", "hq", "render", "service", "text")
    for path in sorted((SOURCE / folder).rglob("*.py"))
]
TEMPLATE = SOURCE / "render" / "report.html.jinja"
KANA_OR_KANJI = re.compile(r"[぀-ヿ一-鿿]")
ENGLISH = words_in("en").texts
HELP = {"usage", "commands", "arguments", "options", "example", "default", "exit"}
"""Texts of the help itself."""
JAPANESE = words_in("ja").texts


def placeholders(text: str) -> set[str]:
    """Return the names in braces of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def docstrings(tree: ast.AST) -> set[int]:
    """Return the nodes that are prose about the code, not words of the program."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def constants() -> set[str]:
    """Return every string of the source that may be a key, or the beginning of one."""
    found: set[str] = set()
    for path in (*OURS, SOURCE / "http" / "shapes.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    return found | set(re.findall(r'"([a-z0-9.\-]+)"', TEMPLATE.read_text(encoding="utf-8")))


def test_both_languages_have_the_same_keys() -> None:
    assert list(ENGLISH) == list(JAPANESE)


@pytest.mark.parametrize("key", ENGLISH)
def test_both_languages_put_the_same_things_in(key: str) -> None:
    assert placeholders(ENGLISH[key]) == placeholders(JAPANESE[key])


@pytest.mark.parametrize("key", ENGLISH)
def test_text_is_in_its_language(key: str) -> None:
    assert ENGLISH[key].strip()
    assert JAPANESE[key].strip()
    assert not KANA_OR_KANJI.search(ENGLISH[key])
    # What is the same in both is a sign, a command or a name; what is not has been translated.
    assert JAPANESE[key] == ENGLISH[key] or re.search(r"[、぀-ヿ一-鿿~]", JAPANESE[key])


def test_every_key_is_used() -> None:
    said = constants()
    beginnings = tuple(text for text in said if text.endswith(".") and len(text) > 4)
    # Help and arguments are found by the names of commands and parameters; see the test below.
    unused = [
        key
        for key in ENGLISH
        if key not in said and not key.startswith((*beginnings, "help.", "example.", "argument.", "takes."))
    ]
    assert unused == []


def test_every_key_that_is_named_exists() -> None:
    families = {key.partition(".")[0] for key in ENGLISH if "." in key}
    named = {text for text in constants() if re.fullmatch(r"[a-z]+(\.[a-z0-9_\-]+)+", text)}
    keys = {text for text in named if text.partition(".")[0] in families}
    assert {
        key
        for key in keys
        if key not in ENGLISH and not key.endswith((".toml", ".yaml", ".py", ".", ".jinja", ".css"))
    } == set()


def test_help_and_arguments_are_those_of_the_commands() -> None:
    import typer

    from renkei.interfaces.cli import app

    commands = dict(typer.main.get_command(app).every())  # type: ignore[attr-defined]
    names = {parameter.name for command in commands.values() for parameter in command.params} | {"help"}
    told = {key.split(".")[-1] for key in ENGLISH if key.startswith("argument.")}
    assert told == names
    assert {key.partition(".")[2] for key in ENGLISH if key.startswith("example.")} == set(commands)
    assert {key.partition(".")[2] for key in ENGLISH if key.startswith("help.")} - HELP == set(commands)
    own = {".".join(key.split(".")[1:-1]) for key in ENGLISH if key.startswith("argument.")} - {""}
    assert own <= set(commands)


def test_no_words_for_people_stand_in_the_source() -> None:
    sentence = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}|[぀-ヿ一-鿿]")
    found = []
    for path in OURS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = docstrings(tree)
        errors = {
            id(inner) for node in ast.walk(tree) if isinstance(node, ast.Raise) for inner in ast.walk(node)
        }
        found += [
            f"{path.name}: {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if id(node) not in prose and id(node) not in errors and sentence.search(node.value)
        ]
    # The one phrase is a place in a figure, in the words of matplotlib.
    assert found == ["plots.py: outside lower center"] * 2


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["check", "x", "--lang", "ja"], {}, "ja"),
        (["--lang=ja"], {"RENKEI_LANG": "en"}, "ja"),
        (["--lang", "fr"], {"RENKEI_LANG": "ja"}, "ja"),
        (["check", "--", "--lang", "ja"], {}, "en"),
        (["check", "x", "--language", "ja"], {}, "en"),
        ([], {"RENKEI_LANG": "ja", "LANG": "en_US.UTF-8"}, "ja"),
        ([], {"LC_ALL": "ja_JP.UTF-8", "LANG": "en_US.UTF-8"}, "ja"),
        ([], {"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "en"),
        ([], {"LANG": "de_DE"}, "en"),
        ([], {}, "en"),
    ],
)
def test_language_is_that_of_the_call_then_of_the_surroundings(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert choose_language(arguments, environment) == language


def test_language_holds_for_its_block_only() -> None:
    before = spoken().language
    with speak("ja"):
        assert spoken().language == "ja"
        switch("en")
        assert spoken().language == "en"
    assert spoken().language == before


def test_languages_are_two() -> None:
    assert LANGUAGES == ("en", "ja")
