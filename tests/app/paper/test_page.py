"""The look "Take away": what it offers is of the fit on the screen, made when asked for."""

import io
import json
import zipfile

import numpy as np
import pytest
from streamlit.runtime.media_file_manager import MediaFileManager

from lmm_app.explore import kept
from lmm_app.paper.archive import methods_of, singles
from lmm_app.paper.scripts import reproduce_python, reproduce_r
from lmm_app.session import keep
from lmm_app.sources.opened import Opened, Sample
from lmm_core.certainty import interval_h2
from lmm_core.summary import h_words
from tests.app_helpers import PHENO, K, kinship_file, open_app, pick, said, upload

LOOK = "Take away"
ALONE = ["results.json", "estimates.csv", "profile.csv", "trace.csv", "rotated.csv"]
MIME = {"zip": "application/zip", "json": "application/json", "csv": "text/csv"}


@pytest.fixture
def offered(monkeypatch):
    """What the page offers for download: by file name, what makes it, and its type."""
    files = {}
    inner = MediaFileManager.add_deferred

    def add(self, make, mimetype, coordinates, file_name=None, **more):
        # The handout and saved work are offered by every page.
        if mimetype != "text/html" and not str(file_name).endswith(".lmm.zip"):
            files[file_name] = (make, mimetype)
        return inner(self, make, mimetype, coordinates, file_name=file_name, **more)

    monkeypatch.setattr(MediaFileManager, "add_deferred", add)
    return files


def buttons(app):
    return [button.proto for button in app.main.get("download_button")]


def unzip(files):
    """The members of the zip that was offered last."""
    name = [name for name in files if name.endswith(".zip")][-1]
    with zipfile.ZipFile(io.BytesIO(files[name][0]())) as zipped:
        return {entry: zipped.read(entry).decode() for entry in zipped.namelist()}


def shown(sample, trait, covariates):
    opened = keep.opened(Sample(sample))
    return opened, keep.fitted(opened.dataset.problem(trait, covariates))


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_a_link_opens_the_downloads_and_the_programs(method, offered):
    app = open_app(sample="tiny12", method=method, look=LOOK)
    assert app.get_by_key("look").value == LOOK
    assert not app.info
    assert [button.label for button in buttons(app)] == ["Everything, with the data", *ALONE]
    assert all(button.ignore_rerun and button.deferred_file_id for button in buttons(app))
    one = (*shown("tiny12", "weight", ("sex",)), method)
    methods, python, r = (code.value + "\n" for code in app.code)
    assert methods == f"{methods_of(one[1], method)}\n"
    assert (python, r) == (reproduce_python(*one), reproduce_r(*one))
    assert [code.language for code in app.code][1:] == ["python", "r"]
    # A paragraph is copied as it is, and read without a bar to push.
    assert app.code[0].proto.wrap_lines
    assert list(offered) == [f"12-individuals-in-three-families-weight-{method}.zip", *ALONE]
    for name, (_, mimetype) in offered.items():
        assert mimetype == MIME[name.rsplit(".", 1)[1]]
    files = unzip(offered)
    for name, make in singles(*one).items():
        assert offered[name][0]() == make() == files[name]
    assert (files["reproduce.py"], files["reproduce.R"]) == (python, r)
    assert files["methods.txt"] == methods


def test_nothing_is_made_before_it_is_asked_for(monkeypatch):
    def refuse(*args, **settings):
        raise AssertionError("nobody asked for this")

    monkeypatch.setattr(kept, "taken_away", refuse)
    for name in ("estimates", "profile", "trace", "rotated"):
        monkeypatch.setattr(f"lmm_app.paper.tables.{name}", refuse)
    monkeypatch.setattr("lmm_app.paper.archive.results", refuse)
    assert len(buttons(open_app(sample="tiny12", look=LOOK))) == 6


def test_the_files_follow_what_is_on_the_screen(offered):
    app = open_app(look=LOOK)
    for key, value in (("trait", "MCH"), ("covariates", []), ("method", "ML")):
        offered.clear()
        pick(app, key, value)
    document = json.loads(offered["results.json"][0]())
    assert (document["data"]["trait"], document["shown"]) == ("MCH", "ML")
    assert document["data"]["columns"] == ["intercept"]
    files = unzip(offered)
    assert "covar.csv" not in files
    assert files["pheno.csv"].startswith("id,MCH\n")
    assert files["README.txt"].startswith("MCH of 297 heterogeneous-stock mice, by ML\n")


def test_a_simulation_says_its_settings(offered):
    open_app(data="simulate", population="families", n="20", seed="7", look=LOOK)
    about = json.loads(offered["results.json"][0]())["data"]
    assert about["about"].endswith("with h = 0.5 and seed 7.")
    assert about["true_h2"] == 0.5


def test_while_files_are_missing_what_is_still_on_the_screen_is_offered(offered):
    app = open_app(sample="tiny12", look=LOOK)
    before = said(app)
    offered.clear()
    pick(app, "data", "upload")
    assert said(app) == before
    assert next(iter(offered)) == "12-individuals-in-three-families-weight-REML.zip"


def test_uploaded_names_are_text_in_what_is_offered(offered):
    ids = ("=a", "b,b", "c", "d", "e", "f")
    rows = zip(ids, (1, 2, 4, 3, 6, 5), strict=True)
    pheno = "\n".join(["id,=1+2", *(f'"{label}",{value}' for label, value in rows)])
    app = upload(
        open_app(look=LOOK),
        phenotype=pheno.encode(),
        kinship=kinship_file(np.array(K), ids),
    )
    assert not app.error
    files = unzip(offered)
    assert files["pheno.csv"].splitlines()[:3] == ['id,"\t=1+2"', '"\t=a",1.0', '"b,b",2.0']
    assert json.loads(files["results.json"])["data"]["ids"] == list(ids)
    assert app.code[1].value.startswith("# =1+2 of phenotype, by REML\n")


def test_a_fit_without_an_estimate_can_be_taken_away_too(offered):
    app = upload(open_app(look=LOOK), phenotype=PHENO, kinship=kinship_file(np.eye(6)))
    assert said(app).startswith("**These data cannot tell h.**")
    assert len({info.value for info in app.info}) == 1
    assert len(buttons(app)) == 6
    record = json.loads(offered["results.json"][0]())["fits"]["REML"]
    assert (record["status"], record["h2"]) == ("flat", None)
    assert "NA" in unzip(offered)["estimates.csv"]


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_exact_interval_is_in_the_paragraph_where_it_is_asked_for(method):
    app = open_app(sample="tiny12", method=method, look=LOOK)
    assert "exact" not in app.code[0].value
    app.toggle(key="methods_exact").set_value(True).run()
    assert not app.exception
    view = shown("tiny12", "weight", ("sex",))[1]
    exact = interval_h2(view.fit(method), method="exact")
    assert app.code[0].value == methods_of(view, method, exact)
    assert f"The exact interval is {h_words(exact.lower)} to " in app.code[0].value


def test_without_an_exact_interval_none_is_offered():
    app = open_app(data="lesson", preset="centred_kinship", method="ML", look=LOOK)
    assert [toggle for toggle in app.toggle if toggle.key == "methods_exact"] == []
    assert "rises without end" in app.code[0].value


def test_one_zip_is_made_for_everyone_and_another_for_other_words(monkeypatch):
    made = []
    monkeypatch.setattr(kept, "archive", lambda *args: made.append(args) or b"%d" % len(made))
    kept.ARCHIVES.clear()
    opened, view = shown("tiny12", "weight", ())
    assert kept.taken_away(opened, view, "ML") == kept.taken_away(opened, view, "ML") == b"1"
    assert kept.taken_away(opened, view, "REML") == b"2"
    other = Opened(opened.dataset, "The same numbers from elsewhere.")
    assert kept.taken_away(other, view, "ML") == b"3"
    assert len(made) == 3
    kept.ARCHIVES.clear()
