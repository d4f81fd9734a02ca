"""All traits of a dataset, each fitted with the same covariates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core import KinshipEigen, TraitFits, fit_traits
from lmm_core.arrays import Ints
from lmm_core.many.patterns import MANY_PATTERNS
from lmm_core.progress import Progress
from lmm_data.dataset import INTERCEPT, Dataset

LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class AllTraits:
    """The fits of every trait.

    Attributes:
        names: of the m traits, in the order of the file.
        fits: of them, with 95% profile intervals.
        columns: of X, the intercept first.
        n: individuals with every covariate.
        lacking: how many have not, and are in no fit.
        n_patterns: in how many ways values are missing: each takes a decomposition.
    """

    names: tuple[str, ...]
    fits: TraitFits
    columns: tuple[str, ...]
    n: int
    lacking: int
    n_patterns: int

    @property
    def m(self) -> int:
        """Number of traits."""
        return len(self.names)

    @property
    def many_patterns(self) -> bool:
        """Whether most of the work went into patterns of missing values."""
        return self.n_patterns > MANY_PATTERNS

    def estimated(self) -> Ints:
        """Places of the traits that have an estimate."""
        return np.flatnonzero(~np.isnan(self.fits.h2))


def fit_all(
    dataset: Dataset,
    covariates: Sequence[str],
    eigen: KinshipEigen,
    *,
    reml: bool,
    progress: Progress,
) -> AllTraits:
    """Fit every trait of a dataset.

    Args:
        dataset: the data.
        covariates: columns of its covariates.
        eigen: decomposition of its kinship.
        reml: by REML, or else by ML.
        progress: called with the share of the traits that is done.

    Raises:
        DataError: fewer than three individuals have every covariate.
    """
    X, keep = dataset.complete(covariates)
    n = int(keep.sum())
    Y = dataset.traits.values
    K: KinshipEigen | np.ndarray = eigen
    if n < dataset.n:
        X, Y, K = X[keep], Y[keep], dataset.kinship[np.ix_(keep, keep)]
    fits = fit_traits(Y, X, K, reml=reml, level=LEVEL, progress=progress)
    return AllTraits(
        names=dataset.traits.columns,
        fits=fits,
        columns=(INTERCEPT, *covariates),
        n=n,
        lacking=dataset.n - n,
        n_patterns=fits.n_patterns,
    )
