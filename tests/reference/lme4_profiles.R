library(lme4); library(jsonlite)
out <- list()
groups <- data.frame(Batch=factor(read.csv("tests/reference/groups/group.csv")$group), Yield=read.csv("tests/reference/groups/pheno.csv")$y, x=read.csv("tests/reference/groups/covar.csv")$x)
for (name in c("Dyestuff","Dyestuff2","groups")) {
  d <- get(name)
  rec <- list(batch=as.integer(d$Batch), yield=d$Yield, fits=list())
  for (m in c(TRUE,FALSE)) {
    form <- if (name=="groups") Yield ~ x + (1|Batch) else Yield ~ 1 + (1|Batch); f <- lmer(form, d, REML=m, control=lmerControl(optimizer="bobyqa", optCtrl=list(rhoend=1e-12)))
    v <- as.data.frame(VarCorr(f))
    rec$fits[[length(rec$fits)+1]] <- list(method=if (m) "REML" else "ML", sigmasq_g=v$vcov[1], sigmasq_e=v$vcov[2], loglik=as.numeric(logLik(f)), beta=unname(fixef(f)), se=unname(sqrt(diag(as.matrix(vcov(f))))), blup=ranef(f)$Batch[,1])
    if (!m) { pr <- suppressWarnings(profile(f, devtol=1e-9, delta=0.03, maxpts=400)); ci <- suppressWarnings(confint(pr)); rec$ml_profile_ci95 <- list(rows=rownames(ci), lower=unname(ci[,1]), upper=unname(ci[,2])) }
  }
  out[[name]] <- rec
}
out$made_by <- list(r=R.version.string, lme4=as.character(packageVersion("lme4")), date="2026-11-22", call="lmer(Yield ~ 1 + (1|Batch), REML=...), bobyqa rhoend 1e-12; confint(profile(delta=0.03, devtol=1e-9))")
cat(toJSON(out, digits=15, auto_unbox=TRUE, pretty=TRUE))
