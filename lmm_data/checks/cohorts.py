"""Means that differ where the model knows of no difference: glued cohorts, batches in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.errors import count, in_digits
from lmm_core.fit import LMMFit, fit_rotated
from lmm_core.rotation import rotate
from lmm_data.checks.finding import Finding
from lmm_data.checks.power import expected_errors
from lmm_data.dataset import Problem

# Each part has so many individuals at least, and this share of all.
FEWEST, SHARE = 10, 0.1
# Rows that are added up at a time.
ROWS = 64
# A split along a leading eigenvector is one of two kinds of individuals if so much of its variance
# is between the two; of a normal distribution split at its middle it is 0.64.
APART = 0.88
# Standard errors by which two means must differ: of one split that the kinship tells, and of the
# greatest of all places in a file; and what a mean of its own takes off h.
SPLIT, STEP, LESS = 4.0, 5.5, 0.1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Split(Brief):
    """Individuals in two parts, with means that differ.

    Attributes:
        t: the difference in standard errors, of a fit with a mean for each.
        h2: of that fit.
        first: how many are in the part of the first individual.
        least: the size of t by the highest h, two standard errors up, that may well be: what K
            itself makes the two parts differ by grows with h.
    """

    t: float
    h2: float
    first: int
    least: float


def check_cohorts(
    problem: Problem,
    fit: LMMFit,
    order: Ints,
    where: str,
    parts: Floats | None,
    traits: int = 1,
) -> Iterator[Finding]:
    """Two cohorts by the kinship, and means that change from some row of the file on.

    Args:
        problem: of one trait.
        fit: its REML fit.
        order: the individuals' indices in the order of the rows of the file.
        where: the file and column.
        parts: `kinship_split` of its kinship.
        traits: how many are looked at, which is as many chances.
    """
    n = problem.n
    if n < 4 * FEWEST or not fit.maxima or fit.status == "unbounded":
        return
    more = 0.25 * float(np.log(traits))
    if parts is not None:
        split = _split(problem, fit, parts)
        if split.least > SPLIT + more and fit.h2 - split.h2 > LESS:
            yield _glued(split, fit, n, where)
            return
    steps = np.diff(problem.y[order])
    if (steps >= 0.0).all() or (steps <= 0.0).all():
        # Sorted values are said as such.
        return
    row = _step(fit, order)
    after = np.zeros(n)
    after[order[row:]] = 1.0
    step = _split(problem, fit, after)
    if min(abs(step.t), step.least) > STEP + more:
        yield _ordered(step, fit, [problem.ids[i] for i in order], row, where)


def kinship_split(K: Floats) -> Floats | None:
    """Which of two kinds of individuals each is, 0 or 1, by the leading direction of K; or None.

    K is centred, so that the direction is of what differs between them.
    """
    n = len(K)
    means = K.mean(axis=0)
    v = np.cos(np.arange(n) * 1.7) + means
    for _ in range(60):
        v = v - v.mean()
        v = K @ v - means * v.sum()
        size = float(np.linalg.norm(v - v.mean()))
        if size == 0.0:
            return None
        v = (v - v.mean()) / size
    ordered = np.sort(v)
    below = np.cumsum(ordered)[:-1]
    k = np.arange(1, n)
    # Variance between the lowest k and the others, of a total of 1.
    between = below**2 * (1.0 / k + 1.0 / (n - k))
    best = int(between.argmax())
    if between[best] < APART or min(best + 1, n - best - 1) < max(FEWEST, SHARE * n):
        return None
    parts: Floats = (v > ordered[best]).astype(np.float64)
    return parts


def _split(problem: Problem, fit: LMMFit, part: Floats) -> Split:
    """The fit with a mean of its own for those of whom `part` is 1."""
    X = np.column_stack([problem.X, part])
    first = int(np.sum(part == part[0]))
    with_part = fit_rotated(rotate(fit.eigen, problem.y, X))
    se = float(with_part.se_beta[-1])
    if not np.isfinite(se) or se == 0.0 or not with_part.maxima:
        return Split(0.0, fit.h2, first, 0.0)
    at = np.array([np.clip(with_part.h2, 0.05, 0.95)])
    highest = min(with_part.h2 + 2.0 * float(expected_errors(with_part.rotated, at)[0]), 0.95)
    least = abs(_difference(fit, part, highest))
    return Split(float(with_part.beta[-1]) / se, with_part.h2, first, least)


def _difference(fit: LMMFit, part: Floats, h: float) -> float:
    """The difference between the parts, beside the model of the fit, in standard errors at h."""
    root = 1.0 / np.sqrt(h * fit.rotated.values + 1.0 - h)
    Q, _ = np.linalg.qr(fit.rotated.stable.basis * root[:, np.newaxis])
    y, c = fit.rotated.y * root, (fit.eigen.vectors.T @ part) * root
    y, c = y - Q @ (Q.T @ y), c - Q @ (Q.T @ c)
    size = float(c @ c)
    if size <= 0.0:
        return 0.0
    slope = float(c @ y) / size
    left = y - slope * c
    variance = max(float(left @ left) / (fit.n - fit.p - 1), 1e-300)
    return float(slope * np.sqrt(size / variance))


def _step(fit: LMMFit, order: Ints) -> int:
    """The row of the file from which on the mean differs most, by generalised least squares.

    With c the rows from there on, it differs by c'Py in units of √(c'Pc), and both are sums over
    the rows of P.
    """
    U, rotated = fit.eigen.vectors, fit.rotated
    h = min(fit.h2, 0.9)
    d = h * rotated.values + 1.0 - h
    B = rotated.stable.basis / np.sqrt(d)[:, np.newaxis]
    Q, _ = np.linalg.qr(B)
    z, root = rotated.y / np.sqrt(d), 1.0 / np.sqrt(d)
    n = len(order)
    y, size, tail = np.empty(n), np.empty(n), np.zeros(n)
    # Sums of the rows from each on, of the whitened directions; from the last rows to the first.
    for stop in range(n, 0, -ROWS):
        start = max(stop - ROWS, 0)
        half = U[order[start:stop]] * root
        y[start:stop] = half @ (z - Q @ (Q.T @ z))
        tails = half[::-1].cumsum(axis=0)[::-1] + tail
        size[start:stop] = np.einsum("ij,ij->i", tails, tails) - np.square(tails @ Q).sum(axis=1)
        tail = tails[0]
    score = np.cumsum(y[::-1])[::-1] ** 2 / np.maximum(size, 1e-12 * float(size.max()))
    least = max(FEWEST, int(SHARE * n))
    return least + int(score[least : n - least].argmax())


def _glued(split: Split, fit: LMMFit, n: int, where: str) -> Finding:
    return Finding(
        "cohorts_glued",
        "warning",
        where,
        "Two cohorts with means of their own",
        f"By the kinship there are two kinds of individuals, {split.first:,} and "
        f"{n - split.first:,}, whose means differ by {in_digits(abs(split.t))} standard errors: "
        f"ĥ is {fit.h2:.2f}, and {split.h2:.2f} with a mean for each.",
        "A difference between studies, or populations, is taken for one of genes, and h is of that "
        "difference.",
        "Put the cohort into the model as a covariate, or fit each by itself.",
        value=split.t,
    )


def _ordered(step: Split, fit: LMMFit, ids: Sequence[str], row: int, where: str) -> Finding:
    changed = (
        f", and ĥ is {step.h2:.2f} instead of {fit.h2:.2f}"
        if (abs(step.h2 - fit.h2) > 0.05)
        else ""
    )
    return Finding(
        "phenotype_batch",
        "warning",
        where,
        "Values that go with the order of the rows",
        f"From “{ids[row]}”, row {row + 1:,} of {count(len(ids), 'individual')}, on, the mean "
        f"differs by {in_digits(abs(step.t))} standard errors from that before{changed}.",
        "A batch, a plate or a season that is not in the model is noise at best, and taken for "
        "genes where relatives stand together.",
        "Put the batch into the model as a covariate.",
        (ids[row],),
        step.t,
    )
