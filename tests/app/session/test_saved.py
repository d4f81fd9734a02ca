"""Saved work: what is read is what was written, and nothing but that is read."""

import io
import json
import re
import stat
import zipfile
from hashlib import sha256

import numpy as np
import pytest

from lmm_app.session import saved
from lmm_app.session.saved import LIST, Work, fits, is_work, read_work, write_work
from lmm_app.sources.opened import File
from lmm_core.errors import DataError
from lmm_core.version import own_version
from lmm_data.preparation.choices import Choices
from tests.uploads import PAIR, npy, zipped

NAME = "y.lmm.zip"
FILES = (
    File.of("pheno.csv", PAIR["pheno.csv"]),
    File.of("die Daten äöü (1).npz", npy(ids=np.array(list("abcd")))),
    # An archive as it was given, which is not unpacked here.
    File.of("more.zip", zipped({"K.csv": PAIR["K.csv"]})),
    File.of("...", b""),
)
CHOICES = Choices(
    roles=(("pheno.csv", "phenotypes"), ("more.zip", "ignored")),
    readers=(("pheno.csv", "table ids=1"),),
    ids=(("pheno.csv", "id"),),
    missing=("-9",),
    same_order=True,
    decimal=",",
    without=("a b", "ü"),
    relationship="standardized",
)
WORK = Work(
    "scan",
    (("data", "upload"), ("covariates", "sex"), ("covariates", "a&b=c"), ("trait", "µ 1")),
    {"h": "0.42"},
    {"sure": ("wide", True), "tour scale": (0.2, False), "scan": (None, True)},
    FILES,
    CHOICES,
    "clones",
)


def parts_of(work=WORK):
    with zipfile.ZipFile(io.BytesIO(write_work(work))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def listed(parts, **more):
    """The parts with a list of them that is true."""
    digests = {name: sha256(part).hexdigest() for name, part in parts.items() if name != LIST}
    told = {"format": saved.FORMAT, "app": own_version(), "parts": digests, **more}
    return {**parts, LIST: json.dumps(told).encode()}


def with_part(part, **changes):
    """The parts with some fields of one of them changed, listed as if nothing had happened."""
    parts = parts_of()
    return listed({**parts, part: json.dumps({**json.loads(parts[part]), **changes}).encode()})


def without(part):
    return {name: content for name, content in parts_of().items() if name != part}


def test_what_is_read_is_what_was_written():
    content = write_work(WORK)
    read = read_work(NAME, content)
    for name in ("page", "words", "rest", "guesses", "choices", "shelf"):
        assert getattr(read, name) == getattr(WORK, name), name
    assert [(f.name, f.content, f.digest) for f in read.files] == [
        (f.name, f.content, f.digest) for f in FILES
    ]
    # In no part is anything that only this program can read, and the same work is the same file.
    assert write_work(read) == content


def test_work_without_files_is_its_link():
    work = Work("tour", (("preset", "two_hills"), ("data", "lesson")))
    read = read_work(NAME, write_work(work))
    assert (read.page, read.words, read.files, read.choices) == ("tour", work.words, (), Choices())
    assert len(write_work(work)) < 2000


def test_the_list_names_every_part_with_its_digest():
    parts = parts_of()
    told = json.loads(parts.pop(LIST))
    assert (told["format"], told["app"]) == (1, own_version())
    assert told["parts"] == {name: sha256(part).hexdigest() for name, part in parts.items()}
    assert sorted(parts) == [
        "README.txt",
        "choices.json",
        "files.json",
        "files/001-pheno.csv",
        "files/002-die-Daten-1-.npz",
        "files/003-more.zip",
        "files/004-file",
        "guesses.json",
    ]
    assert own_version() in parts["README.txt"].decode()


def test_it_may_be_packed_again_in_a_folder_and_under_another_name():
    again = zipped({f"my work/{name}": part for name, part in parts_of().items()})
    assert is_work("mine.zip", again)
    assert read_work("mine.zip", again).words == WORK.words


AGAIN = "take the file as it was saved, or save the work again"
WRITES = "every part of saved work must be as this app writes it"
SAVED = "every part of saved work must be as it was saved"
OFFERS = "what was decided about the files must be what this app offers"
LATER = "open it with the version of the app that saved it, or give the files again"
NO_ZIP = f"saved work must be a whole zip file: this is none, or is cut off; {AGAIN}"
DEFECTS = {
    "no zip": (
        b"id,y\n1,2\n",
        NO_ZIP,
    ),
    "cut off": (
        write_work(WORK)[:-40],
        NO_ZIP,
    ),
    "empty": (b"", NO_ZIP),
    "another zip": (
        zipped(PAIR),
        f"saved work must have a list of its parts, {LIST}: this zip file has none; choose a file "
        "that “Save your work” has given; data go to the page Data",
    ),
    "a newer form": (
        listed(parts_of(), format=2, app="9.9"),
        "saved work must be of form 1, the newest that this version knows: this is of form 2, "
        "from version 9.9; open it with version 9.9 of the app, or a later one",
    ),
    "no form": (listed(parts_of(), format=True), "saved work must be of form 1"),
    "a part is missing": (
        without("files/003-more.zip"),
        f"{SAVED}: “files/003-more.zip” is missing; {AGAIN}",
    ),
    "what every work has is missing, and not listed": (
        listed(without("guesses.json")),
        f"{SAVED}: “guesses.json” is missing; {AGAIN}",
    ),
    "a part is altered": (
        {**parts_of(), "files/001-pheno.csv": b"id,y\na,1\n"},
        f"{SAVED}: “files/001-pheno.csv” is not; {AGAIN}",
    ),
    "a part is added": (
        {**parts_of(), "more.pickle": b"\x80\x04."},
        f"{SAVED}: “more.pickle” was added; {AGAIN}",
    ),
    "a bomb": (
        lambda: {**parts_of(), "files/005": bytes(63 << 20), "files/006": bytes(63 << 20)},
        "a file may unpack to 200 times its size",
    ),
    "too large": (
        lambda: {**parts_of(), **{f"files/{k:03d}": bytes(63 << 20) for k in range(5, 9)}},
        "a file may have 216 MB, unpacked: this one has more",
    ),
    "one file too large": (
        lambda: {**parts_of(), "x": bytes(65 << 20)},
        "a file may have 64 MB, unpacked",
    ),
    "a path upwards": (
        {**parts_of(), "../../home/me/.profile": b"x"},
        "the names in an archive must stay inside it: “../../home/me/.profile” does not",
    ),
    "an absolute path": ({**parts_of(), "/etc/passwd": b"x"}, "must stay inside it"),
    "a list that is no list": (
        {**parts_of(), LIST: b"[1, 2"},
        f"{WRITES}: “{LIST}” is not; {AGAIN}",
    ),
    "a list without end": ({**parts_of(), LIST: b"[" * 100_000}, f"{WRITES}: “{LIST}” is not"),
    "a name that is a path": (
        with_part("files.json", files=[{"part": "files/001-pheno.csv", "name": "../y.csv"}]),
        "every file in saved work must have a plain name of its own: there is “../y.csv”",
    ),
    "a name twice": (
        with_part("files.json", files=[{"part": "files/001-pheno.csv", "name": "y"}] * 2),
        "every file in saved work must have a plain name of its own: there is “y”",
    ),
    "a file that is not there": (
        with_part("files.json", files=[{"part": "files/9", "name": "y"}]),
        f"{SAVED}: “files/9” is missing",
    ),
    "files of another kind": (with_part("files.json", files={"a": 1}), f"{WRITES}: “files.json”"),
    "a link that is none": (
        with_part("choices.json", link="<script>alert(1)</script>"),
        "the link in saved work must be a link of this app: it is “<script>alert(1)</script>”; "
        f"{AGAIN}",
    ),
    "a link of no kind": (
        with_part("choices.json", link=3),
        "must be a link of this app: it is “3”",
    ),
    "a link too long": (with_part("choices.json", link="a=" + "b" * 60_000), "must be a link"),
    "a page of no kind": (with_part("choices.json", page=None), f"{WRITES}: “choices.json”"),
    "a guess of no kind": (
        with_part("guesses.json", sure={"guess": ["wide"], "seen": True}),
        f"{WRITES}: “guesses.json”",
    ),
    "a guess beyond all h": (
        with_part("guesses.json", sure={"guess": 1e999, "seen": True}),
        f"{WRITES}: “guesses.json”",
    ),
    "a decision unheard of": (
        with_part("files.json", decided={"colour": "red"}),
        f"{OFFERS}: there is “colour”; {LATER}",
    ),
}


@pytest.mark.parametrize("kind", DEFECTS)
def test_what_is_wrong_is_said_in_one_sentence(kind):
    content, words = DEFECTS[kind]
    content = content() if callable(content) else content
    content = content if isinstance(content, bytes) else zipped_small(content)
    with pytest.raises(DataError, match=re.escape(words)) as raised:
        read_work(NAME, content)
    assert raised.value.where.startswith(NAME)
    assert raised.value.remedy
    assert "\n" not in str(raised.value)


def zipped_small(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_link_in_the_zip_is_no_part():
    packed = io.BytesIO(write_work(WORK))
    info = zipfile.ZipInfo("files/link")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(DataError, match="must hold plain files: “files/link” is a link"):
        read_work(NAME, packed.getvalue())


def test_no_damage_is_taken_for_work():
    rng, content = np.random.default_rng(3), write_work(WORK)
    for place in rng.integers(0, len(content), 300):
        damaged = bytearray(content)
        damaged[place] ^= 1 << int(rng.integers(8))
        try:
            read = read_work(NAME, bytes(damaged))
        except DataError:
            continue
        # In what the zip says of itself, such as a date, a bit may turn; never in the work.
        assert write_work(read) == content


def test_how_a_page_is_embedded_is_not_for_a_file_to_say():
    work = Work("tour", (("embed", "true"), ("embed_options", "light_theme"), ("step", "scale")))
    assert read_work(NAME, write_work(work)).words == (("step", "scale"),)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("y-weight.lmm.zip", b"cut off", True),
        ("Y (1).LMM.ZIP", b"", True),
        # Zip files hold the time: their length, by which pytest would name them, varies.
        pytest.param("other.zip", write_work(WORK), True, id="listed"),
        pytest.param("data.zip", zipped(PAIR), False, id="not listed"),
        ("data.zip", b"PK\x03\x04 and no more", False),
        ("pheno.csv", PAIR["pheno.csv"], False),
    ],
)
def test_saved_work_is_told_by_its_name_or_its_list(name, content, expected):
    assert is_work(name, content) is expected


def test_work_that_could_not_be_opened_again_is_not_offered():
    text = (b"0.1234567,0.7654321\n" * 60_000)[: 1 << 20]
    noise = np.random.default_rng(1).bytes(1 << 20)
    assert fits(())
    assert fits((File("K.csv", text * 63, ""),))
    assert fits((File("K.csv", text * 60, ""), File("L.csv", text * 60, "")))
    assert not fits((File("K.npy", noise * 60, ""), File("L.csv", noise * 8, "")))
