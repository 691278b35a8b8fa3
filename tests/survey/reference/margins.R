# Average marginal effects of a predictor with categories on models.csv, by their definition: mean difference between
# everybody in a category and everybody in the base, errors by numerical derivatives. Run: Rscript margins.R (in this folder).
# Writes margins.csv.
suppressPackageStartupMessages(library(MASS))
m <- read.csv("models.csv"); m$region <- relevel(factor(m$region), ref = "flanders")
keys <- character(0); values <- numeric(0)
put <- function(key, value) { keys <<- c(keys, paste0(key, "[", seq_along(value) - 1, "]")); values <<- c(values, as.numeric(value)) }
delta <- function(f, b, v) { g <- sapply(seq_along(b), function(i) { h <- 1e-5; u <- b; u[i] <- b[i] + h; d <- b; d[i] <- b[i] - h
  (f(u) - f(d)) / (2 * h) }); sqrt(drop(g %*% v %*% g)) }
x <- function(region) cbind(1, region == "brussels", region == "wallonia", m$performance)
n <- nrow(m)
lg <- glm(adopted ~ region + performance, binomial, m); v <- vcov(lg)
for (k in c("brussels", "wallonia")) {
  f <- function(b) mean(plogis(x(rep(k, n)) %*% b) - plogis(x(rep("flanders", n)) %*% b))
  put(paste("logit", k, sep = "."), c(f(coef(lg)), delta(f, coef(lg), v)))
}
po <- polr(factor(importance) ~ region + performance, m, Hess = TRUE, control = list(reltol = 1e-14, maxit = 500))
b <- c(coef(po), po$zeta)
prob <- function(b, region, j) { eta <- x(region)[, -1] %*% b[1:3]; cut <- c(-Inf, b[-(1:3)], Inf)
  plogis(cut[j + 1] - eta) - plogis(cut[j] - eta) }
for (j in seq_along(po$lev)) put(paste("ordered.wallonia", j, sep = "."),
  mean(prob(b, rep("wallonia", n), j) - prob(b, rep("flanders", n), j)))
write.csv(data.frame(key = keys, value = format(values, digits = 15)), "margins.csv", row.names = FALSE, quote = FALSE)
