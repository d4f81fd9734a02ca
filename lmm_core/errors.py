"""What can be wrong with an input, said as rule, found value and remedy."""

from collections.abc import Iterable


class LMMError(ValueError):
    """Base of every error this package raises on purpose."""


class KinshipError(LMMError):
    """The kinship matrix is not one: wrong shape, asymmetric, not finite, or indefinite."""


class DesignError(LMMError):
    """The phenotype or the covariates cannot be fitted: wrong length, missing, not numeric."""


class DataError(LMMError):
    """A file, or the way files line up, is not what it should be."""


def some(labels: Iterable[str], limit: int = 3) -> str:
    """A few labels for a message, quoted, and how many more there are.

    >>> some(["a", "b", "c", "d"], 2)
    "'a', 'b' and 2 more"
    """
    items = [f"'{label}'" for label in labels]
    shown = ", ".join(items[:limit])
    rest = len(items) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown
