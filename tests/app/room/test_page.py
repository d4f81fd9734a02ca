"""The page of a room: for who comes by a code, with a seat, or with the lecturer's key."""

import re
from dataclasses import replace

import numpy as np
import pytest

from lmm_app.lecturer.classroom import FAMILIES
from lmm_app.room import data, lecturer, visit, words
from lmm_app.room.place import VARIABLE
from lmm_app.room.qr import qr_html
from lmm_app.room.rooms import GUESSED, LIFETIME, REVEALED, SEATS, Tally
from lmm_app.room.store import Store
from lmm_app.sources.opened import Lesson, Simulation
from tests.app_helpers import boards, let_go, pick, run, walk
from tests.links import everything, follow, keys, open_page, query

TRUTH = 0.3721
RECIPE = Simulation("families", 60, TRUTH, family_size=5)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "rooms"))


def open_room(recipe=RECIPE):
    return visit.store().open(recipe)


def student(room, **more):
    return open_page("room", {"code": room.code, **more})


def lead(room, key, **more):
    return open_page("room", {"code": room.code, "key": key, **more})


def press(app, key):
    app.button(key=key).click()
    return run(app)


def handed_in(room):
    return Tally.of(visit.store().seats(room.code))


def captions(app):
    return [element.value for element in app.caption]


def texts(app):
    return [element.value for element in app.markdown]


# --- a student


def test_a_student_guesses_then_estimates_and_hands_both_in():
    room, key = open_room()
    app = student(room)
    assert app.title[0].value == f"Room {room.code}"
    assert "You are student 1." in app.caption[0].value
    assert [one.value for one in app.header] == ["1 · Guess"]
    assert boards(app) == {}
    pick(app, "room_guess", 0.6)
    press(app, "room_hand_guess")
    assert "Your guess is in: h = **0.60**." in texts(app)
    view = data.view_of(room, 1)
    moving, picture = boards(app)["room_profile"]
    # It stands where the student guessed, and is to be dragged from there.
    assert moving["at"] == 0.6
    assert picture["hand"]["estimate"] == view.reml.h2
    assert words.own_words(data.estimate_of(view)) in texts(app)
    press(app, "room_hand_estimate")
    assert "Your estimate is in. Now watch the projector." in [one.value for one in app.success]
    assert handed_in(room) == Tally(1, 1, 1)
    assert visit.store().seats(room.code)[0].estimate == data.estimate_of(view)
    visit.store().advance(room.code, key, REVEALED)
    press(app, "room_look")
    (said,) = [one.value for one in [*app.success, *app.warning]]
    assert said == words.verdict_words(data.estimate_of(view), TRUTH)


def test_a_students_data_are_made_during_the_guess(monkeypatch):
    made, real = [], data.view_of
    monkeypatch.setattr(data, "view_of", lambda *seat: made.append(seat) or real(*seat))
    room, _ = open_room()
    app = student(room)
    assert made == [(room, 1)]
    assert "room_hand_guess" in keys(app)


def test_h_is_in_the_hand():
    room, _ = open_room()
    app = press(student(room), "room_hand_guess")
    let_go(app, 0.25, key="room_profile")
    assert boards(app)["room_profile"][0]["at"] == 0.25
    assert handed_in(room) == Tally(1, 1, 0)


def test_who_loads_the_page_anew_has_the_same_seat():
    room, _ = open_room()
    app = press(student(room), "room_hand_guess")
    link = query(app)
    assert link["code"] == room.code
    assert len(link["seat"]) == 10
    again = open_page("room", link)
    assert "Your guess is in: h = **0.50**." in texts(again)
    assert "You are student 1." in again.caption[0].value
    assert boards(again)["room_profile"][0] == boards(app)["room_profile"][0]
    assert handed_in(room).seats == 1
    # The same on another page, and back.
    walk(again, "sure")
    assert "seat" not in query(again) or query(again)["seat"] == link["seat"]
    walk(again, "room")
    assert query(again)["seat"] == link["seat"]
    assert handed_in(room).seats == 1


def test_what_is_handed_in_from_two_windows_counts_once():
    room, _ = open_room()
    first = student(room)
    second = open_page("room", query(first))
    pick(first, "room_guess", 0.2)
    pick(second, "room_guess", 0.8)
    press(first, "room_hand_guess")
    press(second, "room_hand_guess")
    assert "Your guess is in: h = **0.20**." in texts(second)
    press(first, "room_hand_estimate")
    press(second, "room_hand_estimate")
    assert handed_in(room) == Tally(1, 1, 1)


def test_who_comes_after_the_guesses_goes_straight_to_the_data():
    room, key = open_room()
    visit.store().advance(room.code, key, GUESSED)
    app = student(room)
    assert "room_guess" not in keys(app)
    assert any("so yours is not asked for" in text for text in texts(app))
    # Without a guess it stands at the estimate.
    assert boards(app)["room_profile"][0]["at"] == pytest.approx(
        data.view_of(room, 1).reml.h2, abs=5e-4
    )
    press(app, "room_hand_estimate")
    assert handed_in(room) == Tally(1, 0, 1)


def test_neither_the_truth_nor_the_seed_nor_the_key_is_sent_to_a_student():
    room, key = open_room()
    app = press(student(room), "room_hand_guess")
    press(app, "room_hand_estimate")
    sent = everything(app) + repr(query(app))
    for secret in (TRUTH, key, room.of_class, data.source_of(room, 1).seed):
        assert str(secret) not in sent
    (_, picture) = boards(app)["room_profile"]
    assert picture["profile"].get("truth") is None
    # Saved work is for other hours: it names no seat.
    assert dict(app.session_state["noted"].words).keys().isdisjoint({"code", "seat", "key"})


def test_the_same_data_open_in_explore_without_their_truth():
    room, _ = open_room()
    app = press(student(room), "room_hand_guess")
    (address,) = re.findall(r"\[The same data in Explore\]\((.*?)\)", "".join(captions(app)))
    explored = follow(address)
    fingerprint = data.view_of(room, 1).problem.fingerprint
    assert explored.session_state["shown"].view.problem.fingerprint == fingerprint
    assert str(TRUTH) not in everything(explored)


# --- the door


def test_the_code_is_typed_where_no_link_says_it():
    room, _ = open_room()
    app = open_page("room", {})
    assert app.title[0].value == "A room for a class"
    app.text_input(key="room_code").set_value(f" {room.code[:3].lower()} {room.code[3:]}")
    press(app, "room_join")
    assert app.title[0].value == f"Room {room.code}"
    assert query(app)["code"] == room.code
    assert handed_in(room).seats == 1


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ({"code": "AAAAAA"}, "there is no room “AAAAAA”; compare it with the one on the projector"),
        ({"code": "<b>x"}, "there is no room “\\<B\\>X”"),
        ({"key": "x" * 20, "code": ""}, "there is no room “”"),
    ],
)
def test_a_wrong_code_says_so_and_another_can_be_typed(link, why):
    app = open_page("room", link)
    assert why in app.error[0].value
    room, _ = open_room()
    app.text_input(key="room_code").set_value(room.code)
    press(app, "room_join")
    assert app.title[0].value == f"Room {room.code}"
    assert not app.error


def test_a_wrong_seat_and_a_wrong_key_are_refused():
    room, key = open_room()
    app = student(room, seat="aaaaaaaaaa")
    assert "The seat must be one of the room" in app.error[0].value
    assert query(app).get("seat") is None
    app = lead(room, "a" * 20)
    assert "Only who opened the room" in app.error[0].value
    assert key not in everything(app)


def test_a_full_room_and_one_that_is_over_say_so(monkeypatch):
    room, key = open_room()
    for _ in range(SEATS):
        visit.store().join(room.code)
    assert "all seats of the room" in student(room).error[0].value
    visit.store().close(room.code, key)
    assert "the lecturer has closed it" in student(room).error[0].value
    room, key = open_room()
    real = Store.room
    monkeypatch.setattr(Store, "room", lambda self, code: real(later(self), code))
    assert "its 3 hours are over" in student(room).error[0].value
    assert "its 3 hours are over" in lead(room, key).error[0].value


def later(store):
    return Store(store._path, lambda: store._clock() + LIFETIME)


def test_the_page_is_in_the_list_of_those_who_are_in_a_room(monkeypatch):
    shown = []
    monkeypatch.setattr(
        "streamlit.navigation", navigation := pages_of(shown, __import__("streamlit").navigation)
    )
    assert navigation
    room, _ = open_room()
    app = open_page("", {})
    assert "room" not in shown[-1]
    app = student(room)
    run(app)
    assert "room" in shown[-1]


def pages_of(shown, real):
    def navigation(pages):
        shown.append({page.url_path for page in pages if page.visibility == "visible"})
        return real(pages)

    return navigation


# --- the lecturer


def test_a_room_is_opened_from_the_lecturers_page_and_led_from_its_own():
    app = open_page("lecturer", {})
    pick(app, "room_true_h", 0.2)
    press(app, "open_room")
    link = query(app)
    room = visit.store().check_key(link["code"], link["key"])
    assert room.recipe == replace(FAMILIES, h2=0.2)
    assert f"Room **{room.code}** is open." in [one.value for one in app.success]
    walk(app, "room")
    assert app.title[0].value == f"Room {room.code}"
    assert {name: query(app)[name] for name in link} == link
    assert [(one.label, one.value) for one in app.metric] == [
        ("In the room", "0"),
        ("Guesses", "0"),
        ("Estimates", "0"),
    ]
    # The next run is of the same room, and so is the address on another day of the same hour.
    run(app)
    assert {name: query(app)[name] for name in link} == link
    assert open_page("room", link).title[0].value == f"Room {room.code}"


def fill(room, guesses, estimates):
    for number in range(1, max(guesses, estimates) + 1):
        seat = visit.store().join(room.code)
        if number <= guesses:
            visit.store().guess(room.code, seat.key, 0.05 * (number % 20))
        if number <= estimates:
            found = data.estimate_of(data.view_of(room, number))
            visit.store().hand_in(room.code, seat.key, found)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_the_class_is_shown_step_by_step(count):
    room, key = open_room()
    fill(room, count, count)
    app = lead(room, key)
    assert boards(app) == {}
    assert room.code in "".join(one.value for one in app.html)
    assert str(TRUTH)[:4] not in everything(app)
    press(app, f"room_reveal_{GUESSED}")
    guessed = boards(app)["class"][1]["room"]
    assert guessed["guesses"].size == count
    assert "0.372" not in everything(app)
    press(app, f"room_reveal_{REVEALED}")
    found = boards(app)["class"][1]["room"]
    seats = [seat.estimate for seat in visit.store().seats(room.code)]
    assert found["h2"].tolist() == sorted(one.h2 for one in seats)
    assert found["truth"] == TRUTH
    assert words.missed_words(seats, TRUTH) in app.markdown[0].value
    assert not [one for one in keys(app) if one.startswith("room_reveal")]


def test_who_comes_later_falls_into_place():
    room, key = open_room()
    fill(room, 0, 2)
    visit.store().advance(room.code, key, REVEALED)
    app = lead(room, key)
    before = boards(app)["class"]
    run(app)
    assert boards(app)["class"][0] == before[0]
    seat = visit.store().join(room.code)
    visit.store().hand_in(room.code, seat.key, data.estimate_of(data.view_of(room, 3)))
    after = boards(run(app))["class"]
    assert (before[1]["room"]["h2"].size, after[1]["room"]["h2"].size) == (2, 3)
    assert after[0]["group"] == before[0]["group"]


def test_on_a_projector_a_room_is_a_line_a_picture_and_what_is_pressed():
    room, key = open_room()
    fill(room, 2, 2)
    app = lead(room, key, projector="true")
    assert words.QUESTION in texts(app)
    assert any("2 students are in, with 2 guesses and 2 estimates." in one for one in texts(app))
    # Nothing that could be pressed by mistake, and not the lecturer's own address.
    assert "room_close" not in keys(app)
    assert not app.code
    press(app, f"room_reveal_{GUESSED}")
    press(app, f"room_reveal_{REVEALED}")
    assert boards(app)["class"][0]["projector"] is True


def test_a_room_that_is_closed_is_gone_for_everyone():
    room, key = open_room()
    fill(room, 1, 1)
    app = lead(room, key)
    other = press(student(room), "room_hand_guess")
    press(app, "room_close")
    assert "the lecturer has closed it" in app.error[0].value
    run(other)
    assert "the lecturer has closed it" in other.error[0].value
    assert np.isin(["code", "seat", "key"], list(query(other))).sum() == 0


def test_what_is_handed_in_as_a_room_closes_is_no_crash():
    room, key = open_room()
    app = student(room)
    visit.store().close(room.code, key)
    press(app, "room_hand_guess")
    assert "the lecturer has closed it" in app.error[0].value


def test_other_lessons_make_rooms_too():
    room, key = open_room(Lesson("boundary_zero"))
    fill(room, 0, 3)
    visit.store().advance(room.code, key, REVEALED)
    found = boards(lead(room, key))["class"][1]["room"]
    assert found["zero"]
    assert 1.0 < found["expected"]["zero"] < 2.0


# --- the picture of the address


def test_the_address_is_a_picture_on_white_with_a_border():
    html = qr_html("https://example.org/room?code=ACDEFG")
    assert html.startswith('<img class="qr" src="data:image/svg+xml')
    assert "QR picture of the address https://example.org/room?code=ACDEFG" in html
    assert "%23fff" in html
    assert "%23000" in html


def test_who_leads_is_told_the_address_of_the_class_and_the_way_back(monkeypatch):
    monkeypatch.setattr(lecturer.links, "base_of", lambda url, page: "http://localhost:8501/")
    room, key = open_room()
    app = lead(room, key)
    joined = "".join(one.value for one in app.html)
    assert "<dd>localhost:8501/room</dd>" in joined
    assert f"code={room.code}" in joined
    assert key not in joined
    assert [one.value for one in app.code] == [
        f"http://localhost:8501/room?code={room.code}&key={key}"
    ]
    assert lecturer.LOCAL in [one.value for one in app.caption]
