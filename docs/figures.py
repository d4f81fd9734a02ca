"""The pictures of the site, drawn when it is built, from the package's own functions."""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from lmm_app.lessons.presets import PRESETS
from lmm_app.paper.svg import Axes, box, drawing, words
from lmm_core import LMMFit, fit_lmm, interval_h2, log_likelihood, wls
from lmm_core.arrays import Floats
from lmm_core.fit import plain_search
from lmm_data import prepare
from lmm_data.dataset import Problem
from lmm_data.samples import sample_folder

WIDTH = 480
H = np.linspace(0.0, 1.0, 201)
# How far below their tops curves are shown, in log-likelihood units.
DEPTH = -6.0
STATUSES = {
    "interior": ("full_sibs", True),
    "lower_boundary": ("boundary_zero", True),
    "upper_boundary": ("boundary_one", True),
    "unbounded": ("centred_kinship", False),
    "flat": ("one_family", True),
}


@cache
def tiny() -> Problem:
    """The twelve sibs that come with the package, in three families."""
    folder = sample_folder() / "tiny12"
    files = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    return prepare(files).require_dataset().problem("weight", ["sex"])


@cache
def lesson(name: str, reml: bool = True) -> LMMFit:
    """The fit of a lesson's own seed."""
    data = PRESETS[name].make().dataset
    problem = data.problem(data.traits.columns[0], data.covariates.columns)
    return fit_lmm(problem.y, problem.X, problem.K, reml=reml)


def matrix(M: Floats, left: float, top: float, size: float, title: str) -> str:
    """A square matrix, each entry as dark as it is far from 0."""
    cell, largest = size / len(M), float(np.abs(M).max())
    cells = "".join(
        f'<rect class="{"less" if value < 0 else "more"}" x="{left + j * cell:.1f}" '
        f'y="{top + i * cell:.1f}" width="{cell:.1f}" height="{cell:.1f}" '
        f'fill-opacity="{abs(value) / largest:.2f}"/>'
        for (i, j), value in np.ndenumerate(M)
        if abs(value) > 1e-9
    )
    return cells + box(left, top, size, size) + words(left + size / 2, top - 8, title)


def decomposition() -> str:
    """K, and its eigenvalues and eigenvectors."""
    K, eigen = tiny().K, tiny().decomposed()
    axes = Axes(350, 30, 470, 150, (0.0, 13.0), (0.0, 2.8))
    parts = [
        matrix(K, 10, 30, 120, "K"),
        matrix(eigen.vectors, 170, 30, 120, "U"),
        axes.frame(x="its columns", ticks=(1, 12), levels=(0, 1, 2), title="the eigenvalues λ"),
        axes.rings(np.arange(1.0, 13.0), eigen.values, np.full(12, 4.0), "ring solid"),
    ]
    few = len(np.unique(eigen.values.round(9)))
    return drawing(
        WIDTH,
        192,
        f"The kinship of three families of four sibs is three blocks. Its {len(K)} eigenvalues "
        f"have {few} different values, {eigen.values[0]:g} and {eigen.values[-1]:g}.",
        parts,
    )


def rotation() -> str:
    """The covariance of the errors before the rotation and after it."""
    K, eigen = tiny().K, tiny().decomposed()
    V = 0.5 * K + 0.5 * np.eye(len(K))
    after = eigen.vectors.T @ V @ eigen.vectors
    return drawing(
        WIDTH,
        210,
        "At h = 0.5 the covariance of twelve sibs has three blocks; after the rotation it has "
        "its diagonal alone.",
        [
            matrix(V, 20, 30, 170, "V = hK + (1 − h)I"),
            words(240, 110, "→", size=28),
            words(240, 132, "U′ · U"),
            matrix(after, 290, 30, 170, "hΛ + (1 − h)I"),
        ],
    )


def least_squares() -> str:
    """The weighted regression of one covariate at h = 0.5, as an added-variable plot."""
    fit = lesson("full_sibs")
    at, X = wls(fit.rotated, 0.5), fit.rotated.X
    root = np.sqrt(at.weights)
    pair = np.column_stack([X[:, 1], fit.rotated.y])
    # What the intercept leaves of both, under the weights.
    pair -= X[:, :1] @ np.linalg.lstsq(root[:, np.newaxis] * X[:, :1], (root * pair.T).T)[0]
    x, y = pair.T
    reach = 1.05 * max(float(np.abs(x).max()), 0.1), 1.05 * float(np.abs(y).max())
    axes = Axes(56, 24, 466, 250, (-reach[0], reach[0]), (-reach[1], reach[1]))
    ends = np.array([-reach[0], reach[0]])
    slope = at.beta[1]
    assert np.isclose((at.weights * x) @ y, slope * (at.weights * x) @ x)
    return drawing(
        WIDTH,
        276,
        f"{len(x)} rotated observations, each as large as its weight; the weighted line "
        f"through the origin has the slope of the coefficient, {slope:.3f}.".replace("-", "−"),
        [
            axes.frame(x="sex, rotated", y="trait, rotated"),
            axes.rings(x, y, 4.0 * np.sqrt(at.weights), "ring"),
            axes.curve(ends, slope * ends, "curve"),
            words(456, 42, f"slope {slope:.3f}".replace("-", "−"), anchor="end"),
        ],
    )


def over_h(y: tuple[float, float] = (DEPTH, 0.6)) -> Axes:
    """Room for profiles over h."""
    return Axes(62, 22, 466, 214, (0.0, 1.0), y)


def line(axes: Axes, x: Floats, y: Floats, look: str) -> str:
    """A curve, which ends where it leaves the frame."""
    inside = (y >= axes.y[0]) & (y <= axes.y[1])
    near = inside | np.append(inside[1:], False) | np.insert(inside[:-1], 0, False)
    return axes.curve(x[near], y[near], look)


def height(fit: LMMFit, h: Floats) -> Floats:
    """A profile from its own top."""
    return log_likelihood(fit.rotated, h, reml=fit.reml) - fit.loglik


def likelihood() -> str:
    """ML beside REML, each from its own top."""
    fits = [lesson("many_covariates", reml) for reml in (True, False)]
    axes = over_h()
    parts = [axes.frame(x="h", y="from the top", ticks=(0, 0.5, 1), levels=(-6, -4, -2, 0))]
    for fit, look in zip(fits, ("curve", "curve ml"), strict=True):
        parts.append(line(axes, H, height(fit, H), look))
        at = np.array([fit.h2])
        parts.append(axes.rings(at, np.zeros(1), np.array([5.0]), f"ring solid {look[6:]}"))
    parts += [
        f'<path class="curve" d="M84,198h26"/>{words(116, 202, "REML", anchor="start")}',
        f'<path class="curve ml" d="M174,198h26"/>{words(206, 202, "ML", anchor="start")}',
    ]
    return drawing(
        WIDTH,
        256,
        f"The profile log-likelihoods of a dataset with many covariates: REML is highest at "
        f"h = {fits[0].h2:.2f}, ML at h = {fits[1].h2:.2f}.",
        parts,
    )


def limits() -> str:
    """What becomes of the log-likelihood as h nears 1, when K is singular."""
    near = np.linspace(0.0, 8.0, 161)
    axes = Axes(62, 22, 466, 214, (0.0, 8.0), (-50.0, 30.0))
    parts = [
        axes.frame(
            x="digits of 1 − h: how near h is to 1",
            y="from h = 0",
            ticks=(0, 2, 4, 6, 8),
            levels=(-40, -20, 0, 20),
        )
    ]
    for name, reml, look, label, y in (
        ("centred_kinship", True, "curve", "centred K, REML: a finite limit", 158),
        ("centred_kinship", False, "curve ml", "centred K, ML: +∞", 90),
        ("inbred_strains", True, "curve third", "inbred strains: −∞", 202),
    ):
        rotated = lesson(name, reml).rotated
        values = log_likelihood(rotated, 1.0 - 10.0**-near, reml=reml)
        parts.append(line(axes, near, values - values[0], look))
        parts.append(words(458, y, label, anchor="end"))
    return drawing(
        WIDTH,
        256,
        "Three log-likelihoods as h nears 1 with a singular kinship: one settles, one rises "
        "without end, one falls without end.",
        parts,
    )


def search() -> str:
    """Two hills, the sweep and Brent's steps on the higher, and where one search ends."""
    fit = lesson("two_hills", False)
    plain = plain_search(fit.rotated, reml=False)
    axes = over_h((-2.5, 0.3))
    steps = [step for step in fit.trace if step.procedure != "boundary"]
    at = np.array([step.h2 for step in steps])
    golden = np.array([step.procedure == "parabolic" for step in steps])
    parts = [
        axes.frame(x="h", y="from the top", ticks=(0, 0.5, 1), levels=(-2, -1, 0)),
        line(axes, H, height(fit, H), "curve ml"),
        axes.rings(at[~golden], height(fit, at[~golden]), np.full((~golden).sum(), 4.5), "ring"),
        axes.rings(
            at[golden], height(fit, at[golden]), np.full(golden.sum(), 4.5), "ring solid ml"
        ),
    ]
    x, y = float(axes.across(plain.x)), float(axes.up(plain.fun - fit.loglik))
    parts.append(f'<path class="cross" d="M{x - 6:.1f},{y - 6:.1f}l12,12m0,-12l-12,12"/>')
    parts.append(words(x + 12, y - 6, "one search over [0, 1] stops here", anchor="start"))
    return drawing(
        WIDTH,
        256,
        f"A log-likelihood with two hills. Brent’s method on the higher one takes {len(steps)} "
        f"tries and finds h = {fit.h2:.2f}; one search over [0, 1] stops at h = {plain.x:.2f}.",
        parts,
    )


def statuses() -> str:
    """A profile for each status."""
    parts = []
    for place, (status, (name, reml)) in enumerate(STATUSES.items()):
        fit = lesson(name, reml)
        assert fit.status == status
        row, column = divmod(place, 3)
        left, top = 12 + 158 * column, 26 + 126 * row
        axes = Axes(left, top, left + 140, top + 74, (0.0, 1.0), (DEPTH, 2.0))
        parts.append(axes.frame(title=status.replace("_", " "), ticks=(0, 1)))
        look = "curve" if reml else "curve ml"
        parts.append(line(axes, H, np.minimum(height(fit, H), 1.9), look))
        if np.isfinite(fit.h2):
            mark = np.array([fit.h2]), np.zeros(1), np.array([4.5])
            parts.append(axes.rings(*mark, f"ring solid {look[6:]}"))
    named = ", ".join(status.replace("_", " ") for status in STATUSES)
    return drawing(WIDTH, 250, f"A profile over h for each status: {named}.", parts)


def intervals() -> str:
    """The profile interval and the exact one."""
    fit = lesson("intercross")
    axes = over_h()
    parts = [
        axes.frame(x="h", y="from the top", ticks=(0, 0.5, 1), levels=(-6, -4, -2, 0)),
        line(axes, H, height(fit, H), "curve"),
        axes.curve(np.array([0.0, 1.0]), np.full(2, -1.92), "cut"),
    ]
    said = []
    for method, y in (("profile", -3.5), ("exact", -5.0)):
        lower, upper = interval_h2(fit, method=method)
        parts.append(axes.curve(np.array([lower, upper]), np.full(2, y), "bar"))
        said.append(f"{method} {lower:.2f} to {upper:.2f}")
        middle = float(axes.across(0.5 * (lower + upper)))
        parts.append(words(middle, float(axes.up(y)) - 8, said[-1]))
    return drawing(
        WIDTH, 256, f"An estimate of {fit.h2:.2f} and its two intervals: {', '.join(said)}.", parts
    )


FIGURES: Mapping[str, Callable[[], str]] = {
    "decomposition": decomposition,
    "rotation": rotation,
    "least_squares": least_squares,
    "likelihood": likelihood,
    "limits": limits,
    "search": search,
    "statuses": statuses,
    "intervals": intervals,
}
