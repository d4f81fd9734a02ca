"""Bad and odd files and what must become of them: the case, and the pieces they are made of."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lmm_core.errors import some
from lmm_core.simulate.families import full_sib_families, simulate_phenotype
from lmm_data.preparation.preparing import Choices
from tests.places import FORMATS

FAMILIES = full_sib_families(12, 5)
N = len(FAMILIES.ids)
IDS = tuple(f"m{k:02d}" for k in range(1, N + 1))
K = FAMILIES.K
_RNG = np.random.default_rng(5)
SEX = [int(x) for x in _RNG.integers(0, 2, N)]
Y = [round(float(y), 2) for y in 20.0 + 3.0 * simulate_phenotype(K, 0.6, rng=_RNG).y]
"""Weights, all of them between 10 and 30."""

WANTED = {
    "phenotypes": (
        "none of these files holds phenotypes",
        "add a file with a row for each individual and a column for each trait",
    ),
    "kinship": (
        "none of these files holds a kinship",
        "add one, or a pedigree or genotypes to compute it from",
    ),
}


@dataclass(frozen=True)
class Case:
    """Files, and what must become of them.

    Attributes:
        files: as they are uploaded.
        refused: the sentence that refuses a file, by the name of its group.
        notes: sentences that must be among the notes of the files that are read.
        problem: why there is no dataset, "" where there is one.
        lacks: where the problem is that there are no phenotypes, or no kinship: that word, and
            the files that are read; what was refused is added to the sentence.
        codes: of all findings that are errors or warnings, sorted; None if nothing is checked.
        same: whether the dataset has the very numbers of the clean files.
        choices: what is decided beforehand.
        checked: whether the checks are run; for thousands of columns they take long.
    """

    files: Mapping[str, bytes]
    refused: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problem: str = ""
    lacks: tuple[str, ...] = ()
    codes: tuple[str, ...] | None = ()
    same: bool = False
    choices: Choices = Choices()  # noqa: RUF009
    checked: bool = True

    @property
    def why(self):
        """The whole sentence why there is no dataset, or ""."""
        if not self.lacks:
            return self.problem
        what, *there = self.lacks
        rule, remedy = WANTED[what]
        found = f": there is {some(there, 6)}; " if there else ": "
        remedy += ", or say which file it is" * bool(there)
        errors = "".join(f". {sentence}" for sentence in list(self.refused.values())[:2])
        return f"{rule}{found}{remedy}{errors}"


def lines(rows, separator=",", end="\n"):
    """Rows of entries as text."""
    return "".join(separator.join(map(str, row)) + end for row in rows)


def table(columns=None, ids=IDS, separator=",", end="\n", header=True):
    """A table of phenotypes, `id` and `weight` unless other columns are given, as bytes."""
    columns = {"weight": Y} if columns is None else columns
    rows = [("id", *columns)] * header
    entries = zip(*columns.values(), strict=True)
    rows += [(label, *row) for label, row in zip(ids, entries, strict=True)]
    return lines(rows, separator, end).encode()


def square(matrix=K, ids=IDS, header=None, separator=","):
    """A kinship with ids in the first column and in the header, as bytes."""
    rows = [("id", *(ids if header is None else header))]
    rows += [(label, *row) for label, row in zip(ids, np.asarray(matrix).tolist(), strict=True)]
    return lines(rows, separator).encode()


PHENO, KINSHIP, COVAR = table(), square(), table({"sex": SEX})
CLEAN = {"pheno.csv": PHENO, "kinship.csv": KINSHIP, "covar.csv": COVAR}


def pheno(content, name="pheno.csv"):
    """The clean files with other phenotypes."""
    return {name: content, "kinship.csv": KINSHIP, "covar.csv": COVAR}


def kinship(content, name="kinship.csv", **others):
    """The clean files with another kinship."""
    more = {label.replace("_", "."): data for label, data in others.items()}
    return {"pheno.csv": PHENO, name: content, "covar.csv": COVAR, **more}


def covar(content, name="covar.csv"):
    """The clean files with other covariates."""
    return {"pheno.csv": PHENO, "kinship.csv": KINSHIP, name: content}


def with_value(value, rows=(3,), values=Y):
    """The values with another entry in some rows."""
    return [value if row in rows else y for row, y in enumerate(values)]


def changed(entries, matrix=K):
    """The matrix with entries changed by {(i, j): value}."""
    made = np.array(matrix)
    for place, value in entries.items():
        made[place] = value
    return made


def both(entries, matrix=K):
    """The matrix with entries changed on both sides of the diagonal."""
    return changed({**entries, **{(j, i): value for (i, j), value in entries.items()}}, matrix)


def zipped(members, edit=None, method=zipfile.ZIP_DEFLATED):
    """A zip archive; `edit` changes each member's header."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = method
            if edit:
                edit(info)
            archive.writestr(info, content)
    return buffer.getvalue()


def toy(*names):
    """Files of the reference data of other systems, by their names."""
    return {name: (FORMATS / name).read_bytes() for name in names}


def toy_pheno():
    """Weights of the individuals of those files."""
    ids = [line.split()[1] for line in toy("toy.fam")["toy.fam"].decode().splitlines()]
    values = [20.0 + 0.37 * (7 * k % 13) for k in range(len(ids))]
    return {"pheno.csv": table({"weight": values}, ids)}


def no_numbers(column, word):
    """Why there is no dataset where the only column of the phenotypes is of words."""
    return (
        f"pheno.csv: a trait must be a column of numbers: “{column}” holds what is no number, "
        f"such as “{word}” in row 1; look for a missing code, a decimal comma or signs beside the "
        "numbers, or choose another file for the phenotypes"
    )


def bad_cell(row, who, entry, column="weight"):
    """Why there is no dataset where the only trait has a cell that is no number."""
    return (
        f"pheno.csv: every entry of a trait must be a number: row {row} (“{who}”), column "
        f"“{column}” holds “{entry}”; correct it, or write NA if it is missing"
    )


def asked(code, times):
    """Why there is no dataset where the only trait holds what may mean missing."""
    return (
        "pheno.csv: it must be said whether a number is a value or means “missing”: "
        f"{code.replace('-', '−')} stands {times} in “weight”, and all else lies from 12.6 to "
        f"26.1; say --missing {code} if it means “missing”, --not-missing {code} if it is a value, "
        "or choose another trait"
    )
