"""Numbers that are hardly values: asked about wherever they would be fitted."""

import numpy as np
import pytest

from lmm_core.errors import LMMError
from lmm_data.checks import check_dataset
from lmm_data.missing_values import asked_about
from lmm_data.preparation.preparing import Choices, prepare
from lmm_data.preparation.repairs import repairs_for
from tests.bad_inputs import SEX, Y, covar, pheno, table, with_value

RNG = np.random.default_rng(3)
WEIGHTS = RNG.normal(20.0, 3.0, 100).round(2)
SCORES = RNG.integers(1, 6, 100).astype(float)
GAINS = RNG.integers(0, 40, 100).astype(float)
SKEWED = np.exp(RNG.normal(3.0, 1.5, 100)).round(1)


def with_codes(values, *codes):
    return np.append(values, codes)


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (WEIGHTS, [-9]),
        (WEIGHTS, [-9, -9]),
        (WEIGHTS, [-1, -1, -1]),
        (WEIGHTS, [-99]),
        (WEIGHTS, [-999]),
        (WEIGHTS, [99, 99]),
        (WEIGHTS, [999]),
        (WEIGHTS, [9999, 9999]),
        (WEIGHTS, [888, 888]),
        (WEIGHTS, [-(2.0**31)]),
        (SCORES, [-9, -9]),
        (SCORES, [99]),
        (SCORES > 2, [-9]),
        (GAINS, [-9, -9]),
        (SKEWED, [-9, -9]),
        (SKEWED, [-999]),
        (WEIGHTS - 20.0, [-999]),
    ],
)
def test_what_is_asked_about(values, codes):
    found = asked_about(with_codes(np.asarray(values, float), *codes))
    assert found == ((float(codes[0]), len(codes)),)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([-9, -9, -8, -8], ((-9, 2), (-8, 2))),
        ([-99, -9, -9], ((-99, 1), (-9, 2))),
        ([-9, -9, 999], ((-9, 2), (999, 1))),
        ([888, 888, 999, 999], ((888, 2), (999, 2))),
    ],
)
def test_codes_beside_each_other(codes, said):
    assert asked_about(with_codes(WEIGHTS, *codes)) == said


@pytest.mark.parametrize(
    ("values", "others"),
    [
        (WEIGHTS, []),
        (WEIGHTS, [0, 0, 0]),
        (WEIGHTS, [61.0]),
        (WEIGHTS, [35, 35]),
        (SCORES, []),
        (SCORES, [0, 0]),
        (SCORES, [9, 9, 9]),
        (SCORES, [-1, -1]),
        # One that lost weight.
        (GAINS, [-9]),
        (GAINS - 10.0, [-9, -9]),
        (WEIGHTS + 60.0, [99, 99]),
        (SKEWED, [999]),
        (SKEWED, [9999.5]),
        (RNG.poisson(0.3, 100), []),
        (np.repeat([0.0, 1.0], 50), []),
        (1000.0 * SCORES, []),
        (np.array([], float), []),
        (np.full(9, np.nan), []),
    ],
)
def test_what_may_be_values_is_not(values, others):
    assert asked_about(with_codes(np.asarray(values, float), *others)) == ()


def test_good_samples_of_many_kinds_are_not_asked_about():
    rng = np.random.default_rng(11)
    kinds = (
        lambda n: rng.normal(100.0, 15.0, n).round(),
        lambda n: rng.normal(0.0, 10.0, n).round(),
        lambda n: rng.poisson(4.0, n),
        lambda n: rng.negative_binomial(0.3, 0.02, n),
        lambda n: np.exp(rng.normal(4.0, 2.0, n)).round(),
        lambda n: rng.standard_t(2, n).round(),
        lambda n: rng.binomial(1, 0.05, n),
        lambda n: rng.integers(-3, 4, n),
        lambda n: rng.pareto(0.7, n).round(),
    )
    for _ in range(100):
        for kind in kinds:
            for n in (12, 60, 300):
                assert asked_about(np.asarray(kind(n), float)) == ()


CODED = with_value(-9, (3, 8))
SAID = (
    "it must be said whether a number is a value or means “missing”: −9 stands twice in “weight”, "
    "and all else lies from 12.6 to 26.1; say --missing -9 if it means “missing”, --not-missing "
    "-9 if it is a value, or choose another trait"
)


def test_a_trait_is_not_fitted_before_that_is_said():
    files = pheno(table({"weight": CODED}))
    prepared = prepare(files)
    assert prepared.dataset is None
    assert prepared.problem == f"pheno.csv: {SAID}"
    gone, kept = (one for one in repairs_for(prepared) if "missing" in one.code)
    assert (gone.label, kept.label) == ("Take −9 for missing", "−9 is a value")
    assert (gone.choices, kept.choices) == (Choices(missing=("-9",)), Choices(not_missing=("-9",)))
    assert np.isnan(prepare(files, gone.choices).require_dataset().traits.column("weight")[3])
    taken = prepare(files, kept.choices)
    assert taken.require_dataset().traits.column("weight")[3] == -9.0
    assert not [one for one in repairs_for(taken) if "missing" in one.code]


def test_another_trait_is_fitted():
    data = prepare(pheno(table({"weight": CODED, "length": Y}))).require_dataset()
    assert data.traits.columns == ("length",)
    # It is what was meant first.
    assert data.terms.traits == ("weight", "length")
    assert SAID in str(data.terms.refused_traits["weight"])


@pytest.mark.parametrize("column", [CODED, [20230101 + k % 28 for k in range(len(Y))]])
def test_the_others_are_checked(column):
    files = pheno(table({"a": column, "length": Y}))
    prepared = prepare(files)
    tables = prepared.phenotypes, prepared.kinship, prepared.covariates
    report = check_dataset(*tables, dataset=prepared.require_dataset())
    assert report.of("power_expected") or report.of("power_low")


@pytest.mark.parametrize("how", ["rank", "log"])
def test_nor_is_what_is_made_of_it(how):
    chosen = Choices(transforms=(("weight", how),))
    assert SAID in prepare(pheno(table({"weight": CODED, "length": Y})), chosen).problem


def test_a_covariate_is_not_fitted_either():
    files = covar(table({"age": CODED, "sex": SEX}))
    data = prepare(files).require_dataset()
    with pytest.raises(
        LMMError, match=r"−9 stands twice in “age”, and all else.*or leave the column out"
    ):
        data.problem("weight", ("age",))
    assert data.problem("weight", ("sex",)).X.shape[1] == 2
    kept = prepare(files, Choices(not_missing=("-9",))).require_dataset()
    assert kept.problem("weight", ("age",)).X.shape[1] == 2
    with pytest.raises(LMMError, match="−9 stands twice in “age”"):
        prepare(files).require_dataset().problem("weight", (), weights="age")


def test_categories_may_be_called_999_but_not_minus_nine():
    batches = [(1, 2, 999)[k % 3] for k in range(len(Y))]
    files = covar(table({"batch": batches}))
    assert prepare(files, Choices(factors=("batch",))).dataset.covariates.columns == (
        "batch=2",
        "batch=999",
    )
    coded = covar(table({"batch": [-9 if k == 999 else k for k in batches]}))
    data = prepare(coded, Choices(factors=("batch",))).require_dataset()
    with pytest.raises(LMMError, match="−9 stands 20 times in “batch”"):
        data.problem("weight", ("batch",))
