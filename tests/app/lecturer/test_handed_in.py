"""Result codes from the student's page to the lecturer's."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_app.lecturer import codes, handed_in
from lmm_app.lecturer.answers import Answer, Found
from lmm_app.lecturer.tokens import Tokens
from lmm_app.room import data, words
from lmm_app.room.kept import class_page
from lmm_app.room.rooms import Seat
from lmm_app.session.codes import Result, code_of, read_code
from lmm_app.session.sealed import Sealed
from lmm_app.session.secret import secret
from lmm_app.shell import hand_in
from lmm_app.sources.opened import Lesson, Simulation
from tests.app_helpers import boards, pick, run
from tests.links import CLASS, follow, hidden_words, keys, open_page, query

FAMILIES = Simulation("families", 60, 0.4)
SIDEBAR = {"data": "simulate", "population": "families", "n": "60"}
SOURCE = Simulation("families", 40, 0.35)
OF = Sealed(SOURCE, CLASS)
SECRET = b"s" * 32


def codes_of(*results):
    return [code_of(SECRET, replace(OF, student=k), guess, h2) for k, guess, h2 in results]


def test_codes_are_read_counted_once_and_refused_by_name():
    first, second, again, stranger = codes_of(
        (2, 0.5, 0.25), (1, None, None), (2, 0.5, 0.75), (31, 0.5, 0.5)
    )
    text = "\n".join([first, "", second.lower(), again, "hello", stranger, "  "])
    found = handed_in.read_codes(SECRET, OF, text, 30)
    assert found.results == (Result(1, None, None), Result(2, 0.5, 0.75))
    assert (found.again, found.refused) == (1, ("hello", stranger))
    assert handed_in.said(found) == (
        "2 students have handed in. One code is of a student who gave another before; the last one "
        f"counts. 2 lines are no codes of this class: “hello”, “{stranger}”."
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (handed_in.HandedIn((), 0, ()), "0 students have handed in."),
        (handed_in.HandedIn((Result(1, None, None),), 0, ()), "1 student has handed in."),
        (
            handed_in.HandedIn((Result(1, None, None),), 2, ("x",)),
            "1 student has handed in. 2 codes are of students who gave others before; the last one "
            "counts. One line is no code of this class: “x”.",
        ),
    ],
)
def test_one_and_several_are_said_apart(found, said):
    assert handed_in.said(found) == said


def test_the_interval_stands_beside_what_was_handed_in():
    inside, none = Found(0.4, 0.1, 0.7, "interior"), Found(np.nan, np.nan, np.nan, "flat")
    known = {
        1: Answer(inside, none, 0.35, None),
        2: Answer(inside, none, 0.9, None),
        3: Answer(none, none, 0.35, None),
    }
    rows = handed_in.rows([Result(k, None, 0.4) for k in (1, 2, 3, 4)], known)
    assert [row.get("contains it") for row in rows] == ["yes", "no", "–", None]
    assert rows[0] == {
        "student": 1,
        "guess": "–",
        "ĥ": "0.400",
        "95% REML": "0.100–0.700",
        "true h": "0.350",
        "contains it": "yes",
    }


def code_on(app):
    return next(one.value for one in app.sidebar.code)


def test_a_student_hands_in_and_the_lecturer_reads_it():
    app = open_page("lecturer", {"teach": "simulation", "secret": "1", "students": "3"})
    links = app.dataframe[0].value["link"].tolist()
    student = follow(links[1])
    (caption,) = [one.value for one in student.sidebar.caption if one.value == hand_in.ABOUT]
    assert "nothing else" in caption
    code = code_on(student)
    student.get_by_key("handed_guess").set_value(0.25)
    run(student)
    assert code_on(student) != code
    view = student.session_state["shown"].view
    app.get_by_key("codes").set_value(f"{code_on(student)}\nnonsense")
    run(app)
    table = app.dataframe[-1].value.to_dict("records")
    h2 = view.reml.h2
    assert table == [{"student": 2, "guess": "0.25", "ĥ": f"{h2:.3f}"}]
    assert "1 student has handed in." in "".join(one.value for one in app.markdown)
    app.button(key="fit_all").click()
    run(app)
    row = app.dataframe[-1].value.to_dict("records")[0]
    assert (row["true h"], row["contains it"] in ("yes", "no")) == ("0.350", True)


def class_codes(app, results):
    """The codes of a class whose links a page shows."""
    of = Sealed(FAMILIES, query(app)["class"])
    return "\n".join(code_of(secret(), replace(of, student=k), *rest) for k, *rest in results)


def test_a_class_without_a_room_has_its_picture_too(monkeypatch):
    taken = {}
    monkeypatch.setattr(
        "streamlit.download_button", lambda label, text, name, *_, **__: taken.update({name: text})
    )
    app = open_page("lecturer", {**SIDEBAR, "secret": "1", "secret_h": "0.4", "students": "30"})
    room = codes.class_of(Tokens(FAMILIES, query(app)["class"]))
    drawn = {k: data.view_of(room, k) for k in range(1, 31)}
    # The third has other estimates by ML and REML, whatever the class is.
    third = next(k for k, v in drawn.items() if k > 2 and round(v.ml.h2, 3) != round(v.reml.h2, 3))
    views = {k: drawn[k] for k in (1, 2, third)}
    found = {k: data.estimate_of(view) for k, view in views.items()}
    given = [(1, 0.5, found[1].h2), (2, None, found[2].h2)]
    app.get_by_key("codes").set_value(class_codes(app, given))
    run(app)
    assert boards(app)["codes_guesses"][1]["room"]["guesses"].tolist() == [0.5]
    assert "codes_estimates" not in boards(app)
    assert app.button(key="codes_show").label == "Show the estimates"
    press(app)
    picture = boards(app)["codes_estimates"][1]["room"]
    assert picture["h2"].tolist() == sorted(one.h2 for one in (found[1], found[2]))
    assert picture["truth"] == 0.4
    theory = data.theory(room)
    assert picture["expected"]["bars"].tolist() == (2 * theory.shares).tolist()
    both = [found[1], found[2]]
    assert f"**{words.missed_words(both, 0.4)}** {words.estimates_words(both, theory)}" in said(app)
    assert "codes_show" not in keys(app)
    # One more, by ML; the picture shows REML's, as theory does, and says so.
    ml = views[third].ml.h2
    app.get_by_key("codes").set_value(class_codes(app, [*given, (third, 0.2, ml)]))
    run(app)
    assert app.button(key="codes_show").label == "Show the other 1"
    assert boards(app)["codes_estimates"][1]["room"]["h2"].size == 2
    press(app)
    picture = boards(app)["codes_estimates"][1]["room"]
    assert picture["h2"].tolist() == sorted(one.h2 for one in found.values())
    assert "One code holds another ĥ, such as ML’s. The picture shows REML’s." in said(app)
    # And what is kept is the same file as that of a room.
    handed = ((1, 0.5), (2, None), (third, 0.2))
    seats = [Seat("", k, guess, found[k]) for k, guess in handed]
    assert taken["class.html"]() == class_page(seats, theory)


def test_a_lesson_without_one_true_h_has_no_picture_and_says_why():
    app = open_page("lecturer", {"teach": "two_hills", "secret": "1"})
    of = Sealed(Lesson("two_hills"), query(app)["class"], 1)
    app.get_by_key("codes").set_value(code_of(secret(), of, 0.5, 0.5))
    run(app)
    press(app)
    assert app.error[0].value.startswith("A room needs data with one true h")


def press(app):
    app.button(key="codes_show").click()
    run(app)


def said(app):
    return "\n".join(one.value for one in app.markdown)


def test_a_code_follows_the_method_and_a_fit_without_a_top_has_none():
    words = hidden_words(Lesson("many_covariates"))
    app = open_page("", words)
    of = Sealed(Lesson("many_covariates"), CLASS)
    for method in ("REML", "ML"):
        pick(app, "method", method)
        fit = app.session_state["shown"].view.fit(method)
        found = read_code(secret(), of, code_on(app))
        assert found == Result(7, None, round(fit.h2, 3) if fit.maxima else None)


@pytest.mark.parametrize("words", [{}, hidden_words(SOURCE, 0), hidden_words(SOURCE, 3, told=True)])
def test_nobody_else_is_asked_for_a_result(words):
    app = open_page("", words)
    assert not [one for one in app.expander if one.label == "Hand in your result"]
    assert not app.sidebar.code
    assert "handed_guess" not in query(app)
