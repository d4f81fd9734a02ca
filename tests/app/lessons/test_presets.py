"""Each preset opens, is what it says with its own seed, and is worded as a preset must be."""

import re
import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from lmm_app.fit.view import View, build_view
from lmm_app.lessons.datasets import Made
from lmm_app.lessons.preset import TRIED
from lmm_app.lessons.presets import PRESETS
from lmm_core import LMMError, decompose
from lmm_data.preparation.design import default_model
from tests.places import ROOT

NAMES = tuple(PRESETS)
FIRST_SEEDS = (2, 3, 4, 5)


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


def table() -> dict[str, tuple[int, list[int]]]:
    """By title, what docs/lessons.md counts: how many seeds, and which."""
    found = {}
    for line in (ROOT / "docs" / "lessons.md").read_text("utf-8").splitlines():
        if re.match(r"\| [A-Z]", line):
            title, count, seeds = (cell.strip() for cell in line.strip("|").split("|"))
            found[title] = int(count), [int(seed) for seed in re.findall(r"\d+", seeds)]
    return found


def test_the_table_of_seeds_is_of_these_lessons():
    assert list(table()) == [preset.title for preset in PRESETS.values()]
    for preset in PRESETS.values():
        count, seeds = table()[preset.title]
        assert count == len(set(seeds)) == preset.fails
        assert set(seeds) <= set(range(1, TRIED + 1)) - {preset.seed}
        assert preset.by_chance is (count > 0)


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_true_with_the_seeds_that_the_table_says(name):
    _, denied = table()[PRESETS[name].title]
    # The first seeds, which a class has, and the first with which the answer is another one.
    seeds = [*FIRST_SEEDS, *(seed for seed in denied[:1] if seed > FIRST_SEEDS[-1])]
    assert [seed for seed in seeds if not PRESETS[name].check(view(name, seed))] == [
        seed for seed in seeds if seed in denied
    ]


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


def sentences(words: str) -> list[str]:
    """The sentences of a text, without the points inside its numbers."""
    return re.split(r"(?<=[.?]) (?=[A-Zĥ])", words)


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_short_sentences_and_end_in_one_question(name):
    preset = PRESETS[name]
    assert preset.name == name
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
    assert len(preset.title) <= 30
    assert len(preset.prompt) <= 180
    assert preset.prompt.count("?") == 1
    for words, end in ((preset.prompt, "?"), (preset.claim, "."), (preset.told(9), ".")):
        assert words.endswith(end)
        # A semicolon stands between two intervals in brackets alone.
        assert not re.search(r"[;—!'\"]", words)
        assert all(len(sentence.split()) <= 28 for sentence in sentences(words)), words
    # A claim of two fits with two intervals each is the longest.
    assert len(preset.claim) <= 260


@pytest.mark.parametrize("name", NAMES)
def test_the_options_have_one_right_answer_and_a_hint_for_every_other(name):
    preset = PRESETS[name]
    assert 2 <= len(preset.options) <= 4
    assert len(set(preset.options.values())) == len(preset.options)
    assert preset.options.keys() == {preset.right, *preset.hints}
    assert preset.right not in preset.hints
    for hint in preset.hints.values():
        assert re.fullmatch(r"[A-Zĥσ][^?!]+\.", hint)
        assert all(len(sentence.split()) <= 28 for sentence in sentences(hint))


@pytest.mark.parametrize("name", NAMES)
def test_feedback_begins_with_whether_it_is_right_and_ends_with_the_claim(name):
    preset = PRESETS[name]
    assert preset.feedback(preset.right) == f"Correct. {preset.claim}"
    assert preset.feedback(None) == preset.claim
    for guess, hint in preset.hints.items():
        assert preset.feedback(guess) == f"Not quite. {hint} {preset.claim}"
        assert preset.outcome(guess) == "wrong"
    assert (preset.outcome(preset.right), preset.outcome(None)) == ("right", "none")
    # Markdown would make a numbered list of a text that begins with a number and a point.
    assert not re.match(r"\d+\.", preset.claim)


@pytest.mark.parametrize("name", NAMES)
def test_no_result_is_called_a_failure(name):
    preset = PRESETS[name]
    words = f"{preset.title} {preset.claim} {preset.prompt}".lower()
    for wrong in ("singular", "error:", "invalid", "degenerate", "converge"):
        assert wrong not in words


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
    assert (
        sure.about() == sure.about(1) == ("The lesson “Full-sib families”, simulated with seed 1.")
    )
    assert sure.about(2) == "The lesson “Full-sib families”, simulated with seed 2."
    assert sure.told() == sure.told(1) == sure.claim
    assert sure.told(2) == (
        f"With seed 1 it was so: {sure.claim} Of the seeds 1 to 100, none gives another answer, "
        "only other numbers."
    )
    assert chance.told(1) == chance.claim
    assert chance.told(2) == (
        f"With seed 1 it was so: {chance.claim} Of the seeds 1 to 100, 55 give exactly 0."
    )
    # The answer is the same for all seeds, and how many are like the own one is counted.
    assert f"{TRIED - chance.fails} give exactly 0" in chance.by_seed
    assert PRESETS["small_sample"].chance == (
        f"With another seed the answer may differ: it does for {PRESETS['small_sample'].fails} of "
        "the seeds 1 to 100."
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_before_the_answer_does_not_tell_it(name):
    preset = PRESETS[name]
    for words in (preset.about(), preset.prompt):
        assert preset.claim not in words
        assert not set(re.findall(r"\d+\.\d+", preset.claim)) & set(
            re.findall(r"\d+\.\d+", words)
        ) - {"0.5", "1.92"}


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
