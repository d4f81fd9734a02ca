"""Explore: the profile and its search, the estimates, and the two least squares side by side."""

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app import cache, closer, sidebar, state, text
from lmm_app.figures import theme
from lmm_app.sources import Opened, Source
from lmm_app.state import Choice
from lmm_app.view import View
from lmm_core import LMMError, WLSFit

INTRODUCTION = (
    "y = Xb + e with var(e) = v·[hK + (1−h)I]: relatives' errors move together, and h says how "
    "much. Below, the likelihood of every h, and the search for the best one."
)


def render() -> None:
    """Draw the page."""
    first_run = state.first_run()
    early = st.empty()
    if first_run:
        # The browser asks for code in the order of what it has to draw, and plotly's is most
        # of it: a chart before the widgets, gone before it could be drawn, saves the wait.
        early.plotly_chart(go.Figure(), key="early", alt="A chart is being drawn.")
    st.title("Watch a linear mixed model being fitted")
    st.markdown(INTRODUCTION)
    message = st.container()
    with st.sidebar:
        choice = _choose(message)
        method = sidebar.choose_method()
    try:
        view = _fit(choice)
        state.remember(choice)
    except LMMError as error:
        _complain(message, error)
        choice = state.last_good() or _default()
        view = _fit(choice)
    _verdict(choice.opened, view, method)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _profile(choice.opened, view, method)
    with right:
        _estimates(view, method)
    _side_by_side(view, method)
    closer.render(view, method)
    early.empty()


def _choose(message: DeltaGenerator) -> Choice:
    """What the sidebar asks for; the last good dataset while files are missing or wrong."""
    source = sidebar.choose_source()
    before = state.last_good()
    opened = before.opened if before else None
    if source is None:
        message.info(
            "Choose a phenotype file and a kinship file in the sidebar. Until then, what was "
            "fitted last stays here.",
            icon=":material/upload_file:",
        )
    else:
        try:
            opened = _open(source)
        except LMMError as error:
            _complain(message, error)
    opened = opened or _open(state.DEFAULT_SOURCE)
    return Choice(opened, *sidebar.choose_trait(opened.dataset))


def _default() -> Choice:
    opened = _open(state.DEFAULT_SOURCE)
    return Choice(opened, opened.dataset.traits.columns[0], opened.dataset.covariates.columns)


def _open(source: Source) -> Opened:
    with st.spinner("Opening the data …"):
        return cache.opened(source)


def _fit(choice: Choice) -> View:
    problem = choice.opened.dataset.problem(choice.trait, choice.covariates)
    with st.spinner(f"Decomposing the kinship of {problem.n:,} individuals …"):
        return cache.fitted(problem)


def _complain(message: DeltaGenerator, error: LMMError) -> None:
    message.error(
        f"{text.literal(str(error))}\n\nWhat was on the screen before is still below.",
        icon=":material/error:",
    )


def _verdict(opened: Opened, view: View, method: str) -> None:
    with st.container(border=True):
        about = f"**{text.literal(opened.dataset.name)}** · {text.facts(view)}"
        st.markdown(
            f"{text.verdict(view, method)}\n\n:small[:gray[{about}. {text.literal(opened.about)}]]"
        )


def _profile(opened: Opened, view: View, method: str) -> None:
    st.subheader("1 · The profile log-likelihood, and Brent's search on it")
    st.plotly_chart(
        cache.profile_picture(view, method, opened.true_h2),
        key="profile",
        config=dict(theme.CONFIG),
        alt=text.profile_alt(view, method),
    )
    st.caption(text.search_sentence(view.fit(method)))


def _estimates(view: View, method: str) -> None:
    st.subheader("2 · ML beside REML")
    st.html(text.estimates_table(view, method))


@st.fragment
def _side_by_side(view: View, method: str) -> None:
    fit, problem = view.fit(method), view.problem
    st.subheader("3 · The same fit twice: before and after the rotation")
    estimate = fit.h2 if fit.maxima else 0.5
    state.from_link("h", state.within(0.0, 1.0, 2))
    state.follow("h", f"{problem.fingerprint}{method}", round(estimate, 2))
    slider, select = st.columns([3, 1], gap="large")
    chosen = slider.slider("at h =", 0.0, 1.0, round(estimate, 2), 0.01, key="h")
    state.to_link("h", chosen, round(estimate, 2))
    column = _choose_column(select, view)
    # The slider has two decimals; on the estimate it means the estimate itself.
    at_estimate = bool(fit.maxima) and chosen == round(fit.h2, 2)
    h2 = fit.h2 if at_estimate else float(chosen)
    comparison = cache.comparison(view, h2, reml=fit.reml)
    where = f"h = ĥ = {h2:.4f}" if at_estimate else f"h = {h2:.2f}"
    if comparison.agree:
        badge = ":green-badge[:material/check: the same β̂ by both]"
    elif comparison.dense is None:
        badge = ":gray-badge[only the weighted fit exists here]"
    else:
        badge = ":red-badge[:material/close: the two disagree]"
    st.markdown(f"{badge} At {where}: {text.comparison_sentence(comparison)}")
    before, after = st.columns(2, gap="large")
    with before:
        _before(view, h2)
    with after:
        _after(view, h2, comparison.weighted, column)


def _before(view: View, h2: float) -> None:
    problem = view.problem
    picture = cache.covariance_picture(problem, h2)
    alt = text.covariance_alt(problem.n, h2)
    st.markdown(text.before(problem.n))
    if isinstance(picture, go.Figure):
        st.plotly_chart(picture, key="covariance", config=dict(theme.CONFIG), alt=alt)
    else:
        st.image(picture, width="stretch", output_format="PNG", alt=alt)


def _after(view: View, h2: float, weighted: WLSFit, column: int) -> None:
    name, slope = view.problem.columns[column], float(weighted.beta[column])
    st.markdown(text.after(name, slope))
    st.plotly_chart(
        cache.rotated_picture(view, h2, column),
        key="rotated",
        config=dict(theme.CONFIG),
        alt=text.rotated_alt(weighted, name, slope),
    )


def _choose_column(place: DeltaGenerator, view: View) -> int:
    """The column of X whose added-variable plot is drawn: the first covariate to begin with."""
    columns = [int(j) for j in view.reml.rotated.kept]
    first = columns[min(1, len(columns) - 1)]
    chosen = place.segmented_control(
        "covariate drawn",
        columns,
        default=first,
        format_func=lambda j: view.problem.columns[j],
        required=True,
        key="column",
        disabled=len(columns) == 1,
    )
    return chosen if chosen in columns else first
