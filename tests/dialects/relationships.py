"""Kinships in the forms of other programs, beside phenotypes in plain CSV."""

import io
from collections.abc import Callable

import numpy as np
from scipy.io import mmwrite
from scipy.sparse import coo_array

from tests.dialects import binary
from tests.dialects.case import compressed
from tests.dialects.common import ID_KINDS, covariates, phenotypes
from tests.dialects.draft import Cell, Draft
from tests.dialects.text import Style, table

_IDS = {kind: odds for kind, odds in ID_KINDS.items() if kind not in ("dates", "spaces")}
_COVARIATES = {"": 0.55, "a file": 0.3, "columns": 0.15}
_TABS = Style(sep="\t")


def relationships(form: str, d: Draft) -> None:
    """One of `RELATIONSHIPS`."""
    d.people(_IDS)
    # As a file of KING's has it, nobody is inbred; of a list of relatives others are 0.
    d.other_labels = d.labels
    d.expect = "fit"
    d.features = [f for f in d.features if "spelled" not in f]
    phenotypes(d, 0.05)
    sheet = covariates(d, _COVARIATES)
    write, families, _ = _WRITE[form]
    d.relate("pedigree" if families else d.pick("kinship", {"pedigree": 0.4, "realised": 0.6}))
    write(d)
    style = Style()
    d.give("phenotypes", "pheno.csv", table(d.pheno, d.other_ids(d.pheno.rows), style))
    if sheet is not None:
        d.give("covariates", "covar.csv", table(sheet, d.ids(sheet.rows), style))


def _tassel(d: Draft) -> None:
    rows = [[label, *row] for label, row in zip(_ids(d), d.K.tolist(), strict=True)]
    text = f"{len(rows)}\n".encode() + _TABS.lines(rows)
    d.give("kinship", d.choose(("kinship.txt", "kin.txt")), text)


def _market(d: Draft) -> None:
    file = io.BytesIO()
    symmetry = d.choose(("general", "symmetric"))
    if d.pick("MatrixMarket", {"array": 0.4, "coordinate": 0.6}) == "array":
        mmwrite(file, d.K, precision=17, symmetry=symmetry)
    else:
        mmwrite(file, coo_array(d.K), precision=17, symmetry=symmetry)
    d.give("kinship", "K.mtx", file.getvalue())
    ending = d.choose((".ids", ".id", ".mtx.ids", ".sampleIDs.txt"))
    d.files[f"K{ending}"] = "".join(f"{label}\n" for label in _ids(d)).encode()
    if d.chance(0.12, "no ids beside it", "stop"):
        del d.files[f"K{ending}"]
    else:
        d.named.append(("kinship", f"K{ending}"))


def _king(d: Draft) -> None:
    """KING's pairs between families, with those within them or with all of them."""
    ids, n = _ids(d), len(d.relatives)
    family = d.families(d.relatives)
    whole = d.chance(0.5, "all pairs in .kin0")
    between: list[list[Cell]] = [["FID1", "ID1", "FID2", "ID2", "N_SNP", "IBS0", "Kinship"]]
    within: list[list[Cell]] = [["FID", "ID1", "ID2", "N_SNP", "Z0", "Phi", "Kinship", "Error"]]
    for i in range(n):
        for j in range(i):
            value = d.K[i, j] / 2
            if whole or family[i] != family[j]:
                between.append([family[i], ids[i], family[j], ids[j], 900.0, 0.01, value])
            else:
                within.append([family[i], ids[i], ids[j], 900.0, 0.1, 0.25, value, 0.0])
    sep = Style(sep=d.choose(("\t", " ")))
    if whole:
        # Of programs that know no families.
        if d.chance(0.5, "no FID"):
            between = [row[1:2] + row[3:] for row in between]
        d.give("kinship", "king.kin0", sep.lines(between))
    else:
        d.give("kinship", "king.kin0", sep.lines(between))
        d.give("kinship", "king.kin", sep.lines(within))
        if d.chance(0.15, "the .kin is lost", "stop"):
            d.named.remove(("kinship", "king.kin"))
            del d.files["king.kin"]


def _seg(d: Draft) -> None:
    rows: list[list[Cell]] = [
        ["FID1", "ID1", "FID2", "ID2", "MaxIBD1", "IBD1Seg", "IBD2Seg", "PropIBD", "InfType"]
    ]
    for i, j in _related(d):
        a, b = d.relatives[i], d.relatives[j]
        who = [d.family_labels[a], d.labels[a], d.family_labels[b], d.labels[b]]
        rows.append([*who, 0.1, 0.4, 0.3, float(d.K[i, j]), "FS"])
    # Who has no relative is in no line of it.
    _without_singles(d)
    d.give("kinship", "king.seg", _TABS.lines(rows))


def _genome(d: Draft) -> None:
    """PLINK's --genome, all pairs or those above a threshold, between runs of blanks."""
    pairs = _related(d) if d.chance(0.5, "--min") else _below(d)
    head = " FID1 IID1 FID2 IID2 RT EZ Z0 Z1 Z2 PI_HAT PHE DST PPC RATIO"
    lines = [head]
    for i, j in pairs:
        a, b = d.relatives[j], d.relatives[i]
        who = [d.family_labels[a], d.labels[a], d.family_labels[b], d.labels[b]]
        lines.append("  ".join(["", *who, "UN NA 1 0 0", f"{d.K[i, j]:.4f}", "-1 .7 .5 2"]))
    if "--min" in d.features:
        _without_singles(d)
    d.give("kinship", "plink.genome", ("\n".join(lines) + "\n").encode())


def _by_state(d: Draft) -> None:
    """PLINK's --distance, shares or 1 less these, a square or a triangle."""
    d.K = 0.6 + 0.4 * d.K
    shares = d.chance(0.5, ".mibs")
    ending = "mibs" if shares else "mdist"
    values = d.K if shares else 1 - d.K
    triangle = d.chance(0.5, "a triangle")
    name, content = compressed(d, binary.rel_text(values, triangle=triangle), f"plink.{ending}")
    d.give("kinship", name, content)
    d.files[f"plink.{ending}.id"] = _people(d)


def _pcrelate(d: Draft) -> None:
    ids = _ids(d)
    rows: list[list[Cell]] = [["ID1", "ID2", "kin", "k0", "k2", "nsnp"]]
    rows += [[ids[i], ids[j], d.K[i, j] / 2, 0.5, 0.1, 900.0] for i, j in _below(d)]
    style = Style(sep=d.choose((",", "\t")), quote="words")
    d.give("kinship", "pcrelate.csv", style.lines(rows))


def _sparse(d: Draft) -> None:
    """GCTA's and fastGWA's list of pairs by their places, from 0."""
    n = len(d.relatives)
    pairs = [*_related(d), *((i, i) for i in range(n))]
    pairs = [pairs[int(k)] for k in d.rng.permutation(len(pairs))]
    lines = [f"{max(i, j)}\t{min(i, j)}\t{d.K[i, j]:.9g}\n" for i, j in pairs]
    d.give("kinship", "study.grm.sp", "".join(lines).encode())
    d.files["study.grm.id"] = _people(d)


def _triangle(d: Draft) -> None:
    """An upper or a lower one, with or without a header, now and then without its diagonal."""
    ids, n = _ids(d), len(d.relatives)
    upper = d.pick("triangle", {"upper": 0.5, "lower": 0.5}) == "upper"
    style = Style(sep=d.choose((",", "\t", " ")))
    missing = d.chance(0.12, "no diagonal", "stop")
    rows: list[list[Cell]] = []
    for i in range(n):
        values = d.K[i, i + missing :] if upper else d.K[i, : i + 1 - missing]
        rows.append([ids[i], *values.tolist()])
    if d.chance(0.5, "a header"):
        rows.insert(0, ["id", *ids])
    if style.sep != " " and d.chance(0.3, "filled up with nothing"):
        width = max(map(len, rows))
        above = len(rows) - n
        for k in range(above, len(rows)):
            gap: list[Cell] = [""] * (width - len(rows[k]))
            rows[k] = [rows[k][0], *gap, *rows[k][1:]] if upper else [*rows[k], *gap]
    d.give("kinship", "kinship.txt", style.lines(rows))


def _list(d: Draft) -> None:
    """Three columns of pairs: both ways round or one, with selves or without."""
    ids, n = _ids(d), len(d.relatives)
    way = d.pick("pairs", {"one way": 0.5, "both ways": 0.3, "no selves": 0.2})
    pairs = [(i, j) for i in range(n) for j in range(n) if i >= j or way == "both ways"]
    if way == "no selves":
        pairs = [(i, j) for i, j in pairs if i != j]
        d.mark("each without itself", "stop")
    elif d.chance(0.1, "a pair with two values", "stop"):
        i, j = pairs[4]
        pairs.append((i, j))
    pairs = [pairs[int(k)] for k in d.rng.permutation(len(pairs))]
    rows: list[list[Cell]] = [[ids[i], ids[j], float(d.K[i, j])] for i, j in pairs]
    if "a pair with two values" in d.features:
        rows[0][2] = float(str(rows[0][2])) + 0.25
        rows.append([rows[0][0], rows[0][1], float(str(rows[0][2])) - 0.25])
    if d.chance(0.7, "a header"):
        head = d.choose(("id1 id2 kinship", "ID1 ID2 r", "a b value", "Var1 Var2 Freq"))
        rows.insert(0, [*head.split()])
    d.give("kinship", "pairs.csv", Style(sep=d.choose((",", "\t", " "))).lines(rows))


def _inverse(d: Draft) -> None:
    """ASReml's .giv, in which only what is not 0 has a line, or a square of the inverse."""
    ids, n = _ids(d), len(d.relatives)
    inverse = np.round(np.linalg.inv(d.K), 12) + 0.0
    said = d.chance(0.7, "--invert-kinship", "fit")
    if said:
        d.arguments.append("--invert-kinship")
    else:
        d.expect = "either"
    if d.chance(0.5, "pairs"):
        rows: list[list[Cell]] = [
            [ids[i], ids[j], float(inverse[i, j])]
            for i in range(n)
            for j in range(i + 1)
            if inverse[i, j] or i == j
        ]
        d.give("kinship", "Ainv.giv", Style(sep=" ").lines(rows))
    else:
        square: list[list[Cell]] = [["id", *ids]]
        square += [[label, *row] for label, row in zip(ids, inverse.tolist(), strict=True)]
        d.give("kinship", "Ainv.csv", Style().lines(square))


def _numpy(d: Draft) -> None:
    """np.save, which keeps no ids, and np.savez, which may."""
    file = io.BytesIO()
    kind = d.choose(("<f8", ">f8", "<f4"))
    values = np.asarray(d.K, order="F" if d.rng.random() < 0.5 else "C").astype(kind)
    ids = np.array(_ids(d))
    if d.pick("NumPy", {"npz": 0.7, "npy": 0.3}) == "npz":
        called = d.choose(("K", "kinship", "grm", "matrix"))
        saved = {called: values, d.choose(("ids", "samples")): ids}
        save = np.savez_compressed if d.rng.random() < 0.5 else np.savez
        save(file, **saved)
        d.give("kinship", "K.npz", file.getvalue())
    else:
        np.save(file, values)
        d.mark("no ids in the kinship", "stop")
        d.give("kinship", "K.npy", file.getvalue())


def _doubled(d: Draft) -> None:
    """A square of coefficients of kinship, said to be so."""
    ids = _ids(d)
    rows: list[list[Cell]] = [["id", *ids]]
    rows += [[label, *row] for label, row in zip(ids, (d.K / 2).tolist(), strict=True)]
    d.arguments.append("--double-kinship")
    d.give("kinship", "phi.csv", Style().lines(rows))


def _ldak(d: Draft) -> None:
    """LDAK's square of numbers, with its ids and its notes beside it."""
    d.give("kinship", "study.grm.raw", Style(sep=" ").lines(d.K.tolist()))
    d.files["study.grm.id"] = _people(d)
    if d.chance(0.5, "notes beside it"):
        d.files["study.grm.details"] = b"Predictor Index Centre Scaling Weight\nrs1 1 .5 1 1\n"


def _ids(d: Draft) -> list[str]:
    return d.ids(d.relatives)


def _people(d: Draft) -> bytes:
    return binary.id_file(list(zip(d.families(d.relatives), _ids(d), strict=True)))


def _below(d: Draft) -> list[tuple[int, int]]:
    return [(i, j) for i in range(len(d.K)) for j in range(i)]


def _related(d: Draft) -> list[tuple[int, int]]:
    return [(i, j) for i, j in _below(d) if d.K[i, j]]


def _without_singles(d: Draft) -> None:
    """Take out of the kinship who has no relative in it."""
    there = [k for k in range(len(d.K)) if np.delete(d.K[k], k).any()]
    d.relatives = [d.relatives[k] for k in there]
    d.K = d.K[np.ix_(there, there)]


_WRITE: dict[str, tuple[Callable[[Draft], None], bool, int]] = {
    "TASSEL’s kinship": (_tassel, False, 40),
    "MatrixMarket": (_market, False, 60),
    "KING": (_king, True, 60),
    ".seg": (_seg, True, 30),
    ".genome": (_genome, True, 40),
    ".mibs and .mdist": (_by_state, True, 50),
    "pcrelate": (_pcrelate, True, 30),
    ".grm.sp": (_sparse, True, 30),
    "a triangle": (_triangle, False, 80),
    "pairs": (_list, False, 60),
    "an inverse": (_inverse, True, 40),
    "NumPy": (_numpy, False, 40),
    "coefficients": (_doubled, True, 20),
}
RELATIONSHIPS = {form: count for form, (_, _, count) in _WRITE.items()}
"""How many cases there are of each; whether it must be of families alone is known here only."""
_WRITE["LDAK"] = _ldak, True, 24
