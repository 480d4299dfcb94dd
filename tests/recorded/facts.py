"""What a log comes to, in words that outlive the classes of one version: names, numbers, nothing else."""

from __future__ import annotations

from typing import Any

from renkei.runner.book import Books
from renkei.runner.lifecycle import status_of
from renkei.runner.state import Case, Item, State


def facts(state: State, books: Books) -> dict[str, Any]:
    """Return what a node knows at the end of its log."""
    return {
        "party": state.party,
        "log": state.log,
        "seq": state.seq,
        "at": state.at,
        "model": [state.digest, state.option],
        "exercise": state.exercise,
        "seats": {post: list(persons) for post, persons in sorted(state.seats.items()) if persons},
        "cases": {name: _case(case, books) for name, case in sorted(state.cases.items())},
        "items": {name: _item(item) for name, item in sorted(state.items.items())},
        "held": {
            name: [held.partner, held.classification, sorted(held.releasable_to), held.post]
            for name, held in sorted(state.held.items())
        },
        "partners": {
            name: [partner.released, partner.received, partner.acknowledged, partner.forked]
            for name, partner in sorted(state.partners.items())
        },
        "deferred": {name: len(waiting) for name, waiting in sorted(state.deferred.items())},
        "commands": {name: list(entries) for name, entries in sorted(state.commands.items())},
    }


def _case(case: Case, books: Books) -> dict[str, Any]:
    net = books.book(case.digest, case.option).sheet(case.process).net
    return {
        "process": case.process,
        "title": case.title,
        "option": case.option,
        "origin": case.origin,
        "parties": list(case.parties),
        "exercise": case.exercise,
        "opened": case.opened,
        "closed": case.closed,
        "early": case.early,
        "tokens": {net.places[index].name: count for index, count in enumerate(case.marking) if count},
        "enabled": {net.transitions[index].name: at for index, at in case.enabled.items()},
        "fired": [net.transitions[index].name for index, _ in case.firings],
        "claims": {task: [claim.person, claim.post] for task, claim in case.claims.items()},
        "delegated": {task: list(posts) for task, posts in case.delegated.items()},
        "proposers": {
            matter: [[who.person, who.post] for who in proposers]
            for matter, proposers in case.proposers.items()
        },
        "withdrawn": sorted(net.places[index].name for index in case.withdrawn),
        "denied": sorted(case.denied),
        "reserved": sorted(net.places[index].name for index in case.reserved),
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "status": status_of(item),
        "case": item.case,
        "parent": item.parent,
        "to": list(item.to),
        "label": item.label,
        "origin": item.origin,
        "post": item.post,
        "person": item.person,
        "at": item.at,
        "changes": [[change.change, change.party, change.post, change.person] for change in item.changes],
    }
