"""The command fit and the exact interval of h: added on request, by the core's own simulation."""

from dataclasses import asdict

import numpy as np
import pytest

from lmm_core import fit_lmm, interval_h2
from lmm_core.summary import h_words
from lmm_data.methods import methods_paragraph
from tests.cli.test_methods import dataset
from tests.cli_helpers import TINY_FILES, Shell, write


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def test_the_exact_interval_is_added_on_request(shell):
    problem = dataset(TINY_FILES).problem("weight", ("sex",))
    fit = fit_lmm(problem.y, problem.X, problem.K)
    exact = interval_h2(fit, level=0.5, method="exact")
    options = ("fit", *TINY_FILES, "--trait", "weight", "--level", "0.5")
    said = f"Exact 50% interval of h: {h_words(exact.lower)} to {h_words(exact.upper)} (simulated"
    assert exact.error > 0.0
    ran = shell(*options, "--exact")
    assert f"{said}, ± " in ran.out
    assert ran.out.splitlines()[0] == shell(*options).out.splitlines()[0]
    answer = shell(*options, "--exact", "--methods", "--json").json
    assert answer["exact_interval"] == asdict(exact)
    profile = interval_h2(fit, level=0.5)
    assert answer["interval"] == asdict(profile)
    assert answer["methods"] == methods_paragraph(problem, fit, profile, exact)
    assert "exact_interval" not in shell(*options, "--json").json
    assert "Exact" not in shell(*options).out


def test_where_there_is_none_it_is_said_why(shell, tmp_path):
    names = [f"i{k}" for k in range(8)]
    rng = np.random.default_rng(1)
    genotypes = rng.normal(size=(8, 20))
    genotypes -= genotypes.mean(axis=0)
    K = genotypes @ genotypes.T / 20
    rows = "".join(
        f"{a},{','.join(map(repr, map(float, row)))}\n" for a, row in zip(names, K, strict=True)
    )
    pheno = "id,weight\n" + "".join(
        f"{a},{y:.6f}\n" for a, y in zip(names, rng.normal(size=8), strict=True)
    )
    files = write(tmp_path, pheno=pheno, kinship=f"id,{','.join(names)}\n{rows}")
    ran = shell("fit", *files, "--ml", "--exact")
    assert ran.code == 0
    assert "No exact interval: " in " ".join(ran.out.split())
    answer = shell("fit", *files, "--ml", "--exact", "--json").json
    assert answer["fit"]["status"] == "unbounded"
    assert answer["exact_interval"] is None


def test_without_a_fit_it_is_null(shell, tmp_path):
    pheno = "id,weight\n" + "".join(f"{name},NA\n" for name in "abcd")
    kinship = "id,a,b,c,d\n" + "".join(
        f"{name},{','.join('1' if name == other else '0' for other in 'abcd')}\n" for name in "abcd"
    )
    ran = shell("fit", *write(tmp_path, pheno=pheno, kinship=kinship), "--exact", "--json")
    assert ran.code == 1
    assert ran.json["exact_interval"] is None


def test_it_is_simulated_for_one_trait(shell):
    ran = shell("fit", *TINY_FILES, "--all-traits", "--exact")
    assert ran.code == 2
    assert "--exact was given with --all-traits" in ran.err
