"""How sure?: the samples behind the picture, what is said of them, and the page."""

import re

import numpy as np
import pytest

from lmm_app.fit.verdict import verdict
from lmm_app.live.bundle import FOLDER
from lmm_app.session import refused
from lmm_app.sources.opened import Lesson
from lmm_app.sure import kept, words
from lmm_app.sure.board import frame_of, sure_board
from lmm_app.sure.distribution import COUNT, FIRST_SEED, TAIL, _crossing, observed
from lmm_app.sure.sweep import Sweep, design
from lmm_core.certainty import interval_h2, sample_estimates
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
from tests.distributions import SILENT, distribution_of, pairs_of
from tests.links import hidden_words
from tests.odd_views import KINDS, view


@pytest.fixture(scope="module")
def samples():
    return distribution_of(view("interior"))


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
def test_the_interval_read_off_the_samples_is_the_tails_interval(kind):
    shown = view(kind)
    # The same seed makes the same samples; what is left is how finely each is searched, an
    # eighth or less of how well 10,000 samples know the ends.
    samples = distribution_of(shown, seed=FIRST_SEED, draws=10_000)
    for method, side in samples.sides.items():
        tails = interval_h2(shown.fit(method), method="tails")
        assert tuple(side.interval) == pytest.approx(tuple(tails), abs=1e-3)
        # The slope is taken over other steps: the same error but for a third of it.
        assert side.interval.error == pytest.approx(tails.error, rel=0.35, abs=1e-4)


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_interval_is_the_set_of_true_h_that_do_not_make_the_estimate_rare(samples, method):
    side = samples.sides[method]
    lower, upper = side.interval
    kept = (side.at_most >= TAIL) & (side.at_least >= TAIL)
    away = np.minimum(np.abs(samples.h2 - lower), np.abs(samples.h2 - upper)) > 1e-3
    inside = (samples.h2 >= lower) & (samples.h2 <= upper)
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


def test_every_sample_is_somewhere_in_the_picture(samples):
    for side in samples.sides.values():
        whole = side.shares.sum(axis=1) + side.at_zero + side.at_one
        np.testing.assert_allclose(whole, 1.0, atol=1e-12)
        assert np.all(np.diff(side.at_zero) <= 0.0)
        assert np.all(np.diff(side.at_one) >= 0.0)
        assert np.all(np.diff(side.mean) > 0.0)


def test_the_samples_depend_on_the_seed_alone():
    shown = view("tiny")
    one, two, other = (distribution_of(shown, seed=seed, draws=300) for seed in (4, 4, 5))
    for method in ("ML", "REML"):
        np.testing.assert_array_equal(one.sides[method].shares, two.sides[method].shares)
        assert np.any(one.sides[method].shares != other.sides[method].shares)


def test_bars_are_narrower_where_the_estimates_are_closer():
    few, many = (distribution_of(view("interior"), copies, draws=400) for copies in (1, 16))
    assert few.edges.size < many.edges.size
    for samples in (few, many):
        assert samples.edges[1] <= max(np.median(samples.sides["REML"].sd) / 3.5, 1 / 400)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fit_has_a_picture_or_a_reason(kind):
    shown = view(kind)
    samples = distribution_of(shown, draws=200)
    assert set(samples.sides) | set(samples.refused) == {"ML", "REML"}
    assert not set(samples.sides) & set(samples.refused)
    for method in samples.sides:
        seen, tails = observed(shown, method), samples.sides[method].interval
        assert (tails is None) == (seen is None)
        for shows in ((), (tails, shown.methods[method].interval) if tails else ()):
            board = received(sure_board(samples, method, None, *shows))
            said = list(texts_in(board))
            assert len(board["said"]) == len(board["hand"]["spoken"]) == COUNT
            assert not any("nan" in text or "None" in text for text in said)
            assert len(board["sampling"]["intervals"]) == len(shows)
        assert words.headline(samples, method, 3)
        if tails:
            assert words.question(samples, method)
            assert words.feedback(shown, samples, method, tails, tails, None)[0] is None
    for method in samples.refused:
        said = words.refusal(shown, samples, method)
        if not samples.sides:
            known = bool(shown.fit(method).maxima)
            start = (
                "No sample of this kind can tell h. " if known else "There is no estimate here, "
            )
            assert said.startswith(start)
            assert said.endswith(verdict(shown, "REML" if known else method))
        else:
            why = "has no highest point" if method == "ML" else "cannot tell h"
            assert said.startswith(f"{method} {why} in such samples. ")
            assert said.endswith(" is shown instead.")


def test_where_ml_has_no_highest_point_no_sample_has_one():
    for kind in KINDS:
        shown = view(kind)
        samples = distribution_of(shown, draws=50)
        if set(samples.refused) == {"ML"}:
            assert shown.ml.status == "unbounded"


def test_an_estimate_that_is_unbounded_is_not_compared():
    shown = view("unbounded")
    assert observed(shown, "ML") is None
    assert observed(shown, "REML") == shown.reml.h2


def test_what_the_script_reads_is_sent(samples):
    text = (FOLDER / "js" / "sampling.js").read_text(encoding="utf-8")
    read = set(re.findall(r"(?<![\w.])(?:picture\.)?sampling\.(\w+)", text))
    exact = samples.sides["REML"].interval
    sent = received(sure_board(samples, "REML", 0.5, exact, exact))["sampling"]
    assert len(read) > 10
    assert read | {"main", "other"} == set(sent)
    for side in (sent["main"], sent["other"]):
        assert side["shares"].size == COUNT * side["bins"]
    assert sent["simulated_words"] == "simulated with h = 0.5"
    for name in sent["intervals"][0]:
        assert re.search(rf"\b{name}\b", text), name
    np.testing.assert_allclose(
        sent["main"]["shares"].sum(), 100 * samples.sides["REML"].shares.sum()
    )


def test_no_bar_is_cut_and_most_true_h_share_an_axis(samples):
    sent = received(sure_board(samples, "REML"))["sampling"]
    highest = np.max([one.shares.max(axis=1) for one in samples.sides.values()], axis=0)
    assert (sent["tops"] > 100 * highest).all()
    assert (sent["tops"] == sent["tops"].min()).sum() > COUNT / 2


def test_the_tail_that_is_shaded_is_the_smaller_one(samples):
    sent = received(sure_board(samples, "REML"))["sampling"]
    side = samples.sides["REML"]
    for k in (0, 10, 40, 50):
        low, high = side.at_most[k], side.at_least[k]
        assert sent["sides"][k] == ("low" if low < high else "high")
        assert sent["tails"][k].startswith(words.tail_percent(min(low, high)))


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
    assert picture["show"] == {"slider": True}
    assert picture["sampling"]["intervals"] == []
    assert picture["sampling"]["observed"] == shown.reml.h2
    assert "**The data gave ĥ = 0.93. Drag the true h down" in said(app)
    assert "95% tails interval" not in said(app)
    app.get_by_key("guess").set_value("narrow")
    run(app)
    app.button(key="reveal").click()
    run(app)
    _, picture = sampling(app)
    drawn = [one["words"] for one in picture["sampling"]["intervals"]]
    assert drawn == ["tails, 95%: 0–1", "exact, 95%: 0–1"]
    assert app.warning[0].value.startswith(
        "Not quite. The estimate says less about h than you thought. It is 1.00 wide: from 0 to 1."
    )
    app.button(key="again").click()
    run(app)
    assert not sampling(app)[1]["sampling"]["intervals"]
    assert app.get_by_key("guess").value is None


def test_both_intervals_are_those_of_the_core():
    shown = view("interior")
    samples = kept.distribution(shown, 1, FIRST_SEED, SILENT)
    assert samples.sides["REML"].interval is None
    tails, exact = kept.intervals(shown, samples, "REML")
    assert tails == interval_h2(shown.reml, method="tails")
    # The exact interval is that of all other pages, whichever samples are shown.
    assert exact == interval_h2(shown.reml, method="exact")
    other = kept.distribution(shown, 1, FIRST_SEED + 1, SILENT)
    again, the_same = kept.intervals(shown, other, "REML")
    assert the_same == exact
    # Another draw has its own tails, within a few of the errors that both are said to have.
    assert again != tails
    assert tuple(again) == pytest.approx(tuple(tails), abs=6 * tails.error)
    # Of more families there are no data.
    assert kept.intervals(shown, kept.distribution(shown, 2, 1, SILENT), "REML")[1] is None


def test_everything_is_in_the_link():
    app = open_sure(suppose="0.3", families="4", draw="7", guess="wide", seen="1", method="ML")
    assert not app.toast
    moving, picture = sampling(app)
    assert moving["at"] == frame_of(0.3)
    assert picture["method"] == "ML"
    assert "48 individuals" in said(app)
    assert app.get_by_key("draw").value == 7
    (only,) = picture["sampling"]["intervals"]
    assert only["words"].startswith("tails, 95%: ")
    app.button(key="redraw").click()
    run(app)
    assert app.query_params["draw"] == "8"
    assert sampling(app)[1]["id"] != picture["id"]
    assert sampling(app)[0]["at"] == frame_of(0.3)
    pick(app, "families", "1")
    assert "families" not in app.query_params
    let_go(app, 0.6204, key="sampling")
    assert app.query_params["suppose"] == "0.62"
    assert sampling(app)[0]["at"] == frame_of(0.62)
    assert "**If the true h is 0.62, ML’s ĥ has a standard deviation of" in said(app)


@pytest.mark.parametrize(
    "link", [{"suppose": "7"}, {"families": "3"}, {"draw": "0"}, {"guess": "many"}]
)
def test_a_bad_link_falls_back_with_a_note(link):
    app = open_sure(**link)
    ((key, value),) = link.items()
    assert [toast.value for toast in app.toast] == [refused.sentence(key, value)]
    assert sampling(app)


def test_where_nothing_can_be_told_it_says_so():
    app = upload(open_app(), phenotype=PHENO, kinship=kinship_file(np.eye(6)))
    walk(app, "sure")
    start = "There is no estimate here, so no sample can be compared with it. **These data cannot"
    assert [info.value.startswith(start) for info in app.info] == [True]
    assert not boards(app)


def test_where_ml_has_no_distribution_reml_is_shown():
    app = open_sure(data="lesson", preset="centred_kinship", method="ML")
    assert "ML has no highest point in such samples. REML is shown instead." in said(app)
    assert sampling(app)[1]["method"] == "REML"


def test_the_true_h_is_on_the_picture_unless_it_is_hidden():
    app = open_sure(data="lesson", preset="small_sample")
    assert sampling(app)[1]["sampling"]["simulated"] == 0.5
    app = open_sure(**hidden_words(Lesson("small_sample")))
    assert sampling(app)[1]["sampling"]["simulated"] is None
    assert sampling(app)[1]["sampling"]["simulated_words"] == ""
