"""`scan_markers`: every marker tested under the mixed model, block by block."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Brief, Floats, arrays_of, as_phenotype, lock, put
from lmm_core.coordinates import EXPLAINED_TOLERANCE, anchors_of, split
from lmm_core.errors import LMMError
from lmm_core.genotypes import Genotypes, as_genotypes, block_places, read_block
from lmm_core.kinship import KinshipEigen
from lmm_core.least_squares import check_h2
from lmm_core.many.fits import fit_block
from lmm_core.many.shared import SharedRotation, Undecomposed, share
from lmm_core.many.threads import spread
from lmm_core.progress import Progress
from lmm_core.records import written_out
from lmm_core.scan.block import STEP, Held, NullModel, ScanModel, block_tests
from lmm_core.scan.result import MarkerScan, MarkerTests, empty

Test: TypeAlias = Literal["wald", "lrt", "score"]
TESTS: tuple[Test, ...] = ("wald", "lrt", "score")
WALD: tuple[Test, ...] = ("wald",)
# So many markers for each individual repay a triangle, if h is held, and it has these digits.
MANY, DIGITS = 8, 1e-10
Landed: TypeAlias = Callable[[slice, MarkerTests], None]


def scan_markers(
    G: Genotypes | ArrayLike,
    y: ArrayLike,
    X: ArrayLike | None,
    K: ArrayLike | KinshipEigen,
    *,
    h2: Literal["refit", "null"] | float = "refit",
    tests: Collection[Test] = WALD,
    n_jobs: int | None = 1,
    threads: int | None = None,
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
        threads: of this process, if n_jobs is 1, each with one thread of BLAS; None takes as many
            as there are cores.
        n_jobs, progress, landed: as of `fit_traits`, with a slice of the markers.

    Returns:
        Arrays over the m markers. Under ML with a kinship that leaves the likelihood unbounded
        `lrt` and `score` are of its best finite maxima, with and without the marker, and NaN
        where there is none: `null_ml.message` says why.

    Raises:
        DesignError, KinshipError: an input is not what it must be.
        LMMError: an unknown test or h, or no residual degree of freedom for a marker.

    References:
        Zhou & Stephens 2012, Nature Genetics 44:821, and its supplement for the three tests;
        Kang et al. 2010, Nature Genetics 42:348 (h held).
    """
    if unknown := set(tests) - set(TESTS):
        raise LMMError(
            f"there is no test “{sorted(unknown)[0]}”", remedy=f"choose from {', '.join(TESTS)}"
        )
    kinship = written_out(K, "a scan") if isinstance(K, KinshipEigen) else Undecomposed(K)
    genotypes = as_genotypes(G, kinship.n)
    m = genotypes.shape[1]
    model = scan_model(share(kinship, X, lean=True), y, h2=h2, tests=tests, m=m)
    out = empty(m)
    work = (
        _Block(model, read_block(genotypes, one), one, (one.stop - one.start) / m)
        for one in block_places(genotypes)
    )
    for places, part in spread(_placed, work, n_jobs=n_jobs, threads=threads, progress=progress):
        put(out, places, part)
        if landed:
            landed(places, part)
    shared = model.null.shared
    return MarkerScan(
        **arrays_of(lock(out)),
        data=(shared.kinship, as_phenotype(y, shared.n), shared.X),
        df=shared.df - 1,
    )


def scan_model(
    shared: SharedRotation,
    y: ArrayLike,
    *,
    h2: Literal["refit", "null"] | float = "refit",
    tests: Collection[Test] = WALD,
    m: int = 0,
) -> ScanModel:
    """What the blocks of a scan of m markers share: fits without a marker, and the grids of h."""
    extra = bool({"lrt", "score"} & set(tests))
    null = null_model(shared, y, h2, ml=extra)
    top = null.ml is not None and bool(null.ml.n_maxima[0])
    grid = partial(shared.grid, step=STEP, marker=True)
    return ScanModel(
        null=null,
        reml=grid(reml=True),
        ml=grid(reml=False) if "lrt" in tests and top else None,
        held=None if h2 == "refit" else _held(null, triangle=m > MANY * shared.n and not extra),
        at_ml=(
            contrast_weights(shared, float(null.ml.h2[0]))
            if null.ml is not None and "score" in tests and top
            else None
        ),
    )


def null_model(
    shared: SharedRotation,
    y: ArrayLike,
    h2: Literal["refit", "null"] | float,
    *,
    ml: bool = False,
) -> NullModel:
    """Fit without a marker, by ML too if that is wanted, and see that one can be tested."""
    values = as_phenotype(y, shared.n)
    if shared.df < 2:
        raise LMMError(
            "a marker needs a residual degree of freedom",
            f"{shared.n} individuals and {shared.p} coefficients leave none beside its own",
            "use more individuals or fewer covariates",
        )
    # A constant tells nothing of a marker, and costs digits.
    values = values - anchors_of(shared.Q, values[:, np.newaxis])[0]
    scale = float(np.abs(values).max()) or 1.0
    grids = [shared.grid(reml=reml) for reml in (True, False)[: 1 + ml]]
    fits = fit_block(shared, grids, (values / scale)[:, np.newaxis])
    if np.isinf(fits[0].loglik[0]):
        raise LMMError(
            "a scan needs a phenotype that varies beside the covariates", "X fits it without error"
        )
    if isinstance(h2, str):
        held = float(fits[0].h2[0]) if fits[0].n_maxima[0] else 0.0
    else:
        held = float(h2)
        check_h2(held)
    z = split(shared.Q, (values / scale)[:, np.newaxis])[1][:, 0] @ shared.to_contrasts
    if np.linalg.norm(z[: shared.n_null]) <= EXPLAINED_TOLERANCE * np.linalg.norm(z):
        z[: shared.n_null] = 0.0
    return NullModel(shared, values / scale, scale, z, held, fits[1] if ml else None)


def _held(null: NullModel, *, triangle: bool) -> Held:
    """The weights at the null model's h; by a triangle if that is wanted and keeps the digits.

    Roundings make it that of Γ + E, where |E| is about ε√n·max g (Higham & Mary 2019, SIAM J Sci
    Comput 41:A2815), and Σgx² ≥ |x|²·min g: its relative error is ε√n·(max g/min g) at most.
    """
    shared, z = null.shared, null.z
    g = contrast_weights(shared, null.h2)
    root, log_det = np.sqrt(g), float(np.log(g).sum())
    error = np.finfo(np.float64).eps * shared.n**0.5 * g.max()
    if not triangle or error > DIGITS * g.min():
        return Held(z * g, root, z * root, log_det)
    T, Q = shared.to_contrasts, shared.Q
    both = np.column_stack([T * root, Q * np.sqrt(g.mean())])
    L = np.linalg.cholesky(both @ both.T)
    return Held(T @ (z * g), L, L.T @ (T @ z), log_det)


def contrast_weights(shared: SharedRotation, h2: float) -> Floats:
    """1/(hμ + 1 - h), a common factor apart."""
    d = h2 * shared.values + (1.0 - h2)
    if not d.all():
        raise LMMError(
            "h cannot be held at 1",
            "some contrasts of individuals have no genetic variance under this kinship",
            "choose a smaller h",
        )
    return 1.0 / d


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Block(Brief):
    """Some genotypes, (n, k), their places, and their share of all markers."""

    model: ScanModel
    genotypes: Floats
    places: slice
    weight: float


def _placed(block: _Block, _: Progress) -> tuple[slice, MarkerTests]:
    return block.places, block_tests(block.model, block.genotypes)
