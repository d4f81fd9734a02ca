import numpy as np
import pytest

from lmm_core.arrays import fingerprint
from lmm_core.errors import DataError
from lmm_data.dataset import Alignment, Dataset, align
from lmm_data.tables import Table

IDS = ("a", "b", "c", "d", "e")


def kinship(ids=IDS):
    n = len(ids)
    return Table("K.csv", ids, ids, np.add.outer(np.arange(n), np.arange(n)) / 10 + np.eye(n))


def traits(ids=IDS, values=None):
    column = np.arange(len(ids), dtype=float) if values is None else np.array(values, dtype=float)
    return Table("pheno.csv", ids, ("height", "flat"), np.column_stack([column, np.ones(len(ids))]))


def covariates(ids=IDS, sex=None):
    column = np.arange(len(ids)) % 2 if sex is None else sex
    return Table("covar.csv", ids, ("sex", "age"), np.column_stack([column, np.arange(len(ids))]))


def test_join_is_by_id_in_the_order_of_the_kinship():
    shuffled = ("d", "a", "e", "c", "b")
    data = align("mice", traits(shuffled), kinship(), covariates(tuple(reversed(IDS))))
    assert data.ids == data.traits.ids == data.covariates.ids == IDS
    np.testing.assert_array_equal(data.traits.column("height"), [1, 4, 3, 0, 2])
    np.testing.assert_array_equal(data.covariates.column("age"), [4, 3, 2, 1, 0])
    assert data.alignment == Alignment(matched=IDS)


def test_shuffling_any_file_changes_nothing_but_the_order():
    rng = np.random.default_rng(3)
    plain = align("mice", traits(), kinship(), covariates()).problem("height", ("sex", "age"))
    for _ in range(5):
        order = tuple(str(label) for label in rng.permutation(IDS))
        K = Table("K.csv", order, order, kinship().select(order).values)
        rows = [IDS.index(label) for label in order]
        K = Table("K.csv", order, order, K.values[:, rows])
        pheno = traits().select([str(label) for label in rng.permutation(IDS)])
        covar = covariates().select([str(label) for label in rng.permutation(IDS)])
        other = align("mice", pheno, K, covar).problem("height", ("sex", "age"))
        np.testing.assert_array_equal(other.y, plain.y[rows])
        np.testing.assert_array_equal(other.X, plain.X[rows])
        np.testing.assert_array_equal(other.K, plain.K[np.ix_(rows, rows)])


def test_individuals_are_those_in_every_file_and_the_others_are_named():
    data = align(
        "mice",
        traits(("x", "c", "b", "a", "y", "d")),
        kinship(("e", "d", "c", "b", "a", "k")),
        covariates(("a", "b", "c", "y", "e", "v")),
    )
    assert data.alignment == Alignment(
        matched=("c", "b", "a"),
        only_in_kinship=("k",),
        only_in_phenotype=("x",),
        only_in_covariates=("v",),
        lacking=(("e", "phenotype"), ("d", "covariates"), ("y", "kinship")),
    )
    np.testing.assert_array_equal(
        data.kinship, kinship(("e", "d", "c", "b", "a", "k")).values[2:5, 2:5]
    )
    assert data.kinship_fingerprint == fingerprint(data.kinship)


def test_without_covariates_there_is_a_table_without_columns():
    data = align("mice", traits(), kinship())
    assert data.covariates.values.shape == (5, 0)
    np.testing.assert_array_equal(data.problem("height").X, np.ones((5, 1)))


def test_problem_shares_the_kinship_when_nobody_is_dropped():
    K = kinship()
    data = align("mice", traits(), K, covariates())
    problem = data.problem("height", ["age"])
    assert problem.K is data.kinship is K.values
    assert problem.kinship_fingerprint == data.kinship_fingerprint
    assert problem.columns == ("intercept", "age")
    assert problem.dropped == ()
    assert problem.n == data.n == 5
    np.testing.assert_array_equal(problem.X, np.column_stack([np.ones(5), np.arange(5)]))
    assert not problem.y.flags.writeable
    assert not problem.X.flags.writeable


def test_missing_values_drop_individuals_from_all_arrays_together():
    data = align(
        "mice",
        traits(values=[np.nan, 1, 2, 3, np.nan]),
        kinship(),
        covariates(sex=[0, 1, np.nan, 1, np.nan]),
    )
    problem = data.problem("height")
    assert problem.ids == ("b", "c", "d")
    assert problem.dropped == (("a", "height is missing"), ("e", "height is missing"))
    np.testing.assert_array_equal(problem.K, data.kinship[1:4, 1:4])
    assert problem.kinship_fingerprint == fingerprint(problem.K) != data.kinship_fingerprint

    assert data.problem("flat", ("sex",)).dropped == (
        ("c", "sex is missing"),
        ("e", "sex is missing"),
    )
    with pytest.raises(DataError, match=r"2 of 5 have height and sex; choose another trait"):
        data.problem("height", ("sex",))


def test_a_row_that_lacks_two_values_says_both():
    ids = (*IDS, "f")
    data = align(
        "mice",
        traits(ids, [np.nan, 1, 2, 3, 4, 5]),
        kinship(ids),
        covariates(ids, [np.nan, 1, 0, 1, 0, 1]),
    )
    assert data.problem("height", ("sex",)).dropped == (("a", "height and sex are missing"),)


def test_a_constant_trait_is_not_an_error():
    np.testing.assert_array_equal(align("mice", traits(), kinship()).problem("flat").y, np.ones(5))


def test_fingerprint_changes_with_each_array():
    def made(K=None, pheno=None, covar=None, trait="height", columns=("sex",)):
        data = align("m", pheno or traits(), K or kinship(), covar or covariates())
        return data.problem(trait, columns).fingerprint

    nudged = kinship().values.copy()
    nudged[4, 4] = np.nextafter(nudged[4, 4], 2)
    others = [
        made(K=Table("K.csv", IDS, IDS, nudged)),
        made(pheno=traits(values=[0, 1, 2, 3, 5])),
        made(covar=covariates(sex=[0, 1, 0, 1, 1])),
        made(trait="flat"),
        made(columns=()),
        made(columns=("sex", "age")),
    ]
    assert made() == made()
    assert len({made(), *others}) == 7


@pytest.mark.parametrize(
    ("trait", "columns", "message"),
    [
        ("weight", (), r"mice has no trait “weight”: choose from “height”, “flat”"),
        ("height", ("sx",), r"mice has no covariate “sx”: choose from “sex”, “age”"),
        ("height", ("sex", "sex"), r"columns of X must be different: “intercept”, “sex”, “sex”"),
    ],
)
def test_problem_refuses(trait, columns, message):
    with pytest.raises(DataError, match=message):
        align("mice", traits(), kinship(), covariates()).problem(trait, columns)


def test_problem_refuses_a_second_intercept():
    ones = Table("covar.csv", IDS, ("intercept",), np.ones((5, 1)))
    with pytest.raises(DataError, match="leave the intercept out, which is always there"):
        align("mice", traits(), kinship(), ones).problem("height", ("intercept",))


def test_problem_without_covariates_to_choose_from():
    with pytest.raises(DataError, match=r"mice has no covariate “sex”: there are none"):
        align("mice", traits(), kinship()).problem("height", ("sex",))


@pytest.mark.parametrize(
    ("mine", "theirs", "message"),
    [
        (
            ("p", "q", "r", "s"),
            ("t", "u", "v"),
            r"no id is shared; K\.csv has “t”, “u”, “v”; pheno\.csv has “p”, “q”, “r” and 1 more; "
            r"write the same ids in each file$",
        ),
        (("a", "q", "r"), ("a", "u", "v"), r"1 id is shared; .*write the same ids"),
        (("a", "b", "r"), ("a", "b", "v"), r"2 ids are shared"),
        (("m1", "m2", "m3"), ("M1", "M2", "M3"), r"3 would match if upper and lower case were"),
        (("1", "2", "0"), ("001", "002", "000"), r"3 would match if leading zeros were left out"),
        (("1.0", "2.0", "3.0"), ("1", "2", "3"), r"3 would match if a final \.0 were left out"),
        (("X1", "X2", "X3"), ("1", "2", "3"), r"3 would match if an X in front were left out"),
        (("m 1", "m 2", "m 3"), ("m1", "m2", "m3"), r"3 would match if spaces were left out"),
    ],
)
def test_too_few_shared_ids(mine, theirs, message):
    with pytest.raises(DataError, match=message):
        align("mice", traits(mine), kinship(theirs))


def test_too_few_shared_ids_because_of_the_covariates():
    with pytest.raises(DataError, match=r"no id is shared; .*covar\.csv has “A”, “B”.*5 would"):
        align("mice", traits(), kinship(), covariates(tuple("ABCDE")))


def test_three_individuals_are_enough():
    assert align("mice", traits(("a", "b", "c")), kinship()).n == 3


def test_align_refuses_what_is_no_kinship():
    with pytest.raises(DataError, match=r"pheno\.csv: kinship must be square: 5 rows x 2"):
        align("mice", kinship(), traits())


def test_dataset_refuses_tables_that_were_not_aligned():
    data = align("mice", traits(), kinship())
    with pytest.raises(DataError, match=r"mice: .* build the dataset with align"):
        Dataset(
            "mice", IDS, data.kinship, traits(IDS[::-1]), data.covariates, Alignment(matched=IDS)
        )


def test_dataset_kinship_cannot_change_under_its_fingerprint():
    data = align("mice", traits(), kinship())
    mine = data.kinship.copy()
    made = Dataset("mice", IDS, mine, data.traits, data.covariates, data.alignment)
    mine[0, 0] = 99.0
    assert made.kinship_fingerprint == fingerprint(made.kinship)
