"""The rotation look: eigenvectors one by one, the printed matrices, and the check of U'KU = D."""

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pytest

from lmm_app.explore.directions import (
    RotationCheck,
    check_rotation,
    check_words,
    directions,
    directions_board,
    matrices_html,
    offered,
    offered_words,
    small,
    tie_words,
    ties,
)
from lmm_app.fit.view import covariance_picture, picture_order
from lmm_app.live.packing import pack_board
from lmm_core import KinshipEigen, decompose, wls
from tests.app_helpers import received, texts_in
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

METHODS = ("ML", "REML")


def board_for(shown, method):
    order = picture_order(shown.problem.K)
    return directions_board(shown, method, order, covariance_picture(shown.problem.K, order))


@cache
def board_of(kind, method="REML"):
    return received(board_for(view(kind), method))


@cache
def in_order(kind):
    shown = view(kind)
    order = picture_order(shown.problem.K)
    return directions(shown.reml.eigen, order), [shown.problem.ids[i] for i in order], order


def number_in(words):
    """A number as it is written, also with a power of ten."""
    plain = words.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")).replace(" × 10", "e")
    return float(plain.replace("−", "-").replace(",", ""))


def live(line, k):
    """The last number of a formula that moves, at a place of the slider."""
    return line["pieces"][-1]["of"][k]


class Tables(HTMLParser):
    """Tables of a page: the title and the rows of each, as text."""

    def __init__(self, html):
        super().__init__()
        self.tables, self._inside = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._inside = True

    def handle_data(self, data):
        if self._inside:
            self.tables[-1][-1][-1] += data

    def handle_endtag(self, tag):
        self._inside = self._inside and tag not in ("td", "th")

    def numbers(self, k):
        rows = self.tables[k][1:]
        return np.array([[number_in(cell) for cell in row[1:]] for row in rows])


@pytest.mark.parametrize("kind", KINDS)
def test_the_directions_are_those_of_k(kind):
    (values, U), _, order = in_order(kind)
    K = view(kind).problem.K[np.ix_(order, order)]
    assert (np.diff(values) <= 0).all()
    np.testing.assert_allclose((U * values) @ U.T, K, atol=1e-9)
    np.testing.assert_allclose(U.T @ U, np.eye(len(K)), atol=1e-12)
    # The larger weights are shown upwards.
    assert (U.max(axis=0) >= -U.min(axis=0)).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_board_shows_each_vector_with_its_words(kind, method):
    board, ((values, U), ids, _) = board_of(kind, method), in_order(kind)
    n, shown = len(ids), offered(len(ids))
    bars, among = board["charts"]
    drawn = bars["series"][0]["y"].reshape(shown.size, n)
    scale = 1.0 if n <= 16 else np.abs(U[:, shown]).max(axis=0)
    np.testing.assert_allclose(drawn.T, U[:, shown] / scale, atol=1e-6)
    np.testing.assert_array_equal(among["series"][0]["y"], values)
    assert [f"{k + 1} of {n}" for k in shown] == board["hand"]["spoken"]
    assert board["own"]
    assert not board["hand"]["commits"]
    for place, words in enumerate(board["said"]):
        # The individual that is named first has the tallest bar, and the sign of its bar.
        alone = re.match(r"(\S+) alone\.", words)
        if alone:
            first = alone[1]
        else:
            first, weight = re.search(r"(\S+) ([+−]\d\.\d\d)", words).groups()
            assert number_in(weight) == pytest.approx(U[:, shown[place]].max(), abs=0.0051)
        assert drawn[place][ids.index(first)] == pytest.approx(drawn[place].max(), abs=1e-6)
        assert words.split(". ")[0] in bars["alts"][place]
    for words in texts_in(board):
        assert not re.search(r"\b(nan|inf|None)\b", words)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_variance_and_the_weight_are_those_of_the_fit(kind, method):
    fit, lines = view(kind).fit(method), board_of(kind, method)["formulas"]
    values = in_order(kind)[0][0]
    for k, value in enumerate(values[offered(values.size)]):
        assert number_in(live(lines[0], k)) == pytest.approx(value, rel=1e-3, abs=1e-12)
    if not fit.maxima:
        assert len(lines) == 1
        return
    weights = wls(fit.rotated, fit.h2).weights[::-1]
    for k, place in enumerate(offered(values.size)):
        spread = fit.h2 * values[place] + 1 - fit.h2
        assert number_in(live(lines[1], k)) == pytest.approx(
            fit.sigma2_g * values[place] + fit.sigma2_e, rel=1e-3, abs=1e-12
        )
        shown = live(lines[2], k)
        if spread == 0.0:
            assert shown == "∞"
        else:
            assert number_in(shown) == pytest.approx(weights[place], rel=1e-3)
    assert f"by {method}" in lines[1]["title"]


@pytest.mark.parametrize("kind", KINDS)
def test_k_stands_still_in_its_picture(kind):
    board, (_, ids, order) = board_of(kind), in_order(kind)
    (part,) = board["matrices"]
    K = view(kind).problem.K[np.ix_(order, order)]
    # The browser draws it as at h = 1.
    assert part["kind"] == "still"
    assert board["hand"]["kind"] == "frames"
    m, palette, cells = (part["matrix"][name] for name in ("m", "palette", "cells"))
    entries = K[np.tril_indices(m)]
    near = 0.02 * (np.abs(entries) + part["limit"]) * (np.unique(K).size > 256)
    assert (np.abs(palette[cells] - entries) <= near).all()
    assert part["ids"] == (ids if len(ids) <= 16 else None)
    assert f"K of {len(ids)} individuals" in part["alt"]
    assert part["alt"].endswith(" on average.")


def test_families_have_tied_directions_and_are_told_so():
    said = board_of("tiny")["said"]
    assert all(
        words.endswith("Eigenvectors 1 to 3 share this λ: any rotation among them is as good.")
        for words in said[:3]
    )
    assert all("Eigenvectors 4 to 12 share this λ" in words for words in said[3:])
    assert all(
        "All 12 eigenvectors share this λ" in words for words in board_of("flat: K = I")["said"]
    )
    assert "share" not in "".join(board_of("n = 3")["said"])


def test_ties_are_runs_of_one_eigenvalue():
    values = np.array([4.0, 3.0, 3.0 - 1e-12, 2.0, 1.0, 1.0, 1.0])
    assert ties(values) == [(0, 0), (1, 2), (1, 2), (3, 3), (4, 6), (4, 6), (4, 6)]
    assert ties(np.zeros(3)) == [(0, 2)] * 3
    assert tie_words(3, 3, 7) == ""
    assert tie_words(1, 2, 7).startswith("Eigenvectors 2 and 3 share")
    assert tie_words(4, 6, 7).startswith("Eigenvectors 5 to 7 share")
    assert tie_words(0, 6, 7).startswith("All 7 eigenvectors share")


@pytest.mark.parametrize("kind", ["tiny", "interior", "two hills"])
def test_any_rotation_among_tied_vectors_is_as_good(kind):
    """The words about ties are true: turned vectors give the same K."""
    (values, U), _, order = in_order(kind)
    K = view(kind).problem.K[np.ix_(order, order)]
    rng = np.random.default_rng(4)
    turned = U.copy()
    for first, last in set(ties(values)):
        m = last - first + 1
        turned[:, first : last + 1] @= np.linalg.qr(rng.standard_normal((m, m)))[0]
    np.testing.assert_allclose((turned * values) @ turned.T, K, atol=1e-9)


def test_of_many_directions_the_ends_are_offered():
    assert offered(12).tolist() == list(range(12))
    assert offered(60).tolist() == list(range(60))
    assert offered(61).tolist() == [*range(40), *range(41, 61)]
    assert offered(1940).size == 60
    assert offered(1940)[-1] == 1939
    assert offered_words(60) == ""
    assert offered_words(1940) == (
        "The slider offers the 40 largest eigenvalues and the 20 smallest of 1,940."
    )
    assert small(16)
    assert not small(17)


def test_the_board_of_as_many_as_all_the_mice_is_small():
    n = 1940
    rng = np.random.default_rng(0)
    shown = view_of(make_problem(rng.standard_normal(n), sibs(n // 5, 5)))
    board = board_for(shown, "REML")
    assert sum(map(len, pack_board(board).parts.values())) < 500_000
    assert board["charts"][1]["note"] == offered_words(n)
    assert board["matrices"][0]["matrix"].content["m"] == 200
    assert "averaged in tiles" in board["matrices"][0]["alt"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_identity_holds_as_computed(kind):
    shown = view(kind)
    eigen, K = shown.reml.eigen, shown.problem.K
    check = check_rotation(K, eigen)
    U = eigen.vectors
    product = np.abs(U.T @ K @ U - np.diag(eigen.values)).max()
    assert check.product == pytest.approx(product, abs=1e-13 * max(1.0, check.largest))
    assert check.identity == pytest.approx(np.abs(U.T @ U - np.eye(eigen.n)).max(), abs=1e-14)
    assert check.holds
    assert ":green-badge[" in check_words(check)
    assert check.columns == check.n == eigen.n


def test_vectors_that_do_not_fit_are_told():
    eigen = view("tiny").reml.eigen
    K = view("tiny").problem.K
    other = np.array(eigen.vectors)
    other[:, 0] = other[:, 1]
    for wrong in (
        KinshipEigen(eigen.values, other),
        KinshipEigen(eigen.values + 1e-3, eigen.vectors),
        KinshipEigen(eigen.values, 1.001 * np.array(eigen.vectors)),
    ):
        check = check_rotation(K, wrong)
        assert not check.holds
        assert ":red-badge[" in check_words(check)


def test_of_many_columns_a_part_is_checked():
    rng = np.random.default_rng(1)
    half = rng.standard_normal((1200, 1300))
    K = half @ half.T / 1300
    eigen = decompose(K)
    check = check_rotation(K, eigen)
    assert (check.columns, check.n) == (200, 1200)
    assert check.holds
    assert check_words(check).endswith(", in 200 of 1,200 columns.")
    values = np.array(eigen.values)
    values[-1] += 1e-3
    assert not check_rotation(K, KinshipEigen(values, eigen.vectors)).holds


def test_the_check_says_how_far_off_it_is():
    check = RotationCheck(product=4e-16, identity=2e-16, largest=2.5, columns=12, n=12)
    assert check_words(check) == (
        ":green-badge[:material/check: U′KU = D to 4 × 10⁻¹⁶] and U′U = I to 2 × 10⁻¹⁶, multiplied "
        "out."
    )
    other = check_words(replace(check, product=0.1))
    assert "They differ by 0.1, and U′U and I by 2 × 10⁻¹⁶." in other


@pytest.mark.parametrize("kind", [kind for kind in KINDS if small(view(kind).problem.n)])
def test_every_number_is_printed(kind):
    shown, ((values, U), ids, order) = view(kind), in_order(kind)
    page = Tables(matrices_html(shown, order))
    K, printed_u, D, rotated = (page.numbers(k) for k in range(4))
    close = {"rtol": 0, "atol": 5.001e-4}
    np.testing.assert_allclose(K, shown.problem.K[np.ix_(order, order)], **close)
    np.testing.assert_allclose(printed_u, U, **close)
    np.testing.assert_allclose(D, np.diag(values), **close)
    np.testing.assert_allclose(rotated[:, 0], U.T @ shown.problem.y[order], **close)
    np.testing.assert_allclose(rotated[:, 1:], U.T @ shown.problem.X[order], **close)
    assert page.tables[0][0][1:] == ids
    assert [row[0] for row in page.tables[1][1:]] == ids
    assert page.tables[3][0][1].endswith(shown.problem.trait)
    # The rotated data have the size, and but for signs the values, that the fit works with.
    np.testing.assert_allclose(
        np.abs(rotated[:, 0]), np.abs(shown.reml.rotated.y[::-1]), rtol=0, atol=6e-4
    )


def test_printed_zeros_have_no_sign_and_small_numbers_are_seen():
    (_, _), _, order = in_order("tiny")
    html = matrices_html(view("tiny"), order)
    assert not re.search(r"−0\.0+<", html)
    assert html.count("overflow-x:auto") == html.count("<table") == 4
    problem = view("tiny").problem
    tiny = view_of(make_problem(problem.y, 1e-5 * problem.K))
    K = Tables(matrices_html(tiny, np.arange(12))).numbers(0)
    np.testing.assert_allclose(K, tiny.problem.K, rtol=1e-2)


def test_names_from_files_are_printed_as_they_are():
    problem = make_problem([1.0, 2.0, 4.0, 3.0], sibs(2, 2), trait="<b>fat</b> & 50%")
    html = matrices_html(view_of(problem), np.arange(4))
    assert "<b>" not in html
    assert "&lt;b&gt;fat&lt;/b&gt; &amp; 50%" in html
