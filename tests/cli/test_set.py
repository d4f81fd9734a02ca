"""--set: entries corrected from the command line, told in the answer, the files as they were."""

import pytest

from tests.cli_helpers import TINY, Shell

PHENO = (TINY / "pheno.csv").read_text(encoding="utf-8")
KINSHIP = str(TINY / "kinship.csv")
FIRST, ROW, *_ = PHENO.splitlines()
ID, VALUE = ROW.split(",")[0], ROW.split(",")[1]
TRAIT = FIRST.split(",")[1]


@pytest.fixture
def lmm(capsys):
    return Shell(capsys)


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "pheno.csv"
    path.write_text(PHENO.replace(f"{ID},{VALUE}", f"{ID},{VALUE}*", 1), encoding="utf-8")
    return path


def test_a_corrected_entry_is_fitted_and_told(lmm, broken):
    before = broken.read_bytes()
    assert lmm("fit", broken, KINSHIP, "--trait", TRAIT).code == 1
    right = lmm("fit", TINY / "pheno.csv", KINSHIP, "--trait", TRAIT, "--json").json
    call = ("fit", broken, KINSHIP, "--trait", TRAIT, "--set", f"{ID}:{TRAIT}={VALUE}")
    made = lmm(*call, "--json").json
    assert made["fit"] == right["fit"]
    said = f"pheno.csv, line 2, {TRAIT} of {ID}: “{VALUE}*” was corrected to “{VALUE}”."
    assert said in made["notes"]
    assert said in lmm(*call).words
    assert broken.read_bytes() == before


def test_nothing_after_the_sign_is_missing(lmm, broken):
    made = lmm("fit", broken, KINSHIP, "--set", f"{ID}:{TRAIT}=", "--trait", TRAIT, "--json").json
    assert made["fit"]["n"] == len(PHENO.splitlines()) - 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (f"{ID}:wieght=1", "no column has such an entry of such an id; write it ID:COLUMN"),
        (f"nobody:{TRAIT}=1", "no column has such an entry of such an id"),
        ("m07=1", "it must be an id, : and a column, = and a value: it is “m07=1”"),
        (f"{ID}:{TRAIT}", "it must be an id, : and a column, = and a value"),
    ],
)
def test_an_entry_that_is_not_there_stops(lmm, broken, given, words):
    ran = lmm("fit", broken, KINSHIP, "--set", given)
    assert ran.code == 2
    assert words in " ".join(ran.err.split())


def test_of_two_records_or_two_files_it_must_be_certain(lmm, tmp_path):
    twice = tmp_path / "records.csv"
    twice.write_text(f"{PHENO.strip()}\n{ROW}\n", encoding="utf-8")
    ran = lmm("fit", twice, KINSHIP, "--set", f"{ID}:{TRAIT}=1")
    assert "that id has several records, in lines “2”, “14”; correct the file itself" in _said(ran)
    other = tmp_path / "more.csv"
    other.write_text(PHENO, encoding="utf-8")
    both = ("fit", "--pheno", TINY / "pheno.csv", "--covar", other, "--kinship", KINSHIP)
    ran = lmm(*both, "--set", f"{ID}:{TRAIT}=1")
    assert "“more.csv” have one; write" in _said(ran)
    made = lmm(*both, "--set", f"pheno.csv:{ID}:{TRAIT}=1", "--json", "--use").json
    assert any(note.startswith("pheno.csv, line 2") for note in made["notes"])


def test_many_corrections_are_a_file(lmm, tmp_path, broken):
    listed = tmp_path / "corrections.csv"
    listed.write_text(f"id;column;value\n{ID};{TRAIT};{VALUE}\n", encoding="utf-8")
    call = ("fit", broken, KINSHIP, "--trait", TRAIT, "--corrections", listed)
    right = lmm("fit", TINY / "pheno.csv", KINSHIP, "--trait", TRAIT, "--json").json
    made = lmm(*call, "--json").json
    assert made["fit"] == right["fit"]
    assert (
        f"pheno.csv, line 2, {TRAIT} of {ID}: “{VALUE}*” was corrected to “{VALUE}”."
        in (made["notes"])
    )
    # What is named by itself goes before what a file lists.
    made = lmm(*call, "--set", f"{ID}:{TRAIT}=", "--json").json
    assert made["fit"]["n"] == right["fit"]["n"] - 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,value\na,1\n", "must have the columns id, column and value: it has “id”, “value”"),
        ("id,column,value\n", "it has no lines below a header"),
        (f"id,column,value\nnobody,{TRAIT},1\n", "corrections.csv, line 2: an entry that is"),
        (f"id,column,was,value\n{ID},{TRAIT},77,1\n", "was “77” and is"),
        (f"file,line,column,value\npheno.csv,99,{TRAIT},1\n", "there is no line “99”"),
    ],
)
def test_a_list_that_is_not_of_these_files_stops(lmm, tmp_path, broken, text, words):
    listed = tmp_path / "corrections.csv"
    listed.write_text(text, encoding="utf-8")
    ran = lmm("fit", broken, KINSHIP, "--corrections", listed)
    assert words in _said(ran)


def _said(ran):
    assert ran.code == 2
    return " ".join(ran.err.split())
