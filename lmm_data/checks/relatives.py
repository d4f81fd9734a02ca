"""Who is related to whom: clones, families, individuals without relatives."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Floats, Ints
from lmm_core.errors import count, in_digits, listed, some
from lmm_data.checks.finding import Finding, named

# Correlations K_ij/√(K_ii K_jj) above this are of clones, twins or one sample typed twice: full
# sibs of outbred parents have 0.5, and the closest of an intercross of ten generations 0.8.
CLONE = 0.95
# When more than this share of all individuals has a clone, or nearly, as where genotypes are
# missing, clones are the design.
REPLICATED, NEARLY = 0.3, 0.88
# Entries below this share of the diagonal are zeros that were written as something else.
ZERO = 1e-6
# Nobody with more than this correlation to anyone is without relatives.
ALONE = 0.05


def check_relatives(
    matrix: Floats, names: tuple[str, ...], where: str, clones: bool = True
) -> Iterator[Finding]:
    """Clones unless their genotypes are compared, families and loners.

    The matrix is symmetric, with a positive diagonal.
    """
    if len(matrix) < 2:
        return
    R = correlations(matrix)
    same = tuple(_no_differences(matrix, where))
    yield from same
    if not same:
        if clones:
            yield from _clones(matrix, R, names, where)
        yield from _alone(R, names, where)
        yield from _families(R, where)


def components(linked: NDArray[np.bool_]) -> Ints:
    """Number of the connected component of each individual, from 0, shape (n,).

    >>> components(np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]], dtype=bool))
    array([0, 1, 0])
    """
    # Of a dense matrix scipy.sparse.csgraph makes a graph first, in a hundred times the time.
    n = linked.shape[0]
    label = np.full(n, -1, dtype=np.int64)
    found = 0
    for start in range(n):
        if label[start] >= 0:
            continue
        front = np.array([start])
        while front.size:
            label[front] = found
            front = np.flatnonzero(linked[front].any(axis=0) & (label < 0))
        found += 1
    return label


def groups_of(pairs: Ints) -> tuple[tuple[int, ...], ...]:
    """Ascending indices, group by group, from the pairs that belong together, shape (k, 2).

    >>> groups_of(np.array([[2, 0], [5, 2], [3, 4]]))
    ((0, 2, 5), (3, 4))
    """
    has = np.flatnonzero(np.bincount(pairs.ravel()))
    i, j = np.searchsorted(has, pairs.T)
    linked: NDArray[np.bool_] = np.zeros((has.size, has.size), dtype=bool)
    linked[i, j] = linked[j, i] = True
    label = components(linked)
    return tuple(
        tuple(int(i) for i in has[label == group])
        for group in range(int(label.max(initial=-1)) + 1)
    )


def is_replicated(R: Floats) -> bool:
    """Whether so many have a clone, or nearly, that clones are the design."""
    return bool(np.mean(R.max(axis=0) >= NEARLY) > REPLICATED)


def correlations(matrix: Floats) -> Floats:
    """K_ij/√(K_ii K_jj), and 0 on the diagonal and for those without a variance."""
    diagonal = np.diagonal(matrix)
    size = np.sqrt(np.where(diagonal > 1e-12 * np.abs(matrix).max(), diagonal, np.inf))
    R: Floats = matrix / size[:, np.newaxis] / size
    np.fill_diagonal(R, 0.0)
    return R


def clone_groups(R: Floats, limit: float = CLONE) -> tuple[tuple[int, ...], ...]:
    """Indices of individuals that are taken for one and the same, group by group.

    Args:
        R: their `correlations`.
    """
    return groups_of(np.argwhere(limit <= R))


def _no_differences(matrix: Floats, where: str) -> Iterator[Finding]:
    n = matrix.shape[0]
    diagonal = np.diagonal(matrix)
    scale = float(np.abs(diagonal).max())
    # Most often the first row tells.
    if max(np.ptp(diagonal), np.ptp(matrix[0, 1:])) > ZERO * scale:
        return
    other = matrix[~np.eye(n, dtype=bool)]
    if np.ptp(other) > ZERO * scale:
        return
    if np.abs(other).max() <= ZERO * scale:
        yield Finding(
            "kinship_identity",
            "error",
            where,
            "Nobody is related",
            f"Every entry off the diagonal is zero, and the diagonal is {in_digits(scale)}.",
            "Genetic and residual variance look the same, so no phenotype can tell h.",
            "Use a kinship from markers or a pedigree; without relatives use ordinary "
            "least squares.",
            value=0.0,
        )
        return
    yield Finding(
        "kinship_equal",
        "error",
        where,
        "All equally related",
        f"Every pair has the same entry, {in_digits(float(other[0]))}.",
        "After an intercept this is no different from no relatedness, so no phenotype can tell h.",
        "Use individuals of more than one family, or a kinship from markers.",
        value=float(other[0]),
    )


def _clones(matrix: Floats, R: Floats, names: tuple[str, ...], where: str) -> Iterator[Finding]:
    groups = clone_groups(R)
    if not groups:
        return
    members = tuple(names[i] for group in groups for i in group)
    # Above 1 only where the matrix is no covariance, which has its own finding.
    closest = min(1.0, float(max(R[group[0], group[1]] for group in groups)))
    if is_replicated(R):
        groups = clone_groups(R, NEARLY)
        members = tuple(names[i] for group in groups for i in group)
        yield replicates(members, groups, where, "are identical by the kinship")
        return
    exact = all(_identical(matrix, group) for group in groups)
    pairs = [together([names[i] for i in group]) for group in groups]
    more = f"; and {len(pairs) - 4} more" if len(pairs) > 4 else ""
    same = "the same genotypes, by K" if exact else "nearly the same genotypes, by K"
    how = "" if exact else f": a correlation of up to {closest:.4f}"
    found = (
        f"{pairs[0]} have {same}{how}."
        if len(pairs) == 1
        else f"{len(pairs):,} groups have {same}{how}. They are {'; '.join(pairs[:4])}{more}."
    )
    yield cloned(members, groups, where, found)


def cloned(
    members: tuple[str, ...], groups: tuple[tuple[int, ...], ...], where: str, found: str
) -> Finding:
    """That some are clones, twins or one sample typed twice, as `found` says."""
    return Finding(
        "kinship_clones",
        "warning",
        where,
        "Clones, or one sample twice",
        found,
        "If a sample was typed twice, a phenotype is attributed to the wrong relatives.",
        "Keep true twins. Otherwise find out whose sample it is, or leave both out.",
        members,
        float(len(groups)),
    )


def replicates(
    members: tuple[str, ...], groups: tuple[tuple[int, ...], ...], where: str, words: str
) -> Finding:
    """That so many have a clone that clones are the design."""
    sizes = sorted({len(group) for group in groups})
    return Finding(
        "kinship_replicates",
        "note",
        where,
        "Genetically identical groups",
        f"{count(len(members), 'individual')} form {count(len(groups), 'group')} of "
        f"{_span(sizes)} that {words}.",
        "As in inbred strains; h is then the share between such groups.",
        "Nothing needs doing if that is the design.",
        members,
        float(len(groups)),
    )


def together(labels: list[str]) -> str:
    """The members of a group, the first four of many."""
    return some(labels, 4) if len(labels) > 4 else listed([f"“{label}”" for label in labels])


def _identical(matrix: Floats, group: tuple[int, ...]) -> bool:
    rows = matrix[list(group)]
    # Rows are compared outside the group too, where rounding cannot hide a difference.
    return bool(np.ptp(rows, axis=0).max() <= ZERO * np.abs(matrix).max())


def _alone(R: Floats, names: tuple[str, ...], where: str) -> Iterator[Finding]:
    closest = np.abs(R).max(axis=0)
    alone = np.flatnonzero(closest < ALONE)
    related = float(np.mean(closest >= 2.0 * ALONE))
    if not alone.size or related < 0.5:
        return
    labels = tuple(names[i] for i in alone)
    yield Finding(
        "kinship_alone",
        "note",
        where,
        "Individuals without relatives",
        f"{count(alone.size, 'individual is', 'individuals are')} related to nobody: "
        f"{named(labels)}.",
        "They help to estimate the mean and the total variance, but not h.",
        "Expected of founders; otherwise look for ids that belong to another study.",
        labels,
        float(alone.size),
    )


def _families(R: Floats, where: str) -> Iterator[Finding]:
    label = components(np.abs(R) > ZERO)
    sizes = np.bincount(label)
    if len(sizes) < 2 or sizes.max() < 2:
        return
    families = sizes[sizes > 1]
    single = int((sizes == 1).sum())
    apart = f", and {count(single, 'individual')} apart" if single else ""
    yield Finding(
        "kinship_families",
        "note",
        where,
        "Families that are not related to each other",
        f"{count(len(families), 'family', 'families')} of {_span(sorted(set(families)))}{apart}.",
        "h is told by how much more alike the members of a family are.",
        "Nothing needs doing; a covariate that is the same in a family competes with h.",
        value=float(len(families)),
    )


def _span(sizes: list[int]) -> str:
    return f"{sizes[0]}" if sizes[0] == sizes[-1] else f"{sizes[0]} to {sizes[-1]}"
