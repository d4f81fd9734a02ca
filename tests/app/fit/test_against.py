"""ML against REML with ever more covariates of noise: the curves, the samples, the words."""

import re
from functools import cache

import numpy as np
import pytest

from lmm_app.fit import against
from lmm_app.fit.against import build_against, extra_columns, extra_counts
from lmm_app.sources.opened import SAMPLES
from lmm_core import fit_lmm, log_likelihood, rotate
from lmm_core.certainty import contrasts, sample_estimates
from lmm_core.dense import dense_gls
from tests import builders
from tests.odd_views import KINDS, make_problem, sibs, view, view_of


@cache
def built(kind, seed=1, draws=200):
    return build_against(view(kind), rng=np.random.default_rng(seed), draws=draws)


@cache
def mice():
    data = SAMPLES["mouse_hs300"].open().dataset
    return view_of(data.problem("CD8", data.covariates.columns))


@cache
def families():
    rng = np.random.default_rng(12)
    K = sibs(60, 5)
    return view_of(make_problem(builders.phenotype(K, 0.5, rng), K))


def noise(seed, n, count):
    """The columns that a seed makes."""
    return extra_columns(n, count, np.random.default_rng(seed).spawn(2)[0])


@pytest.mark.parametrize("p", [1, 2, 5, 40])
def test_the_counts_suit_the_number_of_individuals(p):
    for n in [*range(p + 1, 400), 1000, 1410, 2000, 3000]:
        counts = extra_counts(n, p)
        assert counts[0] == 0
        assert list(counts) == sorted(set(counts))
        assert len(counts) <= 9
        assert 3 * counts[-1] <= n
        assert counts == (0,) or n - p - counts[-1] >= 3
        # The memory that a rotation holds; what X takes already is not its doing.
        assert counts == (0,) or n * (p + counts[-1]) ** 2 <= 8e6
    assert extra_counts(12, 1) == (0, 1, 2, 4)
    assert extra_counts(300, 2) == (0, 1, 2, 5, 10, 20, 50, 100)
    assert extra_counts(2000, 1) == (0, 1, 2, 5, 10, 20, 60)


def test_the_columns_are_nested_standard_and_unrelated():
    many = noise(3, 500, 90)
    assert many.shape == (500, 90)
    np.testing.assert_array_equal(noise(3, 500, 5), many[:, :5])
    assert many.mean() == pytest.approx(0.0, abs=4 / np.sqrt(45_000))
    assert many.std() == pytest.approx(1.0, abs=0.02)
    between = np.corrcoef(many.T)[np.triu_indices(90, 1)]
    assert np.abs(between).max() < 5.5 / np.sqrt(500)


@pytest.mark.parametrize("kind", KINDS)
def test_the_difference_of_the_curves_is_the_term(kind):
    found = built(kind)
    assert found.h2.tolist() == np.linspace(0, 1, 101).tolist()
    for frame in found.frames:
        ml, reml, term = frame.ml.height, frame.reml.height, frame.term
        assert ml.shape == reml.shape == term.shape == (101,)
        assert not np.isnan(term).any()
        both = np.isfinite(ml) & np.isfinite(reml)
        assert both[:-1].all()
        np.testing.assert_allclose(reml[both] - ml[both], term[both], rtol=0, atol=1e-10)
        # Where one is infinite alone, so is the term, the same way.
        one = np.isfinite(ml) != np.isfinite(reml)
        np.testing.assert_array_equal(reml[one] - ml[one], term[one])
        for side in (frame.ml, frame.reml):
            if side.status != "unbounded":
                assert side.height.max() <= 1e-9
            assert not side.height.flags.writeable


def test_each_frame_is_what_dense_algebra_says_of_its_covariates():
    shown = view("interior")
    problem, found = shown.problem, built("interior")
    columns = noise(1, problem.n, found.frames[-1].extra)
    assert [frame.extra for frame in found.frames] == [0, 1, 2, 5, 10, 20]
    places = [0, 30, 62, 90, 100]
    for frame in found.frames:
        X = np.column_stack([problem.X, columns[:, : frame.extra]])
        assert frame.p == X.shape[1]
        for reml, side in ((False, frame.ml), (True, frame.reml)):
            fit = fit_lmm(problem.y, X, shown.reml.eigen, reml=reml)
            assert (side.h2, side.sigma2, side.status) == (fit.h2, fit.sigma2, fit.status)
            top = dense_gls(problem.y, X, problem.K, fit.h2, reml=reml).loglik
            for place in places:
                at = dense_gls(problem.y, X, problem.K, found.h2[place], reml=reml)
                assert side.height[place] == pytest.approx(at.loglik - top, abs=1e-9)
                if reml:
                    V = found.h2[place] * problem.K + (1 - found.h2[place]) * np.eye(problem.n)
                    covariance = at.sigma2 * np.linalg.inv(X.T @ np.linalg.solve(V, X))
                    half = 0.5 * np.linalg.slogdet(covariance)[1]
                    assert frame.uncertainty[place] == pytest.approx(half, abs=1e-9)


@pytest.mark.parametrize("kind", ["interior", "tiny", "two hills", "lower boundary", "aliased"])
def test_the_first_frame_is_the_view_and_the_term_parts_the_maxima(kind):
    shown, first = view(kind), built(kind).frames[0]
    assert (first.extra, first.p) == (0, shown.reml.p)
    for side, fit in ((first.ml, shown.ml), (first.reml, shown.reml)):
        assert (side.h2, side.sigma2, side.status) == (fit.h2, fit.sigma2, fit.status)
        expected = log_likelihood(fit.rotated, built(kind).h2, reml=fit.reml) - fit.loglik
        np.testing.assert_array_equal(side.height, expected)
    # On the grid's points next to either maximum.
    at_ml = np.interp(first.ml.h2, built(kind).h2, first.term)
    at_reml = np.interp(first.reml.h2, built(kind).h2, first.term)
    assert at_ml <= 1e-3
    assert at_reml >= -1e-3


@pytest.mark.parametrize("shown", [mice, families])
def test_the_bias_of_ml_grows_and_that_of_reml_does_not(shown):
    found = build_against(shown(), rng=np.random.default_rng(2))
    truth, frames = found.true_h2, found.frames
    assert truth == shown().reml.h2
    assert frames[-1].extra >= 90
    ml = np.array([frame.ml.mean for frame in frames])
    reml = np.array([frame.reml.mean for frame in frames])
    error = np.array([frame.reml.sd for frame in frames]) / np.sqrt(found.draws)
    # Useless covariates raise ML's h: what they happen to fit looks like less residual variance.
    assert (np.diff(ml) > 0.0).all()
    assert ml[-1] - truth > 0.12
    assert ml[-1] - truth > 5 * abs(ml[0] - truth)
    # REML misses by less than Monte Carlo error and a term of order 1/n.
    assert (np.abs(reml - truth) < 4 * error + 0.02).all()
    assert np.abs(reml - reml[0]).max() < 4 * error.max()
    for frame in frames:
        share = 1.0 - frame.p / found.n
        assert frame.ml.sigma2_e_ratio < share + 0.06
        assert frame.reml.sigma2_e_ratio == pytest.approx(1.0, abs=0.06)
        assert frame.reml.sigma2_ratio == pytest.approx(1.0, abs=0.06)
        assert frame.reml.sigma2_g_ratio == pytest.approx(1.0, abs=0.08)
    # And the data tell the same: the gap between the two estimates opens.
    assert frames[-1].ml.h2 - frames[-1].reml.h2 > 5 * abs(frames[0].ml.h2 - frames[0].reml.h2)


def test_the_samples_are_those_of_one_x_at_a_time():
    shown = families()
    found = build_against(shown, rng=np.random.default_rng(2))
    frame = found.frames[-1]
    columns = noise(2, shown.problem.n, frame.extra)
    X = np.column_stack([shown.problem.X, columns])
    pairs = contrasts(rotate(shown.reml.eigen, shown.problem.y, X))
    for reml, side in ((False, frame.ml), (True, frame.reml)):
        rng = np.random.default_rng(7)
        one = sample_estimates(pairs, found.true_h2, rng=rng, draws=4000, reml=reml)
        assert abs(side.mean - one.mean) < 4 * one.sd * np.sqrt(1 / found.draws + 1 / 4000)
        # Four standard errors of an sd from 1,000 draws.
        assert side.sd == pytest.approx(one.sd, rel=0.1)


def same(one, two):
    return all(
        np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True)
        for left, right in zip(one.frames, two.frames, strict=True)
        for a, b in ((left.ml, right.ml), (left.reml, right.reml))
        for name in ("height", "h2", "mean", "sd", "sigma2_ratio")
    )


def test_the_seed_makes_everything():
    one, again, other = (
        build_against(view("interior"), rng=np.random.default_rng(seed), draws=50)
        for seed in (4, 4, 5)
    )
    assert same(one, again)
    assert not same(one, other)
    more = build_against(view("interior"), rng=np.random.default_rng(4), draws=60)
    # The columns do not depend on how many samples there are.
    np.testing.assert_array_equal(more.frames[-1].ml.height, one.frames[-1].ml.height)
    assert more.frames[-1].ml.mean != one.frames[-1].ml.mean


def test_progress_rises_to_one():
    told = []
    build_against(view("interior"), rng=np.random.default_rng(1), draws=20, progress=told.append)
    assert told == sorted(told)
    assert 0.0 < told[0] < 0.2
    assert told[-1] == 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_the_true_h_is_the_estimate_unless_it_is_near_an_end(kind):
    h2 = view(kind).reml.h2
    expected = h2 if 0.1 <= h2 <= 0.9 else 0.5
    assert built(kind).true_h2 == expected


@pytest.mark.parametrize("kind", KINDS)
def test_without_information_there_is_a_reason_and_no_frame(kind):
    found = built(kind)
    if view(kind).reml.status == "flat":
        assert found.frames == ()
        assert against.trend(found) == found.message == view(kind).reml.message
    else:
        assert found.message == ""
        assert [frame.extra for frame in found.frames] == list(
            extra_counts(found.n, view(kind).reml.p)
        )
        assert all(frame.reml.sampled for frame in found.frames)


@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_holds_what_is_no_number(kind):
    found = built(kind)
    said = [against.trend(found)]
    for frame in found.frames:
        said += [against.sentence(found, frame), against.variances(frame)]
        said.append(against.alt(found, frame))
        assert against.sentence(found, frame) in said[-1]
    for words in said:
        assert words.endswith(".")
        assert not re.search(r"\b(nan|inf|None)\b|[–∞]", words), words


def test_the_sentence_has_the_numbers_of_its_frame():
    found = built("two hills")
    frame = found.frames[3]
    h = [against.h_words(one) for one in (frame.ml.h2, frame.ml.lower, frame.ml.upper)]
    r = [against.h_words(one) for one in (frame.reml.h2, frame.reml.lower, frame.reml.upper)]
    assert against.sentence(found, frame) == (
        f"With 5 covariates that explain nothing, ML finds h = {h[0]} ({h[1]} to {h[2]}) and REML "
        f"{r[0]} ({r[1]} to {r[2]}). Over 200 samples with a true h of {found.true_h2:.2f}, their "
        f"averages are {frame.ml.mean:.2f} and {frame.reml.mean:.2f}."
    )
    starts = [against.sentence(found, frame).split(",")[0] for frame in found.frames[:3]]
    assert starts[:2] == ["Without extra covariates", "With 1 covariate that explains nothing"]
    ratios = [f"{100 * side.sigma2_e_ratio:.0f}%" for side in (frame.ml, frame.reml)]
    assert against.variances(frame) == (
        f"ML’s residual variance is {ratios[0]} of the true one on average, REML’s {ratios[1]}."
    )
    words = against.alt(found, frame)
    assert "adds falls from 0.1" in words
    assert f"to −{-frame.term[-1]:.2f} at h = 1." in words


@pytest.mark.parametrize("kind", KINDS)
def test_the_interval_of_each_method_is_its_own(kind):
    shown, frames = view(kind), built(kind).frames
    for method, side in (("ML", "ml"), ("REML", "reml")):
        found = shown.methods[method].interval
        if frames and found is not None:
            first = getattr(frames[0], side)
            assert (first.lower, first.upper) == (found.lower, found.upper)


def test_the_trend_goes_from_the_first_frame_to_the_last():
    found = built("two hills")
    first, last = found.frames[0], found.frames[-1]
    assert against.trend(found) == (
        "From 0 to 10 covariates that explain nothing, ML’s average h goes from "
        f"{first.ml.mean:.2f} to {last.ml.mean:.2f} and REML’s from {first.reml.mean:.2f} to "
        f"{last.reml.mean:.2f}. The true h of the samples is {found.true_h2:.2f}."
    )
    assert "3 individuals leave no room for covariates" in against.trend(built("n = 3"))


def test_unbounded_ml_is_said_to_be_so():
    found = built("unbounded")
    for frame in found.frames:
        assert not frame.ml.sampled
        assert frame.ml.height[-1] == np.inf
        assert frame.term[-1] == -np.inf
        words = against.sentence(found, frame)
        assert "ML’s curve rises without end as h nears 1, beyond a finite hill at h = " in words
        assert f" REML’s average is {frame.reml.mean:.2f}." in words
        assert against.variances(frame).startswith("REML’s residual variance is ")
        assert against.variances(frame).endswith("ML has no estimate in these samples.")
    assert against.trend(found).startswith("From 0 to 60 covariates that explain nothing, REML’s")
    none = built("unbounded, no maximum").frames[0]
    assert np.isnan(none.ml.h2)
    assert none.ml.height[:-1].max() == 0.0
    assert "finite" not in against.sentence(built("unbounded, no maximum"), none)


def test_one_covariate_makes_ml_unbounded_where_two_are_clones():
    """Two records of one individual part them by any covariate, and X explains the difference."""
    first, second, *_ = built("minus infinity at 1").frames
    assert first.ml.status == "lower_boundary"
    assert first.ml.sampled
    assert first.ml.height[-1] == first.reml.height[-1] == -np.inf
    assert second.ml.status == "unbounded"
    assert not second.ml.sampled
    assert np.isfinite(second.reml.height[-1])
