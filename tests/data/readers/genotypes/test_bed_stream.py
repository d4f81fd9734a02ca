"""Genotypes left on disk: against bed-reader's, and in a scan."""

import gzip
import shutil

import numpy as np
import pytest

from lmm_core import DataError, scan_markers
from lmm_core.genotypes import Subset
from lmm_core.simulate.families import full_sib_families
from lmm_data.readers.genotypes.bed_stream import open_bed_genotypes
from lmm_data.readers.genotypes.plink import read_plink, read_plink_files
from lmm_data.tables import MISSING_COUNT
from tests.places import FORMATS, SAMPLES


def copied(folder, name="gap"):
    for kind in ("bed", "bim", "fam"):
        shutil.copy(FORMATS / f"{name}.{kind}", folder / f"{name}.{kind}")
    return folder / f"{name}.bed"


@pytest.fixture(scope="module")
def mice(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mice")
    for kind in ("bed", "bim", "fam"):
        packed = SAMPLES / f"mouse_hs1940.{kind}.gz"
        (folder / f"mice.{kind}").write_bytes(gzip.decompress(packed.read_bytes()))
    return folder / "mice.bed"


@pytest.mark.parametrize("name", ["gap", "toy"])
def test_blocks_are_those_of_the_whole(name):
    paths = [FORMATS / f"{name}.{kind}" for kind in ("bed", "bim", "fam")]
    whole = read_plink_files(*paths).genotypes
    stream = open_bed_genotypes(paths[0])
    assert stream.ids == whole.ids
    assert stream.markers == whole.markers
    assert stream.chromosome == whole.chromosome
    np.testing.assert_array_equal(stream.position, whole.position)
    assert stream.shape == (whole.n, whole.m)
    values = whole.counts
    assert name != "gap" or (values == MISSING_COUNT).any()
    np.testing.assert_array_equal(stream[:, :], values)
    np.testing.assert_array_equal(stream[:, 2:5], values[:, 2:5])
    np.testing.assert_array_equal(stream[1:3, 1:2], values[1:3, 1:2])
    assert stream[:, 3:3].shape == (whole.n, 0)


def test_alleles_are_columns_5_and_6(tmp_path):
    bed = copied(tmp_path)
    rows = [line.split() for line in bed.with_suffix(".bim").read_text().splitlines()]
    stream = open_bed_genotypes(bed)
    assert stream.allele1 == tuple(row[4] for row in rows)
    assert stream.allele0 == tuple(row[5] for row in rows)


def test_individuals_are_taken_in_any_order(mice):
    whole, _ = read_plink(SAMPLES / "mouse_hs1940")
    rows = np.random.default_rng(1).permutation(whole.n)[:33]
    stream = open_bed_genotypes(mice)
    every = np.arange(whole.m)
    for source in (stream, whole):
        chosen = Subset(source, every, rows)
        assert chosen.shape == (33, whole.m)
        np.testing.assert_array_equal(chosen[:, 500:600], whole.counts[rows, 500:600])
        np.testing.assert_array_equal(chosen[3:5, 7:9], whole.counts[rows[3:5], 7:9])
        again = Subset(chosen, every[::2], np.arange(33)[::-2])
        np.testing.assert_array_equal(again[:, 7:9], whole.counts[rows[::-2]][:, [14, 16]])
        # Of an individual with two records.
        twice = rows[[5, 0, 5]]
        np.testing.assert_array_equal(
            Subset(source, every, twice)[:, 7:9], whole.counts[twice, 7:9]
        )


def test_a_scan_takes_them(mice):
    whole, _ = read_plink(SAMPLES / "mouse_hs1940")
    K = full_sib_families(12, 5).K
    y = np.random.default_rng(2).standard_normal(60)
    every, rows = np.arange(whole.m), np.arange(60)
    held = scan_markers(whole.dosages()[:60], y, None, K)
    for source in (open_bed_genotypes(mice), whole):
        scan = scan_markers(Subset(source, every, rows), y, None, K)
        np.testing.assert_array_equal(scan.log_p_wald, held.log_p_wald)
        assert scan.m == 12_226


def test_files_that_do_not_fit_are_refused(tmp_path):
    bed = copied(tmp_path)
    stream = open_bed_genotypes(bed)
    content = bed.read_bytes()
    bed.write_bytes(content[:-1])
    with pytest.raises(DataError, match=r"gap\.bed: the bed file must hold .* it has"):
        open_bed_genotypes(bed)
    with pytest.raises(DataError, match="has become shorter"):
        stream[:, :]
    bed.write_bytes(b"\x6c\x1b\x00" + content[3:])
    with pytest.raises(DataError, match="must begin with the bytes 6c 1b 01: these are 6c 1b 00"):
        open_bed_genotypes(bed)
    bed.unlink()
    with pytest.raises(DataError, match="cannot be read any more"):
        stream[:, :]
    with pytest.raises(DataError, match=r"there is neither gap\.bed nor gap\.bed\.gz"):
        open_bed_genotypes(bed)
    (tmp_path / "gap.bed.gz").write_bytes(gzip.compress(content))
    with pytest.raises(
        DataError, match="must not be compressed: these are, by gzip; decompress them"
    ):
        open_bed_genotypes(tmp_path / "gap.bed.gz")


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        ("bim", lambda text: text.replace("\t", " ", 9)[: text.rindex("\t")], "or more fields"),
        ("fam", lambda text: "", "it is empty"),
        (
            "bim",
            lambda text: "\n".join(
                "\t".join([*row.split()[:3], "far", *row.split()[4:]]) for row in text.splitlines()
            ),
            "line 1, column “position” holds “far”",
        ),
    ],
)
def test_damaged_tables_are_refused(tmp_path, kind, change, message):
    bed = copied(tmp_path)
    file = bed.with_suffix(f".{kind}")
    file.write_text(change(file.read_text()))
    with pytest.raises(DataError, match=message):
        open_bed_genotypes(bed)
