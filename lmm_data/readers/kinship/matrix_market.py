"""Kinships in MatrixMarket's form, as R's writeMM and SciPy's mmwrite write them."""

import io

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError
from lmm_data.readers.genotypes.plink_tables import contents, individuals, require_room
from lmm_data.readers.kinship.plink2 import kinship_reading, noting
from lmm_data.readers.reading import Reading, Source

_REMEDY = "write it as a matrix of real numbers, coordinate or array"


def read_matrix_market(matrix: Source, ids: Source | None = None) -> Reading:
    """A square in MatrixMarket's form: `.mtx`, perhaps with its ids in a file beside it.

    Args:
        matrix: coordinate or array; real or integer; general, or symmetric, of which one triangle
            is written. A place without an entry is 0, as the form says. Of a general matrix with
            one triangle of zeros the other is mirrored.
        ids: the individuals, a line each, as `.mtx.id`, `.ids` or `.id`: the form has no names.

    Raises:
        DataError: another kind of matrix, sizes that do not agree with what follows, a place that
            is given twice, an individual whose entry with itself is not there.

    References:
        https://math.nist.gov/MatrixMarket/formats.html
    """
    found, data = contents(matrix, "the matrix")
    kind, n = _declared(data, found)
    require_room(8 * n * n, found)
    who = individuals(ids)
    if who.ids and len(who.ids) != n:
        raise DataError(
            "the matrix must have a row for each individual of its file of ids",
            f"it has {n} individuals, the ids are {len(who.ids)}",
            "use the two files of one run",
            where=found,
        )
    values, absent = _values(data, found, n)
    if absent:
        who = noting(who, f"{absent:,} of {n * n:,} entries are not written and are 0")
    shape = " ".join(kind[1:])
    upper, lower = np.triu(values, 1), np.tril(values, -1)
    if kind[3] == "general" and upper.any() != lower.any():
        values = values + (upper + lower).T
        who = noting(who, "one triangle is empty: the other is mirrored")
    return kinship_reading(found, values, who, f"MatrixMarket, {shape}")


def _declared(data: bytes, name: str) -> tuple[list[str], int]:
    """The kind of matrix, and its size."""
    lines = data.split(b"\n", 1000)
    kind = lines[0].decode("latin-1").lower().split()
    sizes = next((line.split() for line in lines[1:] if line.strip()[:1] not in (b"%", b"")), [])
    wanted = 3 if "coordinate" in kind else 2
    if len(kind) != 5 or kind[1] != "matrix" or kind[2] not in ("coordinate", "array"):
        what = " ".join(kind)[:60]
    elif kind[3] not in ("real", "integer", "double"):
        what = f"numbers of the kind {kind[3]}"
    elif kind[4] not in ("general", "symmetric"):
        what = f"a {kind[4]} matrix"
    elif len(sizes) != wanted or not all(size.isdigit() for size in sizes):
        what = "sizes that are no numbers"
    elif int(sizes[0]) != int(sizes[1]) or not int(sizes[0]):
        what = f"{int(sizes[0]):,} rows and {int(sizes[1]):,} columns"
    else:
        return kind[1:], int(sizes[0])
    raise DataError(
        "a kinship in MatrixMarket’s form must be a square of real numbers",
        f"it has {what}",
        _REMEDY,
        where=name,
    )


def _values(data: bytes, name: str, n: int) -> tuple[Floats, int]:
    """The matrix, and how many of its entries were not written."""
    from scipy.io import mmread

    try:
        made = mmread(io.BytesIO(data))
    except (ValueError, OverflowError, IndexError, TypeError) as error:
        raise DataError(
            "the entries must follow as the size says", str(error), _REMEDY, where=name
        ) from None
    if isinstance(made, np.ndarray):
        whole: Floats = made.astype(np.float64)
        return whole, 0
    places = made.row.astype(np.int64) * n + made.col
    distinct, times = np.unique(places, return_counts=True)
    if (times > 1).any():
        i, j = divmod(int(distinct[times.argmax()]), n)
        raise DataError(
            "each place must have one entry",
            f"row {i + 1}, column {j + 1} has {times.max()}",
            "keep one of them",
            where=name,
        )
    own = np.zeros(n, dtype=bool)
    own[made.row[made.row == made.col]] = True
    if not own.all():
        raise DataError(
            "each individual must have an entry with itself",
            f"row {int(own.argmin()) + 1} has none",
            "add the diagonal, 1 for a relationship of one who is not inbred",
            where=name,
        )
    values: Floats = made.toarray().astype(np.float64)
    return values, n * n - distinct.size
