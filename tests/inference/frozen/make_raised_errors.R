# Errors of a coefficient that few or many firms carry, by clubSandwich. Run: Rscript make_raised_errors.R
# (R 4.2, clubSandwich 0.5.8). Few starters are the firms whose number divides by 40, many those whose divides by 3.
library(clubSandwich)
panel <- read.csv("panel.csv")
out <- data.frame(design = character(), term = character(), value = numeric())
for (design in c("few", "many")) {
  panel$starter <- as.integer(panel$firm %% (if (design == "few") 40 else 3) == 0)
  fit <- lm(log_productivity ~ starter + log_employment + factor(cell), panel)
  covariance <- vcovCR(fit, cluster = panel$firm, type = "CR2")
  test <- coef_test(fit, vcov = covariance, test = "Satterthwaite", coefs = "starter")
  values <- c(std_error = test$SE, degrees_of_freedom = test$df_Satt)
  for (term in names(values)) out[nrow(out) + 1, ] <- list(design, term, values[[term]])
}
write.csv(transform(out, value = sprintf("%.14e", value)), "raised_errors.csv", row.names = FALSE, quote = FALSE)
