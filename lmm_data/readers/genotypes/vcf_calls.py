"""What VCF says of each individual at a variant: calls (GT) as alleles, dosages (DS, GP)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import MISSING_COUNT, Floats
from lmm_core.errors import DataError

_TAB, _END, _COLON, _SLASH, _BAR = b"\t\n:/|"
_LOW = np.int8(-100)  # of an allele that is missing; far below any sum of two others
_ODD = np.int8(50)

_ALLELE = np.full(256, _ODD, dtype=np.int8)
_ALLELE[ord("0")], _ALLELE[ord("1")], _ALLELE[ord(".")] = 0, 1, _LOW
_PAIRED, _DONE = np.zeros(256, dtype=bool), np.zeros(256, dtype=bool)
_PAIRED[[_SLASH, _BAR]] = True
_DONE[[_TAB, _END, _COLON]] = True

# Of the entries that were met; with depths and likelihoods beside them few repeat.
MAX_KNOWN = 1 << 16


def simple_counts(lines: Sequence[bytes], n: int) -> tuple[NDArray[np.int8], int] | None:
    """Copies of the only ALT allele, shape (k, n), -127 where missing, and how many are haploid.

    All lines at once, by their bytes: thirty times as fast as a Python loop over the entries.

    Args:
        lines: the entries of n individuals, between tabs, GT first in each.

    Returns:
        None where some entry is not 0, 1 or . alone, or two of them about / or |.
    """
    text = np.frombuffer(b"\n".join([*lines, b""]), dtype=np.uint8)
    if text.size == 4 * n * len(lines) and _DONE[text[3::4]].all():
        one, sign, two = text[0::4], text[1::4], text[2::4]
        paired = _PAIRED[sign]
        if not paired.all():
            return None
        counts = _ALLELE[one] + _ALLELE[two]
        haploid = 0
    else:
        ends = np.flatnonzero((text == _TAB) | (text == _END))
        if ends.size != n * len(lines) or not (text[ends[n - 1 :: n]] == _END).all():
            return None
        starts = np.concatenate([[0], ends[:-1] + 1])
        last = text.size - 1
        sign = text[starts + 1] if starts[-1] < last else np.zeros(1, np.uint8)
        paired = _PAIRED[sign]
        first, second = _ALLELE[text[starts]], _ALLELE[text[np.minimum(starts + 2, last)]]
        closed = np.where(paired, _DONE[text[np.minimum(starts + 3, last)]], _DONE[sign])
        if not closed.all():
            return None
        counts = np.where(paired, first + second, 2 * np.maximum(first, np.int8(-60)))
        haploid = int((~paired & (first >= 0)).sum())
    if counts.max(initial=0) > 2:
        return None
    return np.where(counts < 0, np.int8(MISSING_COUNT), counts).reshape(-1, n), haploid


class Entries:
    """The entries of lines of one FORMAT, one by one; those met before are not parsed again.

    Attributes:
        fields: FORMAT, such as GT and DS.
        place: of the line that is read, for messages.
    """

    def __init__(self, name: str, fields: Sequence[str]) -> None:
        self.name, self.place = name, ""
        self.fields = fields
        self._calls: dict[bytes, tuple[int, int]] = {}
        self._dosages: dict[bytes, float] = {}

    def calls(self, line: bytes) -> tuple[NDArray[np.int16], NDArray[np.int16], int]:
        """The two alleles of each individual, -1 where one is missing, and how many are haploid.

        A haploid call counts as two copies of its allele, as in PLINK.
        """
        at = self.fields.index("GT")
        known, haploid = self._calls, 0
        pairs = np.empty((line.count(b"\t") + 1, 2), dtype=np.int16)
        for row, entry in enumerate(line.split(b"\t")):
            found = known.get(entry)
            if found is None:
                found = self._call(_field(entry, at))
                if len(known) < MAX_KNOWN:
                    known[entry] = found
            haploid += found[0] >= 0 and found[1] == -2
            pairs[row] = found
        one, two = pairs.T
        two = np.where(two == -2, one, two)
        gone = (one < 0) | (two < 0)
        return np.where(gone, np.int16(-1), one), np.where(gone, np.int16(-1), two), haploid

    def dosages(self, line: bytes, alternatives: int) -> Floats:
        """DS, or what GP comes to, of each ALT allele, shape (alternatives, n), NaN where missing.

        Where there is none and the individual is called, the copies in its call; of a haploid
        call DS is from 0 to 1, and counts twice.
        """
        if alternatives > 1:
            parts = [self._several(entry, alternatives) for entry in line.split(b"\t")]
            return np.array(parts, dtype=np.float64).T
        known, entries = self._dosages, line.split(b"\t")
        try:
            values = list(map(known.__getitem__, entries))
        except KeyError:
            values = []
            for entry in entries:
                value = known.get(entry)
                if value is None:
                    value = self._several(entry, 1)[0]
                    if len(known) < MAX_KNOWN:
                        known[entry] = value
                values.append(value)
        return np.array(values, dtype=np.float64)[np.newaxis]

    def _several(self, entry: bytes, alternatives: int) -> list[float]:
        call = None
        if "GT" in self.fields:
            call = self._call(_field(entry, self.fields.index("GT")))
        for key, read in (("DS", self._ds), ("GP", self._gp)):
            if key in self.fields:
                text = _field(entry, self.fields.index(key))
                if text.strip(b".,"):
                    values = read(text, alternatives)
                    ploid = 2.0 if key == "DS" and call and call[0] >= 0 and call[1] == -2 else 1.0
                    return [self._dosage(value * ploid, text) for value in values]
        if call is None or -1 in call:
            return [np.nan] * alternatives
        one, two = call if call[1] >= 0 else (call[0], call[0])
        return [float((one == k) + (two == k)) for k in range(1, alternatives + 1)]

    def _ds(self, text: bytes, alternatives: int) -> list[float]:
        values = self._numbers(text)
        if len(values) != alternatives:
            self._refuse("DS must have a number for each ALT allele", text)
        return values

    def _gp(self, text: bytes, alternatives: int) -> list[float]:
        values = self._numbers(text)
        if alternatives > 1 or len(values) not in (2, 3):
            self._refuse(
                "GP is read where it has three numbers, of a variant of one ALT allele", text
            )
        if abs(sum(values) - 1.0) > 0.02:
            self._refuse("the probabilities GP must sum to 1", text)
        heterozygous = values[1] if len(values) == 3 else 0.0
        # Rounded to few digits they sum to a little more or less than 1.
        return [(heterozygous + 2.0 * values[-1]) / sum(values)]

    def _numbers(self, text: bytes) -> list[float]:
        try:
            return [float(part) for part in text.split(b",")]
        except ValueError:
            self._refuse("dosages must be numbers", text)
            return []

    def _dosage(self, value: float, text: bytes) -> float:
        if not -1e-3 <= value <= 2.001:
            self._refuse("a dosage must be from 0 to 2", text)
        return min(max(value, 0.0), 2.0)

    def _call(self, text: bytes) -> tuple[int, int]:
        """The alleles of a call; -1 where missing, and the second -2 if there is none."""
        parts = text.replace(b"|", b"/").split(b"/")
        if len(parts) > 2:
            raise DataError(
                "a call must be of one or two alleles",
                f"{self.place} has “{text[:40].decode(errors='replace')}”",
                "individuals of more sets of chromosomes are not read here: give their kinship",
                where=self.name,
            )
        try:
            alleles = [-1 if part == b"." else _whole(part) for part in parts]
        except ValueError:
            self._refuse("a call must be numbers of alleles, such as 0/1, 0|1 or ./.", text)
        return alleles[0], alleles[1] if len(alleles) == 2 else -2 + (alleles[0] < 0)

    def _refuse(self, rule: str, text: bytes) -> None:
        raise DataError(
            rule,
            f"{self.place} has “{text[:40].decode(errors='replace')}”",
            "look there, or fetch the file again",
            where=self.name,
        )


def _field(entry: bytes, at: int) -> bytes:
    """A field of an entry; what stands at the end and is missing may be left out."""
    parts = entry.split(b":", at + 1)
    return parts[at] if len(parts) > at else b"."


def _whole(text: bytes) -> int:
    if not text.isdigit() or len(text) > 4:
        raise ValueError(text)
    return int(text)
