"""How sure?: the samples behind the picture, what is said of them, and the page."""

import re

import numpy as np
import pytest

from lmm_app.live.bundle import FOLDER
from lmm_app.sure import words
from lmm_app.sure.board import frame_of, sure_board
from lmm_app.sure.sheet import COUNT, TAIL, _crossing, build_sheet, observed
from lmm_app.sure.sweep import Sweep, design
from lmm_core import decompose, rotate
from lmm_core.certainty import contrasts, interval_h2, sample_estimates
from tests import builders
from tests.app_helpers import (
    PHENO,
    boards,
    kinship_file,
    let_go,
    open_app,
    pick,
    received,
    run,
    texts_in,
    upload,
    walk,
)
from tests.odd_views import KINDS, view

DRAWS = 2000
SILENT = lambda share: None  # noqa: E731


def pairs_of(K, X, y=None):
    y = np.random.default_rng(0).standard_normal(len(K)) if y is None else y
    return contrasts(rotate(decompose(K), y, X))


def sheet_of(shown, copies=1, seed=1, draws=DRAWS):
    return build_sheet(shown, contrasts(shown.reml.rotated), copies, seed, SILENT, draws)


@pytest.fixture(scope="module")
def sheet():
    return sheet_of(view("interior"))


@pytest.mark.parametrize("kind", ["families", "full", "groups", "low_rank", "clones"])
@pytest.mark.parametrize("h2", [0.0, 0.3, 0.9, 1.0])
def test_estimates_are_those_of_sample_estimates_from_the_same_chi_squares(kind, h2):
    rng = np.random.default_rng(3)
    K, X = builders.kinship(kind, 24, rng), builders.covariates(24, 2, rng)
    pairs = pairs_of(K, X)
    sweep = Sweep(design(pairs), rng=np.random.default_rng(5), draws=400)
    found = sweep.estimates(h2)
    assert found
    for method, estimates in found.items():
        one = sample_estimates(
            pairs, h2, rng=np.random.default_rng(5), draws=400, reml=method == "REML"
        )
        # On the scale of a K with mean μ = 1; two hills of equal height may change places.
        off = np.abs(one.estimates - estimates) / max(1.0, 1.0 / pairs.values.mean())
        assert np.quantile(off, 0.99) < 5e-4
        assert one.at_zero == (estimates == 0.0).mean()
        assert one.at_one == (estimates == 1.0).mean()


@pytest.mark.parametrize("kind", ["families", "full", "low_rank", "centred", "clones"])
@pytest.mark.parametrize("copies", [2, 3])
def test_more_families_are_those_of_a_block_diagonal_kinship(kind, copies):
    rng = np.random.default_rng(4)
    K, X = builders.kinship(kind, 20, rng), builders.covariates(20, 3, rng)
    of = design(pairs_of(K, X), copies)
    real = pairs_of(np.kron(np.eye(copies), K), np.tile(X, (copies, 1)))
    assert of.n == 20 * copies
    assert of.df == real.df == 20 * copies - 3
    np.testing.assert_allclose(of.pairs.values, real.values, atol=1e-10)
    np.testing.assert_allclose(of.pairs.kinship_values, real.kinship_values, atol=1e-10)
    assert of.pairs.n_null == real.n_null


def test_estimates_with_more_families_are_distributed_as_of_a_block_diagonal_kinship():
    rng = np.random.default_rng(6)
    K, X = builders.kinship("full", 30, rng), builders.covariates(30, 2, rng)
    sweep = Sweep(design(pairs_of(K, X), 4), rng=np.random.default_rng(1), draws=6000)
    real = pairs_of(np.kron(np.eye(4), K), np.tile(X, (4, 1)))
    for h2 in (0.1, 0.6):
        for method, estimates in sweep.estimates(h2).items():
            one = sample_estimates(
                real, h2, rng=np.random.default_rng(2), draws=6000, reml=method == "REML"
            )
            # Four standard errors of a difference.
            error = 4.0 * np.sqrt(2.0 / 6000)
            assert abs(one.mean - estimates.mean()) < error * one.sd
            assert abs(one.sd / estimates.std() - 1.0) < error
            assert abs(one.at_zero - (estimates == 0.0).mean()) < 0.5 * error


@pytest.mark.parametrize("kind", ["interior", "two hills", "lower boundary", "upper boundary"])
def test_the_interval_read_off_the_samples_is_the_exact_one(kind):
    shown = view(kind)
    # The same seed makes the same samples; what is left is how finely each is searched, an
    # eighth or less of how well 10,000 samples know the ends.
    sheet = sheet_of(shown, seed=0, draws=10_000)
    for method, side in sheet.sides.items():
        exact = interval_h2(shown.fit(method), method="exact")
        assert side.interval == pytest.approx((exact.lower, exact.upper), abs=1e-3)


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_interval_is_the_set_of_true_h_that_do_not_make_the_estimate_rare(sheet, method):
    side = sheet.sides[method]
    lower, upper = side.interval
    kept = (side.at_most >= TAIL) & (side.at_least >= TAIL)
    away = np.minimum(np.abs(sheet.h2 - lower), np.abs(sheet.h2 - upper)) > 1e-3
    inside = (sheet.h2 >= lower) & (sheet.h2 <= upper)
    assert 0 < inside.sum() < COUNT
    np.testing.assert_array_equal(kept[away], inside[away])


def test_where_a_tail_reaches_its_share():
    h2 = np.linspace(0.0, 1.0, 11)
    tail = lambda h: 1.0 / (1.0 + np.exp(-40.0 * (h - 0.437)))  # noqa: E731
    exact = 0.437 + np.log(TAIL / (1.0 - TAIL)) / 40.0
    asked = []
    found = _crossing(h2, tail(h2), lambda h: asked.append(h) or float(tail(h)))
    assert found == pytest.approx(exact, abs=5e-4)
    assert len(asked) < 12
    assert _crossing(h2, np.full(11, 0.5), tail) == 0.0
    assert _crossing(h2, np.zeros(11), tail) == 1.0
    step = lambda h: float(h > 0.33)  # noqa: E731
    assert _crossing(h2, (h2 > 0.33).astype(float), step) == pytest.approx(0.33, abs=6e-4)


def test_every_sample_is_somewhere_in_the_picture(sheet):
    for side in sheet.sides.values():
        whole = side.shares.sum(axis=1) + side.at_zero + side.at_one
        np.testing.assert_allclose(whole, 1.0, atol=1e-12)
        assert np.all(np.diff(side.at_zero) <= 0.0)
        assert np.all(np.diff(side.at_one) >= 0.0)
        assert np.all(np.diff(side.mean) > 0.0)


def test_the_samples_depend_on_the_seed_alone():
    shown = view("tiny")
    one, two, other = (sheet_of(shown, seed=seed, draws=300) for seed in (4, 4, 5))
    for method in ("ML", "REML"):
        np.testing.assert_array_equal(one.sides[method].shares, two.sides[method].shares)
        assert np.any(one.sides[method].shares != other.sides[method].shares)


def test_bars_are_narrower_where_the_estimates_are_closer():
    few, many = (sheet_of(view("interior"), copies, draws=400) for copies in (1, 16))
    assert few.edges.size < many.edges.size
    for sheet in (few, many):
        assert sheet.edges[1] <= max(np.median(sheet.sides["REML"].sd) / 3.5, 1 / 400)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fit_has_a_picture_or_a_reason(kind):
    shown = view(kind)
    sheet = sheet_of(shown, draws=200)
    assert set(sheet.sides) | set(sheet.refused) == {"ML", "REML"}
    assert not set(sheet.sides) & set(sheet.refused)
    for method in sheet.sides:
        for revealed in (False, True):
            board = received(sure_board(sheet, method, revealed=revealed))
            said = list(texts_in(board))
            assert len(board["said"]) == len(board["hand"]["spoken"]) == COUNT
            assert not any("nan" in text or "None" in text for text in said)
        seen = observed(shown, method)
        assert (board["sampling"]["interval"] is None) == (seen is None)
        assert words.headline(sheet, method, 3)
    for method in sheet.refused:
        said = words.refusal(sheet, method)
        assert said.startswith(f"By {method}, the ")
        assert ("is shown instead" in said) == bool(sheet.sides)


def test_an_estimate_that_is_unbounded_is_not_compared():
    shown = view("unbounded")
    assert observed(shown, "ML") is None
    assert observed(shown, "REML") == shown.reml.h2


def resampled(shown, method, h2, draws=DRAWS, seed=1):
    pairs = contrasts(shown.reml.rotated)
    rng = np.random.default_rng(seed)
    return sample_estimates(pairs, h2, rng=rng, draws=draws, reml=method == "REML").estimates


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("h2", [0.06, 0.5, 0.96])
def test_what_is_said_of_a_true_h_is_so(sheet, method, h2):
    estimates = resampled(view("interior"), method, h2)
    said = words.frame_words(sheet, method, frame_of(h2))
    assert said.startswith(f"If the true h were {h2:.2f}, {method} would find")
    mean, sd = re.search(r"ĥ = ([\d.]+) on average, .* deviation of ([\d.]+)\. ", said).groups()
    assert float(mean) == pytest.approx(estimates.mean(), abs=1e-3)
    assert float(sd) == pytest.approx(estimates.std(), abs=1e-3)
    bias = re.search(r"average, ([\d.]+) too (high|low)", said)
    if bias:
        sign = 1 if bias[2] == "high" else -1
        assert sign * float(bias[1]) == pytest.approx(estimates.mean() - h2, abs=1e-3)
    else:
        assert "as it should be" in said
        assert abs(estimates.mean() - h2) < 2e-3
    for end in (0, 1):
        share = (estimates == end).mean()
        assert (f"at exactly {end}" in said) == (share > 0.0)
        if share > 0.0:
            assert f"{words.percent(share)} at exactly {end}" in said
    seen = view("interior").fit(method).h2
    tails = (estimates <= seen).mean(), (estimates >= seen).mean()
    direction = "low" if tails[0] < tails[1] else "high"
    assert f"As {direction} as the observed ĥ = {seen:.3f}" in said
    assert ("would be rare" in said) == (min(tails) < TAIL)


@pytest.mark.parametrize("h2", [0.06, 0.5, 0.96])
def test_how_often_the_estimate_is_near_is_counted(sheet, h2):
    estimates = resampled(view("interior"), "REML", h2)
    said = words.headline(sheet, "REML", frame_of(h2))
    share = (np.abs(estimates - h2) < 0.1).mean()
    assert f"within 0.1 of the truth in {words.percent(share)} of 2,000 samples" in said
    assert f"a true h of {h2:.2f}" in said
    assert f"standard deviation of {estimates.std():.2f}" in said


def test_who_is_sampled_is_said():
    shown = view("tiny")
    assert words.families(sheet_of(shown, draws=50)) == "the 12 individuals of the data"
    assert words.families(sheet_of(shown, 2, draws=50)).startswith(
        "24 individuals: those of the data and one more such set of families"
    )
    assert "3 more such sets" in words.families(sheet_of(shown, 4, draws=50))


def test_shares_are_said_as_they_are():
    said = [words.percent(x) for x in (0.0, 0.0004, 0.0234, 0.5, 0.956, 0.9994, 1.0)]
    assert said == ["none", "under 0.1%", "2.3%", "50%", "95.6%", "over 99.9%", "all"]


def test_the_question_asks_only_for_what_can_be_done():
    for kind, up, down in (
        ("interior", True, True),
        ("lower boundary", True, False),
        ("upper boundary", False, True),
    ):
        asked = words.question(sheet_of(view(kind), draws=50), "REML")
        assert ("up until" in asked, "down until" in asked) == (up, down)


def test_feedback_depends_on_the_guess(sheet):
    lower, upper = sheet.sides["REML"].interval
    right = words.right_guess(upper - lower)
    assert {words.right_guess(width) for width in (0.1, 0.3, 0.9)} == set(words.GUESSES)
    for guess in words.GUESSES:
        judged, said = words.feedback(sheet, "REML", guess)
        assert judged == (guess == right)
        assert f"{upper - lower:.2f} wide: from {lower:.2f} to {upper:.2f}" in said
        assert said.startswith("Yes." if judged else "Not quite.")
    assert words.feedback(sheet, "REML", None)[0] is None
    order = list(words.GUESSES)
    tiny = sheet_of(view("tiny"), draws=300)
    assert words.right_guess(np.diff(tiny.sides["REML"].interval)[0]) == order[-1]
    assert "says less than you thought" in words.feedback(tiny, "REML", order[0])[1]


def test_an_interval_that_ends_at_an_end_says_why(sheet):
    tiny = sheet_of(view("tiny"))
    assert tiny.sides["REML"].interval == (0.0, 1.0)
    said = words.interval(tiny, "REML")
    assert "it goes to 0 because not even h = 0 makes this estimate rare" in said
    assert "it goes to 1" in said
    said = words.interval(sheet, "REML")
    ends = [float(end) for end in re.search(r"from ([\d.]+) to ([\d.]+)\.\*\*", said).groups()]
    assert ends == pytest.approx(sheet.sides["REML"].interval, abs=5e-4)
    assert "it goes to" not in said or 0.0 in ends or 1.0 in ends


def test_what_the_script_reads_is_sent(sheet):
    text = (FOLDER / "js" / "sampling.js").read_text(encoding="utf-8")
    read = set(re.findall(r"(?<![\w.])(?:picture\.)?sampling\.(\w+)", text))
    sent = received(sure_board(sheet, "REML", 0.5, revealed=True))["sampling"]
    assert len(read) > 10
    assert read | {"main", "other"} == set(sent)
    for side in (sent["main"], sent["other"]):
        assert side["shares"].size == COUNT * side["bins"]
    assert sent["simulated_words"] == "simulated with h = 0.5"
    np.testing.assert_allclose(sent["main"]["shares"].sum(), 100 * sheet.sides["REML"].shares.sum())


def test_the_tail_that_is_shaded_is_the_smaller_one(sheet):
    sent = received(sure_board(sheet, "REML", revealed=False))["sampling"]
    side = sheet.sides["REML"]
    for k in (0, 10, 40, 50):
        low, high = side.at_most[k], side.at_least[k]
        assert sent["sides"][k] == ("low" if low < high else "high")
        assert sent["tails"][k].startswith(words.percent(min(low, high)))


def open_sure(**link):
    app = open_app(sample="tiny12", **link) if "data" not in link else open_app(**link)
    for key, value in link.items():
        app.query_params[key] = value
    return walk(app, "sure")


def sampling(app):
    return boards(app)["sampling"]


def said(app):
    return " ".join(element.value for element in [*app.markdown, *app.info, *app.success])


def test_the_page_opens_at_the_estimate_with_the_interval_covered():
    app = open_sure()
    moving, picture = sampling(app)
    shown = view("tiny")
    assert moving["at"] == frame_of(shown.reml.h2)
    assert picture["show"] == {"slider": True, "interval": False}
    assert picture["sampling"]["observed"] == shown.reml.h2
    assert "**Predict.**" in said(app)
    assert "could have come from" not in said(app)
    app.get_by_key("guess").set_value("narrow")
    run(app)
    app.button(key="reveal").click()
    run(app)
    _, picture = sampling(app)
    assert picture["show"]["interval"]
    assert app.warning[0].value.startswith("Not quite. It is 1.00 wide")
    assert "could have come from every true h" in app.warning[0].value
    app.button(key="again").click()
    run(app)
    assert not sampling(app)[1]["show"]["interval"]
    assert app.get_by_key("guess").value is None


def test_everything_is_in_the_link():
    app = open_sure(suppose="0.3", families="4", draw="7", guess="wide", seen="1", method="ML")
    assert not app.toast
    moving, picture = sampling(app)
    assert moving["at"] == frame_of(0.3)
    assert picture["method"] == "ML"
    assert "48 individuals" in said(app)
    assert app.get_by_key("draw").value == 7
    assert picture["show"]["interval"]
    app.button(key="redraw").click()
    run(app)
    assert app.query_params["draw"] == "8"
    assert sampling(app)[1]["id"] != picture["id"]
    assert sampling(app)[0]["at"] == frame_of(0.3)
    pick(app, "families", 1)
    assert "families" not in app.query_params
    let_go(app, 0.6204, key="sampling")
    assert app.query_params["suppose"] == "0.62"
    assert sampling(app)[0]["at"] == frame_of(0.62)
    assert "a true h of 0.62" in said(app)


@pytest.mark.parametrize(
    "link", [{"suppose": "7"}, {"families": "3"}, {"draw": "0"}, {"guess": "many"}]
)
def test_a_bad_link_falls_back_with_a_note(link):
    app = open_sure(**link)
    ((key, value),) = link.items()
    assert [f"{key} = {value}" in toast.value for toast in app.toast] == [True]
    assert sampling(app)


def test_where_nothing_can_be_told_it_says_so():
    app = upload(open_app(), phenotype=PHENO, kinship=kinship_file(np.eye(6)))
    walk(app, "sure")
    assert any("no phenotype tells h" in info.value for info in app.info)
    assert not boards(app)


def test_where_ml_has_no_distribution_reml_is_shown():
    app = open_sure(data="lesson", preset="centred_kinship", method="ML")
    assert "By ML, the ML estimate has no distribution here" in said(app)
    assert sampling(app)[1]["method"] == "REML"


def test_the_true_h_is_on_the_picture_unless_it_is_hidden():
    app = open_sure(data="lesson", preset="small_sample")
    assert sampling(app)[1]["sampling"]["simulated"] == 0.5
    app = open_sure(data="lesson", preset="small_sample", hide="1")
    assert sampling(app)[1]["sampling"]["simulated"] is None
    assert sampling(app)[1]["sampling"]["simulated_words"] == ""
