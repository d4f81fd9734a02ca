"""How many dialects there are of each kind, and each of them by its number."""

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from tests.dialects.books import BOOKS, workbook
from tests.dialects.case import Case, finish
from tests.dialects.crosses import FORMS, crosses
from tests.dialects.declared import DECLARED, declared
from tests.dialects.draft import Arrays, Draft
from tests.dialects.genetics import fast_lmm, gcta, gemma, plink
from tests.dialects.genotypes import GENOTYPES, genotypes
from tests.dialects.odd import ODD, SIGNS, odd
from tests.dialects.packed import foreign, zipped
from tests.dialects.pedigrees import pedigrees
from tests.dialects.relationships import RELATIONSHIPS, relationships
from tests.dialects.special import WAYS, special
from tests.dialects.spreadsheets import LANGUAGES, by_hand, excel, pandas, r
from tests.dialects.study import STUDIES, study
from tests.dialects.typed import arrow, r_objects

SEED = 20261128
WRITERS: dict[str, tuple[int, Callable[[Draft], None]]] = {
    "R": (460, r),
    "pandas": (340, pandas),
    **{f"Excel, {language}": (84, partial(excel, language)) for language in LANGUAGES},
    "GCTA": (220, gcta),
    "PLINK": (320, plink),
    "GEMMA": (200, gemma),
    "FaST-LMM": (160, fast_lmm),
    "by hand": (240, by_hand),
    **{way: (8, partial(special, way)) for way in WAYS},
    **{form: (count, partial(genotypes, form)) for form, count in GENOTYPES.items()},
    **{f"a cross, {form}": (count, partial(crosses, form)) for form, count in FORMS.items()},
    "a pedigree": (160, pedigrees),
    "R's own files": (240, r_objects),
    "Arrow": (160, arrow),
    **{form: (count, partial(relationships, form)) for form, count in RELATIONSHIPS.items()},
    **{way: (count, partial(odd, way)) for way, count in ODD.items()},
    **{form: (count, partial(declared, form)) for form, count in DECLARED.items()},
    **{f".{kind}": (count, partial(workbook, kind)) for kind, count in BOOKS.items()},
    "a zip archive": (70, partial(zipped, (r, pandas, gcta, plink, by_hand))),
    "files of another kind": (40, foreign),
    # Those of before keep their numbers.
    "LDAK": (24, partial(relationships, "LDAK")),
    **{way: (count, partial(odd, way)) for way, count in SIGNS.items()},
}
"""How many cases each program wrote, and how; or what is odd about them."""

TOTAL = sum(count for count, _ in WRITERS.values())

# An h at an end is also that of many wrong models.
_INSIDE = (0.05, 0.95)
_ATTEMPTS = 60


@cache
def _writers() -> list[str]:
    return [writer for writer, (count, _) in WRITERS.items() for _ in range(count)]


def numbers_of(writer: str) -> list[int]:
    """The numbers of the cases of one writer."""
    return [number for number, found in enumerate(_writers()) if found == writer]


def case(number: int, h_of: Callable[[Arrays], float]) -> Case:
    """A dialect.

    Args:
        number: from 0 to `TOTAL` - 1.
        h_of: the h of y, X and K; data whose h is at an end are drawn again.
    """
    writer = _writers()[number]
    write = WRITERS[writer][1]
    for attempt in range(_ATTEMPTS):
        rng = np.random.default_rng([SEED, number, attempt])
        draft = Draft(rng, study(int(rng.integers(STUDIES))))
        write(draft)
        made = finish(draft, number, writer)
        if made.arrays is None or _INSIDE[0] < h_of(made.arrays) < _INSIDE[1]:
            return made
    raise AssertionError(f"case {number}: no data with an h inside")
