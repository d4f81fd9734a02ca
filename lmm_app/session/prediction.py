"""Predict, reveal, guess again: a question before its answer, on whichever page.

What was guessed and whether the answer was seen stand in the session's record, which is saved with
its work, and in the link.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.lessons.steps import Guess, Outcome
from lmm_app.session import noted, projector, state

ICONS: Mapping[Outcome, str | None] = MappingProxyType(
    {"right": ":material/check_circle:", "wrong": ":material/lightbulb:", "none": None}
)


def say(outcome: Outcome, words: str) -> None:
    """What is said of a guess, or of none."""
    box = {"right": st.success, "wrong": st.warning, "none": st.info}[outcome]
    box(words, icon=ICONS[outcome])


@dataclass(frozen=True, slots=True)
class Prediction:
    """A question, and where its guess is kept.

    Attributes:
        where: in the record.
        key: of the widget with which one guesses.
        link, seen: words of the link, for the guess and for whether the answer was seen; "" where
            the link says nothing of it.
        buttons: what the keys of its buttons begin with.
    """

    where: str
    key: str
    link: str = ""
    seen: str = "seen"
    buttons: str = ""

    @property
    def guess(self) -> Guess:
        """What was guessed, as the record has it."""
        return noted.guess_of(self.where)[0]

    def is_revealed(self, *, linked: bool = True) -> bool:
        """Whether the answer is shown: by the record, or at first by the link if it is of it."""
        if linked and self.link and not noted.knows(self.where):
            noted.keep_guess(self.where, None, seen=st.query_params.get(self.seen) == "1")
        return noted.guess_of(self.where)[1]

    def take_up(self, read: Callable[[str], object], *, linked: bool = True) -> None:
        """Give the widget its value: what was kept, or at first what the link says.

        Args:
            read: a guess as the widget has it, from the text that is kept; None if it is none.
            linked: whether the link is of this question.
        """
        # Streamlit forgets the value of a widget that is not on the page.
        if self.guess is not None and (guess := read(str(self.guess))) is not None:
            st.session_state.setdefault(self.key, guess)
        if linked and self.link:
            state.from_link(self.key, read, self.link)

    def follow(self, belongs_to: object) -> None:
        """Ask anew when what is asked about has changed."""
        if state.has_changed(self.key, belongs_to):
            self.ask_again()

    def radio(self, options: Mapping[str, str], label: str, **look: Any) -> str | None:
        """The options to choose from."""
        guess: str | None = st.radio(
            label,
            list(options),
            format_func=lambda code: options[code],
            index=None,
            key=self.key,
            label_visibility="collapsed",
            **look,
        )
        return guess

    def keep(self, guess: Guess, *, asked: bool = True) -> None:
        """Keep a guess in the record, and in the link, unless nothing is asked."""
        seen = noted.guess_of(self.where)[1]
        noted.keep_guess(self.where, guess, seen=seen)
        if self.link:
            state.to_link(self.link, guess, None)
            state.to_link(self.seen, 1 if seen and asked else None, None)

    def reveal_button(
        self, words: str = "You can also reveal without a guess.", **look: Any
    ) -> None:
        """What shows the answer."""
        st.button("Reveal", key=f"{self.buttons}reveal", on_click=self.reveal, help=words, **look)

    def again_button(self) -> None:
        """What hides the answer, and forgets the guess."""
        st.button("Try again", key=f"{self.buttons}again", on_click=self.ask_again)

    def answer(
        self, line: DeltaGenerator, foot: DeltaGenerator, outcome: Outcome, words: str
    ) -> None:
        """What is said of the guess, in `foot` or, on a projector, in `line`; and once more."""
        if projector.on():
            line.markdown(words)
        with foot:
            if not projector.on():
                say(outcome, words)
            self.again_button()

    def ask_again(self) -> None:
        """Forget the guess, and that the answer was seen."""
        noted.keep_guess(self.where, None, seen=False)
        st.session_state[self.key] = None

    def reveal(self) -> None:
        """Show the answer.

        Who chooses and presses at once interrupts the run that would have kept the choice: it is
        with the widget then, and not in the record yet.
        """
        held = st.session_state.get(self.key)
        guess = held if isinstance(held, str | float) else self.guess
        noted.keep_guess(self.where, guess, seen=True)
