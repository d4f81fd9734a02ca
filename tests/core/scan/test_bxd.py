"""LRT and score test under a centred kinship, against GEMMA on its own BXD example."""

import json

import numpy as np
import pytest
from scipy import stats

from lmm_core import decompose, fit_lmm, rotate, scan_markers
from lmm_core.dense import dense_gls
from lmm_core.likelihood import log_likelihood
from tests.places import REFERENCE

BXD = json.loads((REFERENCE / "bxd" / "bxd.json").read_text())
MARKERS = BXD["markers"]
y, X = np.array(BXD["y"]), np.array(BXD["X"])
G = np.array([marker["genotypes"] for marker in MARKERS.values()]).T
# GEMMA's λ is no smaller.
SMALLEST = 1e-5 / (1.0 + 1e-5)


def kinship():
    """The part of GEMMA's matrix, centred again on these strains, as GEMMA does."""
    n = len(y)
    K = np.zeros((n, n))
    for i, row in enumerate(BXD["K"]):
        K[i, : i + 1] = K[: i + 1, i] = row
    P = np.eye(n) - 1.0 / n
    return P @ K @ P


def test_both_tests_are_at_the_best_finite_maximum():
    eigen = decompose(kinship())
    scan = scan_markers(G, y, X, eigen, tests=("wald", "lrt", "score"))
    assert scan.null_ml.status == "unbounded"
    null = fit_lmm(y, X, eigen, reml=False)
    for j, marker in enumerate(MARKERS.values()):
        fit = fit_lmm(y, np.column_stack([X, G[:, j]]), eigen, reml=False)
        assert scan.lrt[j] == pytest.approx(2.0 * (fit.loglik - null.loglik), abs=1e-9)
        # GEMMA prints seven digits; ĥ = 0 and its λ of 1e-5 differ by up to 1e-5 of a p-value.
        assert np.exp(scan.log_p_lrt[j]) == pytest.approx(marker["p_lrt"], rel=1.2e-5)
        assert np.exp(scan.log_p_score[j]) == pytest.approx(marker["p_score"], rel=1e-6)
        assert scan.p_wald[j] == pytest.approx(marker["p_wald"], rel=1.2e-5)
    assert next(iter(MARKERS.values()))["p_lrt"] == 0.1234747


def test_at_the_smallest_h_of_gemma_all_its_digits_come_out():
    eigen = decompose(kinship())
    null = fit_lmm(y, X, eigen, reml=False)
    rotated = rotate(eigen, y, np.column_stack([X, G[:, 0]]))
    lrt = 2.0 * (log_likelihood(rotated, SMALLEST, reml=False) - null.loglik)
    assert f"{stats.chi2.sf(lrt, 1):.7f}" == "0.1234747"


def test_the_maximum_is_one_of_the_dense_likelihood():
    K = kinship()
    null = fit_lmm(y, X, decompose(K), reml=False)
    at = dense_gls(y, X, K, null.h2, reml=False).loglik
    assert at == pytest.approx(null.loglik, abs=1e-8)
    for h in (null.h2 - 1e-3, null.h2 + 1e-3):
        assert dense_gls(y, X, K, h, reml=False).loglik < at
