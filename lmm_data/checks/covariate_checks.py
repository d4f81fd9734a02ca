"""What is wrong or odd about covariates: their entries, and what they share with each other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from lmm_core.arrays import LARGEST, Floats
from lmm_core.coordinates import independent_columns
from lmm_core.errors import count, some
from lmm_core.kinship import KinshipEigen
from lmm_data.checks.columns import check_column, check_column_entries, explained
from lmm_data.checks.finding import Finding, column_of, in_column, labels_or_rows
from lmm_data.dataset import INTERCEPT
from lmm_data.preparation.reshaping import spread
from lmm_data.readers.reading import TextTable
from lmm_data.tables import Table

# A column with this share of its variance in the others is nearly one of them.
NEARLY = 0.99
# Fewer individuals than this for each column leave little to estimate h from.
PER_COLUMN = 10
# Leading eigenvectors that hold this share of tr K, if they are not too many to mean anything.
LEADING, LEADING_MANY = 0.5, 0.4
# A column that has this much of its variance there competes with h.
CONFOUNDED, CONFOUNDED_CHANCE = 0.5, 1e-3


def check_covariates(
    table: TextTable | Table,
    *,
    use: Sequence[str] | None = None,
) -> tuple[Finding, ...]:
    """Each column by itself, then all together with an intercept in front.

    Args:
        table: as it was read, or as numbers.
        use: the columns that are to be in the model, in their order; all by default. The others
            are looked at by themselves.
    """
    found: list[Finding] = []
    if isinstance(table, TextTable):
        for column in table.columns:
            wanted = use is not None and column in use
            found += in_column(check_column_entries(table, column, wanted), column)
        named = table.with_ids(labels_or_rows(table.ids, table.n))
        numbers = named.numbers([column for column in table.columns if table.is_numeric(column)])
    else:
        numbers = table
    alone: list[str] = []
    for column in numbers.columns:
        wanted = use is not None and column in use
        single = in_column(check_column(numbers, column, wanted), column)
        found += single
        if any(finding.code in _NO_COLUMN for finding in single):
            alone.append(column)
    chosen = numbers.columns if use is None else use
    together = [c for c in chosen if c in numbers.columns and c not in alone]
    return (*found, *_together(numbers, together))


def check_copies(table: Table, columns: Sequence[str], traits: Table) -> Iterator[Finding]:
    """Covariates that are a trait again; both tables have the same rows."""
    for column in columns:
        x = table.column(column)
        for trait, y in zip(traits.columns, traits.values.T, strict=True):
            # What cannot be squared has a finding of its own.
            both = np.isfinite(x) & (np.abs(y) <= LARGEST)
            # A column of the phenotypes may serve as a covariate for the others.
            if column == trait and table.name == traits.name:
                continue
            if both.sum() <= 3 or explained(x[both], y[both][:, np.newaxis]) <= 1.0 - 1e-8:
                continue
            yield Finding(
                "covariate_is_phenotype",
                "warning",
                column_of(table.name, column),
                "The phenotype again",
                f"It is {trait}, or a linear function of it.",
                "It explains everything, and leaves no variance to divide.",
                "Leave it out of the model for that trait.",
                value=1.0,
                column=column,
            )


def check_confounding(
    table: Table, columns: Sequence[str], eigen: KinshipEigen
) -> Iterator[Finding]:
    """Covariates that vary along the leading eigenvectors of the kinship of the same rows."""
    for column in columns:
        yield from _against_kinship(table, column, eigen)


_NO_COLUMN = ("covariate_constant", "covariate_intercept", "covariate_unit")


def one_hot(table: TextTable, column: str) -> Table:
    """A categorical column as columns of 0 and 1, one for each level but the first.

    Args:
        table: with ids.
        column: the first of its levels is what the others are compared to, see `levels_of`.

    Returns:
        Columns named `sex=male`; NaN throughout where the entry is missing.

    Raises:
        DataError: no such column, no ids, or no more than one level.

    >>> sexes = TextTable("c.csv", ("a", "b", "c"), ("sex",), (("male", "female", "NA"),))
    >>> table = one_hot(sexes, "sex")
    >>> table.columns, table.values[:, 0]
    (('sex=male',), array([ 1.,  0., nan]))
    """
    alone = replace(table, columns=(column,), entries=(table.column(column),))
    return spread(alone, [column]).numbers()


def _together(table: Table, columns: Sequence[str]) -> Iterator[Finding]:
    X = table.design(columns)
    X = X[~np.isnan(X).any(axis=1)]
    n, p = X.shape
    if len(columns) == 0:
        return
    names = (INTERCEPT, *columns)
    if n <= p:
        yield Finding(
            "covariate_many",
            "error",
            table.name,
            "More coefficients than individuals",
            f"{count(p, 'coefficient')} with the intercept, for {count(n, 'individual')} with "
            "every value.",
            "The covariates fit any phenotype exactly, and no variance is left to divide.",
            "Use fewer covariates.",
            value=float(p),
        )
        return
    if n < PER_COLUMN * p and p > 2:
        yield Finding(
            "covariate_many",
            "warning",
            table.name,
            "Many covariates",
            f"{count(p, 'coefficient')} with the intercept, for {count(n, 'individual')}.",
            f"Only {n - p:,} contrasts are left to estimate h from.",
            "Use those that matter to the question.",
            value=float(p),
        )
    yield from _collinear(X, names, table.name)


def _collinear(X: Floats, names: tuple[str, ...], table: str) -> Iterator[Finding]:
    """Columns that are, or nearly are, functions of those before them: the rotation's order."""
    independent = set(independent_columns(X)[1].tolist())
    kept = [0]
    for j in range(1, X.shape[1]):
        # Centred and scaled, the numbers say what they mean whatever the unit.
        x = X[:, j] - X[:, j].mean()
        others = X[:, kept[1:]] - X[:, kept[1:]].mean(axis=0)
        scale = np.linalg.norm(others, axis=0)
        size = float(np.linalg.norm(x))
        if not len(kept) > 1 or size == 0.0:
            kept.append(j)
            continue
        b, *_ = np.linalg.lstsq(others / scale, x / size, rcond=None)
        left = float(np.linalg.norm(x / size - (others / scale) @ b))
        where = column_of(table, names[j])
        if j not in independent:
            parts = [names[k] for k, weight in zip(kept[1:], b, strict=True) if abs(weight) > 1e-6]
            yield Finding(
                "covariate_aliased",
                "warning",
                where,
                "A combination of others",
                f"It is a linear function of the intercept and {some(parts, 4)}.",
                "Its coefficient cannot be told from theirs, and is left out of the fit.",
                "Leave one of them out.",
                value=1.0,
                column=names[j],
            )
            continue
        kept.append(j)
        r2 = 1.0 - left**2
        if r2 > NEARLY:
            parts = [names[k] for k, weight in zip(kept[1:-1], b, strict=True) if abs(weight) > 0.1]
            yield Finding(
                "covariate_nearly_aliased",
                "warning",
                where,
                "Nearly a combination of others",
                f"{some(parts, 4) or 'The others'} explain {r2:.2%} of its variance.",
                "Their coefficients will be large, opposite and uncertain; h is not affected.",
                "Keep one of them, or use their sum and difference.",
                value=r2,
                column=names[j],
            )


def _against_kinship(table: Table, column: str, eigen: KinshipEigen) -> Iterator[Finding]:
    """Whether a column varies along the leading eigenvectors of the kinship."""
    from scipy.special import betaincc

    x = table.column(column)
    # A gap says nothing: it stands at the mean.
    x = np.nan_to_num(x - np.nanmean(x))
    total = float(x @ x)
    values = eigen.values[::-1]
    trace, n = float(values.sum()), eigen.n
    if total == 0.0 or trace <= 0.0 or n < 10:
        return
    k = int(np.searchsorted(np.cumsum(values), LEADING * trace)) + 1
    # Eigenvectors of equal values are arbitrary: all of them or none.
    k += int(np.sum(values[k:] >= values[k - 1] * (1.0 - 1e-6)))
    if k > LEADING_MANY * (n - 1):
        return
    share = float(np.sum((eigen.vectors[:, n - k :].T @ x) ** 2)) / total
    chance = float(betaincc(0.5 * k, 0.5 * (n - 1 - k), min(share, 1.0)))
    if share <= CONFOUNDED or chance > CONFOUNDED_CHANCE:
        return
    yield Finding(
        "covariate_confounded",
        "warning",
        column_of(table.name, column),
        "It goes with the kinship",
        f"The {k:,} leading eigenvectors of the kinship explain {share:.0%} of its variance; "
        f"{k / (n - 1):.0%} would be chance.",
        "Relatives share it, so its coefficient and h compete for the same variance.",
        "Fit with and without it, and report both; an effect of families is no effect of genes.",
        value=share,
        column=column,
    )
