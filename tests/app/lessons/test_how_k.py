"""How K is made: the arithmetic, what is asked of the data at hand, and sentences true of each."""

import json
import re
from functools import cache

import numpy as np
import pytest

from lmm_app.lessons.broken import BROKEN
from lmm_app.lessons.how_k import by_hand, every_marker, markers, own
from lmm_app.lessons.how_k.below_zero import SILENT, STOPPED, in_brief
from lmm_app.lessons.how_k.own import ADDED, GRID, added, diagonal_of, floored
from lmm_app.lessons.how_k.parts import PARTS
from lmm_app.lessons.how_k.table import COUNTS, PAIR, WAYS, products
from lmm_app.lessons.how_k.the_mean import ASKED
from lmm_app.lessons.presets import PRESETS
from lmm_app.live.how_k import markers_board, own_board, start_of, table_board
from lmm_core import (
    LMMError,
    centered_kinship,
    decompose,
    fit_lmm,
    fit_rotated,
    log_likelihood,
    rotate,
    standardized_kinship,
)
from lmm_core.scales import h2_on_scale, kinship_scale_factor
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import simulate_phenotype
from lmm_data.readers.text.csv import read_kinship
from lmm_data.samples import sample_folder
from tests.app.tour.scenes import ODD, lesson, mice, odd
from tests.small_table import table_kinship

SCENES = {
    "mice": mice,
    **{kind: lambda kind=kind: odd(kind, "REML") for kind, _ in ODD},
    **{name: lambda name=name: lesson(name) for name in PRESETS},
}
read = cache(markers.read)
running = cache(lambda: markers.running(*read()))


@pytest.fixture(params=SCENES)
def scene(request):
    return SCENES[request.param]()


@pytest.mark.parametrize("name", PARTS)
def test_every_guess_is_answered_in_plain_sentences(scene, name):
    step = PARTS[name]
    texts = [step.idea(scene)]
    if step.asks(scene):
        options = step.question.options_of(scene)
        assert step.question.right(scene) in options
        for guess in (*options, None):
            said = step.question.feedback(scene, guess)
            start = {"right": "Correct.", "wrong": "Not quite.", "none": ""}
            assert said.startswith(start[step.question.outcome(scene, guess)])
            assert "nan" not in said.lower().replace("covariance", "")
            texts.append(said)
        texts.append(step.question.prompt(scene))
    for text in texts:
        for sentence in re.split(r"(?<=[.?!:])\s+", text):
            assert len(sentence.split()) <= 34, sentence


def test_each_kind_of_answer_is_met():
    kinds = {
        name: (diagonal_of(one().view), floored(one().view).fate) for name, one in SCENES.items()
    }
    assert {own for own, _ in kinds.values()} == {"one", "same", "differ"}
    assert {fate for _, fate in kinds.values()} == {"stops", "goes on", "nothing"}
    assert kinds["mice"] == ("differ", "goes on")
    assert kinds["strong_h"] == ("differ", "stops")
    assert kinds["half_scale"] == ("same", "nothing")


def test_two_mice_and_four_markers_are_what_is_said():
    Z = COUNTS - COUNTS.mean(axis=0)
    assert COUNTS.mean(axis=0).tolist() == [1.0, 0.5, 1.0, 1.5]
    assert products(PAIR).tolist() == (Z[0] * Z[1]).tolist() == [1.0, 0.25, 0.0, 0.25]
    K = table_kinship(COUNTS, "centred")
    assert K[0, 1] == 0.375
    assert by_hand.OPTIONS == {
        "sum": f"{(Z[0] * Z[1]).sum():g}",
        "mean": f"{K[0, 1]:g}",
        "alike": f"{np.mean(COUNTS[0] == COUNTS[1]):g}",
        "counts": f"{(COUNTS[0] * COUNTS[1]).mean():g}",
    }
    said = by_hand.BY_HAND.question.core(mice(), None)
    assert said.startswith(
        "0.375. The products are 1, 0.25, 0 and 0.25. They add up to 1.5, and a quarter of that "
        "is 0.375."
    )
    assert by_hand.in_brief(mice()).startswith("(1 + 0.25 + 0 + 0.25)/4 = 0.375.")
    np.testing.assert_allclose(K.sum(axis=0), 0.0, atol=1e-15)
    # Another genotype moves the mean, and with it the kinship of others.
    changed = COUNTS.copy()
    changed[0, 0] = 2
    assert table_kinship(changed, "centred")[2, 3] != K[2, 3]


def test_the_diagonal_of_the_eight_is_what_is_said_of_it():
    plain, standard = (
        np.diagonal(table_kinship(COUNTS, way)) for way in ("centred", "standardised")
    )
    assert (plain.min(), plain.mean(), plain.max()) == (0.375, 0.5, 0.625)
    assert standard.mean() == pytest.approx(1.0, abs=1e-15)
    assert np.ptp(standard) > 0.3


@pytest.mark.parametrize("seed", range(3))
def test_any_standardised_kinship_has_a_mean_diagonal_of_1_and_one_by_frequencies_one_plus_f(seed):
    rng = np.random.default_rng(seed)
    f = rng.uniform(0.05, 0.95, 4000)
    G = rng.binomial(2, f, (60, f.size))
    assert np.diagonal(standardized_kinship(G)).mean() == pytest.approx(1.0, abs=1e-12)
    # Both alleles of an inbred individual are one.
    inbred = 2 * rng.binomial(1, f, (60, f.size))
    for counts, expected in ((G, 1.0), (inbred, 2.0)):
        own = ((counts - 2 * f) ** 2).mean(axis=1) / (2 * f * (1 - f)).mean()
        assert own.mean() == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    "name", ["mice", "tiny", "two hills", "centred_kinship", "unbounded", "half_scale"]
)
def test_a_constant_in_k_moves_ml_and_not_reml_as_dense_fits_say(name):
    view = SCENES[name]().view
    moved, problem = added(view), view.problem
    for k in (0, ASKED, ADDED.size - 1):
        again = rotate(decompose(problem.K + moved.constants[k]), problem.y, problem.X)
        for reml, ours in ((True, moved.reml), (False, moved.ml[k])):
            theirs = log_likelihood(again, GRID, reml=reml)
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-7 * np.abs(theirs).max())
        fit = fit_rotated(again)
        assert fit.h2 == pytest.approx(moved.h2, abs=1e-6)
        scaled = fit_lmm(problem.y, problem.X, (problem.K + moved.constants[k]) / (1.0 + ADDED[k]))
        assert scaled.h2 == pytest.approx(moved.h2_scaled[k], abs=1e-6)
        ml = fit_rotated(again, reml=False)
        if ml.status == "interior" and np.isfinite(moved.h2_ml[k]):
            assert ml.h2 == pytest.approx(moved.h2_ml[k], abs=0.003)
    mean = np.diagonal(problem.relationship).mean()
    assert moved.constants[ASKED] == pytest.approx(mean)


@pytest.mark.parametrize("seed", range(4))
def test_a_kinship_of_counts_fits_as_the_centred_one_and_only_its_scale_differs(seed):
    rng = np.random.default_rng(seed)
    G = advanced_intercross(80, 6, 10, spacing_cm=20.0, rng=rng).genotypes.astype(float)
    X = np.column_stack([np.ones(80), rng.normal(size=80)])
    centred, raw = centered_kinship(G), G @ G.T / G.shape[1]
    y = simulate_phenotype(centred / np.diagonal(centred).mean(), 0.6, rng=rng).y
    one, other = fit_lmm(y, X, centred), fit_lmm(y, X, raw)
    assert other.h2 == pytest.approx(one.h2, abs=1e-6)
    assert other.sigma2_g == pytest.approx(one.sigma2_g, rel=1e-5)
    assert other.sigma2_e == pytest.approx(one.sigma2_e, rel=1e-5)
    assert other.se_beta[1] == pytest.approx(one.se_beta[1], rel=1e-5)
    assert (raw >= 0).all()
    kappas = [np.diagonal(K).mean() for K in (centred, raw)]
    each = [fit_lmm(y, X, K / kappa).h2 for K, kappa in zip((centred, raw), kappas, strict=True)]
    assert each[1] == pytest.approx(h2_on_scale(each[0], kappas[0] / kappas[1]), abs=1e-5)
    if 0.01 < one.h2 < 0.99:
        assert each[1] > each[0] + 0.05
    gower = [K * kinship_scale_factor(K, "gower") for K in (centred, raw)]
    np.testing.assert_allclose(*(fit_lmm(y, X, K).h2 for K in gower), atol=1e-6)


def test_eight_mice_have_twelve_negative_pairs_and_without_them_a_negative_variance():
    K = table_kinship(COUNTS, "centred")
    assert np.count_nonzero(np.triu(K, 1) < 0) == 12
    assert np.linalg.eigvalsh(K)[0] > -1e-15
    for way in ("centred", "standardised"):
        raised = table_kinship(COUNTS, way, floored=True)
        assert f"{np.linalg.eigvalsh(raised)[0]:.2f}" in ("-0.14", "-0.18")
        with pytest.raises(LMMError, match="positive semi-definite"):
            decompose(raised)


def test_raising_an_entry_lowers_sums_of_opposite_signs_alone():
    K = table_kinship(COUNTS, "centred")
    i, j = np.argwhere(K < 0)[0]
    w = np.zeros(8)
    for signs in ((1.0, -1.0), (1.0, 1.0)):
        w[[i, j]] = signs
        raised = K.copy()
        raised[i, j] = raised[j, i] = 0.0
        gained = w @ raised @ w - w @ K @ w
        assert gained == pytest.approx(2.0 * -K[i, j] * w[i] * w[j])


def test_what_becomes_of_the_fit_is_what_a_fit_says(scene):
    found, problem = floored(scene.view), scene.view.problem
    raised = np.maximum(problem.relationship, 0.0)
    assert found.negative == np.count_nonzero(np.triu(problem.relationship, 1) < 0)
    np.testing.assert_allclose(found.values[-1], np.linalg.eigvalsh(raised), atol=1e-9)
    step = PARTS["zero"]
    said = step.question.core(scene, None)
    if found.fate == "stops":
        with pytest.raises(LMMError) as error:
            fit_lmm(problem.y, problem.X, raised)
        assert str(error.value) == found.refusal
        assert said.startswith("The fit stops:")
    elif found.fate == "goes on":
        assert np.linalg.eigvalsh(raised)[0] > -1e-9
        assert said.startswith("The fit goes on,")
    else:
        np.testing.assert_array_equal(raised, problem.relationship)
        assert said.startswith("It stays,")
    assert in_brief(scene).split(":")[0].split(",")[0] == said.split(":")[0].split(",")[0]


def test_with_unrelated_people_h_moves_and_on_the_mice_hardly():
    assert "ĥ by REML goes from 0.21 to 0.74" in PARTS["zero"].question.core(
        lesson("unrelated"), None
    )
    assert "ĥ by REML stays 0.57 here" in PARTS["zero"].question.core(mice(), None)


def test_the_shelf_has_both_kinds():
    assert "kinship_floored" in BROKEN[SILENT].codes
    assert "kinship_indefinite" in BROKEN[STOPPED].codes


def test_pairs_end_at_k_of_all_markers_by_the_package():
    (G, K), found = read(), running()
    assert (found.markers[0], found.markers[-1], found.total) == (4, G.shape[1], G.shape[1])
    centred, standard = centered_kinship(G), standardized_kinship(G)
    centred = centred / np.diagonal(centred).mean()
    pairs = list(markers.chosen(K).values())
    for (one, other), pair in zip(pairs, found.pairs, strict=True):
        assert pair.centred[-1] == pytest.approx(centred[one, other], abs=1e-12)
        assert pair.standardised[-1] == pytest.approx(standard[one, other], abs=1e-12)
    # The first two are sibs by the families of the sample, and not of the farthest mouse.
    folder = sample_folder() / "mouse_hs300"
    family = _families(folder)
    names = [read_kinship(folder / "kinship.csv").ids[k] for k in (0, 1, pairs[1][1])]
    assert family[names[0]] == family[names[1]] != family[names[2]]


def _families(folder):
    lines = (folder / "families.csv").read_text("utf-8").splitlines()[1:]
    return {line.split(",")[0]: line.split(",")[-1] for line in lines}


def shrinks(total):
    """By how much the typical error does: of m of M a mean has variance s²/m·(M - m)/(M - 1)."""
    few, asked = markers.FEW, markers.ASKED
    return np.sqrt(asked / few * (total - few) / (total - asked))


def test_400_markers_come_about_ten_times_nearer_than_4():
    assert every_marker.EVERY.question.right(mice()) == "ten"
    assert shrinks(running().total) == pytest.approx(10.19, abs=0.01)
    # Of any values, drawn at random without replacement.
    rng = np.random.default_rng(3)
    values = rng.exponential(size=3000)
    error = [
        np.std([values[rng.permutation(3000)[:m]].mean() for _ in range(1500)])
        for m in (markers.FEW, markers.ASKED)
    ]
    assert error[0] / error[1] == pytest.approx(shrinks(3000), rel=0.1)


@pytest.mark.parametrize("name", [name for name in PARTS if name not in ("hand", "markers")])
def test_the_picture_of_the_data_keeps_the_answer_back(scene, name):
    if not PARTS[name].asks(scene):
        return
    before, after = (own_board(name, scene.view, revealed=seen) for seen in (False, True))
    assert all(chart["veil"] == "?" and not chart["series"] for chart in before["charts"])
    assert all(chart["series"] for chart in after["charts"])
    at = int(start_of(name, scene.view, revealed=True))
    for chart in after["charts"]:
        assert len(chart["alts"]) == len(after.get("said", [""]))
        assert not re.search("nan|inf", " ".join(chart["alts"]))
    if "said" in after:
        assert after["said"][at] in after["charts"][0]["alts"]
    elif name == "self":
        own_entries = np.diagonal(scene.view.problem.relationship)
        assert f"{own_entries.mean():.2f}" in after["charts"][0]["alts"][0]


def test_the_table_is_filled_in_before_the_answer_and_free_after():
    before, after = (table_board("hand", revealed=seen)["markers"] for seen in (False, True))
    assert before["asks"]
    assert not before["free"]
    assert after["free"]
    assert [code for code, _ in after["ways"]] == list(WAYS)
    assert table_board("zero", revealed=False)["markers"]["floor"]


def test_markers_of_one_pair_are_shown_before_the_answer_and_of_all_after():
    found = running()
    before, after = (markers_board(found, revealed=seen) for seen in (False, True))
    assert [series["y"].size for series in before["charts"][0]["series"]] == [1, 1]
    assert after["charts"][0]["series"][0]["y"].size == 3 * found.markers.size
    assert f"by all {found.total:,}" in after["said"][0]


@pytest.mark.parametrize("name", PARTS)
def test_the_lines_of_python_run(name, capsys):
    problem = mice().view.problem
    G = np.random.default_rng(1).integers(0, 3, (problem.n, 50))
    exec(PARTS[name].code, {"y": problem.y, "X": problem.X, "K": problem.K, "G": G})
    assert capsys.readouterr().out


def test_names_stand_in_links_and_never_change():
    assert json.dumps(list(PARTS)) == '["hand", "self", "mean", "markers", "zero"]'
    assert [step.name for step in PARTS.values()] == [f"how_k_{name}" for name in PARTS]
    assert own.FEW == 400
