"""R/qtl's own crosses: csv with phenotypes, genotypes and map in one table, csvr, csvs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lmm_core.errors import DataError, count
from lmm_data.readers.genotypes.collected import MAX_COUNTS
from lmm_data.readers.genotypes.lines import lines_of
from lmm_data.readers.genotypes.plink_tables import require_room
from lmm_data.readers.numeric import MISSING_CODES, as_number
from lmm_data.readers.reading import Reading, Source, TextTable, suspicions
from lmm_data.readers.rqtl2.breeding import Breeding
from lmm_data.readers.rqtl2.cross import CROSSES
from lmm_data.readers.rqtl2.crosstypes import AA, AB, BB, NOT_AA, NOT_BB
from lmm_data.readers.rqtl2.kinship import kinship_of
from lmm_data.readers.rqtl2.markers import Markers
from lmm_data.readers.text.dialect import plain_name

CODES = {"A": AA, "H": AB, "B": BB, "D": NOT_BB, "C": NOT_AA}
"""As R/qtl's `read.cross` has them unless told otherwise: D is not BB, and C not AA."""

_MORE_CODES = {"AA": AA, "AB": AB, "BA": AB, "BB": BB}
_FEMALE = {"0": True, "f": True, "female": True, "1": False, "m": False, "male": False}
_ENTRY = 160
_ON_X = frozenset({"X", "x"})


def looks_like_cross(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first rows, or the first columns of csvr, are those of R/qtl's csv.

    >>> looks_like_cross([["bp", "D1M1", "D1M2"], ["", "1", "1"], ["", "0", "9"], ["7", "A", "H"]])
    True
    """
    return _is_upright(rows) or _is_upright(_turned(rows))


def read_rqtl_csv(source: Source) -> Reading:
    """A cross in R/qtl's form.

    Args:
        source: a header of phenotypes and markers; below it, beside nothing under the
            phenotypes, the chromosome of each marker and perhaps its place in centimorgans; then
            a row for each individual, its genotypes A, H, B, C, D or missing. Or all of that on
            its side (csvr); or, of the two files of csvs, the one with the genotypes.

    Returns:
        As of `lmm_data.readers.rqtl2.cross.read_rqtl2`. The cross is told as R/qtl does, by its
        genotypes: an intercross (f2) if A, H and B are there, a backcross (bc) if A and H are.
        How lines of A and B were bred no such file says: their kinship is made of counts.

    Raises:
        DataError: another form, lines of other lengths, a code that is none of these.

    References:
        https://rqtl.org/sampledata, and `read.cross` of R/qtl
    """
    name, lines = lines_of(source, "the cross")
    rows: list[list[str]] = []
    places = 0
    known: dict[str, str] = {}
    for line, text in lines:
        if text.startswith("#"):
            continue
        separator = next((sign for sign in "\t;," if sign in text), ",")
        entries = (entry.strip().strip('"').strip() for entry in text.split(separator))
        rows.append([known.setdefault(entry, entry) for entry in entries])
        places += len(rows[-1])
        # What each place takes in memory, and each different entry; the longest are texts.
        require_room(8 * places + _ENTRY * len(known), name, MAX_COUNTS)
        if len(rows[-1]) != len(rows[0]):
            raise DataError(
                f"every line must have as many entries as the first, {len(rows[0])}",
                f"line {line} has {len(rows[-1])}",
                "write missing entries as NA",
                where=name,
            )
    upright = _is_upright(rows)
    rows = rows if upright else _turned(rows)
    if not upright and not _is_upright(rows):
        raise DataError(
            "the second line must hold chromosomes, and nothing below the phenotypes",
            "it does not",
            "write it as R/qtl’s write.cross does",
            where=name,
        )
    return _reading(name, rows, "csv" if upright else "csvr")


def _reading(name: str, rows: list[list[str]], form: str) -> Reading:
    header, chromosomes = rows[0], rows[1]
    left = next(j for j, entry in enumerate(chromosomes) if entry)
    placed = _is_map(rows[2], left) if len(rows) > 2 else False
    body = rows[2 + placed :]
    if not body:
        raise DataError("a cross must have individuals", "there is none", where=name)
    columns = [plain_name(label) for label in header[:left]]
    own = next((j for j, label in enumerate(columns) if label == "id"), None)
    ids = tuple(row[own] if own is not None else str(k) for k, row in enumerate(body, 1))
    traits = [j for j in range(left) if j != own]
    table = None
    if traits:
        entries = tuple(tuple(row[j] for row in body) for j in traits)
        table = TextTable(name, ids, tuple(header[j] for j in traits), entries)
    codes = _codes(name, [row[left:] for row in body], header[left:], ids)
    where = np.array([as_number(e) if placed else np.nan for e in rows[2][left:]])
    rank = {chromosome: k for k, chromosome in enumerate(dict.fromkeys(chromosomes[left:]))}
    order = sorted(range(len(where)), key=lambda j: (rank[chromosomes[left + j]], where[j]))
    markers = Markers(
        ids=ids,
        names=tuple(header[left + j] for j in order),
        chromosome=tuple(chromosomes[left + j] for j in order),
        position_cm=where[order],
        position=np.full(len(order), np.nan),
        codes=codes[:, order],
        founders=np.zeros((0, len(order)), dtype=np.int8),
    )
    x = _ON_X.intersection(markers.chromosome)
    cross_type, unsure = _cross_type(markers, x)
    markers, impossible = markers.without_impossible(cross_type, x)
    directions = _known(table, "pgm", {"0": False, "1": True})
    breeding = Breeding(cross_type, x, _known(table, "sex", _FEMALE), directions, {})
    kinship, said = kinship_of(markers, breeding, name, unsure)
    notes = [f"the counts of {name} are of the allele B"]
    if impossible:
        notes.append(
            f"{count(impossible, 'genotype')} of {name} cannot be in {CROSSES[cross_type]}, and "
            f"{'is' if impossible == 1 else 'are'} missing"
        )
    if own is None:
        notes.append(f"{name} has no column “id”: its individuals are called 1 to {len(ids)}")
    words = f"{CROSSES[cross_type]} ({cross_type})" if not unsure else "lines of two parents"
    return Reading(
        name=name,
        kind="genotypes",
        format=f"R/qtl’s {form}: {words}",
        notes=(*notes, *said, *(suspicions(table) if table else ())),
        table=table,
        kinship=kinship,
        genotypes=markers.as_counts(cross_type, name),
    )


def _codes(
    name: str, rows: list[list[str]], markers: list[str], ids: tuple[str, ...]
) -> NDArray[np.int8]:
    known = CODES | _MORE_CODES | dict.fromkeys(MISSING_CODES, 0)
    made = np.zeros((len(rows), len(markers)), dtype=np.int8)
    for i, row in enumerate(rows):
        try:
            made[i] = [known[entry] for entry in row]
        except KeyError as error:
            j = row.index(error.args[0])
            raise DataError(
                f"genotypes must be {', '.join(CODES)}, or AA, AB and BB, and NA if missing",
                f"“{ids[i][:40]}” has “{row[j][:40]}” at {markers[j][:40]}",
                "write them so, or give the cross in R/qtl2’s form, which explains its codes",
                where=name,
            ) from None
    return made


def _cross_type(markers: Markers, x: frozenset[str]) -> tuple[str, str]:
    """R/qtl2's name of the cross, and why it is not known; of lines, whichever shows A and B."""
    autosomal = ~np.isin(markers.chromosome, list(x))
    seen = set(np.unique(markers.codes[:, autosomal] if autosomal.any() else markers.codes))
    if AB in seen and seen <= {0, AA, AB}:
        return "bc", ""
    if seen <= {0, AA, BB}:
        why = (
            "R/qtl’s csv does not say how lines were bred: a control file of R/qtl2 with a "
            "crosstype of riself, risib or dh would"
        )
        return "f2", why
    return "f2", ""


def _known(table: TextTable | None, column: str, meaning: dict[str, bool]) -> dict[str, bool]:
    """What a column of the phenotypes says of each individual."""
    names = [] if table is None else [label for label in table.columns if label.lower() == column]
    if table is None or not names:
        return {}
    pairs = zip(table.ids or (), table.column(names[0]), strict=True)
    return {label: meaning[entry.lower()] for label, entry in pairs if entry.lower() in meaning}


def _is_upright(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the second row is empty below some columns on the left, and full below all others."""
    if len(rows) < 3 or len({len(row) for row in rows[:4]}) > 1:
        return False
    chromosomes = rows[1]
    left = next((j for j, entry in enumerate(chromosomes) if entry), 0)
    if not left or not all(chromosomes[left:]) or not all(rows[0]):
        return False
    body = rows[2 + _is_map(rows[2], left) :]
    known = CODES.keys() | _MORE_CODES.keys() | MISSING_CODES
    return bool(body) and all(known.issuperset(row[left:]) for row in body[:20])


def _is_map(row: Sequence[str], left: int) -> bool:
    """Whether a row holds the places of the markers, and nothing before them."""
    return not any(row[:left]) and all(as_number(e) == as_number(e) for e in row[left:])


def _turned(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    if len({len(row) for row in rows}) > 1:
        return []
    return [list(column) for column in zip(*rows, strict=True)]
