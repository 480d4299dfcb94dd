"""The browser client picks labels by the same rules: both judge the same cases, and each other's labels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from renkei.labels.lattice import marking, why_not_narrowed, why_not_release
from renkei.model.schema import Label, Model
from renkei.runner.release import ceiling_of
from tests.log.chance import Random, seeded

WEB = Path(__file__).resolve().parents[2] / "web"
CLASSIFICATIONS = ("unclassified", "restricted", "secret", "top secret")
PARTIES = ("jpn", "usa", "aus")
CATEGORIES = ("medical", "Logistics", "intelligence")
COUNT, SEED = 3000, 7


pytestmark = pytest.mark.skipif(
    not (WEB / "node_modules" / "vitest").is_dir() and not os.environ.get("CI"),
    reason="the browser client is not set up here",
)


def test_the_browser_and_the_node_judge_labels_alike(tmp_path: Path) -> None:
    cases = list(generated(seeded(SEED)))
    share = sum(case["accepted"] for case in cases) / len(cases)
    assert 0.1 < share < 0.9, "cases that are nearly all alike tell little"
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "hatch_build.py", "run", "test", "--", "src/parts/label-rules.test.ts"],
        cwd=WEB.parent,
        env=os.environ | {"RENKEI_LABEL_CASES": str(file), "CI": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    picked = json.loads(Path(f"{file}.picked").read_text(encoding="utf-8"))
    assert len(picked) == len(cases)
    assert sum(map(len, picked)) > COUNT
    for case, labels in zip(cases, picked, strict=True):
        for label in labels:
            assert is_accepted(case["model"], case["asked"], Label(**label)), (case, label)


def generated(chance: Random) -> Iterator[dict[str, Any]]:
    """Yield models, what is asked of a label, and labels; most of them near to what is possible."""
    for _ in range(COUNT):
        known = CLASSIFICATIONS[: chance.randint(1, 4)]
        ceilings = [chance.choice([*known, None]) for _ in range(chance.randint(0, 2))]
        model = model_of(known, ceilings)
        partners = [party for party in PARTIES[1:] if chance.random() < 0.6]
        channel = chance.choice([None, *model.channels, "pigeon"] if chance.random() < 0.7 else [None])
        proposed = label_of(chance, known) if chance.random() < 0.5 else None
        label = label_of(chance, CLASSIFICATIONS if chance.random() < 0.2 else known)
        plain = proposed.model_dump(mode="json") if proposed else None
        asked = {"partners": partners, "proposed": plain, "channel": channel}
        asked = {key: value for key, value in asked.items() if value is not None}
        yield {
            "model": [known, ceilings],
            "rules": rules_of(model),
            "asked": asked,
            "label": label.model_dump(mode="json"),
            "accepted": is_accepted((known, ceilings), asked, label),
            "en": marking(label, owner="jpn"),
            "ja": marking(label, owner="jpn", language="ja", exercise=True),
        }


def model_of(known: Any, ceilings: Any) -> Model:
    channels = {f"line{at}": {"name": "Line", "ceiling": ceiling} for at, ceiling in enumerate(ceilings)}
    return Model.model_validate(
        {"renkei": 1, "name": "m", "classifications": known, "channels": json.loads(json.dumps(channels))}
    )


def label_of(chance: Random, known: tuple[str, ...]) -> Label:
    category = "+".join(each for each in CATEGORIES if chance.random() < 0.25)
    parties = [party for party in PARTIES if chance.random() < 0.75]
    return Label(classification=chance.choice(known), releasable_to=tuple(parties), category=category or None)


def rules_of(model: Model) -> dict[str, Any]:
    """Return what the node tells the browser of a model."""
    return {
        "owner": "jpn",
        "classifications": model.classifications,
        "lowest": model.classifications[0],
        "parties": PARTIES[1:],
        "categories": CATEGORIES[:2],
        "ceiling": ceiling_of(model, None),
        "channels": {name: ceiling_of(model, name) for name in model.channels},
    }


def is_accepted(described: Any, asked: dict[str, Any], label: Label) -> bool:
    """Return whether the node would let something with this label go to all who are addressed."""
    model = model_of(*described)
    names, proposed = model.classifications, asked.get("proposed")
    channel = asked.get("channel")
    if asked["partners"] and channel is not None and channel not in model.channels:
        return False
    ceiling = ceiling_of(model, channel)
    goes = (
        why_not_release(label, to=partner, ceiling=ceiling, classifications=names)
        for partner in asked["partners"]
    )
    if any(reason is not None for reason in goes):
        return False
    return proposed is None or why_not_narrowed(Label(**proposed), label, classifications=names) is None
