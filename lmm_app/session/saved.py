"""Saved work: one zip file of plain text and of the files as they were given; pure.

It is read as a stranger's: nothing in it is run or written to disk, every part is checked against
the list of all parts, and work that cannot be read whole is not read at all.
"""

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Any, TypeGuard
from urllib.parse import parse_qsl, urlencode
from zipfile import is_zipfile

from lmm_app.lessons.steps import Guessed
from lmm_app.paper.archive import zipped
from lmm_app.session import decisions
from lmm_app.session.state import MAX_TOGETHER_MB, MAX_UPLOAD_MB
from lmm_app.sources.opened import File
from lmm_core.errors import DataError
from lmm_core.version import own_version
from lmm_data.preparation.choices import Choices
from lmm_data.readers.archive import Archive, Limits, open_archive

SUFFIX = ".lmm.zip"
# Older forms are read; another number is for what older versions would misread.
FORMAT = 1
LIST = "saved-work.json"
_README, _CHOICES, _GUESSES, _FILES = "README.txt", "choices.json", "guesses.json", "files.json"
_MB = 1 << 20
_LIMITS = Limits(
    members=1000,
    total=(MAX_TOGETHER_MB + 16) * _MB,
    single=MAX_UPLOAD_MB * _MB,
    nested=True,
)
_TEXT_MB = 4
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_AGAIN = "take the file as it was saved, or save the work again"
README = """\
Work saved from “Linear mixed models, watched”, version {version}.

To go on with it, open this file there: “Open saved work”, in the sidebar.

    choices.json   what was chosen: the page, and the words of its link
    guesses.json   what was predicted, and which answers were seen
    files.json     the names of the files that were given, and what was decided about them
    files/         these files, byte for byte
    {list}   every part with its SHA-256
"""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """All that makes a page look as it did.

    Attributes:
        page: its address.
        words: of its link; a name may be there several times.
        rest: what other pages keep and this one's link does not say, by names in their links.
        guesses: by where they were made.
        files: as they were given, in their order.
        choices: what was decided about them.
        shelf: name of the dataset that they are, if they are broken on purpose; "" if not.
    """

    page: str
    words: tuple[tuple[str, str], ...] = ()
    rest: Mapping[str, str] = field(default_factory=dict)
    guesses: Mapping[str, Guessed] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    choices: Choices = Choices()  # noqa: RUF009
    shelf: str = ""


def write_work(work: Work) -> bytes:
    """The zip file; the same work gives the same bytes."""
    version = own_version()
    places = [f"files/{k:03d}-{_plain(file.name)}" for k, file in enumerate(work.files, 1)]
    parts = {
        _README: README.format(version=version, list=LIST).encode(),
        _CHOICES: _json({"page": work.page, "link": urlencode(work.words), "rest": work.rest}),
        _GUESSES: _json(
            {where: {"guess": guess, "seen": seen} for where, (guess, seen) in work.guesses.items()}
        ),
        _FILES: _json(
            {
                "files": [
                    {"part": place, "name": file.name}
                    for place, file in zip(places, work.files, strict=True)
                ],
                "decided": decisions.to_json(work.choices),
                "shelf": work.shelf,
            }
        ),
        **{place: file.content for place, file in zip(places, work.files, strict=True)},
    }
    digests = {name: sha256(content).hexdigest() for name, content in parts.items()}
    listed = _json({"format": FORMAT, "app": version, "parts": digests})
    return zipped({LIST: listed, **parts})


def fits(files: tuple[File, ...]) -> bool:
    """Whether work with these files will be small enough to be opened again."""
    limit = MAX_UPLOAD_MB * _MB
    size = sum(len(file.content) for file in files)
    return size < limit - _MB or sum(map(_packed_size, files)) < 0.9 * limit


def is_work(name: str, content: bytes) -> bool:
    """Whether a file was meant as saved work, by its name or by what is in it."""
    if name.lower().endswith(SUFFIX):
        return True
    if content[:4] != b"PK\x03\x04":
        return False
    try:
        return LIST in open_archive(content, name, limits=_LIMITS)
    except DataError:
        return False


def read_work(name: str, content: bytes) -> Work:
    """The work that was saved in a file.

    Raises:
        DataError: it is no saved work, not whole, of a newer form, too large, or says what cannot
            be.
    """
    if not is_zipfile(BytesIO(content)):
        raise DataError(
            "saved work must be a whole zip file",
            "this is none, or is cut off",
            _AGAIN,
            where=name,
        )
    archive = open_archive(content, name, limits=_LIMITS)
    try:
        return _work(archive)
    except DataError as error:
        raise DataError(error.rule, error.found, error.remedy, where=error.where or name) from None


def _work(archive: Archive) -> Work:
    if LIST not in archive:
        raise DataError(
            f"saved work must have a list of its parts, {LIST}",
            "this zip file has none",
            "choose a file that “Save your work” has given; data go to the page Data",
        )
    listed = _read(archive[LIST], LIST)
    newest = listed.get("format")
    version = str(listed.get("app", "?"))[:40]
    if not (type(newest) is int and 1 <= newest <= FORMAT):
        raise DataError(
            f"saved work must be of form {FORMAT}, the newest that this version knows",
            f"this is of form {str(newest)[:20]}, from version {version}",
            f"open it with version {version} of the app, or a later one",
        )
    parts = _checked(archive, listed.get("parts"))
    chosen = _read(parts[_CHOICES], _CHOICES)
    about = _read(parts[_FILES], _FILES)
    page, words, rest = chosen.get("page"), _words(chosen.get("link")), chosen.get("rest", {})
    if not isinstance(page, str) or not _are_texts(rest):
        raise _unreadable(_CHOICES)
    shelf = about.get("shelf", "")
    if not isinstance(shelf, str):
        raise _unreadable(_FILES)
    return Work(
        page,
        words,
        rest,
        _guesses(_read(parts[_GUESSES], _GUESSES)),
        _files(about.get("files"), parts),
        decisions.from_json(about.get("decided", {})),
        shelf,
    )


def _checked(archive: Archive, digests: object) -> dict[str, bytes]:
    """Every part, which is as it was saved."""
    if not _are_texts(digests):
        raise _unreadable(LIST)
    parts: dict[str, bytes] = {}
    for part, digest in digests.items():
        if part not in archive:
            raise _altered(f"“{part[:60]}” is missing")
        parts[part] = archive[part]
        if sha256(parts[part]).hexdigest() != digest:
            raise _altered(f"“{part[:60]}” is not")
    more = [part for part in archive if part not in parts and part != LIST]
    if more:
        raise _altered(f"“{more[0][:60]}” was added")
    for part in (_CHOICES, _GUESSES, _FILES):
        if part not in parts:
            raise _altered(f"“{part}” is missing")
    return parts


def _words(link: object) -> tuple[tuple[str, str], ...]:
    words = None
    if isinstance(link, str) and len(link) <= 50_000:
        try:
            words = parse_qsl(link, keep_blank_values=True, strict_parsing=bool(link))
        except ValueError:
            words = None
    if words is None or not all(_NAME.fullmatch(name) for name, _ in words):
        raise DataError(
            "the link in saved work must be a link of this app",
            f"it is “{str(link)[:60]}”",
            _AGAIN,
        )
    # Of Streamlit itself: how a page is shown inside another one is not for a file to say.
    return tuple(pair for pair in words if not pair[0].startswith("embed"))


def _guesses(found: dict[str, Any]) -> dict[str, Guessed]:
    guesses: dict[str, Guessed] = {}
    for where, one in found.items():
        made = one if isinstance(one, dict) else {}
        guess, seen = made.get("guess", b""), made.get("seen")
        number = type(guess) in (int, float) and 0 <= guess <= 1
        if not (guess is None or isinstance(guess, str) or number) or not isinstance(seen, bool):
            raise _unreadable(_GUESSES)
        guesses[where] = (float(guess) if number else guess, seen)
    return guesses


def _files(listed: object, parts: Mapping[str, bytes]) -> tuple[File, ...]:
    files: dict[str, File] = {}
    if not isinstance(listed, list) or not all(map(_are_texts, listed)):
        raise _unreadable(_FILES)
    for one in listed:
        name, part = one.get("name", ""), one.get("part", "")
        if not re.fullmatch(r"[^/\\\x00-\x1f\ud800-\udfff]{1,255}", name) or name in files:
            raise DataError(
                "every file in saved work must have a plain name of its own",
                f"there is “{name[:60]}”",
                _AGAIN,
            )
        if part not in parts:
            raise _altered(f"“{part[:60]}” is missing")
        files[name] = File.of(name, parts[part])
    return tuple(files.values())


def _read(content: bytes, part: str) -> dict[str, Any]:
    """The object in a part of plain JSON."""
    found = None
    if len(content) <= _TEXT_MB * _MB:
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            found = None
    if not isinstance(found, dict):
        raise _unreadable(part)
    return found


def _are_texts(found: object) -> TypeGuard[dict[str, str]]:
    return isinstance(found, dict) and all(isinstance(value, str) for value in found.values())


def _unreadable(part: str) -> DataError:
    return DataError(
        "every part of saved work must be as this app writes it", f"“{part}” is not", _AGAIN
    )


def _altered(found: str) -> DataError:
    return DataError("every part of saved work must be as it was saved", found, _AGAIN)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")


def _plain(name: str) -> str:
    """A name that every system takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)[-60:].strip(".") or "file"


def _packed_size(file: File) -> float:
    """Bytes of a file once it is packed, from three pieces of it."""
    content, piece = file.content, 1 << 16
    if len(content) <= 3 * piece:
        return len(zlib.compress(content, 3))
    starts = (0, len(content) // 2, len(content) - piece)
    packed = sum(len(zlib.compress(content[start : start + piece], 3)) for start in starts)
    return len(content) * packed / (3 * piece)
