"""Which picture belongs to which finding, and each picture made once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TypeAlias

import numpy as np

from lmm_app.data.kinship_pictures import eigenvalue_picture, entries_picture, kinship_picture
from lmm_app.data.material import Material
from lmm_app.data.trait_pictures import (
    missing_picture,
    moved_picture,
    relatives_picture,
    rows_picture,
    values_picture,
)
from lmm_app.paper.picture import Picture
from lmm_core import LMMError
from lmm_core.arrays import Floats
from lmm_data.checks import Finding, Report
from lmm_data.checks.relatives import correlations
from lmm_data.checks.report import FITTED
from lmm_data.transforms import log_transform, rank_normal

# What a picture shows: its kind, and the trait it is of, "" where it is of all.
Name: TypeAlias = tuple[str, str]

# By the kind of a picture: the codes of the findings that can be seen in it.
SEEN_IN = {
    "kinship": (
        "kinship_clones",
        "kinship_replicates",
        "labels_clones_differ",
        "kinship_families",
        "kinship_alone",
        "kinship_diagonal",
        "kinship_asymmetric",
        "kinship_uneven",
        "kinship_centred_rounded",
    ),
    "entries": ("kinship_half_scale", "kinship_scale", "kinship_equal", "kinship_identity"),
    "eigenvalues": ("kinship_indefinite", "kinship_clipped", "kinship_low_rank", "kinship_zero"),
    "missing": ("phenotype_missing", "phenotype_gaps_related", "phenotype_incomplete"),
    "moved": ("labels_shift",),
    "relatives": ("phenotype_residuals", "labels_swap"),
    "rows": ("phenotype_sorted", "phenotype_batch"),
    "values": (
        "phenotype_outliers",
        "phenotype_skewed",
        "phenotype_heavy_tails",
        "phenotype_ties",
        "phenotype_binary",
        "phenotype_integer",
        "phenotype_code",
    ),
}
_OF_A_TRAIT = ("relatives", "rows", "values")
# By the code of a transform: what is shown after it.
_TRANSFORMS: dict[str, tuple[str, Callable[[Floats], Floats]]] = {
    "log": ("logarithms", log_transform),
    "rank": ("normal scores of the ranks", rank_normal),
}
# So many pictures of single traits are shown unasked.
TRAITS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Illustrated:
    """The findings, each with the pictures in which it is seen; each picture stands once.

    Attributes:
        findings: each with its pictures, in the order of the report.
        others: pictures that no finding is about.
    """

    findings: tuple[tuple[Finding, tuple[Picture, ...]], ...]
    others: tuple[Picture, ...]


def illustrate(material: Material, report: Report, trait: str = "") -> Illustrated:
    """The pictures of a dataset, beside the findings that they show.

    Args:
        material: what was checked.
        report: what was found.
        trait: one that is to be shown in any case, "" for the first.
    """
    makers = _makers(material, report)

    @cache
    def picture(name: Name) -> Picture | None:
        kind, of = name
        return makers[kind](of) if kind in makers else None

    shown: set[Name] = set()

    def first(names: Sequence[Name]) -> tuple[Picture, ...]:
        found = [picture(name) for name in dict.fromkeys(names) if name not in shown]
        shown.update(names)
        return tuple(one for one in found if one is not None)

    findings = []
    for finding in report.findings:
        # What is only good to know leaves its picture for the end, where all can be compared,
        # unless it shows what a change of the trait would do.
        seen = finding.severity != "note" or finding.transform
        names = _names(material, finding) if seen else ()
        findings.append((finding, first(names)))
    traits = material.numbers.columns if material.numbers is not None else ()
    wanted = [trait, *traits] if trait in traits else traits
    usual = [("kinship", ""), ("entries", ""), ("eigenvalues", "")]
    usual += [("values", one) for one in tuple(dict.fromkeys(wanted))[:TRAITS]]
    return Illustrated(tuple(findings), first([*usual, ("missing", "")]))


def _names(material: Material, finding: Finding) -> tuple[Name, ...]:
    """Names of the pictures in which a finding is seen."""
    kind = next((kind for kind, codes in SEEN_IN.items() if finding.code in codes), None)
    if kind is None:
        return ()
    if kind not in _OF_A_TRAIT:
        return ((kind, ""),)
    numbers = material.numbers
    if numbers is None:
        return ()
    of = finding.column if finding.column in numbers.columns else ""
    # What was found in several traits together is seen in the first.
    names = [(kind, trait) for trait in ((of,) if of else numbers.columns[:1])]
    if of and finding.transform:
        names.append((finding.transform, of))
    return tuple(names)


def _makers(material: Material, report: Report) -> dict[str, Callable[[str], Picture | None]]:
    """How each kind of picture is made, of a trait or, with "", of all."""
    K, numbers = material.K, material.numbers
    makers: dict[str, Callable[[str], Picture | None]] = {}
    if K is not None and len(K) > 1:
        makers["kinship"] = lambda _: kinship_picture(
            K, material.order, material.ids, _pairs(material, report)
        )
        makers["entries"] = lambda _: entries_picture(K)
        if report.cost is None or not report.cost.advice:
            makers["eigenvalues"] = lambda _: eigenvalue_picture(
                np.linalg.eigvalsh(K).astype(np.float64)
            )
    if numbers is not None:
        odd = {
            finding.column: finding.ids
            for finding in report.of("phenotype_code") + report.of("phenotype_outliers")
        }

        def values(trait: str, after: str = "") -> Picture | None:
            y, words = numbers.column(trait), ""
            if after:
                words, transform = _TRANSFORMS[after]
                try:
                    y = transform(y)
                except LMMError:
                    return None
            if np.isnan(y).all():
                return None
            return values_picture(trait, y, numbers.ids, () if after else odd.get(trait, ()), words)

        makers["values"] = values
        makers["rows"] = lambda trait: rows_picture(trait, numbers.column(trait), numbers.ids)
        makers["missing"] = lambda _: _missing(material)
        makers["moved"] = lambda _: _moved(material, report)
        makers["relatives"] = lambda trait: _relatives(material, report, trait)
        makers |= {name: partial(values, after=name) for name in _TRANSFORMS}
    return makers


def _pairs(material: Material, report: Report) -> tuple[tuple[int, int, str], ...]:
    """Pairs of individuals to mark in the kinship, and what to call them."""
    place = {label: i for i, label in enumerate(material.ids)}
    found: list[tuple[int, int, str]] = []
    if material.K is not None:
        for i, j in _clones(material.K, report, place):
            found.append((i, j, f"{material.ids[i]} = {material.ids[j]}"))
    for code, sign in (("kinship_asymmetric", "≠"), ("kinship_uneven", "≈"), ("labels_swap", "↔")):
        for finding in report.of(code):
            one, two = finding.ids[:2]
            if one in place and two in place:
                found.append((place[one], place[two], f"{one} {sign} {two}"))
    for finding in report.of("kinship_diagonal"):
        found += [(place[one], place[one], one) for one in finding.ids if one in place]
    return tuple(found)


def _clones(K: Floats, report: Report, place: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Pairs of clones: each with the one that is the most related of them, once."""
    for finding in report.of("kinship_clones"):
        there = np.array([place[label] for label in finding.ids if label in place])
        if there.size > 1:
            R = correlations(K[np.ix_(there, there)])
            pairs = {tuple(sorted((i, int(R[i].argmax())))) for i in range(there.size)}
            yield from ((int(there[i]), int(there[j])) for i, j in sorted(pairs))


def _relatives(material: Material, report: Report, trait: str) -> Picture | None:
    y, numbers = material.beside(trait), material.numbers
    if y is None or material.K is None or numbers is None:
        return None
    residuals = report.of("phenotype_residuals")
    odd = [
        label
        for finding in (*residuals, *report.of("labels_swap"))
        if finding.column in ("", trait)
        for label in finding.ids
    ]
    return relatives_picture(trait, y, material.K, material.ids, odd)


def _moved(material: Material, report: Report) -> Picture | None:
    numbers, found = material.numbers, report.of("labels_shift")
    if material.K is None or numbers is None or not found:
        return None
    place = {label: i for i, label in enumerate(material.ids)}
    fitted = numbers.columns[:FITTED]
    Y = np.column_stack([numbers.column(trait) for trait in fitted])
    whole = np.asarray(~np.isnan(Y).any(axis=1))
    rows = [i for i, label in enumerate(numbers.ids) if whole[i] and label in place]
    ids = [numbers.ids[i] for i in rows]
    ends = found[0].ids or tuple(ids[:1] + ids[-1:])
    if len(ids) < 3 or any(end not in ids for end in ends):
        return None
    there = [place[label] for label in ids]
    K = material.K[np.ix_(there, there)]
    return moved_picture(Y[rows], K, ids.index(ends[0]), ids.index(ends[-1]))


def _missing(material: Material) -> Picture | None:
    data = material.dataset
    if data is None:
        return None
    columns = (*data.traits.columns, *data.covariates.columns)
    gaps = np.isnan(np.column_stack([data.traits.values, data.covariates.values]))
    return missing_picture(columns, gaps, material.order)
