"""Each finding about a kinship, and a matrix that only nearly has it."""

import numpy as np
import pytest

from lmm_core import centered_kinship, decompose, standardized_kinship
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import full_sib_families, subpopulations, unrelated
from lmm_data.checks import averaged
from lmm_data.checks.entries import check_entries
from lmm_data.checks.kinship_checks import check_kinship, rounding_step
from lmm_data.checks.relatives import components
from tests.odd_views import sibs


def codes(K, **settings):
    return {finding.code for finding in check_kinship(K, **settings)}


def only(K, code, **settings):
    (finding,) = (finding for finding in check_kinship(K, **settings) if finding.code == code)
    return finding


@pytest.fixture(scope="module")
def cross():
    return advanced_intercross(60, 8, 20, spacing_cm=5.0, rng=np.random.default_rng(3))


@pytest.fixture(scope="module")
def markers(cross):
    """A kinship that is neither centred nor in blocks, with a mean diagonal near 1."""
    return standardized_kinship(cross.genotypes, 0.5)


def test_a_good_kinship_has_nothing_but_notes(markers):
    assert codes(markers) <= {"kinship_scale"}
    assert codes(sibs(10, 4)) == {"kinship_families"}


@pytest.mark.parametrize(
    ("K", "words"),
    [
        (np.ones((3, 4)), "3 by 4"),
        (np.ones(3), "shape is 3"),
        (np.float64(1.0), "single number"),
        (np.empty((0, 0)), "0 by 0"),
        ([["a", "b"], ["c", "d"]], "not numbers"),
    ],
)
def test_what_is_not_a_matrix(K, words):
    (finding,) = check_kinship(K)
    assert (finding.code, finding.severity) == ("kinship_not_square", "error")
    assert words in finding.found


def test_another_number_of_ids():
    (finding,) = check_kinship(np.eye(3), ("a", "b"))
    assert finding.found == "It has 3 rows for 2 ids."


def test_missing_entries_name_who_to_leave_out(markers):
    K = markers.copy()
    K[4, :] = K[:, 4] = np.nan
    K[7, 9] = K[9, 7] = np.inf
    ids = tuple(f"m{i}" for i in range(len(K)))
    (finding,) = check_kinship(K, ids)
    assert finding.code == "kinship_missing"
    assert finding.value == 2 * 60 - 1 + 2
    assert finding.ids == ("m4", "m7")
    assert "“m4”, “m7”" in finding.remedy
    keep = [i for i, label in enumerate(ids) if label not in finding.ids]
    assert not check_entries(K[np.ix_(keep, keep)])


def test_asymmetry_by_size(markers):
    K = markers.copy()
    K[3, 5] += 0.2
    K[8, 2] -= 0.01
    ids = tuple(f"m{i}" for i in range(len(K)))
    finding = only(K, "kinship_asymmetric", ids=ids)
    assert finding.severity == "error"
    assert finding.ids == ("m3", "m5")
    assert finding.value == pytest.approx(0.2)
    assert finding.found == (
        "K has 0.8013986014 for “m3” with “m5”, but 0.6013986014 for “m5” with “m3”. "
        "2 pairs differ."
    )

    K = markers.copy()
    K[3, 5] += 1e-6
    finding = only(K, "kinship_uneven")
    assert finding.severity == "warning"
    assert "averaged" in finding.meaning
    assert averaged(K)[3, 5] == pytest.approx(markers[3, 5] + 5e-7)
    decompose(averaged(K))

    K[3, 5] = markers[3, 5] + 1e-12
    assert not check_entries(K)


def test_negative_eigenvalues_by_size(markers):
    K = markers.copy()
    K[3, 5] = K[5, 3] = 1.9
    finding = only(K, "kinship_indefinite")
    assert finding.severity == "error"
    values = np.linalg.eigvalsh(K)
    assert finding.value == pytest.approx(values[0] / values[-1])

    low_rank = sibs(12, 5, kin=1.0) / 3.0
    finding = only(np.round(low_rank + 0.01 * markers[:60, :60], 3), "kinship_clipped")
    assert finding.severity == "warning"
    assert -1e-2 < finding.value < -1e-8
    assert "kinship_clipped" not in codes(low_rank)


def test_nothing_in_it():
    assert "kinship_zero" in codes(-np.eye(4) - 0.1)
    assert "kinship_zero" in codes(np.zeros((4, 4)))


def test_rank():
    Z = np.random.default_rng(1).normal(size=(30, 12))
    finding = only(Z @ Z.T / 12, "kinship_low_rank")
    assert finding.value == 12
    assert "18 of 30" in finding.found
    assert "kinship_low_rank" not in codes(np.cov(np.random.default_rng(1).normal(size=(30, 90))))


@pytest.mark.parametrize("inbreeding", [0.0, 0.2])
def test_half_scale_is_found_and_the_whole_is_not(inbreeding):
    K = sibs(10, 4) + inbreeding * np.eye(40)
    finding = only(0.5 * K, "kinship_half_scale")
    assert finding.severity == "warning"
    assert finding.value == pytest.approx(0.5 * (1.0 + inbreeding))
    assert finding.remedy == "Double the kinship to compare h with other studies."
    assert "K’s diagonal is " in finding.found
    assert "is 0.33 on the usual one" in finding.meaning
    assert "kinship_half_scale" not in codes(K)


def test_half_scale_from_markers_and_by_the_format():
    people = unrelated(40, markers=400, rng=np.random.default_rng(0))
    K = 0.5 * standardized_kinship(people.genotypes, people.frequency)
    # It may be a relationship of its own scale.
    assert only(K, "kinship_half_scale").severity == "note"
    assert "may be" in only(K, "kinship_half_scale").found
    # What a format calls kinship coefficients are that, and a robust estimate has a diagonal
    # of a half by definition.
    assert only(K, "kinship_half_scale", coefficients=True).severity == "warning"
    np.fill_diagonal(K, 0.5)
    assert only(K, "kinship_half_scale").severity == "warning"


def test_a_centred_intercross_is_no_half_scale():
    """Its mean diagonal is a half, but it is a relationship all the same."""
    cross = advanced_intercross(50, 2, 10, spacing_cm=10.0, rng=np.random.default_rng(1))
    K = centered_kinship(cross.genotypes)
    assert np.diagonal(K).mean() == pytest.approx(0.5, abs=0.05)
    assert "kinship_half_scale" not in codes(K)
    # Of a part of it that cannot be known.
    assert only(K[:40, :40], "kinship_half_scale").severity == "note"
    assert "kinship_half_scale" not in codes(0.6 * K[:40, :40])


def test_scale_far_from_one():
    finding = only(3.0 * sibs(10, 4), "kinship_scale")
    assert finding.value == pytest.approx(3.0)
    # v[hK + (1-h)I] at h = 1/2 and K = 3K': shares 3 to 1.
    assert "h = 0.75" in finding.meaning
    assert "kinship_scale" not in codes(1.2 * sibs(10, 4))


def test_centred(cross):
    K = centered_kinship(cross.genotypes)
    assert only(K, "kinship_centred").severity == "note"
    assert only(K, "kinship_ml_unbounded", reml=False).severity == "warning"
    # A part of it is not centred.
    assert not codes(K[:50, :50]) & {"kinship_centred", "kinship_centred_rounded"}
    assert "kinship_centred" not in codes(K + 0.01)


@pytest.mark.parametrize("digits", [3, 5, 8])
def test_centred_and_rounded_looks_like_any_other_but_is_found(cross, digits):
    K = np.vectorize(lambda x: float(f"{x:.{digits}g}"))(centered_kinship(cross.genotypes))
    finding = only(K, "kinship_centred_rounded")
    assert finding.severity == "warning"
    if digits == 8:
        assert decompose(K).rank >= 59
    again = K - K.mean(axis=0)
    again -= again.mean(axis=1)[:, np.newaxis]
    assert "kinship_centred" in codes(averaged(again))


def test_digits():
    assert rounding_step(np.array([[1.0234, 0.31], [0.31, 0.98]])) == 1e-4
    assert rounding_step(np.array([[123.4, 1.25], [1.25, 99.0]])) == pytest.approx(0.1)
    assert rounding_step(np.random.default_rng(0).normal(size=(5, 5))) == 0.0
    assert rounding_step(np.zeros((2, 2))) == 0.0


def test_diagonals_far_from_the_others(markers):
    K = markers.copy()
    K[6, 6] = 2.6
    finding = only(K, "kinship_diagonal", ids=[f"m{i}" for i in range(60)])
    assert finding.ids == ("m6",)
    assert finding.value == 2.6
    K[6, 6] = 1.25 * np.median(np.diagonal(markers))
    assert "kinship_diagonal" not in codes(K)


def test_clones_are_named(markers):
    ids = tuple(f"m{i}" for i in range(60))
    lines = np.arange(60)
    lines[5], lines[41], lines[42] = 9, 20, 20
    K = markers[np.ix_(lines, lines)]
    finding = only(K, "kinship_clones", ids=ids)
    assert finding.severity == "warning"
    assert finding.value == 2
    assert set(finding.ids) == {"m5", "m9", "m20", "m41", "m42"}
    assert finding.found == (
        "2 groups have the same genotypes, by K. They are “m5” and “m9”; “m20”, “m41” and “m42”."
    )

    # One in a hundred genotypes read differently.
    K = markers.copy()
    K[9, :] = K[:, 9] = 0.99 * markers[5]
    K[9, 9] = markers[5, 5]
    K[5, 9] = K[9, 5] = 0.98 * markers[5, 5]
    finding = only(K, "kinship_clones", ids=ids)
    assert finding.ids == ("m5", "m9")
    assert "0.98" in finding.found


def test_close_relatives_are_no_clones(markers):
    assert "kinship_clones" not in codes(markers)
    assert "kinship_clones" not in codes(sibs(8, 4, kin=0.9))
    people = subpopulations([30, 30], markers=800, fst=0.2, rng=np.random.default_rng(0))
    assert "kinship_clones" not in codes(standardized_kinship(people.genotypes, people.frequency))


def test_inbred_strains_are_a_design():
    K = np.kron(np.eye(6), np.ones((4, 4)))
    finding = only(K, "kinship_replicates")
    assert finding.severity == "note"
    assert "24 individuals form 6 groups of 4" in finding.found
    assert "kinship_clones" not in codes(K)


def test_individuals_without_relatives():
    K = np.eye(22)
    K[:20, :20] = sibs(5, 4)
    finding = only(K, "kinship_alone", ids=[f"s{i}" for i in range(22)])
    assert finding.ids == ("s20", "s21")
    assert "kinship_alone" not in codes(sibs(5, 4))
    people = unrelated(40, markers=4000, rng=np.random.default_rng(0))
    assert "kinship_alone" not in codes(standardized_kinship(people.genotypes, people.frequency))


def test_families():
    finding = only(full_sib_families(3, [2, 5, 1]).K, "kinship_families")
    assert finding.found == "2 families of 2 to 5, and 1 individual apart."
    assert finding.value == 2
    mixed = np.random.default_rng(0).permutation(40)
    finding = only(sibs(10, 4)[np.ix_(mixed, mixed)], "kinship_families")
    assert finding.found == "10 families of 4."


def test_components_of_a_chain():
    linked = np.zeros((5, 5), dtype=bool)
    for i, j in ((0, 3), (3, 1), (2, 4)):
        linked[i, j] = linked[j, i] = True
    assert components(linked).tolist() == [0, 0, 1, 0, 1]


@pytest.mark.parametrize("scale", [1.0, 0.4, 2.0])
def test_nobody_is_related(scale):
    finding = only(scale * np.eye(10), "kinship_identity")
    assert finding.severity == "error"
    near = scale * np.eye(10)
    near[0, 1] = near[1, 0] = 0.01 * scale
    assert "kinship_identity" not in codes(near)


def test_all_equally_related():
    finding = only(sibs(1, 10), "kinship_equal")
    assert finding.severity == "error"
    assert finding.value == 0.5
    assert "kinship_equal" in codes(np.ones((5, 5)))
    assert "kinship_equal" not in codes(full_sib_families(2, 5).K)


def test_a_decomposition_that_is_there_is_used(cross, monkeypatch):
    K = centered_kinship(cross.genotypes)
    eigen = decompose(K)
    monkeypatch.setattr(np.linalg, "eigvalsh", None)
    assert "kinship_centred" in codes(K, eigen=eigen)
    assert "kinship_centred" in codes(K, deep=False)
