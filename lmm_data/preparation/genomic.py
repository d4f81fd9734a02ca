"""The kinship of a dataset on the scale of a relationship: from genotypes, or doubled."""

from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from lmm_core.arrays import Floats, as_counts, read_only
from lmm_core.errors import DataError, some
from lmm_core.kinship import centered_kinship, decompose, is_autosome, standardized_kinship
from lmm_data.checks.inverse import inverted
from lmm_data.readers.reading import KinshipMatrix
from lmm_data.tables import GenotypeTable

Relationship: TypeAlias = Literal["centered", "standardized"]

# Markers are taken so many entries at a time: the counts as float64, and copies of them.
_AT_ONCE = 1 << 22


def kinship_from(
    genotypes: GenotypeTable, relationship: Relationship = "centered"
) -> tuple[KinshipMatrix, str]:
    """The kinship of genotypes, and a sentence on which markers it is of.

    Args:
        genotypes: markers on a chromosome called X, Y, XY, M, MT, W or Z are left out, where a
            count means something else, and those that do not vary or have no value.
        relationship: "centered" as GEMMA's `-gk 1`, "standardized" as `-gk 2`.

    Raises:
        DataError: no marker is left.
    """
    n, m = genotypes.n, genotypes.m
    autosomal = np.array([is_autosome(label) for label in genotypes.chromosome], dtype=bool)
    K, used = np.zeros((n, n)), 0
    width = max(1, _AT_ONCE // max(1, n))
    for start in range(0, m, width):
        place = slice(start, start + width)
        counts = _varying(genotypes, place, autosomal[place])
        if counts.shape[1]:
            make = centered_kinship if relationship == "centered" else standardized_kinship
            K += make(counts) * counts.shape[1]
            used += counts.shape[1]
    if not used:
        raise DataError(
            "a kinship needs markers that vary, outside the sex chromosomes",
            f"none of the {m:,} does",
            "add a file of kinship, or more genotypes",
            where=genotypes.name,
        )
    K /= used
    name = f"the kinship of {genotypes.name}"
    words = f"the {'centred' if relationship == 'centered' else 'standardised'} allele counts"
    left = []
    if not autosomal.all():
        outside = dict.fromkeys(
            label
            for label, inside in zip(genotypes.chromosome, autosomal, strict=True)
            if not inside
        )
        left.append(f"{int((~autosomal).sum()):,} on chromosome {some(outside)}")
    if constant := int(autosomal.sum()) - used:
        left.append(f"{constant:,} that do not vary or have no value")
    note = (
        f"The kinship is computed from {genotypes.name}: {words} at {used:,} of {m:,} markers"
        + (f"; left out: {' and '.join(left)}" if left else "")
        + "."
    )
    return KinshipMatrix(name, genotypes.ids, read_only(K)), note


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


def _varying(genotypes: GenotypeTable, place: slice, autosomal: Floats) -> Floats:
    """Some of the counts as float64, NaN where missing, without the markers that do not vary."""
    part = genotypes.counts[:, place][:, autosomal]
    counts = as_counts(part)
    highest, lowest = np.fmax.reduce(counts, axis=0), np.fmin.reduce(counts, axis=0)
    varying: Floats = counts[:, highest > lowest]
    return varying
