"""Section 4 of the page: nothing before it is opened, and then what lmm_core says."""

import re
from functools import cache

import numpy as np
import pytest

from lmm_app.explore import closer, directions, expected, kept
from lmm_app.explore import residuals as residual_figures
from lmm_app.fit import certainty, text
from lmm_app.session import keep, simulated
from lmm_app.sources.opened import Sample
from lmm_core import KinshipError, coefficient_tests, dense_fit, fit_lmm, residuals, rlrt
from lmm_core.certainty import interval_h2
from lmm_core.grid import profile_grid
from lmm_core.scales import SCALES, kinship_scale_factor
from lmm_core.summary import h_words
from tests.app_helpers import (
    PHENO,
    K,
    boards,
    charts,
    kinship_file,
    open_app,
    pick,
    run,
    said,
    upload,
)

LOOKS = ["Every value tried", "Interval and test of h", "Tests of β", "Residuals", "Check"]
METHODS = ("ML", "REML")
COMPUTED = ("exact_interval", "variance_test", "expected_error", "dense_fit_of", "scale_factors")


def problem(sample="tiny12", trait="weight"):
    data = keep.opened(Sample(sample)).dataset
    return data.problem(trait, data.covariates.columns)


def fit_of(method, sample="tiny12", trait="weight"):
    """The fit of a sample, past everything that the app remembers."""
    one = problem(sample, trait)
    return fit_lmm(one.y, one.X, one.K, reml=method == "REML")


def words(app):
    """All that section 4 says, without the introduction and the verdict."""
    return "\n".join(element.value for element in app.markdown[2:])


def section_4(app):
    """Whether section 4 shows anything but its own choice."""
    return bool(app.dataframe or "expected" in charts(app) or "quantiles" in charts(app))


def home_of(name):
    """Where it is computed: for this page, or for every page that says it."""
    return kept if hasattr(kept, name) else simulated


@pytest.fixture
def counted(monkeypatch):
    """How often each expensive answer was computed, with nothing remembered from before."""
    counts = {}

    def count(name):
        inner = getattr(home_of(name), name)

        def counting(*args, **settings):
            if name != "interval_h2" or settings.get("method") == "exact":
                counts[name] = counts.get(name, 0) + 1
            return inner(*args, **settings)

        monkeypatch.setattr(home_of(name), name, counting)

    keep.RESULTS.clear()
    for name in ("interval_h2", "rlrt", "expected_se_h2", "dense_fit", "kinship_scale_factor"):
        count(name)
    yield counts
    keep.RESULTS.clear()


@pytest.mark.parametrize("link", [{}, {"sample": "tiny12", "method": "ML"}, {"look": "nonsense"}])
def test_nothing_is_computed_before_a_look_is_chosen(link, monkeypatch):
    def refuse(*args, **settings):
        raise AssertionError("nobody asked for this")

    for name in COMPUTED:
        monkeypatch.setattr(home_of(name), name, refuse)
    for name in ("coefficient_tests", "residuals"):
        monkeypatch.setattr(closer, name, refuse)
    monkeypatch.setattr(residual_figures, "quantile_figure", refuse)
    monkeypatch.setattr(expected, "expected_error_figure", refuse)
    monkeypatch.setattr(text, "trace_rows", refuse)
    app = open_app(**link)
    assert not section_4(app)
    assert not app.info
    assert app.caption[-1].value == "Each of these is computed when you open it."
    options = app.get_by_key("look").options
    assert options == list(closer.LOOKS)
    # The rotation and what can be taken away have tests of their own.
    assert [look for look in options if look in LOOKS] == LOOKS


@pytest.mark.parametrize(
    ("sample", "method"), [("mouse_hs300", "REML"), ("tiny12", "ML"), ("tiny12", "REML")]
)
def test_each_look_opens_and_closes(sample, method):
    app = open_app(sample=sample, method=method)
    before = said(app)
    for look in LOOKS:
        pick(app, "look", look)
        assert not app.error
        assert not app.info
        assert said(app) == before
        drawn = charts(app)
        assert ("expected" in drawn) == (look == "Interval and test of h")
        assert ("quantiles" in drawn) == (look == "Residuals")
        assert len(app.dataframe) == (look == "Every value tried")
        assert all(len(chart.alt) > 60 for chart in drawn.values())
        assert not re.search(r"\b(nan|inf|None(?! of ))\b", words(app))
    pick(app, "look", None)
    assert not section_4(app)
    assert app.caption[-1].value == "Each of these is computed when you open it."


@pytest.mark.parametrize("look", LOOKS)
def test_a_link_opens_a_look(look):
    app = open_app(sample="tiny12", look=look)
    assert app.get_by_key("look").value == look
    assert app.query_params == {"sample": "tiny12", "look": look}
    assert not any("Each of these" in caption.value for caption in app.caption)


@pytest.mark.parametrize("old", closer.FORMERLY)
def test_an_older_link_opens_the_look_by_its_new_name(old):
    app = open_app(sample="tiny12", look=old)
    assert app.get_by_key("look").value == closer.FORMERLY[old]
    assert app.query_params == {"sample": "tiny12", "look": closer.FORMERLY[old]}


@pytest.mark.parametrize("method", METHODS)
def test_every_value_tried_is_that_of_the_fit(method):
    app = open_app(sample="tiny12", method=method, look=LOOKS[0])
    table = app.dataframe[0].value
    sweep = profile_grid(fit_of(method).rotated).size
    assert app.caption[-1].value == f"After a sweep of {sweep} values."
    trace = fit_of(method).trace
    np.testing.assert_array_equal(table["h"], [step.h2 for step in trace])
    np.testing.assert_array_equal(table["log-likelihood"], [step.loglik for step in trace])


@pytest.mark.parametrize(("sample", "trait"), [("tiny12", "weight"), ("mouse_hs300", "CD8")])
@pytest.mark.parametrize("method", METHODS)
def test_the_interval_and_the_test_of_h_are_those_of_lmm_core(sample, trait, method):
    app = open_app(sample=sample, method=method, look=LOOKS[1])
    fit = fit_of(method, sample, trait)
    exact = interval_h2(fit, method="exact")
    shown = words(app)
    ends = f"{h_words(exact.lower)} to {h_words(exact.upper)}"
    assert f"**Exact 95% interval: {ends}** (simulated" in shown
    if method == "REML":
        test = rlrt(fit, draws=100_000)
        assert certainty.genetic_variance(test) in shown
        assert f"ratio is {text.number(test.statistic, 3)}. " in shown
    else:
        assert "Is h = 0?" not in shown
    factors = {}
    for name in certainty.SCALE_NAMES:
        try:
            factors[name] = kinship_scale_factor(problem(sample, trait).K, name)
        except KinshipError:
            continue
    assert certainty.scales(fit.h2, factors) in shown


@pytest.mark.parametrize("method", METHODS)
def test_the_tests_of_beta_are_those_of_lmm_core(method):
    shown = words(open_app(sample="mouse_hs300", method=method, look=LOOKS[2]))
    tests = coefficient_tests(fit_of(method, "mouse_hs300", "CD8"))
    for j, column in enumerate(("intercept", "sex")):
        assert (
            f"| {column} | {text.plus_minus(tests.beta[j], tests.se[j])} "
            f"| {text.number(tests.t[j], 3)} | {certainty.p_value(tests.p_value[j])} |"
        ) in shown
    assert f"t, {tests.df} df" in shown


@pytest.mark.parametrize("method", METHODS)
def test_the_outliers_are_those_of_lmm_core(method):
    app = open_app(sample="mouse_hs300", method=method, look=LOOKS[3])
    fit, one = fit_of(method, "mouse_hs300", "CD8"), problem("mouse_hs300", "CD8")
    found = residuals(fit)
    for i in found.outliers[:5]:
        row = (
            f"| {text.number(one.y[i], 4)} | {text.number(found.predicted[i], 4)} "
            f"| {text.number(found.studentized[i], 3)} |"
        )
        assert f"| {text.literal(one.ids[i])} {row}" in words(app)
    assert charts(app)["quantiles"].alt == certainty.quantile_alt(found.whitened)


@pytest.mark.parametrize("method", METHODS)
def test_the_check_straight_from_v_agrees(method):
    shown = words(open_app(sample="tiny12", method=method, look=LOOKS[4]))
    assert "the same fit]" in shown
    assert "disagree" not in shown
    one = problem()
    dense = dense_fit(one.y, one.X, one.K, reml=method == "REML")
    assert f"h = {dense.h2:.6f}, log-likelihood {text.number(dense.loglik, 9)}." in shown
    assert certainty.conventions(fit_of(method)).strip() in shown


def test_a_fit_that_differs_gets_another_badge(monkeypatch):
    monkeypatch.setattr(kept, "dense_fit_of", lambda view, method: view.ml)
    shown = words(open_app(sample="tiny12", look=LOOKS[4]))
    assert ":red-badge[:material/close: the two disagree]" in shown
    assert "the same fit]" not in shown


def test_a_fit_too_large_to_check_is_not_started(monkeypatch):
    monkeypatch.setattr(closer, "DENSE_LIMIT", 11)
    monkeypatch.setattr(kept, "dense_fit_of", None)
    app = open_app(sample="tiny12", look=LOOKS[4])
    assert "dense fit of 12 individuals" in app.info[0].value


def made_of(kinship, y=None):
    """The app with six uploaded individuals."""
    pheno = PHENO
    if y is not None:
        rows = (b"%c,%g" % (97 + k, value) for k, value in enumerate(y))
        pheno = b"\n".join([b"id,height", *rows])
    app = open_app()
    return upload(app, phenotype=pheno, kinship=kinship_file(np.array(kinship, dtype=float)))


CENTRING = np.eye(6) - 1 / 6
ODD = {
    "one family": lambda: open_app(
        data="simulate", population="families", n="20", family_size="20"
    ),
    "unrelated": lambda: open_app(data="simulate", population="unrelated", n="20"),
    "K = I": lambda: made_of(np.eye(6)),
    "centred": lambda: made_of(CENTRING @ K @ CENTRING),
    "lower boundary": lambda: made_of(K, [1, -1, 1, -1, 1, -1]),
    "upper boundary": lambda: made_of(K, [1, 1.1, 3, 3.1, 7, 6.9]),
    "upper boundary, singular": lambda: made_of(
        np.kron(np.eye(3), np.ones((2, 2))), [1, 1, 3, 3, 7, 7]
    ),
    "constant": lambda: made_of(K, [2] * 6),
}


@cache
def opened(kind):
    return ODD[kind]()


def odd(kind, method):
    """One of them with no look open, in a session that all tests share."""
    return pick(pick(opened(kind), "look", None), "method", method)


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("method", METHODS)
def test_every_look_at_an_odd_fit_says_something(kind, method):
    app = odd(kind, method)
    verdict, before = said(app), len(app.info)
    gone = kind in ("K = I", "constant") or (kind == "one family" and method == "REML")
    unbounded = kind == "centred" and method == "ML"
    if kind.startswith(("lower", "upper")) and "singular" not in kind:
        assert f"The best single estimate is {int(kind.startswith('upper'))}." in verdict
    if kind == "centred":
        assert verdict.startswith("**ML has no highest point here:**") == unbounded
    for look in LOOKS:
        pick(app, "look", look)
        assert not app.error
        if look == LOOKS[1] and kind in ("lower boundary", "upper boundary"):
            # The card has learnt the exact interval, which may leave less that is possible.
            verdict = said(app)
            assert re.search(
                rf"best (single )?estimate (of h )?is {int(kind[0] == 'u')}\b", verdict
            )
        assert said(app) == verdict
        assert not re.search(r"\b(nan|inf|None(?! of ))\b", words(app))
        told = len(app.info) - before
        if gone:
            assert told == 1, look
            assert not section_4(app)
        if unbounded and look in (LOOKS[1], LOOKS[4]):
            assert told == 1, look
        shows = section_4(app) or told or "| column |" in words(app) or "badge[" in words(app)
        assert shows, look


def test_a_second_session_computes_nothing_again(counted):
    for look in (LOOKS[1], LOOKS[4]):
        open_app(sample="tiny12", look=look)
    once = {
        "interval_h2": 1,
        "rlrt": 1,
        "expected_se_h2": 1,
        "dense_fit": 1,
        "kinship_scale_factor": len(SCALES),
    }
    assert counted == once
    for look in (LOOKS[1], LOOKS[4]):
        run(open_app(sample="tiny12", look=look))
    assert counted == once
    open_app(sample="tiny12", look=LOOKS[1], method="ML")
    # ML has an interval of its own; the rest does not depend on the method.
    assert counted == {**once, "interval_h2": 2}


@pytest.mark.parametrize("method", METHODS)
def test_the_rotation_prints_every_matrix_of_few(method):
    app = open_app(sample="tiny12", method=method, look="The rotation")
    assert "U′KU = D to " in words(app)
    assert "red-badge[:material/close: U′KU" not in words(app)
    _, board = boards(app)["directions"]
    assert board["hand"]["spoken"] == [f"{k} of 12" for k in range(1, 13)]
    assert f"by {method}" in board["formulas"][1]["title"]
    (printed,) = [html.value for html in app.html if "U′KU" in html.value]
    assert printed.count("<table") == 4


def test_the_rotation_of_many_is_checked_and_not_printed():
    app = open_app(look="The rotation")
    assert "U′KU = D to " in words(app)
    assert not any("U′KU" in html.value for html in app.html)
    assert boards(app)["directions"][1]["hand"]["spoken"][-1] == "283 of 283"


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("method", METHODS)
def test_the_rotation_of_an_odd_fit_is_shown(kind, method):
    app = pick(odd(kind, method), "look", "The rotation")
    assert not app.error
    assert ":green-badge[:material/check: U′KU = D" in words(app)
    assert "directions" in boards(app)


def test_the_rotation_is_multiplied_out_once(monkeypatch):
    open_app(sample="tiny12", look="The rotation")
    monkeypatch.setattr(kept, "check_rotation", None)
    monkeypatch.setattr(directions, "directions_board", None)
    assert "U′KU = D to " in words(open_app(sample="tiny12", look="The rotation"))


def test_covariates_that_explain_nothing_are_added_when_asked(monkeypatch):
    keep.RESULTS.clear()
    with monkeypatch.context() as refused:
        refused.setattr(keep, "build_against", None)
        app = open_app(sample="tiny12")
        assert not app.get_by_key("against").value
        _, still = boards(app)["methods"]
    assert not still["show"]["slider"]
    assert len(still["charts"]) == 1
    before = words(app)
    pick(app, "against", True)
    _, moving = boards(app)["methods"]
    assert moving["show"]["slider"]
    spoken = ["+0 covariates", "+1 covariate", "+2 covariates", "+4 covariates"]
    assert moving["hand"]["spoken"] == spoken
    for one, other in zip(still["charts"][0]["series"], moving["charts"][0]["series"], strict=True):
        np.testing.assert_array_equal(one["y"], other["y"][: len(one["y"])])
    assert "From 0 to 4 covariates that explain nothing, ML’s average h goes" in words(app)
    pick(app, "against", False)
    assert words(app) == before
    assert boards(app)["methods"][1]["id"] == still["id"]


def test_a_link_adds_covariates_that_explain_nothing():
    app = open_app(sample="tiny12", against="true")
    assert app.get_by_key("against").value
    assert boards(app)["methods"][1]["show"]["slider"]
    assert app.query_params == {"sample": "tiny12", "against": "true"}


@pytest.mark.parametrize("kind", ODD)
def test_ml_beside_reml_of_an_odd_fit_is_drawn_or_said_to_be_flat(kind):
    app = odd(kind, "REML")
    if kind in ("K = I", "constant", "one family"):
        assert "methods" not in boards(app)
        assert len(app.info) == 1
        assert re.match(r"\*\*(These data cannot tell h|There is nothing to divide)", said(app))
        return
    pick(app, "against", True)
    assert not app.error
    said_of = boards(app)["methods"][1]["said"]
    assert said_of[0].startswith("Without extra covariates, ML")
    assert not re.search(r"\b(nan|inf|None)\b", " ".join(said_of))
    pick(app, "against", False)
