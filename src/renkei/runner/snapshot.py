"""A state as bytes, so that a node need not replay its whole log when it starts.

Layer: runner. A snapshot is derived and may be thrown away: one that this version cannot read is passed over,
and the log is replayed from its beginning. It is plain data, never code.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct, field
from rpds import HashTrieMap

from renkei.runner.state import Case, Held, Item, Partner, State, index_of

NAME = "state/1"
"""Under which a log keeps snapshots of this form."""
_MAPS = ("seats", "cases", "items", "held", "partners", "commands", "deferred")


class _Plain(Struct, frozen=True):
    party: str
    log: str
    seq: int
    at: int
    digest: str
    option: str
    made: int
    exercise: bool = False
    seats: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    partners: dict[str, Partner] = field(default_factory=dict)
    commands: dict[str, tuple[int, int]] = field(default_factory=dict)
    deferred: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def freeze(state: State) -> bytes:
    """Return a state as bytes."""
    plain = {name: getattr(state, name) for name in _Plain.__struct_fields__}
    plain.update({name: dict(plain[name].items()) for name in _MAPS})
    return msgspec.msgpack.encode(_Plain(**plain))


def thaw(body: bytes) -> State | None:
    """Return the state that bytes hold; None where this version cannot read them."""
    try:
        plain = msgspec.msgpack.decode(body, type=_Plain)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    values = {name: getattr(plain, name) for name in _Plain.__struct_fields__}
    values.update({name: HashTrieMap(values[name]) for name in _MAPS})
    return State(**values, index=index_of(plain.cases.values(), plain.items.values()))
