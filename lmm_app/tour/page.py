"""The tour: one idea, one picture and one question a step; predict, then see."""

import streamlit as st

from lmm_app.lessons.steps import Guess, Scene, Step
from lmm_app.lessons.tour import TOUR
from lmm_app.live.component import board
from lmm_app.live.hand import start
from lmm_app.session import projector, state
from lmm_app.session.progress import Progress
from lmm_app.session.state import Shown
from lmm_app.tour import kept

NAMES = [step.name for step in TOUR]
# The tour's question about h begins away from the answer.
START = 0.2
ICONS = {"right": ":material/check_circle:", "wrong": ":material/lightbulb:", "none": None}


def render() -> None:
    """Draw the step that the link, or the last click, asks for."""
    shown = state.shown()
    scene = Scene(shown.view, shown.method)
    step, place = _step()
    st.title(f"{place + 1} · {step.title}")
    st.progress((place + 1) / len(TOUR), f"Step {place + 1} of {len(TOUR)}")
    if projector.on():
        words, picture = st.container(), st.container()
    else:
        words, picture = st.columns([2, 3], gap="large")
    with words:
        st.markdown(step.idea(scene))
        guess, revealed = _question(step, scene)
    with picture:
        _picture(step, scene, shown, guess, revealed)
    _moves(place)
    if not projector.on():
        with st.expander("The lines of lmm_core that do this", icon=":material/code:"):
            st.code(step.code, language="python")


def _step() -> tuple[Step, int]:
    state.from_link("step", state.one_of(NAMES))
    name = st.session_state.setdefault("step", NAMES[0])
    place = NAMES.index(name) if name in NAMES else 0
    state.to_link("step", NAMES[place], NAMES[0])
    return TOUR[place], place


def _go(place: int) -> None:
    st.session_state["step"] = NAMES[place]
    for key in ("guess", "seen"):
        st.query_params.pop(key, None)


def _moves(place: int) -> None:
    with st.container(horizontal=True):
        st.button(
            "Back",
            key="back",
            on_click=_go,
            args=(max(place - 1, 0),),
            disabled=place == 0,
            icon=":material/arrow_back:",
        )
        last = place == len(TOUR) - 1
        st.button(
            "Next",
            key="next",
            on_click=_go,
            args=(min(place + 1, len(TOUR) - 1),),
            disabled=last,
            icon=":material/arrow_forward:",
        )


def _question(step: Step, scene: Scene) -> tuple[Guess, bool]:
    """The prompt, the guess, and what is said of it once it is made."""
    question, key = step.question, f"guess_{step.name}"
    seen_key = f"seen_{step.name}"
    # Streamlit forgets the value of a widget that is not on the page: it is kept beside it.
    kept = st.session_state.setdefault("guesses", {})
    if kept.get(key) is not None:
        st.session_state.setdefault(key, kept[key])
    _from_link(step, key, seen_key)
    revealed = bool(st.session_state.get(seen_key, False))
    st.markdown(f"**Predict.** {question.prompt(scene)}")
    guess: Guess
    if question.options:
        guess = st.radio(
            "Your prediction",
            list(question.options),
            format_func=lambda code: question.options[code],
            index=None,
            key=key,
            disabled=revealed,
            label_visibility="collapsed",
        )
    else:
        guess = st.session_state.get(key)
    if not revealed:
        st.button(
            "Reveal",
            key="reveal",
            on_click=_reveal,
            args=(seen_key,),
            help="You can also look without a guess.",
        )
    else:
        outcome = question.outcome(scene, guess)
        box = {"right": st.success, "wrong": st.warning, "none": st.info}[outcome]
        start = {"right": "Yes. ", "wrong": "Not quite. ", "none": ""}[outcome]
        box(start + question.feedback(scene, guess), icon=ICONS[outcome])
        st.markdown(f":small[**Notice.** {step.notice(scene)}]")
        st.button("Guess again", key="again", on_click=_again, args=(key, seen_key))
    kept[key] = guess
    _to_link(guess, revealed)
    return guess, revealed


def _from_link(step: Step, key: str, seen_key: str) -> None:
    asked, question = st.query_params.get("guess"), step.question
    if asked is not None and key not in st.session_state:
        read = state.one_of(question.options) if question.options else state.within(0.0, 1.0, 2)
        value = read(asked)
        if value is None:
            state.note_bad_link("guess", asked)
        else:
            st.session_state[key] = value
    if st.query_params.get("seen") == "1" and seen_key not in st.session_state:
        st.session_state[seen_key] = True


def _to_link(guess: Guess, revealed: bool) -> None:
    state.to_link("guess", guess, None)
    state.to_link("seen", 1 if revealed else None, None)


def _reveal(seen_key: str) -> None:
    st.session_state[seen_key] = True


def _again(key: str, seen_key: str) -> None:
    st.session_state[seen_key] = False
    st.session_state[key] = st.session_state["guesses"][key] = None


def _picture(step: Step, scene: Scene, shown: Shown, guess: Guess, revealed: bool) -> None:
    stage = kept.stage_of(
        scene,
        revealed=revealed,
        guess=guess if revealed else None,
        true_h2=shown.opened.true_h2,
    )
    with Progress("Fitting with more and more covariates …") as tell:
        picture = kept.tour_board(step.picture, stage, tell)
    fit = scene.view.fit(scene.method)
    at = start(fit)
    moved = None
    if not step.question.options:
        if not revealed:
            at = guess if isinstance(guess, float) else START
        moved = _guess_moved
    if step.picture == "methods" and revealed:
        at = 0
    board(picture, key="tour", at=at, moved=moved, projector=projector.on())


def _guess_moved() -> None:
    step = st.session_state["step"]
    if not st.session_state.get(f"seen_{step}"):
        state.h_from(st.session_state["tour"], f"guess_{step}", 2)
