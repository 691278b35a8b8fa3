# Seconds of processor time of the two models of evidence_beside.py; the argument is the file of rows.
suppressMessages({library(sandwich); library(plm)})
rows <- read.csv(commandArgs(trailingOnly = TRUE)[1])
took <- function(name, expr) {
  t <- system.time(expr)
  cat(name, "\t", t[["user.self"]] + t[["sys.self"]], "\n", sep = "")
}
took("pooled", {
  fit <- lm(log_labor_productivity ~ exporter + log_employment + log_employment_squared + factor(cell), rows)
  vcovCL(fit, rows$firm, type = "HC1")
})
rows$time <- ave(rows$firm, rows$firm, FUN = seq_along)
took("firm effects", {
  fit <- plm(log_labor_productivity ~ exporter + log_employment + log_employment_squared + factor(cell), rows,
             index = c("firm", "time"), model = "within")
  vcovHC(fit, method = "arellano", type = "HC0", cluster = "group")
})
