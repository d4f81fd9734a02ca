"""Numbers as text: the same digits, whoever writes them."""

import sys

import numpy as np
import pyarrow  # noqa: F401
import pytest

from lmm_data.readers.numeric import in_text

RNG = np.random.default_rng(5)
COLUMNS = {
    "usual": RNG.normal(20.0, 3.0, 500).round(2),
    "all digits": RNG.normal(0.0, 1.0, 500),
    "of every size": RNG.normal(0.0, 1.0, 500) * 10.0 ** RNG.integers(-30, 30, 500),
    "at the ends": np.r_[1e-4, 9.9999e-5, 1e10 - 0.5, 1e10 + 0.5, 0.1 + 0.2, -1e-4, 5e-324],
    "whole": np.r_[0.0, -0.0, 7.0, -12.0, 1e9, 1e10, 1e15 - 1.0, 1e15, -1e16],
    "missing and infinite": np.r_[np.nan, 0.5, np.inf, -np.inf],
    "missing": np.r_[0.25, np.nan, 3.0],
}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("arrow", [True, False])
def test_numbers_are_written_as_python_writes_them(column, arrow, monkeypatch):
    if not arrow:
        monkeypatch.delitem(sys.modules, "pyarrow")
    values = COLUMNS[column]
    expected = [
        None if v != v else str(int(v)) if abs(v) < 1e15 and v == int(v) else repr(v)
        for v in values.tolist()
    ]
    assert in_text(values) == expected
