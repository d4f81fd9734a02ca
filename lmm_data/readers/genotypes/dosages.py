"""Imputed genotypes beside PLINK's: fractions of an allele, which a bed file cannot hold."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from lmm_core.arrays import read_only
from lmm_core.errors import DataError
from lmm_data.readers.genotypes.plink_tables import contents, fields
from lmm_data.tables import GenotypeTable

HEADER = ["marker", "id", "dosage"]


def read_dosages(path: Path, genotypes: GenotypeTable) -> GenotypeTable:
    """The genotypes with some entries replaced by imputed dosages.

    Args:
        path: a CSV file, gzip-compressed or not, with the columns `marker`,
            `id` and `dosage`, one row an entry; the dosage counts the same allele as
            `genotypes`, from 0 to 2.
        genotypes: what the entries are put into.

    Returns:
        Genotypes with float32 counts.

    Raises:
        DataError: the file cannot be read, has other columns, names a marker or an individual
            that is not in `genotypes`, or holds something that is not a dosage.
    """
    called, data = contents(path, "the dosages")
    rows = fields(data, called, commas=True)
    _, header = next(rows, (1, []))
    if header != HEADER:
        raise DataError(
            f"dosages need the columns {', '.join(HEADER)}",
            f"the header is {', '.join(header) or 'empty'}",
            where=called,
        )
    marker = {label: j for j, label in enumerate(genotypes.markers)}
    individual = {label: i for i, label in enumerate(genotypes.ids)}
    counts = genotypes.dosages().astype(np.float32)
    for line, row in rows:
        try:
            label, name, dosage = row
            counts[individual[name], marker[label]] = float(dosage)
        except (KeyError, ValueError):
            raise DataError(
                "each row must be a known marker, a known id and a number",
                f"line {line} is “{','.join(row)}”",
                where=called,
            ) from None
    return replace(genotypes, name=f"{genotypes.name} with {called}", counts=read_only(counts))
