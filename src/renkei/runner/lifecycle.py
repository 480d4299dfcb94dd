"""What may become of an item, and through whom: the one table of its life cycle, as parties see it.

Layer: runner (pure). A command of the own side and an entry that a partner released are both held against
this table. Each rule looks at what the acting party itself did before, and at what must have gone before it;
never at what another party did meanwhile. So two sides that act at the same moment take over each other's
change in either order and hold the same facts in the end; which of them counts, ``status_of`` alone tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from renkei.facts import Fact
from renkei.runner.state import Item, State

Role = Literal["maker", "addressed", "party"]
"""maker: the party that made the item. addressed: one it is addressed to. party: one that confers."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may let something happen to an item, after what, and not after what."""

    by: Role
    after: tuple[str, ...] = ()
    """Changes that must have happened, by whomever."""
    never_after: tuple[str, ...] = ()
    """Changes of the same party after which it may not."""
    own: tuple[str, ...] = ()
    """Changes that the same party must have made."""
    repeats: bool = False


_ENDED = ("closed", "withdrawn")
RULES: Mapping[tuple[str, str], Rule] = {
    ("message", "acknowledged"): Rule("addressed"),
    ("report", "acknowledged"): Rule("addressed"),
    ("order", "acknowledged"): Rule("addressed"),
    ("order", "withdrawn"): Rule("maker"),
    ("rfi", "answered"): Rule("addressed"),
    ("rfi", "closed"): Rule("maker", never_after=_ENDED),
    ("rfi", "withdrawn"): Rule("maker", never_after=_ENDED),
    ("support", "closed"): Rule("maker", never_after=_ENDED),
    ("support", "withdrawn"): Rule("maker", never_after=_ENDED),
    ("offer", "matched"): Rule("addressed", never_after=("declined",)),
    ("offer", "accepted"): Rule("maker", after=("matched",), never_after=("declined", "withdrawn")),
    ("offer", "declined"): Rule("party"),
    ("offer", "withdrawn"): Rule("maker", never_after=("accepted", "declined")),
    ("conference", "accepted"): Rule("addressed", never_after=("declined",)),
    ("conference", "declined"): Rule("addressed", never_after=("started",)),
    ("conference", "withdrawn"): Rule("maker", never_after=("started",)),
    ("conference", "started"): Rule("party", own=("accepted",), never_after=("declined", "withdrawn")),
    ("conference", "ended"): Rule("party", after=("started",), own=("accepted", "started")),
    ("conference", "minutes"): Rule("party", own=("accepted", "started", "ended"), repeats=True),
}  # fmt: skip
"""(kind, change) -> rule. What is not here does not exist."""
COMMANDS = {
    "answered": "answer", "acknowledged": "acknowledge", "matched": "match", "accepted": "accept",
    "started": "start", "ended": "end", "closed": "close-item", "declined": "decline",
    "withdrawn": "withdraw",
}  # fmt: skip
"""Change -> type of the command that brings it about."""


def parties_of(item: Item, party_of: Mapping[str, str]) -> frozenset[str]:
    """Return the parties that an item is addressed to; ``party_of`` tells the party of a post."""
    if item.kind == "conference":
        return frozenset(item.terms.get("parties", ())) - {item.origin}
    return frozenset(party_of.get(name, name) for name in item.to)


def against(item: Item, change: str, party: str, addressed: frozenset[str], name: str = "") -> Fact | None:
    """Return what stands against a change of an item by a party; None if nothing does.

    Args:
        item: As it is known here.
        change: What would happen to it.
        party: Who would do it.
        addressed: Parties that the item is addressed to.
        name: Whom of the addressed it is done for: a post that is addressed by name, or the party.
    """
    rule = RULES.get((item.kind, change))
    if rule is None:
        known = [name for kind, name in RULES if kind == item.kind]
        return Fact("RK544.kind", kind=item.kind, item=item.id, change=change, changes=known)
    if not _is_in_role(item, rule.by, party, addressed):
        parties = (item.origin,) if rule.by == "maker" else tuple(sorted(addressed))
        return Fact("RK544.role", item=item.id, change=change, parties=parties, party=party)
    if item.kind == "offer" and change == "declined":
        return _against_declining(item, party, addressed)
    return _against_past(item, change, party, rule, name)


def _is_in_role(item: Item, role: Role, party: str, addressed: frozenset[str]) -> bool:
    if role == "maker":
        return party == item.origin
    return party in addressed or (role == "party" and party == item.origin)


def _against_past(item: Item, change: str, party: str, rule: Rule, name: str) -> Fact | None:
    done = {entry.change for entry in item.changes if entry.party == party}
    if missing := [entry for entry in rule.after if not item.has(entry)]:
        return Fact("RK544.first", item=item.id, change=missing[0])
    # Who called a conference has accepted it by that.
    needed = [entry for entry in rule.own if not (entry == "accepted" and party == item.origin)]
    if missing := [entry for entry in needed if entry not in done]:
        return Fact("RK544.own", party=party, change=missing[0], item=item.id)
    if past := sorted(done & set(rule.never_after)):
        return _already(party, past[0], item)
    if not rule.repeats and has_done(item, change, party, name):
        return _already(name or party, change, item)
    return None


def _already(who: str, change: str, item: Item) -> Fact:
    return Fact("RK544.past", who=who, change=change, item=item.id)


def _against_declining(item: Item, party: str, addressed: frozenset[str]) -> Fact | None:
    """Hold who declines what: the requester an offer that it has not matched, the offerer a match."""
    done = {entry.change for entry in item.changes if entry.party == party}
    if past := sorted(done & {"declined", "accepted", "withdrawn"}):
        return _already(party, past[0], item)
    if party == item.origin and party not in addressed and not item.has("matched"):
        return Fact("RK544.unmatched", item=item.id)
    if party != item.origin and "matched" in done:
        return _already(party, "matched", item)
    return None


def has_done(item: Item, change: str, party: str, name: str = "") -> bool:
    """Return whether a party did something that still counts (for an addressed post, where ``name`` is one).

    An answer that was then not let go does not count.
    """
    made = lost = 0
    for entry in item.changes:
        if entry.change == change and entry.party == party:
            made += name in {"", entry.post if entry.post in item.to else party}
        elif entry.change == "withheld" and entry.terms.get("change") == change:
            post = entry.terms.get("post", "")
            lost += name in {"", post if post in item.to else party}
    return made > lost


def offers_for(state: State, request: str) -> list[Item]:
    """Return the offers for a request, as they came."""
    found = [item for item in state.items_below(request) if item.kind == "offer"]
    return sorted(found, key=lambda item: (item.at, item.id))


def matched_quantity(state: State, request: str) -> int:
    """Return how much of a need is matched by offers that still stand."""
    standing = (item for item in offers_for(state, request) if status_of(item) in {"matched", "accepted"})
    return sum(int(item.terms.get("quantity", 1)) for item in standing)


_ORDER = {
    "offer": ("withdrawn", "declined", "accepted", "matched"),
    "conference": ("withdrawn", "declined", "closed"),
}
_USUAL = ("withdrawn", "closed", "answered", "acknowledged")


def status_of(item: Item) -> str:
    """Return where an item stands, whatever the order in which its changes came."""
    if item.kind == "conference":
        return _status_of_conference(item)
    found = next((change for change in _ORDER.get(item.kind, _USUAL) if item.has(change)), "")
    return found or {"file": "kept"}.get(item.kind, "open")


def _status_of_conference(item: Item) -> str:
    found = next((change for change in _ORDER["conference"] if item.has(change)), "")
    if found:
        return found
    parties = item.terms.get("parties", ())
    for change in ("ended", "started", "accepted"):
        # Who made it has accepted by that.
        if all(
            item.has(change, party) or (change == "accepted" and party == item.origin) for party in parties
        ):
            return change
    return "invited"
