"""Genotypes as people have them, told by their first bytes or lines, and what converts the rest."""

import re

from lmm_data.readers.content import Foreign
from lmm_data.readers.genotypes.table import shape_of
from lmm_data.readers.genotypes.table_entries import NUMBERS, is_entry, kind_of
from lmm_data.readers.recognition_foreign import Rows
from lmm_data.readers.rqtl2.csv import looks_like_cross

Taken = tuple[str, str, str]
"""Words for the format, its reader, and told by what."""

_HEADER = "its header says so"
_MANY_MARKERS = 12
_SPELT = {f"{count}.0": str(count) for count in (-1, 0, 1, 2)}
_LEAST_LETTERS = 3
# Columns before the genotypes.
_MOST_BESIDE = 12


def foreign_genotypes(low: str, head: bytes) -> Foreign | None:
    """Binary genotypes that are not read, with the one command that converts them.

    Args:
        low: the file's name in lower case, without `.gz`.
        head: its first bytes, unpacked.
    """
    stem = re.sub(r"\.(pgen|pvar|psam|bgen|bcf)(\.zst)?$", "", low.rpartition("/")[2]) or "X"
    if head[:3] == b"BCF":
        command = f"bcftools view -O z -o {stem}.vcf.gz {stem}.bcf"
        return Foreign("genotypes in BCF", f"convert them: {command}")
    if head[16:20] == b"bgen" or (low.endswith(".bgen") and b"\0" in head[:16]):
        command = f"plink2 --bgen {stem}.bgen ref-first --export A-transpose --out {stem}"
        return Foreign(
            "genotypes in BGEN",
            f"convert them, with --sample {stem}.sample if there is one: {command}",
        )
    if head[:2] == b"\x6c\x1b" and head[2:3] not in (b"\0", b"\1"):
        command = f"plink2 --pfile {stem} --export A-transpose --out {stem}"
        return Foreign("PLINK 2’s genotypes (.pgen)", f"convert them: {command}")
    return None


def genotypes_by_start(text: str) -> Taken | Foreign | None:
    """Genotypes whose first line says what they are."""
    first = text.lstrip("\ufeff \n").split("\n", 1)[0].rstrip()
    low = first.lower()
    fields = low.split()
    if low.startswith(("##fileformat=vcf", "#chrom\tpos\tid\tref\talt\tqual")):
        return "genotypes in VCF", "vcf", "its first line says so"
    if low.startswith("#chrom\tpos\tid\tref\talt") and fields[9:] == []:
        command = "plink2 --pfile X --export A-transpose --out X"
        return Foreign("the variants of PLINK 2’s .pgen (.pvar)", f"convert all three: {command}")
    if fields[:4] in (["rs#", "alleles", "chrom", "pos"], ["rs", "alleles", "chrom", "pos"]):
        return "genotypes in HapMap’s form", "hapmap", _HEADER
    if [f.lstrip("#") for f in fields[:6]] == ["fid", "iid", "pat", "mat", "sex", "phenotype"]:
        if len(fields) > 6:
            return "genotypes as PLINK recodes them (.raw)", "raw", _HEADER
    if len(fields) > 6 and fields[4:6] == ["counted", "alt"]:
        return "genotypes as PLINK recodes them (.traw)", "traw", _HEADER
    return None


def genotypes_in_lines(low: str, rows: Rows) -> Taken | None:
    """Genotypes told by the name and the columns of a text, or by what stands below its header.

    Args:
        low: the file's name in lower case, without `.gz`.
        rows: the entries of the first lines.
    """
    if low.endswith(".ped") and _is_ped(rows, 6):
        return "PLINK’s genotypes in letters (.ped)", "ped", "its name and its columns say so"
    if low.endswith(".tped") and _is_ped(rows, 4):
        return "PLINK’s genotypes in letters (.tped)", "tped", "its name and its columns say so"
    if looks_like_cross(rows):
        return "a cross in R/qtl’s form (csv)", "rqtl-csv", "its second line has chromosomes"
    return None


def genotypes_by_rows(rows: Rows) -> Taken | None:
    """Tables of genotypes, told by the entries of the first lines.

    Args:
        rows: the entries of the first lines.
    """
    if len(rows) < 3 or len({len(row) for row in rows[1:]}) > 1:
        return None
    shape = shape_of(rows, _MOST_BESIDE)
    body = [row[shape.left :] for row in rows[bool(shape.header) :]]
    entries = [entry for row in body for entry in row]
    if not entries or shape.left > _MOST_BESIDE:
        return None
    kind = kind_of(entries)
    width = len(body[0])
    if kind == NUMBERS:
        told = {_SPELT.get(entry, entry) for entry in entries}
        whole = told <= {
            "0",
            "1",
            "2",
            "-1",
            "9",
            "5",
            "-9",
            "NA",
            "",
            ".",
            "-",
            "NaN",
            "nan",
            "N",
            "NN",
            "--",
        }
        square = width >= _MANY_MARKERS or (shape.marker_rows and width >= _LEAST_LETTERS)
        if (
            whole
            and square
            and ({"0", "1", "2"} <= told or {"-1", "0", "1"} <= told or {"0", "2"} <= told)
        ):
            return "genotypes in text, of 0, 1 and 2", "counts", "it has many columns of 0, 1 and 2"
        return None
    if not kind:
        return None
    double = sum(len(entry) > 1 and is_entry(entry) for entry in entries)
    enough = width >= (_LEAST_LETTERS if 2 * double > len(entries) else _MANY_MARKERS)
    if enough and len(rows) > _LEAST_LETTERS:
        return "genotypes in text, in letters", "counts", "it has many columns of letters for bases"
    return None


def _is_ped(rows: Rows, before: int) -> bool:
    width = len(rows[0])
    return width > before and all(len(row) == width for row in rows)
