# Genotype probabilities of random genotypes in crosses of many founders, by R/qtl2's own HMM.
library(jsonlite)
calc <- getFromNamespace(".calc_genoprob", "qtl2")
set.seed(20261128)
pos <- c(2, 9.5, 9.5, 31)
index <- c(0L, 1L, 2L, -1L, 3L)
places <- c(2, 9.5, 9.5, 20, 31)
rf <- pmax(0.5 * (1 - exp(-diff(places) / 50)), 1e-12)
n <- 3
shuffled <- function(f) function() sample(f)
shares <- function(g, f) function() c(sample(g, 1), sample(0:2, f - 1, TRUE), 1L)
crosses <- list(
    riself4=list(4, shuffled(4)), riself8=list(8, shuffled(8)), riself16=list(16, shuffled(16)),
    risib4=list(4, shuffled(4)), risib8=list(8, shuffled(8)), magic19=list(19, function() integer(0)),
    dh6=list(6, function() sample(2:9, 1)), genril5=list(5, shares(2:9, 5)),
    genail3=list(3, shares(2:9, 3)), do=list(8, function() sample(c(1L, 2L, 7L), 1)),
    hs=list(8, function() sample(c(1L, 2L, 40L), 1)),
    dof1=list(9, function() sample(1:9, 1)), hsf1=list(9, function() sample(1:9, 1))
)
cases <- list()
for (name in names(crosses)) for (is_x in c(FALSE, TRUE)) {
    if (is_x && !(name %in% c("risib4", "risib8", "genril5", "genail3", "do", "hs", "dof1", "hsf1"))) next
    f <- crosses[[name]][[1]]
    info <- matrix(as.integer(replicate(n, crosses[[name]][[2]]())), ncol=n)
    founders <- matrix(sample(c(0L, 1L, 1L, 1L, 3L, 3L, 3L), f * 4, TRUE), f)
    codes <- matrix(sample(c(0L, 1L, 1L, 2L, 3L, 3L, 4L, 5L), n * 4, TRUE), 4)
    female <- c(TRUE, FALSE, TRUE)
    made <- calc(name, codes, founders, is_x, female, info, rf, index, 0.03)
    cases[[length(cases) + 1]] <- list(
        cross_type=name, is_x=is_x, codes=t(codes), position_cm=pos, founders=founders,
        info=if (nrow(info)) t(info) else rep(list(integer(0)), n), female=female,
        values=round(aperm(made, c(3, 2, 1)), 12)
    )
}
cat(toJSON(cases, auto_unbox=TRUE, digits=NA), "\n")
