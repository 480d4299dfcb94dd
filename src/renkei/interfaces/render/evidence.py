"""What a verification or a proof showed, for people.

Layer: interfaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from renkei.interfaces.hq.moments import both_times
from renkei.interfaces.text import Words

if TYPE_CHECKING:
    from rich.console import Console

    from renkei.log.finding import TreeSummary, VerificationReport
    from renkei.log.proof import ProofReport


def print_verification(out: Console, report: VerificationReport, words: Words) -> None:
    """Print what a verification found out: how much is proven, and everything that is wrong."""
    _print_tree(out, report.log, words)
    for summary in report.released.values():
        _print_tree(out, summary, words)
    for finding in report.findings:
        out.print(f"\u2717 {finding}", soft_wrap=True)
    if report.hidden:
        out.print(words("evidence.hidden", count=report.hidden))
    key = "evidence.holds" if report.holds else "evidence.fails"
    out.print(f"\n{words(key, count=len(report.findings) + report.hidden)}", soft_wrap=True)


def _print_tree(out: Console, tree: TreeSummary, words: Words) -> None:
    out.print(
        words(
            "evidence.tree",
            log=tree.origin,
            entries=tree.entries,
            proven=tree.proven,
            checkpoints=tree.checkpoints,
        ),
        soft_wrap=True,
    )
    if tree.entries > tree.sealed:
        out.print(f"  {words('evidence.unsealed', count=tree.entries - tree.sealed)}", soft_wrap=True)
    for name, (size, moment) in tree.witnessed.items():
        out.print(
            f"  {words('evidence.witness', name=name, size=size, at=both_times(moment))}", soft_wrap=True
        )


def print_proof(out: Console, report: ProofReport, words: Words) -> None:
    """Print what a proof shows, or why it shows nothing."""
    if report.finding is not None:
        out.print(f"\u2717 {report.finding.code} {report.finding.message}", soft_wrap=True)
        out.print(words("evidence.proof.fails"))
        return
    out.print(words("evidence.proof.holds", number=report.number, log=report.origin, size=report.size))
    if report.recorded is not None:
        out.print(words("evidence.recorded", at=both_times(report.recorded), kind=report.kind))
    for name, moment in (report.witnessed or {}).items():
        out.print(words("evidence.seen", name=name, at=both_times(moment)))
    out.print(report.body, soft_wrap=True)
