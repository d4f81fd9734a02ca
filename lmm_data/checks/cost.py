"""What a fit of some size takes, before it is begun."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from lmm_core.errors import in_digits
from lmm_data.checks.finding import Finding

# The decomposition that is timed: three milliseconds.
TRIAL = 200
# Below this the clock is not to be trusted; above it others are at work, whose delays do not grow
# with n as the decomposition does.
LEAST, MOST = 1e-4, 1e-2
# Matrices of n² 8-byte numbers at the highest, as measured: the kinship as read, averaged, joined
# and decomposed with LAPACK's workspace; and of each trait with gaps of its own, its part of the
# kinship, the decomposition of that, and the tables of pairs.
MATRICES, MATRICES_PER_TRAIT = 10, 6
# A fit and its checks beside one decomposition: contrasts, P and U'P, matrix products.
PER_TRAIT = 3.0
SECONDS, BYTES = 60.0, 2e9


@dataclass(frozen=True, slots=True)
class Cost:
    """What the decomposition and the fits will take, to a factor of about three.

    Attributes:
        n: individuals.
        bytes: memory at its highest.
        seconds: time on this machine.
        advice: what to do if that is more than a page should take; empty if it is not.
    """

    n: int
    bytes: float
    seconds: float
    advice: str = ""


def estimate_cost(
    n: int, m_traits: int = 1, *, max_seconds: float = SECONDS, max_bytes: float = BYTES
) -> Cost:
    """Memory and time of a decomposition and of `m_traits` fits with all their checks.

    Args:
        n: individuals.
        m_traits: traits that are fitted and checked.
        max_seconds, max_bytes: above these there is advice.

    The time is that of a small decomposition on this machine, measured once when first asked
    for, times n³.
    """
    seconds = trial_seconds() * (n / TRIAL) ** 3 * (1.0 + PER_TRAIT * m_traits)
    size = 8.0 * float(n) ** 2 * (MATRICES + MATRICES_PER_TRAIT * m_traits)
    advice = ""
    if seconds > max_seconds or size > max_bytes:
        advice = (
            f"Run it on the command line instead: lmm fit … takes about "
            f"{duration(seconds)} and {memory(size)}."
        )
    return Cost(n, size, seconds, advice)


def check_cost(cost: Cost, *, where: str = "kinship") -> Iterator[Finding]:
    """A finding if there is advice."""
    if not cost.advice:
        return
    yield Finding(
        "cost_large",
        "warning",
        where,
        "Too large to check here",
        f"{cost.n:,} individuals take about {duration(cost.seconds)} and {memory(cost.bytes)}.",
        "Only what is quick was checked: entries, scale and relatives, not labels or residuals.",
        cost.advice,
        value=cost.seconds,
    )


@cache
def trial_seconds() -> float:
    """Time of the eigen decomposition of a 200 x 200 matrix here, the best of five."""
    Z = np.random.default_rng(0).standard_normal((TRIAL, TRIAL))
    K = Z @ Z.T
    times = []
    for _ in range(5):
        start = time.perf_counter()
        np.linalg.eigh(K)
        times.append(time.perf_counter() - start)
    return min(max(min(times), LEAST), MOST)


def duration(seconds: float) -> str:
    """Seconds in words.

    >>> duration(0.2), duration(90.0), duration(9000.0)
    ('1 second', '2 minutes', '2.5 hours')
    """
    if seconds < 90.0:
        whole = max(1, round(seconds))
        return f"{whole} second{'s' * (whole > 1)}"
    if seconds < 5400.0:
        return f"{round(seconds / 60.0)} minutes"
    return f"{seconds / 3600.0:.1f} hours"


def memory(size: float) -> str:
    """Bytes in words.

    >>> memory(2.5e6), memory(3.2e9)
    ('2.5 MB', '3.2 GB')
    """
    return f"{in_digits(size / 1e9, 2)} GB" if size >= 1e9 else f"{in_digits(size / 1e6, 2)} MB"
