# Writes the files beside it: Rscript make.R (R 4.2.2, packages Matrix 1.5-3 and tibble).
library(Matrix)
set.seed(1)
ids <- paste0("m", 1:6)
half <- matrix(rnorm(60), 6)
K <- tcrossprod(half) / 10
dimnames(K) <- list(ids, ids)
pheno <- data.frame(
  weight = c(20.5, 21.25, NA, 19, 23.75, 1e5), count = c(1L, NA, 3L, 4L, 5L, 6L),
  sex = factor(c("f", "m", NA, "m", "f", "f"), levels = c("m", "f")),
  size = factor(c("S", "L", "M", "S", "L", "M"), levels = c("S", "M", "L"), ordered = TRUE),
  born = as.Date("2024-02-28") + 0:5, seen = as.POSIXct("2024-03-01 12:30:00", tz = "UTC") + 0:5,
  live = c(TRUE, FALSE, NA, TRUE, TRUE, FALSE), name = c("a,b", "q\"q", NA, "Zo\u00eb", "", "#x"),
  row.names = ids)
saveRDS(pheno, "frame.rds")
saveRDS(pheno, "frame_v2.rds", version = 2)
saveRDS(pheno, "frame_plain.rds", compress = FALSE)
saveRDS(pheno, "frame_bz2.rds", compress = "bzip2")
saveRDS(pheno, "frame_xz.rds", compress = "xz")
saveRDS(pheno, "frame_ascii.rds", ascii = TRUE)
saveRDS(tibble::as_tibble(pheno, rownames = "id"), "tibble.rds")
saveRDS(data.frame(id = 100000L + 1:6, weight = 1:6 + 0.5), "numbered.rds")
saveRDS(K, "K.rds")
saveRDS(unname(K), "unnamed.rds")
saveRDS(c(m1 = 1.5, m2 = 2.5, m3 = NA), "named.rds")
made <- K; rownames(made) <- colnames(made) <- as.character(c(1:5, 100000L))
saveRDS(made, "deferred.rds")
loco <- list("1" = structure(K, n_pos = 20L), "2" = structure(K + diag(6), n_pos = 30L),
             X = structure(K + 2 * diag(6), n_pos = 40L))
saveRDS(loco, "loco.rds")
each <- lapply(1:3, function(k) structure(K, n_pos = c(20L, 31L, 40L)[k])); names(each) <- c("1", "2", "X")
saveRDS(each, "each.rds")
saveRDS(structure(list("1" = array(0.5, c(6, 2, 3), list(ids, c("A", "B"), NULL))),
  class = c("calc_genoprob", "list"), crosstype = "bc", alleles = c("A", "B")), "probabilities.rds")
answer <- 42
halve <- function(x) x / 2
place <- new.env()
save(pheno, K, answer, halve, place, file = "workspace.RData")
save(pheno, K, file = "workspace.rda", compress = "xz", version = 2)
saveRDS(as(K, "dsyMatrix"), "dsyMatrix.rds")
saveRDS(pack(as(K, "dsyMatrix")), "dspMatrix.rds")
saveRDS(as(as(as(Diagonal(6) + sparseMatrix(c(1, 2), c(2, 1), x = .5, dims = c(6, 6),
  dimnames = list(ids, ids)), "dMatrix"), "generalMatrix"), "CsparseMatrix"), "dgCMatrix.rds")
sym <- forceSymmetric(readRDS("dgCMatrix.rds"), "U")
saveRDS(sym, "dsCMatrix.rds")
saveRDS(as(sym, "TsparseMatrix"), "dsTMatrix.rds")
saveRDS(Diagonal(6), "ddiMatrix.rds")
pairs <- which(lower.tri(K), arr.ind = TRUE)
pcrelate <- list(
  kinBtwn = data.frame(ID1 = ids[pairs[, 2]], ID2 = ids[pairs[, 1]], kin = K[pairs] / 2, k0 = 0,
                       k2 = 0, nsnp = 10),
  kinSelf = data.frame(ID = ids, f = diag(K) - 1, nsnp = 10))
class(pcrelate) <- "pcrelate"
saveRDS(pcrelate, "pcrelate.rds")
saveRDS(lm(weight ~ sex, pheno), "lm.rds")
saveRDS(1:10, "sequence.rds")
saveRDS(as.dist(matrix(c(0, .5, .2, .5, 0, .3, .2, .3, 0), 3, dimnames = list(letters[1:3], letters[1:3]))), "dist.rds")
saveRDS(array(as.numeric(1:8), c(2, 2, 2)), "array.rds")
# What read_cross2 makes of ../../rqtl2/f2, as R/qtl2's documentation of the class says, in base R.
f2 <- "../../rqtl2/f2"
part <- function(name) read.csv(file.path(f2, paste0("cross_", name, ".csv")), comment.char = "#",
  row.names = 1, na.strings = c("-", "NA"), colClasses = "character", check.names = FALSE)
codes <- c(SS = 1L, SB = 2L, BB = 3L, "S-" = 4L, "B-" = 5L)
geno <- part("geno"); gmap <- part("gmap"); pmap <- part("pmap"); pheno <- part("pheno"); covar <- part("covar")
chr <- unique(gmap$chr)
on <- function(map, c) { m <- map[map$chr == c, ]; structure(as.numeric(m$pos), names = rownames(m)) }
cross <- list(crosstype = "f2",
  geno = lapply(setNames(chr, chr), function(c) { m <- names(on(gmap, c))
    g <- matrix(codes[as.matrix(geno[, m])], nrow(geno), dimnames = list(rownames(geno), m))
    g[is.na(g)] <- 0L; g }),
  gmap = lapply(setNames(chr, chr), on, map = gmap), pmap = lapply(setNames(chr, chr), on, map = pmap),
  pheno = structure(sapply(pheno, as.numeric), dimnames = dimnames(as.matrix(pheno))), covar = covar,
  is_x_chr = setNames(chr == "X", chr), is_female = setNames(covar$sex == "F", rownames(covar)),
  cross_info = matrix(as.integer(covar$direction == "BxS"), dimnames = list(rownames(covar), NULL)),
  alleles = c("S", "B"))
class(cross) <- "cross2"
saveRDS(cross, "cross2.rds")
# Five individuals of eight founders, their genotypes by a rule.
many <- paste0("i", 0:4); marks <- paste0("m", 0:5); where <- c("1", "1", "1", "X", "X", "X")
by_rule <- function(rows, rule) lapply(c("1" = "1", X = "X"), function(c) {
  k <- which(where == c) - 1
  matrix(as.integer(outer(seq_along(rows) - 1, k, rule)), length(rows), dimnames = list(rows, marks[k + 1])) })
map <- lapply(c("1" = "1", X = "X"), function(c) setNames(9 * (which(where == c) - 1), marks[where == c]))
outbred <- list(crosstype = "do", geno = by_rule(many, function(i, k) (i * k + i + k) %% 4), gmap = map,
  founder_geno = by_rule(LETTERS[1:8], function(a, k) 1 + 2 * ((a %/% (1 + k %% 3) + k) %% 2)),
  is_x_chr = c("1" = FALSE, X = TRUE), is_female = setNames(c(TRUE, FALSE, TRUE, FALSE, TRUE), many),
  cross_info = matrix(c(4L, 4L, 7L, 7L, 4L), dimnames = list(many, "ngen")), alleles = LETTERS[1:8])
class(outbred) <- "cross2"
saveRDS(outbred, "outbred.rds")
