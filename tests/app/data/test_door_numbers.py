"""Questions about numbers and shapes, asked and answered on the page by a click."""

import re

import pytest

from tests.app_helpers import drop, run
from tests.links import open_page
from tests.places import REFERENCE

CASES = REFERENCE / "cases"


def case(name, *files):
    return {file: (CASES / name / file).read_bytes() for file in files}


def dropped(files):
    return drop(open_page("data", {}), files)


def plain(text):
    return re.sub(r"\\(.)", r"\1", text)


def words(app):
    """All that is said, signs of Markdown apart."""
    elements = [*app.markdown, *app.html, *app.error, *app.caption]
    return " ".join(plain(element.value) for element in elements)


def click(app, label):
    next(button for button in app.button if plain(button.label) == label).click()
    return run(app)


def labels(app):
    return [plain(button.label) for button in app.button]


def found(app):
    """h by REML of what is on the screen."""
    return app.session_state["shown"].view.reml.h2


@pytest.mark.parametrize(
    ("answer", "h2"), [("The comma is decimal", 0.6786), ("The point is decimal", 0.381)]
)
def test_thousands_are_asked_and_both_readings_offered(answer, h2):
    app = dropped(case("thousands", "pheno_1000.csv", "kinship.csv"))
    assert "Not usable yet" in words(app)
    assert "“milk” holds “1.068” beside “766”: that is 1.068 or 1068" in words(app)
    click(app, answer)
    assert found(app) == pytest.approx(h2, abs=5e-4)
    assert "The point is decimal" not in labels(app)


def test_an_inverse_is_asked_about_and_inverted():
    app = dropped(case("inverse", "pheno.csv", "Ainv.csv"))
    assert "this looks like an inverse" in words(app)
    click(app, "Invert the kinship")
    assert found(app) == pytest.approx(0.6763, abs=5e-5)
    click(app, "Take all repairs back")
    assert "this looks like an inverse" in words(app)


def test_a_rounded_kinship_is_fitted_and_it_is_said():
    app = dropped(case("rounded_kinship", "pheno.csv", "kinship.csv"))
    assert found(app) == pytest.approx(0.0788, abs=5e-5)
    assert "26 negative eigenvalues, the least −0.0063 beside 93.2, are within" in words(app)


def test_what_no_rounding_explains_is_clipped_by_a_click():
    files = case("rounded_kinship", "pheno.csv", "kinship.csv")
    table = [line.split(b",") for line in files["kinship.csv"].splitlines()]
    table[1][2] = table[2][1] = b"30.5"
    app = dropped({**files, "kinship.csv": b"\n".join(map(b",".join, table))})
    assert "Not usable" in words(app)
    click(app, "Set negative eigenvalues to zero")
    assert "Not usable" not in words(app)
    assert 0.0 <= found(app) <= 1.0


def test_minus_nine_and_three_columns_are_read():
    app = dropped(case("minus_nine", "traits.fam", "kinship.csv"))
    assert app.session_state["shown"].view.problem.n == 68
    assert "−9 stands 12 times in “pheno1” of traits.fam and is missing there" in words(app)
    app = dropped(case("three_columns", "id_cage_weight.csv", "kinship.csv"))
    roles = {box.key: box.value for box in app.selectbox if str(box.key).startswith("role_")}
    assert roles == {"role_id_cage_weight.csv": "phenotypes", "role_kinship.csv": "kinship"}


@pytest.mark.parametrize(
    ("folder", "name", "what"),
    [
        ("odd_files", "tassel_kinship.txt", "as TASSEL’s kinship"),
        ("genotype_text", "geno.vcf", "as VCF, copies of the ALT allele from GT"),
        ("genotype_text", "GD.txt", "as genotypes in text, a row an individual"),
    ],
)
def test_what_is_read_says_what_it_was_taken_for(folder, name, what):
    app = dropped({**case("odd_files", "pheno.csv"), **case(folder, name)})
    assert "Not usable yet" not in words(app)
    assert f"Recognised {what}" in words(app)


def test_a_file_that_is_not_read_is_named():
    app = dropped({**case("odd_files", "pheno.csv"), **case("odd_files", "upper.txt")})
    assert "Not usable yet" in words(app)
    assert "an upper triangle" in words(app)
