"""Step 2 of the tour: one number h, on twelve individuals with their numbers; pure."""

from lmm_app.fit.text import number
from lmm_app.fit.verdict import same_scale
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step

# The h that is shown, and the one that is asked about.
SHOWN, ASKED = 0.2, 0.6
SIBS = 0.5
OPTIONS = {"product": ASKED * SIBS, "kinship": SIBS, "h": ASKED}


def _core(scene: Scene, guess: Guess) -> str:
    words = (
        f"It holds {ASKED:.2f} × ½ = {ASKED * SIBS:.2f}. On the diagonal stands {ASKED:.2f} × 1 + "
        f"{1 - ASKED:.2f} = 1, as before. Between families there is always 0. Drag h to 1, and "
        "you see K itself."
    )
    fit = scene.view.reml
    if same_scale(fit):
        return words
    kappa = number(fit.eigen.mean_diagonal, 3)
    return (
        f"{words} Your own K has {scene.n:,} rows, and its diagonal averages {kappa}. So h is not "
        f"itself a percentage there. Percentages in this app are always those of an average "
        f"{scene.unit}."
    )


SHARE = Step(
    name="share",
    title="One number, h",
    idea=lambda scene: (
        "First a small example: twelve individuals in three families of four sibs. The table K "
        "holds their kinship: 1 with oneself, ½ between sibs, 0 between families. K is known, "
        "from a pedigree or from markers.\n\n"
        "What is not known is how strongly the trait follows K. One number says it: **h**, from 0 "
        "to 1. At h = 0 no two errors have anything in common. At h = 1 the errors follow kinship "
        "completely. In between, h is the share of the variance that follows kinship. A second "
        "number, v, is the size of the variance."
    ),
    formula=lambda scene: (
        "var(e) = v·[hK + (1 − h)I]. I, the identity matrix, has 1 on the diagonal and 0 "
        "elsewhere: it stands for what is each individual’s own. σ²_g = v·h goes with K, "
        "σ²_e = v·(1 − h) with I. The share of the average individual is hκ/(hκ + 1 − h), κ being "
        "the mean of K’s diagonal; with κ = 1 it is h. Multiply K by c, and h becomes "
        "h/(h + c(1 − h)); the model and the share stay the same."
    ),
    question=Question(
        prompt=lambda scene: (
            f"At h = {SHOWN:.2f} the cell of two sibs holds {SHOWN * SIBS:.2f}. What will it hold "
            f"at h = {ASKED:.2f}?"
        ),
        options={code: f"{value:.2f}" for code, value in OPTIONS.items()},
        judge=lambda scene, guess: guess == "product",
        core=_core,
        hint=lambda scene, guess: {
            "kinship": "½ is the kinship itself. The cell holds it only at h = 1.",
            "h": f"{ASKED:.2f} is h. The kinship of two sibs is ½, so the cell holds half of h.",
        }[str(guess)],
    ),
    code="""from lmm_core.dense import dense_gls

fit = dense_gls(y, X, K, 0.5)  # generalised least squares with V = 0.5 K + 0.5 I
print(fit.beta, fit.loglik)""",
)
