"""Crosses in R/qtl2's form: a control file, and the tables that it names."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from lmm_core.errors import DataError, some
from lmm_data.readers.reading import Reading, TextTable, suspicions
from lmm_data.readers.rqtl2.breeding import read_breeding
from lmm_data.readers.rqtl2.control import Control, read_control
from lmm_data.readers.rqtl2.crosstypes import AA, BB
from lmm_data.readers.rqtl2.founders import INTERCROSSES, founders_in, x_needs_sex
from lmm_data.readers.rqtl2.kinship import kinship_of
from lmm_data.readers.rqtl2.markers import Markers, read_markers
from lmm_data.readers.rqtl2.tables import open_folder, read_text

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


def read_rqtl2(files: Mapping[str, bytes], name: str) -> Reading:
    """The phenotypes, covariates, genotypes and kinship of a cross.

    Args:
        files: the contents of a folder or an archive by path, in it the control file.
        name: what to call them together.

    Returns:
        Genotypes, with the phenotypes as its table. The kinship is R/qtl2's, from genotype
        probabilities, on the scale of a coefficient; where these cannot be had (a cross that they
        are not inferred in, no genetic map, no founders' genotypes) it is that of the centred
        counts, and a note says so.
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
    of_founders = founders_in(cross_type) > 0 and cross_type != "ail"
    markers, notes = read_markers(folder, with_founders=of_founders)
    if cross_type == "ail":
        # Its two strains are what the codes themselves say.
        markers = replace(markers, founders=np.array([[AA], [BB]]).repeat(len(markers.names), 1))
    x = frozenset(control.texts("x_chr")).intersection(markers.chromosome)
    if len(x) < len(control.texts("x_chr")):
        notes.append(
            f"“x_chr” in {control.name} names {some(control.texts('x_chr'))}, but the chromosomes "
            f"are {some(dict.fromkeys(markers.chromosome), 25)}."
        )
    markers, impossible = markers.without_impossible(cross_type, x)
    if impossible:
        notes.append(
            "Genotypes taken for missing, as R/qtl2 does, because they cannot be in "
            f"{CROSSES[cross_type]}: {impossible:,}, "
            f"{impossible / markers.codes.size:.1%} of all."
        )
    phenotypes, covariates = read_text(folder, "pheno"), read_text(folder, "covar")
    for key, table in (("pheno", phenotypes), ("covar", covariates)):
        notes += _compared(table, key, markers.ids, control)
    breeding = read_breeding(folder, cross_type, x, covariates)
    kinship, said = kinship_of(markers, breeding, name)
    for table in filter(None, (phenotypes, covariates)):
        said += suspicions(table)
    return Reading(
        name=name,
        kind="genotypes",
        format=f"R/qtl2: {_called(cross_type)} ({cross_type})",
        notes=(
            *control.notes,
            _sizes(markers, control),
            *notes,
            *said,
            *_left_out(control, of_founders),
        ),
        table=phenotypes,
        kinship=kinship,
        genotypes=markers.as_counts(cross_type, name),
        covariates=covariates,
    )


def _cross_type(control: Control) -> str:
    cross_type = control.text("crosstype")
    if cross_type in CROSSES or _OTHER_CROSSES.fullmatch(cross_type):
        return cross_type
    raise DataError(
        f"“crosstype” must be a cross of R/qtl2’s, such as {', '.join(CROSSES)}",
        f"it is “{cross_type:.40}”" if cross_type else "it is not given",
        "correct it" if cross_type else "add it",
        where=control.name,
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
            hint = f"its columns are, so {state} “{key}_transposed: true” in {control.name}"
        raise DataError(
            "its rows must be individuals of the genotypes",
            f"none of {some(table.ids or ())} is among {some(ids)}",
            hint,
            where=table.name,
        )
    notes = []
    for only, where in (
        ([label for label in ids if label not in rows], f"the genotypes and not in {table.name}"),
        ([label for label in rows if label not in genotyped], f"{table.name} and not genotyped"),
    ):
        if only:
            notes.append(f"Individuals in {where}: {some(sorted(only))}.")
    return notes


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


def _called(cross_type: str) -> str:
    founders = founders_in(cross_type)
    if not founders:
        return CROSSES.get(cross_type, "a cross")
    if cross_type in INTERCROSSES:
        return f"an advanced intercross of {founders} strains"
    who = "outbred individuals" if x_needs_sex(cross_type) else "lines"
    return f"{who} of {founders} founders"


def _left_out(control: Control, founders: bool) -> list[str]:
    named = {
        "founder_geno": "the founders’ genotypes",
        "phenocovar": "what describes the phenotypes",
        "linemap": "which individual belongs to which line",
    }
    notes = [
        f"Not read: {', '.join(control.texts(key))}, {words}."
        for key, words in named.items()
        if control.fields.get(key)
        and not isinstance(control.fields[key], dict)
        and not (founders and key == "founder_geno")
    ]
    unused = [
        key
        for key in control.fields
        if key not in _READ and key.removesuffix("_transposed") not in named
    ]
    if unused:
        notes.append(f"{control.name} holds what is not used here: {some(unused, 6)}.")
    return notes
