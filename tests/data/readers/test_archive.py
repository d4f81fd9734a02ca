import gzip
import io
import os
import stat
import struct
import warnings
import zipfile
from contextlib import suppress

import pytest

from lmm_core.errors import DataError
from lmm_data.readers import content
from lmm_data.readers.archive import Limits, open_archive
from lmm_data.readers.content import gunzip
from tests import damage

FILES = {"pheno.csv": b"id,x\na,1\n", "geno/g.csv": b"id,m1\na,0\n" * 50}


def packed(files=None, method=zipfile.ZIP_DEFLATED, edit=None):
    """A zip archive of the files, in the order given; `edit` changes each entry's header."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, content in FILES.items() if files is None else files:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = method
            if edit:
                edit(info)
            archive.writestr(info, content)
    return buffer.getvalue()


def central(data, offset, values, name=b""):
    """The archive with bytes of the central directory's entry of a file changed."""
    data = bytearray(data)
    start = data.find(b"PK\x01\x02")
    while name and data[start + 46 : start + 46 + len(name)] != name:
        start = data.index(b"PK\x01\x02", start + 4)
    data[start + offset : start + offset + len(values)] = values
    return bytes(data)


def link(info):
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def pipe(info):
    info.external_attr = stat.S_IFIFO << 16


def overlapping():
    """Two entries of the central directory that share one file's bytes."""
    data = packed([("a.csv", b"1" * 300), ("b.csv", b"1" * 300)])
    return central(data, 42, struct.pack("<I", 0), b"b.csv")


def test_files_are_read_when_they_are_asked_for():
    archive = open_archive(packed(), "cross.zip")
    assert dict(archive) == FILES
    assert list(archive) == list(FILES)
    assert archive.sizes == {name: len(content) for name, content in FILES.items()}
    assert archive.name == "cross.zip"
    assert "pheno.csv" in archive
    assert "covar.csv" not in archive
    assert dict(open_archive(packed(method=zipfile.ZIP_STORED))) == FILES
    with pytest.raises(DataError, match=r"^the archive has no file “z”: it has “pheno.csv”, “geno"):
        open_archive(packed())["z"]


@pytest.mark.parametrize("folder", ["iron/", "home/me/iron/", "./iron/"])
def test_a_single_folder_around_everything_is_taken_off(folder):
    files = [(folder, b""), *((folder + name, content) for name, content in FILES.items())]
    archive = open_archive(packed(files))
    assert dict(archive) == FILES
    assert archive.folder == folder.removeprefix("./")


def test_two_folders_stay():
    files = [("a/x.csv", b"1"), ("b/x.csv", b"2")]
    assert dict(open_archive(packed(files))) == dict(files)
    assert open_archive(packed(files)).folder == ""


def test_what_systems_put_beside_the_files_is_ignored():
    clutter = ["__MACOSX/._x.csv", "cross/.DS_Store", "cross/._x.csv", "Thumbs.db", "a/desktop.ini"]
    archive = open_archive(packed([("cross/x.csv", b"1"), *((name, b"?") for name in clutter)]))
    assert dict(archive) == {"x.csv": b"1"}
    assert sorted(archive.ignored) == sorted(clutter)


def test_backslashes_separate_folders():
    assert list(open_archive(packed([("a\\x.csv", b"1"), ("a\\y.csv", b"2")]))) == [
        "x.csv",
        "y.csv",
    ]


def test_path_and_file_name_the_archive(tmp_path):
    path = tmp_path / "cross.zip"
    path.write_bytes(packed())
    assert open_archive(path).name == "cross.zip"
    with path.open("rb") as file:
        archive = open_archive(file)
    assert dict(archive) == FILES
    assert os.listdir(tmp_path) == ["cross.zip"]
    with pytest.raises(DataError, match=r"no\.zip: the file cannot be read: No such file"):
        open_archive(tmp_path / "no.zip")


SMALL = Limits(members=3, total=10_000, ratio=5, single=4_000)
TOO_LARGE = r"a file may have {}, unpacked: this one has more; leave out"
REFUSED = {
    "empty": (
        b"",
        r"^z: the file must be a zip archive: File is not a zip file; pack the files as",
    ),
    "text": (b"id,x\na,1\n", r"must be a zip archive"),
    "cut": (packed()[:-30], r"must be a zip archive"),
    "no-files": (packed([]), r"the archive must hold files: it holds none"),
    "only-folders": (packed([("a/", b"")]), r"the archive must hold files: it holds none"),
    "only-clutter": (packed([("a/.DS_Store", b"")]), r"the archive must hold files"),
    "absolute": (
        packed([("/etc/x.csv", b"")]),
        r"must stay inside it: “/etc/x.csv” does not; pack",
    ),
    "parent": (packed([("a/../../x.csv", b"")]), r"must stay inside it: “a/\.\./\.\./x\.csv” does"),
    "parent-backslash": (packed([("..\\x.csv", b"")]), r"must stay inside it: “\.\./x\.csv”"),
    "drive": (packed([("C:\\x.csv", b"")]), r"must stay inside it: “C:/x\.csv”"),
    "share": (packed([("\\\\host\\x.csv", b"")]), r"must stay inside it: “//host/x\.csv”"),
    "zero-in-name": (
        packed([("x?.csv", b"1")]).replace(b"x?.csv", b"x\0.csv"),
        r"must stay inside it: “x\?\.csv”",
    ),
    "link": (
        packed(edit=link),
        r"must hold plain files: “pheno.csv” is a link; pack the file itself",
    ),
    "pipe": (packed(edit=pipe), r"must hold plain files: “pheno.csv” is a device"),
    "twice": (
        packed([("x", b"1"), ("x", b"2")]),
        r"its own name: “x” is there twice; pack it again",
    ),
    "twice-by-dots": (packed([("x", b"1"), ("./x", b"2")]), r"“x” is there twice"),
    "encrypted": (central(packed(), 8, b"\x01"), r"must not be encrypted: “pheno.csv” is; pack it"),
    "method": (packed(method=zipfile.ZIP_BZIP2), r"deflated: “pheno.csv” is not \(method 12\)"),
    "nested": (
        packed([("in.zip", packed())]),
        r"the files themselves: “in.zip” is an archive or a",
    ),
    "overlap": (overlapping(), r"the archive is damaged: .*([Oo]verlap)"),
    "outside": (
        central(packed([("a", b"1")]), 20, struct.pack("<I", 9999)),
        r"^z: the archive is damaged: “a” lies outside of it|must be a zip archive",
    ),
    "members": (packed([(f"{k}.csv", b"1") for k in range(4)]), r"may hold 3 files: it holds more"),
    "single": (packed([("x", os.urandom(4_001))]), r"^z, x: " + TOO_LARGE.format("4,000 bytes")),
    "total": (packed([(str(k), b"0" * 3_400) for k in range(3)]), TOO_LARGE.format("10,000 bytes")),
    "packed": (os.urandom(10_001), TOO_LARGE.format("10,000 bytes")),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_opened_is_refused(data, message):
    with pytest.raises(DataError, match=message):
        open_archive(data, "z", limits=SMALL)


LYING = {
    "crc": (
        central(packed(), 16, b"\0\0\0\0"),
        r"^z, pheno.csv: the archive is damaged: Bad CRC-32",
    ),
    "declared-smaller": (
        central(packed([("x", b"1" * 3000), ("y", b"")]), 24, struct.pack("<I", 10)),
        r"^z, x: the archive is damaged: Bad CRC-32",
    ),
    "declared-larger": (
        central(packed([("x", b"12345"), ("y", b"")]), 24, struct.pack("<I", 3000)),
        r"^z, x: the archive is damaged: 3000 bytes are declared, 5 are there; pack or fetch",
    ),
    "not-deflated": (
        packed(method=zipfile.ZIP_STORED).replace(b"id,x\na", b"id;x\na"),
        r"^z, pheno.csv: the archive is damaged: Bad CRC-32",
    ),
    "other-name-inside": (
        packed().replace(b"pheno.csv", b"other.csv", 1),
        r"^z, pheno.csv: the archive is damaged: File name in directory",
    ),
    "nested-by-content": (
        packed([("x.csv", packed()), ("y", b"")]),
        r"^z: an archive must hold the files themselves: “x.csv” is an archive or a spreadsheet",
    ),
}


@pytest.mark.parametrize(("data", "message"), LYING.values(), ids=LYING)
def test_what_lies_is_found_out_when_it_is_read(data, message):
    archive = open_archive(data, "z")
    with pytest.raises(DataError, match=message):
        archive[next(iter(archive))]


def test_a_bomb_is_told_by_what_it_declares():
    zeros = [(f"{k}.csv", bytes(33 << 20)) for k in range(2)]
    data = packed(zeros)
    with pytest.raises(DataError, match="may unpack to 200 times its size: this one does to more"):
        open_archive(data, "z")
    assert len(open_archive(data, "z", limits=Limits(ratio=2000))) == 2
    # Zeros shrink as much in a small file, and do no harm.
    assert open_archive(packed(zeros[:1]), "z").sizes == {"0.csv": 33 << 20}


def test_a_gzip_bomb_is_told_by_what_comes():
    with pytest.raises(DataError, match="K: a file may unpack to 2 times its size"):
        gunzip(gzip.compress(bytes(70 << 20), 1), "K", ratio=2)


ONE = gzip.compress(bytes(range(256)) * 1000)
ODD = {
    "one member": ONE,
    "two members": ONE + gzip.compress(b"more"),
    "many of 64 KB, as bgzip has them": b"".join(
        gzip.compress(bytes([k]) * 65280) for k in range(9)
    ),
    "zeros below": ONE + bytes(700),
    "other bytes below": ONE + b"more",
    "another member cut off": ONE + ONE[:-3],
    "cut off": ONE[:-9],
    "cut off before its check": ONE[:-1],
    "a head alone": ONE[:10],
    "damaged": ONE[:50] + b"\xff\xff" + ONE[52:],
    "another check": ONE[:-8] + b"1234" + ONE[-4:],
    "another length": ONE[:-4] + b"1234",
    "nothing in it": gzip.compress(b""),
}


@pytest.mark.parametrize("packed_as", ODD)
def test_what_is_one_member_is_unpacked_as_any_other(packed_as, monkeypatch):
    def unpacked():
        try:
            return gunzip(ODD[packed_as], "K")
        except DataError as error:
            return str(error)

    found = unpacked()
    monkeypatch.setattr(content, "_of_one_member", lambda *_: None)
    assert unpacked() == found


def test_one_member_is_unpacked_at_once_with_its_name_and_without():
    named = io.BytesIO()
    with gzip.GzipFile("k.csv", "wb", fileobj=named) as file:
        file.write(bytes(range(256)) * 1000)
    for one in (ONE, named.getvalue()):
        assert content._of_one_member(one, 256_000) == bytes(range(256)) * 1000
        assert content._of_one_member(one, 255_999) is None
    # As bgzip has it: a field of its own, the size of the member.
    more = ONE[:3] + b"\x04" + ONE[4:10] + b"\x06\x00BC\x02\x00\x00\x00" + ONE[10:]
    assert content._of_one_member(more, 256_000) is None
    assert gunzip(more, "K") == gunzip(ONE, "K")


def test_one_member_beyond_a_limit_is_refused():
    with pytest.raises(DataError, match="K: a file may have 1,000 bytes, unpacked"):
        gunzip(ONE, "K", limit=1000)
    assert len(gunzip(ONE, "K", limit=256_000)) == 256_000


def test_a_list_of_many_members_is_not_even_read():
    entry = central(packed([("a", b"1")]), 0, b"")
    start = entry.index(b"PK\x01\x02")
    end = entry.index(b"PK\x05\x06")
    many = entry[:start] + entry[start:end] * 5000 + entry[end:]
    with pytest.raises(DataError, match="may hold 1000 files: it holds more"):
        open_archive(many, "z")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_damaged_archive_is_read_or_refused_and_nothing_else(method):
    for broken in damage.mutations(packed(method=method), damage.COUNT // 2):
        with suppress(DataError):
            archive = open_archive(broken)
            for name in archive:
                assert len(archive[name]) == archive.sizes[name]
