"""Vectors of R as arrays and words, and what is attached to them."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from lmm_core.arrays import Floats
from lmm_data.readers.numeric import in_text

Words: TypeAlias = list[str | None]

NUMBERS = ("LGL", "INT", "REAL")
LIST = "VEC"
WORDS = "STR"

_LATIN1 = 1 << 2
_SECONDS_A_DAY = 86400
_SECOND = np.timedelta64(1, "s")
# Beyond, no calendar of R's or of anybody's says what day it was.
_LAST_DAY = 4_000_000


def kind_of(thing: Any) -> str:
    """The type of an object, as R's source calls it."""
    return str(thing.info.type.name)


def attributes_of(thing: Any) -> dict[str, Any]:
    """What is attached to an object, or the slots of one of class S4, by name."""
    return {name: value for name, value in pairs(thing.attributes) if name}


def pairs(cell: Any) -> Iterator[tuple[str, Any]]:
    """The objects of a list of pairs with their names, "" for one without."""
    while cell is not None and kind_of(cell) == "LIST":
        value, rest = cell.value
        yield symbol(cell.tag), value
        cell = rest


def symbol(tag: Any) -> str:
    """The name that a tag is."""
    while tag is not None and kind_of(tag) == "REF":
        tag = tag.referenced_object
    if tag is None or kind_of(tag) != "SYM":
        return ""
    return decoded(tag.value) or ""


def decoded(text: Any) -> str | None:
    """A string; None for NA."""
    if text.value is None:
        return None
    if text.info.gp & _LATIN1:
        return str(text.value.decode("latin-1"))
    try:
        return str(text.value.decode("utf-8"))
    except UnicodeDecodeError:
        # Of a session in another encoding than UTF-8, which its file does not always name.
        return str(text.value.decode("cp1252", "replace"))


def words(thing: Any) -> Words:
    """The strings of a vector; none of another object."""
    if thing is None or kind_of(thing) != WORDS:
        return []
    return [decoded(text) for text in thing.value]


def classes(thing: Any) -> list[str]:
    """What an object is of; none of one without a class."""
    return [word or "" for word in words(attributes_of(thing).get("class"))]


def names_of(thing: Any) -> list[str]:
    """The names of a vector's entries; none of one without."""
    return [word or "" for word in words(attributes_of(thing).get("names"))]


def shape_of(thing: Any) -> tuple[int, ...]:
    """The dimensions of an array; none of a vector."""
    dim = attributes_of(thing).get("dim")
    return () if dim is None else tuple(int(size) for size in dim.value)


def margins(thing: Any) -> list[list[str]]:
    """The names along each dimension of an array, empty where there are none."""
    return dimnames_of(attributes_of(thing).get("dimnames"), len(shape_of(thing)))


def dimnames_of(dimnames: Any, dimensions: int) -> list[list[str]]:
    """The names in a list of them, one for each dimension."""
    if dimnames is None or kind_of(dimnames) != LIST:
        return [[] for _ in range(dimensions)]
    return [[word or "" for word in words(one)] for one in dimnames.value]


def numbers(thing: Any) -> Floats:
    """The numbers of a vector, NaN where missing."""
    values = np.ma.getdata(thing.value)
    if "integer64" in classes(thing):
        # Eight bytes that R itself has no numbers for: those of a whole number.
        whole = values.view(np.int64)
        return np.where(whole == np.iinfo(np.int64).min, np.nan, whole.astype(np.float64))
    made: Floats = values.astype(np.float64)
    made[np.ma.getmaskarray(thing.value)] = np.nan
    return made


def matrix(thing: Any) -> Floats:
    """The numbers of a matrix, its first dimension down."""
    return numbers(thing).reshape(shape_of(thing), order="F")


def as_words(thing: Any) -> Words | None:
    """The entries of a vector as text, None where missing; None of what has none."""
    kind, of = kind_of(thing), classes(thing)
    if kind == WORDS:
        return words(thing)
    if kind not in NUMBERS:
        return None
    if "factor" in of:
        levels: Words = words(attributes_of(thing).get("levels"))
        codes = numbers(thing)
        return [None if code != code else levels[int(code) - 1] for code in codes.tolist()]
    if kind == "LGL":
        return [
            None if value != value else "TRUE" if value else "FALSE"
            for value in numbers(thing).tolist()
        ]
    if "Date" in of:
        return dated(numbers(thing), 1)
    if "POSIXct" in of:
        return dated(numbers(thing) / _SECONDS_A_DAY, _SECONDS_A_DAY)
    return in_text(numbers(thing))


def dated(days: Floats, ticks: int) -> Words:
    """Days since 1970 as dates, or as dates with the time where there are ticks in a day."""
    known = np.abs(days) <= _LAST_DAY
    whole = np.where(known, days, 0.0)
    seconds = np.rint(whole * _SECONDS_A_DAY).astype(np.int64)
    if ticks == 1:
        seconds = (np.floor(whole) * _SECONDS_A_DAY).astype(np.int64)
    stamps = np.datetime_as_string(seconds * _SECOND + np.datetime64(0, "s"), unit="s")
    shown = [str(stamp).replace("T", " ") if ticks > 1 else str(stamp)[:10] for stamp in stamps]
    return [stamp if there else None for stamp, there in zip(shown, known.tolist(), strict=True)]
