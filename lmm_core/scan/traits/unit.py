"""Some traits of one pattern of missing values, from their values to their peaks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.certainty.profiles import Grid
from lmm_core.coordinates import split
from lmm_core.genotypes import Genotypes
from lmm_core.many.fits import UNBOUNDED, fit_block
from lmm_core.many.shared import SharedRotation, Undecomposed, share
from lmm_core.many.threads import one_blas_thread
from lmm_core.progress import Progress
from lmm_core.scan.result import LOG_10
from lmm_core.scan.traits.kernel import Found, Traits, nothing, scan_rows
from lmm_core.scan.traits.panels import Panel, Real, panels_of
from lmm_core.scan.traits.result import (
    EXPLAINED,
    NO_FREEDOM,
    TESTED,
    Pairs,
    TraitScans,
    empty,
    statistics,
)

# Numbers of traits that are fitted at once.
FIT_ELEMENTS = 2**18


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Unit(Brief):
    """Traits that have values for the same individuals, and what they are scanned with.

    All of it is one argument: see `lmm_core.many.blocks`.

    Attributes:
        weight: its share of all the work.
        places: of the traits among all, (m,).
        Y: their values, shape (n, m), finite.
        X: covariates of the same individuals, (n, c).
        above: the LOD score above which a pair is wanted, (m,); infinite for the peaks alone.
        dtype: precision of the products.
        keep: who has values, among all, (N,); None if everybody has.
        genotypes: of all.
        K: kinship of those who are kept, (n, n), or None if it is decomposed:
        shared, grid: that, with X; `panels`: the markers, if they are kept.
    """

    weight: float
    places: Ints
    Y: Floats
    X: Floats
    above: Floats
    dtype: type[np.floating]
    keep: NDArray[np.bool_] | None
    genotypes: Genotypes
    K: Floats | None
    shared: SharedRotation | None
    grid: Grid | None
    panels: Sequence[Panel] | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scanned(Brief):
    """What came of a unit.

    Attributes:
        places: of its traits among all, (m,).
        peaks: of these traits.
        pairs: with places among all.
        r2: of every marker, (m, M), NaN where it could not be tested; None unless asked for.
    """

    places: Ints
    peaks: TraitScans
    pairs: Pairs
    r2: NDArray[np.float32] | None


def scan_unit(unit: Unit, tell: Progress, *, all_r2: bool = False) -> Scanned:
    """Fit the null model of each trait, and scan them together."""
    with one_blas_thread():
        return _scan(unit, tell, all_r2)


def _scan(unit: Unit, tell: Progress, all_r2: bool) -> Scanned:
    n, m = unit.Y.shape
    total = unit.genotypes.shape[1]
    peaks = empty(m)
    r2 = np.full((m, total), np.nan, dtype=np.float32) if all_r2 else None
    peaks.n[:] = n
    none = Scanned(unit.places, peaks, _pairs(unit, nothing(), 1, np.ones(m)), r2)
    if not n or not unit.X.any():
        return none
    shared, grid = unit.shared, unit.grid
    if shared is None:
        assert unit.K is not None
        shared = share(Undecomposed(unit.K), unit.X)
    peaks.p[:] = shared.p
    df = shared.df - 1
    if df < 1:
        peaks.kind[:] = NO_FREEDOM
        return none
    z, scale = _fitted(shared, grid or shared.grid(reml=True), unit.Y, peaks)
    rows = np.flatnonzero(peaks.kind == TESTED)
    if not rows.size:
        return none
    panels = unit.panels
    if panels is None:
        panels = panels_of(shared, unit.genotypes, unit.keep, unit.dtype)  # type: ignore[assignment]
    assert panels is not None
    traits = Traits(
        z[rows],
        peaks.h2[rows],
        shared.values,
        -np.expm1(-2.0 * LOG_10 / n * unit.above[rows]),
    )
    done, tested = 0, 0

    def told(pairs: int) -> None:
        nonlocal done
        done += pairs
        tell(done / (max(1, rows.size) * total))

    def counted(panel: Panel) -> Panel:
        nonlocal tested
        tested += int((panel.kind >= 0).sum())
        return panel

    def landed(which: Ints, panel: Panel, values: Real) -> None:
        assert r2 is not None
        there = np.flatnonzero(panel.kind >= 0)
        r2[np.ix_(rows[which], panel.start + there)] = values[:, panel.kind[there]]

    best, wanted = scan_rows(
        traits, map(counted, panels), unit.dtype, told, landed if all_r2 else None
    )
    peaks.n_tested[rows] = tested
    at = rows[best.row]
    peaks.place[at] = best.place
    peaks.r2[at] = best.r2
    peaks.lod[at], peaks.f[at], peaks.log_p[at] = statistics(best.r2, n, df)
    peaks.beta[at] = best.beta * scale[at]
    peaks.se_beta[at] = best.se * scale[at] / np.sqrt(df)
    wanted = replace(wanted, row=rows[wanted.row])
    return Scanned(unit.places, peaks, _pairs(unit, wanted, df, scale), r2)


def _fitted(
    shared: SharedRotation, grid: Grid, Y: Floats, peaks: TraitScans
) -> tuple[Floats, Floats]:
    """Contrasts of each trait over its scale, (m, df), and the scale; ĥ goes into `peaks`."""
    n, m = Y.shape
    z, scale = np.empty((m, shared.values.size)), np.empty(m)
    size = max(64, FIT_ELEMENTS // n)
    for start in range(0, m, size):
        part = slice(start, start + size)
        fits = fit_block(shared, [grid], Y[:, part])[0]
        z[part], scale[part] = contrasts_of(shared, Y[:, part], fits.status == UNBOUNDED)
        peaks.h2[part] = np.where(fits.n_maxima > 0, fits.h2, 0.0)
        peaks.status[part] = fits.status
        peaks.kind[part] = np.where(np.isinf(fits.loglik), EXPLAINED, TESTED)
    return z, scale


def contrasts_of(
    shared: SharedRotation, Y: Floats, unbounded: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """The contrasts z of each trait over its scale, (m, df), and the scale, (m,).

    Args:
        shared: K and X.
        Y: traits in columns, (n, m).
        unbounded: traits that X explains where K has no variance: z is 0 there, (m,).
    """
    left = split(shared.Q, Y)[1]
    scale = np.abs(left).max(axis=0)
    scale[scale == 0.0] = 1.0
    z = shared.contrasts_of((left / scale).T)
    z[unbounded, : shared.n_null] = 0.0
    return z, scale


def _pairs(unit: Unit, found: Found, df: int, scale: Floats) -> Pairs:
    lod, F, log_p = statistics(found.r2, unit.Y.shape[0], df)
    return Pairs(
        unit.places[found.row],
        found.place,
        lod,
        F,
        log_p,
        found.beta * scale[found.row],
        found.se * scale[found.row] / np.sqrt(df),
    )
