"""Step 3 of the tour: two sibs turned by 45°, then twelve, then all; pure."""

import numpy as np

from lmm_app.fit.text import number
from lmm_app.fit.view import alike
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_core.arrays import Floats

# Where h is to begin with.
BEGIN = 0.6
# Pairs of sibs that are drawn, and their seed.
SIB_PAIRS, SEED = 300, 4


def sib_pairs() -> Floats:
    """The sum and the difference of each pair, in standard deviations of theirs, shape (2, 300)."""
    return np.random.default_rng(SEED).standard_normal((2, SIB_PAIRS))


def all_alike(scene: Scene) -> bool:
    """Whether all eigenvalues are the same but for rounding."""
    return alike(scene.view.reml.rotated.values)


def _core(scene: Scene, guess: Guess) -> str:
    values = scene.view.reml.rotated.values
    words = (
        "No h can tilt it again. h stretches the ellipse but never turns it. So one rotation "
        "serves every h, and it has to be computed only once. "
        f"Your K has {scene.n:,} eigenvectors. "
    )
    if all_alike(scene):
        return f"{words}Here all eigenvalues λ are the same, so no rotation is needed."
    low, high = (number(float(one), 3) for one in (values.min(), values.max()))
    return f"{words}Each has an eigenvalue λ, from {low} to {high}."


ROTATION = Step(
    name="rotation",
    title="One rotation for every h",
    idea=lambda scene: (
        "Two sibs have correlated errors. Plot many such pairs, and the cloud is a tilted "
        "ellipse. Now turn the axes by 45°. One new axis is the sum of the two sibs, the other is "
        "their difference. Sum and difference are not correlated.\n\n"
        "Such a **rotation** exists for every K, with one new axis for each individual. Each axis "
        "is a weighted sum of the individuals; its weights are an eigenvector of K. Twelve "
        "individuals have three family sums and nine differences within families. Your "
        f"{scene.n:,} {scene.units} have {scene.n:,} weighted sums, and their errors are "
        "independent."
    ),
    formula=lambda scene: (
        "K = UDU′, so hK + (1 − h)I = U[hD + (1 − h)I]U′: the eigenvectors of K are those of V, "
        "for every h. With ỹ = U′y and X̃ = U′X, the i-th error has variance v·(hλᵢ + 1 − h), and "
        "no two are correlated. Two sibs: weights ±1/√2, λ = 1.5 and 0.5. A family of four: the "
        "sum has weights ½, ½, ½, ½ (that is twice the average) and λ = 2.5; differences have "
        "λ = 0.5. The sign of an eigenvector is arbitrary. Where several λ are equal, any rotation "
        "among their eigenvectors is as good."
    ),
    question=Question(
        prompt=lambda scene: (
            "Drag h and watch the ellipse. Once the axes are turned by 45°, can another h tilt it "
            "again?"
        ),
        options={"no": "no, at no h", "large": "yes, a large h", "small": "yes, a small h"},
        judge=lambda scene, guess: guess == "no",
        core=_core,
        hint=lambda scene, guess: {
            "large": "A larger h makes the ellipse longer and thinner, along the same line.",
            "small": "A smaller h makes it rounder. At h = 0 it is a circle, which has no tilt.",
        }[str(guess)],
    ),
    code="""from lmm_core import decompose, rotate

eigen = decompose(K)  # K = U diag(λ) U', once
rotated = rotate(eigen, y, X)  # U'y and U'X
print(rotated.values, rotated.y)""",
)
