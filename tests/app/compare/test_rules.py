"""What may be compared: what is said is computed again here, and every refusal has its case."""

import re

import numpy as np
import pytest
from scipy import stats

from lmm_app.compare.pair import change, finds, has_top
from lmm_app.compare.rules import rules
from lmm_app.compare.rules.scales import times
from lmm_app.compare.rules.statement import COMMON, EQUAL, degrees, height, names, who
from lmm_app.fit.chance import p_words
from lmm_app.fit.verdict import ends, share_of, with_interval
from lmm_core import LMMError, log_likelihood, wls
from lmm_core.certainty import coefficient_tests, likelihood_ratio_test
from lmm_core.dense import dense_fit
from lmm_core.scales import h2_on_scale
from lmm_core.summary import h_words
from tests.odd_views import KINDS
from tests.pairs import dataset, odd_pair, pair

METHODS = ("ML", "REML")
OTHERS = ("covariate", "methods", "traits", "doubled", "halved", "unit", "centred")


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def one(found, beginning: str):
    """The statement whose rule begins so; there is just one."""
    (statement,) = [each for each in found if each.rule.startswith(beginning)]
    return statement


def has(found, beginning: str) -> bool:
    return any(each.rule.startswith(beginning) for each in found)


def pairs_of(other, method):
    """The pairs of every kind of fit that can be made; no K of zeros has a mean diagonal of 1."""
    for kind in KINDS:
        if (kind, other) != ("K = 0", "unit"):
            yield kind, odd_pair(kind, other, method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("other", OTHERS)
def test_every_answer_has_plain_sentences(other, method):
    for kind, found in pairs_of(other, method):
        said = rules(found)
        assert said, kind
        text = " ".join(each.words for each in said) + " " + change(found)
        assert not re.search(r"nan|inf\b|None|\bdata says\b|;|—|'|\"| {2}|\.\.", text), (kind, text)
        for each in said:
            assert each.mark in ("yes", "no", "note")
            assert each.rule.endswith(".")
            # No negative number without its true sign.
            assert not re.search(r"(^|[\s(])-\d", each.words)
        for side in found.sides:
            assert (side.found.interval is not None) == bool(side.fit.maxima)
            if not side.estimated:
                assert change(found) == ""


def test_with_a_sample_all_of_it_is_said_in_these_words():
    found = rules(pair(dataset(), "covariate", "sex"))
    assert [each.mark for each in found] == ["no", "yes", "note", "yes", "yes"]
    assert found[0].reason == (
        "REML is the likelihood of the n − p weighted sums that the covariates cannot explain. "
        "Without sex there are 59 of them, with it 58, and these are other sums. So they are "
        "likelihoods of different data."
    )
    assert found[4].rule == "ĥ may be set side by side, but it is not of the same variance."


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("which", "into"), [("sex", False), ("age", True)])
def test_the_ratio_is_of_ml_fits_whatever_the_method(method, which, into):
    shown = pair(dataset(), "covariate", which, method)
    found = rules(shown)
    full, null = shown.sides[::-1] if into else shown.sides
    assert (full.label, null.label) == (f"with {which}", f"without {which}")
    said = one(found, "ML’s log-likelihoods may be compared: both are of the same 60 values.")
    assert said.mark == "yes"
    # Straight from V, without a rotation.
    dense = [
        dense_fit(side.view.problem.y, side.view.problem.X, side.view.problem.K, reml=False).loglik
        for side in (full, null)
    ]
    ratio = 2.0 * (dense[0] - dense[1])
    words = (
        f"With {which} it is (\\S+), without it (\\S+)\\. Twice the difference is (\\S+), by χ² "
        "with 1 degree of freedom (p [=<] \\S+)\\. AIC is (\\S+) lower (with|without) it: lower is"
    )
    large, small, twice, p, aic, better = re.match(words, said.reason).groups()
    assert [number(large), number(small)] == pytest.approx(dense, abs=1e-3)
    assert number(twice) == pytest.approx(ratio, abs=6e-3)
    assert p == p_words(stats.chi2.sf(ratio, 1))
    assert number(aic) == pytest.approx(abs(2.0 - ratio), abs=6e-3)
    assert better == ("with" if ratio > 2.0 else "without")
    assert has(found, "REML’s log-likelihoods") == (method == "REML")
    tests = coefficient_tests(full.view.reml)
    column = full.view.problem.columns.index(which)
    b = one(found, f"The coefficient of {which} has a test of its own.")
    assert f"with {degrees(tests.df)} gives {p_words(tests.p_value[column])}." in b.reason
    assert finds(full.view, "REML") in b.reason


def test_the_restricted_likelihoods_of_two_models_are_those_of_different_data():
    shown = pair(dataset(), "covariate", "sex")
    full, null = shown.sides
    with pytest.raises(LMMError, match="so under different X it is of different data"):
        likelihood_ratio_test(full.fit, null.fit)
    said = one(rules(shown), "REML’s log-likelihoods")
    assert said.mark == "no"
    assert f", {height(full.fit.loglik)} and {height(null.fit.loglik)}," in said.rule


def test_a_combination_of_other_columns_is_the_same_model():
    shown = pair(dataset(), "covariate", "again", covariates=("sex",))
    (said,) = rules(shown)
    assert (said.mark, said.rule) == ("yes", "Both are the same model.")
    assert "again is a combination of the other columns: with it or without it, 2 columns" in (
        said.reason
    )
    a, b = (side.fit for side in shown.sides)
    assert abs(a.loglik - b.loglik) < EQUAL
    assert f"{height(a.loglik)} and {height(b.loglik)}, are equal" in said.reason


@pytest.mark.parametrize("kind", KINDS)
def test_what_to_keep_in_mind_of_a_ratio_is_said_where_it_holds(kind):
    shown = odd_pair(kind, "covariate", "ML")
    found = rules(shown)
    fits = {"without it": shown.a.view.ml, "with it": shown.b.view.ml}
    made = has(found, "ML’s log-likelihoods may be compared")
    if shown.a.fit.p == shown.b.fit.p:
        assert [each.rule for each in found] == ["Both are the same model."]
        return
    assert made == all(map(has_top, fits.values()))
    assert has(found, "There is no likelihood ratio by ML.") != made
    for end, status in ((0, "lower_boundary"), (1, "upper_boundary")):
        at = [words for words, fit in fits.items() if fit.status == status]
        assert has(found, f"By ML ĥ is {end} ") == (made and bool(at))
        for words in at if made else ():
            assert words in one(found, f"By ML ĥ is {end} ").rule
    hills = any(len(fit.maxima) > 1 for fit in fits.values())
    assert has(found, "ML’s curve has more than one hill") == (made and hills)
    few = shown.b.fit.n - shown.b.fit.p < 100 or shown.b.fit.p / shown.b.fit.n > 0.05
    assert has(found, "χ² is for many individuals") == (made and few)
    if not made:
        said = one(found, "There is no likelihood ratio by ML.").reason
        for words, fit in fits.items():
            name = f"{words.removesuffix(' it').capitalize()} noise: "
            assert (name in said) == (not has_top(fit))


@pytest.mark.parametrize("kind", KINDS)
def test_ml_and_reml_differ_as_it_is_said(kind):
    shown = odd_pair(kind, "methods", "REML")
    found = rules(shown)
    view = shown.a.view
    ml, reml = view.ml, view.reml
    n, p = ml.n, ml.p
    assert one(found, "The two log-likelihoods").mark == "no"
    both = has_top(ml) and has_top(reml)
    assert has(found, "ĥ may be compared") == both
    assert has(found, "There are not two estimates") != both
    known = n > p and not reml.rotated.exact
    assert has(found, "v differs in a known way.") == known
    if known:
        said = one(found, "v differs in a known way.").reason
        assert f"{n - p:,}/{n:,} = " in said
        for h in (0.0, 0.3, 0.9):
            by = [view.profile(name).sigma2[view.profile(name).h2 == h] for name in METHODS]
            assert by[0] == pytest.approx(by[1] * (n - p) / n)
            # There is one b for an h; its error goes with the root of v.
            assert np.isfinite(wls(reml.rotated, h).beta[reml.rotated.kept]).all()
        assert ("At their own ĥ" in said) == both


def test_two_traits_of_other_individuals_are_not_compared_until_they_have_the_same():
    data = dataset(2)
    found = rules(pair(data, "traits", "height"))
    assert one(found, "The individuals differ too").mark == "no"
    assert COMMON in one(found, "The individuals differ too").reason
    assert not has(found, "ĥ may be set side by side")
    common = pair(data, "traits", "height", common=True)
    found = rules(common)
    assert one(found, "ĥ may be set side by side").mark == "yes"
    assert not has(found, "The individuals differ")
    assert who(common.plan).startswith("Left out for a missing value: 2 only in A (")


def test_a_covariate_with_missing_values_is_not_tested_until_both_have_the_same():
    data = dataset(2)
    found = rules(pair(data, "covariate", "age"))
    said = one(found, "The log-likelihoods must not be compared: the individuals differ.")
    assert said.mark == "no"
    assert COMMON in said.reason
    assert not has(found, "ML’s log-likelihoods")
    both = pair(data, "covariate", "age", common=True)
    assert both.a.fit.n == both.b.fit.n
    assert has(rules(both), "ML’s log-likelihoods may be compared")


@pytest.mark.parametrize("method", METHODS)
def test_intervals_that_overlap_are_no_test(method):
    for kind, shown in pairs_of("traits", method):
        found = rules(shown)
        assert has(found, "This is no test") == (shown.a.estimated and shown.b.estimated), kind
        if has(found, "This is no test"):
            said = one(found, "This is no test that both have the same h.")
            (low, high), (first, last) = (ends(s.view, s.method) for s in shown.sides)
            meet = max(low, first) <= min(high, last)
            assert ("overlap, from" in said.reason) == meet
            assert "This program does not do it." in said.reason
    away = pair(dataset(h2=0.999, families=60), "traits", "height", method)
    assert one(rules(away), "This is no test").mark == "no"


def test_intervals_that_do_not_overlap_are_none_either():
    shown = odd_pair("unbounded, no maximum", "traits", "REML")
    apart = [ends(side.view, side.method) for side in shown.sides]
    assert apart[1][1] < apart[0][0]
    said = one(rules(shown), "This is no test").reason
    assert said.startswith(
        f"The intervals do not overlap: one ends at {h_words(apart[1][1])}, the other begins at "
        f"{h_words(apart[0][0])}. But each is made for its own h"
    )


def test_another_unit_is_another_log_likelihood():
    shown = pair(dataset(), "traits", "height")
    problem = shown.a.view.problem
    other = dense_fit(10.0 * problem.y, problem.X, problem.K).loglik
    assert other == pytest.approx(shown.a.fit.loglik - (60 - 2) * np.log(10.0))
    assert "Measured in another unit, weight itself would" in rules(shown)[0].reason


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scale", ["doubled", "halved", "unit"])
def test_another_scale_is_the_same_model_in_other_numbers(scale, method):
    for kind, shown in pairs_of(scale, method):
        found = rules(shown)
        factor, (a, b) = shown.plan.factor, (side.fit for side in shown.sides)
        assert not has(found, "Both are the same model, but here the numbers differ."), kind
        if factor == 1.0:
            assert [each.rule for each in found] == ["Both are the same fit."]
            assert shown.b.view.problem is shown.a.view.problem
            continue
        finite = np.isfinite([a.loglik, b.loglik]).all()
        assert has(found, "Both are the same model, and no data can tell them apart.") == finite
        law = one(
            found, f"K is multiplied by {times(factor)}, and h becomes h/(h + {times(factor)}(1 −"
        )
        assert has(found, "The share of the variance is the same.") == has_top(a)
        if not a.maxima:
            assert law.reason == "Here there is no ĥ to follow it."
            continue
        # A search that ends at a limit of rounding may be off by more.
        assert b.h2 == pytest.approx(h2_on_scale(a.h2, factor), abs=1e-6)
        found_by_b = re.escape(with_interval(shown.b.view, method))
        wanted = re.escape(h_words(h2_on_scale(a.h2, factor)))
        before = re.escape(with_interval(shown.a.view, method))
        assert re.match(
            f"So {before} becomes {wanted} .*, and the fit of B finds {found_by_b}", law.reason
        )
        assert ("highest finite hills" in law.reason) == (not has_top(a))
        for end, other in zip(*(ends(s.view, s.method) for s in shown.sides), strict=True):
            assert other == pytest.approx(h2_on_scale(end, factor), abs=2e-4)
        assert share_of(b, b.h2) == pytest.approx(share_of(a, a.h2), abs=1e-6)
        assert b.sigma2_e == pytest.approx(a.sigma2_e, rel=1e-5, abs=1e-12)
        assert b.sigma2_g == pytest.approx(a.sigma2_g / factor, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_centred_kinship_is_another_one_and_reml_does_not_see_it(kind):
    shown = odd_pair(kind, "centred", "REML")
    found = rules(shown)
    a, b = (side.fit for side in shown.sides)
    if shown.plan.factor == 1.0:
        assert [each.reason for each in found] == ["K is centred already. Nothing changes."]
        return
    assert found[0].rule == "Centred, K is another kinship, not K times a number."
    said = one(found, "REML cannot tell the two apart.")
    if not a.rotated.exact:
        h = np.linspace(0.0, 0.99, 12)
        one_way, other = (log_likelihood(fit.rotated, h) for fit in (a, b))
        np.testing.assert_allclose(one_way, other, atol=1e-7)
    both = has_top(a) and has_top(b)
    assert ("ĥ and v are the same too" in said.reason) == both
    assert has(found, "The share of the variance is not of the same variance.") == both
    if both:
        assert b.h2 == pytest.approx(a.h2, abs=1e-6)
        assert b.sigma2 == pytest.approx(a.sigma2, rel=1e-6)
        assert b.eigen.mean_diagonal < a.eigen.mean_diagonal


@pytest.mark.parametrize("kind", KINDS)
def test_ml_sees_that_a_kinship_was_centred(kind):
    shown = odd_pair(kind, "centred", "ML")
    found = rules(shown)
    if shown.plan.factor == 1.0:
        return
    both = shown.a.estimated and shown.b.estimated
    assert has(found, "ML’s log-likelihoods may be set side by side") == both
    assert has(found, "ML gives no two highest points to compare.") != both
    if not both:
        said = one(found, "ML gives no two").reason
        fine = all(has_top(side.view.reml) for side in shown.sides)
        assert ("REML has them." in said) == fine


def test_a_jump_from_hill_to_hill_is_said():
    shown = odd_pair("two hills", "methods", "REML")
    assert change(shown).endswith("The two tops are on different hills.")
    assert "hills" not in change(odd_pair("interior", "methods", "REML"))


def test_what_becomes_of_h_is_said_with_both_intervals():
    shown = pair(dataset(), "covariate", "sex")
    a, b = (side.fit.h2 for side in shown.sides)
    said = change(shown)
    for side in shown.sides:
        assert finds(side.view, side.method).removeprefix("ĥ = ") in said
    assert ("It rises by" in said) == (b > a)
    assert "It stays where it is." in change(odd_pair("lower boundary", "doubled", "REML"))
    assert "There is no difference." in change(odd_pair("lower boundary", "methods", "REML"))
    assert "by the scale of K alone." in change(odd_pair("interior", "doubled", "REML"))


def test_numbers_are_said_with_their_signs():
    assert [height(value) for value in (-1234.5678, 0.0, -0.0001, 2.5)] == [
        "−1,234.568",
        "0.000",
        "0.000",
        "2.500",
    ]
    assert [height(value) for value in (np.inf, -np.inf, np.nan)] == ["∞", "−∞", "–"]
    assert [times(c) for c in (2.0, 0.5, 1 / 3, 0.99824, 100.0)] == [
        "2",
        "0.5",
        "0.3333",
        "0.9982",
        "100",
    ]
    assert (degrees(1), degrees(2)) == ("1 degree of freedom", "2 degrees of freedom")
    assert names(("a", "b_c")) == "a, b\\_c"
    assert names(("a", "b", "c", "d", "e")) == "a, b, c and 2 more"
