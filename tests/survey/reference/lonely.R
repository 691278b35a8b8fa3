# A stratified sample of clusters on models.csv in which one stratum is drawn whole and another has a single cluster, which
# is centred at the mean of all. Run: Rscript lonely.R (in this folder). Writes lonely.csv.
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust")
m <- read.csv("models.csv")
names <- sort(unique(m$stratum))
m$cluster <- ave(seq_len(nrow(m)), m$stratum, FUN = function(i) seq_along(i) %% 7)
m$cluster[m$stratum == names[2]] <- 0
m$units <- ifelse(m$stratum == names[1], 7, 40)
d <- svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, fpc = ~units, data = m, nest = TRUE)
keys <- character(0); values <- numeric(0)
put <- function(key, value) { keys <<- c(keys, paste0(key, "[", seq_along(value) - 1, "]")); values <<- c(values, as.numeric(value)) }
a <- svymean(~place, d); put("mean", c(coef(a), SE(a), degf(d)))
b <- svyratio(~place, ~performance, d); put("ratio", c(coef(b), SE(b)))
write.csv(data.frame(key = keys, value = format(values, digits = 15)), "lonely.csv", row.names = FALSE, quote = FALSE)
