"""The shape of a step of the tour: one idea, one picture, one question; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from lmm_app.lessons.scene import Scene

Outcome: TypeAlias = Literal["right", "wrong", "none"]
Guess: TypeAlias = str | float | None
# And whether the answer has been seen.
Guessed: TypeAlias = tuple[Guess, bool]
Says: TypeAlias = Callable[[Scene, Guess], str]

# By whether a guess is right, None without one.
OUTCOMES: Mapping[bool | None, Outcome] = MappingProxyType(
    {True: "right", False: "wrong", None: "none"}
)


def said(outcome: Outcome, hint: str, core: str) -> str:
    """What is said of a guess: the verdict, of a wrong one why it is wrong, and the answer."""
    start = {"right": ("Correct.",), "wrong": ("Not quite.", hint), "none": ()}[outcome]
    return " ".join(filter(None, (*start, core)))


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A prompt to predict, and what is said of each prediction.

    Attributes:
        prompt: what to do or to choose.
        options: code and words of each choice; empty where h itself is the answer, put in place
            on the picture, or where nothing is asked.
        judge: whether a guess is right; never called without one.
        core: the answer; it begins with it, so that it can stand alone.
        hint: of a wrong guess, what speaks against it; it may be empty.
        offered: those of the options that the data at hand are asked about; all by default.
    """

    prompt: Callable[[Scene], str]
    options: Mapping[str, str]
    judge: Callable[[Scene, Guess], bool]
    core: Says
    hint: Says = lambda scene, guess: ""
    offered: Callable[[Scene], Mapping[str, str]] | None = None

    def options_of(self, scene: Scene) -> Mapping[str, str]:
        """The options that the data at hand are asked about."""
        return self.options if self.offered is None else self.offered(scene)

    def outcome(self, scene: Scene, guess: Guess) -> Outcome:
        return OUTCOMES[None if guess is None else self.judge(scene, guess)]

    def feedback(self, scene: Scene, guess: Guess) -> str:
        """All that is said of a guess, or of none."""
        outcome = self.outcome(scene, guess)
        hint = self.hint(scene, guess) if outcome == "wrong" else ""
        return said(outcome, hint, self.core(scene, guess))

    def right(self, scene: Scene) -> str | None:
        """The option that is right, None where h itself is the answer."""
        return next((code for code in self.options_of(scene) if self.judge(scene, code)), None)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step of the tour.

    Attributes:
        name: in links, and of its board in `lmm_app.live.tour_boards`; it stays as it is.
        title: the idea in a few words.
        idea: the idea in plain sentences, in paragraphs of Markdown.
        formula: the same for a statistician, a click deeper.
        question: the prediction.
        code: the lines of the package that do it; they run after y, X and K are there.
        title_of: the title where it depends on the data.
        asks: whether the data at hand leave something to ask.
    """

    name: str
    title: str
    idea: Callable[[Scene], str]
    formula: Callable[[Scene], str]
    question: Question
    code: str
    title_of: Callable[[Scene], str] | None = None
    asks: Callable[[Scene], bool] = lambda scene: True

    def heading(self, scene: Scene) -> str:
        return self.title if self.title_of is None else self.title_of(scene)
