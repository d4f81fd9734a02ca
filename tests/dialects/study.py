"""Families of sibs with traits, covariates and genotypes, from a seed."""

from dataclasses import dataclass
from functools import cache

import numpy as np

STUDIES = 200
MARKERS = 60

# A multiple of it is exact in four bytes and in ten digits, so that every format holds the same.
_STEP = 1 / 64


@dataclass(frozen=True, eq=False)
class Study:
    """What a person has measured.

    Attributes:
        family: number of the family of each of the n individuals.
        pedigree, realised: relationships (n, n); the first of full sibs, 0, 0.5 and 1.
        counts: allele counts (n, MARKERS).
        traits: "small" is near 20, "signed" near 0, "large" near 1,500, "other" and "third" as
            "small".
        numbers: numeric covariates.
        words: covariates that are categories, as their number.
    """

    family: np.ndarray
    pedigree: np.ndarray
    realised: np.ndarray
    counts: np.ndarray
    traits: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]
    words: dict[str, np.ndarray]

    @property
    def n(self) -> int:
        return len(self.family)


@cache
def study(seed: int) -> Study:
    """One of `STUDIES` datasets of 20 to 40 individuals."""
    rng = np.random.default_rng([2026, seed])
    sizes: list[int] = []
    while sum(sizes) < rng.integers(20, 37):
        sizes.append(int(rng.integers(2, 6)))
    family = np.repeat(np.arange(len(sizes)), sizes)[:40]
    n = len(family)
    same = family[:, np.newaxis] == family
    pedigree = 0.5 * same + 0.5 * np.eye(n)
    z = rng.normal(size=(n, 2 * n))
    realised = np.round((0.7 * pedigree + 0.3 * z @ z.T / (2 * n)) / _STEP) * _STEP
    realised = np.tril(realised) + np.tril(realised, -1).T
    sex, batch = rng.integers(0, 2, n), rng.integers(0, 3, n)
    sex[:2], batch[:3] = (0, 1), (0, 1, 2)
    age = rng.integers(8, 31, n)
    dose = np.round(rng.gamma(4.0, 0.5, n), 2)
    scores = {f"score{k}": np.round(rng.normal(size=n), 4) for k in range(1, 13)}
    fixed = 0.8 * sex + 0.6 * (batch == 1) - 0.5 * (batch == 2) + 0.04 * age + 0.4 * dose
    fixed = fixed + sum(scores.values()) * 0.15
    root = np.linalg.cholesky(pedigree)

    def trait(mean: float, spread: float, digits: int) -> np.ndarray:
        y = root @ rng.normal(size=n) + 0.55 * rng.normal(size=n) + 0.6 * fixed
        return np.round(mean + spread * (y - y.mean()), digits)

    return Study(
        family=family,
        pedigree=pedigree,
        realised=realised,
        counts=_counts(family, rng),
        traits={
            "small": trait(21, 2.5, 2),
            "signed": trait(0, 3.5, 3),
            "large": trait(1500, 420, int(rng.integers(0, 2))),
            "other": trait(35, 4, 1),
            "third": trait(18, 2, 2),
        },
        numbers={"age": age.astype(float), "dose": dose, **scores},
        words={"sex": sex, "batch": batch},
    )


def _counts(family: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Children of two parents each, who have alleles of a frequency near a half."""
    made = []
    for size in np.unique(family, return_counts=True)[1]:
        parents = rng.random((4, MARKERS)) < rng.uniform(0.25, 0.75, MARKERS)
        for _ in range(size):
            one, two = rng.integers(0, 2, MARKERS), rng.integers(2, 4, MARKERS)
            every = np.arange(MARKERS)
            made.append(parents[one, every].astype(int) + parents[two, every])
    counts = np.array(made)
    # Every marker varies, whoever is left out: constant ones are another matter.
    counts[:, 0] = np.arange(len(counts)) % 3
    return counts
