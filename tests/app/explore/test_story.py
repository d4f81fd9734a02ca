"""The question that the page opens with: its numbers, by every kind of answer."""

import re
from dataclasses import astuple

import numpy as np
import pytest
from scipy import stats

from lmm_app.explore import story as stories
from lmm_app.fit.text import profile_caption
from lmm_app.fit.verdict import ends, with_interval
from lmm_app.sources.opened import Sample, open_source
from lmm_core.dense import dense_gls
from lmm_core.scales import h2_on_scale
from lmm_core.summary import h_words
from tests.app_helpers import open_app, received
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

MICE = Sample("mouse_hs300")


@pytest.fixture(scope="module")
def mice():
    data = open_source(MICE).dataset
    return view_of(data.problem("CD8", ("sex",)))


def told(shown, method="REML", column=None, source=None):
    return stories.story_of(shown, method, column, source)


def test_ordinary_regression_and_the_mixed_model_on_the_mice(mice):
    """As computed apart from this program, with NumPy and SciPy straight from V."""
    rotated = mice.reml.rotated
    b, se, p = astuple(stories.effect_at(rotated, 1, 0.0))
    assert (round(b, 4), round(se, 4), round(p, 4)) == (-0.3210, 0.1015, 0.0017)
    b, se, p = astuple(stories.effect_at(rotated, 1, mice.reml.h2))
    assert (round(b, 4), round(se, 4), round(p, 3)) == (-0.1153, 0.0855, 0.179)
    assert mice.reml.h2 == pytest.approx(0.570, abs=2e-3)
    low, high = ends(mice, "REML")
    assert (low, high) == (pytest.approx(0.392, abs=3e-3), pytest.approx(0.732, abs=3e-3))


def test_a_picture_shows_names_as_they_are_and_markdown_without_its_marks():
    rng = np.random.default_rng(4)
    sex = {"batch_1*": np.arange(24) % 2}
    shown = view_of(make_problem(rng.normal(size=24), sibs(6, 4), sex, trait="body_weight_g"))
    found = told(shown, column=1)
    assert found.words["axis"] == "effect of batch_1* on body_weight_g"
    assert found.heading == (r"Does body\_weight\_g differ between batch\_1\* 0 and batch\_1\* 1?")


def test_of_a_trait_that_is_fitted_exactly_no_curve_is_promised():
    constant = view("flat: constant")
    assert told(constant).turn == ""
    assert profile_caption(constant, "REML").startswith("There is no curve: ")


@pytest.mark.parametrize("kind", ["interior", "tiny", "upper boundary"])
def test_the_effect_is_that_of_the_dense_fit_and_its_t_test(kind):
    shown = view(kind)
    problem, rotated = shown.problem, shown.reml.rotated
    X = problem.X[:, rotated.kept]
    for h in (0.0, 0.3, 0.9):
        straight = dense_gls(problem.y, X, problem.K, h)
        for j in range(X.shape[1]):
            b, se, p = astuple(stories.effect_at(rotated, int(rotated.kept[j]), h))
            assert b == pytest.approx(straight.beta[j], rel=1e-8, abs=1e-10)
            assert se == pytest.approx(straight.se_beta[j], rel=1e-8)
            expected = 2 * stats.t.sf(abs(b / se), problem.n - X.shape[1])
            assert p == pytest.approx(expected, rel=1e-10)


def test_over_all_the_mice_of_the_study_there_is_no_difference(mice):
    b, se, n = stories.over_all_mice()
    assert (round(b, 3), round(se, 3), n) == (0.005, 0.053, 1410)
    story = told(mice, column=1, source=MICE)
    assert story.heading == "Do male and female mice differ in CD8?"
    assert "These 283 mice come from 22 families" in story.lead
    assert "Over its 1,410 mice the means differ by 0.005." in story.turn
    assert "removed the effect of sex from CD8" in story.turn


def test_where_p_passes_the_level_is_said_with_its_side_of_the_interval(mice):
    story = told(mice, column=1, source=MICE)
    (at,) = re.findall(
        r"p crosses 0.05 at h = ([\d.]+). This h lies outside the interval of h", story.turn
    )
    # On the K of the study it was 0.452.
    kappa = 0.353
    assert float(at) == pytest.approx(h2_on_scale(0.452, 1.0 / kappa), abs=0.01)
    assert float(at) < ends(mice, "REML")[0]


def test_an_estimate_that_stays_is_not_said_to_move():
    gryphons = open_source(Sample("gryphons")).dataset
    said = told(view_of(gryphons.problem("bwt", ("sex",))), column=1).turn
    assert said.startswith(
        "Both models find an effect of sex. The estimate hardly moves: it is 2.2."
    )


def test_one_of_several_levels_is_compared_with_the_reference():
    lambs = open_source(Sample("published-lambs")).dataset
    three = view_of(lambs.problem("weight", ("age=2", "age=3")))
    asked = "Does weight of age 2 differ from that of the reference age?"
    assert told(three, column=1).heading == asked
    one = view_of(lambs.problem("weight", ("age=2",)))
    asked = "Does weight of age 2 differ from that of the rest?"
    assert told(one, column=1).heading == asked


def test_own_data_are_asked_about_their_covariate():
    shown = view("interior")
    story = told(shown, column=1)
    assert story.heading == "Does weight differ between sex 0 and sex 1?"
    assert f"these {shown.problem.n} individuals as independent" in story.lead
    assert story.words["home"] == f"ĥ = {with_interval(shown, 'REML')} fits best:"
    p0 = stories.effect_at(shown.reml.rotated, 1, 0.0).p
    p1 = stories.effect_at(shown.reml.rotated, 1, shown.reml.h2).p
    expected = {
        (True, True): "Both models find an effect of sex.",
        (True, False): "the effect of sex is no longer clear",
        (False, True): "the effect of sex becomes clear",
        (False, False): "Neither model finds a clear effect of sex.",
    }[p0 < 0.05, p1 < 0.05]
    assert expected in story.turn


def test_without_a_covariate_it_is_about_h():
    shown = view("two hills")
    story = told(shown)
    assert story.heading == f"How much of {shown.problem.trait} follows kinship?"
    assert story.column is None
    assert "from the first h within 1.92 of the top to the last" in story.turn
    board = received(stories.story_board(shown, "REML", story))
    assert "column" not in board["story"]
    assert "**" not in board["story"]["words"]["home"]


def test_at_an_end_what_remains_possible_is_said():
    rng = np.random.default_rng(3)
    x = rng.standard_normal(300)
    own = view_of(make_problem(rng.standard_normal(300), sibs(60, 5), {"x": x}))
    assert own.reml.status == "lower_boundary"
    assert told(own, column=1).words["home"] == (
        f"The best h is 0 (0 to {h_words(ends(own, 'REML')[1])} by the profile interval), so "
        "ordinary regression and the mixed model agree here:"
    )
    home = np.repeat(rng.standard_normal(60), 5) + 0.3 * rng.standard_normal(300)
    upper = view_of(make_problem(home, sibs(60, 5), {"x": x}))
    assert upper.reml.status == "upper_boundary"
    low = ends(upper, "REML")[0]
    assert told(upper, column=1).words["home"] == f"The best h is 1 ({h_words(low)} to 1):"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_every_kind_of_answer_has_a_story(kind, method):
    shown = view(kind)
    columns = [int(j) for j in shown.reml.rotated.kept][1:]
    for column in [None, *columns]:
        story = told(shown, method, column)
        for words in (story.heading, story.lead, story.turn, *story.words.values()):
            assert not re.search(r"\b(nan|inf|None)\b", words), words
        assert story.heading.endswith("?")
        board = received(stories.story_board(shown, method, story))
        assert board["name"] == "story"
        assert board["show"]["slider"] == bool(shown.fit(method).maxima)
        if column is not None:
            df = shown.problem.n - shown.reml.p
            assert board["story"]["df"] == df
            if df:
                assert board["story"]["quantile"] == pytest.approx(stats.t.ppf(0.975, df))
        if not shown.fit(method).maxima:
            assert "ĥ" not in story.words["home"]


def test_the_page_opens_with_the_question():
    app = open_app()
    assert app.title[0].value == "Do male and female mice differ in CD8?"
    assert [button.label for button in app.button if button.key in ("why", "mine")] == [
        "Why? Take the tour",
        "Use my data",
    ]
    assert open_app(sample="tiny12").title[0].value == "Does weight differ between sex 0 and sex 1?"
    app = open_app(data="lesson", preset="two_hills")
    assert app.title[0].value == "How much of trait follows kinship?"
    assert np.isfinite(stories.over_all_mice()[0])
