"""Who is who, by evidence: ids are the columns by which the most individuals of all files meet."""

import shutil

import numpy as np
import pytest

from tests.cli_helpers import Shell
from tests.places import REFERENCE

CASES = REFERENCE / "cases"


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def case(name, *files):
    return [str(CASES / name / file) if (CASES / name / file).exists() else file for file in files]


RIGHT = {
    "row numbers of R before ids that are numbers": (
        case("row_numbers", "pheno_R.csv", "kinship.csv", "--trait", "weight"),
        0.6763,
    ),
    "the same among the covariates": (
        case("row_numbers", "pheno_ok.csv", "kinship.csv", "--covar", "covar_R.csv"),
        0.7178,
    ),
    "row numbers of R before ids that are words": (
        case("row_numbers", "pheno_named_R.csv", "kinship_named.csv"),
        0.6763,
    ),
    "a matrix without names, by order": (
        case("positions", "pheno.csv", "K_R.csv", "--same-order"),
        0.6763,
    ),
    "FID IID value": (
        case("headerless_phen", "perm.grm.bin", "perm.grm.id", "perm.phen"),
        0.6763,
    ),
    "FID alone": (case("ids_like_numbers", "pheno_FID.csv", "kinship.csv"), 0.6763),
    "accessions": (case("ids_like_numbers", "acc.csv", "kin_noheader.csv"), 0.6763),
    "ids 10E1": (case("ids_like_numbers", "pheno.csv", "kin_noheader.csv"), 0.6763),
    "FID that counts": (case("ids_like_numbers", "num_FID.csv", "num_kin.csv"), 0.6763),
    "covariates by FID": (
        case("ids_like_numbers", "pheno.csv", "kinship.csv", "--covar", "cov_FID.csv"),
        0.7577,
    ),
    "ids with #": (case("hash_ids", "pheno_hash.csv", "kin_hash.csv"), 0.6763),
    "numbers as R writes them": (
        case("odd_files", "pheno_sci.csv", "kin_sci.csv", "--spelling", "powers"),
        0.6763,
    ),
}


@pytest.mark.parametrize(("arguments", "h2"), RIGHT.values(), ids=RIGHT)
def test_the_fit_is_that_of_the_same_data_written_plainly(shell, arguments, h2):
    ran = shell("fit", *arguments, "--json")
    assert ran.code == 0
    # The values of the cases, given to four digits.
    assert ran.json["fit"]["h2"] == pytest.approx(h2, abs=6e-5)
    assert ran.json["fit"]["n"] == 30


def test_a_matrix_without_names_carries_no_ids(shell):
    ran = shell("fit", *case("positions", "pheno.csv", "K_R.csv"))
    assert ran.code == 1
    assert ran.words.startswith("No fit: individuals must have ids")
    assert "if its rows are in the same order as those of pheno.csv, say so" in ran.words
    assert "--same-order" in ran.words
    assert "the first column only counts the rows: the matrix carries no ids" in ran.words


@pytest.mark.parametrize("command", [["fit"], ["check"], ["fit", "--all-traits"]])
def test_the_choice_is_printed(shell, command):
    ran = shell(*command, *case("row_numbers", "pheno_named_R.csv", "kinship_named.csv"))
    said = "ids: column “id” of pheno_named_R.csv (30 of 30 are in kinship_named.csv)"
    assert said in ran.words
    assert "column1" not in ran.words


def test_what_names_the_rows_is_neither_trait_nor_covariate(shell):
    files = case("row_numbers", "pheno_R.csv", "kinship.csv")
    assert shell("fit", *files, "--json").json["data"]["trait"] == "weight"
    for column in ("id", "column1"):
        ran = shell("fit", *files, "--trait", column)
        assert ran.code == 2
        assert f"there is no trait “{column}”: choose from “weight”" in " ".join(ran.err.split())
    ran = shell("fit", *case("headerless_phen", "perm.grm.bin", "perm.phen"), "--all-traits")
    assert "column3" in ran.out
    assert not any(other in ran.out for other in ("column1", "column2"))


def test_ids_that_nearly_match_are_a_question(shell):
    files = case("odd_files", "pheno_sci.csv", "kin_sci.csv")
    ran = shell("fit", *files)
    assert ran.code == 1
    assert (
        "only 27 individuals are in every file, and 3 more would be if numbers such as 1e+05 were "
        "written out (R shortens them): “1e+05” in pheno_sci.csv may be “100000” in kin_sci.csv"
    ) in ran.words
    apart = shell("fit", *files, "--spelling", "none", "--json").json
    assert apart["fit"]["n"] == 27


def test_replicates_are_joined_by_the_column_that_is_in_the_kinship(shell):
    ran = shell("fit", *case("odd_files", "replicates.csv", "kinship.csv"))
    assert ran.code == 0
    assert "ids: column “strain” of replicates.csv (30 of 30 are in kinship.csv)" in ran.words
    assert "60 records of 30 individuals" in ran.words


def test_a_pedigree_beside_a_kinship_is_one_too_many(shell):
    ran = shell("fit", *case("odd_files", "pheno.csv", "kinship.csv", "pedigree.csv"))
    assert ran.code == 1
    assert (
        "pedigree.csv could hold the kinship, and “kinship.csv” is taken for the kinship"
        in ran.words
    )


# --- kinds, written anew


def parts(folder):
    """Ids, traits and the kinship of the plain data."""
    rows = [line.split(",") for line in (CASES / folder / "pheno.csv").read_text().split()[1:]]
    lines = [line.split(",") for line in (CASES / folder / "kinship.csv").read_text().split()]
    return [label for label, _ in rows], [value for _, value in rows], lines


IDS, WEIGHTS, SQUARE = parts("odd_files")
N = len(IDS)
ORDER = np.random.default_rng(7).permutation(N)


def put(folder, **files):
    """Files by name, rows of entries between commas, and their paths."""
    paths = []
    for name, rows in files.items():
        path = folder / f"{name}.csv"
        path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
        paths.append(path)
    return paths


def renamed(labels, header=True, rows=True):
    """The kinship with other ids, on both margins or on one."""
    made = [[label, *line[1:]] for label, line in zip(labels, SQUARE[1:], strict=True)]
    made = made if rows else [line[1:] for line in made]
    return [["id", *labels] if rows else labels, *made] if header else made


def h2(shell, *arguments):
    ran = shell("fit", *arguments, "--json")
    assert ran.code == 0, ran.json["error"]
    return ran.json["fit"]["h2"]


NUMBERS = [str(k + 1) for k in ORDER]
PLACES = [str(k + 1) for k in range(N)]


def test_numbers_of_rows_from_zero_are_no_ids(shell, tmp_path):
    """pandas counts from 0, a kinship from 1: joined so, everybody would be moved by one."""
    rows = [["", "weight"], *([k, y] for k, y in enumerate(WEIGHTS))]
    files = put(tmp_path, pheno=rows, kinship=renamed(PLACES))
    ran = shell("fit", *files)
    assert ran.code == 1
    assert "individuals must have ids" in ran.words
    assert h2(shell, *files, "--same-order") == pytest.approx(0.6763, abs=6e-5)


def test_a_matrix_that_is_numbered_from_zero_has_not_the_ids_from_one(shell, tmp_path):
    """As pandas writes an array: 29 of 30 would meet, and each would be another."""
    rows = [["id", "weight"], *zip(NUMBERS, WEIGHTS, strict=True)]
    files = put(tmp_path, pheno=rows, kinship=renamed([str(k) for k in range(N)]))
    ran = shell("fit", *files)
    assert ran.code == 1
    assert "they are numbered from 0 in kinship.csv, and from 1 in pheno.csv" in ran.words


def test_row_names_are_no_trait_though_rows_were_left_out_or_written_twice(shell, tmp_path):
    rows = [["X.1", "X", "id", "weight"]]
    rows += [[k - 1, k + 1, IDS[k], WEIGHTS[k]] for k in range(2, N)]
    ran = shell("fit", *put(tmp_path, pheno=rows, kinship=SQUARE), "--json")
    assert ran.json["data"]["trait"] == "weight"


@pytest.mark.parametrize("start", [0, 1])
def test_numbers_of_rows_give_way_to_the_ids_whatever_these_are_called(shell, tmp_path, start):
    for name in ("id", "Tier", "who"):
        rows = [["", name, "weight"]]
        rows += [[k + start, NUMBERS[k], y] for k, y in enumerate(WEIGHTS)]
        files = put(tmp_path, pheno=rows, kinship=renamed(NUMBERS))
        assert h2(shell, *files) == pytest.approx(0.6763, abs=6e-5)


def test_row_numbers_that_stand_on_both_margins_are_ids(shell, tmp_path):
    rows = [["nr", "weight"], *zip(PLACES, WEIGHTS, strict=True)]
    assert h2(shell, *put(tmp_path, pheno=rows, kinship=renamed(PLACES))) == (
        pytest.approx(0.6763, abs=6e-5)
    )


@pytest.mark.parametrize("letter", "VX")
def test_a_header_that_r_made_up_names_nobody(shell, tmp_path, letter):
    made = renamed(PLACES)
    made[0] = ["", *(f"{letter}{k}" for k in PLACES)]
    rows = [["id", "weight"], *zip(NUMBERS, WEIGHTS, strict=True)]
    files = put(tmp_path, pheno=rows, kinship=made)
    ran = shell("fit", *files)
    assert ran.code == 1
    assert "there are none in kinship.csv" in ran.words
    assert h2(shell, *files, "--same-order") == pytest.approx(0.6763, abs=6e-5)
    # Individuals who are called so are found by it.
    rows = [["id", "weight"]]
    rows += [[f"{letter}{PLACES[k]}", WEIGHTS[k]] for k in ORDER]
    labels = [f"{letter}{k}" for k in PLACES]
    files = put(tmp_path, pheno=rows, kinship=renamed(labels))
    assert h2(shell, *files) == pytest.approx(0.6763, abs=6e-5)


@pytest.mark.parametrize("margin", ["rows", "header"])
def test_numbers_on_one_margin_that_may_only_count_are_a_question(shell, tmp_path, margin):
    made = renamed(PLACES, header=margin == "header", rows=margin == "rows")
    rows = [["id", "weight"], *((PLACES[k], WEIGHTS[k]) for k in ORDER)]
    files = put(tmp_path, pheno=rows, kinship=made)
    ran = shell("fit", *files)
    assert ran.code == 1
    assert "numbers them from 1 to 30, and pheno.csv has the same numbers in another order" in (
        ran.words
    )
    asked = f"kinship.csv={margin}"
    assert f"--id {asked}" in ran.words
    assert h2(shell, *files, "--id", asked) == pytest.approx(0.6763, abs=6e-5)
    # In the same order both answers are the same, and of fewer phenotypes only one is possible.
    plain = put(tmp_path, plain=[["id", "weight"], *zip(PLACES, WEIGHTS, strict=True)])
    assert h2(shell, *plain, files[1]) == pytest.approx(0.6763, abs=6e-5)
    fewer = put(tmp_path, fewer=[["id", "weight"], *((PLACES[k], WEIGHTS[k]) for k in ORDER[:25])])
    assert shell("fit", *fewer, files[1], "--json").json["fit"]["n"] == 25


def test_of_two_columns_that_match_equally_one_must_be_named(shell, tmp_path):
    other = np.random.default_rng(8).permutation(NUMBERS)
    rows = [["left", "right", "weight"], *zip(NUMBERS, other, WEIGHTS, strict=True)]
    files = put(tmp_path, pheno=rows, kinship=renamed(NUMBERS))
    ran = shell("fit", *files)
    assert ran.code == 1
    assert (
        "pheno.csv: it must be certain which column holds the ids: column “left” has 30 ids that "
        "are in kinship.csv, and column “right” has 30"
    ) in ran.words
    for asked in ("left", "pheno.csv=left"):
        assert h2(shell, *files, "--trait", "weight", "--id", asked) == (
            pytest.approx(0.6763, abs=6e-5)
        )
    assert h2(shell, *files, "--trait", "weight", "--id", "right") != (
        pytest.approx(0.6763, abs=1e-3)
    )
    # Called ids, it needs no question; nor do words.
    rows[0] = ["id", "right", "weight"]
    files = put(tmp_path, pheno=rows, kinship=renamed(NUMBERS))
    assert h2(shell, *files, "--trait", "weight") == pytest.approx(0.6763, abs=6e-5)


def test_numbers_that_are_not_called_ids_do_not_take_their_place(shell, tmp_path):
    """The ids are spelled otherwise, and a rank from 1 to 30 happens to be in the kinship."""
    rows = [["id", "rank", "weight"]]
    rows += [[f"m{label}", PLACES[k], WEIGHTS[k]] for k, label in enumerate(NUMBERS)]
    rows[1:] = [rows[1 + k] for k in ORDER]
    ran = shell("fit", *put(tmp_path, pheno=rows, kinship=renamed(NUMBERS)))
    assert ran.code == 1
    assert "column “rank” has 30 ids that are in kinship.csv, and column “id” has 0" in ran.words


def test_a_column_of_ids_that_is_not_there_is_named(shell, tmp_path):
    rows = [["id", "weight"], *zip(IDS, WEIGHTS, strict=True)]
    files = put(tmp_path, pheno=rows, kinship=SQUARE)
    ran = shell("fit", *files, "--id", "mouse")
    assert ran.code == 1
    assert "“mouse” is not among “id”, “weight”" in ran.words


def test_a_file_that_shares_nothing_has_no_role_in_silence(shell, tmp_path):
    rows = [["id", "weight"], *zip(IDS, WEIGHTS, strict=True)]
    other = [["plot", "crop", "soil"], ["q1", "rye", "clay"], ["q2", "oats", "loam"]]
    files = put(tmp_path, pheno=rows, kinship=SQUARE, fields=other)
    ran = shell("fit", *files)
    assert ran.code == 1
    assert ran.words.startswith(
        "No fit: each file that is given must be used: fields.csv has no id that is in another "
        "file; leave it out"
    )


def test_cages_are_no_ids(shell, tmp_path):
    """Their numbers are ids of others by chance, and the rows have none of their own."""
    rows = [["cage", "weight"], *([k // 2 + 1, y] for k, y in enumerate(WEIGHTS))]
    files = put(tmp_path, pheno=rows, kinship=renamed(NUMBERS))
    ran = shell("fit", *files)
    assert ran.code == 1
    assert "individuals must have ids" in ran.words
    assert "--id pheno.csv=cage" in ran.words
    ordered = shell("fit", *files, "--same-order", "--trait", "weight", "--json")
    assert ordered.json["fit"]["h2"] == pytest.approx(0.6763, abs=6e-5)


def test_where_no_id_is_shared_the_column_that_would_is_named(shell, tmp_path):
    rows = [["id", "strain", "weight"]]
    rows += [[f"q{k}", label.upper(), WEIGHTS[k]] for k, label in enumerate(IDS)]
    ran = shell("fit", *put(tmp_path, pheno=rows, kinship=SQUARE))
    assert ran.code == 1
    assert "no id is shared" in ran.words
    assert (
        "column “strain” of pheno.csv would join 30 individuals of kinship.csv if upper and lower "
        "case were the same: --id strain --spelling case"
    ) in ran.words
    asked = ["--id", "strain", "--spelling", "case"]
    assert h2(shell, tmp_path / "pheno.csv", tmp_path / "kinship.csv", *asked) == (
        pytest.approx(0.6763, abs=6e-5)
    )


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("family", ["0", "the same", "places"])
@pytest.mark.parametrize("ids", ["words", "numbers", "10E1"])
def test_family_individual_value(shell, tmp_path, header, family, ids):
    labels = {"words": IDS, "numbers": NUMBERS, "10E1": [f"1{k:02d}E1" for k in range(N)]}[ids]
    fids = {"0": ["0"] * N, "the same": labels, "places": PLACES}[family]
    kinship = put(tmp_path, kinship=renamed(labels))
    rows = [[fids[k], labels[k], WEIGHTS[k]] for k in ORDER]
    pheno = tmp_path / "study.phen"
    lines = [["FID", "IID", "weight"]] * header + rows
    pheno.write_text("".join(" ".join(line) + "\n" for line in lines))
    ran = shell("fit", pheno, *kinship, "--json")
    assert ran.json["fit"]["h2"] == pytest.approx(0.6763, abs=6e-5)
    assert ran.json["data"]["trait"] == ("weight" if header else "column3")


def test_fast_lmm_names_the_rows_of_its_square_by_two_words(shell, tmp_path):
    """IIDs repeat between families: F0 p1 and F1 p1 are two."""
    fids = [f"F{k // 3}" for k in range(N)]
    iids = [f"p{k % 3}" for k in range(N)]
    labels = [f"{fid} {iid}" for fid, iid in zip(fids, iids, strict=True)]
    made = renamed(labels)
    made[0][0] = "var"
    (tmp_path / "sim.txt").write_text("".join("\t".join(line) + "\n" for line in made))
    rows = [[fids[k], iids[k], WEIGHTS[k]] for k in ORDER]
    (tmp_path / "pheno.txt").write_text("".join(" ".join(row) + "\n" for row in rows))
    assert h2(shell, tmp_path / "pheno.txt", tmp_path / "sim.txt") == (
        pytest.approx(0.6763, abs=6e-5)
    )


def test_ids_are_found_in_any_column(shell, tmp_path):
    rows = [["weight", "cage", "label"]]
    rows += [[WEIGHTS[k], f"c{k % 7}", IDS[k]] for k in ORDER]
    files = put(tmp_path, pheno=rows, kinship=SQUARE)
    ran = shell("fit", *files)
    assert "ids: column “label” of pheno.csv (30 of 30 are in kinship.csv)" in ran.words


def test_the_files_of_the_cases_are_read_where_they_lie(shell, tmp_path):
    """By option as well as bare, and from a folder with another order of names."""
    for file in ("pheno_R.csv", "kinship.csv"):
        shutil.copy(CASES / "row_numbers" / file, tmp_path / f"z{file}")
    options = ["--pheno", tmp_path / "zpheno_R.csv", "--kinship", tmp_path / "zkinship.csv"]
    assert h2(shell, *options) == pytest.approx(0.6763, abs=6e-5)
