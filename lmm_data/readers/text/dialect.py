"""Text of any make: its encoding, its comments, what separates its entries; found out and said."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import isnan
from typing import NamedTuple

import numpy as np

from lmm_core.errors import DataError, count
from lmm_data.readers.content import content_of, foreign, gunzip
from lmm_data.readers.numeric import ERROR_CODES, MISSING_CODES, as_number
from lmm_data.readers.reading import Source
from lmm_data.readers.text.marks import is_marked
from lmm_data.readers.text.spelling import respelled, unmarked_utf16

SEPARATORS = {
    "\t": "tab-separated",
    ";": "semicolon-separated",
    ",": "comma-separated",
    " ": "space-separated",
    "|": "bar-separated",
}
"""In the order of preference: commas are decimal, and spaces in names, more often than tabs."""

ID_NAMES = frozenset(
    "id ids iid sample sampleid samplename mouse mouseid animal animalid individual individualid "
    "ind indiv subject subjectid patient patientid participant participantid plant plantid tier "
    "ecotype line strain taxa accession genotype name rownames eartag".split()
)
"""Names of a column of ids, in lower case, without signs between the words."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8", ""),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL_BYTES = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
# Names of accessions such as 10E1, and whole numbers as R writes them.
_WHOLE = re.compile(r"\d+[eE]\+?\d+")
_SAMPLE_LINES = 30
_SAMPLE_CHARACTERS = 1 << 19


class Opened(NamedTuple):
    """The lines of a text and how they were written.

    Attributes:
        lines: comments and a spreadsheet's own line are empty.
        separator: of their entries.
        hashed: whether # stood before the header, where it is no more.
        comments: how many there were, in words; "" for none.
        notes: all that was found out, in sentences.
        packed: whether the file was compressed.
    """

    lines: list[str]
    separator: str
    hashed: bool
    comments: str
    notes: list[str]
    packed: bool


def open_text(
    source: Source, name: str, separator: str | None, limit: int, *, headed: bool = True
) -> Opened:
    """The lines of a file of text, its dialect detected unless a separator is given.

    Args:
        source, name, separator, limit: as for `read_delimited`.
        headed: whether there may be a header.

    Raises:
        DataError: it cannot be read, is no text, or the separator is none.
    """
    content = content_of(source, name, limit)
    plain = gunzip(content, name, limit)
    text, notes = decode(plain, name)
    packed = plain is not content
    del content, plain
    lines = text.split("\n")
    # A spreadsheet's own line: "sep=;".
    if lines[0][:4].lower() == "sep=" and lines[0][4:] and not lines[0][5:].strip(" \t,;"):
        separator = separator or lines[0][4]
        lines[0] = ""
    separator = separator and as_separator(separator, name)
    separator, hashed, comments = dialect_of(lines, separator, headed=headed)
    return Opened(lines, separator, hashed, comments, notes + [comments] * bool(comments), packed)


def dialect_of(
    lines: list[str], separator: str | None = None, *, headed: bool = True
) -> tuple[str, bool, str]:
    """What separates the entries, whether # stood before a header, and how many comments there are.

    The # is taken off, and comments are emptied, in place.
    """
    separator = separator or separator_of(sample_of(lines))
    hashed = headed and hash_header(lines, separator)
    return separator, hashed, drop_comments(lines, separator)


def decode(content: bytes, name: str) -> tuple[str, list[str]]:
    """The text of a file, its lines ended by `\\n`, and notes on how it was written.

    Raises:
        DataError: it is binary, a known kind of file that is no text, or in a broken encoding.
    """
    other = foreign(content)
    if other:
        raise DataError("the file must be text", f"it is {other.what}", other.remedy, where=name)
    notes = []
    _, encoding, words = next(
        (found for found in _BYTE_ORDER_MARKS if content.startswith(found[0])), (b"", "utf-8", "")
    )
    unmarked = "" if words or b"\0" not in content else unmarked_utf16(content)
    if unmarked:
        encoding, words = unmarked, "UTF-16"
        # Of a part of a file, the last sign may be cut.
        content = content[: len(content) - len(content) % 2]
    if words:
        notes.append(f"the text is {words}, as “Unicode text” of a spreadsheet is")
    elif len(content.translate(None, _CONTROL_BYTES)) < len(content.rstrip(b"\x1a")):
        _refuse_control(content.decode("latin-1"), name)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        text = _decode_old(content, encoding, error, name, notes)
    text = text.removeprefix("\ufeff").rstrip("\x1a")
    if words and _CONTROL.search(text):
        _refuse_control(text, name)
    if not text.isascii() and any(sign in text for sign in _INVISIBLE):
        notes.append("invisible signs between the letters are left out")
        text = text.translate(dict.fromkeys(map(ord, _INVISIBLE)))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text, said = respelled(text)
    notes += said
    if not text.strip():
        raise DataError(
            "the file must hold text", "it is empty", "check that it was saved", where=name
        )
    return text, notes


def split(line: str, separator: str) -> list[str]:
    """The entries of one line, quotes taken off, not stripped."""
    if '"' in line:
        if separator == " ":
            line = " ".join(line.split("\t")).strip()
        try:
            return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
        except csv.Error:  # a quote that holds more than an entry may
            return [line]
    return _at_spaces(line) if separator == " " else line.split(separator)


def entries_of(line: str, separator: str) -> list[str]:
    """The stripped entries of a line without quotes."""
    if separator == " ":
        return _at_spaces(line)
    entries = line.split(separator)
    # Most lines of a large table have nothing to strip, and stripping takes half of the time.
    bare = line.isascii() and " " not in line and (separator == "\t" or "\t" not in line)
    return entries if bare else [entry.strip() for entry in entries]


def sample_of(lines: Iterable[str]) -> list[str]:
    """The first lines that hold entries, enough to tell the dialect from."""
    sample: list[str] = []
    size = 0
    for line in lines:
        if line.strip() and not _is_marked(line.lstrip()):
            sample.append(line)
            size += len(line)
            if len(sample) == _SAMPLE_LINES or (size > _SAMPLE_CHARACTERS and len(sample) > 3):
                break
    return sample


def separator_of(sample: Sequence[str]) -> str:
    """The separator that cuts all lines alike, else most of them, and into values; or a comma.

    A decimal comma in the last column cuts all lines alike too, but not the header.
    """
    best, chosen = 0.0, ","
    regular = [mark for mark in SEPARATORS if _is_regular(sample, mark)]
    # A name may hold a space in every line, but seldom a tab or a semicolon: a triangle between
    # commas is told by its widths.
    # The bar of a genotype, as in 0|1, stands in the lines and not in the header.
    bar = not regular or "|" in sample[0]
    plain = not any(mark in line for line in sample for mark in "\t;|"[: 2 + bar])
    widths = [len(split(line, ",")) for line in sample[1:]]
    plain = plain and not (len(widths) > 1 and all(b == a + 1 for a, b in pairwise(widths)))
    if regular[:1] in (["\t"], [";"]) or (len(regular) == 1 and plain):
        return regular[0]
    for separator in [mark for mark in SEPARATORS if bar or mark != "|"]:
        # The header may have one entry less, and be cut otherwise.
        rows = [split(line, separator) for line in sample[1:] or sample]
        widths = [len(row) for row in rows]
        width, often = Counter(widths).most_common(1)[0] if widths else (0, 0)
        steps = sum(b == a + 1 for a, b in pairwise(widths))
        if width < 2 and not 0 < steps == len(rows) - 1:
            continue
        entries = [entry.strip() for row in rows for entry in row[1:]]
        values = [entry in MISSING_CODES or like_number(entry) for entry in entries]
        alike = max(often, steps + 1) / len(rows)
        header = len(split(sample[0], separator)) == width
        score = alike + sum(values) / max(len(values), 1) + header / 10
        if score > best + 1e-9:
            best, chosen = score, separator
    return chosen


def _is_regular(sample: Sequence[str], separator: str) -> bool:
    """Whether it cuts the header and every line into as many entries; R's header has one less."""
    if len(sample) < 2 or separator not in sample[0]:
        return False
    widths = {len(split(line, separator)) for line in sample[1:]}
    if len(widths) > 1:
        return False
    (width,) = widths
    header = len(split(sample[0], separator))
    short = separator in "\t;" and header == width - 1
    return width > 1 and (header == width or short)


def as_separator(separator: str, name: str) -> str:
    """The separator that was asked for, or a DataError if it cannot be one."""
    if len(separator) != 1 or separator in '"\r\n#':
        raise DataError(
            "a separator must be one character, as a comma or a tab is",
            f"it is “{separator}”",
            where=name,
        )
    return separator


def hash_header(lines: list[str], separator: str) -> bool:
    """Whether the last `#` line above the first row is a header: its `#` is then taken off."""
    above = None
    for index, line in enumerate(lines):
        if line.startswith("#"):
            above = index
        elif line.strip():
            break
    else:
        return False
    if above is None:
        return False
    head = lines[above]
    names = [entry.strip() for entry in split(head[1:], separator)]
    below = [entry.strip() for entry in split(lines[index], separator)]
    known = bool(names) and plain_name(names[0]) in (ID_NAMES | {"fid"})
    if not known:
        apart = head[1:2].isspace() or head[1:2] == "#"
        if apart or len(names) != len(below) or not any(map(like_number, below[1:])):
            return False
        if any(map(like_number, names)):
            return False
    lines[above] = head[1:]
    return True


def drop_comments(lines: list[str], separator: str) -> str:
    """Empty the lines that begin with `#` and are no rows, in place, and say how many there were.

    A line whose entries are as many as those of the others, with numbers where they have numbers,
    is a row: its id begins with `#`.
    """
    marked = [index for index, line in enumerate(lines) if _is_marked(line)]
    if not marked:
        return ""
    usual = _usual_row(lines, separator)
    indices = [index for index in marked if not _is_row(lines[index], separator, usual)]
    for index in indices:
        lines[index] = ""
    if not indices:
        return ""
    return f"left out as comments: {count(len(indices), 'line')} with # in front, from line " + str(
        indices[0] + 1
    )


def _is_marked(line: str) -> bool:
    """Whether a line begins with # and not with an error of a spreadsheet, such as #N/A."""
    return line.startswith("#") and not line.startswith(ERROR_CODES)


def _usual_row(lines: list[str], separator: str) -> list[bool]:
    """For each column of the lines that have no mark, whether they hold numbers there."""
    rows = [[entry.strip() for entry in split(line, separator)] for line in sample_of(lines)]
    rows = rows[1:] or rows
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    alike = [row for row in rows if len(row) == width]
    return [all(e in MISSING_CODES or like_number(e) for e in c) for c in zip(*alike, strict=True)]


def _is_row(line: str, separator: str, usual: list[bool]) -> bool:
    entries = [entry.strip() for entry in split(line, separator)]
    if len(entries) < 2 or len(entries) != len(usual) or line[1:2] in ("", " ", "#"):
        return False
    return all(
        not numeric or entry in MISSING_CODES or like_number(entry)
        for numeric, entry in zip(usual[1:], entries[1:], strict=True)
    )


def is_number(entry: str) -> bool:
    """Whether an entry is a number, finite or not."""
    return not np.isnan(as_number(entry))


def like_number(entry: str) -> bool:
    """Whether an entry is a number, perhaps with a decimal comma or with thousands set apart."""
    return is_number(entry) or is_marked(entry)


def is_value(entry: str) -> bool:
    """Whether an entry is a number or a missing code."""
    return entry in MISSING_CODES or is_number(entry)


def are_values(entries: Iterable[str]) -> bool:
    """Whether each entry is a number or a missing code; all at once, as of many lines."""
    there = set(entries) - MISSING_CODES
    try:
        numbers = list(map(float, there))
    except ValueError:
        return False
    return not any(map(isnan, numbers)) and "_" not in "".join(there)


def may_name(entry: str) -> bool:
    """Whether an entry can be an id: a word or a whole number, such as 7, 10E1 or 1e+05.

    >>> [may_name(entry) for entry in ("m1", "007", "10E1", "0.5", "1e-05", "NA")]
    [True, True, True, False, False, False]
    """
    if entry.isdecimal() or _WHOLE.fullmatch(entry):
        return True
    return entry not in MISSING_CODES and not like_number(entry)


@lru_cache(maxsize=1 << 16)
def plain_name(label: str) -> str:
    """A column's name without what programs write differently: case and signs."""
    return re.sub(r"[\W_]+", "", label.casefold())


def _at_spaces(line: str) -> list[str]:
    # A space that does not break belongs to a name, and str.split() takes it for white space.
    return line.split() if line.isascii() else re.findall("[^ \t]+", line)


def _refuse_control(text: str, name: str) -> None:
    found = _CONTROL.search(text)
    if found is None:
        return
    line = text.count("\n", 0, found.start()) + 1
    where = f"line {line} holds the byte 0x{ord(found.group()):02x}"
    hint = "save it as “CSV UTF-8”"
    raise DataError("the file must be text, not binary", where, hint, where=name)


def _decode_old(
    content: bytes, encoding: str, error: UnicodeDecodeError, name: str, notes: list[str]
) -> str:
    """Text in Windows-1252, as spreadsheets save a CSV file, if a few letters tell that it is."""
    line = content.count(b"\n", 0, error.start) + 1
    high = len(content) - len(content.translate(None, bytes(range(128, 256))))
    try:
        if encoding == "utf-8" and high <= len(content) / 5:
            text = content.decode("cp1252")
            shown = text.split("\n")[line - 1].strip()[:30]
            notes.append(
                f"the text is not UTF-8 and is read as Windows-1252: look whether line {line} is "
                f"right, “{shown}”"
            )
            return text
    except UnicodeDecodeError:
        pass
    raise DataError(
        f"the text must be {encoding.upper()}",
        f"byte {error.start}, in line {line}, is 0x{content[error.start]:02x}",
        "save it as “CSV UTF-8”",
        where=name,
    )
