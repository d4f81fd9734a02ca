from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmm_app.live.hand import MIDDLE, exact_h, frames_hand, h_hand, is_home, resting, start
from tests.odd_views import KINDS, view

CHECK = settings(derandomize=True, deadline=None, max_examples=200)
ESTIMATES = st.floats(0.0, 1.0) | st.floats(0.0, 0.001) | st.floats(0.999, 1.0)
DECIMALS = st.sampled_from([2, 3])


def a_fit(estimate):
    return SimpleNamespace(maxima=(estimate,), h2=estimate)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_h_begins_and_rests_at_the_estimate_or_in_the_middle(kind, method):
    fit = view(kind).fit(method)
    hand = h_hand(fit)
    assert (hand["kind"], hand["commits"], hand["decimals"]) == ("h", True, 3)
    if fit.maxima:
        assert start(fit) == hand["estimate"] == fit.h2
        assert hand["resting"] == resting(fit)
        assert abs(resting(fit) - fit.h2) <= 0.0005 + 1e-12
        assert exact_h(fit, resting(fit)) == fit.h2
    else:
        assert hand["estimate"] is hand["resting"] is None
        assert start(fit) == resting(fit) == MIDDLE == 0.5
        assert exact_h(fit, 0.5) == 0.5
        assert not is_home(fit, 0.5)


@CHECK
@given(ESTIMATES, DECIMALS)
def test_one_rounded_h_stands_for_the_estimate_wherever_it_is(estimate, decimals):
    fit = a_fit(estimate)
    rest = resting(fit, decimals)
    assert rest == round(rest, decimals)
    assert abs(rest - estimate) <= 10.0**-decimals + 1e-12
    # At an end of [0, 1] is only an estimate that is there.
    assert (rest in (0.0, 1.0)) == (estimate in (0.0, 1.0))
    if rest == round(estimate, decimals):
        assert abs(rest - estimate) <= 0.5 * 10.0**-decimals + 1e-12


@CHECK
@given(ESTIMATES, st.integers(0, 1000))
def test_every_other_rounded_h_is_meant_as_it_is(estimate, thousandths):
    fit, h = a_fit(estimate), round(thousandths / 1000, 3)
    assert is_home(fit, h) == (h == resting(fit))
    assert exact_h(fit, h) == (estimate if is_home(fit, h) else h)


def test_the_numbers_of_the_small_sample():
    fit = a_fit(0.92604)
    assert resting(fit) == 0.926
    assert resting(fit, 2) == 0.93
    assert exact_h(fit, 0.926) == 0.92604
    assert exact_h(fit, 0.93) == 0.93
    assert resting(a_fit(1e-9)) == 0.001
    assert resting(a_fit(1 - 1e-9)) == 0.999
    assert [resting(a_fit(end)) for end in (0.0, 1.0)] == [0.0, 1.0]


def test_a_row_of_frames_has_its_words():
    hand = frames_hand(("one", "two"), "which")
    expected = {"kind": "frames", "label": "which", "commits": False, "spoken": ["one", "two"]}
    assert hand == expected
    assert frames_hand(["one"], "which", commits=True)["commits"]
