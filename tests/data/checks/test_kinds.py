"""Traits that were made of something, and means that differ where the model knows of none."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.clean import make_clean
from lmm_core import centered_kinship, fit_lmm
from lmm_core.simulate.families import (
    full_sib_families,
    simulate_phenotype,
    subpopulations,
    unrelated,
)
from lmm_data.checks import check_dataset, check_phenotype
from lmm_data.checks.cohorts import kinship_split
from lmm_data.checks.made import check_corrected, check_ratios
from lmm_data.checks.whose_kinship import (
    check_against_genotypes,
    check_families,
    check_floor,
)
from lmm_data.readers.reading import KinshipMatrix, TextTable
from lmm_data.tables import Table
from lmm_data.transforms import rank_normal

RNG = np.random.default_rng(4)
N = 160
IDS = tuple(f"m{i}" for i in range(N))
FAMILIES = full_sib_families(32, 5).K
SEX = (RNG.random(N) < 0.5).astype(float)
AGE = RNG.uniform(50, 90, N)


def report(y, K=FAMILIES, covariates=None):
    y = np.asarray(y, dtype=float)
    traits = Table("pheno.csv", IDS, ("weight",), y[:, np.newaxis])
    table = covariates and Table(
        "covar.csv", IDS, tuple(covariates), np.column_stack(list(covariates.values()))
    )
    return check_dataset(traits, KinshipMatrix("kinship", IDS, K), table)


def drawn(K=FAMILIES, h2=0.4, seed=1):
    return 20.0 + simulate_phenotype(K, h2, rng=np.random.default_rng(seed)).y


def kinds(y):
    return {finding.code: finding for finding in check_phenotype("weight", y)}


@pytest.mark.parametrize(
    ("values", "code", "title"),
    [
        (1.0 + RNG.permutation(N), "phenotype_rank", "Ranks"),
        (np.repeat(np.arange(1, N, 2) + 0.5, 2), "phenotype_rank", "Ranks"),
        (rank_normal(drawn()), "phenotype_rank", "Ranks"),
        (RNG.poisson(np.exp(RNG.normal(1.5, 0.7, N))), "phenotype_count", "Counts"),
        (RNG.beta(2, 3, N), "phenotype_ratio", "A proportion"),
    ],
)
def test_what_a_trait_is_made_of_is_noted(values, code, title):
    found = kinds(values)
    assert (found[code].severity, found[code].title) == ("note", title)


def test_a_measured_trait_is_none_of_these():
    assert not {"phenotype_rank", "phenotype_count", "phenotype_ratio"} & set(kinds(drawn()))
    assert "phenotype_count" not in kinds(np.round(10.0 * drawn()))


def test_a_ratio_of_two_columns_is_named_with_both():
    liver, body = RNG.normal(1.2, 0.2, N), RNG.normal(25, 3, N)
    other = RNG.normal(5, 1, N)
    values = np.column_stack([liver, body, np.round(100 * liver / body, 4), other])
    table = Table("p.csv", IDS, ("liver", "body", "percent", "other"), values)
    (finding,) = (f for f in check_ratios(table, table.columns) if f.column == "percent")
    assert finding.severity == "note"
    assert "“liver” divided by “body”" in finding.found
    assert not list(check_ratios(table, ("liver", "body", "other")))


def test_a_trait_that_was_corrected_already():
    X = np.column_stack([SEX, AGE])
    y = drawn() + 2.0 * SEX + 0.1 * AGE
    assert not list(check_corrected(y, X, ("sex", "age"), "w"))
    Z = np.column_stack([np.ones(N), X])
    left = np.round(y - Z @ np.linalg.lstsq(Z, y, rcond=None)[0], 3)
    (finding,) = check_corrected(left, X, ("sex", "age"), "w")
    assert (finding.code, finding.severity) == ("phenotype_corrected", "warning")
    assert report(left, covariates={"sex": SEX, "age": AGE}).of("phenotype_corrected")


def test_two_cohorts_glued_together():
    """Apart h is low; together it is of the difference between the two."""
    people = subpopulations((80, 80), rng=np.random.default_rng(2))
    K = centered_kinship(people.genotypes)
    parts = kinship_split(K)
    assert parts is not None
    y = drawn(np.eye(N), 0.0, 3) + 3.0 * parts
    together = fit_lmm(y, None, K).h2
    (finding,) = report(y, K).of("cohorts_glued")
    assert finding.severity == "warning"
    assert f"ĥ is {together:.2f}" in finding.found
    assert together > 0.5
    assert not report(drawn(np.eye(N), 0.0, 3), K).of("cohorts_glued")
    assert kinship_split(FAMILIES) is None


def test_a_step_in_the_order_of_the_rows():
    y = drawn()
    assert not report(y).of("phenotype_batch")
    y[100:] += 3.0 * y.std()
    (finding,) = report(y).of("phenotype_batch")
    assert abs(IDS.index(finding.ids[0]) - 100) <= 2
    # With the batch in the model there is nothing left to find.
    batch = (np.arange(N) >= 100).astype(float)
    assert not report(y, covariates={"batch": batch}).of("phenotype_batch")


def made_clean(seed):
    clean = make_clean(seed)
    return clean.kinship.values, clean.genotypes, clean.kinship.ids


def test_negative_entries_that_were_set_to_0():
    people = unrelated(N, markers=2000, rng=np.random.default_rng(2))
    K = centered_kinship(people.genotypes)
    (finding,) = check_floor(np.maximum(K, 0.0), "K")
    assert (finding.code, finding.severity) == ("kinship_floored", "warning")
    assert 0.3 < finding.value < 0.7
    assert not list(check_floor(K, "K"))
    assert not list(check_floor(FAMILIES, "K"))


def test_a_kinship_of_others_by_a_column_of_families():
    family = tuple(f"f{i // 5}" for i in range(N))
    table = TextTable("pheno.csv", IDS, ("family",), (family,))
    assert not list(check_families(FAMILIES, IDS, [table], "K"))
    order = np.random.default_rng(1).permutation(N)
    (finding,) = check_families(FAMILIES[np.ix_(order, order)], IDS, [table], "K")
    assert (finding.code, finding.severity) == ("kinship_of_others", "warning")
    other = replace(table, columns=("cage",))
    assert not list(check_families(FAMILIES[np.ix_(order, order)], IDS, [other], "K"))


def test_a_kinship_of_others_by_the_genotypes():
    seed = next(s for s in range(0, 200, 10) if 60 < make_clean(s).kinship.n < 300)
    K, genotypes, ids = made_clean(seed)
    assert not list(check_against_genotypes(K, ids, genotypes, "K"))
    order = np.random.default_rng(1).permutation(len(ids))
    (finding,) = check_against_genotypes(K[np.ix_(order, order)], ids, genotypes, "K")
    assert finding.code == "kinship_of_others"
