"""The entries of a table of genotypes, numbers, letters or A, H and B of parents, as counts."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import MISSING_COUNT
from lmm_core.errors import DataError, count, some
from lmm_data.readers.genotypes.calls import (
    IUPAC,
    MISSING_CALLS,
    Alleles,
    Book,
    Pair,
    left_out,
    pair_of,
)
from lmm_data.readers.genotypes.collected import MAX_COUNTS, Counts, Parsed
from lmm_data.readers.genotypes.plink_tables import require_room
from lmm_data.readers.genotypes.single_signs import SingleSigns
from lmm_data.readers.numeric import MISSING_CODES, as_number

NUMBERS, LETTERS, PARENTS = "numbers", "letters", "parents"

_MISSING_NUMBERS = MISSING_CODES | {"9", "5", "3", "-9", "NN", "N", "--"}
_BASES = frozenset("ACGTIDB") | IUPAC.keys()
_OTHER_SIGNS = frozenset("01234N-+")
_SIGNS = "/| :"
_TOGETHER = 256
# What these are is told by what else there is.
_OPEN = {"-1": -1, "3": 3}
# So many may be missing, where 3 stands beside 0.
_MISSING_SHARE = 0.1
_OF_PARENTS = {"A": 0, "H": 1, "B": 2}
_PARTLY = frozenset("CD")


class CodedTable(NamedTuple):
    """Counts, shape (n, kept markers), which markers are kept, and the alleles of every one."""

    counts: NDArray[Any]
    places: Sequence[int]
    alleles: dict[int, tuple[str, str]]
    words: str
    notes: tuple[str, ...]


@lru_cache(maxsize=1 << 14)
def is_entry(entry: str) -> bool:
    """Whether an entry may be a genotype: a count of an allele, letters, or missing.

    >>> [is_entry(entry) for entry in ("2", "0.31", "AG", "A/G", "R", "NN", "an01", "12.5", "7")]
    [True, True, True, True, True, True, False, False, False]
    """
    return _is_count(entry) or _is_letters(entry)


def kind_of(sample: Sequence[str]) -> str:
    """Numbers, letters or parents, as the entries of a sample are; "" if they are neither.

    >>> kind_of(["0", "1", "NA"]), kind_of(["AA", "AG"]), kind_of(["A", "H"]), kind_of(["x1"])
    ('numbers', 'letters', 'parents', '')
    """
    distinct = set(sample)
    if all(map(_is_count, distinct)):
        return NUMBERS
    if not all(map(_is_letters, distinct)):
        return ""
    told = {entry.upper() for entry in distinct - MISSING_CALLS}
    if told <= {*_OF_PARENTS, *_PARTLY} and told & {"H", "B"}:
        return PARENTS
    return LETTERS


def _is_count(entry: str) -> bool:
    if entry in _MISSING_NUMBERS or entry == "-1":
        return True
    return 0.0 <= as_number(entry) <= 2.0


def _is_letters(entry: str) -> bool:
    if entry in MISSING_CALLS:
        return True
    letters = entry.upper()
    if len(letters) == 1:
        return letters in _BASES or letters == "H"
    for sign in _SIGNS:
        letters = letters.replace(sign, "")
    short = len(letters) == 2 and entry[0] not in _SIGNS
    letters = letters.replace("N", "").replace(".", "") if set(letters) - {"N", "."} else "N"
    return short and (_BASES.issuperset(letters) or set(letters) <= _OTHER_SIGNS)


class Entries:
    """Rows of genotypes as they come, in a byte each, or four if there are fractions.

    Attributes:
        kind: numbers, letters or parents.
        width: of each row.
    """

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind
        self.width = 0
        self._numbers: Counts | None = None
        self._parsed = Parsed(name, _MISSING_NUMBERS | {"-1"})
        self._signs = SingleSigns(self._parsed.whole | _OPEN)
        self._two = False
        self._book = Book(name)
        self._codes: list[NDArray[Any]] = []

    def at_once(self, text: str, separator: str) -> NDArray[np.int8] | None:
        """The counts in a row's text, if they can be told without cutting it into entries."""
        return self._signs.row(text, separator) if self.kind == NUMBERS else None

    def append(self, row: list[str] | NDArray[np.int8], line: int) -> None:
        """Append a row, or its counts `at_once`; all of them are of the same width."""
        self.width = len(row)
        if isinstance(row, np.ndarray):
            self._append_counts(row)
        elif self.kind == NUMBERS:
            self._append_numbers(row, line)
        else:
            codes = self._book.codes(row, line)
            self._codes.append(codes)
            require_room(len(self._codes) * codes.nbytes, self.name, MAX_COUNTS)

    def _append_numbers(self, row: list[str], line: int) -> None:
        values = self._parsed.row(row, line)
        for entry, value in _OPEN.items():
            if entry in row:
                # As what it is, until it is known which others are there.
                at = [k for k, other in enumerate(row) if other == entry]
                values = values.copy()
                values[at] = value
        self._append_counts(values)

    def _append_counts(self, values: NDArray[Any]) -> None:
        if self._numbers is None:
            self._numbers = Counts(self.name, self.width)
        self._two = self._two or bool((values == 2).any())
        self._numbers.append(values)

    @property
    def turns(self) -> bool:
        """Whether the counts are the same whichever side the markers are on."""
        return self.kind != LETTERS or len(self._matrix()[1].names) <= 3

    def markers_by_row(self) -> bool | None:
        """Whether rows are markers, by which way more than two alleles meet; None if neither."""
        codes, alleles = self._matrix()
        if self.kind == PARENTS or len(alleles.names) <= 3:
            return None
        rows = sum(int((alleles.tally(row)[1:] > 0).sum() > 2) for row in codes) / len(codes)
        columns = codes.T
        among = sum(int((alleles.tally(c)[1:] > 0).sum() > 2) for c in columns) / len(columns)
        return None if rows == among else rows < among

    def coded(self, marker_rows: bool, markers: Sequence[str]) -> CodedTable:
        """The counts, individuals by markers, given which way round they lie, and their names.

        Raises:
            DataError: an entry that is no genotype, or most markers with more than two alleles.
        """
        if self.kind == NUMBERS:
            return self._coded_numbers(marker_rows)
        codes, alleles = self._matrix()
        by_marker = codes if marker_rows else codes.T
        if self.kind == PARENTS:
            return self._coded_parents(by_marker)
        # Of two alleles throughout, such as A and B, the same is counted everywhere.
        same = alleles.names[2] if len(alleles.names) == 3 else ""
        made: list[NDArray[np.int8]] = []
        kept: dict[int, tuple[str, str]] = {}
        several: list[str] = []
        for start in range(0, len(by_marker), _TOGETHER):
            block = np.ascontiguousarray(by_marker[start : start + _TOGETHER])
            for k, row in enumerate(block, start):
                found = alleles.coded(row, same)
                if found is None:
                    several.append(markers[k])
                else:
                    made.append(found.counts)
                    kept[k] = found.counted, found.other
        notes = left_out(several, len(by_marker), self.name)
        words = f"copies of {same}" if same else "copies of the rarer allele"
        counts = np.array(made, dtype=np.int8).reshape(-1, by_marker.shape[1]).T
        return CodedTable(counts, list(kept), kept, words, notes)

    def _matrix(self) -> tuple[NDArray[Any], Alleles]:
        codes = np.array(self._codes)
        self._codes = list(codes)
        zero = self._zero_is_an_allele()

        def read(entry: object) -> Pair:
            text = str(entry)
            if zero and text not in MISSING_CALLS - {"00"}:
                digits = [sign for sign in text if sign.isdigit()]
                if len(digits) == 2:
                    return digits[0], digits[1]
            return pair_of(text)

        if self.kind == PARENTS:
            return codes, Alleles([None] * len(self._book.entries))
        try:
            return codes, self._book.alleles(read)
        except ValueError as error:
            raise DataError(
                "genotypes must be letters of two alleles, or one that stands for both",
                f"there is “{error.args[0][:40]}”",
                "write missing ones as NA",
                where=self.name,
            ) from None

    def _zero_is_an_allele(self) -> bool:
        """Whether 0/0 is a genotype, as in VCF, and not missing, as in PLINK."""
        pairs = {
            frozenset(sign for sign in str(entry) if sign.isalnum())
            for entry in self._book.entries
            if str(entry) not in MISSING_CALLS - {"00"}
        }
        letters = {sign for pair in pairs for sign in pair}
        return frozenset("01") in pairs or (letters <= {"0", "1"} and frozenset("1") in pairs)

    def _coded_parents(self, by_marker: NDArray[Any]) -> CodedTable:
        copies = []
        for entry in map(str, self._book.entries):
            known = _OF_PARENTS.get(entry.upper(), MISSING_COUNT)
            if known == MISSING_COUNT and entry.upper() not in _PARTLY | MISSING_CALLS:
                raise DataError(
                    "genotypes of two parents must be A, H and B",
                    f"there is “{entry[:40]}”",
                    "write missing ones as NA",
                    where=self.name,
                )
            copies.append(known)
        partly = [str(e) for e in self._book.entries if str(e).upper() in _PARTLY]
        counts = np.array(copies, dtype=np.int8)[by_marker].T
        notes = (f"{some(partly)} of {self.name}, not A or not B, are missing",) if partly else ()
        m = len(by_marker)
        alleles = dict.fromkeys(range(m), ("B", "A"))
        return CodedTable(counts, range(m), alleles, "copies of B, of the parents A and B", notes)

    def _coded_numbers(self, marker_rows: bool) -> CodedTable:
        assert self._numbers is not None
        rows, notes = self._as_copies(self._numbers.rows())
        counts = rows.T if marker_rows else rows
        m = counts.shape[1]
        alleles = dict.fromkeys(range(m), ("NA", "NA"))
        return CodedTable(counts, range(m), alleles, "counts of an allele", notes)

    def _as_copies(self, rows: NDArray[Any]) -> tuple[NDArray[Any], tuple[str, ...]]:
        """Numbers as copies of an allele, told by which of them there are, and a note on that."""
        if self._two and _holds(rows, 0) and not (_holds(rows, -1) or _holds(rows, 3)):
            # As most are. What else there is takes the memory of the counts several times.
            return rows, ()
        missing = rows == MISSING_COUNT if rows.dtype == np.int8 else np.isnan(rows)
        minus, zero, three = ((rows == value) & ~missing for value in (-1, 0, 3))
        if three.any() and (zero.any() or minus.any()):
            self._require_rare(three, zero)
            missing = missing | three
            note = f"3 stands in {self.name} beside 0, and is missing"
            rows, said = self._as_copies(_without(rows, missing))
            return rows, (note, *said)
        if three.any():
            note = f"1, 2 and 3 of {self.name} are 0, 1 and 2 copies of an allele"
            return _without(rows - 1, missing), (note,)
        if minus.any() and self._two:
            note = f"−1 stands in {self.name} beside 2, and is missing"
            return _without(rows, missing | minus), (note,)
        if minus.any():
            note = f"−1, 0 and 1 of {self.name} are 0, 1 and 2 copies of an allele"
            return _without(rows + 1, missing), (note,)
        if not self._two and (missing | zero | (rows == 1) | (rows == 0.5)).all():
            if rows.dtype != np.int8:
                note = f"0, 0.5 and 1 of {self.name} are 0, 1 and 2 copies of an allele"
                return rows * 2, (note,)
            return rows, (self._of_lines("0 and 1, and no 2"),)
        if (missing | (rows == 1) | (rows == 2)).all():
            return rows, (self._of_lines("1 and 2, and no 0"),)
        return rows, ()

    def _of_lines(self, what: str) -> str:
        return (
            f"{self.name} holds {what}: they are taken for copies of an allele as they are; of "
            "lines, in which 1 stands for two copies, the kinship is a quarter of what 0 and 2 give"
        )

    def _require_rare(self, three: NDArray[np.bool_], zero: NDArray[np.bool_]) -> None:
        """A DataError if 3 beside 0 may be a genotype, and 0 what is missing."""
        if three.mean() > _MISSING_SHARE or three.sum() > zero.sum():
            raise DataError(
                "it must be certain which genotypes are missing",
                f"0 stands {count(int(zero.sum()), 'time')} and 3 "
                f"{count(int(three.sum()), 'time')}: one of them may be missing",
                "write missing genotypes as NA",
                where=self.name,
            )


def _holds(rows: NDArray[Any], value: int) -> bool:
    return any(bool((row == value).any()) for row in rows)


def _without(rows: NDArray[Any], missing: NDArray[np.bool_]) -> NDArray[Any]:
    """Numbers with what is missing marked as that."""
    if rows.dtype == np.int8:
        return np.where(missing, np.int8(MISSING_COUNT), rows).astype(np.int8)
    return np.where(missing, np.float32(np.nan), rows)
