"""What a dataset is made of while it is put together."""

from dataclasses import dataclass, field

from lmm_data.dataset import Dataset
from lmm_data.joining import JoinReport
from lmm_data.preparation.design import Design
from lmm_data.preparation.reshaping import merged, renamed, together
from lmm_data.preparation.roles import Role
from lmm_data.readers.reading import KinshipMatrix, TextTable


@dataclass(slots=True, eq=False)
class Parts:
    """What a dataset is made of, as far as it has come.

    Attributes:
        phenotypes, kinship, covariates: of the files that have these roles; their ids as they
            are joined, once they are.
        several: by role, the tables of which the phenotypes or the covariates are joined, where
            several files have that role.
        row_ids: the ids of genotypes, whose order a kinship without ids has.
        source: the name of the group that the phenotypes are from.
        order_offered: whether rows can be joined by their order.
        on_request: covariates that are in no model unless they are asked for.
        design: the covariates as they are fitted.
        join, dataset: once they are there.
        notes: what was done, in sentences.
    """

    phenotypes: TextTable | None = None
    kinship: KinshipMatrix | None = None
    covariates: TextTable | None = None
    several: dict[Role, tuple[TextTable, ...]] = field(default_factory=dict)
    row_ids: tuple[str, ...] | None = None
    source: str = ""
    order_offered: bool = False
    on_request: tuple[str, ...] = ()
    design: Design | None = None
    join: JoinReport | None = None
    dataset: Dataset | None = None
    notes: list[str] = field(default_factory=list)

    def both(self) -> tuple[TextTable, KinshipMatrix]:
        """The phenotypes and the kinship, which `require_files` has seen."""
        assert self.phenotypes is not None
        assert self.kinship is not None
        return self.phenotypes, self.kinship

    def join_several(self) -> None:
        """Phenotypes and covariates of the files that share a role, side by side.

        Raises:
            DataError: a file without ids, or columns that cannot be told apart.
        """
        for role, tables in self.several.items():
            if role == "phenotypes":
                self.phenotypes = together(tables)
            else:
                self.covariates = merged(tables)
        if self.phenotypes is not None and self.covariates is not None:
            self.covariates = renamed(self.covariates, self.phenotypes)
