"""Tables and kinship matrices of numbers from CSV, for who knows what a file holds."""

from lmm_data.readers.kinship.text import read_kinship_text
from lmm_data.readers.reading import Source
from lmm_data.readers.text.delimited import read_delimited
from lmm_data.tables import Table, as_kinship_table


def read_table(source: Source) -> Table:
    """A table of numbers: ids in the first column, column names in the header.

    Args:
        source: a path, the bytes of the file, or a file open for reading bytes, as for
            `read_delimited`.

    Returns:
        The values as written, to the nearest float64, NaN where missing. Ids are stripped text:
        `001` stays `001`.

    Raises:
        DataError: whatever `read_delimited` refuses, or an entry that is not a finite number.

    >>> read_table(b"id,weight\\n001,7.26\\n002,NA\\n").values
    array([[7.26],
           [ nan]])
    """
    table = read_delimited(source, header=True, ids=1).table
    assert table is not None
    return table.numbers(table.columns)


def read_kinship(source: Source) -> Table:
    """A kinship matrix: a square with ids in the first column, in the header, or in both.

    Arguments are those of `read_table`.

    Returns:
        A table with `columns == ids`, symmetric to 1e-8 of its largest entry.

    Raises:
        DataError: whatever `read_kinship_text` refuses; no ids, a missing entry, not symmetric.
    """
    kinship = read_kinship_text(source).kinship
    assert kinship is not None
    return as_kinship_table(kinship.table())
