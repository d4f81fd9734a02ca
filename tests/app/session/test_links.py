"""Links for a class: what they say, and that hidden data come back out of them as they went in."""

import csv
import re
import subprocess
import sys
from itertools import product
from urllib.parse import parse_qs, parse_qsl, urlsplit

import numpy as np
import pytest

from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.tour import TOUR
from lmm_app.session import links
from lmm_app.session.links import Lecture, drawn, link, source_words
from lmm_app.sources.opened import LAST_SEED, Lesson, Sample, Simulation, open_source
from tests.places import ROOT

BASE = "https://class.example.org/lmm/"


def words(address):
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


@pytest.mark.parametrize(
    ("asked", "settings", "address"),
    [
        (
            Lecture(Lesson("two_hills")),
            {},
            "https://class.example.org/lmm/?data=lesson&preset=two_hills&seed=1",
        ),
        (
            Lecture(Lesson("outlier", 4), "climb", None, (("method", "ML"), ("trait", "a b"))),
            {"seed": 17, "projector": True},
            "https://class.example.org/lmm/tour?step=climb&data=lesson&preset=outlier&seed=17"
            "&method=ML&trait=a+b&projector=true",
        ),
        (
            Lecture(Sample("tiny12"), "relatives"),
            {"seed": 5},
            "https://class.example.org/lmm/tour?step=relatives&data=sample&sample=tiny12",
        ),
        (
            Lecture(Lesson("outlier", 4), "climb", "t{}".format, (("method", "ML"),)),
            {"student": 7, "projector": True},
            "https://class.example.org/lmm/tour?step=climb&token=t7&method=ML&projector=true",
        ),
        (
            Lecture(Simulation("families", 100, 0.8, family_size=4, seed=3)),
            {},
            "https://class.example.org/lmm/?data=simulate&population=families&n=100"
            "&family_size=4&true_h=0.8&seed=3",
        ),
    ],
)
def test_a_link_says_what_it_opens(asked, settings, address):
    assert link(BASE, asked, **settings) == address
    beside = link("", asked, **settings)
    assert beside == address.replace(BASE, "./" if asked.page == links.EXPLORE else "")


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://localhost:8501/lecturer", "http://localhost:8501/"),
        ("http://localhost:8501/lecturer/?students=3&open=climb", "http://localhost:8501/"),
        ("http://localhost:8501", "http://localhost:8501/"),
        (
            "https://hub.example.org/user/x/proxy/8501/lecturer#2",
            "https://hub.example.org/user/x/proxy/8501/",
        ),
        ("https://example.org/my-lecturer", "https://example.org/my-lecturer/"),
        ("", ""),
        (None, ""),
        ("lecturer", ""),
    ],
)
def test_the_address_of_the_app_is_that_of_a_page_without_the_page(url, base):
    assert links.base_of(url, "lecturer") == base


def test_a_card_has_an_address_of_its_own():
    assert links.card_link(BASE, "outlier") == f"{BASE}lessons?card=outlier"
    assert links.card_link("", "outlier", projector=True) == "lessons?card=outlier&projector=true"


def test_a_step_has_its_number():
    assert [links.place_of_step(step.name) for step in TOUR] == list(range(1, len(TOUR) + 1))


def test_pages_are_explore_and_every_step_of_the_tour():
    assert list(links.PAGES) == ["explore", *(step.name for step in TOUR)]
    assert len(set(links.PAGES.values())) == 1 + len(TOUR)


@pytest.mark.parametrize("name", PRESETS)
def test_a_lesson_comes_back_as_it_went_in(name):
    for seed in (1, 17, LAST_SEED):
        assert drawn(source_words(Lesson(name, seed))) == Lesson(name, seed)
    assert drawn(source_words(Lesson(name))) == Lesson(name, 1)


def test_a_simulation_comes_back_as_it_went_in():
    for h2, kind, n, qtl, sex in product(
        np.round(np.arange(0.0, 1.01, 0.05), 2).tolist(),
        ("intercross", "families", "unrelated"),
        (20, 300),
        (0, 3),
        (0.0, 0.5, 1.3),
    ):
        source = Simulation(kind, n, h2, sex, qtl, 12, 35, 7, 42)
        said = source_words(source)
        assert said.get("true_h", "0.5") == f"{h2:g}"
        assert drawn(said) == source


@pytest.mark.parametrize(
    "link_words", [{}, {"data": "sample"}, {"data": "upload"}, {"data": "lesson", "preset": "no"}]
)
def test_what_is_not_drawn_has_no_recipe(link_words):
    assert drawn(link_words) is None


def test_settings_that_cannot_be_fall_back_to_the_usual_ones():
    bad = {
        "population": "martians",
        "n": "7",
        "generations": "x",
        "pairs": "",
        "family_size": "1e3",
        "qtl": "-1",
        "sex": "nan",
        "true_h": "inf",
        "seed": "0",
    }
    assert drawn({"data": "simulate", **bad}) == Simulation()
    assert drawn({"data": "lesson", "seed": "1e9"}) == Lesson("full_sibs", 1)


@pytest.mark.parametrize(
    ("trait", "columns", "method", "more"),
    [
        ("CD8", ("sex",), "REML", ()),
        ("MCH", ("sex",), "ML", (("method", "ML"), ("trait", "MCH"))),
        ("CD8", (), "REML", (("covariates", ""),)),
    ],
)
def test_trait_covariates_and_method_are_said_where_they_are_not_the_usual(
    trait, columns, method, more
):
    data = open_source(Sample("mouse_hs300")).dataset
    assert data.traits.columns[0] == "CD8"
    assert data.covariates.columns == ("sex",)
    assert links.settings(data, trait, columns, method) == more


def test_covariates_are_all_named_in_a_link():
    data = open_source(Lesson("many_covariates")).dataset
    more = links.settings(data, "trait", ("home2", "home5"), "REML")
    address = link(BASE, Lecture(Lesson("many_covariates"), more=more))
    assert parse_qs(urlsplit(address).query)["covariates"] == ["home2", "home5"]


@pytest.mark.parametrize(
    "source", [Lesson("small_sample"), Simulation("families", 40, sex_effect=0.0)]
)
def test_sixty_students_have_sixty_different_datasets(source):
    rows = links.student_rows(BASE, Lecture(source), 100, 60)
    assert [row[:2] for row in rows] == [(k, 99 + k) for k in range(1, 61)]
    traits = set()
    for _, seed, address in rows:
        found = drawn(dict(words(address)))
        assert found.seed == seed
        traits.add(open_source(found).dataset.traits.values.tobytes())
    assert len(traits) == 60


def test_links_of_hidden_data_have_no_seed():
    rows = links.student_rows(BASE, Lecture(Lesson("outlier"), token="t{}".format), 100, 3)
    assert [row[:2] for row in rows] == [(1, None), (2, None), (3, None)]
    assert [dict(words(address)) for *_, address in rows] == [{"token": f"t{k}"} for k in (1, 2, 3)]
    assert links.links_csv(rows).startswith("student,link\n1,https://")
    assert "seed" not in links.slips_html("A", rows)


def test_the_last_student_of_the_largest_class_has_a_seed():
    rows = links.student_rows(
        BASE, Lecture(Lesson("outlier")), links.LAST_FIRST_SEED, links.MAX_STUDENTS
    )
    assert rows[-1][:2] == (300, LAST_SEED)


def test_the_links_are_strict_csv():
    more = (("trait", 'a,"b"\n'),)
    rows = links.student_rows(BASE, Lecture(Simulation(h2=0.8), "sure", None, more), 5, 3)
    header, *cells = csv.reader(links.links_csv(rows).splitlines(), strict=True)
    assert header == ["student", "seed", "link"]
    assert [(int(a), int(b), c) for a, b, c in cells] == rows
    assert all(dict(words(cell[2]))["trait"] == 'a,"b"\n' for cell in cells)


def test_slips_hold_every_link_and_nothing_from_outside():
    rows = links.student_rows(BASE, Lecture(Lesson("outlier"), more=(("trait", "<b>"),)), 1, 40)
    page = links.slips_html("A & <B>", rows)
    assert re.findall(r'href="([^"]*)"', page) == [row[2].replace("&", "&amp;") for row in rows]
    assert "<title>A &amp; &lt;B&gt;</title>" in page
    assert [int(k) for k in re.findall(r"Student (\d+)", page)] == list(range(1, 41))
    assert not re.search(r"src=|@import|url\(", page)


def test_links_and_answers_need_no_interface():
    code = "import sys, lmm_app.session.links, lmm_app.lecturer.answers; "
    code += "print('streamlit' in sys.modules)"
    root = ROOT
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
