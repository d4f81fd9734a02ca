"""The workbench: the profile with h in your hand, and what h does to the two least squares."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.explore import cards, kept, lesson
from lmm_app.fit import text, verdict, weighted
from lmm_app.fit.times import Times
from lmm_app.fit.view import Comparison, View
from lmm_app.glossary.marks import marked
from lmm_app.live.component import board
from lmm_app.live.hand import exact_h, resting
from lmm_app.live.packing import Board
from lmm_app.live.search import Search, own_search, search_between
from lmm_app.session import linked, refused, state
from lmm_app.session.state import Shown
from lmm_core.summary import h_words

SEARCHES = {"own": "As in the fit", "plain": "Once over [0, 1]", "other": "Between two values"}
TOLERANCES = [0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-6, 1e-8]
XTOL = 1e-4


INTERCEPT = "intercept"


@st.fragment
def render(shown: Shown) -> None:
    """The boards; in the browser they share one h, and here it is known when it rests."""
    opened, view, method = shown.opened, shown.view, shown.method
    h2 = current(view, method)
    by_weight = bool(view.problem.weighted_by)
    # Its question is put to ordinary regression, in which every record counts the same.
    there = [] if by_weight else [_story(shown, h2)]
    if by_weight:
        st.title(weighted.heading(view.problem.trait))
    lesson.ask(opened)
    cards.verdict_card(shown)
    st.header("Fit a linear mixed model yourself")
    lead = "Drag h. The curve, the weights, the line and the estimates follow."
    if view.fit(method).maxima:
        lead += " Then step through the search for the best h."
    st.markdown(lead)
    st.subheader("1 · Which h fits best?")
    st.caption(text.profile_caption(view, method))
    search = choose_search(view, method)
    formulas = {"formulas": weighted.FORMULAS} if by_weight else {}
    profile = kept.profile_board(view, method, search, opened.true_h2, **formulas)
    board(profile, key="profile", at=h2, moved=moved_by("profile"), beside=there)
    there.append(profile)
    st.subheader("2 · The same fit twice: before and after the rotation")
    if by_weight:
        st.info(weighted.SIDES, icon=":material/balance:")
        state.leave_explore()
        return
    words, select = st.columns([3, 1], gap="large", vertical_alignment="bottom")
    column = choose_column(select, view)
    comparison, times = kept.comparison(view, h2, reml=method == "REML")
    # The board greys it while h is on its way to where nothing was compared yet.
    with words.container(key="agreement"):
        st.markdown(_agreement(view, method, h2, comparison, times))
    sides = kept.sides_board(view, method, column)
    board(sides, key="sides", at=h2, moved=moved_by("sides"), beside=there)
    state.leave_explore()


def _story(shown: Shown, h2: float) -> Board:
    """The question that the page opens with, and the ways on."""
    view, method = shown.view, shown.method
    story = kept.story(view, method, asked_about(view), shown.source)
    st.title(story.heading)
    st.markdown(marked(story.lead), unsafe_allow_html=True)
    told = kept.story_board(view, method, story)
    board(told, key="story", at=h2, moved=moved_by("story"))
    with st.container(horizontal=True):
        if st.button("Why? Take the tour", type="primary", icon=":material/map:", key="why"):
            st.switch_page(state.page("tour"), query_params=state.in_link())
        if st.button("Use my data", icon=":material/upload_file:", key="mine"):
            st.switch_page(state.page("data"), query_params=state.in_link())
    return told


def asked_about(view: View) -> int | None:
    """The covariate that the question is about: the one that is drawn, or the first."""
    columns = {view.problem.columns[j]: int(j) for j in view.reml.rotated.kept}
    columns.pop(INTERCEPT, None)
    return columns.get(st.session_state.get("column", ""), next(iter(columns.values()), None))


def moved_by(key: str) -> Callable[[], None]:
    """What is called when h was let go in the board of a key."""
    return lambda: state.h_from(st.session_state[key])


def current(view: View, method: str) -> float:
    """The h on the screen."""
    fit = view.fit(method)
    belongs_to = f"{view.problem.fingerprint}{method}"
    return exact_h(fit, state.resting_h(belongs_to, resting(fit)))


def _agreement(view: View, method: str, h2: float, comparison: Comparison, times: Times) -> str:
    fit = view.fit(method)
    # Where the curve rises without end there is no estimate, but for a hill that is finite.
    at_estimate = bool(fit.maxima) and h2 == fit.h2 and fit.status != "unbounded"
    where = f"h = {h2:.3f}".removesuffix("0")
    if at_estimate:
        low, high = map(h_words, verdict.ends(view, method))
        where = f"h = ĥ = {h_words(h2, 4)} ({low} to {high})"
    if comparison.agree:
        badge = ":green-badge[:material/check: the same β̂ by both]"
    elif comparison.dense is None:
        badge = ":gray-badge[only the weighted fit exists here]"
    else:
        badge = ":red-badge[:material/close: the two disagree]"
    cost = text.times_sentence(times) if comparison.dense is not None else ""
    return f"{badge} At {where}: {text.comparison_sentence(comparison)} {cost}".strip()


def choose_search(view: View, method: str) -> Search:
    """The search that is stepped through: the fit's own, or one to compare it with."""
    fit = view.fit(method)
    if not fit.maxima:
        return own_search(fit)
    lower, upper, xtol = 0.0, 1.0, XTOL
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = linked.segmented(
            "Search",
            SEARCHES,
            "own",
            "search",
            help=f"The fit first tries {text.sweep_size(fit)} values, then climbs every hill it "
            "has seen. R/lmmlite and R/qtl2 search [0, 1] once; R/qtl2 then compares both ends.",
        )
        if kind == "other":
            refused.check("between", state.within(0.0, 1.0, 6))
            lower, upper = st.slider(
                "search between", 0.0, 1.0, (0.0, 1.0), 0.01, key="between", bind="query-params"
            )
            state.from_link("tolerance", _tolerance)
            xtol = st.select_slider(
                "stop when h is known to",
                TOLERANCES,
                XTOL,
                key="tolerance",
                format_func=lambda tolerance: f"{tolerance:.8f}".rstrip("0"),
            )
    state.to_link("tolerance", xtol, XTOL)
    if kind == "own":
        return own_search(fit)
    if not lower < upper:
        st.info("A search needs room between its ends: the whole of [0, 1] is searched instead.")
        lower, upper = 0.0, 1.0
    return search_between(fit.rotated, lower, upper, xtol, reml=fit.reml)


def _tolerance(words: str) -> float | None:
    """Read a tolerance from a link."""
    value = state.within(0.0, 1.0, 12)(words)
    return value if value in TOLERANCES else None


def choose_column(place: DeltaGenerator, view: View) -> int:
    """The column of X whose added-variable plot is drawn: the first covariate to begin with."""
    names = [view.problem.columns[j] for j in view.reml.rotated.kept]
    first, alone = names[min(1, len(names) - 1)], len(names) == 1
    with place:
        chosen = linked.segmented(
            "covariate drawn", dict(zip(names, names, strict=True)), first, "column", disabled=alone
        )
    return view.problem.columns.index(chosen)
