"""“The mean”: what a K of counts that are not centred does, and what it cannot do; pure."""

import numpy as np

from lmm_app.lessons.how_k.own import ADDED, added
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.wording import found, two
from lmm_core.summary import h_words

# What is asked about: as much added to every entry as the diagonal has on average.
ASKED = int(np.flatnonzero(np.isclose(ADDED, 1.0))[0])
HINTS = {
    "rises": "So it seems once K is scaled back. But as K is written, the curve stays.",
    "falls": "A larger K often means a smaller h. Here what is added is the same for all, and "
    "differences between individuals do not see it.",
}


def asks(scene: Scene) -> bool:
    """Whether REML has an h that could move."""
    fit = scene.view.reml
    return bool(fit.maxima) and fit.status not in ("flat", "unbounded")


def constant(scene: Scene) -> str:
    """What is added to every entry, in words."""
    return two(float(added(scene.view).constants[ASKED]))


def _idea(scene: Scene) -> str:
    words = (
        "Leave the counts as they are, and every entry gets large: all mice have alleles, so all "
        "seem to share. What was added says nothing about who is closer to whom. Switch between "
        "the two over the table.\n\n"
        "Does it change h? The model has a mean of its own, the intercept. **What all have in "
        "common goes into the mean**, and leaves nothing to explain.\n\n"
    )
    if not asks(scene):
        return f"{words}These data tell no h by REML, so nothing is asked of them here."
    return (
        f"{words}Try the simplest case: add the same number to every entry of the K that is open. "
        "Counts add a number for each row and column besides, which cancels in the same way."
    )


def _core(scene: Scene, guess: Guess) -> str:
    moved = added(scene.view)
    return (
        f"It stays, at {found(scene, 'REML')}, whatever is added. REML sees differences between "
        f"individuals alone, and there it cancels. {_by_ml(scene)}But the mean diagonal has "
        "doubled. Whoever scales the new K back to what it was reports "
        f"{_scaled(moved.h2, float(moved.h2_scaled[ASKED]))}. So take the mean off before K is "
        "scaled."
    )


def _scaled(before: float, after: float) -> str:
    if before in (0.0, 1.0):
        return f"the same h = {h_words(before)}, because at an end the scale is no matter"
    return f"h = {h_words(after)} for the same fit"


def _by_ml(scene: Scene) -> str:
    fit, moved = scene.view.ml, added(scene.view)
    if not fit.maxima or fit.status in ("flat", "unbounded"):
        return ""
    before, after = (two(float(moved.h2_ml[k])) for k in (0, ASKED))
    if before == after:
        return f"ML does see it, though here its best h stays {after} too. "
    return f"ML does see it: its best h goes from {before} to {after}. "


MEAN = Step(
    name="how_k_mean",
    title="The mean",
    idea=_idea,
    formula=lambda scene: (
        "With μ the means, K of the counts is K + c1′ + 1c′ + (μ′μ/m)11′, c = Zμ/m. REML is the "
        "likelihood of Ly with L1 = 0, and L(c1′ + 1c′ + 11′)L′ = 0: the same σ²_g, σ²_e, h and "
        "standard errors, but for the intercept’s. ML has log|V| besides, which grows by "
        "log(1 + ah·1′H⁻¹1) when a is added, H = hK + (1 − h)I. Scaled from κ + a back to κ, h "
        "becomes h/(h + c(1 − h)) with c = κ/(κ + a). Gower’s scale, tr(PKP) = n − 1, is the same "
        "with and without centring. All of this needs an intercept in X."
    ),
    question=Question(
        prompt=lambda scene: f"Add {constant(scene)} to every entry of K. What does ĥ by REML do?",
        options={"rises": "it rises", "falls": "it falls", "stays": "it stays"},
        judge=lambda scene, guess: guess == "stays",
        core=_core,
        hint=lambda scene, guess: HINTS[str(guess)],
    ),
    code="""# G: copies of an allele, individuals by markers
from lmm_core import centered_kinship, fit_lmm

for K in (centered_kinship(G), G @ G.T / G.shape[1]):
    fit = fit_lmm(y, X, K)
    print(fit.h2, fit.sigma2_g, K.diagonal().mean())""",
    asks=asks,
)


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    moved = added(scene.view)
    scaled = _scaled(moved.h2, float(moved.h2_scaled[ASKED]))
    return f"It stays, at {found(scene, 'REML')}. With K scaled back to what it was: {scaled}."
