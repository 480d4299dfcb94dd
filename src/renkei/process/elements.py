"""The elements of BPMN 2.0 by what renkei does with them: given a meaning, read over, or refused.

Layer: process (pure data). Invariant: an element of BPMN's namespace that stands in none of these tables
is refused by name, so nothing with a meaning is ever ignored. Elements of other namespaces (extensions
of tools) have no meaning in BPMN and are read over.
"""

from __future__ import annotations

from renkei.process.graph import EventType, GatewayType, TaskType, Trigger

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"

TASKS: dict[str, TaskType] = {
    "task": "task",
    "userTask": "user",
    "manualTask": "manual",
    "sendTask": "send",
    "receiveTask": "receive",
    "serviceTask": "service",
    "scriptTask": "script",
    "businessRuleTask": "rule",
}
EVENTS: dict[str, EventType] = {
    "startEvent": "start",
    "intermediateCatchEvent": "catch",
    "intermediateThrowEvent": "throw",
    "endEvent": "end",
    "boundaryEvent": "boundary",
}
GATEWAYS: dict[str, GatewayType] = {
    "exclusiveGateway": "exclusive",
    "parallelGateway": "parallel",
    "inclusiveGateway": "inclusive",
    "eventBasedGateway": "event",
}
NODES = {*TASKS, *EVENTS, *GATEWAYS, "subProcess", "callActivity"}
"""Flow nodes that have a meaning."""

LOOPS = {"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"}

TRIGGERS: dict[str, Trigger] = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "terminateEventDefinition": "terminate",
    "linkEventDefinition": "link",
}
ALLOWED_TRIGGERS: dict[str, frozenset[Trigger]] = {
    "start": frozenset({"none", "message", "timer", "signal"}),
    "event start": frozenset({"message", "timer", "signal", "error", "escalation"}),
    "catch": frozenset({"message", "timer", "signal", "link"}),
    "throw": frozenset({"none", "message", "signal", "escalation", "link"}),
    "end": frozenset({"none", "message", "signal", "error", "escalation", "terminate"}),
    "boundary": frozenset({"message", "timer", "signal", "error", "escalation"}),
}
"""Triggers by the position of the event; ``event start`` is the start of an event sub-process."""

REFERENCES: dict[Trigger, tuple[str, str]] = {
    "message": ("messageRef", "name"),
    "signal": ("signalRef", "name"),
    "error": ("errorRef", "errorCode"),
    "escalation": ("escalationRef", "escalationCode"),
}
"""Trigger -> the attribute that names what is meant, and the attribute of the latter that is its key."""

GLOBAL_TASKS = {
    "globalTask",
    "globalUserTask",
    "globalManualTask",
    "globalScriptTask",
    "globalBusinessRuleTask",
}
"""Tasks outside any process: a call activity that calls one is a task."""

DATA = {
    "dataInput", "dataInputAssociation", "dataObject", "dataObjectReference", "dataOutput",
    "dataOutputAssociation", "dataState", "dataStore", "dataStoreReference", "inputSet", "ioBinding",
    "ioSpecification", "itemDefinition", "outputSet", "property",
}  # fmt: skip
"""Data: renkei's data are the attributes of the model, which the model binds to tasks."""
ARTIFACTS = {"association", "category", "categoryValue", "group", "text", "textAnnotation"}
TEXTS = {"documentation", "extension", "extensionElements", "import", "relationship", "script"}
ROLES = {
    "humanPerformer", "partnerEntity", "partnerEntityRef", "partnerRole", "partnerRoleRef", "performer",
    "potentialOwner", "resource", "resourceRole",
}  # fmt: skip
"""Who may do it: the model says so, by posts."""
TECHNOLOGY = {
    "auditing", "correlationKey", "correlationProperty", "correlationSubscription", "endPoint", "endPointRef",
    "interface", "interfaceRef", "messageFlowAssociation", "monitoring", "operation", "rendering",
    "supportedInterfaceRef", "supports",
}  # fmt: skip
"""Bindings to services: one case is played at a time, so nothing has to be told apart by correlation."""
DERIVED = {"incoming", "outgoing"}
"""Said twice by BPMN; renkei reads them off the sequence flows."""
PASSIVE = DATA | ARTIFACTS | TEXTS | ROLES | TECHNOLOGY | DERIVED
"""Elements that are read over with all that they contain."""

INSTEAD = {
    "complexGateway": "Draw it with parallel, exclusive or inclusive gateways.",
    "compensateEventDefinition": "Draw what undoes the work as ordinary tasks.",
    "cancelEventDefinition": "Draw the cancellation as an error event and ordinary tasks.",
    "transaction": "Use a sub-process with an error event on its border.",
    "adHocSubProcess": "Draw the allowed orders of work, or use a parallel multi-instance.",
    "conditionalEventDefinition": "Let a message, a signal or a timer say that the condition has come true.",
    "choreography": "Draw a collaboration: pools with processes and message flows.",
    "globalChoreographyTask": "Draw a collaboration: pools with processes and message flows.",
    "globalConversation": "Draw a collaboration: pools with processes and message flows.",
    "conversation": "Draw message flows between the pools.",
    "subConversation": "Draw message flows between the pools.",
    "callConversation": "Draw message flows between the pools.",
    "conversationLink": "Draw message flows between the pools.",
    "participantMultiplicity": "Draw one pool for each participant.",
    "completionCondition": "All instances are waited for; draw an earlier end with an event on the border.",
}
"""What to draw in place of some of the elements that have no meaning here."""
