"""Text that is read back as what was written: CSV with all digits, strict JSON, whole datasets."""

from collections.abc import Iterable, Sequence

import numpy as np

from lmm_core.arrays import Floats
from lmm_data.dataset import Dataset

FORMULA = ("=", "+", "-", "@")
"""A spreadsheet takes a cell that starts like this for a formula, and computes it."""


def dataset_files(dataset: Dataset) -> dict[str, bytes]:
    """A dataset as files, from which every reader here gives the same dataset, bit for bit.

    Returns:
        `pheno.csv`, `kinship.csv` and, where there are covariates, `covar.csv`, in UTF-8: ids in
        the first column, names in the header, missing values as `NA`.
    """
    files = {
        "pheno.csv": numbers_csv(dataset.ids, dataset.traits.columns, dataset.traits.values),
        "kinship.csv": numbers_csv(dataset.individuals, dataset.individuals, dataset.relationship),
    }
    covariates = dataset.covariates
    if covariates.columns:
        files["covar.csv"] = numbers_csv(dataset.ids, covariates.columns, covariates.values)
    return {name: text.encode() for name, text in files.items()}


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Comma-separated text: numbers with all their digits, names as text even to a spreadsheet.

    A name that starts like a formula gets a tab before it, which readers that strip names, as
    `lmm_data.readers` does, take away again. A number that does not exist is `NA`.

    >>> csv_text(["name", "value"], [("=1", 0.1)])
    'name,value\\n"\\t=1",0.1\\n'
    """
    lines = [",".join(map(_cell, row)) for row in (header, *rows)]
    return "\n".join(lines) + "\n"


def numbers_csv(ids: Sequence[str], columns: Sequence[str], values: Floats) -> str:
    """`csv_text` for numbers with ids, ten times as fast: a kinship holds millions.

    Args:
        ids: of the n rows.
        columns: of the c columns.
        values: shape (n, c), finite or NaN.
    """
    lines = [",".join(map(_cell, ("id", *columns)))]
    for label, row in zip(ids, values, strict=True):
        numbers = map(repr, row.tolist())
        if np.isnan(row).any():
            numbers = map(_cell, row.tolist())
        lines.append(f"{_cell(label)},{','.join(numbers)}")
    return "\n".join(lines) + "\n"


def strict_json(value: object) -> object:
    """The value in JSON's own types: NaN and infinity, which JSON does not have, are None.

    >>> strict_json({"h2": np.float64("nan"), "beta": np.array([1.0, np.inf])})
    {'h2': None, 'beta': [1.0, None]}
    """
    if isinstance(value, dict):
        return {name: strict_json(item) for name, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [strict_json(item) for item in value]
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value


def _cell(value: object) -> str:
    if isinstance(value, str):
        text = f"\t{value}" if value.startswith(FORMULA) else value
        # A line that begins with # would be taken for a comment.
        if text.startswith("#") or any(mark in text for mark in ',"\n\r\t'):
            text = '"' + text.replace('"', '""') + '"'
        return text
    if isinstance(value, float):
        if np.isfinite(value):
            return repr(float(value))
        return "NA" if np.isnan(value) else "Inf" if value > 0 else "-Inf"
    return str(value)
