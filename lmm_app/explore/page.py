"""Explore: the profile and its search, the two least squares side by side, the estimates."""

import streamlit as st

from lmm_app.explore import bench, closer, kept, projected
from lmm_app.fit import against, text
from lmm_app.fit.view import View
from lmm_app.live.component import board
from lmm_app.session import keep, progress, projector, state


def render() -> None:
    """Draw the page."""
    shown = state.shown()
    if projector.on():
        projected.render(shown)
        return
    bench.render(shown)
    st.subheader("3 · ML beside REML")
    table, picture = st.columns([2, 3], gap="large")
    table.html(text.estimates_table(shown.view, shown.method))
    with picture:
        _methods(shown.view)
    closer.render(shown.view, shown.method)
    state.leave_explore()


@st.fragment
def _methods(view: View) -> None:
    """Both curves and the term between them; asked for, with covariates that explain nothing."""
    if view.reml.status == "flat":
        st.info(text.literal(view.reml.message), icon=":material/info:")
        return
    asked = st.toggle(
        "Add covariates that explain nothing",
        key="against",
        bind="query-params",
        help="Columns of noise. The fits and 1,000 simulated samples for each number of them take "
        "a moment.",
    )
    state.leave_explore()
    if not asked:
        board(kept.as_fitted_board(view), key="methods")
        return
    with progress.Progress("Fitting with more and more covariates …") as tell:
        found = keep.against(view, tell)
        picture = kept.against_board(view, tell)
    st.markdown(against.trend(found))
    board(picture, key="methods")
