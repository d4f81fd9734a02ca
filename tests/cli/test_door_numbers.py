"""Numbers and shapes at the door: separators, missing codes, inverses, rounding, other formats."""

import numpy as np
import pytest

from lmm_core.dense import dense_fit
from tests.cli_helpers import Shell, write
from tests.places import REFERENCE

CASES = REFERENCE / "cases"
H, H_MILK, V_MILK = 0.6763, 0.6786, 17_219


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def case(name, *files):
    return [str(CASES / name / file) for file in files]


def fitted(ran):
    assert ran.code == 0, ran.words
    return ran.json["fit"]


def rows(name, file="pheno.csv", split=","):
    lines = (CASES / name / file).read_text().splitlines()
    return [line.split(split) for line in lines]


KINSHIP = case("thousands", "kinship.csv")
MILK = [
    (label, entry.replace(".", "")) for label, entry in rows("thousands", "pheno_1000.csv", ";")
]


def milk(tmp_path, way, separator=";"):
    """The milk yields, each written in some way, in a file of their own."""
    made = [MILK[0], *((label, way(int(value))) for label, value in MILK[1:])]
    path = tmp_path / "milk.csv"
    path.write_text("\n".join(map(separator.join, made)), encoding="utf-8")
    return str(path)


def apart(sign):
    return lambda value: f"{value:,}".replace(",", sign)


THOUSANDS = case("thousands", "pheno_1000.csv", "kinship.csv")


def test_a_point_that_may_set_thousands_apart_is_asked(shell):
    ran = shell("fit", *THOUSANDS)
    assert ran.code == 1
    assert ran.words.startswith(
        "No fit: pheno_1000.csv: the point may be decimal or set thousands apart: “milk” holds "
        "“1.068” beside “766”: that is 1.068 or 1068; say which: --decimal . for 1.068, "
        "--decimal , for 1068"
    )
    assert shell("check", *THOUSANDS).code == 1


def test_the_answer_settles_it(shell):
    said = fitted(shell("fit", *THOUSANDS, "--decimal", ",", "--json"))
    assert said["h2"] == pytest.approx(H_MILK, abs=5e-5)
    assert said["sigma2"] == pytest.approx(V_MILK, abs=0.5)
    points = fitted(shell("fit", *THOUSANDS, "--decimal", ".", "--json"))
    assert points["h2"] == pytest.approx(0.381, abs=5e-4)


def test_both_answers_are_offered_by_check(shell):
    ran = shell("check", *THOUSANDS, "--json")
    offered = [repair["options"] for repair in ran.json["repairs"]]
    assert offered[:2] == [["--decimal", "."], ["--decimal", ","]]


@pytest.mark.parametrize("sign", ["\u00a0", "\u202f", "\u2009", " ", "'", "\u2019"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_spaces_and_apostrophes_set_thousands_apart(shell, tmp_path, sign, separator):
    ran = shell("fit", milk(tmp_path, apart(sign), separator), *KINSHIP, "--json")
    assert fitted(ran)["h2"] == pytest.approx(H_MILK, abs=5e-5)
    assert fitted(ran)["sigma2"] == pytest.approx(V_MILK, abs=0.5)


@pytest.mark.parametrize(
    ("group", "decimal", "separator"),
    [
        (".", ",", ";"),
        (".", ",", "\t"),
        ("\u202f", ",", ";"),
        ("\u00a0", ",", ";"),
        ("'", ".", ";"),
        (",", ".", ";"),
        (",", ".", "\t"),
        ("", ",", ";"),
        ("", ",", " "),
    ],
)
def test_each_country_writes_a_half_in_its_own_way(shell, tmp_path, group, decimal, separator):
    def way(value):
        return f"{value:,}".replace(",", group) + f"{decimal}5"

    said = fitted(shell("fit", milk(tmp_path, way, separator), *KINSHIP, "--json"))
    assert (said["h2"], said["sigma2"]) == (
        pytest.approx(H_MILK, abs=5e-5),
        pytest.approx(V_MILK, abs=0.5),
    )


def test_one_entry_with_both_marks_settles_all(shell, tmp_path):
    text = (CASES / "thousands" / "pheno_1000.csv").read_text().replace("1.328", "1.328,0")
    path = tmp_path / "milk.csv"
    path.write_text(text)
    said = fitted(shell("fit", path, *KINSHIP, "--json"))
    assert said["sigma2"] == pytest.approx(V_MILK, abs=0.5)


def test_a_quoted_decimal_comma_between_commas(shell, tmp_path):
    def way(value):
        return f'"{value},5"'

    said = fitted(shell("fit", milk(tmp_path, way, ","), *KINSHIP, "--json"))
    assert said["sigma2"] == pytest.approx(V_MILK, abs=0.5)


def test_a_comma_that_comes_late_is_decimal(shell, tmp_path):
    """A lower triangle whose first fraction stands in its last lines."""
    n = 60
    ids = [f"m{i:02d}" for i in range(n)]
    K = np.eye(n)
    K[n - 1, n - 2] = K[n - 2, n - 1] = 0.5
    rng = np.random.default_rng(3)
    y = np.round(rng.normal(10, 2, n), 3)
    lines = [
        f"{ids[i]};{ids[j]};{K[i, j]:g}".replace(".", ",") for i in range(n) for j in range(i + 1)
    ]
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("id1;id2;r\n" + "\n".join(lines))
    pheno = tmp_path / "y.csv"
    entries = [f"{label};{value}" for label, value in zip(ids, y, strict=True)]
    pheno.write_text("\n".join(["id;y", *entries]).replace(".", ","))
    said = fitted(shell("fit", pheno, pairs, "--json"))
    assert said["h2"] == pytest.approx(dense_fit(y, np.ones((n, 1)), K).h2, abs=1e-6)


def test_minus_nine_is_missing_in_a_fam_and_said(shell):
    files = case("minus_nine", "traits.fam", "kinship.csv")
    ran = shell("fit", *files)
    assert "−9 stands 12 times in “pheno1” of traits.fam and is missing there" in ran.words
    said = fitted(shell("fit", *files, "--json"))
    assert (said["n"], said["h2"]) == (68, 1.0)


@pytest.mark.parametrize("name", ["traits.pheno", "traits.phen", "traits.txt", "traits.phen.txt"])
@pytest.mark.parametrize("header", ["", "FID IID w\n"])
def test_minus_nine_is_missing_where_plink_and_gcta_write_it(shell, tmp_path, name, header):
    people = rows("minus_nine", "traits.fam", " ")
    path = tmp_path / name
    path.write_text(header + "\n".join(f"{row[0]} {row[1]} {row[5]}" for row in people))
    ran = shell("fit", path, *case("minus_nine", "kinship.csv"))
    assert "68 individuals" in ran.words
    assert "−9 stands 12 times in" in ran.words
    assert "missing" in ran.words


def test_a_minus_nine_among_such_values_is_a_number(shell, tmp_path):
    people = rows("minus_nine", "traits.fam", " ")
    path = tmp_path / "traits.txt"
    whole = (f"{row[0]} {row[1]} {round(float(row[5]))}" for row in people)
    path.write_text("FID IID w\n" + "\n".join(whole))
    assert "80 individuals" in shell("fit", path, *case("minus_nine", "kinship.csv")).words


def test_a_code_of_ones_own_is_asked_about(shell, tmp_path):
    table = rows("inverse")
    table[3][1] = table[7][1] = "-999"
    (pheno,) = write(tmp_path, pheno="\n".join(map(",".join, table)))
    ran = shell("fit", pheno, *case("three_columns", "kinship.csv"))
    assert ran.code == 1
    assert ran.words.startswith(
        "No fit: pheno.csv: it must be said whether a number is a value or means “missing”: −999 "
        "stands twice in “weight”, and all else lies from "
    )
    kept = shell("fit", pheno, *case("three_columns", "kinship.csv"), "--not-missing", "-999")
    assert "30 individuals" in kept.words
    told = shell("fit", pheno, *case("three_columns", "kinship.csv"), "--missing", "-999")
    assert "28 individuals" in told.words


@pytest.mark.parametrize("code", ["-99999", "-2147483648", "-99.000"])
def test_a_code_of_nines_or_of_r_stops_the_fit(shell, tmp_path, code):
    table = rows("inverse")
    table[3][1] = code
    (pheno,) = write(tmp_path, pheno="\n".join(map(",".join, table)))
    ran = shell("fit", pheno, *case("three_columns", "kinship.csv"))
    assert ran.code == 1
    assert "stands once in “weight”, and all else lies from " in ran.words


CODES = ["#N/A", "#NV", "#N/D", "#SAKNAS!", "#VALUE!", "#WERT!", "#DIV/0!", "<NA>", "NULL", "None"]


@pytest.mark.parametrize("code", CODES)
def test_what_spreadsheets_and_libraries_write_is_missing_and_said(shell, tmp_path, code):
    table = rows("inverse")
    table[3][1] = table[7][1] = code
    (pheno,) = write(tmp_path, pheno="\n".join(map(",".join, table)))
    ran = shell("fit", pheno, *case("three_columns", "kinship.csv"))
    assert "28 individuals" in ran.words
    assert f"“{code}” stands twice and is taken for missing" in ran.words


def test_an_error_at_the_start_of_a_line_is_no_comment(shell, tmp_path):
    """Of a column without ids, a line less would move everybody."""
    values = [row[1] for row in rows("inverse")[1:]]
    values[4] = "#N/A"
    (pheno,) = write(tmp_path, pheno="\n".join(values))
    ran = shell("fit", pheno, *case("three_columns", "kinship.csv"), "--same-order")
    assert "29 individuals" in ran.words


def test_a_table_of_three_columns_is_a_table(shell):
    files = case("three_columns", "id_cage_weight.csv", "kinship.csv")
    said = shell("fit", *files, "--json").json
    assert (said["data"]["trait"], said["fit"]["h2"]) == ("weight", pytest.approx(H, abs=5e-5))


def test_a_list_of_pairs_is_a_list_of_pairs(shell, tmp_path):
    table = rows("three_columns", "kinship.csv")
    ids = table[0][1:]
    K = [row[1:] for row in table[1:]]
    for way in ("column", "row"):
        places = [(i, j) for i in range(30) for j in range(i + 1)]
        if way == "column":
            places.sort(key=lambda place: place[::-1])
        path = tmp_path / f"{way}.csv"
        path.write_text("\n".join(f"{ids[i]},{ids[j]},{K[i][j]}" for i, j in places))
        said = fitted(shell("fit", *case("inverse", "pheno.csv"), path, "--json"))
        assert said["h2"] == pytest.approx(H, abs=5e-5)


INVERSE = case("inverse", "pheno.csv", "Ainv.csv")


def test_an_inverse_is_asked_about(shell):
    ran = shell("fit", *INVERSE)
    assert ran.code == 1
    assert ran.words.startswith("No fit: Ainv.csv: this looks like an inverse, where the")
    assert "have it inverted (--invert-kinship), or give the relationship" in ran.words
    repairs = shell("check", *INVERSE, "--json").json["repairs"]
    assert ["--invert-kinship"] in [repair["options"] for repair in repairs]


def test_an_inverse_is_inverted_on_request(shell):
    ran = shell("fit", *INVERSE, "--invert-kinship")
    assert "Ainv.csv is inverted, as was decided" in ran.words
    said = fitted(shell("fit", *INVERSE, "--invert-kinship", "--json"))
    assert said["h2"] == pytest.approx(H, abs=5e-5)


@pytest.mark.parametrize("name", ["A.giv", "A.ginv"])
def test_asremls_inverse_is_read(shell, tmp_path, name):
    """Row, column and value, the lower triangle without its zeros."""
    table = np.array([row[1:] for row in rows("inverse", "Ainv.csv")[1:]], dtype=float)
    path = tmp_path / name
    path.write_text(
        "\n".join(
            f"{i + 1} {j + 1} {table[i, j]}"
            for i in range(30)
            for j in range(i + 1)
            if table[i, j] != 0
        )
    )
    asked = shell("fit", *case("inverse", "pheno.csv"), path)
    assert (asked.code, "this looks like an inverse" in asked.words) == (1, True)
    said = fitted(shell("fit", *case("inverse", "pheno.csv"), path, "--invert-kinship", "--json"))
    assert said["h2"] == pytest.approx(H, abs=5e-5)


def test_a_sparse_grm_is_read_with_its_ids(shell, tmp_path):
    table = rows("three_columns", "kinship.csv")
    K = np.array([row[1:] for row in table[1:]], dtype=float)
    (tmp_path / "s.grm.id").write_text("\n".join(f"F {label}" for label in table[0][1:]))
    kept = [f"{i}\t{j}\t{K[i, j]}" for i in range(30) for j in range(i + 1) if K[i, j] > 0]
    sparse = tmp_path / "s.grm.sp"
    sparse.write_text("\n".join(kept))
    ran = shell("fit", *case("inverse", "pheno.csv"), sparse, "--json")
    assert fitted(ran)["h2"] == pytest.approx(H, abs=5e-5)
    sparse.write_text("\n".join([*kept, "30\t0\t0.5"]))
    ran = shell("fit", *case("inverse", "pheno.csv"), sparse)
    assert "places must be whole numbers from 0 to 29: line 61 has 30 and 0" in ran.words


ROUNDED = case("rounded_kinship", "pheno.csv", "kinship.csv")
SET_TO_ZERO = (
    "26 negative eigenvalues, the least −0.0063 beside 93.2, are within the rounding of entries "
    "with four digits, and are set to 0"
)


def test_a_rounded_kinship_is_fitted_and_what_was_done_is_said(shell):
    assert SET_TO_ZERO in shell("fit", *ROUNDED).words
    assert SET_TO_ZERO in shell("check", *ROUNDED).words
    assert SET_TO_ZERO in shell("fit", "--all-traits", *ROUNDED).words
    said = fitted(shell("fit", *ROUNDED, "--json"))
    assert said["h2"] == pytest.approx(0.0788, abs=5e-5)


def test_beyond_rounding_it_must_be_asked(shell, tmp_path):
    table = rows("rounded_kinship", "kinship.csv")
    table[1][2] = table[2][1] = "30.5"
    pheno, _ = ROUNDED
    (kinship,) = write(tmp_path, kinship="\n".join(map(",".join, table)))
    ran = shell("fit", pheno, kinship)
    assert ran.code == 1
    assert "too far below zero to be rounding; look for edited entries" in ran.words
    assert "--clip" in ran.words
    repairs = shell("check", pheno, kinship, "--json").json["repairs"]
    assert ["--clip"] in [repair["options"] for repair in repairs]
    clipped = shell("fit", pheno, kinship, "--clip")
    assert clipped.code == 0
    assert "set to 0, as was decided" in clipped.words


PHENO, GRM = case("odd_files", "pheno.csv"), case("odd_files", "kinship.csv")


@pytest.mark.parametrize("name", ["tassel_pheno.txt", "transposed.csv", "pipe.txt"])
def test_odd_tables_are_read(shell, name):
    for files in ([*case("odd_files", name), *GRM], [*GRM, *case("odd_files", name)]):
        said = fitted(shell("fit", *files, "--trait", "weight", "--json"))
        assert said["h2"] == pytest.approx(H, abs=5e-5)


KINSHIPS = {
    "TASSEL": (["tassel_kinship.txt"], H),
    "MatrixMarket": (["mtx.mtx", "mtx.sampleIDs.txt"], H),
    "KING": (["king.kin", "king.kin0"], H),
    "identity by state": (["plink.mibs", "plink.mibs.id"], 0.92932),
    "upper triangle": (["upper.txt"], H),
}


@pytest.mark.parametrize("kind", KINSHIPS)
def test_kinships_of_other_programs_are_read(shell, kind):
    names, right = KINSHIPS[kind]
    files = case("odd_files", *names)
    more = ["--same-order"] * (kind == "upper triangle")
    for arguments in ([*PHENO, *files], ["--pheno", *PHENO, "--kinship", *files]):
        said = fitted(shell("fit", *arguments, *more, "--json"))
        assert said["h2"] == pytest.approx(right, abs=5e-5)


def test_bars_separate(shell):
    said = fitted(shell("fit", *case("odd_files", "pipe.txt"), *GRM, "--json"))
    assert said["h2"] == pytest.approx(H, abs=5e-5)


@pytest.mark.parametrize("name", ["GD.txt", "geno.raw", "geno.vcf", "bare.txt"])
def test_genotypes_in_text_are_read(shell, name):
    geno, pheno = case("genotype_text", name, "pheno.csv")
    order = ["--same-order"] if name == "bare.txt" else []
    made = shell("fit", "--pheno", pheno, "--geno", geno, "--json", *order)
    assert made.json["fit"]["h2"] == pytest.approx(0.2205, abs=5e-5)
    if name == "bare.txt":
        refused = shell("fit", "--pheno", pheno, "--geno", geno)
        assert refused.code == 1
        assert "individuals must have ids, because files are joined by id" in refused.words
        return
    # Beside a kinship they change no fit.
    kinship = case("genotype_text", "kinship.csv")
    with_both, alone = (
        shell("fit", pheno, *kinship, *more, "--json").json["fit"] for more in ((geno,), ())
    )
    assert with_both["h2"] == alone["h2"]


def test_bimbam_may_have_any_letters(shell):
    files = case("genotype_text", "gn_geno.txt", "gn_pheno.txt")
    ran = shell("fit", *files, "--same-order", "--json")
    assert {file["role"] for file in ran.json["files"]} == {"genotypes", "phenotypes"}
    assert fitted(ran)["h2"] == pytest.approx(0.2205, abs=5e-5)
