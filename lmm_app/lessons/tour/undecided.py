"""In place of the hidden curve, the search, the recap and the intervals: no h fits better; pure."""

from lmm_app.fit.text import number
from lmm_app.fit.verdict import exactly
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Question, Step
from lmm_app.lessons.tour.wording import trait_of
from lmm_core.errors import count


def equally_related(scene: Scene) -> bool:
    """Whether it is the kinship that cannot tell h, and not too few values or an exact fit."""
    rotated = scene.view.reml.rotated
    return not rotated.exact and rotated.n - rotated.rank > 1


def _idea(scene: Scene) -> str:
    rotated = scene.view.reml.rotated
    if rotated.exact:
        return (
            f"{exactly(scene.view, trait_of(scene))}. Nothing is left over, so there is no "
            "variance to divide."
            + (" Is one of the covariates a copy of the trait?" if rotated.rank > 1 else "")
        )
    if not equally_related(scene):
        left = count(rotated.n - rotated.rank, "value")
        leave = "leaves" if rotated.rank == 1 else "leave"
        return (
            f"{count(scene.n, scene.unit, scene.units)} and "
            f"{count(rotated.rank, 'coefficient')} {leave} {left}. Two variances cannot be told "
            f"apart from that. More {scene.units} or fewer covariates would help."
        )
    return (
        f"In these data all {scene.units} are equally related. To see what kinship does, one must "
        "compare close with distant relatives, and here there is nothing to compare. In the "
        "picture, all points that the covariates leave have the same λ. Whatever h is, the band "
        "has the same width at these points, and ℓ stays the same. So there is no ĥ, and no "
        "interval either.\n\n"
        f"Two things would help: {scene.units} from several families, or a kinship from markers, "
        "in which sibs differ a little. To see the other steps at work, open the mice or a lesson."
    )


UNDECIDED = Step(
    name="flat",
    title="These data cannot tell h",
    idea=_idea,
    formula=lambda scene: (
        "With PKP proportional to P, where P projects on what the covariates leave, V is "
        "proportional to the identity there for every h, and the restricted log-likelihood does "
        "not depend on h."
        if equally_related(scene)
        else "v̂ = Σwᵢrᵢ²/(n − p) is 0, and its logarithm is in ℓ: ℓ is infinite at every h."
        if scene.view.reml.rotated.exact
        else "With n − p values the restricted log-likelihood has n − p terms; two variances need "
        "at least two that differ in λ."
    ),
    question=Question(
        prompt=lambda scene: "Drag h. Does ℓ change?",
        options={"yes": "yes", "no": "no"},
        judge=lambda scene, guess: guess == "no",
        core=lambda scene, guess: (
            f"It does not change: ℓ is {number(scene.fit.loglik, 5)} for every h."
        ),
        hint=lambda scene, guess: "Look at ℓ under the picture, at h = 0 and at h = 1.",
    ),
    code="""from lmm_core import decompose, log_likelihood, rotate

rotated = rotate(decompose(K), y, X)
print(log_likelihood(rotated, 0.0), log_likelihood(rotated, 1.0))""",
    asks=equally_related,
)
