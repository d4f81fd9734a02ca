"""Who is predicted: everyone in a kinship, and everyone in a pedigree that is not too large."""

import numpy as np
import pytest

from lmm_core import fit_rotated, rotate
from lmm_data import Choices, prepare
from lmm_data.predictions import predict_everyone, prediction_rows
from lmm_data.published.answers import open_model
from lmm_data.published.entries import shelf

(MODEL,) = next(entry for entry in shelf() if entry.code == "animal_model").models


def predicted(files, **choices):
    prepared = prepare(files, Choices(**choices))
    problem = prepared.require_dataset().problem("gain")
    fit = fit_rotated(rotate(problem.decomposed(), problem.y, problem.X))
    ids, found = predict_everyone(prepared, problem, fit, h2=1 / 3, sigma2=60.0)
    return problem, ids, found


def test_all_of_a_pedigree_is_predicted_and_of_a_large_one_who_has_phenotypes(monkeypatch):
    at = open_model(MODEL)
    whole = at.prepared.kinship
    assert whole.ids == tuple(f"a{i}" for i in range(1, 9))
    np.testing.assert_allclose(whole.values[3:, 3:], at.problem.relationship, atol=1e-12)
    _, ids, all_of_them = predicted(MODEL.files, everyone=True)
    monkeypatch.setattr("lmm_data.preparation.descent.MOST_AT_ONCE", 7)
    _, some, recorded = predicted(MODEL.files, everyone=True)
    assert (ids[3:], len(some)) == (some, 5)
    np.testing.assert_allclose(recorded.u, all_of_them.u[3:], rtol=1e-10)


def test_a_pedigree_whose_ids_are_written_otherwise_is_joined_and_predicted():
    files = dict(MODEL.files)
    files["pheno.csv"] = files["pheno.csv"].replace(b"\na", b"\nA")
    problem, ids, found = predicted(files, spelling="case", everyone=True)
    assert set(problem.ids) <= set(ids)
    _, _, as_written = predicted(MODEL.files, everyone=True)
    np.testing.assert_allclose(found.u, as_written.u, rtol=1e-10)


def test_rows_count_the_records_of_each():
    model = next(entry for entry in shelf() if entry.code == "related_sires").models[0]
    at = open_model(model)
    ids, found = predict_everyone(at.prepared, at.problem, at.fit, h2=at.h2)
    rows = prediction_rows(ids, found, at.problem)
    assert [row[:2] for row in rows] == [("s1", 2), ("s3", 2), ("s4", 1)]
    y = {label: at.problem.y[[one == label for one in at.problem.ids]] for label, *_ in rows}
    assert [row[2] for row in rows] == [pytest.approx(y[label].mean()) for label, *_ in rows]
    assert rows[0][3] == pytest.approx(0.0220022, abs=1e-7)
