import random

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.rqtl2 import kinship
from lmm_data.readers.rqtl2.cross import read_rqtl2
from tests.rqtl2_files import F2, RISIB, SMALL, changed, control, outbred, transposed

BAD = {
    "no files": (
        {},
        "x: R/qtl2’s data need a control file, .yaml or .json: there is none among no files; add "
        "it, or make one with write_control_file() in R",
    ),
    "no control file": (
        {"g.csv": b""},
        "x: R/qtl2’s data need a control file, .yaml or .json: there is none among “g.csv”; add "
        "it, or make one with write_control_file() in R",
    ),
    "two control files": (
        {**SMALL, "d.yml": b""},
        "x: there must be one control file: found “c.yaml”, “d.yml”; keep the one that names the "
        "files",
    ),
    "an unknown cross": (
        control(crosstype="F2"),
        "c.json: “crosstype” must be a cross of R/qtl2’s, such as f2, bc, dh, haploid, riself, "
        "risib: it is “F2”; correct it",
    ),
    "no cross": (
        control(crosstype=None),
        "c.json: “crosstype” must be a cross of R/qtl2’s, such as f2, bc, dh, haploid, riself, "
        "risib: it is not given; add it",
    ),
    "no genotypes": (
        control(geno=None),
        "c.json: the control file must name the genotypes, such as “geno: geno.csv”: it does not",
    ),
    "no map": (
        control(gmap=""),
        "c.json: the control file must name a map, such as “gmap: gmap.csv”: it names neither "
        "“gmap” nor “pmap”",
    ),
    "a file that is not there": (
        control(covar="covar.csv"),
        "c.json: “covar” names the file “covar.csv”, which is not there: there is “g.csv”, "
        "“m.csv”, “p.csv”; add it, or correct its name",
    ),
    "a file of sexes that is not there": (
        control(sex={"file": "s.csv"}),
        "c.json: “sex” names the file “s.csv”, which is not there: there is “g.csv”, “m.csv”, "
        "“p.csv”; add it, or correct its name",
    ),
    "a path that leads away": (
        control(geno="../../etc/passwd"),
        "c.json: “geno” names the file “../../etc/passwd”, which is not there: there is “g.csv”, "
        "“m.csv”, “p.csv”; add it, or correct its name",
    ),
    "a column that is not there": (
        control(covar="p.csv", sex={"covar": "Sex", "F": "female"}),
        "p.csv has no column “Sex”: choose from “y”",
    ),
    "a list for a name": (
        control(crosstype=["f2", "bc"]),
        "c.json: “crosstype” must be one entry: it is a list; correct it",
    ),
    "pairs for names": (
        control(geno={"a": 1}),
        "c.json: “geno” must be one entry or a list of them: it is pairs; correct it",
    ),
    "a list for pairs": (
        control(genotypes=["A", "B"]),
        "c.json: “genotypes” must be pairs such as “code: meaning”: it is a list; correct it",
    ),
    "neither true nor false": (
        control(geno_transposed="maybe"),
        "c.json: “geno_transposed” must be true or false: it is “maybe”; correct it",
    ),
    "a long separator": (
        control(sep=", "),
        "c.json: “sep” must be one sign, such as a comma: it is “, ”",
    ),
    "genotypes numbered 0": (
        control(genotypes={"A": 0, "H": 1}),
        "c.json: genotypes must be numbered from 1 to 5, 1 for AA, 2 for AB and 3 for BB, or 1 and "
        "2 in lines: “A” is “0”",
    ),
    "codes without a meaning": (
        control(genotypes={"AA": 1, "AB": 2}),
        "g.csv: genotypes must be codes that the control file’s “genotypes” explains (“AA”, “AB”): "
        "5 entries are not, such as “A”, “H”; the first is of “1” at “a”; add them there, to "
        "“na.strings” if they are missing, or check “geno_transposed”",
    ),
    "transposed and not said": (
        changed(SMALL, ("g.csv", SMALL["g.csv"], transposed(SMALL["g.csv"]))),
        "g.csv: its columns must be markers of the map m.csv: none of “1”, “2”, “3” is; its rows "
        "are, so add “geno_transposed: true” in c.yaml",
    ),
    "said and not transposed": (
        control(geno_transposed=True),
        "g.csv: its columns must be markers of the map m.csv: none of “1”, “2”, “3” is; its rows "
        "are, so delete “geno_transposed: true” in c.json",
    ),
    "phenotypes transposed and not said": (
        changed(SMALL, ("p.csv", SMALL["p.csv"], transposed(SMALL["p.csv"]))),
        "p.csv: its rows must be individuals of the genotypes: none of “y” is among “1”, “2”, “3”; "
        "its columns are, so add “pheno_transposed: true” in c.yaml",
    ),
    "a map transposed and not said": (
        changed(SMALL, ("m.csv", SMALL["m.csv"], transposed(SMALL["m.csv"]))),
        "g.csv: its columns must be markers of the map m.csv: none of “a”, “b” is; the columns of "
        "the map are, so it is transposed: say so in c.yaml",
    ),
    "ids that do not match": (
        changed(SMALL, ("g.csv", b"\n", b"\nm")) | {"g.csv": b"id,a,b\nm1,A,H\nm2,H,H\n"},
        "p.csv: its rows must be individuals of the genotypes: none of “1”, “2”, “3” is among "
        "“m1”, “m2”; write the same ids in both",
    ),
    "markers of another map": (
        changed(SMALL, ("m.csv", b"a,1", b"c,1"), ("m.csv", b"b,1", b"d,1")),
        "g.csv: its columns must be markers of the map m.csv: none of “a”, “b” is; use the files "
        "of one data set",
    ),
    "a map without positions": (
        changed(SMALL, ("m.csv", b",5", b",five"), ("m.csv", b",25", b",NA")),
        "g.csv: its columns must be markers of the map m.csv: none of “a”, “b” is; positions must "
        "be numbers, and every map must hold the marker",
    ),
    "a map of chromosomes": (
        {**SMALL, "m.csv": b"marker,chr\na,1\nb,1\n"},
        "m.csv: a map must have the columns marker, chr and pos: it has 2; write each marker on a "
        "line of its own",
    ),
    "base pairs for centimorgans": (
        changed(SMALL, ("m.csv", b"25", b"25000000")),
        "m.csv: the genetic map must be in centimorgans: chromosome “1” spans 2.5 × 10⁷; if these "
        "are base pairs, divide them by 1,000,000 and name the file as “pmap”",
    ),
    "an id twice": (
        changed(SMALL, ("g.csv", b"2,H", b"1,H")),
        "g.csv: each row must have its own name: “1” is given 2 times; keep one of them or rename",
    ),
    "a marker twice": (
        changed(SMALL, ("g.csv", b"a,b", b"a,a")),
        "g.csv: each column must have its own name: “a” is given 2 times; keep one of them or "
        "rename",
    ),
    "a marker twice in two files": (
        control(geno=["g.csv", "g.csv"]),
        "g.csv: each column must have its own name: “a” is given 2 times (and 1 more are "
        "repeated); keep one of them or rename",
    ),
    "no id": (
        changed(SMALL, ("p.csv", b"2,1.5", b" ,1.5")),
        "p.csv: each row must have its name: row 2 has none; fill it in or delete the row",
    ),
    "a short row": (
        changed(SMALL, ("g.csv", b"2,H,NA", b"2,H")),
        "g.csv: every row must have as many entries as the header: line 3 (id “2”) has 2, the "
        "header 3; look for a missing or an extra separator",
    ),
    "a short row below comments": (
        changed(SMALL, ("g.csv", b"2,H,NA", b"2,H"), ("g.csv", b"id", b"# one\n# two\nid")),
        "g.csv: every row must have as many entries as the header: line 5 (id “2”) has 2, the "
        "header 3; look for a missing or an extra separator",
    ),
    "another separator": (
        changed(SMALL, ("p.csv", b",", b";")),
        "p.csv: the file must hold a header of two or more columns and rows below it: it has 1 "
        "columns and 3 rows; the separator is “,”, as the control file’s “sep” sets it",
    ),
    "an empty file": (
        {**SMALL, "p.csv": b"# nothing"},
        "p.csv: the file must hold a header of two or more columns and rows below it: it has 0 "
        "columns and 0 rows; the separator is “,”, as the control file’s “sep” sets it",
    ),
    "cut off": (
        changed(SMALL, ("g.csv", b"id", b"# nrow 4\nid")),
        "g.csv: the file must be as large as its comment “nrow 4” says: it has 3; fetch it again, "
        "or correct the comment",
    ),
    "a quote left open": (
        {**SMALL, "p.csv": b'id,y\n"1,' + b"0.5\n2," * 40_000},
        "p.csv: line 21847 cannot be read: field larger than field limit (131072); look for a "
        "quote that is not closed",
    ),
    "not UTF-8": (
        changed(SMALL, ("p.csv", b"id,y", b"id,gr\xf6\xdfe")),
        "p.csv: the text must be UTF-8: byte 5 is 0xf6; save it as “CSV UTF-8”",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_refuses(case):
    files, message = BAD[case]
    with pytest.raises(DataError) as caught:
        read_rqtl2(files, "x")
    assert str(caught.value) == message


SPLICES = (
    *(b'"', b"\n", b",", b";", b"[", b"{", b"&a ", b"*a", b"!!python/object:os.system ", b"\xff"),
    *(b"1e308", b"-1e308", b"inf", b"nan", b"\x00", b"- ", b": ", b"? ", b"| ", b"%", b"---\n"),
)


def mutated(data, rng):
    made = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 6])):
        at = rng.randrange(len(made) + 1)
        kind = rng.randrange(4)
        if kind == 0 and at < len(made):
            made[at] = rng.randrange(256)
        elif kind == 1:
            made[at:at] = rng.choice(SPLICES)
        elif kind == 2:
            del made[at : at + rng.choice([1, 5, 100])]
        else:
            start = rng.randrange(len(made) + 1)
            made[at:at] = made[start : start + rng.randrange(60)]
    return bytes(made)


@pytest.mark.parametrize(
    "files", [F2, RISIB, SMALL, outbred()], ids=["f2", "risib", "bc", "outbred"]
)
def test_only_data_errors_come_of_damaged_files(files, monkeypatch):
    monkeypatch.setattr(kinship, "STEP_CM", 5.0)
    rng = random.Random(20261122)
    read = 0
    for _ in range(100):
        name = rng.choice(sorted(files))
        try:
            made = read_rqtl2({**files, name: mutated(files[name], rng)}, "x")
        except DataError:
            continue
        read += 1
        assert np.isfinite(made.kinship.values).all() if made.kinship else True
    # Most are damaged, and some in ways that do not matter: an entry for another.
    assert 5 < read < 95
