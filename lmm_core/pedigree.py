"""A, the relationships that a pedigree implies, of some individuals out of very many.

With P holding ½ for each parent of each individual, breeding values are u = Pu + m, and so
A = TDT' with T = (I - P)^-1 and D the diagonal of the Mendelian sampling variances (Henderson
1976, Biometrics 32:69). A is never written out for more individuals than are asked for.

Individuals are positions from 0, in any order; sire and dam are those of their parents, and -1
stands for one who is not known: a founder of its own, related to nobody and not inbred.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Floats, Ints
from lmm_core.errors import LMMError, in_digits

if TYPE_CHECKING:
    from scipy import sparse

# So many entries of T take 720 MB.
MOST_ENTRIES = 60_000_000
# Relationships of so many who live at one time take 1.8 GB, and as much while they change.
MOST_AT_ONCE = 15_000
# The time of an entry of T, in entries of a table.
_ENTRY = 4.0
# Columns of A that are made at a time.
_BLOCK = 128


def relationship_among(sire: ArrayLike, dam: ArrayLike, wanted: ArrayLike) -> Floats:
    """The numerator relationship matrix of some individuals of a pedigree.

    Args:
        sire, dam: positions of the parents, whole numbers, shape (n,), -1 where unknown; equal
            for selfing. Parents may stand before or behind their offspring.
        wanted: positions of the k individuals, shape (k,).

    Returns:
        A, shape (k, k), symmetric: twice the coefficients of kinship, 1 + F on the diagonal. Only
        the wanted and their ancestors are looked at.

    Raises:
        LMMError: positions that are none, a loop, more individuals or more of their ancestors at
            a time than fit into memory.

    References:
        Colleau 2002, Genetics Selection Evolution 34:409, "indirect method": Ax = T(D(T'x)),
        from offspring to parents and back, for many columns x at a time.

    >>> relationship_among([-1, -1, 0, 0], [-1, -1, 1, 2], [0, 3])
    array([[1.  , 0.75],
           [0.75, 1.25]])
    """
    sire, dam = _as_parents(sire, dam)
    wanted = _as_positions(wanted, "wanted", len(sire), lowest=0)
    if len(wanted) > MOST_AT_ONCE:
        raise LMMError(
            f"a relationship matrix takes up to {MOST_AT_ONCE:,} individuals",
            f"{len(wanted):,} are asked for",
            "ask for those who have a record",
        )
    known = _ancestors(sire, dam, wanted)
    index = np.full(len(sire) + 1, -1)
    index[known] = np.arange(len(known))
    sire, dam = index[sire[known]], index[dam[known]]
    line, generation = _parents_first(sire, dam)
    sire, dam, at = line.moved(sire), line.moved(dam), line.place[index[wanted]]
    D = _mendelian_variances(sire, dam, _inbreeding(sire, dam, generation))[:, np.newaxis]
    steps = [_step(sire, dam, rows) for rows in _by_generation(generation)[1:]]
    A = np.empty((len(at), len(at)))
    for start in range(0, len(at), _BLOCK):
        part = at[start : start + _BLOCK]
        x = np.zeros((len(sire), len(part)))
        x[part, np.arange(len(part))] = 1.0
        for rows, parents, P in reversed(steps):
            x[parents] += P.T @ x[rows]
        x *= D
        for rows, parents, P in steps:
            x[rows] += P @ x[parents]
        A[:, start : start + len(part)] = x[at]
    return 0.5 * (A + A.T)


def inbreeding(sire: ArrayLike, dam: ArrayLike) -> Floats:
    """The coefficient of inbreeding F of every individual, half the relationship of its parents.

    Args:
        sire, dam: as for `relationship_among`.

    Returns:
        F, shape (n,), 0 where a parent is not known.

    Raises:
        LMMError: as `relationship_among`.

    References:
        Meuwissen & Luo 1992, Genetics Selection Evolution 24:305: 1 + F = Σ_j T_ij² D_jj over the
        ancestors j, here by generation, while ancestors are few. Where they are many, the tabular
        method (Emik & Terrill 1949, Journal of Heredity 40:51), which forgets whoever has no
        further offspring.

    >>> inbreeding([-1, -1, 0, 0, 3], [-1, -1, 1, 2, 3])
    array([0.   , 0.   , 0.   , 0.25 , 0.625])
    """
    sire, dam = _as_parents(sire, dam)
    line, generation = _parents_first(sire, dam)
    return _inbreeding(line.moved(sire), line.moved(dam), generation)[line.place]


def _mendelian_variances(sire: Ints, dam: Ints, F: Floats) -> Floats:
    """D: the share of each breeding value that its parents do not explain, shape (n,).

    1 with no parent known, (3 - F)/4 with one of inbreeding F, ½ - (F_s + F_d)/4 with both
    (Quaas 1976, Biometrics 32:949).
    """
    F = np.append(F, -1.0)  # of one who is not known, at -1
    D: Floats = 0.5 - 0.25 * (F[sire] + F[dam])
    return D


def _ancestors(sire: Ints, dam: Ints, wanted: Ints) -> Ints:
    """Positions of the wanted and all of their ancestors, ascending."""
    seen = np.zeros(len(sire), dtype=bool)
    fresh = np.unique(wanted)
    while fresh.size:
        seen[fresh] = True
        parents = np.unique(np.concatenate([sire[fresh], dam[fresh]]))
        fresh = parents[(parents >= 0) & ~seen[parents]]
    return np.flatnonzero(seen)


def _generations(sire: Ints, dam: Ints) -> Ints:
    """The generation of each individual: 0 without parents, else one more than the later parent's.

    Raises:
        LMMError: an individual is its own ancestor.
    """
    loop = find_loop(sire, dam)
    if loop.size:
        raise LMMError(
            "nobody can be their own ancestor",
            f"individual {' descends from '.join(str(i) for i in loop)}",
            "correct the parents of one of them",
        )
    return _depths(sire, dam)


def find_loop(sire: Ints, dam: Ints) -> Ints:
    """A chain of individuals, each a parent of the one before, that ends where it began.

    Returns:
        Positions, the first and the last of which are the same; none if there is no loop.
    """
    stuck = _depths(sire, dam) < 0
    if not stuck.any():
        return np.empty(0, dtype=np.int64)
    # Whoever is stuck is in a loop or descends from one: it has a stuck parent.
    chain = [int(stuck.argmax())]
    while chain[-1] not in chain[:-1]:
        i = chain[-1]
        chain.append(int(sire[i] if sire[i] >= 0 and stuck[sire[i]] else dam[i]))
    return np.array(chain[chain.index(chain[-1]) :], dtype=np.int64)


def _half_of_parents(sire: Ints, dam: Ints, columns: int) -> "sparse.csr_array":
    """P: ½ in the column of each known parent, 1 where both are the same, shape (n, columns)."""
    from scipy import sparse

    n = len(sire)
    rows = np.concatenate([np.arange(n), np.arange(n)])
    parents = np.concatenate([sire, dam])
    known = parents >= 0
    halves = np.full(int(known.sum()), 0.5)
    return sparse.csr_array((halves, (rows[known], parents[known])), shape=(n, columns))


def _as_parents(sire: ArrayLike, dam: ArrayLike) -> tuple[Ints, Ints]:
    """Both as positions, or an LMMError."""
    n = np.size(sire)
    return _as_positions(sire, "sire", n, shape=(n,)), _as_positions(dam, "dam", n, shape=(n,))


def _as_positions(
    values: ArrayLike, name: str, n: int, *, lowest: int = -1, shape: tuple[int, ...] | None = None
) -> Ints:
    found = np.asarray(values)
    if found.dtype.kind not in "iu" or found.ndim != 1 or (shape and found.shape != shape):
        raise LMMError(
            f"{name} must be whole numbers, the positions of individuals",
            f"it is an array of shape {found.shape} and type {found.dtype}",
            "count from 0" + ", and write −1 for a parent who is not known" * (lowest < 0),
        )
    wrong = (found < lowest) | (found >= n)
    if wrong.any():
        raise LMMError(
            f"{name} must be positions from {in_digits(lowest)} to {n - 1:,}",
            f"the one at {int(wrong.argmax()):,} is {in_digits(int(found[wrong][0]), 9)}",
            "count from 0" + ", and write −1 for a parent who is not known" * (lowest < 0),
        )
    return found.astype(np.int64)


class _Line(NamedTuple):
    """Another order of individuals: who stands at each place, and the place of each, (n,) both."""

    order: Ints
    place: Ints

    def moved(self, parent: Ints) -> Ints:
        """The places of the parents of who stands at each place."""
        moved = parent[self.order]
        return np.where(moved >= 0, self.place[moved], -1)


def _parents_first(sire: Ints, dam: Ints) -> tuple[_Line, Ints]:
    """The order of generations, and the generation at each place."""
    generation = _generations(sire, dam)
    order = np.argsort(generation, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return _Line(order, place), generation[order]


class _Step(NamedTuple):
    """One generation: its rows, its g different parents, and ½ for each, shape (rows, g)."""

    rows: slice
    parents: Ints
    P: "sparse.csr_array"


def _step(sire: Ints, dam: Ints, rows: slice) -> _Step:
    both = np.stack([sire[rows], dam[rows]])
    parents, column = np.unique(both, return_inverse=True)
    column = column.reshape(both.shape)
    if parents[0] < 0:
        parents, column = parents[1:], column - 1
    return _Step(rows, parents, _half_of_parents(column[0], column[1], len(parents)))


def _depths(sire: Ints, dam: Ints) -> Ints:
    """Generations, -1 for those in a loop and their descendants."""
    n = len(sire)
    children = (_half_of_parents(sire, dam, n) > 0).T.tocsr().astype(np.int64)
    waiting = (sire >= 0).astype(np.int64) + ((dam >= 0) & (dam != sire))
    depth = np.full(n, -1)
    fresh, generation = np.flatnonzero(waiting == 0), 0
    while fresh.size:
        depth[fresh] = generation
        generation += 1
        met, times = np.unique(children[fresh].indices, return_counts=True)
        waiting[met] -= times
        fresh = met[waiting[met] == 0]
    return depth


def _by_generation(generation: Ints) -> list[slice]:
    """The rows of each generation, of individuals that are sorted by it."""
    ends = np.flatnonzero(np.diff(generation, append=-1)) + 1
    return [slice(a, b) for a, b in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)]


def _inbreeding(sire: Ints, dam: Ints, generation: Ints) -> Floats:
    """F of individuals that are sorted by generation, in the cheaper of two ways."""
    n = len(sire)
    # What T can hold at most; a parent at -1 adds nothing.
    most, entries = np.zeros(n + 1), 0.0
    for rows in _by_generation(generation):
        most[rows] = np.minimum(1.0 + most[sire[rows]] + most[dam[rows]], rows.stop)
        entries += float(most[rows].sum())
    last = np.full(n + 1, -1)
    np.maximum.at(last, sire, generation)
    np.maximum.at(last, dam, generation)
    last = last[:n]
    bears = last >= 0
    size = generation[-1] + 2
    come = np.bincount(generation[bears], minlength=size)
    go = np.bincount(last[bears] + 1, minlength=size)
    widths = np.cumsum(come) - np.cumsum(go)
    widest = int(widths.max())
    few = _ENTRY * entries < float((widths.astype(np.float64) ** 2).sum())
    if entries <= MOST_ENTRIES and (few or widest > MOST_AT_ONCE):
        return _by_ancestors(sire, dam, generation, last)
    if widest > MOST_AT_ONCE:
        raise LMMError(
            f"up to {MOST_AT_ONCE:,} ancestors of one time can be related to each other",
            f"there are {widest:,}",
            "ask for fewer individuals, or cut the pedigree some generations above them",
        )
    return _by_tables(sire, dam, generation, last)


def _by_ancestors(sire: Ints, dam: Ints, generation: Ints, last: Ints) -> Floats:
    """F from the rows of T, of those who have further offspring.

    Args:
        sire, dam, generation: of individuals that are sorted by generation.
        last: the latest generation of each one's offspring, -1 without any.
    """
    from scipy import sparse

    n = len(sire)
    F, T = np.zeros(n), sparse.csr_array((0, n))
    living, place = np.empty(0, dtype=np.int64), np.full(n + 1, -1)
    for rows in _by_generation(generation):
        place[living] = np.arange(len(living))
        P = _half_of_parents(place[sire[rows]], place[dam[rows]], len(living))
        own = P @ T + sparse.eye_array(rows.stop - rows.start, n, k=rows.start, format="csr")
        D = np.zeros(n)
        D[: rows.stop] = _mendelian_variances(sire[: rows.stop], dam[: rows.stop], F)
        F[rows] = own.power(2) @ D - 1.0
        stays = last[living] > generation[rows.start]
        bears = last[rows] >= 0
        T = sparse.vstack([T[stays], own[bears]], format="csr")
        living = np.append(living[stays], np.arange(rows.start, rows.stop)[bears])
    return F


def _by_tables(sire: Ints, dam: Ints, generation: Ints, last: Ints) -> Floats:
    """F from the relationships of those who have further offspring, as `_by_ancestors`."""
    n = len(sire)
    F, A = np.zeros(n), np.zeros((1, 1))  # the first row is for whoever is not known
    living, place = np.empty(0, dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    for rows in _by_generation(generation):
        place[living] = np.arange(1, len(living) + 1)
        s, d = place[sire[rows]], place[dam[rows]]
        F[rows] = 0.5 * A[s, d]
        bears = last[rows] >= 0
        s, d = s[bears], d[bears]
        fresh = np.arange(rows.start, rows.stop)[bears]
        between = _half_of_parents(s, d, len(A)) @ A
        stays = np.append(0, np.flatnonzero(last[living] > generation[rows.start]) + 1)
        k, m = len(stays), len(stays) + len(fresh)
        after = np.empty((m, m))
        after[:k, :k] = A[np.ix_(stays, stays)]
        after[k:, :k] = between[:, stays]
        after[:k, k:] = after[k:, :k].T
        after[k:, k:] = np.take(between, s, axis=1)
        after[k:, k:] += np.take(between, d, axis=1)
        after[k:, k:] *= 0.5
        after[np.arange(k, m), np.arange(k, m)] = 1.0 + F[fresh]
        A, living = after, np.append(living[stays[1:] - 1], fresh)
    return F
