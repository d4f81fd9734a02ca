"""Who is predicted: everyone in a kinship, and everyone in a pedigree that is not too large."""

import numpy as np
import pytest

from lmm_data import Choices, prepare
from lmm_data.predictions import kinship_of_everyone, predict_everyone, prediction_rows
from lmm_data.published.answers import open_model
from lmm_data.published.entries import shelf

(MODEL,) = next(entry for entry in shelf() if entry.code == "animal_model").models


def test_all_of_a_pedigree_is_predicted_and_of_a_large_one_who_has_phenotypes(monkeypatch):
    at = open_model(MODEL)
    whole = kinship_of_everyone(at.prepared, at.problem)
    assert whole.ids == tuple(f"a{i}" for i in range(1, 9))
    np.testing.assert_allclose(whole.values[3:, 3:], at.problem.relationship, atol=1e-12)
    known = {"h2": at.h2, "sigma2": at.sigma2}
    ids, all_of_them = predict_everyone(at.prepared, at.problem, at.fit, **known)
    monkeypatch.setattr("lmm_data.predictions.MOST_OF_A_PEDIGREE", 7)
    some, recorded = predict_everyone(at.prepared, at.problem, at.fit, **known)
    assert (ids[3:], len(some)) == (some, 5)
    np.testing.assert_allclose(recorded.u, all_of_them.u[3:], rtol=1e-10)


def test_a_pedigree_whose_ids_are_written_otherwise_is_left_as_it_was_joined():
    files = dict(MODEL.files)
    files["pheno.csv"] = files["pheno.csv"].replace(b"\na", b"\nA")
    prepared = prepare(files, Choices(spelling="case"))
    dataset = prepared.require_dataset()
    problem = dataset.problem("gain")
    everyone = kinship_of_everyone(prepared, problem)
    assert set(problem.ids) <= set(everyone.ids)


def test_rows_count_the_records_of_each():
    model = next(entry for entry in shelf() if entry.code == "related_sires").models[0]
    at = open_model(model)
    ids, found = predict_everyone(at.prepared, at.problem, at.fit, h2=at.h2)
    rows = prediction_rows(ids, found, at.problem)
    assert [row[:2] for row in rows] == [("s1", 2), ("s3", 2), ("s4", 1)]
    assert rows[0][2] == pytest.approx(0.0220022, abs=1e-7)
