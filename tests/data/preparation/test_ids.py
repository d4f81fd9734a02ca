"""Who is who: ids found by what the files share, respelled, or left out."""

import numpy as np
import pytest

from lmm_data.preparation.preparing import Choices, assemble, prepare
from tests.uploads import COVAR, IDS, PAIR, PHENO, square, toy


def test_ids_are_respelled_when_that_is_decided():
    files = {**PAIR, "pheno.csv": PHENO.replace(b"\n", b"\nX").removesuffix(b"X")}
    prepared = prepare(files)
    assert prepared.dataset is None
    assert "4 would match if an X in front were left out" in prepared.problem
    assert (prepared.join.spelling, prepared.join.gained) == ("x", 4)
    decided = prepare(files, Choices(spelling="x"))
    np.testing.assert_array_equal(decided.dataset.traits.column("weight"), [1.5, 2.5, 3.5, 4.5])
    same = {**PAIR, "pheno.csv": b"id,w\na,1\nA,2\nb,3\nc,4\n"}
    assert "“a”, “A” would all be “a”" in prepare(same, Choices(spelling="case")).problem


def test_a_family_and_a_space_in_front_join_by_the_individual():
    files = {**PAIR, "pheno.csv": PHENO.replace(b"\n", b"\nF1 ").removesuffix(b"F1 ")}
    prepared = prepare(files)
    assert prepared.dataset.n == 4
    assert "the second word of column “id”" in prepared.notes[0]
    # Where two individuals would be one, or the ids match as they are, nothing is dropped.
    twice = PHENO.replace(b"d,", b"F1 a,").replace(b"\na,", b"\nF2 a,")
    twice = twice.replace(b"\nb,", b"\nF1 b,").replace(b"\nc,", b"\nF1 c,")
    assert prepare({**PAIR, "pheno.csv": twice}).dataset is None
    mixed = square(ids=("F1 a", "F1 b", "F1 c", "d"))
    assert "3 individuals are in every file, and 1 more would be" in (
        prepare({**files, "K.csv": mixed}).problem
    )
    apart = prepare({**files, "K.csv": mixed}, Choices(spelling="none"))
    assert apart.dataset.ids == ("F1 a", "F1 b", "F1 c")
    labels = tuple(f"F1 {label}" for label in IDS)
    assert prepare({"K.csv": square(ids=labels), "pheno.csv": files["pheno.csv"]}).dataset.ids == (
        labels
    )


def test_plink_and_gcta_are_joined_by_iid():
    prepared = prepare(toy("grm.bin", "grm.id", "pheno.txt"))
    assert prepared.dataset.n == 13
    assert "toy: individuals are named by IID, without the family." in prepared.notes


def test_individuals_are_left_out_of_every_file():
    prepared = prepare({**PAIR, "covar.csv": COVAR}, Choices(without=("b", "nobody")))
    assert prepared.dataset.ids == ("a", "c", "d")
    assert prepared.kinship.ids == ("a", "c", "d")
    assert prepared.covariates.ids == ("a", "c", "d")
    assert {row.where: row.count for row in prepared.join.rows} == {"in every file": 3}
    assert "Left out, as was decided: “b”." in prepared.notes
    assert "To be left out, and in no file: “nobody”." in prepared.notes


def test_the_join_names_the_files():
    covar = COVAR.replace(b"\nd,", b"\ne,")
    prepared = prepare({**PAIR, "covar.csv": covar})
    assert {row.where: row.examples for row in prepared.join.rows} == {
        "in every file": ("b", "a", "c"),
        "only in covar.csv": ("e",),
        "in pheno.csv and K.csv, not in covar.csv": ("d",),
    }


def test_a_blank_line_in_a_single_column_is_a_missing_value():
    """Files of one column are joined by order: a row that is left out would move all below it."""
    bare = b"weight\n1.5\n\n3.5\n4.5\n\n"
    prepared = prepare({"K.csv": square(), "pheno.csv": bare}, Choices(same_order=True))
    np.testing.assert_array_equal(prepared.dataset.traits.column("weight"), [1.5, np.nan, 3.5, 4.5])
    spaced = b"weight\n\n1.5\n\n2.5\n\n3.5\n\n4.5\n"
    prepared = prepare({"K.csv": square(), "pheno.csv": spaced}, Choices(same_order=True))
    np.testing.assert_array_equal(prepared.dataset.traits.column("weight"), [1.5, 2.5, 3.5, 4.5])


def test_putting_it_together_again_changes_nothing():
    """What was identified once is identified in the same way among the same files."""
    files = {"K.csv": square(), "pheno.csv": b",id,w\n1,c,3\n2,a,1\n3,b,2\n4,d,4\n"}
    once = prepare(files)
    again = assemble(once.outcomes)
    assert once.notes == again.notes
    assert again.phenotypes.columns == ("w",)
    np.testing.assert_array_equal(once.dataset.traits.values, again.dataset.traits.values)
    numbered = {"K.csv": square(), "pheno.csv": b",w\n1,3\n2,1\n3,2\n4,4\n"}
    ordered = prepare(numbered, Choices(same_order=True))
    assert assemble(ordered.outcomes, ordered.choices).phenotypes.columns == ("w",)


def test_numbers_on_both_margins_that_no_table_has_only_count():
    for first in (0, 1):
        numbers = tuple(str(k + first) for k in range(4))
        pairs = "".join(f"{i},{j},{int(i == j)}\n" for i in numbers for j in numbers if j <= i)
        for kinship in (square(ids=numbers), pairs.encode()):
            files = {**PAIR, "K.csv": kinship}
            prepared = prepare(files)
            assert "there are none in K.csv" in prepared.problem
            assert prepared.order_offered
            joined = prepare(files, Choices(same_order=True)).dataset
            assert joined.ids == ("d", "b", "a", "c")
            # The same numbers in a table are ids.
            named = b"id,w\n" + b"".join(b"%s,%d\n" % (k.encode(), int(k)) for k in numbers[::-1])
            by_id = prepare({"K.csv": kinship, "pheno.csv": named}).dataset
            assert by_id.traits.column("w").tolist() == [*map(int, by_id.ids)]


def test_numbers_that_a_table_spells_otherwise_are_ids():
    numbers = tuple("1234")
    pheno = b"id,w\n003,3.5\n001,1.5\n004,4.5\n002,2.5\n"
    files = {"K.csv": square(ids=numbers), "pheno.csv": pheno}
    assert "4 would match if leading zeros were left out" in prepare(files).problem
    joined = prepare(files, Choices(spelling="zeros")).dataset
    assert joined.traits.column("w").tolist() == [int(label) + 0.5 for label in joined.ids]


@pytest.mark.parametrize("head", ["id,dam,weight", "calf,cow,weight"])
def test_mothers_are_no_ids_where_half_of_the_young_are_known(head):
    # The young of the table are ids of the kinship too, but for one, and the mothers all are.
    rows = "\na,d,1\nb,c,3\nc,a,2\nx,b,5\n"
    files = {"p.csv": f"{head}{rows}".encode(), "K.csv": square()}
    prepared = prepare(files)
    own, dam = head.split(",")[:2]
    assert (
        f"column “{dam}” has 4 ids that are in K.csv, and column “{own}” has 3; say which of "
        in (prepared.problem)
    )
    assert prepared.ids_offered == (("p.csv", dam), ("p.csv", own))
    assert prepare(files, Choices(ids=(("p.csv", own),))).require_dataset().n == 3
    # Where none of the young is known there is nothing to ask.
    strangers = f"{head}\nv,d,1\nw,c,3\nx,a,2\ny,b,5\n".encode()
    assert prepare({**files, "p.csv": strangers}).require_dataset().n == 4


def numbered(n):
    """A kinship of individuals that are called 1 to n, in another order."""
    ids = [str(k + 1) for k in np.random.default_rng(2).permutation(n)]
    return square(np.eye(n), ids)


def test_what_is_measured_is_no_id_by_chance():
    """Numbers with fractions, missing values among them, that are individuals' where whole."""
    values = [20, 31.5, 40, "NaN", 52, 52, 61.5, 70, 70, 33]
    pheno = "Taxa,height\n" + "".join(f"T{k},{v}\n" for k, v in enumerate(values))
    made = prepare({"K.csv": numbered(90), "pheno.csv": pheno.encode()})
    assert made.dataset is None
    assert "no id is shared" in made.problem
    assert not any("height" in note for note in made.notes)
    # Called ids, and all of them there, they are ids: plots, say.
    ids = [f"{block}.{plot}" for block in (1, 2) for plot in (1, 2, 3)]
    pheno = "y,id\n" + "".join(f"{k**1.5},{label}\n" for k, label in enumerate(ids))
    made = prepare({"K.csv": square(np.eye(6), ids), "pheno.csv": pheno.encode()})
    assert made.dataset.ids == tuple(ids)
    made = prepare(
        {"K.csv": square(np.eye(6), ids), "pheno.csv": pheno.replace("id", "where").encode()}
    )
    assert made.dataset.ids == tuple(ids)


def test_whole_numbers_that_are_ids_by_chance_are_asked_about():
    days = np.random.default_rng(3).permutation(np.arange(20, 150))[:50]
    rows = "".join(f"H{k:03d},{day},{k**1.1:.2f}\n" for k, day in enumerate(days))
    files = {"K.csv": numbered(281), "pheno.csv": f"Hybrid,days,yield\n{rows}".encode()}
    made = prepare(files)
    assert made.dataset is None
    assert "column “days” has 50 ids that are in K.csv, and column “Hybrid” has 0" in made.problem
    decided = prepare(files, Choices(ids=(("pheno.csv", "days"),)))
    assert decided.dataset.n == 50
    assert set(decided.dataset.ids) == {str(day) for day in days}
    # Nine in ten of both do not meet by chance.
    every = "".join(f"H{k:03d},{k + 1},{k**1.1:.2f}\n" for k in range(281))
    files["pheno.csv"] = f"Hybrid,tag,yield\n{every}".encode()
    assert prepare(files).dataset.n == 281


@pytest.mark.parametrize("choices", [Choices(), Choices(ids=(("p.csv", "id"),))])
def test_two_tables_side_by_side_are_no_table(choices):
    # Each has its own order of rows: by the ids of one the trait of the other is somebody else's.
    rows = "a,1,,d,8\nb,3,,c,7\nc,2,,b,9\nd,5,,a,6\n"
    files = {"p.csv": f"id,weight,,id,length\n{rows}".encode(), "K.csv": square()}
    problem = prepare(files, choices).problem
    assert (
        "p.csv: a table must have one column of ids: columns 1 and 4 are both called “id”"
        in problem
    )
    assert "put tables that stand side by side into a file each" in problem
    # Also where no other file says who the individuals are.
    bare = b"1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n"
    assert "both called “id”" in prepare({"p.csv": files["p.csv"], "K.txt": bare}, choices).problem
    alike = files["p.csv"].replace(b",d,8", b",a,8").replace(b",c,7", b",b,7")
    alike = alike.replace(b",b,9", b",c,9").replace(b",a,6", b",d,6")
    data = prepare({**files, "p.csv": alike}, choices).require_dataset()
    assert data.traits.columns == ("weight", "length")


def test_where_nobody_is_in_every_file_no_covariate_is_called_constant():
    covar = b"id,age\na.1,10\nb.1,20\nc.1,30\nd.1,40\n"
    prepared = prepare({**PAIR, "covar.csv": covar})
    assert prepared.dataset is None
    assert not any("the same for all" in note for note in prepared.notes)
