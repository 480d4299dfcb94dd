"""One flow node of a BPMN file: task, event, gateway or sub-process.

Layer: process. Reads a node by itself; the rules between nodes stand in ``structure.py``.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import replace

from renkei.facts import Fact
from renkei.process.elements import EVENTS, GATEWAYS, GLOBAL_TASKS, LOOPS, REFERENCES, TASKS, TRIGGERS
from renkei.process.graph import Node
from renkei.process.reading import Reading, cleaned, label
from renkei.process.xml import Element

MAX_INSTANCES = 8
"""Most instances of a parallel multi-instance, here as in ``instances`` of model.yaml."""

_DEFINITIONS = {*TRIGGERS, "eventDefinitionRef"}
_INSTANCE_DATA = {
    "loopCardinality",
    "loopDataInputRef",
    "loopDataOutputRef",
    "inputDataItem",
    "outputDataItem",
}
_DURATION = re.compile(r"P(?=[\dT])(?:\d+(?:\.\d+)?[YMWD])*(?:T(?:\d+(?:\.\d+)?[HMS])+)?")
_CYCLE = re.compile(rf"R(?P<count>\d{{1,9}})?/(?P<delay>{_DURATION.pattern})")
MAX_REPEATS = 8
"""Most times that a timer on the border of one activity may go off."""
_YES = {"true", "1"}


def parts_of(element: Element) -> AbstractSet[str]:
    """Return the names of the elements with a meaning that a flow node may hold, flow nodes apart."""
    if element.name in EVENTS:
        return _DEFINITIONS
    return set() if element.name in GATEWAYS else LOOPS


def read_node(reading: Reading, element: Element, scope: str, parts: list[Element]) -> Node:
    """Return the node that ``element`` draws.

    Args:
        reading: The file being read.
        element: A flow node.
        scope: Id of the process or sub-process it stands in.
        parts: Its children called as ``parts_of`` says.
    """
    plain = Node(element.get("id"), "task", "task", cleaned(element.get("name")), scope, element.line)
    if element.name in EVENTS:
        return _event(reading, element, plain, parts)
    if element.name in GATEWAYS:
        return _gateway(reading, element, plain)
    return _repeated(reading, element, _activity(reading, element, plain), parts)


def _event(reading: Reading, element: Element, plain: Node, parts: list[Element]) -> Node:
    event = replace(
        plain,
        kind="event",
        type=EVENTS[element.name],
        attached_to=reading.local(element.get("attachedToRef")),
        interrupting=not {element.get("cancelActivity"), element.get("isInterrupting")} & {"false", "0"},
    )
    if len(parts) > 1:
        fact = Fact("RK214.several", element=label(element), drawn=[part.name for part in parts])
        hint = "Draw one event for each of them, behind an event-based or parallel gateway."
        reading.refuse(fact, element.line, hint)
        reading.refused.add(event.id)
        return event
    for part in parts:
        definition = _resolved(reading, part, element)
        if definition is not None:
            trigger = TRIGGERS[definition.name]
            reference = _reference(reading, definition)
            event = replace(event, trigger=trigger, reference=reference)
            return _timed(reading, definition, event) if trigger == "timer" else event
    return event


def _resolved(reading: Reading, part: Element, event: Element) -> Element | None:
    """Return the definition that an event holds, or refers to."""
    if part.name != "eventDefinitionRef":
        return part
    found = reading.elements.get(reading.local(part.text))
    if found is not None and found.name in TRIGGERS:
        return found
    fact = Fact("RK211.reference", element=label(event), id=cleaned(part.text)[:60])
    reading.refuse(fact, part.line, "Put the event definition into the event itself.")
    reading.refused.add(event.get("id"))
    return None


def _reference(reading: Reading, definition: Element) -> str:
    trigger = TRIGGERS[definition.name]
    if trigger == "link":
        return cleaned(definition.get("name"))
    if trigger not in REFERENCES:
        return ""
    attribute, key = REFERENCES[trigger]
    return _key(reading, definition.get(attribute), key)


def _key(reading: Reading, reference: str, key: str) -> str:
    """Return the name or code of what is referred to, its id where it has none."""
    own = reading.local(reference)
    meant = reading.elements.get(own)
    return (cleaned(meant.get(key)) if meant is not None else "") or cleaned(own)


def _timed(reading: Reading, definition: Element, event: Node) -> Node:
    """Return a timer with its delay, and how often it goes off where it does not interrupt."""
    given = list(reading.inside(definition, {"timeDuration", "timeDate", "timeCycle"}))
    for part in given:
        cycle = _CYCLE.fullmatch(part.text) if part.name == "timeCycle" else None
        if part.name == "timeDuration" and _DURATION.fullmatch(part.text):
            return replace(event, delay=part.text)
        if part.name == "timeCycle" and not event.interrupting:
            count = int(cycle["count"] or 0) if cycle else 0
            if cycle is None or not 1 <= count <= MAX_REPEATS:
                hint = f"Say how often, at most {MAX_REPEATS} times, for example R3/PT1H; or draw a loop."
                fact = Fact("RK212.cycle", element=label(definition), value=part.text[:60])
                reading.refuse(fact, part.line, hint)
                return event
            return replace(event, delay=cycle["delay"], repeats=count)
        if cycle is not None:
            return replace(event, delay=cycle["delay"])
    return event


def _gateway(reading: Reading, element: Element, plain: Node) -> Node:
    if element.get("instantiate") in _YES:
        reading.refuse_attribute(element, "instantiate", "Draw one start event for each way to begin.")
    if element.get("eventGatewayType") == "Parallel":
        hint = "Use a parallel gateway followed by the events."
        reading.refuse_attribute(element, "eventGatewayType", hint)
    return replace(plain, kind="gateway", type=GATEWAYS[element.name], default=_default(reading, element))


def _default(reading: Reading, element: Element) -> str:
    return reading.local(element.get("default"))


def _activity(reading: Reading, element: Element, plain: Node) -> Node:
    _refuse_attributes(reading, element)
    node = replace(plain, default=_default(reading, element))
    if element.name == "subProcess":
        kind = "event" if element.get("triggeredByEvent") in _YES else "embedded"
        return replace(node, kind="subprocess", type=kind)
    if element.name == "callActivity":
        return _call(reading, element, node)
    reference = _key(reading, element.get("messageRef"), "name") if element.get("messageRef") else ""
    return replace(node, type=TASKS[element.name], reference=reference)


def _refuse_attributes(reading: Reading, element: Element) -> None:
    if element.get("isForCompensation") in _YES:
        reading.refuse_attribute(element, "isForCompensation", "Draw what undoes the work as ordinary tasks.")
        # Compensation hangs on associations, so the rules of sequence flows do not apply to it.
        reading.refused.add(element.get("id"))
    if element.get("instantiate") in _YES:
        reading.refuse_attribute(element, "instantiate", "Put a message start event in its place.")
    for attribute in ("startQuantity", "completionQuantity"):
        if element.get(attribute) not in {"", "1"}:
            hint = "Draw a parallel gateway where several tokens meet or part."
            reading.refuse_attribute(element, attribute, hint)


def _call(reading: Reading, element: Element, node: Node) -> Node:
    called = reading.local(element.get("calledElement"))
    meant = reading.elements.get(called)
    if called and (meant is None or meant.name not in {"process", *GLOBAL_TASKS}):
        fact = Fact("RK217.missing", element=label(element), id=cleaned(called)[:60])
        hint = "Put the called process into the same file, or use a sub-process or a plain task."
        reading.refuse(fact, element.line, hint)
    elif meant is not None and meant.name == "process":
        return replace(node, kind="subprocess", type="call", reference=called)
    return replace(node, type="call")


def _repeated(reading: Reading, element: Element, node: Node, parts: list[Element]) -> Node:
    loops = [part for part in parts if part.name in LOOPS]
    if len(loops) > 1:
        hint = "An activity is either a loop or a multi-instance."
        reading.refuse(Fact("RK212.ways", element=label(element)), element.line, hint)
    for loop in loops[:1]:
        if loop.name == "multiInstanceLoopCharacteristics":
            return replace(node, loop="parallel", instances=_instances(reading, loop, element))
        _check_loop(reading, loop, element)
        return replace(node, loop="standard")
    return node


def _check_loop(reading: Reading, loop: Element, element: Element) -> None:
    for part in reading.inside(loop, {"loopCondition"}):
        del part  # the model gives the chance of one more round
    if loop.get("testBefore") in _YES:
        hint = "Draw an exclusive gateway before the activity through which it can be passed by."
        reading.refuse_attribute(loop, "testBefore", hint, within=element)
    if loop.get("loopMaximum"):
        hint = "Draw the rounds, or leave the limit out; check then covers any number of rounds."
        reading.refuse_attribute(loop, "loopMaximum", hint, within=element)


def _instances(reading: Reading, loop: Element, element: Element) -> int:
    """Return the number of instances where the file gives it as a plain number; 0 where it does not."""
    if loop.get("isSequential") in _YES:
        hint = "Draw a loop, or one task for each turn."
        reading.refuse_attribute(loop, "isSequential", hint, within=element)
    if loop.get("behavior") not in {"", "All"}:
        reading.refuse_attribute(
            loop, "behavior", "Leave it out: all instances are waited for.", within=element
        )
    texts = [part.text for part in reading.inside(loop, _INSTANCE_DATA) if part.name == "loopCardinality"]
    count = texts[0] if texts else ""
    if not (count.isascii() and count.isdigit()):
        return 0
    if not 1 <= int(count[:9]) <= MAX_INSTANCES:
        fact = Fact("RK212.instances", element=label(element), count=count[:20], most=MAX_INSTANCES)
        reading.refuse(fact, loop.line, "Use fewer instances: the check covers every order of theirs.")
        return 0
    return int(count)
