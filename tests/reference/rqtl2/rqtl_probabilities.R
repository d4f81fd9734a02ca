# By R/qtl: genotype probabilities of small crosses, with the genotypes they were computed from, and
# the kinship of f2/ from its probabilities. Run in the project's folder:
# Rscript tests/reference/rqtl2/rqtl_probabilities.R > tests/reference/rqtl2/rqtl_probabilities.json
library(qtl)
library(jsonlite)

map <- c(m1 = 0, m2 = 7.3, m3 = 9.1, m4 = 20.25, m5 = 61.5)
n <- 8
set.seed(20261122)

one <- function(type, codes, chr = "1", sex = NULL, pgm = NULL, seen = codes) {
    colnames(codes) <- names(map)
    chromosome <- list(data = codes, map = map)
    class(chromosome) <- if (chr == "X") "X" else "A"
    pheno <- data.frame(y = rnorm(nrow(codes)))
    if (!is.null(sex)) pheno$sex <- sex
    if (!is.null(pgm)) pheno$pgm <- pgm
    cross <- list(geno = setNames(list(chromosome), chr), pheno = pheno)
    class(cross) <- c(type, "cross")
    made <- calc.genoprob(cross, step = 10, error.prob = 0.01, map.function = "haldane")
    prob <- made$geno[[1]]$prob
    list(
        cross_type = type, is_x = chr == "X", female = if (!is.null(sex)) sex == 0,
        reverse = if (!is.null(pgm)) pgm == 1, codes = seen, map = unname(map), step_cm = 10,
        error_prob = 0.01, position_cm = unname(c(attr(prob, "map"))), values = unname(prob[, , ])
    )
}

draw <- function(codes, missing = 0.25) {
    made <- matrix(sample(codes, n * length(map), replace = TRUE), nrow = n)
    made[runif(length(made)) < missing] <- NA
    made
}
coded <- function(codes) { codes[is.na(codes)] <- 0; codes }

results <- list()
for (type in c("f2", "bc", "dh", "haploid", "riself", "risib")) {
    codes <- draw(if (type == "f2") 1:5 else 1:2)
    results[[type]] <- one(type, codes, seen = coded(codes))
}
sex <- rep(0:1, each = 4)
pgm <- rep(c(0, 0, 1, 1), 2)
# R/qtl codes what an X shows by 1 and 2: AA and AB, in the reverse direction BB and AB, and A and
# B in males.
codes <- draw(1:2)
seen <- coded(codes)
seen[sex == 0 & pgm == 1, ] <- c(0, 3, 2)[seen[sex == 0 & pgm == 1, ] + 1]
seen[sex == 1, ] <- c(0, 1, 3)[seen[sex == 1, ] + 1]
results[["f2_x"]] <- one("f2", codes, "X", sex, pgm, seen)
codes <- draw(1:2)
seen <- coded(codes)
seen[sex == 1, ] <- c(0, 1, 3)[seen[sex == 1, ] + 1]
results[["bc_x"]] <- one("bc", codes, "X", sex, NULL, seen)

# The kinship of f2/: the mean over positions of the chance that two alleles are the same.
folder <- "tests/reference/rqtl2/f2"
table_of <- function(name) {
    read.csv(file.path(folder, name), comment.char = "#", colClasses = "character")
}
geno <- table_of("cross_geno.csv")
place <- table_of("cross_gmap.csv")
place$pos <- as.numeric(place$pos)
covar <- table_of("cross_covar.csv")
male <- covar$sex == "M"
back <- covar$direction == "BxS"
total <- 0
positions <- 0
for (chr in unique(place$chr)) {
    here <- place[place$chr == chr, ]
    here <- here[order(here$pos), ]
    numbers <- c(SS = 1, SB = 2, BB = 3, `S-` = 4, `B-` = 5)
    codes <- apply(as.matrix(geno[, here$marker]), 2, function(each) unname(numbers[each]))
    if (chr == "X") {
        codes[male, ] <- c(1, NA, 2, NA, NA)[codes[male, ]]
        codes[!male & back, ] <- c(NA, 2, 1, NA, NA)[codes[!male & back, ]]
    }
    colnames(codes) <- here$marker
    chromosome <- list(data = codes, map = setNames(here$pos, here$marker))
    class(chromosome) <- if (chr == "X") "X" else "A"
    pheno <- data.frame(y = 0, sex = as.numeric(male), pgm = as.numeric(back))
    cross <- list(geno = setNames(list(chromosome), chr), pheno = pheno)
    class(cross) <- c("f2", "cross")
    cross <- calc.genoprob(cross, step = 1, error.prob = 0.002, map.function = "haldane")
    prob <- cross$geno[[1]]$prob
    # The share of the first allele in each genotype.
    if (chr == "X") {
        first <- prob[, , 1] + prob[, , 2] / 2
        first[male, ] <- prob[male, , 1]
        first[!male & back, ] <- prob[!male & back, , 2] / 2
    } else {
        first <- prob[, , 1] + prob[, , 2] / 2
    }
    total <- total + first %*% t(first) + (1 - first) %*% t(1 - first)
    positions <- positions + ncol(first)
}
kinship <- list(ids = geno$id, positions = positions, values = unname(total / positions))

versions <- c(R = as.character(getRversion()), qtl = as.character(packageVersion("qtl")))
cat(toJSON(list(versions = as.list(versions), crosses = results, f2_kinship = kinship),
    auto_unbox = TRUE, digits = 12, null = "null"), "\n")
