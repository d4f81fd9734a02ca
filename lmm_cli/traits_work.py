"""What fits every trait at once: the arrays, and by what they are told from others."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmm_cli.data import choose_covariates
from lmm_core.arrays import Floats, Ints, fingerprint
from lmm_core.errors import LMMError
from lmm_core.kinship import KinshipEigen
from lmm_core.records import decompose_records
from lmm_data.records import key_of, subset

if TYPE_CHECKING:
    from lmm_data.dataset import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What is fitted: m traits of n individuals.

    Attributes:
        traits: names of the columns of Y.
        columns: names of the columns of X, the intercept first.
        ids: of the individuals that have every covariate, or of their records.
        Y, X: shapes (n, m) and (n, c).
        relationship: kinship of the k individuals, shape (k, k).
        of: the place of each record's individual, shape (n,); None if each has one.
        unread: why a column that is meant as a trait cannot be fitted, by its name.
    """

    traits: tuple[str, ...]
    columns: tuple[str, ...]
    ids: tuple[str, ...]
    Y: Floats
    X: Floats
    relationship: Floats
    of: Ints | None
    unread: Mapping[str, str]

    @property
    def K(self) -> Floats | KinshipEigen:  # noqa: N802
        """The kinship that `fit_traits` takes."""
        return (
            self.relationship if self.of is None else decompose_records(self.relationship, self.of)
        )


def choose_work(dataset: "Dataset", options: Namespace) -> Work:
    """Every trait that is no covariate, for the individuals that have every covariate.

    Raises:
        UsageError: a name that is not there.
        LMMError: no trait, a covariate that cannot be used, or too few individuals.
    """
    from lmm_data.dataset import INTERCEPT

    covariates = choose_covariates(dataset, options)
    every = dataset.traits.columns
    places = [
        place for place, trait in enumerate(every) if not dataset.explains_itself(trait, covariates)
    ]
    if not places:
        raise LMMError(
            "there must be a trait that is not a covariate of the model",
            "there is none",
            "leave one out of --use",
        )
    X, keep = dataset.complete(covariates, "choose fewer with --use")
    Y, K, of = dataset.traits.values, dataset.relationship, dataset.of
    if len(places) < len(every):
        Y = Y[:, places]
    if not keep.all():
        Y, X = Y[keep], X[keep]
        K, of = subset(K, of, keep)
    ids = tuple(label for label, kept in zip(dataset.ids, keep, strict=True) if kept)
    traits = tuple(every[place] for place in places)
    unread = {}
    if dataset.terms is not None:
        refused = dataset.terms.refused_traits
        unread = {trait: str(refused[trait]) for trait in dataset.terms.traits if trait in refused}
    return Work(traits, (INTERCEPT, *covariates), ids, Y, X, K, of, unread)


def inputs_of(work: Work, options: Namespace) -> Mapping[str, str]:
    """For each part of the input, in words, its fingerprint: work is gone on with if all agree."""
    from lmm_core.version import versions

    return {
        "the individuals": fingerprint(work.ids),
        "the traits": fingerprint(work.traits, work.Y),
        "the covariates": fingerprint(work.columns, work.X),
        "the kinship": key_of(work.relationship, work.of),
        "ML or REML": "ML" if options.ml else "REML",
        "the level": repr(options.level),
        "the version of this program": versions()["lmm_core"],
    }
