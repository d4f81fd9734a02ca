"""Links that hide the true h: it is nowhere on the page, on the boards or in the downloads."""

import json

import pytest

from lmm_app.fit import side_by_side
from lmm_app.handout.page import handout
from lmm_app.lessons.steps import Scene
from lmm_app.lessons.tour import TOUR
from lmm_app.live import component
from lmm_app.paper.results import results
from lmm_app.session import keep, links
from lmm_app.session.links import EXPLORE, Lecture, link
from lmm_app.shell import frame
from lmm_app.sources.opened import RANGES, Lesson, Opened, Simulation, open_source
from lmm_app.tour import kept
from tests.app_helpers import boards, open_app, pick, run
from tests.links import everything, follow, keys, open_page, query

TRUTH = 0.4321987
STEPS = [step.name for step in TOUR]


@pytest.fixture
def marked(monkeypatch):
    """All made data say that they were made with an h that nothing else is."""
    real = keep.opened

    def opened(source):
        found = real(source)
        if found.true_h2 is None:
            return found
        return Opened(found.dataset, f"simulated with h = {TRUTH}.", TRUTH)

    monkeypatch.setattr(keep, "opened", opened)


HIDDEN = [
    Lecture(Lesson("full_sibs", 17), EXPLORE, True),
    Lecture(Lesson("many_covariates", 5), "climb", True, (("seen", "1"), ("method", "ML"))),
    Lecture(Lesson("outlier", 8), "sure", True, (("trait", "checked"), ("seen", "1"))),
    Lecture(Simulation("families", 60, 0.8, seed=23), EXPLORE, True),
    Lecture(Simulation("families", 60, 0.8, seed=24), "climb", True, (("seen", "1"),)),
    Lecture(Simulation("unrelated", 40, 0.3, qtl=2, seed=25), "methods", True, (("seen", "1"),)),
]


def expected(asked):
    """The problem that a link should show, made without the app."""
    data = open_source(asked.source).dataset
    return data.problem(
        dict(asked.more).get("trait", data.traits.columns[0]), data.covariates.columns
    )


@pytest.mark.parametrize("asked", HIDDEN, ids=lambda asked: f"{asked.page}-{asked.source.seed}")
def test_a_hidden_link_shows_its_data_and_its_truth_nowhere(marked, asked):
    app = follow(link("https://example.org/", asked))
    shown = app.session_state["shown"]
    assert shown.view.problem.fingerprint == expected(asked).fingerprint
    assert shown.method == dict(asked.more).get("method", "REML")
    if asked.page != EXPLORE:
        place = STEPS.index(asked.page)
        assert app.title[0].value == f"{place + 1} · {TOUR[place].title}"
    line = f"The lecturer’s data, seed {asked.source.seed}."
    assert [element.value for element in app.sidebar.markdown] == [line]
    assert keys(app).isdisjoint({"data", "preset", "seed", "population", "true_h", "n"})
    assert not any(button.label == "Redraw" for button in app.button)

    # On the page, on the boards, in the downloads and in the address.
    written = everything(app)
    assert len(written) > 2000
    assert "0.432" not in written
    assert "simulated with" not in written
    assert boards(app)
    for _, picture in boards(app).values():
        if "profile" in picture:
            assert picture["profile"]["true_h"] is None
            assert picture["profile"]["true_words"] == ""
    for opened in (shown.opened, app.session_state["last_good"].opened):
        assert opened.true_h2 is None
        taken = results(opened, shown.view, "REML")
        assert json.loads(taken)["data"]["true_h2"] is None
        assert str(TRUTH) not in taken
        assert opened.about == line
        scene = Scene(shown.view, shown.method)
        stage = kept.stage_of(scene, revealed=False, guess=None, true_h2=None)
        assert str(TRUTH) not in handout(opened, scene, stage.order, stage.cells)
    assert "true_h" not in app.query_params
    if any(button.key == "why" for button in app.button):
        assert line in "".join(element.value for element in app.main.markdown)


@pytest.mark.parametrize("asked", HIDDEN[::3], ids=lambda asked: str(asked.source.seed))
def test_the_same_link_without_hide_shows_the_truth(marked, asked):
    app = follow(link("https://example.org/", Lecture(asked.source)))
    assert app.session_state["shown"].view.problem.fingerprint == expected(asked).fingerprint
    assert boards(app)["profile"][1]["profile"]["true_h"] == TRUTH
    assert f"simulated with h = {TRUTH}" in "".join(element.value for element in app.markdown)
    assert not app.toast


def test_hidden_data_stay_hidden_when_something_else_is_chosen():
    app = follow(link("", HIDDEN[2]))
    app.get_by_key("trait").set_value("typed")
    run(app)
    pick(app, "method", "ML")
    assert app.session_state["shown"].view.problem.trait == "typed"
    assert app.session_state["shown"].opened.true_h2 is None
    assert query(app)["hide"] == "1"
    # A page change empties the address; the session writes it again.
    for key in ("hide", "preset", "seed", "data"):
        del app.query_params[key]
    run(app)
    assert links.hidden_source(query(app)) == HIDDEN[2].source
    assert app.session_state["shown"].opened.true_h2 is None


def test_an_h_in_the_address_of_hidden_data_goes_out_of_it():
    app = open_app(data="simulate", hide="1", true_h="0.8", n="40", population="families", seed="3")
    assert "true_h" not in app.query_params
    source = Simulation("families", 40, 0.8, seed=3)
    shown = app.session_state["shown"]
    assert shown.opened.dataset.traits.values.tobytes() == (
        open_source(source).dataset.traits.values.tobytes()
    )
    assert shown.opened.true_h2 is None


@pytest.mark.parametrize("hide", ["banana", "0", "true"])
def test_another_word_hides_nothing(hide):
    app = open_app(data="lesson", preset="small_sample", hide=hide)
    assert app.session_state["shown"].opened.true_h2 == 0.5
    assert {"data", "preset", "seed"} <= keys(app)
    assert not app.toast


@pytest.mark.parametrize(
    ("words", "notes"),
    [({"sample": "tiny12"}, 0), ({"data": "lesson", "preset": "unknown"}, 1)],
)
def test_what_is_no_lecturers_data_opens_as_without_hide(words, notes):
    app = open_app(hide="1", **words)
    assert "data" in keys(app)
    assert not app.sidebar.markdown
    assert len(app.toast) == notes
    if notes:
        assert "a lesson “unknown” that does not exist" in app.toast[0].value


def test_the_sidebar_sets_what_a_link_can_say():
    usual = Simulation()
    for kind in ("intercross", "families"):
        app = open_app(data="simulate", population=kind)
        for slider in app.sidebar.slider:
            field = {"true_h": "h2", "sex": "sex_effect"}.get(slider.key, slider.key)
            assert (slider.min, slider.max) == RANGES[slider.key]
            assert slider.value == getattr(usual, field)


def test_the_page_tells_nothing_where_the_truth_is_hidden(marked):
    app = open_page(
        "lecturer", {"data": "lesson", "preset": "small_sample", "hide": "1", "seed": "17"}
    )
    assert len(app.info) == 1
    assert "opened by a link that hides it" in app.info[0].value
    assert not app.code
    assert not app.dataframe
    assert [element.value for element in app.html] == [
        frame.BUTTONS + side_by_side.TABLE_STYLE,
        component.STYLE,
    ]
    assert "0.432" not in everything(app)
