"""Tests of one block of markers."""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints, put
from lmm_core.certainty.profiles import Grid, Profiles
from lmm_core.coordinates import EXPLAINED_TOLERANCE
from lmm_core.fit import fit_rotated
from lmm_core.many.fits import TraitFits
from lmm_core.many.shared import SharedRotation
from lmm_core.many.tops import find_tops
from lmm_core.rotation import rotate
from lmm_core.scan.markers import TESTED, Markers, as_markers
from lmm_core.scan.result import LOG_10, MarkerTests, empty
from lmm_core.scan.tails import log_chi2_tail, log_f_tail

# Spacing of the grid in log odds: fine enough to part hills, and for Newton's method to start.
STEP = 0.5
# A marker that leaves less than this share has an RSS of its own: as a difference of sums it would
# lose as many digits.
STRONG = 1e-4
# Blocks that a triangle is multiplied in: 7/12 of the square's work, by products that other threads
# can go beside, as SciPy's dtrmm cannot.
PIECES = 6


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NullModel(Brief):
    """The model without a marker.

    Attributes:
        shared: K and X, rotated.
        y: the phenotype over `scale`, shape (n,); one far from 0 is less its first value.
        scale: its largest absolute value.
        z: contrasts of y/scale, shape (df,).
        h2: the h that was given, or the REML ĥ.
        ml: the ML fit of y/scale, None unless it was wanted.
    """

    shared: SharedRotation
    y: Floats
    scale: float
    z: Floats
    h2: float
    ml: TraitFits | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Held(Brief):
    """Weights g at one h, of the rows x that the covariates leave of markers.

    With Γ = LL' a marker has B = Σgxz = xΓz and C = Σgx² = |xL|². In contrasts Γ = diag(g), and L
    is its root. In individuals Γ = T diag(g) T' + ḡQQ', with any ḡ, for xQ = 0; and L is its
    Cholesky factor, a triangle: a product with it takes 7/12 of the work of one with T.

    Attributes:
        w: Γz, the phenotype in the coordinates of x, (k,).
        factor: L, its diagonal (df,) or the lower triangle (n, n).
        e: L'z, (k,).
        log_det: Σ log g.
    """

    w: Floats
    factor: Floats
    e: Floats
    log_det: float

    @property
    def rotated(self) -> bool:
        """Whether x are contrasts."""
        return self.factor.ndim == 1

    def decorrelated(self, x: Floats) -> Floats:
        """xL, shape (m, k); a triangle overwrites x."""
        if self.rotated:
            return x * self.factor
        # Column by column of blocks: what lies left of one is not needed any more.
        n = len(self.factor)
        width = -(-n // PIECES)
        for a in range(0, n, width):
            x[:, a : a + width] = x[:, a:] @ self.factor[a:, a : a + width]
        return x


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ScanModel(Brief):
    """What all markers share.

    Attributes:
        null: the model without a marker.
        reml, ml: grids for the refits; `ml` is None unless the LRT is asked for.
        held: the weights at the h that is held, None if it is refitted.
        at_ml: weights g of the contrasts at the null model's ML ĥ, None if not needed or without a
            finite likelihood, (df,).
    """

    null: NullModel
    reml: Grid
    ml: Grid | None
    held: Held | None
    at_ml: Floats | None


def block_tests(model: ScanModel, genotypes: Floats) -> MarkerTests:
    """All tests that the model asks for, of genotypes (n, m)."""
    null, df = model.null, model.null.shared.df - 1
    held = model.held
    markers = as_markers(null.shared, genotypes, rotated=held is None or held.rotated)
    out = empty(genotypes.shape[1])
    rows = np.flatnonzero(markers.kind == TESTED)
    found = empty(rows.size)
    if rows.size:
        x = markers.contrasts if rows.size == out.m else markers.contrasts[rows]
        if held is not None:
            _hold(model, held, x, found)
        if model.ml is not None or model.at_ml is not None or held is None:
            x2 = x * x
        if model.at_ml is not None:
            b, c = x @ (null.z * model.at_ml), x2 @ model.at_ml
            found.score[:] = null.shared.n * b**2 / (c * float(null.z**2 @ model.at_ml))
            found.log_p_score[:] = log_f_tail(found.score, df)
        if held is None or model.ml is not None:
            x *= null.z
        if held is None:
            _refit(model, model.reml, markers, rows, x, x2, found)
        if model.ml is not None and null.ml is not None:
            best = empty(rows.size)
            _refit(model, model.ml, markers, rows, x, x2, best)
            found.lrt[:] = 2.0 * (best.loglik - null.ml.loglik[0])
            found.log_p_lrt[:] = log_chi2_tail(found.lrt)
            if held is None:
                found.lod[:] = found.lrt / (2.0 * LOG_10)
        found.log_p_wald[:] = log_f_tail(found.f, df)
        found.beta[:] *= null.scale
        found.se_beta[:] *= null.scale
        found.loglik[:] -= df * np.log(null.scale)
    put(out, rows, found)
    out.mean[:], out.n_missing[:], out.kind[:] = markers.mean, markers.n_missing, markers.kind
    return out


def _effects(found: MarkerTests, B: Floats, C: Floats, rss: Floats, df: int) -> None:
    """β̂, its standard error and F: the powers of 1 - h cancel in all of them."""
    found.beta[:] = B / C
    found.se_beta[:] = np.sqrt(rss / (df * C))
    found.f[:] = df * B**2 / (C * rss)


def _hold(model: ScanModel, held: Held, x: Floats, found: MarkerTests) -> None:
    null, grid = model.null, model.reml
    B, left2 = x @ held.w, np.vecdot(x, x)
    x = held.decorrelated(x)
    C, total = np.vecdot(x, x), float(held.e @ held.e)
    rss = total - B**2 / C
    for i in np.flatnonzero(rss < STRONG * total):
        rss[i] = np.sum((held.e - B[i] / C[i] * x[i]) ** 2)
    _effects(found, B, C, rss, grid.factor)
    found.h2[:], found.status[:] = null.h2, "null"
    found.lod[:] = 0.5 * null.shared.n * np.log(total / rss) / LOG_10
    # At 0 < h < 1, g is over 1 - h: log det and RSS in the same units.
    log_det = np.log(C / left2) - held.log_det
    found.loglik[:] = -0.5 * (grid.rest[0] + grid.factor * np.log(rss) + log_det)


def _refit(
    model: ScanModel,
    grid: Grid,
    markers: Markers,
    rows: Ints,
    xz: Floats,
    x2: Floats,
    found: MarkerTests,
) -> None:
    """h estimated anew beside each marker.

    Where ℓ is unbounded, the slope that leads to infinity is no hill, and ĥ is the best finite
    maximum; all is NaN of a marker without one.
    """
    null, shared = model.null, model.null.shared
    profiles = Profiles(grid, null.z**2, xz, x2)
    # As ML does where the covariates hold all that has no genetic variance, whatever the
    # phenotype: the intercept under a centred kinship.
    unbounded = not grid.reml and not shared.n_null and not grid.has_limit
    aside = explained(shared, null.z, xz, x2)
    tops = find_tops(profiles, np.full(rows.size, unbounded), aside)
    best = tops.row[tops.first]
    found.h2[best], found.loglik[best] = tops.h2[tops.first], tops.loglik[tops.first]
    rss, B, C = sums = np.full((3, rows.size), np.nan)
    sums[:, best] = tops.sums[:, tops.first]
    _effects(found, B, C, rss, grid.factor)
    found.status[:] = np.select(
        [found.h2 == 0.0, found.h2 == 1.0], ["lower_boundary", "upper_boundary"], "interior"
    )
    for i in np.flatnonzero((tops.n_maxima == 0) | (rss < STRONG * B**2 / C)):
        X = np.column_stack([shared.X, markers.imputed[:, rows[i]]])
        fit = fit_rotated(rotate(shared.eigen, null.y, X), reml=grid.reml)
        found.h2[i], found.status[i] = fit.h2, fit.status
        found.loglik[i] = fit.loglik if grid.reml or fit.maxima else np.nan
        found.beta[i], found.se_beta[i] = fit.beta[-1], fit.se_beta[-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            found.f[i] = (found.beta[i] / found.se_beta[i]) ** 2


def explained(shared: SharedRotation, z: Floats, xz: Floats, x2: Floats) -> np.ndarray:
    """Markers that explain what the phenotype has in contrasts without genetic variance."""
    k = shared.n_null
    if not k:
        return np.zeros(xz.shape[0], dtype=bool)
    z2 = float(np.sum(z[:k] ** 2))
    xx, x_z = x2[:, :k].sum(axis=1), xz[:, :k].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = z2 - np.where(xx > 0.0, x_z**2 / xx, 0.0)
    return left <= 100.0 * EXPLAINED_TOLERANCE * max(z2, 0.0)
