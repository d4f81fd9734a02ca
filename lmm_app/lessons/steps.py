"""The shape of a step of the tour: one idea, one picture, one question; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from lmm_app.fit.view import View

Outcome: TypeAlias = Literal["right", "wrong", "none"]
Guess: TypeAlias = str | float | None


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What a step is about: both fits, and the method that the reader has chosen."""

    view: View
    method: str

    @property
    def trait(self) -> str:
        return self.view.problem.trait

    @property
    def covariates(self) -> tuple[str, ...]:
        return tuple(name for name in self.view.problem.columns if name != "intercept")


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A prompt to predict, and what is said of each prediction.

    Attributes:
        prompt: what to do or to choose.
        options: code and words of each choice; empty where h itself is the answer, put in place
            on the picture.
        judge: whether a guess is right; never called without one.
        feedback: what to say of a guess, or of none.
    """

    prompt: Callable[[Scene], str]
    options: Mapping[str, str]
    judge: Callable[[Scene, Guess], bool]
    feedback: Callable[[Scene, Guess], str]

    def outcome(self, scene: Scene, guess: Guess) -> Outcome:
        if guess is None:
            return "none"
        return "right" if self.judge(scene, guess) else "wrong"


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step of the tour.

    Attributes:
        name: in links; it stays as it is.
        title: the idea in a few words.
        idea: the idea in a few sentences, with the numbers of the data.
        notice: what to see in the picture once it is revealed.
        question: the prediction.
        picture: which board, by its name in `lmm_app.live.tour_boards`.
        code: the lines of the package that do it; they run after y, X and K are there.
    """

    name: str
    title: str
    idea: Callable[[Scene], str]
    notice: Callable[[Scene], str]
    question: Question
    picture: str
    code: str
