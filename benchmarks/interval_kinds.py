"""Coverage and mean length of every kind of interval for h, by simulation.

    python -m benchmarks.interval_kinds [datasets at n = 100] [datasets at n = 300]

All kinds judge the same data sets. What is simulated for an interval is drawn once for all data
sets of a K, in a larger number than `interval_h2` takes, at 101 true h; an end between two of
them is interpolated. `exact` is the hull of what it accepts, and `holes` the share of data sets
in which that has a gap. On a few data sets `interval_h2` has to agree.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import chdtri

from benchmarks.coverage import ALPHA, TRUE_H, kinships, tails
from lmm_core import decompose, rotate
from lmm_core.arrays import Floats
from lmm_core.certainty import contrasts
from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.certainty.pivot import pivot_ends
from lmm_core.certainty.profiles import Grid
from lmm_core.certainty.sampling import chi_squares, highest, search_grid

DRAWS = 40_000
H0 = np.linspace(0.0, 1.0, 101)
EIGENVALUES = Path(__file__).parent.parent / "tests/core/certainty/fixtures/albi_eigenvalues.txt"
KINDS = ("profile", "exact", "tails", "albi", "pivot")


@dataclass(frozen=True)
class Null:
    """What is known of one K and X at each true h₀ of `H0`.

    Attributes:
        estimates: ascending, shape (101, draws).
        cuts: the 95% quantile of T = 2[max ℓ - ℓ(h₀)], shape (101,).
    """

    estimates: Floats
    cuts: Floats

    @classmethod
    def of(cls, pairs: Contrasts, grid: Grid) -> "Null":
        estimates, cuts = [], []
        for h in H0:
            found, drops = [], []
            for chi2 in chi_squares(pairs, np.random.default_rng(7), DRAWS):
                z2 = chi2 * (h * pairs.values + 1.0 - h)
                estimate, rise = highest(grid, z2 @ grid.weights)
                found.append(estimate)
                drops.append(2.0 * (rise - gains(pairs, z2, np.array([h]))[:, 0]))
            estimates.append(np.sort(np.concatenate(found)))
            # Where the likelihood is unbounded at 1, 1 is never inside.
            never = pairs.n_null and h == 1.0
            cuts.append(-np.inf if never else np.quantile(np.concatenate(drops), 1.0 - ALPHA))
        return cls(np.array(estimates), np.array(cuts))


def gains(pairs: Contrasts, z2: Floats, h: Floats) -> Floats:
    """ℓ(h) - ℓ(0) of each data set, shape (datasets, h)."""
    variances = np.outer(pairs.values, h) + (1.0 - h)
    if pairs.n_null:
        variances[:, h == 1.0] = np.nan
    heights = pairs.df * np.log((z2 @ (1.0 / variances)) / z2.sum(axis=1)[:, np.newaxis])
    heights += np.log(variances).sum(axis=0)
    gained: Floats = -0.5 * np.where(np.isnan(heights), np.inf, heights)
    return gained


def hull(margin: Floats) -> tuple[Floats, Floats, Floats]:
    """From the outermost h₀ where the margin is not negative to the outermost, and holes, (m,).

    Args:
        margin: by how much each h₀ of `H0` is accepted, shape (m, 101).
    """
    inside = margin >= 0.0
    first, last = inside.argmax(axis=1), 100 - inside[:, ::-1].argmax(axis=1)
    rows = np.arange(len(margin))
    holes = (last - first + 1) > inside.sum(axis=1)

    def end(at: Floats, beside: Floats) -> Floats:
        beside = np.clip(beside, 0, 100)
        here, there = margin[rows, at], margin[rows, beside]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where((there < 0.0) & np.isfinite(there), here / (here - there), 0.0)
        found: Floats = H0[at] + share * (H0[beside] - H0[at])
        return found

    return end(first, first - 1), end(last, last + 1), holes


def by_tails(null: Null, observed: Floats, at_ends: bool) -> Floats:
    """The margin of the intervals by the tails of ĥ, shape (m, 101)."""
    margins = []
    for sample in null.estimates:
        at_most, at_least = tails(sample, observed)
        zero, one = np.mean(sample == 0.0), np.mean(sample == 1.0)
        low = high = ALPHA / 2.0
        if at_ends and max(zero, one) > ALPHA / 2.0:
            low, high = (0.0, ALPHA) if zero >= one else (ALPHA, 0.0)
        margins.append(np.minimum(at_most - low, at_least - high))
    return np.array(margins).T


def cell(pairs: Contrasts, grid: Grid, null: Null, h: float, datasets: int, seed: int) -> str:
    """One line of the table."""
    rng = np.random.default_rng(seed)
    scale = h * pairs.values + 1.0 - h
    z2 = np.vstack([chi2 * scale for chi2 in chi_squares(pairs, rng, datasets)])
    estimates, rise = highest(grid, z2 @ grid.weights)
    drops = 2.0 * (rise[:, np.newaxis] - gains(pairs, z2, H0))
    margins: dict[str, Callable[[], Floats]] = {
        "tails": lambda: by_tails(null, estimates, False),
        "albi": lambda: by_tails(null, estimates, True),
        "profile": lambda: chdtri(1, ALPHA) - drops,
        "exact": lambda: null.cuts - drops,
    }
    texts, gaps = [], 0.0
    for kind in KINDS:
        if kind == "pivot":
            texts.append(by_pivot(pairs, z2[:2000], h))
            continue
        margin = margins[kind]()
        lower, upper, holes = hull(margin)
        covered = (lower <= h + 1e-9) & (h - 1e-9 <= upper)
        texts.append(f"{covered.mean():.1%}, {np.mean(upper - lower):.3f}")
        gaps = float(holes.mean()) if kind == "exact" else gaps
    return " | ".join([*texts, f"{gaps:.1%}"])


def by_pivot(pairs: Contrasts, z2: Floats, h: float) -> str:
    from dataclasses import replace

    from lmm_core import LMMError

    if not pairs.n_null:
        return "–"
    covered, lengths, empty = 0, [], 0
    for one in z2:
        try:
            lower, upper = pivot_ends(replace(pairs, z=np.sqrt(one)), 1.0 - ALPHA)
        except LMMError:
            empty += 1
            continue
        covered += lower <= h <= upper
        lengths.append(upper - lower)
    text = f"{covered / len(z2):.1%}, {np.mean(lengths):.3f}"
    return text + (f", {empty / len(z2):.1%} empty" if empty else "")


def main() -> None:
    many, few = (int(word) for word in (sys.argv[1:] + ["20000", "2000"][len(sys.argv) - 1 :]))
    print(
        f"{many:,} data sets a cell at n = 100 and on 185 eigenvalues, {few:,} at n = 300; REML, "
        "coverage and mean length.\n"
    )
    print("| K | n | true h | " + " | ".join(KINDS) + " | holes |\n" + "|---" * 9 + "|")
    cases: list[tuple[str, int, Contrasts, int]] = []
    for n, datasets in ((100, many), (300, few)):
        X = np.column_stack([np.ones(n), np.arange(n) % 2])
        groups = {"groups": np.kron(np.eye(n // 4), np.ones((4, 4)))}
        for name, K in {**kinships(n), **groups}.items():
            pairs = contrasts(rotate(decompose(K), np.arange(n) ** 2.0, X))
            cases.append((name, n, pairs, datasets))
    # The kinship is centred: the intercept has the direction of its eigenvalue 0.
    values = np.sort(np.loadtxt(EIGENVALUES))[1:]
    cases.append(("ALBI's", 185, Contrasts(values, np.zeros(184), values, 0), many))
    for name, n, pairs, datasets in cases:
        grid = search_grid(pairs, reml=True)
        null = Null.of(pairs, grid)
        for i, h in enumerate(TRUE_H):
            if pairs.n_null and h == 1.0:
                continue  # Every estimate is 1: the likelihood is unbounded.
            line = cell(pairs, grid, null, h, datasets, 1000 * n + i)
            print(f"| {name} | {n} | {h:g} | {line} |", flush=True)


if __name__ == "__main__":
    main()
