"""How long `renkei run us-japan` takes until both nodes take commands: at first, and when logs are there.

Usage: python bench/ready.py [RUNS]
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 5


def started(store: Path) -> tuple[float, float]:
    """Start both nodes and stop them again; return the seconds that each took."""
    command = [sys.executable, "-m", "renkei.interfaces.cli", "run", "us-japan", "--store", str(store)]
    begin = perf_counter()
    process = subprocess.Popen(
        [*command, "--port", "0", "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    while process.stdout.readline() not in {"}\n", ""}:
        pass
    ready = perf_counter() - begin
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    return ready, perf_counter() - begin - ready


def main() -> None:
    """Print a table."""
    first, again, stopped = [], [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            first.append(started(Path(folder) / "store")[0])
            ready, stop = started(Path(folder) / "store")
            again.append(ready)
            stopped.append(stop)
    print("| `renkei run us-japan`, two nodes | median | slowest | promised |")
    print("| --- | --- | --- | --- |")
    for name, found, promised in (
        ("ready for the first time (keys, logs, accounts made)", first, "5 s"),
        ("ready with logs that are there", again, "5 s"),
        ("stopped by Ctrl-C", stopped, ""),
    ):
        print(f"| {name} | {median(found):.1f} s | {max(found):.1f} s | {promised} |")


if __name__ == "__main__":
    main()
