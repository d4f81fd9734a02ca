"""The markers of a bim file, cut many lines at a time, are what they are line by line."""

import pytest

from lmm_core.errors import DataError
from lmm_data.readers.genotypes import plink
from lmm_data.readers.genotypes.plink import Bim, read_bim

BIM = "1\ts1\t0.1\t100\tA\tG\n1\ts2\t0.2\t200\tA\tG\n2\ts3\t0.3\t300\tC\tT\n"
BIMS = {
    "plain": BIM,
    "windows": BIM.replace("\n", "\r\n"),
    "mark": "\ufeff" + BIM,
    "spaces": BIM.replace("\t", "  "),
    "blank lines": BIM.replace("2\ts3", "\n \n2\ts3"),
    "no end": BIM.removesuffix("\n"),
    "names beyond ASCII": BIM.replace("s2", "sÄ"),
    "a missing place": BIM.replace("200", "NA"),
    "one too few": BIM.replace("\tC\tT", "\tC"),
    "one too many": BIM.replace("s2\t", "s2\ts2b\t"),
    "two that make up": BIM.replace("s2\t", "").replace("\tC\t", "\tC\tC\t"),
    "no number": BIM.replace("300", "30O"),
    "no number after blanks": BIM.replace("2\ts3", "\n\n2\ts3").replace("300", "30O"),
    "five": BIM.replace("\tG\n", "\n").replace("\tT\n", "\n"),
    "nothing": "",
    "blanks": "\n \n",
    "another file": "PK\x03\x04 of a workbook",
}


@pytest.mark.parametrize("size", [1, 40, 1 << 18])
@pytest.mark.parametrize("name", BIMS)
def test_markers_are_cut_together_as_line_by_line(name, size, monkeypatch):
    monkeypatch.setattr(plink, "PIECE", size)
    data = BIMS[name].encode()

    def read():
        try:
            return repr([getattr(read_bim("x.bim", data), one) for one in Bim._fields])
        except DataError as error:
            return str(error)

    def line_by_line(data, width, name):
        for line, row in plink.equally_wide(data, width, name):
            yield (line,), (row,)

    together = read()
    monkeypatch.setattr(plink, "equally_wide_parts", line_by_line)
    assert together == read()


def test_markers_that_are_no_text_are_refused_with_their_line():
    data = BIM.encode() * 2 + b"1\ts\xff\t0\t1\tA\tG\n"
    with pytest.raises(DataError, match="holds the byte 0xff"):
        read_bim("x.bim", data)
