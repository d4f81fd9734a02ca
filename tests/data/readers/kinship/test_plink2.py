import struct

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_core.kinship import centered_kinship, standardized_kinship
from lmm_data.readers.genotypes.plink import read_plink
from lmm_data.readers.kinship.pair_tables import read_kin0
from lmm_data.readers.kinship.plink2 import (
    read_king,
    read_king_bin,
    read_rel,
    read_rel_bin,
)
from tests.places import FORMATS

REL_IDS = FORMATS / "toy.rel.id"
KING_IDS = FORMATS / "toy.king.id"
SHAPES = {
    "square": "square",
    "square0": "square with zeros in the upper right",
    "triangle": "lower triangle",
}
IDS = b"#FID\tIID\nF1\ta\nF1\tb\n"
# PLINK writes six digits: half a unit of the last.
SIX_DIGITS = {"rtol": 5e-6}
OWN = "says nothing of an individual with itself: 0.5 is put there, that of one who is not inbred"


@pytest.fixture(scope="module")
def rel():
    return read_rel_bin(FORMATS / "toy.square.rel.bin", REL_IDS).kinship


@pytest.fixture(scope="module")
def king():
    return read_king_bin(FORMATS / "toy.square.king.bin", KING_IDS).kinship


@pytest.fixture(scope="module")
def genotypes():
    return read_plink(FORMATS / "toy")[0]


def relationships(name):
    return read_rel_bin(FORMATS / f"toy.{name}.rel.bin", REL_IDS).kinship.values


@pytest.mark.parametrize("shape", SHAPES)
def test_relationships_in_every_shape(rel, genotypes, shape):
    assert rel.ids == genotypes.ids
    text = read_rel(FORMATS / f"toy.{shape}.rel", REL_IDS)
    assert text.format == f"PLINK relationships, text, {SHAPES[shape]}"
    assert (text.kinship.ids, text.kinship.scale, text.notes) == (rel.ids, 1.0, ())
    np.testing.assert_allclose(text.kinship.values, rel.values, **SIX_DIGITS)
    binary = read_rel_bin(FORMATS / f"toy.{shape}.rel.bin", REL_IDS)
    assert binary.format == f"PLINK relationships, float64, {SHAPES[shape]}"
    np.testing.assert_array_equal(binary.kinship.values, rel.values)
    assert not binary.kinship.values.flags.writeable


def test_four_bytes_and_compressed_text(rel):
    single = read_rel_bin(FORMATS / "toy.bin4.rel.bin", REL_IDS)
    assert single.format == "PLINK relationships, float32, lower triangle"
    np.testing.assert_allclose(single.kinship.values, rel.values, rtol=2**-24)
    packed = read_rel(FORMATS / "toy.rel.gz")
    np.testing.assert_allclose(packed.kinship.values, rel.values, **SIX_DIGITS)
    assert packed.kinship.ids is None
    assert packed.notes == (
        "toy.rel.gz is read without ids: they must come from another file, in the same order",
    )


def test_definition_of_plink_without_missing_genotypes(genotypes):
    """PLINK divides by √(2p(1-p)), ours by the sample's deviation unless it is given the p."""
    x = genotypes.dosages()
    x = x[:, ~np.isnan(x).any(axis=0)]
    p = x.mean(axis=0) / 2
    varies = (p > 0) & (p < 1)
    assert (x.shape[1], varies.sum()) == (125, 124)
    ours = standardized_kinship(x[:, varies], frequency=p[varies]) * 124 / 125
    np.testing.assert_allclose(ours, relationships("whole"), atol=1e-13)
    # Not the same thing: 13 individuals are not in Hardy-Weinberg proportions.
    assert np.abs(standardized_kinship(x) - relationships("whole")).max() > 0.1


def test_definition_of_plink_with_missing_genotypes_at_the_mean(genotypes):
    x = genotypes.dosages()
    p = np.nanmean(x, axis=0) / 2
    varies = (p > 0) & (p < 1)
    ours = standardized_kinship(x[:, varies], frequency=p[varies]) * varies.mean()
    np.testing.assert_allclose(ours, relationships("meanimpute"), atol=1e-13)


def test_definition_of_plinks_covariance(genotypes):
    """`--make-rel cov` is our centred kinship, but over the markers that both of a pair have."""
    x = genotypes.dosages()
    present = (~np.isnan(x)).astype(float)
    ours = centered_kinship(x) * x.shape[1] / (present @ present.T)
    np.testing.assert_allclose(ours, relationships("cov"), atol=1e-13)


@pytest.mark.parametrize("shape", SHAPES)
def test_king_in_every_shape(king, genotypes, shape):
    assert king.ids == genotypes.ids
    assert king.scale == 2.0
    np.testing.assert_array_equal(np.diagonal(king.values), 0.5)
    text = read_king(FORMATS / f"toy.{shape}.king", KING_IDS)
    binary = read_king_bin(FORMATS / f"toy.{shape}.king.bin", KING_IDS)
    np.testing.assert_allclose(text.kinship.values, king.values, **SIX_DIGITS)
    np.testing.assert_array_equal(binary.kinship.values, king.values)
    for made in (text, binary):
        assert made.kinship.scale == 2.0
        assert made.format.endswith(SHAPES[shape])
        assert made.notes[:2] == (
            "KING’s numbers are coefficients of kinship, half of a relationship: doubled, they "
            "are one",
            "KING estimates each pair by itself: the coefficient is negative for 43 of 78 pairs, "
            "and the matrix need not be positive semi-definite",
        )
        assert [note.endswith(OWN) for note in made.notes[2:]] == [True] * (shape == "triangle")


def test_king_in_four_bytes(king):
    made = read_king_bin(FORMATS / "toy.bin4.king.bin", KING_IDS)
    np.testing.assert_allclose(made.kinship.values, king.values, rtol=2**-24)


def test_the_definition_of_king(king, genotypes):
    """Manichaikul et al. 2010, equation 11: between families, over the markers both have."""
    x = genotypes.dosages()
    for i, j in ((0, 1), (0, 8), (5, 6)):
        a, b = x[i], x[j]
        both = ~np.isnan(a) & ~np.isnan(b)
        a, b = a[both], b[both]
        fewer = min((a == 1).sum(), (b == 1).sum())
        distance = ((a - b) ** 2).sum()
        assert king.values[i, j] == pytest.approx(0.5 - distance / (4 * fewer), abs=1e-14)


def test_table_of_pairs(king):
    made = read_kin0(FORMATS / "toy.kin0")
    assert made.kinship.ids == king.ids
    np.testing.assert_allclose(made.kinship.values, king.values, **SIX_DIGITS)
    assert made.notes[2:] == (f"toy.kin0 {OWN}",)


def test_pairs_left_out_are_missing_and_said_to_be():
    made = read_kin0(FORMATS / "toy.close.kin0")
    assert made.kinship.ids == ("fa1", "fa2", "fa3", "fa4", "fb1", "fb2", "fb3", "fb4")
    between = np.isnan(made.kinship.values)
    assert between[:4, 4:].all()
    assert between.sum() == 32
    assert made.notes[2].startswith("16 of 28 pairs are not in toy.close.kin0, as --king-table")


@pytest.mark.parametrize(
    "table",
    [
        b"FID1 ID1 FID2 ID2 N_SNP HetHet IBS0 Kinship\nA 1 B 1 9 0.1 0.1 0.2\n",
        b"#FID1\tIID1\tFID2\tIID2\tKINSHIP\nB\t1\tA\t1\t0.2\n",
    ],
)
def test_kings_own_table_and_repeated_iids(table):
    made = read_kin0(table)
    assert sorted(made.kinship.ids) == ["A_1", "B_1"]
    np.testing.assert_array_equal(made.kinship.values, [[0.5, 0.2], [0.2, 0.5]])


def test_family_table_of_king():
    made = read_kin0(b"FID ID1 ID2 N_SNP Z0 Phi Kinship Error\nA 1 2 9 0 0.25 0.2441 0\n")
    assert sorted(made.kinship.ids) == ["1", "2"]
    assert made.kinship.values[0, 1] == 0.2441


def test_missing_coefficients_are_kept_as_missing():
    made = read_king(b"0.5 nan\n-nan 0.5\n")
    np.testing.assert_array_equal(made.kinship.values, [[0.5, np.nan], [np.nan, 0.5]])
    assert (
        "2 of the 4 entries of the coefficients are missing, the first that of row 1, column 2"
        in (made.notes)
    )
    own = read_king(b"nan 0.1\n0.1 nan\n").kinship.values
    np.testing.assert_array_equal(own, [[0.5, 0.1], [0.1, 0.5]])


def test_a_single_number_is_one_individual_or_one_pair():
    assert read_rel(b"1.02\n").kinship.values.tolist() == [[1.02]]
    assert read_king(b"0.2\n", IDS).kinship.values.tolist() == [[0.5, 0.2], [0.2, 0.5]]


def test_byte_order_mark_and_any_line_ends():
    made = read_rel(b"\xef\xbb\xbf1 0.2\r\n\r\n0.2 1\r\n", b"\xef\xbb\xbf#IID\r\na\r\nb")
    assert made.kinship.ids == ("a", "b")
    assert made.kinship.values.tolist() == [[1, 0.2], [0.2, 1]]


def test_nothing_is_made_symmetric():
    made = read_rel(b"1 0.2\n0.3 1\n")
    assert made.kinship.values.tolist() == [[1, 0.2], [0.3, 1]]


@pytest.mark.parametrize(
    ("read", "files", "message"),
    [
        (
            read_rel,
            (b"1 0 0\n0 1 0\n",),
            r"^the relationships: the rows must make a square or a lower triangle: row 1 of 2 has "
            r"3 entries, a square has 2 there and a triangle 1; write the matrix again, whole and "
            r"without names$",
        ),
        (read_rel, (b"1 0\n0 1 0\n",), r"row 2 of 2 has 3 entries, a square has 2 there and a"),
        (read_rel, (b"1\n0 1\n0 1\n",), r"row 3 of 3 has 2 entries, a square has 3 there"),
        (read_rel, (b"\n",), r"must hold a line for each individual: it is empty"),
        (
            read_rel,
            (b"1 0\n0 1,5\n",),
            r"^the relationships: entries must be numbers: line 2, entry 2 is “1,5”; "
            r"write missing values as NA, and a point for decimals$",
        ),
        (read_rel, (b"1 0\n0 1_0\n",), r"line 2, entry 2 is “1_0”"),
        (read_rel, (b"1 1\ninf 1\n",), r"must be finite: row 2, column 1 is inf; make the matrix"),
        (read_rel, (b"1 0\n0 1e999\n", IDS), r"must be finite: “b” with itself is inf"),
        (
            read_rel,
            (b"1\n0 1\n0 0 1\n", IDS),
            r"^the relationships: the matrix must have a row for each individual of its file of "
            r"ids: it has 3 individuals, the ids are 2; use the two files of one run$",
        ),
        (read_king, (b"0.1\n0.1 0.2\n", IDS), r"it has 3 individuals, the ids are 2"),
        (read_rel, (b"\x28\xb5\x2f\xfd",), r"must be text: it is compressed by zstd; unpack it"),
        (
            read_rel,
            (b"1 0\n0 \xff\n",),
            r"must be text in UTF-8: after line 0 it holds the byte 0xff",
        ),
        (
            read_rel_bin,
            (bytes(20), IDS),
            r"^the relationships: a matrix of 2 individuals must have 32 or 16 bytes as a square, "
            r"24 or 12 as a triangle: it has 20; use the file of ids of the same run$",
        ),
        (read_king_bin, (bytes(20), IDS), r"as a square, 8 or 4 as a triangle: it has 20"),
        (read_rel_bin, (struct.pack("<4d", 1, np.inf, 0, 1), IDS), r"“a” with “b” is inf"),
        (
            read_kin0,
            (b"#IID1 IID2 NSNP\na b 5\n",),
            r"^the pairs: a table of pairs must have the columns IID1, IID2 and KINSHIP: the first "
            r"line is “#IID1 IID2 NSNP”; write it with plink2 --make-king-table$",
        ),
        (read_kin0, (b"",), r"must have the columns IID1, IID2 and KINSHIP: the first line is “”"),
        (read_kin0, (b"#IID1 IID2 KINSHIP\n",), r"must hold a line for each pair: there are none"),
        (
            read_kin0,
            (b"#IID1 IID2 KINSHIP\na b 0.1\nb a 0.1\n",),
            r"^the pairs: each pair must be given once: “[ab]” with “[ab]” is given 2 times; keep",
        ),
        (
            read_kin0,
            (b"#IID1 IID2 KINSHIP\na b 0.1\na a 0.5\n",),
            r"^the pairs: each individual must have a line with itself, or none of them: there is "
            r"none for “b”; add these lines, or leave out the others$",
        ),
        (read_kin0, (b"#IID1 IID2 KINSHIP\na b\n",), r"as the header, 3: line 2 has 2; fetch"),
        (read_kin0, (b"#IID1 IID2 KINSHIP\na b x\n",), r"numbers: line 2, entry 1 is “x”"),
        (read_kin0, (b"#IID1 IID2 KINSHIP\na b inf\n",), r"must be finite: “\w” with “\w” is inf"),
    ],
)
def test_refuses(read, files, message):
    with pytest.raises(DataError, match=message):
        read(*files)


def test_no_array_beyond_the_cap():
    ids = b"".join(b"%d\n" % k for k in range(12_000))
    with pytest.raises(
        DataError, match=r"at most 1,024 MB is made of a file: this would take 1,098"
    ):
        read_rel_bin(bytes(8), ids)
    pairs = b"".join(b"a%d b%d 0.1\n" % (k, k) for k in range(6_000))
    with pytest.raises(DataError, match=r"^the pairs: an array of at most 1,024 MB is made"):
        read_kin0(b"#IID1 IID2 KINSHIP\n" + pairs)
