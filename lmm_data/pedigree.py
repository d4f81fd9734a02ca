"""A pedigree: who descends from whom, by id, and A of those who are wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

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
    _made: dict[tuple[str, ...], Floats] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sire", locked(np.asarray(self.sire, dtype=np.int64)))
        object.__setattr__(self, "dam", locked(np.asarray(self.dam, dtype=np.int64)))

    @property
    def n(self) -> int:
        """Number of individuals."""
        return len(self.ids)

    def relationship(self, ids: Sequence[str]) -> Floats:
        """A of these individuals, in this order, shape (k, k), read-only.

        Asked again for the same, as each decision about the files does, it is at hand.

        Raises:
            LMMError: as `relationship_among`.
        """
        wanted = tuple(ids)
        if wanted not in self._made:
            index = {label: i for i, label in enumerate(self.ids)}
            places = np.array([index[label] for label in wanted], dtype=np.int64)
            A = read_only(relationship_among(self.sire, self.dam, places))
            self._made.clear()
            self._made[wanted] = A
        return self._made[wanted]
