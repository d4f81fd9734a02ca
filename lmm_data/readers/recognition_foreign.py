"""Texts of other programs that are not read, named for what they are, with the way on."""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from lmm_data.readers.content import Foreign
from lmm_data.readers.numeric import as_number

Rows: TypeAlias = list[list[str]]

_EXPORT = "write a table from it, by write.csv in R or as “CSV UTF-8”"
_AGAIN = "write them again as .vcf, .raw or .bed, by the program that has them"
_STARTS: tuple[tuple[str, str, str], ...] = (
    ("<numeric>", "numeric genotypes of TASSEL", "export them as PLINK, and --make-bed them"),
    ("@relation", "a table of Weka (.arff)", _EXPORT),
    ("structure(list(", "R’s own notation, as dput writes it", "save it by write.csv or saveRDS"),
    ("[profile]", "genotypes of Arlequin", _AGAIN),
    ("##dosage", "dosages of another program", _AGAIN),
)
# R's dump: a name, an arrow and the notation.
_DUMPED = re.compile(r"[\"`\w.]+\s*<-\s*\n?\s*(structure|c|list|data\.frame)\(")
_QUERIED = re.compile(r"#\s?\[1\][\w/%]+\t\[2\]")
_CALL = re.compile(r"[0-9.][|/][0-9.]([:].*)?")
# A count of individuals, one of markers, and a line of names or places.
_COUNTED = re.compile(r"\d+\s*\n\s*\d+\s*\n(IND\b|P\s)")
# So many entries of a kind before it is a form.
_ENOUGH = 8


def foreign_start(text: str) -> Foreign | None:
    """What a text is that says so in its first line."""
    start = text.lstrip("\ufeff \n")
    first = start.split("\n", 1)[0].strip().lower()
    if _QUERIED.match(start):
        return Foreign(
            "a table that bcftools wrote of a VCF",
            "give the VCF itself, which names the individuals",
        )
    counted = _COUNTED.match(start)
    if counted:
        bimbam = counted[1] == "IND"
        what = "genotypes of BIMBAM below their counts" if bimbam else "haplotypes for fastPHASE"
        return Foreign(what, _AGAIN)
    calls = [_CALL.fullmatch(entry) is not None for entry in first.split()]
    if sum(calls) >= _ENOUGH and sum(calls) >= len(calls) - _ENOUGH:
        return Foreign(
            "calls of a VCF without its header", "give the VCF itself, which names the individuals"
        )
    if "23andme" in first or "ancestrydna" in first:
        what = "genotypes of one individual, as 23andMe sends them"
        return Foreign(what, "join those of all by plink --23file and --make-bed")
    if _DUMPED.match(start):
        return Foreign("R’s own notation, as dump writes it", "save it by write.csv or saveRDS")
    return next((Foreign(*found) for start, *found in _STARTS if first.startswith(start)), None)


def foreign_table(low: str, rows: Rows) -> Foreign | None:
    """What a text is, by its name and its first rows.

    Args:
        low: the file's name in lower case, without `.gz`.
        rows: the entries of the first lines.
    """
    if not rows:
        return None
    if low.endswith(".dist") and all(as_number(e) == as_number(e) for e in rows[-1]):
        return Foreign(
            "PLINK’s distances as counts of alleles",
            "write shares instead, by plink --distance square ibs, or relationships, by --make-rel",
        )
    if low.endswith(".eigenval") and all(len(row) == 1 for row in rows):
        return Foreign(
            "eigenvalues, one for each principal component and none of an individual",
            "give the .eigenvec that belongs to it, whose components are covariates",
        )
    stem = low.rpartition("/")[2].rpartition(".")[0] or "X"
    for ending, looks, what, command in _GENOTYPES:
        if (not ending or low.endswith(ending)) and looks(rows):
            remedy = f"convert them: {command.format(stem)}" if command else _AGAIN
            return Foreign(what, remedy)
    return None


def _oxford(rows: Rows) -> bool:
    """Lines of a marker, its two alleles, and three chances for each individual."""
    # The chromosome may stand first.
    start = {2: 5, 0: 6}.get(len(rows[0]) % 3, 0)
    return start > 0 and all(
        len(row) == len(rows[0]) > start and row[start - 3].isdecimal() and _chances(row[start:])
        for row in rows
    )


def _chances(entries: Sequence[str]) -> bool:
    numbers = [as_number(entry) for entry in entries]
    sums = [sum(numbers[k : k + 3]) for k in range(0, len(numbers), 3)]
    return len(numbers) >= _ENOUGH and all(min(numbers) >= 0.0 and total <= 1.02 for total in sums)


def _haplotypes(rows: Rows) -> bool:
    """Lines of a marker, its two alleles, and 0 or 1 for each of two haplotypes."""
    return all(
        len(row) >= 5 + _ENOUGH
        and len(row) % 2
        and row[2].isdecimal()
        and set(row[5:]) <= {"0", "1", "?"}
        for row in rows
    )


def _bare_haplotypes(rows: Rows) -> bool:
    return all(set(row) <= {"0", "1"} and not len(row) % 2 for row in rows)


def _legend(rows: Rows) -> bool:
    return [entry.lower() for entry in rows[0][:4]] in (
        ["id", "position", "a0", "a1"],
        ["rsid", "position", "a0", "a1"],
    )


def _long_genotypes(rows: Rows) -> bool:
    return all(len(row) in (4, 5) and all(len(entry) < 9 for entry in row[3:]) for row in rows)


def _marked(rows: Rows) -> bool:
    """Lines that begin with a letter for what they are, M for a marker."""
    first = [row[0] for row in rows]
    return "M" in first and set(first) <= {*"PIAMTC#"} and first[0] in "PI#"


def _digits(rows: Rows) -> bool:
    """Lines of one sign for each individual, without anything between them."""
    return all(len(row) == 1 and set(row[0]) <= {*"0129"} for row in rows) and (
        len({len(row[0]) for row in rows}) == 1 and len(rows[0][0]) >= _ENOUGH
    )


def _names_first(rows: Rows) -> bool:
    """A line of markers, and further down lines of an individual with two for each marker."""
    return any(len(row) >= 2 * len(rows[0]) for row in rows[1:4])


def _any(_: Rows) -> bool:
    return True


_GENOTYPES: tuple[tuple[str, Callable[[Rows], bool], str, str], ...] = (
    (
        ".gen",
        _any,
        "Oxford’s genotypes (.gen)",
        "plink2 --gen {0}.gen ref-first --sample {0}.sample --export A-transpose --out {0}",
    ),
    (
        ".haps",
        _any,
        "phased haplotypes (.haps)",
        "plink2 --haps {0}.haps ref-first --sample {0}.sample --export A-transpose --out {0}",
    ),
    (
        ".hap",
        _bare_haplotypes,
        "phased haplotypes (.hap)",
        "plink2 --haps {0}.hap --legend {0}.legend 1 --export A-transpose --out {0}",
    ),
    (".legend", _legend, "the markers of phased haplotypes (.legend)", ""),
    (".lgen", _long_genotypes, "PLINK’s genotypes, a line each", "plink --lfile {0} --make-bed"),
    (".list", _any, "PLINK’s lists of genotypes", ""),
    (".rlist", _any, "PLINK’s lists of rare genotypes", ""),
    (".strct_in", _any, "genotypes for STRUCTURE", ""),
    (".str", _names_first, "genotypes for STRUCTURE", ""),
    (".geno", _digits, "genotypes of EIGENSTRAT", ""),
    ("", _marked, "genotypes for BEAGLE", ""),
    (
        "",
        _oxford,
        "Oxford’s genotypes, three chances each",
        "plink2 --gen {0}.gen ref-first --sample {0}.sample --export A-transpose --out {0}",
    ),
    (
        "",
        _haplotypes,
        "phased haplotypes",
        "plink2 --haps {0}.haps ref-first --sample {0}.sample --export A-transpose --out {0}",
    ),
)
"""By the ending of the name and the rows: what it is, and what converts it."""
