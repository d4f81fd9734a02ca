import dataclasses
import re

import numpy as np
import pytest

from lmm_app.fit import side_by_side, text
from lmm_app.fit.chance import p_words
from lmm_app.fit.verdict import details, verdict
from lmm_app.fit.view import compare
from lmm_core import LMMError, fit_rotated, interval_h2, log_likelihood, se_h2
from lmm_core.fit import plain_search
from lmm_core.grid import profile_grid
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
        (0.00012345, "1.234 × 10⁻⁴"),
        (1234.56, "1,235"),
        (123456.7, "123,457"),
        (1.5e6, "1.500 × 10⁶"),
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
    [
        (-332.13061, 7, "−332.1306"),
        (0.34567, 2, "0.35"),
        (12.7, 1, "13"),
        (2.2e-15, 1, "2 × 10⁻¹⁵"),
    ],
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
        (5.0, 2e-9, "5.000 ± 2.0 × 10⁻⁹"),
        (5.0, 0.0, "5.000"),
        (5.0, np.nan, "5.000"),
        (np.nan, np.nan, "–"),
    ],
)
def test_an_estimate_and_its_error(value, error, shown):
    assert text.plus_minus(value, error) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (4.7e-5, "47 µs"),
        (2.34e-4, "230 µs"),
        (9.996e-4, "1.0 ms"),
        (0.0047, "4.7 ms"),
        (0.0123, "12 ms"),
        (2.345, "2.3 s"),
        (123.0, "120 s"),
        (np.nan, "–"),
        (np.inf, "–"),
    ],
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
        side_by_side.estimates_table(shown, method),
    ]
    for h2 in (0.0, 0.5, 1.0):
        found = compare(shown, h2, reml=fit.reml)
        sentences.append(text.comparison_sentence(found))
    sentences += [text.profile_caption(shown, method), side_by_side.about_estimates(shown)]
    for words in sentences:
        assert len(words) > 20
        assert not re.search(r"\b(nan|inf|None)\b", words), words


def test_facts_count_who_was_fitted():
    y = np.array([1.0, np.nan, 3.0, 2.0, 5.0, 4.0])
    problem = make_problem(y, 2 * sibs(3, 2), {"sex": np.array([0, 1.0, 0, 1, 1, 0])})
    assert text.facts(view_of(problem)) == (
        "5 individuals · covariates: sex. 1 left out for missing values (i1)."
    )


def test_facts_name_an_aliased_covariate():
    shown = view("aliased")
    (aliased,) = shown.reml.rotated.aliased
    name = shown.problem.columns[aliased]
    words = text.facts(shown)
    assert words.endswith(f" No coefficient for {name}: it is a combination of other columns.")
    rows = dict((row[0], row[1:]) for row in side_by_side.estimates(shown))
    assert rows[f"β {name}"] == ("–", "–")


def test_the_table_holds_the_numbers_of_both_fits():
    shown = view("interior")
    rows = {row[0]: row[1:] for row in side_by_side.estimates(shown)}
    ml, reml = shown.ml, shown.reml
    assert rows["h"] == (f"{ml.h2:.3f}", f"{reml.h2:.3f}")
    for place, fit in enumerate((ml, reml)):
        low, high = interval_h2(fit)
        ends = [f"{end:.3f}" if 0.0 < end < 1.0 else f"{end:.0f}" for end in (low, high)]
        assert rows["95% profile interval"][place] == "–".join(ends)
        assert rows["SE of ĥ"][place] == text.number(se_h2(fit), 2)
    assert rows["v"] == (text.number(ml.sigma2), text.number(reml.sigma2))
    assert rows["σ²<sub>g</sub> = v·h"][1] == text.number(reml.sigma2_g)
    assert rows["σ²<sub>e</sub> = v·(1 − h)"][0] == text.number(ml.sigma2_e)
    assert rows["β sex"][1] == text.plus_minus(reml.beta[1], reml.se_beta[1])
    loglik = [f"{fit.loglik:.3f}".replace("-", "−") for fit in (ml, reml)]
    assert rows["log-likelihood"] == tuple(loglik)
    # Of the search, without the two ends that are compared after it.
    sweep = profile_grid(ml.rotated).size
    tried = [f"{sweep} + {len(fit.trace) - 2}" for fit in (ml, reml)]
    assert rows["values tried"] == tuple(tried)
    assert rows["where the top is"] == ("between 0 and 1", "between 0 and 1")
    table = side_by_side.estimates_table(shown, "ML")
    assert 'class="estimates by-ML"' in table
    # On the page the table is the same for both methods, and the column is chosen around it.
    plain = side_by_side.estimates_table(shown)
    assert plain == table.replace(" by-ML", "")
    for column, method in enumerate(("ML", "REML"), start=1):
        for chosen in (f".estimates.by-{method}", f".st-key-chosen-{method} .estimates"):
            assert f"{chosen} td:nth-of-type({column})" in side_by_side.TABLE_STYLE
    cells = re.findall(r"<tr><th[^>]*>([^\n]*)</th><td>([^\n]*)</td><td>([^\n]*)</td></tr>", plain)
    assert cells == side_by_side.estimates(shown)


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("lower boundary", "at 0"),
        ("upper boundary", "at 1"),
        ("unbounded", "no top: rises without end"),
        ("flat: K = I", "no top: flat"),
    ],
)
def test_the_table_says_where_the_maximum_is(kind, place):
    assert side_by_side.estimates(view(kind))[-1][1] == place


@pytest.mark.parametrize("kind", ["lower boundary", "upper boundary", "flat: K = I"])
def test_the_table_gives_no_standard_error_of_h_at_an_end_or_without_an_estimate(kind):
    shown = view(kind)
    rows = {row[0]: row[1:] for row in side_by_side.estimates(shown)}
    assert rows["SE of ĥ"] == ("–", "–")
    if not shown.reml.maxima:
        assert rows["95% profile interval"] == ("–", "–")


def hostile_view(name):
    rng = np.random.default_rng(3)
    y = rng.standard_normal(12)
    y[2] = np.nan
    return view_of(make_problem(y, sibs(4, 3), {name: rng.standard_normal(12)}, trait=name))


def test_a_hostile_name_is_text_in_the_table():
    table = side_by_side.estimates_table(hostile_view(HOSTILE), "ML")
    assert "<img" not in table
    assert "β &lt;img src=x onerror=alert(1)&gt;&#124;" in table
    assert "β a&amp;b" in side_by_side.estimates_table(hostile_view("a&b"), "ML")


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
    assert [row["try"] for row in rows] == list(range(1, fit.n_eval + 1))
    assert [row["h"] for row in rows] == [step.h2 for step in fit.trace]
    assert [row["log-likelihood"] for row in rows] == [step.loglik for step in fit.trace]
    assert rows[0]["step"] == "first point"
    assert [row["step"] for row in rows[-2:]] == ["end of [0, 1]"] * 2


@pytest.mark.parametrize("kind", ["interior", "two hills", "lower boundary"])
def test_the_sentence_on_the_search_counts_its_steps_and_the_sweep(kind):
    fit = view(kind).reml
    kinds = [step.procedure for step in fit.trace]
    golden, parabolic = len(kinds) - 2 - kinds.count("parabolic"), kinds.count("parabolic")
    last = fit.trace[-3]
    words = text.search_sentence(fit)
    hills = "each of its 2 hills" if kind == "two hills" else "it"
    assert len(fit.maxima) == 1 + (kind == "two hills")
    assert words.startswith(
        f"A first sweep of {profile_grid(fit.rotated).size} values found the shape of the curve, "
        f"and Brent’s method climbed {hills}. The search of the highest hill tried "
        f"{golden + parabolic} values of h: {golden} by golden-section cuts and {parabolic} at the "
        "top of a parabola"
    )
    assert f"to a width of {text.number(last.upper - last.lower, 2)}." in words


def test_the_sweep_is_what_the_fit_tries_first(monkeypatch):
    """Counted: the fit's own calls of the log-likelihood, before any search."""
    counted = []

    def counting(rotated, h2, *, reml):
        counted.append(np.size(h2))
        return log_likelihood(rotated, h2, reml=reml)

    monkeypatch.setattr("lmm_core.fit.log_likelihood", counting)
    fit = fit_rotated(view("two hills").reml.rotated)
    assert counted[0] == text.sweep_size(fit) > 20
    # Each hill then has a search of its own, one value at a time.
    assert sum(size == 1 for size in counted) > len(text.tries(fit.trace)) == fit.n_eval - 2


def test_the_sentence_on_another_search_says_where_it_ended():
    shown = view("two hills")
    found = plain_search(shown.ml.rotated, reml=False)
    words = text.steps_sentence(found.trace)
    assert words.startswith(f"The search tried {found.n_eval} values of h: ")
    assert "bracket shrank from 0 to 1 to" in words
    assert words.endswith(f"It ended at h = {found.x:.4f}.")
    assert "Then both ends were compared." in text.steps_sentence(shown.ml.trace)
    assert text.profile_alt(shown, "ML", found.trace).endswith(words)
    assert text.profile_alt(shown, "ML", shown.ml.trace) == text.profile_alt(shown, "ML")


def test_without_a_search_the_sentence_says_why():
    assert "nothing to search for" in text.search_sentence(view("flat: K = I").reml)
    assert "no finite hill" in text.search_sentence(view("unbounded, no maximum").ml)


def test_the_comparison_says_to_how_many_digits_both_agree():
    found = compare(view("interior"), 0.5, reml=True)
    words = text.comparison_sentence(found)
    (digits,) = re.findall(r"the same β̂, to (\d+) digits\.", words)
    # To so many digits and no more: the difference lies between two powers of ten.
    assert 10.0 ** -(int(digits) + 1) < found.difference <= 10.0 ** -int(digits) or (
        found.difference < 1e-15 and digits == "15"
    )
    singular = compare(view("unbounded"), 1.0, reml=True)
    assert text.comparison_sentence(singular).startswith("this V has no inverse, so generalised")
    apart = dataclasses.replace(found, difference=3e-4)
    assert not apart.agree
    assert "differ by 3 × 10⁻⁴, relative to" in text.comparison_sentence(apart)


@pytest.mark.parametrize(
    ("difference", "digits"),
    [(0.0, 15), (1e-30, 15), (2e-15, 14), (1e-12, 12), (9.9e-9, 8), (0.5, 0), (7.0, 0)],
)
def test_two_numbers_agree_to_the_digits_that_their_difference_leaves(difference, digits):
    assert text.agreeing_digits(difference) == digits


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.179, "p = 0.18"),
        (0.0017, "p = 0.002"),
        (0.0994, "p = 0.099"),
        (0.0999, "p = 0.10"),
        (9.9e-4, "p < 0.001"),
        (1.0, "p = 1.00"),
    ],
)
def test_p_in_a_sentence(p, words):
    assert p_words(p) == words


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_caption_of_the_profile_says_what_is_there(method):
    band, marks = f"by {method}.", "The numbered marks are the values"
    for kind in ("interior", "two hills", "lower boundary", "upper boundary"):
        words = text.profile_caption(view(kind), method)
        assert f"The band is the 95% profile interval by {method}." in words
        assert marks in words
        assert "leaves the picture" not in words
    flat = text.profile_caption(view("flat: K = I"), method)
    assert "no h fits better than another" in flat
    assert band not in flat.replace(f"By {method} both", "")
    assert marks not in flat
    endless = text.profile_caption(view("unbounded"), method)
    assert "ML’s curve leaves the picture at its right edge." in endless
    assert ("of its highest finite hill" in endless) == (method == "ML")
    none = text.profile_caption(view("unbounded, no maximum"), "ML")
    assert "band" not in none


def test_what_is_said_under_the_table_is_so_of_its_fits():
    said = {
        kind: side_by_side.about_estimates(view(kind)) for kind in ("interior", "two hills", "tiny")
    }
    assert said["interior"].startswith("The interval holds every h within 1.92 of the top.")
    assert said["two hills"].startswith("The interval goes from the first h within 1.92")
    assert "mean of K’s diagonal" not in said["tiny"]
    one = view("interior").problem
    doubled = view_of(make_problem(one.y, 2 * one.K))
    assert "mean of K’s diagonal" in side_by_side.about_estimates(doubled)
    assert "What stands under ML is about the highest hill that is finite." in (
        side_by_side.about_estimates(view("unbounded"))
    )
    flat = side_by_side.about_estimates(view("flat: K = I"))
    assert "interval" not in flat
    assert "must not be compared" in flat


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
    assert "is highest" not in words
    assert "has its highest finite hill at h = 0.000" in words
    assert view("flat: K = I").reml.message in text.profile_alt(view("flat: K = I"), "REML")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LMMError("a room is full", "300 of 300"), "A room is full: 300 of 300"),
        (LMMError("h must be below 1"), "h must be below 1"),
        (LMMError("must be a number", where="geno.csv"), "geno.csv: must be a number"),
        (LMMError("LMM_SECRET is too short"), "LMM\\_SECRET is too short"),
    ],
)
def test_an_error_is_a_sentence(error, said):
    assert text.said(error) == said
