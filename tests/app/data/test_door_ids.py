"""Who is who, by evidence: the same on the page as on the command line, and the question."""

import re

import numpy as np
import pytest

from tests.app_helpers import drop, run
from tests.links import open_page
from tests.places import REFERENCE

CASES = REFERENCE / "cases"


def case(name, *files):
    return {file: (CASES / name / file).read_bytes() for file in files}


def words(app):
    """All that is said, signs of Markdown apart."""
    elements = [*app.markdown, *app.html, *app.error, *app.caption]
    return " ".join(re.sub(r"\\(.)", r"\1", element.value) for element in elements)


def dropped(files):
    return drop(open_page("data", {}), files)


def found(app):
    """h by REML of what is on the screen."""
    return app.session_state["shown"].view.reml.h2


@pytest.mark.parametrize(
    ("folder", "files", "h2"),
    [
        ("row_numbers", ("pheno_R.csv", "kinship.csv"), 0.6763),
        ("row_numbers", ("pheno_ok.csv", "kinship.csv", "covar_R.csv"), 0.7178),
        ("headerless_phen", ("perm.grm.bin", "perm.grm.id", "perm.phen"), 0.6763),
        ("ids_like_numbers", ("acc.csv", "kin_noheader.csv"), 0.6763),
        ("hash_ids", ("pheno_hash.csv", "kin_hash.csv"), 0.6763),
    ],
)
def test_the_fit_is_that_of_the_same_data_written_plainly(folder, files, h2):
    app = dropped(case(folder, *files))
    assert not app.error
    assert found(app) == pytest.approx(h2, abs=6e-5)
    assert "(30 of 30 are in " in words(app)


def test_a_matrix_without_names_needs_the_tick():
    app = dropped(case("positions", "pheno.csv", "K_R.csv"))
    assert "ndividuals must have ids" in words(app)
    app.checkbox(key="same_order").check()
    run(app)
    assert found(app) == pytest.approx(0.6763, abs=6e-5)


def tied():
    """Two columns of numbers, each with the ids of the kinship, and neither called ids."""
    lines = case("row_numbers", "pheno_ok.csv")["pheno_ok.csv"].decode().split()[1:]
    rows = [line.split(",") for line in lines]
    other = np.random.default_rng(8).permutation([label for label, _ in rows])
    text = "left,right,weight\n" + "".join(
        f"{label},{wrong},{value}\n" for (label, value), wrong in zip(rows, other, strict=True)
    )
    return {"pheno.csv": text.encode(), **case("row_numbers", "kinship.csv")}


def test_a_tie_is_a_question_with_two_answers():
    app = dropped(tied())
    assert "It must be certain which column holds the ids" in words(app)
    labels = [re.sub(r"\\(.)", r"\1", button.label) for button in app.button]
    assert {"Ids of pheno.csv: left", "Ids of pheno.csv: right"} <= set(labels)
    app.button[labels.index("Ids of pheno.csv: left")].click()
    run(app)
    assert "ids: column “left” of pheno.csv (30 of 30 are in kinship.csv)" in words(app)
    assert app.selectbox(key="ids_pheno.csv").value == "left"
    first = found(app)
    app.selectbox(key="ids_pheno.csv").select("right")
    run(app)
    assert "ids: column “right” of pheno.csv" in words(app)
    assert found(app) != first
    app.selectbox(key="ids_pheno.csv").select("")
    run(app)
    assert "It must be certain" in words(app)


def test_ids_that_nearly_match_are_a_question_with_two_answers():
    app = dropped(case("odd_files", "pheno_sci.csv", "kin_sci.csv"))
    assert "ds must be spelled alike in all files" in words(app)
    labels = [button.label for button in app.button]
    app.button[labels.index("Match 3 more")].click()
    run(app)
    assert found(app) == pytest.approx(0.6763, abs=6e-5)
