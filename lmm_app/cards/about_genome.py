"""A lesson about a genome, on a page of its own: whose, a question, and its picture."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

import streamlit as st

from lmm_app.cards.about_open import LEAST
from lmm_app.cards.asking import ask, turn
from lmm_app.fit.text import literal, said
from lmm_app.genome.sources import MICE, CrossSettings
from lmm_app.genome.study import Study
from lmm_app.glossary.marks import marked
from lmm_app.lessons.alone import saved_as
from lmm_app.lessons.asked import Asked, M
from lmm_app.session import linked, projector, state, studies
from lmm_app.session.prediction import Prediction, say
from lmm_app.session.progress import progress_bar
from lmm_core import LMMError
from lmm_core.progress import Progress

CROSS, OPEN = "cross", "open"
DATA = {CROSS: "Simulated cross", **{name: f"Mice, {name}" for name in MICE}, OPEN: "Open dataset"}
BARE = "it came without genotypes, so there is no scan."
NO_GENOTYPES = (
    "The open dataset came without genotypes, and this lesson needs markers. Choose the simulated "
    "cross or the mice, or drop genotypes on the page Data."
)


@dataclass(frozen=True, slots=True)
class AboutGenome(Generic[M]):
    """What such a lesson is made of.

    Attributes:
        asked: its sentences.
        make: its material, with progress.
        picture: draws it; with the answer once that has been seen, and large on a projector.
        options: what else may be chosen once the answer has been seen.
        bare: its material of the open dataset where that has no genotypes; None if it needs them.
    """

    asked: Asked[M]
    make: Callable[[Study, Progress], M]
    picture: Callable[[M, bool, float | bool], None]
    options: Callable[[Study], None] = lambda study: None
    bare: Callable[[Progress], M] | None = None

    @property
    def prediction(self) -> Prediction:
        """Where the guess is kept."""
        name = self.asked.name
        return Prediction(saved_as(name), f"lesson_{name}", buttons=f"{name}_")

    def render(self) -> None:
        """Draw the lesson: whose genome, the idea, the question, and then its answer."""
        large = projector.on()
        if not large:
            st.title(self.asked.title)
            st.markdown(marked(self.asked.lead), unsafe_allow_html=True)
        try:
            with projector.aside("Data"):
                study = _study(self.asked.name)
                if study is None and self.bare is None:
                    st.info(NO_GENOTYPES, icon=":material/info:")
                    return
                self.prediction.follow(
                    study.key if study else state.shown().view.problem.fingerprint
                )
                seen = self.prediction.is_revealed()
                if seen and study:
                    self.options(study)
            material, about = self._material(study)
        except LMMError as error:
            st.error(said(error), icon=":material/error:")
            return
        (self._for_a_class if large else self._at_a_desk)(material, seen)
        if not large:
            st.caption(literal(about))

    def _material(self, study: Study | None) -> tuple[M, str]:
        """What the lesson is about, and where that is from."""
        if study is not None:
            words = f"Scanning {study.m:,} markers of {study.n:,} individuals …"
            with progress_bar(words) as tell:
                return self.make(study, tell), study.about
        assert self.bare is not None
        shown = state.shown()
        with progress_bar(f"Fitting {shown.view.problem.n:,} individuals …") as tell:
            material = self.bare(tell)
        return material, f"{shown.opened.dataset.name}, {shown.view.problem.trait}: {BARE}"

    def _at_a_desk(self, material: M, seen: bool) -> None:
        asked, prediction = self.asked, self.prediction
        words, picture = st.columns([2, 3], gap="large")
        with words:
            st.markdown(marked(asked.idea(material)), unsafe_allow_html=True)
            prompt = f"**Predict.** {asked.prompt(material)}"
            st.markdown(marked(prompt), unsafe_allow_html=True)
            self._ask(material, seen=seen)
            if seen:
                guess = prediction.guess
                say(asked.outcome(material, guess), asked.feedback(material, guess))
            turn(prediction, seen=seen)
        with picture:
            self.picture(material, seen, False)
        with st.expander("The formula", icon=":material/function:"):
            st.markdown(marked(asked.formula(material)), unsafe_allow_html=True)
        with st.expander("In Python", icon=":material/code:"):
            st.code(asked.code, language="python")

    def _ask(self, material: M, *, seen: bool, across: bool = False) -> None:
        right = self.asked.right(material) if seen else None
        ask(self.prediction, self.asked.options, right, seen=seen, across=across)

    def _for_a_class(self, material: M, seen: bool) -> None:
        """The picture over all of the screen."""
        frame = projector.frame()
        with frame.foot:
            words = st.container(width="stretch", gap=None)
            buttons = st.container(horizontal=True, width="content", gap="small")
        frame.head(self.asked.prompt(material), seen=True)
        with words:
            if seen:
                st.markdown(self.asked.brief(material))
            else:
                self._ask(material, seen=False, across=True)
        with buttons:
            turn(self.prediction, seen=seen)
        with frame.picture:
            # The words of the answer have two lines of a projector.
            self.picture(material, seen, LEAST)


def _study(lesson: str) -> Study | None:
    """Whose genome; None without one."""
    source = linked.segmented("Whose genome", DATA, CROSS, f"{lesson}_of")
    if source == OPEN:
        return studies.open_study()
    if source == CROSS:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            seed = linked.seed(1, f"{lesson}_seed", f"{lesson}_redraw", width=130)
        return studies.cross(CrossSettings(seed=seed))
    with st.spinner("Reading the mice …"):
        return studies.mice(source)
