"""Who is who, by evidence: the ids are the columns by which the most individuals meet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lmm_core.arrays import Brief
from lmm_core.errors import DataError, LMMError, some
from lmm_data.joining import SPELLINGS
from lmm_data.preparation.evidence import (
    Choice,
    best_of,
    doubted,
    is_shifted,
    none_meets,
    would_join,
)
from lmm_data.preparation.odd_ids import cut_ids, require_one_of_a_name, unknown_ids
from lmm_data.readers.naming import Candidate, counts_rows, renamed
from lmm_data.readers.opening import Outcome
from lmm_data.readers.text.candidates import candidates_of, left_over, split_in_two

ROWS, HEADER = "rows", "header"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Identified(Brief):
    """Files with their rows named by what joins them.

    Attributes:
        outcomes: those that were given, their readings with the ids that were chosen.
        notes: what was chosen, a sentence for each table.
        refusal: a question, where two columns would do as well; None if there is none.
        offers: the answers to it: the name of a group, and of a column of it.
    """

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()
    refusal: LMMError | None = None
    offers: tuple[tuple[str, str], ...] = ()

    def among(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """More files, with those of the same name as they were identified."""
        made = {outcome.name: outcome for outcome in self.outcomes}
        return tuple(made.get(outcome.name, outcome) for outcome in outcomes)

    def of_all(self, others: "Identified") -> "Identified":
        """The same with the further files that others has."""
        return replace(self, outcomes=self.among(others.outcomes))


def identify(
    outcomes: Sequence[Outcome],
    asked: Sequence[tuple[str, str]] = (),
    same_order: bool = False,
) -> Identified:
    """The files with their ids chosen so that the most individuals are in every file.

    Every column of a table that is filled is a candidate, and so are both margins of a matrix.
    Numbers that only count rows are none, unless the same numbers stand as ids in a column of
    ids of another file, or on both margins of a matrix.

    Args:
        outcomes: the files that are joined.
        asked: columns of ids, by the name of the group, or by "" for every table that has it.
        same_order: whether rows without ids are joined by their order.
    """
    tables = [o for o in outcomes if o.sheet is not None]
    anchors = sorted((o for o in outcomes if o not in tables and _own(o)), key=_by_kind)
    ways = _ways(anchors, asked, same_order)
    found = [_met(way, tables, asked, same_order) for way in ways]
    best = max(found, key=lambda one: one.score)
    made: dict[str, Outcome] = {}
    for anchor, candidate in best.way.items():
        outcome = next(o for o in anchors if o.name == anchor)
        made[anchor] = _named(outcome, candidate)
    refusal: LMMError | None = _unused(tables, best, asked)
    for outcome in tables:
        name = outcome.name
        try:
            made[name] = _tabled(outcome, best.choices[name], best.known)
        except DataError as error:
            made[name], refusal = outcome, refusal or error.anew()
    offers: tuple[tuple[str, str], ...] = ()
    if refusal is None:
        refusal, offers = _question(tables, best)
    if refusal is None:
        refusal, offers = _counted(best, made)
        _only_places(made, anchors)
    if refusal is None:
        offers += tuple(
            (name, choice.offered.name)
            for name, choice in best.choices.items()
            if choice.offered is not None
        )
    notes = [*_notes(best, made), *_hints(best, tables)]
    notes += [*unknown_ids(made.values()), *cut_ids(made.values())]
    return Identified(tuple(made.get(o.name, o) for o in outcomes), tuple(notes), refusal, offers)


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """What comes of one way to name the matrices: the choice for each table, and its score."""

    way: Mapping[str, Candidate | None]
    known: frozenset[str]
    other: str
    choices: Mapping[str, Choice]
    score: tuple[int, int]


def _notes(best: _Met, made: Mapping[str, Outcome]) -> list[str]:
    """By what each table is joined to the others, and how many of its individuals are there."""
    other = made[best.other] if best.other else None
    if other is None or not _everyone(other):
        return []
    return [
        f"ids: {choice.best.words} of {name} ({len(choice.best.members & best.known):,} of "
        f"{len(choice.best.members):,} are in {best.other})."
        for name, choice in best.choices.items()
        if choice.best is not None and name != best.other
    ]


def _hints(best: _Met, tables: Sequence[Outcome]) -> Iterator[str]:
    """For each table that shares no id: the column that would, were it spelled otherwise."""
    for outcome in tables:
        choice = best.choices[outcome.name]
        sheet = outcome.sheet
        unmet = choice.best is None or not choice.best.members & best.known
        if sheet is None or not unmet or not best.known or outcome.name == best.other:
            continue
        found = would_join(sheet, best.known)
        if found is not None and (choice.best is None or found[0] != choice.best.name):
            column, code, met = found
            yield (
                f"column “{column}” of {outcome.name} would join {met:,} individuals of "
                f"{best.other} if {SPELLINGS[code][0]}: --id {column} --spelling {code}."
            )


def _own(outcome: Outcome) -> tuple[Candidate, ...]:
    """The ways in which a file that is no table of text names its individuals."""
    reading = outcome.reading
    if reading is None or reading.unnamed:
        return ()
    if reading.candidates:
        return reading.candidates
    if not outcome.ids:
        return ()
    single = Candidate("", "its ids", outcome.ids, named_by=reading.named_by)
    return (single, *split_in_two(single))


def _ways(
    anchors: Sequence[Outcome], asked: Sequence[tuple[str, str]], same_order: bool
) -> list[dict[str, Candidate | None]]:
    """Each combination of one candidate for each file that is no table."""
    ways: list[dict[str, Candidate | None]] = [{}]
    for outcome in anchors:
        name, own = outcome.name, _own(outcome)
        wanted = [c for c in own if (name, c.name) in asked and c.name in (ROWS, HEADER)]
        if wanted:
            own = (replace(wanted[0], counts_rows=False),)
        elif same_order:
            own = tuple(c for c in own if not c.counts_rows)
        ways = [{**way, name: c} for way in ways for c in own or (None,)]
    return ways


def _met(
    way: Mapping[str, Candidate | None],
    tables: Sequence[Outcome],
    asked: Sequence[tuple[str, str]],
    same_order: bool,
) -> _Met:
    named = {name: c for name, c in way.items() if c is not None}
    other = next(iter(named), "")
    known: frozenset[str] = named[other].members if other else frozenset()
    # Another matrix, or genotypes, may be meant where several files could be.
    every = known.union(*(c.members for c in named.values()))
    counted = bool(other) and named[other].counts_rows
    choices: dict[str, Choice] = {}
    for outcome in tables:
        name = outcome.name
        choices[name] = _choice(outcome, every, counted, asked, same_order)
        first = choices[name].best
        if not other and first is not None:
            # Without ids in a matrix, the first table names the individuals of the others.
            every = known = first.members
            other = name
    sets = [c.members for c in named.values()]
    sets += [choice.best.members for choice in choices.values() if choice.best is not None]
    unnamed = any(choice.best is None for choice in choices.values())
    together = frozenset() if unnamed or not sets else frozenset.intersection(*sets)
    overlap = sum(len(ids & known) for ids in sets)
    return _Met(way, known, other, choices, (len(together), overlap))


def _choice(
    outcome: Outcome,
    known: frozenset[str],
    counted: bool,
    asked: Sequence[tuple[str, str]],
    same_order: bool,
) -> Choice:
    sheet = outcome.sheet
    assert sheet is not None
    # What is asked of this file counts before what is asked of all.
    own = [column for name, column in asked if name == outcome.name]
    wanted = next(iter([*own, *(column for name, column in asked if not name)]), None)
    if wanted is not None:
        index = next((j for j in range(len(sheet.columns)) if sheet.label(j) == wanted), None)
        if index is not None:
            every = candidates_of(sheet, frozenset(sheet.columns[index]))
            mine = [c for c in every if c.name == wanted]
            if mine:
                return Choice(max(mine, key=lambda c: len(c.members & known)))
    found = candidates_of(sheet, known)
    choice = best_of(found, known, counted=counted, same_order=same_order)
    if choice.best is None:
        return none_meets(sheet, found, choice)
    return doubted(sheet, choice, known)


def _tabled(outcome: Outcome, choice: Choice, known: frozenset[str]) -> Outcome:
    """The table with the ids that were chosen, and without the other columns that name rows."""
    reading, sheet = outcome.reading, outcome.sheet
    assert reading is not None
    assert reading.table is not None
    assert sheet is not None
    require_one_of_a_name(sheet, choice.best, outcome.name)
    aside = left_over(sheet, choice.best)
    indices = sheet.values_at(choice.best, aside)
    labels = [sheet.label(j) for j in indices]
    ids = choice.best.ids if choice.best else None
    if not labels:
        return outcome
    if ids == reading.table.ids and tuple(labels) == reading.table.columns:
        # A guess at the ids that another file bears out is none.
        guessed = sheet.notes if choice.best and choice.best.members & known else ()
        notes = tuple(note for note in reading.notes if note not in guessed)
        return replace(outcome, reading=replace(reading, notes=notes))
    made = renamed(reading, choice.best, aside)
    return replace(outcome, reading=made, format=made.format)


def _named(outcome: Outcome, candidate: Candidate | None) -> Outcome:
    """A matrix, or genotypes with what is beside them, with the ids that were chosen."""
    reading = outcome.reading
    assert reading is not None
    ids = candidate.ids if candidate else None
    if (ids or ()) == outcome.ids:
        return outcome
    kinship = reading.kinship and replace(reading.kinship, ids=ids)
    if reading.kind == "kinship" or ids is None:
        return replace(outcome, reading=replace(reading, kinship=kinship))
    return replace(
        outcome,
        reading=replace(
            reading,
            kinship=kinship,
            genotypes=reading.genotypes and replace(reading.genotypes, ids=ids),
            table=reading.table and reading.table.with_ids(ids),
            covariates=reading.covariates and reading.covariates.with_ids(ids),
        ),
    )


def _question(
    tables: Sequence[Outcome], best: _Met
) -> tuple[DataError | None, tuple[tuple[str, str], ...]]:
    for outcome in tables:
        choice, name = best.choices[outcome.name], outcome.name
        if choice.best is None:
            continue
        ids = choice.best.members
        if is_shifted(ids, best.known) or is_shifted(best.known, ids):
            zero = name if "0" in ids else best.other
            error = DataError(
                "individuals must have the same number in every file",
                f"they are numbered from 0 in {zero}, and from 1 in "
                f"{best.other if zero == name else name}",
                "write the same numbers in both",
                where=name,
            )
            return error, ()
        if choice.rival is None:
            continue
        met, rivals = (len(c.members & best.known) for c in (choice.best, choice.rival))
        error = DataError(
            "it must be certain which column holds the ids",
            f"{choice.best.words} has {met:,} ids that are in {best.other}, and "
            f"{choice.rival.words} has {rivals:,}",
            f"say which of the two it is (--id {choice.best.name} or --id {choice.rival.name})",
            where=name,
        )
        return error, ((name, choice.best.name), (name, choice.rival.name))
    return None, ()


def _counted(
    best: _Met, made: dict[str, Outcome]
) -> tuple[DataError | None, tuple[tuple[str, str], ...]]:
    """Whether numbers on one margin of a matrix, which may only count its rows, are its ids."""
    for name, candidate in best.way.items():
        if candidate is None or not candidate.counts_rows:
            continue
        met = [c.best for c in best.choices.values() if c.best is not None]
        if not met or not all(c.members <= candidate.members for c in met):
            made[name] = _named(made[name], None)
            continue
        for group, choice in best.choices.items():
            ids = choice.best.ids if choice.best else ()
            if len(ids) == len(candidate.ids) and ids != candidate.ids:
                error = DataError(
                    "it must be certain whose rows a matrix has",
                    f"{candidate.words} numbers them from {candidate.ids[0]} to "
                    f"{candidate.ids[-1]}, and {group} has the same numbers in another order: "
                    "they may be ids, or only count the rows",
                    f"say whether they are ids (--id {name}={candidate.name}), or whether the rows "
                    f"are in the order of those of {group} (--same-order)",
                    where=name,
                )
                return error, ((name, candidate.name),)
    return None, ()


def _only_places(made: dict[str, Outcome], anchors: Sequence[Outcome]) -> None:
    """Takes numbers from matrices that count their rows and share none with any table.

    Not where they would be shared if they were spelled otherwise, as 1 for 001.
    """
    tables = [made[name].ids for name in made if made[name].sheet is not None]
    if not tables or not all(tables):
        return
    others = set().union(*tables)
    for name in {outcome.name for outcome in anchors} & {*made}:
        ids = made[name].ids
        if counts_rows(ids) and others.isdisjoint(ids):
            spellings = [spell for _, spell in SPELLINGS.values()]
            if all(set(map(one, ids)).isdisjoint(map(one, others)) for one in spellings):
                made[name] = _named(made[name], None)


def lonely(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The names of the files with ids that share none with any other."""
    ids = {o.name: _everyone(o) for o in outcomes}
    for outcome in outcomes:
        name = outcome.name
        others = [found for other, found in ids.items() if found and other != name]
        if ids[name] and others and all(ids[name].isdisjoint(found) for found in others):
            yield name


def _everyone(outcome: Outcome) -> frozenset[str]:
    if outcome.sheet is not None:
        return frozenset(outcome.ids)
    return frozenset().union(*(c.members for c in _own(outcome)))


def _unused(
    tables: Sequence[Outcome], best: _Met, asked: Sequence[tuple[str, str]]
) -> DataError | None:
    """A column that was asked for and cannot name the rows, or is in no table."""
    for group, column in asked:
        there = [o for o in tables if group in ("", o.name)]
        taken = [best.choices[o.name].best for o in there]
        taken += [way for name, way in best.way.items() if group in ("", name)]
        if any(one is not None and one.name == column for one in taken):
            continue
        sheets = [o.sheet for o in there if o.sheet is not None]
        labels = [sheet.label(j) for sheet in sheets for j in range(len(sheet.columns))]
        found = f"“{column}” is not among {some(labels, 12)}"
        if column in labels:
            found = f"entries of “{column}” are empty"
        return DataError(
            "ids must be in a column of a table, each row with its own",
            found,
            "name another column, or none: the ids are found by what the files share",
            where=group,
        )
    return None


def _by_kind(outcome: Outcome) -> int:
    kind = outcome.reading.kind if outcome.reading else "table"
    return ("kinship", "genotypes", "table").index(kind)
