"""What was named is used, or nothing is fitted: the same on the page as on the command line."""

import re

import pytest

from tests.app_helpers import drop, run
from tests.links import open_page
from tests.places import REFERENCE

CASES = REFERENCE / "cases"


def case(name, *files):
    return {file: (CASES / name / file).read_bytes() for file in files}


def dropped(files, page="data"):
    return drop(open_page(page, {}), files)


def words(app):
    """All that is said, signs of Markdown apart."""
    elements = [*app.markdown, *app.html, *app.error, *app.caption]
    return " ".join(re.sub(r"\\(.)", r"\1", element.value) for element in elements)


def fitted(app):
    """The problem that is on the screen."""
    return app.session_state["shown"].view.problem


def found(app):
    """h by REML of what is on the screen."""
    return app.session_state["shown"].view.reml.h2


def test_a_file_that_cannot_be_read_stops_and_what_was_there_stays():
    files = case("lost_file", "pheno.csv", "kinship.csv", "broken_covar.csv")
    app = dropped({name: files[name] for name in ("pheno.csv", "kinship.csv")})
    before = fitted(app).fingerprint
    drop(app, {"covar.csv": files["broken_covar.csv"]})
    assert "Each column must have its own" in words(app)
    assert "or leave covar.csv out" in words(app)
    assert fitted(app).fingerprint == before
    # The way on without it, by a click.
    app.button(key="ignore_covar.csv").click()
    run(app)
    assert fitted(app).columns == ("intercept",)
    assert "Not usable yet" not in words(app)


def test_all_fourteen_covariates_are_chosen_at_first():
    app = dropped(case("many_covariates", "pheno.csv", "covar.csv", "kinship.csv"))
    assert fitted(app).columns[1:] == tuple(f"c{k}" for k in range(1, 15))
    assert found(app) == pytest.approx(0.6624, abs=5e-5)
    assert app.multiselect(key="covariates").value == [f"c{k}" for k in range(1, 15)]
    app.multiselect(key="covariates").set_value(["c2", "c9"])
    run(app)
    assert fitted(app).columns == ("intercept", "c2", "c9")


def test_words_are_columns_of_0_and_1_and_it_is_said():
    app = dropped(case("words_as_covariates", "pheno.csv", "kinship.csv", "covar.csv"))
    assert fitted(app).columns == ("intercept", "sex=M", "age")
    assert found(app) == pytest.approx(0.6416, abs=5e-5)
    assert "sex of covar.csv: M against F." in words(app)


def test_a_covariate_with_a_bad_cell_is_named_and_can_be_left_out():
    files = case("words_as_covariates", "pheno.csv", "kinship.csv", "covar_typo.csv")
    app = dropped(files)
    assert "Row 5 (“an05”), column “age” holds “12wk”" in words(app)
    assert fitted(app).trait != "weight"
    choice = next(group for group in app.button_group if group.key == "covariates")
    assert choice.value == ["sex", "age"]
    choice.set_value(["sex"])
    run(app)
    assert fitted(app).columns == ("intercept", "sex")
    assert not app.error
    assert "Not usable yet" not in words(app)


def test_a_trait_with_a_bad_cell_is_named_and_the_next_is_not_fitted_instead():
    app = dropped(case("one_bad_cell", "textfirst.csv", "kinship.csv"))
    assert "Row 5 (“an05”), column “weight” holds “21.37*”" in words(app)
    assert fitted(app).trait not in ("weight", "length")
    choice = next(group for group in app.button_group if group.key == "trait")
    assert list(choice.options) == ["weight", "length"]
    choice.set_value("length")
    run(app)
    assert fitted(app).trait == "length"


def test_without_headers_a_covariate_is_no_trait():
    files = case("headerless_both", "p3.txt", "c2.txt", "k.csv")
    app = dropped(
        {"pheno.txt": files["p3.txt"], "covar.txt": files["c2.txt"], "k.csv": files["k.csv"]}
    )
    assert fitted(app).columns == ("intercept", "covariate1")
    assert app.session_state["shown"].view.reml.sigma2 == pytest.approx(1.213, abs=5e-4)


def test_what_a_reader_noticed_stands_below_its_file():
    files = case("words_as_covariates", "pheno.csv", "kinship.csv")
    files["pheno.csv"] = b"# measured in spring\n" + files["pheno.csv"]
    shown = words(dropped(files))
    assert "comment" in shown
    assert shown.index("pheno.csv") < shown.index("comment")


def test_two_files_of_covariates_are_one_table():
    files = case("words_as_covariates", "pheno.csv", "kinship.csv", "covar.csv")
    rows = [row.split(b",") for row in files.pop("covar.csv").splitlines()]
    files |= {
        f"covar{place}.csv": b"\n".join(b",".join((row[0], row[place])) for row in rows)
        for place in (1, 2)
    }
    app = dropped(files)
    assert fitted(app).columns == ("intercept", "sex=M", "age")
    assert "are joined by id" in words(app)


def test_numbers_are_categories_if_it_is_said():
    files = case("words_as_covariates", "pheno.csv", "kinship.csv", "covar.csv")
    files["covar.csv"] = b"\n".join(
        [b"id,cage", *(b"an%02d,%d" % (k, k % 3 + 1) for k in range(1, 31))]
    )
    app = dropped(files)
    assert fitted(app).columns == ("intercept", "cage")
    app.multiselect(key="decide_factors").set_value(["cage"])
    run(app)
    assert fitted(app).columns == ("intercept", "cage=2", "cage=3")
    assert "cage of covar.csv: 2 and 3 against 1." in words(app)
    app.multiselect(key="decide_factors").set_value([])
    run(app)
    assert fitted(app).columns == ("intercept", "cage")
