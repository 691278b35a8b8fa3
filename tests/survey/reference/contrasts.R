# Models with categorical predictors and interactions on models.csv: lm and sandwich, glm, polr, svyglm; joint tests and
# simple slopes from their covariances. Run: Rscript contrasts.R (in this folder). Writes contrasts.csv.
suppressPackageStartupMessages({ library(MASS); library(survey); library(sandwich) })
m <- read.csv("models.csv")
m$stratum <- factor(m$stratum); m$region <- relevel(factor(m$region), ref = "flanders")
m$perf <- m$performance - mean(m$performance); m$dist <- m$distance - mean(m$distance)
keys <- character(0); values <- numeric(0)
put <- function(key, value) { value <- as.numeric(value)
  if (length(value) > 1) key <- paste0(key, "[", seq_along(value) - 1, "]")
  keys <<- c(keys, key); values <<- c(values, value) }
keep <- function(tag, b, v) { put(paste0(tag, ".b"), b); put(paste0(tag, ".se"), sqrt(diag(v))) }

ols <- lm(place ~ stratum + performance, m); v <- vcovHC(ols, "HC3"); keep("ols", coef(ols), v)
at <- grep("^stratum", names(coef(ols)))
w <- drop(coef(ols)[at] %*% solve(v[at, at], coef(ols)[at])) / length(at)
put("ols.F", w); put("ols.F.p", pf(w, length(at), df.residual(ols), lower.tail = FALSE))

po <- polr(factor(importance) ~ stratum + performance, m, Hess = TRUE, control = list(reltol = 1e-14, maxit = 500))
put("polr.b", c(coef(po), po$zeta))

both <- lm(place ~ performance + distance + I(perf * dist), m); v <- vcovHC(both, "HC3"); keep("both", coef(both), v)
s <- sd(m$distance)
for (step in c(-s, 0, s)) { c4 <- c(0, 1, 0, step); est <- sum(c4 * coef(both)); se <- sqrt(drop(c4 %*% v %*% c4))
  put(paste0("slope", which(c(-s, 0, s) == step)),
      c(est, se, 2 * pt(abs(est / se), df.residual(both), lower.tail = FALSE))) }

lg <- glm(adopted ~ region + performance + I((region == "brussels") * perf) + I((region == "wallonia") * perf), binomial, m); v <- sandwich(lg); keep("logit", coef(lg), v)
for (k in 5:6) { c6 <- rep(0, 6); c6[4] <- 1; c6[k] <- 1; put(paste0("logit.slope", k - 4),
  c(sum(c6 * coef(lg)), sqrt(drop(c6 %*% v %*% c6)))) }

d <- svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = m,
               fpc = ~c(1400, 620, 900, 260, 310, 75)[as.integer(stratum)])
sv <- svyglm(place ~ region + performance + I((region == "brussels") * perf) + I((region == "wallonia") * perf), d); keep("svy", coef(sv), vcov(sv))
write.csv(data.frame(key = keys, value = format(values, digits = 15)), "contrasts.csv", row.names = FALSE, quote = FALSE)
