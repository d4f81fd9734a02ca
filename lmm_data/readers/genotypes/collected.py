"""Counts as they come from a file, row by row, into one array; and markers with their places."""

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import MISSING_COUNT, Floats, read_only
from lmm_core.errors import DataError
from lmm_data.readers.genotypes.plink_tables import MAX_LINES, require_room
from lmm_data.tables import GenotypeTable

UNKNOWN_CHROMOSOME = "0"
"""As PLINK writes it."""

MAX_COUNTS = 1 << 28
"""Bytes of the counts that are held: a quarter of a gigabyte, and as much while it is checked."""

# Characters of all names together.
_MAX_NAMES = 1 << 27


class Counts:
    """Rows of counts, appended to one array as a list appends: int8 until a fraction comes.

    Attributes:
        name: of the file, for messages.
        width: of each row.
    """

    def __init__(self, name: str, width: int) -> None:
        self.name, self.width = name, width
        self._dtype: np.dtype[Any] = np.dtype(np.int8)
        self._bytes = bytearray()

    def append(self, counts: NDArray[Any]) -> None:
        """Append rows, shape (width,) or (k, width): int8 with -127 missing, or floats with NaN."""
        if counts.dtype.kind == "f" and self._dtype == np.int8:
            require_room(4 * len(self._bytes), self.name, MAX_COUNTS)
            before = np.frombuffer(self._bytes, dtype=np.int8)
            self._dtype = np.dtype(np.float32)
            self._bytes = bytearray(_fractions(before).tobytes())
        elif counts.dtype.kind != "f" and self._dtype != np.int8:
            counts = _fractions(counts)
        require_room(len(self._bytes) + counts.size * self._dtype.itemsize, self.name, MAX_COUNTS)
        self._bytes += np.ascontiguousarray(counts, dtype=self._dtype).tobytes()

    def rows(self) -> NDArray[Any]:
        """All of them, read-only, shape (k, width)."""
        return read_only(np.frombuffer(self._bytes, dtype=self._dtype).reshape(-1, self.width))


class Markers:
    """The markers of a file as they come: names, where they lie, and their alleles."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.names: list[str] = []
        self._chromosome: list[str] = []
        self._alleles: tuple[list[str], list[str]] = [], []
        self._position, self._centimorgans = array("d"), array("d")
        # What repeats from line to line, such as a chromosome, is held once.
        self._held: dict[str, str] = {}
        self._room = _MAX_NAMES

    def add(
        self,
        marker: str,
        chromosome: str = UNKNOWN_CHROMOSOME,
        position: float = np.nan,
        centimorgans: float = np.nan,
        alleles: tuple[str, str] = ("NA", "NA"),
    ) -> None:
        """Append a marker: `alleles` are the one that is counted and the other."""
        self.names.append(marker)
        held = self._held.setdefault
        self._chromosome.append(held(chromosome, chromosome))
        for allele, column in zip(alleles, self._alleles, strict=True):
            column.append(held(allele, allele))
        self._position.append(position if position > 0 else np.nan)
        self._centimorgans.append(centimorgans)
        self._room -= len(marker) + len(chromosome) + len(alleles[0]) + len(alleles[1])
        if len(self.names) > MAX_LINES or self._room < 0:
            raise DataError(
                f"a file may have {MAX_LINES:,} markers, with names of {_MAX_NAMES >> 20} MB",
                f"marker {len(self.names):,} goes beyond",
                "leave out markers, or name them shorter",
                where=self.name,
            )

    def table(self, ids: tuple[str, ...], counts: NDArray[Any]) -> GenotypeTable:
        """The markers with their counts, shape (n, m), read-only.

        Raises:
            DataError: there is no marker, or what `GenotypeTable` refuses.
        """
        if not self.names:
            raise DataError(
                "genotypes must have markers",
                "there is none that can be used",
                "check that the file was saved",
                where=self.name,
            )
        centimorgans = np.array(self._centimorgans)
        # PLINK writes 0 throughout where there is no genetic map.
        known: Floats = np.where(np.nan_to_num(centimorgans).any(), centimorgans, np.nan)
        counted, other = map(tuple, self._alleles)
        return GenotypeTable(
            name=self.name,
            ids=ids,
            markers=tuple(self.names),
            chromosome=tuple(self._chromosome),
            position=read_only(np.array(self._position)),
            position_cm=read_only(known),
            counts=counts,
            allele1=() if set(counted) == {"NA"} else counted,
            allele0=() if set(other) == {"NA"} else other,
        )


class Collected(Markers):
    """Markers that come with the counts of all individuals, marker after marker."""

    def __init__(self, name: str, n: int) -> None:
        super().__init__(name)
        self.counts = Counts(name, n)

    def of(self, ids: tuple[str, ...]) -> GenotypeTable:
        """All of them, of these individuals."""
        return self.table(ids, self.counts.rows().T)


class Parsed:
    """Numbers of a file by how they are written; those met before need not be parsed again.

    Attributes:
        whole: what entries mean that are a whole count, or missing.
    """

    def __init__(self, name: str, missing: frozenset[str]) -> None:
        self.name = name
        self.whole: dict[str, int] = dict.fromkeys(missing, MISSING_COUNT)
        self.whole |= {str(k): k for k in (0, 1, 2)}
        self._known: dict[str, float] = {}

    def row(self, entries: list[str], line: int) -> NDArray[Any]:
        """The numbers of a row: int8 with -127 where missing, or float32 with NaN."""
        try:
            return np.fromiter(map(self.whole.__getitem__, entries), np.int8, len(entries))
        except KeyError:
            return np.array([self._number(entry, line) for entry in entries], dtype=np.float32)

    def _number(self, entry: str, line: int) -> float:
        whole = self.whole.get(entry)
        if whole is not None:
            return np.nan if whole == MISSING_COUNT else whole
        value = self._known.get(entry)
        if value is None:
            try:
                value = float(entry)
            except ValueError:
                value = np.nan
            if not np.isfinite(value) or "_" in entry:
                raise DataError(
                    "entries must be numbers, of copies of an allele, or NA",
                    f"line {line} has “{entry[:40]}”",
                    "correct it",
                    where=self.name,
                )
            if len(self._known) < 1 << 16:
                self._known[entry] = value
        return value


def _fractions(counts: NDArray[Any]) -> NDArray[np.float32]:
    return np.where(counts == MISSING_COUNT, np.nan, counts).astype(np.float32)
