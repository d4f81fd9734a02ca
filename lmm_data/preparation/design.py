"""The columns of the model: all covariates that are given, words as columns of 0 and 1.

What is in the model unless somebody says otherwise is decided here, for every command, for the
page and for `check_dataset`.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats
from lmm_core.errors import DataError, some
from lmm_data.categories import is_called_category, level_columns, levels_of
from lmm_data.dataset import Dataset
from lmm_data.preparation.dates import date_refusal, days_in_digits
from lmm_data.preparation.discrete import third_sex
from lmm_data.preparation.missing_numbers import codes_refusal
from lmm_data.preparation.reshaping import spread
from lmm_data.readers.kinship.pedigree_columns import belongs_to_pedigree
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import SUSPECTED_CODES, TextTable
from lmm_data.readers.text.quantities import is_limit
from lmm_data.tables import Table
from lmm_data.terms import Terms
from lmm_data.weights import weighing

# Fewer entries than this share that are no numbers are mistakes among numbers.
_MOSTLY = 0.5
# In so many rows nothing is an answer, perhaps, and no gap.
_GAPS = 0.1
_NONE: Mapping[str, DataError] = MappingProxyType({})
_LEAVE, _ANOTHER = "leave the column out of the model", "choose another trait"
# As ISO 8601 and spreadsheets have it.
_SEXES = frozenset({"m", "f", "male", "female"})
# Names of such words alone; a date of laying is a trait.
_WHEN = frozenset("year yr date dob birth of birthdate birthyear sampling sampled visit".split())
# A word by itself, unlike ID50.
_OTHER_ID = re.compile(r"(?<![^\W_])id(?![^\W_])", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]|$)")


def default_model(dataset: Dataset) -> tuple[str, ...]:
    """The covariates that are in the model unless others are asked for: all that were given.

    One that cannot be used is among them, so that it is not left out in silence:
    `Dataset.problem` says why it cannot.
    """
    usual = (
        usual_covariates(dataset.covariates) if dataset.terms is None else dataset.terms.covariates
    )
    # A column of weights is a covariate only if it is asked for.
    return tuple(name for name in usual if name != weighing(dataset))


def usual_covariates(table: Table) -> tuple[str, ...]:
    """The columns that are not the same for all, as the intercept is."""
    return tuple(
        column
        for column, values in zip(table.columns, table.values.T, strict=True)
        if not _constant(values)
    )


def trait_order(traits: Sequence[str], dataset: Dataset) -> tuple[str, ...]:
    """The traits, and behind them those that can be covariates too, are of a pedigree, days or ids.

    Of a table with a mother, a cage, a plot, a year, a code_id and a weight, the weight is the
    trait.
    """
    covariates = dataset.covariates.columns
    others = [one for one in traits if one != weighing(dataset)]

    def beside(one: str) -> bool:
        words = re.findall("[a-z]+", one.casefold()) or ["?"]
        named = _WHEN.issuperset(words) or _OTHER_ID.search(one) is not None
        return named or one in covariates or belongs_to_pedigree(one) or is_called_category(one)

    return tuple(sorted(others, key=beside))


def columns_of(dataset: Dataset, names: Sequence[str]) -> tuple[str, ...]:
    """Covariates by their names, the columns of 0 and 1 in the place of a column of categories.

    >>> from lmm_data.dataset import Alignment
    >>> table = Table("c", ("a", "b", "c"), ("sex=M",), np.array([[0.0], [1.0], [1.0]]))
    >>> terms = Terms(spread={"sex": ("sex=M",)})
    >>> data = Dataset("d", table.ids, np.eye(3), table, table, Alignment(table.ids), terms)
    >>> columns_of(data, ["sex"])
    ('sex=M',)
    """
    made = {} if dataset.terms is None else dataset.terms.spread
    columns = [column for name in names for column in made.get(name, (name,))]
    return tuple(dict.fromkeys(columns))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Design(Brief):
    """Covariates as they are fitted.

    Attributes:
        table: with columns of 0 and 1 for categories, and what cannot be used as it was.
        spread: the columns that stand for one of categories, by its name.
        refused: why a column cannot be used, by its name.
        notes: what was done, in sentences.
    """

    table: TextTable
    spread: dict[str, tuple[str, ...]]
    refused: dict[str, DataError]
    notes: tuple[str, ...]


def design_of(
    table: TextTable, factors: Collection[str] = (), kept: Collection[str] = ()
) -> Design:
    """All columns of covariates made ready for a model.

    Args:
        table: with ids.
        factors: columns of numbers that are categories all the same.
        kept: numbers that are values and no codes for what is missing.

    Raises:
        DataError: a factor with fewer than two levels.
    """
    made: dict[str, tuple[str, ...]] = {}
    refused: dict[str, DataError] = {}
    notes = []
    for column in table.columns:
        coded = column in table.categories
        values = None if coded else table.parsed(column)
        if values is not None:
            asked = codes_refusal(table.name, column, values, kept, _LEAVE)
            # A category may be called 999.
            if asked is not None and (column not in factors or np.nanmin(values) < 0.0):
                refused[column] = asked
                continue
        if column not in factors:
            days = None if coded else days_in_digits(table, column)
            if days is not None:
                refused[column] = date_refusal(table, column, days, "covariate", _LEAVE)
                continue
            third = None if values is None else third_sex(table, column)
            if third is not None:
                refused[column] = third
                continue
            if values is not None:
                continue
            refusal = None if coded else _no_categories(table, column)
            if refusal is not None:
                refused[column] = refusal
                continue
            if len(_filled(table, column)[1]) < 2:
                # The same word for all: as a column of numbers would be, it is left out below.
                continue
        levels = levels_of(table, column)
        columns = level_columns(column, levels.names)
        again = [one for one in columns if one in table.columns]
        if again:
            refused[column] = DataError(
                "each covariate must have its own name",
                f"“{again[0]}” is a column, and a level of column “{column}”",
                f"rename one of them, or {_LEAVE}",
                where=table.name,
            )
            continue
        made[column] = columns
        notes.append(f"{column} of {table.name}: {levels.against}.")
    return Design(spread(table, made) if made else table, made, refused, tuple(notes))


def terms_of(
    phenotypes: TextTable,
    traits: Collection[str],
    design: Design | None,
    coded: Mapping[str, DataError] = _NONE,
    *,
    on_request: Collection[str] = (),
    ids: Collection[str] = (),
) -> tuple[Terms, tuple[str, ...]]:
    """What a model may do with each column, and what is left out, in sentences.

    Args:
        phenotypes: as they are fitted.
        traits: their columns of numbers, without days.
        design: the covariates.
        coded: why a column of numbers is asked about, by its name.
        on_request: covariates that nobody gave as such: a model has them if they are asked for.
        ids: the individuals in every file: a column that is the same for all of them is left out.
    """
    meant, no_traits = [], {}
    # Of thousands of columns, an index is looked up and not searched for.
    numbers = set(traits)
    for column in phenotypes.columns:
        if column in numbers:
            meant.append(column)
            continue
        if column in coded:
            meant.append(column)
            no_traits[column] = coded[column]
            continue
        days = days_in_digits(phenotypes, column)
        if days is not None:
            no_traits[column] = date_refusal(phenotypes, column, days, "trait", _ANOTHER)
            continue
        if _mistaken(phenotypes, column):
            meant.append(column)
            no_traits[column] = cell_refusal(phenotypes, column, "trait")
        else:
            no_traits[column] = _words(phenotypes, column)
    if design is None:
        return Terms(traits=tuple(meant), refused_traits=no_traits), ()
    asked = {column for name in on_request for column in design.spread.get(name, (name,))}
    table, covariates, left = design.table, [], []
    refused = dict(design.refused)
    keep = np.array([label in ids for label in table.ids or ()], dtype=bool)
    for column in table.columns:
        values = table.parsed(column)
        if column in asked:
            continue
        if column not in refused and (values is None or _constant(values[keep])):
            unsaid = _unsaid(table, column, keep)
            if unsaid is None:
                left.append(column)
                continue
            refused[column] = unsaid
        covariates.append(column)
    notes: tuple[str, ...] = ()
    if left:
        are, same = ("is", "it is") if len(left) == 1 else ("are", "each is")
        notes = (
            f"{some(left, 6)} of {table.name} {are} left out of the model: {same} the same for "
            "all, as the intercept is.",
        )
    terms = Terms(tuple(meant), tuple(covariates), design.spread, no_traits, refused)
    return terms, notes


def _unsaid(table: TextTable, column: str, keep: NDArray[np.bool_]) -> DataError | None:
    """Why a column with one entry for some and none for others is not left out in silence.

    As where those who were treated have an x, or a plus, and the others nothing, or a minus.
    """
    rows = np.flatnonzero(keep).tolist()
    entries = table.column(column)
    there = [entries[row] for row in rows if entries[row] not in table.missing]
    gaps = len(rows) - len(there)
    # A remark on a few is no category.
    if min(len(there), gaps) < max(2.0, _GAPS * len(rows)):
        return None
    codes = sorted({entries[row] for row in rows} & table.missing)
    said = " or ".join(f"“{code}”" for code in codes if code) or "nothing"
    return DataError(
        "it must be said what a covariate means where it holds nothing",
        f"column “{column}” holds “{there[0][:40]}” for {len(there):,} and {said}, which is taken "
        f"for missing, for {gaps:,}",
        f"write a word or a number for these too if they are a category, or {_LEAVE}",
        where=table.name,
    )


def no_trait(table: TextTable, coded: Mapping[str, DataError] = _NONE) -> DataError | None:
    """Of phenotypes without a trait: what is in the way of the first that is meant, or dates."""
    dates = {column: days_in_digits(table, column) for column in table.columns}
    for column in table.columns:
        if column in coded:
            return coded[column]
        if dates[column] is None and _mistaken(table, column):
            return cell_refusal(table, column, "trait")
    refusals = (
        date_refusal(table, column, days, "trait", _ANOTHER)
        for column, days in dates.items()
        if days is not None
    )
    return next(refusals, None)


def cell_refusal(table: TextTable, column: str, what: str, way_on: str = "") -> DataError:
    """Why a column is no numbers: its first entry that is none, by row, id, column and text."""
    wrong = table.not_numbers(column)
    row, entry = wrong[0]
    who = f" (“{table.ids[row]}”)" if table.ids is not None else ""
    others = len(wrong) - 1
    more = f", and {others:,} more {'is no number' if others == 1 else 'are no numbers'}"
    if is_limit(entry):
        return DataError(
            f"every entry of a {what} must be a number",
            f"row {row + 1}{who}, column “{column}” holds “{entry[:40]}”{more if others else ''}, "
            "which says only on which side of a limit the value is",
            "write NA, or the number that stands for such values in your field, and report it"
            + f", or {way_on}" * bool(way_on),
            where=table.name,
        )
    ways = ["correct it", "write NA if it is missing", *[way_on] * bool(way_on)]
    return DataError(
        f"every entry of a {what} must be a number",
        f"row {row + 1}{who}, column “{column}” holds “{entry[:40]}”{more if others else ''}",
        f"{', '.join(ways[:-1])}, or {ways[-1]}",
        where=table.name,
    )


def _words(table: TextTable, column: str) -> DataError:
    """Why a column of words is no trait."""
    row, entry = table.not_numbers(column)[0]
    if _DATE.match(entry):
        return date_refusal(table, column, (row, entry), "trait", _ANOTHER)
    return DataError(
        "a trait must hold numbers",
        f"column “{column}” holds words, such as “{entry[:40]}” in row {row + 1}",
        f"write two categories as 0 and 1, or {_ANOTHER}",
        where=table.name,
    )


def _no_categories(table: TextTable, column: str) -> DataError | None:
    """Why a column that is not of numbers is none of categories, or None if it is."""
    way_on = _LEAVE
    if _mistaken(table, column):
        return cell_refusal(table, column, "covariate", way_on)
    filled, levels = _filled(table, column)
    codes = sorted(entry for entry in levels if entry == "?" or as_number(entry) in SUSPECTED_CODES)
    if {entry.casefold() for entry in levels} - {"0"} <= _SEXES and "0" in levels:
        # As PLINK writes an unknown sex.
        codes.append("0")
    if codes:
        return DataError(
            "a covariate must hold numbers or categories",
            f"column “{column}” holds “{codes[0]}” among words",
            f"if {codes[0]} means missing, say so; otherwise give it a name, or {way_on}",
            where=table.name,
        )
    alike: dict[str, str] = {}
    for level in sorted(levels):
        other = alike.setdefault(level.casefold(), level)
        if other != level:
            return DataError(
                "categories must be spelled alike",
                f"column “{column}” holds “{other[:40]}” and “{level[:40]}”",
                f"write them alike if they are the same, or give one another name, or {way_on}",
                where=table.name,
            )
    if 2 * len(levels) <= filled or len(levels) < 2:
        return None
    return DataError(
        "a covariate must hold numbers or categories",
        f"column “{column}” holds {len(levels):,} different words in {filled:,} rows, such as "
        f"“{min(levels)[:40]}”",
        way_on,
        where=table.name,
    )


def _mistaken(table: TextTable, column: str) -> bool:
    """Whether a column of numbers has entries that are none by mistake."""
    return len(table.not_numbers(column)) < _MOSTLY * _filled(table, column)[0]


def _filled(table: TextTable, column: str) -> tuple[int, set[str]]:
    """How many entries are not missing, and the different ones among them."""
    filled = [entry for entry in table.column(column) if entry not in table.missing]
    return len(filled), set(filled)


def _constant(values: Floats) -> bool:
    """Whether all values that there are, if any, are one."""
    there = values[~np.isnan(values)]
    return there.size == 0 or bool((there == there[0]).all())
