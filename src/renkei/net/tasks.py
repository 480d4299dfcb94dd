"""Tasks, sub-processes and conferences as transitions.

Layer: net. A task without boundary events is one transition: its token stays where it is while the task
waits for its post and is worked on. A task with boundary events, an instance of several, or one held in
a conference has a place of its own while it is under way.
"""

from __future__ import annotations

from itertools import product

from renkei.facts import Fact
from renkei.net.draft import NOTHING, Occasion, Part, check_alternatives, products
from renkei.net.events import armed, compile_boundary, entered, event_scope, timing_of, triggered_start
from renkei.net.gateways import inclusive_departures
from renkei.net.messages import receives, sends
from renkei.net.scope import Compilation, Scope
from renkei.process.graph import Node

MAX_INSTANCES = 8
"""Most instances of a parallel multi-instance activity."""
AGAIN, ENOUGH = ("", "again"), ("", "enough")
"""Outcomes of a loop activity: once more, or on."""


def compile_task(work: Compilation, node: Node, scope: Scope) -> None:
    """Add the transitions of a task."""
    if work.conference(node):
        return
    if node.loop == "parallel":
        _instances_of_task(work, node, scope)
    elif work.boundaries(node) or work.after_event_gateway(node):
        _in_two_steps(work, node, scope)
    else:
        for place in work.inputs(node, scope):
            parts = [Part(take=(place,)) + part for part in _rounds(work, node, scope, Part(give=(place,)))]
            work.draft.group(work.occasion(node, scope, "completes", "work"), parts)


def _completions(work: Compilation, node: Node, scope: Scope, *, receiving: bool) -> list[Part]:
    """Return the alternatives of completing a task, without what it takes and without a loop."""
    return products(
        receives(work, node, scope) if receiving else [NOTHING],
        _effects(work, node, scope),
        _departures(work, node, scope),
    )


def _effects(work: Compilation, node: Node, scope: Scope) -> list[Part]:
    """Return the alternatives of what completing a task decides, does and sends."""
    binding, known = work.task(node.id), work.knowledge
    done = products(known.acts(scope.party, binding), [known.ceases(scope.party, binding)])
    found: list[Part] = []
    for decision in known.decisions(scope.party, binding):
        found += products([decision], done, sends(work, node, scope, decision.outcome))
        check_alternatives(len(found))
    return found


def _departures(work: Compilation, node: Node, scope: Scope) -> list[Part]:
    """Return the alternatives of leaving a task: by conditions where its flows have some, else on all."""
    conditional = _has_conditions(work, node)
    return inclusive_departures(work, node, scope) if conditional else [work.outputs(node, scope)]


def _has_conditions(work: Compilation, node: Node) -> bool:
    conditional = any(work.graph.flows[flow].condition for flow in node.outgoing)
    return len(node.outgoing) > 1 and (conditional or any(work.whens(node.outgoing).values()))


def _rounds(work: Compilation, node: Node, scope: Scope, back: Part, *, receiving: bool = True) -> list[Part]:
    """Return the alternatives of completing a task; every round of a loop task decides, does and sends."""
    finished = _completions(work, node, scope, receiving=receiving)
    if node.loop != "standard":
        return finished
    received = receives(work, node, scope) if receiving else [NOTHING]
    again = products(received, _effects(work, node, scope), [Part(outcome=(AGAIN,)) + back])
    return [part + Part(outcome=(ENOUGH,)) for part in finished] + again


def _in_two_steps(work: Compilation, node: Node, scope: Scope) -> None:
    """Add the start and the completion of a task that is under way in between.

    Behind an event-based gateway, what is received decides the race, so it is taken at the start.
    """
    racing = work.after_event_gateway(node)
    active, timers = work.state(node, scope), armed(work, node, scope)
    begun = Part(inhibit=(active,), give=(active, *timers))
    started = receives(work, node, scope) if racing else [NOTHING]
    for place in work.inputs(node, scope):
        parts = [Part(take=(place,)) + begun + part for part in started]
        work.draft.group(work.occasion(node, scope, "catches" if racing else "activates"), parts)
    done = Part(take=(active,), clear=timers)
    finished = _rounds(work, node, scope, Part(give=begun.give), receiving=not racing)
    work.draft.group(work.occasion(node, scope, "completes", "work"), [done + part for part in finished])
    for boundary in work.boundaries(node):
        compile_boundary(work, boundary, scope, active, None)


def _instance_count(work: Compilation, node: Node) -> int:
    count = work.task(node.id).instances or node.instances
    if count > MAX_INSTANCES:
        fact = Fact("RK259.instances", element=node.id, name=node.name, count=count, most=MAX_INSTANCES)
        hint = "The instances run side by side and their places multiply; model the work of one."
        work.refuse(fact, node, hint)
        return 1
    if not count:
        hint = "Give loopCardinality as a plain number in the drawing, or `instances` in model.yaml."
        work.refuse(Fact("RK254.instances", element=node.id, name=node.name), node, hint)
    return count or 1


def _instances_of_task(work: Compilation, node: Node, scope: Scope) -> None:
    count = _instance_count(work, node)
    active, timers = work.state(node, scope), armed(work, node, scope)
    waiting, done = work.state(node, scope, "waiting"), work.state(node, scope, "done")
    for place in work.inputs(node, scope):
        begun = Part(take=(place,), inhibit=(active,), give=(active, *timers, *(waiting,) * count))
        work.draft.group(work.occasion(node, scope, "activates"), [begun])
    each = products(receives(work, node, scope), _effects(work, node, scope))
    finished = [Part(take=(waiting,), give=(done,)) + part for part in each]
    work.draft.group(work.occasion(node, scope, "completes", "work"), finished)
    left = Part(take=(active, *(done,) * count), clear=timers) + work.outputs(node, scope)
    work.draft.group(work.occasion(node, scope, "leaves"), [left])
    for boundary in work.boundaries(node):
        stopped = Scope(node.id, scope.process, scope.party, scope.suffix, None, node, active)
        stopped.inner = {waiting: None, done: None}
        compile_boundary(work, boundary, scope, active, stopped)


def compile_conference(work: Compilation, name: str, seats: list[tuple[Node, Scope]]) -> None:
    """Add the shared start and the shared end of a conference.

    Args:
        work: The compilation.
        name: Id of the conference.
        seats: Its tasks and the scopes they stand in.
    """
    members = tuple(node.id for node, _ in seats)
    for node, _ in seats:
        if work.boundaries(node) or node.loop or members.count(node.id) > 1:
            fact = Fact("RK260.task", task=node.id, name=node.name, conference=name)
            hint = "Put a plain task into the conference, and the repetition or the deadline around it."
            work.refuse(fact, node, hint)
    first = seats[0][1]
    parties = "+".join(dict.fromkeys(scope.party for _, scope in seats))
    actives = tuple(work.state(node, scope) for node, scope in seats)
    entries = [[Part(take=(place,)) for place in work.inputs(node, scope)] for node, scope in seats]
    begun = Part(inhibit=actives, give=actives)
    work.draft.group(
        Occasion(name, "meets", "meet", parties, first.process, members),
        [sum(chosen, begun) for chosen in product(*entries)],
    )
    ends = products(*(_completions(work, node, scope, receiving=True) for node, scope in seats))
    work.draft.group(
        Occasion(name, "completes", "work", parties, first.process, members),
        [Part(take=actives) + part for part in ends],
    )


def compile_subprocess(work: Compilation, node: Node, scope: Scope) -> None:
    """Add the start and the end of a sub-process, and its boundary events; its inside comes apart."""
    if node.type == "event":
        _event_subprocess(work, node, scope)
        return
    count = _instance_count(work, node) if node.loop == "parallel" else 1
    host = host_scope(work, node, scope)
    active, timers = work.state(node, scope), armed(work, node, scope)
    bodies = [host] if count == 1 else copies(work, node, host, count)
    entrance = sum((entrance_of(work, body) for body in bodies), NOTHING)
    inner_active = tuple(body.active for body in bodies if body is not host and body.active is not None)
    begun = Part(inhibit=(active,), give=(active, *timers, *inner_active)) + entrance
    for place in work.inputs(node, scope):
        work.draft.group(work.occasion(node, scope, "enters"), [Part(take=(place,)) + begun])
    done = Part(take=(active,), inhibit=tuple(host.inner), clear=(*timers, *host.ends))
    finished = [work.outputs(node, scope)]
    if node.loop == "standard":
        again = Part(give=begun.give, outcome=(AGAIN,))
        finished = [work.outputs(node, scope) + Part(outcome=(ENOUGH,)), again]
    work.draft.group(work.occasion(node, scope, "leaves"), [done + part for part in finished])
    for body in bodies:
        if body is not host and body.active is not None:
            quiet = Part(take=(body.active,), inhibit=tuple(body.inner))
            work.draft.group(work.occasion(node, body, "leaves"), [quiet])
    for boundary in work.boundaries(node):
        compile_boundary(work, boundary, scope, active, host)


def _event_subprocess(work: Compilation, node: Node, scope: Scope) -> None:
    """Add the start and the end of an event sub-process that stands in ``scope``."""
    start = triggered_start(work, node)
    if start is None:
        return
    own = event_scope(work, node, scope)
    quiet = Part(take=(own.active or 0,), inhibit=tuple(own.inner), clear=tuple(own.ends))
    work.draft.group(work.occasion(node, scope, "leaves"), [quiet])
    if node.id in work.handled:
        return
    running = Part(any_of=tuple(place for place in scope.inner if place not in {own.active, *own.inner}))
    if scope.active is not None:
        running = Part(take=(scope.active,), give=(scope.active,))
    caught = receives(work, start, own) if start.trigger == "message" else [NOTHING]
    reaction = entered(work, node, start, scope)
    occasion = work.occasion(
        start, scope, "interrupts" if start.interrupting else "catches", timing_of(work, start)
    )
    work.draft.group(occasion, [running + reaction + part for part in caught])


def host_scope(work: Compilation, node: Node, scope: Scope) -> Scope:
    """Return the scope of a sub-process or call activity as a whole."""
    body = node.reference if node.type == "call" else node.id
    suffix = f"{scope.suffix}@{node.id}" if node.type == "call" else scope.suffix
    active = work.state(node, scope)
    return work.scope(Scope(body, scope.process, scope.party, suffix, scope, node, active))


def copies(work: Compilation, node: Node, host: Scope, count: int) -> list[Scope]:
    """Return the scopes of the instances of a parallel multi-instance sub-process."""
    made = []
    for number in range(1, count + 1):
        active = work.state(node, host, f"instance{number}")
        suffix = f"{host.suffix}#{number}"
        made.append(work.scope(Scope(host.id, host.process, host.party, suffix, host, None, active)))
    return made


def entrance_of(work: Compilation, scope: Scope) -> Part:
    """Return the arcs that put tokens where a scope begins."""
    children = work.children(scope.id)
    starts = [child for child in children if child.type == "start"]
    if starts:
        return sum((work.outputs(start, scope) for start in starts), NOTHING)
    first = [child for child in children if is_entered_at_start(child)]
    return Part(give=tuple(work.entry(child, scope) for child in first))


def is_entered_at_start(node: Node) -> bool:
    """Return whether a node that nothing leads to begins with its scope."""
    waits = node.type in {"start", "boundary", "event"} and node.kind != "gateway"
    return not node.incoming and not waits and not (node.type == "catch" and node.trigger == "link")
