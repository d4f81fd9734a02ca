"""Pedigrees as breeders keep them, beside phenotypes in plain CSV."""

import numpy as np

from tests.dialects.case import compressed
from tests.dialects.common import covariates, phenotypes, put_table
from tests.dialects.draft import Cell, Draft
from tests.dialects.text import Style

_HEADS = ("id sire dam", "animal sire dam", "animal,father,mother", "ID dad mum", "calf Sire Dam")
_HEADS += ("IID PAT MAT", "id parent1 parent2", "ringnr dam sire", "Individual Father Mother")
_UNKNOWN = ("0", "NA", ".", "*", "-", "?", "", "unknown")


def pedigrees(d: Draft) -> None:
    """Three generations: A of those with a record, some of them inbred."""
    d.people({"words": 0.45, "integers": 0.25, "padded": 0.1, "permuted": 0.1, "signs": 0.1})
    d.other_labels, d.expect, d.positions = d.labels, "fit", False
    d.features = [f for f in d.features if "spelled" not in f and "no ids" not in f]
    d.arguments = [a for a in d.arguments if a != "--same-order"]
    phenotypes(d, 0.15)
    put_table(d, "phenotypes", d.pheno, Style(), "column", "animal", ("pheno.csv",))
    sheet = covariates(d, {"": 0.7, "file": 0.3})
    if sheet is not None:
        put_table(d, "covariates", sheet, Style(), "column", "animal", ("covar.csv",))
    people, sire, dam = _family_tree(d)
    A = _relationships(sire, dam)
    d.relatives = list(range(d.study.n))
    own = [people.index(label) for label in d.labels]
    d.K = A[np.ix_(own, own)]
    _write(d, people, sire, dam)


def _family_tree(d: Draft) -> tuple[list[str], list[int], list[int]]:
    """Parents before their children; -1 for one who is not known."""
    base = 900 if d.kind in ("integers", "padded", "permuted") else 0
    number = iter(range(1001 + base, 9999))

    def called(what: str) -> str:
        return str(next(number)) if base else f"{what}{next(number)}"

    people, sire, dam = [], [], []

    def add(label: str, father: int = -1, mother: int = -1) -> int:
        people.append(label)
        sire.append(father)
        dam.append(mother)
        return len(people) - 1

    half = d.chance(0.4, "half sibs")
    inbred = d.chance(0.3, "parents who are sibs")
    one_parent = d.chance(0.25, "one parent known")
    fathers: dict[int, int] = {}
    mothers: dict[int, int] = {}
    for family in np.unique(d.study.family):
        grand = add(called("g")), add(called("g"))
        mother = add(called("d"), *grand)
        father = add(called("s"), *(grand if inbred and family % 3 == 0 else ()))
        if half and family % 2 and family - 1 in fathers:
            father = fathers[family - 1]
        fathers[family], mothers[family] = father, mother
    for k, label in enumerate(d.labels):
        family = d.study.family[k]
        known = not (one_parent and k % 7 == 0)
        add(label, fathers[family] if known else -1, mothers[family])
    return people, sire, dam


def _relationships(sire: list[int], dam: list[int]) -> np.ndarray:
    """A by the tabular method, parents before their children."""
    n = len(sire)
    A = np.zeros((n, n))
    for i, (s, m) in enumerate(zip(sire, dam, strict=True)):
        for parent in (s, m):
            if parent >= 0:
                A[i, :i] += 0.5 * A[parent, :i]
        A[:i, i] = A[i, :i]
        A[i, i] = 1.0 + (0.5 * A[s, m] if min(s, m) >= 0 else 0.0)
    return A


def _write(d: Draft, people: list[str], sire: list[int], dam: list[int]) -> None:
    head = [part for part in d.choose(_HEADS).replace(",", " ").split()]
    unknown = d.pick("unknown parents", dict.fromkeys(_UNKNOWN, 1.0))
    sep = d.choose((",", "\t", ";") if unknown == "" else (",", "\t", " ", ";"))
    first = ["dam", "sire"] if head[1].lower() == "dam" else ["sire", "dam"]
    parents = {"sire": sire, "dam": dam}
    rows: list[list[Cell]] = []
    silent = d.chance(0.3, "founders without a line")
    for k, label in enumerate(people):
        if silent and max(sire[k], dam[k]) < 0:
            continue
        two = [parents[which][k] for which in first]
        rows.append([label, *(people[p] if p >= 0 else unknown for p in two)])
    more = head[0] != "IID" and d.chance(0.3, "years beside")
    if more:
        rows = [[*row, str(1990 + k % 20)] for k, row in enumerate(rows)]
        head = [*head, "born"]
    if d.chance(0.5, "children before parents"):
        rows = [rows[int(k)] for k in d.rng.permutation(len(rows))]
    headed = more or not d.chance(0.2, "no header")
    if not headed and (silent or unknown in ("", "-")):
        # Three columns without names are a pedigree only if everybody has a line.
        d.mark("parents unnamed and without lines", "either")
    content = Style(sep=sep, quote="never").lines([head, *rows] if headed else rows)
    name, content = compressed(d, content, d.choose(("pedigree.csv", "ped.txt", "data.ped.csv")))
    d.give("kinship", name, content)
