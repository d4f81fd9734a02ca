import gzip
import io

import pytest

from lmm_core.errors import DataError
from lmm_data.readers.genotypes.plink import read_plink
from lmm_data.readers.genotypes.plink_tables import fields, read_plink_table
from lmm_data.readers.reading import missing_met
from tests.places import FORMATS
from tests.reading import called

STANDS = "−9 stands 2 times in “glucose” of toy.pheno.txt"


def test_the_same_covariates_from_both_plinks():
    ids = read_plink(FORMATS / "toy")[0].ids
    ours = read_plink_table(FORMATS / "toy.pheno.txt")
    assert ours.table.ids == ids
    assert ours.table.columns == ("weight", "glucose")
    assert dict(missing_met(ours.table)) == {"NA": 1, "-9": 2}
    assert ours.notes == (f"{STANDS} and is missing there, as PLINK writes it",)
    expected = ours.table.numbers().values
    # PLINK 1.9 writes what is missing as -9, PLINK 2 as NA.
    one = read_plink_table(FORMATS / "toy.plink1.cov")
    two = read_plink_table(FORMATS / "toy.plink2.cov")
    assert (missing_met(one.table), missing_met(two.table)) == ((("-9", 3),), (("NA", 3),))
    for made in (one, two):
        assert made.format == "PLINK’s table, a header, FID and IID on the left"
        assert made.table.ids == ids
        assert made.table.columns == ours.table.columns
        assert str(made.table.numbers().values) == str(expected)


def test_minus_nine_is_missing_however_it_is_spelt():
    spelt = read_plink_table(b"F a -9.0\nF b -90\nF c -9e0\n")
    assert sorted(missing_met(spelt.table)) == [("-9.0", 1), ("-9e0", 1)]
    assert spelt.table.numbers().column("pheno1")[1] == -90


def test_no_header():
    made = read_plink_table(FORMATS / "toy.bare.txt")
    assert made.table.columns == ("pheno1", "pheno2")
    assert made.format == "PLINK’s table, no header, FID and IID on the left"
    assert made.table.n == 13


@pytest.mark.parametrize("pack", [bytes, gzip.compress, io.BytesIO])
@pytest.mark.parametrize(
    ("data", "ids", "columns"),
    [
        (b"#IID\tbmi\na\t1\nb\t2\n", ("a", "b"), ("bmi",)),
        (b"#FID\tIID\tSID\tbmi\nF\ta\t1\t1\nF\tb\t1\t2\n", ("a", "b"), ("bmi",)),
        (b"IID FID bmi\na F 1\nb F 2\n", ("a", "b"), ("bmi",)),
        (b"fid iid bmi\r\nF a 1\r\nF b 2\r\n", ("a", "b"), ("bmi",)),
        (b"\xef\xbb\xbfFID IID bmi\nF a 1\nF b 2", ("a", "b"), ("bmi",)),
        (b"F 001 1\nF 1 NA\n", ("001", "1"), ("pheno1",)),
        (b"F NA NA\nF b 2\n", ("NA", "b"), ("pheno1",)),
        (b"F1 a 1\nF2 a 2\n", ("F1_a", "F2_a"), ("pheno1",)),
        (b"F a case\nF b control\n", ("a", "b"), ("pheno1",)),
    ],
)
def test_dresses(pack, data, ids, columns):
    made = read_plink_table(pack(data)).table
    assert made.ids == ids
    assert made.columns == columns


def test_guesses_are_noted():
    made = read_plink_table(called("mice", b"family animal bmi\nF a 1\nF b 2\n"))
    assert made.table.columns == ("bmi",)
    assert made.notes == (
        "the first line of mice holds no number and is taken for a header, the first two columns "
        "for FID and IID",
    )
    repeated = read_plink_table(called("mice", b"F1 a 1\nF2 a 2\n"))
    assert repeated.notes == (
        "the IIDs of mice repeat, “a”: individuals are named FID_IID, as they must be in the other "
        "files",
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"",
            r"^mice: the file must hold a line for each individual: it is empty; check",
        ),
        (
            b"F a\nF b\n",
            r"^mice: FID and IID must be followed by columns, and a header by lines: there are 0 "
            r"columns and 2 lines; write the table again$",
        ),
        (b"FID IID bmi\n", r"there are 1 columns and 0 lines"),
        (b"a\n", r"there are 0 columns and 1 lines"),
        (
            b"FID IID bmi\nF a 1\nF b 1 2\n",
            r"^mice: every line must have as many fields as the first, 3: line 3 has 4; write "
            r"missing entries as NA, and no spaces in names$",
        ),
        (
            b"FID IID bmi bmi\nF a 1 2\n",
            r"^mice: each column must have its own name: “bmi” is given 2",
        ),
        (
            b"F a 1\nF a 2\n",
            r"^mice: each individual must have its own FID and IID: “F_a” more than",
        ),
        (b"#IID x\na 1\na 2\n", r"its own FID and IID: “a” more than once"),
        (b"F a_b 1\nF_a b 2\nF a_b 3\n", r"“F_a_b” more than once"),
        (
            b"F a \xe4\n",
            r"^mice: the file must be text in UTF-8: after line 0 it holds the byte 0xe4",
        ),
        (
            b"PK\x03\x04",
            r"^mice: the file must be text: it is a zip archive or a spreadsheet; save",
        ),
    ],
)
def test_refuses(data, message):
    with pytest.raises(DataError, match=message):
        read_plink_table(called("mice", data))


def test_different_pairs_that_spell_alike_together_are_refused():
    """F + a_b and F_a + b are both F_a_b: neither IIDs nor the two together tell them apart."""
    with pytest.raises(DataError, match=r"its own FID and IID: “F_a_b” more than once"):
        read_plink_table(called("mice", b"F a_b 1\nF_a b 2\nG a_b 3\n"))


def test_no_such_file(tmp_path):
    with pytest.raises(DataError, match=r"^no\.txt: the file cannot be read: No such file"):
        read_plink_table(tmp_path / "no.txt")


@pytest.mark.parametrize("limits", [{"most": 5}, {"most_lines": 1}])
def test_limits_on_what_is_split(limits):
    with pytest.raises(
        DataError, match=r"^mice: there is more in the file than is read here: line"
    ):
        list(fields(b"1 2 3\n4 5 6\n", "mice", **limits))


def test_a_small_file_that_unpacks_to_a_large_one():
    with pytest.raises(DataError, match=r"^mice: a file may unpack to 200 times its size"):
        read_plink_table(called("mice", gzip.compress(bytes(70 << 20), 1)))
    with pytest.raises(
        DataError, match=r"there is more in the file than is read here: line 1 goes"
    ):
        read_plink_table(called("mice", gzip.compress(b"1 " * (9 << 20), 1)))
