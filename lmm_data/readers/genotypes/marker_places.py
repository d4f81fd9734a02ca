"""Where markers lie, by a .map, a .bim or a table of markers, chromosomes and positions."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from lmm_core.errors import DataError, count
from lmm_data.readers.genotypes.collected import UNKNOWN_CHROMOSOME
from lmm_data.readers.genotypes.lines import lines_of
from lmm_data.readers.genotypes.plink_tables import MAX_LINES
from lmm_data.readers.numeric import MISSING_CODES, as_number
from lmm_data.readers.reading import Source
from lmm_data.readers.text.dialect import plain_name, separator_of, split

CHROMOSOME = frozenset({"chr", "chrom", "chromosome", "chromosomes", "lg"})
POSITION = frozenset({"pos", "position", "bp", "ps", "positionbp", "physicalposition", "ckm"})
CENTIMORGANS = frozenset({"cm", "centimorgan", "centimorgans", "geneticposition"})
_MEGABASES = frozenset({"mb", "mbp", "megabases", "positionmb", "posmb"})
MARKER = frozenset({"marker", "markers", "snp", "snps", "rs", "rsid", "locus", "loci", "probe"})
MARKER_NAMES = MARKER | {"markername", "snpid", "markerid", "snpname", "variant", "probeid"}
# What the column of markers is called, the surest first. R's row names may only number the rows.
_NAMED = tuple(map(re.compile, ("|".join(MARKER_NAMES), ".*(snp|marker).*", "id|name", "")))

BIM_COLUMNS = 6
_CHROMOSOMES = re.compile(r"(chr)?(\d{1,2}|[xyzwm]|mt|xy)", re.IGNORECASE)


class Place(NamedTuple):
    """Where a marker lies; NaN, and `UNKNOWN_CHROMOSOME`, where that is not known.

    Attributes:
        chromosome: as it is written.
        position: in base pairs.
        centimorgans: its place on a genetic map.
        alleles: both, none where no file names them.
    """

    chromosome: str
    position: float
    centimorgans: float
    alleles: tuple[str, ...] = ()

    def agrees(self, other: "Place") -> bool:
        """Whether both may be of one marker: what both know is the same."""
        known = UNKNOWN_CHROMOSOME not in (self.chromosome, other.chromosome)
        pairs = ((self.position, other.position), (self.centimorgans, other.centimorgans))
        return not (known and _short(self.chromosome) != _short(other.chromosome)) and all(
            one == two or np.isnan(one) or np.isnan(two) for one, two in pairs
        )

    def beside(self, other: "Place") -> "Place":
        """What is known of a marker from both."""
        unknown = self.chromosome == UNKNOWN_CHROMOSOME
        return Place(
            other.chromosome if unknown else self.chromosome,
            other.position if np.isnan(self.position) else self.position,
            other.centimorgans if np.isnan(self.centimorgans) else self.centimorgans,
            self.alleles or other.alleles,
        )

    @property
    def words(self) -> str:
        """Chromosome and position."""
        at = self.centimorgans if np.isnan(self.position) else self.position
        unit = " cM" if np.isnan(self.position) else ""
        return f"{self.chromosome}:{at:,.10g}{unit}"


def _short(chromosome: str) -> str:
    return chromosome.casefold().removeprefix("chr").lstrip("0") or chromosome


@dataclass(frozen=True, slots=True)
class _Columns:
    """In which columns of a line what stands; -1 for one that is not there."""

    marker: int
    chromosome: int
    position: int = -1
    centimorgans: int = -1
    megabases: int = -1
    alleles: tuple[int, ...] = ()
    headed: bool = False


def nowhere(name: str) -> str:
    """What is said of genotypes that do not hold it."""
    return f"{name} says nothing of where its markers lie; a .map beside it would"


def read_places(source: Source, wanted: Collection[str]) -> tuple[dict[str, Place], list[str]]:
    """Where markers lie.

    Args:
        source: GEMMA's annotation (marker, base pairs, chromosome, perhaps centimorgans), PLINK's
            .map (chromosome, marker, perhaps centimorgans, base pairs) or .bim (two alleles
            more), without a header; or a table with a header of marker, chromosome and
            position, in whole base pairs (pos, bp), or in cM or Mb where the header says so.

    Returns:
        The place of each marker by its name. A position that is not positive is unknown, as in
        PLINK.

    Raises:
        DataError: no such file, a position that is no number, fractions of a base pair, or a
            marker with two places.
    """
    name, lines = lines_of(source, "the map")
    first = [(line, text.lstrip("#")) for line, text in islice(lines, 30)]
    separator = separator_of([text for _, text in first]) if first else ","
    columns = columns_of([split(text, separator) for _, text in first])
    if columns is None:
        raise DataError(
            "a file of places must be a .map, a .bim, or a table with the columns marker, chr "
            "and pos",
            f"it begins with “{first[0][1][:60]}”" if first else "it is empty",
            "write the names of these columns above them",
            where=name,
        )
    places: dict[str, Place] = {}
    others: list[str] = []
    for line, text in chain(first[columns.headed :], lines):
        if line > MAX_LINES:
            raise DataError(
                f"at most {MAX_LINES:,} lines are read of a map", "there are more", where=name
            )
        row = [entry.strip() for entry in split(text, separator)]
        if len(row) <= max(columns.marker, columns.chromosome, columns.position):
            raise DataError(
                "every line must be a marker with its place",
                f"line {line} has {count(len(row), 'entry', 'entries')}",
                "write what is not known as NA",
                where=name,
            )
        marker = row[columns.marker]
        if marker not in wanted:
            others.append(marker)
            continue
        found = _place(row, columns, line, name)
        before = places.get(marker)
        if before is not None and not before.agrees(found):
            raise two_places(marker, before, found, name, f"line {line}")
        places[marker] = found if before is None else before.beside(found)
    return places, others


def columns_of(rows: Sequence[Sequence[str]]) -> _Columns | None:
    """What stands where in the lines of a file of places, None if it is none."""
    if not rows:
        return None
    head = [plain_name(entry) for entry in rows[0]]
    at = {
        what: next((j for j, label in enumerate(head) if label in names), -1)
        for what, names in (
            ("chromosome", CHROMOSOME),
            ("position", POSITION),
            ("centimorgans", CENTIMORGANS),
            ("megabases", _MEGABASES),
        )
    }
    where = max(at["position"], at["centimorgans"], at["megabases"])
    if at["chromosome"] >= 0 and where >= 0:
        rest = [j for j in range(len(head)) if j not in at.values()]
        own = [j for names in _NAMED for j in rest if names.fullmatch(head[j])]
        if not own:
            return None
        return _Columns(
            own[0],
            at["chromosome"],
            at["position"],
            at["centimorgans"],
            at["megabases"],
            headed=True,
        )
    width = len(rows[0])
    if width not in (3, 4, BIM_COLUMNS) or any(len(row) != width for row in rows):
        return None
    if width < BIM_COLUMNS and _are_annotation(rows):
        return _Columns(0, 2, 1, 3 if width > 3 else -1)
    last = min(width, 4) - 1
    if any(not row[last].strip().lstrip("-").isdecimal() for row in rows):
        return None
    # A .fam has six columns as well, and numbers in the last two.
    if width == BIM_COLUMNS and not any(entry.isalpha() for row in rows for entry in row[4:]):
        return None
    alleles = (4, 5) if width == BIM_COLUMNS else ()
    return _Columns(1, 0, last, 2 if width > 3 else -1, alleles=alleles)


def _are_annotation(rows: Sequence[Sequence[str]]) -> bool:
    """Whether lines are GEMMA's: a marker, a position and a chromosome."""
    positions = [row[1].strip() for row in rows if row[1].strip() not in MISSING_CODES]
    whole = all(one.lstrip("-").isdecimal() for one in positions) and bool(positions)
    return whole and not all(_CHROMOSOMES.fullmatch(row[0].strip()) for row in rows)


def _place(row: Sequence[str], columns: _Columns, line: int, name: str) -> Place:
    values = []
    for j, times in ((columns.position, 1.0), (columns.megabases, 1e6), (columns.centimorgans, 1)):
        text = row[j] if 0 <= j < len(row) else ""
        value = as_number(text) if text else np.nan
        if np.isnan(value) and text.casefold() not in ("", "na", "nan", "."):
            raise DataError(
                "a position must be a number",
                f"line {line} has “{text[:40]}”",
                "correct it, or write NA",
                where=name,
            )
        values.append(value * times)
    position, megabases, centimorgans = values
    if not np.isnan(position) and not position.is_integer():
        raise DataError(
            "positions must be whole base pairs",
            f"line {line} has “{row[columns.position][:40]}”",
            "call the column cM or Mb if it is in these units",
            where=name,
        )
    position = round(megabases) if np.isnan(position) and not np.isnan(megabases) else position
    # In a .map and a .bim, 0 is what is not known, and for GEMMA −9.
    unknown = not columns.headed and (centimorgans < 0 or (centimorgans == 0 and columns.marker))
    alleles = tuple(row[j] for j in columns.alleles)
    chromosome = row[columns.chromosome]
    return Place(
        UNKNOWN_CHROMOSOME if chromosome in (*MISSING_CODES, "-9") else chromosome,
        position if position > 0 else np.nan,
        np.nan if unknown else centimorgans,
        alleles,
    )


def two_places(marker: str, one: Place, two: Place, name: str, where: str) -> DataError:
    """Why a marker cannot be at both places.

    Args:
        marker: its name.
        one, two: its places.
        name: of the file that has the second.
        where: the second stands, in words.
    """
    return DataError(
        "a marker must have one place",
        f"“{marker}” is at {one.words}, and in {where} at {two.words}",
        "correct one of them, or leave a file out",
        where=name,
    )
