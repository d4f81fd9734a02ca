"""What is diagnosed: the files as they were prepared, or a dataset that is joined already."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lmm_app.fit.ordering import family_order
from lmm_core.arrays import Floats, Ints
from lmm_data.checks import averaged
from lmm_data.dataset import Dataset
from lmm_data.preparation.preparing import Prepared
from lmm_data.readers.reading import KinshipMatrix, TextTable
from lmm_data.tables import GenotypeTable, Table


@dataclass(frozen=True, eq=False)
class Material:
    """Tables and a matrix, whose individuals need not be the same.

    Attributes:
        phenotypes, covariates: as they were read, or joined.
        kinship: as it was read, or joined.
        dataset: the joined dataset, None if there is none yet.
        genotypes: as they were read.
    """

    phenotypes: TextTable | Table | None
    kinship: KinshipMatrix | None
    covariates: TextTable | Table | None
    dataset: Dataset | None
    genotypes: GenotypeTable | None = None

    @classmethod
    def of_dataset(cls, dataset: Dataset) -> "Material":
        """A dataset that is joined already."""
        return cls(
            dataset.traits,
            KinshipMatrix("kinship", dataset.individuals, dataset.relationship),
            dataset.covariates if dataset.covariates.columns else None,
            dataset,
        )

    @classmethod
    def of_prepared(cls, prepared: Prepared) -> "Material":
        """Files, joined or not."""
        return cls(
            prepared.phenotypes,
            prepared.kinship,
            prepared.covariates,
            prepared.dataset,
            prepared.genotypes,
        )

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The individuals of the matrix; rows by number where there are no ids."""
        if self.dataset is not None:
            return self.dataset.individuals
        if self.kinship is None:
            return ()
        return self.kinship.ids or tuple(f"row {i + 1}" for i in range(self.kinship.n))

    @cached_property
    def K(self) -> Floats | None:  # noqa: N802
        """The matrix for pictures: symmetric and finite, shape (n, n); None if it is not."""
        if self.dataset is not None:
            return self.dataset.relationship
        if self.kinship is None or not len(self.kinship.values):
            return None
        K = averaged(self.kinship.values)
        return K if np.isfinite(K).all() else None

    @cached_property
    def order(self) -> Ints:
        """Places of the individuals of `K`, relatives next to each other."""
        return np.arange(0) if self.K is None else family_order(self.K)

    @cached_property
    def numbers(self) -> Table | None:
        """The phenotypes that are numbers, in the order of the file, with names for its rows."""
        table = self.phenotypes
        if isinstance(table, TextTable):
            rows = table.ids or tuple(f"row {i + 1}" for i in range(table.n))
            return table.with_ids(rows).numbers()
        return table

    def beside(self, trait: str) -> Floats | None:
        """A trait for the individuals of `K`, NaN where there is none; None without `K`.

        For a picture: of an individual with several records, their mean.
        """
        if self.K is None or self.numbers is None or trait not in self.numbers.columns:
            return None
        values: dict[str, list[float]] = {}
        for label, value in zip(self.numbers.ids, self.numbers.column(trait), strict=True):
            if not np.isnan(value):
                values.setdefault(label, []).append(float(value))
        return np.array([np.mean(values.get(label, [np.nan])) for label in self.ids])
