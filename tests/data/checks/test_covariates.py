"""Each finding about covariates, and columns that only nearly have it."""

import numpy as np
import pytest

from lmm_core import DataError, decompose, rotate
from lmm_data.checks import one_hot
from lmm_data.checks.covariate_checks import check_confounding, check_copies, check_covariates
from lmm_data.readers.reading import TextTable
from lmm_data.tables import Table
from tests.odd_views import sibs

N = 60
IDS = tuple(f"m{i}" for i in range(N))
RNG = np.random.default_rng(7)
AGE = RNG.uniform(50, 90, N)
SEX = RNG.integers(0, 2, N).astype(float)


def table(**columns):
    values = np.column_stack(list(columns.values()))
    return Table("covar.csv", IDS, tuple(columns), values)


def text(**columns):
    entries = tuple(tuple(map(str, column)) for column in columns.values())
    return TextTable("covar.csv", IDS, tuple(columns), entries)


def checked(data, traits=None, eigen=None, **settings):
    """By themselves, and beside the traits or the kinship if they are given."""
    yield from check_covariates(data, **settings)
    if traits is not None:
        yield from check_copies(data, data.columns, traits)
    if eigen is not None:
        yield from check_confounding(data, data.columns, eigen)


def codes(data, **settings):
    return {finding.code for finding in checked(data, **settings)}


def only(data, code, **settings):
    (finding,) = (one for one in checked(data, **settings) if one.code == code)
    return finding


def test_good_covariates_have_nothing():
    assert not check_covariates(table(age=AGE, sex=SEX))
    assert not check_covariates(text(age=AGE, sex=SEX))
    assert not check_covariates(Table("covar.csv", IDS, (), np.empty((N, 0))))


def test_categories_and_the_columns_they_become():
    sexes = np.where(SEX == 1, "male", "female")
    finding = only(text(age=AGE, sex=sexes), "covariate_text")
    assert finding.severity == "note"
    assert finding.found == "2 levels: “female”, “male”."
    assert "“sex=male”" in finding.remedy
    assert only(text(sex=sexes), "covariate_text", use=["sex"]).severity == "error"
    coded = one_hot(text(sex=sexes), "sex")
    assert coded.columns == ("sex=male",)
    assert np.array_equal(coded.values[:, 0], SEX)
    assert not check_covariates(coded)


def test_one_hot_of_several_levels_and_gaps():
    batch = np.array(["b", "a", "c", "NA", "10"] * 12)
    coded = one_hot(text(batch=batch), "batch")
    assert coded.columns == ("batch=a", "batch=b", "batch=c")
    assert coded.values[:3].tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert np.isnan(coded.values[3]).all()
    assert coded.values[4].tolist() == [0, 0, 0]
    # With the intercept, the columns are independent.
    X = np.column_stack([np.ones(N), coded.values])[~np.isnan(coded.values[:, 0])]
    assert np.linalg.matrix_rank(X) == 4
    with pytest.raises(DataError, match="two levels or more: column “x” has “a”"):
        one_hot(text(x=np.full(N, "a")), "x")
    with pytest.raises(DataError, match="no ids"):
        one_hot(TextTable("c", None, ("x",), (("a", "b"),)), "x")


def test_a_slip_among_numbers_is_no_category():
    ages = [f"{age:.1f}" for age in AGE]
    ages[4] = "7O"
    finding = only(text(age=ages), "covariate_entries")
    assert finding.ids == ("m4",)
    assert "“7O” in row 5" in finding.found


def test_names_are_no_categories():
    assert only(text(name=IDS), "covariate_names").value == N
    assert "covariate_names" not in codes(text(batch=["a", "b", "c"] * 20))


def test_constant_and_intercept():
    assert only(table(site=np.full(N, 3.0)), "covariate_constant").severity == "warning"
    assert only(text(site=["x"] * N), "covariate_constant").found == "Every entry is “x”."
    assert only(table(one=np.ones(N)), "covariate_intercept").severity == "note"
    assert not codes(table(site=np.full(N, 3.0) + 1e-6 * AGE, sex=SEX))
    # Neither counts as a combination of others.
    assert "covariate_aliased" not in codes(table(one=np.ones(N), age=AGE))


def test_missing_values():
    gone = AGE.copy()
    gone[:9] = np.nan
    finding = only(table(age=gone), "covariate_missing")
    assert finding.value == 0.15
    assert finding.severity == "warning"
    assert finding.ids == IDS[:9]
    gone[3:9] = AGE[3:9]
    assert only(table(age=gone), "covariate_missing").severity == "note"
    assert "covariate_constant" in codes(table(age=np.full(N, np.nan)))


def test_codes_for_missing():
    age = AGE.copy()
    age[7] = -9
    assert only(table(age=age), "covariate_code").ids == ("m7",)
    assert "covariate_code" not in codes(table(sex=SEX))


def test_levels_that_may_be_categories():
    assert only(table(batch=np.arange(N) % 4), "covariate_levels").value == 4
    assert "covariate_levels" not in codes(table(count=np.round(AGE)))


@pytest.mark.parametrize("name", ["batch", "Batch_no", "sex", "cage", "site (code)"])
def test_numbers_that_are_called_categories_need_not_follow_each_other(name):
    for levels in ((0, 1, 2), (101, 205, 307), (2019, 2021, 2022)):
        codes_of = table(**{name: np.choose(np.arange(N) % 3, levels)})
        finding = only(codes_of, "covariate_levels")
        assert (finding.severity, finding.value) == ("note", 3)
        # The numbers as they stand in the file: 2019 is not 2,020.
        assert finding.found == f"3 levels, from {levels[0]} to {levels[2]}."
        assert f"(--factor {name})" in finding.remedy


def test_measures_are_no_categories():
    for quiet in (
        # Doses, and what has a name of which a category's is a part.
        {"dose": np.choose(np.arange(N) % 3, (0, 10, 50))},
        {"litter_size": np.choose(np.arange(N) % 3, (4, 6, 9))},
        {"percentage": np.choose(np.arange(N) % 3, (10, 20, 40))},
        # Two levels are one column either way, and a size is no category whatever its name.
        {"sex": 1.0 + SEX},
        {"litter": np.round(AGE)},
        {"batch": np.arange(N) % 3 + 0.5},
    ):
        assert "covariate_levels" not in codes(table(**quiet), use=[*quiet])


def test_codes_are_named_as_they_stand():
    age = AGE.copy()
    age[[7, 9]] = 9999
    assert only(table(age=age), "covariate_code").title == "9999 may mean missing"
    assert only(table(year=np.full(N, 2019.0)), "covariate_constant").found == (
        "Every entry is 2019."
    )


def test_aliased_columns_are_those_that_the_rotation_leaves_out():
    columns = {"age": AGE, "sex": SEX, "female": 1.0 - SEX, "both": 2.0 * AGE - SEX}
    found = [f for f in check_covariates(table(**columns)) if f.code == "covariate_aliased"]
    assert [f.where for f in found] == ["covar.csv, female", "covar.csv, both"]
    assert "the intercept and “sex”." in found[0].found
    assert "“age”, “sex”" in found[1].found
    X = np.column_stack([np.ones(N), *columns.values()])
    assert rotate(decompose(sibs(15, 4)), AGE + SEX, X).aliased.tolist() == [3, 4]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_nearly_aliased_columns(scale):
    weeks = (AGE / 7.0 + 0.05 * RNG.normal(size=N)) * scale
    finding = only(table(age=AGE, weeks=weeks), "covariate_nearly_aliased")
    assert finding.where == "covar.csv, weeks"
    assert finding.value == pytest.approx(np.corrcoef(AGE, weeks)[0, 1] ** 2)
    assert "“age”" in finding.found
    far = (AGE / 7.0 + 0.5 * RNG.normal(size=N)) * scale
    assert "covariate_nearly_aliased" not in codes(table(age=AGE, weeks=far))


def test_many_covariates():
    noise = {f"x{j}": RNG.normal(size=N) for j in range(N)}
    finding = only(table(**noise), "covariate_many")
    assert finding.severity == "error"
    assert finding.value == N + 1
    few = dict(list(noise.items())[:8])
    finding = only(table(**few), "covariate_many")
    assert finding.severity == "warning"
    assert "51 contrasts" in finding.meaning
    assert "covariate_many" not in codes(table(**dict(list(noise.items())[:5])))
    assert "covariate_many" not in codes(table(**noise), use=["x0", "x1"])


def test_the_phenotype_again():
    weight = 20.0 + RNG.normal(size=N)
    traits = Table("pheno.csv", IDS, ("weight",), weight[:, np.newaxis])
    finding = only(table(age=AGE, kg=weight / 1000.0), "covariate_is_phenotype", traits=traits)
    assert finding.where == "covar.csv, kg"
    assert "weight" in finding.found
    near = weight + 0.01 * RNG.normal(size=N)
    assert "covariate_is_phenotype" not in codes(table(near=near), traits=traits)


def test_what_goes_with_the_kinship():
    eigen = decompose(sibs(12, 5))
    home = np.repeat(RNG.normal(size=12), 5)
    data = table(age=AGE, sex=SEX, home=home)
    finding = only(data, "covariate_confounded", eigen=eigen)
    assert finding.where == "covar.csv, home"
    assert finding.value == pytest.approx(1.0)
    assert finding.found.endswith("20% would be chance.")
    # Where all eigenvalues are alike, none is leading.
    assert "covariate_confounded" not in codes(data, eigen=decompose(np.eye(N)))
    # Half of the variance between families is more than chance gives, but not its own.
    mixed = home / home.std() + 1.5 * RNG.normal(size=N)
    assert "covariate_confounded" not in codes(table(mixed=mixed), eigen=eigen)
