"""Genotypes in the formats of programs: VCF, PLINK's, and GEMMA's."""

import gzip

import numpy as np

from tests.dialects import binary
from tests.dialects.draft import Draft
from tests.dialects.markers import Markers, give, lines

_HEAD = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT".split()
_META = ("##fileformat=VCFv4.2", "##source=program", '##FORMAT=<ID=GT,Number=1,Description="x">')
_CALLS = (("0/0", "0/1", "1/1"), ("0|0", "1|0", "1|1"))


def vcf(d: Draft, of: Markers) -> None:
    """Calls, dosages, both, or probabilities; packed by gzip or bgzip."""
    kind = d.pick(
        "FORMAT",
        {"GT": 0.3, "GT:DP": 0.2, "GT:DS": 0.15, "DS": 0.15, "GP": 0.1, "DP:GT:PL": 0.1},
    )
    fractions = kind in ("GT:DS", "DS") and d.chance(0.6, "dosages with fractions")
    if fractions:
        shift = np.round(d.rng.uniform(-0.3, 0.3, of.counts.shape), 2)
        of.counts = np.round(np.clip(of.counts + shift, 0, 2), 2)
    calls = _CALLS[int(d.rng.integers(2))]
    absent = d.choose(("./.", ".", ".|."))
    prefix = "chr" * d.chance(0.2, "chr before the chromosome")
    rows = [[*_HEAD, *of.ids]]
    for j, name in enumerate(of.names):
        cells = []
        for count in of.counts[:, j]:
            known = not np.isnan(count)
            near = int(np.round(count)) if known else 0
            chances = ["0", "0", "0"]
            chances[near] = "1"
            parts = {
                "GT": calls[near] if known else absent,
                "DP": str(7 + near),
                "DS": f"{count:g}" if known else ".",
                "GP": ",".join(chances) if known else ".",
                "PL": "0,3,30",
            }
            cells.append(":".join(parts[field] for field in kind.split(":")))
        ref, alt = of.bases[j]
        passed = "q10" if j % 7 == 3 else "PASS"
        left = [prefix + of.chromosome[j], str(of.position[j]), name, ref, alt, ".", passed, "AC=1"]
        rows.append([*left, kind, *cells])
    content = "".join(f"{line}\n" for line in _META).encode() + lines(rows, "\t")
    way = d.pick("packed by", {"": 0.6, "gzip": 0.1, "bgzip": 0.3})
    if way == "gzip":
        content = gzip.compress(content, mtime=0)
    elif way:
        pieces = (content[k : k + 4096] for k in range(0, len(content), 4096))
        content = b"".join(gzip.compress(piece, mtime=0) for piece in pieces)
    d.give("genotypes", "study.vcf.gz" if way else "study.vcf", content)


def raw(d: Draft, of: Markers) -> None:
    """PLINK's --recode A and AD, 1.9 and 2."""
    both = d.chance(0.3, "AD")
    other = d.chance(0.3, "the other allele named")
    names = [
        f"{name}_{two[1]}" + f"(/{two[0]})" * other
        for name, two in zip(of.names, of.bases, strict=True)
    ]
    plain = [f"{name}_HET" for name in of.names]
    head = ["FID", "IID", "PAT", "MAT", "SEX", "PHENOTYPE"]
    heads = [h for pair in zip(names, plain, strict=True) for h in pair] if both else names
    rows = [[*head, *heads]]
    family = d.choose(("F", "0", ""))
    for label, row in zip(of.ids, of.counts, strict=True):
        cells = []
        for count in row:
            cells.append(_whole(count))
            if both:
                cells.append("NA" if np.isnan(count) else str(int(count == 1)))
        rows.append([family or label, label, "0", "0", d.choose(("0", "1", "2")), "-9", *cells])
    give(d, "study.raw", rows, d.choose((" ", "\t")))


def traw(d: Draft, of: Markers) -> None:
    """PLINK's --recode A-transpose: its ids are FID_IID unless there are no families."""
    ids = of.ids
    if d.chance(0.3, "FID_IID"):
        ids = [f"F_{label}" for label in ids]
        d.arguments += ["--spelling", "front"]
    rows = [["CHR", "SNP", "(C)M", "POS", "COUNTED", "ALT", *ids]]
    for j, name in enumerate(of.names):
        ref, alt = of.bases[j]
        left = [of.chromosome[j], name, "0", str(of.position[j]), alt, ref]
        rows.append([*left, *map(_whole, of.counts[:, j])])
    give(d, "study.traw", rows, "\t")


def ped(d: Draft, of: Markers) -> None:
    """PLINK's .ped and .map: letters or 1 and 2, apart or together."""
    way = d.pick("alleles", {"letters": 0.5, "1 and 2": 0.3, "together": 0.2})
    two = of.pairs("00" if way == "together" else "0 0", "" if way == "together" else " ")
    if way == "1 and 2":
        two = of.each(lambda c, _: " ".join("1" * (2 - c) + "2" * c), "0 0")
    sep = d.choose((" ", "\t"))
    value = d.choose(("-9", "0", "1"))
    rows = [
        [
            "F",
            label,
            "0",
            "0",
            "0",
            value,
            *(e.replace(" ", sep) if sep == " " else e for e in row),
        ]
        for label, row in zip(of.ids, two, strict=True)
    ]
    short = d.chance(0.3, "a .map of three columns")
    places = [
        [of.chromosome[j], name, *["0"] * (not short), str(of.position[j])]
        for j, name in enumerate(of.names)
    ]
    name, content = "study.ped", lines(rows, sep)
    d.give("genotypes", name, content, map=lines(places, d.choose(("\t", " "))))


def tped(d: Draft, of: Markers) -> None:
    """PLINK's .tped and .tfam."""
    two = of.pairs("0 0", " ")
    rows = [
        [of.chromosome[j], name, "0", str(of.position[j]), *two[:, j]]
        for j, name in enumerate(of.names)
    ]
    people = [["F", label, "0", "0", "0", "-9"] for label in of.ids]
    d.give("genotypes", "study.tped", lines(rows, " "), tfam=lines(people, " "))


def bed(d: Draft, of: Markers) -> None:
    """PLINK's three files, a trait of nobody in the .fam."""
    codes = np.where(np.isnan(of.counts), 3, of.counts).astype(int)
    d.files["study.fam"] = lines([["F", label, "0", "0", "0", "-9"] for label in of.ids], " ")
    places = [
        [of.chromosome[j], name, "0", str(of.position[j]), of.bases[j][1], of.bases[j][0]]
        for j, name in enumerate(of.names)
    ]
    d.files["study.bim"] = lines(places, "\t")
    content = binary.bed(codes)
    if d.chance(0.2, "gzip"):
        d.give("genotypes", "study.bed.gz", gzip.compress(content, mtime=0))
    else:
        d.give("genotypes", "study.bed", content)


def bimbam(d: Draft, of: Markers) -> None:
    """GEMMA's mean genotypes, the alleles whatever they are, with or without an annotation."""
    if d.chance(0.4, "dosages with fractions"):
        shift = np.round(d.rng.uniform(-0.3, 0.3, of.counts.shape), 3)
        of.counts = np.round(np.clip(of.counts + shift, 0, 2), 3)
    alleles = d.pick("alleles", {"bases": 0.5, "X and Y": 0.2, "1 and 2": 0.15, "words": 0.15})
    pair = {"X and Y": "XY", "1 and 2": "12", "words": ("TA", "-")}.get(alleles, "")
    rows = [
        [
            name,
            *(pair or of.bases[j]),
            *("NA" if np.isnan(c) else f"{c:g}" for c in of.counts[:, j]),
        ]
        for j, name in enumerate(of.names)
    ]
    give(d, d.choose(("geno.txt", "study.bimbam")), rows, d.choose((", ", ",", " ", "\t")))
    if d.chance(0.3, "an annotation"):
        places = [[name, str(of.position[j]), of.chromosome[j]] for j, name in enumerate(of.names)]
        d.give("genotypes", "study.anno.txt", lines(places, ", "))


def _whole(count: float) -> str:
    return "NA" if np.isnan(count) else str(int(count))
