"""The trail of a case through the log, and the state of the links to partners.

Layer: runner (views). Four times are told apart: when something happened, when this node recorded it, when a
partner says that it recorded it, and when what was released was acknowledged; each with who asserts it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from renkei.facts import Names, rule_name
from renkei.runner.book import Books
from renkei.runner.events import (
    EntryCorrected,
    ItemChanged,
    ItemOpened,
    LinkAcknowledged,
    PartnerReceived,
    Record,
    Released,
)
from renkei.runner.naming import naming_of
from renkei.runner.state import Partner, State
from renkei.runner.views.naming import View, book_of, plain, process_of


def timeline(state: State, books: Books, records: Iterable[Record], case: str) -> list[View]:
    """Return the entries of a case as rows, in the order of the log.

    Args:
        state: What the node knows.
        books: The models.
        records: Entries of the log that include those of the case, in order. Where they include the
            acknowledgements of partners and corrections, the rows tell of these.
        case: The case.
    """
    entries = list(records)
    acknowledged = _acknowledgements(entries)
    corrections: dict[int, list[View]] = {}
    for record in entries:
        if isinstance(record.event, EntryCorrected):
            text = {"seq": record.seq, "text": record.event.text, "at": record.at, "person": record.person}
            corrections.setdefault(record.event.entry, []).append(text)
    names = naming_of(book_of(state, books, case), process_of(state, case)).known
    about = {case, *state.index.about.get(case, ())}
    return [
        _named(_row(state, record, acknowledged, corrections.get(record.seq, [])), names)
        for record in entries
        if _subject(record) in about or getattr(record.event, "item", None) in about
    ]


def _named(row: View, names: Names) -> View:
    """Return a row in which the rule by which something was released is told in words."""
    if row["released"] is not None:
        row["released"]["rule_name"] = rule_name(row["released"]["rule"], names)
    return row


def _subject(record: Record) -> str:
    event = record.event
    return str(getattr(event, "case", "") or getattr(event, "item", ""))


def _acknowledgements(entries: list[Record]) -> dict[str, list[tuple[int, int]]]:
    """Return for each partner the sizes that it acknowledged, with the moments, both growing."""
    found: dict[str, list[tuple[int, int]]] = {}
    for record in entries:
        if isinstance(record.event, LinkAcknowledged):
            found.setdefault(record.event.partner, []).append((record.event.size, record.at))
    return found


def _row(
    state: State, record: Record, acknowledged: dict[str, list[tuple[int, int]]], corrected: list[View]
) -> View:
    event = record.event
    party = _asserted_by(state, record)
    told = getattr(event, "terms", {}).get("told", {}) if isinstance(event, ItemOpened | ItemChanged) else {}
    row = {
        "id": str(record.seq),
        "seq": record.seq,
        "event": record.kind,
        "data": plain(event),
        "recorded": record.at,
        "happened": record.happened or told.get("happened") or None,
        "late": record.late,
        "person": record.person,
        "post": record.post or getattr(event, "post", ""),
        "party": party,
        "note": record.note,
        # A partner's entry is received when this node records it; the partner's moment stands beside it.
        "received": record.at if party != state.party else None,
        "said_at": told.get("at") or None,
        "released": None,
        "corrections": corrected,
    }
    if isinstance(event, Released):
        row["released"] = {
            "partner": event.partner,
            "number": event.number,
            "rule": event.rule,
            "acknowledged": _acknowledged_at(state, event, acknowledged.get(event.partner, [])),
        }
    return row


def _asserted_by(state: State, record: Record) -> str:
    event = record.event
    for name in ("origin", "party", "sender"):
        if party := getattr(event, name, ""):
            return str(party)
    return str(event.partner) if isinstance(event, PartnerReceived) else state.party


def _acknowledged_at(state: State, event: Released, known: list[tuple[int, int]]) -> int | None:
    at = bisect_left(known, (event.number, 0))
    if at < len(known):
        return known[at][1]
    partner = state.partners.get(event.partner)
    # Only the latest acknowledgement is kept in the state; it is an upper bound.
    return partner.acknowledged_at if partner and partner.acknowledged >= event.number else None


def links(state: State, others: Iterable[str] = ()) -> list[View]:
    """Return where the link to each partner stands, also to ``others`` to whom nothing has gone yet."""
    known = dict.fromkeys(others, Partner()) | dict(state.partners.items())
    return [
        {
            "id": name,
            "partner": name,
            "released": partner.released,
            "received": partner.received,
            "acknowledged": partner.acknowledged,
            "unacknowledged": partner.released - partner.acknowledged,
            "acknowledged_at": partner.acknowledged_at or None,
            "received_at": partner.received_at or None,
            "last_contact": max(partner.acknowledged_at, partner.received_at) or None,
            "sealed": partner.sealed,
            "cosigned": partner.cosigned,
            "forked": partner.forked or None,
            "held": sum(held.partner == name for held in state.held.values()),
        }
        for name, partner in sorted(known.items())
    ]
