"""Two labels swapped: the pair whose exchange the likelihood gains most by, and how rare it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.fit import LMMFit
from lmm_core.progress import Progress, part_of
from lmm_data.checks.exchange import (
    Fitted,
    States,
    drawn_errors,
    exchange_tables,
    mixing_root,
    with_outliers,
)
from lmm_data.checks.pair_search import best_pair, kind_of, kinds, pairs_from
from lmm_data.checks.tails import beyond_tail

# Pairs within this of the best, in log-likelihood, are named beside it.
NEAR = 2.0
# With more of them than that, none is told.
MOST_NEAR = 50
# Samples without a swap: a first few tell most data sets from a suspicion.
FIRST, DRAWS = 12, 160
# Samples in which errors are as far out as in the data, of what is suspected.
OUTLYING = 60
# Chance of a false alarm from all pairs, and again from the few of neighbouring rows.
CHANCE = 0.008
# A gain below this, 1 in 20, is no evidence whatever the samples say.
LEAST = 3.0
# Two values that are so far off, in standard deviations, and once exchanged no farther than that,
# are swapped whatever the samples say, which have such values too: 2e-9 by chance for a pair.
FAR, CLOSE = 4.0, 2.5
# An exchange puts both right. By how much less one of them may fit after it, in squared standard
# deviations: where the other alone gains, it is an outlier that is less so elsewhere.
WORSE = 5.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SwapSearch(Brief):
    """What exchanging pairs does: all of them, or those of neighbouring rows.

    Attributes:
        gain: of the best pair, in log units of the restricted likelihood.
        pair: its indices.
        near: indices of the pairs within two log units of it, the best first.
        threshold: what the best pair of data without a swap exceeds with the chance `CHANCE`.
        power: share of the pairs whose swap would be seen in data like these.
        certain: whether all the samples were drawn for the threshold.
        cured: whether exchanging the best pair makes two outliers ordinary.
    """

    gain: float
    pair: tuple[int, int]
    near: tuple[tuple[int, int], ...]
    threshold: float
    power: float
    certain: bool
    cured: bool

    @property
    def found(self) -> bool:
        """Whether the best pair stands out, and not among many others."""
        beyond = self.certain and self.margin > 0.0
        return self.cured or (beyond and len(self.near) <= MOST_NEAR)

    @property
    def margin(self) -> float:
        """By how much the gain is beyond what is rare by chance."""
        return self.gain - max(self.threshold, LEAST)


def search_swaps(
    fits: Sequence[LMMFit],
    order: Ints,
    *,
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> tuple[SwapSearch, SwapSearch]:
    """Exchange every pair, in all traits at once: the best of all, and of neighbouring rows.

    Neighbours are swapped more easily than others, and are so few that less evidence will do.
    The thresholds are from samples of the fitted model, with the observed residuals in the order
    of the simulated ones, so that they hold for skewed and coarse phenotypes too. The maxima
    follow a Gumbel distribution, of which the point is taken that `CHANCE` is beyond.

    Args:
        fits: of traits of the same individuals, each with an estimate.
        order: the individuals' indices in the order of the rows of the file.
        rng: randomness of the samples.
        progress: called with the share of the work that is done.
    """
    traits = [Fitted.of(fit) for fit in fits]
    tell = part_of(progress)
    tell(0.1)
    observed = [trait.states(trait.residual) for trait in traits]
    best = best_pair(observed), _best_neighbours(observed, order)
    gains = np.array([gain for gain, _ in best])
    mixing = mixing_root(traits)
    maxima = np.empty((0, 2))
    while len(maxima) < DRAWS:
        errors = drawn_errors(traits, mixing, rng, min(FIRST, DRAWS - len(maxima)))
        drawn = [trait.states_of(E) for trait, E in zip(traits, errors, strict=True)]
        more = [
            (best_pair(one)[0], _best_neighbours(one, order)[0]) for one in zip(*drawn, strict=True)
        ]
        maxima = np.concatenate([maxima, more])
        # Of data without a swap, five in six or more end here.
        if len(maxima) == FIRST and (gains <= maxima.max(axis=0)).all():
            break
        tell(0.1 + 0.8 * len(maxima) / DRAWS)
    thresholds = [gumbel_point(column, CHANCE) for column in maxima.T]
    # Exchanged in good data, a pair would gain by being exchanged back what it loses now; where
    # its covariates move along, unless there are none.
    records = [states[-1:] for states in observed]
    shares = (
        _share(records, max(thresholds[0], LEAST)),
        float(np.mean(_neighbours(records, order, 0) <= -max(thresholds[1], LEAST))),
    )
    near = _near(observed, gains[0]), _near_neighbours(observed, order, gains[1])
    tell(1.0)
    found = [
        SwapSearch(
            *best[k],
            near[k] or (best[k][1],),
            thresholds[k],
            shares[k],
            len(maxima) == DRAWS,
            any(_cured(trait, best[k][1]) for trait in traits),
        )
        for k in range(2)
    ]
    kept = [
        _tried(swap, k, traits, observed, mixing, order, rng) if swap.found else swap
        for k, swap in enumerate(found)
    ]
    return kept[0], kept[1]


def _tried(
    swap: SwapSearch,
    kind: int,
    traits: Sequence[Fitted],
    observed: States,
    mixing: Floats,
    order: Ints,
    rng: np.random.Generator,
) -> SwapSearch:
    """With a threshold, if that is higher, by samples that have outliers as the data have them.

    None is found where one of the two fits less well after the exchange.
    """
    what = kind_of(observed, swap.pair)
    exchanged = [trait.exchanged(swap.pair, what) for trait in traits]
    better = sum(
        trait.deviations(trait.residual, swap.pair) ** 2 - trait.deviations(e, swap.pair) ** 2
        for trait, e in zip(traits, exchanged, strict=True)
    )
    if np.min(better) <= -WORSE:
        return replace(swap, threshold=max(swap.threshold, swap.gain))
    errors = with_outliers(traits, mixing, rng, OUTLYING, exchanged)
    drawn = [trait.states_of(E) for trait, E in zip(traits, errors, strict=True)]
    maxima = [
        _best_neighbours(one, order)[0] if kind else best_pair(one)[0]
        for one in zip(*drawn, strict=True)
    ]
    return replace(swap, threshold=max(swap.threshold, gumbel_point(np.array(maxima), CHANCE)))


def gumbel_point(maxima: Floats, chance: float) -> float:
    """What a maximum exceeds with this chance, by the moments of a Gumbel distribution."""
    scale = float(maxima.std(ddof=1)) * np.sqrt(6.0) / np.pi
    # As scipy.stats.gumbel_r, which takes half a second to be loaded.
    quantile = -np.log(-np.log1p(-chance)) - np.euler_gamma
    return float(maxima.mean() + scale * quantile)


def _cured(trait: Fitted, pair: tuple[int, int]) -> bool:
    """Whether two opposite outliers are ordinary values once they are exchanged."""
    indices = list(pair)
    y = trait.fixed + trait.residual
    t = trait.standardized(y)
    before = t[indices]
    if np.abs(before).min() < FAR or np.prod(before) > 0.0:
        return False
    # Where others are as far out by themselves, two that fit each other are no wonder.
    if len(beyond_tail(t, np.array(indices), FAR)) < 2:
        return False
    y[indices] = y[indices[::-1]]
    after = trait.standardized(y)[indices]
    return bool(np.abs(after).max() < CLOSE)


def _near(observed: States, gain: float) -> tuple[tuple[int, int], ...]:
    """Pairs within two units of the best, the best first."""
    found: dict[tuple[int, int], float] = {}
    if gain > 0.0:
        for kind in kinds(observed):
            for i, j, g in zip(*pairs_from(observed, kind, _beside(gain)), strict=True):
                pair = int(i), int(j)
                found[pair] = max(found.get(pair, 0.0), float(g))
    return tuple(sorted(found, key=lambda pair: -found[pair]))


def _beside(gain: float) -> float:
    return max(gain - NEAR, 0.5 * gain)


def _share(records: States, threshold: float) -> float:
    """Share of all pairs that lose more than this by being exchanged."""
    n = records[0][0][0].shape[0]
    seen = 0
    for _, table in exchange_tables(records, 0):
        width = table.shape[0]
        upper = np.triu(table[:, :width], 1)
        seen += int(np.sum(upper <= -threshold)) + int(np.sum(table[:, width:] <= -threshold))
    return float(seen / (0.5 * n * (n - 1)))


def _neighbours(observed: States, order: Ints, kind: int) -> Floats:
    """Gain of exchanging each row of the file with the next, shape (n - 1,)."""
    i, j = order[:-1], order[1:]
    total = np.zeros(i.size)
    for states in observed:
        s, a, penalty = states[min(kind, len(states) - 1)]
        d = s[j] - s[i]
        total += d * (a[j] - a[i] - d * penalty.of(i, j))
    return total


def _best_neighbours(observed: States, order: Ints) -> tuple[float, tuple[int, int]]:
    gains = np.max([_neighbours(observed, order, kind) for kind in kinds(observed)], axis=0)
    row = int(gains.argmax())
    return float(gains[row]), _pair(order, row)


def _near_neighbours(observed: States, order: Ints, gain: float) -> tuple[tuple[int, int], ...]:
    gains = np.max([_neighbours(observed, order, kind) for kind in kinds(observed)], axis=0)
    if gain <= 0.0:
        return ()
    rows = np.flatnonzero(gains >= _beside(gain))
    return tuple(_pair(order, int(row)) for row in rows[np.argsort(-gains[rows])])


def _pair(order: Ints, row: int) -> tuple[int, int]:
    i, j = sorted((int(order[row]), int(order[row + 1])))
    return i, j
