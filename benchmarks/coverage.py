"""How often intervals for h cover the truth, and the size of tests of h = 0, by simulation.

    python -m benchmarks.coverage [datasets]

Estimates by REML with an intercept and a covariate of zeros and ones. The exact interval covers
the true h if T = 2[max ℓ - ℓ(h)] is no larger than in 95% of samples with that h: for all data
sets of a cell they are one large sample. On a few data sets of each cell `interval_h2` has to
agree.
"""

import sys
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chdtri

from lmm_core import decompose, fit_rotated, rotate
from lmm_core import standardized_kinship as standardized
from lmm_core.arrays import Floats
from lmm_core.certainty import contrasts, interval_h2
from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.certainty.sampling import chi_squares, highest, search_grid
from lmm_core.kinship import KinshipEigen
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import full_sib_families

DATASETS = 2000
REFERENCE_DRAWS = 200_000
CHECKED = 5
TRUE_H = (0.0, 0.1, 0.5, 0.9, 1.0)
ALPHA = 0.05


@dataclass(frozen=True)
class Cell:
    """Shares of data sets."""

    at_zero: float
    at_one: float
    exact: float
    profile: float
    wald: float
    no_wald: float
    agree: str
    exact_size: float
    mixture_size: float


def kinships(n: int) -> dict[str, Floats]:
    genotypes = advanced_intercross(
        n, 10, 30, spacing_cm=2.0, rng=np.random.default_rng(n)
    ).genotypes
    size = 6
    whole, left = divmod(n, size)
    families = full_sib_families(whole + bool(left), [size] * whole + [left] * bool(left))
    return {"intercross": standardized(genotypes, 0.5), "full sibs": families.K}


def curvature(pairs: Contrasts, z2: Floats, h: Floats) -> Floats:
    """d²ℓ/dh² of each data set at its own h, shape (datasets,)."""
    change = pairs.values - 1.0
    d = np.outer(h, pairs.values) + (1.0 - h)[:, np.newaxis]
    rss = np.sum(z2 / d, axis=1)
    first = -np.sum(z2 * change / d**2, axis=1) / rss
    second = 2.0 * np.sum(z2 * change**2 / d**3, axis=1) / rss
    bend: Floats = 0.5 * np.sum((change / d) ** 2, axis=1) - 0.5 * pairs.df * (second - first**2)
    return bend


def tails(sample: Floats, observed: Floats) -> tuple[Floats, Floats]:
    """P(ĥ ≤ observed) and P(ĥ ≥ observed), the observed value included."""
    ordered = np.sort(sample)
    at_most = np.searchsorted(ordered, observed, side="right") / ordered.size
    at_least = 1.0 - np.searchsorted(ordered, observed, side="left") / ordered.size
    return at_most, at_least


def height_at(pairs: Contrasts, z2: Floats, h: float) -> Floats:
    d = h * pairs.values + 1.0 - h
    height: Floats = -0.5 * (pairs.df * np.log(z2 @ (1.0 / d)) + np.log(d).sum())
    return height


def drop(pairs: Contrasts, z2: Floats, h: float, rise: Floats) -> Floats:
    """T of each data set: twice how far its profile lies below its top at h."""
    gain = height_at(pairs, z2, h) - height_at(pairs, z2, 0.0)
    return 2.0 * (rise - gain)


def run_cell(eigen: KinshipEigen, X: Floats, h: float, datasets: int, seed: int) -> Cell:
    rng = np.random.default_rng(seed)
    fits = []
    for _ in range(CHECKED):
        y = eigen.vectors @ (np.sqrt(h * eigen.values + 1.0 - h) * rng.normal(size=eigen.n))
        fits.append(fit_rotated(rotate(eigen, y, X)))
    each = [contrasts(fit.rotated) for fit in fits]
    pairs = each[0]
    # The first few data sets go all the way; of the rest only the squared contrasts are needed.
    scale = h * pairs.values + 1.0 - h
    rest = [chi2 * scale for chi2 in chi_squares(pairs, rng, datasets - CHECKED)]
    z2 = np.vstack([one.z[np.newaxis] ** 2 for one in each] + rest)
    grid = search_grid(pairs, reml=True)
    estimates, rise = highest(grid, z2 @ grid.weights)

    observed = drop(pairs, z2, h, rise)
    reference, drops = [], []
    for chi2 in chi_squares(pairs, rng, REFERENCE_DRAWS):
        sample = chi2 * scale
        found, found_rise = highest(grid, sample @ grid.weights)
        reference.append(found)
        drops.append(drop(pairs, sample, h, found_rise))
    exact = observed <= np.quantile(np.concatenate(drops), 1.0 - ALPHA)
    profile = observed <= chdtri(1, ALPHA)
    inside = (estimates > 0.0) & (estimates < 1.0)
    bend = np.where(inside, curvature(pairs, z2, np.where(inside, estimates, 0.5)), 0.0)
    has = inside & (bend < 0.0)
    se = 1.0 / np.sqrt(np.where(has, -bend, 1.0))
    wald = np.abs(estimates - h) <= np.sqrt(chdtri(1, ALPHA)) * se

    agree = close = 0
    for i, fit in enumerate(fits):
        one = interval_h2(fit, method="exact", rng=rng)
        agree += (one.lower <= h <= one.upper) == exact[i]
        # Where the truth is within Monte Carlo error of an end either answer is right.
        ends = [end for end in (one.lower, one.upper) if 0.0 < end < 1.0]
        close += any(abs(end - h) < 3.0 * one.error for end in ends)
        by_profile = interval_h2(fit)
        agree += (by_profile.lower <= h <= by_profile.upper) == profile[i]
    exact_size = mixture_size = float("nan")
    if h == 0.0:
        statistic = np.maximum(2.0 * rise, 0.0)
        statistic[estimates == 0.0] = 0.0
        null = []
        for chi2 in chi_squares(pairs, rng, REFERENCE_DRAWS):
            null.append(2.0 * highest(grid, chi2 @ grid.weights)[1])
        exact_size = float(np.mean(tails(np.concatenate(null), statistic)[1] <= ALPHA))
        mixture_size = float(np.mean((statistic > 0) & (0.5 * chdtrc(1, statistic) <= ALPHA)))
    return Cell(
        at_zero=float(np.mean(np.concatenate(reference) == 0.0)),
        at_one=float(np.mean(np.concatenate(reference) == 1.0)),
        exact=float(exact.mean()),
        profile=float(profile.mean()),
        wald=float(wald[has].mean()) if has.any() else float("nan"),
        no_wald=float(1.0 - has.mean()),
        agree=f"{agree} of {2 * CHECKED}" + (f", {close} close" if agree < 2 * CHECKED else ""),
        exact_size=exact_size,
        mixture_size=mixture_size,
    )


def main() -> None:
    datasets = int(sys.argv[1]) if len(sys.argv) > 1 else DATASETS
    error = 100.0 * np.sqrt(0.05 * 0.95 / datasets)
    print(f"{datasets:,} data sets a cell; a share of 95% has a standard error of {error:.1f}%.\n")
    print(
        "| K | n | true h | ĥ = 0 | ĥ = 1 | exact | profile | Wald | no Wald | checked |\n"
        "|---|---|---|---|---|---|---|---|---|---|"
    )
    sizes: list[str] = []
    far: dict[str, list[str]] = {"less than 93.5%": [], "more than 96.5%": []}
    for n in (100, 300):
        for name, K in kinships(n).items():
            eigen = decompose(K)
            X: Floats = np.column_stack([np.ones(n), np.arange(n) % 2.0])
            for i, h in enumerate(TRUE_H):
                cell = run_cell(eigen, X, h, datasets, seed=1000 * n + i)
                where = f"| {name} | {n} | {h:g} "
                print(
                    f"{where}| {cell.at_zero:.1%} | {cell.at_one:.1%} | {cell.exact:.1%} "
                    f"| {cell.profile:.1%} | {cell.wald:.1%} | {cell.no_wald:.1%} "
                    f"| {cell.agree} |",
                    flush=True,
                )
                if h == 0.0:
                    sizes.append(f"{where}| {cell.exact_size:.1%} | {cell.mixture_size:.1%} |")
                for share, missed in zip(
                    far, (cell.exact < 0.935, cell.exact > 0.965), strict=True
                ):
                    if missed:
                        far[share].append(f"- {name}, n = {n}, h = {h:g}: {cell.exact:.1%}")
    for share, lines in far.items():
        print(f"\nThe exact interval covers {share} of the time:\n")
        print("\n".join(lines) or "- nowhere")
    print("\nShare of p-values of 5% or less for h = 0 when h = 0:\n")
    print("| K | n | true h | exact | ½χ²₀ + ½χ²₁ |\n|---|---|---|---|---|")
    print("\n".join(sizes))


if __name__ == "__main__":
    main()
