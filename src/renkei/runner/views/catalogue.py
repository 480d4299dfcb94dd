"""The model in use, as people read it.

Layer: runner (views).
"""

from __future__ import annotations

from renkei.runner.book import Book
from renkei.runner.views.naming import View, both, naming_of


def model(book: Book) -> View:
    """Return parties, headquarters, posts, matters, channels, processes and contingencies, with names."""
    entry, names = book.model, naming_of(book)
    return {
        "name": both(entry.name),
        "digest": book.digest,
        "option": book.option,
        "party": book.party,
        "options": [{"id": key, "name": both(option.name)} for key, option in entry.options.items()],
        "parties": [{**names.named(key), "own": key == book.party} for key in entry.parties],
        "headquarters": [
            {**names.named(key), "party": hq.party, "place": both(hq.place), "timezone": hq.timezone}
            for key, hq in entry.headquarters.items()
        ],
        "posts": [
            {
                **names.named(key),
                "headquarters": post.headquarters,
                "party": book.party_of(key),
                "seats": post.seats,
                "deputies": list(post.deputies),
            }
            for key, post in entry.posts.items()
        ],
        "relationships": [
            {"id": key, "kind": link.kind, "superior": link.superior, "subordinate": link.subordinate}
            for key, link in entry.relationships.items()
        ],
        "matters": [{**names.named(key), "counterparts": _counterparts(book, key)} for key in entry.matters],
        "attributes": [
            {**names.named(key), "party": attribute.party, "values": list(attribute.values)}
            for key, attribute in entry.attributes.items()
        ],
        "classifications": list(entry.classifications),
        "channels": [
            {"id": key, "name": both(channel.name), "ceiling": channel.ceiling}
            for key, channel in entry.channels.items()
        ],
        "processes": [_process(book, key) for key in entry.processes],
        "contingencies": [
            {"id": key, "name": both(contingency.name), "process": contingency.process}
            for key, contingency in entry.contingencies.items()
        ],
    }


def _counterparts(book: Book, matter: str) -> dict[str, str]:
    found = (entry.posts for entry in book.model.counterparts.values() if entry.matter == matter)
    return dict(next(found, {}))


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
    }
