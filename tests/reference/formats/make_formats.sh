#!/bin/sh
# Makes the files of this folder with the real tools: sh make_formats.sh
# Needs python3, plink1.9 (1.90b6.26), plink2 (2.00a3.5) and gemma (0.98.5), as in Debian 12.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Two families of four full sibs and five others, 160 SNPs on 4 chromosomes, 2% missing; and four
# individuals with two IIDs, two of whom share no SNP. Only random() is used: Python keeps its
# numbers from version to version.
python3 - <<'PYTHON'
from random import Random

rng = Random(20)
m = 160
frequencies = [0.15 + 0.7 * rng.random() for _ in range(m)]


def founder():
    return [[int(rng.random() < f) for f in frequencies] for _ in range(2)]


def child(father, mother):
    return [[pair[int(rng.random() < 0.5)] for pair in zip(*parent)] for parent in (father, mother)]


people = []
for family in ("FA", "FB"):
    parents = founder(), founder()
    people += [(family, f"{family.lower()}{k}", child(*parents)) for k in range(1, 5)]
people += [(f"U{k}", f"{k:03d}", founder()) for k in range(1, 6)]
with open("toy.ped", "w") as ped:
    for place, (fid, iid, (one, two)) in enumerate(people):
        calls = [
            "0 0" if rng.random() < 0.02 else f"{'AG'[a]} {'AG'[b]}" for a, b in zip(one, two)
        ]
        print(fid, iid, 0, 0, 1 + place % 2, -9, *calls, file=ped)
with open("toy.map", "w") as places:
    for j in range(m):
        print(1 + 4 * j // m, f"s{j + 1}", j % 40 / 2, 1000 * (j + 1), file=places)
with open("toy.pheno.txt", "w") as table:
    print("FID IID weight glucose", file=table)
    for place, (fid, iid, _) in enumerate(people):
        weight = "NA" if place == 3 else round(20 + 5 * rng.random(), 3)
        glucose = -9 if place in (5, 6) else round(5 * rng.random(), 4)
        print(fid, iid, weight, glucose, file=table)
with open("toy.bare.txt", "w") as table:
    for place, (fid, iid, _) in enumerate(people):
        print(fid, iid, round(3 * rng.random(), 3), place % 2, sep="\t", file=table)

calls = ["A A", "A G", "G G", "A G", "G G", "A A"]
with open("gap.ped", "w") as ped:
    print("A 1 0 0 1 1.5", "0 0 " * 3, *calls[3:], file=ped)
    print("A 2 0 0 2 2.5", *calls[:3], "0 0 " * 3, file=ped)
    print("B 1 0 0 1 0.5", *calls, file=ped)
    print("B 3 0 0 0 4.5", *calls[::-1], file=ped)
with open("gap.map", "w") as places:
    for j in range(6):
        print(1, f"g{j + 1}", 0, 100 * (j + 1), file=places)
PYTHON

plink1.9 --file toy --make-bed --out toy
plink1.9 --file gap --make-bed --out gap
plink1.9 --bfile toy --make-grm-bin --out toy
plink1.9 --bfile toy --make-grm-gz --out toy
plink1.9 --bfile gap --make-grm-bin --out gap
plink1.9 --bfile gap --make-grm-gz --out gap
plink2 --bfile toy --bad-freqs --make-grm-list id-header --out toy.plink2

for shape in square square0 triangle; do
    plink1.9 --bfile toy --make-rel $shape --out toy.$shape
    plink1.9 --bfile toy --make-rel bin $shape --out toy.$shape
    plink2 --bfile toy --make-king $shape --out toy.$shape
    plink2 --bfile toy --make-king bin $shape --out toy.$shape
done
mv toy.square.rel.id toy.rel.id
mv toy.square.king.id toy.king.id
plink1.9 --bfile toy --make-rel bin4 triangle --out toy.bin4
plink1.9 --bfile toy --make-rel gz --out toy
plink1.9 --bfile toy --make-rel cov bin square --out toy.cov
plink1.9 --bfile toy --geno 0 --make-rel bin square --out toy.whole
plink2 --bfile toy --bad-freqs --make-rel meanimpute bin square --out toy.meanimpute
plink2 --bfile toy --make-king bin4 square --out toy.bin4
plink2 --bfile toy --make-king-table --out toy
plink2 --bfile toy --make-king-table --king-table-filter 0.1 --out toy.close

plink1.9 --bfile toy --pheno toy.pheno.txt --mpheno 2 --make-just-fam --out toy.glucose
plink2 --bed toy.bed --bim toy.bim --fam toy.glucose.fam --make-just-psam --out toy.glucose
plink1.9 --bed toy.bed --bim toy.bim --fam toy.glucose.fam --recode oxford --out toy.glucose
plink1.9 --bfile toy --covar toy.pheno.txt --write-covar --out toy.plink1
plink2 --bfile toy --covar toy.pheno.txt --covar-name weight,glucose --write-covar --out toy.plink2

# The mean genotypes count the allele that a bim file names first, as the bed file does.
plink1.9 --bfile toy --recode A-transpose --out toy
tail -n +2 toy.traw | awk '{ printf "%s, %s, %s", $2, $5, $6
    for (k = 7; k <= NF; k++) printf ", %s", $k; print "" }' >toy.geno.txt
awk '{ print $2 ", " $4 ", " $1 ", " $3 }' toy.bim >toy.anno.txt
awk 'NR > 1 { print $3 "\t" ($4 == -9 ? "NA" : $4) }' toy.pheno.txt >toy.gemma.txt
# GEMMA looks at the markers of those with a phenotype: a 1 for everybody, to have all.
awk '{ $6 = 1; print }' toy.fam >one.fam
awk '{ print 1 }' toy.fam >one.txt
cp toy.bed one.bed
cp toy.bim one.bim
for kind in 1 2; do
    gemma -bfile one -gk $kind -maf 0 -miss 1 -outdir . -o toy
    gemma -g toy.geno.txt -p one.txt -a toy.anno.txt -gk $kind -maf 0 -miss 1 \
        -outdir . -o toy.bimbam
done
gzip -n toy.geno.txt

cp toy.bed toy.bim toy.fam gap.bed gap.bim gap.fam toy.pheno.txt toy.bare.txt \
    ./*.grm.* ./*.grm ./*.rel ./*.rel.gz ./*.rel.bin toy.rel.id \
    ./*.king ./*.king.bin toy.king.id ./*.kin0 ./*.cov toy.glucose.fam toy.glucose.psam toy.glucose.sample \
    toy.geno.txt.gz toy.anno.txt toy.gemma.txt ./*XX.txt "$here"
