"""“What would such data look like?”: phenotypes from the model while h moves; pure."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lmm_app.fit.view import View
from lmm_app.lessons.relatives import left_of, likeness, relatives
from lmm_app.lessons.scene import SUPPOSED, Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.relatives import TILTED
from lmm_app.lessons.tour.wording import found, trait_of, two
from lmm_core import wls
from lmm_core.arrays import Floats
from lmm_core.errors import count
from lmm_core.summary import h_words

# With fewer degrees of freedom there is nothing to see.
FEWEST = 3
# Columns of random numbers that every other draw is a mixture of, and others that are counted.
COLUMNS, OTHERS = 3, 200
SEED = 20_090_614
# A kinship of nothing but 0 has no variance at h = 1 to be scaled.
LEAST = 1e-12
# Of the draws, between which nine in ten lie.
BETWEEN = (5.0, 95.0)
LEAD = (
    "A model is a recipe for data. Drag h, and from the same random numbers come other data: "
    "relatives drift together and apart. On the kinship that is open."
)


def asks(scene: Scene) -> bool:
    """Whether there are closer and more distant relatives, in whom h can be seen."""
    return relatives(scene.view) is not None and scene.n >= scene.view.reml.rotated.rank + FEWEST


@lru_cache(maxsize=8)
def numbers(view: View) -> Floats:
    """The random numbers z of a dataset, the same for everyone, shape (n, COLUMNS)."""
    return np.random.default_rng(SEED).standard_normal((view.problem.n, COLUMNS))


def total_variance(view: View, method: str, h2: float) -> float:
    """v(hκ + 1 − h) of the fit at an h: the variance of the average individual; 1 without any."""
    at, df = wls(view.reml.rotated, h2), view.problem.n
    df -= view.reml.rotated.rank if method == "REML" else 0
    total = at.rss / max(df, 1) * (h2 * kappa(view) + 1.0 - h2)
    return (
        float(total) if np.isfinite(total) and total > 0.0 and not view.reml.rotated.exact else 1.0
    )


def kappa(view: View) -> float:
    """The mean of K’s diagonal."""
    return float(np.diagonal(view.problem.K).mean())


def roots(view: View, h2: float, total: float = 1.0) -> Floats:
    """√(v(hλ + 1 − h)) of every direction, v such that the average individual has `total`."""
    values = view.reml.eigen.values
    size = max(h2 * kappa(view) + 1.0 - h2, LEAST)
    deep: Floats = np.sqrt(total * (h2 * values + 1.0 - h2) / size)
    return deep


def drawn(view: View, h2: float, z: Floats, total: float = 1.0) -> Floats:
    """What covariates leave of phenotypes from the model, U√(v(hλ + 1 − h))z, shape (n, m)."""
    eigen = view.reml.eigen
    y = eigen.vectors @ (roots(view, h2, total)[:, np.newaxis] * z)
    if eigen.weights is not None:
        y = y / np.sqrt(eigen.weights)[:, np.newaxis]
    return left_of(view, y)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What becomes of the closest pairs of draws.

    Attributes:
        r, spread: of the draw that is shown, at h = 0 and at h = 1: r of the pairs, and the
            standard deviation over that at h = 0.
        mean: r at both, on average over other draws.
        rises: in how many of these r is larger at h = 1.
        around: between which r of nine in ten of them lies, at the h that is asked about.
        own: r of the data at hand.
    """

    r: tuple[float, float]
    spread: float
    mean: tuple[float, float]
    rises: int
    around: tuple[float, float]
    own: float


@lru_cache(maxsize=16)
def told(view: View, h2: float) -> Told:
    """What is said of the draws of a dataset whose estimate is an h."""
    shown, others = numbers(view)[:, :1], np.random.default_rng(SEED + 1)
    z = others.standard_normal((view.problem.n, OTHERS))
    (r0, s0), (r1, s1) = (likeness(view, drawn(view, h, shown)) for h in (0.0, 1.0))
    low, high, at = (likeness(view, drawn(view, h, z))[0] for h in (0.0, 1.0, h2))
    ends = np.percentile(at, BETWEEN)
    own = likeness(view, left_of(view, view.problem.y[:, np.newaxis]))[0]
    return Told(
        (float(r0[0]), float(r1[0])),
        float(s1[0] / s0[0]) if s0[0] > 0.0 else 1.0,
        (float(low.mean()), float(high.mean())),
        int(np.count_nonzero(high > low)),
        (float(ends[0]), float(ends[1])),
        float(own[0]),
    )


def _told(scene: Scene) -> Told:
    return told(scene.view, scene.asked_h)


def _answer(scene: Scene) -> str:
    low, high = _told(scene).mean
    return "alike" if high - low >= TILTED else "nothing"


def _idea(scene: Scene) -> str:
    words = (
        f"Think of your data as drawn by the model: one random number for each {scene.unit} goes "
        "in, and a phenotype comes out. h says how much of it relatives share. Other random "
        "numbers would have given other data.\n\n"
        "Here the random numbers stay the same, and only h moves. In one picture each dot is a "
        f"drawn {trait_of(scene)}, less what the covariates explain, with relatives side by side. "
        "In the other each dot is a pair of the closest relatives: one across, the other up. "
        "Below stands their **r**: about 0 if the two of a pair have nothing in common, about 1 if "
        "they are the same.\n\n"
        "**New numbers** draws anew. What comes back each time is the model. The rest is chance."
    )
    if asks(scene):
        return words
    return f"{words}\n\nHere no pairs are closer than others, so nothing is asked."


def _formula(scene: Scene) -> str:
    return (
        "y = Xb + U diag(√(v(hλ + 1 − h))) z, with independent standard normal z. So y has the "
        "variance v[hK + (1 − h)I]. Here v follows h, so that the average individual’s variance "
        "v(hκ + 1 − h), κ the mean of K’s diagonal, stays that of the fit. Only what ordinary "
        "regression leaves of y is drawn: b does not matter for it. r is the mean product of the "
        "pairs over the variance, as in the first step of the tour.\n\n"
        f"New numbers are z = Σ cₖzₖ of {COLUMNS} columns zₖ, with Σ cₖ² = 1 and c at right angles "
        "to the c before. So each z is standard normal, and independent of the one before it."
    )


def _core(scene: Scene, guess: Guess) -> str:
    at = _told(scene)
    start = (
        f"In the draw that you saw, r of the pairs goes from {two(at.r[0])} at h = 0 to "
        f"{two(at.r[1])} at h = 1. In {OTHERS} other draws it goes from {two(at.mean[0])} to "
        f"{two(at.mean[1])} on average, and it rises in {at.rises} of them."
    )
    if _answer(scene) == "nothing":
        return (
            f"Nothing that the eye could see. {start} What the closest pairs share beyond others "
            f"is too little here for their cloud to tilt. {_beside(scene)}"
        )
    return (
        f"Relatives come to lie together. {start} How far all values spread is not what h changes: "
        "the variance of the average individual is the same at every h. In the draw that you saw, "
        f"the standard deviation of all at h = 1 is {two(at.spread)} times that at h = 0. "
        f"{_beside(scene)}"
    )


def _beside(scene: Scene) -> str:
    """The data at hand beside draws at their estimate."""
    at = _told(scene)
    if not scene.estimated:
        return (
            f"The slider begins at h = {h_words(SUPPOSED)}, for these data have no estimate by "
            f"{scene.method}."
        )
    inside = at.around[0] <= at.own <= at.around[1]
    verdict = "as it does in nine of ten draws" if inside else "as it does in one of ten draws"
    where = "between" if inside else "outside"
    return (
        f"At ĥ = {found(scene)}, nine in ten draws have an r from {two(at.around[0])} to "
        f"{two(at.around[1])}. The r of your data, {two(at.own)}, lies {where}, {verdict}."
    )


def _hint(scene: Scene, guess: Guess) -> str:
    return {
        "wider": "The average variance stays the same, whatever h is.",
        "alike": "That takes pairs who are much closer than others.",
        "nothing": "Look at the pairs: with a larger h their cloud gets a tilt.",
    }[str(guess)]


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    at = _told(scene)
    start = {"alike": "Relatives come to lie together", "nothing": "Nothing that can be seen"}
    return (
        f"**{start[_answer(scene)]}.** In {OTHERS} draws r of {_pairs(scene)} goes from "
        f"{two(at.mean[0])} to {two(at.mean[1])} on average."
    )


def _pairs(scene: Scene) -> str:
    close = relatives(scene.view)
    return count(0 if close is None else len(close.first), "close pair")


DRAWS = Step(
    name="draws",
    title="What would such data look like?",
    idea=_idea,
    formula=_formula,
    question=Question(
        prompt=lambda scene: (
            "The picture is at h = 0. The random numbers stay. What happens to such data when h "
            "goes to 1?"
        ),
        options={
            "alike": "relatives come to lie together, and all in all the values spread as before",
            "wider": "all values spread more, and relatives no differently from others",
            "nothing": "nothing that the eye could see",
        },
        judge=lambda scene, guess: guess == _answer(scene),
        core=_core,
        hint=_hint,
    ),
    code="""import numpy as np
from lmm_core import fit_lmm

fit = fit_lmm(y, X, K)
z = np.random.default_rng(1).normal(size=len(y))
for h in (0.0, fit.h2, 1.0):
    d = h * fit.eigen.values + 1 - h
    print(X @ fit.beta + fit.eigen.vectors @ (np.sqrt(fit.sigma2 * d) * z))""",
    asks=asks,
)
