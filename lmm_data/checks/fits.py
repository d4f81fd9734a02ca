"""What only a fit can tell: gaps, residuals, power and labels, trait by trait and together."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeAlias

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError, KinshipError, LMMError
from lmm_core.fit import LMMFit, fit_rotated
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.progress import Progress, part_of
from lmm_core.rotation import rotate
from lmm_data.checks.cohorts import check_cohorts, kinship_split
from lmm_data.checks.finding import Finding, any_error, column_of, in_column, sentence
from lmm_data.checks.labels import MOST, check_labels, places
from lmm_data.checks.made import check_corrected
from lmm_data.checks.phenotype_checks import check_gaps, check_residuals
from lmm_data.checks.power import check_power
from lmm_data.checks.wrong_labels import check_wrong, count_wrong
from lmm_data.dataset import Dataset, Problem

# Traits are checked for labels together while they share this much of the first one's individuals.
SHARED = 0.8


Decompose: TypeAlias = Callable[[str, Floats], KinshipEigen]
"""From the fingerprint of a kinship and the kinship to its decomposition."""


def decompose_unkept(key: str, K: Floats) -> KinshipEigen:
    """`lmm_core.decompose`, for who keeps no decompositions."""
    return decompose(K)


def decompose_anyway(
    key: str, K: Floats, decomposed: Decompose = decompose_unkept
) -> tuple[KinshipEigen, bool]:
    """The decomposition, and whether negative eigenvalues had to be set to zero for it."""
    try:
        return decomposed(key, K), False
    except KinshipError:
        return decompose(K, repair="clip"), True


def check_fits(
    data: Dataset,
    traits: Sequence[str],
    covariates: Sequence[str],
    eigen: KinshipEigen | None,
    *,
    order: Sequence[str],
    where: str,
    rng: np.random.Generator,
    progress: Progress,
    decompose: Decompose,
    count_labels: bool = True,
) -> list[Finding]:
    """What only a fit can tell: gaps, residuals, power and labels.

    Args:
        data: all individuals.
        traits, covariates: columns that are to be fitted.
        eigen: of the kinship of all, where each has one record.
        order: ids in the order of the rows of the phenotype file.
        where: that file.
        rng: randomness.
        progress: called with the share of all checks that is done, from 0.3 on.
        decompose: of the kinship of those who have a trait, if that is another.
        count_labels: whether the number of wrong labels is estimated from the traits.
    """
    found: list[Finding] = []

    def add(column: str, *findings: Finding) -> None:
        found.extend(in_column(findings, column))

    eigens = {} if eigen is None else {data.kinship_fingerprint: eigen}
    m = len(traits)
    splits: dict[str, Floats | None] = {}
    problems: list[Problem] = []
    fits: list[LMMFit] = []
    for index, trait in enumerate(traits):
        if data.explains_itself(trait, covariates):
            continue
        at = column_of(where, trait)
        values = data.traits.column(trait)
        add(trait, *check_gaps(values, data.kinship, data.ids, where=at, rng=rng, traits=m))
        try:
            problem = data.problem(trait, covariates, weights="")
        except DataError as error:
            add(trait, _incomplete(error, at))
            continue
        key = problem.kinship_fingerprint
        if key not in eigens:
            eigens[key] = _decomposed(problem, decompose)
        fit = fit_rotated(rotate(eigens[key], problem.y, problem.X))
        add(trait, *check_residuals(fit, problem.ids, where=at, traits=m))
        names, X = problem.columns[1:], problem.X[:, 1:]
        add(trait, *check_corrected(problem.y, X, names, at, m))
        if problem.of is None:
            rows = places(problem.ids, order)
            if key not in splits:
                splits[key] = kinship_split(problem.K)
            add(trait, *check_cohorts(problem, fit, rows, at, splits[key], m))
        if not problems:
            add(trait, *check_power(fit.rotated, where=at))
        problems.append(problem)
        fits.append(fit)
        progress(0.3 + 0.3 * (index + 1) / len(traits))
    # Of records, neither a shift nor a swap of labels is what it is of individuals.
    if not problems or any_error(found) or data.of is not None:
        return found
    together = _shared(problems)
    found += check_labels(
        [problems[i] for i in together],
        [fits[i] for i in together],
        order=order,
        where=where,
        rng=rng,
        progress=part_of(progress, 0.6),
    )
    if count_labels and len(together) and problems[0].n <= MOST:
        # Those of the same individuals, for whom one set of distances is added up.
        same = [fits[i] for i in together if problems[i].ids == problems[0].ids]
        told = [fit for fit in same if fit.maxima and fit.status != "unbounded"]
        found += check_wrong(count_wrong(told, np.random.default_rng(1)), where)
    return found


def _decomposed(problem: Problem, decompose: Decompose) -> KinshipEigen:
    """Of the kinship of those who have a trait; of records it is not written out if it may be."""
    if problem.of is not None:
        with suppress(LMMError):
            return problem.decomposed()
    return decompose_anyway(problem.kinship_fingerprint, problem.K, decompose)[0]


def _shared(problems: Sequence[Problem]) -> list[int]:
    """Indices of problems that leave most of the first one's individuals in common."""
    together, left = [0], set(problems[0].ids)
    for index, problem in enumerate(problems[1:], start=1):
        both = left & set(problem.ids)
        if len(both) >= SHARED * problems[0].n:
            together.append(index)
            left = both
    return together


def _incomplete(error: DataError, where: str) -> Finding:
    return Finding(
        "phenotype_incomplete",
        "error",
        where,
        "Too few with every value",
        sentence(error.statement),
        "Only individuals with the phenotype and all covariates can be fitted.",
        "Use fewer covariates, or another trait.",
    )
