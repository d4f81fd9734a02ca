"""Two labels swapped: how much the likelihood gains when the values of a pair are exchanged.

With V fixed at its estimate and P = V⁻¹ - V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹, exchanging y_i and y_j adds
d(e_i - e_j) to y, d = y_j - y_i, and ½[y'Py - y⁎'Py⁎] is d(a_j - a_i) - ½d²(P_ii + P_jj - 2P_ij)
with a = Py: all pairs in O(n²). If the covariates travel with the values, it is the same with
residuals for y and V⁻¹ for the last P.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Floats, Ints
from lmm_core.checks.finding import Progress
from lmm_core.fit import LMMFit
from lmm_core.wls import wls

# At h = 1 with a kinship not of full rank, V has no inverse.
HIGHEST = 0.999
# Rows of the table of pairs that are held at a time.
BLOCK = 64
# Pairs within this of the best, in log-likelihood, are named beside it.
NEAR = 2.0
# Samples without a swap: a first few tell most data sets from a suspicion.
FIRST, DRAWS = 12, 120
CHANCE = 0.01
# Data sets and bootstrap agree on the tail to this many log units.
LEAST = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class SwapSearch:
    """What exchanging every pair does.

    Attributes:
        gain: of the best pair, in log units of the restricted likelihood.
        pair: its places.
        near: places of all pairs within two log units of it, the best first.
        threshold: what the best pair of data without a swap exceeds in one of a hundred.
        power: share of all pairs whose swap would be seen in data like these.
        certain: whether all the samples were drawn for the threshold.
    """

    gain: float
    pair: tuple[int, int]
    near: tuple[tuple[int, int], ...]
    threshold: float
    power: float
    certain: bool

    @property
    def found(self) -> bool:
        """Whether the best pair stands out."""
        return self.certain and self.gain > max(self.threshold, LEAST)


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """One trait at its estimates, ready for exchanging pairs; all scaled so that v = 1.

    Attributes:
        fixed: Xb̂, shape (n,).
        residual: y - Xb̂, shape (n,).
        whitened: residuals of the eigen-directions, shape (n,).
        P: shape (n, n).
        penalties: ½(M_ii + M_jj - 2M_ij) for M = P and, if there are covariates, for M = V⁻¹.
        spread: √d, shape (n,).
        vectors: U.
        left, right: n × p matrices with residual = e - left(right'e).
    """

    fixed: Floats
    residual: Floats
    whitened: Floats
    P: Floats
    penalties: tuple[Floats, ...]
    spread: Floats
    vectors: Floats
    left: Floats
    right: Floats
    df: int

    @classmethod
    def of(cls, fit: LMMFit) -> "Fitted":
        """From a fit with an estimate."""
        U, rotated = fit.eigen.vectors, fit.rotated
        h = min(fit.h2, HIGHEST)
        at = wls(rotated, h)
        root = np.sqrt(at.weights)
        df = fit.n - fit.p
        v = np.sqrt(at.rss / df)
        Q, R = np.linalg.qr(root[:, np.newaxis] * rotated.basis)
        half = U * root
        inverse = half @ half.T
        across = half @ Q
        P = inverse - across @ across.T
        residual = U @ at.residuals / v
        matrices = [P] if fit.p == 1 else [P, inverse]
        return cls(
            fixed=U @ rotated.y / v - residual,
            residual=residual,
            whitened=root * at.residuals / v,
            P=P,
            penalties=tuple(_penalty(M) for M in matrices),
            spread=1.0 / root,
            vectors=U,
            left=U @ np.linalg.solve(R.T, rotated.basis.T).T,
            right=across,
            df=df,
        )

    def states(self, e: Floats) -> tuple[tuple[Floats, Floats, Floats], ...]:
        """What is exchanged, its a and its penalty, for errors e: values, then whole records."""
        a = self.P @ e
        scale = 1.0 / np.sqrt(max(float(e @ a) / self.df, 1e-300))
        a = a * scale
        exchanged = [(self.fixed + e) * scale]
        if len(self.penalties) > 1:
            exchanged.append((e - self.left @ (self.right.T @ e)) * scale)
        return tuple((s, a, q) for s, q in zip(exchanged, self.penalties, strict=True))


def search_swaps(
    fits: Sequence[LMMFit], *, rng: np.random.Generator, progress: Progress | None = None
) -> SwapSearch:
    """Exchange every pair, in all traits at once.

    The threshold is from samples of the fitted model, with the observed residuals in the order
    of the simulated ones, so that it holds for skewed and coarse phenotypes too. Their maxima
    follow a Gumbel distribution, whose 99% point is taken.

    Args:
        fits: of traits of the same individuals, each with an estimate above 0.
        rng: randomness of the samples.
        progress: called with the share of the work that is done.
    """
    traits = [Fitted.of(fit) for fit in fits]
    tell = progress or (lambda share: None)
    tell(0.1)
    observed = [trait.states(trait.residual) for trait in traits]
    gain, pair = _best(observed)
    mixing = _mixing(traits)
    maxima: list[float] = []
    certain = True
    for draw in range(DRAWS):
        # Of data without a swap all but one in thirteen end here.
        if draw == FIRST and gain <= max(maxima):
            certain = False
            break
        maxima.append(_best([trait.states(e) for trait, e in _sample(traits, mixing, rng)])[0])
        tell(0.1 + 0.8 * draw / DRAWS)
    threshold = gumbel_point(np.array(maxima), CHANCE)
    near, power = _around([states[-1:] for states in observed], observed, gain, threshold)
    tell(1.0)
    return SwapSearch(gain, pair, near or (pair,), threshold, power, certain)


def gumbel_point(maxima: Floats, chance: float) -> float:
    """What a maximum exceeds with this chance, by the moments of a Gumbel distribution."""
    scale = float(maxima.std(ddof=1)) * np.sqrt(6.0) / np.pi
    quantile = -np.log(-np.log1p(-chance)) - np.euler_gamma
    return float(maxima.mean() + scale * quantile)


def _penalty(M: Floats) -> Floats:
    diagonal = 0.5 * np.diagonal(M)
    penalty: Floats = diagonal[:, np.newaxis] + diagonal - M
    return penalty


States = Sequence[tuple[tuple[Floats, Floats, Floats], ...]]


def _tables(observed: States, kind: int) -> Iterator[tuple[int, Floats]]:
    """First row, and gains of a block of rows with all columns from that row on."""
    n = observed[0][0][0].shape[0]
    for top in range(0, n, BLOCK):
        rows = slice(top, min(top + BLOCK, n))
        total: Floats | None = None
        for states in observed:
            s, a, penalty = states[min(kind, len(states) - 1)]
            d = s[top:] - s[rows, np.newaxis]
            gain = d * penalty[rows, top:]
            np.subtract(a[top:] - a[rows, np.newaxis], gain, out=gain)
            gain *= d
            total = gain if total is None else total + gain
        assert total is not None
        yield top, total


def _kinds(observed: States) -> range:
    return range(max(len(states) for states in observed))


def _best(observed: States) -> tuple[float, tuple[int, int]]:
    best, pair = -np.inf, (0, 1)
    for kind in _kinds(observed):
        for top, gain in _tables(observed, kind):
            i, j = divmod(int(gain.argmax()), gain.shape[1])
            # The gain of exchanging with oneself is 0, which stands for none.
            if gain[i, j] > best:
                best, pair = float(gain[i, j]), (min(i, j) + top, max(i, j) + top)
    return best, pair


def _around(
    records: States, observed: States, gain: float, threshold: float
) -> tuple[tuple[tuple[int, int], ...], float]:
    """Pairs within two units of the best, and the share of pairs whose swap would be seen."""
    n = observed[0][0][0].shape[0]
    found: dict[tuple[int, int], float] = {}
    if gain > 0.0:
        for kind in _kinds(observed):
            for top, table in _tables(observed, kind):
                for i, j in np.argwhere(table >= max(gain - NEAR, 0.5 * gain)):
                    pair = (int(min(i, j)) + top, int(max(i, j)) + top)
                    found[pair] = max(found.get(pair, 0.0), float(table[i, j]))
    near = tuple(sorted(found, key=lambda pair: -found[pair]))
    # Exchanged in good data, a pair would gain by being exchanged back what it loses now.
    seen = 0
    for _, table in _tables(records, 0):
        width = table.shape[0]
        upper = np.triu(table[:, :width], 1)
        limit = -max(threshold, LEAST)
        seen += int(np.sum(upper <= limit)) + int(np.sum(table[:, width:] <= limit))
    return near, seen / (0.5 * n * (n - 1))


def _mixing(traits: Sequence[Fitted]) -> Floats:
    """A root of the correlation of the traits' whitened residuals."""
    E = np.column_stack([trait.whitened for trait in traits])
    E = E / np.linalg.norm(E, axis=0)
    values, vectors = np.linalg.eigh(E.T @ E)
    root: Floats = vectors * np.sqrt(np.maximum(values, 0.0))
    return root


def _sample(
    traits: Sequence[Fitted], mixing: Floats, rng: np.random.Generator
) -> Iterator[tuple[Fitted, Floats]]:
    z = rng.standard_normal((traits[0].residual.shape[0], len(traits))) @ mixing.T
    for trait, column in zip(traits, z.T, strict=True):
        drawn = trait.vectors @ (trait.spread * column)
        e = np.empty_like(drawn)
        order: Ints = drawn.argsort()
        e[order] = np.sort(trait.residual)
        yield trait, e
