"""What may leave, and who decides it. Labels are enforced here, where data leaves, and nowhere else.

Layer: runner. What is labelled with the lowest classification and is releasable to the partner leaves at
once: the label in the checked and adopted model, or of the post that wrote it, is the decision. Anything
above needs a release decision by a post that the model gives it to: a release task completed in the case, the
writer's own authority, or a decision about what is held. Nothing leaves against its label, whoever decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from renkei.facts import Fact
from renkei.labels.lattice import Reason, markings, why_not_narrowed, why_not_release
from renkei.model.schema import Label, Model
from renkei.runner import commands
from renkei.runner.book import Book
from renkei.runner.decision import Decision
from renkei.runner.events import ItemChanged, ReleaseDecided, ReleaseHeld
from renkei.runner.refusal import Possible
from renkei.runner.resumption import given_up
from renkei.runner.state import Case, Held


def lowest_label(model: Model, *parties: str) -> Label:
    """Return the label of what anybody of ``parties`` may see."""
    names = model.classifications or ("unclassified",)
    return Label(classification=names[0], releasable_to=tuple(dict.fromkeys(parties)))


def ceiling_of(model: Model, channel: str | None) -> str | None:
    """Return the highest classification that ``channel`` may carry; without one, that any channel may."""
    names = model.classifications
    if channel is not None:
        # A name that the model does not have is no ceiling of any rank, so nothing passes under it.
        return model.channels[channel].ceiling if channel in model.channels else channel
    ceilings = [entry.ceiling for entry in model.channels.values()]
    if not ceilings or None in ceilings:
        return None
    return max((c for c in ceilings if c in names), key=names.index, default=ceilings[0])


def against(model: Model, label: Label, partner: str, channel: str | None) -> Reason | None:
    """Return why something may not leave for ``partner``, whoever decides; None if it may."""
    names = model.classifications or ("unclassified",)
    return why_not_release(label, to=partner, ceiling=ceiling_of(model, channel), classifications=names)


def release_posts(book: Book, label: Label, partner: str) -> Iterator[str]:
    """Yield the own posts that may decide to release what has ``label`` to ``partner``."""
    names = book.model.classifications or ("unclassified",)
    for binding in book.model.processes.values():
        for task in binding.tasks.values():
            granted = task.releases
            if granted is None or not task.post or book.party_of(task.post) != book.party:
                continue
            if partner in granted.to and _covers(names, granted.label, label, partner):
                yield task.post


def _covers(names: tuple[str, ...], granted: Label | None, label: Label, partner: str) -> bool:
    """Return whether a release that the model grants reaches as high as ``label``, and to the partner."""
    if granted is None or label.classification not in names or granted.classification not in names:
        return False
    if granted.releasable_to and partner not in granted.releasable_to:
        return False
    return names.index(label.classification) <= names.index(granted.classification)


def offer(
    work: Decision,
    partner: str,
    content: dict[str, Any],
    *,
    label: Label | None,
    channel: str | None = None,
    case: Case | None = None,
) -> bool:
    """Let something go to a partner, or hold it until it may; return whether it went.

    What is about something that the partner gave up does not go; who says something new of it is told.
    """
    lost = given_up(work.state, partner, content)
    if lost and content.get("kind") == "item":
        work.refuse(Fact("RK560.given_up", party=partner, name=lost), rule="given up")
    if lost:
        return False
    book = work.book_of(case) if case else work.book
    label = label or lowest_label(book.model, work.state.party, partner)
    reason = against(book.model, label, partner, channel)
    rule = "" if reason else _standing(work, book, label, partner, case)
    if rule:
        work.release(partner, content, rule=rule, label=label)
        return True
    work.add(
        ReleaseHeld(
            held=work.new_id("held"),
            partner=partner,
            body=content,
            case=case.id if case else "",
            classification=label.classification,
            releasable_to=label.releasable_to,
            category=label.category or "",
            channel=channel or "",
        )
    )
    return False


def _standing(work: Decision, book: Book, label: Label, partner: str, case: Case | None) -> str:
    """Return the rule by which something leaves without a decision of its own, '' where there is none."""
    names = book.model.classifications or ("unclassified",)
    if label.classification == names[0]:
        return "lowest classification"
    if case is not None:
        for task, bound in work.sheet(case).release_tasks.items():
            granted = bound.releases
            if (
                task in case.releases
                and granted
                and partner in granted.to
                and _covers(names, granted.label, label, partner)
            ):
                return f"release decided: {task}"
    if work.actor.post and work.actor.post in set(release_posts(book, label, partner)):
        return f"authority to release: {work.actor.post}"
    return ""


def refuse_label(work: Decision, label: Label, partner: str, channel: str | None, book: Book) -> None:
    """Refuse what could never leave with its label."""
    if channel is not None and channel not in book.model.channels:
        work.refuse(Fact("RK526.channel", channel=channel, channels=tuple(book.model.channels)))
    reason = against(book.model, label, partner, channel)
    if reason is not None:
        what = Fact("RK525.release", label=markings(label), reason=reason.fact)
        work.refuse(what, rule=f"{reason.code} {reason.rule}")


def label_of(held: Held) -> Label:
    """Return the proposed label of what is held."""
    return Label(
        classification=held.classification, releasable_to=held.releasable_to, category=held.category or None
    )


def decide_release(work: Decision, command: commands.ReleaseItem) -> None:
    """Let something held go, under the proposed label or a narrower one."""
    held, book = _held(work, command.item)
    proposed = label_of(held)
    label = command.label or proposed
    names = book.model.classifications or ("unclassified",)
    narrower = why_not_narrowed(proposed, label, classifications=names)
    if narrower is not None:
        work.refuse(Fact("RK525.narrower", reason=narrower.fact), rule=narrower.code)
    refuse_label(work, label, held.partner, held.channel or None, book)
    if lost := given_up(work.state, held.partner, held.body):
        work.refuse(Fact("RK560.given_up", party=held.partner, name=lost), rule="given up")
    # Whoever lowers a label must have authority over what it was: otherwise lowering would be the way round.
    _authorised(work, book, proposed, held)
    work.add(ReleaseDecided(held.id, granted=True))
    work.release(held.partner, dict(held.body), rule=f"decided: {work.actor.post}", label=label, held=held.id)


def decide_withholding(work: Decision, command: commands.Withhold) -> None:
    """Decide that something held does not leave."""
    held, book = _held(work, command.item)
    _authorised(work, book, label_of(held), held)
    work.add(ReleaseDecided(held.id, granted=False))
    note_withheld(work, held)


def note_withheld(work: Decision, held: Held) -> None:
    """Record on an item that it, or a change of it, does not reach a partner."""
    item = str(held.body.get("item", ""))
    if item in work.state.items:
        about = {key: held.body[key] for key in ("change", "post") if held.body.get(key)}
        work.add(ItemChanged(item, "withheld", terms={"partner": held.partner, **about}))


def _held(work: Decision, name: str) -> tuple[Held, Book]:
    held = work.state.held.get(name)
    if held is None:
        waiting = [Possible("release", entry) for entry in work.state.held]
        work.refuse(Fact("RK527.held", held=name), possible=waiting[:20])
    case = work.state.cases.get(held.case)
    return held, work.book_of(case) if case else work.book


def _authorised(work: Decision, book: Book, label: Label, held: Held) -> None:
    posts = tuple(release_posts(book, label, held.partner))
    if work.actor.post not in posts:
        what = Fact("RK528.post", post=work.actor.post, label=markings(label), party=held.partner)
        work.refuse(what, rule="releases", could=posts)
