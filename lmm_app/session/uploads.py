"""What a session has uploaded and decided about it; it stays while one walks between pages."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import DeletedFile

from lmm_app.lessons.broken import BROKEN
from lmm_app.session import awaited, keep, listed, state
from lmm_app.session.refused import note_bad_link
from lmm_app.session.state import MAX_TOGETHER_MB, MAX_UPLOAD_MB
from lmm_app.sources.opened import File, Upload
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.roles import Role
from lmm_data.readers.recognition import is_corrections

PAGE = "Data"

_UPLOAD = "upload"
# The word of a link that says by what records are weighted.
WEIGHTS = "weights"
_DROPS = "drops"
_REFUSED = "refused_files"
_MISSED = "missed_files"
_CORRECTED = "corrected_files"
_SHELF = "broken"
_LOST = "files_lost"
# As Streamlit counts.
_MB = 1 << 20


def current() -> Upload | None:
    """The files that are loaded, None if there are none."""
    upload: Upload | None = st.session_state.get(_UPLOAD)
    return upload


def choices() -> Choices:
    """What was decided about the files that are loaded, the usual if there are none."""
    upload = current()
    return upload.choices if upload else Choices()


def shown() -> Upload | None:
    """The files that are loaded if it is they that are asked for, and not a sample, say."""
    asked = state.sealed_data() is None and st.session_state.get("data") == "upload"
    return current() if asked else None


def drop_key() -> str:
    """Key of the place to drop files: another after each drop, so that it is empty again."""
    return f"drop_{st.session_state.get(_DROPS, 0)}"


def take_drop() -> list[tuple[str, bytes]]:
    """What was dropped: names and contents. The place for the next drop is empty again.

    A browser that comes to a new process, because its own has died, names files that only the old
    one has: they must be given again, and that is said.
    """
    given = st.session_state.get(drop_key()) or []
    st.session_state[_DROPS] = st.session_state.get(_DROPS, 0) + 1
    dropped = [file for file in given if not isinstance(file, DeletedFile)]
    lost = len(given) - len(dropped)
    files = "a file that was" if lost == 1 else f"{lost} files that were"
    st.session_state[_MISSED] = [f"{files} on the way must be given again"] if lost else []
    taken = [(file.name, file.getvalue()) for file in dropped]
    _forget([file.file_id for file in dropped])
    return taken


def _forget(places: Iterable[str]) -> None:
    """Have Streamlit forget files that are taken.

    It would hold a copy for each session until that ends, where a class that drops one file needs
    it once.
    """
    context = get_script_run_ctx()
    manager = context and context.uploaded_file_mgr
    if context is not None and isinstance(manager, MemoryUploadedFileManager):
        for place in places:
            manager.remove_file(context.session_id, place)


def add_and_show(new: Iterable[tuple[str, bytes]]) -> None:
    """Add files, and show the data in them."""
    add(new)
    # A list of corrections alone is no data.
    if current() is not None:
        st.session_state["data"] = "upload"


def add(new: Iterable[tuple[str, bytes]]) -> None:
    """Add files to those that are loaded; one of the same name takes the other's place.

    What was decided of the roles of files and how they are read stays; all else was decided of
    other data and is open again. A file of corrections is none of them: what it lists is corrected.
    """
    before, given = current(), [(*one, is_corrections(*one)) for one in new]
    lists = [File.of(name, content) for name, content, is_list in given if is_list]
    new = [(name, content) for name, content, is_list in given if not is_list]
    files = {file.name: file for file in before.files} if before else {}
    refused = []
    for name, content in new:
        together = sum(len(file.content) for key, file in files.items() if key != name)
        if len(content) > MAX_UPLOAD_MB * _MB:
            refused.append(f"{name} is larger than {MAX_UPLOAD_MB} MB: it was left out")
        elif together + len(content) > MAX_TOGETHER_MB * _MB:
            why = f"with {name} the files are larger than {MAX_TOGETHER_MB} MB together"
            refused.append(f"{why}: it was left out")
        else:
            files[name] = keep.one_copy(File.of(name, content))
    st.session_state[_REFUSED] = refused
    if new:
        decided = before.as_read.choices if before else _linked()
        # Of a file that takes another's place nothing has been corrected.
        _keep(files.values(), _uncorrected(decided, {name for name, _ in new}))
    _correct(lists)


def _correct(lists: Sequence[File]) -> None:
    """Correct what is listed, in the files that are loaded."""
    upload = current()
    taken = listed.take(upload, lists) if upload else listed.without_files(lists)
    decide(taken.choices)
    st.session_state[_CORRECTED] = taken.done
    st.session_state[_REFUSED] += taken.refused


def _linked() -> Choices:
    """What a link decides of files that are given to it: by what the records are weighted."""
    return Choices(weights=st.query_params.get(WEIGHTS, ""))


def remove(name: str) -> None:
    """Take a file away."""
    upload = current()
    if upload is not None:
        left = [file for file in upload.files if file.name != name]
        _keep(left, _uncorrected(upload.as_read.choices, {name}))


def _uncorrected(decided: Choices, files: Collection[str]) -> Choices:
    """What was decided, without the entries that were corrected in some files and their parts."""
    holders = tuple(f"{name}/" for name in files)
    kept = tuple(
        one
        for one in decided.corrections
        if one.file not in files and not one.file.startswith(holders)
    )
    return replace(decided, corrections=kept)


def clear() -> None:
    """Take all files away."""
    _keep((), Choices())


def corrected() -> tuple[str, ...]:
    """What the lists of corrections of the last drop did."""
    return tuple(st.session_state.get(_CORRECTED, ()))


def refused() -> tuple[str, ...]:
    """Why files of the last drop were not taken, or what they list was not corrected."""
    return (*st.session_state.get(_MISSED, ()), *st.session_state.get(_REFUSED, ()))


def decide(decided: Choices) -> None:
    """Decide about the files that are loaded."""
    upload = current()
    if upload is not None:
        st.session_state[_UPLOAD] = replace(upload, choices=decided)


def undecide() -> None:
    """Take back all but the roles of files and how they are read."""
    upload = current()
    if upload is not None:
        decide(upload.as_read.choices)


def set_role(name: str, role: Role, before: Mapping[str, Role]) -> None:
    """Decide what a file, or a group of them, is for.

    Args:
        name: of the group.
        role: what it is for.
        before: what each group was for: the one that had a role which only one can have is left
            out from now on, and phenotypes stay what they are, beside others.
    """
    roles = {**dict(choices().roles), name: role}
    if role not in ("covariates", "ignored"):
        stays: Role = "phenotypes" if role == "phenotypes" else "ignored"
        roles |= {k: stays for k, v in before.items() if v == role and k != name}
    decide(replace(choices(), roles=tuple(roles.items()), same_order=False))


def set_reader(name: str, reader: str) -> None:
    """Decide how a file, or a group of them, is read."""
    readers = {**dict(choices().readers), name: reader}
    roles = tuple(pair for pair in choices().roles if pair[0] != name)
    decide(replace(choices(), readers=tuple(readers.items()), roles=roles, same_order=False))


def take_from_shelf(name: str) -> None:
    """Load a dataset that is broken on purpose, in place of what is loaded."""
    broken = BROKEN[name]
    files = [keep.one_copy(File.of(file, content)) for file, content in broken.files().items()]
    _keep(files, Choices())
    st.session_state[_SHELF] = name
    st.session_state["data"] = "upload"
    # By the method by which it goes wrong.
    st.session_state["method"] = "REML" if broken.reml else "ML"


def restore(files: Iterable[File], decided: Choices, shelf: str) -> None:
    """Load files and what was decided about them, as they were in another session."""
    _keep([keep.one_copy(file) for file in files], decided)
    if current() is not None and shelf in BROKEN:
        st.session_state[_SHELF] = shelf


def lost() -> bool:
    """Whether the link speaks of files, and no file has been given since it was opened."""
    return bool(st.session_state.get(_LOST)) and current() is None


def kept_for() -> str:
    """How long a server keeps what was given to a page that has gone, in words."""
    seconds = int(st.get_option("server.disconnectedSessionTTL"))
    minutes = max(1, -(-seconds // 60))
    return "a minute" if minutes == 1 else f"{minutes:,} minutes"


def from_shelf() -> str:
    """Name of the dataset from the shelf that is loaded, "" if the files are others."""
    return str(st.session_state.get(_SHELF, ""))


def from_link() -> None:
    """Load from the shelf what the link asks for, when a session begins; keep the link in step."""
    asked = st.query_params.get(_SHELF)
    if _LOST not in st.session_state:
        st.session_state[_LOST] = st.query_params.get("data") == "upload" and asked is None
        awaited.note(lost=lost())
    if asked is not None and _SHELF not in st.session_state and current() is None:
        if asked in BROKEN:
            take_from_shelf(asked)
        else:
            note_bad_link(_SHELF, asked)
    on_screen = st.session_state.get("data") == "upload"
    if not lost():
        state.to_link(WEIGHTS, choices().weights if on_screen else "", "")
    state.to_link(_SHELF, from_shelf() if on_screen else "", "")


def _keep(files: Iterable[File], decided: Choices) -> None:
    kept = tuple(files)
    st.session_state[_LOST] = False
    st.session_state[_CORRECTED] = ()
    st.session_state[_UPLOAD] = Upload(kept, decided) if kept else None
    st.session_state[_SHELF] = ""
