"""A bad line between two network namespaces: the kernel's TCP over a program that delays and loses packets.

Two TUN devices are made, each is moved into a namespace of its own, and what one sends comes out of the
other after the time it takes to transmit it at the line's rate, plus the delay, unless it is lost. A lost
packet has used the line like any other, as on a radio. ``tc netem`` does much the same where the kernel has
it; this needs only root and /dev/net/tun, draws losses from a seed, and counts every byte.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import select
import shutil
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import monotonic

_IP = shutil.which("ip") or ""
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
NAMES = tuple(f"renkei{os.getpid() % 10**6}{end}" for end in "ab")
"""Of the namespaces and their devices; a device's name has at most 15 characters."""
ADDRESSES = ("10.203.0.1", "10.203.0.2")


@dataclass
class Line:
    """What a line is like. May be changed while packets cross."""

    bits_per_second: float
    delay: float
    """Seconds, one way."""
    loss: float
    """Share of packets lost, each way."""
    seed: int = 1
    queue: int = 40
    """Packets that wait at each end; what is more is dropped."""
    down: bool = False
    sent: list[int] = field(default_factory=lambda: [0, 0])
    """Bytes put on the line from each end, IP headers included, lost ones too."""
    packets: list[int] = field(default_factory=lambda: [0, 0])
    lost: list[int] = field(default_factory=lambda: [0, 0])

    def draw(self) -> float:
        count = self.packets[0] * 2 + self.packets[1] * 3 + self.packets[1] * self.packets[0]
        return (
            int.from_bytes(sha256(f"{self.seed}/{count}/{self.packets}".encode()).digest()[:7], "big") / 2**56
        )


class Carrier:
    """Carries packets between the two devices in a thread."""

    def __init__(self, line: Line, ends: tuple[int, int]) -> None:
        self._line, self._ends = line, ends
        self._free = [0.0, 0.0]
        self._flight: list[tuple[float, int, int, bytes]] = []
        self._waiting = [0, 0]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        order = 0
        while not self._stop.is_set():
            now = monotonic()
            while self._flight and self._flight[0][0] <= now:
                _, _, target, packet = heapq.heappop(self._flight)
                self._waiting[1 - target] -= 1
                if packet and not self._line.down:
                    with suppress(OSError):
                        os.write(self._ends[target], packet)
            pause = min(0.05, self._flight[0][0] - now) if self._flight else 0.05
            for ready in select.select(self._ends, [], [], max(pause, 0))[0]:
                order += 1
                self._take(self._ends.index(ready), os.read(ready, 65536), order)

    def _take(self, end: int, packet: bytes, order: int) -> None:
        line, now = self._line, monotonic()
        if packet[0] >> 4 != 4 or line.down or self._waiting[end] >= line.queue:
            return
        line.sent[end] += len(packet)
        line.packets[end] += 1
        self._free[end] = max(self._free[end], now) + len(packet) * 8 / line.bits_per_second
        lost = line.draw() < line.loss
        line.lost[end] += lost
        self._waiting[end] += 1
        heapq.heappush(self._flight, (self._free[end] + line.delay, order, 1 - end, b"" if lost else packet))

    def close(self) -> None:
        self._stop.set()
        self._thread.join(5)


def why_not() -> str:
    """Return why there can be no such line here, '' if there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not Path("/dev/net/tun").exists():
        return "there is no /dev/net/tun"
    if not _IP:
        return "there is no ip command (package iproute2)"
    probe = subprocess.run([_IP, "netns", "add", "renkei-probe"], capture_output=True, text=True, check=False)
    subprocess.run([_IP, "netns", "del", "renkei-probe"], capture_output=True, check=False)
    return "" if probe.returncode == 0 else f"no network namespace can be made: {probe.stderr.strip()}"


def _ip(*arguments: str) -> None:
    subprocess.run([_IP, *arguments], check=True, capture_output=True)


@contextmanager
def two_namespaces(line: Line, mtu: int = 1500) -> Iterator[tuple[str, str]]:
    """Yield the names of two namespaces that only ``line`` connects; the addresses are ``ADDRESSES``."""
    ends = []
    try:
        for name, address in zip(NAMES, ADDRESSES, strict=True):
            subprocess.run([_IP, "netns", "del", name], check=False, capture_output=True)
            _ip("netns", "add", name)
            end = os.open("/dev/net/tun", os.O_RDWR)
            ends.append(end)
            fcntl.ioctl(end, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
            _ip("link", "set", name, "netns", name)
            _ip("-n", name, "addr", "add", f"{address}/24", "dev", name)
            _ip("-n", name, "link", "set", name, "mtu", str(mtu), "up")
            _ip("-n", name, "link", "set", "lo", "up")
        carrier = Carrier(line, (ends[0], ends[1]))
        try:
            yield NAMES[0], NAMES[1]
        finally:
            carrier.close()
    finally:
        for end in ends:
            os.close(end)
        for name in NAMES:
            subprocess.run([_IP, "netns", "del", name], check=False, capture_output=True)
