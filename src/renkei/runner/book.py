"""A model as one party's node plays it: the own share of each net, and what its elements mean.

Layer: runner. A book is compiled once for each model, option and party, and never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct

from renkei.model.schema import Model, TaskBinding
from renkei.model.values import parse_duration
from renkei.net.compile import compile_net
from renkei.net.game import Marking
from renkei.net.play import MOST_REMEMBERED, Play
from renkei.net.projection import Share, share_of
from renkei.net.tables import Net, Place, Transition
from renkei.process.arrangement import Arrangement
from renkei.process.graph import Collaboration, Node

SECOND = 1_000_000
_RUNNING = frozenset({"flow", "active", "opening", "ready"})
_UNBOUND = TaskBinding()


class Step(Struct, frozen=True, gc=False):
    """What a transition of the own share means to the node: asked at every step, so looked up once."""

    transition: Transition
    bound: TaskBinding
    """What the model binds to its element."""
    is_work: bool
    """A post fires it by completing a task."""
    alternatives: tuple[int, ...]
    """Transitions of its group, itself among them."""
    read: tuple[int, ...]
    """Places of the consents that must be in force for it."""
    decided: tuple[tuple[str, str], ...]
    """Attributes that it sets, with their values."""
    rounds: tuple[str, ...]
    """'again' or 'enough' where it says whether a loop goes round once more."""


class Turn(Struct, frozen=True, gc=False):
    """What a marking leaves to the node itself."""

    following: tuple[int, ...]
    """Transitions that may fire by themselves, and those of conferences, which wait for all sides."""
    is_over: bool
    """The own part of the case is over."""


@dataclass(frozen=True)
class Sheet:
    """One process, as the own party plays it."""

    process: str
    model: Model
    graph: Collaboration
    whole: Net
    share: Share
    play: Play = field(init=False)
    steps: tuple[Step, ...] = field(init=False)
    """What each transition means."""
    works: Mapping[str, tuple[int, ...]] = field(init=False)
    """Task -> the ways in which a post completes it."""
    _running: tuple[int, ...] = field(init=False)
    """Places that are empty once the own part of a case is over."""
    _turns: dict[Marking, Turn] = field(init=False, default_factory=dict, compare=False)
    _delays: dict[str, int | None] = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        """Index the share."""
        object.__setattr__(self, "play", Play(self.net))
        steps = tuple(self._step(transition) for transition in self.net.transitions)
        works: dict[str, list[int]] = {}
        for index, step in enumerate(steps):
            if step.is_work:
                works.setdefault(step.transition.element, []).append(index)
        running = (
            index
            for index, place in enumerate(self.net.places)
            if place.kind == "opening" or (place.kind in _RUNNING and place.party == self.share.party)
        )
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "works", {element: tuple(found) for element, found in works.items()})
        object.__setattr__(self, "_running", tuple(running))

    def _step(self, transition: Transition) -> Step:
        read = (place for place, _ in transition.take if self.net.places[place].kind == "approval")
        return Step(
            transition=transition,
            bound=self.task(transition.element),
            is_work=self.is_work(transition),
            alternatives=self.play.by_group[transition.group],
            read=(*transition.needs, *read),
            decided=tuple(pair for pair in transition.outcome if pair[0]),
            rounds=tuple(value for attribute, value in transition.outcome if not attribute),
        )

    def turn(self, marking: Marking) -> Turn:
        """Return what a marking leaves to the node itself."""
        found = self._turns.get(marking)
        if found is None:
            if len(self._turns) >= MOST_REMEMBERED:
                self._turns.clear()
            enabled = self.play.at(marking).enabled
            following = tuple(index for index in enabled if self._follows(index, enabled))
            is_over = not any(marking[place] for place in self._running)
            found = self._turns[marking] = Turn(following, is_over)
        return found

    def _follows(self, index: int, enabled: tuple[int, ...]) -> bool:
        """Return whether a transition fires without anybody's work, and leaves nothing to choose."""
        step = self.steps[index]
        if step.transition.members:
            return True
        if step.transition.timing != "now" or step.transition.step == "opens":
            return False
        open_now = (self.steps[i] for i in step.alternatives if i in enabled)
        return len({(other.transition.flows, other.rounds) for other in open_now}) == 1

    @cached_property
    def net(self) -> Net:
        """Return the own share of the net."""
        return self.share.net

    def task(self, element: str) -> TaskBinding:
        """Return what the model binds to a task, or an empty binding."""
        return self._bound.get(element, _UNBOUND)

    @cached_property
    def _bound(self) -> Mapping[str, TaskBinding]:
        return self.model.processes[self.process].tasks

    def node(self, element: str) -> Node | None:
        """Return the element as drawn."""
        return self.graph.nodes.get(element)

    def is_work(self, transition: Transition) -> bool:
        """Return whether a post fires it by completing a task."""
        return transition.timing == "work" and not transition.members

    def is_outside(self, transition: Transition) -> bool:
        """Return whether it stands for something that happens outside the model, as somebody states."""
        return transition.timing == "delay" and self.delay(transition) is None

    def delay(self, transition: Transition) -> int | None:
        """Return after how many microseconds a timer fires; None for what is no timer.

        A delay that the model gives as a distribution fires after its mean: a live clock needs one moment.
        """
        if transition.timing != "delay":
            return None
        if transition.element not in self._delays:
            self._delays[transition.element] = self._delay(transition)
        return self._delays[transition.element]

    def _delay(self, transition: Transition) -> int | None:
        node = self.node(transition.element)
        if node is None or node.trigger != "timer":
            return None
        bound = self.model.processes[self.process].events.get(transition.element)
        if bound is not None and bound.delay is not None:
            return round(bound.delay.mean_seconds() * SECOND)
        return round(parse_duration(node.delay) * SECOND) if node.delay else 0

    def conference_parties(self, conference: str) -> tuple[str, ...]:
        """Return the parties that hold a conference of the model."""
        for transition in self.whole.transitions:
            if transition.members and transition.element == conference:
                return tuple(transition.party.split("+"))
        return ()

    def sender_of(self, place: Place) -> str:
        """Return the party that sends the messages of a message place, '' where nobody of the model does."""
        flow = self.graph.messages.get(place.element)
        if flow is None or not flow.source:
            return ""
        return self.model.processes[self.process].pools.get(self.graph.process_of(flow.source).pool, "")

    @cached_property
    def own_posts(self) -> tuple[str, ...]:
        """Return the posts that have work in the own share."""
        elements = (t.element for t in self.net.transitions if self.is_work(t))
        posts = (self.task(element).post for element in elements)
        return tuple(dict.fromkeys(post for post in posts if post))

    def choosers(self, element: str) -> tuple[str, ...]:
        """Return the posts that decide where a gateway, or a repeated sub-process, leaves a choice.

        Those who did the work that leads to it; where no work does, any post of the own share.
        """
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [element]
        while waiting:
            here = waiting.pop()
            node = self.node(here)
            if here in seen or node is None:
                continue
            seen.add(here)
            post = self.task(here).post if node.kind == "task" else None
            if post and here != element:
                found[post] = None
            else:
                waiting.extend(self.graph.flows[flow].source for flow in node.incoming)
                waiting.extend(child.id for child in self.graph.children(here))
        return tuple(found) or self.own_posts

    @cached_property
    def release_tasks(self) -> Mapping[str, TaskBinding]:
        """Return the own tasks that decide a release."""
        bound = self.model.processes[self.process].tasks
        return {task: entry for task, entry in bound.items() if entry.releases is not None}


class Book:
    """One model under one option, as the node of ``party`` plays it."""

    def __init__(self, arrangement: Arrangement, party: str) -> None:
        """Keep the arrangement; processes are compiled when they are first asked for.

        Raises:
            ValueError: It has no model.
        """
        if arrangement.model is None:
            raise ValueError("a drawing alone has no posts to run it")
        self.arrangement = arrangement
        self.model = arrangement.model
        self.digest = arrangement.digest
        self.option = arrangement.option or ""
        self.party = party
        self._owners = {name: entry.party for name, entry in self.model.attributes.items()}
        self._sheets: dict[str, Sheet] = {}

    def sheet(self, process: str) -> Sheet:
        """Return one process.

        Raises:
            InputError: It cannot be played by nodes that know only what reaches them (RK500).
        """
        if process not in self._sheets:
            graph = self.arrangement.collaborations[process]
            net = compile_net(self.arrangement, process)
            share = share_of(net, graph, self.party, self._owners)
            self._sheets[process] = Sheet(process, self.model, graph, net, share)
        return self._sheets[process]

    def party_of(self, post: str) -> str:
        """Return the party of a post of the model, '' where there is none."""
        entry = self.model.posts.get(post)
        return self.model.headquarters[entry.headquarters].party if entry else ""

    @cached_property
    def posts(self) -> tuple[str, ...]:
        """Return the own posts."""
        return tuple(post for post in self.model.posts if self.party_of(post) == self.party)

    def parties_of(self, process: str) -> tuple[str, ...]:
        """Return the parties that take part in a process."""
        return tuple(dict.fromkeys(self.model.processes[process].pools.values()))


class Books:
    """The models that a node has, by digest and option."""

    def __init__(self, party: str, *arrangements: Arrangement) -> None:
        """Keep the arrangements that are there from the start."""
        self.party = party
        self._arrangements = {arrangement.digest: arrangement for arrangement in arrangements}
        self._books: dict[tuple[str, str], Book] = {}
        self._sheets: dict[tuple[str, str, str], Sheet] = {}

    def add(self, arrangement: Arrangement) -> None:
        """Make another model known."""
        self._arrangements.setdefault(arrangement.digest, arrangement)

    def has(self, digest: str, option: str = "") -> bool:
        """Return whether a model is known, and has the option."""
        found = self._arrangements.get(digest)
        return found is not None and (not option or option in found.options)

    def book(self, digest: str, option: str) -> Book:
        """Return a model under an option ('' for the model as it stands).

        Raises:
            KeyError: The model is not known.
        """
        key = (digest, option)
        if key not in self._books:
            arrangement = self._arrangements[digest]
            self._books[key] = Book(arrangement.with_option(option) if option else arrangement, self.party)
        return self._books[key]

    def sheet(self, digest: str, option: str, process: str) -> Sheet:
        """Return one process of a model under an option.

        Raises:
            KeyError: The model is not known, or has no such process.
        """
        key = (digest, option, process)
        found = self._sheets.get(key)
        if found is None:
            found = self._sheets[key] = self.book(digest, option).sheet(process)
        return found
