"""Where the sample data lie: at the top of a checkout for people, inside an installed package."""

from importlib.resources import files
from pathlib import Path

from lmm_data.readers.genotypes.dosages import read_dosages
from lmm_data.readers.genotypes.plink import read_plink
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
