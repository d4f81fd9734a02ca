"""“With oneself”: what the diagonal of K says, of the small table and of the data at hand; pure."""

import numpy as np

from lmm_app.fit.text import literal
from lmm_app.lessons.how_k.own import diagonal_of
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.wording import two
from lmm_core.errors import count

OPTIONS = {
    "one": "1 for everybody",
    "same": "the same for everybody, but not 1",
    "differ": "different from one to the other",
}
HINTS = {
    "one": "So it is in a pedigree without inbreeding. With markers it is measured, not given.",
    "same": "So it is where a program writes halves, or on another scale.",
    "differ": "So it is with markers, or where some are inbred.",
}


def _core(scene: Scene, guess: Guess) -> str:
    own = np.diagonal(scene.view.problem.relationship)
    kind, mean = diagonal_of(scene.view), float(own.mean())
    if kind == "one":
        return (
            "1 for everybody, as in a pedigree without inbreeding. There kinship is what is "
            "expected. Markers measure what was inherited, and then individuals differ: in the "
            "table of eight mice the diagonal goes from 0.375 to 0.625."
        )
    if kind == "same":
        return (
            f"The same for everybody, {two(mean)}, and so not 1. Nobody differs in genetic "
            "variance. But h is a share of variance only where the diagonal averages 1; on this "
            "scale the same fit has another h."
        )
    ids = scene.view.problem.ids
    places = scene.view.problem.of
    low, high = (int(np.argmin(own)), int(np.argmax(own)))
    who = (
        ("", "") if places is not None else (f" ({literal(ids[low])})", f" ({literal(ids[high])})")
    )
    return (
        f"Different: from {two(float(own[low]))}{who[0]} to {two(float(own[high]))}{who[1]}, "
        f"{two(mean)} on average. From markers it is larger for those with rare alleles, or with "
        "two copies of one. From a pedigree it is larger for the inbred. In the model each one’s "
        "genetic variance is σ²_g times its entry."
    )


SELF = Step(
    name="how_k_self",
    title="With oneself",
    idea=lambda scene: (
        "What does a mouse share with itself? The same recipe: at each marker its distance from "
        "the mean, squared. **The mean of the squares is its entry on the diagonal of K.**\n\n"
        "A mouse with common genotypes is never far from the mean, and has a small entry. One with "
        "rare alleles, or with two copies of one, has a large entry. Press a cell on the diagonal, "
        "then change one of that mouse’s genotypes.\n\n"
        "The eight mice average 0.5. Standardised, they average 1, and still differ."
    ),
    formula=lambda scene: (
        "K_ii = Σ z_ik²/m, and var(e_i) = v·[hK_ii + 1 − h]. With frequencies f and inbreeding F, "
        "z² of one marker has the expectation 2f(1 − f)(1 + F). So K divided by the mean of "
        "2f(1 − f) has 1 + F on its diagonal, as A of a pedigree. Dividing by the mean diagonal "
        "makes κ = 1, the scale on which h is the average individual’s share."
    ),
    question=Question(
        prompt=lambda scene: (
            "The K that is open is of "
            f"{count(scene.view.problem.individuals, scene.unit, scene.units)}. What stands on its "
            "diagonal?"
        ),
        options=OPTIONS,
        judge=lambda scene, guess: guess == diagonal_of(scene.view),
        core=_core,
        hint=lambda scene, guess: HINTS[str(guess)],
    ),
    code="""own = K.diagonal()
print(own.min(), own.mean(), own.max())""",
)


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    return _core(scene, None).partition(". ")[0] + "."
