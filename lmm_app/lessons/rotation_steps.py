"""Steps 1 to 4 of the tour: from relatives' errors to weighted least squares; pure."""

from lmm_app.fit.text import literal, number
from lmm_app.fit.verdict import same_scale
from lmm_app.lessons.pairs import kinship_trend
from lmm_app.lessons.steps import Guess, Question, Scene, Step
from lmm_core import wls


def _named(scene: Scene) -> str:
    names = scene.covariates
    if not names:
        return "the mean"
    return literal(", ".join(names[:3])) + (" and more" if len(names) > 3 else "")


# 1 · relatives


def _relatives_idea(scene: Scene) -> str:
    return (
        "Ordinary regression, y = Xb + e, takes every error to be independent of all others. But "
        f"relatives share genes, and genes that are not in X go into e. Here are the residuals of "
        f"{literal(scene.trait)} after an ordinary regression on {_named(scene)}. All pairs of "
        "individuals are sorted by their kinship, and the products of their residuals averaged: "
        "above zero, the two lie on the same side."
    )


def _relatives_answer(scene: Scene) -> str:
    slope, error = kinship_trend(scene.view)
    return "none" if abs(slope) <= 2.0 * error else ("above" if slope > 0 else "below")


def _relatives_feedback(scene: Scene, guess: Guess) -> str:
    slope, _ = kinship_trend(scene.view)
    found = {
        "above": "They agree: the more two are related, the larger the average product",
        "below": "They disagree: the more two are related, the smaller the average product",
        "none": "There is no clear trend with kinship in these data",
    }[_relatives_answer(scene)]
    return (
        f"{found}; the slope of the line through all pairs is {number(slope, 2)}. Where it is not "
        "zero, errors are not independent, and ordinary standard errors and tests are wrong."
    )


RELATIVES = Step(
    name="relatives",
    title="Relatives' errors move together",
    idea=_relatives_idea,
    notice=lambda scene: (
        "Each point is the average over many pairs; the line is fitted to all pairs."
    ),
    question=Question(
        prompt=lambda scene: "For the closest relatives, the average product will be …",
        options={"above": "above zero", "none": "about zero", "below": "below zero"},
        judge=lambda scene, guess: guess == _relatives_answer(scene),
        feedback=_relatives_feedback,
    ),
    picture="relatives",
    code="""from lmm_core import decompose, rotate, wls

eigen = decompose(K)
ordinary = wls(rotate(eigen, y, X), 0.0)  # h = 0 is ordinary regression
residual = eigen.vectors @ ordinary.residuals
print(residual @ K @ residual / (residual @ residual))""",
)

# 2 · one number


def _share_notice(scene: Scene) -> str:
    words = "Drag h: at 0 only the diagonal is left; at 1 what you see is K itself."
    fit = scene.view.reml
    if same_scale(fit):
        return words
    kappa = number(fit.eigen.mean_diagonal, 3)
    return f"{words} K's diagonal averages {kappa}, so h is not itself a percentage here."


SHARE = Step(
    name="share",
    title="One number, h",
    idea=lambda scene: (
        "So let the errors have a covariance: var(e) = V = v·[hK + (1−h)I]. K is the kinship, "
        "which is known. I, the identity matrix, stands for what is each individual's own. v sets "
        "the overall size, and **h how much of it follows kinship**. Apart from b, these two "
        "numbers are all there is to estimate."
    ),
    notice=_share_notice,
    question=Question(
        prompt=lambda scene: "At which h is this model just ordinary regression?",
        options={"zero": "h = 0", "half": "h = ½", "one": "h = 1"},
        judge=lambda scene, guess: guess == "zero",
        feedback=lambda scene, guess: (
            "At h = 0, V = v·I: independent errors of one variance, which is ordinary regression. "
            "At h = 1, V = v·K. In between, h says how much of V is K's."
        ),
    ),
    picture="share",
    code="""from lmm_core.dense import dense_gls

fit = dense_gls(y, X, K, 0.5)  # general least squares with V = 0.5 K + 0.5 I
print(fit.beta, fit.loglik)""",
)

# 3 · the trick

ROTATION = Step(
    name="rotation",
    title="The trick: rotate once",
    idea=lambda scene: (
        f"For every h, V is another {scene.view.problem.n:,} by {scene.view.problem.n:,} matrix, "
        "and general least squares has to take each apart anew. But write K = UDU′, its eigen "
        "decomposition. Then hK + (1−h)I = U[hD + (1−h)I]U′: **the eigenvectors of K are those "
        "of V, whatever h is**. Multiply y and X by U′, once, and the errors are independent."
    ),
    notice=lambda scene: (
        "Left, V; right, U′VU, the covariance after the rotation. Drag h: the right one keeps "
        "zeros off its diagonal, and on it stands hλ + 1 − h."
    ),
    question=Question(
        prompt=lambda scene: (
            "As h is dragged from 0 to 1, which entries of U′VU will become different from zero?"
        ),
        options={
            "none": "none that were zero",
            "near": "those near the diagonal",
            "all": "all of them",
        },
        judge=lambda scene, guess: guess == "none",
        feedback=lambda scene, guess: (
            "None: U′VU is hD + (1−h)I, diagonal for every h. Only the numbers on the diagonal "
            "change, so one decomposition serves all h."
        ),
    ),
    picture="rotation",
    code="""from lmm_core import decompose, rotate

eigen = decompose(K)  # K = U diag(λ) U', once
rotated = rotate(eigen, y, X)  # U'y and U'X
print(rotated.values, rotated.y)""",
)

# 4 · weighted least squares


def _weights_feedback(scene: Scene, guess: Guess) -> str:
    values = scene.view.reml.rotated.values
    high = wls(scene.view.reml.rotated, 0.5).weights
    return (
        "They all become 1, because d = hλ + 1 − h is 1 at h = 0 for every λ. At h = 0.5 they "
        f"range from {number(float(high.min()), 3)}, for λ = {number(float(values.max()), 3)}, to "
        f"{number(float(high.max()), 3)}, for λ = {number(float(values.min()), 3)}."
    )


WEIGHTS = Step(
    name="weights",
    title="Weighted least squares",
    idea=lambda scene: (
        "After the rotation the errors are independent, but not equally large: that of an "
        "eigen-direction has variance v·d with d = hλ + 1 − h. So each counts by its weight, "
        "w = 1/d, and **b comes from weighted least squares**: β̂ = (X̃′WX̃)⁻¹X̃′Wỹ."
    ),
    notice=lambda scene: (
        "Drag h: the weights move, and with them the sizes of the marks and the slope of the "
        "line, which is β̂. A mark is a contrast of individuals; point at one to see which."
    ),
    question=Question(
        prompt=lambda scene: "As h falls to 0, what will the weights do?",
        options={
            "equal": "become equal",
            "large": "grow most where λ is large, and stay unequal",
            "small": "all go to directions with a small λ",
        },
        judge=lambda scene, guess: guess == "equal",
        feedback=_weights_feedback,
    ),
    picture="weights",
    code="""from lmm_core import decompose, rotate, wls

rotated = rotate(decompose(K), y, X)
w = wls(rotated, 0.5)
print(w.beta, w.rss)""",
)
