"""The lecturer's page: its links, its table and its answer key."""

import csv
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.util import calc_hash

from lmm_app.lecturer import answers, page
from lmm_app.lecturer.tokens import Tokens
from lmm_app.lecturer.true_h import ON_ITS_CARD
from lmm_app.lessons.presets import PRESETS
from lmm_app.session import links, sealed
from lmm_app.session.links import EXPLORE, Lecture, link
from lmm_app.session.secret import secret
from lmm_app.sources.opened import SAMPLES, Lesson, Sample, Simulation, open_source
from lmm_core import LMMError
from tests.app_helpers import boards, drop, open_app, pick, run, walk
from tests.links import follow, keys, open_page, query


def lecturer(**link_words):
    return open_page("lecturer", link_words)


def marked(known, first):
    """Answers with their students and seeds."""
    return [(k, first + k - 1, one) for k, one in enumerate(known, start=1)]


def codes(app):
    return [element.value for element in app.code]


@pytest.mark.parametrize(
    ("source", "more"),
    [
        (Lesson("two_hills", 12), ()),
        (Lesson("many_covariates", 2), (("method", "ML"), ("covariates", "home2"))),
        (Lesson("many_covariates", 2), (("covariates", ""),)),
        (Simulation("intercross", 80, 0.35, 1.3, 2, 7, 15, 6, 99), ()),
        (Sample("tiny12"), (("method", "ML"),)),
    ],
    ids=str,
)
@pytest.mark.parametrize("page", [EXPLORE, "rotation"])
def test_a_link_opens_what_it_says(source, more, page):
    app = follow(link("", Lecture(source, page, None, more), projector=page == EXPLORE))
    shown = app.session_state["shown"]
    data = open_source(source).dataset
    names = [value for key, value in more if key == "covariates"]
    columns = tuple(filter(None, names)) if names else data.covariates.columns
    assert shown.view.problem.fingerprint == (
        data.problem(data.traits.columns[0], columns).fingerprint
    )
    assert shown.source == source
    assert shown.method == dict(more).get("method", "REML")
    assert app.session_state["projector"] == (page == EXPLORE)
    if page == EXPLORE:
        assert "story" in boards(app)
    else:
        assert app.title[0].value.startswith("3 · ")
    assert not app.toast
    # What the lecturer's page would make of it is the same link again.
    here = lecturer(**parse_qs(urlsplit(link("", Lecture(source, more=more))).query, True))
    assert codes(here)[0] == link("", Lecture(source, more=more))


def test_the_page_at_first_links_to_what_is_in_the_sidebar():
    app = lecturer()
    assert app.title[0].value == "For lecturers"
    assert codes(app) == ["./?data=sample&sample=mouse_hs300"]
    assert app.selectbox(key="teach").options[0] == (
        "As in the sidebar: 297 heterogeneous-stock mice"
    )
    assert len(app.selectbox(key="teach").options) == 1 + len(PRESETS) + 1 + len(SAMPLES)
    assert not {"students", "first", "secret"} & keys(app)
    assert [head.value[:4] for head in app.header] == [f"{k} · " for k in range(1, 6)]
    assert not app.error
    assert not app.toast


def test_both_handouts_are_named_as_the_sidebar_names_them():
    app = open_page("lecturer", {})
    (said,) = [one.value for one in app.caption if one.value.startswith("On paper")]
    labels = [one.proto.label for one in app.sidebar.get("download_button")]
    for label in ("Handout for students", "Handout with answers"):
        assert f"“{label}”" in said
        assert label in labels


def test_every_control_is_in_the_link_of_the_page_and_comes_back():
    app = lecturer(data="lesson", preset="outlier", seed="17", trait="checked", method="ML")
    pick(app, "open", "climb")
    for key in ("large", "secret"):
        app.toggle(key=key).set_value(True)
        run(app)
    pick(app, "students", 7)
    said = query(app)
    assert {key: said[key] for key in ("open", "large", "secret", "students")} == {
        "open": "climb",
        "large": "1",
        "secret": "1",
        "students": "7",
    }
    of_class = said["class"]
    more = (("method", "ML"), ("trait", "checked"))

    def asked(name, **told):
        return Lecture(Lesson(name), "climb", Tokens(Lesson(name), of_class, **told), more)

    for one in (app, lecturer(**said)):
        assert codes(one)[:2] == [
            link("", asked("outlier", **told), projector=True) for told in ({}, {"told": True})
        ]
        rows = links.student_rows("", asked("outlier"), 1, 7)
        assert one.dataframe[0].value.values.tolist() == [[row[0], row[2]] for row in rows]
        assert codes(one)[2] == links.links_csv(rows).rstrip("\n")
    chosen = pick(app, "teach", "two_hills")
    other = replace(asked("two_hills"), more=())
    assert codes(chosen)[0] == link("", other, projector=True)
    assert query(chosen)["teach"] == "two_hills"


def test_a_class_keeps_its_data_until_others_are_drawn():
    app = lecturer(teach="simulation", secret="1")
    first = codes(app)[0]
    assert codes(run(app))[0] == first
    assert codes(lecturer(**query(app)))[0] == first
    assert codes(lecturer(teach="simulation", secret="1"))[0] != first
    next(button for button in app.button if button.label == "Draw other data").click()
    run(app)
    assert codes(app)[0] != first
    # What was handed out before still opens what it did.
    shown = follow(first).session_state["shown"]
    assert shown.source == hidden_data_of(first)


def hidden_data_of(address):
    token = parse_qs(urlsplit(address).query)["token"][0]
    return sealed.source_of(secret(), sealed.unseal(secret(), token))


def test_without_a_secret_there_is_no_link(monkeypatch):
    monkeypatch.setattr("lmm_app.lecturer.page.secret", refuse)
    app = lecturer(teach="simulation", secret="1")
    assert "Hidden data need a place where the server keeps its secret" in app.error[0].value
    assert not codes(app)


def refuse():
    raise LMMError("hidden data need a place where the server keeps its secret", "none", "set one")


@pytest.mark.parametrize("teach", ["simulation", "full_sibs"])
def test_the_page_says_how_well_the_truth_is_hidden(teach):
    app = lecturer(teach=teach, secret="1")
    said = [one.value for one in app.caption]
    assert (page.SECRET in said) == (teach == "simulation")
    assert (ON_ITS_CARD in said) == (teach != "simulation")


@pytest.mark.parametrize(
    ("teach", "source"),
    [
        ("sidebar", Simulation("families", 60, 0.8, seed=4)),
        ("two_hills", Lesson("two_hills")),
        ("simulation", Simulation()),
        ("sample_tiny12", Sample("tiny12")),
    ],
)
def test_all_data_can_be_chosen(teach, source):
    app = lecturer(
        data="simulate", population="families", n="60", true_h="0.8", seed="4", teach=teach
    )
    assert codes(app)[0] == link("", Lecture(source))
    assert ("secret" in keys(app)) == (not isinstance(source, Sample))


def test_the_true_h_of_a_hidden_simulation_is_chosen_and_is_not_the_apps_own_first_one():
    app = lecturer(teach="simulation")
    assert "secret_h" not in keys(app)
    app.toggle(key="secret").set_value(True)
    run(app)
    slider = app.slider(key="secret_h")
    assert slider.value == 0.35 != Simulation().h2
    hidden, told = codes(app)[:2]
    for address, about in ((hidden, ""), (told, " They were simulated with h = 0.35.")):
        shown = follow(address).session_state["shown"]
        assert shown.source == hidden_data_of(address) == hidden_data_of(hidden)
        assert shown.source.h2 == 0.35
        assert shown.opened.about == f"The lecturer’s data.{about}"
    pick(app, "secret_h", 0.8)
    assert follow(codes(app)[0]).session_state["shown"].source.h2 == 0.8
    again = lecturer(**query(app))
    assert codes(again)[0] == codes(app)[0]
    assert again.slider(key="secret_h").value == 0.8
    # And the answers are of that h.
    pick(app, "students", 2)
    app.button(key="fit_all").click()
    run(app)
    assert app.dataframe[1].value["true h"].tolist() == ["0.800", "0.800"]


def test_a_true_h_that_was_set_in_the_sidebar_is_kept():
    app = lecturer(data="simulate", true_h="0.8", n="40", population="families", secret="1")
    assert app.slider(key="secret_h").value == 0.8
    usual = lecturer(data="simulate", n="40", population="families", secret="1")
    assert usual.slider(key="secret_h").value == 0.35


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        ("mouse_hs300", "Of real data nobody knows the true h, and all students have the same."),
        ("tiny12", "These twelve are made up, and all students have the same."),
        ("many_traits", "simulated with an h of its own, which the page All traits shows."),
    ],
)
def test_what_is_said_of_a_sample_is_true_of_it(sample, said):
    app = lecturer(teach=f"sample_{sample}")
    assert any(said in caption.value for caption in app.caption)
    known = open_source(Sample(sample)).true_h2_of_traits
    assert (known is not None) == (sample == "many_traits")


def test_a_bad_link_of_the_page_falls_back_with_a_note():
    app = lecturer(
        data="lesson", teach="x", open="y", students="301", first="0", large="9", secret="maybe"
    )
    assert codes(app)[0] == link("", Lecture(Lesson("full_sibs", 1)))
    assert app.number_input(key="students").value == 30
    assert app.number_input(key="first").value == 1
    assert len(app.toast) == 6
    assert set(app.query_params) == {"data"}


def test_the_address_is_the_apps_own(monkeypatch):
    monkeypatch.setattr(
        "streamlit.runtime.context.ContextProxy.url", "https://example.org/lmm/lecturer"
    )
    app = lecturer(data="lesson")
    assert codes(app)[0] == link("https://example.org/lmm/", Lecture(Lesson("full_sibs", 1)))
    assert any("https://example.org/lmm/?data=lesson" in part.value for part in app.html)


def test_explore_can_be_linked_as_it_was_left():
    app = open_app(
        data="lesson", preset="two_hills", search="other", between=["0.2", "0.9"], h="0.3"
    )
    app.get_by_key("look").set_value("Residuals")
    run(app)
    app._page_hash = calc_hash("lecturer")
    app.query_params.clear()
    run(app)
    pick(app, "open", "left")
    more = (("h", "0.3"), ("search", "other"), ("between", "0.2"), ("between", "0.9"))
    again = codes(app)[0]
    assert again == link("", Lecture(Lesson("two_hills", 1), more=(*more, ("look", "Residuals"))))
    there = follow(again)
    assert there.session_state["search"] == "other"
    assert there.session_state["between"] == (0.2, 0.9)
    assert there.session_state["look"] == "Residuals"
    assert there.session_state["h"] == 0.3
    # It was of those data: with others there is nothing that was left.
    app.number_input(key="seed").set_value(2)
    assert "Explore, as you left it" not in run(app).selectbox(key="open").options


def test_the_answer_key_is_fitted_when_it_is_asked_for():
    app = lecturer(data="lesson", preset="small_sample", students="4", first="11")
    preset = PRESETS["small_sample"]
    assert f"**With seed 1:** {preset.claim} {preset.chance}" in [
        element.value for element in app.markdown
    ]
    assert len(app.dataframe) == 1
    app.button(key="fit_all").click()
    run(app)
    known = [answers.answer(Lesson("small_sample", seed)) for seed in range(11, 15)]
    rows = app.dataframe[1].value
    assert rows.to_dict("records") == answers.key_rows(marked(known, 11))
    assert answers.summary(known) in [element.value for element in app.markdown]
    assert "fit_all" not in keys(app)
    # Two more students, two more fits.
    pick(app, "students", 6)
    assert app.button(key="fit_all").label == "Fit the other 2"
    assert len(app.dataframe[1].value) == 4
    pick(app, "teach", "full_sibs")
    assert app.button(key="fit_all").label == "Fit"
    assert len(app.dataframe) == 1


def test_the_answers_are_of_the_trait_and_the_covariates_in_the_sidebar():
    app = lecturer(data="lesson", preset="outlier", trait="checked", students="2")
    app.button(key="fit_all").click()
    run(app)
    known = [answers.answer(Lesson("outlier", seed), "checked", ()) for seed in (1, 2)]
    assert app.dataframe[1].value.to_dict("records") == answers.key_rows(marked(known, 1))
    assert known[0] != answers.answer(Lesson("outlier", 1))


def test_a_sample_has_one_answer():
    app = lecturer(sample="tiny12")
    app.button(key="fit_all").click()
    run(app)
    key = [(None, None, answers.answer(Sample("tiny12")))]
    assert app.dataframe[0].value.to_dict("records") == answers.key_rows(key)


def test_what_was_fitted_stays_when_the_reader_stops(monkeypatch):
    app = lecturer(data="lesson", preset="small_sample", students="5")
    real, done = answers.answer, []

    def stopped(source, *fitted):
        if len(done) == 2:
            raise StopException
        done.append(source)
        return real(source, *fitted)

    monkeypatch.setattr(answers, "answer", stopped)
    app.button(key="fit_all").click()
    app.run()
    monkeypatch.undo()
    run(app)
    assert len(app.dataframe[1].value) == 2
    assert app.button(key="fit_all").label == "Fit the other 3"
    app.button(key="fit_all").click()
    assert len(run(app).dataframe[1].value) == 5


def test_data_that_cannot_be_fitted_are_told(monkeypatch):
    def impossible(source, *fitted):
        raise LMMError("no <such> data")

    app = lecturer(data="lesson", students="2")
    monkeypatch.setattr(answers, "answer", impossible)
    app.button(key="fit_all").click()
    run(app)
    assert [error.value for error in app.error] == ["No \\<such\\> data"]


def test_uploaded_files_are_in_no_link():
    app = lecturer(data="upload")
    # Nothing is uploaded yet: the sample that is shown can be linked.
    assert codes(app)[0] == "./?data=sample&sample=mouse_hs300"
    pheno = b"id,y\n" + b"".join(b"%c,%d\n" % (97 + k, k * k % 7) for k in range(6))
    rows = np.kron(np.eye(3), [[1, 0.5], [0.5, 1]])
    kinship = b"id,a,b,c,d,e,f\n" + b"".join(
        b"%c,%s\n" % (97 + i, b",".join(b"%g" % x for x in row)) for i, row in enumerate(rows)
    )
    walk(app, "data")
    drop(app, {"phenotype.csv": pheno, "kinship.csv": kinship})
    walk(app, "lecturer")
    assert "Your own files are only in this window" in app.info[0].value
    assert codes(app)[0] == link("", Lecture(Lesson("full_sibs")))
    assert not any("sidebar" in option for option in app.selectbox(key="teach").options)


def test_the_downloads_of_the_page_are_strict(monkeypatch):
    taken = {}
    monkeypatch.setattr(
        "streamlit.download_button", lambda label, text, name, *_, **__: taken.update({name: text})
    )
    app = lecturer(data="lesson", preset="small_sample", students="3", secret="1")
    app.button(key="fit_all").click()
    run(app)
    tables = {
        name: list(csv.reader(taken[name]().splitlines(), strict=True))
        for name in ("links.csv", "answers.csv")
    }
    assert [len(rows) for rows in tables.values()] == [4, 4]
    assert [row[:2] for row in tables["answers.csv"][1:]] == [[k, "NA"] for k in "123"]
    assert len(re.findall("Student ", taken["links.html"]())) == 3
