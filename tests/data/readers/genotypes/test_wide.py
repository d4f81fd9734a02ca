"""Very wide and very large text: told by its first lines however long, refused before it is cut."""

import gzip

import pytest

from lmm_core.errors import DataError
from lmm_data.readers.genotypes import lines
from lmm_data.readers.genotypes.table import read_genotype_table
from lmm_data.readers.recognition import recognise
from lmm_data.readers.rqtl2 import csv
from lmm_data.readers.rqtl2.csv import read_rqtl_csv
from lmm_data.readers.text import cutting
from lmm_data.readers.text.delimited import read_delimited

M = 120_000
LETTERS = b"id," + b",".join(b"marker%d" % k for k in range(M)) + b"\n"
LETTERS += b"".join(b"m%d," % k + b",".join([b"AA", b"AG"] * (M // 2)) + b"\n" for k in range(4))


@pytest.mark.parametrize("packed", [False, True])
def test_a_header_of_more_than_a_megabyte_hides_nothing(packed):
    assert len(LETTERS.partition(b"\n")[0]) > 1 << 20
    content = gzip.compress(LETTERS, 1) if packed else LETTERS
    assert recognise("g.csv", content).reader == "counts"


def test_a_line_of_too_many_entries_is_not_cut(monkeypatch):
    monkeypatch.setattr(lines, "MAX_ENTRIES", 1000)
    with pytest.raises(DataError, match=r"a line may have 1,000 entries: line 1 has more; leave"):
        read_genotype_table(LETTERS)
    with pytest.raises(DataError, match="a line may have 1,000 entries"):
        read_rqtl_csv(LETTERS)


def test_a_cross_of_too_many_places_or_texts_is_refused(monkeypatch):
    made = b"id,y,a,b\n,,1,1\n" + b"".join(b"m%d,%d,A,H\n" % (k, k) for k in range(400))
    assert read_rqtl_csv(made).genotypes.n == 400
    monkeypatch.setattr(csv, "MAX_COUNTS", 100_000)
    with pytest.raises(DataError, match="leave out individuals or markers"):
        read_rqtl_csv(made)


@pytest.mark.parametrize("separator", [b",", b"\t", b"  "])
def test_a_table_of_too_many_entries_is_counted_before_it_is_cut(monkeypatch, separator):
    rows = [b"id", b"x", b"y"], *([b"m%d" % k, b"1", b"2"] for k in range(40))
    content = b"\n".join(map(separator.join, rows))
    monkeypatch.setattr(cutting, "_MOST_ENTRIES", 130)
    assert read_delimited(content).table.n == 40
    monkeypatch.setattr(cutting, "_MOST_ENTRIES", 100)
    with pytest.raises(DataError, match=r"text may have 100 entries: there are 123; leave out"):
        read_delimited(content)
