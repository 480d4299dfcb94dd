"""Small nets by hand, and models around them: the kernels are tested without any reader or compiler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from renkei.model.schema import Model
from renkei.net.tables import Net, Place, Transition
from renkei.simulator.plan import SimulationPlan, Window, build_plan

BEGINS = datetime(2025, 1, 6, tzinfo=UTC)


class NetDraft:
    """Builds a net from names: ``draft.add("b", "work", "p", "q")`` moves a token from p to q."""

    def __init__(self, *marked: str) -> None:
        self.places: dict[str, int] = {}
        self.marked = marked
        self.transitions: list[Transition] = []
        self.kinds: dict[str, str] = {}
        self.groups = 0
        for name in marked:
            self.place(name)

    def place(self, name: str) -> int:
        return self.places.setdefault(name, len(self.places))

    def arcs(self, names: str | Sequence[str]) -> tuple[tuple[int, int], ...]:
        listed = names.split() if isinstance(names, str) else list(names)
        return tuple((self.place(name), listed.count(name)) for name in dict.fromkeys(listed))

    def add(
        self,
        element: str,
        timing: str,
        take: str,
        *gives: str,
        step: str = "completes",
        flows: Sequence[str] = (),
        inhibit: str = "",
        any_of: str = "",
        clear: str = "",
        members: tuple[str, ...] = (),
    ) -> None:
        """Add a group: one alternative for each of ``gives``; with ``flows`` each is named after a flow."""
        for number, give in enumerate(gives or ("",)):
            self.transitions.append(
                Transition(
                    name=f"{element}.{step}{number}.{self.groups}",
                    element=element,
                    step=step,
                    timing=timing,  # type: ignore[arg-type]
                    group=self.groups,
                    take=self.arcs(take),
                    give=self.arcs(give),
                    inhibit=tuple(p for p, _ in self.arcs(inhibit)),
                    any_of=tuple(p for p, _ in self.arcs(any_of)),
                    clear=tuple(p for p, _ in self.arcs(clear)),
                    flows=(flows[number],) if flows else (),
                    members=members,
                )
            )
        self.groups += 1

    def message(self, name: str, element: str) -> None:
        """Make a place the message place of a message flow."""
        self.place(name)
        self.kinds[name] = element

    def net(self) -> Net:
        places = tuple(
            Place(
                name,
                "message" if name in self.kinds else "flow",
                self.kinds.get(name, name),
                initial=int(name in self.marked),
            )
            for name in self.places
        )
        return Net("p", "p", places, tuple(self.transitions))


def model_of(
    posts: Mapping[str, Any],
    tasks: Mapping[str, Any],
    arrivals: Mapping[str, Any] | None = None,
    measures: Mapping[str, Any] | None = None,
    *,
    binding: Mapping[str, Any] | None = None,
    contingency: Mapping[str, Any] | None = None,
    **more: Any,
) -> Model:
    """Return a model of one process ``p``, one headquarters ``hq`` and one contingency ``c``."""
    return Model.model_validate(
        {
            "renkei": 1,
            "name": "test",
            "parties": {"a": {"name": "A"}},
            "headquarters": {"hq": {"party": "a", "name": "H", "place": "H", "timezone": "UTC"}},
            "posts": {name: {"headquarters": "hq", "name": name, **entry} for name, entry in posts.items()},
            "processes": {"p": {"file": "p.bpmn", "name": "p", "tasks": dict(tasks), **(binding or {})}},
            "contingencies": {
                "c": {
                    "name": "c",
                    "process": "p",
                    "arrivals": arrivals or {"poisson": "PT1H"},
                    **(contingency or {}),
                }
            },
            "measures": {
                name: {"name": name, "process": "p", **entry} for name, entry in (measures or {}).items()
            },
            **more,
        }
    )


def plan_of(model: Model, net: Net, horizon: float, warmup: float = 0.0) -> SimulationPlan:
    return build_plan(model, {"p": net}, {}, Window(BEGINS, warmup, horizon))


def opened_until(*elements: str) -> dict[str, Any]:
    """Return a measure from the opening of a case until all elements are completed."""
    return {"begins": {"opened": True}, "ends": {"all": list(elements)}}
