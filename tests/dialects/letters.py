"""Tables of genotypes, of numbers and of letters, in both orientations; HapMap's among them."""

import numpy as np

from tests.dialects.draft import Draft
from tests.dialects.markers import Markers, give

_HAPMAP = "rs# alleles chrom pos strand assembly# center protLSID assayLSID panelLSID QCcode"
_ONE_LETTER = {"AG": "R", "CT": "Y", "AC": "M", "GT": "K"}


def hapmap(d: Draft, of: Markers) -> None:
    """TASSEL's: two letters, or one for each genotype."""
    single = d.chance(0.4, "one letter a genotype")
    entries = _single(of, "N") if single else of.pairs("NN")
    rows = [[*_HAPMAP.split(), *of.ids]]
    for j, name in enumerate(of.names):
        left = [name, "/".join(of.bases[j]), of.chromosome[j], str(of.position[j]), "+"]
        rows.append([*left, *["NA"] * 6, *entries[:, j]])
    give(d, "study.hmp.txt", rows, "\t")


def counts(d: Draft, of: Markers) -> None:
    """0, 1 and 2, or −1, 0 and 1, or fractions."""
    way = d.pick("numbers", {"0 1 2": 0.5, "-1 0 1": 0.2, "0 2": 0.1, "fractions": 0.2})
    if way == "fractions":
        shift = np.round(d.rng.uniform(-0.3, 0.3, of.counts.shape), 2)
        of.counts = np.round(np.clip(of.counts + shift, 0, 2), 2)
    elif way == "0 2":
        of.counts = np.where(of.counts == 1, 2, of.counts)
        d.features.append("lines, no 1")
    missing = d.pick("missing code", {"NA": 0.5, "": 0.15, ".": 0.15, "-9": 0.1, "9": 0.1})
    shift = -1 if way == "-1 0 1" else 0
    entries = np.array(
        [[missing if np.isnan(c) else f"{c + shift:g}" for c in row] for row in of.counts], object
    )
    if missing in ("-9", "9") and "missing genotypes" in d.features:
        d.mark("a number for what is missing", "either")
    if way == "fractions":
        # Nobody knows a few columns of fractions from traits.
        d.mark("", "either")
        d.features.remove("")
    _table(d, of, entries, not missing)


def pairs(d: Draft, of: Markers) -> None:
    """AA, AG and GG, with a sign between them, or one letter for each."""
    way = d.pick("letters", {"AG": 0.35, "A/G": 0.25, "A|G": 0.1, "A:G": 0.1, "R": 0.2})
    if way == "R":
        _table(d, of, _single(of, d.choose(("N", "NA", "-"))))
        return
    sign = way[1:-1]
    codes = ("NA", "NN", "--", "00") if not sign else ("NA", f"N{sign}N", f".{sign}.", "NN")
    _table(d, of, of.pairs(d.pick("missing code", dict.fromkeys(codes, 1.0)), sign))


def parents(d: Draft, of: Markers) -> None:
    """A, H and B of two parents, as JoinMap has them, and nothing of a map."""
    _table(d, of, of.each(lambda c, _: "AHB"[c], d.choose(("-", "NA", "N"))))


def _single(of: Markers, missing: str) -> np.ndarray:
    return of.each(lambda c, two: (two[0], _ONE_LETTER[two], two[1])[c], missing)


def _table(d: Draft, of: Markers, entries: np.ndarray, blanks: bool = False) -> None:
    """Individuals in the rows or in the columns, with a header and ids on the left."""
    sep = d.choose(("\t", ",", ";") if blanks else ("\t", ",", " ", ";"))
    if d.chance(0.5, "a row a marker"):
        left = [[name] for name in of.names]
        corner = d.choose(("marker", "SNP", "", "rs"))
        head = [corner]
        if d.chance(0.4, "chromosomes and places beside"):
            head = [corner or "marker", "chr", "pos"]
            left = [
                [name, of.chromosome[j], str(of.position[j])] for j, name in enumerate(of.names)
            ]
        rows = [[*head, *of.ids]]
        rows += [[*a, *b] for a, b in zip(left, entries.T, strict=True)]
    else:
        rows = [[d.choose(("taxa", "id", "", "Genotype")), *of.names]]
        rows += [[label, *row] for label, row in zip(of.ids, entries, strict=True)]
    if sep == " " and rows[0][0] == "":
        rows[0] = rows[0][1:]
    if d.chance(0.2, "quotes") and sep != " ":
        rows = [
            [f'"{e}"' if k == 0 or i == 0 else e for k, e in enumerate(row)]
            for i, row in enumerate(rows)
        ]
    give(d, d.choose(("geno.txt", "GD.txt", "snps.csv")), rows, sep)
