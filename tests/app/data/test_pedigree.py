"""A pedigree on the page: what it was taken for, its first rows, and what is fitted."""

from lmm_app.data.preview import tables
from lmm_data.readers.kinship.pedigree import read_pedigree
from tests.app_helpers import drop
from tests.data.preparation.test_descent import PEDIGREE, RECORDS
from tests.links import open_page


def test_it_stands_where_a_kinship_may():
    app = drop(open_page("data", {}), {"gain.csv": RECORDS, "ped.csv": PEDIGREE})
    said = " ".join(element.value for element in [*app.markdown, *app.caption])
    assert "Recognised as a pedigree of 8: calf, sire, dam, because its header says so" in said
    assert "A of the 5 with a row in gain.csv" in said
    assert not app.exception
    assert app.session_state["shown"].view.problem.n == 5


def test_its_first_rows_are_individuals_with_their_parents():
    ((words, html),) = tables(read_pedigree(PEDIGREE))
    assert words == "The first 5 of 8 rows and 2 of 2 columns."
    assert "sire" in html
    # The first calf has animal 1 for its sire, and no dam that is known.
    assert html.index(">4<") < html.index(">1<") < html.index("unknown") < html.index(">5<")
