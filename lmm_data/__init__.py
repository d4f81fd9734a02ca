"""From files to a dataset that is joined by id, and what is odd about it.

`prepare` reads files of any kind and joins them; `check_dataset` says whether they are fit for
use; `simulate_dataset` makes one whose h is known.
"""

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
