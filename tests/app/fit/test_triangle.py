"""The likelihood over both shares: against V itself, against one kinship, and what it says."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lmm_app.explore import two
from lmm_app.fit.triangle import DEPTH, build_triangle, exact_at
from lmm_app.live.triangle import LEVELS, SURE, alt, exactly, triangle_board
from lmm_core import LMMError, decompose, fit_lmm, log_likelihood, rotate
from lmm_core.simulate.families import full_sib_families
from lmm_data.dataset import align
from lmm_data.preparation.groups import same_group
from lmm_data.tables import Table

GROUPS = np.tile(np.arange(8), 8)
NAMES = ("K", "same cage")


@cache
def problem(families=1.0, cages=0.8, own=1.0, seed=5):
    """64 sibs of 16 families, in 8 cages."""
    made = full_sib_families(16, 4)
    rng = np.random.default_rng(seed)
    y = np.sqrt(families) * np.linalg.cholesky(made.K) @ rng.standard_normal(64)
    y = y + np.sqrt(cages) * rng.standard_normal(8)[GROUPS] + np.sqrt(own) * rng.standard_normal(64)
    traits = Table("y", made.ids, ("y",), y[:, np.newaxis])
    return align("d", traits, Table("K", made.ids, made.ids, made.K)).problem("y")


@cache
def cages():
    return same_group([str(one) for one in GROUPS])


@cache
def found(reml=True):
    return build_triangle(problem(), cages(), reml=reml)


def dense(first, second, *, reml):
    """The profile log-likelihood at both shares, straight from V (Harville 1977)."""
    y, X = problem().y, problem().X
    V = first * problem().K + second * cages() + (1.0 - first - second) * np.eye(64)
    inverse = np.linalg.inv(V)
    information = X.T @ inverse @ X
    r = y - X @ np.linalg.solve(information, X.T @ inverse @ y)
    df = 64 - reml
    twice = df * (np.log(2 * np.pi * (r @ inverse @ r) / df) + 1.0) + np.linalg.slogdet(V)[1]
    if reml:
        twice += np.linalg.slogdet(information)[1] - np.linalg.slogdet(X.T @ X)[1]
    return -0.5 * twice


@pytest.mark.parametrize("reml", [True, False])
def test_a_point_is_that_of_v_itself(reml):
    for first, second in ((0.3, 0.2), (0.0, 0.4), (0.6, 0.0), (0.0, 0.0), (0.2, 0.7)):
        at = exact_at(problem(), cages(), first, second, reml=reml)
        assert at.loglik == pytest.approx(dense(first, second, reml=reml), abs=1e-8)
        assert (at.first, at.second) == pytest.approx((first, second))
        total = sum(at.sigma2)
        assert np.array(at.sigma2) / total == pytest.approx([first, second, 1 - first - second])


@pytest.mark.parametrize("reml", [True, False])
def test_the_ground_is_exact_on_its_lines_and_near_between_them(reml):
    seen = found(reml)
    top = seen.top.loglik
    assert top == pytest.approx(dense(seen.top.first, seen.top.second, reml=reml), abs=1e-8)
    for i in range(0, 61, 3):
        rho = seen.rho[i]
        computed = np.abs(seen.lines - rho).min() < 1e-12
        for j in range(0, 60, 4):
            h = seen.h2[j]
            truth = max(dense(h * rho, h * (1 - rho), reml=reml) - top, -DEPTH)
            near = 1e-8 if computed else 0.1 if truth > -SURE else 0.4
            assert seen.ground[i, j] == pytest.approx(truth, abs=near)
    assert {0.0, 0.1, 0.5, 1.0} <= set(seen.lines.tolist())


def test_the_lower_edge_is_the_profile_of_one_kinship():
    seen, p = found(), problem()
    rotated = rotate(decompose(p.K), p.y, p.X)
    profile = log_likelihood(rotated, seen.h2) - seen.top.loglik
    assert seen.ground[-1] == pytest.approx(np.clip(profile, -DEPTH, 0.0), abs=1e-9)
    alone = fit_lmm(p.y, p.X, p.K)
    assert (seen.alone.first, seen.alone.second) == (alone.h2, 0.0)
    assert seen.alone.loglik == pytest.approx(alone.loglik, abs=1e-10)


def test_the_steps_lead_to_the_top():
    seen = found()
    last = max(seen.steps, key=lambda pair: pair[0].loglik)
    step, h2 = last
    assert step.h2 * h2 == pytest.approx(seen.top.first, abs=1e-4)
    assert len(seen.steps) > 3
    words = triangle_board(seen, NAMES)["triangle"]["steps"]
    assert words[0]["words"].startswith("Step 1, first point: ρ = ")
    assert "at the top" in words[-1]["words"]


STATUS = {
    "interior": (1.0, 0.8, 1.0, 5),
    "first": (2.0, 0.0, 1.0, 2),
    "second": (0.0, 1.0, 1.0, 1),
    "none": (0.0, 0.0, 1.0, 1),
    "full": (1.0, 1.0, 0.0, 1),
}
SAYS = {
    "interior": "the rest is",
    "first": "one kinship is enough",
    "second": "nothing is left for K",
    "none": "This is an answer, not a failure.",
    "full": "no residual is left",
}


@pytest.mark.parametrize("status", STATUS)
def test_an_edge_is_an_answer_and_said_to_be_one(status):
    *sizes, first = STATUS[status]
    for seed in range(first, first + 40):
        seen = build_triangle(problem(*sizes, seed), cages(), reml=True)
        if seen.status == status:
            break
    assert seen.status == status
    words = two.verdict(seen, NAMES)
    assert SAYS[status] in words
    assert f"h₁ = {seen.top.first:.2f} goes with K, h₂ = {seen.top.second:.2f} with" in words
    # No point of the triangle is higher.
    top = seen.top.loglik
    rng = np.random.default_rng(1)
    for one, other, _ in rng.dirichlet([1, 1, 1], 8):
        at = exact_at(problem(*sizes, seed), cages(), one, other, reml=True)
        assert at.loglik <= top + 1e-9


def test_two_kinships_that_are_one_are_refused():
    with pytest.raises(LMMError, match="must tell one kinship from the other: every mixture"):
        build_triangle(problem(), problem().K, reml=True)


def test_a_trait_that_the_covariates_explain_has_no_shares():
    told = replace(problem(), X=np.column_stack([np.ones(64), problem().y]))
    with pytest.raises(LMMError, match="leave something of the trait: they explain every record"):
        build_triangle(told, cages(), reml=True)


def test_what_the_picture_says():
    seen = found()
    picture = triangle_board(seen, NAMES)["triangle"]
    assert picture["ground"].size == 61 * 61
    assert SURE in LEVELS
    # Half the 95% point of χ² with two degrees of freedom.
    assert -np.log(0.05) == pytest.approx(SURE, abs=0.005)
    assert f"Its top is at h₁ = {seen.top.first:.2f} and h₂ = {seen.top.second:.2f}." in alt(
        seen, NAMES
    )
    assert exactly(seen, seen.top).startswith("at the top, computed there (log-likelihood ")
    assert exactly(seen, seen.alone).startswith(f"{seen.top.loglik - seen.alone.loglik:.3f} below")
    nowhere = exact_at(problem(), cages(), 0.0, 1.0, reml=True)
    assert exactly(seen, nowhere) == "exactly there the log-likelihood is minus infinity."
