"""Labels of bundles: one that protects everything in a bundle, and whether one that came with it does.

Layer: link. What was released carries its label inside; a bundle is labelled with the join of all of them, as
a file beside it that names the bundle by its content. Files in a bundle need no label of their own: an entry
that names a file protects it, or would not have left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import msgspec
from pydantic import ValidationError

from renkei.errors import InputError
from renkei.facts import Fact, problem_of
from renkei.labels.binding import reference_by
from renkei.labels.lattice import Reason
from renkei.labels.sidecar import (
    Names,
    Sidecar,
    joined,
    read_sidecar,
    why_not_beside,
    why_weaker,
    write_sidecar,
)
from renkei.link.batch import read_batch
from renkei.link.bundle import Bundle, check_parties, open_bundle
from renkei.link.carried import digest_of
from renkei.model.schema import Label


class _Said(msgspec.Struct, frozen=True):
    """A label as an entry has it; what is released at the lowest classification may have none."""

    classification: str = ""
    releasable_to: tuple[str, ...] = ()
    category: str | None = None


class _Body(msgspec.Struct, frozen=True):
    label: _Said = _Said()
    exercise: bool = False


def label_bundle(data: BinaryIO, names: Names, *, exercise: bool = False) -> bytes:
    """Return the label of a bundle that was just made, as the file that goes beside it.

    Raises:
        LinkError: It is no bundle (RK640, RK645).
        InputError: A label in it cannot be said in a STANAG 4774 label (RK685, RK687).
    """
    bundle, reference = _opened(data)
    bodies = list(_bodies(bundle))
    lowest = Label(
        classification=names.classifications[0], releasable_to=(bundle.publisher, bundle.subscriber)
    )
    label = joined(_labels(bodies), lowest, classifications=names.classifications)
    practice = exercise or any(body.exercise for body in bodies)
    return write_sidecar(
        label, names, bundle.publisher, [reference], created=bundle.created, exercise=practice
    )


def check_label(data: BinaryIO, xml: bytes, names: Names, *, publisher: str, party: str) -> Sidecar:
    """Return what the label beside a bundle says, once it is known to be that of this bundle.

    Raises:
        InputError: It cannot be read (as ``read_sidecar``), is not the publisher's (RK680), not for ``party``
            (RK672), of other content (RK688), or protects less than an entry in the bundle (RK689).
        LinkError: The bundle cannot be read (RK640, RK645), or is one of other parties (RK646).
    """
    bundle, reference = _opened(data)
    check_parties(bundle, publisher, party)
    sidecar = read_sidecar(xml, names, party)
    if sidecar.owner != publisher:
        _refuse(Reason("policy", Fact("RK680.owner", party=sidecar.owner, other=publisher)))
    if party not in sidecar.label.releasable_to:
        allowed = sidecar.label.releasable_to
        _refuse(Reason("releasable_to", Fact("RK672.bundle", party=party, parties=allowed), allowed))
    if not sidecar.references:
        _refuse(Reason("reference", Fact("RK688.nothing")))
    _refuse(why_not_beside(sidecar, reference))
    labels = _labels(_bodies(bundle))
    _refuse(why_weaker(sidecar.label, labels, classifications=names.classifications))
    return sidecar


def _opened(data: BinaryIO) -> tuple[Bundle, str]:
    """Return what a bundle holds, and the reference to its bytes."""
    data.seek(0)
    bundle = open_bundle(data)
    return bundle, reference_by(bytes.fromhex(digest_of(data)))


def _refuse(reason: Reason | None) -> None:
    if reason is not None:
        hint = "Nothing was taken. Ask the partner for the bundle together with its label."
        raise InputError([problem_of(reason.fact, hint, "label")])


def _bodies(bundle: Bundle) -> Iterator[_Body]:
    """Yield what the entries say of themselves; what cannot be read is judged where entries are taken."""
    for data in bundle.batches:
        for entry in read_batch(data, lambda _: ()).entries:
            try:
                yield msgspec.json.decode(entry.body, type=_Body)
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                continue


def _labels(bodies: Iterator[_Body] | list[_Body]) -> Iterator[Label]:
    for said in (body.label for body in bodies):
        if said.classification:
            # A stranger's names may be none; such an entry is set aside when it is taken.
            with suppress(ValidationError):
                yield Label(**(msgspec.to_builtins(said) | {"category": said.category or None}))
