"""Step 1 of the tour: relatives resemble each other; pure."""

from lmm_app.fit.chance import p_words
from lmm_app.fit.text import number
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.pairs import residual_pairs
from lmm_app.lessons.tour.wording import named, trait_of, two
from lmm_core import wls
from lmm_core.errors import count

# From here on a cloud looks tilted.
TILTED = 0.15
# Fewer pairs than this say little.
FEW = 30
LEVEL = 0.05


def shape(r: float) -> str:
    """How a cloud with this r looks."""
    return "tilted upward" if r >= TILTED else "tilted downward" if r <= -TILTED else "round"


def _idea(scene: Scene) -> str:
    pairs = residual_pairs(scene.view)
    fitted = (
        f"what is left after an ordinary regression on {named(scene)}"
        if scene.covariates
        else "what is left after the mean is subtracted"
    )
    start = (
        "Take two sibs and one trait. If genes matter for the trait, two sibs tend to lie on the "
        "same side of the average. Ordinary regression does not know this. It takes every error "
        "to be independent of all others.\n\n"
        f"Here are the residuals of {trait_of(scene)}: {fitted}. Each dot is a pair of "
        f"{scene.units}, one residual across and the other up. "
    )
    if pairs.distant is None:
        return f"{start}Here all pairs are equally related. They appear after you predict."
    name = pairs.name
    closest = f", here {name}" if not name.startswith("the ") else ""
    return (
        f"{start}On the left are distant pairs. On the right come the closest relatives{closest}. "
        "They appear after you predict."
    )


def _answer(scene: Scene) -> str:
    return {"tilted upward": "up", "tilted downward": "down", "round": "round"}[
        shape(residual_pairs(scene.view).close.r)
    ]


def _core(scene: Scene, guess: Guess) -> str:
    pairs = residual_pairs(scene.view)
    close, r = pairs.close, two(pairs.close.r)
    few = f" With {count(close.count, 'pair')}, r itself is uncertain." if close.count < FEW else ""
    if scene.view.reml.rotated.exact:
        return "There is no cloud: nothing of the trait is left over for a residual."
    if pairs.distant is None:
        return (
            "There is nothing to compare: all pairs are equally related. Subtracting the mean "
            f"alone gives r = {r}.{few}"
        )
    p, answer = scene.p_of_no_variance(), _answer(scene)
    if answer == "down":
        return (
            f"The cloud is tilted downward: r = {r}. In this model shared genes cannot do that. "
            "Chance can, and so can competition between sibs. A later step shows what the method "
            f"answers.{few}"
        )
    if p is None:
        tilt = "tilted upward" if answer == "up" else "almost round"
        return (
            f"The cloud is {tilt}: r = {r}, against {two(pairs.distant.r)} for distant pairs.{few}"
        )
    if answer == "up" and p < LEVEL:
        return (
            f"The cloud is tilted upward: r = {r}, against {two(pairs.distant.r)} for distant "
            "pairs. The errors of relatives are not independent. So the standard errors and "
            f"p-values of ordinary regression cannot be trusted.{few}"
        )
    if answer == "up":
        return (
            f"The cloud is tilted upward, r = {r}. But it is made of {count(close.count, 'pair')}, "
            f"and chance can do this: a test of h = 0 gives {p_words(p)}.{few}"
        )
    if p < LEVEL:
        return (
            f"The cloud looks almost round: r = {r}. But r sums up {count(close.count, 'pair')} "
            f"and leaves out the rest. The test of h = 0 uses all the data and gives {p_words(p)}: "
            f"more resemblance than chance explains well.{few}"
        )
    return (
        f"The cloud is almost round: r = {r}. These data do not show that relatives resemble each "
        f"other. The method of this tour can say so too, as you will see.{few}"
    )


def _hint(scene: Scene, guess: Guess) -> str:
    return {
        "up": "This is what an inherited trait would show. The picture does not show it here.",
        "round": "The tilt is there, although each single pair says little.",
        "down": "A downward tilt would mean that the high value of one goes with the low value of "
        "the other.",
    }[str(guess)]


def _formula(scene: Scene) -> str:
    pairs, fit = residual_pairs(scene.view), scene.fit
    words = (
        "r is the mean of eᵢeⱼ/s² over the pairs, with s² = Σe²/(n − p). Pairs share individuals, "
        "so r has no simple standard error; and because a mean was fitted, r over all pairs is "
        "about −1/(n − 1)."
    )
    if pairs.distant is None or not scene.told or fit.rotated.exact:
        return words
    rotated = scene.view.reml.rotated
    df, rss = rotated.n - rotated.rank, float(wls(rotated, 0.0).rss)
    genetic = fit.sigma2_g * df / rss if df and rss else float("nan")
    return (
        f"{words} The least squares line of eᵢeⱼ/s² on Kᵢⱼ over all pairs is Haseman–Elston "
        f"regression. Its slope, {number(pairs.slope, 2)}, is a first estimate of σ²_g/s²; "
        f"{scene.method} gives {number(genetic, 2)}."
    )


RELATIVES = Step(
    name="relatives",
    title="Relatives resemble each other",
    idea=_idea,
    formula=_formula,
    question=Question(
        prompt=lambda scene: (
            "What will the cloud look like?"
            if residual_pairs(scene.view).distant is None
            else "You see the distant pairs. What will the cloud of the closest relatives look "
            "like?"
        ),
        options={
            "up": "tilted upward: relatives lie on the same side",
            "round": "round: no connection",
            "down": "tilted downward: relatives lie on opposite sides",
        },
        judge=lambda scene, guess: guess == _answer(scene),
        core=_core,
        hint=_hint,
    ),
    code="""from lmm_core import decompose, rotate, wls

eigen = decompose(K)
ordinary = wls(rotate(eigen, y, X), 0.0)  # h = 0 is ordinary regression
residual = eigen.vectors @ ordinary.residuals
print(residual @ K @ residual / (residual @ residual))""",
)
