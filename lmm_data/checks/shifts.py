"""Values moved against their ids by some rows: how much the likelihood gains by moving back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.fit import LMMFit
from lmm_core.grid import from_log_odds
from lmm_core.least_squares import wls
from lmm_core.scales import h2_on_scale
from lmm_data.checks.exchange import (
    HIGHEST,
    Fitted,
    correlation,
    drawn_errors,
    mixing_root,
    normal_errors,
)
from lmm_data.checks.swaps import gumbel_point
from lmm_data.transforms import rank_normal

# By how many rows, the first row that moves and the one after the last.
Move: TypeAlias = tuple[int, int, int]

# Moves by one row to five, up and down.
STEPS = (1, -1, 2, -2, 3, -3, 4, -4, 5, -5)
# Rows at which a move may begin or end, evenly spaced, and how far from the ends of the file.
STARTS, MARGIN = 16, 10
# Where a trait has no more levels than this, errors are far from normal, and the likelihood too
# sure of itself: then so many times as much must be gained.
LEVELS, CAUTION = 10, 1.5
# Shares of genetic variance at which the likelihood is looked at.
SHARES = np.append(0.0, from_log_odds(np.linspace(-4.0, 5.0, 22)))
# Log units that must be gained: by the whole file moved by one row, and by more; by a part of
# it moved by one row, and by more: a single cell too many is much commoner than several.
WHOLE, PART = (3.5, 8.5), (6.5, 13.0)
# What gains as much is compared with so many samples of the fitted model in which nothing moved,
# after the first few of which most false alarms are known for what they are: several traits, and
# fits that found no h, gain more by chance.
FIRST, DRAWS, CHANCE = 8, 40, 0.003
# And with as many in which the same rows did move: standard deviations that it may gain less than
# they do, and more.
LESS, MORE = 2.0, 2.5
# A move is none if the same rows gain this share of it by moves that put nothing right.
AS_WELL = 0.45
# Beyond so many times the limit there is no doubt.
NO_DOUBT = 4.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ShiftSearch(Brief):
    """The best move of the values.

    Attributes:
        gain: in log units of the restricted likelihood, each at its own best h.
        step: rows that the values are moved down; negative if up.
        first, last: rows of the file, from 0, between which they move, the last included.
        whole: whether that is the whole file.
        threshold: what such a gain must exceed.
    """

    gain: float
    step: int
    first: int
    last: int
    whole: bool
    threshold: float

    @property
    def found(self) -> bool:
        """Whether the move stands out."""
        return self.gain > self.threshold


def search_shifts(
    fits: Sequence[LMMFit], order: Ints, *, rng: np.random.Generator
) -> ShiftSearch | None:
    """Move the values of all traits, in the whole file and from or up to some row.

    The values that leave one end of the rows that move come in at the other, so that the
    likelihoods are of the same data: a few wrong among many right.

    Args:
        fits: of traits of the same individuals.
        order: the individuals' indices in the order of the rows of the file.
        rng: randomness of the samples without a move, drawn if one is suspected.

    Returns:
        The move that gains most above its threshold; None with too few rows.
    """
    n = order.size
    if n < 2 * MARGIN:
        return None
    marks = np.unique(np.linspace(MARGIN, n - MARGIN, STARTS).round().astype(np.int64))
    moves = [(step, 0, n) for step in STEPS]
    moves += [(step, int(r), n) for step in STEPS for r in marks]
    moves += [(step, 0, int(r)) for step in STEPS for r in marks]
    best = _search(fits, order, moves)
    if best.found and best.gain <= NO_DOUBT * best.threshold:
        best = _compared(best, fits, order, moves, rng)
    if best.found and _by_others(best, fits, order) >= AS_WELL * best.gain:
        best = replace(best, threshold=max(best.gain, best.threshold))
    if best.whole or not best.found:
        return best
    threshold = best.threshold
    # The row itself, between the two marks around it.
    gap = int(np.diff(marks).max(initial=1))
    fixed = best.first > 0
    edge = best.first if fixed else best.last + 1
    rows = range(max(MARGIN, edge - gap), min(n - MARGIN, edge + gap) + 1)
    finer = [(best.step, r, n) if fixed else (best.step, 0, r) for r in rows]
    return replace(_search(fits, order, finer), threshold=threshold)


def _compared(
    best: ShiftSearch,
    fits: Sequence[LMMFit],
    order: Ints,
    moves: Sequence[Move],
    rng: np.random.Generator,
) -> ShiftSearch:
    """The move with a threshold by samples without one, if that is higher.

    None is found if it gains less, or more, than such a move does.
    """
    traits = [Fitted.of(fit) for fit in fits]
    mixing = mixing_root(traits)
    limits = _limits(fits, moves, order.size)
    beyond = best.gain - best.threshold
    maxima = np.zeros(0)
    while len(maxima) < DRAWS:
        gains = _gains_of(fits, drawn_errors(traits, mixing, rng, FIRST), order, moves)
        maxima = np.append(maxima, (gains - limits).max(axis=1))
        if len(maxima) == FIRST and beyond <= maxima.max():
            return replace(best, threshold=max(best.gain, best.threshold))
    point = best.threshold + gumbel_point(maxima, CHANCE)
    if best.gain > point:
        real = _real(best, fits, traits, mixing, order, rng)
        off = (best.gain - float(real.mean())) / float(real.std(ddof=1))
        point = point if -LESS < off < MORE else best.gain
    return replace(best, threshold=max(best.threshold, point))


def _real(
    best: ShiftSearch,
    fits: Sequence[LMMFit],
    traits: Sequence[Fitted],
    mixing: Floats,
    order: Ints,
    rng: np.random.Generator,
) -> Floats:
    """What the move gains in samples of the model that fits after it, had the rows moved, (draws,).

    Args:
        best: the move.
        fits, traits, mixing: of the data as they are.
        order: the individuals' indices in the order of the rows of the file.
        rng: randomness of the samples.
    """
    move: Move = (best.step, best.first, best.last + 1)
    source = moved(order, *move)
    z = np.array([normal_errors(traits, mixing, rng) for _ in range(DRAWS)])
    errors = []
    for t, (fit, trait) in enumerate(zip(fits, traits, strict=True)):
        spread = Profile(fit).spread(fit.eigen.vectors.T @ rank_normal(_errors(fit))[source])
        right = trait.related(z[:, :, t], spread)
        wrong = np.empty_like(right)
        wrong[:, source] = right
        errors.append(wrong)
    return _gains_of(fits, errors, order, [move])[:, 0]


def _by_others(best: ShiftSearch, fits: Sequence[LMMFit], order: Ints) -> float:
    """What the same rows gain by moving to where they would not belong either.

    Moved by as much again they are as far off as now, and the other way farther: both gain
    nothing, unless the kinship explains so little of who is alike there that any order is better.
    """
    others = [(step, best.first, best.last + 1) for step in (2 * best.step, -best.step)]
    return float(_gains(fits, order, others).mean())


def moved(order: Ints, step: int, first: int, stop: int) -> Ints:
    """Whose value each individual gets when rows first..stop-1 move down by `step`, (n,)."""
    rows = np.arange(first, stop)
    source = np.arange(order.size)
    source[order[rows]] = order[first + (rows - first - step) % rows.size]
    return source


def _search(fits: Sequence[LMMFit], order: Ints, moves: Sequence[Move]) -> ShiftSearch:
    gains, limits = _gains(fits, order, moves), _limits(fits, moves, order.size)
    n = order.size
    whole = [stop - first == n for _, first, stop in moves]
    index = int((gains - limits).argmax())
    step, first, stop = moves[index]
    return ShiftSearch(
        float(gains[index]), step, first, stop - 1, bool(whole[index]), float(limits[index])
    )


def _limits(fits: Sequence[LMMFit], moves: Sequence[Move], n: int) -> Floats:
    """What each move must gain, shape (moves,)."""
    caution = CAUTION if min(_levels(fit) for fit in fits) <= LEVELS else 1.0
    return np.array(
        [
            caution * (WHOLE if stop - first == n else PART)[abs(step) > 1]
            for step, first, stop in moves
        ]
    )


def _levels(fit: LMMFit) -> int:
    y = fit.eigen.vectors @ fit.rotated.y
    return int(np.unique(np.round(y / max(float(np.abs(y).max()), 1e-300), 9)).size)


def _gains(fits: Sequence[LMMFit], order: Ints, moves: Sequence[Move]) -> Floats:
    """Of each move, shape (moves,).

    What moves are residuals of least squares, as if the covariates moved along. If they stay
    where they are, the observed y is out of step with them, Xβ̂ is small, and it is the same.
    Their normal scores keep a few large values from deciding.
    """
    gains: Floats = _gains_of(fits, [_errors(fit)[np.newaxis] for fit in fits], order, moves)[0]
    return gains


def _errors(fit: LMMFit) -> Floats:
    """Residuals of least squares, shape (n,)."""
    B = fit.rotated.stable.basis
    errors: Floats = fit.eigen.vectors @ (fit.rotated.y - B @ (B.T @ fit.rotated.y))
    return errors


def _gains_of(
    fits: Sequence[LMMFit], errors: Sequence[Floats], order: Ints, moves: Sequence[Move]
) -> Floats:
    """Of each move of these errors, one set for each fit, shape (draws, n); (draws, moves)."""
    unmoved: Move = (1, 0, 0)
    total = np.zeros((len(errors[0]), 1 + len(moves)))
    for fit, E in zip(fits, errors, strict=True):
        scores = np.array([rank_normal(e) for e in E])
        moving = rotated_moves(fit.eigen.vectors, scores, order, [unmoved, *moves])
        profile = Profile(fit)
        total += [profile.tops(Z) for Z in moving]
    # Traits that are alike say the same twice: as if each of them were the leading component.
    alike = float(np.linalg.eigvalsh(correlation([_whitened(fit) for fit in fits]))[-1])
    gains: Floats = (total[:, 1:] - total[:, :1]) / alike
    return gains


def rotated_moves(U: Floats, E: Floats, order: Ints, moves: Sequence[Move]) -> Iterator[Floats]:
    """U'e after each move of each row e of E, shape (n, moves).

    A move by some rows changes the sum over the rows of U by a part of the same sum for all moves
    by as many, but for the rows at which those values come in that left at the other end: that is
    O(n²) for each step and not for each move.

    Args:
        U: shape (n, n).
        E: in the order of the individuals, shape (draws, n).
        order: the individuals' indices in the order of the rows of the file.
        moves: to be made.
    """
    n = order.size
    V, X, rows = U[order], E[:, order], np.arange(n)
    step, first, stop = np.array(moves, dtype=np.int64).T
    steps, of_step = np.unique(step, return_inverse=True)
    edges, at = np.unique(np.concatenate([first, stop, [0, n]]), return_inverse=True)
    begin, end, _ = np.split(at, [len(moves), 2 * len(moves)])
    # Of each row of the file, step and draw; and the sums of their part of U'e up to each edge.
    change = X.T[(rows[:, np.newaxis] - steps) % n] - X.T[:, np.newaxis]
    until = np.zeros((edges.size, steps.size * len(X), n))
    for k, (a, b) in enumerate(pairwise(edges)):
        until[k + 1] = until[k] + change[a:b].reshape(b - a, -1).T @ V[a:b]
    parts = until.reshape(edges.size, steps.size, len(X), n)
    for draw, x in enumerate(X):
        Z = (x @ V) + parts[end, of_step, draw] - parts[begin, of_step, draw]
        for back in range(int(np.abs(steps).max())):
            # The rows that get the value of the other end, of those that move.
            here = np.where(step > 0, first + back, stop - 1 - back)
            some = np.flatnonzero((back < np.abs(step)) & (first <= here) & (here < stop))
            here, by, start = here[some], step[some], first[some]
            source = start + (here - start - by) % (stop[some] - start)
            Z[some] += (x[source] - x[(here - by) % n])[:, np.newaxis] * V[here]
        yield Z.T


def _whitened(fit: LMMFit) -> Floats:
    at = wls(fit.rotated, min(fit.h2, HIGHEST))
    whitened: Floats = np.sqrt(at.weights) * at.residuals
    return whitened


class Profile:
    """The restricted log-likelihood of many phenotypes over a grid of h.

    Args:
        fit: whose kinship and covariates are used.
    """

    def __init__(self, fit: LMMFit) -> None:
        rotated, scale = fit.rotated, fit.eigen.mean_diagonal
        h = h2_on_scale(SHARES, 1.0 / scale) if scale > 0.0 else SHARES
        self.basis, self.df = rotated.stable.basis, fit.n - fit.p
        self.weights = 1.0 / (np.outer(h, rotated.values) + (1.0 - h)[:, np.newaxis])
        root = np.sqrt(self.weights)[:, :, np.newaxis]
        # One triangularisation of √w B for each h; all products with Z are one.
        Q, R = np.linalg.qr(root * self.basis)
        self.across = (root * Q).transpose(0, 2, 1).reshape(-1, fit.n)
        diagonal = np.abs(np.diagonal(R, axis1=1, axis2=2))
        self.det = 2.0 * np.log(diagonal).sum(axis=1) - np.log(self.weights).sum(axis=1)

    def tops(self, Z: Floats) -> Floats:
        """The highest of each column, less a constant, shape (m,).

        Args:
            Z: U'Y of phenotypes Y, shape (n, m).
        """
        tops: Floats = self._heights(Z).max(axis=0)
        return tops

    def spread(self, z: Floats) -> Floats:
        """√d of the eigen-directions at the best h, shape (n,).

        Args:
            z: U'y of a phenotype y, shape (n,).
        """
        best = int(self._heights(z[:, np.newaxis])[:, 0].argmax())
        spread: Floats = self.weights[best] ** -0.5
        return spread

    def _heights(self, Z: Floats) -> Floats:
        Z = Z - self.basis @ (self.basis.T @ Z)
        fitted = np.square(self.across @ Z).reshape(len(self.weights), -1, Z.shape[1])
        rss = self.weights @ np.square(Z) - fitted.sum(axis=1)
        heights: Floats = -0.5 * (
            self.df * np.log(np.maximum(rss, 1e-300)) + self.det[:, np.newaxis]
        )
        return heights
