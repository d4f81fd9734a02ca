"""Whole data sets, prepared with no choice or few."""

import numpy as np

from lmm_data.checks import check_dataset
from lmm_data.preparation.preparing import prepare
from tests.rqtl2_files import F2, SMALL
from tests.uploads import COVAR, IDS, PAIR, square, zipped


def test_a_cross_needs_no_choice():
    prepared = prepare({"f2.zip": zipped(F2)})
    assert prepared.problem == ""
    assert prepared.dataset.name == "f2"
    assert prepared.dataset.n > 10
    np.testing.assert_allclose(np.diag(prepared.dataset.kinship).mean(), 1.2, atol=0.5)
    loose = prepare(SMALL)
    assert (loose.dataset.n, loose.dataset.traits.columns) == (3, ("y",))


def test_a_zip_of_tables_is_its_tables():
    data = prepare({"all.zip": zipped({**PAIR, "covar.csv": COVAR})}).dataset
    assert data.name == "pheno"
    assert data.covariates.columns == ("sex", "age")


def test_a_fam_file_alone_is_phenotypes_and_sex():
    fam = b"".join(
        b"F %s 0 0 %d %d.5\n" % (label.encode(), k % 2 + 1, k) for k, label in enumerate(IDS)
    )
    data = prepare({"x.fam": fam, "K.csv": square()}).dataset
    assert (data.name, data.traits.columns, data.covariates.columns) == ("x", ("pheno1",), ("sex",))
    np.testing.assert_array_equal(data.covariates.column("sex"), [1, 0, 1, 0])


def test_what_is_prepared_can_be_checked():
    rng = np.random.default_rng(8)
    n = 40
    ids = tuple(f"m{k}" for k in range(n))
    Z = rng.normal(size=(n, 80))
    table = "id,w,sex\n" + "".join(
        f"{label},{rng.normal()},{k % 2}\n" for k, label in enumerate(ids)
    )
    prepared = prepare({"K.csv": square(Z @ Z.T / 80, ids), "pheno.csv": table.encode()})
    report = check_dataset(prepared.phenotypes, prepared.kinship, prepared.covariates)
    # A column that is a trait and a covariate is no copy of itself.
    assert report.of("covariate_is_phenotype") == ()
    assert report.verdict != "not usable"
    fitted = {finding.where for finding in report.findings if finding.code.startswith("power")}
    assert fitted == {"pheno.csv, w"}
    renamed = prepare(
        {"K.csv": square(Z @ Z.T / 80, ids), "a.csv": table.encode(), "covar.csv": table.encode()}
    )
    copied = check_dataset(renamed.phenotypes, renamed.kinship, renamed.covariates)
    assert copied.of("covariate_is_phenotype")


def test_progress_ascends_to_the_end():
    seen = []
    prepare(PAIR, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
