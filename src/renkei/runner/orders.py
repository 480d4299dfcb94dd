"""Orders, given by people or by a task of the model: only along the own chain of command in force.

Layer: runner. An order never goes to another party: what that party's forces do, its own posts order.
"""

from __future__ import annotations

from renkei.facts import Fact
from renkei.model.schema import Model
from renkei.runner import commands, events
from renkei.runner.addressing import Addressees, Draft, open_item
from renkei.runner.authority import commanded
from renkei.runner.book import Book
from renkei.runner.decision import Decision
from renkei.runner.refusal import Possible
from renkei.runner.state import Case


def order(work: Decision, command: commands.Order) -> None:
    """Give an order to a headquarters or post below."""
    case = work.case(command.case) if command.case is not None else None
    book = work.book_of(case) if case else work.book
    if command.matter is not None and command.matter not in book.model.matters:
        known = [Possible("order", name) for name in book.model.matters]
        work.refuse(Fact("RK540.matter", matter=command.matter), rule="matters", possible=known[:50])
    posts = _ordered(work, book, command.to)
    terms = {"matter": command.matter} if command.matter is not None else {}
    due = command.acknowledge_by or 0
    open_item(work, Draft("order", command.text, Addressees(posts, {}), case, due=due, terms=terms))


def _ordered(work: Decision, book: Book, to: str) -> tuple[str, ...]:
    """Return the posts that an order goes to, or refuse one that does not go down the own chain."""
    model, post = book.model, work.actor.post
    here = model.posts[post].headquarters if post in model.posts else ""
    below = [name for name in commanded(model, here, work.now) if _is_own(book, name)] if here else []
    target = model.posts[to].headquarters if to in model.posts else to
    if target not in below or to == post:
        names = [*below[1:], *(name for name in posts_of(model, here) if name != post)]
        what = Fact("RK548.command", post=post, headquarters=here, others=names, whom=to)
        could = [name for name in book.posts if _commands(work, book, name, target)] if to != post else []
        possible = [Possible("order", name) for name in names]
        work.refuse(what, rule="command", could=could, possible=possible[:50])
    return (to,) if to in model.posts else posts_of(model, to)


def _is_own(book: Book, headquarters: str) -> bool:
    return book.model.headquarters[headquarters].party == book.party


def _commands(work: Decision, book: Book, post: str, headquarters: str) -> bool:
    above = book.model.posts[post].headquarters
    own = headquarters in book.model.headquarters and _is_own(book, headquarters)
    return own and above != headquarters and headquarters in commanded(book.model, above, work.now)


def posts_of(model: Model, headquarters: str) -> tuple[str, ...]:
    """Return the posts of a headquarters."""
    return tuple(name for name, entry in model.posts.items() if entry.headquarters == headquarters)


def order_from_task(work: Decision, case: Case, task: str) -> None:
    """Open the order that completing a task of the model gives; the rule *command* has been held by then."""
    sheet = work.sheet(case)
    bound = sheet.task(task)
    if bound.orders is None or not _is_own(work.book_of(case), bound.orders.to):
        return
    node = sheet.node(task)
    name = bound.name.en if bound.name else (node.name if node else "")
    work.add(
        events.ItemOpened(
            item=work.new_id("order"),
            kind="order",
            text=name or task,
            case=case.id,
            to=posts_of(sheet.model, bound.orders.to),
            terms={"task": task, "matter": bound.orders.matter},
        )
    )
