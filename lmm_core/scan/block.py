"""Tests of one block of markers."""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats
from lmm_core.coordinates import EXPLAINED_TOLERANCE
from lmm_core.fit import LMMFit, fit_rotated
from lmm_core.rotation import rotate
from lmm_core.scan.markers import TESTED, Markers, as_markers
from lmm_core.scan.refitting import refit
from lmm_core.scan.result import LOG_10, MarkerTests, empty
from lmm_core.scan.sums import MarkerGrid
from lmm_core.scan.tails import log_chi2_tail, log_f_tail


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ScanModel(Brief):
    """What all markers share.

    Attributes:
        y: the phenotype over `scale`, shape (n,).
        scale: its largest absolute value.
        h2: the h to hold, or None to refit it at each marker.
        reml, ml: grids for the refits; `ml` is None unless the LRT is asked for.
        at_h2, at_ml: weights g of the contrasts at `h2` and at the null model's ML ĥ, shape
            (df,), None if not needed or without a finite likelihood.
        null, null_ml: fits of y/scale without a marker.
    """

    y: Floats
    scale: float
    h2: float | None
    reml: MarkerGrid
    ml: MarkerGrid | None
    at_h2: Floats | None
    at_ml: Floats | None
    null: LMMFit
    null_ml: LMMFit


def block_tests(model: ScanModel, genotypes: Floats) -> MarkerTests:
    """All tests that the model asks for, of genotypes (n, m)."""
    shared, z = model.reml.shared, model.reml.z
    markers = as_markers(shared, genotypes)
    out = empty(genotypes.shape[1])
    out.mean[:], out.n_missing[:], out.kind[:] = markers.mean, markers.n_missing, markers.kind
    rows = np.flatnonzero(markers.kind == TESTED)
    if not rows.size:
        return out
    x = markers.contrasts if rows.size == out.m else markers.contrasts[rows]
    length2 = markers.length2[rows]
    xz, x2 = x * z, x * x
    df = shared.df - 1
    found = empty(rows.size)
    if model.at_h2 is None:
        _refitted(model, markers, rows, xz, x2, length2, found)
    else:
        _held(model, xz, x2, length2, found)
    if model.ml is not None:
        _ratio(model, markers, rows, xz, x2, length2, found)
    if model.at_ml is not None:
        b, c = xz @ model.at_ml, x2 @ model.at_ml
        found.score[:] = shared.n * b**2 / (c * float(z**2 @ model.at_ml))
        found.log_p_score[:] = log_f_tail(found.score, df)
    found.log_p_wald[:] = log_f_tail(found.f, df)
    found.beta[:] *= model.scale
    found.se_beta[:] *= model.scale
    found.loglik[:] -= df * np.log(model.scale)
    for name in (
        *("beta", "se_beta", "h2", "loglik", "status", "f", "lrt", "score", "lod"),
        *("log_p_wald", "log_p_lrt", "log_p_score"),
    ):
        getattr(out, name)[rows] = getattr(found, name)
    return out


def _effects(found: MarkerTests, B: Floats, C: Floats, rss: Floats, df: int) -> None:
    """β̂, its standard error and F: the powers of 1 - h cancel in all of them."""
    found.beta[:] = B / C
    found.se_beta[:] = np.sqrt(rss / (df * C))
    found.f[:] = df * B**2 / (C * rss)


def _held(model: ScanModel, xz: Floats, x2: Floats, length2: Floats, found: MarkerTests) -> None:
    grid, g, h = model.reml, model.at_h2, model.h2
    assert g is not None
    assert h is not None
    B, C = xz @ g, x2 @ g
    total = float(grid.z**2 @ g)
    rss = total - B**2 / C
    _effects(found, B, C, rss, grid.factor)
    found.h2[:], found.status[:] = h, "null"
    found.lod[:] = 0.5 * grid.shared.n * np.log(total / rss) / LOG_10
    # At 0 < h < 1, g is over 1 - h: log det and RSS in the same units.
    log_det = -float(np.log(g).sum())
    twice = grid.rest[0] + grid.factor * np.log(rss) + log_det + np.log(C / length2)
    found.loglik[:] = -0.5 * twice


def _refitted(
    model: ScanModel,
    markers: Markers,
    rows: np.ndarray,
    xz: Floats,
    x2: Floats,
    length2: Floats,
    found: MarkerTests,
) -> None:
    grid = model.reml
    best = refit(grid, xz, x2, length2)
    _effects(found, best.B, best.C, best.rss, grid.factor)
    found.h2[:], found.loglik[:] = best.h2, best.loglik
    found.status[:] = np.select(
        [best.h2 == 0.0, best.h2 == 1.0], ["lower_boundary", "upper_boundary"], "interior"
    )
    for i in np.flatnonzero(best.alone | explained(grid, xz, x2)):
        fit = _alone(model, markers, int(rows[i]), reml=True)
        found.h2[i], found.loglik[i], found.status[i] = fit.h2, fit.loglik, fit.status
        found.beta[i], found.se_beta[i] = fit.beta[-1], fit.se_beta[-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            found.f[i] = (found.beta[i] / found.se_beta[i]) ** 2


def _ratio(
    model: ScanModel,
    markers: Markers,
    rows: np.ndarray,
    xz: Floats,
    x2: Floats,
    length2: Floats,
    found: MarkerTests,
) -> None:
    grid = model.ml
    assert grid is not None
    best = refit(grid, xz, x2, length2)
    loglik = best.loglik
    for i in np.flatnonzero(best.alone | explained(grid, xz, x2)):
        fit = _alone(model, markers, int(rows[i]), reml=False)
        loglik[i] = fit.loglik if fit.maxima else np.nan
    found.lrt[:] = 2.0 * (loglik - model.null_ml.loglik)
    found.log_p_lrt[:] = log_chi2_tail(found.lrt)
    if model.at_h2 is None:
        found.lod[:] = found.lrt / (2.0 * LOG_10)


def explained(grid: MarkerGrid, xz: Floats, x2: Floats) -> np.ndarray:
    """Markers that explain what the phenotype has in contrasts without genetic variance."""
    k = grid.shared.n_null
    if not k:
        return np.zeros(xz.shape[0], dtype=bool)
    z2 = float(np.sum(grid.z[:k] ** 2))
    xx, x_z = x2[:, :k].sum(axis=1), xz[:, :k].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = z2 - np.where(xx > 0.0, x_z**2 / xx, 0.0)
    near: np.ndarray = left <= 100.0 * EXPLAINED_TOLERANCE * max(z2, 0.0)
    return near


def _alone(model: ScanModel, markers: Markers, j: int, *, reml: bool) -> LMMFit:
    shared = model.reml.shared
    X = np.column_stack([shared.X, markers.imputed[:, j]])
    return fit_rotated(rotate(shared.eigen, model.y, X), reml=reml)
