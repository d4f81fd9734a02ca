"""Files as GCTA, PLINK, GEMMA and FaST-LMM take them: no header, FID and IID, or no ids at all."""

from collections.abc import Sequence

import numpy as np

from tests.dialects import binary
from tests.dialects.common import covariates
from tests.dialects.draft import Draft, Sheet
from tests.dialects.text import Style, matrix, table

_IDS = {"words": 0.4, "integers": 0.14, "permuted": 0.14, "counting": 0.12, "padded": 0.08}
_IDS |= {"exponents": 0.05, "signs": 0.07}
_COVARIATES = {"": 0.5, "a file": 0.42, "many": 0.08}


def gcta(d: Draft) -> None:
    """GCTA: .phen, .covar and .qcovar without a header, and a GRM, binary or in text."""
    _people(d)
    _measure(d)
    code = d.pick("missing code", {"NA": 0.75, "-9": 0.25})
    if code == "-9" and "missing values" in d.features:
        d.mark("-9 in .phen", "either")
    style = Style(sep=d.choose((" ", "\t")), missing=code)
    stem = d.choose(("test", "perm", "data1", "pheno"))
    _table(d, "phenotypes", f"{stem}.phen", d.pheno, style)
    sheet = covariates(d, _COVARIATES)
    if sheet is not None:
        words = {"sex", "batch"} & {*sheet.columns}
        if words and len(sheet.columns) > len(words):
            # GCTA takes the two in two files; a person may put them into one.
            d.mark("numbers and words in one file")
        _table(d, "covariates", f"{stem}.{'covar' if words else 'qcovar'}", sheet, Style(sep=" "))
    _grm(d, d.choose(("test", "grm1")))


def plink(d: Draft) -> None:
    """PLINK 1.9 and 2: .fam, .pheno, .cov, .rel, .king, .bed."""
    _people(d)
    way = d.pick(
        "phenotypes",
        {"FID IID": 0.22, "#FID IID": 0.16, "#IID": 0.12, "headerless": 0.08, ".fam": 0.22}
        | {".bed": 0.2},
    )
    if "ids: words within families" in d.features and way == "#IID":
        way = "#FID IID"
    if way == ".bed":
        _genotyped(d)
    else:
        _measure(d, most=1 if way == ".fam" else 3)
        if way == ".fam":
            fam = _fam(d, d.pheno.rows, d.pheno.columns[d.trait])
            d.give("phenotypes", d.choose(("traits.fam", "pheno.fam")), fam)
        else:
            style = Style(sep=d.choose((" ", "\t")), missing=d.pick("code", {"-9": 0.5, "NA": 0.5}))
            headed = "" if way == "headerless" else way
            _table(d, "phenotypes", d.choose(("study.pheno", "y.pheno")), d.pheno, style, headed)
            if headed and len(d.pheno.columns) > 1:
                d.arguments += ["--trait", d.trait]
        _relationships(d)
    sheet = covariates(d, _COVARIATES)
    if sheet is not None:
        headed = "#FID IID" if way.startswith("#") else "FID IID"
        _table(d, "covariates", "study.cov", sheet, Style(sep="\t"), headed)


def gemma(d: Draft) -> None:
    """GEMMA: no ids and no header anywhere, or PLINK's .fam beside a relatedness without ids."""
    d.positions = True
    d.people({"words": 1}, positions=1)
    way = d.pick("made from", {"cXX": 0.4, "BIMBAM": 0.25, "BIMBAM and cXX": 0.15, ".fam": 0.2})
    _measure(d)
    style = Style(sep=d.choose(("\t", " ")), missing="NA")
    if way == ".fam":
        fam = _fam(d, d.pheno.rows, d.pheno.columns[d.trait], codes=("NA", "-9"))
        d.give("phenotypes", "study.fam", fam)
    else:
        _table(d, "phenotypes", "study.pheno.txt", d.pheno, style, left="none headerless")
    d.relate("counts" if way == "BIMBAM" else "realised")
    if "BIMBAM" in way:
        content = binary.bimbam(d.study.counts, d.choose((", ", ",", "\t")))
        d.give("genotypes", d.choose(("study.geno.txt", "study.bimbam")), content)
    if "cXX" in way or way == ".fam":
        d.give("kinship", "study.cXX.txt", binary.cxx(d.K))
    sheet = covariates(d, _COVARIATES, words=False)
    if sheet is not None:
        if d.chance(0.8, "a column of ones"):
            ones: list[float | str | None] = [1.0] * len(sheet.rows)
            d.covar = sheet = Sheet(sheet.rows, {"ones": ones, **sheet.columns})
        name = d.choose(("covar.txt", "study.cov.txt"))
        _table(d, "covariates", name, sheet, style, left="none headerless")


def fast_lmm(d: Draft) -> None:
    """FaST-LMM: FID, IID and values, mostly without a header, and its own square of pairs."""
    _people(d)
    _measure(d)
    code = d.pick("missing code", {"NaN": 0.5, "NA": 0.2, "-9": 0.3})
    if code == "-9" and "missing values" in d.features:
        d.mark("-9 in a .txt", "either")
    style = Style(sep=d.choose(("\t", " ")), missing=code)
    headed = d.pick("header", {"": 0.75, "FID IID": 0.25})
    name = d.choose(("pheno.txt", "pheno_10_causals.txt", "phenSynth.txt"))
    _table(d, "phenotypes", name, d.pheno, style, headed)
    if headed and len(d.pheno.columns) > 1:
        d.arguments += ["--trait", d.trait]
    sheet = covariates(d, _COVARIATES, words=False)
    if sheet is not None:
        _table(d, "covariates", d.choose(("covariates.txt", "cov.txt")), sheet, style, headed)
    way = d.pick("matrix", {"var": 0.4, "square by IID": 0.25, "GRM": 0.2, "families": 0.15})
    if way == "GRM":
        return _grm(d, "grm")
    if way in ("square by IID", "families") and d.kind == "within":
        way = "var"
    _relate(d)
    ids, families = d.ids(d.relatives), d.families(d.relatives)
    if way == "var":
        pairs = [f"{fid} {iid}" for fid, iid in zip(families, ids, strict=True)]
        content = matrix(d.K, pairs, Style(sep="\t"), name="var")
    elif way == "families":
        content = matrix(d.K, ids, Style(sep="\t"), "families", families=families)
    else:
        content = matrix(d.K, ids, Style())
    return d.give("kinship", d.choose(("kinship.txt", "sim.txt")), content)


def _people(d: Draft) -> None:
    """FID and IID: of families, of none, the same twice, places in a list, or IIDs that repeat."""
    within = d.chance(0.08, "ids: words within families")
    d.people({"words": 1} if within else _IDS)
    d.other_labels, d.expect = d.labels, "fit"
    d.features = [f for f in d.features if "spelled" not in f]
    if within:
        d.features.remove("ids: words")
        d.kind = "within"
        place = [list(np.flatnonzero(d.study.family == k)) for k in d.study.family]
        d.labels = [f"p{members.index(i) + 1}" for i, members in enumerate(place)]
        d.other_labels = d.labels
        return
    odds = {"families": 0.4, "0": 0.2, "as IID": 0.25, "places": 0.15}
    way = d.pick("FID", odds)
    if way != "families":
        places = [str(k + 1) for k in range(d.study.n)]
        d.family_labels = {"0": ["0"] * d.study.n, "as IID": d.labels}.get(way, places)


def _measure(d: Draft, most: int = 3) -> None:
    main = d.pick("trait", {"small": 0.55, "signed": 0.45})
    further = ["other", "third"][: int(d.rng.choice(3, p=[0.6, 0.25, 0.15]))]
    d.measure([main, *further][:most])


def _table(
    d: Draft,
    role: str,
    name: str,
    sheet: Sheet,
    style: Style,
    header: str = "",
    left: str = "",
) -> None:
    """A table with FID and IID, or with IID alone, or with neither."""
    if header == "#IID":
        content = table(sheet, d.ids(sheet.rows), style, "id", "#IID")
    else:
        left = left or ("families" if header else "families headerless")
        families = d.families(sheet.rows)
        content = table(sheet, d.ids(sheet.rows), style, left, header, families)
    d.give(role, name, content)


def _pairs(d: Draft, rows: Sequence[int]) -> list[tuple[str, str]]:
    return list(zip(d.families(rows), d.ids(rows), strict=True))


def _relate(d: Draft) -> None:
    d.relate(d.pick("kinship", {"pedigree": 0.5, "realised": 0.5}))


def _grm(d: Draft, stem: str) -> None:
    _relate(d)
    people = binary.id_file(_pairs(d, d.relatives))
    if d.pick("GRM", {"binary": 0.6, "text": 0.4}) == "binary":
        d.give("kinship", f"{stem}.grm.bin", binary.grm_bin(d.K))
    else:
        d.give("kinship", f"{stem}.grm.gz", binary.grm_gz(d.K))
    d.files[f"{stem}.grm.id"] = people


def _relationships(d: Draft) -> None:
    way = d.pick(
        "matrix",
        {"rel": 0.35, "rel.bin": 0.12, "king": 0.13, "king.bin": 0.08, "kin0": 0.1, "csv": 0.22},
    )
    if way == "csv" and d.kind == "within":
        way = "rel"
    if way in ("king", "king.bin", "kin0"):
        # Neither says how inbred an individual is.
        d.relate("pedigree")
    else:
        _relate(d)
    people = _pairs(d, d.relatives)
    if way == "csv":
        d.give("kinship", "kinship.csv", matrix(d.K, d.ids(d.relatives), Style()))
        return
    header = d.choose(("", "#FID\tIID"))
    if way == "kin0":
        d.give("kinship", "pairs.kin0", binary.kin0(d.K, people, families=True))
        return
    if way == "king":
        d.give("kinship", "study.king", binary.king_text(d.K))
    elif way == "king.bin":
        d.give("kinship", "study.king.bin", (d.K / 2).astype("<f8").tobytes())
    elif way == "rel.bin":
        d.give("kinship", "study.rel.bin", d.K.astype("<f8").tobytes())
    else:
        triangle = bool(d.rng.random() < 0.6)
        d.give("kinship", "study.rel", binary.rel_text(d.K, triangle=triangle))
    ending = "king" if way.startswith("king") else "rel"
    d.files[f"study.{ending}.id"] = binary.id_file(people, header)


def _genotyped(d: Draft) -> None:
    """PLINK's three files; the trait is in the .fam or in a file of its own."""
    d.relate("counts")
    rows = d.relatives
    apart = d.chance(0.5, "phenotypes beside a .fam with others")
    _measure(d, most=1)
    if apart:
        values: list[float | str | None] = [float(k % 2 + 1) for k in rows]
        style = Style(sep=" ", missing=d.pick("code", {"-9": 0.3, "NA": 0.7}))
        _table(d, "phenotypes", "study.pheno", d.pheno, style, "FID IID")
    else:
        value = dict(zip(d.pheno.rows, d.pheno.columns[d.trait], strict=True))
        values = [value.get(who) for who in rows]
        d.pheno = Sheet(list(rows), {d.trait: values})
    d.files["study.fam"] = _fam(d, rows, values)
    d.files["study.bim"] = binary.bim(d.study.counts.shape[1])
    d.give("genotypes", "study.bed", binary.bed(d.study.counts[rows]))
    if d.chance(0.3, "a kinship beside genotypes"):
        d.relate("realised")
        people = binary.id_file(_pairs(d, d.relatives))
        d.give("kinship", "other.grm.bin", binary.grm_bin(d.K))
        d.files["other.grm.id"] = people


def _fam(
    d: Draft,
    rows: Sequence[int],
    values: Sequence[float | str | None],
    codes: Sequence[str] = ("-9", "-9", "NA"),
) -> bytes:
    """FID, IID, no parents, no sex, and the phenotype."""
    style = Style(sep=d.choose((" ", "\t")), missing=d.choose(codes))
    if None in values:
        d.features.append(f".fam missing code: {style.missing}")
    return style.lines(
        [
            [fid, iid, "0", "0", "0", value]
            for (fid, iid), value in zip(_pairs(d, rows), values, strict=True)
        ]
    )
