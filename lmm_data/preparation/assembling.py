"""A dataset step by step from files with roles; a step that fails leaves what was reached."""

from collections.abc import Sequence
from dataclasses import replace

from lmm_core.errors import DataError, some
from lmm_data.checks.entries import averaged, check_entries
from lmm_data.checks.finding import any_error
from lmm_data.checks.inverse import inverse_question, looks_inverse, may_be_genomic_inverse
from lmm_data.dataset import align
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.dates import days_in_digits
from lmm_data.preparation.descent import kinship_of, on_parents, require_one_kinship
from lmm_data.preparation.design import design_of, no_trait, terms_of
from lmm_data.preparation.discrete import on_numbers, with_discrete
from lmm_data.preparation.genomic import doubled, inverse_of, kinship_from, nearest
from lmm_data.preparation.missing_numbers import codes_refusals
from lmm_data.preparation.parts import Parts
from lmm_data.preparation.record_by_record import copied_refusals, on_records
from lmm_data.preparation.reshaping import (
    TRANSFORMS,
    beside,
    transformed,
)
from lmm_data.preparation.roles import Role, covariate_columns, tables_of
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.opening import Outcome
from lmm_data.readers.reading import TextTable
from lmm_data.records import records_words
from lmm_data.tables import Table
from lmm_data.weights import weighted

# Their individuals have a sex, which nobody gave as a covariate.
_FAM = ("fam", "bed", "psam", "raw", "ped", "tped")


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
    told = [with_discrete(table, [outcome for _, outcome in used]) for table in covariates]
    covariates = [table for table, _ in told]
    parts.notes += [note for _, notes in told for note in notes]
    if len(traits) > 1:
        parts.several["phenotypes"], parts.source = tuple(traits), traits[0].name
    if len(covariates) > 1:
        parts.several["covariates"] = tuple(covariates)
    elif covariates:
        parts.covariates = covariates[0]
    parts.join_several()
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
    parts.join_several()
    parts.notes += _on_families([outcome for _, outcome in used])
    parts.notes += _on_zeros([outcome for role, outcome in used if role == "phenotypes"])
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
        parts.notes += on_records(parts.covariates, phenotypes)
        if not parts.on_request:
            parts.notes += on_numbers(parts.covariates, choices.factors)
        parts.design = design_of(parts.covariates, choices.factors, choices.not_missing)
        parts.covariates = parts.design.table
        # What is only on offer is not yet done.
        parts.notes += [] if parts.on_request else parts.design.notes
    if choices.transforms:
        fitted = set(kinship.ids or ())
        if parts.covariates is not None:
            fitted &= set(parts.covariates.ids or ())
        used = dict.fromkeys(c for c, _ in choices.transforms if c in phenotypes.columns)
        # Ranks would hide a code.
        for refusal in codes_refusals(phenotypes.numbers([*used]), choices.not_missing).values():
            raise refusal
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
    days = {column for column in traits.columns if days_in_digits(phenotypes, column)}
    coded = copied_refusals(traits) | codes_refusals(traits, choices.not_missing)
    if days or coded:
        kept = [c for c in traits.columns if c not in days and c not in coded]
        traits = phenotypes.numbers(kept)
    if not traits.columns:
        raise no_trait(phenotypes, coded) or DataError(
            "a trait must be a column of numbers",
            _no_numbers(phenotypes),
            "look for a missing code, a decimal comma or signs beside the numbers, or choose "
            "another file for the phenotypes",
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
    if not choices.invert_kinship and may_be_genomic_inverse(values):
        parts.notes.append(
            f"{kinship.name} may be the inverse of a kinship, whose ĥ is another: if it is one, "
            "have it inverted (--invert-kinship)."
        )
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
        phenotypes,
        traits.columns,
        parts.design,
        coded,
        on_request=parts.on_request,
        ids=shared,
    )
    # Of nobody everything is the same.
    parts.notes += left_out if shared else ()
    found = align(name, traits, Table(kinship.name, ids, ids, values), covariates, terms)
    parts.dataset, on_weights = weighted(found, choices.weights)
    parts.notes += on_weights
    if parts.dataset.of is not None:
        words = records_words(parts.dataset.n, len(parts.dataset.individuals))
        parts.notes.append(
            f"{phenotypes.name} has {words}: each is an observation, and those of one individual "
            "share its genetic value."
        )


def _no_numbers(table: TextTable) -> str:
    """That no column is of numbers, and what stands in the first of them instead."""
    names = some(table.columns, 6)
    hold = "holds" if len(table.columns) == 1 else "hold"
    for column in table.columns:
        for row, entry in table.not_numbers(column)[:1]:
            at = "" if len(table.columns) == 1 else f" of “{column}”"
            return f"{names} {hold} what is no number, such as “{entry[:40]}” in row {row + 1}{at}"
    return f"{names} {hold} no number"


def _on_zeros(outcomes: Sequence[Outcome]) -> list[str]:
    """A sentence on each table behind FID and IID with 0, 1 and 2, of which PLINK has its own."""
    notes = []
    for outcome in outcomes:
        reading = outcome.reading
        if reading is None or reading.table is None or reading.sheet is None:
            continue
        table = reading.table
        found = [c for c in table.columns if reading.named_by and _is_coded(table, c)]
        if found:
            notes.append(
                f"{some(found, 6)} of {table.name} is 0, 1 and 2, and 0 is a number here: to PLINK "
                "it would be missing beside 1 and 2 (--missing 0)."
            )
    return notes


def _is_coded(table: TextTable, column: str) -> bool:
    """Whether 0, 1 and 2 are all that a column holds."""
    entries = table.column(column)
    if isinstance(entries, NumberColumn) and not (entries.values == 0.0).any():
        return False
    return set(entries) - table.missing == {"0", "1", "2"}


def _on_families(outcomes: Sequence[Outcome]) -> list[str]:
    """A sentence on each of several files that joins by IID and leaves a family out."""
    return [
        f"{outcome.group.name}: individuals are named by IID, without the family."
        for outcome in outcomes
        if len(outcomes) > 1 and outcome.reading is not None
        if outcome.reading.named_by == "IID"
    ]
