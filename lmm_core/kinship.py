"""1. Decompose: "take the eigen decomposition of the kinship K", once and for every h.

Its eigenvectors do not depend on h: hK + (1-h)I = U diag(hλ + 1 - h) U'. Here too are the two
usual ways from genotypes to K.
"""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import LARGEST, Brief, Floats, Ints, as_weights, read_only, unmasked
from lmm_core.errors import KinshipError, in_digits
from lmm_core.genotypes import Genotypes, as_blocks, products
from lmm_core.progress import eigh

Repair: TypeAlias = Literal["clip"] | None

# An eigenvalue this far below zero, relative to the largest, is rounding: of the matrix
# product that made K, or of the digits in the file it was read from.
NEGATIVE_TOLERANCE = 1e-8
# And one this far above zero is a zero too: whether the null space of a centred kinship that was
# written with ten digits, as GEMMA's is, counts as one must not hang on the sign of rounding.
ZERO_TOLERANCE = 1e-10
# With more digits entries were computed; with so few, single precision shows all of them.
WRITTEN_DIGITS, SINGLE_DIGITS, SAMPLED_ENTRIES = 12, 6, 5000
# Multiples of this, as the 0, 0.5 and 0.25 of a pedigree, are exact and not rounded.
EXACT_STEP = 2.0**-10
# Products in single precision err by a few times 2^-23 of the largest eigenvalue.
SINGLE_TOLERANCE = 1e-6
SYMMETRY_TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class KinshipEigen(Brief):
    """K = U diag(λ) U', computed once and good for every h, since V(h) shares its vectors.

    Attributes:
        values: eigenvalues λ in ascending order, shape (n,). Those that are zero to rounding
            are exactly 0, so that the null space of K can be counted.
        vectors: the matrix U, shape (n, n); column i belongs to `values[i]`.
        of: None, or, where individuals have several records each, whose each of the n records is,
            shape (n,): then values and vectors are those of `records.decompose_records`, of the k
            individuals, and the other n - k eigenvalues are 0.
        note: how many negative eigenvalues were set to 0 and why, in a sentence without a full
            stop; "" if there was none beyond the rounding of the arithmetic.
        weights: w of var(e) = v[hK + (1-h)diag(1/w)], shape (n,), or None for all 1: then values
            and vectors are those of W^½KW^½, and `rotate` multiplies y and X by √w.
    """

    values: Floats
    vectors: Floats
    of: Ints | None = None
    note: str = ""
    weights: Floats | None = None

    @property
    def n(self) -> int:
        """Number of individuals, or of their records where they have several."""
        return len(self.values) if self.of is None else len(self.of)

    @property
    def rank(self) -> int:
        """Number of eigenvalues that are not zero."""
        return int(np.count_nonzero(self.values))

    @property
    def mean_diagonal(self) -> float:
        """Mean of the diagonal of K, trace(K)/n, over that of D: the scale that h refers to."""
        if self.weights is None:
            return float(self.values.sum()) / self.n
        diagonal = self.vectors**2 @ self.values / self.totals
        if self.of is not None:
            diagonal = diagonal[self.of]
        return float(diagonal.mean() / np.mean(1.0 / self.weights))

    @property
    def totals(self) -> Floats:
        """The sum of the weights of each individual's records, their number without, (k,)."""
        if self.of is not None:
            return np.bincount(self.of, self.weights).astype(np.float64)
        return np.ones(len(self.values)) if self.weights is None else self.weights


def decompose(
    K: ArrayLike | KinshipEigen, *, repair: Repair = None, weights: ArrayLike | None = None
) -> KinshipEigen:
    """The eigen decomposition of a kinship matrix.

    Args:
        K: symmetric positive semi-definite matrix, shape (n, n), on any scale. A
            `KinshipEigen` is handed back as it is.
        repair: "clip" sets negative eigenvalues of any size to zero, that is, replaces K by
            the nearest positive semi-definite matrix in Frobenius norm (Higham 1988, eq. 2.1).
        weights: w, shape (n,), positive: the residual variances are as 1/w. See `fit_lmm`.

    Returns:
        Eigenvalues (ascending, none negative) and orthonormal eigenvectors.

    Raises:
        KinshipError: K is not square, finite and symmetric, or has an eigenvalue further
            below zero than 1e-8 times its largest and than `rounding_of` its entries explains,
            and no repair was asked for.

    Eigenvalues down from 1e-10·λ_max that rounding explains are taken for zero.

    >>> decompose([[1.0, 0.5], [0.5, 1.0]]).values
    array([0.5, 1.5])
    """
    if isinstance(K, KinshipEigen):
        if weights is not None:
            raise KinshipError(
                "weights belong to the decomposition of K",
                "it was taken without them",
                "pass them to decompose, or pass K itself",
            )
        return K
    matrix = as_kinship(K)
    if weights is None:
        return decompose_scaled(matrix, matrix, 1.0, repair=repair)
    w = as_weights(weights, len(matrix))
    return replace(decompose_weighted(matrix, np.sqrt(w), repair=repair), weights=w)


def decompose_scaled(
    matrix: Floats, written: Floats, most: float, *, repair: Repair = None
) -> KinshipEigen:
    """`decompose` for a matrix made of the one that was written down.

    Args:
        matrix: what is decomposed, symmetric, shape (n, n).
        written: the entries whose digits tell how they were rounded.
        most: how many times their error `matrix` has at most.
    """
    values, vectors = eigh(matrix)
    largest = max(float(values[-1]), 0.0)
    explained, note = explain_negative(values, written, most)
    if not explained and repair != "clip":
        raise KinshipError(
            "kinship must be positive semi-definite",
            f"its smallest eigenvalue is {in_digits(values[0])} beside a largest of "
            f"{in_digits(values[-1])}, too far below zero to be rounding",
            "look for edited entries or pairs computed from different markers, or set negative "
            'eigenvalues to zero, with --clip or in Python repair="clip"',
        )
    values[values <= ZERO_TOLERANCE * largest] = 0.0
    return KinshipEigen(values=read_only(values), vectors=read_only(vectors), note=note)


def decompose_weighted(matrix: Floats, root: Floats, *, repair: Repair = None) -> KinshipEigen:
    """`decompose` of K multiplied from both sides by diag(root), which keeps its rank.

    Which eigenvalues are zero is told by K alone: large weights make the others small beside them.
    """
    plain = decompose_scaled(matrix, matrix, 1.0, repair=repair)
    K = (plain.vectors * plain.values) @ plain.vectors.T
    values, vectors = eigh(K * root * root[:, np.newaxis])
    values[: len(values) - plain.rank] = 0.0
    return replace(plain, values=read_only(values), vectors=read_only(vectors))


class Rounding(NamedTuple):
    """By how much it may move an eigenvalue, also as a share of the largest; of what entries."""

    bound: float
    share: float
    words: str


def rounding_of(K: Floats) -> Rounding:
    """What the rounding of the entries of K, as they are written, can do to its eigenvalues.

    Args:
        K: symmetric, shape (n, n). Entries of 2 to 12 significant digits were written down, or
            are float32's; with more they were computed, and with one, or all of them multiples
            of 1/1024, they are exact, as the 0, 0.5 and 1 of a pedigree.

    With s_ij the unit in the last digit of entry ij, its error is as good as uniform in ±s_ij/2.
    A symmetric matrix of such errors has a norm near 0.58·max_i √Σ_j s_ij² (Bandeira & van
    Handel 2016, Annals of Probability 44:2479), and moves no eigenvalue further (Weyl). The
    bound is 1.7 times that, max_i √Σ_j s_ij²: with one step for all, s√n.

    >>> rounding_of(np.array([[1.02, 0.31], [0.31, 0.98]]))
    Rounding(bound=0.0141..., share=0.0, words='entries with three digits')
    """
    size = np.abs(K)
    units = size / EXACT_STEP
    if np.array_equal(units, np.rint(units)):
        return Rounding(0.0, 0.0, "")
    sample = size.ravel()[np.linspace(0, size.size - 1, SAMPLED_ENTRIES, dtype=int)].tolist()
    digits, decimals = (max(found) for found in zip(*map(digits_of, sample), strict=True))
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


def explain_negative(values: Floats, K: Floats, most: float = 1.0) -> tuple[bool, str]:
    """Whether rounding explains the negative eigenvalues of K, and a sentence on them.

    Args:
        values: all eigenvalues of K, ascending.
        most: how many times the error of K they have, where they are of a multiple of K.

    Returns:
        True and "" if none is below the rounding of the arithmetic, -1e-8 of the largest.
    """
    lowest, largest = float(values[0]), max(float(values[-1]), 0.0)
    tolerance = NEGATIVE_TOLERANCE * max(largest, -lowest)
    if lowest >= -tolerance:
        return True, ""
    rounding = rounding_of(K)
    explained = -lowest <= max(most * rounding.bound, rounding.share * largest)
    count = int((values < -tolerance).sum())
    s, least, be = ("s", "the least ", "are") if count > 1 else ("", "", "is")
    why = f"{be} within the rounding of {rounding.words}, and " if explained else ""
    size = f"{least}{in_digits(lowest, 2)} beside {in_digits(largest)}"
    return explained, f"{count} negative eigenvalue{s}, {size}, {why}{be} set to 0"


def negative_note(K: Floats) -> str:
    """The `note` of `decompose` for a symmetric, finite K, mostly by a Cholesky factor alone."""
    # The largest eigenvalue is no less than any entry of the diagonal.
    shift = NEGATIVE_TOLERANCE * max(float(np.diagonal(K).max()), 0.0)
    try:
        np.linalg.cholesky(K + shift * np.eye(len(K)))
    except np.linalg.LinAlgError:
        return explain_negative(np.linalg.eigvalsh(K).astype(np.float64), K)[1]
    return ""


def centered_kinship(genotypes: Genotypes | ArrayLike) -> Floats:
    """Relatedness from centred genotypes: K = ZZ'/m with z = x - mean(x).

    Args:
        genotypes: allele counts (0, 1, 2 or dosages), shape (n, m), or blocks of them; NaN where
            missing, or masked, or -127 in int8 as bed-reader has it, which is replaced by the
            marker's mean.

    Returns:
        K, shape (n, n). Every row sums to zero, so K is singular: its null space holds the
        constant vector. All m markers count, those that do not vary too; GEMMA leaves out
        the rare ones first, as `minor_allele_frequency` lets you do.

    Raises:
        KinshipError: the array is not two-dimensional, or a marker has no value at all.

    References:
        Zhou & Stephens 2012, Nature Genetics 44:821; GEMMA's `-gk 1`.
    """
    markers = _markers(genotypes)
    total, there, _ = products(markers)
    _require_there(there)
    total /= there.size
    return total


def standardized_kinship(
    genotypes: Genotypes | ArrayLike, frequency: ArrayLike | None = None
) -> Floats:
    """Relatedness from standardised genotypes: K = ZZ'/m with z = (x - centre)/spread.

    Args:
        genotypes: allele counts, shape (n, m), as for `centered_kinship`.
        frequency: allele frequencies f of the base population where they are known, shape (m,)
            or one number, each strictly between 0 and 1. Then centre = 2f and spread =
            √(2f(1-f)), and K need not be singular; in a cross of two inbred strains f = ½.
            Without it, centre and spread are the mean and the standard deviation (divisor n)
            of the sample, and every row of K sums to zero.

    Returns:
        K, shape (n, n), with a mean diagonal near 1. Markers that do not vary in the sample
        carry no information without `frequency`, and are left out of m.

    Raises:
        KinshipError: as `centered_kinship`; no marker varies; a frequency outside (0, 1).

    References:
        Zhou & Stephens 2012, GEMMA's `-gk 2`; with frequencies, VanRaden 2008, J Dairy Sci
        91:4414, method 2.
    """
    markers = _markers(genotypes)
    f = None
    if frequency is not None:
        f = np.broadcast_to(np.asarray(frequency, dtype=np.float64), markers.shape[1:])
        if not ((f > 0) & (f < 1)).all():
            raise KinshipError(
                "allele frequencies must lie strictly between 0 and 1",
                f"{in_digits(f[~((f > 0) & (f < 1))][0], 6)} does not",
                "leave out markers that do not vary",
            )
    total, there, varies = products(markers, "standardized", f)
    _require_there(there)
    if f is None and not varies.any():
        raise KinshipError(
            "kinship needs markers that vary",
            f"none of the {varies.size} does",
            "check how the genotypes are coded",
        )
    total /= varies.sum() if f is None else varies.size
    return total


_SINGLE = "entries in single precision"
_NUMBERS = dict(enumerate("two three four five six seven eight nine ten".split(), 2))


def digits_of(x: float) -> tuple[int, int]:
    """Significant digits and decimals of the shortest text that reads as x."""
    mantissa, _, power = repr(x).partition("e")
    whole, _, rest = mantissa.partition(".")
    rest = rest.rstrip("0")
    digits = (whole + rest).strip("0") if not rest else (whole + rest).lstrip("0")
    return max(len(digits), 1), max(len(rest) - int(power or 0), 0)


def as_kinship(K: ArrayLike) -> Floats:
    """K as a square, finite, symmetric float64 array, or a KinshipError that says what is wrong."""
    try:
        matrix = np.asarray(unmasked(K), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise KinshipError("kinship must be numeric", str(error)) from None
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] == 0:
        raise KinshipError(
            "kinship must be a square matrix",
            f"its shape is {matrix.shape}",
            "rows and columns are the same individuals in the same order",
        )
    # A sum is finite only if every entry is, and costs a tenth of looking at each.
    with np.errstate(over="ignore", invalid="ignore"):
        finite = np.isfinite(matrix.sum())
    if not finite and (bad := ~np.isfinite(matrix)).any():
        i, j = (int(index) for index in np.argwhere(bad)[0])
        raise KinshipError(
            "kinship must be finite",
            f"{int(bad.sum())} entries are missing or infinite, the first is K[{i}, {j}]",
            "leave out individuals without genotypes",
        )
    largest = max(float(matrix.max()), -float(matrix.min()))
    if largest > LARGEST:
        raise KinshipError(
            f"kinship must be below {in_digits(LARGEST)} in size",
            f"its largest entry is {in_digits(largest)}",
            "look for a damaged entry, relationships are around 1",
        )
    gap, i, j = largest_asymmetry(matrix)
    if gap > SYMMETRY_TOLERANCE * largest:
        raise KinshipError(
            "kinship must be symmetric",
            f"|K[{i}, {j}] − K[{j}, {i}]| = {in_digits(gap)}",
            "pass (K + K.T)/2 if that is rounding",
        )
    return matrix


def largest_asymmetry(matrix: Floats) -> tuple[float, int, int]:
    """The largest |K_ij - K_ji| and where it is, tile by tile so that both fit in the cache."""
    largest, place = 0.0, (0, 0)
    n, tile = matrix.shape[0], 128
    for top in range(0, n, tile):
        for left in range(top, n, tile):
            gap = np.abs(
                matrix[top : top + tile, left : left + tile]
                - matrix[left : left + tile, top : top + tile].T
            )
            if gap.max() > largest:
                i, j = np.unravel_index(int(gap.argmax()), gap.shape)
                largest, place = float(gap[i, j]), (top + int(i), left + int(j))
    return largest, *place


def _markers(genotypes: Genotypes | ArrayLike) -> Genotypes:
    markers = as_blocks(genotypes)
    if len(markers.shape) != 2 or 0 in markers.shape:
        raise KinshipError(
            "genotypes must be individuals by markers", f"the shape is {tuple(markers.shape)}"
        )
    return markers


def _require_there(there: NDArray[np.bool_]) -> None:
    if not there.all():
        marker = int(np.argmin(there))
        raise KinshipError(
            "each marker needs at least one genotype", f"marker {marker} has none", "leave it out"
        )
