"""Each finding about a phenotype, and values that only nearly have it."""

import numpy as np
import pytest

from lmm_core import fit_lmm
from lmm_core.simulate.families import simulate_phenotype
from lmm_data.checks import check_phenotype
from lmm_data.checks.distribution import excess_kurtosis, skewness
from lmm_data.checks.phenotype_checks import (
    check_gaps,
    check_numbers,
    check_residuals,
)
from lmm_data.missing_values import missing_codes
from lmm_data.readers.reading import TextTable
from lmm_data.transforms import log_transform, rank_normal
from tests.odd_views import sibs


@pytest.fixture
def y():
    return 20.0 + 2.0 * np.random.default_rng(5).normal(size=100)


def codes(values, **settings):
    return {finding.code for finding in check_phenotype("weight", values, **settings)}


def only(values, code, **settings):
    found = check_phenotype("weight", values, **settings)
    (finding,) = (finding for finding in found if finding.code == code)
    return finding


def table(*entries, column="weight"):
    ids = tuple(f"m{i}" for i in range(len(entries)))
    return TextTable("pheno.csv", ids, (column,), (entries,))


def test_a_good_phenotype_has_nothing(y):
    assert not check_phenotype("weight", y)


def test_hardly_any_normal_sample_has_anything():
    rng = np.random.default_rng(2)
    for n in (20, 100, 500):
        assert sum(bool(check_phenotype("w", rng.normal(size=n))) for _ in range(100)) <= 2


def test_entries_that_are_not_numbers_by_row():
    (finding,) = check_numbers(table("1.5", "high", "NA", "2.5", "n.d."), "weight")
    assert (finding.code, finding.severity) == ("phenotype_entries", "error")
    assert finding.where == "pheno.csv, weight"
    assert finding.found == "“high” in row 2 is not a number, nor is 1 other."
    assert finding.ids == ("m1", "m4")
    assert not list(check_numbers(table("1.5", "1e3", "NA", ".", "-2"), "weight"))
    (finding,) = check_numbers(table("1,5", "2", "3,25"), "weight")
    assert "point" in finding.remedy
    (finding,) = check_numbers(table("a", "b", "NA", "c", "d"), "weight")
    assert finding.code == "phenotype_text"
    assert finding.found.endswith("and 1 more.")


def test_rows_are_numbered_without_ids():
    nameless = TextTable("p.txt", None, ("w",), (("1", "x", "2"),))
    (finding,) = check_numbers(nameless, "w")
    assert finding.ids == ("row 2",)


def test_what_is_no_column_of_numbers():
    assert codes(["a", "b"]) == {"phenotype_text"}
    finding = only([1.0, np.inf, 2.0, -np.inf], "phenotype_infinite", ids=("a", "b", "c", "d"))
    assert finding.ids == ("b", "d")


def test_constant_and_few(y):
    assert only(np.full(30, 7.0), "phenotype_constant").value == 7.0
    assert codes(7.0 + 1e-3 * y) == set()
    assert only([1.0, 2.0, np.nan], "phenotype_few").value == 2
    assert "phenotype_few" in codes(y[:6], columns=5)
    assert "phenotype_few" not in codes(y[:7], columns=5)
    assert only(y[:12], "phenotype_small").severity == "warning"
    assert "phenotype_small" not in codes(y[:20])


def test_missing_values(y):
    y[:60] = np.nan
    finding = only(y, "phenotype_missing")
    assert finding.severity == "warning"
    assert finding.value == 0.6
    assert len(finding.ids) == 60
    y[:50] = 20.0 + np.arange(50) * 0.1
    assert only(y, "phenotype_missing").severity == "note"
    assert finding.found == "60 of 100 individuals (60%) have no value."


@pytest.mark.parametrize(("code", "times"), [(-9, 3), (-999, 1), (99, 2), (999, 1), (0, 4)])
def test_codes_for_missing(y, code, times):
    y[:times] = code
    finding = only(y, "phenotype_code", ids=[f"m{i}" for i in range(100)])
    assert finding.severity == "warning"
    assert finding.value == code
    assert finding.ids == tuple(f"m{i}" for i in range(times))
    # The rest is looked at without them.
    assert codes(y) == {"phenotype_code"}


def test_numbers_that_are_no_codes():
    rng = np.random.default_rng(0)
    assert not missing_codes(np.append(rng.normal(0, 5, 200), -9.0))
    assert not missing_codes(np.append(rng.uniform(50, 150, 200), 99.0))
    assert not missing_codes(np.append(rng.uniform(5, 12, 200), 9.0))
    assert not missing_codes(np.append(rng.uniform(0.01, 1, 200), 0.0))
    # A value of 0 once, far below, may be true.
    assert not missing_codes(np.append(rng.uniform(5, 6, 200), 0.0))
    assert missing_codes(np.append(rng.uniform(0, 30, 200), [-9.0, -9.0])) == ((-9.0, 2),)


@pytest.mark.parametrize("code", [-99999.0, -77.0, -8.0, 888.0, 32767.0, 99999.0, 1e30, -(2.0**31)])
def test_any_number_several_times_far_from_the_rest_may_mean_missing(code):
    y = np.random.default_rng(7).normal(50, 4, 60)
    assert missing_codes(np.append(y, [code, code])) == ((code, 2),)


def test_an_end_that_repeats_is_no_code():
    rng = np.random.default_rng(7)
    assert not missing_codes(np.append(rng.normal(50, 4, 60), [80.0, 80.0]))
    assert not missing_codes(np.append(rng.uniform(0, 1, 60), [-0.7, -0.7]))
    # A single value is an outlier, a level of a scale one of several.
    assert not missing_codes(np.append(rng.normal(50, 4, 60), 888.0))
    assert not missing_codes(rng.integers(-1, 4, 60).astype(float))


def test_outliers_and_slipped_points(y):
    y[17] *= 10.0
    finding = only(y, "phenotype_outliers", ids=[f"m{i}" for i in range(100)])
    assert finding.ids == ("m17",)
    assert finding.value == pytest.approx(y[17])
    assert "Divided by 10 it would be typical." in finding.found
    y[17] /= 100.0
    assert "Multiplied by 10" in only(y, "phenotype_outliers").found
    # Where most are the same, nothing is far.
    assert "phenotype_outliers" not in codes([0.0, 1.0, 2.23e-311])
    y[17] = 20.0 + 2.0 * 4.0
    assert "phenotype_outliers" not in codes(y)


def test_moments(y):
    """A Bernoulli variable of probability p: skewness (1-2p)/√(pq), excess (1-6pq)/(pq)."""
    coin = np.repeat([0.0, 1.0], [70, 30])
    assert skewness(coin) == pytest.approx(0.4 / np.sqrt(0.21))
    assert excess_kurtosis(coin) == pytest.approx((1.0 - 6.0 * 0.21) / 0.21)
    # Whatever the unit, however extreme.
    assert skewness(1e200 * y) == pytest.approx(skewness(y))
    assert excess_kurtosis(1e-200 * y) == pytest.approx(excess_kurtosis(y))


def test_skew_and_the_transform_that_is_offered():
    z = np.random.default_rng(1).normal(size=300)
    finding = only(np.exp(z), "phenotype_skewed")
    assert finding.value == pytest.approx(skewness(np.exp(z)), rel=0.5)
    assert (finding.transform, "log_transform" in finding.remedy) == ("log", True)
    assert abs(skewness(log_transform(np.exp(z)))) < 0.5
    finding = only(np.exp(z) - 0.5, "phenotype_skewed")
    assert (finding.transform, "rank_normal" in finding.remedy) == ("rank", True)
    assert abs(skewness(rank_normal(np.exp(z) - 0.5))) < 0.01
    assert "phenotype_skewed" not in codes(np.exp(0.3 * z))


def test_heavy_tails():
    t = np.random.default_rng(4).standard_t(1.5, size=200)
    finding = only(np.concatenate([t, -t]), "phenotype_heavy_tails")
    assert finding.value == pytest.approx(excess_kurtosis(np.concatenate([t, -t])))
    assert "phenotype_heavy_tails" not in codes(np.random.default_rng(4).laplace(size=400))


def test_two_values():
    values = np.repeat([0.0, 1.0], [70, 30])
    finding = only(values, "phenotype_binary")
    assert finding.severity == "warning"
    assert finding.found == "30% are 1, the others 0."
    assert "observed scale" in finding.meaning
    assert "phenotype_binary" not in codes(np.append(values, 0.5))


def test_few_levels_and_ties(y):
    scores = np.clip(np.round((y - 20.0) + 4.0), 1, 7)
    assert only(scores, "phenotype_integer").value == np.unique(scores).size
    assert "phenotype_integer" not in codes(np.round(10.0 * y))
    floor = np.maximum(y, 19.25)
    finding = only(floor, "phenotype_ties")
    assert finding.value == pytest.approx(np.mean(y <= 19.25))
    assert "19.2" in finding.found
    assert "phenotype_ties" not in codes(np.maximum(y, 17.2))


def test_values_far_from_0(y):
    """NIST's SmLs07 to 09 lie at 10¹² and differ by 0.1: five digits are all that doubles hold."""
    finding = only(1e12 + y, "phenotype_rounded")
    assert finding.found == "Near 10¹² a number is held to ± 6 × 10⁻⁵, and the values vary by 1.8."
    assert finding.meaning.startswith("The estimates have about 5 digits;")
    assert "phenotype_rounded" not in codes(1e6 + y)
    assert "phenotype_rounded" not in codes(1e-12 * y)


def test_sorted_values(y):
    assert only(np.sort(y), "phenotype_sorted").found.startswith("The 100 values ascend")
    assert "descend" in only(-np.sort(y), "phenotype_sorted").found
    almost = np.sort(y)
    almost[[40, 41]] = almost[[41, 40]]
    assert "phenotype_sorted" not in codes(almost)
    gaps = np.sort(y)
    gaps[::7] = np.nan
    assert "phenotype_sorted" in codes(gaps)


def gaps(values, K):
    ids = [f"m{i}" for i in range(len(values))]
    return list(check_gaps(values, K, ids, where="weight", rng=np.random.default_rng(0)))


def test_gaps_that_go_with_kinship():
    K = sibs(20, 5)
    rng = np.random.default_rng(0)
    y = rng.normal(size=100)
    family = y.copy()
    family[:15] = np.nan
    (finding,) = gaps(family, K)
    assert finding.code == "phenotype_gaps_related"
    assert finding.value <= 0.005
    false = 0
    for _ in range(30):
        scattered = y.copy()
        scattered[rng.choice(100, 15, replace=False)] = np.nan
        false += len(gaps(scattered, K))
    assert false <= 1
    family[:] = y
    family[:4] = np.nan
    assert not gaps(family, K)


def test_residuals_of_the_fit():
    K = sibs(30, 5)
    y = simulate_phenotype(K, 0.8, rng=np.random.default_rng(8)).y.copy()
    assert not list(check_residuals(fit_lmm(y, None, K)))
    y[10:15] += 3.0
    y[12] -= 8.0
    ids = tuple(f"m{i}" for i in range(150))
    (finding,) = check_residuals(fit_lmm(y, None, K), ids)
    assert finding.code == "phenotype_residuals"
    assert finding.ids[0] == "m12"
    assert finding.value < -4.0
    # Nothing can be said without an estimate.
    assert not list(check_residuals(fit_lmm(y, None, np.eye(150))))


def test_no_more_good_fits_are_suspected_than_the_chance_says():
    K = sibs(20, 5)
    rng = np.random.default_rng(1)
    fits = (fit_lmm(simulate_phenotype(K, 0.5, rng=rng).y, None, K) for _ in range(50))
    assert sum(bool(list(check_residuals(fit))) for fit in fits) <= 3
