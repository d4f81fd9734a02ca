"""Small sound files of every format, as they are uploaded together, to be damaged."""

import gzip
import io
import zipfile

import numpy as np

from lmm_core.simulate.families import full_sib_families, simulate_phenotype
from tests.bad_inputs import toy
from tests.places import REFERENCE
from tests.rqtl2_files import F2, SMALL

FAMILIES = full_sib_families(4, 3)
N = len(FAMILIES.ids)
IDS = tuple(f"m{k:02d}" for k in range(1, N + 1))
K = FAMILIES.K
Y = [round(float(y), 2) for y in simulate_phenotype(K, 0.5, rng=np.random.default_rng(4)).y]
ROWS = [(label, y, k % 2) for k, (label, y) in enumerate(zip(IDS, Y, strict=True))]


def text(rows, sign=","):
    return "".join(sign.join(map(str, row)) + "\n" for row in rows).encode()


def square(sign=",", ids=IDS):
    rows = [(label, *row) for label, row in zip(ids, K.tolist(), strict=True)]
    return text([("id", *ids), *rows], sign)


def saved(save, *arrays, **named):
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


def packed(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


TOYS = [line.split()[1] for line in toy("toy.fam")["toy.fam"].decode().splitlines()]
TOY_PHENO = {
    "toy.csv": text([("id", "y"), *((label, 0.3 * k**1.5) for k, label in enumerate(TOYS))])
}
PHENO = text([("id", "y"), *(row[:2] for row in ROWS)])
COVAR = text([("id", "sex"), *(row[::2] for row in ROWS)])
CSV = {"pheno.csv": PHENO, "kinship.csv": square(), "covar.csv": COVAR}
COMMAS = text([("id", "y"), *((label, str(y).replace(".", ",")) for label, y, _ in ROWS)], ";")
LOWER = text([(label, *K[i, : i + 1].tolist()) for i, label in enumerate(IDS)], "\t")
PAIRS = text([(IDS[i], IDS[j], K[i, j]) for i in range(N) for j in range(i + 1)], " ")
PARENTS = [(f"s{k}", "NA", "NA") for k in range(4)] + [(f"d{k}", "NA", "NA") for k in range(4)]
PARENTS += [(label, f"s{k // 3}", f"d{k // 3}") for k, label in enumerate(IDS)]

RQTL = b"y,m1,m2\n,1,1\n,0,9\n1.5,A,H\n2.5,H,H\n0.5,B,A\n1.0,H,-\n"


def shared(*names):
    """Files of the folder of genotypes, by their names."""
    return {name: (REFERENCE / "genotypes" / name).read_bytes() for name in names}


SOUND = {"sound_pheno.txt": text([("id", "weight"), *(row[:2] for row in ROWS)], "\t")}
SOUND |= {"sound_kinship.txt": square("\t")}

FILES = {
    "CSV": CSV,
    "tabs": {"pheno.txt": text([("id", "y", "sex"), *ROWS], "\t"), "kinship.txt": square("\t")},
    "decimal commas": {"pheno.csv": COMMAS, "kinship.csv": square(";")},
    "lower triangle": {"pheno.csv": PHENO, "kinship.txt": LOWER},
    "pairs": {"pheno.csv": PHENO, "pairs.txt": PAIRS},
    "pedigree": {"pheno.csv": PHENO, "ped.csv": text([("id", "sire", "dam"), *PARENTS])},
    "bare pedigree": {"pheno.csv": PHENO, "ped.txt": text(PARENTS[::-1], " ")},
    "compressed": {"pheno.csv.gz": gzip.compress(PHENO, mtime=0), "kinship.csv": square()},
    "archive": {"data.zip": packed(CSV)},
    "binary GRM": {**TOY_PHENO, **toy("toy.grm.bin", "toy.grm.id", "toy.grm.N.bin")},
    "text GRM": {**TOY_PHENO, **toy("toy.grm.gz", "toy.grm.id")},
    "rel": {**TOY_PHENO, "toy.rel": toy("toy.square.rel")["toy.square.rel"], **toy("toy.rel.id")},
    "binary rel": {
        **TOY_PHENO,
        "toy.rel.bin": toy("toy.square.rel.bin")["toy.square.rel.bin"],
        **toy("toy.rel.id"),
    },
    "KING": {
        **TOY_PHENO,
        "toy.king": toy("toy.triangle.king")["toy.triangle.king"],
        **toy("toy.king.id"),
    },
    "binary KING": {
        **TOY_PHENO,
        "toy.king.bin": toy("toy.triangle.king.bin")["toy.triangle.king.bin"],
        **toy("toy.king.id"),
    },
    "pairs of KING": {**TOY_PHENO, **toy("toy.kin0")},
    "GEMMA": {**TOY_PHENO, **toy("toy.cXX.txt")},
    "BIMBAM": {**TOY_PHENO, **toy("toy.geno.txt.gz", "toy.anno.txt")},
    "PLINK": {
        **TOY_PHENO,
        **toy("toy.bed", "toy.bim"),
        "toy.fam": toy("toy.glucose.fam")["toy.glucose.fam"],
    },
    "PLINK’s tables": toy("toy.pheno.txt", "toy.plink2.cov", "toy.kin0"),
    "an array": {"pheno.csv": PHENO, "K.npy": saved(np.save, K)},
    "arrays": {"pheno.csv": PHENO, "K.npz": saved(np.savez, K=K, ids=np.array(IDS))},
    "a cross": {"cross.zip": packed(F2)},
    "a cross, unpacked": dict(SMALL),
    "VCF": {**TOY_PHENO, **shared("toy.ds.vcf.gz")},
    "VCF of calls": {
        **TOY_PHENO,
        "toy.vcf": gzip.decompress(*shared("toy.bcftools.vcf.gz").values()),
    },
    "letters of PLINK": {**TOY_PHENO, **shared("toy.12.ped", "toy.12.map")},
    "HapMap": {**TOY_PHENO, **shared("toy.single.hmp.txt")},
    "a table of letters": {**TOY_PHENO, **shared("toy.pairs.csv")},
    "a cross of R/qtl": {"cross.csv": RQTL},
}
