"""Weights: a column of the files that says how much each record counts."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError, in_digits, some

if TYPE_CHECKING:
    from lmm_data.dataset import Dataset


# What stands before a column of known error variances, whose inverse the weights are.
INVERSE = "1/"


def column_of(weights: str, there: Collection[str]) -> str:
    """The column that weights are made of, as of “1/variance”, unless one is called so itself."""
    return weights if weights in there else weights.removeprefix(INVERSE)


def weighing(dataset: "Dataset") -> str:
    """The column that the weights of every fit of a dataset are made of, "" for none."""
    return column_of(dataset.weighted_by, _columns(dataset))


def weighted(dataset: "Dataset", weights: str) -> tuple["Dataset", list[str]]:
    """The dataset with weights for every fit, and a sentence on them.

    Raises:
        DataError: as `weights_of`; or there is no trait beside the weights.
    """
    if not weights:
        return dataset, []
    weights_of(dataset, weights)
    found = replace(dataset, weighted_by=weights)
    if set(dataset.traits.columns) <= {weighing(found)}:
        raise DataError(
            "a trait must be a column of numbers beside the weights",
            f"“{weighing(found)}” is the only one",
            "choose other weights",
            where=dataset.traits.name,
        )
    return found, [f"Every fit is weighted by {weights}."]


def weights_of(dataset: "Dataset", column: str, trait: str = "") -> Floats:
    """A column of the covariates, or else of the phenotypes, as weights, NaN where missing, (n,).

    Of “1/variance” they are the inverse of the column “variance”.

    Raises:
        DataError: no such column, or that of the trait; an entry that is no number, or one that is
            not positive.
    """
    tables = (dataset.covariates, dataset.traits)
    every = _columns(dataset)
    base = column_of(column, every)
    if base == trait:
        raise DataError(
            "a trait cannot be its own weight",
            f"“{trait}” is the trait and the column of weights",
            "choose another trait or other weights",
        )
    if base != column and base in every:
        return np.asarray(1.0 / weights_of(dataset, base))
    terms = dataset.terms
    if terms is not None:
        # Of two tables with the column it is that of the covariates.
        if column in dataset.covariates.columns and column in terms.refused_covariates:
            raise terms.refused_covariates[column].anew()
        for refused in (terms.refused_covariates, terms.refused_traits):
            if column in refused and not any(column in table.columns for table in tables):
                raise refused[column].anew()
    table = next((table for table in tables if column in table.columns), None)
    if table is None:
        there = _columns(dataset)
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


def _columns(dataset: "Dataset") -> list[str]:
    """The columns of the covariates and of the phenotypes, each once."""
    return list(dict.fromkeys((*dataset.covariates.columns, *dataset.traits.columns)))
