"""Whole datasets of a known truth: reproducible, and what their settings say."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_app.sources.opened import Simulation, open_source
from lmm_core import LMMError, fit_lmm
from lmm_data.populations import POPULATIONS, Settings, simulate_dataset


def same(one, two):
    return (
        one.ids == two.ids
        and one.kinship_fingerprint == two.kinship_fingerprint
        and one.traits.values.tobytes() == two.traits.values.tobytes()
        and one.covariates.values.tobytes() == two.covariates.values.tobytes()
    )


@pytest.mark.parametrize("population", POPULATIONS)
def test_the_same_settings_give_the_same_data_and_another_seed_others(population):
    settings = Settings(population, n=41, seed=3, qtl=2)
    made = simulate_dataset(settings).dataset
    assert made.n == 41
    assert same(made, simulate_dataset(replace(settings)).dataset)
    assert not same(made, simulate_dataset(replace(settings, seed=4)).dataset)


@pytest.mark.parametrize("population", ["intercross", "families", "unrelated"])
@pytest.mark.parametrize("qtl", [0, 2])
def test_it_is_the_dataset_that_the_page_simulates(population, qtl):
    page = open_source(Simulation(population, n=43, seed=5, qtl=qtl)).dataset
    assert same(page, simulate_dataset(Settings(population, n=43, seed=5, qtl=qtl)).dataset)


@pytest.mark.parametrize("population", POPULATIONS)
def test_the_trait_is_the_sum_of_its_parts(population):
    made = simulate_dataset(Settings(population, n=50, h2=0.3, sex_effect=2.0, qtl=3, seed=2))
    trait, data = made.trait, made.dataset
    assert (trait.h2, trait.sigma2, made.beta) == (0.3, 1.0, (10.0, 2.0))
    np.testing.assert_array_equal(trait.fixed, 10.0 + 2.0 * data.covariates.column("sex"))
    np.testing.assert_array_equal(
        data.traits.column("trait"), trait.fixed + trait.qtl + trait.genetic + trait.residual
    )
    assert len(made.qtl) == (0 if population == "families" else 3)
    if made.qtl:
        # Whole numbers of alleles, from none to two at each of three places.
        alleles = trait.qtl / made.qtl[0][1]
        np.testing.assert_allclose(alleles, np.round(alleles), atol=1e-12)
        assert 0 <= alleles.min() < alleles.max() <= 6
    else:
        assert not trait.qtl.any()


def test_at_the_ends_of_h_one_part_is_all():
    at_one = simulate_dataset(Settings("families", n=40, h2=1.0)).trait
    assert not at_one.residual.any()
    at_zero = simulate_dataset(Settings("families", n=40, h2=0.0)).trait
    assert not at_zero.genetic.any()


def test_families_are_of_their_size_and_the_last_of_what_is_left():
    K = simulate_dataset(Settings("families", n=11, family_size=4)).dataset.kinship
    sizes = (K > 0).sum(axis=1)
    np.testing.assert_array_equal(sizes, [4] * 8 + [3] * 3)


def test_subpopulations_are_as_equal_as_can_be_and_apart():
    made = simulate_dataset(Settings("subpopulations", n=61, groups=3, fst=0.3, seed=2))
    groups = np.array([int(label[1 : label.index("-")]) for label in made.dataset.ids])
    assert np.bincount(groups)[1:].tolist() == [21, 20, 20]
    inside = groups[:, np.newaxis] == groups
    K = made.dataset.kinship
    # In expectation 2·F_ST within and 0 between; with 622 markers, to about 0.1.
    assert K[inside & ~np.eye(61, dtype=bool)].mean() == pytest.approx(0.6, abs=0.1)
    assert K[~inside].mean() == pytest.approx(0.0, abs=0.1)


def test_the_truth_is_found_again():
    """The mean of 30 estimates is within four standard errors of the truth."""
    found = []
    for seed in range(30):
        made = simulate_dataset(Settings("families", n=200, family_size=10, h2=0.6, seed=seed))
        problem = made.dataset.problem("trait", ("sex",))
        found.append(fit_lmm(problem.y, problem.X, problem.K).h2)
    assert abs(np.mean(found) - 0.6) < 4.0 * np.std(found) / np.sqrt(30)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(n=2), "n, the number of individuals, must be at least 3"),
        (Settings(seed=-1), "seed, what the random numbers start from, must be at least 0"),
        (Settings(qtl=-1), "qtl, the number of QTL, must be at least 0"),
        (Settings(n=20, qtl=10**6), "each QTL must be a marker of its own: 1000000"),
        (Settings(h2=1.5), "h2 must lie in"),
        (Settings("families", family_size=0), "family_size, .* must be at least 1"),
        (Settings("subpopulations", n=5, groups=6), "each subpopulation must have an individual"),
        (Settings("subpopulations", groups=0), "groups, .* must be at least 1"),
        (Settings("subpopulations", fst=1.0), "fst must lie strictly between 0 and 1"),
        (Settings("intercross", generations=1), "generations, .* must be at least 2"),
        (Settings("mice"), "no population “mice”: choose from intercross, families"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, said):
    with pytest.raises(LMMError, match=said):
        simulate_dataset(settings)
