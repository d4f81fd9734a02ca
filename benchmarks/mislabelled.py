"""Datasets with and without wrong labels, and whether a finding names what was done to them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lmm_core import fit_rotated, rotate, standardized_kinship
from lmm_core.arrays import Floats, Ints
from lmm_core.fit import LMMFit
from lmm_core.kinship import KinshipEigen
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import full_sib_families, simulate_phenotype, unrelated
from lmm_data.checks import Finding
from lmm_data.checks.exchange import Fitted, exchange_tables
from lmm_data.dataset import Problem
from lmm_data.readers.text.csv import read_kinship, read_table

SAMPLE = Path(__file__).parents[1] / "sample_data" / "mouse_hs300"


def kinships() -> dict[str, Floats]:
    """Of the kinds that are checked on clean data."""
    rng = np.random.default_rng(0)
    families = full_sib_families(40, 5).K
    mixed = rng.permutation(len(families))
    people = unrelated(150, markers=2000, rng=rng)
    strain = np.repeat(np.arange(30), 5)
    return {
        "families": families,
        "families, mixed order": families[np.ix_(mixed, mixed)],
        "intercross": standardized_kinship(
            advanced_intercross(200, 10, 30, spacing_cm=2.0, rng=rng).genotypes, 0.5
        ),
        "unrelated": standardized_kinship(people.genotypes, people.frequency),
        "inbred strains": (strain[:, np.newaxis] == strain).astype(np.float64),
        "mice": mice()[0],
    }


def mice() -> tuple[Floats, Floats]:
    """Kinship and sex of the 297 mice."""
    K = read_kinship(SAMPLE / "kinship.csv")
    return K.values, read_table(SAMPLE / "covar.csv").select(K.ids).column("sex")


def make(
    eigen: KinshipEigen, K: Floats, Y: Floats, sex: Floats | None = None
) -> tuple[list[Problem], list[LMMFit]]:
    """Problems and fits of the columns of Y."""
    n = len(K)
    X = np.ones((n, 1)) if sex is None else np.column_stack([np.ones(n), sex])
    names = ("intercept",) if sex is None else ("intercept", "sex")
    ids = tuple(f"i{i}" for i in range(n))
    problems = [Problem(f"t{t}", ids, y, X, K, names, (), "K") for t, y in enumerate(Y.T)]
    return problems, [fit_rotated(rotate(eigen, y, X)) for y in Y.T]


def draw(
    rng: np.random.Generator, eigen: KinshipEigen, h2: float, traits: int = 1, shape: str = "normal"
) -> Floats:
    """Independent traits, shape (n, traits)."""
    y = np.column_stack([simulate_phenotype(eigen, h2, rng=rng).y for _ in range(traits)])
    if shape == "normal":
        return y
    z: Floats = (y - y.mean(axis=0)) / y.std(axis=0)
    if shape == "skewed":
        return np.exp(z)
    return np.round(1.5 * z) if shape == "coarse" else (z > 0.5).astype(np.float64)


def clearest(fit: LMMFit) -> Ints:
    """The two individuals whose exchange loses most likelihood."""
    trait = Fitted.of(fit)
    lowest, pair = 0.0, (0, 1)
    for top, gains in exchange_tables([trait.states(trait.residual)], 0):
        i, j = divmod(int(gains.argmin()), gains.shape[1])
        if gains[i, j] < lowest:
            lowest, pair = float(gains[i, j]), (i + top, j + top)
    return np.array(pair)


def exchanged(Y: Floats, pair: Ints) -> Floats:
    swapped = Y.copy()
    swapped[pair] = Y[pair[::-1]]
    return swapped


def moved_down(Y: Floats, rows: Ints) -> Floats:
    """The values of these rows one row lower, the last of them in the first."""
    moved = Y.copy()
    moved[rows] = Y[np.roll(rows, 1)]
    return moved


def is_named(findings: Sequence[Finding], pair: Ints) -> bool:
    """Whether this pair is said to be swapped."""
    right = {f"i{i}" for i in pair}
    return any(f.code == "labels_swap" and set(f.ids) == right for f in findings)


def is_low(findings: Sequence[Finding]) -> bool:
    """Whether the values are said to stand one row too low."""
    return any(f.code == "labels_shift" and "1 row too low" in f.title for f in findings)
