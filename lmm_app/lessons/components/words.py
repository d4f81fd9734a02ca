"""What “Principal components” asks and answers, from the fits; pure."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lmm_app.fit.text import number
from lmm_app.lessons.asked import Asked
from lmm_app.lessons.components.fits import Components, Frame
from lmm_core.summary import h_words

# A change of ĥ that is smaller is none for the eye.
SAME = 0.005
# How much nearer to 1 an inflation is, as a factor, before it is said to be.
NEARER = 1.1
OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "gone": "nothing: it drops out",
        "less": "less than before, but still something",
        "same": "as much as before",
    }
)


def count_words(count: int) -> str:
    """So many components."""
    return f"{count} component{'' if count == 1 else 's'}" if count else "no component"


def frame_sentence(found: Components, frame: Frame) -> str:
    """What the model with so many components says."""
    words = count_words(frame.count)
    h = "no estimate of h" if frame.h2 is None else f"ĥ = {h_words(frame.h2)}"
    told = f"{words[0].upper()}{words[1:]}: {h} by REML"
    if frame.beside is None or frame.alone is None:
        return f"{told}."
    beside, alone = number(frame.beside, 3), number(frame.alone, 3)
    return f"{told}. Inflation of a scan {beside} beside K, {alone} without K."


def _right(found: Components) -> str:
    return "gone" if found.frames[0].parts[0] else "same"


def _idea(found: Components) -> str:
    return (
        "The **principal components** of a kinship are its eigenvectors with the largest "
        "eigenvalues λ. They are not new: they are the first of the directions into which the "
        "data are rotated. By K, what is inherited varies most along them.\n\n"
        "It is common to put the first few into the model as covariates, beside K or in place of "
        "K. A covariate takes out of the trait whatever goes along with it.\n\n"
        "The bars show what rotated observations add to the sum of squares that a fit makes "
        "small: each its squared residual times its weight. The one with the largest λ comes first."
    )


def _prompt(found: Components) -> str:
    first = found.frames[0].parts[0]
    return (
        f"The first rotated observation adds {number(float(first), 3)} to the sum. Now the first "
        "component is put into the model as a covariate. What does this observation add then?"
    )


def _core(found: Components) -> str:
    if _right(found) == "same":
        start = (
            "As much as before, and that was nothing already: the first component lies in the "
            "covariates."
        )
    else:
        start = (
            "Nothing: it drops out. After the rotation the component is 1 in this one observation "
            "and 0 in all others. So its free coefficient fits this one without a residual. "
            "The others change only as ĥ, v̂ and the other coefficients do."
        )
    return " ".join(filter(None, (start, _estimate(found), _scans(found))))


def _estimate(found: Components) -> str:
    """What all components do to ĥ."""
    first, last = found.frames[0], found.frames[-1]
    words = f"With {count_words(last.count)}"
    if first.h2 is None:
        then = "none" if last.h2 is None else f"ĥ = {h_words(last.h2)}"
        return f"REML has no estimate of h without them. {words} it has {then}."
    if last.h2 is None:
        return f"{words} REML has no estimate of h any more: they took out what told it."
    way = f"from {h_words(first.h2)} to {h_words(last.h2)}"
    rise = last.h2 - first.h2
    if abs(rise) < SAME:
        return f"{words} ĥ hardly moves, {way}."
    pulled = "down" if rise > 0.0 else "up"
    return f"{words} ĥ goes {way}: what they take out had pulled it {pulled}."


def _scans(found: Components) -> str:
    first, last = found.frames[0], found.frames[-1]
    if None in (first.beside, first.alone, last.beside, last.alone):
        return ""
    told = [number(float(x or np.nan), 3) for x in (first.beside, last.beside)]
    alone = [number(float(x or np.nan), 3) for x in (first.alone, last.alone)]
    words = (
        f"The inflation of a scan goes from {told[0]} to {told[1]} beside K, and from "
        f"{alone[0]} to {alone[1]} without K."
    )
    by_k, by_them = (_from_one(x) for x in (first.beside, last.alone))
    if by_them > by_k + np.log(NEARER):
        words += f" So K alone does more than {last.count} components without it."
    elif by_k > by_them + np.log(NEARER):
        words += f" So {last.count} components without K bring it nearer to 1 than K alone."
    return words


def _from_one(inflation: float | None) -> float:
    """How far from 1, as a logarithm."""
    return float(abs(np.log(inflation or np.nan)))


def _hint(found: Components, guess: str) -> str:
    if _right(found) == "same":
        return "Look at the first bar."
    return {
        "less": "A coefficient that serves one observation alone can fit it exactly.",
        "same": "The component goes along with this observation, and a covariate takes that out.",
    }[guess]


def _brief(found: Components) -> str:
    start = OPTIONS[_right(found)]
    return (
        f"**{start[0].upper()}{start[1:]}.** A component is 1 in one rotated observation and 0 in "
        f"all others. {_estimate(found)}"
    )


def _formula(found: Components) -> str:
    return (
        "Ku = λu, so U′u has a 1 in one row and 0 elsewhere. As a column of X̃ it fits that row of "
        "ỹ exactly, at every h. In the restricted likelihood its ½ log d then cancels against "
        "log|X̃′WX̃|, and n − p falls by 1: what is left is the restricted likelihood of the other "
        "rotated observations, at every h. By ML the term −½ log d stays, and so does n, so ML is "
        "not that of the others.\n\n"
        "If K is made of centred markers, these are the principal components of the genotypes. "
        "Without K, h is 0 and all weights are the same. Components then handle a few directions "
        "completely and all others not at all; K gives each direction its own weight. Where "
        "several λ are equal, it is arbitrary which of them come first.\n\n"
        "The inflation of a scan, λ_GC, is the median of its test statistics over the median under "
        "chance, "
        "here with h held at the ĥ of the model without a marker."
    )


COMPONENTS: Asked[Components] = Asked(
    name="components",
    title="Principal components",
    lead="The first principal components of K are often put into the model as covariates. What "
    "0 to 20 of them do to the sum, to h and to a scan.",
    idea=_idea,
    prompt=_prompt,
    options=OPTIONS,
    right=_right,
    hint=_hint,
    core=_core,
    brief=_brief,
    formula=_formula,
    code="""# y, X, K
import numpy as np
from lmm_core import decompose, fit_lmm

eigen = decompose(K)
first = np.flip(eigen.vectors, axis=1)
for k in (0, 1, 5):
    fit = fit_lmm(y, np.column_stack([X, first[:, :k]]), eigen)
    print(k, fit.h2)""",
)
