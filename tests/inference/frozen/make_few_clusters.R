# The difference within cells with errors by few clusters, by clubSandwich. Run: Rscript make_few_clusters.R
# (R 4.2, clubSandwich 0.5.8). Near are firms of a place and year that the rule of `near` picks; clusters are places.
library(clubSandwich)
panel <- read.csv("panel.csv")
out <- data.frame(design = character(), term = character(), value = numeric())
for (period in c(2, 3, 5)) {
  rows <- transform(panel, place = (cell %/% 10) * 3 + firm %% 3)
  rows$near <- as.integer((rows$place + rows$year) %% period == 0)
  treated <- ave(rows$near, rows$cell, FUN = sum)
  others <- ave(1 - rows$near, rows$cell, FUN = sum)
  rows$weight <- ifelse(rows$near == 1, 1, treated / others)
  rows <- rows[treated > 0 & others > 1, ]
  fit <- lm(log_productivity ~ near + factor(cell), rows, weights = weight)
  covariance <- vcovCR(fit, cluster = rows$place, type = "CR2", target = rep(1, nrow(rows)), inverse_var = FALSE)
  test <- coef_test(fit, vcov = covariance, test = "Satterthwaite", coefs = "near")
  values <- c(estimate = unname(coef(fit)["near"]), std_error = test$SE, degrees_of_freedom = test$df_Satt)
  for (term in names(values)) out[nrow(out) + 1, ] <- list(paste0("period ", period), term, values[[term]])
}
write.csv(transform(out, value = sprintf("%.14e", value)), "few_clusters.csv", row.names = FALSE, quote = FALSE)
