"""What a rotated observation adds up, in words and as it is sent."""

import re

import numpy as np
import pytest

from lmm_app.live.sums import HELD, NAMED, Kind, sum_words, sums_of, sums_part
from lmm_core import decompose
from lmm_core.simulate.families import full_sib_families
from tests.app_helpers import sides_of
from tests.odd_views import KINDS, view

HOSTILE = "<img src=x onerror=alert(1)>|$y$"
WEIGHT = re.compile(r"(\S+) ([+−]\d\.\d\d)")


def named_in(words):
    return [(who, float(weight.replace("−", "-"))) for who, weight in WEIGHT.findall(words)]


@pytest.mark.parametrize("kind", KINDS)
def test_those_are_named_who_hold_nine_tenths_and_at_most_six(kind):
    ids, U = view(kind).problem.ids, view(kind).reml.eigen.vectors
    sums = sums_of(U)
    for k, words in enumerate(sum_words(U, ids)):
        column = U[:, k]
        named = sums.who[k][sums.who[k] < len(ids)]
        members = np.flatnonzero(np.abs(column) > 1e-8)
        assert 1 <= named.size <= NAMED
        assert set(named) <= set(members)
        held = np.sum(column[named] ** 2)
        if named.size < min(NAMED, members.size):
            assert held >= HELD - 1e-7
            # And none of them could be left out.
            assert held - np.min(column[named] ** 2) < HELD
        # Nobody who is left out weighs more.
        left = np.setdiff1d(members, named)
        if left.size:
            assert np.abs(column[left]).max() <= np.abs(column[named]).min() + 1e-8
        assert sums.more[k] == members.size - named.size
        assert (f" and {left.size:,} more." in words) == bool(left.size)
        if sums.kinds[k] == Kind.ALONE:
            assert words == f"{ids[named[0]]} alone."
            continue
        said = named_in(words)
        assert [who for who, _ in said] == [ids[i] for i in named]
        turned = np.sign(said[0][1]) * np.sign(column[named[0]])
        np.testing.assert_allclose([w for _, w in said], turned * column[named], atol=0.00501)


@pytest.mark.parametrize("kind", KINDS)
def test_an_average_has_one_sign_and_sides_have_both(kind):
    ids, U = view(kind).problem.ids, view(kind).reml.eigen.vectors
    for k, words in enumerate(sum_words(U, ids)):
        weights = U[np.abs(U[:, k]) > 1e-8, k]
        if weights.size == 1:
            assert words.endswith(" alone.")
        elif (weights > 0).all() or (weights < 0).all():
            even = np.ptp(np.abs(weights)) <= 1e-6 * np.abs(weights).max()
            assert words.startswith("An average of " if even else "A weighted average of ")
            assert "−" not in words
            assert " against " not in words
        else:
            assert words.startswith("Weights: ")
            plus, _, minus = words.partition(" against ")
            assert "−" not in plus
            assert "+" not in minus


def test_families_of_one_size_have_averages_and_differences():
    """Of four sibs each: every eigenvalue of 2.5 is of averages, of 0.5 of differences."""
    K = full_sib_families(3, 4).K
    U = np.zeros((12, 12))
    average, differences = (
        np.full(4, 0.5),
        np.linalg.qr(np.column_stack([np.ones(4), np.eye(4)]))[0],
    )
    for family in range(3):
        rows = slice(4 * family, 4 * family + 4)
        U[rows, family] = -average
        U[rows, 3 + 3 * family : 6 + 3 * family] = differences[:, 1:4]
    np.testing.assert_allclose(U.T @ K @ U, np.diag([2.5] * 3 + [0.5] * 9), atol=1e-12)
    ids = tuple(f"t{k}" for k in range(1, 13))
    words = sum_words(U, ids)
    # All four are named, and an average is shown as positive.
    assert words[2] == "An average of t9 +0.50, t10 +0.50, t11 +0.50, t12 +0.50."
    assert all(one.startswith("Weights: ") and " against " in one for one in words[3:])


def test_the_many_weights_of_a_large_sample_are_counted():
    n = 283
    rng = np.random.default_rng(0)
    U = decompose(np.cov(rng.standard_normal((n, 400)))).vectors
    for words in sum_words(U, tuple(f"m{k}" for k in range(n))):
        assert len(named_in(words)) == NAMED
        assert words.endswith(" and 277 more.")


def test_weights_that_only_rounding_parts_stand_in_the_order_of_the_individuals():
    column = 0.5 + 1e-15 * np.array([1.0, 3.0, 0.0, 2.0])
    (words,) = sum_words(column[:, np.newaxis], tuple("abcd"))
    assert words == "An average of a +0.50, b +0.50, c +0.50, d +0.50."


def test_one_alone_and_names_as_they_are():
    assert sum_words(np.eye(2), (HOSTILE, "b")) == [f"{HOSTILE} alone.", "b alone."]
    U = np.array([[-0.6, 0.8], [-0.8, -0.6]])
    assert sum_words(U, (HOSTILE, "b")) == [
        f"A weighted average of b +0.80, {HOSTILE} +0.60.",
        f"Weights: {HOSTILE} +0.80 against b −0.60.",
    ]


def test_others_may_have_a_sign_that_no_one_named_has():
    column = np.sqrt(np.array([0.5, 0.45] + [0.01] * 5)) * np.array([1, 1, -1, -1, -1, -1, -1])
    words = sum_words(column[:, np.newaxis], tuple("abcdefg"))
    assert words == ["Weights: a +0.71, b +0.67 and 5 more."]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_is_what_is_said(kind):
    problem, U = view(kind).problem, view(kind).reml.eigen.vectors
    part, sums = sides_of(kind, "REML", 0)["points"]["directions"], sums_of(U)
    assert part["ids"] == list(problem.ids)
    assert (part["who"].dtype, part["weights"].dtype) == (np.uint16, np.int8)
    np.testing.assert_array_equal(part["who"].reshape(-1, part["each"]), sums.who)
    assert np.abs(part["weights"] - 100 * sums.weights.ravel()).max() <= 0.5 + 1e-9
    np.testing.assert_array_equal(part["more"], sums.more)
    np.testing.assert_array_equal(part["kinds"], sums.kinds)
    assert sums_part(U, problem.ids).content["each"] == NAMED
