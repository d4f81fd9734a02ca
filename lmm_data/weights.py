"""Weights: a column of the files that says how much each record counts."""

from typing import TYPE_CHECKING

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError, in_digits, some

if TYPE_CHECKING:
    from lmm_data.dataset import Dataset


def weights_of(dataset: "Dataset", column: str) -> Floats:
    """A column of the covariates, or else of the phenotypes, as weights, NaN where missing, (n,).

    Raises:
        DataError: no such column, an entry that is no number, or one that is not positive.
    """
    tables = (dataset.covariates, dataset.traits)
    terms = dataset.terms
    if terms is not None:
        for refused in (terms.refused_covariates, terms.refused_traits):
            if column in refused and not any(column in table.columns for table in tables):
                raise refused[column].anew()
    table = next((table for table in tables if column in table.columns), None)
    if table is None:
        there = dict.fromkeys(name for one in tables for name in one.columns)
        raise DataError(
            f"{dataset.name} has no column “{column}” for weights",
            remedy=f"choose from {some(there, 12)}",
        )
    values = table.column(column)
    wrong = np.flatnonzero(values <= 0.0)
    if wrong.size:
        raise DataError(
            "weights must be positive",
            f"{wrong.size} of {len(values)} are not, the first, of “{dataset.ids[wrong[0]]}”, is "
            f"{in_digits(float(values[wrong[0]]))}",
            "write NA for who has no weight: they are left out",
            where=f"column “{column}”",
        )
    return values
