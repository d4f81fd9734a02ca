"""Where the sample data lie: at the top of a checkout for people, inside an installed package."""

from importlib.resources import files
from pathlib import Path

from lmm_data.readers.genotypes.dosages import read_dosages
from lmm_data.readers.genotypes.plink import read_plink
from lmm_data.readers.kinship.pedigree import read_pedigree
from lmm_data.readers.text.csv import read_table
from lmm_data.tables import GenotypeTable, Table

FOLDER_NAME = "sample_data"


def sample_folder() -> Path:
    """The folder of the sample data, with their source and licence beside them.

    Raises:
        FileNotFoundError: the package was taken apart, and they were left behind.
    """
    package = Path(str(files("lmm_data")))
    for folder in (package / FOLDER_NAME, package.parent / FOLDER_NAME):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"the sample data must lie beside the package: there is no folder {FOLDER_NAME} in "
        f"{package} or next to it; install the package again"
    )


def read_mice() -> tuple[GenotypeTable, Table]:
    """Genotypes, the imputed ones too, and traits of the 1,940 mice."""
    genotypes, phenotypes = read_plink(sample_folder() / "mouse_hs1940")
    return read_dosages(sample_folder() / "mouse_hs1940.dosages.csv.gz", genotypes), phenotypes


def read_gryphons() -> tuple[Table, Table]:
    """All that was measured of the gryphons, and A of those who were, in the pedigree's order."""
    folder = sample_folder() / "gryphons"
    measured = read_table(folder / "gryphon.csv")
    pedigree = read_pedigree(folder / "gryphonped.csv").pedigree
    assert pedigree is not None
    measured_ids = set(measured.ids)
    known = tuple(label for label in pedigree.ids if label in measured_ids)
    return measured, Table("gryphonped.csv", known, known, pedigree.relationship(known))


def read_lay_dates() -> tuple[Table, Table]:
    """The lay dates of the gryphons, several of a female, and A of the females."""
    folder = sample_folder() / "gryphons"
    dates = read_table(folder / "gryphonRM.csv")
    pedigree = read_pedigree(folder / "gryphonped.csv").pedigree
    assert pedigree is not None
    females = tuple(dict.fromkeys(dates.ids))
    return dates, Table("gryphonped.csv", females, females, pedigree.relationship(females))
