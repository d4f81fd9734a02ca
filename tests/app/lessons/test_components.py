"""Principal components: what a covariate takes out is one rotated observation, and a scan knows."""

import contextlib
import io
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lmm_app.genome.sources import CrossSettings, simulate_study
from lmm_app.genome.study import kinship_of
from lmm_app.lessons.components import fits
from lmm_app.lessons.components.fits import GRID, Typed, components_of, designs
from lmm_app.lessons.components.words import COMPONENTS, OPTIONS, frame_sentence
from lmm_app.lessons.presets import PRESETS
from lmm_app.live.components import components_board, start_of
from lmm_core import (
    LMMError,
    decompose,
    decompose_records,
    fit_lmm,
    log_likelihood,
    rotate,
    scan_markers,
)
from lmm_core.kinship import centered_kinship
from lmm_core.scan import genomic_control
from tests.app.tour.scenes import ODD, lesson, mice, odd
from tests.odd_views import make_problem

SCENES = {
    "mice": mice,
    **{name: lambda kind=name: odd(kind, "REML") for name, method in ODD if method == "REML"},
    **{name: lambda name=name: lesson(name) for name in PRESETS},
}


def of_problem(problem):
    return Typed(problem.fingerprint, problem.y, problem.X, decompose(problem.K))


@cache
def typed():
    study = simulate_study(CrossSettings(n=120, generations=6, pairs=8, seed=4))
    return Typed(study.key, study.y, study.X, decompose(kinship_of(study)), study.counts)


@cache
def found():
    return components_of(typed())


def test_lambda_is_that_of_scans_with_the_components_as_covariates():
    one = typed()
    for count in (0, 3, 20):
        X = designs(one, 20)[count]
        frame = found().frames[count]
        for h2, ours in (("null", frame.beside), (0.0, frame.alone)):
            scan = scan_markers(one.counts, one.y, X, one.eigen, h2=h2)
            assert ours == pytest.approx(genomic_control(scan.log_p_wald), rel=1e-8)
        assert frame.h2 == pytest.approx(fit_lmm(one.y, X, one.eigen).h2, abs=1e-7)


def test_genotypes_that_are_missing_count_as_the_mean():
    one = typed()
    counts = one.counts.astype(float)
    counts[::7, ::5] = np.nan
    frame = components_of(replace(one, key="missing", counts=counts)).frames[2]
    scan = scan_markers(counts, one.y, designs(one, 2)[2], one.eigen, h2=0.0)
    assert frame.alone == pytest.approx(genomic_control(scan.log_p_wald), rel=1e-8)


def test_by_reml_it_is_the_likelihood_of_the_other_rotated_observations():
    one, count, h = typed(), 4, np.linspace(0.05, 0.95, 7)
    rotated = rotate(one.eigen, one.y, designs(one, count)[count])
    others = slice(0, rotated.n - count)
    y, X, values = (part[others] for part in (*_turned(one), one.eigen.values))
    n, p = X.shape
    reml, ml = [], []
    for at in h:
        d = at * values + 1.0 - at
        xx = X.T @ (X / d[:, np.newaxis])
        beta = np.linalg.solve(xx, X.T @ (y / d))
        rss = ((y - X @ beta) ** 2 / d).sum()
        log_det = np.log(d).sum()
        reml.append(-0.5 * ((n - p) * np.log(rss) + log_det + np.log(np.linalg.det(xx))))
        # Of all n + count: their log d and their number stay.
        whole = np.log(at * one.eigen.values + 1.0 - at).sum()
        ml.append(-0.5 * ((n + count) * np.log(rss) + whole))
    for ours, theirs in ((True, reml), (False, ml)):
        apart = log_likelihood(rotated, h, reml=ours) - np.array(theirs)
        np.testing.assert_allclose(apart, apart[0], atol=1e-7)
    assert not np.allclose(np.array(ml) - reml, ml[0] - reml[0], atol=0.01)


def _turned(one):
    return one.eigen.vectors.T @ one.y, one.eigen.vectors.T @ one.X


def test_a_component_takes_out_its_own_rotated_observation_and_no_other():
    for frame in found().frames:
        assert not frame.parts[: frame.count].any()
        assert frame.parts[frame.count :].all()


def test_with_several_records_and_weights_a_component_is_one_rotated_observation_too():
    rng = np.random.default_rng(2)
    A, of = rng.normal(size=(15, 30)), np.repeat(np.arange(15), 2)
    K, y, w = A @ A.T / 30.0, rng.normal(size=30), rng.uniform(0.5, 2.0, 30)
    for eigen in (decompose_records(K, of), decompose(K[np.ix_(of, of)], weights=w)):
        frames = components_of(Typed("", y, np.ones((30, 1)), eigen)).frames
        for frame in frames[:10]:
            assert not frame.parts[: frame.count].any()
            assert frame.parts[frame.count : 15].all()


def test_the_parts_of_all_add_up_to_the_degrees_of_freedom():
    rng = np.random.default_rng(8)
    A = rng.normal(size=(25, 40))
    problem = make_problem(rng.normal(size=25), centered_kinship(A) + 0.1 * np.eye(25))
    for frame in components_of(of_problem(problem)).frames:
        assert frame.parts.sum() == pytest.approx(25 - 1 - frame.count)


def test_of_centred_markers_they_are_the_components_of_the_genotypes():
    one = typed()
    counts = one.counts.astype(float)
    left, _, _ = np.linalg.svd(counts - counts.mean(axis=0), full_matrices=False)
    own = decompose(centered_kinship(counts)).vectors[:, ::-1]
    overlap = np.abs(np.einsum("ij,ij->j", left[:, :20], own[:, :20]))
    np.testing.assert_allclose(overlap, 1.0, atol=1e-8)


@pytest.mark.parametrize("name", SCENES)
def test_every_guess_is_answered_in_plain_sentences(name, monkeypatch):
    monkeypatch.setattr(fits, "MOST", 4)
    problem = SCENES[name]().view.problem
    rotated = SCENES[name]().view.reml.rotated
    if rotated.exact or rotated.n - rotated.rank < 3:
        with pytest.raises(LMMError, match=r"leave something of the trait|use more individuals"):
            components_of(of_problem(problem))
        return
    one = components_of(of_problem(problem))
    right = COMPONENTS.right(one)
    texts = [COMPONENTS.idea(one), COMPONENTS.prompt(one), COMPONENTS.brief(one)]
    for guess in (*OPTIONS, None):
        said = COMPONENTS.feedback(one, guess)
        assert (COMPONENTS.outcome(one, guess) == "right") == (guess == right)
        texts.append(said)
    texts += [frame_sentence(one, frame) for frame in one.frames]
    for text in texts:
        assert "nan" not in re.split(r"\W+", text)
        assert max(len(part.split()) for part in re.split(r"(?<=[.?!])\s+", text)) <= 32
    assert "nflation" not in "".join(texts)
    assert one.frames[1].parts[0] == 0.0


def test_the_answer_says_what_the_fits_show():
    core, first, last = COMPONENTS.core(found()), found().frames[0], found().frames[-1]
    assert core.startswith("Nothing: it drops out.")
    assert f"from {first.h2:.2f} to {last.h2:.2f}" in core
    assert ("pulled it up" in core) == (last.h2 < first.h2 - 0.005)
    assert f"to {last.alone:.2f} without K" in core
    worse = replace(last, alone=5.0)
    told = COMPONENTS.core(replace(found(), frames=(replace(first, beside=1.01), worse)))
    assert told.endswith("So K alone does more than 20 components without it.")
    told = COMPONENTS.core(
        replace(found(), frames=(replace(first, beside=0.5), replace(last, alone=1.0)))
    )
    assert told.endswith("20 components without K bring it nearer to 1 than K alone.")
    still = replace(found(), frames=(first, replace(last, h2=first.h2)))
    assert "ĥ hardly moves" in COMPONENTS.core(still)


def test_families_alike_have_nothing_left_that_tells_h():
    # Once three sums of families are out, all that is left has the same λ.
    rng = np.random.default_rng(3)
    family = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    one = components_of(of_problem(make_problem(rng.normal(size=12), np.kron(np.eye(3), family))))
    assert one.frames[0].h2 is not None
    assert one.frames[-1].h2 is None
    assert "no estimate of h any more" in COMPONENTS.core(one)
    unknown = replace(one, frames=(replace(one.frames[0], h2=None), *one.frames[1:]))
    assert "no estimate of h without them" in COMPONENTS.core(unknown)


def test_a_component_that_lies_in_the_covariates_changes_nothing():
    # All rows of K have the same sum, so its first eigenvector is the intercept.
    rng = np.random.default_rng(5)
    A = np.full((9, 9), 0.4) + 0.3 * np.kron(np.eye(3), np.ones((3, 3))) + 0.3 * np.eye(9)
    one = components_of(of_problem(make_problem(rng.normal(size=9), A)))
    assert COMPONENTS.right(one) == "same"
    assert "lies in the covariates" in COMPONENTS.core(one)
    assert one.frames[1].h2 == pytest.approx(one.frames[0].h2, abs=1e-6)


def test_too_few_individuals_are_told_so():
    problem = make_problem(np.array([1.0, 3.0, 2.0]), np.eye(3) + 0.2)
    with pytest.raises(LMMError, match="3 individuals and 1 coefficients leave 2"):
        components_of(of_problem(problem))


def test_the_picture_draws_what_is_said():
    before, after = (components_board(found(), revealed=seen) for seen in (False, True))
    assert before["said"] == after["said"][:1]
    assert len(after["said"]) == len(found().frames) == 21
    assert int(start_of(revealed=True)) == 1
    assert "nflation" not in str([chart["title"] for chart in before["charts"]])
    bars, profile, scan = after["charts"]
    frame = found().frames[7]
    assert after["said"][7] == frame_sentence(found(), frame)
    drawn = bars["series"][0]["y"].reshape(21, -1)[7]
    np.testing.assert_allclose(drawn, frame.parts, rtol=1e-6)
    curve = profile["series"][1]["y"].reshape(21, GRID.size)[7]
    np.testing.assert_allclose(curve, frame.height, rtol=1e-5, atol=1e-5)
    assert profile["series"][2]["x"][7] == frame.h2
    lines = {one["name"]: one["y"] for one in scan["series"] if one["name"]}
    assert lines["beside K"][7] == frame.beside
    assert lines["without K"][7] == frame.alone
    assert len(components_board(found(), revealed=True, wide=True)["charts"]) == 2


def test_the_lines_of_python_find_the_same():
    one = typed()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(COMPONENTS.code, {"y": one.y, "X": one.X, "K": centered_kinship(one.counts)})
    own = components_of(Typed("", one.y, one.X, decompose(centered_kinship(one.counts))))
    told = [float(line.split()[1]) for line in out.getvalue().splitlines()]
    np.testing.assert_allclose(told, [own.frames[k].h2 for k in (0, 1, 5)], atol=1e-7)
