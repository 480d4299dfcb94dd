"""Events as transitions: starts, catches, throws, ends, boundary events, and what they raise.

Layer: net. A timer fires after its delay; without a clock it may fire at any time while it waits, once for
each time its activity starts. What no element of the drawing brings about (a message from outside, a
signal, an error of a task) may happen at any time.
"""

from __future__ import annotations

from renkei.errors import InternalError
from renkei.facts import Fact
from renkei.model.values import parse_duration
from renkei.net.draft import NOTHING, Part, products
from renkei.net.messages import comes_from_outside, receives, sends
from renkei.net.scope import Compilation, Scope
from renkei.net.tables import Timing
from renkei.process.graph import Node

MAX_SIGNAL_CATCHERS = 6
"""Most events that one signal may reach: which of them wait is unfolded."""


def timing_of(work: Compilation, node: Node) -> Timing:
    """Return when an event that waits fires: after a delay for timers and for what comes from outside."""
    if node.trigger == "timer":
        check_delay(work, node)
        return "delay"
    if node.trigger == "message":
        return "delay" if comes_from_outside(work, node) else "now"
    return "delay" if node.trigger in {"signal", "error", "escalation"} else "now"


def check_delay(work: Compilation, node: Node) -> None:
    """Refuse a timer whose duration in the drawing has no fixed length."""
    if not node.delay:
        return
    try:
        parse_duration(node.delay)
    except ValueError:
        fact = Fact("RK252.duration", event=node.id, name=node.name, value=node.delay)
        hint = "Months and years vary; write days, hours or minutes, for example PT30M for 30 minutes."
        work.refuse(fact, node, hint)


def compile_start(work: Compilation, node: Node, scope: Scope) -> None:
    """Add the transitions of a start event of a top-level process."""
    if node.trigger == "signal" and _is_thrown(work, node):
        return
    ready = Part(take=(ready_place(work, scope),)) + work.outputs(node, scope)
    caught = receives(work, node, scope) if node.trigger == "message" else [NOTHING]
    occasion = work.occasion(node, scope, "starts", timing_of(work, node))
    work.draft.group(occasion, [ready + part for part in caught])


def ready_place(work: Compilation, scope: Scope) -> int:
    """Return the place from which a top-level process starts, once in a case."""
    place = work.draft.place("ready", scope.process, scope.process, party=scope.party, process=scope.process)
    if place not in work.ready:
        work.ready.append(place)
    return place


def compile_catch(work: Compilation, node: Node, scope: Scope) -> None:
    """Add the transitions of an intermediate event that waits."""
    if node.trigger == "link" or (node.trigger == "signal" and _is_thrown(work, node)):
        return
    caught = receives(work, node, scope) if node.trigger == "message" else [NOTHING]
    occasion = work.occasion(node, scope, "catches", timing_of(work, node))
    for place in work.inputs(node, scope):
        parts = [Part(take=(place,)) + part + work.outputs(node, scope) for part in caught]
        work.draft.group(occasion, parts)


def compile_throw(work: Compilation, node: Node, scope: Scope) -> None:
    """Add the transitions of an intermediate event that throws, or passes."""
    after = work.outputs(node, scope)
    if node.trigger == "link":
        after = _link_target(work, node, scope)
    _throw(work, node, scope, "throws", after)


def compile_end(work: Compilation, node: Node, scope: Scope) -> None:
    """Add the transitions of an end event."""
    after = Part(give=(work.end(node, scope),))
    if node.trigger == "terminate":
        inputs = work.inputs(node, scope)
        parts = [Part(take=(place,)) + scope.emptied() + after for place in inputs]
        work.draft.group(work.occasion(node, scope, "terminates"), parts)
    else:
        _throw(work, node, scope, "ends", after)


def _throw(work: Compilation, node: Node, scope: Scope, step: str, after: Part) -> None:
    thrown = [NOTHING]
    if node.trigger == "message":
        thrown = sends(work, node, scope)
    elif node.trigger == "signal":
        thrown = _signalled(work, node)
    elif node.trigger in {"error", "escalation"}:
        after, step = _raised(work, node, scope, after, step)
    for place in work.inputs(node, scope):
        parts = [Part(take=(place,)) + part + after for part in thrown]
        work.draft.group(work.occasion(node, scope, step), parts)


def _link_target(work: Compilation, node: Node, scope: Scope) -> Part:
    for other in work.children(scope.id):
        if other.trigger == "link" and other.type == "catch" and other.reference == node.reference:
            return work.outputs(other, scope)
    raise InternalError(f"link event {node.id} has no partner")


def _raised(work: Compilation, node: Node, scope: Scope, after: Part, step: str) -> tuple[Part, str]:
    """Return what an error or escalation leads to: the nearest handler around it, if there is one."""
    inside: Scope | None = scope
    while inside is not None:
        for handler in work.children(inside.id):
            start = triggered_start(work, handler) if handler.type == "event" else None
            if start is not None and _handles(start, node):
                work.handled.add(handler.id)
                reaction = entered(work, handler, start, inside)
                return (reaction if start.interrupting else reaction + after), "raises"
        for boundary in work.boundaries(inside.node) if inside.node else ():
            if _handles(boundary, node):
                work.handled.add(boundary.id)
                return _handled_at(work, boundary, inside, after), "raises"
        inside = inside.parent
    if node.trigger == "error":
        return _outermost(scope).emptied() + after, "terminates"
    return after, step


def _handles(handler: Node, thrown: Node) -> bool:
    return handler.trigger == thrown.trigger and handler.reference in {"", thrown.reference}


def _handled_at(work: Compilation, boundary: Node, host: Scope, after: Part) -> Part:
    outer = host.parent
    if outer is None or host.active is None:
        raise InternalError(f"boundary event {boundary.id} has no scope around its activity")
    leaving = work.outputs(boundary, outer)
    if boundary.interrupting or boundary.trigger == "error":
        return host.emptied() + Part(clear=(host.active, *armed(work, host.node, outer))) + leaving
    return after + leaving


def _outermost(scope: Scope) -> Scope:
    return scope if scope.parent is None else _outermost(scope.parent)


def triggered_start(work: Compilation, node: Node) -> Node | None:
    """Return the start event of an event sub-process."""
    return next((child for child in work.children(node.id) if child.type == "start"), None)


def entered(work: Compilation, node: Node, start: Node, around: Scope) -> Part:
    """Return the arcs that start an event sub-process, ending what is around it where it interrupts."""
    own = event_scope(work, node, around)
    enter = Part(give=(own.active or 0,)) + work.outputs(start, own)
    if start.interrupting:
        others = tuple(place for place in (*around.inner, *around.ends) if place != own.active)
        return Part(clear=others) + enter
    return Part(inhibit=(own.active or 0,)) + enter


def event_scope(work: Compilation, node: Node, around: Scope) -> Scope:
    """Return the scope of an event sub-process that stands in ``around``."""
    active = work.state(node, around)
    return work.scope(Scope(node.id, around.process, around.party, around.suffix, around, None, active))


def armed(work: Compilation, node: Node | None, scope: Scope) -> tuple[int, ...]:
    """Return the places of the timers that may fire once, beside the running activity ``node``."""
    if node is None:
        return ()
    return tuple(
        work.state(boundary, scope, "armed")
        for boundary in work.boundaries(node)
        for _ in range(boundary.repeats)
        if _is_armed(work, boundary)
    )


def _is_armed(work: Compilation, boundary: Node) -> bool:
    """Return whether an event that does not interrupt happens so many times while its activity runs.

    A message of the drawing happens as often as it is sent; a timer goes off once or as often as its cycle
    says, and what comes from outside, of which the drawing says nothing, happens once.
    """
    sent = boundary.trigger == "message" and not comes_from_outside(work, boundary)
    return not boundary.interrupting and not sent


def compile_boundary(
    work: Compilation, boundary: Node, scope: Scope, active: int, inside: Scope | None
) -> None:
    """Add the transitions of an event on the border of an activity that is under way.

    Args:
        work: The compilation.
        boundary: The event.
        scope: The scope in which the activity stands.
        active: The place that is marked while the activity is under way.
        inside: The scope of the activity where it is a sub-process.
    """
    if boundary.id in work.handled or (boundary.trigger == "signal" and _is_thrown(work, boundary)):
        return
    caught = receives(work, boundary, scope) if boundary.trigger == "message" else [NOTHING]
    host = reaction_of_boundary(work, boundary, scope, active, inside)
    step = "interrupts" if boundary.interrupting else "catches"
    occasion = work.occasion(boundary, scope, step, timing_of(work, boundary))
    work.draft.group(occasion, [host + part for part in caught])


def reaction_of_boundary(
    work: Compilation, boundary: Node, scope: Scope, active: int, inside: Scope | None
) -> Part:
    """Return the arcs of a boundary event without what triggers it."""
    leaving = work.outputs(boundary, scope)
    if not boundary.interrupting:
        once = (work.state(boundary, scope, "armed"),) if _is_armed(work, boundary) else ()
        return Part(take=(active, *once), give=(active,)) + leaving
    host = work.graph.nodes[boundary.attached_to]
    stop = Part(take=(active,), clear=armed(work, host, scope))
    if inside is not None:
        stop += inside.emptied() + Part(any_of=tuple(inside.inner))
    return stop + leaving


def _is_thrown(work: Compilation, node: Node) -> bool:
    return any(
        other.trigger == "signal" and other.type in {"throw", "end"} and other.reference == node.reference
        for other in work.graph.nodes.values()
    )


def _signalled(work: Compilation, node: Node) -> list[Part]:
    """Return the alternatives of a signal: which of the events that know it are waiting."""
    reactions = [
        options
        for catcher in work.graph.nodes.values()
        if catcher.trigger == "signal" and catcher.reference == node.reference
        if (options := _waiting(work, catcher))
    ]
    if len(reactions) > MAX_SIGNAL_CATCHERS:
        fact = Fact("RK253.signal", event=node.id, most=MAX_SIGNAL_CATCHERS)
        work.refuse(fact, node, "Use fewer catching events, or message flows.")
        return [NOTHING]
    return products(*reactions)


def _waiting(work: Compilation, catcher: Node) -> list[Part]:
    """Return what a signal does to one catching event: one part for each place it waits in, or nothing."""
    parts = [part for scope in list(work.scopes.values()) for part in _caught(work, catcher, scope)]
    places = [place for part in parts for place in part.take]
    return [*parts, Part(inhibit=tuple(places))] if parts else []


def _caught(work: Compilation, catcher: Node, scope: Scope) -> list[Part]:
    if catcher.scope != scope.id:
        return []
    if catcher.type == "catch":
        leaving = work.outputs(catcher, scope)
        return [Part(take=(place,)) + leaving for place in work.inputs(catcher, scope)]
    if catcher.type == "start" and scope.parent is None:
        return [Part(take=(ready_place(work, scope),)) + work.outputs(catcher, scope)]
    if catcher.type == "start":
        around = scope.parent
        handler = work.graph.nodes[scope.id]
        running = () if around is None or around.active is None else (around.active,)
        return [Part(take=running, give=running) + entered(work, handler, catcher, around or scope)]
    if catcher.type == "boundary":
        host = work.graph.nodes[catcher.attached_to]
        inside = work.scopes.get(f"{host.id}{scope.suffix}")
        return [reaction_of_boundary(work, catcher, scope, work.state(host, scope), inside)]
    return []
