from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmm_app.live.frames import COUNT, MIDDLE, frame_of, frame_values, home_frame
from tests.odd_views import KINDS, view

EVEN = [round(k / 100, 2) for k in range(101)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_frame_of_the_estimate_is_the_estimate_itself(kind, method):
    fit = view(kind).fit(method)
    h2, home = frame_values(fit), home_frame(fit)
    expected = list(EVEN)
    if fit.maxima:
        expected[home] = fit.h2
        assert abs(fit.h2 - EVEN[home]) <= 0.005 + 1e-12
    else:
        assert home == MIDDLE == 50
    assert h2.tolist() == expected


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.floats(0.0, 1.0) | st.floats(0.0, 0.01) | st.floats(0.99, 1.0))
def test_frames_rise_from_0_to_1_wherever_the_estimate_is(estimate):
    fit = SimpleNamespace(maxima=(estimate,), h2=estimate)
    h2, home = frame_values(fit), home_frame(fit)
    assert h2.size == COUNT == 101
    assert (h2[0], h2[-1]) == (0.0, 1.0)
    assert (np.diff(h2) > 0).all()
    assert h2[home] == estimate
    assert np.delete(h2, home).tolist() == EVEN[:home] + EVEN[home + 1 :]
    # The estimate's frame is where a link to it, two decimals long, leads.
    assert frame_of(round(home / 100, 2)) == home


def test_every_even_h_has_a_frame_of_its_own():
    assert [frame_of(h) for h in EVEN] == list(range(COUNT))
    assert [frame_of(h) for h in (-0.0, 0.0049, 0.0051, 0.994, 0.9951)] == [0, 0, 1, 99, 100]
