import ast
import dataclasses
import re
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lmm_app.figures import theme
from lmm_app.figures.added_variable import LARGEST, SMALLEST, added_variable_figure
from lmm_app.figures.covariance import (
    PIXELS,
    color_limit,
    covariance_figure,
    covariance_image,
)
from lmm_app.figures.profile import DEEPEST, LABEL_GAP, profile_figure, relative
from lmm_app.figures.weights import weights_figure
from lmm_app.view import covariance_picture, picture_order
from lmm_core import LMMError, added_variable, wls
from tests.odd_views import KINDS, view

ROOT = Path(__file__).parents[1]
THEMES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
METHODS = ("ML", "REML")
SEARCHED = ["interior", "two hills", "unbounded", "lower boundary", "upper boundary"]
SYMBOLS = {
    "initial": "star-diamond",
    "golden": "diamond",
    "parabolic": "circle",
    "boundary": "square",
}
# Okabe and Ito 2008.
OKABE_ITO = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
OKABE_ITO |= {"#000000"}


@cache
def profile(kind, method, true_h2=None):
    return profile_figure(view(kind), method, true_h2)


def on_row(figure, row):
    axis = "x" if row == 1 else "x2"
    return [trace for trace in figure.data if (trace.xaxis or "x") == axis]


def marks(figure, row):
    """Every mark of the search in a row: place, symbol, details, text."""
    found = []
    for trace in on_row(figure, row):
        if "markers" in trace.mode and trace.customdata is not None:
            texts = trace.text or [""] * len(trace.x)
            for x, y, details, text in zip(trace.x, trace.y, trace.customdata, texts, strict=True):
                found.append((float(x), float(y), trace.marker.symbol, tuple(details), text))
    return found


def all_figures(kind):
    """Every figure of a view, over h and covariates, with what it is of."""
    shown = view(kind)
    rotated = shown.reml.rotated
    order = picture_order(shown.problem.K)
    picture = covariance_picture(shown.problem.K, order)
    ids = tuple(shown.problem.ids[i] for i in order)
    for method in METHODS:
        yield f"profile {method}", profile(kind, method)
    for h2 in (0.0, 0.4, 1.0):
        yield f"covariance {h2}", covariance_figure(picture, h2, ids)
        yield f"weights {h2}", weights_figure(rotated.values, wls(rotated, h2).weights, h2)
        for column in rotated.kept:
            try:
                plot = added_variable(rotated, h2, int(column))
            except LMMError:
                assert h2 == 1.0
                continue
            yield f"added {h2}", added_variable_figure(plot, "covariate", "trait")


def texts_of(value):
    if isinstance(value, dict):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("kind", SEARCHED)
@pytest.mark.parametrize("method", METHODS)
def test_each_step_of_the_trace_is_a_mark_in_a_row_of_its_own(kind, method):
    fit = view(kind).fit(method)
    found = {mark[1]: mark for mark in marks(profile(kind, method), 2)}
    assert len(found) == len(fit.trace) > 2
    for step in fit.trace:
        x, _, symbol, details, _ = found[step.iteration]
        assert x == step.h2
        assert symbol == SYMBOLS[step.procedure]
        assert details == (
            step.iteration,
            theme.STEP_NAME[step.procedure],
            step.loglik,
            step.lower,
            step.upper,
        )


@pytest.mark.parametrize("kind", SEARCHED)
@pytest.mark.parametrize("method", METHODS)
def test_each_step_of_the_trace_is_a_mark_on_the_curve(kind, method):
    fit = view(kind).fit(method)
    figure = profile(kind, method)
    floor, top = figure.layout.yaxis.range[0], -0.1 * figure.layout.yaxis.range[0]
    found = {mark[3][0]: mark for mark in marks(figure, 1)}
    assert sorted(found) == [step.iteration for step in fit.trace]
    for step in fit.trace:
        x, y, symbol, _, text = found[step.iteration]
        assert x == step.h2
        assert y == pytest.approx(np.clip(step.loglik - fit.loglik, floor, top), abs=1e-12)
        assert symbol == SYMBOLS[step.procedure]
        apart = min(abs(step.h2 - other.h2) for other in fit.trace if other is not step)
        assert text == (str(step.iteration) if apart >= LABEL_GAP else "")


@pytest.mark.parametrize("kind", SEARCHED)
@pytest.mark.parametrize("method", METHODS)
def test_each_bracket_is_a_bar_in_the_row_of_its_step(kind, method):
    fit = view(kind).fit(method)
    figure = profile(kind, method)
    (bars,) = [trace for trace in on_row(figure, 2) if trace.name == "bracket"]
    ends = list(zip(bars.x[0::3], bars.x[1::3], bars.y[0::3], bars.y[1::3], strict=True))
    assert set(bars.x[2::3]) == {None}
    assert ends == [
        (step.lower, step.upper, step.iteration, step.iteration)
        for step in fit.trace
        if step.procedure != "boundary"
    ]


def test_each_row_is_numbered_where_there_is_room():
    for kind in SEARCHED:
        fit = view(kind).reml
        shown = list(profile(kind, "REML").layout.yaxis2.tickvals)
        numbers = [step.iteration for step in fit.trace]
        assert shown == (numbers if len(numbers) <= 16 else numbers[::2])


def test_the_search_is_drawn_from_the_trace_alone():
    shown = view("interior")
    trace = shown.reml.trace[:2]
    moved = tuple(
        dataclasses.replace(step, h2=0.1 * k, procedure="parabolic", lower=0.05, upper=0.3)
        for k, step in enumerate(trace, start=1)
    )
    found = shown.methods["REML"]
    found = dataclasses.replace(found, fit=dataclasses.replace(found.fit, trace=moved))
    other = dataclasses.replace(shown, methods={**shown.methods, "REML": found})
    figure = profile_figure(other, "REML")
    assert [(mark[0], mark[1], mark[2]) for mark in marks(figure, 2)] == [
        (0.1, 1.0, "circle"),
        (0.2, 2.0, "circle"),
    ]
    (bars,) = [trace for trace in figure.data if trace.name == "bracket"]
    assert bars.x == (0.05, 0.3, None, 0.05, 0.3, None)


@pytest.mark.parametrize("kind", SEARCHED)
def test_both_curves_are_the_log_likelihood_less_its_maximum(kind):
    shown = view(kind)
    figure = profile(kind, "REML")
    for name in METHODS:
        (curve,) = [trace for trace in figure.data if trace.name == f"{name} profile"]
        on_grid = shown.profile(name)
        np.testing.assert_array_equal(curve.x, on_grid.h2)
        floor = figure.layout.yaxis.range[0] - 5.0
        height = np.clip(on_grid.loglik - shown.fit(name).loglik, floor, None)
        np.testing.assert_array_equal(curve.y, height)
        assert curve.line.color == theme.METHOD_COLOR[name]
        assert curve.line.dash == theme.METHOD_DASH[name]
    assert theme.METHOD_DASH["ML"] != theme.METHOD_DASH["REML"]


def test_without_a_maximum_the_highest_finite_value_stands_in():
    shown = view("unbounded, no maximum")
    height = relative(shown.profile("ML").loglik, shown.ml)
    assert height[np.isfinite(height)].max() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_axes_are_fixed_and_the_same_for_every_state_of_the_data(kind):
    figures = [profile(kind, "ML"), profile(kind, "REML"), profile(kind, "REML", 0.9)]
    for axis in ("xaxis", "xaxis2", "yaxis"):
        ranges = {tuple(figure.layout[axis].range) for figure in figures}
        assert len(ranges) == 1, axis
        assert np.isfinite(ranges.pop()).all()
    for figure in figures:
        low, high = figure.layout.yaxis.range
        assert -1.06 * DEEPEST - 1e-12 <= low < 0 < high
        assert figure.layout.yaxis2.range[0] > figure.layout.yaxis2.range[1]
        for axis in ("xaxis", "xaxis2", "yaxis", "yaxis2"):
            assert figure.layout[axis].fixedrange


def test_the_colours_of_the_covariance_mean_the_same_at_every_h():
    K = view("tiny").problem.K
    figures = [covariance_figure(K, h2, view("tiny").problem.ids) for h2 in (0.0, 0.5, 1.0)]
    limits = {(figure.data[0].zmin, figure.data[0].zmax) for figure in figures}
    assert limits == {(-0.5, 0.5)}
    assert color_limit(np.eye(4)) == 1.0


def test_the_pixels_of_the_covariance_have_their_colours():
    K = np.array([[1.0, 0.4, 0.0], [0.4, 1.0, -0.2], [0.0, -0.2, 1.0]])
    pixels = covariance_image(K, 0.5, binned=False)
    zoom = len(pixels) // 3
    assert pixels.shape == (3 * zoom, 3 * zoom, 3)
    assert len(pixels) >= PIXELS
    cells = pixels[zoom // 2 :: zoom, zoom // 2 :: zoom].astype(int)
    grey, blue, red = (theme.rgb(c) for c in (theme.PAPER_GREY, theme.BLUE, theme.VERMILLION))
    np.testing.assert_array_equal(cells[0, 0], blue)
    np.testing.assert_array_equal(cells[0, 2], grey)
    for (i, j), end in (((0, 1), blue), ((1, 2), red)):
        share = 0.5 * abs(K[i, j]) / color_limit(K)
        np.testing.assert_allclose(cells[i, j], grey + share * np.subtract(end, grey), atol=0.51)
    np.testing.assert_array_equal(cells, cells.transpose(1, 0, 2))
    # A tile of many individuals has no diagonal of its own.
    at_zero = covariance_image(K, 0.0, binned=True)
    assert (at_zero == grey).all()


def test_the_estimate_and_the_true_h_are_written_on_the_profile():
    shown = view("interior")
    layout = profile("interior", "ML", 0.35).layout
    words = [note.text for note in layout.annotations]
    assert words == [f"ĥ = {shown.ml.h2:.3f}", " true h = 0.35 "]
    lines = {shape.x0 for shape in layout.shapes if shape.type == "line"}
    assert lines == {shown.ml.h2, 0.35}


@pytest.mark.parametrize("h2", [0.0, 0.5, 1.0])
def test_the_covariance_is_h_times_k_and_the_rest_on_the_diagonal(h2):
    K = view("tiny").problem.K
    ids = view("tiny").problem.ids
    z = covariance_figure(K, h2, ids).data[0].z
    np.testing.assert_allclose(z, h2 * K + (1 - h2) * np.eye(12), rtol=0, atol=1e-4)


def test_ids_that_are_numbers_are_names_all_the_same():
    figure = covariance_figure(np.eye(3), 0.5, ("101", "7", "20"))
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "category"
    assert figure.data[0].x == ("101", "7", "20")


@pytest.mark.parametrize("h2", [0.0, 0.3, 0.9])
def test_the_line_of_the_added_variable_plot_has_slope_beta(h2):
    rotated = view("interior").reml.rotated
    beta = wls(rotated, h2).beta[1]
    figure = added_variable_figure(added_variable(rotated, h2, 1), "sex", "weight")
    points, line = figure.data
    (x0, x1), (y0, y1) = line.x, line.y
    assert (y1 - y0) / (x1 - x0) == pytest.approx(beta, rel=1e-9)
    assert y0 + y1 == 0 == x0 + x1
    x, y, w = np.array(points.x), np.array(points.y), np.array(points.customdata)
    assert (w * x * y).sum() / (w * x**2).sum() == pytest.approx(beta, rel=1e-9)
    np.testing.assert_allclose(w, wls(rotated, h2).weights, rtol=1e-12)
    assert np.abs(x).max() < line.x[1] == figure.layout.xaxis.range[1]


def test_the_area_of_a_mark_goes_with_its_weight():
    plot = added_variable(view("interior").reml.rotated, 0.6, 1)
    size = np.array(added_variable_figure(plot, "sex", "weight").data[0].marker.size)
    free = size > SMALLEST
    assert free.sum() > 30
    ratio = size[free] ** 2 / plot.weights[free]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-12)
    assert size.max() <= LARGEST


@pytest.mark.parametrize("kind", ["interior", "unbounded", "K = 0"])
@pytest.mark.parametrize("h2", [0.0, 0.5, 1.0])
def test_weights_are_drawn_at_their_eigenvalues_and_the_rest_counted(kind, h2):
    rotated = view(kind).reml.rotated
    weights = wls(rotated, h2).weights
    figure = weights_figure(rotated.values, weights, h2)
    _, curve, ticks = figure.data
    np.testing.assert_allclose(1 / (h2 * np.array(curve.x) + 1 - h2), curve.y, rtol=1e-12)
    shown = np.array(ticks.x[0::3])
    assert set(shown) <= set(rotated.values)
    np.testing.assert_array_equal(ticks.x[1::3], shown)
    hidden = rotated.n - len(shown)
    title = figure.layout.xaxis.title.text
    assert f"({hidden} at 0 not drawn)" in title if hidden else "not drawn" not in title
    assert hidden >= np.isinf(weights).sum()
    assert all(0 <= y <= figure.layout.yaxis.range[1] for y in curve.y)


@pytest.mark.parametrize("kind", KINDS)
def test_figures_of_every_kind_of_fit_can_be_drawn_and_hold_no_nan(kind):
    count = 0
    for name, figure in all_figures(kind):
        count += 1
        figure.to_json()
        for words in texts_of(figure.layout.to_plotly_json()):
            assert not re.search(r"\b(nan|inf|None)\b", words), (name, words)
        assert figure.layout.font.size == theme.FONT_SIZE == 14
        assert figure.layout.hoverlabel.font.size == theme.FONT_SIZE
        assert figure.layout.height >= 380
    assert count > 8


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("flat")])
def test_a_profile_without_a_maximum_shows_no_estimate(kind):
    if view(kind).reml.status == "flat":
        figure = profile(kind, "REML")
        assert not figure.layout.annotations
        assert not figure.layout.shapes
        assert not marks(figure, 1)


def test_names_from_files_are_shown_as_they_are():
    hostile = "<b>x</b>&<img src=x onerror=alert(1)>|"
    safe = "&lt;b&gt;x&lt;/b&gt;&amp;&lt;img src=x onerror=alert(1)&gt;|"
    plot = added_variable(view("interior").reml.rotated, 0.5, 1)
    figure = added_variable_figure(plot, hostile, hostile)
    assert figure.layout.xaxis.title.text == f"{safe}, rotated"
    assert figure.layout.yaxis.title.text == f"{safe}, rotated"
    figure = covariance_figure(np.eye(3), 0.5, (hostile, "b", "c"))
    assert figure.data[0].x[0] == safe


def luminance(color):
    """Relative luminance, WCAG 2.2."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one, two):
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_data_colours_stand_out_on_both_pages(mode):
    page = THEMES[mode]["backgroundColor"]
    colors = {*theme.METHOD_COLOR.values(), theme.POINTS, theme.ESTIMATE, theme.NEUTRAL}
    for color in colors:
        assert contrast(color, page) >= 3.0, color


def test_colours_are_those_of_okabe_and_ito():
    for color in (theme.METHOD_COLOR["ML"], theme.POINTS, theme.ESTIMATE):
        assert color in OKABE_ITO
    # REML's blue is theirs, lighter, because theirs is too dark for the dark page.
    ours, theirs = theme.METHOD_COLOR["REML"], theme.BLUE
    assert luminance(ours) > luminance(theirs)
    assert hue(ours) == pytest.approx(hue(theirs), abs=5)
    for mode in ("light", "dark"):
        assert set(THEMES[mode]["chartCategoricalColors"]) <= OKABE_ITO


def hue(color):
    r, g, b = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return np.degrees(np.arctan2(np.sqrt(3) * (g - b), 2 * r - g - b)) % 360


def test_every_mark_of_data_has_an_outline_that_stands_out():
    for name, figure in all_figures("interior"):
        for trace in figure.data:
            if name.startswith("added") and trace.mode == "markers":
                assert trace.marker.line.color == theme.POINTS
                assert trace.marker.line.width >= 1
                assert trace.marker.opacity is None


def test_every_chart_of_the_app_has_a_key_and_an_alternative_text():
    calls = []
    for file in (ROOT / "lmm_app").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "plotly_chart":
                calls.append((f"{file.name}:{node.lineno}", {k.arg for k in node.keywords}))
    assert len(calls) >= 4
    for place, keywords in calls:
        assert {"alt", "key"} <= keywords, place
