"""What the columns of files are to a model: in it, in it on request, or not to be used at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lmm_core.arrays import Brief
from lmm_core.errors import DataError


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Terms(Brief):
    """The columns by what a model may do with them.

    Attributes:
        traits: what is meant as a trait, in the order of the file, with those that have an entry
            which is no number.
        covariates: what is in the model unless other covariates are asked for, likewise.
        spread: the columns of 0 and 1 that stand for a column of categories, by its name.
        refused_traits: why a column of the phenotypes cannot be fitted, by its name.
        refused_covariates: why a column cannot be in the model, by its name.
    """

    traits: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    spread: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused_traits: Mapping[str, DataError] = field(default_factory=dict)
    refused_covariates: Mapping[str, DataError] = field(default_factory=dict)
