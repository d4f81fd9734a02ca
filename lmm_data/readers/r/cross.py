"""A cross of R/qtl2 in R (class cross2), as the files that R/qtl2 itself would read it from."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from lmm_core.errors import DataError
from lmm_data.readers.members import Member
from lmm_data.readers.r.tables import columns_of, is_frame
from lmm_data.readers.r.values import (
    as_words,
    attributes_of,
    kind_of,
    margins,
    names_of,
    shape_of,
    words,
)

_CODES = {str(code): code for code in range(1, 6)}


def as_cross(thing: Any, where: str) -> Member:
    """The genotypes, maps, phenotypes and covariates of a cross as a zip with its control file.

    Raises:
        DataError: a cross without genotypes or without a map.
    """
    inside = dict(zip(names_of(thing), thing.value, strict=True))
    kind = (words(inside.get("crosstype")) or [""])[0] or ""
    if "geno" not in inside or not {"gmap", "pmap"} & set(inside):
        raise DataError(
            "a cross of R/qtl2 must have genotypes and a map",
            f"it has {', '.join(inside)}",
            "save what read_cross2 made",
            where=where,
        )
    control: dict[str, Any] = {"crosstype": kind, "geno": "geno.csv", "genotypes": _CODES}
    files = {"geno.csv": _genotypes(inside["geno"])}
    for key in ("gmap", "pmap"):
        if key in inside:
            control[key], files[f"{key}.csv"] = f"{key}.csv", _map(inside[key])
    if "founder_geno" in inside and kind_of(inside["founder_geno"]) != "NILVALUE":
        control["founder_geno"] = "founder_geno.csv"
        files["founder_geno.csv"] = _genotypes(inside["founder_geno"])
    for key in ("pheno", "covar"):
        if key in inside and kind_of(inside[key]) != "NILVALUE":
            control[key], files[f"{key}.csv"] = f"{key}.csv", _table(inside[key])
    alleles = [word for word in words(inside.get("alleles")) if word]
    if alleles:
        control["alleles"] = alleles
    x = _true(inside.get("is_x_chr"))
    if x:
        control["x_chr"] = [label for label, there in x.items() if there]
    female = _true(inside.get("is_female"))
    if female:
        control["sex"] = {"file": "sex.csv", "TRUE": "female", "FALSE": "male"}
        files["sex.csv"] = _lines(
            [["id", "sex"], *([label, str(there).upper()] for label, there in female.items())]
        )
    crossed = inside.get("cross_info")
    if crossed is not None and len(shape_of(crossed)) == 2 and shape_of(crossed)[1] > 0:
        control["cross_info"] = {"file": "cross_info.csv"}
        files["cross_info.csv"] = _table(crossed)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("cross.json", json.dumps(control))
        for name, content in files.items():
            archive.writestr(name, content)
    return Member("a cross of R/qtl2, from R", packed.getvalue())


def _genotypes(geno: Any) -> str:
    """A row for each individual, a column for each marker of all chromosomes; 0 is missing."""
    header, columns, ids = ["id"], [], []
    for chromosome in geno.value:
        ids, markers = margins(chromosome)
        codes = [None if code == "0" else code for code in as_words(chromosome) or ()]
        n = len(ids)
        header += markers
        columns += [codes[k * n : (k + 1) * n] for k in range(len(markers))]
    return _rows(header, [list(ids), *columns])


def _map(chromosomes: Any) -> str:
    rows: list[list[str | None]] = [["marker", "chr", "pos"]]
    for label, places in zip(names_of(chromosomes), chromosomes.value, strict=True):
        rows += [
            [marker, label, at]
            for marker, at in zip(names_of(places), as_words(places) or (), strict=True)
        ]
    return _lines(rows)


def _table(thing: Any) -> str:
    if is_frame(thing):
        names, columns, _ = columns_of(thing)
        ids = words(attributes_of(thing).get("row.names"))
    else:
        ids_, names = margins(thing)
        n, cells = len(ids_), as_words(thing) or []
        ids = list(ids_)
        names = names or [f"column{k + 1}" for k in range(shape_of(thing)[1])]
        columns = [cells[k * n : (k + 1) * n] for k in range(len(names))]
    return _rows(["id", *names], [ids, *columns])


def _true(thing: Any) -> Mapping[str, bool]:
    if thing is None or kind_of(thing) != "LGL":
        return {}
    return {
        label: entry == "TRUE"
        for label, entry in zip(names_of(thing), as_words(thing) or (), strict=False)
        if entry is not None
    }


def _rows(header: list[str], columns: Sequence[Sequence[str | None]]) -> str:
    return _lines([header, *(list(row) for row in zip(*columns, strict=True))])


def _lines(rows: list[list[str | None]] | list[list[str]]) -> str:
    return "".join(
        ",".join("NA" if entry is None else _quoted(entry) for entry in row) + "\n" for row in rows
    )


def _quoted(entry: str) -> str:
    if not any(mark in entry for mark in ',"\n\r#'):
        return entry
    doubled = entry.replace('"', '""')
    return f'"{doubled}"'
