"""The labels of items, of what is held and of files, as plain data, and what labels may name here.

Layer: runner (views).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

from renkei.labels.lattice import join
from renkei.labels.sidecar import names_of
from renkei.model.schema import Label
from renkei.runner.book import Books
from renkei.runner.release import label_of
from renkei.runner.state import Item, State
from renkei.runner.views.naming import View, book_in_use, book_of


def label_names(state: State, books: Books, case: str = "") -> View:
    """Return what labels may name: classifications from low to high, and parties; of a case, or in use."""
    names = names_of((book_of(state, books, case) if case else book_in_use(state, books)).model)
    return {"classifications": list(names.classifications), "parties": list(names.parties)}


def item_label(state: State, books: Books, name: str) -> View:
    """Return the label of an item, or of what is held, with whose it is; the label None where it has none.

    Raises:
        KeyError: There is no such item.
    """
    if name in state.held:
        held = state.held[name]
        return _told(state, books, label_of(held), held.at, held.case, state.party)
    item = state.items[name]
    label = _read(item.terms.get("label"))
    said = _told(state, books, label, item.at, item.case, item.origin or state.party)
    return said | {"exercise": said["exercise"] or bool(item.terms.get("exercise"))}


def file_label(state: State, books: Books, digest: str) -> View:
    """Return the label of a file: as it was attached last, else that of everything that names it.

    Raises:
        KeyError: Nothing names such a file.
    """
    own = [item for item in state.items.values() if item.kind == "file" and item.terms["digest"] == digest]
    if own:
        last = max(own, key=lambda item: (item.at, item.id))
        return item_label(state, books, last.id)
    naming = [item for item in state.items.values() if digest in _digests(item)]
    if not naming:
        raise KeyError(digest)
    first = min(naming, key=lambda item: (item.at, item.id))
    names = label_names(state, books)["classifications"]
    found = [label for item in naming if (label := _read(item.terms.get("label"))) is not None]
    label = reduce(lambda a, b: join(a, b, classifications=names), found) if found else None
    return item_label(state, books, first.id) | {"label": _plain(label)}


def files_named(state: State) -> set[str]:
    """Return the digests of all files that an item here is or names."""
    return {digest for item in state.items.values() for digest in _digests(item)}


def _digests(item: Item) -> Iterator[str]:
    if item.kind == "file":
        yield str(item.terms["digest"])
    for terms in (item.terms, *(change.terms for change in item.changes)):
        yield from (str(told["digest"]) for told in terms.get("attachments", ()))


def _told(state: State, books: Books, label: Label | None, at: int, case: str, owner: str) -> View:
    known = state.cases.get(case)
    return {
        "label": _plain(label),
        "at": at,
        "owner": owner,
        "exercise": state.exercise or bool(known and known.exercise),
        "names": label_names(state, books, case),
    }


def _plain(label: Label | None) -> View | None:
    return label.model_dump(mode="json") if label is not None else None


def _read(plain: Mapping[str, Any] | None) -> Label | None:
    return Label(**plain) if plain else None
