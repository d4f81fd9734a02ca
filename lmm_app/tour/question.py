"""The question of a step: the guess, in the session and in the link, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from lmm_app.fit.text import literal
from lmm_app.glossary.marks import marked
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Step
from lmm_app.live.component import room
from lmm_app.session import state
from lmm_app.session.refused import note_bad_link

ICONS = {"right": ":material/check_circle:", "wrong": ":material/lightbulb:", "none": None}
# The height of an option, for the room that is kept for them.
OPTION_PX = 22.4
RIGHT, WRONG, OTHER = "✓", "✗", "○"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Where a step stands.

    Attributes:
        step, scene: what is asked, about which data.
        guess: what was chosen; None so far.
        revealed: whether the answer is shown.
    """

    step: Step
    scene: Scene
    guess: Guess
    revealed: bool

    @property
    def key(self) -> str:
        return f"guess_{self.step.name}"

    @property
    def seen_key(self) -> str:
        return f"seen_{self.step.name}"


def take_up(step: Step, scene: Scene, *, linked: bool) -> Asked:
    """The guess of this step, as the session has it or, if it is of this step, the link."""
    key, seen_key = f"guess_{step.name}", f"seen_{step.name}"
    options = step.question.options_of(scene)
    # Streamlit forgets the value of a widget that is not on the page: it is kept beside it.
    kept = st.session_state.setdefault("guesses", {})
    if kept.get(key) is not None:
        st.session_state.setdefault(key, kept[key])
    if linked:
        _from_link(options, key, seen_key, asks=step.asks(scene))
    guess = st.session_state.get(key)
    if options and guess not in options:
        # Of other data, which were asked something else.
        guess = None
        st.session_state.pop(key, None)
        kept[key] = None
    revealed = bool(st.session_state.get(seen_key, False)) or not step.asks(scene)
    return Asked(step, scene, guess, revealed)


def choose(asked: Asked, *, across: bool = False) -> Asked:
    """The options to choose from, or after the reveal the same with the right one marked."""
    options = asked.step.question.options_of(asked.scene)
    if not options:
        return asked
    if asked.revealed:
        st.markdown(options_marked(asked, across=across))
        return asked
    with room("options", "content" if across else round(OPTION_PX * len(options))):
        guess = st.radio(
            "Your prediction",
            list(options),
            format_func=lambda code: options[code],
            index=None,
            key=asked.key,
            label_visibility="collapsed",
            horizontal=across,
        )
    return Asked(asked.step, asked.scene, guess, revealed=False)


def options_marked(asked: Asked, *, across: bool = False) -> str:
    """The options after the reveal, as Markdown."""
    options = asked.step.question.options_of(asked.scene)
    right = asked.step.question.right(asked.scene)
    lines = []
    for code, words in options.items():
        if code == right:
            lines.append(f"{RIGHT} **{literal(words)}**")
        elif code == asked.guess:
            lines.append(f"{WRONG} {literal(words)}")
        else:
            lines.append(f"{OTHER} {literal(words)}")
    return " &emsp; ".join(lines) if across else "  \n".join(lines)


def reveal_button(asked: Asked) -> None:
    """What shows the answer."""
    st.button(
        "Reveal",
        key="reveal",
        type="primary",
        on_click=_reveal,
        args=(asked.seen_key,),
        help="You can also see the answer without a guess.",
    )


def again_button(asked: Asked) -> None:
    """What hides the answer, and forgets the guess."""
    st.button("Try again", key="again", on_click=_again, args=(asked.key, asked.seen_key))


def say(asked: Asked) -> None:
    """What is said of the guess."""
    question = asked.step.question
    outcome = question.outcome(asked.scene, asked.guess)
    box = {"right": st.success, "wrong": st.warning, "none": st.info}[outcome]
    with st.container(key=f"feedback-{asked.step.name}"):
        box(question.feedback(asked.scene, asked.guess), icon=ICONS[outcome])


def remember(asked: Asked) -> None:
    """Keep the guess for when the reader comes back, and in the link."""
    st.session_state["guesses"][asked.key] = asked.guess
    state.to_link("guess", asked.guess, None)
    state.to_link("seen", 1 if asked.revealed and asked.step.asks(asked.scene) else None, None)


def explained(words: str) -> None:
    """A text whose words are explained on pointing."""
    st.markdown(marked(words), unsafe_allow_html=True)


def _from_link(options: Mapping[str, str], key: str, seen_key: str, *, asks: bool) -> None:
    asked = st.query_params.get("guess")
    if asks and asked is not None and key not in st.session_state:
        read = state.one_of(options) if options else state.within(0.0, 1.0, 2)
        value = read(asked)
        if value is None:
            note_bad_link("guess", asked)
        else:
            st.session_state[key] = value
    if st.query_params.get("seen") == "1" and seen_key not in st.session_state:
        st.session_state[seen_key] = True


def _reveal(seen_key: str) -> None:
    st.session_state[seen_key] = True


def _again(key: str, seen_key: str) -> None:
    st.session_state[seen_key] = False
    st.session_state[key] = st.session_state["guesses"][key] = None
