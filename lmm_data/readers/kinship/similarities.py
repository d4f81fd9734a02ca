"""Similarities and distances of identity by state, as PLINK 1.9's --distance writes them."""

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError, in_digits
from lmm_data.readers.genotypes.plink_tables import contents, individuals
from lmm_data.readers.kinship.plink2 import (
    binary_matrix,
    kinship_reading,
    noting,
    text_matrix,
)
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import Reading, Source

_FIRST = 1 << 12  # bytes that hold the first line of a triangle
_SCALE = (
    "identity by state is no relationship: unrelated pairs share most of their alleles too, and "
    "h is on its scale, not on that of --make-rel"
)


def read_mibs(matrix: Source, ids: Source | None = None) -> Reading:
    """Shares of alleles that are identical by state: `.mibs` with `.mibs.id`.

    Args:
        matrix: a square, or its lower triangle with its diagonal; in text, or of `.mibs.bin` in
            binary, of which the ids tell the shape.
        ids: FID and IID, a line an individual; without them the kinship has none.

    Raises:
        DataError: rows that make neither shape, a share outside [0, 1].

    References:
        https://www.cog-genomics.org/plink/1.9/distance
    """
    found, data = contents(matrix, "the similarities")
    who = individuals(ids)
    values, shape = _matrix(data, found, who.ids)
    if _is_binary(found):
        # Which lacks its diagonal, or has zeros there.
        np.fill_diagonal(values, 1.0)
    _require_shares(values, found)
    who = noting(who, _SCALE)
    return kinship_reading(found, values, who, f"PLINK’s similarities by state, {shape}")


def read_mdist(matrix: Source, ids: Source | None = None) -> Reading:
    """Distances, 1 less the shares of `read_mibs`, whose arguments and errors these are: `.mdist`.

    A triangle may lack its diagonal, which is 0.
    """
    found, data = contents(matrix, "the distances")
    who = individuals(ids)
    first = data[:_FIRST].lstrip().partition(b"\n")[0].split()
    # A distance to oneself is 0, and one to a second individual seldom.
    own = len(first) != 1 or as_number(first[0].decode("latin-1")) == 0.0
    values, shape = _matrix(data, found, who.ids, own)
    np.fill_diagonal(values, 0.0)
    _require_shares(values, found)
    who = noting(
        who,
        "a distance is no kinship: 1 less the distance is taken, the share of alleles "
        "that is identical by state",
        _SCALE,
    )
    return kinship_reading(found, 1.0 - values, who, f"PLINK’s distances by state, {shape}")


def _matrix(data: bytes, name: str, ids: tuple[str, ...], own: bool = True) -> tuple[Floats, str]:
    """The matrix of text, or of numbers in binary, and in words how it was written."""
    if _is_binary(name):
        return binary_matrix(data, name, len(ids), diagonal=False)
    values, shape = text_matrix(data, name, ids, diagonal=own)
    return values, f"text, {shape}"


def _is_binary(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(".bin")


def _require_shares(values: Floats, name: str) -> None:
    outside = (values < 0) | (values > 1)
    if outside.any():
        i, j = np.argwhere(outside)[0]
        raise DataError(
            "a share of alleles must be from 0 to 1",
            f"row {i + 1}, column {j + 1} is {in_digits(values[i, j], 6)}",
            "write shares and not counts of alleles: plink --distance square ibs",
            where=name,
        )
