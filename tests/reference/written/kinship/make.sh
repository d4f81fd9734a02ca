#!/bin/sh
# Makes the files of this folder with the programs themselves: sh make.sh
# Needs plink1.9 (1.90b6.26) and R 4.2.2 with Matrix 1.5-3, as in Debian 12; and SciPy.
set -eu
cd "$(dirname "$0")"
toy=../../formats/toy
plink1.9 --bfile $toy --distance square ibs 1-ibs --out toy
plink1.9 --bfile $toy --distance triangle ibs --out triangle
plink1.9 --bfile $toy --distance triangle 1-ibs --out triangle
plink1.9 --bfile $toy --distance triangle --out counts
plink1.9 --bfile $toy --genome --out toy
plink1.9 --bfile $toy --genome --min 0.2 --out close
rm -f *.log
Rscript - <<'R'
library(Matrix)
K <- as.matrix(read.table("toy.mibs"))
dimnames(K) <- NULL
invisible(writeMM(as(forceSymmetric(Matrix(round(K, 6))), "CsparseMatrix"), "symmetric.mtx"))
invisible(writeMM(as(as(Diagonal(13) + sparseMatrix(2, 1, x = .5, dims = c(13, 13)) +
  sparseMatrix(1, 2, x = .5, dims = c(13, 13)), "generalMatrix"), "CsparseMatrix"), "sparse.mtx"))
R
python3 - <<'PYTHON'
import numpy as np
from scipy.io import mmwrite

K = np.loadtxt("toy.mibs")
mmwrite("array.mtx", K, symmetry="general", precision=8)
mmwrite("half.mtx", K, symmetry="symmetric", precision=8)
PYTHON
for kind in array half sparse symmetric; do cut -f2 toy.mibs.id >$kind.ids; done
