library(lme4); library(jsonlite)
groups <- data.frame(Batch=factor(read.csv("tests/reference/groups/group.csv")$group), Yield=read.csv("tests/reference/groups/pheno.csv")$y, x=read.csv("tests/reference/groups/covar.csv")$x)
groups$w <- 1 + seq_len(nrow(groups)) %% 7
control <- lmerControl(optimizer="bobyqa", optCtrl=list(rhoend=1e-12))
fits <- list()
for (method in c("REML", "ML")) for (times in c(1, 3)) {
  groups$weight <- times * groups$w
  m <- suppressMessages(lmer(Yield ~ x + (1|Batch), groups, weights=weight, REML=method == "REML", control=control))
  v <- as.data.frame(VarCorr(m))$vcov
  fits[[length(fits) + 1]] <- list(method=method, times=times, sigmasq_g=v[1], sigmasq_e=v[2], beta=unname(fixef(m)), se=unname(sqrt(diag(as.matrix(vcov(m))))), loglik=c(logLik(m)), blup=unname(ranef(m)$Batch[, 1]))
}
out <- list(fits=fits, made_by=list(r=R.version.string, lme4=as.character(packageVersion("lme4")), date=format(Sys.Date()), call="lmer(Yield ~ x + (1|Batch), weights=times * (1 + row modulo 7)), bobyqa rhoend 1e-12"))
cat(toJSON(out, digits=15, auto_unbox=TRUE, pretty=TRUE))
