"""Whether -9 is missing: in files of PLINK and GCTA, and elsewhere if nothing is near it."""

from collections.abc import Sequence

from lmm_data.readers.reading import Reading, TextTable, as_number, suspected

CODE = "-9"
_OWN = (".fam", ".pheno", ".phen")


def says_minus_nine(reading: Reading, files: Sequence[str]) -> str:
    """A sentence if -9 is a missing code of the table that was read, "" if it is a number.

    Args:
        reading: a table in text.
        files: the names of the files it was read from.
    """
    table = reading.table
    if table is None:
        return ""
    met = [column for column, entries in _columns(table) if _times(entries)]
    if not met:
        return ""
    times = sum(_times(table.column(column)) for column in met)
    where = "'" + "', '".join(met[:3]) + "'" + (f" and {len(met) - 3} more" if met[3:] else "")
    stands = f"-9 stands {times} time{'s' * (times > 1)} in {where}"
    ending = next((end for end in _OWN if _bare(files[0]).endswith(end)), "")
    if ending:
        return f"{stands} and is missing there: it is the code for that in every {ending} file"
    apart = {suspicion.column for suspicion in suspected(table).get(CODE, ())}
    if reading.named_by and apart.issuperset(met):
        return (
            f"{stands}, nothing else is near it, and FID and IID stand first, as PLINK and GCTA "
            "write: it is taken for missing"
        )
    return ""


def _bare(name: str) -> str:
    low = name.lower().removesuffix(".gz")
    return low.removesuffix(".txt")


def _columns(table: TextTable) -> list[tuple[str, tuple[str, ...]]]:
    return list(zip(table.columns, table.entries, strict=True))


def _times(entries: Sequence[str]) -> int:
    return sum(entry.startswith(CODE) and as_number(entry) == -9 for entry in entries)
