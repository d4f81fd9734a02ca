"""The kinship of a dataset on the scale of a relationship: from genotypes, or doubled."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lmm_core.arrays import Floats, Ints, read_only
from lmm_core.errors import DataError, KinshipError, some
from lmm_core.genotypes import Kind, is_autosome
from lmm_core.kinship import decompose
from lmm_core.scan.loco import autosomal_kinship, autosomes
from lmm_data.checks.inverse import inverted
from lmm_data.preparation.whole_counts import whole_products
from lmm_data.readers.genotypes.plink_tables import require_room
from lmm_data.readers.reading import KinshipMatrix
from lmm_data.tables import GenotypeTable

_HUMAN, _HUMAN_CODES = 22, 26
# Products of two counts: fewer take a fifth of a second however it is done.
MANY = 2**33


def kinship_from(
    genotypes: GenotypeTable, relationship: Kind = "centered"
) -> tuple[KinshipMatrix, str]:
    """The kinship of genotypes, and a sentence on which markers it is of.

    Args:
        genotypes: markers on a chromosome called X, Y, XY, M, MT, W or Z are left out, where a
            count means something else, and those that do not vary or have no value.
        relationship: "centered" as GEMMA's `-gk 1`, "standardized" as `-gk 2`.

    Raises:
        DataError: no marker is left, or a kinship larger than any that is read.
    """
    require_room(8 * len(genotypes.ids) ** 2, f"the kinship of {genotypes.name}")
    try:
        K, used = _autosomal(genotypes, relationship)
    except KinshipError as error:
        raise DataError(error.rule, error.found, error.remedy, where=genotypes.name) from None
    words = f"the {'centred' if relationship == 'centered' else 'standardised'} allele counts"
    outside = [label for label in genotypes.chromosome if not is_autosome(label)]
    left = []
    if outside:
        left.append(f"{len(outside):,} on chromosome {some(dict.fromkeys(outside))}")
    if constant := genotypes.m - len(outside) - used.size:
        left.append(f"{constant:,} that do not vary or have no value")
    note = (
        f"The kinship is computed from {genotypes.name}: {words} at {used.size:,} of "
        f"{genotypes.m:,} markers" + (f"; left out: {' and '.join(left)}" if left else "") + "."
    )
    if doubtful := _numbered(genotypes.chromosome):
        note += (
            f" Chromosome {some(doubtful)} counts as an autosome, as sheep have it; of humans "
            "PLINK writes X, Y, XY and MT as 23 to 26: name them so, by --output-chr MT, and they "
            "are left out."
        )
    return KinshipMatrix(f"the kinship of {genotypes.name}", genotypes.ids, read_only(K)), note


def _autosomal(genotypes: GenotypeTable, relationship: Kind) -> tuple[Floats, Ints]:
    """`autosomal_kinship`, but of many whole counts that are only centred in less time."""
    many = genotypes.n**2 * genotypes.m >= MANY
    if many and relationship == "centered" and genotypes.counts.dtype == np.int8:
        part = autosomes(genotypes, genotypes.chromosome)
        total, varies = whole_products(part)
        if varies.any():
            total /= np.count_nonzero(varies)
            return total, part.places[varies]
    return autosomal_kinship(genotypes, genotypes.chromosome, kind=relationship)


def _numbered(chromosome: Sequence[str]) -> list[str]:
    """The chromosomes from 23 to 26 if none is beyond: of humans no autosomes, of others they are.

    >>> _numbered(["1", "22", "23"]), _numbered(["1", "23", "29"])
    (['23'], [])
    """
    labels = dict.fromkeys(chromosome)
    number = {one: one.lower().removeprefix("chr") for one in labels}
    high = [one for one, text in number.items() if text.isdecimal() and int(text) > _HUMAN]
    return high if all(int(number[one]) <= _HUMAN_CODES for one in high) else []


def inverse_of(kinship: KinshipMatrix) -> KinshipMatrix:
    """The relationship of which the matrix is the inverse."""
    return replace(kinship, values=inverted(kinship.values, kinship.name), inverse=False)


def nearest(values: Floats) -> tuple[Floats, str]:
    """The nearest matrix without negative eigenvalues, and a sentence on them, "" if none was."""
    eigen = decompose(values, repair="clip")
    if not eigen.note:
        return values, ""
    product: Floats = (eigen.vectors * eigen.values) @ eigen.vectors.T
    return read_only(0.5 * (product + product.T)), eigen.note


def doubled(kinship: KinshipMatrix) -> KinshipMatrix:
    """The kinship with every entry twice as large, as a relationship matrix."""
    # An entry near the largest of all numbers becomes infinite, which the checks refuse.
    with np.errstate(over="ignore"):
        values = 2.0 * kinship.values
    return replace(kinship, values=read_only(values), scale=1.0)
