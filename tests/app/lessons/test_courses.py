"""The three courses: every stop is there, and every lesson is in one of them."""

import re

from lmm_app.lessons.alone import ALONE
from lmm_app.lessons.courses import COURSES
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.tour import TOUR
from lmm_app.shell.pages import PAGES
from lmm_app.site import courses

THERE = {
    "tour": {step.name for step in TOUR},
    "card": set(PRESETS),
    "alone": set(ALONE),
    "page": set(PAGES),
}


def stops(name):
    return [stop for meeting in COURSES[name].meetings for stop in meeting.stops]


def test_every_stop_is_somewhere_to_go_and_is_made_once():
    for name in COURSES:
        assert all(stop.name in THERE[stop.kind] for stop in stops(name))
        own = [stop for stop in stops(name) if stop.kind != "tour" and name != "course"]
        assert len(set(own)) == len(own)


def test_the_static_page_names_the_pages_of_the_app_as_they_are():
    assert all(PAGES[name][0] == words for name, words in courses.PAGES.items())
    linked = re.findall(r'href="([^"]+)"', courses.blocks())
    every = [stop for name in COURSES for stop in stops(name)]
    assert len(linked) == sum(stop.kind != "page" for stop in every)


def test_an_hour_is_the_tour_and_a_course_has_every_lesson():
    assert [stop.name for stop in stops("hour")] == [step.name for step in TOUR]
    there = {stop.name for stop in stops("course") if stop.kind in ("card", "alone")}
    assert there >= (set(PRESETS) | set(ALONE)) - {"strong_h"}


def test_a_course_has_six_meetings_each_with_a_question_to_hand_in():
    meetings = COURSES["course"].meetings
    assert len(meetings) == 6
    assert all(meeting.question for meeting in meetings)
