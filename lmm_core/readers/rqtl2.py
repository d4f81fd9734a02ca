"""Crosses in R/qtl2's form: a control file, and the tables that it names."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lmm_core.arrays import read_only
from lmm_core.crosstypes import AUTOSOMES, X_CHROMOSOMES, X_NEEDS_DIRECTION, X_NEEDS_SEX
from lmm_core.errors import DataError
from lmm_core.genoprob import GenotypeProbabilities, genotype_probabilities, probability_kinship
from lmm_core.kinship import centered_kinship
from lmm_core.readers.reading import KinshipMatrix, Reading, TextTable, missing_met, suspicions
from lmm_core.readers.rqtl2_control import Control, read_control
from lmm_core.readers.rqtl2_crossinfo import read_directions, read_sexes
from lmm_core.readers.rqtl2_markers import Markers, read_markers
from lmm_core.readers.rqtl2_tables import open_folder, read_text
from lmm_core.tables import some

# R/qtl2's user guide computes the kinship with these.
STEP_CM = 1.0
ERROR_PROB = 0.002
MAX_ARRAY_BYTES = 1 << 30

CROSSES: Mapping[str, str] = MappingProxyType(
    {
        "f2": "an intercross",
        "bc": "a backcross",
        "dh": "doubled haploids",
        "haploid": "haploids",
        "riself": "recombinant inbred lines made by selfing",
        "risib": "recombinant inbred lines made by sib-mating",
    }
)
_OTHER_CROSSES = re.compile(
    r"ail3?|dof?1?|dh6|hs(f1)?|magic19|riself(4|8|16)|risib[48]|gen(ril|ail)\d{1,4}"
)
_READ = frozenset(
    {"crosstype", "geno", "gmap", "pmap", "pheno", "covar", "sex", "cross_info", "x_chr"}
    | {"genotypes", "alleles", "sep", "na.strings", "comment.char", "description", "comments"}
    | {f"{key}_transposed" for key in ("geno", "gmap", "pmap", "pheno", "covar")}
)


def read_rqtl2(
    files: Mapping[str, bytes],
    name: str,
    *,
    step_cm: float = STEP_CM,
    error_prob: float = ERROR_PROB,
) -> Reading:
    """The phenotypes, covariates, genotypes and kinship of a cross.

    Args:
        files: the contents of a folder or an archive by path, in it the control file.
        name: what to call them together.
        step_cm: distance of the pseudomarkers that the kinship is computed at beside the
            markers; 0 for none.
        error_prob: chance that a genotype is wrong, for the kinship.

    Returns:
        Genotypes, with the phenotypes as its table. The kinship is R/qtl2's, from genotype
        probabilities, on the scale of a coefficient; where these cannot be had (a cross of more
        than two strains, no genetic map) it is that of the centred counts, and a note says so.
        The X chromosome is left out of it if a sex or a direction that it depends on is unknown.

    Raises:
        DataError: the control file is missing or damaged, a cross that R/qtl2 does not know, a
            file that is named but not there, tables that are damaged or share no individual or
            marker with the genotypes.

    References:
        Broman et al. 2019, Genetics 211:495, and https://kbroman.org/qtl2, input files.
    """
    control = read_control(files, name)
    cross_type = _cross_type(control)
    folder = open_folder(files, control)
    markers, notes = read_markers(folder)
    x = frozenset(control.texts("x_chr")).intersection(markers.chromosome)
    if len(x) < len(control.texts("x_chr")):
        notes.append(
            f"'x_chr' in {control.name} names {some(control.texts('x_chr'))}, but the chromosomes "
            f"are {some(dict.fromkeys(markers.chromosome), 25)}."
        )
    markers, impossible = markers.without_impossible(cross_type, x)
    if impossible:
        notes.append(
            "Genotypes taken for missing, as R/qtl2 does, because they cannot be in "
            f"{CROSSES[cross_type]}: {impossible:,}."
        )
    phenotypes, covariates = read_text(folder, "pheno"), read_text(folder, "covar")
    for key, table in (("pheno", phenotypes), ("covar", covariates)):
        notes += _compared(table, key, markers.ids, control)
    cross = _Cross(
        cross_type, x, read_sexes(folder, covariates), read_directions(folder, covariates)
    )
    kinship, said = _kinship(markers, cross, name, step_cm, error_prob)
    met: Counter[str] = Counter()
    for table in (phenotypes, covariates):
        if table is not None:
            met.update(dict(missing_met(table)))
            said += suspicions(table)
    return Reading(
        name=name,
        kind="genotypes",
        format=f"R/qtl2: {CROSSES.get(cross_type, 'a cross')} ({cross_type})",
        notes=(*control.notes, _sizes(markers, control), *notes, *said, *_left_out(control)),
        table=phenotypes,
        kinship=kinship,
        genotypes=markers.as_counts(cross_type, name),
        covariates=covariates,
        missing_met=tuple(met.most_common()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Cross:
    """How the individuals were bred; whose sex or direction is not known is not in the two."""

    cross_type: str
    x: Collection[str]
    female: Mapping[str, bool]
    reverse: Mapping[str, bool]

    def unknown(self, ids: tuple[str, ...]) -> str:
        """Whose sex or direction the X chromosome lacks, in words; empty if it lacks none."""
        if self.cross_type in X_NEEDS_SEX:
            without = [label for label in ids if label not in self.female]
            if without:
                return f"the sex of {some(without)} is not known"
        if self.cross_type in X_NEEDS_DIRECTION:
            # The sons of an intercross have their X from their mother, whatever the direction.
            sons = self.female if self.cross_type == "f2" else {}
            without = [i for i in ids if i not in self.reverse and sons.get(i, True)]
            if without:
                return f"the direction of the cross that {some(without)} came from is not known"
        return ""


def _cross_type(control: Control) -> str:
    cross_type = control.text("crosstype")
    if cross_type in CROSSES or _OTHER_CROSSES.fullmatch(cross_type):
        return cross_type
    raise DataError(
        f"{control.name}: 'crosstype' must be a cross of R/qtl2's, such as {', '.join(CROSSES)}: "
        + (f"it is '{cross_type:.40}'; correct it" if cross_type else "it is not given; add it")
    )


def _compared(
    table: TextTable | None, key: str, ids: tuple[str, ...], control: Control
) -> list[str]:
    """Notes on the individuals that only the table or only the genotypes have."""
    if table is None:
        return []
    rows, genotyped = set(table.ids or ()), set(ids)
    if rows.isdisjoint(genotyped):
        hint = "write the same ids in both"
        if not genotyped.isdisjoint(table.columns):
            state = "delete" if control.flag(f"{key}_transposed") else "add"
            hint = f"its columns are, so {state} '{key}_transposed: true' in {control.name}"
        raise DataError(
            f"{table.name}: its rows must be individuals of the genotypes: none of "
            f"{some(table.ids or ())} is among {some(ids)}; {hint}"
        )
    notes = []
    for only, where in (
        ([label for label in ids if label not in rows], f"the genotypes and not in {table.name}"),
        ([label for label in rows if label not in genotyped], f"{table.name} and not genotyped"),
    ):
        if only:
            notes.append(f"Individuals in {where}: {some(sorted(only))}.")
    return notes


def _kinship(
    markers: Markers, cross: _Cross, name: str, step_cm: float, error_prob: float
) -> tuple[KinshipMatrix | None, list[str]]:
    """The kinship, and how it came about."""
    n = len(markers.ids)
    if 8 * n * n > MAX_ARRAY_BYTES:
        return None, [f"No kinship is computed: {n:,} individuals are too many for it here."]
    if cross.cross_type not in AUTOSOMES:
        return _from_counts(
            markers, cross, name, f"in the cross {cross.cross_type} they are not inferred here"
        )
    if np.isnan(markers.position_cm).any():
        return _from_counts(markers, cross, name, "they need a genetic map, 'gmap'")
    unknown = cross.unknown(markers.ids) if cross.cross_type in X_CHROMOSOMES else ""
    places = [
        (chromosome, place)
        for chromosome, place in markers.chromosomes()
        if not (unknown and chromosome in cross.x)
    ]
    if max((_room(markers, place, step_cm) for _, place in places), default=0) > MAX_ARRAY_BYTES:
        return _from_counts(markers, cross, name, "the markers are too many for them here")
    if not places:
        return None, [f"No kinship is computed: there is chromosome X only, and {unknown}."]
    # The positions are counted as they go by: one chromosome is held at a time.
    counted: list[int] = []

    def probabilities() -> Iterator[GenotypeProbabilities]:
        for chromosome, place in places:
            made = genotype_probabilities(
                markers.codes[:, place],
                markers.position_cm[place],
                cross.cross_type,
                is_x=chromosome in cross.x,
                female=[cross.female.get(label, False) for label in markers.ids],
                reverse=[cross.reverse.get(label, False) for label in markers.ids],
                step_cm=step_cm,
                error_prob=error_prob,
            )
            counted.append(made.position_cm.size)
            yield made

    K = probability_kinship(probabilities())
    grid = f"the markers and a grid of {step_cm:g} cM" if step_cm else "the markers"
    notes = [
        "The kinship is R/qtl2's, the mean over genotype probabilities at "
        f"{sum(counted):,} positions ({grid}; error probability {error_prob:g}). It is a "
        "coefficient of kinship, half of a relationship."
    ]
    if unknown and len(places) < len(list(markers.chromosomes())):
        notes.append(f"Chromosome {some(cross.x)} is left out of the kinship: {unknown}.")
    return KinshipMatrix(f"the kinship of {name}", markers.ids, read_only(K), scale=2.0), notes


def _room(markers: Markers, place: slice, step_cm: float) -> float:
    """Bytes that the probabilities of a chromosome take, with six genotypes, as on an F2's X."""
    position = markers.position_cm[place]
    grid = float(np.ptp(position)) / step_cm if step_cm else 0.0
    return 8.0 * 6 * len(markers.ids) * (position.size + grid)


def _from_counts(
    markers: Markers, cross: _Cross, name: str, reason: str
) -> tuple[KinshipMatrix | None, list[str]]:
    counts = markers.as_counts(cross.cross_type, name).dosages()
    counts = counts[:, ~np.isin(markers.chromosome, list(cross.x))]
    counts = counts[:, ~np.isnan(counts).all(axis=0)]
    if not counts.size or np.nanmax(counts) == np.nanmin(counts):
        return None, ["No kinship is computed: no marker outside chromosome X varies."]
    notes = [
        f"The kinship is that of the centred allele counts at {counts.shape[1]:,} markers, and not "
        f"of genotype probabilities: {reason}."
    ]
    if cross.x:
        notes.append(f"Chromosome {some(cross.x)} is left out of the kinship.")
    return KinshipMatrix(
        f"the kinship of {name}", markers.ids, read_only(centered_kinship(counts))
    ), notes


def _sizes(markers: Markers, control: Control) -> str:
    alleles = control.texts("alleles")
    counted = f"allele {alleles[1]}" if len(alleles) == 2 else "the second allele"
    chromosomes = len(list(markers.chromosomes()))
    missing = float((markers.codes == 0).mean())
    return (
        f"{len(markers.ids):,} individuals at {len(markers.names):,} markers on {chromosomes} "
        f"chromosome{'s' * (chromosomes > 1)}, {missing:.1%} of the genotypes missing; the counts "
        f"are of {counted}."
    )


def _left_out(control: Control) -> list[str]:
    named = {
        "founder_geno": "the founders' genotypes",
        "phenocovar": "what describes the phenotypes",
        "linemap": "which individual belongs to which line",
    }
    notes = [
        f"Not read: {', '.join(control.texts(key))}, {words}."
        for key, words in named.items()
        if control.fields.get(key) and not isinstance(control.fields[key], dict)
    ]
    unused = [
        key
        for key in control.fields
        if key not in _READ and key.removesuffix("_transposed") not in named
    ]
    if unused:
        notes.append(f"{control.name} holds what is not used here: {some(unused, 6)}.")
    return notes
