"""A pedigree: who descends from whom, by id, and A of those who are wanted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints, locked, read_only
from lmm_core.pedigree import relationship_among


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PedigreeTable(Brief):
    """Individuals with their parents, as a reader has checked them: no loops, every parent there.

    Attributes:
        name: what to call it in a message, for example its file name.
        ids: the n individuals, unique, those with a line of their own first.
        sire, dam: the index of each one's parents, shape (n,), -1 where unknown.
        lines: how many have a line of their own; the others are founders that only occur as
            parents.
    """

    name: str
    ids: tuple[str, ...]
    sire: Ints
    dam: Ints
    lines: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "sire", locked(np.asarray(self.sire, dtype=np.int64)))
        object.__setattr__(self, "dam", locked(np.asarray(self.dam, dtype=np.int64)))

    @property
    def n(self) -> int:
        """Number of individuals."""
        return len(self.ids)

    def relationship(self, ids: Sequence[str]) -> Floats:
        """A of these individuals, in this order, shape (k, k), read-only."""
        index = {label: i for i, label in enumerate(self.ids)}
        wanted = np.array([index[label] for label in ids], dtype=np.int64)
        return read_only(relationship_among(self.sire, self.dam, wanted))
