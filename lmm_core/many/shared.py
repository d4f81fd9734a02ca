"""What all traits share: everything about K and X, computed once."""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints, as_design, read_only
from lmm_core.certainty.error_contrasts import contrast_directions
from lmm_core.certainty.profiles import Grid, make_grid
from lmm_core.coordinates import independent_columns, split
from lmm_core.errors import LMMError
from lmm_core.grid import log_odds_grid
from lmm_core.kinship import KinshipEigen
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
        eigen: decomposition of K.
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
        directions: those of K that X and phenotypes have coordinates in.
    """

    eigen: KinshipEigen
    X: Floats
    kept: Ints
    Q: Floats
    to_beta: Floats
    to_contrasts: Floats
    values: Floats
    n_null: int
    reach: Floats
    spread: Floats
    directions: Directions

    @property
    def n(self) -> int:
        """Number of individuals, or of records."""
        return self.eigen.n

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
        if self.eigen.of is not None:
            left = self.directions.turned(left.T).T
        return left @ self.to_contrasts

    def grid(self, *, reml: bool, step: float = STEP, marker: bool = False) -> Grid:
        """Values of h between which no hill can hide, as `profile_grid` has for one trait.

        Args:
            reml: by which method profiles are compared.
            step: spacing in log odds.
            marker: whether each profile has a covariate more, a marker.
        """
        lam = self.eigen.values
        after = REACH + (NULL_REACH if self.n_null else 0.0)
        log_odds = log_odds_grid(np.append(self.values, lam), step, REACH, after)
        factor = self.df - int(marker) if reml else self.n
        return make_grid(self.values, lam, log_odds, reml=reml, factor=factor)


def share(eigen: KinshipEigen, X: Floats | None) -> SharedRotation:
    """Rotate twice; O(n³), once for each K and X.

    Raises:
        DesignError: X is not what it must be, see `rotate`.
        LMMError: K was decomposed with weights.
    """
    if eigen.weights is not None:
        raise LMMError(
            "many traits, scans and bootstraps take no weights",
            "K was decomposed with weights",
            "fit one trait at a time with fit_lmm",
        )
    X = as_design(X, eigen.n)
    Q, kept = independent_columns(X)
    into = directions(eigen, Q)
    basis = into.turned(Q)
    if into.lengths:
        basis[len(basis) - len(eigen.values) - 1] = 0.0
    values, T, n_null = contrast_directions(into.values, basis)
    weighted = into.values[:, np.newaxis] * basis
    reach = weighted.T @ T
    reach[:, :n_null] = 0.0
    return SharedRotation(
        eigen=eigen,
        X=read_only(np.array(X)),
        kept=read_only(kept),
        Q=read_only(Q),
        to_beta=read_only(np.linalg.solve(split(Q, X[:, kept])[0], np.eye(kept.size))),
        to_contrasts=read_only(eigen.vectors @ T if eigen.of is None else T),
        values=read_only(values),
        n_null=n_null,
        reach=read_only(reach),
        spread=read_only(basis.T @ weighted),
        directions=into,
    )
