"""What is wrong or odd about a dataset, as pure data that every page and printout shows alike.

`check_dataset` answers with a `Report`: a verdict, and findings with a number, what it means and
what to do. The single checks take plain inputs.
"""

from lmm_data.checks.cost import Cost, check_cost, estimate_cost
from lmm_data.checks.covariate_checks import (
    check_confounding,
    check_copies,
    check_covariates,
    one_hot,
)
from lmm_data.checks.entries import averaged, check_entries
from lmm_data.checks.finding import Finding, Severity
from lmm_data.checks.kinship_checks import check_kinship
from lmm_data.checks.labels import check_clones, check_labels
from lmm_data.checks.phenotype_checks import (
    check_gaps,
    check_numbers,
    check_phenotype,
    check_residuals,
)
from lmm_data.checks.power import check_power
from lmm_data.checks.report import Report, Verdict, check_dataset

__all__ = [
    "Cost",
    "Finding",
    "Report",
    "Severity",
    "Verdict",
    "averaged",
    "check_clones",
    "check_confounding",
    "check_copies",
    "check_cost",
    "check_covariates",
    "check_dataset",
    "check_entries",
    "check_gaps",
    "check_kinship",
    "check_labels",
    "check_numbers",
    "check_phenotype",
    "check_power",
    "check_residuals",
    "estimate_cost",
    "one_hot",
]
