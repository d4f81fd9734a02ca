"""What was decided about files, as plain JSON and back."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, NoReturn, get_args

from lmm_core.errors import DataError
from lmm_core.genotypes import KINDS
from lmm_data.joining import AS_WRITTEN, SPELLINGS
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.reshaping import TRANSFORMS
from lmm_data.preparation.roles import Role
from lmm_data.readers.corrections import Correction
from lmm_data.readers.dispatch import READERS

# Of each field that takes not just any text: what it, or the second of its pairs, may be.
_OFFERED: Mapping[str, Collection[str]] = {
    "roles": get_args(Role),
    "readers": ("", *READERS),
    "spelling": ("", AS_WRITTEN, *SPELLINGS),
    "decimal": ("", ".", ","),
    "transforms": tuple(TRANSFORMS),
    "relationship": KINDS,
}
# No table is so wide, and a line is filled up to a column.
_COLUMNS = 1 << 20
_PAIRS = ("roles", "readers", "ids", "transforms")
_USUAL = Choices()


def to_json(choices: Choices) -> dict[str, Any]:
    """The decisions that are not the usual ones, by the names of their fields."""
    every = {field.name: getattr(choices, field.name) for field in fields(Choices)}
    return {name: value for name, value in every.items() if value != getattr(_USUAL, name)}


def from_json(found: object) -> Choices:
    """The decisions again; what is not said is the usual one.

    Raises:
        DataError: something else is decided, or in another way, than this app offers.
    """
    if not isinstance(found, dict):
        _refuse("no list of decisions")
    known = {field.name for field in fields(Choices)}
    decided: dict[str, Any] = {}
    for name, value in found.items():
        if name not in known:
            _refuse(f"“{name[:40]}”")
        usual = getattr(_USUAL, name)
        read = _several(name, value) if isinstance(usual, tuple) else value
        if type(read) is not type(usual):
            _refuse(f"{name} = {str(value)[:40]}")
        if isinstance(read, str):
            _require_offered(name, read)
        decided[name] = read
    return Choices(**decided)


def _several(name: str, value: object) -> tuple[Any, ...]:
    """A list of texts, of pairs of them, or of corrections, as tuples."""
    if name == "corrections":
        return _corrections(value)
    read: list[Any] = []
    for item in value if isinstance(value, list) else [None]:
        parts: list[Any] = item if name in _PAIRS and isinstance(item, list) else [item]
        if len(parts) != 1 + (name in _PAIRS) or not all(isinstance(part, str) for part in parts):
            _refuse(f"{name} = {str(value)[:40]}")
        if name in _PAIRS:
            _require_offered(name, parts[1])
        read.append(tuple(parts) if name in _PAIRS else item)
    return tuple(read)


def _corrections(value: object) -> tuple[Correction, ...]:
    read = []
    for one in value if isinstance(value, list) else [None]:
        item: list[Any] = one if isinstance(one, list) else []
        kinds = [type(part) for part in item]
        if kinds != [str, int, int, str, str, str] or item[1] < 1 or not 1 <= item[2] <= _COLUMNS:
            _refuse(f"corrections = {str(value)[:40]}")
        read.append(Correction(*item))
    return tuple(read)


def _require_offered(name: str, value: str) -> None:
    if name in _OFFERED and value not in _OFFERED[name]:
        _refuse(f"{name} = “{value[:40]}”")


def _refuse(found: str) -> NoReturn:
    raise DataError(
        "what was decided about the files must be what this app offers",
        f"there is {found}",
        "open it with the version of the app that saved it, or give the files again",
    )
