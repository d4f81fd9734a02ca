"""The picture and the table: what is drawn and listed is what was fitted, of every kind of fit."""

import re

import numpy as np
import pytest

from lmm_app.compare import question
from lmm_app.compare.board import DEEPEST, FRAMES, REACH, SHALLOWEST, alt, first_frame, two_board
from lmm_app.compare.numbers import NONE, notes, rows, table
from lmm_app.fit.verdict import ends
from lmm_core import log_likelihood
from tests.app_helpers import received
from tests.odd_views import KINDS
from tests.pairs import dataset, odd_pair, pair

H = np.linspace(0.0, 1.0, FRAMES)
OTHERS = ("covariate", "methods", "traits", "doubled", "centred")


def board_of(shown, **more):
    return received(two_board(shown, **more))


def series(chart, name):
    (found,) = [one for one in chart["series"] if one["name"] == name]
    return found


def exact_heights(side, h2):
    rotated = side.fit.rotated
    if rotated.exact:
        return np.zeros(np.shape(h2))
    return log_likelihood(rotated, np.asarray(h2, dtype=float), reml=side.method == "REML")


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", OTHERS)
def test_both_curves_and_both_intervals_are_those_of_the_fits(kind, other, method):
    shown = odd_pair(kind, other, method)
    board = board_of(shown)
    (chart,) = board["charts"]
    depth = chart["y"]["lo"]
    assert SHALLOWEST <= -depth / 1.31 + 1e-9
    assert -depth / 1.31 <= DEEPEST + 1e-9
    for side, bar in zip(shown.sides, (1.1, 1.22), strict=True):
        curve = series(chart, f"{side.name}, {side.label}")
        x, y, exact = curve["x"], curve["y"], curve["exact"]["y"]
        assert (x[0], x[-1]) == (0.0, 1.0)
        assert np.isfinite(y).all()
        if side.fit.maxima:
            expected = exact_heights(side, [0.0, 0.5]) - side.fit.loglik
            at = [int(np.argmin(abs(x - h))) for h in (0.0, 0.5)]
            np.testing.assert_allclose(exact[at], expected, rtol=1e-5, atol=1e-5)
        inside = (exact >= depth) & (exact <= chart["y"]["hi"])
        np.testing.assert_array_equal(y[inside], exact[inside])
        assert ((y < depth) == (exact < depth)).all()
        # The top of a curve that has one is at 0.
        if side.estimated:
            assert exact.max() <= 1e-6
        named = [one for one in chart["series"] if one["name"] == f"{side.name}, 95% interval"]
        assert len(named) == bool(side.fit.maxima)
        for one in named:
            assert one["x"].tolist() == pytest.approx(list(ends(side.view, side.method)))
            assert one["y"].tolist() == pytest.approx([bar * depth / 1.31] * 2)
        top = "ĥ" if side.estimated else "highest finite hill"
        marks = [one for one in chart["series"] if one["name"] == f"{side.name}, {top}"]
        assert [one["x"].tolist() for one in marks] == ([[side.fit.h2]] if named else [])
    assert [one["words"] for one in chart["y"]["names"]] == ["A", "B"]
    assert chart["y"]["ticks"][0] == 0.0
    assert min(chart["y"]["ticks"]) > depth


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", OTHERS)
def test_what_is_said_at_an_h_is_how_high_both_curves_are_there(kind, other):
    shown = odd_pair(kind, other, "ML")
    board = board_of(shown)
    assert len(board["said"]) == FRAMES == len(board["hand"]["spoken"])
    for k in (0, 30, 57, 100):
        said = board["said"][k]
        assert said.startswith(("At h = 0: A ", "At h = 0.", "At h = 1: A "))
        for side, text in zip(shown.sides, re.split(", B ", said), strict=True):
            height = float(exact_heights(side, [H[k]])[0])
            found = re.search(r"is ([0-9.,]+) (below|above) its", text)
            if side.fit.status == "flat":
                assert "is as high as everywhere" in text
            elif not np.isfinite(height):
                assert ("rises" if height > 0 else "falls") + " without end" in text
            elif found and side.fit.maxima:
                sign = -1.0 if found.group(2) == "below" else 1.0
                lower = height - side.fit.loglik
                assert sign * float(found.group(1).replace(",", "")) == pytest.approx(
                    lower, abs=6e-3
                )
            elif side.fit.maxima:
                assert abs(height - side.fit.loglik) < 6e-3
                assert "is at its " in text


def test_the_interval_ends_where_the_curve_is_1_92_below_its_top():
    (chart,) = board_of(pair(dataset(h2=0.5, families=60), "traits", "height"))["charts"]
    (line,) = [one for one in chart["series"] if one["look"] == "reach"]
    assert line["y"].tolist() == [-REACH, -REACH]
    curve, bar = series(chart, "A, weight"), series(chart, "A, 95% interval")
    at = np.interp(bar["x"], curve["x"], curve["exact"]["y"])
    np.testing.assert_allclose(at[(bar["x"] > 0) & (bar["x"] < 1)], -REACH, atol=0.02)


def test_ml_and_reml_keep_their_looks_and_others_have_their_own():
    def looks(shown):
        return [one["look"] for one in board_of(shown)["charts"][0]["legend"]]

    assert looks(odd_pair("interior", "methods", "REML")) == ["REML", "ML", "reach"]
    assert looks(odd_pair("interior", "methods", "ML")) == ["ML", "REML", "reach"]
    assert looks(odd_pair("interior", "covariate", "ML")) == ["fit-a", "fit-b", "reach"]


def test_before_the_reveal_there_is_nothing_of_b():
    shown = pair(dataset(), "covariate", "sex")
    board = board_of(shown, revealed=False)
    (chart,) = board["charts"]
    assert {one["name"][:1] for one in chart["series"]} == {"", "A"}
    assert all(", B " not in said for said in board["said"])
    assert "B" not in chart["alt"]
    hidden, shown_table = table(shown, revealed=False), table(shown)
    for row in rows(shown):
        assert f"<td>{row.a}</td><td>?</td>" in hidden
        assert f"<td>{row.a}</td><td>{row.b}</td>" in shown_table


def test_the_hand_begins_at_the_estimate_of_a():
    assert first_frame(odd_pair("flat: K = I", "covariate", "REML")) == 50
    shown = odd_pair("interior", "covariate", "REML")
    assert H[first_frame(shown)] == pytest.approx(shown.a.fit.h2, abs=0.005)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", OTHERS)
def test_the_table_has_the_numbers_of_both_fits(kind, other):
    shown = odd_pair(kind, other, "ML")
    found = {row.name: row for row in rows(shown)}
    for side, letter in zip(shown.sides, ("a", "b"), strict=True):
        said = {name: getattr(row, letter) for name, row in found.items()}
        assert said["individuals, n"] == f"{side.fit.n}"
        assert said["coefficients, p"] == f"{side.fit.p}"
        assert (said["ĥ"] == NONE) == (not side.fit.maxima)
        assert (said["95% of h"] == NONE) == (not side.fit.maxima)
        if side.fit.maxima:
            assert float(said["ĥ"]) == pytest.approx(side.fit.h2, abs=5e-4)
            low, high = map(float, said["95% of h"].split("–"))
            assert (low, high) == pytest.approx(ends(side.view, side.method), abs=5e-4)
        columns = side.view.problem.columns
        for name in found:
            if name.startswith("b ") and name[2:] not in columns:
                assert said[name] == "not in it"
        assert (
            said["highest point"]
            == {
                "interior": "inside",
                "lower_boundary": "at 0",
                "upper_boundary": "at 1",
                "unbounded": "none",
                "flat": "none",
            }[side.fit.status]
        )
        hill = bool(side.fit.maxima) and not side.estimated
        told = [note for note in notes(shown) if "highest finite hill" in note]
        assert any(side.name in note for note in told) == hill
    assert "nan" not in table(shown)


def test_names_from_files_are_safe_in_the_table():
    data = dataset()
    shown = pair(data, "traits", "height")
    side = shown.b
    object.__setattr__(side, "label", "<b>height</b>")
    assert "&lt;b&gt;height&lt;/b&gt;" in table(shown)


def test_who_is_left_out_stands_below_the_table():
    (note,) = notes(pair(dataset(2), "traits", "height"))
    assert note == "A has 58 and B 58: 2 only in A (i58, i59) and 2 only in B (i0, i1)."
    assert notes(pair(dataset(), "traits", "height")) == []


def test_the_alternative_text_names_both():
    shown = pair(dataset(), "covariate", "sex")
    said = alt(shown.sides)
    assert said.startswith(
        "Two profile log-likelihoods of h, each from its own top. A, with sex: ĥ"
    )
    assert "B, without sex: ĥ = " in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_is_asked_where_it_has_an_answer(kind):
    shown = odd_pair(kind, "covariate", "REML")
    assert question.asked(shown) == (shown.a.estimated and shown.b.estimated)
    assert not question.asked(odd_pair(kind, "methods", "REML"))
    if not question.asked(shown):
        return
    moved = shown.b.fit.h2 - shown.a.fit.h2
    right = question.answer(shown)
    assert right == ("stay" if abs(moved) < 0.02 else "rise" if moved > 0 else "fall")
    for guess in question.OPTIONS:
        correct, said = question.feedback(shown, guess)
        assert correct == (guess == right)
        assert said.startswith("Correct. " if correct else "Not quite. ")
    assert question.feedback(shown, None)[0] is None
    assert question.prompt(shown) == "**Put noise in: will ĥ rise or fall?**"
    taken_out = pair(dataset(), "covariate", "sex")
    assert question.prompt(taken_out) == "**Take sex out: will ĥ rise or fall?**"
