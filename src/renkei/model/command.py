"""Rules about who commands whom, who stands in for whom, and who speaks with whom.

Layer: model. The words are those of doctrine: COCOM stays with its holder; OPCON and TACON go to another
party only by a transfer of authority that the owner of the forces signs. Where a reference names nothing
these rules are silent; ``references.py`` has told it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from renkei.facts import Fact
from renkei.model.document import Breach
from renkei.model.schema import Model, Relationship
from renkei.model.selection import select
from renkei.model.validation import dotted

COMMAND = frozenset({"cocom", "opcon", "tacon"})
"""Relationships in which one headquarters may give orders to another."""
TRANSFERABLE = frozenset({"opcon", "tacon"})
MOST_SHOWN = 8
"""Members of a circle that a message names."""


def party_of_headquarters(model: Model, headquarters: str) -> str | None:
    """Return the party of a headquarters; None where there is no such headquarters."""
    entry = model.headquarters.get(headquarters)
    return entry.party if entry else None


def party_of_post(model: Model, post: str) -> str | None:
    """Return the party of a post; None where there is no such post."""
    entry = model.posts.get(post)
    return party_of_headquarters(model, entry.headquarters) if entry else None


def periods(model: Model) -> Iterator[Breach]:
    """Yield a breach for each period that ends before it begins."""
    for pattern in ("relationships.*", "relationships.*.transfer"):
        for keys, entry in select(model, pattern):
            if entry.begins and entry.ends and entry.ends < entry.begins:
                since, until = str(entry.begins), str(entry.ends)
                fact = Fact("RK132.ends", where=dotted(keys), since=since, until=until)
                yield Breach((*keys, "ends"), fact, "Exchange the two, or correct the year.")


def deputies(model: Model) -> Iterator[Breach]:
    """Yield a breach for each deputy who belongs to another party."""
    for keys, deputy in select(model, "posts.*.deputies.*"):
        own, other = party_of_post(model, str(keys[1])), party_of_post(model, deputy)
        if own and other and own != other:
            fact = Fact("RK151.deputy", where=dotted(keys), post=deputy, whom=other, party=own)
            hint = "A deputy decides in the post's name, so it must be of the same party."
            yield Breach(keys, fact, hint)


def cyclic_deputies(model: Model) -> Iterator[Breach]:
    """Yield a breach for each circle of posts that stand in for one another."""
    for circle in circles({name: post.deputies for name, post in model.posts.items()}):
        fact = Fact("RK150.circle", circle=_told(circle))
        hint = "Work would be handed on for ever; cut one of them."
        yield Breach(("posts", circle[0], "deputies"), fact, hint)


def cyclic_command(model: Model) -> Iterator[Breach]:
    """Yield a breach for each circle of headquarters that command one another."""
    edges: dict[str, tuple[str, ...]] = {}
    named: dict[tuple[str, str], str] = {}
    for name, entry in model.relationships.items():
        if entry.kind in COMMAND:
            edges[entry.superior] = (*edges.get(entry.superior, ()), entry.subordinate)
            named[entry.superior, entry.subordinate] = name
    for circle in circles(edges):
        fact = Fact("RK155.circle", circle=_told(circle))
        place = ("relationships", named[circle[-1], circle[0]])
        hint = "Turn one around: the superior commands, the subordinate is commanded."
        yield Breach(place, fact, hint)


def circles(edges: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield circles in a graph: at least one through each group of nodes that reach one another."""
    done: set[str] = set()
    for root in edges:
        # The nodes from the root to here, in order, each with the steps from it that are still to be tried.
        path = {root: iter(edges[root])} if root not in done else {}
        done.add(root)
        while path:
            here = next(reversed(path))
            step = next(path[here], None)
            if step is None:
                del path[here]
            elif step in path:
                yield tuple(path)[tuple(path).index(step) :]
            elif step not in done:
                done.add(step)
                path[step] = iter(edges.get(step, ()))


def _told(circle: tuple[str, ...]) -> str:
    shown = circle if len(circle) <= MOST_SHOWN else (*circle[:MOST_SHOWN], "...")
    return " > ".join([*shown, circle[0]])


def counterparts(model: Model) -> Iterator[Breach]:
    """Yield a breach for each counterpart who does not belong to the party that it stands for."""
    for keys, post in select(model, "counterparts.*.posts.*"):
        party = party_of_post(model, post)
        if party and keys[-1] in model.parties and party != keys[-1]:
            fact = Fact("RK156.counterpart", where=dotted(keys), post=post, whom=party, party=keys[-1])
            yield Breach(keys, fact, "Name a post of that party.")


def relationships(model: Model) -> Iterator[Breach]:
    """Yield a breach for each command over another party's forces that the owner has not transferred."""
    for name, entry in model.relationships.items():
        superior = party_of_headquarters(model, entry.superior)
        owner = party_of_headquarters(model, entry.subordinate)
        if superior and owner and superior != owner:
            keys = ("relationships", name)
            if entry.kind == "cocom":
                fact = Fact("RK154.cocom", where=dotted(keys), party=owner, whom=superior)
                yield Breach(keys, fact, _COCOM)
            elif entry.kind in TRANSFERABLE and not is_transferred(entry, owner):
                fact = _untransferred(dotted(keys), entry, owner, superior)
                yield Breach(keys, fact, f"Add `transfer:` with `by: {owner}`.")


def _untransferred(where: str, entry: Relationship, owner: str, superior: str) -> Fact:
    command = entry.kind.upper()
    if entry.transfer is None:
        return Fact("RK153.none", where=where, command=command, party=owner, whom=superior)
    who = entry.transfer.by
    return Fact("RK153.signed", where=where, command=command, party=owner, whom=superior, who=who)


def is_transferred(entry: Relationship, owner: str) -> bool:
    """Return whether ``owner`` has signed the transfer of authority."""
    return entry.transfer is not None and entry.transfer.by == owner


def combined_headquarters(model: Model) -> Iterator[Breach]:
    """Yield a breach for each combined headquarters to which some owner has transferred nothing."""
    under: dict[str, list[Relationship]] = {}
    for entry in model.relationships.values():
        if entry.kind in TRANSFERABLE:
            under.setdefault(entry.superior, []).append(entry)
    for name, headquarters in model.headquarters.items():
        owned = ((party_of_headquarters(model, entry.subordinate), entry) for entry in under.get(name, ()))
        others = [(owner, entry) for owner, entry in owned if owner and owner != headquarters.party]
        without = sorted({owner for owner, entry in others if not is_transferred(entry, owner)})
        if headquarters.combined and (without or not others):
            fact = Fact("RK152.transfer", headquarters=name, parties=without)
            yield Breach(("headquarters", name, "combined"), fact, _COMBINED)


_COCOM = "COCOM cannot be delegated or transferred; OPCON and TACON can, by the owner."
_COMBINED = (
    "Add a relationship of kind opcon or tacon with a `transfer` signed by each owner of forces, "
    "or leave `combined` out: two chains side by side with coordination are not combined."
)
