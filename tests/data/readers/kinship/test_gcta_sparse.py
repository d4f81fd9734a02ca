"""GCTA's sparse GRM: the pairs that have a line, the others 0."""

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.kinship.gcta_sparse import read_grm_sparse
from tests.reading import called

IDS = b"F a\nF b\nG c\n"


def test_pairs_without_a_line_are_zero_and_it_is_said():
    reading = read_grm_sparse(
        called("x.grm.sp", b"0\t0\t1.02\n1\t0\t0.51\n1\t1\t0.99\n2\t2\t1\n"), IDS
    )
    np.testing.assert_array_equal(
        reading.kinship.values, [[1.02, 0.51, 0], [0.51, 0.99, 0], [0, 0, 1]]
    )
    assert reading.kinship.ids == ("a", "b", "c")
    assert reading.named_by == "IID"
    assert "2 of 3 pairs have no line in x.grm.sp: they are 0" in reading.notes


@pytest.mark.parametrize(
    ("content", "ids", "message"),
    [
        (b"0 0 1\n", None, r"x: a sparse GRM must come with its file of ids"),
        (b"0 0 1\n1 1 1\n", IDS, r"x: each individual must have a line with itself: “c” has none"),
        (b"1 1 1\n2 2 1\n3 3 1\n", IDS, r"places must be whole numbers from 0 to 2: line 3 has 3"),
        (b"0 0 1 5\n", IDS, r"each line must be two places and the value: line 1 has 4 entries"),
        (b"0 0 x\n", IDS, r"line 1, entry 3 is “x”"),
    ],
)
def test_what_is_wrong_is_named(content, ids, message):
    with pytest.raises(DataError, match=message):
        read_grm_sparse(called("x", content), ids)
