"""What a browser unpacks is what was packed, number for number, and what is shared is sent once."""

import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lmm_app.live.packing import Shared, pack_board, pack_moving
from tests.unpacked import unpack_board, unpack_part

CHECK = settings(derandomize=True, deadline=None, max_examples=50)
NUMBERS = arrays.arrays(
    st.sampled_from([np.float64, np.float32]),
    arrays.array_shapes(min_side=0, max_side=5, max_dims=2),
)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text()
NAMES = st.text().filter(lambda key: key not in ("$", "@", "*", "hand"))
PICTURES = st.dictionaries(
    NAMES,
    st.recursive(
        LEAVES | NUMBERS,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(NAMES, inner, max_size=4)
            | st.dictionaries(NAMES, inner, max_size=4).map(Shared)
        ),
        max_leaves=12,
    ),
    max_size=6,
)
MOVING = st.dictionaries(
    NAMES.filter(lambda key: key not in ("picture", "group", "at")),
    st.integers() | st.text() | st.booleans(),
    max_size=3,
)
HAND = {"kind": "h", "label": "h", "decimals": 3, "estimate": 0.25, "resting": 0.25}


def pieces(packed):
    """The text of a part and its arrays, by the layout alone: [length][text][arrays]."""
    plain = zlib.decompress(packed)
    (length,) = struct.unpack("<I", plain[:4])
    return plain[4 : 4 + length].decode("utf-8"), plain[4 + length :]


def same(sent, got):
    """Whether `got` is `sent` with null for numbers that are not finite and arrays in a row."""
    if isinstance(sent, Shared):
        return same(sent.content, got)
    if isinstance(sent, dict):
        return list(sent) == list(got) and all(same(sent[key], got[key]) for key in sent)
    if isinstance(sent, list | tuple):
        return len(sent) == len(got) and all(map(same, sent, got))
    if isinstance(sent, np.ndarray):
        return got.dtype == sent.dtype and sent.ravel().tobytes() == got.tobytes()
    if isinstance(sent, float) and not np.isfinite(sent):
        return got is None
    return type(got) is type(sent) and got == sent


def shared_in(value):
    """How many parts of its own a value has in it."""
    if isinstance(value, Shared):
        return 1 + shared_in(value.content)
    if isinstance(value, dict):
        return sum(map(shared_in, value.values()))
    return sum(map(shared_in, value)) if isinstance(value, list) else 0


@CHECK
@given(PICTURES)
def test_what_is_unpacked_is_what_was_packed(picture):
    board = pack_board(picture)
    assert same(picture, unpack_board(board))
    assert list(board.parts)[-1] == board.picture
    assert len(board.parts) <= 1 + shared_in(picture)
    for name, part in board.parts.items():
        assert unpack_part(part)[0] == name


def places_in(text):
    """Where the arrays of a part are, in the order of its text."""
    places = []
    json.loads(text, object_hook=lambda one: places.append(one) if "$" in one else one)
    return places


@CHECK
@given(PICTURES)
def test_arrays_stand_where_a_processor_wants_them(picture):
    for part in pack_board(picture).parts.values():
        text, arrays = pieces(part)
        assert (4 + len(text.encode())) % 8 == 0
        end = 0
        for place in places_in(text):
            assert place["at"] == end
            end += -(-place["length"] * int(place["$"][1]) // 8) * 8
        assert len(arrays) == end


def refuse(name):
    raise AssertionError(f"{name} is no JSON")


def test_json_holds_no_number_that_is_not_finite():
    picture = {
        "bare": [np.nan, np.inf, -np.inf, np.float64("nan"), np.float32("inf"), 1.5],
        "array": np.array([np.nan, np.inf, -np.inf, 1.5]),
    }
    board = pack_board(picture)
    text, _ = pieces(board.parts[board.picture])
    json.loads(text, parse_constant=refuse)
    assert '"bare": [null, null, null, null, null, 1.5]' in text
    np.testing.assert_array_equal(unpack_board(board)["array"], picture["array"])
    for at, more in ((np.nan, {}), (0.5, {"marker": np.inf})):
        with pytest.raises(ValueError, match="JSON"):
            pack_moving(board, at, more)


def test_numbers_of_numpy_are_numbers_and_tuples_are_lists():
    picture = {
        "n": np.int64(7),
        "on": np.bool_(True),
        "x": np.float32(0.5),
        "two": (1, np.int32(2)),
    }
    assert unpack_board(pack_board(picture)) == {"n": 7, "on": True, "x": 0.5, "two": [1, 2]}


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [
        (np.float64, "f8"),
        (np.float32, "f4"),
        (np.uint32, "u4"),
        (np.uint16, "u2"),
        (np.uint8, "u1"),
        (np.int8, "i1"),
    ],
)
def test_every_kind_of_array_arrives_as_it_was(dtype, kind):
    values = np.array([0, 1, 100], dtype=dtype)
    board = pack_board({"a": values})
    assert f'{{"$": "{kind}", "at": 0, "length": 3}}' in pieces(board.parts[board.picture])[0]
    got = unpack_board(board)["a"]
    assert got.dtype == dtype
    np.testing.assert_array_equal(got, values)


def test_an_array_is_sent_little_end_first_and_row_by_row():
    values = np.arange(6.0).reshape(2, 3)
    for sent in (values, np.asfortranarray(values), np.repeat(values, 2, axis=1)[:, ::2]):
        got = unpack_board(pack_board({"a": sent}))
        np.testing.assert_array_equal(got["a"], np.arange(6.0))
    (part,) = pack_board({"a": np.array([1.0])}).parts.values()
    assert pieces(part)[1] == struct.pack("<d", 1.0)


def a_picture(name="ĥ · 𝒩", value=1.0, hand=None):
    shared = Shared({"a": np.full(3, value, dtype=np.float32)})
    return {"name": name, "fit": shared, "again": [shared], **({"hand": hand} if hand else {})}


def test_the_same_content_is_the_same_part_and_other_content_another():
    one = pack_board(a_picture())
    assert pack_board(a_picture()).parts == one.parts
    # What stands twice in a picture, or in two pictures, is one part.
    assert len(one.parts) == 2
    other = pack_board(a_picture("other"))
    assert len(set(one.parts) & set(other.parts)) == 1
    assert other.picture != one.picture
    # A picture on another fit is another one, though all else in it is the same.
    moved = pack_board(a_picture(value=2.0))
    assert not set(one.parts) & set(moved.parts)


def test_what_moves_names_its_picture_and_holds_nothing_of_it():
    board = pack_board(a_picture(), "group")
    moving = json.loads(pack_moving(board, 0.25, {"projector": True}))
    expected = {"picture": board.picture, "group": "group", "at": 0.25, "projector": True}
    assert moving == expected
    # Without a group it moves on its own.
    assert pack_board(a_picture()).group == board.picture


@CHECK
@given(MOVING, st.floats(0, 1))
def test_what_moves_arrives_as_it_was_sent(more, at):
    board = pack_board({"name": "one"}, "group")
    packed = pack_moving(board, at, more)
    # The browser tells it from a part by its first byte.
    assert packed[:1] == b"{" != next(iter(board.parts.values()))[:1]
    expected = {"picture": board.picture, "group": "group", "at": at, **more}
    assert json.loads(packed) == expected


def test_the_hand_on_h_is_not_in_the_picture_which_both_methods_share():
    one, two = (pack_board(a_picture(hand={**HAND, "estimate": h})) for h in (0.25, 0.75))
    assert one.parts == two.parts
    for board, estimate in ((one, 0.25), (two, 0.75)):
        assert json.loads(pack_moving(board, 0.5, {}))["hand"] == {**HAND, "estimate": estimate}
        assert unpack_board(board)["hand"]["estimate"] == estimate
    frames = pack_board(a_picture(hand={"kind": "frames", "spoken": ["a", "b"]}))
    assert frames.hand is None
    assert "hand" not in json.loads(pack_moving(frames, 1, {}))
    assert unpack_board(frames)["hand"]["spoken"] == ["a", "b"]
