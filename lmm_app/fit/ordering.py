"""An order of individuals in which relatives stand together, for pictures of a kinship."""

import numpy as np

from lmm_core.arrays import Floats, Ints

# Pictures coarser than this many individuals a side need no finer order.
LINKAGE_LIMIT = 4000


def family_order(K: Floats) -> Ints:
    """Places of the individuals, relatives next to each other, shape (n,).

    Average linkage on the squared distances K_ii + K_jj - 2K_ij. Of two groups that are joined,
    the one with the earlier individual stands first, so that families given one after another
    stay in their order.

    References:
        Sokal & Michener 1958, average linkage (UPGMA).
    """
    # SciPy's clustering takes longer to import than the rest of the package.
    from scipy.cluster.hierarchy import linkage

    n = K.shape[0]
    if n < 3 or n > LINKAGE_LIMIT:
        return np.arange(n)
    diagonal = np.diagonal(K)
    rows, columns = np.triu_indices(n, 1)
    distance = np.maximum(diagonal[rows] + diagonal[columns] - 2.0 * K[rows, columns], 0.0)
    groups = {place: [place] for place in range(n)}
    for step, (first, second) in enumerate(linkage(distance, "average")[:, :2].astype(int)):
        # A group begins with its earliest individual, and lists are compared from their beginning.
        pair = sorted((groups.pop(int(first)), groups.pop(int(second))))
        groups[n + step] = pair[0] + pair[1]
    order: Ints = np.array(groups.popitem()[1], dtype=np.int64)
    return order


def block_means(matrix: Floats, blocks: int) -> Floats:
    """The matrix averaged over a grid of `blocks` by `blocks` nearly equal tiles."""
    edges = np.linspace(0, matrix.shape[0], blocks + 1).astype(np.int64)
    sizes = np.diff(edges).astype(np.float64)
    sums = np.add.reduceat(np.add.reduceat(matrix, edges[:-1], axis=0), edges[:-1], axis=1)
    means: Floats = sums / np.outer(sizes, sizes)
    return means
