"""Small files of every kind, as someone would drop them."""

import io
import zipfile

import numpy as np

from tests.places import FORMATS

IDS = ("a", "b", "c", "d")
K = np.eye(4) + 0.25
PHENO = b"id,weight,sex,note\nd,4.5,M,x\nb,2.5,F,y\na,1.5,M,z\nc,3.5,F,w\n"
COVAR = b"id,sex,age\na,1,10\nb,0,20\nc,0,30\nd,1,NA\n"
BARE = b"1.25 .25 .25 .25\n.25 1.25 .25 .25\n.25 .25 1.25 .25\n.25 .25 .25 1.25\n"


def square(values=K, ids=IDS):
    rows = [
        f"{label},{','.join(map(repr, row))}"
        for label, row in zip(ids, values.tolist(), strict=True)
    ]
    return "\n".join([f"id,{','.join(ids)}", *rows, ""]).encode()


def npy(values=K, **arrays):
    packed = io.BytesIO()
    if arrays:
        np.savez(packed, K=values, **arrays)
    else:
        np.save(packed, values)
    return packed.getvalue()


def toy(*names):
    return {f"toy.{name}": (FORMATS / f"toy.{name}").read_bytes() for name in names}


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


PAIR = {"K.csv": square(), "pheno.csv": PHENO}
