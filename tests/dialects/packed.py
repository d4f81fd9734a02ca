"""Files of other writers in one zip archive, and files that are named for what they are."""

import io
import struct
import zipfile
from collections.abc import Callable, Sequence

from tests.dialects.draft import Draft
from tests.dialects.text import Style, matrix, table

FOREIGN = {
    "BCF": ("geno.bcf", b"BCF\x02\x02" + bytes(60)),
    "BGEN": ("geno.bgen", struct.pack("<IIII", 20, 20, 9, 9) + b"bgen" + bytes(60)),
    ".pgen": ("geno.pgen", b"\x6c\x1b\x10" + bytes(60)),
    ".pvar": ("geno.pvar", b"#CHROM\tPOS\tID\tREF\tALT\n1\t7\trs1\tA\tG\n"),
    "PDF": ("geno.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "a pickle": ("kinship.pkl", b"\x80\x04\x95\x0b\x00\x00\x00]\x94(K\x01e."),
    "a web page": ("kinship.csv", b"<!DOCTYPE html>\n<html><body>404</body></html>\n"),
    "JSON": ("covar.json", b'{"id": ["m01"], "age": [20.5]}\n'),
    "a letter": ("letter.docx", b""),
}
"""What is no data here, by what it is."""


def zipped(writers: Sequence[Callable[[Draft], None]], d: Draft) -> None:
    """What another writer has, all in one archive."""
    writers[int(d.rng.integers(len(writers)))](d)
    folder = d.choose(("", "study/", "data 2026/"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in d.files.items():
            archive.writestr(zipfile.ZipInfo(folder + name), content)
    d.files = {"study.zip": packed.getvalue()}
    d.named = []
    d.arguments = ["study.zip", *d.arguments]


def foreign(d: Draft) -> None:
    """A good pair of files, and one beside them that is something else."""
    d.people({"words": 1})
    d.other_labels = d.labels
    d.measure(["small"])
    d.relate("realised")
    d.give("phenotypes", "pheno.csv", table(d.pheno, d.ids(d.pheno.rows), Style()))
    what = d.pick("beside", dict.fromkeys(FOREIGN, 1.0))
    name, content = FOREIGN[what]
    if what == "a letter":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
            archive.writestr(zipfile.ZipInfo("word/document.xml"), "<w/>")
        content = packed.getvalue()
    if d.chance(0.5, "by chance unlike others"):
        content += bytes(d.rng.integers(33, 126, 4, dtype="uint8"))
    roles = {"k": "kinship", "c": "covariates"}
    d.give(roles.get(name[0], "genotypes"), name, content)
    if name[0] != "k":
        d.give("kinship", "K.csv", matrix(d.K, d.ids(d.relatives), Style()))
    d.expect = "stop"
