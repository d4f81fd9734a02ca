"""Predictions on the workbench: nothing before they are opened, then what `blup` says."""

import csv
import io

import numpy as np

from lmm_app.explore import predictions
from lmm_app.fit import predictions as words
from lmm_app.session import everyone, keep, uploads
from lmm_app.session.state import Shown
from lmm_app.sources.opened import File, Sample, Upload
from lmm_core import blup, fit_lmm
from lmm_core.records import decompose_records
from lmm_data.preparation.design import default_model
from tests.app_helpers import boards, kinship_file, let_go, open_app, pick, run

SIBS = np.kron(np.eye(4), [[1.0, 0.5], [0.5, 1.0]])
LABELS = "abcdefgh"


def shown(source, method="REML", trait=None):
    """A dataset as the pages have it, without a session."""
    opened = keep.opened(source)
    data = opened.dataset
    view = keep.fitted(data.problem(trait or data.traits.columns[0], default_model(data)))
    return Shown(opened, view, method, None if isinstance(source, Upload) else source)


def upload(monkeypatch, **files):
    found = Upload(tuple(File.of(f"{name}.csv", content) for name, content in files.items()))
    monkeypatch.setattr(uploads, "shown", lambda: found)
    return shown(found)


def test_nothing_is_predicted_or_sent_before_it_is_opened(monkeypatch):
    made = []
    monkeypatch.setattr(everyone, "shrinkage_board", lambda *args, **more: made.append(args))
    app = open_app(data="sample", sample="tiny12")
    assert made == []
    assert predictions.BOARD not in boards(app)
    assert not any(element.key.startswith("later-") for element in app.get("bidi_component"))


def test_opened_it_shows_everyone_and_the_table_follows_h():
    app = open_app(data="sample", sample="mouse_hs300", look="Predictions")
    _, picture = boards(app)[predictions.BOARD]
    assert len(picture["shrink"]["ids"]) == 297
    assert any(element.key == "later-predictions" for element in app.get("bidi_component"))
    assert "283 individuals have a record of CD8, and 14 more have none." in [
        one.value for one in app.caption
    ]
    who = everyone.everyone(shown(Sample("mouse_hs300")))
    for h2 in (None, 0.25):
        if h2 is not None:
            let_go(app, h2, key=predictions.BOARD)
        expected = blup(who.fit, h2=h2, K=who.K, recorded=who.recorded)
        table = app.dataframe[0].value
        assert list(table.columns) == list(words.NAMES)
        np.testing.assert_allclose(table["prediction û"], expected.u, rtol=1e-9)
        np.testing.assert_allclose(table["reliability"], expected.reliability, rtol=1e-9)
        assert int(table["record"].isna().sum()) == 14
        said = next(one.value for one in app.markdown if "Everyone’s prediction" in one.value)
        assert f"At h = {'0.57' if h2 is None else '0.25'}" in said


def test_the_file_says_what_scale_it_is_on_and_is_read_back():
    found, rows = everyone.predicted(shown(Sample("tiny12")), 0.5)
    fit = shown(Sample("tiny12")).view.reml
    said = words.scale_words(fit, "weight_g", 0.5, words.variance_at(fit, 0.5))
    text = words.predictions_csv(rows, said)
    first, rest = text.split("\n", 1)
    assert first.startswith("# At h = 0.50. û is what is inherited")
    assert "in the units of weight_g" in first
    read = list(csv.DictReader(io.StringIO(rest)))
    assert list(read[0]) == ["id", "records", "record", "u", "standard_error", "reliability"]
    np.testing.assert_array_equal([float(row["u"]) for row in read], found.u)


def test_those_who_are_in_the_kinship_alone_are_predicted_too(monkeypatch):
    pheno = b"id,y\n" + b"".join(
        b"%c,%d\n" % (ord(label), k * k % 7) for k, label in enumerate("abcdeg")
    )
    here = upload(monkeypatch, pheno=pheno, kinship=kinship_file(SIBS, LABELS))
    who = everyone.everyone(here)
    assert who.ids == tuple(LABELS)
    found, rows = everyone.predicted(here, 0.5)
    y = np.array([k * k % 7 for k in range(6)], dtype=float)
    index = [LABELS.index(label) for label in "abcdeg"]
    fit = fit_lmm(y, None, SIBS[np.ix_(index, index)])
    np.testing.assert_allclose(found.u, blup(fit, h2=0.5, K=SIBS, recorded=index).u, rtol=1e-9)
    # f is a sib of e, and h of g.
    assert [row[1] for row in rows] == [1, 1, 1, 1, 1, 0, 1, 0]
    np.testing.assert_allclose(found.u[[5, 7]], 0.5 * found.u[[4, 6]] * 1.0, rtol=1e-9)


def test_all_of_a_small_pedigree_are_predicted(monkeypatch):
    pheno = b"id,y\nc,1\nd,3\ne,2\nf,5\n"
    pedigree = b"id,sire,dam\na,0,0\nb,0,0\nc,a,b\nd,a,b\ne,a,0\nf,c,e\n"
    here = upload(monkeypatch, pheno=pheno, pedigree=pedigree)
    assert set(everyone.everyone(here).ids) == set("abcdef")
    monkeypatch.setattr(everyone, "MAX_INDIVIDUALS", 5)
    assert set(everyone.everyone(here).ids) == set("cdef")


def test_of_several_records_each_individual_has_one_prediction(monkeypatch):
    rng = np.random.default_rng(0)
    of = np.repeat(np.arange(8), 3)
    y = rng.normal(size=24)
    lines = "".join(f"{LABELS[k]},{value!r}\n" for k, value in zip(of, y.tolist(), strict=True))
    here = upload(monkeypatch, pheno=f"id,y\n{lines}".encode(), kinship=kinship_file(SIBS, LABELS))
    found, rows = everyone.predicted(here, 0.4)
    fit = fit_lmm(y, None, decompose_records(SIBS, of))
    np.testing.assert_allclose(found.u, blup(fit, h2=0.4).u, rtol=1e-8)
    assert [row[1] for row in rows] == [3] * 8
    np.testing.assert_allclose([row[2] for row in rows], y.reshape(8, 3).mean(axis=1))


def test_where_h_cannot_be_told_any_h_may_be_taken():
    app = open_app(data="lesson", preset="one_family", look="Predictions")
    assert predictions.BOARD in boards(app)
    assert "At h = 0.50" in "".join(one.value for one in app.markdown)


def test_at_an_h_without_predictions_the_reason_is_said():
    app = open_app(data="lesson", preset="inbred_strains", look="Predictions")
    let_go(app, 1.0, key=predictions.BOARD)
    assert any("need a kinship of full rank" in one.value for one in app.info)
    pick(app, "look", None)
    assert predictions.BOARD not in boards(run(app))
