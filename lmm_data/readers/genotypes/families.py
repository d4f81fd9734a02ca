"""Individuals whose family stands before them in one word, as PLINK writes FID_IID."""

from collections.abc import Sequence

from lmm_data.readers.naming import Candidate
from lmm_data.readers.text.candidates import split_in_two


def named_candidates(ids: Sequence[str]) -> tuple[Candidate, ...]:
    """The ways in which such ids may name individuals, for `Reading.candidates`.

    Where the family is 0 or the individual itself in every id, as in 0_m1 and m1_m1, the
    individual alone may be what the other files have.

    >>> [made.ids for made in named_candidates(["0_m1", "0_m2"])]
    [('0_m1', '0_m2'), ('m1', 'm2')]
    """
    whole = Candidate("", "its ids", tuple(ids))
    alone = tuple(_individual(label) for label in ids)
    if "" in alone or len(set(alone)) < len(alone):
        return (whole, *split_in_two(whole))
    words = "its ids without the family before them"
    return (whole, Candidate("", words, alone, named_by="IID"))


def _individual(label: str) -> str:
    """The id without its family, "" if that is neither 0 nor the id itself."""
    half, odd = divmod(len(label), 2)
    if odd and label[half : half + 1] == "_" and label[:half] == label[half + 1 :]:
        return label[:half]
    return label[2:] if label[:2] == "0_" else ""
