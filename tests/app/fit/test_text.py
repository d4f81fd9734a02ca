import dataclasses
import re

import numpy as np
import pytest

from lmm_app.fit import text
from lmm_app.fit.verdict import details, verdict
from lmm_app.fit.view import compare
from lmm_core import interval_h2, se_h2
from lmm_core.fit import plain_search
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

HOSTILE = "<img src=x onerror=alert(1)>|"
WORSE = "![a](http://example.org/b.png) **x** $y$ `z` ~~w~~ _v_ :red[u] #t \\ &amp;"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1.000"),
        (-1.5, "−1.500"),
        (0.0012346, "0.001235"),
        (0.00012345, "1.234e−04"),
        (1234.56, "1,235"),
        (123456.7, "123,457"),
        (1.5e6, "1.500e+06"),
        (-74.53411, "−74.53"),
        (np.nan, "–"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
    ],
)
def test_a_number_for_reading(value, shown):
    assert text.number(value) == shown


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(-332.13061, 7, "−332.1306"), (0.34567, 2, "0.35"), (12.7, 1, "13"), (2.2e-15, 1, "2e−15")],
)
def test_a_number_of_digits(value, digits, shown):
    assert text.number(value, digits) == shown


@pytest.mark.parametrize(
    ("h2", "shown"),
    [(0.0, "0.00"), (0.29, "0.29"), (1 - 0.07, "0.93"), (0.92604, "0.9260"), (1.0, "1.00")],
)
def test_a_share_has_two_decimals_or_four(h2, shown):
    assert text.share(h2) == shown


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (1.23456, 0.0234, "1.235 ± 0.023"),
        (-1.23456, 0.234, "−1.23 ± 0.23"),
        (1234.56, 12.3, "1,235 ± 12"),
        (1234.56, 234.0, "1,235 ± 234"),
        (5.0, 2e-9, "5.000 ± 2.0e−09"),
        (5.0, 0.0, "5.000"),
        (5.0, np.nan, "5.000"),
        (np.nan, np.nan, "–"),
    ],
)
def test_an_estimate_and_its_error(value, error, shown):
    assert text.plus_minus(value, error) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(2.34e-4, "234 µs"), (0.0123, "12.3 ms"), (2.345, "2.3 s"), (np.nan, "–")],
)
def test_a_duration(value, shown):
    assert text.seconds(value) == shown


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_no_sentence_holds_a_nan_or_is_empty(kind, method):
    shown = view(kind)
    fit = shown.fit(method)
    sentences = [
        verdict(shown, method),
        f"{details(shown, method)} {verdict(shown, method)}",
        text.facts(shown),
        text.search_sentence(fit),
        text.profile_alt(shown, method),
        text.estimates_table(shown, method),
    ]
    for h2 in (0.0, 0.5, 1.0):
        found = compare(shown, h2, reml=fit.reml)
        sentences.append(text.comparison_sentence(found))
    for words in sentences:
        assert len(words) > 20
        assert not re.search(r"\b(nan|inf|None)\b", words), words


def test_facts_count_who_was_fitted():
    y = np.array([1.0, np.nan, 3.0, 2.0, 5.0, 4.0])
    problem = make_problem(y, 2 * sibs(3, 2), {"sex": np.array([0, 1.0, 0, 1, 1, 0])})
    assert text.facts(view_of(problem)) == (
        "5 individuals · intercept, sex · 1 left out for missing values (i1)"
    )


def test_facts_name_an_aliased_covariate():
    shown = view("aliased")
    (aliased,) = shown.reml.rotated.aliased
    name = shown.problem.columns[aliased]
    words = text.facts(shown)
    assert words.endswith(f"being a combination of other columns: {name}")
    rows = dict((row[0], row[1:]) for row in text.estimates(shown))
    assert rows[f"β {name}"] == ("–", "–")


def test_the_table_holds_the_numbers_of_both_fits():
    shown = view("interior")
    rows = {row[0]: row[1:] for row in text.estimates(shown)}
    ml, reml = shown.ml, shown.reml
    assert rows["h"] == (text.number(ml.h2), text.number(reml.h2))
    for place, fit in enumerate((ml, reml)):
        low, high = interval_h2(fit)
        assert rows["95% of h"][place] == f"{low:.3f}–{high:.3f}"
        assert rows["SE of h"][place] == text.number(se_h2(fit), 2)
    assert rows["v"] == (text.number(ml.sigma2), text.number(reml.sigma2))
    assert rows["σ²<sub>g</sub> = v·h"][1] == text.number(reml.sigma2_g)
    assert rows["σ²<sub>e</sub> = v·(1−h)"][0] == text.number(ml.sigma2_e)
    assert rows["β sex"][1] == text.plus_minus(reml.beta[1], reml.se_beta[1])
    assert rows["log-likelihood"] == (text.number(ml.loglik, 7), text.number(reml.loglik, 7))
    assert rows["evaluations"] == (str(len(ml.trace)), str(len(reml.trace)))
    assert rows["maximum"] == ("inside", "inside")
    table = text.estimates_table(shown, "ML")
    bold = re.findall(r'<td class="chosen">([^<]*)<', table)
    assert ".estimates td.chosen{font-weight:650}" in text.TABLE_STYLE
    assert bold == [row[1] for row in text.estimates(shown)]


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("lower boundary", "at 0"),
        ("upper boundary", "at 1"),
        ("unbounded", "unbounded"),
        ("flat: K = I", "none: flat"),
    ],
)
def test_the_table_says_where_the_maximum_is(kind, place):
    assert text.estimates(view(kind))[-1][1] == place


@pytest.mark.parametrize("kind", ["lower boundary", "upper boundary", "flat: K = I"])
def test_the_table_gives_no_standard_error_of_h_at_an_end_or_without_an_estimate(kind):
    shown = view(kind)
    rows = {row[0]: row[1:] for row in text.estimates(shown)}
    assert rows["SE of h"] == ("–", "–")
    if not shown.reml.maxima:
        assert rows["95% of h"] == ("–", "–")


def hostile_view(name):
    rng = np.random.default_rng(3)
    y = rng.standard_normal(12)
    y[2] = np.nan
    return view_of(make_problem(y, sibs(4, 3), {name: rng.standard_normal(12)}, trait=name))


def test_a_hostile_name_is_text_in_the_table():
    table = text.estimates_table(hostile_view(HOSTILE), "ML")
    assert "<img" not in table
    assert "β &lt;img src=x onerror=alert(1)&gt;&#124;" in table
    assert "β a&amp;b" in text.estimates_table(hostile_view("a&b"), "ML")


@pytest.mark.parametrize("name", [HOSTILE, WORSE, "plain name-1.5"])
def test_a_hostile_name_is_text_in_sentences(name):
    shown = hostile_view(name)
    assert text.literal(name) in text.facts(shown)
    trait = dataclasses.replace(view("interior").problem, trait=name)
    assert text.literal(name) in verdict(view_of(trait), "REML")
    escaped = text.literal(name)
    assert re.sub(r"\\(.)", r"\1", escaped) == name
    assert not re.search(r"(?<!\\)(\\\\)*[`*_{}\[\]<>#|$~]", escaped)


def test_the_table_of_the_search_has_a_row_for_each_step():
    fit = view("interior").reml
    rows = text.trace_rows(fit.trace)
    assert [row["evaluation"] for row in rows] == list(range(1, fit.n_eval + 1))
    assert [row["h"] for row in rows] == [step.h2 for step in fit.trace]
    assert [row["log-likelihood"] for row in rows] == [step.loglik for step in fit.trace]
    assert rows[0]["step"] == "first point"
    assert [row["step"] for row in rows[-2:]] == ["end of [0, 1]"] * 2


@pytest.mark.parametrize("kind", ["interior", "two hills", "lower boundary"])
def test_the_sentence_on_the_search_counts_its_steps(kind):
    fit = view(kind).reml
    kinds = [step.procedure for step in fit.trace]
    golden, parabolic = len(kinds) - 2 - kinds.count("parabolic"), kinds.count("parabolic")
    last = fit.trace[-3]
    words = text.search_sentence(fit)
    assert f"looked at {golden + parabolic} values of h, {golden} by golden section" in words
    assert f"and {parabolic} at the top of a parabola" in words
    assert f"to a width of {text.number(last.upper - last.lower, 2)}." in words


def test_the_sentence_on_another_search_says_where_it_ended():
    shown = view("two hills")
    found = plain_search(shown.ml.rotated, reml=False)
    words = text.steps_sentence(found.trace)
    assert words.startswith(f"Brent's method looked at {found.n_eval} values of h, ")
    assert "bracket shrank from [0, 1] to" in words
    assert words.endswith(f"It ended at h = {found.x:.4f}.")
    assert "Then both ends were looked at." in text.steps_sentence(shown.ml.trace)
    assert text.profile_alt(shown, "ML", found.trace).endswith(words)
    assert text.profile_alt(shown, "ML", shown.ml.trace) == text.profile_alt(shown, "ML")


def test_without_a_search_the_sentence_says_why():
    assert "nothing to search for" in text.search_sentence(view("flat: K = I").reml)
    assert "no finite maximum" in text.search_sentence(view("unbounded, no maximum").ml)


def test_the_comparison_says_what_each_way_cost():
    found = compare(view("interior"), 0.5, reml=True)
    words = text.comparison_sentence(found)
    assert f"full V: {text.seconds(found.dense_seconds)}." in words
    assert f"{text.seconds(found.weighted_seconds)}, " in words
    assert f"differ by {text.number(found.difference, 1)}, relative" in words
    singular = compare(view("unbounded"), 1.0, reml=True)
    assert "V(h) is singular here" in text.comparison_sentence(singular)


@pytest.mark.parametrize("kind", ["interior", "two hills", "lower boundary", "upper boundary"])
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_profile_in_words_has_its_top_and_its_drops(kind, method):
    fit = view(kind).fit(method)
    words = text.profile_alt(view(kind), method)
    assert f"The {method} curve is highest at h = {fit.h2:.3f}" in words
    for step in fit.trace[-2:]:
        drop = f"{text.number(fit.loglik - step.loglik, 3)} below it at h = {step.h2:.0f}"
        assert (drop in words) == (step.h2 != fit.h2)
    assert words.endswith(text.search_sentence(fit))


def test_the_profile_in_words_never_calls_a_finite_point_the_top_of_an_unbounded_curve():
    words = text.profile_alt(view("unbounded"), "ML")
    assert "highest" not in words
    assert "best finite maximum at h = 0.000" in words
    assert view("flat: K = I").reml.message in text.profile_alt(view("flat: K = I"), "REML")
