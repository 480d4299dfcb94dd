"""Support: a need, offers for it, the match, and its acceptance. Closing it is closing the request.

Layer: runner.
"""

from __future__ import annotations

from dataclasses import replace

from renkei.facts import Fact
from renkei.runner import commands
from renkei.runner.addressing import (
    Addressees,
    Draft,
    acting_name,
    change_item,
    find_item,
    open_item,
    permit_change,
    permit_maker,
    resolve,
)
from renkei.runner.decision import Decision
from renkei.runner.exchanges import case_of
from renkei.runner.lifecycle import matched_quantity, offers_for, status_of
from renkei.runner.refusal import Possible
from renkei.runner.state import Item


def request_support(work: Decision, command: commands.RequestSupport) -> None:
    """Say what is needed."""
    case = case_of(work, command.case)
    whom = resolve(work, command.to, case)
    draft = Draft("support", command.text, whom, case, command.label, command.channel)
    terms = {"quantity": command.quantity, "unit": command.unit}
    open_item(work, replace(draft, due=command.need_by or 0, terms=terms))


def offer_support(work: Decision, command: commands.Offer) -> None:
    """Offer support for a need."""
    need = find_item(work, command.item, "support")
    acting_name(work, need)
    if not need.is_open:
        open_now = sorted((i for i in work.state.open_items() if i.kind == "support"), key=lambda i: i.id)
        possible = [Possible("offer", item.id, item.case) for item in open_now[:50]]
        work.refuse(_not_open(need), rule="items.support", possible=possible)
    own = need.origin == work.state.party
    to = need.post if own and need.post else need.origin
    whom = Addressees((to,), {} if own else {need.origin: (need.origin,)})
    draft = Draft("offer", command.text, whom, work.state.cases.get(need.case), command.label)
    open_item(work, replace(draft, parent=need.id, terms={"quantity": command.quantity}))


def match(work: Decision, command: commands.Match) -> None:
    """Match an offer to the need."""
    need = find_item(work, command.item, "support")
    permit_maker(work, need)
    given = find_item(work, command.offer, "offer")
    offers = [entry for entry in offers_for(work.state, need.id) if status_of(entry) == "open"]
    possible = [Possible("match", entry.id, need.case) for entry in offers]
    if given.parent != need.id:
        what = Fact("RK544.need", item=given.id, parent=given.parent, need=need.id)
        work.refuse(what, possible=possible)
    if not need.is_open:
        work.refuse(_not_open(need), rule="items.support", possible=possible)
    permit_change(work, given, "matched")
    _permit_quantity(work, need, given, possible)
    change_item(work, given, "matched", (given.origin,))


def _not_open(need: Item) -> Fact:
    return Fact("RK544.status", item=need.id, status=status_of(need))


def _permit_quantity(work: Decision, need: Item, given: Item, possible: list[Possible]) -> None:
    wanted, had = int(need.terms.get("quantity", 1)), matched_quantity(work.state, need.id)
    if had + int(given.terms.get("quantity", 1)) > wanted:
        numbers = {"wanted": wanted, "matched": had, "offered": given.terms.get("quantity", 1)}
        fitting = [p for p in possible if had + _quantity(work, p.target) <= wanted]
        what = Fact("RK547.quantity", item=need.id, other=given.id, **numbers)
        work.refuse(what, rule="quantity", possible=fitting)


def _quantity(work: Decision, name: str) -> int:
    return int(work.state.items[name].terms.get("quantity", 1))


def accept_match(work: Decision, item: Item) -> None:
    """Confirm a matched offer: by the post that offered it."""
    permit_maker(work, item)
    permit_change(work, item, "accepted")
    change_item(work, item, "accepted", _requester(item))


def decline_offer(work: Decision, item: Item) -> None:
    """Decline an offer for one's own need, or the match of one's own offer."""
    need = work.state.items.get(item.parent)
    requests = need is not None and need.origin == work.state.party
    if item.origin == work.state.party and not (requests and not item.has("matched")):
        permit_maker(work, item)
        permit_change(work, item, "declined")
        change_item(work, item, "declined", _requester(item))
        return
    if need is not None:
        permit_maker(work, need)
    permit_change(work, item, "declined")
    change_item(work, item, "declined", (item.origin,))


def _requester(item: Item) -> tuple[str, ...]:
    return item.to
