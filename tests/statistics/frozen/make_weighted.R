# Reference of the estimates from a sample: package survey, on a synthetic sample. Rscript make_weighted.R, in its folder.
library(survey)
set.seed(20)
n <- 90
firms <- data.frame(
  firm_id = sprintf("f%02d", 1:n),
  stratum = rep(c("small", "middle", "whole"), c(40, 35, 15))
)
firms$weight <- ifelse(firms$stratum == "whole", 1, round(ifelse(firms$stratum == "small", 20, 4) * runif(n, 0.7, 1.6), 6))
firms$employees_fte <- round(c(runif(40, 1, 9), runif(35, 10, 45), runif(15, 20, 200)), 2)
firms$turnover <- round(firms$employees_fte * exp(rnorm(n, 11, 0.8)), 2)
firms$value_added <- round(firms$turnover * runif(n, -0.05, 0.6), 2)
firms$turnover[sample(n, 9)] <- NA
firms$exports <- as.integer(runif(n) < 0.2 + 0.01 * firms$employees_fte)
write.csv(firms, "weighted_sample.csv", row.names = FALSE, na = "")

firms$group <- ifelse(firms$employees_fte < 10, "small", ifelse(firms$employees_fte >= 20, "large", "unknown"))
one <- rep(1, n)
designs <- list(
  strata = svydesign(
    ids = ~1, strata = ~stratum, weights = ~weight, data = cbind(firms, one),
    fpc = ~ ifelse(stratum == "whole", 15, 1e12)
  ),
  none = svydesign(ids = ~1, weights = ~weight, data = cbind(firms, one))
)
found <- data.frame()
for (name in names(designs)) for (row in c("small", "large", "unknown", "total")) {
  all <- designs[[name]]
  here <- all[row == "total" | firms$group == row, ]
  keep <- function(what, estimate, factor) {
    found <<- rbind(found, data.frame(design = name, row = row, column = what,
      value = unname(coef(estimate)) * factor, error = as.numeric(SE(estimate)) * factor))
  }
  known <- subset(here, !is.na(turnover))
  keep("firms", svytotal(~one, here), 1)
  keep("export_share", svymean(~exports, here), 100)
  keep("total", svytotal(~turnover, known), 1e-3)
  keep("mean", svymean(~turnover, known), 1e-3)
  keep("labor_productivity", svyratio(~value_added, ~employees_fte, here), 1e-3)
}
found$value <- sprintf("%.12g", found$value)
found$error <- sprintf("%.12g", found$error)
write.csv(found, "weighted.csv", row.names = FALSE, quote = FALSE)
