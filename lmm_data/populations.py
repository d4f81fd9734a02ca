"""A whole dataset of a known truth, from a few settings and a seed."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from lmm_core.arrays import Brief, Floats
from lmm_core.errors import LMMError, in_digits
from lmm_core.kinship import standardized_kinship
from lmm_core.simulate.cross import Counts, advanced_intercross, as_count, as_real
from lmm_core.simulate.families import (
    Phenotype,
    full_sib_families,
    simulate_phenotype,
    subpopulations,
    unrelated,
)
from lmm_data.dataset import Dataset, align
from lmm_data.tables import Table

Population: TypeAlias = Literal["intercross", "families", "unrelated", "subpopulations"]
POPULATIONS: tuple[Population, ...] = get_args(Population)

INTERCEPT = 10.0
# Of each QTL, in standard deviations of the rest an allele.
QTL_EFFECT = 0.3


@dataclass(frozen=True, slots=True)
class Settings:
    """What is simulated; the same settings give the same dataset.

    Attributes:
        population: kind of individuals.
        n: how many; families are of `family_size`, the last one of what is left, and
            subpopulations as equal as can be.
        h2: the true h, on the scale of the kinship that comes with the data.
        sex_effect: difference between the sexes, in standard deviations of the rest.
        qtl: number of QTL, each worth 0.3 standard deviations an allele; families have none.
        generations, pairs: of the advanced intercross.
        family_size: full sibs in a family.
        seed: of the one random generator.
        groups, fst: number of subpopulations, and how far they drifted apart.
    """

    population: Population = "intercross"
    n: int = 300
    h2: float = 0.5
    sex_effect: float = 0.5
    qtl: int = 0
    generations: int = 10
    pairs: int = 30
    family_size: int = 6
    seed: int = 1
    groups: int = 3
    fst: float = 0.1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Simulated(Brief):
    """A simulated dataset, and its truth.

    Attributes:
        dataset: one trait, "trait", and one covariate, "sex".
        what: the individuals in words, as the start of a sentence.
        trait: the parts that add up to the trait.
        beta: true coefficients of the intercept and of sex.
        qtl: (marker, effect of one allele more) of each QTL.
    """

    dataset: Dataset
    what: str
    trait: Phenotype
    beta: tuple[float, float]
    qtl: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Individuals(Brief):
    ids: tuple[str, ...]
    K: Floats
    what: str
    genotypes: Counts | None = None
    markers: tuple[str, ...] = ()


def simulate_dataset(settings: Settings) -> Simulated:
    """Individuals, their kinship, their sex and a trait with var(y) = hK + (1 - h)I.

    Raises:
        LMMError: a setting is not what it must be, or the dataset would be too large.

    >>> made = simulate_dataset(Settings("families", n=8, family_size=4, h2=0.25))
    >>> made.dataset.n, made.what, made.trait.h2
    (8, '2 families of full sibs', 0.25)
    """
    n = as_count(settings.n, "n", "the number of individuals", least=3)
    seed = as_count(settings.seed, "seed", "what the random numbers start from", least=0)
    wanted = as_count(settings.qtl, "qtl", "the number of QTL", least=0)
    sex_effect = as_real(settings.sex_effect, "sex_effect")
    rng = np.random.default_rng(seed)
    who = _individuals(settings, rng)
    sex = rng.integers(0, 2, n).astype(np.float64)
    qtl = effects = None
    chosen: tuple[tuple[str, float], ...] = ()
    if who.genotypes is not None and wanted:
        if wanted > who.genotypes.shape[1]:
            raise LMMError(
                "each QTL must be a marker of its own",
                f"{wanted} are asked for, and there are {who.genotypes.shape[1]} markers",
                "ask for fewer",
            )
        places = rng.choice(who.genotypes.shape[1], wanted, replace=False)
        qtl, effects = who.genotypes[:, places].astype(np.float64), np.full(wanted, QTL_EFFECT)
        chosen = tuple((who.markers[place], QTL_EFFECT) for place in places)
    trait = simulate_phenotype(
        who.K,
        settings.h2,
        X=np.column_stack([np.ones(n), sex]),
        beta=[INTERCEPT, sex_effect],
        qtl=qtl,
        qtl_effects=effects,
        rng=rng,
    )
    dataset = align(
        "simulated data",
        Table("simulated phenotype", who.ids, ("trait",), trait.y[:, np.newaxis]),
        Table("simulated kinship", who.ids, who.ids, who.K),
        Table("simulated covariates", who.ids, ("sex",), sex[:, np.newaxis]),
    )
    return Simulated(dataset, who.what, trait, (INTERCEPT, sex_effect), chosen)


def _individuals(settings: Settings, rng: np.random.Generator) -> _Individuals:
    n = settings.n
    if settings.population == "families":
        size = as_count(settings.family_size, "family_size", "the number of sibs in a family")
        # Of one size, the last one of what is left.
        full, left = divmod(n, size)
        sizes = [size] * full + [left] * bool(left)
        families, many = full_sib_families(len(sizes), sizes), len(sizes)
        what = f"{many} {'family' if many == 1 else 'families'} of full sibs"
        return _Individuals(families.ids, families.K, what)
    if settings.population == "unrelated":
        people = unrelated(n, markers=2 * n + 500, rng=rng)
        K = standardized_kinship(people.genotypes, people.frequency)
        return _Individuals(
            people.ids, K, "Unrelated individuals", people.genotypes, people.markers
        )
    if settings.population == "subpopulations":
        groups = as_count(settings.groups, "groups", "the number of subpopulations")
        if groups > n:
            raise LMMError(
                "each subpopulation must have an individual",
                f"{groups} are asked for, and there are {n} individuals",
                "ask for fewer",
            )
        sizes = [n // groups + (k < n % groups) for k in range(groups)]
        apart = subpopulations(sizes, markers=2 * n + 500, fst=settings.fst, rng=rng)
        K = standardized_kinship(apart.genotypes, apart.frequency)
        what = f"{groups} subpopulations with F_ST = {in_digits(apart.fst, 6)}"
        return _Individuals(apart.ids, K, what, apart.genotypes, apart.markers)
    if settings.population != "intercross":
        raise LMMError(
            f"there is no population “{settings.population}”",
            remedy=f"choose from {', '.join(POPULATIONS)}",
        )
    cross = advanced_intercross(n, settings.generations, settings.pairs, spacing_cm=2.0, rng=rng)
    K = standardized_kinship(cross.genotypes, 0.5)
    what = f"Generation F{settings.generations} of an advanced intercross"
    return _Individuals(cross.ids, K, what, cross.genotypes, cross.markers)
