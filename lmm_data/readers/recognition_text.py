"""What a text file is, told by its first lines: for `lmm_data.readers.recognition`."""

import re
from typing import NamedTuple, TypeAlias

import numpy as np

from lmm_core.arrays import Floats
from lmm_data.readers.kinship.layout import counts_lines
from lmm_data.readers.kinship.pedigree_columns import is_bare_pedigree, is_pedigree
from lmm_data.readers.numeric import MISSING_CODES, as_number
from lmm_data.readers.reading import Kind
from lmm_data.readers.recognition_foreign import Rows
from lmm_data.readers.recognition_genotypes import genotypes_by_rows
from lmm_data.readers.text.dialect import (
    are_values,
    dialect_of,
    is_number,
    is_value,
    plain_name,
    sample_of,
    split,
)
from lmm_data.readers.text.marks import has_decimal_comma, is_marked
from lmm_data.readers.text.surroundings import without_surroundings

Guess: TypeAlias = tuple[Kind | None, str, str | None, str]
"""Kind, words for the format, reader, and told by what; as of `Recognised`."""

_NAME_AND_NUMBERS = "its name and its numbers say so"
# Both columns of a list of pairs hold the same ids, but for those at its end.
_ONE_SET = 1.2
_INVERSE = (".giv", ".ginv")
_ALLELE = re.compile(r"[ACGTNDI0-9*.-]+", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")
# A marker with fewer individuals than these might be a row of a table.
_ENOUGH_COUNTS = 3 + 5
# In so many lines two counts are not by chance a 1 beside a 2 each time.
_ENOUGH_LINES = 8
_NUMBERED = frozenset("1234")
_SAYS_KINSHIP = re.compile(r"kinship|relationship|relatedness|(^|[^a-z])(grm|ibs|ibd|kin|k)[^a-z]")


class Beginning(NamedTuple):
    """The first lines of a text.

    Attributes:
        lines: all that there are, comments emptied.
        separator: of their entries.
        hashed: whether # stood before a header.
        rows: the entries of the first of them.
    """

    lines: list[str]
    separator: str
    hashed: bool
    rows: Rows


def guess_text(low: str, begun: Beginning, whole: bool) -> Guess:
    """What a text is; of one that is not read, what is in the way comes as its format.

    Args:
        low: the file's name in lower case, without `.gz`.
        begun: its first lines, each of them complete.
        whole: whether that is all of it.
    """
    lines, separator, hashed, rows = begun
    rows = _with_points(rows)
    if not rows:
        return None, "an empty file", None, "there is nothing in it"
    found = _pedigree(rows, lines, separator, whole)
    count = sum(bool(line.strip()) for line in lines)
    found = found or _of_plink(low, rows) or _of_gemma(low, rows)
    if found:
        return found
    genotypes = genotypes_by_rows(rows)
    if whole and abs(count - len(rows[0])) > 2 and genotypes:
        # Names alone make no kinship of genotypes that are all there and no square.
        return "genotypes", *genotypes
    whole = whole and len(rows) == count
    if low.endswith(_INVERSE) and all(is_value(row[-1]) for row in rows[1:] or rows):
        what = "the inverse of a relationship, as ASReml keeps it"
        return "kinship", what, "inverse", _NAME_AND_NUMBERS
    why = _mirrors(rows, whole) or _pairs(rows, lines, separator, whole)
    if why:
        return "kinship", "a kinship in text", "kinship", why
    if _SAYS_KINSHIP.search(low.rpartition("/")[2]):
        header = hashed or not any(map(is_number, rows[0]))
        square = not whole or abs(len(rows) - len(rows[0])) <= 2
        if square and are_values(entry for row in rows[header:] for entry in row[2:]):
            return "kinship", "a kinship in text", "kinship", "its name says so"
    if genotypes:
        return "genotypes", *genotypes
    why = "every line has the same number of entries"
    if len({len(row) for row in rows[1:] or rows}) > 1:
        why = "it is text, though its lines differ in length"
    return "table", "a table of traits or covariates", "table", why


def beginning_of(text: str) -> Beginning:
    """The lines of a text without comments, and the entries of the first."""
    lines = text.split("\n")
    separator, hashed, _ = dialect_of(lines)
    without_surroundings(lines, separator)
    sample = sample_of(lines)
    rows = [[entry.strip() for entry in split(line, separator)] for line in sample]
    # GEMMA ends each line with a separator.
    if all(len(row) > 1 and not row[-1] for row in rows):
        rows = [row[:-1] for row in rows]
    return Beginning(lines, separator, hashed, rows)


def _with_points(rows: Rows) -> Rows:
    """The rows with decimal commas as points, if commas are decimal."""
    if not any("," in "".join(row) for row in rows):
        return rows
    if not has_decimal_comma(entry for row in rows for entry in row):
        return rows
    return [[e.replace(",", ".") if is_marked(e) else e for e in row] for row in rows]


def is_control(text: str) -> bool:
    """Whether a text in YAML or JSON is R/qtl2's."""
    # Of large texts few hold the word, and it is found faster than the pattern.
    return "crosstype" in text and bool(re.search(r"\bcrosstype\b[\"']?\s*:", text))


def _pedigree(rows: Rows, lines: list[str], separator: str, whole: bool) -> Guess | None:
    """Individuals with their parents, named so or told from all lines that there are."""
    what, reader = "a pedigree: each individual with its parents", "pedigree"
    if is_pedigree(rows[0], rows[1:]):
        return "kinship", what, reader, "its header says so"
    if all(len(row) == 3 for row in rows) and len({row[0] for row in rows}) == len(rows):
        every = [[e.strip() for e in split(line, separator)] for line in lines if line.strip()]
        if is_bare_pedigree(every, whole):
            return "kinship", what, reader, "each line has an id and those of two others"
    return None


def _of_plink(low: str, rows: Rows) -> Guess | None:
    """PLINK's, GCTA's and KING's text files."""
    first, width = rows[0], len(rows[0])
    pairs = any(row[:1] != row[1:2] for row in rows) or len(rows) == 1
    if all(map(_is_grm_line, rows)) and first[:2] == ["1", "1"] and pairs:
        why = "each line has two places, a count and a value"
        return "kinship", "a GRM in text", "grm-text", why
    for ending, what, reader in (
        (".rel", "PLINK relationships", "rel"),
        (".king", "KING coefficients", "king"),
    ):
        if low.endswith(ending) and all(map(is_value, rows[-1])):
            return "kinship", what, reader, _NAME_AND_NUMBERS
    if low.endswith(".fam") and width >= 6:
        return "genotypes", "PLINK’s individuals (.fam)", "bed", "its name and its columns say so"
    if all(map(_is_bim_line, rows)):
        return "genotypes", "PLINK’s markers (.bim)", "bed", "its columns say so"
    if all(map(_is_fam_line, rows)):
        return "genotypes", "PLINK’s individuals (.fam)", "bed", "its columns say so"
    return None


def _is_grm_line(row: list[str]) -> bool:
    if len(row) != 4 or not (row[0].isdecimal() and row[1].isdecimal()):
        return False
    count = as_number(row[2])
    return count >= 0 and count.is_integer() and is_value(row[3])


def _is_bim_line(row: list[str]) -> bool:
    if len(row) != 6 or not is_number(row[2]) or not row[3].lstrip("-").isdecimal():
        return False
    return all(_is_allele(entry) or entry in ("0", "1", "2") for entry in row[4:])


def _is_fam_line(row: list[str]) -> bool:
    known = len(row) == 6 and row[4] in ("0", "1", "2") and row[2] == row[3] == "0"
    return known and is_value(row[5])


def _is_allele(entry: str) -> bool:
    return _ALLELE.fullmatch(entry) is not None and not is_number(entry)


def _of_gemma(low: str, rows: Rows) -> Guess | None:
    """BIMBAM's genotypes and annotation, and GEMMA's relatedness."""
    if re.search(r"\.[cs]xx\.txt$", low) and all(is_value(e) for row in rows for e in row):
        what = "GEMMA’s relatedness, without ids"
        return "kinship", what, "gemma-kinship", _NAME_AND_NUMBERS
    if _are_markers(rows):
        why = "each line has a marker, two alleles and counts"
        return "genotypes", "BIMBAM genotypes", "bimbam", why
    if ".anno" in low and 2 <= len(rows[0]) <= 4:
        what = "a BIMBAM annotation of markers"
        return "genotypes", what, "bimbam-annotation", "its name says so"
    return None


def _are_markers(rows: Rows) -> bool:
    """Whether each row is a name, two alleles in letters or 1 to 4, and numbers from 0 to 2."""
    if any(len(row) < 4 or is_number(row[0]) for row in rows):
        return False
    alleles = {(row[1], row[2]) for row in rows}
    known = all(_is_allele(one) and _is_allele(two) for one, two in alleles)
    # With other letters a trait, a group and few measurements look much the same.
    letters = all(_LETTERS.fullmatch(one) and _LETTERS.fullmatch(two) for one, two in alleles)
    other = all(one != two for one, two in alleles) and len(rows[0]) >= _ENOUGH_COUNTS
    signs = {sign for pair in alleles for sign in pair}
    numbered = other and len(rows) >= _ENOUGH_LINES and signs <= _NUMBERED
    if not known and not (other and (letters or numbered or len(alleles) == 1)):
        return False
    if (
        not known
        and not numbered
        and any(map(is_number, [entry for pair in alleles for entry in pair]))
    ):
        return False
    return all(
        entry in MISSING_CODES or 0 <= as_number(entry) <= 2 for row in rows for entry in row[3:]
    )


def _mirrors(rows: Rows, whole: bool) -> str:
    """By what the first rows are those of a square or a triangle, or ""."""
    count, widths = len(rows), [len(row) for row in rows]
    for column in (0, 1):
        own = {row[column] for row in rows[1:] if len(row) > column}
        head = set(rows[0][column + 1 :]) | set(rows[0])
        head |= {label[1:] for label in head if label.startswith("X")}
        if count > 2 and len(own) == count - 1 and own <= head:
            return "the header holds the ids of the rows"
    for start in (0, 1):
        steps = widths[start:]
        if len(steps) > 2 and steps[0] <= 3 and is_value(rows[-1][-1]):
            if steps == list(range(steps[0], steps[0] + len(steps))):
                return "each row is longer by one"
    for header in (0, 1):
        n = count - header
        for column in (0, 1, 2):
            fits = widths[-1] == n + column if whole else widths[-1] > n + column
            # Two rows may mirror each other by chance, unless they are all there is.
            if n > 1 + (not whole) and fits:
                if _is_symmetric([row[column : column + n] for row in rows[header:]]):
                    return "rows and columns mirror each other"
    return ""


def _is_symmetric(block: Rows) -> bool:
    if any(len(row) != len(block) for row in block):
        return False
    # Most blocks are told by their edges, and need not be parsed.
    top, left = (list(map(as_number, edge)) for edge in (block[0], [row[0] for row in block]))
    if not _are_close(np.array(top), np.array(left)):
        return False
    values = np.array([[as_number(entry) for entry in row] for row in block])
    return bool(np.isfinite(values).all() and values.any() and _are_close(values, values.T))


def _are_close(one: Floats, other: Floats) -> bool:
    return bool(np.allclose(one, other, rtol=1e-6, atol=1e-9))


def _pairs(rows: Rows, lines: list[str], separator: str, whole: bool) -> str:
    """By what the lines are two ids and their value beyond doubt, or "".

    A table may have an id, a cage and a weight: no list of pairs, in which nearly everybody has a
    line with himself, and one with others.
    """
    counted = len(rows) > 1 and counts_lines(rows)
    if counted:
        rows = [["", *rows[0]][-3:], *(row[1:] for row in rows[1:])]
    if any(len(row) != 3 for row in rows):
        return ""
    named = counted or "" in rows[0][:2] or not is_value(rows[0][2])
    header = [plain_name(entry) for entry in rows[0]] if named else []
    if len(rows) - bool(header) < 3 or not all(is_value(row[2]) for row in rows[bool(header) :]):
        return ""
    if header[:2] == ["fid", "iid"] or not any(row[0] == row[1] for row in rows):
        return ""
    every = [split(line, separator) for line in lines if line and not line.isspace()]
    every = [row[counted:] for row in every[bool(header) :]]
    pairs = [(row[0].strip(), row[1].strip()) for row in every if len(row) > 1]
    first, second = {a for a, _ in pairs}, {b for _, b in pairs}
    alone = {a for a, b in pairs if a == b}
    if len(pairs) <= sum(a == b for a, b in pairs):
        return ""
    again = len(first) < len(pairs) and len(second) < len(pairs)
    everybody = len(first | second)
    if whole:
        sure = len(pairs) > max(len(first), len(second)) and 2 * len(alone) > everybody
    else:
        sure = again and everybody <= _ONE_SET * max(len(first), len(second))
    return "each line has two ids and a number" if sure else ""
