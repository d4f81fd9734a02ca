"""scan --all-traits: its rows against `scan_traits`, stopped and gone on with, and refusals."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from lmm_cli import scan_traits as command
from lmm_core import centered_kinship
from lmm_core.scan import (
    scan_traits,
    scan_traits_loco,
    trait_thresholds,
    trait_thresholds_loco,
)
from lmm_core.scan.traits import table
from lmm_data.written import numbers_csv
from tests.cli.test_scan import column, rows_of
from tests.cli_helpers import ROOT, Shell

N, M, TRAITS = 50, 60, 24
CHROMOSOMES = np.repeat(["1", "2", "X"], M // 3)
ALL = ("scan", "--all-traits")


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def write_data(folder, traits=TRAITS, seed=3):
    """Traits, two of which lack values, one of which is constant, and genotypes of a bed file."""
    rng = np.random.default_rng(seed)
    parents = rng.integers(0, 2, (N // 5, 4, M))
    pick = rng.random((2, N, M)) < 0.5
    own = parents[np.arange(N) // 5]
    G = np.where(pick[0], own[:, 0], own[:, 1]) + np.where(pick[1], own[:, 2], own[:, 3])
    bits = np.array([3, 2, 0], dtype=np.uint8)[G].T
    bits = np.pad(bits, ((0, 0), (0, -N % 4)))
    packed = sum(bits[:, k::4] << np.uint8(2 * k) for k in range(4))
    ids = [f"i{i}" for i in range(N)]
    (folder / "d.bed").write_bytes(b"\x6c\x1b\x01" + packed.astype(np.uint8).tobytes())
    (folder / "d.fam").write_text("".join(f"f {label} 0 0 0 -9\n" for label in ids))
    (folder / "d.bim").write_text(
        "".join(f"{c}\trs{k}\t0\t{100 * k + 1}\tA\tC\n" for k, c in enumerate(CHROMOSOMES))
    )
    Y = rng.standard_normal((N, traits)) + (np.arange(N) // 5 % 3)[:, np.newaxis] * rng.random(
        traits
    )
    Y[:, 1] += G[:, 10]
    Y[[3, 4], 5] = np.nan
    Y[9, 6] = np.nan
    Y[:, 7] = 2.0
    names = [f"t{j}" for j in range(traits)]
    (folder / "pheno.csv").write_text(numbers_csv(ids, names, Y))
    return ("--geno", folder / "d.bed", "--pheno", folder / "pheno.csv"), G.astype(float), Y


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("traits"))


def test_rows_are_those_of_scan_traits(shell, data, tmp_path):
    files, G, Y = data
    out = tmp_path / "peaks.csv"
    ran = shell(*ALL, *files, "--above", "1.5", "--threshold", "99", "--seed", "4", "--out", out)
    assert ran.code == 0
    K = centered_kinship(G[:, (G.std(axis=0) > 0) & (CHROMOSOMES != "X")])
    peaks, pairs = scan_traits(Y, G, None, K, above=1.5)
    rows = rows_of(out)
    assert [row["trait"] for row in rows] == [f"t{j}" for j in range(TRAITS)]
    for name, values in (
        *(("n", peaks.n), ("h2", peaks.h2), ("lod", peaks.lod), ("r2", peaks.r2), ("f", peaks.f)),
        *(("p_wald", np.exp(peaks.log_p)), ("beta", peaks.beta), ("se", peaks.se_beta)),
    ):
        np.testing.assert_allclose(column(rows, name), values, rtol=1e-6, err_msg=name)
    assert [row["kind"] for row in rows] == peaks.kind.tolist()
    assert (rows[7]["kind"], rows[7]["rs"], rows[7]["lod"]) == ("explained", "NA", "NA")
    assert rows[1]["rs"] == f"rs{peaks.place[1]}"
    assert rows[1]["chr"] == CHROMOSOMES[peaks.place[1]]
    assert "23 traits of 50 individuals scanned at 60 markers" in ran.words
    assert "Not scanned: 1 explained" in ran.words
    drawn = trait_thresholds(
        peaks, Y, G, None, K, draws=1980, permutations=99, rng=np.random.default_rng(4)
    )
    np.testing.assert_allclose(column(rows, "threshold"), drawn.lod, atol=1e-6)
    assert {row["permuted"] for row in rows} <= {"yes", "no"}
    above = int(np.sum(peaks.lod > drawn.lod))
    assert f"{above} trait" in ran.words
    found = rows_of(command.pairs_file(out))
    assert [row["trait"] for row in found] == [f"t{j}" for j in pairs.trait]
    assert [row["rs"] for row in found] == [f"rs{j}" for j in pairs.marker]
    np.testing.assert_allclose(column(found, "lod"), pairs.lod, rtol=1e-6)
    assert not (tmp_path / "peaks.csv.part").exists()


def test_loco_and_all_scores_in_a_store(shell, data, tmp_path):
    arrow = pytest.importorskip("pyarrow.parquet")
    files, G, Y = data
    out, store = tmp_path / "peaks.csv", tmp_path / "store"
    drawing = ("--threshold", "99", "--seed", "4")
    ran = shell(*ALL, *files, "--loco", *drawing, "--store", store, "--out", out)
    assert ran.code == 0
    peaks, _ = scan_traits_loco(Y, G, None, CHROMOSOMES)
    np.testing.assert_allclose(column(rows_of(out), "lod"), peaks.lod, rtol=1e-6)
    drawn = trait_thresholds_loco(
        peaks,
        *(Y, G, None, CHROMOSOMES),
        draws=1980,
        permutations=99,
        rng=np.random.default_rng(4),
    )
    np.testing.assert_allclose(column(rows_of(out), "threshold"), drawn.lod, atol=1e-6)
    assert "They depend on h beside each chromosome" in ran.words
    highest = np.full(TRAITS, np.nan)
    for path in store.glob("chromosome=*/*.parquet"):
        part = arrow.read_table(path, partitioning=None)
        lod = np.array(part["lod"].to_pylist(), dtype=float)
        assert lod.shape[1] == M // 3
        places = [int(name[1:]) for name in part["trait"].to_pylist()]
        highest[places] = np.fmax(highest[places], np.fmax.reduce(lod, axis=1))
    np.testing.assert_allclose(highest, peaks.lod, rtol=1e-4)
    markers = arrow.read_table(store / "_markers.parquet")
    assert markers["marker"].to_pylist()[:2] == ["rs0", "rs1"]
    again = shell(*ALL, *files, "--loco", "--store", store, "--out", out)
    assert again.code == 2
    assert "a store takes a folder of its own: something is in it" in " ".join(again.err.split())


class Stopping:
    """A unit after the other, and Ctrl-C after a few."""

    def __init__(self, after):
        self.after, self.seen, self.whole = after, 0, table.scan_unit

    def __call__(self, unit, tell, **options):
        if self.seen == self.after:
            raise KeyboardInterrupt
        self.seen += 1
        return self.whole(unit, tell, **options)


@pytest.mark.parametrize("more", [(), ("--loco",)])
def test_stopped_it_goes_on_to_the_same_bytes(shell, data, tmp_path, monkeypatch, more):
    files = data[0]
    monkeypatch.setattr(table, "UNIT_TRAITS", 7)

    def run(name, after):
        with monkeypatch.context() as patch:
            units = Stopping(after)
            patch.setattr(table, "scan_unit", units)
            folder = tmp_path / name
            options = ("--above", "1", "--store", folder, "--out", tmp_path / f"{name}.csv")
            options += ("--threshold", "19")
            return shell(*ALL, *files, *more, *options), units.seen

    whole, count = run("whole", -1)
    assert whole.code == 0
    # Four units of those who have all, and one for each pattern of missing values.
    assert count == 6 * (3 if more else 1)
    ran, _ = run("part", 3)
    assert ran.code == 130
    assert "are kept in" in " ".join(ran.err.split())
    assert not (tmp_path / "part.csv").exists()
    (next(iter(sorted((tmp_path / "part").rglob("traits-*"))))).unlink()
    ran, seen = run("part", -1)
    assert ran.code == 0
    # One of the three files was lost.
    assert seen == count - 2
    for name in ("{}.csv", "{}.pairs.csv"):
        one, two = (tmp_path / name.format(word) for word in ("whole", "part"))
        assert one.read_bytes() == two.read_bytes()
    kept = sorted(
        path.relative_to(tmp_path / "whole") for path in (tmp_path / "whole").rglob("*.parquet")
    )
    assert len(kept) == count + 1
    for path in kept:
        assert (tmp_path / "whole" / path).read_bytes() == (tmp_path / "part" / path).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--trait", "t1"), "--all-traits scans every trait, and --trait one of them"),
        (("--h2", "refit"), "at its own h without markers: --h2 refit is given"),
        (("--tests", "lrt"), "at its own h without markers: --tests is given"),
        (("--above", "3"), "--above goes with a file of the peaks: none is named"),
        (("--store", "x"), "--store goes with a file of the peaks: none is named"),
        (("--above", "-1"), "a LOD score is a number of at least 0"),
        (("--json",), "a scan is written as CSV: --json is given"),
    ],
)
def test_what_makes_no_sense_is_refused(shell, data, arguments, message):
    ran = shell(*ALL, *data[0], *arguments)
    assert ran.code == 2
    assert message in " ".join(ran.err.split())


def test_what_is_for_all_traits_is_refused_of_one(shell, data, tmp_path):
    ran = shell("scan", *data[0], "--above", "3", "--out", tmp_path / "x.csv")
    assert ran.code == 2
    assert "--above is for the scans of all traits: --all-traits is not given" in " ".join(
        ran.err.split()
    )


def test_sigterm_loses_nothing(shell, tmp_path):
    """Each trait lacks another individual, so that each takes a decomposition of its own."""
    files, _, Y = write_data(tmp_path, 60)
    Y[np.arange(60) % N, np.arange(60)] = np.nan
    Y[(7 * np.arange(60) + 1) % N, np.arange(60)] = np.nan
    names, ids = [f"t{j}" for j in range(60)], [f"i{i}" for i in range(N)]
    (tmp_path / "pheno.csv").write_text(numbers_csv(ids, names, Y))

    def arguments(name):
        return [*ALL, *files, "--store", tmp_path / name, "--out", tmp_path / f"{name}.csv"]

    command = [sys.executable, "-m", "lmm_cli", *map(str, arguments("part"))]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT, text=True)
    part = tmp_path / "part.csv.part"
    for _ in range(3000):
        if part.exists() and part.read_bytes().count(b"\n") > 5:
            break
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 143
    assert "lmm: note: the traits have" in said
    kept = int(re.search(r"(\d+) of 60 traits are kept in", said)[1])
    assert 4 < kept < 60
    gone_on, whole = (shell(*arguments(name)) for name in ("part", "whole"))
    assert (gone_on.code, whole.code) == (0, 0)
    # One more may have been written when the signal came.
    assert kept <= int(re.search(r"(\d+) of 60 traits are in", gone_on.err)[1]) < 60
    files = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert len(files) > 40
    for file in files:
        assert (tmp_path / "whole" / file).read_bytes() == (tmp_path / "part" / file).read_bytes()
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "part.csv").read_bytes()


@pytest.mark.filterwarnings("default")
def test_on_a_cluster_a_worker_that_dies_takes_nothing_with_it(shell, data, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(table, "UNIT_TRAITS", 4)
    files, *_ = write_data(tmp_path, 120)
    local = {"processes": True, "dashboard_address": None, "host": "127.0.0.1"}
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, silence_logs=50, **local
    ) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]

        def kill(part):
            for _ in range(6000):
                if part.exists() and part.read_bytes().count(b"\n") > 5:
                    break
                time.sleep(0.005)
            killed.append(part.read_bytes().count(b"\n"))
            os.kill(pids[0], signal.SIGKILL)

        killed = []
        for name in ("whole", "killed"):
            out = tmp_path / f"{name}.csv"
            if name == "killed":
                thread = threading.Thread(target=kill, args=(tmp_path / "killed.csv.part",))
                thread.start()
            ran = shell(*ALL, *files, "--dask", cluster.scheduler_address, "--out", out)
            assert ran.code == 0
        thread.join()
    assert 5 < killed[0] < 30
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "killed.csv").read_bytes()
    monkeypatch.setattr(command, "PATIENCE", 0.1)
    ran = shell(*ALL, *files, "--dask", "tcp://127.0.0.1:1", "--out", tmp_path / "x.csv")
    assert ran.code == 2
    assert "a scheduler of Dask must answer: none did within 0.1 seconds" in " ".join(
        ran.err.split()
    )
