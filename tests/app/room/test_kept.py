"""What is kept of a class: its picture, its sentences and every number; no seat and no name."""

import re
from html import unescape

import pytest

from lmm_app.room import words
from lmm_app.room.kept import NOTE, class_page
from lmm_app.room.rooms import Estimate, Seat
from tests.app.room.test_board import SEATS, THEORY


def rows(page):
    found = re.findall('<tr><th scope="row">(.*?)</th>(.*?)</tr>', page, flags=re.DOTALL)
    return [(first, *re.findall("<td>(.*?)</td>", rest)) for first, rest in found]


def test_the_file_holds_what_the_class_was_shown():
    page = class_page(SEATS, THEORY)
    found = [seat.estimate for seat in SEATS if seat.estimate]
    text = unescape(page)
    assert "<h1>A class of 5: one true h, 3 estimates</h1>" in page
    for said in (
        words.missed_words(found, THEORY.h2),
        words.estimates_words(found, THEORY),
        words.guesses_words([0.5, 0.35, 0.0]),
        NOTE,
    ):
        assert said in text
    assert {'data-packed="estimates"', 'data-packed="guesses"'} <= set(
        re.findall('data-packed="\\w+"', page)
    )
    assert rows(page) == [
        ("1", "0.00", "0", "0.000–0.300", "no"),
        ("2", "–", "0", "0.000–0.450", "yes"),
        ("3", "0.50", "0.700", "0.500–0.900", "no"),
    ]
    assert "default-src 'none'" in page
    assert len(page) < 400_000


def test_nothing_tells_who_somebody_was():
    seats = [
        Seat("secretseat" * 2, 217, 0.5, Estimate(0.7, 0.5, 0.9)),
        Seat("othersecret", 218, 0.4, Estimate(0.2, 0.1, 0.5)),
    ]
    page = class_page(seats, THEORY)
    assert "secret" not in re.sub("<script.*?</script>", "", page, flags=re.DOTALL)
    assert [row[0] for row in rows(page)] == ["1", "2"]


@pytest.mark.parametrize("seats", [[], [Seat("a", 1)]])
def test_a_class_that_has_handed_in_nothing_has_a_file(seats):
    page = class_page(seats, THEORY)
    assert f"A class of {len(seats)}: one true h, no estimates" in page
    assert rows(page) == []
    assert "No estimate is in yet." in page
