"""What the browser makes of a fit at any h: its numbers are Python's, and its words are."""

import itertools
import re
from base64 import b64encode

import numpy as np
import pytest

from lmm_app.fit.chance import p_words
from lmm_app.fit.text import number, plus_minus, share
from lmm_app.fit.view import covariance_picture, picture_order
from lmm_app.live.bundle import script
from lmm_app.live.hand import exact_h, h_hand, resting, start
from lmm_app.live.packing import pack_board
from lmm_app.live.pictures import profile_board, sides_board
from lmm_app.live.search import own_search
from lmm_app.live.sums import sum_words
from lmm_core import log_likelihood, wls
from lmm_core.dense import dense_gls
from tests.browser.any_h import EXPORTS, LOAD, LOOK
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

pytestmark = pytest.mark.browser

METHODS = ("ML", "REML")
H = [round(k / 20, 2) for k in range(21)]
TITLES = [
    "covariance of the errors",
    "weight of a rotated observation",
    "weighted least squares",
    "variance v",
]
NUMBER = r"\(?−?[\d,.]+(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?\)?"
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.fixture(scope="module")
def live(browser):
    """A page that has the script of the boards, and nothing else."""
    page = browser.new_page()
    page.evaluate(LOAD, f"{script()}\nexport {{ {EXPORTS} }};")
    yield page
    page.close()


def case(board, method, h):
    parts = [b64encode(part).decode() for part in board.parts.values()]
    return {"id": board.picture, "parts": parts, "method": method, "h": h}


@pytest.fixture(scope="module")
def profiles(live):
    """The formulas and heights of every kind of fit by both methods, and the h they are at."""
    cases, names = [], list(itertools.product(KINDS, METHODS))
    for kind, method in names:
        shown = view(kind)
        h = [*H, start(shown.fit(method))]
        board = profile_board(shown, method, own_search(shown.fit(method)))
        cases.append(case(pack_board(board), method, h))
    found = live.evaluate(LOOK, cases)
    return {
        name: {**one, "h": asked["h"]} for name, asked, one in zip(names, cases, found, strict=True)
    }


def sides_case(shown, method, column, h):
    order = picture_order(shown.problem.K)
    picture = sides_board(shown, method, column, order, covariance_picture(shown.problem.K, order))
    return case(pack_board(picture), method, h)


@pytest.fixture(scope="module")
def sides(live):
    """Weights and regressions of every kind of fit, on every column."""
    names = [(kind, int(j)) for kind in KINDS for j in view(kind).reml.rotated.kept]
    found = live.evaluate(LOOK, [sides_case(view(kind), "REML", j, H) for kind, j in names])
    return dict(zip(names, found, strict=True))


def written(profiles, kind, method, title):
    """A formula as it reads at each h."""
    one = profiles[kind, method]
    (place,) = [k for k, said in enumerate(one["titles"]) if said.endswith(title)]
    return [(h, lines[place]) for h, lines in zip(one["h"], one["lines"], strict=True)]


def value(text):
    """The number that is written."""
    plain = text.translate(RAISED).replace(" × 10", "e")
    return float(plain.strip("()").replace("−", "-").replace(",", ""))


def dense(kind, method, h2):
    problem = view(kind).problem
    X = problem.X[:, view(kind).reml.rotated.kept]
    return dense_gls(problem.y, X, problem.K, float(h2), reml=method == "REML")


def odd_numbers():
    rng = np.random.default_rng(1)
    sizes = 10.0 ** rng.uniform(-12, 12, 1500) * rng.choice([-1, 1], 1500)
    ties = [k / 8 for k in range(-40, 40)] + [0.5, 1.5, 2.5, 1e3, 1e6, 999999.5, 999.95, 1e-3]
    return [float(f"{x:.{k % 9}g}") for k, x in enumerate(sizes)] + list(sizes) + ties


def test_numbers_are_written_as_python_writes_them(live):
    values = odd_numbers()
    asked = [[x, 1 + k % 7] for k, x in enumerate(values)]
    ours = live.evaluate("(all) => all.map(([x, digits]) => live.number(x, digits))", asked)
    assert ours == [number(x, digits) for x, digits in asked]
    odd = live.evaluate("[NaN, Infinity, -Infinity, 0, -0].map((x) => live.number(x))")
    assert odd == [number(x) for x in (np.nan, np.inf, -np.inf, 0.0, -0.0)]


def test_estimates_and_shares_are_written_as_python_writes_them(live):
    values = odd_numbers()
    pairs = [[x, abs(e)] for x, e in itertools.pairwise(values)]
    ours = live.evaluate("(all) => all.map(([x, e]) => live.plusMinus(x, e))", pairs)
    assert ours == [plus_minus(x, e) for x, e in pairs]
    odd = "[[1, 0], [1, NaN], [1, Infinity], [Infinity, 1]].map(([x, e]) => live.plusMinus(x, e))"
    cases = [(1, 0), (1, np.nan), (1, np.inf), (np.inf, 1)]
    assert live.evaluate(odd) == [plus_minus(*map(float, pair)) for pair in cases]
    h = [*np.linspace(0, 1, 1001), 0.29, 1 - 0.07, 0.92604, 0.12345]
    ours = live.evaluate("(all) => all.map((h) => live.share(h))", list(map(float, h)))
    assert ours == [share(x) for x in h]


@pytest.mark.parametrize("method", METHODS)
def test_every_number_of_a_formula_is_there_at_every_h(profiles, method):
    last = "restricted log-likelihood" if method == "REML" else "log-likelihood"
    for kind in KINDS:
        one = profiles[kind, method]
        assert one["titles"] == [*TITLES, last]
        for lines in one["lines"]:
            assert not any(re.search(r"undefined|NaN|null|Infinity", line) for line in lines)
            assert all(re.search(r"[\d∞–]", line) for line in lines)


@pytest.mark.parametrize("kind", ["interior", "tiny", "two hills"])
@pytest.mark.parametrize("method", METHODS)
def test_the_variance_is_that_of_the_dense_fit(profiles, kind, method):
    n, p = view(kind).problem.n, view(kind).reml.p
    by, count = ("(n−p)", n - p) if method == "REML" else ("n", n)
    pattern = re.compile(rf"v̂ = Σwr²/{re.escape(by)} = ({NUMBER})/(\d+) = ({NUMBER})")
    for h, words in written(profiles, kind, method, "variance v"):
        rss, divisor, v = pattern.fullmatch(words).groups()
        assert int(divisor) == count
        straight = dense(kind, method, h)
        assert rss == number(straight.rss) or value(rss) == pytest.approx(straight.rss, rel=5.1e-4)
        assert value(v) == pytest.approx(straight.sigma2, rel=5.1e-4)


@pytest.mark.parametrize("kind", ["interior", "tiny", "two hills"])
@pytest.mark.parametrize("method", METHODS)
def test_the_log_likelihood_is_the_sum_of_its_terms_and_that_of_the_dense_fit(
    profiles, kind, method
):
    n, p = view(kind).problem.n, view(kind).reml.p
    m = n - p if method == "REML" else n
    more = " + log|X̃′WX̃| − log|X′X|" if method == "REML" else ""
    head = f"ℓ = −½[{m}·log 2πv̂ + Σlog d + {m}{more}] = −½["
    extra = rf" \+ ({NUMBER})" if method == "REML" else ""
    pattern = re.compile(rf"{re.escape(head)}({NUMBER}) \+ ({NUMBER}) \+ {m}{extra}\] = ({NUMBER})")
    for h, words in written(profiles, kind, method, "log-likelihood"):
        *terms, loglik = map(value, pattern.fullmatch(words).groups())
        # Each term is written to four digits.
        slack = 0.5 * sum(5.1e-4 * abs(term) for term in terms) + 1e-3
        assert loglik == pytest.approx(-0.5 * (sum(terms) + m), abs=slack)
        straight = dense(kind, method, h)
        assert loglik == pytest.approx(straight.loglik, rel=5.1e-7)
        assert terms[0] == pytest.approx(m * np.log(2 * np.pi * straight.sigma2), rel=5.1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_the_log_likelihood_that_is_written_is_that_of_its_h(profiles, kind, method):
    rotated = view(kind).reml.rotated
    for h, words in written(profiles, kind, method, "log-likelihood"):
        loglik = log_likelihood(rotated, h, reml=method == "REML")
        assert words.endswith(f"] = {number(loglik, 7)}"), h


@pytest.mark.parametrize("kind", ["interior", "tiny", "upper boundary"])
@pytest.mark.parametrize("method", METHODS)
def test_coefficients_are_those_of_the_dense_fit_with_their_errors(profiles, kind, method):
    shown = view(kind)
    names = shown.problem.columns
    for h, words in written(profiles, kind, method, "weighted least squares"):
        straight = dense(kind, method, h)
        expected = ", ".join(
            f"{names[j]} {plus_minus(straight.beta[j], straight.se_beta[j])}"
            for j in [*range(1, len(names)), 0]
        )
        assert words == f"β̂ = (X̃′WX̃)⁻¹X̃′Wỹ: {expected}"
    # At the estimate it is what the table says.
    fit = shown.fit(method)
    for j, name in enumerate(names):
        assert f"{name} {plus_minus(fit.beta[j], fit.se_beta[j])}" in words


@pytest.mark.parametrize("kind", ["interior", "tiny", "K = 0", "unbounded"])
def test_weights_and_covariances_have_the_shares_of_their_h(profiles, kind):
    values = view(kind).reml.rotated.values
    for h, words in written(profiles, kind, "REML", "covariance of the errors"):
        assert words == f"V/v = {share(h)}·K + {share(1 - h)}·I"
    for h, words in written(profiles, kind, "REML", "a rotated observation"):
        d = h * values + 1 - h
        low, high = (number(1 / x if x else np.inf, 3) for x in (d.max(), d.min()))
        assert words == f"w = 1/({share(h)}·λ + {share(1 - h)}): {low} to {high}"


def test_of_many_coefficients_the_first_are_written_and_names_stay_as_they_are(live):
    rng = np.random.default_rng(4)
    names = ["<b>x</b>", "a|b$c$", "`d`", "e", "f"]
    covariates = {name: rng.standard_normal(40) for name in names}
    shown = view_of(make_problem(rng.standard_normal(40), sibs(10, 4), covariates))
    board = pack_board(profile_board(shown, "REML", own_search(shown.reml)))
    (found,) = live.evaluate(LOOK, [case(board, "REML", [0.5])])
    words = found["lines"][0][2]
    assert re.match(r"β̂ = .*: <b>x</b> .*, a\|b\$c\$ .*, `d` .* and 3 more$", words)


def test_an_aliased_column_has_no_coefficient_to_write(profiles):
    shown = view("aliased")
    (aliased,) = shown.reml.rotated.aliased
    kept = [shown.problem.columns[j] for j in shown.reml.rotated.kept]
    for _, words in written(profiles, "aliased", "ML", "weighted least squares"):
        assert f": {kept[1]} " in words
        assert f" {shown.problem.columns[aliased]} " not in words
        assert "more" not in words


@pytest.mark.parametrize("kind", KINDS)
def test_the_marks_in_the_hand_are_on_the_curves_at_every_h(profiles, kind):
    shown, one = view(kind), profiles[kind, "ML"]
    heights = np.array([[float(y) for y in pair] for pair in one["heights"]])
    for name, found in zip(METHODS, heights.T, strict=True):
        fit = shown.fit(name)
        loglik = log_likelihood(fit.rotated, np.array(one["h"]), reml=name == "REML")
        np.testing.assert_array_equal(np.isfinite(found), np.isfinite(loglik))
        if np.isfinite(fit.loglik):
            np.testing.assert_allclose(
                found, loglik - fit.loglik, atol=1e-9 * (1 + abs(fit.loglik))
            )
    if shown.ml.maxima:
        assert heights[-1, 0] == pytest.approx(0, abs=1e-9 * (1 + abs(shown.ml.loglik)))


@pytest.mark.parametrize("kind", KINDS)
def test_weights_are_those_of_their_eigenvalues_and_on_the_axis(sides, kind):
    values = view(kind).reml.rotated.values
    one = sides[kind, int(view(kind).reml.rotated.kept[0])]
    low, high = one["axis"]["lo"], one["axis"]["hi"]
    assert low < 1 < high
    for h, at in zip(H, one["whole"], strict=True):
        d = h * values + 1 - h
        expected = np.divide(1.0, d, out=np.full(d.shape, np.inf), where=d > 0)
        weights = np.array(
            [float(w.replace("Infinity", "inf")) if isinstance(w, str) else w for w in at["w"]]
        )
        np.testing.assert_allclose(weights, expected, rtol=1e-12)
        # At h = 1 a few weights may be huge: they count where h = 1 is the answer.
        if h < 1 or view(kind).reml.h2 == 1:
            finite = weights[np.isfinite(weights)]
            assert low < finite.min() <= finite.max() < high
        start = f"Weight of each rotated observation against its eigenvalue at h = {h:.3f}: "
        assert at["weights"] == start + spread_words(weights)


def spread_words(weights):
    finite = weights[np.isfinite(weights)]
    if not finite.size:
        return "all are infinite, because none has any variance."
    left = weights.size - finite.size
    some = f"{left} infinite, where there is no variance; the others " if left else ""
    low, high = finite.min(), finite.max()
    if high - low <= 1e-9 * high:
        return f"{some}all are {number(high, 3)}."
    return f"{some}from {number(low, 3)} to {number(high, 3)}, falling as the eigenvalue grows."


@pytest.mark.parametrize("kind", KINDS)
def test_the_line_has_the_slope_of_weighted_least_squares_at_every_h(sides, kind):
    problem, rotated = view(kind).problem, view(kind).reml.rotated
    for column in map(int, rotated.kept):
        one, name = sides[kind, column], problem.columns[column]
        for h, at in zip(H, one["whole"], strict=True):
            if (h * rotated.values + 1 - h).min() <= 0:
                assert at["slope"] is None
                assert f"No added-variable plot at h = {h:.3f}" in at["regression"]
                continue
            x, y, w = (np.array(at[name], dtype=float) for name in ("x", "y", "w"))
            reach = np.abs(y).max() / np.abs(x).max()
            beta = wls(rotated, h).beta[column]
            assert at["slope"] == pytest.approx(beta, rel=1e-9, abs=1e-9 * reach)
            through = (w * x * y).sum() / (w * x**2).sum()
            assert through == pytest.approx(beta, rel=1e-6, abs=1e-6 * reach)
            assert np.abs(x).max() < one["reach"]["x"]
            assert np.abs(y).max() < one["reach"]["y"] or not y.any()
            assert at["regression"] == (
                f"Weighted added-variable plot of {name} at h = {h:.3f}: {problem.n} "
                "rotated observations and a line through the origin with slope "
                f"{number(at['slope'])}, the weighted least squares estimate."
            )


@pytest.mark.parametrize("kind", ["tiny", "interior", "two hills", "unbounded"])
def test_whom_a_mark_adds_up_and_what_v_is_are_python_s(sides, kind):
    problem, shown = view(kind).problem, view(kind)
    one = sides[kind, int(shown.reml.rotated.kept[0])]
    assert one["sums"] == sum_words(shown.reml.eigen.vectors, problem.ids)
    order = picture_order(problem.K)
    K = problem.K[np.ix_(order, order)]
    drawn = np.array(one["V"]).reshape(K.shape)
    exact = np.unique(np.tril(K)).size <= 256
    np.testing.assert_allclose(drawn, K, atol=1e-12 if exact else 0.02 * np.ptp(K))


POSITIONS = """([hand, calls]) => {
    const position = live.positionsOf(hand);
    return calls.map(([name, ...rest]) => position[name](...rest));
}"""


def test_keys_go_by_hundredths_and_stop_at_the_estimate(live):
    fit = view("tiny").reml
    hand = h_hand(fit)

    def asked(*calls):
        return live.evaluate(POSITIONS, [hand, calls])

    assert asked(["key", "ArrowRight", 0.5], ["key", "ArrowLeft", 0.5]) == [0.51, 0.49]
    assert asked(["key", "ArrowRight", 0.5137], ["key", "ArrowLeft", 0.5137]) == [0.52, 0.51]
    assert asked(["key", "PageUp", 0.5], ["key", "PageDown", 0.05]) == [0.6, 0.0]
    assert asked(["key", "Home", 0.5], ["key", "End", 0.5], ["key", "a", 0.5]) == [0, 1, None]
    assert asked(["key", "ArrowRight", 1], ["key", "ArrowLeft", 0]) == [1, 0]
    up, down = asked(["key", "ArrowRight", 0.92], ["key", "ArrowLeft", 0.93])
    assert up == down == fit.h2
    assert asked(["key", "ArrowRight", fit.h2], ["key", "ArrowLeft", fit.h2]) == [0.93, 0.92]
    # From one end to the other it never stands still.
    places = [0.0]
    while places[-1] < 1:
        (after,) = asked(["key", "ArrowRight", places[-1]])
        assert places[-1] < after
        places.append(after)
    assert len(places) == 102


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_where_h_rests_python_means_the_same(live, kind, method):
    fit = view(kind).fit(method)
    tried = [*np.linspace(0, 1, 41), resting(fit), start(fit), 0.0004, 0.9996]
    calls = [["rest", float(h), pointed] for h in tried for pointed in (False, True)]
    hand = h_hand(fit)
    found = live.evaluate(POSITIONS, [hand, calls])
    told = live.evaluate(POSITIONS, [hand, [["sent", rest] for rest in found]])
    for k, (rest, sent) in enumerate(zip(found, told, strict=True)):
        h, pointed = tried[k // 2], k % 2
        assert sent == round(sent, 3)
        assert exact_h(fit, sent) == rest
        assert abs(rest - h) <= (0.004 if pointed else 0.001) + 1e-12
    if fit.maxima:
        (home,) = live.evaluate(POSITIONS, [hand, [["rest", fit.h2]]])
        assert home == fit.h2


def test_the_tails_of_t_are_those_of_scipy(live):
    from scipy import stats

    cases = [
        (t, df)
        for t in (0.0, 1e-6, 0.3, 1.0, 1.96, 3.16, 8.0, 40.0, -2.0)
        for df in (1, 2, 3, 10, 281, 1408, 5000)
    ]
    found = live.evaluate("(all) => all.map(([t, df]) => live.tailsOf(t, df))", cases)
    expected = [2 * stats.t.sf(abs(t), df) for t, df in cases]
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    ps = [0.5, 0.179, 0.0999, 0.0499, 0.00173, 0.0004]
    assert live.evaluate("(all) => all.map((p) => live.pWords(p))", ps) == [p_words(p) for p in ps]
