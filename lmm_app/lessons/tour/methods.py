"""Step 6 of the tour: ML or REML, from three dice to data where it matters; pure."""

from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour import dice
from lmm_app.lessons.tour.wording import found, reml_at, two
from lmm_core import se_h2
from lmm_core.errors import count
from lmm_core.summary import h_words

# A difference of so many standard errors is none that matters.
NONE_THAT_MATTERS = 0.1


def _core(scene: Scene, guess: Guess) -> str:
    return (
        f"Less: {two(dice.average(3))}. In the long run it is 2.92 × ⅔ = 1.94. Divided by 2 "
        f"instead, the average is {two(dice.average(2))}, close to the truth. {_here(scene)}"
    )


def _here(scene: Scene) -> str:
    """What both methods say of the data at hand."""
    ml, reml = scene.view.ml, scene.view.reml
    if ml.status == "unbounded":
        return f"In these data ML has no highest point. {reml_at(scene)}"
    if not reml.maxima:
        if ml.maxima and ml.h2 == 0.0 and reml.rotated.n - reml.rotated.rank > 1:
            return (
                "In these data REML cannot tell h. ML answers 0, and would answer 0 for any "
                "trait: it takes no account of the mean that was fitted."
            )
        return "From these data neither can tell h."
    if reml.status == "unbounded":
        return f"In these data REML has no highest point. ML puts h at {found(scene, 'ML')}."
    if not ml.maxima:
        return f"In these data ML cannot tell h. REML puts it at {found(scene, 'REML')}."
    if ml.h2 == reml.h2 and ml.h2 in (0.0, 1.0):
        return (
            f"In these data both put h at {h_words(ml.h2)}: ML at {found(scene, 'ML')}, REML at "
            f"{found(scene, 'REML')}."
        )
    both = f"In these data ML puts h at {found(scene, 'ML')}, REML at {found(scene, 'REML')}."
    if 0.0 < ml.h2 < 1.0 and 0.0 < reml.h2 < 1.0:
        coefficients = count(reml.rotated.rank, "coefficient")
        if abs(ml.h2 - reml.h2) < NONE_THAT_MATTERS * se_h2(reml):
            return (
                f"{both} With {coefficients} and {scene.n:,} {scene.units} it makes almost no "
                "difference."
            )
        takes = "takes" if reml.rotated.rank == 1 else "take"
        return f"{both} The {coefficients} {takes} up a part of what h is estimated from."
    return both


def _idea(scene: Scene) -> str:
    rotated = scene.view.reml.rotated
    left = rotated.n - rotated.rank
    return (
        "Throw three dice, and measure how far they lie from their own average. That average was "
        "made from the same three numbers. No other number lies closer to them in squared "
        "distance, not even the true average, 3.5. So the squared distances come out too small. "
        "This is why s² divides by n − 1 and not by n.\n\n"
        f"A regression does the same for every coefficient in β: here {rotated.rank}, fitted to "
        f"{scene.n:,} values. **ML** does not allow for it and divides by n. **REML**, restricted "
        "maximum likelihood, first removes all that the covariates can fit. It judges h by what "
        f"is left: {count(left, 'weighted sum')} of the values, which "
        f"{'does' if left == 1 else 'do'} not depend on β."
    )


METHODS = Step(
    name="methods",
    title="ML or REML",
    idea=_idea,
    formula=lambda scene: (
        "At every h, ML’s v̂ is (n − p)/n times REML’s. ℓ_REML(h) = ℓ_ML(h) + ½ log det Cov(β̂) + "
        "constant: the term is larger where β̂ is less certain. Equally, ℓ_REML is the "
        "log-likelihood of n − p weighted sums that the covariates cannot explain. So it must not "
        "be compared with ML’s, nor between different covariates. Which way ML’s h goes depends "
        "on the covariates. Those that vary within families take up residual variance, and ML’s "
        "h tends to come out too high. Those that whole families share take up variance between "
        "families, and it tends to come out too low."
    ),
    question=Question(
        prompt=lambda scene: (
            "The variance of a die is 2.92. Throw three dice 1,000 times, and each time divide "
            "their squared distances by 3. What is the average?"
        ),
        options={
            "same": "about 2.92",
            "less": "less than 2.92",
            "more": "more than 2.92",
        },
        judge=lambda scene, guess: guess == "less",
        core=_core,
        hint=lambda scene, guess: {
            "same": "Each throw is measured from its own average, which was fitted to it.",
            "more": "No number lies closer to three values, in squares, than their own average.",
        }[str(guess)],
    ),
    code="""from lmm_core import fit_lmm

for reml in (False, True):
    fit = fit_lmm(y, X, K, reml=reml)
    print("REML" if reml else "ML", fit.h2, fit.sigma2, fit.beta)""",
)
