"""What the page Data keeps: findings and pictures, computed once for everyone."""

from collections.abc import Sequence

from lmm_app.data.gallery import Illustrated, illustrate
from lmm_app.data.material import Material
from lmm_app.session.keep import decomposition
from lmm_app.session.shelf import Shelf
from lmm_core.progress import Progress
from lmm_data.checks import Report, check_dataset
from lmm_data.large import UndoneError
from lmm_data.preparation.design import default_model

# A diagnosis that is expected to take longer, on the safe side, is for the command line.
CHECK_SECONDS = 120.0

DIAGNOSES = Shelf("diagnoses", entries=64)


def report(
    key: str,
    material: Material,
    method: str,
    progress: Progress,
    use: Sequence[str] | None = None,
) -> Report | None:
    """What is found in a dataset, with progress; None where a phenotype or a kinship is missing.

    Args:
        key: of the dataset, from `dataset_key` or of an upload.
        material: the dataset, or its files.
        method: REML or ML, by which it will be fitted.
        progress: called with the share that is done.
        use: covariates of the model; None for those that are in it unless others are chosen.
    """
    phenotypes, kinship = material.phenotypes, material.kinship
    if phenotypes is None or kinship is None:
        return None
    if use is None and material.dataset is not None:
        use = default_model(material.dataset)

    def check(*, quick: bool) -> Report:
        return check_dataset(
            phenotypes,
            kinship,
            material.covariates,
            genotypes=material.genotypes,
            dataset=material.dataset,
            decompose=decomposition,
            use=use,
            reml=method == "REML",
            max_seconds=CHECK_SECONDS,
            quick=quick,
            progress=progress,
        )

    what = f"report for {method} with {use}"
    try:
        return DIAGNOSES.get((key, what), lambda: check(quick=False))
    except UndoneError:
        # What needs no decomposition is looked at all the same.
        return DIAGNOSES.get((key, f"quick {what}"), lambda: check(quick=True))


def illustrated(
    key: str, material: Material, found: Report, method: str, trait: str
) -> Illustrated:
    """The pictures of a dataset beside what was found in it, for a method, and of a trait."""
    what = f"pictures for {method}, {trait}"
    return DIAGNOSES.get((key, what), lambda: illustrate(material, found, trait))
