import gzip
import tempfile

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.genotypes.plink import read_fam, read_plink
from lmm_data.tables import MISSING_COUNT

FAM = (
    "F1 m1 0 0 1 1.5 NA\nF1 m2 0 0 2 -9 0\nF2 m3 0 0 0 NA 2e-1\nF2 001 p q 1 4 1\nF3 5 p q 2 5 1\n"
)
BIM = "1 rs1 0 100 A G\n1 . 1.5 -9 C T\nX rs3 2.25 0 A T\n"
# Five individuals need two bytes a marker; two bits each, the first individual lowest:
# 00 = two copies of allele 1, 10 = one, 11 = none, 01 = missing.
COUNTS = [[2, 0, 1], [1, 0, 2], [0, MISSING_COUNT, 1], [MISSING_COUNT, 2, 0], [2, 1, 2]]
BED = bytes([0x6C, 0x1B, 0x01, 0b01111000, 0b00, 0b00011111, 0b10, 0b11100010, 0b00])


@pytest.fixture
def files(tmp_path):
    def write(bed=BED, bim=BIM, fam=FAM, packed=()):
        contents = {"bed": bed, "bim": bim.encode(), "fam": fam.encode()}
        for kind, content in contents.items():
            if kind in packed:
                (tmp_path / f"my.mice.{kind}.gz").write_bytes(gzip.compress(content))
            else:
                (tmp_path / f"my.mice.{kind}").write_bytes(content)
        return tmp_path / "my.mice"

    return write


@pytest.mark.parametrize("packed", [(), ("bed",), ("bed", "bim", "fam")])
@pytest.mark.parametrize("suffix", ["", ".bed", ".bed.gz"])
def test_reads_plain_and_compressed_files_by_prefix_or_bed(files, packed, suffix):
    prefix = files(packed=packed)
    genotypes, phenotypes = read_plink(f"{prefix}{suffix}")
    assert genotypes.counts.dtype == np.int8
    np.testing.assert_array_equal(genotypes.counts, COUNTS)
    assert genotypes.ids == phenotypes.ids == ("m1", "m2", "m3", "001", "5")
    assert genotypes.markers == ("rs1", ".", "rs3")
    assert genotypes.chromosome == ("1", "1", "X")
    np.testing.assert_array_equal(genotypes.position, [100, np.nan, np.nan])
    np.testing.assert_array_equal(genotypes.position_cm, [0, 1.5, 2.25])
    assert phenotypes.columns == ("pheno1", "pheno2")
    assert phenotypes.name.removesuffix(".gz") == "my.mice.fam"


def test_na_and_minus_nine_are_missing(files):
    _, phenotypes = read_plink(files())
    np.testing.assert_array_equal(
        phenotypes.values, [[1.5, np.nan], [np.nan, 0], [np.nan, 0.2], [4, 1], [5, 1]]
    )


def test_the_temporary_folder_is_removed(files, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    read_plink(files(packed=("bed",)))
    assert list(scratch.iterdir()) == []
    with pytest.raises(DataError, match="9 bytes: it has 8"):
        read_plink(files(bed=BED[:-1], packed=("bed",)))
    assert list(scratch.iterdir()) == []


def test_genetic_map_of_zeros_is_unknown(files):
    genotypes, _ = read_plink(files(bim=BIM.replace("1.5", "0").replace("2.25", "0")))
    assert np.isnan(genotypes.position_cm).all()


def test_sex_as_a_covariate(files):
    made = read_fam(files().with_name("my.mice.fam")).covariates.numbers()
    assert made.columns == ("sex",)
    np.testing.assert_array_equal(made.column("sex"), [1, 0, np.nan, 1, 0])


@pytest.mark.parametrize(
    ("codes", "values"),
    [
        ("1 2 0 2 -9", [1, 2, np.nan, 2, np.nan]),
        # Without a case these may be the numbers 0 and 1, as GCTA has them.
        ("1 0 0 1 NA", [1, 0, 0, 1, np.nan]),
        ("0 1 2 3 -9", [0, 1, 2, 3, np.nan]),
    ],
)
def test_zero_is_neither_a_case_nor_a_control(codes, values):
    lines = [f"f m{k} 0 0 1 {code} {code}" for k, code in enumerate(codes.split())]
    made = read_fam("\n".join(lines).encode())
    assert made.table is not None
    numbers = made.table.numbers()
    np.testing.assert_array_equal(numbers.column("pheno1"), values)
    # Behind column 6 stand GEMMA's phenotypes.
    assert numbers.column("pheno2")[codes.split().index("0")] == 0
    said = "0 is missing in “pheno1”, where 1 is a control and 2 a case"
    assert (said in made.notes) == bool(np.isnan(values[2]))


@pytest.mark.parametrize("kind", ["bed", "bim", "fam"])
def test_missing_file(files, kind):
    prefix = files()
    prefix.with_name(f"my.mice.{kind}").unlink()
    with pytest.raises(DataError, match=rf"neither my\.mice\.{kind} nor my\.mice\.{kind}\.gz; put"):
        read_plink(prefix)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"fam": FAM.replace("m2", "m1")},
            r"my\.mice\.fam: each individual must have its own FID and IID: “F1_m1” more than once",
        ),
        (
            {"fam": FAM.replace("2e-1", "high")},
            r"my\.mice\.fam: .*: row “m3”, column “pheno2” holds “high”; code categories",
        ),
        ({"fam": FAM.replace(" NA\n", "\n")}, r"line 2 has 7, the first 6; write missing"),
        ({"fam": "F1 m1 0 0 1\n"}, r"the same 6 or more fields: line 1 has 5"),
        ({"fam": "\n"}, r"my\.mice\.fam: .* it is empty"),
        (
            {"bim": BIM.replace("-9", "?")},
            r"my\.mice\.bim: .* line 2, column “position” holds “\?”",
        ),
        ({"bim": BIM.replace("2.25", "x")}, r"line 3, column “centimorgans” holds “x”"),
        (
            {"bim": BIM + "2 rs4 0 1 A C\n"},
            r"5 individuals \(fam\) x 4 markers \(bim\), that is 11 bytes: it has 9; use the three",
        ),
        ({"fam": FAM.replace("F3 5 p q 2 5 1\n", "")}, r"4 individuals .* 6 bytes: it has 9"),
        ({"bed": BED[:-1]}, r"9 bytes: it has 8"),
        ({"bed": b"BM" + BED[2:]}, r"must begin with the bytes 6c 1b 01: these are 42 4d 01;"),
        ({"bed": BED[:2] + b"\x00" + BED[3:]}, r"these are 6c 1b 00; convert it"),
        ({"bed": b""}, r"these are none"),
    ],
)
def test_read_plink_refuses(files, changes, message):
    with pytest.raises(DataError, match=message):
        read_plink(files(**changes))


@pytest.mark.parametrize(("kind", "other"), [("bed", "must begin with"), ("fam", "the same 6")])
def test_damaged_compressed_file(files, kind, other):
    prefix = files(packed=(kind,))
    file = prefix.with_name(f"my.mice.{kind}.gz")
    file.write_bytes(file.read_bytes()[:-12])
    with pytest.raises(DataError, match=rf"my\.mice\.{kind}\.gz: the gzip-compressed file is dam"):
        read_plink(prefix)
    file.write_bytes(b"not compressed")
    with pytest.raises(DataError, match=rf"my\.mice\.{kind}\.gz: .*{other}"):
        read_plink(prefix)
