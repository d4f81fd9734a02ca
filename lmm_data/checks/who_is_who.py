"""Whose rows they are: ids that are missing, repeated, unmatched or left out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lmm_core.arrays import Brief
from lmm_core.errors import DataError, count
from lmm_data.checks.finding import Finding, labels_or_rows, named, sentence
from lmm_data.dataset import Alignment
from lmm_data.readers.reading import KinshipMatrix, TextTable
from lmm_data.records import records_words
from lmm_data.tables import Table

# So few individuals with several rows, of all, may be a mistake.
RARE = 0.05
# Losing more than this share of the individuals to a join is worth a warning.
LOSS = 0.1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Files(Brief):
    """The files of a dataset, each with ids."""

    phenotypes: TextTable | Table
    kinship: KinshipMatrix
    covariates: TextTable | Table | None


def name_rows(
    phenotypes: TextTable | Table,
    kinship: KinshipMatrix,
    covariates: TextTable | Table | None,
) -> tuple[Files | None, tuple[Finding, ...]]:
    """The files with ids for all, those of another file where one has none, and what was found.

    None where the rows cannot be named: a file without ids has another length, or ids repeat in
    one where each individual has one row. Among the phenotypes they may.
    """
    files = [phenotypes, kinship, *([] if covariates is None else [covariates])]
    for file in files[1:]:
        if file.ids == phenotypes.ids:
            continue
        if file.ids is not None and len(set(file.ids)) < len(file.ids):
            return None, (_repeated(file.name, file.ids),)
    without = [file for file in files if file.ids is None]
    if not without:
        return Files(phenotypes, kinship, covariates), ()
    giver = next((file for file in files if file.ids is not None), None)
    names = tuple(file.name for file in without)
    none = f"No ids in {named(names)}"
    if len({file.n for file in [*without, giver or without[0]]}) > 1:
        lengths = ", ".join(f"{file.name} has {count(file.n, 'row')}" for file in files)
        return None, (
            Finding(
                "ids_absent",
                "error",
                names[0],
                "No ids, and other lengths",
                f"{none}; {lengths}.",
                "It cannot be known whose row is whose.",
                "Put the ids into the first column of each file.",
            ),
        )
    ids = labels_or_rows(giver.ids if giver else None, without[0].n)
    found = Finding(
        "ids_by_position",
        "warning",
        names[0],
        "Joined row by row",
        f"{none}: row 1 is taken for "
        f"{f'the first of {giver.name}' if giver else 'row 1 of every file'}, and so on.",
        "If one file is in another order, everything that follows is wrong, and may look right.",
        "Put the ids into the first column of each file.",
    )
    given = Files(
        _given(phenotypes, ids),
        kinship if kinship.ids is not None else replace(kinship, ids=ids),
        None if covariates is None else _given(covariates, ids),
    )
    return given, (found,)


def several_records(phenotypes: TextTable | Table) -> Iterator[Finding]:
    """Whose rows there are several of, and whether that looks like a mistake."""
    ids = phenotypes.ids or ()
    times = Counter(ids)
    several = tuple(label for label, number in times.items() if number > 1)
    if not several:
        return
    words = records_words(len(ids), len(times))
    # Of many records, two may be alike by chance.
    copied = _copied(phenotypes)
    copied = copied if 2 * len(copied) > len(several) else ()
    few = len(several) <= RARE * len(times)
    if copied:
        code, title = "ids_copied", "Rows that are there twice"
        found = (
            f"{count(len(copied), 'individual has', 'individuals have')} the same row more than "
            f"once: {named(copied)}; there are {words}."
        )
        remedy = "Keep one of them, unless it was measured twice with the same result."
    elif few:
        code, title = "ids_records", "Two rows for a few"
        found = f"There are {words}: {named(several)} with more than one."
        remedy = "If a row belongs to somebody else, correct its id."
    else:
        most, rows = times.most_common(1)[0]
        code, title = "ids_records", "Several records of an individual"
        found = f"There are {words}; “{most}” has most, {rows:,}."
        remedy = "Nothing needs doing; their averages would say less."
    yield Finding(
        code,
        "warning" if copied or few else "note",
        phenotypes.name,
        title,
        found,
        "Each row is fitted as a record that shares the genetic value of its individual.",
        remedy,
        copied or several,
        float(len(copied or several)),
    )


def _copied(table: TextTable | Table) -> tuple[str, ...]:
    """Individuals of whom two rows are equal in every column, if that is no matter of chance."""
    rows: Counter[tuple[object, ...]] = Counter()
    ids = table.ids or ()
    if isinstance(table, TextTable):
        columns: tuple[Sequence[object], ...] = table.entries
        missing: frozenset[object] = frozenset(table.missing)
    else:
        columns = tuple(tuple(column.tolist()) for column in table.values.T)
        missing = frozenset()
    # A count or a score is often the same twice.
    if not any(2 * len(set(column)) > len(set(ids)) for column in columns):
        return ()
    for row in zip(ids, *columns, strict=True):
        if any(entry not in missing and entry == entry for entry in row[1:]):
            rows[row] += 1
    return tuple(dict.fromkeys(str(row[0]) for row, number in rows.items() if number > 1))


def unmatched(error: DataError, where: str) -> Finding:
    """Of a join that failed."""
    return Finding(
        "ids_unmatched",
        "error",
        error.where or where,
        "The files do not match",
        sentence(error.statement),
        "Phenotypes, kinship and covariates are joined by id, never by position.",
        sentence(error.remedy or "write the same ids in each file"),
    )


def left_out(alignment: Alignment, where: str) -> Iterator[Finding]:
    """Who is not in every file."""
    out = (
        *alignment.only_in_kinship,
        *alignment.only_in_phenotype,
        *alignment.only_in_covariates,
        *(label for label, _ in alignment.lacking),
    )
    if not out:
        return
    total = len(out) + len(alignment.matched)
    # Who has a phenotype but no kinship is a loss; a kinship of more individuals is usual.
    lost = len(out) - len(alignment.only_in_kinship)
    yield Finding(
        "ids_left_out",
        "warning" if lost > LOSS * (total - len(alignment.only_in_kinship)) else "note",
        where,
        "Not in every file",
        f"{len(out):,} of {count(total, 'individual')} are not in every file: {named(out)}.",
        "They are left out of the fit.",
        "Nothing needs doing if that is as it should be; otherwise compare how the ids are "
        "written.",
        out,
        float(len(out)),
    )


def _given(table: TextTable | Table, ids: tuple[str, ...]) -> TextTable | Table:
    return table.with_ids(ids) if isinstance(table, TextTable) and table.ids is None else table


def _repeated(where: str, ids: tuple[str, ...]) -> Finding:
    twice = tuple(label for label, times in Counter(ids).items() if times > 1)
    times = ids.count(twice[0])
    return Finding(
        "ids_repeated",
        "error",
        where,
        "An id that occurs twice" if len(twice) == 1 else "Ids that occur twice",
        f"{named(twice)} occurs {'twice' if times == 2 else f'{times:,} times'}."
        if len(twice) == 1
        else f"{len(twice):,} ids occur more than once: {named(twice)}.",
        "It cannot be known which row is meant.",
        "Keep one row of each, or give the others their own ids. Several records of one individual "
        "belong among the phenotypes.",
        twice,
        float(len(twice)),
    )
