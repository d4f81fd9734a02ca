"""Everything about a dataset in one list, and whether it can be fitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from lmm_core.arrays import Floats, read_only
from lmm_core.checks.cost import BYTES, SECONDS, Cost, check_cost, estimate_cost
from lmm_core.checks.covariate_checks import check_covariates
from lmm_core.checks.entries import averaged
from lmm_core.checks.finding import (
    Finding,
    Progress,
    any_error,
    by_severity,
    column_of,
    count,
    named,
)
from lmm_core.checks.kinship_checks import check_kinship
from lmm_core.checks.labels import check_clones, check_labels
from lmm_core.checks.phenotype_checks import (
    check_entries,
    check_gaps,
    check_phenotype,
    check_residuals,
)
from lmm_core.checks.power import check_power
from lmm_core.contrasts import contrasts
from lmm_core.dataset import Dataset, Problem, align
from lmm_core.errors import DataError, LMMError
from lmm_core.fit import LMMFit, fit_rotated
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.readers.reading import KinshipMatrix, TextTable
from lmm_core.rotation import rotate
from lmm_core.tables import Table

Verdict: TypeAlias = Literal["fit for use", "usable with care", "not usable"]
'''
