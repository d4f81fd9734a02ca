"""Whether -9 is missing: in files of PLINK and GCTA, and elsewhere if nothing is near it."""

from collections.abc import Collection, Mapping, Sequence

from lmm_core.errors import some
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import Reading, TextTable, suspected
from lmm_data.readers.text.dialect import plain_name

CODE = "-9"
# Of numbers with one decimal, a tenth are written without: of these fewer are.
_ENOUGH, _FEW = 5, 0.05
_OWN = (".fam", ".pheno", ".phen")


def says_minus_nine(reading: Reading, files: Sequence[str]) -> str:
    """A sentence if -9 is a missing code of the table that was read, "" if it is a number.

    Args:
        reading: a table in text.
        files: the names of the files it was read from.
    """
    table = reading.table
    if table is None or CODE in table.missing:
        return ""
    met = minus_nines(table)
    if not met:
        return ""
    stands = stands_in(met)
    name = files[0].lower().removesuffix(".gz").removesuffix(".txt")
    ending = next((end for end in _OWN if name.endswith(end)), "")
    if ending:
        return f"{stands} and is missing there: it is the code for that in every {ending} file"
    apart = {suspicion.column for suspicion in suspected(table).get(CODE, ())}
    if not _has_families(reading):
        return ""
    if apart.issuperset(met):
        why = "nothing else is near it"
    elif all(_spelt_apart(table.column(column), table.missing) for column in met):
        why = "all else has decimals"
    else:
        return ""
    return (
        f"{stands}, {why}, and FID and IID stand first, as PLINK and GCTA write: it is taken for "
        "missing"
    )


def minus_nines(table: TextTable) -> dict[str, int]:
    """How often -9 stands in each column that holds it, however it is spelt."""
    times = {c: _times(entries) for c, entries in zip(table.columns, table.entries, strict=True)}
    return {column: count for column, count in times.items() if count}


def stands_in(met: Mapping[str, int]) -> str:
    """How often -9 stands in which columns, in words that something follows."""
    times = sum(met.values())
    return f"−9 stands {times} time{'s' * (times > 1)} in {some(met)}"


def _has_families(reading: Reading) -> bool:
    """Whether FID and IID stand first, as far as it is known by what the rows are named."""
    sheet, table = reading.sheet, reading.table
    if reading.named_by or sheet is None or table is None:
        return bool(reading.named_by)
    if len(sheet.columns) < 3 or table.ids != sheet.columns[1]:
        return False
    if sheet.names:
        return plain_name(sheet.names[0]) == "fid"
    return sheet.spaced and sheet.label(0) not in table.columns


def _spelt_apart(entries: Sequence[str], missing: Collection[str]) -> bool:
    """Whether -9 stands as a whole number among entries with decimals, nearly all of them."""
    others = [entry for entry in entries if entry not in missing and as_number(entry) != -9]
    whole = sum("." not in entry for entry in others)
    return len(others) >= _ENOUGH and whole <= _FEW * len(others)


def _times(entries: Sequence[str]) -> int:
    if isinstance(entries, NumberColumn):
        return sum(entries[row].startswith(CODE) for row in entries.at([float(CODE)]))
    # Of thousands of columns few hold it, and a text is searched faster than its entries are.
    if CODE not in "\0".join(entries):
        return 0
    return sum(entry.startswith(CODE) and as_number(entry) == -9 for entry in entries)
