import csv
import re

import numpy as np
import pytest

from lmm_app.fit import text
from lmm_core import fit_lmm, interval_h2
from tests.app_helpers import (
    PHENO,
    ROOT,
    K,
    boards,
    changed,
    estimate,
    good_upload,
    kinship_file,
    leave_projector,
    let_go,
    numbers,
    open_app,
    pick,
    run,
    said,
    sentence,
    upload,
)

MICE = ROOT / "sample_data" / "mouse_hs300"

# REML's ĥ for CD8, as a link says it.
CD8 = 0.570


def loglik_in_table(fit):
    """A log-likelihood as the table of estimates has it."""
    return f"{fit.loglik:,.3f}".replace("-", "−")


def columns_of(file):
    rows = list(csv.reader((MICE / file).read_text().splitlines()))
    ids = [row[0] for row in rows[1:]]
    values = [[float(x) if x not in ("", "NA") else np.nan for x in row[1:]] for row in rows[1:]]
    return ids, rows[0][1:], np.array(values)


def mice(trait, reml, sex=True):
    """The fit of the sample, read with nothing of the app's."""
    ids, names, pheno = columns_of("pheno.csv")
    covar_ids, _, covar = columns_of("covar.csv")
    kin_ids, kin_names, kinship = columns_of("kinship.csv")
    assert ids == covar_ids == kin_ids == kin_names
    y = pheno[:, names.index(trait)]
    keep = ~np.isnan(y)
    X = np.column_stack([np.ones(keep.sum()), covar[keep]] if sex else [np.ones(keep.sum())])
    return fit_lmm(y[keep], X, kinship[np.ix_(keep, keep)], reml=reml)


def test_the_default_page_shows_its_sections_and_their_pictures():
    app = open_app()
    assert [head.value[:4] for head in app.subheader] == ["1 · ", "2 · ", "3 · ", "4 · "]
    assert not app.error
    assert not app.warning
    (moving, profile), (same, sides) = (boards(app)[key] for key in ("profile", "sides"))
    assert moving["at"] == same["at"] == pytest.approx(mice("CD8", True).h2, abs=1e-9)
    assert "projector" not in moving
    assert "projector" not in same
    assert moving["hand"] == same["hand"]
    assert moving["hand"]["resting"] == CD8
    assert profile["group"] == sides["group"]
    assert profile["id"] != sides["id"]
    assert f"h = {CD8:.3f}" in profile["profile"]["alt"]
    (matrix,) = sides["matrices"]
    # Only of few does every cell have its number.
    assert matrix["ids"] is None
    (matrix,) = boards(open_app(sample="tiny12"))["sides"][1]["matrices"]
    assert len(matrix["ids"]) == 12


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_the_numbers_on_the_page_are_those_of_the_files(method):
    app = open_app(method=method)
    fit, other = mice("CD8", method == "REML"), mice("CD8", method != "REML")
    assert f"ĥ = {fit.h2:.2f} (" in said(app)
    assert f") by {method}. " in said(app)
    assert f"gives {other.h2:.2f} (" in said(app)
    assert "**297 heterogeneous-stock mice** · 283 individuals" in said(app)
    table = app.html[0].value
    for value in (loglik_in_table(fit), text.plus_minus(fit.beta[1], fit.se_beta[1])):
        assert value in table
    assert estimate(app) == pytest.approx(fit.h2, abs=5e-5)
    moving, sides = boards(app)["sides"]
    assert moving["at"] == moving["hand"]["estimate"] == pytest.approx(fit.h2, abs=1e-9)
    column = sides["points"]["column"]
    assert sides["fit"]["columns"][column] == "sex"
    # The coefficient that the browser finds, here by the same steps.
    twin = sides["fit"]["twin"]
    basis, to_beta = (twin[name].reshape(-1, twin["p"]) for name in ("basis", "toBeta"))
    root = 1 / np.sqrt(moving["at"] * twin["values"] + 1 - moving["at"])[:, np.newaxis]
    g = np.linalg.lstsq(root * basis, root[:, 0] * twin["residual"])[0]
    beta = twin["offset"] + to_beta @ g
    assert beta[column] == pytest.approx(fit.beta[1], rel=1e-9)
    assert sides["points"]["titles"]["regression"]["title"].endswith("β̂ for sex")


def test_another_trait_is_fitted_with_the_others_left_out():
    app = pick(open_app(), "trait", "MCH")
    fit = mice("MCH", True)
    low, high = interval_h2(fit)
    assert "of the variance in MCH follows kinship" in said(app)
    assert f"ĥ = {fit.h2:.2f} ({low:.2f} to {high:.2f}) by REML." in said(app)
    assert "288 individuals" in said(app)
    assert app.session_state["h"] == round(fit.h2, 3)


def test_without_covariates_the_intercept_is_drawn():
    app = open_app()
    app.get_by_key("covariates").set_value([])
    run(app)
    fit = mice("CD8", True, sex=False)
    assert f"ĥ = {fit.h2:.2f} (" in said(app)
    assert "β sex" not in app.html[0].value
    assert boards(app)["sides"][1]["points"]["xTitle"].startswith("intercept, ")
    assert app.get_by_key("column").disabled
    app.get_by_key("covariates").set_value(["sex"])
    assert "β sex" in run(app).html[0].value


def test_ml_and_reml_take_turns():
    app = open_app()
    before = numbers(app)
    pick(app, "method", "ML")
    assert ") by ML. REML gives " in said(app)
    assert app.session_state["h"] == round(mice("CD8", False).h2, 3)
    pick(app, "method", "REML")
    assert numbers(app) == before
    assert app.session_state["h"] == round(mice("CD8", True).h2, 3)


def test_another_sample_brings_its_own_traits_and_estimate():
    app = open_app(h="0.1")
    pick(app, "sample", "tiny12")
    assert app.get_by_key("trait").options == ["weight"]
    assert "12 individuals" in said(app)
    assert app.session_state["h"] == 0.926
    pick(app, "sample", "mouse_hs300")
    assert app.get_by_key("trait").value == "CD8"
    assert app.session_state["h"] == CD8


@pytest.mark.parametrize("population", ["intercross", "families", "unrelated"])
def test_each_population_is_simulated_and_redrawn(population):
    app = pick(open_app(n="100"), "data", "simulate")
    pick(app, "population", population)
    assert not app.error
    assert "100 individuals · covariates: sex" in said(app)
    assert "simulated with h = 0.5 and seed 1" in said(app)
    assert boards(app)["profile"][1]["profile"]["true_words"] == "true h = 0.5"
    before = numbers(app)
    next(button for button in app.button if button.label == "Redraw").click()
    run(app)
    assert app.number_input(key="seed").value == 2
    assert "seed 2" in said(app)
    assert numbers(app) != before
    app.number_input(key="seed").set_value(1)
    assert numbers(run(app)) == before


def test_a_simulation_that_says_nothing_about_h_has_no_estimate():
    app = open_app(data="simulate", population="families", n="20", family_size="20")
    assert said(app).startswith("**These data cannot tell h.**")
    assert not app.error
    assert app.session_state["h"] == 0.5
    assert "At h = 0.50:" in sentence(app)
    moving, picture = boards(app)["profile"]
    assert moving["at"] == 0.5
    assert picture["profile"]["estimate"] is moving["hand"]["estimate"] is None
    assert not picture["search"]["steps"]


def test_links_open_what_they_say():
    app = open_app(sample="tiny12", method="ML", h="0.3")
    assert said(app).startswith("**These data cannot tell h: every value from 0 to 1 fits.**")
    assert "ĥ = 0.74 (0 to 1) by ML." in said(app)
    assert "At h = 0.30:" in sentence(app)
    assert app.query_params == {"sample": "tiny12", "method": "ML", "h": "0.3"}
    app = open_app(sample="tiny12", h="0.345")
    assert "At h = 0.345:" in sentence(app)
    assert app.query_params == {"sample": "tiny12", "h": "0.345"}
    app = open_app(trait="MCH", h="0")
    assert "variance in MCH" in said(app)
    assert "At h = 0.00:" in sentence(app)
    app = open_app(data="simulate", population="unrelated", n="60", seed="7", true_h="0.8")
    assert "60 individuals" in said(app)
    assert "Unrelated individuals, simulated with h = 0.8 and seed 7." in said(app)


def test_what_is_chosen_is_in_the_link_and_defaults_are_not():
    app = open_app()
    assert app.query_params == {}
    pick(app, "sample", "tiny12")
    let_go(app, 0.25)
    assert app.query_params == {"sample": "tiny12", "h": "0.25"}
    assert let_go(app, 0.2514).query_params["h"] == "0.251"
    assert let_go(app, 0).query_params["h"] == "0.0"
    pick(app, "sample", "mouse_hs300")
    assert app.query_params == {}
    pick(app, "data", "simulate")
    next(button for button in app.button if button.label == "Redraw").click()
    assert run(app).query_params == {"data": "simulate", "seed": "2"}


@pytest.mark.parametrize(
    "link",
    [
        {"data": "banana", "sample": "nope", "h": "7", "seed": "-3"},
        {"data": "", "sample": "", "h": "", "method": "", "trait": ""},
        {"h": "nan", "method": "PQL", "trait": "no such", "covariates": "age"},
        {"h": "1e999", "sample": ["tiny13", "x"], "column": "9"},
    ],
)
def test_a_bad_link_falls_back_to_the_default(link):
    app = open_app(**link)
    assert not app.error
    assert app.session_state["h"] == CD8
    assert numbers(app)[:2] == numbers(open_app())[:2]


@pytest.mark.parametrize("bad", ["-3", "0", "1000000", "inf", "two"])
def test_a_bad_seed_or_population_falls_back_to_the_default(bad):
    app = open_app(data="simulate", population="martians", seed=bad, n="40", generations="x")
    assert app.number_input(key="seed").value == 1
    assert app.get_by_key("population").value == "intercross"


def test_without_files_the_way_to_them_is_shown_and_what_was_there_stays():
    app = open_app()
    before = numbers(app)
    pick(app, "data", "upload")
    assert [info.value for info in app.info] == [
        "Drop your files on the page Data. Until then, what was fitted last stays here."
    ]
    (way,) = app.get("page_link")
    assert (way.proto.label, way.proto.page) == ("Drop your files", "data")
    assert numbers(app) == before
    upload(app, phenotype=PHENO)
    assert len(app.error) == 1
    assert "a kinship" in app.error[0].value
    assert numbers(app) == before


def test_uploaded_files_are_fitted():
    covar = b"id,age\nf,1\ne,2\nd,4\nc,1\nb,3\na,5\nz,9\n"
    app = upload(good_upload(), covariate=covar)
    assert not app.error
    y, age = np.array([0, 1, 4, 2, 2, 4.0]), np.array([5, 3, 1, 4, 2, 1.0])
    fit = fit_lmm(y, np.column_stack([np.ones(6), age]), K)
    assert loglik_in_table(fit) in app.html[0].value
    assert "**phenotype** · 6 individuals · covariates: age." in said(app)
    assert "only in the covariate file: z (1)" in said(app)


BAD = {
    "no shared ids": (
        {"phenotype": re.sub(rb"(?m)^(?=[a-f],)", b"x", PHENO)},
        r"no id is shared; kinship\.csv has “a”",
    ),
    "no number": (
        {"phenotype": re.sub(rb",[0-9]", b",tall", PHENO)},
        # The column of words is no trait, and the other one is empty.
        r"0 of 6 have blank",
    ),
    "kinship not numeric": (
        {"kinship": kinship_file(K).replace(b"0.5", b"half")},
        r"kinship\.csv.*“half”",
    ),
    "not square": (
        {"kinship": b"\n".join(kinship_file(K).splitlines()[:-1])},
        r"kinship\.csv.*square",
    ),
    "not symmetric": (
        {"kinship": kinship_file(changed(2, 3, 0.25))},
        r"K has 0.25 for “c” with “d”, but 0.5 for",
    ),
    "indefinite": (
        {"kinship": kinship_file(np.where(np.eye(6), 1, np.where(K > 0, 1.5, 0)))},
        r"smallest eigenvalue is −0.5 beside a largest of 2.5",
    ),
    "ragged": (
        {"phenotype": PHENO.replace(b"c,4,NA", b"c,4")},
        r"phenotype\.csv.*line 4",
    ),
    "empty": ({"phenotype": b""}, r"phenotype\.csv.*empty"),
    "not text": ({"kinship": b"%PDF-1.4\n"}, r"kinship\.csv.*PDF"),
    "all missing": (
        {"phenotype": re.sub(rb"[0-9]", b"NA", PHENO)},
        r"0 of 6 have height",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_named_once_and_the_last_good_fit_stays(kind):
    files, message = BAD[kind]
    app = good_upload()
    before = numbers(app)
    upload(app, **files)
    assert len(app.error) == 1
    shown = re.sub(r"\\(.)", r"\1", app.error[0].value)
    assert re.search(message, shown), shown
    assert "What was on the screen before is still below." in shown
    assert not re.search(r"(?<!\\)[<|*]", app.error[0].value)
    assert numbers(app) == before
    assert set(boards(app)) >= {"profile", "sides"}


def test_a_good_file_after_a_bad_one_recovers():
    app = upload(good_upload(), kinship=b"")
    assert len(app.error) == 1
    upload(app, kinship=kinship_file(changed(0, 1, 0.25)))
    assert len(app.error) == 1
    other = K.copy()
    other[0, 1] = other[1, 0] = 0.25
    upload(app, kinship=kinship_file(other))
    assert not app.error
    fit = fit_lmm([0, 1, 4, 2, 2, 4.0], None, other)
    assert loglik_in_table(fit) in app.html[0].value


def test_a_trait_that_cannot_be_fitted_gives_way_to_one_that_can():
    app = good_upload()
    before = numbers(app)
    pick(app, "trait", "blank")
    assert len(app.error) == 1
    assert numbers(app) == before
    pick(app, "trait", "height")
    assert not app.error
    assert numbers(app) == before


def test_bad_files_at_the_very_start_leave_the_default_sample():
    app = upload(open_app(), phenotype=PHENO, kinship=b"id,a\n")
    assert len(app.error) == 1
    assert numbers(app) == numbers(open_app())


def test_a_projector_shows_one_picture_in_large_type_without_the_sidebar():
    app = open_app(projector="true")
    assert set(boards(app)) == {"story"}
    assert boards(app)["story"][0]["projector"] is True
    assert [title.value for title in app.title] == ["Do male and female mice differ in CD8?"]
    app.get_by_key("picture").set_value("profile")
    assert set(boards(run(app))) == {"profile"}
    assert boards(app)["profile"][0]["projector"] is True
    assert boards(app)["profile"][1]["show"]["legend"] is False
    assert any("stSidebar" in element.value for element in app.html)
    app.get_by_key("picture").set_value("sides")
    assert set(boards(run(app))) == {"sides"}
    assert boards(app)["sides"][1]["show"]["slider"] is True
    assert set(boards(open_app(projector="true", picture="sides"))) == {"sides"}
    leave_projector(app)
    assert {"profile", "sides"} <= set(boards(app))
