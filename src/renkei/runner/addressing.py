"""Who an item is addressed to, who may act upon it, and what of it is told to which partner.

Layer: runner. A partner learns of an item only what is addressed to that partner: neither the own posts nor
the other partners that it also went to. A change is told to nobody who was not given the item itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from renkei.facts import Fact
from renkei.labels.lattice import dominates, marking, markings
from renkei.model.schema import Label
from renkei.runner import events
from renkei.runner.authority import deputies_of, is_manned
from renkei.runner.book import Book
from renkei.runner.decision import Decision
from renkei.runner.lifecycle import COMMANDS, RULES, against, parties_of
from renkei.runner.refusal import Possible
from renkei.runner.release import against as against_release
from renkei.runner.release import note_withheld, offer, refuse_label
from renkei.runner.state import Case, Item, State

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Addressees:
    """Whom something is written to."""

    names: tuple[str, ...]
    partners: Mapping[str, tuple[str, ...]]
    """Partner -> the names that are its own: the party, or posts of it."""


def book_for(work: Decision, case: str) -> Book:
    """Return the model that a case follows, or the one in use where it is about no case."""
    known = work.state.cases.get(case)
    return work.book_of(known) if known else work.book


def members(case: Case) -> tuple[str, ...]:
    """Return the parties that know of a case."""
    return tuple(dict.fromkeys((case.origin, *case.parties)))


def resolve(work: Decision, to: Iterable[str], case: Case | None) -> Addressees:
    """Return whom ``to`` names, or refuse what names nobody, or who must not hear of the case."""
    book = work.book_of(case) if case else work.book
    own = work.state.party
    names, partners = tuple(dict.fromkeys(to)), dict[str, tuple[str, ...]]()
    for name in names:
        party = name if name in book.model.parties else book.party_of(name)
        if not party:
            others = [entry for entry in book.model.parties if entry != own]
            known = [Possible(kind_of(work), entry) for entry in (*others, *book.posts)]
            work.refuse(Fact("RK540.name", whom=name), rule="to", possible=known[:MOST_SHOWN])
        if party != own:
            partners[party] = (*partners.get(party, ()), name)
    strangers = [party for party in partners if case is not None and party not in members(case)]
    if case is not None and strangers:
        what = Fact("RK542.strangers", others=strangers, case=case.id, members=members(case))
        known = [Possible(kind_of(work), party) for party in members(case)]
        work.refuse(what, rule="share", possible=known)
    return Addressees(names, partners)


def kind_of(work: Decision) -> str:
    """Return the type of the command that is decided."""
    return str(getattr(work.command, "type", ""))


def require_label(
    work: Decision,
    label: Label | None,
    partners: Iterable[str],
    case: Case | None,
    channel: str | None = None,
) -> None:
    """Refuse what would leave without a label, or could never leave with the one it has."""
    partners = tuple(partners)
    book = work.book_of(case) if case else work.book
    if partners and label is None:
        labels = possible_labels(book, (work.state.party, *partners), channel)
        known = [Possible(kind_of(work), entry) for entry in labels]
        work.refuse(Fact("RK541.label", parties=partners), rule="label", possible=known)
    for partner in partners:
        if label is not None:
            refuse_label(work, label, partner, channel, book)


def possible_labels(book: Book, parties: tuple[str, ...], channel: str | None) -> list[str]:
    """Return the markings with which something could leave for all of ``parties``."""
    names = book.model.classifications or ("unclassified",)
    labels = [Label(classification=name, releasable_to=parties) for name in names]
    partners = [party for party in parties if party != book.party]
    fitting = [
        label
        for label in labels
        if not any(against_release(book.model, label, partner, channel) for partner in partners)
    ]
    return [marking(label) for label in fitting]


def label_terms(label: Label | None) -> dict[str, Any]:
    """Return a label as plain data."""
    return label.model_dump(mode="json", exclude_defaults=True) if label is not None else {}


@dataclass(frozen=True, slots=True)
class Draft:
    """An item of the own party that is to be opened."""

    kind: str
    text: str
    whom: Addressees
    case: Case | None = None
    label: Label | None = None
    channel: str | None = None
    due: int = 0
    parent: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)


def open_item(work: Decision, draft: Draft) -> None:
    """Record a new item of the own party, and give it to the partners it is addressed to."""
    case, label, whom = draft.case, draft.label, draft.whom
    require_label(work, label, whom.partners, case, draft.channel)
    name = work.new_id(draft.kind)
    terms = {key: value for key, value in draft.terms.items() if value}
    work.add(
        events.ItemOpened(
            item=name,
            kind=draft.kind,
            text=draft.text,
            case=case.id if case else "",
            parent=draft.parent,
            to=whom.names,
            label=_marked(work, case, label) if label is not None else "",
            due=draft.due,
            terms={**terms, "label": label_terms(label)} if label is not None else terms,
        )
    )
    for partner, names in whom.partners.items():
        content = {
            "kind": "item", "item": name, "what": draft.kind, "text": draft.text, "to": list(names),
            "due": draft.due, "parent": draft.parent, "terms": terms,
            **_surroundings(work, case.id if case else ""),
        }  # fmt: skip
        offer(work, partner, _said(content), label=label, channel=draft.channel, case=case)


def _marked(work: Decision, case: Case | None, label: Label) -> str:
    practice = work.state.exercise or bool(case and case.exercise)
    return marking(label, owner=work.state.party, exercise=practice)


def _surroundings(work: Decision, case: str) -> dict[str, Any]:
    known = work.state.cases.get(case)
    return {
        "case": case,
        "post": work.actor.post,
        "happened": work.command.event_at or 0,
        "exercise": work.state.exercise or bool(known and known.exercise),
    }


def _said(content: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if value or key in {"kind", "item"}}


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with a change of an item."""

    text: str = ""
    post: str = ""
    """Post for which it is done, where that is not the actor's own."""
    label: Label | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    """Terms that partners get."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """Terms that stay here."""


def change_item(
    work: Decision, item: Item, change: str, partners: Iterable[str] = (), said: Said | None = None
) -> None:
    """Record that something happened to an item, and tell those partners who have been given it."""
    said = said or Said()
    terms = {**said.told, **said.kept}
    work.add(events.ItemChanged(item.id, change, text=said.text, post=said.post, terms=terms))
    case = work.state.cases.get(item.case)
    for partner in partners:
        if partner == work.state.party or not is_given(work.state, item, partner):
            continue
        content = {
            "kind": "change", "item": item.id, "change": change, "text": said.text, "terms": dict(said.told),
            **_surroundings(work, item.case), "post": said.post or work.actor.post,
        }  # fmt: skip
        offer(work, partner, _said(content), label=said.label, case=case)


def is_given(state: State, item: Item, partner: str) -> bool:
    """Return whether a partner has been given an item, or made it."""
    if item.origin == partner:
        return True
    if item.origin != state.party:
        return item.kind == "conference" and partner in item.terms.get("parties", ())
    withheld = (change.terms for change in item.changes if change.change == "withheld")
    kept = any(terms["partner"] == partner and "change" not in terms for terms in withheld)
    return not kept and not held_for(state, item, partner)


def held_for(state: State, item: Item, partner: str = "", kind: str = "item") -> list[str]:
    """Return what is held of an item: the item itself, or (``kind``) changes of it."""
    return [
        held.id
        for held in state.held.values()
        if held.body.get("item") == item.id
        and held.body.get("kind") == kind
        and partner in {"", held.partner}
    ]


def drop_held(work: Decision, names: Iterable[str]) -> None:
    """Take back what is held: it never leaves."""
    for name in names:
        held = work.state.held[name]
        work.add(events.ReleaseDecided(name, granted=False))
        note_withheld(work, held)


def end_item(work: Decision, item: Item, change: str) -> None:
    """End an own item: those who have it are told, and where it is still held it never leaves."""
    partners = sorted(addressed_parties(work, item) - {work.state.party})
    change_item(work, item, change, partners)
    for partner in partners:
        drop_held(work, held_for(work.state, item, partner))


# Who acts upon an item


def find_item(work: Decision, name: str, *kinds: str) -> Item:
    """Return an item that is here, or refuse; of one of ``kinds`` where given."""
    item = work.state.items.get(name)
    if item is None or (kinds and item.kind not in kinds):
        near = [e for _, e in sorted(work.state.items.items()) if e.is_open and e.kind in (kinds or {e.kind})]
        possible = [Possible(kind_of(work), entry.id, entry.case) for entry in near[:MOST_SHOWN]]
        what = (
            Fact("RK543.kind", item=name, kinds=kinds, kind=item.kind)
            if item
            else Fact("RK543.item", item=name)
        )
        work.refuse(what, rule="item", possible=possible)
    return item


def addressed_parties(work: Decision, item: Item) -> frozenset[str]:
    """Return the parties that an item is addressed to."""
    book = book_for(work, item.case)
    return parties_of(item, {name: book.party_of(name) for name in item.to if book.party_of(name)})


def own_addressees(work: Decision, item: Item) -> tuple[str, ...]:
    """Return the own posts that an item is addressed to; all of them where the party is."""
    return posts_among(book_for(work, item.case), item.to)


def posts_among(book: Book, to: Collection[str]) -> tuple[str, ...]:
    """Return the own posts among addressees; all of them where the own party is."""
    named = tuple(name for name in to if book.party_of(name) == book.party)
    return named if book.party not in to else tuple(dict.fromkeys((*named, *book.posts)))


def stands_for(work: Decision, posts: Iterable[str], case: str) -> str:
    """Return which of ``posts`` the actor acts for: its own, or one it is the deputy of that nobody mans."""
    model = book_for(work, case).model
    posts = [post for post in posts if post in model.posts]
    if work.actor.post in posts:
        return work.actor.post
    for post in posts:
        if work.actor.post in deputies_of(model, post) and not is_manned(model, work.state, post, work.now):
            return post
    return ""


def acting_name(work: Decision, item: Item) -> str:
    """Return for whom of the addressed the actor acts: a post by name, else the party; or refuse."""
    posts = own_addressees(work, item)
    named = [post for post in posts if post in item.to]
    found = stands_for(work, named, item.case)
    if not found and work.state.party in item.to and work.actor.post in posts:
        found = work.state.party
    if not found:
        what = Fact("RK545.addressee", item=item.id, whom=item.to, post=work.actor.post)
        work.refuse(what, rule="addressee", could=posts)
    return found


def permit_maker(work: Decision, item: Item) -> None:
    """Refuse who did not make an item, nor stands in for the post that did."""
    if item.origin != work.state.party:
        work.refuse(Fact("RK545.party", item=item.id, party=item.origin), rule="maker")
    known = item.post in book_for(work, item.case).posts
    if known and not stands_for(work, [item.post], item.case):
        what = Fact("RK545.maker", item=item.id, who=item.post, post=work.actor.post)
        work.refuse(what, rule="maker", could=(item.post,))


def permit_change(work: Decision, item: Item, change: str, name: str = "") -> None:
    """Refuse a change that the life cycle of the item has no room for."""
    reason = against(item, change, work.state.party, addressed_parties(work, item), name)
    if reason is None and not item.is_open and change != "minutes":
        ended = next(c for c in item.changes if c.change in {"closed", "withdrawn", "declined"})
        reason = Fact("RK544.ended", item=item.id, change=ended.change, party=ended.party)
    if reason is not None:
        work.refuse(reason, rule=f"items.{item.kind}.{change}", possible=possible_changes(work, item))


def possible_changes(work: Decision, item: Item) -> list[Possible]:
    """Return what the own party can still do about an item."""
    if not item.is_open:
        return []
    addressed = addressed_parties(work, item)
    changes = [change for kind, change in RULES if kind == item.kind]
    return [
        Possible(COMMANDS[change], item.id, item.case)
        for change in changes
        if change in COMMANDS and against(item, change, work.state.party, addressed) is None
    ]


# Files


def attachments(
    work: Decision, digests: Iterable[str], label: Label | None, *, leaves: bool
) -> list[dict[str, Any]]:
    """Return files that were attached here, as an item tells them; refuse what the label does not protect."""
    found = []
    for digest in dict.fromkeys(digests):
        files = (item for item in work.state.items.values() if item.kind == "file")
        same = (file for file in files if file.terms["digest"] == digest)
        # What was attached last, under its last name and label.
        file = max(same, key=lambda file: (file.at, file.id), default=None)
        if file is None:
            what = Fact("RK546.file", digest=digest[:12])
            work.refuse(what, rule="attachments", possible=[Possible("attach", digest)])
        if leaves:
            _protect(work, file, label)
        found.append({key: file.terms[key] for key in ("digest", "name", "size", "media")})
    return found


def _protect(work: Decision, file: Item, label: Label | None) -> None:
    plain = file.terms.get("label")
    if not plain:
        work.refuse(Fact("RK546.label", file=file.terms["name"]), rule="label")
    names = book_for(work, file.case).model.classifications or ("unclassified",)
    if label is not None and not dominates(label, Label(**plain), classifications=names):
        other = markings(Label(**plain)) | {"en": file.label}
        what = Fact("RK546.weaker", label=markings(label), file=file.terms["name"], other=other)
        work.refuse(what, rule="label", possible=[Possible(kind_of(work), file.label)])
