"""A class in three clicks, on the lecturer's page: the lesson, its room, the projector."""

from html import unescape

import pytest

from lmm_app.lecturer import classroom
from lmm_app.lessons.presets import PRESETS
from lmm_app.room import visit
from lmm_app.room.data import check_recipe
from lmm_app.room.place import VARIABLE
from lmm_app.sources.opened import Lesson, Simulation
from lmm_core import LMMError
from tests.app_helpers import pick, run
from tests.links import keys, open_page, query


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "rooms"))


def opened(app):
    """Press the button: the words of the room's address."""
    app.button(key="open_room").click()
    run(app)
    return {name: query(app)[name] for name in ("code", "key")}


def projectors(app):
    """Where the third button leads, and whether it can be pressed."""
    (one,) = [
        one.proto for one in app.get("link_button") if one.proto.label == "Open the projector"
    ]
    return one.url, not one.disabled


def recipe(link):
    return visit.store().check_key(link["code"], link["key"]).recipe


def test_the_lesson_the_room_and_the_projector():
    app = open_page("lecturer", {})
    assert not projectors(app)[1]
    pick(app, "room_of", "full_sibs")
    link = opened(app)
    assert recipe(link) == Lesson("full_sibs")
    address = f"room?code={link['code']}&key={link['key']}&projector=true"
    assert projectors(app) == (address, True)
    # The plan beside it opens the same.
    (plan,) = [unescape(one.value) for one in app.html if 'class="teaching plan"' in one.value]
    assert f'href="{address}"' in plan
    # Whoever loads the page anew still leads the room.
    again = open_page("lecturer", query(app))
    assert projectors(again) == projectors(app)
    assert again.button(key="open_room").label == "Open another room"
    assert opened(again)["code"] != link["code"]


def test_a_room_that_is_gone_is_said_to_be_and_another_can_be_opened():
    app = open_page("lecturer", {})
    link = opened(app)
    visit.store().close(link["code"], link["key"])
    run(app)
    (said,) = [one.value for one in app.info]
    assert said.startswith(f"The room {link['code']} is no longer open: the lecturer has closed it")
    assert not projectors(app)[1]
    assert opened(app)["code"] != link["code"]


def test_whoever_has_a_seat_leads_no_room():
    room, _ = visit.store().open(Simulation())
    app = open_page("lecturer", {"code": room.code})
    assert not projectors(app)[1]
    assert not app.info


def test_the_data_in_the_sidebar_are_offered_where_they_are_drawn():
    words = {"data": "simulate", "population": "families", "n": "60", "true_h": "0.8"}
    app = open_page("lecturer", {**words, "room_of": "sidebar"})
    assert app.slider(key="room_true_h").value == 0.8
    assert recipe(opened(app)) == Simulation("families", 60, 0.8)
    assert "sidebar" not in open_page("lecturer", {}).radio(key="room_of").options


def test_data_that_are_not_for_a_room_say_why():
    app = open_page("lecturer", {"data": "lesson", "preset": "two_hills", "room_of": "sidebar"})
    app.button(key="open_room").click()
    run(app)
    assert app.error[0].value.startswith("A room needs data with one true h: those of this lesson")
    assert "key" not in query(app)


@pytest.mark.parametrize("name", PRESETS)
def test_every_lesson_that_a_class_can_estimate_is_offered(name):
    try:
        check_recipe(Lesson(name))
    except LMMError:
        assert name not in classroom.LESSONS
    else:
        assert name in classroom.LESSONS


def test_what_a_lesson_tells_of_its_h_is_said():
    app = open_page("lecturer", {})
    assert classroom.ON_ITS_CARD not in [one.value for one in app.caption]
    pick(app, "room_of", "strong_h")
    assert classroom.ON_ITS_CARD in [one.value for one in app.caption]
    assert "room_true_h" not in keys(app)
