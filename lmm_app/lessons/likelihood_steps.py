"""Steps 5 to 8 of the tour: from the log-likelihood of one h to its maximum; pure."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lmm_app.fit.text import literal, number
from lmm_app.fit.verdict import with_interval
from lmm_app.lessons.steps import Guess, Question, Scene, Step

# Brent's looks, in classes to choose from.
LOOKS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"few": (0, 6), "some": (7, 25), "many": (26, 200), "grid": (201, 10**9)}
)
# An h this close to the maximum, in log-likelihood, is as good as it.
AS_GOOD = 0.1


# 5 · the log-likelihood of one h


def _found(scene: Scene) -> str:
    return with_interval(scene.view, scene.method)


def _height(scene: Scene, h2: float) -> float:
    profile = scene.view.profile(scene.method)
    return float(np.interp(h2, profile.h2, profile.loglik))


def _climb_right(scene: Scene, guess: Guess) -> bool:
    fit = scene.view.fit(scene.method)
    if not fit.maxima or not isinstance(guess, float):
        return False
    return fit.loglik - _height(scene, guess) <= AS_GOOD


def _climb_feedback(scene: Scene, guess: Guess) -> str:
    fit, found = scene.view.fit(scene.method), scene.view.methods[scene.method]
    if not fit.maxima:
        return f"There is no highest point. {literal(fit.message)}"
    end = "" if fit.status == "interior" else " " + literal(fit.message)
    if not isinstance(guess, float):
        return f"The top is at ĥ = {_found(scene)}.{end}"
    gap = fit.loglik - _height(scene, guess)
    words = (
        f"The top is at ĥ = {_found(scene)}. Your h = {guess:.2f} lies "
        f"{number(max(gap, 0.0), 3)} log-likelihood units lower."
    )
    if found.interval is not None:
        inside = found.interval.lower <= guess <= found.interval.upper
        words += (
            " That is less than 1.92, so these data cannot tell it from the best."
            if inside
            else " That is more than 1.92, so the data speak against it."
        )
    return words + end


CLIMB = Step(
    name="climb",
    title="The log-likelihood of one h",
    idea=lambda scene: (
        "At any h, weighted least squares gives β̂, and what is left over gives v̂. So the "
        "likelihood of the data depends on h alone: ℓ(h), the profile log-likelihood. Each look "
        "at it costs one weighted regression."
    ),
    notice=lambda scene: "The dots are your looks; the line is what you were looking for.",
    question=Question(
        prompt=lambda scene: (
            "The curve is hidden: you see it only where you look. Drag h, and leave it where you "
            "think ℓ is highest."
        ),
        options={},
        judge=_climb_right,
        feedback=_climb_feedback,
    ),
    picture="climb",
    code="""from lmm_core import decompose, log_likelihood, rotate

rotated = rotate(decompose(K), y, X)
for h in (0.2, 0.4, 0.6, 0.8):
    print(h, log_likelihood(rotated, h))""",
)

# 6 · ML or REML


def reml_letter(scene: Scene) -> str:
    """Which of the curves A and B is REML's: by the data, so that it cannot be learnt by heart."""
    return "AB"[int(scene.view.problem.fingerprint[:8], 16) % 2]


def _methods_feedback(scene: Scene, guess: Guess) -> str:
    ml, reml = scene.view.ml, scene.view.reml
    words = f"{reml_letter(scene)} is REML."
    if ml.status == "unbounded":
        return f"{words} {literal(ml.message)}"
    if not (ml.maxima and reml.maxima):
        return f"{words} Neither can tell h from these data."
    return (
        f"{words} ML puts h at {with_interval(scene.view, 'ML')} and v at {number(ml.sigma2)}; "
        f"REML at {with_interval(scene.view, 'REML')} and {number(reml.sigma2)}. ML divides by "
        f"n = {ml.n}, REML by n − p = {ml.n - ml.p}, "
        "and REML adds what is not known about b: half the log determinant of β̂'s covariance."
    )


METHODS = Step(
    name="methods",
    title="ML or REML",
    idea=lambda scene: (
        "ML takes β̂ for the true b. But β̂ is fitted to the data, and takes some of the variance "
        "with it: what ML leaves over is too small. REML, restricted maximum likelihood, uses "
        "only what the covariates cannot explain. Its curve is ML's plus ½ log det var(β̂): **it "
        "gives more to an h under which b is known less well**."
    ),
    notice=lambda scene: (
        "Add covariates that explain nothing: ML's estimates slide away from the dotted truth, "
        "REML's stay around it. The green curve is the term between the two."
    ),
    question=Question(
        prompt=lambda scene: (
            "Both curves are drawn from their own maximum, and REML gives more where b is known "
            "less well. Which one is REML?"
        ),
        options={"A": "A", "B": "B"},
        judge=lambda scene, guess: guess == reml_letter(scene),
        feedback=_methods_feedback,
    ),
    picture="methods",
    code="""from lmm_core import fit_lmm

for reml in (False, True):
    fit = fit_lmm(y, X, K, reml=reml)
    print("REML" if reml else "ML", fit.h2, fit.sigma2, fit.beta)""",
)

# 7 · Brent's method


def brent_looks(scene: Scene) -> int:
    """Evaluations of the search, without the two ends."""
    trace = scene.view.fit(scene.method).trace
    return sum(step.procedure != "boundary" for step in trace)


def _brent_right(scene: Scene, guess: Guess) -> bool:
    low, high = LOOKS[str(guess)]
    return low <= brent_looks(scene) <= high


def _brent_feedback(scene: Scene, guess: Guess) -> str:
    fit, looks = scene.view.fit(scene.method), brent_looks(scene)
    if not looks:
        return f"None: {literal(fit.message)}"
    parabolas = sum(step.procedure == "parabolic" for step in fit.trace)
    return (
        f"{looks}, then one at each end. {looks - parabolas} were golden sections, which only "
        f"shorten the bracket; {parabolas} were tops of parabolas, and near the end each of "
        "those multiplies the digits that are right. A grid with steps of 0.0001 needs 10,001."
    )


BRENT = Step(
    name="brent",
    title="Brent's method",
    idea=lambda scene: (
        "Now find the top with few looks. Brent's method (1973) keeps a **bracket** that holds "
        "the maximum. It draws a parabola through the three best points and looks at its top; if "
        "that is not to be trusted, it cuts the larger part of the bracket by the golden section."
    ),
    notice=lambda scene: (
        "Step through it: on the right, the distance to ĥ turns from a slow walk into a plunge "
        "when the parabolas take over."
    ),
    question=Question(
        prompt=lambda scene: "How many looks until the top is known to about 0.0001?",
        options={
            "few": "up to 6",
            "some": "7 to 25",
            "many": "26 to 200",
            "grid": "more than 200",
        },
        judge=_brent_right,
        feedback=_brent_feedback,
    ),
    picture="brent",
    code="""from lmm_core import decompose, log_likelihood, maximize_brent, rotate

rotated = rotate(decompose(K), y, X)
found = maximize_brent(lambda h: log_likelihood(rotated, h), 0.0, 1.0)
print(found.x, found.n_eval)""",
)

# 8 · that's it


def _plausible(scene: Scene, h2: float) -> bool:
    interval = scene.view.methods[scene.method].interval
    return interval is None or interval.lower <= h2 <= interval.upper


def _sure_right(scene: Scene, guess: Guess) -> bool:
    return _plausible(scene, 0.5) == (guess == "yes")


def _sure_feedback(scene: Scene, guess: Guess) -> str:
    interval = scene.view.methods[scene.method].interval
    if interval is None:
        return "Yes, as any other: these data say nothing about h."
    inside = "inside" if _plausible(scene, 0.5) else "outside"
    return (
        f"The 95% interval goes from {interval.lower:.2f} to {interval.upper:.2f}, and ½ lies "
        f"{inside}: it holds every h whose log-likelihood is within 1.92 of the top."
    )


def _done_idea(scene: Scene) -> str:
    fit = scene.view.fit(scene.method)
    found = (
        f"Here ĥ = {_found(scene)}, v̂ = {number(fit.sigma2)}."
        if fit.maxima
        else literal(fit.message)
    )
    return (
        "Decompose K, rotate y and X; for each h, a weighted regression; for each regression a "
        f"log-likelihood; Brent's method for its maximum. **That's it!** {found} One thing is "
        "left: the top is one point, and a broad hill says less than a steep one."
    )


SURE = Step(
    name="sure",
    title="That's it! And how sure?",
    idea=_done_idea,
    notice=lambda scene: (
        "The shaded band is the interval. The explore page has the exact one, the test of h = 0, "
        "and what this kinship can tell at all."
    ),
    question=Question(
        prompt=lambda scene: "Could the true h well be ½, by these data?",
        options={"yes": "yes", "no": "no"},
        judge=_sure_right,
        feedback=_sure_feedback,
    ),
    picture="sure",
    code="""from lmm_core import fit_lmm, interval_h2

fit = fit_lmm(y, X, K)
print(fit.h2, interval_h2(fit))""",
)
