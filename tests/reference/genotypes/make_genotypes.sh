#!/bin/sh
# Makes the files of this folder with the real tools: sh make_genotypes.sh
# Needs python3, plink1.9 (1.90b6.26), plink2 (2.00a3.5), bcftools (1.16) and R (4.2), as in Debian 12.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cp "$here"/../formats/toy.bed "$here"/../formats/toy.bim "$here"/../formats/toy.fam .

plink1.9 --bfile toy --recode vcf-iid bgz --out toy.plink1
plink1.9 --bfile toy --recode vcf bgz --out toy.families
plink2 --bfile toy --export vcf id-paste=iid bgz --out toy.plink2
plink2 --bfile toy --export vcf id-paste=iid bgz vcf-dosage=DS-force --out toy.ds
# Fields beside the calls, and calls that are phased; and the same as BCF.
bcftools query -f '%CHROM\t%POS[\t9]\n' toy.plink1.vcf.gz >depth
bcftools +fill-tags toy.plink1.vcf.gz -Ou -- -t AF,AN |
    bcftools +setGT -Ou -- -t a -n p | bcftools view -Oz -o toy.bcftools.vcf.gz
bcftools view -Ob -o toy.bcf toy.plink1.vcf.gz

plink1.9 --bfile toy --recode A --out toy
plink1.9 --bfile toy --recode AD --out toy.ad
plink1.9 --bfile toy --recode A include-alt --out toy.alt
plink2 --bfile toy --export A --out toy.plink2
plink2 --bfile toy --export AD --out toy.plink2.ad
plink1.9 --bfile toy --recode A-transpose --out toy
plink2 --bfile toy --export A-transpose --out toy.plink2
plink1.9 --bfile toy --recode --out toy
plink1.9 --bfile toy --recode 12 tab --out toy.12
plink1.9 --bfile toy --recode compound-genotypes --out toy.compound
plink1.9 --bfile toy --recode transpose --out toy
plink2 --bfile toy --export bgen-1.2 --out toy
plink2 --bfile toy --make-pgen --out toy

# The same as tables, by R: counts and letters, either way round, as write.csv and write.table
# leave them; and HapMap's form, as GAPIT and TASSEL take it.
Rscript --vanilla - <<'R'
raw <- read.table("toy.traw", header = TRUE, check.names = FALSE)
tped <- read.table("toy.tped", colClasses = "character")
fam <- read.table("toy.fam", colClasses = "character")
counts <- as.matrix(raw[, -(1:6)])
dimnames(counts) <- list(raw$SNP, fam$V2)
first <- as.matrix(tped[, seq(5, ncol(tped), 2)])
second <- as.matrix(tped[, seq(6, ncol(tped), 2)])
pairs <- matrix(paste0(first, second), nrow(first), dimnames = dimnames(counts))
pairs[pairs == "00"] <- NA
slashed <- matrix(paste(first, second, sep = "/"), nrow(first), dimnames = dimnames(counts))
slashed[slashed == "0/0"] <- "--"
bases <- c(AA = "A", CC = "C", GG = "G", TT = "T", AG = "R", GA = "R")
single <- matrix(bases[pairs], nrow(pairs), dimnames = dimnames(counts))
single[is.na(single)] <- "N"
write.csv(t(counts), "toy.counts.csv")
write.table(counts, "toy.counts.markers.txt", sep = "\t", quote = FALSE)
write.table(t(counts) - 1, "toy.signed.txt", quote = FALSE)
write.csv(t(pairs), "toy.pairs.csv")
write.table(data.frame(marker = raw$SNP, chr = raw$CHR, pos = raw$POS, slashed, check.names = FALSE),
            "toy.slashed.markers.txt", sep = "\t", quote = FALSE, row.names = FALSE)
write.table(data.frame(taxa = fam$V2, t(single), check.names = FALSE), "toy.single.txt",
            sep = "\t", quote = FALSE, row.names = FALSE)
nothing <- rep(NA, nrow(raw))
about <- data.frame(raw$SNP, paste(raw$COUNTED, raw$ALT, sep = "/"), raw$CHR, raw$POS, "+",
                    nothing, nothing, nothing, nothing, nothing, nothing)
names(about) <- c("rs#", "alleles", "chrom", "pos", "strand", "assembly#", "center", "protLSID",
                  "assayLSID", "panelLSID", "QCcode")
pairs[is.na(pairs)] <- "NN"
write.table(cbind(about, pairs), "toy.hmp.txt", sep = "\t", quote = FALSE, row.names = FALSE)
write.table(cbind(about, single), "toy.single.hmp.txt", sep = "\t", quote = FALSE, row.names = FALSE)
R

# Two males and two females on 1, X, Y and MT: plink2 writes one allele for what has one.
python3 - <<'PYTHON'
calls = ["A A", "A G", "G G", "G G"], ["A A", "G G", "A G", "G G"]
with open("sex.ped", "w") as ped:
    for k in range(4):
        male = k % 2 == 0
        x = ("A A", "G G")[k > 0] if male else ("A G", "G G")[k > 1]
        y = ("A A", "G G")[k > 0] if male else "0 0"
        print(k, f"s{k}", 0, 0, 1 if male else 2, 1.5 * k, calls[0][k], calls[1][k], x, y,
              ("A A", "G G")[k > 1], file=ped)
with open("sex.map", "w") as places:
    for j, chromosome in enumerate((1, 1, 23, 24, 26)):
        print(chromosome, f"c{j}", 0, 5000000 + j, file=places)
PYTHON
plink1.9 --file sex --make-bed --out sex
plink2 --bfile sex --export vcf id-paste=iid --out sex

cp toy.*.vcf.gz toy.bcf ./*.raw ./*.traw toy.ped toy.map toy.12.ped toy.12.map toy.compound.ped \
    toy.compound.map toy.tped toy.tfam toy.bgen toy.pgen toy.pvar toy.psam ./*.csv ./*.txt \
    sex.bed sex.bim sex.fam sex.vcf "$here"
