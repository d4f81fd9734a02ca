"""Texts of other programs: named for what they are, and not taken for tables."""

import pytest

from lmm_data.readers.recognition import recognise

FOREIGN = {
    "bcf": (b"BCF\2\2\0", "genotypes in BCF"),
    "bgen": (b"\x14\0\0\0\x14\0\0\0\1\0\0\0\1\0\0\0bgen", "genotypes in BGEN"),
    "pvar": (b"#CHROM\tPOS\tID\tREF\tALT\n1\t5\tr\tA\tG\n", "the variants of PLINK 2"),
    "tassel numeric": (b"<Numeric>\n<Marker>\tr1\na\t0.5\n", "numeric genotypes of TASSEL"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_they_are_named(kind):
    content, words = FOREIGN[kind]
    found = recognise("file.txt", content)
    assert (found.kind, found.reader) == (None, None)
    assert words in found.format
    assert found.remedy


TABLES = {
    "parents beside a trait": b"id,sire,dam,weight\na,0,0,3\nb,0,0,4\nc,a,b,5\n",
    "one column of numbers": b"3\n4\n5\n",
    "shorter lines of words": b"a b c d\na b c\na b\na\n",
    "id, cage and weight": b"id,cage,weight\n1,1,15.3\n2,1,19.3\n3,1,19.4\n4,2,17.1\n5,2,21.4\n",
    "visits": b"id,visit,weight\n1,1,15.3\n1,2,19.3\n2,1,19.4\n2,2,17.1\n3,1,2\n3,2,4\n4,1,2\n",
    "families of themselves": b"a a 1.5\nb b 2.5\nc c 3.5\nd d 4.5\n",
    "letters and few numbers": b"m1,M,A,1.2,0.5\nm2,F,B,0.3,1.5\nm3,M,B,1.9,0.1\n",
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_stay_tables(kind):
    assert recognise("file.txt", TABLES[kind]).reader == "table"


@pytest.mark.parametrize(
    ("content", "reader"),
    [
        (b"a a 1\nb a .5\nb b 1\nc a .2\nc b .1\nc c 1\n", "kinship"),
        (b"id1,id2,r\na,a,1\na,b,.5\na,c,.2\nb,b,1\nb,c,.1\nc,c,1\n", "kinship"),
        (b"rs1,X,Y,0,1,2,1,1,0\nrs2,X,Y,1,1,0,2,0,1\n", "bimbam"),
        (b"rs1 ref alt 0 1.5 2 1 1 0\nrs2 ref alt 1 1 0 2 0 1\n", "bimbam"),
        (b"a\t1\t0,5\nb\t0,5\t1\n", "kinship"),
    ],
)
def test_what_is_meant_is_known(content, reader):
    assert recognise("file.txt", content).reader == reader
