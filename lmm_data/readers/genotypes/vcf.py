"""VCF, compressed by gzip or bgzip or not: its calls or dosages as counts of the ALT allele.

Read here, over zlib and NumPy, because no kept library does what is needed: cyvcf2 and pysam have
no wheels for Windows and want a path and all of a line in memory, whatever its length; and
scikit-allel, which has, fills a line that is cut off with missing values without a word. What is
read is checked against bcftools and PLINK in the tests, and no slower (`benchmarks.reading`).
"""

from collections.abc import Iterator
from typing import NamedTuple, NoReturn

import numpy as np

from lmm_core.arrays import MISSING_COUNT
from lmm_core.errors import DataError, count, some
from lmm_data.readers.genotypes.collected import Collected
from lmm_data.readers.genotypes.families import named_candidates
from lmm_data.readers.genotypes.lines import pieces_of
from lmm_data.readers.genotypes.vcf_calls import Entries, simple_counts
from lmm_data.readers.reading import Reading, Source

FIXED = 9
"""Columns before the individuals: CHROM, POS, ID, REF, ALT, QUAL, FILTER, INFO and FORMAT."""

MAX_SAMPLES = 1 << 20
MAX_ALTERNATIVES = 100
# Alleles that stand for “another one” or for a deletion that begins elsewhere: no variants.
NO_VARIANT = frozenset({"<NON_REF>", "<*>", "*", "."})
DOSAGES = ("DS", "GP")


class _Variant(NamedTuple):
    """A line: what stands before the individuals, and what is said of them."""

    line: int
    chromosome: str
    position: str
    name: str
    reference: str
    alternatives: list[str]
    fields: str
    entries: bytes


def read_vcf(source: Source, *, calls: bool = False) -> Reading:
    """The genotypes of a VCF.

    Args:
        source: VCF 4.x in text, gzip- or bgzip-compressed or not; it is unpacked as it is read.
        calls: whether calls (GT) are read where there are dosages too.

    Returns:
        Counts of the ALT allele: dosages DS where there are any, else calls GT, else what the
        probabilities GP come to. Of a variant of several ALT alleles each is a marker, as after
        `bcftools norm -m -any`. A call is missing if one of its alleles is; a haploid one counts
        as two copies, as in PLINK. Variants that did not pass a filter are kept, and noted.

    Raises:
        DataError: no VCF, no individuals, lines of another number of individuals than the header,
            calls of more than two alleles, dosages outside 0 to 2.

    References:
        https://samtools.github.io/hts-specs/VCFv4.3.pdf, sections 1.4 and 1.6
    """
    found, pieces = pieces_of(source, "the genotypes")
    return _Vcf(found, calls).read(pieces)


class _Vcf:
    """A file as it is read: what was met on the way goes into the notes."""

    def __init__(self, name: str, calls: bool) -> None:
        self.name, self.calls = name, calls
        self.ids: tuple[str, ...] = ()
        self.made: Collected | None = None
        self.entries: dict[str, Entries] = {}
        self.declared: set[str] = set()
        self.used: dict[str, int] = {}
        self.haploid: dict[str, int] = {}
        self.failed: list[str] = []
        self.split: list[str] = []
        self.invariant = self.repeated = self.lines = 0
        self.here: tuple[str, str] = ("", "")
        self.at_this_place: set[tuple[str, ...]] = set()

    def read(self, pieces: Iterator[bytes]) -> Reading:
        waiting: list[_Variant] = []
        for piece in pieces:
            for line in piece.removesuffix(b"\n").split(b"\n"):
                self.lines += 1
                if line[:1] == b"#":
                    self._header(line)
                elif line:
                    variant = self._variant(line)
                    if variant is not None and self._is_simple(variant):
                        waiting.append(variant)
                    elif variant is not None:
                        self._put(waiting)
                        waiting = []
                        self._one_by_one(variant)
            self._put(waiting)
            waiting = []
        if not self.ids:
            self._refuse_without()
        table = self._collected().of(self.ids)
        fields = " and ".join(field for field in ("GT", *DOSAGES) if field in self.used)
        return Reading(
            name=self.name,
            kind="genotypes",
            format=f"VCF, copies of the ALT allele from {fields}",
            notes=tuple(self._notes()),
            genotypes=table,
            candidates=named_candidates(table.ids),
        )

    def _header(self, line: bytes) -> None:
        start = line.lower()
        if start.startswith(b"##format=<id="):
            self.declared.add(line[13:40].partition(b",")[0].decode(errors="replace"))
        if start.startswith(b"##") or not start.startswith(b"#chrom"):
            return
        samples = line.count(b"\t") + 1 - FIXED
        if samples < 1:
            self._refuse_without()
        if samples > MAX_SAMPLES:
            raise DataError(
                f"a VCF may have {MAX_SAMPLES:,} individuals",
                f"the header names {samples:,}",
                "leave some out",
                where=self.name,
            )
        if self.ids:
            self._refuse("there must be one line #CHROM", "is another", "take one file")
        try:
            self.ids = tuple(line.decode().split("\t")[FIXED:])
        except UnicodeDecodeError:
            self._refuse("names must be text in UTF-8", "is not", "write them so")

    def _variant(self, line: bytes) -> _Variant | None:
        if not self.ids:
            self._refuse_without()
        parts, columns = line.split(b"\t", FIXED), line.count(b"\t") + 1
        if columns != FIXED + len(self.ids):
            self._refuse(
                f"every line must have {FIXED} columns and the {len(self.ids)} individuals of the "
                "header, between tabs",
                f"has {columns} columns",
                "fetch the file again, or look whether it was cut off",
            )
        if parts[4].count(b",") >= MAX_ALTERNATIVES:
            self._refuse(
                f"a variant may have {MAX_ALTERNATIVES} ALT alleles",
                f"has {parts[4].count(b',') + 1:,}",
                "leave it out, with bcftools view -M",
            )
        chromosome, position, name, reference, several, _, passed, _, fields = (
            part.decode("utf-8", "replace") for part in parts[:FIXED]
        )
        if not position.isdecimal():
            self._refuse("POS must be a whole number", f"has “{position[:40]}”", "look there")
        if name == ".":
            name = f"{chromosome}:{position}"
        if passed not in ("PASS", ".", ""):
            self.failed.append(name)
        alternatives = several.split(",")
        if NO_VARIANT.issuperset(alternatives):
            self.invariant += 1
            return None
        if (chromosome, position) != self.here:
            self.here, self.at_this_place = (chromosome, position), set()
        what = (reference, *alternatives)
        self.repeated += what in self.at_this_place
        self.at_this_place.add(what)
        return _Variant(
            self.lines, chromosome, position, name, reference, alternatives, fields, parts[FIXED]
        )

    def _field(self, fields: list[str], line: int) -> str:
        """Which of the fields of a line is read."""
        wanted = ("GT", *DOSAGES) if self.calls else ("DS", "GT", "GP")
        for field in wanted:
            if field in fields:
                return field
        raise DataError(
            "genotypes must be given as calls (GT), dosages (DS) or probabilities (GP)",
            f"line {line} has {':'.join(fields)[:60]}",
            "call the genotypes first, as with bcftools call",
            where=self.name,
        )

    def _is_simple(self, variant: _Variant) -> bool:
        fields = variant.fields
        if len(variant.alternatives) > 1 or not (fields == "GT" or fields.startswith("GT:")):
            return False
        return self.calls or "DS" not in fields.split(":")

    def _collected(self) -> Collected:
        self.made = self.made or Collected(self.name, len(self.ids))
        return self.made

    def _put(self, variants: list[_Variant]) -> None:
        """Variants of two alleles with their calls first, all at once if nothing is odd."""
        if not variants:
            return
        found = simple_counts([one.entries for one in variants], len(self.ids))
        if found is None:
            for variant in variants:
                self._one_by_one(variant)
            return
        counts, haploid = found
        if haploid and len({one.chromosome for one in variants}) > 1:
            for variant in variants:
                self._put([variant])
            return
        made = self._collected()
        for one in variants:
            made.add(
                one.name,
                one.chromosome,
                float(one.position),
                alleles=(one.alternatives[0], one.reference),
            )
        self._met("GT", variants[0].chromosome, haploid, len(variants))
        made.counts.append(counts)

    def _one_by_one(self, one: _Variant) -> None:
        fields = one.fields.split(":")
        field = self._field(fields, one.line)
        made = self._collected()
        entries = self.entries.get(one.fields)
        if entries is None:
            entries = Entries(self.name, fields)
            if len(self.entries) < 16:
                self.entries[one.fields] = entries
        entries.place = f"line {one.line} ({one.name[:60]})"
        several = len(one.alternatives) > 1
        if field == "GT":
            first, second, haploid = entries.calls(one.entries)
            highest = max(first.max(), second.max())
            if highest > len(one.alternatives):
                raise DataError(
                    "a call must be of alleles that are there",
                    f"{entries.place} has {count(len(one.alternatives), 'ALT allele')} and a call "
                    f"of allele {highest}",
                    "fetch the file again",
                    where=self.name,
                )
            self._met("GT", one.chromosome, haploid)
            rows = [
                np.where(first < 0, MISSING_COUNT, (first == k) + 0 + (second == k)).astype(np.int8)
                for k in range(1, len(one.alternatives) + 1)
            ]
        else:
            rows = list(entries.dosages(one.entries, len(one.alternatives)))
            self._met(field, one.chromosome, 0)
        for allele, row in zip(one.alternatives, rows, strict=True):
            if allele in NO_VARIANT:
                continue
            name = f"{one.name}:{allele}" if several else one.name
            others = one.reference if not several else "NA"
            made.add(name, one.chromosome, float(one.position), alleles=(allele, others))
            made.counts.append(row)
        if several:
            self.split.append(one.name)

    def _met(self, field: str, chromosome: str, haploid: int, variants: int = 1) -> None:
        self.used[field] = self.used.get(field, 0) + variants
        if haploid:
            self.haploid[chromosome] = self.haploid.get(chromosome, 0) + haploid

    def _notes(self) -> Iterator[str]:
        if any(field in self.used for field in DOSAGES) and "GT" in self.declared:
            yield f"the dosages of {self.name} are read, and not the calls beside them"
        if len(self.used) > 1:
            parts = " and ".join(f"{n:,} by {field}" for field, n in self.used.items())
            yield f"not all variants of {self.name} have the same fields: {parts}"
        if self.split:
            yield (
                f"{count(len(self.split), 'variant')} of {self.name} with several ALT alleles: "
                f"each of these is a marker, {some(self.split)}"
            )
        if self.failed:
            yield (
                f"{count(len(self.failed), 'variant')} of {self.name} did not pass a filter and "
                f"{'is' if len(self.failed) == 1 else 'are'} kept, {some(self.failed)}: to leave "
                "them out, bcftools view -f PASS,."
            )
        if self.invariant:
            yield (
                f"{count(self.invariant, 'line')} of {self.name} without a variant "
                f"{'is' if self.invariant == 1 else 'are'} left out"
            )
        if self.repeated:
            twice = count(self.repeated, "variant")
            yield f"{twice} of {self.name} stand there a second time, and count again"
        if self.haploid:
            where = some(self.haploid, 4)
            yield (
                f"calls of one allele, on chromosome {where} of {self.name}, count as two copies "
                "of it, as in PLINK"
            )

    def _refuse(self, rule: str, found: str, remedy: str) -> NoReturn:
        raise DataError(rule, f"line {self.lines} {found}", remedy, where=self.name)

    def _refuse_without(self) -> NoReturn:
        raise DataError(
            "a VCF must name its individuals in the line #CHROM, from the tenth column on",
            "there are none",
            "give the file with the genotypes; one of sites alone, or PLINK 2’s .pvar, has none",
            where=self.name,
        )
