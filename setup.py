"""What pyproject.toml cannot say: two folders lie where people look for them, and are packed
into the packages that open them."""

from pathlib import Path
from shutil import copytree, ignore_patterns

from setuptools import setup
from setuptools.command.build_py import build_py

# The server takes the settings that lie beside the script that it runs.
PACKED = {"sample_data": "lmm_data/sample_data", ".streamlit": "lmm_app/start/.streamlit"}


class BuildWithFolders(build_py):
    """The packages, with the sample data and the settings of the server in them."""

    def run(self) -> None:
        """Build the packages, then add the folders."""
        super().run()
        if self.editable_mode:
            return
        for source, place in PACKED.items():
            target = Path(self.build_lib) / place
            copytree(
                source,
                target,
                dirs_exist_ok=True,
                ignore=ignore_patterns("*.py", "__pycache__"),
            )


setup(cmdclass={"build_py": BuildWithFolders})
