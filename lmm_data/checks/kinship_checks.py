"""What is wrong or odd about a kinship matrix: its entries, its eigenvalues and its scale."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Floats
from lmm_core.errors import in_digits
from lmm_core.kinship import (
    SAMPLED_ENTRIES,
    WRITTEN_DIGITS,
    ZERO_TOLERANCE,
    KinshipEigen,
    digits_of,
    explain_negative,
)
from lmm_core.scales import h2_on_scale
from lmm_data.checks.entries import averaged, check_entries
from lmm_data.checks.finding import Finding, any_error, first_of, labels_or_rows
from lmm_data.checks.inverse import may_be_genomic_inverse
from lmm_data.checks.relatives import check_relatives
from lmm_data.checks.tails import beyond_tail

# Row sums below this share of the diagonal may be rounding of a centred matrix, not more.
CENTERED_TOLERANCE = 0.02
# A diagonal is odd this many robust deviations from the median, and by this factor too.
DIAGONAL_FAR = 7.0
DIAGONAL_RATIO = 1.33


def check_kinship(
    K: ArrayLike,
    ids: Sequence[str] | None = None,
    eigen: KinshipEigen | None = None,
    *,
    where: str = "kinship",
    reml: bool = True,
    coefficients: bool = False,
    deep: bool = True,
    clones: bool = True,
) -> tuple[Finding, ...]:
    """Everything about a kinship matrix that can be told without a phenotype.

    Args:
        K: the matrix as it was read, shape (n, n); nothing is required of it.
        ids: its individuals; rows are numbered without them.
        eigen: its decomposition, where there is one; else its eigenvalues are computed, O(n³).
        where: the file.
        reml: whether it is for REML; ML has troubles of its own.
        coefficients: whether the format says that these are kinship coefficients.
        deep: whether to look at eigenvalues at all; without them all else is O(n²).
        clones: whether to look for clones, which genotypes tell better where they are at hand.
    """
    findings = list(check_entries(K, ids, where))
    if any_error(findings):
        return tuple(findings)
    matrix = averaged(K)
    names = labels_or_rows(ids, matrix.shape[0])
    step = rounding_step(matrix)
    if deep:
        if eigen is None:
            values = np.linalg.eigvalsh(matrix).astype(np.float64)
            explained, note = explain_negative(values, matrix)
        else:
            values, explained, note = eigen.values, True, eigen.note
        findings += _eigenvalues(values, explained, note, where)
        if findings and findings[-1].code == "kinship_zero":
            return tuple(findings)
        if may_be_genomic_inverse(matrix):
            findings.append(_inverse(matrix, where))
    findings += _scale(matrix, where, coefficients)
    findings += _centred(matrix, step, where, reml)
    findings += _diagonal(matrix, names, where)
    findings += check_relatives(matrix, names, where, clones)
    return tuple(findings)


def rounding_step(matrix: Floats) -> float:
    """The unit in the last digit that the entries were written with.

    It is 0 if they were computed, or have one digit, as the 0, 0.5 and 1 of a pedigree.

    >>> rounding_step(np.array([[1.02, 0.31], [0.31, 0.98]]))
    0.01
    """
    flat = matrix.ravel()
    sample = flat[:: max(1, flat.size // SAMPLED_ENTRIES)]
    digits = 0
    for x in sample.tolist():
        digits = max(digits, digits_of(abs(x))[0])
        if digits > WRITTEN_DIGITS:
            return 0.0
    largest = float(np.abs(matrix).max())
    if digits <= 1 or largest == 0.0:
        return 0.0
    return float(f"1e{int(np.floor(np.log10(largest))) - digits + 1}")


def _eigenvalues(values: Floats, explained: bool, note: str, where: str) -> Iterator[Finding]:
    n = len(values)
    lowest, largest = float(values[0]), float(values[-1])
    if largest <= 0.0:
        yield Finding(
            "kinship_zero",
            "error",
            where,
            "Nothing in it",
            f"The largest eigenvalue is {in_digits(largest)}.",
            "A kinship without positive eigenvalues gives nobody any genetic variance.",
            "Check that this is the kinship file.",
            value=largest,
        )
        return
    if note and explained:
        yield clipped(note, where, lowest / largest)
        return
    if note:
        yield _negative(lowest, largest, where)
        return
    positive = values[values > ZERO_TOLERANCE * largest]
    null = n - len(positive)
    # One combination is lost by centring, which has its own finding.
    if null <= 1:
        return
    yield Finding(
        "kinship_low_rank",
        "note",
        where,
        f"Rank {len(positive):,} of {n:,}",
        f"{null:,} of {n:,} eigenvalues are zero; the others span a factor of "
        f"{in_digits(largest / float(positive[0]))}.",
        "Some weighted sums of individuals have no genetic variance, so h = 1 is ruled out "
        "unless the covariates explain them.",
        "Expected with clones or with fewer markers than individuals; otherwise look for "
        "copied rows.",
        value=float(len(positive)),
    )


def clipped(note: str, where: str = "kinship", share: float | None = None) -> Finding:
    """The finding that negative eigenvalues were set to 0, by the note of a decomposition."""
    return Finding(
        "kinship_clipped",
        "warning",
        where,
        "Eigenvalues just below zero",
        f"{note}.",
        "A covariance needs eigenvalues of zero or more, and what is that small is not known from "
        "this file.",
        "Nothing needs doing; write the matrix with more digits to be rid of it.",
        value=share,
    )


def _negative(lowest: float, largest: float, where: str) -> Finding:
    found = (
        f"The smallest eigenvalue of K is {in_digits(lowest)}, beside a largest of "
        f"{in_digits(largest)}."
    )
    return Finding(
        "kinship_indefinite",
        "error",
        where,
        "Not a covariance",
        found,
        "Some weighted sum of individuals would have a negative variance. That is too far below "
        "zero for rounding.",
        "Look for edited entries, or for pairs computed from different markers, and compute "
        'it again. In Python, decompose(K, repair="clip") takes the nearest matrix that is one.',
        value=lowest / largest,
    )


def _inverse(matrix: Floats, where: str) -> Finding:
    mean = float(np.diagonal(matrix).mean())
    return Finding(
        "kinship_inverse",
        "warning",
        where,
        "Perhaps an inverse",
        f"K’s mean diagonal is {in_digits(mean)} and hardly any pair stands above the others; "
        "its inverse looks like relationships: a few pairs far above the others.",
        "Programs for breeding values write the inverse of the relationships. Taken for the "
        "relationships themselves it gives another ĥ, most often 0.",
        "If it is one, have it inverted (--invert-kinship), or give the relationships.",
        value=mean,
    )


def _scale(matrix: Floats, where: str, coefficients: bool) -> Iterator[Finding]:
    diagonal = np.diagonal(matrix)
    mean, middle = float(diagonal.mean()), float(np.median(diagonal))
    if mean <= 0.0:
        return
    # Coefficients of kinship are chances: 1/2 with oneself, and more only by inbreeding. Those
    # that are estimated from markers may be negative, but have 1/2 on the diagonal by definition.
    by_definition = float(np.mean(np.abs(diagonal - 0.5) <= 1e-6)) >= 0.9
    chances = 0.49 <= middle <= 0.65 and float(matrix.min()) >= -1e-6
    sure = coefficients or by_definition or chances
    # With negative entries it may be a relationship on a scale of its own; if its rows sum to
    # zero it is one.
    if sure or (0.45 <= middle <= 0.56 and not is_centred(matrix)):
        like = "are" if coefficients else "look like" if sure else "may be"
        yield Finding(
            "kinship_half_scale",
            "warning" if sure else "note",
            where,
            "Half the usual scale",
            f"K’s diagonal is {in_digits(middle)} for most: these {like} kinship coefficients, "
            "half of the usual.",
            f"h = 0.50 on this scale is {h2_on_scale(0.5, 2.0):.2f} on the usual one. The "
            "share of the variance is the same.",
            f"Double the kinship{'' if sure else ', if they are,'} to compare h with other "
            "studies.",
            value=middle,
        )
        return
    if 0.8 <= mean <= 1.25:
        return
    yield Finding(
        "kinship_scale",
        "note",
        where,
        "A scale of its own",
        f"The mean diagonal is {in_digits(mean)}.",
        f"h refers to this scale: h = 0.50 here is h = {h2_on_scale(0.5, 1.0 / mean):.2f} "
        "where the mean diagonal is 1.",
        "Divide the matrix by its mean diagonal to compare h with other studies.",
        value=mean,
    )


def is_centred(matrix: Floats) -> bool:
    """Whether each row sums to zero but for rounding, as in a kinship of centred genotypes."""
    sums = np.abs(matrix.sum(axis=1))
    return bool(sums.max() <= CENTERED_TOLERANCE * np.trace(matrix) / len(matrix))


def _centred(matrix: Floats, step: float, where: str, reml: bool) -> Iterator[Finding]:
    n = matrix.shape[0]
    sums = matrix.sum(axis=1)
    # ‖K1‖/√n, what K makes of the unit vector that all share, beside its mean eigenvalue.
    size = float(np.linalg.norm(sums)) / np.sqrt(n)
    mean = float(np.trace(matrix)) / n
    shared = float(sums.sum()) / n
    if n < 3 or size > min(CENTERED_TOLERANCE * mean, max(4.0 * step * np.sqrt(n), 1e-6 * mean)):
        return
    # λ_max is at least the mean eigenvalue, so this errs on the side of rounding.
    if abs(shared) > ZERO_TOLERANCE * mean:
        yield Finding(
            "kinship_centred_rounded",
            "warning",
            where,
            "Centred, then rounded",
            f"The rows sum to zero but for rounding: {in_digits(size / mean)} of the mean diagonal "
            "is left.",
            "The lost digits alone draw ML to h = 1; REML does not see them.",
            "Use REML, or subtract the row and column means once more before ML.",
            value=size / mean,
        )
        return
    found = "Each row sums to zero, as in any matrix from centred genotypes."
    if reml:
        yield Finding(
            "kinship_centred",
            "note",
            where,
            "Centred",
            found,
            "The mean of all has no genetic variance; REML is not concerned.",
            "Nothing needs doing; with ML the likelihood would grow without bound.",
            value=size / mean,
        )
        return
    yield Finding(
        "kinship_ml_unbounded",
        "warning",
        where,
        "Centred, and ML",
        found,
        "With an intercept, the likelihood by ML grows without bound as h tends to 1.",
        "Use REML, which has no such trouble.",
        value=size / mean,
    )


def _diagonal(matrix: Floats, names: tuple[str, ...], where: str) -> Iterator[Finding]:
    diagonal = np.diagonal(matrix)
    middle = float(np.median(diagonal))
    if len(diagonal) < 5 or middle <= 1e-12 * float(np.abs(matrix).max()):
        return
    spread = 1.4826 * float(np.median(np.abs(diagonal - middle)))
    far = np.abs(diagonal - middle) / max(spread, 0.02 * middle)
    ratio = diagonal / middle
    odd = np.flatnonzero(
        (far > DIAGONAL_FAR) & ((ratio > DIAGONAL_RATIO) | (ratio < 1 / DIAGONAL_RATIO))
    )
    if not odd.size or odd.size > 0.1 * len(diagonal):
        return
    # Of those who are more or less inbred some are farthest.
    if spread > 0.02 * middle:
        odd = beyond_tail((diagonal - middle) / spread, odd, DIAGONAL_FAR)
    if not odd.size:
        return
    odd = odd[np.argsort(-far[odd], kind="stable")]
    labels = tuple(names[i] for i in odd)
    one = len(labels) == 1
    yield Finding(
        "kinship_diagonal",
        "warning",
        where,
        "A diagonal far from the others" if one else "Diagonals far from the others",
        f"{first_of(labels, 'has')} {in_digits(diagonal[odd[0]])}, where {in_digits(middle)} is "
        "typical.",
        f"{'It' if one else 'They'} would have more or less genetic variance than the rest: "
        "inbred, of another population, or a poor sample.",
        f"Look at {'its' if one else 'their'} genotypes. A mixed or failed sample is better "
        "left out.",
        labels,
        float(diagonal[odd[0]]),
    )
