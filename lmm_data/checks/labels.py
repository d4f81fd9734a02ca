"""Labels that may belong to others: values moved by some rows, or two labels swapped."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from lmm_core.arrays import Floats, Ints
from lmm_core.errors import count, in_digits
from lmm_core.fit import LMMFit, fit_rotated
from lmm_core.kinship import decompose
from lmm_core.progress import Progress, part_of
from lmm_core.rotation import rotate
from lmm_data.checks.finding import Finding, named
from lmm_data.checks.relatives import REPLICATED, clone_groups, correlations, is_replicated
from lmm_data.checks.shifts import ShiftSearch, search_shifts
from lmm_data.checks.swaps import SwapSearch, search_swaps
from lmm_data.dataset import MIN_INDIVIDUALS, Problem

# Tables of pairs take 24 bytes a pair and trait: 600 MB for so many, and individuals at most.
MOST_PAIRS, MOST = 2.5e7, 4000
# Nothing is told from fewer contrasts than this.
FEWEST = 8
UNSEEN = "A swap between individuals with similar values, or of one family, cannot be seen."


def check_labels(
    problems: Sequence[Problem],
    fits: Sequence[LMMFit],
    *,
    order: Sequence[str] | None = None,
    where: str = "labels",
    rng: np.random.Generator | None = None,
    progress: Progress | None = None,
) -> tuple[Finding, ...]:
    """Whether the values, moved by some rows or exchanged between two, fit the kinship better.

    Traits are taken together, over the individuals that have all of them: what one trait cannot
    show, several may.

    Args:
        problems: one trait or several of the same dataset.
        fits: their REML fits.
        order: ids in the order of the rows of the phenotype file, others allowed; that of the
            problem by default. A move is looked for in this order.
        where: the file of the phenotypes.
        rng: randomness of the samples without a swap; `numpy.random.default_rng(0)` by default.
        progress: called with the share of the work that is done.
    """
    tell = part_of(progress)
    rng = np.random.default_rng(0) if rng is None else rng
    n = min(problem.n for problem in problems)
    if n > MOST:
        return (_large(where, n),)
    most = max(1, int(MOST_PAIRS / n**2))
    ids, ready = _together(problems[:most], fits[:most])
    ready = [fit for fit in ready if fit.maxima and fit.status != "unbounded"]
    if n < FEWEST or any(fit.n - fit.p < FEWEST for fit in ready):
        return ()
    # Where ĥ is 0 a shift may be why, but exchanging two shows by the covariates at most.
    telling = [fit for fit in ready if fit.h2 > 0.0 or fit.p > 1]
    tell(0.2)
    indices = places(ids, order)
    shift = search_shifts(ready, indices, rng=rng) if ready else None
    tell(0.4)
    moved = shift if shift is not None and shift.found else None
    if moved is not None and not telling:
        return (_shifted(moved, [ids[i] for i in indices], where),)
    if not telling:
        return (_blind(where, [problem.trait for problem in problems[:most]]),)
    searches = search_swaps(telling, indices, rng=rng, progress=part_of(tell, 0.4))
    # Of any two and two neighbours, what stands out more.
    found = max((swap for swap in searches if swap.found), key=lambda s: s.margin, default=None)
    # Two labels exchanged look like a move of few rows as well: what fits better is said.
    if moved is not None and (found is None or found.gain <= moved.gain):
        return (_shifted(moved, [ids[i] for i in indices], where),)
    return (_clear(*searches, where) if found is None else _swapped(found, ids, where),)


def check_clones(
    K: Floats,
    ids: Sequence[str],
    columns: Sequence[str],
    values: Floats,
    *,
    where: str = "covariates",
    same: Sequence[Sequence[str]] | None = None,
) -> Iterator[Finding]:
    """Clones that differ in what clones share, such as sex.

    Not where clones are the design, as in inbred strains.

    Args:
        K: kinship, shape (n, n).
        ids: the individuals.
        columns: names of covariates.
        values: shape (n, c), NaN where missing; columns of two values are looked at.
        same: the groups of clones by their genotypes; None to find them by the kinship.
    """
    design = False
    if same is None:
        R = correlations(K)
        groups, by, design = clone_groups(R), "K", is_replicated(R)
    else:
        row = {label: i for i, label in enumerate(ids)}
        groups = tuple(tuple(row[label] for label in group if label in row) for group in same)
        by = "what both have"
    if design or sum(map(len, groups)) > REPLICATED * len(ids):
        return
    differing: dict[str, list[tuple[int, int]]] = {}
    for column, x in zip(columns, values.T, strict=True):
        if np.unique(x[~np.isnan(x)]).size != 2:
            continue
        pairs = [
            (i, j)
            for group in groups
            for i, j in pairwise(group)
            if not np.isnan(x[i] + x[j]) and x[i] != x[j]
        ]
        if pairs:
            differing[column] = pairs
    if differing:
        yield _differing(differing, ids, where, by)


def _together(
    problems: Sequence[Problem], fits: Sequence[LMMFit]
) -> tuple[tuple[str, ...], list[LMMFit]]:
    """The individuals that have every trait, and a fit of each trait to them."""
    shared = set(problems[0].ids).intersection(*(problem.ids for problem in problems[1:]))
    whole = all(len(shared) == problem.n for problem in problems)
    if whole:
        return problems[0].ids, list(fits)
    if len(shared) < MIN_INDIVIDUALS:
        return problems[0].ids, []
    rows = [[i for i, label in enumerate(p.ids) if label in shared] for p in problems]
    ids = tuple(problems[0].ids[i] for i in rows[0])
    # Of those who have every trait, if some trait has no others.
    eigen = next((fit.eigen for fit in fits if fit.n == len(shared)), None)
    if eigen is None:
        eigen = decompose(problems[0].K[np.ix_(rows[0], rows[0])])
    refitted = [
        fit_rotated(rotate(eigen, problem.y[keep], problem.X[keep]))
        for problem, keep in zip(problems, rows, strict=True)
    ]
    return ids, refitted


def places(ids: Sequence[str], order: Sequence[str] | None) -> Ints:
    """Indices of the individuals, in the order of the file's rows."""
    if order is None:
        return np.arange(len(ids))
    row = {label: i for i, label in enumerate(order)}
    return np.argsort([row.get(label, len(row)) for label in ids], kind="stable")


def _shifted(shift: ShiftSearch, ids: Sequence[str], where: str) -> Finding:
    rows = count(abs(shift.step), "row")
    way = "down" if shift.step > 0 else "up"
    first, last = ids[shift.first], ids[shift.last]
    which = "all values" if shift.whole else f"the values from “{first}” to “{last}”"
    return Finding(
        "labels_shift",
        "warning",
        where,
        f"Values {rows} too {'high' if shift.step > 0 else 'low'}",
        f"With {which} moved {way} by {rows}, the log-likelihood is higher by "
        f"{in_digits(shift.gain)}; {in_digits(shift.threshold)} would be rare by chance.",
        "Relatives are more alike that way: the ids and the values may have slipped against "
        "each other.",
        "Compare a few rows with the original record, and look for a deleted or an added cell.",
        () if shift.whole else (first, last),
        shift.gain,
    )


def _swapped(swap: SwapSearch, ids: Sequence[str], where: str) -> Finding:
    i, j = swap.pair
    pair = (ids[i], ids[j])
    others = len(swap.near) - 1
    alike = f" {count(others, 'other pair')} fit almost as well." if others else ""
    return Finding(
        "labels_swap",
        "warning",
        where,
        "Two labels may be swapped",
        f"With the values of {named(pair[:1])} and {named(pair[1:])} exchanged, the "
        f"log-likelihood is higher by {in_digits(swap.gain)}; {swap.threshold:.1f} would be rare "
        f"by chance.{alike}",
        f"Each fits the other’s place better than its own. {UNSEEN}",
        "Look both up in the record; do not exchange them on this evidence alone.",
        pair,
        swap.gain,
    )


def _clear(swap: SwapSearch, neighbours: SwapSearch, where: str) -> Finding:
    return Finding(
        "labels_clear",
        "note",
        where,
        "No swap or shift of labels was seen",
        f"Of all swaps of two labels, {_share(swap.power)} would be seen in these data; of swaps "
        f"of neighbouring rows, {_share(neighbours.power)}.",
        UNSEEN,
        "Nothing needs doing; with more traits, or a higher h, more would be seen.",
        value=swap.power,
    )


def _share(share: float) -> str:
    return "hardly any" if share < 0.005 else f"about {share:.0%}" if share < 0.995 else "all"


def _blind(where: str, traits: Sequence[str]) -> Finding:
    return Finding(
        "labels_unseen",
        "note",
        where,
        "Labels cannot be checked",
        f"ĥ is 0 or unknown for {named(traits)}.",
        "Labels show by relatives being alike, and no relatives are alike in this.",
        "Nothing needs doing; if h should be large, the ids may be in another order altogether.",
        value=0.0,
    )


def _large(where: str, n: int) -> Finding:
    return Finding(
        "labels_large",
        "note",
        where,
        "Labels were not checked",
        f"{n:,} individuals have {n * (n - 1) // 2:,} pairs; up to {MOST:,} individuals are "
        "looked at.",
        "A swap or a shift of labels would not be noticed.",
        "Check the families one population at a time.",
        value=float(n),
    )


def _differing(
    differing: Mapping[str, Sequence[tuple[int, int]]], ids: Sequence[str], where: str, by: str
) -> Finding:
    pairs = tuple(dict.fromkeys(pair for found in differing.values() for pair in found))
    labels = tuple(dict.fromkeys(ids[index] for pair in pairs for index in pair))
    columns = list(differing)
    i, j = differing[columns[0]][0]
    others = f" and {count(len(columns) - 1, 'more column')}" if len(columns) > 1 else ""
    more = f", and {count(len(pairs) - 1, 'more pair')}" if len(pairs) > 1 else ""
    return Finding(
        "labels_clones_differ",
        "warning",
        where,
        f"Clones that differ in {columns[0]}{others}",
        f"“{ids[i]}” and “{ids[j]}” have the same genotypes, by {by}, but differ in "
        f"{columns[0]}{more}.",
        "True twins share what is inherited, such as sex. If a sample was typed twice, a phenotype "
        "is attributed to the wrong relatives.",
        "Find out whose sample it is, or leave both out.",
        labels,
        float(len(pairs)),
    )
