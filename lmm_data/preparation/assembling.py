"""A dataset step by step from files with roles; a step that fails leaves what was reached."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lmm_core.errors import DataError, count, some
from lmm_data.checks.entries import averaged, check_entries
from lmm_data.checks.finding import any_error, clause
from lmm_data.checks.inverse import inverse_question, looks_inverse
from lmm_data.checks.who_is_who import name_rows
from lmm_data.dataset import Dataset, align
from lmm_data.joining import AS_WRITTEN, SPELLINGS, JoinReport, join_report, respell
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.descent import kinship_of, on_parents, require_one_kinship
from lmm_data.preparation.design import Design, design_of, no_trait, terms_of
from lmm_data.preparation.genomic import doubled, inverse_of, kinship_from, nearest
from lmm_data.preparation.reshaping import (
    TRANSFORMS,
    beside,
    kinship_without,
    merged,
    renamed,
    rows_without,
    together,
    transformed,
)
from lmm_data.preparation.roles import Role, covariate_columns, tables_of
from lmm_data.readers.opening import Outcome
from lmm_data.readers.reading import KinshipMatrix, TextTable
from lmm_data.records import records_words
from lmm_data.tables import Table
from lmm_data.weights import weighted

# Their individuals have a sex, which nobody gave as a covariate.
_FAM = ("fam", "bed", "psam", "raw", "ped", "tped")


@dataclass(slots=True, eq=False)
class Parts:
    """What a dataset is made of, as far as it has come.

    Attributes:
        phenotypes, kinship, covariates: of the files that have these roles; their ids as they
            are joined, once they are.
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


def gather(parts: Parts, used: Sequence[tuple[Role, Outcome]], choices: Choices) -> None:
    """The tables and the kinship of the files by their roles, the kinship as a relationship.

    Args:
        parts: to be filled.
        used: each file that is used, with its role; phenotypes and covariates may be in several.

    Raises:
        DataError: genotypes of which no kinship can be made, or files of covariates that cannot
            be joined.
    """
    # One file may hold several things: those with a role of their own come first.
    order: tuple[Role, ...] = ("phenotypes", "kinship", "covariates", "genotypes")
    named = {role: outcome for wanted in order for role, outcome in used if role == wanted}
    traits, covariates = (tables_of(used, role) for role in ("phenotypes", "covariates"))
    if len(traits) > 1:
        (parts.phenotypes, note), parts.source = together(traits), traits[0].name
        parts.notes.append(note)
    if covariates:
        parts.covariates = merged(covariates)
        if len(covariates) > 1:
            parts.notes.append(f"The covariates of {parts.covariates.name} are joined by id.")
    for role, outcome in named.items():
        reading = outcome.reading
        if reading is None:
            continue
        if role in ("phenotypes", "genotypes") and parts.phenotypes is None:
            parts.phenotypes, parts.source = reading.table, outcome.group.name
        if role in ("kinship", "genotypes") and parts.kinship is None:
            parts.kinship = reading.kinship
        if role not in ("kinship", "covariates") and parts.covariates is None:
            parts.covariates = reading.covariates
            if reading.covariates is not None and outcome.group.reader in _FAM:
                parts.on_request = reading.covariates.columns
    require_one_kinship(named.get("kinship"))
    _from_pedigree(parts, named.get("kinship"), choices)
    genotyped = named.get("genotypes")
    if genotyped is not None and genotyped.reading and genotyped.reading.genotypes:
        genotypes = genotyped.reading.genotypes
        # Where no file names anybody, the ids are only places.
        parts.row_ids = None if genotyped.reading.unnamed else genotypes.ids
        if parts.kinship is None:
            kinship, note = kinship_from(genotypes, choices.relationship)
            parts.kinship = replace(kinship, ids=parts.row_ids)
            parts.notes.append(note)
    if parts.phenotypes is not None and parts.covariates is not None:
        parts.covariates = renamed(parts.covariates, parts.phenotypes)
    parts.notes += _on_families([outcome for _, outcome in used])
    if parts.kinship is not None and choices.invert_kinship:
        parts.kinship = inverse_of(parts.kinship)
        parts.notes.append(f"{parts.kinship.name} is inverted, as was decided.")
    if parts.kinship is not None and (parts.kinship.scale == 2.0 or choices.double_kinship):
        asked = parts.kinship.scale == 1.0
        parts.kinship = doubled(parts.kinship)
        parts.notes.append(
            f"Every entry of {parts.kinship.name} is doubled, "
            + ("as was decided." if asked else "because it holds coefficients of kinship.")
        )


def _from_pedigree(parts: Parts, outcome: Outcome | None, choices: Choices) -> None:
    """A of a pedigree in the place of a kinship, and the sexes in it if nobody else has them."""
    reading = outcome.reading if outcome else None
    if reading is None or reading.pedigree is None or parts.phenotypes is None:
        return
    parts.kinship, note = kinship_of(reading.pedigree, parts.phenotypes, choices.everyone)
    parts.notes.append(note)
    elsewhere = parts.phenotypes.columns
    if parts.covariates is None and "sex" not in elsewhere and reading.covariates is not None:
        parts.covariates = reading.covariates
        parts.on_request = reading.covariates.columns


PHENOTYPES = (
    "none of these files holds phenotypes",
    "add a file with a row for each individual and a column for each trait",
)
KINSHIP = (
    "none of these files holds a kinship",
    "add one, or a pedigree or genotypes to compute it from",
)


def require_files(parts: Parts, outcomes: Sequence[Outcome]) -> None:
    """A DataError if there are no phenotypes, or no kinship."""
    for found, what in (
        (parts.phenotypes, PHENOTYPES),
        (parts.kinship, KINSHIP),
    ):
        if found is not None:
            continue
        broken = [outcome.error for outcome in outcomes if outcome.error]
        there = [outcome.group.name for outcome in outcomes if outcome.reading is not None]
        rule, remedy = what
        remedy += ", or say which file it is" * bool(there)
        if found is parts.kinship:
            remedy += on_parents(parts.phenotypes)
        raise DataError(
            rule,
            f"there is {some(there, 6)}" if there else "",
            ". ".join([remedy, *broken[:2]]),
        )


def name_everyone(parts: Parts, choices: Choices) -> None:
    """The ids of all files: respelled, and by the order of the rows if that was decided.

    Raises:
        DataError: a file without ids, unless its rows are in the same order; ids that a change
            of spelling would make the same.
    """
    if choices.spelling not in ("", AS_WRITTEN):
        _respell(parts, choices.spelling)
    phenotypes, kinship = parts.both()
    covariates = parts.covariates
    files: list[TextTable | KinshipMatrix] = [
        phenotypes,
        kinship,
        *([covariates] if covariates else []),
    ]
    names = " and ".join(file.name for file in files if file.ids is None)
    if not names:
        return
    other = next((file.name for file in files if file.ids is not None), "the other")
    if kinship.ids is None and parts.row_ids is not None and len(parts.row_ids) == kinship.n:
        kinship, other = replace(kinship, ids=parts.row_ids), "the genotypes"
    made, found = name_rows(phenotypes, kinship, covariates)
    parts.order_offered = made is not None
    rule = "individuals must have ids, because files are joined by id"
    if made is None:
        raise DataError(
            rule, clause(found[0].found), "put the ids into the first column of each file"
        )
    if not choices.same_order:
        raise DataError(
            rule,
            f"there are none in {names}",
            "put them into the first column, or, if its rows are in the same order as those "
            f"of {other}, say so",
        )
    parts.phenotypes = phenotypes.with_ids(made.phenotypes.ids or ())
    parts.kinship = replace(kinship, ids=made.kinship.ids)
    if covariates is not None and made.covariates is not None:
        parts.covariates = covariates.with_ids(made.covariates.ids or ())
    parts.notes.append(
        f"The rows of {names} are joined with those of {other} by their order, as was decided: if "
        "it is another, everything that follows is wrong."
    )


def match(parts: Parts, choices: Choices) -> None:
    """Who is in which file, without those that are left out.

    Raises:
        DataError: some individuals are in every file, and more would be under another spelling.
    """
    phenotypes, kinship = parts.both()
    if choices.without:
        out = set(choices.without)
        known = {*(phenotypes.ids or ()), *(kinship.ids or ())}
        phenotypes = parts.phenotypes = rows_without(phenotypes, out)
        kinship = parts.kinship = kinship_without(kinship, out)
        parts.covariates = parts.covariates and rows_without(parts.covariates, out)
        there = [label for label in choices.without if label in known]
        absent = [label for label in choices.without if label not in known]
        if there:
            parts.notes.append(f"Left out, as was decided: {some(there, 12)}.")
        if absent:
            parts.notes.append(f"To be left out, and in no file: {some(absent, 12)}.")
    ids = {phenotypes.name: phenotypes.ids or (), kinship.name: kinship.ids or ()}
    # Phenotypes and sex of one fam file have the same name and the same ids.
    if parts.covariates is not None:
        ids.setdefault(parts.covariates.name, parts.covariates.ids or ())
    _require_upright(phenotypes, kinship)
    parts.join = join_report(ids)
    if not choices.spelling and parts.join.matched:
        _require_alike(parts.join)


def _require_upright(phenotypes: TextTable, kinship: KinshipMatrix) -> None:
    """A DataError if the individuals stand in the header of the phenotypes, and not in a column."""
    known = set(kinship.ids or ())
    across = known.intersection(phenotypes.columns)
    if known.isdisjoint(phenotypes.ids or ()) and 2 * len(across) > len(phenotypes.columns):
        raise DataError(
            "each individual must have a row, and each trait a column",
            f"{len(across)} of the {len(phenotypes.columns)} columns are ids of {kinship.name}",
            "the table lies on its side: exchange its rows and columns",
            where=phenotypes.name,
        )


def reshape(parts: Parts, choices: Choices) -> None:
    """The covariates and the traits as they were decided on.

    Raises:
        DataError: a column that is not there, or cannot be changed so.
        DesignError: the logarithm of values that are not positive.
    """
    phenotypes, kinship = parts.both()
    there = () if parts.covariates is None else parts.covariates.columns
    borrowed = [c for c in choices.factors if c in phenotypes.columns and c not in there]
    columns = tuple(dict.fromkeys([*choices.from_phenotypes, *borrowed]))
    if not columns and parts.covariates is None:
        columns = parts.on_request = covariate_columns(phenotypes)
    if parts.on_request:
        source = phenotypes.name if parts.covariates is None else parts.covariates.name
        them = "it is" if len(parts.on_request) == 1 else "they are"
        parts.notes.append(
            f"{some(parts.on_request, 6)} of {source} can be a covariate: {them} in the model "
            "only if you ask for it."
        )
    if columns:
        parts.covariates = beside(parts.covariates, phenotypes, columns)
    there = () if parts.covariates is None else parts.covariates.columns
    absent = [column for column in choices.factors if column not in there]
    if absent:
        raise DataError(
            "categories must be columns of the covariates or of the phenotypes",
            f"there is no column {some(absent)}",
            f"choose from {some(dict.fromkeys([*there, *phenotypes.columns]), 12)}",
        )
    if parts.covariates is not None:
        parts.design = design_of(parts.covariates, choices.factors)
        parts.covariates = parts.design.table
        # What is only on offer is not yet done.
        parts.notes += [] if parts.on_request else parts.design.notes
    if choices.transforms:
        fitted = set(kinship.ids or ())
        if parts.covariates is not None:
            fitted &= set(parts.covariates.ids or ())
        parts.phenotypes = transformed(phenotypes, choices.transforms, fitted)
        parts.notes += [
            f"{code}({column}) is {TRANSFORMS[code][0]} of {column}."
            for column, code in choices.transforms
        ]


def build(parts: Parts, name: str, choices: Choices) -> None:
    """The dataset of what has been put together.

    Raises:
        InverseKinshipError: the kinship looks like the inverse of one.
        DataError: no column of numbers, a matrix that cannot be a kinship, too few individuals
            in every file.
    """
    phenotypes, kinship = parts.both()
    traits = phenotypes.numbers()
    if not traits.columns:
        raise no_trait(phenotypes) or DataError(
            "a trait must be a column of numbers",
            f"none of {some(phenotypes.columns, 6)} is",
            "look for a missing code or a decimal comma in them, or choose another file for "
            "the phenotypes",
            where=phenotypes.name,
        )
    ids = kinship.ids or ()
    values = kinship.values
    findings = check_entries(values, ids, kinship.name)
    if any_error(findings):
        raise next(finding for finding in findings if finding.severity == "error").refusal()
    if findings:
        values = averaged(values)
        parts.notes.append(f"{kinship.name} is not quite symmetric: the two halves are averaged.")
    if kinship.inverse:
        raise inverse_question(kinship.name, values, "files of this format hold one")
    if not choices.invert_kinship and looks_inverse(values):
        raise inverse_question(kinship.name, values)
    if choices.clip:
        values, said = nearest(values)
        if said:
            parts.kinship = replace(kinship, values=values)
            parts.notes.append(f"{kinship.name}: {said}, as was decided.")
    covariates = parts.covariates.numbers() if parts.covariates else None
    if covariates is not None and not covariates.columns:
        covariates = None
    shared = set(phenotypes.ids or ()) & set(ids)
    if parts.covariates is not None:
        shared &= set(parts.covariates.ids or ())
    terms, left_out = terms_of(
        phenotypes, traits.columns, parts.design, on_request=parts.on_request, ids=shared
    )
    parts.notes += left_out
    found = align(name, traits, Table(kinship.name, ids, ids, values), covariates, terms)
    parts.dataset, on_weights = weighted(found, choices.weights)
    parts.notes += on_weights
    if parts.dataset.of is not None:
        words = records_words(parts.dataset.n, len(parts.dataset.individuals))
        parts.notes.append(
            f"{phenotypes.name} has {words}: each is an observation, and those of one individual "
            "share its genetic value."
        )


def _require_alike(join: JoinReport) -> None:
    near = [miss for miss in join.near_misses if miss.rule == join.spelling]
    if not join.gained or not near:
        return
    example = near[0]
    raise DataError(
        "ids must be spelled alike in all files",
        f"only {count(join.matched, 'individual is', 'individuals are')} in every file, and "
        f"{join.gained:,} more would be if {SPELLINGS[join.spelling][0]}: “{example.id}” in "
        f"{example.file} may be “{example.other}” in {example.other_file}",
        f"write them alike, or say whether they are the same individuals (--spelling "
        f"{join.spelling}) or others (--spelling {AS_WRITTEN})",
    )


def _on_families(outcomes: Sequence[Outcome]) -> list[str]:
    """A sentence on each of several files that joins by IID and leaves a family out."""
    return [
        f"{outcome.group.name}: individuals are named by IID, without the family."
        for outcome in outcomes
        if len(outcomes) > 1 and outcome.reading is not None
        if outcome.reading.named_by == "IID"
    ]


def _respell(parts: Parts, code: str) -> None:
    phenotypes, kinship = parts.both()
    if phenotypes.ids is not None:
        parts.phenotypes = phenotypes.with_ids(respell(phenotypes.ids, code))
    if kinship.ids is not None:
        parts.kinship = replace(kinship, ids=respell(kinship.ids, code))
    if parts.covariates is not None and parts.covariates.ids is not None:
        parts.covariates = parts.covariates.with_ids(respell(parts.covariates.ids, code))
    parts.notes.append(f"The ids are compared as if {SPELLINGS[code][0]}, as was decided.")
