"""Traits that are broken on purpose: what no model of normal values expects; pure data."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_app.lessons.broken_entry import Broken
from lmm_app.lessons.broken_files import (
    Made,
    dataset,
    intercross,
    rewritten,
    with_values,
)
from lmm_core.simulate.families import full_sib_families, simulate_phenotype
from lmm_data.transforms import rank_normal
from lmm_data.written import dataset_files

Values = NDArray[Any] | list[Any]


def kinds(rng: np.random.Generator) -> Made:
    """Columns that were made of others: a ratio, a proportion, a count, a score, ranks."""
    data = intercross(rng)
    mass = data.traits.column("weight")
    u, v = (simulate_phenotype(data.kinship, 0.5, rng=rng).y for _ in range(2))
    fat = 5.0 + u
    columns = {
        "weight": mass,
        "fat": fat,
        "fat_share": fat / mass,
        "tumours": rng.poisson(np.exp(1.5 + 0.9 * v)),
        "score": np.clip(np.round(2.0 + v), 0, 4),
        "rank": rank_normal(mass + u),
        "length": np.round(2.0 * (9.0 + 0.5 * u)) / 2.0,
        "hormone": 50.0 + rng.standard_t(2.0, data.n) * np.abs(v),
        "barcode": 4006381333000.0 + mass,
    }
    return Made(data, rewritten(data, "pheno.csv", data.ids, _plain(columns)))


def binary(rng: np.random.Generator) -> Made:
    """Ill, or not: those above a limit."""
    data = intercross(rng)
    y = data.traits.column("weight")
    ill = (y > np.quantile(y, 0.6)).astype(np.float64)
    return Made(data, dataset_files(with_values(data, ill, "ill")))


def decimal(rng: np.random.Generator) -> Made:
    """The decimal point of one value slipped."""
    data = intercross(rng)
    y = np.round(data.traits.column("weight"), 2)
    sound = with_values(data, y, "weight")
    y = y.copy()
    y[57] *= 10.0
    return Made(sound, dataset_files(with_values(data, y, "weight")))


def in_order(rng: np.random.Generator) -> Made:
    """One column sorted, and the ids left where they were."""
    data = intercross(rng)
    y = np.sort(data.traits.column("weight"))
    return Made(data, dataset_files(with_values(data, y, "weight")))


def unusable(rng: np.random.Generator) -> Made:
    """Columns beside the trait that no model can take."""
    data = intercross(rng)
    n, y = data.n, data.traits.column("weight")
    columns: dict[str, Values] = {
        "weight": y,
        "cage": np.full(n, 4.0),
        "coat": [("black", "agouti", "white")[k % 3] for k in range(n)],
        "fat": [f"{x:.1f}" if k % 9 else f"{x:.0f} g" for k, x in enumerate(y)],
        "late": [f"{x:.2f}" if k < 2 else "NA" for k, x in enumerate(y)],
        "half": [f"{x:.2f}" if k % 5 < 2 else "NA" for k, x in enumerate(y[::-1])],
        "area": [f"{x:.2f}e160" for x in y],
    }
    return Made(data, rewritten(data, "pheno.csv", data.ids, _plain(columns)))


def litters_missing(rng: np.random.Generator) -> Made:
    """Whole families without a value."""
    families = full_sib_families(30, 4)
    y = 20.0 + 3.0 * simulate_phenotype(families.K, 0.6, rng=rng).y
    data = dataset(families.ids, families.K, y)
    y = y.copy()
    y[families.family < 7] = np.nan
    return Made(data, dataset_files(with_values(data, y, "weight")))


def twelve(rng: np.random.Generator) -> Made:
    """All but the first few left unmeasured."""
    families = full_sib_families(40, 4)
    y = 20.0 + 3.0 * simulate_phenotype(families.K, 0.6, rng=rng).y
    data = dataset(families.ids, families.K, y)
    first = list(data.ids[:12])
    return Made(data, rewritten(data, "pheno.csv", first, {"weight": y[:12].tolist()}))


def apart(rng: np.random.Generator) -> Made:
    """Weight known of some of the mice, age of the others."""
    data = intercross(rng)
    y, half = data.traits.column("weight"), rng.random(data.n) < 0.6
    age = np.where(half, np.nan, np.round(rng.normal(60.0, 5.0, data.n)))
    files = rewritten(data, "covar.csv", data.ids, _plain({"age": age}))
    pheno = rewritten(data, "pheno.csv", data.ids, _plain({"weight": np.where(half, y, np.nan)}))
    return Made(data, {**files, "pheno.csv": pheno["pheno.csv"]})


def _plain(columns: Mapping[str, Values]) -> dict[str, list[object]]:
    return {
        name: ["NA" if x != x else x for x in np.asarray(column).tolist()]
        for name, column in columns.items()
    }


SHELF = (
    Broken(
        name="kinds",
        title="Ratios, counts, scores and ranks",
        lesson="A ratio, a count or a rank is no measurement with normal errors: each answers a "
        "question of its own, and h is of that.",
        codes=(),
        notes=(
            "phenotype_ratio",
            "phenotype_count",
            "phenotype_integer",
            "phenotype_rank",
            "phenotype_ties",
            "phenotype_heavy_tails",
            "phenotype_rounded",
            "phenotype_unfitted",
        ),
        verdict="fit for use",
        recipe=kinds,
        remedy="Nothing is wrong with the file: fit what was measured beside what was made of it.",
    ),
    Broken(
        name="binary",
        title="Ill or not",
        lesson="A yes or no holds less than what lies behind it, so that h on its scale is lower.",
        codes=("phenotype_binary",),
        recipe=binary,
        remedy="If the liability was measured, fit that; else say on which scale h is.",
    ),
    Broken(
        name="decimal",
        title="A decimal point that slipped",
        lesson="A value that is far too large is most of the variance, and none of it is genetic.",
        codes=("phenotype_outliers", "phenotype_residuals"),
        recipe=decimal,
        remedy="Look it up in the record, and correct the entry on the page; a value that is only "
        "unusual stays.",
    ),
    Broken(
        name="sorted",
        title="One column sorted by itself",
        lesson="A spreadsheet sorted the values and left the ids: each value stands by somebody’s "
        "id, and hardly ever by its own.",
        codes=("phenotype_sorted",),
        recipe=in_order,
        remedy="No click can tell whose values they were: take the file as it was before.",
    ),
    Broken(
        name="unusable",
        title="Columns that cannot be fitted",
        lesson="The same value for all, words, units beside the numbers, hardly any values, "
        "numbers beyond any unit: each says why it is left out.",
        codes=(
            "phenotype_constant",
            "phenotype_text",
            "phenotype_entries",
            "phenotype_few",
            "phenotype_missing",
            "phenotype_missing",
            "phenotype_unit",
        ),
        recipe=unusable,
        remedy="The trait that is whole is fitted; correct the others in the file, or leave them.",
    ),
    Broken(
        name="litters_missing",
        title="Whole families not measured",
        lesson="Values are missing family by family: if that has to do with the trait, h is of "
        "those that are left.",
        codes=("phenotype_gaps_related",),
        notes=("phenotype_missing", "kinship_families"),
        recipe=litters_missing,
        remedy="Only the record can tell why they are missing.",
    ),
    Broken(
        name="few",
        title="Hardly anybody measured",
        lesson="With so few values nearly any h goes with them, whatever the estimate is.",
        codes=("phenotype_small",),
        notes=("power_low",),
        recipe=twelve,
        remedy="Take it as an example, or measure more individuals.",
    ),
    Broken(
        name="apart",
        title="Trait and covariate never together",
        lesson="Some have the trait, the others the covariate: nobody is left to be fitted.",
        codes=("phenotype_incomplete", "covariate_missing"),
        verdict="not usable",
        recipe=apart,
        remedy="Leave the covariate out of the model, or find the values that are lacking.",
    ),
)
"""Those whose trait is broken."""
