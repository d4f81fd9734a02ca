"""Step 10 of the tour: what happened on the first page, and what next; pure."""

from functools import lru_cache

from lmm_app.fit.chance import p_words
from lmm_app.fit.effect import LEVEL, Course, course, effect_at
from lmm_app.fit.text import literal
from lmm_app.fit.verdict import verdict
from lmm_app.fit.view import View
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.families import TwoSlopes, two_slopes
from lmm_app.lessons.tour.wording import two
from lmm_core.summary import h_words

# A part of this share of the whole is most of it.
MOST = 2 / 3


def column_of(scene: Scene) -> int | None:
    """The covariate that the first page asks about: the first one; None without one."""
    kept = (int(j) for j in scene.view.reml.rotated.kept)
    return next((j for j in kept if scene.view.problem.columns[j] != "intercept"), None)


def in_families(scene: Scene) -> TwoSlopes | None:
    """Both slopes, where families are known and only ordinary regression finds an effect."""
    column = column_of(scene)
    if scene.sibships is None or column is None or len(scene.covariates) != 1 or not scene.told:
        return None
    rotated = scene.view.reml.rotated
    before, after = (effect_at(rotated, column, h) for h in (0.0, scene.fit.h2))
    if not before.p < LEVEL <= after.p:
        return None
    problem = scene.view.problem
    return two_slopes(problem.y, problem.X[:, column], scene.sibships)


def along_the_interval(scene: Scene) -> Course | None:
    """p over the interval of h; None without a covariate or an interval."""
    column = column_of(scene)
    if column is None or not scene.told:
        return None
    return _course(scene.view, column, *scene.interval)


@lru_cache(maxsize=8)
def _course(view: View, column: int, low: float, high: float) -> Course:
    return course(view.reml.rotated, column, low, high)


def asks(scene: Scene) -> bool:
    """Whether there is something to ask."""
    return column_of(scene) is not None and scene.told


def covariate(scene: Scene) -> str:
    """Its name as it is in the data, "" without one."""
    column = column_of(scene)
    return "" if column is None else scene.view.problem.columns[column]


def _idea(scene: Scene) -> str:
    families, trait = in_families(scene), literal(scene.trait)
    column = column_of(scene)
    if families is not None and column is not None:
        before, after = (
            two(effect_at(scene.view.reml.rotated, column, h).b) for h in (0.0, scene.fit.h2)
        )
        return (
            f"Ordinary regression found {before} between males and females, the mixed model "
            f"{after}. The left picture has one dot for each of the {families.between.x.size} "
            f"families: its mean {trait} against its share of males. In the right picture every "
            f"{scene.unit} is compared with its own family.\n\n"
            f"Ordinary regression takes both pictures together, as {scene.n:,} independent "
            f"{scene.units}. But the {scene.units} of a family share genes, and often their "
            "surroundings too. So a difference between families may have many causes. The mixed "
            "model knows who is related. It gives more weight to differences between sibs."
        )
    if not asks(scene):
        return f"You know the whole method now. In these data: {verdict(scene.view, scene.method)}"
    return (
        f"You know the whole method now. Here is the first question again: does {trait} change "
        f"with {literal(covariate(scene))}? The picture holds the answer of every h, from ordinary "
        "regression at 0 up to 1. The shaded part is the interval of h.\n\n"
        "Drag h through it, and watch the estimate, its bar and its p. If p stays on one side of "
        "0.05, the exact h does not matter."
    )


def _answer(scene: Scene) -> str:
    families = in_families(scene)
    if families is None:
        found = along_the_interval(scene)
        return "yes" if found is not None and found.crossings else "no"
    part = families.share_between * families.between.slope / families.total
    return "between" if part >= MOST else "within" if part <= 1 - MOST else "both"


def _core(scene: Scene, guess: Guess) -> str:
    families, found = in_families(scene), along_the_interval(scene)
    if found is None:
        return ""
    low, high = (h_words(one) for one in scene.interval)
    if families is not None:
        return _of_families(families, _answer(scene), found, f"{low} to {high}")
    first, last = p_words(found.low), p_words(found.high)
    p = f"({first} to {last})" if first != last else f"({last} throughout)"
    p = p.replace("p = ", "")
    if found.crossings:
        at = h_words(found.crossings[0])
        return (
            f"It crosses 0.05 at h = {at}. So the answer depends on h, and these data leave it "
            "open."
        )
    side = "below" if found.high < LEVEL else "above"
    return (
        f"It never does: from h = {low} to {high}, p stays {side} 0.05 {p}. The answer does not "
        "depend on the exact h."
    )


def _of_families(families: TwoSlopes, answer: str, found: Course, interval: str) -> str:
    between = families.share_between * families.between.slope
    within = (1.0 - families.share_between) * families.within.slope
    total, p = two(families.total), p_words(families.within.p)
    start = {
        "between": f"From differences between families: they make {two(between)} of the {total}.",
        "within": f"From differences between sibs: they make {two(within)} of the {total}.",
        "both": f"From both: differences between families make {two(between)} of the {total}, "
        f"differences between sibs {two(within)}.",
    }[answer]
    clearly = "differ clearly" if families.within.p < LEVEL else "do not differ clearly"
    rest = (
        f"And the answer does not depend on the exact h: for every h in the interval, {interval}, "
        f"{p_words(found.low)} or more."
        if found.low >= LEVEL
        else f"In the interval of h, {interval}, p goes from {found.low:.3f} to {found.high:.3f}."
    )
    return f"{start} Between sibs, males and females {clearly} ({p}). {rest}"


FAMILY_OPTIONS = {
    "between": "from differences between families",
    "within": "from differences between sibs of a family",
    "both": "from both alike",
}
INTERVAL_OPTIONS = {"yes": "yes", "no": "no"}


def _hint(scene: Scene, guess: Guess) -> str:
    families = in_families(scene)
    if families is None:
        return "Follow p from one end of the shaded part to the other."
    if _answer(scene) != "between":
        return "Compare how steep the two lines are, and how far the dots lie apart sideways."
    return {
        "within": "In the right picture the line is almost level.",
        "both": "The left line is steep, the right one almost level.",
    }[str(guess)]


def _prompt(scene: Scene) -> str:
    families = in_families(scene)
    if families is None:
        return "Within the interval of h, does p ever cross 0.05?"
    return f"Where does most of the {two(families.total)} of ordinary regression come from?"


NEXT = Step(
    name="next",
    title="What happened on the first page?",
    idea=_idea,
    formula=lambda scene: (
        "In the rotated data, family sums have a large λ and so a small weight; differences "
        "between sibs have a small λ and a large weight. At h = 0 all count the same: that is "
        "ordinary regression. Its slope is a weighted mean of the slope between families and the "
        "slope within them, with weights in proportion to the covariate’s sums of squares."
    ),
    question=Question(
        prompt=_prompt,
        options={**FAMILY_OPTIONS, **INTERVAL_OPTIONS},
        judge=lambda scene, guess: guess == _answer(scene),
        core=_core,
        hint=_hint,
        offered=lambda scene: FAMILY_OPTIONS if in_families(scene) else INTERVAL_OPTIONS,
    ),
    code="""from lmm_core import coefficient_tests, fit_lmm

fit = fit_lmm(y, X, K)
print(coefficient_tests(fit).p_value)""",
    title_of=lambda scene: (
        "What happened on the first page?"
        if in_families(scene)
        else "The first question again"
        if asks(scene)
        else "What next?"
    ),
    asks=asks,
)
