"""How likely the alleles of each of many founders are along a chromosome of their descendants."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Floats, Ints, read_only
from lmm_core.errors import LMMError
from lmm_core.simulate.cross import haldane
from lmm_data.readers.rqtl2.founders import (
    BESIDE,
    chain_of,
    founders_in,
    is_ordered,
    is_outbred,
    paired,
    pairs_of,
    tables_beside,
    tables_of_lines,
    tables_of_males,
    tables_of_pairs,
    used_of,
    what_is_needed,
    x_needs_sex,
)
from lmm_data.readers.rqtl2.genoprob import (
    LEAST_RECOMBINATION,
    GenotypeProbabilities,
    check_codes,
    posterior,
    with_pseudomarkers,
)


def founder_probabilities(
    codes: ArrayLike,
    position_cm: ArrayLike,
    cross_type: str,
    founders: ArrayLike,
    info: Sequence[tuple[int, ...]],
    *,
    is_x: bool = False,
    female: ArrayLike | None = None,
    step_cm: float = 0.0,
    error_prob: float = 1e-4,
) -> GenotypeProbabilities:
    """Probabilities of the founders' alleles on one chromosome, by a hidden Markov model along it.

    Args:
        codes: what was seen, shape (n, m), as `genotype_probabilities` takes it.
        position_cm: of the markers, ascending, shape (m,).
        cross_type: riself4, riself8, riself16, risib4, risib8, magic19, dh6, genril or genail with
            the number of founders, do, hs, ail, ail3, or with the other parent's strain last
            dof1, hsf1.
        founders: the homozygous codes of the f founders, shape (f, m): 1 or 3, else unknown.
        info: R/qtl2's `cross_info` of each individual: the order in which the founders were
            crossed, from 1, or generations, or generations and the founders' shares; empty tuples
            where the cross needs none.
        is_x: whether this is the X chromosome.
        female: of each individual, shape (n,); needed for the X of those that are not lines.
        step_cm: distance of a grid of pseudomarkers from the first marker on; 0 for none.
        error_prob: chance that a marker is seen wrongly.

    Returns:
        The same as R/qtl2's `calc_genoprob` with Haldane's map function. The genotypes are the
        founders by number, `1`, or `1/2` where there are two alleles, and `1/Y` on a male's X.

    Raises:
        LMMError: as `genotype_probabilities`, and a number of founders or cross information that is
            not the cross's.
    """
    seen, position = np.asarray(codes), np.asarray(position_cm, dtype=np.float64)
    check_codes(seen, position, step_cm, error_prob)
    alleles = np.asarray(founders)
    f, n = founders_in(cross_type), len(seen)
    if not f or alleles.shape != (f, position.size):
        raise LMMError(
            f"the cross “{cross_type}” needs the codes of {f or 'many'} founders at each marker",
            f"their shape is {alleles.shape}, and there are {position.size} markers",
        )
    used = [used_of(cross_type, each, is_x=is_x) for each in info]
    if len(used) != n or None in used:
        raise LMMError(
            f"the cross {cross_type} needs {what_is_needed(cross_type)}, for each individual",
            remedy="see R/qtl2’s “cross_info”",
        )
    outbred = is_outbred(cross_type)
    sexes = np.zeros(n, dtype=bool)
    if is_x and x_needs_sex(cross_type):
        if female is None or np.shape(female) != (n,):
            raise LMMError(
                f"the X chromosome of the cross {cross_type} needs female for each individual",
                remedy="pass it, or leave the X chromosome out",
            )
        sexes = np.asarray(female, dtype=bool)
    ordered = is_ordered(cross_type, is_x)
    groups: dict[tuple[tuple[int, ...], bool], list[int]] = {}
    for i, each in enumerate(used):
        groups.setdefault(((() if ordered else each or ()), bool(sexes[i])), []).append(i)
    states, classes = _states(f - (cross_type in BESIDE), outbred, is_x)
    everywhere, markers = with_pseudomarkers(position, step_cm)
    r = np.maximum(haldane(np.diff(everywhere)), LEAST_RECOMBINATION)
    values = np.zeros((everywhere.size, n, len(states)))
    for (shared, sex), members in groups.items():
        rows = np.array(members)
        one = chain_of(cross_type, shared, is_x=is_x, female=sex)
        start, steps = (one.start, one.steps) if not outbred or (is_x and not sex) else paired(one)
        if cross_type in BESIDE:
            seen_as = tables_beside(alleles, error_prob, one_x=is_x and not sex)
            columns = one.places
        elif not outbred:
            seen_as, columns = tables_of_lines(alleles, error_prob), one.places
        elif is_x and not sex:
            seen_as = tables_of_males(alleles, error_prob)
            columns = one.places + len(states) - f
        else:
            seen_as, columns = tables_of_pairs(alleles, error_prob), np.arange(start.size)
        tables = np.ones((everywhere.size, *seen_as.shape[1:]))
        tables[markers] = seen_as
        at = np.zeros((everywhere.size, rows.size), dtype=np.int64)
        at[markers] = seen[rows].T
        orders: Ints | None = None
        if ordered:
            orders = np.array([info[i] for i in members])[:, one.places] - 1
        made = posterior(start, steps(r), tables, at, orders)
        values[:, rows[:, np.newaxis], columns if orders is None else orders] = made
    return GenotypeProbabilities(
        position_cm=read_only(everywhere),
        markers=read_only(markers),
        states=states,
        values=read_only(values),
        classes=read_only(classes),
    )


def _states(f: int, outbred: bool, is_x: bool) -> tuple[tuple[str, ...], Floats]:
    """The genotypes, and the share of each founder's allele in them."""
    single = np.eye(f)
    names = [str(k + 1) for k in range(f)]
    if not outbred:
        return tuple(names), single
    pairs = pairs_of(f)
    states = [f"{names[a]}/{names[b]}" for a, b in pairs]
    classes = (single[pairs[:, 0]] + single[pairs[:, 1]]) / 2
    if is_x:
        states += [f"{name}/Y" for name in names]
        classes = np.concatenate([classes, single])
    return tuple(states), classes
