"""The answer key: its numbers are those of the package, fitted here again from the arrays."""

import csv

import numpy as np
import pytest

from lmm_app.lecturer import answers
from lmm_app.lecturer.answers import Answer, Found, answer
from lmm_app.lessons.presets import PRESETS
from lmm_app.sources.opened import Lesson, Sample, Simulation, open_source
from lmm_core import LMMError, fit_lmm, interval_h2
from tests.odd_views import view_of

NONE = Found(np.nan, np.nan, np.nan, "flat")


def again(source, reml, trait=None, covariates=None):
    """Estimate, interval and status straight from the tables of the dataset."""
    data = open_source(source).dataset
    names = data.covariates.columns if covariates is None else covariates
    y = data.traits.column(trait or data.traits.columns[0])
    X = np.column_stack([np.ones(data.n), *(data.covariates.column(name) for name in names)])
    has = np.isfinite(y)
    fit = fit_lmm(y[has], X[has], data.kinship[np.ix_(has, has)], reml=reml)
    return fit, tuple(interval_h2(fit)) if fit.maxima else (np.nan, np.nan)


SOURCES = [
    Lesson("full_sibs", 17),
    Lesson("small_sample", 3),
    Lesson("boundary_zero", 2),
    Lesson("boundary_one", 4),
    Lesson("one_family", 5),
    Lesson("two_hills", 2),
    Lesson("centred_kinship", 6),
    Lesson("many_covariates", 9),
    Simulation("families", 60, 0.8, seed=11),
    Sample("tiny12"),
]


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_an_answer_is_the_fit_of_the_package(source):
    found = answer(source)
    for reml, mine in ((True, found.reml), (False, found.ml)):
        fit, (lower, upper) = again(source, reml)
        assert mine.status == fit.status
        np.testing.assert_allclose(
            (mine.h2, mine.lower, mine.upper), (fit.h2, lower, upper), rtol=0, atol=1e-12
        )
    true_h2 = open_source(source).true_h2
    assert found.true_h2 == true_h2 or (true_h2 is None and np.isnan(found.true_h2))


@pytest.mark.parametrize("name", PRESETS)
def test_whether_the_claim_holds_is_the_lessons_own_check(name):
    for seed in (1, 2):
        data = PRESETS[name].make(seed).dataset
        view = view_of(data.problem(data.traits.columns[0], data.covariates.columns))
        assert answer(Lesson(name, seed)).holds is PRESETS[name].check(view)
    assert answer(Lesson(name)).holds is True


def test_another_trait_and_covariates_are_fitted_but_the_claim_is_about_the_usual_ones():
    found = answer(Lesson("outlier", 3), "checked", ())
    fit, _ = again(Lesson("outlier", 3), True, "checked")
    assert found.reml.h2 == pytest.approx(fit.h2, abs=1e-12)
    assert found.reml.h2 != answer(Lesson("outlier", 3)).reml.h2
    assert found.holds is answer(Lesson("outlier", 3)).holds
    bare = answer(Lesson("many_covariates", 3), None, ("home2",))
    fit, _ = again(Lesson("many_covariates", 3), False, covariates=("home2",))
    assert bare.ml.h2 == pytest.approx(fit.h2, abs=1e-12)
    assert bare.holds is True


def test_only_a_lesson_has_a_claim_and_only_made_data_a_truth():
    simulated, sample = answer(Simulation("families", 40, 0.8)), answer(Sample("tiny12"))
    assert (simulated.holds, simulated.true_h2) == (None, 0.8)
    assert sample.holds is None
    assert np.isnan(sample.true_h2)


def test_what_cannot_be_made_says_so():
    with pytest.raises(LMMError, match="no preset “none”"):
        answer(Lesson("none", 1))


def crafted():
    inside, outside = Found(0.4, 0.1, 0.7, "interior"), Found(0.0, 0.0, 0.2, "lower_boundary")
    return [
        Answer(inside, outside, 0.5, True),
        Answer(outside, NONE, 0.5, False),
        Answer(NONE, inside, 0.5, True),
    ]


def test_the_summary_counts_what_the_rows_say():
    assert answers.summary(crafted()) == (
        "3 students, by REML: ĥ from 0 to 0.40, 0.20 on average. The true h is 0.50; 1 of 2 "
        "intervals contain it. 1 have none. The answer of the lesson is true of 2 of 3."
    )
    assert answers.summary([]) == ""
    assert answers.summary([Answer(NONE, NONE, 0.5, True) for _ in range(2)]) == (
        "The true h is 0.50. REML cannot tell, and has no interval. "
        "The answer of the lesson is true of 2 of 2."
    )
    assert answers.summary([Answer(crafted()[0].reml, NONE, np.nan, None)]) == (
        "By REML ĥ is 0.40."
    )


@pytest.mark.parametrize(
    ("true", "students", "said"),
    [
        (0.5, 30, "30 of 30 intervals contain it. About 1.5 would be expected to miss it."),
        (0.5, 200, "200 of 200 intervals contain it. About 10 would be expected to miss it."),
        (0.5, 19, "19 of 19 intervals contain it."),
        (0.0, 30, "0 of 30 intervals contain it."),
    ],
)
def test_how_many_would_miss_the_truth_is_said_of_a_class_and_away_from_the_ends(
    true, students, said
):
    found = Found(0.4, 0.1, 0.7, "interior")
    summary = answers.summary([Answer(found, found, true, None) for _ in range(students)])
    assert summary.endswith(said)


def test_the_rows_to_read():
    marks = ((1, 5), (2, 6), (3, 7))
    first, second, third = answers.key_rows(
        [(*mark, one) for mark, one in zip(marks, crafted(), strict=True)]
    )
    assert first == {
        "student": 1,
        "seed": 5,
        "ĥ REML": "0.400",
        "95% REML": "0.100–0.700",
        "top REML": "between 0 and 1",
        "ĥ ML": "0",
        "95% ML": "0.000–0.200",
        "top ML": "at 0",
        "true h": "0.500",
        "answer true": "yes",
    }
    assert (second["student"], second["ĥ ML"], second["95% ML"]) == (2, "–", "–")
    assert third["answer true"] == "yes"
    sample, hidden = answers.key_rows(
        [(student, None, Answer(NONE, NONE, np.nan, None)) for student in (None, 7)]
    )
    assert not {"student", "seed"} & sample.keys()
    assert (hidden["student"], "seed" in hidden) == (7, False)
    row = sample
    assert "answer true" not in row


def test_the_key_is_strict_csv_with_all_digits():
    known = [*crafted(), answer(Lesson("two_hills", 8)), answer(Sample("tiny12"))]
    marks = [(1, 5), (2, 6), (3, 7), (4, None), (None, None)]
    text = answers.key_csv([(*mark, one) for mark, one in zip(marks, known, strict=True)])
    header, *rows = csv.reader(text.splitlines(), strict=True)
    assert header == [
        "student", "seed", "h_reml", "lower_reml", "upper_reml", "status_reml",
        "h_ml", "lower_ml", "upper_ml", "status_ml", "true_h", "claim_holds",
    ]  # fmt: skip
    assert {len(row) for row in rows} == {len(header)}
    for one, row in zip(known, rows, strict=True):
        cells = dict(zip(header, row, strict=True))
        for method, found in (("reml", one.reml), ("ml", one.ml)):
            for name, value in (("h", found.h2), ("lower", found.lower), ("upper", found.upper)):
                cell = cells[f"{name}_{method}"]
                assert cell == "NA" if np.isnan(value) else float(cell) == value
            assert cells[f"status_{method}"] == found.status
    assert rows[0][:2] == ["1", "5"]
    assert rows[3][:2] == ["4", "NA"]
    assert rows[4][:2] == ["NA", "NA"]
    assert [row[-2:] for row in rows] == [
        ["0.5", "yes"], ["0.5", "no"], ["0.5", "yes"], ["NA", rows[3][-1]], ["NA", "NA"],
    ]  # fmt: skip
