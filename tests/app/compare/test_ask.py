"""Which two problems are compared: what differs, who is in both, and K on its scales."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_app.compare.ask import Ask, centred, offered, on_scale, plan, toggled
from lmm_app.compare.pair import finds
from lmm_app.compare.rules import rules
from lmm_app.fit.chance import p_words
from lmm_core import LMMError, decompose, fit_lmm
from lmm_core.certainty import wald_test
from lmm_data.dataset import align
from lmm_data.tables import Table
from lmm_data.terms import Terms
from tests.odd_views import sibs, view
from tests.pairs import dataset, fitted


def ask(kind, which="", *, method="REML", covariates=("sex",), common=False):
    return Ask("weight", covariates, method, kind, which, common)


def test_a_covariate_comes_in_or_goes_out_in_the_order_of_the_dataset():
    data = dataset()
    assert toggled(data, ("sex",), "age") == ("sex", "age")
    assert toggled(data, ("again",), "sex") == ("sex", "again")
    assert toggled(data, ("sex", "age"), "sex") == ("age",)
    assert offered(data, "weight") == {name: (name,) for name in ("sex", "age", "again")}
    out = plan(data, ask("covariate", "sex"))
    assert (out.a.columns, out.b.columns) == (("intercept", "sex"), ("intercept",))
    into = plan(data, ask("covariate", "age"))
    assert into.b.columns == ("intercept", "sex", "age")
    assert into.same_individuals
    assert into.methods == ("REML", "REML")


def test_the_columns_of_categories_come_and_go_together():
    table = dataset().covariates
    cages = np.arange(table.n) % 3
    values = np.column_stack([table.values[:, 0], cages == 1, cages == 2])
    columns = ("sex", "cage=b", "cage=c")
    data = replace(
        dataset(),
        covariates=Table("covar.csv", table.ids, columns, values.astype(float)),
        terms=Terms(spread={"cage": ("cage=b", "cage=c")}),
    )
    assert offered(data, "weight") == {"sex": ("sex",), "cage": ("cage=b", "cage=c")}
    assert toggled(data, ("sex",), "cage") == columns
    assert toggled(data, columns, "cage") == ("sex",)
    assert toggled(data, ("cage=b",), "cage") == ()
    into = plan(data, ask("covariate", "cage"))
    assert (into.differs, into.out) == (("cage=b", "cage=c"), False)
    out = plan(data, ask("covariate", "cage", covariates=columns))
    assert (out.differs, out.out) == (("cage=b", "cage=c"), True)
    shown = fitted(out)
    assert [side.label for side in shown.sides] == ["with cage", "without cage"]
    said = " ".join(each.words for each in rules(shown))
    wald = wald_test(shown.a.view.reml, [2, 3])
    assert "by χ² with 2 degrees of freedom p = " in said
    assert (
        f"**The 2 coefficients of cage have a test of their own.** At REML’s "
        f"{finds(shown.a.view, 'REML')}, Wald’s χ² is {wald.statistic:.3g} with 2 degrees of "
        f"freedom, and {p_words(wald.p_value)}."
    ) in said


def test_a_covariate_that_is_the_trait_is_not_offered():
    data = dataset()
    both = np.column_stack([data.covariates.values[:, 0], data.traits.column("weight")])
    same = replace(
        data, covariates=Table("covar.csv", data.ids, ("sex", "weight"), both), terms=None
    )
    assert set(offered(same, "weight")) == {"sex"}
    assert set(offered(same, "height")) == {"sex", "weight"}


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_methods_are_of_one_problem(method):
    found = plan(dataset(), ask("methods", method=method))
    assert found.a is found.b
    assert found.methods == (method, {"ML": "REML", "REML": "ML"}[method])


@pytest.mark.parametrize(("kind", "which"), [("traits", "height"), ("covariate", "age")])
def test_who_is_in_one_fit_alone_is_named_and_left_out_where_that_is_asked(kind, which):
    data = dataset(2)
    found = plan(data, ask(kind, which))
    assert not found.same_individuals
    assert set(found.only_a) == set(found.a.ids) - set(found.b.ids) != set()
    assert set(found.only_b) == set(found.b.ids) - set(found.a.ids)
    common = plan(data, ask(kind, which, common=True))
    assert common.same_individuals
    assert common.a.ids == common.b.ids
    assert set(common.a.ids) == set(found.a.ids) & set(found.b.ids)
    assert (common.only_a, common.only_b) == (found.only_a, found.only_b)
    place = [data.ids.index(label) for label in common.a.ids]
    np.testing.assert_array_equal(common.a.y, data.traits.column("weight")[place])
    np.testing.assert_array_equal(common.b.relationship, data.relationship[np.ix_(place, place)])
    assert common.a.kinship_fingerprint == common.b.kinship_fingerprint


def test_records_of_one_individual_are_told_apart():
    ids = ("a", "a", "b", "b", "c", "c", "d", "d")
    y = np.arange(16.0).reshape(8, 2)
    y[1, 0], y[2, 1] = np.nan, np.nan
    data = align(
        "records",
        Table("pheno.csv", ids, ("weight", "height"), y),
        Table("K", ("a", "b", "c", "d"), ("a", "b", "c", "d"), sibs(2, 2)),
    )
    found = plan(data, ask("traits", "height", covariates=(), common=True))
    assert found.a.ids == found.b.ids == ("a", "b", "c", "c", "d", "d")
    assert found.a.y.tolist() == [0.0, 6.0, 8.0, 10.0, 12.0, 14.0]
    assert found.b.y.tolist() == [1.0, 7.0, 9.0, 11.0, 13.0, 15.0]
    assert (found.only_a, found.only_b) == (("b",), ("a",))
    other, factor = on_scale(found.a, "unit")
    assert factor == pytest.approx(1.0)
    assert np.trace(other.K) == pytest.approx(found.a.n)
    middle, factor = on_scale(found.a, "centred")
    assert factor is None
    P = np.eye(6) - 1.0 / 6.0
    np.testing.assert_allclose(middle.K, P @ found.a.K @ P, atol=1e-14)


def test_too_few_in_common_are_refused():
    ids = tuple("abcdefgh")
    y = np.full((8, 2), np.nan)
    y[:5, 0], y[3:, 1] = np.arange(5.0) ** 2, np.arange(5.0)
    data = align("few", Table("p", ids, ("weight", "height"), y), Table("K", ids, ids, sibs(4, 2)))
    assert not plan(data, ask("traits", "height", covariates=())).same_individuals
    with pytest.raises(LMMError, match="at least 3 individuals must have the values of both"):
        plan(data, ask("traits", "height", covariates=(), common=True))


@pytest.mark.parametrize(("scale", "factor"), [("doubled", 2.0), ("halved", 0.5), ("unit", 1 / 3)])
def test_a_scale_is_k_times_a_number(scale, factor):
    data = dataset()
    three = align(
        "three times",
        data.traits,
        Table("K", data.ids, data.ids, 3.0 * data.kinship),
        data.covariates,
    )
    found = plan(three, ask("scales", scale))
    assert found.factor == pytest.approx(factor)
    np.testing.assert_allclose(found.b.K, factor * found.a.K)
    assert found.b.kinship_fingerprint != found.a.kinship_fingerprint


def test_centring_takes_out_what_all_have_in_common_once():
    K = dataset().kinship
    share = np.full(len(K), 1.0 / len(K))
    P = np.eye(len(K)) - 1.0 / len(K)
    np.testing.assert_allclose(centred(K, share), P @ K @ P, atol=1e-13)
    np.testing.assert_array_equal(centred(K, share), centred(K, share).T)
    problem = view("interior").problem
    once, factor = on_scale(problem, "centred")
    assert factor is None
    assert on_scale(once, "centred") == (once, 1.0)


def test_what_cannot_be_fitted_says_why():
    with pytest.raises(LMMError, match="no trait “width”"):
        plan(dataset(), ask("traits", "width"))
    with pytest.raises(LMMError, match="no covariate “cage”"):
        plan(dataset(), ask("covariate", "cage"))
    with pytest.raises(LMMError, match="mean diagonal of 1 only if its own is above 0"):
        on_scale(view("K = 0").problem, "unit")


def test_a_problem_on_another_scale_is_fitted_as_that_kinship():
    found = plan(dataset(), ask("scales", "doubled"))
    one = fit_lmm(found.b.y, found.b.X, 2.0 * found.a.K)
    other = fit_lmm(found.b.y, found.b.X, decompose(found.b.K))
    assert other.h2 == one.h2
