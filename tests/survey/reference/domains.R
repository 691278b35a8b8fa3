# Means and shares of groups on models.csv by the survey package, with and without a design. Run: Rscript domains.R (in
# this folder). Writes domains.csv.
suppressPackageStartupMessages(library(survey))
m <- read.csv("models.csv"); m$stratum <- factor(m$stratum)
keys <- character(0); values <- numeric(0)
put <- function(key, value) { keys <<- c(keys, paste0(key, "[", seq_along(value) - 1, "]")); values <<- c(values, as.numeric(value)) }
strata <- svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = m,
                    fpc = ~c(1400, 620, 900, 260, 310, 75)[as.integer(stratum)])
simple <- svydesign(id = ~1, weights = ~1, data = m)
for (where in c("brussels", "flanders", "wallonia")) for (tag in c("strata", "simple")) {
  d <- subset(get(tag), m$region == where); df <- degf(get(tag))
  mean_ <- svymean(~place, d); put(paste(tag, where, "mean", sep = "."), c(coef(mean_), SE(mean_), confint(mean_, df = df)))
  share <- svyciprop(~adopted, d, method = "logit", df = df)
  put(paste(tag, where, "share", sep = "."), c(coef(share), SE(svymean(~adopted, d)), confint(share)))
}
write.csv(data.frame(key = keys, value = format(values, digits = 15)), "domains.csv", row.names = FALSE, quote = FALSE)
