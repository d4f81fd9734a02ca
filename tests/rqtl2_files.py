"""Small crosses in R/qtl2's form, and what tests do to their files."""

import json

import numpy as np

from tests.places import REFERENCE

REFERENCE = REFERENCE / "rqtl2"
F2 = {path.name: path.read_bytes() for path in sorted((REFERENCE / "f2").iterdir())}
RISIB = {path.name: path.read_bytes() for path in sorted((REFERENCE / "risib").iterdir())}

SMALL = {
    "c.yaml": b"crosstype: bc\ngeno: g.csv\ngmap: m.csv\npheno: p.csv\n",
    "g.csv": b"id,a,b\n1,A,H\n2,H,NA\n3,A,A\n",
    "m.csv": b"marker,chr,pos\na,1,5\nb,1,25\n",
    "p.csv": b"id,y\n1,0.5\n2,1.5\n3,NA\n",
}


def changed(files, *changes, **added):
    """The files with (name, old, new) replaced; each must be there."""
    made = dict(files)
    for name, old, new in changes:
        assert old in made[name], (name, old)
        made[name] = made[name].replace(old, new)
    made.update({name.replace("_", "."): content for name, content in added.items()})
    return made


def control(**fields):
    """SMALL's control file with more in it, as JSON."""
    given = {"crosstype": "bc", "geno": "g.csv", "gmap": "m.csv", "pheno": "p.csv", **fields}
    files = {name: content for name, content in SMALL.items() if name != "c.yaml"}
    return {"c.json": json.dumps(given).encode(), **files}


def transposed(data, mark=b","):
    rows = [line.split(mark) for line in data.split(b"\n") if line and line[:1] != b"#"]
    return b"".join(mark.join(row) + b"\n" for row in zip(*rows, strict=True))


DO = {
    "crosstype": "do",
    "geno": "g.csv",
    "founder_geno": "f.csv",
    "founder_geno_transposed": True,
    "gmap": "m.csv",
    "covar": "c.csv",
    "sex": {"covar": "sex", "f": "female", "m": "male"},
    "cross_info": {"covar": "ngen"},
    "x_chr": "X",
}


def outbred(changes=(), **control):
    """Five mice of eight founders, with (name, old, new) replaced and the control file changed."""
    rng = np.random.default_rng(4)
    names = [f"m{k}" for k in range(8)]
    files = {
        "c.json": json.dumps({**DO, **control}),
        "g.csv": "\n".join(
            [",".join(["id", *names])]
            + [",".join([f"i{i}", *rng.choice(list("AHB-"), 8)]) for i in range(5)]
        ),
        "f.csv": "\n".join(
            ["marker,A,B,C,D,E,F,G,H"]
            + [",".join([name, *rng.choice(list("AB"), 8)]) for name in names]
        ),
        "m.csv": "\n".join(
            ["marker,chr,pos"]
            + [f"{name},{'X' if k > 4 else 1},{7 * k}" for k, name in enumerate(names)]
        ),
        "c.csv": "id,sex,ngen\ni0,f,4\ni1,m,4\ni2,f,7\ni3,m,7\ni4,f,4\n",
    }
    for name, old, new in changes:
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    return {name: text.encode() for name, text in files.items()}
