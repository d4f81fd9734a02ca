"""What is wrong or odd about a dataset, as pure data that every page and printout shows alike.

`check_dataset` answers with a `Report`: a verdict, and findings with a number, what it means and
what to do. The single checks take plain inputs.
"""

from lmm_data.checks.covariate_checks import one_hot
from lmm_data.checks.entries import averaged
from lmm_data.checks.finding import Finding, Severity
from lmm_data.checks.phenotype_checks import check_phenotype
from lmm_data.checks.report import Report, Verdict, check_dataset

__all__ = [
    "Finding",
    "Report",
    "Severity",
    "Verdict",
    "averaged",
    "check_dataset",
    "check_phenotype",
    "one_hot",
]
