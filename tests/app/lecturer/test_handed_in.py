"""Result codes from the student's page to the lecturer's."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_app.lecturer import handed_in
from lmm_app.lecturer.answers import Answer, Found
from lmm_app.session.codes import Result, code_of, read_code
from lmm_app.session.sealed import Sealed
from lmm_app.session.secret import secret
from lmm_app.shell import hand_in
from lmm_app.sources.opened import Lesson, Simulation
from tests.app_helpers import pick, run
from tests.links import CLASS, follow, hidden_words, open_page, query

SOURCE = Simulation("families", 40, 0.35)
OF = Sealed(SOURCE, CLASS)
SECRET = b"s" * 32


def codes(*results):
    return [code_of(SECRET, replace(OF, student=k), guess, h2) for k, guess, h2 in results]


def test_codes_are_read_counted_once_and_refused_by_name():
    first, second, again, stranger = codes(
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
