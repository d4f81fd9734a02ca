"""Programs that make the numbers again, in Python and in R, from the files beside them.

They hold no data and, but for a comment, no name from a file: those are read.
"""

from lmm_app.fit.view import View
from lmm_app.sources.sources import Opened

PYTHON = """\
# {title}
# The numbers of the page, made again from the files beside this one by lmm_core alone.
import json
import sys
from pathlib import Path

from lmm_core import fit_lmm
from lmm_data.dataset import align
from lmm_data.readers.text.csv import read_kinship, read_table

METHOD = "{method}"  # or "{other}"

here = Path(__file__).parent
data = align(
    "the files beside this one",
    read_table(here / "pheno.csv"),
    read_kinship(here / "kinship.csv"),{covariates}
)
problem = data.problem(data.traits.columns[0], data.covariates.columns)
fit = fit_lmm(problem.y, problem.X, problem.K, reml=METHOD == "REML")

sys.stdout.reconfigure(encoding="utf-8")
print(f"{{problem.trait}} by {{METHOD}}: {{fit.message}}")
for name in ("h2", "sigma2_g", "sigma2_e", "sigma2", "loglik", "n", "p", "status", "n_eval"):
    print(f"{{name:10}}{{getattr(fit, name)}}")
for column, beta, se in zip(problem.columns, fit.beta, fit.se_beta, strict=True):
    print(f"beta {{column}}: {{beta}}, standard error {{se}}")

page = json.loads((here / "results.json").read_text(encoding="utf-8"))["fits"][METHOD]
names = ("h2", "sigma2_g", "sigma2_e", "sigma2", "loglik")
mine = [*(getattr(fit, name) for name in names), *fit.beta, *fit.se_beta]
page = [*(page[name] for name in names), *page["beta"], *page["se_beta"]]
pairs = [(a, b) for a, b in zip(mine, page, strict=True) if b is not None]
gap = max((abs(a - b) / (abs(b) or 1.0) for a, b in pairs), default=0.0)
print(f"largest relative difference from the page: {{gap:.1g}}")
"""

R = """\
# {title}
# The same fit in base R, and by R/lmmlite where that is installed, from the files in this
# folder: Rscript reproduce.R. Found by values alone, h is good to about 1e-7.
#
# The log-likelihood here has all its constants, as in lmm_core. To compare lmmlite's, add
#   ML:   (n * log(n / (2 * pi)) - n) / 2
#   REML: (n * log((n - p) / (2 * pi)) - (n - p)) / 2
# lmmlite divides the residual sum of squares by n - p under ML too; here its sigmasq is by n.
reml <- {reml}

read <- function(file) {{
  cells <- read.csv(file, check.names = FALSE, colClasses = "character",
                    na.strings = character(), encoding = "UTF-8")
  matrix(as.numeric(as.matrix(cells[-1])), nrow(cells),
         dimnames = list(trimws(cells[[1]]), trimws(names(cells)[-1])))
}}
y <- read("pheno.csv")
K <- read("kinship.csv")
# Records of one individual share its row and its column.
K <- K[rownames(y), rownames(y), drop = FALSE]
X <- cbind(intercept = rep(1, nrow(y)){covariates})
stopifnot(identical(rownames(y), rownames(K)), identical(rownames(K), colnames(K)),
          is.null(rownames(X)) || identical(rownames(X), rownames(y)))
y <- y[, 1]
independent <- qr(X, tol = 1e-8)
X <- X[, sort(independent$pivot[seq_len(independent$rank)]), drop = FALSE]
n <- nrow(X)
p <- ncol(X)
m <- if (reml) n - p else n

# Decompose and rotate, once; the smallest eigenvalue first.
e <- eigen(K, symmetric = TRUE)
up <- order(e$values)
lambda <- e$values[up]
lambda[lambda <= 1e-10 * max(lambda)] <- 0
U <- e$vectors[, up]
y_rotated <- drop(crossprod(U, y))
X_rotated <- crossprod(U, X)
log_det_xtx <- c(determinant(crossprod(X))$modulus)

# Weighted least squares and the log-likelihood of one h.
at <- function(h) {{
  d <- h * lambda + 1 - h
  fit <- lm.wfit(X_rotated, y_rotated, 1 / d, tol = 1e-14)
  R <- qr.R(fit$qr)
  sigma2 <- sum(fit$residuals^2 / d) / m
  twice <- m * log(2 * pi * sigma2) + m + sum(log(d))
  if (reml) twice <- twice + 2 * sum(log(abs(diag(R)))) - log_det_xtx
  list(loglik = -twice / 2, sigma2 = sigma2, beta = fit$coefficients,
       se = sqrt(sigma2 * diag(chol2inv(R))))
}}
profile <- function(h) vapply(h, function(one) at(one)$loglik, 0)

# The profile on a grid that is dense near 0 and 1; a peak is a point above its neighbours.
positive <- lambda[lambda > 0]
singular <- length(positive) < n
ends <- if (length(positive)) c(-log(max(positive)) - 6, -log(min(positive)) + 16) else c(0, 0)
h <- plogis(seq(ends[1], ends[2], by = 0.25))
h <- unique(c(0, if (singular) h[h < 1] else c(h, 1)))
left <- sum(lm.fit(X, y)$residuals^2) > 1e-24 * sum(y^2)
ll <- if (n - p > 1 && left) profile(h) else 0
G <- length(ll)
peaks <- which(ll >= c(-Inf, ll[-G]) & ll >= c(ll[-1], -Inf))
# With a singular K the last point is not 1 but close to it: a slope there leads to infinity.
if (singular && G > 1 && ll[G] - ll[G - 1] > 0.05) {{
  cat("the log-likelihood grows without bound as h nears 1; its best finite maximum:\\n")
  peaks <- setdiff(peaks, G)
}}
if (diff(range(ll)) <= 1e-9 * max(1, abs(ll)) || !length(peaks)) {{
  cat("none: every h is as good as another, or there is no finite maximum\\n")
}} else {{
  climb <- function(k) {{
    around <- h[c(max(k - 1, 1), min(k + 1, G))]
    top <- optimize(profile, around, maximum = TRUE, tol = 1e-10)
    if (top$objective > ll[k]) c(top$maximum, top$objective) else c(h[k], ll[k])
  }}
  tops <- vapply(peaks, climb, c(0, 0))
  h2 <- tops[1, which.max(tops[2, ])]
  best <- at(h2)
  cat(sprintf("%-9s %.10g\\n", c("h2", "sigma2_g", "sigma2_e", "sigma2", "loglik", "n", "p"),
              c(h2, best$sigma2 * c(h2, 1 - h2, 1), best$loglik, n, p)), sep = "")
  cat(sprintf("beta %s: %.10g, standard error %.10g\\n", colnames(X), best$beta, best$se),
      sep = "")
}}

# remotes::install_github("kbroman/lmmlite")
if (requireNamespace("lmmlite", quietly = TRUE)) {{
  e <- lmmlite::eigen_rotation(K, y, X)
  out <- lmmlite::fitLMM(e$Kva, e$y, e$X, reml = reml)
  constant <- (n * log(m / (2 * pi)) - m) / 2
  cat("lmmlite: hsq", out$hsq, " sigmasq", out$sigmasq * (n - p) / m,
      " loglik with all constants", out$loglik + constant, "\\n")
}}
"""


def reproduce_python(opened: Opened, view: View, method: str) -> str:
    """A Python program that fits the files again and prints what the page shows."""
    return PYTHON.format(
        title=title_of(opened, view, method),
        method=method,
        other="ML" if method == "REML" else "REML",
        covariates=_covariates(view, '\n    read_table(here / "covar.csv"),'),
    )


def reproduce_r(opened: Opened, view: View, method: str) -> str:
    """An R program that does the same in base R, and by R/lmmlite."""
    return R.format(
        title=title_of(opened, view, method),
        reml="TRUE # FALSE for ML" if method == "REML" else "FALSE # TRUE for REML",
        covariates=_covariates(view, ', read("covar.csv")'),
    )


def title_of(opened: Opened, view: View, method: str) -> str:
    """What was fitted, in one line: names from a file cannot leave the comment they stand in."""
    words = f"{view.problem.trait} of {opened.dataset.name}, by {method}"
    return "".join(mark if mark.isprintable() else " " for mark in words)


def _covariates(view: View, words: str) -> str:
    return words if len(view.problem.columns) > 1 else ""
