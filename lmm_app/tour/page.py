"""The tour: one idea, one picture and one question a step; predict, then see."""

from contextlib import suppress

import streamlit as st

from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Step
from lmm_app.lessons.tour import TOUR, place_of, steps_of
from lmm_app.lessons.tour.undecided import UNDECIDED
from lmm_app.live.component import board
from lmm_app.live.hand import start
from lmm_app.live.tour_boards import start_of
from lmm_app.session import address, projector, simulated, state
from lmm_app.session.progress import progress_bar
from lmm_app.session.state import Shown
from lmm_app.tour import doors, kept, more, question
from lmm_app.tour.question import Asked
from lmm_core import LMMError

# The words stand beside the picture; on a small screen the picture is between them.
LAYOUT = """<style>
@media (max-width: 900px) {
  .st-key-step [data-testid="stHorizontalBlock"]:has(> * .st-key-step-idea) {
    flex-direction: column; gap: 1rem; }
  .st-key-step [data-testid="stColumn"]:has(.st-key-step-idea, .st-key-step-picture),
  .st-key-step [data-testid="stVerticalBlock"]:has(> * > .st-key-step-idea),
  .st-key-step [data-testid="stVerticalBlock"]:has(> * > .st-key-step-picture) {
    display: contents; }
  .st-key-step [data-testid="stLayoutWrapper"]:has(> .st-key-step-picture) { order: 1; }
  .st-key-step [data-testid="stLayoutWrapper"]:has(> .st-key-step-question) { order: 2; }
}
</style>"""
NAMES = [*(step.name for step in TOUR), UNDECIDED.name]


def render() -> None:
    """Draw the step that the link, or the last click, asks for."""
    shown = state.shown()
    scene = kept.scene_of(shown)
    steps = steps_of(scene)
    # A run that does not know yet what was gone back to has the link of another step.
    linked = place_of(st.query_params.get("step", NAMES[0]), scene)
    place = _place(scene)
    asked = question.take_up(steps[place], scene, linked=linked == place)
    _simulate(asked)
    said = asked.revealed and asked.step.asks(scene) and not projector.on()
    address.arrive(f"{'feedback' if said else 'heading'}-{asked.step.name}")
    if projector.on():
        _for_a_class(asked, place, steps, shown)
    else:
        _for_one(asked, place, steps, shown)


def _for_one(asked: Asked, place: int, steps: tuple[Step, ...], shown: Shown) -> None:
    """Words beside the picture."""
    step, scene = asked.step, asked.scene
    st.title(f"{place + 1} · {step.heading(scene)}", anchor=False)
    with st.container(height=35, border=False):
        st.progress((place + 1) / len(steps), f"Step {place + 1} of {len(steps)}")
    st.html(LAYOUT)
    with st.container(key="step"):
        words, beside = st.columns([2, 3], gap="large")
    idea, said = words.container(key="step-idea"), words.container(key="step-question")
    picture = beside.container(key="step-picture")
    with idea:
        question.explained(step.idea(scene))
    with said:
        if step.asks(scene):
            question.explained(f"**Predict.** {step.question.prompt(scene)}")
            asked = question.choose(asked)
            if asked.revealed:
                question.answer(asked)
            else:
                question.reveal_button(asked)
    question.remember(asked)
    with picture:
        _picture(asked, shown, place)
        more.under(asked)
    doors.of(asked, last=place == len(steps) - 1)
    with st.container(horizontal=True):
        _moves(place, steps, scene)
    with st.expander("The formula", icon=":material/function:"):
        question.explained(step.formula(scene))
    with st.expander("In Python", icon=":material/code:"):
        st.code(step.code, language="python")


def _for_a_class(asked: Asked, place: int, steps: tuple[Step, ...], shown: Shown) -> None:
    """The picture over all of the screen; what else there is to say, the lecturer says."""
    step, scene = asked.step, asked.scene
    frame = projector.frame()
    frame.head(f"{place + 1} · {step.heading(scene)}", seen=True)
    with frame.foot:
        words = st.container(width="stretch", gap=None)
        buttons = st.container(horizontal=True, width="content", gap="small")
    with words:
        if step.asks(scene) and asked.revealed:
            st.markdown(more.in_brief(asked))
        elif step.asks(scene):
            st.markdown(f"**{step.question.prompt(scene)}**")
            asked = question.choose(asked, across=True)
    with buttons:
        if not asked.revealed:
            question.reveal_button(asked)
        _moves(place, steps, scene)
    question.remember(asked)
    with frame.picture:
        _picture(asked, shown, place)


def _place(scene: Scene) -> int:
    state.from_link("step", state.one_of(NAMES))
    name = st.session_state.setdefault("step", NAMES[0])
    place = place_of(name, scene)
    state.to_link("step", steps_of(scene)[place].name, NAMES[0])
    return place


def _go(name: str) -> None:
    st.session_state["step"] = name
    # First, so that the browser keeps the step that is left as it was.
    st.query_params["step"] = name
    for key in address.OF_AN_ENTRY:
        st.query_params.pop(key, None)


def _moves(place: int, steps: tuple[Step, ...], scene: Scene) -> None:
    last = place == len(steps) - 1
    st.button(
        "Back",
        key="back",
        on_click=_go,
        args=(steps[max(place - 1, 0)].name,),
        disabled=place == 0,
        icon=":material/arrow_back:",
    )
    after = steps[min(place + 1, len(steps) - 1)]
    st.button(
        "Next" if last or projector.on() else f"Next: {after.heading(scene)}",
        key="next",
        on_click=_go,
        args=(after.name,),
        disabled=last,
        icon=":material/arrow_forward:",
    )


def _simulate(asked: Asked) -> None:
    """What the feedback needs of simulated samples, with progress."""
    scene, name = asked.scene, asked.step.name
    if name != "sure" or not asked.revealed or not scene.told or scene.status == "unbounded":
        return
    with progress_bar("Simulating samples with this kinship …") as tell, suppress(LMMError):
        simulated.exact_interval(scene.view, scene.method, tell)


def _picture(asked: Asked, shown: Shown, place: int) -> None:
    step, scene = asked.step, asked.scene
    stage = kept.stage_of(
        scene, revealed=asked.revealed, guess=asked.guess, true_h2=shown.opened.true_h2
    )
    climbing = step.name == "climb"
    board(
        kept.tour_board(step.name, stage),
        key="tour",
        at=start_of(step.name, stage, start(scene.fit)),
        moved=_guess_moved if climbing else None,
        projector=projector.on(),
    )


def _guess_moved() -> None:
    climb = question.prediction_of("climb")
    if not climb.is_revealed():
        state.h_from(st.session_state["tour"], climb.key, 2)
