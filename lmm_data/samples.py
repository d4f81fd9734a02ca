"""Where the sample data lie: at the top of a checkout for people, inside an installed package."""

from importlib.resources import files
from pathlib import Path

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
