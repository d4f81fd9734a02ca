"""Kinships as TASSEL, MatrixMarket, KING, PLINK 1.9 and pcrelate write them, and triangles."""

import gzip

import numpy as np
import pytest

from lmm_data.readers.kinship.counted_and_upper import read_tassel
from lmm_data.readers.kinship.text import read_kinship_text
from lmm_data.readers.opening import alternatives, read_sorted
from lmm_data.readers.sorting import sort_files
from tests.places import FORMATS, WRITTEN

FILES = {path.name: path.read_bytes() for path in (WRITTEN / "kinship").iterdir()}
IBS = np.loadtxt(WRITTEN / "kinship" / "toy.mibs")
IDS = tuple(line.split()[1] for line in FILES["toy.mibs.id"].decode().splitlines())
HALF = np.array([[1, 0.5, 0.25], [0.5, 1.25, 0], [0.25, 0, 1]])


def only(readers=None, **files):
    named = {name.replace("__", "."): content for name, content in files.items()}
    (outcome,) = read_sorted(sort_files(named), readers)
    return outcome


def written(*names):
    (outcome,) = read_sorted(sort_files({name: FILES[name] for name in names}))
    return outcome


@pytest.mark.parametrize("stem", ["toy", "triangle"])
@pytest.mark.parametrize("ending", ["mibs", "mdist"])
def test_similarities_and_distances_by_state(stem, ending):
    outcome = written(f"{stem}.{ending}", f"{stem}.{ending}.id")
    kinship, notes = outcome.reading.kinship, " ".join(outcome.reading.notes)
    np.testing.assert_allclose(kinship.values, IBS, atol=2e-6)
    assert kinship.ids == IDS
    assert "identity by state is no relationship" in notes
    assert ("1 less the distance" in notes) == (ending == "mdist")


@pytest.mark.parametrize("size", [4, 8])
@pytest.mark.parametrize("ending", ["mibs", "mdist"])
@pytest.mark.parametrize("shape", ["square", "square0", "triangle"])
def test_they_are_binary_too_without_their_diagonal(shape, ending, size):
    """As PLINK 1.9 writes them with `bin` and `bin4`."""
    entries = IBS if ending == "mibs" else 1.0 - IBS
    rows, columns = np.tril_indices(len(IBS), -1)
    flat = entries[rows, columns]
    if shape != "triangle":
        square = entries.copy() if shape == "square" else np.tril(entries, -1)
        flat = square.ravel()
    binary = flat.astype(f"<f{size}").tobytes()
    outcome = only(
        **{f"a__{ending}__bin": binary, f"a__{ending}__id": FILES["toy.mibs.id"]},
    )
    np.testing.assert_allclose(outcome.reading.kinship.values, IBS, atol=1e-6)
    assert outcome.reading.kinship.ids == IDS


def test_counts_of_alleles_are_no_shares():
    assert "write shares" in only(counts__dist__bin=b"\0\1\0\0").error
    assert "write shares" in only(counts__dist=FILES["counts.dist"]).error
    assert "must be from 0 to 1" in only(a__mdist=FILES["counts.dist"]).error


@pytest.mark.parametrize("stem", ["symmetric", "array", "half"])
def test_matrix_market(stem):
    kinship = written(f"{stem}.mtx", f"{stem}.ids").reading.kinship
    np.testing.assert_allclose(kinship.values, IBS, atol=1e-6)
    assert kinship.ids == IDS
    assert written(f"{stem}.mtx").reading.kinship.ids is None


def test_what_a_sparse_matrix_leaves_out_is_zero():
    reading = written("sparse.mtx").reading
    right = np.eye(13)
    right[0, 1] = right[1, 0] = 0.5
    np.testing.assert_array_equal(reading.kinship.values, right)
    assert "154 of 169 entries are not written and are 0" in reading.notes


MARKET = b"%%MatrixMarket matrix coordinate real general\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (MARKET + b"1000000 1000000 1\n1 1 1\n", "an array of at most"),
        (MARKET + b"2 2 3\n1 1 1\n2 2 1\n1 1 2\n", "row 1, column 1 has 2"),
        (MARKET + b"2 2 2\n1 1 1\n2 1 .5\n", "row 2 has none"),
        (MARKET + b"2 2 9\n1 1 1\n2 2 1\n", "follow as the size says"),
        (MARKET + b"2 2 2\n1 1 1\n2 5 1\n", "follow as the size says"),
        (MARKET + b"2 3 1\n1 1 1\n", "2 rows and 3 columns"),
        (MARKET.replace(b"real", b"complex") + b"1 1 1\n1 1 1 0\n", "numbers of the kind complex"),
        (MARKET.replace(b"general", b"hermitian") + b"1 1 1\n1 1 1\n", "a hermitian matrix"),
    ],
    ids=range(8),
)
def test_what_is_no_kinship_in_matrix_market(content, words):
    assert words in only(x__mtx=content).error


def test_one_triangle_of_a_general_matrix_is_mirrored():
    reading = only(x__mtx=MARKET + b"2 2 3\n1 1 1\n2 2 1\n2 1 .5\n").reading
    np.testing.assert_array_equal(reading.kinship.values, [[1, 0.5], [0.5, 1]])
    assert "the other is mirrored" in reading.notes[1]


TASSEL = b"3\na\t1\t.5\t.25\nb\t.5\t1.25\t0\nc\t.25\t0\t1\n"
UPPER = {
    "bare": b"1 .5 .25\n1.25 0\n1\n",
    "with ids": b"a 1 .5 .25\nb 1.25 0\nc 1\n",
    "with a header": b"id,a,b,c\na,1,.5,.25\nb,1.25,0\nc,1\n",
}


def test_tassel_counts_in_its_first_line():
    outcome = only(k__txt=TASSEL)
    np.testing.assert_array_equal(outcome.reading.kinship.values, HALF)
    assert outcome.ids == ("a", "b", "c")
    assert outcome.format.startswith("TASSEL’s kinship")
    cut = TASSEL.rpartition(b"c")[0]
    assert "it says 3, and 2 follow" in only({"k.txt": "tassel"}, k__txt=cut).error
    assert "it says 0, and 0 follow" in only({"k.txt": "tassel"}, k__txt=b"0\n\n").error


@pytest.mark.parametrize(
    "rest",
    [
        b"# of today\na\t1\t.5\nb\t.5\t1\n",
        b"a;1;0,5\nb;0,5;1\n",
        b"a 1 .5\nb .5 1",
        b"a\t1\tNA\n\nb\tNA\t1\n\n",
    ],
)
def test_below_its_first_line_tassel_has_any_square(rest):
    made, expected = read_tassel(b"2\n" + rest), read_kinship_text(rest)
    np.testing.assert_array_equal(made.kinship.values, expected.kinship.values)
    assert made.kinship.ids == expected.kinship.ids == ("a", "b")
    assert made.format == f"TASSEL’s kinship, {expected.format}"
    # The lines are counted in the file.
    assert made.notes == tuple(note.replace("line 1", "line 2") for note in expected.notes)
    packed = read_tassel(gzip.compress(b"2\n" + rest))
    assert packed.format == f"{made.format}, gzip-compressed"


@pytest.mark.parametrize("way", UPPER)
def test_an_upper_triangle(way):
    outcome = only(k__txt=UPPER[way])
    np.testing.assert_array_equal(outcome.reading.kinship.values, HALF)
    assert outcome.ids == (() if way == "bare" else ("a", "b", "c"))
    assert "an upper triangle" in outcome.format


def test_an_upper_triangle_without_its_diagonal_is_refused():
    assert "begin with an individual with itself" in only(k__txt=b".5 .25 .2\n.4 .3\n.1\n").error


KIN = b"FID ID1 ID2 N_SNP Z0 Phi HetHet IBS0 Kinship Error\nF a b 9 .2 .25 .1 .0 .25 0\n"
KIN0 = b"FID1 ID1 FID2 ID2 N_SNP HetHet IBS0 Kinship\nF a G c 9 .1 .1 -.02\nF b G c 9 .1 .1 .01\n"


def test_king_within_and_between_families_is_one():
    outcome = only(king__kin=KIN, king__kin0=KIN0)
    kinship, notes = outcome.reading.kinship, " ".join(outcome.reading.notes)
    right = [[0.5, 0.25, -0.02], [0.25, 0.5, 0.01], [-0.02, 0.01, 0.5]]
    order = [outcome.ids.index(label) for label in "abc"]
    np.testing.assert_array_equal(kinship.values[np.ix_(order, order)], right)
    assert kinship.scale == 2.0
    assert "half of a relationship" in notes
    assert "0.5 is put there" in notes
    alone = only(king__kin0=KIN0).reading.notes
    assert any("1 of 3 pairs are not in king.kin0" in note for note in alone)
    other = KIN0 + b"F a F b 9 .1 .1 .2\n"
    assert (
        "“a” with “b” is given 2 times, as 0.2 and 0.25"
        in only(king__kin=KIN, king__kin0=other).error
    )


def test_segments_of_king_are_relationships_of_relatives():
    seg = (
        b"FID1 ID1 FID2 ID2 MaxIBD1 MaxIBD2 IBD1Seg IBD2Seg PropIBD InfType\n"
        b"a a b b .1 .1 .4 .3 .5 FS\nb b c c .1 .1 .4 0 .2 2nd\n"
    )
    reading = only(king__seg=seg).reading
    order = [reading.kinship.ids.index(label) for label in "abc"]
    right = [[1, 0.5, 0], [0.5, 1, 0.2], [0, 0.2, 1]]
    np.testing.assert_array_equal(reading.kinship.values[np.ix_(order, order)], right)
    assert "1 of 3 pairs are not in king.seg, a list of relatives: they are 0" in reading.notes


def test_genome_of_plink():
    reading = written("toy.genome").reading
    kinship = reading.kinship
    assert sorted(kinship.ids) == sorted(IDS)
    assert kinship.values[0, 1] == kinship.values[1, 0] == 0.5
    assert (kinship.values.diagonal() == 1).all()
    assert any("PI_HAT is never below 0" in note for note in reading.notes)
    assert any(
        "pairs are not in close.genome" in note for note in written("close.genome").reading.notes
    )


@pytest.mark.parametrize(
    "content",
    [
        b'"ID1","ID2","kin","k0"\n"a","b",0.25,0\n"a","c",0.1,0\n"b","c",0,1\n',
        b'"ID1" "ID2" "kin" "k0"\n"1" "a" "b" 0.25 0\n"2" "a" "c" 0.1 0\n"3" "b" "c" 0 1\n',
    ],
)
def test_pairs_of_pcrelate(content):
    outcome = only(kin__csv=content)
    order = [outcome.ids.index(label) for label in "abc"]
    right = [[0.5, 0.25, 0.1], [0.25, 0.5, 0], [0.1, 0, 0.5]]
    kinship = outcome.reading.kinship
    np.testing.assert_array_equal(kinship.values[np.ix_(order, order)], right)
    assert kinship.scale == 2.0
    assert "it is doubled" in outcome.reading.notes[0]


def test_pairs_without_selves_are_one_only_by_decision():
    pairs = b"id1,id2,r\na,b,.5\na,c,.2\nb,c,.1\na,d,.1\nb,d,0\nc,d,.2\n"
    refused = only({"k.csv": "kinship"}, k__csv=pairs)
    assert "there is none for “a”, “b”, “c” and 1 more" in refused.error
    assert "kinship own=1" in dict(alternatives(refused))
    reading = only({"k.csv": "kinship own=1"}, k__csv=pairs).reading
    np.testing.assert_array_equal(reading.kinship.values.diagonal(), 1)
    assert reading.notes[0].startswith("put on the diagonal, as was decided")


def test_the_table_of_plink_2_is_read_as_before():
    (outcome,) = read_sorted(sort_files({"toy.kin0": (FORMATS / "toy.kin0").read_bytes()}))
    assert outcome.reading.kinship.scale == 2.0
    assert outcome.format == "KING coefficients, a table of pairs"
