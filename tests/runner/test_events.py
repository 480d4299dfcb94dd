"""What is in a log can be read for ever: every event, by name, version and fields; old ones by upgrades."""

from __future__ import annotations

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.errors import InputError
from renkei.runner import events
from renkei.runner.events import AnyEvent, Event, Record, decode, encode
from renkei.runner.evolve import _HANDLERS

KNOWN = {
    "account.changed/1": "name change",
    "case.closed/1": "case early",
    "case.moved/1": "case digest option",
    "case.opened/1": "case process title digest option contingency origin parties exercise",
    "consent.denied/1": "case task",
    "consent.known/1": "case party places",
    "consent.withdrawn/1": "case place",
    "entry.corrected/1": "entry text",
    "exercise.declared/1": "active",
    "item.changed/1": "item change text party post terms",
    "item.opened/1": "item kind text case parent to label due origin post terms",
    "link.acknowledged/1": "partner size note",
    "link.forked/1": "partner first second reason proof",
    "link.resumed/1": "partner forked size sealed checkpoint key given_up by reason",
    "link.sealed/1": "partner size note",
    "message.arrived/1": "case place sender",
    "model.adopted/1": "digest option",
    "node.created/1": "party log",
    "partner.deferred/1": "partner case body",
    "partner.received/1": "partner number body salt",
    "partner.rejected/1": "partner number code reason",
    "post.assumed/1": "post",
    "post.handed-over/1": "post to",
    "post.left/1": "post",
    "release.decided/1": "held granted",
    "release.held/1": "held partner body case classification releasable_to category channel",
    "released/1": "partner number digest classification case held rule",
    "step.fired/1": "case transition behalf",
    "work.claimed/1": "case task",
    "work.delegated/1": "case task to",
    "work.returned/1": "case task",
}
"""Name and version -> fields. Logs hold them, so nothing here is ever changed: a new shape, a new version."""
RECORD = "seq at event happened late person post command note"


def shape_of(kind: type[msgspec.Struct]) -> tuple[str, str]:
    return str(kind.__struct_config__.tag), " ".join(kind.__struct_encode_fields__)


def test_names_versions_and_fields_are_what_logs_hold() -> None:
    assert dict(shape_of(kind) for kind in get_args(AnyEvent)) == KNOWN
    assert " ".join(Record.__struct_encode_fields__) == RECORD


def test_every_event_is_one_of_any_and_is_evolved() -> None:
    made = {kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)}
    assert made - {Event} == set(get_args(AnyEvent)) == set(_HANDLERS)


# Anything that the type of a field allows

LARGEST = 2**63 - 1
NUMBERS = st.integers(-LARGEST, LARGEST)
PLAIN = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


SIMPLE: dict[type[msgspec.inspect.Type], st.SearchStrategy[Any]] = {
    msgspec.inspect.StrType: st.text(),
    msgspec.inspect.IntType: NUMBERS,
    msgspec.inspect.BoolType: st.booleans(),
    msgspec.inspect.AnyType: PLAIN,
}


def of_type(kind: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    """Return a strategy for what a field may hold."""
    match kind:
        case msgspec.inspect.VarTupleType():
            return st.lists(of_type(kind.item_type), max_size=3).map(tuple)
        case msgspec.inspect.DictType():
            return st.dictionaries(of_type(kind.key_type), of_type(kind.value_type), max_size=3)
        case msgspec.inspect.UnionType():
            return st.one_of([of_type(each) for each in kind.types])
        case msgspec.inspect.StructType():
            return st.builds(kind.cls, **{field.name: of_type(field.type) for field in kind.fields})
    return SIMPLE[type(kind)]


@settings(deadline=None, max_examples=300)
@given(of_type(msgspec.inspect.type_info(Record)))
def test_what_is_written_is_read(record: Record) -> None:
    body = encode(record)
    again = decode(body)
    assert again == record
    assert type(again.event) is type(record.event)
    assert encode(again) == body
    assert record.kind == json.loads(body)["event"]["type"]


@pytest.mark.parametrize("kind", get_args(AnyEvent), ids=lambda kind: shape_of(kind)[0])
def test_every_event_is_written_and_read(kind: type[Event]) -> None:
    @settings(deadline=None, max_examples=15)
    @given(of_type(msgspec.inspect.type_info(kind)))
    def holds(event: Event) -> None:
        record = Record(1, 2, event, person="Mori", post="watch")
        assert decode(encode(record)) == record

    holds()


@settings(deadline=None, max_examples=60)
@given(of_type(msgspec.inspect.type_info(Record)), st.randoms(use_true_random=False))
def test_the_order_of_fields_does_not_matter(record: Record, random: Any) -> None:
    def shuffled(plain: Any) -> Any:
        if not isinstance(plain, dict):
            return plain
        names = list(plain)
        random.shuffle(names)
        return {name: shuffled(plain[name]) for name in names}

    body = json.dumps(shuffled(json.loads(encode(record)))).encode("utf-8", "surrogatepass")
    assert decode(body) == record


# What cannot be read

BODY = encode(Record(7, 8, events.CaseClosed("jpn-case-1", early=True)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"7",
        b"{}",
        b'{"seq":1,"at":2}',
        b'{"seq":1,"at":2,"event":null}',
        b'{"seq":1,"at":2,"event":[]}',
        b'{"seq":1,"at":2,"event":{}}',
        b'{"seq":1,"at":2,"event":{"type":7}}',
        b'{"seq":1,"at":2,"event":{"type":["a"]}}',
        b'{"seq":1,"at":2,"event":{"type":{}}}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xff\xfe",
        BODY.replace(b"case.closed/1", b"case.closed/2"),
        BODY.replace(b"case.closed", b"case.burnt"),
        BODY.replace(b"early", b"later"),
        BODY.replace(b"true", b'"true"'),
        BODY.replace(b'"seq":7', b'"seq":"7"'),
        BODY.replace(b'"seq":7,', b""),
        BODY[:-1],
        BODY + b"}",
        BODY + BODY,
    ],
)
def test_what_is_no_entry_is_an_input_error(body: bytes) -> None:
    with pytest.raises(InputError) as refused:
        decode(body)
    (problem,) = refused.value.problems
    assert problem.code == "RK501"
    assert problem.hint


@settings(deadline=None, max_examples=300)
@given(of_type(msgspec.inspect.type_info(Record)), st.data())
def test_damage_is_an_input_error_or_another_entry(record: Record, data: st.DataObject) -> None:
    body = bytearray(encode(record))
    place = data.draw(st.integers(0, len(body) - 1))
    match data.draw(st.sampled_from(["cut", "drop", "change"])):
        case "cut":
            del body[place:]
        case "drop":
            del body[place]
        case "change":
            body[place] ^= data.draw(st.integers(1, 255))
    try:
        again: object = decode(bytes(body))
    except InputError as error:
        again = error.problems[0].code
    assert again == "RK501" or isinstance(again, Record)


# Upgrades


def plain(event: dict[str, Any]) -> bytes:
    return json.dumps({"seq": 3, "at": 4, "event": event, "person": "Mori"}).encode()


def test_old_versions_are_read_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def first(event: dict[str, Any]) -> dict[str, Any]:
        return {"type": "case.ended/2", "name": event["name"], "how": "early" if event["cut"] else ""}

    def second(event: dict[str, Any]) -> dict[str, Any]:
        return {"type": "case.closed/1", "case": event["name"], "early": event["how"] == "early"}

    old = {"type": "case.ended/1", "name": "jpn-case-1", "cut": True}
    with pytest.raises(InputError):
        decode(plain(old))
    monkeypatch.setitem(events.UPGRADES, "case.ended/1", first)
    with pytest.raises(InputError):
        decode(plain(old))
    monkeypatch.setitem(events.UPGRADES, "case.ended/2", second)
    wanted = Record(3, 4, events.CaseClosed("jpn-case-1", early=True), person="Mori")
    assert decode(plain(old)) == wanted
    assert decode(plain({"type": "case.ended/2", "name": "jpn-case-1", "how": "early"})) == wanted
    assert decode(encode(wanted)) == wanted
    with pytest.raises(InputError):
        decode(plain({**old, "type": "case.ended/3"}))
    # What is damaged is told of as damaged, not as a failure of the upgrade.
    with pytest.raises(InputError):
        decode(plain({"type": "case.ended/1"}))


def test_no_upgrade_is_about_an_event_of_this_version() -> None:
    assert not events.UPGRADES.keys() & KNOWN.keys()
