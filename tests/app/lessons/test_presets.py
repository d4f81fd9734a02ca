"""Each preset opens, is what it says with its own seed, and is worded as a preset must be."""

import re
import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from lmm_app.fit.view import View, build_view
from lmm_app.lessons.datasets import Made
from lmm_app.lessons.presets import PRESETS
from lmm_core import LMMError, decompose
from lmm_data.preparation.design import default_model
from tests.places import ROOT

NAMES = tuple(PRESETS)
OTHER_SEEDS = (2, 4)


@cache
def made(name: str, seed: int) -> Made:
    return PRESETS[name].make(seed)


def values(made: Made) -> tuple[bytes, ...]:
    data = made.dataset
    arrays = (data.kinship, data.traits.values, data.covariates.values)
    return tuple(array.tobytes() for array in arrays)


@cache
def view(name: str, seed: int = 1) -> View:
    data = made(name, seed).dataset
    problem = data.problem(data.traits.columns[0], data.covariates.columns)
    return build_view(problem, decompose(problem.K))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_status_is_the_one_expected(name, method):
    assert PRESETS[name].expected.keys() == {"ML", "REML"}
    assert view(name).fit(method).status == PRESETS[name].expected[method]


@pytest.mark.parametrize("name", NAMES)
def test_the_claim_holds_with_the_presets_own_seed(name):
    assert PRESETS[name].seed == 1
    assert PRESETS[name].check(view(name)) is True


@pytest.mark.parametrize("name", [name for name in NAMES if not PRESETS[name].by_chance])
def test_a_claim_that_is_not_about_chance_holds_with_other_seeds(name):
    assert all(PRESETS[name].check(view(name, seed)) for seed in OTHER_SEEDS)


@pytest.mark.parametrize("name", [name for name in NAMES if PRESETS[name].by_chance])
def test_a_claim_about_chance_fails_with_some_seed(name):
    assert not all(PRESETS[name].check(view(name, seed)) for seed in OTHER_SEEDS)


# A claim is of its own recipe: on another's data its check must be able to say no.
@pytest.mark.parametrize("name", NAMES)
def test_a_check_denies_what_is_not_so(name):
    assert PRESETS[name].check(view("intercross" if name == "full_sibs" else "full_sibs")) is False


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_is_the_same_data_and_another_seed_another_trait(name):
    own, other = made(name, 1), made(name, 2)
    assert values(own) == values(PRESETS[name].make())
    assert other.dataset.traits.values.tobytes() != own.dataset.traits.values.tobytes()
    assert other.dataset.ids == own.dataset.ids
    assert other.true_h2 == own.true_h2


@pytest.mark.parametrize("name", NAMES)
def test_the_dataset_is_small_and_all_its_covariates_fit_in_the_model_at_first(name):
    data = made(name, 1).dataset
    assert 10 < data.n <= 300
    assert default_model(data) == data.covariates.columns
    assert np.isfinite(data.traits.values[:, 0]).all()
    assert np.isfinite(data.covariates.values).all()


def test_only_data_of_the_model_have_a_true_h():
    without = {name for name in NAMES if made(name, 1).true_h2 is None}
    assert without == {"boundary_one", "two_hills"}


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_one_sentence_and_one_question(name):
    preset = PRESETS[name]
    assert preset.name == name
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
    assert len(preset.title) <= 30
    assert re.fullmatch(r"[A-Z][^.?!\n]+\.", preset.claim)
    assert re.fullmatch(r"[A-Z][^.?!\n]+\?", preset.prompt)
    assert len(preset.claim) <= 220
    assert len(preset.prompt) <= 180


@pytest.mark.parametrize("name", NAMES)
def test_no_result_is_called_a_failure(name):
    preset = PRESETS[name]
    words = f"{preset.title} {preset.claim} {preset.prompt}".lower()
    for wrong in ("singular", "error:", "invalid", "degenerate", "converge"):
        assert wrong not in words


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_says_here_when_it_is_about_this_draw(name):
    preset = PRESETS[name]
    assert bool(re.search(r"\bhere\b", preset.claim)) == preset.by_chance


def test_titles_and_claims_are_all_different():
    for field in ("title", "claim", "prompt"):
        assert len({getattr(preset, field) for preset in PRESETS.values()}) == len(PRESETS)


def test_presets_cannot_be_changed():
    with pytest.raises(TypeError):
        PRESETS["mine"] = None
    with pytest.raises(TypeError):
        PRESETS["full_sibs"].expected["ML"] = "flat"


@pytest.mark.parametrize(("seed", "message"), [(-1, "at least 0: found -1"), (1.5, "whole number")])
def test_a_wrong_seed_is_told(seed, message):
    with pytest.raises(LMMError, match=f"seed, .* must be (a )?{message}"):
        PRESETS["full_sibs"].make(seed)


def test_what_is_said_of_a_seed_is_true_of_it():
    sure, chance = PRESETS["full_sibs"], PRESETS["boundary_zero"]
    assert sure.about() == sure.about(1) == f"{sure.claim} Simulated with seed 1."
    assert sure.about(2) == f"{sure.claim} Simulated with seed 2."
    assert chance.about() == f"{chance.claim} Simulated with seed 1."
    assert "So it is with seed 1; these data are drawn again, with seed 2" in chance.about(2)


def test_the_lesson_needs_no_interface():
    code = (
        "import sys, lmm_app.lessons.presets as presets; presets.PRESETS['small_sample'].make(); "
        "print({'streamlit', 'plotly', 'pandas'} & set(sys.modules))"
    )
    root = ROOT
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
