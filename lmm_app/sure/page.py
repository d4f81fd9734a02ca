"""How sure?: what other samples would say, under a true h in your hand, and more families."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.fit.view import View
from lmm_app.glossary.marks import marked
from lmm_app.lessons.steps import OUTCOMES
from lmm_app.live.component import board
from lmm_app.session import linked, noted, projector, state
from lmm_app.session.prediction import Prediction
from lmm_app.session.progress import progress_bar
from lmm_app.session.state import Shown
from lmm_app.sure import kept, words
from lmm_app.sure.board import frame_of
from lmm_app.sure.distribution import FIRST_SEED, Distribution, observed
from lmm_core.certainty import Interval

TITLE = "How sure is the estimate?"
INTRODUCTION = (
    "Imagine the study done 10,000 times: the same relatives, the same covariates, everything else "
    "new. How much would ĥ vary? And which true h could have given the ĥ that you found?"
)
COPIES = {"1": "as in the data", **{times: f"{times} ×" for times in ("2", "4", "8", "16")}}
NO_GUESS = "How wide is the range?"
GUESS = Prediction(noted.SURE, "guess", "guess")


def render() -> None:
    """Draw the page."""
    shown = state.shown()
    if not projector.on():
        st.title(TITLE)
        st.markdown(marked(INTRODUCTION), unsafe_allow_html=True)
    with projector.aside("Families"):
        copies, seed = _settings(shown)
    with progress_bar("Drawing 10,000 samples under each true h …") as tell:
        samples = kept.distribution(shown.view, copies, seed, tell)
    method = _method(shown, samples)
    if method is not None:
        _distribution(shown, samples, method)


def _settings(shown: Shown) -> tuple[int, int]:
    """How many families, and the seed of the samples."""
    n = shown.view.problem.n
    with st.container(horizontal=True, vertical_alignment="bottom"):
        copies = linked.segmented(
            "Families",
            COPIES,
            "1",
            "families",
            help=f"More families of the same kind, not related to the first, with the same "
            f"covariates: {n:,} individuals, {2 * n:,}, and so on.",
        )
        seed = linked.seed(FIRST_SEED, "draw", "redraw", width=140)
    return int(copies), seed


def _method(shown: Shown, samples: Distribution) -> str | None:
    """The method in front, or the other one where that has no distribution; why it has none."""
    chosen = shown.method
    if chosen in samples.sides:
        return chosen
    st.info(words.refusal(shown.view, samples, chosen), icon=":material/info:")
    return next(iter(samples.sides), None)


@st.fragment
def _distribution(shown: Shown, samples: Distribution, method: str) -> None:
    """The picture, what it says, and the question about it."""
    frame, seen = _frame(shown, method), observed(shown.view, method)
    tails = exact = None
    if seen is not None and GUESS.is_revealed():
        with st.spinner("Searching for the ends of both intervals …"):
            tails, exact = kept.intervals(shown.view, samples, method)
    picture = kept.board(shown.view, samples, method, shown.opened.true_h2, tails, exact)
    none = "" if seen is not None else words.nothing_to_compare(shown.view, method)
    if projector.on():
        place = projector.frame()
        place.head(TITLE)
        line, foot = place.line, place.foot
        if none:
            line.markdown(none)
        with place.picture:
            board(picture, key="sampling", at=frame, moved=_moved, projector=True)
    else:
        with st.container(border=True):
            st.markdown(words.headline(samples, method, frame))
            if none:
                st.markdown(none)
        board(picture, key="sampling", at=frame, moved=_moved)
        line = foot = st.container()
    if seen is not None:
        _question(shown.view, samples, method, (tails, exact), line, foot)
    if not projector.on():
        st.caption(words.about(samples))


def _frame(shown: Shown, method: str) -> int:
    """The true h on the screen: where it was let go, the link's, or the one nearest to ĥ."""
    seen = observed(shown.view, method)
    home = round(frame_of(0.5 if seen is None else seen) / (frame_of(1.0)), 2)
    state.from_link("suppose", state.within(0.0, 1.0, 2))
    state.follow("suppose", f"{shown.view.problem.fingerprint}{method}", home)
    h = float(st.session_state.setdefault("suppose", home))
    state.to_link("suppose", h, home)
    return frame_of(h)


def _moved() -> None:
    """The true h was let go in the browser."""
    state.h_from(st.session_state["sampling"], "suppose", 2)


def _question(
    view: View,
    samples: Distribution,
    method: str,
    intervals: tuple[Interval | None, Interval | None],
    line: DeltaGenerator,
    foot: DeltaGenerator,
) -> None:
    """The question in `line`, the guess and what is said of it once it is made in `foot`."""
    tails, exact = intervals
    revealed = tails is not None
    if not (revealed and projector.on()):
        line.markdown(f"**{words.question(samples, method)}**")
    GUESS.take_up(state.one_of(words.GUESSES))
    with foot:
        guess = GUESS.radio(words.GUESSES, NO_GUESS, disabled=revealed, horizontal=True)
        GUESS.keep(guess)
        if tails is None:
            GUESS.reveal_button()
            return
    right, said = words.feedback(view, samples, method, tails, exact, guess)
    GUESS.answer(line, foot, OUTCOMES[right], said)
