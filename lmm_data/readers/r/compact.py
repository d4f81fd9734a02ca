"""What R does not write out (ALTREP): sequences by their ends, numbers that are to be text."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from rdata.missing import R_INT_NA
from rdata.parser import RObject, RObjectInfo, RObjectType

from lmm_core.errors import DataError

MOST_ENTRIES = 1 << 22
"""The most entries of a sequence: a file of few bytes may ask for any number."""


def as_text(number: float) -> str:
    """A number as R's as.character writes it: 15 digits, and the shorter of the two ways.

    >>> as_text(0.1 + 0.2), as_text(100000.0), as_text(123456.0), as_text(-1e-5)
    ('0.3', '1e+05', '123456', '-1e-05')
    """
    if number != number:
        return "NaN"
    if np.isinf(number):
        return "Inf" if number > 0 else "-Inf"
    digits, _, power = f"{number:.14e}".partition("e")
    digits = digits.rstrip("0").rstrip(".")
    exponent = int(power)
    scientific = f"{digits}e{exponent:+03d}"
    after = max(0, len(digits.lstrip("-").replace(".", "")) - 1 - exponent)
    fixed = f"{float(f'{digits}e{power}'):.{after}f}"
    return fixed if len(fixed) <= len(scientific) else scientific


def _info(kind: RObjectType, gp: int = 0) -> RObjectInfo:
    return RObjectInfo(kind, False, False, False, gp, 0)


def _sequence(state: RObject, kind: RObjectType, dtype: type) -> tuple[RObjectInfo, Any]:
    count, start, step = (float(number) for number in state.value)
    if not 0 <= count <= MOST_ENTRIES:
        raise DataError(
            f"a sequence may have {MOST_ENTRIES:,} entries",
            f"a file of R says that one has {count:,.0f}",
            "save the tables and the kinship alone",
        )
    return _info(kind), (start + step * np.arange(int(count))).astype(dtype)


def _whole(state: RObject) -> tuple[RObjectInfo, Any]:
    return _sequence(state, RObjectType.INT, np.int32)


def _real(state: RObject) -> tuple[RObjectInfo, Any]:
    return _sequence(state, RObjectType.REAL, np.float64)


def _wrapped(state: RObject) -> tuple[RObjectInfo, Any]:
    inside = state.value[0]
    return _info(inside.info.type), inside.value


def _deferred(state: RObject) -> tuple[RObjectInfo, Any]:
    """Numbers that as.character has been called on, and that nobody has looked at since."""
    numbers = state.value[0]
    whole = numbers.info.type is not RObjectType.REAL
    missing = np.ma.getmaskarray(numbers.value)
    if not whole:
        missing = np.isnan(numbers.value)
    values = np.ma.getdata(numbers.value).tolist()
    texts = [
        None if absent or value == R_INT_NA else str(value) if whole else as_text(value)
        for value, absent in zip(values, missing.tolist(), strict=True)
    ]
    return _info(RObjectType.STR), [
        RObject(
            info=_info(RObjectType.CHAR, 64),
            value=None if text is None else text.encode(),
            attributes=None,
        )
        for text in texts
    ]


CONSTRUCTORS: Mapping[bytes, Callable[[RObject], tuple[RObjectInfo, Any]]] = {
    b"deferred_string": _deferred,
    b"compact_intseq": _whole,
    b"compact_realseq": _real,
    **{
        f"wrap_{kind}".encode(): _wrapped
        for kind in ("real", "string", "logical", "integer", "complex", "raw", "list")
    },
}
"""By the name of the class, what makes the vector."""
