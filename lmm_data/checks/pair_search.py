"""The pair whose exchange gains most, and all that gain enough, with few of them looked at in full.

With m_i the least penalty of individual i, no pair's penalty is below ½(m_i + m_j), and what the
pair would gain at that is a product of two matrices with four columns a trait and two more. In
single precision it bounds the gain of all pairs; those that may reach what is sought are computed.
"""

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Floats, Ints
from lmm_data.checks.exchange import State, States

Singles = NDArray[np.float32]

# Rows of the table of bounds that are held at a time.
BLOCK = 256
# Individuals at either end of what is exchanged, whose pairs are tried first.
ENDS = 12


def best_pair(observed: States) -> tuple[float, tuple[int, int]]:
    """The highest gain and its pair; (0, 0), which is none, if no exchange gains anything."""
    best, pair = 0.0, (0, 0)
    for kind in kinds(observed):
        states = _of_kind(observed, kind)
        tried = max(best, _first_guess(states))
        i, j, gain = _reaching(states, tried, rising=True)
        if gain.size and gain.max() > best:
            # Of equal ones the first.
            at = int(gain.argmax())
            best, pair = float(gain[at]), (int(i[at]), int(j[at]))
    return best, pair


def pairs_from(observed: States, kind: int, limit: float) -> tuple[Ints, Ints, Floats]:
    """All pairs i < j that gain at least `limit`, in the order of i and then j, and their gains."""
    return _reaching(_of_kind(observed, kind), limit, rising=False)


def kind_of(observed: States, pair: tuple[int, int]) -> int:
    """By which kind of exchange a pair gains more."""
    i, j = np.array(pair[:1]), np.array(pair[1:])
    gains = [_gains(_of_kind(observed, kind), i, j)[0] for kind in kinds(observed)]
    return int(np.argmax(gains))


def kinds(observed: States) -> range:
    """Whether values alone are exchanged, or whole records as well."""
    return range(max(len(states) for states in observed))


def _of_kind(observed: States, kind: int) -> list[State]:
    return [states[min(kind, len(states) - 1)] for states in observed]


def _gains(states: list[State], i: Ints, j: Ints) -> Floats:
    total = np.zeros(np.broadcast_shapes(i.shape, j.shape))
    for s, a, penalty in states:
        d = s[j] - s[i]
        total += d * (a[j] - a[i] - d * penalty.of(i, j))
    return total


def _first_guess(states: list[State]) -> float:
    """The highest gain among the pairs that each trait by itself would exchange first."""
    n = states[0].s.size
    k = min(ENDS, n // 2)
    best = 0.0
    for s, a, penalty in states:
        # At the mean penalty the gain is the product of the differences in s and in b.
        b = a - penalty.least.mean() * s
        order = (s / max(float(s.std()), 1e-300) + b / max(float(b.std()), 1e-300)).argsort()
        gains = _gains(states, order[:k, np.newaxis], order[np.newaxis, n - k :])
        best = max(best, float(gains.max(initial=0.0)))
    return best


def _reaching(states: list[State], limit: float, rising: bool) -> tuple[Ints, Ints, Floats]:
    """Pairs that gain at least the limit, or, if it rises, the highest gain that was found."""
    n = states[0].s.size
    left, right = _factors(states)
    slack = _slack(left, right)
    found: list[tuple[Ints, Ints, Floats]] = []
    for top in range(0, n, BLOCK):
        bound = left[top : top + BLOCK] @ right[top:].T
        i, j = np.divmod(np.flatnonzero(bound >= np.float32(limit - slack)), n - top)
        upper = i < j
        i, j = i[upper] + top, j[upper] + top
        gain = _gains(states, i, j)
        enough = gain >= limit
        if enough.any():
            found.append((i[enough], j[enough], gain[enough]))
            limit = max(limit, float(gain.max())) if rising else limit
    if not found:
        nobody = np.zeros(0, dtype=np.int64)
        return nobody, nobody, np.zeros(0)
    i, j, gain = (np.concatenate(column) for column in zip(*found, strict=True))
    return i, j, gain


def _factors(states: list[State]) -> tuple[Singles, Singles]:
    """Two matrices whose product is the bound of all pairs, shape (n, 4 traits + 2)."""
    n = states[0].s.size
    own, one = np.zeros(n), np.ones(n)
    left, right = [], []
    for state in states:
        s, a, m = state.s - state.s.mean(), state.a, 0.5 * state.penalty.least
        own = own + s * (a - m * s)
        left += [2.0 * m * s - a, -s, -m, -s * s]
        right += [s, a - 2.0 * m * s, s * s, m]
    return _single([*left, own, one]), _single([*right, one, own])


def _single(columns: list[Floats]) -> Singles:
    return np.column_stack(columns).astype(np.float32)


def _slack(left: Singles, right: Singles) -> float:
    """What the rounding of single precision can take off a bound."""
    size = float(np.abs(left).max(axis=0) @ np.abs(right).max(axis=0))
    return float(left.shape[1] + 4) * 2.0**-23 * size
