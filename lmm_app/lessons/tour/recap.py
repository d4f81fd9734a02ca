"""Step 8 of the tour: that's it, the method in five lines; pure."""

from lmm_app.fit.text import number
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.wording import found, hills_of, reml_at
from lmm_core.summary import h_words

# What each step needs, what it does, and what comes out of it.
BOXES = (
    ("K", "decompose: K = UDU′", ""),
    ("y, X", "rotate: U′y, U′X", ""),
    ("h", "weighted least squares", "β, v"),
    ("", "log-likelihood ℓ(h)", ""),
    ("the curve", "Brent’s method", "ĥ"),
)


def result(scene: Scene) -> str:
    """What came of it in the data at hand."""
    fit, status = scene.fit, scene.status
    if status == "unbounded":
        return f"Here {scene.method} has no highest point. " + (
            reml_at(scene) if scene.method == "ML" else "See whether a record occurs twice."
        )
    if status == "hills":
        first, second, _ = hills_of(fit)
        low, high = scene.interval
        return (
            f"Here ĥ = {first}, with a lower hill at {second} (95% interval {h_words(low)} to "
            f"{h_words(high)})."
        )
    if status == "flat":
        return "Here no h fits better than another."
    return f"Here ĥ = {found(scene)}, v̂ = {number(fit.sigma2, 3)}."


def _core(scene: Scene, guess: Guess) -> str:
    return (
        "The decomposition. It needs K alone, so it serves every trait, every covariate and every "
        f"marker. The {scene.units} must be the same: if some lack the second trait, K loses their "
        "rows and is decomposed again."
    )


RECAP = Step(
    name="recap",
    title="That’s it!",
    idea=lambda scene: (
        "This is the whole method, in the order of Karl Broman’s post:\n\n"
        "1. Fix h. Then V is known, and generalised least squares gives β and v.\n"
        "2. Decompose K once, and rotate y and X. Now weighted least squares gives the same β and "
        "v, with less work.\n"
        "3. Each h has its log-likelihood or, better, the restricted one.\n"
        "4. One number is left: find the h where it is highest, by Brent’s method.\n"
        "5. That’s it!\n\n"
        f"{result(scene)}"
    ),
    formula=lambda scene: (
        "y = Xβ + e, var(e) = v·[hK + (1 − h)I]. In symbols the five lines are: V; K = UDU′, "
        "ỹ = U′y, X̃ = U′X; β̂(h), v̂(h); ℓ(h); ĥ = arg max ℓ(h)."
    ),
    question=Question(
        prompt=lambda scene: (
            f"A second trait is measured on the same {scene.n:,} {scene.units}. Which step need "
            "not be done again?"
        ),
        options={
            "decomposition": "the decomposition of K",
            "regression": "the weighted least squares",
            "search": "Brent’s search",
        },
        judge=lambda scene, guess: guess == "decomposition",
        core=_core,
        hint=lambda scene, guess: {
            "regression": "It needs y, and y is new.",
            "search": "Another trait has another curve.",
        }[str(guess)],
    ),
    code="""from lmm_core import fit_lmm

fit = fit_lmm(y, X, K)
print(fit.h2, fit.sigma2, fit.beta)""",
)
