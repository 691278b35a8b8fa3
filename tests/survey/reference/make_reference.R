# Reference results of R on the simulated answers of this folder: lavaan, psych, semTools, survey, MASS,
# ordinal and sandwich. Run: Rscript make_reference.R (in this folder). Writes reference.csv (key, value) and
# versions.txt. GPL packages are used here, at development time only.

suppressPackageStartupMessages({
  library(lavaan); library(psych); library(semTools); library(survey); library(MASS); library(ordinal)
  library(sandwich); library(lmtest); library(GPArotation)
})
keys <- character(0); values <- numeric(0)
put <- function(key, value) {
  value <- as.numeric(value)
  if (length(value) > 1) key <- paste0(key, "[", seq_along(value) - 1, "]")
  keys <<- c(keys, key); values <<- c(values, value)
}
d <- read.csv("measurement.csv"); items <- names(d)[1:12]; x <- d[items]; R <- cor(x); n <- nrow(x)

# -- factorability and retention
k <- KMO(R); put("kmo", k$MSA); put("msa", k$MSAi)
b <- cortest.bartlett(R, n); put("bartlett.chisq", b$chisq); put("bartlett.df", b$df)
put("map", vss(x, n = 8, rotate = "none", fm = "minres", plot = FALSE)$map)
put("eigen", eigen(R)$values)
set.seed(1)
pa <- fa.parallel(x, fm = "minres", plot = FALSE, SMC = TRUE, quant = .95, n.iter = 100)
put("parallel.components", pa$ncomp); put("parallel.factors", pa$nfact)

# -- exploratory factors
for (fm in c("minres", "ml")) for (rot in c("oblimin", "varimax", "promax")) {
  f <- if (fm == "minres") fa(x, 3, fm = fm, rotate = "none") else fa(x, 3, fm = fm, rotate = "none")
  raw <- unclass(f$loadings)
  tag <- paste("efa", fm, rot, sep = ".")
  if (rot == "oblimin") {
    g <- GPArotation::oblimin(raw, normalize = FALSE, eps = 1e-9, maxit = 10000); L <- g$loadings; P <- g$Phi
  }
  if (rot == "varimax") { g <- stats::varimax(raw, normalize = TRUE, eps = 1e-14); L <- unclass(g$loadings); P <- diag(3) }
  if (rot == "promax") {
    g <- stats::promax(stats::varimax(raw, normalize = TRUE, eps = 1e-14)$loadings, m = 4); L <- unclass(g$loadings)
    P <- solve(t(g$rotmat) %*% g$rotmat)
  }
  put(paste0(tag, ".loadings"), t(L)); put(paste0(tag, ".phi"), t(P))
  if (rot == "oblimin") {
    put(paste0(tag, ".communality"), f$communality); put(paste0(tag, ".chisq"), f$STATISTIC)
    put(paste0(tag, ".dof"), f$dof); put(paste0(tag, ".rmsea"), f$RMSEA[1]); put(paste0(tag, ".tli"), f$TLI)
    put(paste0(tag, ".rms"), f$rms); put(paste0(tag, ".objective"), f$objective)
  }
}
put("efa.factanal.uniquenesses", factanal(x, 3, rotation = "none", control = list(nstart = 5))$uniquenesses)

# -- polychoric (two-step, no correction of empty cells)
put("polychoric", lavCor(x, ordered = items)[lower.tri(R)])

# -- reliability
for (s in c("info", "rel", "dist")) {
  cols <- grep(paste0("^", s), items, value = TRUE)
  a <- psych::alpha(x[cols]); put(paste0("alpha.", s), a$total$raw_alpha)
  put(paste0("alpha.std.", s), a$total$std.alpha); put(paste0("alpha.drop.", s), a$alpha.drop$raw_alpha)
  put(paste0("alpha.rest.", s), a$item.stats$r.drop); put(paste0("alpha.feldt.", s), unlist(a$feldt[1:3])[c(1, 3)])
}
o <- suppressWarnings(omega(x, nfactors = 3, plot = FALSE, flip = FALSE))
put("omega.total", o$omega.tot); put("omega.hierarchical", o$omega_h)

# -- confirmatory factors
model <- "info =~ info1 + info2 + info3 + info4
          rel =~ rel1 + rel2 + rel3 + rel4
          dist =~ dist1 + dist2 + dist3 + dist4"
indices <- c("chisq", "df", "pvalue", "baseline.chisq", "baseline.df", "cfi", "tli", "rmsea", "rmsea.ci.lower",
             "rmsea.ci.upper", "rmsea.pvalue", "srmr", "gfi", "agfi", "logl", "aic", "bic")
store <- function(fit, tag) {
  m <- fitMeasures(fit); for (i in indices) put(paste0(tag, ".", i), m[i])
  e <- parameterEstimates(fit); s <- standardizedSolution(fit)
  for (r in seq_len(nrow(e))) {
    label <- paste0(tag, ":", e$lhs[r], e$op[r], e$rhs[r])
    put(paste0(label, ".est"), e$est[r]); put(paste0(label, ".se"), e$se[r])
    put(paste0(label, ".std"), s$est.std[r]); put(paste0(label, ".std.se"), s$se[r])
  }
}
fit <- cfa(model, x); store(fit, "cfa")
mi <- modindices(fit, sort. = TRUE)[1:5, ]
for (r in 1:5) { put(paste0("cfa.mi:", mi$lhs[r], mi$op[r], mi$rhs[r]), mi$mi[r])
  put(paste0("cfa.epc:", mi$lhs[r], mi$op[r], mi$rhs[r]), mi$epc[r]) }
paired <- cfa(paste(model, "\n info1 ~~ rel4 \n dist1 ~~ dist2"), x); store(paired, "paired")
single <- cfa(paste("one =~", paste(items, collapse = " + ")), x); store(single, "single")
mlm <- cfa(model, x, estimator = "MLM"); m <- fitMeasures(mlm)
for (i in c("chisq.scaled", "chisq.scaling.factor", "pvalue.scaled", "cfi.robust", "tli.robust", "rmsea.robust"))
  put(paste0("mlm.", i), m[i])
e <- parameterEstimates(mlm)
for (r in which(e$op != "~1")) put(paste0("mlm:", e$lhs[r], e$op[r], e$rhs[r], ".se"), e$se[r])
put("ave", AVE(fit)); put("cr", compRelSEM(fit, tau.eq = FALSE, obs.var = FALSE))
h <- semTools::htmt(model, x); put("htmt", h[lower.tri(h)])
h2 <- semTools::htmt(model, x, htmt2 = FALSE); put("htmt.arithmetic", h2[lower.tri(h2)])
h3 <- semTools::htmt(model, x, htmt2 = TRUE); put("htmt.geometric", h3[lower.tri(h3)])
put("harman.component", 100 * eigen(R)$values[1] / 12)
put("harman.factor", 100 * mean(fa(x, 1, fm = "minres")$communality))

# -- models
m <- read.csv("models.csv")
m$region <- factor(m$region); m$size_class <- factor(m$size_class, levels = c("small", "medium"))
f <- ~ log1p(age) + performance + distance + speed + I(speed^2) + region
keep <- function(tag, b, se) { put(paste0(tag, ".b"), b); put(paste0(tag, ".se"), se) }
ols <- lm(update(f, place ~ .), m)
for (hc in c("HC0", "HC1", "HC2", "HC3")) keep(paste0("ols.", hc), coef(ols), sqrt(diag(vcovHC(ols, hc))))
keep("ols.classical", coef(ols), sqrt(diag(vcov(ols)))); put("ols.r2", summary(ols)$r.squared)
put("ols.bp", bptest(ols)$statistic); put("ols.reset", resettest(ols, power = 2:3)$statistic)
logit <- glm(update(f, adopted ~ .), binomial, m); keep("logit", coef(logit), sqrt(diag(vcov(logit))))
keep("logit.HC0", coef(logit), sqrt(diag(sandwich(logit)))); put("logit.logl", logLik(logit))
frac <- glm(update(f, export_share ~ .), quasibinomial, m)
keep("fractional", coef(frac), sqrt(diag(sandwich(frac))))
clm_fit <- clm(update(f, factor(importance) ~ .), data = m)
keep("ordered", c(clm_fit$beta, clm_fit$alpha), sqrt(diag(vcov(clm_fit)))[c(names(clm_fit$beta), names(clm_fit$alpha))])
put("ordered.logl", logLik(clm_fit))
po <- polr(update(f, factor(importance) ~ .), m, Hess = TRUE, control = list(reltol = 1e-14, maxit = 500))
put("polr.b", coef(po)); put("polr.zeta", po$zeta)
# Brant's test, written out: separate binary logits against the ordered model.
brant <- function(model_formula, data, y) {
  X <- model.matrix(model_formula, data); J <- max(y); K <- ncol(X) - 1
  fits <- lapply(1:(J - 1), function(j) glm.fit(X, as.numeric(y > j), family = binomial()))
  B <- unlist(lapply(fits, function(g) g$coefficients[-1])); V <- matrix(0, K * (J - 1), K * (J - 1))
  for (a in 1:(J - 1)) for (b in a:(J - 1)) {
    pa_ <- fits[[a]]$fitted.values; pb_ <- fits[[b]]$fitted.values
    Wab <- pb_ - pa_ * pb_
    bread <- function(p) solve(t(X) %*% (X * (p - p^2)))
    block <- (bread(pa_) %*% (t(X) %*% (X * Wab)) %*% bread(pb_))[-1, -1]
    ra <- (a - 1) * K + 1:K; rb <- (b - 1) * K + 1:K
    V[ra, rb] <- block; V[rb, ra] <- t(block)
  }
  test <- function(cols) {
    D <- matrix(0, 0, K * (J - 1))
    for (j in 2:(J - 1)) for (c in cols) { row <- rep(0, K * (J - 1)); row[c] <- 1; row[(j - 1) * K + c] <- -1; D <- rbind(D, row) }
    c(t(D %*% B) %*% solve(D %*% V %*% t(D)) %*% (D %*% B), nrow(D))
  }
  list(all = test(1:K), each = sapply(1:K, test)[1, ])
}
br <- brant(f, m, m$importance); put("brant.all", br$all); put("brant.each", br$each)
put("nominal.lr", nominal_test(clm(update(f, factor(importance) ~ .), data = m))$LRT[-1])

# -- survey weights and estimates
des <- svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = m)
mean_ <- svymean(~place + performance, des); put("svy.mean", coef(mean_)); put("svy.mean.se", SE(mean_))
tot <- svytotal(~adopted, des); put("svy.total", coef(tot)); put("svy.total.se", SE(tot))
nofpc <- svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = m)
put("svy.nofpc.se", SE(svymean(~place, nofpc)))
sg <- svyglm(update(f, place ~ .), des); keep("svy.ols", coef(sg), SE(sg))
sl <- svyglm(update(f, adopted ~ .), des, family = quasibinomial()); keep("svy.logit", coef(sl), SE(sl))
sf <- svyglm(update(f, export_share ~ .), des, family = quasibinomial()); keep("svy.fractional", coef(sf), SE(sf))
so <- svyolr(update(f, factor(importance) ~ .), des, control = list(reltol = 1e-14, maxit = 1000))
put("svy.ordered.b", coef(so)); put("svy.ordered.se", sqrt(diag(vcov(so))))
margins_region <- data.frame(region = c("brussels", "flanders", "wallonia"), Freq = c(1900, 1250, 415))
margins_size <- data.frame(size_class = c("small", "medium"), Freq = c(2700, 865))
rk <- rake(des, list(~region, ~size_class), list(margins_region, margins_size), control = list(maxit = 200, epsilon = 1e-12))
put("rake.weights", weights(rk)[c(1, 100, 200, 300, 359)]); r <- svymean(~place, rk)
put("rake.mean", coef(r)); put("rake.se", SE(r))
pop <- c(`(Intercept)` = 3565, regionflanders = 1250, regionwallonia = 415, size_classmedium = 865, age = 3565 * 21)
for (fun in c("linear", "raking", "logit")) {
  cal <- calibrate(des, ~region + size_class + age, pop, calfun = fun, bounds = if (fun == "logit") c(0.3, 3) else c(-Inf, Inf),
                   epsilon = 1e-12, maxit = 200)
  put(paste0("calibrate.", fun, ".weights"), weights(cal)[c(1, 100, 200, 300, 359)])
  r <- svymean(~place, cal); put(paste0("calibrate.", fun, ".mean"), coef(r)); put(paste0("calibrate.", fun, ".se"), SE(r))
}
ps <- postStratify(des, ~region, margins_region); r <- svymean(~place, ps)
put("poststratify.mean", coef(r)); put("poststratify.se", SE(r))

# -- corrections and plain tests
p <- c(0.001, 0.04, 0.03, 0.012, 0.2, 0.0004, 0.05, 0.6)
put("p.holm", p.adjust(p, "holm")); put("p.bh", p.adjust(p, "BH"))
early <- m$place[m$wave == 1]; late <- m$place[m$wave == 3]
w <- t.test(early, late); put("welch.t", w$statistic); put("welch.df", w$parameter); put("welch.p", w$p.value)
bound <- 0.4
up <- t.test(early, late, mu = bound, alternative = "less")$p.value
low <- t.test(early, late, mu = -bound, alternative = "greater")$p.value
put("tost.p", max(up, low))
w90 <- t.test(early, late, conf.level = .9)$conf.int; put("tost.interval", w90)

write.csv(data.frame(key = keys, value = formatC(values, digits = 12, format = "g")), "reference.csv",
          row.names = FALSE, quote = FALSE)
packages <- c("lavaan", "psych", "semTools", "GPArotation", "survey", "MASS", "ordinal", "sandwich", "lmtest")
writeLines(c(R.version.string, sapply(packages, function(q) paste(q, packageVersion(q)))), "versions.txt")
