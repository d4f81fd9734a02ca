"""What was decided about files, as one value that can be hashed, compared and written down."""

from dataclasses import dataclass, replace

from lmm_core.genotypes import Kind
from lmm_data.preparation.roles import Role
from lmm_data.readers.corrections import Correction


@dataclass(frozen=True, slots=True)
class Choices:
    """What was decided about the files; what is not decided is suggested.

    Attributes:
        roles: what a file is for, by the name of its group.
        readers: what a file is read as, by the name of its group: codes of
            `lmm_data.readers.opening.alternatives`.
        ids: which column names the rows, by the name of a file's group, or by "" for every table
            that has the column; "rows" or "header" of a matrix whose numbers may only count.
        same_order: whether files without ids have the rows of the others, in the same order.
        spelling: code of a change of spelling of all ids, see `joining.SPELLINGS`, or
            `joining.AS_WRITTEN` if ids that nearly match are to stay apart.
        missing: further codes of missing values, such as "-9".
        not_missing: numbers such as "-9" or "999" that are values, however far from all others.
        decimal: the mark that is decimal in all text, "." or ","; "" to find out.
        invert_kinship: whether the kinship is the inverse of a relationship.
        clip: whether negative eigenvalues of the kinship are set to zero, of any size.
        double_kinship: whether the kinship is of coefficients, half of a relationship.
        factors: columns that are covariates, and categories, though they hold numbers: they
            become columns of 0 and 1, as columns of words do without being asked.
        transforms: (column, code of `reshaping.TRANSFORMS`): each makes a trait more.
        everyone: whether A of a pedigree is of all that are in it, where they fit into memory, to
            predict those without a record, and not of those with a row alone.
        weights: the column of weights of every fit, see `lmm_data.weights`; "" for none.
        without: ids of individuals that are left out, as they are written after `spelling`.
        relationship: how a kinship is computed from genotypes.
        corrections: entries of the files that somebody corrected.
        from_phenotypes: columns of the phenotypes that are covariates too. Without any, and
            without a file of covariates, those are whose names say so.
    """

    roles: tuple[tuple[str, Role], ...] = ()
    readers: tuple[tuple[str, str], ...] = ()
    same_order: bool = False
    spelling: str = ""
    missing: tuple[str, ...] = ()
    not_missing: tuple[str, ...] = ()
    decimal: str = ""
    invert_kinship: bool = False
    clip: bool = False
    double_kinship: bool = False
    everyone: bool = False
    weights: str = ""
    factors: tuple[str, ...] = ()
    transforms: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    relationship: Kind = "centered"
    from_phenotypes: tuple[str, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    corrections: tuple[Correction, ...] = ()


def with_ids(choices: Choices, group: str, column: str) -> Choices:
    """The choices with a column that names the rows of a group, or with none decided on for ""."""
    others = tuple(pair for pair in choices.ids if pair[0] != group)
    return replace(choices, ids=(*others, (group, column)) if column else others)
