"""What two sides still hold alike after a fork: found in the partner's own history, whole and signed. Pure.

Layer: link. The partner exports everything that it has released, from the first entry on. That bundle is
judged like any other, by somebody who holds nothing: it is one history under the partner's signature, or it
is refused. Then it is laid beside what was received, leaf by leaf. The entries up to the first difference are
agreed; what was received after them, the partner has given up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from renkei.link.bundle import Bundle, import_bundle
from renkei.link.fork import Fork
from renkei.link.limits import LinkError, link_error
from renkei.link.seal import Seal
from renkei.link.subscriber import Accepted, Ahead, Held, Noise, Subscriber
from renkei.log.note import Note


@dataclass(frozen=True, slots=True)
class Agreement:
    """From where a link can go on."""

    size: int
    """Entries that both sides hold alike."""
    last: int
    """Entries of the history that goes on, as the partner has signed it."""
    checkpoint: str
    """The partner's seal over all of them."""


def agree(subscriber: Subscriber, own: Iterable[bytes], bundle: Bundle, now: int) -> Agreement:
    """Return what a partner's whole history has in common with what was received.

    Args:
        subscriber: Judges what comes from the partner.
        own: The leaves that were received, in order.
        bundle: Everything that the partner has released, from the first entry on.
        now: The moment; nothing that is signed with it leaves.

    Raises:
        LinkError: The bundle is not one whole history under the partner's key (RK759, or why it is none).
    """
    leaves, note = list[bytes](), None
    for verdict in import_bundle(subscriber, Held(), bundle, now):
        match verdict:
            case Accepted():
                leaves += [entry.leaf for entry in verdict.entries]
                note = verdict.held.note
            case Noise():
                raise LinkError([verdict.problem])
            case Ahead() | Fork():
                raise _not_whole(verdict.problem.message)
    if note is None:
        raise _not_whole("there is no entry in it")
    size = 0
    for mine, theirs in zip(own, leaves, strict=False):
        if mine != theirs:
            break
        size += 1
    return Agreement(size, len(leaves), _signed_by_partner(note, subscriber))


def latest_within(notes: Iterable[str], size: int) -> str:
    """Return the latest of the recorded seals that covers not more than ``size`` entries; '' for none."""
    found, largest = "", 0
    for text in notes:
        reached = Seal.from_text(Note.from_bytes(text.encode()).text).size
        if largest < reached <= size:
            found, largest = text, reached
    return found


def _signed_by_partner(note: Note, subscriber: Subscriber) -> str:
    """Return a note with the partner's signature alone: here nothing has been received yet."""
    key = subscriber.peer.key
    lines = tuple(line for line in note.signatures if (line.name, line.id) == (key.name, key.id))
    return Note(note.text, lines).to_bytes().decode()


def _not_whole(why: str) -> LinkError:
    hint = "Ask the partner to export from the beginning: renkei link export STORE PARTNER --after 0."
    return link_error("RK759", f"the bundle is not the whole history of the partner: {why}", hint)
