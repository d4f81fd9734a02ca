"""The rotation: K and its eigenvectors, and for few individuals every number."""

import streamlit as st

from lmm_app.explore import kept
from lmm_app.explore.directions import check_words, small
from lmm_app.fit.view import View
from lmm_app.live.component import board


def render(view: View, method: str) -> None:
    """The check, the board, and the matrices where they can be read."""
    st.markdown(
        "K = UDU′. The columns of U are directions at right angles, each a contrast of "
        "individuals; D holds their eigenvalues λ, how much of the kinship lies along each. "
        "Rotated by U′, errors no longer move together."
    )
    st.markdown(check_words(kept.rotation_check(view)))
    board(kept.directions_board(view, method), key="directions")
    if small(view.problem.n):
        st.html(kept.matrices(view))
