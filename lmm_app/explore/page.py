"""Explore: the profile and its search, the two least squares side by side, the estimates."""

import streamlit as st

from lmm_app.explore import bench, closer, projected
from lmm_app.fit import against, side_by_side, text
from lmm_app.fit.view import View
from lmm_app.live.charts import against_board
from lmm_app.live.component import board
from lmm_app.session import keep, linked, progress, projector, state

# Beside each other the table and its picture need room, which a page at 200% has not.
STACKED = (
    "<style>.st-key-methods-beside { container-type: inline-size; } "
    '@container (max-width: 900px) { .st-key-methods-beside [data-testid="stHorizontalBlock"] '
    "{ flex-direction: column; } "
    '.st-key-methods-beside [data-testid="stColumn"] { width: 100%; flex: 1 1 auto; } } '
    # On a telephone the choices go into as many rows as they need.
    '.st-key-search [role="radiogroup"], .st-key-look [role="radiogroup"] { flex-wrap: wrap; }'
    "</style>"
)


def render() -> None:
    """Draw the page."""
    shown = state.shown()
    if projector.on():
        projected.render(shown)
        return
    bench.render(shown)
    st.subheader("3 · ML beside REML")
    st.html(STACKED)
    with st.container(key="methods-beside"):
        table, picture = st.columns([5, 6], gap="large")
        with table.container(key=f"chosen-{shown.method}"):
            st.html(side_by_side.estimates_table(shown.view))
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
    asked = not view.problem.weighted_by and linked.toggle(
        "Add covariates that explain nothing",
        "against",
        "Columns of random numbers. Fits and 1,000 simulated samples take a moment.",
    )
    state.leave_explore()
    if not asked:
        picture = keep.board_of(
            view, "", "against, as fitted", lambda: against_board(against.as_fitted(view))
        )
        board(picture, key="methods")
        return
    with progress.progress_bar("Fitting with more and more covariates …") as tell:
        found, picture = keep.against(view, tell)
    st.markdown(against.trend(found))
    board(picture, key="methods")
