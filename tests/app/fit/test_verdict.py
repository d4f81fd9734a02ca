"""What is said of h: the average individual's share, with its interval, wide ones first."""

import dataclasses
import re
from types import MappingProxyType

import numpy as np
import pytest

from lmm_app.fit import verdict as words
from lmm_app.fit.side_by_side import estimates
from lmm_app.fit.text import number
from lmm_app.lessons.presets import PRESETS
from lmm_app.live.hand import h_hand
from lmm_app.sources.opened import SAMPLES, Sample, open_source
from lmm_core import decompose, interval_h2
from lmm_core.certainty import Interval
from lmm_core.fit import Maximum, plain_search
from lmm_core.scales import average_share
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

METHODS = ("ML", "REML")
# In a sentence, a per cent of the variance: said exactly, or only on which side of 1% or 99%.
PER_CENT = re.compile(r"([Ll]ess than |[Mm]ore than )?(\d+)%")


def share(fit, h2):
    """By the formula, from K itself."""
    kappa = float(np.diagonal(fit.eigen.vectors * fit.eigen.values @ fit.eigen.vectors.T).mean())
    return h2 * kappa / (h2 * kappa + 1 - h2)


def shares_said(shown, method):
    """Every share in the card, as it should be: of ĥ and of both ends."""
    fit = shown.fit(method)
    return {words.per_cent(share(fit, h)) for h in (fit.h2, *words.ends(shown, method))}


def families(h2, n=60, size=5, seed=1, scale=1.0, columns=("sex",)):
    rng = np.random.default_rng(seed)
    K = sibs(n, size)
    noise = rng.standard_normal(len(K))
    y = 3.0 + np.linalg.cholesky(h2 * K + (1 - h2) * np.eye(len(K))) @ noise
    covariates = {name: rng.standard_normal(len(K)) for name in columns}
    return view_of(make_problem(y, scale * K, covariates, trait="weight"))


def test_the_share_of_the_variance_is_said_with_its_interval():
    shown = families(0.6)
    fit, (low, high) = shown.reml, interval_h2(shown.reml)
    assert words.same_scale(fit)
    found = re.fullmatch(
        r"Once sex is accounted for, about \*\*(\d+)%\*\* of the variance in weight follows "
        r"kinship \(95% interval: (\d+)% to (\d+)%\)\.",
        words.verdict(shown, "REML"),
    )
    assert [int(one) for one in found.groups()] == [round(100 * h) for h in (fit.h2, low, high)]
    assert words.details(shown, "REML").startswith(
        f"ĥ = {fit.h2:.2f} ({low:.2f} to {high:.2f}) by REML. ML gives {shown.ml.h2:.2f} ("
    )


@pytest.mark.parametrize("scale", [0.35, 0.5, 2.0])
def test_on_another_scale_of_k_the_per_cent_are_the_same_and_h_is_not(scale):
    one, other = families(0.6), families(0.6, scale=scale)
    assert words.verdict(one, "REML") == words.verdict(other, "REML")
    assert abs(one.reml.h2 - other.reml.h2) > 0.05
    assert f"K’s diagonal averages {number(scale, 3)}" in words.details(other, "REML")
    assert "averages" not in words.details(one, "REML")
    assert words.axis_of_h(one.reml) == "h, the share of the variance that follows kinship"
    assert words.axis_of_h(other.reml) == "h, how strongly the errors follow kinship"
    assert h_hand(other.reml)["label"] == words.axis_of_h(other.reml)


@pytest.mark.parametrize("columns", [(), ("a", "b", "c")])
def test_what_is_accounted_for_is_named_or_counted(columns):
    said = words.verdict(families(0.6, columns=columns), "REML")
    start = "Once 3 covariates are accounted for, about **" if columns else "About **"
    assert said.startswith(start)


def test_at_an_end_what_remains_possible_is_said():
    lower, upper = families(0.0, seed=3), view_of(shared_home())
    assert lower.reml.status == "lower_boundary"
    high = words.ends(lower, "REML")[1]
    assert words.verdict(lower, "REML") == (
        "**The best estimate of h is 0.** These data do not show that weight follows kinship. "
        f"By the profile interval, values up to {high:.2f} ({100 * high:.0f}% of the variance) "
        "remain possible."
    )
    assert upper.reml.status == "upper_boundary"
    low = words.ends(upper, "REML")[0]
    said = words.verdict(upper, "REML")
    assert said.startswith("**The best estimate of h is 1, the largest value there is.**")
    down = f"values down to {low:.2f} ({100 * low:.0f}% of the variance) remain"
    assert f"By the profile interval, {down}" in said


def shared_home():
    rng = np.random.default_rng(1)
    home = np.repeat(rng.standard_normal(40), 5)
    return make_problem(0.9 * home + 0.4 * rng.standard_normal(200), sibs(40, 5))


def test_a_wide_interval_comes_first():
    shown = view("tiny")
    assert words.ends(shown, "REML") == (0.0, 1.0)
    assert words.verdict(shown, "REML") == (
        "**These data cannot tell h: every value from 0 to 1 fits.** The best single estimate, "
        f"{shown.reml.h2:.2f}, may be far from the truth."
    )
    some = families(0.4, n=14, size=4, seed=5)
    low, high = words.ends(some, "REML")
    assert 0.5 < high - low < 1.0
    assert words.verdict(some, "REML").startswith(
        f"**These data say little about h: anything from {words.h_words(low)} to "
        f"{words.h_words(high)} fits.** The best single estimate is {words.h_words(some.reml.h2)}"
    )


@pytest.mark.parametrize("method", METHODS)
def test_two_hills_are_both_said(method):
    shown = view("two hills")
    first, second = shown.fit(method).maxima
    low, high = words.ends(shown, method)
    said = words.verdict(shown, method)
    gap = number(first.loglik - second.loglik, 2)
    if first.loglik - second.loglik <= words.RIVAL:
        assert said == (
            f"**Two values of h fit almost equally well: {first.h2:.2f}, and {second.h2:.2f}, "
            f"whose log-likelihood is only {gap} lower.** The interval, {words.h_words(low)} to "
            f"{words.h_words(high)}, spans both."
        )
    else:
        assert said.endswith(
            f"has a second hill at h = {second.h2:.2f}; its log-likelihood is {gap} lower."
        )
    stop = plain_search(shown.ml.rotated, reml=False).x
    single = f"A single search over [0, 1], as in R/lmmlite or R/qtl2, stops at h = {stop:.2f}."
    assert single in words.details(shown, "ML")
    for kind in KINDS:
        if len(view(kind).fit(method).maxima) < 2:
            assert "single search" not in words.details(view(kind), method), kind


def test_where_ml_has_no_top_reml_s_is_said():
    shown = view("unbounded")
    said = words.verdict(shown, "ML")
    assert said.startswith("**ML has no highest point here:** as h nears 1, its curve rises")
    assert said.endswith(f"REML has one, at h = {words.with_interval(shown, 'REML')}.")
    assert "ML has no highest point here." in words.details(shown, "REML")
    both = view("unbounded, both")
    assert "Neither ML nor REML has a highest point" in words.verdict(both, "ML")


def lesson(name):
    data = PRESETS[name].make().dataset
    return view_of(data.problem(data.traits.columns[0], data.covariates.columns))


def test_the_reason_why_ml_has_no_top_is_what_the_covariates_fit():
    centred = lesson("centred_kinship")
    assert centred.ml.status == "unbounded"
    said = words.details(centred, "ML")
    assert (
        "The reason: this K gives the mean of all individuals no genetic variance, and the "
        "intercept fits the mean exactly." in said
    )
    assert f"ML’s highest finite hill is at {words.with_interval(centred, 'ML')}." in said
    # What it says is so: K times the vector of ones is 0, and no other eigenvalue is.
    K = centred.problem.K
    np.testing.assert_allclose(K.sum(axis=0), 0.0, atol=1e-10)
    assert np.count_nonzero(decompose(K).values <= 0.0) == 1
    # Inbred strains are singular too, and there neither curve rises without end.
    strains = lesson("inbred_strains")
    assert np.count_nonzero(decompose(strains.problem.K).values <= 0.0) > 100
    assert "reason" not in words.details(strains, "ML")
    # Two records of one individual: their difference is what has no variance.
    both = view("unbounded, both")
    for method in METHODS:
        said = words.details(both, method)
        assert "The reason: some weighted sum of the individuals has no genetic variance" in said
        assert f". {method}’s highest finite hill is at" in said
        assert said.count("’s highest") == 1
    (null,) = np.flatnonzero(both.reml.eigen.values <= 0.0)
    vector = both.reml.eigen.vectors[:, null]
    assert abs(both.problem.y @ vector) < 1e-12
    assert np.abs(both.problem.X.T @ vector).max() < 1e-12


def exact(low, high):
    return Interval(low, high, 0.95, "exact", 0.003)


def test_the_exact_interval_is_said_where_it_is_another_and_decides_what_is_possible():
    shown = lesson("boundary_zero")
    low, high = words.ends(shown, "REML")
    assert (low, shown.reml.h2) == (0.0, 0.0)
    assert high < 0.2
    said = words.verdict(shown, "REML", exact(0.0, 0.25))
    assert "By the exact interval, values up to 0.25 (25% of the variance) remain possible." in said
    assert "The exact interval, which is simulated, is 0 to 0.25." in words.details(
        shown, "REML", exact=exact(0.0, 0.25)
    )
    near = exact(low, high + 0.04)
    assert "exact" not in words.details(shown, "REML", exact=near)
    assert words.verdict(shown, "REML", near) == words.verdict(shown, "REML")
    # What is wide goes by the exact interval.
    strong = families(0.6)
    assert words.verdict(strong, "REML", exact(0.1, 0.8)).startswith(
        "**These data say little about h: anything from 0.10 to 0.80 fits.**"
    )
    # And where neither is, the per cent stand with the interval of the picture.
    inside = [words.ends(strong, "REML")[0] + 0.01, words.ends(strong, "REML")[1] - 0.01]
    assert words.verdict(strong, "REML", exact(*inside)) == words.verdict(strong, "REML")


@pytest.mark.parametrize("name", ["boundary_zero", "boundary_one", "full_sibs", "two_hills"])
def test_a_known_truth_is_said_to_lie_inside_or_outside(name):
    shown = lesson(name)
    low, high = words.ends(shown, "REML")
    middle, beyond = 0.5 * (low + high), 0.5 * (1.0 + high if high < 1.0 else low)
    for true_h2, where in ((middle, "inside"), (beyond, "outside")):
        said = words.details(shown, "REML", true_h2=true_h2)
        assert said.endswith(
            f"The data were simulated with h = {words.h_words(true_h2)}, which lies {where} the "
            "interval."
        )
    assert "simulated" not in words.details(shown, "REML")


@pytest.mark.parametrize("name", ["one_family", "centred_kinship"])
def test_without_an_interval_a_truth_lies_nowhere(name):
    method = "REML" if name == "one_family" else "ML"
    said = words.details(lesson(name), method, true_h2=0.4)
    assert said.endswith("The data were simulated with h = 0.40.")


def with_hills(shown, method, *drops):
    """The same view with lower hills added to its fit, so far below the top."""
    found = shown.methods[method]
    top = found.fit.maxima[0]
    lower = [Maximum(0.1 * (k + 1), top.loglik - drop, "interior") for k, drop in enumerate(drops)]
    fit = dataclasses.replace(found.fit, maxima=(top, *lower))
    methods = {**shown.methods, method: dataclasses.replace(found, fit=fit)}
    return dataclasses.replace(shown, methods=MappingProxyType(methods))


def test_three_hills_are_counted():
    shown = families(0.6)
    said = words.verdict(with_hills(shown, "REML", 0.5, 1.2), "REML")
    assert said.startswith("**Three values of h fit almost equally well: ")
    assert "the next, 0.10, has a log-likelihood that is only 0.50 lower.**" in said
    assert said.endswith("spans them all.")
    said = words.verdict(with_hills(shown, "REML", 0.5, 3.0), "REML")
    assert said.startswith("**Two values of h fit almost equally well: ")
    said = words.verdict(with_hills(shown, "REML", 2.5, 3.0), "REML")
    assert said.endswith("2 lower hills, the next at h = 0.10; its log-likelihood is 2.5 lower.")


def test_a_small_share_begins_a_sentence():
    said = words.verdict(lesson("outlier"), "REML")
    assert said.startswith("**Less than 1%** of the variance in typed follows kinship (95% ")
    assert words.verdict(families(0.6, columns=()), "REML").startswith("About **")


def test_what_leaves_nothing_of_a_trait_is_what_is_in_the_model():
    said = words.verdict(view("flat: constant"), "REML")
    assert said == (
        "**There is nothing to divide.** All values of trait are the same, so no variance is left."
    )
    line = np.arange(12.0)
    copied = view_of(make_problem(2 * line, sibs(4, 3), {"line": line}))
    assert "The covariates fit trait exactly, so no variance is left." in words.verdict(
        copied, "REML"
    )


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("flat")])
def test_of_a_flat_profile_there_is_no_estimate(kind):
    said = words.verdict(view(kind), "REML")
    assert re.match(r"\*\*(These data cannot tell h|Too few|There is nothing to divide)", said)
    assert "%" not in said
    assert "ĥ" not in words.details(view(kind), "REML")
    if kind != "flat: one family":
        return
    assert words.details(view(kind), "ML").endswith("REML cannot tell.")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_no_estimate_is_said_without_its_interval(kind, method):
    shown = view(kind)
    for said in (words.verdict(shown, method), words.details(shown, method)):
        for place in re.finditer(r"ĥ = |ML gives |hill is at |has one, at h = ", said):
            assert re.match(r"[\d.]+ \([\d.]+ to [\d.]+\)", said[place.end() :]), said


def every_shown():
    """Every sample and lesson: its first trait with all covariates, and with none."""
    opened = {name: open_source(Sample(name)).dataset for name in SAMPLES if name != "mouse_hs1940"}
    opened |= {name: preset.make().dataset for name, preset in PRESETS.items()}
    for name, data in opened.items():
        for covariates in {data.covariates.columns, ()}:
            yield name, view_of(data.problem(data.traits.columns[0], covariates))


def test_per_cent_of_the_variance_are_the_average_individual_s_in_every_sample_and_lesson():
    seen = set()
    for name, shown in every_shown():
        kappa = float(np.diagonal(shown.problem.K).mean())
        if name != "half_scale":
            assert kappa == pytest.approx(1.0, abs=words.SAME_SCALE), name
        for method in METHODS:
            fit = shown.fit(method)
            said = words.verdict(shown, method).replace("95% interval", "")
            numbers = {"".join(found).lower() + "%" for found in PER_CENT.findall(said)}
            if numbers:
                assert numbers <= shares_said(shown, method), (name, method, said)
                seen.add(name)
            if fit.maxima:
                rows = dict((row[0], row[1:]) for row in estimates(shown))
                place = METHODS.index(method)
                (said_in_table,) = {rows["share of the variance"][place]}
                assert float(said_in_table) == pytest.approx(share(fit, fit.h2), abs=5.1e-4)
    assert len(seen) >= 8
    assert {"mouse_hs300", "half_scale"} <= seen


@pytest.mark.parametrize(
    ("share_", "said"),
    [
        (0.0, "0%"),
        (0.004, "less than 1%"),
        (0.5699, "57%"),
        (0.997, "more than 99%"),
        (1.0, "100%"),
    ],
)
def test_what_is_not_0_or_1_is_not_rounded_to_it(share_, said):
    assert words.per_cent(share_) == said


@pytest.mark.parametrize(
    ("h2", "said"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.5698, "0.57"),
        (0.0049, "0.005"),
        (0.9962, "0.996"),
        (1e-7, "0.0000001"),
    ],
)
def test_an_h_has_as_many_decimals_as_it_takes(h2, said):
    assert words.h_words(h2) == said


def test_the_share_is_the_same_on_every_scale():
    for kappa in (0.1, 0.353, 1.0, 2.0):
        assert average_share(0.0, kappa) == 0.0
        assert average_share(1.0, kappa) == 1.0
        # K twice as large, h by its law.
        assert average_share(0.4 / (0.4 + 2 * 0.6), 2 * kappa) == pytest.approx(
            average_share(0.4, kappa), rel=1e-14
        )
    assert average_share(0.3, 0.0) == 0.0
