"""Result codes: they come back as they went in, and no other code is taken for one."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from lmm_app.session.codes import ALPHABET, Result, code_of, read_code
from lmm_app.session.sealed import Sealed
from lmm_app.sources.opened import Simulation

SECRET = b"s" * 32
CLASS = Sealed(Simulation(h2=0.35), "0123456789abcdef")


def code(student, guess, h2, of=CLASS, secret=SECRET):
    return code_of(secret, replace(of, student=student), guess, h2)


@pytest.mark.parametrize(
    ("student", "guess", "h2"),
    [*product((0, 1, 300, 511), (None, 0.0, 0.35, 1.0), (None, 0.0, 0.5678, 1.0))],
)
def test_a_result_comes_back_as_it_went_in(student, guess, h2):
    text = code(student, guess, h2)
    assert [len(group) for group in text.split("-")] == [4, 4, 4]
    assert set(text) <= {*ALPHABET, "-"}
    found = Result(student, guess, None if h2 is None else round(h2, 3))
    assert read_code(SECRET, CLASS, text) == found


def test_a_code_may_be_typed_as_people_type():
    text = code(17, 0.4, 0.123)
    found = read_code(SECRET, CLASS, text)
    for typed in (text.lower(), text.replace("-", ""), f"  {text.replace('-', ' ')} "):
        assert read_code(SECRET, CLASS, typed) == found
    ones = next(one for k in range(200) if "1" in (one := code(k, 0.4, 0.1)) and "0" in one)
    for one, taken in (("1", "I"), ("1", "l"), ("0", "O")):
        assert read_code(SECRET, CLASS, ones.replace(one, taken)) == read_code(SECRET, CLASS, ones)


def test_no_other_code_is_one():
    text = code(17, 0.4, 0.123)
    other_class = replace(CLASS, of_class="f" * 16)
    assert read_code(SECRET, other_class, text) is None
    assert read_code(SECRET, replace(CLASS, recipe=Simulation(h2=0.4)), text) is None
    assert read_code(b"t" * 32, CLASS, text) is None
    for place, sign in product(range(len(text)), ALPHABET):
        if text[place] not in (sign, "-"):
            assert read_code(SECRET, CLASS, text[:place] + sign + text[place + 1 :]) is None
    for typed in ("", "x", text[:-1], text + "0", "UUUU-UUUU-UUUU", "é" * 12):
        assert read_code(SECRET, CLASS, typed) is None
    rng = np.random.default_rng(0)
    made = ("".join(rng.choice(list(ALPHABET), 12)) for _ in range(4_000))
    assert all(read_code(SECRET, CLASS, one) is None for one in made)
