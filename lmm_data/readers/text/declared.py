"""Tables whose header says what each column is: TASSEL's, Oxford's .sample, PLINK 2's .psam."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lmm_core.errors import DataError, signed, some
from lmm_data.readers.case_control import knows_controls, on_controls, without_zeros
from lmm_data.readers.content import MAX_BYTES, name_of
from lmm_data.readers.genotypes.plink_tables import named
from lmm_data.readers.naming import NamedBy
from lmm_data.readers.reading import Reading, Source, TextTable, codes_in, missing_met, unusual
from lmm_data.readers.text.dialect import entries_of, open_text, plain_name

TASSEL, SAMPLE, PSAM = "tassel-phenotypes", "sample", "psam"
_TASSEL_CODE = "-999"
_KINDS = {"data": "trait", "covariate": "covariate", "factor": "category", "taxa": "id"}
_OXFORD = {"D": "category", "C": "covariate", "P": "trait", "B": "trait", "0": ""}
_OF_PLINK = frozenset(["fid", "iid", "sid", "pat", "mat", "sex"])
_SEXES = {"1": "1", "2": "0", "m": "1", "f": "0", "male": "1", "female": "0"}


def declared_table(low: str, rows: Sequence[Sequence[str]], text: str) -> tuple[str, str] | None:
    """What such a table is, in words, and its reader; None if it is none.

    Args:
        low: the file's name in lower case, without `.gz`.
        rows: the entries of its first lines.
        text: these lines as they are.
    """
    start = text.lstrip("\ufeff \n")[:16].casefold()
    if start.startswith(("<phenotype>", "<trait>", "<covariate>")):
        return "phenotypes of TASSEL", TASSEL
    if len(rows) < 2:
        return None
    first, second = [plain_name(entry) for entry in rows[0]], rows[1]
    of_oxford = first[:1] in (["id1"], ["id"]) and set(second) <= {*"0DCPBdcpb"}
    if of_oxford and second[0] == "0" and len(second) == len(first) > 1:
        return "individuals in Oxford’s form (.sample)", SAMPLE
    # With parents and no phenotype it is a pedigree.
    more = set(first) - _OF_PLINK or not {"pat", "mat"} <= set(first)
    if low.endswith(".psam") and "iid" in first[:2] and more:
        return "PLINK 2’s individuals (.psam)", PSAM
    return None


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its name, what it is for, and its entries."""

    name: str
    role: str
    entries: tuple[str, ...]


def read_tassel_traits(source: Source) -> Reading:
    """Phenotypes as TASSEL 5 writes them, below `<Phenotype>`, and TASSEL 3, below `<Trait>`.

    Args:
        source: a path, the bytes of the file, or a file open for reading bytes.

    Returns:
        Columns that are `data` as traits, `covariate` and `factor` as covariates, factors as
        categories. Below `<Trait>` -999 is missing, as TASSEL 3 has it.

    Raises:
        DataError: a kind that is not known, lines of different lengths, no column.

    >>> reading = read_tassel_traits(b"<Phenotype>\\ntaxa\\tdata\\nTaxa\\tw\\na\\t1\\nb\\tNaN\\n")
    >>> reading.table.ids, reading.table.column("w")
    (('a', 'b'), ('1', 'NaN'))
    """
    name = name_of(source, "the table")
    rows = _rows(source, name)
    marks = [row[0].casefold() for row in rows]
    missing: tuple[str, ...] = ()
    if marks[0] == "<phenotype>" and len(rows) > 2:
        kinds, names, rows = [kind.casefold() for kind in rows[1]], rows[2], rows[3:]
    else:
        role = "covariate" if "<covariate>" in marks[:3] else "data"
        header = next((row for row in rows if row[0].casefold() == "<trait>"), ["<Trait>"])
        names, kinds = header, ["taxa", *[role] * (len(header) - 1)]
        # A second line tells apart what was measured in several environments.
        for row in rows:
            if row[0].casefold().startswith("<header") and len(row) == len(names):
                names = [names[0], *map("_".join, zip(names[1:], row[1:], strict=True))]
        rows, missing = [row for row in rows if not row[0].startswith("<")], (_TASSEL_CODE,)
    unknown = [kind for kind in kinds if kind not in _KINDS]
    if unknown or kinds[:1] != ["taxa"]:
        raise DataError(
            "the second line must say of each column whether it is taxa, data, a covariate or a "
            "factor, taxa first",
            f"it says {some(unknown or kinds)}",
            "export it from TASSEL again",
            where=name,
        )
    columns = _columns(names, [_KINDS[kind] for kind in kinds], rows, name)
    return _reading(name, "phenotypes of TASSEL", columns[0].entries, columns[1:], missing)


def read_sample(source: Source) -> Reading:
    """Individuals in the form of Oxford's programs, SNPTEST and QCTOOL, and of PLINK's export.

    Args:
        source: as for `read_tassel_traits`: names in the first line, kinds in the second: 0 for
            ids, D for categories, C for covariates, P and B for phenotypes.

    Returns:
        Individuals by ID_2, unless two share one; all covariates that are declared.

    Raises:
        DataError: lines of different lengths, no column.

    References:
        https://www.chg.ox.ac.uk/~gav/qctool/documentation/sample_file_formats.html
    """
    name = name_of(source, "the table")
    rows = _rows(source, name)
    roles = [_OXFORD.get(kind.upper(), "") for kind in rows[1]]
    columns = _columns(rows[0], roles, rows[2:], name)
    keys = [one.entries for one in columns if plain_name(one.name) in ("id1", "id2", "id")]
    pairs = [(row[0] if len(row) > 1 else "", row[-1]) for row in zip(*keys, strict=True)]
    ids, notes, named_by = named(pairs, name)
    return _reading(name, "Oxford’s .sample", ids, columns, (), notes, named_by)


def read_psam(source: Source) -> Reading:
    """Individuals as PLINK 2 writes them beside its genotypes.

    Args:
        source: as for `read_tassel_traits`, with a header that begins with `#FID` or `#IID`.

    Returns:
        What stands beside FID, IID, SID, PAT, MAT and SEX as traits, -9 missing, and 0 too where
        all else is 1 and 2, control and case; sex as a covariate, 0 for females and 1 for males.

    Raises:
        DataError: lines of different lengths, no IID.

    References:
        https://www.cog-genomics.org/plink/2.0/formats#psam
    """
    name = name_of(source, "the table")
    rows = _rows(source, name)
    keys = [plain_name(entry) for entry in rows[0]]
    roles = ["" if key in _OF_PLINK else "trait" for key in keys]
    columns = _columns(rows[0], roles, rows[1:], name)
    by_key = dict(zip(keys, columns, strict=True))
    if "iid" not in by_key:
        raise DataError(
            "the header must have a column IID",
            f"it has {some(rows[0], 6)}",
            "write the file again with plink2",
            where=name,
        )
    iids = by_key["iid"].entries
    fids = by_key["fid"].entries if "fid" in by_key else ("",) * len(iids)
    ids, notes, named_by = named([*zip(fids, iids, strict=True)], name)
    columns = [one for one in columns if one.role]
    if "sex" in by_key:
        sexes = tuple(_SEXES.get(sex.casefold(), "NA") for sex in by_key["sex"].entries)
        columns.append(_Column("sex", "covariate", sexes))
    told = [one.name for one in columns if one.role == "trait" and knows_controls(one.entries)]
    made = [
        replace(one, entries=without_zeros(one.entries)) if one.name in told else one
        for one in columns
    ]
    notes = (*notes, *on_controls(told))
    return _reading(name, "PLINK 2’s .psam", ids, made, ("-9",), notes, named_by)


def _rows(source: Source, name: str) -> list[list[str]]:
    """The entries of all lines that have some, the # of a header taken off."""
    opened = open_text(source, name, None, MAX_BYTES)
    tabs = any("\t" in line for line in opened.lines[:8])
    separator = "\t" if tabs else " "
    rows = [entries_of(line, separator) for line in opened.lines if line.strip()]
    # A line of one mark may be followed by tabs alone.
    rows = [row if any(row[1:]) else row[:1] for row in rows]
    if len(rows) < 2 or not rows[0]:
        raise DataError(
            "the file must hold a header and rows", "it holds less", "write it again", where=name
        )
    return rows


def _columns(
    names: Sequence[str], roles: Sequence[str], rows: Sequence[Sequence[str]], name: str
) -> list[_Column]:
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise DataError(
                "every line must have as many entries as there are names",
                f"row {number}, “{row[0][:20]}”, has {len(row)}, and there are {len(names)} names",
                "write missing values as NA, and no spaces in names",
                where=name,
            )
    if not rows or len(roles) != len(names):
        raise DataError(
            "below the names there must be rows, and each name must have its kind",
            f"there are {len(names)} names, {len(roles)} kinds and {len(rows)} rows",
            "write the file again",
            where=name,
        )
    entries = zip(*rows, strict=True)
    return [_Column(*one) for one in zip(names, roles, entries, strict=True)]


def _reading(
    name: str,
    words: str,
    ids: Sequence[str],
    columns: Sequence[_Column],
    missing: Sequence[str],
    notes: Sequence[str] = (),
    named_by: NamedBy = "",
) -> Reading:
    traits = {one.name: one.entries for one in columns if one.role == "trait"}
    others = {one.name: one.entries for one in columns if one.role in ("covariate", "category")}
    categories = frozenset(one.name for one in columns if one.role == "category")
    # Who has sexes alone has no traits.
    table = _table(name, ids, traits or others, missing, categories)
    covariates = _table(name, ids, others, missing, categories) if traits and others else None
    said = [*notes, *unusual(missing_met(table))]
    met = [code for code in missing if any(code in entries for entries in table.entries)]
    said += [f"{signed(code)} is missing, as the format has it" for code in met]
    if covariates is not None:
        said.append(f"covariates, as the file says: {some(others, 6)}")
    return Reading(
        name,
        "table",
        f"{words}, {len(traits)} trait{'s' * (len(traits) != 1)}, ids as the file says",
        tuple(said),
        table=table,
        covariates=covariates,
        named_by=named_by,
    )


def _table(
    name: str,
    ids: Sequence[str],
    columns: Mapping[str, tuple[str, ...]],
    missing: Sequence[str],
    categories: frozenset[str],
) -> TextTable:
    made = TextTable(
        name,
        tuple(ids),
        tuple(columns),
        tuple(columns.values()),
        categories=categories & {*columns},
    )
    return replace(made, missing=made.missing | codes_in(missing, made.entries))
