"""Released entries as two headquarters exchange them in an earthquake: shapes of the node, words of people.

Ids, moments, texts and labels differ from entry to entry as they do in life; texts are words drawn by their
frequency, which no packer finds phrases in. Same seed and pages, same bodies.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from hashlib import sha256
from pathlib import Path

KINDS = ("message", "message", "message", "item", "item", "change", "change", "consents", "case")
PLACES = {
    "jpn": (
        "message:Message_request", "message:Message_draft", "message:Message_no_need",
    ),
    "usa": ("message:Message_answer", "message:Message_review", "message:Message_finished"),
}  # fmt: skip
POSTS = {
    "jpn": (
        "jjoc-commander",
        "jjoc-watch",
        "jso-operations",
        "cabinet-crisis",
        "mod-minister",
        "ground-component",
    ),
    "usa": (
        "usfj-commander",
        "usfj-watch",
        "usfj-operations",
        "indopacom-j3",
        "embassy-dcm",
        "third-marines",
    ),
}
WORDS = ("message", "rfi", "support", "offer", "report")
CHANGES = ("answered", "matched", "accepted", "acknowledged", "closed")


class Chance:
    """A stream of numbers from a seed."""

    def __init__(self, seed: int) -> None:
        self.seed, self.count = seed, 0

    def below(self, bound: int) -> int:
        self.count += 1
        return int.from_bytes(sha256(f"{self.seed}/{self.count}".encode()).digest()[:7], "big") % bound

    def pick(self, options):
        return options[self.below(len(options))]


@cache
def vocabulary() -> list[str]:
    """Return the words of this project's own pages, the most frequent first."""
    counts: dict[str, int] = {}
    for page in sorted((Path(__file__).resolve().parents[1] / "docs").rglob("*.md")):
        for word in re.findall(r"[A-Za-z]{2,}[,.;]?", page.read_text(encoding="utf-8")):
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word))


def text_of(chance: Chance) -> str:
    """Return 8 to 40 words, drawn as often as words are (Zipf): no phrase comes twice, unlike in life."""
    words = vocabulary()
    return " ".join(
        words[int(len(words) ** (chance.below(10**6) / 10**6)) - 1] for _ in range(8 + chance.below(33))
    )


def released_entries(
    count: int, party: str = "jpn", partner: str = "usa", seed: int = 1
) -> list[tuple[bytes, bytes]]:
    """Return (body, salt) of ``count`` entries in order."""
    chance = Chance(seed)
    at, cases, items = 1_704_093_000_000_000, 0, 0
    entries = []
    for number in range(1, count + 1):
        at += 1_000 + chance.below(17_000_000)
        kind = chance.pick(KINDS) if cases else "case"
        label = {
            "classification": chance.pick(("unclassified", "unclassified", "restricted")),
            "releasable_to": ["jpn", "usa"],
        }
        case = f"{chance.pick((party, partner))}-case-{1 + max(0, cases - 1 - chance.below(20))}"
        post = chance.pick(POSTS[party])
        if kind == "case":
            cases += 1
            content = {
                "case": f"{party}-case-{cases}", "contingency": "noto-earthquake",
                "digest": sha256(b"model").hexdigest(),
                "exercise": False, "opened": at, "option": "O1", "parties": [party, partner],
                "process": "disaster-relief", "title": text_of(chance)[:60],
            }  # fmt: skip
        elif kind == "message":
            content = {
                "case": case, "consents": [f"approval:Task_{party}_approve_dispatch"] * chance.below(2),
                "exercise": False,
                "happened": at - chance.below(600_000_000) if chance.below(4) == 0 else 0,
                "place": chance.pick(PLACES[party]), "post": post,
            }  # fmt: skip
        elif kind == "consents":
            content = {"case": case, "places": [f"approval:Task_{party}_approve_dispatch"] * chance.below(2)}
        elif kind == "item":
            items += 1
            content = {
                "case": case, "item": f"{party}-item-{items}", "post": post, "text": text_of(chance),
                "to": [chance.pick(POSTS[partner])], "what": chance.pick(WORDS),
            }  # fmt: skip
        else:
            content = {
                "change": chance.pick(CHANGES),
                "item": f"{chance.pick((party, partner))}-item-{1 + chance.below(items + 30)}",
                "post": post, "text": text_of(chance) if chance.below(3) == 0 else "",
            }  # fmt: skip
        body = {**content, "at": at, "kind": kind, "label": label, "number": number}
        entries.append(
            (
                json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(),
                os.urandom(16),
            )
        )
    return entries
