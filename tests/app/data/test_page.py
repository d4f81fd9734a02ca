"""The page Data: files dropped, named, re-assigned, joined, mended, diagnosed, and fitted."""

import json
import re

import numpy as np
import pytest

from lmm_app.data import kept, words
from lmm_app.data.material import Material
from lmm_app.lessons.broken import BROKEN
from lmm_app.session import decisions, keep, uploads
from lmm_app.sources.opened import Lesson
from lmm_core import fit_lmm
from lmm_core.simulate.families import full_sib_families, simulate_phenotype
from tests.aligned import check_aligned
from tests.app_helpers import charts, drop, kinship_file, open_app, run, said, walk
from tests.links import hidden_words, open_page

FAMILIES = full_sib_families(15, 4)
N = len(FAMILIES.ids)
Y = np.round(10 + simulate_phenotype(FAMILIES.K, 0.6, rng=np.random.default_rng(2)).y, 6)
K = kinship_file(np.asarray(FAMILIES.K), FAMILIES.ids)
SEX = np.arange(N) % 2
EVIL = "<script>alert(1)</script> $x$ **b** [l](u)"


def table(head="id,weight", values=Y, ids=FAMILIES.ids):
    rows = (f"{label},{value}" for label, value in zip(ids, values, strict=True))
    return "\n".join([head, *rows]).encode()


PHENO, COVAR = table(), table("id,sex", SEX)
GOOD = {"y.csv": PHENO, "K.csv": K, "x.csv": COVAR}


def data_page(**link):
    return open_page("data", link)


def dropped(files=None, **link):
    return drop(data_page(**link), GOOD if files is None else files)


def verdict(app):
    """The verdict and the sentence below it, as a reader sees them."""
    box = next(m.value for m in app.markdown if m.value.startswith("## :"))
    start, sentence, _ = box.split("\n\n", 2)
    return re.sub(r".*/?: ?(.*)\]$", r"\1", start).split(": ")[-1], plain(sentence)


def plain(text):
    return re.sub(r"\\(.)", r"\1", text)


def everything(app):
    return "\n".join(element.value for element in [*app.markdown, *app.caption, *app.html])


def click(app, label):
    next(b for b in app.button if plain(b.label) == label).click()
    return run(app)


def labels(app):
    return [plain(button.label) for button in app.button]


@pytest.mark.parametrize("link", [{}, {"data": "lesson", "preset": "two_hills"}])
def test_whatever_is_open_is_diagnosed(link):
    app = data_page(**link)
    dataset = keep.opened(last_source(app)).dataset
    report = check_aligned(dataset)
    found = verdict(app)
    headline = words.headline(report.verdict, report, dataset, None)
    assert found == (headline.verdict, headline.reason)
    shown = plain(everything(app))
    assert all(finding.title in shown for finding in report.findings)
    drawn = charts(app)
    assert {"picture_kinship", "picture_entries", "picture_eigenvalues"} <= set(drawn)
    assert all(chart.alt.endswith(".") for chart in drawn.values())
    assert not app.error


def last_source(app):
    return app.session_state["last_good"].source


def test_a_good_dataset_is_fitted_in_two_clicks():
    app = dropped()
    assert not app.error
    assert verdict(app)[0] in ("Ready to fit", "Usable with care")
    assert verdict(app)[1].startswith(f"{N} individuals, 1 trait, 1 covariate")
    click(app, "Fit weight")
    assert app.title[0].value == "Does weight differ between sex 0 and sex 1?"
    fit = fit_lmm(Y, np.column_stack([np.ones(N), SEX]), FAMILIES.K)
    assert f"ĥ = {fit.h2:.2f} (" in said(app)


def test_each_file_is_named_with_what_it_was_taken_for_and_previewed():
    app = dropped()
    shown = plain(everything(app))
    for name, about in (("y.csv", "60 rows, 1 column"), ("K.csv", "60 × 60")):
        assert re.search(rf"\*\*{name}\*\* · :gray\[.*{about}", shown)
    assert [app.selectbox(key=f"role_{name}").value for name in GOOD] == [
        "phenotypes",
        "kinship",
        "covariates",
    ]
    assert "First rows" not in "".join(element.value for element in app.html)
    app.toggle(key="look_at_y.csv").set_value(True)
    run(app)
    (html,) = [element.value for element in app.html if "First rows" in element.value]
    assert FAMILIES.ids[0] in html
    assert f"{Y[0]}" in html


def test_files_come_in_any_order_and_on_several_occasions():
    app = data_page()
    drop(app, {"K.csv": K})
    assert verdict(app)[0] == "Not usable yet"
    assert not app.error
    drop(app, {"x.csv": COVAR})
    # Without another table it is the phenotypes.
    assert "Fit sex" in labels(app)
    drop(app, {"y.csv": PHENO})
    assert verdict(app) == verdict(dropped())


def test_the_files_stay_while_one_walks_about():
    app = dropped()
    before = verdict(app)
    walk(app, "")
    fitted = said(app)
    assert "weight" in fitted
    walk(app, "tour")
    walk(app, "data")
    assert verdict(app) == before
    app.get_by_key("data").set_value("sample")
    run(app)
    assert "297 individuals" in verdict(app)[1]
    app.get_by_key("data").set_value("upload")
    run(app)
    assert verdict(app) == before
    assert said(walk(app, "")) == fitted


def test_a_bad_file_loses_nothing_and_a_corrected_one_takes_its_place():
    app = dropped()
    before = verdict(app)
    fitted = said(walk(app, ""))
    walk(app, "data")
    drop(app, {"K.csv": b"%PDF-1.4"})
    assert verdict(app)[0] == "Not usable yet"
    assert "K.csv cannot be read" in verdict(app)[1]
    assert "What was on the screen before, y, is still on the other pages." in everything(app)
    assert not app.error
    assert next(b for b in app.button if b.key == "fit").disabled
    walk(app, "")
    assert len(app.error) == 1
    assert app.markdown[1].value == fitted
    walk(app, "data")
    drop(app, {"K.csv": K})
    assert verdict(app) == before


def test_a_file_can_be_taken_away_and_all_of_them():
    app = dropped()
    next(b for b in app.button if b.key == "remove_x.csv").click()
    run(app)
    assert verdict(app)[1].startswith(f"{N} individuals, 1 trait")
    assert "covariate" not in verdict(app)[1]
    click(app, "Take all files away")
    assert "No files yet" in everything(app)
    # What was fitted last is still there, and is what is looked at.
    assert f"{N} individuals" in verdict(app)[1]


def test_traits_of_two_files_are_joined_by_a_click_kept_and_parted():
    app = dropped({"one.csv": PHENO, "K.csv": K, "two.csv": table("id,height", Y[::-1])})
    assert verdict(app)[0] == "Not usable yet"
    click(app, "Join the traits of one.csv and two.csv")
    assert verdict(run(app))[1].startswith(f"{N} individuals, 2 traits")
    assert [app.selectbox(key=f"role_{name}").value for name in ("one.csv", "two.csv")] == [
        "phenotypes",
        "phenotypes",
    ]
    # What is saved is opened with both.
    kept_choices = decisions.to_json(app.session_state["upload"].choices)
    assert dict(decisions.from_json(json.loads(json.dumps(kept_choices))).roles) == {
        "one.csv": "phenotypes",
        "two.csv": "phenotypes",
    }
    # By the list of a file it is the same, and a file that is taken away takes its traits along.
    app.selectbox(key="role_two.csv").set_value("ignored")
    assert verdict(run(app))[1].startswith(f"{N} individuals, 1 trait")
    app.selectbox(key="role_two.csv").set_value("phenotypes")
    assert verdict(run(app))[1].startswith(f"{N} individuals, 2 traits")
    next(b for b in app.button if b.key == "remove_one.csv").click()
    assert "Fit height" in labels(run(app))
    assert verdict(app)[1].startswith(f"{N} individuals, 1 trait")


def test_a_file_can_be_read_as_something_else():
    app = dropped()
    app.selectbox(key="reader_K.csv").set_value("table")
    run(app)
    assert verdict(app)[0] == "Not usable yet"
    app.selectbox(key="reader_K.csv").set_value("kinship")
    run(app)
    assert verdict(app)[0] != "Not usable yet"


def test_a_code_for_missing_is_decided_and_taken_back():
    values = np.where(np.arange(N) == 3, -9.0, Y)
    app = dropped({**GOOD, "y.csv": table(values=values)})
    assert "Take −9 for missing" in labels(app)
    click(app, "Take −9 for missing")
    assert app.multiselect(key="decide_missing").value == ["-9"]
    assert f"**{N - 1}" in everything(app) or "1 of 60 individuals" in everything(app)
    app.multiselect(key="decide_missing").set_value([])
    run(app)
    assert "Take −9 for missing" in labels(app)


def test_ids_that_lost_their_zeros_are_matched_in_one_click():
    app = data_page(broken="zeros")
    assert verdict(app)[0] == "Not usable yet"
    assert "No id is shared" in verdict(app)[1]
    (repair,) = [label for label in labels(app) if label.startswith("Match ")]
    click(app, repair)
    assert verdict(app)[1].startswith(f"{repair.split()[1]} individuals")
    assert not next(b for b in app.button if b.key == "fit").disabled
    click(app, "Take all repairs back")
    assert verdict(app)[0] == "Not usable yet"


def test_rows_without_ids_are_joined_only_if_someone_says_so():
    bare = "\n".join(",".join(f"{x:g}" for x in row) for row in FAMILIES.K).encode()
    app = dropped({"y.csv": PHENO, "K.csv": bare})
    assert verdict(app)[0] == "Not usable yet"
    # Nothing is said of data that are not joined.
    assert not charts(app)
    assert "3 · Findings" not in [h.value for h in app.header]
    app.checkbox(key="same_order").set_value(True)
    run(app)
    assert verdict(app)[1].startswith(f"{N} individuals")
    fit = fit_lmm(Y, None, FAMILIES.K)
    assert f"ĥ = {fit.h2:.2f} (" in said(walk(app, ""))
    # It was said of these files: another one opens the question again.
    walk(app, "data")
    drop(app, {"K.csv": bare.replace(b"0.5", b"0.49")})
    assert verdict(app)[0] == "Not usable yet"
    assert not app.checkbox(key="same_order").value


@pytest.mark.parametrize("name", ["clones", "centred_ml", "indefinite"])
def test_what_is_broken_on_purpose_opens_by_a_link_and_from_the_shelf(name):
    broken = BROKEN[name]
    app = data_page(broken=name)
    assert verdict(app)[0] == words.VERDICTS[broken.verdict]
    assert app.query_params["broken"] == [name] or app.query_params["broken"] == name
    codes = {f.title for f in broken_report(app).findings if f.severity != "note"}
    assert all(title in plain(everything(app)) for title in codes)
    shelf = data_page()
    next(b for b in shelf.button if b.key == f"shelf_{name}").click()
    assert verdict(run(shelf)) == verdict(app)
    # Other files are not that dataset any more.
    drop(shelf, {"more.csv": COVAR})
    assert "broken" not in shelf.query_params


def broken_report(app):
    upload = app.session_state["upload"]
    prepared = keep.prepared(upload, print)
    material, method = Material.of_prepared(prepared), app.session_state["method"]
    return kept.report(upload.key, material, method, print)


def test_a_bad_link_to_the_shelf_falls_back():
    app = data_page(broken="<b>nothing</b>")
    assert len(app.toast) == 1
    assert "297 individuals" in verdict(app)[1]


def test_names_from_files_are_shown_as_they_are():
    ids = [f"{EVIL}{i}" for i in range(N)]
    quoted = [f'"{label}"' for label in ids]
    files = {
        f"{EVIL}y.csv": table(f'id,"{EVIL}"', ids=quoted),
        f"{EVIL}K.csv": kinship_file(np.asarray(FAMILIES.K) + 0.0, ids),
        f"{EVIL}x.csv": table(f'id,"{EVIL}2"', SEX, ids=quoted),
    }
    app = dropped(files)
    assert not app.error
    for element in [*app.markdown, *app.caption, *app.button, *app.expander]:
        shown = getattr(element, "value", None) or getattr(element, "label", "")
        assert not re.search(r"(?<!\\)<script", shown)
        assert not re.search(r"(?<!\\)\$x", shown)
        assert not re.search(r"(?<!\\)\*\*b", shown)
    assert not any("<script" in element.value for element in app.html)
    assert "alert(1)" in everything(app)
    for chart in charts(app).values():
        assert "<script" not in chart.spec


def test_too_large_files_are_left_out_by_name(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UPLOAD_MB", 0.001)
    app = dropped({"y.csv": PHENO[:900], "K.csv": K})
    (warning,) = app.warning
    assert warning.value == "K.csv is larger than 0.001 MB: it was left out."
    assert not charts(app) or "y.csv" in everything(app)
    monkeypatch.setattr(uploads, "MAX_UPLOAD_MB", 1)
    monkeypatch.setattr(uploads, "MAX_TOGETHER_MB", 0.0015)
    app = dropped({"y.csv": PHENO[:900], "x.csv": COVAR[:300], "z.csv": PHENO[:901]})
    assert "with z.csv the files are larger than 0.0015 MB together" in app.warning[0].value
    assert len(app.session_state["upload"].files) == 2


def test_what_would_take_too_long_is_for_the_command_line(monkeypatch):
    monkeypatch.setattr(kept, "CHECK_SECONDS", 0.0)
    app = dropped({"y.csv": table("id,light"), "K.csv": K})
    assert "lmm fit" in everything(app)
    # The quick looks are there, and what needs the eigenvalues is not.
    assert "picture_kinship" in charts(app)
    assert "picture_eigenvalues" not in charts(app)


def test_a_trait_that_cannot_be_fitted_is_told_beside_the_diagnosis():
    rows = [f"{label},{y},NA" for label, y in zip(FAMILIES.ids, Y, strict=True)]
    app = dropped({"y.csv": "\n".join(["id,weight,blank", *rows]).encode(), "K.csv": K})
    assert not app.error
    app.get_by_key("trait").set_value("blank")
    run(app)
    (error,) = app.error
    assert "At least 3 individuals must have every value." in plain(error.value)


def test_hidden_data_are_looked_at_and_not_replaced():
    app = data_page(**hidden_words(Lesson("full_sibs")))
    assert not app.file_uploader
    assert not any(b.key and b.key.startswith("shelf_") for b in app.button)
    assert verdict(app)[0] in words.VERDICTS.values()
    assert "true h" not in everything(app)


def test_the_diagnosis_can_be_kept(monkeypatch):
    kept = {}
    monkeypatch.setattr(
        "streamlit.delta_generator.DeltaGenerator.download_button",
        lambda self, label, data, name, *a, **k: kept.update({label: (name, data)}),
    )
    monkeypatch.setattr(
        "streamlit.download_button",
        lambda label, data, name, *a, **k: kept.update({label: (name, data)}),
    )
    app = dropped()
    name, page = kept["Print or keep"]
    assert name == "diagnosis-y.html"
    assert page.startswith("<!doctype html>")
    assert verdict(app)[1][1:] in page
    assert all(file in page for file in GOOD)


def test_one_drop_zone_is_all_there_is():
    app = open_app()
    assert not app.file_uploader
    assert len(data_page().file_uploader) == 1
