"""Files of corrections that were given among others: what they correct, and what does not fit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lmm_app.session import keep
from lmm_app.sources.opened import File, Upload
from lmm_core.errors import DataError, count, listed
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.correcting import corrections_in
from lmm_data.readers.corrections import Correction, with_correction

# So many different reasons are given of a file.
_REASONS = 4


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of files of corrections.

    Attributes:
        choices: what is decided about the files from now on.
        done: what was corrected, in sentences.
        refused: what was not, and why, in sentences.
    """

    choices: Choices
    done: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def take(upload: Upload, lists: Sequence[File]) -> Taken:
    """Correct what files of corrections list.

    Each entry is looked up in the files as they were given: so a list may be given twice, and what
    else was corrected before does not matter.

    Args:
        upload: the files that are loaded, and what was decided about them.
        lists: files of corrections; of two that name an entry the later one holds.
    """
    made, done, refused = upload.choices.corrections, [], []
    bare = replace(upload, choices=replace(upload.choices, corrections=()))
    # Without a list nothing is prepared before the page says that it is at work.
    outcomes = keep.prepared(bare, lambda share: None).outcomes if lists else ()
    for file in lists:
        try:
            found = corrections_in(file.name, file.content, outcomes)
        except DataError as error:
            refused.append(str(error))
            continue
        if found.made:
            done.append(f"{file.name}: {_done(found.made, made)}")
        refused += _refused(found.refused)
        for one in found.made:
            made = with_correction(made, one)
    return Taken(replace(upload.choices, corrections=made), tuple(done), tuple(refused))


def without_files(lists: Sequence[File]) -> Taken:
    """What is said of files of corrections where no other file is loaded."""
    return Taken(
        Choices(),
        refused=tuple(
            f"{file.name}: it lists corrections of other files, and none is loaded; drop it with "
            "them, or after them"
            for file in lists
        ),
    )


def _done(made: Sequence[Correction], before: Sequence[Correction]) -> str:
    """What a list did to the files."""
    files = listed(list(dict.fromkeys(one.file for one in made)))
    words = f"{count(len(made), 'entry', 'entries')} of {files} corrected as it lists"
    earlier = {one.place: one.now for one in before}
    other = sum(earlier.get(one.place, one.now) != one.now for one in made)
    if other:
        words += f"; {other:,} of them had been corrected to something else"
    return f"{words}. Each is below, with its file, and can be taken back"


def _refused(errors: Sequence[DataError]) -> list[str]:
    """Why lines of a list do not fit: each reason once, with its first line."""
    alike: dict[str, list[DataError]] = {}
    for error in errors:
        alike.setdefault(f"{error.statement}; {error.remedy}", []).append(error)
    said = []
    for first, *others in alike.values():
        more = f"; so {count(len(others), 'more line')}" if others else ""
        said.append(f"Not corrected: {first}{more}")
    rest = list(alike.values())[_REASONS:]
    if rest:
        lines = sum(len(same) for same in rest)
        said[_REASONS:] = [f"Not corrected for other reasons: {count(lines, 'more line')}"]
    return said
