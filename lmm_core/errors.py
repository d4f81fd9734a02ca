"""What can be wrong with an input, said as rule, found value and remedy."""


class LMMError(ValueError):
    """Base of every error this package raises on purpose."""


class KinshipError(LMMError):
    """The kinship matrix is not one: wrong shape, asymmetric, not finite, or indefinite."""


class DesignError(LMMError):
    """The phenotype or the covariates cannot be fitted: wrong length, missing, not numeric."""


class DataError(LMMError):
    """A file, or the way files line up, is not what it should be."""
