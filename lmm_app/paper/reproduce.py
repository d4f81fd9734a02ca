# TITLE
# The fit once more, by NumPy alone, from the files beside this program: y = Xβ + e with
# var(e) = v [hK + (1 - h)I], in the steps of Broman's post of 2015, "Fitting linear mixed models
# for QTL mapping". Exit code 1 if a number is more than 1e-6 from that of results.json.
import csv
import json
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

METHOD = "REML"  # or "ML"
HERE = Path(__file__).parent


def read(file: str) -> tuple[list[str], list[str], np.ndarray]:
    """The ids, the names of the columns, and the numbers of a table."""
    with open(HERE / file, encoding="utf-8", newline="") as lines:
        names, *rows = ([cell.strip() for cell in row] for row in csv.reader(lines))
    numbers = [[float("nan" if cell == "NA" else cell) for cell in row[1:]] for row in rows]
    return [row[0] for row in rows], names[1:], np.array(numbers)


# The data. Individuals meet by id; several records of one individual share its row of K.
ids, (trait,), y = read("pheno.csv")
columns, X = ["intercept"], np.ones_like(y)
if (HERE / "covar.csv").exists():
    same, names, covariates = read("covar.csv")
    columns, X = columns + names, np.hstack([X, covariates])
    if same != ids:
        sys.exit("pheno.csv and covar.csv must have the same ids in the same order")
whole = np.isfinite(np.hstack([y, X])).all(axis=1)  # a record with a missing value is left out
y, X, (related, K) = y[whole, 0], X[whole], read("kinship.csv")[::2]
rows = [related.index(name) for name in np.array(ids, object)[whole]]
K = K[np.ix_(rows, rows)]


def nothing(rest: np.ndarray, of: np.ndarray) -> bool:  # nothing is left but rounding
    return bool(abs(rest).max() <= (32 + X.shape[1]) * 2.0**-52 * abs(of).max())


# A column of X that combines those before it has no coefficient. Q: the others, orthonormal.
kept, Q = list[int](), np.empty((len(y), 0))
for j, x in enumerate(X.T):
    rest = x - Q @ (Q.T @ x)
    rest -= Q @ (Q.T @ rest)
    length = np.linalg.norm(rest)
    if length > 1e-8 * np.linalg.norm(x - x[0]) and not nothing(rest, x):
        kept, Q = [*kept, j], np.column_stack([Q, rest / length])
n, p = Q.shape
m = n - p if METHOD == "REML" else n

# 1. Decompose K, once for every h: K = U diag(lam) U'.
lam, U = np.linalg.eigh(K)
lam[lam <= 1e-10 * lam[-1]] = 0
# 2. Rotate: the errors of U'y are independent. y without its ordinary regression keeps its digits.
b_ordinary = np.linalg.lstsq(X[:, kept], y, rcond=None)[0]
e = y - X[:, kept] @ b_ordinary
y_rotated, X_rotated = U.T @ e, U.T @ X[:, kept]
log_det_xtx = 2 * np.linalg.slogdet(np.linalg.qr(X[:, kept])[1])[1]


def weighted(h: float) -> tuple[np.ndarray, float, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """3. For an h, weighted least squares gives β, here b, v, and residuals of equal variance."""
    d = h * lam + 1 - h
    Q, R = np.linalg.qr(X_rotated / np.sqrt(d)[:, None])
    b = np.linalg.solve(R, Q.T @ (y_rotated / np.sqrt(d)))
    r = (y_rotated - X_rotated @ b) / np.sqrt(d)
    return b, r @ r / m, d, Q, R, r


def loglik(h: float) -> float:
    """4. The log-likelihood of that h, restricted or not, with all its constants."""
    _, v, d, _, R, _ = weighted(h)
    reml = 2 * np.log(abs(np.diag(R))).sum() - log_det_xtx if METHOD == "REML" else 0
    return float(-(m * np.log(2 * np.pi * v) + m + np.log(d).sum() + reml) / 2)


def slope(h: float) -> float:
    """Its derivative, which is 0 at a top; values alone would give h to half of its digits."""
    _, v, d, Q, _, r = weighted(h)
    return float((lam - 1) / d @ (r**2 / v - 1 + (METHOD == "REML") * (Q**2).sum(axis=1)) / 2)


def zero(f: Callable[[float], float], a: float, b: float) -> float:
    """Where f, above 0 at a and below at b, passes 0: by halving."""
    for _ in range(100):
        a, b = ((a + b) / 2, b) if f((a + b) / 2) > 0 else (a, (a + b) / 2)
    return a


def brent(f: Callable[[float], float], a: float, b: float, tolerance: float = 1e-4) -> float:
    """6. The top of f between a and b: tops of parabolas, or else golden sections."""
    golden, step, before = (3 - 5**0.5) / 2, 0.0, 0.0
    x = w = v = a + golden * (b - a)  # the best value tried, the second best, the one before
    fx = fw = fv = f(x)
    while abs(x - (a + b) / 2) > 2 * (close := 2**-26 * abs(x) + tolerance / 3) - (b - a) / 2:
        s, t = (x - w) * (fx - fv), (x - v) * (fx - fw)
        top = ((x - w) * s - (x - v) * t) / (2 * (t - s)) if s != t else np.inf
        if abs(before) > close and abs(top) < abs(before) / 2 and a - x < top < b - x:
            before, step = step, top
            if min(x + step - a, b - x - step) < 2 * close:
                step = np.copysign(close, (a + b) / 2 - x)
        else:
            before = (b if x < (a + b) / 2 else a) - x
            step = golden * before
        u = x + np.copysign(max(abs(step), close), step)
        fu = f(u)
        if fu >= fx:
            a, b = (x, b) if u >= x else (a, x)
            v, fv, w, fw, x, fx = w, fw, x, fx, u, fu
        else:
            a, b = (u, b) if u < x else (a, u)
            if fu >= fw or w == x:
                v, fv, w, fw = w, fw, u, fu
            elif fu >= fv or v in (x, w):
                v, fv = u, fu
    return x


# Near h = 1 all hangs on sums without variance in K (lam = 0): if X fits y there, the curve may
# rise without end. For such a K, an h just below 1 stands for 1.
null, some, y_null = lam == 0, lam[lam > 0], y_rotated[lam == 0]
span, sizes, _ = np.linalg.svd((U.T @ Q)[null], full_matrices=False)
span = span[:, sizes > 1e-10]
fits = np.linalg.norm(y_null - span @ (span.T @ y_null)) <= 1e-7 * np.linalg.norm(e)
excess = null.sum() - (METHOD == "REML") * span.shape[1]
endless, one = bool(fits and 0 < excess < m), 1 - 1e-10 * null.any()
# 5. A sweep shows the hills: quarter steps in the log odds of h, as far as each lam makes a bend.
low, high = (-np.log(some[-1]) - 5.5, 5.5 - np.log(some[0])) if some.size else (0, 0)
high = max(high, 20) if null.any() else high
odds = np.exp(np.linspace(low, high, int(np.ceil((high - low) / 0.25)) + 1))
grid = np.unique([0, *np.minimum(odds / (1 + odds), one), one])
exact = nothing(e, y) or n == p
flat = exact or m <= (METHOD == "REML")
curve = np.array([0.0 if flat else loglik(h) for h in grid])
size = max(1, abs(curve).max())
flat = flat or (not endless and np.ptp(curve) <= 1e-9 * size)
# 6. Brent's method climbs each hill, from valley to valley. 7. Both ends are compared too.
moves = [(k, rise) for k, rise in enumerate(np.diff(curve)) if abs(rise) > 1e-10 * size]
valleys = [k for (_, one_rise), (k, rise) in pairwise(moves) if one_rise < 0 < rise]
tops = []
for left, right in pairwise([0, *valleys, len(grid) - 1]):
    if not flat and not (endless and curve[left : right + 1].argmax() + left == len(grid) - 1):
        x = brent(loglik, grid[left], grid[right])
        a, b = max(x - 1e-3, grid[left]), min(x + 1e-3, grid[right])
        h = a if slope(a) <= 0 else b if slope(b) >= 0 else zero(slope, a, b)
        tops.append((loglik(h), h))

# The estimates, and the interval: every h less than 1.92 lower, half of 3.84 of chi-square.
h = v = top = lower = upper = np.nan
b, se = np.full((2, len(columns)), np.nan)
if flat:
    b[kept], top = b_ordinary, np.nan if exact else loglik(0)
elif tops:
    top, h = max(tops)
    h = 1 - 2.0**-52 * null.any() if h == one else h
    change, v, _, _, R, _ = weighted(h)
    b[kept], se[kept] = b_ordinary + change, np.sqrt(v * (np.linalg.inv(R) ** 2).sum(axis=1))

    def over(x: float) -> float:
        return loglik(x) - top + 3.841458820694124 / 2

    grid = np.union1d(grid, h)
    inside = np.array([over(x) for x in grid]) >= 0
    beyond = np.flatnonzero((grid > h) & ~inside)
    if endless and beyond.size:  # the hill of the estimate alone
        inside[beyond[0] :] = False
    first, last = np.flatnonzero(inside)[[0, -1]]
    lower = zero(over, grid[first], grid[first - 1]) if first else 0.0
    upper = zero(over, grid[last], grid[last + 1]) if last + 1 < len(grid) else 1.0

# Beside the page: differences of variances count by v, those of b by its standard error.
page = json.loads((HERE / "results.json").read_text(encoding="utf-8"))["fits"][METHOD]
ends = page["interval"] or {"lower": None, "upper": None}
unit_b = abs(b) + (b == 0) if flat else np.fmax(se, np.sqrt(v / (X**2).sum(axis=0)))
table = [
    ("h", h, page["h2"], 1),
    ("95% from", lower, ends["lower"], 1),
    ("95% to", upper, ends["upper"], 1),
    ("v", v, page["sigma2"], v),
    ("v h", v * h, page["sigma2_g"], v),
    ("v (1 - h)", v * (1 - h), page["sigma2_e"], v),
    ("log-likelihood", top, page["loglik"], max(1, abs(top))),
    *zip([f"b {name}" for name in columns], b, page["beta"], unit_b, strict=True),
    *zip([f"± {name}" for name in columns], se, page["se_beta"], unit_b, strict=True),
]
sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
kind = " (no h fits better than another)" if flat else " (rises without end near 1)" * endless
print(f"{trait} by {METHOD}, n = {n}, p = {p}{kind}")
for name, value in (row[:2] for row in table):
    print(f"{name:16} {'none' if np.isnan(value) else format(value, '.12g')}")
mine, theirs, unit = np.array([row[1:] for row in table], dtype=float).T
gap = np.where(np.isnan(mine) & np.isnan(theirs), 0, abs(mine - theirs) / unit)
agree = (gap <= 1e-6).all()
words = "These are the numbers" if agree else "NOT the numbers"
print(f"{words} of the page: the largest difference is {gap.max():.1g}.")
sys.exit(not agree)
