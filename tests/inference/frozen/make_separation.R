# Firth's penalized estimates by plain maximization of the penalized likelihood, and what coxph and glm say of the other
# covariates where one separates. Run: Rscript make_separation.R (R 4.2, survival 3.5)
library(survival)
spells <- read.csv("spells.csv")
spells$died <- spells$cause > 0
spells$safe <- spells$firm %% 5 == 0 & !spells$died
out <- data.frame(model = character(), term = character(), value = numeric())
put <- function(model, term, value) out[nrow(out) + 1, ] <<- list(model, term, value)
names <- c("exporter", "log_employment", "safe")

penalized_profile <- function(model, objective, k, place) {
  maximize <- function(fixed) {
    free <- setdiff(seq_len(k), if (is.na(fixed)) integer() else place)
    full <- function(b) { all <- numeric(k); all[free] <- b; if (!is.na(fixed)) all[place] <- fixed; all }
    best <- optim(numeric(length(free)), function(b) -objective(full(b)), method = "BFGS",
                  control = list(reltol = 1e-15, maxit = 2000))
    best <- optim(best$par, function(b) -objective(full(b)), method = "BFGS",
                  control = list(reltol = 1e-15, maxit = 2000))
    list(value = -best$value, par = full(best$par))
  }
  top <- maximize(NA)
  for (i in 1:3) put(model, paste0(names[i], "/estimate"), top$par[i])
  drop <- function(b) top$value - maximize(b)$value - qchisq(0.95, 1) / 2
  low <- uniroot(drop, c(top$par[place] - 14, top$par[place]), tol = 1e-8)$root
  high <- uniroot(drop, c(top$par[place], top$par[place] + 8), tol = 1e-8)$root
  put(model, paste0(names[place], "/conf_low"), low)
  put(model, paste0(names[place], "/conf_high"), high)
  put(model, paste0(names[place], "/p_value"),
      pchisq(2 * (top$value - maximize(0)$value), 1, lower.tail = FALSE))
}

x <- as.matrix(spells[, names])
cox_objective <- function(b) {
  fit <- suppressWarnings(coxph(Surv(start, stop, died) ~ exporter + log_employment + safe, spells, init = b,
                                control = coxph.control(iter.max = 0)))
  fit$loglik[1] - 0.5 * as.numeric(determinant(fit$var)$modulus)
}
penalized_profile("firth_cox", cox_objective, 3, 3)

design <- cbind(x, model.matrix(~ factor(stop) - 1, spells))
start <- log(-log(1 - mean(spells$died)))
cloglog_objective <- function(b) {
  eta <- as.vector(design %*% (b + c(0, 0, 0, rep(start, ncol(design) - 3))))
  mu <- exp(eta); p <- 1 - exp(-mu)
  w <- mu^2 * exp(-mu) / p
  sum(ifelse(spells$died, log(p), -mu)) + 0.5 * as.numeric(determinant(t(design * w) %*% design)$modulus)
}
penalized_profile("firth_cloglog", cloglog_objective, ncol(design), 3)

rest <- spells[!spells$safe, ]
alone <- coxph(Surv(start, stop, died) ~ exporter + log_employment + cluster(firm), rest)
together <- suppressWarnings(coxph(Surv(start, stop, died) ~ exporter + log_employment + safe, spells))
for (i in 1:2) {
  put("cox_left", paste0(names[i], "/estimate"), coef(alone)[i])
  put("cox_left", paste0(names[i], "/std_error"), sqrt(vcov(alone)[i, i]))
  put("cox_diverged", paste0(names[i], "/estimate"), coef(together)[i])
}
left <- glm(died ~ exporter + log_employment + factor(stop) - 1, binomial("cloglog"), rest)
for (i in 1:2) {
  put("cloglog_left", paste0(names[i], "/estimate"), coef(left)[i])
  put("cloglog_left", paste0(names[i], "/std_error"), sqrt(vcov(left)[i, i]))
}
write.csv(format(out, digits = 15), "separation.csv", row.names = FALSE, quote = FALSE)
