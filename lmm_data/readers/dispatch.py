"""Files that belong together, handed to their reader in its own terms."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import PurePath
from typing import Any

from lmm_core.errors import DataError, some
from lmm_core.progress import Progress
from lmm_data.readers.archive import open_archive
from lmm_data.readers.frames import Frame
from lmm_data.readers.genotypes.gemma import (
    read_bimbam,
    read_bimbam_annotation,
    read_bimbam_table,
    read_gemma_kinship,
)
from lmm_data.readers.genotypes.hapmap import read_hapmap
from lmm_data.readers.genotypes.placing import with_places
from lmm_data.readers.genotypes.plink import read_fam, read_plink_files
from lmm_data.readers.genotypes.plink_tables import read_plink_table
from lmm_data.readers.genotypes.plink_text import read_ped, read_tped
from lmm_data.readers.genotypes.recoded import read_raw, read_traw
from lmm_data.readers.genotypes.table import read_genotype_table
from lmm_data.readers.genotypes.vcf import read_vcf
from lmm_data.readers.kinship.counted_and_upper import read_tassel, read_upper
from lmm_data.readers.kinship.gcta import read_grm_bin, read_grm_gz
from lmm_data.readers.kinship.gcta_sparse import read_grm_sparse
from lmm_data.readers.kinship.matrix_market import read_matrix_market
from lmm_data.readers.kinship.numpy_files import read_numpy
from lmm_data.readers.kinship.pair_tables import read_kin0
from lmm_data.readers.kinship.pedigree import read_pedigree
from lmm_data.readers.kinship.plink2 import (
    read_king,
    read_king_bin,
    read_rel,
    read_rel_bin,
)
from lmm_data.readers.kinship.similarities import read_mdist, read_mibs
from lmm_data.readers.kinship.text import read_kinship_text
from lmm_data.readers.minus_nine import CODE as MINUS_NINE
from lmm_data.readers.minus_nine import says_minus_nine
from lmm_data.readers.reading import Reading, TextTable, codes_in, suspicions
from lmm_data.readers.recognition import PLINK, RQTL2, Group
from lmm_data.readers.rqtl2.cross import read_rqtl2
from lmm_data.readers.rqtl2.csv import read_rqtl_csv
from lmm_data.readers.spreadsheet.workbook import SheetText, of_sheet
from lmm_data.readers.text.declared import read_psam, read_sample, read_tassel_traits
from lmm_data.readers.text.delimited import read_delimited, read_frame


@dataclass(frozen=True, slots=True)
class Reader:
    """How a reader is called.

    Attributes:
        read: the function.
        words: what it reads a file as.
        text: whether a single file of text may be tried with it.
        parts: the endings of its files without `.gz`, in the order of its arguments; the first,
            whose name does not matter, also takes any other file.
        needed: how many of the parts must be there.
        options: further arguments.
    """

    read: Callable[..., Reading]
    words: str
    text: bool = False
    parts: tuple[str, ...] = ("",)
    needed: int = 1
    options: tuple[tuple[str, Any], ...] = ()


# Genotypes, and up to three files of where their markers lie.
_AND_PLACES = ("", "", "", "")

READERS: Mapping[str, Reader] = {
    "table": Reader(read_delimited, "a table of traits or covariates", True),
    "table ids=1": Reader(
        read_delimited, "a table, ids in the first column", True, options=(("ids", 1),)
    ),
    "table ids=2": Reader(
        read_delimited, "a table, family and individual first", True, options=(("ids", 2),)
    ),
    "table ids=0": Reader(read_delimited, "a table without ids", True, options=(("ids", 0),)),
    "bimbam-table": Reader(
        read_bimbam_table, "a table without ids and without a header, as GEMMA’s", True
    ),
    "plink-table": Reader(
        read_plink_table, "a table of PLINK’s or GCTA’s, FID and IID first", True
    ),
    "tassel-phenotypes": Reader(
        read_tassel_traits, "phenotypes of TASSEL, below <Phenotype> or <Trait>", True
    ),
    "sample": Reader(read_sample, "individuals in Oxford’s form (.sample)", True),
    "psam": Reader(read_psam, "PLINK 2’s individuals (.psam), their phenotypes", True),
    "fam": Reader(read_fam, "PLINK’s individuals (.fam), their phenotypes", True),
    "kinship": Reader(read_kinship_text, "a kinship in text", True),
    "kinship own=1": Reader(
        read_kinship_text,
        "a kinship in pairs, each individual with itself 1",
        True,
        options=(("own", True),),
    ),
    "inverse": Reader(
        read_kinship_text,
        "the inverse of a relationship, as ASReml keeps it",
        True,
        options=(("absent", "zero"), ("inverse", True)),
    ),
    "pedigree": Reader(
        read_pedigree, "a pedigree: each individual with its sire and its dam", True
    ),
    "gemma-kinship": Reader(read_gemma_kinship, "GEMMA’s relatedness, without ids", True),
    "grm-text": Reader(
        read_grm_gz,
        "a GRM in text, lines of two places, a count and a value",
        True,
        (".grm", ".grm.id"),
    ),
    "grm-sparse": Reader(
        read_grm_sparse,
        "a sparse GRM, lines of two places from 0 and a value",
        True,
        (".grm.sp", ".grm.id"),
    ),
    "rel": Reader(read_rel, "PLINK relationships in text", True, (".rel", ".rel.id")),
    "ldak": Reader(
        read_rel,
        "LDAK’s kinship in text",
        True,
        (".grm.raw", ".grm.id"),
        options=(("words", "LDAK’s kinship"),),
    ),
    "king": Reader(read_king, "KING coefficients in text", True, (".king", ".king.id")),
    "kin0": Reader(
        read_kin0, "a table of pairs: KING’s, PLINK’s or pcrelate’s", True, (".kin0", ".kin")
    ),
    "mibs": Reader(read_mibs, "PLINK similarities by state", True, (".mibs", ".mibs.id")),
    "mdist": Reader(read_mdist, "PLINK distances by state", True, (".mdist", ".mdist.id")),
    "matrix-market": Reader(
        read_matrix_market, "a matrix in MatrixMarket’s form", True, (".mtx", "")
    ),
    "tassel": Reader(read_tassel, "a kinship of TASSEL, its first line a count", True),
    "upper": Reader(read_upper, "an upper triangle", True),
    "bimbam": Reader(with_places(read_bimbam), "BIMBAM genotypes", True, _AND_PLACES),
    "counts": Reader(
        with_places(read_genotype_table),
        "a table of genotypes, of 0, 1 and 2 or letters",
        True,
        _AND_PLACES,
    ),
    "vcf": Reader(read_vcf, "genotypes in VCF, their dosages (DS) if there are any", True),
    "vcf calls": Reader(
        read_vcf, "genotypes in VCF, their calls (GT)", True, options=(("calls", True),)
    ),
    "raw": Reader(with_places(read_raw), "PLINK’s .raw, a row an individual", True, _AND_PLACES),
    "traw": Reader(read_traw, "PLINK’s .traw, a row a marker", True),
    "hapmap": Reader(read_hapmap, "genotypes in HapMap’s form", True),
    "rqtl-csv": Reader(read_rqtl_csv, "a cross in R/qtl’s form, csv, csvr or csvs", True),
    "ped": Reader(read_ped, "PLINK’s genotypes in letters", False, (".ped", ".map"), 2),
    "tped": Reader(
        read_tped, "PLINK’s genotypes in letters, a row a marker", False, (".tped", ".tfam"), 2
    ),
    "bimbam-annotation": Reader(read_bimbam_annotation, "a BIMBAM annotation of markers", True),
    "numpy": Reader(read_numpy, "a NumPy array"),
    "grm-bin": Reader(read_grm_bin, "a binary GRM", False, (".grm.bin", ".grm.id", ".grm.n.bin")),
    "rel-bin": Reader(
        read_rel_bin, "binary PLINK relationships", False, (".rel.bin", ".rel.id"), 2
    ),
    "king-bin": Reader(
        read_king_bin, "binary KING coefficients", False, (".king.bin", ".king.id"), 2
    ),
    "bed": Reader(read_plink_files, "PLINK genotypes", False, (".bed", ".bim", ".fam"), 3),
}

_FAM = "fam"


class _Named(BytesIO):
    """Bytes that readers call by the file's name."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


def read_group(
    group: Group,
    contents: Mapping[str, bytes],
    missing: Collection[str] = (),
    progress: Progress | None = None,
    decimal: str = "",
    frame: Frame | None = None,
) -> Reading:
    """What is in files that belong together.

    Args:
        group: the files and their reader, a name of `READERS` or R/qtl2's.
        contents: of each file by its name.
        missing: further codes of missing values.
        progress: called with the share that is read, by the readers that take long.
        decimal: the mark that is decimal in text of any make; "" to find out.
        frame: the only file, where it is a table of which no text was made.

    Raises:
        DataError: no such reader, a file that is missing, or what the reader refuses.
    """
    if group.reader == RQTL2:
        return _with_codes(_read_cross(group, contents), missing)
    code = group.reader or ""
    if code not in READERS:
        raise DataError(
            f"there is no reader “{code}”",
            remedy=f"choose from {some(READERS, len(READERS))}",
            where=group.name,
        )
    if code == PLINK and not any(_ends(name, ".bed") for name in group.files):
        fam = tuple(name for name in group.files if _ends(name, ".fam"))
        # Whatever its name, a single file that was taken for a fam file by its columns.
        alone = len(group.files) == 1 and not _ends(group.files[0], ".bim")
        if fam or alone:
            group, code = replace(group, files=fam or group.files), _FAM
    reader = READERS[code]
    files = _in_order(reader, group.files)
    if None in files[: reader.needed]:
        raise group.refusal or _incomplete(group, reader)
    options = dict(reader.options)
    if frame is not None and reader.read is read_delimited:
        table = read_frame(frame, PurePath(group.files[0]).name, **options)
        if table is not None:
            return with_minus_nine(_with_codes(table, missing), group)
    sheet = contents[group.files[0]]
    if isinstance(sheet, SheetText):
        # A cell knows what it is: 1.002 is no question there, whatever other files write.
        decimal = "."
    if reader.read is read_kinship_text:
        options["progress"] = progress
    if reader.read in (read_delimited, read_kinship_text):
        options["decimal"] = decimal
    if reader.read is read_pedigree:
        options["missing"] = missing
    sources = [None if name is None else _Named(name, contents[name]) for name in files]
    reading = of_sheet(reader.read(*sources, **options), sheet)
    if group.message:
        reading = replace(reading, notes=(*reading.notes, group.message))
    reading = _with_codes(reading, missing)
    return with_minus_nine(reading, group) if reader.read is read_delimited else reading


def with_minus_nine(reading: Reading, group: Group) -> Reading:
    """The reading of a table of text with -9 as missing and a note, if that is what it means."""
    said = says_minus_nine(reading, group.files)
    if not said:
        return reading
    coded = _with_codes(reading, [MINUS_NINE])
    return replace(coded, notes=(*coded.notes, said))


def _read_cross(group: Group, contents: Mapping[str, bytes]) -> Reading:
    if len(group.files) == 1 and contents[group.files[0]][:2] == b"PK":
        return read_rqtl2(open_archive(contents[group.files[0]], group.name), group.name)
    return read_rqtl2({name: contents[name] for name in group.files}, group.name)


def _in_order(reader: Reader, names: tuple[str, ...]) -> list[str | None]:
    """The files in the order of the reader's parts; None for one that is not there."""
    files: list[str | None] = [None] * len(reader.parts)
    for name in names:
        free = [k for k, file in enumerate(files) if file is None]
        fitting = [k for k in free if _ends(name, reader.parts[k])]
        if fitting:
            files[max(fitting, key=lambda k: len(reader.parts[k]))] = name
        elif files[0] is None:
            files[0] = name
    return files


def _ends(name: str, ending: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(ending)


def _incomplete(group: Group, reader: Reader) -> DataError:
    endings = reader.parts[: reader.needed]
    return DataError(
        f"{reader.words} must be {len(endings)} files, their names ending in {some(endings)}",
        f"there is {some(group.files)}",
        "add the others, named alike",
        where=group.name,
    )


def _with_codes(reading: Reading, missing: Collection[str]) -> Reading:
    """The reading with further codes of missing values in its tables, no longer suspected."""
    if not missing:
        return reading
    table, covariates = _coded(reading.table, missing), _coded(reading.covariates, missing)
    known = {
        note
        for before, after in ((reading.table, table), (reading.covariates, covariates))
        if before is not None and after is not None
        for note in set(suspicions(before)) - set(suspicions(after))
    }
    return replace(
        reading,
        notes=tuple(note for note in reading.notes if note not in known),
        table=table,
        covariates=covariates,
    )


def _coded(table: TextTable | None, missing: Collection[str]) -> TextTable | None:
    if table is None:
        return None
    return replace(table, missing=table.missing | codes_in(missing, table.entries))
