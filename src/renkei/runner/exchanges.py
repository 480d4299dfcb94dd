"""Exchanges: messages and requests for information, and what becomes of any item.

Layer: runner. Who may do what to an item stands in ``lifecycle.py``, who is told in ``addressing.py``.
"""

from __future__ import annotations

from dataclasses import replace

from renkei.facts import Fact
from renkei.runner import commands
from renkei.runner.addressing import (
    Draft,
    Said,
    acting_name,
    attachments,
    change_item,
    drop_held,
    end_item,
    find_item,
    open_item,
    permit_change,
    permit_maker,
    require_label,
    resolve,
)
from renkei.runner.decision import Decision
from renkei.runner.refusal import Possible
from renkei.runner.state import Case, Item


def case_of(work: Decision, name: str | None) -> Case | None:
    """Return the case that something is about, None where it is about none; refuse one that is over."""
    return work.case(name) if name is not None else None


def send(work: Decision, command: commands.Send) -> None:
    """Send a message."""
    case = case_of(work, command.case)
    whom = resolve(work, command.to, case)
    require_label(work, command.label, whom.partners, case, command.channel)
    files = attachments(work, command.attachments, command.label, leaves=bool(whom.partners))
    draft = Draft("message", command.text, whom, case, command.label, command.channel)
    open_item(work, replace(draft, terms={"attachments": files}))


def ask(work: Decision, command: commands.Ask) -> None:
    """Ask for information."""
    case = case_of(work, command.case)
    whom = resolve(work, command.to, case)
    draft = Draft("rfi", command.text, whom, case, command.label, command.channel)
    open_item(work, replace(draft, due=command.need_by or 0))


def answer(work: Decision, command: commands.Answer) -> None:
    """Answer a request for information."""
    item = find_item(work, command.item, "rfi")
    name = acting_name(work, item)
    permit_change(work, item, "answered", name)
    leaves = item.origin != work.state.party
    partners = (item.origin,) if leaves else ()
    require_label(work, command.label, partners, work.state.cases.get(item.case))
    files = attachments(work, command.attachments, command.label, leaves=leaves)
    told = {"attachments": files} if files else {}
    post = _named_post(work, item, name)
    change_item(work, item, "answered", partners, Said(command.text, post, command.label, told))


def _named_post(work: Decision, item: Item, name: str) -> str:
    """Return the post for which the actor acts, where it is addressed by name."""
    return name if name in item.to and name != work.state.party else ""


def acknowledge(work: Decision, command: commands.Acknowledge) -> None:
    """Acknowledge an order, a message or a report."""
    item = find_item(work, command.item, "order", "message", "report")
    name = acting_name(work, item)
    permit_change(work, item, "acknowledged", name)
    said = Said(post=_named_post(work, item, name))
    change_item(work, item, "acknowledged", (item.origin,), said)


def close_item(work: Decision, command: commands.CloseItem) -> None:
    """Close a request."""
    item = find_item(work, command.item, "rfi", "support")
    permit_maker(work, item)
    permit_change(work, item, "closed")
    end_item(work, item, "closed")


def withdraw_item(work: Decision, command: commands.Withdraw) -> None:
    """Take back one's own item, or what is held of one's own."""
    name = command.item or ""
    if name in work.state.held:
        _withdraw_held(work, name)
        return
    item = find_item(work, name, "rfi", "support", "offer", "order", "conference")
    permit_maker(work, item)
    permit_change(work, item, "withdrawn")
    end_item(work, item, "withdrawn")


def _withdraw_held(work: Decision, name: str) -> None:
    held = work.state.held[name]
    if work.actor.post != held.post:
        what = Fact("RK545.held", held=name, who=held.post, post=work.actor.post)
        could, possible = (held.post,) if held.post else (), [Possible("withhold", name)]
        work.refuse(what, rule="maker", could=could, possible=possible)
    drop_held(work, [name])
