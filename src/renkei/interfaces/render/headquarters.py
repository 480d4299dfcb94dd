"""What a node answers, as tables for people: moments in the zone of this machine and in UTC, names as known.

Layer: interfaces. A table has the columns that somebody at a desk needs; ``--json`` has everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from renkei.clock import SECOND
from renkei.interfaces.hq.moments import both_times, local_time, minute, span
from renkei.interfaces.hq.verbs import write_label
from renkei.interfaces.text import Words

if TYPE_CHECKING:
    from rich.console import Console

    from renkei.interfaces.hq.answer import Heard, Reply

Entry = Mapping[str, Any]
EARLIEST = 10**14
"""A number beyond it is a moment: microseconds since 1970 reach it in 1973, nothing else told here does."""
SPANS = frozenset({"remaining", "within"})
"""Keys of lengths of time in microseconds."""
IDS = frozenset(
    {"target", "case", "item", "post", "task", "attribute", "matter", "measure", "partner", "end", "id"}
)
"""Columns of ids, which people copy: they are not broken."""
WORDED = frozenset({"kind", "as", "asks"})
"""Columns of words of the interface, which are told in the language spoken."""
BRIEF = frozenset({"since", "deadline", "at", "opened", "recorded", "due"})
"""Keys of moments that are told in the zone of this machine alone in a table, since space is short there."""


def plain(value: Any, words: Words) -> str:
    """Return a value of an answer as people read it."""
    if value is None or value in ("", [], {}):
        return words("absent")
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, Mapping):
        return _mapping(value, words)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(plain(part, words) for part in value)
    return _number(value) if isinstance(value, int | float) else str(value)


def _number(value: float) -> str:
    if value > EARLIEST:
        return both_times(int(value))
    return str(value) if isinstance(value, int) else f"{value:.3g}"


def _mapping(value: Entry, words: Words) -> str:
    if set(value) == {"en", "ja"}:
        return str(value[words.language])
    if "classification" in value:
        return write_label(value)
    if set(value) == {"id", "name"}:
        return str(value["id"])
    return ", ".join(f"{key}={plain(part, words)}" for key, part in value.items())


def told(key: str, value: Any, words: Words) -> str:
    """Return the value of a column or fact as people read it."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and key in SPANS:
        return span(value / SECOND)
    return plain(value, words)


def title(key: str, words: Words) -> str:
    """Return what a column or fact is called."""
    return words(f"column.{key}") if f"column.{key}" in words else key.replace("_", " ")


def print_table(out: Console, entries: Iterable[Entry], columns: Sequence[str], words: Words) -> None:
    """Print entries below each other; columns that none of them has are left out."""
    from rich.table import Table

    rows = list(entries)
    if not rows:
        out.print(words("hq.nothing"))
        return
    used = [key for key in columns if any(is_told(row.get(key)) for row in rows)]
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for key in used:
        table.add_column(title(key, words), overflow="fold", no_wrap=key in IDS)
    for row in rows:
        table.add_row(*(_cell(key, row.get(key), words) for key in used))
    out.print(table)


def _cell(key: str, value: Any, words: Words) -> str:
    if key in BRIEF and isinstance(value, int) and value > EARLIEST:
        return minute(value)
    if key in WORDED and f"word.{value}" in words:
        return words(f"word.{value}")
    return told(key, value, words)


def is_told(value: Any) -> bool:
    """Return whether there is anything to tell of a value."""
    return value is not None and value not in ("", [], {})


def print_facts(out: Console, entry: Any, words: Words) -> None:
    """Print everything that is told of one thing."""
    _print_some(out, entry if isinstance(entry, Mapping) else {"": entry}, words)


def _print_some(out: Console, entry: Entry, words: Words, leave_out: Iterable[str] = ()) -> None:
    from rich.table import Table

    table, hidden = Table.grid(padding=(0, 2)), set(leave_out)
    for key, value in entry.items():
        if key not in hidden and is_told(value):
            table.add_row(title(key, words), told(key, value, words))
    out.print(table)


def _lists(columns: Sequence[str]) -> Callable[[Console, Any, Words], None]:
    def show(out: Console, data: Any, words: Words) -> None:
        print_table(out, data, columns, words)

    return show


print_posts = _lists(("post", "name", "seats", "holders", "free", "on_duty", "deputies"))
print_cases = _lists(("case", "title", "process_name", "status", "opened", "closed", "exercise"))
print_items = _lists(("item", "what_name", "case", "post", "to", "label", "status_name", "due", "text"))
print_links = _lists(
    ("partner", "released", "unacknowledged", "received", "last_contact", "trouble", "forked")
)
print_accounts = _lists(("name", "administrator", "disabled", "demo", "posts", "created"))
print_deadlines = _lists(("deadline", "remaining", "missed", "kind", "case", "name", "posts"))
print_log = _lists(("seq", "recorded", "kind", "subject", "person", "post"))


def print_timeline(out: Console, data: Sequence[Entry], words: Words) -> None:
    """Print what happened in a case."""
    columns = ("seq", "recorded", "happened", "event", "what", "party", "post", "person", "note")
    print_table(out, [{**row, "what": _gist(row.get("data", {}))} for row in data], columns, words)


GIST = ("task", "transition", "matter", "item", "held", "change", "value", "partner", "text", "title")


def _gist(data: Entry) -> str:
    return " ".join(str(data[key]) for key in GIST if data.get(key))[:80]


def print_model(out: Console, data: Entry, words: Words) -> None:
    """Print the model in use: what can be opened, and by which ids posts and attributes are named."""
    _print_some(out, {key: data.get(key) for key in ("name", "digest", "option", "party", "options")}, words)
    for key, columns in MODEL_PARTS.items():
        out.print(f"\n{title(key, words)}", style="bold")
        print_table(out, data[key], columns, words)


MODEL_PARTS = {
    "contingencies": ("id", "name", "process"),
    "posts": ("id", "name", "headquarters", "seats", "deputies"),
    "attributes": ("id", "name", "party", "values"),
    "channels": ("id", "name", "ceiling"),
}


def print_me(out: Console, data: Entry, words: Words) -> None:
    """Print who is signed in."""
    _print_some(out, data, words, {"csrf"})
    if data.get("demo"):
        out.print(words("hq.demo"))


def print_inbox(out: Console, data: Sequence[Entry], words: Words) -> None:
    """Print what waits: what it is about, and between which outcomes there is to choose."""
    columns = ("kind", "case", "target", "name", "choice", "asks", "claimed", "deadline", "since", "as")
    print_table(out, [readable(entry) for entry in data], columns, words)


def target_of(entry: Entry) -> str:
    """Return what a command about an entry of an inbox names."""
    keys = ("task", "gateway", "attribute", "event", "item")
    return next((str(entry[key]) for key in keys if entry.get(key)), "")


def choice_of(entry: Entry) -> str:
    """Return the outcomes, flows or values between which there is to choose."""
    found = [", ".join(str(value) for value in entry.get("values") or ())]
    for each in entry.get("alternatives") or ():
        outcome = [f"{attribute}={value}" for attribute, value in each.get("outcome", {}).items()]
        flows = [flow["id"] for flow in each.get("flows") or ()] if not outcome else []
        found.append(" ".join(outcome or flows))
    return " | ".join(dict.fromkeys(part for part in found if part))


def _claimed(entry: Entry) -> str:
    claim = entry.get("claimed") or {}
    return f"{claim['person']}, {local_time(claim['since'])}" if claim else ""


def print_case(out: Console, data: Entry, words: Words) -> None:
    """Print how a case stands: what is known, what waits, what is in force."""
    _print_some(out, {key: data.get(key) for key in CASE_FACTS}, words)
    for key, columns in CASE_PARTS.items():
        rows = [
            row for row in data.get(key) or () if key != "consents" or row["in_force"] or row["withdrawn"]
        ]
        if rows:
            out.print(f"\n{title(key, words)}", style="bold")
            print_table(out, [readable(row) for row in rows], columns, words)


CASE_FACTS = (
    "title",
    "process_name",
    "contingency_name",
    "origin",
    "parties",
    "opened",
    "closed",
    "exercise",
)
CASE_PARTS = {
    "work": ("kind", "target", "name", "choice", "posts", "claimed", "deadline", "since"),
    "attributes": ("attribute", "name", "value", "owner"),
    "consents": ("matter", "name", "party", "in_force", "withdrawn"),
    "conferences": ("id", "name", "parties", "item", "own_side_ready", "held_now"),
    "items": ("item", "what_name", "post", "to", "label", "status_name", "text"),
    "held": ("id", "name", "partner", "label", "posts", "since"),
    "timers": ("element", "name", "deadline", "remaining"),
    "measures": ("measure", "name", "deadline", "remaining", "ended", "missed"),
    "obligations": ("matter", "name", "posts", "deadline", "remaining", "missed"),
}
"""Part of a case -> what is told of its entries."""


def print_item(out: Console, data: Entry, words: Words) -> None:
    """Print an item, and what became of it."""
    _print_some(out, {key: data.get(key) for key in ITEM_FACTS}, words)
    for key, columns in ITEM_PARTS.items():
        if data.get(key):
            out.print(f"\n{title(key, words)}", style="bold")
            print_table(out, data[key], columns, words)


ITEM_FACTS = (
    "name", "what_name", "case", "parent", "origin", "post", "person", "to", "partner", "label",
    "status_name", "at", "happened", "due", "text", "content", "terms", "posts", "matched",
)  # fmt: skip
ITEM_PARTS = {
    "changes": ("at", "change", "party", "post", "person", "text"),
    "offers": ("item", "origin", "status_name", "text", "terms"),
    "actions": ("command", "posts"),
}


def readable(row: Entry) -> Entry:
    """Return an entry of work with what a command names, and between what there is to choose."""
    return {**row, "target": target_of(row), "choice": choice_of(row), "claimed": _claimed(row)}


def print_forecast(out: Console, data: Entry, words: Words) -> None:
    """Print what the simulator expects of a case: how long until each end, and what holds it up."""
    case = data["case"]
    ends = {**case["measures"], words("forecast.over"): case["over"]}
    print_table(out, [_prospect(name, each, words) for name, each in ends.items()], PROSPECT, words)
    if case["overdue"]:
        out.print(words("forecast.overdue", elements=", ".join(case["overdue"])))
    key = "forecast.certain" if data.get("certain", True) else "forecast.estimated"
    out.print(f"\n{words('forecast.basis', replications=data['replications'])} {words(key)}", soft_wrap=True)


PROSPECT = ("end", "p50", "p90", "due_in", "missing", "bottleneck")


def _prospect(name: str, entry: Entry, words: Words) -> Entry:
    if entry["reached"]:
        return {"end": name, "p50": words("forecast.reached")}
    missed, held_up = entry["missed"], entry["bottleneck"]
    return {
        "end": name,
        "p50": _seconds(entry["p50"]["value"], words),
        "p90": _seconds(entry["p90"]["value"], words),
        "due_in": span(entry["due"]) if entry["due"] is not None else None,
        "missing": f"{missed['probability']:.0%}" if missed else None,
        "bottleneck": f"{held_up['id']} ({held_up['share']:.0%})" if held_up else None,
    }


def _seconds(value: float | None, words: Words) -> str:
    return words("forecast.beyond") if value is None else span(value)


def print_done(out: Console, reply: Reply, words: Words) -> None:
    """Print what came of a command."""
    data = reply.data
    if data.get("repeated"):
        out.print(words("hq.repeated"))
    for made in data.get("made") or ():
        out.print(words("hq.made", id=made))
    for entry in data.get("entries") or ():
        place = words("hq.about", subject=entry["subject"]) if entry.get("subject") else ""
        out.print(f"  {entry['seq']}  {entry['kind']}  {place}".rstrip())


def print_event(out: Console, heard: Heard) -> None:
    """Print something that has just happened."""
    data: Entry = heard.data if isinstance(heard.data, Mapping) else {}
    body: Entry = data.get("body") or {}
    who = " ".join(str(body[key]) for key in ("person", "post") if body.get(key))
    at = local_time(data["recorded"]) if data.get("recorded") else ""
    out.print(f"{heard.seq}  {at}  {heard.kind}  {data.get('subject', '')}  {who}".rstrip(), soft_wrap=True)
    out.file.flush()
