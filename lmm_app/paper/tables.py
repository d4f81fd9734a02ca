"""A fit as comma-separated text: what went into it, and everything that was drawn of it."""

import numpy as np

from lmm_app.fit.view import View
from lmm_core import LMMFit, se_h2, wls
from lmm_core.arrays import Floats
from lmm_data.dataset import Problem
from lmm_data.written import csv_text, numbers_csv

METHODS = ("ML", "REML")
# What is told of an evaluation: the fields of `TraceStep`.
STEP = tuple("iteration procedure h2 loglik lower upper best_h2 best_loglik".split())


def phenotype(problem: Problem) -> str:
    """The trait of the individuals that were fitted."""
    return numbers_csv(problem.ids, (problem.trait,), problem.y[:, np.newaxis])


def covariates(problem: Problem) -> str | None:
    """The columns of X after the intercept, or None if there is no other."""
    names = problem.columns[1:]
    return numbers_csv(problem.ids, names, problem.X[:, 1:]) if names else None


def kinship(problem: Problem) -> str:
    """K of the individuals that were fitted, with their ids on both sides."""
    ids = tuple(dict.fromkeys(problem.ids))
    return numbers_csv(ids, ids, problem.relationship)


def estimates(view: View) -> str:
    """Every estimate by ML and by REML."""
    rows: list[tuple[object, ...]] = []
    for name in ("h2", "sigma2_g", "sigma2_e", "sigma2", "loglik", "n", "p", "n_eval", "status"):
        rows.append((name, *(getattr(view.fit(method), name) for method in METHODS)))
    intervals = [view.methods[method].interval for method in METHODS]
    for end in ("lower", "upper"):
        ends = [getattr(found, end) if found else np.nan for found in intervals]
        rows.append((f"h2 95% {end}", *ends))
    rows.append(("se h2", *(se_h2(view.fit(method)) for method in METHODS)))
    for j, column in enumerate(view.problem.columns):
        rows.append((f"beta {column}", *(view.fit(method).beta[j] for method in METHODS)))
        rows.append((f"se beta {column}", *(view.fit(method).se_beta[j] for method in METHODS)))
    return csv_text(("estimate", *METHODS), rows)


def profile(view: View) -> str:
    """Both profile log-likelihoods on the grid that is drawn."""
    columns = [view.profile("ML").h2, *(view.profile(method).loglik for method in METHODS)]
    return csv_text(
        ("h2", *(f"loglik {method}" for method in METHODS)), np.column_stack(columns).tolist()
    )


def trace(view: View) -> str:
    """Every evaluation of both searches, in order."""
    return csv_text(
        ("method", "evaluation", *(name.replace("_", " ") for name in STEP[1:])),
        (
            (method, *(getattr(step, name) for name in STEP))
            for method in METHODS
            for step in view.fit(method).trace
        ),
    )


def rotated(view: View) -> str:
    """One row an eigen-direction: its eigenvalue, its weight at each ĥ, and U'y and U'X."""
    data = view.reml.rotated
    names = [view.problem.columns[j] for j in data.kept]
    return csv_text(
        (
            "eigenvalue",
            *(f"weight {method}" for method in METHODS),
            "rotated y",
            *(f"rotated {name}" for name in names),
        ),
        np.column_stack(
            [data.values, *(_weights(view.fit(method)) for method in METHODS), data.y, data.X]
        ).tolist(),
    )


def _weights(fit: LMMFit) -> Floats:
    if not fit.maxima:
        return np.full(fit.n, np.nan)
    return wls(fit.rotated, fit.h2).weights
