"""The kinship of an R/qtl2 data set: by R/qtl2's way, or else from counts."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from lmm_core.arrays import read_only
from lmm_core.errors import in_digits, some
from lmm_core.genotypes import Subset
from lmm_core.kinship import centered_kinship
from lmm_data.readers.reading import KinshipMatrix
from lmm_data.readers.rqtl2.breeding import Breeding
from lmm_data.readers.rqtl2.crosstypes import AUTOSOMES
from lmm_data.readers.rqtl2.founderprob import founder_probabilities
from lmm_data.readers.rqtl2.founders import founders_in, genotypes_in, used_of
from lmm_data.readers.rqtl2.genoprob import (
    GenotypeProbabilities,
    genotype_probabilities,
    probability_kinship,
)
from lmm_data.readers.rqtl2.intercrosses import BALANCED, DIFFERENT
from lmm_data.readers.rqtl2.markers import Markers
from lmm_data.tables import MISSING_COUNT

# R/qtl2's user guide computes it with these: pseudomarkers at such a distance beside the markers,
# none if that is 0, and the chance that a genotype is wrong.
STEP_CM = 1.0
ERROR_PROB = 0.002
MAX_ARRAY_BYTES = 1 << 30
"""The most that the kinship, or the probabilities of a chromosome, may take."""


def kinship_of(
    markers: Markers, breeding: Breeding, name: str, unsure: str = ""
) -> tuple[KinshipMatrix | None, list[str]]:
    """The kinship, if there can be one, and notes on how it came about.

    Args:
        markers: without codes that cannot be in the breeding.
        breeding: the cross, and what its X chromosome depends on.
        name: of the data set.
        unsure: why the cross is not known, so that it is made of counts.
    """
    n = len(markers.ids)
    if 8 * n * n > MAX_ARRAY_BYTES:
        return None, [f"No kinship is computed: {n:,} individuals are too many for it here."]
    if unsure:
        return _from_counts(markers, breeding, name, unsure)
    if why := _impossible(markers, breeding):
        return _from_counts(markers, breeding, name, why)
    unknown = breeding.unknown(markers.ids)
    places = [
        (chromosome, place)
        for chromosome, place in markers.chromosomes()
        if not (unknown and chromosome in breeding.x)
    ]
    states = genotypes_in(breeding.cross_type)
    if max((_room(markers, place, states) for _, place in places), default=0) > MAX_ARRAY_BYTES:
        return _from_counts(markers, breeding, name, "the markers are too many for them here")
    if not places:
        return None, [f"No kinship is computed: there is chromosome X only, and {unknown}."]
    female = [breeding.female.get(label, False) for label in markers.ids]
    reverse = [breeding.reverse.get(label, False) for label in markers.ids]
    # The positions are counted as they go by: one chromosome is held at a time.
    counted: list[int] = []

    def probabilities() -> Iterator[GenotypeProbabilities]:
        for chromosome, place in places:
            what = (markers.codes[:, place], markers.position_cm[place], breeding.cross_type)
            is_x = chromosome in breeding.x
            if founders_in(breeding.cross_type):
                made = founder_probabilities(
                    *what,
                    markers.founders[:, place],
                    [breeding.info.get(label, ()) for label in markers.ids],
                    is_x=is_x,
                    female=female,
                    step_cm=STEP_CM,
                    error_prob=ERROR_PROB,
                )
            else:
                made = genotype_probabilities(
                    *what,
                    is_x=is_x,
                    female=female,
                    reverse=reverse,
                    step_cm=STEP_CM,
                    error_prob=ERROR_PROB,
                )
            counted.append(made.position_cm.size)
            yield made

    K = probability_kinship(probabilities())
    other = _other(breeding, markers.ids, [chromosome for chromosome, _ in places])
    grid = f"the markers and a grid of {in_digits(STEP_CM, 6)} cM" if STEP_CM else "the markers"
    notes = [
        f"The kinship is {'made as ' * bool(other)}R/qtl2’s, the mean over genotype "
        "probabilities at "
        f"{sum(counted):,} positions ({grid}; error probability {in_digits(ERROR_PROB, 6)}). It is "
        "on the scale of a coefficient of kinship: R/qtl2 doubles it before it fits."
    ]
    if other:
        notes.append(f"R/qtl2 0.43.5 itself comes to another kinship: {other}.")
    if unknown and len(places) < len(list(markers.chromosomes())):
        notes.append(f"Chromosome {some(breeding.x)} is left out of the kinship: {unknown}.")
    return KinshipMatrix(f"the kinship of {name}", markers.ids, read_only(K), scale=2.0), notes


def _other(breeding: Breeding, ids: Sequence[str], chromosomes: Collection[str]) -> str:
    """In what R/qtl2's probabilities are others, in words; empty if they are the same."""
    if breeding.cross_type == "ail":
        used = [
            used_of("ail", breeding.info[one], is_x=True) for one in ids if breeding.female.get(one)
        ]
        if set(breeding.x).isdisjoint(chromosomes) or not any(e and e[1] == BALANCED for e in used):
            return ""
    return DIFFERENT.get(breeding.cross_type, "")


def _impossible(markers: Markers, breeding: Breeding) -> str:
    """Why there are no genotype probabilities, in words; empty if there can be."""
    cross_type, founders = breeding.cross_type, founders_in(breeding.cross_type)
    if not founders and cross_type not in AUTOSOMES:
        return f"in the cross {cross_type} they are not inferred here"
    if np.isnan(markers.position_cm).any():
        return "they need a genetic map, “gmap”"
    if founders and len(markers.founders) != founders:
        have = len(markers.founders) or "none"
        return f"they need the genotypes of {founders} founders, “founder_geno”, which has {have}"
    return breeding.lacking(markers.ids) if founders else ""


def _room(markers: Markers, place: slice, states: int) -> float:
    """Bytes that the probabilities of a chromosome take, and the steps between them."""
    position = markers.position_cm[place]
    grid = float(np.ptp(position)) / STEP_CM if STEP_CM else 0.0
    return 8.0 * states * (len(markers.ids) + states) * (position.size + grid)


def _from_counts(
    markers: Markers, breeding: Breeding, name: str, reason: str
) -> tuple[KinshipMatrix | None, list[str]]:
    table = markers.as_counts(breeding.cross_type, name)
    there = table.counts != MISSING_COUNT
    low = np.where(there, table.counts, np.iinfo(np.int8).max).min(axis=0)
    # As of any genotypes, those that do not vary are left out: h depends on how many count.
    varies = np.where(there, table.counts, MISSING_COUNT).max(axis=0) > low
    kept = np.flatnonzero(varies & ~np.isin(markers.chromosome, list(breeding.x)))
    K = centered_kinship(Subset(table, kept)) if kept.size else np.zeros((0, 0))
    if not K.any():
        return None, ["No kinship is computed: no marker outside chromosome X varies."]
    notes = [
        f"The kinship is another than R/qtl2’s: that of the centred allele counts at "
        f"{kept.size:,} markers, and not of genotype probabilities, because {reason}."
    ]
    if breeding.x:
        notes.append(f"Chromosome {some(breeding.x)} is left out of the kinship.")
    return KinshipMatrix(f"the kinship of {name}", markers.ids, read_only(K)), notes
