"""Errors: fields that are read, and a text of them that is only shown."""

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor

import pytest

from lmm_core.errors import DataError, DesignError, KinshipError, LMMError, some

KINDS = (LMMError, KinshipError, DesignError, DataError)
FIELDS = ("where", "rule", "found", "remedy")

# What there is of an error, and its text.
TEXTS = [
    (("kinship must be square",), {}, "kinship must be square"),
    (("it must be square", "it is 3 x 2"), {}, "it must be square: it is 3 x 2"),
    (
        ("it must be square", "it is 3 x 2", "take other columns"),
        {},
        "it must be square: it is 3 x 2; take other columns",
    ),
    (
        ("it must be square", "it is 3 x 2", "take other columns"),
        {"where": "K.csv"},
        "K.csv: it must be square: it is 3 x 2; take other columns",
    ),
    (("it must be square", "it is 3 x 2"), {"where": "K"}, "K: it must be square: it is 3 x 2"),
    (("there is no test “x”",), {"remedy": "choose lrt"}, "there is no test “x”: choose lrt"),
    (("it is empty",), {"remedy": "save it", "where": "y"}, "y: it is empty: save it"),
    (("it is empty",), {"where": "y.csv, row 2"}, "y.csv, row 2: it is empty"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("parts", "named", "text"), TEXTS)
def test_the_text_is_made_of_the_fields(kind, parts, named, text):
    error = kind(*parts, **named)
    assert str(error) == text
    assert isinstance(error, ValueError)
    rule, found, remedy = (*parts, "", "")[:3]
    expected = {"where": "", "rule": rule, "found": found, "remedy": remedy, **named}
    assert {field: getattr(error, field) for field in FIELDS} == expected
    assert error.statement == (f"{rule}: {found}" if found else rule)


def test_separators_inside_a_field_stay_there():
    error = DataError("a: b", "c; d", "e; f: g", where="h: i")
    assert str(error) == "h: i: a: b: c; d; e; f: g"
    assert (error.where, error.rule, error.found, error.remedy) == (
        "h: i",
        "a: b",
        "c; d",
        "e; f: g",
    )


def _alike(one, other):
    assert type(one) is type(other)
    assert str(one) == str(other)
    assert [getattr(one, field) for field in FIELDS] == [getattr(other, field) for field in FIELDS]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("parts", "named", "text"), TEXTS)
def test_it_survives_pickling_and_copying(kind, parts, named, text):
    error = kind(*parts, **named)
    error.add_note("while reading")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(error, protocol))
        _alike(again, error)
        assert again.__notes__ == ["while reading"]
    _alike(copy.copy(error), error)
    _alike(copy.deepcopy(error), error)


def _refuse():
    raise DataError("there is no column “v”", remedy="choose from “w”", where="y.csv")


def test_it_comes_out_of_another_process_whole():
    with pytest.raises(DataError) as here:
        _refuse()
    with ProcessPoolExecutor(1) as pool, pytest.raises(DataError) as there:
        pool.submit(_refuse).result()
    _alike(there.value, here.value)
    assert there.value.remedy == "choose from “w”"


def test_it_is_raised_from_another():
    cause = KeyError("w")
    with pytest.raises(DesignError, match=r"^y: there is no w$") as caught:
        raise DesignError("there is no w", where="y") from cause
    assert caught.value.__cause__ is cause


@pytest.mark.parametrize("kind", KINDS)
def test_anew_it_is_the_same_and_has_no_traceback(kind):
    with pytest.raises(kind) as caught:
        raise kind("a", "b", "c", where="d") from ValueError("e")
    error = caught.value
    again = error.anew()
    _alike(again, error)
    assert error.__traceback__ is not None
    assert (again.__traceback__, again.__cause__, again.__context__) == (None, None, None)


def test_its_repr_shows_the_parts():
    assert repr(DataError("a", "b", "c")) == "DataError('a', 'b', 'c')"


def test_some_labels():
    assert some([]) == ""
    assert some(["a", "b", "c"]) == "“a”, “b”, “c”"
    assert some(["a", "b", "c", "d", "e"]) == "“a”, “b”, “c” and 2 more"
