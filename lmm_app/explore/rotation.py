"""The rotation: K and its eigenvectors, and for few individuals every number."""

import streamlit as st

from lmm_app.explore import kept
from lmm_app.explore.directions import check_words, matrices_html, small
from lmm_app.fit.view import View
from lmm_app.live.component import board
from lmm_app.session import keep


def render(view: View, method: str) -> None:
    """The check, the board, and the matrices where they can be read."""
    st.markdown(
        "K = UDU′. Each column of U, an eigenvector, holds the weights of a sum of individuals, "
        "and D holds its eigenvalue λ. After the rotation by U′ the errors are independent. That "
        "of the i-th sum has variance v·(hλᵢ + 1 − h)."
    )
    st.markdown(check_words(kept.rotation_check(view)))
    board(kept.directions_board(view, method), key="directions")
    if small(view.problem.n):
        st.html(matrices_html(view, keep.ordered(view.problem)[0]))
