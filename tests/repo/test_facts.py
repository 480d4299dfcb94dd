"""The facts of refusals and problems: each that the source names is told in both languages, and the reverse.

What a template needs to be given, it is given; and no refusal is made of words that stand in the source.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.errors import Problem
from renkei.facts import LANGUAGES, NAMED, WORDS, Fact, catalogue, parts_of, problem_of, reason_of, rule_name
from renkei.model.values import quoted
from tests.languages import ENGLISH, KANA_OR_KANJI

SOURCE = Path(__file__).resolve().parents[2] / "src" / "renkei"
FACTS = {
    f"{code}.{name}": texts
    for code, facts in catalogue().items()
    if code.startswith("RK") or code == "part"
    for name, texts in facts.items()
}
PLAIN = {
    *("case", "item", "items", "held", "parent", "need", "other", "entry", "last", "number", "received"),
    *("person", "persons", "command", "value", "since", "digest", "option", "places", "file", "problem"),
    *("label", "reason", "seats", "wanted", "matched", "offered", "name", "names", "most", "least", "count"),
    *("category", "categories", "allowed", "required", "policy", "given", "id", "tag", "media", "found"),
    *("said", "members", "where", "line", "column", "key", "time", "until", "circle", "at"),
    *("namespace", "source", "target"),
}
"""Placeholders that are shown as they are: ids that no model has a name for, names of people, numbers."""


def calls(name: str, folder: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of a function or method of this name, with where they stand."""
    for path in sorted((SOURCE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node, "func", None)
            if isinstance(node, ast.Call) and name in {
                getattr(called, "id", None),
                getattr(called, "attr", None),
            }:
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", node


NAMED_FACTS = [(where, call) for where, call in calls("Fact") if call.args]


def placeholders(template: str) -> set[str]:
    """Return what is put into a template."""
    return {part.name for _, part in parts_of(template) if part is not None}


def test_every_fact_is_named_by_its_key() -> None:
    unnamed = [
        where
        for where, call in NAMED_FACTS
        if len(call.args) != 1
        or not isinstance(call.args[0], ast.Constant)
        or call.args[0].value not in FACTS
    ]
    assert unnamed == []


def test_every_fact_of_the_catalogue_is_used() -> None:
    used = {call.args[0].value for _, call in NAMED_FACTS if isinstance(call.args[0], ast.Constant)}
    assert sorted(FACTS.keys() - used) == []


def test_facts_are_given_what_their_templates_put_in() -> None:
    wrong = {}
    for where, call in NAMED_FACTS:
        assert isinstance(call.args[0], ast.Constant)
        wanted = placeholders(FACTS[call.args[0].value]["en"])
        given = {word.arg for word in call.keywords if word.arg}
        missing = wanted - given if all(word.arg for word in call.keywords) else set()
        # A case may be named that is not in the words: it tells whose names hold.
        if missing or given - wanted - {"case"}:
            wrong[where] = (sorted(missing), sorted(given - wanted))
    assert wrong == {}


def test_facts_stand_in_the_order_of_their_codes() -> None:
    codes = [code for code in catalogue() if code.startswith("RK")]
    assert codes == sorted(codes)


@pytest.mark.parametrize("key", FACTS)
def test_fact_says_the_same_in_both_languages(key: str) -> None:
    texts = FACTS[key]
    assert texts.keys() == set(LANGUAGES)
    assert placeholders(texts["en"]) == placeholders(texts["ja"])
    assert placeholders(texts["en"]) <= NAMED | WORDS.keys() | PLAIN


@pytest.mark.parametrize("key", FACTS)
def test_fact_is_in_its_language(key: str) -> None:
    english, japanese = FACTS[key]["en"], FACTS[key]["ja"]
    assert english.strip()
    assert not KANA_OR_KANJI.search(english)
    assert not ENGLISH.search(japanese)
    # What has no words of its own stands for what is put in.
    words = "".join(literal for literal, _ in parts_of(japanese)).strip(" :")
    assert not words or KANA_OR_KANJI.search(words)


def test_own_words_and_rules_are_in_both_languages() -> None:
    tables = {**catalogue()["words"], "rules": catalogue()["rules"]}
    for table, entries in tables.items():
        for key, texts in entries.items():
            assert texts.keys() == set(LANGUAGES), (table, key)
            assert not KANA_OR_KANJI.search(texts["en"]), (table, key)
            assert KANA_OR_KANJI.search(texts["ja"]), (table, key)
            assert placeholders(texts["en"]) == placeholders(texts["ja"]), (table, key)
    assert set(WORDS.values()) <= tables.keys()


def has_words(value: ast.expr) -> bool:
    """Return whether words for people stand in an expression; how a number is written are none."""
    found = [node.value for node in ast.walk(value) if isinstance(node, ast.Constant)]
    if any(isinstance(text, str) and ENGLISH.search(text) for text in found):
        return True
    parts = value.values if isinstance(value, ast.JoinedStr) else []
    return any(isinstance(part, ast.Constant) and re.search("[a-z]", str(part.value)) for part in parts)


def test_no_refusal_is_made_of_words_in_the_source() -> None:
    made = [
        *((where, call.args[:1]) for where, call in calls("refuse", "runner")),
        *((where, call.args[1:2]) for where, call in calls("Failure", "interfaces/http")),
        *((where, call.args[1:2]) for where, call in calls("Breach")),
        *((where, call.args[:1]) for where, call in calls("GuardError", "model")),
        *((where, [*call.args[1:], *(word.value for word in call.keywords)]) for where, call in NAMED_FACTS),
    ]
    spoken = [where for where, values in made if any(map(has_words, values))]
    assert spoken == []


@pytest.mark.parametrize("folder", ["model", "process", "net", "checker", "simulator"])
def test_problems_are_made_of_facts_alone(folder: str) -> None:
    made = [where for name in ("Problem", "from_problem") for where, _ in calls(name, folder)]
    made += [where for where, _ in calls("ValueError", folder) if folder == "model"]
    assert made == []


def rules() -> set[str]:
    """Return the rules that refusals of the runner name, with ``x`` for what is put in."""
    found = set()
    for path in sorted((SOURCE / "runner").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "refuse":
                for value in (word.value for word in node.keywords if word.arg == "rule"):
                    if isinstance(value, ast.Constant):
                        found.add(str(value.value))
                    elif isinstance(value, ast.JoinedStr):
                        parts = (
                            part.value if isinstance(part, ast.Constant) else "x" for part in value.values
                        )
                        found.add("".join(map(str, parts)))
    return found


def test_every_rule_that_a_refusal_names_has_words() -> None:
    named = rules()
    assert {"separation", "posts.x.deputies", "attributes.x"} <= named
    # Of a label, the code and the part that stands against it; both are in the catalogue under their codes.
    assert {rule for rule in named if rule_name(rule) is None} == {"x x"}


def test_names_of_the_model_stand_for_ids() -> None:
    names = {
        "jpn-cos": {"en": "Chief of Staff", "ja": "統合幕僚長"},
        "site": {"en": "Use of a site", "ja": "施設の使用"},
    }
    fact = Fact("RK522.matter", post="jpn-cos", matter="site")
    assert fact.message == "jpn-cos has no authority on site"
    assert fact.both(names) == {
        "en": 'Chief of Staff has no authority on "Use of a site"',
        "ja": "統合幕僚長には「施設の使用」についての権限がありません。",
    }
    listed = Fact("RK516.deputy", whom="usa-x", post="jpn-cos", posts=("jpn-cos", "jpn-y"))
    assert listed.message == "usa-x is no deputy of jpn-cos; its deputies are: jpn-cos, jpn-y"
    assert listed.text("ja", names) == (
        "usa-xは統合幕僚長の代理ではありません。代理: 統合幕僚長（jpn-cos）、jpn-y"
    )


def test_what_is_empty_is_said_in_words() -> None:
    fact = Fact("RK516.deputy", whom="x", post="y", posts=())
    assert fact.message == "x is no deputy of y; its deputies are: none"
    assert fact.text("ja") == "xはyの代理ではありません。代理: なし"


def test_own_words_are_translated() -> None:
    fact = Fact("RK544.past", who="jpn", change="declined", item="usa-offer-1")
    assert fact.message == "jpn has declined usa-offer-1 already"
    assert fact.text("ja", {"jpn": {"en": "Japan", "ja": "日本"}}) == (
        "日本は usa-offer-1 の辞退を、すでに行っています。"
    )


def test_what_is_decided_is_named_with_its_value() -> None:
    fact = Fact("RK553.outcome", item="c-1", asked=["site=granted"])
    assert fact.message == "c-1: site=granted is not what it decides"
    assert fact.text("ja", {"site": {"en": "Use", "ja": "使用"}}) == (
        "c-1: 使用=grantedは、この会議で定める内容ではありません。"
    )


def test_facts_within_facts_are_told_in_the_same_language() -> None:
    reason = Fact("RK672.own", party="usa")
    fact = Fact("RK525.release", label={"en": "SECRET", "ja": "極秘"}, reason=reason)
    assert fact.code == "RK525"
    assert fact.message.startswith("SECRET: 'usa' may not have it: it is for its own party only")
    assert fact.text("ja").startswith("極秘: usaは開示先に入っていません")


def test_problem_of_a_file_is_told_by_its_code() -> None:
    problem = Problem("RK500", "Task_1 reads what belongs to usa", "Use a message.", "model.yaml", 3)
    fact = Fact("RK509.process", process="relief", problem=problem)
    assert fact.message == f"relief cannot be run: {problem}"
    assert fact.text("ja") == (
        "「relief」は運用できません。model.yaml:3: RK500 ノードが知り得ない事柄を要素が読んでいる"
    )


def test_problem_of_a_file_is_told_with_its_facts_and_its_place() -> None:
    problem = problem_of(Fact("RK180.origin", where="posts.a"), "Add it.", "model.yaml", 3)
    fact = Fact("RK509.model", problem=problem)
    assert fact.message == f"the model cannot be run: {problem}"
    assert fact.text("ja") == (
        "このモデルは運用できません。model.yaml:3: RK180 posts.a の数値に、出典も仮定も示されていません。"
    )


def test_what_the_system_says_is_told_in_japanese_too() -> None:
    assert reason_of("Permission denied") == {"en": "Permission denied", "ja": "読み取りの許可がない"}
    assert reason_of("said by nobody so far") == {"en": "said by nobody so far", "ja": "そのほかの理由"}


def test_problem_of_a_file_is_told_with_its_place() -> None:
    found = Fact("RK254.instances", element="Task_1", name="Brief")
    problem = problem_of(found, "Say how many.", "relief.bpmn", 7)
    fact = Fact("RK509.process", process="relief", problem=problem)
    assert fact.message == f"relief cannot be run: {problem}"
    assert fact.text("ja") == f"「relief」は運用できません。relief.bpmn:7: RK254 {found.text('ja')}"


def test_text_of_strangers_is_printable_in_both_languages() -> None:
    fact = Fact("RK200.missing", name="a\x1b[2Jb\nc")
    assert fact.both() == {"en": r"'a\x1b[2Jb\nc' does not exist", "ja": r"「a\x1b[2Jb\nc」がありません。"}
    assert quoted("a\x1b[2Jb") == {"en": r"'a\x1b[2Jb'", "ja": r"「a\x1b[2Jb」"}


def test_rules_are_told_with_names() -> None:
    names = {"jpn-cos": {"en": "Chief of Staff", "ja": "統合幕僚長"}}
    assert rule_name("posts.jpn-cos.deputies", names) == {
        "en": "the deputies of Chief of Staff in the model",
        "ja": "モデルの統合幕僚長の代理",
    }
    two = rule_name("authorities.a, authorities.b")
    assert two == {"en": "an authority in the model", "ja": "モデルの権限"}
    assert rule_name("decided: jpn-cos", names) == {
        "en": "Chief of Staff has decided the release",
        "ja": "統合幕僚長が開示を判断した",
    }
    assert rule_name("RK505") is None
    assert rule_name("") is None
