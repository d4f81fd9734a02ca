"""`scan_markers`: every marker tested under the mixed model, block by block."""

from collections.abc import Callable, Collection, Iterator
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Floats, as_design, as_phenotype
from lmm_core.errors import DesignError, LMMError
from lmm_core.fit import LMMFit, fit_rotated
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.rotation import rotate
from lmm_core.scan.block import ScanModel, block_tests
from lmm_core.scan.refit import STEP
from lmm_core.scan.result import MarkerScan, MarkerTests, empty, finish, put
from lmm_core.scan.sums import marker_grid
from lmm_core.traits.shared import SharedRotation, share
from lmm_core.wls import check_h2

Test: TypeAlias = Literal["wald", "lrt", "score"]
TESTS: tuple[Test, ...] = ("wald", "lrt", "score")
WALD: tuple[Test, ...] = ("wald",)
Progress: TypeAlias = Callable[[float], None]
Landed: TypeAlias = Callable[[slice, MarkerTests], None]

# Numbers of a block of genotypes: its arrays then stay in the cache.
BLOCK_ELEMENTS = 2**18


class Genotypes(Protocol):
    """Genotypes that need not be held all at once; an array will do as well."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Individuals, markers."""

    def __getitem__(self, key: tuple[slice, slice], /) -> NDArray[np.generic]:
        """A block of them, NaN where missing."""


def scan_markers(
    G: Genotypes | ArrayLike,
    y: ArrayLike,
    X: ArrayLike | None,
    K: ArrayLike | KinshipEigen,
    *,
    h2: Literal["refit", "null"] | float = "refit",
    tests: Collection[Test] = WALD,
    n_jobs: int | None = 1,
    progress: Progress | None = None,
    landed: Landed | None = None,
) -> MarkerScan:
    """Test each marker as a fixed effect of the mixed model.

    In the contrasts that X leaves, a marker is one regressor, and the sums of squares and
    products of all markers on a grid of h are two matrix products. From there h is refitted at
    every marker, exactly: every hill, both ends, Newton's method to rounding.

    Args:
        G: genotypes, shape (n, m), as allele counts or dosages, NaN where missing, which the
            marker's mean replaces; an array, or anything with a shape and blocks
            `G[a:b, c:d]`, such as genotypes on disk.
        y: phenotype, shape (n,), finite.
        X: covariates with the intercept as a column of ones, shape (n, c); None for the
            intercept alone.
        K: kinship, shape (n, n), or its decomposition.
        h2: "refit" estimates h at each marker (GEMMA's exact test); "null" holds the REML ĥ of
            the model without a marker (EMMAX, FaST-LMM, R/qtl2); a number holds that.
        tests: of "wald" (REML, always there), "lrt" (h refitted by ML with and without the
            marker) and "score" (at the null model's ML ĥ).
        n_jobs, progress, landed: as of `fit_traits`, with a slice of the markers.

    Returns:
        Arrays over the m markers. Under ML with a kinship that leaves the likelihood unbounded
        `lrt` and `score` are NaN: `null_ml.message` says why.

    Raises:
        DesignError, KinshipError: an input is not what it must be.
        LMMError: an unknown test or h, or no residual degree of freedom for a marker.

    References:
        Zhou & Stephens 2012, Nature Genetics 44:821, and its supplement for the three tests;
        Kang et al. 2010, Nature Genetics 42:348 (h held).
    """
    if unknown := set(tests) - set(TESTS):
        raise LMMError(f"there is no test '{sorted(unknown)[0]}': choose from {', '.join(TESTS)}")
    eigen = decompose(K)
    genotypes = _as_genotypes(G, eigen.n)
    model = scan_model(share(eigen, as_design(X, eigen.n)), y, h2=h2, tests=tests)
    m = genotypes.shape[1]
    out = empty(m)
    done = 0
    for places, part in _run(model, genotypes, n_jobs):
        put(out, places, part)
        done += places.stop - places.start
        if landed:
            landed(places, part)
        if progress:
            progress(done / m)
    df = model.reml.shared.df - 1
    null, null_ml = _nulls(model.reml.shared, as_phenotype(y, eigen.n))
    return finish(out, null, null_ml, df)


def scan_model(
    shared: SharedRotation,
    y: ArrayLike,
    *,
    h2: Literal["refit", "null"] | float = "refit",
    tests: Collection[Test] = WALD,
) -> ScanModel:
    """What the blocks of a scan share: fits without a marker, and the grids of h."""
    values = as_phenotype(y, shared.n)
    if shared.df < 2:
        raise LMMError(
            f"a marker needs a residual degree of freedom: {shared.n} individuals and {shared.p} "
            "coefficients leave none beside its own; use more individuals or fewer covariates"
        )
    scale = float(np.abs(values).max()) or 1.0
    null, null_ml = _nulls(shared, values / scale)
    if null.rotated.exact:
        raise LMMError(
            "a scan needs a phenotype that varies beside the covariates: X fits it without error"
        )
    if h2 == "refit":
        held = None
    elif h2 == "null":
        held = null.h2 if null.maxima else 0.0
    else:
        held = float(h2)
        check_h2(held)
    residual = values / scale
    for _ in range(2):
        residual = residual - shared.Q @ (shared.Q.T @ residual)
    z = residual @ shared.to_contrasts
    if null.rotated.null_explained:
        z[: shared.n_null] = 0.0
    bounded = bool(null_ml.maxima) and null_ml.status != "unbounded"
    wants_lrt, wants_score = "lrt" in tests, "score" in tests
    return ScanModel(
        y=values / scale,
        scale=scale,
        h2=held,
        reml=marker_grid(shared, z, reml=True, step=STEP),
        ml=marker_grid(shared, z, reml=False, step=STEP) if wants_lrt and bounded else None,
        at_h2=None if held is None else _weights(shared, held),
        at_ml=_weights(shared, null_ml.h2) if wants_score and bounded else None,
        null=null,
        null_ml=null_ml,
    )


def _weights(shared: SharedRotation, h2: float) -> Floats:
    """1/(hμ + 1 - h), a common factor apart."""
    d = h2 * shared.values + (1.0 - h2)
    if not d.all():
        raise LMMError(
            "h cannot be held at 1: some contrasts of individuals have no genetic variance under "
            "this kinship; choose a smaller h"
        )
    weights: Floats = 1.0 / d
    return weights


def _nulls(shared: SharedRotation, y: Floats) -> tuple[LMMFit, LMMFit]:
    rotated = rotate(shared.eigen, y, shared.X)
    return tuple(fit_rotated(rotated, shared.eigen, reml=reml) for reml in (True, False))  # type: ignore[return-value]


def _run(
    model: ScanModel, genotypes: Genotypes, n_jobs: int | None
) -> Iterator[tuple[slice, MarkerTests]]:
    n, m = genotypes.shape
    size = max(64, BLOCK_ELEMENTS // n)
    blocks = (slice(start, min(start + size, m)) for start in range(0, m, size))
    if n_jobs == 1:
        for places in blocks:
            yield places, block_tests(model, _block(genotypes, places))
        return
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_placed)(model, _block(genotypes, places), places) for places in blocks
    )


def _placed(model: ScanModel, block: Floats, places: slice) -> tuple[slice, MarkerTests]:
    return places, block_tests(model, block)


def _block(genotypes: Genotypes, places: slice) -> Floats:
    block = np.asarray(genotypes[:, places], dtype=np.float64)
    # A sum is finite only if every entry is, and costs a tenth of looking at each.
    if not np.isfinite(block.sum()) and (infinite := np.isinf(block)).any():
        row, column = np.argwhere(infinite)[0]
        raise DesignError(
            f"genotypes must not be infinite: G[{row}, {places.start + column}] is; write NaN "
            "for what is missing"
        )
    return block


def _as_genotypes(G: Genotypes | ArrayLike, n: int) -> Genotypes:
    genotypes: Genotypes = G if hasattr(G, "shape") else np.asarray(G)  # type: ignore[assignment]
    if len(genotypes.shape) != 2 or genotypes.shape[0] != n:
        raise DesignError(
            f"G must have one row for each of the {n} individuals of the kinship: its shape is "
            f"{tuple(genotypes.shape)}; individuals are rows, markers columns"
        )
    return genotypes
