"""How decompositions of large kinships are made: estimated, told, ended, kept and found again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.progress import Progress, part_of
from lmm_data.large import least_large
from lmm_data.large.child import NoProcessError, decompose_apart
from lmm_data.large.estimate import Estimate, estimate_decomposition
from lmm_data.large.store import Store, key_of

# How far what is found may be from the kinship, as a share of the largest eigenvalue.
CLOSE = 1e-6

Begins: TypeAlias = Callable[[Estimate], Progress | None]
"""Is told what a decomposition will take before it is begun; gives what is told how far it is.

What it raises, or what that raises, ends the decomposition.
"""


@dataclass(frozen=True, slots=True)
class Solver:
    """Makes decompositions, for `lmm_core.progress.solved_by`: those of large kinships apart.

    A small one is `numpy.linalg.eigh`'s. A large one is estimated, and refused if it would not fit
    into memory; then it is made by a process of its own, which ends when who asked is stopped.

    Attributes:
        begins: is told of each.
        note: is told in a sentence that one was found on the disk, or could not be kept there.
        store: where they are kept; None for nowhere.
        least: individuals of a large kinship.
    """

    begins: Begins | None = None
    note: Callable[[str], None] | None = None
    store: Store | None = None
    least: int = field(default_factory=least_large)

    def __call__(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Eigenvalues, ascending, (n,), and vectors, (n, n), of a symmetric matrix.

        Raises:
            UndoneError: it would not fit into memory, or its process was ended from outside.
            numpy.linalg.LinAlgError: as `eigh`.
        """
        n = len(matrix)
        if n < self.least:
            return _plain(matrix)
        key = key_of(matrix) if self.store else ""
        found = self._found(matrix, key)
        if found:
            return found
        estimate = estimate_decomposition(n)
        estimate.require_room()
        progress = self.begins(estimate) if self.begins else None
        try:
            made = decompose_apart(matrix, progress)
        except NoProcessError:
            made = _plain(matrix)
        part_of(progress)(1.0)
        self._keep(key, *made)
        return made

    def _found(self, matrix: Floats, key: str) -> tuple[Floats, Floats] | None:
        found = self.store.find(key, len(matrix)) if self.store else None
        if self.store is None or found is None or not is_of(matrix, *found):
            return None
        self._say(f"the decomposition of this kinship is the one kept in {self.store.folder}")
        return found

    def _keep(self, key: str, values: Floats, vectors: Floats) -> None:
        if self.store is None:
            return
        try:
            self.store.keep(key, values, vectors)
        except OSError as error:
            why = error.strerror or str(error)
            self._say(f"the decomposition cannot be kept in {self.store.folder}: {why}")

    def _say(self, words: str) -> None:
        if self.note:
            self.note(words)


def is_of(matrix: Floats, values: Floats, vectors: Floats) -> bool:
    """Whether these are the eigenvalues and vectors of a matrix, by what both make of a vector.

    UΛU'x is Kx and UU'x is x for a random x only if they are, but for a chance of nothing
    (Freivalds 1977, Information Processing 77:839); three products in place of a decomposition.
    """
    x = np.random.default_rng(len(matrix)).standard_normal(len(matrix))
    turned = vectors.T @ x
    apart = np.abs(vectors @ (values * turned) - matrix @ x).max()
    largest = max(abs(float(values[0])), abs(float(values[-1])))
    unlike = np.abs(vectors @ turned - x).max()
    return bool(apart <= CLOSE * largest * np.abs(x).max() and unlike <= CLOSE)


def _plain(matrix: Floats) -> tuple[Floats, Floats]:
    values, vectors = np.linalg.eigh(matrix)
    return values, vectors
