"""Archives with and without something wrong."""

import stat

from tests.bad_inputs import (
    CLEAN,
    PHENO,
    Case,
    zipped,
)


def link(info):
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def encrypted(data):
    """The archive with the flag of a password in every entry."""
    data = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + offset] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


ARCHIVES = {
    "a zip of the files": Case({"data.zip": zipped(CLEAN)}, same=True),
    "an empty zip": Case(
        {**CLEAN, "data.zip": zipped({})},
        refused={
            "data.zip": "data.zip cannot be read: an empty zip archive; check how it was made"
        },
        same=True,
    ),
    "a zip bomb": Case(
        {**CLEAN, "data.zip": zipped({f"{k}.csv": bytes(40 << 20) for k in range(3)})},
        refused={
            "data.zip": "data.zip: a file may unpack to 200 times its size: this one does "
            "to more, as files made to fill a memory do; if it is yours, "
            "unpack it first"
        },
        same=True,
    ),
    "a zip in a zip": Case(
        {**CLEAN, "data.zip": zipped({"inner.zip": zipped({"pheno.csv": PHENO})})},
        refused={
            "data.zip": "data.zip cannot be read: an archive must hold the files "
            "themselves: “inner.zip” is an archive or a spreadsheet; unpack "
            "it, or save it as CSV, and pack the result"
        },
        same=True,
    ),
    "a path upwards": Case(
        {**CLEAN, "data.zip": zipped({"../pheno.csv": PHENO})},
        refused={
            "data.zip": "data.zip cannot be read: the names in an archive must stay inside "
            "it: “../pheno.csv” does not; pack the folder again, from within"
        },
        same=True,
    ),
    "an absolute path": Case(
        {**CLEAN, "data.zip": zipped({"/etc/pheno.csv": PHENO})},
        refused={
            "data.zip": "data.zip cannot be read: the names in an archive must stay inside "
            "it: “/etc/pheno.csv” does not; pack the folder again, from within"
        },
        same=True,
    ),
    "a drive": Case(
        {**CLEAN, "data.zip": zipped({"C:\\pheno.csv": PHENO})},
        refused={
            "data.zip": "data.zip cannot be read: the names in an archive must stay inside "
            "it: “C:/pheno.csv” does not; pack the folder again, from within"
        },
        same=True,
    ),
    "a symbolic link": Case(
        {**CLEAN, "data.zip": zipped({"pheno.csv": b"/etc/passwd"}, link)},
        refused={
            "data.zip": "data.zip cannot be read: an archive must hold plain files: "
            "“pheno.csv” is a link; pack the file itself"
        },
        same=True,
    ),
    "a password": Case(
        {**CLEAN, "data.zip": encrypted(zipped({"pheno.csv": PHENO}))},
        refused={
            "data.zip": "data.zip cannot be read: an archive must not be encrypted: "
            "“pheno.csv” is; pack it without a password"
        },
        same=True,
    ),
    "a zip cut off": Case(
        {**CLEAN, "data.zip": zipped(CLEAN)[:-30]},
        refused={
            "data.zip": "data.zip cannot be read: the file must be a zip archive: File is "
            "not a zip file; pack the files as .zip, or fetch it again"
        },
        same=True,
    ),
    "2,000 files in a zip": Case(
        {**CLEAN, "data.zip": zipped({f"{k}.csv": b"" for k in range(2000)})},
        refused={
            "data.zip": "data.zip cannot be read: an archive may hold 1000 files: it holds "
            "more; leave out what is not needed"
        },
        same=True,
    ),
}
