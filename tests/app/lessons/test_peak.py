"""Why the peak falls: the LODs are those of the models, and every answer is of its own study."""

import contextlib
import io
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lmm_app.genome.sources import CrossSettings, simulate_study
from lmm_app.genome.study import Qtl
from lmm_app.lessons.peak.scans import each_apart, one_apart, peak_of, whole_genome
from lmm_app.lessons.peak.words import OPTIONS, PEAK, inflation, marker_sentence
from lmm_app.live.peak import JOINED, peak_board, start_of
from lmm_core import KinshipError, decompose, fit_lmm, scan_markers
from lmm_core.kinship import centered_kinship, standardized_kinship
from lmm_core.scan import genomic_control


@cache
def study(seed=4):
    return simulate_study(CrossSettings(n=120, generations=6, pairs=8, seed=seed))


@cache
def peak():
    one = study()
    return peak_of(one, whole_genome(one), each_apart(one))


def with_apart(lod, h2=0.3, whole_h2=0.4):
    """The peak as it would be with another LOD when its chromosome is left out."""
    one = peak()
    lods = one.apart.lod.copy()
    lods[one.place] = lod
    apart = replace(one.apart, lod=lods, h2=one.apart.h2 | {one.chromosome: h2})
    return replace(one, apart=apart, whole=replace(one.whole, h2=whole_h2))


def by_hand(one, place, K, h2):
    """(n/2)·log₁₀ RSS₀/RSS₁ of generalised least squares at an h."""
    V = h2 * K + (1.0 - h2) * np.eye(one.n)
    root = np.linalg.inv(np.linalg.cholesky(V))
    y, X = root @ one.y, root @ one.X
    more = np.column_stack([X, root @ one.counts[:, place].astype(float)])
    rss = [np.linalg.lstsq(A, y, rcond=None)[1][0] for A in (X, more)]
    return 0.5 * one.n * np.log10(rss[0] / rss[1])


def test_the_three_lods_are_those_of_generalised_least_squares():
    one, found = study(), peak()
    K = standardized_kinship(one.counts)
    others = standardized_kinship(one.counts[:, one.chromosome != found.chromosome])
    fits = [fit_lmm(one.y, one.X, kinship) for kinship in (K, others)]
    expected = (
        by_hand(one, found.place, K, 0.0),
        by_hand(one, found.place, K, fits[0].h2),
        by_hand(one, found.place, others, fits[1].h2),
    )
    np.testing.assert_allclose(found.lods, expected, rtol=1e-6)
    assert found.lods[0] == np.nanmax(found.whole.plain)
    assert found.whole.h2 == pytest.approx(fits[0].h2, abs=1e-8)


def test_one_chromosome_left_out_is_as_each_in_turn():
    found, one = peak(), study()
    alone = one_apart(one, found.chromosome)
    np.testing.assert_allclose(alone.lod[found.on], found.apart.lod[found.on], rtol=1e-8)
    assert np.isnan(alone.lod).sum() == one.m - found.on.size
    assert alone.inflation is None
    tests = scan_markers(one.counts, one.y, one.X, decompose(np.eye(one.n)), h2=0.0)
    assert found.whole.inflation[0] == pytest.approx(genomic_control(tests.log_p_wald))
    on = found.on
    lonely = replace(one, counts=one.counts[:, on], chromosome=one.chromosome[on])
    with pytest.raises(KinshipError, match="there must be two"):
        one_apart(lonely, found.chromosome)


@pytest.mark.parametrize("kind", ["centered", "standardized"])
def test_the_shares_of_all_chromosomes_are_one(kind):
    one = replace(study(), kind=kind)
    whole, apart = whole_genome(one), each_apart(one)
    firsts = [int(np.flatnonzero(one.chromosome == name)[0]) for name in one.chromosomes]
    shares = [peak_of(one, replace(whole, place=place), apart).share for place in firsts]
    assert sum(shares) == pytest.approx(1.0)


def test_its_own_term_in_k_leaves_the_estimate_and_adds_to_its_variance():
    one = study()
    others, g = centered_kinship(one.counts[:, 1:]), one.counts[:, 0].astype(float)
    z, c, sigma2_g, sigma2_e = g - g.mean(), one.m, 1.7, 0.6
    X = np.column_stack([one.X, g])
    V = sigma2_g * others + sigma2_e * np.eye(one.n)
    found = []
    for covariance in (V, V + sigma2_g / c * np.outer(z, z)):
        inverse = np.linalg.inv(covariance)
        variance = np.linalg.inv(X.T @ inverse @ X)
        found.append(((variance @ X.T @ inverse @ one.y)[1], variance[1, 1]))
    assert found[1][0] == pytest.approx(found[0][0], rel=1e-9)
    assert found[1][1] - found[0][1] == pytest.approx(sigma2_g / c, rel=1e-9)


def test_when_its_chromosome_is_left_out_the_lod_mostly_rises():
    right = []
    for seed in range(1, 13):
        one = study(seed)
        whole = whole_genome(one)
        apart = one_apart(one, str(one.chromosome[whole.place]))
        right.append(PEAK.right(peak_of(one, whole, apart)))
    assert right.count("rises") >= 10
    assert right.count("falls") <= 1


CASES = {
    "rises": peak,
    "rises above": lambda: with_apart(50.0),
    "falls": lambda: with_apart(0.2),
    "stays": lambda: with_apart(peak().lods[1] + 0.04),
    "nothing": lambda: with_apart(peak().lods[1], h2=0.0, whole_h2=0.0),
    "false": lambda: replace(peak(), study=replace(study(), true_qtl=(Qtl(0, 1.0),))),
    "beside": lambda: replace(
        peak(), study=replace(study(), true_qtl=(Qtl(peak().place + 2, 1.0),))
    ),
    "unknown": lambda: replace(peak(), study=replace(study(), true_qtl=None)),
    "no QTL": lambda: replace(peak(), study=replace(study(), true_qtl=())),
}


def sentences(text):
    return re.split(r"(?<=[.?!])\s+", re.sub(r"[*#]", "", text))


@pytest.mark.parametrize("name", CASES)
def test_every_guess_is_answered_in_plain_sentences(name):
    found = CASES[name]()
    right = PEAK.right(found)
    texts = [PEAK.idea(found), PEAK.prompt(found), PEAK.brief(found)]
    for guess in (*OPTIONS, None):
        said = PEAK.feedback(found, guess)
        outcome = PEAK.outcome(found, guess)
        assert (outcome == "right") == (guess == right)
        start = {"right": "Correct. ", "wrong": "Not quite. ", "none": "It "}[outcome]
        assert said.startswith(start)
        texts.append(said)
    for text in texts:
        assert "nan" not in text.split()
        assert max(len(sentence.split()) for sentence in sentences(text)) <= 42


def test_the_answer_says_what_the_study_shows():
    plain, beside, apart = peak().lods
    core = PEAK.core(peak())
    assert core.startswith(f"It rises again, from {beside:.2f} to {apart:.2f}.")
    assert f"falls twice: from {plain:.2f} to {apart:.2f}" in core
    assert "falls further" in PEAK.core(CASES["falls"]())
    assert "all three scans are the same" in PEAK.core(CASES["nothing"]())
    assert "too little of the marker" in PEAK.core(CASES["stays"]())
    assert "by nothing else" in PEAK.core(CASES["rises above"]())
    assert "it is a false peak" in PEAK.core(CASES["false"]())
    assert "it is a false peak" in PEAK.core(CASES["no QTL"]())
    assert "In this simulation a QTL lies 4 cM away" in PEAK.core(CASES["beside"]())
    assert "simulation" not in PEAK.core(CASES["unknown"]())


def test_the_picture_draws_what_is_said_and_the_third_scan_comes_with_the_answer():
    found = peak()
    before, after = (peak_board(found, revealed=seen) for seen in (False, True))
    assert len(before["said"]) == len(before["charts"][0]["alts"]) == found.on.size
    assert before["said"][int(start_of(found))] == marker_sentence(
        found, found.place, revealed=False
    )
    names = [[one["name"] for one in board["charts"][0]["series"]] for board in (before, after)]
    left_out = f"with chromosome {found.chromosome} left out"
    assert left_out not in str(before["charts"])
    assert left_out in names[1]
    drawn = {one["name"]: one["y"] for one in after["charts"][0]["series"]}
    np.testing.assert_array_equal(drawn[left_out], found.apart.lod[found.on])
    assert inflation(found, revealed=True) == after["charts"][1]["note"]
    assert f"{found.apart.inflation:.2f} with each" in after["charts"][1]["note"]
    assert len(peak_board(found, revealed=True, genome=False)["charts"]) == 1


def test_many_markers_are_drawn_by_their_highest_and_all_are_kept_for_the_table():
    one = study()
    crowd = np.array(["7"] * (one.m - 5) + ["8"] * 5)
    found = peak_of(replace(one, chromosome=crowd), peak().whole, peak().apart)
    assert found.on.size > JOINED
    chart = peak_board(found, revealed=True)["charts"][0]
    line = next(one for one in chart["series"] if one["name"] == "without kinship")
    assert line["y"].max() == found.lods[0]
    assert line["exact"]["y"].size == found.on.size > line["y"].size
    assert chart["note"] == f"Lines join the highest of up to {-(-found.on.size // 80)} neighbours."


def test_the_lines_of_python_find_the_same():
    one = replace(study(), kind="centered")
    found = peak_of(one, whole_genome(one), each_apart(one))
    given = {"y": one.y, "X": one.X, "G": one.counts, "chromosome": one.chromosome}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(PEAK.code, given)
    np.testing.assert_allclose([float(line) for line in out.getvalue().split()], found.lods)
