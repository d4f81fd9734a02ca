"""Swapped and shifted labels: what is found, what cannot be, and how rarely nothing is."""

import os
from functools import cache

import numpy as np
import pytest

from lmm_core import decompose, fit_rotated, rotate, standardized_kinship
from lmm_core.scales import h2_on_scale
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import full_sib_families, simulate_phenotype, unrelated
from lmm_data.checks import labels as labels_module
from lmm_data.checks.exchange import HIGHEST, Fitted
from lmm_data.checks.kinship_checks import check_kinship
from lmm_data.checks.labels import check_clones, check_labels
from lmm_data.checks.swaps import SwapSearch, search_swaps
from lmm_data.dataset import Problem, align
from lmm_data.readers.text.csv import read_kinship, read_table
from lmm_data.tables import Table
from tests.data.checks.test_exchange import cost_of_swaps, exchanged, made, only
from tests.odd_views import sibs
from tests.places import SAMPLES

SAMPLE = SAMPLES / "mouse_hs300"
MANY = int(os.environ.get("LMM_MANY", "60"))
SUSPICIONS = {"kinship_clones", "kinship_half_scale", "labels_swap", "labels_shift"}


def check(problem, fit, **settings):
    return check_labels([problem], [fit], **settings)


def check_several(problems):
    rotated = (rotate(decompose(one.K), one.y, one.X) for one in problems)
    return check_labels(problems, [fit_rotated(one) for one in rotated])


@cache
def mice():
    return align(
        "mice",
        read_table(SAMPLE / "pheno.csv"),
        read_kinship(SAMPLE / "kinship.csv"),
        read_table(SAMPLE / "covar.csv"),
    )


@cache
def scaled_mice():
    """The decomposition of the mice's kinship with a mean diagonal of 1, so that h is a share."""
    K = np.array(mice().kinship)
    return K / np.diagonal(K).mean(), decompose(K / np.diagonal(K).mean())


def costliest_swap(fit):
    """The pair that is easiest to find."""
    cost = cost_of_swaps(fit)
    return np.unravel_index(int(cost.argmax()), cost.shape)


@pytest.mark.parametrize("h2", [0.6, 0.8])
def test_a_swapped_pair_of_mice_is_found(h2):
    K, eigen = scaled_mice()
    y = simulate_phenotype(eigen, h2, rng=np.random.default_rng(11)).y
    problem, fit = made(y, K, eigen)
    clear = only(check(problem, fit))
    assert clear.code == "labels_clear"
    assert 0.0003 < clear.value < 0.1
    i, j = costliest_swap(fit)
    finding = only(check(*made(exchanged(y, i, j), K, eigen)))
    assert (finding.code, finding.severity) == ("labels_swap", "warning")
    assert set(finding.ids) == {f"i{i}", f"i{j}"}
    assert "of one family, cannot be seen" in finding.meaning


def test_a_swap_of_the_real_traits_is_found():
    """Their phenotypes as measured, both traits of two mice exchanged."""
    data = mice()
    problems = [data.problem(trait, ("sex",)) for trait in ("CD8", "MCH")]
    common = sorted(set(problems[0].ids) & set(problems[1].ids))
    row = {label: i for i, label in enumerate(data.ids)}
    # A high mouse of a high family with a low mouse of a low one.
    z = data.traits.values[[row[label] for label in common]]
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    K = data.kinship[np.ix_([row[c] for c in common], [row[c] for c in common])]
    predicted = 0.4 * K / 0.353 @ z
    score = (z[:, np.newaxis] - z) * (predicted[:, np.newaxis] - predicted)
    i, j = np.unravel_index(score.sum(axis=2).argmax(), (len(common), len(common)))
    pair = [row[common[i]], row[common[j]]]
    values = data.traits.values.copy()
    values[pair] = values[pair[::-1]]
    traits = Table("pheno.csv", data.ids, data.traits.columns, values)
    kinship = Table("kinship.csv", data.ids, data.ids, data.kinship)
    swapped = align("swapped", traits, kinship, data.covariates)
    finding = only(check_several([swapped.problem(t, ("sex",)) for t in ("CD8", "MCH")]))
    assert finding.code == "labels_swap"
    assert set(finding.ids) == {common[i], common[j]}
    assert only(check_several(problems)).code == "labels_clear"


def test_outliers_alone_are_no_swap():
    """Two opposite slips of the pen, in two of one sex: exchanging them cures neither."""
    K, eigen = scaled_mice()
    y = simulate_phenotype(eigen, 0.6, rng=np.random.default_rng(1)).y.copy()
    y[40] += 7.0
    y[200] -= 7.0
    assert only(check(*made(y, K, eigen))).code == "labels_clear"


def test_what_cannot_be_found_is_not():
    """A swap of full sibs, who share all relatives, changes nothing that could show."""
    K = sibs(40, 5)
    y = simulate_phenotype(K, 0.9, rng=np.random.default_rng(3)).y
    finding = only(check(*made(exchanged(y, 0, 1), K)))
    assert finding.code == "labels_clear"


def test_neighbours_need_less_evidence():
    """In a file of mixed order, of the swaps that only neighbours could have."""
    K = sibs(40, 5)
    eigen = decompose(K)
    rng = np.random.default_rng(0)
    order = rng.permutation(200)
    file = [f"i{i}" for i in order]
    y = simulate_phenotype(K, 0.9, rng=np.random.default_rng(5)).y
    problem, fit = made(y, K, eigen)
    every, beside = search_swaps([fit], order, rng=rng)
    assert beside.threshold < every.threshold - 1.0
    assert beside.power > every.power
    trait = Fitted.of(fit)
    (s, a, penalty), *_ = trait.states(trait.residual)
    i, j = order[:-1], order[1:]
    d = s[j] - s[i]
    loss = -d * (a[j] - a[i] - d * penalty.of(i, j))
    row = int(np.where(loss < every.threshold - 0.3, loss, 0.0).argmax())
    assert loss[row] > beside.threshold + 0.5
    pair = order[row : row + 2]
    swapped, refit = made(exchanged(y, *pair), K, eigen)
    assert only(check(swapped, refit, order=file)).ids == tuple(f"i{k}" for k in sorted(pair))
    # Apart in the file, the same two are not enough.
    assert only(check(swapped, refit)).code == "labels_clear"
    assert only(check(problem, fit, order=file)).code == "labels_clear"


@pytest.mark.parametrize(("gains", "named"), [((11.6, 10.8), (5, 6)), ((11.6, 7.0), (0, 9))])
def test_of_two_swaps_that_is_told_which_stands_out_more(gains, named, monkeypatch):
    """A pair of neighbours far beyond its threshold, rather than any two just beyond theirs."""
    K = sibs(10, 4)
    both = [
        SwapSearch(gain, pair, (pair,), threshold, 0.1, True, False)
        for gain, pair, threshold in zip(gains, ((0, 9), (5, 6)), (11.0, 6.7), strict=True)
    ]
    monkeypatch.setattr(labels_module, "search_swaps", lambda *what, **how: both)
    finding = only(check(*made(simulate_phenotype(K, 0.9, rng=np.random.default_rng(0)).y, K)))
    assert finding.ids == tuple(f"i{k}" for k in named)


def test_several_traits_show_what_one_does_not():
    K, eigen = scaled_mice()
    rng = np.random.default_rng(2)
    ys = [simulate_phenotype(eigen, 0.8, rng=rng).y for _ in range(6)]
    costs = [cost_of_swaps(made(y, K, eigen)[1]) for y in ys]
    # The clearest of all pairs that no single trait shows.
    hidden = np.where(np.max(costs, axis=0) < 5.0, np.sum(costs, axis=0), -np.inf)
    i, j = np.unravel_index(int(hidden.argmax()), hidden.shape)
    each = [made(exchanged(y, i, j), K, eigen) for y in ys]
    alone = [only(check(*one)).code for one in each]
    assert alone.count("labels_swap") == 0
    together = only(check_labels([p for p, _ in each], [f for _, f in each]))
    assert together.code == "labels_swap"
    assert set(together.ids) == {f"i{i}", f"i{j}"}
    # The same trait six times is one trait.
    clones = [each[0]] * 6
    assert only(check_labels([p for p, _ in clones], [f for _, f in clones])).code == alone[0]


def test_a_covariate_adds_evidence():
    """Where the sexes differ much, the values of a male and a female betray a swap."""
    K, eigen = scaled_mice()
    sex = mice().covariates.column("sex")
    y = simulate_phenotype(eigen, 0.6, rng=np.random.default_rng(1)).y + 6.0 * sex
    X = np.column_stack([np.ones(len(y)), sex])
    i, j = int(np.flatnonzero(sex == 1)[50]), int(np.flatnonzero(sex == 0)[100])
    finding = only(check(*made(exchanged(y, i, j), K, eigen, X)))
    assert finding.code == "labels_swap"
    assert set(finding.ids) == {f"i{i}", f"i{j}"}


@pytest.mark.parametrize("step", [1, -1, 3])
def test_a_shift_of_the_real_traits_is_found(step):
    data = mice()
    found = {}
    for trait in ("CD8", "MCH"):
        problem = data.problem(trait, ("sex",))
        eigen = decompose(problem.K)
        y = np.roll(problem.y, step)
        moved_fit = fit_rotated(rotate(eigen, y, problem.X))
        shifted = Problem(trait, problem.ids, y, problem.X, problem.K, problem.columns, (), "key")
        found[trait] = only(check(shifted, moved_fit))
    for finding in found.values():
        assert (finding.code, finding.severity) == ("labels_shift", "warning")
        way = "low" if step > 0 else "high"
        assert finding.title == f"Values {abs(step)} row{'s' * (abs(step) > 1)} too {way}"
        assert finding.value > 10.0
        assert finding.ids == ()


@pytest.mark.parametrize("seed", [0, 1])
def test_a_shift_of_simulated_mice_is_found(seed):
    K, eigen = scaled_mice()
    y = simulate_phenotype(eigen, 0.6, rng=np.random.default_rng(seed)).y
    finding = only(check(*made(np.roll(y, 1), K, eigen)))
    assert finding.title == "Values 1 row too low"


def test_a_shift_from_some_row_on():
    cross = advanced_intercross(150, 8, 30, spacing_cm=5.0, rng=np.random.default_rng(3))
    K = standardized_kinship(cross.genotypes, 0.5)
    order = np.random.default_rng(0).permutation(150)
    y = simulate_phenotype(K, 0.8, rng=np.random.default_rng(1)).y.copy()
    values = y[order]
    # In the file, the cell of row 63 was deleted, and the rest moved up.
    y[order] = np.append(np.delete(values, 62), values[62])
    problem, fit = made(y, K)
    finding = only(check(problem, fit, order=[f"i{i}" for i in order]))
    assert finding.title == "Values 1 row too high"
    first, last = (int(label[1:]) for label in finding.ids)
    assert abs(list(order).index(first) - 62) <= 12
    assert last == order[-1]


def test_a_shift_shows_even_where_nothing_seems_inherited():
    cross = advanced_intercross(150, 8, 30, spacing_cm=5.0, rng=np.random.default_rng(3))
    K = standardized_kinship(cross.genotypes, 0.5)
    order = np.random.default_rng(0).permutation(150)
    y = simulate_phenotype(K, 0.8, rng=np.random.default_rng(4)).y.copy()
    y[order] = np.roll(y[order], 1)
    problem, fit = made(y, K)
    assert fit.h2 < 0.05
    assert only(check(problem, fit, order=[f"i{i}" for i in order])).code == "labels_shift"


def test_no_h_no_labels():
    y = np.tile([1.0, -1.0], 20) + 0.1 * np.random.default_rng(0).normal(size=40)
    finding = only(check(*made(y, sibs(20, 2))))
    assert finding.code == "labels_unseen"
    # Nor from a handful.
    assert not check(*made(y[:8], sibs(4, 2)))


def test_too_many_pairs(monkeypatch):
    monkeypatch.setattr(labels_module, "MOST", 50)
    K = sibs(20, 3)
    y = simulate_phenotype(K, 0.5, rng=np.random.default_rng(0)).y
    finding = only(check(*made(y, K)))
    assert finding.code == "labels_large"
    assert "1,770 pairs" in finding.found


def test_progress_goes_up_to_one():
    K = sibs(20, 5)
    shares = []
    y = simulate_phenotype(K, 0.6, rng=np.random.default_rng(3)).y
    check(*made(y, K), progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_singular_kinship_at_the_upper_end():
    """Clones with the same values: V has no inverse at ĥ = 1."""
    K = sibs(10, 3, kin=1.0)
    y = np.repeat(np.random.default_rng(0).normal(size=10), 3)
    y[0] += 1e-3
    assert {finding.code for finding in check(*made(y, K))} <= {"labels_clear"}
    assert HIGHEST < 1.0


def test_clones_that_differ():
    K = sibs(10, 4)
    K[1, :], K[:, 1] = K[0, :], K[:, 0]
    K[1, 1] = K[0, 1] = K[1, 0] = 1.0
    ids = tuple(f"m{i}" for i in range(40))
    sex = np.arange(40) % 2.0
    finding = only(check_clones(K, ids, ("sex", "age"), np.column_stack([sex, np.arange(40.0)])))
    assert finding.code == "labels_clones_differ"
    assert finding.ids == ("m0", "m1")
    assert not list(
        check_clones(K, ids, ("sex",), np.ones((40, 1)) * (np.arange(40) > 9)[:, np.newaxis])
    )
    # Strains have both sexes.
    strains = sibs(10, 4, kin=1.0)
    assert not list(check_clones(strains, ids, ("sex",), sex[:, np.newaxis]))


def test_hardly_any_clean_data_draw_a_suspicion():
    """At most 5% of simulated data, of 60 or of as many as LMM_MANY says."""
    rng = np.random.default_rng(2024)
    data = mice()
    twice = {"A084285629", "A084279806", "A084279851"}
    keep = [i for i, label in enumerate(data.ids) if label not in twice]
    cross = advanced_intercross(120, 8, 30, spacing_cm=5.0, rng=rng)
    people = unrelated(100, markers=1000, rng=rng)
    strain = np.repeat(np.arange(25), 4)
    kinships = [
        full_sib_families(30, 4).K,
        standardized_kinship(cross.genotypes, 0.5),
        data.kinship[np.ix_(keep, keep)],
        standardized_kinship(people.genotypes, people.frequency),
        (strain[:, np.newaxis] == strain).astype(float),
    ]
    ready = [(K, decompose(K), {f.code for f in check_kinship(K)}) for K in kinships]
    suspected = 0
    for place in range(MANY):
        K, eigen, codes = ready[place % len(ready)]
        h2 = h2_on_scale(rng.uniform(0.0, 0.9), 1.0 / eigen.mean_diagonal)
        y = simulate_phenotype(eigen, h2, rng=rng).y
        found = {f.code for f in check(*made(y, K, eigen), rng=rng)}
        suspected += bool((codes | found) & SUSPICIONS)
    assert suspected <= 0.05 * MANY
