"""From a drawing and what is bound to it to a net: the one place where BPMN gets its token semantics.

Layer: net. Two passes: the first finds every place of every scope, the second makes the transitions, since
ending a sub-process or joining inclusively needs to know all places inside or upstream.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from renkei.errors import InputError, UsageError
from renkei.net.draft import Draft, Occasion, Part
from renkei.net.events import compile_catch, compile_end, compile_start, compile_throw, ready_place
from renkei.net.gateways import compile_gateway
from renkei.net.knowledge import Knowledge
from renkei.net.petri import compile_petri
from renkei.net.scope import Compilation, Scope
from renkei.net.tables import Net
from renkei.net.tasks import (
    compile_conference,
    compile_subprocess,
    compile_task,
    entrance_of,
    is_entered_at_start,
)
from renkei.process.arrangement import Arrangement
from renkei.process.graph import Collaboration, Flow, MessageFlow, Node


def compile_net(arrangement: Arrangement, process: str) -> Net:
    """Return the net of one process (collaboration) of an arrangement.

    Args:
        arrangement: What ``load_arrangement`` returned, under the option that is wanted.
        process: Id of the process; for a single file its stem.

    Raises:
        InputError: Elements cannot be given a meaning; all of them at once.
        UsageError: There is no such process.
    """
    if arrangement.petri is not None and process == arrangement.petri.id:
        return compile_petri(arrangement.petri)
    if process not in arrangement.collaborations:
        known = ", ".join(arrangement.collaborations)
        raise UsageError(f"no process {process!r}; there are: {known}")
    work = _compilation(arrangement, process)
    try:
        _in_two_passes(work)
        _open_case(work, arrangement, process)
    except InputError as error:
        raise InputError(replace(problem, file=work.graph.file) for problem in error.problems) from None
    if work.problems:
        raise InputError(work.problems)
    return work.draft.freeze(_shell(work, process))


def _in_two_passes(work: Compilation) -> None:
    for _ in range(2):
        work.moves = work.draft.moves()
        work.draft.transitions.clear()
        work.draft.forget_names()
        work.problems.clear()
        _compile_all(work)


def _compilation(arrangement: Arrangement, process: str) -> Compilation:
    model = arrangement.model
    draft = Draft()
    binding = model.processes.get(process) if model else None
    return Compilation(arrangement.collaborations[process], binding, draft, Knowledge(draft, model))


def _shell(work: Compilation, process: str) -> Net:
    graph = work.graph
    elements: list[Node | Flow | MessageFlow] = [
        *graph.nodes.values(),
        *graph.flows.values(),
        *graph.messages.values(),
    ]
    return Net(
        id=process,
        name=work.binding.name.en if work.binding else graph.name or process,
        places=(),
        transitions=(),
        file=graph.file,
        lines={element.id: element.line for element in elements},
        names=_names(graph),
    )


def _names(graph: Collaboration) -> dict[str, str]:
    """Return the names as drawn; an unnamed flow is called by where it leads, a process by its pool."""
    names = {node.id: node.name for node in graph.nodes.values() if node.name}
    links: list[Flow | MessageFlow] = [*graph.flows.values(), *graph.messages.values()]
    for flow in links:
        target = names.get(flow.target, flow.target)
        names[flow.id] = flow.name or f"→ {target}"
    for process in graph.processes.values():
        pool = graph.pools.get(process.pool)
        names[process.id] = (pool.name if pool else "") or process.name or process.id
    return names


def _compile_all(work: Compilation) -> None:
    work.knowledge.draft = work.draft
    seats: dict[str, list[tuple[Node, Scope]]] = {}
    for process in work.graph.processes.values():
        if not work.children(process.id):
            continue
        scope = work.scope(Scope(process.id, process.id, work.party(process)))
        _start(work, scope)
        _compile_scope(work, scope, seats)
    for name, members in seats.items():
        compile_conference(work, name, members)


def _start(work: Compilation, scope: Scope) -> None:
    """Start a process without start events where nothing leads."""
    children = work.children(scope.id)
    if any(child.type == "start" and child.kind == "event" for child in children):
        return
    if any(is_entered_at_start(child) for child in children):
        begin = Part(take=(ready_place(work, scope),)) + entrance_of(work, scope)
        work.draft.group(Occasion(scope.id, "starts", "now", scope.party, scope.process), [begin])


def _compile_scope(work: Compilation, scope: Scope, seats: dict[str, list[tuple[Node, Scope]]]) -> None:
    for node in work.children(scope.id):
        if node.kind == "task":
            conference = work.conference(node)
            if conference:
                seats.setdefault(conference, []).append((node, scope))
            compile_task(work, node, scope)
        elif node.kind == "gateway":
            compile_gateway(work, node, scope)
        elif node.kind == "subprocess":
            compile_subprocess(work, node, scope)
        else:
            _compile_event(work, node, scope)
    for inside in _within(work, scope):
        for body in _copies(work, inside) or [inside]:
            _compile_scope(work, body, seats)


def _within(work: Compilation, scope: Scope) -> list[Scope]:
    return [other for other in work.scopes.values() if other.parent is scope and other.id != scope.id]


def _copies(work: Compilation, host: Scope) -> list[Scope]:
    """Return the scopes of the instances of a multi-instance sub-process."""
    return [other for other in work.scopes.values() if other.parent is host and other.id == host.id]


def _compile_event(work: Compilation, node: Node, scope: Scope) -> None:
    if node.type == "start" and scope.parent is None:
        compile_start(work, node, scope)
    elif node.type == "catch":
        compile_catch(work, node, scope)
    elif node.type == "throw":
        compile_throw(work, node, scope)
    elif node.type == "end":
        compile_end(work, node, scope)


def _open_case(work: Compilation, arrangement: Arrangement, process: str) -> None:
    """Fix what the parties know when a case opens, then let the processes start.

    An attribute that a contingency of the process mentions, or that no task sets, may have any value; any
    other has the first of its values.
    """
    used = dict.fromkeys(place.element for place in work.draft.places if place.kind == "attribute")
    free = [attribute for attribute in used if _is_free(work, arrangement, process, attribute)]
    initial: Counter[int] = Counter()
    for attribute in used:
        copies = work.knowledge.copies(work.knowledge.owner(attribute), attribute)
        if attribute not in free:
            initial[next(iter(copies.values()))] = 1
    stages = [work.draft.place("opening", str(number), "") for number in range(len(free))]
    initial.update(stages[:1] or work.ready)
    for number, attribute in enumerate(free):
        following = Part(give=tuple(stages[number + 1 : number + 2]) or tuple(work.ready))
        owner = work.knowledge.owner(attribute)
        parts = [
            Part(take=(stages[number],), give=(place,), outcome=((attribute, value),)) + following
            for value, place in work.knowledge.copies(owner, attribute).items()
        ]
        work.draft.group(Occasion("", "opens", "now", owner), parts)
    work.draft.mark(initial)


def _is_free(work: Compilation, arrangement: Arrangement, process: str, attribute: str) -> bool:
    if arrangement.model is None or work.binding is None:
        return False
    mentioned = any(
        attribute in entry.attributes
        for entry in arrangement.model.contingencies.values()
        if entry.process == process
    )
    return mentioned or not any(attribute in task.sets for task in work.binding.tasks.values())
