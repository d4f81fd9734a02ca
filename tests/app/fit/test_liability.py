"""What is said of h where a trait has two values only."""

import numpy as np
import pytest

from lmm_app.fit.verdict import details
from lmm_core import interval_h2
from lmm_core.scales import average_share, liability_share
from lmm_core.summary import h_words
from lmm_data.liability import liability_words
from tests.odd_views import make_problem, sibs, view, view_of


def words_of(y, **how):
    shown = view_of(make_problem(y, sibs(len(y) // 4, 4), **how))
    return shown, liability_words(shown.problem, shown.reml, interval_h2(shown.reml))


def threshold(cut, seed=4, families=30):
    rng = np.random.default_rng(seed)
    liability = np.repeat(rng.normal(size=families), 4) + rng.normal(size=4 * families)
    return (liability > cut).astype(float)


@pytest.mark.parametrize(("zero", "one"), [(0.0, 1.0), (1.0, 2.0)])
def test_two_values_are_put_on_the_liability_scale(zero, one):
    cases = threshold(0.8)
    shown, said = words_of(zero + (one - zero) * cases)
    fit, p = shown.reml, cases.mean()
    share = liability_share(average_share(fit.h2, fit.eigen.mean_diagonal), p)
    assert f"would be about {h_words(share)} (" in said or share > 1.0
    assert f"if {100 * p:.3g}% of the population have {one:g}, as here" in said
    assert said in details(shown, "REML")


def test_more_values_than_two_are_no_liability():
    for kind in ("interior", "tiny"):
        shown = view(kind)
        assert liability_words(shown.problem, shown.reml, interval_h2(shown.reml)) == ""
        assert "liability" not in details(shown, "REML")


def test_a_share_above_1_is_said_to_fit_no_liability():
    # Whole families are cases, but for a few.
    flipped = np.repeat([1.0, 0.0, 0.0, 0.0] * 6, 4)
    flipped[::17] = 1.0 - flipped[::17]
    shown, said = words_of(flipped)
    assert shown.reml.h2 > 0.6
    assert "about more than 1" in said
    assert said.endswith("more alike than a threshold lets them.")
