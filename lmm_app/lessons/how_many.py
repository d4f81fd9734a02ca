"""“How many families?”: a lesson that plans, before any phenotype; pure."""

from collections.abc import Mapping

import numpy as np

from lmm_app.fit.text import number
from lmm_app.lessons.designs import (
    Families,
    at_hand,
    best_power,
    exact_power,
    robertson_se,
    visscher_goddard_se,
)
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_core.certainty import expected_se_h2

# What is asked about, and where the hand is before anybody has moved it.
SUPPOSED = 0.5
SIZES = (2, 5, 20)
RECORDS = (1, 2, 4)
COPIES = (1, 2, 4, 8)
# Of a table: so many families, and sibs in each.
COUNTS, SIZE = (10, 20, 50, 100, 200, 500, 1000), 5
OPTIONS: Mapping[str, str] = {
    "2": "twice as many",
    "4": "four times as many",
    "8": "eight times as many",
}
# Errors that differ by less, as a share, are rounding.
ROUNDING = 1e-9
LEAD = (
    "Before a study begins, its pedigree alone says how sure h will be. Families like those of "
    "the data that are open, large or small, many or few: what does a smaller standard error cost?"
)


def errors(scene: Scene, h2: float = SUPPOSED) -> dict[int, float]:
    """The expected standard error of ĥ from the data at hand, by how many times there are such."""
    at = np.array([h2])
    return {k: float(expected_se_h2(at_hand(scene.view, k), at)[0]) for k in COPIES}


def asks(scene: Scene) -> bool:
    """Whether the data at hand can tell h at all, so that there is an error to halve."""
    return bool(np.isfinite(errors(scene)[1]))


def _answer(scene: Scene) -> str:
    found = errors(scene)
    half = 0.5 * found[1] * (1.0 + ROUNDING)
    return next(code for code in OPTIONS if found[int(code)] <= half)


def _idea(scene: Scene) -> str:
    words = (
        "How sure ĥ can be depends on who is measured, and not on what the measuring finds. So "
        "it can be planned.\n\n"
        "More families always help. **Large families** have many pairs of relatives, and tell "
        "most where h is small. Where h is large, sibs repeat each other, and **small families** "
        "are better for the same number of records. **Several records of each individual** tell "
        "most, but only if nothing except genes makes them alike.\n\n"
        "Drag h, and see which line is lowest. The **power** beside it is the chance that the test "
        "of h = 0 gives p < 0.05."
    )
    if asks(scene):
        return words
    return (
        f"{words}\n\nThe data that are open cannot tell h at all, with this kinship and these "
        "covariates. So nothing is asked, and they have no line."
    )


def _formula(scene: Scene) -> str:
    example = Families(100, SIZE)
    half = np.array([SUPPOSED])
    exact = float(expected_se_h2(example.contrasts(), half)[0])
    robertson = float(robertson_se(half, example.families, SIZE)[0])
    goddard = visscher_goddard_se(example.families, SIZE)
    return (
        "With μ the variances under K of n − p independent weighted sums, free of X, and "
        "a = (μ − 1)/(hμ + 1 − h), the information about h is ½[Σa² − (Σa)²/(n − p)]. The expected "
        "standard error is one over its root. For f families of m full sibs with r records each, "
        "μ is r(m + 1)/2 for f − 1 sums, r/2 for f(m − 1), and 0 for fm(r − 1). No effect of an "
        "individual’s own surroundings is in the model: it would pass for h. The data at hand k "
        "times have the μ of K and X once, and k − 1 times all eigenvalues of K: new families, "
        "unrelated to the first, with the same covariates.\n\n"
        "**Robertson’s** approximation for full sibs is SE² = 8(1 + (m − 1)t)²(1 − t)²/(m(m − 1)f) "
        "with t = h/2. It counts f families where the information counts f − 1, so it is a little "
        "too small where they are few. **Visscher and Goddard’s** is SE² = 2/(N² var A), with the "
        "relationships A of all pairs of N individuals. It is that of h = 0, and does not move "
        f"with h. At h = {SUPPOSED}, {example.families} families of {SIZE} have {exact:.6f} by the "
        f"information, {robertson:.6f} by Robertson’s, and {goddard:.6f} by Visscher and "
        "Goddard’s.\n\n"
        "**Power** is exact for families with one record each: the test is the F test of family "
        "means, and MSB/MSW is F times (1 + h(m − 1)/2)/(1 − h/2). Elsewhere it is that of "
        "the best test of h = 0 against this h alone, Σ(1 − c/d)z² > 0 with d = hμ + 1 − h, by "
        "three moments of the sum. The restricted likelihood ratio test comes near."
    )


def _core(scene: Scene, guess: Guess) -> str:
    found, code = errors(scene), _answer(scene)
    told = ", ".join(f"×{k}: {number(found[k], 3)}" for k in COPIES[1:])
    start = (
        f"It takes {OPTIONS[code]}. Now the expected standard error is "
        f"{number(found[1], 3)} at h = {SUPPOSED}; {told}."
    )
    if code == "2":
        return (
            f"{start} Here covariates take much of what the first families tell, and new "
            "families do not pay for them again."
        )
    return (
        f"{start} Information adds up over families, and the error is one over its root. So four "
        "times the families always halve it, and a hundred times make it a tenth or less."
    )


def _hint(scene: Scene, guess: Guess) -> str:
    found = errors(scene)
    share = found[int(str(guess))] / found[1]
    if share > 0.5:
        return f"{_name(guess)} leave {share:.0%} of the error."
    return f"{_name(guess)} leave {share:.0%} of the error, so fewer will do."


def _name(guess: Guess) -> str:
    words = OPTIONS[str(guess)]
    return f"{words[0].upper()}{words[1:]}"


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    told = ", ".join(f"×{k}: {number(error, 3)}" for k, error in errors(scene).items())
    return f"**{_name(_answer(scene))}.** Expected standard error {told}."


def rows(records: int, h2: float = SUPPOSED, size: int = SIZE) -> list[dict[str, str]]:
    """What so many families tell at an h, as text; the approximations are of a record each."""
    table = []
    at = np.array([h2])
    for count in COUNTS:
        pairs = Families(count, size, records).contrasts()
        row = {
            "families": f"{count:,}",
            "records": f"{Families(count, size, records).n:,}",
            "expected SE": f"{expected_se_h2(pairs, at)[0]:.4f}",
        }
        if records == 1:
            row |= {
                "Robertson": f"{robertson_se(at, count, size)[0]:.4f}",
                "Visscher and Goddard": f"{visscher_goddard_se(count, size):.4f}",
                "power, exact": f"{exact_power(at, count, size)[0]:.3f}",
            }
        table.append(row | {"power, best test": f"{best_power(at, pairs)[0]:.3f}"})
    return table


HOW_MANY = Step(
    name="how_many",
    title="How many families?",
    idea=_idea,
    formula=_formula,
    question=Question(
        prompt=lambda scene: (
            f"Suppose h = {SUPPOSED}. The expected standard error of ĥ is "
            f"{number(errors(scene)[1], 3)} from your data. How many such families in all would "
            "halve it? Take the fewest."
        ),
        options=OPTIONS,
        judge=lambda scene, guess: guess == _answer(scene),
        core=_core,
        hint=_hint,
    ),
    code="""import numpy as np
from lmm_core import decompose, rotate
from lmm_core.certainty import contrasts, expected_se_h2

h = np.array([0.2, 0.5, 0.8])
for k in (1, 2, 4):
    many = np.kron(np.eye(k), K)
    rotated = rotate(decompose(many), np.tile(y, k), np.tile(X, (k, 1)))
    print(k, expected_se_h2(contrasts(rotated), h))""",
    asks=asks,
)
