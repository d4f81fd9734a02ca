"""What is said of h: the average individual's share, with its interval, wide ones first."""

import re

import numpy as np
import pytest

from lmm_app.fit import verdict as words
from lmm_app.fit.text import estimates, number
from lmm_app.lessons.presets import PRESETS
from lmm_app.live.hand import h_hand
from lmm_app.sources.sources import SAMPLES, Sample, open_source
from lmm_core import interval_h2
from lmm_core.fit import plain_search
from lmm_core.scales import average_share
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

METHODS = ("ML", "REML")
# In a sentence, a per cent of the variance: said exactly, or only on which side of 1% or 99%.
PER_CENT = re.compile(r"(less than |more than )?(\d+)%")


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
        f"Values up to {high:.2f} ({100 * high:.0f}% of the variance) remain possible."
    )
    assert upper.reml.status == "upper_boundary"
    low = words.ends(upper, "REML")[0]
    said = words.verdict(upper, "REML")
    assert said.startswith("**The best estimate of h is 1, the largest value there is.**")
    assert f"Values down to {low:.2f} ({100 * low:.0f}% of the variance) remain" in said


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
            f"which is only {gap} lower.** The interval, {words.h_words(low)} to "
            f"{words.h_words(high)}, spans both."
        )
    else:
        assert said.endswith(f"has a second hill at h = {second.h2:.2f}, {gap} lower.")
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
        for place in re.finditer(r"ĥ = |gives |hill is at |has one, at h = ", said):
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
            numbers = {"".join(found) + "%" for found in PER_CENT.findall(said)}
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
