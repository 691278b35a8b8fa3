# A stratified sample of clusters on models.csv: means, a domain and a model by the survey package. The clusters are every
# seventh row of a stratum together. Run: Rscript clusters.R (in this folder). Writes clusters.csv.
suppressPackageStartupMessages(library(survey))
m <- read.csv("models.csv"); m$stratum <- factor(m$stratum)
m$cluster <- ave(seq_len(nrow(m)), m$stratum, FUN = function(i) seq_along(i) %% 7)
m$units <- 40
d <- svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, fpc = ~units, data = m, nest = TRUE)
keys <- character(0); values <- numeric(0)
put <- function(key, value) { keys <<- c(keys, paste0(key, "[", seq_along(value) - 1, "]")); values <<- c(values, as.numeric(value)) }
a <- svymean(~place, d); put("mean", c(coef(a), SE(a), degf(d)))
b <- svymean(~place, subset(d, m$region == "wallonia")); put("domain", c(coef(b), SE(b)))
g <- svyglm(place ~ performance + distance, d); put("b", coef(g)); put("se", sqrt(diag(vcov(g))))
write.csv(data.frame(key = keys, value = format(values, digits = 15)), "clusters.csv", row.names = FALSE, quote = FALSE)
