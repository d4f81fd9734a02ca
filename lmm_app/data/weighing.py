"""Weights of the records: which columns may be named, and what naming one does; pure."""

import numpy as np

from lmm_app.fit.weighted import LAW
from lmm_data.preparation.preparing import Prepared
from lmm_data.weights import INVERSE

# Of each table so many columns are looked at.
MOST = 60
ABOUT = f"{LAW} The diagnosis takes every record for as good as another."


def offered(prepared: Prepared) -> list[str]:
    """What can be chosen for weights: none, and every column of positive numbers, either way."""
    found = dict[str, None].fromkeys([""])
    for table in (prepared.phenotypes, prepared.covariates):
        if table is None:
            continue
        for column in table.columns[:MOST]:
            values = table.parsed(column)
            known = values[~np.isnan(values)] if values is not None else np.empty(0)
            # The same for all, they would weigh nothing.
            if np.unique(known).size > 1 and known.min() > 0.0:
                found |= {column: None, f"{INVERSE}{column}": None}
    return list(found | {prepared.choices.weights: None})


def words(weights: str) -> str:
    """An option for the weights, as it is read."""
    if not weights:
        return "all count alike"
    if weights.startswith(INVERSE):
        return f"{weights}: {weights.removeprefix(INVERSE)} holds known error variances"
    return f"{weights}: how many records each is of"
