"""Step 5 of the tour: the likelihood of one h, and a curve that is climbed unseen; pure."""

from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.wording import below, found, hills_of
from lmm_core import log_likelihood
from lmm_core.summary import h_words

# An h this close to the maximum, in log-likelihood, is as good as it.
AS_GOOD = 0.1
# Within this of the top an h cannot be told from the best.
CUT = 1.92


def gap_at(scene: Scene, h2: float) -> float:
    """How far below its highest point a curve is at an h; below its highest finite hill."""
    fit = scene.fit
    height = float(log_likelihood(fit.rotated, h2, reml=fit.reml))
    return max(fit.loglik - height, 0.0)


def _right(scene: Scene, guess: Guess) -> bool:
    if not isinstance(guess, float) or not scene.told:
        return False
    return gap_at(scene, guess) <= AS_GOOD


def _top(scene: Scene) -> str:
    fit, status = scene.fit, scene.status
    if status == "unbounded":
        start = (
            f"{scene.method}’s curve rises without end as h nears 1. There at least one point has "
            "λ = 0, and the covariates fit it exactly. The band closes on it, and its density "
            "grows without limit. That is no evidence."
        )
        if not fit.maxima:
            return f"{start} The curve has no other hill."
        return f"{start} The highest finite hill is at {found(scene)}."
    if status == "lower":
        return f"The curve is highest at its left end: ĥ = {found(scene)}."
    if status == "upper":
        return f"The curve is highest at its right end: ĥ = {found(scene)}."
    if status == "hills":
        first, second, gap = hills_of(fit)
        low, high = scene.interval
        return (
            f"The curve has {len(fit.maxima)} hills. The highest is at h = {first}; the next, at "
            f"{second}, is {gap} lower. The interval goes from {h_words(low)} to {h_words(high)}."
        )
    return f"The curve is highest at ĥ = {found(scene)}."


def _core(scene: Scene, guess: Guess) -> str:
    words = _top(scene)
    if not isinstance(guess, float) or not scene.told:
        return words
    gap, put = gap_at(scene, guess), f"Your h = {guess:.2f}"
    if gap <= AS_GOOD:
        return f"{words} {put} is as good as the best."
    if not gap < float("inf"):
        return f"{words} {put} lies infinitely lower: with it these data would be impossible."
    if gap <= CUT:
        return (
            f"{words} {put} lies {below(gap)} lower. That is less than 1.92, so these data cannot "
            "tell it from the best."
        )
    return (
        f"{words} {put} lies {below(gap)} lower. That is more than 1.92, so the data speak against "
        "it."
    )


CLIMB = Step(
    name="climb",
    title="The likelihood of one h",
    idea=lambda scene: (
        "How well does one value of h fit? Ask every point. Its band says which values to expect: "
        "small ones often, large ones rarely. The height of the normal curve at the point is its "
        "density. A point far outside its band has a very low density. But in a band that is too "
        "wide the normal curve is low even at its middle, so the points there get low densities "
        "too.\n\n"
        "Multiply the densities of all points: that is the likelihood of h. We add their "
        "logarithms instead, and call the sum **ℓ, the log-likelihood**. REML adds one term, as "
        "the next step tells. The curve of ℓ over h is the profile. For each of its points β and "
        "v are fitted anew, by one weighted regression."
    ),
    formula=lambda scene: (
        "ML: ℓ(h) = Σ log N(rᵢ; 0, v̂(hλᵢ + 1 − h)) = −½[n log 2πv̂ + Σ log(hλᵢ + 1 − h) + n], with "
        "v̂ = Σwᵢrᵢ²/n. The points’ parts add up to ML’s ℓ exactly. REML adds one term, which is "
        "the next step. Under the picture the formula stands with the numbers of the current h."
    ),
    question=Question(
        prompt=lambda scene: (
            "Drag h until the band fits the points best, and leave it there. Then the curve is "
            "shown."
        ),
        options={},
        judge=_right,
        core=_core,
    ),
    code="""from lmm_core import decompose, log_likelihood, rotate

rotated = rotate(decompose(K), y, X)
for h in (0.2, 0.4, 0.6, 0.8):
    print(h, log_likelihood(rotated, h))""",
)
