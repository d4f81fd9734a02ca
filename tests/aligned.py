"""The checks of individuals that have been joined by id already."""

from lmm_data.checks import check_dataset
from lmm_data.readers.reading import KinshipMatrix


def check_aligned(dataset):
    """All findings, without a shift in a file of another order, which cannot be seen any more."""
    return check_dataset(
        dataset.traits,
        KinshipMatrix("kinship", dataset.individuals, dataset.relationship),
        dataset.covariates if dataset.covariates.columns else None,
        dataset=dataset,
    )
