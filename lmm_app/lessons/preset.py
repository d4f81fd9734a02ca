"""The shape of a lesson: a dataset that teaches one thing, a question, and its answer; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from lmm_app.fit.view import View
from lmm_app.lessons.datasets import Made
from lmm_app.lessons.steps import OUTCOMES, Guess, Outcome, said
from lmm_core.simulate.cross import as_count
from lmm_core.verdict import Status

# How many seeds of each lesson were tried, from 1 on: `python -m benchmarks.lessons`.
TRIED = 100
INSIDE: Mapping[str, Status] = MappingProxyType({"ML": "interior", "REML": "interior"})


@dataclass(frozen=True, slots=True, eq=False)
class Preset:
    """A dataset that teaches one thing.

    Attributes:
        name: in links; it stays as it is.
        title: a few words for a list.
        prompt: the question to answer before looking; it is answered by one of the options.
        options: the answers to choose from, by a code for each.
        right: the code of the right one, with the lesson's own seed.
        hints: by the code of a wrong one, why it is wrong.
        claim: the answer with its numbers, which are those of the lesson's own seed. It begins
            with the answer and can stand alone.
        recipe: makes the dataset.
        check: whether the answer is true of a view of the first trait with all covariates; the
            numbers aside, which every seed has its own of.
        expected: the status of the fit by ML and by REML, with the lesson's own seed, of the
            first trait with all covariates.
        fails: with how many of the seeds 1 to `TRIED` the answer is another one.
        by_seed: what is said of other seeds, where the answer itself is the same for all of them.
        seed: its own seed.
    """

    name: str
    title: str
    prompt: str
    options: Mapping[str, str]
    right: str
    hints: Mapping[str, str]
    claim: str
    recipe: Callable[[np.random.Generator], Made]
    check: Callable[[View], bool]
    expected: Mapping[str, Status] = field(default_factory=lambda: INSIDE)
    fails: int = 0
    by_seed: str = ""
    seed: int = 1

    @property
    def by_chance(self) -> bool:
        """Whether the answer is about this draw, so that another seed may deny it."""
        return self.fails > 0

    def make(self, seed: int | None = None) -> Made:
        """The dataset of a seed, by default the lesson's own; the same seed, the same data.

        Raises:
            LMMError: a seed that is not a whole number, or is negative.
        """
        seed = self.seed if seed is None else seed
        seed = as_count(seed, "seed", "which picks the random numbers", least=0)
        return self.recipe(np.random.default_rng(seed))

    def about(self, seed: int | None = None) -> str:
        """What the dataset of a seed is. It does not say what the lesson asks for."""
        return f"The lesson “{self.title}”, simulated with seed {self.seed_of(seed)}."

    def told(self, seed: int | None = None) -> str:
        """The claim, as it may be said of the data of a seed."""
        if self.seed_of(seed) == self.seed:
            return self.claim
        return f"With seed {self.seed} it was so: {self.claim} {self.chance}"

    @property
    def chance(self) -> str:
        """How sure the answer is with another seed; the numbers change with each."""
        if self.by_seed:
            return self.by_seed
        if not self.by_chance:
            return f"Of the seeds 1 to {TRIED}, none gives another answer, only other numbers."
        return (
            f"With another seed the answer may differ: it does for {self.fails} of the seeds 1 to "
            f"{TRIED}."
        )

    def seed_of(self, seed: int | None) -> int:
        """A seed, or the lesson's own."""
        return self.seed if seed is None else seed

    def outcome(self, guess: Guess) -> Outcome:
        """Whether a guess is right, with the lesson's own seed."""
        return OUTCOMES[None if guess is None else guess == self.right]

    def feedback(self, guess: Guess) -> str:
        """What is said of a guess, or of none, with the lesson's own seed."""
        return said(self.outcome(guess), self.hints.get(str(guess), ""), self.claim)
