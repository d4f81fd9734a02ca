"""Arrays at the door: coerced, checked and made read-only once, then trusted inside."""

import hashlib
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.errors import DesignError, in_digits

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
T = TypeVar("T")

MOST_WEIGHT = 1e6
"""Of weights that differ by more, the records of the smallest would be lost in rounding."""

MISSING_COUNT = -127
"""The code of a missing genotype among int8 counts, as bed-reader writes it."""

LARGEST = 1e150
"""Squares of larger numbers, and those of numbers below 1/LARGEST, are beyond float64."""


def read_only(values: NDArray[Any]) -> NDArray[Any]:
    """The same array, locked against writing."""
    values.flags.writeable = False
    return values


def locked(values: NDArray[Any]) -> NDArray[Any]:
    """The array if nobody can write to it, otherwise a read-only copy of it."""
    return read_only(values.copy()) if values.flags.writeable else values


def put(into: object, rows: Ints | slice, part: object) -> None:
    """Write a part of a result into its rows, array by array of its fields."""
    for name, values in arrays_of(into).items():
        values[rows] = getattr(part, name)


def lock(result: T) -> T:
    """The same result, its arrays read-only."""
    for values in arrays_of(result).values():
        read_only(values)
    return result


def arrays_of(result: object) -> dict[str, NDArray[Any]]:
    """The fields of a result that are arrays, by name."""
    values = {one.name: getattr(result, one.name) for one in fields(result)}  # type: ignore[arg-type]
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


class Brief:
    """A result that prints the shapes of its arrays, not their numbers.

    Its fields are listed by name; other results in it by their class.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        shown = (f"{one.name}={_short(getattr(self, one.name))}" for one in fields(self))  # type: ignore[arg-type]
        return f"{type(self).__name__}({', '.join(shown)})"


def fingerprint(*parts: NDArray[Any] | Iterable[str]) -> str:
    """SHA-256 over the shape, dtype and every byte of arrays, or labels, as hexadecimal digits.

    Two inputs share a fingerprint only if they are equal bit for bit, however large: what
    is cached under one is never served for a matrix in which a single entry has changed.
    """
    digest = hashlib.sha256()
    for part in parts:
        values = part
        if not isinstance(values, np.ndarray):
            values = np.frombuffer("\0".join(values).encode(), dtype=np.uint8)
        digest.update(f"{values.shape}{values.dtype.str}".encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def unmasked(values: ArrayLike) -> ArrayLike:
    """The values of a masked array as float64, NaN where they are masked; others as they are."""
    if not np.ma.isMaskedArray(values):
        return values
    return np.ma.asarray(values, dtype=np.float64).filled(np.nan)


def as_counts(genotypes: ArrayLike) -> Floats:
    """Allele counts as float64, NaN where they are masked or int8's code for missing.

    Those that are float64 already are not copied.

    >>> as_counts(np.array([[0, -127, 2]], dtype=np.int8))
    array([[ 0., nan,  2.]])
    """
    counts = np.asarray(unmasked(genotypes), dtype=np.float64)
    if getattr(genotypes, "dtype", None) == np.int8:
        counts[counts == MISSING_COUNT] = np.nan
    return counts


def as_numeric(values: ArrayLike, name: str) -> Floats:
    """A float64 copy-if-needed of `values`, NaN where masked, or a DesignError on what is wrong."""
    try:
        return np.asarray(unmasked(values), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DesignError(
            f"{name} must be numeric", str(error), "code categories as columns of 0 and 1"
        ) from None


def as_phenotype(y: ArrayLike, n: int) -> Floats:
    """`y` as a finite float64 array of shape (n,)."""
    values = as_numeric(y, "the phenotype y")
    if values.shape != (n,):
        raise DesignError(
            f"y must have one value for each of the {n} individuals of the kinship",
            f"its shape is {values.shape}",
            "align y with K by id",
        )
    _require_finite(values, "y")
    largest = float(np.abs(values).max(initial=0.0))
    if 0.0 < largest < 1.0 / LARGEST:
        raise DesignError(
            f"y must be above {in_digits(1.0 / LARGEST)} in size, so that it can be squared",
            f"its largest value is {in_digits(largest)}",
            "use another unit",
        )
    return values


def as_design(X: ArrayLike | None, n: int) -> Floats:
    """`X` as a finite float64 array of shape (n, p); None stands for an intercept alone."""
    if X is None:
        return np.ones((n, 1))
    values = as_columns(X, "X", n, "the covariates X")
    _require_finite(values, "X")
    return values


def as_weights(weights: ArrayLike, n: int) -> Floats:
    """`weights` as a read-only float64 copy of shape (n,), each positive and finite."""
    values = np.array(as_numeric(weights, "weights"))
    if values.shape != (n,):
        raise DesignError(
            f"there must be one weight for each of the {n} individuals or records",
            f"the shape of the weights is {values.shape}",
            "align them with y by id",
        )
    good = (values > 1.0 / LARGEST) & (values < LARGEST)
    if not good.all():
        first = int(np.argmin(good))
        raise DesignError(
            "weights must be positive and finite",
            f"{int((~good).sum())} of {n} are not, the first is weights[{first}] = "
            f"{in_digits(float(values[first]))}",
            "leave out who has no weight; what counts for nothing is no record",
        )
    ratio = float(values.max() / values.min())
    if ratio > MOST_WEIGHT:
        raise DesignError(
            f"no weight must be more than {in_digits(MOST_WEIGHT)} times another",
            f"the largest is {in_digits(ratio)} times the smallest",
            "leave out the records that count for so little, or give the others less",
        )
    return read_only(values)


def as_columns(values: ArrayLike, symbol: str, n: int, name: str = "") -> Floats:
    """`values` as a float64 array of n rows, (n,) as (n, 1), or a DesignError on what is wrong."""
    found = as_numeric(values, name or symbol)
    columns = found[:, np.newaxis] if found.ndim == 1 else found
    if columns.ndim != 2 or columns.shape[0] != n:
        raise DesignError(
            f"{symbol} must have one row for each of the {n} individuals of the kinship",
            f"its shape is {found.shape}",
            f"align {symbol} with K by id",
        )
    return columns


def _require_finite(values: Floats, name: str) -> None:
    bad = ~np.isfinite(values)
    if bad.any():
        first = tuple(int(index) for index in np.argwhere(bad)[0])
        where = ", ".join(str(index) for index in first)
        raise DesignError(
            f"{name} must be finite",
            f"{int(bad.sum())} value(s) are missing or infinite, the first at {name}[{where}]",
            "drop those individuals from y, X and K together",
        )
    largest = float(np.abs(values).max(initial=0.0))
    if largest > LARGEST:
        raise DesignError(
            f"{name} must be below {in_digits(LARGEST)} in size, so that it can be squared",
            f"its largest value is {in_digits(largest)}",
            "use another unit",
        )


def _short(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"<{' × '.join(map(str, value.shape)) or '1'} {value.dtype}>"
    if is_dataclass(value) and not isinstance(value, type):
        return f"<{type(value).__name__}>"
    if isinstance(value, tuple | list) and len(value) > 4:
        return f"<{len(value)} of {type(value[0]).__name__}>"
    words = repr(value)
    return words if len(words) <= 60 else f"{words[:59]}…"
