"""The model in use, as people read it.

Layer: runner (views).
"""

from __future__ import annotations

from renkei.labels.lattice import BETWEEN_CATEGORIES
from renkei.model.schema import Calendar, Channel, Headquarters, Label, Model, Post, Relationship
from renkei.runner.book import Book
from renkei.runner.naming import Naming, both, naming_of
from renkei.runner.release import ceiling_of, lowest_label
from renkei.runner.views.naming import View


def model(book: Book) -> View:
    """Return parties, headquarters, posts, matters, channels, processes and contingencies, with names."""
    entry, names = book.model, naming_of(book)
    return {
        "name": both(entry.name),
        "digest": book.digest,
        "option": book.option,
        "party": book.party,
        "options": [
            {"id": key, "name": both(option.name), "note": both(option.note) if option.note else None}
            for key, option in entry.options.items()
        ],
        "phases": [
            {"id": key, "name": both(phase.name), "option": phase.option, "begins": _text(phase.begins)}
            for key, phase in entry.phases.items()
        ],
        "parties": [{**names.named(key), "own": key == book.party} for key in entry.parties],
        "headquarters": [_headquarters(names, key, hq) for key, hq in entry.headquarters.items()],
        "posts": [_post(book, names, key, post) for key, post in entry.posts.items()],
        "relationships": [_relationship(key, link) for key, link in entry.relationships.items()],
        "counterparts": [
            {"id": key, "matter": names.named(known.matter), "posts": dict(known.posts)}
            for key, known in entry.counterparts.items()
        ],
        "calendars": [_calendar(key, calendar) for key, calendar in entry.calendars.items()],
        "holidays": [
            {
                "id": key,
                "dates": [{"date": str(day), "name": both(name)} for day, name in known.dates.items()],
            }
            for key, known in entry.holidays.items()
        ],
        "matters": [{**names.named(key), "counterparts": _counterparts(book, key)} for key in entry.matters],
        "attributes": [
            {**names.named(key), "party": attribute.party, "values": list(attribute.values)}
            for key, attribute in entry.attributes.items()
        ],
        "classifications": list(entry.classifications),
        "labels": _labels(book),
        "channels": [_channel(key, channel) for key, channel in entry.channels.items()],
        "processes": [_process(book, key) for key in entry.processes],
        "contingencies": [
            {"id": key, "name": both(contingency.name), "process": contingency.process}
            for key, contingency in entry.contingencies.items()
        ],
    }


def _counterparts(book: Book, matter: str) -> dict[str, str]:
    found = (entry.posts for entry in book.model.counterparts.values() if entry.matter == matter)
    return dict(next(found, {}))


def _text(value: object) -> str | None:
    return str(value) if value is not None else None


def _headquarters(names: Naming, key: str, hq: Headquarters) -> View:
    known = hq.latitude is not None and hq.longitude is not None
    return {
        **names.named(key),
        "party": hq.party,
        "place": both(hq.place),
        "timezone": hq.timezone,
        "position": {"lat": hq.latitude, "lon": hq.longitude} if known else None,
        "combined": hq.combined,
        "source": hq.source,
    }


def _post(book: Book, names: Naming, key: str, post: Post) -> View:
    return {
        **names.named(key),
        "headquarters": post.headquarters,
        "party": book.party_of(key),
        "seats": post.seats,
        "deputies": list(post.deputies),
        "calendar": post.calendar,
        "languages": list(post.languages),
        "off_duty": post.off_duty,
    }


def _relationship(key: str, link: Relationship) -> View:
    given = link.transfer
    return {
        "id": key,
        "kind": link.kind,
        "superior": link.superior,
        "subordinate": link.subordinate,
        "begins": _text(link.begins),
        "ends": _text(link.ends),
        "transfer": {
            "by": given.by,
            "begins": given.begins.isoformat() if given.begins else None,
            "ends": given.ends.isoformat() if given.ends else None,
            "limits": both(given.limits) if given.limits else None,
        }
        if given
        else None,
        "source": link.source,
    }


def _calendar(key: str, calendar: Calendar) -> View:
    return {
        "id": key,
        "shifts": [
            {
                "id": name,
                "days": list(shift.days),
                "begins": shift.begins,
                "ends": shift.ends,
                "seats": shift.seats,
            }
            for name, shift in calendar.shifts.items()
        ],
        "holidays": calendar.holidays,
    }


def _channel(key: str, channel: Channel) -> View:
    outage = channel.outage
    return {
        "id": key,
        "name": both(channel.name),
        "ceiling": channel.ceiling,
        "delay": channel.delay.mean_seconds() if channel.delay else None,
        "outage": {"every": outage.every, "lasts": outage.lasts} if outage else None,
        "calendar": channel.calendar,
        "headquarters": channel.headquarters,
        "languages": list(channel.languages),
    }


def _labels(book: Book) -> View:
    """Return what labels may name, and which rules bind them."""
    model = book.model
    partners = [party for party in model.parties if party != book.party]
    return {
        "owner": book.party,
        "classifications": list(model.classifications or ("unclassified",)),
        "lowest": lowest_label(model).classification,
        "parties": partners,
        "categories": sorted(categories_in(model)),
        "ceiling": ceiling_of(model, None),
        "channels": {key: ceiling_of(model, key) for key in model.channels},
    }


def categories_in(model: Model) -> set[str]:
    """Return the categories that the labels of a model name."""
    found: set[str] = set()
    for binding in model.processes.values():
        labels: list[Label | None] = [message.label for message in binding.messages.values()]
        labels += [task.releases.label for task in binding.tasks.values() if task.releases]
        for label in labels:
            found |= set((label.category or "").split(BETWEEN_CATEGORIES)) if label else set()
    return {category.strip() for category in found if category.strip()}


def _process(book: Book, process: str) -> View:
    names = naming_of(book, process)
    bound = book.model.processes[process]
    graph = book.arrangement.collaborations[process]
    return {
        **names.named(process),
        "parties": list(book.parties_of(process)),
        "takes_part": book.party in book.parties_of(process),
        "pools": dict(bound.pools),
        "conferences": [
            {**names.named(key), "tasks": list(conference.tasks)}
            for key, conference in bound.conferences.items()
        ],
        "elements": [
            {
                **names.named(node.id),
                "kind": node.kind,
                "type": node.type,
                "post": bound.tasks[node.id].post if node.id in bound.tasks else None,
                "party": bound.pools.get(graph.process_of(node.id).pool, ""),
            }
            for node in graph.nodes.values()
        ],
        "flows": [names.named(flow) for flow in (*graph.flows, *graph.messages)],
        "lanes": [names.named(lane) for lane in (*graph.pools, *graph.lanes)],
    }
