"""The verb: check every process of an arrangement, under every option.

Layer: checker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from time import perf_counter

from renkei.checker.explore import MAX_STATES, Graph, Progress, explore_net
from renkei.checker.judge import Judgement, judge
from renkei.checker.memory import Judged, Memory
from renkei.checker.report import PROPERTIES, CheckReport, Property, PropertyResult
from renkei.errors import InputError, UsageError
from renkei.facts import Fact, problem_of
from renkei.model.names import names_of, posts_of
from renkei.net.compile import compile_net
from renkei.net.path import with_labels
from renkei.net.tables import Net
from renkei.process.arrangement import Arrangement


def check(
    arrangement: Arrangement,
    *,
    options: Collection[str] | None = None,
    properties: Collection[str] | None = None,
    exhaustive: bool = False,  # noqa: ARG001 - no reduction exists that it would have to switch off
    max_states: int = MAX_STATES,
    progress: Progress | None = None,
    memory: Memory | None = None,
) -> CheckReport:
    """Check an arrangement: can it get stuck, or act without a party's own consent?

    Args:
        arrangement: What ``renkei.load`` returned.
        options: Ids of options; all of the model's where None.
        properties: Names of properties (``safe``, ``sound``, ``sound-relaxed``, ``consent``); all if None.
        exhaustive: Explore every marking with no reduction. Today there is no reduction, so every check is
            exhaustive; the argument promises that it stays so.
        max_states: Most markings to keep for each process.
        progress: Called with (states expanded, states found).
        memory: What earlier checks have found out; what is found out now is added.

    Raises:
        InputError: A process cannot be given a meaning, or is unbounded where that cannot be decided.
        UsageError: An option or property does not exist.

    Limits: exact within ``max_states`` markings a process and 255 tokens a place; beyond, the verdict is
    ``unknown``, unless a path already shows that the property fails.
    """
    wanted = _wanted(properties)
    chosen = _chosen(arrangement, options)
    results: list[PropertyResult] = []
    known = memory if memory is not None else Memory()
    for option in chosen:
        variant = arrangement.with_option(option) if option else arrangement
        for process in _processes(variant):
            net = compile_net(variant, process)
            judged = known.find(net, wanted, max_states)
            if judged is None:
                judged = _judged(explore_net(net, max_states=max_states, progress=progress), process, wanted)
                known.note(net, wanted, max_states, judged)
            results.extend(_told(judged, variant, process, option))
    return CheckReport(arrangement.name, arrangement.digest, tuple(results), arrangement.findings)


def _wanted(properties: Collection[str] | None) -> tuple[Property, ...]:
    unknown = sorted(set(properties or ()) - set(PROPERTIES))
    if unknown:
        raise UsageError(f"no property {', '.join(unknown)}; there are: {', '.join(PROPERTIES)}")
    return tuple(name for name in PROPERTIES if properties is None or name in properties)


def _chosen(arrangement: Arrangement, options: Collection[str] | None) -> Sequence[str]:
    unknown = sorted(set(options or ()) - set(arrangement.options))
    if unknown:
        known = ", ".join(arrangement.options) or "none"
        raise UsageError(f"no option {', '.join(unknown)}; there are: {known}")
    if options is None:
        return arrangement.options or ("",)
    return [option for option in arrangement.options if option in options]


def _processes(arrangement: Arrangement) -> Sequence[str]:
    return [arrangement.petri.id] if arrangement.petri else list(arrangement.collaborations)


def _judged(graph: Graph, process: str, wanted: Sequence[Property]) -> Judged:
    """Return the verdicts on the net of one process."""
    _refuse_undecidable(graph)
    spent = graph.seconds
    judged: dict[Property, Judgement] = {}
    verdicts = []
    for name, scope in _scopes(graph.net, process, wanted):
        started = perf_counter()
        # Where no message can be left over the two mean the same; small nets are judged in half the time.
        same = name == "sound-relaxed" and not any(place.kind == "message" for place in graph.net.places)
        judgement = judged["sound"] if same and "sound" in judged else judge(graph, name, scope)
        judged[name] = judgement
        spent += perf_counter() - started
        verdicts.append((name, scope, judgement, spent))
        spent = 0.0
    return Judged(graph.states, tuple(verdicts))


def _told(judged: Judged, arrangement: Arrangement, process: str, option: str) -> Iterator[PropertyResult]:
    """Yield the verdicts on one process; options that do not change its net share one exploration."""
    labels, posts = names_of(arrangement.model, process), posts_of(arrangement.model, process)
    for name, scope, judgement, seconds in judged.verdicts:
        yield PropertyResult(
            property=name,
            scope=scope,
            process=process,
            option=option,
            verdict=judgement.verdict,
            code=judgement.code,
            states=judged.states,
            seconds=seconds,
            counterexample=with_labels(judgement.path, labels, posts) if judgement.path else None,
            dead=judgement.dead,
        )


def _scopes(net: Net, process: str, wanted: Sequence[Property]) -> Iterator[tuple[Property, str]]:
    for name in wanted:
        if name == "consent":
            parties = {place.party for place in net.places if place.kind == "approval"}
            yield from ((name, party) for party in sorted(parties))
        else:
            yield name, process


def _refuse_undecidable(graph: Graph) -> None:
    """Refuse a collaboration that grows without end.

    A workflow net that grows without end is not sound, which is an answer. A collaboration has arcs that
    empty places or ask for empty ones, and with them reachability is undecidable (Dufourd, Finkel,
    Schnoebelen: Reset nets between decidability and undecidability, ICALP 1998).
    """
    net = graph.net
    if graph.unbounded is None or net.final is not None:
        return
    last = net.transitions[graph.unbounded[-1]]
    place = next(net.places[p] for p, _ in last.give)
    named = net.names.get(place.element, place.element)
    fact = Fact("RK257.tokens", element=place.element, name=named, count=len(graph.unbounded))
    hint = (
        "Some loop goes on giving tokens or messages that nothing must take. Whether such a process ends "
        "cannot be decided in general once it has ends that stop everything, sub-processes or inclusive "
        "joins: bound the loop, or let it wait for an answer each time."
    )
    raise InputError([problem_of(fact, hint, net.file, net.lines.get(place.element, 0))])
