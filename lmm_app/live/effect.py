"""The estimate of one covariate with its bar over the slider of h, over the profile; pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy.special import stdtrit

from lmm_app.fit.verdict import ends, verdict, with_interval
from lmm_app.fit.view import View
from lmm_app.live.pictures import profile_board
from lmm_app.live.search import own_search
from lmm_core.summary import h_words

HEIGHT = 210
SHOWN = MappingProxyType(
    {"legend": False, "rows": False, "distance": False, "stepper": False, "truth": False}
)


def effect_board(
    view: View, method: str, column: int | None, words: Mapping[str, str], turn: str
) -> dict[str, Any]:
    """The board.

    Args:
        view: both fits.
        method: `REML` or `ML`, whose profile is drawn.
        column: place of the covariate among the columns of X, None where the question is of h.
        words: what the picture says; see `effect_words`.
        turn: what to say once the slider has been at the estimate.
    """
    fit, rotated = view.fit(method), view.reml.rotated
    df = rotated.n - rotated.rank
    board = profile_board(
        view,
        method,
        own_search(fit),
        formulas=(),
        slider=bool(fit.maxima),
        curves=[method],
        **SHOWN,
    )
    told: dict[str, Any] = {"words": dict(words), "turn": turn}
    if column is not None:
        told["column"] = int(np.flatnonzero(rotated.kept == column)[0])
        told["df"] = df
        told["quantile"] = float(stdtrit(df, 0.975))
    return {**board, "name": "story", "height": HEIGHT, "story": told}


def effect_words(view: View, method: str, axis: str, zero: str, no: str) -> dict[str, str]:
    """What the picture says at the estimate of h, before that of the covariate; and its axis.

    Args:
        view: both fits.
        method: whose estimate of h.
        axis: what is estimated, in a few words.
        zero: what an estimate of 0 means.
        no: the answer where p is not below its level.
    """
    fit = view.fit(method)
    if fit.status == "flat" or not fit.maxima:
        home = "These data cannot tell h, so only the answer of ordinary regression is shown."
    elif fit.status == "unbounded":
        home = plain(verdict(view, method))
    elif fit.status == "lower_boundary":
        home = (
            f"The best h is 0 (0 to {h_words(ends(view, method)[1])} by the profile interval), so "
            "ordinary regression and the mixed model agree here:"
        )
    elif fit.status == "upper_boundary":
        home = f"The best h is 1 ({h_words(ends(view, method)[0])} to 1):"
    else:
        home = f"ĥ = {with_interval(view, method)} fits best:"
    return {"home": home, "zero": zero, "axis": axis, "yes": "Yes.", "no": no}


def plain(words: str) -> str:
    """A sentence without the marks of Markdown, for a picture."""
    return re.sub(r"\\(.)", r"\1", words.replace("**", ""), flags=re.DOTALL)
