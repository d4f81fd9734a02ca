import json

import numpy as np
import pytest

from lmm_core.kinship import centered_kinship, decompose, standardized_kinship
from lmm_data.dataset import align
from lmm_data.readers.genotypes.plink import read_fam, read_plink
from lmm_data.readers.text.csv import read_kinship, read_table
from sample_data.make_samples import choose_sibships, read_families
from tests.places import REFERENCE, SAMPLES

GEMMA = json.loads((REFERENCE / "gemma_kinship.json").read_text())


def sexes():
    return read_fam(SAMPLES / "mouse_hs1940.fam.gz").covariates.numbers()


@pytest.fixture(scope="module")
def mice():
    return read_plink(SAMPLES / "mouse_hs1940")


@pytest.fixture(scope="module")
def varying(mice):
    dosages = mice[0].dosages()
    return dosages[:, dosages.std(axis=0) > 0]


@pytest.fixture(scope="module")
def centered(varying):
    return centered_kinship(varying)


def load(folder):
    return align(
        folder.name,
        read_table(folder / "pheno.csv"),
        read_kinship(folder / "kinship.csv"),
        read_table(folder / "covar.csv"),
    )


def loglik(problem, h, reml):
    """Straight from V, by dense algebra: it shares nothing with the package's likelihood."""
    y, X = problem.y, problem.X
    V = h * problem.K + (1 - h) * np.eye(problem.n)
    VX, Vy = np.linalg.solve(V, X), np.linalg.solve(V, y)
    beta = np.linalg.solve(X.T @ VX, X.T @ Vy)
    df = problem.n - X.shape[1] if reml else problem.n
    sigma2 = (y - X @ beta) @ (Vy - VX @ beta) / df
    value = df * np.log(2 * np.pi * sigma2) + df + np.linalg.slogdet(V)[1]
    if reml:
        value += np.linalg.slogdet(X.T @ VX)[1] - np.linalg.slogdet(X.T @ X)[1]
    return -value / 2, sigma2, beta


def test_the_folder_stays_small():
    assert sum(file.stat().st_size for file in SAMPLES.rglob("*") if file.is_file()) < 5_000_000


def test_mouse_hs1940_is_what_its_readme_says(mice, varying):
    genotypes, phenotypes = mice
    assert genotypes.counts.shape == (1940, 12226)
    assert set(np.unique(genotypes.counts)) == {0, 1, 2}
    assert varying.shape[1] == 12226 - 1230 == GEMMA["centered"]["n_markers"]
    assert set(genotypes.chromosome) == {str(k) for k in range(1, 20)}
    assert np.isnan(genotypes.position).sum() == 1926
    assert not np.isnan(genotypes.position_cm).any()
    observed = (~np.isnan(phenotypes.values)).sum(axis=0)
    assert observed.tolist() == [1410, 757, 653, 757, 653, 1580]
    sex = sexes().values
    assert ((sex == 1).sum(), (sex == 0).sum()) == (993, 947)


@pytest.mark.parametrize("kind", ["centered", "standardized"])
def test_kinship_is_that_of_gemma(kind, mice, varying, centered):
    K = centered if kind == "centered" else standardized_kinship(varying)
    assert mice[0].ids[:5] == tuple(GEMMA["ids"])
    # Half a unit in the tenth significant digit, of entries up to 1.2, or 0.4 if centred.
    atol = {"centered": 6e-11, "standardized": 6e-10}[kind]
    np.testing.assert_allclose(K[:5, :5], GEMMA[kind]["matrix"], rtol=0, atol=atol)


def test_mouse_hs300_is_cut_from_all_the_mice(mice, centered):
    genotypes, phenotypes = mice
    data = load(SAMPLES / "mouse_hs300")
    rows = [genotypes.ids.index(label) for label in data.ids]
    among = centered[np.ix_(rows, rows)]
    # On a mean diagonal of 1, in eight significant digits: half a unit in the eighth.
    np.testing.assert_allclose(data.kinship, among / np.diagonal(among).mean(), rtol=5.1e-8)
    everyone = phenotypes.select(data.ids)
    np.testing.assert_array_equal(data.traits.column("CD8"), everyone.column("pheno1"))
    np.testing.assert_array_equal(data.traits.column("MCH"), everyone.column("pheno6"))
    np.testing.assert_array_equal(data.covariates.values, sexes().select(data.ids).values)


def test_mouse_hs300_follows_the_rule_of_its_script(mice):
    chosen = choose_sibships(mice[1], read_families(SAMPLES / "mouse_hs1940"))
    assert [len(sibship) for sibship in chosen][:3] == [24, 24, 23]
    ids = load(SAMPLES / "mouse_hs300").ids
    assert tuple(label for sibship in chosen for label in sibship) == ids


def test_mouse_hs300_is_what_its_readme_says():
    data = load(SAMPLES / "mouse_hs300")
    assert data.n == 297
    assert data.alignment.matched == data.traits.ids == data.ids
    assert data.traits.columns == ("CD8", "MCH")
    assert np.isnan(data.traits.values).sum(axis=0).tolist() == [14, 9]
    assert set(data.covariates.column("sex")) == {0.0, 1.0}
    eigen = decompose(data.kinship)
    assert eigen.rank == 297
    assert eigen.mean_diagonal == pytest.approx(1.0, abs=1e-7)


def test_mouse_hs300_has_contiguous_sibships_that_show_in_the_kinship():
    data = load(SAMPLES / "mouse_hs300")
    text = (SAMPLES / "mouse_hs300" / "families.csv").read_text()
    rows = [line.split(",") for line in text.splitlines()[1:]]
    assert tuple(row[0] for row in rows) == data.ids
    sibship = np.array([int(row[-1]) for row in rows])
    steps = np.diff(sibship)
    assert set(steps) == {0, 1}
    assert sibship[-1] == 22
    sizes = np.bincount(sibship)[1:]
    assert (np.diff(sizes) <= 0).all()
    assert sizes.min() >= 4
    assert len({(row[2], row[3]) for row in rows}) == 22
    same = np.equal.outer(sibship, sibship)
    off_diagonal = ~np.eye(data.n, dtype=bool)
    assert data.kinship[same & off_diagonal].mean() > 0.15
    assert data.kinship[~same].mean() < 0.0


@pytest.mark.parametrize(
    ("trait", "reml", "h2"),
    [("CD8", True, 0.570), ("CD8", False, 0.565), ("MCH", True, 0.690), ("MCH", False, 0.686)],
)
def test_h_of_the_readme_is_a_clear_interior_maximum(trait, reml, h2):
    problem = load(SAMPLES / "mouse_hs300").problem(trait, ("sex",))
    top = loglik(problem, h2, reml)[0]
    assert top > loglik(problem, h2 - 0.002, reml)[0]
    assert top > loglik(problem, h2 + 0.002, reml)[0]
    # Four log units: well beyond the 1.92 of a 95% interval, on both sides.
    assert top - 4 > loglik(problem, 0.3, reml)[0]
    assert top - 4 > loglik(problem, 0.93, reml)[0]


@pytest.mark.parametrize("trait", ["CD8", "MCH"])
def test_reml_of_mouse_hs300_is_that_of_gemma(trait, mice, centered):
    data = load(SAMPLES / "mouse_hs300")
    problem = data.problem(trait, ("sex",))
    record = GEMMA["null_models"][f"mouse_hs300_{trait}"]
    assert problem.n == record["n"]
    # GEMMA had the kinship before it was put on a mean diagonal of 1.
    rows = [mice[0].ids.index(label) for label in data.ids]
    vg = record["vg"] * np.diagonal(centered)[rows].mean()
    value, sigma2, beta = loglik(problem, vg / (vg + record["ve"]), True)
    # GEMMA prints six significant digits.
    assert value == pytest.approx(record["reml_loglik"], abs=6e-4)
    assert sigma2 == pytest.approx(vg + record["ve"], abs=1e-5)
    assert beta[1] == pytest.approx(record["beta_sex"], abs=2e-6)


def test_tiny12_is_the_reference_data_set():
    files = sorted(file.name for file in (SAMPLES / "tiny12").glob("*.csv"))
    assert files == ["covar.csv", "kinship.csv", "pheno.csv"]
    for name in files:
        assert (SAMPLES / "tiny12" / name).read_bytes() == (
            REFERENCE / "tiny12" / name
        ).read_bytes()
    data = load(SAMPLES / "tiny12")
    assert data.n == 12
    np.testing.assert_allclose(decompose(data.kinship).values, [0.5] * 9 + [2.5] * 3)


@pytest.mark.parametrize("name", ["tiny12", "pedigree300", "groups", "bimodal30", "centred200"])
def test_reference_data_sets_can_be_read(name):
    folder = REFERENCE / name
    data = align(name, read_table(folder / "pheno.csv"), read_kinship(folder / "kinship.csv"))
    assert data.alignment.matched == data.traits.ids == data.ids
    assert decompose(data.kinship).n == data.n
