"""What adopting a version would mean; adopting itself is a command like every other.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from renkei.errors import InputError
from renkei.interfaces.studio.files import Files

if TYPE_CHECKING:
    from renkei.interfaces.http.desk import Desk

Thing = dict[str, Any]


def adopt_check(desk: Desk, files: Files, option: str, checked: Thing, *, keeps: bool) -> Thing:
    """Return what adopting a version under an option would mean.

    Args:
        desk: What the node has at hand.
        files: The files of the version.
        option: The option; '' for the model as it stands.
        checked: What a check of the files has found out.
        keeps: Whether whoever asks may adopt it; then the node keeps it, so that it can be.

    Raises:
        InputError: The version has no such option.
    """
    wanted = [row for row in checked["table"] if row["option"] == option] or checked["table"]
    failures = [row for row in wanted if row["verdict"] != "holds"]
    outline, digest = checked["outline"] or {"options": []}, checked["digest"]
    options = [entry["id"] for entry in outline["options"]]
    if checked["usable"] and option and option not in options:
        known = ", ".join(options) or "none"
        raise InputError.from_problem("RK005", f"the version has no option {option}", f"There are: {known}.")
    if checked["usable"] and keeps and digest not in desk.headquarters.model_digests():
        desk.studio.make_available(files)
    model, available = desk.view("model")[0], digest in desk.headquarters.model_digests()
    same = (digest, option) == (model["digest"], model["option"])
    found: Thing = {
        "digest": digest,
        "option": option,
        "adoptable": available and not same,
        "available": available,
        "usable": checked["usable"],
        "holds": checked["usable"] and not failures,
        "problems": checked["problems"],
        "failures": failures,
        "in_use": same,
        "running": list(_running(desk)),
        "lost_posts": [],
        "new_posts": [],
        "partners": [],
        "command": {"type": "adopt", "digest": digest, "option": option},
    }
    if checked["usable"]:
        found |= _posts(outline, option, model)
    return {**found, "sentences": list(_sentences(found))}


def _running(desk: Desk) -> Iterator[Thing]:
    by_model: dict[tuple[str, str], list[str]] = {}
    for case, digest, option in desk.headquarters.open_cases():
        by_model.setdefault((digest, option), []).append(case)
    for (digest, option), cases in by_model.items():
        yield {"digest": digest, "option": option, "cases": cases}


def _posts(outline: Thing, option: str, model: Thing) -> Thing:
    """Return which own posts come and go, and whose nodes need the same version."""
    party = model["party"]
    own = {post["id"] for post in outline["posts"] if post["party"] == party and option in post["options"]}
    before = {post["id"] for post in model["posts"] if post["party"] == party}
    pools = [{pool["party"] for pool in process["pools"]} for process in outline["processes"]]
    others = {other for parties in pools if party in parties for other in parties}
    return {
        "lost_posts": sorted(before - own),
        "new_posts": sorted(own - before),
        "partners": sorted(others - {party, ""}),
    }


def _sentences(found: Thing) -> Iterator[Thing]:
    """Yield what people should know before they adopt it."""
    if not found["usable"]:
        yield _both("The version has errors and cannot be adopted.", "この版には誤りがあり、採用できない。")
        return
    if found["in_use"]:
        yield _both("This version is in use already.", "この版はすでに使われている。")
        return
    if not found["available"]:
        yield _both(
            "An administrator of this party has to look at it before it can be adopted.",
            "採用するには、自国の管理者がこの版を確認する必要がある。",
        )
    yield _both("Cases opened from then on run on this version.", "採用後に開始する事案はこの版で進む。")
    count = sum(len(entry["cases"]) for entry in found["running"])
    if count:
        yield _both(
            f"{count} running case(s) finish on the version they were opened under.",
            f"進行中の事案{count}件は、開始時の版のまま終わる。",
        )
    if found["failures"]:
        yield _both(
            f"{len(found['failures'])} of the checked properties do not hold, or could not be decided.",
            f"検査した性質のうち{len(found['failures'])}件が成り立たないか、判定できない。",
        )
    if found["lost_posts"]:
        names = ", ".join(found["lost_posts"])
        yield _both(f"These own posts do not exist in it: {names}.", f"この版にはない自国の職: {names}。")
    if found["partners"]:
        names = ", ".join(found["partners"])
        yield _both(
            f"Cases shared with {names} wait at the partner until its node has adopted the same version.",
            f"{names}と共有する事案は、相手のノードが同じ版を採用するまで相手側で保留される。",
        )


def _both(english: str, japanese: str) -> Thing:
    return {"en": english, "ja": japanese}
