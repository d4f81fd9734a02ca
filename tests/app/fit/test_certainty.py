import dataclasses
import re

import numpy as np
import pytest
from scipy.stats import chi2

from lmm_app.fit import certainty, text
from lmm_app.fit.chance import p_words
from lmm_core import (
    LMMError,
    coefficient_tests,
    dense_fit,
    fit_lmm,
    log_likelihood,
    residuals,
    rlrt,
)
from lmm_core.certainty import contrasts, expected_se_h2, interval_h2
from lmm_core.conventions import SYSTEMS, gemma_pve, log_likelihood_as
from lmm_core.scales import h2_on_scale, kinship_scale_factor
from lmm_core.summary import h_words
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

HOSTILE = "<img src=x onerror=alert(1)>|**b**`c`"


def cells(table):
    """The cells of a Markdown table, row by row, without the header."""
    head, rule, *rows = table.strip().splitlines()
    count = len(re.findall(r"(?<!\\)\|", head))
    for row in (rule, *rows):
        assert len(re.findall(r"(?<!\\)\|", row)) == count, row
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.0, "1.0"),
        (0.0512, "0.051"),
        (0.001234, "0.0012"),
        (0.00056, "0.00056"),
        (0.0001, "0.00010"),
        (9.99e-5, "< 0.0001"),
        (3.2e-130, "< 0.0001"),
        (0.0, "< 0.0001"),
        (np.nan, "–"),
    ],
)
def test_a_p_value(value, shown):
    assert certainty.p_value(value) == shown


def test_the_exact_interval_stands_beside_the_profile_one():
    found = view("two hills").methods["ML"]
    exact = interval_h2(found.fit, method="exact", draws=1000)
    words = certainty.exact_interval(found.fit, exact, found.interval)
    low, high = h_words(exact.lower), h_words(exact.upper)
    error = text.number(exact.error, 1)
    assert words.startswith(f"**Exact 95% interval: {low} to {high}** (simulated, ± {error}). It")
    profile = f"{h_words(found.interval.lower)} to {h_words(found.interval.upper)}"
    assert f"The profile interval is {profile}: every h within 1.92 of the top." in words
    certain = dataclasses.replace(exact, lower=0.0, upper=1.0, error=0.0)
    assert certainty.exact_interval(found.fit, certain, found.interval).startswith(
        "**Exact 95% interval: 0 to 1** (simulated). "
    )


@pytest.mark.parametrize("kind", ["interior", "two hills", "lower boundary", "upper boundary"])
def test_how_far_down_both_intervals_go_is_said_where_they_differ(kind):
    found = view(kind).methods["ML"]
    fit = found.fit
    near = dataclasses.replace(found.interval, method="exact", error=0.003)
    assert len(fit.maxima) == 1 + (kind == "two hills")
    profile = f"{h_words(found.interval.lower)} to {h_words(found.interval.upper)}"
    profile += ": every h within 1.92 of the top."
    assert certainty.exact_interval(fit, near, found.interval).endswith(profile)
    upper = near.upper - 0.1 if near.upper > 0.5 else near.upper + 0.1
    far = dataclasses.replace(near, upper=upper)
    said = certainty.exact_interval(fit, far, found.interval)
    _, limits = said.split(" For the exact one, samples set the limit")
    ends = [end for end in far if 0.0 < end < 1.0]
    assert limits.count(" at h = ") == len(ends) > 0
    for end in ends:
        down = fit.loglik - log_likelihood(fit.rotated, end, reml=False)
        assert f" {text.number(down, 2)} at h = {h_words(end)}" in limits


def test_an_exact_interval_without_ends_inside_names_no_limit():
    found = view("lower boundary").methods["ML"]
    everything = dataclasses.replace(found.interval, lower=0.0, upper=1.0, method="exact")
    said = certainty.exact_interval(found.fit, everything, found.interval)
    assert said.endswith("For the exact one, samples set the limit.")


def test_the_test_of_h_counts_the_samples_that_exceed():
    fit = view("two hills").reml
    test = rlrt(fit, draws=10_000)
    words = certainty.genetic_variance(test)
    assert f"ratio is {text.number(test.statistic, 3)}. " in words
    exceed = round(test.p_value * 10_001) - 1
    assert exceed > 0
    assert f"{exceed:,} of 10,000 samples simulated with h = 0 gave one as large: p" in words
    assert f"as large: {p_words(test.p_value)}. " in words
    assert f"In {100 * test.null_at_zero:.0f}% of them the ratio was 0." in words
    mixture = 0.5 * chi2.sf(test.statistic, 1)
    assert words.endswith(f"½χ²₀ + ½χ²₁, gives {p_words(mixture)}.")


@pytest.mark.parametrize(("draws", "bound"), [(10_000, "0.0001"), (100_000, "0.00001")])
def test_no_draw_above_the_statistic_makes_the_p_value_a_bound(draws, bound):
    test = rlrt(view("unbounded, no maximum").reml, draws=draws)
    assert test.p_value == 1 / (1 + test.draws) < float(bound)
    words = certainty.genetic_variance(test)
    assert (
        f"None of {draws:,} samples simulated with h = 0 gave one as large: p < {bound}." in words
    )
    one_more = dataclasses.replace(test, p_value=2 / (1 + test.draws))
    assert f"1 of {draws:,} samples" in certainty.genetic_variance(one_more)


def test_a_statistic_of_0_speaks_for_nothing():
    test = rlrt(view("lower boundary").reml, draws=1000)
    assert test.statistic == 0
    assert test.p_value == 1.0
    words = certainty.genetic_variance(test)
    assert words == "**Is h = 0?** The data fit h = 0 as well as any other value: p = 1."


@pytest.mark.parametrize("kind", ["interior", "lower boundary", "upper boundary"])
def test_what_is_said_of_scales_is_so(kind):
    shown = view(kind)
    problem, h2 = shown.problem, shown.reml.h2
    twice = fit_lmm(problem.y, problem.X, 2.0 * problem.K)
    words = certainty.about_scales(h2)
    if 0.0 < h2 < 1.0:
        assert words.startswith("Multiply K by 2, and h becomes smaller.")
        assert twice.h2 < h2
    else:
        assert words == f"At h = {h2:.0f} the scale of K changes nothing."
        assert twice.h2 == h2
    assert twice.loglik == pytest.approx(shown.reml.loglik, rel=1e-10)
    assert twice.sigma2_g * 2.0 == pytest.approx(shown.reml.sigma2_g, rel=1e-6)


def test_the_scales_of_k_have_their_factor_and_their_h():
    K, h2 = 2.0 * view("interior").problem.K, view("interior").reml.h2
    factors = {str(name): kinship_scale_factor(K, name) for name in certainty.SCALE_NAMES}
    rows = cells(certainty.scales(h2, factors))
    assert [row[0] for row in rows] == list(certainty.SCALE_NAMES.values())
    for row, c in zip(rows, factors.values(), strict=True):
        assert row[1:] == [text.number(c, 4), text.number(h2_on_scale(h2, c), 4)]
    assert rows[0][2] == text.number(h2, 4)


def hostile_view():
    rng = np.random.default_rng(3)
    problem = make_problem(
        rng.standard_normal(12), sibs(4, 3), {HOSTILE: rng.standard_normal(12)}, trait=HOSTILE
    )
    return view_of(dataclasses.replace(problem, ids=(HOSTILE, *problem.ids[1:])))


@pytest.mark.parametrize("kind", ["interior", "tiny", "aliased", "unbounded", "upper boundary"])
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_every_coefficient_has_a_row(kind, method):
    shown = view(kind)
    tests = coefficient_tests(shown.fit(method))
    table = certainty.coefficients(shown, tests)
    assert f"| t, {tests.df} df |" in table
    for j, row in enumerate(cells(table)):
        assert row == [
            text.literal(shown.problem.columns[j]),
            text.plus_minus(tests.beta[j], tests.se[j]),
            text.number(tests.t[j], 3),
            certainty.p_value(tests.p_value[j]),
        ]
    assert j == len(shown.problem.columns) - 1


def test_a_hostile_name_is_text_in_every_table():
    shown = hostile_view()
    coefficients = certainty.coefficients(shown, coefficient_tests(shown.reml))
    outliers = certainty.outliers(shown, residuals(shown.reml), count=12)
    assert text.literal(HOSTILE) in [row[0] for row in cells(coefficients)]
    assert text.literal(HOSTILE) in [row[0] for row in cells(outliers)]
    assert f"| individual | {text.literal(HOSTILE)} |" in outliers
    for table in (coefficients, outliers):
        assert not re.search(r"(?<!\\)[<>*`]", table)


def test_the_outliers_are_those_that_fit_worst():
    shown = view("interior")
    found = residuals(shown.reml)
    rows = cells(certainty.outliers(shown, found))
    worst = np.argsort(-np.abs(found.studentized))[:5]
    assert [row[0] for row in rows] == [shown.problem.ids[i] for i in worst]
    assert rows[0][1] == text.number(shown.problem.y[worst[0]], 4)
    assert rows[0][2] == text.number(found.predicted[worst[0]], 4)
    assert rows[0][3] == text.number(found.studentized[worst[0]], 3)
    assert len(cells(certainty.outliers(shown, found, count=3))) == 3


def test_the_log_likelihood_as_others_print_it():
    fit = view("interior").reml
    rows = cells(certainty.conventions(fit))
    assert len(rows) == len(SYSTEMS)
    for row, system in zip(rows, SYSTEMS, strict=True):
        assert row[1:] == [text.number(log_likelihood_as(fit, system), 8), SYSTEMS[system]]
    assert rows[list(SYSTEMS).index("full")][0] == "here"


def test_the_quantile_plot_in_words():
    words = certainty.quantile_alt(np.array([3.5, -1.0, 1.0, -4.0, np.nan, np.inf]))
    assert "plot of 4 residuals, one for each rotated observation" in words
    assert f"deviation of {text.number(np.std([3.5, -1, 1, -4]), 3)}, and 2 of them lie" in words


def test_the_expected_error_in_words():
    h2 = np.linspace(0.0, 1.0, 101)
    se = expected_se_h2(contrasts(view("interior").reml.rotated), h2)
    best = np.argmin(se[:-1])
    words = certainty.expected_error(h2, se)
    assert f"expected standard error of ĥ is {text.number(se[50], 2)} at h = 0.5" in words
    assert f"smallest, {text.number(se[best], 2)}, at h = {h_words(float(h2[best]))}." in words
    for useless in (np.full(101, 0.7), np.full(101, np.inf), np.full(101, np.nan)):
        assert "no trait could tell much about h" in certainty.expected_error(h2, useless)
    good = 0.1 + (h2 - 0.25) ** 2
    assert certainty.expected_error(h2, good).endswith(
        "is 0.16 at h = 0.5, and smallest, 0.10, at h = 0.25."
    )


@pytest.mark.parametrize("kind", ["interior", "tiny", "two hills", "lower boundary", "aliased"])
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_fit_straight_from_v_agrees(kind, method):
    fit, problem = view(kind).fit(method), view(kind).problem
    dense = dense_fit(problem.y, problem.X[:, fit.rotated.kept], problem.K, reml=fit.reml)
    agrees, words = certainty.dense_check(fit, dense)
    assert agrees
    assert f"h = {dense.h2:.6f}, log-likelihood {text.number(dense.loglik, 9)}." in words
    assert f"Here they are {fit.h2:.6f} and {text.number(fit.loglik, 9)}." in words
    assert f"The two differ by {text.number(abs(dense.h2 - fit.h2), 1)} in h" in words


@pytest.mark.parametrize("moved", [{"h2": 2e-5}, {"h2": -2e-5}, {"loglik": 2e-6}, {"loglik": -1}])
def test_a_fit_that_differs_is_told_apart(moved):
    fit, problem = view("two hills").reml, view("two hills").problem
    dense = dense_fit(problem.y, problem.X, problem.K)
    ((name, by),) = moved.items()
    other = dataclasses.replace(dense, **{name: getattr(dense, name) + by})
    agrees, words = certainty.dense_check(fit, other)
    assert not agrees
    assert text.number(abs(getattr(other, name) - getattr(fit, name)), 1) in words


def test_the_estimate_as_gemma_prints_it_does_not_depend_on_the_mean_of_k():
    """GEMMA centres the kinship first, so its pve is that of the centred one."""
    problem = view("two hills").problem
    y, X, K = problem.y, None, problem.K
    centred = K - K.mean(axis=0)
    centred = centred - centred.mean(axis=1)[:, np.newaxis]
    printed = [
        certainty.as_gemma(fit_lmm(y, X, matrix), kinship_scale_factor(matrix, "gower"))
        for matrix in (K, 0.5 * (centred + centred.T))
    ]
    pve = gemma_pve(fit_lmm(y, X, 0.5 * (centred + centred.T)))
    assert printed[0] == printed[1]
    assert f"pve = {pve.pve:.6f}, standard error {pve.se:.6f}." in printed[0]
    assert f"{fit_lmm(y, X, K).h2:.6f}" not in printed[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_no_sentence_or_table_holds_a_nan(kind, method):
    shown = view(kind)
    fit = shown.fit(method)
    if not fit.maxima:
        with pytest.raises(LMMError, match="no estimate"):
            coefficient_tests(fit)
        return
    said = [
        certainty.coefficients(shown, coefficient_tests(fit)),
        certainty.conventions(fit),
        certainty.scales(fit.h2, {"given": 1.0, "doubled": 2.0}),
    ]
    try:
        found = residuals(fit)
        said += [certainty.outliers(shown, found), certainty.quantile_alt(found.whitened)]
    except LMMError:
        assert fit.h2 == 1
    for words in said:
        assert not re.search(r"\b(nan|inf|None)\b", words), words
