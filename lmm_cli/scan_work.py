"""What is scanned: the phenotype and its kinship, and genotypes left on disk where they can be."""

import hashlib
import shutil
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lmm_cli.command import UsageError
from lmm_cli.console import Console
from lmm_cli.data import choose_model, load, with_rounding
from lmm_cli.scan_kinships import for_markers, given_kinships
from lmm_core.arrays import Floats, fingerprint
from lmm_core.errors import LMMError, some
from lmm_core.genotypes import Subset
from lmm_data.tables import GenotypeTable

if TYPE_CHECKING:
    from lmm_cli.files import Opened
    from lmm_core.genotypes import Genotypes
    from lmm_data.preparation.preparing import Prepared
    from lmm_data.readers.genotypes.bed_stream import BedGenotypes
    from lmm_data.readers.reading import KinshipMatrix


@dataclass(frozen=True, slots=True, eq=False)
class ScanWork:
    """What is scanned.

    Attributes:
        trait: its name.
        columns: names of the columns of X.
        ids: the n individuals that have everything.
        y, X, K: shapes (n,), (n, c), (n, n).
        genotypes: of those individuals, in their order.
        markers: of all, with the names and the positions of the markers.
        alleles: the one that is counted and the other, of each; "NA" where no file names them.
        source: fingerprint of the genotypes.
        notes: what was done to the kinship, in sentences.
        kinships: by chromosome the kinship without it, (n, n), if they were given.
    """

    trait: str
    columns: tuple[str, ...]
    ids: tuple[str, ...]
    y: Floats
    X: Floats
    K: Floats
    genotypes: "Genotypes"
    markers: "GenotypeTable | BedGenotypes"
    alleles: tuple[tuple[str, ...], tuple[str, ...]]
    source: str
    notes: tuple[str, ...] = ()
    kinships: Mapping[str, Floats] | None = None


def load_scan(options: Namespace, console: Console) -> "tuple[Opened, Prepared, ScanWork]":
    """Read what is named, and line it up.

    Raises:
        UsageError, DataError, LMMError: no genotypes, or what cannot be fitted.
    """
    opened, prepared, streamed, given = read_scan(options, console)
    dataset = prepared.require_dataset()
    model = choose_model(dataset, options)
    # What is wrong with the model is said before what is missing for a scan of it.
    problem = dataset.problem(model.trait, model.covariates)
    source, given = markers_of(prepared, streamed, given, options)
    keep = with_genotypes(problem.ids, source, given)
    ids = tuple(label for label, kept in zip(problem.ids, keep, strict=True) if kept)
    K, notes = _for_ml(problem.K[np.ix_(keep, keep)], prepared.kinship, options)
    kinships: dict[str, Floats] | None = None
    if given is not None:
        kinships = {}
        for name, kinship in given.items():
            kinships[name], again = _for_ml(kinship_of(kinship, ids), kinship, options)
            notes = (*notes, *again)
        notes = (*notes, said_of(given, int(keep.sum()), len(keep)))
    unknown = ("NA",) * source.shape[1]
    return (
        opened,
        prepared,
        ScanWork(
            trait=model.trait,
            columns=problem.columns,
            ids=ids,
            y=problem.y[keep],
            X=problem.X[keep],
            K=K,
            notes=notes,
            kinships=kinships,
            genotypes=genotypes_of(source, ids),
            markers=source,
            alleles=(source.allele1 or unknown, source.allele0 or unknown),
            source=fingerprint_of(source),
        ),
    )


def read_scan(
    options: Namespace, console: Console
) -> "tuple[Opened, Prepared, BedGenotypes | None, Mapping[str, KinshipMatrix] | None]":
    """What is named: the dataset, genotypes on the disk, and kinships by chromosome, if these are.

    Raises:
        UsageError, DataError, LMMError: what cannot be read, or is no dataset.
    """
    given = given_kinships(options)
    if given is not None:
        options = Namespace(**{**vars(options), "kinship": None})
    streamed = _streamed(options)
    if streamed is None:
        opened, prepared = load(options, console)
    else:
        opened, prepared = _load_beside(streamed, options, console)
    prepared = with_rounding(prepared)
    prepared.require_dataset()
    return opened, prepared, streamed, given


def markers_of(
    prepared: "Prepared",
    streamed: "BedGenotypes | None",
    given: "Mapping[str, KinshipMatrix] | None",
    options: Namespace,
) -> "tuple[GenotypeTable | BedGenotypes, Mapping[str, KinshipMatrix] | None]":
    """The genotypes, and the kinships of their chromosomes.

    Raises:
        UsageError, DataError: no genotypes, or no kinship for a chromosome of theirs.
    """
    source = streamed or _table(prepared, options)
    return source, given and for_markers(given, source.chromosome)


def with_genotypes(
    ids: tuple[str, ...],
    source: "GenotypeTable | BedGenotypes",
    given: "Mapping[str, KinshipMatrix] | None",
) -> NDArray[np.bool_]:
    """Which individuals have genotypes, and a place in every kinship, (n,).

    Raises:
        LMMError: fewer than three.
    """
    known = set(source.ids)
    if given is not None:
        known = known.intersection(*(kinship.ids or () for kinship in given.values()))
    keep = np.array([label in known for label in ids])
    if keep.sum() < 3:
        raise LMMError(
            "at least 3 individuals must have genotypes, the trait and the covariates",
            f"{keep.sum()} do; the genotypes name {some(source.ids)}, the traits {some(ids)}",
            "write the same ids in each file",
        )
    return keep


def genotypes_of(source: "GenotypeTable | BedGenotypes", ids: tuple[str, ...]) -> "Genotypes":
    """The genotypes of some individuals, in their order."""
    row = {label: place for place, label in enumerate(source.ids)}
    return Subset(source, np.arange(source.shape[1]), np.array([row[label] for label in ids]))


def fingerprint_of(source: "GenotypeTable | BedGenotypes") -> str:
    """By what genotypes are told from others."""
    if isinstance(source, GenotypeTable):
        return fingerprint(source.counts)
    return _digest(source.path)


def kinship_of(kinship: "KinshipMatrix", ids: tuple[str, ...]) -> Floats:
    """A kinship as a relationship of these individuals, in their order."""
    row = {label: place for place, label in enumerate(kinship.ids or ())}
    rows = [row[label] for label in ids]
    made: Floats = kinship.scale * kinship.values[np.ix_(rows, rows)]
    return made


def said_of(given: "Mapping[str, KinshipMatrix]", kept: int, all_: int) -> str:
    first = next(iter(given.values()))
    words = f"Beside each chromosome stands the kinship that was given for it, such as {first.name}"
    if first.scale != 1.0:
        words += ", doubled, because it holds coefficients of kinship"
    if kept < all_:
        words += f"; {all_ - kept:,} of {all_:,} individuals are not in all of them"
    return f"{words}."


def _for_ml(
    K: Floats, kinship: "KinshipMatrix | None", options: Namespace
) -> tuple[Floats, tuple[str, ...]]:
    """The kinship for tests by ML: one that was centred on all, on those that are analysed.

    REML does not see the difference, and GEMMA, whose tests these are, does the same.
    """
    from lmm_data.checks.kinship_checks import is_centred

    by_ml = {"lrt", "score"} & set(options.tests)
    if not by_ml or kinship is None or not is_centred(kinship.values):
        return K, ()
    means = K.mean(axis=0)
    again = K - means - means[:, np.newaxis] + means.mean()
    return 0.5 * (again + again.T), (
        f"{kinship.name} is centred, and is centred again on the {len(K):,} individuals "
        "that are analysed, as GEMMA does.",
    )


def inputs_of(work: ScanWork, options: Namespace) -> Mapping[str, str]:
    """For each part of the input, in words, what it is told by: work goes on if all agree."""
    from lmm_core.version import versions

    return {
        "the individuals or the trait": fingerprint([work.trait, *work.ids], work.y),
        "the covariates": fingerprint(work.X),
        "the kinship": _kinship_of(work, options),
        "the genotypes": work.source,
        "h": str(options.h2),
        "the tests": " ".join(sorted(options.tests)),
        "the version of this program": versions()["lmm_core"],
    }


def _kinship_of(work: ScanWork, options: Namespace) -> str:
    if work.kinships is not None:
        return fingerprint([*work.kinships], *work.kinships.values())
    return f"loco {options.relationship}" if options.loco else fingerprint(work.K)


def _streamed(options: Namespace) -> "BedGenotypes | None":
    """The genotypes of a bed file that is named by --geno and not compressed."""
    from lmm_data.readers.genotypes.bed_stream import open_bed_genotypes

    beds = [path for path in options.geno or () if path.suffix == ".bed"]
    return open_bed_genotypes(beds[0]) if len(beds) == 1 and beds[0].is_file() else None


def _load_beside(
    streamed: "BedGenotypes", options: Namespace, console: Console
) -> "tuple[Opened, Prepared]":
    """The other files, the fam file's phenotypes if there are none, and a kinship if none."""
    from lmm_core.scan.loco import autosomal_kinship
    from lmm_data.preparation.preparing import assemble
    from lmm_data.readers.genotypes.plink import read_fam_sex
    from lmm_data.readers.opening import Outcome
    from lmm_data.readers.reading import KinshipMatrix, Reading
    from lmm_data.readers.recognition import Group

    others = Namespace(**{**vars(options), "geno": None})
    with tempfile.TemporaryDirectory() as folder:
        if not others.files and not others.pheno:
            # Beside its bed file it would be read with it, as a whole.
            others.pheno = [Path(shutil.copy(streamed.fam, folder))]
        opened, prepared = load(others, console)
    if prepared.phenotypes is None:
        return opened, prepared
    sex = None if prepared.covariates else read_fam_sex(streamed.fam)
    if sex is not None:
        # What a fit of the same files has at hand as well.
        name, format_ = streamed.path.name, "PLINK 1 genotypes, left on the disk"
        reading = Reading(name, "genotypes", format_, covariates=sex)
        group = Group(name, "genotypes", "bed", (name,))
        outcomes = [*prepared.outcomes, Outcome(group, format_, "named", reading)]
        prepared = assemble(outcomes, prepared.choices, name="data")
    if prepared.kinship is not None:
        return opened, prepared
    K, _ = autosomal_kinship(
        streamed,
        streamed.chromosome,
        kind=options.relationship,
        progress=console.stage("kinship"),
    )
    name = f"the kinship of {streamed.path.name}"
    format_ = f"{options.relationship} allele counts of the autosomal markers that vary"
    reading = Reading(name, "kinship", format_, kinship=KinshipMatrix(name, streamed.ids, K))
    made = Outcome(Group(name, "kinship", None, (streamed.path.name,)), format_, "made", reading)
    choices = replace(prepared.choices, roles=(*prepared.choices.roles, (name, "kinship")))
    return opened, assemble([*prepared.outcomes, made], choices, name="data")


def _table(prepared: "Prepared", options: Namespace) -> GenotypeTable:
    """The genotypes that were read into memory."""
    for outcome in prepared.outcomes:
        if prepared.roles.get(outcome.group.name) != "genotypes" or outcome.reading is None:
            continue
        table = outcome.reading.genotypes
        if table is None:
            continue
        people = prepared.phenotypes.ids if prepared.phenotypes else None
        if outcome.reading.unnamed and options.same_order and people:
            # BIMBAM names nobody: its columns are the rows of the phenotypes.
            if len(people) == table.n:
                return replace(table, ids=people)
        return table
    raise UsageError(
        "a scan needs genotypes",
        "none of the files has them",
        "name them by --geno, such as PLINK’s .bed",
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
