"""Numbers of a column that look like codes for what is missing, and those that hardly are values.

A warning is soon overlooked, so what hardly can be a value is asked about before it is fitted.
"""

from collections.abc import Collection

import numpy as np

from lmm_core.arrays import LARGEST, Floats
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import SUSPECTED_CODES

# Numbers that stand for a missing value in many files.
MISSING_NUMBERS = frozenset({0.0, 9.0, 99.0, 999.0, 9999.0, *map(float, SUSPECTED_CODES)})
# A number that stands several times, so many times the range of all others away from them.
FAR = 5.0
LEVELS = 5
# So many codes are looked for at each end.
_CODES = 3
# Of numbers with one decimal, a tenth are written without: of these fewer are.
_FEW = 0.05


def missing_codes(y: Floats) -> tuple[tuple[float, int], ...]:
    """Numbers that look like codes for missing, and how often each occurs.

    A code stands at an end of the values, farther from the rest than half their range; a
    negative one also where nothing else is negative, a zero only where several are. Any other
    number is one if it is there several times, and far from the rest. Codes such as -9 and -8,
    each there several times, may stand side by side.
    """
    found: dict[float, int] = {}
    levels = np.unique(y)
    for end in (levels[:_CODES], levels[::-1][:_CODES]):
        for size in range(1, len(end) + 1):
            codes, rest = end[:size], y[~np.isin(y, end[:size])]
            times = [int((y == code).sum()) for code in codes]
            pairs = [(float(c), k) for c, k in zip(codes, times, strict=True)]
            once = any(k < 2 and c not in MISSING_NUMBERS for c, k in pairs)
            if size > 1 and (once or (codes % 1.0).any() or len(levels) < LEVELS + size):
                break
            if all(_is_alien(code, k, rest, y.size) for code, k in pairs):
                found.update(pairs)
    return tuple(sorted(found.items()))


def _is_alien(code: float, times: int, rest: Floats, n: int) -> bool:
    if rest.size < 3 or rest.size < 0.1 * n:
        return False
    lowest, highest = float(rest.min()), float(rest.max())
    gap = lowest - code if code < lowest else code - highest
    # Halved, so that it cannot overflow.
    span = 2.0 * min(0.5 * highest - 0.5 * lowest, 1e300)
    if gap <= 0.0 or span == 0.0:
        return False
    alien = gap > (0.5 if code < 0.0 else 1.0) * span
    if code == 0.0:
        alien = alien and times >= 2
    if code not in MISSING_NUMBERS:
        below = code < 0.0 <= lowest and code == np.floor(code)
        alien = times >= 2 and (gap > FAR * span or (alien and below))
        # Of a few levels each may be far from the others.
        alien = alien and np.unique(rest).size >= LEVELS
    return alien or (code in MISSING_NUMBERS and code < 0.0 <= lowest)


def asked_about(values: Floats, kept: Collection[str] = ()) -> tuple[tuple[float, int], ...]:
    """Those of `missing_codes` that nobody would take for values, and how often each occurs.

    What a measurement or a score may be is none: 0, 9, and a number once that is not far out.

    Args:
        values: of a column, NaN where missing.
        kept: numbers that are said to be values.

    >>> asked_about(np.array([12.5, 14.0, 13.25, -9.0, 12.75, -9.0]))
    ((-9.0, 2),)
    """
    there = values[~np.isnan(values)]
    # Of thousands of columns few end in a whole number.
    if not there.size or not {there.min() % 1.0, there.max() % 1.0} & {0.0}:
        return ()
    if np.abs(there).max() > LARGEST:
        return ()
    numbers = {as_number(text) for text in kept}
    codes = missing_codes(there)
    rest = there[~np.isin(there, [code for code, _ in codes])]
    return tuple((c, k) for c, k in codes if c not in numbers and _is_sure(c, k, rest))


def _is_sure(code: float, times: int, rest: Floats) -> bool:
    if code in (0.0, 9.0):
        return False
    span = float(np.ptp(rest))
    gap = float(rest.min()) - code if code < rest.min() else code - float(rest.max())
    if gap > FAR * span:
        return True
    if code > 0.0:
        # 99 is a common measure.
        return times > 1 and gap > (1.0 if code >= 999.0 else 2.0) * span
    whole = float(np.mean(rest % 1.0 == 0.0))
    return times > 1 or code <= -99.0 or (whole <= _FEW and gap > 0.5 * span)
