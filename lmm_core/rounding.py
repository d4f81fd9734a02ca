"""What the digits that K was written with can do to its eigenvalues: the one bound for all.

`decompose` sets to zero what is within it, `check` says so, and beyond it both refuse.
"""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Floats

# An eigenvalue this far below zero, relative to the largest, is rounding: of the matrix
# product that made K, or of the digits in the file it was read from.
NEGATIVE_TOLERANCE = 1e-8
# Entries with more digits than this were computed, not written down; how many, is told from some.
WRITTEN_DIGITS = 12
# Any number of so many digits is one of single precision too, to the digits that are shown.
SINGLE_DIGITS = 6
SAMPLED_ENTRIES = 5000
# Multiples of this, as the 0, 0.5 and 0.25 of a pedigree, are exact and not rounded.
EXACT_STEP = 2.0**-10
# What is in single precision was multiplied out in it too: the error of that is a few units in
# the last place, 2^-23, of the largest eigenvalue.
SINGLE_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Rounding:
    """What the rounding of a matrix's entries can do to its eigenvalues.

    Attributes:
        bound: by how much it may move an eigenvalue; 0 if the entries are not rounded.
        share: and by how much as a share of the largest eigenvalue, in single precision.
        words: how they are written, such as "entries with four digits".
    """

    bound: float
    share: float
    words: str


def rounding_of(K: Floats) -> Rounding:
    """What the rounding of the entries of K, as they are written, can do to its eigenvalues.

    Args:
        K: symmetric, shape (n, n). Entries of 2 to 12 significant digits were written down, or
            are float32's; with more they were computed, and with one, or all of them multiples
            of 1/1024, they are exact, as the 0, 0.5 and 1 of a pedigree.

    With s_ij the unit in the last digit of entry ij, its error is as good as uniform in ±s_ij/2,
    with standard deviation s_ij/√12. A symmetric matrix of such independent errors has a norm
    near 2·max_i √Σ_j s_ij²/12 = 0.58·max_i √Σ_j s_ij² (Bandeira & van Handel 2016, Annals of
    Probability 44:2479), and no eigenvalue moves further than that (Weyl). The bound is
    max_i √Σ_j s_ij², 1.7 times as much; with one step for all it is s√n.

    >>> rounding_of(np.array([[1.02, 0.31], [0.31, 0.98]]))
    Rounding(bound=0.0141..., share=0.0, words='entries with three digits')
    """
    size = np.abs(K)
    units = size / EXACT_STEP
    if np.array_equal(units, np.rint(units)):
        return Rounding(0.0, 0.0, "")
    sample = size.ravel()[np.linspace(0, size.size - 1, SAMPLED_ENTRIES, dtype=int)].tolist()
    digits, decimals = (max(found) for found in zip(*map(_written, sample), strict=True))
    single = np.zeros(0)
    with np.errstate(over="ignore"):
        short = size.astype(np.float32)
    if np.array_equal(short, size) or all(float(str(np.float32(x))) == x for x in sample):
        single = np.spacing(short).astype(np.float64)
    if 1 < digits <= WRITTEN_DIGITS:
        exponent = np.floor(np.log10(np.where(size > 0.0, size, 1e-300)))
        step = np.maximum(10.0 ** (exponent - digits + 1), 10.0**-decimals)
        words = f"entries with {_NUMBERS.get(digits, str(digits))} digits"
        if single.size and digits > SINGLE_DIGITS:
            step, words = np.maximum(step, single), _SINGLE
    elif single.size and digits > 1:
        step, words = single, _SINGLE
    else:
        return Rounding(0.0, 0.0, "")
    share = SINGLE_TOLERANCE if words == _SINGLE else 0.0
    return Rounding(float(np.sqrt((step**2).sum(axis=1).max())), share, words)


def explain_negative(values: Floats, K: Floats) -> tuple[bool, str]:
    """Whether rounding explains the negative eigenvalues of K, and a sentence on them.

    Args:
        values: all eigenvalues of K, ascending.

    Returns:
        True and "" if none is below the rounding of the arithmetic, -1e-8 of the largest.
    """
    lowest, largest = float(values[0]), max(float(values[-1]), 0.0)
    tolerance = NEGATIVE_TOLERANCE * max(largest, -lowest)
    if lowest >= -tolerance:
        return True, ""
    rounding = rounding_of(K)
    explained = -lowest <= max(rounding.bound, rounding.share * largest)
    count = int((values < -tolerance).sum())
    plural = count > 1
    said = f"{count} negative eigenvalue{'s' * plural}, {'the least ' * plural}{lowest:.2g} "
    said += f"beside {largest:.3g}, {'are' if plural else 'is'} "
    said += f"within the rounding of {rounding.words}, and " * explained
    said += f"{'are ' * (explained and plural)}{'is ' * (explained and not plural)}set to 0"
    return explained, said


def negative_note(K: Floats) -> str:
    """The `note` that `decompose` would give, "" for most at the price of a Cholesky factor.

    Args:
        K: symmetric, finite, shape (n, n).
    """
    # The largest eigenvalue is no less than any entry of the diagonal.
    shift = NEGATIVE_TOLERANCE * max(float(np.diagonal(K).max()), 0.0)
    try:
        np.linalg.cholesky(K + shift * np.eye(len(K)))
    except np.linalg.LinAlgError:
        return explain_negative(np.linalg.eigvalsh(K).astype(np.float64), K)[1]
    return ""


_SINGLE = "entries in single precision"
_NUMBERS = dict(enumerate("two three four five six seven eight nine ten".split(), 2))


def _written(x: float) -> tuple[int, int]:
    """Significant digits and decimals of the shortest text that reads as x."""
    mantissa, _, power = repr(x).partition("e")
    whole, _, rest = mantissa.partition(".")
    rest = rest.rstrip("0")
    digits = (whole + rest).strip("0") if not rest else (whole + rest).lstrip("0")
    return max(len(digits), 1), max(len(rest) - int(power or 0), 0)
