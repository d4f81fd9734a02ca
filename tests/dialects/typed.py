"""Tables whose numbers are numbers: R's own files, Parquet and Feather; and kinships of others."""

import io

import numpy as np
import pandas as pd
from scipy.io import mmwrite

from tests import r_bytes
from tests.dialects.common import ID_KINDS, covariates, phenotypes
from tests.dialects.draft import Draft, Sheet
from tests.dialects.text import Style, matrix, table

_IDS = {kind: odds for kind, odds in ID_KINDS.items() if kind not in ("dates", "spaces")}
_COVARIATES = {"": 0.45, "a file": 0.4, "columns": 0.15}


def r_objects(d: Draft) -> None:
    """saveRDS and save: data frames with row names or a column of ids, and a matrix or a frame."""
    _study(d)
    objects = {"pheno": _r_frame(d, d.pheno, d.other_ids(d.pheno.rows))}
    if d.covar is not None:
        objects["covar"] = _r_frame(d, d.covar, d.ids(d.covar.rows))
    ids = d.ids(d.relatives)
    objects["K"] = r_bytes.matrix(d.K, ids)
    if d.pick("saved by", {"saveRDS": 0.6, "save": 0.4}) == "save":
        d.files["study.RData"] = r_bytes.workspace(objects)
        d.arguments.insert(0, "study.RData")
        return
    roles = {"pheno": "phenotypes", "covar": "covariates", "K": "kinship"}
    for name, content in objects.items():
        d.give(roles[name], f"{name}.rds", r_bytes.HEAD + content)


def arrow(d: Draft) -> None:
    """pandas: to_parquet and to_feather, with an index or a column of ids."""
    _study(d)
    _put_frame(d, "phenotypes", "pheno", d.pheno, d.other_ids(d.pheno.rows))
    if d.covar is not None:
        _put_frame(d, "covariates", "covar", d.covar, d.ids(d.covar.rows))
    ids = d.ids(d.relatives)
    if d.chance(0.5, "the kinship in text"):
        d.give("kinship", "kinship.csv", matrix(d.K, ids, Style()))
    else:
        frame = pd.DataFrame(d.K, index=ids, columns=ids)
        d.give("kinship", "kinship.parquet", _parquet(frame))


def kinships(d: Draft) -> None:
    """A kinship of TASSEL, in MatrixMarket's form, KING's pairs or an upper triangle."""
    _study(d)
    style = Style()
    ids, n = d.ids(d.relatives), len(d.relatives)
    d.give("phenotypes", "pheno.csv", table(d.pheno, d.other_ids(d.pheno.rows), style))
    if d.covar is not None:
        d.give("covariates", "covar.csv", table(d.covar, d.ids(d.covar.rows), style))
    rows = [[label, *row] for label, row in zip(ids, d.K.tolist(), strict=True)]
    tabs = Style(sep="\t")
    way = d.pick("kinship of", {"TASSEL": 0.25, "MatrixMarket": 0.25, "KING": 0.25, "upper": 0.25})
    if way == "TASSEL":
        d.give("kinship", "kinship.txt", f"{n}\n".encode() + tabs.lines(rows))
    elif way == "MatrixMarket":
        file = io.BytesIO()
        mmwrite(file, d.K, precision=17, symmetry=d.choose(("general", "symmetric")))
        d.give("kinship", "kinship.mtx", file.getvalue())
        d.give("kinship", "kinship.ids", "".join(f"{label}\n" for label in ids).encode())
    elif way == "KING":
        lines: list[list[float | str | None]] = [["ID1", "ID2", "N_SNP", "Kinship"]]
        lines += [[ids[i], ids[j], 1000.0, d.K[i, j] / 2] for i in range(n) for j in range(i)]
        d.give("kinship", "pairs.kin0", tabs.lines(lines))
        # It says nothing of an individual with itself: one who is not inbred.
        d.K = np.where(np.eye(n, dtype=bool), 1.0, d.K)
    else:
        d.give(
            "kinship",
            "kinship.txt",
            tabs.lines([[ids[i], *d.K[i, i:].tolist()] for i in range(n)]),
        )


def _study(d: Draft) -> None:
    d.people(_IDS)
    phenotypes(d, 0.05)
    sheet = covariates(d, _COVARIATES)
    assert sheet is d.covar
    d.relate(d.pick("kinship", {"pedigree": 0.5, "realised": 0.5}))


def _r_frame(d: Draft, sheet: Sheet, ids: list[str]) -> bytes:
    columns = {name: list(column) for name, column in sheet.columns.items()}
    if len(set(ids)) == len(ids) and d.chance(0.5, "row names of a frame"):
        return r_bytes.frame(columns, ids)
    return r_bytes.frame({"id": ids, **columns})


def _put_frame(d: Draft, role: str, stem: str, sheet: Sheet, ids: list[str]) -> None:
    columns = {
        name: [cell if cell is None else str(cell) for cell in column]
        if any(isinstance(cell, str) for cell in column)
        else column
        for name, column in sheet.columns.items()
    }
    frame = pd.DataFrame(columns, index=pd.Index(ids, name="id"))
    if d.chance(0.3, "Feather"):
        file = io.BytesIO()
        frame.reset_index().to_feather(file)
        d.give(role, f"{stem}.feather", file.getvalue())
        return
    if d.chance(0.5, "ids as a column of Parquet"):
        frame = frame.reset_index()
    d.give(role, f"{stem}.parquet", _parquet(frame))


def _parquet(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.to_parquet(file)
    return file.getvalue()
