"""Files as they come, read: each by its reader, and one bad file never hides another."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from lmm_core.arrays import Brief
from lmm_core.errors import DataError, LMMError
from lmm_core.progress import Progress, parts_of
from lmm_data.readers.dispatch import READERS, read_group
from lmm_data.readers.naming import Sheet
from lmm_data.readers.reading import Reading
from lmm_data.readers.recognition import Group
from lmm_data.readers.sorting import Sorted


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Outcome(Brief):
    """Files that belong together, read or refused: one of `reading` and `refusal` is there.

    Attributes:
        group: which files, and by which reader; its name is unlike that of every other.
        format: what they hold, in words.
        why: the reason for that, in words that may follow “because”.
        reading: what is in them; None if they cannot be read.
        refusal: why they cannot be read; None if they can.
        unpacked: whether they were in an archive, so that nobody named them one by one.
    """

    group: Group
    format: str
    why: str
    reading: Reading | None
    refusal: LMMError | None = None
    unpacked: bool = False

    @property
    def name(self) -> str:
        """Of the group."""
        return self.group.name

    @property
    def ids(self) -> tuple[str, ...]:
        """Whose rows they are; none if that is not known, or they cannot be read."""
        part = self.reading.part if self.reading else None
        return (part.ids if part else None) or ()

    @property
    def n(self) -> int:
        """How many rows they have; 0 if they cannot be read, or hold nothing of their kind."""
        part = self.reading.part if self.reading else None
        return part.n if part else 0

    @property
    def sheet(self) -> Sheet | None:
        """A table with all of its columns, where those of its ids may be decided anew."""
        return self.reading.sheet if self.reading else None

    @property
    def error(self) -> str:
        """Why they cannot be read, with a remedy; "" if they can."""
        return str(self.refusal or "")


def read_sorted(
    files: Sorted,
    readers: Mapping[str, str] | None = None,
    missing: Collection[str] = (),
    progress: Progress | None = None,
    decimal: str = "",
) -> tuple[Outcome, ...]:
    """Each file by the reader for what it holds, with those that belong to it.

    Args:
        files: sorted by what they are read with.
        readers: others than those that were found, by the name of the group: a code of
            `alternatives`.
        missing: further codes of missing values, such as "-9".
        progress: called with the share that is read, from 0 to 1.
        decimal: the mark that is decimal, "." or ","; "" to find out for each file.

    >>> files = {"y.csv": b"id,w\\na,1\\nb,2\\n", "notes.pdf": b"%PDF-1.4"}
    >>> [(outcome.group.name, bool(outcome.error)) for outcome in read_sorted(sort_files(files))]
    [('y.csv', False), ('notes.pdf', True)]
    """
    sizes = [sum(files.contents.size(name) for name in one.files) for one in files.groups]
    outcomes = []
    for one, tell in zip(files.groups, parts_of(progress, sizes), strict=True):
        chosen = (readers or {}).get(one.name)
        if chosen:
            one = replace(one, reader=chosen)
        outcome = _outcome(one, files, missing, tell, decimal)
        unpacked = files.unpacked.issuperset(one.files)
        outcomes.append(replace(outcome, unpacked=True) if unpacked else outcome)
        tell(1.0)
    return tuple(outcomes)


def alternatives(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """What else a single file of text could be read as: a reader for `read_sorted`, and words.

    >>> (outcome,) = read_sorted(sort_files({"K.txt": b"1 .5\\n.5 1\\n"}))
    >>> alternatives(outcome)[0]
    ('table', 'a table of traits or covariates')
    """
    code = outcome.group.reader or ""
    if len(outcome.group.files) > 1 or not (code in READERS and READERS[code].text):
        return ()
    return tuple((other, reader.words) for other, reader in READERS.items() if reader.text)


def _outcome(
    group: Group, files: Sorted, missing: Collection[str], progress: Progress, decimal: str
) -> Outcome:
    recognised = files.recognised[group.files[0]]
    words, why = recognised.format, recognised.why
    refused = [files.refused[name] for name in group.files if name in files.refused]
    if group.reader is None or refused:
        remedy = recognised.remedy or "check that it is the file that was meant"
        unknown = DataError(f"{group.name} cannot be read", words, remedy)
        return Outcome(group, words, why, None, refused[0] if refused else unknown)
    member = files.members.get(group.files[0])
    try:
        if member is not None and member.reading is not None:
            reading = member.reading
        else:
            # A number that was one never had another mark, whatever other files write.
            decimal = decimal if member is None else "."
            frame = member.frame if member is not None else None
            reading = read_group(group, files.contents, missing, progress, decimal, frame)
        if member is not None:
            reading = member.read_as(reading)
    except LMMError as error:
        return Outcome(group, words, why, None, error.anew())
    except MemoryError:
        size = sum(files.contents.size(name) for name in group.files) / 1e6
        large = DataError(
            f"{group.name} must fit into memory",
            f"it does not, with {size:,.0f} MB on disk",
            "leave out what is not needed, or use a larger computer",
        )
        return Outcome(group, words, why, None, large)
    return Outcome(group, reading.format, why, reading)
