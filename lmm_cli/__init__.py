"""The command line of the package, a file for each command."""

from lmm_cli.entry import main

__all__ = ["main"]
