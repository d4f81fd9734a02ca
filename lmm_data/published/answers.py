"""Our number for each published one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from lmm_core import (
    KinshipEigen,
    LMMFit,
    decompose,
    decompose_records,
    fit_rotated,
    interval_h2,
    rotate,
    wls,
)
from lmm_core.arrays import Brief, Floats
from lmm_core.certainty import contrasts, sample_estimates
from lmm_core.conventions import log_likelihood_as
from lmm_core.likelihood import likelihood_terms
from lmm_core.race import run
from lmm_data.dataset import Problem
from lmm_data.predictions import predict_everyone
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.design import columns_of
from lmm_data.preparation.preparing import Prepared, prepare
from lmm_data.published.entries import Model, Published


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Opened(Brief):
    """A model of the shelf, fitted.

    Attributes:
        model: as it is on the shelf.
        prepared: its files, read as anybody's are.
        problem: y, X and K.
        fit: the fit, by the model's method.
        h2, sigma2: h and v, estimated or as the model has them known.
    """

    model: Model
    prepared: Prepared
    problem: Problem
    fit: LMMFit
    h2: float
    sigma2: float


@cache
def open_model(model: Model) -> Opened:
    """Read a model's files, as a user's are, and fit it."""
    choices = Choices(from_phenotypes=model.use, factors=model.factors, everyone=True)
    prepared = prepare(dict(model.files), choices)
    dataset = prepared.require_dataset()
    columns = columns_of(dataset, model.use)
    problem = dataset.problem(model.trait, columns, weights=model.weights)
    eigen = _mixed(model, prepared, problem) if model.second else problem.decomposed()
    fit = fit_rotated(rotate(eigen, problem.y, problem.X), reml=model.reml)
    h2, sigma2 = fit.h2, fit.sigma2
    if model.known:
        sigma2 = model.known["sigma2_g"] + model.known["sigma2_e"]
        h2 = model.known["sigma2_g"] / sigma2
    return Opened(model, prepared, problem, fit, h2, sigma2)


def _mixed(model: Model, prepared: Prepared, problem: Problem) -> KinshipEigen:
    """The decomposition of ρK₁ + (1-ρ)K₂, at the ρ that is highest."""
    second = np.eye(problem.individuals)
    if model.second != "individuals":
        table = prepared.phenotypes
        assert table is not None
        assert table.ids is not None
        value_of = dict(zip(table.ids, table.column(model.second), strict=True))
        values = np.array([value_of[one] for one in problem.ids])
        second = (values[:, np.newaxis] == values).astype(np.float64)
    K = model.rho * problem.relationship + (1.0 - model.rho) * second
    return decompose(K) if problem.of is None else decompose_records(K, problem.of)


def answer(model: Model, number: Published) -> float:
    """Our number for one of a model's."""
    if number.ours in WITHOUT_DATA:
        return float(WITHOUT_DATA[number.ours](number.of))
    return float(QUANTITIES[number.ours](open_model(model), number.of))


def _combined(at: Opened, of: Mapping[str, float]) -> Floats:
    columns = list(at.problem.columns)
    c = np.zeros(len(columns))
    for name, times in of.items():
        c[columns.index(name)] = times
    return c


def _standard_error(at: Opened, of: Mapping[str, float]) -> float:
    c = _combined(at, of)
    covariance = at.sigma2 * wls(at.fit.rotated, at.h2).unscaled_covariance
    return float(np.sqrt(c @ covariance @ c))


def _predicted(at: Opened, individual: str) -> tuple[float, float, float]:
    """Breeding value, error variance and reliability of anybody in the kinship."""
    ids, found = predict_everyone(at.prepared, at.problem, at.fit, h2=at.h2, sigma2=at.sigma2)
    i = ids.index(individual)
    return float(found.u[i]), float(found.prediction_variance[i]), float(found.reliability[i])


def _log_likelihood_at(at: Opened, of: Mapping[str, float]) -> float:
    """The log-likelihood at both variances, not at the best v, in ASReml's convention."""
    v = of["sigma2_g"] + of["sigma2_e"]
    terms = likelihood_terms(at.fit.rotated, np.array([of["sigma2_g"] / v]))
    df = at.fit.n - at.fit.p
    twice = df * np.log(v) + terms.log_det_d[0] + terms.rss[0] / v + terms.log_det_xtwx[0]
    return float(-0.5 * twice)


def _step(at: Opened, of: Mapping[str, Any]) -> float:
    kinship = at.prepared.kinship
    assert kinship is not None
    found = run(
        contrasts(at.fit.rotated),
        of["by"],
        (of["sigma2_g"], of["sigma2_e"]),
        effects=len(kinship.values),
        tolerance=0.0,
        max_steps=of["times"],
    ).trace[-1]
    return (found.sigma2_g, found.sigma2_e)[of["part"]]


def _variance_ratio(at: Opened) -> tuple[float, float]:
    """F of the contrasts with genetic variance against those without, and its p.

    References:
        Harville & Fenech 1985, Biometrics 41:137.
    """
    from scipy.special import fdtrc

    pairs = contrasts(at.fit.rotated)
    genetic = pairs.values > 0.0
    r, rest = int(genetic.sum()), pairs.df - int(genetic.sum())
    between, within = np.sum(pairs.z[genetic] ** 2) / r, np.sum(pairs.z[~genetic] ** 2) / rest
    return float(between / within), float(fdtrc(r, rest, between / within))


def _share_at_zero(of: Mapping[str, Any]) -> float:
    """Of samples from a balanced one-way layout with h = 0, the share with an estimate of 0."""
    groups, each = of["groups"], of["each"]
    eigen = decompose_records(np.eye(groups), np.repeat(np.arange(groups), each))
    y = np.random.default_rng(0).standard_normal(groups * each)
    rng = np.random.default_rng([groups, each])
    pairs = contrasts(rotate(eigen, y))
    return sample_estimates(pairs, 0.0, reml=of["reml"], rng=rng).at_zero


Quantity = Callable[[Opened, Any], float]
QUANTITIES: Mapping[str, Quantity] = MappingProxyType(
    {
        "h2": lambda at, of: at.fit.h2,
        "sigma2_g": lambda at, of: at.fit.sigma2_g,
        "sigma2_1": lambda at, of: at.fit.sigma2_g * at.model.rho,
        "sigma2_2": lambda at, of: at.fit.sigma2_g * (1.0 - at.model.rho),
        "sigma2_e": lambda at, of: at.fit.sigma2_e,
        "sd_g": lambda at, of: at.fit.sigma2_g**0.5,
        "sd_e": lambda at, of: at.fit.sigma2_e**0.5,
        # The mean square between groups of so many.
        "msb": lambda at, of: at.fit.sigma2_e + of * at.fit.sigma2_g,
        "mean": lambda at, of: float(_combined(at, of) @ wls(at.fit.rotated, at.h2).beta),
        "se": _standard_error,
        "loglik": lambda at, of: at.fit.loglik,
        "loglik asreml": lambda at, of: log_likelihood_as(at.fit, "asreml"),
        "loglik lme4": lambda at, of: log_likelihood_as(at.fit, "lme4"),
        "minus2 sas": lambda at, of: -2.0 * log_likelihood_as(at.fit, "lme4"),
        "loglik at": _log_likelihood_at,
        "step": _step,
        "u": lambda at, of: _predicted(at, of)[0],
        "sep": lambda at, of: _predicted(at, of)[1] ** 0.5,
        "reliability": lambda at, of: _predicted(at, of)[2],
        "F": lambda at, of: _variance_ratio(at)[0],
        "p of F": lambda at, of: _variance_ratio(at)[1],
        "pivot lower": lambda at, of: interval_h2(at.fit, level=of, method="pivot").lower,
        "pivot upper": lambda at, of: interval_h2(at.fit, level=of, method="pivot").upper,
    }
)
WITHOUT_DATA: Mapping[str, Callable[[Any], float]] = MappingProxyType(
    {"share at zero": _share_at_zero}
)
