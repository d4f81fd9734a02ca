"""Fits of many traits without missing values that share K and X."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.coordinates import EXPLAINED_TOLERANCE, is_exact, split
from lmm_core.fit import FLAT_TOLERANCE, fit_rotated
from lmm_core.many.ascent import climb
from lmm_core.many.ends import profile_ends
from lmm_core.many.profiles import STEP, Grid, constant, end_slopes, heights, peaks
from lmm_core.many.refine import slopes, values
from lmm_core.many.shared import SharedRotation
from lmm_core.rotation import rotate
from lmm_core.verdict import explain

INTERIOR, LOWER, UPPER, UNBOUNDED, FLAT = (
    "interior",
    "lower_boundary",
    "upper_boundary",
    "unbounded",
    "flat",
)
# What is within this factor of a tolerance is fitted by itself: rounding must not decide.
DOUBT = 100.0
# A dip of less than this, relative to the log-likelihood, may be rounding: fitted by itself.
SHALLOW = 1e-8
# A slope at an end this small, relative to its terms, may be of either sign.
LEVEL = 1e-11


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TraitFits(Brief):
    """What `fit_lmm` finds, for each of m traits; NaN where it would be NaN there.

    Attributes:
        h2: ĥ, shape (m,).
        sigma2, sigma2_g, sigma2_e: v̂ and its two parts, in units of each trait squared, (m,).
        beta, se_beta: coefficients of the c columns of X and their standard errors, (m, c).
        loglik: at ĥ, all constants, (m,).
        n, p: individuals with a value, and independent columns of X among them, (m,).
        status: as text, (m,).
        n_maxima: local maxima of the profile, (m,).
        next_h2, next_loglik: the second highest of them, NaN where there is one only, (m,).
        lower, upper: profile interval of h, NaN unless it was asked for, (m,).
        reml: whether by restricted maximum likelihood.
    """

    h2: Floats
    sigma2: Floats
    sigma2_g: Floats
    sigma2_e: Floats
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

    @property
    def m(self) -> int:
        """Number of traits."""
        return len(self.h2)

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
    nan = [np.full(m, np.nan) for _ in range(9)]
    return TraitFits(
        h2=nan[0],
        sigma2=nan[1],
        sigma2_g=nan[2],
        sigma2_e=nan[3],
        beta=np.full((m, columns), np.nan),
        se_beta=np.full((m, columns), np.nan),
        loglik=nan[4],
        n=np.zeros(m, dtype=np.int64),
        p=np.zeros(m, dtype=np.int64),
        status=np.full(m, FLAT, dtype="<U14"),
        n_maxima=np.zeros(m, dtype=np.int64),
        next_h2=nan[5],
        next_loglik=nan[6],
        lower=nan[7],
        upper=nan[8],
        reml=reml,
    )


def put(into: TraitFits, places: Ints | slice, part: TraitFits) -> None:
    """Write the fits of some traits into their places."""
    for field in fields(TraitFits):
        if field.name != "reml":
            getattr(into, field.name)[places] = getattr(part, field.name)


def lock(fits: TraitFits) -> TraitFits:
    """The same fits, read-only."""
    for field in fields(TraitFits):
        if field.name != "reml":
            read_only(getattr(fits, field.name))
    return fits


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


def _exactness(left: Floats, Y: Floats, p: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
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
        exact: tuple[NDArray[np.bool_], NDArray[np.bool_]],
        q: Floats,
        z: Floats,
    ) -> None:
        self.shared, self.grid, self.reml = shared, grid, grid.reml
        self.original, self.scale, self.q, self.z = original, scale, q, z
        self.out = empty(z.shape[0], shared.X.shape[1], reml=grid.reml)
        self.out.n[:], self.out.p[:] = shared.n, shared.p
        self.alone = np.zeros(z.shape[0], dtype=bool)
        self._triage(*exact)

    def fit(self, level: float | None) -> TraitFits:
        """All of it."""
        if self.shared.df > int(self.reml) and not self.exact.all():
            self._search(level)
        self._leave_flat()
        for trait in np.flatnonzero(self.alone):
            self._one(int(trait), level)
        return self.out

    def _triage(self, exact: NDArray[np.bool_], doubtful: NDArray[np.bool_]) -> None:
        """Which traits X fits without error, and which it explains in the null space of K."""
        left = np.linalg.norm(self.z, axis=1)
        self.exact = exact | (self.shared.df == 0)
        self.alone |= doubtful & ~self.exact
        k = self.shared.n_null
        null = np.linalg.norm(self.z[:, :k], axis=1)
        self.explained = null <= EXPLAINED_TOLERANCE * left
        near = null > EXPLAINED_TOLERANCE / DOUBT * left
        self.alone |= near & (null < DOUBT * EXPLAINED_TOLERANCE * left) & ~self.exact
        self.z2 = self.z**2
        self.z2[self.explained, :k] = 0.0
        singular = k > 0 if self.reml else self.shared.eigen.rank < self.shared.n
        self.unbounded = self.explained & ~self.exact & singular

    def _search(self, level: float | None) -> None:
        shared, grid = self.shared, self.grid
        z2 = np.where(self.exact[:, np.newaxis], 1.0, self.z2)
        height = heights(grid, z2)
        height[:, -1] = np.where(self.unbounded, np.inf, height[:, -1])
        self._set_flat(height)
        self._bends_beyond(grid)
        at_zero, at_one = end_slopes(grid, shared.values, z2)
        trait, place = peaks(height)
        last = height.shape[1] - 1
        usual = (place > 0) & (place < last) & ~(self.alone | self.flat)[trait]
        # A top in the first or the last cell, or one beside an end that slopes the other way.
        doubt_zero = np.abs(at_zero) <= LEVEL * grid.factor * (1.0 + shared.values.max())
        odd = (place == 0) & (at_zero > 0.0)[trait] | (place == 0) & doubt_zero[trait]
        odd |= (place == 1) & (at_zero <= 0.0)[trait]
        if np.isfinite(grid.rest[-1]):
            doubt_one = np.abs(at_one) <= LEVEL * np.sum(1.0 / grid.spectrum)
            odd |= (place == last) & ((at_one < 0.0) | doubt_one)[trait]
            odd |= (place == last - 1) & (at_one >= 0.0)[trait]
        else:
            odd |= (place >= last - 1) & ~self.unbounded[trait]
        if np.isfinite(shared.trusted):
            odd |= place > np.searchsorted(grid.log_odds, shared.trusted)
        odd |= self._shallow(height, trait, place)
        odd &= ~self.flat[trait]
        self.alone[trait[odd]] = True
        usual &= ~self.alone[trait]

        x = np.where(place == 0, -np.inf, np.inf)
        top = height[trait, place]
        rows, at = trait[usual], place[usual]
        around = np.stack([height[rows, at + k] for k in (-1, 0, 1)], axis=1)
        at_rows = z2[rows]
        x[usual] = climb(
            lambda some, x: slopes(grid, shared.values, at_rows[some], x),
            around,
            grid.log_odds[at - 1],
            STEP,
        )
        top[usual], _ = values(grid, shared.values, at_rows, x[usual])
        keep = ~(self.alone | self.flat)[trait] & (top < np.inf)
        self._choose(trait[keep], x[keep], top[keep])
        self._estimate(z2)
        if level is not None:
            self._interval(grid, z2, height, level)

    def _set_flat(self, height: Floats) -> None:
        inner = height[:, :-1]
        high = np.maximum(1.0, np.abs(inner).max(axis=1))
        spread = np.ptp(inner, axis=1)
        end = height[:, -1]
        finite = np.isfinite(end)
        spread = np.where(finite, np.maximum(spread, np.abs(end - inner[:, 0])), spread)
        self.flat = self.exact | ((spread <= FLAT_TOLERANCE * high) & finite)
        doubt = (spread <= DOUBT * FLAT_TOLERANCE * high) & ~self.exact
        self.alone |= doubt & (spread > FLAT_TOLERANCE / DOUBT * high)

    def _bends_beyond(self, grid: Grid) -> None:
        """Contrasts without genetic variance so small that the grid ends before they tell."""
        k = self.shared.n_null
        if not k:
            return
        rest = self.z2[:, k:] @ (1.0 / self.shared.values[k:])
        null = self.z2[:, :k].sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            bend = np.log(rest) - np.log(null)
        self.alone |= (bend + 5.5 > grid.log_odds[-1]) & ~self.explained & ~self.exact

    def _shallow(self, height: Floats, trait: Ints, place: Ints) -> NDArray[np.bool_]:
        """Peaks parted from the one before by a dip that may be rounding."""
        shallow = np.zeros(trait.shape, dtype=bool)
        for i in np.flatnonzero(trait[1:] == trait[:-1]) + 1:
            profile = height[trait[i], place[i - 1] : place[i] + 1]
            dip = min(profile[0], profile[-1]) - profile.min()
            shallow[i] = dip <= SHALLOW * max(1.0, abs(profile.min()))
        return shallow

    def _choose(self, trait: Ints, x: Floats, top: Floats) -> None:
        """The highest maximum of each trait, and the next."""
        out, m = self.out, self.z.shape[0]
        order = np.lexsort((-top, trait))
        trait, x, top = trait[order], x[order], top[order]
        h = 1.0 / (1.0 + np.exp(-x))
        first = np.ones(trait.shape, dtype=bool)
        first[1:] = trait[1:] != trait[:-1]
        second = np.zeros(trait.shape, dtype=bool)
        second[1:] = ~first[1:] & first[:-1]
        self.x, self.top = np.full((2, m), np.nan)
        self.x[trait[first]], self.top[trait[first]] = x[first], top[first]
        out.h2[trait[first]], out.loglik[trait[first]] = h[first], top[first]
        out.next_h2[trait[second]], out.next_loglik[trait[second]] = h[second], top[second]
        out.n_maxima[:] = np.bincount(trait, minlength=m)
        out.status[trait] = INTERIOR
        out.status[out.h2 == 0.0] = LOWER
        out.status[out.h2 == 1.0] = UPPER
        out.status[self.unbounded] = UNBOUNDED
        # So much less is the log-likelihood of y than that of y over its scale.
        shift = (self.shared.df if self.reml else self.shared.n) * np.log(self.scale)
        out.loglik[:] -= shift
        out.next_loglik[:] -= shift

    def _fitted(self) -> Ints:
        return np.flatnonzero(self.out.n_maxima > 0)

    def _interval(self, grid: Grid, z2: Floats, height: Floats, level: float) -> None:
        from scipy.special import chdtri

        rows = self._fitted()
        cut = self.top[rows] - 0.5 * float(chdtri(1, 1.0 - level))
        self.out.lower[rows], self.out.upper[rows] = profile_ends(
            grid,
            self.shared.values,
            z2[rows],
            height[rows],
            self.x[rows],
            cut,
            self.unbounded[rows],
        )

    def _estimate(self, z2: Floats) -> None:
        """v̂, β̂ and standard errors at ĥ."""
        shared, out = self.shared, self.out
        rows = self._fitted()
        h = out.h2[rows][:, np.newaxis]
        d = h * shared.values + (1.0 - h)
        w = np.zeros_like(d)
        np.divide(1.0, d, out=w, where=d > 0.0)
        rss = np.einsum("ij,ij->i", z2[rows], w)
        sigma2 = rss / (shared.df if self.reml else shared.n)
        out.sigma2[rows] = sigma2 * self.scale[rows] ** 2
        out.sigma2_g[rows] = out.h2[rows] * out.sigma2[rows]
        out.sigma2_e[rows] = (1.0 - out.h2[rows]) * out.sigma2[rows]
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
        for name in ("h2", "sigma2", "sigma2_g", "sigma2_e", "beta", "se_beta", "loglik", "status"):
            getattr(out, name)[trait] = getattr(fit, name)
        out.n_maxima[trait] = len(fit.maxima)
        if len(fit.maxima) > 1:
            out.next_h2[trait] = fit.maxima[1].h2
            out.next_loglik[trait] = fit.maxima[1].loglik
        if level is not None and fit.maxima:
            found = interval_h2(fit, level=level)
            out.lower[trait], out.upper[trait] = found.lower, found.upper
