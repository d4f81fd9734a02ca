"""Every number that somebody else printed, against ours."""

import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from docs import published
from lmm_core import fit_rotated
from lmm_core.certainty import contrasts
from lmm_core.race import run
from lmm_data.published.answers import QUANTITIES, WITHOUT_DATA, answer, open_model
from lmm_data.published.entries import HALF_A_UNIT, Published, shelf

EVERY = [
    pytest.param(model, number, id=f"{entry.code}-{model.title}-{number.name}".replace(" ", "_"))
    for entry in shelf()
    for model in entry.models
    for number in model.numbers
]
ENTRIES = {entry.code: entry for entry in shelf()}


@pytest.mark.parametrize(("model", "number"), EVERY)
def test_ours_is_what_was_printed(model, number):
    assert answer(model, number) == pytest.approx(number.value, rel=0.0, abs=number.tolerance)


def test_a_digit_that_is_wrong_is_seen():
    model = ENTRIES["animal_model"].models[0]
    number = next(one for one in model.numbers if one.ours == "u")
    wrong = replace(number, printed=f"{number.printed[:-1]}{(int(number.printed[-1]) + 1) % 10}")
    assert abs(answer(model, wrong) - wrong.value) > wrong.tolerance
    assert Published("h", "0.12", "h2").tolerance == pytest.approx(0.005, rel=1e-6)
    assert Published("h", "12", "h2").tolerance == pytest.approx(0.5, rel=1e-6)


def test_every_entry_says_where_it_is_from_and_what_it_teaches():
    assert len(ENTRIES) == len(shelf()) > 9
    for entry in shelf():
        assert entry.title
        assert re.search(r"\d{4}|Mrode|NIST", entry.source), entry.code
        assert entry.teaches.endswith("."), entry.code
        for model in entry.models:
            assert model.numbers, entry.code
            assert len({number.name for number in model.numbers}) == len(model.numbers)
            for number in model.numbers:
                # Who asks for less than the digits printed says why.
                assert (number.within > 0.0) == (number.why != HALF_A_UNIT), number.name
                assert number.ours in {*QUANTITIES, *WITHOUT_DATA}, number.name


# What this package itself found of the same data on 2026-11-28: model, what, and its digits.
OURS = [
    ("calves", 0, "sigma2_g", 0.5513556),
    ("calves", 0, "sigma2_e", 0.4835105),
    ("calves", 0, "h2", 0.5327796),
    ("calves", 0, "loglik", -4.0426680),
    ("animal_model", 0, "loglik", -3.0283485),
    ("sires", 0, "sigma2_e", 0.1629557),
    ("sires", 0, "sigma2_g", 0.0466162),
    ("sires", 0, "h2", 0.2224354),
    ("lambs", 0, "sigma2_g", 0.517077),
    ("lambs", 0, "sigma2_e", 2.961597),
    ("lambs", 0, "h2", 0.148642),
    ("gryphons", 0, "sigma2_g", 3.395393),
    ("gryphons", 0, "sigma2_e", 3.828605),
    ("gryphons", 0, "h2", 0.4700157),
    ("gryphons", 1, "sigma2_g", 3.060439),
    ("gryphons", 1, "sigma2_e", 2.938413),
    ("lay_dates", 1, "sigma2_g", 12.28981),
    ("lay_dates", 2, "sigma2_g", 13.91710),
    ("lay_dates", 2, "sigma2_e", 16.84029),
]


@pytest.mark.parametrize(("code", "index", "name", "value"), OURS)
def test_our_own_digits_stay_where_they_were(code, index, name, value):
    found = getattr(open_model(ENTRIES[code].models[index]).fit, name)
    digits = len(str(value).partition(".")[2])
    assert found == pytest.approx(value, rel=0.0, abs=0.6 * 10.0**-digits)


def test_the_tops_of_two_textbook_examples_by_ml():
    calves, animals, lambs = (
        open_model(ENTRIES[code].models[0]).fit for code in ("calves", "animal_model", "lambs")
    )
    by_ml = fit_rotated(calves.rotated, reml=False)
    assert (by_ml.h2, round(by_ml.loglik, 7)) == (0.0, -5.5027755)
    tops = fit_rotated(animals.rotated, reml=False).maxima
    assert [top.h2 for top in tops] == [1.0, 0.0]
    assert [top.loglik for top in tops] == pytest.approx([-4.2349881, -4.3481620], abs=1e-7)
    assert fit_rotated(lambs.rotated, reml=False).h2 == 0.0


def test_no_quantity_is_without_a_number():
    used = {number.ours for entry in shelf() for model in entry.models for number in model.numbers}
    assert used == {*QUANTITIES, *WITHOUT_DATA}


def test_the_page_has_every_number_with_its_digits():
    page = published.page()
    for entry in shelf():
        assert f"## {entry.title}" in page
        assert entry.teaches in page
    assert "| σ²_e | 0.4835 | 0.4835 |" in page
    assert "| breeding value of a1 | 0.09844458 | 0.09844458 |" in page
    assert "| log-likelihood at the top | −2.1817 | −2.1817 |" in page
    assert page.count("\n| ") - page.count("\n| | printed") == len(EVERY)


def test_the_mixture_of_two_kinships_is_the_highest():
    model = ENTRIES["lay_dates"].models[3]
    at = open_model(model).fit.loglik
    for rho in (model.rho - 0.01, model.rho + 0.01):
        assert open_model(replace(model, rho=rho)).fit.loglik < at


@pytest.mark.parametrize(
    ("by", "times"), [("average", 4), ("fisher", 2), ("newton", 5), ("em", 1000)]
)
def test_how_many_steps_each_way_takes(by, times):
    """To the four decimals that the book prints; EM is off in the fourth after a thousand."""
    at = open_model(ENTRIES["calves"].models[0])
    top = at.fit.sigma2_g, at.fit.sigma2_e
    run_it = partial(run, contrasts(at.fit.rotated), by, (0.2, 0.4), effects=8, tolerance=0.0)

    def far_after(steps):
        last = run_it(max_steps=steps).trace[-1]
        return max(abs(last.sigma2_g - top[0]), abs(last.sigma2_e - top[1]))

    far = far_after(times)
    if by == "em":
        assert 1e-4 < far < 1e-3
        return
    assert far < 5e-5
    assert far_after(times - 1) > 5e-5
    assert at.fit.n_eval == 12


def test_what_the_entries_teach_is_so():
    lambs, misprinted = (open_model(model).fit for model in ENTRIES["lambs"].models)
    assert misprinted.sigma2_g / lambs.sigma2_g == pytest.approx(0.99, abs=0.005)
    reml, ml = (open_model(model).fit for model in ENTRIES["rails"].models)
    assert reml.sigma2_g / ml.sigma2_g == pytest.approx(1.2, abs=0.01)
    assert open_model(ENTRIES["animal_model"].models[0]).fit.h2 == 1.0
    far = [open_model(model).problem.y for model in ENTRIES["small_least_squares"].models[6:]]
    for y in far:
        assert np.spacing(y[0]) / 2.0 == pytest.approx(6e-5, abs=2e-6)
        np.testing.assert_array_equal((y - y[0]) + y[0], y)
    genotypes = open_model(ENTRIES["bulls"].models[0]).prepared.kinship.values[:14, 14:]
    bulls = open_model(ENTRIES["bulls"].models[0]).prepared.kinship.values[:14, :14]
    np.testing.assert_allclose(genotypes @ genotypes.T, bulls, rtol=1e-12)
    alone, sexed, _ = (open_model(model).fit for model in ENTRIES["gryphons"].models)
    assert sexed.sigma2_g < alone.sigma2_g
    assert sexed.h2 > alone.h2
    _, unrelated, pedigree, both = (open_model(m).fit for m in ENTRIES["lay_dates"].models)
    assert pedigree.loglik < unrelated.loglik < both.loglik
    for number in ENTRIES["likelihood_ratio"].models[0].numbers:
        assert number.value > 0.5
