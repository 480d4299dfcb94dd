"""Compile the kernels ahead, by doing once what users do: a check and a simulation of the library model.

Layer: interfaces. ``make setup`` runs it, so that the first command of a user does not wait for the
compiler; numba keeps the result beside the sources, until they change.
"""

from __future__ import annotations

import sys
from time import perf_counter

from renkei.checker import check
from renkei.checker.explore import explore_net
from renkei.net.compile import compile_net
from renkei.net.tables import Net, Place, Transition
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.simulator import simulate
from renkei.simulator.forecast import Forecaster
from renkei.simulator.situation import RunningCase, Situation

MODEL = "us-japan"
PLACES = (20, 60, 90, 120, 200, 400)
"""Sizes of nets whose markings take the widths for which the checker's kernels are compiled."""
_MOMENT = 1_748_736_000_000_000
"""1 June 2025."""


def main() -> int:
    """Check and simulate one option of the library model, and say how long it took."""
    print("compiling the kernels ahead (once, about a minute) ...", flush=True)
    begin = perf_counter()
    arrangement = load_arrangement(MODEL)
    options = arrangement.options[:1]
    check(arrangement, options=options)
    for places in PLACES:
        explore_net(_line(places))
    simulate(arrangement, options=options, replications=2)
    look_ahead(arrangement)
    print(f"kernels ready after {perf_counter() - begin:.0f} s")
    return 0


def look_ahead(arrangement: Arrangement) -> None:
    """Forecast a case that has just been opened, so that a node's first forecast need not compile."""
    assert arrangement.model is not None
    nets = {name: compile_net(arrangement, name) for name in arrangement.collaborations}
    first = next(iter(nets))
    case = RunningCase("case", first, nets[first].initial, _MOMENT)
    Forecaster(arrangement.model, nets, arrangement.collaborations).forecast(
        Situation(_MOMENT, (case,)), replications=2
    )


def _line(length: int) -> Net:
    """Return a net of ``length`` places in a row."""
    places = tuple(Place(f"p{n}", "plain", f"p{n}", initial=int(n == 0)) for n in range(length))
    moves = tuple(
        Transition(f"t{n}", f"t{n}", "fires", "now", n, ((n, 1),), ((n + 1, 1),)) for n in range(length - 1)
    )
    return Net("line", "line", places, moves, final={length - 1: 1})


if __name__ == "__main__":
    sys.exit(main())
