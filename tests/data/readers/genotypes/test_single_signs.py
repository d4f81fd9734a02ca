"""Rows of genotypes that are told by their bytes are what they are entry by entry."""

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.genotypes.single_signs import SingleSigns
from lmm_data.readers.genotypes.table import read_genotype_table
from lmm_data.readers.genotypes.table_entries import Entries

HEAD = "id,s1,s2,s3,s4\n"
PLAIN = HEAD + "m1,0,1,2,0\nm2,1,1,0,2\nm3,2,2,1,1\n"
FILES = {
    "plain": PLAIN,
    "windows": PLAIN.replace("\n", "\r\n"),
    "mark": "\ufeff" + PLAIN,
    "tabs": PLAIN.replace(",", "\t"),
    "spaces": PLAIN.replace(",", " "),
    "spaces twice": PLAIN.replace(",", "  "),
    "spaces at the end": PLAIN.replace(",", " ").replace("\n", "  \n"),
    "spaces within": PLAIN.replace("1,1,0", "1, 1,0"),
    "semicolons": PLAIN.replace(",", ";"),
    "quotes": PLAIN.replace("m1", '"m1"').replace("1,1,0,2", '"1","1","0","2"'),
    "comments": "## of today\n#" + PLAIN,
    "blank lines": PLAIN.replace("m2", "\n  \nm2"),
    "no end": PLAIN.removesuffix("\n"),
    "names beyond ASCII": PLAIN.replace("m2", "Mäuschen"),
    "an entry beyond ASCII": PLAIN.replace("2,2,1", "2,２,1"),
    "missing": HEAD + "m1,NA,1,2,0\nm2,NaN,.,-,2\nm3,NN,--,-9,9\nm4,N/A,NA,N,5\n",
    "nothing": HEAD + "m1,,1,2,0\nm2,1,,,\nm3,,,,\n",
    "nothing between tabs": (HEAD + "m1,,1,2,0\nm2,1,,,\nm3,,,,2\n").replace(",", "\t"),
    "minus one": HEAD + "m1,-1,1,0,0\nm2,1,-1,-1,0\nm3,NA,0,1,1\n",
    "minus one beside two": HEAD + "m1,-1,1,2,0\nm2,1,-1,0,2\n",
    "fractions": PLAIN.replace("2,2,1", "1.5,2,.25"),
    "fractions between": HEAD + "m1,0,1,NA,0\nm2,.5,1,NA,-9\nm3,1,2,NA,1\n",
    "decimals": PLAIN.replace("2,2,1", "2.0,2.0,1.0"),
    "a sign of its own": PLAIN.replace("2,2,1", "?,2,1"),
    "an exclamation": PLAIN.replace("2,2,1", "!,2,1"),
    "three": PLAIN.replace("2,2,1", "2,7,1"),
    "longer than a word": PLAIN.replace("2,2,1", "NAN,NAX,1"),
    "one, two and three": PLAIN.replace("2", "3").replace("1", "2").replace("0", "1"),
    "three beside zero": HEAD + "m1,0,1,2,0\nm2,1,1,0,2\nm3,2,3,1,1\nm4,0,0,1,2\n",
    "zero and one": PLAIN.replace("2", "1"),
    "halves": PLAIN.replace("1", "0.5").replace("2", "1"),
    "minus twelve": PLAIN.replace("2,2,1", "-12,2,1"),
    "one too few": PLAIN.replace("1,1,0,2", "1,1,0"),
    "one too many": PLAIN.replace("1,1,0,2", "1,1,0,2,"),
    "an id alone": PLAIN.replace("m2,1,1,0,2", "m2"),
    "letters": PLAIN.replace("0", "AA").replace("1", "AG").replace("2", "GG"),
    "families": "FID IID s1 s2\nf1 m1 0 1\nf1 m2 2 NA\nf2 m3 1 1\n",
    "sex beside": "id,sex,s1,s2\nm1,f,0,1\nm2,m,2,NA\nm3,f,1,1\n",
    "neither": "0 1 2 0\n1 1 0 2\n2 2 1 1\n",
    "traits beside": "id,weight,s1,s2\nm1,20.5,0,1\nm2,19.2,2,NA\nm3,25.1,1,1\n",
}


def read(text):
    try:
        reading = read_genotype_table(text.encode())
    except DataError as error:
        return str(error)
    found = reading.genotypes
    table = reading.table and (reading.table.ids, reading.table.columns, reading.table.entries)
    counts = np.where(found.counts == -127, np.nan, found.counts).tolist()
    said = reading.notes, reading.format, repr(reading.candidates), reading.either_way
    return found.counts.dtype, repr(counts), found.ids, found.markers, table, said


@pytest.mark.parametrize("name", FILES)
def test_as_entry_by_entry(name, monkeypatch):
    # Rows that are looked at first are read again with all others.
    at_once = read(FILES[name])
    monkeypatch.setattr(Entries, "at_once", lambda *_: None)
    assert at_once == read(FILES[name])


def test_random_rows_are_as_entry_by_entry(monkeypatch):
    rng = np.random.default_rng(3)
    entries = np.array(["0", "1", "2", "NA", "-9", "-1", "", ".", "NaN", "--", "N", "5", "3"])
    common = np.array([8.0, 8.0, 8.0, *(1.0,) * (len(entries) - 3)])
    rows = rng.choice(entries, (60, 40), p=common / common.sum())
    for separator in ",\t;":
        text = separator.join(["id", *(f"s{j}" for j in range(40))]) + "\n"
        text += "".join(separator.join([f"m{i}", *row]) + "\n" for i, row in enumerate(rows))
        with monkeypatch.context() as patch:
            at_once = read(text)
            patch.setattr(Entries, "at_once", lambda *_: None)
            assert at_once == read(text)


def test_most_rows_need_not_be_cut():
    signs = SingleSigns({"0": 0, "1": 1, "2": 2, "NA": -127, "": -127})
    assert signs.row("0,,2,NA,-1,", ",").tolist() == [0, -127, 2, -127, -1, -127]
    assert signs.row("0 1 NA", " ").tolist() == [0, 1, -127]
    for odd in ("", "0, 1", "0,3", "0,1.5", "0,?", "0;1", "0,NA1", "0\t1"):
        assert signs.row(odd, ",") is None
