import dataclasses
import re

import numpy as np
import pytest
from scipy.stats import chi2

from lmm_app.fit import certainty, text
from lmm_core import LMMError, coefficient_tests, dense_fit, fit_lmm, residuals, rlrt
from lmm_core.certainty import contrasts, expected_se_h2, interval_h2
from lmm_core.conventions import SYSTEMS, gemma_pve, log_likelihood_as
from lmm_core.scales import h2_on_scale, kinship_scale_factor
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
        (0.00056, "5.6e−04"),
        (9.99e-5, "1e−04"),
        (3.2e-130, "3e−130"),
        (0.0, "< 1e−300"),
        (np.nan, "–"),
    ],
)
def test_a_p_value(value, shown):
    assert certainty.p_value(value) == shown


def test_the_exact_interval_stands_beside_the_profile_one():
    found = view("two hills").methods["ML"]
    exact = interval_h2(found.fit, method="exact", draws=1000)
    words = certainty.exact_interval(exact, found.interval)
    assert words.startswith(f"**Exact 95% interval of h: {exact.lower:.3f} to {exact.upper:.3f}.**")
    assert f"known to ± {text.number(exact.error, 1)}." in words
    assert f"{found.interval.lower:.3f} to {found.interval.upper:.3f}, trusts" in words


def test_the_test_of_h_has_its_statistic_and_both_p_values():
    fit = view("two hills").reml
    test = rlrt(fit, draws=10_000)
    words = certainty.genetic_variance(test)
    assert f"ratio is {text.number(test.statistic, 4)}, " in words
    assert f"p = {certainty.p_value(test.p_value)} by {test.draws:,} samples" in words
    assert f"{100 * test.null_at_zero:.0f}% of which sits at 0" in words
    mixture = 0.5 * chi2.sf(test.statistic, 1)
    assert words.endswith(f"says p = {certainty.p_value(mixture)}.")
    assert "or less" not in words


def test_no_draw_above_the_statistic_makes_the_p_value_a_bound():
    test = rlrt(view("unbounded, no maximum").reml, draws=10_000)
    assert test.p_value == 1 / (1 + test.draws)
    words = certainty.genetic_variance(test)
    assert f"p = {certainty.p_value(test.p_value)} or less by {test.draws:,} samples" in words
    one_more = dataclasses.replace(test, p_value=2 / (1 + test.draws))
    assert "or less" not in certainty.genetic_variance(one_more)


def test_a_statistic_of_0_speaks_for_nothing():
    test = rlrt(view("lower boundary").reml, draws=1000)
    assert test.statistic == 0
    words = certainty.genetic_variance(test)
    assert "as likely at h = 0 as anywhere" in words
    assert "p =" not in words


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
    assert rows[0][2] == text.number(found.studentized[worst[0]], 3)
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
    assert "plot of 4 whitened residuals" in words
    assert f"deviation {text.number(np.std([3.5, -1, 1, -4]), 3)}; 2 of them" in words


def test_the_expected_error_in_words():
    h2 = np.linspace(0.0, 1.0, 101)
    se = expected_se_h2(contrasts(view("interior").reml.rotated), h2)
    best = np.argmin(se[:-1])
    words = certainty.expected_error(h2, se)
    assert f"error of {text.number(se[50], 2)} at h = 0.5" in words
    assert f"at best {text.number(se[best], 2)}, at h = {h2[best]:.2f}." in words
    for useless in (np.full(101, 0.7), np.full(101, np.inf), np.full(101, np.nan)):
        assert "no phenotype could tell much about h" in certainty.expected_error(h2, useless)
    good = 0.1 + (h2 - 0.25) ** 2
    assert "error of 0.16 at h = 0.5, and at best 0.10, at h = 0.25." in certainty.expected_error(
        h2, good
    )


@pytest.mark.parametrize("kind", ["interior", "tiny", "two hills", "lower boundary", "aliased"])
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_fit_straight_from_v_agrees(kind, method):
    fit, problem = view(kind).fit(method), view(kind).problem
    dense = dense_fit(problem.y, problem.X[:, fit.rotated.kept], problem.K, reml=fit.reml)
    agrees, words = certainty.dense_check(fit, dense)
    assert agrees
    assert f"h = {dense.h2:.6f} and log-likelihood {text.number(dense.loglik, 9)};" in words
    assert f"here {fit.h2:.6f} and {text.number(fit.loglik, 9)}." in words
    assert f"differ by {text.number(abs(dense.h2 - fit.h2), 1)} in h" in words


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
