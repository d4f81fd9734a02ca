"""Whether the X chromosome says the same sex as the record."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats
from lmm_core.errors import count
from lmm_core.genotypes import is_autosome
from lmm_data.checks.comparing import row_counts, whole
from lmm_data.checks.finding import Finding, first_of
from lmm_data.tables import GenotypeTable, Table

# A column of this name with two values is the sex; a word of a level may follow.
_SEX = re.compile(r"(sex|gender)(=.*)?", re.IGNORECASE)
# Markers of X with a genotype that are needed, and individuals of each sex.
MARKERS, EACH = 20, 5
# Males are heterozygous at less than this share of X; females, where it tells, far above.
MALE, FEMALE = 0.03, 0.1
# Females that may be hardly heterozygous by chance, of all.
CHANCE = 0.05


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sexes(Brief):
    """What X says about the sexes of those who have one on record.

    Attributes:
        wrong: those whose X contradicts the record, by id.
        told: how many could have been contradicted.
        visible: the share of wrong labels among those that change the sex, 2q(1 - q) with q the
            share of one sex, or the share of females where males alone are told.
        finding: of the wrong ones, None if there are none.
    """

    wrong: tuple[str, ...]
    told: int
    visible: float
    finding: Finding | None


def recorded_sex(*tables: Table | None) -> tuple[str, Mapping[str, float]]:
    """The column that is the sex, and its value by individual; "" and nothing without one."""
    for table in tables:
        for column in table.columns if table is not None else ():
            if table is None or not _SEX.fullmatch(column):
                continue
            values = table.column(column)
            if np.unique(values[~np.isnan(values)]).size == 2:
                known = zip(table.ids, values.tolist(), strict=True)
                return column, {label: value for label, value in known if value == value}
    return "", {}


def compare_sexes(genotypes: GenotypeTable, column: str, sex: Mapping[str, float]) -> Sexes | None:
    """Whose X contradicts the record; None where it cannot tell.

    Males have one X and are never heterozygous there. Which of the two values is male is told by
    the X of the majority of each. A female without a heterozygous marker is contradicted only
    where that is no matter of chance, as it is in an intercross, by what her autosomes are like.
    """
    is_x = {label: label.lower().removeprefix("chr") == "x" for label in {*genotypes.chromosome}}
    X = np.array([is_x[label] for label in genotypes.chromosome])
    if not X.any():
        return None
    G = whole(genotypes.counts[:, X])
    typed = row_counts(G >= 0)
    rows = [i for i, label in enumerate(genotypes.ids) if label in sex and typed[i] >= MARKERS]
    values = np.array([sex[genotypes.ids[i]] for i in rows])
    if not rows or np.unique(values).size < 2:
        return None
    het = row_counts(G[rows] == 1) / typed[rows]
    groups = [np.flatnonzero(values == value) for value in np.unique(values)]
    medians = [float(np.median(het[group])) for group in groups]
    males, females = (groups[k] for k in np.argsort(medians))
    if min(map(len, groups)) < EACH or min(medians) > MALE or max(medians) < FEMALE:
        return None
    middle = max(medians)
    wrong = males[het[males] > max(2.0 * MALE, 0.25 * middle)]
    told = set(males.tolist())
    chance = _het_free(genotypes, [rows[i] for i in females], int(X.sum()))
    others = het[females][het[females] > MALE]
    apart = others.size >= EACH and float(np.quantile(others, 0.02)) > FEMALE
    if apart and chance * len(females) <= CHANCE:
        wrong = np.concatenate([wrong, females[het[females] <= MALE]])
        told |= set(females.tolist())
    names = tuple(genotypes.ids[rows[i]] for i in wrong)
    share = len(females) / len(rows)
    visible = 2.0 * share * (1.0 - share) if len(told) == len(rows) else share
    if not names:
        return Sexes((), len(told), visible, None)
    return Sexes(names, len(told), visible, _contradicted(names, column, het[wrong], len(told)))


def _het_free(genotypes: GenotypeTable, rows: list[int], markers: int) -> float:
    """How often an autosome typed as densely as X is hardly heterozygous in these individuals."""
    labels = np.array(genotypes.chromosome)
    free = typed = 0
    for label in dict.fromkeys(genotypes.chromosome):
        places = np.flatnonzero(labels == label)
        if not is_autosome(label) or places.size < MARKERS:
            continue
        kept = np.linspace(0, places.size - 1, min(markers, places.size)).round().astype(np.int64)
        G = whole(genotypes.counts[:, places[kept]][rows])
        there, het = row_counts(G >= 0), row_counts(G == 1)
        free += int(((het <= MALE * there) & (there >= MARKERS)).sum())
        typed += int((there >= MARKERS).sum())
    return free / typed if typed else 1.0


def check_sexes(found: Sexes | None) -> Iterator[Finding]:
    """The finding, if there is one."""
    if found is not None and found.finding is not None:
        yield found.finding


def _contradicted(names: tuple[str, ...], column: str, het: Floats, told: int) -> Finding:
    one = len(names) == 1
    return Finding(
        "genotype_sex",
        "warning",
        column,
        "A sex that X contradicts" if one else "Sexes that X contradicts",
        f"{count(len(names), 'individual', 'individuals')} of {told:,} "
        f"{'has' if one else 'have'} another sex by the X chromosome than on record: "
        f"{first_of(names, 'is')} heterozygous at {het[0]:.0%} of its markers there.",
        "A wrong sex most often means a wrong label: the genotypes are another individual’s.",
        "Look each up in the record; of the labels that are wrong, only those show that were "
        "exchanged between the sexes.",
        names,
        float(len(names)),
    )
