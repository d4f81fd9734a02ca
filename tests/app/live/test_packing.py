"""What a browser unpacks is what was packed, number for number."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lmm_app.live.packing import pack, pack_picture, unpack

CHECK = settings(derandomize=True, deadline=None, max_examples=50)
NUMBERS = arrays.arrays(
    st.sampled_from([np.float64, np.float32]),
    arrays.array_shapes(min_side=0, max_side=5, max_dims=2),
)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text()
PICTURES = st.dictionaries(
    st.text().filter(lambda key: key != "$"),
    st.recursive(
        LEAVES | NUMBERS,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text().filter(lambda key: key != "$"), inner, max_size=4)
        ),
        max_leaves=12,
    ),
    max_size=6,
)
MOVING = st.dictionaries(st.text(), st.integers() | st.text() | st.booleans(), max_size=3)


def pieces(packed):
    """Both texts and the arrays, by the layout alone: [length][text] twice, then the arrays."""
    texts, at = [], 0
    for _ in range(2):
        (length,) = struct.unpack("<I", packed[at : at + 4])
        texts.append(packed[at + 4 : at + 4 + length].decode("utf-8"))
        at += 4 + length
    return texts, at


def same(sent, got):
    """Whether `got` is `sent` with null for numbers that are not finite and arrays in a row."""
    if isinstance(sent, dict):
        return list(sent) == list(got) and all(same(sent[key], got[key]) for key in sent)
    if isinstance(sent, list | tuple):
        return len(sent) == len(got) and all(map(same, sent, got))
    if isinstance(sent, np.ndarray):
        return got.dtype == sent.dtype and sent.ravel().tobytes() == got.tobytes()
    if isinstance(sent, float) and not np.isfinite(sent):
        return got is None
    return type(got) is type(sent) and got == sent


@CHECK
@given(MOVING, PICTURES)
def test_what_is_unpacked_is_what_was_packed(moving, picture):
    got_moving, got = unpack(pack(moving, pack_picture(picture)))
    assert got_moving == moving
    assert same(picture, got)


@CHECK
@given(MOVING, PICTURES)
def test_arrays_stand_where_a_processor_wants_them(moving, picture):
    packed = pack(moving, pack_picture(picture))
    (_, still), start = pieces(packed)
    assert start % 8 == 0
    places = []
    json.loads(still, object_hook=lambda value: places.append(value) if "$" in value else value)
    end = 0
    for place in places:
        assert place["at"] % 8 == 0
        assert place["at"] == end
        end += -(-place["length"] * int(place["$"][1]) // 8) * 8
    assert len(packed) == start + end


def refuse(name):
    raise AssertionError(f"{name} is no JSON")


def test_json_holds_no_number_that_is_not_finite():
    picture = {
        "bare": [np.nan, np.inf, -np.inf, np.float64("nan"), np.float32("inf"), 1.5],
        "array": np.array([np.nan, np.inf, -np.inf, 1.5]),
    }
    packed = pack({"frame": 3}, pack_picture(picture))
    texts, _ = pieces(packed)
    for text in texts:
        json.loads(text, parse_constant=refuse)
    assert '"bare": [null, null, null, null, null, 1.5]' in texts[1]
    np.testing.assert_array_equal(unpack(packed)[1]["array"], picture["array"])
    with pytest.raises(ValueError, match="JSON"):
        pack({"frame": np.nan}, b"")


def test_numbers_of_numpy_are_numbers_and_tuples_are_lists():
    picture = {
        "n": np.int64(7),
        "on": np.bool_(True),
        "x": np.float32(0.5),
        "two": (1, np.int32(2)),
    }
    assert unpack(pack({}, pack_picture(picture)))[1] == {
        "n": 7,
        "on": True,
        "x": 0.5,
        "two": [1, 2],
    }


def test_an_array_is_sent_little_end_first_and_row_by_row():
    values = np.arange(6.0).reshape(2, 3)
    for sent in (values, np.asfortranarray(values), np.repeat(values, 2, axis=1)[:, ::2]):
        got = unpack(pack({}, pack_picture({"a": sent})))[1]
        np.testing.assert_array_equal(got["a"], np.arange(6.0))
    packed = pack_picture({"a": np.array([1.0])})
    assert packed[-8:] == struct.pack("<d", 1.0)


def test_the_same_picture_is_the_same_bytes_whatever_moves():
    picture = pack_picture({"name": "ĥ · 𝒩", "a": np.ones(3, dtype=np.float32)})
    assert pack_picture({"name": "ĥ · 𝒩", "a": np.ones(3, dtype=np.float32)}) == picture
    for frame in (0, 7, 100):
        packed = pack({"frame": frame}, picture)
        assert packed.endswith(picture)
        assert unpack(packed)[0] == {"frame": frame}
