"""The genotypes of an R/qtl2 data set, put in the order of its map."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats
from lmm_core.errors import DataError, in_digits, some
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import TextTable
from lmm_data.readers.rqtl2.control import Control
from lmm_data.readers.rqtl2.crosstypes import AA, AB, AUTOSOMES, BB
from lmm_data.readers.rqtl2.genoprob import MAX_CENTIMORGANS
from lmm_data.readers.rqtl2.tables import UNKNOWN, Codes, Folder, read_codes, read_text
from lmm_data.tables import MISSING_COUNT, GenotypeTable

# R/qtl2's, where a control file has none.
DEFAULT_GENOTYPES = {"A": "1", "H": "2", "B": "3", "D": "4", "C": "5"}
LARGEST_CODE = 5
BASES_PER_MEGABASE = 1e6
# In centimorgans or megabases: beyond it an entry is no position.
FURTHEST = 1e12


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Markers(Brief):
    """The markers that are in the genotypes and in every map, by chromosome and position.

    Attributes:
        ids: the n individuals.
        names: the m markers.
        chromosome: of each marker.
        position_cm: NaN throughout without a genetic map, shape (m,).
        position: in base pairs, NaN throughout without a physical map, shape (m,).
        codes: R/qtl2's codes from 0 to 5, shape (n, m).
        founders: the same of the founders, shape (f, m); f is 0 where they are not read.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    chromosome: tuple[str, ...]
    position_cm: Floats
    position: Floats
    codes: NDArray[np.int8]
    founders: NDArray[np.int8]

    def chromosomes(self) -> Iterator[tuple[str, slice]]:
        """Each chromosome with the places of its markers, which lie side by side."""
        start = 0
        for chromosome, markers in groupby(self.chromosome):
            stop = start + len(list(markers))
            yield chromosome, slice(start, stop)
            start = stop

    def without_impossible(self, cross_type: str, x: Collection[str]) -> tuple["Markers", int]:
        """The markers with 0 for what cannot be seen in the cross, and how often that was."""
        if cross_type not in AUTOSOMES or cross_type == "f2":
            return self, 0
        impossible = self.codes > max(AUTOSOMES[cross_type].shown)
        if cross_type == "bc":  # whose sons have the other homozygote's allele on their X
            on_x = np.isin(self.chromosome, list(x))
            impossible &= ~on_x | (self.codes > BB)
        codes = np.where(impossible, np.int8(0), self.codes)
        return replace(self, codes=codes), int(impossible.sum())

    def as_counts(self, cross_type: str, name: str) -> GenotypeTable:
        """The copies of the second allele; a male's X counts as two copies of what it has."""
        copies = np.full(LARGEST_CODE + 1, MISSING_COUNT, dtype=np.int8)
        copies[AA : BB + 1] = (0, 1, 2)
        if cross_type in ("dh", "riself", "risib"):  # 2 stands for BB
            copies[AB] = 2
        return GenotypeTable(
            name=name,
            ids=self.ids,
            markers=self.names,
            chromosome=self.chromosome,
            position=self.position,
            position_cm=self.position_cm,
            counts=copies[self.codes],
        )


def read_markers(folder: Folder, *, with_founders: bool) -> tuple[Markers, list[str]]:
    """Genotypes, those of the founders if asked for, and maps joined by marker; and notes."""
    control = folder.control
    if not control.texts("geno"):
        raise DataError(
            "the control file must name the genotypes, such as “geno: geno.csv”",
            "it does not",
            where=control.name,
        )
    codes = read_codes(folder, "geno", _meaning(control))
    values, notes = _explained(codes, control)
    maps = {key: table for key in ("gmap", "pmap") if (table := read_text(folder, key)) is not None}
    if not maps:
        raise DataError(
            "the control file must name a map, such as “gmap: gmap.csv”",
            "it names neither “gmap” nor “pmap”",
            where=control.name,
        )
    positions = {key: _positions(table) for key, table in maps.items()}
    column = {marker: j for j, marker in enumerate(codes.markers)}
    founders = _founders(folder, codes) if with_founders else None
    known = column if founders is None else {m: j for j, m in enumerate(founders.markers)}
    placed = next(iter(positions.values()))
    kept = [
        marker
        for marker in placed
        if marker in column
        and marker in known
        and all(marker in each for each in positions.values())
    ]
    if not kept:
        raise _no_marker_in_common(codes, next(iter(maps.values())), control)
    everything = set(column).union(known, *positions.values())
    if len(kept) < len(everything):
        lost = sorted(everything.difference(kept))
        notes.append(
            "Markers left out, as R/qtl2 does, because they are not in the genotypes"
            f"{'' if founders is None else ', in those of the founders'} and in each map with a "
            f"position: {some(lost)}."
        )
    rank = {chromosome: i for i, chromosome in enumerate(dict.fromkeys(placed[m][0] for m in kept))}
    kept.sort(key=lambda marker: (rank[placed[marker][0]], placed[marker][1]))
    coordinates = {
        key: np.array([positions[key][m][1] if key in positions else np.nan for m in kept])
        for key in ("gmap", "pmap")
    }
    markers = Markers(
        ids=codes.ids,
        names=tuple(kept),
        chromosome=tuple(placed[marker][0] for marker in kept),
        position_cm=coordinates["gmap"],
        position=coordinates["pmap"] * BASES_PER_MEGABASE,
        codes=values[:, [column[marker] for marker in kept]],
        founders=np.zeros((0, len(kept)), dtype=np.int8)
        if founders is None
        else np.maximum(founders.values, 0)[:, [known[marker] for marker in kept]],
    )
    if "gmap" in maps:
        _require_centimorgans(markers, maps["gmap"].name)
    return markers, notes


def _founders(folder: Folder, codes: Codes) -> Codes | None:
    """The founders' genotypes, if the control file names them."""
    if not folder.control.texts("founder_geno"):
        return None
    founders = read_codes(folder, "founder_geno", _meaning(folder.control))
    if set(codes.markers).isdisjoint(founders.markers):
        hint = "use the files of one data set"
        if not set(codes.markers).isdisjoint(founders.ids):
            state = "delete" if folder.control.flag("founder_geno_transposed") else "add"
            hint = (
                f"its rows are, so {state} “founder_geno_transposed: true” in {folder.control.name}"
            )
        raise DataError(
            "its columns must be markers of the genotypes",
            f"none of {some(founders.markers)} is",
            hint,
            where=founders.name,
        )
    return founders


def _meaning(control: Control) -> dict[str, int]:
    """The number of each genotype code."""
    pairs = control.codes("genotypes") or DEFAULT_GENOTYPES
    for code, number in pairs.items():
        if number not in {str(k) for k in range(1, LARGEST_CODE + 1)}:
            raise DataError(
                f"genotypes must be numbered from 1 to {LARGEST_CODE}, 1 for AA, 2 for AB and "
                "3 for BB, or 1 and 2 in lines",
                f"“{code:.20}” is “{number:.20}”",
                where=control.name,
            )
    return {code.strip(): int(number) for code, number in pairs.items()}


def _explained(codes: Codes, control: Control) -> tuple[NDArray[np.int8], list[str]]:
    """The codes with 0 for those that the control file does not explain."""
    strange = codes.values == UNKNOWN
    times = int(strange.sum())
    if not times:
        return codes.values, []
    known = some(control.codes("genotypes") or DEFAULT_GENOTYPES, 5)
    if times > int((codes.values > 0).sum()):
        i, j = np.argwhere(strange)[0]
        raise DataError(
            f"genotypes must be codes that the control file’s “genotypes” explains ({known})",
            f"{times} entries are not, such as {some(codes.strange)}; the first is of "
            f"“{codes.ids[i]:.40}” at “{codes.markers[j]:.40}”",
            "add them there, to “na.strings” if they are missing, or check “geno_transposed”",
            where=codes.name,
        )
    return np.where(strange, np.int8(0), codes.values), [
        "Genotypes taken for missing, as R/qtl2 does, because “genotypes” in the control file does "
        f"not explain them: {times:,}, {times / codes.values.size:.1%} of all, coded "
        f"{some(codes.strange)}."
    ]


def _positions(table: TextTable) -> dict[str, tuple[str, float]]:
    """Chromosome and position of each marker that has both."""
    if len(table.columns) < 2:
        raise DataError(
            "a map must have the columns marker, chr and pos",
            f"it has {len(table.columns) + 1}",
            "write each marker on a line of its own",
            where=table.name,
        )
    rows = zip(table.ids or (), table.entries[0], table.entries[1], strict=True)
    return {
        marker: (chromosome, position)
        for marker, chromosome, text in rows
        if chromosome not in table.missing and abs(position := as_number(text)) < FURTHEST
    }


def _no_marker_in_common(codes: Codes, table: TextTable, control: Control) -> DataError:
    named = set(table.ids or ())
    hint = "use the files of one data set"
    if named.intersection(codes.ids):
        state = "delete" if control.flag("geno_transposed") else "add"
        hint = f"its rows are, so {state} “geno_transposed: true” in {control.name}"
    elif named and set(codes.markers).intersection(table.columns):
        hint = f"the columns of the map are, so it is transposed: say so in {control.name}"
    elif named.intersection(codes.markers):
        hint = "positions must be numbers, and every map must hold the marker"
    return DataError(
        f"its columns must be markers of the map {table.name}",
        f"none of {some(codes.markers)} is",
        hint,
        where=codes.name,
    )


def _require_centimorgans(markers: Markers, name: str) -> None:
    for chromosome, place in markers.chromosomes():
        span = float(np.ptp(markers.position_cm[place]))
        if span > MAX_CENTIMORGANS:
            raise DataError(
                "the genetic map must be in centimorgans",
                f"chromosome “{chromosome:.40}” spans {in_digits(span, 6)}",
                "if these are base pairs, divide them by 1,000,000 and name the file as “pmap”",
                where=name,
            )
