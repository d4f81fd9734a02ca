"""Covariates that are broken on purpose: columns that say nothing, or the same again; pure data."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_app.lessons.broken_entry import Broken
from lmm_app.lessons.broken_files import Made, dataset, intercross, rewritten
from lmm_core.arrays import Ints
from lmm_core.simulate.families import full_sib_families, simulate_phenotype
from lmm_data.dataset import Dataset


def columns(rng: np.random.Generator) -> Made:
    """A table of what was noted in the laboratory, column by column."""
    data = intercross(rng)
    n = data.n
    age = np.round(rng.normal(60.0, 5.0, n))
    age[:6] = -99.0
    return _with(
        data,
        {
            "sex": data.covariates.column("sex"),
            "ones": np.ones(n),
            "site": np.full(n, 3.0),
            "batch": 1.0 + np.arange(n) % 5,
            "age": age,
            "glucose": [x if k % 5 else "NA" for k, x in enumerate(rng.normal(7.0, 1.0, n))],
            "diet": [("chow", "fat", "sugar")[k % 3] for k in rng.permutation(n)],
            "barcode": [f"M{1000 + k}-{rng.integers(10)}" for k in range(n)],
            "titre": [f"{x:.2f}e160" for x in rng.normal(4.0, 1.0, n)],
        },
    )


def copied(rng: np.random.Generator) -> Made:
    """Male beside female, and a length in inches beside one in centimetres."""
    data = intercross(rng)
    sex, length = data.covariates.column("sex"), rng.normal(9.0, 0.6, data.n)
    return _with(
        data,
        {
            "sex": sex,
            "female": 1.0 - sex,
            "length_cm": np.round(length, 2),
            "length_in": np.round(length / 2.54, 2),
        },
    )


def trait_again(rng: np.random.Generator) -> Made:
    """The trait in another unit among the covariates."""
    data = intercross(rng)
    return _with(
        data,
        {
            "sex": data.covariates.column("sex"),
            "weight_kg": data.traits.column("weight") / 1000.0,
        },
    )


def homes(rng: np.random.Generator) -> Made:
    """A covariate that the members of a family share."""
    data, family = _sibs(rng)
    return _with(data, {"temperature": np.round(rng.normal(21.0, 1.0, 30), 1)[family]})


def family_columns(rng: np.random.Generator) -> Made:
    """A column for each family but the first."""
    data, family = _sibs(rng)
    return _with(data, {f"family_{k}": (family == k).astype(np.float64) for k in range(1, 30)})


def _sibs(rng: np.random.Generator) -> tuple[Dataset, Ints]:
    families = full_sib_families(30, 4)
    y = 20.0 + 3.0 * simulate_phenotype(families.K, 0.6, rng=rng).y
    return dataset(families.ids, families.K, y), families.family


def _with(data: Dataset, values: Mapping[str, NDArray[Any] | list[Any]]) -> Made:
    plain = {name: np.asarray(column, dtype=object).tolist() for name, column in values.items()}
    return Made(data, rewritten(data, "covar.csv", data.ids, plain))


SHELF = (
    Broken(
        name="notes",
        title="A table from the laboratory",
        lesson="Columns that are the same for all, codes for missing, names, words and steps: the "
        "model can take few of them as they are.",
        codes=(
            "covariate_unit",
            "covariate_constant",
            "covariate_code",
            "covariate_missing",
        ),
        notes=("covariate_names", "covariate_intercept", "covariate_levels"),
        verdict="not usable",
        recipe=columns,
        remedy="Tick the columns that belong into the model, and correct those in the file.",
    ),
    Broken(
        name="same_again",
        title="The same thing in other columns",
        lesson="Female is what is left by male, and inches are centimetres but for rounding: "
        "coefficients of such columns cannot be told apart.",
        codes=("covariate_aliased", "covariate_nearly_aliased"),
        recipe=copied,
        remedy="Keep one column of each; which one makes no difference to h.",
    ),
    Broken(
        name="trait_again",
        title="The trait among the covariates",
        lesson="A covariate that is the trait in another unit explains all of it, and no variance "
        "is left to divide.",
        codes=("covariate_is_phenotype",),
        notes=("labels_unseen",),
        recipe=trait_again,
        remedy="Leave the column out of the model for this trait.",
    ),
    Broken(
        name="homes",
        title="A covariate of whole families",
        lesson="What the members of a family share goes with the kinship: its coefficient and h "
        "compete for the same variance.",
        codes=("covariate_confounded",),
        notes=("kinship_families",),
        recipe=homes,
        remedy="Fit with it and without it, and report both.",
    ),
    Broken(
        name="family_columns",
        title="A column for each family",
        lesson="Within a family all sibs are equally related: with a mean for each family, "
        "nothing is left that tells h.",
        codes=("power_none", "covariate_many", "covariate_confounded"),
        verdict="not usable",
        recipe=family_columns,
        remedy="Leave the families out of the covariates: the kinship has them already.",
    ),
)
"""Those whose covariates are broken."""
