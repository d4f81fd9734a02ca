"""Lessons: a card for each, its question first; predict, then see the answer and open the data."""

from collections.abc import Callable
from html import escape
from importlib import import_module

import streamlit as st

from lmm_app.cards import courses, kept
from lmm_app.glossary.marks import marked
from lmm_app.lessons.alone import ALONE, saved_as
from lmm_app.lessons.preset import Preset
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.steps import Guess
from lmm_app.session import links, projector, state
from lmm_app.session.prediction import Prediction, say
from lmm_app.sources.opened import Lesson

CARD = "card"
ASKED_FIRST = "Each lesson begins with a question. Choose an answer, then press *Reveal*."
MOVING, SMALL = "Pictures to move", "Fifteen small datasets"
PICTURES = (
    "A curve in a small picture is a log-likelihood over h, drawn from its own top. The dot is ĥ, "
    "the bar its 95% profile interval."
)
STYLE = """
<style>
.st-key-lessons h3, .st-key-one_lesson h2 { font-size: 1.15rem; padding: 0 0 0.3rem; }
.st-key-lessons h2 { font-size: 1.5rem; padding: 1rem 0 0.4rem; }
.st-key-lessons [data-testid="stVerticalBlock"] { gap: 0.75rem; }
.st-key-one_lesson svg[role="img"] { max-width: 38rem !important; }
ul.answers { list-style: none; margin: 0 !important; padding: 0 !important; display: grid;
  gap: 0.3rem; }
ul.answers li { display: grid; grid-template-columns: 1.5rem 1fr; padding: 0 !important;
  margin: 0 !important; }
.answers .right { font-weight: 650; }
.answers .note { font-weight: 400; opacity: 0.8; }
</style>
"""


def render() -> None:
    """Draw the page: all cards, or the one that the link asks for."""
    if state.hidden():
        st.title("Lessons")
        st.info(
            "This page tells the answers of the lessons, and this window was opened by a link that "
            "hides them.",
            icon=":material/visibility_off:",
        )
        return
    st.html(STYLE)
    name = _asked()
    if name in ALONE:
        import_module(f"{__package__}.{name}").render()
        # A projector has no room for it, and the button in its corner.
        if not projector.on():
            _back()
        return
    if name:
        _alone(PRESETS[name])
        return
    st.title("Lessons")
    st.markdown(ASKED_FIRST)
    courses.render(_only)
    with st.container(key="lessons"):
        st.header(MOVING, anchor=False)
        _in_pairs(list(ALONE), _door)
        st.header(SMALL, anchor=False)
        st.markdown(
            "Each has one question. *Open* takes the lesson to Explore, where h can be dragged and "
            "every number follows."
        )
        st.caption(PICTURES)
        _in_pairs(list(PRESETS), _card)


def _in_pairs(names: list[str], draw: Callable[[str], None]) -> None:
    """Cards side by side, two and two."""
    for first in range(0, len(names), 2):
        pair = st.columns(2, gap="medium")
        for place, name in zip(pair, names[first : first + 2], strict=False):
            with place:
                draw(name)


def _door(name: str) -> None:
    """The way to a lesson that has a page of its own."""
    lesson = ALONE[name]
    with st.container(border=True, height="stretch"):
        st.subheader(lesson.title, anchor=False)
        st.markdown(marked(lesson.lead), unsafe_allow_html=True)
        st.button(
            lesson.opens,
            key=f"open_{name}",
            on_click=_only,
            args=(name,),
            icon=":material/arrow_forward:",
        )


def _asked() -> str | None:
    """The lesson that stands alone, by the link."""
    state.from_link(CARD, state.one_of({*PRESETS, *ALONE}))
    name: str | None = st.session_state.get(CARD)
    state.to_link(CARD, name, None)
    return name


def _alone(preset: Preset) -> None:
    """One card, which fills the page."""
    beamed = projector.on()
    st.title(preset.title if beamed else "Lessons")
    with st.container(key="one_lesson"):
        _card(preset.name, alone=True)
    if not beamed:
        st.caption(PICTURES)
    _back()


def _back() -> None:
    st.button(
        "All lessons", key="all_lessons", on_click=_only, args=(None,), icon=":material/apps:"
    )


def _only(name: str | None) -> None:
    st.session_state[CARD] = name


@st.fragment
def _card(name: str, *, alone: bool = False) -> None:
    """The question, and what becomes of it."""
    preset, beamed = PRESETS[name], alone and projector.on()
    prediction = Prediction(saved_as(name), f"lesson_{name}")
    seen = prediction.is_revealed()
    with st.container(border=True, height="stretch"):
        if not beamed:
            place = list(PRESETS).index(name) + 1
            head = st.header if alone else st.subheader
            head(f"{place} · {preset.title}", anchor=False)
        st.markdown(marked(preset.prompt), unsafe_allow_html=True)
        # The buttons keep their place when the answer comes, and with it the focus.
        answer, buttons = st.container(), st.container(horizontal=True)
        with answer:
            if seen:
                _told(preset, prediction.guess, beamed=beamed)
            else:
                prediction.take_up(state.one_of(preset.options))
                prediction.keep(prediction.radio(preset.options, "Your answer"))
        with buttons:
            st.button(
                "Try again" if seen else "Reveal",
                key=f"lesson_turn_{name}",
                on_click=prediction.ask_again if seen else prediction.reveal,
            )
            if st.button(
                "Open",
                key=f"lesson_open_{name}",
                on_click=_choose,
                args=(preset,),
                icon=":material/arrow_forward:",
            ):
                words = links.source_words(Lesson(name, preset.seed))
                st.switch_page(state.page("explore"), query_params=words)


def _told(preset: Preset, guess: Guess, *, beamed: bool) -> None:
    """The options with the right one marked, what is said of the guess, and the picture."""
    # A projector has room beside them, and none below.
    words, picture = st.columns(2, gap="large") if beamed else (st.container(), st.container())
    with words:
        st.html(_options(preset, guess))
        say(preset.outcome(guess), preset.feedback(guess))
    picture.markdown(kept.card_picture(preset), unsafe_allow_html=True)


def _options(preset: Preset, guess: Guess) -> str:
    rows = ""
    for code, words in preset.options.items():
        right, chosen = code == preset.right, code == guess
        mark, said = ("✓", "right") if right else ("✗", "wrong") if chosen else ("", "")
        note = ", ".join([said] * bool(said) + ["your answer"] * chosen)
        aside = f' <span class="note">({note})</span>' if note else ""
        rows += (
            f'<li class="{said}"><span aria-hidden="true">{mark}</span>'
            f"<span>{escape(words)}{aside}</span></li>"
        )
    return f'<ul class="answers">{rows}</ul>'


def _choose(preset: Preset) -> None:
    """In the sidebar, the lesson; it is read there before the workbench is drawn."""
    st.session_state.update(data="lesson", preset=preset.name, seed=preset.seed)
