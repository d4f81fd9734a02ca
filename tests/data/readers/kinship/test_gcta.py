import gzip
import struct

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_core.kinship import standardized_kinship
from lmm_data.readers.genotypes.plink import read_plink
from lmm_data.readers.kinship.gcta import read_grm_bin, read_grm_gz
from lmm_data.readers.kinship.plink2 import read_rel_bin
from tests.places import FORMATS

IDS = b"F1\ta\nF1\tb\n"
TWO = struct.pack("<3f", 1.0, 0.25, 0.5)
LINES = b"1 1 9 1\n2 1 9 0.25\n2 2 9 0.5\n"


@pytest.fixture(scope="module")
def exact():
    """The same relationships in float64."""
    return read_rel_bin(FORMATS / "toy.square.rel.bin", FORMATS / "toy.rel.id").kinship


def test_binary_grm_is_the_relationship_in_float32(exact):
    made = read_grm_bin(*(FORMATS / f"toy.grm.{end}" for end in ("bin", "id", "N.bin")))
    assert made.kind == "kinship"
    assert made.kinship.ids == exact.ids
    assert made.kinship.scale == 1.0
    np.testing.assert_allclose(made.kinship.values, exact.values, rtol=2**-24)
    assert made.notes == ("each entry of toy.grm.bin rests on 151 to 159 markers",)


@pytest.mark.parametrize(
    # Seven digits by PLINK 1.9, six by PLINK 2: half a unit of the last.
    ("prefix", "grm", "rtol"),
    [("toy", "toy.grm.gz", 5e-7), ("toy.plink2", "toy.plink2.grm", 5e-6)],
)
def test_grm_in_text_is_the_same(exact, prefix, grm, rtol):
    made = read_grm_gz(FORMATS / grm, FORMATS / f"{prefix}.grm.id")
    assert made.kinship.ids == exact.ids
    np.testing.assert_allclose(made.kinship.values, exact.values, rtol=rtol)
    assert made.notes == (f"each entry of {grm} rests on 151 to 159 markers",)


def test_definition_of_the_grm(exact):
    """PLINK's and GCTA's: z = (x - 2p)/√(2p(1-p)), a sum over the markers that both have, over N.

    N counts markers that do not vary too, though they add nothing; `standardized_kinship` leaves
    them to the caller, and missing genotypes are 0 there.
    """
    x = read_plink(FORMATS / "toy")[0].dosages()
    present = ~np.isnan(x)
    p = np.nanmean(x, axis=0) / 2
    varies = (p > 0) & (p < 1)
    assert varies.sum() == 158
    K = standardized_kinship(x[:, varies], frequency=p[varies])
    shared = present.astype(float) @ present.T
    np.testing.assert_allclose(K * varies.sum() / shared, exact.values, atol=1e-13)
    counts = np.frombuffer((FORMATS / "toy.grm.N.bin").read_bytes(), "<f4")
    np.testing.assert_array_equal(counts, shared[np.tril_indices(len(x))])


@pytest.mark.parametrize("kind", ["bin", "gz"])
def test_pair_without_a_shared_marker_is_missing_and_repeated_iids_get_their_fid(kind):
    if kind == "bin":
        made = read_grm_bin(*(FORMATS / f"gap.grm.{end}" for end in ("bin", "id", "N.bin")))
    else:
        made = read_grm_gz(FORMATS / "gap.grm.gz", FORMATS / "gap.grm.id")
    assert made.kinship.ids == ("A_1", "A_2", "B_1", "B_3")
    assert np.argwhere(np.isnan(made.kinship.values)).tolist() == [[0, 1], [1, 0]]
    assert made.notes[:3] == (
        "the IIDs of gap.grm.id repeat, “1”: individuals are named FID_IID, as they must be in "
        "the other files",
        f"no marker lies behind 1 of the 10 entries of gap.grm.{kind}: they are missing",
        f"each entry of gap.grm.{kind} rests on 0 to 6 markers",
    )
    assert made.notes[3].endswith("are missing, the first that of “A_1” with “A_2”")


def test_a_placeholder_for_no_marker_is_not_taken_for_a_relationship():
    made = read_grm_bin(TWO, IDS, struct.pack("<3f", 5, 0, 5))
    np.testing.assert_array_equal(made.kinship.values, [[1, np.nan], [np.nan, 0.5]])


def test_bytes_without_ids():
    made = read_grm_bin(TWO)
    assert made.name == "the GRM"
    assert made.kinship.ids is None
    np.testing.assert_array_equal(made.kinship.values, [[1, 0.25], [0.25, 0.5]])
    assert made.notes == (
        "the GRM is read without ids: they must come from another file, in the same order",
    )
    again = read_grm_gz(gzip.compress(LINES)).kinship
    np.testing.assert_array_equal(again.values, made.kinship.values)


def test_lines_in_any_order_and_either_triangle():
    made = read_grm_gz(b"2 2 9 0.5\n1 2 9 0.25\n1 1 9 1\n\n", IDS)
    np.testing.assert_array_equal(made.kinship.values, [[1, 0.25], [0.25, 0.5]])
    assert made.notes == ("each entry of the GRM rests on 9 markers",)


def test_missing_values_in_text():
    made = read_grm_gz(LINES.replace(b"0.25", b"NA"), IDS)
    np.testing.assert_array_equal(made.kinship.values, [[1, np.nan], [np.nan, 0.5]])


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            (TWO[:-1], IDS),
            r"^the GRM: a GRM of n individuals must have n\(n \+ 1\)/2 entries: n = 2 makes 12 "
            r"bytes, there are 11; use the GRM and the file of ids of one run$",
        ),
        ((TWO, IDS + b"F1 c\n"), r"n = 3 makes 24 bytes, there are 12"),
        ((TWO + TWO[:8],), r"n = 2 makes 12 bytes, there are 20"),
        ((b"",), r"n = 0 makes 0 bytes, there are 0"),
        (
            (struct.pack("<3f", 1, np.inf, 1), IDS),
            r"^the GRM: entries must be finite: “a” with “b” is inf; make the matrix again",
        ),
        (
            (struct.pack("<3f", 157, 154, 157), IDS),
            r"^the GRM: relationships must be around 0 and 1: these are whole numbers from 154, as "
            r"the numbers of markers in a \.grm\.N\.bin are; use the \.grm\.bin$",
        ),
        (
            (TWO, IDS, TWO[:4]),
            r"^the numbers of markers: there must be as many numbers of markers as entries of the "
            r"GRM, 12 bytes: it has 4; use the files of one run$",
        ),
        (
            (TWO, b"F1 a\nF1 a\n"),
            r"^the file of ids: each individual must have its own FID and IID: “F1_a” more than "
            r"once; rename them or leave them out$",
        ),
        ((TWO, b"a\na\n"), r"its own FID and IID: “a” more than once"),
        ((TWO, b"F1 a\nF1\n"), r"as many fields as the first, 2: line 2 has 1; write missing"),
        (
            (TWO, b"F1 a b\nF1 b b\n"),
            r"fields as the first, 2: line 1 has 3; .* no spaces in names",
        ),
        ((TWO, b""), r"^the file of ids: the file must hold a line for each individual: it is emp"),
        ((TWO, TWO), r"^the file of ids: the file must be text in UTF-8: after line 0 it holds"),
    ],
)
def test_read_grm_bin_refuses(files, message):
    with pytest.raises(DataError, match=message):
        read_grm_bin(*files)


@pytest.mark.parametrize(
    ("grm", "message"),
    [
        (LINES[:8], r"n = 2 makes 3 lines, there are 1; use"),
        (b"", r"n = 2 makes 3 lines, there are 0"),
        (
            LINES.replace(b"2 1", b"2 2"),
            r"^the GRM: each pair must be given once: there is no line for 2 1; fetch the file ag",
        ),
        (
            LINES.replace(b"2 1", b"3 1"),
            r"^the GRM: i and j must be places in the file of ids, from 1 to 2: a line has 3 and "
            r"1; use the two files of one run$",
        ),
        (LINES.replace(b"2 1", b"0 1"), r"a line has 0 and 1"),
        (LINES.replace(b"2 1", b"1.5 1"), r"a line has 1\.5 and 1"),
        (LINES.replace(b"2 1", b"nan 1"), r"a line has nan and 1"),
        (
            LINES.replace(b"0.25", b"high"),
            r"^the GRM: entries must be numbers: line 2, entry 4 is “high”; write missing",
        ),
        (LINES.replace(b"0.25", b""), r"i, j, N and the value: line 2 has 3 entries"),
        (LINES.replace(b"0.25", b"0.2 0.3"), r"line 2 has 5 entries; fetch the file again"),
        (b"1 1 1\n2 1 0.2\n2 2 1\n", r"line 1 has 3 entries"),
        (b"1 1 9 1\n\n2 2 9 1\n", r"line 2 has 0 entries"),
        (LINES.replace(b"0.25", b"-inf"), r"entries must be finite: “a” with “b” is -inf"),
        (gzip.compress(LINES)[:-9], r"^the GRM: the gzip-compressed file is damaged or cut off"),
        (
            b"\x28\xb5\x2f\xfd" + LINES,
            r"^the GRM: the file must be text: it is compressed by zstd; unp",
        ),
    ],
)
def test_read_grm_gz_refuses(grm, message):
    with pytest.raises(DataError, match=message):
        read_grm_gz(grm, IDS)
