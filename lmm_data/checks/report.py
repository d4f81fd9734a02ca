"""Everything about a dataset in one list, and whether it can be fitted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from lmm_core.arrays import fingerprint
from lmm_core.errors import DataError, some
from lmm_core.progress import Progress, part_of
from lmm_core.records import MOST_EXPANDED
from lmm_data.checks.cost import BYTES, SECONDS, Cost, check_cost, estimate_cost
from lmm_data.checks.covariate_checks import (
    check_confounding,
    check_copies,
    check_covariates,
)
from lmm_data.checks.entries import averaged, check_entries
from lmm_data.checks.finding import Finding, any_error, by_severity, column_of, in_column
from lmm_data.checks.fits import Decompose, check_fits, decompose_anyway, decompose_unkept
from lmm_data.checks.gathering import gathered
from lmm_data.checks.genotype_checks import check_genotypes
from lmm_data.checks.kinship_checks import check_kinship
from lmm_data.checks.labels import check_clones
from lmm_data.checks.made import check_ratios
from lmm_data.checks.phenotype_checks import check_numbers, check_phenotype
from lmm_data.checks.sexes import check_sexes, compare_sexes, recorded_sex
from lmm_data.checks.who_is_who import left_out, name_rows, several_records, unmatched
from lmm_data.checks.whose_kinship import check_against_genotypes, check_families, check_floor
from lmm_data.checks.wrong_labels import check_wrong, count_by_sex
from lmm_data.dataset import Dataset, align
from lmm_data.preparation.design import usual_covariates
from lmm_data.readers.reading import KinshipMatrix, TextTable
from lmm_data.records import records_words
from lmm_data.tables import GenotypeTable, Table

Verdict: TypeAlias = Literal["fit for use", "usable with care", "not usable"]

# So many traits are fitted; the others are looked at by themselves.
FITTED = 6


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, errors first.

    Attributes:
        verdict: `not usable` with an error, `usable with care` with a warning, else `fit for use`.
        findings: errors, warnings, notes; what many columns share is one of them.
        cost: what a fit of this size takes; None if that was not reached.
        each: the same before those of many columns were gathered.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    cost: Cost | None = None
    each: tuple[Finding, ...] = ()

    def with_finding(self, finding: Finding) -> "Report":
        """The report with what was found later."""
        return replace(_report([*self.findings, finding], self.cost), each=(*self.each, finding))

    def of(self, code: str) -> tuple[Finding, ...]:
        """The findings of one code."""
        return tuple(finding for finding in self.findings if finding.code == code)

    def as_dict(self, each: bool = False) -> dict[str, object]:
        """All of it by name, ready for JSON; with `each`, the findings not yet gathered."""
        findings = self.each if each else self.findings
        return {
            "verdict": self.verdict,
            "findings": [finding.as_dict() for finding in findings],
        }


def check_dataset(
    phenotypes: TextTable | Table,
    kinship: KinshipMatrix,
    covariates: TextTable | Table | None = None,
    *,
    genotypes: GenotypeTable | None = None,
    dataset: Dataset | None = None,
    decompose: Decompose = decompose_unkept,
    traits: Sequence[str] | None = None,
    use: Sequence[str] | None = None,
    reml: bool = True,
    max_seconds: float = SECONDS,
    max_bytes: float = BYTES,
    quick: bool = False,
    progress: Progress | None = None,
) -> Report:
    """All checks, the quick ones first; the slow ones only if there is time and no error.

    Args:
        phenotypes, kinship, covariates: as they were read; ids that a file lacks are taken from
            another of the same length, row by row.
        genotypes: those that the kinship is of, or of the same individuals besides it.
        dataset: the same joined by id, if that is done; it is not joined again then.
        decompose: for who keeps decompositions, by the fingerprint of the kinship.
        traits: columns that are to be fitted; all that are numbers by default.
        use: covariates of the model; by default all that are not the same for everybody.
        reml: whether the fit will be by REML.
        max_seconds, max_bytes: above these the slow checks are left to the command line.
        quick: leave the slow checks out: what needs the decomposition of the kinship, or a fit.
        progress: called with the share of the work that is done.
    """
    tell = part_of(progress)
    findings: list[Finding] = []
    files, unnamed = name_rows(phenotypes, kinship, covariates)
    findings += unnamed
    if files is None:
        return _report(findings)
    phenotypes, kinship, covariates = files.phenotypes, files.kinship, files.covariates
    numbers = _numbers(phenotypes)
    columns = {covariates.name: len(covariates.columns)} if covariates else {}
    columns[phenotypes.name] = len(phenotypes.columns)

    def report(*more: Finding, cost: Cost | None = None) -> Report:
        return _report([*findings, *more], cost, columns)

    usable = _phenotypes(phenotypes, numbers, traits, len(use or ()) + 1, findings)
    ids, where, values = kinship.ids or (), kinship.name, kinship.values
    entries = list(check_entries(values, ids, where))
    chosen: tuple[str, ...] = ()
    if covariates is not None:
        there = _numbers(covariates)
        chosen = usual_covariates(there)
        if use is not None:
            chosen = tuple(name for name in use if name in there.columns)
        findings += check_covariates(covariates, use=chosen if use is None else use)
    findings += [
        _no_such("covariate", column, covariates, "It cannot be in the model.")
        for column in use or ()
        if covariates is None or column not in covariates.columns
    ]
    findings += check_ratios(numbers, usable)
    findings += _beyond(usable, phenotypes.name)
    findings += several_records(phenotypes)
    tell(0.1)
    beyond = any(f.code == "covariate_unit" and f.severity == "error" for f in findings)
    if any_error(entries) or not usable or beyond:
        return report(*entries)

    try:
        data = dataset or align(
            "data",
            numbers,
            Table(where, ids, ids, averaged(values)),
            None if covariates is None else _numbers(covariates),
        )
    except DataError as error:
        return report(*entries, unmatched(error, phenotypes.name))
    findings += left_out(data.alignment, phenotypes.name)
    # Days written as numbers, and what has to be asked about first, are not fitted.
    usable = tuple(trait for trait in usable if trait in data.traits.columns)
    typed = None if genotypes is None else check_genotypes(genotypes)
    same, counted = typed.same if typed else None, None
    if typed is not None and genotypes is not None:
        column, sex = recorded_sex(data.covariates, numbers)
        sexes = compare_sexes(genotypes, column, sex)
        findings += [*typed.findings, *check_sexes(sexes)]
        counted = count_by_sex(sexes) if sexes else None
        if counted is not None:
            findings += check_wrong(counted, genotypes.name, by_sex=True)
    many = data.of is not None and data.n > MOST_EXPANDED
    cost = estimate_cost(
        len(data.individuals) if many else data.n,
        min(len(usable), FITTED),
        max_seconds=max_seconds,
        max_bytes=max_bytes,
    )
    deep = not (cost.advice or quick)
    eigen, repaired = None, False
    if deep:
        key = data.kinship_fingerprint if data.of is None else fingerprint(data.relationship)
        eigen, repaired = decompose_anyway(key, data.relationship, decompose)
    elif not quick:
        findings += check_cost(cost, where=where)
    findings += entries
    found = check_kinship(
        data.relationship,
        data.individuals,
        # Of a matrix that needs repair, the eigenvalues as they are tell why.
        None if repaired else eigen,
        where=where,
        reml=reml or not deep,
        coefficients=kinship.scale == 2.0,
        deep=deep,
        clones=same is None,
    )
    findings += _unexplained(_of_records(found, data), findings)
    findings += check_floor(data.relationship, where)
    individuals = data.relationship, data.individuals
    findings += check_families(*individuals, (phenotypes, covariates), where)
    if genotypes is not None and genotypes.name not in where:
        compared = typed.compared if typed else None
        findings += check_against_genotypes(*individuals, genotypes, where, compared)
    if eigen is None:
        return report(cost=cost)

    tell(0.3)
    joined = data.covariates
    if data.of is None:
        findings += check_clones(
            data.kinship, data.ids, joined.columns, joined.values, where=joined.name, same=same
        )
        findings += check_confounding(joined, chosen, eigen)
    findings += check_copies(joined, chosen, data.traits)
    if many:
        return report(_many_records(data, numbers.name), cost=cost)
    if not any_error(findings):
        findings += check_fits(
            data,
            usable[:FITTED],
            chosen,
            eigen if data.of is None else None,
            order=numbers.ids,
            where=numbers.name,
            # The same report each time.
            rng=np.random.default_rng(0),
            progress=tell,
            decompose=decompose,
            count_labels=counted is None,
        )
    return report(cost=cost)


def _many_records(data: Dataset, where: str) -> Finding:
    return Finding(
        "records_many",
        "note",
        where,
        "Too many records to check by a fit",
        f"There are {records_words(data.n, len(data.individuals))}; residuals and power are looked "
        f"at up to {MOST_EXPANDED:,} records.",
        "The fit itself takes any number of records.",
        "Nothing needs doing; some of the individuals can be checked by themselves.",
        value=float(data.n),
    )


def _of_records(findings: Sequence[Finding], data: Dataset) -> list[Finding]:
    """What was found about a kinship: where individuals have several records, relatives or none."""
    if data.of is None:
        return list(findings)
    return [
        replace(
            finding,
            severity="note",
            meaning="Of several records of each individual, h is then the repeatability.",
            remedy="Use a kinship from markers or a pedigree to tell how much of it is genetic.",
        )
        if finding.code in ("kinship_identity", "kinship_equal")
        else finding
        for finding in findings
    ]


def _unexplained(found: Sequence[Finding], before: Sequence[Finding]) -> Iterator[Finding]:
    """Without odd diagonals, if the genotypes of most were found to be poor or odd themselves."""
    poor = {label for finding in before if finding.code in _POOR for label in finding.ids}
    for finding in found:
        explained = sum(label in poor for label in finding.ids)
        if finding.code != "kinship_diagonal" or 2 * explained <= len(finding.ids):
            yield finding


_POOR = ("genotype_call_rate", "genotype_few", "genotype_heterozygosity")


def _report(
    findings: Sequence[Finding],
    cost: Cost | None = None,
    columns: Mapping[str, int] = MappingProxyType({}),
) -> Report:
    each = by_severity(dict.fromkeys(findings))
    ordered = by_severity(gathered(each, columns))
    verdict: Verdict = "fit for use"
    if any_error(ordered):
        verdict = "not usable"
    elif ordered and ordered[0].severity == "warning":
        verdict = "usable with care"
    return Report(verdict, ordered, cost, each)


def _numbers(table: TextTable | Table) -> Table:
    """The columns that are numbers."""
    return table.numbers() if isinstance(table, TextTable) else table


def _phenotypes(
    phenotypes: TextTable | Table,
    numbers: Table,
    traits: Sequence[str] | None,
    columns: int,
    findings: list[Finding],
) -> tuple[str, ...]:
    """The traits that can be fitted; what was found about all of them is added."""
    usable = []
    wanted = tuple(phenotypes.columns if traits is None else traits)
    several: list[Finding] = []
    # Of thousands of columns, an index is looked up and not searched for.
    there, indices = set(phenotypes.columns), {c: j for j, c in enumerate(numbers.columns)}
    for trait in wanted:
        where = column_of(phenotypes.name, trait)
        if trait not in there:
            several.append(_no_such("phenotype", trait, phenotypes, "There is nothing to fit."))
            continue
        found: tuple[Finding, ...] = ()
        if isinstance(phenotypes, TextTable):
            found = tuple(check_numbers(phenotypes, trait))
        if trait in indices:
            values = numbers.values[:, indices[trait]]
            found += check_phenotype(trait, values, numbers.ids, where=where, columns=columns)
        if not any_error(found):
            usable.append(trait)
        several += in_column(found, trait)
    # With others to fit, a column that cannot be fitted is no reason to stop.
    ease = bool(usable) and traits is None
    findings += [
        replace(finding, severity="warning") if ease and finding.severity == "error" else finding
        for finding in several
    ]
    if not wanted:
        findings.append(_no_such("phenotype", "", phenotypes, "There is nothing to fit."))
    return tuple(usable)


def _no_such(kind: str, column: str, table: TextTable | Table | None, meaning: str) -> Finding:
    there = some(table.columns if table else (), 6) or "none"
    return Finding(
        f"{kind}_absent",
        "error",
        table.name if table else f"{kind}s",
        "No such column",
        f"There is no column “{column}”; there are {there}." if column else "It has no column.",
        meaning,
        "Choose a column that is there.",
    )


def _beyond(usable: Sequence[str], where: str) -> Iterator[Finding]:
    if len(usable) <= FITTED:
        return
    yield Finding(
        "phenotype_unfitted",
        "note",
        where,
        "Many traits",
        f"Of {len(usable):,} traits the first {FITTED} were fitted: "
        f"{some(usable[:FITTED], FITTED)}.",
        "Residuals, power and labels were checked with those alone.",
        "Name the traits that matter, and they are fitted.",
        value=float(len(usable)),
    )
