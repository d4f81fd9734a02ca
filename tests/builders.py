"""Kinship matrices of every kind a fit may meet, covariates, and phenotypes, from a generator."""

import numpy as np

from lmm_core import centered_kinship

KINDS = (
    "full",
    "low_rank",
    "rank_one",
    "ones",
    "centred",
    "centred_low_rank",
    "clones",
    "one_pair",
    "near_clones",
    "groups",
    "families",
)


def kinship(kind: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """A positive semi-definite matrix (n, n)."""
    if kind == "full":
        return _gram(rng.normal(size=(n, 2 * n)))
    if kind == "low_rank":
        return _gram(rng.normal(size=(n, max(1, n // 3))))
    if kind == "rank_one":
        return _gram(rng.normal(size=(n, 1)))
    if kind == "ones":
        return np.ones((n, n))
    if kind == "centred":
        return centered_kinship(rng.integers(0, 3, size=(n, 3 * n)))
    if kind == "centred_low_rank":
        return centered_kinship(rng.integers(0, 3, size=(n, max(2, n // 2))))
    if kind == "clones":
        line = rng.integers(0, max(2, n // 2), size=n)
        return _gram(rng.normal(size=(n, 2 * n))[line])
    if kind == "one_pair":
        lines = rng.normal(size=(n, 2 * n))
        lines[1] = lines[0]
        return _gram(lines)
    if kind == "near_clones":
        lines = rng.normal(size=(n, 2 * n))
        lines[1] = lines[0] + 1e-4 * rng.normal(size=2 * n)
        return _gram(lines)
    family = np.arange(n) // 4
    same = (family[:, np.newaxis] == family).astype(float)
    if kind == "groups":
        return same
    if kind == "families":
        return 0.5 * same + 0.5 * np.eye(n)
    raise ValueError(kind)


def covariates(n: int, p: int, rng: np.random.Generator) -> np.ndarray:
    """An intercept and p - 1 columns, every other one of zeros and ones."""
    columns = [np.ones(n)]
    for j in range(1, p):
        columns.append(rng.normal(size=n) if j % 2 else (rng.random(n) < 0.5).astype(float))
    return np.column_stack(columns)


def phenotype(K: np.ndarray, h: float, rng: np.random.Generator) -> np.ndarray:
    """A trait with mean 3 and variance hK + (1-h)I."""
    values, vectors = np.linalg.eigh(K)
    d = h * np.maximum(values, 0.0) + 1.0 - h
    return 3.0 + vectors @ (np.sqrt(d) * rng.normal(size=K.shape[0]))


def problem(
    kind: str, n: int, p: int, h: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """y, X and K."""
    rng = np.random.default_rng(seed)
    K = kinship(kind, n, rng)
    return phenotype(K, h, rng), covariates(n, p, rng), K


def _gram(Z: np.ndarray) -> np.ndarray:
    return Z @ Z.T / Z.shape[1]
