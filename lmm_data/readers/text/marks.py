"""Which mark is decimal and which sets thousands apart, decided from all entries of a file.

One entry may leave it open: 1.002 is near one in English and a thousand and two in German. The
others of the file mostly settle it; where they do not it is a question, never a guess.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Literal, TypeAlias

from lmm_core.errors import DataError, some
from lmm_data.readers.naming import Column
from lmm_data.readers.number_column import FIRST, NumberColumn
from lmm_data.readers.numeric import MISSING_CODES, as_number, numbers_of

Decimal: TypeAlias = Literal[".", ","]

# No-break, narrow no-break and thin spaces, as French and Swedish write; apostrophes, as the Swiss.
_SPACES = " \u00a0\u202f\u2009"
_APART = f"{_SPACES}'\u2019"
_GROUPED = re.compile(
    rf"[+-]?[1-9]\d{{0,2}}(?P<group>[.,{_APART}])\d{{3}}(?P<more>(?:(?P=group)\d{{3}})*)"
    r"(?:(?P<decimal>[.,])\d+)?(?:[eE][+-]?\d+)?"
)
_PLAIN = re.compile(r"[+-]?(?:\d+(?P<a>[.,])\d*|(?P<b>[.,])\d+)(?:[eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d+")
_REMOVE = {mark: str.maketrans("", "", _APART + mark) for mark in ".,"}
_ENOUGH = 200
_OTHER: dict[str, Decimal] = {".": ",", ",": "."}
_NAMES = {".": "point", ",": "comma"}


class DecimalMarkError(DataError):
    """Both readings of the marks hold, or each is the only one somewhere: the user must say."""


@dataclass(slots=True)
class _Evidence:
    """What the entries say.

    Attributes:
        votes: by the mark that must be decimal, the first column and entry that say so.
        open: by the mark that may be decimal or set thousands apart, the first such entry.
        beside: by that mark, a whole number below 1000 in the same column, if there is one.
    """

    votes: dict[Decimal, tuple[str, str]] = field(default_factory=dict)
    open: dict[Decimal, tuple[str, str]] = field(default_factory=dict)
    beside: dict[Decimal, str] = field(default_factory=dict)


def is_marked(entry: str, spaced: bool = False) -> bool:
    """Whether an entry is a number with a mark in it, of whatever country.

    Args:
        spaced: whether a space may set thousands apart; of a name it sets two parts apart.

    >>> [is_marked(entry) for entry in ("1.234,5", "1'234.5", "12,5", "1.2.3", "an01")]
    [True, True, True, False, False]
    """
    found = _GROUPED.fullmatch(entry)
    if found is not None and (spaced or found["group"] != " "):
        return found["decimal"] != found["group"]
    return _PLAIN.fullmatch(entry) is not None


def with_points(
    names: Sequence[str],
    columns: tuple[Column, ...],
    separator: str,
    asked: str,
    notes: list[str],
    name: str,
) -> tuple[Column, ...]:
    """The columns with numbers as a program writes them, and notes on what was turned.

    Args:
        names, columns: those of the file that are no ids.
        separator: of the entries; a semicolon goes with a decimal comma.
        asked: the mark that is decimal, "." or ",", or "" to find out.
        notes: to which is added what was found.
        name: of the file, for messages.

    Raises:
        DecimalMarkError: both readings hold, or two columns contradict each other.
        DataError: an entry that is no number with the mark that was asked for.
    """
    joined = [
        "".join(column.codes if isinstance(column, NumberColumn) else column) for column in columns
    ]
    marked = [j for j, text in enumerate(joined) if "," in text or _may_be_apart(text)]
    marked = [j for j in marked if _are_numbers(columns[j])]
    if not (marked or asked) and _says_point(columns, joined):
        return columns

    def is_pointed(j: int) -> bool:
        column = columns[j]
        return "." in joined[j] or (isinstance(column, NumberColumn) and column.is_pointed())

    every = range(len(columns))
    if not (marked or any(map(is_pointed, every))):
        return columns
    evidence = _Evidence()
    for j in marked:
        _weigh(names[j], columns[j], evidence)
    # Of all other columns one entry such as 0.5 is enough, mostly the first.
    for j in filter(is_pointed, every):
        if "." in evidence.votes:
            break
        if j not in marked:
            _weigh_points(names[j], columns[j], evidence)
    decimal = _decided(evidence, separator, asked, notes, name)
    if asked or decimal == ",":
        rest = [j for j in every if j not in marked]
        if decimal == ".":
            # What is a number as it stands stays as it is.
            rest = [
                j
                for j in rest
                if not isinstance(columns[j], NumberColumn)
                and is_pointed(j)
                and not _one_point_each(columns[j], joined[j])
                and numbers_of(columns[j]) is None
            ]
        marked = sorted([*marked, *filter(is_pointed, rest)])
        marked = [j for j in marked if _are_numbers(columns[j])]
    turned = list(columns)
    for j in marked:
        # With a decimal point, 7,26 is a word: perhaps two alleles.
        if decimal == "," or "," not in map(_vote, columns[j]):
            turned[j] = _turned(columns[j], decimal, names[j], name)
    changed = [j for j in marked if turned[j] != columns[j]]
    if not changed:
        return columns
    notes.append(_said(names, columns, changed, decimal))
    return tuple(turned)


def has_decimal_comma(entries: Iterable[str]) -> bool:
    """Whether numbers have decimal commas, by some entry that must, and none that has a point."""
    comma = False
    for entry in entries:
        vote = _vote(entry)
        if vote == ".":
            return False
        comma = comma or vote == ","
    return comma


def lines_with_commas(lines: Sequence[str]) -> Iterator[str]:
    """The first lines that hold a comma, wherever they stand: enough to tell what it is."""
    found = 0
    for line in lines:
        if "," in line:
            yield line
            found += 1
            if found == _ENOUGH:
                return


def _says_point(columns: Sequence[Column], joined: Sequence[str]) -> bool:
    """Whether the first entries of a column of numbers say that points are decimal.

    Args:
        columns: without a comma or a space in any number.
        joined: their entries; of numbers the codes.
    """
    for column, text in zip(columns, joined, strict=True):
        if isinstance(column, NumberColumn):
            if any(_vote(entry) == "." for entry in column[:FIRST]):
                return True
        elif "." in text and _are_numbers(column):
            # Numbers with two points may say otherwise.
            return False
    return False


def _one_point_each(column: Column, text: str) -> bool:
    """Whether no mark stands there but a point, and no entry has two: nothing is to be turned."""
    pointed = sum(map(str.__contains__, column, repeat(".")))
    return "," not in text and not _may_be_apart(text) and text.count(".") == pointed


def _may_be_apart(text: str) -> bool:
    return any(sign in text for sign in (_APART if not text.isascii() else " '"))


def _are_numbers(column: Column) -> bool:
    """Whether most of what is there is numbers: a code or a slip among them may be a word."""
    if isinstance(column, NumberColumn):
        return True
    there = [entry for entry in column if entry not in MISSING_CODES]
    numbers = sum(is_marked(entry, True) or as_number(entry) == as_number(entry) for entry in there)
    return 2 * numbers > len(there)


def _vote(entry: str) -> Decimal | None:
    """The mark that is decimal if this entry is a number; None if it leaves that open."""
    grouped = _GROUPED.fullmatch(entry)
    if grouped is not None:
        group, decimal = grouped["group"], grouped["decimal"]
        if decimal and decimal != group:
            return "." if decimal == "." else ","
        return _OTHER[group] if grouped["more"] and group in _OTHER else None
    plain = _PLAIN.fullmatch(entry)
    if plain is None:
        return None
    return "." if "." in (plain["a"], plain["b"]) else ","


def _open(entry: str) -> Decimal | None:
    """The mark of an entry such as 1.002 or 1,002."""
    grouped = _GROUPED.fullmatch(entry)
    if grouped is None or grouped["decimal"] or grouped["more"]:
        return None
    group = grouped["group"]
    return "." if group == "." else "," if group == "," else None


def _weigh(label: str, column: Column, evidence: _Evidence) -> None:
    """Add what a column of numbers says."""
    opened: dict[Decimal, str] = {}
    whole = ""
    large = False
    for entry in column:
        vote, mark = _vote(entry), _open(entry)
        if vote:
            evidence.votes.setdefault(vote, (label, entry))
        elif mark:
            opened.setdefault(mark, entry)
        elif _WHOLE.fullmatch(entry):
            whole = whole or entry
            large = large or len(entry.lstrip("+-0")) > 3
    for mark, entry in opened.items():
        # Who sets thousands apart would do so in 1500 too.
        if large:
            evidence.votes.setdefault(mark, (label, entry))
        evidence.open.setdefault(mark, (label, entry))
        if whole:
            evidence.beside.setdefault(mark, whole)
            evidence.open[mark] = (label, entry)


def _weigh_points(label: str, column: Column, evidence: _Evidence) -> None:
    """`_weigh` for a column with points and no other marks, of which one is mostly enough."""
    first = next((entry for entry in column if "." in entry and _vote(entry)), "")
    if not _are_numbers(column):
        return
    if _vote(first) == ".":
        evidence.votes.setdefault(".", (label, first))
    else:
        _weigh(label, column, evidence)


def _decided(
    evidence: _Evidence, separator: str, asked: str, notes: list[str], name: str
) -> Decimal:
    if asked:
        return "," if asked == "," else "."
    votes = evidence.votes
    if len(votes) > 1:
        (a, comma), (b, point) = votes[","], votes["."]
        where = (
            f"“{a}” holds “{comma}”, “{b}” holds “{point}”"
            if a != b
            else (f"“{a}” holds “{comma}” and “{point}”")
        )
        raise DecimalMarkError(
            "a file must have one decimal mark",
            where,
            "write all alike, or say which is decimal: --decimal . or --decimal ,",
            where=name,
        )
    if votes:
        return next(iter(votes))
    if not evidence.open:
        return "."
    first = next(iter(evidence.open))
    mark = next((mark for mark in evidence.open if mark in evidence.beside), first)
    label, entry = evidence.open[mark]
    # Spreadsheets separate by semicolons where the comma is decimal, and by commas elsewhere.
    likely = separator != ";" if mark == "." else separator == ";"
    if likely and mark not in evidence.beside and len(evidence.open) == 1:
        notes.append(
            f"“{label}”: the {_NAMES[mark]} in “{entry}” is read as decimal; if it sets "
            f"thousands apart, say so with --decimal {_OTHER[mark]}"
        )
        return mark
    other = evidence.beside.get(mark)
    beside = f" beside “{other}”" if other else ""
    one, two = _read(entry, mark), _read(entry, _OTHER[mark])
    raise DecimalMarkError(
        f"the {_NAMES[mark]} may be decimal or set thousands apart",
        f"“{label}” holds “{entry}”{beside}: that is {one} or {two}",
        f"say which: --decimal {mark} for {one}, --decimal {_OTHER[mark]} for {two}",
        where=name,
    )


def _read(entry: str, decimal: Decimal) -> str:
    return entry.translate(_REMOVE[_OTHER[decimal]]).replace(",", ".")


def _turned(column: Column, decimal: Decimal, label: str, name: str) -> Column:
    turned = []
    for row, entry in enumerate(column, 1):
        if entry in MISSING_CODES or not is_marked(entry, True):
            turned.append(entry)
            continue
        if _vote(entry) not in (None, decimal):
            raise DataError(
                f"the decimal mark is the {_NAMES[decimal]}",
                f"row {row}, column “{label}” holds “{entry}”, which is no number then",
                f"write it otherwise, or say --decimal {_OTHER[decimal]}",
                where=name,
            )
        turned.append(_read(entry, decimal))
    return tuple(turned)


def _said(
    names: Sequence[str], columns: Sequence[Column], changed: Sequence[int], decimal: Decimal
) -> str:
    entries = [entry for j in changed for entry in columns[j] if is_marked(entry, True)]
    apart = next((e for e in entries if (g := _GROUPED.fullmatch(e)) and g["group"] != decimal), "")
    shown = apart or next(entry for entry in entries if decimal in entry)
    words = "the commas are decimal" if decimal == "," else ""
    if apart:
        group = _GROUPED.fullmatch(apart)
        sign = group["group"] if group else ""
        what = {".": "points", ",": "commas", "'": "apostrophes", "\u2019": "apostrophes"}
        words += " and " * bool(words) + f"{what.get(sign, 'spaces')} set thousands apart"
    return f"{some(names[j] for j in changed)}: {words}, “{shown}” is read as " + _read(
        shown, decimal
    )
