"""What lies in a file of R, object by object, each by the name that R has for it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from lmm_core.errors import DataError, LMMError, some
from lmm_data.readers.members import Member, tabbed
from lmm_data.readers.numeric import in_text
from lmm_data.readers.r.cross import as_cross
from lmm_data.readers.r.matrices import as_kinship, is_matrix
from lmm_data.readers.r.parsing import BROKEN, damaged, in_words, parse
from lmm_data.readers.r.tables import as_table, columns_of, is_frame
from lmm_data.readers.r.values import (
    as_words,
    attributes_of,
    classes,
    kind_of,
    names_of,
    numbers,
    pairs,
    shape_of,
)
from lmm_data.readers.reading import KinshipMatrix, Reading

_DEPTH = 4
_CHROMOSOME = re.compile(r"(chr)?(\d{1,3}[A-Za-z]?|[IVX]+|[XYZWM]|MT|Mt)", re.IGNORECASE)
_PROBABILITIES = ("calc_genoprob", "sim_geno", "viterbi")
# Between two lists of R's a name may be either: of Zhang's and of Conomos's versions.
_PCRELATE = (("kinBtwn", "kinSelf"), ("kinship", "inbreed"))


@lru_cache(maxsize=1)
def members_of(content: bytes, name: str) -> Mapping[str, Member]:
    """The objects of a file by what they are called: "K" in a workspace, "" of a single object.

    A command opens its files more than once: the objects of the last are kept.

    Raises:
        DataError: a file that cannot be read, or in which nothing is data.
    """
    parsed, workspace = parse(content, name)
    found: dict[str, Member] = {}
    try:
        roots = pairs(parsed) if workspace else iter([("", parsed)])
        for label, thing in roots:
            for path, member in _walk(label, thing, name, _DEPTH):
                found.setdefault(path, member)
    except RecursionError:
        damaged(name, "objects lie inside each other too deeply")
    if not found:
        what = "objects that are no data" if workspace else _described(parsed)
        raise DataError(
            "a file of R must hold a data frame, a matrix or a list of these",
            f"it holds {what}",
            "save the table, as by saveRDS(pheno, “pheno.rds”)",
            where=name,
        )
    return found


def _walk(path: str, thing: Any, file: str, depth: int) -> Iterator[tuple[str, Member]]:
    """The members in an object, by their path."""
    where = f"{file}/{path}" if path else file
    try:
        member = _member(thing, where)
    except LMMError as error:
        said = DataError(error.rule, error.found, error.remedy, where=error.where or where)
        member = Member("an object of R", refusal=said)
    except BROKEN as error:
        why = DataError(
            "an object of R must be what its class says",
            in_words(error),
            "save it again with saveRDS",
            where=where,
        )
        member = Member("an object of R", refusal=why)
    if member is not None:
        yield path, member
        return
    of = [name for name in classes(thing) if name != "list"]
    if kind_of(thing) == "VEC" and not of and depth:
        for label, inside in zip(names_of(thing), thing.value, strict=False):
            if label:
                yield from _walk(f"{path}/{label}".lstrip("/"), inside, file, depth - 1)
    elif of and kind_of(thing) in ("VEC", "S4"):
        yield path, _unknown(of, where)


def _unknown(of: Sequence[str], where: str) -> Member:
    """An object of classes that nobody knows here, and what to do with it in R."""
    if of[-1] == "cross":
        return Member(
            f"a cross of R/qtl, of class “{of[0]}”",
            refusal=DataError(
                "a cross of R/qtl must be written by R/qtl itself",
                "it is here as an object of R",
                "in R, write it by write.cross in the format csv, and give that file",
                where=where,
            ),
        )
    return Member(
        f"an object of class “{of[0]}” of R",
        refusal=DataError(
            "an object of R must be a data frame, a matrix or a list of these",
            f"this one is of class “{of[0]}”",
            "take the table or the matrix out of it, and save that",
            where=where,
        ),
    )


def _member(thing: Any, where: str) -> Member | None:
    """An object that is data of a known form; None of any other."""
    of = classes(thing)
    if any(name in of for name in _PROBABILITIES):
        return Member(
            "probabilities of genotypes, of R/qtl2",
            refusal=DataError(
                "probabilities of genotypes are not read, and a kinship is made of them",
                f"it is what {of[0]} makes",
                "save the kinship: saveRDS(calc_kinship(probs), “K.rds”)",
                where=where,
            ),
        )
    if "dist" in of:
        return Member(
            "distances of R (dist)",
            refusal=DataError(
                "distances are no kinship",
                "it is of class “dist”, without the individuals themselves",
                "save a matrix of relationships; for distances from 0 to 1 these are 1 less each "
                "entry of as.matrix(d)",
                where=where,
            ),
        )
    if "cross2" in of:
        return as_cross(thing, where)
    if kind_of(thing) == "VEC" and not is_frame(thing):
        names = names_of(thing)
        inside = dict(zip(names, thing.value, strict=False))
        for between, own in _PCRELATE:
            if between in inside and own in inside and is_frame(inside[between]):
                return _pcrelate(inside[between], inside[own])
        if len(inside) > 1 and all(map(_CHROMOSOME.fullmatch, names)):
            if all(map(is_matrix, thing.value)):
                return _by_chromosome(inside, where)
        return None
    if is_matrix(thing):
        kinship = as_kinship(thing, where)
        if kinship is not None:
            return Member(kinship.format, reading=kinship)
    return as_table(thing)


def _by_chromosome(inside: Mapping[str, Any], where: str) -> Member | None:
    """R/qtl2's list of kinships, each without the markers of the chromosome that it is called by.

    Raises:
        DataError: kinships of the chromosomes alone, or of different individuals.
    """
    found = {label: as_kinship(thing, f"{where}/{label}") for label, thing in inside.items()}
    kinships: list[tuple[str, KinshipMatrix]] = []
    for label, reading in found.items():
        if reading is None or reading.kinship is None:
            return None
        kinships.append((label, reading.kinship))
    if len({kinship.ids for _, kinship in kinships}) > 1:
        raise DataError(
            "the kinships of a list must be of the same individuals in one order",
            f"those of {some(found)} are not",
            "make them by calc_kinship(probs, “loco”)",
            where=where,
        )
    counts = [attributes_of(thing).get("n_pos") for thing in inside.values()]
    if all(count is not None for count in counts):
        positions = [float(numbers(count)[0]) for count in counts]
        whole = sum(positions) / (len(positions) - 1)
        # Without each chromosome once, each position is counted by all others.
        if whole != int(whole) or whole <= max(positions):
            raise DataError(
                "for a fit a list of kinships must be without each chromosome in turn",
                "by their numbers of positions these are of each chromosome alone",
                "make them by calc_kinship(probs, “loco”), or one by calc_kinship(probs)",
                where=where,
            )
    note = (
        f"taken for kinships each without the chromosome that it is called by, as calc_kinship(…, "
        f"“loco”) makes them: {some(found, 4)}"
    )
    reading = Reading(
        where,
        "kinship",
        f"a list of {len(kinships)} kinships of R, one for each chromosome",
        (note,),
        loco=tuple(kinships),
    )
    return Member(reading.format, reading=reading)


def _pcrelate(between: Any, own: Any) -> Member:
    """pcrelate's table of pairs and of individuals, as relationships: 2·kin and 1 + f."""
    names, columns, _ = columns_of(between)
    pairs_of = dict(zip(names, columns, strict=True))
    names, columns, _ = columns_of(own)
    selves = dict(zip(names, columns, strict=True))
    ids = selves["ID"]
    kin = _numbers(between, "kin")
    inbreeding = _numbers(own, "f")
    return Member(
        "kinship of pcrelate, pairs and selves",
        tabbed(
            ["ID1", "ID2", "relationship"],
            [
                [*ids, *pairs_of["ID1"]],
                [*ids, *pairs_of["ID2"]],
                [*in_text(1.0 + inbreeding), *in_text(2.0 * kin)],
            ],
        ),
        notes=(
            "pcrelate’s kin is a coefficient of kinship, half of a relationship: it is doubled, "
            "and each individual with itself is 1 + f",
        ),
    )


def _numbers(frame: Any, column: str) -> Any:
    return numbers(frame.value[names_of(frame).index(column)])


def _described(thing: Any) -> str:
    kind = kind_of(thing)
    if len(shape_of(thing)) > 2:
        return f"an array of {len(shape_of(thing))} dimensions"
    return {
        "CLO": "a function",
        "ENV": "an environment",
        "LANG": "a formula or a call",
        "NILVALUE": "nothing (NULL)",
        "VEC": "a list without names, or of other things",
    }.get(kind, "a vector without names" if as_words(thing) is not None else "no data")
