"""A lesson about any material: its idea, its question, and what is said of each guess; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from lmm_app.lessons.steps import OUTCOMES, Guess, Outcome, said

M = TypeVar("M")


@dataclass(frozen=True, slots=True, eq=False)
class Asked(Generic[M]):
    """A lesson whose every sentence is made of its material.

    Attributes:
        name: in links and in saved work; it stays as it is.
        title: the idea in a few words.
        lead: what it is about, in a sentence or two.
        idea: the idea in plain sentences, in paragraphs of Markdown.
        prompt: the question.
        options: codes and words.
        right: the code that is right for the material.
        hint: of a wrong guess, what speaks against it.
        core: the answer; it begins with it, so that it can stand alone.
        brief: the answer for a projector.
        formula: the same for a statistician, a click deeper.
        code: the lines of the package that do it; they run after the names in its first line.
    """

    name: str
    title: str
    lead: str
    idea: Callable[[M], str]
    prompt: Callable[[M], str]
    options: Mapping[str, str]
    right: Callable[[M], str]
    hint: Callable[[M, str], str]
    core: Callable[[M], str]
    brief: Callable[[M], str]
    formula: Callable[[M], str]
    code: str

    def outcome(self, of: M, guess: Guess) -> Outcome:
        return OUTCOMES[None if guess is None else guess == self.right(of)]

    def feedback(self, of: M, guess: Guess) -> str:
        """All that is said of a guess, or of none."""
        outcome = self.outcome(of, guess)
        hint = self.hint(of, str(guess)) if outcome == "wrong" else ""
        return said(outcome, hint, self.core(of))
