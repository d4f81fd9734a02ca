"""Where a study comes from: a simulated cross, the mice of the project, or uploaded files."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lmm_app.genome.study import CENTIMORGAN, MEGABASE, RANK, Qtl, Study, order_of
from lmm_core import LMMError
from lmm_core.arrays import Floats, fingerprint, read_only
from lmm_core.errors import in_digits
from lmm_core.genotypes import minor_allele_frequency
from lmm_core.scales import kinship_scale_factor
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import simulate_phenotype
from lmm_data.dataset import Problem
from lmm_data.preparation.preparing import Prepared
from lmm_data.samples import read_mice
from lmm_data.tables import GenotypeTable

SPACING_CM = 2.0
INTERCEPT = 10.0
# A marker whose rarer allele is rarer is not made a QTL: nobody could find it.
COMMON = 0.2
RARE = 0.01
# What the settings of a cross may be, by their names in links.
RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "n": (50, 600),
        "generations": (2, 30),
        "pairs": (2, 60),
        "qtl": (0, 8),
        "effect": (0.0, 1.0),
        "h": (0.0, 0.95),
    }
)
MICE = {"CD8": 0, "MCH": 5}
# Fewer permutations for many markers of many individuals.
MICE_PERMUTATIONS = 400
# Genotypes of uploaded files that a scan on a shared server may have.
MAX_GENOTYPES = 30_000_000


@dataclass(frozen=True, slots=True)
class CrossSettings:
    """A simulated advanced intercross; the same settings give the same data.

    Attributes:
        n, generations, pairs: individuals of the last generation F_k, k, and breeding pairs.
        qtl: number of QTL, on chromosomes of their own while there are enough.
        effect: of one allele at each, up or down, in standard deviations of all the rest.
        h2: share of the rest that follows the pedigree.
        seed: of the one random generator.
    """

    n: int = 300
    generations: int = 10
    pairs: int = 30
    qtl: int = 4
    effect: float = 0.5
    h2: float = 0.6
    seed: int = 1


def simulate_study(settings: CrossSettings) -> Study:
    """Mice of an advanced intercross with QTL at known markers, and many small genes besides.

    Those follow the pedigree alone: the relationship that is expected of it, on the scale on
    which their sample variance is h. They lie nowhere in particular, so a peak away from all
    QTL is a false one.

    Raises:
        LMMError: a setting is not what it must be.
    """
    rng = np.random.default_rng(settings.seed)
    cross = advanced_intercross(
        settings.n, settings.generations, settings.pairs, spacing_cm=SPACING_CM, rng=rng
    )
    counts = cross.genotypes
    places = _qtl_places(rng, counts, cross.chromosome, settings.qtl)
    effects = settings.effect * rng.choice([-1.0, 1.0], places.size)
    A = cross.relationship()
    trait = simulate_phenotype(
        kinship_scale_factor(A, "gower") * A,
        settings.h2,
        X=np.ones((cross.n, 1)),
        beta=[INTERCEPT],
        qtl=counts[:, places].astype(np.float64),
        qtl_effects=effects,
        rng=rng,
    )
    about = (
        f"Simulated: {cross.n} mice of generation F{settings.generations} of an advanced "
        f"intercross with {settings.pairs} breeding pairs, {cross.m} markers every "
        f"{in_digits(SPACING_CM)} cM, seed {settings.seed}."
    )
    return Study(
        key=f"cross:{settings}",
        name="simulated cross",
        about=about,
        trait="trait",
        ids=cross.ids,
        y=trait.y,
        X=read_only(np.ones((cross.n, 1))),
        counts=counts,
        markers=cross.markers,
        chromosome=read_only(cross.chromosome.astype(np.str_)),
        position=cross.position_cm,
        unit=CENTIMORGAN,
        kind="standardized",
        true_qtl=tuple(Qtl(int(j), float(a)) for j, a in zip(places, effects, strict=True)),
        true_h2=settings.h2,
    )


def _qtl_places(
    rng: np.random.Generator, counts: np.ndarray, chromosome: np.ndarray, wanted: int
) -> np.ndarray:
    """Common markers, each on a chromosome of its own, as many as there are up to `wanted`."""
    common = np.flatnonzero(minor_allele_frequency(counts) >= COMMON)
    shuffled = rng.permutation(common)
    _, first = np.unique(chromosome[shuffled], return_index=True)
    return np.sort(shuffled[np.sort(first)[:wanted]])


def mice_study(trait: str) -> Study:
    """The mice that have a trait, at the markers that are not rare among them.

    Raises:
        LMMError: there is no such trait.
    """
    if trait not in MICE:
        raise LMMError(f"the mice have no trait “{trait}”", remedy=f"choose from {', '.join(MICE)}")
    genotypes, phenotypes = read_mice()
    values = phenotypes.values[:, MICE[trait]]
    measured = ~np.isnan(values)
    counts = genotypes.counts[measured]
    kept = np.flatnonzero(minor_allele_frequency(counts) >= RARE)
    chromosome = np.array(genotypes.chromosome)
    kept = kept[order_of(chromosome[kept], genotypes.position_cm[kept])]
    n = int(measured.sum())
    return Study(
        key=f"mice:{trait}",
        name=f"{n:,} mice",
        about=(
            f"The {n:,} of 1,940 heterogeneous-stock mice (Valdar et al. 2006) that have {trait}, "
            f"and the {kept.size:,} SNPs whose rarer allele has a frequency of at least 1% among "
            "them."
        ),
        trait=trait,
        ids=tuple(np.array(genotypes.ids)[measured].tolist()),
        y=read_only(values[measured].copy()),
        X=read_only(np.ones((n, 1))),
        counts=read_only(np.asfortranarray(counts[:, kept])),
        markers=tuple(np.array(genotypes.markers)[kept].tolist()),
        chromosome=read_only(chromosome[kept]),
        position=read_only(genotypes.position_cm[kept]),
        unit=CENTIMORGAN,
        kind="centered",
        permutations=MICE_PERMUTATIONS,
    )


def genotypes_in(prepared: Prepared | None) -> GenotypeTable | None:
    """The genotypes among uploaded files, None if there are none."""
    for outcome in prepared.outcomes if prepared else ():
        role = prepared.roles.get(outcome.group.name) if prepared else None
        if role == "genotypes" and outcome.reading and outcome.reading.genotypes:
            return outcome.reading.genotypes
    return None


def files_study(genotypes: GenotypeTable, problem: Problem, name: str) -> Study:
    """The individuals that are fitted, with their genotypes from the files.

    Raises:
        LMMError: an individual without genotypes, no markers, or too many for a server.
    """
    if genotypes.m < 1:
        raise LMMError(
            "a scan needs markers", "there is none left", "check which chromosomes the files hold"
        )
    if problem.n * genotypes.m > MAX_GENOTYPES:
        raise LMMError(
            f"at most {MAX_GENOTYPES:,} genotypes are scanned on a shared server",
            f"these are {problem.n:,} individuals times {genotypes.m:,} markers",
            "scan_markers in the package lmm_core has no such limit",
        )
    chromosome = np.array([label or "?" for label in genotypes.chromosome])
    position, unit = _positions(genotypes, chromosome)
    order = order_of(chromosome, position)
    row = {label: i for i, label in enumerate(genotypes.ids)}
    if absent := [label for label in problem.ids if label not in row]:
        raise LMMError(
            "each individual of a scan needs genotypes",
            f"“{absent[0]}” "
            + (f"and {len(absent) - 1:,} more have" if len(absent) > 1 else "has")
            + " none under that name",
            "use the same ids in all files",
        )
    counts = genotypes.counts[np.ix_(np.array([row[label] for label in problem.ids]), order)]
    return Study(
        key=f"{fingerprint(problem.y, problem.X, counts)}"
        f"{(problem.kinship_fingerprint, problem.trait)!r}",
        name=name,
        about=f"{problem.n:,} individuals and {genotypes.m:,} markers of {genotypes.name}.",
        trait=problem.trait,
        ids=tuple(problem.ids),
        y=problem.y,
        X=problem.X,
        counts=read_only(counts),
        markers=tuple(genotypes.markers[j] for j in order),
        chromosome=read_only(chromosome[order]),
        position=read_only(position[order]),
        unit=unit,
        kind="centered",
        kinship=problem.K,
    )


def _positions(genotypes: GenotypeTable, chromosome: np.ndarray) -> tuple[Floats, str]:
    """Where the markers are and in what; at worst the place of each among its chromosome's."""
    if np.isfinite(genotypes.position_cm).all():
        return genotypes.position_cm, CENTIMORGAN
    if np.isfinite(genotypes.position).all():
        return genotypes.position / 1e6, MEGABASE
    ranks = np.empty(chromosome.size)
    for label in np.unique(chromosome):
        on = chromosome == label
        ranks[on] = np.arange(1, int(on.sum()) + 1)
    return ranks, RANK
