"""Claims of size that no other test holds: how many, how often, by how much."""

import re

import numpy as np
import pytest

from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.tour.weights import WEIGHTS
from lmm_core import decompose, fit_traits
from lmm_core.simulate.families import full_sib_families, simulate_phenotype
from tests.app.tour.scenes import mice
from tests.claims.numbers import NUMBER, value


def families(K):
    """Sizes of the blocks of individuals who are related."""
    return sorted({tuple(np.flatnonzero(row > 0.0)) for row in K}, key=len)


@pytest.mark.parametrize("name", PRESETS)
def test_a_dataset_has_the_size_that_its_name_says(name):
    data = PRESETS[name].make().dataset
    words = [value(number.group()) for number in NUMBER.finditer(data.name)]
    blocks = families(data.kinship)
    match data.name.split():
        case [_, "families", "of", _, "sibs", *_]:
            assert [len(blocks), len(blocks[0]), len(blocks[-1])] == [*words, words[-1]]
        case [_, "sibs", "of", ("three" | "one"), *_]:
            assert data.n == words[0]
            assert len(blocks) == (words[1] if len(words) > 1 else 1)
        case [_, "unrelated", "people"]:
            assert data.n == words[0]
        case [_, "inbred", "strains,", "five", *_]:
            assert [len(blocks), len(blocks[0]), len(blocks[-1])] == [*words, words[-1]]
        case ["two", "populations"]:
            assert len(np.unique(data.covariates.column("population"))) == words[0]
        case [number, "mice", *_]:
            assert data.n == value(number)
        case _:
            assert not words


def test_a_class_misses_the_truth_as_often_as_is_said():
    """In families like those of the lesson: the miss of a profile interval, from 2,000 samples."""
    from scipy.stats import binom

    eigen, rng = decompose(full_sib_families(40, 5).K), np.random.default_rng(1)
    Y = np.column_stack([simulate_phenotype(eigen, 0.5, rng=rng).y for _ in range(2000)])
    fits = fit_traits(Y, None, eigen, level=0.95)
    missed = np.mean((fits.lower > 0.5) | (fits.upper < 0.5))
    # The standard error of this share is 0.5%.
    assert 0.045 < missed < 0.08
    assert round(1 / 0.05) == 20
    assert binom.sf(3, 30, missed) > 0.05
    assert binom.sf(4, 30, 0.08) > 0.05


def test_the_weights_run_as_the_tour_says():
    """From V itself: its eigenvalues at h = 0.5, of the mice, are hλ + 1 − h."""
    scene = mice()
    variances = np.linalg.eigvalsh(0.5 * scene.view.problem.K + 0.5 * np.eye(scene.n))
    words = WEIGHTS.question.feedback(scene, None)
    said = re.search(r"run from (\S+), at λ = .+, down to (\S+), at λ = (\S+)\. At h", words)
    values = [1 / variances[0], 1 / variances[-1], 2 * variances[-1] - 1]
    for written, found in zip(said.groups(), values, strict=True):
        # Two digits are said.
        assert value(written) == pytest.approx(found, rel=0.06)
