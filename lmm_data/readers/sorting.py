"""Files as they come, sorted: archives unpacked, and those that belong together side by side."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from posixpath import basename

from lmm_core.arrays import Brief
from lmm_core.errors import DataError
from lmm_data.readers.archive import open_archive
from lmm_data.readers.containers import CONTAINERS, ObjectOf, opened
from lmm_data.readers.corrections import Correction, corrected
from lmm_data.readers.file_contents import Contents
from lmm_data.readers.genotypes.placing import HEADER, LINES, beside_genotypes
from lmm_data.readers.members import Member
from lmm_data.readers.recognition import (
    ARCHIVE,
    CONTROL,
    PLINK,
    RQTL2,
    Group,
    Recognised,
    group,
    recognise,
)
from lmm_data.readers.recognition_text import is_control
from lmm_data.readers.rqtl2.control import Value, read_control
from lmm_data.readers.spreadsheet.workbook import WORKBOOK, SheetText, sheet_text, tables_of

ANNOTATION = "bimbam-annotation"
TABLE = "table"
# Genotypes in a single file, which may say nothing of where their markers lie, and where it is
# certain that markers are named.
_UNPLACED = {"raw": HEADER, "bimbam": LINES, "counts": ""}
_SAYS = "its contents say so"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sorted(Brief):
    """Files by what they are read with.

    Attributes:
        groups: of files that are read together; no two have the same name.
        contents: of each file by its name; those of a zip archive in its place.
        recognised: what each file was taken for.
        refused: why a file cannot be opened at all, by its name.
        unpacked: the files that were in an archive.
        members: the objects of files that hold several, by the name of the file that each is.
    """

    groups: tuple[Group, ...]
    contents: Contents
    recognised: Mapping[str, Recognised]
    refused: Mapping[str, DataError]
    unpacked: frozenset[str] = frozenset()
    members: Mapping[str, Member] = field(default_factory=dict)


def sort_files(files: Mapping[str, bytes], corrections: Sequence[Correction] = ()) -> Sorted:
    """Which files are read together, and by what.

    Args:
        files: their contents by name. A zip archive stands for the files in it, unless its
            reader takes it whole, and a workbook for its sheets.
        corrections: of entries in them.

    >>> made = sort_files({"g.txt": b"rs1,A,T,0,1,2\\n", "g.anno.txt": b"rs1,100,1\\n"})
    >>> [one.files for one in made.groups]
    [('g.txt', 'g.anno.txt')]
    """
    contents = Contents()
    recognised: dict[str, Recognised] = {}
    refused: dict[str, DataError] = {}
    members: dict[str, Member] = {}
    of_file = {one.file: [c for c in corrections if c.file == one.file] for one in corrections}
    for name, content in files.items():
        found = recognise(name, content)
        inside: Mapping[str, bytes | Member] = {name: content}
        errors: dict[str, DataError] = {}
        if found.reader == ARCHIVE:
            inside, errors = _unpacked(name, content, {*files, *contents})
        elif found.reader == WORKBOOK:
            inside, errors = _sheets(name, content)
        for label, given in inside.items():
            if isinstance(given, Member):
                # A sheet of which no text was made.
                table = None if label in of_file else _table_of(label, given)
                if table is not None and given.frame is not None:
                    members[label], recognised[label] = given, table
                    contents.later(label, given.frame)
                    continue
                data: bytes = sheet_text(given)
            else:
                data = given
            what = found if label == name else recognise(label, data)
            if what.reader in CONTAINERS:
                try:
                    made = opened(what, data)
                except DataError as error:
                    errors[label] = error.anew()
                    continue
                for path, member in made.items():
                    recognised[path] = _of_member(path, member, what)
                    mended = of_file.get(path, ())
                    try:
                        if mended or recognised[path].reader != TABLE:
                            member = member.written()
                        members[path] = member
                        if member.frame is not None:
                            contents.later(path, member.frame)
                            continue
                        contents[path] = member.content
                        contents[path] = corrected(path, member.content, mended)
                    except DataError as refusal:
                        contents.setdefault(path, b"")
                        refused[path] = refusal.anew()
                    if member.refusal is not None:
                        refused[path] = member.refusal
                continue
            try:
                data = corrected(label, data, of_file.get(label, ()))
            except DataError as refusal:
                errors[label] = refusal.anew()
            if isinstance(data, SheetText) and data.refusal is not None:
                contents[label], errors[label] = data, data.refusal
            else:
                contents[label], recognised[label] = data, what
        for label, why in errors.items():
            sheet = contents.get(label, b"")
            contents[label] = b""
            # What somebody may want and cannot have stops a fit, and an empty sheet does not.
            wanted = isinstance(sheet, SheetText) and not sheet.aside
            reader = TABLE if wanted else None
            words = sheet.program if isinstance(sheet, SheetText) else found.format
            recognised[label] = replace(found, name=label, kind=None, format=words, reader=reader)
            refused[label] = why
    crosses = [
        _cross(name, contents)
        for name in contents
        if name.lower().endswith(CONTROL) and recognised[name].reader is None
        if is_control(contents[name].decode("utf-8", "replace"))
    ]
    taken = {name for cross in crosses for name in cross.files}
    groups = [*crosses, *group(recognised[name] for name in contents if name not in taken)]
    order = list(contents)
    groups = _with_places(groups, contents)
    groups = sorted(groups, key=lambda one: order.index(one.files[0]))
    chosen = {name for name in contents.there if getattr(contents[name], "chosen", False)}
    sheets = {name for name, data in files.items() if isinstance(data, SheetText)}
    chosen |= {name for name, data in files.items() if isinstance(data, ObjectOf)}
    unpacked = frozenset(({*contents} - {*files} | sheets) - chosen)
    return Sorted(_renamed(groups), contents, recognised, refused, unpacked, members)


def _of_member(path: str, member: Member, container: Recognised) -> Recognised:
    """What an object of a file is taken for: by its content, where that is a file as well."""
    start, more = member.frame.head() if member.frame else (member.content, False)
    if start:
        found = recognise(path, start, more=more)
        # Of a data frame nobody doubts that it is a table.
        return replace(found, why=_SAYS) if found.reader == TABLE else found
    kind = member.reading.kind if member.reading else None
    reader = container.reader if member.reading else None
    return Recognised(path, kind, member.words, reader, _SAYS)


def _table_of(path: str, member: Member) -> Recognised | None:
    """What a sheet is taken for, if that is a table."""
    start, more = member.frame.head() if member.frame else (b"", False)
    found = recognise(path, start, more=more)
    return found if found.reader == TABLE else None


def _sheets(
    name: str, content: bytes
) -> tuple[Mapping[str, SheetText | Member], dict[str, DataError]]:
    """The sheets of a workbook, or why it cannot be opened."""
    try:
        return tables_of(name, content), {}
    except DataError as error:
        return {}, {name: error.anew()}


def _unpacked(
    name: str, content: bytes, taken: set[str]
) -> tuple[dict[str, bytes], dict[str, DataError]]:
    """The files of an archive by a name that is not taken, and why others cannot be had."""
    try:
        archive = open_archive(content, name)
    except DataError as error:
        return {}, {name: error.anew()}
    inside: dict[str, bytes] = {}
    errors: dict[str, DataError] = {}
    for member in archive:
        label = f"{name}/{member}" if member in taken else member
        try:
            inside[label] = archive[member]
        except DataError as error:
            errors[label] = error.anew()
    return inside, errors


def _cross(control: str, contents: Mapping[str, bytes]) -> Group:
    """R/qtl2's control file with the files that it names, given one by one."""
    try:
        fields = read_control({control: contents[control]}, control).fields
    except DataError:
        # Its reader will say why.
        return Group(control, "genotypes", RQTL2, (control,))
    wanted = {basename(text) for value in fields.values() for text in _texts(value)}
    others = [name for name in contents if name != control and basename(name) in wanted]
    return Group(control, "genotypes", RQTL2, (control, *others))


def _texts(value: Value) -> list[str]:
    if isinstance(value, str):
        return [value.replace("\\", "/")]
    parts = value.values() if isinstance(value, dict) else value
    return [text for part in parts for text in _texts(part)]


def _with_places(groups: list[Group], contents: Mapping[str, bytes]) -> list[Group]:
    """The groups with each file of markers' places beside the genotypes that do not have them."""
    genotypes = {
        one.files[0]: (contents[one.files[0]], _UNPLACED[one.reader])
        for one in groups
        if one.reader is not None and one.reader in _UNPLACED
    }
    if not genotypes:
        return groups
    maps = {
        one.files[0]: one
        for one in groups
        if len(one.files) == 1
        and (one.reader in (TABLE, ANNOTATION) or (one.reader == PLINK and one.missing))
    }
    found = beside_genotypes(
        {name: (contents[name], one.reader != TABLE) for name, one in maps.items()},
        genotypes,
    )
    made = [one for one in groups if one.files[0] not in found]
    for k, one in enumerate(made):
        beside = [name for name, whose in found.items() if whose == one.files[0]]
        if beside:
            made[k] = replace(one, files=(*one.files, *beside))
    return made


def _renamed(groups: list[Group]) -> tuple[Group, ...]:
    """The groups; one of a single file, and those of the same name, called by their first file."""
    times = Counter(one.name for one in groups)
    return tuple(
        replace(one, name=one.files[0]) if len(one.files) == 1 or times[one.name] > 1 else one
        for one in groups
    )
