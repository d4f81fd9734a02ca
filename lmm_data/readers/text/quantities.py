"""Entries with a unit or a printed minus sign behind which there is a number."""

import re
from collections.abc import Sequence

from lmm_core.errors import some
from lmm_data.readers.naming import Column
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.numeric import MISSING_CODES, as_number
from lmm_data.readers.text.marks import is_marked

# Minus signs of typesetters: minus, en dash, full width, small.
_MINUS = "\u2212\u2013\uff0d\ufe63"
_PRINTED = re.compile(rf"[{_MINUS}](?=[\d.,])")
_TO_HYPHEN = str.maketrans(dict.fromkeys(_MINUS, "-"))
_DIGITS = frozenset("0123456789")
_ONE = (
    r"(?:[kmcdµμunp]?(?:g|m|l|L|mol|s|J|Pa|W|IU|U|M)|kcal|cal|Hz|bpm|mmHg|lbs?|oz|in|ft|"
    r"min|h|hr|hrs|hours?|d|days?|wk|wks|weeks?|mo|months?|y|yr|yrs|years?|°C|°F|%|‰|ppm|cells?)"
)
_QUANTITY = re.compile(
    rf"([+-]?[\d.,]+(?:[eE][+-]?\d+)?)\s*({_ONE}(?:[²³23]|\^\d)?(?:/\d*\s*{_ONE}[²³23]?)*)"
)
_LIMIT = re.compile(r"[<>≤≥]=?\s*[+-]?[\d.,]+.*")


def is_limit(entry: str) -> bool:
    """Whether an entry says only that a value lies below or above a number.

    >>> is_limit("<0.05"), is_limit("≥ 12 g"), is_limit("0.05")
    (True, True, False)
    """
    return _LIMIT.fullmatch(entry) is not None


def without_units(
    names: Sequence[str], columns: tuple[Column, ...], notes: list[str]
) -> tuple[Column, ...]:
    """The columns with numbers in the place of numbers with a unit, one and the same for all.

    Args:
        names, columns: those of a file that are no ids.
        notes: to which is added what was found.

    Returns:
        A column of several units, or with a unit at some entries alone, as it was: nobody can
        tell what its numbers have in common.
    """
    turned = list(columns)
    printed, units = [], []
    for j, column in enumerate(columns):
        if isinstance(column, NumberColumn):
            continue
        if not "".join(column).isascii() and any(map(_PRINTED.match, column)):
            turned[j] = tuple(_PRINTED.sub(lambda m: m[0].translate(_TO_HYPHEN), e) for e in column)
            printed.append(names[j])
        filled = set(turned[j]) - MISSING_CODES
        odd = [entry for entry in filled if entry[-1:] not in _DIGITS and entry[-1:] != "."]
        found = {entry: match for entry in odd if (match := _quantity(entry))}
        if len(found) < len(odd) or not found or len(filled) < 2:
            continue
        met = {match[2] for match in found.values()}
        entry = min(found)
        if len(met) == 1 and len(found) == len(filled):
            turned[j] = tuple(found[e][1] if e in found else e for e in turned[j])
            units.append(f"“{names[j]}”, where “{entry}” is read as {found[entry][1]}")
        else:
            other = next((e for e in sorted(filled) if e not in found), "")
            other = other or next(e for e in sorted(found) if found[e][2] != found[entry][2])
            notes.append(
                f"“{names[j]}” holds “{entry}” and “{other}”: its numbers have no unit in common, "
                "and stay text until all are written in one"
            )
    if printed:
        notes.append(f"{some(printed)}: printed minus signs are read as such")
    if units:
        more = f", and {len(units) - 3} more" if len(units) > 3 else ""
        notes.append(
            f"units are left out of {', '.join(units[:3])}{more}: a covariate of these numbers has "
            "one slope, unless you say that it is a category"
        )
    return tuple(turned)


def _quantity(entry: str) -> re.Match[str] | None:
    found = _QUANTITY.fullmatch(entry)
    if found is None or not (as_number(found[1]) == as_number(found[1]) or is_marked(found[1])):
        return None
    return found
