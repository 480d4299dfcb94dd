"""How likely the alternatives of a group are.

Layer: simulator. The weight of an alternative is the product of the probabilities of the flows and the
outcomes that it stands for; the kernel compares the weights of those that are enabled. What has no
probability shares evenly what the others leave over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from renkei.model.schema import Contingency, ProcessBinding
from renkei.model.values import Amount
from renkei.net.tables import Transition

EVEN = 0.5
"""Probability of a flow behind an inclusive gateway, and of one more round of a loop, that is not given."""


def weights_of(
    alternatives: Sequence[Transition], binding: ProcessBinding, contingency: Contingency
) -> list[float]:
    """Return the weight of each alternative of a group."""
    chosen = _flow_weights([alternative.flows for alternative in alternatives], binding)
    outcomes = [_outcome_weight(each, alternatives, binding, contingency) for each in alternatives]
    return [flow * outcome for flow, outcome in zip(chosen, outcomes, strict=True)]


def _flow_weights(choices: Sequence[tuple[str, ...]], binding: ProcessBinding) -> list[float]:
    universe = tuple(dict.fromkeys(flow for flows in choices for flow in flows))
    given = {
        flow: entry.probability.value
        for flow in universe
        if (entry := binding.flows.get(flow)) is not None and entry.probability is not None
    }
    together = {flow for flows in choices if len(flows) > 1 for flow in flows}
    if together:
        return [_subset_weight(flows, together, given) if flows else 1.0 for flows in choices]
    shares = _shares(universe, given)
    return [shares[flows[0]] if flows else 1.0 for flows in choices]


def _subset_weight(flows: tuple[str, ...], together: set[str], given: Mapping[str, float]) -> float:
    """Return the probability that of independent flows just these are taken; the default where none is."""
    weight = 1.0
    for flow in sorted(together):
        taken = given.get(flow, EVEN)
        weight *= taken if flow in flows else 1.0 - taken
    return weight


def _shares(names: Iterable[str], given: Mapping[str, float]) -> dict[str, float]:
    """Return a probability for each name: as given, or an even share of what is left over."""
    rest = [name for name in names if name not in given]
    left = max(0.0, 1.0 - sum(given.values())) if given else 1.0
    return {**given, **{name: left / len(rest) for name in rest}}


def _outcome_weight(
    alternative: Transition,
    alternatives: Sequence[Transition],
    binding: ProcessBinding,
    contingency: Contingency,
) -> float:
    weight = 1.0
    for attribute, value in alternative.outcome:
        if not attribute:
            weight *= _loop_weight(alternative.element, value, binding)
        elif alternative.step == "opens":
            weight *= _opening_weight(attribute, value, alternatives, contingency)
        else:
            weight *= _decision_weight(alternative, attribute, value, binding)
    return weight


def _loop_weight(element: str, value: str, binding: ProcessBinding) -> float:
    task = binding.tasks.get(element)
    again = task.repeat.value if task is not None and task.repeat is not None else EVEN
    return again if value == "again" else 1.0 - again


def _opening_weight(
    attribute: str, value: str, alternatives: Sequence[Transition], contingency: Contingency
) -> float:
    given = contingency.attributes.get(attribute)
    if given:
        return _amount(given, value)
    first = alternatives[0].outcome[0][1]
    return 1.0 if value == first else 0.0


def _decision_weight(alternative: Transition, attribute: str, value: str, binding: ProcessBinding) -> float:
    for element in (alternative.element, *alternative.members):
        task = binding.tasks.get(element)
        if task is not None and attribute in task.sets:
            return _amount(task.sets[attribute], value)
    return 1.0


def _amount(given: Mapping[str, Amount], value: str) -> float:
    return given[value].value if value in given else 0.0
