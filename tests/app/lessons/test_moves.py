"""“What moves h?”: the published numbers, and every answer is true and told by its own."""

import json
from functools import cache

import numpy as np
import pytest

from lmm_app.lessons.moves import frames
from lmm_app.lessons.moves.cases import CASES, OPTIONS, sentence
from lmm_app.lessons.moves.frames import RECORDS, TIMES, WITH_MOTHERS, moves
from lmm_app.live.moves import moves_board, start_of
from lmm_core import decompose, fit_lmm, fit_rotated, rotate
from lmm_core.simulate.families import full_sib_families
from lmm_data.published.entries import shelf
from lmm_data.samples import read_gryphons, read_lay_dates

found = cache(moves)
RIGHT = {
    "sex": "rises",
    "mother": "falls",
    "scale": "falls",
    "design": "rises",
    "cohorts": "rises",
}


@cache
def weighed():
    """y, sex, mother and year of those with a birth weight, and A."""
    measured, A = read_gryphons()
    table = measured.take([measured.ids.index(label) for label in A.ids])
    keep = np.flatnonzero(~np.isnan(table.column("bwt")))
    columns = {name: table.column(name)[keep] for name in ("bwt", "sex", "mother", "byear")}
    return columns, A.values[np.ix_(keep, keep)]


def printed(code, model):
    (entry,) = (entry for entry in shelf() if entry.code == code)
    return {number.name: float(number.printed) for number in entry.models[model].numbers}


def test_sex_and_lay_dates_have_the_published_variances():
    for place, frame in enumerate(found().frames["sex"]):
        theirs = printed("gryphons", place)
        assert frame.genetic == pytest.approx(theirs["V_A"], abs=1e-5)
        assert frame.residual == pytest.approx(theirs["V_R"], abs=1e-5)
        assert frame.h2 == pytest.approx(theirs["h²"], abs=1e-6)
    single, theirs = found().frames["design"][0], printed("lay_dates", 3)
    assert single.genetic == pytest.approx(theirs["V_A"], abs=3e-6)
    assert single.second == pytest.approx(theirs["V of the permanent environment"], abs=5e-6)
    assert single.residual == pytest.approx(theirs["V_R"], abs=1e-6)


def test_h_rises_with_sex_though_its_variance_falls_and_the_mothers_take_of_both():
    plain, sex = found().frames["sex"]
    assert sex.genetic < plain.genetic
    assert sex.h2 > plain.h2
    before, mothers = found().frames["mother"]
    assert (before.genetic, before.residual) == (sex.genetic, sex.residual)
    assert mothers.genetic < before.genetic
    assert mothers.second > 1.0


def test_the_mixture_with_mothers_is_the_highest():
    columns, K = weighed()
    X = np.column_stack([np.ones(len(K)), columns["sex"]])
    same = np.equal.outer(columns["mother"], columns["mother"]) + 0.0

    def top(rho):
        mixed = decompose(rho * K + (1.0 - rho) * same)
        return fit_rotated(rotate(mixed, columns["bwt"], X)).loglik

    assert top(WITH_MOTHERS) > max(top(WITH_MOTHERS - 0.005), top(WITH_MOTHERS + 0.005))


def test_another_scale_is_another_h_of_the_same_fit():
    columns, K = weighed()
    X = np.column_stack([np.ones(len(K)), columns["sex"]])
    double = fit_lmm(columns["bwt"], X, 2.0 * K)
    first, last = found().frames["scale"][0], found().frames["scale"][-1]
    assert TIMES[-1] == 2.0
    assert double.h2 == pytest.approx(last.h2, abs=1e-9)
    assert double.sigma2_g == pytest.approx(last.genetic, rel=1e-9)
    assert double.sigma2_g == pytest.approx(first.genetic / 2.0, rel=1e-9)
    assert K.diagonal().mean() == pytest.approx(1.0)


def test_a_mean_of_k_dates_has_a_kth_of_the_residual():
    single, fifth = found().frames["design"][0], found().frames["design"][4]
    assert RECORDS[4] == 5
    assert fifth.residual == pytest.approx(single.residual / 5.0)
    assert (fifth.genetic, fifth.second) == (single.genetic, single.second)


def test_wrong_scales_do_not_matter_where_the_cohort_is_a_covariate():
    apart, pooled = found().told_apart, [frame.h2 for frame in found().frames["cohorts"]]
    assert np.ptp(apart) < 1e-12
    assert frames.TOO_MUCH[CASES["cohorts"].after] == 5.0
    # For a small difference h may fall a little: what is said is of 5 kg, and of more.
    assert np.all(np.diff(pooled[4:]) > 0.0)


def test_what_is_said_of_the_data():
    columns, K = weighed()
    assert len(K) == 854
    y, sex = columns["bwt"], columns["sex"]
    assert f"{y[sex == 2].mean() - y[sex == 1].mean():.1f}" == "2.2"
    late = columns["byear"] > np.median(columns["byear"])
    assert late.mean() == pytest.approx(0.5, abs=0.02)
    dates, A = read_lay_dates()
    assert (dates.n, A.n) == (1607, 469)


def test_each_answer_is_true_and_told_with_its_numbers():
    assert {name: case.right(found()) for name, case in CASES.items()} == RIGHT
    assert [case.answer(found()) for case in CASES.values()] == [
        "It rises, from 0.47 to 0.51, although the variance that goes with kinship falls (3.40 to "
        "3.06): the residual variance falls more (3.83 to 2.94).",
        "It falls, from 0.51 to 0.45: of what looked like genes (3.06) a part is the mothers’, "
        "who have a variance of their own, 1.08, and 2.70 is left.",
        "It falls, from 0.51 to 0.34, and nothing else happens: σ²_g is halved as K is doubled, "
        "the likelihood stays, and the average gryphon’s share stays 51%.",
        "It rises, from 0.17 to 0.31: in a mean of five the residual variance is a fifth (16.38 "
        "to 3.28), while the genes’ 4.88 and the 7.40 that are a female’s own stay.",
        "It rises, from 0.51 to 0.67: relatives tend to be of one cohort, so the wrong scales "
        "look like kinship; with the cohort as a covariate h is 0.51, however wrong the scales "
        "are.",
    ]


@pytest.mark.parametrize("name", CASES)
def test_right_and_wrong_guesses_are_told_why(name):
    case = CASES[name]
    right = case.right(found())
    assert set(case.hints) == set(OPTIONS) - {right}
    assert case.feedback(found(), right) == f"Correct. {case.answer(found())}"
    assert case.feedback(found(), None) == case.answer(found())
    for code, hint in case.hints.items():
        assert case.outcome(found(), code) == "wrong"
        assert case.feedback(found(), code) == f"Not quite. {hint} {case.answer(found())}"


@pytest.mark.parametrize("name", CASES)
def test_the_picture_keeps_the_answer_back_and_then_tells_it(name):
    case, moves = CASES[name], found()
    before, after = (moves_board(case, moves, revealed=seen) for seen in (False, True))
    assert before["said"] == [sentence(case, case.frames(moves)[0])]
    assert not before["show"]["slider"]
    drawn = [series["y"] for chart in before["charts"] for series in chart["series"]]
    assert all(heights[1] == 0.0 for heights in drawn)
    at = int(start_of(case, moves, revealed=True))
    first, asked = case.ends(moves)
    assert after["said"][at] == sentence(case, asked)
    for chart, of in zip(
        after["charts"], ((first.total, asked.total), (100.0, 100.0)), strict=True
    ):
        whole, blue = chart["series"][0]["y"].reshape(-1, 2), chart["series"][-1]["y"]
        assert whole[at] == pytest.approx(of)
        shares = blue.reshape(-1, 2)[at] / whole[at]
        assert shares == pytest.approx([first.h2, asked.h2], rel=1e-6)
        # The table has the parts and not their sums.
        parts = sum(series["exact"]["y"].reshape(-1, 2)[at] for series in chart["series"])
        assert parts == pytest.approx(of, rel=1e-6)
        assert after["said"][at] in chart["alts"][at]


@pytest.mark.parametrize("name", CASES)
def test_the_lines_run(name, capsys):
    families = full_sib_families(12, 4)
    rng = np.random.default_rng(1)
    n = len(families.ids)
    sex, late = (rng.integers(0, 2, n) + 0.0 for _ in range(2))
    X = np.column_stack([np.ones(n), sex])
    of = np.arange(n)
    y = rng.standard_normal(n) + sex
    mother = families.family
    given = {"y": y, "X": X, "K": families.K, "sex": sex, "late": late, "mother": mother}
    if name == "design":
        of = np.repeat(of, 2)
        given |= {"of": of, "y": y[of] + rng.standard_normal(2 * n), "X": X[of]}
    exec(CASES[name].code, given)
    assert capsys.readouterr().out


def test_names_stand_in_links_and_never_change():
    assert json.dumps(list(CASES)) == '["sex", "mother", "scale", "design", "cohorts"]'
