"""The rules of the model language that need more than one entry. Each rule stands in one place.

Layer: model. ``breaches`` applies all of them and returns everything that it finds at once. The rules
about references stand in ``references.py``, about numbers in ``numbers.py``, about who commands and
stands in for whom in ``command.py``; what needs the drawings is in ``renkei.process.binding``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain, islice
from zoneinfo import ZoneInfo, available_timezones

from renkei.facts import Fact
from renkei.model import command, numbers, references
from renkei.model.document import MAX_PROBLEMS, Breach, Keys, shorten
from renkei.model.guards import Guard, GuardError
from renkei.model.schema import Calendar, Model, Shift
from renkei.model.selection import select, walk
from renkei.model.validation import dotted, suggestion
from renkei.model.values import Strict

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY

GUARDS = ("authorities.*.when", "processes.*.flows.*.when")

WITHOUT_REPETITION = (
    "attributes.*.values",
    "calendars.*.shifts.*.days",
    "classifications",
    "posts.*.deputies",
    "processes.*.conferences.*.tasks",
    "processes.*.messages.*.carries",
    "processes.*.tasks.*.acts.needs",
)
"""Lists in which an entry that stands twice is a slip."""


TASKS = "processes.*.tasks.*"

EXACTLY_ONE = {
    "contingencies.*.arrivals": ("poisson", "every", "at"),
    "measures.*.begins": ("opened", "all", "any"),
    "measures.*.ends": ("opened", "all", "any"),
}
"""Pattern of an entry -> the keys of which it has exactly one."""


def breaches(model: Model) -> list[Breach]:
    """Return everything in which ``model`` breaks a rule, findings included."""
    whole = (breach for rule in RULES for breach in rule(model))
    single = (
        breach for keys, entry in walk(model) for rule in ENTRY_RULES for breach in rule(model, keys, entry)
    )
    return list(islice(chain(whole, single), MAX_PROBLEMS))


def repeated_entries(model: Model) -> Iterator[Breach]:
    """Yield a breach for each entry that a list holds twice."""
    for pattern in WITHOUT_REPETITION:
        for keys, entries in select(model, pattern):
            seen = set()
            for index, entry in enumerate(entries):
                if entry in seen:
                    fact = Fact("RK117.twice", where=dotted(keys), entry=shorten(str(entry)))
                    yield Breach((*keys, index), fact, "Remove one.")
                seen.add(entry)


def time_zones(model: Model) -> Iterator[Breach]:
    """Yield a breach for each time zone that IANA does not know."""
    for keys, name in select(model, "headquarters.*.timezone"):
        if not is_time_zone(name):
            yield Breach(keys, Fact("RK130.zone", where=dotted(keys), name=name[:80]), _close_zones(name))


@cache
def is_time_zone(name: str) -> bool:
    """Return whether ``name`` is an IANA time zone that means the same on every machine."""
    area = name.partition("/")[0]
    # Names without an area (localtime, posixrules) and two areas of files mean what the host wants them to.
    if name != "UTC" and ("/" not in name or area in {"posix", "right"}):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _close_zones(name: str) -> str:
    meant = suggestion(name, _zones(), most=0).partition("Possible")[0].strip()
    return f"{meant} Write an IANA name such as Asia/Tokyo.".lstrip()


@cache
def _zones() -> list[str]:
    return sorted(zone for zone in available_timezones() if "/" in zone)


def overlapping_shifts(model: Model) -> Iterator[Breach]:
    """Yield a breach for each pair of shifts of a calendar that overlap."""
    for name, calendar in model.calendars.items():
        for first, second, minute in _overlaps(calendar):
            day, time = DAYS[minute // MINUTES_A_DAY], f"{minute // 60 % 24:02}:{minute % 60:02}"
            where = dotted(("calendars", name))
            fact = Fact("RK131.overlap", where=where, entry=first, other=second, day=day, time=time)
            hint = "Let one end where the next begins; for more people at a time give the shift more seats."
            yield Breach(("calendars", name, "shifts", second), fact, hint)


def _overlaps(calendar: Calendar) -> Iterator[tuple[str, str, int]]:
    spans = sorted(span for name, shift in calendar.shifts.items() for span in _spans(name, shift))
    if not spans:
        return
    # The first span of the week stands after the last one once more: Sunday night runs into Monday.
    begin, end, name = spans[0]
    told: set[tuple[str, str]] = set()
    reach, holder = spans[0][1], spans[0][2]
    for begins, ends, shift in [*spans[1:], (begin + MINUTES_A_WEEK, end + MINUTES_A_WEEK, name)]:
        if begins < reach and (holder, shift) not in told:
            told.add((holder, shift))
            yield holder, shift, begins % MINUTES_A_WEEK
        if ends > reach:
            reach, holder = ends, shift


def _spans(name: str, shift: Shift) -> Iterator[tuple[int, int, str]]:
    begins, ends = _minute(shift.begins), _minute(shift.ends)
    length = ends - begins if ends > begins else ends + MINUTES_A_DAY - begins
    for day in dict.fromkeys(shift.days):
        start = DAYS.index(day) * MINUTES_A_DAY + begins
        yield start, start + length, name


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def unreadable_guards(model: Model) -> Iterator[Breach]:
    """Yield a breach for each guard that cannot be read, or reads what does not exist."""
    for pattern in GUARDS:
        for keys, text in select(model, pattern):
            try:
                guard = Guard(text)
            except GuardError as error:
                where = dotted(keys)
                fact = Fact("RK140.guard", where=where, column=error.column, reason=error.fact)
                yield Breach(keys, fact, _GUARD)
            else:
                yield from _unknown_in_guard(model, keys, guard)


def _unknown_in_guard(model: Model, keys: Keys, guard: Guard) -> Iterator[Breach]:
    where = dotted(keys)
    for mention in dict.fromkeys(guard.mentions):
        name, value, column, value_column = mention
        attribute = model.attributes.get(name)
        if attribute is None:
            fact = Fact("RK141.attribute", where=where, column=column, attribute=shorten(name))
            yield Breach(keys, fact, suggestion(name, model.attributes))
        elif value not in attribute.values:
            told = {"column": value_column, "attribute": name, "value": shorten(value)}
            yield Breach(keys, Fact("RK121.guard", where=where, **told), suggestion(value, attribute.values))


def exactly_one(model: Model) -> Iterator[Breach]:
    """Yield a breach for each entry that gives several of what excludes one another, or none."""
    for pattern, names in EXACTLY_ONE.items():
        for keys, entry in select(model, pattern):
            given = [name for name in names if not _is_absent(getattr(entry, name))]
            if len(given) != 1 and "opened" in names:
                yield Breach(keys, Fact("RK138.one", where=dotted(keys), found=given), _MOMENT)
            elif len(given) != 1:
                yield Breach(keys, Fact("RK137.one", where=dotted(keys), found=given), _WAYS)


def _is_absent(value: object) -> bool:
    # Not by equality: a mean of 0 seconds is given, and wrong for another reason.
    return value is None or value is False or value == ()


def work_without_duration(model: Model) -> Iterator[Breach]:
    """Yield a breach for each task that a post works on for nobody knows how long, or for two lengths."""
    meetings = {
        (name, task)
        for name, process in model.processes.items()
        for conference in process.conferences.values()
        for task in conference.tasks
    }
    for keys, task in select(model, TASKS):
        meets = (keys[1], keys[3]) in meetings
        if task.post is not None and task.duration is None and not meets:
            fact = Fact("RK159.duration", where=dotted(keys))
            yield Breach(keys, fact, "Add `duration:`, how long the post works on it.")
        if task.duration is not None and meets:
            fact = Fact("RK161.duration", where=dotted(keys))
            yield Breach((*keys, "duration"), fact, "Leave the duration to the conference.")


def approvals(model: Model) -> Iterator[Breach]:
    """Yield a breach for each approval that nobody gives, or that depends on what its task does not set."""
    for keys, task in select(model, TASKS):
        if task.approves is not None:
            if task.post is None:
                hint = "Add `post:`; only a post with authority can approve."
                yield Breach((*keys, "approves"), Fact("RK157.post", where=dotted(keys)), hint)
            yield from _granted(keys, task.sets, task.approves.granted)


def _granted(keys: Keys, sets: dict[str, object], granted: dict[str, tuple[str, ...]]) -> Iterator[Breach]:
    for attribute in granted:
        if attribute not in sets:
            place = (*keys, "approves", "granted", attribute)
            fact = Fact("RK158.attribute", where=dotted(place), attribute=attribute)
            yield Breach(place, fact, suggestion(attribute, sets), at_key=True)


def late_approvals(model: Model) -> Iterator[Breach]:
    """Yield a finding for each approval afterwards without a deadline, a breach for the reverse."""
    for keys, authority in select(model, "authorities.*"):
        if authority.timing == "afterwards" and authority.within is None:
            yield Breach(keys, Fact("RK182.deadline", where=dotted(keys)), _DEADLINE, finding=True)
        if authority.timing == "beforehand" and authority.within is not None:
            hint = "Write `timing: afterwards`, or leave `within` out."
            yield Breach((*keys, "within"), Fact("RK162.within", where=dotted(keys)), hint)


_DEADLINE = "Add `within:`; an obligation without a deadline binds nobody."
_MOMENT = "Write `opened: true`, or list BPMN ids under `all` or `any`."
_WAYS = "Make a contingency of its own for each way in which cases come."
_GUARD = "Write for example: situation == 'disaster' and severity in ['high', 'medium']."

RULES: tuple[Callable[[Model], Iterator[Breach]], ...] = (
    references.dangling_references,
    references.unknown_values,
    repeated_entries,
    time_zones,
    overlapping_shifts,
    numbers.sums,
    numbers.lengths,
    unreadable_guards,
    exactly_one,
    work_without_duration,
    approvals,
    late_approvals,
    command.periods,
    command.deputies,
    command.cyclic_deputies,
    command.counterparts,
    command.relationships,
    command.cyclic_command,
    command.combined_headquarters,
)

ENTRY_RULES: tuple[Callable[[Model, Keys, Strict], Iterator[Breach]], ...] = (
    references.dangling_source,
    numbers.probability,
    numbers.mean_length,
    numbers.assumed_range,
    numbers.unsourced,
)
"""Rules that look at one entry wherever it stands; the model is walked once for all of them."""
