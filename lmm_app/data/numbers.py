"""The numbers of a picture of a diagnosis, as the table under it shows them."""

import numpy as np

from lmm_app.paper.picture import Axis, Picture
from lmm_app.plotted.numbers import Numbers
from lmm_core.arrays import Floats

# Of a larger matrix the table holds means of blocks, so many to a side: it is for reading.
BLOCKS = 40


def numbers_of(picture: Picture) -> Numbers:
    """The tiles of a matrix, or else the columns, the marks and the lines, one to a row."""
    return _marks(picture) if picture.cells is None else _tiles(picture, picture.cells)


def _tiles(picture: Picture, cells: Floats) -> Numbers:
    values = picture.unit * cells
    down, across = (np.array_split(np.arange(k), min(k, BLOCKS)) for k in values.shape)
    means = [[float(values[np.ix_(rows, columns)].mean()) for columns in across] for rows in down]
    rows, columns = _names(picture.y, down), _names(picture.x, across)
    # Both are of the same individuals, who are named once, on the left.
    columns = rows if picture.square else columns
    parts = [(name, column) for name, column in zip(columns, np.array(means).T, strict=True)]
    note = "Each number is the mean of a block." if max(values.shape) > BLOCKS else ""
    return Numbers.of(picture.title, [("row", rows), *parts], note)


def _names(axis: Axis, blocks: list[np.ndarray]) -> list[str]:
    """What is written beside each block, or its places, counted from 1."""
    written = dict(axis.ticks or ())
    if all(block.size == 1 and float(block[0]) in written for block in blocks):
        return [written[float(block[0])] for block in blocks]
    return [
        f"{block[0] + 1}" if block.size == 1 else f"{block[0] + 1}–{block[-1] + 1}"
        for block in blocks
    ]


def _marks(picture: Picture) -> Numbers:
    """Of a histogram the height of a mark says nothing, and is left out."""
    rows: list[tuple[str, float, float, float]] = []
    for bars in picture.bars:
        ends = zip(bars.edges, bars.edges[1:], bars.counts, strict=False)
        rows += [(bars.name, float(a), float(b), float(count)) for a, b, count in ends]
    for marks in picture.marks:
        points = zip(marks.labels, marks.x, marks.y, strict=True)
        rows += [
            (label or "point", float(x), np.nan, np.nan if picture.bars else float(y))
            for label, x, y in points
        ]
    for line in picture.lines:
        at = (np.nan, np.nan, line.at) if line.level else (line.at, np.nan, np.nan)
        rows.append((line.words, *at))
    what, low, high, y = zip(*rows, strict=True) if rows else ((), (), (), ())
    x = picture.x.title or "across"
    columns = [("what", list(what)), (f"{x}, from" if picture.bars else x, low)]
    if picture.bars:
        columns.append((f"{x}, to", high))
    columns.append((picture.y.title or "up", y))
    # Where all are of one kind, the title says of which.
    return Numbers.of(picture.title, columns[1:] if len(set(what)) == 1 else columns)
