# TITLE
# The fit once more in base R, from the files beside this program: Rscript reproduce.R. With
# R/lmmlite installed, its answer stands beside it. Exit code 1 if a number is more than 1e-6 from
# that of estimates.csv.
#
# The log-likelihood here has all its constants, as in lmm_core. To compare lmmlite's, add
#   ML:   (n * log(n / (2 * pi)) - n) / 2
#   REML: (n * log((n - p) / (2 * pi)) - (n - p)) / 2
# lmmlite divides the residual sum of squares by n - p under ML too; here its sigmasq is by n.
method <- "REML" # or "ML"
reml <- method == "REML"

read <- function(file) {
  cells <- read.csv(file, check.names = FALSE, colClasses = "character",
                    na.strings = character(), encoding = "UTF-8")
  values <- as.matrix(cells[-1])
  values[values == "NA"] <- NA
  matrix(as.numeric(values), nrow(cells),
         dimnames = list(trimws(cells[[1]]), trimws(names(cells)[-1])))
}
y <- read("pheno.csv")
K <- read("kinship.csv")
X <- cbind(intercept = rep(1, nrow(y)))
rownames(X) <- rownames(y)
if (file.exists("covar.csv")) {
  covariates <- read("covar.csv")
  stopifnot(identical(rownames(covariates), rownames(y)))
  X <- cbind(X, covariates)
}
# A record with a missing value is left out; records of one individual share its row of K.
whole <- rowSums(is.na(cbind(y, X))) == 0
y <- y[whole, , drop = FALSE]
X <- X[whole, , drop = FALSE]
K <- K[rownames(y), rownames(y), drop = FALSE]
stopifnot(identical(rownames(y), rownames(K)), identical(rownames(K), colnames(K)))
trait <- colnames(y)
y <- y[, 1]
columns <- colnames(X)
independent <- qr(X, tol = 1e-8)
kept <- sort(independent$pivot[seq_len(independent$rank)])
X <- X[, kept, drop = FALSE]
n <- nrow(X)
p <- ncol(X)
m <- if (reml) n - p else n

# Decompose and rotate, once; the smallest eigenvalue first.
e <- eigen(K, symmetric = TRUE)
up <- order(e$values)
lambda <- e$values[up]
lambda[lambda <= 1e-10 * max(lambda)] <- 0
U <- e$vectors[, up]
# Ordinary regression is taken off y first: the fit is the same, and y keeps its digits.
ordinary <- lm.fit(X, y)
b_ordinary <- ordinary$coefficients
y_rotated <- drop(crossprod(U, ordinary$residuals))
X_rotated <- crossprod(U, X)
log_det_xtx <- c(determinant(crossprod(X))$modulus)

# Weighted least squares, the log-likelihood of one h, and its slope.
at <- function(h) {
  d <- h * lambda + 1 - h
  fit <- lm.wfit(X_rotated, y_rotated, 1 / d, tol = 1e-14)
  R <- qr.R(fit$qr)
  r <- fit$residuals / sqrt(d)
  sigma2 <- sum(r^2) / m
  twice <- m * log(2 * pi * sigma2) + m + sum(log(d))
  if (reml) twice <- twice + 2 * sum(log(abs(diag(R)))) - log_det_xtx
  counted <- if (reml) 1 - rowSums(qr.Q(fit$qr)^2) else 1
  list(loglik = -twice / 2, slope = sum((lambda - 1) / d * (r^2 / sigma2 - counted)) / 2,
       sigma2 = sigma2, beta = b_ordinary + fit$coefficients,
       se = sqrt(sigma2 * diag(chol2inv(R))))
}
profile <- function(h) vapply(h, function(one) at(one)$loglik, 0)
slope <- function(h) at(h)$slope
# Where a function, above 0 at a and below at b, passes 0.
zero <- function(f, a, b) {
  for (step in 1:100) if (f((a + b) / 2) > 0) a <- (a + b) / 2 else b <- (a + b) / 2
  a
}

# Near h = 1 all hangs on sums without variance in K: if X fits y there, the curve may rise
# without end. For such a K, an h just below 1 stands for 1.
null <- lambda == 0
positive <- lambda[!null]
endless <- FALSE
if (any(null)) {
  Q <- crossprod(U, qr.Q(qr(X)))[null, , drop = FALSE]
  s <- svd(Q)
  reach <- s$d > 1e-10
  base <- s$u[, reach, drop = FALSE]
  left <- y_rotated[null] - base %*% crossprod(base, y_rotated[null])
  excess <- sum(null) - if (reml) sum(reach) else 0
  endless <- excess > 0 && excess < m && sqrt(sum(left^2)) <= 1e-7 * sqrt(sum(y_rotated^2))
}
one <- if (any(null)) 1 - 1e-10 else 1

# The profile on a grid that is dense near 0 and 1.
ends <- if (length(positive)) c(-log(max(positive)) - 5.5, 5.5 - log(min(positive))) else c(0, 0)
if (any(null)) ends[2] <- max(ends[2], 20)
h <- seq(ends[1], ends[2], length.out = ceiling(diff(ends) / 0.25) + 1)
h <- sort(unique(c(0, pmin(plogis(h), one), one)))
G <- length(h)
nothing <- max(abs(ordinary$residuals)) <= (32 + p) * 2^-52 * max(abs(y)) || n == p
flat <- nothing || m <= reml
ll <- if (flat) numeric(G) else profile(h)
size <- max(1, abs(ll))
flat <- flat || (!endless && diff(range(ll)) <= 1e-9 * size)

# Brent's method, which is R's optimize, on every hill, from valley to valley.
rise <- diff(ll)
rise <- rise[moves <- which(abs(rise) > 1e-10 * size)]
valleys <- moves[-1][rise[-1] > 0 & rise[-length(rise)] < 0]
cuts <- c(1, valleys, G)
tops <- NULL
for (k in seq_len(length(cuts) - 1)) {
  left <- cuts[k]
  right <- cuts[k + 1]
  if (flat || (endless && left - 1 + which.max(ll[left:right]) == G)) next
  x <- optimize(profile, h[c(left, right)], maximum = TRUE, tol = 1e-4)$maximum
  a <- max(x - 1e-3, h[left])
  b <- min(x + 1e-3, h[right])
  # Values alone give h to half of its digits; the slope is 0 at the top.
  top <- if (slope(a) <= 0) a else if (slope(b) >= 0) b else zero(slope, a, b)
  tops <- cbind(tops, c(top, at(top)$loglik))
}

# The estimates, and the interval: every h less than half of 3.84, of chi-square, lower.
h2 <- sigma2 <- loglik <- lower <- upper <- NA
beta <- se <- rep(NA_real_, length(columns))
if (flat) {
  cat("no h fits better than another\n")
  beta[kept] <- b_ordinary
  if (!nothing) loglik <- at(0)$loglik
}
if (endless) cat("the log-likelihood rises without end as h nears 1\n")
if (!is.null(tops)) {
  h2 <- tops[1, which.max(tops[2, ])]
  if (h2 == one && any(null)) h2 <- 1 - 2^-52
  best <- at(h2)
  sigma2 <- best$sigma2
  loglik <- max(tops[2, ])
  beta[kept] <- best$beta
  se[kept] <- best$se
  over <- function(x) at(x)$loglik - loglik + qchisq(0.95, 1) / 2
  h <- sort(unique(c(h, h2)))
  inside <- vapply(h, over, 0) >= 0
  beyond <- which(h > h2 & !inside)
  # Only the hill of the estimate, where the curve rises without end.
  if (endless && length(beyond)) inside[beyond[1]:length(h)] <- FALSE
  first <- min(which(inside))
  last <- max(which(inside))
  lower <- if (first > 1) zero(over, h[first], h[first - 1]) else 0
  upper <- if (last < length(h)) zero(over, h[last], h[last + 1]) else 1
}

# Beside the page: differences of variances count by v, those of b by its standard error.
mine <- c(h2, sigma2 * c(h2, 1 - h2, 1), loglik, n, p, lower, upper, rbind(beta, se))
names(mine) <- c("h2", "sigma2_g", "sigma2_e", "sigma2", "loglik", "n", "p", "h2 95% lower",
                 "h2 95% upper", rbind(paste("beta", columns), paste("se beta", columns)))
scale <- if (flat) abs(beta) + (beta == 0) else se
if (!flat) scale[kept] <- pmax(se[kept], sqrt(sigma2 / colSums(X^2)))
unit <- c(1, rep(sigma2, 3), max(1, abs(loglik)), 1, 1, 1, 1, rbind(scale, scale))
page <- read.csv("estimates.csv", check.names = FALSE, colClasses = "character",
                 encoding = "UTF-8")
theirs <- suppressWarnings(as.numeric(page[[method]][match(names(mine), trimws(page[[1]]))]))
theirs[!is.finite(theirs)] <- NA
cat(sprintf("%s by %s\n", trait, method))
cat(sprintf("%-16s %.12g\n", names(mine), mine), sep = "")
gap <- abs(mine - theirs) / unit
gap[is.na(mine) & is.na(theirs)] <- 0

# remotes::install_github("kbroman/lmmlite")
if (requireNamespace("lmmlite", quietly = TRUE)) {
  e <- lmmlite::eigen_rotation(K, y, X)
  out <- lmmlite::fitLMM(e$Kva, e$y, e$X, reml = reml)
  constant <- (n * log(m / (2 * pi)) - m) / 2
  cat("lmmlite: hsq", out$hsq, " sigmasq", out$sigmasq * (n - p) / m,
      " loglik with all constants", out$loglik + constant, "\n")
}
agree <- all(gap <= 1e-6) %in% TRUE
said <- if (agree) "These are the numbers of the page" else "NOT the numbers of the page"
cat(sprintf("%s: the largest difference is %.1g.\n", said, max(gap)))
quit(status = if (agree) 0 else 1)
