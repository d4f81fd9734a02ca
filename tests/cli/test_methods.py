"""The command fit and the paragraph on methods: added on request, as it is on the page."""

import pytest

from lmm_core import fit_lmm, interval_h2
from lmm_data.dataset import align
from lmm_data.methods import methods_paragraph
from lmm_data.readers.text.csv import read_kinship, read_table
from tests.cli_helpers import MICE_FILES, TINY_FILES, Shell, write


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def dataset(paths):
    pheno, kinship, covar = paths
    return align("d", read_table(pheno), read_kinship(kinship), read_table(covar))


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_the_paragraph_on_methods_is_added_on_request(shell, method):
    problem = dataset(MICE_FILES).problem("MCH", ("sex",))
    fit = fit_lmm(problem.y, problem.X, problem.K, reml=method == "REML")
    words = methods_paragraph(problem, fit, interval_h2(fit, level=0.9))
    options = ("fit", *MICE_FILES, "--trait", "MCH", "--level", "0.9")
    options += ("--ml",) * (method == "ML")
    before, ran = shell(*options), shell(*options, "--methods")
    # Not wrapped, for it is copied.
    assert ran.out == f"{before.out}\nMethods\n{words}\n"
    assert (ran.code, ran.err) == (0, "")
    answer = shell(*options, "--methods", "--json").json
    assert answer["methods"] == words
    assert "methods" not in shell(*options, "--json").json


def test_without_a_fit_there_is_no_paragraph_on_methods(shell, tmp_path):
    pheno = "id,weight\n" + "".join(f"{name},NA\n" for name in "abcd")
    kinship = "id,a,b,c,d\n" + "".join(
        f"{name},{','.join('1' if name == other else '0' for other in 'abcd')}\n" for name in "abcd"
    )
    constant = write(tmp_path, pheno=pheno, kinship=kinship)
    ran = shell("fit", *constant, "--methods")
    assert ran.code == 1
    assert "\nMethods\n" not in ran.out
    assert shell("fit", *constant, "--methods", "--json").json["methods"] is None


def test_the_paragraph_on_methods_is_of_one_trait(shell):
    ran = shell("fit", *TINY_FILES, "--all-traits", "--methods")
    assert ran.code == 2
    assert "--methods was given with --all-traits" in ran.err
