"""Imputed genotypes beside PLINK's: fractions of an allele, which a bed file cannot hold."""

import csv
import gzip
import io
import zlib
from pathlib import Path

import numpy as np

from lmm_core.arrays import read_only
from lmm_core.errors import DataError
from lmm_data.tables import GenotypeTable

HEADER = ["marker", "id", "dosage"]


def read_dosages(path: Path, genotypes: GenotypeTable) -> GenotypeTable:
    """The genotypes with some entries replaced by imputed dosages.

    Args:
        path: a CSV file, gzip-compressed if its name ends in .gz, with the columns `marker`,
            `id` and `dosage`, one row an entry; the dosage counts the same allele as
            `genotypes`, from 0 to 2.
        genotypes: what the entries are put into.

    Returns:
        Genotypes with float32 counts.

    Raises:
        DataError: the file cannot be read, has other columns, names a marker or an individual
            that is not in `genotypes`, or holds something that is not a dosage.
    """
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataError(
            "the file cannot be read", str(error), "fetch it again", where=path.name
        ) from None
    rows = csv.reader(io.StringIO(text))
    header = next(rows, [])
    if header != HEADER:
        raise DataError(
            f"dosages need the columns {', '.join(HEADER)}",
            f"the header is {', '.join(header) or 'empty'}",
            where=path.name,
        )
    marker = {label: j for j, label in enumerate(genotypes.markers)}
    individual = {label: i for i, label in enumerate(genotypes.ids)}
    counts = genotypes.dosages().astype(np.float32)
    for line, row in enumerate(rows, start=2):
        try:
            label, name, dosage = row
            counts[individual[name], marker[label]] = float(dosage)
        except (KeyError, ValueError):
            raise DataError(
                "each row must be a known marker, a known id and a number",
                f"line {line} is “{','.join(row)}”",
                where=path.name,
            ) from None
    return GenotypeTable(
        name=f"{genotypes.name} with {path.name}",
        ids=genotypes.ids,
        markers=genotypes.markers,
        chromosome=genotypes.chromosome,
        position=genotypes.position,
        position_cm=genotypes.position_cm,
        counts=read_only(counts),
    )
