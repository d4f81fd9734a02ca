"""Triangles without a diagonal, as programs write distances: a stop that says what to give."""

import pytest

from lmm_data.preparation.preparing import prepare

PHENO = b"id,w\na,1\nb,2\nc,3\nd,5\n"
BELOW = "b 0.1\nc 0.2 0.3\nd 0.4 0.5 0.2\n"
CASES = {
    # print(dist(x)), to a file by sink()
    "R": (f"    a   b   c\n{BELOW}", "header begins with “a” and the rows with “b”, as R prints"),
    # mothur’s dist.seqs(output=lt) and PHYLIP’s lower-triangular
    "PHYLIP": (f"4\na\n{BELOW}", "after the count the first row is “a” alone, as PHYLIP’s"),
    "with ids": (f"a\n{BELOW}", "the first row is “a” alone"),
    "without the first row": (BELOW, "must end with an individual with itself"),
    "numbers": (".1\n.2 .4\n.3 .5 .2\n", "must end with an individual with itself"),
    "upper": ("a .1 .2 .4\nb .3 .5\nc .2\nd\n", "the last row is “d” alone"),
    "upper numbers": (".1 .2 .4\n.3 .5\n.2\n", "must begin with an individual with itself"),
}


@pytest.mark.parametrize("kind", CASES)
def test_what_is_missing_and_what_to_write_is_said(kind):
    text, words = CASES[kind]
    for name in ("K.txt", "distances.phy"):
        problem = prepare({"y.csv": PHENO, name: text.encode()}).problem
        if name == "K.txt":
            assert words in problem
            assert "write each individual with itself: 1 in a relationship" in problem
        # Under another name it is a stop as well.
        assert problem


@pytest.mark.parametrize("blank", ["", "NA"])
def test_a_square_without_its_diagonal(blank):
    rows = [["a", blank, ".1", ".2", ".4"], ["b", ".1", blank, ".3", ".5"]]
    rows += [["c", ".2", ".3", blank, ".2"], ["d", ".4", ".5", ".2", blank]]
    text = "\n".join([",a,b,c,d", *map(",".join, rows)])
    problem = prepare({"y.csv": PHENO, "K.csv": text.encode()}).problem
    assert "no diagonal: nobody has a value with itself" in problem
    assert "write each individual with itself" in problem


def test_a_triangle_with_its_diagonal_is_read():
    for text in (
        "a 1\nb .1 1\nc .2 .3 1\nd .4 .5 .2 1\n",
        "4\na 1 .1 .2 .4\nb .1 1 .3 .5\nc .2 .3 1 .2\nd .4 .5 .2 1\n",
    ):
        made = prepare({"y.csv": PHENO, "K.txt": text.encode()})
        assert made.require_dataset().kinship[3, 0] == 0.4
