"""What exchanging the values of two individuals does to the restricted likelihood, pair by pair.

With V fixed at its estimate and P = V⁻¹ - V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹, exchanging y_i and y_j adds
d(e_i - e_j) to y, d = y_j - y_i, and ½[y'Py - y⁎'Py⁎] is d(a_j - a_i) - ½d²(P_ii + P_jj - 2P_ij)
with a = Py: all pairs in O(n²). If the covariates travel with the values, it is the same with
residuals for y and V⁻¹ for the last P.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.fit import LMMFit
from lmm_core.least_squares import wls

# At h = 1 with a kinship not of full rank, V has no inverse.
HIGHEST = 0.999
# What the covariates leave of an individual, as a share, below which it is rounding.
ROUNDING = 1e-9
# Rows of the table of pairs that are held at a time.
BLOCK = 64


class Penalty:
    """½(M_ii + M_jj - 2M_ij) for M = V⁻¹ - AA', of pairs as they are asked for.

    Args:
        inverse: V⁻¹, shape (n, n).
        across: A, shape (n, p); without columns for V⁻¹ itself.
    """

    def __init__(self, inverse: Floats, across: Floats) -> None:
        self.inverse, self.across = inverse, across
        self.half_diagonal = 0.5 * (np.diagonal(inverse) - np.square(across).sum(axis=1))

    def of(self, i: Ints, j: Ints) -> Floats:
        """Of pairs by their indices, which are broadcast."""
        M: Floats = self.inverse[i, j] - np.einsum("...k,...k", self.across[i], self.across[j])
        penalty: Floats = self.half_diagonal[i] + self.half_diagonal[j] - M
        return penalty

    def block(self, rows: slice, columns: slice) -> Floats:
        """Of some rows and columns."""
        M = self.inverse[rows, columns] - self.across[rows] @ self.across[columns].T
        table: Floats = self.half_diagonal[rows, np.newaxis] + self.half_diagonal[columns]
        table -= M
        return table

    @cached_property
    def least(self) -> Floats:
        """The least of each with anybody else, shape (n,)."""
        n = len(self.inverse)
        least = np.empty(n)
        for top in range(0, n, BLOCK):
            rows = np.arange(top, min(top + BLOCK, n))
            table = self.block(slice(top, top + BLOCK), slice(None))
            table[rows - top, rows] = np.inf
            least[rows] = table.min(axis=1)
        return least


class State(NamedTuple):
    """What is exchanged of one trait: its values alone, or whole records.

    Attributes:
        s: what is exchanged, shape (n,).
        a: shape (n,).
        penalty: of exchanging any two.
    """

    s: Floats
    a: Floats
    penalty: Penalty


# Of each trait, for values alone and, if there are covariates, for whole records.
States: TypeAlias = Sequence[tuple[State, ...]]


@dataclass(frozen=True, eq=False, repr=False)
class Fitted(Brief):
    """One trait at its estimates, ready for exchanging pairs; all scaled so that v = 1.

    Attributes:
        fixed: Xβ̂, shape (n,).
        residual: y - Xβ̂, shape (n,).
        whitened: residuals of the eigen-directions, shape (n,).
        half, across: V⁻¹ = half half' and P = V⁻¹ - across across', shapes (n, n) and (n, p).
        spread: √d, shape (n,).
        vectors: U.
        left: shape (n, p), with residual = e - left(across'e).
        df: n - p.
        noise: 1 - h.
    """

    fixed: Floats
    residual: Floats
    whitened: Floats
    half: Floats
    across: Floats
    spread: Floats
    vectors: Floats
    left: Floats
    df: int
    noise: float

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
        residual = U @ at.residuals / v
        return cls(
            fixed=U @ rotated.y / v - residual,
            residual=residual,
            whitened=root * at.residuals / v,
            half=half,
            across=half @ Q,
            spread=1.0 / root,
            vectors=U,
            left=U @ np.linalg.solve(R.T, rotated.stable.basis.T).T,
            df=df,
            noise=1.0 - h,
        )

    @cached_property
    def inverse(self) -> Floats:
        """V⁻¹, shape (n, n)."""
        inverse: Floats = self.half @ self.half.T
        return inverse

    @cached_property
    def penalties(self) -> tuple[Penalty, ...]:
        """For M = P = V⁻¹ - V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹ and, if there are covariates, for M = V⁻¹."""
        P = Penalty(self.inverse, self.across)
        return (P,) if self.across.shape[1] == 1 else (P, Penalty(self.inverse, self.across[:, :0]))

    @cached_property
    def spreads(self) -> Floats:
        """√P_ii, shape (n,); infinite where the covariates fit an individual by itself.

        A level that one individual alone has leaves nothing of it but rounding.
        """
        whole = np.einsum("ij,ij->i", self.half, self.half)
        left = whole - np.square(self.across).sum(axis=1)
        told = left > ROUNDING * whole
        spreads: Floats = np.sqrt(left, where=told, out=np.full(left.size, np.inf))
        return spreads

    def projected(self, E: Floats) -> Floats:
        """PE, shape (n, k)."""
        PE: Floats = self.half @ (self.half.T @ E) - self.across @ (self.across.T @ E)
        return PE

    def standardized(self, E: Floats) -> Floats:
        """PE, each individual's part over its standard deviation; (n,) or (n, k), as E is."""
        scaled: Floats = (self.projected(E).T / self.spreads).T
        return scaled

    def related(self, z: Floats, spread: Floats) -> Floats:
        """Normal numbers z made as alike as relatives are, with spreads of the eigen-directions.

        By the symmetric root U diag(spread) U', which is one whatever signs eigenvectors have.

        Args:
            z: shape (k, n).
            spread: shape (n,).
        """
        return (z @ self.vectors * spread) @ self.vectors.T

    def exchanged(self, pair: tuple[int, int], kind: int) -> Floats:
        """Residuals once two individuals have each other's values, or whole records, shape (n,).

        Args:
            pair: their indices.
            kind: 0 for values alone, 1 for whole records.
        """
        source = np.arange(self.residual.size)
        source[list(pair)] = pair[::-1]
        if kind == 1:
            return self.residual[source]
        e: Floats = (self.fixed + self.residual)[source] - self.fixed
        left: Floats = self.refitted(e[np.newaxis])[0]
        return left

    def deviations(self, e: Floats, pair: tuple[int, int]) -> Floats:
        """How far two individuals are from what all others predict, shape (2,).

        In standard deviations; 0 where the covariates fit one of them by itself.

        Args:
            e: residuals, shape (n,).
            pair: their indices.
        """
        two = list(pair)
        i, j = pair
        P_ij = self.inverse[i, j] - self.across[i] @ self.across[j]
        r = P_ij / self.spreads[two].prod()
        if np.isinf(self.spreads[two]).any() or 1.0 - r**2 <= ROUNDING:
            return np.zeros(2)
        # From what all others and the other of the two predict, and from that without the other.
        t = self.standardized(e)[two]
        deviations: Floats = (t - r * t[::-1]) / np.sqrt(1.0 - r**2)
        return deviations

    def refitted(self, E: Floats) -> Floats:
        """What least squares leave of errors, shape (k, n)."""
        left: Floats = E - (E @ self.across) @ self.left.T
        return left

    def states(self, e: Floats) -> tuple[State, ...]:
        """What is exchanged, its a and its penalty, for errors e: values, then whole records."""
        return self.states_of(e[np.newaxis])[0]

    def states_of(self, E: Floats) -> list[tuple[State, ...]]:
        """The same for each row of E, shape (k, n)."""
        A = E @ self.inverse - (E @ self.across) @ self.across.T
        size = np.einsum("ij,ij->i", E, A) / self.df
        scale = 1.0 / np.sqrt(np.maximum(size, 1e-300))[:, np.newaxis]
        A = A * scale
        exchanged = [(self.fixed + E) * scale]
        if len(self.penalties) > 1:
            exchanged.append(self.refitted(E) * scale)
        return [
            tuple(State(S[k], a, q) for S, q in zip(exchanged, self.penalties, strict=True))
            for k, a in enumerate(A)
        ]


def exchange_tables(observed: States, kind: int) -> Iterator[tuple[int, Floats]]:
    """Gains of one kind of exchange: the first row of a block, and its columns from there on."""
    n = observed[0][0][0].shape[0]
    for top in range(0, n, BLOCK):
        rows = slice(top, min(top + BLOCK, n))
        total: Floats | None = None
        for states in observed:
            s, a, penalty = states[min(kind, len(states) - 1)]
            d = s[top:] - s[rows, np.newaxis]
            gain = d * penalty.block(rows, slice(top, None))
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
    """The symmetric root of the correlation of the traits, for samples as alike as they are."""
    values, vectors = np.linalg.eigh(correlation([trait.whitened for trait in traits]))
    root: Floats = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    return root


def drawn_errors(
    traits: Sequence[Fitted], mixing: Floats, rng: np.random.Generator, draws: int
) -> list[Floats]:
    """Errors of the fitted model, of each trait, shape (draws, n)."""
    return as_observed(traits, np.array([normal_errors(traits, mixing, rng) for _ in range(draws)]))


def normal_errors(traits: Sequence[Fitted], mixing: Floats, rng: np.random.Generator) -> Floats:
    """Of the individuals, as alike between traits as the data's, shape (n, traits)."""
    z: Floats = rng.standard_normal((traits[0].residual.size, len(traits))) @ mixing.T
    return z


def as_observed(traits: Sequence[Fitted], z: Floats) -> list[Floats]:
    """The observed errors in the order of simulated ones, of each trait, shape (draws, n).

    Args:
        z: `normal_errors` of each draw, shape (draws, n, traits).
    """
    return [
        _ranked(trait.related(z[:, :, t], trait.spread), trait.residual)
        for t, trait in enumerate(traits)
    ]


def with_outliers(
    traits: Sequence[Fitted],
    mixing: Floats,
    rng: np.random.Generator,
    draws: int,
    exchanged: Sequence[Floats],
) -> list[Floats]:
    """`drawn_errors` with residuals as far out as those of the data, once a pair is exchanged.

    Where tails are heavy, extremes are no inheritance; what the pair alone has is left out.

    Args:
        traits: of the same individuals.
        mixing: `mixing_root` of them.
        rng: randomness.
        draws: how many.
        exchanged: `Fitted.exchanged` of each trait.
    """
    own = np.array([trait.standardized(e) for trait, e in zip(traits, exchanged, strict=True)])
    own /= own.std(axis=1, keepdims=True)
    z = np.array([normal_errors(traits, mixing, rng) for _ in range(draws)])
    whose = rng.permuted(np.tile(np.arange(own.shape[1]), (draws, 1)), axis=1)
    drawn = []
    for t, trait in enumerate(traits):
        genetic = trait.related(z[:, :, t], np.sqrt(np.maximum(trait.spread**2 - trait.noise, 0.0)))
        drawn.append(_ranked(genetic + np.sqrt(trait.noise) * own[t][whose], exchanged[t]))
    return drawn


def _ranked(simulated: Floats, observed: Floats) -> Floats:
    """The observed values in the order of each row of the simulated ones."""
    errors = np.empty(simulated.shape)
    order: Ints = simulated.argsort(axis=1)
    np.put_along_axis(errors, order, np.sort(observed)[np.newaxis], axis=1)
    return errors
