"""ML and REML of one model: why their heights are not compared, and what differs for sure; pure."""

from collections.abc import Iterator

import numpy as np

from lmm_app.compare.pair import Pair, finds, has_top
from lmm_app.compare.rules.statement import Statement, heights
from lmm_app.fit.text import number


def rules(pair: Pair) -> Iterator[Statement]:
    """What may be compared of ML and REML."""
    view = pair.a.view
    ml, reml, n, p = view.ml, view.reml, view.ml.n, view.ml.p
    yield Statement(
        "no",
        f"The two log-likelihoods{heights(pair)} must not be compared.",
        f"ML’s is of all {n:,} values. {_restricted(n - p)}",
    )
    own = ""
    if has_top(ml) and has_top(reml):
        own = f" At their own ĥ, v is {number(ml.sigma2)} by ML and {number(reml.sigma2)} by REML."
        yield Statement(
            "yes",
            "ĥ may be compared: both estimate the same h from the same data.",
            f"By ML {finds(view, 'ML')}, by REML {finds(view, 'REML')}.",
        )
    else:
        yield Statement(
            "no",
            "There are not two estimates of h to compare.",
            f"By ML {finds(view, 'ML')}. By REML {finds(view, 'REML')}.",
        )
    if not n > p or view.reml.rotated.exact:
        return
    ratio, root = (n - p) / n, np.sqrt((n - p) / n)
    yield Statement(
        "yes",
        "v differs in a known way.",
        f"ML divides by n, REML by n − p. So at every h ML’s v is {n - p:,}/{n:,} = "
        f"{number(ratio, 3)} times REML’s.{own}",
    )
    yield Statement(
        "yes",
        "At the same h, β is the same by both.",
        f"Its standard error by ML is √({n - p:,}/{n:,}) = {number(float(root), 3)} times REML’s.",
    )
    yield Statement(
        "note",
        "To compare models with different covariates, use ML.",
        "For h and v most use REML, which allows for the coefficients that were estimated.",
    )


def _restricted(df: int) -> str:
    if df == 0:
        return "For REML nothing is left that the covariates cannot explain."
    return (
        f"REML’s is of the {df:,} weighted sum{'s' * (df != 1)} that the covariates cannot explain."
    )
