"""The formulas beside the profile: their numbers are those of the same fit straight from V."""

import re

import numpy as np
import pytest

from lmm_app.fit.text import number, plus_minus
from lmm_app.live.formulas import MOST, formulas, share, signed
from lmm_app.live.frames import frame_values, home_frame
from lmm_core import log_likelihood
from lmm_core.dense import dense_gls
from tests.app_helpers import profile_of, received
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

METHODS = ("ML", "REML")
TITLES = [
    "how errors move together",
    "the weight of an eigen-direction",
    "weighted least squares",
    "what is left over",
]
FRAMES = range(0, 101, 5)
MARKS = {"h", "w", "beta", "ML", "REML"}
NUMBER = r"\(?−?[\d,.]+(?:e[+−]\d+)?\)?"


def line(kind, method, title, frame):
    """A formula as it reads at one frame."""
    (found,) = [one for one in profile_of(kind, method)["formulas"] if one["title"].endswith(title)]
    return reads(found, frame)


def reads(formula, frame):
    return "".join(
        piece if isinstance(piece, str) else piece["of"][frame] for piece in formula["pieces"]
    )


def value(text):
    """The number that is written."""
    return float(text.strip("()").replace("−", "-").replace(",", ""))


def dense(kind, method, h2):
    problem = view(kind).problem
    X = problem.X[:, view(kind).reml.rotated.kept]
    return dense_gls(problem.y, X, problem.K, float(h2), reml=method == "REML")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_every_number_that_moves_is_there_at_every_h_and_has_a_colour(kind, method):
    shown = profile_of(kind, method)["formulas"]
    last = "the restricted log-likelihood" if method == "REML" else "the log-likelihood"
    assert [formula["title"] for formula in shown] == [*TITLES, last]
    for formula in shown:
        live = [piece for piece in formula["pieces"] if not isinstance(piece, str)]
        assert live
        assert "" not in formula["pieces"]
        for piece in live:
            assert piece["f"] in MARKS
            assert len(piece["of"]) == 101
            assert all(re.search(r"[\d∞–]", words) for words in piece["of"])


@pytest.mark.parametrize("kind", ["interior", "tiny", "two hills"])
@pytest.mark.parametrize("method", METHODS)
def test_what_is_left_over_is_that_of_the_dense_fit(kind, method):
    shown, h2 = view(kind), profile_of(kind, method)["h"]
    n, p = shown.problem.n, shown.reml.p
    by, count = ("(n−p)", n - p) if method == "REML" else ("n", n)
    pattern = re.compile(rf"v̂ = Σwr²/{re.escape(by)} = ({NUMBER})/(\d+) = ({NUMBER})")
    for frame in FRAMES:
        rss, divisor, v = pattern.fullmatch(line(kind, method, "what is left over", frame)).groups()
        assert int(divisor) == count
        assert value(rss) / count == pytest.approx(value(v), rel=1.1e-3)
        straight = dense(kind, method, h2[frame])
        assert value(rss) == pytest.approx(straight.rss, rel=5.1e-4)
        assert value(v) == pytest.approx(straight.sigma2, rel=5.1e-4)


@pytest.mark.parametrize("kind", ["interior", "tiny", "two hills"])
@pytest.mark.parametrize("method", METHODS)
def test_the_log_likelihood_is_the_sum_of_its_terms_and_that_of_the_dense_fit(kind, method):
    shown, h2 = view(kind), profile_of(kind, method)["h"]
    n, p = shown.problem.n, shown.reml.p
    m = n - p if method == "REML" else n
    more = " + log|X̃′WX̃| − log|X′X|" if method == "REML" else ""
    start = f"ℓ = −½[{m}·log 2πv̂ + Σlog d + {m}{more}] = −½["
    extra = rf" \+ ({NUMBER})" if method == "REML" else ""
    pattern = re.compile(
        rf"{re.escape(start)}({NUMBER}) \+ ({NUMBER}) \+ {m}{extra}\] = ({NUMBER})"
    )
    for frame in FRAMES:
        *terms, loglik = pattern.fullmatch(line(kind, method, "log-likelihood", frame)).groups()
        terms = [value(term) for term in terms]
        # Each term is written to four digits.
        slack = 0.5 * sum(5.1e-4 * abs(term) for term in terms) + 1e-3
        assert value(loglik) == pytest.approx(-0.5 * (sum(terms) + m), abs=slack)
        straight = dense(kind, method, h2[frame])
        assert value(loglik) == pytest.approx(straight.loglik, rel=5.1e-7)
        assert terms[0] == pytest.approx(m * np.log(2 * np.pi * straight.sigma2), rel=5.1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_the_log_likelihood_that_is_written_is_that_of_its_h(kind, method):
    shown, h2 = view(kind), profile_of(kind, method)["h"]
    loglik = log_likelihood(shown.reml.rotated, h2, reml=method == "REML")
    for frame in range(101):
        written = line(kind, method, "log-likelihood", frame)
        assert written.endswith(f"] = {number(loglik[frame], 7)}")


@pytest.mark.parametrize("kind", ["interior", "tiny", "upper boundary"])
@pytest.mark.parametrize("method", METHODS)
def test_coefficients_are_those_of_the_dense_fit_with_their_errors(kind, method):
    shown, h2 = view(kind), profile_of(kind, method)["h"]
    names = shown.problem.columns
    order = [*range(1, len(names)), 0]
    for frame in FRAMES:
        straight = dense(kind, method, h2[frame])
        expected = ", ".join(
            f"{names[j]} {plus_minus(straight.beta[j], straight.se_beta[j])}" for j in order
        )
        written = line(kind, method, "weighted least squares", frame)
        assert written == f"β̂ = (X̃′WX̃)⁻¹X̃′Wỹ: {expected}"
    fit = shown.fit(method)
    home = line(kind, method, "weighted least squares", home_frame(fit))
    for j, name in enumerate(names):
        assert f"{name} {plus_minus(fit.beta[j], fit.se_beta[j])}" in home


@pytest.mark.parametrize("kind", ["interior", "tiny", "K = 0", "unbounded"])
def test_weights_and_covariances_have_the_shares_of_their_h(kind):
    values = view(kind).reml.rotated.values
    h2 = profile_of(kind, "REML")["h"]
    for frame, h in enumerate(h2):
        K, rest = share(h), share(1 - h)
        assert line(kind, "REML", "move together", frame) == f"V/v = {K}·K + {rest}·I"
        assert float(K) == pytest.approx(h, abs=5.1e-5)
        assert float(K) + float(rest) == pytest.approx(1, abs=1.1e-4)
        d = h * values + 1 - h
        low, high = (number(1 / x if x else np.inf, 3) for x in (d.max(), d.min()))
        written = line(kind, "REML", "an eigen-direction", frame)
        assert written == f"w = 1/({K}·λ + {rest}): {low} to {high}"


@pytest.mark.parametrize(
    ("h2", "shown"),
    [(0.0, "0.00"), (0.29, "0.29"), (1 - 0.07, "0.93"), (0.92604, "0.9260"), (1.0, "1.00")],
)
def test_a_share_has_two_decimals_or_four(h2, shown):
    assert share(h2) == shown


def test_what_is_added_stands_in_brackets_where_it_is_negative():
    assert [signed(x) for x in (2.5, -2.5, 0.0, np.inf, -np.inf)] == [
        "2.500",
        "(−2.500)",
        "0",
        "∞",
        "(−∞)",
    ]


def test_of_many_coefficients_the_first_are_written_and_the_rest_counted():
    rng = np.random.default_rng(4)
    names = ["<b>x</b>", "a|b$c$", "`d`", "e", "f"]
    covariates = {name: rng.standard_normal(40) for name in names}
    shown = view_of(make_problem(rng.standard_normal(40), sibs(10, 4), covariates))
    written = received({"lines": formulas(shown, "REML", frame_values(shown.reml))})["lines"]
    words = reads(written[2], 50)
    assert re.match(r"β̂ = .*: <b>x</b> .*, a\|b\$c\$ .*, `d` .* and 3 more$", words)
    assert len([piece for piece in written[2]["pieces"] if not isinstance(piece, str)]) == MOST


def test_an_aliased_column_has_no_coefficient_to_write():
    shown = view("aliased")
    (aliased,) = shown.reml.rotated.aliased
    words = line("aliased", "ML", "weighted least squares", 30)
    kept = [shown.problem.columns[j] for j in shown.reml.rotated.kept]
    assert f": {kept[1]} " in words
    assert f" {shown.problem.columns[aliased]} " not in words
    assert "more" not in words
