"""Our fits as other programs print them, against what they did print."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from lmm_core import LMMError, fit_lmm, log_likelihood, se_h2
from lmm_core.conventions import SYSTEMS, gemma_pve, log_likelihood_as
from lmm_core.scales import h2_on_scale
from tests.conftest import load_fits, load_reference, record_id


def fit_of(record):
    data = load_reference(record["dataset"]).trait(record["trait"])
    return fit_lmm(*data, reml=record["method"] == "REML")


def at(fit, h):
    """The fit as it would be had it stopped at h: all that a convention looks at."""
    return SimpleNamespace(
        n=fit.n,
        p=fit.p,
        reml=fit.reml,
        h2=h,
        loglik=log_likelihood(fit.rotated, h, reml=fit.reml),
        rotated=fit.rotated,
    )


@pytest.mark.parametrize("record", load_fits(), ids=record_id)
def test_every_log_likelihood_is_what_the_others_print_at_their_own_h(record):
    """Where they end on a lower maximum too: it is the convention that is looked at."""
    fit = fit_of(record)
    lmmlite, qtl2, pylmm = record["lmmlite"], record["qtl2"], record["pylmm"]
    if math.isfinite(log_likelihood(fit.rotated, lmmlite["hsq"], reml=fit.reml)):
        ours = log_likelihood_as(at(fit, lmmlite["hsq"]), "lmmlite")
        # They print fifteen digits; dense sums of 300 terms agree to about twelve.
        assert ours == pytest.approx(lmmlite["loglik"], rel=1e-10)
    if math.isfinite(log_likelihood(fit.rotated, qtl2["hsq"], reml=False)):
        ours = log_likelihood_as(at(fit, qtl2["hsq"]), "qtl2")
        assert ours == pytest.approx(qtl2["log10lik"], rel=1e-8)
    # pylmm reports the value of the Brent step before its last: flat there, to about 1e-6.
    ours = log_likelihood_as(at(fit, pylmm["h"]), "pylmm")
    assert ours == pytest.approx(pylmm["LL"], abs=2e-3)
    for h, theirs in zip(*record["lmmlite_loglik_at"].values(), strict=True):
        if h < 1.0:
            assert log_likelihood_as(at(fit, h), "lmmlite") == pytest.approx(theirs, rel=1e-9)


def test_lme4s_log_likelihoods(lme4_groups):
    data = load_reference("groups").trait("y")
    for theirs in lme4_groups["fits"]:
        fit = fit_lmm(*data, reml=theirs["method"] == "REML")
        # Both are maxima, so an error of 1e-6 in the parameters is one of 1e-11 here.
        assert log_likelihood_as(fit, "lme4") == pytest.approx(theirs["loglik"], abs=1e-8)
        if not fit.reml:
            assert log_likelihood_as(fit, "lme4") == log_likelihood_as(fit, "full") == fit.loglik


def test_each_system_has_words_and_an_unknown_one_is_refused():
    fit = fit_lmm(*load_reference("tiny12").trait("weight"))
    values = {system: log_likelihood_as(fit, system) for system in SYSTEMS}
    assert len({round(value, 6) for value in values.values()}) == len(SYSTEMS)
    assert all(SYSTEMS.values())
    with pytest.raises(LMMError, match="no convention “sas”: choose from full, lmmlite, qtl2"):
        log_likelihood_as(fit, "sas")


def test_pve_is_h_on_the_scale_of_mean_eigenvalue_1_and_so_is_its_error():
    y, X, K = load_reference("pedigree300").trait("h50")
    fit = fit_lmm(y, X, 0.3 * K)
    s = 0.3 * np.trace(K) / len(K)
    pve = gemma_pve(fit)
    assert pve.pve == pytest.approx(h2_on_scale(fit.h2, 1.0 / s), rel=1e-12)
    scaled = fit_lmm(y, X, 0.3 * K / s)
    # Both fits are polished to 1e-10 of h.
    assert pve.pve == pytest.approx(scaled.h2, rel=1e-8)
    assert pve.se == pytest.approx(se_h2(scaled), rel=1e-6)
    # GEMMA's own form: sλ/(sλ + 1) with λ = σ²g/σ²e.
    ratio = s * fit.sigma2_g / fit.sigma2_e
    assert gemma_pve(fit, s).pve == pytest.approx(ratio / (ratio + 1.0), rel=1e-12)


def test_pve_at_an_end_has_no_error_and_without_an_estimate_no_value():
    pve = gemma_pve(fit_lmm(*load_reference("pedigree300").trait("h00")))
    assert pve.pve == 0.0
    assert math.isnan(pve.se)
    with pytest.raises(LMMError, match="no estimate to convert"):
        gemma_pve(fit_lmm(np.arange(6.0) ** 2, None, np.eye(6)))
