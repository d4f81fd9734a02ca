library(lme4); library(jsonlite)
groups <- data.frame(Batch=factor(read.csv("tests/reference/groups/group.csv")$group), Yield=read.csv("tests/reference/groups/pheno.csv")$y, x=read.csv("tests/reference/groups/covar.csv")$x)
groups$w <- seq_len(nrow(groups)) %% 7
Dyestuff$x <- rep(1:5, 6); Dyestuff2$x <- rep(1:5, 6)
control <- lmerControl(optimizer="bobyqa", optCtrl=list(rhoend=1e-12))
out <- list()
compare <- function(d, name, full, null) {
  fits <- lapply(c(full, null), function(f) suppressMessages(lmer(as.formula(f), d, REML=FALSE, control=control)))
  restricted <- lapply(c(full, null), function(f) suppressMessages(lmer(as.formula(f), d, REML=TRUE, control=control)))
  a <- anova(fits[[2]], fits[[1]]); r <- suppressMessages(anova(restricted[[2]], restricted[[1]]))
  list(data=name, full=full, null=null, df=a$Df[2], chisq=a$Chisq[2], p=a[["Pr(>Chisq)"]][2], aic=rev(a$AIC), loglik=rev(a$logLik), chisq_of_reml_fits=r$Chisq[2], t=unname(summary(restricted[[1]])$coefficients["x", "t value"]))
}
out$comparisons <- list(
  compare(groups, "groups", "Yield ~ x + (1|Batch)", "Yield ~ 1 + (1|Batch)"),
  compare(groups, "groups", "Yield ~ x + w + (1|Batch)", "Yield ~ 1 + (1|Batch)"),
  compare(Dyestuff, "Dyestuff", "Yield ~ x + (1|Batch)", "Yield ~ 1 + (1|Batch)"),
  compare(Dyestuff2, "Dyestuff2", "Yield ~ x + (1|Batch)", "Yield ~ 1 + (1|Batch)"))
out$made_by <- list(r=R.version.string, lme4=as.character(packageVersion("lme4")), date=format(Sys.Date()), call="anova(lmer(null, REML=FALSE), lmer(full, REML=FALSE)), bobyqa rhoend 1e-12; chisq_of_reml_fits: anova of the REML fits, which lme4 fits again by ML")
cat(toJSON(out, digits=15, auto_unbox=TRUE, pretty=TRUE))
