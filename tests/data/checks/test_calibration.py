"""How seldom clean data are suspected, and how surely what is wrong is found and named."""

import os
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.mislabelled import (
    clearest,
    draw,
    exchanged,
    is_low,
    is_named,
    make,
    mice,
    moved_down,
)
from lmm_core import decompose
from lmm_data.checks.kinship_checks import check_kinship
from lmm_data.checks.labels import check_labels
from lmm_data.populations import POPULATIONS, Settings, simulate_dataset
from tests.aligned import check_aligned

SUSPICIONS = {
    "kinship_clones",
    "kinship_half_scale",
    "labels_clones_differ",
    "labels_shift",
    "labels_swap",
}
CLEAN = 200 if os.environ.get("LMM_THOROUGH") == "1" else 60
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8)
POWERS = (0.6, 0.8)
DRAWS = 8


def warned(report):
    return {finding.code for finding in report.findings if finding.severity != "note"}


def settings():
    """Of clean datasets: four populations, five values of h, 60 to 150 individuals."""
    rng = np.random.default_rng(0)
    for seed in range(CLEAN):
        yield Settings(
            POPULATIONS[seed % len(POPULATIONS)],
            n=int(rng.integers(60, 151)),
            h2=SHARES[seed % len(SHARES)],
            sex_effect=float(rng.choice([0.0, 0.5, 3.0])),
            seed=seed,
        )


def test_at_most_one_in_twenty_clean_datasets_is_suspected():
    every = list(settings())
    assert len({(one.population, one.h2) for one in every}) == len(POPULATIONS) * len(SHARES)
    suspected, not_usable = [], []
    for one in every:
        report = check_aligned(simulate_dataset(one).dataset)
        if warned(report) & SUSPICIONS:
            suspected.append(one)
        if report.verdict == "not usable":
            not_usable.append(one)
    assert len(suspected) <= 0.05 * CLEAN, suspected
    assert not_usable == []


def test_the_same_datasets_with_a_clone_are_suspected():
    """That the clean ones are not is worth something."""
    found = []
    for one in list(settings())[:20]:
        data = simulate_dataset(one).dataset
        source = np.arange(data.n)
        source[7] = 3
        K = data.kinship[np.ix_(source, source)]
        (finding,) = (f for f in check_kinship(K, data.ids) if f.code == "kinship_clones")
        found.append(set(finding.ids) == {data.ids[3], data.ids[7]})
    assert found == [True] * 20


@cache
def scaled_mice():
    """The kinship of the mice with a mean diagonal of 1, and its decomposition."""
    K = mice()[0]
    K = K / np.diagonal(K).mean()
    return K, decompose(K)


@pytest.mark.parametrize("h2", POWERS)
def test_a_swapped_pair_of_the_mice_is_found_and_named(h2):
    """The pair that shows most, in seven of eight draws; what another pair shows is less."""
    K, eigen = scaled_mice()
    rng = np.random.default_rng(round(10 * h2))
    named = 0
    for _ in range(DRAWS):
        Y = draw(rng, eigen, h2)
        pair = clearest(make(eigen, K, Y)[1][0])
        named += is_named(check_labels(*make(eigen, K, exchanged(Y, pair)), rng=rng), pair)
    assert named >= DRAWS - 1


@pytest.mark.parametrize("h2", POWERS)
def test_values_of_the_mice_one_row_too_low_are_found(h2):
    """Family by family, where a neighbour is mostly a sib, in seven of eight draws."""
    K, eigen = scaled_mice()
    rng = np.random.default_rng(round(10 * h2))
    named = 0
    for _ in range(DRAWS):
        Y = draw(rng, eigen, h2)
        moved = moved_down(Y, np.arange(len(Y)))
        named += is_low(check_labels(*make(eigen, K, moved), rng=rng))
    assert named >= DRAWS - 1


def test_a_swap_that_cannot_be_found_is_announced_as_such():
    """Where hardly anything is inherited, the report says that hardly any swap would be seen."""
    K, eigen = scaled_mice()
    Y = draw(np.random.default_rng(1), eigen, 0.2)
    (finding,) = check_labels(*make(eigen, K, Y))
    assert finding.code == "labels_clear"
    assert "hardly any would be seen" in finding.found
    assert finding.value < 0.005


@pytest.mark.parametrize("population", POPULATIONS)
def test_half_the_scale_is_found(population):
    """Surely where it can only be that, as a possibility where markers may have made it."""
    data = simulate_dataset(replace(Settings(population), n=100)).dataset
    whole = {finding.code for finding in check_kinship(data.kinship)}
    assert "kinship_half_scale" not in whole
    (finding,) = (f for f in check_kinship(0.5 * data.kinship) if f.code == "kinship_half_scale")
    assert finding.severity == ("warning" if population == "families" else "note")
