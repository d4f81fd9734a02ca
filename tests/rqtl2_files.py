"""Small crosses in R/qtl2's form, and what tests do to their files."""

import json

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
