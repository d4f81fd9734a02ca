"""Tables whose numbers are numbers: R's own files, Parquet and Feather."""

import bz2
import gzip
import io
import lzma

import numpy as np
import pandas as pd

from tests import r_bytes
from tests.dialects.common import ID_KINDS, covariates, phenotypes
from tests.dialects.draft import Cell, Draft, Sheet
from tests.dialects.text import Style, matrix

_IDS = {kind: odds for kind, odds in ID_KINDS.items() if kind not in ("dates", "spaces")}
_COVARIATES = {"": 0.45, "a file": 0.4, "columns": 0.15}
_PACKED = ("dsyMatrix", "dspMatrix", "dgCMatrix", "dsCMatrix")
_KINSHIPS = {"matrix": 0.3, "Matrix": 0.25, "calc_kinship": 0.15, "pcrelate": 0.1}
_KINSHIPS |= {"frame": 0.05, "genotypes": 0.15}


def r_objects(d: Draft) -> None:
    """saveRDS and save: data frames, and a kinship in each of the ways in which R has one."""
    _study(d)
    objects = {"pheno": _r_frame(d, d.pheno, d.other_ids(d.pheno.rows))}
    if d.covar is not None:
        objects["covar"] = _r_frame(d, d.covar, d.ids(d.covar.rows))
    if len(d.pheno.columns) == 1 and not d.used and d.chance(0.2, "a vector with names"):
        if len(set(d.pheno.rows)) == len(d.pheno.rows):
            ids = d.other_ids(d.pheno.rows)
            objects["pheno"] = r_bytes.named(d.pheno.columns[d.trait], ids)
            d.arguments = [a for a in d.arguments if a not in ("--trait", d.trait)]
    role, objects["K"] = _r_kinship(d)
    if d.pick("saved by", {"saveRDS": 0.6, "save": 0.4}) == "save":
        d.files["study.RData"] = _squeezed(d, r_bytes.workspace(objects))
        d.arguments.insert(0, "study.RData")
        return
    roles = {"pheno": "phenotypes", "covar": "covariates", "K": role}
    for name, content in objects.items():
        d.give(roles[name], f"{name}.rds", _squeezed(d, r_bytes.HEAD + content))


def arrow(d: Draft) -> None:
    """pandas: to_parquet and to_feather, with an index or a column of ids."""
    _study(d)
    _put_frame(d, "phenotypes", "pheno", d.pheno, d.other_ids(d.pheno.rows))
    if d.covar is not None:
        _put_frame(d, "covariates", "covar", d.covar, d.ids(d.covar.rows))
    ids = d.ids(d.relatives)
    way = d.pick("kinship as", {"text": 0.4, "a frame": 0.4, "pairs": 0.2})
    if way == "text":
        d.give("kinship", "kinship.csv", matrix(d.K, ids, Style()))
    elif way == "pairs":
        lower = [(i, j) for i in range(len(ids)) for j in range(i + 1)]
        frame = pd.DataFrame(
            {
                "id1": [ids[i] for i, _ in lower],
                "id2": [ids[j] for _, j in lower],
                "r": [d.K[i, j] for i, j in lower],
            }
        )
        d.give("kinship", "pairs.parquet", _parquet(d, frame))
    else:
        frame = pd.DataFrame(d.K, index=ids, columns=ids)
        d.give("kinship", "kinship.parquet", _parquet(d, frame))


def _study(d: Draft) -> None:
    d.people(_IDS)
    phenotypes(d, 0.05)
    sheet = covariates(d, _COVARIATES)
    assert sheet is d.covar
    d.relate(d.pick("kinship", {"pedigree": 0.5, "realised": 0.5}))


def _r_kinship(d: Draft) -> tuple[str, bytes]:
    """What it is, and its bytes."""
    ids = d.ids(d.relatives)
    way = d.pick("kinship of R", _KINSHIPS)
    if way == "genotypes":
        d.relate("counts")
        counts = d.study.counts[d.relatives]
        names = [f"rs{j}" for j in range(counts.shape[1])]
        whole = bool(d.rng.random() < 0.5)
        ids = d.ids(d.relatives)
        return "genotypes", r_bytes.cells(counts, ids, names, integers=whole)
    if way == "Matrix":
        return "kinship", r_bytes.packed(d.pick("Matrix", dict.fromkeys(_PACKED, 1.0)), d.K, ids)
    if way == "calc_kinship":
        return "kinship", r_bytes.cells(d.K / 2, ids, ids, n_pos=120)
    if way == "frame":
        columns: dict[str, list[Cell]] = {
            label: [float(v) for v in column] for label, column in zip(ids, d.K.T, strict=True)
        }
        return "kinship", r_bytes.frame(columns, ids)
    if way == "pcrelate":
        lower = [(i, j) for i in range(len(ids)) for j in range(i)]
        between: dict[str, list[Cell]] = {
            "ID1": [ids[i] for i, _ in lower],
            "ID2": [ids[j] for _, j in lower],
            "kin": [d.K[i, j] / 2 for i, j in lower],
        }
        own: dict[str, list[Cell]] = {
            "ID": list(ids),
            "f": [float(v) - 1 for v in np.diag(d.K)],
        }
        frames = {"kinBtwn": r_bytes.frame(between), "kinSelf": r_bytes.frame(own)}
        return "kinship", r_bytes.listed(frames, "pcrelate")
    # Of one margin alone, as tcrossprod leaves it, now and then.
    rows = [] if d.chance(0.15, "names of the columns alone") else ids
    return "kinship", r_bytes.cells(d.K, rows, ids)


def _squeezed(d: Draft, content: bytes) -> bytes:
    """As R packs a file: by gzip unless it is told otherwise."""
    way = d.pick("compress", {"": 0.35, "gzip": 0.35, "bzip2": 0.15, "xz": 0.15})
    if way == "gzip":
        return gzip.compress(content, mtime=0)
    if way == "bzip2":
        return bz2.compress(content)
    return lzma.compress(content) if way else content


def _r_frame(d: Draft, sheet: Sheet, ids: list[str]) -> bytes:
    columns = {name: list(column) for name, column in sheet.columns.items()}
    made = {name: _r_column(d, column) for name, column in columns.items()}
    if len(set(ids)) == len(ids) and d.chance(0.5, "row names of a frame"):
        return _framed(made, ids)
    label = r_bytes.factor(ids) if d.chance(0.2, "ids as a factor") else r_bytes.vector(ids)
    if _are_numbers(ids) and d.chance(0.3, "ids as integers"):
        label = r_bytes.whole(ids)
    return _framed({d.choose(("id", "ID", "mouse")): label, **made}, None, len(ids))


def _are_numbers(ids: list[str]) -> bool:
    return all(label.isdecimal() and label[0] != "0" for label in ids)


def _framed(columns: dict[str, bytes], names: list[str] | None, n: int = 0) -> bytes:
    rows = r_bytes.ints(13, 2, -(2**31), -n)
    if names is not None:
        rows = r_bytes.ints(16) + r_bytes.words(names)
    return (
        r_bytes.ints(19 | 512 | 256, len(columns))
        + b"".join(columns.values())
        + r_bytes.pair(b"names", r_bytes.ints(16) + r_bytes.words(list(columns)))
        + r_bytes.pair(b"class", r_bytes.ints(16) + r_bytes.words(["data.frame"]))
        + r_bytes.pair(b"row.names", rows)
        + r_bytes.NIL
    )


def _r_column(d: Draft, column: list[Cell]) -> bytes:
    there = [cell for cell in column if cell is not None]
    words = any(isinstance(cell, str) for cell in there)
    if words and all(isinstance(cell, str) for cell in there) and d.chance(0.4, "a factor"):
        return bytes(r_bytes.factor(column))
    if words:
        return bytes(r_bytes.vector([c if c is None else _shown(c) for c in column]))
    if all(cell == int(cell) for cell in there) and d.chance(0.5, "a column of integers"):
        return bytes(r_bytes.whole(column))
    return bytes(r_bytes.vector(column))


def _shown(cell: Cell) -> str:
    return cell if isinstance(cell, str) else repr(cell)


def _put_frame(d: Draft, role: str, stem: str, sheet: Sheet, ids: list[str]) -> None:
    columns = {name: _column(d, cells) for name, cells in sheet.columns.items()}
    label = d.choose(("id", "ID", "sample"))
    index = pd.Index(ids, name=label)
    if _are_numbers(ids) and d.chance(0.3, "ids as integers"):
        index = pd.Index(list(map(int, ids)), name=label)
    frame = pd.DataFrame(columns, index=index)
    for name, column in list(frame.items()):
        values = column.dropna()
        if pd.api.types.is_float_dtype(column) and (values == values.round()).all():
            if d.chance(0.5, "integers that may be missing"):
                frame[name] = column.astype("Int64")
        elif d.chance(0.15, "decimals with a scale") and pd.api.types.is_float_dtype(column):
            frame[name] = column.astype(pd.ArrowDtype(_decimal()))
    if d.chance(0.3, "Feather"):
        file = io.BytesIO()
        frame.reset_index().to_feather(file, compression=d.choose(("zstd", "lz4", "uncompressed")))
        d.give(role, f"{stem}.feather", file.getvalue())
        return
    if d.chance(0.5, "ids as a column of Parquet"):
        frame = frame.reset_index()
    d.give(role, f"{stem}.parquet", _parquet(d, frame))


def _decimal():  # type: ignore[no-untyped-def]
    import pyarrow as pa

    return pa.decimal128(12, 3)


def _column(d: Draft, cells: list[Cell]) -> object:
    if not any(isinstance(cell, str) for cell in cells):
        return np.array([np.nan if cell is None else cell for cell in cells], dtype=float)
    shown = [cell if cell is None else str(cell) for cell in cells]
    if d.chance(0.3, "a dictionary of words"):
        return pd.Categorical(shown)
    return shown


def _parquet(d: Draft, frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    packed = d.choose(("snappy", "zstd", "gzip", "none"))
    frame.to_parquet(file, compression=None if packed == "none" else packed)
    return file.getvalue()
