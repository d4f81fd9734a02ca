"""Predictions on the workbench: everyone's, from residual to prediction, and their table."""

import re

import streamlit as st

from lmm_app.fit import predictions as words
from lmm_app.fit.text import literal
from lmm_app.live.component import board
from lmm_app.live.hand import exact_h, resting
from lmm_app.live.shrinkage import about
from lmm_app.session import everyone, state
from lmm_app.session.downloads import download
from lmm_app.session.state import Shown
from lmm_core import LMMError

BOARD = "predictions"
H = "predicted_h"


@st.fragment
def render(shown: Shown) -> None:
    """The board, whose h is its own, and the table at the h where it rests."""
    fit = shown.view.fit(shown.method)
    st.markdown(
        "A record is not what was inherited: part of it is chance and surroundings. So the best "
        "prediction of what was inherited lies nearer to zero than the residual, and nearer to "
        "what relatives show. Drag h: the larger it is, the more a record is believed."
    )
    belongs_to = f"{shown.view.problem.fingerprint}{shown.method}"
    state.follow(H, belongs_to, resting(fit))
    h2 = exact_h(fit, float(st.session_state.setdefault(H, resting(fit))))
    if shown.view.reml.rotated.exact:
        st.info("The covariates explain every record: nothing is left to predict.")
        return
    with st.spinner("Predicting everyone …"):
        picture = everyone.board(shown)
    board(picture, key=BOARD, at=h2, moved=_moved)
    st.caption(about(everyone.everyone(shown)))
    with st.expander("The formula", icon=":material/function:"):
        st.markdown(words.FORMULA)
    try:
        _table(shown, h2)
    except LMMError as error:
        st.info(literal(str(error)), icon=":material/info:")


def _table(shown: Shown, h2: float) -> None:
    """Everyone's prediction at an h, with its error, to read and to take."""
    with st.spinner("Predicting everyone …"):
        found, rows = everyone.predicted(shown, h2)
    fit = everyone.fit_of_individuals(shown)
    trait = shown.view.problem.trait
    said = words.scale_words(fit, trait, h2, words.variance_at(fit, h2))
    st.markdown(f"**Everyone’s prediction.** {said} {words.spread_words(found, rows)}")
    st.dataframe(words.table_of(rows), hide_index=True, height=260)
    plain = re.sub(r"[^A-Za-z0-9]+", "-", f"predictions {trait}").strip("-")
    download(
        "Predictions, as CSV",
        lambda: words.predictions_csv(rows, said),
        f"{plain}-{shown.method}.csv",
        "take_predictions",
        "table",
    )


def _moved() -> None:
    state.h_from(st.session_state[BOARD], H)
