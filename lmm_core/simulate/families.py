"""Families, unrelated individuals, subpopulations, and phenotypes whose truth is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Brief, Floats, Ints, as_columns, as_numeric, read_only
from lmm_core.errors import DesignError, LMMError, in_digits
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.records import written_out
from lmm_core.simulate.cross import Counts, as_count, as_generator, as_real, require_genotypes
from lmm_core.simulate.pedigree import Pedigree, require_dense


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Families(Brief):
    """Families of full sibs whose parents are unrelated and not inbred.

    Attributes:
        ids: names of the n sibs, family by family.
        family: number of each sib's family from 0, shape (n,).
        K: relationship matrix, shape (n, n): 1 on the diagonal, 0.5 between sibs.
        pedigree: all the parents, then the sibs: its last n individuals.
    """

    ids: tuple[str, ...]
    family: Ints
    K: Floats
    pedigree: Pedigree


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Unrelated(Brief):
    """Individuals from one random-mating population, in linkage equilibrium.

    Attributes:
        ids: names of the n individuals.
        genotypes: allele counts 0 to 2, shape (n, m).
        markers: names of the m markers.
        frequency: the population's frequency of the counted allele, shape (m,).
    """

    ids: tuple[str, ...]
    genotypes: Counts
    markers: tuple[str, ...]
    frequency: Floats


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Subpopulations(Unrelated):
    """Individuals of populations that drifted apart from one ancestral population.

    `frequency` is the ancestral one, and individuals come population by population.

    Attributes:
        population: number of each individual's population from 0, shape (n,).
        fst: F_ST of each population relative to the ancestral one.
    """

    population: Ints
    fst: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Phenotype(Brief):
    """A simulated trait and the parts that add up to it, each of shape (n,).

    Attributes:
        y: the trait, `fixed + qtl + genetic + residual`.
        fixed: Xβ, zero without covariates.
        qtl: the part of the QTL given, zero without any.
        genetic: polygenic values, with covariance sigma2·h2·K.
        residual: independent errors, each with variance sigma2·(1 - h2).
        h2: h, the share of K in the covariance.
        sigma2: total variance v, on the scale of y squared.
    """

    y: Floats
    fixed: Floats
    qtl: Floats
    genetic: Floats
    residual: Floats
    h2: float
    sigma2: float


def full_sib_families(families: int, size: int | Sequence[int]) -> Families:
    """Families of full sibs, and what they share. Nothing here is random.

    Args:
        families: number of families.
        size: sibs in each family; or one size for each family.

    Raises:
        LMMError: a count is not a whole number or is below 1, the sizes are not one for each
            family, or there are too many individuals for a dense matrix.

    >>> full_sib_families(2, [2, 1]).K
    array([[1. , 0.5, 0. ],
           [0.5, 1. , 0. ],
           [0. , 0. , 1. ]])
    """
    families = as_count(families, "families", "the number of families")
    require_dense(families)
    given = size if isinstance(size, Sequence | np.ndarray) else [size] * families
    sizes = [as_count(value, "size", "the number of sibs in a family") for value in given]
    if len(sizes) != families:
        raise LMMError(
            f"size must be one number, or one for each of the {families} families",
            f"found {len(sizes)}",
            "drop or add sizes",
        )
    n = sum(sizes)
    require_dense(n)
    family = np.repeat(np.arange(families), sizes)
    K = 0.5 * (family[:, np.newaxis] == family)
    np.fill_diagonal(K, 1.0)
    unknown = np.full(2 * families, -1)
    ids = tuple(f"{f + 1}-{i + 1}" for f, count in enumerate(sizes) for i in range(count))
    pedigree = Pedigree(
        ids=(
            *(f"sire{f + 1}" for f in range(families)),
            *(f"dam{f + 1}" for f in range(families)),
            *ids,
        ),
        sire=np.concatenate([unknown, family]),
        dam=np.concatenate([unknown, family + families]),
        generation=np.repeat([0, 1], [2 * families, n]),
    )
    return Families(ids=ids, family=read_only(family), K=read_only(K), pedigree=pedigree)


def unrelated(n: int, markers: int = 1000, *, rng: np.random.Generator) -> Unrelated:
    """Unrelated individuals with independent markers in Hardy–Weinberg proportions.

    Args:
        rng: the source of all randomness.
        n: number of individuals.
        markers: number of markers; each has an allele frequency from U(0.1, 0.9).

    Returns:
        Genotypes whose `standardized_kinship` tends to I - 11'/n as markers are added; off
        the diagonal it strays from it by about 1/sqrt(markers).

    Raises:
        LMMError: a count is not a whole number or is below 1, or the genotypes are beyond
            `lmm_core.simulate.cross.MAX_GENOTYPES`.
    """
    as_generator(rng)
    n = as_count(n, "n", "the number of individuals")
    m = as_count(markers, "markers", "the number of markers")
    require_genotypes(n, m)
    frequency = rng.uniform(0.1, 0.9, size=m)
    genotypes = rng.binomial(2, frequency, size=(n, m)).astype(np.int8)
    return Unrelated(
        ids=tuple(f"id{i + 1}" for i in range(n)),
        genotypes=read_only(genotypes),
        markers=tuple(f"m{j + 1}" for j in range(m)),
        frequency=read_only(frequency),
    )


def subpopulations(
    sizes: Sequence[int], markers: int = 1000, fst: float = 0.1, *, rng: np.random.Generator
) -> Subpopulations:
    """Populations that drifted apart by `fst`, with independent markers (Balding & Nichols).

    Args:
        rng: the source of all randomness.
        sizes: number of individuals of each population.
        markers: number of markers; each has an ancestral frequency p from U(0.1, 0.9).
        fst: F_ST, strictly between 0 and 1. Each population's own frequency at a marker is a
            Beta variable with mean p and variance fst·p(1 - p).

    Returns:
        Genotypes whose `standardized_kinship` with the ancestral frequencies tends, as markers
        are added, to 1 + fst on the diagonal, 2·fst within and 0 between populations.

    Raises:
        LMMError: a count is not a whole number or is below 1, there is no population, fst is
            not inside (0, 1), or the genotypes are beyond `lmm_core.simulate.cross.MAX_GENOTYPES`.

    References:
        Balding & Nichols 1995, Genetica 96:3.
    """
    as_generator(rng)
    counts = [as_count(size, "size", "the number of individuals of a population") for size in sizes]
    if not counts:
        raise LMMError("sizes must name at least one population", "it is empty", "pass [n] for one")
    m = as_count(markers, "markers", "the number of markers")
    fst = as_real(fst, "fst")
    if not 0.0 < fst < 1.0:
        raise LMMError(
            "fst must lie strictly between 0 and 1",
            f"found {in_digits(fst, 6)}",
            "without drift the individuals are those of unrelated()",
        )
    n = sum(counts)
    require_genotypes(n, m)
    frequency = rng.uniform(0.1, 0.9, size=m)
    spread = (1.0 - fst) / fst
    own = rng.beta(frequency * spread, (1.0 - frequency) * spread, size=(len(counts), m))
    population = np.repeat(np.arange(len(counts)), counts)
    genotypes = rng.binomial(2, own[population]).astype(np.int8)
    return Subpopulations(
        ids=tuple(f"p{k + 1}-{i + 1}" for k, count in enumerate(counts) for i in range(count)),
        population=read_only(population),
        genotypes=read_only(genotypes),
        markers=tuple(f"m{j + 1}" for j in range(m)),
        frequency=read_only(frequency),
        fst=fst,
    )


def simulate_phenotype(
    K: ArrayLike | KinshipEigen,
    h2: float,
    *,
    X: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    sigma2: float = 1.0,
    qtl: ArrayLike | None = None,
    qtl_effects: ArrayLike | None = None,
    rng: np.random.Generator,
) -> Phenotype:
    """A trait with var(y) = sigma2·[h2·K + (1 - h2)·I] about its fixed and QTL parts.

    Args:
        rng: the source of all randomness.
        K: kinship, shape (n, n), on any scale, or its decomposition.
        h2: h, from 0 to 1.
        X: covariates, shape (n, p), intercept included if there is to be one.
        beta: effects of the columns of X, shape (p,); X and beta come together.
        sigma2: total variance v. It is the variance of a trait value where K has 1 on its
            diagonal.
        qtl: allele counts at QTL, shape (n, q). Their variance comes on top of sigma2.
        qtl_effects: effect of one allele more at each, shape (q,); comes together with qtl.

    Raises:
        LMMError: h2 is outside [0, 1], or sigma2 is not positive.
        DesignError: X, beta, qtl or qtl_effects is missing its partner, of the wrong shape,
            or not finite.
        KinshipError: K is not a kinship matrix.

    The polygenic values are sqrt(sigma2·h2)·K^½·z, with the symmetric root K^½ = U diag(√λ) U'
    of the model K = U diag(λ) U'. Unlike U diag(√λ) z it does not depend on the signs of the
    eigenvectors, nor on the basis chosen for an eigenvalue that occurs more than once, both
    of which vary between LAPACK builds: a seed means the same trait everywhere, to rounding.
    It also means the same z, and the same residuals but for their scale, at every h2.

    >>> trait = simulate_phenotype(
    ...     np.eye(3), h2=1.0, sigma2=4.0, rng=np.random.default_rng(1)
    ... )
    >>> bool(np.all(trait.residual == 0.0)), trait.y.shape
    (True, (3,))
    """
    as_generator(rng)
    h2, sigma2 = as_real(h2, "h2"), as_real(sigma2, "sigma2")
    if not 0.0 <= h2 <= 1.0:
        raise LMMError(
            "h2 must lie in [0, 1]",
            f"found {in_digits(h2, 6)}",
            "it is the share of K in the covariance, and a percentage must be divided by 100",
        )
    if not (np.isfinite(sigma2) and sigma2 > 0.0):
        raise LMMError(
            "sigma2 must be a positive variance",
            f"found {in_digits(sigma2, 6)}",
            "pass the total variance, in squared units of y",
        )
    eigen = written_out(decompose(K), "a simulation")
    unweighted = 1.0 if eigen.weights is None else np.sqrt(eigen.weights)
    fixed = _linear_part(X, beta, eigen.n, "X", "beta")
    qtl_part = _linear_part(qtl, qtl_effects, eigen.n, "qtl", "qtl_effects")
    z, e = rng.standard_normal((2, eigen.n))
    root_z = eigen.vectors @ (np.sqrt(eigen.values) * (eigen.vectors.T @ z))
    genetic = np.sqrt(sigma2 * h2) * root_z / unweighted
    residual = np.sqrt(sigma2 * (1.0 - h2)) * e / unweighted
    return Phenotype(
        y=read_only(fixed + qtl_part + genetic + residual),
        fixed=read_only(fixed),
        qtl=read_only(qtl_part),
        genetic=read_only(genetic),
        residual=read_only(residual),
        h2=h2,
        sigma2=sigma2,
    )


def _linear_part(
    columns: ArrayLike | None, effects: ArrayLike | None, n: int, name: str, effects_name: str
) -> Floats:
    """`columns` times `effects`, shape (n,); zeros if neither is given."""
    if columns is None and effects is None:
        return np.zeros(n)
    if columns is None or effects is None:
        given, absent = (effects_name, name) if columns is None else (name, effects_name)
        raise DesignError(
            f"{name} and {effects_name} must be given together",
            f"found {given} alone",
            f"pass {absent} too, or neither",
        )
    design, sizes = as_columns(columns, name, n), as_numeric(effects, effects_name)
    if sizes.ndim == 0:
        sizes = sizes[np.newaxis]
    if sizes.shape != (design.shape[1],):
        raise DesignError(
            f"{effects_name} must have one value for each of the {design.shape[1]} column(s) "
            f"of {name}",
            f"its shape is {sizes.shape}",
            "add or drop values",
        )
    for values, what in ((design, name), (sizes, effects_name)):
        if not np.isfinite(values).all():
            raise DesignError(
                f"{what} must be finite",
                f"{int((~np.isfinite(values)).sum())} value(s) are missing or infinite",
                "fill them in before simulating",
            )
    return design @ sizes
