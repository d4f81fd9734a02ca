"""Studies of a genome and what is computed of them, each once for all who ask for it."""

from collections.abc import Callable
from typing import TypeVar

from lmm_app.genome.sources import files_study, genotypes_in, mice_study, simulate_study
from lmm_app.genome.study import Study, kinship_of
from lmm_app.session import keep, state, uploads
from lmm_app.session.shelf import Shelf
from lmm_core import KinshipEigen
from lmm_core.arrays import fingerprint
from lmm_data.dataset import Problem
from lmm_data.tables import GenotypeTable

T = TypeVar("T")

# More genotypes than these are many.
LARGE = 500_000
# For each of a class of sixty about a dozen, of two megabytes together.
SMALL_SCANS = Shelf("small scans", entries=1024)
LARGE_SCANS = Shelf("large scans", entries=48)


cross = SMALL_SCANS.keeps(str)(simulate_study)
mice = LARGE_SCANS.keeps(str)(mice_study)


@LARGE_SCANS.keeps(
    lambda key, genotypes, problem, name: (
        key,
        problem.fingerprint,
        problem.trait,
        problem.columns,
    )
)
def of_files(key: str, genotypes: GenotypeTable, problem: Problem, name: str) -> Study:
    """The open dataset, with the genotypes of its files."""
    return files_study(genotypes, problem, name)


def open_study() -> Study | None:
    """The open dataset with the genotypes of its files, None without any."""
    upload, shown = uploads.shown(), state.shown()
    genotypes = genotypes_in(keep.prepared(upload, lambda share: None) if upload else None)
    if upload is None or genotypes is None:
        return None
    return of_files(upload.key, genotypes, shown.view.problem, shown.opened.dataset.name)


def eigen_of(study: Study) -> KinshipEigen:
    """The decomposition of the kinship of all markers, or of the one that came with the data."""
    K = of(study, "kinship", lambda: kinship_of(study))
    return keep.decomposition(fingerprint(K), K)


def of(study: Study, what: str, compute: Callable[[], T]) -> T:
    """What is computed of a study, by its name there."""
    shelf = LARGE_SCANS if study.n * study.m > LARGE else SMALL_SCANS
    return shelf.get((what, study.key), compute)
