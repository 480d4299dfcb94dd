"""Random numbers by counting, and the quantile functions that turn one of them into a duration.

Layer: simulator (kernels). A draw is a function of its key alone: (seed, replication, case, element,
purpose, visit). So a case draws the same numbers under every option, in any order of events and on any
thread. Every distribution uses one uniform number and rises with it, so paired cases stay coupled.

The finaliser is variant 13 of Stafford's mixers as in SplitMix64 (Steele, Lea, Flood, 2014, "Fast splittable
pseudorandom number generators"); the normal quantile is algorithm AS 241, PPND16 (Wichura, 1988, Applied
Statistics 37:477-484). Greek and single letters follow those papers.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

SETTINGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Kernels neither allocate nor keep arrays, so numba's reference counts of arrays, which cost more here than
all the rest, are switched off (``_nrt``). Only the outermost kernel is kept on disk."""
kernel = njit(**SETTINGS)
inlined = njit(forceinline=True, **SETTINGS)

FIXED, EXPONENTIAL, LOGNORMAL, UNIFORM, TRIANGULAR, PERT, NEVER = range(7)

PERT_POINTS = 4096
"""Cells of the table of a PERT quantile function."""

_U = np.uint64
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_SCALE = 2.0**-52
_HALF_STEP = 2.0**-53


def stable_hash(text: str) -> int:
    """Return 64 bits that depend on ``text`` alone, the same in every process and release."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8, person=b"renkei").digest(), "little")


@inlined
def mix(z: Any) -> Any:
    """Return 64 well-mixed bits of 64 bits; one-to-one."""
    z = (z ^ (z >> _S30)) * _FIRST
    z = (z ^ (z >> _S27)) * _SECOND
    return z ^ (z >> _S31)


@inlined
def draw(key: Any, stream: Any, visit: Any) -> Any:
    """Return a number of the open interval (0, 1) for a mixed ``key``, a ``stream`` of it, and a visit."""
    z = mix(key + stream + _U(visit) * _GOLDEN)
    return float(z >> _S12) * _SCALE + _HALF_STEP


def replication_key(seed: int, replication: int) -> np.uint64:
    """Return the key of one replication."""
    golden, bits = int(_GOLDEN), (1 << 64) - 1
    return np.uint64(_mix((_mix((seed + golden) & bits) + replication * golden) & bits))


def _mix(z: int) -> int:
    """Do what ``mix`` does, with Python's integers."""
    bits = (1 << 64) - 1
    z = ((z ^ (z >> 30)) * int(_FIRST)) & bits
    z = ((z ^ (z >> 27)) * int(_SECOND)) & bits
    return z ^ (z >> 31)


@inlined
def case_key(replication: Any, contingency: Any, number: Any) -> Any:
    """Return the key of one case: the ``number``-th of its contingency."""
    return mix(mix(replication + contingency) + _U(number) * _GOLDEN)


@kernel
def _normal_tail(u: Any, q: Any) -> Any:
    r = np.sqrt(-np.log(u if q < 0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        top = 7.74545014278341407640e-4
        top = top * r + 2.27238449892691845833e-2
        top = top * r + 2.41780725177450611770e-1
        top = top * r + 1.27045825245236838258e0
        top = top * r + 3.64784832476320460504e0
        top = top * r + 5.76949722146069140550e0
        top = top * r + 4.63033784615654529590e0
        top = top * r + 1.42343711074968357734e0
        low = 1.05075007164441684324e-9
        low = low * r + 5.47593808499534494600e-4
        low = low * r + 1.51986665636164571966e-2
        low = low * r + 1.48103976427480074590e-1
        low = low * r + 6.89767334985100004550e-1
        low = low * r + 1.67638483018380384940e0
        low = low * r + 2.05319162663775882187e0
    else:
        r -= 5.0
        top = 2.01033439929228813265e-7
        top = top * r + 2.71155556874348757815e-5
        top = top * r + 1.24266094738807843860e-3
        top = top * r + 2.65321895265761230930e-2
        top = top * r + 2.96560571828504891230e-1
        top = top * r + 1.78482653991729133580e0
        top = top * r + 5.46378491116411436990e0
        top = top * r + 6.65790464350110377720e0
        low = 2.04426310338993978564e-15
        low = low * r + 1.42151175831644588870e-7
        low = low * r + 1.84631831751005468180e-5
        low = low * r + 7.86869131145613259100e-4
        low = low * r + 1.48753612908506148525e-2
        low = low * r + 1.36929880922735805310e-1
        low = low * r + 5.99832206555887937690e-1
    value = top / (low * r + 1.0)
    return -value if q < 0 else value


@kernel
def normal_quantile(u: Any) -> Any:
    """Return the value below which a standard normal number lies with probability ``u``."""
    q = u - 0.5
    if abs(q) > 0.425:
        return _normal_tail(u, q)
    r = 0.180625 - q * q
    top = 2.5090809287301226727e3
    top = top * r + 3.3430575583588128105e4
    top = top * r + 6.7265770927008700853e4
    top = top * r + 4.5921953931549871457e4
    top = top * r + 1.3731693765509461125e4
    top = top * r + 1.9715909503065514427e3
    top = top * r + 1.3314166789178437745e2
    top = top * r + 3.3871328727963666080e0
    low = 5.2264952788528545610e3
    low = low * r + 2.8729085735721942674e4
    low = low * r + 3.9307895800092710610e4
    low = low * r + 2.1213794301586595867e4
    low = low * r + 5.3941960214247511077e3
    low = low * r + 6.8718700749205790830e2
    low = low * r + 4.2313330701600911252e1
    return q * top / (low * r + 1.0)


@inlined
def quantile(kind: Any, shape: Any, table: Any, tables: Any, u: Any) -> Any:
    """Return the quantile at ``u`` of the distribution ``kind``.

    ``shape`` holds its parameters: fixed value; exponential mean; lognormal mu, sigma; uniform and PERT low,
    width; triangular low, left width, right width. ``table`` is the row of a PERT table.
    """
    if kind == LOGNORMAL:
        return np.exp(shape[0] + shape[1] * normal_quantile(u))
    if kind == EXPONENTIAL:
        return -np.log(1.0 - u) * shape[0]
    if kind == FIXED:
        return shape[0]
    if kind == UNIFORM:
        return shape[0] + shape[1] * u
    if kind == NEVER:
        return np.inf
    return _tabled(kind, shape, table, tables, u)


@kernel
def _tabled(kind: Any, shape: Any, table: Any, tables: Any, u: Any) -> Any:
    if kind == TRIANGULAR:
        left, right = shape[1], shape[2]
        width = left + right
        if u * width < left:
            return shape[0] + np.sqrt(u * width * left)
        return shape[0] + width - np.sqrt((1.0 - u) * width * right)
    position = _grid_position(u) * PERT_POINTS
    cell = min(int(position), PERT_POINTS - 1)
    part = position - cell
    low, high = tables[table, cell], tables[table, cell + 1]
    return shape[0] + shape[1] * (low + part * (high - low))


@kernel
def _grid_position(u: Any) -> Any:
    """Return x with u = sin^2(pi/2 sin^2(pi/2 x)): cells shrink with the fourth power towards both ends."""
    inner = np.arcsin(np.sqrt(u)) * (2.0 / np.pi)
    return np.arcsin(np.sqrt(inner)) * (2.0 / np.pi)


@lru_cache(maxsize=512)
def pert_table(m: float) -> NDArray[np.float64]:
    """Return the quantile function of PERT(0, m, 1) on the grid of ``_grid_position``.

    PERT is the beta distribution with alpha = 1 + 4m and beta = 1 + 4(1 - m). Its distribution function is
    integrated by Gauss-Legendre over the angle whose squared sine is the value.
    """
    angles = np.linspace(0.0, np.pi / 2, 8 * PERT_POINTS + 1)
    nodes, weights = np.polynomial.legendre.leggauss(4)
    half = (angles[1] - angles[0]) / 2
    inner = (angles[:-1, None] + half) + half * nodes
    density = np.sin(inner) ** (8 * m + 1) * np.cos(inner) ** (8 * (1 - m) + 1)
    cumulative = np.concatenate(([0.0], np.cumsum(density @ weights)))
    wanted = np.sin(np.pi / 2 * np.sin(np.linspace(0.0, np.pi / 2, PERT_POINTS + 1)) ** 2) ** 2
    found = np.interp(wanted, cumulative / cumulative[-1], angles)
    return np.asarray(np.sin(found) ** 2)
