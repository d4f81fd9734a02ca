"""Fits of many traits without missing values that share K and X."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.certainty.profiles import Grid, Profiles, constant
from lmm_core.coordinates import EXPLAINED_TOLERANCE, is_exact, split
from lmm_core.fit import fit_rotated
from lmm_core.many.ends import profile_ends
from lmm_core.many.shared import SharedRotation
from lmm_core.many.tops import DOUBT, Flags, Tops, find_tops
from lmm_core.rotation import rotate
from lmm_core.verdict import explain

INTERIOR, LOWER, UPPER = "interior", "lower_boundary", "upper_boundary"
UNBOUNDED, FLAT = "unbounded", "flat"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TraitFits(Brief):
    """What `fit_lmm` finds, for each of m traits; NaN where it would be NaN there.

    Attributes:
        h2: ĥ, shape (m,).
        sigma2: v̂, in units of each trait squared, (m,).
        beta, se_beta: coefficients of the c columns of X and their standard errors, (m, c).
        loglik: at ĥ, all constants, (m,).
        n, p: individuals with a value, and independent columns of X among them, (m,).
        status: as text, (m,).
        n_maxima: local maxima of the profile, (m,).
        next_h2, next_loglik: the second highest of them, NaN where there is one only, (m,).
        lower, upper: profile interval of h, NaN unless it was asked for, (m,).
        reml: whether by restricted maximum likelihood.
        n_patterns: in how many ways values were missing; 0 if that was not counted.
    """

    h2: Floats
    sigma2: Floats
    beta: Floats
    se_beta: Floats
    loglik: Floats
    n: Ints
    p: Ints
    status: NDArray[np.str_]
    n_maxima: Ints
    next_h2: Floats
    next_loglik: Floats
    lower: Floats
    upper: Floats
    reml: bool
    n_patterns: int = 0

    @property
    def m(self) -> int:
        """Number of traits."""
        return len(self.h2)

    @property
    def sigma2_g(self) -> Floats:
        """v̂ĥ, the variance that goes with K, in units of each trait squared, (m,)."""
        return self.h2 * self.sigma2

    @property
    def sigma2_e(self) -> Floats:
        """v̂(1-ĥ), the residual variance, in units of each trait squared, (m,)."""
        return (1.0 - self.h2) * self.sigma2

    def message(self, trait: int) -> str:
        """The status of one trait in a sentence."""
        found = [(float(self.h2[trait]), float(self.loglik[trait]))]
        if not np.isnan(self.next_h2[trait]):
            found.append((float(self.next_h2[trait]), float(self.next_loglik[trait])))
        found += found[-1:] * (int(self.n_maxima[trait]) - len(found))
        return explain(
            str(self.status[trait]),  # type: ignore[arg-type]
            maxima=found[: int(self.n_maxima[trait])],
            n=int(self.n[trait]),
            p=int(self.p[trait]),
            reml=self.reml,
            exact=bool(np.isinf(self.loglik[trait])),
        )


def empty(m: int, columns: int, *, reml: bool) -> TraitFits:
    """Room for the fits of m traits: NaN, and none of them fitted."""
    h2, sigma2, loglik, next_h2, next_loglik, lower, upper = (np.full(m, np.nan) for _ in range(7))
    beta, se_beta = (np.full((m, columns), np.nan) for _ in range(2))
    n, p, n_maxima = (np.zeros(m, dtype=np.int64) for _ in range(3))
    return TraitFits(
        *(h2, sigma2, beta, se_beta, loglik, n, p, np.full(m, FLAT, dtype="<U14"), n_maxima),
        *(next_h2, next_loglik, lower, upper, reml),
    )


def fit_block(
    shared: SharedRotation,
    grids: Sequence[Grid],
    Y: Floats,
    *,
    level: float | None = None,
) -> tuple[TraitFits, ...]:
    """Fit the columns of Y, shape (n, m), finite, once on each grid, by REML or ML as it says.

    The grid finds every hill, Newton's method on the score its top. What is a matter of rounding
    there (a trait next to one of the tolerances, or a top within a hair of 0 or 1) is fitted by
    `fit_rotated`.
    """
    q, left = split(shared.Q, Y)
    exact = _exactness(left, Y, shared.p)
    scale = np.abs(left).max(axis=0, initial=0.0)
    scale[(scale == 0.0) | exact[0]] = 1.0
    z = shared.contrasts_of((left / scale).T)
    q /= scale
    return tuple(
        _Block(shared, grid, lambda trait: Y[:, trait], scale, exact, q.T, z).fit(level)
        for grid in grids
    )


def _exactness(left: Floats, Y: Floats, p: int) -> tuple[Flags, Flags]:
    """Which traits X fits without error, and of which it is a matter of rounding, (m,) each."""
    exact = is_exact(left, Y, p)
    return exact, is_exact(left / DOUBT, Y, p) & ~exact


def fit_coordinates(
    shared: SharedRotation,
    grids: Sequence[Grid],
    q: Floats,
    z: Floats,
    *,
    level: float | None = None,
) -> tuple[TraitFits, ...]:
    """`fit_block` for traits that are rotated already: y = Qq + Tz, q (m, p) and z (m, df)."""
    scale = np.maximum(np.abs(q).max(axis=1, initial=0.0), np.abs(z).max(axis=1, initial=0.0))
    scale[scale == 0.0] = 1.0

    def original(trait: int) -> Floats:
        y: Floats = shared.Q @ q[trait] + shared.to_contrasts @ z[trait]
        return y

    q_scaled, z_scaled = q / scale[:, np.newaxis], z / scale[:, np.newaxis]
    exact = _exactness(z_scaled.T, np.hstack([q_scaled, z_scaled]).T, shared.p)
    return tuple(
        _Block(shared, grid, original, scale, exact, q_scaled, z_scaled).fit(level)
        for grid in grids
    )


class _Block:
    """One block of traits by one method; arrays are over its traits, y scaled to at most 1."""

    def __init__(
        self,
        shared: SharedRotation,
        grid: Grid,
        original: Callable[[int], Floats],
        scale: Floats,
        exact: tuple[Flags, Flags],
        q: Floats,
        z: Floats,
    ) -> None:
        self.shared, self.grid, self.reml = shared, grid, grid.reml
        self.original, self.scale, self.q, self.z = original, scale, q, z
        self.out = empty(z.shape[0], shared.X.shape[1], reml=grid.reml)
        self.out.n[:], self.out.p[:] = shared.n, shared.p
        self._triage(*exact)

    def fit(self, level: float | None) -> TraitFits:
        """All of it."""
        if self.shared.df > int(self.reml) and not self.exact.all():
            z2 = np.where(self.exact[:, np.newaxis], 1.0, self.z2)
            profiles = Profiles(self.grid, z2)
            tops = find_tops(profiles, self.unbounded, self.exact | self.alone)
            self.alone |= tops.alone
            self._choose(tops)
            self._estimate(z2)
            if level is not None:
                self._interval(profiles, tops, level)
        self._leave_flat()
        for trait in np.flatnonzero(self.alone):
            self._one(int(trait), level)
        return self.out

    def _triage(self, exact: Flags, doubtful: Flags) -> None:
        """Which traits X fits without error, and which it explains in the null space of K."""
        shared, k = self.shared, self.shared.n_null
        left = np.linalg.norm(self.z, axis=1)
        self.exact = exact | (shared.df == 0)
        null = np.linalg.norm(self.z[:, :k], axis=1)
        explained = null <= EXPLAINED_TOLERANCE * left
        near = null > EXPLAINED_TOLERANCE / DOUBT * left
        near &= null < DOUBT * EXPLAINED_TOLERANCE * left
        self.z2 = self.z**2
        self.z2[explained, :k] = 0.0
        singular = k > 0 if self.reml else np.count_nonzero(shared.kinship.values) < shared.n
        self.unbounded = explained & ~self.exact & singular
        # What they have without genetic variance may be so little that the grid ends before.
        rest = self.z2[:, k:] @ (1.0 / shared.values[k:])
        with np.errstate(divide="ignore", invalid="ignore"):
            bend = np.log(rest) - np.log(self.z2[:, :k].sum(axis=1))
        beyond = (bend + 5.5 > self.grid.log_odds[-1]) & ~explained
        self.alone = (doubtful | near | beyond) & ~self.exact

    def _choose(self, tops: Tops) -> None:
        """The highest maximum of each trait, and the next."""
        out, first = self.out, tops.first
        second = ~first
        second[1:] &= first[:-1]
        # So much less is the log-likelihood of y than that of y over its scale.
        shift = (self.shared.df if self.reml else self.shared.n) * np.log(self.scale)
        loglik = tops.loglik - shift[tops.row]
        for which, h2, height in (
            (first, out.h2, out.loglik),
            (second, out.next_h2, out.next_loglik),
        ):
            rows = tops.row[which]
            h2[rows], height[rows] = tops.h2[which], loglik[which]
        out.n_maxima[:] = tops.n_maxima
        out.status[tops.row] = INTERIOR
        out.status[out.h2 == 0.0] = LOWER
        out.status[out.h2 == 1.0] = UPPER
        out.status[self.unbounded] = UNBOUNDED

    def _interval(self, profiles: Profiles, tops: Tops, level: float) -> None:
        from scipy.special import chdtri

        first = tops.first
        rows = tops.row[first]
        self.out.lower[rows], self.out.upper[rows] = profile_ends(
            Profiles(profiles.grid, profiles.z2[rows]),
            tops.height[rows],
            tops.x[first],
            tops.loglik[first] - 0.5 * float(chdtri(1, 1.0 - level)),
            self.unbounded[rows],
        )

    def _estimate(self, z2: Floats) -> None:
        """v̂, β̂ and standard errors at ĥ."""
        shared, out = self.shared, self.out
        rows = np.flatnonzero(out.n_maxima > 0)
        h = out.h2[rows][:, np.newaxis]
        d = h * shared.values + (1.0 - h)
        w = np.zeros_like(d)
        np.divide(1.0, d, out=w, where=d > 0.0)
        rss = np.einsum("ij,ij->i", z2[rows], w)
        sigma2 = rss / (shared.df if self.reml else shared.n)
        out.sigma2[rows] = sigma2 * self.scale[rows] ** 2
        on_basis = self.q[rows] - h * ((self.z[rows] * w) @ shared.reach.T)
        beta = (on_basis @ shared.to_beta.T) * self.scale[rows, np.newaxis]
        p = shared.p
        pairs = (shared.reach[:, np.newaxis] * shared.reach).reshape(p * p, -1)
        h = h[:, :, np.newaxis]
        cov = h * shared.spread + (1.0 - h) * np.eye(p)
        cov -= h**2 * (w @ pairs.T).reshape(-1, p, p)
        variance = np.einsum("ij,mjk,ik->mi", shared.to_beta, cov, shared.to_beta)
        se = np.sqrt(np.maximum(variance, 0.0) * out.sigma2[rows, np.newaxis])
        out.beta[np.ix_(rows, shared.kept)] = beta
        out.se_beta[np.ix_(rows, shared.kept)] = se

    def _leave_flat(self) -> None:
        """Traits for which no h is better than another: least squares without kinship."""
        out, shared = self.out, self.shared
        rows = np.flatnonzero((out.status == FLAT) & ~self.alone)
        factor = shared.df if self.reml else shared.n
        beta = (self.q[rows] @ shared.to_beta.T) * self.scale[rows, np.newaxis]
        out.beta[np.ix_(rows, shared.kept)] = beta
        rss = self.z2[rows].sum(axis=1) * self.scale[rows] ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            loglik = -0.5 * (constant(factor) + factor * np.log(rss))
        out.loglik[rows] = np.where(self.exact[rows], np.inf, loglik)

    def _one(self, trait: int, level: float | None) -> None:
        """A trait by itself."""
        from lmm_core.certainty.intervals import interval_h2

        shared, out = self.shared, self.out
        rotated = rotate(shared.eigen, self.original(trait), shared.X)
        fit = fit_rotated(rotated, reml=self.reml)
        for name in ("h2", "sigma2", "beta", "se_beta", "loglik", "status"):
            getattr(out, name)[trait] = getattr(fit, name)
        out.n_maxima[trait] = len(fit.maxima)
        if len(fit.maxima) > 1:
            out.next_h2[trait] = fit.maxima[1].h2
            out.next_loglik[trait] = fit.maxima[1].loglik
        if level is not None and fit.maxima:
            out.lower[trait], out.upper[trait] = interval_h2(fit, level=level)
