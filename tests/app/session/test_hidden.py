"""Links that hide the true h: it is nowhere on the page, on the boards or in the downloads."""

import json
from dataclasses import replace

import pytest

from lmm_app.fit import side_by_side
from lmm_app.handout.page import handout
from lmm_app.lessons.steps import Scene
from lmm_app.lessons.tour import TOUR
from lmm_app.live import component
from lmm_app.paper.results import results
from lmm_app.session import keep, refused, state
from lmm_app.session.links import EXPLORE, Lecture, link
from lmm_app.shell import frame
from lmm_app.sources.opened import RANGES, Lesson, Opened, Simulation, open_source
from lmm_app.tour import kept
from tests.app_helpers import boards, open_app, pick, run
from tests.links import everything, follow, hidden_data, hidden_words, keys, open_page, query

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
    Lecture(Lesson("full_sibs"), EXPLORE),
    Lecture(Lesson("many_covariates"), "climb", None, (("seen", "1"), ("method", "ML"))),
    Lecture(Lesson("outlier"), "sure", None, (("trait", "checked"), ("seen", "1"))),
    Lecture(Simulation("families", 60, 0.8), EXPLORE),
    Lecture(Simulation("families", 60, 0.8), "climb", None, (("seen", "1"),)),
    Lecture(Simulation("unrelated", 40, 0.3, qtl=2), "methods", None, (("seen", "1"),)),
]


def address(asked, student=7, *, told=False):
    """The address of a lecture that hides the true h, or tells it afterwards."""

    def token(student):
        return hidden_words(asked.source, student, told=told)["token"]

    return link("https://example.org/", replace(asked, token=token), student=student)


def expected(asked):
    """The problem that a link should show, made without the app."""
    data = open_source(hidden_data(asked.source)).dataset
    return data.problem(
        dict(asked.more).get("trait", data.traits.columns[0]), data.covariates.columns
    )


@pytest.mark.parametrize("asked", HIDDEN, ids=lambda asked: f"{asked.page}-{asked.source.key}")
def test_a_hidden_link_shows_its_data_and_its_truth_nowhere(marked, asked):
    app = follow(address(asked))
    shown = app.session_state["shown"]
    assert shown.view.problem.fingerprint == expected(asked).fingerprint
    assert shown.method == dict(asked.more).get("method", "REML")
    if asked.page != EXPLORE:
        place = STEPS.index(asked.page)
        assert app.title[0].value == f"{place + 1} · {TOUR[place].title}"
    line = "The lecturer’s data, student 7."
    assert [element.value for element in app.sidebar.markdown] == [line]
    assert keys(app).isdisjoint({"data", "preset", "seed", "population", "true_h", "n"})
    assert not any(button.label == "Redraw" for button in app.button)

    # On the page, on the boards, in the downloads and in the address.
    written = everything(app)
    assert len(written) > 2000
    assert "0.432" not in written
    assert "simulated with" not in written
    assert str(hidden_data(asked.source).seed) not in written
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
    assert app.query_params.keys() - dict(asked.more).keys() == {"token"} | (
        set() if asked.page == EXPLORE else {"step"}
    )
    if any(button.key == "why" for button in app.button):
        assert line in "".join(element.value for element in app.main.markdown)


@pytest.mark.parametrize("asked", HIDDEN[::3], ids=lambda asked: asked.source.key)
def test_the_link_for_afterwards_shows_the_same_data_and_the_truth(marked, asked):
    app = follow(address(asked, told=True))
    assert app.session_state["shown"].view.problem.fingerprint == expected(asked).fingerprint
    assert boards(app)["profile"][1]["profile"]["true_h"] == TRUTH
    about = "The lecturer’s data, student 7. They were simulated with h = 0.432199."
    assert app.session_state["shown"].opened.about == about
    assert about in "".join(element.value for element in app.main.markdown)
    assert str(hidden_data(asked.source).seed) not in everything(app)
    assert not app.toast


def test_hidden_data_stay_hidden_when_something_else_is_chosen():
    app = follow(address(HIDDEN[2]))
    app.get_by_key("trait").set_value("typed")
    run(app)
    pick(app, "method", "ML")
    assert app.session_state["shown"].view.problem.trait == "typed"
    assert app.session_state["shown"].opened.true_h2 is None
    # A page change empties the address; the session writes it again.
    del app.query_params["token"]
    run(app)
    assert query(app)["token"] == hidden_words(HIDDEN[2].source)["token"]
    assert app.session_state["shown"].opened.true_h2 is None


def test_what_stands_beside_a_token_changes_nothing_and_goes_out_of_the_address():
    words = hidden_words(Simulation("families", 40, 0.8))
    app = open_app(data="simulate", true_h="0.1", n="60", seed="3", **words)
    assert query(app) == words
    shown = app.session_state["shown"]
    source = hidden_data(Simulation("families", 40, 0.8))
    assert shown.opened.dataset.traits.values.tobytes() == (
        open_source(source).dataset.traits.values.tobytes()
    )
    assert shown.opened.true_h2 is None


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "A" + t[1:], lambda t: "x", str.swapcase]
)
def test_a_token_that_is_not_whole_opens_the_usual_data_and_says_so(change):
    token = hidden_words(Lesson("small_sample"))["token"]
    app = open_app(token=change(token))
    assert [toast.value for toast in app.toast] == [refused.BAD_TOKEN]
    assert "data" in keys(app)
    assert app.session_state["shown"].source == state.DEFAULT_SOURCE
    assert not run(app).toast


def test_a_link_that_hid_its_truth_badly_opens_nothing():
    app = open_app(data="lesson", preset="small_sample", hide="1", seed="5")
    assert [toast.value for toast in app.toast] == [refused.OLD_LINK]
    assert app.session_state["shown"].source == state.DEFAULT_SOURCE
    assert not {"hide", "preset", "seed"} & query(app).keys()


def test_the_sidebar_sets_what_a_link_can_say():
    usual = Simulation()
    for kind in ("intercross", "families"):
        app = open_app(data="simulate", population=kind)
        for slider in app.sidebar.slider:
            field = {"true_h": "h2", "sex": "sex_effect"}.get(slider.key, slider.key)
            assert (slider.min, slider.max) == RANGES[slider.key]
            assert slider.value == getattr(usual, field)


def test_the_page_tells_nothing_where_the_truth_is_hidden(marked):
    app = open_page("lecturer", hidden_words(Lesson("small_sample")))
    assert len(app.info) == 1
    assert "opened by a link that hides it" in app.info[0].value
    assert not app.main.code
    assert not app.dataframe
    assert [element.value for element in app.html] == [
        frame.BUTTONS + side_by_side.TABLE_STYLE,
        component.STYLE,
    ]
    assert "0.432" not in everything(app)
