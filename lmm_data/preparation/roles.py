"""What each file is for, suggested by what it holds, by its name and by its columns."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from lmm_core.arrays import Brief
from lmm_core.errors import DataError, LMMError, some
from lmm_data.preparation.identifying import lonely
from lmm_data.readers.opening import Outcome
from lmm_data.readers.reading import TextTable
from lmm_data.readers.sorting import ANNOTATION

Role: TypeAlias = Literal["phenotypes", "kinship", "covariates", "genotypes", "ignored"]

# So much of a score is a name of the file worth; columns that say the same add one.
_NAME = 2
_MOSTLY = 0.5
_LOOKED_AT = 200
# Fewer columns than these are no markers.
_WIDE = 20

# Files of these roles tell how many rows a table without ids must have.
_NAMED = ("kinship", "genotypes")

# Files that come with data, and hold none.
_ABOUT = re.compile(r"(^|/)(readme|licen[cs]e|changelog|citation|about)|\.(md|pdf|log)$")
_TRAITS = re.compile(r"(^|[^a-z])(pheno|phe|trait|y([^a-z]|$))")
_COVARIATES = re.compile(r"(^|[^a-z])(q?cov|fixed|design|eigenvec|pcs?([^a-z]|$))")
_COVARIATE_ENDING = re.compile(r"\.(q?covar?|covariates?|eigenvec)(\.txt)?(\.gz)?$")
_COVARIATE = re.compile(
    r"(sex|gender|female|male|age|batch|cohort|cage|diet|gen|generation|litter|site|plate|run|"
    r"season|year|visit|replicate|treatment|block|center|centre|array|intercept|(pc|ev|eigenvec|batch|cohort)\d+)"
    r"([^a-z]|$)"
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Roles(Brief):
    """What each file is for.

    Attributes:
        of: by the name of the group.
        notes: sentences on what was chosen among several.
        refusal: why the roles that were asked for cannot be, or None.
    """

    of: Mapping[str, Role]
    notes: tuple[str, ...] = ()
    refusal: LMMError | None = None


class UnusedTableError(DataError):
    """A table that was given, and may hold phenotypes or covariates: the user must say which."""


def suggest_roles(outcomes: Sequence[Outcome], chosen: Mapping[str, Role]) -> Roles:
    """Roles for all groups: those that are chosen, and for the others what suits them.

    Phenotypes, if that is chosen, and covariates may be in several groups; a kinship and genotypes
    are in one at most. A file
    that somebody named is used, or nothing is: what could have a role that another file has, or
    cannot be read, is a refusal, unless it is chosen to be ignored. Of what was in an archive
    nobody named each, and a note says what is ignored.

    Args:
        outcomes: the files as read.
        chosen: by the name of the group; of files that are not there it is left out.
    """
    roles: dict[str, Role] = {}
    for outcome in outcomes:
        wanted = chosen.get(outcome.name)
        if wanted:
            roles[outcome.name] = wanted
        elif outcome.refusal:
            roles[outcome.name] = "ignored"
    refusal = _unread(outcomes, chosen) or _twice(roles) or _unfit(outcomes, roles)
    free = [outcome for outcome in outcomes if outcome.name not in roles]
    notes: list[str] = []
    _one_of(free, "genotypes", outcomes, roles, notes)
    _one_of(free, "kinship", outcomes, roles, notes)
    idle = _tables(free, outcomes, roles, notes)
    for outcome in outcomes:
        roles.setdefault(outcome.name, "ignored")
    refusal = refusal or _unused(outcomes, roles, chosen, idle)
    return Roles(
        {outcome.name: roles[outcome.name] for outcome in outcomes},
        tuple(notes),
        refusal,
    )


def covariate_columns(table: TextTable) -> tuple[str, ...]:
    """The columns whose names say that they are covariates.

    >>> covariate_columns(TextTable("t", None, ("weight", "Sex", "age_weeks"), ((), (), ())))
    ('Sex', 'age_weeks')
    """
    return tuple(column for column in table.columns if _COVARIATE.match(column.lower()))


def is_table(outcome: Outcome) -> bool:
    """Whether a file may hold phenotypes or covariates."""
    kind = outcome.reading.kind if outcome.reading else None
    return kind == "table" and outcome.group.reader != ANNOTATION


def tables_of(used: Sequence[tuple[Role, Outcome]], wanted: Role) -> list[TextTable]:
    """The tables of the files that have a role."""
    readings = (outcome.reading for role, outcome in used if role == wanted)
    return [reading.table for reading in readings if reading and reading.table]


def _unread(outcomes: Sequence[Outcome], chosen: Mapping[str, Role]) -> LMMError | None:
    """Why a file that was named cannot be read, with the way on without it."""
    for outcome in outcomes:
        name, error = outcome.name, outcome.refusal
        known = outcome.group.reader is not None and not _ABOUT.search(name.lower())
        if error is None or chosen.get(name) == "ignored" or (outcome.unpacked and not known):
            continue
        return error.anew(", or ".join(filter(None, [error.remedy, f"leave {name} out"])))
    return None


def _unused(
    outcomes: Sequence[Outcome],
    roles: Mapping[str, Role],
    chosen: Mapping[str, Role],
    reasons: Mapping[str, str],
) -> DataError | None:
    """Why a file that was named is not used."""
    for outcome in outcomes:
        name, reading = outcome.name, outcome.reading
        idle = roles[name] == "ignored" and chosen.get(name) != "ignored" and not outcome.unpacked
        # Markers' places change no fit.
        if not idle or reading is None or outcome.group.reader == ANNOTATION:
            continue
        if name in reasons:
            return DataError(
                "each file that is given must be used",
                f"{name} {reasons[name]}",
                "leave it out, or say what it holds, and write the ids alike",
            )
        wanted: tuple[str, ...] = (reading.kind,)
        if reading.kind == "table":
            wanted = ("phenotypes", "covariates", *["genotypes"] * _are_dosages(reading.table))
        others = [other for other, role in roles.items() if role == wanted[0]]
        taken = f", and {some(others, 1)} is taken for the {wanted[0]}" if others else ""
        one = " or the ".join(wanted)
        remedy = f"leave it out, or say that it holds the {one}" + " (--geno)" * (len(wanted) > 2)
        kind = UnusedTableError if reading.kind == "table" else DataError
        return kind(
            "each file that is given must be used",
            f"{name} could hold the {one}{taken}",
            remedy,
        )
    return None


def _are_dosages(table: TextTable | None) -> bool:
    """Whether all of a wide table is from 0 to 2, as fractions of alleles are."""
    if table is None or len(table.columns) < _WIDE:
        return False
    values = [table.parsed(column) for column in table.columns[:_LOOKED_AT]]
    return all(x is not None and not ((x < 0.0) | (x > 2.0)).any() for x in values)


def _twice(roles: Mapping[str, Role]) -> DataError | None:
    for role in ("kinship", "genotypes"):
        names = [name for name, given in roles.items() if given == role]
        if len(names) > 1:
            return DataError(
                f"one file at most may hold the {role}",
                f"{some(names, 6)} are to",
                "choose one, and ignore the others",
            )
    return None


def _unfit(outcomes: Sequence[Outcome], roles: Mapping[str, Role]) -> DataError | None:
    for outcome in outcomes:
        role = roles.get(outcome.name, "ignored")
        if outcome.reading is not None and role != "ignored" and not _can(outcome, role):
            return DataError(
                f"{outcome.name} cannot be the {role}",
                f"it was read as {outcome.format}",
                "choose how to read it, or another role",
            )
    return None


def _can(outcome: Outcome, role: Role) -> bool:
    reading = outcome.reading
    if reading is None:
        return False
    if role == "kinship":
        return bool(reading.kinship or reading.pedigree or reading.loco)
    if role == "genotypes":
        return reading.genotypes is not None
    return reading.table is not None


def _one_of(
    free: Sequence[Outcome],
    role: Role,
    outcomes: Sequence[Outcome],
    roles: dict[str, Role],
    notes: list[str],
) -> None:
    """The kinship, or the genotypes, among those that could be."""
    able = [outcome for outcome in free if outcome.reading and outcome.reading.kind == role]
    if not able:
        return
    names = [outcome.name for outcome in able]
    if role in roles.values():
        best = next(name for name, given in roles.items() if given == role)
    else:
        known = _known(outcomes, "table")
        # The first of the best: in the order in which they were given.
        best = max(able, key=lambda outcome: _shared(outcome.ids, known)).group.name
        roles[best] = role
    others = [name for name in names if name != best]
    if others:
        notes.append(
            f"{some([best], 1)} is taken for the {role}; {some(others)} could be too and "
            f"{'is' if len(others) == 1 else 'are'} ignored."
        )


def _tables(
    free: Sequence[Outcome],
    outcomes: Sequence[Outcome],
    roles: dict[str, Role],
    notes: list[str],
) -> dict[str, str]:
    """Phenotypes and covariates among the tables, and why others can be neither."""
    able = [outcome for outcome in free if is_table(outcome) and outcome.name not in roles]
    scores = {outcome.name: _like_covariates(outcome) for outcome in able}
    known = _known(outcomes, "kinship") | _known(outcomes, "genotypes")
    elsewhere = any(
        outcome.reading is not None
        and outcome.reading.table is not None
        and roles.get(outcome.name) == "genotypes"
        for outcome in outcomes
    )
    rows = {o.n for o in outcomes if roles.get(o.name) in _NAMED}
    strange = {o.name for o in able if not o.ids and o.n not in rows}
    # What it is called tells what a table is for, though its ids are spelled otherwise.
    alone = {name for name in lonely(outcomes) if 0 <= scores.get(name, -1) < _NAME}
    strange |= alone
    ranked = sorted(
        able,
        key=lambda outcome: (
            outcome.name in strange,
            scores[outcome.name],
            -_shared(outcome.ids, known),
        ),
    )
    # A fam file or a cross has phenotypes as well, and a file of covariates is none.
    fair = [
        outcome
        for outcome in ranked
        if scores[outcome.name] < _NAME and not (elsewhere and scores[outcome.name] > 0)
    ]
    if fair and "phenotypes" not in roles.values():
        alike = _called_traits(fair, scores, strange)
        for outcome in alike or fair[:1]:
            roles[outcome.name] = "phenotypes"
        if alike:
            names = [outcome.name for outcome in alike]
            notes.append(f"By their names {some(names, 6)} are taken for phenotypes, all of them.")
        ranked = [outcome for outcome in ranked if outcome.name not in roles]
    for name in (outcome.name for outcome in reversed(ranked)):
        # A second one must say by its name what it is: any table may hold words.
        enough = _NAME if "covariates" in roles.values() else 1
        if scores[name] >= enough and name not in strange:
            roles[name] = "covariates"
    phenotypes = next((name for name, role in roles.items() if role == "phenotypes"), "")
    left = [outcome.name for outcome in able if outcome.name not in roles]
    others = [name for name in left if name not in alone]
    if others:
        chosen = f"{some([phenotypes], 1)} is taken for the phenotypes; " if phenotypes else ""
        notes.append(
            f"{chosen}{some(others)} could be phenotypes or covariates too and "
            f"{'is' if len(others) == 1 else 'are'} ignored: choose {'its' * (len(others) == 1)}"
            f"{'their' * (len(others) > 1)} role if that is wrong."
        )
    reasons = {name: "has no id that is in another file" for name in left if name in alone}
    notes += [f"{name} is not used: it {reason}." for name, reason in reasons.items()]
    return reasons


def _called_traits(
    fair: Sequence[Outcome], scores: Mapping[str, int], strange: Collection[str]
) -> list[Outcome]:
    """Those tables that are all called traits and can be joined by id, none if there is but one."""
    found = [
        outcome
        for outcome in fair
        if scores[outcome.name] <= -_NAME and outcome.name not in strange and outcome.ids
        if len(set(outcome.ids)) == len(outcome.ids)
    ]
    return found if len(found) > 1 and fair[0] in found else []


def _like_covariates(outcome: Outcome) -> int:
    """How much a table looks like covariates: above 0 more so than like phenotypes."""
    table = outcome.reading.table if outcome.reading else None
    if table is None or not table.columns:
        return 0
    low = outcome.name.lower().rpartition("/")[2]
    score = _NAME * bool(_COVARIATES.search(low)) - _NAME * bool(_TRAITS.search(low))
    # Of pheno.covar the ending says what is in it, and the rest to what it belongs.
    if _COVARIATE_ENDING.search(low):
        score = _NAME
    by_name = set(covariate_columns(table))
    # Of thousands of columns the first tell what the others are.
    some_columns = table.columns[:_LOOKED_AT]
    share = sum(column in by_name or not table.is_numeric(column) for column in some_columns)
    return score + (share > _MOSTLY * len(some_columns))


def _known(outcomes: Sequence[Outcome], kind: str) -> set[str]:
    """The ids of all files of a kind."""
    alike = (o for o in outcomes if o.reading is not None and o.reading.kind == kind)
    return {label for outcome in alike for label in outcome.ids}


def _shared(ids: Sequence[str], known: set[str]) -> int:
    return len(known.intersection(ids))
