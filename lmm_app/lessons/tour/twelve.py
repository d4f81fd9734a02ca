"""The twelve individuals of steps 2 and 3: three families of four sibs, whatever data are open."""

from functools import cache

from lmm_app.fit.view import View, build_view
from lmm_core import decompose
from lmm_data.dataset import align
from lmm_data.readers.text.csv import read_kinship, read_table
from lmm_data.samples import sample_folder


@cache
def twelve() -> View:
    """Both fits of the twelve, of weight with sex."""
    folder = sample_folder() / "tiny12"
    data = align(
        "twelve sibs",
        read_table(folder / "pheno.csv"),
        read_kinship(folder / "kinship.csv"),
        read_table(folder / "covar.csv"),
    )
    problem = data.problem(data.traits.columns[0], data.covariates.columns)
    return build_view(problem, decompose(problem.K))
