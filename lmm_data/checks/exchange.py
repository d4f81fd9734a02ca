"""What exchanging the values of two individuals does to the restricted likelihood, pair by pair.

With V fixed at its estimate and P = V⁻¹ - V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹, exchanging y_i and y_j adds
d(e_i - e_j) to y, d = y_j - y_i, and ½[y'Py - y⁎'Py⁎] is d(a_j - a_i) - ½d²(P_ii + P_jj - 2P_ij)
with a = Py: all pairs in O(n²). If the covariates travel with the values, it is the same with
residuals for y and V⁻¹ for the last P.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.fit import LMMFit
from lmm_core.least_squares import wls

# At h = 1 with a kinship not of full rank, V has no inverse.
HIGHEST = 0.999
# Rows of the table of pairs that are held at a time.
BLOCK = 64

# Of each trait, for values alone and for whole records: what is exchanged, a, and the penalty.
States: TypeAlias = Sequence[tuple[tuple[Floats, Floats, Floats], ...]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fitted(Brief):
    """One trait at its estimates, ready for exchanging pairs; all scaled so that v = 1.

    Attributes:
        fixed: Xβ̂, shape (n,).
        residual: y - Xβ̂, shape (n,).
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
        Q, R = np.linalg.qr(root[:, np.newaxis] * rotated.stable.basis)
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
            left=U @ np.linalg.solve(R.T, rotated.stable.basis.T).T,
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


def exchange_tables(observed: States, kind: int) -> Iterator[tuple[int, Floats]]:
    """Gains of one kind of exchange: the first row of a block, and its columns from there on."""
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


def correlation(columns: Sequence[Floats]) -> Floats:
    """Of the traits' whitened residuals about 0, shape (traits, traits)."""
    E = np.column_stack(columns)
    E = E / np.linalg.norm(E, axis=0)
    C: Floats = E.T @ E
    return C


def mixing_root(traits: Sequence[Fitted]) -> Floats:
    """A root of the correlation of the traits, for samples that are as alike as they are."""
    values, vectors = np.linalg.eigh(correlation([trait.whitened for trait in traits]))
    root: Floats = vectors * np.sqrt(np.maximum(values, 0.0))
    return root


def sample(
    traits: Sequence[Fitted], mixing: Floats, rng: np.random.Generator
) -> Iterator[tuple[Fitted, Floats]]:
    z = rng.standard_normal((traits[0].residual.shape[0], len(traits))) @ mixing.T
    for trait, column in zip(traits, z.T, strict=True):
        drawn = trait.vectors @ (trait.spread * column)
        e = np.empty_like(drawn)
        order: Ints = drawn.argsort()
        e[order] = np.sort(trait.residual)
        yield trait, e


def _penalty(M: Floats) -> Floats:
    diagonal = 0.5 * np.diagonal(M)
    return diagonal[:, np.newaxis] + diagonal - M
