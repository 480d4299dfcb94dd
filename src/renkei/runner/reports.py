"""Situation reports, files, and corrections of the log.

Layer: runner. A correction is an entry of its own that names what it corrects; nothing is ever changed.
"""

from __future__ import annotations

from renkei.facts import Fact
from renkei.labels.lattice import marking
from renkei.runner import commands, events
from renkei.runner.addressing import Draft, attachments, label_terms, open_item, require_label, resolve
from renkei.runner.decision import Decision


def report(work: Decision, command: commands.Report) -> None:
    """Write a situation report, for the own record or for others too."""
    case = work.case(command.case)
    whom = resolve(work, command.to, case)
    require_label(work, command.label, whom.partners, case)
    files = attachments(work, command.attachments, command.label, leaves=bool(whom.partners))
    terms = {"actions": command.actions, "needs": command.needs, "attachments": files}
    open_item(work, Draft("report", command.situation, whom, case, command.label, terms=terms))


def attach(work: Decision, command: commands.Attach) -> None:
    """Attach an uploaded file to a case. It leaves only with what names it and is labelled for it."""
    case = work.case(command.case)
    terms = {"digest": command.digest, "name": command.name, "size": command.size, "media": command.media}
    if command.label is not None:
        terms["label"] = label_terms(command.label)
    work.add(
        events.ItemOpened(
            item=work.new_id("file"),
            kind="file",
            text=command.name,
            case=case.id,
            label=marking(command.label, owner=work.state.party) if command.label is not None else "",
            terms=terms,
        )
    )


def correct(work: Decision, command: commands.Correct) -> None:
    """Say what is right where an earlier entry is wrong."""
    if command.entry > work.state.seq:
        work.refuse(Fact("RK549.entry", entry=command.entry, last=work.state.seq), rule="log")
    work.add(events.EntryCorrected(command.entry, command.text))
