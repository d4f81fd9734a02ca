"""What was decided about files, as JSON and back: every field, and only what is offered."""

import json
from dataclasses import fields

import pytest

from lmm_app.session.decisions import from_json, to_json
from lmm_core.errors import DataError
from lmm_data.joining import AS_WRITTEN
from lmm_data.preparation.choices import Choices
from lmm_data.readers.corrections import Correction

EVERYTHING = Choices(
    roles=(("K.csv", "kinship"), ("y.csv", "phenotypes")),
    readers=(("K.csv", "table ids=0"),),
    same_order=True,
    spelling=AS_WRITTEN,
    missing=("-9", "?"),
    not_missing=("999",),
    decimal=",",
    invert_kinship=True,
    clip=True,
    double_kinship=True,
    weights="number",
    factors=("batch",),
    transforms=(("weight", "log"),),
    without=("m1", "m2"),
    everyone=True,
    relationship="standardized",
    from_phenotypes=("age",),
    ids=(("", "mouse"), ("K.csv", "rows")),
    corrections=(Correction("y.csv", 6, 2, "weight of m5", "2l.3", "21.3"),),
)


def test_every_decision_comes_back():
    usual = Choices()
    # A field that is new must be here too, or it would not be tested.
    assert all(getattr(EVERYTHING, f.name) != getattr(usual, f.name) for f in fields(Choices))
    written = json.loads(json.dumps(to_json(EVERYTHING)))
    assert from_json(written) == EVERYTHING
    assert list(written) == [field.name for field in fields(Choices)]


def test_what_is_usual_is_not_written():
    assert to_json(Choices()) == {}
    assert from_json({}) == Choices()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], "no list of decisions"),
        ({"colour": 1}, "“colour”"),
        ({"roles": [["y.csv", "boss"]]}, "roles = “boss”"),
        ({"roles": [["y.csv"]]}, "roles ="),
        ({"roles": "y.csv"}, "roles = y.csv"),
        ({"readers": [["y.csv", "pickle"]]}, "readers = “pickle”"),
        ({"transforms": [["y", "__import__"]]}, "transforms = “__import__”"),
        ({"spelling": "backwards"}, "spelling = “backwards”"),
        ({"decimal": ";"}, "decimal = “;”"),
        ({"relationship": "cousins"}, "relationship = “cousins”"),
        ({"same_order": 1}, "same_order = 1"),
        ({"missing": [9]}, "missing ="),
        ({"missing": {"a": "b"}}, "missing ="),
    ],
)
def test_what_is_not_offered_is_refused(found, words):
    with pytest.raises(DataError, match="must be what this app offers: there is ") as raised:
        from_json(found)
    assert words in raised.value.found
