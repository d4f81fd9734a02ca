"""What is said of a dataset that is broken on purpose, and how it is made; pure data."""

from dataclasses import dataclass

import numpy as np

from lmm_app.lessons.broken_files import Made, Recipe
from lmm_data.checks import Verdict
from lmm_data.dataset import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """A dataset that shows a finding, or a few that go together.

    Attributes:
        name: in links; it stays as it is.
        title: a few words for a list.
        lesson: what it teaches, one sentence.
        codes: of the findings that are errors or warnings, all of them.
        notes: of notes, those that the lesson is about.
        recipe: makes the dataset and its files.
        verdict: of the report on the files as they are.
        repair: code of the remedy that takes one click, "" where there is none.
        remedy: what to do where there is none.
        trait: the one to fit once it is healed; the first unless it is said.
        reml: whether it is fitted by REML when it goes wrong.
        seed: its seed.
    """

    name: str
    title: str
    lesson: str
    codes: tuple[str, ...]
    recipe: Recipe
    verdict: Verdict = "usable with care"
    repair: str = ""
    remedy: str = ""
    notes: tuple[str, ...] = ()
    trait: str = ""
    reml: bool = True
    seed: int = 1

    def make(self) -> Made:
        """The files, and the dataset as it was before; the same each time."""
        return self.recipe(np.random.default_rng(self.seed))

    def files(self) -> dict[str, bytes]:
        """The files by name, as someone would upload them."""
        return self.make().files

    def sound(self) -> Dataset:
        """The same data with nothing wrong."""
        return self.make().sound
