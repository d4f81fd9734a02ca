"""Genotypes, and crosses of R/qtl2, in bad files."""

from tests.bad_inputs import (
    KINSHIP,
    PHENO,
    Case,
    N,
    table,
    toy,
    toy_pheno,
    zipped,
)
from tests.rqtl2_files import F2, SMALL
from tests.rqtl2_files import changed as cross_with

PLINK = toy("toy.bed", "toy.bim", "toy.fam")
BED = PLINK["toy.bed"]
DOSAGES = table({f"rs{j}": [(7 * i * j + j) % 21 / 10 for i in range(N)] for j in range(30)})
GENOTYPES = {
    "dosages without a word": Case(
        {"pheno.csv": PHENO, "kinship.csv": KINSHIP, "dose.csv": DOSAGES},
        problem="each file that is given must be used: dose.csv could hold the phenotypes or the "
        "covariates or the genotypes, and “pheno.csv” is taken for the phenotypes; leave it out, "
        "or say that it holds the phenotypes or the covariates or the genotypes (--geno)",
        codes=None,
    ),
    "genotypes": Case(
        {**toy_pheno(), **PLINK},
        notes=("toy.fam has no phenotypes: each is −9 or NA",),
        codes=("phenotype_small",),
    ),
    "genotypes, wrong first bytes": Case(
        {**toy_pheno(), **PLINK, "toy.bed": b"\x00\x00" + BED[2:]},
        refused={
            "toy": "toy.bed: a bed file must begin with the bytes 6c 1b 01: these are "
            "00 00 01; convert it with PLINK 1.9 or later, --make-bed"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "genotypes cut off": Case(
        {**toy_pheno(), **PLINK, "toy.bed": BED[:-10]},
        refused={
            "toy": "toy.bed: the bed file must hold 13 individuals (fam) x 160 "
            "markers (bim), that is 643 bytes: it has 633; use the three files "
            "of one data set"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "genotypes by sample": Case(
        {**toy_pheno(), **PLINK, "toy.bed": BED[:2] + b"\x00" + BED[3:]},
        refused={
            "toy": "toy.bed: a bed file must begin with the bytes 6c 1b 01: these are "
            "6c 1b 00; convert it with PLINK 1.9 or later, --make-bed"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "PLINK 2’s genotypes": Case(
        {**toy_pheno(), "toy.pgen": b"\x6c\x1b\x10" + bytes(40)},
        refused={
            "toy.pgen": "toy.pgen cannot be read: PLINK 2’s genotypes (.pgen); convert "
            "them: plink2 --pfile toy --export A-transpose --out toy"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "a bim file of another length": Case(
        {
            **toy_pheno(),
            **PLINK,
            "toy.bim": PLINK["toy.bim"].split(b"\n", 1)[1],
        },
        refused={
            "toy": "toy.bed: the bed file must hold 13 individuals (fam) x 159 "
            "markers (bim), that is 639 bytes: it has 643; use the three files "
            "of one data set"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "a fam file of another length": Case(
        {**toy_pheno(), **PLINK, "toy.fam": b"".join(PLINK["toy.fam"].splitlines(True)[:5])},
        refused={
            "toy": "toy.bed: the bed file must hold 5 individuals (fam) x 160 markers "
            "(bim), that is 323 bytes: it has 643; use the three files of one "
            "data set"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "no fam file": Case(
        {**toy_pheno(), **toy("toy.bed", "toy.bim")},
        refused={
            "toy": "PLINK genotypes are toy.bed, toy.bim and toy.fam: toy.fam is missing; add it"
        },
        lacks=("kinship", "pheno.csv"),
        codes=None,
    ),
    "a fam file for phenotypes": Case(
        {
            **toy("toy.glucose.fam", "toy.rel.id"),
            "toy.rel": toy("toy.square.rel")["toy.square.rel"],
        },
        notes=(
            "−9 stands 2 times in “pheno1” of toy.glucose.fam and is missing "
            "there, as PLINK writes it",
            "PLINK genotypes are toy.glucose.bed, toy.glucose.bim and "
            "toy.glucose.fam: toy.glucose.bed and toy.glucose.bim are missing; "
            "add them",
        ),
        codes=("kinship_indefinite", "phenotype_small"),
    ),
    "a cross": Case(
        {"cross.zip": zipped(F2)},
        notes=(
            "24 individuals at 12 markers on 3 chromosomes, 12.2% of the "
            "genotypes missing; the counts are of allele B.",
            "The kinship is R/qtl2’s, the mean over genotype probabilities at "
            "191 positions (the markers and a grid of 1 cM; error probability "
            "0.002). It is on the scale of a coefficient of kinship: R/qtl2 "
            "doubles it before it fits.",
        ),
        codes=("covariate_many",),
    ),
    "a cross, unpacked": Case(
        dict(F2),
        notes=(
            "24 individuals at 12 markers on 3 chromosomes, 12.2% of the "
            "genotypes missing; the counts are of allele B.",
            "The kinship is R/qtl2’s, the mean over genotype probabilities at "
            "191 positions (the markers and a grid of 1 cM; error probability "
            "0.002). It is on the scale of a coefficient of kinship: R/qtl2 "
            "doubles it before it fits.",
        ),
        codes=("covariate_many",),
    ),
    "a cross without its genotypes": Case(
        {"cross.zip": zipped({name: data for name, data in SMALL.items() if name != "g.csv"})},
        refused={
            "cross.zip": "c.yaml: “geno” names the file “g.csv”, which is not there: there "
            "is “m.csv”, “p.csv”; add it, or correct its name"
        },
        lacks=("phenotypes",),
        codes=None,
    ),
    "a cross that names no phenotypes": Case(
        {"cross.zip": zipped(cross_with(SMALL, ("c.yaml", b"pheno: p.csv\n", b"")))},
        notes=(
            "3 individuals at 2 markers on 1 chromosome, 16.7% of the "
            "genotypes missing; the counts are of the second allele.",
            "The kinship is R/qtl2’s, the mean over genotype probabilities at "
            "21 positions (the markers and a grid of 1 cM; error probability "
            "0.002). It is on the scale of a coefficient of kinship: R/qtl2 "
            "doubles it before it fits.",
        ),
        lacks=("phenotypes", "cross.zip"),
        codes=None,
    ),
    "a cross of no known kind": Case(
        {"cross.zip": zipped(cross_with(SMALL, ("c.yaml", b"crosstype: bc", b"crosstype: zz")))},
        refused={
            "cross.zip": "c.yaml: “crosstype” must be a cross of R/qtl2’s, such as f2, bc, "
            "dh, haploid, riself, risib: it is “zz”; correct it"
        },
        lacks=("phenotypes",),
        codes=None,
    ),
    "a control file alone": Case(
        {"c.yaml": SMALL["c.yaml"]},
        refused={
            "c.yaml": "c.yaml: “geno” names the file “g.csv”, which is not there: there "
            "is no other file; add it, or correct its name"
        },
        lacks=("phenotypes",),
        codes=None,
    ),
    "a control file that is not YAML": Case(
        {"cross.zip": zipped(cross_with(SMALL, ("c.yaml", b"geno: g.csv", b"geno: [g.csv")))},
        refused={
            "cross.zip": "c.yaml: the control file must be YAML: line 3: expected “,” or "
            "“]”, but got “:”; put entries with signs such as - * : into quotes"
        },
        lacks=("phenotypes",),
        codes=None,
    ),
}
