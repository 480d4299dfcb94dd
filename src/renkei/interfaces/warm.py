"""Compile the kernels ahead, by doing once what users do: a check and a simulation of the library model.

Layer: interfaces. ``make setup`` runs it, so that the first command of a user does not wait for the
compiler; numba keeps the result beside the sources, until they change.
"""

from __future__ import annotations

import sys
from time import perf_counter

from renkei.checker import check
from renkei.process.arrangement import load_arrangement
from renkei.simulator import simulate

MODEL = "us-japan"


def main() -> int:
    """Check and simulate one option of the library model, and say how long it took."""
    print("compiling the kernels ahead (once, less than a minute) ...", flush=True)
    begin = perf_counter()
    arrangement = load_arrangement(MODEL)
    options = arrangement.options[:1]
    check(arrangement, options=options)
    simulate(arrangement, options=options, replications=2)
    print(f"kernels ready after {perf_counter() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
