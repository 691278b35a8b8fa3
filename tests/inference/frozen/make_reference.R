# Reference numbers of tests/inference, made by R packages from the project's own simulated CSV files and from the
# `rossi` and `lung` data that ship with lifelines. Run in this folder: Rscript make_reference.R
library(survival); library(sandwich); library(plm); library(MatchIt)

rows <- list()
put <- function(model, term, value) rows[[length(rows) + 1]] <<- data.frame(model, term, value = sprintf("%.12g", value))
put_fit <- function(model, names, estimate, error) for (i in seq_along(names)) {
  put(model, paste0(names[i], "/estimate"), estimate[i]); put(model, paste0(names[i], "/std_error"), error[i])
}

spells <- read.csv("spells.csv")
spells$died <- as.integer(spells$cause > 0)
cox <- coxph(Surv(start, stop, died) ~ exporter + log_employment, spells, ties = "efron")
put_fit("cox", names(coef(cox)), coef(cox), sqrt(diag(vcov(cox)))); put("cox", "log_likelihood", cox$loglik[2])
cox <- coxph(Surv(start, stop, died) ~ exporter + log_employment, spells, ties = "efron", cluster = firm)
put_fit("cox_clustered", names(coef(cox)), coef(cox), sqrt(diag(vcov(cox))))
cox <- coxph(Surv(start, stop, died) ~ exporter + log_employment + strata(division), spells, ties = "efron", cluster = firm)
put_fit("cox_strata", names(coef(cox)), coef(cox), sqrt(diag(vcov(cox)))); put("cox_strata", "log_likelihood", cox$loglik[2])

km <- survfit(Surv(start, stop, died) ~ 1, spells, conf.type = "log-log")
for (t in 1:6) {
  s <- summary(km, times = t)
  put("kaplan_meier", paste0(t, "/value"), s$surv); put("kaplan_meier", paste0(t, "/std_error"), s$std.err)
  put("kaplan_meier", paste0(t, "/conf_low"), s$lower); put("kaplan_meier", paste0(t, "/conf_high"), s$upper)
}
first <- spells[spells$start == ave(spells$start, spells$firm, FUN = min), ]
last <- spells[spells$stop == ave(spells$stop, spells$firm, FUN = max), ]
whole <- merge(first[, c("firm", "start")], last[, c("firm", "stop", "cause")], by = "firm")
whole$state <- factor(whole$cause, 0:2)
aj <- survfit(Surv(start, stop, state) ~ 1, whole, id = firm)
for (t in 1:6) {
  s <- summary(aj, times = t)
  for (k in 1:2) {
    put("aalen_johansen", paste0(k, "/", t, "/value"), s$pstate[k + 1])
    put("aalen_johansen", paste0(k, "/", t, "/std_error"), s$std.err[k + 1])
  }
}
discrete <- glm(died ~ exporter + log_employment + factor(stop) - 1, binomial("cloglog"), spells)
clustered <- vcovCL(discrete, spells$firm, type = "HC0", cadjust = TRUE)
put_fit("cloglog", names(coef(discrete))[1:2], coef(discrete)[1:2], sqrt(diag(vcov(discrete)))[1:2])
put_fit("cloglog_clustered", names(coef(discrete))[1:2], coef(discrete)[1:2], sqrt(diag(clustered))[1:2])
put("cloglog", "log_likelihood", as.numeric(logLik(discrete)))

panel <- read.csv("panel.csv")
pooled <- lm(log_productivity ~ exporter + log_employment + factor(cell), panel)
clustered <- vcovCL(pooled, panel$firm, type = "HC1")
put_fit("pooled", c("exporter", "log_employment"), coef(pooled)[2:3], sqrt(diag(clustered))[2:3])
within <- plm(log_productivity ~ exporter + log_employment + factor(year), panel, index = c("firm", "year"), model = "within")
robust <- vcovHC(within, method = "arellano", type = "HC0", cluster = "group")
put_fit("within", c("exporter", "log_employment"), coef(within)[1:2], sqrt(diag(robust))[1:2])

cross <- panel[panel$year == 3, ]
exact <- matchit(exporter ~ cell + size_band, cross, method = "exact", estimand = "ATT")
matched <- match.data(exact)
put("exact_matching", "att", with(matched, weighted.mean(log_productivity[exporter == 1], weights[exporter == 1]) -
                                           weighted.mean(log_productivity[exporter == 0], weights[exporter == 0])))
put("exact_matching", "n_treated", sum(matched$exporter == 1))
a <- cross$log_productivity[cross$exporter == 1]; b <- cross$log_productivity[cross$exporter == 0]
put("two_samples", "welch/p_value", t.test(a, b)$p.value); put("two_samples", "welch/std_error", t.test(a, b)$stderr)
put("two_samples", "rank_sum/p_value", wilcox.test(a, b, exact = FALSE, correct = TRUE)$p.value)

for (which in c("rossi", "lung")) {
  data <- read.csv(paste0("lifelines_", which, ".csv"))
  fit <- if (which == "rossi") coxph(Surv(week, arrest) ~ fin + age + race + wexp + mar + paro + prio, data)
         else coxph(Surv(time, status) ~ age + sex, data)
  put_fit(which, names(coef(fit)), coef(fit), sqrt(diag(vcov(fit)))); put(which, "log_likelihood", fit$loglik[2])
}
write.csv(do.call(rbind, rows), "reference.csv", row.names = FALSE, quote = FALSE)
