"""What all traits share: everything about K and X, computed once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Brief, Floats, Ints, as_design, locked, read_only
from lmm_core.certainty.error_contrasts import contrast_directions, kinship_contrasts
from lmm_core.certainty.profiles import Grid, make_grid
from lmm_core.coordinates import independent_columns, split
from lmm_core.errors import LMMError
from lmm_core.grid import log_odds_grid
from lmm_core.kinship import ZERO_TOLERANCE, KinshipEigen, as_kinship, decompose
from lmm_core.records import Directions, directions

# Spacing of the grid in log odds, and how far it reaches beyond the outermost bends.
STEP = 0.25
REACH = 7.0
# Where contrasts have no genetic variance a profile bends once more, the closer to 1 the smaller
# they are.
NULL_REACH = 12.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SharedRotation(Brief):
    """The second rotation of K and X, ready for any number of phenotypes.

    With Q an orthonormal basis of X, and contrasts z = T'y of variances v(hμ_j + 1 - h), a
    phenotype's profile depends on z² alone, and generalised least squares is a sum over the
    contrasts too: the coefficients on Q are Q'y - hB(z/(hμ + 1 - h)) with B = Q'KT, because
    Q'V⁻¹Q and Q'V⁻¹T are blocks of the inverse of V in the basis [Q, T].

    Attributes:
        kinship: K, decomposed or not.
        X: covariates as given, shape (n, c).
        kept: places of the p independent columns of X.
        Q: orthonormal basis of X, shape (n, p).
        to_beta: from coefficients on Q to those of the kept columns, shape (p, p).
        to_contrasts: T, shape (n, df); of records, from their rotated coordinates, fewer rows.
        values: μ, ascending, exactly 0 where a contrast has no genetic variance, shape (df,); of
            records, those of the contrasts that have coordinates.
        n_null: how many μ are 0.
        reach: B, shape (p, df).
        spread: Q'KQ, shape (p, p).
        directions: those of K that X and phenotypes have coordinates in, if it was decomposed.
    """

    kinship: "KinshipEigen | Undecomposed"
    X: Floats
    kept: Ints
    Q: Floats
    to_beta: Floats
    to_contrasts: Floats
    values: Floats
    n_null: int
    reach: Floats
    spread: Floats
    directions: Directions | None

    @property
    def eigen(self) -> KinshipEigen:
        """The decomposition of K, made if there is none yet."""
        return self.kinship.eigen if isinstance(self.kinship, Undecomposed) else self.kinship

    @property
    def n(self) -> int:
        """Number of individuals, or of records."""
        return len(self.Q)

    @property
    def p(self) -> int:
        """Number of independent columns of X."""
        return len(self.kept)

    @property
    def df(self) -> int:
        """n - p, the number of contrasts."""
        return self.n - self.p

    def contrasts_of(self, left: Floats) -> Floats:
        """z of phenotypes from what X leaves of them, (m, contrasts) from (m, n)."""
        if self.directions is not None and self.directions.within is not None:
            left = self.directions.turned(left.T).T
        return left @ self.to_contrasts

    def grid(self, *, reml: bool, step: float = STEP, marker: bool = False) -> Grid:
        """Values of h between which no hill can hide, as `profile_grid` has for one trait.

        Args:
            reml: by which method profiles are compared.
            step: spacing in log odds.
            marker: whether each profile has a covariate more, a marker.
        """
        # REML has no use for the eigenvalues of K itself.
        lone = reml and self.directions is None
        lam = self.values if lone else self.kinship.values
        after = REACH + (NULL_REACH if self.n_null else 0.0)
        log_odds = log_odds_grid(np.append(self.values, lam), step, REACH, after)
        factor = self.df - int(marker) if reml else self.n
        return make_grid(self.values, lam, log_odds, reml=reml, factor=factor)


class Undecomposed:
    """K that has been looked at, whose eigenvalues and vectors are computed when asked for.

    Attributes:
        K: shape (n, n), read-only.
    """

    def __init__(self, K: ArrayLike) -> None:
        self.K = locked(as_kinship(K))
        self.n = len(self.K)

    @cached_property
    def eigen(self) -> KinshipEigen:
        """Its decomposition."""
        return decompose(self.K)

    @cached_property
    def values(self) -> Floats:
        """The eigenvalues of that, in half its time."""
        values = np.linalg.eigvalsh(self.K).astype(np.float64)
        values[values <= ZERO_TOLERANCE * max(values[-1], 0.0)] = 0.0
        return values


def share(
    kinship: KinshipEigen | Undecomposed, X: ArrayLike | None, *, lean: bool = False
) -> SharedRotation:
    """The second rotation; O(n³), once for each K and X.

    Args:
        kinship: the decomposition of K, also that of records, or K without one: then, as a rule,
            that of the contrasts is the only one.
        X: covariates with the intercept as a column of ones, shape (n, c); None for the
            intercept alone.
        lean: whether contrasts may have the other sign, if that spares a decomposition: to a test
            it is the same, to a draw it is not.

    Raises:
        DesignError: X is not what it must be, see `rotate`.
        KinshipError: K has negative eigenvalues.
        LMMError: K was decomposed with weights.
    """
    X = as_design(X, kinship.n)
    Q, kept = independent_columns(X)
    into = found = None
    if isinstance(kinship, Undecomposed):
        found = kinship_contrasts(kinship.K, Q)
        kinship = kinship if found else kinship.eigen
    if isinstance(kinship, Undecomposed):
        basis, KQ = Q, kinship.K @ Q
    else:
        if kinship.weights is not None:
            raise LMMError(
                "many traits, scans and bootstraps take no weights",
                "K was decomposed with weights",
                "fit one trait at a time with fit_lmm",
            )
        into = directions(kinship, Q)
        basis = into.turned(Q)
        if into.lengths:
            basis[len(basis) - len(kinship.values) - 1] = 0.0
        KQ = into.values[:, np.newaxis] * basis
        vectors = kinship.vectors if kinship.of is None else None
        found = contrast_directions(into.values, basis, vectors, lean=lean)
        if vectors is not None:
            basis, KQ = Q, vectors @ KQ
    assert found is not None
    values, T, n_null = found
    reach = KQ.T @ T
    reach[:, :n_null] = 0.0
    return SharedRotation(
        kinship=kinship,
        X=read_only(np.array(X)),
        kept=read_only(kept),
        Q=read_only(Q),
        to_beta=read_only(np.linalg.solve(split(Q, X[:, kept])[0], np.eye(kept.size))),
        to_contrasts=read_only(T),
        values=read_only(values),
        n_null=n_null,
        reach=read_only(reach),
        spread=read_only(basis.T @ KQ),
        directions=into,
    )
