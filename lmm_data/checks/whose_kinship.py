"""Whether a kinship is of these individuals, and whether its negative entries were set to 0."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import in_digits
from lmm_data.checks.comparing import Counts, comparable, tally
from lmm_data.checks.finding import Finding
from lmm_data.checks.relatives import components, correlations
from lmm_data.readers.reading import TextTable
from lmm_data.tables import GenotypeTable, Table

# A column of this name has one entry for the members of a family or a line.
_FAMILY = re.compile(
    r"(fam(ily)?|fid|litter|sibship|sire|dam|mother|father|strain|line)[_ .]?(id|no|nr)?",
    re.IGNORECASE,
)
# So many pairs of one family are needed, and so many standard errors of their mean kinship above
# that of all, to call the kinship theirs; there must be relatives in it.
PAIRS, ABOVE, RELATED = 20, 3.0, 0.2
# Individuals that are compared by their genotypes; how well two halves of the markers must agree,
# and how badly the kinship must with both.
COMPARED, HALVES, OTHERS = 400, 0.5, 0.2
# Shares of entries that are 0, and of the others that are next to it, where negative ones were cut.
ZEROS, NEXT, NEAR = (0.1, 0.95), 0.5, 0.05


def check_floor(K: Floats, where: str) -> Iterator[Finding]:
    """Entries that are 0 exactly beside others that lie next to it on one side alone."""
    n = len(K)
    scale = float(np.diagonal(K).mean())
    if n < 20 or scale <= 0.0 or K[0, 1:].min() < 0.0:
        return
    pairs = K[np.triu_indices(n, 1)]
    if float(pairs.min()) != 0.0:
        return
    zero, above = float(np.mean(pairs == 0.0)), pairs[pairs > 0.0]
    # Of a pedigree every entry is a multiple of a power of one half; families are apart.
    exact = np.array_equal(above * 2.0**24, np.round(above * 2.0**24))
    if not ZEROS[0] <= zero <= ZEROS[1] or exact or np.unique(above).size < 50:
        return
    near = float(np.mean(above < NEAR * scale))
    if near < NEXT or components(K > 0.0).max() > 0:
        return
    yield Finding(
        "kinship_floored",
        "warning",
        where,
        "Negative entries set to 0",
        f"{zero:.0%} of the pairs have 0 exactly, {near:.0%} of the others less than "
        f"{in_digits(NEAR * scale)}, and none is negative.",
        "An estimate below 0 says that two are less related than most. Cut off, the matrix is no "
        "covariance of anything, and h is another.",
        "Use the estimates as they were computed, or a kinship of centred genotypes.",
        value=zero,
    )


def check_families(
    K: Floats, ids: Sequence[str], tables: Sequence[TextTable | Table | None], where: str
) -> Iterator[Finding]:
    """Whether members of one family by a column of a table are relatives by the kinship."""
    place = {label: i for i, label in enumerate(ids)}
    named = [
        (table, column)
        for table in tables
        for column in (table.columns if table is not None else ())
        if _FAMILY.fullmatch(column)
    ]
    if len(ids) < 20 or not named:
        return
    R = correlations(K)
    if float(np.quantile(R.max(axis=0), 0.75)) < RELATED:
        return
    for table, column in named:
        if table is None or table.ids is None:
            continue
        groups: dict[object, list[int]] = {}
        for label, entry in zip(table.ids, table.column(column), strict=True):
            if label in place and entry == entry and str(entry) not in _missing(table):
                groups.setdefault(entry, []).append(place[label])
        yield from _unrelated(R, list(groups.values()), column, where)


def _missing(table: TextTable | Table) -> frozenset[str]:
    return table.missing if isinstance(table, TextTable) else frozenset()


def _unrelated(
    R: Floats, groups: Sequence[Sequence[int]], column: str, where: str
) -> Iterator[Finding]:
    members = np.array([i for group in groups for i in group], dtype=np.int64)
    label = np.array([g for g, group in enumerate(groups) for _ in group], dtype=np.int64)
    same = np.triu(label[:, np.newaxis] == label, 1)
    pairs, of = int(same.sum()), len(members)
    if pairs < PAIRS or len(groups) < 3 or pairs > 0.25 * of * (of - 1):
        return
    inside = R[np.ix_(members, members)]
    others = inside[np.triu_indices(of, 1)]
    mean, usual = float(inside[same].mean()), float(others.mean())
    error = float(others.std()) / np.sqrt(pairs)
    if mean > usual + ABOVE * max(error, 1e-12):
        return
    yield Finding(
        "kinship_of_others",
        "warning",
        where,
        "A kinship of other individuals",
        f"The {pairs:,} pairs with the same {column} have a mean kinship correlation of "
        f"{in_digits(mean, 2)}, and all pairs one of {in_digits(usual, 2)}.",
        "If the kinship has the rows of others, or in another order, h is of chance alone, "
        "and most often 0.",
        f"Compare the ids and their order with the file that the kinship was made of, or see "
        f"whether {column} is what its name says.",
        value=mean,
    )


def check_against_genotypes(
    K: Floats,
    ids: Sequence[str],
    genotypes: GenotypeTable,
    where: str,
    compared: Counts | None = None,
) -> Iterator[Finding]:
    """Whether a kinship goes with the genotypes of the same individuals.

    Args:
        K: kinship, shape (n, n).
        ids: its individuals.
        genotypes: of any individuals.
        where: the file of the kinship.
        compared: genotypes that are `comparable`, if they are known.
    """
    row = {label: i for i, label in enumerate(genotypes.ids)}
    both = [(i, row[label]) for i, label in enumerate(ids) if label in row]
    both = both[:: max(1, len(both) // COMPARED)]
    if len(both) < 20:
        return
    rows, typed = (np.array(side) for side in zip(*both, strict=True))
    if compared is None:
        compared = comparable(genotypes, tally(genotypes))
    G = compared[typed].astype(np.float32)
    G[G < 0.0] = np.nan
    known = ~np.isnan(G).all(axis=0)
    Z = np.nan_to_num(G[:, known] - np.nanmean(G[:, known], axis=0))
    upper = np.triu_indices(len(rows), 1)
    halves = [(Z[:, k::2] @ Z[:, k::2].T)[upper] for k in (0, 1)]
    pairs = K[np.ix_(rows, rows)][upper]
    if pairs.std() == 0.0 or min(half.std() for half in halves) == 0.0:
        return
    agree = float(np.corrcoef(*halves)[0, 1])
    with_both = float(np.corrcoef(halves[0] + halves[1], pairs)[0, 1])
    if agree < HALVES or with_both > OTHERS:
        return
    yield Finding(
        "kinship_of_others",
        "warning",
        where,
        "A kinship of other individuals",
        f"Over all pairs its correlation with that of {genotypes.name} is "
        f"{in_digits(with_both, 2)}, where two halves of the markers have {in_digits(agree, 2)} "
        "with each other.",
        "If the kinship has the rows of others, or in another order, h is of chance alone, "
        "and most often 0.",
        "Compare the ids and their order, or have the kinship computed from the genotypes.",
        value=with_both,
    )
