"""The command simulate: files that are read back as the dataset, and the truth beside them."""

import json

import numpy as np
import pytest

from lmm_data.dataset import align
from lmm_data.populations import POPULATIONS, Settings, simulate_dataset
from lmm_data.readers.text.csv import read_kinship, read_table
from tests.cli_helpers import Shell

NAMES = ["covar.csv", "kinship.csv", "pheno.csv", "truth.json"]


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def truth(folder):
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("population", POPULATIONS)
def test_the_files_are_the_dataset_bit_for_bit_and_fit_again(shell, tmp_path, population):
    folder = tmp_path / "a folder" / "inside"
    options = ["--population", population, "--n", 45, "--h", 0.7, "--seed", 9, "--qtl", 2]
    ran = shell("simulate", *options, "--effect", 1.5, "--out", folder)
    assert (ran.code, ran.err) == (0, "")
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    made = simulate_dataset(Settings(population, n=45, h2=0.7, sex_effect=1.5, qtl=2, seed=9))
    paths = [folder / name for name in ("pheno.csv", "kinship.csv", "covar.csv")]
    back = align("b", read_table(paths[0]), read_kinship(paths[1]), read_table(paths[2]))
    assert back.ids == made.dataset.ids
    assert back.kinship_fingerprint == made.dataset.kinship_fingerprint
    assert back.traits.values.tobytes() == made.dataset.traits.values.tobytes()
    assert back.covariates.values.tobytes() == made.dataset.covariates.values.tobytes()
    fitted = shell("fit", *paths, "--json")
    assert fitted.code == 0
    assert fitted.json["data"]["columns"] == ["intercept", "sex"]


def test_the_truth_adds_up_to_the_trait(shell, tmp_path):
    shell("simulate", "--n", 40, "--h", 0.3, "--qtl", 2, "--effect", 2, "--out", tmp_path / "s")
    told = truth(tmp_path / "s")
    assert (told["h2"], told["sigma2"], told["sigma2_g"], told["sigma2_e"]) == (0.3, 1.0, 0.3, 0.7)
    assert told["beta"] == {"intercept": 10.0, "sex": 2.0}
    assert len(told["qtl"]) == 2
    assert told["settings"]["population"] == "intercross"
    pheno = read_table(tmp_path / "s" / "pheno.csv")
    sex = read_table(tmp_path / "s" / "covar.csv").column("sex")
    assert told["ids"] == list(pheno.ids)
    parts = [told[name] for name in ("qtl_values", "genetic_values", "residuals")]
    total = 10.0 + 2.0 * sex + np.sum(parts, axis=0)
    np.testing.assert_allclose(pheno.column("trait"), total, rtol=1e-14)


def test_the_same_seed_gives_the_same_bytes(shell, tmp_path):
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        shell("simulate", "--n", 30, "--seed", seed, "--out", tmp_path / name)
    for name in NAMES:
        one, two, three = ((tmp_path / f / name).read_bytes() for f in ("one", "two", "three"))
        assert one == two
        assert one != three


def test_the_command_that_fits_them_is_said_and_runs(shell, tmp_path):
    import shlex

    folder = tmp_path / "with spaces & signs"
    ran = shell("simulate", "--population", "families", "--n", 30, "--out", folder)
    line = next(line for line in ran.out.splitlines() if line.startswith("Fit it:"))
    command = shlex.split(line.removeprefix("Fit it:"))
    assert command[0] == "lmm"
    assert shell(*command[1:]).code == 0


def test_files_that_are_there_are_kept_unless_told_otherwise(shell, tmp_path):
    (tmp_path / "pheno.csv").write_text("precious")
    ran = shell("simulate", "--n", 30, "--out", tmp_path)
    assert ran.code == 2
    assert "pheno.csv is there already" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["pheno.csv"]
    assert (tmp_path / "pheno.csv").read_text() == "precious"
    assert shell("simulate", "--n", 30, "--out", tmp_path, "--overwrite").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == NAMES


def test_a_folder_that_cannot_be_made_is_said(shell, tmp_path):
    (tmp_path / "file").write_text("")
    ran = shell("simulate", "--n", 30, "--out", tmp_path / "file" / "inside")
    assert ran.code == 2
    assert "the files cannot be written: Not a directory" in ran.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--h", "1.2"], "it must lie between 0 and 1: it is 1.2"),
        (["--h", "nan"], "it must be a number: it is “nan”"),
        (["--effect", "big"], "it must be a number: it is “big”"),
        (["--n", "2"], "must be at least 3"),
        (["--n", "many"], "invalid int value"),
        (["--n", "1000000"], "takes at most|may have at most"),
        (["--seed", "-1"], "must be at least 0"),
        (["--population", "mice"], "invalid choice: 'mice'"),
        (["--population", "subpopulations", "--fst", "2"], "strictly between 0 and 1"),
    ],
)
def test_settings_that_make_no_sense_exit_with_2_and_write_nothing(shell, tmp_path, options, said):
    import re

    ran = shell("simulate", *options, "--out", tmp_path / "s")
    assert ran.code == 2
    assert re.search(said, ran.err)
    assert not (tmp_path / "s").exists()
