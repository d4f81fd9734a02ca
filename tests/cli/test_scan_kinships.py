"""`scan --loco` by kinships that are given: R's list, or a file for each chromosome."""

import numpy as np
import pytest

from lmm_cli.scan_kinships import for_markers, given_kinships
from lmm_core.genotypes import Subset
from lmm_core.scan import loco_kinships, scan_loco
from lmm_data.readers.genotypes.bed_stream import open_bed_genotypes
from tests.cli.test_scan import column as numbers_in
from tests.cli.test_scan import data, files, rows_of, shell  # noqa: F401
from tests.places import WRITTEN


def test_kinships_by_chromosome_are_used(shell, data, tmp_path):  # noqa: F811
    folder, _, chromosomes, y, kept = data
    stream = open_bed_genotypes(folder / "d.bed")
    made = dict(loco_kinships(stream, chromosomes))
    rng = np.random.default_rng(1)
    shuffled = rng.permutation(len(stream.ids))
    ids = np.array(stream.ids)[shuffled]
    paths = []
    for name, K in made.items():
        path = tmp_path / f"without_chr{name}.npz"
        np.savez(path, K=2.0 * K[np.ix_(shuffled, shuffled)], ids=ids)
        paths.append(path)
    out = tmp_path / "scan.csv"
    ran = shell("scan", *files(folder), "--loco", "--kinship", *paths, "--h2", "null", "--out", out)
    assert ran.code == 0, ran.err
    assert "Beside each chromosome stands the kinship that was given for it" in ran.words
    rows = [stream.ids.index(f"i{i}") for i in kept]
    genotypes = Subset(stream, np.arange(len(stream.markers)), np.array(rows))
    right = scan_loco(
        genotypes,
        y[kept],
        None,
        chromosomes,
        kinships={name: 2.0 * K[np.ix_(rows, rows)] for name, K in made.items()},
        h2="null",
    )
    np.testing.assert_allclose(numbers_in(rows_of(out), "p_wald"), right.p_wald, rtol=1e-6)
    ran = shell("scan", *files(folder), "--loco", "--kinship", *paths[:-1], "--h2", "null")
    assert ran.code == 2
    assert f"there is none for “{list(made)[-1]}”" in " ".join(ran.err.split())


class Options:
    loco = True

    def __init__(self, *kinship):
        self.kinship = list(kinship)


def test_a_list_of_rs_is_taken_by_its_names():
    given = given_kinships(Options(WRITTEN / "r" / "loco.rds"))
    assert list(given) == ["1", "2", "X"]
    found = for_markers(given, ["chr1", "chr1", "chrX"])
    assert list(found) == ["chr1", "chrX"]
    assert found["chrX"].values[0, 0] == pytest.approx(given["1"].values[0, 0] + 2)


def test_chromosomes_are_told_from_the_names_of_files(tmp_path):
    for names in (["K1", "K2", "K10"], ["chr1_K", "chr11_K"], ["a_2019_1", "a_2019_X"]):
        paths = [tmp_path / f"{name}.csv" for name in names]
        for path in paths:
            path.write_text("id,a,b\na,1,0\nb,0,1\n")
        want = {"K1": ["1", "2", "10"], "chr1_K": ["1", "11"], "a_2019_1": ["1", "X"]}[names[0]]
        assert list(given_kinships(Options(*paths))) == want


def test_a_fit_says_that_it_takes_one(shell, tmp_path):  # noqa: F811
    pheno = tmp_path / "p.csv"
    pheno.write_text("id,w\n" + "".join(f"m{k},{k * k}\n" for k in range(1, 7)))
    ran = shell("fit", pheno, WRITTEN / "r" / "loco.rds")
    assert ran.code == 1
    assert "there is one for each of 3 chromosomes" in ran.words
