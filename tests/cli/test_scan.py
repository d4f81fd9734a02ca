"""The command scan: its rows against `scan_markers`, stopped and gone on with, and refusals."""

import csv
import gzip
import re
import sys

import numpy as np
import pytest

from lmm_cli import scan as scan_command
from lmm_cli.scan_report import probability
from lmm_core import centered_kinship, scan_markers
from lmm_core.genotypes import Subset
from lmm_core.scan import genomic_control, permutation_threshold, scan_loco
from lmm_data.readers.genotypes.bed_stream import open_bed_genotypes
from tests.cli_helpers import Shell

N, M = 60, 300
SCANNING = sys.modules["lmm_core.scan.genome"]


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """PLINK files of families on three chromosomes, with a phenotype beside them."""
    folder = tmp_path_factory.mktemp("scan")
    rng = np.random.default_rng(8)
    parents = rng.integers(0, 2, (12, 4, M))
    pick = rng.random((2, N, M)) < 0.5
    own = parents[np.arange(N) // 5]
    G = np.where(pick[0], own[:, 0], own[:, 1]) + np.where(pick[1], own[:, 2], own[:, 3])
    G = G.astype(float)
    G[3, 7] = np.nan
    G[:, 11] = 0.0
    code = {2.0: 0, 1.0: 2, 0.0: 3}
    packed = np.zeros((M, N // 4), dtype=np.uint8)
    for i in range(N):
        bits = np.array([code.get(value, 1) for value in G[i]], dtype=np.uint8)
        packed[:, i // 4] |= bits << np.uint8(2 * (i % 4))
    (folder / "d.bed").write_bytes(b"\x6c\x1b\x01" + packed.tobytes())
    ids = [f"i{i}" for i in range(N)]
    (folder / "d.fam").write_text("".join(f"f {label} 0 0 0 -9\n" for label in ids))
    chromosomes = np.repeat(["1", "2", "3"], M // 3)
    (folder / "d.bim").write_text(
        "".join(f"{c}\trs{k}\t0\t{100 * k + 1}\tA\tC\n" for k, c in enumerate(chromosomes))
    )
    y = rng.standard_normal(N) + 0.8 * np.nan_to_num(G[:, 150], nan=1.0) + np.arange(N) % 5
    order = rng.permutation(N)[:55]
    lines = ["id,weight,other"] + [f"{ids[i]},{float(y[i])!r},{rng.random()}" for i in order]
    (folder / "pheno.csv").write_text("\n".join(lines) + "\n")
    kept = np.sort(order)
    return folder, G, chromosomes, y, kept


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def column(rows, name):
    return np.array([float("nan") if row[name] == "NA" else float(row[name]) for row in rows])


def files(folder):
    return ("--geno", folder / "d.bed", "--pheno", folder / "pheno.csv", "--trait", "weight")


def test_rows_are_those_of_scan_markers(shell, data, tmp_path):
    folder, G, chromosomes, y, kept = data
    out = tmp_path / "scan.csv"
    ran = shell("scan", *files(folder), "--tests", "wald", "lrt", "score", "--out", out)
    assert ran.code == 0
    assert "299 markers tested for weight of 55 individuals" in ran.out
    assert "1 monomorphic" in ran.out
    rows = rows_of(out)
    varies = np.nanmax(G, axis=0) > np.nanmin(G, axis=0)
    K = centered_kinship(G[:, varies])[np.ix_(kept, kept)]
    scan = scan_markers(G[kept], y[kept], None, K, tests=("wald", "lrt", "score"))
    for name, values in (
        ("beta", scan.beta),
        ("se", scan.se_beta),
        ("logl_H1", scan.loglik),
        ("h2", scan.h2),
        ("l_remle", scan.h2 / (1.0 - scan.h2)),
        ("p_wald", scan.p_wald),
        ("p_lrt", np.exp(scan.log_p_lrt)),
        ("p_score", np.exp(scan.log_p_score)),
        ("lod", scan.lod),
        ("af", scan.mean / 2.0),
        ("n_miss", scan.n_missing),
    ):
        np.testing.assert_allclose(column(rows, name), values, rtol=1e-6, atol=1e-9, err_msg=name)
    assert [row["chr"] for row in rows] == chromosomes.tolist()
    assert (rows[5]["rs"], rows[5]["ps"]) == ("rs5", "501")
    assert (rows[5]["allele1"], rows[5]["allele0"]) == ("A", "C")
    assert rows[11]["status"] == "monomorphic"
    assert rows[7]["status"] == scan.status[7]
    assert rows[0].keys() >= {"p_wald", "p_lrt", "p_score"}
    assert not (tmp_path / "scan.csv.part").exists()


def test_genotypes_in_memory_give_the_same_rows(shell, data, tmp_path):
    folder = data[0]
    packed = tmp_path / "d.bed.gz"
    packed.write_bytes(gzip.compress((folder / "d.bed").read_bytes()))
    for kind in ("bim", "fam"):
        (tmp_path / f"d.{kind}").write_bytes((folder / f"d.{kind}").read_bytes())
    held, streamed = tmp_path / "held.csv", tmp_path / "streamed.csv"
    shell("scan", *files(folder), "--h2", "null", "--out", streamed)
    pheno = ("--pheno", folder / "pheno.csv", "--trait", "weight")
    ran = shell("scan", "--geno", packed, *pheno, "--h2", "null", "--out", held)
    assert ran.code == 0
    for name in ("beta", "p_wald", "n_miss", "h2"):
        one, two = column(rows_of(held), name), column(rows_of(streamed), name)
        np.testing.assert_allclose(one, two, rtol=1e-7)
    for name in ("allele1", "allele0"):
        assert [row[name] for row in rows_of(held)] == [row[name] for row in rows_of(streamed)]


def test_loco_and_the_threshold(shell, data, tmp_path):
    folder, _, chromosomes, y, kept = data
    out = tmp_path / "loco.csv"
    more = ("--loco", "--h2", "null", "--threshold", "99", "--level", "0.9", "--seed", "3")
    ran = shell("scan", *files(folder), *more, "--out", out)
    stream = open_bed_genotypes(folder / "d.bed")
    rows = np.array([stream.ids.index(f"i{i}") for i in kept])
    genotypes = Subset(stream, np.arange(len(stream.markers)), rows)
    scan = scan_loco(genotypes, y[kept], None, chromosomes, h2="null")
    found = f"λ = {genomic_control(scan.log_p_wald):.3f}, the median test statistic divided by its"
    assert found in ran.words
    np.testing.assert_allclose(column(rows_of(out), "p_wald"), scan.p_wald, rtol=1e-6)
    assert "would appear in 10% of scans. It is from 99 permutations" in ran.words
    plain = shell("scan", *files(folder), "--h2", "0", "--threshold", "99", "--seed", "3")
    found = permutation_threshold(
        genotypes, y[kept], None, np.eye(55), h2=0.0, permutations=99, rng=np.random.default_rng(3)
    )
    assert np.isfinite(found.lod[0].value)
    assert "-log10 p = " in plain.out
    assert "“--out scan.csv” writes every marker" in plain.out


class Stopping:
    """Blocks of 30 markers, and Ctrl-C after a few of them."""

    def __init__(self, after):
        self.after, self.seen = after, 0

    def __call__(self, model, genotypes):
        from lmm_core.scan.block import block_tests

        if self.seen == self.after:
            raise KeyboardInterrupt
        self.seen += 1
        return block_tests(model, genotypes)


@pytest.mark.parametrize("more", [(), ("--loco",)])
def test_stopped_it_goes_on(shell, data, tmp_path, monkeypatch, more):
    folder = data[0]
    whole, out, part = tmp_path / "whole.csv", tmp_path / "s.csv", tmp_path / "s.csv.part"
    shell("scan", *files(folder), *more, "--out", whole)

    def by_thirty(genotypes):
        m = genotypes.shape[1]
        return (slice(start, min(start + 30, m)) for start in range(0, m, 30))

    def run(after):
        with monkeypatch.context() as patch:
            blocks = Stopping(after)
            patch.setattr(SCANNING, "block_tests", blocks)
            patch.setattr(SCANNING, "block_places", by_thirty)
            return shell("scan", *files(folder), *more, "--out", out), blocks.seen

    ran, _ = run(4)
    assert ran.code == 130
    assert part.exists()
    assert not out.exists()
    # A chromosome of 100 is scanned as 30, 30, 30 and 10; it may be two at once.
    kept = int(re.match(r"lmm: (\d+) of 300 markers are kept in ", ran.err).group(1))
    assert str(part) in ran.err
    assert kept in ((100, 120) if more else (120,))
    ran, seen = run(-1)
    assert ran.code == 0
    assert f"{kept} of 300 markers are in {part} already" in ran.err
    assert seen == (8 if more else 6)
    assert not part.exists()
    for name in ("beta", "p_wald", "h2"):
        np.testing.assert_allclose(
            column(rows_of(out), name), column(rows_of(whole), name), rtol=1e-8
        )
    ran, _ = run(2)
    ran = shell("scan", *files(folder), *more, "--h2", "null", "--out", out)
    assert ran.code == 2
    assert "on other input: h changed" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (("--json",), "a scan is written as CSV: --json is given", 2),
        (("--ml",), "the Wald test is by REML", 2),
        (("--out", "x.txt"), "a scan is written as CSV: x.txt is not", 2),
        (("--h2", "2"), "h is refit, null or a number from 0 to 1", 2),
        (("--threshold", "many"), "a whole number is needed", 2),
        (("--threshold", "5"), "needs at least 19 permutations", 1),
    ],
)
def test_what_makes_no_sense_is_refused(shell, data, arguments, message, code):
    ran = shell("scan", *files(data[0]), *arguments)
    assert ran.code == code
    assert message in " ".join(ran.err.split())


def test_files_that_do_not_do_are_refused(shell, data, tmp_path):
    folder = data[0]
    kinship = tmp_path / "K.csv"
    ids = [f"i{i}" for i in range(10)]
    kinship.write_text(
        "id,"
        + ",".join(ids)
        + "\n"
        + "".join(f"{a}," + ",".join(str(int(a == b)) for b in ids) + "\n" for a in ids)
    )
    ran = shell("scan", *files(folder), "--kinship", kinship, "--loco")
    assert ran.code == 2
    assert "a kinship must be given for each chromosome" in " ".join(ran.err.split())
    ran = shell("scan", "--pheno", folder / "pheno.csv", "--kinship", kinship)
    assert ran.code == 2
    assert "a scan needs genotypes" in ran.err
    other = tmp_path / "other.csv"
    other.write_text("id,weight\n" + "".join(f"x{i},{i * i}\n" for i in range(9)))
    ran = shell("scan", "--geno", folder / "d.bed", "--pheno", other)
    assert ran.code == 1


def test_probabilities_below_those_of_a_float():
    assert probability(np.log(0.25)) == pytest.approx(0.25)
    assert probability(-5000.0 * np.log(10.0)) == "1e-5000"
    assert np.isnan(probability(float("nan")))
    assert scan_command.COMMAND.name == "scan"
