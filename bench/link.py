"""What a released entry costs on the wire, and how long a line takes to heal.

    python bench/link.py                 # sizes, and the full rate of this machine
    python bench/link.py --probe         # only a short run as JSON
    python bench/link.py --line          # also two network namespaces and a bad line (root; many minutes)

Entries are those of ``released.py``: the shapes of the node, texts of people. Everything goes through the
real publisher, subscriber, TLS and HTTP; the bytes on the line are counted in IP packets, handshakes,
headers, acknowledgements and what was sent again included. Matrix federation needs about 762 bytes for an
envelope alone (matrix-tacnet.pages.dev, as its authors state).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import zlib
from pathlib import Path
from time import monotonic, perf_counter

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from line import ADDRESSES, Line, two_namespaces, why_not
from released import released_entries

from renkei.clock import SystemClock
from renkei.interfaces.http.link_client import LinkClient, Pace, Puller, pause_after
from renkei.interfaces.http.link_server import LinkApp, LinkService, link_server, pins_of
from renkei.interfaces.http.link_tls import Identity
from renkei.link.batch import recent_of
from renkei.link.limits import LinkError
from renkei.link.message import Nothing, Part, Pull
from renkei.link.packing import pack, preset
from renkei.link.publisher import Publisher
from renkei.link.seal import Peer
from renkei.link.subscriber import Accepted, Held, Subscriber
from renkei.log.keys import create_link_key, make_certificate, write_private
from renkei.log.memory import MemoryLog
from renkei.log.note import Signer
from renkei.log.port import Release, Row

ENVELOPE = 762
PORT = 8443


def signer_of(name: str) -> Signer:
    return Signer(f"renkei/{name}", Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b".")))


def log_of(entries: list[tuple[bytes, bytes]]) -> MemoryLog:
    log = MemoryLog()
    rows = [
        Row(seq, "bench/1", "", 0, b"{}", os.urandom(16), (Release("usa", seq, body, salt),))
        for seq, (body, salt) in enumerate(entries, 1)
    ]
    log.append(rows)
    return log


def publisher_of(log: MemoryLog) -> Publisher:
    return Publisher(log, signer_of("jpn"), party="jpn", partner="usa", witness=signer_of("usa").verifier)


def subscriber_of() -> Subscriber:
    return Subscriber(Peer("jpn", "usa", signer_of("jpn").verifier), signer_of("usa"))


# How bodies are packed


def packers(bodies: list[bytes], before: list[bytes]) -> dict[str, int]:
    """Return bytes by the ways that were weighed; salts and seals are the same for all and left out."""
    data, recent = b"\n".join(bodies), b"\n".join(recent_of(before))

    def deflated(light: bytes) -> int:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, light[-32768:])
        return len(packer.compress(data) + packer.flush())

    return {
        "plain": len(data),
        "zlib": len(zlib.compress(data, 9)),
        "zlib, preset": deflated(preset()),
        "zlib, preset and recent": deflated(preset() + recent),
        "zstd": len(zstandard.ZstdCompressor(level=19).compress(data)),
        "zstd, preset": len(pack(data, b"")),
        "**zstd, preset and recent**": len(pack(data, recent)),
    }


def sizes() -> None:
    bodies = [body for body, _ in released_entries(4000)]
    counts = (1, 3, 10, 100, 1000)
    found: dict[str, list[float]] = {}
    for count in counts:
        runs = 200 // count + 1 if count < 100 else 2
        total: dict[str, int] = {}
        for run in range(runs):
            start = 1000 + run * count
            for name, size in packers(bodies[start : start + count], bodies[:start]).items():
                total[name] = total.get(name, 0) + size
        for name, size in total.items():
            found.setdefault(name, []).append(size / runs / count)
    print(
        "\nBytes of a body, packed with others of its batch (16 bytes of salt and the seal not included):\n"
    )
    print("| packing | " + " | ".join(f"{count:,} in a batch" for count in counts) + " |")
    print("| --- |" + " ---: |" * len(counts))
    for name, values in found.items():
        print(f"| {name} | " + " | ".join(f"{value:.1f}" for value in values) + " |")


def batches() -> None:
    print("\nBytes of an entry in batches as they cross, salts, roots and signatures included:\n")
    print("| budget of a batch | entries in it | bytes an entry | seconds to make and verify 10,000 |")
    print("| ---: | ---: | ---: | ---: |")
    served, subscriber = publisher_of(log_of(released_entries(10_000))), subscriber_of()
    for budget in (512, 2048, 8192, 32768, 262144, 1048576):
        held, size, count, begun = Held(), 0, 0, perf_counter()
        while held.size < 10_000 and count < 60:
            part = served.answer(Pull(held.size, budget, held.acknowledgement))
            assert isinstance(part, Part)
            verdict = subscriber.accept(held, part.data, 0)
            assert isinstance(verdict, Accepted)
            held, size, count = verdict.held, size + len(part.data), count + 1
        seconds = (perf_counter() - begun) * 10_000 / held.size
        print(f"| {budget:,} | {held.size / count:,.1f} | {size / held.size:.1f} | {seconds:.1f} |")


# Real nodes


def make_keys(folder: Path) -> None:
    for name in ("jpn", "usa"):
        certificate, key = make_certificate(name, create_link_key(folder / f"{name}.key"))
        (folder / f"{name}.pem").write_bytes(certificate)
        write_private(folder / f"{name}-tls.key", key)


def identity(folder: Path, name: str) -> Identity:
    return Identity(folder / f"{name}.pem", folder / f"{name}-tls.key")


def serve(folder: Path, host: str, count: int, live: float) -> None:
    """Run the publishing node; with ``live``, release one entry every so many seconds after a first one."""
    entries = released_entries(count)
    log = log_of(entries[: 1 if live else count])
    partners = {"usa": (folder / "usa.pem").read_text()}
    pins = dict.fromkeys(pins_of(partners), publisher_of(log))
    app = LinkApp(LinkService(pins, lambda _: None, lambda _who, _note: None))

    def release() -> None:
        for seq, (body, salt) in enumerate(entries[1:], 2):
            threading.Event().wait(live)
            log.append(
                [Row(seq, "bench/1", "", 0, b"{}", os.urandom(16), (Release("usa", seq, body, salt),))]
            )

    if live:
        threading.Thread(target=release, daemon=True).start()
    link_server(app, host=host, port=PORT, identity=identity(folder, "jpn"), partners=partners).run()


def fetch(folder: Path, host: str, count: int, budget: int, limit: float, wait: float) -> None:
    """Run the subscribing node until everything is there or time is over; print what happened."""
    partner = (folder / "jpn.pem").read_text()
    pace = Pace(connect=120, silence=120, wait=wait)
    client = LinkClient(
        f"https://{host}:{PORT}", identity=identity(folder, "usa"), partner=partner, pace=pace
    )
    batches_taken: list[int] = []
    puller = Puller(
        client,
        subscriber_of(),
        Held(),
        clock=SystemClock(),
        record=lambda accepted: batches_taken.append(len(accepted.entries)),
        budget=budget,
    )
    begun, failures, first, tried = monotonic(), 0, 0.0, 0
    while puller.held.size < count and monotonic() - begun < limit:
        tried += 1
        try:
            puller.step()
            failures = 0
        except LinkError as error:
            print(error.problems[0].message, file=sys.stderr)
            failures += 1
            threading.Event().wait(min(pause_after(failures), 10.0))
        first = first or (monotonic() - begun if puller.held.size else 0.0)
    seconds = monotonic() - begun
    # One more pull takes the last acknowledgement along.
    if puller.held.size >= count:
        try:
            acknowledged = isinstance(puller.step(), Nothing)
        except LinkError:
            acknowledged = False
    else:
        acknowledged = False
    print(
        json.dumps({
            "entries": puller.held.size, "seconds": seconds, "first": first, "batches": len(batches_taken),
            "pulls": tried, "acknowledged": acknowledged,
        })
    )  # fmt: skip


def python(*arguments: str, namespace: str = "") -> list[str]:
    inside = ["ip", "netns", "exec", namespace] if namespace else []
    return [*inside, sys.executable, __file__, *arguments]


def over_line(
    line: Line, count: int, *, limit: float, live: float = 0.0, budget: int = 8192, mtu: int = 1500
) -> dict:
    """Let two real nodes exchange entries over ``line``; return what the subscriber and the line counted."""
    with tempfile.TemporaryDirectory() as name, two_namespaces(line, mtu) as (first, second):
        folder = Path(name)
        make_keys(folder)
        common = ["--folder", name, "--count", str(count)]
        server = subprocess.Popen(
            python("--serve", *common, "--host", ADDRESSES[0], "--live", str(live), namespace=first)
        )
        try:
            threading.Event().wait(2.0)
            arguments = [
                "--fetch",
                *common,
                "--host",
                ADDRESSES[0],
                "--limit",
                str(limit),
                "--budget",
                str(budget),
            ]
            wait = ["--wait", "45" if live else "0"]
            done = subprocess.run(
                python(*arguments, *wait, namespace=second), capture_output=True, text=True, check=True
            )
        finally:
            server.terminate()
            server.wait(20)
    found = json.loads(done.stdout.splitlines()[-1])
    return {**found, "sent": list(line.sent), "packets": list(line.packets), "lost": list(line.lost)}


def full_rate() -> None:
    with tempfile.TemporaryDirectory() as name:
        make_keys(Path(name))
        common = ["--folder", name, "--count", "10000", "--host", "127.0.0.1"]
        server = subprocess.Popen(python("--serve", *common))
        try:
            threading.Event().wait(3.0)
            done = subprocess.run(
                python("--fetch", *common, "--budget", "262144", "--limit", "120"),
                capture_output=True,
                text=True,
                check=True,
            )
        finally:
            server.terminate()
            server.wait(20)
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"\n10,000 entries, TLS on this machine: {found['seconds']:.1f} s, {found['batches']} batches.")


def lines() -> None:
    reason = why_not()
    if reason:
        print(f"\nNo bad line was measured here: {reason}.")
        return
    print("\nTwo namespaces, one bad line between them (bytes in IP packets, both ways, all included):\n")
    print("| line | what | entries | minutes | bytes an entry | of 762 | packets lost |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    cases = [
        ("64 kbit/s, 100 ms, 0 %", "after a partition", Line(64_000, 0.1, 0.0), 10_000, 0.0, 900.0),
        ("9.6 kbit/s, 600 ms, 0 %", "after a partition", Line(9_600, 0.6, 0.0), 10_000, 0.0, 1500.0),
        ("9.6 kbit/s, 600 ms, 30 %", "after a partition", Line(9_600, 0.6, 0.3), 10_000, 0.0, 5400.0),
        ("64 kbit/s, 100 ms, 0 %", "one entry every 2 s", Line(64_000, 0.1, 0.0), 60, 2.0, 300.0),
    ]
    for name, what, line, count, live, limit in cases:
        found = over_line(line, count, limit=limit, live=live, budget=8192, mtu=576)
        entries, total = found["entries"], sum(found["sent"])
        each = total / entries if entries else float("nan")
        print(
            f"| {name} | {what} | {entries:,} of {count:,} | {found['seconds'] / 60:.1f} | {each:.0f} | "
            f"{each / ENVELOPE:.0%} | {sum(found['lost']):,} of {sum(found['packets']):,} |",
            flush=True,
        )


def probe() -> None:
    """Let a few entries cross a moderately bad line, and print what was counted; a test reads it."""
    reason = why_not()
    found = {"skipped": reason} if reason else over_line(Line(64_000, 0.1, 0.1), 200, limit=150, mtu=576)
    print(json.dumps(found))


def main() -> None:
    parser = argparse.ArgumentParser()
    for flag in ("--line", "--probe", "--serve", "--fetch"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--budget", type=int, default=8192)
    for name in ("--live", "--limit", "--wait"):
        parser.add_argument(name, type=float, default=0.0)
    given = parser.parse_args()
    if given.serve:
        serve(given.folder, given.host, given.count, given.live)
    elif given.fetch:
        fetch(given.folder, given.host, given.count, given.budget, given.limit, given.wait)
    elif given.probe:
        probe()
    else:
        sizes()
        batches()
        full_rate()
        if given.line:
            lines()


if __name__ == "__main__":
    main()
