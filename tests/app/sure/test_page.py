"""How sure?: the samples behind the picture, what is said of them, and the page."""

import re

import numpy as np
import pytest

from lmm_app.fit.verdict import h_words, per_cent, verdict
from lmm_app.live.bundle import FOLDER
from lmm_app.sure import kept, words
from lmm_app.sure.board import frame_of, sure_board
from lmm_app.sure.sheet import COUNT, FIRST_SEED, TAIL, _crossing, build_sheet, observed
from lmm_app.sure.sweep import Sweep, design
from lmm_core import decompose, rotate
from lmm_core.certainty import Interval, contrasts, interval_h2, sample_estimates
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
    sheet = sheet_of(shown, seed=FIRST_SEED, draws=10_000)
    for method, side in sheet.sides.items():
        exact = interval_h2(shown.fit(method), method="exact")
        assert tuple(side.interval) == pytest.approx((exact.lower, exact.upper), abs=1e-3)
        # The slope is taken over other steps: the same error but for a third of it.
        assert side.interval.error == pytest.approx(exact.error, rel=0.35, abs=1e-4)


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
        seen, exact = observed(shown, method), sheet.sides[method].interval
        assert (exact is None) == (seen is None)
        profile = shown.methods[method].interval
        for shows in ((), (exact, profile) if exact else ()):
            board = received(sure_board(sheet, method, None, *shows))
            said = list(texts_in(board))
            assert len(board["said"]) == len(board["hand"]["spoken"]) == COUNT
            assert not any("nan" in text or "None" in text for text in said)
            assert len(board["sampling"]["intervals"]) == len(shows)
        assert words.headline(sheet, method, 3)
        if exact:
            assert words.question(sheet, method)
            assert words.feedback(shown, sheet, method, exact, None)[0] is None
    for method in sheet.refused:
        said = words.refusal(shown, sheet, method)
        if not sheet.sides:
            assert said.startswith("There is no estimate here, so no sample can be compared")
            assert said.endswith(verdict(shown, method))
        else:
            why = "has no highest point" if method == "ML" else "cannot tell h"
            assert said.startswith(f"{method} {why} in such samples. ")
            assert said.endswith(" is shown instead.")


def test_where_ml_has_no_highest_point_no_sample_has_one():
    for kind in KINDS:
        shown = view(kind)
        sheet = sheet_of(shown, draws=50)
        if set(sheet.refused) == {"ML"}:
            assert shown.ml.status == "unbounded"


def test_an_estimate_that_is_unbounded_is_not_compared():
    shown = view("unbounded")
    assert observed(shown, "ML") is None
    assert observed(shown, "REML") == shown.reml.h2


def resampled(shown, method, h2, draws=DRAWS, seed=FIRST_SEED - 1):
    pairs = contrasts(shown.reml.rotated)
    rng = np.random.default_rng(seed)
    return sample_estimates(pairs, h2, rng=rng, draws=draws, reml=method == "REML").estimates


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("h2", [0.06, 0.5, 0.96])
def test_what_is_said_of_a_true_h_is_so(sheet, method, h2):
    estimates = resampled(view("interior"), method, h2)
    said = words.frame_words(sheet, method, frame_of(h2))
    assert said.startswith(f"If the true h is {h2:.2f}, {method}’s ĥ is {estimates.mean():.2f} on")
    assert f"Its standard deviation is {estimates.std():.2f}." in said
    bias = re.search(r"average, ([\d.]+) too (high|low)\.", said)
    off = round(round(estimates.mean(), 2) - h2, 2)
    assert (bias is None) == (off == 0.0)
    if bias:
        assert (1 if bias[2] == "high" else -1) * float(bias[1]) == pytest.approx(off)
    for end in (0, 1):
        share = (estimates == end).mean()
        assert bool(re.search(rf"exactly {end}[,.]", said)) == (share > 0.0)
        if share > 0.0:
            assert per_cent(share).lower() in said.lower()
    seen = view("interior").fit(method).h2
    tails = (estimates <= seen).mean(), (estimates >= seen).mean()
    how = f"as low as {seen:.2f}: " if tails[0] < tails[1] else f"{seen:.2f} or more: "
    assert how in said
    assert ("unusual, less than 2.5%" in said) == (min(tails) < TAIL)
    assert said.endswith((": not unusual.", ": unusual, less than 2.5%."))
    other = "ML" if method == "REML" else "REML"
    beside = resampled(view("interior"), other, h2)
    assert f"{other}’s is {beside.mean():.2f} on average" in said


@pytest.mark.parametrize(
    ("kind", "seen"), [("lower boundary", 0), ("upper boundary", 1)], ids=["lower", "upper"]
)
def test_an_estimate_at_an_end_is_compared_with_those_at_that_end(kind, seen):
    sheet = sheet_of(view(kind), draws=1000)
    side = sheet.sides["REML"]
    share = side.at_zero if seen == 0 else side.at_one
    for frame in (0, 25, 50):
        said = words.frame_words(sheet, "REML", frame)
        rare = share[frame] < TAIL
        unusual = "unusual, less than 2.5%" if rare else "not unusual"
        assert said.endswith(f"The ĥ of {seen} that the data gave is then {unusual}.")


@pytest.mark.parametrize("h2", [0.06, 0.5, 0.96])
def test_how_often_the_estimate_is_near_is_counted(sheet, h2):
    estimates = resampled(view("interior"), "REML", h2)
    said = words.headline(sheet, "REML", frame_of(h2))
    share = (np.abs(estimates - h2) < 0.1).mean()
    assert said.startswith(f"**If the true h is {h2:.2f}, REML’s ĥ has a standard deviation of ")
    assert f"deviation of {estimates.std():.2f}.** " in said
    assert said.endswith(f"In {per_cent(share)} of the samples it lies within 0.1 of the truth.")


def test_who_is_sampled_is_said():
    shown = view("tiny")
    one, two, four = (sheet_of(shown, copies, draws=50) for copies in (1, 2, 4))
    assert words.about(one) == words.CAPTION
    assert "The 24 individuals are those of the data and one more such set, not" in words.about(two)
    assert "and 3 more such sets, not related to them" in words.about(four)
    assert words.headline(four, "REML", 15).startswith("**With 48 individuals and a true h of 0.30")
    assert words.question(four, "REML").startswith("Suppose 48 individuals gave ĥ = 0.93.")
    side = four.sides["REML"]
    said = words.feedback(shown, four, "REML", side.interval, None)[1]
    # The profile interval is of the data, and these are not the data.
    assert "This would be the exact 95% interval" in said
    assert "profile" not in said


def test_shares_are_said_as_they_are():
    said = [words.tail_percent(x) for x in (0.0, 0.0004, 0.0234, 0.5, 0.956, 0.9994, 1.0)]
    assert said == ["none", "less than 0.1%", "2.3%", "50%", "95.6%", "more than 99.9%", "all"]
    # What is called less than 2.5% is not written as 2.5%.
    assert words.tail_percent(0.0248) == "2.48%"
    assert words.tail_percent(0.0250) == "2.5%"
    assert words.of_samples("none") == words.of_samples("0%") == "No sample"
    assert words.of_samples("less than 1%") == "Less than 1% of the samples"


def test_the_question_asks_only_for_what_can_be_done():
    for kind, up, down in (
        ("interior", True, True),
        ("lower boundary", True, False),
        ("upper boundary", False, True),
    ):
        shown = view(kind)
        asked = words.question(sheet_of(shown, draws=50), "REML")
        assert asked.startswith(f"The data gave ĥ = {h_words(shown.reml.h2)}. Drag the true h ")
        assert ("up until" in asked, "down until" in asked) == (up, down)


def test_feedback_depends_on_the_guess(sheet):
    shown, exact = view("interior"), sheet.sides["REML"].interval
    right, order = words.right_guess(exact), list(words.GUESSES)
    ends = [Interval(0.1, 0.1 + wide, 0.95, "exact", 0.0) for wide in (0.1, 0.3, 0.8)]
    assert [words.right_guess(one) for one in ends] == order
    for guess in words.GUESSES:
        judged, said = words.feedback(shown, sheet, "REML", exact, guess)
        assert judged == (guess == right)
        low, high = h_words(exact.lower), h_words(exact.upper)
        core = f"It is {float(high) - float(low):.2f} wide: from {low} to {high}. "
        assert f"{core}This is the exact 95% interval (simulated, ± " in said
        less = order.index(guess) < order.index(right)
        hint = f"Not quite. The estimate says {'less' if less else 'more'} about h than you thought"
        assert said.startswith("Correct. " if judged else hint)
    judged, said = words.feedback(shown, sheet, "REML", exact, None)
    assert judged is None
    assert said.startswith("It is ")


def test_a_width_is_that_of_the_ends_as_they_are_written():
    assert words.width(Interval(0.3751, 0.7449, 0.95, "exact", 0.0)) == "0.36"
    assert words.width(Interval(0.9931, 0.99621, 0.95, "exact", 0.0)) == "0.006"
    assert words.width(Interval(0.0, 1.0, 0.95, "exact", 0.0)) == "1.00"


def test_an_interval_that_ends_at_an_end_says_why(sheet):
    shown = view("tiny")
    tiny = sheet_of(shown)
    exact = tiny.sides["REML"].interval
    assert tuple(exact) == (0.0, 1.0)
    said = words.feedback(shown, tiny, "REML", exact, None)[1]
    assert "(simulated). It goes to 0 and to 1, because even h = 0 and h = 1 give such an" in said
    shown, wide = view("interior"), Interval(0.0, 0.8, 0.95, "exact", 0.003)
    said = words.feedback(shown, sheet, "REML", wide, None)[1]
    assert "It goes to 0, because even h = 0 gives such an estimate in at least 2.5%" in said
    # That of an estimate of 0 begins there, which needs no reason.
    shown = view("lower boundary")
    low = sheet_of(shown, draws=1000)
    exact = low.sides["REML"].interval
    assert exact.lower == 0.0
    assert "It goes to 0" not in words.feedback(shown, low, "REML", exact, None)[1]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("interior", "It uses the whole curve, the exact interval ĥ alone."),
        ("lower boundary", "It also uses how steeply the curve falls from 0."),
        ("upper boundary", "It also uses how steeply the curve rises towards 1."),
        ("two hills", "It goes over both hills of the curve"),
    ],
)
@pytest.mark.parametrize("far", [False, True])
def test_both_intervals_stand_beside_each_other_with_the_reason_that_they_differ(kind, reason, far):
    shown = view(kind)
    method = "ML" if kind == "two hills" else "REML"
    sheet = sheet_of(shown)
    profile = shown.methods[method].interval
    middle = 0.5 * (profile.lower + profile.upper)
    exact = Interval(*((middle, middle) if far else profile), 0.95, "exact", 0.0)
    said = words.beside(shown, sheet, method, exact)
    ends = f"{h_words(profile.lower)} to {h_words(profile.upper)}"
    start = f"The band on the other pages is the profile interval, {ends}."
    assert said.startswith(start)
    assert (said == start) == (not far)
    if far:
        assert reason in said
    if far and "boundary" in kind:
        end, true = (0, profile.upper) if kind.startswith("lower") else (1, profile.lower)
        estimates = resampled(shown, method, true, draws=8000)
        share = float(re.search(rf"about (\d+)% of samples still give ĥ = {end}", said)[1])
        assert share == pytest.approx(100 * (estimates == end).mean(), abs=4.0)
        assert f"with a true h of {h_words(true)}, about" in said


def test_what_the_script_reads_is_sent(sheet):
    text = (FOLDER / "js" / "sampling.js").read_text(encoding="utf-8")
    read = set(re.findall(r"(?<![\w.])(?:picture\.)?sampling\.(\w+)", text))
    exact = sheet.sides["REML"].interval
    sent = received(sure_board(sheet, "REML", 0.5, exact, exact))["sampling"]
    assert len(read) > 10
    assert read | {"main", "other"} == set(sent)
    for side in (sent["main"], sent["other"]):
        assert side["shares"].size == COUNT * side["bins"]
    assert sent["simulated_words"] == "simulated with h = 0.5"
    for name in sent["intervals"][0]:
        assert re.search(rf"\b{name}\b", text), name
    np.testing.assert_allclose(sent["main"]["shares"].sum(), 100 * sheet.sides["REML"].shares.sum())


def test_no_bar_is_cut_and_most_true_h_share_an_axis(sheet):
    sent = received(sure_board(sheet, "REML"))["sampling"]
    highest = np.max([one.shares.max(axis=1) for one in sheet.sides.values()], axis=0)
    assert (sent["tops"] > 100 * highest).all()
    assert (sent["tops"] == sent["tops"].min()).sum() > COUNT / 2


def test_the_tail_that_is_shaded_is_the_smaller_one(sheet):
    sent = received(sure_board(sheet, "REML"))["sampling"]
    side = sheet.sides["REML"]
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
    assert "exact 95% interval" not in said(app)
    app.get_by_key("guess").set_value("narrow")
    run(app)
    app.button(key="reveal").click()
    run(app)
    _, picture = sampling(app)
    drawn = [one["words"] for one in picture["sampling"]["intervals"]]
    assert drawn == ["exact, 95%: 0–1", "profile, 95%: 0–1"]
    assert app.warning[0].value.startswith(
        "Not quite. The estimate says less about h than you thought. It is 1.00 wide: from 0 to 1."
    )
    app.button(key="again").click()
    run(app)
    assert not sampling(app)[1]["sampling"]["intervals"]
    assert app.get_by_key("guess").value is None


def test_the_exact_interval_is_the_one_of_all_other_pages():
    shown = view("interior")
    sheet = kept.sheet(shown, 1, FIRST_SEED, SILENT)
    assert sheet.sides["REML"].interval is None
    found = kept.interval(shown, sheet, "REML")
    assert found == interval_h2(shown.reml, method="exact")
    # Another draw has its own, within a few of the errors that both are said to have.
    other = kept.interval(shown, kept.sheet(shown, 1, FIRST_SEED + 1, SILENT), "REML")
    assert other != found
    assert tuple(other) == pytest.approx(tuple(found), abs=6 * found.error)


def test_everything_is_in_the_link():
    app = open_sure(suppose="0.3", families="4", draw="7", guess="wide", seen="1", method="ML")
    assert not app.toast
    moving, picture = sampling(app)
    assert moving["at"] == frame_of(0.3)
    assert picture["method"] == "ML"
    assert "48 individuals" in said(app)
    assert app.get_by_key("draw").value == 7
    (only,) = picture["sampling"]["intervals"]
    assert only["words"].startswith("exact, 95%: ")
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
    assert "**If the true h is 0.62, ML’s ĥ has a standard deviation of" in said(app)


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
    app = open_sure(data="lesson", preset="small_sample", hide="1")
    assert sampling(app)[1]["sampling"]["simulated"] is None
    assert sampling(app)[1]["sampling"]["simulated_words"] == ""
