"""From files to a dataset: what each file is for, who is who, and why there is no dataset yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from lmm_core.arrays import Brief
from lmm_core.errors import DataError, LMMError
from lmm_core.progress import Progress, part_of
from lmm_data.dataset import Dataset
from lmm_data.joining import JoinReport
from lmm_data.preparation.assembling import build, gather, require_files, reshape
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.identifying import identify
from lmm_data.preparation.long_form import left_aside, spread_out
from lmm_data.preparation.matching import match, name_everyone
from lmm_data.preparation.orienting import oriented
from lmm_data.preparation.parts import Parts
from lmm_data.preparation.roles import Role, suggest_roles
from lmm_data.preparation.uprighting import upright
from lmm_data.readers.corrections import Correction
from lmm_data.readers.dispatch import READERS, with_minus_nine
from lmm_data.readers.opening import Outcome, read_sorted
from lmm_data.readers.reading import KinshipMatrix, TextTable
from lmm_data.readers.recognition import has_parents, reader_of_genotypes
from lmm_data.readers.sorting import Sorted, sort_files
from lmm_data.tables import GenotypeTable

__all__ = ["Choices", "Prepared", "Role", "assemble", "prepare"]

# The share of the time that reading takes, where a kinship is read and not computed.
_READING = 0.8


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prepared(Brief):
    """What became of files, as far as it came.

    Attributes:
        choices: what was decided.
        outcomes: the files as read, or why they cannot be.
        roles: what each is for, by the name of its group.
        phenotypes, kinship, covariates: what is fitted, with the ids that are joined, changed as
            was decided; None as long as there is none. The kinship is a relationship.
        join: who is in which file; None if nobody can be matched yet.
        dataset: None if there is a problem.
        refusal: why there is no dataset; None if there is one.
        order_offered: whether a file has no ids and as many rows as the others, so that
            `Choices.same_order` may be decided on.
        ids_offered: the columns of which one must be chosen for the ids, by `Choices.ids`.
        notes: what was chosen and done, in sentences.
    """

    choices: Choices
    outcomes: tuple[Outcome, ...]
    roles: Mapping[str, Role]
    phenotypes: TextTable | None
    kinship: KinshipMatrix | None
    covariates: TextTable | None
    join: JoinReport | None
    dataset: Dataset | None
    refusal: LMMError | None
    order_offered: bool
    ids_offered: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    @property
    def problem(self) -> str:
        """Why there is no dataset, with a remedy; "" if there is one."""
        return str(self.refusal or "")

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The entries of these files that somebody corrected."""
        return _corrected(self.outcomes, self.choices)

    @property
    def genotypes(self) -> GenotypeTable | None:
        """Those among the files, of all who are not left out; None if there are none."""
        for outcome in self.outcomes:
            found = outcome.reading.genotypes if outcome.reading else None
            if found is not None and self.roles.get(outcome.group.name) == "genotypes":
                return found.without(self.choices.without)
        return None

    def require_dataset(self) -> Dataset:
        """The dataset.

        Raises:
            LMMError: there is none.
        """
        if self.refusal is not None:
            raise self.refusal.anew()
        assert self.dataset is not None
        return self.dataset


_NOTHING = Choices()


def prepare(
    files: Mapping[str, bytes],
    choices: Choices = _NOTHING,
    name: str = "",
    progress: Progress | None = None,
    found: Sorted | None = None,
) -> Prepared:
    """The dataset in the files, or why there is none yet.

    Args:
        files: their contents by name, in any order and of any number: text in many dialects,
            archives, GCTA's, PLINK's, GEMMA's and R/qtl2's files.
        choices: what is decided; all else is suggested.
        name: what to call the dataset; after the phenotypes by default.
        progress: called with the share that is done, from 0 to 1.
        found: what `sort_files` says of them, if that is known.

    Returns:
        Individuals are joined by id, and by the order of rows only if that was decided.

    >>> files = {
    ...     "K.csv": b"id,a,b,c\\na,1,0,0\\nb,0,1,0\\nc,0,0,1\\n",
    ...     "pheno.csv": b"id,weight\\nc,3\\na,1\\nb,2\\n",
    ... }
    >>> prepared = prepare(files)
    >>> prepared.dataset.name, prepared.dataset.traits.column("weight")
    ('pheno', array([1., 2., 3.]))
    """
    tell = part_of(progress)
    found = found or sort_files(files, choices.corrections)
    readers = {**_implied(found, choices), **dict(choices.readers)}
    outcomes = read_sorted(
        found, readers, choices.missing, part_of(tell, 0.0, _READING), choices.decimal
    )
    prepared = assemble(outcomes, choices, name)
    tell(1.0)
    return prepared


def assemble(outcomes: Sequence[Outcome], choices: Choices = _NOTHING, name: str = "") -> Prepared:
    """`prepare` from files that have been read, with the readers and missing codes of choices."""
    chosen = dict(choices.roles)
    # What a table is for is told by its columns, and those that are ids are none of them.
    given, turned = oriented([o for o in outcomes if chosen.get(o.group.name) != "ignored"])
    given, stood = upright(given, choices.ids)
    made = {outcome.name: outcome for outcome in given}
    outcomes = [made.get(outcome.name, outcome) for outcome in outcomes]
    identified = identify(given, choices.ids, choices.same_order)
    roles = suggest_roles(identified.among(outcomes), chosen)
    used = [o for o in identified.outcomes if roles.of[o.group.name] != "ignored"]
    if len(used) < len(given):
        identified = identify(used, choices.ids, choices.same_order).of_all(identified)
    outcomes = [_with_minus_nine(outcome) for outcome in identified.among(outcomes)]
    done = [f"{one.words}." for one in _corrected(outcomes, choices)]
    parts = Parts(notes=[*done, *roles.notes, *turned, *stood, *identified.notes])
    refusal: LMMError | None = roles.refusal
    if refusal is None:
        try:
            _assemble(parts, outcomes, roles.of, choices, name, identified.refusal)
        except LMMError as error:
            refusal = error.anew()
    return Prepared(
        choices=choices,
        outcomes=tuple(outcomes),
        roles=roles.of,
        phenotypes=parts.phenotypes,
        kinship=parts.kinship,
        covariates=parts.covariates,
        join=parts.join,
        dataset=parts.dataset,
        refusal=refusal,
        order_offered=parts.order_offered,
        ids_offered=identified.offers,
        notes=tuple(parts.notes),
    )


def _corrected(outcomes: Sequence[Outcome], choices: Choices) -> tuple[Correction, ...]:
    there = {name for outcome in outcomes for name in outcome.group.files}
    return tuple(one for one in choices.corrections if one.file in there)


def _with_minus_nine(outcome: Outcome) -> Outcome:
    """The table with -9 as missing, if it turns out that FID and IID name its rows."""
    reading = outcome.reading
    if reading is None or reading.sheet is None:
        return outcome
    return replace(outcome, reading=with_minus_nine(reading, outcome.group))


def _assemble(
    parts: Parts,
    outcomes: Sequence[Outcome],
    roles: Mapping[str, Role],
    choices: Choices,
    name: str,
    question: LMMError | None,
) -> None:
    if not outcomes:
        raise DataError(
            "phenotypes and a kinship, or genotypes, must be among the files",
            "there is no file",
            "add them",
        )
    gather(parts, [(roles[outcome.group.name], outcome) for outcome in outcomes], choices)
    require_files(parts, outcomes)
    if question is not None:
        raise question
    name_everyone(parts, choices)
    _spread_out(parts, choices)
    match(parts, choices)
    reshape(parts, choices)
    build(parts, name or PurePosixPath(parts.source.removesuffix(".gz")).stem, choices)


def _spread_out(parts: Parts, choices: Choices) -> None:
    phenotypes, _ = parts.both()
    parts.phenotypes, note = spread_out(phenotypes)
    aside = left_aside(parts.phenotypes, (*choices.from_phenotypes, *choices.factors))
    parts.notes += filter(None, (note, aside))


def _implied(found: Sorted, choices: Choices) -> dict[str, str]:
    """Readers for files of text that were taken for something else than their role says."""
    roles, readers = dict(choices.roles), {}
    for group in found.groups:
        role = roles.get(group.name, "ignored")
        code = group.reader or ""
        if len(group.files) > 1:
            continue
        mistaken = role == "kinship" and group.kind != "kinship"
        if mistaken and has_parents(group.name, found.contents[group.files[0]]):
            readers[group.name] = "pedigree"
            continue
        if code not in READERS or not READERS[code].text:
            continue
        if mistaken:
            readers[group.name] = "kinship"
        elif role in ("phenotypes", "covariates") and group.kind != "table":
            readers[group.name] = "table"
        elif role == "genotypes" and group.kind != "genotypes":
            content = found.contents[group.files[0]]
            readers[group.name] = reader_of_genotypes(group.name, content)
    return readers
