"""What the group ``label`` does: tell what a label says, and write what it is called in another policy.

Layer: interfaces. Nothing but files is needed. Whether a label is valid, and who may read, is told by the
policy that it names, where that is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renkei.errors import InputError
from renkei.interfaces.cli.asking import shown, stored
from renkei.interfaces.cli.outcome import FAILS, HOLDS
from renkei.interfaces.cli.output import say
from renkei.interfaces.cli.proving import Deed, Given, read_bytes
from renkei.interfaces.hq.answer import Reply
from renkei.interfaces.hq.verbs import Part
from renkei.interfaces.text import spoken

if TYPE_CHECKING:
    from renkei.labels.lattice import Reason
    from renkei.labels.policy import Labelling, Policy
    from renkei.labels.stanag import ConfidentialityLabel

MAX_CONTENT = 1 << 30
"""Most bytes of what a label is of."""
Facts = dict[str, Any]


def show(given: Given) -> int:
    """Tell what a label says, and whether it holds; exit code 1 where it does not."""
    policies = policies_of(given)
    label, references = _read(given, policies)
    against: list[Reason | None] = []
    facts = _said(label) | ({"references": list(references)} if references else {})
    if given["content"]:
        against.append(_beside(references, given["content"]))
        facts["bound"] = against[-1] is None
    if policies:
        facts |= _judged(label, policies, given, against)
    elif given["clearance"]:
        words = spoken()
        raise InputError.from_problem("RK003", words("problem.clearance"), words("problem.clearance.hint"))
    shown(Reply(facts, whole={"data": facts}), "facts", given)
    return told(against)


def _read(given: Given, policies: list[Policy]) -> tuple[ConfidentialityLabel, tuple[str, ...]]:
    """Return the label in the file, the first where there are several, and what it is bound to."""
    from renkei.labels.labelling import SHORT, read_source
    from renkei.labels.sidecar import read_labels
    from renkei.process.xml import read_xml

    path = Path(given["file"])
    if read_xml(path).namespace == SHORT:
        return read_source(read_bytes(path), policies, file=str(path)), ()
    labels, references = read_labels(read_bytes(path), file=str(path))
    return labels[0], references


def told(against: Iterable[Reason | None]) -> int:
    """Say what stands against something, and return the exit code."""
    found = [reason for reason in against if reason is not None]
    for reason in found:
        say(f"{reason.code} {reason.fact.text(spoken().language)}")
    return FAILS if found else HOLDS


def policies_of(given: Given) -> list[Policy]:
    """Return the policies that were named.

    Raises:
        InputError: One of them is none.
    """
    from renkei.labels.spif import read_policy

    return [read_policy(Path(name)) for name in given["policy"] or ()]


def _said(label: ConfidentialityLabel) -> Facts:
    """Return what a label says, as it is written."""
    groups = (f"{group.tag} ({group.kind}): {', '.join(group.values)}" for group in label.categories)
    return {
        "policy": " ".join(part for part in (label.policy, label.policy_uri) if part),
        "classification": label.classification,
        "categories": list(groups),
        "originator": label.originator.name if label.originator else "",
        "created": label.created,
        "review": label.review,
    }


def _beside(references: tuple[str, ...], name: str) -> Reason | None:
    from renkei.labels.binding import reference_to, why_not_among

    return why_not_among(references, reference_to(read_bytes(Path(name), MAX_CONTENT)))


def _judged(
    source: ConfidentialityLabel, policies: list[Policy], given: Given, against: list[Reason | None]
) -> Facts:
    """Return what the policy of a label says of it; what speaks against it goes to ``against``."""
    from renkei.labels.decision import why_no_access, why_not_valid
    from renkei.labels.display import marking_of
    from renkei.labels.labelling import read_clearance, resolve

    label = resolve(source, policies, file=given["file"])
    policy = _policy(policies, label)
    against.append(why_not_valid(policy, label))
    facts = {"marking": marking_of(policy, label, language=spoken().language), "valid": against[-1] is None}
    if given["clearance"]:
        name = given["clearance"]
        clearance = read_clearance(read_bytes(Path(name)), policies, file=name)
        against.append(why_no_access(policy, label, clearance))
        facts["cleared"] = against[-1] is None
    return facts


def _policy(policies: list[Policy], label: Labelling) -> Policy:
    return next(policy for policy in policies if policy.id == label.policy_id)


def translate(given: Given) -> int:
    """Write what a label is called in another policy.

    Raises:
        InputError: There is no such policy, or something in the label has no name there.
    """
    from renkei.clock import SystemClock
    from renkei.labels import decision
    from renkei.labels.labelling import resolve, written
    from renkei.labels.lattice import Reason
    from renkei.labels.stanag import write_label

    policies = policies_of(given)
    source, _ = _read(given, policies)
    label = resolve(source, policies, file=given["file"])
    target = _named(policies, given["to"])
    found = decision.translate(_policy(policies, label), label, target)
    against = found if isinstance(found, Reason) else decision.why_not_valid(target, found)
    if isinstance(found, Reason) or against is not None:
        return told([against])
    created = SystemClock().now() if source.created is None else source.created
    return stored(write_label(written(found, target, created=created, review=source.review)), given)


def _named(policies: list[Policy], name: str) -> Policy:
    for policy in policies:
        if name.casefold() in {policy.name.casefold(), policy.id.casefold()}:
            return policy
    known = ", ".join(f"{policy.name} ({policy.id})" for policy in policies)
    raise InputError.from_problem("RK680", f"no policy {name} was named; there are: {known}")


FILE = Part("file", "path", required=True, bare=True)
LABEL: Mapping[str, Deed] = {
    "show": Deed(
        (
            FILE,
            Part("content", "path", required=False),
            Part("policy", "path", required=False, many=True),
            Part("clearance", "path", required=False),
        ),
        show,
    ),
    "translate": Deed(
        (
            FILE,
            Part("to", "name", required=True),
            Part("policy", "path", required=True, many=True),
            Part("output", "path", required=True),
        ),
        translate,
    ),
}
"""Command -> what it takes and does."""
