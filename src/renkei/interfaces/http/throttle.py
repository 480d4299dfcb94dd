"""How often somebody may try to sign in: buckets that fill again with time, so nobody stays locked out.

Layer: interfaces. Three buckets count an attempt: that of the address, that of the account at this address,
and that of the account from everywhere. The last one is what a stranger with many addresses could keep empty
to lock a person out; therefore it does not count at an address from which the person has signed in before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil

MOST_BUCKETS = 20_000
"""Buckets remembered; the one unused for longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many attempts at once, and how many seconds until one more."""

    attempts: int
    seconds: float


ADDRESS = Rate(60, 1.0)
PAIR = Rate(8, 15.0)
ACCOUNT = Rate(40, 30.0)


class Throttle:
    """Counts attempts."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Begin with full buckets; ``now`` tells seconds of a clock that only goes forward."""
        self._now = now
        self._buckets: OrderedDict[tuple[str, ...], tuple[float, float]] = OrderedDict()

    def take(self, address: str, account: str, *, known: bool) -> int:
        """Count an attempt; return 0, or the seconds after which the next one is possible."""
        buckets = self._keys(address, account, known=known)
        wait = max(self._missing(key, rate) for key, rate in buckets)
        if wait > 0:
            return ceil(wait)
        for key, rate in buckets:
            self._change(key, rate, -1.0)
        return 0

    def give_back(self, address: str, account: str, *, known: bool) -> None:
        """Take back an attempt that succeeded."""
        for key, rate in self._keys(address, account, known=known):
            self._change(key, rate, 1.0)

    def _keys(self, address: str, account: str, *, known: bool) -> list[tuple[tuple[str, ...], Rate]]:
        place = network(address)
        keys = [(("address", place), ADDRESS), (("pair", place, account), PAIR)]
        return keys if known else [*keys, (("account", account), ACCOUNT)]

    def _level(self, key: tuple[str, ...], rate: Rate) -> float:
        level, since = self._buckets.get(key, (float(rate.attempts), self._now()))
        return min(float(rate.attempts), level + (self._now() - since) / rate.seconds)

    def _missing(self, key: tuple[str, ...], rate: Rate) -> float:
        return max(0.0, 1.0 - self._level(key, rate)) * rate.seconds

    def _change(self, key: tuple[str, ...], rate: Rate, by: float) -> None:
        self._buckets[key] = (min(float(rate.attempts), self._level(key, rate) + by), self._now())
        self._buckets.move_to_end(key)
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)


def network(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or the /64 that one subscriber has in IPv6.

    >>> network("2001:db8::1") == network("2001:db8::ffff"), network("192.0.2.1")
    (True, '192.0.2.1')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
