"""The client of a headquarters without a node: verbs from commands, values as typed, tokens, settings."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.clock import SECOND, ManualClock
from renkei.errors import InputError, Problem
from renkei.facts import Fact, rule_codes
from renkei.interfaces.cli.asking import QUESTIONS
from renkei.interfaces.cli.hq import commands
from renkei.interfaces.cli.ordering import read_fields, validated
from renkei.interfaces.cli.output import in_language, print_problems, print_refusal
from renkei.interfaces.hq.access import Access, access_file
from renkei.interfaces.hq.answer import NodeError
from renkei.interfaces.hq.client import is_loopback
from renkei.interfaces.hq.moments import both_times, read_moment, span, universal_time
from renkei.interfaces.hq.verbs import Verb, read_label, read_pair, verbs, write_label
from renkei.interfaces.http.link_tls import Identity, client_context
from renkei.interfaces.http.settings import OpenId, Tls
from renkei.interfaces.service.folder import keys_of, settings_text
from renkei.interfaces.service.process import served
from renkei.interfaces.service.reading import line_numbers
from renkei.interfaces.service.settings import Address, read_settings
from renkei.interfaces.text import speak, words_in
from renkei.runner.commands import COMMANDS, AnyCommand, Attach, Command
from renkei.runner.refusal import Possible, Refusal
from tests.interfaces.conftest import Run

CLASSES: tuple[type[Command], ...] = get_args(get_args(AnyCommand)[0])
SHARED = {"post", "node", "json", "lang"}


# --- verbs


def test_every_command_has_a_verb_and_every_verb_a_command() -> None:
    types = {str(command.model_fields["type"].default) for command in CLASSES}
    assert set(verbs()) == types
    assert set(commands()) == types | set(QUESTIONS)
    assert not types & set(QUESTIONS)


@pytest.mark.parametrize("verb", verbs().values(), ids=lambda verb: verb.name)
def test_every_field_can_be_given_and_nothing_else(verb: Verb) -> None:
    taken = {parameter.name for parameter in commands()[verb.name].params} - SHARED | (
        {"post"} if verb.names_post else set()
    )
    fields = set(verb.command.model_fields) - {"type"}
    if verb.command is Attach:
        fields -= {"name", "media", "size"}
    singular = {"flows": "flow", "attributes": "attribute", "attachments": "attachment"}
    assert taken == {singular.get(name, name) for name in fields}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", list(commands()))
def test_every_verb_has_help_in_both_languages(renkei_run: Run, name: str, language: str) -> None:
    shown = renkei_run("hq", name, "--help", "--lang", language)
    assert (shown.code, shown.err) == (0, "")
    assert words_in(language)(f"help.hq.{name}").strip() in shown.out
    assert f"renkei hq {name}" in shown.out


TYPED: dict[str, Any] = {
    "text": "A text", "name": "some-id", "number": "3", "moment": "2024-01-01T16:10+09:00", "flag": True,
    "label": "unclassified:jpn,usa", "digest": "0" * 64, "pairs": ["us_support=granted"],
}  # fmt: skip
READ: dict[str, Any] = {
    "number": 3,
    "moment": 1_704_093_000_000_000,
    "label": {"classification": "unclassified", "releasable_to": ["jpn", "usa"]},
    "pairs": {"us_support": "granted"},
}


@pytest.mark.parametrize("verb", verbs().values(), ids=lambda verb: verb.name)
def test_what_is_typed_becomes_the_command(verb: Verb) -> None:
    from renkei.interfaces.cli.built import OPTION_NAMES

    typed, expected = {}, {"type": verb.name}
    for part in verb.parts:
        one = "c-1" if part.name == "id" else TYPED[part.kind]
        typed[OPTION_NAMES.get(part.name, part.name)] = [one] if part.many and part.kind != "pairs" else one
        read = READ.get(part.kind, one)
        expected[part.name] = [read] if part.many and part.kind != "pairs" else read
    fields = read_fields(verb, typed)
    if verb.command is Attach:
        fields |= {"name": "map.pdf", "media": "application/pdf", "size": 3}
        expected |= {"name": "map.pdf", "media": "application/pdf", "size": 3}
    command = validated(verb, fields)
    assert command == expected
    assert isinstance(COMMANDS.validate_python(command), verb.command)


def test_all_values_that_cannot_be_read_are_told_at_once() -> None:
    typed: dict[str, Any] = dict.fromkeys(
        ("label", "case", "channel", "quantity", "unit", "need_by", "id", "event_at", "note")
    )
    typed |= {
        "to": ["usa"],
        "text": "x",
        "quantity": "many",
        "need_by": "soon",
        "label": ":jpn",
        "event_at": "1-1-1",
    }
    with pytest.raises(InputError) as caught:
        read_fields(verbs()["request-support"], typed)
    assert [problem.code for problem in caught.value.problems] == ["RK004"] * 4
    assert {problem.message.split()[0] for problem in caught.value.problems} == {
        "--label", "--quantity", "--need-by", "--event-at"
    }  # fmt: skip


def test_value_that_no_command_has_is_refused_before_it_is_sent() -> None:
    with pytest.raises(InputError) as caught:
        validated(verbs()["claim"], {"case": "x\n", "task": "t" * 300})
    assert len(caught.value.problems) == 2


def test_every_field_of_a_command_is_of_a_kind_that_can_be_typed() -> None:
    kinds = {part.kind for verb in verbs().values() for part in verb.parts}
    assert kinds == set(TYPED)
    for language in ("en", "ja"):
        assert all(f"takes.{kind}" in words_in(language) for kind in kinds - {"flag"})


# --- values


@given(st.integers(0, 253_402_300_799), st.integers(-14 * 60, 14 * 60))
@settings(deadline=None, max_examples=50)
def test_moment_that_is_printed_can_be_typed(seconds: int, zone: int) -> None:
    from datetime import UTC, datetime, timedelta, timezone

    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    try:
        there = moment.astimezone(timezone(timedelta(minutes=zone)))
    except OverflowError:
        return
    assert read_moment(there.isoformat()) == seconds * SECOND
    assert read_moment(universal_time(seconds * SECOND).replace(" ", "T")) == seconds * SECOND


def test_moment_from_now_and_in_the_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    assert read_moment("PT2H", ManualClock(5 * SECOND)) == 7205 * SECOND
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert read_moment("2024-01-01T16:10") == read_moment("2024-01-01T07:10+00:00")
        assert both_times(read_moment("2024-01-01T16:10")) == "2024-01-01 16:10:00 +09:00 (07:10:00Z)"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("text", ["", "soon", "P", "PT", "2024-13-01T00:00Z", "P1Y"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller says what it takes
        read_moment(text)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (59.6, "1 min"), (3_661, "1 h 1 min"), (90_000, "1 d 1 h"), (-75, "-1 min 15 s")],
)
def test_length_of_time_has_two_units(seconds: float, shown: str) -> None:
    assert span(seconds) == shown


@pytest.mark.parametrize("text", ["unclassified", "secret:jpn", "secret:jpn,usa", "secret:jpn,usa:plans"])
def test_label_is_written_as_it_is_read(text: str) -> None:
    assert write_label(read_label(text).model_dump()) == text


def test_marking_that_a_node_shows_can_be_typed() -> None:
    from renkei.labels.lattice import marking

    for text in ("secret:jpn,usa", "confidential:usa", "secret:jpn,usa:plans"):
        assert read_label(marking(read_label(text))) == read_label(text)


@pytest.mark.parametrize("text", ["", ":jpn", "a:b:c:d"])
def test_what_is_no_label_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - as above
        read_label(text)


def test_pair_needs_a_name_and_a_sign() -> None:
    assert read_pair("a=b=c") == ("a", "b=c")
    for text in ("a", "=b", ""):
        with pytest.raises(ValueError):  # noqa: PT011 - as above
            read_pair(text)


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("localhost:3", True),
        ("https://hq.example", False),
        ("http://127.0.0.1.example:1", False),
        ("http://10.0.0.1", False),
    ],
)
def test_own_machine_is_known(address: str, own: bool) -> None:
    assert is_loopback(address) is own


# --- tokens


def test_token_is_kept_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENKEI_SETTINGS", str(tmp_path / "settings"))
    assert Access.load() == Access()
    Access.load().keep("http://a", "secret", "sato")
    Access.load().keep("http://b", "other", "suzuki")
    assert stat.S_IMODE(access_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(access_file().parent.stat().st_mode) == 0o700
    assert Access.load() == Access(
        {"http://a": "secret", "http://b": "other"}, "http://b", {"http://a": "sato", "http://b": "suzuki"}
    )
    Access.load().forget("http://b")
    assert (Access.load().tokens, Access.load().last) == ({"http://a": "secret"}, "http://a")
    assert [entry.name for entry in access_file().parent.iterdir()] == ["access.json"]


@pytest.mark.parametrize("text", ["", "[]", '{"tokens": 3}', "{", "\x00"])
def test_file_of_tokens_that_is_none_counts_as_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("RENKEI_SETTINGS", str(tmp_path))
    access_file().write_text(text, encoding="utf-8")
    assert Access.load() == Access()


# --- calls that do not get as far as a node


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this user be signed in nowhere."""
    monkeypatch.setenv("RENKEI_SETTINGS", str(tmp_path / "settings"))
    monkeypatch.delenv("RENKEI_NODE", raising=False)


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["inbox"], "RK744", "--node"),
        (["inbox", "--node", "ftp://x"], "RK744", "ftp://x"),
        (["inbox", "--node", "127.0.0.1:9"], "RK745", "renkei hq sign-in NAME --node http://127.0.0.1:9"),
        (["sign-in", "sato", "--node", "http://hq.example"], "RK747", "--unprotected"),
        (["timelime"], "RK002", "Did you mean timeline?"),
        (["claim", "jpn-case-1"], "RK003", "TASK is missing"),
        (["inbox", "--bogus"], "RK001", "no option --bogus"),
    ],
)
def test_call_that_cannot_be_used(renkei_run: Run, arguments: list[str], code: str, said: str) -> None:
    shown = renkei_run("hq", *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith(code)
    assert said in shown.err


@pytest.mark.usefixtures("nowhere")
def test_node_that_is_not_there_is_out_of_reach(renkei_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.interfaces.hq import client
    from renkei.interfaces.service.family import free_ports

    monkeypatch.setattr(client, "RETRIES", 0)
    address = f"http://127.0.0.1:{free_ports(1)[0]}"
    Access.load().keep(address, "token", "sato")
    shown = renkei_run("hq", "cases", "--json")
    assert shown.code == 4
    assert json.loads(shown.out)["errors"][0]["code"] == "RK740"


def test_refusal_and_fault_end_differently() -> None:
    def error(code: str, status: int) -> NodeError:
        return NodeError(Problem(code, "x"), status)

    assert error("RK512", 409).refused
    assert not error("RK700", 401).refused
    assert [error("RK712", status).out_of_reach for status in (0, 401, 404, 429, 500, 503)] == [
        True, False, False, True, True, True
    ]  # fmt: skip


REFUSED: dict[str, Any] = {
    **Refusal(
        Fact("RK522.matter", post="jpn-cos", matter="site"),
        "separation",
        ("jpn-minister",),
        (Possible("approve", "Task_1", "jpn-case-1"),),
        {
            "jpn-cos": {"en": "Chief of Staff", "ja": "統合幕僚長"},
            "site": {"en": "Use of a site", "ja": "施設の使用"},
            "Task_1": {"en": "Approve the use", "ja": "使用を承認"},
        },
    ).to_dict(),
    "hint": "Words for programs.",
}


def refused_in(language: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what is printed where a node has refused something."""
    problem = Problem(REFUSED["code"], REFUSED["message"], REFUSED["hint"])
    with speak(language):
        print_problems([in_language(problem, REFUSED)])
        print_refusal(REFUSED)
    return [line.strip() for line in capsys.readouterr().err.splitlines()]


def test_refusal_is_told_in_japanese_with_names_and_what_can_be_typed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert refused_in("ja", capsys) == [
        "RK522 この事態では権限がない",
        "統合幕僚長には「施設の使用」についての権限がありません。",
        rule_codes()["RK522"]["remedy"]["ja"],
        "規則: 提案した者は、その事項を承認しない (separation)",
        "行える職: jpn-minister",
        "いま可能なこと:",
        "approve Task_1 (使用を承認, 事案 jpn-case-1)",
    ]


def test_refusal_is_told_in_english_with_the_ids_that_are_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused_in("en", capsys) == [
        "RK522 jpn-cos has no authority on site",
        "Words for programs.",
        "Rule: who proposed a matter does not approve it (separation)",
        "Could do it: jpn-minister",
        "Possible now:",
        "approve Task_1 (Approve the use, in jpn-case-1)",
    ]


# --- settings


IDENTITY = 'party = "{party}"\nkey = "renkei/{party}+00+AA"\npin = "0"\ncertificate = "-----"\n'


def test_settings_come_from_a_file_and_what_is_typed_goes_first(tmp_path: Path) -> None:
    (tmp_path / "usa.toml").write_text(IDENTITY.format(party="usa"), encoding="utf-8")
    file = tmp_path / "node.toml"
    file.write_text(
        'party = "jpn"\nmodel = "us-japan"\nstore = "data"\nlisten = "127.0.0.1:1"\n'
        '[peers.usa]\nidentity = "usa.toml"\naddress = "https://there:2"\n',
        encoding="utf-8",
    )
    found = read_settings(file, {"listen": "[::1]:5", "option": "O3", "peer": ["usa=elsewhere:3"]})
    assert (found.party, found.store, found.option) == ("jpn", tmp_path / "data", "O3")
    assert (found.listen, str(found.listen)) == (Address("::1", 5), "[::1]:5")
    assert found.peers["usa"].address == "https://elsewhere:3"
    assert found.peers["usa"].key == "renkei/usa+00+AA"


def test_everything_wrong_with_settings_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text(
        'party = "1x"\nmodel = 3\nbogus = 1\nlisten = "x"\nexercise = "yes"\ndemo = true\n\n'
        '[peers.usa]\nadress = "x"\naddress = "http://x"\nidentity = "nowhere.toml"\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_settings(file)
    lines = {problem.line for problem in caught.value.problems if problem.file == str(file)}
    assert lines == {0, 1, 2, 3, 4, 5, 8, 9, 10}
    told = [problem.message for problem in caught.value.problems if problem.line == 0]
    assert any("store" in text for text in told)
    assert not any(text.startswith(("party", "model")) for text in told)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a = ", b"[" * 5000, b"x" * 1_000_001])
def test_file_that_is_no_settings_is_an_error(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "node.toml"
    file.write_bytes(body)
    with pytest.raises(InputError) as caught:
        read_settings(file)
    assert caught.value.problems[0].code == "RK748"


def test_demo_accounts_are_for_this_machine_only(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text(
        'party = "jpn"\nmodel = "us-japan"\nstore = "."\nlisten = "0.0.0.0:1"\ndemo = true\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_settings(file)
    assert [problem.code for problem in caught.value.problems] == ["RK749"]


WHOLE = """
party = "jpn"
model = "us-japan"
store = "."
listen = "0.0.0.0:443"
hosts = ["hq.jpn.example"]
certificate = "people.pem"
key = "people.key"
passphrase = { file = "passphrase" }
metrics_token = { variable = "TOKEN_OF_TESTS" }
database = "postgresql://renkei@db.example/jpn?schema=jpn"

[openid]
issuer = "https://id.example/realms/hq"
client = "renkei"
redirect = "https://hq.jpn.example/api/v1/session/openid/return"
secret = { file = "secret" }
"""


def written(folder: Path, text: str = WHOLE) -> Path:
    """Write a file of settings and the secrets that it names."""
    for name in ("passphrase", "secret"):
        (folder / name).write_text(f"the {name}\n", encoding="utf-8")
        (folder / name).chmod(0o600)
    (folder / "node.toml").write_text(text, encoding="utf-8")
    return folder / "node.toml"


def test_settings_reach_what_serves_people_and_secrets_come_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_OF_TESTS", "the token")
    found = read_settings(written(tmp_path))
    people = served(found)
    assert people.openid == OpenId(
        "https://id.example/realms/hq",
        "renkei",
        "https://hq.jpn.example/api/v1/session/openid/return",
        "the secret",
    )
    assert people.metrics_token == "the token"  # noqa: S105
    assert people.tls == Tls(tmp_path / "people.pem", tmp_path / "people.key", "the passphrase")
    assert "hq.jpn.example" in people.allowed_hosts
    assert found.log == "postgresql://renkei@db.example/jpn?schema=jpn"
    shown = repr((found, people)) + settings_text(found)
    assert not [secret for secret in ("the secret", "the token", "the passphrase") if secret in shown]


@pytest.mark.parametrize(
    ("line", "instead", "number"),
    [
        ("hosts", 'hosts = ["hq.jpn.example:443"]', 6),
        ("hosts", 'hosts = "hq.jpn.example"', 6),
        ("hosts", "", 5),
        ("key", "", 7),
        ("passphrase", 'passphrase = "open sesame"', 9),
        ("passphrase", 'passphrase = { file = "nowhere" }', 9),
        ("passphrase", 'passphrase = { file = "secret", variable = "X" }', 9),
        ("metrics_token", 'metrics_token = { variable = "NOT_SET_ANYWHERE" }', 10),
        ("metrics_token", 'metrics_token = { variable = "" }', 10),
        ("database", 'database = "postgresql://db.example/jpn?color=red"', 11),
        ("database", 'database = "memory:"', 11),
        ("issuer", 'issuer = "http://id.example"', 14),
        ("issuer", "", 13),
        ("client", "client = 3", 15),
        ("redirect", 'redirect = "https://hq.jpn.example/elsewhere"', 16),
        ("redirect", 'redirect = "https://other.example/api/v1/session/openid/return"', 16),
        ("secret", 'secret = "open sesame"', 17),
        ("secret", 'sekret = { file = "secret" }', 17),
    ],
)
def test_each_setting_that_cannot_be_used_is_told_with_its_line_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, instead: str, number: int
) -> None:
    monkeypatch.setenv("TOKEN_OF_TESTS", "the token")
    text = re.sub(rf"(?m)^{line} = .*$", instead, WHOLE)
    with pytest.raises(InputError) as caught:
        read_settings(written(tmp_path, text))
    assert [problem.line for problem in caught.value.problems] == [number], str(caught.value)
    assert "open sesame" not in str(caught.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = (
        WHOLE.replace('"hq.jpn.example"', '"a b"')
        .replace("postgresql:", "mysql:")
        .replace("https://id", "id")
    )
    with pytest.raises(InputError) as caught:
        read_settings(written(tmp_path, text))
    assert {problem.line for problem in caught.value.problems} == {6, 10, 11, 14}


def test_secret_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_OF_TESTS", "the token")
    file = written(tmp_path)
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(InputError, match="RK623") as caught:
        read_settings(file)
    assert [problem.line for problem in caught.value.problems] == [17]


def test_keys_with_a_passphrase_are_made_with_it_and_open_with_no_other(tmp_path: Path) -> None:
    made = keys_of(tmp_path, "jpn", "open sesame")
    assert all(b"ENCRYPTED" in (tmp_path / name).read_bytes() for name in ("log.key", "link.key"))
    assert keys_of(tmp_path, "jpn", "open sesame").signer.verifier == made.signer.verifier
    for wrong in ("", "another"):
        with pytest.raises(InputError, match="RK623"):
            keys_of(tmp_path, "jpn", wrong)
    pem = made.certificate.read_text(encoding="ascii")
    assert client_context(Identity(made.certificate, made.link_key, "open sesame"), pem)
    for wrong in ("", "another"):
        with pytest.raises(InputError, match="RK652"):
            client_context(Identity(made.certificate, made.link_key, wrong), pem)


def test_lost_key_of_a_certificate_is_told_and_not_made_anew(tmp_path: Path) -> None:
    made = keys_of(tmp_path, "jpn")
    made.link_key.unlink()
    with pytest.raises(InputError, match="RK623"):
        keys_of(tmp_path, "jpn")


def test_lines_of_keys_are_found() -> None:
    text = 'a = 1\n[peers.usa]\n"b" = 2\n\n[peers."x"]\n c= 3\n'
    assert line_numbers(text) == {
        "a": 1,
        "peers.usa": 2,
        "peers.usa.b": 3,
        "peers.x": 5,
        "peers.x.c": 6,
    }
