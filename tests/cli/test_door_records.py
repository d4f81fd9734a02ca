"""Records and values far from zero at the door: several rows of one id, traits near 10¹²."""

import csv

import numpy as np
import pytest

from lmm_core import decompose_records, fit_lmm, scan_markers
from tests.cli_helpers import Shell, write
from tests.places import REFERENCE

CASES = REFERENCE / "cases"
RECORDS = CASES / "repeated_records"
FAR = CASES / "far_from_zero"
# With every record; their means would give 0.8535.
H2, H2_OF_MEANS = 0.5360, 0.8535
SAID = (
    "pheno.csv has 99 records of 40 individuals: each is an observation, and those of one "
    "individual share its genetic value."
)


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def files(folder, *names):
    return [str(folder / name) for name in names]


def both(folder, pheno="pheno.csv"):
    return ["--pheno", str(folder / pheno), "--kinship", str(folder / "kinship.csv")]


def rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def expanded():
    """K of the lines, and whose each record is."""
    square = rows(RECORDS / "kinship.csv")
    ids = [row["id"] for row in square]
    K = np.array([[float(row[label]) for label in ids] for row in square])
    return K, np.array([ids.index(row["line"]) for row in rows(RECORDS / "pheno.csv")])


def test_rows_of_one_id_are_records_and_it_is_said(shell):
    ran = shell("fit", *files(RECORDS, "pheno.csv", "kinship.csv"))
    assert ran.code == 0
    assert SAID in ran.words
    assert "height of 99 records of 40 individuals, by REML" in ran.words
    assert "mean" not in ran.words
    ran = shell("fit", *files(RECORDS, "pheno.csv", "kinship.csv"), "--json")
    fit, data = ran.json["fit"], ran.json["data"]
    assert fit["h2"] == pytest.approx(H2, abs=5e-5)
    assert (fit["n"], data["individuals"], len(data["ids"])) == (99, 40, 99)
    K, of = expanded()
    y = [float(row["height"]) for row in rows(RECORDS / "pheno.csv")]
    expected = fit_lmm(y, None, K[np.ix_(of, of)])
    assert fit["h2"] == pytest.approx(expected.h2, abs=1e-9)
    assert fit["loglik"] == pytest.approx(expected.loglik, abs=1e-9)


def test_the_means_would_say_something_else():
    K, of = expanded()
    y = np.array([float(row["height"]) for row in rows(RECORDS / "pheno.csv")])
    means = np.bincount(of, y) / np.bincount(of)
    assert fit_lmm(means, None, K).h2 == pytest.approx(H2_OF_MEANS, abs=5e-5)


def test_a_covariate_of_each_record_is_taken_from_the_phenotypes(shell):
    command = ["fit", *both(RECORDS, "pheno_age.csv"), "--trait", "height", "--use", "age"]
    ran = shell(*command, "--json")
    expected = fit_with("age")
    assert ran.json["fit"]["h2"] == pytest.approx(expected.h2, abs=1e-9)
    assert ran.json["fit"]["beta"] == pytest.approx(expected.beta.tolist(), rel=1e-9)


SITE = np.round(np.random.default_rng(3).normal(size=40), 3)


def fit_with(*columns):
    """The fit with covariates of lines or of records."""
    K, of = expanded()
    table = rows(RECORDS / "pheno_age.csv")
    values = {"site": SITE[of], "age": [float(row["age"]) for row in table]}
    X = np.column_stack([np.ones(99), *(values[column] for column in columns)])
    return fit_lmm([float(row["height"]) for row in table], X, decompose_records(K, of))


def covariates_of_lines(folder, twice=False):
    """A file with a covariate for each line, in another order than the kinship."""
    ids = [row["id"] for row in rows(RECORDS / "kinship.csv")][::-1]
    lines = [f"{label},{value}" for label, value in zip(ids, SITE[::-1], strict=True)]
    (covar,) = write(folder, covar="\n".join(["id,site", *lines, *lines[:2] * twice]) + "\n")
    return covar


def test_covariates_of_individuals_are_those_of_each_record(shell, tmp_path):
    covar, expected = covariates_of_lines(tmp_path), fit_with("site")
    ran = shell("fit", *both(RECORDS), "--covar", covar, "--json")
    assert ran.json["fit"]["h2"] == pytest.approx(expected.h2, abs=1e-9)
    assert ran.json["fit"]["beta"] == pytest.approx(expected.beta.tolist(), rel=1e-9)
    # Beside one of records, from the phenotypes.
    command = ["fit", *both(RECORDS, "pheno_age.csv"), "--covar", covar, "--trait", "height"]
    ran = shell(*command, "--use", "site", "age", "--json")
    assert ran.json["data"]["columns"] == ["intercept", "site", "age"]
    assert ran.json["fit"]["n"] == 99
    more = fit_with("site", "age")
    assert ran.json["fit"]["beta"] == pytest.approx(more.beta.tolist(), rel=1e-9)


def test_two_rows_of_one_id_among_the_covariates_are_an_error(shell, tmp_path):
    covar = covariates_of_lines(tmp_path, twice=True)
    ran = shell("fit", *both(RECORDS), "--covar", covar)
    assert ran.code == 1
    assert (
        "covar.csv: each individual must have one row: “line39” has 2, the first two are rows 1 "
        "and 41 (and 1 more have several); keep the row that holds; several records of one "
        "individual belong among the phenotypes"
    ) in ran.words


def test_two_rows_of_one_id_in_a_kinship_are_an_error(shell, tmp_path):
    lines = (RECORDS / "kinship.csv").read_text().splitlines()
    (kinship,) = write(tmp_path, kinship="\n".join([*lines, lines[1]]) + "\n")
    ran = shell("fit", str(RECORDS / "pheno.csv"), kinship)
    assert ran.code == 1


def test_a_few_ids_that_are_there_twice_are_looked_at(shell, tmp_path):
    lines = (RECORDS / "pheno.csv").read_text().splitlines()
    first = {line.split(",")[0]: line for line in lines}
    once = list(first.values())
    (pheno,) = write(tmp_path, pheno="\n".join([*once, once[5] + "1"]) + "\n")
    ran = shell("fit", pheno, str(RECORDS / "kinship.csv"))
    assert ran.code == 0
    assert "Two rows for a few" in ran.words
    assert "There are 41 records of 40 individuals" in ran.words
    assert "If a row belongs to somebody else, correct its id." in ran.words
    (pheno,) = write(tmp_path, pheno="\n".join([*once, *once[1:3]]) + "\n")
    ran = shell("fit", pheno, str(RECORDS / "kinship.csv"))
    assert "Rows that are there twice" in ran.words
    assert "Keep one of them" in ran.words
    (pheno,) = write(tmp_path, pheno="\n".join([*once, *once[1:]]) + "\n")
    ran = shell("fit", pheno, str(RECORDS / "kinship.csv"))
    assert ran.code == 1
    assert "is the same in all rows of each of 40 individuals" in ran.words


@pytest.mark.parametrize("command", ["check", "fit"])
def test_records_are_checked_with_the_kinship_of_the_individuals(shell, command):
    ran = shell(command, *files(RECORDS, "pheno.csv", "kinship.csv"))
    assert ran.code == 0
    assert "fit for use" in ran.words
    assert "identical" not in ran.words


def test_every_trait_of_the_records_is_fitted(shell, tmp_path):
    out = tmp_path / "results.csv"
    found = shell(
        "fit", "--all-traits", *files(RECORDS, "pheno_age.csv", "kinship.csv"), "--out", out
    )
    assert found.code == 0
    assert "2 traits of 99 records of 40 individuals, by REML" in found.words
    by_trait = {row["trait"]: row for row in rows(out)}
    assert float(by_trait["height"]["h2"]) == pytest.approx(H2, abs=5e-5)
    assert by_trait["height"]["n"] == "99"


def test_a_record_without_a_value_leaves_and_its_individual_with_the_last(shell, tmp_path):
    lines = (RECORDS / "pheno.csv").read_text().splitlines()
    label = lines[1].split(",")[0]
    gone = [f"{label},NA" if line.startswith(f"{label},") else line for line in lines]
    lost = sum(line.startswith(f"{label},") for line in lines)
    (pheno,) = write(tmp_path, pheno="\n".join(gone) + "\n")
    ran = shell("fit", pheno, str(RECORDS / "kinship.csv"))
    assert f"height of {99 - lost} records of 39 individuals" in ran.words
    assert f"left out, for missing values: {lost}" in ran.words


def test_a_scan_of_records_is_that_of_the_matrix_written_out(shell, tmp_path):
    rng = np.random.default_rng(5)
    K, of = expanded()
    counts = rng.integers(0, 3, (len(K), 6))
    ids = [row["id"] for row in rows(RECORDS / "kinship.csv")]
    bed = tmp_path / "lines.bed"
    # Two bits for each: 00, 10 and 11 for two, one and no copies of the allele that is counted.
    bits = np.array([3, 2, 0], dtype=np.uint8)[counts].T.reshape(6, -1, 4)
    bed.write_bytes(
        bytes([0x6C, 0x1B, 1]) + (bits << [0, 2, 4, 6]).sum(axis=2).astype("u1").tobytes()
    )
    bed.with_suffix(".bim").write_text("".join(f"1 rs{j} 0 {j + 1} A G\n" for j in range(6)))
    bed.with_suffix(".fam").write_text("".join(f"0 {label} 0 0 0 -9\n" for label in ids))
    ran = shell("scan", *both(RECORDS), "--geno", bed, "--out", tmp_path / "scan.csv")
    assert ran.code == 0
    assert "6 markers tested for height of 99 records of 40 individuals" in ran.words
    y = [float(row["height"]) for row in rows(RECORDS / "pheno.csv")]
    expected = scan_markers(counts[of].astype(float), y, None, K[np.ix_(of, of)])
    found = [float(row["beta"]) for row in rows(tmp_path / "scan.csv")]
    np.testing.assert_allclose(found, expected.beta, rtol=1e-6)


def test_values_near_a_million_million_are_fitted(shell):
    ran = shell("fit", *files(FAR, "pheno.csv", "kinship.csv"))
    assert ran.code == 0
    assert "fit for use" in ran.words
    assert "0.4878" in ran.words
    assert "Near 10¹² a number is held to ± 6 × 10⁻⁵, and the values vary by 0.14." in ran.words
    fit = shell("fit", *files(FAR, "pheno.csv", "kinship.csv"), "--json").json["fit"]
    # NIST's SmLs07 has five digits in doubles.
    assert fit["h2"] == pytest.approx(20 / 41, rel=1e-4)
    assert fit["status"] == "interior"


def test_values_near_a_million_million_that_are_all_the_same_are_refused(shell, tmp_path):
    lines = [f"{row['id']},1000000000000.4" for row in rows(FAR / "pheno.csv")]
    (pheno,) = write(tmp_path, pheno="\n".join(["id,trait", *lines]) + "\n")
    ran = shell("fit", pheno, str(FAR / "kinship.csv"))
    assert ran.code == 1
    assert "All values are the same" in ran.words
