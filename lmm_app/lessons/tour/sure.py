"""Step 9 of the tour: two intervals for one estimate; pure."""

from lmm_app.fit.certainty import limits
from lmm_app.fit.verdict import share_of
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.climb import CUT, gap_at
from lmm_app.lessons.tour.wording import below, found
from lmm_core.summary import h_words

HALF = 0.5
# Ends of both intervals that differ by no more agree for the eye.
AGREE = 0.03
WIDE = 0.5


def compatible(scene: Scene) -> bool:
    """Whether h = ½ is within 1.92 of the top."""
    return gap_at(scene, HALF) <= CUT


def _core(scene: Scene, guess: Guess) -> str:
    gap = gap_at(scene, HALF)
    are = "are" if compatible(scene) else "are not"
    lies = "at the top" if gap == 0.0 else f"{below(gap)} below the top"
    words = [f"At h = 0.5 the curve lies {lies}, so these data {are} compatible with it."]
    words += [_both(scene), _wide(scene)]
    return " ".join(filter(None, words))


def _both(scene: Scene) -> str:
    low, high = scene.interval
    profile = f"{h_words(low)} to {h_words(high)}"
    exact = scene.exact()
    if exact is None:
        if scene.status != "unbounded":
            return f"There is no exact interval here. The profile interval is {profile}."
        reml = scene.method == "ML" and scene.view.reml.maxima
        other = " REML has both intervals." if reml else ""
        return (
            f"{scene.method} has no exact interval here. The profile interval around its finite "
            f"hill is {profile}.{other}"
        )
    ends = f"{h_words(exact.lower)} to {h_words(exact.upper)}"
    words = f"The profile interval is {profile}, the exact one {ends}."
    apart = max(abs(low - exact.lower), abs(high - exact.upper))
    status = scene.status
    if status == "hills":
        words = (
            f"The profile interval goes from {h_words(low)} to {h_words(high)}, over the hills, "
            f"the exact one from {ends}."
        )
    if apart > AGREE:
        words += f" {limits(scene.fit, exact)}"
    elif status != "hills":
        words += " Here they agree." if profile == ends else " Here they almost agree."
    if (exact.lower <= HALF <= exact.upper) != compatible(scene):
        inside = "are" if exact.lower <= HALF <= exact.upper else "are not"
        words += f" By the exact interval these data {inside} compatible with h = 0.5."
    return words


def _wide(scene: Scene) -> str:
    low, high = scene.interval
    if low == 0.0 and high == 1.0:
        return "These data cannot tell h: every value from 0 to 1 fits."
    shares = [share_of(scene.fit, one) for one in (low, high)]
    return "These data say little about h." if shares[1] - shares[0] > WIDE else ""


def _idea(scene: Scene) -> str:
    return (
        "ĥ comes from one sample. Another sample would give another ĥ, so an **interval** belongs "
        "to it. There are two kinds.\n\n"
        "The profile interval keeps every h whose log-likelihood lies within 1.92 of the top. It "
        "is quick. Its 1.92 comes from a rule for large samples, with h away from 0 and 1.\n\n"
        "For the exact interval, the computer simulates thousands of samples at each h, and looks "
        "how far below its top the curve of each lies at that h. It keeps an h unless your curve "
        "lies lower than 95% of theirs. This is slower, and it holds near 0 and 1 too. Both take "
        "the model to be true."
    ) + (
        ""
        if scene.told
        else f"\n\nIn these data {scene.method} has no highest point, and so there is no interval."
    )


SURE = Step(
    name="sure",
    title="How sure?",
    idea=_idea,
    formula=lambda scene: (
        "1.92 is half of 3.84, the 95% point of χ² with one degree of freedom."
        + (f" With it, ĥ = {found(scene)}." if scene.told else "")
        + " Exact: all h₀ with P(T ≥ T_obs) ≥ 0.05, where T = 2[ℓ(ĥ) − ℓ(h₀)], for this K and "
        "these covariates. In simulated studies of sibs and intercrosses, each kind contained the "
        "true h in 94 to 98 of 100 cases (docs/coverage.md)."
    ),
    question=Question(
        prompt=lambda scene: (
            "The dotted line lies 1.92 below the top. Read it off: are these data compatible with "
            "h = 0.5?"
        ),
        options={"yes": "yes", "no": "no"},
        judge=lambda scene, guess: compatible(scene) == (guess == "yes"),
        core=_core,
        hint=lambda scene, guess: {
            "yes": "At h = 0.5 the curve lies below the dotted line.",
            "no": "At h = 0.5 the curve lies above the dotted line.",
        }[str(guess)],
    ),
    code="""from lmm_core import fit_lmm, interval_h2

fit = fit_lmm(y, X, K)
print(fit.h2, interval_h2(fit))""",
    asks=lambda scene: scene.told,
)
