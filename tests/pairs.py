"""Pairs of fits for the tests of words and pictures: of every kind, for every kind of answer."""

from dataclasses import replace
from functools import cache

import numpy as np

from lmm_app.compare.ask import Ask, Plan, on_scale, plan
from lmm_app.compare.pair import Pair, pair_of
from lmm_app.fit.view import build_view
from lmm_data.dataset import Dataset, align
from lmm_data.tables import Table
from tests.odd_views import sibs, view, view_of


def dataset(n_missing: int = 0, *, h2: float = 0.6, seed: int = 3, families: int = 20) -> Dataset:
    """Families of three sibs, two traits, two covariates; of each some values may be missing."""
    rng = np.random.default_rng(seed)
    K = sibs(families, 3)
    n = len(K)
    ids = tuple(f"i{k}" for k in range(n))
    sex = rng.integers(0, 2, n).astype(float)
    age = rng.standard_normal(n)
    root = np.linalg.cholesky(h2 * K + (1 - h2) * np.eye(n))
    y = np.column_stack([root @ rng.standard_normal(n), root @ rng.standard_normal(n)])
    y[:, 0] += 0.9 * sex
    X = np.column_stack([sex, age, 2.0 * sex - 1.0])
    if n_missing:
        y[:n_missing, 0], y[-n_missing:, 1] = np.nan, np.nan
        X[3 : 3 + n_missing, 1] = np.nan
    return align(
        "sibs",
        Table("pheno.csv", ids, ("weight", "height"), y),
        Table("kinship.csv", ids, ids, K),
        Table("covar.csv", ids, ("sex", "age", "again"), X),
    )


def fitted(found: Plan) -> Pair:
    """A plan, fitted."""
    a, b = (build_view(one, one.decomposed()) for one in (found.a, found.b))
    return pair_of(found, a, b)


def pair(data: Dataset, kind: str, which: str = "", method: str = "REML", **more) -> Pair:
    """The pair of the trait `weight` with sex, or with other covariates."""
    covariates = more.pop("covariates", ("sex",))
    return fitted(plan(data, Ask("weight", covariates, method, kind, which, **more)))


@cache
def odd_pair(kind: str, other: str, method: str) -> Pair:
    """A fit of `KINDS` beside one that differs from it: in a covariate, the method, and so on.

    Args:
        kind: of the fit.
        other: in what B differs: `covariate`, `methods`, `traits` or a scale of K.
        method: of A.
    """
    problem = view(kind).problem
    columns = problem.columns[1:]
    rng = np.random.default_rng(7)
    if other == "methods":
        ask = Ask(problem.trait, columns, method, "methods")
        swapped = "ML" if method == "REML" else "REML"
        return pair_of(Plan(ask, problem, problem, (method, swapped)), view(kind), view(kind))
    if other == "covariate":
        noise = rng.standard_normal(problem.n)
        b = replace(
            problem,
            X=np.column_stack([problem.X, noise]),
            columns=(*problem.columns, "noise"),
        )
        ask = Ask(problem.trait, columns, method, "covariate", "noise")
        factor = 1.0
    elif other == "traits":
        b, factor = replace(problem, y=rng.standard_normal(problem.n), trait="other"), 1.0
        ask = Ask(problem.trait, columns, method, "traits", "other")
    else:
        b, factor = on_scale(problem, other)
        ask = Ask(problem.trait, columns, method, "scales", other)
    differs = ("noise",) if other == "covariate" else ()
    found = Plan(ask, problem, b, (method, method), factor, differs=differs)
    return pair_of(found, view(kind), view_of(b))
