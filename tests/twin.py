"""The twin in JavaScript beside Python: problems of every kind, and how far the two are apart."""

import json
from functools import cache

import numpy as np

from lmm_app.lessons.presets import PRESETS
from lmm_app.live.twin import twin_problem
from lmm_app.sources.opened import SAMPLES, Sample, open_source
from lmm_core import RotatedData, decompose, log_likelihood, rotate, wls
from lmm_core.likelihood import WeightedSums
from lmm_core.records import decompose_records
from tests import builders
from tests.added_variable import added_variable

# Both ends, and close to them, where weights are large.
H = np.unique(
    np.concatenate(
        [np.linspace(0.0, 1.0, 981), np.logspace(-9, -4, 10), 1.0 - np.logspace(-9, -4, 10)]
    )
)
# For each problem and h: both log-likelihoods, β̂, its variance over v, RSS, and the slope of the
# added-variable plot from its own points.
SCRIPT = """
const {weighted, logLikelihood, addedVariable} = twin;
return problems.map((one) => {
    const problem = {...one};
    for (const name of ["values", "residual", "basis", "offset", "toBeta"]) {
        problem[name] = Float64Array.from(one[name]);
    }
    const limit = (value) => value === "inf" ? Infinity : value === "-inf" ? -Infinity : value;
    problem.atOne = {ML: limit(one.atOne.ML), REML: limit(one.atOne.REML)};
    return one.h.map((h) => {
        const at = weighted(problem, h);
        const j = one.p - 1;
        const plot = h < 1 ? addedVariable(problem, at, j) : null;
        let [top, below] = [0, 0];
        if (plot) for (let i = 0; i < one.values.length; i++) {
            top += at.w[i] * plot.x[i] * plot.y[i];
            below += at.w[i] * plot.x[i] ** 2;
        }
        return [
            logLikelihood(problem, at, "ML"), logLikelihood(problem, at, "REML"), at.rss,
            top / below, ...at.beta, ...at.unscaled,
            ...(plot ? [plot.x[0], plot.y[0], plot.x.at(-1), plot.y.at(-1)] : []),
        ].map((v) => Number.isFinite(v) ? v : String(v).replace("Infinity", "inf"));
    });
});
"""


@cache
def random_problems(count: int) -> tuple[RotatedData, ...]:
    """Problems of every kind of kinship, of one to four columns, h anywhere."""
    found = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        kind = builders.KINDS[seed % len(builders.KINDS)]
        n, p = int(rng.integers(12, 48)), int(rng.integers(1, 5))
        y, X, K = builders.problem(kind, n, p, float(rng.choice([0.0, 0.3, 0.7, 1.0])), seed=seed)
        found.append(rotate(decompose(K), y, X))
    return tuple(found)


@cache
def problems_of_records() -> tuple[RotatedData, ...]:
    """Several records of an individual, whose directions within are left out."""
    found = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        K = builders.kinship("families" if seed % 2 else "full", 16, rng)
        of = np.repeat(np.arange(16), rng.integers(1, 5, 16))
        X = np.column_stack([np.ones(of.size), rng.normal(size=of.size)])
        y = (np.linalg.cholesky(K) @ rng.normal(size=16))[of] + rng.normal(size=of.size)
        found.append(rotate(decompose_records(K, of), y, X))
    return tuple(found)


@cache
def shown_problems() -> tuple[RotatedData, ...]:
    """Of every sample and lesson, the first trait with all covariates."""
    found = []
    opened = [open_source(Sample(name)) for name in SAMPLES]
    datasets = [one.dataset for one in opened] + [one.make(1).dataset for one in PRESETS.values()]
    for dataset in datasets:
        problem = dataset.problem(dataset.traits.columns[0], dataset.covariates.columns)
        found.append(rotate(decompose(problem.K), problem.y, problem.X))
    return tuple(found)


def as_json(problems, h=H) -> str:
    """The problems for the script, each with the values of h."""

    def plain(value):
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items()}
        if isinstance(value, np.ndarray):
            return value.tolist()
        if isinstance(value, float) and not np.isfinite(value):
            return str(value)
        return value

    return json.dumps([{**plain(twin_problem(one)), "h": list(map(float, h))} for one in problems])


def apart(rotated: RotatedData, rows, h=H, every: int = 1) -> dict[str, float]:
    """How far the script's rows are from Python's numbers, relative to the size of each.

    The log-likelihoods and b at every h, by the sums that the likelihood is made of; by weighted
    least squares itself b again, and the rest, at every so many, the ends among them.
    """
    p, kept = rotated.rank, rotated.kept
    found = np.array([[float(v) for v in (row + [np.nan] * 4)[: 8 + 2 * p]] for row in rows])
    both = np.column_stack(
        [log_likelihood(rotated, np.asarray(h), reml=reml) for reml in (False, True)]
    )
    far = {"loglik": _far(found[:, :2], both, np.maximum(1.0, np.abs(both)))}
    far["beta at every h"] = _beta_far(rotated, found[:, 4 : 4 + p], np.asarray(h))
    some = sorted({*range(0, len(h), every), len(h) - 1})
    fits = [wls(rotated, float(h[k])) for k in some]
    beta = np.array([at.beta[kept] for at in fits])
    spread = np.array([np.diagonal(at.unscaled_covariance)[kept] for at in fits])
    rss = np.array([at.rss for at in fits])
    # A coefficient that is nothing but rounding is measured by its standard error.
    known = np.where(np.isfinite(rss), rss, 0.0)[:, np.newaxis]
    error = np.sqrt(spread * known / rotated.n)
    largest = np.maximum(np.abs(beta), error).max(axis=1, keepdims=True)
    far["beta"] = _far(found[some, 4 : 4 + p], beta, largest)
    widest = spread.max(axis=1, keepdims=True)
    far["variance"] = _far(
        found[some, 4 + p : 4 + 2 * p], spread, np.maximum(spread, 1e-9 * widest)
    )
    far["rss"] = _far(found[some, 2], rss, rss)
    # The points of the added-variable plot, where Python's own projection keeps its digits.
    inner = [k for k in some if h[k] <= 0.999]
    plots = [added_variable(rotated, float(h[k]), int(kept[-1])) for k in inner]
    points = np.array([[one.x[0], one.y[0], one.x[-1], one.y[-1]] for one in plots])
    sizes = np.array([[np.abs(one.x).max(), np.abs(one.y).max()] * 2 for one in plots])
    far["points"] = _far(found[inner, 4 + 2 * p :], points, sizes)
    far["slope"] = _far(found[inner, 3], found[inner, 3 + p], largest[: len(inner), 0])
    return far


def _beta_far(rotated: RotatedData, ours, h) -> float:
    """How far b is at every h below 1; where K is singular h = 1 is a limit, which `wls` has."""
    below = h < 1.0
    sums = WeightedSums(rotated, h[below])
    stable = rotated.stable
    theirs = stable.offset + sums.coefficients @ stable.to_beta.T
    inverse = np.linalg.inv(sums.gram)
    spread = np.einsum("ij,hjk,ik->hi", stable.to_beta, inverse, stable.to_beta)
    error = np.sqrt(np.abs(spread) * sums.rss[:, np.newaxis] / rotated.n)
    largest = np.maximum(np.abs(theirs), error).max(axis=1, keepdims=True)
    return _far(ours[below], theirs, largest)


def _far(ours, theirs, size) -> float:
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.where(ours == theirs, 0.0, np.abs(ours - theirs) / size)
    return float(gap.max())
