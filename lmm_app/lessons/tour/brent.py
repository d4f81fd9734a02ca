"""Step 7 of the tour: the sweep counted, and Brent's method as it is; pure."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lmm_app.fit.text import sweep_size, tries
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.wording import found
from lmm_core.errors import count
from lmm_core.summary import h_words

# Tries, in classes to choose from. Golden-section cuts alone need 20.
CLASSES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"few": (1, 14), "some": (15, 20), "many": (21, 10**9)}
)
GOLDEN = 20
# Digits that a parabola gains, from where one may say so.
ABOUT_ONE, TWO, MORE = 0.6, 1.25, 2.0


def tried(scene: Scene) -> int:
    """How many values Brent's method tried on the highest hill, without the ends."""
    return len(tries(scene.fit.trace))


def cuts_and_parabolas(scene: Scene) -> tuple[int, int]:
    """Golden-section cuts among them, the first point one of them, and parabolas."""
    parabolas = sum(step.procedure == "parabolic" for step in scene.fit.trace)
    return tried(scene) - parabolas, parabolas


def gain(scene: Scene) -> tuple[float, int]:
    """Digits that a try gained from the first parabola to the best one, and the tries after it."""
    inside = tries(scene.fit.trace)
    first = next((k for k, step in enumerate(inside) if step.procedure == "parabolic"), None)
    errors = np.array([abs(step.h2 - scene.fit.h2) for step in inside])
    if first is None or not errors.size:
        return 0.0, 0
    best = int(errors.argmin())
    if best <= first or not 0.0 < errors[best] < errors[first]:
        return 0.0, len(inside) - 1 - best
    return float(np.log10(errors[first] / errors[best]) / (best - first)), len(inside) - 1 - best


def _parts(scene: Scene) -> str:
    cuts, parabolas = cuts_and_parabolas(scene)
    words = f"{count(tried(scene), 'try', 'tries')}: {count(cuts, 'golden-section cut')}"
    return f"{words} and {count(parabolas, 'parabola')}." if parabolas else f"{words}."


def _core(scene: Scene, guess: Guess) -> str:
    fit, status = scene.fit, scene.status
    words = _parts(scene)
    if status == "unbounded":
        return (
            f"{words} They are on the finite hill, at h = {found(scene)}. No search can find a "
            f"top near 1, where {scene.method}’s curve rises without end."
        )
    if status in ("lower", "upper"):
        none = (
            " No parabola’s top could be trusted, so none was used."
            if not cuts_and_parabolas(scene)[1]
            else ""
        )
        return (
            f"{words}{none} The curve is highest at the end itself, and its slope there confirms "
            f"it: ĥ = {found(scene)}."
        )
    if status == "hills":
        others = len(fit.maxima) - 1
        rest = "The other hill" if others == 1 else f"Each of the {others} other hills"
        words += f" {rest} had a search of its own. ĥ = {found(scene)}."
        plain = scene.view.methods[scene.method].plain
        if scene.view.methods[scene.method].trapped and plain is not None:
            words += (
                f" A single search over [0, 1] stops at h = {h_words(plain.x)}, on a lower hill."
            )
        return words
    digits, checks = gain(scene)
    if ABOUT_ONE <= digits <= TWO:
        words += " Near the top, each parabola gained about one more correct digit."
    elif TWO < digits <= MORE:
        words += " Near the top, each parabola gained one to two more correct digits."
    if checks:
        last = "try" if checks == 1 else f"{checks} tries"
        words += f" The last {last} went a small step to the side, to make sure."
    return f"{words} The best value was then refined until the slope is zero: ĥ = {found(scene)}."


def _judge(scene: Scene, guess: Guess) -> bool:
    low, high = CLASSES[str(guess)]
    return low <= tried(scene) <= high


def _formula(scene: Scene) -> str:
    sweep = sweep_size(scene.fit)
    hills = len(scene.fit.maxima)
    each = f" Brent’s method then climbed {count(hills, 'hill')}." if hills > 1 else ""
    return (
        "Brent 1973, chapter 5. With tolerance 0.0001 the points are those of R’s `optimize` and "
        f"SciPy’s `fminbound`. The sweep has {sweep} values, both ends among them.{each} A "
        "grid with steps of 0.0001 would need 10,001. R/lmmlite and R/qtl2 search [0, 1] once; "
        "R/qtl2 then compares both ends."
    )


def _idea(scene: Scene) -> str:
    hills, sweep = len(scene.fit.maxima), sweep_size(scene.fit)
    each = f"each of the {hills} hills" if hills > 1 else "the hill"
    then = f"Then **Brent’s method** climbs {each}."
    if not hills:
        then = (
            "Here they show no hill with a top, so there is nothing to climb. Elsewhere **Brent’s "
            "method** takes over."
        )
    return (
        f"A first sweep tries {sweep} values of h, close enough together to show the hills "
        f"of the curve. {then}\n\n"
        "It keeps a bracket: two values that enclose the top. It draws a parabola through three "
        "points that it knows, and tries the top of that parabola. If that point cannot be "
        "trusted, it cuts the bracket by the golden section instead. Such a cut keeps 62% of the "
        "bracket. This is slow but safe: from a bracket of 1 down to 0.0001 it takes 20 tries."
    )


BRENT = Step(
    name="brent",
    title="Finding the top",
    idea=_idea,
    formula=_formula,
    question=Question(
        prompt=lambda scene: (
            f"Golden-section cuts alone need {GOLDEN} tries. With parabolas, how many will Brent’s "
            f"method need here{', on the highest hill' if len(scene.fit.maxima) > 1 else ''}?"
        ),
        options={"few": "fewer than 15", "some": "15 to 20", "many": "more than 20"},
        judge=_judge,
        core=_core,
        hint=lambda scene, guess: {
            "few": "Parabolas help only where the top lies inside the bracket, and the curve is "
            "smooth there.",
            "some": "Near its top this curve is almost a parabola, so the parabolas soon find it."
            if tried(scene) < CLASSES["some"][0]
            else "Here parabolas could not be trusted for long.",
            "many": "Whenever a parabola fails, a golden-section cut takes its place.",
        }[str(guess)],
    ),
    code="""from lmm_core import decompose, log_likelihood, maximize_brent, rotate

rotated = rotate(decompose(K), y, X)
found = maximize_brent(lambda h: log_likelihood(rotated, h), 0.0, 1.0)
print(found.x, found.n_eval)""",
    asks=lambda scene: bool(scene.fit.trace),
)
