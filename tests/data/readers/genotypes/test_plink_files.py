"""PLINK's three files as bytes; by path they are test_readers_plink.py's."""

import gzip
import io
import sys
import tempfile

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.genotypes.plink import (
    read_fam_sex,
    read_plink,
    read_plink_files,
)
from lmm_data.readers.reading import missing_met
from tests.places import FORMATS

KINDS = ("bed", "bim", "fam")
TOY = {kind: (FORMATS / f"toy.{kind}").read_bytes() for kind in KINDS}
GLUCOSE = (FORMATS / "toy.glucose.fam").read_bytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, io.BytesIO])
def test_bytes_give_what_paths_give(pack):
    genotypes, _ = read_plink(FORMATS / "toy")
    made = read_plink_files(*(pack(TOY[kind]) for kind in KINDS))
    assert (made.kind, made.name) == ("genotypes", "the bed file")
    for name in ("ids", "markers", "chromosome"):
        assert getattr(made.genotypes, name) == getattr(genotypes, name)
    for name in ("position", "position_cm", "counts"):
        np.testing.assert_array_equal(getattr(made.genotypes, name), getattr(genotypes, name))
    assert made.genotypes.counts.dtype == np.int8
    assert read_plink_files(*(FORMATS / f"toy.{kind}" for kind in KINDS)).name == "toy.bed"


def test_sex_is_a_covariate():
    made = read_plink_files(**TOY)
    assert made.covariates.columns == ("sex",)
    assert made.covariates.entries == read_fam_sex(FORMATS / "toy.fam").entries
    assert "sex is column 5 of the fam file, 1 for males and 0 for females" in made.notes
    unknown = b"".join(b"%s 0 -9\n" % line[: -len(b" 1 -9")] for line in TOY["fam"].splitlines())
    assert read_plink_files(TOY["bed"], TOY["bim"], unknown).covariates is None


def test_phenotypes_of_the_fam_file():
    none = read_plink_files(**TOY)
    assert none.table is None
    assert "the fam file has no phenotypes: each is −9 or NA" in none.notes
    some = read_plink_files(TOY["bed"], TOY["bim"], GLUCOSE)
    assert some.notes[0].startswith("−9 stands 2 times in “pheno1” of the fam file and is")
    _, expected = read_plink(FORMATS / "toy")
    assert some.table.ids == expected.ids
    assert missing_met(some.table) == (("-9", 2),)
    assert some.table.numbers().values[:, 0].tolist()[:2] == [2.323, 4.2954]
    assert np.isnan(some.table.numbers().values).sum() == 2


def test_repeated_iids_get_their_fid():
    made = read_plink_files(*(FORMATS / f"gap.{kind}" for kind in KINDS))
    assert made.genotypes.ids == made.table.ids == ("A_1", "A_2", "B_1", "B_3")
    assert made.notes[0].startswith("the IIDs of gap.fam repeat, “1”: individuals are named FID_")
    assert read_plink(FORMATS / "gap")[1].ids == made.table.ids


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read_plink_files(**TOY)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DataError):
        read_plink_files(TOY["bed"][:-1], TOY["bim"], TOY["fam"])
    assert list(tmp_path.iterdir()) == []


def test_without_bed_reader(monkeypatch):
    monkeypatch.setitem(sys.modules, "bed_reader", None)
    with pytest.raises(DataError, match=r"which is not there: pip install bed-reader$"):
        read_plink_files(**TOY)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"bed": TOY["bed"][:-1]},
            r"^the bed file: the bed file must hold 13 individuals \(fam\) x 160 markers \(bim\), "
            r"that is 643 bytes: it has 642; use the three files of one data set$",
        ),
        (
            {"bed": TOY["bim"]},
            r"^the bed file: a bed file must begin with the bytes 6c 1b 01: these",
        ),
        ({"bed": b""}, r"these are none; convert it"),
        (
            {"bim": b""},
            r"^the bim file: the file must have one line for each entry: it is empty; check",
        ),
        (
            {"fam": b""},
            r"^the fam file: the file must have one line for each entry: it is empty; check",
        ),
        ({"fam": TOY["bim"]}, r"160 individuals \(fam\) x 160 markers \(bim\), that is 6403 bytes"),
        ({"fam": TOY["bed"]}, r"^the fam file: the file must be text: it is PLINK genotypes"),
        (
            {"fam": TOY["fam"].replace(b"fa2", b"fa1")},
            r"^the fam file: each individual must have its own FID and IID: “FA_fa1” more than",
        ),
        ({"fam": TOY["fam"][:-4]}, r"the same 6 or more fields: line 13 has 5, the first 6; write"),
        ({"bim": TOY["bim"].replace(b"1000", b"x", 1)}, r"line 1, column “position” holds “x”"),
        (
            {"bed": gzip.compress(TOY["bed"])[:-9]},
            r"^the bed file: the gzip-compressed file is dam",
        ),
    ],
)
def test_refuses(changes, message):
    with pytest.raises(DataError, match=message):
        read_plink_files(**{**TOY, **changes})
