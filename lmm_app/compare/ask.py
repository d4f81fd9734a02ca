"""Which two fits are asked for: the one of the sidebar, and one that differs in one thing; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lmm_app.fit.text import number
from lmm_core import LMMError
from lmm_core.arrays import Floats, read_only
from lmm_data.dataset import MIN_INDIVIDUALS, Dataset, Problem
from lmm_data.preparation.design import columns_of
from lmm_data.records import key_of, subset

Kind: TypeAlias = Literal["covariate", "methods", "traits", "scales"]
Scale: TypeAlias = Literal["doubled", "halved", "unit", "centred"]
KINDS: dict[Kind, str] = {
    "covariate": "A covariate in or out",
    "methods": "ML and REML",
    "traits": "Two traits",
    "scales": "Two scales of K",
}
SCALES: dict[Scale, str] = {
    "doubled": "doubled",
    "halved": "halved",
    "unit": "mean diagonal 1",
    "centred": "centred",
}
# A K that centring changes by no more than this, relative to its largest entry, was centred.
CENTRED = 1e-9
# A mean diagonal this near to 1 is 1 to four digits.
UNIT = 5e-5


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for.

    Attributes:
        trait, covariates, method: fit A.
        kind: in what B differs.
        which: the covariate that is put in or taken out, the other trait, or the other scale.
        common: whether both are fitted to the individuals that both could have.
    """

    trait: str
    covariates: tuple[str, ...]
    method: str
    kind: Kind
    which: str = ""
    common: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is to be fitted.

    Attributes:
        ask: what was asked for.
        a, b: both problems.
        methods: of A and of B.
        factor: what K of B is K of A times; None if it is not K times a number.
        differs: the columns that one has and the other lacks; of categories there are several.
        only_a, only_b: whose values one has and the other lacks, also where both were then fitted
            to the common ones.
    """

    ask: Ask
    a: Problem
    b: Problem
    methods: tuple[str, str]
    factor: float | None = 1.0
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()

    @property
    def out(self) -> bool:
        """Whether a covariate of A is missing in B, rather than one more in B."""
        return set(self.differs) <= set(self.ask.covariates)

    @property
    def same_individuals(self) -> bool:
        """Whether both are fitted to the same records."""
        return self.ask.common or not (self.only_a or self.only_b)


def plan(dataset: Dataset, ask: Ask) -> Plan:
    """The two problems.

    Raises:
        LMMError: one of them cannot be fitted: a name that there is not, a trait among its own
            covariates, too few individuals, or a K that has nothing to scale.
    """
    other = {"ML": "REML", "REML": "ML"}[ask.method]
    a = dataset.problem(ask.trait, ask.covariates)
    if ask.kind == "methods":
        return Plan(ask, a, a, (ask.method, other))
    methods = ask.method, ask.method
    if ask.kind == "scales":
        b, factor = on_scale(a, ask.which)
        return Plan(ask, a, b, methods, factor)
    trait, covariates = ask.trait, ask.covariates
    if ask.kind == "traits":
        trait = ask.which
    else:
        covariates = toggled(dataset, covariates, ask.which)
    b = dataset.problem(trait, covariates)
    in_a, in_b = (
        _complete(dataset, *of) for of in ((ask.trait, ask.covariates), (trait, covariates))
    )
    both = in_a & in_b
    if ask.common:
        if both.sum() < MIN_INDIVIDUALS:
            raise LMMError(
                f"at least {MIN_INDIVIDUALS} individuals must have the values of both fits",
                f"{both.sum()} have",
                "compare other fits, or each with its own individuals",
            )
        a, b = _restricted(a, both[in_a]), _restricted(b, both[in_b])
    only_a, only_b = (
        tuple(dataset.ids[i] for i in np.flatnonzero(one & ~both)) for one in (in_a, in_b)
    )
    columns = dict.fromkeys([*ask.covariates, *covariates])
    shared = {*ask.covariates} & {*covariates}
    differs = tuple(column for column in columns if column not in shared)
    return Plan(ask, a, b, methods, 1.0, only_a, only_b, differs)


def offered(dataset: Dataset, trait: str) -> dict[str, tuple[str, ...]]:
    """The covariates that can be put in or taken out, each with its columns of X.

    Those of categories come as one, since one level alone asks another question.
    """
    made = {} if dataset.terms is None else dataset.terms.spread
    group = {column: name for name, columns in made.items() for column in columns}
    names = dict.fromkeys(group.get(column, column) for column in dataset.covariates.columns)
    found = {name: columns_of(dataset, [name]) for name in names}
    return {
        name: columns
        for name, columns in found.items()
        if not any(dataset.explains_itself(trait, [column]) for column in columns)
    }


def toggled(dataset: Dataset, chosen: Sequence[str], name: str) -> tuple[str, ...]:
    """The covariates without one that is among them, if in part, or with it, in order."""
    columns = columns_of(dataset, [name])
    wanted = {*chosen}
    wanted = wanted - {*columns} if {*columns} & wanted else wanted | {*columns}
    known = dict.fromkeys([*dataset.covariates.columns, *chosen, *columns])
    return tuple(one for one in known if one in wanted)


def on_scale(problem: Problem, scale: str) -> tuple[Problem, float | None]:
    """The same problem with another K, and how many times as large that is; None if centred.

    Raises:
        LMMError: a K whose diagonal is zero cannot be given a mean diagonal of 1.
    """
    K, of = problem.relationship, problem.of
    factor: float | None = None
    if scale == "centred":
        share = np.full(len(K), 1.0 / len(K)) if of is None else np.bincount(of) / len(of)
        other = centred(K, share)
        if np.abs(other - K).max() <= CENTRED * np.abs(K).max():
            return problem, 1.0
    else:
        factor = _factor(problem, scale)
        if scale == "unit" and abs(factor - 1.0) < UNIT:
            return problem, 1.0
        other = factor * K
    other = read_only(other)
    return (
        replace(problem, relationship=other, kinship_fingerprint=key_of(other, of)),
        factor,
    )


def centred(K: Floats, share: Floats) -> Floats:
    """K less what all have in common: the kinship of deviations from the mean of the records.

    Args:
        K: kinship of the individuals, shape (k, k).
        share: of the records, how many are each individual's, shape (k,); they sum to 1.
    """
    mean = K @ share
    deviation: Floats = K - (mean[:, np.newaxis] + mean) + share @ mean
    return deviation


def _factor(problem: Problem, scale: str) -> float:
    if scale != "unit":
        return {"doubled": 2.0, "halved": 0.5}[scale]
    diagonal = np.diagonal(problem.relationship)
    mean = float(np.mean(diagonal if problem.of is None else diagonal[problem.of]))
    if not mean > 0.0:
        raise LMMError(
            "K can be given a mean diagonal of 1 only if its own is above 0",
            f"it is {number(mean)}",
        )
    return 1.0 / mean


def _complete(dataset: Dataset, trait: str, covariates: Sequence[str]) -> NDArray[np.bool_]:
    """Which records have the trait and all covariates, shape (n,)."""
    columns = [dataset.traits.column(trait), *map(dataset.covariates.column, covariates)]
    return np.asarray(~np.isnan(np.column_stack(columns)).any(axis=1))


def _restricted(problem: Problem, keep: NDArray[np.bool_]) -> Problem:
    """A problem of some of its records only."""
    if keep.all():
        return problem
    K, of = subset(problem.relationship, problem.of, keep)
    return replace(
        problem,
        ids=tuple(problem.ids[i] for i in np.flatnonzero(keep)),
        y=read_only(problem.y[keep]),
        X=read_only(problem.X[keep]),
        relationship=K,
        of=of,
        kinship_fingerprint=key_of(K, of),
    )
