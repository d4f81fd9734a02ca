"""Crosses in R/qtl's csv, csvr and csvs, and in R/qtl2's form, zipped or not.

The kinship that is meant is made of what was written by the project's own probabilities, which
other tests hold against R/qtl2's: here it matters whether all of it arrives.
"""

import io
import zipfile

import numpy as np

from lmm_data.readers.rqtl2.genoprob import genotype_probabilities, probability_kinship
from tests.dialects.draft import Draft, Sheet
from tests.dialects.text import Style

_M, _CHROMOSOMES = 24, 3
_STEP, _ERROR = 1.0, 0.002
FORMS = {"csv": 45, "csvr": 35, "csvs": 35, "R/qtl2": 85}
"""How many cases there are of each."""


def crosses(form: str, d: Draft) -> None:
    """One of `FORMS`: an intercross, a backcross or lines."""
    d.people({"words": 0.5, "integers": 0.2, "permuted": 0.15, "padded": 0.15})
    d.other_labels, d.expect, d.positions = d.labels, "fit", False
    d.features = [f for f in d.features if "spelled" not in f and "no ids" not in f]
    d.arguments = [a for a in d.arguments if a != "--same-order"]
    d.measure(["small", "other"][: 1 + d.chance(0.5)])
    if form != "csvs":
        # One table: the same individuals in it all.
        d.pheno = Sheet(d.pheno.rows, d.pheno.columns)
        d.relatives = list(d.pheno.rows)
    else:
        d.relatives = d.rows()
    d.arguments += ["--trait", d.trait]
    kinds = {"f2": 0.5, "bc": 0.3, "lines": 0.2}
    if form == "R/qtl2":
        kinds = {"f2": 0.3, "bc": 0.2, "riself": 0.2, "risib": 0.15, "dh": 0.15}
    kind = d.pick("cross", kinds)
    codes, position = _codes(d, kind), _positions(d)
    d.K = _kinship(kind, codes, position)
    if form == "R/qtl2":
        _rqtl2(d, kind, codes, position)
    else:
        _rqtl(d, form, kind, codes, position)


def _codes(d: Draft, kind: str) -> np.ndarray:
    """R/qtl2's codes: 0 missing, 1 AA, 2 AB or of lines B, 3 BB, 4 not BB, 5 not AA."""
    counts = d.study.counts[d.relatives][:, :_M]
    inbred = {"riself": 2, "risib": 2, "dh": 2, "lines": 3}.get(kind)
    codes = np.where(counts == 0, 1, 2) if kind == "bc" else counts + 1
    if inbred:
        codes = np.where(counts == 0, 1, inbred)
    if d.chance(0.5, "missing genotypes"):
        codes = np.where(d.rng.random(codes.shape) < 0.05, 0, codes)
    if kind == "f2" and d.chance(0.25, "partly known genotypes"):
        codes = np.where((d.rng.random(codes.shape) < 0.1) & (codes > 1), 5, codes)
    return codes


def _positions(d: Draft) -> np.ndarray:
    each = _M // _CHROMOSOMES
    return np.round(np.cumsum(d.rng.uniform(4, 30, (_CHROMOSOMES, each)), axis=1), 1)


def _kinship(kind: str, codes: np.ndarray, position: np.ndarray) -> np.ndarray:
    if kind == "lines":
        counts = np.where(codes == 0, np.nan, codes - 1.0)
        varies = [j for j in range(_M) if np.nanstd(counts[:, j]) > 0]
        centred = counts[:, varies] - np.nanmean(counts[:, varies], axis=0)
        centred = np.nan_to_num(centred)
        made: np.ndarray = centred @ centred.T / len(varies)
        return made
    each = _M // _CHROMOSOMES
    return 2.0 * probability_kinship(
        genotype_probabilities(
            codes[:, k * each : (k + 1) * each],
            position[k],
            kind,
            step_cm=_STEP,
            error_prob=_ERROR,
        )
        for k in range(_CHROMOSOMES)
    )


def _rqtl(d: Draft, form: str, kind: str, codes: np.ndarray, position: np.ndarray) -> None:
    absent = d.choose(("-", "NA"))
    signs = [absent, "A", "B" if kind == "lines" else "H", "B", "D", "C"]
    if d.chance(0.3, "AA, AB and BB"):
        signs = [absent, "AA", "BB" if kind == "lines" else "AB", "BB", "D", "C"]
    names = _names()
    chromosomes = [str(1 + j // (_M // _CHROMOSOMES)) for j in range(_M)]
    ids, sep = d.ids(d.relatives), d.choose((",", ",", ";"))
    style = Style(sep=sep)
    own = "id" if form == "csvs" or d.chance(0.8) else ""
    if not own:
        d.features.append("no ids in the cross")
    traits = {} if form == "csvs" else d.pheno.columns
    head = [*([own] if own else []), *traits]
    rows = [[*head, *names]]
    rows.append([*[""] * len(head), *chromosomes])
    rows.append([*[""] * len(head), *(f"{p:g}" for p in position.ravel())])
    for place, label in enumerate(ids):
        cells = [style.cell(column[place]) for column in traits.values()]
        if own:
            cells.insert(0, label)
        rows.append([*cells, *(signs[c] for c in codes[place])])
    if form == "csvr":
        rows = [list(column) for column in zip(*rows, strict=True)]
    if d.chance(0.2, "quotes"):
        rows = [[f'"{cell}"' for cell in row] for row in rows]
    content = "".join(sep.join(row) + d.choose(("\n",)) for row in rows).encode()
    d.give("genotypes", d.choose(("cross.csv", "gen.csv")), content)
    if form == "csvs":
        pheno = style.lines(
            [
                ["id", *d.pheno.columns],
                *(
                    [label, *(column[k] for column in d.pheno.columns.values())]
                    for k, label in enumerate(d.ids(d.pheno.rows))
                ),
            ]
        )
        d.give("phenotypes", "phe.csv", pheno)


def _rqtl2(d: Draft, kind: str, codes: np.ndarray, position: np.ndarray) -> None:
    """A control file in YAML or JSON and its tables, upright or on their side."""
    sep = d.choose((",", ",", ";", "\t"))
    two = kind in ("riself", "risib", "dh")
    words = d.pick("codes", {"letters": 0.5, "numbers": 0.25, "pairs": 0.25})
    signs = {
        "letters": "ABB" if two else "AHB",
        "numbers": "123",
        "pairs": ("SS", "BB", "BB") if two else ("SS", "SB", "BB"),
    }[words]
    spelled = ["-", *signs, "D", "C"]
    ids, names = d.ids(d.relatives), _names()
    geno = [["id", *names]]
    geno += [[label, *(spelled[c] for c in row)] for label, row in zip(ids, codes, strict=True)]
    chromosomes = [str(1 + j // (_M // _CHROMOSOMES)) for j in range(_M)]
    gmap = [["marker", "chr", "pos"]]
    gmap += [
        [name, c, f"{p:g}"] for name, c, p in zip(names, chromosomes, position.ravel(), strict=True)
    ]
    gmap[1:] = [gmap[1 + int(k)] for k in d.rng.permutation(_M)]
    style = Style(sep=sep, missing=d.choose(("NA", "-")))
    pheno = [["id", *d.pheno.columns]]
    pheno += [
        [label, *(style.cell(column[k]) for column in d.pheno.columns.values())]
        for k, label in enumerate(ids)
    ]
    pheno[1:] = [pheno[1 + int(k)] for k in d.rng.permutation(len(ids))]
    fields = {"crosstype": kind, "na.strings": ["-", "NA"], "sep": sep, "alleles": ["S", "B"]}
    codes_of = {sign: k + 1 for k, sign in enumerate(signs) if not (two and k == 2)}
    fields["genotypes"] = {**codes_of, "D": 4, "C": 5} if kind == "f2" else codes_of
    tables = {"geno": geno, "gmap": gmap, "pheno": pheno}
    for key, rows in list(tables.items()):
        fields[key] = f"cross_{key}.csv"
        if d.chance(0.2, f"{key} transposed"):
            fields[f"{key}_transposed"] = True
            tables[key] = [list(column) for column in zip(*rows, strict=True)]
    comment = d.chance(0.2, "comments in the tables")
    files = {
        f"cross_{key}.csv": (("# made by hand\n" * comment) + _text(rows, sep)).encode()
        for key, rows in tables.items()
    }
    if comment:
        fields["comment.char"] = "#"
    control = "cross.json" if d.chance(0.4, "JSON") else "cross.yaml"
    files[control] = _control(fields, control).encode()
    if d.chance(0.7, "zipped"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(zipfile.ZipInfo(name), content)
        d.give("genotypes", "cross.zip", packed.getvalue())
    else:
        d.files |= files
        d.arguments = [*files, *d.arguments]


def _control(fields: dict, name: str) -> str:
    import json

    if name.endswith("json"):
        return json.dumps(fields)
    lines = []
    for key, value in fields.items():
        if isinstance(value, dict):
            lines += [f"{key}:", *(f"  {json.dumps(k)}: {v}" for k, v in value.items())]
        elif isinstance(value, list):
            lines += [f"{key}:", *(f"- {json.dumps(v)}" for v in value)]
        else:
            lines.append(f"{key}: {json.dumps(value)}")
    return "\n".join(lines) + "\n"


def _text(rows: list, sep: str) -> str:
    return "".join(sep.join(row) + "\n" for row in rows)


def _names() -> list[str]:
    each = _M // _CHROMOSOMES
    return [f"D{1 + j // each}M{1 + j % each}" for j in range(_M)]
