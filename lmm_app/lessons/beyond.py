"""“Beyond the ends”: where the top of the curve would be if h need not be a share; pure."""

from functools import lru_cache

import numpy as np

from lmm_app.fit.beyond import SAME, range_words, top_words
from lmm_app.fit.text import number
from lmm_app.fit.view import View
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.wording import found
from lmm_core import LMMError
from lmm_core.certainty import ContinuedProfile, continued_profile
from lmm_core.summary import h_words

OPTIONS = {"below": "below 0", "inside": "where ĥ is", "above": "above 1"}
LEAD = (
    "A share lies between 0 and 1, and the formula of the curve does not know it. Where does the "
    "curve go if it may go on, and what does an estimate of exactly 0 mean?"
)


@lru_cache(maxsize=8)
def reach(view: View, method: str) -> tuple[ContinuedProfile, tuple[float, float]]:
    """The profile wherever V is positive definite, and its top: h and ℓ.

    Raises:
        LMMError: X fits y without error, or records of the same individuals.
    """
    profile = continued_profile(view.fit(method).rotated, reml=method == "REML")
    return profile, profile.top()


def refusal(scene: Scene) -> str:
    """Why there is nothing to ask, "" if there is something."""
    if not scene.estimated:
        return f"{scene.method} has no highest point here"
    try:
        _, (top, _) = reach(scene.view, scene.method)
    except LMMError as error:
        return str(error)
    return "the curve is level" if np.isnan(top) else ""


def asks(scene: Scene) -> bool:
    """Whether the curve can be continued, and has a top."""
    return not refusal(scene)


def _answer(scene: Scene) -> str:
    _, (top, _) = reach(scene.view, scene.method)
    if abs(top - scene.fit.h2) <= SAME:
        return "inside"
    return "below" if top < scene.fit.h2 else "above"


def _idea(scene: Scene) -> str:
    words = (
        "h is a share of the variance, so the search looks between 0 and 1. But the "
        "log-likelihood is a formula: it can be worked out for every h at which V is still a "
        "covariance matrix. After the rotation that means: no variance hλ + 1 − h may be 0 or "
        "less. The second picture shows them as a line, which has to stay above every dot, an "
        "eigenvalue λ of K.\n\n"
        "Below 0 relatives would be *less* alike than strangers. Above 1 they would be more alike "
        "than their kinship can make them. No share of a variance can say that, but data can: by "
        "chance, because animals compete, or because a family has a home in common."
    )
    why = refusal(scene)
    if why:
        return f"{words}\n\nHere nothing is asked: {why}."
    return f"{words}\n\nDrag h past the ends, and watch both."


def _formula(scene: Scene) -> str:
    words = (
        "ℓ(h) = −½ [N (log 2π + 1 − log N) + N log RSS(h) + Σ log(hλ + 1 − h)] with N = n − p and "
        "the eigenvalues μ of the projected K for REML, N = n and the λ of K for ML; "
        "RSS(h) = Σ z²/(hμ + 1 − h). V is positive definite for h > −1/(λ_max − 1) and, where "
        "λ_min < 1, for h < 1/(1 − λ_min) (Nelder 1954, Biometrika 41:544)."
    )
    if not asks(scene):
        return words
    return f"{words} {range_words(reach(scene.view, scene.method)[0])}"


def _core(scene: Scene, guess: Guess) -> str:
    _, top = reach(scene.view, scene.method)
    words = top_words(scene.fit, top)
    if _answer(scene) == "inside" or np.isinf(top[0]):
        return words
    return f"{words} {pair_words(scene, top[0])}".rstrip()


def pair_words(scene: Scene, h2: float) -> str:
    """How alike the two with the largest kinship would be at an h, "" where nobody is related.

    The correlation of their errors is h K_ij / √[(h K_ii + 1 − h)(h K_jj + 1 − h)].
    """
    K = scene.view.problem.K
    apart = np.where(np.eye(len(K), dtype=bool), -np.inf, K)
    i, j = np.unravel_index(int(apart.argmax()), K.shape)
    if K[i, j] <= 0.0:
        return ""
    spread = np.sqrt((h2 * K[i, i] + 1.0 - h2) * (h2 * K[j, j] + 1.0 - h2))
    return (
        f"The two {scene.units} with the largest kinship, {number(K[i, j], 2)}, would have errors "
        f"with a correlation of {number(h2 * K[i, j] / spread, 2)} there."
    )


def _hint(scene: Scene, guess: Guess) -> str:
    if guess == "inside":
        return f"Then the curve would be nowhere higher than at ĥ = {h_words(scene.fit.h2)}."
    return f"Then the curve would be higher {OPTIONS[str(guess)]} than anywhere else."


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    _, top = reach(scene.view, scene.method)
    return top_words(scene.fit, top).split(". ")[0].rstrip(".") + "."


BEYOND = Step(
    name="beyond",
    title="Beyond the ends",
    idea=_idea,
    formula=_formula,
    question=Question(
        prompt=lambda scene: (
            f"Here ĥ = {found(scene)}. Suppose h could be any number. Where would the top of the "
            "curve be?"
        ),
        options=OPTIONS,
        judge=lambda scene, guess: guess == _answer(scene),
        core=_core,
        hint=_hint,
    ),
    code="""from lmm_core import decompose, rotate
from lmm_core.certainty import continued_profile

profile = continued_profile(rotate(decompose(K), y, X))
print(profile.lower, profile.upper)
print(profile.top())""",
    asks=asks,
)
