import gzip
import io
import pickle
import zipfile
from contextlib import suppress

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.dispatch import READERS
from lmm_data.readers.kinship.pedigree import read_pedigree
from lmm_data.readers.kinship.text import read_kinship_text
from lmm_data.readers.recognition import ARCHIVE, RQTL2, group, recognise
from lmm_data.readers.text.delimited import read_delimited
from tests import damage
from tests.places import ROOT


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def saved(save, *arrays, **named):
    buffer = io.BytesIO()
    save(buffer, *arrays, **named)
    return buffer.getvalue()


SQUARE = "id," + ",".join(f"m{k}" for k in range(9)) + "\n"
SQUARE += "".join(
    f"m{k}," + ",".join("1" if k == j else ".5" for j in range(9)) + "\n" for k in range(9)
)
BIM = b"1 rs1 0 100 A G\n1 rs2 1.5 200 C T\n"
FAM = b"F m1 0 0 1 2.5\nF m2 0 0 2 -9\n"
GRM = b"1 1 99 1\n2 1 99 .5\n2 2 99 1\n"
KIN0 = b"#IID1\tIID2\tNSNP\tHETHET\tIBS0\tKINSHIP\na\tb\t9\t.1\t0\t.25\n"
BIMBAM = b"rs1, A, T, 0.02, 0.8, 1.5\nrs2, G, C, 0, NA, 2\n"
# Alleles as PLINK numbers them; and a name of a kinship on genotypes that are no square.
NUMBERED = "".join(f"rs{k} {1 + k % 2} {2 - k % 2} 0 1 2 NA 0.5\n" for k in range(9)).encode()
LINES = "\t" + "\t".join(f"rs{j}" for j in range(60)) + "\n"
LINES += "".join(
    f"m{k}\t" + "\t".join(str((k + j) % 3) for j in range(60)) + "\n" for k in range(40)
)
LINES = LINES.encode()

FILES = {
    "pheno.csv": (b"id,x,y\na,1,2\nb,3,4\nc,5,6\n", "table", "table"),
    "pheno.txt": (b"1.5\n2.5\nNA\n", "table", "table"),
    "pheno.gz": (gzip.compress(b"id x\na 1\nb 3\n"), "table", "table"),
    "wide.csv": ("id,x\nä,1\n".encode("utf-16"), "table", "table"),
    "notes.txt": (b"On mice\nand men and\nof lives\nthe best\n", "table", "table"),
    "any.csv": (SQUARE.encode(), "kinship", "kinship"),
    "any.csv.gz": (gzip.compress(SQUARE.encode()), "kinship", "kinship"),
    "square.txt": (b"1 .5\n.5 1\n", "kinship", "kinship"),
    "named.txt": (b"a 1 .5\nb .5 1\n", "kinship", "kinship"),
    "lower.txt": (b"1\n.5 1\n.2 .1 1\n", "kinship", "kinship"),
    "pairs.txt": (b"a a 1\nb a .5\nb b 1\n", "kinship", "kinship"),
    "kinship.txt": (b"1 .5\n.2 1\n", "kinship", "kinship"),
    "x.bed": (b"\x6c\x1b\x01\x00", "genotypes", "bed"),
    "bed": (gzip.compress(b"\x6c\x1b\x01\x00"), "genotypes", "bed"),
    "x.pgen": (b"\x6c\x1b\x10\x00", None, None),
    "x.bim": (BIM, "genotypes", "bed"),
    "markers": (BIM, "genotypes", "bed"),
    "x.fam": (FAM, "genotypes", "bed"),
    "people": (FAM, "genotypes", "bed"),
    "x.grm.bin": (bytes(24), "kinship", "grm-bin"),
    "x.grm.N.bin": (bytes(24), "kinship", "grm-bin"),
    "x.grm.id": (b"F a\nF b\n", "kinship", "grm-bin"),
    "x.grm.gz": (gzip.compress(GRM), "kinship", "grm-text"),
    "x.rel": (b"1\n.5\t1\n.2\t.1\t1\n", "kinship", "rel"),
    "x.rel.id": (b"#FID\tIID\nF\ta\n", "kinship", "rel"),
    "x.rel.bin": (bytes(16), "kinship", "rel-bin"),
    "x.king": (b".1\n.2\t.1\n", "kinship", "king"),
    "x.king.id": (b"#IID\na\n", "kinship", "king"),
    "x.king.bin": (bytes(16), "kinship", "king-bin"),
    "x.kin0": (KIN0, "kinship", "kin0"),
    "x.cXX.txt": (b"1\t.5\t\n.5\t1\t\n", "kinship", "gemma-kinship"),
    "x.geno.txt": (BIMBAM, "genotypes", "bimbam"),
    "numbered.txt": (NUMBERED, "genotypes", "bimbam"),
    "K.of_lines.txt": (LINES, "genotypes", "counts"),
    "x.anno.txt": (b"rs1, 1200, 1\nrs2, 1000, 1\n", "genotypes", "bimbam-annotation"),
    "k": (saved(np.save, np.eye(2)), "kinship", "numpy"),
    "k.npz": (saved(np.savez, K=np.eye(2)), "kinship", "numpy"),
    "cross": (zipped(a__yaml="# a cross\ncrosstype: f2\n", g__csv="id\n"), "genotypes", "rqtl2"),
    "cross.zip": (zipped(a__json='{"x": 1, "crosstype": "f2"}'), "genotypes", "rqtl2"),
    "files.zip": (zipped(a__csv="id,x\n"), None, "archive"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_recognised(name):
    content, kind, reader = FILES[name]
    found = recognise(name, content)
    assert (found.name, found.kind, found.reader) == (name, kind, reader)
    assert found.format
    assert found.why


@pytest.mark.parametrize("reader", sorted({found[2] for found in FILES.values() if found[2]}))
def test_each_reader_that_is_named_is_there(reader):
    assert reader in {*READERS, ARCHIVE, RQTL2}


REFUSED = {
    "x.pgen": (
        b"\x6c\x1b\x10",
        r"PLINK 2’s genotypes (.pgen); convert them: plink2 --pfile x --export A-transpose --out x",
    ),
    "x": (pickle.dumps([1]), "a Python pickle, which may run any program; export it as CSV"),
    "x.pkl": (
        pickle.dumps([1], 0),
        "a Python pickle by its name, which may run any program; export it as CSV",
    ),
    "x.hdf": (b"\x89HDF\r\n", "an HDF5 file; export it as CSV"),
    "x.xlsx": (
        zipped(**{"[Content_Types]__xml": "", "xl/a__xml": ""}),
        "a document that is no spreadsheet; save its table as “CSV UTF-8”",
    ),
    "x.zip": (
        zipped(**{"../a": ""}),
        "the names in an archive must stay inside it: “../a” does not; pack the folder again, "
        "from within",
    ),
    "x.bin": (
        b"\1\2\3\xff",
        "the file must be text, not binary: line 1 holds the byte 0x01; save it as “CSV UTF-8”",
    ),
    "x.csv": (b"", "the file must hold text: it is empty; check that it was saved"),
    "comments.csv": (b"# a\n", "an empty file"),
    "x.yaml": (
        b"# control\ncrosstype: f2\n",
        "a control file of R/qtl2; pack it with the files that it names, as .zip",
    ),
    "x.json": (b'\n{"a": [1, 2]}', "JSON, not a table; export it as CSV"),
    "page.csv": (
        b"<html>",
        "a web page; fetch the file itself, by the page’s download link; if the page is the "
        "table, open it in a spreadsheet and save it as .xlsx",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_has_a_reason(name):
    content, reason = REFUSED[name]
    found = recognise(name, content)
    assert (found.kind, found.reader) == (None, None)
    assert "; ".join(filter(None, (found.format, found.remedy))) == reason


def test_the_content_goes_before_the_name():
    assert recognise("pheno.csv", FILES["any.csv"][0]).kind == "kinship"
    assert recognise("kinship.csv", FILES["pheno.csv"][0] * 2).kind == "table"
    assert recognise("genes.bed", b"chr1 100 200 x\nchr1 300 400 y\n").kind == "table"
    assert recognise("x.zip", FILES["pheno.csv"][0]).kind == "table"


def test_a_table_that_is_square_by_chance_is_a_table():
    assert recognise("x.csv", b"id,x,y,z\na,1,2,3\nb,4,5,6\nc,7,8,9\n").kind == "table"
    assert recognise("x.csv", b"1,2\n3,4\n").kind == "table"
    assert recognise("x.txt", b"a b 1\na c 2\nb c 3\nc d 4\n").kind == "table"
    # Two rows of a large file mirror each other by chance.
    assert (
        recognise("x.txt", ("\t".join(["0.1234567"] * 45_000) + "\n").encode() * 3).kind == "table"
    )


def test_the_first_megabyte_is_enough():
    n = 400
    rows = [f"m{i}," + ",".join(["0.123456"] * n) for i in range(n)]
    data = ("id," + ",".join(f"m{i}" for i in range(n)) + "\n" + "\n".join(rows)).encode()
    assert recognise("x", data[: 1 << 20]).kind == recognise("x", data).kind == "kinship"
    bare = "\n".join("\t".join(["0.123456"] * n) for i in range(n))
    assert recognise("x", bare.encode()).kind == "kinship"
    assert recognise("x", bare.encode("utf-16")).kind == "kinship"
    assert recognise("x", gzip.compress(bare.encode())).kind == "kinship"


def test_the_projects_own_files_are_recognised_and_read():
    for path in sorted(ROOT.glob("sample_data/*/*.csv")):
        found = recognise(path.name, path.read_bytes())
        kinship = path.name in ("kinship.csv", "gryphonped.csv")
        assert found.kind == ("kinship" if kinship else "table")
        if found.reader == "pedigree":
            assert read_pedigree(path).notes == ()
        elif kinship:
            assert read_kinship_text(path).kinship.ids == read_delimited(path).table.ids
        else:
            assert read_delimited(path).notes == ()


def recognised(*names):
    return [recognise(name, FILES.get(name, (b"id,x\na,1\n",))[0]) for name in names]


def test_files_that_belong_together_are_grouped():
    names = ["x.fam", "pheno.csv", "x.grm.id", "x.bed", "x.rel.id", "x.bim", "x.grm.N.bin"]
    groups = group(recognised(*names, "x.grm.bin", "x.rel", "k.npz", "x.grm.gz"))
    assert [made.files for made in groups] == [
        ("x.bed", "x.bim", "x.fam"),
        ("pheno.csv",),
        ("x.grm.bin", "x.grm.id", "x.grm.N.bin"),
        ("x.rel", "x.rel.id"),
        ("k.npz",),
        ("x.grm.gz", "x.grm.id"),
    ]
    assert [made.message for made in groups] == [""] * 6
    assert groups[0].name == "x"
    assert groups[0].kind == "genotypes"
    assert groups[2].reader == "grm-bin"
    # What LDAK says of its matrix is no table, and what k.* takes may be given.
    ldak = ["x.grm.bin", "x.grm.id", "x.grm.details", "x.grm.adjust", "x.grm.root"]
    assert [made.files for made in group(recognised(*ldak))] == [tuple(ldak)]


@pytest.mark.parametrize(
    ("names", "missing", "message"),
    [
        (
            ["x.bed"],
            ("x.bim", "x.fam"),
            "x.bed, x.bim and x.fam: x.bim and x.fam are missing; add them",
        ),
        (["x.bim", "x.fam"], ("x.bed",), "x.bed, x.bim and x.fam: x.bed is missing; add it"),
        (
            ["x.grm.bin", "x.grm.N.bin"],
            ("x.grm.id",),
            "x.grm.bin and x.grm.id: x.grm.id is missing",
        ),
        (
            ["x.grm.id"],
            ("x.grm.bin",),
            "a binary GRM is x.grm.bin and x.grm.id: x.grm.bin is missing",
        ),
        (
            ["x.rel"],
            ("x.rel.id",),
            "PLINK relationships are x.rel and x.rel.id: x.rel.id is missing",
        ),
        (["x.king.bin"], ("x.king.id",), "x.king.bin and x.king.id: x.king.id is missing; add it"),
    ],
)
def test_what_is_missing_from_a_group_is_named(names, missing, message):
    (made,) = group(recognised(*names))
    assert made.missing == missing
    assert message in made.message


def test_groups_keep_to_their_folder_and_their_prefix():
    files = [recognise(name, content) for name, content in (("a/x.bed", FILES["x.bed"][0]),)]
    files += [recognise("b/x.bim", BIM), recognise("y.bed.gz", gzip.compress(FILES["x.bed"][0]))]
    groups = group(files)
    assert [made.name for made in groups] == ["a/x", "b/x", "y"]
    assert groups[2].missing == ("y.bim", "y.fam")


def test_a_name_alone_makes_no_group():
    (made,) = group([recognise("genes.bed", b"chr1 100 200 x\nchr1 300 400 y\n")])
    assert (made.files, made.reader, made.message) == (
        ("genes.bed",),
        "table",
        "",
    )


@pytest.mark.parametrize("name", ["pheno.csv", "any.csv", "pairs.txt", "x.kin0", "cross", "k.npz"])
def test_a_damaged_file_is_recognised_as_something(name):
    content = FILES[name][0]
    for broken in damage.mutations(content, damage.COUNT // 4):
        found = recognise(name, broken)
        assert found.format
        with suppress(DataError):
            if found.reader == "table":
                read_delimited(broken)
            elif found.reader == "kinship":
                read_kinship_text(broken)


MELTED = {
    "R": b'"","Var1","Var2","Freq"\n',
    "R, no name": b'"Var1" "Var2" "value"\n',
    "pandas": b",level_0,level_1,0\n",
}


@pytest.mark.parametrize("writer", MELTED)
def test_a_melted_matrix_is_a_list_of_pairs_behind_numbers_of_its_lines(writer):
    header = MELTED[writer]
    cut = b"," if b"," in header else b" "
    pairs = [
        (a, b, b"1" if a == b else b".25")
        for a in (b"m1", b"m2", b"m3")
        for b in (b"m1", b"m2", b"m3")
    ]
    lines = [cut.join([b"%d" % k, *pair]) for k, pair in enumerate(pairs, 1)]
    content = header + b"\n".join(lines) + b"\n"
    assert recognise("x.csv", content).reader == "kinship"
    reading = read_kinship_text(content)
    assert reading.kinship.ids == ("m1", "m2", "m3")
    assert reading.kinship.values.tolist() == [[1, 0.25, 0.25], [0.25, 1, 0.25], [0.25, 0.25, 1]]


def test_pairs_below_a_header_without_names():
    content = b",,0\na,a,1\na,b,.5\nb,a,.5\nb,b,1\na,c,0\nc,a,0\nb,c,0\nc,b,0\nc,c,1\n"
    assert recognise("x.csv", content).reader == "kinship"
    assert read_kinship_text(content).kinship.ids == ("a", "b", "c")
