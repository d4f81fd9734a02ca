"""Pedigrees, and the relationships that they alone imply."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.errors import LMMError, in_digits

# A dense relationship matrix of this size takes 3.2 GB.
MAX_DENSE = 20_000


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pedigree(Brief):
    """Who descends from whom, parents listed before their offspring.

    Attributes:
        ids: n unique names.
        sire: index of each individual's father in this same pedigree, shape (n,); -1 where
            unknown.
        dam: index of each individual's mother, shape (n,); -1 where unknown. Equal to `sire`
            for selfing.
        generation: generation number, shape (n,); later than that of either parent.

    Raises:
        LMMError: the fields differ in length, an id occurs twice, an index is not an integer
            or points outside the pedigree, or an individual comes before one of its parents.
    """

    ids: tuple[str, ...]
    sire: Ints
    dam: Ints
    generation: Ints

    def __post_init__(self) -> None:
        ids = tuple(self.ids)
        n = len(ids)
        if n == 0:
            raise LMMError(
                "a pedigree must have at least one individual", "it has none", "add some"
            )
        name, times = Counter(ids).most_common(1)[0]
        if times > 1:
            raise LMMError(
                "ids must be unique in a pedigree",
                f"“{name}” occurs {times} times",
                "rename or drop the repeats",
            )
        object.__setattr__(self, "ids", ids)
        object.__setattr__(self, "sire", _as_indices(self.sire, "sire", n))
        object.__setattr__(self, "dam", _as_indices(self.dam, "dam", n))
        object.__setattr__(self, "generation", _as_indices(self.generation, "generation", n))
        _require_order(self, self.sire, "sire")
        _require_order(self, self.dam, "dam")

    @property
    def n(self) -> int:
        """Number of individuals."""
        return len(self.ids)

    @property
    def founders(self) -> Ints:
        """Indices of the individuals neither of whose parents is known."""
        return np.flatnonzero((self.sire < 0) & (self.dam < 0))


def relationship(pedigree: Pedigree, inbred_founders: bool = False) -> Floats:
    """The numerator relationship matrix: twice the coefficient of kinship of each pair.

    Args:
        pedigree: n individuals.
        inbred_founders: founders are fully inbred strains, with a relationship of 2 to
            themselves rather than 1.

    Returns:
        A, shape (n, n), symmetric. Entry (i, i) is 1 + F_i, with F_i the inbreeding of
        individual i. Founders are unrelated to each other, and an unknown parent is a founder
        of its own, related to nobody listed and not inbred.

    Raises:
        LMMError: there are more than `MAX_DENSE` individuals.

    References:
        Henderson 1976, Biometrics 32:69, the tabular method, which goes back to Emik & Terrill
        1949, Journal of Heredity 40:51.

    >>> family = Pedigree(("sire", "dam", "pup"), [-1, -1, 0], [-1, -1, 1], [0, 0, 1])
    >>> relationship(family)
    array([[1. , 0. , 0.5],
           [0. , 1. , 0.5],
           [0.5, 0.5, 1. ]])
    """
    n = pedigree.n
    require_dense(n)
    A = np.eye(n)
    if inbred_founders:
        A[pedigree.founders, pedigree.founders] = 2.0
    for i, (sire, dam) in enumerate(zip(pedigree.sire, pedigree.dam, strict=True)):
        for parent in (sire, dam):
            if parent >= 0:
                A[i, :i] += 0.5 * A[parent, :i]
        A[:i, i] = A[i, :i]
        if sire >= 0 and dam >= 0:
            A[i, i] += 0.5 * A[sire, dam]
    return A


def require_dense(n: int) -> None:
    """An LMMError if an n by n matrix is more than memory should be asked for."""
    if n > MAX_DENSE:
        raise LMMError(
            f"a dense relationship matrix takes at most {MAX_DENSE:,} individuals",
            f"there are {n:,}",
            "leave out those that nobody measured descends from, or simulate fewer",
        )


def _as_indices(values: ArrayLike, name: str, n: int) -> Ints:
    indices = np.asarray(values)
    if indices.dtype.kind not in "iu":
        raise LMMError(
            f"{name} must hold integers",
            f"its type is {indices.dtype}",
            "use positions in the pedigree, and −1 for an unknown parent",
        )
    if indices.shape != (n,):
        raise LMMError(
            f"{name} must have one value for each of the {n} ids",
            f"its shape is {indices.shape}",
            "list every individual once, founders too",
        )
    return read_only(indices.astype(np.int64))


def _require_order(pedigree: Pedigree, parent: Ints, name: str) -> None:
    below = np.flatnonzero(parent < -1)
    if below.size:
        i = int(below[0])
        raise LMMError(
            f"{name} must be a position in the pedigree or −1",
            f"individual {i} (“{pedigree.ids[i]}”) has {in_digits(int(parent[i]), 9)}",
            "use −1 for an unknown parent",
        )
    late = np.flatnonzero(parent >= np.arange(pedigree.n))
    if late.size:
        i = int(late[0])
        raise LMMError(
            "parents must come before their offspring",
            f"individual {i} (“{pedigree.ids[i]}”) has {name} {parent[i]}",
            "sort the pedigree by generation",
        )
    known = np.flatnonzero(parent >= 0)
    generation = pedigree.generation
    stuck = known[generation[known] <= generation[parent[known]]]
    if stuck.size:
        i = int(stuck[0])
        raise LMMError(
            "offspring must be of a later generation than their parents",
            f"individual {i} (“{pedigree.ids[i]}”) is of generation {generation[i]} and its "
            f"{name} of {generation[parent[i]]}",
            "number generations from the founders down",
        )
