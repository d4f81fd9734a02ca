"""Make the sample data from the mouse example that comes with GEMMA.

    python -m sample_data.make_samples [FOLDER]

run in the project's top folder. FOLDER holds `mouse_hs1940.bed.gz`, `.bim.gz`, `.fam.gz` and
`.geno.txt.gz`, by default where Debian's package gemma-doc puts them. The same input gives the
same files, byte for byte (up to rounding in the last digit of kinship.csv between linear
algebra libraries).
"""

import csv
import gzip
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.kinship import centered_kinship, decompose
from lmm_core.scales import kinship_scale_factor
from lmm_data.readers.genotypes.plink import read_fam_sex, read_plink
from lmm_data.readers.text.csv import read_kinship
from lmm_data.tables import GenotypeTable, Table

GEMMA_EXAMPLE = Path("/usr/share/doc/gemma/example")
HERE = Path(__file__).parent
REFERENCE = HERE.parent / "tests" / "reference"

TRAITS = {"pheno1": "CD8", "pheno6": "MCH"}
# Sibships this large show as squares in a picture of the kinship; with at most this share of
# each trait missing there is something to drop, but little.
MIN_SIBSHIP = 4
MAX_MISSING = 0.10

# Eight digits keep the kinship positive definite: rounding moves its eigenvalues by some 5e-8,
# and the smallest is 4.4e-5 (the largest is 9.2).
DIGITS = 8


def main(source: Path) -> None:
    """Write every file of the folder but the README and this script."""
    for kind in ("bed", "bim", "fam"):
        repack(source / f"mouse_hs1940.{kind}.gz", HERE / f"mouse_hs1940.{kind}.gz")
    write_dosages(source / "mouse_hs1940.geno.txt.gz", HERE / "mouse_hs1940")
    write_mouse_hs300(HERE / "mouse_hs1940", HERE / "mouse_hs300")
    shutil.copytree(REFERENCE / "tiny12", HERE / "tiny12", dirs_exist_ok=True)


def repack(source: Path, target: Path) -> None:
    """The same content, compressed as far as gzip goes and without a time stamp."""
    target.write_bytes(gzip.compress(gzip.decompress(source.read_bytes()), 9, mtime=0))


def write_dosages(source: Path, prefix: Path) -> None:
    """The mean genotypes that are fractions, and so are not in the bed file.

    Both files count the copies of the first allele; a whole number that differed would be an
    error in one of them, and stops the script.
    """
    genotypes, _ = read_plink(prefix)
    rows = [("marker", "id", "dosage")]
    with gzip.open(source, "rt") as lines:
        for j, line in enumerate(lines):
            fields = [field.strip() for field in line.split(",")]
            whole = genotypes.counts[:, j]
            for label, text, count in zip(genotypes.ids, fields[3:], whole, strict=True):
                if not float(text).is_integer():
                    rows.append((fields[0], label, text))
                elif float(text) != count:
                    raise ValueError(f"{fields[0]} of {label}: {text} here, {count} in the bed")
    text = "".join(",".join(row) + "\n" for row in rows)
    Path(f"{prefix}.dosages.csv.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def write_mouse_hs300(prefix: Path, folder: Path) -> None:
    """Phenotypes, sex, families and kinship of whole sibships, largest first."""
    genotypes, phenotypes = read_plink(prefix)
    families = read_families(prefix)
    sibships = choose_sibships(phenotypes, families)
    ids = tuple(label for sibship in sibships for label in sibship)

    folder.mkdir(exist_ok=True)
    traits = phenotypes.select(ids)
    columns = [traits.column(column) for column in TRAITS]
    write_csv(folder / "pheno.csv", ("id", *TRAITS.values()), ids, zip(*columns, strict=True))
    known = read_fam_sex(Path(f"{prefix}.fam.gz"))
    assert known is not None
    sex = known.numbers().select(ids)
    write_csv(folder / "covar.csv", ("id", "sex"), ids, sex.values)

    number = {label: k + 1 for k, sibship in enumerate(sibships) for label in sibship}
    write_csv(
        folder / "families.csv",
        ("id", "family", "father", "mother", "sibship"),
        ids,
        ((*families[label], number[label]) for label in ids),
    )
    kinship = relatedness(genotypes)
    rows = [genotypes.ids.index(label) for label in ids]
    among = kinship[np.ix_(rows, rows)]
    # On this scale h is the average mouse's share of the variance.
    among = among * kinship_scale_factor(among, "mean_diagonal")
    entries = np.char.mod(f"%.{DIGITS}g", among)
    write_csv(folder / "kinship.csv", ("id", *ids), ids, entries)
    decompose(read_kinship(folder / "kinship.csv").values)


def relatedness(genotypes: GenotypeTable) -> Floats:
    """Centred relatedness of all the mice from every marker that varies.

    GEMMA's `-gk 1` leaves out the 1,230 markers that do not vary and divides by the number of
    those that do: with all 12,226 in the divisor K would be a tenth smaller.
    """
    dosages = genotypes.dosages()
    return centered_kinship(dosages[:, np.nanstd(dosages, axis=0) > 0])


def read_families(prefix: Path) -> dict[str, tuple[str, str, str]]:
    """Family, father and mother of each mouse: columns 1, 3 and 4 of the fam file."""
    with gzip.open(f"{prefix}.fam.gz", "rt") as lines:
        fields = [line.split() for line in lines]
    return {row[1]: (row[0], row[2], row[3]) for row in fields}


def choose_sibships(
    phenotypes: Table, families: dict[str, tuple[str, str, str]]
) -> list[list[str]]:
    """Sibships of two known parents, large enough and with few missing values of either trait."""
    sibships: dict[tuple[str, str], list[str]] = {}
    for label in phenotypes.ids:
        sibships.setdefault(families[label][1:], []).append(label)

    def wanted(parents: tuple[str, str], sibship: list[str]) -> bool:
        missing = np.isnan([phenotypes.select(sibship).column(column) for column in TRAITS])
        return (
            not any(parent.startswith("Unknown") for parent in parents)
            and len(sibship) >= MIN_SIBSHIP
            and bool((missing.mean(axis=1) <= MAX_MISSING).all())
        )

    chosen = [sibship for parents, sibship in sibships.items() if wanted(parents, sibship)]
    return sorted(chosen, key=len, reverse=True)


def write_csv(
    path: Path, header: Sequence[str], ids: Sequence[str], rows: Iterable[Iterable[object]]
) -> None:
    """One row per id; numbers with all their digits, missing ones as NA."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for label, row in zip(ids, rows, strict=True):
            writer.writerow([label, *(as_text(value) for value in row)])


def as_text(value: object) -> str:
    """A table entry as text."""
    if not isinstance(value, float):
        return str(value)
    return "NA" if np.isnan(value) else repr(float(value)).removesuffix(".0")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else GEMMA_EXAMPLE)
