"""Ids of several files beside each other: who matches, who nearly does, and by which spelling."""

import time

import pytest

from lmm_core.errors import DataError
from lmm_data.joining import EXAMPLES, SPELLINGS, NearMiss, join_report, respell


def counts(report):
    return {row.where: row.count for row in report.rows}


def test_every_individual_is_in_one_row():
    report = join_report({"y": ("a", "b", "c", "x"), "K": ("c", "b", "d"), "C": ("b", "a", "e")})
    assert counts(report) == {
        "in every file": 1,
        "only in y": 1,
        "only in K": 1,
        "only in C": 1,
        "in y and K, not in C": 1,
        "in y and C, not in K": 1,
    }
    assert report.matched == 1
    assert report.rows[0].examples == ("b",)


def test_a_row_names_a_few():
    labels = [f"m{k}" for k in range(20)]
    report = join_report({"y": labels, "K": labels})
    assert report.rows == (report.rows[0],)
    assert report.rows[0].examples == tuple(labels[:EXAMPLES])
    assert (report.near_misses, report.spelling, report.gained) == ((), "", 0)


def test_one_file_and_none():
    assert counts(join_report({"y": ("a", "b")})) == {"in y": 2}
    assert counts(join_report({})) == {"in no file": 0}


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        (("M1", "m2", "M3"), ("m1", "m2", "m3"), "case"),
        (("001", "02", "M007"), ("1", "2", "M7"), "zeros"),
        (("1.0", "2.0", "3"), ("1", "2", "3"), "decimals"),
        (("X1", "X2", "X3"), ("1", "2", "3"), "x"),
        (("m 1", "m2", "m3"), ("m1", "m2", "m3"), "spaces"),
        (("m-1", "m.2", "m_3"), ("m.1", "m_2", "m-3"), "signs"),
        (("DBA/2J-1", "m–2", "'m3"), ("DBA.2J.1", "m-2", "m3"), "signs"),
        (("1-Sep", "2-Mar", "2024-12-01"), ("SEPT1", "MARCH2", "DEC1"), "dates"),
        (("ma\u0308us1", "m２", "m3"), ("mäus1", "m2", "m3"), "forms"),
        (("0_101", "F2:102", "F3 103"), ("101", "102", "103"), "family"),
        (("m_1_m_1", "0_m_2", "m_3"), ("m_1", "m_2", "m_3"), "family"),
        (("F1_m_1", "F1_m_2", "F2_m_3"), ("F3_m_1", "F3_m_2", "F3_m_3"), "front"),
        (("X01.0", "X02.0", "X03.0"), ("1", "2", "3"), "loose"),
        (("\u041001", "B02", "\u039c3"), ("A01", "B02", "M3"), "forms"),
        (("mO1", "m12", "ml3"), ("m01", "m12", "m13"), "digits"),
    ],
)
def test_a_spelling_that_keeps_ids_apart_is_found(left, right, code):
    report = join_report({"y": left, "K": right})
    assert report.spelling == code
    assert report.matched + report.gained == 3
    assert len(report.near_misses) == report.gained
    joined = set(respell(left, code)) & set(respell(right, code))
    assert len(joined) == 3


def test_a_near_miss_names_both_and_the_rule():
    report = join_report({"y": ("A", "b"), "K": ("b", "a")})
    assert report.near_misses == (NearMiss("A", "y", "a", "K", "case"),)


def test_near_misses_are_of_each_pair_of_files():
    report = join_report({"y": ("a", "b"), "K": ("A", "b"), "C": ("a", "b")})
    assert report.near_misses == (
        NearMiss("a", "y", "A", "K", "case"),
        NearMiss("A", "K", "a", "C", "case"),
    )
    assert (report.spelling, report.gained) == ("case", 1)


def test_the_most_joining_spelling_is_named():
    report = join_report({"y": ("A", "02", "03"), "K": ("a", "2", "3")})
    assert {miss.rule for miss in report.near_misses} == {"case", "zeros"}
    assert (report.spelling, report.gained) == ("loose", 3)
    report = join_report({"y": ("Q", "02", "03"), "K": ("r", "2", "3")})
    assert (report.spelling, report.gained) == ("zeros", 2)


def test_two_that_become_one_match_nobody():
    # Which of 1 and 01 is meant by 001 is not known, and as ids of one file they differ.
    report = join_report({"y": ("1", "01", "5"), "K": ("001", "5")})
    assert report.near_misses == ()
    assert report.spelling == ""
    report = join_report({"y": ("1", "01", "5", "07"), "K": ("001", "5", "7")})
    assert [miss.id for miss in report.near_misses] == ["07"]
    assert report.spelling == ""
    assert join_report({"y": ("1", "2"), "K": ("001", "01", "2")}).near_misses == ()
    with pytest.raises(DataError, match=r"leading zeros were left out, “1”, “01” would all be “1”"):
        respell(("1", "01"), "zeros")


def test_ids_that_are_nothing_alike_are_left_alone():
    report = join_report({"y": ("a", "b"), "K": ("c", "d")})
    assert (report.near_misses, report.spelling, report.gained) == ((), "", 0)


def test_a_spelling_leaves_no_id_empty():
    for label in ("X", "0", "000", ".0", "-", "_", "0_", "X0", "1.0.0", "é", "  "):
        for words, spelling in SPELLINGS.values():
            assert spelling(label) or not label.strip(), (label, words)


def test_an_unknown_spelling_is_refused():
    with pytest.raises(DataError, match="no change of spelling “nonsense”: choose from “case”"):
        respell(("a",), "nonsense")


def test_three_thousand_ids_take_a_moment():
    left = [f"X{k:05d}.0" for k in range(3000)]
    right = [str(k) for k in range(3000)]
    times = []
    for _ in range(3):
        start = time.process_time()
        report = join_report({"y": left, "K": right})
        times.append(time.process_time() - start)
    assert report.gained == 3000
    # A few hundredths of a second of one core.
    assert min(times) < 0.3
