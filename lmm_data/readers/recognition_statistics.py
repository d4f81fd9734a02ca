"""Files of statistical programs that are no text and are not read, told by their first bytes."""

from lmm_data.readers.content import Foreign

_SAS_DATA = b"\0" * 12 + b"\xc2\xea\x81\x60"
_STATA_RELEASES = range(104, 116)
_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (b"<stata_dta>", "a table of Stata (.dta)", "haven::read_dta"),
    (b"$FL2", "a table of SPSS (.sav)", "haven::read_sav"),
    (b"$FL3", "a table of SPSS (.zsav)", "haven::read_sav"),
    (_SAS_DATA, "a table of SAS (.sas7bdat)", "haven::read_sas"),
    (b"HEADER RECORD*******LIBRARY", "a table of SAS (.xpt)", "haven::read_xpt"),
    (b"MATLAB 5.0 MAT-file", "a file of MATLAB (.mat)", "R.matlab::readMat"),
    (b"COREARRAYx0A", "genotypes in SNPRelate’s form (.gds)", ""),
    (b"\0\1\0\0Standard", "a database of Access", ""),
)


def foreign_statistics(name: str, head: bytes) -> Foreign | None:
    """What a file is, and what writes it as text.

    Args:
        name: of the file.
        head: its first bytes, unpacked.
    """
    for mark, what, reader in _MARKS:
        if head.startswith(mark):
            return Foreign(what, _remedy(name, reader, what))
    # Before Stata 13: the release, the byte order, and 1 for a table.
    if head[:1] and head[0] in _STATA_RELEASES and head[1:3] in (b"\1\1", b"\2\1"):
        return Foreign("a table of Stata (.dta)", _remedy(name, "haven::read_dta", ""))
    if name.lower().endswith(".dbf") and b"\0" in head[:32]:
        return Foreign("a table of dBase (.dbf)", _remedy(name, "foreign::read.dbf", ""))
    return None


def _remedy(name: str, reader: str, what: str) -> str:
    if "gds" in what:
        return "convert them in R, by SNPRelate::snpgdsGDS2BED"
    if not reader:
        return "export its table as “CSV UTF-8”"
    return f"write it as CSV in R: write.csv({reader}(“{name}”), “table.csv”)"
