"""The scan: against `fit_lmm` marker by marker, GEMMA, FaST-LMM, and the dense likelihood."""

import csv
import json

import numpy as np
import pytest
from scipy import stats

from lmm_core import (
    DesignError,
    LMMError,
    centered_kinship,
    decompose,
    fit_lmm,
    fit_rotated,
    log_likelihood,
    rotate,
    scan_markers,
)
from lmm_core.dense import dense_gls
from lmm_core.simulate.families import full_sib_families
from tests.on_disk import OnDisk
from tests.places import REFERENCE

SCANS = json.loads((REFERENCE / "scan_centred200.json").read_text())


def numbers(path):
    with path.open() as file:
        rows = list(csv.reader(file))
    table = np.array(
        [[np.nan if entry == "NA" else float(entry) for entry in row[1:]] for row in rows[1:]]
    )
    return rows[0][1:], table


@pytest.fixture(scope="module")
def centred200():
    names, pheno = numbers(REFERENCE / "centred200" / "pheno.csv")
    _, genotypes = numbers(REFERENCE / "centred200" / "geno.csv")
    _, K = numbers(REFERENCE / "centred200" / "kinship.csv")
    return dict(zip(names, pheno.T, strict=True)), genotypes, decompose(K)


def example(kind, h, seed=3):
    """Genotypes, phenotype, covariates and K of 80 individuals, with awkward markers."""
    rng = np.random.default_rng(seed)
    G = rng.integers(0, 3, (80, 60)).astype(float)
    if kind == "families":
        K = full_sib_families(16, 5).K
    elif kind == "centred":
        K = centered_kinship(rng.integers(0, 3, (80, 200)).astype(float))
    elif kind == "clones":
        G = np.repeat(G[:40], 2, axis=0)
        Z = np.repeat(rng.integers(0, 3, (40, 300)).astype(float), 2, axis=0) - 1.0
        K = Z @ Z.T / 300.0
    else:
        Z = rng.standard_normal((80, 25))
        K = Z @ Z.T / 25.0
    X = np.column_stack([np.ones(80), rng.integers(0, 2, 80)])
    values, vectors = np.linalg.eigh(K)
    genetic = (vectors * np.sqrt(np.maximum(values, 0.0))) @ rng.standard_normal(80)
    y = 3.0 + np.sqrt(h) * genetic + np.sqrt(1.0 - h) * rng.standard_normal(80) + 0.3 * G[:, 5]
    G[3, 7] = np.nan
    G[:, 9] = 1.0
    G[:, 11] = 2.0 * X[:, 1]
    G[:, 13] = np.nan
    return G, y, X, decompose(K)


@pytest.mark.parametrize("h", [0.0, 0.5, 0.95])
@pytest.mark.parametrize("kind", ["families", "centred", "clones", "low rank"])
def test_each_marker_has_the_answer_of_fit_lmm(kind, h):
    G, y, X, eigen = example(kind, h)
    scan = scan_markers(G, y, X, eigen, tests=("wald", "lrt", "score"))
    null_ml = fit_lmm(y, X, eigen, reml=False)
    imputed = np.where(np.isnan(G), np.nanmean(np.nan_to_num(G, nan=1.0), axis=0), G)
    imputed[3, 7] = np.nanmean(G[:, 7])
    for j in np.flatnonzero(scan.kind == "tested"):
        rotated = rotate(eigen, y, np.column_stack([X, imputed[:, j]]))
        reml, ml = (fit_rotated(rotated, reml=reml) for reml in (True, False))
        assert scan.status[j] == reml.status
        assert scan.h2[j] == pytest.approx(reml.h2, abs=1e-10)
        assert scan.loglik[j] == pytest.approx(reml.loglik, rel=1e-11)
        assert scan.beta[j] == pytest.approx(reml.beta[-1], rel=1e-8)
        assert scan.se_beta[j] == pytest.approx(reml.se_beta[-1], rel=1e-9)
        F = (reml.beta[-1] / reml.se_beta[-1]) ** 2
        assert scan.p_wald[j] == pytest.approx(stats.f.sf(F, 1, 77), rel=1e-7)
        if not (ml.maxima and null_ml.maxima):
            assert np.isnan(scan.log_p_lrt[j])
        else:
            # Of the best finite maxima, where there is no other.
            lrt = 2.0 * (ml.loglik - null_ml.loglik)
            assert scan.lrt[j] == pytest.approx(lrt, abs=1e-9)
            assert np.exp(scan.log_p_lrt[j]) == pytest.approx(stats.chi2.sf(lrt, 1), rel=1e-7)
            assert scan.lod[j] == pytest.approx(lrt / (2.0 * np.log(10.0)), abs=1e-9)


def test_markers_that_cannot_be_tested_are_named():
    G, y, X, eigen = example("families", 0.5)
    scan = scan_markers(G, y, X, eigen, tests=("wald", "lrt", "score"))
    assert scan.kind[[9, 11, 13, 14]].tolist() == [
        "monomorphic",
        "collinear",
        "no genotypes",
        "tested",
    ]
    assert scan.n_missing[[7, 9, 13]].tolist() == [1, 0, 80]
    assert scan.mean[7] == pytest.approx(np.nanmean(G[:, 7]))
    assert np.isnan(scan.beta[[9, 11, 13]]).all()
    assert np.isfinite(scan.log_p_wald).sum() == 57


# GEMMA's own name of the column.
GEMMA = {"se_beta": "se"}


@pytest.mark.parametrize("trait", ["a", "b", "c"])
def test_gemma_wald(centred200, trait):
    phenotypes, genotypes, eigen = centred200
    scan = scan_markers(genotypes, phenotypes[trait], None, eigen)
    gemma = {key: np.array(value) for key, value in SCANS[trait]["markers"].items()}
    low, high = gemma["l_remle"] < 1.1e-5, gemma["l_remle"] > 0.9e5
    interior = ~(low | high)
    assert interior.sum() > 20 or trait == "a"
    odds = scan.h2[interior] / (1.0 - scan.h2[interior])
    np.testing.assert_allclose(odds, gemma["l_remle"][interior], rtol=1e-5)
    # Beyond its bounds GEMMA stays there: its digits are those of that λ, our ĥ is the end.
    assert set(scan.h2[low]) <= {0.0}
    assert set(scan.h2[high]) <= {1.0}
    at_bounds = [
        scan_markers(genotypes, phenotypes[trait], None, eigen, h2=odds / (1.0 + odds))
        for odds in (1e-5, 1e5)
    ]
    for name in ("beta", "se_beta", "p_wald"):
        ours = getattr(scan, name).copy()
        ours[low], ours[high] = getattr(at_bounds[0], name)[low], getattr(at_bounds[1], name)[high]
        np.testing.assert_allclose(ours, gemma[GEMMA.get(name, name)], rtol=2e-6, atol=2e-7)


@pytest.mark.parametrize("trait", ["a", "b", "c"])
def test_gemma_ml_tests_are_those_of_its_bound(centred200, trait):
    """ML is unbounded under a centred kinship: GEMMA's LRT and score test depend on its λ ≤ 1e5.

    At that λ our likelihood gives its digits, and the dense likelihood of V itself shows that
    the null model's is higher at a larger λ: ours compares the best finite maxima, or nothing.
    """
    phenotypes, genotypes, eigen = centred200
    y = phenotypes[trait]
    scan = scan_markers(genotypes, y, None, eigen, tests=("wald", "lrt", "score"))
    assert scan.null_ml.status == "unbounded"
    assert np.isfinite(scan.lrt).any() == np.isfinite(scan.score).any()
    assert np.isfinite(scan.score).all() == bool(scan.null_ml.maxima)
    gemma = {key: np.array(value) for key, value in SCANS[trait]["markers"].items()}
    bound = 1e5 / (1.0 + 1e5)
    null = log_likelihood(rotate(eigen, y), bound, reml=False)
    at_bound = np.flatnonzero(gemma["l_mle"] > 0.9e5)
    assert at_bound.size > 100
    for j in at_bound[:20]:
        X = np.column_stack([np.ones(200), genotypes[:, j]])
        loglik = log_likelihood(rotate(eigen, y, X), bound, reml=False)
        assert stats.chi2.sf(2.0 * (loglik - null), 1) == pytest.approx(gemma["p_lrt"][j], rel=2e-3)
    K = (eigen.vectors * eigen.values) @ eigen.vectors.T
    heights = [dense_gls(y, np.ones((200, 1)), K, h, reml=False).loglik for h in (bound, 1 - 1e-7)]
    assert heights[1] > heights[0] + 1.0


@pytest.mark.parametrize("trait", ["a", "b", "c"])
def test_fastlmm_at_the_null_h(centred200, trait):
    phenotypes, genotypes, eigen = centred200
    fastlmm = SCANS[trait]["fastlmm"]
    scan = scan_markers(genotypes, phenotypes[trait], None, eigen, h2=fastlmm["nullh2"])
    np.testing.assert_allclose(scan.p_wald, fastlmm["p"], rtol=1e-6)
    held = scan_markers(genotypes, phenotypes[trait], None, eigen, h2="null")
    np.testing.assert_allclose(held.p_wald, scan.p_wald, rtol=1e-4)
    np.testing.assert_allclose(held.h2, held.null.h2, rtol=1e-12)


def test_fastlmm_estimates_are_those_of_standardised_markers(centred200):
    phenotypes, genotypes, eigen = centred200
    fastlmm = SCANS["c"]["fastlmm"]
    scan = scan_markers(genotypes, phenotypes["c"], None, eigen, h2=fastlmm["nullh2"])
    np.testing.assert_allclose(
        scan.beta * genotypes.std(axis=0), fastlmm["beta"], rtol=1e-5, atol=1e-7
    )


@pytest.mark.parametrize("h", [0.0, 0.3, 0.9])
def test_h_held_is_general_least_squares(h):
    G, y, X, eigen = example("families", 0.5)
    K = (eigen.vectors * eigen.values) @ eigen.vectors.T
    scan = scan_markers(G, y, X, eigen, h2=h)
    without = dense_gls(y, X, K, h, reml=False)
    for j in (0, 5, 30):
        design = np.column_stack([X, G[:, j]])
        dense = dense_gls(y, design, K, h)
        assert scan.beta[j] == pytest.approx(dense.beta[-1], rel=1e-9)
        assert scan.se_beta[j] == pytest.approx(dense.se_beta[-1], rel=1e-9)
        assert scan.loglik[j] == pytest.approx(dense.loglik, rel=1e-10)
        ratio = dense_gls(y, design, K, h, reml=False).loglik - without.loglik
        assert scan.lod[j] == pytest.approx(ratio / np.log(10.0), abs=1e-9)
    assert set(scan.status[scan.kind == "tested"]) == {"null"}


def test_the_score_test_uses_the_null_model_alone():
    G, y, X, eigen = example("families", 0.5)
    scan = scan_markers(G, y, X, eigen, tests=("wald", "score"))
    h = scan.null_ml.h2
    V = h * ((eigen.vectors * eigen.values) @ eigen.vectors.T) + (1.0 - h) * np.eye(80)
    inverse = np.linalg.inv(V)
    P = inverse - inverse @ X @ np.linalg.solve(X.T @ inverse @ X, X.T @ inverse)
    for j in (0, 5, 30):
        g = G[:, j]
        F = 80 * (g @ P @ y) ** 2 / ((g @ P @ g) * (y @ P @ y))
        assert scan.score[j] == pytest.approx(F, rel=1e-9)
        assert np.exp(scan.log_p_score[j]) == pytest.approx(stats.f.sf(F, 1, 77), rel=1e-9)


def test_units_and_coding_do_not_matter():
    G, y, X, eigen = example("families", 0.5)
    plain = scan_markers(G, y, X, eigen, tests=("wald", "lrt"))
    other = scan_markers(2.0 - G, 1e9 * y, X, eigen, tests=("wald", "lrt"))
    np.testing.assert_allclose(other.beta, -1e9 * plain.beta, rtol=1e-7)
    np.testing.assert_allclose(other.log_p_wald, plain.log_p_wald, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(other.lrt, plain.lrt, atol=1e-8)
    np.testing.assert_allclose(other.loglik, plain.loglik - 77 * np.log(1e9), rtol=1e-10)


def test_genotypes_may_come_in_blocks_and_through_processes():
    rng = np.random.default_rng(8)
    _, y, X, eigen = example("families", 0.5)
    G = rng.integers(0, 3, (80, 14_000)).astype(np.int8)
    source, shares = OnDisk(G), []
    one = scan_markers(source, y, X, eigen, progress=shares.append)
    assert len(source.asked) > 1
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    two = scan_markers(G, y, X, eigen, n_jobs=2)
    np.testing.assert_array_equal(two.log_p_wald, one.log_p_wald)


def test_what_cannot_be_scanned_is_refused():
    G, y, X, eigen = example("families", 0.5)
    with pytest.raises(DesignError, match="G must have one row for each of the 80 individuals"):
        scan_markers(G[:79], y, X, eigen)
    with pytest.raises(LMMError, match="there is no test “waldo”"):
        scan_markers(G, y, X, eigen, tests=("waldo",))
    with pytest.raises(LMMError, match="h must lie between 0 and 1"):
        scan_markers(G, y, X, eigen, h2=1.5)
    with pytest.raises(LMMError, match="phenotype that varies"):
        scan_markers(G, np.ones(80), X, eigen)
    G[4, 2] = np.inf
    with pytest.raises(DesignError, match=r"genotypes must not be infinite: G\[4, 2\]"):
        scan_markers(G, y, X, eigen)
