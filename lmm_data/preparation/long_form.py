"""Tables with a row for each individual and trait, as melting a table leaves it: spread out."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from lmm_core.errors import DataError, count, some
from lmm_data.categories import is_called_category
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import TextTable
from lmm_data.readers.text.dialect import plain_name

_MISSING = "NA"
_MOST_LEVELS = 20
_NAMING = frozenset(
    "trait traits traitname traitid traitno traitnumber traitcode phenotype phenotypename pheno "
    "character characteristic measure measurement parameter observationvariable".split()
)
# Under the other names whole numbers are values.
_NUMBERED = frozenset("trait traits traitid traitno traitnumber traitcode".split())
# Words that name other things as well, unless the numbers are called so too.
_NAMING_VALUES = frozenset("variable name key attribute metric item".split())
_VALUES = frozenset("value values val score result reading number".split())


def spread_out(table: TextTable) -> tuple[TextTable, str]:
    """A table in long form with a column for each trait, and a note; any other as it is, and "".

    Long form is told by a column called such as trait or variable, with words in it, of which an
    individual has several, or with whole numbers in it, each of which an individual has once.
    Columns that are the same in all rows of an individual stay.

    Args:
        table: with ids, several rows of which are one individual's.

    Raises:
        DataError: an individual has a trait twice, or it is not clear which column has the values.
    """
    naming = _naming(table)
    if naming is None:
        return table, ""
    traits = tuple(dict.fromkeys(table.column(naming)))
    words = f"“{naming}” names {count(len(traits), 'trait')}, {some(traits, 4)}"
    way_on = "give a table with a row for each individual and a column for each trait"
    ids = table.ids or ()
    rows = list(zip(ids, table.column(naming), strict=True))
    twice, times = Counter(rows).most_common(1)[0]
    if times > 1:
        raise DataError(
            "each trait must have a column of its own",
            f"{words}, one below the other, and “{twice[0]}” has several rows of “{twice[1]}”",
            way_on,
            where=table.name,
        )
    others = [column for column in table.columns if column != naming]
    varying = [column for column in others if not _is_of_individuals(table, column)]
    named = [column for column in varying if plain_name(column) in _VALUES]
    values = named if len(named) == 1 else varying
    if len(values) != 1:
        raise DataError(
            "each trait must have a column of its own",
            f"{words}, one below the other, and their values may be in {some(values or others, 4)}",
            way_on,
            where=table.name,
        )
    kept = [column for column in others if column not in varying]
    left = [column for column in varying if column not in values]
    individuals = tuple(dict.fromkeys(ids))
    first = {label: row for row, label in reversed(list(enumerate(ids)))}
    entries = {
        column: tuple(table.column(column)[first[label]] for label in individuals)
        for column in kept
    }
    found = dict(zip(rows, table.column(values[0]), strict=True))
    again = [trait for trait in traits if trait in entries]
    for trait in traits:
        name = f"{naming} {trait}" if trait.isdecimal() else trait
        name = f"{values[0]} of {trait}" if trait in again else name
        entries[name] = tuple(found.get((label, trait), _MISSING) for label in individuals)
    note = (
        f"{table.name} has a row for each individual and trait: {words}, each of which is a "
        f"column now, its values those of “{values[0]}”."
    )
    if left:
        note += f" {some(left, 4)} differ within an individual and are left out."
    made = replace(
        table,
        ids=individuals,
        columns=tuple(entries),
        entries=tuple(entries.values()),
        missing=table.missing | {_MISSING},
        categories=table.categories & {*entries},
    )
    return made, note


def left_aside(table: TextTable, fitted: Collection[str]) -> str:
    """A note on words that tell the records of an individual apart and are in no model, or "".

    Numbers are named like words if they are called so, as those of plots are.

    Args:
        table: the phenotypes.
        fitted: the columns that are covariates.
    """
    if not table.repeats:
        return ""
    found = [
        column
        for column in table.columns
        if column not in fitted
        and (is_called_category(column) or not table.is_numeric(column))
        and len(set(table.column(column))) <= _MOST_LEVELS
        and not _is_of_individuals(table, column)
    ]
    be = "tells" if len(found) == 1 else "tell"
    return (
        f"{some(found, 4)} of {table.name} {be} records of an individual apart: "
        f"{'it is' if len(found) == 1 else 'they are'} in the model only if you ask for it."
        if found
        else ""
    )


def _naming(table: TextTable) -> str | None:
    """The column that names the trait of each row; None if there is none."""
    if not table.repeats:
        return None
    plain = {plain_name(column) for column in table.columns}
    for column in table.columns:
        name = plain_name(column)
        if name not in _NAMING and not (name in _NAMING_VALUES and plain & _VALUES):
            continue
        entries = table.column(column)
        levels = set(entries)
        if levels & table.missing:
            continue
        numbers = any(as_number(e) == as_number(e) for e in levels)
        if numbers and not _numbers_traits(table, column):
            continue
        if not _is_of_individuals(table, column):
            return column
    return None


def _numbers_traits(table: TextTable, column: str) -> bool:
    """Whether whole numbers name traits: nobody has one twice, and somebody has them all.

    Values that are whole numbers, such as scores at two visits, have more levels than visits.
    """
    if plain_name(column) not in _NUMBERED:
        return False
    entries, ids = table.column(column), table.ids or ()
    levels = set(entries)
    once = len(set(zip(ids, entries, strict=True))) == len(ids)
    return once and all(map(str.isdecimal, levels)) and len(levels) == max(Counter(ids).values())


def _is_of_individuals(table: TextTable, column: str) -> bool:
    """Whether all rows of an individual have the same entry."""
    seen: dict[str, str] = {}
    pairs = zip(table.ids or (), table.column(column), strict=True)
    return all(seen.setdefault(label, entry) == entry for label, entry in pairs)
