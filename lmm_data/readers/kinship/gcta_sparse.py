"""GCTA's sparse relationship matrix: the pairs that are related, and everybody with themselves."""

import numpy as np

from lmm_core.errors import DataError
from lmm_data.readers.genotypes.plink_tables import (
    contents,
    fields,
    individuals,
    require_room,
)
from lmm_data.readers.kinship.plink2 import kinship_reading, noting, numbers
from lmm_data.readers.reading import Reading, Source


def read_grm_sparse(grm: Source, ids: Source | None = None) -> Reading:
    """A sparse GRM of `gcta --make-bK-sparse`: `X.grm.sp` with `X.grm.id`.

    Args:
        grm: a line for each pair that is kept and each individual, `i j value`, with i and j the
            places in `ids` counted from 0; the lines in any order, a pair in either.
        ids: FID and IID, a line an individual.

    Returns:
        A kinship in which a pair without a line is 0.

    Raises:
        DataError: no ids, lines that are no places and a value, an individual without a line with
            itself.

    References:
        Jiang et al. 2019, Nature Genetics 51:1749 (fastGWA).
    """
    found, data = contents(grm, "the sparse GRM")
    who = individuals(ids)
    if not who.ids:
        raise DataError(
            "a sparse GRM must come with its file of ids",
            "without it nobody knows how many individuals there are",
            "add the .grm.id of the same name",
            where=found,
        )
    n = len(who.ids)
    require_room(8 * n * n, found)
    values = np.zeros((n, n))
    own = np.zeros(n, dtype=bool)
    pairs = 0
    for line, row in fields(data, found):
        if len(row) != 3:
            raise DataError(
                "each line must be two places and the value",
                f"line {line} has {len(row)} entries",
                "fetch the file again",
                where=found,
            )
        i, j, value = numbers(row, found, line)
        if not (0 <= i < n and 0 <= j < n and i == int(i) and j == int(j)):
            raise DataError(
                f"places must be whole numbers from 0 to {n - 1}",
                f"line {line} has {row[0]} and {row[1]}",
                "use the .grm.sp and the .grm.id of one run",
                where=found,
            )
        a, b = int(i), int(j)
        values[a, b] = values[b, a] = value
        if a == b:
            own[a] = True
        else:
            pairs += 1
    if not own.all():
        raise DataError(
            "each individual must have a line with itself",
            f"“{who.ids[int(np.argmin(own))]}” has none",
            "fetch the file again",
            where=found,
        )
    absent = n * (n - 1) // 2 - pairs
    who = noting(
        who, f"{absent:,} of {n * (n - 1) // 2:,} pairs have no line in {found}: they are 0"
    )
    return kinship_reading(found, values, who, "GCTA’s sparse GRM, text")
