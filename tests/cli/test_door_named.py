"""What was named is used, or nothing is fitted: files, covariates and traits at the door."""

import csv
import gzip
import shutil

import numpy as np
import pytest

from tests.cli_helpers import Shell
from tests.places import REFERENCE, SAMPLES
from tests.rqtl2_files import F2, changed

CASES = REFERENCE / "cases"


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def case(name, *files):
    return [str(CASES / name / file) for file in files]


def named(name, *pairs):
    """Files by their options: ("pheno", "pheno.csv"), …"""
    return [part for option, file in pairs for part in (f"--{option}", str(CASES / name / file))]


LOST = named(
    "lost_file", ("pheno", "pheno.csv"), ("kinship", "kinship.csv"), ("covar", "broken_covar.csv")
)
WHY_LOST = (
    "broken_covar.csv: each column must have its own name: “sex” is the name of column 2 and of "
    "column 3; rename one of them, or leave broken_covar.csv out"
)


@pytest.mark.parametrize("command", [["fit"], ["check"], ["fit", "--json"], ["check", "--json"]])
def test_a_file_that_cannot_be_read_stops_the_fit(shell, command):
    ran = shell(*command, *LOST)
    assert ran.code == 1
    if "--json" in command:
        assert ran.json["error"] == WHY_LOST
        assert "beta" not in str(ran.json.get("fit"))
    else:
        assert WHY_LOST in ran.words


def test_the_reason_comes_first(shell):
    assert shell("fit", *LOST).words.startswith(f"No fit: {WHY_LOST}.")


@pytest.mark.parametrize("command", [["fit", "--all-traits"], ["scan"]])
def test_nor_are_all_traits_or_markers_tested_without_it(shell, command):
    ran = shell(*command, *LOST)
    assert (ran.code, ran.out) == (1, "")
    assert WHY_LOST in " ".join(ran.err.split())


def test_the_reason_is_in_the_json_of_all_traits(shell):
    ran = shell("fit", "--all-traits", "--json", *LOST)
    assert ran.code == 1
    assert ran.json["error"] == WHY_LOST
    assert ran.json["traits"] == []


def test_files_given_bare_are_named_as_well(shell):
    ran = shell("fit", *LOST[1::2])
    assert ran.code == 1
    assert "broken_covar.csv: each column must have its own" in ran.words
    assert "or leave broken_covar.csv out" in ran.words


def test_a_kinship_that_is_named_is_not_made_of_genotypes_instead(shell, tmp_path):
    formats = REFERENCE / "formats"
    for ending in ("bed", "bim", "fam"):
        shutil.copy(formats / f"toy.{ending}", tmp_path)
    broken = tmp_path / "K.csv"
    broken.write_text("id,a,b\na,1\n")
    people = [line.split()[1] for line in (tmp_path / "toy.fam").read_text().splitlines()]
    pheno = tmp_path / "y.csv"
    pheno.write_text("\n".join(["id,w", *(f"{one},{k * k % 7}" for k, one in enumerate(people))]))
    given = ["--geno", tmp_path / "toy.bed", "--pheno", pheno]
    assert shell("fit", *given).code == 0
    for command in ("fit", "scan"):
        ran = shell(command, *given, "--kinship", broken)
        assert ran.code == 1
        assert "K.csv: " in ran.words + ran.err
        assert "or leave K.csv out" in " ".join((ran.words + ran.err).split())


def test_phenotypes_that_are_named_are_not_those_of_the_fam_file_instead(shell, tmp_path):
    formats = REFERENCE / "formats"
    for ending in ("bed", "bim", "fam"):
        shutil.copy(formats / f"toy.{ending}", tmp_path)
    broken = tmp_path / "y.csv"
    broken.write_text("id,weight,weight\na,1,2\n")
    for command in ("fit", "scan"):
        ran = shell(command, "--geno", tmp_path / "toy.bed", "--pheno", broken)
        assert ran.code == 1
        assert "“weight” is the name of column 2 and of column 3" in " ".join(
            (ran.out + ran.err).split()
        )


def test_all_fourteen_covariates_are_in_the_model(shell):
    files = case("many_covariates", "pheno.csv", "covar.csv", "kinship.csv")
    ran = shell("fit", *files, "--json")
    assert ran.json["fit"]["h2"] == pytest.approx(0.6624, abs=5e-5)
    assert ran.json["data"]["columns"] == ["intercept", *(f"c{k}" for k in range(1, 15))]
    every = shell("fit", *files, "--all-traits", "--json").json
    assert every["traits"][0]["h2"] == pytest.approx(ran.json["fit"]["h2"], abs=1e-9)


WORDS = case("words_as_covariates", "pheno.csv", "kinship.csv")


def covar(file):
    return named("words_as_covariates", ("covar", file))


def test_words_are_columns_of_0_and_1_and_the_base_is_named(shell):
    ran = shell("fit", *WORDS, *covar("covar.csv"), "--json")
    assert ran.json["fit"]["h2"] == pytest.approx(0.6416, abs=5e-5)
    assert ran.json["data"]["columns"] == ["intercept", "sex=M", "age"]
    assert "sex of covar.csv: M against F." in ran.json["notes"]
    text = shell("fit", *WORDS, *covar("covar.csv")).words
    assert "sex of covar.csv: M against F." in text
    asked = shell("fit", *WORDS, *covar("covar.csv"), "--use", "sex", "--json").json
    alone = shell("fit", *WORDS, *covar("covar_only_text.csv"), "--json").json
    assert asked["data"]["columns"] == ["intercept", "sex=M"]
    assert asked["fit"]["h2"] == pytest.approx(alone["fit"]["h2"], abs=1e-9)


def test_all_traits_have_the_same_model_and_say_the_same(shell):
    one = shell("fit", *WORDS, *covar("covar.csv"), "--json").json
    every = shell("fit", *WORDS, *covar("covar.csv"), "--all-traits", "--json").json
    assert every["columns"] == one["data"]["columns"]
    assert every["notes"] == one["notes"]
    assert every["traits"][0]["h2"] == pytest.approx(one["fit"]["h2"], abs=1e-9)
    text = shell("fit", *WORDS, *covar("covar.csv"), "--all-traits").words
    assert "M against F." in text
    assert "Covariates: intercept, sex=M, age." in text


def test_a_covariate_with_a_bad_cell_stops_and_the_way_on_works(shell):
    ran = shell("fit", *WORDS, *covar("covar_typo.csv"))
    assert ran.code == 1
    assert ran.words.startswith(
        "No fit: covar_typo.csv: every entry of a covariate must be a number: row 5 (“an05”), "
        "column “age” holds “12wk”; correct it, write NA if it is missing, or leave the column "
        "out of the model: “--use sex” does that."
    )
    assert "--missing 12wk" in ran.words
    without = shell("fit", *WORDS, *covar("covar_typo.csv"), "--use", "sex", "--json").json
    assert without["data"]["columns"] == ["intercept", "sex"]
    taken = shell("fit", *WORDS, *covar("covar_typo.csv"), "--missing", "12wk", "--json").json
    assert taken["fit"]["n"] == 29
    for command in (["fit", "--all-traits"], ["scan"]):
        stopped = shell(*command, *WORDS, *covar("covar_typo.csv"))
        assert stopped.code == 1
        assert "holds “12wk”" in stopped.err
    checked = shell("check", *WORDS, *covar("covar_typo.csv"))
    assert checked.code == 1
    assert "Verdict: not usable" in checked.words


CELL = case("one_bad_cell", "textfirst.csv", "kinship.csv")
WHY = (
    "textfirst.csv: every entry of a trait must be a number: row 5 (“an05”), column “weight” "
    "holds “21.37*”; correct it, or write NA if it is missing"
)


@pytest.mark.parametrize("options", [["--trait", "weight"], []])
def test_a_bad_cell_of_the_trait_is_named(shell, options):
    ran = shell("fit", *CELL, *options)
    assert ran.code == 1
    assert ran.words.startswith(f"No fit: {WHY}.")
    assert shell("fit", *CELL, *options, "--json").json["error"] == WHY
    assert shell("check", *CELL, *options).code == 1
    assert shell("fit", *CELL, *options, "--missing", "21.37*", "--json").json["fit"]["n"] == 29


def test_another_trait_can_still_be_asked_for(shell):
    ran = shell("fit", *CELL, "--trait", "length", "--json")
    assert ran.code == 0
    assert ran.json["data"]["trait"] == "length"
    unknown = shell("fit", *CELL, "--trait", "height")
    assert unknown.code == 2
    assert "there is no trait “height”; choose from “length”, “weight”" in unknown.err.replace(
        ": choose", "; choose"
    )


def test_of_all_traits_one_with_a_bad_cell_is_named_and_the_others_are_fitted(shell, tmp_path):
    ran = shell("fit", *CELL, "--all-traits", "--json")
    assert ran.code == 0
    assert [(row["trait"], row["status"]) for row in ran.json["traits"]] == [
        ("length", "interior"),
        ("weight", "not read"),
    ]
    assert ran.json["not_read"] == {"weight": WHY}
    assert f"not read {WHY}." in shell("fit", *CELL, "--all-traits").words
    file = tmp_path / "all.csv"
    assert shell("fit", *CELL, "--all-traits", "--out", file).code == 0
    with file.open() as lines:
        rows = {row["trait"]: row for row in csv.DictReader(lines)}
    assert rows["weight"]["status"] == "not read"
    assert rows["weight"]["h2"] in ("", "NA", "nan")
    assert float(rows["length"]["h2"]) == pytest.approx(0.06138, abs=5e-6)


def test_words_are_no_trait(shell, tmp_path):
    table = tmp_path / "y.csv"
    rows = (CASES / "words_as_covariates" / "covar.csv").read_text().splitlines()
    table.write_text("\n".join(rows))
    ran = shell("fit", table, WORDS[1], "--trait", "sex")
    assert ran.code == 1
    assert "a trait must hold numbers: column “sex” holds words, such as “M” in row 1" in ran.words


BARE = named("headerless_both", ("pheno", "p3.txt"), ("kinship", "k.csv"))


def test_without_headers_a_covariate_is_no_trait(shell):
    for file in ("c2.txt", "c4.txt"):
        ran = shell("fit", *BARE, *named("headerless_both", ("covar", file)), "--json").json
        assert ran["fit"]["sigma2"] == pytest.approx(1.213, abs=5e-4)
        assert ran["fit"]["beta"][1] == pytest.approx(2.896, abs=5e-4)
        assert ran["fit"]["se_beta"][1] == pytest.approx(0.127, abs=5e-4)


def test_two_files_of_covariates_are_one_table(shell, tmp_path):
    rows = (CASES / "words_as_covariates" / "covar.csv").read_text().splitlines()
    paths = []
    for place, name in ((1, "sex"), (2, "age")):
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(",".join(np.array(row.split(","))[[0, place]]) for row in rows))
        paths.append(path)
    ran = shell("fit", *WORDS, "--covar", *paths, "--json")
    assert ran.json["fit"]["h2"] == pytest.approx(0.6416, abs=5e-5)
    twice = shell("fit", *WORDS, "--covar", paths[0], CASES / "words_as_covariates" / "covar.csv")
    assert twice.code == 1
    assert "“sex” is in sex.csv and in covar.csv; rename one of them" in twice.words


def test_the_sex_of_a_fam_file_is_in_no_model_unless_it_is_asked_for(shell, tmp_path):
    mice = REFERENCE.parents[1] / "sample_data"
    parts = {}
    for ending in ("bed", "bim", "fam"):
        with gzip.open(mice / f"mouse_hs1940.{ending}.gz", "rb") as source:
            parts[ending] = source.read()
    # The first markers will do: four individuals are a byte of each.
    row, markers = -(-parts["fam"].count(b"\n") // 4), 300
    parts["bed"] = parts["bed"][: 3 + markers * row]
    parts["bim"] = b"".join(parts["bim"].splitlines(keepends=True)[:markers])
    for ending, content in parts.items():
        (tmp_path / f"m.{ending}").write_bytes(content)
    pheno, kinship = (mice / "mouse_hs300" / f"{name}.csv" for name in ("pheno", "kinship"))
    given = ["--geno", tmp_path / "m.bed", "--pheno", pheno, "--kinship", kinship]
    said = "“sex” of m.fam can be a covariate: it is in the model only if you ask for it."
    fit = shell("fit", *given, "--json").json
    assert fit["data"]["columns"] == ["intercept"]
    assert said in fit["notes"]
    assert shell("fit", *given, "--use", "sex", "--json").json["data"]["columns"][1:] == ["sex"]
    every = shell("fit", *given, "--all-traits", "--json").json
    assert every["columns"] == ["intercept"]
    assert said in every["notes"]
    scan = [*given, "--h2", "null"]
    for options, columns in (([], "intercept"), (["--use", "sex"], "intercept, sex")):
        ran = shell("scan", *scan, *options)
        assert ran.code == 0, ran.err
        assert f"Covariates: {columns}." in ran.words
        assert said in ran.words


def test_a_second_file_that_nobody_explained_is_a_question(shell, tmp_path):
    second = tmp_path / "more.csv"
    shutil.copy(WORDS[0], second)
    ran = shell("fit", *WORDS, second)
    assert ran.code == 1
    assert ran.words.startswith(
        "No fit: each file that is given must be used: more.csv could hold the phenotypes or the "
        "covariates, and “pheno.csv” is taken for the phenotypes; leave it out, or say that it "
        "holds the phenotypes or the covariates."
    )
    # As covariates its weight is another one's, and the trait's own.
    assert shell("fit", *WORDS, "--covar", second).code == 2


BXD = [
    *("--geno", REFERENCE / "bxd" / "bxd80.geno.txt.gz"),
    *("--pheno", REFERENCE / "bxd" / "bxd80.pheno.txt"),
    *("--covar", REFERENCE / "bxd" / "bxd80.covariates.txt"),
    *("--kinship", REFERENCE / "bxd" / "bxd80.cXX.txt.gz"),
]


def test_a_scan_by_ml_under_a_centred_kinship_is_gemmas_and_says_where(shell, tmp_path):
    file = tmp_path / "scan.csv"
    ran = shell("scan", *BXD, "--same-order", "--tests", "lrt", "score", "--out", file)
    assert ran.code == 0
    assert (
        "bxd80.cXX.txt.gz is centred, and is centred again on the 67 individuals that are "
        "analysed, as GEMMA does." in ran.words
    )
    assert "rises without bound as h nears 1: lrt and score are at its best finite" in ran.words
    with gzip.open(REFERENCE / "bxd" / "bxd80.assoc.txt.gz", "rt") as lines:
        gemma = {row["rs"]: row for row in csv.DictReader(lines, delimiter="\t")}
    with file.open() as lines:
        rows = {row["rs"]: row for row in csv.DictReader(lines)}
    assert len(gemma) == 183
    for name in ("p_lrt", "p_score", "p_wald"):
        ours = np.array([float(rows[rs][name]) for rs in gemma])
        theirs = np.array([float(row[name]) for row in gemma.values()])
        np.testing.assert_allclose(ours, theirs, rtol=1.5e-5)
    # The Wald test is by REML, which has a limit.
    assert "without bound" not in shell("scan", *BXD, "--same-order").words


def test_without_ids_it_is_for_the_user_to_say_whose_rows_they_are(shell):
    ran = shell("fit", *BXD[2:])
    assert ran.code == 1
    assert "individuals must have ids" in ran.words
    assert "--same-order" in ran.words


def test_the_lay_dates_of_gryphons_with_age_as_a_factor(shell, tmp_path):
    """Model w of the tutorial: animals independent, ages as categories."""
    pheno = SAMPLES / "gryphons" / "gryphonRM.csv"
    with pheno.open() as lines:
        females = list(dict.fromkeys(row["ANIMAL"] for row in csv.DictReader(lines)))
    kinship = tmp_path / "identity.csv"
    rows = [",".join([one, *("1" if one == two else "0" for two in females)]) for one in females]
    kinship.write_text("\n".join([",".join(["id", *females]), *rows]))
    ran = shell(
        *("fit", "--pheno", pheno, "--kinship", kinship, "--trait", "LAYDATE"),
        *("--factor", "AGE", "--json"),
    )
    assert ran.code == 0, ran.out
    found = ran.json["fit"]
    assert found["n"] == 1607
    # ASReml prints 12.28982; the digits here are those of the project's own fit by ZKZ'.
    assert found["sigma2_g"] == pytest.approx(12.28981, abs=1.5e-5)
    assert found["sigma2_e"] == pytest.approx(16.37989, abs=1.5e-5)
    assert ran.json["data"]["columns"] == ["intercept", "AGE=3", "AGE=4", "AGE=5", "AGE=6"]
    assert "AGE of gryphonRM.csv: 3, 4, 5 and 6 against 2." in ran.json["notes"]
    assert shell("fit", *WORDS, "--factor", "AEG").code == 2


def test_what_a_reader_noticed_stands_below_its_file(shell, tmp_path):
    """Two lines were comments to the reader; it is said by every command, once."""
    pheno = tmp_path / "y.csv"
    rows = (CASES / "words_as_covariates" / "pheno.csv").read_text().splitlines()
    pheno.write_text("\n".join(["# measured in spring", *rows]))
    kinship = WORDS[1]
    for command in (["fit"], ["check"], ["fit", "--all-traits"]):
        lines = shell(*command, pheno, kinship).out.splitlines()
        place = next(k for k, line in enumerate(lines) if line.startswith("y.csv "))
        assert "measured in spring" in lines[place + 1] or "comment" in lines[place + 1]
        assert sum("comment" in line for line in lines) == 1
    for options in ([], ["--all-traits"]):
        answer = shell("fit", *options, pheno, kinship, "--json").json
        assert any("comment" in note for note in answer["files"][0]["notes"])
        assert [note[:4] for note in answer["notes"]] == ["ids:"]


def test_what_is_not_as_in_rqtl2_is_said_by_every_command(shell, tmp_path):
    files = changed(F2, ("cross.yaml", b"crosstype: f2", b"crosstype: do"))
    paths = [tmp_path / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    said = "The kinship is another than R/qtl2’s: that of the centred allele counts at"
    for command in (["fit"], ["check"], ["fit", "--all-traits"], ["scan", "--h2", "null"]):
        text = shell(*command, *paths).words
        assert said in text
        assert "12.2% of the genotypes missing" in text
    notes = shell("fit", *paths, "--json").json["files"][0]["notes"]
    assert any(note.startswith(said) for note in notes)
