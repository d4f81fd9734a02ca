"""The fits of many traits as a table, a row for each."""

from collections.abc import Iterable, Iterator, Sequence

from lmm_core.many.fits import TraitFits

ESTIMATES = (
    *("n", "p", "h2", "lower", "upper", "sigma2_g", "sigma2_e", "loglik"),
    *("status", "n_maxima"),
)
UNREAD = "not read"
"""The status of a trait with an entry that is no number."""


def table_header(columns: Sequence[str]) -> tuple[str, ...]:
    """Names of what `table_rows` gives, for an X with these columns.

    >>> table_header(["intercept"])[-2:]
    ('n_maxima', 'beta_intercept')
    """
    return ("trait", *ESTIMATES, *(f"beta_{column}" for column in columns))


def table_rows(
    names: Sequence[str], fits: TraitFits, unread: Iterable[str] = ()
) -> Iterator[tuple[object, ...]]:
    """A row for each trait: its name, the estimates, and the coefficients of all columns of X.

    Args:
        names: of the traits of `fits`.
        fits: of m traits.
        unread: traits that hold an entry which is no number; their rows come last and say so.
    """
    columns = [getattr(fits, name).tolist() for name in ESTIMATES]
    for name, *estimates, beta in zip(names, *columns, fits.beta.tolist(), strict=True):
        yield name, *estimates, *beta
    for name in unread:
        row: dict[str, object] = dict.fromkeys(ESTIMATES, float("nan"))
        row |= {"n": 0, "p": 0, "n_maxima": 0, "status": UNREAD}
        yield name, *row.values(), *[float("nan")] * fits.beta.shape[1]
