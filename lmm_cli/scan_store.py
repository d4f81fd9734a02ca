"""The LOD scores of all pairs in a folder of Parquet files, written as they are computed.

A file holds some traits, a row for each, with its scores at all markers; by chromosome each has
a folder of its own, as pandas, polars and Arrow expect it. `_markers.parquet` names the markers.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lmm_cli.command import UsageError, writing
from lmm_cli.scan_traits_work import TraitScanWork
from lmm_core.arrays import Floats, Ints
from lmm_core.scan.result import LOG_10
from lmm_core.scan.traits.unit import Scanned


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """A folder that only this work writes to.

    Attributes:
        folder: where it is.
        traits: names of all traits.
    """

    folder: Path
    traits: tuple[str, ...]

    def has(self, group: str, places: Ints) -> bool:
        """Whether the file of some traits is there, on a chromosome or on all."""
        return self._path(group, places).is_file()

    def write(self, group: str, done: Scanned) -> None:
        """The file of some traits, all of it at once."""
        import pyarrow as arrow

        assert done.r2 is not None
        peaks = done.peaks
        lod = np.empty_like(done.r2)
        for row, n in enumerate(peaks.n.tolist()):
            lod[row] = _lod(done.r2[row], n)
        table = arrow.table(
            {
                "trait": [self.traits[place] for place in done.places],
                "n": peaks.n,
                "h2": peaks.h2,
                "status": peaks.status.tolist(),
                "kind": peaks.kind.tolist(),
                "lod": arrow.FixedSizeListArray.from_arrays(lod.ravel(), done.r2.shape[1]),
            }
        )
        _write(self._path(group, done.places), table)

    def _path(self, group: str, places: Ints) -> Path:
        folder = self.folder / f"chromosome={group}" if group else self.folder
        return folder / f"traits-{int(places[0]):08d}.parquet"


def open_store(folder: Path | None, work: TraitScanWork, *, resumed: bool) -> Store | None:
    """The store, if a folder is named; it must be new or empty unless the work goes on.

    Raises:
        UsageError: pyarrow is not there, or something else is in the folder.
    """
    if folder is None:
        return None
    try:
        import pyarrow as arrow
    except ImportError:
        raise UsageError(
            "--store writes Parquet files by the library pyarrow",
            "it is not installed",
            "install it with “pip install pyarrow”, or leave --store out",
        ) from None
    markers = folder / "_markers.parquet"
    if folder.exists() and not resumed and any(folder.iterdir()):
        raise UsageError(
            "a store takes a folder of its own",
            "something is in it",
            "name another by --store, or empty it",
            where=str(folder),
        )
    table = arrow.table(
        {
            "marker": list(work.markers.markers),
            "chromosome": [str(label) for label in work.markers.chromosome],
            "position": np.asarray(work.markers.position, dtype=np.float64),
        }
    )
    _write(markers, table)
    return Store(folder, work.traits)


def _lod(r2: "np.ndarray[Any, np.dtype[np.float32]]", n: int) -> Floats:
    with np.errstate(divide="ignore"):
        lod: Floats = -0.5 * n / LOG_10 * np.log(np.maximum(1.0 - r2.astype(np.float64), 0.0))
    return lod


def _write(path: Path, table: Any) -> None:
    from pyarrow import parquet

    new = path.with_name(f".{path.name}.new")
    with writing("the store cannot be written", "make room for it, or name another folder", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("wb") as file:
            parquet.write_table(table, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
