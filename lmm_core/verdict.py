"""What a fit found, as a status and a sentence for the reader."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

Status: TypeAlias = Literal["interior", "lower_boundary", "upper_boundary", "unbounded", "flat"]


def explain(
    status: Status,
    *,
    maxima: Sequence[tuple[float, float]],
    n: int,
    p: int,
    reml: bool,
    exact: bool,
    reml_bounded: bool = True,
) -> str:
    """One or two sentences on what was found.

    Args:
        status: what kind of answer it is.
        maxima: (h, log-likelihood) of every local maximum, the highest first.
        n, p: individuals, and independent columns of X.
        reml: whether the log-likelihood was the restricted one.
        exact: whether X fits y without error.
        reml_bounded: whether the restricted log-likelihood is finite at h = 1.
    """
    name = "restricted log-likelihood" if reml else "log-likelihood"
    if status == "flat":
        if exact:
            return (
                "The phenotype is fitted without error, so there is no variance left to divide "
                "and no h to estimate."
            )
        if n - p <= 1:
            return (
                f"With {n} individuals and {p} coefficients, {n - p} residual degree of freedom "
                "is left: too few to tell two variances apart, so there is no estimate of h."
            )
        return (
            f"The {name} is the same for every h: apart from the covariates, this kinship makes "
            "all individuals equally related, so the data cannot say how much is genetic."
        )
    if status == "unbounded":
        start = (
            f"The {name} grows without bound as h tends to 1, because some weighted sum of the "
            "individuals has no genetic variance in this kinship and the covariates fit it "
            "exactly."
        )
        advice = (
            "REML has no such trouble."
            if reml_bounded
            else "REML does so too: look for duplicated records among related individuals."
            if not reml
            else "Look for duplicated records among related individuals."
        )
        if not maxima:
            return f"{start} It has no other maximum. {advice}"
        h, loglik = maxima[0]
        where = "h = 0" if h == 0.0 else f"h = {h:.3f}"
        return (
            f"{start} The value reported, {where}, is its highest finite maximum "
            f"({loglik:.3f}). {advice}"
        )
    h, loglik = maxima[0]
    sentence = {
        "interior": f"The {name} is highest at h = {h:.3f}, inside the interval from 0 to 1.",
        "lower_boundary": (
            f"The {name} is highest at h = 0, the lower end: these data do not show that the "
            "phenotype follows this kinship."
        ),
        "upper_boundary": (
            f"The {name} is highest at h = 1, the upper end: relatives are at least as alike as "
            "this kinship predicts."
        ),
    }[status]
    if len(maxima) > 1:
        other, height = maxima[1]
        lower = max(loglik - height, 0.0)
        by = f"{lower:.2f}" if lower >= 0.005 else "less than 0.01"
        sentence += (
            f" It has {len(maxima)} local maxima; the next, at h = {other:.3f}, is lower by {by}."
        )
    return sentence
