"""Views for the tests of words and pictures: one for each kind of answer a fit can give."""

from functools import cache

import numpy as np

from lmm_app.fit.view import View, build_view
from lmm_core import decompose
from lmm_data.dataset import Problem, align
from lmm_data.readers.text.csv import read_kinship, read_table
from lmm_data.tables import Table
from tests.places import REFERENCE


def make_problem(y, K, covariates=None, trait="trait") -> Problem:
    """The problem of these arrays; covariates by name."""
    ids = tuple(f"i{place}" for place in range(len(y)))
    covariates = covariates or {}
    names = tuple(covariates)
    columns = np.column_stack([np.empty((len(y), 0)), *covariates.values()])
    return align(
        "made up",
        Table("pheno.csv", ids, (trait,), np.array(y, dtype=float)[:, np.newaxis]),
        Table("kinship.csv", ids, ids, np.array(K, dtype=float)),
        Table("covar.csv", ids, names, columns),
    ).problem(trait, names)


def view_of(problem: Problem) -> View:
    return build_view(problem, decompose(problem.K))


def sibs(families: int, size: int, kin: float = 0.5):
    """Kinship of families of full sibs."""
    return np.kron(np.eye(families), np.full((size, size), kin) + (1 - kin) * np.eye(size))


def _reference(name: str, covariates: bool = False) -> Problem:
    folder = REFERENCE / name
    covar = read_table(folder / "covar.csv") if covariates else None
    data = align(
        name, read_table(folder / "pheno.csv"), read_kinship(folder / "kinship.csv"), covar
    )
    return data.problem(data.traits.columns[0], data.covariates.columns)


def _centred(n: int):
    return np.eye(n) - 1.0 / n


def _families(seed: int = 5, families: int = 15, size: int = 4) -> Problem:
    rng = np.random.default_rng(seed)
    K = sibs(families, size)
    n = len(K)
    sex = rng.integers(0, 2, n).astype(float)
    y = 3.0 + 0.8 * sex + np.linalg.cholesky(0.7 * K + 0.3 * np.eye(n)) @ rng.standard_normal(n)
    return make_problem(y, K, {"sex": sex}, trait="weight")


def _twins(alike: bool) -> Problem:
    """Two records of one individual among sibs: with the same y, or with different ones."""
    rng = np.random.default_rng(2)
    K = sibs(6, 3)
    K[0, :], K[:, 0] = K[1, :], K[:, 1]
    K[0, 0] = 1.0
    y = rng.standard_normal(18)
    y[0] = y[1] if alike else y[1] + 1.0
    return make_problem(y, K)


def _climbing() -> Problem:
    """y follows the one direction that K, centred, has: ML climbs all the way to h = 1."""
    z = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 0.0])
    return make_problem(10 * z + 0.0, np.outer(z, z) + 1e-3 * _centred(6))


_N = 12
_LINE = np.arange(_N, dtype=float)
_PROBLEMS = {
    "interior": _families,
    "tiny": lambda: _reference("tiny12", covariates=True),
    "two hills": lambda: _reference("bimodal30"),
    "unbounded": lambda: _reference("centred200"),
    "unbounded, no maximum": _climbing,
    "unbounded, both": lambda: _twins(alike=True),
    "minus infinity at 1": lambda: _twins(alike=False),
    "lower boundary": lambda: make_problem(np.tile([1.0, -1.0], 6), sibs(6, 2)),
    "upper boundary": lambda: make_problem([1.0, 1.2, 3.1, 2.9], sibs(2, 2)),
    "flat: K = I": lambda: make_problem(_LINE**2, np.eye(_N)),
    "flat: K = 2I": lambda: make_problem(_LINE**2, 2 * np.eye(_N), {"line": _LINE}),
    "flat: one family": lambda: make_problem(_LINE**2, sibs(1, _N)),
    "flat: constant": lambda: make_problem(np.full(_N, 7.0), sibs(4, 3)),
    "flat: all zero": lambda: make_problem(np.zeros(_N), sibs(4, 3)),
    "flat: n = 3, p = 2": lambda: make_problem([1, 2, 4], sibs(1, 3), {"a": np.array([0, 0, 1.0])}),
    "flat: n = 3, p = 3": lambda: make_problem(
        [1, 2, 4], sibs(1, 3), {"a": np.array([0, 0, 1.0]), "b": np.array([0, 1.0, 0])}
    ),
    "n = 3": lambda: make_problem([1.0, 1.1, 4.0], [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]]),
    "K = 0": lambda: make_problem(_LINE**2, np.zeros((_N, _N))),
    "aliased": lambda: make_problem(_LINE**2 % 7, sibs(4, 3), {"line": _LINE, "double": 2 * _LINE}),
}
KINDS = tuple(_PROBLEMS)


@cache
def view(kind: str) -> View:
    """The view of one of `KINDS`."""
    return view_of(_PROBLEMS[kind]())
