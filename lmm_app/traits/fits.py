"""All traits of a dataset, each fitted with the same covariates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core import KinshipEigen, TraitFits, fit_traits
from lmm_core.arrays import Ints, lock, put
from lmm_core.many.blocks import MANY_PATTERNS
from lmm_core.many.fits import empty
from lmm_core.many.patterns import missing_patterns
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
    progress: Callable[[float], None],
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
    patterns = missing_patterns(Y)
    fits = empty(Y.shape[1], X.shape[1], reml=reml)
    done = 0
    # So few patterns at a time that none is warned of: the page says it in its own words.
    for start in range(0, len(patterns), MANY_PATTERNS):
        places = np.concatenate([one.places for one in patterns[start : start + MANY_PATTERNS]])

        def tell(share: float, before: int = done, now: int = places.size) -> None:
            progress((before + share * now) / Y.shape[1])

        put(fits, places, fit_traits(Y[:, places], X, K, reml=reml, level=LEVEL, progress=tell))
        done += places.size
    return AllTraits(
        names=dataset.traits.columns,
        fits=lock(fits),
        columns=(INTERCEPT, *covariates),
        n=n,
        lacking=dataset.n - n,
        n_patterns=len(patterns),
    )
