"""From files to a dataset: roles, the join, and why there is no dataset yet."""

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.preparation.preparing import Choices, prepare
from lmm_data.readers.genotypes.plink import read_plink
from tests.uploads import BARE, COVAR, FORMATS, IDS, PAIR, PHENO, K, npy, square, toy, zipped


def test_a_plain_pair_is_joined_by_id():
    prepared = prepare(PAIR)
    assert prepared.problem == ""
    assert prepared.roles == {"K.csv": "kinship", "pheno.csv": "phenotypes"}
    data = prepared.dataset
    assert (data.name, data.ids, data.traits.columns) == ("pheno", IDS, ("weight",))
    np.testing.assert_array_equal(data.traits.column("weight"), [1.5, 2.5, 3.5, 4.5])
    np.testing.assert_array_equal(data.kinship, K)
    assert prepared.join.matched == 4
    assert not prepared.order_offered
    assert prepare(PAIR, name="mine").dataset.name == "mine"


def test_the_order_of_files_does_not_matter():
    files = {"covar.csv": COVAR, **PAIR}
    first, second = prepare(files), prepare(dict(reversed(files.items())))
    assert first.roles == second.roles
    assert first.dataset.covariates.columns == ("sex", "age")
    assert first.dataset.problem("weight", ("sex",)).fingerprint == (
        second.dataset.problem("weight", ("sex",)).fingerprint
    )


def test_a_bad_file_is_said_and_hides_nothing():
    files = {**PAIR, "covar.csv": b"id,x\na,1,2\n", "a.pdf": b"%PDF-1"}
    prepared = prepare(files)
    assert prepared.dataset is None
    assert prepared.problem.startswith("covar.csv: every line must have as many entries")
    assert prepared.problem.endswith(", or leave covar.csv out")
    left_out = Choices(roles=(("covar.csv", "ignored"), ("a.pdf", "ignored")))
    assert prepare(files, left_out).dataset is not None
    # Of what is in an archive nobody named each; what is like data must be read all the same.
    read = prepare({"all.zip": zipped({**PAIR, "a.pdf": b"%PDF-1", "README.txt": b"a\nb,c\n"})})
    assert read.dataset is not None
    assert "covar.csv" in prepare({"all.zip": zipped(files)}).problem
    assert [outcome.group.name for outcome in prepared.outcomes if outcome.error] == [
        "covar.csv",
        "a.pdf",
    ]


def test_nothing_is_a_problem_with_a_remedy():
    assert prepare({}).problem.endswith("there is no file; add them")
    alone = prepare({"pheno.csv": PHENO})
    assert alone.problem == (
        "none of these files holds a kinship: there is “pheno.csv”; add one, or a "
        "pedigree or genotypes to compute it from, or say which file it is"
    )
    assert alone.phenotypes.columns == ("weight", "sex", "note")
    assert prepare({"K.csv": square()}).problem.startswith("none of these files holds phenotypes: ")
    broken = prepare({"K.csv": square(), "pheno.csv": b"id,x\na,1,2\n"}).problem
    assert broken.startswith("pheno.csv: every line must have as many entries")
    assert broken.endswith("or leave pheno.csv out")


# --- by order


@pytest.mark.parametrize("kinship", [{"K.npy": npy()}, {"K.txt": BARE}, {"k.cXX.txt": BARE}])
def test_rows_are_never_joined_by_order_unless_that_is_decided(kinship):
    files = {**kinship, "pheno.csv": PHENO}
    prepared = prepare(files)
    assert prepared.dataset is None
    assert prepared.order_offered
    assert "if its rows are in the same order as those of pheno.csv, say so" in prepared.problem
    decided = prepare(files, Choices(same_order=True))
    assert decided.dataset.ids == ("d", "b", "a", "c")
    assert decided.order_offered
    assert any("joined" in note and "by their order" in note for note in decided.notes)


def test_the_order_is_not_offered_where_sizes_differ():
    files = {"K.npy": npy(np.eye(3)), "pheno.csv": PHENO}
    for choices in (Choices(), Choices(same_order=True)):
        prepared = prepare(files, choices)
        assert prepared.dataset is None
        assert not prepared.order_offered
        assert "pheno.csv has 4 rows, K.npy has 3 rows" in prepared.problem


def test_the_choice_of_the_same_order_changes_nothing_where_all_have_ids():
    with_it, without = prepare(PAIR, Choices(same_order=True)), prepare(PAIR)
    assert with_it.dataset.problem("weight").fingerprint == (
        without.dataset.problem("weight").fingerprint
    )


def test_an_npz_with_ids_needs_no_choice():
    ids = np.array(["d", "c", "b", "a"])
    data = prepare({"K.npz": npy(ids=ids), "pheno.csv": PHENO}).dataset
    assert data.ids == ("d", "c", "b", "a")
    np.testing.assert_array_equal(data.traits.column("weight"), [4.5, 3.5, 2.5, 1.5])


def test_gemma_files_are_joined_by_order():
    files = toy("geno.txt.gz", "anno.txt", "gemma.txt", "bimbam.cXX.txt")
    assert prepare(files).order_offered
    decided = prepare(files, Choices(same_order=True))
    assert decided.dataset.n == 13
    computed = {name: files[name] for name in files if name != "toy.bimbam.cXX.txt"}
    assert prepare(computed).dataset is None
    made = prepare(computed, Choices(same_order=True))
    assert made.dataset.ids == decided.dataset.ids
    named = {**computed, "p.csv": b"".join(b"i%d,%d.5\n" % (k, k) for k in range(13))}
    del named["toy.gemma.txt"]
    assert prepare(named).order_offered
    assert prepare(named, Choices(same_order=True)).dataset.ids[:2] == ("i0", "i1")
    # GEMMA counts all markers; the scale alone may differ.
    ratio = made.dataset.kinship[0, 0] / decided.dataset.kinship[0, 0]
    np.testing.assert_allclose(made.dataset.kinship, ratio * decided.dataset.kinship, atol=1e-6)


def test_a_kinship_without_ids_has_the_order_of_the_genotypes():
    pheno = toy("pheno.txt")["toy.pheno.txt"].splitlines(keepends=True)
    shuffled = b"".join([pheno[0], *reversed(pheno[1:])])
    files = {**toy("bed", "bim", "fam", "cXX.txt"), "pheno.txt": shuffled}
    prepared = prepare(files)
    assert "in the same order as those of the genotypes, say so" in prepared.problem
    data = prepare(files, Choices(same_order=True)).dataset
    genotypes, _ = read_plink(FORMATS / "toy")
    assert set(data.ids) <= set(genotypes.ids)
    assert data.ids == tuple(label for label in genotypes.ids if label in set(data.ids))


# --- roles


def test_tables_are_told_by_their_names():
    prepared = prepare({"covar.csv": PHENO, "pheno.csv": COVAR, "K.csv": square()})
    assert prepared.roles["covar.csv"] == "covariates"
    assert prepared.roles["pheno.csv"] == "phenotypes"


def test_tables_are_told_by_their_columns():
    traits = b"id,w,l\na,1,2\nb,2,3\nc,3,5\nd,4,4\n"
    prepared = prepare({"1.csv": COVAR, "2.csv": traits, "K.csv": square()})
    assert prepared.roles == {"1.csv": "covariates", "2.csv": "phenotypes", "K.csv": "kinship"}


def test_the_ending_of_a_name_counts_more_than_its_start():
    for name in ("pheno.covar", "pheno.qcovar", "traits.cov", "pheno.eigenvec"):
        prepared = prepare({"K.csv": square(), "pheno.phen": PHENO, name: COVAR})
        assert prepared.roles[name] == "covariates"
        assert prepared.roles["pheno.phen"] == "phenotypes"


def test_two_files_of_phenotypes_are_one_and_a_note():
    traits = b"id,w\na,1\nb,2\nc,3\nd,5\n"
    prepared = prepare({"1.csv": traits, "2.csv": traits, "K.csv": square()})
    assert prepared.roles == {"1.csv": "phenotypes", "2.csv": "ignored", "K.csv": "kinship"}
    assert any(
        "“1.csv” is taken for the phenotypes; “2.csv” could be" in note for note in prepared.notes
    )
    strangers = b"id,w\nq,1\nr,2\ns,3\n"
    prepared = prepare({"1.csv": strangers, "2.csv": traits, "K.csv": square()})
    assert prepared.roles == {"1.csv": "ignored", "2.csv": "phenotypes", "K.csv": "kinship"}


def test_a_file_of_covariates_is_never_the_phenotypes():
    prepared = prepare({"covar.csv": PHENO, "K.csv": square()})
    assert prepared.roles["covar.csv"] == "covariates"
    assert prepared.problem.startswith("none of these files holds phenotypes: ")
    fam = toy("glucose.fam")["toy.glucose.fam"]
    files = {**toy("bed", "bim"), "toy.fam": fam, "covar.txt": toy("plink2.cov")["toy.plink2.cov"]}
    prepared = prepare(files)
    assert prepared.roles == {"toy": "genotypes", "covar.txt": "covariates"}
    assert prepared.dataset.traits.columns[0] == "pheno1"


def test_a_table_of_something_else_is_left_alone():
    # Neither ids nor as many rows as there are individuals.
    other = b"sex,diet\nM,x\nF,y\nM,x\nF,y\nM,x\nM,x\n"
    prepared = prepare({"1.csv": other, **PAIR})
    assert prepared.roles["1.csv"] == "ignored"
    assert "1.csv could hold the phenotypes or the covariates" in prepared.problem
    ignored = Choices(roles=(("1.csv", "ignored"),))
    assert prepare({"1.csv": other, **PAIR}, ignored).dataset is not None
    other = b"1.5,2.5\n1.5,2.5\n1.5,3.5\n"
    prepared = prepare({"pheno.txt": other, "y.csv": PHENO, "K.csv": square()})
    assert (prepared.roles["pheno.txt"], prepared.roles["y.csv"]) == ("ignored", "phenotypes")


def test_of_two_kinships_the_one_with_the_ids_is_taken():
    prepared = prepare({"A.npy": npy(np.eye(4)), **PAIR})
    assert prepared.roles["K.csv"] == "kinship"
    assert prepared.problem.startswith("each file that is given must be used: A.npy could hold")
    chosen = prepare({"A.npy": npy(np.eye(4)), **PAIR}, Choices(roles=(("A.npy", "ignored"),)))
    np.testing.assert_array_equal(chosen.dataset.kinship, K)
    assert any("“K.csv” is taken for the kinship; “A.npy”" in note for note in prepared.notes)


def test_roles_can_be_chosen_and_the_file_is_read_for_them():
    roles = (("pheno.csv", "ignored"), ("covar.csv", "phenotypes"))
    data = prepare({**PAIR, "covar.csv": COVAR}, Choices(roles=roles)).dataset
    assert (data.name, data.traits.columns) == ("covar", ("sex", "age"))
    # A table that happens to mirror itself is read as a table.
    table = {"x.csv": square(), "y.csv": square()}
    prepared = prepare(table, Choices(roles=(("x.csv", "phenotypes"),)))
    assert prepared.dataset.traits.columns == IDS
    # A square that does not mirror itself is no kinship until it is said to be.
    uneven = b"1 .5 .2\n.1 1 .9\n.7 .6 1\n"
    assert prepare({"x.txt": uneven}).kinship is None
    chosen = prepare({"x.txt": uneven}, Choices(roles=(("x.txt", "kinship"),)))
    np.testing.assert_array_equal(
        chosen.kinship.values, [[1, 0.5, 0.2], [0.1, 1, 0.9], [0.7, 0.6, 1]]
    )
    # Markers that are called by numbers are no markers until that is said.
    lines = {"x.txt": b"11,A,T,0,1,2,1\n12,A,T,2,0,2,1\n"}
    assert prepare(lines).kinship is None
    assert prepare(lines, Choices(roles=(("x.txt", "genotypes"),))).kinship.n == 4


def test_roles_that_cannot_be_are_refused():
    both = Choices(roles=(("K.csv", "kinship"), ("L.csv", "kinship")))
    prepared = prepare({**PAIR, "L.csv": PAIR["K.csv"]}, both)
    assert prepared.dataset is None
    assert prepared.problem.startswith("one file at most may hold the kinship: “K.csv”, ")
    cannot = prepare({**PAIR, "k.npy": npy()}, Choices(roles=(("k.npy", "covariates"),)))
    assert cannot.problem.startswith("k.npy cannot be the covariates: it was read as npy")


def test_choices_of_files_that_are_gone_do_not_matter():
    choices = Choices(roles=(("gone.csv", "kinship"),), readers=(("gone.csv", "x"),))
    assert prepare(PAIR, choices).dataset is not None


def test_choices_are_keys():
    assert len({Choices(), Choices(), Choices(missing=("-9",))}) == 2


# --- columns


def test_transforms_are_traits_beside_the_others():
    choices = Choices(transforms=(("weight", "log"), ("weight", "rank")))
    extra = PHENO + b"e,900,M,v\n"
    data = prepare({**PAIR, "pheno.csv": extra}, choices).dataset
    assert data.traits.columns == ("weight", "log(weight)", "rank(weight)")
    np.testing.assert_array_equal(data.traits.column("log(weight)"), np.log([1.5, 2.5, 3.5, 4.5]))
    # Ranks are among those who are fitted: e has no kinship.
    ranks = data.traits.column("rank(weight)")
    np.testing.assert_allclose(ranks + ranks[::-1], 0.0, atol=1e-12)
    fewer = prepare({**PAIR, "covar.csv": COVAR.replace(b"d,1,NA\n", b"")}, choices).dataset
    ranks = fewer.traits.column("rank(weight)")
    np.testing.assert_allclose(ranks + ranks[::-1], 0.0, atol=1e-12)
    assert (
        "needs positive values"
        in prepare({**PAIR, "pheno.csv": PHENO.replace(b"1.5", b"-1")}, choices).problem
    )
    assert "has no column “x”" in prepare(PAIR, Choices(transforms=(("x", "log"),))).problem
    assert "no transform “cube”" in prepare(PAIR, Choices(transforms=(("weight", "cube"),))).problem


def test_missing_codes_are_taken_when_decided():
    files = {**PAIR, "pheno.csv": PHENO.replace(b"2.5", b"-9")}
    assert prepare(files).dataset is None
    kept = prepare(files, Choices(not_missing=("-9.0",))).dataset
    assert kept.traits.column("weight")[1] == -9
    data = prepare(files, Choices(missing=("-9",))).dataset
    assert np.isnan(data.traits.column("weight")[1])


def test_phenotypes_without_numbers_are_a_problem():
    prepared = prepare({**PAIR, "pheno.csv": b"id,w\na,x\nb,y\nc,z\nd,q\n"})
    said = "a trait must be a column of numbers: “w” holds what is no number, such as “x” in row 1;"
    assert said in prepared.problem
    prepared = prepare({**PAIR, "pheno.csv": b"id,v,w\na,x,y\nb,y,x\nc,z,q\nd,q,z\n"})
    assert (
        "“v”, “w” hold what is no number, such as “x” in row 1 of “v”; look for" in prepared.problem
    )


def test_a_refusal_is_given_and_raised_with_its_parts():
    prepared = prepare({"pheno.csv": PHENO})
    assert (prepared.refusal.found, prepared.refusal.remedy) == (
        "there is “pheno.csv”",
        "add one, or a pedigree or genotypes to compute it from, or say which file it is",
    )
    assert prepared.problem == str(prepared.refusal)
    for _ in range(2):
        with pytest.raises(DataError) as caught:
            prepared.require_dataset()
        assert str(caught.value) == prepared.problem
    # A traceback would keep what was read in memory as long as what became of it.
    assert prepared.refusal.__traceback__ is None
    assert prepared.refusal.__context__ is None
    fine = prepare(PAIR)
    assert fine.refusal is None
    assert fine.require_dataset() is fine.dataset


def test_a_matrix_that_is_none_is_refused_as_its_finding_says():
    holes = K.copy()
    holes[2] = holes[:, 2] = np.nan
    refusal = prepare({**PAIR, "K.csv": square(holes)}).refusal
    assert (refusal.where, refusal.rule) == ("K.csv", "missing entries")
    assert refusal.remedy == "leave out “c”, row and column, and it is complete"


@pytest.mark.parametrize(
    ("table", "named_by", "noted"),
    [
        ("FID IID w\nF a 1\nF b 2\nF c 3\nF d 4\n", "IID", True),
        ("FID IID w\nF a 1\nG a 2\nF c 3\nF d 4\n", "FID_IID", False),
        ("id w\na 1\nb 2\nc 3\nd 4\n", "", False),
    ],
)
def test_by_what_individuals_are_named_is_a_field(table, named_by, noted):
    prepared = prepare({"K.csv": square(), "p.txt": table.encode()})
    (reading,) = [one.reading for one in prepared.outcomes if one.group.name == "p.txt"]
    assert reading.named_by == named_by
    assert ("p.txt: individuals are named by IID, without the family." in prepared.notes) == noted


def test_a_file_whose_name_says_so_is_not_taken_for_pairs():
    # The words of notes and formats decide nothing: the file is called as they speak.
    files = {"K.csv": square(), "FID_IID family and individual ids.csv": PHENO}
    prepared = prepare(files)
    assert prepared.dataset.n == 4
    assert not any("without the family" in note for note in prepared.notes)


@pytest.mark.parametrize(
    ("head", "values", "said"),
    [
        ("FID IID", "0121", True),
        ("FID IID", "1121", False),
        ("FID IID", "0123", False),
        ("id who", "0121", False),
    ],
)
def test_0_beside_1_and_2_may_be_plinks(head, values, said):
    rows = "".join(f"f{who} {who} {v}\n" for who, v in zip("abcd", values, strict=True))
    prepared = prepare({"K.csv": PAIR["K.csv"], "p.txt": f"{head} ill\n{rows}".encode()})
    note = (
        "“ill” of p.txt is 0, 1 and 2, and 0 is a number here: to PLINK it would be missing "
        "beside 1 and 2 (--missing 0)."
    )
    assert (note in prepared.notes) == said
    assert prepared.require_dataset().traits.n == 4
