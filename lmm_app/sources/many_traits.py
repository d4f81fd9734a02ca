"""Many traits of known h for the individuals of a dataset, as if of gene expression."""

import numpy as np

from lmm_core import decompose
from lmm_data.dataset import Dataset
from lmm_data.tables import Table

TRAITS = 200
SEED = 7
# Of so many traits in a hundred nothing is inherited, and of the others h is a Beta(1.2, 2.4).
WITHOUT = 30
BETA = (1.2, 2.4)
# A last plate was lost: these traits lack the values of the last individuals.
ON_LAST_PLATE = 12
LOST = 25


def simulate_many(dataset: Dataset, traits: int = TRAITS) -> tuple[Table, tuple[float, ...]]:
    """Traits with var(y) = hK + (1-h)I, an effect of the first covariate each, and their true h."""
    rng = np.random.default_rng(SEED)
    eigen = decompose(dataset.kinship)
    h2 = np.where(rng.random(traits) < WITHOUT / 100, 0.0, rng.beta(*BETA, traits))
    h2 = np.round(h2, 3)
    d = np.outer(eigen.values, h2) + (1.0 - h2)
    values = eigen.vectors @ (np.sqrt(d) * rng.standard_normal(d.shape))
    if dataset.covariates.columns:
        x = np.nan_to_num(dataset.covariates.values[:, :1])
        values += x * rng.normal(0.0, 0.5, traits)
    values += rng.uniform(4.0, 12.0, traits)
    values[-LOST:, rng.choice(traits, ON_LAST_PLATE, replace=False)] = np.nan
    names = tuple(f"gene{k + 1:03d}" for k in range(traits))
    table = Table("simulated traits", dataset.ids, names, np.round(values, 4))
    return table, tuple(h2.tolist())
