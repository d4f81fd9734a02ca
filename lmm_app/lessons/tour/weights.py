"""Step 4 of the tour: the band, and the weights that come out of it; pure."""

import numpy as np

from lmm_app.fit.text import number
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.rotation import all_alike
from lmm_app.lessons.tour.wording import found, hills_of
from lmm_core import wls
from lmm_core.summary import h_words

# Of a normal distribution 95% lie within so many standard deviations.
REACH = 1.96
EXPECTED = 0.05
HALF = 0.5


def outside(scene: Scene, h2: float) -> int:
    """How many rotated residuals lie outside the band at an h."""
    rotated = scene.view.reml.rotated
    at = wls(rotated, h2)
    df = rotated.n - rotated.rank if scene.method == "REML" else rotated.n
    d = h2 * rotated.values + 1.0 - h2
    band = REACH * np.sqrt(at.rss / df * np.maximum(d, 0.0))
    return int(np.count_nonzero((np.abs(at.residuals) > band) & (d > 0.0)))


def _core(scene: Scene, guess: Guess) -> str:
    values = scene.view.reml.rotated.values
    if all_alike(scene):
        words = "All count the same, because here every λ is the same."
    else:
        weights = wls(scene.view.reml.rotated, HALF).weights
        heavy, light = number(float(weights.max()), 2), number(float(weights.min()), 2)
        low, high = (number(float(one), 2) for one in (values.min(), values.max()))
        words = (
            f"Those on the right. At h = 0.50 the weights run from {heavy}, at λ = {low}, down to "
            f"{light}, at λ = {high}. At h = 0 every weight is 1."
        )
    return f"{words} {_by_status(scene)}".strip()


def _by_status(scene: Scene) -> str:
    fit, status = scene.fit, scene.status
    if status == "interior":
        at, expected = outside(scene, fit.h2), EXPECTED * scene.n
        return (
            f"At ĥ = {found(scene)}, {at} of {scene.n:,} points lie outside; about "
            f"{max(round(expected), 1)} would be expected."
        )
    if status == "lower":
        return f"Here h = {found(scene)} fits best: a band of equal width."
    if status == "upper":
        return f"Here h = {found(scene)} fits best: the most open band there is."
    if status == "hills":
        first, second, _ = hills_of(fit)
        low, high = scene.interval
        return (
            f"Here two bands fit almost equally well, at h = {first} and h = {second}; the "
            f"interval goes from {h_words(low)} to {h_words(high)}."
            if fit.loglik - fit.maxima[1].loglik <= 1.92
            else f"Here ĥ = {found(scene)} fits best, and h = {second} better than what is near it."
        )
    return ""


WEIGHTS = Step(
    name="weights",
    title="Weights, and the band",
    idea=lambda scene: (
        "After the rotation the errors are independent, but not equally large. Each point is one "
        "rotated residual. Points on the right have a large λ: kinship adds much to their "
        "variance. The band shows how far each point should scatter. If h is right, about 95 of "
        "100 lie inside.\n\n"
        "At h = 0 the band is equally wide everywhere. As h grows, it opens to the right. A point "
        "in the wide part scatters more, so its residual counts less: its **weight** is one over "
        "its variance. This is weighted least squares."
        if not all_alike(scene)
        else "After the rotation the errors are independent. Each point is one rotated residual. "
        "The band shows how far each point should scatter. If h is right, about 95 of 100 lie "
        "inside.\n\n"
        "In most data the points differ in λ, and the band opens where λ is large. Such points "
        "scatter more, so they count less: a point’s **weight** is one over its variance. In these "
        "data every λ is the same. Drag h, and see what that does to the band."
    ),
    formula=lambda scene: (
        "wᵢ = 1/(hλᵢ + 1 − h), β̂ = (X̃′WX̃)⁻¹X̃′Wỹ, residual rᵢ = ỹᵢ − x̃ᵢ′β̂, "
        + ("v̂ = Σwᵢrᵢ²/(n − p) by REML." if scene.method == "REML" else "v̂ = Σwᵢrᵢ²/n by ML.")
        + " The band is ±1.96·√(v̂(hλᵢ + 1 − h)). The points move a little with h, because β̂ does. "
        "Under the picture the formulas stand with the numbers of the current h."
    ),
    question=Question(
        prompt=lambda scene: "Take a large h. Which points get the smallest weight?",
        options={
            "left": "those on the left, with a small λ",
            "right": "those on the right, with a large λ",
            "same": "all get the same",
        },
        judge=lambda scene, guess: guess == ("same" if all_alike(scene) else "right"),
        core=_core,
        hint=lambda scene, guess: (
            {
                "left": "On the left the band is narrow: these points scatter little, so they "
                "count most.",
                "right": "",
                "same": "That is so at h = 0 only.",
            }[str(guess)]
            if not all_alike(scene)
            else ""
        ),
    ),
    code="""from lmm_core import decompose, rotate, wls

rotated = rotate(decompose(K), y, X)
w = wls(rotated, 0.5)
print(w.beta, w.rss)""",
)
