"""How many states a second the public ``check`` explores: n branches of m tasks between a split and a join.

    python bench/check.py            # every size
    python bench/check.py --quick    # without the largest

Each size is written as PNML, loaded and checked through ``renkei.check`` with every property; the answer is
compared with the formula (m+1)^n + 2 and with a plain search that does nothing but count states. The figure
is the best of five runs, of a hundred for small nets; the plain search alternates with it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter

from plain_search import count_states

from renkei.checker import check
from renkei.net.compile import compile_net
from renkei.process.arrangement import load_arrangement

SIZES = [(10, 1), (15, 1), (17, 1), (5, 5), (3, 20), (20, 1)]
PUBLISHED_MS = {(10, 1): 0.08, (15, 1): 3.3, (17, 1): 16, (20, 1): 257, (5, 5): 0.84, (3, 20): 1.2}
"""Milliseconds of a plain search, measured on two shared x86-64 cores with numba 0.68.1."""


def branches(n: int, m: int) -> str:
    """Return the PNML of ``n`` branches of ``m`` tasks between a split and a join."""
    places = ["i", "o"] + [f"p{a}_{b}" for a in range(n) for b in range(m + 1)]
    arcs = [("i", "split"), ("join", "o")]
    tasks = ["split", "join"]
    for a in range(n):
        arcs += [("split", f"p{a}_0"), (f"p{a}_{m}", "join")]
        for b in range(m):
            tasks.append(f"t{a}_{b}")
            arcs += [(f"p{a}_{b}", f"t{a}_{b}"), (f"t{a}_{b}", f"p{a}_{b + 1}")]
    rows = [f'<place id="{name}"/>' for name in places]
    rows += [f'<transition id="{name}"/>' for name in tasks]
    rows += [f'<arc id="a{i}" source="{s}" target="{t}"/>' for i, (s, t) in enumerate(arcs)]
    kind = "http://www.pnml.org/version-2009/grammar/ptnet"
    inner = f'<net id="n{n}x{m}" type="{kind}"><page id="page">{"".join(rows)}</page></net>'
    return f'<pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml">{inner}</pnml>'


def measure(n: int, m: int, folder: Path) -> tuple[int, float, float, float]:
    """Return the states, and the best seconds of check, of exploring alone, and of the plain search."""
    file = folder / f"n{n}x{m}.pnml"
    file.write_text(branches(n, m), encoding="utf-8")
    arrangement = load_arrangement(file)
    assert arrangement.petri is not None
    net = compile_net(arrangement, arrangement.petri.id)
    expected = (m + 1) ** n + 2
    capacity = 1 << (expected + len(net.transitions)).bit_length()
    whole, inner, plain = [], [], []
    for _ in range(5 if expected > 50_000 else 100):
        started = perf_counter()
        report = check(arrangement, exhaustive=True)
        whole.append(perf_counter() - started)
        inner.append(sum(result.seconds for result in report.properties))
        started = perf_counter()
        states, _ = count_states(net, capacity)
        plain.append(perf_counter() - started)
        if not report.holds or {result.states for result in report.properties} != {expected, states}:
            raise SystemExit(f"{n}x{m}: the answers differ: {states}, {expected}, {report.to_dict()}")
    return expected, min(whole), min(inner), min(plain)


def main() -> None:
    """Print one row a size."""
    sizes = SIZES[:-1] if "--quick" in sys.argv else SIZES
    heads = [
        "size",
        "states",
        "check ms",
        "of it search ms",
        "plain search ms",
        "states/s",
        "of plain",
        "of published",
        "search of published",
    ]
    print(f"| {' | '.join(heads)} |")
    print("| --- " * len(heads) + "|")
    with tempfile.TemporaryDirectory() as folder:
        measure(3, 2, Path(folder))
        for n, m in sizes:
            states, whole, inner, plain = measure(n, m, Path(folder))
            print(
                f"| {n}×{m} | {states:,} | {whole * 1e3:.2f} | {inner * 1e3:.2f} | {plain * 1e3:.2f} | "
                f"{states / whole / 1e6:.2f} M | {plain / whole:.2f} | "
                f"{PUBLISHED_MS[n, m] / 1e3 / whole:.2f} | {PUBLISHED_MS[n, m] / 1e3 / inner:.2f} |"
            )


if __name__ == "__main__":
    main()
