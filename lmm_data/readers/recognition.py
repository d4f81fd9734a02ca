"""What a file is, told by its content first and then by its name, and which files belong together.

Nothing is read in full here: a reader is named, by its code in `dispatch.READERS`.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from lmm_core.errors import DataError, listed
from lmm_data.readers.archive import Limits, open_archive
from lmm_data.readers.content import Foreign, foreign
from lmm_data.readers.corrections import lists_corrections
from lmm_data.readers.kinship.pedigree_columns import columns_by_name
from lmm_data.readers.r.parsing import is_r
from lmm_data.readers.reading import Kind
from lmm_data.readers.recognition_foreign import foreign_start, foreign_table
from lmm_data.readers.recognition_genotypes import (
    foreign_genotypes,
    genotypes_by_start,
    genotypes_in_lines,
)
from lmm_data.readers.recognition_kinship import kinship_in_lines
from lmm_data.readers.recognition_statistics import foreign_statistics
from lmm_data.readers.recognition_text import beginning_of, guess_text, is_control
from lmm_data.readers.spreadsheet.workbook import WORKBOOK, program_of
from lmm_data.readers.text.declared import declared_table
from lmm_data.readers.text.dialect import decode, is_value

_HEAD = 1 << 20
_LONG_HEAD = 1 << 24
_FEW_LINES = 5
_CONTENTS, _BYTES, _NAME = (
    f"its {what} so" for what in ("contents say", "first bytes say", "name says")
)
_ANY = Limits(total=1 << 40, single=1 << 40, ratio=float("inf"))
CONTROL = (".yaml", ".yml", ".json")
ARCHIVE = "archive"
RQTL2 = "rqtl2"
# Opened when files are sorted, as archives are.
R = "r"
TABLES = "parquet"
# Of other files, and no data: what gives them takes them aside.
CORRECTIONS = Foreign(
    "a list of corrections of other files",
    "give it by itself: to the command line by --corrections, or to the page Data, out of any zip",
)
PLINK = "bed"
_GCTA, _GCTA_TEXT, _GCTA_SPARSE = "grm-bin", "grm-text", "grm-sparse"
_REL, _REL_BINARY = "rel", "rel-bin"
_KING, _KING_BINARY = "king", "king-bin"


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is taken for.

    Attributes:
        name: the file's name.
        kind: what it holds, alone or with its partners; None if nothing that can be read, or an
            archive of other files.
        format: in words; what is in the way, if it cannot be read.
        reader: the code of its reader, a name of `dispatch.READERS`; None if it cannot be read.
        why: the reason, in words that may follow “because”.
        remedy: what to do, if it cannot be read and more than to look at it is known.
    """

    name: str
    kind: Kind | None
    format: str
    reader: str | None
    why: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are read together.

    Attributes:
        name: what their names have in common, or the name of a single file.
        kind, reader: as of `Recognised`.
        files: the names, in the order in which the reader takes them.
        missing: names of the files that should be there too.
        rule: which files there must be, if one is missing.
    """

    name: str
    kind: Kind | None
    reader: str | None
    files: tuple[str, ...]
    missing: tuple[str, ...] = ()
    rule: str = ""

    @property
    def refusal(self) -> DataError | None:
        """What is missing, as an error; None if nothing is."""
        if not self.missing:
            return None
        be, pronoun = ("are", "them") if len(self.missing) > 1 else ("is", "it")
        return DataError(self.rule, f"{listed(self.missing)} {be} missing", f"add {pronoun}")

    @property
    def message(self) -> str:
        """A sentence on what is missing, "" if nothing is."""
        return str(self.refusal or "")


@dataclass(frozen=True, slots=True)
class _Family:
    """Endings of the names of files that belong together, the principal one first.

    `be` is the verb that goes with the words.
    """

    words: str
    kind: Kind
    reader: str
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    be: str = "are"


_BESIDE = (".grm.N.bin", ".grm.details", ".grm.adjust", ".grm.root")  # the last are LDAK's
_FAMILIES = (
    _Family("PLINK genotypes", "genotypes", PLINK, (".bed", ".bim", ".fam")),
    _Family("PLINK genotypes in letters", "genotypes", "ped", (".ped", ".map")),
    _Family("PLINK genotypes in letters", "genotypes", "tped", (".tped", ".tfam")),
    _Family("a binary GRM", "kinship", _GCTA, (".grm.bin", ".grm.id"), _BESIDE, "is"),
    _Family("LDAK’s kinship", "kinship", "ldak", (".grm.raw", ".grm.id"), _BESIDE[1:], "is"),
    _Family("a GRM in text", "kinship", _GCTA_TEXT, (".grm.gz", ".grm.id"), be="is"),
    _Family("a GRM in text", "kinship", _GCTA_TEXT, (".grm", ".grm.id"), be="is"),
    _Family("a sparse GRM", "kinship", _GCTA_SPARSE, (".grm.sp", ".grm.id"), be="is"),
    _Family("PLINK relationships", "kinship", _REL, (".rel", ".rel.id")),
    _Family("binary PLINK relationships", "kinship", _REL_BINARY, (".rel.bin", ".rel.id")),
    _Family("KING coefficients", "kinship", _KING, (".king", ".king.id")),
    _Family("KING coefficients of pairs", "kinship", "kin0", (".kin0",), (".kin",)),
    _Family("PLINK’s similarities by state", "kinship", "mibs", (".mibs", ".mibs.id")),
    _Family("PLINK’s distances by state", "kinship", "mdist", (".mdist", ".mdist.id")),
    _Family(
        "a matrix in MatrixMarket’s form",
        "kinship",
        "matrix-market",
        (".mtx",),
        (".mtx.id", ".mtx.ids", ".mtx.sampleIDs.txt", ".sampleIDs.txt", ".ids", ".id"),
        "is",
    ),
    _Family("PLINK’s binary similarities by state", "kinship", "mibs", (".mibs.bin", ".mibs.id")),
    _Family("PLINK’s binary distances by state", "kinship", "mdist", (".mdist.bin", ".mdist.id")),
    _Family("binary KING coefficients", "kinship", _KING_BINARY, (".king.bin", ".king.id")),
)
_OF_LDAK = (".grm.raw", "LDAK’s kinship", "ldak")
_BY_NAME = ((".grm.sp", "GCTA’s sparse GRM", _GCTA_SPARSE), _OF_LDAK)
_BINARY_ENDINGS = (
    *(".grm.bin", ".grm.n.bin", ".rel.bin", ".king.bin"),
    *(".mibs.bin", ".mdist.bin"),
)


def recognise(name: str, content: bytes, *, more: bool = False) -> Recognised:
    """What a file is taken for.

    Args:
        name: with its endings; folders before it do not matter.
        content: all of the file, or its first megabyte at least.
        more: whether these are only its first lines, and be they few.

    >>> recognise("K.txt", b"1\\t.5\\n.5\\t1\\n").kind
    'kinship'
    """
    head, whole = _head(content)
    whole = whole and not more
    low = name.lower()
    binary = foreign_genotypes(low.removesuffix(".gz"), head) or foreign_statistics(name, head)
    if binary is not None:
        return _refused(name, *binary, _BYTES)
    if head[:2] == b"\x6c\x1b":
        return Recognised(name, "genotypes", "PLINK genotypes (.bed)", PLINK, _BYTES)
    if head[:6] == b"\x93NUMPY":
        return Recognised(name, "kinship", "a NumPy array", "numpy", _BYTES)
    program = program_of(content)
    if program is not None:
        return Recognised(name, None, program.words, WORKBOOK, _CONTENTS)
    if head[:4] == b"PK\x03\x04":
        return _zipped(name, content)
    if low.endswith(".dist.bin"):
        what = "PLINK’s distances as counts of alleles"
        return _refused(name, what, "write shares instead, by plink --distance square ibs", _NAME)
    if low.endswith((".pkl", ".pickle", ".joblib")) and not foreign(head):
        what = "a Python pickle by its name, which may run any program"
        return _refused(name, what, "export it as CSV", _NAME)
    for ending in _BINARY_ENDINGS:
        if low.endswith(ending):
            family = next(f for f in _FAMILIES if ending in map(str.lower, _endings(f)))
            return Recognised(name, family.kind, family.words, family.reader, _NAME)
    if is_r(content):
        return Recognised(name, None, "objects of R", R, _BYTES)
    if content.startswith((b"PAR1", b"ARROW1\0", b"FEA1")):
        return Recognised(name, None, "a Parquet or Feather table", TABLES, _BYTES)
    other = foreign(head)
    if other:
        return _refused(name, other.what, other.remedy, _BYTES)
    try:
        text, _ = decode(head, name)
    except DataError as error:
        return _refused(name, error.statement, error.remedy, _CONTENTS)
    bare = low.removesuffix(".gz")
    for ending, words, reader in _BY_NAME:
        if bare.endswith(ending):
            return Recognised(name, "kinship", words, reader, _NAME)
    for family in _FAMILIES:
        if bare.endswith(family.needed[-1]) and family.needed[-1].endswith(".id"):
            words = f"the ids of {family.words}"
            return Recognised(name, family.kind, words, family.reader, _NAME)
    if is_control(text):
        remedy = "pack it with the files that it names, as .zip"
        return _refused(name, "a control file of R/qtl2", remedy, _CONTENTS)
    if (start := text.lstrip()[:2])[:1] in ("{", "[") and not start[1:].isalpha():
        return _refused(name, "JSON, not a table", "export it as CSV", "its first sign says so")
    rows = (begun := beginning_of(text)).rows
    if rows and lists_corrections(rows[0]):
        return _refused(name, *CORRECTIONS, "its header says so")
    genotypes = genotypes_by_start(text) or genotypes_in_lines(bare, rows)
    if isinstance(genotypes, Foreign):
        return _refused(name, *genotypes, "its first line says so")
    if genotypes is not None:
        words, reader, why = genotypes
        return Recognised(name, "genotypes", words, reader, why)
    kinship = kinship_in_lines(bare, text, rows)
    if kinship is not None:
        return Recognised(name, "kinship", *kinship)
    told = declared_table(bare, rows, text)
    if told is not None:
        return Recognised(name, "table", *told, "its header says so")
    known = foreign_start(text) or foreign_table(bare, rows)
    if known is not None:
        return _refused(name, *known, "its first lines say so")
    return Recognised(name, *guess_text(bare, begun, whole))


def is_corrections(name: str, content: bytes) -> bool:
    """Whether a file lists corrections of others.

    >>> is_corrections("fix.csv", b"id,column,value\\nm1,weight,21.3\\n")
    True
    """
    return recognise(name, content).format == CORRECTIONS.what


def has_parents(name: str, content: bytes) -> bool:
    """Whether a file that is taken for something else may be read as a pedigree.

    >>> has_parents("cows.csv", b"cow,sire,dam,milk\\nc,a,b,7.1\\n")
    True
    """
    head, _ = _head(content)
    try:
        text, _ = decode(head, name)
    except DataError:
        return False
    rows = beginning_of(text).rows
    fam = name.lower().removesuffix(".gz").endswith(".fam")
    return bool(rows) and (fam or columns_by_name(rows[0]) is not None)


def reader_of_genotypes(name: str, content: bytes) -> str:
    """By which reader a text that was taken for something else may be genotypes.

    >>> reader_of_genotypes("x.txt", b"11,A,T,0,1,2\\n"), reader_of_genotypes("y", b"id,m\\na,0\\n")
    ('bimbam', 'counts')
    """
    head, _ = _head(content)
    try:
        rows = beginning_of(decode(head, name)[0]).rows
    except DataError:
        return "counts"
    alleles = [entry for row in rows for entry in row[1:3]]
    values = [entry for row in rows for entry in row[3:]]
    return (
        "bimbam"
        if values and not any(map(is_value, alleles)) and all(map(is_value, values))
        else "counts"
    )


def group(files: Iterable[Recognised]) -> tuple[Group, ...]:
    """Which files are read together, in the order in which they come, and what is missing.

    >>> found = [recognise("a.bed", b"l\\x1b\\x01"), recognise("a.bim", b"1 m 0 5 A G\\n")]
    >>> [made.message for made in group(found)]
    ['PLINK genotypes are a.bed, a.bim and a.fam: a.fam is missing; add it']
    """
    every = list(files)
    parts: dict[str, dict[str, Recognised]] = {}
    for file in every:
        place = _part(file.name)
        if place:
            parts.setdefault(place[0], {})[place[1]] = file
    made: dict[str, Group] = {}
    for prefix, found in parts.items():
        left = set(found)
        chosen = [family for family in _FAMILIES if family.needed[0] in found]
        for family in chosen:
            left.difference_update(_endings(family))
        chosen += [family for family in _FAMILIES if left & set(family.needed)][:1]
        for family in chosen:
            inside = {ending: found[ending] for ending in _endings(family) if ending in found}
            # A single file whose content is something else only shares the ending.
            if len(inside) > 1 or next(iter(inside.values())).reader == family.reader:
                one = _grouped(prefix, family, inside)
                for file in inside.values():
                    made.setdefault(file.name, one)
                made[one.files[0]] = one
    groups = [
        made.get(file.name) or Group(file.name, file.kind, file.reader, (file.name,))
        for file in every
    ]
    return tuple(dict.fromkeys(groups))


def _grouped(prefix: str, family: _Family, inside: dict[str, Recognised]) -> Group:
    missing = tuple(prefix + ending for ending in family.needed if ending not in inside)
    rule = ""
    if missing:
        names = [prefix + ending for ending in family.needed]
        rule = f"{family.words} {family.be} {listed(names)}"
    files = tuple(file.name for file in inside.values())
    return Group(prefix, family.kind, family.reader, files, missing, rule)


def _endings(family: _Family) -> tuple[str, ...]:
    return family.needed + family.optional


def _part(name: str) -> tuple[str, str] | None:
    """What a name begins with, and the ending by which it belongs to others."""
    endings = {ending for family in _FAMILIES for ending in _endings(family)}
    for ending in sorted(endings, key=len, reverse=True):
        for tail in (ending, f"{ending}.gz"):
            if name.lower().endswith(tail.lower()) and len(name) > len(tail):
                return name[: -len(tail)], ending
    return None


def _refused(name: str, words: str, remedy: str, why: str) -> Recognised:
    return Recognised(name, None, words, None, why, remedy)


def _head(content: bytes) -> tuple[bytes, bool]:
    """The first lines of the content, unpacked, and whether that is all of it."""
    head, whole = _start(content, _HEAD)
    if not whole and len(head.split(b"\n", _FEW_LINES)) <= _FEW_LINES:
        # Of many markers a line may be as long as all of another file.
        head, whole = _start(content, _LONG_HEAD)
    return head, whole


def _start(content: bytes, most: int) -> tuple[bytes, bool]:
    """So many bytes of the content at most, unpacked and cut after a line."""
    head, whole = content[:most], len(content) <= most
    if content[:2] == b"\x1f\x8b":
        head, rest = b"", content
        try:
            # bgzip packs in many members, each of 64 KB.
            while rest[:2] == b"\x1f\x8b" and len(head) < most:
                unpack = zlib.decompressobj(wbits=31)
                head += unpack.decompress(rest[: 2 * most], most - len(head))
                whole = unpack.eof
                rest = rest[min(len(rest), 2 * most) - len(unpack.unused_data) :]
                if not unpack.eof:
                    break
            whole = whole and not rest
        except zlib.error:
            return content[:most], True
    cut = head.rfind(b"\n") + 1
    if not whole and cut:
        # The line end has two bytes in UTF-16.
        width = {b"\xff\xfe": 2, b"\xfe\xff": 2}.get(head[:2], 1)
        head = head[: cut + (-cut % width)]
    return head, whole


def _zipped(name: str, content: bytes) -> Recognised:
    try:
        # What is not read here is for the reader to limit.
        archive = open_archive(content, name, limits=_ANY)
        names = list(archive)
        if all(member.endswith(".npy") for member in names):
            return Recognised(name, "kinship", "NumPy arrays (.npz)", "numpy", _CONTENTS)
        if {"[Content_Types].xml", "mimetype"} & set(names):
            what = "a document that is no spreadsheet"
            return _refused(name, what, "save its table as “CSV UTF-8”", _CONTENTS)
        for member in names:
            if member.lower().endswith(CONTROL) and archive.sizes[member] <= _HEAD:
                if is_control(archive[member].decode("utf-8", "replace")):
                    what = f"a cross in R/qtl2’s form, control file {member}"
                    return Recognised(name, "genotypes", what, RQTL2, _CONTENTS)
    except DataError as error:
        return _refused(name, error.statement, error.remedy, _CONTENTS)
    return Recognised(name, None, f"a zip archive of {len(names)} files", ARCHIVE, _CONTENTS)
