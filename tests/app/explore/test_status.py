"""What the workbench says of each kind of answer, on the lessons that show it."""

import re
from functools import cache

import numpy as np
import pytest

from lmm_app.lessons.presets import PRESETS
from lmm_app.session import keep
from lmm_app.sources.opened import Lesson
from lmm_core import interval_h2
from lmm_core.grid import profile_grid
from lmm_core.scales import average_share
from tests.app_helpers import boards, open_app, sentence
from tests.links import hidden_words

# The lesson, the method, and the status that the first trait has with all covariates.
CASES = [
    ("full_sibs", "REML", "interior"),
    ("boundary_zero", "REML", "lower_boundary"),
    ("boundary_zero", "ML", "lower_boundary"),
    ("boundary_one", "REML", "upper_boundary"),
    ("small_sample", "REML", "interior"),
    ("unrelated", "ML", "interior"),
    ("two_hills", "REML", "interior"),
    ("two_hills", "ML", "interior"),
    ("one_family", "REML", "flat"),
    ("one_family", "ML", "lower_boundary"),
    ("centred_kinship", "ML", "unbounded"),
    ("centred_kinship", "REML", "interior"),
    ("half_scale", "REML", "interior"),
]


@cache
def shown(name, method):
    """The page of a lesson, and both fits of what is on it."""
    data = PRESETS[name].make().dataset
    problem = data.problem(data.traits.columns[0], data.covariates.columns)
    return open_app(data="lesson", preset=name, method=method), keep.fitted(problem)


def words(app):
    return "\n".join(one.value for one in (*app.markdown, *app.caption))


def card_of(app):
    """The card: the verdict, its details, and who was fitted."""
    (card,) = [one.value for one in app.markdown if ":small[:gray[**" in one.value]
    return card


def hill_count(fit):
    return len(fit.maxima)


@pytest.mark.parametrize(("name", "method", "status"), CASES)
def test_the_lesson_has_the_status_and_nothing_on_the_page_is_no_number(name, method, status):
    app, view = shown(name, method)
    assert view.fit(method).status == status
    assert not re.search(r"\b(nan|inf|None)\b", words(app) + app.html[0].value)
    assert "maximum" not in words(app)
    assert not re.search(
        r"general least squares|eigen-direction|contrast|goes with kinship", words(app)
    )


@pytest.mark.parametrize(("name", "method", "status"), CASES)
def test_what_is_said_of_the_curve_is_what_is_drawn(name, method, status):
    app, view = shown(name, method)
    (caption,) = [one.value for one in app.caption if one.value.startswith("Each curve")]
    assert ("no h fits better than another" in caption) == (status == "flat")
    assert ("leaves the picture" in caption) == (view.ml.status == "unbounded")
    picture = boards(app)["profile"][1]
    band = picture["profile"]["interval"]
    assert ("The band is" in caption) == (band is not None)
    if band is not None:
        assert band == list(interval_h2(view.fit(method)))
    steps = picture["search"]["steps"]
    assert ("numbered marks" in caption) == bool(steps)
    lead = next(one.value for one in app.markdown if one.value.startswith("Drag h."))
    assert ("step through the search" in lead) == bool(steps)
    top = [row for row in ("no top: flat", "no top: rises without end") if row in app.html[0].value]
    found = {fit.status for fit in (view.ml, view.reml)}
    assert len(top) == ("flat" in found) + ("unbounded" in found)


@pytest.mark.parametrize(("name", "method", "status"), CASES)
def test_the_search_is_told_as_it_went(name, method, status):
    app, view = shown(name, method)
    fit = view.fit(method)
    steps = boards(app)["profile"][1]["search"]["steps"]
    if status == "flat":
        assert steps == []
        return
    first, answer = steps[0]["words"], steps[-1]["words"]
    assert first.startswith(f"A sweep of {profile_grid(fit.rotated).size} values found ")
    assert ("climbs the highest, from valley to valley" in first) == (
        hill_count(fit) > 1 and status != "unbounded"
    )
    assert ("has no top" in first) == (status == "unbounded")
    kinds = {
        "interior": "The best value tried, refined",
        "lower_boundary": "The curve is highest at the end itself: ĥ = 0 (",
        "upper_boundary": "The curve is highest at the end itself: ĥ = 1 (",
        "unbounded": "The top of the highest finite hill",
    }
    assert answer.startswith(kinds[status])
    ends = [step["words"] for step in steps if step["kind"] == "boundary"]
    assert [re.search(r"the end h = (\d)", end)[1] for end in ends] == ["0", "1"]
    assert ("rises without end" in ends[1]) == (status == "unbounded")
    assert ("the top itself" in ends[0]) == (status == "lower_boundary")
    assert ("the top itself" in ends[1]) == (status == "upper_boundary")


@pytest.mark.parametrize(("name", "method", "status"), CASES)
def test_the_card_belongs_to_the_status_and_to_the_width_of_its_interval(name, method, status):
    app, view = shown(name, method)
    fit, card = view.fit(method), card_of(app)
    interval = view.methods[method].interval
    kappa = float(np.diagonal(view.problem.K).mean())
    ends = [average_share(end, kappa) for end in interval or (0.0, 0.0)]
    wide = ends[1] - ends[0] > 0.5
    whole = interval is not None and (interval.lower, interval.upper) == (0.0, 1.0)
    starts = {
        "flat": "**These data cannot tell h.** Apart from the covariates, all",
        "unbounded": "**ML has no highest point here:**",
        "lower_boundary": "**The best estimate of h is 0.**",
        "upper_boundary": "**The best estimate of h is 1, the largest value there is.**",
    }
    hills = hill_count(fit) > 1 and fit.loglik - fit.maxima[1].loglik <= 1.92
    if status in ("flat", "unbounded"):
        assert card.startswith(starts[status])
    elif hills:
        assert card.startswith("**Two values of h fit almost equally well: ")
    elif whole:
        assert card.startswith("**These data cannot tell h: every value from 0 to 1 fits.**")
    elif wide:
        assert card.startswith("**These data say little about h: anything from ")
    elif status == "interior":
        assert re.search(r"follows kinship \(95% interval: \d+% to \d+%\)\.", card)
    else:
        assert card.startswith(starts[status])
    assert ("The reason: " in card) == (status == "unbounded")
    true_h2 = PRESETS[name].make().true_h2
    # Twins who disagree with sibs, and a shared home, come from no h.
    assert ("The data were simulated with h = " in card) == (true_h2 is not None)
    if true_h2 is not None and interval is not None and status != "unbounded":
        where = "inside" if interval.lower <= true_h2 <= interval.upper else "outside"
        assert f", which lies {where} the interval." in card
    else:
        assert "which lies" not in card


@pytest.mark.parametrize(("name", "method", "status"), CASES)
def test_both_least_squares_agree_and_their_times_are_whole(name, method, status):
    app, view = shown(name, method)
    told = sentence(app)
    singular = status == "upper_boundary" and view.reml.rotated.n_null
    if singular:
        assert "this V has no inverse" in told
        return
    assert re.search(r"give the same β̂, to (1[0-5]|[89]) digits\.", told)
    assert re.search(r"Decomposition and rotation: \S+ \S+, once\.", told)
    assert ("saves no time" in told) != bool(re.search(r"faster from [\d,]+ values of h on", told))
    at = "h = ĥ = " in told
    # A hill that is finite beside a curve without a top is no estimate.
    assert at == bool(view.fit(method).maxima and view.fit(method).status != "unbounded")
    if at:
        assert re.search(r"h = ĥ = [\d.]+ \([\d.]+ to [\d.]+\): ", told)


def test_a_hidden_truth_is_not_told():
    app = open_app(**hidden_words(Lesson("full_sibs")))
    assert "simulated with" not in card_of(app)


def test_the_card_learns_the_exact_interval_when_somebody_opens_it():
    keep.RESULTS.clear()
    link = {"data": "lesson", "preset": "two_hills"}
    assert "The exact interval" not in card_of(open_app(**link))
    app = open_app(**link, look="Interval and test of h")
    exact = next(one.value for one in app.markdown if one.value.startswith("**Exact"))
    low, high = re.search(r"interval: (0\.\d+) to (0\.\d+)\*\*", exact).groups()
    assert np.isclose(float(low), 0.10, atol=0.02)
    learnt = f"The exact interval, which is simulated, is {low} to {high}."
    assert learnt in card_of(app)
    # And so it is for whoever comes next.
    assert learnt in card_of(open_app(**link))
    keep.RESULTS.clear()
