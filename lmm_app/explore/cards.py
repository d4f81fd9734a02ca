"""The card: what was found in this dataset, and who is in it."""

import streamlit as st

from lmm_app.fit import text
from lmm_app.fit.beyond import hint
from lmm_app.fit.verdict import details, verdict
from lmm_app.session import simulated
from lmm_app.session.state import Shown


def verdict_card(shown: Shown) -> None:
    """The verdict, its details, and what was fitted."""
    opened, view, method = shown.opened, shown.view, shown.method
    with st.container(border=True, key="card"):
        exact = simulated.known_exact(view, method)
        found = verdict(view, method, exact)
        more = details(view, method, exact=exact, true_h2=opened.true_h2)
        more = " ".join(filter(None, (more, hint(view.fit(method)))))
        about = f"**{text.literal(opened.dataset.name)}** · {text.facts(view)}"
        st.markdown(f"{found}\n\n{more}\n\n:small[:gray[{about} {text.literal(opened.about)}]]")
