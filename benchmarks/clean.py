"""Clean datasets of many kinds: whatever is found wrong with one of them is a false alarm.

Genes are dropped from founders through a map of 19 autosomes and X, so that relatives share what
relatives share, and traits are made of 60 causal variants that are not in the kinship, a
residual, and covariates that may be left out of the model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import MISSING_COUNT, Floats
from lmm_core.genotypes import Kind
from lmm_core.scan.loco import autosomal_kinship
from lmm_core.simulate.cross import haldane
from lmm_data.readers.reading import KinshipMatrix
from lmm_data.tables import GenotypeTable, Table

Haplotypes = NDArray[np.int8]
KINDS = (
    "sibs",
    "families with parents",
    "half sibs",
    "recombinant inbred lines",
    "replicated lines",
    "intercross",
    "backcross",
    "advanced intercross",
    "population",
    "subpopulations",
)
SIZES = (40, 2000)
CAUSAL = 60
CHROMOSOMES, LENGTH_CM = 20, 80.0
# Between the starts of two chromosomes on one scale.
SPACE = 1e4


@dataclass(frozen=True, slots=True)
class Clean:
    """A dataset with nothing wrong.

    Attributes:
        kind: one of `KINDS`.
        phenotypes, kinship, covariates, genotypes: of the same individuals; genotypes are None
            where the kinship alone is given.
        use: covariates that are in the model.
        skewed: whether its traits are.
    """

    kind: str
    phenotypes: Table
    kinship: KinshipMatrix
    covariates: Table
    genotypes: GenotypeTable | None
    use: tuple[str, ...]
    skewed: bool


class _Map:
    """Markers on 20 chromosomes, the last of which is X."""

    def __init__(self, rng: np.random.Generator, m: int) -> None:
        self.chromosome = np.sort(rng.integers(0, CHROMOSOMES, m))
        self.cm = np.sort(rng.uniform(0.0, LENGTH_CM, m) + SPACE * self.chromosome)
        self.r = np.full(m, 0.5)
        same = np.diff(self.chromosome) == 0
        self.r[1:][same] = haldane(np.diff(self.cm))[same]
        self.x = self.chromosome == CHROMOSOMES - 1

    def gametes(
        self, rng: np.random.Generator, parents: Haplotypes, male: NDArray[np.bool_] | None = None
    ) -> Haplotypes:
        """One gamete of each parent, shape (k, m), from (k, 2, m); a male gives his first X."""
        strand = np.logical_xor.accumulate(rng.random((len(parents), self.r.size)) < self.r, axis=1)
        drawn = np.where(strand, parents[:, 1], parents[:, 0])
        if male is not None:
            drawn[np.ix_(male, self.x)] = parents[:, 0][np.ix_(male, self.x)]
        return drawn.astype(np.int8)

    def child(
        self, rng: np.random.Generator, fathers: Haplotypes, mothers: Haplotypes
    ) -> Haplotypes:
        """One child of each couple, shape (k, 2, m): the mother's gamete, then the father's."""
        from_fathers = self.gametes(rng, fathers, np.ones(len(fathers), dtype=bool))
        return np.stack([self.gametes(rng, mothers), from_fathers], axis=1)


def _founders(rng: np.random.Generator, k: int, f: Floats) -> Haplotypes:
    return (rng.random((k, 2, f.size)) < f).astype(np.int8)


def _individuals(rng: np.random.Generator, kind: str, n: int, where: _Map) -> Haplotypes:
    m = where.r.size
    f = rng.uniform(0.05, 0.95, m)
    if kind in ("sibs", "families with parents", "half sibs"):
        size = int(rng.integers(3, 9))
        families = -(-n // size)
        mothers, fathers = _founders(rng, families, f), _founders(rng, families, f)
        who = np.repeat(np.arange(families), size)
        sires = fathers[who // 3 * 3] if kind == "half sibs" else fathers[who]
        children = where.child(rng, sires, mothers[who])
        if kind == "families with parents":
            first = np.arange(families) * size
            children[first], children[first + 1] = mothers, fathers
        return children[:n]
    if kind in ("recombinant inbred lines", "replicated lines"):
        copies = int(rng.integers(3, 7)) if kind == "replicated lines" else 1
        strains = _founders(rng, 2 if copies == 1 else 4, f)[:, [0, 0]]
        lines = np.stack(
            [
                strains[rng.integers(0, len(strains) // 2, -(-n // copies)), 0],
                strains[rng.integers(len(strains) // 2, len(strains), -(-n // copies)), 0],
            ],
            axis=1,
        )
        for _ in range(8):
            lines = np.stack([where.gametes(rng, lines), where.gametes(rng, lines)], axis=1)
        inbred = lines[:, [0, 0]]
        return np.repeat(inbred, copies, axis=0)[:n]
    if kind in ("intercross", "backcross", "advanced intercross"):
        generation = np.stack([np.zeros((n, m)), np.ones((n, m))], axis=1).astype(np.int8)
        if kind == "backcross":
            return where.child(rng, np.zeros((n, 2, m), dtype=np.int8), generation)
        pairs = int(rng.integers(15, 60))
        for _ in range(1 if kind == "intercross" else int(rng.integers(3, 8))):
            parents = generation[: 2 * pairs]
            couple = rng.integers(0, len(parents) // 2, n)
            generation = where.child(rng, parents[couple], parents[couple + len(parents) // 2])
        return generation
    if kind == "subpopulations":
        groups = int(rng.integers(2, 4))
        drift = 0.05
        alpha = (1.0 - drift) / drift
        local = rng.beta(f * alpha, (1.0 - f) * alpha, (groups, m))
        people = [_founders(rng, -(-n // groups), g) for g in local]
        return np.concatenate(people)[:n]
    return _founders(rng, n, f)


def _missing(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Which genotypes failed: none, or a few more for some individuals and markers."""
    rate = rng.choice([0.0, 0.01, 0.05, 0.1])
    by_row = rng.beta(8.0, 8.0 / max(rate, 1e-9) - 8.0, shape[0]) if rate else np.zeros(shape[0])
    by_column = rng.gamma(4.0, 0.25, shape[1])
    lost: NDArray[np.bool_] = rng.random(shape) < np.minimum(np.outer(by_row, by_column), 0.5)
    return lost


def make_clean(seed: int) -> Clean:
    """The dataset of a seed."""
    rng = np.random.default_rng(seed)
    kind = KINDS[seed % len(KINDS)]
    n = int(np.exp(rng.uniform(*np.log(SIZES))))
    where = _Map(rng, int(np.exp(rng.uniform(np.log(300), np.log(3000)))))
    haplotypes = _individuals(rng, kind, n, where)
    n = len(haplotypes)
    male = rng.random(n) < 0.5
    G = haplotypes.sum(axis=1).astype(np.int8)
    inbred = kind in ("recombinant inbred lines", "replicated lines")
    if not inbred:
        # A male's only X is his mother's, typed as if there were two.
        G[np.ix_(male, where.x)] = 2 * haplotypes[:, 0][np.ix_(male, where.x)]
    ids = tuple(f"i{i + 1}" for i in range(n))
    order = np.arange(n) if rng.random() < 0.5 else rng.permutation(n)
    G, male = G[order], male[order]
    autosomal = np.flatnonzero(~where.x)
    causal = rng.choice(autosomal, min(CAUSAL, autosomal.size // 3), replace=False)
    covariates = np.column_stack([male, rng.uniform(50.0, 90.0, n), rng.integers(1, 4, n)]).astype(
        np.float64
    )
    skewed = bool(rng.random() < 0.15)
    Y = _traits(rng, G[:, causal], covariates, int(rng.choice([1, 2, 6])), skewed)
    typed = np.setdiff1d(np.arange(where.r.size), causal)
    counts = G[:, typed].copy()
    counts[_missing(rng, counts.shape)] = MISSING_COUNT
    labels = [*(str(c + 1) for c in range(CHROMOSOMES - 1)), "X"]
    genotypes = GenotypeTable(
        name="geno",
        ids=ids,
        markers=tuple(f"s{j}" for j in typed),
        chromosome=tuple(labels[c] for c in where.chromosome[typed]),
        position=np.full(typed.size, np.nan),
        position_cm=where.cm[typed] - SPACE * where.chromosome[typed],
        counts=counts,
    )
    how: Kind = "centered" if rng.random() < 0.7 else "standardized"
    K, _ = autosomal_kinship(genotypes, genotypes.chromosome, kind=how)
    names = ("sex", "age", "group")
    use = names if rng.random() < 0.5 else names[: int(rng.integers(0, 2))]
    return Clean(
        kind,
        Table("pheno.csv", ids, tuple(f"trait{t + 1}" for t in range(Y.shape[1])), Y),
        KinshipMatrix("kinship", ids, K),
        Table("covar.csv", ids, names, covariates),
        genotypes if rng.random() < 0.7 else None,
        use,
        skewed,
    )


def _traits(
    rng: np.random.Generator, causal: NDArray[np.int8], covariates: Floats, m: int, skewed: bool
) -> Floats:
    n = len(causal)
    columns = []
    for _ in range(m):
        g = causal @ rng.standard_normal(causal.shape[1])
        g = (g - g.mean()) / max(float(g.std()), 1e-9)
        h = rng.choice([0.0, 0.2, 0.5, 0.8])
        e = rng.standard_normal(n)
        if not skewed and rng.random() < 0.1:
            e = rng.standard_t(5.0, n) / np.sqrt(5.0 / 3.0)
        y = np.sqrt(h) * g + np.sqrt(1.0 - h) * e
        y = y + covariates[:, 0] * rng.choice([0.0, 0.5, 2.0]) + 0.02 * (covariates[:, 1] - 70.0)
        if skewed:
            y = np.exp(0.5 * y)
        y = np.round(10.0 + 2.0 * y, 3)
        if rng.random() < 0.3:
            y[rng.random(n) < rng.uniform(0.0, 0.2)] = np.nan
        columns.append(y)
    return np.column_stack(columns)
