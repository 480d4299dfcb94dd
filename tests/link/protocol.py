"""The link protocol as a net, for `renkei check`: two sides, and a line that loses and repeats.

Two entries are released, acknowledged and recorded. Each kind of message has room for one on the line; the
place ``free`` says that the room is empty, so the net is bounded by what it means and not by a limit.
Messages of different kinds overtake each other. Broken variants leave one rule of the protocol out.

    python -m tests.link.protocol > src/renkei/link/protocol.pnml
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

ENTRIES = 2


@dataclass
class Drawn:
    """A net being drawn: transition -> what it takes and what it gives."""

    transitions: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)

    def add(self, name: str, take: str, give: str, read: str = "") -> None:
        """Add a transition; what it reads stays."""
        self.transitions[name] = ((*take.split(), *read.split()), (*give.split(), *read.split()))

    @property
    def places(self) -> list[str]:
        return sorted({place for sides in self.transitions.values() for side in sides for place in side})


def protocol(
    *, cursor_first: bool = False, acknowledge_first: bool = False, twice: bool = False, forget: bool = False
) -> Drawn:
    """Return the net of the protocol, or of a broken variant.

    Args:
        cursor_first: The cursor moves before the entry is recorded.
        acknowledge_first: A pull acknowledges what was verified only; the publisher keeps only what is not
            acknowledged.
        twice: An entry that is recorded already is recorded again.
        forget: The publisher drops an entry once it has sent it.
    """
    net = Drawn()
    cursor = "cursor" if cursor_first else "recorded"
    keeps = acknowledge_first or forget
    rooms = " ".join(f"free-pull-{k} free-batch-{k + 1}" for k in range(ENTRIES)) + f" free-pull-{ENTRIES}"
    begin = f"released-0 acknowledged-0 recorded-0 publisher-up subscriber-waits {rooms}"
    end = (
        f"released-{ENTRIES} acknowledged-{ENTRIES} recorded-{ENTRIES} publisher-up subscriber-waits {rooms}"
    )
    if cursor_first:
        begin, end = f"{begin} cursor-0", f"{end} cursor-{ENTRIES}"
    if keeps:
        begin += "".join(f" kept-{k}" for k in range(1, ENTRIES + 1))
    net.add("begin", "source", begin)
    net.add("end", end, "sink")
    for k in range(1, ENTRIES + 1):
        net.add(f"release-{k}", f"released-{k - 1}", f"released-{k}")
    for k in range(ENTRIES + 1):
        _pulls(net, k, cursor, keeps=keeps, forget=forget)
    for k in range(1, ENTRIES + 1):
        _batches(net, k, cursor, moves=cursor_first, early=acknowledge_first, twice=twice)
    net.add("publisher-crashes", "publisher-up", "publisher-down")
    net.add("publisher-restarts", "publisher-down", "publisher-up")
    return net


def _pulls(net: Drawn, k: int, cursor: str, *, keeps: bool, forget: bool) -> None:
    """A pull after entry k, which acknowledges k: sent, lost, answered once or more often."""
    net.add(f"pull-{k}", f"free-pull-{k}", f"pull-{k}", f"{cursor}-{k} subscriber-waits")
    net.add(f"lose-pull-{k}", f"pull-{k}", f"free-pull-{k}")
    for known in range(k):
        name = f"take-acknowledgement-{k}-over-{known}"
        dropped = "".join(f" kept-{i}" for i in range(known + 1, k + 1)) if keeps and not forget else ""
        net.add(name, f"acknowledged-{known}{dropped}", f"acknowledged-{k}", f"pull-{k} publisher-up")
    if k == ENTRIES:
        return
    # What is repeated on the line is the pull that stays there.
    for released in range(k + 1, ENTRIES + 1):
        read = f"pull-{k} publisher-up released-{released}" + (
            f" kept-{k + 1}" if keeps and not forget else ""
        )
        take = f"free-batch-{k + 1}" + (f" kept-{k + 1}" if forget else "")
        net.add(f"answer-{k}-of-{released}", take, f"batch-{k + 1}", read)


def _batches(net: Drawn, k: int, cursor: str, *, moves: bool, early: bool, twice: bool) -> None:
    """Batch k: lost, verified (it may come again), recorded, or forgotten in a crash between the two."""
    net.add(f"lose-batch-{k}", f"batch-{k}", f"free-batch-{k}")
    verified = f"verified-{k}"
    net.add(
        f"verify-{k}",
        "subscriber-waits" + (f" {cursor}-{k - 1}" if moves else ""),
        verified + (f" {cursor}-{k}" if moves else ""),
        f"batch-{k}" + ("" if moves else f" {cursor}-{k - 1}"),
    )
    net.add(f"record-{k}", f"{verified} recorded-{k - 1}", f"recorded-{k} subscriber-waits")
    net.add(f"crash-before-recording-{k}", verified, "subscriber-waits")
    if early:
        net.add(f"pull-{k}-before-recording", f"free-pull-{k}", f"pull-{k}", verified)
    if twice:
        net.add(f"record-{k}-again", "", f"recorded-{k}", f"batch-{k} recorded-{k}")


def to_pnml(net: Drawn, name: str = "link") -> str:
    """Return the net as PNML."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml">',
        f'  <net id="{name}" type="http://www.pnml.org/version-2009/grammar/ptnet">',
        '    <page id="page">',
    ]
    lines += [
        f'      <place id="p.{place}"><name><text>{place}</text></name></place>' for place in net.places
    ]
    lines += [
        f'      <transition id="t.{name}"><name><text>{name}</text></name></transition>'
        for name in net.transitions
    ]
    count = 0
    for transition, (take, give) in net.transitions.items():
        for source, target in [
            *((f"p.{place}", f"t.{transition}") for place in take),
            *((f"t.{transition}", f"p.{place}") for place in give),
        ]:
            count += 1
            lines.append(f'      <arc id="a.{count}" source="{source}" target="{target}"/>')
    lines += ["    </page>", "  </net>", "</pnml>"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(to_pnml(protocol()))
