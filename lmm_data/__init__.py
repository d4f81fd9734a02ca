"""From files to a dataset that is joined by id, and what is odd about it.

`prepare` reads files of any kind and joins them; `check_dataset` says whether they are fit for
use; `simulate_dataset` makes one whose h is known.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmm_data.checks import Report, check_dataset
    from lmm_data.dataset import Dataset, Problem, align
    from lmm_data.populations import Settings, simulate_dataset
    from lmm_data.preparation.choices import Choices
    from lmm_data.preparation.preparing import Prepared, prepare
    from lmm_data.tables import GenotypeTable, Table

__all__ = [
    "Choices",
    "Dataset",
    "GenotypeTable",
    "Prepared",
    "Problem",
    "Report",
    "Settings",
    "Table",
    "align",
    "check_dataset",
    "prepare",
    "simulate_dataset",
]

# Loaded when first asked for: who reads a file need not wait for all the checks.
_HOMES = {
    "checks": ("Report", "check_dataset"),
    "dataset": ("Dataset", "Problem", "align"),
    "populations": ("Settings", "simulate_dataset"),
    "preparation.choices": ("Choices",),
    "preparation.preparing": ("Prepared", "prepare"),
    "tables": ("GenotypeTable", "Table"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"lmm_data.{home}"), name)
    raise AttributeError(f"module “lmm_data” has no attribute “{name}”")
