"""Seeded chance for tests: when a process is killed, what a power cut leaves. No result is drawn from it."""

from __future__ import annotations

from random import Random  # noqa: TID251 -- see above

__all__ = ["Random", "seeded"]


def seeded(seed: int) -> Random:
    """Return a generator that draws the same in every run."""
    return Random(seed)  # noqa: S311 -- see above
