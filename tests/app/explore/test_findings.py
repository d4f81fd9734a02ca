"""The two pictures of the closer looks."""

import numpy as np
import pytest
from scipy.stats import norm

from lmm_app import figures
from lmm_app.explore.expected import expected_error_figure
from lmm_app.explore.residuals import quantile_figure
from lmm_core import LMMError, residuals
from lmm_core.certainty import contrasts, expected_se_h2
from tests.odd_views import KINDS, view

METHODS = ("ML", "REML")
CASES = [(kind, method) for kind in KINDS for method in METHODS]


def framed(figure):
    """Every figure has the same type, and axes that nobody moves by accident."""
    assert figure.layout.font.size == figure.layout.hoverlabel.font.size == figures.FONT_SIZE >= 13
    assert figure.layout.height >= 380
    assert figure.layout.xaxis.fixedrange
    assert figure.layout.yaxis.fixedrange


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_whitened_residuals_are_drawn_against_normal_quantiles(kind, method):
    fit = view(kind).fit(method)
    try:
        whitened = residuals(fit).whitened
    except LMMError:
        assert not fit.maxima or fit.h2 == 1
        return
    figure = quantile_figure(whitened)
    line, marks = figure.data
    values = np.sort(whitened[np.isfinite(whitened)])
    np.testing.assert_array_equal(marks.y, values)
    n = values.size
    ranks = np.arange(1, n + 1)
    np.testing.assert_allclose(marks.x, norm.ppf((ranks - 0.375) / (n + 0.25)), atol=1e-12)
    np.testing.assert_array_equal(line.x, line.y)
    low, high = figure.layout.yaxis.range
    assert low == -high
    assert np.abs(values).max() < high
    assert "NaN" not in figure.to_json()
    framed(figure)


def test_directions_without_a_residual_are_left_out():
    marks = quantile_figure(np.array([1.0, np.nan, -2.0, np.inf])).data[1]
    np.testing.assert_array_equal(marks.y, [-2.0, 1.0])
    assert quantile_figure(np.full(3, np.nan)).data[1].y.size == 0


@pytest.mark.parametrize("kind", ["interior", "tiny", "two hills", "unbounded", "aliased"])
def test_the_expected_error_is_drawn_as_it_is(kind):
    h2 = np.linspace(0.0, 1.0, 21)
    se = expected_se_h2(contrasts(view(kind).reml.rotated), h2)
    figure = expected_error_figure(h2, se, 0.3)
    (curve,) = figure.data
    shown = np.isfinite(se)
    np.testing.assert_array_equal(curve.x, h2[shown])
    np.testing.assert_array_equal(curve.y, np.minimum(se[shown], 1.0))
    assert [shape.x0 for shape in figure.layout.shapes] == [0.3]
    assert figure.layout.yaxis.range[0] == 0
    assert max(curve.y) < figure.layout.yaxis.range[1]
    assert "NaN" not in figure.to_json()
    framed(figure)


def test_an_error_that_is_infinite_leaves_an_empty_picture_with_finite_axes():
    figure = expected_error_figure(np.linspace(0, 1, 5), np.full(5, np.inf), None)
    assert not figure.data[0].x.size
    assert not figure.layout.shapes
    assert np.isfinite(figure.layout.yaxis.range).all()
