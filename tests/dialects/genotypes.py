"""Genotypes in the forms in which people pass them on, beside phenotypes in plain CSV."""

import gzip

import numpy as np

from tests.dialects.common import covariates, phenotypes, put_table
from tests.dialects.draft import Draft
from tests.dialects.text import Style

FORMS = {
    "vcf": 0.14,
    "vcf.gz": 0.08,
    "raw": 0.1,
    "traw": 0.08,
    "ped": 0.1,
    "tped": 0.08,
    "hapmap": 0.08,
    "counts": 0.12,
    "signed": 0.06,
    "pairs": 0.1,
    "single": 0.06,
}
_VCF = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT"
_HAPMAP = "rs#\talleles\tchrom\tpos\tstrand\tassembly#\tcenter\tprotLSID\tassayLSID\tpanelLSID\tQC"
_BASES = ("AG", "CT", "AC", "GT")
_ONE_LETTER = {"AG": "R", "CT": "Y", "AC": "M", "GT": "K"}


def genotypes(d: Draft) -> None:
    """Any of the forms, of individuals in an order of their own, and now and then covariates."""
    d.people({"words": 0.6, "integers": 0.2, "padded": 0.2})
    phenotypes(d)
    d.relate("counts")
    style = Style()
    put_table(d, "phenotypes", d.pheno, style, "column", "id", ("pheno.csv",))
    sheet = covariates(d, {"": 0.7, "file": 0.3})
    if sheet is not None:
        put_table(d, "covariates", sheet, style, "column", "id", ("covar.csv",))
    form = d.pick("genotypes", FORMS)
    counts = d.study.counts[d.relatives]
    ids = d.ids(d.relatives)
    places = [(str(1 + j % 3), f"rs{j}", 100 * j + 7) for j in range(counts.shape[1])]
    bases = [_BASES[j % 4] for j in range(counts.shape[1])]
    letters = np.array([[_pair(c, b) for c, b in zip(row, bases, strict=True)] for row in counts])
    if form.startswith("vcf"):
        lines = ["\t".join([_VCF, *ids])]
        fields = d.choose(("GT", "GT:DP", "GT:DS", "DS"))
        for (chromosome, name, position), pair, row in zip(places, bases, counts.T, strict=True):
            left = [chromosome, str(position), name, pair[0], pair[1], ".", "PASS", ".", fields]
            lines.append("\t".join([*left, *(_call(fields, c) for c in row)]))
        content = ("\n".join(lines) + "\n").encode()
        d.give("genotypes", f"study.{form}", content if form == "vcf" else _bgzipped(content))
    elif form == "raw":
        columns = (f"{p[1]}_{b[1]}" for p, b in zip(places, bases, strict=True))
        head = ["FID IID PAT MAT SEX PHENOTYPE", *columns]
        rows = [
            ["F", i, "0", "0", "0", "-9", *map(str, r)] for i, r in zip(ids, counts, strict=True)
        ]
        _give(d, "study.raw", [head, *rows], " ")
    elif form == "traw":
        head = ["CHR", "SNP", "(C)M", "POS", "COUNTED", "ALT", *ids]
        rows = [
            [c, name, "0", str(position), pair[1], pair[0], *map(str, row)]
            for (c, name, position), pair, row in zip(places, bases, counts.T, strict=True)
        ]
        _give(d, "study.traw", [head, *rows], "\t")
    elif form == "ped":
        rows = [
            ["F", i, "0", "0", "0", "-9", *(" ".join(e) for e in r)]
            for i, r in zip(ids, letters, strict=True)
        ]
        maps = [[c, name, "0", str(position)] for c, name, position in places]
        _give(d, "study.ped", rows, " ", map=_text(maps, "\t"))
    elif form == "tped":
        rows = [
            [c, name, "0", str(position), *(" ".join(e) for e in row)]
            for (c, name, position), row in zip(places, letters.T, strict=True)
        ]
        _give(
            d,
            "study.tped",
            rows,
            " ",
            tfam=_text([["F", i, "0", "0", "0", "-9"] for i in ids], " "),
        )
    elif form == "hapmap":
        rows = [
            [name, f"{pair[0]}/{pair[1]}", c, str(position), "+", *["NA"] * 6, *row]
            for (c, name, position), pair, row in zip(places, bases, letters.T, strict=True)
        ]
        _give(d, "study.hmp.txt", [[_HAPMAP, *ids], *rows], "\t")
    else:
        _table(d, form, ids, [place[1] for place in places], counts, letters)


def _table(
    d: Draft, form: str, ids: list, names: list, counts: np.ndarray, letters: np.ndarray
) -> None:
    """A table with individuals in the rows or in the columns."""
    entries = {
        "counts": counts.astype(str),
        "signed": (counts - 1).astype(str),
        "pairs": letters,
        "single": np.vectorize(lambda e: e[0] if e[0] == e[1] else _ONE_LETTER[e])(letters),
    }[form]
    sep = d.choose(("\t", ",", " "))
    if d.chance(0.5, "a row a marker"):
        rows = [["marker", *ids], *([n, *row] for n, row in zip(names, entries.T, strict=True))]
    else:
        rows = [["taxa", *names], *([i, *row] for i, row in zip(ids, entries, strict=True))]
    _give(d, d.choose(("geno.txt", "GD.txt", "snps.csv")), rows, sep)


def _give(d: Draft, name: str, rows: list, sep: str, **beside: bytes) -> None:
    d.give("genotypes", name, _text(rows, sep), **beside)


def _text(rows: list, sep: str) -> bytes:
    return "".join(sep.join(row) + "\n" for row in rows).encode()


def _pair(count: int, bases: str) -> str:
    return bases[0] * (2 - count) + bases[1] * count


def _call(fields: str, count: int) -> str:
    call = ("0/0", "0|1", "1/1")[count]
    parts = {"GT": call, "DP": str(7 + count), "DS": str(count)}
    return ":".join(parts[field] for field in fields.split(":"))


def _bgzipped(content: bytes) -> bytes:
    return b"".join(
        gzip.compress(content[k : k + 4096], mtime=0) for k in range(0, len(content), 4096)
    )
